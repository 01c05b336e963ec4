/* The role "problem": the register of a pack where what its checks find is written as rows
 * (core/register/quality_finding.h). A register claims it by "role": "problem"; what it is called,
 * what else it keeps and by whose hands its rows go is the pack's.
 *
 * The program adds what it keeps of a row that it writes (PROBLEM_KEPT). The pack declares the
 * rest: a name of some length, "source" with an option for what the program found, which
 * is taken from nobody else, "day", a key of the place and a "number", and a process with a good
 * end, to which nobody brings a row alone.
 */
#ifndef POLICY_REGISTER_PROBLEM_ROLE_H
#define POLICY_REGISTER_PROBLEM_ROLE_H

#include "policy/pack/process_steps.h"
#include "policy/register/declared.h"

#define PROBLEM_NUMBER "number"
#define PROBLEM_DAY    "day"
#define PROBLEM_SOURCE "source"
#define PROBLEM_SYSTEM "system" /* the option of what the program found */
#define PROBLEM_ZONE   "zone"   /* a link; need not be there */

/* The check, its clause, the register and the row that it is about, and why the program closed it.
 */
extern const Field PROBLEM_KEPT[];

bool problem_role(const Register *r);
/* The register of the pack that plays it; NULL where none does. */
const Register *problem_register(const Pack *pack);
/* Where its rows end well. */
const End *problem_end(const Register *r);

/* That a register with a role has what the role asks of it; and that one alone claims it. */
void problem_role_prove(Cx *cx, Findings *findings, const char *file, const Register *r);
void problem_role_prove_once(Cx *cx, Findings *findings, const Pack *pack);

#endif
