#include "modules/determination/ranking.h"

#include "core/request/audit.h"
#include "modules/expert/draw.h"
#include "modules/review/review.h"
#include "modules/visit/visit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const Field rank_fields[] = {
    { "zone_id", FIELD_INT, offsetof(RankRow, zone_id), "推进区", "Zone" },
    { "name", FIELD_TEXT, offsetof(RankRow, name), "名称", "Name" },
    { "county_name", FIELD_TEXT, offsetof(RankRow, county_name), "县（市、区）", "County" },
    { "city_name", FIELD_TEXT, offsetof(RankRow, city_name), "市", "City" },
    { "paper", FIELD_INT, offsetof(RankRow, paper), "专家评审", "Paper" },
    { "defence", FIELD_INT, offsetof(RankRow, defence), "视频答辩", "Defence" },
    { "site", FIELD_INT, offsetof(RankRow, site), "现场核查", "Site visit" },
    { "total", FIELD_INT, offsetof(RankRow, total), "总分", "Total" },
    { "place", FIELD_INT, offsetof(RankRow, place), "名次", "Place" },
    { "arithmetic", FIELD_TEXT, offsetof(RankRow, arithmetic), "计算过程", "Reckoning" },
    FIELDS_END,
};

/* --- from the record --- */

static Err score_of(Cx *cx, Rank *r, size_t part, const List *results, const char *name)
{
    const ReviewResult *rows = results->rows;
    for (size_t i = 0; i < results->count; i++)
        if (rows[i].zone_id == r->zone_id) {
            r->scores[part] = rows[i].score;
            r->sources[part] = rows[i].arithmetic;
            return OK;
        }
    return fail(cx, CONFLICT, RANK_PARTS[part], "“%s”没有%s得分%.0s", "%s has no score%.0s of %s",
                name, part == 0 ? "专家评审" : "视频答辩", RANK_PARTS[part]);
}

/* The place of each zone in the order by lot, which only the draw's seed decides. */
static Err set_lots(Cx *cx, Rank *ranks, size_t count, int64_t batch_id)
{
    const char *seed;
    const char **keys = NEW_N(cx, const char *, count + 1);
    TRY(draw_seed(cx, &seed, batch_id));
    for (size_t i = 0; i < count; i++)
        keys[i] = arena_format(cx->arena, "%" PRId64, ranks[i].zone_id);
    draw_order(cx, seed, "lot", keys, count);
    for (size_t at = 0; at < count; at++) {
        int64_t id = strtoll(keys[at], NULL, 10);
        for (size_t i = 0; i < count; i++)
            if (ranks[i].zone_id == id)
                ranks[i].lot = (int64_t)at + 1;
    }
    return OK;
}

static Err set_site(Cx *cx, Rank *r, const SelectionView *v)
{
    int64_t points;
    TRY(visit_points(cx, &points, v->rubric, r->zone_id));
    r->scores[2] = rank_site(v->rubric, points);
    r->sources[2] = arena_format(cx->arena, "{\"points\":%" PRId64 "}", points);
    return OK;
}

/* Whether the zone takes part in the ranking: it is in, or was disqualified only after that step.
 */
static bool ranked(const SelectionView *v, const Candidate *c)
{
    static const char *const AFTER[] = { "selection.determine", "selection.publish",
                                         "selection.final" };
    const char *role = candidate_in(c) ? NULL : process_role(v->process, c->out_at);
    for (size_t i = 0; role && i < COUNT(AFTER); i++)
        if (strcmp(role, AFTER[i]) == 0)
            return true;
    return candidate_in(c);
}

Err ranking_compute(Cx *cx, Rank **out, size_t *count, const SelectionView *v)
{
    List all, paper, defence;
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    TRY(review_results(cx, &paper, v->batch.id, "paper"));
    bool defended = rubric_part(v->rubric, "defence") != NULL;
    if (defended)
        TRY(review_results(cx, &defence, v->batch.id, "defence"));
    const Candidate *rows = all.rows;
    *out = NEW_N(cx, Rank, all.count + 1);
    *count = 0;
    for (size_t i = 0; i < all.count; i++) {
        if (!ranked(v, &rows[i]))
            continue;
        Rank *r = &(*out)[(*count)++];
        r->zone_id = rows[i].zone_id;
        TRY(score_of(cx, r, 0, &paper, rows[i].name));
        if (defended)
            TRY(score_of(cx, r, 1, &defence, rows[i].name));
        TRY(set_site(cx, r, v));
    }
    TRY(set_lots(cx, *out, *count, v->batch.id));
    rank_order(*out, *count, v->rubric);
    return OK;
}

