#include "modules/review/review_inside.h"

#include "modules/expert/expert_testing.h"
#include "modules/review/review_testing.h"
#include "modules/server_testing.h"

#include <pthread.h>

#define OPEN  "/api/batches/1/review/paper/open"
#define SEAL  "/api/batches/1/review/paper/seal"
#define ROUND "/api/batches/1/review/paper"

static const char *until(Cx *cx, int64_t days)
{
    return arena_format(cx->arena, "{\"deadline\":\"%s\"}",
                        instant_text(cx, cx_now(cx) + days * DAY_MS));
}

static const char *sheet_path(Cx *cx, int64_t id, const char *more)
{
    return arena_format(cx->arena, "/api/review/sheets/%lld%s", (long long)id, more);
}

static const char *one(Cx *cx, int version, const char *item, int points)
{
    return arena_format(cx->arena, "{\"version\":%d,\"scores\":[{\"item\":\"%s\",\"points\":%d}]}",
                        version, item, points);
}

SERVER_CASE("a round is opened by the province's rural bureau, with a panel, to a day that comes")
{
    testing_review(cx);
    server_table(cx, (const Ask[]){ { "GET", ROUND, NULL, "guest", 401 },
                                    { "GET", ROUND, NULL, "city", 403 },
                                    { "GET", ROUND, NULL, "expert", 403 },
                                    { "GET", ROUND, NULL, "sysadmin", 403 },
                                    { "GET", ROUND, NULL, "province-fin", 200 },
                                    { "GET", "/api/batches/1/review/moon", NULL, "province", 404 },
                                    { "GET", "/api/batches/9/review/paper", NULL, "province", 404 },
                                    { "POST", OPEN, until(cx, 1), "guest", 401 },
                                    { "POST", OPEN, until(cx, 1), "county", 403 },
                                    { "POST", OPEN, until(cx, 1), "expert", 403 },
                                    { "POST", OPEN, until(cx, 1), "province-fin", 403 },
                                    { "POST", OPEN, until(cx, 1), "province", 409 },
                                    { "POST", SEAL, "{}", "province", 404 },
                                    { NULL } });
    testing_panel(cx);
    server_table(cx, (const Ask[]){ { "POST", OPEN, until(cx, -1), "province", 422 },
                                    { "POST", OPEN, "{}", "province", 422 },
                                    { "POST", OPEN, until(cx, 2), "province", 200 },
                                    { "POST", OPEN, until(cx, 1), "province", 422 },
                                    { "POST", OPEN, until(cx, 3), "province", 200 },
                                    { "POST", SEAL, "{}", "province", 409 },
                                    { "POST", SEAL, "{}", "province-fin", 403 },
                                    { NULL } });
    Answer a = server_ask(cx, "province", "GET", ROUND, NULL);
    EXPECT_INT(json_int(a.json, "lacking", 0), 5);
    EXPECT(!strstr(a.body, "\"score\"") && !strstr(a.body, "\"total\""));
    EXPECT(!json_at(a.json, "/may/seal")->boolean);
}

SERVER_CASE("an expert has his own sheets and nobody else's")
{
    const char *me, *other;
    testing_review(cx);
    testing_round(cx);
    int64_t mine = testing_sheet(cx, "paper", 1, 0, &me);
    int64_t his = testing_sheet(cx, "paper", 1, 1, &other);
    static const char *const ROLES[] = { "province", "county", "city", "sysadmin", "auditadmin" };
    for (size_t i = 0; i < COUNT(ROLES); i++)
        server_table(
            cx, (const Ask[]){ { "GET", "/api/review/sheets", NULL, ROLES[i], 403 },
                               { "GET", sheet_path(cx, mine, ""), NULL, ROLES[i], 403 },
                               { "GET", sheet_path(cx, mine, "/dossier"), NULL, ROLES[i], 403 },
                               { NULL } });
    server_table(
        cx,
        (const Ask[]){ { "GET", "/api/review/sheets", NULL, "guest", 401 },
                       { "GET", "/api/review/sheets", NULL, "expert", 200 },
                       { "GET", sheet_path(cx, mine, ""), NULL, me, 200 },
                       { "GET", sheet_path(cx, his, ""), NULL, me, 404 },
                       { "GET", sheet_path(cx, his, "/dossier"), NULL, me, 404 },
                       { "GET", sheet_path(cx, his, "/attachments"), NULL, me, 404 },
                       { "GET", sheet_path(cx, his, "/attachments/1"), NULL, me, 404 },
                       { "PUT", sheet_path(cx, his, ""), one(cx, 1, "will", 900), me, 404 },
                       { "POST", sheet_path(cx, his, "/submit"), "{\"version\":1}", me, 404 },
                       { "POST", sheet_path(cx, his, "/recuse"), "{\"reason\":\"样例\"}", me, 404 },
                       { "GET", sheet_path(cx, 999, ""), NULL, me, 404 },
                       { "GET", "/api/zones/1", NULL, me, 403 },
                       { "GET", "/api/batches/1/document", NULL, me, 403 },
                       { NULL } });
    EXPECT_INT(
        json_int(server_ask(cx, "expert", "GET", "/api/review/sheets", NULL).json, "total", 9), 0);
    EXPECT_INT(json_int(server_ask(cx, me, "GET", "/api/review/sheets", NULL).json, "total", 9), 1);
}

