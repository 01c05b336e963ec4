/* The running server: HTTP, a connection and an arena for each worker, and one runner of jobs. */
#include "core/request/core.h"

#include "base/budget.h"
#include "base/log.h"
#include "core/request/intake.h"
#include "core/request/job.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

/* Workers for log-in and for what takes long come on top of those for all the rest. */
enum { WORKERS = 8, ENTRY_WORKERS = 1, HEAVY_WORKERS = 2, HOUR_MS = 3600000 };

static const size_t BODY_LIMIT = 8u << 20;
static const int64_t UPLOAD_LIMIT = 2LL << 30;
static const size_t ARENA_LIMIT = 256u << 20;
static const size_t HEAVY_LIMIT = 512u << 20;

typedef struct ServerWorker {
    Arena *arena;
    Store *store; /* NULL until its first request, and after the database went away */
} ServerWorker;

struct Server {
    ArenaPool memory; /* of all requests and jobs */
    Http *http;
    ServerWorker *workers;
    int count;
    pthread_t runner;
    bool running; /* the runner was started */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    atomic_bool stopping;
};

/* --- requests --- */

/* The database cannot be reached at all: the only reply made without dispatch. */
static void reply_down(const Cx *cx, Reply *rp)
{
    static const char BODY[] =
        "{\"error\":{\"code\":\"down\",\"field\":\"\",\"message\":{\"zh\":\"数据库暂时无法连接，"
        "请稍后再试\",\"en\":\"the database cannot be reached; try again\"},\"request\":\"\"}}";
    log_error("request", "no connection: %s", cx->failure.en);
    reply_status(rp, err_status(DOWN));
    reply_bytes(rp, "application/json; charset=utf-8", BODY, sizeof BODY - 1);
}

static bool enter(Cx *cx, const Core *core, ServerWorker *w, Reply *rp)
{
    *cx = cx_make(w->arena);
    cx->clock = core->clock;
    cx->core = core;
    if (w->store == NULL && store_open(cx, &w->store, core->pool) != OK) {
        w->store = NULL;
        reply_down(cx, rp);
        return false;
    }
    cx->store = w->store;
    return true;
}

/* A connection that was lost is made anew for the next request. */
static void leave(const Cx *cx, ServerWorker *w)
{
    if (cx->failure.code == DOWN) {
        store_close(w->store);
        w->store = NULL;
    }
    arena_reset(w->arena);
}

static void handle(void *app, int worker, Request *rq, Reply *rp)
{
    const Core *core = app;
    ServerWorker *w = &core->server->workers[worker];
    Cx cx;
    if (!enter(&cx, core, w, rp))
        return;
    dispatch(&cx, rq, rp);
    leave(&cx, w);
}

static void ticket(void *app, const Request *rq, Ticket *out)
{
    dispatch_ticket(app, rq, out);
}

static bool admit(void *app, int worker, Request *rq, Reply *rp)
{
    const Core *core = app;
    ServerWorker *w = &core->server->workers[worker];
    Cx cx;
    if (!enter(&cx, core, w, rp))
        return false;
    bool may = dispatch_admit(&cx, rq, rp);
    leave(&cx, w);
    return may;
}

/* --- the runner --- */

static Err tidy(Cx *cx)
{
    for (const Module *const *m = cx->core->config.modules; m && *m; m++)
        if ((*m)->tidy)
            TRY((*m)->tidy(cx));
    return OK;
}

static Err remind(Cx *cx)
{
    for (const Module *const *m = cx->core->config.modules; m && *m; m++)
        if ((*m)->remind)
            TRY((*m)->remind(cx));
    return OK;
}

static void wait_second(struct Server *s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&s->mutex);
    if (!atomic_load(&s->stopping))
        pthread_cond_timedwait(&s->wake, &s->mutex, &until);
    pthread_mutex_unlock(&s->mutex);
}

