#include "modules/recommendation/recommendation.h"

#include "core/access/right.h"
#include "modules/recommendation/recommendation_testing.h"
#include "modules/renamed_testing.h"
#include "modules/server_testing.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* --- words --- */

static const char *path(Cx *cx, const char *noun, int64_t id, const char *rest)
{
    return arena_format(cx->arena, "/api/%s/%lld%s", noun, (long long)id, rest);
}

static Answer good(Cx *cx, const char *as, const char *method, const char *at, const char *body)
{
    Answer a = server_ask(cx, as, method, at, body);
    if (a.status != 200)
        print_error("%s %s as %s: %s\n", method, at, as, a.body);
    EXPECT_INT(a.status, 200);
    return a;
}

static void refused(Cx *cx, Answer a, int status, const char *field)
{
    (void)cx;
    if (a.status != status)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, status);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, field);
}

static const char *step_of(Cx *cx, const char *noun, int64_t id)
{
    const char *step;
    EXPECT_OK(store_text(cx, &step, "SELECT step FROM process_run WHERE noun = $1 AND noun_id = $2",
                         ARGS(T(noun), I(id))));
    return step;
}

/* A city without key county, with a candidate on the Yellow River and one that is not, both
 * audited. */
typedef struct GivenCity {
    int64_t batch, river, other, id;
} GivenCity;

#define CITY_3706 "{\"city\":\"3706\"}"

static GivenCity given_zones(Cx *cx)
{
    GivenCity g = { .batch = testing_batch(cx) };
    g.river = testing_candidate(cx, g.batch, "370683", "样例沿黄区");
    g.other = testing_candidate(cx, g.batch, "370682", "样例果业区");
    testing_agree(cx, g.river);
    testing_agree(cx, g.other);
    return g;
}

/* The city's recommendation begun. */
static GivenCity given_city(Cx *cx)
{
    GivenCity g = given_zones(cx);
    Answer a =
        good(cx, "city", "POST", path(cx, "batches", g.batch, "/recommendations"), CITY_3706);
    g.id = json_int(a.json, "id", 0);
    return g;
}

static int64_t version_of(Cx *cx, const GivenCity *g)
{
    Answer a = good(cx, "city", "GET", path(cx, "recommendations", g->id, ""), NULL);
    return json_int(a.json, "version", 0);
}

/* other first and chosen, river second with or without a reason. */
static const char *order(Cx *cx, const GivenCity *g, const char *reason)
{
    return arena_format(cx->arena,
                        "{\"version\":%lld,\"zones\":[{\"zone_id\":%lld,\"chosen\":true},"
                        "{\"zone_id\":%lld,\"chosen\":false%s}]}",
                        (long long)version_of(cx, g), (long long)g->other, (long long)g->river,
                        reason ? arena_format(cx->arena, ",\"passed_over_reason\":\"%s\"", reason)
                               : "");
}

static const char *act(Cx *cx, const GivenCity *g, const char *word)
{
    int64_t round;
    EXPECT_OK(store_int(cx, &round,
                        "SELECT round FROM process_run WHERE noun = 'recommendation' "
                        "AND noun_id = $1",
                        ARGS(I(g->id))));
    return arena_format(cx->arena, "{\"act\":\"%s\",\"round\":%lld,\"reason\":\"样例\"}", word,
                        (long long)round);
}

static Answer acted(Cx *cx, const GivenCity *g, const char *as, const char *word)
{
    return server_ask(cx, as, "POST", path(cx, "recommendations", g->id, "/acts"),
                      act(cx, g, word));
}

/* Ranked: both bureaus are to sign. */
static GivenCity given_ranked(Cx *cx)
{
    GivenCity g = given_city(cx);
    good(cx, "city", "PUT", path(cx, "recommendations", g.id, ""), order(cx, &g, "样例理由"));
    EXPECT_INT(acted(cx, &g, "city", "forward").status, 200);
    return g;
}

