/* Who may do what. A right is a word ("zone.write"); one const table says which levels, kinds of
 * organ and seats have it. Rights stand on routes (core/dispatch.h), and dispatch alone asks them.
 *
 * A right says nothing about where: territory is always in the SQL, as
 *     "… WHERE " WITHIN("zone.county", 1) " …"       with $1 = cx->user->territory
 * so that a row outside is not found rather than forbidden. The three administrators (三员: level
 * "system", seats "system", "security", "audit") have no right over business data, and nobody
 * else has theirs: an account holds one seat only, so they exclude each other.
 */
#ifndef CORE_RIGHT_H
#define CORE_RIGHT_H

#include "base/field.h"

/* SQL: the division code begins with the prefix that is argument n; all codes where that is "". A
 * range, which an index serves: codes are digits, and ':' stands behind '9' in both engines. */
#define WITHIN(code, n) "(" code " >= $" #n " AND " code " < $" #n " || ':')"

/* The signed-in user, as the session found it; lives in the request's arena. */
typedef struct User {
    int64_t id;
    const char *account;
    const char *name;
    int64_t organ_id;
    const char *organ_name;
    const char *level;      /* a key of LEVELS, the organ's */
    const char *organ_kind; /* a key of ORGAN_KINDS */
    const char *seat;       /* a key of SEATS */
    const char *territory;  /* division code prefix: "37", "3706", "370683", 9 or 12 digits; "" =
                             * none (administrators) */
    bool must_change;       /* the password, before anything else */
    bool must_enrol;        /* a second factor, before anything else */
    int64_t session_id;     /* 0 where a job acts in the user's name */
} User;

extern const Option LEVELS[];      /* province … village, expert, system */
extern const Option ORGAN_KINDS[]; /* rural, finance, government, department, committee, … */
extern const Option SEATS[]; /* handler 经办, checker 审核, signer 签批; system, security, audit */

/* Sets of them, as bits in the order of the options. */
enum {
    PROVINCE = 1,
    CITY = 2,
    COUNTY = 4,
    TOWNSHIP = 8,
    VILLAGE = 16,
    EXPERT = 32,
    SYSTEM = 64,
    STAFF = PROVINCE | CITY | COUNTY,
    OFFICES = STAFF | TOWNSHIP | VILLAGE,
};
enum {
    RURAL = 1,
    FINANCE = 2,
    GOVERNMENT = 4,
    DEPARTMENT = 8,
    COMMITTEE = 16,
    EXPERTS = 32,
    ADMINISTRATION = 64,
    BUREAUS = RURAL | FINANCE,
    ANY_KIND = 127,
};
enum {
    HANDLER = 1,
    CHECKER = 2,
    SIGNER = 4,
    SYSTEM_ADMIN = 8,
    SECURITY_ADMIN = 16,
    AUDIT_ADMIN = 32,
    DESKS = HANDLER | CHECKER | SIGNER,
    ADMINS = SYSTEM_ADMIN | SECURITY_ADMIN | AUDIT_ADMIN,
};

typedef struct Right {
    const char *right; /* "noun.verb" */
    const char *zh;
    const char *en;
    unsigned levels;
    unsigned kinds;
    unsigned seats;
} Right;

extern const Right RIGHTS[]; /* ends with { NULL } */

const Right *right_find(const char *right); /* NULL where the table has none */

/* Any signed-in user has it: "session", and "self", which goes before the duties are done too. */
bool right_signed_in(const char *right);

/* "register.write": the verb, which the register of the request's own noun answers (register.h);
 * NULL where it is another right. */
const char *right_of_register(const char *right);

/* "" = everybody, any user where right_signed_in, else a row of RIGHTS (assert). */
bool right_allows(const Cx *cx, const char *right);
/* The same of a user who is not the one acting (who could take this step?). */
bool right_of(const User *user, const char *right);

/* Level, kind and seat of a user fit each other and the territory has the level's length. */
Err right_check_place(Cx *cx, const char *level, const char *kind, const char *territory);
Err right_check_seat(Cx *cx, const char *level, const char *seat);

#endif
