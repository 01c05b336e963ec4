/* Listening, the queue of requests, the workers, and the keeper that watches the clock. */
#include "http/inside.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENT_THREADS    2
#define CONNECTION_LIMIT 8192
#define CONNECTION_BYTES 32768 /* the library's buffers for one connection */
#define QUEUE_LIMIT      2048  /* requests waiting for a worker */
#define SLOWEST          1024  /* bytes of body a second, after the first patience */
#define HEARTBEAT_MS     15000
#define URL_LIMIT        8192
#define STOP_MS          10000 /* how long replies under way may still be sent */

int64_t http_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- The queue ---- */

enum MHD_Result request_park(Request *rq, Stage stage)
{
    Http *h = rq->http;
    pthread_mutex_lock(&h->lock);
    bool taken = !h->closed;
    if (taken) {
        rq->stage = stage;
        rq->next = NULL;
        rq->parked = true;
        MHD_suspend_connection(rq->connection);
        if (h->last)
            h->last->next = rq;
        else
            h->first = rq;
        h->last = rq;
        h->queued++;
        pthread_cond_signal(&h->work);
    }
    pthread_mutex_unlock(&h->lock);
    return taken ? MHD_YES : MHD_NO;
}

/* From here on the request is the event thread's. */
static void request_return(Http *h, Request *rq)
{
    pthread_mutex_lock(&h->lock);
    rq->parked = false;
    MHD_resume_connection(rq->connection);
    pthread_mutex_unlock(&h->lock);
}

static bool request_parked(Http *h, const Request *rq)
{
    pthread_mutex_lock(&h->lock);
    bool parked = rq->parked;
    pthread_mutex_unlock(&h->lock);
    return parked;
}

/* Waits for a request; NULL when the server is closed and nothing is left. */
static Request *request_take(Http *h)
{
    pthread_mutex_lock(&h->lock);
    while (!h->first && !h->closed)
        pthread_cond_wait(&h->work, &h->lock);
    Request *rq = h->first;
    if (rq) {
        h->first = rq->next;
        if (!h->first)
            h->last = NULL;
        h->queued--;
    }
    pthread_mutex_unlock(&h->lock);
    return rq;
}

static void *worker_run(void *data)
{
    Worker *w = data;
    Http *h = w->http;
    for (Request *rq = request_take(h); rq; rq = request_take(h)) {
        if (rq->stage == ADMITTING)
            body_admit(rq, w->index);
        else if (rq->stage == SPOOLING)
            body_spool(rq);
        else if (body_end(rq))
            h->config.handle(h->config.app, w->index, rq, &rq->reply);
        if (rq->stage == HANDLING || rq->stage == DROPPING)
            reply_finish(rq);
        request_return(h, rq);
    }
    return NULL;
}

/* ---- What the library calls ---- */

static Peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void deadline_set(Request *rq, int64_t at)
{
    Peer *peer = peer_of(rq->connection);
    if (peer)
        atomic_store(&peer->deadline, at);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    Http *h = data;
    Peer *peer = *context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        peer = calloc(1, sizeof *peer);
        *context = peer;
        if (!peer)
            return;
        peer->fd =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        peer->deadline = http_clock() + 2 * h->patience_ms;
    }
    pthread_mutex_lock(&h->peers_lock);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        peer->next = h->peers;
        if (peer->next)
            peer->next->before = peer;
        h->peers = peer;
    } else if (peer) {
        if (peer->next)
            peer->next->before = peer->before;
        if (peer->before)
            peer->before->next = peer->next;
        else
            h->peers = peer->next;
    }
    pthread_mutex_unlock(&h->peers_lock);
    if (what == MHD_CONNECTION_NOTIFY_CLOSED)
        free(peer);
}

/* The first line has been read: the request begins. */
static void *on_line(void *data, const char *uri, struct MHD_Connection *connection)
{
    Http *h = data;
    Request *rq = calloc(1, sizeof *rq);
    if (!rq)
        return NULL;
    rq->http = h;
    rq->connection = connection;
    rq->arena = arena_new(0);
    rq->spool = -1;
    rq->reply = (Reply){ .rq = rq, .fd = -1 };
    if (strlen(uri) <= URL_LIMIT)
        rq->uri = arena_text(rq->arena, uri);
    atomic_fetch_add(&h->open, 1);
    return rq;
}