SERVER_CASE("points lie in their range and step; an extreme score wants a reason; once is enough")
{
    const char *me;
    testing_review(cx);
    testing_round(cx);
    int64_t id = testing_sheet(cx, "paper", 1, 0, &me);
    const char *path = sheet_path(cx, id, ""), *submit = sheet_path(cx, id, "/submit");
    server_table(cx, (const Ask[]){ { "PUT", path, one(cx, 1, "will", -50), me, 422 },
                                    { "PUT", path, one(cx, 1, "will", 1550), me, 422 },
                                    { "PUT", path, one(cx, 1, "will", 925), me, 422 },
                                    { "PUT", path, one(cx, 1, "clarity", 900), me, 422 },
                                    { "PUT", path, "{\"version\":1,\"scores\":[{}]}", me, 422 },
                                    { "PUT", path, "{\"scores\":[]}", me, 422 },
                                    { "PUT", path, "{\"version\":1,\"zone\":1}", me, 422 },
                                    { "PUT", path, one(cx, 1, "will", 950), me, 200 },
                                    { "PUT", path, one(cx, 1, "will", 950), me, 409 },
                                    { "POST", submit, "{\"version\":2}", me, 409 },
                                    { NULL } });
    Answer a = server_ask(cx, me, "PUT", path,
                          "{\"version\":2,\"note\":\"样例意见\",\"scores\":["
                          "{\"item\":\"industry\",\"points\":2400},"
                          "{\"item\":\"layout\",\"points\":1600},"
                          "{\"item\":\"guarantee\",\"points\":1600},"
                          "{\"item\":\"content\",\"points\":1600}]}");
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "total", 0), 8150);
    EXPECT_TEXT(json_at(a.json, "/lacks/0")->text, "industry");
    a = server_ask(cx, me, "POST", submit, "{\"version\":3}");
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "industry");
    server_table(
        cx,
        (const Ask[]){ { "PUT", path,
                         "{\"version\":3,\"scores\":[{\"item\":\"industry\",\"points\":2400,"
                         "\"reason\":\"三个产业项目均写明联结方式和户数，测算有依据可核对。\"}]}",
                         me, 200 },
                       { "POST", submit, "{\"version\":3}", me, 409 },
                       { "POST", submit, "{\"version\":4}", me, 200 },
                       { "POST", submit, "{\"version\":5}", me, 409 },
                       { "PUT", path, one(cx, 5, "will", 1000), me, 409 },
                       { "POST", sheet_path(cx, id, "/recuse"), "{\"reason\":\"样例\"}", me, 409 },
                       { NULL } });
}

