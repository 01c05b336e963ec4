/* Lanes: the queues of requests and the workers of each.
 *
 * One lock for all of them, held for a few instructions. A lane's first request whose owner may run
 * is taken, so that one person's ten documents wait for each other and not everybody for them.
 */
#include "http/inside.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HEAVY_NICE = 5 };

static Lane lane_of(const Request *rq, Stage stage)
{
    Lane lane = stage == HANDLING ? rq->ticket.lane : LANE_COMMON;
    return rq->http->config.workers[lane] > 0 ? lane : LANE_COMMON;
}

static void put(Queue *q, Request *rq)
{
    rq->next = NULL;
    if (q->last)
        q->last->next = rq;
    else
        q->first = rq;
    q->last = rq;
    q->count++;
}

bool request_park(Request *rq, Stage stage)
{
    Http *h = rq->http;
    Lane lane = lane_of(rq, stage);
    pthread_mutex_lock(&h->lock);
    bool taken = !h->closed && owner_may_wait(rq, lane);
    if (taken) {
        rq->stage = stage;
        rq->parked = true;
        if (rq->owner)
            rq->owner->waiting[lane]++;
        atomic_store(&rq->peer->parked, true);
        MHD_suspend_connection(rq->connection);
        put(&h->queues[lane], rq);
        pthread_cond_signal(&h->queues[lane].work);
        if (lane == LANE_ENTRY)
            pthread_cond_signal(&h->queues[LANE_COMMON].work);
    }
    pthread_mutex_unlock(&h->lock);
    return taken;
}

bool request_parked(Request *rq)
{
    pthread_mutex_lock(&rq->http->lock);
    bool parked = rq->parked;
    pthread_mutex_unlock(&rq->http->lock);
    return parked;
}

/* From here on the request is the event thread's. */
static void request_return(Request *rq, Lane lane)
{
    Http *h = rq->http;
    pthread_mutex_lock(&h->lock);
    if (rq->owner) {
        rq->owner->running[lane]--;
        pthread_cond_signal(&h->queues[lane].work); /* another of his may run now */
    }
    rq->parked = false;
    atomic_store(&rq->peer->parked, false);
    MHD_resume_connection(rq->connection);
    pthread_mutex_unlock(&h->lock);
}

static Request *take(Http *h, Lane lane)
{
    Queue *q = &h->queues[lane];
    Request *before = NULL, *rq = q->first;
    while (rq && !owner_may_run(rq, lane)) {
        before = rq;
        rq = rq->next;
    }
    if (!rq)
        return NULL;
    if (before)
        before->next = rq->next;
    else
        q->first = rq->next;
    if (q->last == rq)
        q->last = before;
    q->count--;
    if (rq->owner) {
        rq->owner->waiting[lane]--;
        rq->owner->running[lane]++;
    }
    return rq;
}

/* Waits for a request; NULL when the server is closed and nothing is left. *lane says whose it is.
 */
static Request *request_take(const Worker *w, Lane *lane)
{
    Http *h = w->http;
    Request *rq = NULL;
    pthread_mutex_lock(&h->lock);
    for (;;) {
        *lane = w->lane;
        rq = take(h, *lane);
        if (!rq && w->lane == LANE_COMMON)
            rq = take(h, *lane = LANE_ENTRY);
        if (rq || (h->closed && !h->queues[w->lane].first))
            break;
        pthread_cond_wait(&h->queues[w->lane].work, &h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    return rq;
}

static void request_work(const Worker *w, Request *rq)
{
    Http *h = w->http;
    if (rq->stage == ADMITTING)
        body_admit(rq, w->index);
    else if (rq->stage == SPOOLING)
        body_spool(rq);
    else if (atomic_load(request_stop(rq)))
        reply_refuse(&rq->reply, 503, "busy", "系统正在停止，请稍后再试", "the server is stopping");
    else if (rq->method == GET && atomic_load(request_gone(rq)))
        return; /* nobody hears the answer; a write is done all the same */
    else if (body_end(rq))
        h->config.handle(h->config.app, w->index, rq, &rq->reply);
    if (rq->stage == HANDLING || rq->stage == DROPPING)
        reply_finish(rq);
}

/* On Linux a thread has a priority of its own; log-in and reading then get the processor first. */
static void *worker_run(void *data)
{
    const Worker *w = data;
    Lane lane;
    if (w->lane == LANE_HEAVY)
        setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), HEAVY_NICE);
    for (Request *rq = request_take(w, &lane); rq; rq = request_take(w, &lane)) {
        request_work(w, rq);
        request_return(rq, lane);
    }
    return NULL;
}

bool workers_start(Http *h)
{
    int count = 0;
    for (Lane lane = 0; lane < LANES; lane++)
        h->queues[lane].workers = h->config.workers[lane];
    for (Lane lane = 0; lane < LANES; lane++)
        for (int i = 0; i < h->config.workers[lane]; i++) {
            Worker *w = &h->workers[count];
            *w = (Worker){ .http = h, .lane = lane, .index = count };
            if (pthread_create(&w->thread, NULL, worker_run, w) != 0)
                return false;
            h->worker_count = ++count;
        }
    return true;
}

void workers_stop(Http *h)
{
    pthread_mutex_lock(&h->lock);
    h->closed = true;
    for (Lane lane = 0; lane < LANES; lane++)
        pthread_cond_broadcast(&h->queues[lane].work);
    pthread_mutex_unlock(&h->lock);
    for (int i = 0; i < h->worker_count; i++)
        pthread_join(h->workers[i].thread, NULL);
}
