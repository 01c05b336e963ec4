#include "core/access/password.h"
#include "core/access/right.h"
#include "core/access/session.h"
#include "core/access/totp.h"
#include "core/record/setting.h"
#include "modules/server_testing.h"

#define MINUTE 60000LL
#define DAY    (24 * 60 * MINUTE)

/* A password for one of the cast, made one minute ago. */
static void given_password(Cx *cx, const char *name, const char *plain)
{
    const char *hash;
    EXPECT_OK(password_hash(cx, &hash, plain));
    EXPECT_OK(password_save(cx, server_user(cx, name), hash));
}

static void given_setting(Cx *cx, const char *key, const char *value)
{
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(setting_set(cx, key, value));
    EXPECT_OK(store_commit(cx));
}

static Answer log_in(Cx *cx, const char *account, const char *password, const char *code)
{
    const char *body =
        code == NULL
            ? arena_format(cx->arena, "{\"account\":\"%s\",\"password\":\"%s\"}", account, password)
            : arena_format(cx->arena, "{\"account\":\"%s\",\"password\":\"%s\",\"code\":\"%s\"}",
                           account, password, code);
    return server_ask(cx, "guest", "POST", "/api/session", body);
}

/* The Cookie line of a fresh session. */
static const char *cookie_of(Cx *cx, const Answer *a)
{
    const char *at = strstr(a->head, "Set-Cookie: " SESSION_COOKIE "=");
    EXPECT(at != NULL);
    at += strlen("Set-Cookie: ");
    return arena_format(cx->arena, "Cookie: %s\r\nIdempotency-Key: %lld\r\n",
                        arena_text_n(cx->arena, at, strcspn(at, ";")), (long long)cx_now(cx));
}

static const char *field_of(const Answer *a)
{
    return json_text(json_get(a->json, "error"), "field", "");
}

/* A new secret of the server's, and its code of this moment. */
static const char *offered(Cx *cx, const char *cookie, char code[7])
{
    Answer offer = server_send(cx, "POST", "/api/session/totp", cookie, NULL);
    EXPECT_INT(offer.status, 200);
    const char *secret = json_text(offer.json, "secret", "");
    EXPECT(totp_code(code, secret, cx_now(cx) / 30000));
    EXPECT(json_int(offer.json, "qr_size", 0) > 20 && *json_text(offer.json, "qr", "") == 'M');
    return secret;
}

static bool signed_in(Cx *cx, const char *cookie)
{
    Answer a = server_send(cx, "GET", "/api/session", cookie, NULL);
    EXPECT_INT(a.status, 200);
    return !json_missing(json_get(a.json, "id"));
}

SERVER_CASE("log in, see who one is, log out: the token is worth nothing afterwards")
{
    given_password(cx, "county", "Yin-He-2022");
    Answer a = log_in(cx, "county", "Yin-He-2022", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_TEXT(json_text(a.json, "territory", ""), "370683");
    EXPECT(strstr(a.head, "HttpOnly") != NULL && strstr(a.head, "SameSite=Strict") != NULL);
    const char *cookie = cookie_of(cx, &a);
    EXPECT(signed_in(cx, cookie));
    EXPECT_INT(server_send(cx, "DELETE", "/api/session", cookie, NULL).status, 200);
    EXPECT(!signed_in(cx, cookie));
}

SERVER_CASE("the token is kept as a digest only")
{
    given_password(cx, "county", "Yin-He-2022");
    Answer a = log_in(cx, "county", "Yin-He-2022", NULL);
    const char *cookie = strchr(cookie_of(cx, &a), '=') + 1;
    bool found;
    EXPECT_OK(store_exists(cx, &found, "SELECT 1 FROM session WHERE digest = $1",
                           ARGS(T(arena_text_n(cx->arena, cookie, 64)))));
    EXPECT(!found);
}

SERVER_CASE("a wrong password and an unknown account answer alike; five lock the account")
{
    given_password(cx, "county", "Yin-He-2022");
    given_setting(cx, "login.address_failures", "100");
    Answer nobody = log_in(cx, "nobody", "Yin-He-2022", NULL);
    for (int i = 0; i < 5; i++) {
        Answer a = log_in(cx, "county", "wrong", NULL);
        EXPECT_INT(a.status, 401);
        EXPECT_TEXT(json_text(json_get(json_get(a.json, "error"), "message"), "zh", ""),
                    json_text(json_get(json_get(nobody.json, "error"), "message"), "zh", "?"));
    }
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 429);
    server_clock(cx_now(cx) + 15 * MINUTE + 1);
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 200);
}

