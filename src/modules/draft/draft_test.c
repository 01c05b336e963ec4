#include "modules/draft/draft.h"

#include "base/file.h"
#include "modules/batch/batch.h"
#include "modules/server_testing.h"

#include <stdio.h>
#include <string.h>

#define PACK  "packs/lu-2022-26"
#define RULES PACK "/rules/rules.dmn"

/* A version in the store and a draft of it; returns the version's hash. */
static const char *given_draft(Cx *cx)
{
    const char *hash;
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(pack_store_add(cx, &hash, PACK));
    EXPECT_OK(store_commit(cx));
    const char *body = arena_format(cx->arena, "{\"name\":\"样例草案\",\"pack\":\"%s\"}", hash);
    Answer a = server_ask(cx, "province", "POST", "/api/drafts", body);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "id", 0), 1);
    return hash;
}

/* The answer to a request that must be answered with the status. */
static const Json *asked(Cx *cx, const char *as, const char *method, const char *path,
                         const char *body, int status)
{
    Answer a = server_ask(cx, as, method, path, body);
    if (a.status != status)
        print_error("%s %s as %s: %d %s\n", method, path, as, a.status, a.body);
    EXPECT_INT(a.status, status);
    return a.json;
}

#define SHARE "{\"version\":1,\"parameters\":[{\"key\":\"integration_ratio\",\"value\":\"０.60\"}]}"

static const char *piece(Cx *cx, int version, int index, const char *text)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", version);
    json_open(&o, "pieces", '[');
    json_open(&o, NULL, '{');
    json_put_int(&o, "index", index);
    json_put_text(&o, "text", text);
    json_close(&o, '}');
    json_close(&o, ']');
    json_close(&o, '}');
    return buf_text(&b);
}

SERVER_CASE("a draft is edited by the province's handlers and approved by its signers")
{
    const char *hash = given_draft(cx);
    const char *body = arena_format(cx->arena, "{\"name\":\"乙\",\"pack\":\"%s\"}", hash);
    const char *text = piece(cx, 1, 0, "县类别 = \"重点县\"");
    server_table(
        cx,
        (const Ask[]){
            { "POST", "/api/drafts", body, "guest", 401 },
            { "POST", "/api/drafts", body, "county", 403 },
            { "POST", "/api/drafts", body, "province-sign", 403 },
            { "POST", "/api/drafts", body, "province-fin", 200 },
            { "POST", "/api/drafts", "{\"name\":\"丙\",\"pack\":\"00\"}", "province", 404 },
            { "GET", "/api/drafts", NULL, "guest", 401 },
            { "GET", "/api/drafts", NULL, "city", 403 },
            { "GET", "/api/drafts", NULL, "province-sign", 200 },
            { "GET", "/api/drafts/1", NULL, "guest", 401 },
            { "GET", "/api/drafts/1", NULL, "sysadmin", 403 },
            { "GET", "/api/drafts/1", NULL, "province-sign", 200 },
            { "GET", "/api/drafts/9", NULL, "province", 404 },
            { "GET", "/api/drafts/1/decisions/F5", NULL, "city-sign", 403 },
            { "GET", "/api/drafts/1/decisions/F5", NULL, "province-sign", 200 },
            { "GET", "/api/drafts/1/decisions/F99", NULL, "province", 404 },
            { "POST", "/api/drafts/1/decisions/Q1/check", text, "guest", 401 },
            { "POST", "/api/drafts/1/decisions/Q1/check", text, "expert", 403 },
            { "POST", "/api/drafts/1/decisions/Q1/check", text, "province-sign", 200 },
            { "PUT", "/api/drafts/1/decisions/Q1", text, "guest", 401 },
            { "PUT", "/api/drafts/1/decisions/Q1", text, "province-sign", 403 },
            { "PUT", "/api/drafts/1/parameters", SHARE, "guest", 401 },
            { "PUT", "/api/drafts/1/parameters", SHARE, "province-sign", 403 },
            { "PUT", "/api/drafts/1/parameters", SHARE, "city", 403 },
            { "PUT", "/api/drafts/1/parameters", SHARE, "province-fin", 200 },
            { "PUT", "/api/drafts/1/parameters", SHARE, "province", 409 },
            { "POST", "/api/drafts/1/tests", "{}", "guest", 401 },
            { "POST", "/api/drafts/1/tests", "{}", "county", 403 },
            { "POST", "/api/drafts/1/tests", "{}", "province-sign", 200 },
            { "GET", "/api/drafts/1/file?path=rules/rules.dmn", NULL, "guest", 401 },
            { "GET", "/api/drafts/1/file?path=rules/rules.dmn", NULL, "auditadmin", 403 },
            { "GET", "/api/drafts/1/file?path=rules/rules.dmn", NULL, "province", 200 },
            { "GET", "/api/drafts/1/file?path=../keys", NULL, "province", 404 },
            { "GET", "/api/drafts/1/file?path=tests/../../x", NULL, "province", 404 },
            { "PUT", "/api/drafts/1/file?path=pack.json&version=2", "{}", "province", 404 },
            { "PUT", "/api/drafts/1/file?path=tests/a.test&version=2", "#", "province-sign", 403 },
            { "POST", "/api/drafts/1/drop", "{\"version\":2}", "guest", 401 },
            { "POST", "/api/drafts/1/drop", "{\"version\":2}", "province-sign", 403 },
            { "POST", "/api/drafts/1/drop", "{\"version\":1}", "province", 409 },
            { "POST", "/api/drafts/1/drop", "{\"version\":2}", "province", 200 },
            { "PUT", "/api/drafts/1/parameters", SHARE, "province", 409 },
            { NULL } });
}

