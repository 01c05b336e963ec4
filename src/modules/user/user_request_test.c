#include "modules/user/user_request.h"

#include "modules/server_testing.h"

#define PASSWORD "{\"kind\":\"password\",\"reason\":\"样例：本人遗忘口令\"}"
#define FACTOR   "{\"kind\":\"factor\",\"reason\":\"样例：手机遗失\"}"
#define SEAT     "{\"kind\":\"seat\",\"seat\":\"audit\",\"reason\":\"样例：岗位调整\"}"
#define STOP     "{\"kind\":\"stop\",\"reason\":\"样例：离职停用\"}"
#define RESTART  "{\"kind\":\"restart\",\"reason\":\"样例：恢复使用\"}"

static const char *below(Cx *cx, const char *name, const char *what)
{
    return arena_format(cx->arena, "/api/users/%lld/%s", (long long)server_user(cx, name), what);
}

/* The request's path, for what follows; *half is told to the one who asks. */
static const char *given_request(Cx *cx, const char *as, const char *about, const char *body,
                                 const char **half)
{
    Answer a = server_ask(cx, as, "POST", below(cx, about, "requests"), body);
    EXPECT_INT(a.status, 200);
    *half = json_text(a.json, "half", NULL);
    return arena_format(cx->arena, "/api/user-requests/%lld", (long long)json_int(a.json, "id", 0));
}

static int decided(Cx *cx, const char *as, const char *request, const char *how, const char **half)
{
    Answer a = server_ask(cx, as, "POST", arena_format(cx->arena, "%s/%s", request, how), NULL);
    *half = a.status == 200 ? json_text(a.json, "half", NULL) : NULL;
    return a.status;
}

static int log_in(Cx *cx, const char *account, const char *password)
{
    const char *body =
        arena_format(cx->arena, "{\"account\":\"%s\",\"password\":\"%s\"}", account, password);
    return server_ask(cx, "guest", "POST", "/api/session", body).status;
}

SERVER_CASE(
    "no administrator alone gives or takes a seat, a password or a second factor of another")
{
    static const char *const GUARDED[] = { "sysadmin", "auditadmin", "province-sign" };
    for (size_t i = 0; i < COUNT(GUARDED); i++)
        EXPECT_INT(server_ask(cx, "secadmin", "POST", below(cx, GUARDED[i], "reset"), NULL).status,
                   409);
    server_table(
        cx,
        (const Ask[]){
            { "PUT", below(cx, "sysadmin", "seat"), "{\"seat\":\"audit\"}", "secadmin", 409 },
            { "PUT", below(cx, "auditadmin", "seat"), "{\"seat\":\"security\"}", "secadmin", 409 },
            { "PUT",
              arena_format(cx->arena, "/api/users/%lld", (long long)server_user(cx, "secadmin")),
              "{\"state\":\"stopped\",\"version\":1}", "sysadmin", 409 },
            { NULL } });
}

SERVER_CASE("who may ask for what two do, and who confirm it")
{
    const char *half, *ask = below(cx, "auditadmin", "requests");
    server_table(
        cx, (const Ask[]){ { "POST", ask, PASSWORD, "guest", 401 },
                           { "POST", ask, PASSWORD, "province", 403 },
                           { "POST", ask, PASSWORD, "auditadmin", 403 },
                           { "POST", below(cx, "secadmin", "requests"), PASSWORD, "secadmin", 409 },
                           { "POST", below(cx, "county", "requests"), PASSWORD, "secadmin", 409 },
                           { "POST", below(cx, "county", "requests"), SEAT, "secadmin", 422 },
                           { "POST", below(cx, "county", "requests"),
                             "{\"kind\":\"seat\",\"seat\":\"handler\",\"reason\":\"样例：调岗\"}",
                             "secadmin", 409 },
                           { "POST", ask, FACTOR, "secadmin", 409 },
                           { "POST", ask, RESTART, "secadmin", 409 },
                           { "GET", "/api/user-requests", NULL, "province", 403 },
                           { "GET", "/api/user-requests", NULL, "auditadmin", 200 },
                           { NULL } });
    const char *request = given_request(cx, "secadmin", "auditadmin", PASSWORD, &half);
    server_join(cx, "second", "secadmin");
    EXPECT_INT(decided(cx, "guest", request, "confirm", &half), 401);
    EXPECT_INT(decided(cx, "county", request, "confirm", &half), 403);
    EXPECT_INT(decided(cx, "secadmin", request, "confirm", &half), 403);
    EXPECT_INT(decided(cx, "second", request, "confirm", &half), 403);
    EXPECT_INT(decided(cx, "auditadmin", request, "confirm", &half), 403);
    EXPECT_INT(decided(cx, "sysadmin", request, "confirm", &half), 200);
    EXPECT_INT(decided(cx, "sysadmin", request, "confirm", &half), 409);
}

