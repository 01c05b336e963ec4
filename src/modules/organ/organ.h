/* Organs: who takes part, at which level, of which kind, over which territory.
 *
 * Invariant: kind and the length of territory fit the level (core/access/right.h); a parent's
 * territory contains its children's. Everybody sees the organs of his territory and those above it.
 */
#ifndef MODULES_ORGAN_ORGAN_H
#define MODULES_ORGAN_ORGAN_H

#include "core/request/dispatch.h"

typedef struct Organ {
    int64_t id;
    int64_t version;
    const char *name;
    const char *level;
    const char *kind;
    const char *territory; /* division code; "" for administrations of the system */
    int64_t parent_id;
    const char *parent;  /* its name, on reading */
    const char *duty;    /* of a department: a key of ORGAN_DUTIES */
    const char *contact; /* for the public: address and phone */
} Organ;

extern const Field organ_fields[];
extern const Module organ_module;

Err organ_get(Cx *cx, Organ *out, int64_t id); /* NOT_FOUND also outside the caller's sight */
/* The name and contact of each organ of a level that has one; for anybody to see. */
Err organ_contacts(Cx *cx, List *out, const char *level);
Err organ_create(Cx *cx, int64_t *id, const Organ *organ);

#endif