/* The first line of the golden tests that expects F5 to be met, changed as the draft changes it. */
static const char *more_tests(Cx *cx)
{
    size_t length;
    const char *text = test_read(cx, PACK "/tests/rules.test", &length);
    return arena_format(cx->arena, "%s\ncase one more\n expect F3 met\n", text);
}

/* For a sweep, which proves the draft again at every call of the store. */
#define ONE_TEST "dossier base.json\nbatch batch.json\n\ncase the sample\n expect Q2 met\n"

static const char *send_body(Cx *cx, int version, const char *day)
{
    return arena_format(cx->arena, "{\"version\":%d,\"valid_from\":\"%s\",\"reason\":\"样例\"}",
                        version, day);
}

SERVER_CASE("a draft is published by a second person, and what is in force stays as it was")
{
    const char *hash = given_draft(cx);
    const Json *j = asked(cx, "province", "PUT", "/api/drafts/1/parameters", SHARE, 200);
    EXPECT_INT(json_int(j, "version", 0), 2);
    j = asked(cx, "province", "POST", "/api/drafts/1/tests", "{}", 200);
    const Json *cases = json_get(j, "cases");
    size_t failed = 0;
    for (size_t i = 0; i < cases->count; i++)
        failed += !json_bool(cases->items[i], "passed", true);
    EXPECT(cases->count >= 50 && failed > 0 && failed < cases->count);
    asked(cx, "province", "POST", "/api/drafts/1/send", send_body(cx, 2, "2022-12-01"), 422);

    /* another figure, which no test speaks of */
    asked(cx, "province", "PUT", "/api/drafts/1/parameters",
          "{\"version\":2,\"parameters\":[{\"key\":\"integration_ratio\",\"value\":\"0.5\"},"
          "{\"key\":\"counties\",\"value\":\"137\"}]}",
          200);
    asked(cx, "province", "PUT", "/api/drafts/1/file?path=tests/rules.test&version=3",
          more_tests(cx), 200);
    asked(cx, "province", "POST", "/api/drafts/1/send", send_body(cx, 4, "2022-11-01"), 422);
    j = asked(cx, "province", "POST", "/api/drafts/1/send", send_body(cx, 4, "2022-12-01"), 200);
    const char *fresh = json_text(j, "hash", "");
    EXPECT_TEXT(json_text(j, "state", ""), "sent");
    EXPECT(strcmp(fresh, hash) != 0);
    server_table(
        cx,
        (const Ask[]){
            { "PUT", "/api/drafts/1/parameters", SHARE, "province", 409 },
            { "POST", "/api/drafts/1/back", "{\"version\":5,\"reason\":\"再议\"}", "guest", 401 },
            { "POST", "/api/drafts/1/back", "{\"version\":5,\"reason\":\"再议\"}", "city", 403 },
            { "POST", "/api/drafts/1/back", "{\"version\":5,\"reason\":\"再议\"}", "province-sign",
              200 },
            { "POST", "/api/drafts/1/approve", "{\"version\":6}", "province-sign", 409 },
            { "POST", "/api/drafts/1/send", send_body(cx, 6, "2022-12-01"), "guest", 401 },
            { "POST", "/api/drafts/1/send", send_body(cx, 6, "2022-12-01"), "province-sign", 403 },
            { "POST", "/api/drafts/1/send", send_body(cx, 6, "2022-12-01"), "province-fin", 200 },
            { "POST", "/api/drafts/1/approve", "{\"version\":7}", "guest", 401 },
            { "POST", "/api/drafts/1/approve", "{\"version\":7}", "province", 403 },
            { "POST", "/api/drafts/1/approve", "{\"version\":6}", "province-sign", 409 },
            { "POST", "/api/drafts/1/approve", "{\"version\":7}", "province-sign", 200 },
            { NULL } });
    const Pack *old, *new;
    server_as(cx, "province");
    EXPECT_OK(pack_store_get(cx, &old, hash));
    EXPECT_OK(pack_store_get(cx, &new, fresh));
    EXPECT_TEXT(json_text(new->json, "valid_from", ""), "2022-12-01");
    EXPECT_TEXT(json_text(new->json, "version", ""), "2");
    EXPECT_TEXT(json_text(old->json, "version", ""), "1");
    EXPECT_INT(new->rule_count, old->rule_count);

    /* a batch is opened with it from its day on, and the other may be used on */
    const char *batch = "{\"name\":\"样例\",\"year\":2022,\"pack\":\"%s\",\"state\":\"open\","
                        "\"deadline\":\"2022-12-10T23:59:59+08:00\"}";
    const char *one = arena_format(cx->arena, "%.*s%s%s", (int)(strstr(batch, "%s") - batch), batch,
                                   fresh, strstr(batch, "%s") + 2);
    asked(cx, "province", "POST", "/api/batches", one, 409);
    server_clock(TEST_NOW + 9 * DAY_MS);
    EXPECT_OK(pack_store_valid(cx, fresh, day_of_instant(cx_now(cx))));
    EXPECT_OK(pack_store_valid(cx, hash, day_of_instant(cx_now(cx))));
}