/* Acts at the step of joint signature. */
static int64_t signatures(Cx *cx, const GivenCity *g)
{
    int64_t n;
    EXPECT_OK(store_int(cx, &n,
                        "SELECT count(*) FROM process_act a JOIN process_run r ON r.id = a.run_id "
                        "WHERE r.noun = 'recommendation' AND r.noun_id = $1 AND a.step = $2",
                        ARGS(I(g->id), T(testing_key(cx, "sign")))));
    return n;
}

/* With its letter, signed by both: the report is next. */
static GivenCity given_signed(Cx *cx)
{
    GivenCity g = given_ranked(cx);
    const char *at = path(cx, "recommendations", g.id, "");
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    EXPECT_INT(acted(cx, &g, "city-fin-sign", "forward").status, 200);
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), testing_key(cx, "report"));
    good(cx, "city-sign", "PUT", at,
         arena_format(cx->arena,
                      "{\"version\":%lld,\"letter_number\":\"烟乡振函〔2022〕1号\","
                      "\"letter_day\":\"2022-12-09\"}",
                      (long long)version_of(cx, &g)));
    return g;
}

/* --- who may --- */

SERVER_CASE(
    "a city begins its recommendation once, and only its own people and the province see it")
{
    int64_t batch = testing_batch(cx);
    const char *all = path(cx, "batches", batch, "/recommendations");
    const char *body = "{\"city\":\"3706\"}";
    server_table(cx, (const Ask[]){ { "POST", all, body, "guest", 401 },
                                    { "POST", all, body, "county", 403 },
                                    { "POST", all, body, "province", 403 },
                                    { "POST", all, body, "expert", 403 },
                                    { "POST", all, body, "auditadmin", 403 },
                                    { "POST", all, body, "other-city", 403 },
                                    { "POST", all, "{\"city\":\"37\"}", "city", 422 },
                                    { "POST", all, body, "city", 200 },
                                    { "POST", all, body, "city-fin", 200 },
                                    { NULL } });
    int64_t id, count;
    EXPECT_OK(store_int(cx, &id, "SELECT id FROM recommendation", NO_ARGS));
    EXPECT_OK(store_int(cx, &count, "SELECT count(*) FROM recommendation", NO_ARGS));
    EXPECT_INT(count, 1);
    static const char *const READS[] = { "", "/candidates", "/letter.pdf" };
    for (size_t i = 0; i < COUNT(READS); i++) {
        const char *at = path(cx, "recommendations", id, READS[i]);
        server_table(cx, (const Ask[]){ { "GET", at, NULL, "guest", 401 },
                                        { "GET", at, NULL, "county", 403 },
                                        { "GET", at, NULL, "township", 403 },
                                        { "GET", at, NULL, "village", 403 },
                                        { "GET", at, NULL, "expert", 403 },
                                        { "GET", at, NULL, "sysadmin", 403 },
                                        { "GET", at, NULL, "secadmin", 403 },
                                        { "GET", at, NULL, "auditadmin", 403 },
                                        { "GET", at, NULL, "other-city", 404 },
                                        { "GET", at, NULL, "city", 200 },
                                        { "GET", at, NULL, "city-fin", 200 },
                                        { "GET", at, NULL, "province", 200 },
                                        { "GET", at, NULL, "province-fin", 200 },
                                        { NULL } });
    }
}

SERVER_CASE("a finding is written by the city's checkers, over the version seen, with its reason")
{
    GivenCity g = given_city(cx);
    const char *at = path(cx, "zones", g.river, "/findings");
    const char *body = "[{\"rule\":\"V4\",\"verdict\":\"disagree\",\"finding\":\"中间隔一个村\","
                       "\"version\":1}]";
    server_table(cx, (const Ask[]){
                         { "PUT", at, body, "guest", 401 },
                         { "PUT", at, body, "county", 403 },
                         { "PUT", at, body, "province", 403 },
                         { "PUT", at, body, "city-sign", 403 },
                         { "PUT", at, body, "expert", 403 },
                         { "PUT", at, body, "other-city", 404 },
                         { "PUT", at, "[{\"rule\":\"V4\",\"verdict\":\"disagree\",\"version\":1}]",
                           "city", 422 },
                         { "PUT", at, "[{\"rule\":\"V99\",\"verdict\":\"agree\"}]", "city", 422 },
                         { "PUT", at, "[{\"rule\":\"V4\",\"verdict\":\"maybe\",\"version\":1}]",
                           "city", 422 },
                         { "PUT", at, "{}", "city", 422 },
                         { "PUT", at, body, "city-fin", 200 },
                         { "PUT", at, body, "city", 409 },
                         { "GET", at, NULL, "county", 403 },
                         { "GET", at, NULL, "other-city", 404 },
                         { "GET", at, NULL, "province", 200 },
                         { NULL } });
    good(cx, "city", "PUT", path(cx, "recommendations", g.id, ""),
         arena_format(cx->arena,
                      "{\"version\":1,\"zones\":[{\"zone_id\":%lld,\"chosen\":true},"
                      "{\"zone_id\":%lld,\"chosen\":false}]}",
                      (long long)g.river, (long long)g.other));
    refused(cx, acted(cx, &g, "city", "forward"), 409, "findings");
}

