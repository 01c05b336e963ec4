#include "core/register/figure.h"

#include "base/date.h"
#include "base/money.h"
#include "core/access/right.h"
#include "core/process/pack_store.h"
#include "core/register/flow.h"
#include "core/register/import.h"
#include "core/register/register_install.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- which there are --- */

Err figures_of(Cx *cx, Figures *out, const Register *r)
{
    const Pack *pack;
    *out = (Figures){ 0 };
    if (!r->pack) /* a noun of the program */
        return OK;
    TRY(pack_store_get(cx, &pack, r->pack));
    size_t all = pack->figures ? pack->figures->count : 0;
    Figure *own = NEW_N(cx, Figure, all + 1);
    *out = (Figures){ own, 0 };
    for (size_t i = 0; i < all; i++)
        if (strcmp(pack->figures->at[i].noun, r->noun) == 0)
            own[out->count++] = pack->figures->at[i];
    return OK;
}

Err figure_find(Cx *cx, const Figure **out, const Register *r, const char *id)
{
    Figures all;
    TRY(figures_of(cx, &all, r));
    for (size_t i = 0; i < all.count; i++)
        if (strcmp(all.at[i].id, id) == 0) {
            *out = all.at + i;
            return OK;
        }
    return fail(cx, NOT_FOUND, "figure", "登记簿“%s”没有数字“%s”%.0s%.0s",
                "%.0s%.0sregister %s has no figure “%s”", r->zh, id, r->noun, id);
}

/* --- conditions --- */

static const RowCondition *always(Cx *cx, bool truth)
{
    RowCondition *c = NEW(cx, RowCondition);
    *c = (RowCondition){ .kind = CONDITION_CONSTANT, .truth = truth };
    return c;
}

/* Nobody but its writer vouches for a draft, so that none is counted unawares. */
static const RowCondition *is_settled(Cx *cx, const Figure *f)
{
    return f->settled ? flow_good(cx, f->process) : always(cx, true);
}

static const RowCondition *is_known(Cx *cx, const Figure *f)
{
    static const Field KNOWN_FROM = { .key = "known_from", .type = FIELD_INSTANT };
    RowCondition *c = NEW(cx, RowCondition);
    *c = (RowCondition){ .kind = CONDITION_UNKNOWN, .left = { .field = &KNOWN_FROM } };
    return f->dated ? condition_join(cx, CONDITION_NOT, c, NULL) : always(cx, true);
}

/* Nor are rows of an import that is under way. */
static Err is_counted(Cx *cx, const RowCondition **out, const Figure *f)
{
    const RowCondition *whole;
    TRY(import_whole(cx, &whole, f->noun));
    *out = condition_join(cx, CONDITION_AND, is_settled(cx, f), is_known(cx, f));
    *out = condition_join(cx, CONDITION_AND, whole, *out);
    return OK;
}

static Err own_condition(Cx *cx, const RowCondition **out, const Figure *f)
{
    *out = always(cx, true);
    return f->condition ? row_feel_condition(cx, out, f->condition) : OK;
}

/* A value that is not filled in is no part of a sum: its row is not among those that were summed.
 */
static const RowCondition *has_value(Cx *cx, const Figure *f)
{
    RowCondition *c = NEW(cx, RowCondition);
    *c = (RowCondition){ .kind = CONDITION_UNKNOWN, .left = { .field = f->of } };
    return f->of ? condition_join(cx, CONDITION_NOT, c, NULL) : always(cx, true);
}

Err figure_condition(Cx *cx, const RowCondition **out, const Figure *f)
{
    const RowCondition *own, *counted;
    if (f->kind == FIGURE_RATIO)
        return figure_condition(cx, out, f->over);
    TRY(own_condition(cx, &own, f));
    TRY(is_counted(cx, &counted, f));
    *out = condition_join(cx, CONDITION_AND, condition_join(cx, CONDITION_AND, counted, own),
                          has_value(cx, f));
    return OK;
}

Err figure_undecided(Cx *cx, const RowCondition **out, const Figure *f)
{
    const RowCondition *own, *per, *counted;
    if (f->kind == FIGURE_RATIO) {
        TRY(figure_undecided(cx, &own, f->over));
        TRY(figure_undecided(cx, &per, f->per));
        *out = condition_join(cx, CONDITION_OR, own, per);
        return OK;
    }
    TRY(own_condition(cx, &own, f));
    TRY(is_counted(cx, &counted, f));
    const RowCondition *open = condition_join(cx, CONDITION_UNDECIDED, own, NULL);
    const RowCondition *lacks = condition_join(cx, CONDITION_NOT, has_value(cx, f), NULL);
    open = condition_join(cx, CONDITION_OR, open, condition_join(cx, CONDITION_AND, own, lacks));
    *out = condition_join(cx, CONDITION_AND, counted, open);
    return OK;
}

