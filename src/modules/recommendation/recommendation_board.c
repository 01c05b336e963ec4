/* The batch at a glance: each city's zones by step, what it has reported of its quota, what is
 * overdue; the key counties without a zone; the sums by tier.
 */
#include "modules/recommendation/recommendation_routes.h"

#include "core/access/right.h"

#include <string.h>

typedef struct City {
    const char *code;
    const char *name;
    const char *region_class; /* east, middle, west; NULL = not in the tables */
    int64_t key_counties;
    int64_t quota;
    int64_t zones;
    int64_t sent; /* above the county */
    int64_t exceptions;
    int64_t overdue;
    int64_t recommended; /* reported and chosen */
    Money transitional;  /* of those */
    int64_t id;          /* of its recommendation; UNSET = not begun */
    const char *step;
    int64_t reported_at;
    int64_t late;
    int64_t reopened_at;
} City;

static const Field CITY_ROW[] = {
    { "code", FIELD_TEXT, offsetof(City, code), "市代码", "City" },
    { "name", FIELD_TEXT, offsetof(City, name), "市", "City" },
    { "region_class", FIELD_TEXT, offsetof(City, region_class), "区域类别", "Region class" },
    { "key_counties", FIELD_INT, offsetof(City, key_counties), "重点县", "Key counties" },
    { "quota", FIELD_INT, offsetof(City, quota), "名额", "Quota" },
    { "zones", FIELD_INT, offsetof(City, zones), "推进区", "Zones" },
    { "sent", FIELD_INT, offsetof(City, sent), "已报送", "Sent up" },
    { "exceptions", FIELD_INT, offsetof(City, exceptions), "原则例外", "Exceptions" },
    { "overdue", FIELD_INT, offsetof(City, overdue), "逾期", "Overdue" },
    { "recommended", FIELD_INT, offsetof(City, recommended), "已推荐", "Recommended" },
    { "transitional", FIELD_MONEY, offsetof(City, transitional), "衔接资金", "Transitional funds",
      .unit = "万元" },
    { "id", FIELD_INT, offsetof(City, id), "推荐编号", "Recommendation" },
    { "step", FIELD_TEXT, offsetof(City, step), "步骤", "Step" },
    { "reported_at", FIELD_INSTANT, offsetof(City, reported_at), "报省时间", "Reported at" },
    { "late", FIELD_BOOL, offsetof(City, late), "截止后报送", "Late" },
    { "reopened_at", FIELD_INSTANT, offsetof(City, reopened_at), "省级重开时间", "Reopened at" },
    FIELDS_END,
};

typedef struct Board {
    Batch batch;
    int64_t at;
    City *cities;
    size_t count;
} Board;