SERVER_CASE("five failures lock the address, whatever the account")
{
    given_password(cx, "county", "Yin-He-2022");
    for (int i = 0; i < 5; i++)
        EXPECT_INT(log_in(cx, arena_format(cx->arena, "nobody%d", i), "wrong", NULL).status, 401);
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 429);
}

SERVER_CASE("an office behind one address logs in together: only true failures count")
{
    given_password(cx, "county", "Yin-He-2022");
    for (int i = 0; i < 12; i++)
        EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 200);
    int64_t counted;
    EXPECT_OK(store_int(cx, &counted, "SELECT count(*) FROM attempt", NO_ARGS));
    EXPECT_INT(counted, 0);
}

SERVER_CASE("a success forgets the failures before it")
{
    given_password(cx, "county", "Yin-He-2022");
    given_setting(cx, "login.address_failures", "100");
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++)
            EXPECT_INT(log_in(cx, "county", "wrong", NULL).status, 401);
        EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 200);
    }
}

SERVER_CASE("a failed log-in is on record with the account that was tried")
{
    const char *after, *result;
    EXPECT_INT(log_in(cx, "nobody", "wrong", NULL).status, 401);
    EXPECT_OK(store_text(cx, &after, "SELECT after FROM audit", NO_ARGS));
    EXPECT_OK(store_text(cx, &result, "SELECT result FROM audit", NO_ARGS));
    EXPECT_TEXT(after, "{\"账户\":\"nobody\"}");
    EXPECT_TEXT(result, "unauthenticated");
}

SERVER_CASE("a session ends after 30 idle minutes and after 12 hours at work")
{
    given_password(cx, "county", "Yin-He-2022");
    int64_t begun = cx_now(cx);
    Answer a = log_in(cx, "county", "Yin-He-2022", NULL);
    const char *cookie = cookie_of(cx, &a);
    for (int i = 1; i < 24 * 2; i++) {
        server_clock(begun + i * 15 * MINUTE);
        EXPECT(signed_in(cx, cookie));
    }
    server_clock(begun + 12 * 60 * MINUTE);
    EXPECT(!signed_in(cx, cookie));

    a = log_in(cx, "county", "Yin-He-2022", NULL);
    cookie = cookie_of(cx, &a);
    server_clock(cx_now(cx) + 30 * MINUTE - 1);
    EXPECT(signed_in(cx, cookie));
    server_clock(cx_now(cx) + 30 * MINUTE);
    EXPECT(!signed_in(cx, cookie));
}

SERVER_CASE("before the first password is changed nothing else goes")
{
    given_password(cx, "county", "Yin-He-2022");
    EXPECT_OK(store_run(cx, "UPDATE \"user\" SET must_change = 1", NO_ARGS));
    Answer a = log_in(cx, "county", "Yin-He-2022", NULL);
    EXPECT(json_bool(a.json, "must_change", false));
    const char *cookie = cookie_of(cx, &a);
    Answer refused = server_send(cx, "GET", "/api/organs", cookie, NULL);
    EXPECT_INT(refused.status, 403);
    EXPECT_TEXT(field_of(&refused), "password");
    EXPECT_INT(server_send(cx, "PUT", "/api/session/password", cookie,
                           "{\"old\":\"Yin-He-2022\",\"password\":\"Jin-Shan-2022\"}")
                   .status,
               200);
    EXPECT_INT(server_send(cx, "GET", "/api/organs", cookie, NULL).status, 200);
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 401);
    EXPECT_INT(log_in(cx, "county", "Jin-Shan-2022", NULL).status, 200);
}

SERVER_CASE("a password older than 90 days must be changed, unless the policy is asvs")
{
    given_password(cx, "county", "Yin-He-2022");
    EXPECT_OK(store_run(cx, "UPDATE \"user\" SET seen_at = $1", ARGS(I(cx_now(cx) + 91 * DAY))));
    server_clock(cx_now(cx) + 91 * DAY);
    given_setting(cx, "password.policy", "asvs");
    EXPECT(!json_bool(log_in(cx, "county", "Yin-He-2022", NULL).json, "must_change", true));
    given_setting(cx, "password.policy", "djbh3");
    EXPECT(json_bool(log_in(cx, "county", "Yin-He-2022", NULL).json, "must_change", false));
}