/* --- lists --- */

static Err asked(Cx *cx, const RowCondition **out, const Register *r, const char *key,
                 const char *id)
{
    const Figure *f;
    TRY(figure_find(cx, &f, r, id));
    return strcmp(key, "figure") == 0 ? figure_condition(cx, out, f) : figure_undecided(cx, out, f);
}

static size_t filters_count(const char *const *filters)
{
    size_t n = 0;
    while (filters && filters[2 * n])
        n++;
    return n;
}

static const char *filter_of(const char *const *filters, const char *key)
{
    for (size_t i = 0; i < filters_count(filters); i++)
        if (strcmp(filters[2 * i], key) == 0)
            return filters[2 * i + 1];
    return NULL;
}

static bool filters_have(const char *const *filters, const char *key)
{
    return filter_of(filters, key);
}

static const char *const *filters_with(Cx *cx, const char *const *filters, const char *key,
                                       const char *value)
{
    size_t n = 2 * filters_count(filters);
    const char **more = NEW_N(cx, const char *, n + 3);
    if (n)
        memcpy(more, filters, n * sizeof *more);
    more[n] = key;
    more[n + 1] = value;
    return more;
}

/* What holds today, as it is known now, where nothing else is asked for. */
static const char *const *filters_dated(Cx *cx, const char *const *filters, const Register *r)
{
    if (r->dated && !filters_have(filters, DATED_ON))
        filters = filters_with(cx, filters, DATED_ON, day_text(cx, day_of_instant(cx_now(cx))));
    if (r->dated && !filters_have(filters, DATED_KNOWN))
        filters = filters_with(cx, filters, DATED_KNOWN, KNOWN_OPEN);
    return filters;
}

/* The day whose divisions are meant. */
static Day day_asked(Cx *cx, const char *const *filters)
{
    Day day;
    const char *on = filter_of(filters, DATED_ON);
    return on && day_parse(on, &day) ? day : day_of_instant(cx_now(cx));
}

/* A list of its own select may call its division otherwise: a zone its county. */
static bool is_division(const Register *r, const char *key)
{
    const Field *f = field_find(r->table.fields, key);
    if (!f || !(f->flags & FIELD_FILTER))
        return false;
    return strcmp(key, "territory") == 0 ||
           (!r->table.kept && f->type == FIELD_TEXT && f->link && strcmp(f->link, "region") == 0);
}

/* A division stands for what was merged into it, too: then its filter becomes ranges. */
static Err ask_merged(Cx *cx, PageQuery *query, const Register *r)
{
    Reach asked;
    const char *const *named = query->filters;
    while (named && *named && !is_division(r, *named))
        named += 2;
    if (!named || !*named)
        return OK;
    const char *key = named[0], *code = named[1];
    if (code[strspn(code, "0123456789")])
        return OK; /* what cannot be asked is refused where it is read */
    TRY(reach_of(cx, &asked, code, day_asked(cx, query->filters)));
    if (!asked.more)
        return OK;
    size_t kept = 0;
    const char **filters = NEW_N(cx, const char *, 2 * filters_count(query->filters) + 1);
    for (const char *const *at = query->filters; *at; at += 2)
        if (strcmp(*at, key) != 0) {
            filters[kept++] = at[0];
            filters[kept++] = at[1];
        }
    Reach *within = NEW(cx, Reach);
    *within = asked;
    query->filters = filters;
    query->within = within;
    query->within_of = key;
    return OK;
}

Err figure_query(Cx *cx, PageQuery *query, const Register *r)
{
    size_t count = filters_count(query->filters), kept = 0;
    const char **filters = NEW_N(cx, const char *, 2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        const RowCondition *one;
        const char *key = query->filters[2 * i], *value = query->filters[2 * i + 1];
        if (strcmp(key, "figure") != 0 && strcmp(key, "undecided") != 0) {
            filters[kept++] = key;
            filters[kept++] = value;
            continue;
        }
        TRY(asked(cx, &one, r, key, value));
        query->condition = condition_join(cx, CONDITION_AND, query->condition, one);
    }
    query->filters = query->condition ? filters_dated(cx, filters, r) : filters;
    return ask_merged(cx, query, r);
}

