#include "base/file.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_sheet.h"
#include "modules/zone/zone_testing.h"
#include "sheet/sheet_out.h"

#include <stdio.h>
#include <string.h>

static const char PATH[] = "/api/zones/1/";

static const char *at(Cx *cx, const char *rest)
{
    return arena_format(cx->arena, "%s%s", PATH, rest);
}

/* {"text": …} of a block of lines; cells are parted by |. */
static const char *pasted(Cx *cx, const char *lines)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    char *text = arena_text(cx->arena, lines);
    for (char *p = text; *p; p++)
        if (*p == '|')
            *p = '\t';
    json_open(&o, NULL, '{');
    json_put_text(&o, "text", text);
    json_close(&o, '}');
    return buf_text(&b);
}

static Answer check(Cx *cx, const char *part, const char *lines)
{
    Answer a = server_ask(cx, "county", "POST", at(cx, arena_format(cx->arena, "%s/check", part)),
                          pasted(cx, lines));
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    return a;
}

static Answer import(Cx *cx, const char *part, int version, const char *more, const char *lines)
{
    const char *path = arena_format(cx->arena, "%s/import?version=%d%s", part, version, more);
    return server_ask(cx, "county", "POST", at(cx, path), pasted(cx, lines));
}

static void imported(Cx *cx, const char *part, int version, const char *lines)
{
    Answer a = import(cx, part, version, "", lines);
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "version", 0), version + 1);
}

static const Json *dossier(Cx *cx)
{
    return json_get(server_ask(cx, "county", "GET", at(cx, "dossier"), NULL).json, "dossier");
}

static const char *text_at(const Json *root, const char *pointer)
{
    const Json *j = json_at(root, pointer);
    return j && j->type == J_TEXT ? j->text : "(none)";
}

static int64_t count_at(const Json *root, const char *pointer)
{
    const Json *j = json_at(root, pointer);
    return j ? (int64_t)j->count : -1;
}

SERVER_CASE("sheets go out to who may see the zone, uploads come from who may fill it in")
{
    testing_zone(cx);
    const char *block = pasted(cx, "乡镇|名称\n沙河镇|东街村");
    server_table(
        cx,
        (const Ask[]){ { "GET", at(cx, "villages.xlsx"), NULL, "guest", 401 },
                       { "GET", at(cx, "villages.xlsx"), NULL, "auditadmin", 403 },
                       { "GET", at(cx, "projects.xlsx"), NULL, "other-county", 404 },
                       { "GET", at(cx, "funds.xlsx"), NULL, "other-city", 404 },
                       { "GET", at(cx, "funds.xlsx"), NULL, "city", 200 },
                       { "GET", at(cx, "projects.xlsx?template=1"), NULL, "county", 200 },
                       { "POST", at(cx, "villages/check"), block, "guest", 401 },
                       { "POST", at(cx, "villages/check"), block, "city", 403 },
                       { "POST", at(cx, "villages/check"), block, "other-county", 404 },
                       { "POST", at(cx, "villages/check"), block, "county", 200 },
                       { "POST", at(cx, "moons/check"), block, "county", 404 },
                       { "POST", at(cx, "villages/check"), "{}", "county", 422 },
                       { "POST", at(cx, "villages/import?version=1"), block, "guest", 401 },
                       { "POST", at(cx, "villages/import?version=1"), block, "city", 403 },
                       { "POST", at(cx, "villages/import?version=1"), block, "other-county", 404 },
                       { "POST", at(cx, "villages/import"), block, "county", 422 },
                       { "POST", at(cx, "villages/import?version=1"), block, "county", 200 },
                       { "POST", at(cx, "villages/import?version=1"), block, "county", 409 },
                       { NULL } });
}

