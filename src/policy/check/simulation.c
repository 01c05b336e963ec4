#include "policy/check/simulation.h"

#include "policy/pack/pack_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CITY_DIGITS = 4 };

static Err add_decision(Cx *cx, Simulation *s, int side, const char *id)
{
    PackDecision *d = &s->decisions[side][s->decision_counts[side]++];
    d->node = pack_decision(s->packs[side], id, &d->dmn);
    return d->node ? OK
                   : fail(cx, INVALID, "pack.json", "“simulation”中的决策 %s 不存在",
                          "“simulation” names the decision %s, which does not exist", id);
}

/* The tier, if both packs have one, then the amounts that both have. */
static Err read_decisions(Cx *cx, Simulation *s)
{
    const Json *own[SIDES], *lists[SIDES];
    for (int i = 0; i < SIDES; i++) {
        own[i] = json_get(s->packs[i]->json, "simulation");
        lists[i] = json_get(own[i], "amounts");
    }
    size_t n = lists[BEFORE] && lists[AFTER] ? lists[AFTER]->count : 0;
    for (int i = 0; i < SIDES; i++)
        s->decisions[i] = NEW_N(cx, PackDecision, n + 1);
    s->has_tier = json_text(own[BEFORE], "tier", NULL) && json_text(own[AFTER], "tier", NULL);
    for (int i = 0; s->has_tier && i < SIDES; i++)
        TRY(add_decision(cx, s, i, json_text(own[i], "tier", "")));
    Amount *amounts = NEW_N(cx, Amount, n);
    for (size_t i = 0; i < n; i++) {
        const Json *j = lists[AFTER]->items[i];
        Amount a = { json_text(j, "decision", ""), json_text(j, "zh", ""), json_text(j, "en", ""),
                     json_text(j, "unit", NULL) };
        bool shared = false;
        for (size_t k = 0; k < lists[BEFORE]->count; k++)
            shared |= strcmp(json_text(lists[BEFORE]->items[k], "decision", ""), a.id) == 0;
        if (!shared)
            continue;
        TRY(add_decision(cx, s, BEFORE, a.id));
        TRY(add_decision(cx, s, AFTER, a.id));
        amounts[s->amount_count++] = a;
    }
    s->amounts = amounts;
    return OK;
}

static SimulationGroup group_make(Cx *cx, const Simulation *s, const char *key, const char *zh,
                                  const char *en)
{
    SimulationGroup g = { .key = key, .zh = zh, .en = en };
    for (int side = 0; side < SIDES; side++) {
        g.sums[side] = NEW_N(cx, Decimal, s->amount_count + 1);
        g.open[side] = NEW_N(cx, bool, s->amount_count + 1);
        for (size_t i = 0; i < s->amount_count; i++)
            g.sums[side][i] = decimal_from_int(0);
    }
    return g;
}

static SimulationGroup *group_find(Cx *cx, const Simulation *s, Groups *groups, const char *key,
                                   const char *zh, const char *en)
{
    for (size_t i = 0; i < groups->count; i++)
        if (text_same(groups->at[i].key, key))
            return &groups->at[i];
    if (groups->count == groups->room) {
        size_t room = groups->room ? 2 * groups->room : 16;
        groups->at = arena_grow(cx->arena, groups->at, groups->room * sizeof(SimulationGroup),
                                room * sizeof(SimulationGroup));
        groups->room = room;
    }
    groups->at[groups->count] = group_make(cx, s, key, zh, en);
    return &groups->at[groups->count++];
}

/* By code, where a new one is put among the others. */
static SimulationGroup *city_find(Cx *cx, Simulation *s, const char *code, const char *name)
{
    SimulationGroup *g = group_find(cx, s, &s->cities, code, name, name);
    for (; g > s->cities.at && strcmp(g[-1].key, g->key) > 0; g--) {
        SimulationGroup other = g[-1];
        g[-1] = *g;
        *g = other;
    }
    return g;
}

/* The tiers stand in the pack's order, with or without zones. */
static void begin_tiers(Cx *cx, Simulation *s)
{
    const Json *tiers = json_get(json_get(s->packs[AFTER]->json, "simulation"), "tiers");
    for (size_t i = 0; s->has_tier && tiers && i < tiers->count; i++) {
        const Json *j = tiers->items[i];
        group_find(cx, s, &s->tiers, json_text(j, "value", ""), json_text(j, "zh", ""),
                   json_text(j, "en", ""));
    }
}

