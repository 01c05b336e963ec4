/* What checks find, as rows of the register of problems; and the rounds that look. */
#include "base/log.h"
#include "core/register/quality_round.h"
#include "core/request/job.h"
#include "modules/register_testing.h"
#include "policy/register/problem_role.h"
#include "store/store_testing.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"
#define WELL     "/api/registers/well"
#define PROBLEM  "/api/registers/problem"
#define ROUNDS   "/api/registers/quality_round"

extern const Module quality_round_module;

/* The one number of a literal select; UNSET where it fails. */
static int64_t number;
#define NUMBER(cx, sql) (number = UNSET, (void)store_int(cx, &number, "" sql, NO_ARGS), number)

static Answer act(Cx *cx, const char *noun, int64_t id, const char *act, const char *who)
{
    const char *row = arena_format(cx->arena, "/api/registers/%s/%lld", noun, (long long)id);
    Answer a = server_ask(cx, who, "GET", row, NULL);
    const char *body =
        arena_format(cx->arena, "{\"act\":\"%s\",\"version\":%lld,\"reason\":\"样例理由\"}", act,
                     (long long)json_int(a.json, "version", 0));
    return server_ask(cx, who, "POST", arena_format(cx->arena, "%s/acts", row), body);
}

/* rest: fields, each with a comma before it. */
static Answer change(Cx *cx, const char *noun, int64_t id, const char *rest, const char *who)
{
    const char *row = arena_format(cx->arena, "/api/registers/%s/%lld", noun, (long long)id);
    Answer a = server_ask(cx, who, "GET", row, NULL);
    return server_ask(cx, who, "PUT", row,
                      arena_format(cx->arena, "{\"version\":%lld%s}",
                                   (long long)json_int(a.json, "version", 0), rest));
}

static int64_t given_draft(Cx *cx, const char *called, const char *cost)
{
    Answer a = server_ask(
        cx, "village", "POST", WELL,
        arena_format(cx->arena,
                     "{\"territory\":\"370683100200\",\"number\":\"%s\",\"kind\":\"dug\","
                     "\"keeper\":%lld,\"dug_on\":\"2022-11-01\",\"usable\":true,\"cost\":\"%s\"}",
                     called, (long long)server_organ(cx, "village"), cost));
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

static Answer say_why(Cx *cx, int64_t id)
{
    return server_ask(cx, "village", "POST",
                      arena_format(cx->arena, WELL "/%lld/reasons", (long long)id),
                      "{\"check\":\"W2\",\"reason\":\"样例：深井\"}");
}

/* A well whose price warns, sent with a reason. */
static int64_t given_well(Cx *cx, const char *called)
{
    int64_t id = given_draft(cx, called, "25");
    EXPECT_INT(say_why(cx, id).status, 200);
    EXPECT_INT(act(cx, "well", id, "forward", "village").status, 200);
    return id;
}

static void run_round(Cx *cx, const char *kind)
{
    static const char *const CAST[] = { "county", "county-check", "other-county", "township",
                                        "village" };
    for (size_t i = 0; i < COUNT(CAST); i++)
        EXPECT(server_ask(cx, CAST[i], "GET", "/api/registers", NULL).status == 200);
    cx->user = NULL;
    server_clock(cx_now(cx) +
                 11 * 60000); /* the margin is shorter; a session that is used lasts longer */
    EXPECT_OK(quality_round_start(cx, kind));
    EXPECT_INT(register_testing_jobs(cx), 1);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM quality_round WHERE state = 'running'"), 0);
}

static const char *state_of(Cx *cx, int64_t id)
{
    const char *row = arena_format(cx->arena, PROBLEM "/%lld", (long long)id);
    return json_text(server_ask(cx, "county", "GET", row, NULL).json, "state", "");
}

#define OF_PRICE "SELECT max(id) FROM problem WHERE check_id = 'W2'"
#define PRICES   "SELECT count(*) FROM problem WHERE check_id = 'W2'"

SERVER_CASE(
    "a warning passed with a reason, and what cannot be told, are problems once, and closed "
    "once they are mended")
{
    register_testing_pack(cx, INVENTED);
    int64_t id = given_well(cx, "1");
    given_draft(cx, "2", "25"); /* its writer's alone */
    run_round(cx, "nightly");
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM problem"), 2);
    run_round(cx, "nightly");
    run_round(cx, "monthly");
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM problem"), 2);
    int64_t problem = NUMBER(cx, OF_PRICE);
    Answer a = server_ask(cx, "county", "GET",
                          arena_format(cx->arena, PROBLEM "/%lld", (long long)problem), NULL);
    EXPECT_TEXT(json_text(a.json, "state", ""), "ordering");
    EXPECT_TEXT(json_text(a.json, "source", ""), "system");
    EXPECT_TEXT(json_text(a.json, "origin", ""), "generated");
    EXPECT_TEXT(json_text(a.json, "check_id", ""), "W2");
    EXPECT_TEXT(json_text(a.json, "basis", ""), "二.2");
    EXPECT_TEXT(json_text(a.json, "about", ""), "well");
    EXPECT_INT(json_int(a.json, "about_id", 0), id);
    EXPECT_TEXT(json_text(a.json, "territory", ""), "370683100200");
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM problem WHERE check_id = 'W3' AND title LIKE "
                          "'%待补配套水泵%'"),
               1);
    EXPECT_INT(act(cx, "well", id, "back", "township").status, 200);
    EXPECT_INT(change(cx, "well", id, ",\"cost\":\"12\"", "village").status, 200);
    run_round(cx, "nightly");
    EXPECT_TEXT(state_of(cx, problem), "closed");
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM problem WHERE state = 'closed' AND system_note "
                          "LIKE '%系统自动销号%'"),
               1);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM process_act WHERE act = 'pass'"), 1);
    EXPECT_INT(change(cx, "well", id, ",\"cost\":\"30\"", "village").status, 200);
    run_round(cx, "nightly");
    EXPECT_INT(NUMBER(cx, PRICES), 2);
    EXPECT(NUMBER(cx, OF_PRICE) > problem);
}

