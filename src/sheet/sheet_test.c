#include "base/date.h"
#include "base/money.h"
#include "policy/pack/dictionary.h"
#include "sheet/document.h"
#include "tests/test.h"

#include <stdio.h>
#include <zip.h>

/* ---- the tables of these cases ----------------------------------------------------------- */

static const Option TYPES[] = { { "cluster", "集聚提升类", "Cluster" },
                                { "feature", "特色保护类", "Feature" },
                                { "urban_village", "城中村", "Urban village" },
                                { NULL } };

typedef struct Village {
    const char *code;
    const char *name;
    const char *type;
    int64_t plan;
    int64_t invested;
    int64_t approved_on;
    int64_t households;
} Village;

static const Field VILLAGE[] = {
    { "code", FIELD_TEXT, offsetof(Village, code), "村编码", "Code", FIELD_KEY | FIELD_REQUIRED,
      .pattern = "digits:12", .help_zh = "12 位统计用区划代码" },
    { "name", FIELD_TEXT, offsetof(Village, name), "村名", "Name", .max = 40 },
    { "type", FIELD_ENUM, offsetof(Village, type), "村庄类型", "Village type", .options = TYPES },
    { "plan", FIELD_BOOL, offsetof(Village, plan), "村庄规划", "Village plan" },
    { "invested", FIELD_MONEY, offsetof(Village, invested), "投入", "Invested", .unit = "万元" },
    { "approved_on", FIELD_DATE, offsetof(Village, approved_on), "规划批准日", "Approved on" },
    { "households", FIELD_INT, offsetof(Village, households), "户数", "Households", .unit = "户",
      .max = 99999 },
    FIELDS_END
};

static const Field BENEFIT[] = { { "mode", FIELD_TEXT, NO_OFFSET, "方式", "Mode" },
                                 { "households", FIELD_INT, NO_OFFSET, "户数", "Households" },
                                 FIELDS_END };

static const Field PROJECT[] = {
    { "id", FIELD_TEXT, NO_OFFSET, "编号", "Number", FIELD_KEY, .min = 1 },
    { "content", FIELD_TEXT, NO_OFFSET, "内容", "Content" },
    { "uses", FIELD_LIST, NO_OFFSET, "用途", "Uses" },
    { "benefit", FIELD_OBJECT, NO_OFFSET, "利益联结", "Benefit", .fields = BENEFIT },
    { "funds", FIELD_LIST, NO_OFFSET, "资金", "Funds", .fields = BENEFIT },
    { "phone", FIELD_TEXT, NO_OFFSET, "电话", "Phone", FIELD_MASKED },
    { "token", FIELD_TEXT, NO_OFFSET, "口令", "Token", FIELD_SECRET },
    FIELDS_END
};

static const Field LINE[] = { { "level", FIELD_TEXT, NO_OFFSET, "级次", "Level" },
                              { "amount", FIELD_MONEY, NO_OFFSET, "金额", "Amount",
                                .unit = "万元" },
                              FIELDS_END };

static const Sheet SHEETS[] = { { "villages", "村庄", "Villages", VILLAGE },
                                { "projects", "项目", "Projects", PROJECT },
                                { "lines", "资金", "Funds", LINE } };

static const char *json(Cx *cx, const Json *j)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_put(&o, NULL, j);
    return buf_text(&b);
}

static const Json *parsed(Cx *cx, const char *text)
{
    const Json *j = NULL;
    EXPECT_OK(json_parse(cx, &j, text, strlen(text), &JSON_LIMITS));
    return j;
}

static const char *file(Cx *cx, const char *name)
{
    return arena_format(cx->arena, "%s/%s.xlsx", test_dir(cx), name);
}

/* Workbooks are written by the program itself, as a child. */
static const SheetMaker MAKER = { .program = "build/tuijin" };

static void keep(const SheetFile *f, const char *path)
{
    FILE *to = fopen(path, "wb");
    EXPECT(to && fwrite(f->bytes, 1, f->length, to) == f->length && fclose(to) == 0);
}

static void close_at(Cx *cx, SheetOut *out, const char *path)
{
    SheetFile f;
    EXPECT_OK(sheet_close(cx, out, &f));
    keep(&f, path);
}

static void template_at(Cx *cx, const char *path, const Sheet *sheets, size_t count)
{
    SheetFile f;
    EXPECT_OK(sheet_template(cx, &f, &MAKER, sheets, count));
    keep(&f, path);
}

static void annotate_at(Cx *cx, const char *path, const SheetBook *book)
{
    SheetFile f;
    EXPECT_OK(sheet_annotate(cx, &f, &MAKER, book));
    keep(&f, path);
}

static SheetBook *read_back(Cx *cx, const char *path)
{
    SheetBook *book = NULL;
    size_t length;
    const char *bytes = test_read(cx, path, &length);
    EXPECT_OK(sheet_read(cx, &book, SHEETS, COUNT(SHEETS), bytes, length, NULL));
    return book;
}

