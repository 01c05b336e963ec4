/* The context of one piece of work: its memory, its clock, its failure, its actor.
 *
 * Every function that can fail takes Cx first and returns Err. A failure is made by fail() alone,
 * in both languages, and passed up by TRY(). The impossible is an assert, never an Err.
 * A Cx belongs to one thread; it is made per request, job or command and dropped with its arena.
 */
#ifndef BASE_CX_H
#define BASE_CX_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* code, HTTP status, key in JSON. The one table from codes to statuses. */
#define ERR_CODES(X)                                                                               \
    X(OK, 200, "ok")                                                                               \
    X(INVALID, 422, "invalid") /* the input is not of the declared shape */                        \
    X(UNAUTHENTICATED, 401, "unauthenticated")                                                     \
    X(FORBIDDEN, 403, "forbidden")                                                                 \
    X(NOT_FOUND, 404, "not_found") /* not there, or not in the caller's territory */               \
    X(CONFLICT, 409, "conflict")   /* the state does not allow it */                               \
    X(STALE, 409, "stale")         /* somebody else saved a newer version */                       \
    X(TOO_LARGE, 413, "too_large")                                                                 \
    X(LIMITED, 429, "limited") /* rate limit or lock-out; try later */                             \
    X(BUSY, 503, "busy")       /* run the whole transaction again */                               \
    X(DOWN, 503, "down")       /* outcome unknown: ask again with the same key */                  \
    X(FULL, 507, "full")       /* no room on the disk */                                           \
    X(INTERNAL, 500, "internal")

typedef enum Err {
#define X(code, status, key) code,
    ERR_CODES(X)
#undef X
} Err;

int err_status(Err e);
const char *err_key(Err e);

typedef enum Lang { ZH, EN } Lang;

/* What the last fail() said. field: a field key or JSON pointer, "" where none. */
typedef struct Failure {
    Err code;
    const char *field;
    const char *zh;
    const char *en;
} Failure;

/* Milliseconds since 1970-01-01T00:00:00Z. Only tests set a fixed one. */
typedef struct Clock {
    int64_t (*now)(void *data);
    void *data;
} Clock;

typedef struct Cx {
    Arena *arena;
    Failure failure;
    Clock clock;
    Lang lang;
    struct Store *store;     /* NULL where the work needs none */
    const struct User *user; /* who acts; NULL for a guest or the system itself */
    const struct Core *core; /* what all requests share, read-only; NULL below core */
    struct Act *act;         /* the act under way: its audit notes and answer; NULL elsewhere */
    struct Budget *budget;   /* of the run, base/budget.h; NULL = without end */
} Cx;

/* A context on the real clock, without store or user. */
Cx cx_make(Arena *arena);
int64_t cx_now(const Cx *cx);

/* Does the work in an arena of its own, which goes with all that the work made there: for one of
 * many pieces. What failed is told in the outer one. */
Err cx_apart(Cx *cx, Err (*work)(Cx *cx, void *data), void *data);

/* Records the failure and returns code. zh and en are formats that take the same arguments in the
 * same order. field may be NULL. The message names the field's value and what to do instead. */
Err fail(Cx *cx, Err code, const char *field, const char *zh, const char *en, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

#define TRY(call)                                                                                  \
    do {                                                                                           \
        Err try_ = (call);                                                                         \
        if (try_ != OK)                                                                            \
            return try_;                                                                           \
    } while (0)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