SERVER_CASE("who had a hand in a draft does not approve it")
{
    given_draft(cx);
    asked(cx, "province", "PUT", "/api/drafts/1/parameters",
          "{\"version\":1,\"parameters\":[{\"key\":\"counties\",\"value\":\"137\"}]}", 200);
    EXPECT_OK(store_run(cx,
                        "INSERT INTO draft_edit(draft_id, at, user_id, user_name, kind, what) "
                        "VALUES(1, 1, $1, '样例', 'decision', 'F5')",
                        ARGS(I(server_user(cx, "province-sign")))));
    asked(cx, "province", "POST", "/api/drafts/1/send", send_body(cx, 2, "2022-12-01"), 200);
    const Json *j = asked(cx, "province-sign", "GET", "/api/drafts/1", NULL, 200);
    EXPECT(!json_bool(json_get(j, "may"), "approve", true));
    asked(cx, "province-sign", "POST", "/api/drafts/1/approve", "{\"version\":3}", 403);
}

SERVER_CASE("nothing that is not edited differs by a byte, and nothing is kept of it")
{
    size_t length;
    int64_t files;
    given_draft(cx);
    const char *file = test_read(cx, RULES, &length);
    Answer a = server_ask(cx, "province", "GET", "/api/drafts/1/file?path=rules/rules.dmn", NULL);
    EXPECT(a.length == length && memcmp(a.body, file, length) == 0);
    asked(cx, "province", "PUT", "/api/drafts/1/file?path=rules/rules.dmn&version=1", file, 200);
    EXPECT_OK(store_int(cx, &files, "SELECT COUNT(*) FROM draft_file", NO_ARGS));
    EXPECT_INT(files, 0);
    asked(cx, "province", "POST", "/api/drafts/1/send", send_body(cx, 2, "2022-12-01"), 422);
    /* what cannot be proved does not replace it */
    const char *half = arena_text_n(cx->arena, file, length / 2);
    asked(cx, "province", "PUT", "/api/drafts/1/file?path=rules/rules.dmn&version=2", half, 422);
    const char *other =
        arena_format(cx->arena, "<?xml version=\"1.0\" encoding=\"GBK\"?>%s", strchr(file, '\n'));
    asked(cx, "province", "PUT", "/api/drafts/1/file?path=rules/rules.dmn&version=2", other, 422);
}

/* Does the decision of the draft require the name? */
static bool requires(const Json *decision, const char *name)
{
    const Json *all = json_get(decision, "requires");
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->items[i]->text, name) == 0)
            return true;
    return false;
}

