/* What figures say, by hand. That each is the list that it opens, REGISTER_CASES holds. */
#include "core/register/figure.h"
#include "modules/register_testing.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"
#define AT       "/api/registers/well/figures"

typedef struct Well {
    const char *village, *kind, *dug_on, *cost; /* as JSON */
    bool settled;
} Well;

/* Four that are settled, one of them without its cost, and a draft that nobody counts. */
static const Well WELLS[] = {
    { "370683100200", "drilled", "2022-11-05", "\"2\"", true },
    { "370683100200", "dug", "2022-11-30", "\"1.5\"", true },
    { "370683100200", "drilled", "2022-12-01", "\"0.000001\"", true },
    { "370683100200", "dug", "2021-12-31", "null", true },
    { "370683100200", "drilled", "2022-11-05", "\"9\"", false },
};

static void given_wells(Cx *cx)
{
    const Register *r;
    EXPECT_OK(register_find(cx, &r, "well"));
    for (size_t i = 0; i < COUNT(WELLS); i++) {
        const char *body = arena_format(
            cx->arena,
            "{\"territory\":\"%s\",\"number\":\"%zu\",\"kind\":\"%s\",\"dug_on\":\"%s\","
            "\"cost\":%s,\"keeper\":%lld}",
            WELLS[i].village, i, WELLS[i].kind, WELLS[i].dug_on, WELLS[i].cost,
            (long long)server_organ(cx, "village"));
        Answer a = server_ask(cx, "village", "POST", "/api/registers/well", body);
        EXPECT_INT(a.status, 200);
        EXPECT_OK(store_run(
            cx, "UPDATE well SET state = $1 WHERE id = $2",
            ARGS(T(WELLS[i].settled ? "settled" : "draft"), I(json_int(a.json, "id", 0)))));
    }
    EXPECT_OK(table_recount(cx, &r->table)); /* what is kept knows nothing of that UPDATE */
}

static const Json *figure(const Json *rows, const char *id)
{
    size_t i = 0;
    while (i < rows->count && strcmp(json_text(rows->items[i], "id", ""), id) != 0)
        i++;
    EXPECT(i < rows->count);
    return rows->items[i];
}

SERVER_CASE("figures count settled rows, sum what is known, and say what they could not decide")
{
    register_testing_pack(cx, INVENTED);
    given_wells(cx);
    const Json *rows = json_get(server_ask(cx, "county", "GET", AT, NULL).json, "rows");
    EXPECT_TEXT(json_text(figure(rows, "wells"), "value", ""), "4");
    EXPECT_TEXT(json_text(figure(rows, "well_cost"), "value", ""), "3.500001");
    EXPECT_INT(json_int(figure(rows, "well_cost"), "undecided", -1), 1);
    EXPECT_TEXT(json_text(figure(rows, "drilled_share"), "value", ""), "50.00");
    EXPECT_TEXT(json_text(figure(rows, "well_keepers"), "value", ""), "1");
    EXPECT_TEXT(json_text(figure(rows, "wells_strong"), "value", ""), "0");
    EXPECT_INT(json_int(figure(rows, "wells_strong"), "undecided", -1), 5);
    rows = json_get(server_ask(cx, "other-county", "GET", AT, NULL).json, "rows");
    EXPECT_TEXT(json_text(figure(rows, "wells"), "value", ""), "0");
    EXPECT(json_missing(json_get(figure(rows, "drilled_share"), "value")));
}

static void expect_group(Cx *cx, const char *query, const char *group, const char *value)
{
    Answer a = server_ask(cx, "county", "GET", arena_format(cx->arena, AT "/%s", query), NULL);
    const Json *rows = json_get(a.json, "rows");
    EXPECT_INT(a.status, 200);
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(json_text(rows->items[i], "group", ""), group) == 0) {
            EXPECT_TEXT(json_text(rows->items[i], "value", ""), value);
            return;
        }
    EXPECT(false && "the group is there");
}

