#include "modules/zone/zone.h"

#include "core/process/pack_store.h"
#include "modules/batch/batch.h"
#include "modules/region/region.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#include <stdio.h>

static const char PACK[] = "packs/lu-2022-26";

static void given_region(Cx *cx, const char *code, const char *name)
{
    int64_t id;
    Region r = { .code = code, .name = name, .valid_from = UNSET, .source = "样例" };
    EXPECT_OK(region_add(cx, &id, &r));
}

/* The divisions of the cast and an open batch; returns the batch. */
static int64_t given_batch(Cx *cx)
{
    Batch b;
    int64_t id;
    const char *hash;
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx,
                        "INSERT INTO region(code, name, short, level, parent, functional, source, "
                        "version) VALUES('37', '山东省', '山东', 'province', '', 0, '样例', 1)",
                        NO_ARGS));
    given_region(cx, "3706", "烟台市");
    given_region(cx, "370682", "莱阳市");
    given_region(cx, "370683", "莱州市");
    EXPECT_OK(pack_store_add(cx, &hash, PACK));
    field_clear(&b, batch_fields);
    b.name = "样例批次";
    b.year = 2022;
    b.pack = hash;
    b.state = "open";
    b.deadline = TEST_NOW + DAY_MS;
    b.sample = 1;
    EXPECT_OK(batch_add(cx, &id, &b));
    EXPECT_OK(store_commit(cx));
    return id;
}

static const char *new_zone(Cx *cx, int64_t batch, const char *name)
{
    return arena_format(cx->arena, "{\"name\":\"%s\",\"county\":\"370683\",\"batch_id\":%lld}",
                        name, (long long)batch);
}

/* A zone of the county's, at its first step. */
static int64_t given_zone(Cx *cx)
{
    int64_t batch = given_batch(cx);
    Answer a = server_ask(cx, "county", "POST", "/api/zones", new_zone(cx, batch, "样例区"));
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

static const char *at(Cx *cx, int64_t id, const char *rest)
{
    return arena_format(cx->arena, "/api/zones/%lld%s", (long long)id, rest);
}

static const char *saved(Cx *cx, int64_t version, const char *more)
{
    return arena_format(cx->arena,
                        "{\"version\":%lld,\"dossier\":{\"zone\":\"样例区\","
                        "\"county\":\"370683\"%s}}",
                        (long long)version, more);
}

SERVER_CASE("a zone is opened by its own county's rural bureau, and seen in its territory alone")
{
    int64_t batch = given_batch(cx);
    const char *body = new_zone(cx, batch, "样例区");
    server_table(cx, (const Ask[]){ { "POST", "/api/zones", body, "guest", 401 },
                                    { "POST", "/api/zones", body, "county-fin", 403 },
                                    { "POST", "/api/zones", body, "sysadmin", 403 },
                                    { "POST", "/api/zones", body, "other-county", 403 },
                                    { "POST", "/api/zones", body, "county", 200 },
                                    { "POST", "/api/zones", body, "county", 409 },
                                    { NULL } });
    int64_t id;
    EXPECT_OK(store_int(cx, &id, "SELECT id FROM zone", NO_ARGS));
    server_table(cx, (const Ask[]){ { "GET", at(cx, id, ""), NULL, "guest", 401 },
                                    { "GET", at(cx, id, ""), NULL, "auditadmin", 403 },
                                    { "GET", at(cx, id, ""), NULL, "other-county", 404 },
                                    { "GET", at(cx, id, ""), NULL, "other-city", 404 },
                                    { "GET", at(cx, id, ""), NULL, "city", 200 },
                                    { "GET", at(cx, id, ""), NULL, "province", 200 },
                                    { "GET", at(cx, 999, ""), NULL, "province", 404 },
                                    { NULL } });
    EXPECT_INT(json_int(server_ask(cx, "county", "GET", "/api/zones", NULL).json, "total", 0), 1);
    EXPECT_INT(json_int(server_ask(cx, "other-county", "GET", "/api/zones", NULL).json, "total", 9),
               0);
}

SERVER_CASE("a county's filter finds the zones of what was merged into it, as its territory does")
{
    given_zone(cx);
    const char *path = "/api/zones?county=370682", *own = "/api/zones?county=370683";
    EXPECT_INT(json_int(server_ask(cx, "province", "GET", path, NULL).json, "total", 9), 0);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(region_merge(cx, "370683", "370682", day_of_instant(cx_now(cx)), "样例文号"));
    EXPECT_OK(store_commit(cx));
    EXPECT_INT(json_int(server_ask(cx, "province", "GET", path, NULL).json, "total", 0), 1);
    EXPECT_INT(json_int(server_ask(cx, "province", "GET", own, NULL).json, "total", 0), 1);
}

SERVER_CASE("a dossier is saved by who may, over the version he saw, and checked at once")
{
    int64_t id = given_zone(cx);
    const char *path = at(cx, id, "/dossier");
    const char *body = saved(cx, 1, ",\"contiguous\":true");
    server_table(cx, (const Ask[]){ { "PUT", path, body, "guest", 401 },
                                    { "PUT", path, body, "city", 403 },
                                    { "PUT", path, body, "other-county", 404 },
                                    { "PUT", path, body, "county", 200 },
                                    { "PUT", path, body, "county", 409 },
                                    { NULL } });
    Answer a = server_ask(cx, "county", "PUT", path, saved(cx, 2, ",\"contiguous\":false"));
    EXPECT_INT(json_int(a.json, "version", 0), 3);
    const Json *results = json_at(a.json, "/check/results");
    EXPECT(results && results->count == 35);
    a = server_ask(cx, "county", "GET", path, NULL);
    EXPECT(!json_at(a.json, "/dossier/contiguous")->boolean);
}

SERVER_CASE("one rule of the check is explained to who may see the zone")
{
    int64_t id = given_zone(cx);
    server_ask(cx, "county", "PUT", at(cx, id, "/dossier"), saved(cx, 1, ",\"contiguous\":false"));
    server_table(cx, (const Ask[]){ { "GET", at(cx, id, "/check/V4"), NULL, "guest", 401 },
                                    { "GET", at(cx, id, "/check/V4"), NULL, "other-county", 404 },
                                    { "GET", at(cx, id, "/check/V99"), NULL, "county", 404 },
                                    { "GET", at(cx, id, "/check/V4"), NULL, "city", 200 },
                                    { NULL } });
    Answer a = server_ask(cx, "county", "GET", at(cx, id, "/check/V4"), NULL);
    EXPECT_TEXT(json_text(a.json, "status", ""), "not_met");
    EXPECT_TEXT(json_at(a.json, "/conditions/0/at")->text, "/contiguous");
    EXPECT_TEXT(json_at(a.json, "/tree/parts/0/parts/0/expression")->text, "集中连片");
}

SERVER_CASE("a dossier of another shape or county is refused with the pointer, and nothing is lost")
{
    int64_t id = given_zone(cx);
    const char *path = at(cx, id, "/dossier");
    Answer a = server_ask(cx, "county", "PUT", path, saved(cx, 1, ",\"contiguous\":\"yes\""));
    EXPECT_INT(a.status, 422);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "/contiguous");
    a = server_ask(cx, "county", "PUT", path,
                   "{\"version\":1,\"dossier\":{\"zone\":\"样例区\",\"county\":\"370682\"}}");
    EXPECT_INT(a.status, 422);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "/county");
    EXPECT_INT(server_ask(cx, "county", "PUT", path, "{\"version\":1}").status, 422);
    EXPECT_INT(server_ask(cx, "county", "PUT", path, "{").status, 422);
    a = server_ask(cx, "county", "GET", path, NULL);
    EXPECT_INT(json_int(a.json, "version", 0), 1);
}

