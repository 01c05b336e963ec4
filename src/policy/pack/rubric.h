/* A pack's rubric.json: how a selection is scored, by whom, and its figures and periods.
 *
 * The notice has no scoring table, so all of it is the pack's own, marked as a sample. Points are
 * integers of 1/100 分 and fractions are parts of 10,000, so that nothing is ever rounded.
 * Invariant of a proved rubric: the weights of the parts make the total, and so do the maxima of
 * the items of each part.
 */
#ifndef POLICY_PACK_RUBRIC_H
#define POLICY_PACK_RUBRIC_H

#include "base/money.h"
#include "policy/pack/pack.h"

#define POINT 100 /* one 分 */

typedef struct RubricPart {
    const char *key; /* paper, defence, site */
    const char *zh;
    const char *en;
    int64_t weight;
} RubricPart;

typedef struct RubricItem {
    const char *key;
    const char *part;
    const char *zh;
    const char *en;
    const char *clause;
    const char *const *rules; /* that speak of it; ends with NULL */
    int64_t max;
    int64_t low; /* so few points, or so many, want a reason */
    int64_t high;
} RubricItem;

/* One line of the form check. */
typedef struct RubricCheck {
    const char *key;
    const char *zh;
    const char *en;
    const char *clause;
} RubricCheck;

typedef struct Rubric {
    const char *sample_zh;
    const char *sample_en;
    int64_t total; /* in points */
    const RubricPart *parts;
    size_t part_count;
    const RubricItem *items;
    size_t item_count;
    const RubricCheck *form;
    size_t form_count;
    int64_t step;       /* points are multiples of it */
    bool trimmed;       /* trimmed mean, else the mean */
    int64_t trim;       /* sheets left out at each end */
    int64_t least;      /* sheets that a zone must have */
    int64_t reason_min; /* characters of a reason */
    int64_t off_sheet;  /* points off the mean from which a sheet is an outlier */
    int64_t off_expert; /* the same of the mean over all sheets of an expert */
    int64_t panel_size;
    int64_t substitutes;
    int64_t reveal_hours;
    const Option *fields;    /* of experts; ends with NULL */
    int64_t note_below;      /* of 10,000: a finding on the site with less wants a note */
    int64_t present;         /* minutes of a defence */
    int64_t answer;          /* minutes of its questions */
    const char *const *ties; /* parts, "lot"; ends with NULL */
    int64_t places;
    Money budget;
    int64_t publication_days;
    bool publication_working; /* working days */
    int64_t objection_days;
} Rubric;

/* INVALID with the pointer of what is missing or of another shape. */
Err rubric_read(Cx *cx, const Rubric **out, const Json *json);

const RubricPart *rubric_part(const Rubric *r, const char *key); /* NULL where there is none */
const RubricItem *rubric_item(const Rubric *r, const char *part, const char *key);

/* Adds a finding for each sum, clause, rule, text or limit that does not fit. */
void rubric_prove(Cx *cx, Findings *f, const Pack *pack);

#endif
