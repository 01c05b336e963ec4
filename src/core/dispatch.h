/* One request = one right + one transaction + one audit entry, all here.
 *
 * dispatch finds the route, the session and the user, checks the right (route × seat), begins the
 * transaction (a write begins at once), runs the handler, writes the audit entry, commits, and only
 * then replies. A failing handler rolls everything back and leaves its Failure as the reply:
 *   { "error": { "code": "conflict", "field": "amount", "message": { "zh": "…", "en": "…" } } }
 * A write carries the header Idempotency-Key; its answer is kept in the same transaction and
 * given again to a second request with the same key. BUSY is run again up to five times.
 * So a handler of a write answers with reply_row or reply_json (those are kept), sets no header,
 * and may run twice.
 */
#ifndef CORE_DISPATCH_H
#define CORE_DISPATCH_H

#include "http/http.h"
#include "store/store.h"

typedef Err (*Handler)(Cx *cx, Request *rq, Reply *rp);

enum {
    ROUTE_STREAM =
        1, /* the handler runs outside a transaction and manages its own (uploads, files) */
    ROUTE_READ =
        2, /* a POST that changes nothing (check, preview): no audit entry, read transaction */
};

/* right: "zone.read", or "" for everybody, or "session" for any signed-in user. The rights and who
 * has them stand in core/right.h. in/out describe body and answer for OpenAPI and TypeScript. */
typedef struct Route {
    Method method;
    const char *path; /* "/api/zones/:id/dossier" */
    const char *right;
    Handler handle;
    const char *zh; /* one line of documentation, and the words of the audit log */
    const char *en;
    const Field *in;
    const Field *out; /* of the object, or of the rows of a page */
    unsigned flags;
} Route;

#define ROUTES_END                                                                                 \
    {                                                                                              \
        .path = NULL                                                                               \
    }

/* What a folder of src/modules gives to the program. */
typedef struct Module {
    const char *noun;
    const char *schema; /* noun.sql, embedded */
    const Route *routes;
    const Field *fields;        /* of its main row */
    const struct JobKind *jobs; /* core/job.h; NULL = none */
    /* The division code of a record, for the attachments that hang on it: NOT_FOUND where the user
     * may not see it; where write, FORBIDDEN or CONFLICT where he may not change it. NULL = nothing
     * can hang on this noun. */
    Err (*reach)(Cx *cx, const char **territory, int64_t id, bool write);
} Module;

/* A write transaction with its audit entry, for ROUTE_STREAM handlers, jobs and the command line
 * (dispatch does it for all others). zh and en are the words of the entry, NULL = the route's.
 * BUSY runs work again, so it sets afresh all that it uses. On failure nothing is written. */
typedef Err (*Work)(Cx *cx, void *data);
Err act_run(Cx *cx, const char *zh, const char *en, Work work, void *data);

/* Helpers that keep handlers short. */
Err request_json(Cx *cx, const Json **out, const Request *rq);        /* the body, strict */
Err request_row(Cx *cx, void *row, const Field *fields, Request *rq); /* a new row from the body */
PageQuery request_page(Cx *cx, const Request *rq,
                       const Field *fields); /* ?page=&size=&sort=-name&key= */
Err reply_row(Cx *cx, Reply *rp, const Field *fields, const void *row);
Err reply_page(Cx *cx, Reply *rp, const Field *fields, size_t row_size, const List *list);
Err reply_json(Cx *cx, Reply *rp, const char *json); /* finished text */

#endif
