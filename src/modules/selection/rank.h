/* The ranking's arithmetic, without store or clock: the same scores give the same places, and
 * every step can be done again by hand.
 *
 * Scores are micro-points (1e-6 分). A total is the weighted sum of the parts over the sum of the
 * weights, rounded half-even once. Equal totals are parted as the pack says: by a part, the higher
 * first, at last by lot, the order that the draw's seed gives (expert/draw.h). So the places are
 * 1, 2, 3, …, each given once.
 */
#ifndef MODULES_SELECTION_RANK_H
#define MODULES_SELECTION_RANK_H

#include "policy/pack/rubric.h"

#define MICRO 1000000LL

enum { PARTS = 3 };
extern const char *const RANK_PARTS[PARTS]; /* paper, defence, site: columns of a ranking */

typedef struct Rank {
    int64_t zone_id;
    int64_t scores[PARTS];
    const char *sources[PARTS]; /* JSON of how each came about; NULL = nothing to say */
    int64_t lot;                /* place in the order by lot */
    int64_t total;
    int64_t place;
    const char *tied_by; /* what parted it from an equal total; NULL = nothing equal */
} Rank;

/* n / d, half to even; d > 0. */
int64_t round_half_even(int64_t n, int64_t d);
/* Points of the site's items (1/100 分) on the scale of 100. */
int64_t rank_site(const Rubric *r, int64_t points);
/* Sets total, place and tied_by, and sorts by place. */
void rank_order(Rank *ranks, size_t count, const Rubric *r);
/* The whole reckoning of one row, as JSON. */
const char *rank_arithmetic(Cx *cx, const Rank *ranks, size_t count, size_t i, const Rubric *r);

#endif
