#include "modules/determination/limits.h"

#include <assert.h>
#include <string.h>

static Err terms_here(Cx *cx, Terms *out, const Limits *l, const char *county)
{
    return terms_of(cx, out, l->view->pack, &l->bound, county);
}

Err limits_amount(Cx *cx, Money *out, const char **clause, const Limits *l, const char *county)
{
    Terms terms;
    TRY(terms_here(cx, &terms, l, county));
    if (terms.subsidy == UNSET)
        return fail(cx, CONFLICT, "tables", "批次的基础表里没有 %s 的分类，不能确定资金",
                    "the batch's tables do not class %s: no amount can be told", county);
    *out = terms.subsidy;
    *clause = text_or(terms.clause, "");
    return OK;
}

static int64_t taken(const Limits *l, const char *division)
{
    int64_t count = 0;
    for (size_t i = 0; i < l->taken_count; i++)
        count += strcmp(l->taken[i], division) == 0;
    return count;
}

static void take_quota(Limits *l, const char *area)
{
    assert(l->taken_count < COUNT(l->taken));
    l->taken[l->taken_count++] = area;
}

/* Of a disqualified zone; nothing where the tables do not tell. */
static Err lapse(Cx *cx, Limits *l, const Candidate *c)
{
    Terms terms;
    TRY(terms_here(cx, &terms, l, c->county));
    l->lapsed_places++;
    if (terms.subsidy != UNSET)
        l->lapsed_amount += terms.subsidy;
    if (l->taken_count < COUNT(l->taken))
        take_quota(l, text_or(terms.area, c->county));
    return OK;
}

Err limits_of(Cx *cx, Limits *out, const SelectionView *v, const List *candidates)
{
    *out = (Limits){ .view = v, .places = v->row.places, .budget = v->row.budget };
    TRY(batch_document(cx, &out->tables, v->batch.id, day_of_instant(cx_now(cx))));
    out->bound = check_batch(cx, v->pack, out->tables);
    const Candidate *rows = candidates->rows;
    for (size_t i = 0; i < candidates->count; i++) {
        if (!candidate_in(&rows[i]))
            TRY(lapse(cx, out, &rows[i]));
        if (rows[i].place != UNSET && rows[i].place > out->last_place)
            out->last_place = rows[i].place;
    }
    return OK;
}

Err limits_recorded(Cx *cx, Limits *out, const SelectionView *v, const Determination *d)
{
    const Json *content;
    TRY(json_parse(cx, &content, d->content, strlen(d->content), &JSON_LIMITS));
    *out = (Limits){ .view = v,
                     .tables = json_get(content, "tables"),
                     .places = json_int(content, "places", 0),
                     .budget = json_int(content, "budget", 0),
                     .lapsed_places = json_int(content, "lapsed_places", 0),
                     .lapsed_amount = json_int(content, "lapsed_amount", 0) };
    if (out->tables == NULL) /* made before the tables were recorded */
        TRY(batch_document(cx, &out->tables, v->batch.id, day_of_instant(d->made_at)));
    out->bound = check_batch(cx, v->pack, out->tables);
    return OK;
}

int64_t limits_places_left(const Limits *l)
{
    return l->places - l->lapsed_places - l->used_places;
}

Money limits_budget_left(const Limits *l)
{
    return l->budget - l->lapsed_amount - l->used_amount;
}

void limits_use(Limits *l, const Award *a)
{
    l->used_places++;
    l->used_amount += a->amount;
}

static Err refuse(Cx *cx, const Limits *l, const Award *a, const Terms *terms)
{
    if (!terms->area || taken(l, terms->area) >= terms->places)
        return fail(cx, CONFLICT, "quota", "“%s”所在县（市）的名额已用完（%s）",
                    "the quota of the county or city of %s is used (%s)", a->name, a->county);
    if (limits_places_left(l) <= 0)
        return fail(cx, CONFLICT, "places", "名额已用完：共 %lld 个，取消资格 %lld 个不再安排",
                    "the places are used: %lld in all, %lld lapsed", (long long)l->places,
                    (long long)l->lapsed_places);
    if (limits_budget_left(l) < a->amount)
        return fail(cx, CONFLICT, "budget", "资金不够：还剩 %s 万元，“%s”需要 %s 万元",
                    "the money does not suffice: %s (10k yuan) left, %s needs %s",
                    money_show(cx, limits_budget_left(l)), a->name, money_show(cx, a->amount));
    return OK;
}

Err limits_claim(Cx *cx, Limits *l, const Award *a)
{
    Terms terms;
    TRY(terms_here(cx, &terms, l, a->county));
    TRY(refuse(cx, l, a, &terms));
    if (l->taken_count == COUNT(l->taken))
        return fail(cx, CONFLICT, "places", "入选推进区超过 %d 个", "more than %d zones selected",
                    DIVISIONS);
    take_quota(l, terms.area);
    limits_use(l, a);
    return OK;
}

const char *limits_take(Cx *cx, Limits *l, const Award *a)
{
    Failure before = cx->failure;
    const char *why = limits_claim(cx, l, a) == OK ? NULL : cx->failure.zh;
    cx->failure = before;
    return why;
}