static SheetBook *pasted(Cx *cx, const Sheet *sheet, const char *text)
{
    SheetBook *book = NULL;
    EXPECT_OK(sheet_read_text(cx, &book, sheet, text, strlen(text), NULL));
    return book;
}

/* ---- files of other programs ------------------------------------------------------------- */

static void expect_samples(Cx *cx, const char *path)
{
    SheetBook *book = read_back(cx, path);
    EXPECT_INT(book->count, 1);
    EXPECT_INT(book->fault_count, 0);
    const SheetTable *t = &book->tables[0];
    EXPECT_TEXT(book->tabs[0].name, "村庄");
    EXPECT_INT(book->tabs[0].heading, 3);
    EXPECT_INT(t->count, 3);
    EXPECT_INT(t->rows[0].at, 4);
    EXPECT_TEXT(t->rows[1].key, "371522101201");
    EXPECT_TEXT(json(cx, t->rows[0].object),
                "{\"code\":\"371522101200\",\"name\":\"样例甲村\",\"type\":\"cluster\","
                "\"plan\":true,\"invested\":\"1999.99\",\"approved_on\":\"2022-03-01\","
                "\"households\":412}");
    EXPECT_TEXT(json(cx, t->rows[1].object),
                "{\"code\":\"371522101201\",\"name\":\"样例乙村\",\"type\":\"feature\","
                "\"plan\":true,\"invested\":\"0.3\",\"approved_on\":\"2022-03-01\","
                "\"households\":300}");
    EXPECT_TEXT(json(cx, t->rows[2].object),
                "{\"code\":\"371522101202\",\"name\":\"样例丙村\",\"type\":\"urban_village\","
                "\"plan\":false,\"invested\":\"1234.5\",\"approved_on\":\"2024-02-29\","
                "\"households\":7}");
}

CASE("a workbook made by openpyxl reads like a template: titles, blanks and sums passed over")
{
    expect_samples(cx, "tests/sheet/openpyxl.xlsx");
}

CASE("a workbook made by LibreOffice reads the same")
{
    expect_samples(cx, "tests/sheet/libreoffice.xlsx");
}

CASE("dates since 1904 are the same days, and a cell merged downward counts for each row")
{
    SheetBook *book = read_back(cx, "tests/sheet/openpyxl-1904.xlsx");
    EXPECT_INT(book->fault_count, 0);
    EXPECT_TEXT(json(cx, json_get(book->tables[0].rows[1].object, "approved_on")),
                "\"2022-03-01\"");
    EXPECT_TEXT(json(cx, json_get(book->tables[0].rows[0].object, "name")), "null");
    EXPECT_TEXT(json_text(book->tables[0].rows[1].object, "type", ""), "cluster");
}

/* ---- there and back ---------------------------------------------------------------------- */

CASE("what is exported reads back as it was")
{
    static const char *const ROWS[] = {
        "{\"id\":\"P1\",\"content\":\"=1+1\",\"uses\":[\"种植\",\"管护\"],"
        "\"benefit\":{\"mode\":\"就近务工\",\"households\":12},\"phone\":null}",
        "{\"id\":\"P2\",\"content\":\"  -两行\\n字 \",\"uses\":[],\"benefit\":null,\"phone\":null}",
        "{\"id\":\"@3\",\"content\":null,\"uses\":null,"
        "\"benefit\":{\"mode\":null,\"households\":0},\"phone\":null}",
    };
    SheetOut *out;
    const char *path = file(cx, "export");
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &SHEETS[1], false);
    for (size_t i = 0; i < COUNT(ROWS); i++)
        EXPECT_OK(sheet_put(cx, out, parsed(cx, ROWS[i])));
    close_at(cx, out, path);
    SheetBook *book = read_back(cx, path);
    EXPECT_INT(book->fault_count, 0);
    EXPECT_INT(book->tables[0].count, 3);
    EXPECT_TEXT(book->tabs[0].ignored, "");
    EXPECT_TEXT(json(cx, book->tables[0].rows[0].object), ROWS[0]);
    EXPECT_TEXT(json(cx, book->tables[0].rows[1].object),
                "{\"id\":\"P2\",\"content\":\"-两行\\n字\",\"uses\":null,"
                "\"benefit\":{\"mode\":null,\"households\":null},\"phone\":null}");
    EXPECT_TEXT(json(cx, book->tables[0].rows[2].object), ROWS[2]);
}

