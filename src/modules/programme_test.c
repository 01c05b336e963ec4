/* Another programme of another province: its pack, its divisions, and no line of C about either.
 * tests/packs/cheng-2024 and tests/provinces/chengchuan are invented from end to end. */
#include "core/process/pack_store.h"
#include "modules/expert/expert_testing.h"
#include "modules/recommendation/recommendation_testing.h"
#include "modules/region/region.h"
#include "modules/register_testing.h"
#include "modules/selection/selection_testing.h"

#include <string.h>

#define PACK     "tests/packs/cheng-2024"
#define PROVINCE "tests/provinces/chengchuan"

enum { ZONES = 2, EXPERTS = 8 };

REGISTER_CASES(PACK, "city_place")
REGISTER_CASES(PACK, "county_population")

static const char *at(Cx *cx, const char *noun, int64_t id, const char *rest)
{
    return arena_format(cx->arena, "/api/%s/%lld%s", noun, (long long)id, rest);
}

/* The cast moves there: what is fixed in it is the shape of its codes. */
static const char *given_province(Cx *cx)
{
    const char *hash;
    server_as(cx, "sysadmin");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(region_load(cx, PROVINCE, NULL));
    EXPECT_OK(store_run(
        cx, "UPDATE organ SET territory = '98' || substr(territory, 3) WHERE territory <> ''",
        NO_ARGS));
    EXPECT_OK(pack_store_add(cx, &hash, PACK));
    EXPECT_OK(store_run(cx, "UPDATE session SET idle_ms = 90000000000, ends_at = 9000000000000",
                        NO_ARGS));
    EXPECT_OK(store_commit(cx));
    return hash;
}

static void given_row(Cx *cx, const char *noun, const char *code, const char *key, int64_t n)
{
    testing_ok(cx, "province", "POST", arena_format(cx->arena, "/api/registers/%s", noun),
               arena_format(cx->arena,
                            "{\"batch\":1,\"territory\":\"%s\",\"%s\":%lld,\"document\":\"样例\","
                            "\"valid_from\":\"2022-01-01\"}",
                            code, key, (long long)n));
}

static void given_batch(Cx *cx)
{
    const char *hash = given_province(cx);
    Answer a = testing_ok(
        cx, "province", "POST", "/api/batches",
        arena_format(cx->arena,
                     "{\"name\":\"样例批次\",\"year\":2022,\"pack\":\"%s\",\"state\":\"open\","
                     "\"deadline\":\"%s\"}",
                     hash, instant_text(cx, cx_now(cx) + 20 * DAY_MS)));
    EXPECT_INT(json_int(a.json, "id", 0), 1);
    given_row(cx, "city_place", "9806", "places", 2);
    given_row(cx, "city_place", "9810", "places", 1);
    given_row(cx, "county_population", "980683", "people", 210000);
    given_row(cx, "county_population", "980682", "people", 520000);
}

/* --- the county and the city --- */

static void act(Cx *cx, const char *noun, int64_t id, const char *as, const char *word)
{
    int64_t round;
    EXPECT_OK(store_int(cx, &round,
                        "SELECT round FROM process_run WHERE noun = $1 AND noun_id = $2",
                        ARGS(T(noun), I(id))));
    testing_ok(cx, as, "POST", at(cx, arena_format(cx->arena, "%ss", noun), id, "/acts"),
               arena_format(cx->arena, "{\"act\":\"%s\",\"round\":%lld,\"reason\":\"样例\"}", word,
                            (long long)round));
}

static void given_zone(Cx *cx, int64_t id)
{
    const char *name = arena_format(cx->arena, "样例片区%lld", (long long)id);
    char *dossier = arena_text(cx->arena, test_read(cx, PACK "/tests/base.json", NULL));
    Answer a = testing_ok(
        cx, "county", "POST", "/api/zones",
        arena_format(cx->arena, "{\"name\":\"%s\",\"county\":\"980683\",\"batch_id\":1}", name));
    EXPECT_INT(json_int(a.json, "id", 0), id);
    char *own = strstr(dossier, "样例：渡口竹编片区");
    EXPECT(own);
    dossier = arena_format(cx->arena, "%.*s%s%s", (int)(own - dossier), dossier, name,
                           own + strlen("样例：渡口竹编片区"));
    testing_ok(cx, "county", "PUT", at(cx, "zones", id, "/dossier"),
               arena_format(cx->arena, "{\"version\":1,\"dossier\":%s}", dossier));
    a = testing_ok(cx, "county", "GET", at(cx, "zones", id, "/declaration.pdf"), NULL);
    EXPECT(strncmp(a.body, "%PDF", 4) == 0);
    act(cx, "zone", id, "county", "forward");
    act(cx, "zone", id, "county-gov", "forward");
    act(cx, "zone", id, "city", "forward");
}

