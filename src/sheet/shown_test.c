/* What a number means: its unit, its format, its kind. Swept over every pair, because each pair
 * that was forgotten took one amount for another in silence. */
#include "base/money.h"
#include "sheet/grid.h"
#include "tests/test.h"

#include <stdio.h>
#include <zip.h>

static const Field FIELDS[] = {
    { "id", FIELD_TEXT, NO_OFFSET, "编号", "Number", FIELD_KEY, .min = 1 },
    { "content", FIELD_TEXT, NO_OFFSET, "内容", "Content" },
    { "amount", FIELD_MONEY, NO_OFFSET, "金额", "Amount", .unit = "万元" },
    { "households", FIELD_INT, NO_OFFSET, "户数", "Households", .unit = "户" },
    { "on", FIELD_DATE, NO_OFFSET, "期限", "Until" },
    FIELDS_END
};

static const Sheet SHEET = { "projects", "项目", "Projects", FIELDS };

static SheetBook *pasted(Cx *cx, const char *text)
{
    SheetBook *book = NULL;
    EXPECT_OK(sheet_read_text(cx, &book, &SHEET, text, strlen(text), NULL));
    return book;
}

/* A workbook of one tab with these rows. */
static SheetBook *workbook_of(Cx *cx, const Sheet *sheet, const char *codes, const char *rows)
{
    const char *const parts[] = {
        "xl/workbook.xml",
        "<workbook xmlns:r=\"urn:r\"><sheets><sheet name=\"项目\" "
        "r:id=\"r1\"/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
        "<Relationship Id=\"r2\" Type=\"x/styles\" Target=\"styles.xml\"/></Relationships>",
        "xl/styles.xml",
        arena_format(cx->arena,
                     "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"%s\"/></numFmts>"
                     "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"200\"/></cellXfs></styleSheet>",
                     codes),
        "xl/s.xml",
        arena_format(cx->arena, "<a>%s</a>", rows),
        NULL
    };
    const char *path = arena_format(cx->arena, "%s/shown.xlsx", test_dir(cx));
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    for (size_t i = 0; parts[i]; i += 2)
        EXPECT(zip_file_add(zip, parts[i],
                            zip_source_buffer(zip, parts[i + 1], strlen(parts[i + 1]), 0), 0) >= 0);
    EXPECT_INT(zip_close(zip), 0);
    size_t length;
    SheetBook *book = NULL;
    const char *bytes = test_read(cx, path, &length);
    EXPECT_OK(sheet_read(cx, &book, sheet, 1, bytes, length, NULL));
    return book;
}

/* A workbook of two rows: the headings, and P1 with the cell in the place of its field. */
static SheetBook *workbook(Cx *cx, const char *codes, const char *cells)
{
    static const char HEAD[] =
        "<row r=\"1\"><c t=\"str\"><v>编号</v></c><c t=\"str\"><v>内容</v></c>"
        "<c t=\"str\"><v>金额</v></c><c t=\"str\"><v>户数</v></c>"
        "<c t=\"str\"><v>期限</v></c></row>";
    return workbook_of(cx, &SHEET, codes,
                       arena_format(cx->arena, "%s<row r=\"2\">%s</row>", HEAD, cells));
}

static const char *amount_of(const SheetBook *book)
{
    return book->fault_count ? "fault" : json_text(book->tables->rows->object, "amount", "none");
}

/* ---- units ------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    int64_t yuan; /* 0: no unit, -1: none that an amount in 万元 can be made of */
} UNITS[] = { { "", 0 },          { "元", 1 },           { "千元", 1000 },
              { "万元", 10000 },  { "百万元", 1000000 }, { "亿元", 100000000 },
              { "人民币元", 1 },  { "yuan", 1 },         { "10k yuan", 10000 },
              { "Ｙｕａｎ", 1 },  { "美元", -1 },        { "元/户", -1 },
              { "%", -1 },        { "角", -1 },          { "含税", 0 },
              { "万 元", 10000 }, { "单位：元", 1 },     { "万元、含税", 10000 },
              { "元、万元", -1 } };

