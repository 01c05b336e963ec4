#include "core/request/act.h"
#include "core/request/audit.h"
#include "modules/server_testing.h"

#define ORGAN                                                                                      \
    "{\"name\":\"样例局\",\"level\":\"county\",\"kind\":\"rural\",\"territory\":\"370681\"}"
#define KEY "Idempotency-Key: one-and-the-same\r\n"

static int64_t count_organs(Cx *cx)
{
    int64_t count;
    EXPECT_OK(store_int(cx, &count, "SELECT count(*) FROM organ", NO_ARGS));
    return count;
}

static int64_t count_audit(Cx *cx)
{
    int64_t count;
    EXPECT_OK(store_int(cx, &count, "SELECT count(*) FROM audit", NO_ARGS));
    return count;
}

static const char *headers(Cx *cx, const char *as, const char *more)
{
    return arena_format(cx->arena, "%s%s", server_cookie(cx, as), more);
}

SERVER_CASE("an unknown address is 404 and an unknown method 405, both in JSON and two languages")
{
    Answer a = server_ask(cx, "county", "GET", "/api/nothing", NULL);
    EXPECT_INT(a.status, 404);
    EXPECT_TEXT(json_text(json_get(a.json, "error"), "code", ""), "not_found");
    EXPECT(json_at(a.json, "/error/message/zh") != NULL);
    EXPECT(json_at(a.json, "/error/message/en") != NULL);
    EXPECT_INT(server_ask(cx, "sysadmin", "DELETE", "/api/organs", NULL).status, 405);
    EXPECT_INT(server_ask(cx, "sysadmin", "PATCH", "/api/organs", NULL).status, 405);
}

SERVER_CASE("every reply has a number, and an error quotes it")
{
    Answer a = server_ask(cx, "guest", "GET", "/api/organs", NULL);
    const char *number = json_text(json_get(a.json, "error"), "request", "");
    EXPECT_INT(strlen(number), 12);
    EXPECT(strstr(a.head, arena_format(cx->arena, "X-Request: %s", number)) != NULL);
    EXPECT(strstr(server_ask(cx, "county", "GET", "/api/organs", NULL).head, "X-Request: "));
}

SERVER_CASE("a write asked twice with one key is done once and answered alike")
{
    int64_t before = count_organs(cx), entries = count_audit(cx);
    const char *h = headers(cx, "sysadmin", KEY);
    Answer one = server_send(cx, "POST", "/api/organs", h, ORGAN);
    Answer two = server_send(cx, "POST", "/api/organs", h, ORGAN);
    EXPECT_INT(one.status, 200);
    EXPECT_INT(two.status, 200);
    EXPECT_TEXT(two.body, one.body);
    EXPECT(strstr(one.head, "Idempotency-Replayed") == NULL);
    EXPECT(strstr(two.head, "Idempotency-Replayed: true") != NULL);
    EXPECT_INT(count_organs(cx), before + 1);
    EXPECT_INT(count_audit(cx), entries + 1);
}

SERVER_CASE("a key stands for one request of one user")
{
    const char *other = "{\"name\":\"另一个样例局\",\"level\":\"county\",\"kind\":\"rural\","
                        "\"territory\":\"370681\"}";
    const char *h = headers(cx, "sysadmin", KEY);
    EXPECT_INT(server_send(cx, "POST", "/api/organs", h, ORGAN).status, 200);
    EXPECT_INT(server_send(cx, "POST", "/api/organs", h, other).status, 409);
    EXPECT_INT(server_send(cx, "POST", "/api/organs", headers(cx, "county", KEY), ORGAN).status,
               403);
}

SERVER_CASE("a failed write keeps no answer: mended, it goes through with the same key")
{
    const char *h = headers(cx, "sysadmin", KEY);
    EXPECT_INT(server_send(cx, "POST", "/api/organs", h, "{}").status, 422);
    EXPECT_INT(server_send(cx, "POST", "/api/organs", h, ORGAN).status, 200);
}

SERVER_CASE("a write without a key, or sent by another site, is refused and writes nothing")
{
    static const char *const FOREIGN[] = { KEY "Sec-Fetch-Site: cross-site\r\n",
                                           KEY "Sec-Fetch-Site: same-site\r\n",
                                           KEY "Origin: https://evil.example\r\n",
                                           KEY "Origin: null\r\n" };
    int64_t before = count_organs(cx);
    EXPECT_INT(server_send(cx, "POST", "/api/organs", headers(cx, "sysadmin", ""), ORGAN).status,
               422);
    for (size_t i = 0; i < COUNT(FOREIGN); i++)
        EXPECT_INT(
            server_send(cx, "POST", "/api/organs", headers(cx, "sysadmin", FOREIGN[i]), ORGAN)
                .status,
            403);
    EXPECT_INT(count_organs(cx), before);
    const char *own = headers(cx, "sysadmin",
                              KEY "Sec-Fetch-Site: same-origin\r\n"
                                  "Origin: http://test\r\n");
    EXPECT_INT(server_send(cx, "POST", "/api/organs", own, ORGAN).status, 200);
}