/* Escapes are decoded in request.c, which refuses what the library would let pass. */
static size_t on_escape(void *data, struct MHD_Connection *connection, char *text)
{
    (void)data;
    (void)connection;
    return strlen(text);
}

static enum MHD_Result answer(Request *rq)
{
    deadline_set(rq, 0);
    enum MHD_Result queued = MHD_queue_response(rq->connection, (unsigned)rq->status, rq->response);
    MHD_destroy_response(rq->response);
    rq->response = NULL;
    if (rq->reply.content == CONTENT_EVENTS) { /* streams live long: keep nothing more */
        arena_free(rq->arena);
        rq->arena = NULL;
    }
    return queued;
}

static enum MHD_Result refuse_now(Request *rq)
{
    reply_finish(rq);
    return rq->response ? answer(rq) : MHD_NO;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *length, void **state)
{
    (void)data;
    (void)connection;
    (void)url;
    (void)version;
    Request *rq = *state;
    if (!rq)
        return MHD_NO;
    Http *h = rq->http;
    if (request_parked(h, rq))
        return MHD_YES; /* the next chunk of a buffer comes in spite of the suspension: not now */
    if (!rq->begun) {
        rq->begun = true;
        rq->since = http_clock();
        deadline_set(rq, rq->since + 2 * h->patience_ms);
        return request_head(rq, method) ? MHD_YES : refuse_now(rq);
    }
    if (*length > 0) {
        deadline_set(rq, rq->since + 2 * h->patience_ms + rq->received * 1000 / SLOWEST);
        return body_take(rq, bytes, length);
    }
    if (rq->response)
        return answer(rq);
    if (rq->stage == HANDLING)
        return MHD_NO; /* no response could be made */
    deadline_set(rq, 0);
    if (h->queued >= QUEUE_LIMIT) {
        reply_refuse(&rq->reply, 503, "busy", "系统繁忙，请稍后再试", "too busy, try again later");
        return refuse_now(rq);
    }
    return request_park(rq, HANDLING);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    (void)connection;
    (void)why;
    Http *h = data;
    Request *rq = *state;
    *state = NULL;
    if (!rq)
        return;
    deadline_set(rq, http_clock() + 2 * h->patience_ms); /* of the next request's head */
    if (rq->response)
        MHD_destroy_response(rq->response);
    if (rq->arena)
        reply_clear(&rq->reply);
    body_free(rq);
    arena_free(rq->arena);
    free(rq);
    atomic_fetch_sub(&h->open, 1);
}

/* ---- The keeper ---- */

static void peers_check(Http *h)
{
    int64_t now = http_clock();
    pthread_mutex_lock(&h->peers_lock);
    for (Peer *p = h->peers; p; p = p->next) {
        int64_t deadline = atomic_load(&p->deadline);
        if (deadline != 0 && deadline < now)
            shutdown(p->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&h->peers_lock);
}

/* A quarter of a second, or until http_stop. */
static void keeper_rest(Http *h)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 250000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&h->lock);
    if (!atomic_load(&h->stopping))
        pthread_cond_timedwait(&h->rest, &h->lock, &until);
    pthread_mutex_unlock(&h->lock);
}

static void *keeper_run(void *data)
{
    Http *h = data;
    int64_t beat = http_clock();
    while (!atomic_load(&h->stopping)) {
        keeper_rest(h);
        peers_check(h);
        if (http_clock() - beat >= HEARTBEAT_MS) {
            beat = http_clock();
            streams_beat(h);
        }
    }
    return NULL;
}

/* ---- Start and stop ---- */

static bool address_parse(const HttpConfig *config, struct sockaddr_storage *out)
{
    const char *text = config->address ? config->address : "127.0.0.1";
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)config->port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
                               .sin6_port = htons((uint16_t)config->port) };
    *out = (struct sockaddr_storage){ 0 };
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(out, &v4, sizeof v4);
        return true;
    }
    bool valid = inet_pton(AF_INET6, text, &v6.sin6_addr) == 1;
    memcpy(out, &v6, sizeof v6);
    return valid;
}

