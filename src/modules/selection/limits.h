/* How many zones may be selected and for how much: places and budget of the selection, the quota of
 * a key county or of a city without one (一.3, Q1–Q3), and the sum that a county's zone is given.
 * What was disqualified counts as used.
 */
#ifndef MODULES_SELECTION_LIMITS_H
#define MODULES_SELECTION_LIMITS_H

#include "modules/selection/determination.h"

enum { DIVISIONS = 256 }; /* at most so many counties and cities share a batch's places */

typedef struct Limits {
    const SelectionView *view;
    const Json *tables; /* of the batch: key_counties, region_class */
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
/* CONFLICT "region_class" where no table knows the county's class. */
Err limits_amount(Cx *cx, Money *out, const char **clause, const Limits *l, const char *county);

/* Takes what the award needs; NULL, or why it cannot. */
const char *limits_take(Cx *cx, Limits *l, const Award *a);
/* The same as a failure: CONFLICT "places", "budget", "quota". */
Err limits_claim(Cx *cx, Limits *l, const Award *a);
void limits_use(Limits *l, const Award *a);
int64_t limits_places_left(const Limits *l);
Money limits_budget_left(const Limits *l);

#endif