SERVER_CASE("the order and choice are the checkers', of all candidates, within the quota")
{
    GivenCity g = given_city(cx);
    const char *at = path(cx, "recommendations", g.id, "");
    const char *body = order(cx, &g, NULL);
    const char *both = arena_format(cx->arena,
                                    "{\"version\":1,\"zones\":[{\"zone_id\":%lld,\"chosen\":true},"
                                    "{\"zone_id\":%lld,\"chosen\":true}]}",
                                    (long long)g.other, (long long)g.river);
    const char *one =
        arena_format(cx->arena, "{\"version\":1,\"zones\":[{\"zone_id\":%lld,\"chosen\":true}]}",
                     (long long)g.other);
    server_table(cx, (const Ask[]){ { "PUT", at, body, "guest", 401 },
                                    { "PUT", at, body, "county", 403 },
                                    { "PUT", at, body, "province", 403 },
                                    { "PUT", at, body, "other-city", 404 },
                                    { "PUT", at, body, "city-sign", 409 },
                                    { "PUT", at, both, "city", 409 },
                                    { "PUT", at, one, "city", 409 },
                                    { "PUT", at, "{\"version\":1,\"zones\":7}", "city", 422 },
                                    { "PUT", at, "{}", "city", 422 },
                                    { "PUT", at, body, "city", 200 },
                                    { "PUT", at, body, "city", 409 },
                                    { NULL } });
    refused(
        cx,
        server_ask(cx, "city", "PUT", at,
                   arena_format(cx->arena, "{\"version\":2,%s", both + strlen("{\"version\":1,"))),
        409, "quota");
}

SERVER_CASE("who is passed over is named with what speaks for it, and wants a written reason")
{
    GivenCity g = given_city(cx);
    const char *at = path(cx, "recommendations", g.id, "");
    good(cx, "city", "PUT", at, order(cx, &g, NULL));
    Answer a = good(cx, "city", "GET", path(cx, "recommendations", g.id, "/candidates"), NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 2);
    EXPECT_TEXT(json_at(a.json, "/rows/1/name")->text, "样例沿黄区");
    EXPECT_TEXT(json_at(a.json, "/rows/1/passed_over")->text, "Q4");
    EXPECT(json_missing(json_at(a.json, "/rows/0/passed_over")));
    refused(cx, acted(cx, &g, "city", "forward"), 409, "passed_over_reason");
    good(cx, "city", "PUT", at, order(cx, &g, "样例理由"));
    EXPECT_INT(acted(cx, &g, "county", "forward").status, 403);
    EXPECT_INT(acted(cx, &g, "other-city", "forward").status, 404);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 409);
    EXPECT_INT(acted(cx, &g, "city", "forward").status, 200);
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), "sign");
}