CASE("amounts keep every 分, as numbers while Excel holds them and as text beyond")
{
    static const Money AMOUNTS[] = { 0,
                                     1,
                                     1999990001,
                                     300000,
                                     999999999999999,
                                     1000000000000000,
                                     1000000000000001,
                                     8589934592000001,
                                     999999999999999999 };
    SheetOut *out;
    const char *path = file(cx, "money");
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &SHEETS[0], false);
    for (size_t i = 0; i < COUNT(AMOUNTS); i++) {
        Village v;
        field_clear(&v, VILLAGE);
        v.code = arena_format(cx->arena, "37152210120%zu", i);
        v.invested = AMOUNTS[i];
        EXPECT_OK(sheet_put_row(cx, out, &v));
    }
    close_at(cx, out, path);
    SheetBook *book = read_back(cx, path);
    EXPECT_INT(book->fault_count, 0);
    EXPECT_INT(book->tables[0].count, COUNT(AMOUNTS));
    for (size_t i = 0; i < COUNT(AMOUNTS); i++)
        EXPECT_TEXT(json_text(book->tables[0].rows[i].object, "invested", ""),
                    money_text(cx, AMOUNTS[i]));
}

CASE("days are real dates on both sides of the leap day that never was")
{
    static const char *const DAYS[] = { "1900-01-01", "1900-02-28", "1900-03-01", "2024-02-29",
                                        "2200-12-31" };
    SheetOut *out;
    const char *path = file(cx, "days");
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &SHEETS[0], false);
    for (size_t i = 0; i < COUNT(DAYS); i++) {
        Village v;
        field_clear(&v, VILLAGE);
        v.code = arena_format(cx->arena, "37152210120%zu", i);
        EXPECT(day_parse(DAYS[i], &v.approved_on));
        EXPECT_OK(sheet_put_row(cx, out, &v));
    }
    close_at(cx, out, path);
    SheetBook *book = read_back(cx, path);
    EXPECT_INT(book->fault_count, 0);
    for (size_t i = 0; i < COUNT(DAYS); i++)
        EXPECT_TEXT(json_text(book->tables[0].rows[i].object, "approved_on", ""), DAYS[i]);
}

CASE("personal values are masked unless revealed, secrets never leave")
{
    const Json *row = parsed(cx, "{\"id\":\"P1\",\"phone\":\"13800001234\",\"token\":\"geheim\"}");
    for (int reveal = 0; reveal < 2; reveal++) {
        SheetOut *out;
        const char *path = file(cx, reveal ? "revealed" : "masked");
        EXPECT_OK(sheet_open(cx, &out, &MAKER));
        sheet_begin(cx, out, &SHEETS[1], reveal);
        EXPECT_OK(sheet_put(cx, out, row));
        close_at(cx, out, path);
        const Json *back = read_back(cx, path)->tables[0].rows[0].object;
        EXPECT_TEXT(json_text(back, "phone", ""), reveal ? "13800001234" : "138****1234");
        EXPECT(json_get(back, "token") == NULL);
    }
}

/* The text of one part of an xlsx. */
static const char *part(Cx *cx, const char *path, const char *name)
{
    zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
    zip_stat_t s;
    EXPECT(zip && zip_stat(zip, name, 0, &s) == 0);
    char *text = arena_alloc(cx->arena, s.size + 1);
    zip_file_t *f = zip_fopen(zip, name, 0);
    EXPECT_INT(zip_fread(f, text, s.size), s.size);
    zip_fclose(f);
    zip_discard(zip);
    return text;
}

CASE("a template has drop-downs, limits, help and no rows; a long list goes to a hidden tab")
{
    static Option many[41];
    for (size_t i = 0; i < 40; i++)
        many[i] = (Option){ arena_format(cx->arena, "k%zu", i),
                            arena_format(cx->arena, "第%zu个很长的选项", i), NULL };
    const Field fields[] = {
        VILLAGE[0],
        VILLAGE[2],
        VILLAGE[4],
        VILLAGE[5],
        VILLAGE[6],
        { "many", FIELD_ENUM, NO_OFFSET, "多项", "Many", .options = many },
        FIELDS_END
    };
    const Sheet sheet = { "villages", "村庄", "Villages", fields };
    const char *path = file(cx, "template");
    template_at(cx, path, &sheet, 1);
    const char *xml = part(cx, path, "xl/worksheets/sheet1.xml");
    EXPECT(strstr(xml, "集聚提升类,特色保护类,城中村"));
    EXPECT(strstr(xml, "type=\"decimal\"") && strstr(xml, "type=\"date\""));
    EXPECT(strstr(xml, "type=\"textLength\"") && strstr(xml, "type=\"whole\""));
    EXPECT(strstr(xml, "_options!$A$1:$A$40"));
    EXPECT(strstr(part(cx, path, "xl/comments1.xml"), "12 位统计用区划代码"));
    EXPECT(strstr(part(cx, path, "xl/workbook.xml"), "state=\"hidden\""));
    EXPECT(strstr(part(cx, path, "xl/sharedStrings.xml"), "单位：万元"));
    SheetBook *book = read_back(cx, path);
    EXPECT_INT(book->tables[0].count, 0);
    EXPECT_INT(book->fault_count, 0);
}