SERVER_CASE("what is busy is run again, and nobody sees it")
{
    store_testing_fail(3, BUSY);
    EXPECT_INT(server_ask(cx, "sysadmin", "POST", "/api/organs", ORGAN).status, 200);
    EXPECT(store_testing_failed());
    store_testing_fail(2, BUSY);
    EXPECT_INT(server_ask(cx, "sysadmin", "GET", "/api/organs", NULL).status, 200);
    EXPECT(store_testing_failed());
}

SERVER_CASE("one act, one entry: in the same transaction, with who, what and the words")
{
    int64_t before = count_audit(cx);
    EXPECT_INT(server_ask(cx, "sysadmin", "POST", "/api/organs", ORGAN).status, 200);
    EXPECT_INT(server_ask(cx, "sysadmin", "POST", "/api/organs", ORGAN).status, 409);
    EXPECT_INT(server_ask(cx, "county", "GET", "/api/organs", NULL).status, 200);
    EXPECT_INT(count_audit(cx), before + 1);
    const char *user, *act, *after;
    EXPECT_OK(store_text(cx, &user, "SELECT user_name FROM audit", NO_ARGS));
    EXPECT_OK(store_text(cx, &act, "SELECT act FROM audit", NO_ARGS));
    EXPECT_OK(store_text(cx, &after, "SELECT after FROM audit", NO_ARGS));
    EXPECT_TEXT(user, "sysadmin sysadmin");
    EXPECT_TEXT(act, "新建机构");
    EXPECT(strstr(after, "\"名称\":\"样例局\"") != NULL);
}

SERVER_CASE("a refused write is on record too")
{
    const char *result;
    EXPECT_INT(server_ask(cx, "county", "POST", "/api/organs", ORGAN).status, 403);
    EXPECT_OK(store_text(cx, &result, "SELECT result FROM audit", NO_ARGS));
    EXPECT_TEXT(result, "forbidden");
}

/* --- acts of a whole --- */

static Err note_key(Cx *cx, void *data)
{
    audit_note(cx, "sample", UNSET, NULL, NULL);
    return store_run(cx, "INSERT INTO setting(key, value) VALUES($1, 'sample')", ARGS(T(data)));
}

static Err two_acts(Cx *cx, void *data)
{
    char first[] = "sample.first", second[] = "sample.second";
    (void)data;
    server_as(cx, "sysadmin");
    TRY(act_run(cx, "第一步", "First", note_key, first));
    server_as(cx, "secadmin");
    return act_run(cx, "第二步", "Second", note_key, second);
}

SERVER_CASE("acts of a whole are there together or not at all, whatever call fails")
{
    const char *before = store_testing_dump(cx, "session"), *said;
    bool fails = true;
    for (int n = 1; fails; n++) {
        store_testing_fail(n, INTERNAL);
        Err e = act_whole(cx, two_acts, NULL);
        fails = store_testing_failed();
        store_testing_fail(0, OK);
        EXPECT(e == (fails ? INTERNAL : OK));
        EXPECT(cx->act == NULL && !store_in_transaction(cx));
        EXPECT(!fails || strcmp(before, store_testing_dump(cx, "session")) == 0);
    }
    EXPECT_OK(store_text(cx, &said,
                         "SELECT a.user_name || a.act || ' ' || b.user_name || b.act FROM audit a "
                         "JOIN audit b ON b.number = a.number + 1",
                         NO_ARGS));
    EXPECT_TEXT(said, "sysadmin sysadmin第一步 secadmin secadmin第二步");
}

SERVER_CASE("a whole that meets a busy database is run again, all of it")
{
    store_testing_fail(9, BUSY);
    EXPECT_OK(act_whole(cx, two_acts, NULL));
    EXPECT(store_testing_failed());
    EXPECT_INT(count_audit(cx), 2);
}

SERVER_CASE("hostile text in filters, sorting and paths is data, never SQL")
{
    server_table(cx,
                 (const Ask[]){ { "GET", "/api/organs?name=%27%20OR%201=1--", NULL, "county", 200 },
                                { "GET", "/api/organs?sort=name%3Bdrop", NULL, "county", 422 },
                                { "GET", "/api/organs?territory%20OR%201=1", NULL, "county", 422 },
                                { "GET", "/api/organs?size=9999999", NULL, "county", 422 },
                                { "GET", "/api/organs/1%20OR%201", NULL, "county", 404 },
                                { "GET", "/api/organs/..%2f..%2fkeys", NULL, "county", 400 },
                                { NULL } });
    Answer a = server_ask(cx, "county", "GET", "/api/organs?name=%27%20OR%201=1--", NULL);
    EXPECT_INT(json_int(a.json, "total", -1), 0);
}
