#include "core/register/register_intake.h"

#include "base/digest.h"
#include "base/money.h"
#include "core/access/right.h"
#include "core/register/quality.h"
#include "core/register/register_install.h"
#include "core/register/register_sheet.h"
#include "core/request/intake.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGES_SHOWN = 1000, GONE_MOST = 50000 };

/* Names that were looked up in this file: rolls name the same few villages again and again. */
typedef struct KnownName {
    const char *noun;
    const char *called;
    const char *key;
    struct KnownName *next;
} KnownName;

RegisterIntake register_intake(Cx *cx, const Register *r)
{
    return (RegisterIntake){ .r = r, .columns = register_sheet(cx, r)->fields, .arena = cx->arena };
}

/* --- a row --- */

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

static KnownName **place_of(RegisterIntake *in, const char *called)
{
    unsigned sum = 0;
    for (const char *p = called; *p; p++)
        sum = sum * 31 + (unsigned char)*p;
    return &in->known[sum % REGISTER_KNOWN];
}

static Err key_of(Cx *cx, RegisterIntake *in, const char **key, const char *noun,
                  const char *called)
{
    KnownName **place = place_of(in, called);
    for (const KnownName *k = *place; k; k = k->next)
        if (strcmp(k->noun, noun) == 0 && strcmp(k->called, called) == 0) {
            *key = k->key;
            return OK;
        }
    TableLink link;
    TRY(register_link(cx, &link, noun));
    TRY(table_link_find(cx, key, &link, register_link_sight(cx, &link), called));
    KnownName *k = arena_alloc(in->arena, sizeof *k);
    *k = (KnownName){ arena_text(in->arena, noun), arena_text(in->arena, called),
                      arena_text(in->arena, *key), *place };
    *key = k->key;
    *place = k;
    return OK;
}

/* What the cell calls it, made its number or code. People know the codes of divisions, and write
 * them; the number of a row is the program's own, and digits in a cell are never taken for one. */
static Err resolve(Cx *cx, RegisterIntake *in, void *row, const Field *f, const char *called)
{
    bool plain = called[strspn(called, "0123456789")] == '\0';
    const char *key = called;
    Err e = key_of(cx, in, &key, f->link, called);
    if (e == NOT_FOUND && plain && field_is_text(f))
        key = called;
    else if (e == NOT_FOUND && plain)
        return fail(cx, INVALID, f->key, "没有叫“%s”的%s：请填写它的名称，不能填写系统内的编号%.0s",
                    "nothing is called “%s”%.0s: write the name of the %s, not a number of the "
                    "program",
                    called, f->zh, f->en);
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

static Err read_cells(Cx *cx, RegisterIntake *in, void *row, const Json *cells)
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

static bool same_row(const Register *r, const RowChange *c)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (!(f->flags & FIELD_VIRTUAL) &&
            (field_is_text(f) ? !text_same(*field_text(f, c->row), *field_text(f, c->before))
                              : *field_int(f, c->row) != *field_int(f, c->before)))
            return false;
    return true;
}

Err register_intake_row(Cx *cx, RegisterIntake *in, RowChange *c)
{
    const Register *r = in->r;
    c->row = register_row(cx, r);
    c->before = register_row(cx, r);
    TRY(read_cells(cx, in, c->row, filled_cells(cx, in->columns, c->cells, FIELD_KEY)));
    default_place(cx, r, c->row);
    register_clean(cx, r, c->row);
    Err e = table_find(cx, c->before, &r->table, register_reach(cx), c->row);
    if (e == NOT_FOUND) {
        c->before = NULL;
        TRY(register_key_free(cx, r, c->row));
    } else {
        TRY(e);
        memcpy(c->row, c->before, r->table.size);
    }
    TRY(read_cells(cx, in, c->row, c->cells));
    register_clean(cx, r, c->row);
    c->same = c->before && same_row(r, c);
    if (c->same)
        return OK;
    TRY(register_prove(cx, r, c->row, c->before));
    return quality_hold(cx, r, c->row, false); /* a sheet brings no drafts that are half typed */
}

typedef struct TakenRow {
    RegisterIntake *in;
    RowChange *change;
} TakenRow;

/* A damaged value is told by its address. */
static const char *text_outside(Arena *arena, const char *text)
{
    return text == FIELD_DAMAGED ? text : arena_text(arena, text);
}

static void *row_outside(const RegisterIntake *in, const void *row)
{
    const Register *r = in->r;
    char *copy = arena_alloc(in->arena, r->table.size);
    memcpy(copy, row, r->table.size);
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (field_is_text(f))
            *field_text(f, copy) = text_outside(in->arena, *field_text(f, copy));
    return copy;
}

