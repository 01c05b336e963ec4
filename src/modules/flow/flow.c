#include "modules/flow/flow.h"

#include "core/access/right.h"
#include "core/request/audit.h"
#include "modules/determination/determination.h"
#include "modules/expert/draw.h"
#include "modules/listing/listing.h"
#include "modules/review/review.h"

#include <assert.h>
#include <string.h>

/* --- what the steps need --- */

static Err drawn(Cx *cx, bool *out, int64_t batch_id)
{
    Draw draw;
    Err e = draw_current(cx, &draw, batch_id);
    *out = e == OK && draw.made_at != UNSET;
    return e == NOT_FOUND ? OK : e;
}

/* Exceptions that nobody has decided, or that were refused while the zone is still in. */
static int64_t undecided(const Candidate *c)
{
    int64_t open = (c->exceptions == UNSET ? 0 : c->exceptions) - c->granted;
    return open > 0 ? open : 0;
}

static bool visited(const Candidate *c)
{
    return c->visit != NULL && strcmp(c->visit, "done") == 0;
}

typedef struct Counted {
    int64_t in, form, exceptions, visits, unranked;
} Counted;

static Counted count_zones(const SelectionView *v, const List *candidates)
{
    Counted n = { .in = 0 };
    const Candidate *rows = candidates->rows;
    for (size_t i = 0; i < candidates->count; i++) {
        const Candidate *c = &rows[i];
        if (!candidate_in(c))
            continue;
        n.in++;
        n.form += c->form_ok < (int64_t)v->rubric->form_count;
        n.exceptions += undecided(c);
        n.visits += !visited(c);
        n.unranked += c->place == UNSET;
    }
    return n;
}

static Err open_objections(Cx *cx, int64_t *out, int64_t batch_id)
{
    return store_int(cx, out,
                     "SELECT count(*) FROM objection o JOIN publication p "
                     "ON p.id = o.publication_id WHERE p.subject = 'selection' AND p.subject_id = "
                     "$1 AND o.state = 'open'",
                     ARGS(I(batch_id)));
}

/* The pack has the step that would ask for it. */
static bool asked(const SelectionView *v, const FlowLack *l)
{
    return !*l->role || process_key(v->process, l->role) != NULL;
}

Err selection_lacks(Cx *cx, FlowLack out[LACKS], const SelectionView *v, const List *candidates)
{
    bool draw, paper, defence;
    int64_t objections;
    Determination d;
    Publication list;
    Day last = UNSET;
    int64_t batch = v->batch.id;
    Counted n = count_zones(v, candidates);
    TRY(drawn(cx, &draw, batch));
    TRY(review_sealed(cx, &paper, batch, "paper"));
    TRY(review_sealed(cx, &defence, batch, "defence"));
    TRY(determination_current(cx, &d, batch));
    TRY(publication_standing(cx, &list, batch));
    if (list.id != UNSET)
        TRY(publication_last_day(cx, &last, &list));
    TRY(open_objections(cx, &objections, batch));
    bool over = list.id != UNSET && last < day_of_instant(cx_now(cx));
    const FlowLack lacks[LACKS] = {
        { "zones.reported", NULL, "", "没有报到省级的推进区", "no zone has come to the province",
          n.in == 0, true },
        { "form.complete", "待形式审查", "selection.form", "推进区未通过形式审查",
          "zones have not passed the form check", n.form, false },
        { "draw.made", "专家已抽取", "selection.draw", "专家还没有抽取", "no experts were drawn",
          !draw, true },
        { "paper.sealed", "材料评审已封存", "selection.paper", "专家评审还没有封存",
          "the paper review is not sealed", !paper, true },
        { "defence.sealed", "答辩已封存", "selection.defence", "答辩评分还没有封存",
          "the scores of the defence are not sealed", !defence, true },
        { "visits.done", "未完成核查", "selection.site", "推进区未完成现场核查",
          "zones still wait for their site visit", n.visits, false },
        { "exceptions.decided", "未决例外", "selection.rank", "例外未决定，或不同意而未取消资格",
          "exceptions are undecided, or refused without disqualification", n.exceptions, false },
        { "ranking.made", "已排序", "selection.rank", "还没有排序", "there is no ranking",
          v->row.ranked_at == UNSET || n.unranked > 0, true },
        { "determination.proposed", "资金在预算内", "selection.determine", "还没有提出拟入选名单",
          "no list has been proposed", d.id == UNSET, true },
        { "publication.over", "公示已期满", "selection.publish", "名单没有公示，或公示期未满",
          "the list was not published, or its period is not over", !over, true },
        { "objections.answered", "未答复异议", "selection.publish", "异议未答复",
          "objections wait for an answer", objections, false },
    };
    memcpy(out, lacks, sizeof lacks);
    for (size_t i = 0; i < LACKS; i++)
        if (!asked(v, &out[i]))
            out[i].count = 0;
    return OK;
}

