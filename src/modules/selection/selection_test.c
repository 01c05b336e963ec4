#include "modules/selection/selection.h"

#include "base/digest.h"
#include "modules/flow/replay.h"
#include "modules/renamed_testing.h"
#include "modules/selection/selection_testing.h"

#include <pthread.h>
#include <string.h>

static const Json *zone_row(const Json *list, const char *key, int64_t id)
{
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (json_int(list->items[i], key, 0) == id)
            return list->items[i];
    return NULL;
}

static void expect_replay(Cx *cx, const char *part)
{
    Replay r;
    cx->user = NULL;
    EXPECT_OK(selection_replay(cx, &r, 1));
    if (r.zh != NULL && part == NULL)
        print_error("replay: %s\n", r.zh);
    EXPECT((r.zh == NULL) == (part == NULL));
    if (part != NULL && strstr(r.en, part) == NULL)
        print_error("replay says: %s\n", r.en);
    EXPECT(part == NULL || strstr(r.en, part) != NULL);
}

typedef struct Proposal {
    Cx cx;
    int64_t version;
    int status;
} Proposal;

static void *propose_one(void *data)
{
    Proposal *p = data;
    const char *body =
        arena_format(p->cx.arena,
                     "{\"version\":%lld,\"zones\":[{\"zone_id\":8,\"outcome\":\"selected\"},"
                     "{\"zone_id\":7,\"outcome\":\"not_selected\"},"
                     "{\"zone_id\":6,\"outcome\":\"not_selected\"},"
                     "{\"zone_id\":5,\"outcome\":\"not_selected\"},"
                     "{\"zone_id\":4,\"outcome\":\"not_selected\"},"
                     "{\"zone_id\":3,\"outcome\":\"not_selected\"},"
                     "{\"zone_id\":2,\"outcome\":\"not_selected\"},"
                     "{\"zone_id\":1,\"outcome\":\"not_selected\"}]}",
                     (long long)p->version);
    p->status =
        server_ask(&p->cx, "province", "POST", "/api/batches/1/determinations", body).status;
    return NULL;
}

SERVER_CASE("the routes of the selection are for the province's two organs, writing for the rural")
{
    testing_selection(cx);
    testing_act(cx, "province", "open", 200);
    static const char *const READS[] = {
        "/api/batches/1/selection",    "/api/batches/1/form",           "/api/zones/2/visit",
        "/api/batches/1/ranking",      "/api/batches/1/determinations", "/api/batches/1/allotments",
        "/api/batches/1/publications", "/api/batches/1/objections",
    };
    static const char *const NOBODY[] = { "city",     "county",   "county-gov",
                                          "township", "village",  "expert",
                                          "sysadmin", "secadmin", "auditadmin" };
    for (size_t i = 0; i < COUNT(READS); i++) {
        EXPECT_INT(server_ask(cx, "guest", "GET", READS[i], NULL).status, 401);
        for (size_t k = 0; k < COUNT(NOBODY); k++)
            EXPECT_INT(server_ask(cx, NOBODY[k], "GET", READS[i], NULL).status, 403);
        EXPECT_INT(server_ask(cx, "province", "GET", READS[i], NULL).status, 200);
        EXPECT_INT(server_ask(cx, "province-fin-sign", "GET", READS[i], NULL).status, 200);
    }
    server_table(
        cx, (const Ask[]){
                { "PUT", "/api/zones/2/form", "{}", "guest", 401 },
                { "PUT", "/api/zones/2/form", "{}", "city", 403 },
                { "PUT", "/api/zones/2/form", "{}", "province-fin", 403 },
                { "PUT", "/api/zones/2/form", "{}", "province", 422 },
                { "PUT", "/api/zones/999/form", "{}", "province", 404 },
                { "PUT", "/api/zones/2/visit", "{}", "expert", 403 },
                { "PUT", "/api/zones/2/visit", "{}", "province", 422 },
                { "POST", "/api/zones/2/disqualify", "{}", "county", 403 },
                { "POST", "/api/zones/2/disqualify", "{}", "province-fin-sign", 422 },
                { "PUT", "/api/zones/3/exceptions/P1", "{}", "city-sign", 403 },
                { "PUT", "/api/zones/3/exceptions/P1", "{\"granted\":true,\"reason\":\"样例\"}",
                  "province-fin-sign", 200 },
                { "PUT", "/api/zones/3/exceptions/V2", "{\"granted\":true,\"reason\":\"样例\"}",
                  "province", 404 },
                { "PUT", "/api/batches/1/selection", "{}", "province-fin", 403 },
                { "POST", "/api/batches/1/selection/acts", "{}", "expert", 403 },
                { "POST", "/api/batches/1/selection/acts", "{\"act\":\"open\"}", "province", 409 },
                { "POST", "/api/batches/1/ranking", "{\"version\":1}", "province", 409 },
                { "POST", "/api/batches/1/determinations", "{\"version\":1,\"zones\":[]}",
                  "province", 409 },
                { "POST", "/api/batches/1/publications", "{}", "province-fin", 403 },
                { "PUT", "/api/objections/1", "{}", "province", 404 },
                { "GET", "/api/batches/99/selection", NULL, "province", 404 },
                { NULL } });
}

