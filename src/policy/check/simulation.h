/* What-if: the same dossiers against two packs, the one before and another after.
 *
 * Each dossier is decided by both; what stays is who changes state, by which rule and why, and the
 * totals by tier and by city of those that may go up. What a pack counts (its tiers, its amounts)
 * stands in pack.json under "simulation"; without it there are cities and numbers of zones only.
 * Nothing is written anywhere: both packs are read, and a draft is one of them.
 * An amount that is unknown for one zone is unknown for the whole total, never a partial sum.
 */
#ifndef POLICY_CHECK_SIMULATION_H
#define POLICY_CHECK_SIMULATION_H

#include "base/decimal.h"
#include "policy/check/check.h"

enum { BEFORE, AFTER, SIDES };

/* A rule that the two packs judge differently. */
typedef struct Shift {
    const PackRule *rules[SIDES]; /* NULL where that pack has no such rule */
    Status states[SIDES];         /* of those that are there */
    bool blocks[SIDES];
    const char *zh; /* what the pack after says of it, or before where after has no such rule */
    const char *en;
    bool from_before; /* the reasons are what had to be mended before */
    Reasons reasons;
    const char *const *missing; /* ends with NULL */
} Shift;

typedef struct Outcome {
    int64_t id; /* 0 where the dossier comes from a file */
    const char *zone;
    const char *county;
    const char *county_name; /* NULL where unknown, as the city's */
    const char *city_name;
    const char *tier; /* NULL where unknown */
    bool submittable[SIDES];
    size_t blocking[SIDES];         /* rules */
    const char *const *sums[SIDES]; /* one for each amount, in its unit; NULL where unknown */
    const Shift *shifts;
    size_t shift_count;
} Outcome;

typedef struct Amount {
    const char *id; /* of the decision */
    const char *zh;
    const char *en;
    const char *unit;
} Amount;

/* All zones of one tier or city. */
typedef struct SimulationGroup {
    const char *key; /* NULL: of those whose tier is unknown */
    const char *zh;
    const char *en;
    int64_t zones;
    int64_t changed;
    int64_t passing[SIDES]; /* may go up */
    Decimal *sums[SIDES];   /* of the passing, one for each amount */
    bool *open[SIDES];      /* unknown */
} SimulationGroup;

typedef struct Groups {
    SimulationGroup *at;
    size_t count;
    size_t room;
} Groups;

/* In the arena of the Cx that began it. */
typedef struct Simulation {
    Arena *arena;
    const Pack *packs[SIDES];
    Tables tables[SIDES];
    bool same_shape; /* one dictionary: a dossier of one is one of the other */
    PackDecision *decisions[SIDES];
    size_t decision_counts[SIDES];
    bool has_tier;
    const Amount *amounts; /* of the pack after */
    size_t amount_count;
    SimulationGroup whole;
    Groups tiers;  /* in the pack's order, then unknown */
    Groups cities; /* by code */
    Outcome *outcomes;
    size_t count;
    size_t room;
} Simulation;

/* Fails INVALID where "simulation" of a pack names what is not there. */
Err simulation_begin(Cx *cx, Simulation **out, const Pack *before, const Pack *after);
/* The batch's tables for what is added from now on; NULL = unknown ones. Fails INVALID where they
 * are not of the packs' shape. */
Err simulation_tables(Cx *cx, Simulation *s, const Json *tables);

typedef struct SimulatedZone {
    int64_t id;
    const char *county_name;
    const char *city_name;
    const Json *dossier;
} SimulatedZone;

/* Decides one by both packs. What it needs meanwhile lies in cx->arena, which the caller may empty
 * afterwards. Fails INVALID with the pointer where the dossier is not of the packs' shape. */
Err simulation_add(Cx *cx, Simulation *s, const SimulatedZone *subject);

void simulation_write(Cx *cx, JsonOut *o, const char *key, const Simulation *s);
/* The same for people, in cx->lang; without the zones that nothing changes for. */
void simulation_print(Cx *cx, Buf *b, const Simulation *s);

#endif
