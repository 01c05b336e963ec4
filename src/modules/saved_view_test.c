#include "modules/register_testing.h"

#include "sheet/sheet.h"

#include <string.h>

#define AT "/api/registers/well/views"
#define BODY                                                                                       \
    "{\"name\":\"%s\",\"query\":\"state=sent&sort=-dug_on&columns=number,cost\",\"shared\":%s}"

static const char *body(Cx *cx, const char *name, const char *shared)
{
    return arena_format(cx->arena, BODY, name, shared);
}

static size_t seen(Cx *cx, const char *who)
{
    Answer a = server_ask(cx, who, "GET", AT, NULL);
    EXPECT_INT(a.status, 200);
    return json_get(a.json, "rows")->count;
}

SERVER_CASE("a view is seen by who saved it and, where it is shared, by those of the organ alone")
{
    register_testing_pack(cx, "packs/lu-2022-26+tests/registers");
    int64_t colleague = server_join(cx, "colleague", "county");
    EXPECT(colleague > 0);
    server_table(
        cx,
        (const Ask[]){
            { "POST", AT, body(cx, "待审", "false"), "guest", 401 },
            { "POST", AT, body(cx, "待审", "false"), "sysadmin", 403 },
            { "POST", AT, body(cx, "待审", "false"), "county", 200 },
            { "POST", AT, body(cx, "待审", "true"), "county", 409 },
            { "POST", AT, body(cx, "待审", "true"), "county-check", 200 },
            { "POST", AT, "{\"name\":\"x\",\"query\":\"row=1\",\"shared\":false}", "county", 422 },
            { "POST", AT, "{\"name\":\"x\",\"query\":\"state\",\"shared\":false}", "county", 422 },
            { "POST", AT, "{\"name\":\"x\",\"shared\":false}", "county", 422 },
            { "POST", "/api/registers/nothing/views", body(cx, "x", "false"), "county", 404 },
            { "GET", AT, NULL, "guest", 401 },
            { "GET", AT, NULL, "sysadmin", 403 },
            { NULL } });
    EXPECT_INT(seen(cx, "county"), 1);
    EXPECT_INT(seen(cx, "colleague"), 0);
    server_table(
        cx, (const Ask[]){ { "PUT", AT "/1", "{\"version\":1,\"shared\":true}", "colleague", 404 },
                           { "PUT", AT "/1", "{\"version\":1,\"shared\":true}", "county", 200 },
                           { "PUT", AT "/1", "{\"version\":1,\"shared\":true}", "county", 409 },
                           { "PUT", AT "/1", "{\"version\":2,\"name\":\"y\"}", "colleague", 403 },
                           { "POST", AT "/default", "{\"view_id\":1}", "other-county", 404 },
                           { "POST", AT "/default", "{\"view_id\":1}", "colleague", 200 },
                           { "DELETE", AT "/1", NULL, "colleague", 403 },
                           { "DELETE", AT "/1", NULL, "other-county", 404 },
                           { NULL } });
    EXPECT_INT(seen(cx, "colleague"), 1);
    EXPECT_INT(seen(cx, "other-county"), 0);
    Answer a = server_ask(cx, "colleague", "GET", AT, NULL);
    const Json *view = json_get(a.json, "rows")->items[0];
    EXPECT(json_bool(view, "standing", false) && !json_bool(view, "mine", true));
    EXPECT_TEXT(json_text(view, "query", ""), "state=sent&sort=-dug_on&columns=number,cost");
    server_table(cx, (const Ask[]){ { "POST", AT "/default", "{}", "colleague", 200 },
                                    { "DELETE", AT "/1", NULL, "county", 200 },
                                    { "DELETE", AT "/1", NULL, "county", 404 },
                                    { NULL } });
}

SERVER_CASE("saving a view is whole or not at all, and what it filters by stands in no log")
{
    register_testing_pack(cx, "packs/lu-2022-26+tests/registers");
    server_sweep(cx, &(Ask){ "POST", AT, body(cx, "样例", "true"), "county", 200 });
    Answer a = server_ask(cx, "county", "GET", AT, NULL);
    long long id = json_int(json_get(a.json, "rows")->items[0], "id", 0); /* of PostgreSQL: any */
    const char *one = arena_format(cx->arena, AT "/%lld", id);
    const char *chosen = arena_format(cx->arena, "{\"view_id\":%lld}", id);
    server_sweep(cx, &(Ask){ "PUT", one, "{\"version\":1,\"name\":\"另\"}", "county", 200 });
    server_sweep(cx, &(Ask){ "POST", AT "/default", chosen, "county", 200 });
    bool told;
    EXPECT_OK(store_exists(cx, &told, "SELECT 1 FROM audit WHERE after LIKE '%dug_on%'", NO_ARGS));
    EXPECT(!told);
    server_sweep(cx, &(Ask){ "DELETE", one, NULL, "county", 200 });
}

SERVER_CASE("an export has the columns that the list shows, in its order")
{
    register_testing_pack(cx, "packs/lu-2022-26+tests/registers");
    server_table(cx, (const Ask[]){ { "POST", "/api/registers/well",
                                      register_testing_body(cx, "well", 1), "village", 200 },
                                    { "GET", "/api/registers/well/export.xlsx?columns=nothing",
                                      NULL, "village", 422 },
                                    { NULL } });
    static const Field COLUMNS[] = {
        { "state", FIELD_TEXT, NO_OFFSET, "状态", "State" },
        { "keeper", FIELD_TEXT, NO_OFFSET, "管护单位", "Keeper" },
        FIELDS_END
    };
    static const Sheet SHEET = { "well", "样例水井", "Sample wells", COLUMNS };
    SheetBook *book;
    Answer a = server_ask(cx, "village", "GET",
                          "/api/registers/well/export.xlsx?columns=state,keeper&kind=dug", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_OK(sheet_read(cx, &book, &SHEET, 1, a.body, a.length, NULL));
    EXPECT_INT(book->tables[0].count, 1);
    EXPECT_TEXT(json_text(book->tables[0].rows[0].object, "state", ""), "草稿");
    EXPECT_INT(book->tables[0].rows[0].object->count, 2);
}