SERVER_CASE("nothing goes on while the form check lacks something, and it says how much")
{
    testing_selection(cx);
    testing_act(cx, "province-fin", "open", 403);
    testing_act(cx, "province", "open", 200);
    Answer a = testing_act(cx, "province", "forward", 409);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "facts");
    EXPECT(strstr(json_at(a.json, "/error/message/zh")->text, "8 个推进区未通过形式审查") != NULL);
    /* an item that fails wants a note; the second save of one version is stale */
    server_table(
        cx,
        (const Ask[]){
            { "PUT", "/api/zones/2/form",
              "{\"version\":0,\"checks\":[{\"item\":\"plan\",\"ok\":false}]}", "province", 422 },
            { "PUT", "/api/zones/2/form",
              "{\"version\":0,\"checks\":[{\"item\":\"nothing\",\"ok\":true}]}", "province", 422 },
            { "PUT", "/api/zones/2/form",
              "{\"version\":0,\"checks\":[{\"item\":\"plan\",\"ok\":false,\"note\":"
              "\"样例：缺一章\"}]}",
              "province", 200 },
            { "PUT", "/api/zones/2/form",
              "{\"version\":0,\"checks\":[{\"item\":\"plan\",\"ok\":true}]}", "province", 409 },
            { NULL } });
    Answer f = testing_ok(cx, "province", "GET", "/api/batches/1/form", NULL);
    EXPECT_TEXT(json_text(zone_row(json_get(f.json, "rows"), "zone_id", 2), "state", ""), "failed");
    const Json *third = zone_row(json_get(f.json, "rows"), "zone_id", 3);
    EXPECT_TEXT(json_text(json_at(third, "/exceptions/0"), "rule", ""), "P1");
    EXPECT_TEXT(json_text(json_at(third, "/exceptions/0"), "reason_given", ""),
                "样例理由：跨年度工程");
}