/* 1,005,000 of that unit in 万元, by the money module alone. */
static const char *expected(Cx *cx, int64_t yuan)
{
    return yuan < 0 ? "fault" : money_text(cx, 1005000 * 100 * (yuan ? yuan : 10000));
}

CASE("an amount counts in the unit of its heading, whatever the brackets and however it is kept")
{
    static const char *const HEADINGS[] = { "金额（%s）", "金额(%s)", "* 金额【%s】",
                                            "金额 ( %s )" };
    for (size_t i = 0; i < COUNT(UNITS); i++)
        for (size_t k = 0; k < COUNT(HEADINGS); k++) {
            char heading[80];
            snprintf(heading, sizeof heading, HEADINGS[k], UNITS[i].word);
            const char *text = arena_format(cx->arena, "编号\t%s\nP1\t1,005,000\n", heading);
            EXPECT_TEXT(amount_of(pasted(cx, text)), expected(cx, UNITS[i].yuan));
        }
}

CASE("a line of the unit above the table counts for every heading that names none")
{
    for (size_t i = 0; i < COUNT(UNITS); i++) {
        bool odd =
            UNITS[i].yuan < 0 && !strstr(UNITS[i].word, "万元") && !strstr(UNITS[i].word, "美");
        if (odd || strstr(UNITS[i].word, "单位"))
            continue; /* "单位：%" is no unit of money */
        const char *text =
            arena_format(cx->arena, "项目表\n单位：%s\n编号\t金额\nP1\t1005000\n", UNITS[i].word);
        EXPECT_TEXT(amount_of(pasted(cx, text)), expected(cx, UNITS[i].yuan));
    }
    EXPECT_TEXT(amount_of(pasted(cx, "单位：元\n编号\t金额（万元）\nP1\t1\n")), "fault");
    EXPECT_TEXT(amount_of(pasted(cx, "单位：万元\n编号\t金额（元）\nP1\t10000\n")), "1");
    EXPECT_TEXT(amount_of(pasted(cx, "编号\t金额\nP1\t10000\n注：金额单位为元\n")), "1");
    EXPECT_TEXT(amount_of(pasted(cx, "填报单位：元氏县\n编号\t金额\nP1\t1\n")), "1");
    EXPECT_TEXT(amount_of(pasted(cx, "编号\t金额（元）\t金额（万元）\nP1\t10000\t1\n")), "fault");
}

CASE("a unit behind the number says more than the heading; another money is a fault")
{
    static const char *const TYPED[][2] = {
        { "100元", "0.01" },  { "￥1,000", "1000" },  { "1.5 万元", "1.5" },
        { "2亿元", "20000" }, { "3万", "3" },         { "100美元", "fault" },
        { "5%", "fault" },    { "100.5.1", "fault" }, { "0.001元", "fault" },
        { "1e3", "fault" },
    };
    for (size_t i = 0; i < COUNT(TYPED); i++)
        EXPECT_TEXT(
            amount_of(pasted(cx, arena_format(cx->arena, "编号\t金额\nP1\t%s\n", TYPED[i][0]))),
            TYPED[i][1]);
}

CASE("counts take their own unit and no other")
{
    static const char *const HEADINGS[][2] = { { "户数", "3" },        { "户数（户）", "3" },
                                               { "户数（百户）", "" }, { "户数（人）", "" },
                                               { "户数（%）", "" },    { "户数（必填）", "3" } };
    for (size_t i = 0; i < COUNT(HEADINGS); i++) {
        SheetBook *book = pasted(cx, arena_format(cx->arena, "编号\t%s\nP1\t3\n", HEADINGS[i][0]));
        EXPECT_INT(book->fault_count, *HEADINGS[i][1] ? 0 : 1);
    }
}

