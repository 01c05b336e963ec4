/* The proof of a pack: everything that can be known to be wrong before anybody relies on it. */
#ifndef POLICY_PROVE_PACK_PROVE_H
#define POLICY_PROVE_PACK_PROVE_H

#include "policy/check/golden.h"

/* What was found: faults, and notes on what is right and yet worth knowing. */
typedef struct Proof {
    const Pack *pack; /* NULL where too little could be read */
    Findings findings;
    Findings notes;
    GoldenCases cases; /* golden tests that ran */
} Proof;

/* Reads the pack and adds a finding for each unknown name, wrong type, unused input, rule without
 * clause, clause without rule that is no statement and names no system, decision table with a gap,
 * overlap, unreachable or subsumed row, difference between dictionary and program, missing text and
 * failing golden test; and a note for each `if`, `every` or `some` that an absent fact leaves
 * unknown. Fails only where there is no such folder. */
Err pack_prove(Cx *cx, Proof *proof, const PackSource *source);
/* The same without the golden tests. */
Err pack_prove_rules(Cx *cx, Proof *proof, const PackSource *source);

/* Gaps, overlaps, unreachable and subsumed rows of the decision tables below a decision: rows and a
 * counter-example; and a note for each table that is not analysed. */
void prove_tables(Cx *cx, Findings *findings, Findings *notes, const char *file,
                  const struct DmnNode *decision);

/* Types that cannot fit, inputs that nothing reads, and notes. */
void prove_lint(Cx *cx, Findings *findings, Findings *notes, const Pack *pack);

#endif
