#include "modules/expert/expert.h"

#include "base/file.h"
#include "modules/expert/expert_testing.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"
#include "sheet/sheet_out.h"

#include <string.h>

#define EXPERT                                                                                           \
    "{\"number\":\"Z-01\",\"name\":\"样例专家\",\"field\":\"规划\",\"organ\":\"样例研究院\"," \
    "\"region\":\"370102\",\"phone\":\"13912345678\"}"
#define CHANGE   "{\"version\":1,\"field\":\"财务\"}"
#define INTEREST "{\"kind\":\"organ\",\"code\":\"样例公司\"}"
#define REASON   "{\"reason\":\"样例：通知开会\"}"

SERVER_CASE("the province keeps the pool; the rural bureau alone writes it")
{
    static const char *const WRONG[] = { "city",     "city-sign", "county",    "county-gov",
                                         "township", "expert",    "village",   "other-city",
                                         "sysadmin", "secadmin",  "auditadmin" };
    server_table(cx, (const Ask[]){ { "POST", "/api/experts", EXPERT, "guest", 401 },
                                    { "POST", "/api/experts", EXPERT, "province-fin", 403 },
                                    { "POST", "/api/experts", EXPERT, "province", 200 },
                                    { "POST", "/api/experts", EXPERT, "province", 409 },
                                    { NULL } });
    for (size_t i = 0; i < COUNT(WRONG); i++)
        server_table(cx,
                     (const Ask[]){ { "GET", "/api/experts", NULL, WRONG[i], 403 },
                                    { "POST", "/api/experts", EXPERT, WRONG[i], 403 },
                                    { "GET", "/api/experts/1", NULL, WRONG[i], 403 },
                                    { "PUT", "/api/experts/1", CHANGE, WRONG[i], 403 },
                                    { "POST", "/api/experts/1/reveal", REASON, WRONG[i], 403 },
                                    { "GET", "/api/experts/1/interests", NULL, WRONG[i], 403 },
                                    { "POST", "/api/experts/1/interests", INTEREST, WRONG[i], 403 },
                                    { "DELETE", "/api/experts/1/interests/1", NULL, WRONG[i], 403 },
                                    { "GET", "/api/experts.xlsx", NULL, WRONG[i], 403 },
                                    { "POST", "/api/experts/check", NULL, WRONG[i], 403 },
                                    { "POST", "/api/experts/import", NULL, WRONG[i], 403 },
                                    { NULL } });
    server_table(
        cx, (const Ask[]){ { "GET", "/api/experts", NULL, "guest", 401 },
                           { "GET", "/api/experts", NULL, "province-fin", 200 },
                           { "GET", "/api/experts/1", NULL, "province-fin-sign", 200 },
                           { "GET", "/api/experts/7", NULL, "province", 404 },
                           { "PUT", "/api/experts/1", CHANGE, "province-fin", 403 },
                           { "PUT", "/api/experts/1", CHANGE, "province", 200 },
                           { "PUT", "/api/experts/1", CHANGE, "province", 409 },
                           { "GET", "/api/experts/1/interests", NULL, "province", 200 },
                           { "POST", "/api/experts/1/interests", INTEREST, "province", 200 },
                           { "POST", "/api/experts/1/interests", INTEREST, "province", 409 },
                           { "DELETE", "/api/experts/1/interests/1", NULL, "province-fin", 403 },
                           { "DELETE", "/api/experts/1/interests/1", NULL, "province", 200 },
                           { "DELETE", "/api/experts/1/interests/1", NULL, "province", 404 },
                           { "GET", "/api/expert", NULL, "guest", 401 },
                           { "GET", "/api/expert", NULL, "province", 403 },
                           { "GET", "/api/expert", NULL, "expert", 200 },
                           { NULL } });
}

SERVER_CASE("what cannot be an expert is refused with the field that is wrong")
{
    static const char *const WRONG[][2] = {
        { "\"number\":\"z 1\"", "/number" },      { "\"region\":\"37010\"", "/region" },
        { "\"phone\":\"139\"", "/phone" },        { "\"account\":\"county\"", "/account" },
        { "\"account\":\"nobody\"", "/account" }, { "\"state\":\"gone\"", "/state" },
        { "\"organ\":\"\"", "/organ" },
    };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        const char *key = strchr(WRONG[i][0], ':');
        const char *name = arena_text_n(cx->arena, WRONG[i][0], (size_t)(key - WRONG[i][0]));
        Buf b = BUF(cx);
        buf_format(&b, "{%s", WRONG[i][0]);
        static const char *const GOOD[] = { "\"number\":\"Z-01\"", "\"name\":\"样例专家\"",
                                            "\"field\":\"规划\"", "\"organ\":\"样例研究院\"",
                                            "\"region\":\"370102\"" };
        for (size_t g = 0; g < COUNT(GOOD); g++)
            if (strncmp(GOOD[g], name, strlen(name)) != 0)
                buf_format(&b, ",%s", GOOD[g]);
        buf_add(&b, "}");
        Answer a = server_ask(cx, "province", "POST", "/api/experts", buf_text(&b));
        EXPECT_INT(a.status, 422);
        EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), WRONG[i][1]);
    }
}

