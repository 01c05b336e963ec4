/* Checks of a pack's registers: when they block, warn and only list, and what is open. */
#include "core/register/quality.h"
#include "modules/register_testing.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"
#define WELL     "/api/registers/well"
#define PUMP     "/api/registers/pump"

static const char *well(Cx *cx, const char *number, const char *rest)
{
    return arena_format(cx->arena,
                        "{\"territory\":\"370683100200\",\"number\":\"%s\",\"kind\":\"dug\","
                        "\"keeper\":%lld,%s}",
                        number, (long long)server_organ(cx, "village"), rest);
}

static int64_t given(Cx *cx, const char *number, const char *rest)
{
    Answer a = server_ask(cx, "village", "POST", WELL, well(cx, number, rest));
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

static const Json *check_of(Cx *cx, int64_t id, const char *check)
{
    const char *path = arena_format(cx->arena, WELL "/%lld/checks", (long long)id);
    const Json *rows = json_get(server_ask(cx, "village", "GET", path, NULL).json, "rows");
    for (size_t i = 0; rows && i < rows->count; i++)
        if (strcmp(json_text(rows->items[i], "id", ""), check) == 0)
            return rows->items[i];
    EXPECT(false && "the check is there");
    return NULL;
}

static const char *answer(Cx *cx, int64_t id, const char *check)
{
    return json_text(check_of(cx, id, check), "answer", "");
}

static Answer send(Cx *cx, int64_t id, int version)
{
    const char *body = arena_format(cx->arena, "{\"act\":\"forward\",\"version\":%d}", version);
    return server_ask(cx, "village", "POST",
                      arena_format(cx->arena, WELL "/%lld/acts", (long long)id), body);
}

static void expect_held(Cx *cx, Answer a, int status, const char *field, const char *check)
{
    const Json *error = json_get(a.json, "error");
    EXPECT_INT(a.status, status);
    EXPECT_TEXT(json_text(error, "field", ""), field);
    EXPECT(strstr(json_text(json_get(error, "message"), "zh", ""), check) != NULL);
    EXPECT(strstr(json_text(json_get(error, "message"), "en", ""), check) != NULL);
    (void)cx;
}

SERVER_CASE("a draft may be wrong, an act may not: what blocks, what is not known, what warns")
{
    register_testing_pack(cx, INVENTED);
    int64_t id = given(cx, "1", "\"dug_on\":\"2099-01-01\",\"cost\":\"25\"");
    EXPECT_TEXT(answer(cx, id, "W1"), "wrong");
    expect_held(cx, send(cx, id, 1), 422, "dug_on", "W1");
    const char *row = arena_format(cx->arena, WELL "/%lld", (long long)id);
    server_table(cx, (const Ask[]){ { "PUT", row, "{\"version\":1,\"dug_on\":\"2022-11-01\"}",
                                      "village", 200 },
                                    { NULL } });
    EXPECT_TEXT(answer(cx, id, "W1"), "right");
    EXPECT_TEXT(answer(cx, id, "W4"), "open");
    EXPECT_TEXT(json_text(check_of(cx, id, "W4"), "missing_zh", ""), "能用");
    const char *why = arena_format(cx->arena, WELL "/%lld/reasons", (long long)id);
    const char *reason = "{\"check\":\"W2\",\"reason\":\"样例：深井\"}";
    expect_held(cx, send(cx, id, 2), 409, "reason", "W2");
    server_table(cx, (const Ask[]){ { "POST", why, reason, "guest", 401 },
                                    { "POST", why, reason, "expert", 403 },
                                    { "POST", why, reason, "other-county", 403 },
                                    { "POST", why, "{\"check\":\"W2\"}", "village", 422 },
                                    { "POST", why, "{\"check\":\"W1\",\"reason\":\"样例理由\"}",
                                      "village", 409 },
                                    { "POST", why, reason, "village", 200 },
                                    { "POST", why, reason, "village", 200 },
                                    { NULL } });
    EXPECT_TEXT(json_text(check_of(cx, id, "W2"), "reason", ""), "样例：深井");
    expect_held(cx, send(cx, id, 2), 422, "usable", "W4");
    server_table(cx,
                 (const Ask[]){ { "PUT", row, "{\"version\":2,\"usable\":false}", "village", 200 },
                                { NULL } });
    EXPECT_INT(send(cx, id, 3).status, 200);
    server_sweep(cx, &(Ask){ "POST", why, reason, "village", 200 });
}

SERVER_CASE(
    "neighbours are counted, the row itself not among them, and what only lists holds up none")
{
    register_testing_pack(cx, INVENTED);
    int64_t id = given(cx, "1", "\"dug_on\":\"2022-11-01\",\"usable\":true,\"cost\":\"1\"");
    EXPECT_TEXT(answer(cx, id, "W3"), "open");
    for (int n = 1; n <= 2; n++) {
        const char *body = arena_format(cx->arena,
                                        "{\"territory\":\"370683100\",\"name\":\"%d\",\"power\":3,"
                                        "\"owner\":%lld,\"well\":%lld}",
                                        n, (long long)server_organ(cx, "township"), (long long)id);
        EXPECT_INT(server_ask(cx, "township", "POST", PUMP, body).status, 200);
        EXPECT_OK(store_run(cx, "UPDATE well SET pump = 1 WHERE id = $1", ARGS(I(id))));
        EXPECT_TEXT(answer(cx, id, "W3"), n == 1 ? "right" : "wrong");
    }
    EXPECT_INT(send(cx, id, 1).status, 200);
}

/* Both engines name the index in their plan. A sheet asks once for each of its rows: whoever counts
 * must not read the register each time. */
SERVER_CASE("what a check counts rows by is found by an index, in the whole province")
{
    Rows rows;
    bool found = false, pg = store_is_pg(cx->store);
    register_testing_pack(cx, "packs/lu-2022-26");
    if (pg) /* else so small a table is read whole */
        EXPECT_OK(store_run(cx, "SET enable_seqscan = off", NO_ARGS));
    EXPECT_OK(rows_open(cx, &rows,
                        pg ? "EXPLAIN SELECT count(*) FROM loan WHERE territory >= '' AND "
                             "territory < ':' AND contract = 'H1' AND id <> 1"
                           : "EXPLAIN QUERY PLAN SELECT count(*) FROM loan WHERE territory >= '' "
                             "AND territory < ':' AND contract = 'H1' AND id <> 1",
                        NO_ARGS));
    while (rows.more) {
        for (int i = 0; i < rows_columns(&rows); i++)
            found |= strstr(text_or(rows_text(cx, &rows, i), ""), "loan_at_contract") != NULL;
        EXPECT_OK(rows_next(cx, &rows));
    }
    EXPECT(found);
    if (pg)
        EXPECT_OK(store_run(cx, "RESET enable_seqscan", NO_ARGS));
}

SERVER_CASE("where a register has no states a check blocks the saving itself")
{
    register_testing_pack(cx, INVENTED);
    const char *body = arena_format(cx->arena,
                                    "{\"territory\":\"370683100\",\"name\":\"1\",\"power\":450,"
                                    "\"owner\":%lld}",
                                    (long long)server_organ(cx, "township"));
    expect_held(cx, server_ask(cx, "township", "POST", PUMP, body), 422, "power", "P1");
}

CASE("checks that nobody could run are refused by the pack's proof, each with its place")
{
    static const struct {
        const char *check, *at;
    } TRIES[] = {
        { "\"register\":\"planet\"", "c" },
        { "\"effect\":\"forbids\"", "c" },
        { "\"basis\":\"九.9\"", "c" },
        { "\"field\":\"nothing\"", "c" },
        { "\"en\":\"\"", "c" },
        { "\"feel\":\"借款 > 3\"", "c 1:1" },
        { "\"feel\":\"贷款金额\"", "c 1:1" },
        { "\"counts\":[{\"name\":\"同号\"}]", "c" },
        { "\"counts\":[{\"name\":\"同号\",\"same\":{\"contract\":\"amount\"}}]", "c" },
        { "\"counts\":[{\"name\":\"同号\",\"same\":{\"bank\":\"bank\"},\"feel\":\"年利率 > 1\"}]",
          "c 1:1" },
    };
    static const struct {
        const char *key, *value;
    } REST[] = {
        { "\"register\"", "\"loan\"" }, { "\"effect\"", "\"warns\"" },
        { "\"zh\"", "\"错\"" },         { "\"en\"", "\"wrong\"" },
        { "\"basis\"", "\"四.1/s1\"" }, { "\"field\"", "\"amount\"" },
    };
    for (size_t i = 0; i < COUNT(TRIES); i++) {
        Buf b = BUF(cx);
        buf_format(&b, "{\"checks\":[{\"id\":\"c\",%s", TRIES[i].check);
        for (size_t k = 0; k < COUNT(REST); k++)
            if (strncmp(TRIES[i].check, REST[k].key, strlen(REST[k].key)) != 0)
                buf_format(&b, ",%s:%s", REST[k].key, REST[k].value);
        if (strncmp(TRIES[i].check, "\"feel\"", 6) != 0)
            buf_add(&b, ",\"feel\":\"贷款金额 > 0\"");
        buf_add(&b, "}]}");
        const char *text = buf_text(&b);
        const PackFile file = { "quality.json", text, strlen(text) };
        const Pack *pack;
        Findings findings = { 0 };
        EXPECT_OK(pack_read(cx, &pack, &findings, &(PackSource){ "packs/lu-2022-26", &file, 1 }));
        EXPECT(findings.count >= 1);
        EXPECT_TEXT(findings.items[0].file, "quality.json");
        EXPECT_TEXT(findings.items[0].at, TRIES[i].at);
    }
}
