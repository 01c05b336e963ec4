/* How many zones may be selected and for how much: places and budget of the selection, the quota
 * that a county's zones use and the sum that one is given, both by the pack (policy/check/terms.h).
 * What was disqualified counts as used.
 */
#ifndef MODULES_DETERMINATION_LIMITS_H
#define MODULES_DETERMINATION_LIMITS_H

#include "modules/determination/determination.h"
#include "policy/check/terms.h"

enum { DIVISIONS = 256 }; /* at most so many counties and cities share a batch's places */

typedef struct Limits {
    const SelectionView *view;
    const Json *tables; /* of the batch */
    Tables bound;       /* the same, for the rules */
    int64_t places;
    Money budget;
    int64_t lapsed_places;
    Money lapsed_amount;
    int64_t last_place;
    int64_t used_places;
    Money used_amount;
    const char *taken[DIVISIONS]; /* counties and cities whose quota is used, once each time */
    size_t taken_count;
} Limits;

/* With the batch's tables as of today. */
Err limits_of(Cx *cx, Limits *out, const SelectionView *v, const List *candidates);
/* As a determination's content recorded them. */
Err limits_recorded(Cx *cx, Limits *out, const SelectionView *v, const Determination *d);
/* CONFLICT "tables" where they do not tell the county's sum. */
Err limits_amount(Cx *cx, Money *out, const char **clause, const Limits *l, const char *county);

/* Takes what the award needs; NULL, or why it cannot. */
const char *limits_take(Cx *cx, Limits *l, const Award *a);
/* The same as a failure: CONFLICT "places", "budget", "quota". */
Err limits_claim(Cx *cx, Limits *l, const Award *a);
void limits_use(Limits *l, const Award *a);
int64_t limits_places_left(const Limits *l);
Money limits_budget_left(const Limits *l);

#endif
