#include "modules/register_testing.h"

#include "base/file.h"
#include "core/access/right.h"
#include "core/process/process.h"
#include "core/register/register.h"
#include "core/register/register_sheet.h"
#include "sheet/sheet_out.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"

REGISTER_CASES("packs/lu-2022-26", "loan_product")
REGISTER_CASES("packs/lu-2022-26", "loan")
REGISTER_CASES("packs/lu-2022-26", "problem")
REGISTER_CASES(INVENTED, "well")
REGISTER_CASES(INVENTED, "pump")
REGISTER_CASES(INVENTED, "stipend")

/* The file with the first `from` in it made `to`. */
static PackFile changed(Cx *cx, const char *name, const char *from, const char *to)
{
    const char *bytes;
    size_t length;
    EXPECT_OK(file_read(cx, &bytes, &length,
                        arena_format(cx->arena, "tests/registers/%s.json", name), 1 << 20));
    const char *at = strstr(bytes, from);
    EXPECT(at != NULL);
    const char *text =
        arena_format(cx->arena, "%.*s%s%s", (int)(at - bytes), bytes, to, at + strlen(from));
    return (PackFile){ arena_format(cx->arena, "registers/%s.json", name), text, strlen(text) };
}

/* A version of the pack with the pump as it is, and the well changed so. */
static Err add_version(Cx *cx, const char *from, const char *to)
{
    const PackFile files[] = { changed(cx, "pump", "样例水泵", "样例水泵"),
                               changed(cx, "well", from, to) };
    return register_testing_add(cx, files, COUNT(files));
}

#define TASTE                                                                                       \
    "{ \"key\": \"taste\", \"zh\": \"口感\", \"en\": \"Taste\", \"type\": \"text\", \"filter\": " \
    "true, \"help\": { \"zh\": \"尝一尝\", \"en\": \"try it\" } }, { \"key\": \"depth\""
#define SPRING "\"en\": \"Drilled\" }, { \"key\": \"spring\", \"zh\": \"泉\", \"en\": \"Spring\" }"

static bool has_text(const Json *list, const char *word)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (strcmp(list->items[i]->text, word) == 0)
            return true;
    return false;
}

/* Each member of a served row has its field in the description, of that type; a page finds the
 * fields that it may filter by among the route's parameters. */
static void expect_described(Cx *cx, const Json *api, const char *noun, const Json *row)
{
    static const char *const TYPES[] = { "null",   "boolean", "integer", "number",
                                         "string", "array",   "object" };
    const char *at = arena_format(cx->arena, "/components/schemas/Register_%s/properties", noun);
    const Json *fields = json_at(api, at);
    EXPECT(fields != NULL && row != NULL && row->count > 3);
    for (size_t i = 0; i < row->count; i++) {
        const Json *member = row->items[i], *field = json_get(fields, member->key);
        if (!field || !has_text(json_get(field, "type"), TYPES[member->type]))
            EXPECT_TEXT(member->key, "a member that its description knows");
    }
}

SERVER_CASE("the served description knows the rows of each register of the pack in force")
{
    static const char *const NOUNS[] = { "pump", "well", "stipend", "loan_product", "loan" };
    register_testing_pack(cx, INVENTED);
    Answer api = server_ask(cx, "guest", "GET", "/api/openapi.json", NULL);
    for (size_t i = 0; i < COUNT(NOUNS); i++) {
        const char *who = register_testing_who(cx, NOUNS[i], REGISTER_WRITE, NULL);
        const char *at = arena_format(cx->arena, "/api/registers/%s", NOUNS[i]);
        const char *body = register_testing_body(cx, NOUNS[i], 1);
        server_table(cx, (const Ask[]){ { "POST", at, body, who, 200 }, { NULL } });
        Answer page = server_ask(cx, who, "GET", at, NULL);
        expect_described(cx, api.json, NOUNS[i], json_at(page.json, "/rows/0"));
        const Json *path = json_get(json_get(api.json, "paths"), at);
        EXPECT_TEXT(json_text(json_at(path, "/post/requestBody/content/application~1json/schema"),
                              "$ref", ""),
                    arena_format(cx->arena, "#/components/schemas/Register_%s", NOUNS[i]));
    }
}

