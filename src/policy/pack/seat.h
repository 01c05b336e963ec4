/* Who there is: levels, kinds of organ and seats, as packs name them (steps of a process, actors of
 * a register) and as rights and accounts are made of them (core/access/right.h).
 */
#ifndef POLICY_PACK_SEAT_H
#define POLICY_PACK_SEAT_H

#include "base/field.h"

extern const Option LEVELS[];       /* province … village, expert, system */
extern const Option ORGAN_KINDS[];  /* rural, finance, government, department, committee, … */
extern const Option ORGAN_DUTIES[]; /* of a department: civil, education, … bank */
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
enum { ANY_DUTY = 0 }; /* of sets of ORGAN_DUTIES: an organ of any, or of none */
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

/* Who, as sets: of one of the levels, at an organ of one of the kinds, on one of the seats. */
typedef struct Actor {
    unsigned levels;
    unsigned kinds;
    unsigned duties; /* of a department; ANY_DUTY */
    unsigned seats;
} Actor;

typedef struct Actors {
    const Actor *at;
    size_t count;
} Actors;

/* "c.r.h": levels v t c y p, x = any; organs com gov r f d, * = any, d:water the department with
 * that duty; seats h k s, none = any. False where it is none. */
bool actor_read(Actor *out, const char *text);
/* duty: NULL = none. */
bool actors_have(Actors who, const char *level, const char *kind, const char *duty,
                 const char *seat);

/* Level, kind and seat of a user fit each other and the territory has the level's length. */
Err place_check(Cx *cx, const char *level, const char *kind, const char *territory);
Err seat_check(Cx *cx, const char *level, const char *seat);

#endif
