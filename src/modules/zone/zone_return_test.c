#include "modules/readable_testing.h"
#include "modules/server_testing.h"
#include "modules/zone/zone.h"
#include "modules/zone/zone_lack.h"
#include "modules/zone/zone_testing.h"

#include <string.h>

#define BACK                                                                                       \
    "{\"act\":\"back\",\"round\":2,\"reason\":\"两处请改。\",\"marks\":["                     \
    "{\"pointer\":\"/villages/1/plan\",\"remark\":\"批复没有日期\"},"                        \
    "{\"pointer\":\"/evidence/village_plans\",\"remark\":\"第 2 页不清\"}]}"

/* To both bureaus, as the engine alone sends it: what the step needs is proved elsewhere. */
static void given_sent(Cx *cx)
{
    ZoneView v;
    bool moved;
    server_as(cx, "county");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(zone_view(cx, &v, 1));
    EXPECT_OK(process_act(cx, &moved, v.process, &v.run,
                          &(StepAct){ .act = "forward", .round = v.run.round }));
    EXPECT_OK(store_commit(cx));
}

static void given_returned(Cx *cx)
{
    testing_zone(cx);
    testing_dossier(cx, 1);
    given_sent(cx);
    EXPECT_INT(server_ask(cx, "county-sign", "POST", "/api/zones/1/acts", BACK).status, 200);
}

/* All that blocks, or that of one kind. */
static int64_t blocking(const Json *rows, const char *kind)
{
    int64_t n = 0;
    for (size_t i = 0; i < rows->count; i++)
        n += json_bool(rows->items[i], "blocks", false) &&
             (!kind || strcmp(json_text(rows->items[i], "kind", ""), kind) == 0);
    return n;
}

SERVER_CASE("what lacks is counted alike by the desk, the list, the home page and the refusal")
{
    given_returned(cx);
    Answer a = server_ask(cx, "county", "GET", "/api/zones/1/lacks", NULL);
    int64_t n = blocking(json_get(a.json, "rows"), NULL);
    int64_t rules = blocking(json_get(a.json, "rows"), "rule");
    EXPECT(n > 1);
    EXPECT(json_bool(a.json, "proves", false));
    a = server_ask(cx, "county", "GET", "/api/inbox", NULL);
    EXPECT_INT(json_at(a.json, "/todo/0/lacks")->integer, n);
    a = server_ask(cx, "county", "GET", "/api/zones", NULL);
    EXPECT_INT(json_at(a.json, "/rows/0/lacks")->integer, n);
    EXPECT(json_at(a.json, "/rows/0/returned")->boolean);
    a = server_ask(cx, "county", "POST", "/api/zones/1/acts", "{\"act\":\"forward\",\"round\":3}");
    EXPECT_INT(a.status, 409);
    const char *first = rules ? arena_format(cx->arena, "还有 %lld 项规则", (long long)rules)
                              : arena_format(cx->arena, "还有 %lld 份材料", (long long)n);
    EXPECT(strstr(a.body, first) != NULL);
    server_table(cx, (const Ask[]){ { "GET", "/api/zones/1/lacks", NULL, "guest", 401 },
                                    { "GET", "/api/zones/1/lacks", NULL, "other-county", 404 },
                                    { "GET", "/api/zones/1/lacks", NULL, "city", 200 },
                                    { NULL } });
}

static const Json *mark(Cx *cx, int i)
{
    Answer a = server_ask(cx, "county", "GET", "/api/zones/1/lacks", NULL);
    return json_at(a.json, arena_format(cx->arena, "/returned/marks/%d", i));
}

static int64_t warned_of(Cx *cx)
{
    int64_t n = 0;
    Answer a = server_ask(cx, "county", "GET", "/api/zones/1/lacks", NULL);
    const Json *rows = json_get(a.json, "rows");
    for (size_t i = 0; i < rows->count; i++)
        n += strcmp(json_text(rows->items[i], "kind", ""), "remark") == 0;
    return n;
}