SERVER_CASE("a phone is sealed in its column, masked on reading, and shown with a reason on record")
{
    const char *kept;
    EXPECT_INT(server_ask(cx, "province", "POST", "/api/experts", EXPERT).status, 200);
    EXPECT_OK(store_text(cx, &kept, "SELECT phone FROM expert", NO_ARGS));
    EXPECT(strstr(kept, "13912345678") == NULL);
    EXPECT(strstr(store_testing_dump(cx, "attempt"), "13912345678") == NULL);
    Answer a = server_ask(cx, "province", "GET", "/api/experts/1", NULL);
    EXPECT_TEXT(json_text(a.json, "phone", ""), "139****5678");
    server_table(cx, (const Ask[]){
                         { "POST", "/api/experts/1/reveal", REASON, "province-fin", 403 },
                         { "POST", "/api/experts/1/reveal", "{\"reason\":\" \"}", "province", 422 },
                         { NULL } });
    a = server_ask(cx, "province", "POST", "/api/experts/1/reveal", REASON);
    EXPECT_TEXT(json_text(a.json, "phone", ""), "13912345678");
    a = server_ask(cx, "auditadmin", "GET", "/api/audits?noun=expert&sort=-id", NULL);
    EXPECT(strstr(a.body, "通知开会") != NULL && strstr(a.body, "13912345678") == NULL);
}

SERVER_CASE("an expert sees himself, declares interests, and cannot take them back")
{
    testing_zone(cx);
    testing_panel(cx);
    server_table(cx, (const Ask[]){ { "GET", "/api/expert", NULL, "e03", 200 },
                                    { "POST", "/api/expert/interests", INTEREST, "guest", 401 },
                                    { "POST", "/api/expert/interests", INTEREST, "province", 403 },
                                    { "POST", "/api/expert/interests", INTEREST, "expert", 404 },
                                    { "POST", "/api/expert/interests", INTEREST, "e03", 200 },
                                    { "POST", "/api/expert/interests",
                                      "{\"kind\":\"county\",\"code\":\"999999\"}", "e03", 404 },
                                    { "POST", "/api/expert/interests",
                                      "{\"kind\":\"county\",\"code\":\"37068\"}", "e03", 422 },
                                    { "POST", "/api/expert/interests",
                                      "{\"kind\":\"zone\",\"code\":\"77\"}", "e03", 422 },
                                    { "DELETE", "/api/experts/3/interests/1", NULL, "e03", 403 },
                                    { NULL } });
    Answer a = server_ask(cx, "e03", "GET", "/api/expert", NULL);
    EXPECT_TEXT(json_text(json_get(a.json, "expert"), "number", ""), "E03");
    EXPECT_INT(json_get(a.json, "interests")->count, 1);
}

SERVER_CASE("an account is named by the province, and belongs to one expert")
{
    const char *bound = "{\"version\":1,\"account\":\"expert\"}";
    const char *other =
        "{\"number\":\"Z-02\",\"name\":\"样例\",\"field\":\"规划\",\"organ\":\"样例院\","
        "\"region\":\"370102\",\"account\":\"expert\"}";
    server_table(cx, (const Ask[]){ { "POST", "/api/experts", EXPERT, "province", 200 },
                                    { "GET", "/api/expert", NULL, "expert", 200 },
                                    { "PUT", "/api/experts/1", bound, "province", 200 },
                                    { "GET", "/api/expert", NULL, "expert", 200 },
                                    { "POST", "/api/experts", other, "province", 409 },
                                    { "PUT", "/api/experts/1", "{\"version\":2,\"account\":null}",
                                      "province", 200 },
                                    { "POST", "/api/experts", other, "province", 200 },
                                    { NULL } });
}

SERVER_CASE("the pool goes out as a workbook with masked phones, and comes back changing nothing")
{
    testing_experts(cx, 3);
    Answer a = server_ask(cx, "province", "GET", "/api/experts.xlsx", NULL);
    EXPECT_INT(a.status, 200);
    Answer b = server_post_file(cx, "province", "/api/experts/check", a.body, a.length);
    EXPECT_INT(b.status, 200);
    EXPECT_INT(json_int(b.json, "same", -1), 3);
    EXPECT_INT(json_int(b.json, "error_count", -1), 0);
    b = server_post_file(cx, "province", "/api/experts/import", a.body, a.length);
    EXPECT_INT(b.status, 200);
    EXPECT_INT(json_int(b.json, "same", -1), 3);
    Expert e;
    EXPECT_OK(expert_get(cx, &e, 1));
    EXPECT_INT(e.version, 1);
    EXPECT_TEXT(e.phone, "13900000000");
}

