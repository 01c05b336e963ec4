/* The batch at a glance: each city's zones by step, what it has reported of its quota, what is
 * overdue; the counties with places of their own without a zone; the sums by tier.
 */
#include "modules/batch/batch_quota.h"
#include "modules/recommendation/recommendation_routes.h"

#include "core/access/right.h"

#include <string.h>

typedef struct City {
    const char *code;
    const char *name;
    int64_t own; /* counties with places of their own */
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
    int64_t across; /* its tile on the sketch; UNSET = nowhere */
    int64_t down;
} City;

static const Field CITY_ROW[] = {
    { "code", FIELD_TEXT, offsetof(City, code), "市代码", "City" },
    { "name", FIELD_TEXT, offsetof(City, name), "市", "City" },
    { "own", FIELD_INT, offsetof(City, own), "单独有名额的县", "Counties with own places" },
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
    { "across", FIELD_INT, offsetof(City, across), "图上的列", "Column of its tile" },
    { "down", FIELD_INT, offsetof(City, down), "图上的行", "Row of its tile" },
    FIELDS_END,
};

/* A county, what its zones have come to, and its terms by the tables of today. */
typedef struct County {
    const char *code;
    const char *name;
    const char *city_name;
    int64_t zones;
    int64_t recommended; /* reported and chosen */
    Terms terms;
    const Terms *by; /* by which its places are told: its own, or those of most in its city */
    int64_t places;  /* counted at this county, 0 where another of its city counts them */
} County;

static const Field COUNTY_ROW[] = {
    { "code", FIELD_TEXT, offsetof(County, code), "县代码", "County" },
    { "name", FIELD_TEXT, offsetof(County, name), "名称", "Name" },
    { "city_name", FIELD_TEXT, offsetof(County, city_name), "市", "City" },
    { "zones", FIELD_INT, offsetof(County, zones), "推进区", "Zones" },
    { "recommended", FIELD_INT, offsetof(County, recommended), "已推荐", "Recommended" },
    FIELDS_END,
};

typedef struct Board {
    Batch batch;
    const Pack *pack;
    int64_t at;
    City *cities;
    size_t count;
    County *counties;
    size_t county_count;
} Board;

/* By tier, in the order and the words of the pack. */
typedef struct Tier {
    const char *key; /* what the decision says; NULL = a county without one */
    const char *zh;
    const char *en;
    Money amount; /* UNSET where its counties differ, or there are none */
    int64_t counties;
    int64_t quota;
    int64_t recommended;
    Money sum;
    Money most; /* if every place were used */
} Tier;

/* $1 batch, $2 now, $3 the user's territory. Zones are counted once, in a subquery. */
static Err read_cities(Cx *cx, Board *b)
{
    List list;
    TRY(store_list(
        cx, &list, CITY_ROW, sizeof(City),
        "SELECT c.code, c.name, "
        "coalesce(s.zones, 0) AS zones, coalesce(s.sent, 0) AS sent, "
        "coalesce(s.exceptions, 0) AS exceptions, coalesce(s.recommended, 0) AS recommended, "
        "coalesce(s.transitional, 0) AS transitional, "
        "coalesce(s.overdue, 0) + CASE WHEN m.reported_at IS NULL AND p.deadline < $2 THEN 1 "
        "ELSE 0 END AS overdue, m.id, p.step, m.reported_at, m.late, m.reopened_at, "
        "t.across, t.down "
        "FROM region c LEFT JOIN region_tile t ON t.code = c.code "
        "LEFT JOIN recommendation m ON m.city = c.code AND m.batch_id = $1 "
        "LEFT JOIN process_run p ON p.noun = 'recommendation' AND p.noun_id = m.id "
        "LEFT JOIN (SELECT substr(z.county, 1, 4) AS city, count(*) AS zones, "
        "count(z.sent_at) AS sent, "
        "sum(CASE WHEN z.sent_at IS NULL THEN 0 ELSE z.exceptions END) AS exceptions, "
        "sum(CASE WHEN r.deadline < $2 THEN 1 ELSE 0 END) AS overdue, "
        "sum(CASE WHEN k.chosen = 1 AND n.reported_at IS NOT NULL THEN 1 ELSE 0 END) "
        "AS recommended, "
        "sum(CASE WHEN k.chosen = 1 AND n.reported_at IS NOT NULL THEN "
        "coalesce(z.transitional, 0) ELSE 0 END) AS transitional FROM zone z "
        "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "
        "LEFT JOIN recommendation_zone k ON k.zone_id = z.id "
        "LEFT JOIN recommendation n ON n.id = k.recommendation_id WHERE z.batch_id = $1 "
        "GROUP BY substr(z.county, 1, 4)) AS s ON s.city = c.code "
        "WHERE c.level = 'city' AND c.valid_to IS NULL "
        "AND " WITHIN("c.code", 3) " ORDER BY c.code",
        ARGS(I(b->batch.id), I(b->at), user_reach(cx->user))));
    b->cities = list.rows;
    b->count = list.count;
    return OK;
}

