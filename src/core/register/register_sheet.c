#include "core/register/register_sheet.h"

#include "base/digest.h"
#include "base/money.h"
#include "core/access/right.h"
#include "core/register/figure.h"
#include "core/register/quality.h"
#include "core/register/register_install.h"
#include "core/request/audit.h"
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
        bool told = out && r->pack && (f->flags & FIELD_RETIRED || strcmp(f->key, "state") == 0);
        if ((f->flags & (FIELD_READONLY | FIELD_VIRTUAL | FIELD_SECRET) && !told) ||
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

/* What the list shows, in its order (?columns=number,cost); without, all that may come back. */
static Err columns_shown(Cx *cx, const Field **out, const Register *r, const char *words)
{
    size_t most = words ? strlen(words) + 1 : 0, count = 0;
    Field *columns = NEW_N(cx, Field, most + 1);
    *out = words ? columns : columns_of(cx, r, true);
    for (const char *at = words; at && *at;) {
        size_t length = strcspn(at, ",");
        TRY(shown_column(cx, &columns[count++], r, arena_text_n(cx->arena, at, length)));
        at += length + (at[length] == ',');
    }
    columns[count] = (Field)FIELDS_END;
    return OK;
}

static const Sheet *sheet_of(Cx *cx, const Register *r, const Field *columns)
{
    Sheet *s = NEW(cx, Sheet);
    *s = (Sheet){ r->noun, r->zh, r->en, columns, r->zh, r->en };
    return s;
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
    if (!query.sort) {
        query.descending = *r->sort == '-';
        query.sort = r->sort + query.descending;
    }
    sheet_begin(cx, out, sheet_of(cx, r, columns), false);
    query.page = 0;
    for (List page;; query.after = page.after) {
        TRY(table_page(cx, &page, &r->table, register_sight(cx, r), &query));
        for (size_t i = 0; i < page.count; i++) {
            const void *row = (const char *)page.rows + i * r->table.size;
            TRY(sheet_put_row(cx, out, row));
            add_up(r, row, &sum);
        }
        *rows += (int64_t)page.count;
        if (!page.after)
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
    TRY(sheet_template(cx, &file, &maker, sheet_of(cx, r, columns_of(cx, r, false)), 1));
    export_sheet(cx, rp, &e, &file);
    return OK;
}

/* --- in --- */

typedef struct Change {
    void *row;
    void *before; /* NULL = new */
} Change;

/* Names that were looked up in this file: rolls name the same few villages again and again. */
typedef struct Known {
    const char *noun;
    const char *called;
    const char *key;
    struct Known *next;
} Known;

typedef struct Intake {
    const Register *r;
    const Field *columns;
    SheetBook *book;
    Change *changes;
    size_t count, added, changed, same;
    Known *known;
} Intake;

/* The row's cells that are filled in; a blank one leaves what is there. only: FIELD_KEY, to find
 * the row by; 0 = all. Stars that come back as they were shown leave what is there too, and others
 * are refused (field_read). */
static const Json *filled_cells(Cx *cx, const Field *columns, const Json *object, unsigned only)
{
    Json *out = NEW(cx, Json);
    *out = (Json){ .type = J_OBJECT, .items = NEW_N(cx, Json *, object->count + 1) };
    for (size_t i = 0; i < object->count; i++) {
        Json *j = object->items[i];
        const Field *f = field_find(columns, j->key);
        bool wanted = !only || (f && f->flags & only);
        if (j->type != J_NULL && wanted)
            out->items[out->count++] = j;
    }
    return out;
}

static Err key_of(Cx *cx, Intake *in, const char **key, const char *noun, const char *called)
{
    for (const Known *k = in->known; k; k = k->next)
        if (strcmp(k->noun, noun) == 0 && strcmp(k->called, called) == 0) {
            *key = k->key;
            return OK;
        }
    TableLink link;
    TRY(register_link(cx, &link, noun));
    TRY(table_link_find(cx, key, &link, register_link_sight(cx, &link), called));
    Known *k = NEW(cx, Known);
    *k = (Known){ noun, called, *key, in->known };
    in->known = k;
    return OK;
}

/* What the cell calls it, made its number or code. What nothing is called so may be that itself. */
static Err resolve(Cx *cx, Intake *in, void *row, const Field *f, const char *called)
{
    bool plain = called[strspn(called, "0123456789")] == '\0';
    const char *key = called;
    Err e = key_of(cx, in, &key, f->link, called);
    if (e == NOT_FOUND && plain)
        key = called;
    else if (e == NOT_FOUND || e == CONFLICT)
        return fail(cx, INVALID, f->key, "%s%.0s", "%.0s%s", cx->failure.zh, cx->failure.en);
    else
        TRY(e);
    if (field_is_text(f))
        *field_text(f, row) = key;
    else
        *field_int(f, row) = strtoll(key, NULL, 10);
    return OK;
}

static Err read_cells(Cx *cx, Intake *in, void *row, const Json *cells)
{
    const Field *fields = in->r->table.fields;
    TRY(field_read(cx, row, in->columns, cells, ""));
    for (size_t i = 0; i < cells->count; i++) {
        const Field *f = field_find(fields, cells->items[i]->key);
        if (f && f->link)
            TRY(resolve(cx, in, row, f, cells->items[i]->text));
    }
    return OK;
}

/* In a roll of one village nobody writes the village in every line. */
static void default_place(Cx *cx, const Register *r, void *row)
{
    const Field *f = field_find(r->table.fields, "territory");
    bool fits = f && r->place && strcmp(cx->user->level, r->place) == 0;
    if (fits && !*field_text(f, row))
        *field_text(f, row) = cx->user->territory;
}

static bool same_row(const Register *r, const Change *c)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (!(f->flags & FIELD_VIRTUAL) &&
            (field_is_text(f) ? !text_same(*field_text(f, c->row), *field_text(f, c->before))
                              : *field_int(f, c->row) != *field_int(f, c->before)))
            return false;
    return true;
}

static Err read_row(Cx *cx, Intake *in, Change *c, const Json *object)
{
    const Register *r = in->r;
    const Json *cells = filled_cells(cx, in->columns, object, 0);
    c->row = register_row(cx, r);
    c->before = register_row(cx, r);
    TRY(read_cells(cx, in, c->row, filled_cells(cx, in->columns, object, FIELD_KEY)));
    default_place(cx, r, c->row);
    register_clean(cx, r, c->row);
    Err e = table_find(cx, c->before, &r->table, register_reach(cx), c->row);
    if (e == NOT_FOUND) {
        c->before = NULL;
        TRY(read_cells(cx, in, c->row, cells));
    } else {
        TRY(e);
        memcpy(c->row, c->before, r->table.size);
        TRY(read_cells(cx, in, c->row, cells));
    }
    register_clean(cx, r, c->row);
    if (c->before && same_row(r, c))
        return OK;
    TRY(register_prove(cx, r, c->row, c->before));
    return quality_hold(cx, r, c->row, false); /* a sheet brings no drafts that are half typed */
}

static Err take_row(Cx *cx, Intake *in, const SheetRow *from)
{
    Change *c = &in->changes[in->count];
    Err e = read_row(cx, in, c, from->object);
    if (e == INVALID || e == CONFLICT || e == FORBIDDEN) {
        const char *field = cx->failure.field;
        sheet_fault(cx, from, *field == '/' ? field + 1 : field);
        return OK;
    }
    TRY(e);
    bool same = c->before && same_row(in->r, c);
    in->same += same;
    in->added += !c->before;
    in->changed += c->before && !same;
    in->count++;
    return OK;
}

static Err take(Cx *cx, Intake *in, const Register *r, Request *rq)
{
    const Sheet *sheet = sheet_of(cx, r, columns_of(cx, r, false));
    *in = (Intake){ .r = r, .columns = sheet->fields };
    export_language(cx, rq);
    TRY(intake_file(cx, &in->book, sheet, rq));
    if (in->book->count == 0)
        return OK; /* its faults say why */
    const SheetTable *t = in->book->tables;
    in->changes = NEW_N(cx, Change, t->count + 1);
    for (size_t i = 0; i < t->count; i++)
        TRY(take_row(cx, in, &t->rows[i]));
    return OK;
}

/* --- what it would do --- */

/* Of the rows that the file meets, as they stand: another where one was changed, added or gone
 * since the file was checked. */
static int64_t stamp(Cx *cx, const Intake *in)
{
    enum { DIGITS = 12 }; /* of hex: a whole number in every language's doubles */
    Buf b = BUF(cx);
    for (size_t i = 0; i < in->count; i++) {
        const void *before = in->changes[i].before;
        buf_format(&b, "%lld:%lld ", before ? (long long)register_int(in->r, before, "id") : 0,
                   before ? (long long)register_int(in->r, before, "version") : 0);
    }
    const char *hex = digest(cx, SM3, buf_text(&b), b.length);
    return strtoll(arena_text_n(cx->arena, hex, DIGITS), NULL, 16);
}

static Err prove_stamp(Cx *cx, const Intake *in, const Request *rq)
{
    const char *seen = request_query(rq, "version");
    if (seen && strtoll(seen, NULL, 10) != stamp(cx, in))
        return fail(cx, STALE, "version", "核对之后有人改过其中的登记，请重新核对再导入",
                    "somebody changed rows of it since it was checked; check it again");
    return OK;
}

static Err rows_json(Cx *cx, const Json **out, const Intake *in, bool before)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < in->count; i++) {
        const void *row = before ? in->changes[i].before : in->changes[i].row;
        if (!row)
            continue;
        json_open(&o, NULL, '{');
        field_write(cx, &o, in->columns, row, false);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return json_parse(cx, out, buf_text(&b), b.length, &JSON_LIMITS);
}