SERVER_CASE("an expression is checked while it is typed, and requires what it reads")
{
    given_draft(cx);
    const char *path = "/api/drafts/1/decisions/Q3/check";
    const Json *j =
        asked(cx, "province", "POST", path, piece(cx, 1, 1, "县类别 !=\n  没有的名称"), 200);
    const Json *problem = json_at(j, "/problems/0");
    EXPECT(problem);
    EXPECT_INT(json_int(problem, "index", -1), 1);
    EXPECT_INT(json_int(problem, "line", 0), 2);
    EXPECT_INT(json_int(problem, "column", 0), 3);
    asked(cx, "province", "PUT", "/api/drafts/1/decisions/Q3",
          piece(cx, 1, 1, "县类别 !=\n  没有的名称"), 422);
    asked(cx, "province", "POST", path, piece(cx, 1, 7, "1"), 422);

    j = asked(cx, "province", "GET", "/api/drafts/1/decisions/Q3", NULL, 200);
    EXPECT(requires(j, "县类别") && !requires(j, "参数"));
    const char *text = "县类别 != \"其他县\" or 参数.重点县名额 > 1";
    j = asked(cx, "province", "POST", path, piece(cx, 1, 1, text), 200);
    EXPECT_INT(json_get(j, "problems")->count, 0);
    EXPECT_INT(json_get(j, "findings")->count, 0);
    j = asked(cx, "province", "PUT", "/api/drafts/1/decisions/Q3", piece(cx, 1, 1, text), 200);
    EXPECT(requires(j, "参数") && requires(j, "县类别"));
    EXPECT(json_bool(j, "changed", false));
    EXPECT_TEXT(json_text(json_at(j, "/pieces/1"), "base", ""), "县类别 != \"其他县\"");
    j = asked(cx, "province", "PUT", "/api/drafts/1/decisions/Q3",
              piece(cx, 2, 1, "县类别 != \"其他县\""), 200);
    EXPECT(!requires(j, "参数") && !json_bool(j, "changed", true));
}

#define TIERS(column, cell, east, west)                                                            \
    "\"pieces\":[{\"index\":0,\"table\":{\"policy\":\"UNIQUE\",\"aggregation\":\"\",\"columns\":[" \
    "{\"kind\":\"input\",\"from\":0,\"name\":\"\",\"text\":\"区域类别\","                      \
    "\"values\":\"\\\"东部\\\", \\\"中部\\\", \\\"西部\\\"\"},"                              \
    "{\"kind\":\"output\",\"from\":0,\"name\":\"\",\"text\":\"\",\"values\":\"\"}" column          \
    "],\"rows\":[{\"from\":0,\"cells\":[\"\\\"东部\\\"\",\"" east "\"" cell                        \
    "]},{\"from\":1,\"cells\":[\"\\\"中部\\\"\",\"参数.中部定额\"" cell "]}" west "]}}]}"
#define WEST(cell) ",{\"from\":2,\"cells\":[\"\\\"西部\\\"\",\"参数.西部定额\"" cell "]}"
#define CLAUSES    ",{\"kind\":\"note\",\"from\":-1,\"name\":\"条款\",\"text\":\"\",\"values\":\"\"}"

SERVER_CASE("a table is edited by its cells, with a column of clauses")
{
    size_t length;
    given_draft(cx);
    const char *path = "/api/drafts/1/decisions/tier-amount";
    const char *check = "/api/drafts/1/decisions/tier-amount/check";
    const Json *j = asked(cx, "province", "GET", path, NULL, 200);
    EXPECT_INT(json_at(j, "/pieces/0/table/rows")->count, 3);
    j = asked(cx, "province", "POST", check, "{" TIERS("", "", "参数.东 +", WEST("")), 200);
    EXPECT_INT(json_int(json_at(j, "/problems/0"), "row", -1), 0);
    EXPECT_INT(json_int(json_at(j, "/problems/0"), "cell", -1), 1);
    /* a table with a gap can be kept, and is told */
    j = asked(cx, "province", "POST", check, "{" TIERS("", "", "参数.东部定额", ""), 200);
    EXPECT_INT(json_get(j, "problems")->count, 0);
    EXPECT(json_get(j, "findings")->count > 0);
    j = asked(
        cx, "province", "PUT", path,
        "{\"version\":1," TIERS(CLAUSES, ",\"一.3/s1\"", "参数.东部定额 + 1", WEST(",\"一.3/s1\"")),
        200);
    EXPECT_TEXT(json_at(j, "/pieces/0/table/rows/2/cells/2")->text, "一.3/s1");
    EXPECT_TEXT(json_at(j, "/pieces/0/table/columns/2/name")->text, "条款");
    EXPECT_INT(json_at(j, "/pieces/0/base_table/columns")->count, 2);
    asked(cx, "province", "PUT", path,
          "{\"version\":2," TIERS(CLAUSES, "", "参数.东部定额", WEST("")), 422);
    asked(cx, "province", "PUT", path,
          "{\"version\":2," TIERS(CLAUSES CLAUSES ",{\"kind\":\"input\",\"from\":0}", "", "1", ""),
          422);
    j = asked(cx, "province", "POST", check,
              "{" TIERS(CLAUSES, ",\"九.9\"", "参数.东部定额", WEST(",\"\"")), 200);
    EXPECT(strstr(json_text(json_at(j, "/findings/0"), "en", ""), "九.9"));
    /* the rest of the file is as it was */
    const char *file = test_read(cx, RULES, &length);
    Answer a = server_ask(cx, "province", "GET", "/api/drafts/1/file?path=rules/rules.dmn", NULL);
    const char *end = strstr(a.body, "<decision id=\"Q1\""),
               *was = strstr(file, "<decision id=\"Q1\"");
    EXPECT(end && strcmp(end, was) == 0);
    EXPECT(strncmp(a.body, file, (size_t)(strstr(file, "<decisionTable") - file)) == 0);
}