/* A label of so many characters, each of so many bytes. */
static const char *label_of(Cx *cx, size_t characters, size_t width)
{
    static const char *const CHARACTERS[] = { "a", "é", "村", "𠮷" };
    Buf b = BUF(cx);
    for (size_t i = 0; i < characters; i++)
        buf_add(&b, CHARACTERS[width - 1]);
    return buf_text(&b);
}

static const Option *options_of(Cx *cx, size_t count, const char *label)
{
    Option *options = NEW_N(cx, Option, count + 1);
    for (size_t i = 0; i < count; i++)
        options[i] = (Option){ arena_format(cx->arena, "k%zu", i), label, NULL };
    return options;
}

CASE("drop-downs of every length and script are written, those of Chinese villages too")
{
    enum { MOST = 400 };
    Field *fields = NEW_N(cx, Field, MOST + 1);
    size_t n = 0, shown = 0;
    for (size_t width = 1; width <= 4; width++)
        for (size_t count = 0; count <= 14; count += 7)
            for (size_t length = 1; length <= 40; length += length < 16 ? 3 : 1) {
                fields[n] =
                    (Field){ arena_format(cx->arena, "f%zu", n),
                             FIELD_ENUM,
                             NO_OFFSET,
                             "列",
                             "Column",
                             .options = options_of(cx, count, label_of(cx, length, width)) };
                n++;
                shown += count > 0;
            }
    fields[n++] = (Field){ "quoted", FIELD_ENUM, NO_OFFSET,
                           "引号",   "Quoted",   .options = options_of(cx, 2, "\"好\"村") };
    EXPECT(n < MOST);
    const Sheet sheet = { "lists", "表", "Lists", fields };
    const char *path = file(cx, "lists");
    template_at(cx, path, &sheet, 1);
    const char *xml = part(cx, path, "xl/worksheets/sheet1.xml");
    size_t lists = 0;
    for (const char *p = xml; (p = strstr(p, "<formula1>")); p++) {
        lists++;
        EXPECT(strcspn(p + 10, "<") <= 255 + 2 * strlen("&quot;"));
    }
    EXPECT_INT(lists, shown + 1);
    EXPECT(!strstr(xml, "好"));
}

/* ---- what is wrong ----------------------------------------------------------------------- */

CASE("each fault names its cell, its field and what was typed")
{
    SheetBook *book = pasted(cx, &SHEETS[0],
                             "村编码\t村名\t村庄类型\t规划批准日\t投入\t户数\t备注\n"
                             "371522101200\t甲\t集聚\t2023-02-29\t-1\t1.5\t\n"
                             "37152210120\t乙\tcluster\t2023/2/28\t1,2345\t100000\t\n"
                             "\t丙\tFeature\t20230228\t1.0000001\t３\t\n"
                             "371522101203\t丁\t特色保护类\t2023年2月28日\t1,234.5\t4 户\t\n"
                             "371522101203\t戊\t\t\t\t\t\n");
    static const struct {
        int64_t row, column;
        const char *field;
        const char *value;
    } FAULTS[] = {
        { 2, 3, "type", "集聚" },
        { 2, 5, "invested", "-1" },
        { 2, 4, "approved_on", "2023-02-29" },
        { 2, 6, "households", "1.5" },
        { 3, 1, "code", "37152210120" },
        { 3, 5, "invested", "1,2345" },
        { 3, 6, "households", "100000" },
        { 4, 1, "code", "" },
        { 4, 5, "invested", "1.0000001" },
        { 6, 1, "code", "371522101203" },
    };
    EXPECT_INT(book->fault_count, COUNT(FAULTS));
    for (size_t i = 0; i < COUNT(FAULTS); i++) {
        EXPECT_INT(book->faults[i].row, FAULTS[i].row);
        EXPECT_INT(book->faults[i].column, FAULTS[i].column);
        EXPECT_TEXT(book->faults[i].field, FAULTS[i].field);
        EXPECT_TEXT(book->faults[i].value, FAULTS[i].value);
        EXPECT(*book->faults[i].zh && *book->faults[i].en);
    }
    EXPECT_TEXT(book->tabs[0].ignored, "备注");
    EXPECT_INT(book->tables[0].count, 1);
    EXPECT_TEXT(json(cx, book->tables[0].rows[0].object),
                "{\"code\":\"371522101203\",\"name\":\"丁\",\"type\":\"feature\","
                "\"invested\":\"1234.5\",\"approved_on\":\"2023-02-28\",\"households\":4}");
}

