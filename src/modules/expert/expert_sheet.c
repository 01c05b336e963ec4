/* The pool as a workbook: out as it stands (phones masked), in as rows that are added or brought
 * up to date by number. A file is taken whole or not at all. */
#include "modules/expert/expert_routes.h"

#include "core/request/audit.h"
#include "core/request/export.h"
#include "core/request/intake.h"

#include <string.h>

enum { PAGE = 200, ROWS_MOST = 5000 };

static const Field COLUMNS[] = {
    { "number", FIELD_TEXT, offsetof(Expert, number), "专家号", "Number",
      FIELD_REQUIRED | FIELD_KEY, 1, 20, .help_zh = "大写字母、数字和短横，定后不改",
      .help_en = "capitals, digits and -; for good" },
    { "name", FIELD_TEXT, offsetof(Expert, name), "姓名", "Name", FIELD_REQUIRED, 1, 40 },
    { "field", FIELD_TEXT, offsetof(Expert, field), "专业领域", "Field", FIELD_REQUIRED, 1, 40 },
    { "organ", FIELD_TEXT, offsetof(Expert, organ), "工作单位", "Organ", FIELD_REQUIRED, 2, 80,
      .help_zh = "写全称，用于回避", .help_en = "its full name, for avoidance" },
    { "region", FIELD_TEXT, offsetof(Expert, region), "单位所在区划代码", "Division of the organ",
      FIELD_REQUIRED, .pattern = "digits:2|4|6|9|12" },
    { "phone", FIELD_TEXT, offsetof(Expert, phone), "手机", "Phone", FIELD_MASKED, 0, 20,
      .help_zh = "11 位数字；带星号的表示不改", .help_en = "11 digits; with stars: unchanged" },
    { "account", FIELD_TEXT, offsetof(Expert, account), "账户", "Account", 0, 0, 32 },
    FIELDS_END,
};

static const Sheet SHEET = { "experts", "专家库", "Experts", COLUMNS, "评审专家库", "Experts" };

/* --- out --- */

static Err put_all(Cx *cx, SheetOut *out, int64_t *rows)
{
    PageQuery q = { .sort = "number", .page = 1, .size = PAGE };
    sheet_begin(cx, out, &SHEET, false);
    for (;; q.page++) {
        List page;
        TRY(expert_page(cx, &page, &q));
        const Expert *experts = page.rows;
        for (size_t i = 0; i < page.count; i++)
            TRY(sheet_put_row(cx, out, &experts[i]));
        *rows += (int64_t)page.count;
        if (page.count < PAGE || *rows >= ROWS_MOST)
            return OK;
    }
}

static Err write_all(Cx *cx, SheetFile *file, const SheetMaker *maker, int64_t *rows)
{
    SheetOut *out;
    TRY(sheet_open(cx, &out, maker));
    Err e = put_all(cx, out, rows);
    Err closing = sheet_close(cx, out, file);
    return e != OK ? e : closing;
}

Err expert_sheet_handler(Cx *cx, Request *rq, Reply *rp)
{
    SheetFile file;
    Export e = { .noun = "expert", .id = UNSET };
    export_language(cx, rq);
    const SheetMaker maker = export_maker(cx);
    e.name = cx->lang == EN ? "Experts.xlsx" : "评审专家库.xlsx";
    TRY(request_query(rq, "template") ? sheet_template(cx, &file, &maker, &SHEET, 1)
                                      : write_all(cx, &file, &maker, &e.rows));
    export_sheet(cx, rp, &e, &file);
    return OK;
}

/* --- in --- */

typedef struct Intake {
    SheetBook *book;
    Expert *rows; /* as they would stand */
    Expert *before;
    bool *known;
    size_t count;
    size_t added, changed, same;
} Intake;

/* 139 1234 5678, 139-1234-5678 and +86 139… are one number. */
static const char *phone_tight(Cx *cx, const char *typed)
{
    char *tight = arena_text(cx->arena, sheet_key(cx, typed)), *to = tight;
    for (const char *p = tight; *p; p++)
        if (*p != ' ' && *p != '-')
            *to++ = *p;
    *to = '\0';
    return strncmp(tight, "+86", 3) == 0 ? tight + 3 : tight;
}

/* A blank cell and a masked phone leave what is there. */
static void overlay(Cx *cx, Expert *row, const Json *object)
{
    for (const Field *f = COLUMNS; f->type != FIELD_END; f++) {
        const char *text = json_text(object, f->key, NULL);
        bool phone = strcmp(f->key, "phone") == 0 && text;
        bool masked = phone && strchr(text, '*');
        if (!text_blank(text) && !masked)
            *field_text(f, row) = phone ? phone_tight(cx, text) : text;
    }
}

