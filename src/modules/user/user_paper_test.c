#include "modules/user/user_paper.h"

#include "base/log.h"
#include "core/access/right.h"
#include "core/register/register_install.h"
#include "modules/server_testing.h"
#include "sheet/sheet_out.h"

#include <string.h>

static const char *organ_name(Cx *cx, const char *of)
{
    const char *name;
    EXPECT_OK(store_text(cx, &name, "SELECT name FROM organ WHERE id = $1",
                         ARGS(I(server_organ(cx, of)))));
    return name;
}

/* As somebody fills it in: words, whatever a column is. */
static const Field TYPED[] = {
    { "account", FIELD_TEXT, NO_OFFSET, "账户", "Account" },
    { "name", FIELD_TEXT, NO_OFFSET, "姓名", "Name" },
    { "organ", FIELD_TEXT, NO_OFFSET, "机构", "Organ" },
    { "asked", FIELD_TEXT, NO_OFFSET, "拟任岗位", "Seat asked for" },
    { "state", FIELD_TEXT, NO_OFFSET, "状态", "State" },
    FIELDS_END,
};
static const Sheet USERS = { "user", "用户", "Users", TYPED, "用户", "Users" };

static SheetFile book_of(Cx *cx, const char *rows)
{
    static const SheetMaker MAKER = { .program = "build/tuijin" };
    SheetOut *out;
    SheetFile file;
    const Json *list;
    EXPECT_OK(json_parse(cx, &list, rows, strlen(rows), &JSON_LIMITS));
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &USERS, true);
    for (size_t i = 0; i < list->count; i++)
        EXPECT_OK(sheet_put(cx, out, list->items[i]));
    EXPECT_OK(sheet_close(cx, out, &file));
    return file;
}

/* Two of a village and one of the county. */
static SheetFile book(Cx *cx, const char *organ)
{
    return book_of(
        cx, arena_format(
                cx->arena,
                "[{\"account\":\"v-zhang\",\"name\":\"样例张\",\"organ\":\"%s\","
                "\"asked\":\"经办\"},"
                "{\"account\":\"v-an\",\"name\":\"样例安\",\"organ\":\"%s\",\"asked\":\"经办\"},"
                "{\"account\":\"c-li\",\"name\":\"样例李\",\"organ\":\"%s\",\"asked\":\"审核\"}]",
                organ_name(cx, "village"), organ, organ_name(cx, "county")));
}

static Answer sent(Cx *cx, const char *as, const char *act, SheetFile file)
{
    const char *path = arena_format(cx->arena, "/api/registers/user/%s", act);
    return server_post_file(cx, as, path, file.bytes, file.length);
}

static int64_t id_of(Cx *cx, const char *account)
{
    int64_t id;
    EXPECT_OK(store_int(cx, &id, "SELECT id FROM \"user\" WHERE account = $1", ARGS(T(account))));
    return id;
}

static int grant(Cx *cx, const char *account, const char *seat)
{
    const char *path =
        arena_format(cx->arena, "/api/users/%lld/seat", (long long)id_of(cx, account));
    return server_ask(cx, "secadmin", "PUT", path,
                      arena_format(cx->arena, "{\"seat\":\"%s\"}", seat))
        .status;
}

static void given_users(Cx *cx)
{
    Answer a = sent(cx, "sysadmin", "import", book(cx, organ_name(cx, "village")));
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "added", 0), 3);
    EXPECT_INT(grant(cx, "v-zhang", "handler"), 200);
    EXPECT_INT(grant(cx, "v-an", "handler"), 200);
}

static int login(Cx *cx, const char *account, const char *password)
{
    return server_ask(cx, "guest", "POST", "/api/session",
                      arena_format(cx->arena, "{\"account\":\"%s\",\"password\":\"%s\"}", account,
                                   password))
        .status;
}

static Err issue(Cx *cx, void *users)
{
    return user_paper_issue(cx, users);
}

static const PaperUser *printed(Cx *cx, List *users, bool again)
{
    server_as(cx, "secadmin");
    const PaperAsk ask = { .territory = "370683100", .again = again };
    EXPECT_OK(user_paper_prepare(cx, users, &ask));
    EXPECT_OK(act_run(cx, "印发", "Print", issue, users));
    return users->rows;
}

SERVER_CASE("accounts come by sheet whole or not at all, wait for a seat and have no password")
{
    SheetFile bad = book(cx, "样例无此机构"), good = book(cx, organ_name(cx, "village"));
    Answer a = sent(cx, "sysadmin", "check", bad);
    EXPECT_INT(a.status, 200);
    EXPECT(strstr(a.body, "样例无此机构") != NULL);
    EXPECT_INT(sent(cx, "sysadmin", "import", bad).status, 422);
    EXPECT_INT(sent(cx, "secadmin", "import", good).status, 403);
    int64_t count;
    EXPECT_OK(
        store_int(cx, &count, "SELECT count(*) FROM \"user\" WHERE account LIKE 'v-%'", NO_ARGS));
    EXPECT_INT(count, 0);
    EXPECT_INT(sent(cx, "sysadmin", "import", good).status, 200);
    UserRow row;
    EXPECT_OK(user_get(cx, &row, id_of(cx, "v-zhang")));
    EXPECT_TEXT(row.state, "waiting");
    EXPECT_TEXT(row.asked, "handler");
    EXPECT(row.seat == NULL && row.must_change == 1);
    EXPECT_INT(login(cx, "v-zhang", "Tuijin-2022"), 401);
    a = sent(cx, "sysadmin", "import", good);
    EXPECT_INT(json_int(a.json, "same", 0), 3);
}