CASE("the answer holds the same data, the faulty cells red with a comment, and an error column")
{
    const char *path = file(cx, "answer");
    SheetBook *book =
        pasted(cx, &SHEETS[0], "村编码\t村名\t户数\n371522101200\t甲\t多\n371522101201\t乙\t2\n");
    EXPECT_INT(book->fault_count, 1);
    annotate_at(cx, path, book);
    EXPECT(strstr(part(cx, path, "xl/comments1.xml"), "整数"));
    EXPECT(strstr(part(cx, path, "xl/styles.xml"), "FFFFC7CE"));
    SheetBook *again = read_back(cx, path);
    EXPECT_INT(again->fault_count, 1);
    EXPECT_INT(again->faults[0].row, 2);
    EXPECT_INT(again->faults[0].column, 3);
    EXPECT_TEXT(again->tabs[0].ignored, "");
    EXPECT_INT(again->tables[0].count, 1);
    const char *twice = file(cx, "answer-twice");
    annotate_at(cx, twice, again); /* the error column is not doubled */
    const char *xml = part(cx, twice, "xl/worksheets/sheet1.xml");
    EXPECT(strstr(xml, "\"D2\"") && !strstr(xml, "\"E2\""));
}

CASE("a missing column that must be there is a fault of the heading")
{
    SheetBook *book = pasted(cx, &SHEETS[0], "村名\t户数\n甲\t1\n");
    EXPECT_INT(book->fault_count, 1);
    EXPECT_INT(book->faults[0].row, 1);
    EXPECT_TEXT(book->faults[0].field, "code");
}

CASE("a pasted block without headings takes the columns in order, quoted cells included")
{
    SheetBook *book = pasted(
        cx, &SHEETS[1], "P1\t\"两\n行 \"\"引\"\"\"\t种植；管护\t务工\t12\t\r\n\r\nP2\t\"单\t\n");
    EXPECT_INT(book->fault_count, 0);
    EXPECT_INT(book->tables[0].count, 2);
    EXPECT_TEXT(json(cx, book->tables[0].rows[0].object),
                "{\"id\":\"P1\",\"content\":\"两\\n行 \\\"引\\\"\",\"uses\":[\"种植\",\"管护\"],"
                "\"benefit\":{\"mode\":\"务工\",\"households\":12},\"phone\":null}");
    EXPECT_TEXT(json_text(book->tables[0].rows[1].object, "content", ""), "\"单");
}

/* ---- over what is stored ----------------------------------------------------------------- */

CASE("a second upload changes nothing; a column the file lacks is left alone")
{
    const Json *stored = parsed(cx, "[{\"id\":\"P1\",\"content\":\"旧\",\"benefit\":"
                                    "{\"mode\":\"甲\",\"households\":1},\"phone\":\"1\"},"
                                    "{\"id\":\"P9\",\"content\":\"不动\"}]");
    SheetBook *book = pasted(cx, &SHEETS[1], "编号\t内容\t利益联结·户数\nP1\t新\t2\nP2\t添\t\n");
    SheetMerge first, second;
    sheet_merge(cx, &first, &book->tables[0], stored);
    EXPECT_INT(first.added, 1);
    EXPECT_INT(first.changed, 1);
    EXPECT_TEXT(json(cx, first.result),
                "[{\"id\":\"P1\",\"content\":\"新\",\"benefit\":{\"mode\":\"甲\",\"households\":2},"
                "\"phone\":\"1\"},{\"id\":\"P9\",\"content\":\"不动\"},"
                "{\"id\":\"P2\",\"content\":\"添\"}]");
    sheet_merge(cx, &second, &book->tables[0], first.result);
    EXPECT_INT(second.added, 0);
    EXPECT_INT(second.changed, 0);
    EXPECT_INT(second.same, 2);
    EXPECT(json_same(first.result, second.result));
}

CASE("a table without keys takes the place of the list")
{
    SheetBook *book = pasted(cx, &SHEETS[2], "级次\t金额\n省\t2000\n省\t2000\n");
    SheetMerge m;
    sheet_merge(cx, &m, &book->tables[0], parsed(cx, "[{\"level\":\"市\",\"amount\":\"1\"}]"));
    EXPECT_TEXT(json(cx, m.result), "[{\"level\":\"省\",\"amount\":\"2000\"},"
                                    "{\"level\":\"省\",\"amount\":\"2000\"}]");
}

/* ---- whole documents --------------------------------------------------------------------- */

static const Field FUNDS[] = {
    { "transitional", FIELD_LIST, NO_OFFSET, "衔接资金", "Transitional", .fields = LINE },
    { "integrated", FIELD_LIST, NO_OFFSET, "行业资金", "Integrated", .fields = LINE },
    FIELDS_END
};

static const Field OWNED[] = { { "id", FIELD_TEXT, NO_OFFSET, "编号", "Number", FIELD_KEY,
                                 .min = 1 },
                               { "content", FIELD_TEXT, NO_OFFSET, "内容", "Content" },
                               { "funds", FIELD_LIST, NO_OFFSET, "资金", "Funds", .fields = LINE },
                               FIELDS_END };

static const Field PLAN[] = {
    { "projects", FIELD_LIST, NO_OFFSET, "项目", "Projects", .fields = OWNED }, FIELDS_END
};