SERVER_CASE("the password is told in two halves, to two people, and kept nowhere")
{
    const char *first, *second;
    const char *request = given_request(cx, "secadmin", "province-sign", PASSWORD, &first);
    EXPECT_INT(strlen(first), 8);
    EXPECT(strstr(store_testing_dump(cx, ""), first) == NULL);
    EXPECT_INT(decided(cx, "auditadmin", request, "confirm", &second), 200);
    EXPECT_INT(strlen(second), 8);
    EXPECT(strstr(store_testing_dump(cx, ""), second) == NULL);
    UserRequest row;
    EXPECT_OK(user_request_get(cx, &row, 1));
    EXPECT(row.half == NULL);
    EXPECT_INT(server_ask(cx, "province-sign", "GET", "/api/organs", NULL).status, 401);
    EXPECT_INT(log_in(cx, "province-sign", first), 401);
    EXPECT_INT(log_in(cx, "province-sign", second), 401);
    EXPECT_INT(log_in(cx, "province-sign", arena_format(cx->arena, "%s%s", first, second)), 200);
}

SERVER_CASE("an administrator's seat comes with a password that neither of the two knows")
{
    const char *first, *second;
    const char *user =
        arena_format(cx->arena, "{\"account\":\"new-audit\",\"name\":\"样例乙\",\"organ_id\":%lld}",
                     (long long)server_organ(cx, "sysadmin"));
    Answer made = server_ask(cx, "sysadmin", "POST", "/api/users", user);
    EXPECT_INT(made.status, 200);
    EXPECT(json_text(made.json, "password", NULL) == NULL);
    const char *ask = arena_format(cx->arena, "/api/users/%lld/requests",
                                   (long long)json_int(made.json, "id", 0));
    Answer asked = server_ask(cx, "secadmin", "POST", ask, SEAT);
    EXPECT_INT(asked.status, 200);
    first = json_text(asked.json, "half", "");
    EXPECT_INT(decided(cx, "sysadmin", "/api/user-requests/1", "confirm", &second), 200);
    EXPECT_INT(log_in(cx, "new-audit", arena_format(cx->arena, "%s%s", first, second)), 200);
}

SERVER_CASE("a password that one administrator gave out never becomes a signer's")
{
    const char *first, *second, *seat = below(cx, "village", "seat");
    Answer reset = server_ask(cx, "secadmin", "POST", below(cx, "village", "reset"), NULL);
    const char *known = json_text(reset.json, "password", "");
    EXPECT_INT(log_in(cx, "village", known), 200);
    EXPECT_INT(server_ask(cx, "secadmin", "PUT", seat, "{\"seat\":\"signer\"}").status, 409);
    const char *request = given_request(
        cx, "secadmin", "village",
        "{\"kind\":\"seat\",\"seat\":\"signer\",\"reason\":\"样例：新任签批\"}", &first);
    EXPECT_INT(decided(cx, "auditadmin", request, "confirm", &second), 200);
    EXPECT_INT(log_in(cx, "village", known), 401);
    EXPECT_INT(log_in(cx, "village", arena_format(cx->arena, "%s%s", first, second)), 200);
    UserRow row;
    EXPECT_OK(user_get(cx, &row, server_user(cx, "village")));
    EXPECT_TEXT(row.seat, "signer");
}