SERVER_CASE("nothing is recommended without choice, rank or audit")
{
    GivenCity g = given_city(cx);
    const char *at = path(cx, "recommendations", g.id, "");
    refused(cx, acted(cx, &g, "city", "forward"), 409, "rank");
    good(cx, "city", "PUT", at,
         arena_format(cx->arena,
                      "{\"version\":1,\"zones\":[{\"zone_id\":%lld,\"chosen\":false,"
                      "\"passed_over_reason\":\"样例\"},{\"zone_id\":%lld,\"chosen\":false,"
                      "\"passed_over_reason\":\"样例\"}]}",
                      (long long)g.river, (long long)g.other));
    refused(cx, acted(cx, &g, "city", "forward"), 409, "chosen");
    EXPECT_OK(store_run(cx, "DELETE FROM recommendation_finding WHERE rule = 'V1'", NO_ARGS));
    good(cx, "city", "PUT", at, order(cx, &g, "样例理由"));
    refused(cx, acted(cx, &g, "city", "forward"), 409, "findings");
}

/* --- the report --- */

static void reported(Cx *cx)
{
    GivenCity g = given_signed(cx);
    EXPECT_INT(acted(cx, &g, "city", "forward").status, 409);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), testing_key(cx, "reported"));
    EXPECT_TEXT(step_of(cx, "zone", g.other), testing_key(cx, "province"));
    EXPECT_TEXT(step_of(cx, "zone", g.river), testing_key(cx, "not_chosen"));
    Answer a = good(cx, "province", "GET", path(cx, "recommendations", g.id, ""), NULL);
    EXPECT(!json_bool(a.json, "late", true));
    EXPECT(json_text(a.json, "reported_at", NULL));
    List list;
    EXPECT_OK(recommendation_reported(cx, &list, g.batch));
    EXPECT_INT(list.count, 1);
    const Reported *r = list.rows;
    EXPECT_INT(r->zone_id, g.other);
    EXPECT_INT(r->rank, 1);
    EXPECT_TEXT(r->city, "3706");
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 409);
}

SERVER_CASE("the report sends the chosen zone to the province and ends the other, in one act")
{
    reported(cx);
}

SERVER_CASE("the same of a pack that calls each step, rule and decision otherwise")
{
    testing_rename();
    reported(cx);
}

SERVER_CASE("a list to sign lies on the signers' desks, beside the zones")
{
    GivenCity g = given_city(cx);
    EXPECT_INT(json_at(good(cx, "city-fin-sign", "GET", "/api/inbox", NULL).json, "/todo")->count,
               0);
    good(cx, "city", "PUT", path(cx, "recommendations", g.id, ""), order(cx, &g, "样例理由"));
    EXPECT_INT(acted(cx, &g, "city", "forward").status, 200);
    const Json *todo = json_at(good(cx, "city-fin-sign", "GET", "/api/inbox", NULL).json, "/todo");
    EXPECT_INT(todo->count, 1);
    EXPECT_TEXT(json_text(todo->items[0], "noun", NULL), "recommendation");
    EXPECT_INT(json_int(todo->items[0], "noun_id", 0), g.id);
    EXPECT(strstr(json_text(todo->items[0], "zone", ""), "烟台市推荐名单"));
}

SERVER_CASE("the letter wants its number and day before the report, and is a PDF")
{
    GivenCity g = given_signed(cx);
    EXPECT_OK(store_run(cx, "UPDATE recommendation SET letter_number = NULL", NO_ARGS));
    refused(cx, acted(cx, &g, "city-sign", "forward"), 409, "letter_number");
    Answer a =
        server_ask(cx, "city", "GET", path(cx, "recommendations", g.id, "/letter.pdf"), NULL);
    EXPECT_INT(a.status, 200);
    EXPECT(strncmp(a.body, "%PDF", 4) == 0);
}

SERVER_CASE("the deadline holds to the second, and only the province reopens it, on record")
{
    GivenCity g = given_signed(cx);
    const char *again = path(cx, "recommendations", g.id, "/reopen");
    const char *why = "{\"reason\":\"样例：系统停机\"}";
    refused(cx, server_ask(cx, "province-sign", "POST", again, why), 409, "");
    server_clock(TEST_DEADLINE + 1000);
    refused(cx, acted(cx, &g, "city-sign", "forward"), 409, "deadline");
    EXPECT_TEXT(step_of(cx, "zone", g.other), "choose");
    server_table(cx, (const Ask[]){ { "POST", again, why, "guest", 401 },
                                    { "POST", again, why, "city-sign", 403 },
                                    { "POST", again, why, "province", 403 },
                                    { "POST", again, why, "province-fin", 403 },
                                    { "POST", again, "{\"reason\":\"\"}", "province-sign", 422 },
                                    { "POST", again, "{}", "province-sign", 422 },
                                    { "POST", again, why, "province-sign", 200 },
                                    { NULL } });
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), "rank");
    EXPECT_INT(acted(cx, &g, "city", "forward").status, 200);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    EXPECT_INT(acted(cx, &g, "city-fin-sign", "forward").status, 200);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    Answer a = good(cx, "city", "GET", path(cx, "recommendations", g.id, ""), NULL);
    EXPECT(json_bool(a.json, "late", false));
    EXPECT_TEXT(json_text(a.json, "reopen_reason", ""), "样例：系统停机");
}