static const Field DOSSIER[] = {
    { "zone", FIELD_TEXT, NO_OFFSET, "推进区", "Zone" },
    { "plan", FIELD_OBJECT, NO_OFFSET, "规划", "Plan", .fields = PLAN },
    { "funds", FIELD_OBJECT, NO_OFFSET, "资金", "Funds", .fields = FUNDS },
    FIELDS_END
};

CASE("a whole document goes out as tabs and comes back the same")
{
    const Json *document = parsed(
        cx, "{\"zone\":\"样例\",\"plan\":{\"projects\":[{\"id\":\"P1\",\"content\":\"甲\","
            "\"funds\":[{\"level\":\"省\",\"amount\":\"1\"},{\"level\":\"市\",\"amount\":\"2\"}]},"
            "{\"id\":\"P2\",\"content\":\"乙\"}]},\"funds\":{\"transitional\":["
            "{\"level\":\"省\",\"amount\":\"5000\"}],\"integrated\":[]}}");
    SheetTabs tabs = sheet_tabs(cx, DOSSIER);
    EXPECT_INT(tabs.count, 4);
    EXPECT_TEXT(tabs.sheets[1].key, "plan.projects.funds");
    SheetOut *out;
    const char *path = file(cx, "document");
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    EXPECT_OK(sheet_put_document(cx, out, &tabs, document, false));
    close_at(cx, out, path);
    SheetBook *book;
    SheetMerge m;
    size_t length;
    const char *bytes = test_read(cx, path, &length);
    EXPECT_OK(sheet_read(cx, &book, tabs.sheets, tabs.count, bytes, length, NULL));
    EXPECT_INT(book->fault_count, 0);
    sheet_merge_document(cx, &m, book, &tabs, document);
    EXPECT_TEXT(json(cx, m.result), json(cx, document));
    EXPECT_INT(m.changed, 0);
    sheet_merge_document(cx, &m, book, &tabs, parsed(cx, "{\"zone\":\"空\"}"));
    EXPECT_INT(book->fault_count, 0); /* the projects came first */
    EXPECT_TEXT(json(cx, json_at(m.result, "/plan/projects/0/funds/1/amount")), "\"2\"");
    EXPECT_TEXT(json(cx, json_at(m.result, "/funds")),
                "{\"transitional\":[{\"level\":\"省\",\"amount\":\"5000\"}]}");
}

CASE("a dossier goes through a workbook by the pack's own dictionary")
{
    size_t length;
    Dictionary d;
    const char *text = test_read(cx, "packs/lu-2022-26/dictionary/dossier.json", &length);
    EXPECT_OK(dictionary_read(cx, &d, text, length));
    SheetTabs tabs = sheet_tabs(cx, d.fields);
    template_at(cx, file(cx, "form"), tabs.sheets, tabs.count);
    for (int i = 1; i <= 3; i++) {
        const char *path = test_shared(cx, arena_format(cx->arena, "examples/zone-%d.json", i));
        if (!path)
            return;
        const Json *dossier = parsed(cx, test_read(cx, path, NULL));
        SheetOut *out;
        SheetBook *book;
        SheetMerge m;
        const char *xlsx = file(cx, "dossier");
        cx->lang = i == 2 ? EN : ZH;
        EXPECT_OK(sheet_open(cx, &out, &MAKER));
        EXPECT_OK(sheet_put_document(cx, out, &tabs, dossier, false));
        close_at(cx, out, xlsx);
        const char *bytes = test_read(cx, xlsx, &length);
        EXPECT_OK(sheet_read(cx, &book, tabs.sheets, tabs.count, bytes, length, NULL));
        EXPECT_INT(book->fault_count, 0);
        EXPECT_INT(book->count, tabs.count);
        sheet_merge_document(cx, &m, book, &tabs, dossier);
        EXPECT_INT(book->fault_count, 0);
        EXPECT_INT(m.added, 0);
        EXPECT_OK(field_check(cx, d.fields, m.result));
        EXPECT_INT(json_at(m.result, "/plan/projects")->count, 9);
        EXPECT_TEXT(json(cx, json_at(m.result, "/plan/projects/0/funds/0/amount")), "\"1450\"");
        EXPECT_TEXT(json(cx, json_at(m.result, "/plan/projects/1/serves")),
                    json(cx, json_at(dossier, "/plan/projects/1/serves")));
    }
}

CASE("a row that belongs to no item is a fault")
{
    SheetTabs tabs = sheet_tabs(cx, DOSSIER);
    SheetBook *book = pasted(cx, &tabs.sheets[1], "P9\t省\t1\n");
    SheetMerge m;
    sheet_merge_document(cx, &m, book, &tabs, parsed(cx, "{}"));
    EXPECT_INT(book->fault_count, 1);
    EXPECT_TEXT(book->faults[0].field, "projects_id");
    EXPECT_TEXT(book->faults[0].value, "P9");
}