SERVER_CASE("nothing is seen before the seal and nothing changes after it")
{
    const char *me;
    testing_review(cx);
    testing_round(cx);
    server_table(cx, (const Ask[]){ { "GET", ROUND "/result", NULL, "province", 409 },
                                    { "GET", ROUND "/result", NULL, "expert", 403 },
                                    { "GET", ROUND "/result", NULL, "county", 403 },
                                    { NULL } });
    for (int n = 0; n < 4; n++) {
        int64_t id = testing_sheet(cx, "paper", 1, n, &me);
        EXPECT_INT(testing_score(cx, me, id, 60 + 10 * n), 200);
    }
    server_table(cx, (const Ask[]){ { "POST", SEAL, "{}", "province", 409 }, { NULL } });
    int64_t last = testing_sheet(cx, "paper", 1, 4, &me);
    EXPECT_INT(server_ask(cx, me, "PUT", sheet_path(cx, last, ""), one(cx, 1, "will", 900)).status,
               200);
    server_clock(cx_now(cx) + TESTING_ROUND_MS + 1000);
    const char *again =
        arena_format(cx->arena, "{\"deadline\":\"%s\"}", instant_text(cx, cx_now(cx) - 1000));
    server_table(cx, (const Ask[]){ { "POST", SEAL, "{}", "province", 200 },
                                    { "POST", SEAL, "{}", "province", 409 },
                                    { "POST", OPEN, until(cx, 9), "province", 409 },
                                    { "POST", OPEN, again, "province", 409 },
                                    { NULL } });
    server_clock(cx_now(cx) - TESTING_ROUND_MS);
    server_table(cx,
                 (const Ask[]){
                     { "PUT", sheet_path(cx, last, ""), one(cx, 2, "will", 900), me, 409 },
                     { "POST", sheet_path(cx, last, "/recuse"), "{\"reason\":\"样例\"}", me, 409 },
                     { "GET", ROUND "/result", NULL, "province-fin", 200 },
                     { NULL } });
    Answer a = server_ask(cx, "province", "GET", ROUND "/result", NULL);
    EXPECT_INT(json_at(a.json, "/zones/0/sheets")->integer, 4);
    EXPECT_INT(json_at(a.json, "/zones/0/used")->integer, 2);
    EXPECT_INT(json_at(a.json, "/zones/0/score")->integer, 75000000);
    EXPECT_TEXT(json_at(a.json, "/zones/0/arithmetic/text")->text, "(70 + 80) ÷ 2 = 75");
    bool sealed;
    List results;
    server_as(cx, "province");
    EXPECT_OK(review_sealed(cx, &sealed, 1, "paper"));
    EXPECT(sealed);
    EXPECT_OK(review_results(cx, &results, 1, "paper"));
    EXPECT_INT(results.count, 1);
    EXPECT_INT(((ReviewResult *)results.rows)->score, 75000000);
}

SERVER_CASE("a clock set back opens no deadline again")
{
    const char *me;
    testing_review(cx);
    testing_round(cx);
    int64_t id = testing_sheet(cx, "paper", 1, 0, &me);
    int64_t before = cx_now(cx);
    server_clock(before + TESTING_ROUND_MS + 1000);
    EXPECT_INT(server_ask(cx, me, "PUT", sheet_path(cx, id, ""), one(cx, 1, "will", 900)).status,
               409);
    server_ask(cx, "province", "POST", "/api/experts",
               "{\"number\":\"E99\",\"name\":\"样例专家\",\"field\":\"产业\",\"organ\":\"样例\","
               "\"region\":\"370102\"}");
    server_clock(before + 1000);
    Answer a = server_ask(cx, me, "PUT", sheet_path(cx, id, ""), one(cx, 1, "will", 900));
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_at(a.json, "/error/field")->text, "deadline");
}

SERVER_CASE("who recuses himself is out at once, and the substitute gets a sheet")
{
    const char *me, *next;
    int64_t count;
    testing_review(cx);
    testing_round(cx);
    int64_t id = testing_sheet(cx, "paper", 1, 2, &me);
    const char *path = sheet_path(cx, id, "/recuse");
    server_table(cx,
                 (const Ask[]){ { "POST", path, "{\"reason\":\"样例\"}", "guest", 401 },
                                { "POST", path, "{\"reason\":\"样例\"}", "province", 403 },
                                { "POST", path, "{}", me, 422 },
                                { "POST", path, "{\"reason\":\"样例：与单位有往来\"}", me, 200 },
                                { "POST", path, "{\"reason\":\"样例：与单位有往来\"}", me, 403 },
                                { "GET", sheet_path(cx, id, "/dossier"), NULL, me, 403 },
                                { "PUT", sheet_path(cx, id, ""), one(cx, 2, "will", 900), me, 403 },
                                { NULL } });
    EXPECT_OK(store_int(cx, &count,
                        "SELECT count(*) FROM review_sheet WHERE state = 'open' AND zone_id = 1",
                        NO_ARGS));
    EXPECT_INT(count, 5);
    int64_t his = testing_sheet(cx, "paper", 1, 4, &next);
    EXPECT(strcmp(next, me) != 0);
    EXPECT_INT(server_ask(cx, next, "GET", sheet_path(cx, his, "/dossier"), NULL).status, 200);
}

