#include "modules/batch/batch_quota.h"

#include "core/process/pack_store.h"

#include <string.h>

Err batch_tables(Cx *cx, BatchTables *out, int64_t batch_id, Day at)
{
    Batch batch;
    const Json *tables;
    TRY(batch_get(cx, &batch, batch_id));
    TRY(pack_store_get(cx, &out->pack, batch.pack));
    TRY(batch_document(cx, &tables, batch_id, at));
    out->tables = check_batch(cx, out->pack, tables);
    return OK;
}

Err batch_terms(Cx *cx, Terms *out, int64_t batch_id, const char *county)
{
    BatchTables b;
    TRY(batch_tables(cx, &b, batch_id, day_of_instant(cx_now(cx))));
    return terms_of(cx, out, b.pack, &b.tables, county);
}

static Err refuse_full(Cx *cx, const char *code, int64_t places)
{
    const char *name = code;
    Err e = store_text(cx, &name, "SELECT name FROM region WHERE code = $1 AND valid_to IS NULL",
                       ARGS(T(code)));
    if (e != OK && e != NOT_FOUND)
        return e;
    return fail(cx, CONFLICT, "quota", "%s的名额是 %lld 个，已被占用",
                "the quota of %s is %lld and is taken", e == OK ? name : code, (long long)places);
}

Err batch_place_take(Cx *cx, int64_t batch_id, const char *code, int64_t places, int64_t zone_id)
{
    Rows rows;
    bool held;
    int64_t number = 1;
    TRY(store_exists(cx, &held, "SELECT 1 FROM batch_place WHERE zone_id = $1 AND code = $2",
                     ARGS(I(zone_id), T(code))));
    if (held)
        return OK;
    TRY(rows_open(cx, &rows,
                  "SELECT number FROM batch_place WHERE batch_id = $1 AND code = $2 "
                  "ORDER BY number",
                  ARGS(I(batch_id), T(code))));
    while (rows.more) {
        number += rows_int(&rows, 0) == number;
        TRY(rows_next(cx, &rows));
    }
    if (number > places)
        return refuse_full(cx, code, places);
    TRY(store_run(cx,
                  "INSERT INTO batch_place(batch_id, code, number, zone_id) VALUES($1, $2, $3, $4)",
                  ARGS(I(batch_id), T(code), I(number), I(zone_id))));
    return batch_places_tell(cx, batch_id);
}

Err batch_place_free(Cx *cx, const char *code, int64_t zone_id)
{
    return store_run(cx, "DELETE FROM batch_place WHERE zone_id = $1 AND code = $2",
                     ARGS(I(zone_id), T(code)));
}
