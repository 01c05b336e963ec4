/* A pack's golden tests: tests/<name>.test, lines of text that an official can read.
 *
 *     dossier base.json                      start from this dossier (a file beside the test)
 *     batch batch.json                       and from these tables; without it there are none
 *     case one 分 below half                 each case begins anew from them
 *     set /funds/integrated/0/amount "1999.999999"
 *     set batch:/recommended []
 *     remove /villages/3/type
 *     expect F5 not_met
 *     expect V2 undetermined /villages/3/type
 *     expect blocking F5 V2                  exactly these, in the pack's order
 *
 * "#" begins a remark.
 */
#ifndef POLICY_CHECK_GOLDEN_H
#define POLICY_CHECK_GOLDEN_H

#include "policy/check/check.h"

/* One case that ran, with what it found: count of the findings from first on; 0 = it passed. */
typedef struct GoldenCase {
    const char *file;
    int line;
    const char *name;
    size_t first;
    size_t count;
} GoldenCase;

typedef struct GoldenCases {
    GoldenCase *at;
    size_t count;
    size_t room;
} GoldenCases;

/* Runs every test of the pack; a difference or a line that cannot be read is a finding. */
void golden_run(Cx *cx, Findings *findings, GoldenCases *cases, const Pack *pack);

#endif