SERVER_CASE("a zone is returned to its city, or disqualified once, with clause and reason")
{
    testing_selection(cx);
    testing_act(cx, "province", "open", 200);
    server_table(
        cx,
        (const Ask[]){
            { "POST", "/api/zones/2/return", "{\"reason\":\" \"}", "province", 422 },
            { "POST", "/api/zones/2/return", "{\"reason\":\"样例：换一份规划\"}", "province", 200 },
            { "POST", "/api/zones/2/return", "{\"reason\":\"样例\"}", "province", 404 },
            { "POST", "/api/zones/4/disqualify", "{\"clause\":\"九.9\",\"reason\":\"样例\"}",
              "province", 422 },
            { "POST", "/api/zones/4/disqualify", "{\"clause\":\"三.2\",\"reason\":\"样例\"}",
              "province", 200 },
            { "POST", "/api/zones/4/disqualify", "{\"clause\":\"三.2\",\"reason\":\"样例\"}",
              "province", 409 },
            { NULL } });
    Answer a = testing_ok(cx, "province", "GET", "/api/batches/1/selection", NULL);
    EXPECT(zone_row(json_get(a.json, "zones"), "id", 2) == NULL);
    const Json *out = zone_row(json_get(a.json, "zones"), "id", 4);
    EXPECT_TEXT(json_text(out, "step", ""), "disqualified");
    EXPECT_TEXT(json_text(out, "outcome", ""), "disqualified");
}

SERVER_CASE("a determination stays within places, money and quota, and gives reasons")
{
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_to_rank(cx);
    testing_to_determine(cx);
    const char *limits =
        arena_format(cx->arena, "{\"places\":3,\"budget\":\"9000\",\"version\":%lld}",
                     (long long)testing_version(cx));
    testing_ok(cx, "province", "PUT", "/api/batches/1/selection", limits);
    Answer a = testing_propose(cx, (const int[]){ 8, 7, 6, 5, 0 });
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "budget"); /* 3,000 + 2,000 + 5,000 */
    limits = arena_format(cx->arena, "{\"places\":3,\"budget\":\"90000\",\"version\":%lld}",
                          (long long)testing_version(cx));
    testing_ok(cx, "province", "PUT", "/api/batches/1/selection", limits);
    a = testing_propose(cx, (const int[]){ 8, 7, 6, 5, 0 });
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "places");
    a = testing_propose(cx, (const int[]){ 8, 6, 5, 0 });
    EXPECT_INT(a.status, 422); /* zone 7 is passed over without a word */
    a = testing_propose(cx, (const int[]){ 8, 7, 6, 0 });
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(json_at(a.json, "/rows/0"), "places_left", -1), 0);
    EXPECT_TEXT(json_text(json_at(a.json, "/rows/0"), "budget_left", ""), "80000");
    EXPECT_TEXT(json_text(json_at(a.json, "/rows/0/zones/0"), "amount", ""), "3000");
    EXPECT_TEXT(json_text(json_at(a.json, "/suggestion/3"), "outcome", ""), "not_selected");
    /* made from a version that has moved */
    const char *stale = "{\"version\":1,\"zones\":[]}";
    EXPECT_INT(server_ask(cx, "province", "POST", "/api/batches/1/determinations", stale).status,
               409);
}

SERVER_CASE("both organs sign the list they saw, once each; a change in between stops it")
{
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_to_rank(cx);
    testing_to_determine(cx);
    testing_act(cx, "province-sign", "forward", 409); /* nothing proposed */
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 7, 0 }).status, 200);
    int64_t round;
    EXPECT_OK(
        store_int(cx, &round, "SELECT round FROM process_run WHERE noun = 'selection'", NO_ARGS));
    const char *other = arena_format(
        cx->arena, "{\"act\":\"forward\",\"round\":%lld,\"hash\":\"00\"}", (long long)round);
    EXPECT_INT(
        server_ask(cx, "province-sign", "POST", "/api/batches/1/selection/acts", other).status,
        409);
    testing_act(cx, "province-sign", "forward", 200);
    testing_act(cx, "province-sign", "forward", 409);                   /* once */
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 0 }).status, 409); /* somebody has signed */
    testing_ok(cx, "province", "POST", "/api/zones/7/disqualify",
               "{\"clause\":\"三.2\",\"reason\":\"样例\"}");
    Answer a = testing_act(cx, "province-fin-sign", "forward", 409);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "facts");
    testing_act(cx, "province-fin-sign", "back", 200);
    testing_act(cx, "province", "forward", 200);
    /* zone 7's place and 2,000 are not given again */
    const char *limits =
        arena_format(cx->arena, "{\"places\":2,\"budget\":\"10000\",\"version\":%lld}",
                     (long long)testing_version(cx));
    testing_ok(cx, "province", "PUT", "/api/batches/1/selection", limits);
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 6, 0 }).status, 409);
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 0 }).status, 200);
    testing_act(cx, "province-sign", "forward", 200);
    testing_act(cx, "province-fin-sign", "forward", 200);
    a = testing_ok(cx, "province", "GET", "/api/batches/1/allotments", NULL);
    EXPECT_TEXT(json_text(a.json, "sum", ""), "3000");
    expect_replay(cx, NULL);
}

