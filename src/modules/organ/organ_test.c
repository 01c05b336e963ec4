#include "modules/organ/organ.h"

#include "modules/server_testing.h"

#define ORGAN                                                                                       \
    "{\"name\":\"样例县乡村振兴局\",\"level\":\"county\",\"kind\":\"rural\",\"territory\":" \
    "\"370681\"}"

SERVER_CASE("organs are made by the system administrator alone")
{
    server_table(cx, (const Ask[]){ { "GET", "/api/organs", NULL, "guest", 401 },
                                    { "GET", "/api/organs", NULL, "auditadmin", 403 },
                                    { "GET", "/api/organs", NULL, "county", 200 },
                                    { "GET", "/api/organs", NULL, "township", 200 },
                                    { "GET", "/api/organs", NULL, "village", 200 },
                                    { "POST", "/api/organs", ORGAN, "guest", 401 },
                                    { "POST", "/api/organs", ORGAN, "province", 403 },
                                    { "POST", "/api/organs", ORGAN, "secadmin", 403 },
                                    { "POST", "/api/organs", ORGAN, "sysadmin", 200 },
                                    { "POST", "/api/organs", ORGAN, "sysadmin", 409 },
                                    { NULL } });
}

SERVER_CASE("an organ's kind and territory fit its level")
{
    server_as(cx, "sysadmin");
    Organ o = { .name = "样例",
                .level = "county",
                .kind = "committee",
                .territory = "370681",
                .parent_id = UNSET };
    int64_t id;
    EXPECT_FAIL(organ_create(cx, &id, &o), INVALID, "kind");
    o.kind = "rural";
    o.territory = "3706";
    EXPECT_FAIL(organ_create(cx, &id, &o), INVALID, "territory");
    o.territory = "370681";
    o.parent_id = server_organ(cx, "other-city");
    EXPECT_FAIL(organ_create(cx, &id, &o), INVALID, "parent_id");
    o.parent_id = server_organ(cx, "city");
    EXPECT_OK(organ_create(cx, &id, &o));
}

SERVER_CASE("one sees the organs of his territory and those above, no neighbour")
{
    server_as(cx, "county");
    Organ o;
    EXPECT_OK(organ_get(cx, &o, server_organ(cx, "township")));
    EXPECT_OK(organ_get(cx, &o, server_organ(cx, "city")));
    EXPECT_FAIL(organ_get(cx, &o, server_organ(cx, "other-county")), NOT_FOUND, "");
    EXPECT_FAIL(organ_get(cx, &o, server_organ(cx, "sysadmin")), NOT_FOUND, "");
}

SERVER_CASE("two changes of one version: the second is stale; what people rely on stays")
{
    const char *path =
        arena_format(cx->arena, "/api/organs/%lld", (long long)server_organ(cx, "county"));
    server_table(
        cx, (const Ask[]){ { "PUT", path, "{\"name\":\"改名\",\"version\":1}", "county", 403 },
                           { "PUT", path, "{\"name\":\"改名\"}", "sysadmin", 422 },
                           { "PUT", path, "{\"name\":\"改名\",\"version\":1}", "sysadmin", 200 },
                           { "PUT", path, "{\"name\":\"又改\",\"version\":1}", "sysadmin", 409 },
                           { "PUT", path, "{\"level\":\"city\",\"version\":2}", "sysadmin", 409 },
                           { "PUT", path, "{\"id\":7,\"version\":2}", "sysadmin", 422 },
                           { "PUT", "/api/organs/999999", "{\"version\":1}", "sysadmin", 404 },
                           { NULL } });
    Answer a = server_ask(cx, "county", "GET", path, NULL);
    EXPECT_TEXT(json_text(a.json, "name", ""), "改名");
    EXPECT_INT(json_int(a.json, "version", 0), 2);
}

SERVER_CASE("a township sees its villages and no neighbour's, a village itself alone")
{
    static const struct {
        const char *name, *code;
        Err township;
    } NEXT[] = { { "样例邻村", "370683100201", OK }, { "样例邻镇村", "370683101201", NOT_FOUND } };
    for (size_t i = 0; i < COUNT(NEXT); i++) {
        Organ o;
        int64_t id;
        EXPECT_OK(store_run(cx,
                            "INSERT INTO organ(version, name, level, kind, territory) "
                            "VALUES(1, $1, 'village', 'committee', $2)",
                            ARGS(T(NEXT[i].name), T(NEXT[i].code))));
        EXPECT_OK(
            store_int(cx, &id, "SELECT id FROM organ WHERE territory = $1", ARGS(T(NEXT[i].code))));
        server_as(cx, "county");
        EXPECT_OK(organ_get(cx, &o, id));
        server_as(cx, "township");
        EXPECT(organ_get(cx, &o, id) == NEXT[i].township);
        server_as(cx, "village");
        EXPECT_FAIL(organ_get(cx, &o, id), NOT_FOUND, "");
    }
}

SERVER_CASE("no fault leaves an organ half made or half changed")
{
    const char *path =
        arena_format(cx->arena, "/api/organs/%lld", (long long)server_organ(cx, "county"));
    server_sweep(cx, &(Ask){ "POST", "/api/organs", ORGAN, "sysadmin", 200 });
    server_sweep(cx, &(Ask){ "PUT", path, "{\"name\":\"改名\",\"version\":1}", "sysadmin", 200 });
}
