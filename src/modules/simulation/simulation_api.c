/* What-if over HTTP: at once where the batch is small, as a job where it is not. */
#include "modules/simulation/simulation.h"

#include "core/access/right.h"
#include "core/process/pack_store.h"
#include "core/record/setting.h"
#include "core/request/job.h"
#include "modules/batch/batch.h"
#include "modules/draft/draft.h"

#include <string.h>

/* What to try instead of the pack in force: a draft or a version of a pack, with other values of
 * parameters over it. */
static const Field ASK[] = {
    { "pack", FIELD_TEXT, NO_OFFSET, "政策包版本", "Pack version", .max = 64 },
    { "draft", FIELD_INT, NO_OFFSET, "草案", "Draft" },
    { "parameters", FIELD_OBJECT, NO_OFFSET, "参数", "Parameters", .help_zh = "{键: 值}",
      .help_en = "{key: value}" },
    FIELDS_END,
};

static Err find_after(Cx *cx, const Pack **out, const Pack *before, const Json *ask)
{
    const char *hash = json_text(ask, "pack", NULL);
    int64_t draft = json_int(ask, "draft", 0);
    const Pack *base = before;
    if (hash && draft)
        return fail(cx, INVALID, "draft", "草案和版本只能选一个",
                    "choose a draft or a version, not both");
    if (draft)
        TRY(draft_pack(cx, &base, draft));
    else if (hash)
        TRY(pack_store_get(cx, &base, hash));
    return pack_with_parameters(cx, out, base, json_get(ask, "parameters"));
}

static Err simulate(Cx *cx, Simulation **out, const Batch *batch, const Json *ask,
                    const Progress *progress)
{
    const Pack *before, *after;
    TRY(pack_store_get(cx, &before, batch->pack));
    TRY(find_after(cx, &after, before, ask));
    TRY(simulation_begin(cx, out, before, after));
    return simulation_add_batch(cx, *out, batch->id, user_reach(cx->user), progress);
}

static const char *written(Cx *cx, const Simulation *s)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    simulation_write(cx, &o, NULL, s);
    return buf_text(&b);
}

static Err read_ask(Cx *cx, Batch *batch, const Json **ask, Request *rq)
{
    TRY(batch_get(cx, batch, request_id(rq, "id")));
    TRY(request_json(cx, ask, rq));
    return field_check(cx, ASK, *ask);
}

static Err answer(Cx *cx, Request *rq, Reply *rp)
{
    Batch batch;
    const Json *ask;
    Simulation *s;
    int64_t zones, most;
    TRY(read_ask(cx, &batch, &ask, rq));
    TRY(simulation_size(cx, &zones, batch.id, user_reach(cx->user)));
    TRY(setting_int(cx, &most, "simulation.zones"));
    if (zones > most)
        return fail(cx, TOO_LARGE, "id", "%lld 个推进区超过立即试算的 %lld 个，请作为任务进行",
                    "%lld zones are more than the %lld simulated at once: start a job",
                    (long long)zones, (long long)most);
    TRY(simulate(cx, &s, &batch, ask, NULL));
    return reply_json(cx, rp, written(cx, s));
}

/* What cannot be run is refused here, not in the job. */
static Err start(Cx *cx, Request *rq, Reply *rp)
{
    Batch batch;
    const Json *ask;
    const Pack *before, *after;
    int64_t id;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(read_ask(cx, &batch, &ask, rq));
    TRY(pack_store_get(cx, &before, batch.pack));
    TRY(find_after(cx, &after, before, ask));
    json_open(&o, NULL, '{');
    json_put_int(&o, "batch_id", batch.id);
    json_put(&o, "ask", ask);
    json_close(&o, '}');
    TRY(job_start(cx, &id, "simulation", buf_text(&b)));
    return reply_id(cx, rp, id);
}

enum { PERCENT = 100 };

typedef struct Telling {
    const Job *job;
    int percent;
} Telling;

static Err tell(Cx *cx, void *data, int64_t done, int64_t total)
{
    Telling *t = data;
    int percent = (int)(done * PERCENT / total);
    if (percent == t->percent)
        return OK;
    t->percent = percent;
    return job_progress(cx, t->job, percent);
}

static Err run(Cx *cx, const char **result, const Job *job)
{
    const Json *input;
    Batch batch;
    Simulation *s;
    Telling telling = { job, 0 };
    const Progress progress = { tell, &telling };
    TRY(json_parse(cx, &input, job->input, strlen(job->input), &JSON_LIMITS));
    TRY(batch_get(cx, &batch, json_int(input, "batch_id", 0)));
    TRY(simulate(cx, &s, &batch, json_get(input, "ask"), &progress));
    *result = written(cx, s);
    return OK;
}

static const JobKind JOBS[] = { { "simulation", "试算", "Simulation", run }, { NULL } };

static const Route ROUTES[] = {
    { POST, "/api/batches/:id/simulation", "simulation.run", answer, "试算政策包",
      "Simulate a changed pack over a batch", ASK, NULL, ROUTE_READ | ROUTE_HEAVY },
    { POST, "/api/batches/:id/simulation/jobs", "simulation.run", start, "发起试算任务",
      "Start a simulation as a job", ASK },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "simulation.run", "试算政策包", "Simulate a changed pack", PROVINCE, BUREAUS, DESKS },
    { .right = NULL },
};

const Module simulation_module = {
    .noun = "simulation", .routes = ROUTES, .rights = RIGHTS, .jobs = JOBS
};