/* The keys of its KEY fields, or of the field it is called by; ends with NULL. */
static const char *const *keys_of(Cx *cx, const Field *columns, unsigned flag)
{
    size_t count = 0;
    while (columns[count].type != FIELD_END)
        count++;
    const char **keys = NEW_N(cx, const char *, count + 1);
    for (size_t i = 0, n = 0; i < count; i++)
        if (columns[i].flags & flag)
            keys[n++] = columns[i].key;
    return keys;
}

/* What the rows of the file come to, as they stand and as they would. */
static void put_money(Cx *cx, JsonOut *o, const Intake *in)
{
    const Field *f = in->r->sum ? field_find(in->r->table.fields, in->r->sum) : NULL;
    Money before = 0, after = 0;
    for (size_t i = 0; f && i < in->count; i++) {
        const Change *c = &in->changes[i];
        int64_t old = c->before ? *field_int(f, c->before) : UNSET, new = *field_int(f, c->row);
        money_add(before, old == UNSET ? 0 : old, &before);
        money_add(after, new == UNSET ? 0 : new, &after);
    }
    if (!f)
        return;
    json_open(o, "money", '{');
    json_put_text(o, "before", money_text_in(cx, before, f->unit));
    json_put_text(o, "after", money_text_in(cx, after, f->unit));
    json_put_text(o, "unit", text_or(f->unit, "万元"));
    json_close(o, '}');
}

