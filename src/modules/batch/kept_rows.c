#include "modules/batch/kept_rows.h"

#include "core/register/flow.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 200 };

/* --- rows --- */

void kept_rows_add(Cx *cx, KeptRows *rows, KeptRow row, int64_t id, int64_t version)
{
    if (rows->count == rows->room) {
        size_t more = rows->room ? 2 * rows->room : PAGE;
        rows->at =
            arena_grow(cx->arena, rows->at, rows->room * sizeof *rows->at, more * sizeof *rows->at);
        rows->room = more;
    }
    rows->at[rows->count++] = row;
    rows->ids += id;
    rows->versions += version;
}

static const char *cell(Cx *cx, const Register *r, const void *row, const char *key, bool *number)
{
    const Field *f = key ? field_find(r->table.fields, key) : NULL;
    if (!f)
        return NULL;
    if (field_is_text(f))
        return register_text(r, row, key);
    int64_t n = register_int(r, row, key);
    *number = f->type == FIELD_INT && n != UNSET;
    return n == UNSET ? NULL : arena_format(cx->arena, "%lld", (long long)n);
}

/* The fields of the row that the table's objects have, by their keys. */
static const char *told(Cx *cx, const Register *r, const Field *table, const void *row)
{
    size_t count = 0;
    while (table->fields[count].type != FIELD_END)
        count++;
    Field *columns = NEW_N(cx, Field, count + 1);
    for (size_t i = 0; i < count; i++)
        columns[i] = *field_find(r->table.fields, table->fields[i].key);
    columns[count] = (Field)FIELDS_END;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    field_write(cx, &o, columns, row, false);
    json_close(&o, '}');
    return buf_text(&b);
}

static void add_page(Cx *cx, KeptRows *out, const KeptTable *t, const Register *r, const List *page)
{
    for (size_t i = 0; i < page->count; i++) {
        const void *row = (const char *)page->rows + i * r->table.size;
        KeptRow k = { .json = t->code ? NULL : told(cx, r, t->field, row) };
        k.value = cell(cx, r, row, t->value, &k.number);
        bool number = false;
        k.code = text_or(cell(cx, r, row, t->code, &number), "");
        kept_rows_add(cx, out, k, register_int(r, row, "id"), register_int(r, row, "version"));
    }
}

/* The newest version of the register, which has all fields of those before it; every division's
 * rows, as another county's may use up what a city has. */
Err kept_table_rows(Cx *cx, KeptRows *out, const KeptTable *t, int64_t batch, Day on)
{
    const Register *r;
    const char *filters[10] = { t->link, arena_format(cx->arena, "%lld", (long long)batch) };
    size_t n = 2;
    assert(t->link);
    *out = (KeptRows){ 0 };
    TRY(register_find(cx, &r, t->noun));
    if (r->dated) {
        filters[n++] = DATED_ON;
        filters[n++] = day_text(cx, on);
        filters[n++] = DATED_KNOWN;
        filters[n++] = KNOWN_OPEN;
    }
    PageQuery query = { .size = PAGE, .filters = filters, .condition = flow_good(cx, r->process) };
    for (List page;; query.after = page.after) {
        TRY(table_page(cx, &page, &r->table, range_of(cx, ""), &query));
        add_page(cx, out, t, r, &page);
        if (!page.after)
            return OK;
    }
}

/* --- in the document --- */

static int compare(const char *a, const char *b)
{
    return strcmp(text_or(a, ""), text_or(b, ""));
}

static int by_code(const void *a, const void *b)
{
    const KeptRow *x = a, *y = b;
    int order = compare(x->code, y->code);
    return order ? order : compare(x->value, y->value);
}

static int by_value(const void *a, const void *b)
{
    const KeptRow *x = a, *y = b;
    int order = compare(x->value, y->value);
    return order ? order : compare(x->code, y->code);
}

static void put_value(JsonOut *o, const char *key, const KeptRow *row)
{
    if (row->number)
        json_put_int(o, key, strtoll(row->value, NULL, 10));
    else
        json_put_text(o, key, row->value);
}

static void put_codes(JsonOut *o, const KeptRows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (i == 0 || compare(rows->at[i].code, rows->at[i - 1].code) != 0)
            json_put_text(o, NULL, rows->at[i].code);
}

static void put_map(JsonOut *o, const KeptRows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (i == 0 || compare(rows->at[i].code, rows->at[i - 1].code) != 0)
            put_value(o, rows->at[i].code, &rows->at[i]);
}

/* Values below the code that they belong to. */
static void put_lists(JsonOut *o, const KeptRows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (i == 0 || compare(rows->at[i].code, rows->at[i - 1].code) != 0)
            json_open(o, rows->at[i].code, '[');
        put_value(o, NULL, &rows->at[i]);
        if (i + 1 == rows->count || compare(rows->at[i].code, rows->at[i + 1].code) != 0)
            json_close(o, ']');
    }
}

static const Field *beside(const Field *table, const Field *list)
{
    for (const Field *f = table->fields; f->type != FIELD_END; f++)
        if (f != list)
            return f;
    return NULL;
}

/* Codes below the value that they share. */
static void put_groups(JsonOut *o, const Field *table, const KeptRows *rows)
{
    const Field *list = kept_table_inner(table), *head = beside(table, list);
    for (size_t i = 0; i < rows->count; i++) {
        if (i == 0 || compare(rows->at[i].value, rows->at[i - 1].value) != 0) {
            json_open(o, NULL, '{');
            put_value(o, head->key, &rows->at[i]);
            json_open(o, list->key, '[');
        }
        json_put_text(o, NULL, rows->at[i].code);
        if (i + 1 == rows->count || compare(rows->at[i].value, rows->at[i + 1].value) != 0) {
            json_close(o, ']');
            json_close(o, '}');
        }
    }
}

static void put_rows(JsonOut *o, const KeptRows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        json_put_raw(o, NULL, rows->at[i].json);
}

void kept_table_put(JsonOut *o, const Field *table, KeptRows *rows)
{
    bool list = table->type == FIELD_LIST, groups = list && kept_table_inner(table);
    assert(list || table->type == FIELD_OBJECT);
    if (rows->count)
        qsort(rows->at, rows->count, sizeof *rows->at, groups ? by_value : by_code);
    json_open(o, table->key, list ? '[' : '{');
    if (groups)
        put_groups(o, table, rows);
    else if (list && table->fields)
        put_rows(o, rows);
    else if (list)
        put_codes(o, rows);
    else if (table->fields)
        put_lists(o, rows);
    else
        put_map(o, rows);
    json_close(o, list ? ']' : '}');
}
