/* The inside of the process engine, for its own files alone. */
#ifndef CORE_PROCESS_PROCESS_PARTS_H
#define CORE_PROCESS_PROCESS_PARTS_H

#include "core/access/right.h"
#include "core/process/process.h"

/* Somebody of the step's own acts here; else another noun moves it, or nothing yet. */
static inline bool step_has_desk(const Step *s)
{
    return !s->later && !s->by;
}

/* The desk of the acting user at the run's step. */
typedef struct Desk {
    int64_t user_id; /* 0 = the organ's, else the user's own */
    int64_t delegate_id;
    int64_t signed_at;
    const char *level; /* whose it is; what tells it from the others of the step */
    const char *seat;
    bool owner; /* by seat or by name */
    bool mine;  /* to act on now: the owner's, or the delegate's where it was handed on */
} Desk;
Err process_desk_of(Cx *cx, Desk *out, const ProcessRun *run, const Step *s);

/* One row of the history. */
typedef struct Record {
    const char *act;
    const char *to;
    const char *reason;
    const char *clause;
    const char *marks;
    const char *by; /* the noun whose act moved it */
    int64_t by_id;
    int64_t desk;
    int64_t to_user;
    const char *to_name;
} Record;
/* Of rows: does the step (or the end) have this user among its actors? */
bool process_hands(const Hands *h, const User *u);
Err process_record(Cx *cx, const ProcessRun *run, const Record *r);
Err process_move(Cx *cx, const Process *p, ProcessRun *run, const char *to, const Fact *facts);

/* Tells desks, copies and, at an end, who began it. */
Err process_tell(Cx *cx, const Process *p, const ProcessRun *run, const char *act,
                 const char *reason);

Err process_delegate(Cx *cx, const Process *p, const ProcessRun *run, const StepAct *act);
Err process_may_urge(Cx *cx, bool *out, const ProcessRun *run, const Step *s, bool waiting);
Err process_urge(Cx *cx, const Process *p, const ProcessRun *run, const StepAct *act, bool may);

#endif