SERVER_CASE(
    "a register grows by a field or an option, its rows keep what they have, and it stays so")
{
    register_testing_pack(cx, INVENTED);
    const char *body = register_testing_body(cx, "well", 1);
    server_table(cx, (const Ask[]){ { "POST", "/api/registers/well", body, "village", 200 },
                                    { "GET", "/api/registers/well?taste=x", NULL, "village", 422 },
                                    { NULL } });
    EXPECT_OK(add_version(cx, "{ \"key\": \"depth\"", TASTE));
    EXPECT_FAIL(add_version(cx, "\"en\": \"Drilled\" }", SPRING), INVALID, "taste");
    const char *now = "{\"version\":1,\"taste\":\"甘\"}";
    server_table(cx, (const Ask[]){ { "PUT", "/api/registers/well/1", now, "village", 200 },
                                    { "GET", "/api/registers/well?taste=x", NULL, "village", 200 },
                                    { NULL } });
    Answer a = server_ask(cx, "village", "GET", "/api/registers/well/1", NULL);
    EXPECT_TEXT(json_text(a.json, "taste", ""), "甘");
    EXPECT_TEXT(json_text(a.json, "kind", ""), "dug");
}

SERVER_CASE("what rows have can neither go nor become something else, and the field is named")
{
    static const struct {
        const char *from, *to, *field;
    } TRIES[] = {
        { "\"key\": \"case\"", "\"key\": \"trouble\"", "case" },
        { "\"type\": \"decimal\"", "\"type\": \"text\"", "depth" },
        { "\"unit\": \"米\"", "\"unit\": \"尺\"", "depth" },
        { "\"mask\": true, \"seal\": true", "\"mask\": true", "phone" },
        { "\"link\": \"pump\"", "\"link\": \"organ\"", "pump" },
        { "\"max\": 200", "\"max\": 199", "case" },
        { "\"type\": \"text\", \"max\": 200", "\"type\": \"int\"", "case" },
        { "\"key\": \"dug\"", "\"key\": \"hand_dug\"", "kind" },
        { "\"territory\", \"number\"", "\"number\"", "territory" },
        { "\"place\": \"village\"", "\"place\": \"township\"", "place" },
    };
    register_testing_pack(cx, INVENTED);
    for (size_t i = 0; i < COUNT(TRIES); i++)
        EXPECT_FAIL(add_version(cx, TRIES[i].from, TRIES[i].to), INVALID, TRIES[i].field);
}

/* A version of a pack of this head, with the same registers. */
static Err add_headed(Cx *cx, const char *head)
{
    size_t length;
    const char *text = test_read(cx, "packs/lu-2022-26/pack.json", &length);
    const char *json = arena_format(cx->arena, "{%s%s", head, strchr(text, ','));
    const PackFile files[] = { { "pack.json", json, strlen(json) },
                               changed(cx, "pump", "样例水泵", "样例水泵"),
                               changed(cx, "well", "样例水井", "样例水井") };
    return register_testing_add(cx, files, COUNT(files));
}

static const char *in_charge(Cx *cx)
{
    const char *hash;
    EXPECT_OK(store_text(cx, &hash, "SELECT pack FROM register WHERE noun = 'well'", NO_ARGS));
    return hash;
}

SERVER_CASE("a register is one programme's; another takes it on where its pack says so, by name")
{
    register_testing_pack(cx, INVENTED);
    const char *before = in_charge(cx);
    EXPECT_FAIL(add_headed(cx, "\"id\":\"yu-2023\""), CONFLICT, "loan");
    EXPECT_FAIL(add_headed(cx, "\"id\":\"yu-2023\",\"continues\":\"yu-2022\""), CONFLICT, "loan");
    EXPECT_TEXT(in_charge(cx), before);
    EXPECT_OK(add_headed(cx, "\"id\":\"lu-2027-31\",\"continues\":\"lu-2022-26\""));
    EXPECT(strcmp(in_charge(cx), before) != 0);
}

#define RETIRED "{ \"key\": \"dug\", \"retired\": true, \"zh\": \"土井\", \"en\": \"Dug\" }"
#define DUG     "{ \"key\": \"dug\", \"zh\": \"土井\", \"en\": \"Dug\" }"

