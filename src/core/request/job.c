#include "core/request/job.h"

#include "base/budget.h"
#include "base/log.h"
#include "core/access/right.h"
#include "core/record/setting.h"
#include "core/request/core.h"

#include <assert.h>
#include <string.h>

enum { ATTEMPTS_MOST = 3, MINUTE_MS = 60000 };

static const Option STATES[] = {
    { "waiting", "等待", "Waiting" },
    { "running", "执行中", "Running" },
    { "done", "完成", "Done" },
    { "failed", "失败", "Failed" },
    { NULL },
};

const Field job_fields[] = {
    { "id", FIELD_INT, offsetof(Job, id), "编号", "Number", FIELD_READONLY | FIELD_SORT },
    { "kind", FIELD_TEXT, offsetof(Job, kind), "任务", "Kind", FIELD_READONLY | FIELD_FILTER },
    { "user_id", FIELD_INT, offsetof(Job, user_id), "发起人", "Owner", FIELD_READONLY },
    { "state", FIELD_ENUM, offsetof(Job, state), "状态", "State", FIELD_READONLY | FIELD_FILTER,
      .options = STATES },
    { "progress", FIELD_INT, offsetof(Job, progress), "进度", "Progress", FIELD_READONLY,
      .unit = "%" },
    { "input", FIELD_TEXT, offsetof(Job, input), "输入", "Input", FIELD_READONLY | FIELD_SECRET },
    { "result", FIELD_TEXT, offsetof(Job, result), "结果", "Result", FIELD_READONLY },
    { "attempts", FIELD_INT, offsetof(Job, attempts), "次数", "Attempts", FIELD_READONLY },
    { "lease_until", FIELD_INSTANT, offsetof(Job, lease_until), "租约至", "Leased until",
      FIELD_READONLY },
    { "made_at", FIELD_INSTANT, offsetof(Job, made_at), "发起时间", "Begun",
      FIELD_READONLY | FIELD_SORT },
    { "ended_at", FIELD_INSTANT, offsetof(Job, ended_at), "结束时间", "Ended", FIELD_READONLY },
    FIELDS_END,
};

static const JobKind *kind_find(const Cx *cx, const char *kind)
{
    const Module *const *m = cx->core->config.modules;
    for (; m != NULL && *m != NULL; m++)
        for (const JobKind *k = (*m)->jobs; k != NULL && k->kind != NULL; k++)
            if (strcmp(k->kind, kind) == 0)
                return k;
    return NULL;
}

Err job_start(Cx *cx, int64_t *id, const char *kind, const char *input)
{
    assert(kind_find(cx, kind) != NULL && store_in_transaction(cx));
    Job job = { .kind = kind,
                .user_id = cx->user == NULL ? UNSET : cx->user->id,
                .state = "waiting",
                .input = input,
                .made_at = cx_now(cx),
                .ended_at = UNSET };
    return store_insert(cx, id, "job", job_fields, &job);
}

/* --- the runner --- */

/* The attempt is the fence: a runner that lost its lease finds another number there. */
static Err lost(Cx *cx)
{
    if (store_changes(cx) == 0)
        return fail(cx, CONFLICT, "lease", "任务已由他人接手", "the job was taken over");
    return OK;
}

static Err lease_end(Cx *cx, int64_t *until)
{
    int64_t seconds;
    TRY(setting_int(cx, &seconds, "job.lease_seconds"));
    *until = cx_now(cx) + seconds * 1000;
    return OK;
}

Err job_progress(Cx *cx, const Job *job, int percent)
{
    assert(!store_in_transaction(cx) && percent >= 0 && percent <= 100);
    int64_t until;
    TRY(lease_end(cx, &until));
    TRY(store_run(cx,
                  "UPDATE job SET progress = $1, lease_until = $2 "
                  "WHERE id = $3 AND attempts = $4 AND state = 'running'",
                  ARGS(I(percent), I(until), I(job->id), I(job->attempts))));
    return lost(cx);
}

typedef struct JobTaking {
    Job job;
    bool found;
} JobTaking;

static Err take_one(Cx *cx, JobTaking *t)
{
    int64_t until;
    List jobs;
    TRY(lease_end(cx, &until));
    TRY(store_lock(cx, "job"));
    TRY(store_list(cx, &jobs, job_fields, sizeof(Job),
                   "SELECT id, kind, user_id, state, progress, input, result, attempts, "
                   "lease_until, made_at, ended_at FROM job "
                   "WHERE state IN ('waiting', 'running') AND lease_until <= $1 "
                   "ORDER BY id LIMIT 1",
                   ARGS(I(cx_now(cx)))));
    t->found = jobs.count > 0;
    if (!t->found)
        return OK;
    t->job = *(const Job *)jobs.rows;
    t->job.attempts++;
    return store_run(cx,
                     "UPDATE job SET state = 'running', attempts = $1, lease_until = $2 "
                     "WHERE id = $3",
                     ARGS(I(t->job.attempts), I(until), I(t->job.id)));
}