SERVER_CASE("villages are found by township and name or by code, and every cell says what is wrong")
{
    testing_zone(cx);
    Answer a = check(cx, "villages",
                     "代码|乡镇|名称|类型|村庄规划\n"
                     "|沙河镇| 东街村 |集聚提升类|是\n"
                     "３７０６８３１０２２０１||||否\n"
                     "||交通村|特色保护类|\n"
                     "\n"
                     "||东街村||\n"
                     "370683101201||交通村||\n"
                     "||月亮村||\n"
                     "370683101201||||\n"
                     "||||是\n"
                     "|沙河镇|东街村|新的类|也许\n");
    EXPECT_INT(json_int(a.json, "count", 0), 3);
    EXPECT_TEXT(text_at(a.json, "/rows/0/code"), "370683101201");
    EXPECT_TEXT(text_at(a.json, "/rows/1/name"), "东街村民委员会");
    EXPECT_TEXT(text_at(a.json, "/rows/2/township"), "朱桥镇");
    EXPECT_TEXT(text_at(a.json, "/rows/2/type"), "feature");
    EXPECT_INT(json_int(a.json, "error_count", 0), 7);
    static const struct {
        int row;
        const char *column, *field, *says;
    } WRONG[] = {
        { 6, "C", "name", "沙河镇" },    { 7, "A", "code", "不符" },
        { 8, "C", "name", "找不到" },    { 9, "A", "code", "重复" },
        { 10, "C", "name", "请写村名" }, { 11, "D", "type", "可选项" },
        { 11, "E", "plan", "是" },
    };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        const Json *e = json_get(a.json, "errors")->items[i];
        EXPECT_INT(json_int(e, "row", 0), WRONG[i].row);
        EXPECT_TEXT(json_text(e, "column", ""), WRONG[i].column);
        EXPECT_TEXT(json_text(e, "field", ""), WRONG[i].field);
        EXPECT(strstr(text_at(e, "/message/zh"), WRONG[i].says));
        EXPECT(*text_at(e, "/message/en"));
    }
    EXPECT_INT(count_at(dossier(cx), "/villages"), -1); /* a check saves nothing */
}

SERVER_CASE("a wrong cell keeps the whole upload out; a second upload changes nothing")
{
    testing_zone(cx);
    Answer a = import(cx, "villages", 1, "", "名称\n交通村\n月亮村");
    EXPECT_INT(a.status, 422);
    EXPECT(strstr(text_at(a.json, "/error/message/zh"), "月亮村"));
    EXPECT_INT(count_at(dossier(cx), "/villages"), -1);
    imported(cx, "villages", 1, "名称|类型\n交通村|特色保护类");
    imported(cx, "villages", 2, "乡镇|名称|村庄规划\n沙河镇|东街村|是\n朱桥镇|交通村|是");
    a = check(cx, "villages", "乡镇|名称|村庄规划\n沙河镇|东街村|是\n朱桥镇|交通村|是");
    EXPECT_INT(json_int(a.json, "same", 0), 2);
    const Json *d = dossier(cx);
    EXPECT_INT(count_at(d, "/villages"), 2);
    EXPECT_TEXT(text_at(d, "/villages/0/type"), "feature"); /* its column was not in the file */
    EXPECT(json_at(d, "/villages/0/plan")->boolean);
    a = import(cx, "villages", 3, "&replace=1", "乡镇|名称\n沙河镇|东街村");
    EXPECT_INT(json_int(a.json, "removed", 0), 1);
    EXPECT_INT(count_at(dossier(cx), "/villages"), 1);
}

static const char PROJECTS[] =
    "编号|名称|领域|期限|用途|资金·衔接资金·中央（万元）|资金·衔接资金·省级|资金·社会资本|"
    "联农·方式|联农·户数|短板·地点|短板·事项\n"
    "P1|基地|产业发展|2024年6月30日|生产、仓储|1,450|0.01|11000|务工|１２||\n"
    "P2|供水|乡村建设|2023-10-31||736.2|||||交通村委会|水\n"
    "合计||||||2186.2|0.01|11000||||\n";

