#include "modules/user/user.h"

#include "base/log.h"
#include "core/access/right.h"
#include "modules/modules.h"
#include "modules/server_testing.h"

static const char *path(Cx *cx, const char *name, const char *below)
{
    return arena_format(cx->arena, "/api/users/%lld%s", (long long)server_user(cx, name), below);
}

static const char *new_user(Cx *cx, const char *account)
{
    return arena_format(cx->arena,
                        "{\"account\":\"%s\",\"name\":\"样例甲\",\"organ_id\":%lld,"
                        "\"phone\":\"13912345678\"}",
                        account, (long long)server_organ(cx, "county"));
}

SERVER_CASE("who may do what with users")
{
    server_table(
        cx,
        (const Ask[]){
            { "GET", "/api/users", NULL, "guest", 401 },
            { "GET", "/api/users", NULL, "auditadmin", 403 },
            { "GET", "/api/users", NULL, "province", 403 },
            { "GET", "/api/users", NULL, "secadmin", 200 },
            { "GET", path(cx, "city", ""), NULL, "county", 403 },
            { "GET", path(cx, "city", ""), NULL, "sysadmin", 200 },
            { "GET", "/api/users/999999", NULL, "sysadmin", 404 },
            { "POST", "/api/users", new_user(cx, "lisi"), "guest", 401 },
            { "POST", "/api/users", new_user(cx, "lisi"), "secadmin", 403 },
            { "POST", "/api/users", new_user(cx, "lisi"), "sysadmin", 200 },
            { "POST", "/api/users", new_user(cx, "lisi"), "sysadmin", 409 },
            { "POST", "/api/users", new_user(cx, "Li Si"), "sysadmin", 422 },
            { "PUT", path(cx, "city", ""), "{\"name\":\"乙\",\"version\":1}", "guest", 401 },
            { "PUT", path(cx, "city", ""), "{\"name\":\"乙\",\"version\":1}", "secadmin", 403 },
            { "PUT", path(cx, "city", ""), "{\"name\":\"乙\",\"version\":1}", "sysadmin", 200 },
            { "PUT", path(cx, "city", ""), "{\"name\":\"丙\",\"version\":1}", "sysadmin", 409 },
            { "PUT", path(cx, "city", ""), "{\"seat\":\"signer\",\"version\":2}", "sysadmin", 422 },
            { "PUT", path(cx, "city", "/seat"), "{\"seat\":\"signer\"}", "guest", 401 },
            { "PUT", path(cx, "city", "/seat"), "{\"seat\":\"signer\"}", "sysadmin", 403 },
            { "PUT", path(cx, "city", "/seat"), "{\"seat\":\"audit\"}", "secadmin", 422 },
            { "PUT", path(cx, "city", "/seat"), "{\"seat\":\"signer\"}", "secadmin", 409 },
            { "PUT", path(cx, "city", "/seat"), "{\"seat\":\"checker\"}", "secadmin", 200 },
            { "POST", path(cx, "city", "/unlock"), NULL, "guest", 401 },
            { "POST", path(cx, "city", "/unlock"), NULL, "sysadmin", 403 },
            { "POST", path(cx, "city", "/unlock"), NULL, "secadmin", 200 },
            { "POST", path(cx, "city", "/reset"), NULL, "guest", 401 },
            { "POST", path(cx, "city", "/reset"), NULL, "sysadmin", 403 },
            { "POST", path(cx, "province-sign", "/reset"), NULL, "secadmin", 409 },
            { "POST", path(cx, "city", "/reset"), NULL, "secadmin", 200 },
            { "GET", "/api/rights", NULL, "guest", 401 },
            { "GET", "/api/rights", NULL, "county", 403 },
            { "GET", "/api/rights", NULL, "secadmin", 200 },
            { NULL } });
}

