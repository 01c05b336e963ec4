/* What the files of src/http share, and nobody else includes.
 *
 * A request's life: made when its first line is read (event thread), its body taken in, then
 * handed to a worker and its connection suspended until the worker resumes it with a response.
 * Exactly one thread owns a request at any moment: the event thread of its connection, or, from
 * request_park to MHD_resume_connection, the queue and the worker that took it from there.
 */
#ifndef HTTP_INSIDE_H
#define HTTP_INSIDE_H

#include "http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define QUERY_LIMIT        64
#define PARAM_LIMIT        8
#define REPLY_HEADER_LIMIT 24

typedef struct Pair {
    const char *key;
    const char *value;
} Pair;

typedef enum Stage {
    READING,   /* the head is checked, the body comes in */
    ADMITTING, /* with a worker: may this long body come in? */
    SPOOLING,  /* with a worker: what memory holds goes to the spool file */
    DROPPING,  /* refused; the rest of the body is thrown away */
    HANDLING,  /* with a worker: the handler runs */
} Stage;

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
    int64_t since;     /* when the body began, in the server's milliseconds */
    char *body;        /* malloc'ed: it grows, and an arena would keep every size */
    size_t body_length;
    size_t body_room;
    int spool; /* -1 = none */
    void *map; /* the spool file, where request_parts mapped it */

    Reply reply;
    struct MHD_Response *response; /* made once; answered when set */
    int status;
};

/* A connection, so that the keeper can cut it once its deadline (0 = none) has passed. */
typedef struct Peer {
    struct Peer *next;
    struct Peer *before;
    int fd;
    _Atomic int64_t deadline;
} Peer;

typedef struct Stream Stream;

typedef struct Worker {
    Http *http;
    int index;
    pthread_t thread;
} Worker;

struct Http {
    HttpConfig config;
    int patience_ms;
    struct MHD_Daemon *daemon;
    Worker *workers;
    int worker_count; /* running */
    pthread_t keeper;
    bool keeper_runs;
    atomic_int open; /* requests alive */
    atomic_size_t held;
    atomic_bool stopping;

    pthread_mutex_t lock; /* of the queue */
    pthread_cond_t work;
    pthread_cond_t rest; /* of the keeper */
    Request *first, *last;
    atomic_int queued;
    bool closed; /* no more work is taken */

    pthread_mutex_t peers_lock;
    Peer *peers;
    pthread_mutex_t streams_lock;
    Stream *streams;
    int stream_count;
    bool streams_end;
};

int64_t http_clock(void); /* monotonic milliseconds */

/* request.c */
/* Reads and checks the head. False where the request is refused: the reply says why. */
bool request_head(Request *rq, const char *method);

/* body.c */
enum MHD_Result body_take(Request *rq, const char *bytes, size_t *length);
void body_admit(Request *rq, int worker); /* on a worker */
void body_spool(Request *rq);             /* on a worker */
bool body_end(Request *rq);               /* on a worker, before the handler; false: refused */
void body_free(Request *rq);

/* Hands the request to the workers and suspends its connection; MHD_NO while stopping. */
enum MHD_Result request_park(Request *rq, Stage stage);

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