/* The first option of a field of the form; what the form says of it. */
static bool is_offered(Cx *cx)
{
    Answer a = server_ask(cx, "village", "GET", "/api/registers/well/form", NULL);
    const Json *fields = json_get(a.json, "fields");
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(json_text(fields->items[i], "key", ""), "kind") == 0)
            return !json_bool(json_get(fields->items[i], "options")->items[0], "retired", true);
    return false;
}

SERVER_CASE("what is retired is kept, shown and exported with its mark, and its name stays taken")
{
    register_testing_pack(cx, INVENTED);
    const char *body = register_testing_body(cx, "well", 1);
    server_table(
        cx, (const Ask[]){ { "POST", "/api/registers/well", body, "village", 200 }, { NULL } });
    EXPECT(is_offered(cx));
    EXPECT_OK(add_version(cx, "\"key\": \"usable\"", "\"retired\": true, \"key\": \"usable\""));
    EXPECT_FAIL(add_version(cx, "样例水井", "样例水井"), INVALID, "usable");
    const char *now = "{\"version\":1,\"usable\":false}";
    server_table(cx, (const Ask[]){ { "PUT", "/api/registers/well/1", now, "village", 422 },
                                    { "POST", "/api/registers/well",
                                      register_testing_body(cx, "well", 2), "village", 200 },
                                    { NULL } });
    Answer a = server_ask(cx, "village", "GET", "/api/registers/well/1", NULL);
    EXPECT(json_bool(a.json, "usable", false));
    SheetBook *book;
    static const Field COLUMNS[] = {
        { "number", FIELD_TEXT, NO_OFFSET, "井号", "Number" },
        { "usable", FIELD_TEXT, NO_OFFSET, "能用（停用）", "Usable" },
        { "state", FIELD_TEXT, NO_OFFSET, "状态", "State" },
        FIELDS_END
    };
    static const Sheet SHEET = { "well", "样例水井", "Sample wells", COLUMNS };
    a = server_ask(cx, "village", "GET", "/api/registers/well/export.xlsx", NULL);
    EXPECT_OK(sheet_read(cx, &book, &SHEET, 1, a.body, a.length, NULL));
    EXPECT_INT(book->tables[0].count, 2);
    const char *first = json_text(book->tables[0].rows[0].object, "usable", "");
    const char *second = json_text(book->tables[0].rows[1].object, "usable", "");
    EXPECT(strcmp(first, "是") == 0 || strcmp(second, "是") == 0);
    EXPECT_TEXT(json_text(book->tables[0].rows[0].object, "state", ""), "草稿");
}

SERVER_CASE("a retired option is offered no more, and taken from whoever still sends it")
{
    register_testing_pack(cx, INVENTED);
    EXPECT_OK(add_version(cx, DUG, RETIRED));
    EXPECT(!is_offered(cx));
    const char *body =
        register_testing_body(cx, "well", 1); /* the first option, as a phone has it */
    server_table(
        cx, (const Ask[]){ { "POST", "/api/registers/well", body, "village", 200 }, { NULL } });
    EXPECT_FAIL(add_version(cx, "样例水井", "样例水井"), INVALID, "kind");
}

/* A workbook of rows; every 135th names an owner that there is none of, so many times. */
static SheetFile roll(Cx *cx, int rows, int bad)
{
    static const Field COLUMNS[] = {
        { "name", FIELD_TEXT, NO_OFFSET, "铭牌号", "Plate" },
        { "power", FIELD_INT, NO_OFFSET, "功率", "Power" },
        { "owner", FIELD_TEXT, NO_OFFSET, "产权单位", "Owner" },
        FIELDS_END
    };
    static const Sheet SHEET = { "pump", "样例水泵", "Sample pumps", COLUMNS };
    static const SheetMaker MAKER = { .program = "build/tuijin" };
    SheetOut *out;
    SheetFile file;
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &SHEET, false);
    for (int i = 0; i < rows; i++) {
        const Json *row;
        const char *owner = i % 135 == 0 && bad-- > 0 ? "查无此单位" : "township";
        const char *text =
            arena_format(cx->arena, "{\"name\":\"P%d\",\"power\":3,\"owner\":\"%s\"}", i, owner);
        EXPECT_OK(json_parse(cx, &row, text, strlen(text), &JSON_LIMITS));
        EXPECT_OK(sheet_put(cx, out, row));
    }
    EXPECT_OK(sheet_close(cx, out, &file));
    return file;
}