/* ---- formats ----------------------------------------------------------------------------- */

CASE("a format that shows another number than the cell keeps is told by its code")
{
    static const struct {
        const char *code;
        bool scaled, date, time;
        int64_t yuan;
    } CODES[] = {
        { "General", false, false, false, 0 },
        { "0.00", false, false, false, 0 },
        { "#,##0.00", false, false, false, 0 },
        { "#,##0_);[Red](#,##0)", false, false, false, 0 },
        { "0!.0,\"万元\"", true, false, false, 10000 },
        { "0\\.0,\"万元\"", true, false, false, 10000 },
        { "0\".\"0,", true, false, false, 0 },
        { "0.00,,", true, false, false, 0 },
        { "0,.00", true, false, false, 0 },
        { "[>=10000]0!.0,\"万\";0", true, false, false, 10000 },
        { "0.00,,万%", true, false, false, 10000 },
        { "0.00%", true, false, false, 0 },
        { "0.00\"元\"", false, false, false, 1 },
        { "#,##0\\ \"万元\"", false, false, false, 10000 },
        { "[$￥-804]#,##0.00", false, false, false, 0 },
        { "0.00\"美元\"", false, false, false, -1 },
        { "0.00E+00", false, false, false, 0 },
        { "yyyy-mm-dd", false, true, false, 0 },
        { "e\"年\"m\"月\"", false, true, false, 0 },
        { "m\"月\"", false, true, false, 0 },
        { "[$-804]aaaa", false, true, false, 0 },
        { "h:mm", false, false, true, 0 },
        { "[mm]:ss", false, false, true, 0 },
        { "yyyy/m/d h:mm AM/PM", false, true, false, 0 },
        { "[Magenta]0", false, false, false, 0 },
    };
    for (size_t i = 0; i < COUNT(CODES); i++) {
        const NumberFormat *f = format_read(cx, CODES[i].code);
        if (f->scaled != CODES[i].scaled || f->is_date != CODES[i].date ||
            f->is_time != CODES[i].time || f->yuan != CODES[i].yuan)
            print_error("%s\n", CODES[i].code);
        EXPECT_INT(f->scaled, CODES[i].scaled);
        EXPECT_INT(f->is_date, CODES[i].date);
        EXPECT_INT(f->is_time, CODES[i].time);
        EXPECT_INT(f->yuan, CODES[i].yuan);
    }
}

CASE("a number in a field of text reads as it is shown, or not at all")
{
    static const char *const SHOWN[][3] = {
        { "000", "7", "007" },         { "0.00", "1.1", "1.10" },
        { "General", "35.5", "35.5" }, { "0", "7.4", NULL },
        { "0%", "0.35", NULL },        { "0\"号\"", "3", NULL },
        { "#,##0", "1200", "1200" },   { "000-00", "12345", NULL },
        { "# ?/?", "0.5", NULL },      { "0.00E+00", "13912345678", "13912345678" },
    };
    for (size_t i = 0; i < COUNT(SHOWN); i++)
        EXPECT_TEXT(text_or(format_show(cx, format_read(cx, SHOWN[i][0]), SHOWN[i][1]), "(none)"),
                    text_or(SHOWN[i][2], "(none)"));
}

/* ---- cells ------------------------------------------------------------------------------- */