SERVER_CASE("a zone with something that blocks does not go on, and the answer names it")
{
    int64_t id = given_zone(cx);
    const char *path = at(cx, id, "/acts");
    Answer a = server_ask(cx, "county", "POST", path, "{\"act\":\"forward\",\"round\":1}");
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "rules");
    EXPECT(strstr(json_at(a.json, "/error/message/zh")->text, "V1"));
    server_table(
        cx, (const Ask[]){ { "POST", path, "{\"act\":\"forward\",\"round\":1}", "guest", 401 },
                           { "POST", path, "{\"act\":\"forward\",\"round\":1}", "village", 403 },
                           { "POST", path, "{\"act\":\"forward\",\"round\":1}", "city", 409 },
                           { "POST", path, "{\"act\":\"fly\",\"round\":1}", "county", 422 },
                           { "POST", path, "{\"act\":\"forward\",\"round\":7}", "county", 409 },
                           { NULL } });
}

SERVER_CASE("evidence is kept by item, over the version that was seen")
{
    int64_t id = given_zone(cx);
    const char *path = at(cx, id, "/evidence");
    const char *one =
        "[{\"item\":\"party_minutes\",\"day\":\"2022-11-08\",\"document\":\"样例1号\"}]";
    const char *other = "[{\"item\":\"party_minutes\",\"document\":\"样例2号\"}]";
    server_table(
        cx,
        (const Ask[]){
            { "PUT", path, one, "city", 403 },
            { "PUT", path, other, "county", 200 },
            { "PUT", path, one, "county", 200 },
            { "PUT", path, one, "county", 200 }, /* as it stands: no new version */
            { "PUT", path, "[{\"item\":\"party_minutes\",\"version\":1}]", "county", 409 },
            { "PUT", path, "[{\"item\":\"moon\"}]", "county", 422 },
            { "PUT", path, "[{\"item\":\"party_minutes\",\"attachment_id\":77}]", "county", 422 },
            { NULL } });
    Answer a = server_ask(cx, "county", "GET", path, NULL);
    EXPECT_TEXT(json_at(a.json, "/rows/0/document")->text, "样例1号");
    EXPECT(!json_at(a.json, "/rows/0/complete")->boolean);
}