static void agree(Cx *cx, int64_t zone)
{
    static const char *const RULES[] = {
        "N1", "A1", "A2", "A3", "A4", "M1", "M2", "B1", "U1", "B2"
    };
    Buf b = BUF(cx);
    for (size_t i = 0; i < COUNT(RULES); i++)
        buf_format(&b, "%s{\"rule\":\"%s\",\"verdict\":\"agree\"}", i ? "," : "[", RULES[i]);
    testing_ok(cx, "city", "PUT", at(cx, "zones", zone, "/findings"),
               arena_format(cx->arena, "%s]", buf_text(&b)));
}

static void recommended(Cx *cx)
{
    Answer a =
        testing_ok(cx, "city", "POST", "/api/batches/1/recommendations", "{\"city\":\"9806\"}");
    for (int64_t zone = 1; zone <= ZONES; zone++)
        agree(cx, zone);
    testing_ok(cx, "city", "PUT", "/api/recommendations/1",
               arena_format(cx->arena,
                            "{\"version\":%lld,\"letter_number\":\"样例〔2022〕1号\","
                            "\"letter_day\":\"2022-11-20\",\"zones\":[{\"zone_id\":1,"
                            "\"chosen\":true},{\"zone_id\":2,\"chosen\":true}]}",
                            (long long)json_int(a.json, "version", 0)));
    act(cx, "recommendation", 1, "city", "forward");
    act(cx, "recommendation", 1, "city-sign", "forward");
}

/* --- the province --- */

static void reviewed(Cx *cx)
{
    testing_ok(cx, "province", "POST", "/api/batches/1/review/paper/open",
               arena_format(cx->arena, "{\"deadline\":\"%s\"}",
                            instant_text(cx, cx_now(cx) + 5 * DAY_MS)));
    for (int i = 1; i <= EXPERTS; i++) {
        const char *who = arena_format(cx->arena, "e%02d", i);
        const Json *sheets =
            json_get(testing_ok(cx, who, "GET", "/api/review/sheets", NULL).json, "rows");
        for (size_t k = 0; k < sheets->count; k++) {
            int64_t id = json_int(sheets->items[k], "id", 0);
            const char *scores =
                arena_format(cx->arena,
                             "{\"version\":1,\"scores\":[{\"item\":\"whole\",\"points\":3000},"
                             "{\"item\":\"roots\",\"points\":2%d00},"
                             "{\"item\":\"money\",\"points\":2000}]}",
                             i % 5);
            testing_ok(cx, who, "PUT", at(cx, "review/sheets", id, ""), scores);
            testing_ok(cx, who, "POST", at(cx, "review/sheets", id, "/submit"), "{\"version\":2}");
        }
    }
    testing_ok(cx, "province", "POST", "/api/batches/1/review/paper/seal", "{}");
}

static void selected(Cx *cx)
{
    testing_act(cx, "province", "open", 200);
    for (int64_t zone = 1; zone <= ZONES; zone++)
        testing_ok(cx, "province", "PUT", at(cx, "zones", zone, "/form"),
                   "{\"version\":0,\"checks\":[{\"item\":\"letter\",\"ok\":true},"
                   "{\"item\":\"book\",\"ok\":true}]}");
    testing_act(cx, "province", "forward", 200);
    testing_experts(cx, EXPERTS);
    testing_draw(cx);
    testing_act(cx, "province", "forward", 200);
    reviewed(cx);
    testing_act(cx, "province", "forward", 200);
    for (int64_t zone = 1; zone <= ZONES; zone++)
        testing_ok(cx, "province", "PUT", at(cx, "zones", zone, "/visit"),
                   arena_format(cx->arena,
                                "{\"day\":\"2022-11-22\",\"team\":\"样例组\",\"state\":\"done\","
                                "\"version\":0,\"findings\":[{\"item\":\"same\",\"points\":%d,"
                                "\"note\":\"样例\"},{\"item\":\"liked\",\"points\":2500}]}",
                                5000 + 500 * (int)zone));
    testing_act(cx, "province", "forward", 200);
    testing_to_determine(cx);
    EXPECT_INT(testing_propose(cx, (const int[]){ 2, 1, 0 }).status, 200);
    testing_act(cx, "province-sign", "forward", 200);
    testing_act(cx, "province-fin-sign", "forward", 200);
    testing_published(cx);
}

