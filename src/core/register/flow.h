/* The way of a register's rows: the steps of a process that the pack's process.json holds for them
 * ("process" of the declaration, "rows": true there), run by core/process as the ways of all other
 * records are. Where the declaration names none but somebody checks what others enter
 * (actors.check), it is the usual one, said in the same words:
 *
 *     draft --send--> sent --pass--> checked --pass--> settled       return: back to its writer
 *
 * The row keeps the key of its step in "state", and in "step_due" the last day of the step's term,
 * so that lists are filtered and sorted by them. A row whose writer has not sent it on yet has no
 * run and lies on nobody's desk: of an upload of thousands nothing is laid that nobody asked for.
 * Rows that stood on their way before there were runs get theirs when the server starts.
 */
#ifndef CORE_REGISTER_FLOW_H
#define CORE_REGISTER_FLOW_H

#include "base/condition.h"
#include "core/process/process.h"
#include "core/register/register.h"
#include "policy/register/flow_read.h"

/* Where the row stands; id 0 where nobody has sent it on. */
Err flow_run(Cx *cx, ProcessRun *out, const Register *r, const void *row);
/* What guards and terms of the process read: the fields of the row, by key. */
const Fact *flow_facts(Cx *cx, const Register *r, const void *row);
/* FORBIDDEN, CONFLICT where the acting user may not change the row as it stands; and where not
 * these fields of it. */
Err flow_prove_hands(Cx *cx, const Register *r, const void *row);
Err flow_prove_change(Cx *cx, const Register *r, const void *row, const void *before);
/* A row that is changed on its way takes its name, its place and its term with it. */
Err flow_follow(Cx *cx, const Register *r, void *row);
/* Rows that came to a good end: all that others may rely upon; NULL where they have no states. */
const RowCondition *flow_good(Cx *cx, const Process *p);
/* Is some step this user's? */
bool flow_concerns(const Cx *cx, const Register *r);
/* The row was brought to another step by the program: its state and its term. */
void flow_stand(const Register *r, void *row, const ProcessRun *run);
/* Rows on their way that have no run yet. */
Err flow_adopt(Cx *cx, const Register *r);

/* "steps": of the form, and which are the acting user's. */
void flow_put_steps(Cx *cx, JsonOut *o, const Register *r);
/* Of a row: "may", "flow" and "history", as of every record on its way. */
Err flow_put_row(Cx *cx, JsonOut *o, const Register *r, const void *row);

#endif