/* Cells of every kind in every field: a value that was not typed so must not come out of it. */
CASE("no cell takes its neighbour's value, and what Excel made of a typing is a fault")
{
    static const struct {
        const char *code, *cell; /* in the place of id, amount, households, until */
        const char *results[4];  /* "" blank, "fault", or the value */
    } CELLS[] = {
        { "0", "<c%s><v></v></c>", { "fault", "", "", "" } },
        { "0", "<c%s/>", { "fault", "", "", "" } },
        { "0", "<c%s><f>A1</f><v></v></c>", { "fault", "fault", "fault", "fault" } },
        { "0", "<c%s><f>A1</f></c>", { "fault", "fault", "fault", "fault" } },
        { "0", "<c%s t=\"b\"><v></v></c>", { "fault", "", "", "" } },
        { "0", "<c%s t=\"b\"><v>1</v></c>", { "fault", "fault", "fault", "fault" } },
        { "0", "<c%s t=\"str\"><f>A1</f><v></v></c>", { "fault", "", "", "" } },
        { "0", "<c%s t=\"e\"><v>#N/A</v></c>", { "fault", "fault", "fault", "fault" } },
        { "0", "<c%s t=\"str\"><v>#N/A</v></c>", { "fault", "fault", "fault", "fault" } },
        { "0",
          "<c%s t=\"str\"><v>=DISPIMG(\"ID\",1)</v></c>",
          { "fault", "fault", "fault", "fault" } },
        { "yyyy-mm-dd",
          "<c%s s=\"1\"><v>46023</v></c>",
          { "fault", "fault", "fault", "2026-01-01" } },
        { "h:mm", "<c%s s=\"1\"><v>0.5</v></c>", { "fault", "fault", "fault", "fault" } },
        { "000", "<c%s s=\"1\"><v>7</v></c>", { "007", "7", "7", "fault" } },
        { "0%", "<c%s s=\"1\"><v>35</v></c>", { "fault", "fault", "fault", "fault" } },
        { "0.00,,", "<c%s s=\"1\"><v>35</v></c>", { "fault", "fault", "fault", "fault" } },
        { "0\\元", "<c%s s=\"1\"><v>100</v></c>", { "fault", "0.01", "100", "fault" } },
        { "0", "<c%s><v>12</v></c>", { "12", "12", "12", "fault" } },
    };
    static const char *const FIELD[] = { "id", "amount", "households", "on" };
    static const char PLACES[] = "ACDE";
    for (size_t i = 0; i < COUNT(CELLS); i++)
        for (size_t k = 0; k < COUNT(FIELD); k++) {
            char cell[200], at[8];
            snprintf(at, sizeof at, " r=\"%c2\"", PLACES[k]);
            snprintf(cell, sizeof cell, CELLS[i].cell, at);
            const char *id = "<c r=\"A2\" t=\"str\"><v>P1</v></c>";
            const char *left = "<c r=\"B2\"><v>560</v></c>";
            SheetBook *book = workbook(cx, CELLS[i].code,
                                       k == 0 ? arena_format(cx->arena, "%s%s", cell, left)
                                              : arena_format(cx->arena, "%s%s%s", id, left, cell));
            const Json *j = book->fault_count     ? NULL
                            : book->tables->count ? json_get(book->tables->rows->object, FIELD[k])
                                                  : NULL;
            const char *got = book->fault_count ? "fault"
                              : json_missing(j) ? ""
                              : j->type == J_INT
                                  ? arena_format(cx->arena, "%lld", (long long)j->integer)
                                  : j->text;
            if (strcmp(got, CELLS[i].results[k]) != 0)
                print_error("%s in %s\n", cell, FIELD[k]);
            EXPECT_TEXT(got, CELLS[i].results[k]);
        }
}

CASE("numbers merged over rows or columns are faults, texts are not")
{
    SheetBook *book =
        workbook(cx, "0",
                 "<c r=\"A2\" t=\"str\"><v>P1</v></c><c r=\"B2\" t=\"str\"><v>同</v></c><c "
                 "r=\"C2\"><v>300</v>"
                 "</c></row><row r=\"3\"><c r=\"A3\" t=\"str\"><v>P2</v></c><c r=\"C3\"/></row>"
                 "<mergeCells><mergeCell ref=\"B2:B3\"/><mergeCell ref=\"C2:C3\"/>"
                 "<mergeCell ref=\"C2:D2\"/></mergeCells><row r=\"9\">");
    EXPECT_INT(book->fault_count, 2);
    EXPECT_TEXT(book->faults[0].field, "households");
    EXPECT_INT(book->faults[0].row, 2);
    EXPECT_TEXT(book->faults[1].field, "amount");
    EXPECT_INT(book->faults[1].row, 3);
}