/* $1 batch, $2 today, $3 now, $4 the user's territory. Zones are counted once, in a subquery. */
static Err read_cities(Cx *cx, Board *b)
{
    List list;
    TRY(store_list(
        cx, &list, CITY_ROW, sizeof(City),
        "SELECT c.code, c.name, "
        "(SELECT max(e.value) FROM batch_entry e WHERE e.batch_id = $1 "
        "AND e.kind = 'region_class' AND e.code = c.code "
        "AND (e.valid_from IS NULL OR e.valid_from <= $2) "
        "AND (e.valid_to IS NULL OR e.valid_to > $2)) AS region_class, "
        "(SELECT count(*) FROM batch_entry e WHERE e.batch_id = $1 AND e.kind = 'key_county' "
        "AND substr(e.code, 1, 4) = c.code AND (e.valid_from IS NULL OR e.valid_from <= $2) "
        "AND (e.valid_to IS NULL OR e.valid_to > $2)) AS key_counties, "
        "coalesce(s.zones, 0) AS zones, coalesce(s.sent, 0) AS sent, "
        "coalesce(s.exceptions, 0) AS exceptions, coalesce(s.recommended, 0) AS recommended, "
        "coalesce(s.transitional, 0) AS transitional, "
        "coalesce(s.overdue, 0) + CASE WHEN m.reported_at IS NULL AND p.deadline < $3 THEN 1 "
        "ELSE 0 END AS overdue, m.id, p.step, m.reported_at, m.late, m.reopened_at "
        "FROM region c LEFT JOIN recommendation m ON m.city = c.code AND m.batch_id = $1 "
        "LEFT JOIN process_run p ON p.noun = 'recommendation' AND p.noun_id = m.id "
        "LEFT JOIN (SELECT substr(z.county, 1, 4) AS city, count(*) AS zones, "
        "count(z.sent_at) AS sent, "
        "sum(CASE WHEN z.sent_at IS NULL THEN 0 ELSE z.exceptions END) AS exceptions, "
        "sum(CASE WHEN r.deadline < $3 THEN 1 ELSE 0 END) AS overdue, "
        "sum(CASE WHEN k.chosen = 1 AND n.reported_at IS NOT NULL THEN 1 ELSE 0 END) "
        "AS recommended, "
        "sum(CASE WHEN k.chosen = 1 AND n.reported_at IS NOT NULL THEN "
        "coalesce(z.transitional, 0) ELSE 0 END) AS transitional FROM zone z "
        "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "
        "LEFT JOIN recommendation_zone k ON k.zone_id = z.id "
        "LEFT JOIN recommendation n ON n.id = k.recommendation_id WHERE z.batch_id = $1 "
        "GROUP BY substr(z.county, 1, 4)) AS s ON s.city = c.code "
        "WHERE c.level = 'city' AND c.valid_to IS NULL "
        "AND " WITHIN("c.code", 4) " ORDER BY c.code",
        ARGS(I(b->batch.id), I(day_of_instant(b->at)), I(b->at), T(cx->user->territory))));
    b->cities = list.rows;
    b->count = list.count;
    return OK;
}

/* How many zones of each city stand at each step. */
static Err put_steps(Cx *cx, JsonOut *o, const Board *b)
{
    Rows rows;
    json_open(o, "steps", '[');
    TRY(rows_open(cx, &rows,
                  "SELECT substr(z.county, 1, 4), r.step, count(*) FROM zone z "
                  "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "
                  "WHERE z.batch_id = $1 AND " WITHIN(
                      "z.county", 2) " "
                                     "GROUP BY substr(z.county, 1, 4), r.step ORDER BY 1, 2",
                  ARGS(I(b->batch.id), T(cx->user->territory))));
    while (rows.more) {
        json_open(o, NULL, '{');
        json_put_text(o, "city", rows_text(cx, &rows, 0));
        json_put_text(o, "step", rows_text(cx, &rows, 1));
        json_put_int(o, "count", rows_int(&rows, 2));
        json_close(o, '}');
        TRY(rows_next(cx, &rows));
    }
    json_close(o, ']');
    return OK;
}

/* When each zone left its county, oldest first: the small curves. */
static Err put_sent(Cx *cx, JsonOut *o, const Board *b)
{
    Rows rows;
    json_open(o, "sent", '[');
    TRY(rows_open(cx, &rows,
                  "SELECT substr(county, 1, 4), sent_at FROM zone WHERE batch_id = $1 "
                  "AND sent_at IS NOT NULL AND " WITHIN("county", 2) " "
                                                                     "ORDER BY sent_at, id",
                  ARGS(I(b->batch.id), T(cx->user->territory))));
    while (rows.more) {
        json_open(o, NULL, '{');
        json_put_text(o, "city", rows_text(cx, &rows, 0));
        json_put_text(o, "day", day_text(cx, day_of_instant(rows_int(&rows, 1))));
        json_close(o, '}');
        TRY(rows_next(cx, &rows));
    }
    json_close(o, ']');
    return OK;
}