SERVER_CASE("the three administrators exclude each other and see no business data")
{
    static const char *const ADMINS_[] = { "sysadmin", "secadmin", "auditadmin" };
    for (size_t i = 0; i < COUNT(ADMINS_); i++) {
        server_as(cx, ADMINS_[i]);
        size_t count;
        const Right *const *all = right_all(cx, &count);
        EXPECT(count > 50);
        for (size_t k = 0; k < count; k++) {
            const char *r = all[k]->right;
            bool business = strncmp(r, "zone.", 5) == 0 || strncmp(r, "batch.", 6) == 0 ||
                            strncmp(r, "attachment.", 11) == 0 || strncmp(r, "check.", 6) == 0;
            EXPECT(!business || !right_allows(cx, r));
        }
    }
    server_as(cx, "sysadmin");
    EXPECT(right_allows(cx, "user.write") && !right_allows(cx, "user.secure"));
    EXPECT(!right_allows(cx, "audit.read"));
    server_as(cx, "secadmin");
    EXPECT(right_allows(cx, "user.secure") && !right_allows(cx, "user.write"));
    EXPECT(!right_allows(cx, "audit.read"));
    server_as(cx, "auditadmin");
    EXPECT(right_allows(cx, "audit.read") && !right_allows(cx, "user.read"));
}

SERVER_CASE("nobody works on his own account")
{
    server_table(
        cx,
        (const Ask[]){
            { "PUT", path(cx, "secadmin", "/seat"), "{\"seat\":\"system\"}", "secadmin", 409 },
            { "POST", path(cx, "secadmin", "/requests"),
              "{\"kind\":\"password\",\"reason\":\"样例事由\"}", "secadmin", 409 },
            { "POST", path(cx, "secadmin", "/reset"), NULL, "secadmin", 409 },
            { "PUT", path(cx, "sysadmin", ""), "{\"name\":\"丁\",\"version\":1}", "sysadmin", 409 },
            { NULL } });
}

SERVER_CASE("a new account works only once the security administrator gave it a seat")
{
    Answer made = server_ask(cx, "sysadmin", "POST", "/api/users", new_user(cx, "lisi"));
    const char *login = arena_format(cx->arena, "{\"account\":\"lisi\",\"password\":\"%s\"}",
                                     json_text(made.json, "password", ""));
    EXPECT_INT(server_ask(cx, "guest", "POST", "/api/session", login).status, 403);
    const char *seat =
        arena_format(cx->arena, "/api/users/%lld/seat", (long long)json_int(made.json, "id", 0));
    EXPECT_INT(server_ask(cx, "secadmin", "PUT", seat, "{\"seat\":\"handler\"}").status, 200);
    Answer in = server_ask(cx, "guest", "POST", "/api/session", login);
    EXPECT_INT(in.status, 200);
    EXPECT(json_bool(in.json, "must_change", false));
}

SERVER_CASE("a one-time password is kept nowhere in plain text")
{
    Answer made = server_ask(cx, "sysadmin", "POST", "/api/users", new_user(cx, "lisi"));
    const char *password = json_text(made.json, "password", "");
    EXPECT_INT(strlen(password), 16);
    EXPECT(strstr(store_testing_dump(cx, ""), password) == NULL);
}

SERVER_CASE("moving to another organ takes the seat and ends the sessions")
{
    const char *body = arena_format(cx->arena, "{\"organ_id\":%lld,\"version\":1}",
                                    (long long)server_organ(cx, "province"));
    EXPECT_INT(server_ask(cx, "sysadmin", "PUT", path(cx, "township", ""), body).status, 200);
    EXPECT_INT(server_ask(cx, "township", "GET", "/api/session/totp", NULL).status, 405);
    UserRow row;
    EXPECT_OK(user_get(cx, &row, server_user(cx, "township")));
    EXPECT_TEXT(row.state, "waiting");
    EXPECT(row.seat == NULL);
    EXPECT_INT(server_ask(cx, "township", "GET", "/api/messages", NULL).status, 401);
}