/* Proving a row takes a hundred times the memory of what is left of it. */
static Err take_apart(Cx *cx, void *data)
{
    const TakenRow *t = data;
    RowChange *c = t->change;
    TRY(register_intake_row(cx, t->in, c));
    c->row = row_outside(t->in, c->row);
    c->before = c->before ? row_outside(t->in, c->before) : NULL;
    return OK;
}

static Err take_row(Cx *cx, RegisterIntake *in, const SheetRow *from)
{
    RowChange *c = &in->changes[in->count];
    *c = (RowChange){ .line = from->at, .cells = filled_cells(cx, in->columns, from->object, 0) };
    Err e = cx_apart(cx, take_apart, &(TakenRow){ in, c });
    if (e == INVALID || e == CONFLICT || e == FORBIDDEN) {
        const char *field = cx->failure.field;
        sheet_fault(cx, from, *field == '/' ? field + 1 : field);
        return OK;
    }
    TRY(e);
    in->same += c->same;
    in->added += !c->before;
    in->changed += c->before && !c->same;
    in->count++;
    return OK;
}

/* --- what the sheet lacks --- */

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The numbers of the rows that the sheet has, in order. */
static int64_t *ids_of(Cx *cx, const RegisterIntake *in, size_t *count)
{
    int64_t *ids = NEW_N(cx, int64_t, in->count + 1);
    *count = 0;
    for (size_t i = 0; i < in->count; i++)
        if (in->changes[i].before)
            ids[(*count)++] = register_int(in->r, in->changes[i].before, "id");
    if (*count)
        qsort(ids, *count, sizeof *ids, compare_ids);
    return ids;
}

static Arg value_of(const Field *f, void *row)
{
    return field_is_text(f) ? arg_text(*field_text(f, row)) : arg_int(*field_int(f, row));
}

static bool same_arg(const Arg *a, const Arg *b)
{
    return a->type == b->type && a->integer == b->integer && a->length == b->length &&
           (!a->length || memcmp(a->bytes, b->bytes, a->length) == 0);
}

/* Of the field by which the sheet is whole, each value that it has, once. */
static Arg *values_of(Cx *cx, const RegisterIntake *in, const Field *f, size_t *count)
{
    Arg *values = NEW_N(cx, Arg, in->count + 1);
    *count = 0;
    for (size_t i = 0; i < in->count; i++) {
        size_t k = 0;
        values[*count] = value_of(f, in->changes[i].row);
        while (!same_arg(&values[k], &values[*count]))
            k++;
        *count += k == *count;
    }
    return values;
}

static Err take_gone(Cx *cx, RegisterIntake *in, const List *standing, const int64_t *ids,
                     size_t count)
{
    const Register *r = in->r;
    for (size_t i = 0; i < standing->count; i++) {
        void *row = (char *)standing->rows + i * r->table.size;
        int64_t id = register_int(r, row, "id");
        if (bsearch(&id, ids, count, sizeof *ids, compare_ids))
            continue;
        TRY(register_may_go(cx, r, row));
        in->changes[in->count++] = (RowChange){ .line = UNSET, .before = row };
        in->removed++;
    }
    return OK;
}

/* A sheet with a fault is not whole, so that nothing is gone by it. */
static Err take_absent(Cx *cx, RegisterIntake *in)
{
    const Register *r = in->r;
    size_t count, value_count;
    if (!r->absent || in->book->fault_count)
        return OK;
    const Field *f = field_find(r->table.fields, r->absent);
    const int64_t *ids = ids_of(cx, in, &count);
    const Arg *values = values_of(cx, in, f, &value_count);
    for (size_t i = 0; i < value_count; i++) {
        List standing;
        TRY(table_among(cx, &standing, &r->table, register_reach(cx), f, values[i], GONE_MOST));
        in->changes = arena_grow(cx->arena, in->changes, in->count * sizeof(RowChange),
                                 (in->count + standing.count + 1) * sizeof(RowChange));
        TRY(take_gone(cx, in, &standing, ids, count));
    }
    return OK;
}