/* --- values --- */

typedef struct Valuing {
    const Register *r;
    const Figure *f;
    PageQuery query;
    Measure measure;
    bool months;
    FigureValue *at;
    size_t count, room;
} Valuing;

static FigureValue *value_at(Cx *cx, Valuing *v, const char *group, const char *called)
{
    for (size_t i = 0; i < v->count; i++)
        if (text_same(v->at[i].group, group))
            return &v->at[i];
    if (v->count == v->room) {
        size_t room = v->room ? 2 * v->room : 16;
        v->at = arena_grow(cx->arena, v->at, v->room * sizeof *v->at, room * sizeof *v->at);
        v->room = room;
    }
    FigureValue *one = &v->at[v->count++];
    *one = (FigureValue){ .group = group, .called = called };
    return one;
}

/* Days fold into months here: no two engines name a month alike. */
static const char *group_of(Cx *cx, const Valuing *v, const char *group)
{
    if (!v->months || !group)
        return group;
    Civil c = civil_from_day(strtoll(group, NULL, 10));
    return arena_format(cx->arena, "%04lld-%02d", (long long)c.year, c.month);
}

typedef int64_t *(*FigureMember)(FigureValue *v);

static int64_t *member_value(FigureValue *v)
{
    return &v->value;
}

static int64_t *member_over(FigureValue *v)
{
    return &v->over;
}

static int64_t *member_per(FigureValue *v)
{
    return &v->per;
}

static int64_t *member_undecided(FigureValue *v)
{
    return &v->undecided;
}

static Err measure(Cx *cx, Valuing *v, const RowCondition *c, const Measure *m, FigureMember member)
{
    List found;
    PageQuery query = v->query;
    query.condition = c;
    TRY(table_measure(cx, &found, &v->r->table, register_sight(cx, v->r), &query, m));
    const Measured *rows = found.rows;
    for (size_t i = 0; i < found.count; i++)
        *member(value_at(cx, v, group_of(cx, v, rows[i].group), rows[i].called)) += rows[i].value;
    return OK;
}

static Err measure_one(Cx *cx, Valuing *v, const Figure *f, FigureMember member)
{
    const RowCondition *c;
    Measure m = v->measure;
    assert(f->kind != FIGURE_RATIO);
    if (f->kind == FIGURE_SUM)
        m.sum = f->of->key;
    if (f->kind == FIGURE_DISTINCT)
        m.distinct = f->of->key;
    TRY(figure_condition(cx, &c, f));
    return measure(cx, v, c, &m, member);
}

/* Cut, never rounded, so that no ratio reaches a line that it does not. */
static int64_t ratio(int64_t over, int64_t per)
{
    int64_t cut = UNSET;
    Decimal exact = decimal_div(decimal_mul(decimal_from_int(over), decimal_from_int(10000)),
                                decimal_from_int(per));
    if (decimal_finite(exact))
        decimal_to_int(decimal_round(exact, 0, TOWARDS_ZERO), &cut);
    return cut;
}

static Err measure_all(Cx *cx, Valuing *v)
{
    const RowCondition *c;
    const Figure *f = v->f;
    if (f->kind == FIGURE_RATIO) {
        TRY(measure_one(cx, v, f->over, member_over));
        TRY(measure_one(cx, v, f->per, member_per));
    } else {
        TRY(measure_one(cx, v, f, member_value));
    }
    TRY(figure_undecided(cx, &c, f));
    TRY(measure(cx, v, c, &v->measure, member_undecided));
    for (size_t i = 0; f->kind == FIGURE_RATIO && i < v->count; i++)
        v->at[i].value = ratio(v->at[i].over, v->at[i].per);
    return OK;
}

/* --- of what is kept --- */

/* The state of all that is counted, where it is one. */
static bool one_good_end(const Figure *f, const char **state)
{
    size_t good = 0;
    for (size_t i = 0; i < f->process->end_count; i++)
        if (f->process->ends[i].good && ++good)
            *state = f->process->ends[i].key;
    return good == 1;
}

/* Whether the counts that stand beside the table say all of it: rows of a state by division, and
 * the sum of the amount that is kept. */