SERVER_CASE(
    "of 5,000 rows 37 bad links are told cell by cell with nothing written; mended, all go in")
{
    register_testing_pack(cx, INVENTED);
    SheetFile file = roll(cx, 5000, 37);
    Answer a =
        server_post_file(cx, "township", "/api/registers/pump/check", file.bytes, file.length);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "error_count", 0), 37);
    EXPECT_INT(json_get(a.json, "errors")->count, 37);
    a = server_post_file(cx, "township", "/api/registers/pump/import", file.bytes, file.length);
    EXPECT_INT(a.status, 422);
    a = server_ask(cx, "township", "GET", "/api/registers/pump", NULL);
    EXPECT_INT(json_int(a.json, "total", -1), 0);
    file = roll(cx, 5000, 0);
    a = server_post_file(cx, "township", "/api/registers/pump/import", file.bytes, file.length);
    EXPECT_INT(a.status, 200);
    a = server_ask(cx, "township", "GET", "/api/registers/pump", NULL);
    EXPECT_INT(json_int(a.json, "total", -1), 5000);
}

SERVER_CASE("an actor may be the department with a duty, and no other")
{
    const Register *r;
    EXPECT_OK(add_version(cx, "\"v.com.h\"", "\"v.com.h\", \"c.d:水利.h\""));
    EXPECT(add_version(cx, "\"v.com.h\"", "\"v.com.h\", \"c.d:风水.h\"") == INVALID);
    EXPECT(add_version(cx, "\"v.com.h\"", "\"v.com.h\", \"c.r:water.h\"") == INVALID);
    server_as(cx, "county");
    User u = *cx->user;
    cx->user = &u;
    u.organ_kind = "department";
    EXPECT_OK(register_find(cx, &r, "well"));
    EXPECT(!register_allows(cx, r, REGISTER_WRITE));
    u.organ_duty = "housing";
    EXPECT(!register_allows(cx, r, REGISTER_WRITE));
    u.organ_duty = "water";
    EXPECT(register_allows(cx, r, REGISTER_WRITE));
}

SERVER_CASE("a declaration that nobody could use is refused with all that is wrong in it")
{
    static const struct {
        const char *from, *to;
    } TRIES[] = {
        { "\"v.com.h\"", "\"v.com.z\"" },
        { "\"read\": [\"x.*\"], ", "" },
        { "\"place\": \"village\"", "\"place\": \"planet\"" },
        { "\"name\": \"number\"", "\"name\": \"phone\"" },
        { "\"sum\": \"cost\"", "\"sum\": \"kind\"" },
        { "\"sort\": \"-dug_on\"", "\"sort\": \"-nothing\"" },
        { "\"link\": \"organ\"", "\"link\": \"planet\"" },
        { "\"key\": \"case\"", "\"key\": \"made_by\"" },
        { "\"key\": \"case\"", "\"key\": \"Case\"" },
        { "\"key\": \"case\"", "\"key\": \"figure\"" },
        { "\"type\": \"bool\"", "\"type\": \"list\"" },
        { "\"zh\": \"能用\"", "\"zh\": \"\"" },
        { "\"noun\": \"well\"", "\"noun\": \"wells\"" },
    };
    for (size_t i = 0; i < COUNT(TRIES); i++)
        EXPECT(add_version(cx, TRIES[i].from, TRIES[i].to) == INVALID);
}

SERVER_CASE("a register never takes the name of a table of the program")
{
    PackFile file = changed(cx, "pump", "\"noun\": \"pump\"", "\"noun\": \"zone\"");
    file.path = "registers/zone.json";
    EXPECT_FAIL(register_testing_add(cx, &file, 1), CONFLICT, "zone");
}

