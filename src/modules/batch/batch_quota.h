/* The quota of a batch (Q1–Q3, 一.3): who may recommend how many, and who holds which place.
 *
 * A key county has places of its own. A city without one has places for the whole city: each of its
 * counties may send as many candidates up, and the city reports no more than that. Any other county
 * has none. A zone holds a place of its county from leaving it until it comes back, and in a city
 * without key county one of the city's from the report on. Two zones never hold one place.
 */
#ifndef MODULES_BATCH_BATCH_QUOTA_H
#define MODULES_BATCH_BATCH_QUOTA_H

#include "base/money.h"
#include "modules/batch/batch.h"

typedef enum QuotaKind {
    QUOTA_KEY,  /* a key county */
    QUOTA_OPEN, /* a county of a city without key county */
    QUOTA_NONE, /* a county of a city with key counties that is none itself */
} QuotaKind;
const char *quota_kind_key(QuotaKind kind); /* "key", "open", "other" */

typedef struct Quota {
    QuotaKind kind;
    const char *area; /* whose places the report takes: the county (key) or the city (open) */
    int64_t places;
} Quota;

/* Of a county as of today, by the batch's tables and the parameters of its pack. */
Err batch_quota(Cx *cx, Quota *out, int64_t batch_id, const char *county);

/* The figures of the batch's pack. */
typedef struct Quotas {
    int64_t key_county; /* zones of one */
    int64_t open_city;
    Money tiers[4]; /* the fixed sums in 分: key, east, middle, west (F1, F3) */
} Quotas;
Err batch_quotas(Cx *cx, Quotas *out, int64_t batch_id);

/* Takes the lowest free place of the code; nothing where the zone holds one already. CONFLICT
 * "quota" where none is free. */
Err batch_place_take(Cx *cx, int64_t batch_id, const char *code, int64_t places, int64_t zone_id);
Err batch_place_free(Cx *cx, const char *code, int64_t zone_id);

#endif
