/* The process of a record: a pack's table of steps (process_steps.h), run here and nowhere else.
 *
 * A run is a record on its way: it keeps the process it began with and stands at one step, waiting
 * at one desk for each organ (or named user) that must act, or at an end, where nobody acts. Acts
 * are append-only. Nobody acts twice on one standing of a step (its round), and an act names the
 * round it was decided on, so of two at once one is told that the record has moved. A step that
 * another noun moves has no desk: process_pass moves it as the consequence of that noun's act.
 * Whoever has a desk, is copied, or began what has ended, gets a message.
 */
#ifndef CORE_PROCESS_PROCESS_H
#define CORE_PROCESS_PROCESS_H

#include "base/date.h"
#include "core/request/dispatch.h"
#include "policy/pack/process_steps.h"

typedef struct ProcessRun {
    int64_t id;
    const char *noun;
    int64_t noun_id;
    const char *territory; /* division code of the record */
    const char *title;     /* what messages call it */
    const char *step;      /* a step or an end */
    const char *role;      /* that it plays (policy/pack/role.h), "" = none */
    int64_t round;         /* goes up whenever the step changes */
    int64_t since;
    int64_t deadline; /* instant; UNSET = none */
    int64_t started_by;
} ProcessRun;

typedef struct Start {
    const char *noun;
    int64_t noun_id;
    const char *territory;
    const char *title;
    const Fact *facts;  /* for a deadline of the first step; NULL = none */
    const char *step;   /* where it stands already; NULL = the first */
    int64_t started_by; /* 0 = the acting user, or nobody */
} Start;
Err process_start(Cx *cx, const Process *p, const Start *start);
/* The same of what stood on its way before it had a run; sent_by: who sent it there, UNSET. */
Err process_adopt(Cx *cx, const Process *p, const Start *start, int64_t sent_by);
/* NOT_FOUND also outside the user's territory. */
Err process_run(Cx *cx, ProcessRun *out, const char *noun, int64_t noun_id);

/* What the acting user may do with the run now. */
typedef struct May {
    bool hands;   /* it is his turn, whether or not this is for another pair of eyes */
    bool forward; /* sign or send on */
    bool back;
    bool reject;
    bool withdraw;
    bool delegate;
    bool urge;
    bool edit;
    bool reopen; /* at an end */
} May;
/* A run of id 0 stands where it says without a desk being laid yet: a row that nobody sent on. */
Err process_may(Cx *cx, May *out, const Process *p, const ProcessRun *run);

typedef struct StepAct {
    const char *act;    /* a key of PROCESS_ACTS */
    const char *to;     /* of back: the step, of reject: the end; NULL = the first one allowed */
    const char *reason; /* of back, reject and reopen; of others an opinion */
    const char *clause; /* of reject */
    const char *marks;  /* JSON list of { pointer, remark }; NULL = none */
    int64_t user_id;    /* of delegate: to whom */
    int64_t round;      /* the round it was decided on; STALE where the run has moved */
    const Fact *facts;  /* for guards and the next deadline; NULL = none */
    bool quiet;         /* one of many: process_tell_many tells of all of them */
} StepAct;
extern const Option PROCESS_ACTS[]; /* forward, back, withdraw, reject, delegate, urge */
extern const Field process_act_fields[];

/* An act from a request's body; marks too. */
Err process_read_act(Cx *cx, StepAct *out, Request *rq);
/* Takes the act. *moved tells whether the run stands elsewhere now (a joint signature that others
 * still lack does not move it). The guards are asked here; rules, attachments and minutes that the
 * step needs are the caller's to prove before. */
Err process_act(Cx *cx, bool *moved, const Process *p, ProcessRun *run, const StepAct *act);

/* Tells each who has a desk of those runs of the noun that came to their step at that instant or
 * later, in this transaction: one message, with their number. called: of the noun. */
Err process_tell_many(Cx *cx, const char *noun, const Option *called, int64_t since);
/* The record is called otherwise, or lies elsewhere. */
Err process_rename(Cx *cx, const ProcessRun *run);

/* Notes for the audit log which act it was, from which step to which, and what was said. */
void process_note(Cx *cx, const Process *p, const char *from, const ProcessRun *run,
                  const StepAct *act);

/* Moves a run that waits for another noun's act: forward, back, or to one of its ends. Recorded as
 * "pass", "back" or "reject" with that noun. CONFLICT where the step is not that noun's to move. */
typedef struct Pass {
    const char *by; /* the noun, and which */
    int64_t by_id;
    const char *to;     /* a step or an end; NULL = forward */
    const char *role;   /* in place of to: what plays it */
    const char *reason; /* needed to go back or to be rejected */
    const char *clause;
    const Fact *facts;
} Pass;
Err process_pass(Cx *cx, const Process *p, ProcessRun *run, const Pass *pass);
/* Brings a run back to an earlier step, also from an end: an act of who may (the caller's to ask),
 * recorded as "reopen" with its reason. */
Err process_reopen(Cx *cx, const Process *p, ProcessRun *run, const Pass *pass);
/* Brings a run to an end from wherever it stands, since what it was about is gone: recorded as
 * "pass" of that noun. */
Err process_close(Cx *cx, const Process *p, ProcessRun *run, const Pass *pass);

/* The users whose desks a step of JOINT_EACH has, instead of those it had; who has signed stays. */
Err process_set_desks(Cx *cx, const Process *p, const ProcessRun *run, const int64_t *users,
                      size_t count);
/* A fact was moved, as a batch's deadline is: where the present step's deadline is that fact, it
 * follows, and its desks are reminded anew. */
Err process_follow(Cx *cx, const Process *p, ProcessRun *run, const Fact *facts);
/* Tells those whose desk comes due or is overdue, once each; the server runs it every hour. */
Err process_remind(Cx *cx);

/* The last return of a run, with what the returning desk remarked; id 0 where there was none. */
typedef struct Return {
    int64_t id;
    const char *step; /* it came from */
    const char *user_name;
    const char *organ;
    const char *seat;
    const char *reason;
    const char *marks; /* JSON list of { pointer, remark, … }; NULL = none */
    int64_t at;
    int64_t standing; /* the run still stands where it was returned to */
} Return;
Err process_returned(Cx *cx, Return *out, const ProcessRun *run);
/* SQL on a run r: it was returned to where it stands, and not sent on since; a sending that was
 * withdrawn does not count. */
#define RUN_RETURNED                                                                               \
    "EXISTS (SELECT 1 FROM process_act b WHERE b.run_id = r.id AND b.act = 'back' "                \
    "AND b.to_step = r.step AND (SELECT coalesce(sum(CASE f.act WHEN 'withdraw' THEN -1 ELSE 1 "   \
    "END), 0) FROM process_act f WHERE f.run_id = r.id AND f.id > b.id "                           \
    "AND f.to_step IS NOT NULL) = 0)"

/* Puts "flow": steps with state (done, current, next, later, skipped), who signed and who still
 * must, since, day and deadline, where they lead; the end where it has come to one. "history": all
 * acts with opinions. "may": what the acting user may do, and to which colleagues he may delegate.
 */
Err process_put_flow(Cx *cx, JsonOut *o, const Process *p, const ProcessRun *run);
Err process_put_history(Cx *cx, JsonOut *o, const Process *p, const ProcessRun *run);
Err process_put_may(Cx *cx, JsonOut *o, const Process *p, const ProcessRun *run, const May *may);

#endif
