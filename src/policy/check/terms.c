#include "policy/check/terms.h"

#include "policy/check/check_message.h"
#include "policy/pack/pack_parts.h"
#include "policy/pack/role.h"

#include <assert.h>
#include <string.h>

enum { QUOTA_COUNTY, QUOTA_CITY, SUBSIDY, TIER, ASKED };

/* A dossier of which nothing is known but where it lies. */
static const Json *blank_dossier(Cx *cx, const char *county)
{
    Json *text = NEW_N(cx, Json, 3);
    Json **items = NEW_N(cx, Json *, 2);
    text[0] = (Json){ .type = J_TEXT, .key = "zone", .text = "" };
    text[1] = (Json){ .type = J_TEXT, .key = "county", .text = county };
    items[0] = &text[0];
    items[1] = &text[1];
    text[2] = (Json){ .type = J_OBJECT, .items = items, .count = 2 };
    return &text[2];
}

static void note_missing(Cx *cx, Terms *t, const Value *v)
{
    size_t count = 0;
    if (v && value_is_unknown(v) && !t->missing) {
        const char *const *all = causes_list(cx, v->causes, &count);
        t->missing = count ? all[0] : NULL;
    }
}

/* The rule gives places where it applies; a rule without the entry applies always. */
static Err read_quota(Cx *cx, Terms *t, const PackClaim *claim, const Value *v, const char *area)
{
    if (!claim || t->area || t->missing)
        return OK;
    const Context *c = v->kind == VALUE_CONTEXT ? v->context : NULL;
    const Value *applies = c ? context_get(c, APPLIES) : NULL;
    const Value *places = c ? context_get(c, "名额") : NULL;
    note_missing(cx, t, applies);
    if (applies && !value_is_true(applies))
        return OK;
    note_missing(cx, t, places);
    if (t->missing)
        return OK;
    if (!places || places->kind != VALUE_NUMBER || !decimal_to_int(places->number, &t->places) ||
        t->places < 0)
        return fail(cx, INTERNAL, claim->name, "规则 %s 的“名额”不是个数",
                    "rule %s gives no number of places", claim->name);
    t->area = area;
    t->basis = claim->rule->clauses[0];
    return OK;
}

static Err read_subsidy(Cx *cx, Terms *t, const PackClaim *claim, const Value *v)
{
    int64_t fen;
    t->subsidy = UNSET;
    if (!claim || v->kind != VALUE_NUMBER)
        return OK;
    if (!decimal_to_int(decimal_mul(v->number, decimal_from_int(FEN_PER_WAN)), &fen) || fen < 0)
        return fail(cx, INTERNAL, claim->name, "“%s”的金额不能精确到分",
                    "the amount of %s is not a whole number of fen", claim->name);
    DmnNodes sources = dmn_authorities(claim->dmn, claim->node);
    t->subsidy = fen;
    t->clause = sources.count ? sources.at[0]->name : t->basis;
    return OK;
}

Err terms_of(Cx *cx, Terms *out, const Pack *pack, const Tables *tables, const char *county)
{
    assert(strlen(county) == 6);
    const PackClaim *claims[ASKED] = { [QUOTA_COUNTY] = pack_claim(pack, "quota.county"),
                                       [QUOTA_CITY] = pack_claim(pack, "quota.city"),
                                       [SUBSIDY] = pack_claim(pack, "subsidy") };
    Value values[ASKED] = { { .kind = VALUE_NULL } };
    PackDecision decisions[ASKED];
    Value found[ASKED];
    size_t at[ASKED], count = 0;
    for (size_t i = 0; i < ASKED; i++) {
        PackDecision d = { claims[i] ? claims[i]->dmn : NULL, claims[i] ? claims[i]->node : NULL };
        if (i == TIER)
            d.node = pack_decision(
                pack, json_text(json_get(pack->json, "simulation"), "tier", NULL), &d.dmn);
        values[i] = value_null();
        at[count] = i;
        if (d.node)
            decisions[count++] = d;
    }
    CheckMore more = { .decisions = decisions, .count = count, .values = found };
    TRY(check_values(cx, &more, pack, blank_dossier(cx, county), tables));
    for (size_t i = 0; i < count; i++)
        values[at[i]] = found[i];
    *out = (Terms){ .subsidy = UNSET };
    TRY(read_quota(cx, out, claims[QUOTA_COUNTY], &values[QUOTA_COUNTY], county));
    TRY(read_quota(cx, out, claims[QUOTA_CITY], &values[QUOTA_CITY],
                   arena_text_n(cx->arena, county, 4)));
    TRY(read_subsidy(cx, out, claims[SUBSIDY], &values[SUBSIDY]));
    if (values[TIER].kind == VALUE_STRING)
        out->tier = arena_text_n(cx->arena, values[TIER].text.bytes, values[TIER].text.length);
    return OK;
}
