/* The candidates of a city: which zones, how they stand, and who is passed over.
 *
 * Nothing of that is stored but what people chose: rank, choice and reason. Whether a zone is
 * ready, how far it is judged, whether it is passed over, is worked out at each reading from the
 * zone itself, so that no column can say otherwise than the zone does. A city has a few dozen
 * zones.
 */
#include "modules/recommendation/recommendation.h"

#include "core/access/right.h"
#include "core/request/audit.h"

#include <stdlib.h>
#include <string.h>

const Field recommendation_candidate_fields[] = {
    { "zone_id", FIELD_INT, offsetof(RankCandidate, zone_id), "推进区编号", "Zone" },
    { "name", FIELD_TEXT, offsetof(RankCandidate, name), "推进区", "Name" },
    { "county", FIELD_TEXT, offsetof(RankCandidate, county), "县代码", "County" },
    { "county_name", FIELD_TEXT, offsetof(RankCandidate, county_name), "县（市、区）", "County" },
    { "step", FIELD_TEXT, offsetof(RankCandidate, step), "步骤", "Step" },
    { "rank", FIELD_INT, offsetof(RankCandidate, rank), "名次", "Rank" },
    { "chosen", FIELD_BOOL, offsetof(RankCandidate, chosen), "推荐", "Chosen" },
    { "passed_over_reason", FIELD_TEXT, offsetof(RankCandidate, passed_over_reason), "越过理由",
      "Why it was passed over" },
    { "judged", FIELD_INT, offsetof(RankCandidate, judged), "已核规则", "Rules judged" },
    { "refused", FIELD_INT, offsetof(RankCandidate, refused), "不同意的规则",
      "Rules disagreed with" },
    { "rules", FIELD_INT, offsetof(RankCandidate, rules), "应核规则", "Rules to judge" },
    { "ready", FIELD_BOOL, offsetof(RankCandidate, ready), "可排序", "May be ranked" },
    { "waiting", FIELD_BOOL, offsetof(RankCandidate, waiting), "待市级审核",
      "Waits for the audit" },
    { "passed_over", FIELD_TEXT, offsetof(RankCandidate, passed_over), "越过", "Passed over" },
    { "basis", FIELD_TEXT, offsetof(RankCandidate, basis), "名额依据", "Clause of the quota" },
    { "area", FIELD_TEXT, offsetof(RankCandidate, area), "名额所属", "Area of the quota" },
    { "places", FIELD_INT, offsetof(RankCandidate, places), "名额", "Places" },
    { "result", FIELD_TEXT, offsetof(RankCandidate, result), "当时的检查", "Check then",
      FIELD_SECRET },
    FIELDS_END,
};

/* Rules that do not apply owe nobody a verdict. Only a MUST that the auditor disagrees with stands
 * in the way; of the others a disagreement is an opinion. */
static Err judged(Cx *cx, RankCandidate *c, const Check *check)
{
    List all;
    TRY(finding_list(cx, &all, c->zone_id));
    const RuleFinding *rows = all.rows;
    c->rules = c->judged = c->refused = 0;
    for (size_t i = 0; i < check->count; i++) {
        const PackRule *rule = check->results[i].rule;
        if (check->results[i].status == NOT_APPLICABLE)
            continue;
        c->rules++;
        for (size_t k = 0; k < all.count; k++) {
            if (strcmp(rows[k].rule, rule->id) != 0 || strcmp(rows[k].verdict, "open") == 0)
                continue;
            c->judged++;
            c->refused += rule->modality == MUST && strcmp(rows[k].verdict, "disagree") == 0;
        }
    }
    return OK;
}

/* Ready: the zone waits at the step that this noun moves. Waiting: it is still on a desk of the
 * city, and who goes on without it decides over somebody who has not been heard. */
static Err complete(Cx *cx, RankCandidate *c)
{
    ZoneView v;
    Terms terms;
    TRY(zone_view(cx, &v, c->zone_id));
    TRY(zone_check(cx, &c->check, &v));
    TRY(judged(cx, c, &c->check));
    const Step *s = process_step(v.process, v.run.step);
    c->ready = s && s->by && strcmp(s->by, "recommendation") == 0;
    c->waiting = s && !s->by && strcmp(s->level, "city") == 0;
    TRY(batch_terms(cx, &terms, v.zone.batch_id, c->county));
    c->basis = terms.basis;
    c->area = text_or(terms.area, c->county);
    c->places = terms.places;
    return OK;
}

