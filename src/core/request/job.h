/* Work that takes over a second: leased in the database, run beside the requests, with progress,
 * owner and result. A job whose runner died is taken over when its lease runs out, so what a job
 * does must bear being begun again. It runs in the name of its owner.
 */
#ifndef CORE_REQUEST_JOB_H
#define CORE_REQUEST_JOB_H

#include "core/request/dispatch.h"

typedef struct Job {
    int64_t id;
    const char *kind;
    int64_t user_id;
    const char *state;  /* waiting, running, done, failed */
    int64_t progress;   /* 0–100 */
    const char *input;  /* JSON */
    const char *result; /* JSON; of a failed one the error */
    int64_t attempts;
    int64_t lease_until;
    int64_t made_at;
    int64_t ended_at;
} Job;

extern const Field job_fields[];

/* Module.jobs: the kinds of a module, ends with { NULL }. run begins and ends its own transactions
 * (act_run); its result is JSON text in the arena. */
typedef struct JobKind {
    const char *kind;
    const char *zh;
    const char *en;
    Err (*run)(Cx *cx, const char **result, const Job *job);
} JobKind;

/* Queues one in the transaction under way, owned by cx->user. */
Err job_start(Cx *cx, int64_t *id, const char *kind, const char *input);
/* Shows progress and renews the lease; not inside a transaction. CONFLICT where it was lost. */
Err job_progress(Cx *cx, const Job *job, int percent);
/* Takes and runs one waiting job; *ran tells whether there was one. The runner's step. */
Err job_step(Cx *cx, bool *ran);

#endif