/* --- kept --- */

static Err insert(Cx *cx, const SelectionView *v, const Rank *ranks, size_t count, size_t i)
{
    const Rank *r = &ranks[i];
    return store_run(cx,
                     "INSERT INTO ranking(batch_id, zone_id, paper, defence, site, total, place, "
                     "arithmetic) VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
                     ARGS(I(v->batch.id), I(r->zone_id), I(r->scores[0]), I(r->scores[1]),
                          I(r->scores[2]), I(r->total), I(r->place),
                          T(rank_arithmetic(cx, ranks, count, i, v->rubric))));
}

static Err set_ranked(Cx *cx, const SelectionView *v, int64_t at, int64_t version)
{
    Selection row = v->row;
    row.ranked_at = at;
    TRY(store_update(cx, "selection", selection_fields, &row, row.id, version));
    audit_change(cx, "selection", row.id, selection_fields, &v->row, &row);
    return OK;
}

Err ranking_make(Cx *cx, const SelectionView *v, int64_t version)
{
    Rank *ranks;
    size_t count;
    TRY(selection_at(cx, v, "selection.rank"));
    TRY(ranking_compute(cx, &ranks, &count, v));
    TRY(store_run(cx, "DELETE FROM ranking WHERE batch_id = $1", ARGS(I(v->batch.id))));
    for (size_t i = 0; i < count; i++)
        TRY(insert(cx, v, ranks, count, i));
    return set_ranked(cx, v, cx_now(cx), version);
}

Err ranking_undo(Cx *cx, const SelectionView *v)
{
    TRY(store_run(cx, "DELETE FROM ranking WHERE batch_id = $1", ARGS(I(v->batch.id))));
    return set_ranked(cx, v, UNSET, v->row.version);
}

Err ranking_rows(Cx *cx, List *out, int64_t batch_id)
{
    return store_list(cx, out, rank_fields, sizeof(RankRow),
                      "SELECT g.zone_id, z.name, q.name AS county_name, c.name AS city_name, "
                      "g.paper, g.defence, g.site, g.total, g.place, g.arithmetic FROM ranking g "
                      "JOIN zone z ON z.id = g.zone_id "
                      "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "
                      "LEFT JOIN region c ON c.code = substr(z.county, 1, 4) "
                      "AND c.valid_to IS NULL WHERE g.batch_id = $1 ORDER BY g.place",
                      ARGS(I(batch_id)));
}

static void put_row(JsonOut *o, const RankRow *r)
{
    json_open(o, NULL, '{');
    json_put_int(o, "zone_id", r->zone_id);
    json_put_text(o, "name", r->name);
    json_put_text(o, "county_name", r->county_name);
    json_put_text(o, "city_name", r->city_name);
    json_put_int(o, "paper", r->paper);
    json_put_int(o, "defence", r->defence);
    json_put_int(o, "site", r->site);
    json_put_int(o, "total", r->total);
    json_put_int(o, "place", r->place);
    json_put_raw(o, "arithmetic", r->arithmetic);
    json_close(o, '}');
}

Err ranking_put(Cx *cx, JsonOut *o, const SelectionView *v)
{
    List all;
    TRY(ranking_rows(cx, &all, v->batch.id));
    json_open(o, NULL, '{');
    json_put_text(o, "made_at",
                  v->row.ranked_at == UNSET ? NULL : instant_text(cx, v->row.ranked_at));
    json_open(o, "formula", '{');
    for (size_t k = 0; k < PARTS; k++)
        if (rubric_part(v->rubric, RANK_PARTS[k]))
            json_put_int(o, RANK_PARTS[k], rubric_part(v->rubric, RANK_PARTS[k])->weight);
    json_close(o, '}');
    json_open(o, "ties", '[');
    for (const char *const *tie = v->rubric->ties; *tie != NULL; tie++)
        json_put_text(o, NULL, *tie);
    json_close(o, ']');
    json_open(o, "rows", '[');
    for (size_t i = 0; i < all.count; i++)
        put_row(o, (const RankRow *)all.rows + i);
    json_close(o, ']');
    json_put_int(o, "total", (int64_t)all.count);
    json_close(o, '}');
    return OK;
}
