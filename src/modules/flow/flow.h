/* The selection's way through its process, and the zones with it: what each step still lacks, what
 * an act moves, and the one picture that the page shows.
 */
#ifndef MODULES_FLOW_FLOW_H
#define MODULES_FLOW_FLOW_H

#include "modules/selection/selection.h"

/* What the steps need, counted. */
typedef struct FlowLack {
    const char *key;  /* "form.complete" */
    const char *fact; /* its name in the pack's guards */
    const char *role; /* of the step that cannot be left while it lacks */
    const char *zh;
    const char *en;
    int64_t count; /* 0 = nothing lacks */
    bool yes;      /* the fact is a yes or no, not a number */
} FlowLack;
enum { LACKS = 11 };
/* What belongs to a step that the pack has not (a defence) never lacks. */
Err selection_lacks(Cx *cx, FlowLack out[LACKS], const SelectionView *v, const List *candidates);

/* Opens the selection at its first step. CONFLICT a second time, or where no zone is there. */
Err selection_open(Cx *cx, SelectionView *v);
/* An act of the process; hash is of the proposal that is signed. CONFLICT "facts" names what the
 * step lacks, STALE "hash" where another proposal was made meanwhile. Moves the zones along. */
Err selection_act(Cx *cx, SelectionView *v, const StepAct *act, const char *hash);
/* Places and money of the year; until somebody has signed. */
Err selection_set_limits(Cx *cx, SelectionView *v, int64_t places, Money budget, int64_t version);
Err selection_put(Cx *cx, JsonOut *o, const SelectionView *v);

#endif
