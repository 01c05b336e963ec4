/* One request = one right + one transaction + one audit entry, all here.
 *
 * dispatch finds the route, the session and the user, checks the right (route × seat), begins the
 * transaction (a write begins at once), runs the handler, writes the audit entry, commits, and only
 * then replies. A failing handler rolls everything back and leaves its Failure as the reply:
 *   { "error": { "code": "conflict", "field": "amount", "message": { "zh": "…", "en": "…" } } }
 * A write carries the header Idempotency-Key; its answer is kept in the same transaction and
 * given again to a second request with the same key. BUSY is run again up to five times.
 * A read that notes something (a file that goes out) has its entry, in a transaction of its own,
 * before the reply.
 * So a handler of a write answers with reply_row or reply_json (those are kept), sets no header,
 * and may run twice.
 */
#ifndef CORE_REQUEST_DISPATCH_H
#define CORE_REQUEST_DISPATCH_H

#include "http/http.h"
#include "store/store.h"

typedef Err (*Handler)(Cx *cx, Request *rq, Reply *rp);

enum {
    ROUTE_STREAM = 1, /* the handler manages its own transactions (uploads, files, log-in) */
    ROUTE_READ = 2,   /* a POST that changes nothing (check, preview): no entry, no key */
    ROUTE_AUDIT = 4,  /* reads, but leaves an audit entry in one write transaction (reveal) */
    ROUTE_PAGE = 8, /* answers with a page: {"rows": […], "total": n, "more": …, "after": …} */
    ROUTE_LARGE = 16,  /* its body may be longer than the limit in memory (uploads) */
    ROUTE_HTML = 32,   /* a page for guests, not part of the API; what is posted to it is a form,
                        * whose one-time token takes the place of the key */
    ROUTE_ENTRY = 64,  /* what one needs to log in: a worker is always free for it */
    ROUTE_HEAVY = 128, /* may take over a second (documents, workbooks, what-if, proofs): it waits
                        * apart, and its run has the budget of the settings run.* */
    ROUTE_FILE = 256,  /* may answer with a file (core/request/export.h) */
    ROUTE_ROWS = 512   /* gives, or as a write takes, rows of the register that its path names */
};

/* What a route takes as its body, where it takes one. */
typedef enum Body {
    BODY_ROW,    /* one row of `in`, with what it requires; none where `in` is NULL */
    BODY_CHANGE, /* some fields of `in`: what is absent stays; version says over which row */
    BODY_ROWS,   /* a list of rows of `in` */
    BODY_BYTES,  /* a file's bytes */
    BODY_DRAFT,  /* one row of `in`, which may still lack what it requires */
    BODY_OPEN,   /* fields that the pack declares: GET /api/registers/NOUN/form has them */
    BODY_SHEET,  /* a workbook as the form's part `file`, or {"text"} of what was pasted */
} Body;

/* right: "zone.read", or "" for everybody, or "session" for any signed-in user, or "self" for one
 * who still has to change his password or to enrol. The rights and who has them stand in
 * core/access/right.h. in/out describe body and answer for OpenAPI and TypeScript; request_row and
 * request_change hold a handler to it. */
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
    /* What takes long and needs no lock (a proof), done in a read transaction of its own before the
     * write's begins, which keeps everybody's writes waiting. It replies nothing, and leaves what
     * it found where the handler looks for it (act.h). */
    Handler prepare;
    Body body;
    /* The words it takes behind "?", beside those of a page: "noun noun_id"; "*" = fields that the
     * pack declares. */
    const char *query;
    const char *noun; /* the parameter "noun" of a path that does not name it */
} Route;

#define ROUTES_END                                                                                 \
    {                                                                                              \
        .path = NULL                                                                               \
    }