static Err take(Cx *cx, JobTaking *t)
{
    TRY(store_begin(cx, true));
    Err e = take_one(cx, t);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

/* Its owner, so that rights, territory and audit are his. */
static Err owner_find(Cx *cx, const Job *job)
{
    if (job->user_id == UNSET)
        return OK;
    Rows rows;
    TRY(rows_open(
        cx, &rows,
        "SELECT u.account, u.name, o.id, o.name, o.level, o.kind, u.seat, o.territory, o.duty "
        "FROM \"user\" u JOIN organ o ON o.id = u.organ_id WHERE u.id = $1",
        ARGS(I(job->user_id))));
    if (!rows.more)
        return fail(cx, NOT_FOUND, "user_id", "任务的发起人已不存在", "the job's owner is gone");
    User *u = NEW(cx, User);
    *u = (User){ .id = job->user_id,
                 .account = rows_text(cx, &rows, 0),
                 .name = rows_text(cx, &rows, 1),
                 .organ_id = rows_int(&rows, 2),
                 .organ_name = rows_text(cx, &rows, 3),
                 .level = rows_text(cx, &rows, 4),
                 .organ_kind = rows_text(cx, &rows, 5),
                 .seat = rows_text(cx, &rows, 6),
                 .territory = rows_text(cx, &rows, 7),
                 .organ_duty = rows_text(cx, &rows, 8) };
    rows_close(cx, &rows);
    cx->user = u;
    return user_set_reach(cx, u);
}

static const char *failure_json(Cx *cx)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "code", err_key(cx->failure.code));
    json_put_text(&o, "zh", cx->failure.zh);
    json_put_text(&o, "en", cx->failure.en);
    json_close(&o, '}');
    return buf_text(&b);
}

static Err finish(Cx *cx, const Job *job, const char *state, const char *result)
{
    int64_t done = strcmp(state, "done") == 0 ? 100 : job->progress;
    TRY(store_run(cx,
                  "UPDATE job SET state = $1, result = $2, ended_at = $3, progress = $4 "
                  "WHERE id = $5 AND attempts = $6 AND state = 'running'",
                  ARGS(T(state), T(result), I(cx_now(cx)), I(done), I(job->id), I(job->attempts))));
    return lost(cx);
}

/* Failures that another attempt may mend leave the job to its lease; the others end it. */
static Err conclude(Cx *cx, const Job *job, Err e, const char *result)
{
    if (store_in_transaction(cx))
        store_rollback(cx);
    bool again = (e == BUSY || e == DOWN || e == FULL) && job->attempts < ATTEMPTS_MOST;
    if (e == OK)
        return finish(cx, job, "done", result);
    log_warn("job", "%lld %s, attempt %lld: %s", (long long)job->id, job->kind,
             (long long)job->attempts, cx->failure.en);
    return again ? OK : finish(cx, job, "failed", failure_json(cx));
}

/* Within its budget; a stop leaves it to its lease, for the server that comes after. */
static Err run_kind(Cx *cx, const JobKind *kind, const char **result, const Job *job)
{
    int64_t minutes;
    Budget own = { .steps = 0 };
    Budget *outer = cx->budget;
    if (outer)
        own.stop = outer->stop;
    TRY(setting_int(cx, &minutes, "run.job_minutes"));
    budget_renew(&own, INT64_MAX, minutes * MINUTE_MS);
    cx->budget = &own;
    Err e = kind->run(cx, result, job);
    if (e == OK)
        e = budget_check(cx);
    cx->budget = outer;
    return e;
}

Err job_step(Cx *cx, bool *ran)
{
    JobTaking t = { .found = false };
    TRY(store_exists(cx, ran,
                     "SELECT 1 FROM job WHERE state IN ('waiting', 'running') "
                     "AND lease_until <= $1",
                     ARGS(I(cx_now(cx)))));
    if (!*ran)
        return OK;
    TRY(take(cx, &t));
    *ran = t.found;
    if (!t.found)
        return OK;
    const char *result = "{}";
    const JobKind *kind = kind_find(cx, t.job.kind);
    Err e = OK;
    if (kind == NULL)
        e = fail(cx, NOT_FOUND, "kind", "没有任务类型“%s”", "there is no kind of job %s",
                 t.job.kind);
    else if (t.job.attempts > ATTEMPTS_MOST)
        e = fail(cx, CONFLICT, "attempts", "任务多次中断，已放弃",
                 "the job was cut off too often and is given up");
    if (e == OK)
        e = owner_find(cx, &t.job);
    if (e == OK)
        e = run_kind(cx, kind, &result, &t.job);
    e = conclude(cx, &t.job, e, result);
    cx->user = NULL;
    return e;
}

/* --- routes --- */

#define SELECT_MINE                                                                                \
    "SELECT id, kind, user_id, state, progress, input, result, attempts, lease_until, made_at, "   \
    "ended_at FROM job WHERE user_id = $1"

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List page;
    PageQuery query = request_page(cx, rq, job_fields);
    if (query.sort == NULL)
        query.sort = "id", query.descending = true;
    TRY(store_page(cx, &page, job_fields, sizeof(Job), SELECT_MINE, ARGS(I(cx->user->id)), &query));
    return reply_page(cx, rp, job_fields, sizeof(Job), &page);
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    Job job;
    TRY(store_row(cx, &job, job_fields, SELECT_MINE " AND id = $2",
                  ARGS(I(cx->user->id), I(request_id(rq, "id")))));
    return reply_row(cx, rp, job_fields, &job);
}

static const Route ROUTES[] = {
    { GET, "/api/jobs", "session", list, "查看任务", "List my jobs", NULL, job_fields, ROUTE_PAGE },
    { GET, "/api/jobs/:id", "session", show, "查看任务进度", "Show a job", NULL, job_fields, 0 },
    ROUTES_END,
};

const Module job_module = { .noun = "job", .routes = ROUTES };
