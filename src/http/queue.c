/* Lanes: the queues of requests, from which the workers take.
 *
 * One lock for all of them, held for a few instructions. A lane's first request whose owner may run
 * is taken, so that one person's ten documents wait for each other and not everybody for them.
 */
#include "http/inside.h"

#include <assert.h>
#include <stdlib.h>

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

Request *request_take(const Worker *w, Lane *lane)
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

void request_return(Request *rq, Lane lane)
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
