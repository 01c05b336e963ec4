/* What was decided under a version stays explained by it, whatever is published later. */
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#define RATIO "{\"version\":1,\"parameters\":[{\"key\":\"integration_ratio\",\"value\":\"0.99\"}]}"
#define TESTS "dossier base.json\nbatch batch.json\ncase the share is raised\n expect F5 not_met\n"

static const char *answer(Cx *cx, const char *as, const char *method, const char *path,
                          const char *body)
{
    Answer a = server_ask(cx, as, method, path, body);
    if (a.status != 200)
        print_error("%s %s: %d %s\n", method, path, a.status, a.body);
    EXPECT_INT(a.status, 200);
    return a.body;
}

/* A version whose F5 wants nearly all of the funds. */
static const char *publish(Cx *cx)
{
    const char *hash;
    EXPECT_OK(store_text(cx, &hash, "SELECT hash FROM pack_version", NO_ARGS));
    answer(cx, "province", "POST", "/api/drafts",
           arena_format(cx->arena, "{\"name\":\"样例\",\"pack\":\"%s\"}", hash));
    answer(cx, "province", "PUT", "/api/drafts/1/parameters", RATIO);
    answer(cx, "province", "PUT", "/api/drafts/1/file?path=tests/rules.test&version=2", TESTS);
    answer(cx, "province", "POST", "/api/drafts/1/send",
           "{\"version\":3,\"valid_from\":\"2022-11-23\",\"reason\":\"样例\"}");
    answer(cx, "province-sign", "POST", "/api/drafts/1/approve", "{\"version\":4}");
    EXPECT_OK(store_text(cx, &hash, "SELECT hash FROM draft WHERE id = 1", NO_ARGS));
    return hash;
}

SERVER_CASE("a new version leaves a zone with the one it began with")
{
    testing_zone(cx);
    testing_dossier(cx, 1);
    const char *check = answer(cx, "county", "GET", "/api/zones/1/check", NULL);
    const char *why = answer(cx, "county", "GET", "/api/zones/1/check/F5", NULL);
    const char *hash = publish(cx);
    EXPECT_TEXT(answer(cx, "county", "GET", "/api/zones/1/check", NULL), check);
    EXPECT_TEXT(answer(cx, "county", "GET", "/api/zones/1/check/F5", NULL), why);

    /* a batch of the new version judges by it */
    const char *batch =
        arena_format(cx->arena,
                     "{\"name\":\"新批次\",\"year\":2022,\"pack\":\"%s\",\"state\":\"open\","
                     "\"deadline\":\"2022-12-10T23:59:59+08:00\"}",
                     hash);
    answer(cx, "province", "POST", "/api/batches", batch);
    answer(cx, "county", "POST", "/api/zones",
           "{\"name\":\"样例新区\",\"county\":\"370683\",\"batch_id\":2}");
    Answer a = server_ask(cx, "county", "GET", "/api/zones/2", NULL);
    EXPECT_TEXT(json_text(a.json, "pack", ""), hash);
    a = server_ask(cx, "county", "GET", "/api/zones/1", NULL);
    EXPECT(strcmp(json_text(a.json, "pack", ""), hash) != 0);
}
