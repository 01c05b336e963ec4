/* Expert review (专家评审): rounds of sealed scoring of a batch's zones by the panel.
 *
 * A batch has a round for each part that experts score: paper and defence. Each expert of a zone
 * has one sheet in it, his alone until the seal: others, the province too, see how many are in and
 * nothing else. A sheet is saved in pieces, submitted once, and never changed after that. The round
 * is sealed when all sheets are in, or after its deadline; from then on nobody changes anything and
 * results are computed from the scores, the same whenever they are asked for.
 *
 * Time never runs backwards here: what counts is the latest instant that the audit log has seen, so
 * a clock that is set back reopens no deadline. An expert knows sheets and aliases, never a zone.
 */
#ifndef MODULES_REVIEW_REVIEW_H
#define MODULES_REVIEW_REVIEW_H

#include "modules/zone/zone.h"
#include "policy/pack/rubric.h"

typedef struct Round {
    int64_t batch_id;
    const char *part;
    int64_t opens_at;
    int64_t deadline;
    int64_t sealed_at; /* UNSET = not yet */
} Round;

extern const Field round_fields[];

/* NOT_FOUND "part" where experts score no such part, or where the round was never opened. */
Err round_get(Cx *cx, Round *out, int64_t batch_id, const char *part);
/* Opens it and makes the sheets, or puts its deadline off (never forward) and makes those of
 * whoever came in since. CONFLICT "panel" without a panel, "sealed"; INVALID "deadline". */
Err round_open(Cx *cx, int64_t batch_id, const char *part, int64_t deadline);
/* CONFLICT "sheets" where some lack and the deadline has not passed, "zones" where a zone has fewer
 * than the pack wants, "sealed" a second time. */
Err round_seal(Cx *cx, int64_t batch_id, const char *part);
/* The latest instant that anything was recorded at, or now. */
Err review_now(Cx *cx, int64_t *out);
Err review_rubric(Cx *cx, const Rubric **out, int64_t batch_id);

typedef struct ReviewSheet {
    int64_t id;
    const char *part;
    const char *alias;
    const char *state;
    int64_t version;
    int64_t filled; /* items with points */
    int64_t items;  /* of the part */
    int64_t total;  /* of the points so far; UNSET = none */
    const char *note;
    int64_t submitted_at;
    const char *batch_name;
    int64_t deadline;
    int64_t sealed;
    int64_t position; /* of a defence */
    int64_t planned_at;
    int64_t started_at;
    int64_t ended_at;
    int64_t batch_id; /* for us alone */
    int64_t zone_id;
    int64_t expert_id;
} ReviewSheet;

extern const Field review_sheet_fields[]; /* what its expert sees */

typedef struct Score {
    const char *item;
    int64_t points; /* 1/100 分; UNSET = none yet */
    const char *reason;
} Score;

extern const Field score_fields[];

/* The acting expert's own; NOT_FOUND for anybody else's. */
Err review_sheet_list(Cx *cx, List *out);
Err review_sheet_get(Cx *cx, ReviewSheet *out, int64_t id);
Err review_sheet_scores(Cx *cx, List *out, int64_t id);
/* What lacks before it can be submitted: item keys, in the rubric's order; ends with NULL. */
const char **review_sheet_lacks(Cx *cx, const Rubric *r, const ReviewSheet *s, const List *scores);
/* Saves what the body names: { version, scores: [{ item, points, reason }], note }. */
extern const Field review_saving[]; /* what body holds */
Err review_sheet_save(Cx *cx, ReviewSheet *s, const Json *body);
Err review_sheet_submit(Cx *cx, ReviewSheet *s, int64_t version);
/* Takes the acting expert off the sheet's zone; the substitute gets sheets of his own. */
Err review_sheet_recuse(Cx *cx, ReviewSheet *s, const char *reason);
/* FORBIDDEN where the expert does not score the zone any more. */
Err review_sheet_open(Cx *cx, const ReviewSheet *s);

/* --- for those above (selection) --- */

typedef struct ReviewResult {
    int64_t zone_id;
    int64_t score; /* micro-points */
    int64_t sheets;
    int64_t used;
    const char *arithmetic; /* JSON, aggregate.h */
} ReviewResult;

/* False also where the round was never opened. */
Err review_sealed(Cx *cx, bool *out, int64_t batch_id, const char *part);
/* Of every zone with a submitted sheet, by zone; recomputed from the scores. CONFLICT "sealed"
 * before the seal. */
Err review_results(Cx *cx, List *out, int64_t batch_id, const char *part);

/* JSON of progress (no score) and of the result with its deviations. */
Err review_put_progress(Cx *cx, JsonOut *o, int64_t batch_id, const char *part);
Err review_put_result(Cx *cx, JsonOut *o, int64_t batch_id, const char *part);

extern const Module review_module;

#endif