SERVER_CASE("a phone is sealed in the table, masked in the list and revealed for a reason only")
{
    EXPECT(strstr(store_testing_dump(cx, ""), "13800000000") == NULL);
    Answer a = server_ask(cx, "sysadmin", "GET", path(cx, "city", ""), NULL);
    EXPECT_TEXT(json_text(a.json, "phone", ""), "138****0000");
    const char *reveal = path(cx, "city", "/reveal");
    server_table(cx,
                 (const Ask[]){ { "POST", reveal, "{\"reason\":\"电话核实\"}", "guest", 401 },
                                { "POST", reveal, "{\"reason\":\"电话核实\"}", "secadmin", 403 },
                                { "POST", reveal, "{\"reason\":\"  \"}", "sysadmin", 422 },
                                { NULL } });
    a = server_ask(cx, "sysadmin", "POST", reveal, "{\"reason\":\"电话核实\"}");
    EXPECT_TEXT(json_text(a.json, "phone", ""), "13800000000");
    const char *after;
    EXPECT_OK(store_text(cx, &after,
                         "SELECT after FROM audit WHERE noun = 'user' "
                         "ORDER BY number DESC",
                         NO_ARGS));
    EXPECT_TEXT(after, "{\"字段\":\"手机\",\"理由\":\"电话核实\"}");
    EXPECT(strstr(store_testing_dump(cx, ""), "13800000000") == NULL);
}

SERVER_CASE("phones swapped in the database do not open, and the list goes on without them")
{
    const char *one, *two;
    int64_t city = server_user(cx, "city"), county = server_user(cx, "county");
    EXPECT_OK(store_text(cx, &one, "SELECT phone FROM \"user\" WHERE id = $1", ARGS(I(city))));
    EXPECT_OK(store_text(cx, &two, "SELECT phone FROM \"user\" WHERE id = $1", ARGS(I(county))));
    EXPECT_OK(store_run(cx, "UPDATE \"user\" SET phone = $1 WHERE id = $2", ARGS(T(two), I(city))));
    EXPECT_OK(
        store_run(cx, "UPDATE \"user\" SET phone = $1 WHERE id = $2", ARGS(T(one), I(county))));
    log_set_level(LOG_ERROR_ + 1);
    server_table(cx, (const Ask[]){ { "GET", "/api/users?size=100", NULL, "sysadmin", 200 },
                                    { "PUT", path(cx, "city", ""),
                                      "{\"name\":\"乙\",\"version\":1}", "sysadmin", 200 },
                                    { NULL } });
    Answer a = server_ask(cx, "sysadmin", "GET", path(cx, "city", ""), NULL);
    log_set_level(LOG_ERROR_);
    EXPECT_TEXT(json_text(a.json, "phone", ""), FIELD_DAMAGED);
    const char *kept;
    EXPECT_OK(store_text(cx, &kept, "SELECT phone FROM \"user\" WHERE id = $1", ARGS(I(city))));
    EXPECT_TEXT(kept, two);
}

/* Every masked field that may be written, of every row and body of the program. */
static size_t masks_checked(Cx *cx, const Field *fields)
{
    static char row[4096] __attribute__((aligned(16)));
    static const char *const VALUES[] = { "13912345678", "样例甲", "370683199001011234" };
    size_t count = 0;
    for (const Field *f = fields; f != NULL && f->key != NULL; f++) {
        if (!(f->flags & FIELD_MASKED) || f->flags & FIELD_READONLY || f->offset == NO_OFFSET)
            continue;
        count++;
        for (size_t i = 0; i < COUNT(VALUES); i++) {
            const Json *j;
            *field_text(f, row) = VALUES[i];
            const char *body =
                arena_format(cx->arena, "{\"%s\":\"%s\"}", f->key, mask_text(cx, VALUES[i]));
            EXPECT_OK(json_parse(cx, &j, body, strlen(body), &JSON_LIMITS));
            EXPECT_OK(field_read(cx, row, fields, j, ""));
            EXPECT_TEXT(*field_text(f, row), VALUES[i]);
            *field_text(f, row) = "另外";
            EXPECT_FAIL(field_read(cx, row, fields, j, ""), INVALID,
                        arena_format(cx->arena, "/%s", f->key));
            EXPECT_TEXT(*field_text(f, row), "另外");
        }
    }
    return count;
}