SERVER_CASE("a figure is told by month, division and zone, and by nothing that it has not")
{
    register_testing_pack(cx, INVENTED);
    given_wells(cx);
    expect_group(cx, "wells?by=month", "2022-11", "2");
    expect_group(cx, "well_cost?by=month", "2022-11", "3.5");
    expect_group(cx, "well_cost?by=month", "2022-12", "0.000001");
    expect_group(cx, "drilled_share?by=county", "370683", "50.00");
    expect_group(cx, "wells?by=village&territory=370683", "370683100200", "4");
    expect_group(cx, "wells?by=zone", "", "4");
    static const char *const WRONG[] = { "wells?by=planet", "well_keepers?by=month",
                                         "wells_drilled?by=month", "wells?territory=x" };
    for (size_t i = 0; i < COUNT(WRONG); i++)
        EXPECT_INT(
            server_ask(cx, "county", "GET", arena_format(cx->arena, AT "/%s", WRONG[i]), NULL)
                .status,
            422);
    EXPECT_INT(server_ask(cx, "county", "GET", AT "/nothing", NULL).status, 404);
    EXPECT_INT(server_ask(cx, "county", "GET", "/api/registers/well?figure=x", NULL).status, 404);
    Answer a = server_ask(cx, "county", "GET", "/api/figures", NULL);
    EXPECT(json_int(a.json, "total", 0) >= 8);
}

CASE("facts that nobody could count are refused by the pack's proof, each with its reason")
{
    static const struct {
        const char *fact, *at;
    } TRIES[] = {
        { "\"kind\":\"count\",\"register\":\"planet\"", "f" },
        { "\"kind\":\"guess\"", "f" },
        { "\"kind\":\"sum\"", "f" },
        { "\"kind\":\"sum\",\"of\":\"bank\"", "f" },
        { "\"kind\":\"distinct\",\"of\":\"phone\"", "f" },
        { "\"kind\":\"sum\",\"of\":\"amount\"", "f" },
        { "\"kind\":\"sum\",\"of\":\"amount\",\"unit\":{\"zh\":\"元\",\"en\":\"元\"}", "f" },
        { "\"kind\":\"count\",\"month\":\"bank\"", "f" },
        { "\"kind\":\"count\",\"basis\":\"九.9\"", "f" },
        { "\"kind\":\"count\",\"zh\":\"\"", "f" },
        { "\"kind\":\"ratio\",\"over\":\"f\",\"per\":\"f\"", "f" },
        { "\"kind\":\"count\",\"feel\":\"年利率 > 3\"", "f 1:1" },
        { "\"kind\":\"count\",\"feel\":\"到期日 = null\"", "f 1:7" },
        { "\"kind\":\"count\",\"feel\":\"借款 > 3\"", "f 1:1" },
    };
    static const struct {
        const char *key, *value;
    } REST[] = { { "\"register\"", "\"loan\"" },
                 { "\"zh\"", "\"数\"" },
                 { "\"basis\"", "\"四.1/s1\"" } };
    for (size_t i = 0; i < COUNT(TRIES); i++) {
        Buf b = BUF(cx);
        buf_format(&b, "{\"facts\":[{%s,\"id\":\"f\",\"en\":\"N\"", TRIES[i].fact);
        for (size_t k = 0; k < COUNT(REST); k++)
            if (!strstr(TRIES[i].fact, REST[k].key))
                buf_format(&b, ",%s:%s", REST[k].key, REST[k].value);
        buf_add(&b, "}]}");
        const char *text = buf_text(&b);
        const PackFile file = { "facts.json", text, strlen(text) };
        const Pack *pack;
        Findings findings = { 0 };
        EXPECT_OK(pack_read(cx, &pack, &findings, &(PackSource){ "packs/lu-2022-26", &file, 1 }));
        EXPECT(findings.count >= 1);
        EXPECT_TEXT(findings.items[0].file, "facts.json");
        EXPECT_TEXT(findings.items[0].at, TRIES[i].at);
    }
}