/* Key counties that have not recommended their zone (Q1), with how many they have begun. */
static Err put_missing(Cx *cx, JsonOut *o, const Board *b)
{
    Rows rows;
    json_open(o, "missing", '[');
    TRY(rows_open(
        cx, &rows,
        "SELECT e.code, r.name, c.name, (SELECT count(*) FROM zone z "
        "WHERE z.batch_id = $1 AND z.county = e.code) FROM batch_entry e "
        "LEFT JOIN region r ON r.code = e.code AND r.valid_to IS NULL "
        "LEFT JOIN region c ON c.code = substr(e.code, 1, 4) AND c.valid_to IS NULL "
        "WHERE e.batch_id = $1 AND e.kind = 'key_county' "
        "AND (e.valid_from IS NULL OR e.valid_from <= $2) "
        "AND (e.valid_to IS NULL OR e.valid_to > $2) "
        "AND " WITHIN(
            "e.code",
            3) " AND NOT EXISTS (SELECT 1 FROM zone z "
               "JOIN recommendation_zone k ON k.zone_id = z.id AND k.chosen = 1 "
               "JOIN recommendation m ON m.id = k.recommendation_id "
               "AND m.reported_at IS NOT NULL WHERE z.batch_id = $1 AND z.county = e.code) "
               "ORDER BY e.code",
        ARGS(I(b->batch.id), I(day_of_instant(b->at)), T(cx->user->territory))));
    while (rows.more) {
        json_open(o, NULL, '{');
        json_put_text(o, "code", rows_text(cx, &rows, 0));
        json_put_text(o, "name", rows_text(cx, &rows, 1));
        json_put_text(o, "city_name", rows_text(cx, &rows, 2));
        json_put_int(o, "zones", rows_int(&rows, 3));
        json_close(o, '}');
        TRY(rows_next(cx, &rows));
    }
    json_close(o, ']');
    return OK;
}

static Err add_quotas(Cx *cx, Board *b, Quotas *q)
{
    TRY(batch_quotas(cx, q, b->batch.id));
    for (size_t i = 0; i < b->count; i++) {
        City *c = &b->cities[i];
        c->quota = c->key_counties ? c->key_counties * q->key_county : q->open_city;
    }
    return OK;
}

/* By tier: the fixed sum, the places, how many are recommended, the sum they come to. */
static void put_tiers(Cx *cx, JsonOut *o, const Board *b, const Quotas *q)
{
    static const char *const TIERS[] = { "key", "east", "middle", "west" };
    json_open(o, "tiers", '[');
    for (size_t t = 0; t < COUNT(TIERS); t++) {
        int64_t quota = 0, recommended = 0;
        for (size_t i = 0; i < b->count; i++) {
            const City *c = &b->cities[i];
            const char *tier = c->key_counties ? "key" : text_or(c->region_class, "");
            if (strcmp(tier, TIERS[t]) != 0)
                continue;
            quota += c->quota;
            recommended += c->recommended;
        }
        json_open(o, NULL, '{');
        json_put_text(o, "tier", TIERS[t]);
        json_put_text(o, "amount", money_text(cx, q->tiers[t]));
        json_put_int(o, "quota", quota);
        json_put_int(o, "recommended", recommended);
        json_put_text(o, "sum", money_text(cx, recommended * q->tiers[t]));
        json_put_text(o, "most", money_text(cx, quota * q->tiers[t]));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_cities(Cx *cx, JsonOut *o, const Board *b)
{
    json_open(o, "rows", '[');
    for (size_t i = 0; i < b->count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, CITY_ROW, &b->cities[i], false);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_put_int(o, "total", (int64_t)b->count);
}

Err recommendation_board(Cx *cx, Request *rq, Reply *rp)
{
    Board b = { .at = cx_now(cx) };
    Quotas quotas;
    Buf text = BUF(cx);
    JsonOut o = json_out(&text);
    TRY(batch_get(cx, &b.batch, request_id(rq, "id")));
    TRY(read_cities(cx, &b));
    TRY(add_quotas(cx, &b, &quotas));
    json_open(&o, NULL, '{');
    json_put_text(&o, "now", instant_text(cx, b.at));
    json_put_text(&o, "deadline", instant_text(cx, b.batch.deadline));
    put_cities(cx, &o, &b);
    TRY(put_steps(cx, &o, &b));
    TRY(put_sent(cx, &o, &b));
    TRY(put_missing(cx, &o, &b));
    put_tiers(cx, &o, &b, &quotas);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&text));
}