SERVER_CASE("an account by sheet has neither a seat of an administrator nor one that it is not for")
{
    static const char *const WRONG[] = {
        "\"account\":\"v-a\",\"asked\":\"系统管理员\"",
        "\"account\":\"v-b\",\"state\":\"在用\"",
        "\"account\":\"V B\",\"asked\":\"经办\"",
    };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        const char *row = arena_format(cx->arena, "[{\"name\":\"样例\",\"organ\":\"%s\",%s}]",
                                       organ_name(cx, "village"), WRONG[i]);
        EXPECT_INT(sent(cx, "sysadmin", "import", book_of(cx, row)).status, 422);
    }
}

SERVER_CASE("a password stands on the paper and nowhere else, and an anew printed one voids it")
{
    List users, anew;
    given_users(cx);
    EXPECT_INT(login(cx, "v-zhang", "Tuijin-2022"), 401);
    const PaperUser *first = printed(cx, &users, false);
    EXPECT_INT(users.count, 2);
    EXPECT_TEXT(first[0].account, "v-an");
    EXPECT(strstr(store_testing_dump(cx, ""), first[0].password) == NULL);
    EXPECT_FAIL(user_paper_prepare(cx, &anew, &(PaperAsk){ .territory = "370683100" }), CONFLICT,
                "territory");
    const PaperUser *second = printed(cx, &anew, true);
    EXPECT_INT(anew.count, 2);
    EXPECT_INT(login(cx, "v-an", first[0].password), 401);
    EXPECT_INT(login(cx, "v-an", second[0].password), 200);
    printed(cx, &anew, true);
    EXPECT_INT(anew.count, 1); /* who has logged in is on no list again */
}

SERVER_CASE("passwords are printed for desks alone, whatever the list is asked for")
{
    List users;
    given_users(cx);
    EXPECT_INT(grant(cx, "c-li", "signer"), 409);
    EXPECT_OK(store_run(cx,
                        "UPDATE \"user\" SET seat = 'signer', state = 'active' WHERE account = $1",
                        ARGS(T("c-li"))));
    server_as(cx, "secadmin");
    EXPECT_FAIL(user_paper_prepare(cx, &users, &(PaperAsk){ .territory = "370683" }), CONFLICT,
                "territory");
    server_as(cx, "guest");
    Answer a = server_ask(cx, "secadmin", "GET", "/api/user-papers", NULL);
    EXPECT_INT(json_get(a.json, "rows")->count, 1);
    EXPECT_INT(json_int(json_get(a.json, "rows")->items[0], "waiting", 0), 2);
}

SERVER_CASE("who prints passwords, and that it is on record")
{
    static const char ASK[] = "{\"territory\":\"370683100\"}";
    given_users(cx);
    server_table(cx, (const Ask[]){ { "GET", "/api/user-papers", NULL, "guest", 401 },
                                    { "GET", "/api/user-papers", NULL, "sysadmin", 403 },
                                    { "POST", "/api/user-papers", ASK, "guest", 401 },
                                    { "POST", "/api/user-papers", ASK, "sysadmin", 403 },
                                    { "POST", "/api/user-papers", ASK, "auditadmin", 403 },
                                    { "POST", "/api/user-papers", ASK, "county", 403 },
                                    { "POST", "/api/user-papers", "{}", "secadmin", 422 },
                                    { NULL } });
    Answer a = server_ask(cx, "secadmin", "POST", "/api/user-papers", ASK);
    EXPECT_INT(a.status, 200);
    EXPECT(strncmp(a.body, "%PDF", 4) == 0);
    EXPECT(strstr(a.head, "no-store") != NULL);
    const char *after;
    EXPECT_OK(store_text(cx, &after,
                         "SELECT after FROM audit WHERE act = '印发口令清单' AND result = 'ok' "
                         "AND after LIKE '%行数%'",
                         NO_ARGS));
    EXPECT(strstr(after, "口令清单-370683100.pdf") != NULL);
    EXPECT_INT(server_ask(cx, "secadmin", "POST", "/api/user-papers", ASK).status, 409);
}

SERVER_CASE("names are sorted as Chinese sorts them, also those that an older program wrote")
{
    given_users(cx);
    Answer a = server_ask(cx, "sysadmin", "GET", "/api/users?sort=name&account=v-", NULL);
    EXPECT_TEXT(json_text(json_get(a.json, "rows")->items[0], "name", ""), "样例安");
    EXPECT_OK(store_run(cx, "UPDATE \"user\" SET _order_name = NULL", NO_ARGS));
    EXPECT_OK(register_order_all(cx));
    a = server_ask(cx, "sysadmin", "GET", "/api/users?sort=-name&account=v-", NULL);
    EXPECT_TEXT(json_text(json_get(a.json, "rows")->items[0], "name", ""), "样例张");
}

SERVER_CASE("printing passwords is whole or not at all")
{
    Answer a = sent(cx, "sysadmin", "import", book(cx, organ_name(cx, "village")));
    EXPECT_INT(a.status, 200);
    EXPECT_INT(grant(cx, "v-an", "handler"), 200);
    server_sweep(
        cx, &(Ask){ "POST", "/api/user-papers", "{\"territory\":\"370683100\"}", "secadmin", 200 });
}