/* The first village goes to the end, and the one remarked on loses its answer. */
static void given_moved(Cx *cx)
{
    Dossier d;
    const Json *dossier;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    server_as(cx, "county");
    EXPECT_OK(zone_dossier(cx, &d, 1));
    EXPECT_OK(json_parse(cx, &dossier, d.dossier, strlen(d.dossier), &JSON_LIMITS));
    Json *list = (Json *)(uintptr_t)json_get(dossier, "villages");
    Json *first = list->items[0];
    memmove(list->items, list->items + 1, (list->count - 1) * sizeof(Json *));
    list->items[list->count - 1] = first;
    Json *plan = (Json *)(uintptr_t)json_get(list->items[0], "plan");
    plan->boolean = !plan->boolean;
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", d.version);
    json_put(&o, "dossier", dossier);
    json_close(&o, '}');
    EXPECT_INT(server_ask(cx, "county", "PUT", "/api/zones/1/dossier", buf_text(&b)).status, 200);
}

SERVER_CASE(
    "a return stands first on its county's desk until it is sent, its remarks answered or not")
{
    given_returned(cx);
    Answer a = server_ask(cx, "county", "GET", "/api/inbox", NULL);
    EXPECT(json_at(a.json, "/todo/0/returned")->boolean);
    Answer told = server_ask(cx, "county", "GET", "/api/messages", NULL);
    EXPECT(json_get(told.json, "rows")->count > 0);
    for (size_t i = 0; i < json_get(told.json, "rows")->count; i++)
        EXPECT(unreadable(json_text(json_get(told.json, "rows")->items[i], "zh", "")) == NULL);
    EXPECT_TEXT(json_at(a.json, "/todo/0/last_return/reason")->text, "两处请改。");
    EXPECT_INT(json_at(a.json, "/todo/0/last_return/marks")->count, 2);
    EXPECT(!json_at(a.json, "/todo/0/last_return/marks/0/answered")->boolean);
    EXPECT(strncmp(json_text(mark(cx, 0), "zh", ""), "村 ", strlen("村 ")) == 0);
    EXPECT_TEXT(json_text(mark(cx, 1), "zh", ""), "附件 / 村庄规划批复");
    EXPECT_INT(warned_of(cx), 2);
    given_moved(cx);
    EXPECT_TEXT(json_text(mark(cx, 0), "pointer", ""), "/villages/0/plan");
    EXPECT(json_bool(mark(cx, 0), "answered", false));
    EXPECT_INT(warned_of(cx), 1);
    static const char *const SAVES[] = {
        "[{\"item\":\"village_plans\",\"version\":0}]", /* as it stands: no answer */
        "[{\"item\":\"village_plans\",\"version\":0,\"document\":\"样例〔2022〕1号\"}]",
    };
    for (int i = 0; i < 2; i++) {
        EXPECT_INT(server_ask(cx, "county", "PUT", "/api/zones/1/evidence", SAVES[i]).status, 200);
        EXPECT_INT(json_bool(mark(cx, 1), "answered", false), i);
    }
    EXPECT_INT(warned_of(cx), 0);
}

SERVER_CASE("a remark stands on a field or a paper, and is over once the zone is sent on")
{
    static const char *const NOWHERE[] = { "/nothing", "/evidence/nothing", "villages",
                                           "/villages/0/nothing" };
    given_returned(cx);
    given_sent(cx);
    for (size_t i = 0; i < COUNT(NOWHERE); i++) {
        const char *body =
            arena_format(cx->arena,
                         "{\"act\":\"back\",\"round\":4,\"reason\":\"样例\",\"marks\":["
                         "{\"pointer\":\"%s\",\"remark\":\"样例\"}]}",
                         NOWHERE[i]);
        Answer a = server_ask(cx, "county-sign", "POST", "/api/zones/1/acts", body);
        EXPECT_INT(a.status, 422);
        EXPECT_TEXT(json_at(a.json, "/error/field")->text, "/marks/0/pointer");
    }
    Answer a = server_ask(cx, "county", "GET", "/api/zones/1/lacks", NULL);
    EXPECT(!json_at(a.json, "/returned/standing")->boolean);
}
