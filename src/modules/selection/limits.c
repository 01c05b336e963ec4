#include "modules/selection/limits.h"

#include <assert.h>
#include <string.h>

static bool listed(const Json *list, const char *code, size_t length)
{
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (strncmp(list->items[i]->text, code, length) == 0)
            return true;
    return false;
}

typedef enum Kind { KEY, OPEN, CLOSED } Kind;

static Kind kind_of(const Limits *l, const char *county)
{
    const Json *keys = json_get(l->tables, "key_counties");
    if (listed(keys, county, 6))
        return KEY;
    return listed(keys, county, 4) ? CLOSED : OPEN;
}

/* A parameter of the pack: 万元 as an amount, or a count. */
static const Json *parameter(const Pack *pack, const char *key)
{
    const Json *list = json_get(pack->json, "parameters");
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (strcmp(json_text(list->items[i], "key", ""), key) == 0)
            return list->items[i];
    return NULL;
}

static Err amount_of(Cx *cx, Money *out, const char **clause, const Limits *l, const char *key)
{
    const Json *p = parameter(l->view->pack, key);
    if (p == NULL || !field_money(json_get(p, "value"), out) || *out <= 0)
        return fail(cx, CONFLICT, "parameters", "政策包没有参数“%s”",
                    "the pack has no parameter \"%s\"", key);
    *clause = json_text(p, "clause", "");
    return OK;
}

Err limits_amount(Cx *cx, Money *out, const char **clause, const Limits *l, const char *county)
{
    const Json *classes = json_get(l->tables, "region_class");
    if (kind_of(l, county) == KEY)
        return amount_of(cx, out, clause, l, "key_county_funds");
    const char *city = arena_text_n(cx->arena, county, 4);
    const char *class = json_text(classes, county, json_text(classes, city, NULL));
    if (class == NULL)
        return fail(cx, CONFLICT, "region_class", "批次的区域分类表里没有 %s，不能确定资金",
                    "the batch's table of region classes lacks %s: no amount can be told", county);
    return amount_of(cx, out, clause, l, arena_format(cx->arena, "tier_%s", class));
}

/* Whose quota a zone of this county uses. */
static const char *division_of(Cx *cx, const Limits *l, const char *county)
{
    return kind_of(l, county) == OPEN ? arena_text_n(cx->arena, county, 4) : county;
}

static int64_t quota(const Limits *l, const char *county)
{
    static const char *const KEYS[] = { "key_county_quota", "open_city_quota" };
    Kind kind = kind_of(l, county);
    return kind == CLOSED ? 0 : json_int(parameter(l->view->pack, KEYS[kind]), "value", 0);
}

static int64_t taken(const Limits *l, const char *division)
{
    int64_t count = 0;
    for (size_t i = 0; i < l->taken_count; i++)
        count += strcmp(l->taken[i], division) == 0;
    return count;
}

static void take_quota(Cx *cx, Limits *l, const char *county)
{
    assert(l->taken_count < COUNT(l->taken));
    l->taken[l->taken_count++] = division_of(cx, l, county);
}

/* Of a disqualified zone; nothing where its class is not known. */
static void lapse(Cx *cx, Limits *l, const Candidate *c)
{
    Money amount;
    const char *clause;
    Failure before = cx->failure;
    l->lapsed_places++;
    if (limits_amount(cx, &amount, &clause, l, c->county) == OK)
        l->lapsed_amount += amount;
    cx->failure = before;
    if (l->taken_count < COUNT(l->taken))
        take_quota(cx, l, c->county);
}

Err limits_of(Cx *cx, Limits *out, const SelectionView *v, const List *candidates)
{
    *out = (Limits){ .view = v, .places = v->row.places, .budget = v->row.budget };
    TRY(batch_document(cx, &out->tables, v->batch.id, day_of_instant(cx_now(cx))));
    const Candidate *rows = candidates->rows;
    for (size_t i = 0; i < candidates->count; i++) {
        if (!candidate_in(&rows[i]))
            lapse(cx, out, &rows[i]);
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
    if (out->tables != NULL)
        return OK;
    /* made before the tables were recorded */
    return batch_document(cx, &out->tables, v->batch.id, day_of_instant(d->made_at));
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

static Err refuse(Cx *cx, const Limits *l, const Award *a)
{
    if (taken(l, division_of(cx, l, a->county)) >= quota(l, a->county))
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
    TRY(refuse(cx, l, a));
    if (l->taken_count == COUNT(l->taken))
        return fail(cx, CONFLICT, "places", "入选推进区超过 %d 个", "more than %d zones selected",
                    DIVISIONS);
    take_quota(cx, l, a->county);
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
