#include "core/register/register_sheet.h"

#include "base/money.h"
#include "core/register/figure.h"
#include "core/register/import.h"
#include "core/register/register_intake.h"
#include "core/request/act.h"
#include "core/request/export.h"
#include "core/request/intake.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 200, EXPORT_MOST = 50000 };

/* --- columns --- */

static const Field *called_of(const Field *fields, const char *key)
{
    for (; fields->type != FIELD_END; fields++)
        if (fields->of && strcmp(fields->of, key) == 0)
            return fields;
    return NULL;
}

/* A link is read and written as what it is called, in the member that has that. */
static Field link_column(const Field *fields, const Field *f)
{
    const Field *called = called_of(fields, f->key);
    Field column = *f;
    column.type = FIELD_TEXT;
    column.offset = called->offset;
    column.flags |= called->flags & FIELD_MASKED;
    column.pattern = NULL;
    column.max = 0;
    return column;
}

/* What people may fill in: neither id nor version, nor what the system sets. A masked column may
 * come back as it was shown, so that its form is proved with the row and not with the cell. What is
 * required may lack in a draft, and in a row of which only other columns change. out: beside them
 * what is told and never read back, the state and what is retired. */
static const Field *columns_of(Cx *cx, const Register *r, bool out)
{
    size_t count = 0, kept = 0;
    while (r->table.fields[count].type != FIELD_END)
        count++;
    Field *columns = NEW_N(cx, Field, count + 1);
    for (size_t i = 0; i < count; i++) {
        const Field *f = &r->table.fields[i];
        bool told = out && r->pack &&
                    (f->flags & (FIELD_RETIRED | FIELD_FILE) || strcmp(f->key, "state") == 0);
        if ((f->flags & (FIELD_READONLY | FIELD_VIRTUAL | FIELD_SECRET | FIELD_FILE) && !told) ||
            strcmp(f->key, "version") == 0)
            continue;
        Field *c = &columns[kept++];
        *c = f->link ? link_column(r->table.fields, f) : *f;
        if (f->flags & FIELD_MASKED)
            c->pattern = NULL;
        if (!(f->flags & FIELD_KEY))
            c->flags &= ~(unsigned)FIELD_REQUIRED;
    }
    columns[kept] = r->table.fields[count];
    return columns;
}

/* A link as what it is called; a choice with the words that it has today. */
static Err shown_column(Cx *cx, Field *out, const Register *r, const char *key)
{
    const Field *f = field_find(r->table.fields, key);
    if (!f || f->of || f->flags & FIELD_SECRET)
        return fail(cx, INVALID, "columns", "没有“%s”这一列", "there is no column “%s”", key);
    *out = f->link && called_of(r->table.fields, key) ? link_column(r->table.fields, f) : *f;
    out->pattern = f->flags & FIELD_MASKED ? NULL : out->pattern;
    return register_options(cx, &out->options, r, f);
}

/* What the list shows, in its order (?columns=number,cost); without, all that may come back, which
 * of a noun that is written elsewhere is nothing. */
static Err columns_shown(Cx *cx, const Field **out, const Register *r, const char *words)
{
    size_t count = 0, most = words ? strlen(words) + 1 : 0;
    while (!words && r->list[most])
        most++;
    Field *columns = NEW_N(cx, Field, most + 1);
    *out = words || r->listed ? columns : columns_of(cx, r, true);
    for (const char *at = words; at && *at;) {
        size_t length = strcspn(at, ",");
        TRY(shown_column(cx, &columns[count++], r, arena_text_n(cx->arena, at, length)));
        at += length + (at[length] == ',');
    }
    for (; !words && r->listed && count < most; count++)
        TRY(shown_column(cx, &columns[count], r, r->list[count]));
    columns[count] = (Field)FIELDS_END;
    return OK;
}

static const Sheet *sheet_of(Cx *cx, const Register *r, const Field *columns)
{
    Sheet *s = NEW(cx, Sheet);
    *s = (Sheet){ r->noun, r->zh, r->en, columns, r->zh, r->en };
    return s;
}

const Sheet *register_sheet(Cx *cx, const Register *r)
{
    return sheet_of(cx, r, columns_of(cx, r, false));
}

/* --- out --- */

/* The one sum worth knowing, as it stands below the list, where its column is there. */
static Err put_sum(Cx *cx, const Register *r, SheetOut *out, const Field *columns, Money sum)
{
    const Json *row;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const Field *f = r->sum ? field_find(columns, r->sum) : NULL;
    if (!f || f == columns)
        return OK;
    json_open(&o, NULL, '{');
    json_put_text(&o, columns->key, cx->lang == EN ? "Total" : "合计");
    json_put_text(&o, f->key, money_text_in(cx, sum, f->unit));
    json_close(&o, '}');
    TRY(json_parse(cx, &row, b.at, b.length, &JSON_LIMITS));
    return sheet_put(cx, out, row);
}

static void add_up(const Register *r, const void *row, Money *sum)
{
    int64_t fen = r->sum ? register_int(r, row, r->sum) : UNSET;
    if (fen != UNSET)
        money_add(*sum, fen, sum);
}