SERVER_CASE("an account not used for 90 days is locked until it is unlocked")
{
    given_password(cx, "county", "Yin-He-2022");
    server_clock(cx_now(cx) + 90 * DAY + 1);
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 403);
    const char *path =
        arena_format(cx->arena, "/api/users/%lld/unlock", (long long)server_user(cx, "county"));
    given_password(cx, "secadmin", "Yin-He-2022");
    EXPECT_OK(store_run(cx, "UPDATE \"user\" SET seen_at = $1 WHERE account = 'secadmin'",
                        ARGS(I(cx_now(cx)))));
    given_setting(cx, "login.totp", "off");
    Answer admin = log_in(cx, "secadmin", "Yin-He-2022", NULL);
    EXPECT_INT(server_send(cx, "POST", path, cookie_of(cx, &admin), NULL).status, 200);
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 200);
}

SERVER_CASE("administrators and the province enrol a second factor, then need it")
{
    given_password(cx, "province", "Yin-He-2022");
    Answer a = log_in(cx, "province", "Yin-He-2022", NULL);
    EXPECT(json_bool(a.json, "must_enrol", false));
    const char *cookie = cookie_of(cx, &a);
    EXPECT_INT(server_send(cx, "GET", "/api/organs", cookie, NULL).status, 403);

    char code[7];
    const char *secret = offered(cx, cookie, code);
    const char *body = arena_format(cx->arena, "{\"code\":\"%s\"}", code);
    EXPECT_INT(server_send(cx, "PUT", "/api/session/totp", cookie, body).status, 200);
    EXPECT_INT(server_send(cx, "GET", "/api/organs", cookie, NULL).status, 200);

    Answer without = log_in(cx, "province", "Yin-He-2022", NULL);
    EXPECT_INT(without.status, 401);
    EXPECT_TEXT(field_of(&without), "code");
    bool counted;
    EXPECT_OK(
        store_exists(cx, &counted, "SELECT 1 FROM attempt WHERE subject LIKE 'address%'", NO_ARGS));
    EXPECT(!counted);
    EXPECT_INT(log_in(cx, "province", "Yin-He-2022", code).status, 401); /* used already */
    server_clock(cx_now(cx) + 30000);
    EXPECT(totp_code(code, secret, cx_now(cx) / 30000));
    EXPECT_INT(log_in(cx, "province", "Yin-He-2022", code).status, 200);
}

SERVER_CASE("a second factor is changed with the old one only, to a secret of the server's making")
{
    given_password(cx, "county", "Yin-He-2022");
    Answer a = log_in(cx, "county", "Yin-He-2022", NULL);
    const char *cookie = cookie_of(cx, &a);
    char code[7], old[7];
    EXPECT_INT(server_send(cx, "PUT", "/api/session/totp", cookie, "{\"code\":\"123456\"}").status,
               409);
    const char *first = offered(cx, cookie, code);
    EXPECT_INT(
        server_send(cx, "PUT", "/api/session/totp", cookie,
                    arena_format(cx->arena, "{\"secret\":\"%s\",\"code\":\"%s\"}", first, code))
            .status,
        422);
    const char *body = arena_format(cx->arena, "{\"code\":\"%s\"}", code);
    EXPECT_INT(server_send(cx, "PUT", "/api/session/totp", cookie, body).status, 200);

    server_clock(cx_now(cx) + 60000);
    offered(cx, cookie, code);
    body = arena_format(cx->arena, "{\"code\":\"%s\"}", code);
    EXPECT_INT(server_send(cx, "PUT", "/api/session/totp", cookie, body).status, 422);
    EXPECT(totp_code(old, first, cx_now(cx) / 30000));
    body = arena_format(cx->arena, "{\"code\":\"%s\",\"old\":\"%s\"}", code, old);
    EXPECT_INT(server_send(cx, "PUT", "/api/session/totp", cookie, body).status, 200);
    for (int i = 0; i < 5; i++) {
        offered(cx, cookie, code);
        body = arena_format(cx->arena, "{\"code\":\"%s\",\"old\":\"%06d\"}", code, i);
        EXPECT_INT(server_send(cx, "PUT", "/api/session/totp", cookie, body).status, 422);
    }
    EXPECT_INT(server_send(cx, "PUT", "/api/session/totp", cookie, body).status, 429);
}

