/* The determination (确定名单): which zones are selected, within places, quota and budget, and what
 * money each is given. It is proposed, signed by both organs of the province, and then holds.
 *
 * Its content is canonical JSON with a SHA-256; a signature names that hash, so nobody signs what
 * he has not seen. It holds the tables that its amounts were told from. A disqualified zone's place
 * and money lapse: they count as used (programme.md D2). Amounts come from the pack's parameters
 * and the batch's tables (一.3): a key county's sum, else the fixed sum of the region class. What
 * is determined is drafted into the table allotment.
 */
#ifndef MODULES_DETERMINATION_DETERMINATION_H
#define MODULES_DETERMINATION_DETERMINATION_H

#include "modules/selection/selection.h"

typedef struct Determination {
    int64_t id; /* UNSET = none */
    int64_t version;
    int64_t batch_id;
    int64_t number;
    const char *state; /* proposed, signed, withdrawn */
    const char *hash;
    const char *content;
    int64_t made_at;
} Determination;

extern const Field determination_fields[];

typedef struct Award {
    int64_t zone_id;
    const char *name;
    const char *county;
    const char *county_name;
    const char *city_name;
    const char *outcome; /* selected, not_selected */
    int64_t place;
    Money amount; /* 分; 0 where not selected */
    const char *clause;
    const char *reason;
} Award;

extern const Field award_fields[];

/* The one that is not withdrawn. */
Err determination_current(Cx *cx, Determination *out, int64_t batch_id);
Err determination_zones(Cx *cx, List *out, int64_t determination_id);
/* body: { version, zones: [{ zone_id, outcome, reason }] }. STALE where the selection moved;
 * CONFLICT "places", "budget", "quota" over a limit, "signed" once somebody has signed; INVALID
 * where a ranked zone is missing, or passed over without a reason. */
extern const Field determination_proposal[]; /* what body holds */
Err determination_propose(Cx *cx, const SelectionView *v, const Json *body);
/* The proposal that may be signed: STALE "hash" where it is another one, CONFLICT where places,
 * money, the batch's tables or zones have changed since it was made. */
Err determination_ready(Cx *cx, Determination *out, const SelectionView *v, const char *hash);
/* Both have signed: it holds, and its money is drafted. */
Err determination_hold(Cx *cx, const Determination *d);
Err determination_withdraw(Cx *cx, int64_t batch_id);
/* Canonical content of awards, by place; what is hashed. */
Err determination_content(Cx *cx, const char **out, const SelectionView *v, const Award *awards,
                          size_t count, int64_t number);
/* All determinations of the batch, and what rank, places and money suggest. */
Err determination_put(Cx *cx, JsonOut *o, const SelectionView *v);

typedef struct Allotment {
    int64_t id;
    int64_t batch_id;
    int64_t zone_id;
    const char *level;
    Money amount;
    const char *clause;
    int64_t determination_id;
    const char *state; /* draft, reversed */
    const char *reason;
    const char *name;
} Allotment;

extern const Field allotment_fields[];
Err allotment_list(Cx *cx, List *out, int64_t batch_id);
/* Drafts of the zone are taken back; nothing where it has none. */
Err allotment_reverse(Cx *cx, int64_t zone_id, const char *reason);

#endif