CASE("what was shown masked never takes the place of what it masks")
{
    static const Field NAME[] = {
        { "name", FIELD_TEXT, 0, "姓名", "Name", FIELD_MASKED },
        FIELDS_END
    };
    size_t count = masks_checked(cx, NAME);
    for (const Module *const *m = MODULES; *m != NULL; m++) {
        count += masks_checked(cx, (*m)->fields);
        for (const Route *r = (*m)->routes; r != NULL && r->path != NULL; r++)
            count += r->in == (*m)->fields ? 0 : masks_checked(cx, r->in);
    }
    EXPECT(count >= 3); /* that of this case, of users and of experts */
}

/* What who must change his password or enrol may do: log out, change it, enrol. */
static bool goes_before(const Route *r)
{
    static const char *const PATHS[] = { "/api/session", "/api/session/password",
                                         "/api/session/totp" };
    for (size_t i = 0; i < COUNT(PATHS); i++)
        if (r->method != GET && strcmp(r->path, PATHS[i]) == 0)
            return true;
    return *r->right == '\0';
}

static const char *spelt(Cx *cx, const char *path)
{
    Buf b = BUF(cx);
    for (; *path != '\0'; path++) {
        buf_char(&b, *path == ':' ? '1' : *path);
        if (*path == ':')
            path += strcspn(path, "/.") - 1;
    }
    return buf_text(&b);
}

static void refused_all(Cx *cx, const Route *r, const char *field)
{
    static const char *const METHODS[] = { "GET", "POST", "PUT", "DELETE" };
    for (; r != NULL && r->path != NULL; r++) {
        if (goes_before(r))
            continue;
        Answer a = server_ask(cx, "province", METHODS[r->method], spelt(cx, r->path), NULL);
        if (a.status != 403 ||
            strcmp(json_text(json_get(a.json, "error"), "field", ""), field) != 0)
            print_error("%s %s answers before the duties are done: %d\n", METHODS[r->method],
                        r->path, a.status);
        EXPECT_INT(a.status, 403);
        EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), field);
    }
}

SERVER_CASE(
    "no route of the whole table answers before the password is changed and the factor enrolled")
{
    static const char *const FIELDS[] = { "password", "totp" };
    EXPECT_OK(store_run(cx, "UPDATE \"user\" SET must_change = 1", NO_ARGS));
    for (size_t k = 0; k < COUNT(FIELDS); k++) {
        for (const Module *const *m = MODULES; *m != NULL; m++)
            refused_all(cx, (*m)->routes, FIELDS[k]);
        EXPECT_OK(store_run(cx, "UPDATE \"user\" SET must_change = 0", NO_ARGS));
        EXPECT_OK(store_run(cx, "UPDATE session SET must_enrol = 1", NO_ARGS));
    }
}

SERVER_CASE("no fault leaves a user half made, half granted or half reset")
{
    server_sweep(cx, &(Ask){ "POST", "/api/users", new_user(cx, "lisi"), "sysadmin", 200 });
    server_sweep(cx, &(Ask){ "PUT", path(cx, "city", ""), "{\"name\":\"乙\",\"version\":1}",
                             "sysadmin", 200 });
    server_sweep(cx, &(Ask){ "PUT", path(cx, "county", "/seat"), "{\"seat\":\"checker\"}",
                             "secadmin", 200 });
    server_sweep(cx, &(Ask){ "POST", path(cx, "county", "/unlock"), NULL, "secadmin", 200 });
    server_sweep(cx, &(Ask){ "POST", path(cx, "city", "/reset"), NULL, "secadmin", 200 });
    server_sweep(cx, &(Ask){ "POST", path(cx, "city", "/reveal"), "{\"reason\":\"电话核实\"}",
                             "sysadmin", 200 });
}
