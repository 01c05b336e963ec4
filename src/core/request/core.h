/* What all requests share: configuration, keys, connections, modules. Made once at start, then
 * read only; every Cx above core points to it.
 *
 * core_open brings up everything but the network (the command line works on it: init, import,
 * audit, backup); core_start adds the HTTP server and the runner of jobs.
 */
#ifndef CORE_REQUEST_CORE_H
#define CORE_REQUEST_CORE_H

#include "core/request/dispatch.h"

typedef struct CoreConfig {
    const char *data;             /* folder of keys, database, attachments and spool; made 0700 */
    const char *where;            /* of store_pool_open; NULL = "file:DATA/tuijin.db" */
    const char *address;          /* to listen on; NULL = "127.0.0.1" */
    int port;                     /* 0 = any free one */
    int workers;                  /* threads for requests; 0 = 8 */
    bool trust_forwarded;         /* a gateway in front: its headers name the peer and the scheme */
    bool secure;                  /* cookies for TLS only (the gateway speaks TLS) */
    bool demo;                    /* a marked demo: the pages say so */
    bool idle;                    /* runs no jobs (tests step them) */
    const char *setter;           /* program that sets type (paper_end); NULL = this one */
    const Module *const *modules; /* ends with NULL; modules/modules.h has them */
    /* Pages and files of the web, for what no route knows; NULL = none. Sets *found where it has
     * replied. */
    Err (*web)(Cx *cx, Request *rq, Reply *rp, bool *found);
} CoreConfig;

typedef struct Core {
    CoreConfig config;
    struct Keys *keys; /* core/access/seal.h */
    StorePool *pool;
    Router *router;
    struct Guesses *guesses; /* core/access/session.c */
    struct PackShelf *packs; /* versions loaded so far; core/process/pack_store.h */
    struct Server *server;   /* HTTP, workers and the job runner; NULL until core_start */
    Clock clock;             /* of the one who opened it */
    Arena *arena;            /* lives as long as the core */
} Core;

/* Makes or reads the keys, opens the store and brings its schema up to date. The strings of config
 * must outlive the core. */
Err core_open(Cx *cx, Core **out, const CoreConfig *config);
void core_close(Core *core);

Err core_start(Cx *cx, Core *core);
int core_port(const Core *core);
void core_stop(Core *core); /* finishes requests and the job under way */

/* A context over a connection of its own, for the command line and tests; end with core_leave. */
Err core_enter(Cx *cx, Arena *arena, const Core *core);
void core_leave(Cx *cx);

/* A path below the data folder, in the arena of cx. */
const char *core_path(Cx *cx, const Core *core, const char *name);

/* The second half of core_open, over a pool that is open already (tests). */
Err core_prepare(Cx *cx, Core *core);

#endif
