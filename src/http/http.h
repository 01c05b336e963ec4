/* The seam over libmicrohttpd: bytes in, bytes out. It knows no route, no right and no store.
 *
 * Requests are read on epoll threads, handled on a pool of workers, answered from memory or a file.
 * A body up to HttpConfig.body_limit is held in memory; a longer one, up to upload_limit, is
 * spooled to a file without ever being held whole. Requests over a limit, with a bad path
 * (not UTF-8, "..", NUL) or a bad header are answered here and never reach the handler.
 *
 * Nobody keeps the others waiting: requests wait in lanes, each with workers of its own; what one
 * person or one guest's address may hold and have waiting is bounded (share.c), all guests together
 * apart from those who are signed in; a body must keep coming.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/json.h"

#include <stdatomic.h>

typedef enum Method { GET, POST, PUT, DELETE, OTHER_METHOD } Method; /* HEAD is answered as GET */

typedef struct Request Request;
typedef struct Reply Reply;

Method request_method(const Request *rq);
const char *request_path(const Request *rq);                   /* decoded, without query */
const char *request_query(const Request *rq, const char *key); /* decoded; NULL where absent */
/* The i-th query pair, for list filters; false behind the last. */
bool request_query_at(const Request *rq, size_t i, const char **key, const char **value);
const char *request_header(const Request *rq, const char *name); /* NULL where absent */
const char *request_cookie(const Request *rq, const char *name);
const char *request_address(const Request *rq); /* the peer, or the trusted proxy's word */
bool request_secure(const Request *rq);         /* the gateway says it came by TLS */
const char *request_body(const Request *rq, size_t *length); /* "" where none or spooled */
/* The spooled body: an open file at offset 0, or -1 where the body is in memory. */
int request_body_file(const Request *rq, int64_t *length);
/* Set once the peer has gone, and once the server can wait no longer: for a Budget. They outlive
 * the handler. */
const atomic_bool *request_gone(const Request *rq);
const atomic_bool *request_stop(const Request *rq);
/* Parts of a multipart/form-data body. */
typedef struct Part {
    const char *name;
    const char *filename; /* NULL where none; no path in it */
    const char *type;
    const char *bytes;
    size_t length;
} Part;
Err request_parts(Cx *cx, const Request *rq, const Part **out, size_t *count);

/* Parameters of the matched route ("/api/zones/:id"), set by dispatch. */
void request_set_param(Request *rq, const char *key, const char *value);
const char *request_param(const Request *rq, const char *key); /* assert that the route has it */
int64_t request_id(const Request *rq, const char *key); /* 0 where it is no positive integer */

/* Forgets all that was set so far (a handler rolled back or run again). */
void reply_clear(Reply *rp);
void reply_status(Reply *rp, int status); /* 200 where never called */
/* Replaces what was set under the name, the security headers' defaults included. */
void reply_header(Reply *rp, const char *name, const char *value);
void reply_cookie(Reply *rp, const char *name, const char *value, int64_t max_age_s, bool secure);
/* Copied. */
void reply_bytes(Reply *rp, const char *type, const void *bytes, size_t length);
/* A file, with Range; takes the descriptor over. */
void reply_file(Reply *rp, const char *type, int fd, int64_t length);
/* Embedded gzip data that outlives the server; etag strong. Answers 304 itself. */
void reply_static(Reply *rp, const char *type, const void *gzip, size_t length, const char *etag);
/* Server-sent events: the connection stays; write with http_event until the peer goes. */
void reply_events(Reply *rp, const char *channel);

typedef enum Lane {
    LANE_COMMON,
    LANE_ENTRY, /* what one needs to log in; workers of LANE_COMMON help when they are idle */
    LANE_HEAVY, /* what may take over a second; its workers run at a lower priority */
    LANES
} Lane;

/* What the application says of a request by its head alone. */
typedef struct Ticket {
    Lane lane;
    int64_t person;    /* who asks, as far as is known without asking the database; 0 = a guest */
    size_t body_limit; /* of this request's body; 0 = HttpConfig.body_limit */
    bool large;        /* or up to upload_limit, where admit wants it */
    bool ask;          /* admit decides before a byte of the body is kept */
} Ticket;

typedef struct Http Http;
typedef struct HttpConfig {
    const char *address;   /* "127.0.0.1" */
    int port;              /* 0 = any free one; see http_port */
    int workers[LANES];    /* threads that run the handler; LANE_COMMON at least one */
    size_t body_limit;     /* bytes in memory: 8 MiB */
    int64_t upload_limit;  /* bytes spooled: 2 GiB */
    const char *spool_dir; /* where spooled bodies live while the request does */
    bool trust_forwarded;  /* behind a gateway: X-Forwarded-For and -Proto count */
    /* Runs on an event thread, once the head is read; it must not wait for anything. NULL = all is
     * one person's, in LANE_COMMON, and may be large. */
    void (*ticket)(void *app, const Request *rq, Ticket *out);
    /* Runs on a worker; worker counts from 0 over all lanes, so that each may keep its own
     * connection. */
    void (*handle)(void *app, int worker, Request *rq, Reply *rp);
    /* Asked on a worker before a body over body_limit is taken in, so that no guest fills the disk,
     * and where the ticket wants it: false throws the body away and answers with the reply. NULL
     * admits all. */
    bool (*admit)(void *app, int worker, Request *rq, Reply *rp);
    void *app;
    int patience_s; /* a silent or dripping connection is cut after this; 0 = 30 */
} HttpConfig;
Err http_start(Cx *cx, Http **out, const HttpConfig *config);
int http_port(const Http *h);
/* Stops taking requests, finishes those under way, frees all. After some seconds request_stop is
 * set and who still talks is cut, so that it ends within ten where the handlers heed that. */
void http_stop(Http *h);
void http_event(Http *h, const char *channel, const char *event, const char *data);

#endif