SERVER_CASE("no fault leaves a proposal or the second signature half done")
{
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_to_rank(cx);
    const char *body =
        arena_format(cx->arena, "{\"version\":%lld}", (long long)testing_version(cx));
    server_sweep(cx, &(Ask){ "POST", "/api/batches/1/ranking", body, "province", 200 });
    for (int zone = 1; zone <= 6; zone++)
        testing_ok(cx, "province", "POST",
                   arena_format(cx->arena, "/api/zones/%d/disqualify", zone),
                   "{\"clause\":\"三.2\",\"reason\":\"样例\"}");
    body = arena_format(cx->arena, "{\"version\":%lld}", (long long)testing_version(cx));
    testing_ok(cx, "province", "POST", "/api/batches/1/ranking", body);
    testing_act(cx, "province", "forward", 200);
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 0 }).status, 200);
    testing_act(cx, "province-sign", "forward", 200);
    int64_t round;
    const char *hash;
    EXPECT_OK(
        store_int(cx, &round, "SELECT round FROM process_run WHERE noun = 'selection'", NO_ARGS));
    EXPECT_OK(store_text(cx, &hash, "SELECT hash FROM determination", NO_ARGS));
    body = arena_format(cx->arena, "{\"act\":\"forward\",\"round\":%lld,\"hash\":\"%s\"}",
                        (long long)round, hash);
    server_sweep(cx,
                 &(Ask){ "POST", "/api/batches/1/selection/acts", body, "province-fin-sign", 200 });
    expect_replay(cx, NULL);
}

/* A guest objects to one zone of publication 1. */
static void object(Cx *cx, int zone)
{
    const char mark[] = "name=\"token\" value=\"";
    const char *form = "/public/publications/1/objection";
    const char *at = strstr(server_ask(cx, "guest", "GET", form, NULL).body, mark);
    EXPECT(at != NULL);
    at += sizeof mark - 1;
    const char *body = arena_format(cx->arena, "token=%.*s&zone=%d&text=样例：这里的村数不属实",
                                    (int)strcspn(at, "\""), at, zone);
    EXPECT_INT(server_ask(cx, "guest", "POST", form, body).status, 200);
}