SERVER_CASE("a reason stands for the value that it was written for")
{
    register_testing_pack(cx, INVENTED);
    int64_t id = given_draft(cx, "1", "25");
    EXPECT_INT(say_why(cx, id).status, 200);
    EXPECT_INT(change(cx, "well", id, ",\"cost\":\"26\"", "village").status, 200);
    EXPECT_INT(act(cx, "well", id, "forward", "village").status, 409);
    EXPECT_INT(change(cx, "well", id, ",\"cost\":\"25\"", "village").status, 200);
    EXPECT_INT(change(cx, "well", id, ",\"depth\":\"9\"", "village").status, 200);
    EXPECT_INT(act(cx, "well", id, "forward", "village").status, 200);
}

SERVER_CASE("a night looks at what changed since the night before, a month at all rows")
{
    register_testing_pack(cx, INVENTED);
    for (int i = 0; i < 3; i++)
        given_well(cx, arena_format(cx->arena, "%d", i));
    run_round(cx, "nightly");
    EXPECT_INT(NUMBER(cx, "SELECT seen FROM quality_round WHERE id = 1"), 3);
    given_well(cx, "9");
    run_round(cx, "nightly");
    EXPECT_INT(NUMBER(cx, "SELECT seen FROM quality_round WHERE id = 2"), 1);
    EXPECT_INT(NUMBER(cx, "SELECT made FROM quality_round WHERE id = 2"), 2);
    run_round(cx, "monthly");
    EXPECT_INT(NUMBER(cx, "SELECT seen FROM quality_round WHERE id = 3"), 4);
    EXPECT_INT(NUMBER(cx, "SELECT made FROM quality_round WHERE id = 3"), 0);
}

SERVER_CASE("the rounds come by themselves, once a night and monthly over all, and their keeper "
            "alone sees them")
{
    register_testing_pack(cx, INVENTED);
    given_well(cx, "1");
    cx->user = NULL;
    for (int hour = 0; hour < 72; hour++) {
        server_clock(cx_now(cx) + 3600000);
        EXPECT_OK(quality_round_module.tidy(cx));
        register_testing_jobs(cx);
    }
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM quality_round WHERE kind = 'monthly'"), 1);
    int64_t rounds = NUMBER(cx, "SELECT count(*) FROM quality_round");
    EXPECT(rounds >= 3 && rounds <= 4);
    EXPECT_INT(NUMBER(cx, PRICES), 1);
    server_join(cx, "keeper", "sysadmin"); /* signed in now */
    server_join(cx, "outsider", "county");
    server_table(cx, (const Ask[]){ { "GET", ROUNDS, NULL, "guest", 401 },
                                    { "GET", ROUNDS, NULL, "outsider", 403 },
                                    { "GET", ROUNDS, NULL, "keeper", 200 },
                                    { "POST", ROUNDS, "{}", "keeper", 403 },
                                    { NULL } });
    EXPECT_INT(json_int(server_ask(cx, "keeper", "GET", ROUNDS, NULL).json, "total", 0), rounds);
}

