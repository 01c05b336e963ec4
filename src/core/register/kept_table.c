#include "core/register/kept_table.h"

#include "core/register/row_shape.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 200, NUMBER_DIGITS = 24 };

static const Json *declared(const Pack *pack, const char *key)
{
    const Json *fields = json_get(pack->batch.json, "fields");
    for (size_t i = 0; fields && i < fields->count; i++)
        if (strcmp(json_text(fields->items[i], "key", ""), key) == 0)
            return fields->items[i];
    return NULL;
}

const Field *kept_table_link(const Register *r)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (text_same(f->link, "batch"))
            return f;
    return NULL;
}

bool kept_table_of(KeptTable *out, const Pack *pack, const Field *field)
{
    const Json *rows = json_get(declared(pack, field->key), "rows");
    if (!rows)
        return false;
    const char *noun = json_text(rows, "register", "");
    const Register *r = pack_register(pack, noun);
    const Field *link = r ? kept_table_link(r) : NULL;
    *out = (KeptTable){ .field = field,
                        .noun = noun,
                        .link = link ? link->key : NULL,
                        .code = json_text(rows, "code", NULL),
                        .value = json_text(rows, "value", NULL),
                        .known_when_empty = json_bool(rows, "empty", false) };
    return true;
}

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
    if (register_has_states(r)) {
        filters[n++] = "state";
        filters[n++] = "settled";
    }
    if (r->dated) {
        filters[n++] = DATED_ON;
        filters[n++] = day_text(cx, on);
        filters[n++] = DATED_KNOWN;
        filters[n++] = KNOWN_OPEN;
    }
    PageQuery query = { .size = PAGE, .filters = filters };
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

/* The one list among the fields of a table's objects; NULL where there is none. */
static const Field *inner_list(const Field *table)
{
    for (const Field *f = table->fields; f && f->type != FIELD_END; f++)
        if (f->type == FIELD_LIST)
            return f;
    return NULL;
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
    const Field *list = inner_list(table), *head = beside(table, list);
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
    bool list = table->type == FIELD_LIST, groups = list && inner_list(table);
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

/* --- proof --- */

typedef struct Proving {
    Cx *cx;
    Findings *findings;
    const Register *r;
    const char *at;
} Proving;

#define WRONG(p, ...)                                                                              \
    finding_add((p)->cx, (p)->findings, "dictionary/batch.json", (p)->at, __VA_ARGS__)

static void prove_column(Proving *p, const char *key, const char *what)
{
    if (!key)
        WRONG(p, "没有写明 rows.%s", "rows.%s is not said", what);
    else if (!field_find(p->r->table.fields, key))
        WRONG(p, "登记簿 %s 没有字段“%s”", "register %s has no field “%s”", p->r->noun, key);
}

static void prove_objects(Proving *p, const Field *table)
{
    for (const Field *f = table->fields; f->type != FIELD_END; f++)
        if (!field_find(p->r->table.fields, f->key))
            WRONG(p, "登记簿 %s 没有字段“%s”", "register %s has no field “%s”", p->r->noun, f->key);
}

static void prove_table(Proving *p, const KeptTable *t)
{
    const Field *f = t->field, *link = kept_table_link(p->r);
    bool list = f->type == FIELD_LIST, pairs = !list || inner_list(f);
    if (!list && f->type != FIELD_OBJECT)
        WRONG(p, "由登记簿得来的只能是列表或对照表",
              "rows make a list, a map or an object of lists");
    if (!link)
        WRONG(p, "登记簿 %s 不联系批次（link: batch）", "register %s names no batch (link: batch)",
              p->r->noun);
    else if (!(link->flags & FIELD_FILTER))
        WRONG(p, "登记簿 %s 的批次字段应可筛选（filter）",
              "the batch of register %s must be one to filter by", p->r->noun);
    if (list && f->fields && !pairs) {
        prove_objects(p, f);
        return;
    }
    prove_column(p, t->code, "code");
    if (pairs)
        prove_column(p, t->value, "value");
}

bool kept_tables_said(const Pack *pack)
{
    KeptTable t;
    for (const Field *f = pack->batch.fields; f->type != FIELD_END; f++)
        if (kept_table_of(&t, pack, f))
            return true;
    return false;
}

void kept_tables_prove(Cx *cx, Findings *findings, const Pack *pack)
{
    bool says = kept_tables_said(pack);
    for (const Field *f = pack->batch.fields; f->type != FIELD_END; f++) {
        KeptTable t;
        Proving p = { cx, findings, NULL, json_pointer(cx, "", f->key) };
        bool kept = kept_table_of(&t, pack, f);
        if (!kept && says && strcmp(f->key, "recommended") != 0)
            WRONG(&p, "没有写明由哪本登记簿得来（rows）", "rows does not say what keeps it");
        p.r = kept ? pack_register(pack, t.noun) : NULL;
        if (kept && !p.r)
            WRONG(&p, "政策包没有登记簿“%s”", "the pack has no register “%s”", t.noun);
        if (p.r)
            prove_table(&p, &t);
    }
}