static void whole_selection(Cx *cx)
{
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    int64_t expert;
    EXPECT_OK(store_int(cx, &expert,
                        "SELECT min(expert_id) FROM panel_zone WHERE zone_id = 5 "
                        "AND state = 'assigned'",
                        NO_ARGS));
    testing_ok(cx, "province-sign", "POST", "/api/batches/1/panel/recusals",
               arena_format(cx->arena,
                            "{\"expert_id\":%lld,\"zone_id\":5,\"reason\":\"样例：曾任顾问\"}",
                            (long long)expert));
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_ok(cx, "province", "POST", "/api/zones/6/disqualify",
               "{\"clause\":\"一.2.a\",\"reason\":\"样例：形象工程，联系 13812345678\"}");
    testing_to_rank(cx);
    testing_to_determine(cx);
    const char *limits =
        arena_format(cx->arena, "{\"places\":5,\"budget\":\"20000\",\"version\":%lld}",
                     (long long)testing_version(cx));
    testing_ok(cx, "province", "PUT", "/api/batches/1/selection", limits);
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 7, 5, 0 }).status, 200);
    testing_act(cx, "province-sign", "forward", 200);
    testing_act(cx, "province-fin-sign", "forward", 200);
    int64_t list = testing_published(cx);
    expect_replay(cx, NULL);
    testing_act(cx, "province", "forward", 409); /* the period has begun only */
    object(cx, 5);
    testing_days_later(cx, 7);
    Answer a = testing_act(cx, "province", "forward", 409);
    EXPECT(strstr(json_at(a.json, "/error/message/zh")->text, "1 个异议未答复") != NULL);
    testing_ok(cx, "province", "PUT", "/api/objections/1",
               "{\"answer\":\"样例：经核实成立\",\"upheld\":true,\"version\":1}");
    testing_ok(cx, "province-sign", "POST", "/api/zones/5/disqualify",
               "{\"clause\":\"三.2\",\"reason\":\"样例：异议成立\"}");
    a = testing_ok(cx, "province", "GET", "/api/batches/1/allotments", NULL);
    EXPECT_TEXT(json_text(a.json, "sum", ""), "5000"); /* 3,000 and 2,000; zone 5's is reversed */
    EXPECT_INT(json_int(a.json, "total", 0), 3);
    expect_replay(cx, NULL);
    a = testing_act(cx, "province", "forward", 200);
    static const struct {
        int zone;
        const char *step;
    } ENDED[] = { { 8, "selected" }, { 4, "not_selected" }, { 5, "disqualified" } };
    EXPECT_TEXT(json_text(json_get(a.json, "flow"), "step", ""), testing_key(cx, "final"));
    for (size_t i = 0; i < COUNT(ENDED); i++)
        EXPECT_TEXT(json_text(zone_row(json_get(a.json, "zones"), "id", ENDED[i].zone), "step", ""),
                    testing_key(cx, ENDED[i].step));
    EXPECT_INT(list, 1);
    Answer last = server_ask(cx, "guest", "GET", "/public/publications/2", NULL);
    EXPECT(strstr(last.body, "取消资格，依据条款 三、2：样例：异议成立") != NULL);
    /* even then: out of the end, money taken back, and the public is told */
    testing_ok(cx, "province-sign", "POST", "/api/zones/7/disqualify",
               "{\"clause\":\"三.2\",\"reason\":\"样例：事后查实\"}");
    a = testing_ok(cx, "province", "GET", "/api/batches/1/allotments", NULL);
    EXPECT_TEXT(json_text(a.json, "sum", ""), "3000");
    const char *today = day_text(cx, day_of_instant(cx_now(cx)));
    testing_ok(cx, "province", "POST", "/api/batches/1/publications",
               arena_format(cx->arena,
                            "{\"kind\":\"correction\",\"starts_on\":\"%s\",\"ends_on\":\"%s\"}",
                            today, today));
    last = server_ask(cx, "guest", "GET", "/public/publications/3", NULL);
    EXPECT(strstr(last.body, "取消资格，依据条款 三、2：样例：事后查实") != NULL);
    expect_replay(cx, NULL);
}

SERVER_CASE("a whole selection: from eight zones to a list, an objection and an equal replay")
{
    whole_selection(cx);
}

SERVER_CASE("a whole selection of a pack that calls each step, rule and decision otherwise")
{
    testing_rename();
    whole_selection(cx);
}