SERVER_CASE("a round cut off at any call of the store goes on, with nothing doubled or lost")
{
    register_testing_pack(cx, INVENTED);
    given_well(cx, "1");
    given_well(cx, "2");
    cx->user = NULL;
    EXPECT_OK(quality_round_start(cx, "monthly"));
    for (int n = 1; NUMBER(cx, "SELECT ended_at FROM quality_round WHERE id = 1") == UNSET; n++) {
        bool ran;
        log_set_level(LOG_ERROR_ + 1);
        store_testing_fail(n, DOWN);
        (void)job_step(cx, &ran);
        store_testing_fail(0, OK);
        log_set_level(LOG_ERROR_);
        server_clock(cx_now(cx) + 27 * 3600000LL);
        EXPECT_OK(quality_round_module.tidy(cx));
        int64_t problems = NUMBER(cx, "SELECT count(*) FROM problem");
        EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM quality_finding"), problems);
        EXPECT(n < 3000);
    }
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM problem"), 4);
    EXPECT_INT(NUMBER(cx, "SELECT made FROM quality_round WHERE id = 1"), 4);
    EXPECT_INT(NUMBER(cx, "SELECT seen FROM quality_round WHERE id = 1"), 2);
}

SERVER_CASE("a problem is ordered, mended by the organ it names and verified by another; closed by "
            "people it comes back with another value alone")
{
    register_testing_pack(cx, INVENTED);
    int64_t id = given_well(cx, "1");
    run_round(cx, "nightly");
    int64_t problem = NUMBER(cx, OF_PRICE);
    EXPECT_INT(act(cx, "problem", problem, "forward", "county").status, 403);
    EXPECT_INT(act(cx, "problem", problem, "forward", "county-check").status, 409);
    const char *order = arena_format(
        cx->arena, ",\"order\":\"样例：核减\",\"due_on\":\"2099-01-01\",\"organ\":%lld",
        (long long)server_organ(cx, "village"));
    EXPECT_INT(change(cx, "problem", problem, ",\"title\":\"样例\"", "county-check").status, 409);
    EXPECT_INT(change(cx, "problem", problem, order, "county-check").status, 200);
    EXPECT_INT(act(cx, "problem", problem, "forward", "county-check").status, 200);
    EXPECT_INT(act(cx, "problem", problem, "forward", "village").status, 409);
    EXPECT_INT(change(cx, "problem", problem, ",\"reply\":\"样例：已核减\"", "village").status,
               200);
    EXPECT_INT(act(cx, "problem", problem, "forward", "village").status, 200);
    EXPECT_INT(act(cx, "problem", problem, "forward", "village").status, 403);
    EXPECT_INT(act(cx, "problem", problem, "forward", "county-check").status, 200);
    EXPECT_TEXT(state_of(cx, problem), "closed");
    run_round(cx, "monthly");
    EXPECT_INT(NUMBER(cx, PRICES), 1);
    EXPECT_INT(act(cx, "well", id, "back", "township").status, 200);
    EXPECT_INT(change(cx, "well", id, ",\"cost\":\"31\"", "village").status, 200);
    run_round(cx, "nightly");
    EXPECT_INT(NUMBER(cx, PRICES), 2);
}

SERVER_CASE("another county sees no problem of this one, and nobody but the program says that it "
            "found one")
{
    register_testing_pack(cx, INVENTED);
    given_well(cx, "1");
    run_round(cx, "nightly");
    const char *row = arena_format(cx->arena, PROBLEM "/%lld", (long long)NUMBER(cx, OF_PRICE));
    const char *said = "{\"territory\":\"370683\",\"number\":\"1\",\"title\":\"样例问题\","
                       "\"day\":\"2022-11-01\",\"source\":\"system\"}";
    server_table(cx, (const Ask[]){ { "GET", row, NULL, "guest", 401 },
                                    { "GET", row, NULL, "other-county", 404 },
                                    { "GET", row, NULL, "county", 200 },
                                    { "POST", PROBLEM, said, "county", 422 },
                                    { NULL } });
    EXPECT_INT(json_int(server_ask(cx, "other-county", "GET", PROBLEM, NULL).json, "total", -1), 0);
    EXPECT_INT(json_int(server_ask(cx, "county", "GET", PROBLEM, NULL).json, "total", -1), 2);
}

