/* A sample dossier from its description: villages of the divisions, projects of the template, funds
 * shared out so that projects and fund table tie. */
#include "commands/demo.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/money.h"
#include "modules/region/region.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

EMBED(demo_json, "data/shandong/demo.json");

enum { DEMO_BYTES = 1 << 20 };

Err demo_text(Cx *cx, const Json **out, const char *divisions)
{
    const char *text = (const char *)demo_json;
    size_t length = EMBED_LENGTH(demo_json);
    if (divisions)
        TRY(file_read(cx, &text, &length, arena_format(cx->arena, "%s/demo.json", divisions),
                      DEMO_BYTES));
    return json_parse(cx, out, text, length, &JSON_LIMITS);
}

/* "{产业}" in a text of the template stands for the zone's industry. */
static const char *worded(Cx *cx, const char *text, const char *industry)
{
    static const char SLOT[] = "{产业}";
    const char *at = strstr(text, SLOT);
    if (!at)
        return text;
    return arena_format(cx->arena, "%.*s%s%s", (int)(at - text), text, industry, at + strlen(SLOT));
}

static void put_villages(JsonOut *o, const List *villages)
{
    const Region *rows = villages->rows;
    json_open(o, "villages", '[');
    for (size_t i = 0; i < villages->count; i++) {
        json_open(o, NULL, '{');
        json_put_text(o, "code", rows[i].code);
        json_put_text(o, "name", rows[i].name);
        json_put_text(o, "type", "cluster");
        json_put_bool(o, "plan", true);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static Money amount_of(const Json *line)
{
    Money m = 0;
    bool good = field_money(json_get(line, "amount"), &m);
    assert(good);
    (void)good;
    return m;
}

/* Weights add up to 100; the last project takes what rounding leaves. */
static Money share(Money whole, const Json *projects, size_t i)
{
    if (i + 1 < projects->count)
        return whole / 100 * json_int(projects->items[i], "weight", 0);
    Money rest = whole;
    for (size_t k = 0; k < i; k++)
        rest -= share(whole, projects, k);
    return rest;
}

static void put_fund(Cx *cx, JsonOut *o, const char *source, const Json *line, Money amount)
{
    json_open(o, NULL, '{');
    json_put_text(o, "source", source);
    json_put_text(o, "level", json_text(line, "level", NULL));
    json_put_text(o, "amount", money_text(cx, amount));
    json_close(o, '}');
}

/* Every project has its share of each transitional line; the fourth and fifth carry the integrated
 * funds, line by line. */
static void put_project_funds(Cx *cx, JsonOut *o, const Json *zone, const Json *projects, size_t i)
{
    const Json *transitional = json_get(zone, "transitional");
    const Json *integrated = json_get(zone, "integrated");
    json_open(o, "funds", '[');
    for (size_t k = 0; k < transitional->count; k++)
        put_fund(cx, o, "transitional", transitional->items[k],
                 share(amount_of(transitional->items[k]), projects, i));
    for (size_t k = 0; k < integrated->count; k++)
        if (i == 3 + k % 2)
            put_fund(cx, o, "integrated", integrated->items[k], amount_of(integrated->items[k]));
    json_close(o, ']');
}

static void put_gap(JsonOut *o, const Json *gap, const List *villages)
{
    const Region *rows = villages->rows;
    bool last = strcmp(json_text(gap, "village", ""), "last") == 0;
    json_open(o, "gap", '{');
    json_put_text(o, "village", rows[last ? villages->count - 1 : 0].code);
    json_put_text(o, "item", json_text(gap, "item", "other"));
    json_close(o, '}');
}

static Day months_after(Day start, int64_t months)
{
    Civil c = civil_from_day(start);
    int64_t month = c.month - 1 + months;
    return day_from_civil((Civil){ c.year + month / 12, (int)(month % 12) + 1, 28 });
}

static void put_project(Cx *cx, JsonOut *o, const Json *zone, const Json *projects, size_t i,
                        const List *villages, Day start)
{
    const Json *p = projects->items[i];
    const char *industry = json_text(zone, "industry", "");
    json_open(o, NULL, '{');
    for (size_t k = 0; k < p->count; k++) {
        const Json *j = p->items[k];
        if (strcmp(j->key, "months") == 0)
            json_put_text(o, "deadline", day_text(cx, months_after(start, j->integer)));
        else if (strcmp(j->key, "gap") == 0)
            put_gap(o, j, villages);
        else if (j->type == J_TEXT)
            json_put_text(o, j->key, worded(cx, j->text, industry));
        else if (strcmp(j->key, "weight") != 0)
            json_put(o, j->key, j);
    }
    put_project_funds(cx, o, zone, projects, i);
    json_open(o, "uses", '[');
    json_put_text(o, NULL, "production");
    json_close(o, ']');
    json_put_bool(o, "dividend_only", false);
    json_close(o, '}');
}

static void put_plan(Cx *cx, JsonOut *o, const Json *demo, const Json *zone, const List *villages,
                     Day start)
{
    const Json *projects = json_get(demo, "projects");
    const char *industry = json_text(zone, "industry", "");
    Civil end = civil_from_day(start);
    end.year += 2;
    json_open(o, "plan", '{');
    json_put_text(o, "start", day_text(cx, start));
    json_put_text(o, "end", day_text(cx, day_from_civil(end) - 1));
    json_put_text(o, "positioning",
                  arena_format(cx->arena, "以%s为主导的产业和宜居村庄片区", industry));
    json_put_text(o, "sustainability", "资产归村集体，收益提取管护费用");
    json_put_text(o, "reported_by", "county_government");
    json_put_raw(o, "reported_to", "[\"city_rural\",\"city_finance\"]");
    json_open(o, "meeting", '{');
    json_put_text(o, "date", day_text(cx, day_of_instant(cx_now(cx)) - 3));
    json_put_bool(o, "approved", true);
    json_close(o, '}');
    json_open(o, "projects", '[');
    for (size_t i = 0; i < projects->count; i++)
        put_project(cx, o, zone, projects, i, villages, start);
    json_close(o, ']');
    json_close(o, '}');
}

static void put_rest(Cx *cx, JsonOut *o, const Json *zone)
{
    const char *studied = day_text(cx, day_of_instant(cx_now(cx)) - 15);
    json_put_bool(o, "contiguous", true);
    json_open(o, "industries", '[');
    json_open(o, NULL, '{');
    json_put_text(o, "name", json_text(zone, "industry", ""));
    json_put_bool(o, "in_county_plan", true);
    json_put_bool(o, "chain_extendable", true);
    json_put_bool(o, "market_prospect", true);
    json_close(o, '}');
    json_close(o, ']');
    json_put_raw(o, "joined_with", "[\"strong_town\",\"high_standard_farmland\"]");
    json_open(o, "organisation", '{');
    json_put_text(o, "party_studied_on", studied);
    json_put_text(o, "government_studied_on", studied);
    json_put_bool(o, "leader_in_charge", true);
    json_put_bool(o, "task_force", true);
    json_put_raw(o, "lead_organs", "[\"rural\",\"finance\"]");
    json_put_int(o, "stationed_villages", json_int(zone, "stationed", 0));
    json_close(o, '}');
    json_put_raw(o, "opinions", "{\"meetings\":12,\"surveyed\":386}");
}

static void put_funds(JsonOut *o, const Json *zone)
{
    static const char *const SOURCES[] = { "transitional", "integrated", "social" };
    json_open(o, "funds", '{');
    for (size_t i = 0; i < COUNT(SOURCES); i++)
        json_put(o, SOURCES[i], json_get(zone, SOURCES[i]));
    json_close(o, '}');
}

/* The object that holds what a pointer names; *key is its last word. */
static Json *holder(Cx *cx, Json *root, const char *pointer, const char **key)
{
    const char *slash = strrchr(pointer, '/');
    *key = slash + 1;
    const char *above = arena_text_n(cx->arena, pointer, (size_t)(slash - pointer));
    return (Json *)(uintptr_t)json_at(root, above);
}

static void remove_at(Cx *cx, Json *root, const char *pointer)
{
    const char *key;
    Json *object = holder(cx, root, pointer, &key);
    size_t kept = 0;
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->items[i]->key, key) != 0)
            object->items[kept++] = object->items[i];
    object->count = kept;
}