SERVER_CASE("the last second of the deadline is in time")
{
    GivenCity g = given_signed(cx);
    server_clock(TEST_DEADLINE + 999);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
}

static const char *deadline_of(Cx *cx, const char *noun, int64_t id)
{
    Answer a = good(cx, "city", "GET", path(cx, noun, id, ""), NULL);
    const Json *steps = json_at(a.json, "/flow/steps");
    for (size_t i = 0; i < steps->count; i++)
        if (strcmp(json_text(steps->items[i], "state", ""), "current") == 0)
            return json_text(steps->items[i], "deadline", NULL);
    return NULL;
}

SERVER_CASE("a deadline that the province moves is that of every step that waits for it, at once")
{
    GivenCity g = given_signed(cx);
    const char *at = path(cx, "batches", g.batch, "");
    const char *later = instant_text(cx, TEST_DEADLINE + 300000);
    int64_t filling = testing_candidate(cx, g.batch, "371082", "样例填报区"), before, after;
    EXPECT_OK(
        store_run(cx, "UPDATE process_run SET deadline = $2 WHERE noun = 'zone' AND noun_id <> $1",
                  ARGS(I(filling), I(TEST_DEADLINE))));
    EXPECT_OK(store_run(cx,
                        "UPDATE process_run SET step = 'fill', role = 'zone.fill', deadline = 5 "
                        "WHERE noun = 'zone' "
                        "AND noun_id = $1",
                        ARGS(I(filling))));
    EXPECT_TEXT(deadline_of(cx, "recommendations", g.id), instant_text(cx, TEST_DEADLINE));
    EXPECT_OK(store_int(cx, &before, "SELECT round FROM process_run WHERE noun = 'recommendation'",
                        NO_ARGS));
    server_sweep(cx, &(Ask){ "PUT", at,
                             arena_format(cx->arena, "{\"deadline\":\"%s\",\"version\":1}", later),
                             "province", 200 });
    EXPECT_TEXT(deadline_of(cx, "recommendations", g.id), later);
    EXPECT_TEXT(deadline_of(cx, "zones", g.river), later);
    EXPECT_TEXT(deadline_of(cx, "zones", g.other), later);
    EXPECT_OK(store_int(cx, &after, "SELECT round FROM process_run WHERE noun = 'recommendation'",
                        NO_ARGS));
    EXPECT_INT(after, before);
    EXPECT_OK(store_int(cx, &after,
                        "SELECT deadline FROM process_run WHERE noun = 'zone' "
                        "AND noun_id = $1",
                        ARGS(I(filling))));
    EXPECT_INT(after, 5); /* working days of its own */
    server_clock(TEST_DEADLINE + 60000);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
}

SERVER_CASE("a clock set back does not bring the deadline back")
{
    GivenCity g = given_signed(cx);
    server_clock(TEST_DEADLINE + 1000);
    good(cx, "city-sign", "PUT", path(cx, "recommendations", g.id, ""),
         arena_format(cx->arena, "{\"version\":%lld}", (long long)version_of(cx, &g)));
    server_clock(TEST_NOW);
    refused(cx, acted(cx, &g, "city-sign", "forward"), 409, "deadline");
}