/* A workbook with one row for each expert. */
static const char *workbook(Cx *cx, const Expert *rows, size_t count, size_t *length)
{
    static const Field COLUMNS[] = {
        { "number", FIELD_TEXT, offsetof(Expert, number), "专家号", "Number" },
        { "name", FIELD_TEXT, offsetof(Expert, name), "姓名", "Name" },
        { "field", FIELD_TEXT, offsetof(Expert, field), "专业领域", "Field" },
        { "organ", FIELD_TEXT, offsetof(Expert, organ), "工作单位", "Organ" },
        { "region", FIELD_TEXT, offsetof(Expert, region), "单位所在区划代码", "Division" },
        { "phone", FIELD_TEXT, offsetof(Expert, phone), "手机", "Phone" },
        { "account", FIELD_TEXT, offsetof(Expert, account), "账户", "Account" },
        FIELDS_END,
    };
    static const Sheet SHEET = { "experts", "专家库", "Experts", COLUMNS, NULL, NULL };
    static const SheetMaker MAKER = { .program = "build/tuijin" };
    SheetFile file;
    SheetOut *out;
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &SHEET, true);
    for (size_t i = 0; i < count; i++)
        EXPECT_OK(sheet_put_row(cx, out, &rows[i]));
    EXPECT_OK(sheet_close(cx, out, &file));
    *length = file.length;
    return file.bytes;
}

SERVER_CASE("a workbook is taken whole or not at all; its faults name row and column")
{
    testing_experts(cx, 1);
    Expert rows[] = {
        { .number = "E01",
          .name = "样例专家01",
          .field = "财务",
          .organ = "样例大学第1学院",
          .region = "370102",
          .phone = "139****0000" },
        { .number = "N-1",
          .name = "样例新人",
          .field = "建设",
          .organ = "样例设计院",
          .region = "370103",
          .phone = "13711111111" },
        { .number = "N-2",
          .name = "样例错行",
          .field = "建设",
          .organ = "样例设计院",
          .region = "370103",
          .phone = "137",
          .account = "county" },
    };
    size_t length;
    const char *bytes = workbook(cx, rows, 3, &length);
    Answer a = server_post_file(cx, "province", "/api/experts/check", bytes, length);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "error_count", -1), 1);
    EXPECT_TEXT(json_text(json_get(a.json, "errors")->items[0], "field", ""), "phone");
    a = server_post_file(cx, "province", "/api/experts/import", bytes, length);
    EXPECT_INT(a.status, 422);
    Expert e;
    bool found;
    EXPECT_OK(store_exists(cx, &found, "SELECT 1 FROM expert WHERE number = 'N-1'", NO_ARGS));
    EXPECT(!found);
    bytes = workbook(cx, rows, 2, &length);
    server_as(cx, "province");
    EXPECT_INT(server_post_file(cx, "province-fin", "/api/experts/import", bytes, length).status,
               403);
    a = server_post_file(cx, "province", "/api/experts/import", bytes, length);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "added", -1), 1);
    EXPECT_INT(json_int(a.json, "changed", -1), 1);
    EXPECT_OK(expert_get(cx, &e, 1));
    EXPECT_TEXT(e.field, "财务");
    EXPECT_TEXT(e.phone, "13900000000");
    EXPECT_TEXT(e.account, "e01");
}

static const char *path_of(Cx *cx, const char *rest)
{
    int64_t id; /* not the first where the engine spends numbers on what it rolls back */
    EXPECT_OK(store_int(cx, &id, "SELECT id FROM expert", NO_ARGS));
    return arena_format(cx->arena, "/api/experts/%lld%s", (long long)id, rest);
}

SERVER_CASE("no fault leaves an expert or an interest half kept")
{
    int64_t interest;
    server_sweep(cx, &(Ask){ "POST", "/api/experts", EXPERT, "province", 200 });
    server_sweep(cx, &(Ask){ "PUT", path_of(cx, ""), CHANGE, "province", 200 });
    server_sweep(cx, &(Ask){ "POST", path_of(cx, "/reveal"), REASON, "province", 200 });
    server_sweep(cx, &(Ask){ "POST", path_of(cx, "/interests"), INTEREST, "province", 200 });
    EXPECT_OK(store_int(cx, &interest, "SELECT id FROM expert_interest", NO_ARGS));
    const char *rest = arena_format(cx->arena, "/interests/%lld", (long long)interest);
    server_sweep(cx, &(Ask){ "DELETE", path_of(cx, rest), NULL, "province", 200 });
}