Err register_intake_read(Cx *cx, RegisterIntake *in, const Request *rq)
{
    const Register *r = in->r;
    const Sheet *sheet = register_sheet(cx, r);
    in->columns = sheet->fields;
    in->count = in->added = in->changed = in->same = in->removed = 0;
    TRY(intake_file_within(cx, &in->book, sheet, rq, r->pack ? &INTAKE_LARGE : &INTAKE_LIMITS));
    if (in->book->count == 0)
        return OK; /* its faults say why */
    const SheetTable *t = in->book->tables;
    in->changes = NEW_N(cx, RowChange, t->count + 1);
    for (size_t i = 0; i < t->count && !arena_full(cx->arena); i++)
        TRY(take_row(cx, in, &t->rows[i]));
    return take_absent(cx, in);
}

/* --- writing --- */

Err register_intake_keep(Cx *cx, const RegisterIntake *in, const RowChange *c, int64_t import)
{
    int64_t id;
    const Register *r = in->r;
    if (c->same)
        return OK;
    if (!c->row)
        return register_withdraw(cx, r, c->before);
    const Field *origin = field_find(r->table.fields, "origin");
    const Field *of = field_find(r->table.fields, "import_id");
    if (of)
        *field_int(of, c->row) = import;
    if (c->before)
        return register_update(cx, r, &id, c->row);
    if (origin)
        *field_text(origin, c->row) = "imported";
    return register_create(cx, r, &id, c->row);
}

/* --- what it would do --- */

/* Of the rows that the file meets, as they stand: another where one was changed, added or gone
 * since the file was checked. */
int64_t register_intake_stamp(Cx *cx, const RegisterIntake *in)
{
    enum { DIGITS = 12 }; /* of hex: a whole number in every language's doubles */
    Buf b = BUF(cx);
    for (size_t i = 0; i < in->count; i++) {
        const void *before = in->changes[i].before;
        buf_format(&b, "%lld:%lld%s ", before ? (long long)register_int(in->r, before, "id") : 0,
                   before ? (long long)register_int(in->r, before, "version") : 0,
                   in->changes[i].row ? "" : "-");
    }
    const char *hex = digest(cx, SM3, buf_text(&b), b.length);
    return strtoll(arena_text_n(cx->arena, hex, DIGITS), NULL, 16);
}

/* The first of those that change, as they were or as they would be. */
static Err rows_json(Cx *cx, const Json **out, const RegisterIntake *in, bool before)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    size_t shown = 0;
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < in->count && shown < CHANGES_SHOWN; i++) {
        const RowChange *c = &in->changes[i];
        const void *row = before ? c->before : c->row;
        shown += !c->same;
        if (!row || c->same)
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

static int64_t amount_of(const Field *f, void *row)
{
    return !row || *field_int(f, row) == UNSET ? 0 : *field_int(f, row);
}

/* What the rows of the file come to, as they stand and as they would. */
static void put_money(Cx *cx, JsonOut *o, const RegisterIntake *in)
{
    const Field *f = in->r->sum ? field_find(in->r->table.fields, in->r->sum) : NULL;
    Money before = 0, after = 0;
    for (size_t i = 0; f && i < in->count; i++) {
        money_add(before, amount_of(f, in->changes[i].before), &before);
        money_add(after, amount_of(f, in->changes[i].row), &after);
    }
    if (!f)
        return;
    json_open(o, "money", '{');
    json_put_text(o, "before", money_text_in(cx, before, f->unit));
    json_put_text(o, "after", money_text_in(cx, after, f->unit));
    json_put_text(o, "unit", text_or(f->unit, "万元"));
    json_close(o, '}');
}

Err register_intake_reply(Cx *cx, Reply *rp, const RegisterIntake *in, int64_t import)
{
    size_t moved = in->added + in->changed + in->removed;
    const IntakeRows told = { .fields = in->columns,
                              .keys = keys_of(cx, in->columns, FIELD_KEY),
                              .names = keys_of(cx, in->columns, FIELD_NAME),
                              .money = in->r->sum,
                              .more = moved > CHANGES_SHOWN ? moved - CHANGES_SHOWN : 0 };
    const Json *before, *after;
    TRY(rows_json(cx, &before, in, true));
    TRY(rows_json(cx, &after, in, false));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", register_intake_stamp(cx, in));
    json_put_int(&o, "count", (int64_t)(in->count - in->removed));
    json_put_int(&o, "added", (int64_t)in->added);
    json_put_int(&o, "changed", (int64_t)in->changed);
    json_put_int(&o, "same", (int64_t)in->same);
    json_put_int(&o, "removed", (int64_t)in->removed);
    json_put_int(&o, "import", import);
    intake_put_book(cx, &o, in->book);
    intake_put_changes(cx, &o, &told, before, after);
    put_money(cx, &o, in);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}
