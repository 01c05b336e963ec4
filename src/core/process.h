/* The process of a record: a table of steps from a pack's process.json, run here and nowhere else.
 *
 * A step names who acts (level, kinds of organ, seat; one of them or all jointly), what the act
 * needs, where it leads and where it may be returned to. A run is a record on its way: it keeps the
 * process it began with and stands at one step, waiting at one desk for each organ that must act.
 * Acts are append-only. Nobody acts twice on one standing of a step (its round), and an act names
 * the round it was decided on, so of two at once one is told that the record has moved.
 * Steps marked "later" belong to parts of the process that a later stage runs: a run stops before.
 */
#ifndef CORE_PROCESS_H
#define CORE_PROCESS_H

#include "base/date.h"
#include "core/dispatch.h"

typedef struct Step {
    const char *key;
    const char *zh;
    const char *en;
    const char *level;         /* a key of LEVELS */
    const char *seat;          /* a key of SEATS */
    const char *const *organs; /* keys of ORGAN_KINDS, ends with NULL */
    const char *const *back;   /* steps it may be returned to, ends with NULL */
    const char *forward;       /* the next step; NULL = the end */
    const char *clause;
    int64_t deadline_days;  /* working days at this step; 0 = none */
    bool joint;             /* all organs must sign, else one is enough */
    bool edits;             /* the record may be changed here */
    bool needs_rules;       /* nothing may block when it goes on */
    bool needs_attachments; /* nor may evidence lack */
    bool later;
} Step;

typedef struct Process {
    const Step *steps;
    size_t count;
} Process;

/* INVALID with the pointer of the fault: unknown level, organ, seat or step, no way on. */
Err process_read(Cx *cx, Process **out, const Json *json);
const Step *process_step(const Process *p, const char *key); /* NULL where there is none */

typedef struct Run {
    int64_t id;
    const char *noun;
    int64_t noun_id;
    const char *territory; /* division code of the record */
    const char *step;
    int64_t round; /* goes up whenever the step changes */
    int64_t since;
    int64_t deadline; /* instant; UNSET = none */
    int64_t started_by;
} Run;

Err process_start(Cx *cx, const Process *p, const char *noun, int64_t noun_id,
                  const char *territory);
/* NOT_FOUND also outside the user's territory. */
Err process_run(Cx *cx, Run *out, const char *noun, int64_t noun_id);

/* What the acting user may do with the run now. */
typedef struct May {
    bool forward; /* sign or send on */
    bool back;
    bool withdraw;
    bool edit;
} May;
Err process_may(Cx *cx, May *out, const Process *p, const Run *run);

typedef struct StepAct {
    const char *act;    /* forward, back, withdraw */
    const char *to;     /* of back: the step; NULL = the first one allowed */
    const char *reason; /* of back and withdraw */
    const char *marks;  /* JSON list of { pointer, remark }; NULL = none */
    int64_t round;      /* the round it was decided on; STALE where the run has moved */
} StepAct;
/* Takes the act. *moved tells whether the run stands at another step now (a joint signature that
 * others still lack does not move it). The caller has made sure of what the step needs. */
Err process_act(Cx *cx, bool *moved, const Process *p, Run *run, const StepAct *act);

/* The desks of the acting user: runs of the noun that wait for this level, organ and seat. */
extern const Field inbox_fields[];
typedef struct InboxItem {
    int64_t noun_id;
    const char *step;
    int64_t since;
    int64_t deadline;
    const char *sender; /* organ and name of the last act */
    const char *last_act;
    int64_t last_at;
} InboxItem;
typedef enum InboxBox { INBOX_TODO, INBOX_DONE, INBOX_STARTED } InboxBox;
Err process_inbox(Cx *cx, List *out, const char *noun, InboxBox box);

/* Puts "flow": steps with state (done, current, next, later), who signed and who still must, since,
 * day and deadline; and "history": all acts with opinions. */
Err process_put_flow(Cx *cx, JsonOut *o, const Process *p, const Run *run);
Err process_put_history(Cx *cx, JsonOut *o, const Process *p, const Run *run);

/* The instant at which working days from an instant end (18:00 China Standard Time). Saturdays and
 * Sundays do not count; public holidays come with the calendar. */
int64_t working_days_after(int64_t instant, int64_t days);

#endif
