/* Shares: what one person, one guest's address, and all guests together may hold of the server.
 *
 * Without them whoever opens many connections has all of it: the memory of bodies, the workers, the
 * queue. A person is known by the ticket, a guest by the address (of IPv6 the network's half, for
 * one host has the other half to itself). The first few kilobytes of a body are everybody's, so
 * that a log-in goes through however much the guests hold.
 */
#include "http/inside.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALL_BODIES = 64,   /* bodies of full length that memory holds at once */
    GUESTS_BODIES = 8, /* of all guests */
    PERSON_BODIES = 4,
    ADDRESS_BODIES = 1, /* of one guest's address */
    WAIT_ALL = 2048,    /* requests waiting for a worker */
    WAIT_ONE = 512,
    HEAVY_ALL = 64,
    HEAVY_ONE = 8,
};

static void key_make(unsigned char key[16], const Request *rq)
{
    struct in_addr v4;
    memset(key, 0, 16);
    if (rq->ticket.person) {
        key[15] = 1;
        memcpy(key, &rq->ticket.person, sizeof rq->ticket.person);
    } else if (inet_pton(AF_INET, rq->address, &v4) == 1) {
        key[15] = 2;
        memcpy(key, &v4, sizeof v4);
    } else if (inet_pton(AF_INET6, rq->address, key) == 1) {
        memset(key + 8, 0, 8);
        key[15] = 3;
    }
}

static Owner **bucket_of(Http *h, const unsigned char key[16])
{
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < 16; i++)
        hash = (hash ^ key[i]) * 1099511628211u;
    return &h->owners[(hash >> 32) % OWNER_BUCKETS];
}

static Owner *owner_get(Http *h, const unsigned char key[16])
{
    Owner **bucket = bucket_of(h, key), *o = *bucket;
    while (o && memcmp(o->key, key, 16) != 0)
        o = o->next;
    if (o || !(o = calloc(1, sizeof *o)))
        return o;
    memcpy(o->key, key, 16);
    o->next = *bucket;
    *bucket = o;
    return o;
}

void owner_find(Request *rq)
{
    Http *h = rq->http;
    unsigned char key[16];
    if (!h->config.ticket)
        return;
    key_make(key, rq);
    pthread_mutex_lock(&h->owners_lock);
    rq->owner = owner_get(h, key);
    if (rq->owner) {
        rq->owner->guest = rq->ticket.person == 0;
        rq->owner->requests++;
    }
    pthread_mutex_unlock(&h->owners_lock);
}

void owner_leave(Request *rq)
{
    Http *h = rq->http;
    Owner *o = rq->owner;
    rq->owner = NULL;
    if (!o)
        return;
    pthread_mutex_lock(&h->owners_lock);
    if (--o->requests == 0) {
        Owner **at = bucket_of(h, o->key);
        while (*at != o)
            at = &(*at)->next;
        *at = o->next;
        free(o);
    }
    pthread_mutex_unlock(&h->owners_lock);
}

bool owner_hold(Request *rq, size_t bytes)
{
    Http *h = rq->http;
    Owner *o = rq->owner;
    size_t one = h->config.body_limit;
    pthread_mutex_lock(&h->owners_lock);
    bool fits = h->held + bytes <= ALL_BODIES * one;
    if (o && o->guest)
        fits = fits && h->held_by_guests + bytes <= GUESTS_BODIES * one &&
               o->held + bytes <= ADDRESS_BODIES * one;
    else if (o)
        fits = fits && o->held + bytes <= PERSON_BODIES * one;
    if (fits) {
        h->held += bytes;
        if (o)
            o->held += bytes;
        if (o && o->guest)
            h->held_by_guests += bytes;
    }
    pthread_mutex_unlock(&h->owners_lock);
    return fits;
}

void owner_release(Request *rq, size_t bytes)
{
    Http *h = rq->http;
    Owner *o = rq->owner;
    pthread_mutex_lock(&h->owners_lock);
    h->held -= bytes;
    if (o)
        o->held -= bytes;
    if (o && o->guest)
        h->held_by_guests -= bytes;
    pthread_mutex_unlock(&h->owners_lock);
}

bool owner_may_wait(const Request *rq, Lane lane)
{
    const Owner *o = rq->owner;
    bool heavy = lane == LANE_HEAVY;
    return rq->http->queues[lane].count < (heavy ? HEAVY_ALL : WAIT_ALL) &&
           (!o || o->waiting[lane] < (heavy ? HEAVY_ONE : WAIT_ONE));
}

/* One worker of a lane, where it has several, is always the others'. */
bool owner_may_run(const Request *rq, Lane lane)
{
    const Owner *o = rq->owner;
    int workers = rq->http->queues[lane].workers;
    return !o || rq->http->closed || o->running[lane] < (workers > 1 ? workers - 1 : 1);
}
