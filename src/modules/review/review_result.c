/* What the province sees of a round: how many are in, and after the seal the results, with how far
 * each sheet and each expert lies from the others.
 */
#include "modules/review/review_inside.h"

#include "core/access/right.h"
#include "modules/review/aggregate.h"

#include <string.h>

/* --- progress --- */

typedef struct ExpertCount {
    int64_t expert_id;
    const char *number;
    const char *name;
    int64_t assigned;
    int64_t submitted;
    int64_t recused;
} ExpertCount;

static const Field EXPERT_COUNT[] = {
    { "expert_id", FIELD_INT, offsetof(ExpertCount, expert_id), "专家", "Expert" },
    { "number", FIELD_TEXT, offsetof(ExpertCount, number), "专家号", "Number" },
    { "name", FIELD_TEXT, offsetof(ExpertCount, name), "姓名", "Name" },
    { "assigned", FIELD_INT, offsetof(ExpertCount, assigned), "应评", "Assigned" },
    { "submitted", FIELD_INT, offsetof(ExpertCount, submitted), "已交", "Submitted" },
    { "recused", FIELD_INT, offsetof(ExpertCount, recused), "回避", "Recused" },
    FIELDS_END,
};

typedef struct ZoneCount {
    int64_t zone_id;
    const char *name;
    const char *county_name;
    const char *alias;
    int64_t assigned;
    int64_t submitted;
    int64_t least;
} ZoneCount;

static const Field ZONE_COUNT[] = {
    { "zone_id", FIELD_INT, offsetof(ZoneCount, zone_id), "推进区", "Zone" },
    { "name", FIELD_TEXT, offsetof(ZoneCount, name), "名称", "Name" },
    { "county_name", FIELD_TEXT, offsetof(ZoneCount, county_name), "县", "County" },
    { "alias", FIELD_TEXT, offsetof(ZoneCount, alias), "评审件", "Alias" },
    { "assigned", FIELD_INT, offsetof(ZoneCount, assigned), "应评", "Assigned" },
    { "submitted", FIELD_INT, offsetof(ZoneCount, submitted), "已交", "Submitted" },
    { "least", FIELD_INT, offsetof(ZoneCount, least), "至少", "Least" },
    FIELDS_END,
};

