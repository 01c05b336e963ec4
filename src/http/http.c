/* Listening, what the library calls, and the keeper that watches the clock. */
#include "http/inside.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <assert.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENT_THREADS    2
#define CONNECTION_LIMIT 8192
#define ADDRESS_LIMIT    2048 /* connections from one address, where no gateway stands before us */
#define HEARTBEAT_MS     15000
#define URL_LIMIT        8192
#define STOP_MS          7000 /* how long requests under way may still be answered */
#define HURRY_MS         3000 /* after which they are told to end */

int64_t http_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
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
    atomic_store(&rq->peer->deadline, at);
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

/* The library keeps each part of the query in the connection's buffer, and is silent once that is
 * full; what is far over our own limit is answered before it looks at the parts. */
static bool query_swamps(const char *uri)
{
    size_t parts = 0;
    for (const char *p = uri; (p = strchr(p, '&')) != NULL; p++)
        parts++;
    return parts > 2 * QUERY_LIMIT;
}

static void refuse_bare(Peer *peer)
{
    static const char REPLY[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
        "Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        "{\"error\":{\"code\":\"invalid\",\"field\":\"\",\"message\":{\"zh\":\"查询参数过多\","
        "\"en\":\"the query has too many parts\"}}}";
    send(peer->fd, REPLY, sizeof REPLY - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(peer->fd, SHUT_RDWR);
}

/* The first line has been read: the request begins. */
static void *on_line(void *data, const char *uri, struct MHD_Connection *connection)
{
    Http *h = data;
    Peer *peer = peer_of(connection);
    Request *rq = peer ? calloc(1, sizeof *rq) : NULL;
    if (!rq)
        return NULL;
    rq->http = h;
    rq->connection = connection;
    rq->peer = peer;
    rq->arena = arena_new(0);
    rq->spool = -1;
    rq->reply = (Reply){ .rq = rq, .fd = -1 };
    if (query_swamps(uri))
        refuse_bare(peer);
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

static enum MHD_Result refuse_busy(Request *rq)
{
    bool heavy = rq->ticket.lane == LANE_HEAVY;
    reply_refuse(&rq->reply, heavy ? 429 : 503, heavy ? "limited" : "busy",
                 heavy ? "您已有多份文件或运算在等待，请等它们完成后再试" : "系统繁忙，请稍后再试",
                 heavy ? "several documents or runs of yours are waiting; try again when they are "
                         "done"
                       : "too busy, try again later");
    return refuse_now(rq);
}

/* The head alone decides who it is, where it waits, and whether a body may come. */
static enum MHD_Result begin(Request *rq, const char *method)
{
    Http *h = rq->http;
    rq->begun = true;
    rq->mark = http_clock();
    deadline_set(rq, rq->mark + 2 * h->patience_ms);
    if (!request_head(rq, method))
        return refuse_now(rq);
    if (h->config.ticket)
        h->config.ticket(h->config.app, rq, &rq->ticket);
    owner_find(rq);
    if (rq->announced > body_most(rq))
        return body_too_large(rq);
    rq->again = rq->ticket.ask && rq->announced != 0;
    if (!rq->again || request_park(rq, ADMITTING))
        return MHD_YES;
    return refuse_busy(rq);
}

/* Where the head was parked the library shows it once more; a refusal waits for the body's end. */
static enum MHD_Result begin_again(Request *rq)
{
    rq->again = false;
    rq->mark = http_clock();
    deadline_set(rq, rq->mark + 2 * rq->http->patience_ms);
    return MHD_YES;
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
    if (request_parked(rq))
        return MHD_YES; /* the next chunk of a buffer comes in spite of the suspension: not now */
    if (!rq->begun)
        return begin(rq, method);
    if (rq->again)
        return begin_again(rq);
    if (*length > 0) {
        if (body_paced(rq, http_clock()))
            deadline_set(rq, rq->mark + 2 * rq->http->patience_ms);
        return body_take(rq, bytes, length);
    }
    if (rq->response)
        return answer(rq);
    if (rq->stage == HANDLING)
        return MHD_NO; /* no response could be made */
    deadline_set(rq, 0);
    return request_park(rq, HANDLING) ? MHD_YES : refuse_busy(rq);
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
    owner_leave(rq);
    arena_free(rq->arena);
    free(rq);
    atomic_fetch_sub(&h->open, 1);
}

/* ---- The keeper ---- */

/* The library looks at no suspended connection, so that its end is seen here. */
static bool has_gone(const Peer *p)
{
    struct pollfd fd = { .fd = p->fd, .events = POLLRDHUP };
    return poll(&fd, 1, 0) > 0 && fd.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

static void peers_check(Http *h)
{
    int64_t now = http_clock();
    bool hurry = atomic_load(&h->hurry);
    pthread_mutex_lock(&h->peers_lock);
    for (Peer *p = h->peers; p; p = p->next) {
        int64_t deadline = atomic_load(&p->deadline);
        bool parked = atomic_load(&p->parked);
        if (parked && !atomic_load(&p->gone) && has_gone(p))
            atomic_store(&p->gone, true);
        if ((deadline != 0 && deadline < now) || (hurry && !parked))
            shutdown(p->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&h->peers_lock);
}

/* A quarter of a second, or until the workers end. False then. */
static bool keeper_rest(Http *h)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 250000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&h->lock);
    if (!h->closed)
        pthread_cond_timedwait(&h->rest, &h->lock, &until);
    bool closed = h->closed;
    pthread_mutex_unlock(&h->lock);
    return !closed;
}

static void *keeper_run(void *data)
{
    Http *h = data;
    int64_t beat = http_clock();
    while (keeper_rest(h)) {
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
    unsigned address_limit = h->config.trust_forwarded ? 0 : ADDRESS_LIMIT;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, h,                              /* */
                            MHD_OPTION_SOCK_ADDR, address,                                    /* */
                            MHD_OPTION_THREAD_POOL_SIZE, (unsigned)EVENT_THREADS,             /* */
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_LIMIT,          /* */
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, address_limit,                /* */
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
    h->keeper_runs = workers_start(h) && pthread_create(&h->keeper, NULL, keeper_run, h) == 0;
    return h->keeper_runs;
}

static int workers_of(const HttpConfig *config)
{
    int sum = 0;
    for (Lane lane = 0; lane < LANES; lane++)
        sum += config->workers[lane];
    return sum;
}

Err http_start(Cx *cx, Http **out, const HttpConfig *config)
{
    assert(config->handle && config->workers[LANE_COMMON] > 0 && config->body_limit > 0);
    struct sockaddr_storage address;
    if (config->port < 0 || config->port > 65535 || !address_parse(config, &address))
        return fail(cx, INVALID, "address", "监听地址 %s:%d 有误", "%s:%d is no address",
                    text_or(config->address, ""), config->port);
    Http *h = calloc(1, sizeof *h);
    Worker *workers = calloc((size_t)workers_of(config), sizeof *workers);
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
    pthread_mutex_init(&h->owners_lock, NULL);
    for (Lane lane = 0; lane < LANES; lane++)
        pthread_cond_init(&h->queues[lane].work, NULL);
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

static void answers_await(const Http *h, int64_t until)
{
    while (atomic_load(&h->open) > 0 && http_clock() < until)
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
}

/* In this order, so that no connection is suspended when the library stops: nothing new, streams
 * end, replies go out, what takes long is told to end and who still sends is cut, workers finish
 * what they have. */
void http_stop(Http *h)
{
    atomic_store(&h->stopping, true);
    int listener = h->daemon ? MHD_quiesce_daemon(h->daemon) : -1;
    streams_end(h);
    int64_t begun = http_clock();
    answers_await(h, begun + HURRY_MS);
    atomic_store(&h->hurry, true);
    answers_await(h, begun + STOP_MS);
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
    pthread_mutex_destroy(&h->owners_lock);
    for (Lane lane = 0; lane < LANES; lane++)
        pthread_cond_destroy(&h->queues[lane].work);
    pthread_cond_destroy(&h->rest);
    free(h->workers);
    free(h);
}