static Err phone_check(Cx *cx, const char *phone)
{
    if (phone && (strlen(phone) != 11 || strspn(phone, "0123456789") != 11))
        return fail(cx, INVALID, "phone", "手机号应为 11 位数字", "a phone has 11 digits");
    return OK;
}

static bool same_row(const Expert *a, const Expert *b)
{
    return text_same(a->name, b->name) && text_same(a->field, b->field) &&
           text_same(a->organ, b->organ) && text_same(a->region, b->region) &&
           text_same(a->phone, b->phone) && a->user_id == b->user_id;
}

static Err take_row(Cx *cx, Intake *in, const SheetRow *from)
{
    Expert *row = &in->rows[in->count], *before = &in->before[in->count];
    bool *known = &in->known[in->count];
    TRY(expert_of_number(cx, before, known, json_text(from->object, "number", "")));
    field_clear(row, expert_fields);
    if (*known)
        *row = *before;
    overlay(cx, row, from->object);
    Err e = phone_check(cx, row->phone);
    if (e == OK)
        e = expert_prove(cx, row, *known ? before : NULL);
    if (e == INVALID || e == CONFLICT) {
        const char *field = cx->failure.field;
        sheet_fault(cx, from, *field == '/' ? field + 1 : field);
        return OK;
    }
    TRY(e);
    bool same = *known && same_row(before, row);
    in->same += same;
    in->added += !*known;
    in->changed += *known && !same;
    in->count++;
    return OK;
}

static Err take(Cx *cx, Intake *in, Request *rq)
{
    *in = (Intake){ 0 };
    export_language(cx, rq);
    TRY(intake_file(cx, &in->book, &SHEET, rq));
    if (in->book->count == 0)
        return OK; /* its faults say why */
    const SheetTable *t = in->book->tables;
    in->rows = NEW_N(cx, Expert, t->count + 1);
    in->before = NEW_N(cx, Expert, t->count + 1);
    in->known = NEW_N(cx, bool, t->count + 1);
    for (size_t i = 0; i < t->count; i++)
        TRY(take_row(cx, in, &t->rows[i]));
    return OK;
}

/* Rows as the columns show them, phones masked. */
static Err rows_json(Cx *cx, const Json **out, const Expert *rows, const bool *known, size_t count)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        if (known && !known[i])
            continue;
        json_open(&o, NULL, '{');
        field_write(cx, &o, COLUMNS, &rows[i], false);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return json_parse(cx, out, buf_text(&b), b.length, &JSON_LIMITS);
}

static Err reply_intake(Cx *cx, Reply *rp, const Intake *in)
{
    const IntakeRows TOLD = { .fields = COLUMNS,
                              .keys = (const char *const[]){ "number", NULL },
                              .names = (const char *const[]){ "number", "name", NULL } };
    const Json *before, *after;
    TRY(rows_json(cx, &before, in->before, in->known, in->count));
    TRY(rows_json(cx, &after, in->rows, NULL, in->count));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "count", (int64_t)in->count);
    json_put_int(&o, "added", (int64_t)in->added);
    json_put_int(&o, "changed", (int64_t)in->changed);
    json_put_int(&o, "same", (int64_t)in->same);
    json_put_int(&o, "removed", 0);
    intake_put_book(cx, &o, in->book);
    intake_put_changes(cx, &o, &TOLD, before, after);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

Err expert_sheet_check_handler(Cx *cx, Request *rq, Reply *rp)
{
    Intake in;
    TRY(take(cx, &in, rq));
    return request_query(rq, "annotated") ? intake_annotated(cx, rp, "expert", UNSET, in.book)
                                          : reply_intake(cx, rp, &in);
}

Err expert_sheet_prepare(Cx *cx, Request *rq, Reply *rp)
{
    (void)rp;
    SheetBook *book;
    export_language(cx, rq);
    TRY(intake_file(cx, &book, &SHEET, rq));
    intake_keep(cx, book);
    return OK;
}

Err expert_sheet_import_handler(Cx *cx, Request *rq, Reply *rp)
{
    Intake in;
    TRY(take(cx, &in, rq));
    TRY(intake_refuse(cx, in.book));
    for (size_t i = 0; i < in.count; i++) {
        int64_t id;
        if (!in.known[i])
            TRY(expert_add(cx, &id, &in.rows[i]));
        else if (!same_row(&in.before[i], &in.rows[i]))
            TRY(expert_update(cx, &in.rows[i]));
    }
    return reply_intake(cx, rp, &in);
}