SERVER_CASE("a link names what its writer may see, by its number or by what it is called")
{
    register_testing_pack(cx, INVENTED);
    const char *organ = arena_format(cx->arena, "%lld", (long long)server_organ(cx, "county"));
    const char *body = arena_format(cx->arena,
                                    "{\"territory\":\"370683100\",\"name\":\"样例\",\"power\":3,"
                                    "\"owner\":%s}",
                                    organ);
    Answer a = server_ask(cx, "township", "POST", "/api/registers/pump", body);
    EXPECT_INT(a.status, 422);
    EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), "owner");
    a = server_ask(cx, "township", "GET", "/api/registers/pump/links/owner", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT(json_int(a.json, "total", 0) >= 1);
    a = server_ask(cx, "other-county", "GET", "/api/registers/pump/links/owner", NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 1); /* its own organ alone */
}

SERVER_CASE("the list is filtered by value, range and division, searched, and counted by state")
{
    register_testing_pack(cx, INVENTED);
    for (int n = 1; n <= 3; n++)
        server_table(cx, (const Ask[]){ { "POST", "/api/registers/well",
                                          register_testing_body(cx, "well", n), "village", 200 },
                                        { NULL } });
    static const struct {
        const char *query;
        int64_t total;
    } ASKED[] = { { "", 3 },
                  { "?q=%E6%A0%B7%E4%BE%8B2", 1 },
                  { "?kind=dug&state=draft", 3 },
                  { "?kind=drilled", 0 },
                  { "?cost=2..", 2 },
                  { "?dug_on=2022-11-01..2022-11-02", 2 },
                  { "?territory=3706", 3 },
                  { "?territory=3707", 0 },
                  { "?usable=true", 3 } };
    for (size_t i = 0; i < COUNT(ASKED); i++) {
        const char *path = arena_format(cx->arena, "/api/registers/well%s", ASKED[i].query);
        EXPECT_INT(json_int(server_ask(cx, "county", "GET", path, NULL).json, "total", -1),
                   ASKED[i].total);
    }
    server_table(cx, (const Ask[]){ { "GET", "/api/registers/well?nothing=1", NULL, "county", 422 },
                                    { "GET", "/api/registers/well?phone=1", NULL, "county", 422 },
                                    { "GET", "/api/registers/well?kind=lake", NULL, "county", 422 },
                                    { NULL } });
    Answer a = server_ask(cx, "county", "GET", "/api/registers/well/tally", NULL);
    const Json *first = json_get(a.json, "rows")->items[0];
    EXPECT_TEXT(json_text(first, "value", ""), "draft");
    EXPECT_INT(json_int(first, "count", 0), 3);
    EXPECT_TEXT(json_text(first, "sum", ""), "7.5");
}

SERVER_CASE("each row of a batch has its own result, and one that fails holds up no other")
{
    register_testing_pack(cx, INVENTED);
    for (int n = 1; n <= 2; n++)
        server_table(cx, (const Ask[]){ { "POST", "/api/registers/well",
                                          register_testing_body(cx, "well", n), "village", 200 },
                                        { NULL } });
    const char *rows = "{\"act\":\"forward\",\"rows\":[{\"id\":1,\"version\":1},"
                       "{\"id\":2,\"version\":7},{\"id\":99,\"version\":1}]}";
    Answer a = server_ask(cx, "village", "POST", "/api/registers/well/acts", rows);
    EXPECT_INT(a.status, 200);
    static const char *const CODES[] = { "ok", "stale", "not_found" };
    for (size_t i = 0; i < COUNT(CODES); i++)
        EXPECT_TEXT(json_text(json_get(a.json, "rows")->items[i], "code", ""), CODES[i]);
}

