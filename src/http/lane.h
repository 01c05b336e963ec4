/* Lanes and shares: who waits where for which worker, and how much one may have.
 *
 * Each lane is a queue with workers of its own. In a lane with several workers one of them is never
 * the same owner's, and what an owner holds in bodies and has waiting is bounded, so that nobody
 * keeps the others from being served. Owners are known only where HttpConfig.ticket tells them.
 */
#ifndef HTTP_LANE_H
#define HTTP_LANE_H

#include "http/http.h"

#include <pthread.h>

typedef enum Stage {
    READING,   /* the head is checked, the body comes in */
    ADMITTING, /* with a worker: may this long body come in? */
    SPOOLING,  /* with a worker: what memory holds goes to the spool file */
    DROPPING,  /* refused; the rest of the body is thrown away */
    HANDLING,  /* with a worker: the handler runs */
} Stage;

/* A person, or the address of a guest: what they hold of the server (share.c). */
typedef struct Owner {
    struct Owner *next; /* in its bucket */
    unsigned char key[16];
    bool guest;
    int requests;                       /* that point here */
    size_t held;                        /* bytes of bodies */
    int waiting[LANES], running[LANES]; /* requests, under Http.lock */
} Owner;

enum { OWNER_BUCKETS = 1024 };

typedef struct Worker {
    Http *http;
    Lane lane;
    int index;
    pthread_t thread;
} Worker;

typedef struct Queue {
    Request *first, *last;
    int count;
    int workers;
    pthread_cond_t work;
} Queue;

/* ---- share.c ---- */
void owner_find(Request *rq); /* once the ticket is there */
void owner_leave(Request *rq);
bool owner_hold(Request *rq, size_t bytes); /* false where that is more than its share */
void owner_release(Request *rq, size_t bytes);
/* Under Http.lock: may one more wait; may one more of those that wait run? */
bool owner_may_wait(const Request *rq, Lane lane);
bool owner_may_run(const Request *rq, Lane lane);

/* ---- queue.c ---- */
/* Hands the request to the workers of its lane and suspends its connection; false where too much
 * waits there, or the server is closed. */
bool request_park(Request *rq, Stage stage);
bool request_parked(Request *rq);
/* For a worker. Waits for a request; NULL when the server is closed and nothing is left. *lane says
 * whose it is. */
Request *request_take(const Worker *w, Lane *lane);
/* … and gives it back: from here on it is the event thread's. */
void request_return(Request *rq, Lane lane);

/* ---- worker.c ---- */
bool workers_start(Http *h);
void workers_stop(Http *h); /* once they have done what is queued */

#endif