SERVER_CASE("an administrator is stopped and restarted by two")
{
    const char *half;
    const char *request = given_request(cx, "sysadmin", "secadmin", STOP, &half);
    EXPECT(half == NULL);
    EXPECT_INT(decided(cx, "auditadmin", request, "confirm", &half), 200);
    EXPECT_INT(server_ask(cx, "secadmin", "GET", "/api/users", NULL).status, 401);
    request = given_request(cx, "sysadmin", "secadmin", RESTART, &half);
    EXPECT_INT(decided(cx, "auditadmin", request, "confirm", &half), 200);
    EXPECT_INT(server_ask(cx, "secadmin", "GET", "/api/users", NULL).status, 401);
}

SERVER_CASE(
    "a request ends by refusal, withdrawal, a newer one, three days, or a change of the account")
{
    const char *half;
    const char *first = given_request(cx, "secadmin", "auditadmin", PASSWORD, &half);
    const char *newer = given_request(cx, "secadmin", "auditadmin", STOP, &half);
    EXPECT_INT(decided(cx, "sysadmin", first, "confirm", &half), 409);
    EXPECT_INT(decided(cx, "sysadmin", newer, "refuse", &half), 200);
    EXPECT_INT(decided(cx, "sysadmin", newer, "confirm", &half), 409);
    const char *own = given_request(cx, "secadmin", "auditadmin", PASSWORD, &half);
    EXPECT_INT(decided(cx, "secadmin", own, "refuse", &half), 200);
    const char *changed = given_request(cx, "secadmin", "auditadmin", PASSWORD, &half);
    EXPECT_INT(server_ask(cx, "secadmin", "POST", below(cx, "auditadmin", "unlock"), NULL).status,
               200);
    EXPECT_INT(decided(cx, "sysadmin", changed, "confirm", &half), 409);
    const char *late = given_request(cx, "secadmin", "province-sign", PASSWORD, &half);
    EXPECT_OK(store_run(cx, "UPDATE user_request SET ends_at = ends_at - 259200001", NO_ARGS));
    EXPECT_INT(decided(cx, "sysadmin", late, "confirm", &half), 409);
}

SERVER_CASE("an administrator comes back by the machine, and the others are told")
{
    int64_t told;
    const char *hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                       "rPTZ3zvPJ5R1xVnBh1xHkYp0Y8b7o0a1cJ0i6yXo0mE";
    EXPECT_OK(store_run(cx, "UPDATE \"user\" SET seen_at = 0, totp = 's1:1:x:y'", NO_ARGS));
    EXPECT_OK(store_begin(cx, true));
    EXPECT_FAIL(user_rescue(cx, "county", hash, "root@sample"), INVALID, "account");
    EXPECT_FAIL(user_rescue(cx, "nobody", hash, "root@sample"), NOT_FOUND, "account");
    EXPECT_OK(user_rescue(cx, "secadmin", hash, "root@sample"));
    EXPECT_OK(store_commit(cx));
    UserRow row;
    EXPECT_OK(user_get(cx, &row, server_user(cx, "secadmin")));
    EXPECT(row.enrolled == 0 && row.must_change == 1 && row.seen_at == cx_now(cx));
    EXPECT_OK(store_int(cx, &told, "SELECT count(*) FROM message WHERE zh LIKE '%root@sample%'",
                        NO_ARGS));
    EXPECT_INT(told, 2);
}

/* PostgreSQL gives no number twice, also not one of an insert that was rolled back. */
static const char *latest(Cx *cx, const char *how)
{
    int64_t id;
    EXPECT_OK(store_int(cx, &id, "SELECT max(id) FROM user_request", NO_ARGS));
    return arena_format(cx->arena, "/api/user-requests/%lld/%s", (long long)id, how);
}

SERVER_CASE("no fault leaves a request half asked, half confirmed or half refused")
{
    const char *half;
    server_sweep(cx,
                 &(Ask){ "POST", below(cx, "city-sign", "requests"), PASSWORD, "secadmin", 200 });
    server_sweep(cx, &(Ask){ "POST", latest(cx, "confirm"), NULL, "sysadmin", 200 });
    given_request(cx, "secadmin", "sysadmin", STOP, &half);
    server_sweep(cx, &(Ask){ "POST", latest(cx, "refuse"), NULL, "auditadmin", 200 });
}
