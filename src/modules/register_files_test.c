#include "core/record/attachment.h"
#include "modules/register_testing.h"

#include <string.h>

#define PACK "packs/lu-2022-26+tests/registers"
#define WELL "/api/registers/well"

static const char PDF[] = "%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n";

/* An upload of the name for the row, finished; the number of the attachment. */
static int64_t given_file(Cx *cx, const char *who, const char *name, int64_t row)
{
    Answer a = server_ask(cx, who, "POST", "/api/uploads",
                          arena_format(cx->arena,
                                       "{\"name\":\"%s\",\"size\":%zu,\"noun\":\"well\","
                                       "\"noun_id\":%lld}",
                                       name, strlen(PDF), (long long)row));
    EXPECT_INT(a.status, 200);
    long long id = json_int(a.json, "id", 0);
    const char *at = arena_format(cx->arena, "/api/uploads/%lld", id);
    EXPECT_INT(server_ask(cx, who, "PUT", arena_format(cx->arena, "%s?offset=0", at), PDF).status,
               200);
    a = server_ask(cx, who, "POST", arena_format(cx->arena, "%s/finish", at), NULL);
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

/* The sample well with these values beside its own. */
static const char *well(Cx *cx, const char *more)
{
    const char *body = register_testing_body(cx, "well", 1);
    return arena_format(cx->arena, "%.*s,%s}", (int)strlen(body) - 1, body, more);
}

static const char *change(Cx *cx, int version, const char *field, int64_t id)
{
    return arena_format(cx->arena, "{\"version\":%d,\"%s\":\"%lld\"}", version, field,
                        (long long)id);
}

SERVER_CASE("a row takes the files that its writer uploaded for it, calls them by name, and keeps "
            "what it ever named")
{
    register_testing_pack(cx, PACK);
    long long one = given_file(cx, "village", "合同[甲].pdf", 0);
    long long two = given_file(cx, "village", "照片.pdf", 0);
    const char *both = arena_format(cx->arena, "\"proof\":\"%lld; %lld\"", one, two);
    const char *many = arena_format(cx->arena, "\"photo\":\"%lld; %lld\"", one, two);
    server_table(cx, (const Ask[]){ { "POST", WELL, well(cx, "\"photo\":\"99\""), "village", 422 },
                                    { "POST", WELL, well(cx, "\"photo\":\"x\""), "village", 422 },
                                    { "POST", WELL, well(cx, many), "village", 422 },
                                    { "POST", WELL, well(cx, both), "village", 200 },
                                    { NULL } });
    Answer a = server_ask(cx, "village", "GET", WELL "/1", NULL);
    EXPECT_TEXT(json_text(a.json, "proof", ""),
                arena_format(cx->arena, "合同_甲_.pdf [%lld]; 照片.pdf [%lld]", one, two));
    const char *file = arena_format(cx->arena, "/api/attachments/%lld", one);
    server_table(cx,
                 (const Ask[]){ { "GET", file, NULL, "guest", 401 },
                                { "GET", file, NULL, "other-county", 404 },
                                { "GET", file, NULL, "township", 200 },
                                { "PUT", WELL "/1", change(cx, 1, "proof", two), "village", 200 },
                                { "DELETE", file, NULL, "township", 403 },
                                { "DELETE", file, NULL, "village", 409 },
                                { NULL } });
    a = server_ask(cx, "village", "GET", WELL "/1/history", NULL);
    EXPECT(strstr(json_text(json_get(a.json, "rows")->items[0], "before", ""), "合同_甲_.pdf"));
    Answer out = server_ask(cx, "village", "GET", WELL "/export.xlsx?columns=number,proof", NULL);
    EXPECT_INT(out.status, 200);
}

SERVER_CASE("another's upload is not taken, and a sent row gets no more files")
{
    register_testing_pack(cx, PACK);
    EXPECT(server_join(cx, "neighbour", "village") > 0);
    int64_t theirs = given_file(cx, "neighbour", "他人.pdf", 0);
    const char *body = register_testing_body(cx, "well", 1);
    const char *send = "{\"act\":\"send\",\"version\":1}";
    server_table(
        cx, (const Ask[]){ { "POST", WELL, body, "village", 200 },
                           { "PUT", WELL "/1", change(cx, 1, "photo", theirs), "village", 422 },
                           { NULL } });
    int64_t beside = given_file(cx, "village", "旁附.pdf", 1);
    const char *file = arena_format(cx->arena, "/api/attachments/%lld", (long long)beside);
    const char *list = "/api/attachments?noun=well&noun_id=1";
    const char *begin = "{\"name\":\"晚.pdf\",\"size\":9,\"noun\":\"well\",\"noun_id\":1}";
    server_table(cx, (const Ask[]){ { "GET", list, NULL, "township", 200 },
                                    { "GET", list, NULL, "other-county", 404 },
                                    { "POST", "/api/uploads", begin, "township", 403 },
                                    { "POST", WELL "/1/acts", send, "village", 200 },
                                    { "POST", "/api/uploads", begin, "village", 409 },
                                    { "DELETE", file, NULL, "village", 409 },
                                    { NULL } });
}

SERVER_CASE("no fault leaves a row with half of its files; what no row took goes after a week")
{
    register_testing_pack(cx, PACK);
    long long id = given_file(cx, "village", "样例.pdf", 0);
    given_file(cx, "village", "没有用上.pdf", 0);
    const char *body = well(cx, arena_format(cx->arena, "\"photo\":\"%lld\"", id));
    server_sweep(cx, &(Ask){ "POST", WELL, body, "village", 200 });
    server_clock(cx_now(cx) + (int64_t)8 * 86400000);
    for (const Module *const *m = cx->core->config.modules; *m; m++)
        if (strcmp((*m)->noun, "register") == 0)
            EXPECT_OK((*m)->tidy(cx));
    int64_t left;
    EXPECT_OK(
        store_int(cx, &left, "SELECT count(*) FROM attachment WHERE removed_at IS NULL", NO_ARGS));
    EXPECT_INT(left, 1);
}
