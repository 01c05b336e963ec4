#include "modules/batch/batch_quota.h"

#include "core/access/right.h"
#include "core/process/pack_store.h"

#include <assert.h>
#include <string.h>

const char *quota_kind_key(QuotaKind kind)
{
    static const char *const KEYS[] = { "key", "open", "other" };
    return KEYS[kind];
}

static int64_t parameter(const Pack *pack, const char *key)
{
    const Json *list = json_get(pack->json, "parameters");
    for (size_t i = 0; list && i < list->count; i++)
        if (strcmp(json_text(list->items[i], "key", ""), key) == 0)
            return json_int(list->items[i], "value", 0);
    return 0;
}

Err batch_quotas(Cx *cx, Quotas *out, int64_t batch_id)
{
    static const char *const TIERS[] = { "key_county_funds", "tier_east", "tier_middle",
                                         "tier_west" };
    Batch batch;
    const Pack *pack;
    TRY(batch_get(cx, &batch, batch_id));
    TRY(pack_store_get(cx, &pack, batch.pack));
    out->key_county = parameter(pack, "key_county_quota");
    out->open_city = parameter(pack, "open_city_quota");
    for (size_t i = 0; i < COUNT(TIERS); i++)
        out->tiers[i] = parameter(pack, TIERS[i]) * FEN_PER_WAN;
    return OK;
}

Err batch_quota(Cx *cx, Quota *out, int64_t batch_id, const char *county)
{
    Quotas quotas;
    bool key, any;
    Day today = day_of_instant(cx_now(cx));
    assert(strlen(county) == 6);
    const char *city = arena_text_n(cx->arena, county, 4);
    TRY(batch_quotas(cx, &quotas, batch_id));
    TRY(store_exists(cx, &key,
                     "SELECT 1 FROM batch_entry WHERE batch_id = $1 AND kind = 'key_county' "
                     "AND code = $2 AND (valid_from IS NULL OR valid_from <= $3) "
                     "AND (valid_to IS NULL OR valid_to > $3)",
                     ARGS(I(batch_id), T(county), I(today))));
    TRY(store_exists(cx, &any,
                     "SELECT 1 FROM batch_entry WHERE batch_id = $1 AND kind = 'key_county' "
                     "AND " WITHIN("code", 2) " AND (valid_from IS NULL OR valid_from <= $3) "
                                              "AND (valid_to IS NULL OR valid_to > $3)",
                     ARGS(I(batch_id), T(city), I(today))));
    *out = (Quota){ QUOTA_NONE, county, 0 };
    if (key)
        *out = (Quota){ QUOTA_KEY, county, quotas.key_county };
    else if (!any)
        *out = (Quota){ QUOTA_OPEN, city, quotas.open_city };
    return OK;
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
    return store_run(cx,
                     "INSERT INTO batch_place(batch_id, code, number, zone_id) "
                     "VALUES($1, $2, $3, $4)",
                     ARGS(I(batch_id), T(code), I(number), I(zone_id)));
}

Err batch_place_free(Cx *cx, const char *code, int64_t zone_id)
{
    return store_run(cx, "DELETE FROM batch_place WHERE zone_id = $1 AND code = $2",
                     ARGS(I(zone_id), T(code)));
}