/* A text such as "+30" moves a date by so many days. */
static void set_at(Cx *cx, Json *root, const char *pointer, const Json *value)
{
    const char *key;
    Json *object = holder(cx, root, pointer, &key);
    for (size_t i = 0; i < object->count; i++) {
        Json *old = object->items[i];
        if (strcmp(old->key, key) != 0)
            continue;
        Json *fresh = NEW(cx, Json);
        Day day;
        *fresh = *value;
        fresh->key = old->key;
        if (value->type == J_TEXT && value->text[0] == '+' && day_parse(old->text, &day))
            fresh->text = day_text(cx, day + atoll(value->text));
        object->items[i] = fresh;
    }
}

static Err deviate(Cx *cx, const char **out, const char *text, const Json *zone)
{
    const Json *parsed, *list;
    TRY(json_parse(cx, &parsed, text, strlen(text), &JSON_LIMITS));
    Json *root = (Json *)(uintptr_t)parsed;
    if ((list = json_get(zone, "set")))
        for (size_t i = 0; i < list->count; i++)
            set_at(cx, root, list->items[i]->items[0]->text, list->items[i]->items[1]);
    if ((list = json_get(zone, "unset")))
        for (size_t i = 0; i < list->count; i++)
            remove_at(cx, root, list->items[i]->text);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_put(&o, NULL, root);
    *out = buf_text(&b);
    return OK;
}

Err demo_dossier(Cx *cx, const char **out, const Json *demo, const Json *zone, const List *villages,
                 Day start)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    assert(villages->count > 0);
    json_open(&o, NULL, '{');
    json_put_text(&o, "zone", json_text(zone, "name", ""));
    json_put_text(&o, "county", json_text(zone, "county", ""));
    put_villages(&o, villages);
    put_rest(cx, &o, zone);
    put_plan(cx, &o, demo, zone, villages, start);
    put_funds(&o, zone);
    if (json_get(zone, "exceptions"))
        json_put(&o, "exceptions", json_get(zone, "exceptions"));
    json_close(&o, '}');
    return deviate(cx, out, buf_text(&b), zone);
}