static Err reply_intake(Cx *cx, Reply *rp, const Intake *in)
{
    const IntakeRows told = { .fields = in->columns,
                              .keys = keys_of(cx, in->columns, FIELD_KEY),
                              .names = keys_of(cx, in->columns, FIELD_NAME),
                              .money = in->r->sum };
    const Json *before, *after;
    TRY(rows_json(cx, &before, in, true));
    TRY(rows_json(cx, &after, in, false));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", stamp(cx, in));
    json_put_int(&o, "count", (int64_t)in->count);
    json_put_int(&o, "added", (int64_t)in->added);
    json_put_int(&o, "changed", (int64_t)in->changed);
    json_put_int(&o, "same", (int64_t)in->same);
    json_put_int(&o, "removed", 0);
    intake_put_book(cx, &o, in->book);
    intake_put_changes(cx, &o, &told, before, after);
    put_money(cx, &o, in);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

Err register_sheet_check(Cx *cx, const Register *r, Request *rq, Reply *rp)
{
    Intake in;
    TRY(take(cx, &in, r, rq));
    return request_query(rq, "annotated") ? intake_annotated(cx, rp, r->noun, UNSET, in.book)
                                          : reply_intake(cx, rp, &in);
}

static Err keep_row(Cx *cx, const Intake *in, const Change *c)
{
    int64_t id;
    if (c->before)
        return same_row(in->r, c) ? OK : register_update(cx, in->r, &id, c->row);
    const Field *origin = field_find(in->r->table.fields, "origin");
    if (origin)
        *field_text(origin, c->row) = "imported";
    return register_create(cx, in->r, &id, c->row);
}

Err register_sheet_prepare(Cx *cx, const Register *r, Request *rq)
{
    SheetBook *book;
    export_language(cx, rq);
    TRY(intake_file(cx, &book, sheet_of(cx, r, columns_of(cx, r, false)), rq));
    intake_keep(cx, book);
    return OK;
}

Err register_sheet_import(Cx *cx, const Register *r, Request *rq, Reply *rp)
{
    Intake in;
    TRY(take(cx, &in, r, rq));
    TRY(intake_refuse(cx, in.book));
    TRY(prove_stamp(cx, &in, rq));
    for (size_t i = 0; i < in.count; i++)
        TRY(keep_row(cx, &in, &in.changes[i]));
    return reply_intake(cx, rp, &in);
}
