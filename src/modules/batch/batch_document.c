/* The batch's tables in the contract's shape. */
#include "modules/batch/batch.h"

#include <stdlib.h>
#include <string.h>

typedef struct Entry {
    const char *kind;
    const char *code;
    const char *value;
} Entry;

static const Field ENTRY[] = {
    { "kind", FIELD_TEXT, offsetof(Entry, kind), "表", "Table" },
    { "code", FIELD_TEXT, offsetof(Entry, code), "代码", "Code" },
    { "value", FIELD_TEXT, offsetof(Entry, value), "内容", "Value" },
    FIELDS_END,
};

static size_t of_kind(const List *list, const char *kind, size_t *from)
{
    const Entry *rows = list->rows;
    size_t i = 0;
    while (i < list->count && strcmp(rows[i].kind, kind) != 0)
        i++;
    *from = i;
    while (i < list->count && strcmp(rows[i].kind, kind) == 0)
        i++;
    return i - *from;
}

static void put_codes(JsonOut *o, const char *key, const List *list, const char *kind)
{
    size_t from, count = of_kind(list, kind, &from);
    const Entry *rows = list->rows;
    if (count == 0)
        return;
    json_open(o, key, '[');
    for (size_t i = from; i < from + count; i++)
        json_put_text(o, NULL, rows[i].code);
    json_close(o, ']');
}

static void put_classes(JsonOut *o, const List *list)
{
    size_t from, count = of_kind(list, "region_class", &from);
    const Entry *rows = list->rows;
    if (count == 0)
        return;
    json_open(o, "region_class", '{');
    for (size_t i = from; i < from + count; i++)
        if (i == from || strcmp(rows[i].code, rows[i - 1].code) != 0)
            json_put_text(o, rows[i].code, rows[i].value);
    json_close(o, '}');
}

static int by_value(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    int order = strcmp(x->value, y->value);
    return order ? order : strcmp(x->code, y->code);
}

/* Villages by programme. An empty register is a known one: the province has said so by its
 * other tables; without any entry of the batch it stays unknown. */
static void put_areas(JsonOut *o, const List *list)
{
    size_t from, count = of_kind(list, "arranged_area", &from);
    Entry *rows = list->rows;
    if (list->count == 0)
        return;
    if (count)
        qsort(rows + from, count, sizeof *rows, by_value);
    json_open(o, "arranged_areas", '[');
    for (size_t i = from; i < from + count; i++) {
        if (i == from || strcmp(rows[i].value, rows[i - 1].value) != 0) {
            json_open(o, NULL, '{');
            json_put_text(o, "programme", rows[i].value);
            json_open(o, "villages", '[');
        }
        json_put_text(o, NULL, rows[i].code);
        if (i + 1 == from + count || strcmp(rows[i].value, rows[i + 1].value) != 0) {
            json_close(o, ']');
            json_close(o, '}');
        }
    }
    json_close(o, ']');
}

static void put_uses(JsonOut *o, const List *list)
{
    size_t from, count = of_kind(list, "forbidden_use", &from);
    const Entry *rows = list->rows;
    if (count == 0)
        return;
    json_open(o, "forbidden_uses", '{');
    for (size_t i = from; i < from + count; i++) {
        if (i == from || strcmp(rows[i].code, rows[i - 1].code) != 0)
            json_open(o, rows[i].code, '[');
        json_put_text(o, NULL, rows[i].value);
        if (i + 1 == from + count || strcmp(rows[i].code, rows[i + 1].code) != 0)
            json_close(o, ']');
    }
    json_close(o, '}');
}

/* A zone of a key county counts as recommended once it left the county, of another county once its
 * city has reported it. Territory does not limit it, as another county's zone may use up the city's
 * place. */
static Err put_recommended(Cx *cx, JsonOut *o, int64_t id, Day at)
{
    Rows rows;
    json_open(o, "recommended", '[');
    TRY(rows_open(cx, &rows,
                  "SELECT z.name, z.county FROM zone z JOIN batch_place p ON p.zone_id = z.id "
                  "WHERE z.batch_id = $1 AND (length(p.code) = 4 OR EXISTS (SELECT 1 "
                  "FROM batch_entry e WHERE e.batch_id = $1 AND e.kind = 'key_county' "
                  "AND e.code = p.code AND (e.valid_from IS NULL OR e.valid_from <= $2) "
                  "AND (e.valid_to IS NULL OR e.valid_to > $2))) ORDER BY z.county, z.name",
                  ARGS(I(id), I(at))));
    while (rows.more) {
        json_open(o, NULL, '{');
        json_put_text(o, "zone", rows_text(cx, &rows, 0));
        json_put_text(o, "county", rows_text(cx, &rows, 1));
        json_close(o, '}');
        TRY(rows_next(cx, &rows));
    }
    json_close(o, ']');
    return OK;
}

Err batch_document(Cx *cx, const Json **out, int64_t id, Day at)
{
    List list;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(store_list(cx, &list, ENTRY, sizeof(Entry),
                   "SELECT kind, code, value FROM batch_entry WHERE batch_id = $1 "
                   "AND (valid_from IS NULL OR valid_from <= $2) "
                   "AND (valid_to IS NULL OR valid_to > $2) ORDER BY kind, code, value",
                   ARGS(I(id), I(at))));
    json_open(&o, NULL, '{');
    put_codes(&o, "key_counties", &list, "key_county");
    put_codes(&o, "yellow_river_counties", &list, "yellow_river_county");
    put_classes(&o, &list);
    put_areas(&o, &list);
    put_uses(&o, &list);
    TRY(put_recommended(cx, &o, id, at));
    json_close(&o, '}');
    return json_parse(cx, out, b.at, b.length, &JSON_LIMITS);
}