SERVER_CASE(
    "a reported list comes back whole when the province reopens it, and not once it went on")
{
    GivenCity g = given_signed(cx);
    const char *again = path(cx, "recommendations", g.id, "/reopen");
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    good(cx, "province-sign", "POST", again, "{\"reason\":\"样例：名单有误\"}");
    EXPECT_TEXT(step_of(cx, "zone", g.other), "choose");
    EXPECT_TEXT(step_of(cx, "zone", g.river), "choose");
    int64_t held;
    EXPECT_OK(
        store_int(cx, &held, "SELECT count(*) FROM batch_place WHERE code = '3706'", NO_ARGS));
    EXPECT_INT(held, 0);
    EXPECT_INT(acted(cx, &g, "city", "forward").status, 200);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    EXPECT_INT(acted(cx, &g, "city-fin-sign", "forward").status, 200);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    EXPECT_OK(store_run(
        cx,
        "UPDATE process_run SET step = 'review', role = 'zone.review' WHERE noun = 'zone' "
        "AND noun_id = $1",
        ARGS(I(g.other))));
    refused(cx, server_ask(cx, "province-sign", "POST", again, "{\"reason\":\"样例\"}"), 409,
            "zone");
}

/* --- at once, and faults --- */

typedef struct Caller {
    Cx cx;
    const char *as;
    const char *at;
    const char *body;
    int status;
} Caller;

static void *call(void *data)
{
    Caller *c = data;
    c->status = server_ask(&c->cx, c->as, "POST", c->at, c->body).status;
    return NULL;
}

/* Two requests at once; how many were answered with 200. */
static int at_once(Cx *cx, Caller *two)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        two[i].cx = (Cx){ .arena = arena_new(0), .clock = cx->clock };
        EXPECT_INT(pthread_create(&threads[i], NULL, call, &two[i]), 0);
    }
    int through = 0;
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        through += two[i].status == 200;
        arena_free(two[i].cx.arena);
    }
    return through;
}

SERVER_CASE("two people who report at once make one report")
{
    GivenCity g = given_signed(cx);
    const char *at = path(cx, "recommendations", g.id, "/acts");
    const char *body = act(cx, &g, "forward");
    Caller two[] = { { .as = "city-sign", .at = at, .body = body },
                     { .as = "city-sign", .at = at, .body = body } };
    EXPECT_INT(at_once(cx, two), 1);
    int64_t passes;
    EXPECT_OK(store_int(cx, &passes,
                        "SELECT count(*) FROM zone_snapshot WHERE zone_id = $1 AND act = 'pass'",
                        ARGS(I(g.other))));
    EXPECT_INT(passes, 1);
}

SERVER_CASE("two bureaus that sign at once have both signed, and it moves once")
{
    GivenCity g = given_ranked(cx);
    const char *at = path(cx, "recommendations", g.id, "/acts");
    const char *body = act(cx, &g, "forward");
    Caller two[] = { { .as = "city-sign", .at = at, .body = body },
                     { .as = "city-fin-sign", .at = at, .body = body } };
    EXPECT_INT(at_once(cx, two), 2);
    EXPECT_INT(signatures(cx, &g), 2);
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), "report");
}

SERVER_CASE("of two people at one desk who decide at once, one way and the other, one decides")
{
    GivenCity g = given_ranked(cx);
    server_join(cx, "city-sign-2", "city-sign");
    const char *at = path(cx, "recommendations", g.id, "/acts");
    Caller two[] = { { .as = "city-sign", .at = at, .body = act(cx, &g, "forward") },
                     { .as = "city-sign-2", .at = at, .body = act(cx, &g, "back") } };
    EXPECT_OK(store_run(cx, "UPDATE process_desk SET signed_at = 1 WHERE organ_kind = 'finance'",
                        NO_ARGS));
    EXPECT_INT(at_once(cx, two), 1);
    EXPECT_INT(two[0].status + two[1].status, 200 + 409);
    EXPECT_INT(signatures(cx, &g), 1);
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), two[0].status == 200 ? "report" : "rank");
}