static Err is_kept(Cx *cx, bool *out, const Valuing *v)
{
    const char *state;
    const Figure *f = v->f;
    const Table *t = &v->r->table;
    const RowCondition *whole;
    bool amount = f->kind == FIGURE_COUNT ||
                  (f->kind == FIGURE_SUM && t->sum && strcmp(f->of->key, t->sum) == 0);
    bool place = !v->measure.by || strcmp(v->measure.by, "territory") == 0;
    size_t others = filters_count(v->query.filters) - filters_have(v->query.filters, "territory");
    *out = t->kept && !v->r->dated && amount && !f->condition && place && !v->measure.moved &&
           others == 0 && (!f->settled || one_good_end(f, &state));
    if (!*out)
        return OK;
    TRY(import_whole(cx, &whole, f->noun));
    *out = !whole;
    return OK;
}

static Err take_kept(Cx *cx, Valuing *v)
{
    List found;
    bool sums = v->f->kind == FIGURE_SUM;
    const char *state = NULL;
    if (v->f->settled)
        one_good_end(v->f, &state);
    TRY(table_measure_kept(cx, &found, &v->r->table, register_sight(cx, v->r), &v->query, state,
                           &v->measure));
    if (!v->measure.by)
        value_at(cx, v, NULL, NULL);
    const MeasuredKept *rows = found.rows;
    for (size_t i = 0; i < found.count; i++) {
        FigureValue *one = value_at(cx, v, rows[i].group, rows[i].called);
        one->value += sums ? rows[i].sum : rows[i].rows;
        one->undecided += sums ? rows[i].rows - rows[i].known : 0;
    }
    return OK;
}

/* --- groups --- */

static const struct {
    const char *level;
    int64_t digits;
} GROUPS[] = { { "city", 4 }, { "county", 6 }, { "township", 9 }, { "village", 12 } };

/* By the divisions of the day: what was merged by then counts as its heir. */
static Err by_division(Cx *cx, Valuing *v, const char *by)
{
    for (size_t i = 0; i < COUNT(GROUPS); i++)
        if (strcmp(GROUPS[i].level, by) == 0 && GROUPS[i].digits <= register_digits(v->r)) {
            v->measure.by = "territory";
            v->measure.digits = GROUPS[i].digits;
            return reach_moves(cx, &v->measure.moved, register_sight(cx, v->r), GROUPS[i].digits,
                               day_asked(cx, v->query.filters));
        }
    return fail(cx, INVALID, "by", "不能按“%s”分组", "there are no groups by “%s”", by);
}

static Err by_link(Cx *cx, Valuing *v, const char *noun)
{
    TableLink *link = NEW(cx, TableLink);
    v->measure.called = link;
    return register_link(cx, link, noun);
}

static Err set_groups(Cx *cx, Valuing *v, const char *by)
{
    if (!*by)
        return OK;
    if (strcmp(by, "month") == 0 && v->f->month && v->f->kind != FIGURE_DISTINCT) {
        v->months = true;
        v->measure.by = v->f->month;
        return OK;
    }
    if (strcmp(by, "zone") == 0 && v->f->zone) {
        v->measure.by = v->f->zone;
        return by_link(cx, v, "zone");
    }
    TRY(by_division(cx, v, by));
    return by_link(cx, v, "region");
}

static int by_group(const void *a, const void *b)
{
    const FigureValue *one = a, *other = b;
    return strcmp(text_or(one->group, ""), text_or(other->group, ""));
}

Err figure_value(Cx *cx, List *out, const Register *r, const Figure *f, const char *const *filters,
                 const char *by)
{
    bool kept;
    Valuing v = { .r = r, .f = f };
    v.query.filters = filters_dated(cx, filters, r);
    TRY(set_groups(cx, &v, by));
    TRY(ask_merged(cx, &v.query, r));
    TRY(is_kept(cx, &kept, &v));
    TRY(kept ? take_kept(cx, &v) : measure_all(cx, &v));
    if (v.count > 1)
        qsort(v.at, v.count, sizeof *v.at, by_group);
    *out = (List){ v.at, v.count, (int64_t)v.count };
    return OK;
}

const char *figure_text(Cx *cx, const Figure *f, int64_t value)
{
    if (value == UNSET)
        return NULL;
    if (f->kind == FIGURE_RATIO)
        return arena_format(cx->arena, "%lld.%02lld", (long long)value / 100,
                            (long long)value % 100);
    if (f->kind == FIGURE_SUM && f->of->type == FIELD_MONEY)
        return money_text_in(cx, value, f->of->unit);
    return arena_format(cx->arena, "%lld", (long long)value);
}
