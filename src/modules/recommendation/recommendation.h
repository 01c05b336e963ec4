/* A recommendation (推荐): the list that a city reports to the province in a batch, one to a city.
 *
 * The city audits each zone that reached it rule by rule, ranks those it accepted, chooses within
 * the quota, and says why where it passes one over: a candidate ranked before a chosen one, or one
 * with a priority (Q4, Q6) that a chosen one lacks. Both bureaus sign; the report must be at the
 * province by the batch's deadline (D1), to the second, by the latest of the server's clock and the
 * audit log, so that a clock set back reopens nothing. Only the province reopens, with a reason.
 * The report is one act: chosen zones go to the province and hold the quota's places, the others
 * end as not chosen, or nothing happens at all.
 */
#ifndef MODULES_RECOMMENDATION_RECOMMENDATION_H
#define MODULES_RECOMMENDATION_RECOMMENDATION_H

#include "modules/batch/batch_quota.h"
#include "modules/zone/zone.h"

typedef struct Recommendation {
    int64_t id;
    int64_t batch_id;
    const char *city;
    const char *letter_number; /* of the letter to the province */
    Day letter_day;
    int64_t letter_attachment_id; /* the stamped letter */
    int64_t reported_at;          /* UNSET = not, or reopened since */
    int64_t late;                 /* reported behind the deadline, after it was reopened */
    int64_t reopened_at;
    const char *reopen_reason;
    int64_t version;
    /* joined */
    const char *city_name;
    const char *batch_name;
    int64_t deadline; /* of the batch */
} Recommendation;
extern const Field recommendation_fields[];

typedef struct RecommendationView {
    Recommendation row;
    Batch batch;
    const Pack *pack;
    const Process *process;
    ProcessRun run;
    May may;
} RecommendationView;

Err recommendation_get(Cx *cx, Recommendation *out, int64_t id); /* NOT_FOUND outside territory */
Err recommendation_view(Cx *cx, RecommendationView *out, int64_t id);
/* The city's own in the batch, begun where there is none. */
Err recommendation_start(Cx *cx, int64_t *id, int64_t batch_id, const char *city);

/* A verdict of the city on one rule. */
typedef struct RuleFinding {
    int64_t id;
    int64_t zone_id;
    const char *rule;
    const char *verdict; /* a key of VERDICTS */
    const char *finding; /* needed where the city disagrees */
    const char *user_name;
    const char *organ;
    int64_t at;
    int64_t version;
} RuleFinding;
extern const Field finding_fields[];
extern const Option VERDICTS[]; /* agree, disagree, open */

Err finding_list(Cx *cx, List *out, int64_t zone_id);
/* Over the version that was seen (0 = none yet); STALE with the pointer of the rule. While the zone
 * lies with the city. */
Err finding_save(Cx *cx, const ZoneView *v, const Json *list);

/* A zone of the city in the batch, with what ranking and choice need. */
typedef struct RankCandidate {
    int64_t zone_id;
    const char *name;
    const char *county;
    const char *county_name;
    const char *step;
    int64_t rank; /* from 1; UNSET = not ranked yet */
    int64_t chosen;
    const char *passed_over_reason;
    int64_t judged;  /* rules that the city agreed or disagreed with */
    int64_t refused; /* must rules that it found not met */
    /* worked out */
    int64_t rules;           /* that apply and are to be judged */
    int64_t ready;           /* accepted by the city: may be ranked */
    int64_t waiting;         /* at the city's audit */
    const char *passed_over; /* priorities it has and a chosen one lacks, "rank" first: "rank,Q6";
                                "" = none; NULL = chosen or not ready */
    const char *basis;       /* clause of the rule that gives its places; NULL = none */
    const char *area;
    int64_t places;
    Check check;        /* of today: what a choice is made and proved by */
    const char *result; /* the check's JSON as it was when the order was decided; NULL = none */
} RankCandidate;
extern const Field recommendation_candidate_fields[];

typedef struct Candidates {
    RankCandidate *at;
    size_t count;
} Candidates;
/* In rank order, those not ranked behind, those not sent up last. */
Err candidate_list(Cx *cx, Candidates *out, const RecommendationView *v);
/* CONFLICT with what lacks: a rank, a chosen one, a verdict, a reason, a place. first: at the step
 * that ranks, where none may wait for the audit either; later a county cannot hold up the report
 * by sending another zone. */
Err candidate_prove(Cx *cx, const Candidates *all, bool first);

/* The order and choice as the city's desk sends them: [{ zone_id, chosen, passed_over_reason }],
 * each candidate that stands with the city once, in rank order. */
extern const Field recommendation_choice[]; /* one of zones */
Err recommendation_choose(Cx *cx, RecommendationView *v, const Json *zones);
Err recommendation_save(Cx *cx, RecommendationView *v, const Recommendation *row);
Err recommendation_act(Cx *cx, RecommendationView *v, const StepAct *act);
/* By the province, also behind the deadline; INVALID without a reason, CONFLICT once the selection
 * has gone on with one of the zones. */
Err recommendation_reopen(Cx *cx, RecommendationView *v, const char *reason);

/* The zones that the cities have reported in the batch, by city and rank; territory does not limit
 * it. */
typedef struct Reported {
    int64_t zone_id;
    const char *city;
    int64_t rank;
} Reported;
Err recommendation_reported(Cx *cx, List *out, int64_t batch_id);

extern const Module recommendation_module;

#endif
