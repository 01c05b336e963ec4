/* The competitive selection (竞争立项) of a batch at the province: which zones stand in it and how
 * far each is, form check and exceptions. The modules behind it bring visits, ranking and
 * determination, the published list, and the way through the process (flow).
 *
 * A batch has one selection, which moves through the process of its pack (subject "selection") and
 * takes the zones along: a zone that has come to the province stands at the step that the selection
 * has reached, or at an end. What a step needs is counted from the record, never ticked by hand. A
 * zone that does not meet the requirements is disqualified (取消资格) with clause and reason, from
 * the form check on and also after the determination; its place and its money are not given again.
 */
#ifndef MODULES_SELECTION_SELECTION_H
#define MODULES_SELECTION_SELECTION_H

#include "modules/batch/batch.h"
#include "modules/zone/zone.h"
#include "policy/pack/rubric.h"

typedef struct Selection {
    int64_t id; /* UNSET = not opened yet */
    int64_t version;
    int64_t batch_id;
    int64_t places;
    Money budget;
    int64_t ranked_at;
    int64_t opened_at;
} Selection;

extern const Field selection_fields[];
extern const Module selection_module;

/* A selection with its batch, pack, rubric, process and run. */
typedef struct SelectionView {
    Selection row;
    Batch batch;
    const Pack *pack;
    const Rubric *rubric;
    const Process *process;
    ProcessRun run; /* step "" where not opened */
    May may;
} SelectionView;

Err selection_view(Cx *cx, SelectionView *out, int64_t batch_id);
/* The same of the batch that a zone is in. */
Err selection_of_zone(Cx *cx, SelectionView *out, int64_t zone_id);
/* CONFLICT "step" where the selection plays none of the roles (separated by blanks). */
Err selection_at(Cx *cx, const SelectionView *v, const char *roles);
/* The same, as a yes or no. */
bool selection_plays(const SelectionView *v, const char *roles);

/* A zone that has come to the province. */
typedef struct Candidate {
    int64_t zone_id;
    const char *name;
    const char *county;
    const char *county_name;
    const char *city_name;
    const char *step;
    const char *role; /* that its step plays */
    int64_t rank;     /* the city's; UNSET = it ranked nothing */
    int64_t copies;   /* blind ones of its attachments */
    int64_t villages;
    Money transitional;
    int64_t exceptions; /* principles that are not met */
    int64_t granted;
    int64_t refused;
    int64_t form_version; /* UNSET = never looked at */
    int64_t form_ok;
    int64_t form_bad;
    const char *visit; /* state of the site visit; NULL = none */
    int64_t paper;     /* of the ranking, micro-points */
    int64_t defence;
    int64_t site;
    int64_t total;
    int64_t place;
    const char *outcome; /* of the determination that holds */
    const char *clause;  /* of the disqualification; NULL = none */
    const char *reason;
    const char *out_at; /* step of the selection at which it was disqualified */
} Candidate;

extern const Field candidate_fields[];
/* By county and name, in the user's territory; zone_id 0 = all of the batch. */
Err selection_candidates(Cx *cx, List *out, int64_t batch_id, int64_t zone_id);
bool candidate_in(const Candidate *c); /* not disqualified */
/* One that is in. NOT_FOUND where it has not come to the province, CONFLICT where disqualified. */
Err selection_candidate(Cx *cx, Candidate *out, const SelectionView *v, int64_t zone_id);

/* What a view can put, as the reply; selection_show is of the batch in the path. */
typedef Err (*SelectionPut)(Cx *cx, JsonOut *o, const SelectionView *v);
Err selection_reply(Cx *cx, Reply *rp, const SelectionView *v, SelectionPut put);
Err selection_show(Cx *cx, const Request *rq, Reply *rp, SelectionPut put);

/* --- form check and exceptions --- */

/* The list of the form check: items, and a row for each zone. */
Err form_put(Cx *cx, JsonOut *o, const SelectionView *v);
Err form_put_zone(Cx *cx, JsonOut *o, const SelectionView *v, int64_t zone_id);
/* body: { checks: [{ item, ok, note }], version }. STALE, CONFLICT "step", INVALID. */
extern const Field form_body[]; /* what body holds */
Err form_save(Cx *cx, const SelectionView *v, int64_t zone_id, const Json *body);
/* NOT_FOUND "rule" where the zone needs no exception to it; CONFLICT "step" once proposed. */
Err exception_decide(Cx *cx, const SelectionView *v, int64_t zone_id, const char *rule,
                     bool granted, const char *reason);
/* Sends a zone back to its city, during the form check. */
Err zone_return(Cx *cx, const SelectionView *v, int64_t zone_id, const char *reason);

#endif