SERVER_CASE("no fault leaves a zone half opened, half saved or half sent")
{
    int64_t batch = given_batch(cx);
    server_sweep(cx, &(Ask){ "POST", "/api/zones", new_zone(cx, batch, "样例区"), "county", 200 });
    int64_t id;
    EXPECT_OK(store_int(cx, &id, "SELECT min(id) FROM zone", NO_ARGS));
    server_sweep(cx, &(Ask){ "PUT", at(cx, id, "/dossier"), saved(cx, 1, ",\"contiguous\":true"),
                             "county", 200 });
    server_sweep(cx,
                 &(Ask){ "PUT", at(cx, id, "/evidence"),
                         "[{\"item\":\"party_minutes\",\"document\":\"样例\"}]", "county", 200 });
}

SERVER_CASE("what a filter names by its key alone is called by its name")
{
    testing_zone(cx);
    Answer a = server_ask(cx, "county", "GET", "/api/registers/zone/links/batch_id?key=1", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT(json_text(json_get(a.json, "rows")->items[0], "called", NULL) != NULL);
    server_table(cx,
                 (const Ask[]){
                     { "GET", "/api/registers/zone/links/batch_id?key=9", NULL, "county", 404 },
                     { "GET", "/api/registers/zone/links/county?key=370683", NULL, "county", 200 },
                     { NULL } });
}

SERVER_CASE(
    "a clause comes with its official text where the office has put it, else with ours alone")
{
    const char *hash;
    given_batch(cx);
    EXPECT_OK(store_text(cx, &hash, "SELECT hash FROM pack_version", NO_ARGS));
    const char *path = arena_format(cx->arena, "/api/packs/%s", hash);
    Answer a = server_ask(cx, "county", "GET", path, NULL);
    EXPECT_INT(a.status, 200);
    EXPECT(json_missing(json_at(a.json, "/clauses/0/text")));
    EXPECT(json_at(a.json, "/clauses/0/zh")->text[0]);
    const char *id = json_at(a.json, "/clauses/0/id")->text;
    test_write(cx, arena_format(cx->arena, "%s/lu-2022-26.notice.json", test_dir(cx)),
               arena_format(cx->arena, "{\"texts\":{\"%s\":\"样例原文\"}}", id));
    a = server_ask(cx, "county", "GET", path, NULL);
    EXPECT_TEXT(json_at(a.json, "/clauses/0/text")->text, "样例原文");
    server_table(cx, (const Ask[]){ { "GET", path, NULL, "guest", 401 },
                                    { "GET", path, NULL, "auditadmin", 403 },
                                    { "GET", "/api/packs/none", NULL, "county", 404 },
                                    { NULL } });
}

CASE("differences are named in the dictionary's words, items by their key")
{
    const Pack *pack;
    const Json *before, *after;
    const char *a =
        "{\"zone\":\"甲\",\"county\":\"370683\",\"villages\":[{\"code\":\"370683101201\","
        "\"name\":\"东村\",\"plan\":true},{\"code\":\"370683101202\"}],"
        "\"funds\":{\"transitional\":[{\"amount\":\"2000.00\"}]}}";
    const char *b =
        "{\"zone\":\"甲\",\"county\":\"370683\",\"villages\":[{\"code\":\"370683101203\"},"
        "{\"code\":\"370683101201\",\"name\":\"东村\",\"plan\":false}],"
        "\"funds\":{\"transitional\":[{\"amount\":2000}]}}";
    Buf text = BUF(cx);
    JsonOut o = json_out(&text);
    EXPECT_OK(pack_load(cx, &pack, PACK));
    EXPECT_OK(json_parse(cx, &before, a, strlen(a), &JSON_LIMITS));
    EXPECT_OK(json_parse(cx, &after, b, strlen(b), &JSON_LIMITS));
    json_open(&o, NULL, '{');
    dossier_put_diff(cx, &o, pack->dossier.fields, before, after);
    json_close(&o, '}');
    const Json *list;
    EXPECT_OK(json_parse(cx, &list, text.at, text.length, &JSON_LIMITS));
    const Json *changes = json_get(list, "changes");
    EXPECT_INT(changes->count, 3);
    EXPECT_TEXT(json_text(changes->items[0], "kind", ""), "added");
    EXPECT_TEXT(json_text(changes->items[1], "pointer", ""), "/villages/1/plan");
    EXPECT(strstr(json_text(changes->items[1], "zh", ""), "东村"));
    EXPECT_TEXT(json_text(changes->items[2], "kind", ""), "removed");
}