SERVER_CASE("five rejected new passwords lock nobody out; five wrong old ones do")
{
    given_password(cx, "county", "Yin-He-2022");
    for (int i = 0; i < 6; i++)
        EXPECT_INT(server_ask(cx, "county", "PUT", "/api/session/password",
                              "{\"old\":\"Yin-He-2022\",\"password\":\"short\"}")
                       .status,
                   422);
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 200);
    for (int i = 0; i < 5; i++)
        EXPECT_INT(server_ask(cx, "county", "PUT", "/api/session/password",
                              "{\"old\":\"wrong\",\"password\":\"Jin-Shan-2022\"}")
                       .status,
                   422);
    EXPECT_INT(server_ask(cx, "county", "PUT", "/api/session/password",
                          "{\"old\":\"Yin-He-2022\",\"password\":\"Jin-Shan-2022\"}")
                   .status,
               429);
}

SERVER_CASE("what a lock refuses is on record, and the security administrator lifts it")
{
    const char *after;
    int64_t entries;
    given_password(cx, "county", "Yin-He-2022");
    for (int i = 0; i < 5; i++)
        EXPECT_INT(log_in(cx, "nobody", "wrong", NULL).status, 401);
    for (int i = 0; i < 40; i++)
        EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 429);
    EXPECT_OK(
        store_int(cx, &entries, "SELECT count(*) FROM audit WHERE result = 'limited'", NO_ARGS));
    EXPECT_INT(entries, 21); /* twenty each, then the thirty-second */
    EXPECT_OK(store_text(cx, &after,
                         "SELECT after FROM audit WHERE result = 'limited' ORDER BY number DESC",
                         NO_ARGS));
    EXPECT_TEXT(after, "{\"账户\":\"county\",\"锁定\":\"地址 127.0.0.1\",\"锁定后第几次\":32}");
#define ADDRESS "{\"subject\":\"address:127.0.0.1\"}"
    server_table(cx, (const Ask[]){ { "GET", "/api/locks", NULL, "guest", 401 },
                                    { "GET", "/api/locks", NULL, "sysadmin", 403 },
                                    { "POST", "/api/locks/lift", ADDRESS, "guest", 401 },
                                    { "POST", "/api/locks/lift", ADDRESS, "sysadmin", 403 },
                                    { NULL } });
    Answer list = server_ask(cx, "secadmin", "GET", "/api/locks", NULL);
    EXPECT_INT(json_int(list.json, "total", 0), 2);
    server_sweep(cx, &(Ask){ "POST", "/api/locks/lift", ADDRESS, "secadmin", 200 });
    EXPECT_INT(server_ask(cx, "secadmin", "POST", "/api/locks/lift", ADDRESS).status, 404);
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 200);
}

SERVER_CASE("one sees one's own sessions and ends them, and nobody else's")
{
    given_password(cx, "county", "Yin-He-2022");
    Answer a = log_in(cx, "county", "Yin-He-2022", NULL);
    const char *other = cookie_of(cx, &a);
    Answer list = server_ask(cx, "county", "GET", "/api/session/own", NULL);
    EXPECT_INT(json_int(list.json, "total", 0), 2);
    const Json *rows = json_get(list.json, "rows");
    EXPECT(json_bool(rows->items[0], "current", false));
    const char *path = arena_format(cx->arena, "/api/session/own/%lld",
                                    (long long)json_int(rows->items[1], "id", 0));
    EXPECT_INT(server_ask(cx, "city", "DELETE", path, NULL).status, 404);
    EXPECT(signed_in(cx, other));
    server_sweep(cx, &(Ask){ "DELETE", path, NULL, "county", 200 });
    EXPECT(!signed_in(cx, other));
}

SERVER_CASE("under TLS the cookie is this host's own")
{
    given_password(cx, "county", "Yin-He-2022");
    server_core()->config.secure = true;
    Answer a = log_in(cx, "county", "Yin-He-2022", NULL);
    EXPECT(strstr(a.head, "Set-Cookie: __Host-" SESSION_COOKIE "=") != NULL);
    EXPECT(strstr(a.head, "; Path=/;") != NULL && strstr(a.head, "; Secure") != NULL);
    EXPECT(strstr(a.head, "Domain") == NULL);
    EXPECT_INT(server_ask(cx, "county", "GET", "/api/organs", NULL).status, 401);
}

SERVER_CASE("a stopped user is out at once")
{
    EXPECT_INT(server_ask(cx, "county", "GET", "/api/organs", NULL).status, 200);
    EXPECT_OK(
        store_run(cx, "UPDATE \"user\" SET state = 'stopped' WHERE account = 'county'", NO_ARGS));
    EXPECT_INT(server_ask(cx, "county", "GET", "/api/organs", NULL).status, 401);
}