/* Every zone of a batch is checked by one pack, so the n-th result is of one rule in all of them.
 */
static Status status_of(const RankCandidate *c, size_t rule)
{
    return c->check.results[rule].status;
}

static void say(Buf *b, const char *what)
{
    buf_format(b, "%s%s", b->length ? "," : "", what);
}

/* What speaks for the one that was not chosen against one that was: a free place, a better rank, or
 * a priority of the notice that it meets and a chosen one does not. Counties with places of their
 * own do not compete: each has its own, which is what `area` says. */
static void weigh(Buf *b, const Candidates *all, const RankCandidate *c)
{
    int64_t taken = 0;
    bool behind = false;
    for (size_t i = 0; i < all->count; i++) {
        const RankCandidate *other = &all->at[i];
        if (!other->ready || !other->chosen || strcmp(other->area, c->area) != 0)
            continue;
        taken++;
        behind |= c->rank != UNSET && (other->rank == UNSET || other->rank > c->rank);
    }
    if (taken < c->places)
        say(b, "place");
    if (behind)
        say(b, "rank");
    for (size_t r = 0; taken && r < c->check.count; r++) {
        bool lacks = false;
        if (c->check.results[r].rule->modality != PRIORITY || status_of(c, r) != MET)
            continue;
        for (size_t i = 0; i < all->count; i++) {
            const RankCandidate *other = &all->at[i];
            if (other->ready && other->chosen && strcmp(other->area, c->area) == 0)
                lacks |= status_of(other, r) != MET;
        }
        if (lacks)
            say(b, c->check.results[r].rule->id);
    }
}

/* Nobody is passed over before anybody is chosen: a list that was just ranked shows no reproach. */
static void find_passed_over(Cx *cx, Candidates *all)
{
    bool any = false;
    for (size_t i = 0; i < all->count; i++)
        any |= all->at[i].ready && all->at[i].chosen;
    for (size_t i = 0; i < all->count; i++) {
        RankCandidate *c = &all->at[i];
        Buf b = BUF(cx);
        c->passed_over = NULL;
        if (!any || !c->ready || c->chosen)
            continue;
        weigh(&b, all, c);
        c->passed_over = buf_text(&b);
    }
}

/* Ready ones in rank order, then those not ranked yet, then the others; by number where nothing
 * else tells, so that two readings show one order. */
static int by_rank(const void *a, const void *b)
{
    const RankCandidate *x = a, *y = b;
    if (x->ready != y->ready)
        return x->ready ? -1 : 1;
    if ((x->rank == UNSET) != (y->rank == UNSET))
        return x->rank == UNSET ? 1 : -1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->zone_id < y->zone_id ? -1 : x->zone_id > y->zone_id;
}

Err candidate_list(Cx *cx, Candidates *out, const RecommendationView *v)
{
    List list;
    TRY(store_list(
        cx, &list, recommendation_candidate_fields, sizeof(RankCandidate),
        "SELECT z.id AS zone_id, z.name, z.county, q.name AS county_name, r.step, "
        "c.rank, coalesce(c.chosen, 0) AS chosen, c.passed_over_reason, c.result FROM zone z "
        "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "
        "LEFT JOIN recommendation_zone c ON c.zone_id = z.id "
        "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "
        "WHERE z.batch_id = $1 AND " WITHIN("z.county", 2) " "
                                                           "AND " WITHIN("z.county",
                                                                         3) " ORDER BY z.id",
        ARGS(I(v->row.batch_id), T(v->row.city), user_reach(cx->user))));
    *out = (Candidates){ list.rows, list.count };
    for (size_t i = 0; i < out->count; i++)
        TRY(complete(cx, &out->at[i]));
    if (out->count)
        qsort(out->at, out->count, sizeof(RankCandidate), by_rank);
    find_passed_over(cx, out);
    return OK;
}

