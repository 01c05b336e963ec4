/* What the files of the review share. */
#ifndef MODULES_REVIEW_REVIEW_INSIDE_H
#define MODULES_REVIEW_REVIEW_INSIDE_H

#include "modules/review/review.h"

typedef struct ExpertPair {
    int64_t zone_id;
    int64_t expert_id;
    const char *alias; /* NULL = not given yet */
} ExpertPair;

/* NOT_FOUND where experts score no such part. */
Err review_part(Cx *cx, const char *part);
const char *review_role(const char *part);
/* The batch's zones at the part's step (expert_id unset), and who scores which of them now. */
Err review_zones(Cx *cx, List *out, int64_t batch_id, const char *part);
Err review_pairs(Cx *cx, List *out, int64_t batch_id, const char *part);
Err review_make_sheets(Cx *cx, int64_t batch_id, const char *part);
/* Sheets of the rounds that are open, for whoever came in. */
Err review_panel_changed(Cx *cx, int64_t batch_id);

/* Of the zones that stand at the part's step. */
typedef struct PartTally {
    int64_t zones;
    int64_t assigned;
    int64_t submitted;
    int64_t lacking; /* open or not made yet */
    int64_t unmade;  /* of whoever came in since */
    int64_t thin;    /* zones with fewer sheets than the pack wants */
} PartTally;
Err review_tally(Cx *cx, PartTally *out, int64_t batch_id, const char *part);

/* The submitted sheets of a sealed round, by zone and number. */
typedef struct GivenZone {
    int64_t id;
    const char *name;
    const char *county_name;
    const char *alias;
} GivenZone;
typedef struct GivenExpert {
    int64_t id;
    const char *number;
    const char *name;
    int64_t sheets; /* counted by the report: how many, and how far off in all (micro-points) */
    int64_t off;
} GivenExpert;
typedef struct GivenItem {
    const char *item;
    int64_t points;
    const char *reason;
} GivenItem;
typedef struct Given {
    int64_t sheet;
    int64_t zone_id;
    int64_t expert_id;
    const char *note;
    int64_t total; /* of its items */
    size_t first_item;
    size_t item_count;
    const GivenZone *zone;
    GivenExpert *expert;
} Given;
typedef struct AllGiven {
    Given *sheets;
    size_t count;
    GivenItem *items;
    size_t item_count;
    GivenExpert *experts; /* of the batch */
    size_t expert_count;
} AllGiven;
/* CONFLICT "sealed" before the seal. */
Err review_given(Cx *cx, AllGiven *out, int64_t batch_id, const char *part);

/* CONFLICT "sealed". */
Err round_unsealed(Cx *cx, const Round *r);

#endif