/* What a folder of src/modules, or a noun of core (core/core.def), gives to the program. */
typedef struct Module {
    const char *noun;
    const char *schema; /* noun.sql, embedded */
    const Route *routes;
    const struct Right *rights; /* that its routes ask for; core/access/right.h */
    const Field *fields;        /* of its main row */
    const struct JobKind *jobs; /* core/request/job.h; NULL = none */
    /* The division code of a record, for the attachments that hang on it: NOT_FOUND where the user
     * may not see it; where write, FORBIDDEN or CONFLICT where he may not change it. NULL = nothing
     * can hang on this noun. */
    Err (*reach)(Cx *cx, const char **territory, int64_t id, bool write);
    /* The same of rows of many nouns; and before one is removed: CONFLICT where a row names it. */
    Err (*reach_row)(Cx *cx, const char **territory, const char *noun, int64_t id, bool write);
    Err (*spare)(Cx *cx, const char *noun, int64_t id, int64_t attachment);
    /* For registers that name its rows: the select and the grams of a TableLink (store/table.h). */
    const char *link, *link_grams;
    bool link_shared;                /* its rows are named wherever one is, and have no division */
    const struct Register *keeps;    /* as a register's rows are (core/register/register.h) */
    const struct Subject *publishes; /* modules/publication/publication.h; NULL = nothing */
    Err (*start)(Cx *cx);            /* with the program, behind all migrations */
    /* Once an hour, outside transactions: removes what nobody needs, and tells of what is due. */
    Err (*tidy)(Cx *cx);
    Err (*remind)(Cx *cx);
} Module;

/* A write transaction with its audit entry, for ROUTE_STREAM handlers, jobs and the command line
 * (dispatch does it for all others). zh and en are the words of the entry, NULL = the route's.
 * BUSY runs work again, so it sets afresh all that it uses. On failure nothing is written. */
typedef Err (*Work)(Cx *cx, void *data);
Err act_run(Cx *cx, const char *zh, const char *en, Work work, void *data);
/* Many acts as one transaction, each with its own words, user and entry: for what makes a system.
 */
Err act_whole(Cx *cx, Work work, void *data);

/* Helpers that keep handlers short. */
Err request_json(Cx *cx, const Json **out, const Request *rq); /* of keys in the route's `in` */
Err request_row(Cx *cx, void *row, const Field *fields, Request *rq);    /* with what is REQUIRED */
Err request_change(Cx *cx, void *row, const Field *fields, Request *rq); /* names the version */
PageQuery request_page(Cx *cx, const Request *rq,
                       const Field *fields); /* ?page=&after=&before=&size=&sort=-key&key= */
Err reply_row(Cx *cx, Reply *rp, const Field *fields, const void *row);
/* Puts a list of rows under a key. */
void reply_put_rows(Cx *cx, JsonOut *o, const char *key, const Field *fields, size_t row_size,
                    const List *list);
Err reply_page(Cx *cx, Reply *rp, const Field *fields, size_t row_size, const List *list);
Err reply_json(Cx *cx, Reply *rp, const char *json); /* finished text */
Err reply_id(Cx *cx, Reply *rp, int64_t id);         /* {"id": n} */
Err reply_done(Cx *cx, Reply *rp);                   /* {} */

/* --- for core_server.c and tests --- */

typedef struct Router Router;
/* Every route of the modules. A right that no table knows, or two routes of one method
 * and path, are an assert. */
Router *router_make(Cx *cx, const Module *const *modules);
/* Sets the path's parameters; NULL where none fits, *known tells whether another method's does. */
const Route *router_find(const Router *router, Request *rq, bool *known);
/* The same, without parameters. */
const Route *router_route(const Router *router, const Request *rq);
/* ROUTE_HEAVY, or a document or a workbook by its path. */
bool route_is_heavy(const Route *r);

/* From the request to its reply; cx has arena, store and core. A failure is the reply. */
void dispatch(Cx *cx, Request *rq, Reply *rp);
/* Whether a long body, or one for those who are signed in, may come in; else the reply says why
 * not.
 */
bool dispatch_admit(Cx *cx, Request *rq, Reply *rp);
/* HttpConfig.ticket: asks no database. */
void dispatch_ticket(const struct Core *core, const Request *rq, Ticket *out);

#endif
