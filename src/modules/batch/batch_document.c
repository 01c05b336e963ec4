/* The batch's tables in the contract's shape. */
#include "core/process/pack_store.h"
#include "modules/batch/batch_quota.h"
#include "modules/batch/kept_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Tables that a pack of before registers does not say the rows of: kept as entries of this kind. */
static const struct {
    const char *key, *kind;
} FORMER[] = {
    { "key_counties", "key_county" },      { "yellow_river_counties", "yellow_river_county" },
    { "region_class", "region_class" },    { "arranged_areas", "arranged_area" },
    { "forbidden_uses", "forbidden_use" },
};

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

const Field *batch_former_table(const Pack *pack, const char *kind)
{
    KeptTable kept;
    for (size_t i = 0; i < COUNT(FORMER); i++) {
        const Field *f = strcmp(FORMER[i].kind, kind) == 0
                             ? field_find(pack->batch.fields, FORMER[i].key)
                             : NULL;
        if (f)
            return kept_table_of(&kept, pack, f) ? NULL : f;
    }
    return NULL;
}

static Err former_rows(Cx *cx, KeptRows *out, const char *key, int64_t id, Day at)
{
    Rows rows;
    size_t i = 0;
    *out = (KeptRows){ 0 };
    while (i < COUNT(FORMER) && strcmp(FORMER[i].key, key) != 0)
        i++;
    if (i == COUNT(FORMER))
        return OK;
    TRY(rows_open(cx, &rows,
                  "SELECT id, version, code, value FROM batch_entry WHERE batch_id = $1 "
                  "AND kind = $3 AND (valid_from IS NULL OR valid_from <= $2) "
                  "AND (valid_to IS NULL OR valid_to > $2)",
                  ARGS(I(id), I(at), T(FORMER[i].kind))));
    while (rows.more) {
        const KeptRow row = { .code = rows_text(cx, &rows, 2), .value = rows_text(cx, &rows, 3) };
        kept_rows_add(cx, out, row, rows_int(&rows, 0), rows_int(&rows, 1));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

/* A table as it is read, and whether it is known to be empty once any of the batch has a row. */
typedef struct Read {
    const Field *field;
    KeptRows rows;
    bool known_when_empty;
} Read;

static Err read_table(Cx *cx, Read *out, const Pack *pack, int64_t id, Day at)
{
    KeptTable kept;
    if (kept_table_of(&kept, pack, out->field)) {
        out->known_when_empty = kept.known_when_empty;
        return kept_table_rows(cx, &out->rows, &kept, id, at);
    }
    /* arranged areas: the province has said so by its other tables */
    out->known_when_empty = strcmp(out->field->key, "arranged_areas") == 0;
    return former_rows(cx, &out->rows, out->field->key, id, at);
}

static Err read_tables(Cx *cx, Read *out, size_t *count, const Pack *pack, int64_t id, Day at)
{
    *count = 0;
    for (const Field *f = pack->batch.fields; f->type != FIELD_END; f++) {
        if (strcmp(f->key, "recommended") == 0)
            continue;
        out[*count] = (Read){ .field = f };
        TRY(read_table(cx, &out[(*count)++], pack, id, at));
    }
    return OK;
}

/* The tables, and the object still open. key: of the rows that hold. */
static Err put_tables(Cx *cx, JsonOut *o, const char **key, int64_t id, Day at)
{
    Batch batch;
    const Pack *pack;
    size_t count = 0;
    KeptRows all = { 0 };
    TRY(batch_get(cx, &batch, id));
    TRY(pack_store_get(cx, &pack, batch.pack));
    while (pack->batch.fields[count].type != FIELD_END)
        count++;
    Read *tables = NEW_N(cx, Read, count + 1);
    TRY(read_tables(cx, tables, &count, pack, id, at));
    for (size_t i = 0; i < count; i++) {
        all.count += tables[i].rows.count;
        all.ids += tables[i].rows.ids;
        all.versions += tables[i].rows.versions;
    }
    *key = arena_format(cx->arena, "%zu:%" PRId64 ":%" PRId64, all.count, all.ids, all.versions);
    json_open(o, NULL, '{');
    for (size_t i = 0; i < count; i++)
        if (tables[i].rows.count || (tables[i].known_when_empty && all.count))
            kept_table_put(o, tables[i].field, &tables[i].rows);
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