/* --- opening --- */

Err selection_open(Cx *cx, SelectionView *v)
{
    List all;
    const Candidate *rows;
    size_t waiting = 0;
    if (v->row.id != UNSET)
        return fail(cx, CONFLICT, "step", "竞争立项已经开始", "the selection has begun already");
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    rows = all.rows;
    for (size_t i = 0; i < all.count; i++)
        waiting += strcmp(rows[i].role, "zone.province") == 0;
    if (waiting == 0)
        return fail(cx, CONFLICT, "facts", "还没有推进区报到省级",
                    "no zone has come to the province");
    v->row.opened_at = cx_now(cx);
    TRY(store_insert(cx, &v->row.id, "selection", selection_fields, &v->row));
    audit_change(cx, "selection", v->row.id, selection_fields, NULL, &v->row);
    TRY(process_start(cx, v->process,
                      &(Start){ .noun = "selection",
                                .noun_id = v->row.id,
                                .territory = cx->user->territory,
                                .title = v->batch.name }));
    return selection_view(cx, v, v->batch.id);
}

Err selection_set_limits(Cx *cx, SelectionView *v, int64_t places, Money budget, int64_t version)
{
    bool some;
    Selection before = v->row;
    TRY(selection_at(cx, v,
                     "selection.form selection.draw selection.paper selection.defence "
                     "selection.site selection.rank selection.determine"));
    TRY(store_exists(cx, &some,
                     "SELECT 1 FROM process_desk WHERE run_id = $1 AND signed_at IS NOT NULL",
                     ARGS(I(v->run.id))));
    if (some)
        return fail(cx, CONFLICT, "signed", "已有单位签署，不能再改名额和资金总额",
                    "somebody has signed; places and budget cannot change");
    v->row.places = places;
    v->row.budget = budget;
    TRY(store_update(cx, "selection", selection_fields, &v->row, v->row.id, version));
    audit_change(cx, "selection", v->row.id, selection_fields, &before, &v->row);
    return OK;
}

/* --- acts --- */

static Err refuse(Cx *cx, const FlowLack lacks[LACKS], const char *role)
{
    Buf zh = BUF(cx), en = BUF(cx);
    for (size_t i = 0; i < LACKS; i++) {
        const FlowLack *l = &lacks[i];
        if (strcmp(l->role, role) != 0 || l->count == 0)
            continue;
        const char *parted = zh.length > 0 ? "；" : "";
        if (l->yes)
            buf_format(&zh, "%s%s", parted, l->zh);
        else
            buf_format(&zh, "%s%lld 个%s", parted, (long long)l->count, l->zh);
        buf_format(&en, "%s%lld: %s", en.length > 0 ? "; " : "", (long long)l->count, l->en);
    }
    if (zh.length == 0)
        return OK;
    return fail(cx, CONFLICT, "facts", "还不能进入下一步：%s%.0s", "it cannot go on yet%.0s: %s",
                buf_text(&zh), buf_text(&en));
}

