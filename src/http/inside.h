/* What the files of src/http share, and nobody else includes.
 *
 * A request's life: made when its first line is read (event thread), its body taken in, then
 * handed to a worker and its connection suspended until the worker resumes it with a response.
 * Exactly one thread owns a request at any moment: the event thread of its connection, or, from
 * request_park to MHD_resume_connection, the queue and the worker that took it from there.
 */
#ifndef HTTP_INSIDE_H
#define HTTP_INSIDE_H

#include "http/lane.h"

#include <microhttpd.h>

#define QUERY_LIMIT        64
#define CONNECTION_BYTES   32768 /* the library's buffers for one connection */
#define PARAM_LIMIT        8
#define REPLY_HEADER_LIMIT 24

typedef struct Pair {
    const char *key;
    const char *value;
} Pair;

typedef enum Content { CONTENT_BYTES, CONTENT_FILE, CONTENT_STATIC, CONTENT_EVENTS } Content;

struct Reply {
    Request *rq;
    int status; /* 0 = never said */
    Pair headers[REPLY_HEADER_LIMIT];
    size_t header_count;
    Content content;
    const char *type;
    const void *bytes; /* CONTENT_BYTES: in the request's arena; CONTENT_STATIC: embedded gzip */
    int64_t length;
    int fd;              /* CONTENT_FILE, else -1 */
    const char *channel; /* CONTENT_EVENTS */
};

struct Request {
    Http *http;
    struct MHD_Connection *connection;
    Arena *arena;
    Request *next; /* in the queue */
    Stage stage;
    bool parked; /* the queue or a worker has it; under Http.lock, with suspend and resume */
    bool begun;
    bool again; /* it was parked at its head, which the library now shows once more */
    struct Peer *peer;
    Owner *owner; /* NULL without HttpConfig.ticket */
    Ticket ticket;
    Method method;
    const char *uri; /* as it came; NULL where it was too long */
    const char *path;
    const char *address;
    Pair query[QUERY_LIMIT];
    size_t query_count;
    Pair params[PARAM_LIMIT];
    size_t param_count;

    int64_t announced; /* Content-Length; -1 where chunked */
    int64_t received;  /* of the body, wherever it went */
    int64_t mark;      /* when the body last had come as fast as it must */
    int64_t marked;    /* bytes received then */
    char *body;        /* malloc'ed: it grows, and an arena would keep every size */
    size_t body_length;
    size_t body_room;
    int spool; /* -1 = none */
    void *map; /* the spool file, where request_parts mapped it */

    Reply reply;
    struct MHD_Response *response; /* made once; answered when set */
    int status;
};

/* A connection, so that the keeper can cut it once its deadline (0 = none) has passed, and can see
 * that it went while the library does not look: its request is parked. */
typedef struct Peer {
    struct Peer *next;
    struct Peer *before;
    int fd;
    _Atomic int64_t deadline;
    atomic_bool parked;
    atomic_bool gone;
} Peer;

typedef struct Stream Stream;

struct Http {
    HttpConfig config;
    int patience_ms;
    struct MHD_Daemon *daemon;
    Worker *workers;
    int worker_count; /* running */
    pthread_t keeper;
    bool keeper_runs;
    atomic_int open; /* requests alive */
    atomic_bool stopping;
    atomic_bool hurry; /* what still runs is to end at once */

    pthread_mutex_t lock; /* of the queues */
    pthread_cond_t rest;  /* of the keeper */
    Queue queues[LANES];
    bool closed; /* no more work is taken */

    pthread_mutex_t owners_lock;
    Owner *owners[OWNER_BUCKETS];
    size_t held, held_by_guests; /* bytes of bodies */

    pthread_mutex_t peers_lock;
    Peer *peers;
    pthread_mutex_t streams_lock;
    Stream *streams;
    int stream_count;
    bool streams_end;
};

int64_t http_clock(void); /* monotonic milliseconds */

/* head.c */
/* Reads and checks the head. False where the request is refused: the reply says why. */
bool request_head(Request *rq, const char *method);

/* body.c */
int64_t body_most(const Request *rq); /* bytes that it may have */
/* Refuses it, once the rest has been read and forgotten. */
enum MHD_Result body_too_large(Request *rq);
enum MHD_Result body_take(Request *rq, const char *bytes, size_t *length);
/* True where it came as fast as it must since the last time this was true. */
bool body_paced(Request *rq, int64_t now);
void body_admit(Request *rq, int worker); /* on a worker */
void body_spool(Request *rq);             /* on a worker */
bool body_end(Request *rq);               /* on a worker, before the handler; false: refused */
void body_free(Request *rq);

/* reply.c */
/* A refusal of this layer's own, in the shape of all errors. */
void reply_refuse(Reply *rp, int status, const char *code, const char *zh, const char *en);
/* Makes rq->response with every header, range and condition applied. */
void reply_finish(Request *rq);

/* events.c */
struct MHD_Response *stream_response(Request *rq, const char *channel);
void streams_beat(Http *h);
void streams_end(Http *h);

#endif