SERVER_CASE("administration may be limited to addresses; others log in from anywhere")
{
    given_password(cx, "secadmin", "Yin-He-2022");
    given_password(cx, "county", "Yin-He-2022");
    given_setting(cx, "admin.addresses", "10.1. 192.168.7.9");
    EXPECT_INT(log_in(cx, "secadmin", "Yin-He-2022", NULL).status, 403);
    EXPECT_INT(log_in(cx, "county", "Yin-He-2022", NULL).status, 200);
    given_setting(cx, "admin.addresses", "10.1. 127.0.0.");
    EXPECT_INT(log_in(cx, "secadmin", "Yin-He-2022", NULL).status, 200);
}

SERVER_CASE("no fault leaves a log-in, a new password or a second factor half done")
{
    given_password(cx, "county", "Yin-He-2022");
    given_setting(cx, "login.address_failures", "1000");
    given_setting(cx, "login.failures", "100");
    server_sweep(cx,
                 &(Ask){ "POST", "/api/session",
                         "{\"account\":\"county\",\"password\":\"Yin-He-2022\"}", "guest", 200 });
    server_sweep(cx, &(Ask){ "PUT", "/api/session/password",
                             "{\"old\":\"Yin-He-2022\",\"password\":\"Jin-Shan-2022\"}", "county",
                             200 });
    const char *cookie =
        arena_format(cx->arena, "%sIdempotency-Key: totp\r\n", server_cookie(cx, "county"));
    char code[7];
    server_sweep(cx, &(Ask){ "POST", "/api/session/totp", NULL, "county", 200 });
    offered(cx, cookie, code);
    const char *body = arena_format(cx->arena, "{\"code\":\"%s\"}", code);
    server_sweep(cx, &(Ask){ "PUT", "/api/session/totp", body, "county", 200 });
    server_sweep(cx, &(Ask){ "DELETE", "/api/session", NULL, "county", 200 });
}

CASE("the policy says what is wrong with a password")
{
    static const char *const NONE[] = { NULL };
    static const char *const WEAK[] = {
        "Ab1-",         "abcdefghijkl", "Abcdefghijkl",  "Admin@123456",  "P@ssw0rd2022",
        "wanglili-A1",  "1qaz@WSX3edc", "Zaq12wsx!!",    "1q2w3e4r5T",    "Password1Password1",
        "Aaaaaaaaa1",   "Summer2026!",  "Shandong2026!", "Qwertyuiop1!",  "!QAZ2wsx#EDC",
        "Abc12345678",  "Woaini1314!",  "Huawei@12345",  "Zhangwei1988!", "drowssaP2022!",
        "Asdf;lkj2022", "Qazqazqaz1",
    };
    static const char *const STRONG[] = { "Yin-He-2022", "Jin-Shan-2022", "Yangli-2022-shui",
                                          "xK9mQ2vLpR", "Mo4-tuo.ji7" };
    for (size_t i = 0; i < COUNT(STRONG); i++)
        EXPECT_OK(password_check(cx, "djbh3", STRONG[i], "wanglili", NONE));
    for (size_t i = 0; i < COUNT(WEAK); i++)
        EXPECT_FAIL(password_check(cx, "djbh3", WEAK[i], "wanglili", NONE), INVALID, "password");
    EXPECT_OK(password_check(cx, "djbh3", "Yin-He-2022", "wanglili", NONE));
    EXPECT_OK(password_check(cx, "asvs", "correct horse battery", "wanglili", NONE));
    EXPECT_FAIL(password_check(cx, "asvs", "Yin-He-2022", "wanglili", NONE), INVALID, "password");
    EXPECT_OK(password_check(cx, "djbh3", password_random(cx), "wanglili", NONE));
}

CASE("a password of the history does not come again")
{
    const char *hash;
    password_testing_light(false);
    EXPECT_OK(password_hash(cx, &hash, "Yin-He-2022"));
    EXPECT(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31) == 0);
    EXPECT(password_fits(hash, "Yin-He-2022"));
    EXPECT(!password_fits(hash, "Yin-He-2023"));
    EXPECT(!password_fits(NULL, "Yin-He-2022"));
    const char *const history[] = { hash, NULL };
    EXPECT_FAIL(password_check(cx, "djbh3", "Yin-He-2022", "x", history), INVALID, "password");
}