/* The lacks under the names of the pack's guards, and the figures of the determination. */
static Err facts_of(Cx *cx, const Fact **out, const FlowLack lacks[LACKS], const SelectionView *v)
{
    Fact *facts = NEW_N(cx, Fact, LACKS + 4);
    size_t n = 0;
    int64_t chosen;
    for (size_t i = 0; i < LACKS; i++)
        if (lacks[i].fact != NULL)
            facts[n++] =
                (Fact){ lacks[i].fact, lacks[i].yes ? lacks[i].count == 0 : lacks[i].count };
    TRY(store_int(cx, &chosen,
                  "SELECT count(*) FROM determination_zone x JOIN determination d "
                  "ON d.id = x.determination_id WHERE d.batch_id = $1 AND d.state <> 'withdrawn' "
                  "AND x.outcome = 'selected'",
                  ARGS(I(v->batch.id))));
    facts[n++] = (Fact){ "入选数", chosen };
    facts[n++] = (Fact){ "名额", v->row.places };
    *out = facts_given("selection", facts);
    return OK;
}

static Err pass_all(Cx *cx, const SelectionView *v, const List *all, const char *role)
{
    const Candidate *rows = all->rows;
    for (size_t i = 0; i < all->count; i++)
        if (candidate_in(&rows[i]) && strcmp(rows[i].role, role) == 0)
            TRY(zone_pass(cx, rows[i].zone_id, &(Pass){ .by = "selection", .by_id = v->row.id }));
    return OK;
}

static Err pass_determined(Cx *cx, const SelectionView *v, const Determination *d)
{
    List awards;
    TRY(determination_zones(cx, &awards, d->id));
    const Award *rows = awards.rows;
    for (size_t i = 0; i < awards.count; i++) {
        bool in = strcmp(rows[i].outcome, "selected") == 0;
        Pass pass = { .by = "selection",
                      .by_id = v->row.id,
                      .role = in ? NULL : "zone.not_selected",
                      .reason = in ? NULL : text_or(rows[i].reason, "未入选") };
        TRY(zone_pass(cx, rows[i].zone_id, &pass));
    }
    return determination_hold(cx, d);
}

/* The zones go along; from is the role of the step that was left. */
static Err follow(Cx *cx, const SelectionView *v, const List *all, const char *from,
                  const Determination *d)
{
    static const char *const WAITING[][2] = {
        { "selection.form", "zone.province" },   { "selection.paper", "zone.review" },
        { "selection.defence", "zone.defence" }, { "selection.site", "zone.site" },
        { "selection.publish", "zone.publish" },
    };
    for (size_t i = 0; i < COUNT(WAITING); i++)
        if (strcmp(from, WAITING[i][0]) == 0)
            TRY(pass_all(cx, v, all, WAITING[i][1]));
    if (strcmp(from, "selection.determine") == 0)
        return pass_determined(cx, v, d);
    if (strcmp(from, "selection.publish") != 0)
        return OK;
    Publication last;
    Day today = day_of_instant(cx_now(cx));
    return listing_publish(cx, &last, v, "final", today, today);
}

Err selection_act(Cx *cx, SelectionView *v, const StepAct *act, const char *hash)
{
    List all;
    bool moved;
    FlowLack lacks[LACKS];
    Determination d = { .id = UNSET };
    const char *step = v->run.step, *from = v->run.role;
    bool forward = strcmp(act->act, "forward") == 0;
    if (v->row.id == UNSET)
        return selection_at(cx, v, "");
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    TRY(selection_lacks(cx, lacks, v, &all));
    if (forward && v->may.forward) {
        TRY(refuse(cx, lacks, from));
        if (strcmp(from, "selection.determine") == 0)
            TRY(determination_ready(cx, &d, v, hash));
    }
    StepAct told = *act;
    TRY(facts_of(cx, &told.facts, lacks, v));
    TRY(process_act(cx, &moved, v->process, &v->run, &told));
    process_note(cx, v->process, step, &v->run, &told);
    if (moved && forward)
        TRY(follow(cx, v, &all, from, &d));
    else if (moved && strcmp(from, "selection.determine") == 0)
        TRY(determination_withdraw(cx, v->batch.id));
    return selection_view(cx, v, v->batch.id);
}