SERVER_CASE("of values that are personal, sealed or sensitive a problem has none, nor has its "
            "record")
{
    register_testing_pack(cx, INVENTED);
    const char *body = "{\"territory\":\"370683100200\",\"number\":\"1\",\"person\":\"密语甲\","
                       "\"identity\":\"密语乙\",\"kind\":\"post\",\"amount\":\"10\","
                       "\"illness\":\"密语丙\"}";
    Answer a = server_ask(cx, "village", "POST", "/api/registers/stipend", body);
    EXPECT_INT(a.status, 200);
    int64_t before = NUMBER(cx, "SELECT coalesce(max(number), 0) FROM audit");
    EXPECT_INT(act(cx, "stipend", json_int(a.json, "id", 0), "forward", "village").status, 200);
    EXPECT(before > 0);
    run_round(cx, "nightly");
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM problem WHERE check_id = 'S1'"), 1);
    int64_t problem = NUMBER(cx, "SELECT id FROM problem WHERE check_id = 'S1'");
    const char *row = arena_format(cx->arena, PROBLEM "/%lld", (long long)problem);
    const char *paths[] = { row, arena_format(cx->arena, "%s/history", row),
                            arena_format(cx->arena, "%s/flow", row), PROBLEM };
    for (size_t i = 0; i < COUNT(paths); i++) {
        Answer told = server_ask(cx, "county", "GET", paths[i], NULL);
        EXPECT_INT(told.status, 200);
        EXPECT(!strstr(told.body, "密语"));
    }
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM process_run WHERE title LIKE '%密语%' AND noun = "
                          "'problem'"),
               0);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM quality_finding WHERE digest LIKE '%密语%'"), 0);
}

/* --- the role --- */

CASE("a register claims the role with all that the program needs of it")
{
#define ROLE "\"role\":\"problem\","
#define WAY                                                                                        \
    "\"process\":\"problem\",\"actors\":{\"read\":[\"x.*\"],\"write\":[\"c.r.h\"],\"check\":[\"c." \
    "r.k\"]}"
#define HELP "\"help\":{\"zh\":\"样例\",\"en\":\"as it is\"},"
#define NONE "\"actors\":{\"read\":[\"x.*\"],\"write\":[\"c.r.h\"]}"
    static const struct {
        const char *role, *place, *way, *key, *source, *at;
    } TRIES[] = {
        { "\"role\":\"planet\",", "any", WAY, "number", "system", "/role" },
        { "\"role\":\"zone.site\",", "any", WAY, "number", "system", "/role" },
        { ROLE, "county", WAY, "number", "system", "/place" },
        { ROLE, "any", NONE, "number", "system", "/process" },
        { ROLE, "any", WAY, "title", "system", "/key" },
        { ROLE, "any", WAY, "number", "robot", "source" },
        { ROLE, "any", WAY, "number", "system", "/role" }, /* a second of the pack */
    };
    for (size_t i = 0; i < COUNT(TRIES); i++) {
        const char *text = arena_format(
            cx->arena,
            "{\"noun\":\"lapse\",\"zh\":\"样例\",\"en\":\"Samples\",%s\"place\":\"%s\",%s,"
            "\"key\":[\"territory\",\"%s\"],\"name\":\"title\",\"list\":[\"title\"],\"fields\":["
            "{\"key\":\"number\",\"zh\":\"号\",\"en\":\"N\"," HELP "\"type\":\"text\",\"max\":99},"
            "{\"key\":\"title\",\"zh\":\"题\",\"en\":\"T\"," HELP "\"type\":\"text\",\"max\":200},"
            "{\"key\":\"day\",\"zh\":\"日\",\"en\":\"D\"," HELP "\"type\":\"date\"},"
            "{\"key\":\"organ\",\"zh\":\"单位\",\"en\":\"O\"," HELP
            "\"type\":\"link\",\"link\":\"organ\"},"
            "{\"key\":\"source\",\"zh\":\"源\",\"en\":\"S\"," HELP "\"type\":\"enum\",\"options\":["
            "{\"key\":\"%s\",\"zh\":\"系统\",\"en\":\"System\"},"
            "{\"key\":\"audit\",\"zh\":\"审计\",\"en\":\"Audit\"}]}]}",
            TRIES[i].role, TRIES[i].place, TRIES[i].way, TRIES[i].key, TRIES[i].source);
        const PackFile file = { "registers/lapse.json", text, strlen(text) };
        const Pack *pack;
        Findings findings = { 0 };
        EXPECT_OK(pack_read(cx, &pack, &findings, &(PackSource){ "packs/lu-2022-26", &file, 1 }));
        bool found = false;
        for (size_t k = 0; k < findings.count; k++)
            found |= strcmp(findings.items[k].at, TRIES[i].at) == 0;
        EXPECT(found);
    }
}