SERVER_CASE("a row is held to its fields' forms whichever way it came, and keys are folded alike")
{
    int64_t id;
    const Register *r;
    register_testing_pack(cx, "packs/lu-2022-26");
    EXPECT_OK(store_begin(cx, true));
    server_as(cx, "province");
    EXPECT_OK(register_find(cx, &r, "loan_product"));
    void *product = register_row(cx, r);
    *field_text(field_find(r->table.fields, "territory"), product) = "37";
    *field_text(field_find(r->table.fields, "name"), product) = " 样例　贷 ";
    *field_text(field_find(r->table.fields, "borrower"), product) = "household";
    EXPECT_OK(register_create(cx, r, &id, product));
    EXPECT_TEXT(register_text(r, product, "name"), "样例 贷");
    server_as(cx, "county");
    EXPECT_OK(register_find(cx, &r, "loan"));
    void *loan = register_row(cx, r);
    *field_text(field_find(r->table.fields, "territory"), loan) = "370683";
    *field_text(field_find(r->table.fields, "bank"), loan) = "样例银行";
    EXPECT_FAIL(register_create(cx, r, &id, loan), INVALID, "contract");
    *field_text(field_find(r->table.fields, "contract"), loan) = "１";
    *field_text(field_find(r->table.fields, "phone"), loan) = "not a phone";
    EXPECT_FAIL(register_create(cx, r, &id, loan), INVALID, "/phone");
    *field_text(field_find(r->table.fields, "phone"), loan) = "13900000000";
    EXPECT_OK(register_create(cx, r, &id, loan));
    EXPECT_TEXT(register_text(r, loan, "contract"), "1");
    EXPECT_OK(store_commit(cx));
}

SERVER_CASE("a row that all may read is changed and acted upon in its own territory alone")
{
    static const char POOL[] =
        "{\"noun\":\"pool\",\"zh\":\"样例库\",\"en\":\"Sample "
        "pools\",\"place\":\"county\",\"shared\":true,"
        "\"actors\":{\"read\":[\"x.*\"],\"write\":[\"c.r.h\"],\"check\":[\"c.f.k\"]},\"key\":["
        "\"name\"],"
        "\"name\":\"name\",\"list\":[\"name\"],\"fields\":[{\"key\":\"name\",\"zh\":\"名称\","
        "\"en\":"
        "\"Name\",\"type\":\"text\",\"help\":{\"zh\":\"样例\",\"en\":\"sample\"}}]}";
    const PackFile file = { "registers/pool.json", POOL, sizeof POOL - 1 };
    EXPECT_OK(register_testing_add(cx, &file, 1));
    register_testing_pack(cx, "packs/lu-2022-26");
    const char *row = "/api/registers/pool/1", *acts = "/api/registers/pool/1/acts";
    const char *mine = "{\"territory\":\"370683\",\"name\":\"样例\"}";
    const char *theft = "{\"version\":1,\"territory\":\"370682\"}";
    const char *send = "{\"act\":\"forward\",\"version\":1}", *gone = "{\"version\":1}";
    server_table(cx, (const Ask[]){ { "POST", "/api/registers/pool", mine, "county", 200 },
                                    { "GET", row, NULL, "other-county", 200 },
                                    { "PUT", row, theft, "other-county", 403 },
                                    { "POST", acts, send, "other-county", 403 },
                                    { "DELETE", row, gone, "other-county", 403 },
                                    { "POST", acts, send, "county", 200 },
                                    { NULL } });
}

SERVER_CASE("words of clients from before there were processes mean what they did, where they fit")
{
    const char *to = "/api/registers/stipend/1/acts";
    register_testing_pack(cx, INVENTED);
    for (const Option *o = PROCESS_ACTS; o->key; o++)
        EXPECT(option_find(REGISTER_ACTS, o->key) != NULL);
    server_table(
        cx, (const Ask[]){ { "POST", "/api/registers/stipend",
                             register_testing_body(cx, "stipend", 1), "village", 200 },
                           { "POST", to, "{\"act\":\"pass\",\"version\":1}", "village", 409 },
                           { "POST", to, "{\"act\":\"send\",\"version\":1}", "village", 200 },
                           { "POST", to, "{\"act\":\"send\",\"version\":2}", "township", 409 },
                           { "POST", to, "{\"act\":\"return\",\"version\":2}", "township", 422 },
                           { "POST", to, "{\"act\":\"return\",\"version\":2,\"reason\":\"样例\"}",
                             "township", 200 },
                           { "POST", to, "{\"act\":\"send\",\"version\":3}", "village", 200 },
                           { "POST", to, "{\"act\":\"pass\",\"version\":4}", "township", 200 },
                           { "POST", to, "{\"act\":\"return\",\"version\":5,\"reason\":\"样例\"}",
                             "township", 200 },
                           { NULL } });
}

