/* The batch's tables in the contract's shape. */
#include "core/process/pack_store.h"
#include "modules/batch/batch_quota.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct Entry {
    int64_t id;
    int64_t version;
    const char *kind;
    const char *code;
    const char *value;
} Entry;

static const Field ENTRY[] = {
    { "id", FIELD_INT, offsetof(Entry, id), "编号", "Number" },
    { "version", FIELD_INT, offsetof(Entry, version), "版本", "Version" },
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

/* A zone that holds a place: of the county that it left, or of the whole city. */
typedef struct Holder {
    const char *zone;
    const char *county;
    const char *code; /* of the place */
    const char *area; /* whose places its county used when that was told last; NULL = never told */
    const char *told; /* of which entries */
    bool fresh;       /* told anew */
} Holder;

static const Field HOLDER[] = {
    { "zone", FIELD_TEXT, offsetof(Holder, zone), "推进区", "Zone" },
    { "county", FIELD_TEXT, offsetof(Holder, county), "县", "County" },
    { "code", FIELD_TEXT, offsetof(Holder, code), "名额", "Place" },
    { "area", FIELD_TEXT, offsetof(Holder, area), "名额所属", "Area" },
    { "told", FIELD_TEXT, offsetof(Holder, told), "依据", "Told from" },
    FIELDS_END,
};

/* Which entries hold: they are added and ended, never changed, so their numbers and versions tell.
 */
static const char *key_of(Cx *cx, const List *entries)
{
    const Entry *rows = entries->rows;
    int64_t ids = 0, versions = 0;
    for (size_t i = 0; i < entries->count; i++) {
        ids += rows[i].id;
        versions += rows[i].version;
    }
    return arena_format(cx->arena, "%zu:%" PRId64 ":%" PRId64, entries->count, ids, versions);
}

static Err tables_of(Cx *cx, BatchTables *out, int64_t id, const char *text)
{
    Batch batch;
    const Json *tables;
    TRY(batch_get(cx, &batch, id));
    TRY(pack_store_get(cx, &out->pack, batch.pack));
    TRY(json_parse(cx, &tables, text, strlen(text), &JSON_LIMITS));
    out->tables = check_batch(cx, out->pack, tables);
    return OK;
}

static Err tell_area(Cx *cx, Holder *h, const BatchTables *b, const char *key)
{
    Terms terms;
    TRY(terms_of(cx, &terms, b->pack, &b->tables, h->county));
    h->area = text_or(terms.area, "");
    h->told = key;
    h->fresh = true;
    return OK;
}

/* Who holds a place, each with whose places his county uses. That takes a run of the pack's rules,
 * so it is kept beside the place (batch_places_tell) and worked out here only where the tables are
 * others now. text: the tables without who is recommended, which no quota depends on. */
static Err holders(Cx *cx, List *out, int64_t id, const char *key, const char *text)
{
    BatchTables b = { .pack = NULL };
    TRY(store_list(cx, out, HOLDER, sizeof(Holder),
                   "SELECT z.name AS zone, z.county, p.code, p.area, p.told FROM zone z "
                   "JOIN batch_place p ON p.zone_id = z.id WHERE z.batch_id = $1 "
                   "ORDER BY z.county, z.name, p.code",
                   ARGS(I(id))));
    Holder *rows = out->rows;
    for (size_t i = 0; i < out->count; i++) {
        if (text_same(rows[i].told, key))
            continue;
        if (!b.pack)
            TRY(tables_of(cx, &b, id, text));
        TRY(tell_area(cx, &rows[i], &b, key));
    }
    return OK;
}

/* A zone counts as recommended once it holds a place of those that its county uses: in a county
 * with places of its own from leaving it, else once its city has reported it. Territory does not
 * limit it, as another county's zone may use up the city's place. */
static void put_recommended(JsonOut *o, const List *holders)
{
    const Holder *rows = holders->rows;
    json_open(o, "recommended", '[');
    for (size_t i = 0; i < holders->count; i++) {
        if (!text_same(rows[i].area, rows[i].code))
            continue;
        json_open(o, NULL, '{');
        json_put_text(o, "zone", rows[i].zone);
        json_put_text(o, "county", rows[i].county);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* The tables, and the object still open. */
static Err put_tables(Cx *cx, JsonOut *o, const char **key, int64_t id, Day at)
{
    List list;
    TRY(store_list(cx, &list, ENTRY, sizeof(Entry),
                   "SELECT id, version, kind, code, value FROM batch_entry WHERE batch_id = $1 "
                   "AND (valid_from IS NULL OR valid_from <= $2) "
                   "AND (valid_to IS NULL OR valid_to > $2) ORDER BY kind, code, value",
                   ARGS(I(id), I(at))));
    *key = key_of(cx, &list);
    json_open(o, NULL, '{');
    put_codes(o, "key_counties", &list, "key_county");
    put_codes(o, "yellow_river_counties", &list, "yellow_river_county");
    put_classes(o, &list);
    put_areas(o, &list);
    put_uses(o, &list);
    return OK;
}

Err batch_document(Cx *cx, const Json **out, int64_t id, Day at)
{
    List places;
    const char *key;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(put_tables(cx, &o, &key, id, at));
    TRY(holders(cx, &places, id, key, arena_format(cx->arena, "%s}", buf_text(&b))));
    put_recommended(&o, &places);
    json_close(&o, '}');
    return json_parse(cx, out, b.at, b.length, &JSON_LIMITS);
}

Err batch_places_tell(Cx *cx, int64_t id)
{
    List places;
    const char *key;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(put_tables(cx, &o, &key, id, day_of_instant(cx_now(cx))));
    TRY(holders(cx, &places, id, key, arena_format(cx->arena, "%s}", buf_text(&b))));
    const Holder *rows = places.rows;
    for (size_t i = 0; i < places.count; i++)
        if (rows[i].fresh)
            TRY(store_run(
                cx,
                "UPDATE batch_place SET area = $3, told = $4 WHERE batch_id = $1 "
                "AND code = $2 AND zone_id IN (SELECT id FROM zone WHERE county = $5)",
                ARGS(I(id), T(rows[i].code), T(rows[i].area), T(key), T(rows[i].county))));
    return OK;
}
