#include "core/request/job.h"

#include "core/access/right.h"
#include "core/request/audit.h"
#include "modules/server_testing.h"

#include <stdio.h>

/* What the kinds below saw and did; one case at a time. */
static struct {
    int runs;
    char account[32];
    Err fail_with;
    bool slow; /* outlives its lease */
} seen;

static Err work(Cx *cx, void *data)
{
    (void)data;
    audit_note(cx, "sample", 1, NULL, "{}");
    return OK;
}

static Err run(Cx *cx, const char **result, const Job *job)
{
    seen.runs++;
    snprintf(seen.account, sizeof seen.account, "%s", cx->user == NULL ? "" : cx->user->account);
    TRY(job_progress(cx, job, 50));
    if (seen.fail_with != OK)
        return fail(cx, seen.fail_with, NULL, "样例失败", "a sample failure");
    if (seen.slow)
        server_clock(cx_now(cx) + 61000);
    *result = "{\"rows\":3}";
    return act_run(cx, "样例任务", "Sample job", work, NULL);
}

static const JobKind KINDS[] = { { "sample", "样例任务", "Sample job", run }, { NULL } };
static const Module SAMPLE = { .noun = "sample", .jobs = KINDS };
static const Module *const SAMPLES[] = { &SAMPLE, NULL };

static int64_t given_job(Cx *cx, const char *owner)
{
    int64_t id;
    seen.runs = 0;
    seen.fail_with = OK;
    seen.slow = false;
    server_core()->config.modules = SAMPLES;
    server_as(cx, owner);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(job_start(cx, &id, "sample", "{}"));
    EXPECT_OK(store_commit(cx));
    cx->user = NULL;
    return id;
}

static const char *state(Cx *cx, int64_t id)
{
    const char *text;
    EXPECT_OK(store_text(cx, &text, "SELECT state FROM job WHERE id = $1", ARGS(I(id))));
    return text;
}

SERVER_CASE("a job runs once, in the name of its owner, and keeps its result")
{
    bool ran;
    int64_t id = given_job(cx, "county");
    EXPECT_OK(job_step(cx, &ran));
    EXPECT(ran);
    EXPECT_OK(job_step(cx, &ran));
    EXPECT(!ran);
    EXPECT_INT(seen.runs, 1);
    EXPECT_TEXT(seen.account, "county");
    EXPECT_TEXT(state(cx, id), "done");
    const char *path = arena_format(cx->arena, "/api/jobs/%lld", (long long)id);
    server_table(cx, (const Ask[]){ { "GET", "/api/jobs", NULL, "guest", 401 },
                                    { "GET", path, NULL, "guest", 401 },
                                    { "GET", path, NULL, "city", 404 },
                                    { "GET", path, NULL, "county", 200 },
                                    { NULL } });
    Answer a = server_ask(cx, "county", "GET", path, NULL);
    EXPECT_INT(json_int(a.json, "progress", 0), 100);
    EXPECT_TEXT(json_text(a.json, "result", ""), "{\"rows\":3}");
}

SERVER_CASE("a job that fails says why and is not run again")
{
    bool ran;
    int64_t id = given_job(cx, "county");
    seen.fail_with = INVALID;
    EXPECT_OK(job_step(cx, &ran));
    EXPECT_TEXT(state(cx, id), "failed");
    const char *result;
    EXPECT_OK(store_text(cx, &result, "SELECT result FROM job", NO_ARGS));
    EXPECT(strstr(result, "样例失败") != NULL);
    server_clock(cx_now(cx) + 3600000);
    EXPECT_OK(job_step(cx, &ran));
    EXPECT(!ran);
}

SERVER_CASE("what another attempt may mend is tried three times, each after the lease")
{
    bool ran;
    int64_t id = given_job(cx, "county");
    seen.fail_with = BUSY;
    for (int i = 1; i <= 3; i++) {
        EXPECT_OK(job_step(cx, &ran));
        EXPECT(ran);
        EXPECT_INT(seen.runs, i);
        EXPECT_TEXT(state(cx, id), i < 3 ? "running" : "failed");
        EXPECT_OK(job_step(cx, &ran));
        EXPECT(!ran);
        server_clock(cx_now(cx) + 61000);
    }
}

SERVER_CASE("a runner that lost its lease writes no result over the other's")
{
    bool ran;
    int64_t id = given_job(cx, "county");
    seen.slow = true;
    EXPECT_OK(
        store_run(cx, "UPDATE job SET state = 'running', attempts = 1, lease_until = 0", NO_ARGS));
    EXPECT_OK(job_step(cx, &ran)); /* the second attempt */
    EXPECT_TEXT(state(cx, id), "done");
    Job late = { .id = id, .attempts = 1 };
    EXPECT_FAIL(job_progress(cx, &late, 10), CONFLICT, "lease");
}

SERVER_CASE("a job whose runner died again and again is given up")
{
    bool ran;
    int64_t id = given_job(cx, "county");
    EXPECT_OK(
        store_run(cx, "UPDATE job SET state = 'running', attempts = 3, lease_until = 0", NO_ARGS));
    EXPECT_OK(job_step(cx, &ran));
    EXPECT_INT(seen.runs, 0);
    EXPECT_TEXT(state(cx, id), "failed");
}