/* Tidies and reminds once an hour and runs one job; false where there was nothing to do. */
static bool turn(const Core *core, ServerWorker *w, int64_t *tidied)
{
    Cx cx = cx_make(w->arena);
    cx.clock = core->clock;
    cx.core = core;
    Budget budget = { .stop = &core->server->stopping };
    cx.budget = &budget;
    bool ran = false;
    Err e = w->store == NULL ? store_open(&cx, &w->store, core->pool) : OK;
    cx.store = w->store;
    if (e == OK && cx_now(&cx) - *tidied > HOUR_MS) {
        *tidied = cx_now(&cx);
        e = tidy(&cx);
        if (e == OK)
            e = remind(&cx);
    }
    if (e == OK)
        e = job_step(&cx, &ran);
    if (e != OK)
        log_warn("job", "%s", cx.failure.en);
    leave(&cx, w);
    return e == OK && ran;
}

static void *run(void *app)
{
    const Core *core = app;
    ServerWorker w = { .arena = arena_new_in(&core->server->memory, HEAVY_LIMIT) };
    int64_t tidied = 0;
    while (!atomic_load(&core->server->stopping))
        if (!turn(core, &w, &tidied))
            wait_second(core->server);
    store_close(w.store);
    arena_free(w.arena);
    return NULL;
}

/* --- start and stop --- */

static void server_free(struct Server *s)
{
    for (int i = 0; i < s->count; i++) {
        store_close(s->workers[i].store);
        arena_free(s->workers[i].arena);
    }
    pthread_mutex_destroy(&s->mutex);
    pthread_cond_destroy(&s->wake);
}

/* Half of the machine's. */
static size_t memory_limit(void)
{
    return (size_t)sysconf(_SC_PHYS_PAGES) / 2 * (size_t)sysconf(_SC_PAGESIZE);
}

Err core_start(Cx *cx, Core *core)
{
    assert(core->server == NULL && core->router != NULL);
    const CoreConfig *c = &core->config;
    struct Server *s = arena_alloc(core->arena, sizeof *s);
    s->memory.limit = memory_limit();
    int common = c->workers == 0 ? WORKERS : c->workers;
    s->count = common + ENTRY_WORKERS + HEAVY_WORKERS;
    s->workers = arena_alloc(core->arena, sizeof(ServerWorker) * (size_t)s->count);
    for (int i = 0; i < s->count; i++)
        s->workers[i].arena =
            arena_new_in(&s->memory, i < common + ENTRY_WORKERS ? ARENA_LIMIT : HEAVY_LIMIT);
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->wake, NULL);
    core->server = s;

    assert(INTAKE_LIMITS.bytes == BODY_LIMIT); /* one limit for whoever uploads a workbook */
    HttpConfig http = { .address = c->address == NULL ? "127.0.0.1" : c->address,
                        .port = c->port,
                        .workers = { [LANE_COMMON] = common,
                                     [LANE_ENTRY] = ENTRY_WORKERS,
                                     [LANE_HEAVY] = HEAVY_WORKERS },
                        .body_limit = BODY_LIMIT,
                        .upload_limit = UPLOAD_LIMIT,
                        .spool_dir = core_path(cx, core, "spool"),
                        .trust_forwarded = c->trust_forwarded,
                        .ticket = ticket,
                        .handle = handle,
                        .admit = admit,
                        .app = core };
    Err e = http_start(cx, &s->http, &http);
    if (e != OK) {
        server_free(s);
        core->server = NULL;
        return e;
    }
    s->running = !c->idle && pthread_create(&s->runner, NULL, run, core) == 0;
    if (!s->running && !c->idle)
        log_error("job", "no thread for jobs; they wait");
    return OK;
}

int core_port(const Core *core)
{
    assert(core->server != NULL);
    return http_port(core->server->http);
}

void core_stop(Core *core)
{
    struct Server *s = core->server;
    assert(s != NULL);
    pthread_mutex_lock(&s->mutex);
    atomic_store(&s->stopping, true); /* the job under way ends while the requests do */
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->mutex);
    http_stop(s->http);
    if (s->running)
        pthread_join(s->runner, NULL);
    server_free(s);
    core->server = NULL;
}