SERVER_CASE("a figure keeps its kind")
{
    given_draft(cx);
    asked(cx, "province", "PUT", "/api/drafts/1/parameters",
          "{\"version\":1,\"parameters\":[{\"key\":\"village_floor\",\"value\":\"十\"}]}", 422);
    asked(cx, "province", "PUT", "/api/drafts/1/parameters",
          "{\"version\":1,\"parameters\":[{\"key\":\"none\",\"value\":\"1\"}]}", 422);
    asked(cx, "province", "PUT", "/api/drafts/1/parameters", "{\"version\":1}", 422);
    asked(cx, "province", "PUT", "/api/drafts/1/parameters",
          "{\"version\":1,\"parameters\":[{\"key\":\"village_floor\",\"value\":\"12\"},"
          "{\"key\":\"other_county_floor\",\"value\":\"4000.5\"}]}",
          200);
    const Json *j = asked(cx, "province", "GET", "/api/drafts/1", NULL, 200);
    EXPECT_INT(json_at(j, "/parameters/9/value")->integer, 12);
    EXPECT_INT(json_at(j, "/parameters/9/base")->integer, 10);
    EXPECT_TEXT(json_at(j, "/parameters/4/value")->text, "4000.5");
    EXPECT_INT(json_get(j, "edits")->count, 2);
}

SERVER_CASE("no fault leaves a draft half changed")
{
    const char *hash = given_draft(cx);
    const char *body = arena_format(cx->arena, "{\"name\":\"乙\",\"pack\":\"%s\"}", hash);
    server_sweep(cx, &(Ask){ "POST", "/api/drafts", body, "province", 200 });
    server_sweep(
        cx, &(Ask){ "PUT", "/api/drafts/1/parameters",
                    "{\"version\":1,\"parameters\":[{\"key\":\"counties\",\"value\":\"137\"}]}",
                    "province", 200 });
    server_sweep(cx, &(Ask){ "PUT", "/api/drafts/1/decisions/Q1",
                             piece(cx, 2, 0, "县类别 in (\"重点县\")"), "province", 200 });
    server_sweep(cx, &(Ask){ "PUT", "/api/drafts/1/file?path=tests/rules.test&version=3", ONE_TEST,
                             "province", 200 });
    server_sweep(cx, &(Ask){ "POST", "/api/drafts/1/send", send_body(cx, 4, "2022-12-01"),
                             "province", 200 });
    server_sweep(cx, &(Ask){ "POST", "/api/drafts/1/back", "{\"version\":5,\"reason\":\"再议\"}",
                             "province-sign", 200 });
    server_sweep(cx, &(Ask){ "POST", "/api/drafts/1/send", send_body(cx, 6, "2022-12-01"),
                             "province", 200 });
    server_sweep(
        cx, &(Ask){ "POST", "/api/drafts/1/approve", "{\"version\":7}", "province-sign", 200 });
    int64_t second; /* a sequence counts what was rolled back too */
    EXPECT_OK(store_int(cx, &second, "SELECT MAX(id) FROM draft", NO_ARGS));
    const char *path = arena_format(cx->arena, "/api/drafts/%lld/drop", (long long)second);
    server_sweep(cx, &(Ask){ "POST", path, "{\"version\":1}", "province", 200 });
}
