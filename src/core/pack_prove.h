/* The proof of a pack: everything that can be known to be wrong before anybody relies on it. */
#ifndef CORE_PACK_PROVE_H
#define CORE_PACK_PROVE_H

#include "core/pack.h"

/* Reads the pack and adds a finding for each unknown name, wrong type, rule without clause, clause
 * without rule that is no statement and names no system, decision table with a gap or overlap,
 * difference between dictionary and program, missing text and failing golden test. cases counts
 * the golden tests that ran. Fails only where there is no such folder. */
Err pack_prove(Cx *cx, Findings *findings, size_t *cases, const char *folder);

/* Gaps and overlaps of the decision tables below a decision: rows and a counter-example. */
void prove_tables(Cx *cx, Findings *findings, const char *file, const struct DmnNode *decision);

#endif
