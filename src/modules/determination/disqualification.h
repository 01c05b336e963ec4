/* Disqualification (取消资格) of a zone that has come to the province, with clause and reason: for
 * good, also after the determination. Its place and its money lapse and are not given again.
 */
#ifndef MODULES_DETERMINATION_DISQUALIFICATION_H
#define MODULES_DETERMINATION_DISQUALIFICATION_H

#include "modules/selection/selection.h"

typedef struct Disqualification {
    int64_t zone_id;
    int64_t batch_id;
    const char *clause;
    const char *reason;
    const char *step; /* of the selection */
    int64_t user_id;
    const char *user_name;
    int64_t at;
} Disqualification;
extern const Field disqualification_fields[];
/* CONFLICT a second time; INVALID a clause that the pack has not, or no reason. Draft allotments of
 * the zone are reversed. */
Err zone_disqualify(Cx *cx, const SelectionView *v, int64_t zone_id, const char *clause,
                    const char *reason);

#endif
