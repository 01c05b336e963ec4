/* Who may do what. A right is a word ("zone.write"); a const table beside each module's routes says
 * which levels, kinds of organ and seats have it, and GET /api/rights shows all of them as one.
 * Rights stand on routes (core/request/dispatch.h), and dispatch alone asks them.
 *
 * A right says nothing about where: territory is always in the SQL, as
 *     "… WHERE " WITHIN("zone.county", 1) " …"       with $1 = user_reach(cx->user)
 * so that a row outside is not found rather than forbidden. The three administrators (三员: level
 * "system", seats "system", "security", "audit") have no right over business data, and nobody
 * else has theirs: an account holds one seat only, so they exclude each other.
 */
#ifndef CORE_ACCESS_RIGHT_H
#define CORE_ACCESS_RIGHT_H

#include "policy/pack/seat.h"
#include "store/reach.h"

/* The signed-in user, as the session found it; lives in the request's arena. */
typedef struct User {
    int64_t id;
    const char *account;
    const char *name;
    int64_t organ_id;
    const char *organ_name;
    const char *level;      /* a key of LEVELS, the organ's */
    const char *organ_kind; /* a key of ORGAN_KINDS */
    const char *organ_duty; /* a key of ORGAN_DUTIES; NULL = none */
    const char *seat;       /* a key of SEATS */
    const char *territory;  /* division code prefix: 2, 4, 6, 9 or 12 digits; "" =
                             * none (administrators) */
    const Reach *merged;    /* into it, and seen with it; NULL = none */
    bool must_change;       /* the password, before anything else */
    bool must_enrol;        /* a second factor, before anything else */
    int64_t session_id;     /* 0 where a job acts in the user's name */
} User;

/* Sets merged as of today, when a user is read. */
Err user_set_reach(Cx *cx, User *user);
/* What he sees: in C, and as an argument for WITHIN. */
Reach user_range(Cx *cx, const User *user);
Arg user_reach(const User *user);

typedef struct Right {
    const char *right; /* "noun.verb" */
    const char *zh;
    const char *en;
    unsigned levels;
    unsigned kinds;
    unsigned seats;
    /* Where a noun that the request names ("/api/registers/:noun") says the rest by itself:
     * FORBIDDEN, NOT_FOUND. verb: what stands behind the dot. */
    Err (*ask)(Cx *cx, const char *noun, const char *verb);
} Right;

/* Among the rights of all modules; NULL where none has it. */
const Right *right_find(const Cx *cx, const char *right);
/* All of them, in the order of the modules; array of const Right *. */
const Right *const *right_all(Cx *cx, size_t *count);

/* Any signed-in user has it: "session", and "self", which goes before the duties are done too. */
bool right_signed_in(const char *right);

/* "" = everybody, any user where right_signed_in, else a right of a module (assert). */
bool right_allows(const Cx *cx, const char *right);
/* The same of a user who is not the one acting (who could take this step?). */
bool right_of(const Cx *cx, const User *user, const char *right);

#endif