CASE("tabs of the same headings are told apart by name alone")
{
    SheetTabs tabs = sheet_tabs(cx, DOSSIER);
    const char *path = file(cx, "unclear");
    SheetOut *out;
    const Sheet wrong = { "x", "随便", "Anything", LINE };
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &wrong, false);
    sheet_begin(cx, out, &tabs.sheets[3], false);
    EXPECT_OK(sheet_put(cx, out, parsed(cx, "{\"level\":\"县\",\"amount\":\"3\"}")));
    close_at(cx, out, path);
    size_t length;
    SheetBook *book;
    const char *bytes = test_read(cx, path, &length);
    EXPECT_OK(sheet_read(cx, &book, tabs.sheets + 2, 2, bytes, length, NULL));
    EXPECT_INT(book->count, 1);
    EXPECT_TEXT(book->tables[0].sheet->key, "funds.integrated");
    EXPECT_INT(book->fault_count, 1);
    EXPECT_TEXT(book->faults[0].sheet, "随便");
}

/* ---- guards ------------------------------------------------------------------------------ */

static const char *zipped(Cx *cx, const char *name, const char *const *parts, size_t *length)
{
    const char *path = file(cx, name);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    for (; *parts; parts += 2)
        EXPECT(zip_file_add(zip, parts[0], zip_source_buffer(zip, parts[1], strlen(parts[1]), 0),
                            0) >= 0);
    EXPECT_INT(zip_close(zip), 0);
    return test_read(cx, path, length);
}

#define RELS(body)                                                                                 \
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" body  \
    "</Relationships>"
#define WORKBOOK                                                                                   \
    "<workbook xmlns:r=\"urn:r\"><sheets><sheet name=\"村庄\" r:id=\"r1\"/></sheets></workbook>"
#define BOOK_RELS RELS("<Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"s.xml\"/>")

static Err read_tab(Cx *cx, SheetBook **book, const char *xml, const SheetLimits *limits)
{
    const char *const parts[] = {
        "xl/workbook.xml", WORKBOOK, "xl/_rels/workbook.xml.rels", BOOK_RELS, "xl/s.xml", xml, NULL
    };
    size_t length;
    const char *bytes = zipped(cx, "tab", parts, &length);
    return sheet_read(cx, book, SHEETS, 1, bytes, length, limits);
}

CASE("a bare number in a column of days is refused: of which calendar it is nobody knows")
{
    SheetBook *book;
    EXPECT_OK(read_tab(cx, &book,
                       "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>村编码</t></is></c>"
                       "<c t=\"inlineStr\"><is><t>规划批准日</t></is></c></row>"
                       "<row><c t=\"inlineStr\"><is><t>371522101200</t></is></c>"
                       "<c><v>44866</v></c></row></sheetData></worksheet>",
                       NULL));
    EXPECT_INT(book->fault_count, 1);
    EXPECT_TEXT(book->faults[0].field, "approved_on");
}

CASE("a bare workbook with inline strings and no cell references is read")
{
    SheetBook *book;
    EXPECT_OK(read_tab(cx, &book,
                       "<x:worksheet xmlns:x=\"urn:x\"><x:sheetData>"
                       "<x:row><x:c t=\"inlineStr\"><x:is><x:t>村编码</x:t></x:is></x:c>"
                       "<x:c t=\"inlineStr\"><x:is><x:r><x:t>户</x:t></x:r><x:r><x:t>数</x:t></x:r>"
                       "<x:rPh><x:t>hu</x:t></x:rPh></x:is></x:c></x:row>"
                       "<x:row><x:c t=\"str\"><x:v>３７１５２２１０１２００</x:v></x:c>"
                       "<x:c><x:v>12</x:v></x:c><x:c t=\"e\"><x:v>#N/A</x:v></x:c></x:row>"
                       "</x:sheetData></x:worksheet>",
                       NULL));
    EXPECT_INT(book->fault_count, 0);
    EXPECT_TEXT(json(cx, book->tables[0].rows[0].object),
                "{\"code\":\"371522101200\",\"households\":12}");
}

CASE("no entities, no deep nesting, no disorder, no wild references")
{
    static const char *const BAD[] = {
        "<!DOCTYPE a [<!ENTITY e \"x\">]><worksheet><sheetData/></worksheet>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><worksheet/>",
        "<worksheet><sheetData><row r=\"2\"/><row r=\"1\"/></sheetData></worksheet>",
        "<worksheet><sheetData><row r=\"0\"/></sheetData></worksheet>",
        "<worksheet><row r=\"1\"><c r=\"ZZZZ1\"><v>1</v></c></row></worksheet>",
        "<worksheet><sheetData>",
        "",
    };
    SheetBook *book;
    for (size_t i = 0; i < COUNT(BAD); i++)
        EXPECT_FAIL(read_tab(cx, &book, BAD[i], NULL), INVALID, "");
    Buf deep = BUF(cx);
    for (int i = 0; i < 1000; i++)
        buf_add(&deep, "<a>");
    EXPECT_FAIL(read_tab(cx, &book, buf_text(&deep), NULL), INVALID, "");
}