SERVER_CASE("a project is one row: its funds, its households and its gap stand in columns")
{
    testing_zone(cx);
    imported(cx, "villages", 1, "名称\n交通村");
    imported(cx, "projects", 2, PROJECTS);
    const Json *d = dossier(cx);
    EXPECT_INT(count_at(d, "/plan/projects"), 2);
    EXPECT_TEXT(text_at(d, "/plan/projects/0/deadline"), "2024-06-30");
    EXPECT_TEXT(text_at(d, "/plan/projects/0/uses/0"), "production");
    EXPECT_TEXT(text_at(d, "/plan/projects/0/uses/1"), "仓储");
    EXPECT_INT(count_at(d, "/plan/projects/0/funds"), 3);
    EXPECT_TEXT(text_at(d, "/plan/projects/0/funds/0/amount"), "1450");
    EXPECT_TEXT(text_at(d, "/plan/projects/0/funds/1/level"), "province");
    EXPECT_TEXT(text_at(d, "/plan/projects/0/funds/2/source"), "social");
    EXPECT(!json_at(d, "/plan/projects/0/funds/2/level"));
    EXPECT_INT(json_at(d, "/plan/projects/0/benefit/households")->integer, 12);
    EXPECT_TEXT(text_at(d, "/plan/projects/1/gap/village"), "370683102202");
    EXPECT_INT(json_int(check(cx, "projects", PROJECTS).json, "same", 0), 2);
    Answer a = check(cx, "projects", "编号|短板·地点|资金·衔接资金·中央\nP2|月亮村|-3\nP2||1");
    EXPECT_INT(json_int(a.json, "error_count", 0), 2);
}

SERVER_CASE("lines of funds that a sum stands for stay as they are until the sum is changed")
{
    testing_zone(cx);
    const char *body =
        "{\"version\":1,\"dossier\":{\"zone\":\"样例区\",\"county\":\"370683\",\"plan\":"
        "{\"projects\":[{\"id\":\"P1\",\"funds\":["
        "{\"source\":\"transitional\",\"level\":\"central\",\"amount\":\"10.50\"},"
        "{\"source\":\"transitional\",\"amount\":\"7\"},"
        "{\"source\":\"transitional\",\"level\":\"central\",\"amount\":\"0.50\"},"
        "{\"source\":\"social\"}]}]}}}";
    EXPECT_INT(server_ask(cx, "county", "PUT", at(cx, "dossier"), body).status, 200);
    Answer file = server_ask(cx, "county", "GET", at(cx, "projects.xlsx"), NULL);
    Answer a = server_post_file(cx, "county", at(cx, "projects/check"), file.body, file.length);
    EXPECT_INT(json_int(a.json, "same", 0), 1);
    EXPECT_INT(json_int(a.json, "error_count", 9), 0);
    imported(cx, "projects", 2, "编号|资金·衔接资金·中央\nP1|12");
    const Json *d = dossier(cx);
    EXPECT_INT(count_at(d, "/plan/projects/0/funds"), 3);
    EXPECT_TEXT(text_at(d, "/plan/projects/0/funds/0/amount"), "12");
    imported(cx, "projects", 3, "编号|资金·衔接资金·中央|资金·社会资本\nP1||3");
    d = dossier(cx);
    EXPECT_INT(count_at(d, "/plan/projects/0/funds"), 2);
    EXPECT_TEXT(text_at(d, "/plan/projects/0/funds/1/amount"), "3");
}

static const char FUNDS[] = "来源|级次|文号|部门|金额（万元）\n"
                            "衔接资金|中央|样例文号1||3200\n"
                            "整合行业资金|县级||水利局|１，３００．５\n"
                            "整合行业资金|县级||水利局|200\n"
                            "社会资本|||龙头企业|11000\n"
                            "合计||||15700.5\n";

