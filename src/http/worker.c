/* The workers of each lane: what they do with a request that they took from its queue. */
#include "http/inside.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HEAVY_NICE = 5 };

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