/* Every event stream is an open file. */
static void files_raise(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static struct MHD_Daemon *daemon_start(Http *h, const struct sockaddr_storage *address)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    if (address->ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, h,                              /* */
                            MHD_OPTION_SOCK_ADDR, address,                                    /* */
                            MHD_OPTION_THREAD_POOL_SIZE, (unsigned)EVENT_THREADS,             /* */
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_LIMIT,          /* */
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,     /* */
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(h->patience_ms / 1000), /* */
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,                                  /* */
                            MHD_OPTION_URI_LOG_CALLBACK, on_line, h,                          /* */
                            MHD_OPTION_UNESCAPE_CALLBACK, on_escape, h,                       /* */
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,                   /* */
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,                     /* */
                            MHD_OPTION_END);
}

static bool threads_start(Http *h)
{
    for (int i = 0; i < h->config.workers; i++) {
        Worker *w = &h->workers[i];
        w->http = h;
        w->index = i;
        if (pthread_create(&w->thread, NULL, worker_run, w) != 0)
            return false;
        h->worker_count++;
    }
    h->keeper_runs = pthread_create(&h->keeper, NULL, keeper_run, h) == 0;
    return h->keeper_runs;
}

Err http_start(Cx *cx, Http **out, const HttpConfig *config)
{
    assert(config->handle && config->workers > 0 && config->body_limit > 0);
    struct sockaddr_storage address;
    if (config->port < 0 || config->port > 65535 || !address_parse(config, &address))
        return fail(cx, INVALID, "address", "监听地址 %s:%d 有误", "%s:%d is no address",
                    text_or(config->address, ""), config->port);
    Http *h = calloc(1, sizeof *h);
    Worker *workers = calloc((size_t)config->workers, sizeof *workers);
    if (!h || !workers) {
        free(h);
        free(workers);
        return fail(cx, FULL, NULL, "内存不足", "out of memory");
    }
    h->config = *config;
    h->workers = workers;
    h->patience_ms = (config->patience_s > 0 ? config->patience_s : 30) * 1000;
    pthread_mutex_init(&h->lock, NULL);
    pthread_mutex_init(&h->peers_lock, NULL);
    pthread_mutex_init(&h->streams_lock, NULL);
    pthread_cond_init(&h->work, NULL);
    pthread_cond_init(&h->rest, NULL);
    files_raise();

    sigset_t all, before; /* signals are the main thread's */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = threads_start(h);
    if (started)
        h->daemon = daemon_start(h, &address);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!h->daemon) {
        http_stop(h);
        return fail(cx, CONFLICT, "address", "无法在 %s:%d 上监听", "cannot listen on %s:%d",
                    text_or(config->address, "127.0.0.1"), config->port);
    }
    *out = h;
    return OK;
}

int http_port(const Http *h)
{
    return MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void workers_stop(Http *h)
{
    pthread_mutex_lock(&h->lock);
    h->closed = true;
    pthread_cond_broadcast(&h->work);
    pthread_mutex_unlock(&h->lock);
    for (int i = 0; i < h->worker_count; i++)
        pthread_join(h->workers[i].thread, NULL);
}

/* In this order, so that no connection is suspended when the library stops: nothing new, streams
 * end, replies go out, workers finish what they have, and what still talks is cut. */
void http_stop(Http *h)
{
    atomic_store(&h->stopping, true);
    int listener = h->daemon ? MHD_quiesce_daemon(h->daemon) : -1;
    streams_end(h);
    int64_t end = http_clock() + STOP_MS;
    while (atomic_load(&h->open) > 0 && http_clock() < end)
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    workers_stop(h);
    pthread_mutex_lock(&h->lock);
    pthread_cond_signal(&h->rest);
    pthread_mutex_unlock(&h->lock);
    if (h->keeper_runs)
        pthread_join(h->keeper, NULL);
    if (h->daemon)
        MHD_stop_daemon(h->daemon);
    if (listener >= 0)
        close(listener);
    pthread_mutex_destroy(&h->lock);
    pthread_mutex_destroy(&h->peers_lock);
    pthread_mutex_destroy(&h->streams_lock);
    pthread_cond_destroy(&h->work);
    pthread_cond_destroy(&h->rest);
    free(h->workers);
    free(h);
}