CASE("a bomb, too many parts, rows, columns or cells are refused by number")
{
    SheetBook *book;
    char *blanks = arena_alloc(cx->arena, 40 << 20);
    memset(blanks, ' ', (40 << 20) - 1);
    EXPECT_FAIL(read_tab(cx, &book, blanks, NULL), TOO_LARGE, "");
    const char *rows =
        "<a><row><c><v>1</v></c><c><v>1</v></c></row><row/><row><c><v>1</v></c></row></a>";
    SheetLimits limits = SHEET_LIMITS;
    limits.rows = 1;
    EXPECT_FAIL(read_tab(cx, &book, rows, &limits), TOO_LARGE, "");
    limits = SHEET_LIMITS;
    limits.cells = 1;
    EXPECT_FAIL(read_tab(cx, &book, rows, &limits), TOO_LARGE, "");
    limits = SHEET_LIMITS;
    limits.entries = 2;
    EXPECT_FAIL(read_tab(cx, &book, rows, &limits), TOO_LARGE, "");
    limits = SHEET_LIMITS;
    limits.inflated = 100;
    EXPECT_FAIL(read_tab(cx, &book, rows, &limits), TOO_LARGE, "");
    limits = SHEET_LIMITS;
    limits.bytes = 100;
    EXPECT_FAIL(read_tab(cx, &book, rows, &limits), TOO_LARGE, "");
}

CASE("no text leaves as a formula, whatever stands before it, and each comes back as it was")
{
    static const char *const BEFORE[] = { "",       " ",      "\t",     "\r\n",   "\x01",
                                          "\u00a0", "\u3000", "\u200b", "\ufeff", "\t \u3000\n" };
    static const char *const SIGNS[] = { "=", "+", "-", "@", "＝", "＋", "－", "＠" };
    SheetOut *out;
    const char *path = file(cx, "formulas");
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &SHEETS[0], false);
    for (size_t i = 0; i < COUNT(BEFORE) * COUNT(SIGNS); i++) {
        Village v;
        field_clear(&v, VILLAGE);
        v.code = arena_format(cx->arena, "371522%06zu", i);
        v.name = arena_format(cx->arena, "%s%sSUM(1)", BEFORE[i / COUNT(SIGNS)],
                              SIGNS[i % COUNT(SIGNS)]);
        EXPECT_OK(sheet_put_row(cx, out, &v));
    }
    close_at(cx, out, path);
    const char *xml = part(cx, path, "xl/worksheets/sheet1.xml");
    size_t marked = 0;
    for (const char *p = xml; (p = strstr(p, "SUM(1)")); p++) {
        const char *begin = p;
        while (*begin != '>')
            begin--;
        EXPECT(begin[1] == '\'');
        marked++;
    }
    EXPECT_INT(marked, COUNT(BEFORE) * COUNT(SIGNS));
    const SheetTable *back = read_back(cx, path)->tables;
    EXPECT_INT(back->count, marked);
    for (size_t i = 0; i < back->count; i++)
        EXPECT(strncmp(json_text(back->rows[i].object, "name", ""), SIGNS[i % COUNT(SIGNS)],
                       strlen(SIGNS[i % COUNT(SIGNS)])) == 0);
}

CASE("what is no workbook says so")
{
    static const char OLE[] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old";
    SheetBook *book;
    EXPECT_FAIL(sheet_read(cx, &book, SHEETS, 1, "", 0, NULL), INVALID, "");
    EXPECT_FAIL(sheet_read(cx, &book, SHEETS, 1, "PK\3\4", 4, NULL), INVALID, "");
    EXPECT_FAIL(sheet_read(cx, &book, SHEETS, 1, OLE, sizeof OLE, NULL), INVALID, "");
    EXPECT(strstr(cx->failure.zh, ".xls"));
    EXPECT_FAIL(read_tab(cx, &book, "<worksheet/>", NULL), INVALID, "");
    EXPECT(strstr(cx->failure.zh, "模板"));
}

CASE("a truncated or flipped workbook never breaks the reader")
{
    size_t length;
    const char *whole = test_read(cx, "tests/sheet/openpyxl.xlsx", &length);
    char *bytes = arena_alloc(cx->arena, length);
    SheetBook *book;
    for (size_t i = 0; i < length; i += 37) {
        memcpy(bytes, whole, length);
        bytes[i] = (char)(bytes[i] ^ 0x41);
        Err e = sheet_read(cx, &book, SHEETS, COUNT(SHEETS), bytes, length, NULL);
        EXPECT(e == OK || e == INVALID || e == TOO_LARGE);
        e = sheet_read(cx, &book, SHEETS, COUNT(SHEETS), whole, i, NULL);
        EXPECT(e == OK || e == INVALID || e == TOO_LARGE);
    }
}