SERVER_CASE("a recusal on the expert's own page gives the substitute his sheet in the same act")
{
    const char *me, *next;
    int64_t open;
    testing_review(cx);
    testing_round(cx);
    testing_sheet(cx, "paper", 1, 2, &me);
    server_sweep(cx, &(Ask){ "POST", "/api/expert/recusals",
                             "{\"batch_id\":1,\"zone_id\":1,\"reason\":\"样例\"}", me, 200 });
    EXPECT_OK(store_int(cx, &open,
                        "SELECT count(*) FROM review_sheet WHERE state = 'open' AND zone_id = 1",
                        NO_ARGS));
    EXPECT_INT(open, 5);
    int64_t his = testing_sheet(cx, "paper", 1, 4, &next);
    EXPECT(strcmp(next, me) != 0);
    EXPECT_INT(server_ask(cx, next, "GET", sheet_path(cx, his, "/dossier"), NULL).status, 200);
}

SERVER_CASE("the report names the sheet and the expert that lie far from the others")
{
    const char *me;
    testing_review(cx);
    testing_review_zone(cx, "样例二区", "370682");
    testing_round(cx);
    for (int64_t zone = 1; zone <= 2; zone++)
        for (int n = 0; n < 5; n++) {
            int64_t id = testing_sheet(cx, "paper", zone, n, &me);
            EXPECT_INT(testing_score(cx, me, id, n == 0 ? 50 : 80), 200);
        }
    EXPECT_INT(server_ask(cx, "province", "POST", SEAL, "{}").status, 200);
    Answer a = server_ask(cx, "province", "GET", ROUND "/result", NULL);
    const Json *zones = json_get(a.json, "zones");
    EXPECT_INT(zones->count, 2);
    EXPECT_INT(json_at(a.json, "/zones/0/mean")->integer, 74000000);
    EXPECT_INT(json_at(a.json, "/zones/0/score")->integer, 80000000);
    EXPECT_INT(json_at(a.json, "/zones/0/marks/0/off")->integer, -24000000);
    EXPECT(json_at(a.json, "/zones/0/marks/0/outlier")->boolean);
    EXPECT(!json_at(a.json, "/zones/0/marks/1/outlier")->boolean);
    EXPECT_INT(json_at(a.json, "/zones/0/deviation")->integer, 12000000);
    EXPECT(json_at(a.json, "/zones/0/marks/0/items")->count == 5);
}

SERVER_CASE("no fault leaves a round half opened, a sheet half saved or a seal half set")
{
    const char *me;
    testing_review(cx);
    testing_panel(cx);
    server_sweep(cx, &(Ask){ "POST", OPEN, until(cx, 1), "province", 200 });
    int64_t id = testing_sheet(cx, "paper", 1, 0, &me);
    server_sweep(cx, &(Ask){ "PUT", sheet_path(cx, id, ""), one(cx, 1, "will", 900), me, 200 });
    server_sweep(cx,
                 &(Ask){ "POST", sheet_path(cx, id, "/recuse"), "{\"reason\":\"样例\"}", me, 200 });
    for (int n = 0; n < 4; n++) {
        id = testing_sheet(cx, "paper", 1, n, &me);
        EXPECT_INT(testing_score(cx, me, id, 70), 200);
    }
    id = testing_sheet(cx, "paper", 1, 4, &me);
    EXPECT_INT(server_ask(cx, me, "PUT", sheet_path(cx, id, ""),
                          "{\"version\":1,\"scores\":["
                          "{\"item\":\"industry\",\"points\":2000},"
                          "{\"item\":\"will\",\"points\":1000},"
                          "{\"item\":\"layout\",\"points\":1600},"
                          "{\"item\":\"guarantee\",\"points\":1600},"
                          "{\"item\":\"content\",\"points\":1600}]}")
                   .status,
               200);
    server_sweep(cx, &(Ask){ "POST", sheet_path(cx, id, "/submit"), "{\"version\":2}", me, 200 });
    server_sweep(cx, &(Ask){ "POST", SEAL, "{}", "province", 200 });
}

/* --- at once --- */

enum { EXPERTS_AT_ONCE = 5, ZONES_AT_ONCE = 4 };