SERVER_CASE("a signature under a clock set back counts once, and the history keeps its order")
{
    GivenCity g = given_ranked(cx);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    server_clock(TEST_NOW - 3600000);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 409);
    EXPECT_INT(acted(cx, &g, "city-fin-sign", "forward").status, 200);
    EXPECT_INT(signatures(cx, &g), 2);
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), "report");
    Answer a = good(cx, "city", "GET", path(cx, "recommendations", g.id, ""), NULL);
    EXPECT_TEXT(json_at(a.json, "/history/0/organ_kind")->text, "finance");
    EXPECT_TEXT(json_at(a.json, "/history/1/organ_kind")->text, "rural");
}

SERVER_CASE("of two zones of one county sent up at once exactly one goes through")
{
    int64_t batch = testing_batch(cx);
    int64_t zones[2];
    for (int i = 0; i < 2; i++) {
        zones[i] = testing_candidate(cx, batch, "370683", i ? "样例乙区" : "样例甲区");
        EXPECT_OK(batch_place_free(cx, "370683", zones[i]));
        EXPECT_OK(store_run(cx, "UPDATE zone SET sent_at = NULL WHERE id = $1", ARGS(I(zones[i]))));
        EXPECT_OK(store_run(
            cx,
            "UPDATE process_run SET step = 'submit', role = 'zone.submit' WHERE noun = 'zone' "
            "AND noun_id = $1",
            ARGS(I(zones[i]))));
        EXPECT_OK(store_run(cx,
                            "INSERT INTO process_desk(run_id, level, organ_kind, seat, user_id) "
                            "SELECT id, 'county', 'government', 'signer', 0 FROM process_run "
                            "WHERE noun = 'zone' AND noun_id = $1",
                            ARGS(I(zones[i]))));
        EXPECT_OK(store_run(cx,
                            "INSERT INTO attachment(id, digest, name, size, type, noun, noun_id, "
                            "territory, created_at, created_by) VALUES($1, 'd', '样例', 1, "
                            "'text/plain', 'zone', $1, '370683', 0, 0)",
                            ARGS(I(zones[i]))));
        const Json *items;
        const Pack *pack;
        EXPECT_OK(pack_load(cx, &pack, "packs/lu-2022-26"));
        items = json_get(pack->process, "attachments");
        for (size_t k = 0; k < items->count; k++)
            EXPECT_OK(store_run(cx,
                                "INSERT INTO zone_evidence(zone_id, item, day, document, "
                                "attachment_id, version) VALUES($1, $2, 19000, '样例', $1, 1)",
                                ARGS(I(zones[i]), T(json_text(items->items[k], "key", "")))));
    }
    Caller two[2];
    for (int i = 0; i < 2; i++)
        two[i] = (Caller){ .as = "county-gov",
                           .at = path(cx, "zones", zones[i], "/acts"),
                           .body = "{\"act\":\"forward\",\"round\":1}" };
    EXPECT_INT(at_once(cx, two), 1);
    EXPECT_INT(two[0].status + two[1].status, 200 + 409);
    int64_t sent, places;
    EXPECT_OK(store_int(cx, &sent, "SELECT count(*) FROM zone WHERE sent_at IS NOT NULL", NO_ARGS));
    EXPECT_OK(store_int(cx, &places, "SELECT count(*) FROM batch_place", NO_ARGS));
    EXPECT_INT(sent, 1);
    EXPECT_INT(places, 1);
}

SERVER_CASE("a place of the quota is held by one zone, whoever asks, and is free again afterwards")
{
    int64_t batch = testing_batch(cx);
    int64_t first = testing_candidate(cx, batch, "370683", "样例甲区");
    EXPECT_OK(batch_place_take(cx, batch, "370683", 1, first));
    EXPECT_FAIL(batch_place_take(cx, batch, "370683", 1, first + 1), CONFLICT, "quota");
    EXPECT_OK(batch_place_take(cx, batch, "370683", 2, first + 1));
    EXPECT_OK(batch_place_free(cx, "370683", first));
    EXPECT_OK(batch_place_take(cx, batch, "370683", 2, first + 2));
    EXPECT_FAIL(batch_place_take(cx, batch, "370683", 2, first + 3), CONFLICT, "quota");
    Terms t;
    EXPECT_OK(batch_terms(cx, &t, batch, "370682"));
    EXPECT_TEXT(t.area, "3706");
    EXPECT_OK(batch_terms(cx, &t, batch, "371082"));
    EXPECT_TEXT(t.area, "371082");
    EXPECT_OK(batch_terms(cx, &t, batch, "371002"));
    EXPECT(t.area == NULL);
}