Err simulation_begin(Cx *cx, Simulation **out, const Pack *before, const Pack *after)
{
    Simulation *s = NEW(cx, Simulation);
    s->arena = cx->arena;
    s->packs[BEFORE] = before;
    s->packs[AFTER] = after;
    s->same_shape = before->dossier.json == after->dossier.json ||
                    json_same(before->dossier.json, after->dossier.json);
    TRY(read_decisions(cx, s));
    s->whole = group_make(cx, s, "", "合计", "Total");
    begin_tiers(cx, s);
    *out = s;
    return simulation_tables(cx, s, NULL);
}

Err simulation_tables(Cx *cx, Simulation *s, const Json *tables)
{
    for (int i = 0; i < SIDES; i++) {
        const Pack *p = s->packs[i];
        if (tables)
            TRY(field_check(cx, p->batch.fields, tables));
        s->tables[i] = tables ? check_batch(cx, p, tables) : check_no_batch(cx, p);
    }
    return OK;
}

/* --- one dossier --- */

/* A dossier decided by one pack, in the scratch arena. */
typedef struct Side {
    Check check;
    const Value *values;
} Side;

static const CheckResult *result_of(const Check *check, const char *rule)
{
    for (size_t i = 0; i < check->count; i++)
        if (strcmp(check->results[i].rule->id, rule) == 0)
            return &check->results[i];
    return NULL;
}

static bool shifts(const CheckResult *a, const CheckResult *b)
{
    return !a || !b || a->status != b->status || a->blocks != b->blocks;
}

static const char *kept(const Simulation *s, const char *text)
{
    return text ? arena_text(s->arena, text) : NULL;
}

static bool is_open(const CheckResult *r)
{
    return r && (r->status == NOT_MET || r->status == UNDETERMINED);
}

/* What fails now, or else what failed before. */
static Err explain(Cx *cx, Shift *out, const Simulation *s, const CheckResult *results[SIDES],
                   const Json *dossier)
{
    int side = is_open(results[AFTER]) || !is_open(results[BEFORE]) ? AFTER : BEFORE;
    static const char *const NONE[] = { NULL };
    Explanation e;
    out->missing = NONE;
    if (!is_open(results[side]))
        return OK;
    out->from_before = side == BEFORE;
    TRY(check_explain(cx, &e, s->packs[side], results[side]->rule, dossier, &s->tables[side]));
    Reasons all = explanation_reasons(cx, &e);
    size_t missing = 0;
    while (e.result.missing[missing])
        missing++;
    const char **names = arena_alloc(s->arena, (missing + 1) * sizeof *names);
    out->reasons = (Reasons){ arena_alloc(s->arena, all.count * sizeof(Reason)), all.count };
    for (size_t i = 0; i < missing; i++)
        names[i] = kept(s, e.result.missing[i]);
    for (size_t i = 0; i < all.count; i++) {
        Reason r = all.at[i];
        r.expression = kept(s, r.expression);
        r.actual = kept(s, r.actual);
        r.sign = kept(s, r.sign);
        r.required = kept(s, r.required);
        r.distance = kept(s, r.distance);
        r.at = kept(s, r.at);
        out->reasons.at[i] = r;
    }
    out->missing = names;
    return OK;
}

static Err make_shift(Cx *cx, Shift *out, const Simulation *s, const CheckResult *results[SIDES],
                      const Json *dossier)
{
    const CheckResult *said = results[results[AFTER] ? AFTER : BEFORE];
    *out = (Shift){ .zh = kept(s, said->zh), .en = kept(s, said->en) };
    for (int i = 0; i < SIDES; i++) {
        if (!results[i])
            continue;
        out->rules[i] = results[i]->rule;
        out->states[i] = results[i]->status;
        out->blocks[i] = results[i]->blocks;
    }
    return explain(cx, out, s, results, dossier);
}