static bool has_own(const County *c)
{
    return c->terms.area && strlen(c->terms.area) == 6;
}

/* How many counties share the area and the tier of this one. */
static size_t alike(const Board *b, const Terms *t)
{
    size_t n = 0;
    for (size_t i = 0; i < b->county_count; i++)
        n += text_same(b->counties[i].terms.area, t->area) &&
             text_same(b->counties[i].terms.tier, t->tier);
    return n;
}

/* A city's places are counted at the first county that uses them, in the tier that most of those
 * counties have; one that is classed apart does not change what its city is called. */
static void count_places(const Board *b, County *c)
{
    size_t most = 0;
    c->by = &c->terms;
    c->places = c->terms.area ? c->terms.places : 0;
    if (!c->terms.area || has_own(c))
        return;
    for (size_t k = 0; k < b->county_count; k++) {
        const Terms *other = &b->counties[k].terms;
        if (!text_same(other->area, c->terms.area))
            continue;
        if (&b->counties[k] < c)
            c->places = 0;
        size_t same = alike(b, other);
        if (same > most) {
            most = same;
            c->by = other;
        }
    }
}

/* $1 batch, $2 the user's territory. */
static Err read_counties(Cx *cx, Board *b)
{
    List list;
    BatchTables t;
    TRY(store_list(cx, &list, COUNTY_ROW, sizeof(County),
                   "SELECT q.code, q.name, c.name AS city_name, coalesce(s.zones, 0) AS zones, "
                   "coalesce(s.recommended, 0) AS recommended FROM region q "
                   "LEFT JOIN region c ON c.code = q.parent AND c.valid_to IS NULL "
                   "LEFT JOIN (SELECT z.county, count(*) AS zones, sum(CASE WHEN k.chosen = 1 "
                   "AND m.reported_at IS NOT NULL THEN 1 ELSE 0 END) AS recommended FROM zone z "
                   "LEFT JOIN recommendation_zone k ON k.zone_id = z.id "
                   "LEFT JOIN recommendation m ON m.id = k.recommendation_id WHERE z.batch_id = $1 "
                   "GROUP BY z.county) AS s ON s.county = q.code "
                   "WHERE q.level = 'county' AND q.valid_to IS NULL AND length(q.code) = 6 "
                   "AND " WITHIN("q.code", 2) " ORDER BY q.code",
                   ARGS(I(b->batch.id), user_reach(cx->user))));
    b->counties = list.rows;
    b->county_count = list.count;
    TRY(batch_tables(cx, &t, b->batch.id, day_of_instant(b->at)));
    b->pack = t.pack;
    for (size_t i = 0; i < b->county_count; i++)
        TRY(terms_of(cx, &b->counties[i].terms, t.pack, &t.tables, b->counties[i].code));
    for (size_t i = 0; i < b->county_count; i++)
        count_places(b, &b->counties[i]);
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
                  ARGS(I(b->batch.id), user_reach(cx->user))));
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
                  ARGS(I(b->batch.id), user_reach(cx->user))));
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

/* Counties with places of their own that have recommended nothing, with how many they have begun.
 */