SERVER_CASE("a programme of another province runs from declaration to the published list")
{
    given_batch(cx);
    for (int64_t zone = 1; zone <= ZONES; zone++)
        given_zone(cx, zone);
    recommended(cx);
    selected(cx);
    testing_days_later(cx, 8);
    Answer a = testing_act(cx, "province", "forward", 200);
    EXPECT_TEXT(json_at(a.json, "/flow/step")->text, "settled_list");
    a = testing_ok(cx, "province", "GET", "/api/batches/1/allotments", NULL);
    EXPECT_TEXT(json_text(a.json, "sum", ""), "2400"); /* two of a small county */
    a = server_ask(cx, "guest", "GET", "/public/publications/1", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT(strstr(a.body, "样例片区2") && strstr(a.body, "渡口县") && !strstr(a.body, "答辩"));
    a = server_ask(cx, "guest", "GET", "/public/publications/1/list.pdf", NULL);
    EXPECT_INT(a.status, 200);
    a = testing_ok(cx, "province", "GET", "/api/batches/1/recommendations", NULL);
    EXPECT_INT(json_at(a.json, "/rows/0/quota")->integer, 2);
    EXPECT_INT(json_at(a.json, "/rows/2/down")->integer, 1);
}

SERVER_CASE("rules see what registers of the pack keep, as of the day")
{
    given_batch(cx);
    Answer a = testing_ok(cx, "province", "GET", "/api/batches/1/document", NULL);
    EXPECT_INT(json_at(a.json, "/city_places/9806")->integer, 2);
    EXPECT_INT(json_at(a.json, "/population/980683")->integer, 210000);
    EXPECT(!json_get(a.json, "key_counties"));
    a = testing_ok(cx, "county", "GET", "/api/batches/1/tables", NULL);
    EXPECT_TEXT(json_at(a.json, "/rows/1/noun")->text, "county_population");
    EXPECT_INT(json_at(a.json, "/rows/1/count")->integer, 2);
    const char *today = day_text(cx, day_of_instant(cx_now(cx)));
    testing_ok(cx, "province", "POST", "/api/registers/city_place",
               arena_format(cx->arena,
                            "{\"batch\":1,\"territory\":\"9806\",\"places\":3,"
                            "\"document\":\"样例二\",\"valid_from\":\"%s\"}",
                            today));
    a = testing_ok(cx, "province", "GET", "/api/batches/1/document", NULL);
    EXPECT_INT(json_at(a.json, "/city_places/9806")->integer, 3);
    EXPECT_INT(json_at(a.json, "/city_places/9810")->integer, 1);
}

#define ENTRIES "/api/batches/1/entries"
#define ENTRY(kind, code, value)                                                                   \
    "{\"kind\":\"" kind "\",\"code\":\"" code "\",\"value\":\"" value "\",\"document\":\"样例\"}"

SERVER_CASE("an entry of a table is what the dictionary of the batch's pack says, or is refused")
{
    testing_batch(cx);
    server_table(
        cx,
        (const Ask[]){
            { "POST", ENTRIES, ENTRY("key_county", "3706", ""), "province", 422 },
            { "POST", ENTRIES, ENTRY("key_county", "370682", "east"), "province", 422 },
            { "POST", ENTRIES, ENTRY("key_county", "370682", ""), "province", 200 },
            { "POST", ENTRIES, ENTRY("region_class", "37", "east"), "province", 422 },
            { "POST", ENTRIES, ENTRY("region_class", "3711", "north"), "province", 422 },
            { "POST", ENTRIES, ENTRY("region_class", "3711", "west"), "province", 200 },
            { "POST", ENTRIES, ENTRY("arranged_area", "370682", "qilu_model_zone"), "province",
              422 },
            { "POST", ENTRIES, ENTRY("arranged_area", "370682100200", "other"), "province", 422 },
            { "POST", ENTRIES, ENTRY("arranged_area", "370682100200", "qilu_model_zone"),
              "province", 200 },
            { "POST", ENTRIES, ENTRY("forbidden_use", "lottery", "cars"), "province", 422 },
            { "POST", ENTRIES, ENTRY("forbidden_use", "social", "cars"), "province", 200 },
            { NULL } });
}

SERVER_CASE("a pack whose registers keep its tables has no entries beside them")
{
    given_batch(cx);
    server_table(
        cx, (const Ask[]){ { "POST", ENTRIES, ENTRY("key_county", "980683", ""), "province", 422 },
                           { "GET", "/api/batches/1/arranged.xlsx", NULL, "province", 404 },
                           { NULL } });
}