/* In the order of the pack after; behind them what only the pack before has. */
static Err add_shifts(Cx *cx, Outcome *o, const Simulation *s, const Side sides[SIDES],
                      const Json *dossier)
{
    const Check *before = &sides[BEFORE].check, *after = &sides[AFTER].check;
    Shift *all = NEW_N(cx, Shift, before->count + after->count);
    for (size_t i = 0; i < after->count; i++) {
        const CheckResult *r = &after->results[i];
        const CheckResult *both[] = { result_of(before, r->rule->id), r };
        if (shifts(both[BEFORE], both[AFTER]))
            TRY(make_shift(cx, &all[o->shift_count++], s, both, dossier));
    }
    for (size_t i = 0; i < before->count; i++) {
        const CheckResult *both[] = { &before->results[i], NULL };
        if (!result_of(after, both[BEFORE]->rule->id))
            TRY(make_shift(cx, &all[o->shift_count++], s, both, dossier));
    }
    Shift *own = arena_alloc(s->arena, (o->shift_count + 1) * sizeof *own);
    memcpy(own, all, o->shift_count * sizeof *own);
    o->shifts = own;
    return OK;
}

static void read_values(Cx *cx, Outcome *o, const Simulation *s, const Side sides[SIDES])
{
    const Value *tier = &sides[BEFORE].values[0];
    if (s->has_tier && tier->kind == VALUE_STRING)
        o->tier = kept(s, value_string(cx, tier));
    for (int side = 0; side < SIDES; side++) {
        const char **sums = arena_alloc(s->arena, (s->amount_count + 1) * sizeof *sums);
        for (size_t i = 0; i < s->amount_count; i++) {
            const Value *v = &sides[side].values[s->has_tier + i];
            if (v->kind == VALUE_NUMBER)
                sums[i] = kept(s, decimal_text(cx, v->number));
        }
        o->sums[side] = sums;
        o->submittable[side] = sides[side].check.submittable;
        for (size_t i = 0; i < sides[side].check.count; i++)
            o->blocking[side] += sides[side].check.results[i].blocks;
    }
}

static void count_in(SimulationGroup *g, const Simulation *s, const Outcome *o,
                     const Side sides[SIDES])
{
    g->zones++;
    g->changed += o->shift_count > 0;
    for (int side = 0; side < SIDES; side++) {
        if (!o->submittable[side])
            continue;
        g->passing[side]++;
        for (size_t i = 0; i < s->amount_count; i++) {
            const Value *v = &sides[side].values[s->has_tier + i];
            if (v->kind == VALUE_NUMBER)
                g->sums[side][i] = decimal_add(g->sums[side][i], v->number);
            else
                g->open[side][i] = true;
        }
    }
}

static void count(Simulation *s, const Outcome *o, const Side sides[SIDES])
{
    Cx keep = cx_make(s->arena);
    count_in(&s->whole, s, o, sides);
    if (s->has_tier) {
        const char *zh = text_or(o->tier, "档次未定"), *en = text_or(o->tier, "Tier unknown");
        count_in(group_find(&keep, s, &s->tiers, o->tier, zh, en), s, o, sides);
    }
    const char *city = arena_text_n(s->arena, o->county, CITY_DIGITS);
    const char *name = text_or(o->city_name, city);
    count_in(city_find(&keep, s, city, name), s, o, sides);
}

static void keep(Simulation *s, const Outcome *o)
{
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 64;
        s->outcomes = arena_grow(s->arena, s->outcomes, s->room * sizeof *o, room * sizeof *o);
        s->room = room;
    }
    s->outcomes[s->count++] = *o;
}

static Err decide(Cx *cx, Side sides[SIDES], const Simulation *s, const Json *dossier)
{
    const Value *document = NULL;
    for (int i = 0; i < SIDES; i++) {
        const Pack *p = s->packs[i];
        if (!document || !s->same_shape) {
            TRY(field_check(cx, p->dossier.fields, dossier));
            document = check_bind(cx, p, dossier);
        }
        CheckMore more = { document, s->decisions[i], s->decision_counts[i], NULL };
        more.values = NEW_N(cx, Value, more.count + 1);
        TRY(check_with(cx, &sides[i].check, &more, p, dossier, &s->tables[i]));
        sides[i].values = more.values;
    }
    return OK;
}

Err simulation_add(Cx *cx, Simulation *s, const SimulatedZone *subject)
{
    Side sides[SIDES];
    const Json *dossier = subject->dossier;
    TRY(decide(cx, sides, s, dossier));
    Outcome o = { .id = subject->id,
                  .zone = kept(s, sides[BEFORE].check.zone),
                  .county = kept(s, json_text(dossier, "county", "")),
                  .county_name = kept(s, subject->county_name),
                  .city_name = kept(s, subject->city_name) };
    read_values(cx, &o, s, sides);
    TRY(add_shifts(cx, &o, s, sides, dossier));
    count(s, &o, sides);
    keep(s, &o);
    return OK;
}
