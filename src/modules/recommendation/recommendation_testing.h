/* For tests of the recommendation and of what comes behind it. */
#ifndef MODULES_RECOMMENDATION_RECOMMENDATION_TESTING_H
#define MODULES_RECOMMENDATION_RECOMMENDATION_TESTING_H

#include "base/cx.h"

/* The divisions of the cast's city, and an open batch with tables under which the sample dossier of
 * the pack meets every rule: 3706 is a city without key county, 370683 lies on the Yellow River,
 * 3710 has the key county 371082. Returns the batch;
 * its deadline is TEST_DEADLINE. */
#define TEST_DEADLINE (TEST_NOW + 600000LL) /* while the cast is still signed in */
int64_t testing_batch(Cx *cx);
/* A zone of the county with that dossier, accepted by its city: a candidate. Returns it. */
int64_t testing_candidate(Cx *cx, int64_t batch, const char *county, const char *name);
/* Agrees with every rule of the zone in the city's name. */
void testing_agree(Cx *cx, int64_t zone);

#endif