/* --- ranking and choice --- */

typedef struct RankChoice {
    int64_t zone_id;
    int64_t chosen;
    const char *passed_over_reason;
} RankChoice;

const Field recommendation_choice[] = {
    { "zone_id", FIELD_INT, offsetof(RankChoice, zone_id), "推进区", "Zone",
      .flags = FIELD_REQUIRED },
    { "chosen", FIELD_BOOL, offsetof(RankChoice, chosen), "推荐", "Chosen",
      .flags = FIELD_REQUIRED },
    { "passed_over_reason", FIELD_TEXT, offsetof(RankChoice, passed_over_reason), "越过理由",
      "Why it was passed over", .max = 2000 },
    FIELDS_END,
};

/* The list must hold each ready candidate once and no other zone: a place in it is the rank, so one
 * that is left out would move all behind it. */
static Err read_choices(Cx *cx, RankChoice *to, const Json *list, const Candidates *all)
{
    size_t ready = 0;
    for (size_t i = 0; i < all->count; i++)
        ready += all->at[i].ready != 0;
    for (size_t i = 0; i < list->count; i++) {
        bool known = false;
        const char *at = json_pointer_at(cx, "/zones", i);
        field_clear(&to[i], recommendation_choice);
        TRY(field_read_new(cx, &to[i], recommendation_choice, list->items[i], at));
        for (size_t k = 0; k < all->count; k++)
            known |= all->at[k].ready && all->at[k].zone_id == to[i].zone_id;
        for (size_t k = 0; k < i; k++)
            known &= to[k].zone_id != to[i].zone_id;
        if (!known)
            return fail(cx, CONFLICT, at, "推进区 %lld 不是可排序的候选，或重复",
                        "zone %lld is no candidate that may be ranked, or stands twice",
                        (long long)to[i].zone_id);
    }
    if (list->count != ready)
        return fail(cx, STALE, "/zones", "候选有 %zu 个，名单里有 %zu 个，请刷新后再排序",
                    "there are %zu candidates, %zu in the list; reload and rank again", ready,
                    list->count);
    return OK;
}

/* With the check that the choice was made by: afterwards the zones go on and the batch's tables
 * change, and a check of then would show faults that nobody saw. */
static const char *result_of(Cx *cx, const Candidates *all, int64_t zone_id)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].zone_id == zone_id)
            check_write(cx, &o, NULL, &all->at[i].check);
    return buf_text(&b);
}

/* A blank reason is none, or a space would answer for one that is owed. */
static Err store_choice(Cx *cx, int64_t id, const RankChoice *c, int64_t rank, const char *result)
{
    return store_run(cx,
                     "INSERT INTO recommendation_zone(zone_id, recommendation_id, rank, chosen, "
                     "passed_over_reason, result) VALUES($1, $2, $3, $4, $5, $6) "
                     "ON CONFLICT (zone_id) DO UPDATE SET rank = excluded.rank, "
                     "chosen = excluded.chosen, passed_over_reason = excluded.passed_over_reason, "
                     "result = excluded.result",
                     ARGS(I(c->zone_id), I(id), I(rank), I(c->chosen),
                          T(text_blank(c->passed_over_reason) ? NULL : c->passed_over_reason),
                          T(result)));
}

/* For the audit: "1 推荐 name；2 name（越过：reason）". One sentence in place of rows, since what
 * people ask later is how the order was before and after. */
static const char *order_text(Cx *cx, const Candidates *all)
{
    Buf b = BUF(cx), out = BUF(cx);
    JsonOut o = json_out(&out);
    for (size_t i = 0; i < all->count; i++) {
        const RankCandidate *c = &all->at[i];
        if (c->rank == UNSET)
            continue;
        buf_format(&b, "%s%lld %s%s", b.length ? "；" : "", (long long)c->rank,
                   c->chosen ? "推荐 " : "", c->name);
        if (!text_blank(c->passed_over_reason))
            buf_format(&b, "（越过：%s）", c->passed_over_reason);
    }
    json_open(&o, NULL, '{');
    json_put_text(&o, "名次", buf_text(&b));
    json_close(&o, '}');
    return buf_text(&out);
}

