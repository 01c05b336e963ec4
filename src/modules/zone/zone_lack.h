/* What the desk of a zone has before it: what lacks until the zone can go on, and what the desk
 * that returned it remarked.
 *
 * Both are worked out here and nowhere else, so that the button, the panel, the list, the home page
 * and the refusal of the act itself count alike.
 */
#ifndef MODULES_ZONE_ZONE_LACK_H
#define MODULES_ZONE_ZONE_LACK_H

#include "modules/zone/zone.h"

/* A rule or a paper keeps the zone where it is; a missing blind copy and a remark that nobody
 * answered are only warned of, at the step that fills in. */
typedef struct Lack {
    const char *kind;    /* rule, evidence, copy, remark */
    const char *key;     /* of a rule or a paper; of a remark its pointer */
    const char *pointer; /* where it is mended; NULL = where the check says */
    const char *zh;
    const char *en;
    int64_t blocks;
} Lack;
extern const Field lack_fields[];

/* The step of the zone proves something before it goes on; elsewhere nothing lacks. */
bool zone_must_prove(const ZoneView *v);
Err zone_lacks(Cx *cx, List *out, const ZoneView *v, const Check *check);
int64_t lacks_blocking(const List *lacks);
/* CONFLICT "rules" or "evidence" with what blocks. */
Err lacks_refuse(Cx *cx, const List *lacks);

/* A remark of the last return: on a field of the dossier, or on a paper ("/evidence/…"). */
typedef struct Remark {
    const char *pointer; /* where the field stands now: rows are followed by their keys */
    const char *remark;
    const char *zh; /* the field in words */
    const char *en;
    int64_t answered; /* it changed since */
} Remark;
extern const Field remark_fields[];

/* The remarks of r on the zone as it is saved now. */
Err zone_remarks(Cx *cx, List *out, const ZoneView *v, const Return *r);
/* INVALID with the pointer of a remark that stands on no field; *out: the remarks with the version
 * that a paper had. */
Err zone_read_marks(Cx *cx, const char **out, const ZoneView *v, const char *marks);
/* Puts { organ, user_name, seat, at, reason, step, standing, marks }, or null where it never came
 * back. */
Err zone_put_returned(Cx *cx, JsonOut *o, const char *key, const ZoneView *v);

/* A pointer into one state of a dossier, followed into another. */
typedef struct Followed {
    Cx *cx;
    const Field *field;
    const Json *before;
    const Json *after;
    const char *pointer; /* in the later state; of a row that is gone, its list */
    const char *zh;
    const char *en;
    bool row; /* at a row of the list, no longer at the list */
    bool changed;
} Followed;
Followed dossier_follow(Cx *cx, const Field *fields, const Json *before, const Json *after,
                        const char *pointer);

#endif
