#include "base/file.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"
#include "sheet/sheet.h"

#include <stdio.h>
#include <string.h>

static const char PRINT[] = "/api/zones/1/declaration.pdf";

SERVER_CASE("the declaration is printed for who may see the zone, and each print is on record")
{
    int64_t prints;
    testing_zone(cx);
    server_table(cx, (const Ask[]){ { "GET", PRINT, NULL, "guest", 401 },
                                    { "GET", PRINT, NULL, "sysadmin", 403 },
                                    { "GET", PRINT, NULL, "expert", 403 },
                                    { "GET", PRINT, NULL, "other-county", 404 },
                                    { "GET", PRINT, NULL, "other-city", 404 },
                                    { "GET", PRINT, NULL, "city", 200 },
                                    { "GET", PRINT, NULL, "county", 200 },
                                    { NULL } });
    EXPECT_OK(store_int(cx, &prints,
                        "SELECT count(*) FROM audit WHERE noun = 'zone' AND noun_id = 1 "
                        "AND after LIKE '%申报材料.pdf%'",
                        NO_ARGS));
    EXPECT_INT(prints, 2);
}

SERVER_CASE("the print holds the report and every table, with its fonts and who printed it")
{
    testing_zone(cx);
    testing_dossier(cx, 1);
    Answer pdf = server_ask(cx, "county", "GET", PRINT, NULL);
    EXPECT_INT(pdf.status, 200);
    EXPECT(strstr(pdf.head, "application/pdf"));
    EXPECT(strstr(pdf.head, "inline"));
    const char *text = testing_poppler(cx, &pdf, "pdftotext -layout @ -");
    static const char *const WORDS[] = {
        "莱州市人民政府",
        "（样例）",
        "（草稿，尚未报送）",
        "烟台市乡村振兴局、财政局：",
        "一、基本情况",
        "妥否，请批示",
        "行政村情况表",
        "样例癸村",
        "370683103210",
        "样例镇",
        "主导产业情况表",
        "玫瑰",
        "项目计划表",
        "供水管网改造",
        "农业农村局",
        "项目用地、联农带农和短板",
        "就近务工",
        "样例甲村：水",
        "资金安排表",
        "4,000.00",
        "9,000.00",
        "资金明细",
        "龙头企业",
        "组织领导和群众意见表",
        "2022年11月8日",
        "佐证材料清单",
        "县政府常务会议纪要",
        "政策核对结果",
        "三、4",
        "原则上",
        "county",
    };
    for (size_t i = 0; i < COUNT(WORDS); i++) {
        if (!strstr(text, WORDS[i]))
            print_error("%s is not in\n%s\n", WORDS[i], text);
        EXPECT(strstr(text, WORDS[i]));
    }
    const char *fonts = testing_poppler(cx, &pdf, "pdffonts @");
    const char *line = strchr(strchr(fonts, '\n') + 1, '\n') + 1;
    EXPECT(*line);
    for (; *line; line = strchr(line, '\n') + 1)
        EXPECT(strstr(line, " yes "));
}

SERVER_CASE("an amount that is unknown makes its totals unknown in print, never partial")
{
    testing_zone(cx);
    Answer saved =
        server_ask(cx, "county", "PUT", "/api/zones/1/dossier",
                   "{\"version\":1,\"dossier\":{\"zone\":\"样例区\",\"county\":\"370683\","
                   "\"funds\":{\"transitional\":[{\"level\":\"central\",\"amount\":\"777\"},"
                   "{\"level\":\"city\",\"amount\":null}]}}}");
    if (saved.status != 200)
        print_error("%s\n", saved.body);
    EXPECT_INT(saved.status, 200);
    Answer pdf = server_ask(cx, "county", "GET", PRINT, NULL);
    const char *text = testing_poppler(cx, &pdf, "pdftotext -layout @ -");
    const char *total = strstr(strstr(text, "资金安排表"), "合计");
    EXPECT(strstr(total, "777.00"));
    EXPECT(strstr(total, "？"));
    EXPECT(strstr(text, "未填"));
}

SERVER_CASE("the list of zones goes out as filtered, in the user's territory, with its total")
{
    static const Field COLUMNS[] = {
        { "city", FIELD_TEXT, NO_OFFSET, "市", "City" },
        { "name", FIELD_TEXT, NO_OFFSET, "推进区", "Zone" },
        { "villages", FIELD_INT, NO_OFFSET, "村数", "Villages" },
        FIELDS_END
    };
    const Sheet sheet = { "zones", "推进区", "Zones", COLUMNS };
    SheetBook *book;
    testing_zone(cx);
    testing_dossier(cx, 1);
    server_table(cx, (const Ask[]){ { "GET", "/api/zones.xlsx", NULL, "guest", 401 },
                                    { "GET", "/api/zones.xlsx", NULL, "sysadmin", 403 },
                                    { "GET", "/api/zones.xlsx?moon=1", NULL, "province", 422 },
                                    { NULL } });
    Answer a = server_ask(cx, "province", "GET", "/api/zones.xlsx?lang=en", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_OK(sheet_read(cx, &book, &sheet, 1, a.body, a.length, NULL));
    EXPECT_INT(book->tables->count, 1); /* the total is passed over */
    EXPECT_INT(json_int(book->tables->rows->object, "villages", 0), 10);
    a = server_ask(cx, "other-county", "GET", "/api/zones.xlsx", NULL);
    EXPECT_OK(sheet_read(cx, &book, &sheet, 1, a.body, a.length, NULL));
    EXPECT_INT(book->tables->count, 0);
    a = server_ask(cx, "province", "GET", "/api/zones.xlsx?villages=11..", NULL);
    EXPECT_OK(sheet_read(cx, &book, &sheet, 1, a.body, a.length, NULL));
    EXPECT_INT(book->tables->count, 0);
}
