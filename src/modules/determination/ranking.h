/* The ranking of a batch, made from the sealed sheets and the site visits and kept with its
 * reckoning; made again from the same record it is the same.
 */
#ifndef MODULES_DETERMINATION_RANKING_H
#define MODULES_DETERMINATION_RANKING_H

#include "modules/selection/rank.h"
#include "modules/selection/selection.h"

/* The zones that are in, by place, from the record as it is now. CONFLICT where a score lacks. */
Err ranking_compute(Cx *cx, Rank **out, size_t *count, const SelectionView *v);
/* Computes and keeps it, at step rank; STALE where the selection moved. */
Err ranking_make(Cx *cx, const SelectionView *v, int64_t version);
/* Takes it back: somebody is out, so places must be given anew. */
Err ranking_undo(Cx *cx, const SelectionView *v);
Err ranking_put(Cx *cx, JsonOut *o, const SelectionView *v);

typedef struct RankRow {
    int64_t zone_id;
    const char *name;
    const char *county_name;
    const char *city_name;
    int64_t paper; /* micro-points */
    int64_t defence;
    int64_t site;
    int64_t total;
    int64_t place;
    const char *arithmetic; /* JSON */
} RankRow;

extern const Field rank_fields[];
Err ranking_rows(Cx *cx, List *out, int64_t batch_id); /* as kept, by place */

#endif