SERVER_CASE("funds go to the list of their source, a line by level, document and department")
{
    testing_zone(cx);
    imported(cx, "funds", 1, FUNDS);
    const Json *d = dossier(cx);
    EXPECT_INT(count_at(d, "/funds/transitional"), 1);
    EXPECT_INT(count_at(d, "/funds/integrated"), 2);
    EXPECT_TEXT(text_at(d, "/funds/integrated/0/amount"), "1300.5");
    EXPECT_TEXT(text_at(d, "/funds/social/0/department"), "龙头企业");
    EXPECT_INT(count_at(d, "/funds/collaboration"), -1);
    EXPECT_INT(json_int(check(cx, "funds", FUNDS).json, "same", 0), 4);
    imported(cx, "funds", 2,
             "来源|级次|文号|部门|金额\n衔接资金|中央|样例文号1||3300\n"
             "衔接资金|省级|样例文号2||1800\n协作资金|市级|||");
    d = dossier(cx);
    EXPECT_INT(count_at(d, "/funds/transitional"), 2);
    EXPECT_TEXT(text_at(d, "/funds/transitional/0/amount"), "3300");
    EXPECT_INT(json_at(d, "/funds/collaboration/0/amount")->type, J_NULL);
    Answer a =
        check(cx, "funds", "来源|级次|金额\n衔接资金|社会|1\n月亮|中央|1\n衔接资金|中央|1e3");
    EXPECT_INT(json_int(a.json, "error_count", 0), 3);
    EXPECT_TEXT(text_at(a.json, "/errors/0/field"), "level");
    EXPECT_TEXT(text_at(a.json, "/errors/0/column"), "B");
    a = import(cx, "funds", 3, "&replace=1", "来源|级次|文号|金额\n衔接资金|省级|样例文号2|1800");
    EXPECT_INT(json_int(a.json, "removed", 0), 5);
    EXPECT_INT(count_at(dossier(cx), "/funds/social"), 0);
}

SERVER_CASE("a check says what would change, before and after, and what was left out")
{
    testing_zone(cx);
    imported(cx, "projects", 1, "编号|名称|资金·衔接资金·中央\nP1|甲|10\nP2|乙|5");
    Answer a = check(cx, "projects",
                     "项目计划表\n单位：元\n编号|项目名称|资金·衔接资金·中央|用途|备注\n"
                     "Ｐ１|甲|120000|生产、办公楼、其他|某\nP3|丙|1|production|\n合计||120001||\n");
    EXPECT_INT(json_int(a.json, "error_count", 9), 0);
    EXPECT_TEXT(text_at(a.json, "/money/before"), "15");
    EXPECT_TEXT(text_at(a.json, "/money/after"), "17.0001");
    EXPECT_INT(json_int(a.json, "change_count", 0), 2);
    EXPECT_TEXT(text_at(a.json, "/changes/0/kind"), "changed");
    EXPECT_TEXT(text_at(a.json, "/changes/0/name"), "P1 甲");
    EXPECT_TEXT(text_at(a.json, "/changes/0/money_after"), "12");
    EXPECT_TEXT(text_at(a.json, "/changes/0/fields/1/after/zh"), "生产、办公楼、其他");
    EXPECT_TEXT(text_at(a.json, "/changes/1/kind"), "added");
    EXPECT_TEXT(text_at(a.json, "/tabs/0/ignored"), "备注");
    EXPECT_TEXT(text_at(a.json, "/tabs/0/units"), "资金·衔接资金·中央");
    EXPECT_INT(count_at(a.json, "/tabs/0/skipped"), 3);
    EXPECT_TEXT(text_at(a.json, "/tabs/0/skipped/2/text"), "合计");
    EXPECT_TEXT(text_at(a.json, "/rows/0/uses/0"), "production"); /* one value for one thing */
    EXPECT_TEXT(text_at(a.json, "/rows/0/uses/1"), "office_building");
    EXPECT_TEXT(text_at(a.json, "/rows/0/uses/2"), "其他");
    a = check(cx, "projects", "编号|资金·衔接资金·中央\n产业发展类|15\n");
    EXPECT_INT(json_int(a.json, "error_count", 0), 1);
    a = server_ask(cx, "county", "POST", at(cx, "projects/check?replace=1"),
                   pasted(cx, "编号|名称\nP1|甲"));
    EXPECT_INT(json_int(a.json, "removed", 0), 1);
    EXPECT_TEXT(text_at(a.json, "/changes/0/kind"), "removed");
    EXPECT_TEXT(text_at(a.json, "/money/after"), "10");
}