/* --- reading --- */

static void put_number(JsonOut *o, const char *key, int64_t value)
{
    if (value == UNSET)
        json_put_null(o, key);
    else
        json_put_int(o, key, value);
}

static void put_candidate(JsonOut *o, const SelectionView *v, const Candidate *c)
{
    bool ok = c->form_ok >= (int64_t)v->rubric->form_count;
    json_open(o, NULL, '{');
    json_put_int(o, "id", c->zone_id);
    json_put_text(o, "name", c->name);
    json_put_text(o, "county", c->county);
    json_put_text(o, "county_name", c->county_name);
    json_put_text(o, "city_name", c->city_name);
    json_put_text(o, "step", c->step);
    json_put_text(o, "role", c->role);
    put_number(o, "rank", c->rank);
    json_put_int(o, "copies", c->copies);
    json_put_text(o, "form", c->form_bad > 0 ? "failed" : ok ? "ok" : "open");
    json_put_int(o, "exceptions_open", undecided(c));
    json_put_text(o, "visit", text_or(c->visit, "none"));
    put_number(o, "paper", c->paper);
    put_number(o, "defence", c->defence);
    put_number(o, "site", c->site);
    put_number(o, "total", c->total);
    put_number(o, "place", c->place);
    if (candidate_in(c)) {
        json_put_null(o, "disqualified");
        json_put_text(o, "outcome", c->outcome);
    } else {
        json_open(o, "disqualified", '{');
        json_put_text(o, "clause", c->clause);
        json_put_text(o, "reason", c->reason);
        json_close(o, '}');
        json_put_text(o, "outcome", "disqualified");
    }
    json_close(o, '}');
}

static void put_lack(JsonOut *o, const FlowLack *l)
{
    json_open(o, NULL, '{');
    json_put_text(o, "key", l->key);
    json_put_text(o, "zh", l->zh);
    json_put_text(o, "en", l->en);
    json_put_bool(o, "ok", l->count == 0);
    json_put_int(o, "lack", l->count);
    json_put_text(o, "role", l->role);
    json_close(o, '}');
}

static void put_may(Cx *cx, JsonOut *o, const SelectionView *v)
{
    json_open(o, "may", '{');
    json_put_bool(o, "open", v->row.id == UNSET && right_allows(cx, "selection.write"));
    json_put_bool(o, "forward", v->may.forward);
    json_put_bool(o, "back", v->may.back);
    json_put_bool(o, "withdraw", v->may.withdraw);
    json_put_bool(o, "write", right_allows(cx, "selection.write"));
    json_put_bool(o, "decide", right_allows(cx, "selection.decide"));
    json_close(o, '}');
}

Err selection_put(Cx *cx, JsonOut *o, const SelectionView *v)
{
    List all;
    FlowLack lacks[LACKS];
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    TRY(selection_lacks(cx, lacks, v, &all));
    json_open(o, NULL, '{');
    put_number(o, "id", v->row.id);
    json_put_int(o, "batch_id", v->batch.id);
    json_put_text(o, "batch_name", v->batch.name);
    put_number(o, "version", v->row.id == UNSET ? UNSET : v->row.version);
    json_put_int(o, "places", v->row.places);
    json_put_text(o, "budget", money_text(cx, v->row.budget));
    if (v->row.id == UNSET) {
        json_put_null(o, "flow");
        json_put_null(o, "history");
    } else {
        TRY(process_put_flow(cx, o, v->process, &v->run));
        TRY(process_put_history(cx, o, v->process, &v->run));
    }
    put_may(cx, o, v);
    json_open(o, "facts", '[');
    for (size_t i = 0; i < LACKS; i++)
        if (asked(v, &lacks[i]))
            put_lack(o, &lacks[i]);
    json_close(o, ']');
    json_open(o, "zones", '[');
    for (size_t i = 0; i < all.count; i++)
        put_candidate(o, v, (const Candidate *)all.rows + i);
    json_close(o, ']');
    json_close(o, '}');
    return OK;
}
