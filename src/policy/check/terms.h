/* The terms of a county: whose places its zones use, how many there are, and the sum one is given.
 *
 * They are what the pack's rules and decisions say of the county alone, before there is a dossier:
 * the rules that claim quota.county and quota.city (the first that applies is the one), the
 * decision that claims subsidy, and the tier that its simulation counts by. Works on the pack and
 * the batch's tables, without store or clock.
 */
#ifndef POLICY_CHECK_TERMS_H
#define POLICY_CHECK_TERMS_H

#include "base/money.h"
#include "policy/check/check.h"

typedef struct Terms {
    const char *area;    /* whose places: the county, or its city; NULL = it has none */
    int64_t places;      /* of the area */
    const char *basis;   /* clause of the rule that gives them; NULL where none does */
    Money subsidy;       /* UNSET = the tables do not tell */
    const char *clause;  /* that fixes the subsidy */
    const char *tier;    /* in the pack's words; NULL = none */
    const char *missing; /* pointer into the batch of the first fact that lacks; NULL where none */
} Terms;

/* county: 6 digits. INTERNAL where a decision of the pack breaks. */
Err terms_of(Cx *cx, Terms *out, const Pack *pack, const Tables *tables, const char *county);

#endif