SERVER_CASE(
    "no fault leaves a recommendation half begun, half ranked, half reported or half reopened")
{
    GivenCity g = given_zones(cx);
    server_sweep(cx, &(Ask){ "POST", path(cx, "batches", g.batch, "/recommendations"), CITY_3706,
                             "city", 200 });
    EXPECT_OK(store_int(cx, &g.id, "SELECT id FROM recommendation", NO_ARGS));
    const char *at = path(cx, "recommendations", g.id, "");
    server_sweep(cx,
                 &(Ask){ "PUT", path(cx, "zones", g.river, "/findings"),
                         "[{\"rule\":\"V1\",\"verdict\":\"agree\",\"version\":1}]", "city", 200 });
    server_sweep(cx, &(Ask){ "PUT", at, order(cx, &g, "样例理由"), "city", 200 });
    server_sweep(cx, &(Ask){ "POST", path(cx, "recommendations", g.id, "/acts"),
                             act(cx, &g, "forward"), "city", 200 });
    const char *acts = path(cx, "recommendations", g.id, "/acts");
    server_sweep(cx, &(Ask){ "POST", acts, act(cx, &g, "forward"), "city-sign", 200 });
    EXPECT_INT(signatures(cx, &g), 1);
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), "sign");
    server_sweep(cx, &(Ask){ "POST", acts, act(cx, &g, "forward"), "city-fin-sign", 200 });
    EXPECT_INT(signatures(cx, &g), 2);
    EXPECT_TEXT(step_of(cx, "recommendation", g.id), testing_key(cx, "report"));
    good(cx, "city-sign", "PUT", at,
         arena_format(cx->arena,
                      "{\"version\":%lld,\"letter_number\":\"样例1号\",\"letter_day\":"
                      "\"2022-12-09\"}",
                      (long long)version_of(cx, &g)));
    server_sweep(cx, &(Ask){ "POST", path(cx, "recommendations", g.id, "/acts"),
                             act(cx, &g, "forward"), "city-sign", 200 });
    server_sweep(cx, &(Ask){ "POST", path(cx, "recommendations", g.id, "/reopen"),
                             "{\"reason\":\"样例\"}", "province-sign", 200 });
}

/* --- the board --- */

SERVER_CASE(
    "the board tells who has, has not and is late, to the province all and to a city itself")
{
    GivenCity g = given_signed(cx);
    const char *at = path(cx, "batches", g.batch, "/recommendations");
    server_table(cx, (const Ask[]){ { "GET", at, NULL, "guest", 401 },
                                    { "GET", at, NULL, "county", 403 },
                                    { "GET", at, NULL, "expert", 403 },
                                    { "GET", at, NULL, "auditadmin", 403 },
                                    { "GET", path(cx, "batches", 99, "/recommendations"), NULL,
                                      "province", 404 },
                                    { NULL } });
    Answer a = good(cx, "city", "GET", at, NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 1);
    EXPECT_INT(json_at(a.json, "/rows/0/quota")->integer, 1);
    EXPECT_INT(json_at(a.json, "/rows/0/recommended")->integer, 0);
    EXPECT_INT(acted(cx, &g, "city-sign", "forward").status, 200);
    a = good(cx, "province", "GET", at, NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 2);
    EXPECT_INT(json_at(a.json, "/rows/0/recommended")->integer, 1);
    EXPECT_INT(json_at(a.json, "/rows/0/zones")->integer, 2);
    EXPECT_INT(json_at(a.json, "/rows/1/own")->integer, 1);
    EXPECT(json_missing(json_at(a.json, "/rows/1/reported_at")));
    EXPECT_TEXT(json_at(a.json, "/missing/0/code")->text, "371082");
    EXPECT_TEXT(json_at(a.json, "/tiers/1/sum")->text, "2000");
    EXPECT_INT(json_at(a.json, "/tiers/0/quota")->integer, 1);
}