static Err put_experts(Cx *cx, JsonOut *o, int64_t batch_id, const char *part)
{
    List list;
    TRY(store_list(cx, &list, EXPERT_COUNT, sizeof(ExpertCount),
                   "SELECT e.id AS expert_id, e.number, e.name, "
                   "count(CASE WHEN s.state <> 'recused' THEN 1 END) AS assigned, "
                   "count(CASE WHEN s.state = 'submitted' THEN 1 END) AS submitted, "
                   "count(CASE WHEN s.state = 'recused' THEN 1 END) AS recused "
                   "FROM review_sheet s JOIN expert e ON e.id = s.expert_id "
                   "WHERE s.batch_id = $1 AND s.part = $2 "
                   "GROUP BY e.id, e.number, e.name ORDER BY e.number",
                   ARGS(I(batch_id), T(part))));
    const ExpertCount *rows = list.rows;
    json_open(o, "experts", '[');
    for (size_t i = 0; i < list.count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, EXPERT_COUNT, &rows[i], false);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

static Err put_zones(Cx *cx, JsonOut *o, int64_t batch_id, const char *part, const Rubric *r)
{
    List list;
    TRY(store_list(cx, &list, ZONE_COUNT, sizeof(ZoneCount),
                   "SELECT z.id AS zone_id, z.name, q.name AS county_name, a.alias, "
                   "count(CASE WHEN s.state <> 'recused' THEN 1 END) AS assigned, "
                   "count(CASE WHEN s.state = 'submitted' THEN 1 END) AS submitted "
                   "FROM review_sheet s JOIN zone z ON z.id = s.zone_id "
                   "JOIN review_alias a ON a.zone_id = z.id "
                   "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "
                   "WHERE s.batch_id = $1 AND s.part = $2 "
                   "GROUP BY z.id, z.name, q.name, a.alias ORDER BY z.id",
                   ARGS(I(batch_id), T(part))));
    ZoneCount *rows = list.rows;
    json_open(o, "zones", '[');
    for (size_t i = 0; i < list.count; i++) {
        rows[i].least = r->least;
        json_open(o, NULL, '{');
        field_write(cx, o, ZONE_COUNT, &rows[i], false);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

static void put_instant(Cx *cx, JsonOut *o, const char *key, int64_t at)
{
    json_put_text(o, key, at == UNSET ? NULL : instant_text(cx, at));
}

Err review_put_progress(Cx *cx, JsonOut *o, int64_t batch_id, const char *part)
{
    Round round = { batch_id, part, UNSET, UNSET, UNSET };
    PartTally t;
    int64_t now;
    const Rubric *r;
    TRY(review_rubric(cx, &r, batch_id));
    TRY(review_part(cx, part));
    Err e = round_get(cx, &round, batch_id, part);
    bool opened = e == OK;
    if (e != OK && e != NOT_FOUND)
        return e;
    TRY(review_tally(cx, &t, batch_id, part));
    TRY(review_now(cx, &now));
    bool whole = t.lacking == 0 || now > round.deadline;
    bool sealed = round.sealed_at != UNSET, runs = right_allows(cx, "review.run");
    json_put_text(o, "part", part);
    json_put_bool(o, "opened", opened);
    put_instant(cx, o, "opens_at", round.opens_at);
    put_instant(cx, o, "deadline", round.deadline);
    put_instant(cx, o, "sealed_at", round.sealed_at);
    json_put_int(o, "assigned", t.assigned);
    json_put_int(o, "submitted", t.submitted);
    json_put_int(o, "lacking", t.lacking);
    json_put_int(o, "unmade", opened ? t.unmade : 0);
    TRY(put_experts(cx, o, batch_id, part));
    TRY(put_zones(cx, o, batch_id, part, r));
    json_open(o, "may", '{');
    json_put_bool(o, "open", runs && !sealed);
    json_put_bool(o, "seal", runs && opened && !sealed && whole && t.thin == 0 && t.zones > 0);
    json_close(o, '}');
    return OK;
}

/* --- results --- */

/* How many rows from i on are of one zone. */
static size_t of_zone(const Given *rows, size_t i, size_t count)
{
    size_t n = 1;
    while (i + n < count && rows[i + n].zone_id == rows[i].zone_id)
        n++;
    return n;
}

static Mark *marks_of(Cx *cx, const Given *rows, size_t n)
{
    Mark *marks = NEW_N(cx, Mark, n);
    for (size_t i = 0; i < n; i++)
        marks[i] = (Mark){ rows[i].sheet, rows[i].expert->number, rows[i].total, false };
    return marks;
}

Err review_results(Cx *cx, List *out, int64_t batch_id, const char *part)
{
    const Rubric *r;
    AllGiven all;
    TRY(review_rubric(cx, &r, batch_id));
    TRY(review_given(cx, &all, batch_id, part));
    const Given *rows = all.sheets;
    ReviewResult *results = NEW_N(cx, ReviewResult, all.count + 1);
    *out = (List){ .rows = results };
    for (size_t i = 0, n; i < all.count; i += n) {
        n = of_zone(rows, i, all.count);
        Mark *marks = marks_of(cx, &rows[i], n);
        Aggregate a = aggregate(r, marks, n);
        results[out->count++] = (ReviewResult){ rows[i].zone_id, a.score, (int64_t)n, a.count,
                                                aggregate_text(cx, r, &a, marks, n) };
    }
    out->total = (int64_t)out->count;
    return OK;
}

typedef struct Report {
    Cx *cx;
    JsonOut *o;
    const Rubric *rubric;
    AllGiven all;
} Report;

static void put_items(const Report *p, const Given *g)
{
    json_open(p->o, "items", '[');
    for (size_t i = g->first_item; i < g->first_item + g->item_count; i++) {
        json_open(p->o, NULL, '{');
        json_put_text(p->o, "item", p->all.items[i].item);
        json_put_int(p->o, "points", p->all.items[i].points);
        json_put_text(p->o, "reason", p->all.items[i].reason);
        json_close(p->o, '}');
    }
    json_close(p->o, ']');
}

static bool far_off(int64_t off, int64_t limit)
{
    return (off < 0 ? -off : off) > limit * MICRO;
}

static bool is_used(const Mark *marks, size_t n, int64_t sheet)
{
    for (size_t i = 0; i < n; i++)
        if (marks[i].sheet == sheet)
            return marks[i].used;
    return false;
}

static void put_mark(const Report *p, const Given *g, int64_t mean, bool used)
{
    int64_t off = g->total * MICRO - mean;
    g->expert->sheets++;
    g->expert->off += off;
    json_open(p->o, NULL, '{');
    json_put_int(p->o, "sheet", g->sheet);
    json_put_int(p->o, "expert_id", g->expert_id);
    json_put_text(p->o, "number", g->expert->number);
    json_put_text(p->o, "name", g->expert->name);
    json_put_int(p->o, "total", g->total);
    json_put_bool(p->o, "used", used);
    json_put_int(p->o, "off", off);
    json_put_bool(p->o, "outlier", far_off(off, p->rubric->off_sheet));
    json_put_text(p->o, "note", g->note);
    put_items(p, g);
    json_close(p->o, '}');
}

static void put_zone(const Report *p, const Given *rows, size_t n)
{
    Mark *marks = marks_of(p->cx, rows, n);
    Aggregate a = aggregate(p->rubric, marks, n);
    int64_t mean = mark_mean(marks, n);
    json_open(p->o, NULL, '{');
    json_put_int(p->o, "zone_id", rows->zone_id);
    json_put_text(p->o, "name", rows->zone->name);
    json_put_text(p->o, "county_name", rows->zone->county_name);
    json_put_text(p->o, "alias", rows->zone->alias);
    json_put_int(p->o, "score", a.score);
    json_put_int(p->o, "sheets", (int64_t)n);
    json_put_int(p->o, "used", a.count);
    json_put_int(p->o, "lowest", marks[0].total);
    json_put_int(p->o, "highest", marks[n - 1].total);
    json_put_int(p->o, "mean", mean);
    json_put_int(p->o, "deviation", mark_deviation(marks, n));
    aggregate_put(p->cx, p->o, "arithmetic", p->rubric, &a, marks, n);
    json_open(p->o, "marks", '[');
    for (size_t i = 0; i < n; i++)
        put_mark(p, &rows[i], mean, is_used(marks, n, rows[i].sheet));
    json_close(p->o, ']');
    json_close(p->o, '}');
}

/* How far an expert's sheets lie from the means of their zones, all together. */
static void put_bias(const Report *p)
{
    json_open(p->o, "experts", '[');
    for (const GivenExpert *e = p->all.experts; e < p->all.experts + p->all.expert_count; e++) {
        if (e->sheets == 0)
            continue;
        int64_t off = divide_even(e->off, e->sheets);
        json_open(p->o, NULL, '{');
        json_put_int(p->o, "expert_id", e->id);
        json_put_text(p->o, "number", e->number);
        json_put_text(p->o, "name", e->name);
        json_put_int(p->o, "sheets", e->sheets);
        json_put_int(p->o, "off", off);
        json_put_bool(p->o, "outlier", far_off(off, p->rubric->off_expert));
        json_close(p->o, '}');
    }
    json_close(p->o, ']');
}

/* So that the reader of a reason knows what it is about. */
static void put_rubric(const Report *p, const char *part)
{
    json_open(p->o, "items", '[');
    for (size_t i = 0; i < p->rubric->item_count; i++) {
        const RubricItem *item = &p->rubric->items[i];
        if (strcmp(item->part, part) != 0)
            continue;
        json_open(p->o, NULL, '{');
        json_put_text(p->o, "key", item->key);
        json_put_text(p->o, "zh", item->zh);
        json_put_text(p->o, "en", item->en);
        json_put_int(p->o, "max", item->max);
        json_close(p->o, '}');
    }
    json_close(p->o, ']');
}

Err review_put_result(Cx *cx, JsonOut *o, int64_t batch_id, const char *part)
{
    Report p = { .cx = cx, .o = o };
    TRY(review_rubric(cx, &p.rubric, batch_id));
    TRY(review_given(cx, &p.all, batch_id, part));
    json_put_text(o, "part", part);
    json_put_text(o, "method", p.rubric->trimmed ? "trimmed_mean" : "mean");
    json_put_int(o, "trim", p.rubric->trim);
    json_open(o, "limits", '{');
    json_put_int(o, "sheet", p.rubric->off_sheet);
    json_put_int(o, "expert", p.rubric->off_expert);
    json_close(o, '}');
    put_rubric(&p, part);
    json_open(o, "zones", '[');
    const Given *rows = p.all.sheets;
    for (size_t i = 0, n; i < p.all.count; i += n) {
        n = of_zone(rows, i, p.all.count);
        put_zone(&p, &rows[i], n);
    }
    json_close(o, ']');
    put_bias(&p);
    return OK;
}