SERVER_CASE("a draft that a row of any register names is not removed, and who names it is told")
{
    register_testing_pack(cx, INVENTED);
    const char *now = "{\"version\":1}", *well = "/api/registers/well/1";
    const char *pump =
        arena_format(cx->arena,
                     "{\"territory\":\"370683100\",\"name\":\"样例泵\",\"power\":3,\"owner\":%lld,"
                     "\"well\":1}",
                     (long long)server_organ(cx, "township"));
    server_table(cx, (const Ask[]){ { "POST", "/api/registers/well",
                                      register_testing_body(cx, "well", 1), "village", 200 },
                                    { "POST", "/api/registers/pump", pump, "township", 200 },
                                    { NULL } });
    Answer a = server_ask(cx, "village", "DELETE", well, now);
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), "links");
    EXPECT(strstr(a.body, "其他单位的登记") && !strstr(a.body, "样例泵")); /* not the village's */
    EXPECT_OK(store_run(cx, "UPDATE pump SET territory = '370683100200'", NO_ARGS));
    a = server_ask(cx, "village", "DELETE", well, now);
    EXPECT_INT(a.status, 409);
    EXPECT(strstr(a.body, "样例水泵“样例泵”") != NULL);
    EXPECT_OK(store_run(cx, "UPDATE pump SET well = NULL", NO_ARGS));
    server_table(cx, (const Ask[]){ { "DELETE", well, now, "village", 200 }, { NULL } });
}

SERVER_CASE("rows that name another are found by the index of the link, filter or not")
{
    Rows rows;
    register_testing_pack(cx, INVENTED);
    bool pg = store_is_pg(cx->store);
    if (pg)
        EXPECT_OK(store_run(cx, "SET enable_seqscan = off", NO_ARGS));
    EXPECT_OK(rows_open(cx, &rows,
                        pg ? "EXPLAIN SELECT n.id FROM pump n WHERE n.well = 7 "
                             "ORDER BY n.territory, n.id LIMIT 4"
                           : "EXPLAIN QUERY PLAN SELECT n.id FROM pump n WHERE n.well = 7 "
                             "ORDER BY n.territory, n.id LIMIT 4",
                        NO_ARGS));
    const char *step = rows_text(cx, &rows, pg ? 0 : 3);
    EXPECT(!strstr(step, "SCAN") && !strstr(step, "Sort"));
    while (rows.more) {
        EXPECT(!strstr(rows_text(cx, &rows, pg ? 0 : 3), "Seq Scan"));
        EXPECT_OK(rows_next(cx, &rows));
    }
    if (pg)
        EXPECT_OK(store_run(cx, "RESET enable_seqscan", NO_ARGS));
}

SERVER_CASE("digits in a cell that names a row are what it is called, never the program's number")
{
    register_testing_pack(cx, INVENTED);
    server_table(cx, (const Ask[]){ { "POST", "/api/registers/well",
                                      register_testing_body(cx, "well", 1), "village", 200 },
                                    { NULL } });
    static const SheetMaker MAKER = { .program = "build/tuijin" };
    const char *cells = "{\"name\":\"样例泵\",\"power\":3,\"owner\":\"1\",\"well\":\"1\"}";
    const Json *row;
    const Register *r;
    SheetOut *out;
    SheetFile file;
    server_as(cx, "township");
    EXPECT_OK(register_find(cx, &r, "pump"));
    EXPECT_OK(json_parse(cx, &row, cells, strlen(cells), &JSON_LIMITS));
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, register_sheet(cx, r), true);
    EXPECT_OK(sheet_put(cx, out, row));
    EXPECT_OK(sheet_close(cx, out, &file));
    Answer a =
        server_post_file(cx, "township", "/api/registers/pump/check", file.bytes, file.length);
    EXPECT_INT(a.status, 200);
    EXPECT(json_int(a.json, "error_count", 0) >= 1);
    EXPECT(strstr(a.body, "不能填写系统内的编号") != NULL);
}