/* One expert in a thread of his own, with an arena of his own. */
typedef struct Scorer {
    pthread_t thread;
    const char *account;
    int64_t sheets[ZONES_AT_ONCE];
    int submitted;
} Scorer;

static void *score_all(void *data)
{
    Scorer *s = data;
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    for (int i = 0; i < ZONES_AT_ONCE; i++)
        s->submitted += testing_score(&cx, s->account, s->sheets[i], 60 + 10 * i) == 200;
    arena_free(arena);
    return NULL;
}

static void *submit_once(void *data)
{
    Scorer *s = data;
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    const char *path =
        arena_format(arena, "/api/review/sheets/%lld/submit", (long long)s->sheets[0]);
    s->submitted = server_ask(&cx, s->account, "POST", path, "{\"version\":2}").status;
    arena_free(arena);
    return NULL;
}

static void run_all(Scorer *scorers, size_t n, void *(*work)(void *))
{
    for (size_t i = 0; i < n; i++)
        EXPECT_INT(pthread_create(&scorers[i].thread, NULL, work, &scorers[i]), 0);
    for (size_t i = 0; i < n; i++)
        EXPECT_INT(pthread_join(scorers[i].thread, NULL), 0);
}

static Scorer *scorer_of(Scorer *all, size_t *count, const char *account)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(all[i].account, account) == 0)
            return &all[i];
    EXPECT(*count < EXPERTS_AT_ONCE);
    all[*count] = (Scorer){ .account = account };
    return &all[(*count)++];
}

SERVER_CASE("experts who score all at once lose nothing")
{
    Scorer scorers[EXPERTS_AT_ONCE] = { 0 };
    size_t count = 0;
    int64_t total;
    testing_review(cx);
    for (int i = 2; i <= ZONES_AT_ONCE; i++)
        testing_review_zone(cx, arena_format(cx->arena, "样例%d区", i), "370682");
    testing_round(cx);
    for (int n = 0; n < EXPERTS_AT_ONCE * ZONES_AT_ONCE; n++) {
        const char *account;
        int64_t id = testing_sheet(cx, "paper", 0, n, &account);
        Scorer *s = scorer_of(scorers, &count, account);
        EXPECT(s->submitted < ZONES_AT_ONCE);
        s->sheets[s->submitted++] = id;
    }
    for (size_t i = 0; i < count; i++)
        scorers[i].submitted = 0;
    run_all(scorers, count, score_all);
    for (size_t i = 0; i < count; i++)
        EXPECT_INT(scorers[i].submitted, ZONES_AT_ONCE);
    EXPECT_OK(store_int(cx, &total, "SELECT count(*) FROM review_score", NO_ARGS));
    EXPECT_INT(total, 5 * EXPERTS_AT_ONCE * ZONES_AT_ONCE);
    EXPECT_OK(
        store_int(cx, &total, "SELECT CAST(sum(points) AS BIGINT) FROM review_score", NO_ARGS));
    EXPECT_INT(total, EXPERTS_AT_ONCE * (6000 + 7000 + 8000 + 9000));
    EXPECT_INT(server_ask(cx, "province", "POST", SEAL, "{}").status, 200);
}

SERVER_CASE("of two submissions at once one has an effect")
{
    const char *me;
    testing_review(cx);
    testing_round(cx);
    int64_t id = testing_sheet(cx, "paper", 1, 0, &me);
    Answer a = server_ask(cx, me, "PUT", sheet_path(cx, id, ""),
                          "{\"version\":1,\"scores\":["
                          "{\"item\":\"industry\",\"points\":2000},"
                          "{\"item\":\"will\",\"points\":1000},"
                          "{\"item\":\"layout\",\"points\":1600},"
                          "{\"item\":\"guarantee\",\"points\":1600},"
                          "{\"item\":\"content\",\"points\":1600}]}");
    EXPECT_INT(a.status, 200);
    Scorer two[] = { { .account = me, .sheets = { id } }, { .account = me, .sheets = { id } } };
    run_all(two, 2, submit_once);
    EXPECT_INT(two[0].submitted + two[1].submitted, 200 + 409);
    a = server_ask(cx, me, "GET", sheet_path(cx, id, ""), NULL);
    EXPECT_INT(json_int(a.json, "version", 0), 3);
    EXPECT_TEXT(json_text(a.json, "state", ""), "submitted");
}