SERVER_CASE("a selection without a defence goes from the review to the sites, and ranks by both")
{
    testing_undefended();
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx); /* the step behind the review */
    Answer a = testing_ok(cx, "province", "GET", "/api/batches/1/selection", NULL);
    EXPECT_TEXT(json_at(a.json, "/flow/role")->text, "selection.site");
    EXPECT_TEXT(json_at(a.json, "/zones/0/role")->text, "zone.site");
    const Json *facts = json_get(a.json, "facts");
    for (size_t i = 0; i < facts->count; i++)
        EXPECT(strcmp(json_text(facts->items[i], "role", ""), "selection.defence") != 0);
    const char *open =
        arena_format(cx->arena, "{\"deadline\":\"%s\"}", instant_text(cx, cx_now(cx) + DAY_MS));
    EXPECT_INT(
        server_ask(cx, "province", "POST", "/api/batches/1/review/defence/open", open).status, 404);
    testing_to_rank(cx);
    testing_to_determine(cx);
    testing_to_publish(cx);
    testing_published(cx);
    expect_replay(cx, NULL);
    testing_days_later(cx, 7);
    a = testing_act(cx, "province", "forward", 200);
    EXPECT_TEXT(json_at(a.json, "/flow/role")->text, "selection.final");
    a = server_ask(cx, "guest", "GET", "/public/publications/1/ranking", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT(strstr(a.body, "视频答辩") == NULL);
}

SERVER_CASE("replay names what was tampered with: a score, a place, an amount, a publication")
{
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_to_rank(cx);
    testing_to_determine(cx);
    testing_to_publish(cx);
    testing_published(cx);
    expect_replay(cx, NULL);
    EXPECT_OK(store_run(cx,
                        "UPDATE review_score SET points = points + 50 WHERE item = 'will' AND "
                        "sheet_id = (SELECT min(sheet_id) FROM review_score WHERE item = 'will')",
                        NO_ARGS));
    expect_replay(cx, "sheet ");
    EXPECT_OK(store_run(cx,
                        "UPDATE review_score SET points = points - 50 WHERE item = 'will' AND "
                        "sheet_id = (SELECT min(sheet_id) FROM review_score WHERE item = 'will')",
                        NO_ARGS));
    expect_replay(cx, NULL);
    EXPECT_OK(store_run(cx,
                        "UPDATE site_finding SET points = points + 1 WHERE visit_id = 1 AND "
                        "item = 'true'",
                        NO_ARGS));
    expect_replay(cx, "site score");
    EXPECT_OK(store_run(cx,
                        "UPDATE site_finding SET points = points - 1 WHERE visit_id = 1 AND "
                        "item = 'true'",
                        NO_ARGS));
    EXPECT_OK(store_run(cx, "UPDATE ranking SET total = total + 1 WHERE zone_id = 2", NO_ARGS));
    expect_replay(cx, "total");
    EXPECT_OK(store_run(cx, "UPDATE ranking SET total = total - 1 WHERE zone_id = 2", NO_ARGS));
    EXPECT_OK(store_run(cx, "UPDATE allotment SET amount = amount + 1 WHERE zone_id = 8", NO_ARGS));
    expect_replay(cx, "allotment");
    EXPECT_OK(store_run(cx, "UPDATE allotment SET amount = amount - 1 WHERE zone_id = 8", NO_ARGS));
    EXPECT_OK(store_run(cx,
                        "UPDATE determination SET content = replace(content, '\"place\":1,', "
                        "'\"place\":2,')",
                        NO_ARGS));
    expect_replay(cx, "hash");
}

static void close_entry(Cx *cx, const char *kind, const char *code)
{
    int64_t id;
    EXPECT_OK(store_int(cx, &id, "SELECT id FROM batch_entry WHERE kind = $1 AND code = $2",
                        ARGS(T(kind), T(code))));
    testing_ok(cx, "province", "POST",
               arena_format(cx->arena, "/api/batches/1/entries/%lld/end", (long long)id),
               arena_format(cx->arena, "{\"day\":\"%s\",\"version\":1}",
                            day_text(cx, day_of_instant(cx_now(cx)))));
}