/* As many chosen of an area as it has places. Asked after the choice is stored and read again, so
 * that what is counted is what is there; the transaction takes it back. */
static Err check_quota(Cx *cx, const Candidates *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const RankCandidate *c = &all->at[i];
        int64_t taken = 0;
        for (size_t k = 0; k < all->count; k++)
            taken += all->at[k].ready && all->at[k].chosen && strcmp(all->at[k].area, c->area) == 0;
        if (c->ready && c->chosen && taken > c->places)
            return fail(cx, CONFLICT, "quota", "%s只有 %lld 个名额，选了 %lld 个",
                        "%s has a quota of %lld, %lld were chosen",
                        strlen(c->area) == 4 ? "本市" : text_or(c->county_name, c->county),
                        (long long)c->places, (long long)taken);
    }
    return OK;
}

/* The whole list is replaced: order and choice belong together, and half of a list is no ranking.
 */
Err recommendation_choose(Cx *cx, RecommendationView *v, const Json *zones)
{
    Candidates before, after;
    if (!v->may.edit)
        return fail(cx, CONFLICT, NULL, "这一步（%s）现在不由您排序",
                    "ranking is not at your desk at this step (%s)", v->run.step);
    if (zones->type != J_ARRAY || zones->count > 200)
        return fail(cx, INVALID, "/zones", "应为列表", "must be a list");
    TRY(candidate_list(cx, &before, v));
    RankChoice *choices = NEW_N(cx, RankChoice, zones->count + 1);
    TRY(read_choices(cx, choices, zones, &before));
    TRY(store_run(cx, "DELETE FROM recommendation_zone WHERE recommendation_id = $1",
                  ARGS(I(v->row.id))));
    for (size_t i = 0; i < zones->count; i++)
        TRY(store_choice(cx, v->row.id, &choices[i], (int64_t)i + 1,
                         result_of(cx, &before, choices[i].zone_id)));
    TRY(candidate_list(cx, &after, v));
    TRY(check_quota(cx, &after));
    audit_note(cx, "recommendation", v->row.id, order_text(cx, &before), order_text(cx, &after));
    return OK;
}

/* --- what must stand before it goes on --- */

/* The ones that are passed over are asked for a reason here and not when the list is saved: it is
 * made in several sittings. */
static Err prove_one(Cx *cx, const RankCandidate *c)
{
    const char *why = text_or(c->passed_over, "");
    if (c->rank == UNSET)
        return fail(cx, CONFLICT, "rank", "“%s”还没有名次", "%s has no rank yet", c->name);
    if (c->chosen && c->judged < c->rules)
        return fail(cx, CONFLICT, "findings", "“%s”还有 %lld 条规则没有审核意见",
                    "%s: %lld rules are not judged yet", c->name,
                    (long long)(c->rules - c->judged));
    if (c->chosen && (c->refused || !c->check.submittable))
        return fail(cx, CONFLICT, "findings", "“%s”没有达到要求，不能推荐",
                    "%s does not meet the requirements and cannot be recommended", c->name);
    if (*why && text_blank(c->passed_over_reason))
        return fail(cx, CONFLICT, "passed_over_reason", "越过了“%s”（%s），请写明理由",
                    "%s is passed over (%s); write the reason", c->name, why);
    return OK;
}

/* The first of the signers answers for the list being whole; those behind him sign what he sent on.
 */
Err candidate_prove(Cx *cx, const Candidates *all, bool first)
{
    size_t chosen = 0;
    for (size_t i = 0; i < all->count; i++) {
        const RankCandidate *c = &all->at[i];
        if (first && c->waiting)
            return fail(cx, CONFLICT, "audit", "“%s”还在等市级审核，请先接收或退回",
                        "%s still waits for the audit; accept or return it first", c->name);
        if (c->ready)
            TRY(prove_one(cx, c));
        chosen += c->ready && c->chosen;
    }
    if (!chosen)
        return fail(cx, CONFLICT, "chosen", "还没有选定推荐的推进区", "no zone is chosen yet");
    return check_quota(cx, all);
}