/* What comes out goes in again and changes nothing. */
static void round_trip(Cx *cx, const char *part, const char *query, int64_t same)
{
    Answer file = server_ask(cx, "county", "GET",
                             at(cx, arena_format(cx->arena, "%s.xlsx%s", part, query)), NULL);
    EXPECT_INT(file.status, 200);
    EXPECT(strstr(file.head, "spreadsheetml"));
    EXPECT(strstr(file.head, "attachment; filename="));
    Answer a = server_post_file(cx, "county", at(cx, arena_format(cx->arena, "%s/check", part)),
                                file.body, file.length);
    if (json_int(a.json, "same", -1) != same)
        print_error("%s%s: %s\n", part, query, a.body);
    EXPECT_INT(json_int(a.json, "same", -1), same);
    EXPECT_INT(json_int(a.json, "added", -1), 0);
    EXPECT_INT(json_int(a.json, "changed", -1), 0);
    EXPECT_INT(json_int(a.json, "error_count", -1), 0);
    EXPECT_TEXT(json_text(a.json, "ignored", "?"), "");
}

SERVER_CASE("workbooks come back unchanged, in Chinese and in English, and so do empty forms")
{
    testing_zone(cx);
    testing_dossier(cx, 1);
    static const struct {
        const char *part;
        int64_t rows;
    } PARTS[] = { { "villages", 10 }, { "projects", 8 }, { "funds", 5 } };
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        round_trip(cx, PARTS[i].part, "", PARTS[i].rows);
        round_trip(cx, PARTS[i].part, "?lang=en", PARTS[i].rows);
        round_trip(cx, PARTS[i].part, "?template=1", 0);
        round_trip(cx, PARTS[i].part, "?template=1&lang=en", 0);
    }
}

SERVER_CASE("a workbook comes back with its errors marked, and what is no workbook is refused")
{
    testing_zone(cx);
    const Sheet sheet = { "villages", "行政村", "Villages",
                          (const Field[]){ { "name", FIELD_TEXT, NO_OFFSET, "名称", "Name" },
                                           { "township", FIELD_TEXT, NO_OFFSET, "乡镇", "T" },
                                           FIELDS_END } };
    const SheetMaker maker = { .program = "build/tuijin" };
    const Json *row;
    SheetFile file;
    SheetOut *out;
    EXPECT_OK(json_parse(cx, &row, "{\"name\":\"月亮村\"}", 20, &JSON_LIMITS));
    EXPECT_OK(sheet_open(cx, &out, &maker));
    sheet_begin(cx, out, &sheet, false);
    EXPECT_OK(sheet_put(cx, out, row));
    EXPECT_OK(sheet_close(cx, out, &file));
    Answer a = server_post_file(cx, "county", at(cx, "villages/check"), file.bytes, file.length);
    EXPECT_INT(json_int(a.json, "error_count", 0), 1);
    EXPECT_INT(json_int(json_get(a.json, "errors")->items[0], "row", 0), 4);
    a = server_post_file(cx, "county", at(cx, "villages/check?annotated=1"), file.bytes,
                         file.length);
    EXPECT_INT(a.status, 200);
    SheetBook *book;
    static const Field MARKED[] = {
        { "errors", FIELD_TEXT, NO_OFFSET, "错误说明", "Errors" },
        { "name", FIELD_TEXT, NO_OFFSET, "名称", "Name" },
        { "township", FIELD_TEXT, NO_OFFSET, "乡镇", "T" },
        FIELDS_END
    };
    const Sheet marked = { "villages", "行政村", "Villages", MARKED };
    EXPECT_OK(sheet_read(cx, &book, &marked, 1, a.body, a.length, NULL));
    EXPECT_INT(book->tables->count, 1);
    EXPECT(strstr(json_text(book->tables->rows->object, "errors", ""), "月亮村"));
    a = server_post_file(cx, "county", at(cx, "villages/check"), "no workbook", 11);
    EXPECT_INT(a.status, 422);
}

SERVER_CASE("no fault leaves an upload half saved")
{
    testing_zone(cx);
    server_sweep(cx, &(Ask){ "POST", at(cx, "villages/import?version=1"),
                             pasted(cx, "乡镇|名称|村庄规划\n沙河镇|东街村|是\n朱桥镇|交通村|是"),
                             "county", 200 });
    server_sweep(
        cx, &(Ask){ "POST", at(cx, "funds/import?version=2"), pasted(cx, FUNDS), "county", 200 });
}