SERVER_CASE("tables that change after the determination leave its replay equal, and not before")
{
    const char *content;
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_to_rank(cx);
    testing_to_determine(cx);
    const char *limits =
        arena_format(cx->arena, "{\"places\":3,\"budget\":\"16000\",\"version\":%lld}",
                     (long long)testing_version(cx));
    testing_ok(cx, "province", "PUT", "/api/batches/1/selection", limits);
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 7, 6, 0 }).status, 200);
    testing_ok(cx, "province", "POST", "/api/batches/1/entries",
               "{\"kind\":\"region_class\",\"code\":\"3706\",\"value\":\"east\","
               "\"document\":\"样例\"}");
    testing_act(cx, "province-sign", "forward", 409); /* other than what was proposed */
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 7, 6, 0 }).status, 200);
    testing_act(cx, "province-sign", "forward", 200);
    testing_act(cx, "province-fin-sign", "forward", 200);
    testing_published(cx);
    expect_replay(cx, NULL);
    close_entry(cx, "key_county", "370686"); /* zone 6 was given a key county's sum */
    close_entry(cx, "region_class", "3711"); /* zone 8 that of its class */
    expect_replay(cx, NULL);
    /* recorded without its tables, as once: those of its day, which have changed */
    EXPECT_OK(store_text(cx, &content, "SELECT content FROM determination WHERE state = 'signed'",
                         NO_ARGS));
    const char *tables = strstr(content, "\"tables\":"), *zones = strstr(content, "\"zones\":");
    EXPECT(tables != NULL && zones != NULL && tables < zones);
    const char *before = arena_format(cx->arena, "%.*s%s", (int)(tables - content), content, zones);
    EXPECT_OK(store_run(cx,
                        "UPDATE determination SET content = $1, hash = $2 WHERE state = 'signed'",
                        ARGS(T(before), T(digest(cx, SHA256, before, strlen(before))))));
    expect_replay(cx, "371102");
}

SERVER_CASE("of two lists proposed from one version, one is taken")
{
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_to_rank(cx);
    testing_to_determine(cx);
    int64_t version = testing_version(cx);
    Proposal both[2];
    pthread_t threads[2];
    for (size_t i = 0; i < COUNT(both); i++) {
        both[i] = (Proposal){ .cx = store_testing_another(cx), .version = version };
        EXPECT_INT(pthread_create(&threads[i], NULL, propose_one, &both[i]), 0);
    }
    for (size_t i = 0; i < COUNT(both); i++)
        pthread_join(threads[i], NULL);
    EXPECT((both[0].status == 200) != (both[1].status == 200));
    EXPECT(both[0].status == 409 || both[1].status == 409);
    for (size_t i = 0; i < COUNT(both); i++)
        store_testing_drop(&both[i].cx);
    int64_t proposals;
    EXPECT_OK(store_int(cx, &proposals, "SELECT count(*) FROM determination", NO_ARGS));
    EXPECT_INT(proposals, 1);
}

SERVER_CASE("no fault leaves a form check, a visit, a disqualification or a list half done")
{
    testing_selection(cx);
    testing_act(cx, "province", "open", 200);
    server_sweep(cx, &(Ask){ "PUT", "/api/zones/2/form",
                             "{\"version\":0,\"checks\":[{\"item\":\"plan\",\"ok\":true},"
                             "{\"item\":\"evidence\",\"ok\":true}]}",
                             "province", 200 });
    server_sweep(cx, &(Ask){ "PUT", "/api/zones/3/exceptions/P1",
                             "{\"granted\":false,\"reason\":\"样例\"}", "province", 200 });
    server_sweep(cx, &(Ask){ "PUT", "/api/zones/2/visit",
                             "{\"day\":\"2022-11-22\",\"team\":\"样例\",\"state\":\"done\","
                             "\"version\":0,\"findings\":[{\"item\":\"true\",\"points\":5000},"
                             "{\"item\":\"image\",\"points\":4000,\"note\":\"样例\"}]}",
                             "province", 200 });
    server_sweep(cx, &(Ask){ "POST", "/api/zones/4/disqualify",
                             "{\"clause\":\"三.2\",\"reason\":\"样例\"}", "province-sign", 200 });
}