static Err put_all(Cx *cx, const Register *r, SheetOut *out, PageQuery query, const Field *columns,
                   int64_t *rows)
{
    Money sum = 0;
    query.size = PAGE;
    TRY(figure_query(cx, &query, r));
    TRY(import_hide(cx, &query, r));
    if (!query.sort) {
        query.descending = *r->sort == '-';
        query.sort = r->sort + query.descending;
    }
    sheet_begin(cx, out, sheet_of(cx, r, columns), false);
    query.page = r->table.kept ? 0 : 1; /* other selects are paged by number alone */
    for (List page;; query.after = page.after, query.page += !r->table.kept) {
        TRY(table_page(cx, &page, &r->table, register_sight(cx, r), &query));
        for (size_t i = 0; i < page.count; i++) {
            const void *row = (const char *)page.rows + i * r->table.size;
            TRY(sheet_put_row(cx, out, row));
            add_up(r, row, &sum);
        }
        *rows += (int64_t)page.count;
        if (r->table.kept ? !page.after : page.count < PAGE)
            return *rows ? put_sum(cx, r, out, columns, sum) : OK;
        if (*rows >= EXPORT_MOST)
            return fail(cx, TOO_LARGE, NULL, "超过 %d 行，请先筛选再导出",
                        "more than %d rows; filter them first", EXPORT_MOST);
    }
}

static Err write_all(Cx *cx, const Register *r, SheetFile *file, const Request *rq, int64_t *rows)
{
    SheetOut *out;
    const Field *columns;
    const SheetMaker maker = export_maker(cx);
    TRY(columns_shown(cx, &columns, r, request_query(rq, "columns")));
    TRY(sheet_open(cx, &out, &maker));
    Err e = put_all(cx, r, out, register_asked(cx, r, rq), columns, rows);
    Err closing = sheet_close(cx, out, file);
    return e != OK ? e : closing;
}

static const char *file_name(Cx *cx, const Register *r)
{
    return arena_format(cx->arena, "%s.xlsx", cx->lang == EN ? r->en : r->zh);
}

Err register_export(Cx *cx, const Register *r, Request *rq, Reply *rp)
{
    SheetFile file;
    export_language(cx, rq);
    Export e = { .noun = r->noun, .id = UNSET, .name = file_name(cx, r) };
    TRY(write_all(cx, r, &file, rq, &e.rows));
    export_sheet(cx, rp, &e, &file);
    return OK;
}

Err register_template(Cx *cx, const Register *r, Request *rq, Reply *rp)
{
    SheetFile file;
    export_language(cx, rq);
    const SheetMaker maker = export_maker(cx);
    const Export e = { .noun = r->noun, .id = UNSET, .name = file_name(cx, r), .rows = UNSET };
    TRY(sheet_template(cx, &file, &maker, register_sheet(cx, r), 1));
    export_sheet(cx, rp, &e, &file);
    return OK;
}

/* --- in --- */

static Err prove_stamp(Cx *cx, const RegisterIntake *in, const Request *rq)
{
    const char *seen = request_query(rq, "version");
    if (seen && strtoll(seen, NULL, 10) != register_intake_stamp(cx, in))
        return fail(cx, STALE, "version", "核对之后有人改过其中的登记，请重新核对再导入",
                    "somebody changed rows of it since it was checked; check it again");
    return OK;
}

/* Rows go by a sheet only where somebody has seen how many. */
static Err prove_removal(Cx *cx, const RegisterIntake *in, const Request *rq)
{
    const char *seen = request_query(rq, "remove");
    if (in->removed && (seen ? strtoll(seen, NULL, 10) : 0) != (int64_t)in->removed)
        return fail(cx, CONFLICT, "remove", "表里没有的 %zu 行将被移除，请核对后确认",
                    "%zu rows that the sheet lacks would be removed; look at them and confirm",
                    in->removed);
    return OK;
}

Err register_sheet_check(Cx *cx, const Register *r, Request *rq, Reply *rp)
{
    RegisterIntake in = register_intake(cx, r);
    export_language(cx, rq);
    TRY(register_intake_read(cx, &in, rq));
    return request_query(rq, "annotated") ? intake_annotated(cx, rp, r->noun, UNSET, in.book)
                                          : register_intake_reply(cx, rp, &in, UNSET);
}

/* A large file is proved whole before the write begins, which keeps everybody waiting: the write
 * then only puts it aside (import.h). */
Err register_sheet_prepare(Cx *cx, const Register *r, Request *rq)
{
    int64_t most;
    SheetBook *book;
    export_language(cx, rq);
    TRY(import_rows_at_once(cx, &most));
    TRY(intake_file_within(cx, &book, register_sheet(cx, r), rq,
                           r->pack ? &INTAKE_LARGE : &INTAKE_LIMITS));
    intake_keep(cx, book);
    if (!r->pack || book->count == 0 || (int64_t)book->tables->count <= most)
        return OK;
    RegisterIntake *in = NEW(cx, RegisterIntake);
    *in = register_intake(cx, r);
    TRY(register_intake_read(cx, in, rq));
    TRY(intake_refuse(cx, in->book));
    cx->act->large = in;
    return OK;
}

static Err import_large(Cx *cx, const RegisterIntake *in, Request *rq, Reply *rp)
{
    int64_t id;
    const char *file;
    TRY(intake_digest(cx, &file, rq));
    TRY(import_begin(cx, &id, in, file));
    return register_intake_reply(cx, rp, in, id);
}

Err register_sheet_import(Cx *cx, const Register *r, Request *rq, Reply *rp)
{
    RegisterIntake in = register_intake(cx, r);
    const RegisterIntake *large = cx->act->large;
    TRY(import_prove_free(cx, r));
    if (!large) {
        export_language(cx, rq);
        TRY(register_intake_read(cx, &in, rq));
        TRY(intake_refuse(cx, in.book));
    }
    TRY(prove_stamp(cx, large ? large : &in, rq));
    TRY(prove_removal(cx, large ? large : &in, rq));
    if (large)
        return import_large(cx, large, rq, rp);
    for (size_t i = 0; i < in.count; i++)
        TRY(register_intake_keep(cx, &in, &in.changes[i], UNSET));
    return register_intake_reply(cx, rp, &in, UNSET);
}
