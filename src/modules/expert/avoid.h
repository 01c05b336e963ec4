/* Avoidance (回避) by rule: may this expert judge this zone?
 *
 * No, by "county": he works in its county; by "organ": his organ is one of its county or city, or
 * stands in its dossier; by "interest": he declared one in its county or city, in such an organ, or
 * in the zone. The rules are ours, marked as a sample in the pack; the notice gives none.
 */
#ifndef MODULES_EXPERT_AVOID_H
#define MODULES_EXPERT_AVOID_H

#include "modules/expert/expert.h"

typedef struct AvoidZone {
    int64_t id;
    const char *county;
    const char *dossier; /* JSON text: organs are looked for in it */
} AvoidZone;

/* What is known of an expert for this: himself, what he declared, and where his organs are. */
typedef struct AvoidExpert {
    Expert expert;
    const Interest *interests;
    size_t interest_count;
    const char *const
        *places; /* territories of organs that bear his organ's name; ends with NULL */
} AvoidExpert;

/* The zones of a batch that wait for the experts (role zone.review), by id. */
Err avoid_zones(Cx *cx, List *out, int64_t batch_id);
Err avoid_zone(Cx *cx, AvoidZone *out, int64_t zone_id);
Err avoid_expert(Cx *cx, AvoidExpert *out, int64_t expert_id);
/* "county", "organ", "interest", or NULL: he may judge it. */
Err avoid_rule(Cx *cx, const char **rule, const AvoidExpert *expert, const AvoidZone *zone);

#endif