/* ---- rows -------------------------------------------------------------------------------- */

CASE("sums, sections, notes and examples are named and left out, and nothing else is")
{
    static const char *const NO_DATA[] = {
        "合计",         "合 计",          "合计：",         "总计",
        "小计",         "共计",           "本页小计",       "全县合计",
        "累计",         "合计（万元）",   "Total",          "Sum",
        "一、产业发展", "（二）基础设施", "十一、其他",     "1、产业发展",
        "（3）水利",    "其中：",         "第一部分",       "注：以上",
        "注:1",         "备注：",         "说明：按实际",   "填表人：张",
        "单位（盖章）", "制表人：",       "填报日期：2022", "（示例）P0",
        "示例",         "例：P1",         "合　计",         "【示例】P9",
        "合\u200b计",
    };
    static const char *const DATA[] = {
        "P1",      "1",   "1.1",    "一村一品",      "合计平台1", "SD-2022-1",
        "（1）",   "3-2", "注册1",  "单位自筹（1）", "总部基地2", "第一书记1",
        "示例区1", "例1", "项目一", "1号",
    };
    for (size_t i = 0; i < COUNT(NO_DATA) + COUNT(DATA); i++) {
        bool data = i >= COUNT(NO_DATA);
        const char *id = data ? DATA[i - COUNT(NO_DATA)] : NO_DATA[i];
        SheetBook *book =
            pasted(cx, arena_format(cx->arena, "编号\t内容\t金额\nP0\t甲\t1\n%s\t乙\t2\n", id));
        if (book->tables->count != (data ? 2u : 1u))
            print_error("%s\n", id);
        EXPECT_INT(book->fault_count, 0);
        EXPECT_INT(book->tables->count, data ? 2 : 1);
        EXPECT_INT(book->tabs->skip_count, data ? 0 : 1);
    }
}

CASE("a key is the same key however its blanks and forms were typed")
{
    static const char *const TYPED[] = { "P1",       " P1 ",     "P1\u00a0",
                                         "\u3000P1", "P1\u200b", "Ｐ１",
                                         "\ufeffP1", "P\u200b1", "P1\u3000\u3000",
                                         "ｐ1" };
    for (size_t i = 0; i < COUNT(TYPED); i++) {
        SheetBook *book = pasted(cx, arena_format(cx->arena, "编号\t金额\n%s\t1\n", TYPED[i]));
        EXPECT_TEXT(book->tables->rows->key, i + 1 == COUNT(TYPED) ? "p1" : "P1");
    }
}

CASE("a pasted line of headings that is not known is refused, not taken as a row")
{
    SheetBook *book;
    const char *unknown = "项目编号\t项目内容\t省级资金\nP1\t甲\t100\n";
    const char *quotes = "编号\t内容\nP1\t\"一村一品\"示范\nP2\t\"单\nP3\t\"两\n行\"\n";
    EXPECT_FAIL(sheet_read_text(cx, &book, &SHEET, unknown, strlen(unknown), NULL), INVALID, "");
    book = pasted(cx, quotes);
    EXPECT_INT(book->tables->count, 3);
    EXPECT_TEXT(json_text(book->tables->rows[0].object, "content", ""), "\"一村一品\"示范");
    EXPECT_TEXT(json_text(book->tables->rows[1].object, "content", ""), "\"单");
    EXPECT_TEXT(json_text(book->tables->rows[2].object, "content", ""), "两\n行");
}

/* ---- headings of several rows ------------------------------------------------------------ */

