/* The act under way (cx->act): what dispatch, the audit log and the kept answers pass to each
 * other. Other folders use act_run, audit_note and the reply_ helpers instead.
 */
#ifndef CORE_REQUEST_ACT_H
#define CORE_REQUEST_ACT_H

#include "core/request/dispatch.h"

typedef struct Note {
    const char *noun;
    int64_t id;
    const char *before;
    const char *after;
    const char *zh; /* the words of its entry; NULL = the act's */
    const char *en;
    struct Note *next;
} Note;

typedef struct Act {
    const Route *route; /* NULL = no request */
    const char *zh;     /* the words of the entry */
    const char *en;
    const char *address;     /* of the peer */
    const char *number;      /* X-Request, quoted in errors */
    const char *result;      /* "ok", or why it was refused */
    const char *answer;      /* the JSON that a reply_ helper gave; NULL = none */
    bool repeated;           /* the answer is a kept one: no entry */
    Note *notes;             /* in the order of their making */
    const char *proved;      /* hash of a pack that Route.prepare proved without a finding */
    struct IntakeRead *read; /* a workbook that Route.prepare read (core/request/intake.h) */
    const void *large;       /* one that Route.prepare proved whole (core/register/import.h) */
    bool whole;              /* the acts inside share its transaction (act_whole) */
} Act;

/* In the transaction under way, behind its work: one entry a note, or one alone
 * (core/request/audit.c). */
Err audit_write(Cx *cx, const Act *act);
/* Takes the lock under which the chain grows; the first statement of every audited transaction. */
Err audit_lock(Cx *cx);

/* Inside act_whole, where what begins a transaction of its own elsewhere joins the one under way.
 */
bool act_is_whole(const Cx *cx);

/* An entry on something refused (a failed log-in, a missing right), in a transaction of its own.
 * detail: JSON in words or NULL. Leaves cx->failure as it is. */
void act_refused(Cx *cx, Err why, const char *detail);

/* The kept answer of the user's key, if there is one: sets act->answer and act->repeated. CONFLICT
 * where the key stood on another request. (core/request/answer.c) */
Err answer_find(Cx *cx, const char *key, const Request *rq);
/* Keeps act->answer under the key, in the transaction under way. */
Err answer_keep(Cx *cx, const char *key, const Request *rq);
/* Removes those that are older than a week. */
Err answer_tidy(Cx *cx);

#endif
