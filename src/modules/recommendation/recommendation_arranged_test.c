#include "base/file.h"
#include "modules/recommendation/recommendation_testing.h"
#include "modules/region/region.h"
#include "modules/server_testing.h"

#include <stdio.h>
#include <string.h>

static const char *at(Cx *cx, int64_t batch, const char *rest)
{
    return arena_format(cx->arena, "/api/batches/%lld/arranged%s", (long long)batch, rest);
}

static void given_village(Cx *cx, const char *code, const char *name)
{
    int64_t id;
    Region r = { .code = code, .name = name, .valid_from = UNSET, .source = "样例" };
    EXPECT_OK(region_add(cx, &id, &r));
}

static int64_t given(Cx *cx)
{
    int64_t batch = testing_batch(cx);
    EXPECT_OK(store_begin(cx, true));
    given_village(cx, "370683103", "样例镇");
    given_village(cx, "370683103205", "样例戊村");
    given_village(cx, "370683103299", "样例外村");
    given_village(cx, "370682101", "样例南镇");
    given_village(cx, "370682101201", "样例南村");
    EXPECT_OK(store_commit(cx));
    return batch;
}

/* tests/sheet/make.py wrote it with openpyxl. */
static Answer sent(Cx *cx, const char *as, const char *path)
{
    const char *bytes;
    size_t length;
    EXPECT_OK(file_read(cx, &bytes, &length, "tests/sheet/arranged.xlsx", 1 << 20));
    return server_post_file(cx, as, path, bytes, length);
}

SERVER_CASE("a register from another program is checked village by village, then saved once")
{
    int64_t batch = given(cx), before, after;
    static const char *const WRONG[] = { "county", "city", "township", "expert", "auditadmin" };
    EXPECT_INT(sent(cx, "guest", at(cx, batch, "/check")).status, 401);
    EXPECT_INT(sent(cx, "guest", at(cx, batch, "/import")).status, 401);
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        EXPECT_INT(sent(cx, WRONG[i], at(cx, batch, "/check")).status, 403);
        EXPECT_INT(sent(cx, WRONG[i], at(cx, batch, "/import")).status, 403);
    }
    EXPECT_OK(store_int(cx, &before, "SELECT count(*) FROM batch_entry", NO_ARGS));
    Answer a = sent(cx, "province", at(cx, batch, "/check"));
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "error_count", 9), 0);
    EXPECT_INT(json_int(a.json, "count", 0), 3);
    EXPECT_INT(json_int(a.json, "added", 0), 3);
    EXPECT_TEXT(json_at(a.json, "/rows/0/code")->text, "370683103205");
    EXPECT_TEXT(json_at(a.json, "/rows/1/code")->text, "370682101201");
    EXPECT_OK(store_int(cx, &after, "SELECT count(*) FROM batch_entry", NO_ARGS));
    EXPECT_INT(after, before);
    EXPECT_INT(sent(cx, "province-fin", at(cx, batch, "/import")).status, 200);
    EXPECT_OK(store_int(cx, &after, "SELECT count(*) FROM batch_entry", NO_ARGS));
    EXPECT_INT(after, before + 3);
    a = sent(cx, "province", at(cx, batch, "/import"));
    EXPECT_INT(json_int(a.json, "added", 9), 0);
    EXPECT_OK(store_int(cx, &after, "SELECT count(*) FROM batch_entry", NO_ARGS));
    EXPECT_INT(after, before + 3);
    EXPECT_INT(server_ask(cx, "province", "GET", at(cx, batch, ".xlsx"), NULL).status, 200);
}

SERVER_CASE("no fault leaves a register half imported")
{
    const char *bytes;
    size_t length;
    int64_t batch = given(cx), before, after;
    EXPECT_OK(file_read(cx, &bytes, &length, "tests/sheet/arranged.xlsx", 1 << 20));
    EXPECT_OK(store_int(cx, &before, "SELECT count(*) FROM batch_entry", NO_ARGS));
    server_sweep_file(cx, &(Ask){ "POST", at(cx, batch, "/import"), NULL, "province", 200 }, bytes,
                      length);
    EXPECT_OK(store_int(cx, &after, "SELECT count(*) FROM batch_entry", NO_ARGS));
    EXPECT_INT(after, before + 3);
}

SERVER_CASE("a village that nobody knows is told with its row, and nothing is saved")
{
    int64_t batch = testing_batch(cx), before, after;
    EXPECT_OK(store_int(cx, &before, "SELECT count(*) FROM batch_entry", NO_ARGS));
    Answer a = sent(cx, "province", at(cx, batch, "/check"));
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "error_count", 0), 3);
    EXPECT_INT(json_at(a.json, "/errors/0/row")->integer, 4);
    EXPECT_INT(sent(cx, "province", at(cx, batch, "/import")).status, 422);
    EXPECT_INT(server_post_file(cx, "province", at(cx, batch, "/check"), "no", 2).status, 422);
    EXPECT_OK(store_int(cx, &after, "SELECT count(*) FROM batch_entry", NO_ARGS));
    EXPECT_INT(after, before);
}

SERVER_CASE("a shared village fails Q5 and is named; a shared township is a warning")
{
    int64_t batch = given(cx);
    int64_t zone = testing_candidate(cx, batch, "370683", "样例沿黄区");
    const char *path = arena_format(cx->arena, "/api/zones/%lld/overlaps", (long long)zone);
    EXPECT_INT(json_int(server_ask(cx, "county", "GET", path, NULL).json, "total", 9), 0);
    EXPECT_INT(sent(cx, "province", at(cx, batch, "/import")).status, 200);
    Answer a = server_ask(cx, "county", "GET", path, NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 3);
    EXPECT_TEXT(json_at(a.json, "/rows/0/kind")->text, "village");
    EXPECT_TEXT(json_at(a.json, "/rows/0/code")->text, "370683103205");
    EXPECT_TEXT(json_at(a.json, "/rows/1/kind")->text, "township");
    EXPECT_TEXT(json_at(a.json, "/rows/1/name")->text, "样例镇");
    server_table(cx, (const Ask[]){ { "GET", path, NULL, "guest", 401 },
                                    { "GET", path, NULL, "other-county", 404 },
                                    { "GET", path, NULL, "expert", 403 },
                                    { "GET", path, NULL, "city", 200 },
                                    { NULL } });
    a = server_ask(cx, "city", "GET",
                   arena_format(cx->arena, "/api/zones/%lld/check/Q5", (long long)zone), NULL);
    EXPECT_TEXT(json_text(a.json, "status", ""), "not_met");
}
