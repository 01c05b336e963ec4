#include "modules/simulation/simulation.h"

#include "core/request/job.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#include <string.h>

#define AT    "/api/batches/1/simulation"
#define RATIO "{\"parameters\":{\"integration_ratio\":\"0.6\"}}"

static void given_zone(Cx *cx)
{
    testing_zone(cx);
    testing_dossier(cx, 1);
}

static void given_limit(Cx *cx, const char *zones)
{
    EXPECT_OK(store_run(cx, "INSERT INTO setting(key, value) VALUES('simulation.zones', $1)",
                        ARGS(T(zones))));
}

SERVER_CASE("a changed pack is tried by the bureaus of the province alone")
{
    given_zone(cx);
    server_table(cx,
                 (const Ask[]){ { "POST", AT, RATIO, "guest", 401 },
                                { "POST", AT, RATIO, "county", 403 },
                                { "POST", AT, RATIO, "city", 403 },
                                { "POST", AT, RATIO, "expert", 403 },
                                { "POST", AT, RATIO, "sysadmin", 403 },
                                { "POST", AT, RATIO, "province", 200 },
                                { "POST", AT, RATIO, "province-sign", 200 },
                                { "POST", AT, RATIO, "province-fin", 200 },
                                { "POST", AT, "{}", "province", 200 },
                                { "POST", "/api/batches/9/simulation", RATIO, "province", 404 },
                                { "POST", AT, "{\"pack\":\"none\"}", "province", 404 },
                                { "POST", AT, "{\"parameters\":{\"none\":1}}", "province", 422 },
                                { "POST", AT, "{\"parameters\":[]}", "province", 422 },
                                { "POST", AT, "{\"other\":1}", "province", 422 },
                                { "POST", AT "/jobs", RATIO, "guest", 401 },
                                { "POST", AT "/jobs", RATIO, "city", 403 },
                                { "POST", AT "/jobs", "{\"pack\":\"none\"}", "province", 404 },
                                { "POST", AT "/jobs", RATIO, "province", 200 },
                                { NULL } });
}

SERVER_CASE("the answer says which zone falls by which rule, and the zone stays as it was")
{
    given_zone(cx);
    Answer before = server_ask(cx, "county", "GET", "/api/zones/1", NULL);
    Answer a = server_ask(cx, "province", "POST", AT, RATIO);
    EXPECT_TEXT(json_at(a.json, "/zones/0/changes/0/rule")->text, "F5");
    EXPECT_TEXT(json_at(a.json, "/zones/0/changes/0/reasons/0/distance")->text, "400");
    EXPECT_TEXT(json_at(a.json, "/zones/0/county_name")->text, "莱州市");
    EXPECT_TEXT(json_at(a.json, "/cities/0/zh")->text, "烟台市");
    EXPECT_INT(json_at(a.json, "/total/changed")->integer, 1);
    Answer after = server_ask(cx, "county", "GET", "/api/zones/1", NULL);
    EXPECT_TEXT(after.body, before.body);
}

SERVER_CASE("a draft is tried as it stands, and the pack in force stays")
{
    given_zone(cx);
    Answer batch = server_ask(cx, "province", "GET", "/api/batches/1", NULL);
    const char *hash = json_text(batch.json, "pack", "");
    const char *made = arena_format(cx->arena, "{\"name\":\"样例草案\",\"pack\":\"%s\"}", hash);
    EXPECT_INT(server_ask(cx, "province", "POST", "/api/drafts", made).status, 200);
    const char *share =
        "{\"version\":1,\"parameters\":[{\"key\":\"integration_ratio\",\"value\":\"0.60\"}]}";
    EXPECT_INT(server_ask(cx, "province", "PUT", "/api/drafts/1/parameters", share).status, 200);
    Answer a = server_ask(cx, "province", "POST", AT, "{\"draft\":1}");
    EXPECT_INT(a.status, 200);
    EXPECT_TEXT(json_at(a.json, "/zones/0/changes/0/rule")->text, "F5");
    EXPECT_TEXT(json_at(a.json, "/pack_before/hash")->text, hash);
    EXPECT(strcmp(json_at(a.json, "/pack_after/hash")->text, hash) != 0);
    a = server_ask(cx, "province", "POST", AT,
                   "{\"draft\":1,\"parameters\":{\"integration_ratio\":\"0.5\"}}");
    EXPECT_INT(json_at(a.json, "/total/changed")->integer, 0);
    a = server_ask(cx, "province", "POST", AT, "{}");
    EXPECT_INT(json_at(a.json, "/total/changed")->integer, 0);
    const char *both = arena_format(cx->arena, "{\"draft\":1,\"pack\":\"%s\"}", hash);
    server_table(cx, (const Ask[]){ { "POST", AT, "{\"draft\":9}", "province", 404 },
                                    { "POST", AT, both, "province", 422 },
                                    { "POST", AT "/jobs", "{\"draft\":9}", "province", 404 },
                                    { NULL } });
}

SERVER_CASE("more zones than the limit are a job, which gives the same answer to its owner")
{
    bool ran;
    given_zone(cx);
    Answer at_once = server_ask(cx, "province", "POST", AT, RATIO);
    given_limit(cx, "0");
    EXPECT_INT(server_ask(cx, "province", "POST", AT, RATIO).status, 413);
    Answer job = server_ask(cx, "province", "POST", AT "/jobs", RATIO);
    EXPECT_INT(job.status, 200);
    EXPECT_OK(job_step(cx, &ran));
    EXPECT(ran);
    const char *path =
        arena_format(cx->arena, "/api/jobs/%lld", (long long)json_int(job.json, "id", 0));
    Answer done = server_ask(cx, "province", "GET", path, NULL);
    EXPECT_TEXT(json_text(done.json, "state", ""), "done");
    EXPECT_TEXT(json_text(done.json, "result", ""), at_once.body);
    EXPECT_INT(server_ask(cx, "province-fin", "GET", path, NULL).status, 404);
}

SERVER_CASE("a zone that another territory holds is not counted")
{
    Simulation *s;
    const Pack *pack;
    given_zone(cx);
    EXPECT_OK(pack_load(cx, &pack, "packs/lu-2022-26"));
    EXPECT_OK(simulation_begin(cx, &s, pack, pack));
    EXPECT_OK(simulation_add_batch(cx, s, 1, T("3710"), NULL));
    EXPECT_INT(s->count, 0);
    EXPECT_OK(simulation_add_batch(cx, s, 1, T("3706"), NULL));
    EXPECT_INT(s->count, 1);
}

SERVER_CASE("no fault leaves a simulation half begun")
{
    given_zone(cx);
    server_sweep(cx, &(Ask){ "POST", AT "/jobs", RATIO, "province", 200 });
}
