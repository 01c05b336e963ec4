/* The way of a register's rows (core/register/flow.h) as the pack says it: bound to the register
 * that names it, and proved.
 */
#ifndef POLICY_REGISTER_FLOW_READ_H
#define POLICY_REGISTER_FLOW_READ_H

#include "policy/pack/process_steps.h"
#include "policy/register/declared.h"

/* When a register is read: its process, with its own actors in it; NULL where its rows have no
 * states. INVALID where it names one that there is none of. */
Err flow_bind(Cx *cx, const Process **out, const Pack *pack, const Register *r, const char *named);
/* The usual ways: of what is checked, and of what is decided as well. */
Err flow_usual(Cx *cx, const Process **out, size_t *count);
bool flow_has_terms(const Process *p);
/* Once all registers are read. */
void flow_prove(Cx *cx, Findings *findings, const Pack *pack);

#endif