static void put_missing(JsonOut *o, const Board *b)
{
    json_open(o, "missing", '[');
    for (size_t i = 0; i < b->county_count; i++) {
        const County *c = &b->counties[i];
        if (!has_own(c) || c->recommended)
            continue;
        json_open(o, NULL, '{');
        json_put_text(o, "code", c->code);
        json_put_text(o, "name", c->name);
        json_put_text(o, "city_name", c->city_name);
        json_put_int(o, "zones", c->zones);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static bool in_city(const County *c, const char *city)
{
    return !*city || strncmp(c->code, city, 4) == 0;
}

static Tier *tier_find(Tier *tiers, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (text_same(tiers[i].key, key))
            return &tiers[i];
    return NULL;
}

static Tier *tiers_new(Cx *cx, size_t *count, const Pack *pack)
{
    const Json *list = json_get(json_get(pack->json, "simulation"), "tiers");
    *count = list ? list->count : 0;
    Tier *tiers = NEW_N(cx, Tier, *count + 1);
    for (size_t i = 0; i < *count; i++)
        tiers[i] = (Tier){ .key = json_text(list->items[i], "value", ""),
                           .zh = json_text(list->items[i], "zh", ""),
                           .en = json_text(list->items[i], "en", ""),
                           .amount = UNSET };
    return tiers;
}

static void add_county(Tier *t, const County *c)
{
    Money sum = c->by->subsidy == UNSET ? 0 : c->by->subsidy;
    t->amount = t->counties == 0 || t->amount == c->by->subsidy ? c->by->subsidy : UNSET;
    t->counties++;
    t->quota += c->places;
    t->most += c->places * sum;
    t->recommended += c->recommended;
    t->sum += c->recommended * (c->terms.subsidy == UNSET ? 0 : c->terms.subsidy);
}

/* What the counties of a city, or of all ("") come to, by tier. */
static Tier *tiers_of(Cx *cx, size_t *count, const Board *b, const char *city)
{
    Tier *tiers = tiers_new(cx, count, b->pack);
    for (size_t i = 0; i < b->county_count; i++) {
        const County *c = &b->counties[i];
        Tier *t = tier_find(tiers, *count, c->by->tier);
        if (t && c->terms.area && in_city(c, city))
            add_county(t, c);
    }
    return tiers;
}

static void put_tiers(Cx *cx, JsonOut *o, const Board *b, const char *city)
{
    size_t count;
    const Tier *tiers = tiers_of(cx, &count, b, city);
    json_open(o, "tiers", '[');
    for (size_t i = 0; i < count; i++) {
        const Tier *t = &tiers[i];
        if (*city && t->quota == 0)
            continue;
        json_open(o, NULL, '{');
        json_put_text(o, "tier", t->key);
        json_put_text(o, "zh", t->zh);
        json_put_text(o, "en", t->en);
        json_put_text(o, "amount", t->amount == UNSET ? NULL : money_text(cx, t->amount));
        json_put_int(o, "quota", t->quota);
        json_put_int(o, "recommended", t->recommended);
        json_put_text(o, "sum", money_text(cx, t->sum));
        json_put_text(o, "most", money_text(cx, t->most));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void add_quotas(Board *b)
{
    for (size_t i = 0; i < b->count; i++) {
        City *city = &b->cities[i];
        city->own = city->quota = 0;
        for (size_t k = 0; k < b->county_count; k++) {
            const County *c = &b->counties[k];
            if (!in_city(c, city->code))
                continue;
            city->own += has_own(c);
            city->quota += c->places;
        }
    }
}

static void put_cities(Cx *cx, JsonOut *o, const Board *b)
{
    json_open(o, "rows", '[');
    for (size_t i = 0; i < b->count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, CITY_ROW, &b->cities[i], false);
        put_tiers(cx, o, b, b->cities[i].code);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_put_int(o, "total", (int64_t)b->count);
}

Err recommendation_board(Cx *cx, Request *rq, Reply *rp)
{
    Board b = { .at = cx_now(cx) };
    Buf text = BUF(cx);
    JsonOut o = json_out(&text);
    TRY(batch_get(cx, &b.batch, request_id(rq, "id")));
    TRY(read_cities(cx, &b));
    TRY(read_counties(cx, &b));
    add_quotas(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "now", instant_text(cx, b.at));
    json_put_text(&o, "deadline", instant_text(cx, b.batch.deadline));
    put_cities(cx, &o, &b);
    TRY(put_steps(cx, &o, &b));
    TRY(put_sent(cx, &o, &b));
    put_missing(&o, &b);
    put_tiers(cx, &o, &b, "");
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&text));
}