static const Field FUNDS[] = {
    { "central", FIELD_MONEY, NO_OFFSET, "衔接资金·中央", "Transitional, central", .unit = "万元" },
    { "county", FIELD_MONEY, NO_OFFSET, "衔接资金·县级", "Transitional, county", .unit = "万元" },
    { "social", FIELD_MONEY, NO_OFFSET, "社会资本", "Social capital", .unit = "万元" },
    FIELDS_END
};

static const Field LEVELLED[] = {
    { "id", FIELD_TEXT, NO_OFFSET, "编号", "Number", FIELD_KEY, .min = 1 },
    { "funds", FIELD_OBJECT, NO_OFFSET, "资金", "Funds", .fields = FUNDS },
    FIELDS_END
};

static const Sheet LEVELS_SHEET = { "projects", "项目", "Projects", LEVELLED };

/* Each row is its cells from A on, "" = blank; then the merges. */
static SheetBook *levelled(Cx *cx, const char *const rows[][4], size_t count,
                           const char *const *merges)
{
    Buf xml = BUF(cx);
    for (size_t i = 0; i < count; i++) {
        buf_format(&xml, "<row r=\"%zu\">", i + 1);
        for (size_t k = 0; k < 4; k++)
            buf_format(
                &xml, *rows[i][k] ? "<c r=\"%c%zu\" t=\"str\"><v>%s</v></c>" : "<c r=\"%c%zu\"/>%s",
                (char)('A' + k), i + 1, rows[i][k]);
        buf_add(&xml, "</row>");
    }
    for (size_t i = 0; merges[i]; i++)
        buf_format(&xml, "<mergeCell ref=\"%s\"/>", merges[i]);
    return workbook_of(cx, &LEVELS_SHEET, "0", buf_text(&xml));
}

CASE("a heading of three merged levels names its columns by all of them")
{
    static const char *const ROWS[][4] = { { "编号", "资金（万元）", "", "" },
                                           { "", "衔接资金", "", "社会资本" },
                                           { "", "中央", "县级", "" },
                                           { "P1", "1", "2", "3" } };
    static const char *const MERGES[] = { "A1:A3", "B1:D1", "B2:C2", "D2:D3", NULL };
    SheetBook *book = levelled(cx, ROWS, COUNT(ROWS), MERGES);
    EXPECT_INT(book->fault_count, 0);
    EXPECT_TEXT(book->tabs->ignored, "");
    EXPECT_INT(book->tables->count, 1);
    const Json *funds = json_get(book->tables->rows->object, "funds");
    EXPECT_TEXT(json_text(funds, "central", ""), "1");
    EXPECT_TEXT(json_text(funds, "county", ""), "2");
    EXPECT_TEXT(json_text(funds, "social", ""), "3");
}

CASE("what a level does not name is said with all of it, and a column that is split is refused")
{
    static const char *const OTHER[][4] = { { "编号", "资金", "", "" },
                                            { "", "债券", "", "社会资本" },
                                            { "", "中央", "县级", "" },
                                            { "P1", "1", "2", "3" } };
    static const char *const THREE[] = { "A1:A3", "B1:D1", "B2:C2", "D2:D3", NULL };
    SheetBook *book = levelled(cx, OTHER, COUNT(OTHER), THREE);
    EXPECT_INT(book->fault_count, 0);
    EXPECT_TEXT(book->tabs->ignored, "资金·债券·中央、资金·债券·县级");
    static const char *const SPLIT[][4] = { { "编号", "社会资本", "", "" },
                                            { "", "企业", "个人", "" },
                                            { "P1", "1", "2", "" } };
    static const char *const TWO[] = { "A1:A2", "B1:C1", NULL };
    book = levelled(cx, SPLIT, COUNT(SPLIT), TWO);
    EXPECT_INT(book->fault_count, 1);
    EXPECT_TEXT(book->faults->field, "funds.social");
    EXPECT_INT(book->faults->row, 2);
}
