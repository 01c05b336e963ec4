/* A condition of a pack means the same in FEEL, on a row in hand, and in SQL, on a table: generated
 * texts over generated rows, on both engines; and what SQL cannot say is refused with its part.
 */
#include "policy/register/condition.h"

#include "store/store_testing.h"
#include "store/table.h"

#include <string.h>

static const Schema SCHEMAS[] = { { "none", "-- version 1: nothing\n" } };

#define SLOT(n) ((size_t)(n) * sizeof(int64_t))

static const Option KINDS[] = { { "dug", "土井", "Dug" },
                                { "drilled", "机井", "Drilled" },
                                { "spring", "泉", "Spring" },
                                { NULL } };

static const Field WELL[] = {
    { "id", FIELD_INT, SLOT(0), "编号", "Number", FIELD_KEY },
    { "version", FIELD_INT, SLOT(1), "版本", "Version" },
    { "territory", FIELD_TEXT, SLOT(2), "村", "Village", FIELD_FILTER, .link = "region" },
    { "kind", FIELD_ENUM, SLOT(3), "类别", "Kind", .options = KINDS },
    { "depth", FIELD_INT, SLOT(4), "井深", "Depth" },
    { "cost", FIELD_MONEY, SLOT(5), "造价", "Cost", .unit = "万元" },
    { "wage", FIELD_MONEY, SLOT(6), "月补贴", "Wage", .unit = "元" },
    { "from", FIELD_DATE, SLOT(7), "成井日期", "From" },
    { "to", FIELD_DATE, SLOT(8), "停用日期", "To" },
    { "usable", FIELD_BOOL, SLOT(9), "能用", "Usable" },
    { "group", FIELD_TEXT, SLOT(10), "供水组", "Group" },
    { "pump", FIELD_INT, SLOT(11), "水泵", "Pump", .link = "pump" },
    { "rate", FIELD_DECIMAL, SLOT(12), "出水率", "Rate" },
    { "phone", FIELD_TEXT, SLOT(13), "电话", "Phone", FIELD_SEALED, .place = "well.phone" },
    { "keeper", FIELD_INT, SLOT(14), "管护单位", "Keeper", .link = "organ" },
    FIELDS_END,
};

static const Field PUMP[] = {
    { "id", FIELD_INT, SLOT(0), "编号", "Number", FIELD_KEY },
    { "version", FIELD_INT, SLOT(1), "版本", "Version" },
    { "territory", FIELD_TEXT, SLOT(2), "乡镇", "Township" },
    { "power", FIELD_INT, SLOT(3), "功率", "Power" },
    { "case", FIELD_ENUM, SLOT(4), "外壳", "Case", .options = KINDS },
    { "from", FIELD_DATE, SLOT(5), "装机日期", "Since" },
    { "price", FIELD_MONEY, SLOT(6), "价格", "Price", .unit = "元" },
    FIELDS_END,
};

static const RowLink LINKS[] = { { "pump", "pump", PUMP }, { NULL } };
static const RowShape SHAPE = { WELL, LINKS, NULL, NULL };

enum { WELLS = 48, PUMPS = 6, WELL_SLOTS = 15, PUMP_SLOTS = 7, TEXTS = 250, DEPTH = 3 };

/* --- what is generated --- */

static uint64_t state;

static unsigned any(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

#define ONE_OF(table) ((table)[any(COUNT(table))])

static const int64_t DEPTHS[] = { 0, 1, 7, 30, UNSET }, FEN[] = { 0, 1, 150, 1000000, UNSET },
                     FLAGS[] = { 0, 1, UNSET }, DAYS[] = { 18992, 18993, 19357, 19358, UNSET };
static const char *const GROUPS[] = { "", "甲组", "乙组", "a", NULL };

static const char *kind(void)
{
    size_t i = any(COUNT(KINDS));
    return KINDS[i].key;
}

static void fill_pump(int64_t *row, int64_t id)
{
    const char **texts = (const char **)(void *)row;
    row[0] = id;
    row[1] = 1;
    texts[2] = "370683100";
    row[3] = ONE_OF(DEPTHS);
    texts[4] = kind();
    row[5] = ONE_OF(DAYS);
    row[6] = ONE_OF(FEN);
}

static void fill_well(int64_t *row, int64_t id)
{
    const char **texts = (const char **)(void *)row;
    row[0] = id;
    row[1] = 1;
    texts[2] = any(2) ? "370683100200" : "370682100200";
    texts[3] = kind();
    row[4] = ONE_OF(DEPTHS);
    row[5] = ONE_OF(FEN);
    row[6] = ONE_OF(FEN);
    row[7] = ONE_OF(DAYS);
    row[8] = ONE_OF(DAYS);
    row[9] = ONE_OF(FLAGS);
    texts[10] = ONE_OF(GROUPS);
    row[11] = any(3) ? 1 + any(PUMPS) : UNSET;
    texts[12] = any(2) ? "3.10" : NULL;
    texts[13] = NULL;
    row[14] = UNSET;
}

/* A field of each kind and constants for it, from the least up, so that what is compared fits. */
static const struct {
    const char *const fields[3];
    const char *const constants[5];
    bool ordered;
} KINDS_OF[] = {
    { { "井深", "水泵.功率", "井深" }, { "-3", "0", "1", "1 + 6", "30" }, true },
    { { "造价", "造价", "造价" }, { "0", "0.000001", "0.00015", "1", "2" }, true },
    { { "月补贴", "月补贴", "月补贴" }, { "0", "0.01", "1.5", "2", "10000" }, true },
    { { "成井日期", "停用日期", "水泵.装机日期" },
      { "date(\"2022-01-01\")", "date(\"2021-12-31\") + duration(\"P1D\")", "today()",
        "date(2022, 12, 31)", "@\"2023-01-01\"" },
      true },
    { { "类别", "水泵.外壳", "类别" },
      { "\"土井\"", "\"机井\"", "\"泉\"", "\"泉\"", "\"土井\"" },
      false },
    { { "供水组", "村", "供水组" },
      { "\"\"", "\"370683100200\"", "\"a\"", "\"乙组\"", "\"甲组\"" },
      true },
    { { "能用", "能用", "能用" }, { "true", "false", "(1 = 1)", "not(true)", "(2 > 3)" }, false },
};

static const char *const SIGNS[] = { "=", "!=", "<", "<=", ">=", ">" };

static void put_leaf(Buf *b)
{
    size_t k = any(COUNT(KINDS_OF));
    bool ordered = KINDS_OF[k].ordered;
    const char *f = ONE_OF(KINDS_OF[k].fields), *g = ONE_OF(KINDS_OF[k].fields);
    unsigned low = any(5), high = low + any(5 - low); /* a range's ends stand in order */
    const char *x = KINDS_OF[k].constants[low], *y = KINDS_OF[k].constants[high];
    const char *sign = SIGNS[any(ordered ? COUNT(SIGNS) : 2)];
    switch (any(ordered ? 9 : 5)) {
    case 0: buf_format(b, "%s %s %s", f, sign, x); break;
    case 1: buf_format(b, "%s %s %s", x, sign, f); break;
    case 2: buf_format(b, "%s %s %s", f, sign, g); break;
    case 3: buf_format(b, "is unknown(%s)", any(4) ? f : any(2) ? "水泵" : "管护单位"); break;
    case 4: buf_format(b, "%s in (%s, %s)", f, x, y); break;
    case 5: buf_format(b, "%s between %s and %s", f, x, any(2) ? y : g); break;
    case 6: buf_format(b, "%s in %c%s..%s%c", f, "[("[any(2)], x, y, "])"[any(2)]); break;
    case 7: buf_format(b, "%s in (%s %s, [%s..%s))", f, sign, x, x, y); break;
    default: buf_format(b, "%s in [%s, > %s, %s]", f, x, y, x);
    }
}

static void put_text(Buf *b, int depth)
{
    unsigned way = depth ? any(6) : 0;
    switch (way) {
    case 1:
    case 2:
        buf_char(b, '(');
        put_text(b, depth - 1);
        buf_add(b, way == 1 ? ") and (" : ") or (");
        put_text(b, depth - 1);
        buf_char(b, ')');
        break;
    case 3:
        buf_add(b, "not(");
        put_text(b, depth - 1);
        buf_char(b, ')');
        break;
    case 4: buf_add(b, any(2) ? "能用" : "true"); break;
    case 5:
        buf_format(b, "%s.year %s %u", any(2) ? "成井日期" : "水泵.装机日期", ONE_OF(SIGNS),
                   2021 + any(3));
        break;
    default: put_leaf(b);
    }
}

/* --- the two beside each other --- */

typedef struct ConditionWorld {
    Table wells;
    int64_t well[WELLS][WELL_SLOTS];
    int64_t pump[PUMPS][PUMP_SLOTS];
} ConditionWorld;

static void make_world(Cx *cx, ConditionWorld *w)
{
    int64_t id;
    const TableLink none[] = { { NULL } };
    const Table pumps = { "pump", PUMP, SLOT(PUMP_SLOTS), NULL };
    w->wells = (Table){ "well", WELL, SLOT(WELL_SLOTS), table_select(cx, "well", WELL, none) };
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(table_create(cx, &pumps));
    EXPECT_OK(table_create(cx, &w->wells));
    for (int i = 0; i < PUMPS; i++) {
        fill_pump(w->pump[i], i + 1);
        EXPECT_OK(store_insert(cx, &id, "pump", PUMP, w->pump[i]));
    }
    for (int i = 0; i < WELLS; i++) {
        fill_well(w->well[i], i + 1);
        EXPECT_OK(store_insert(cx, &id, "well", WELL, w->well[i]));
    }
    EXPECT_OK(store_commit(cx));
}

static RowTruth by_feel(Cx *cx, const RowFeel *f, ConditionWorld *w, const int64_t *well)
{
    RowTruth truth;
    const char *const *missing;
    const void *linked[] = { well[11] == UNSET ? NULL : w->pump[well[11] - 1] };
    EXPECT_OK(row_feel_run(cx, &truth, &missing, f, &(RowValues){ well, linked, NULL }));
    return truth;
}

static void mark(Cx *cx, bool *found, const ConditionWorld *w, const RowCondition *c)
{
    List page;
    const PageQuery query = { .size = 200, .condition = c };
    memset(found, 0, WELLS * sizeof *found);
    EXPECT_OK(table_page(cx, &page, &w->wells, range_of(cx, "37"), &query));
    EXPECT_INT(page.total, (int64_t)page.count);
    for (size_t i = 0; i < page.count; i++)
        found[((const int64_t *)page.rows)[i * WELL_SLOTS] - 1] = true;
}

static void compare_ways(Cx *cx, ConditionWorld *w, const char *text)
{
    const RowFeel *f;
    const RowCondition *c;
    bool yes[WELLS], no[WELLS], open[WELLS];
    Err e = row_feel_compile(cx, &f, text, &SHAPE);
    if (e == OK)
        e = row_feel_condition(cx, &c, f);
    if (e != OK)
        print_error("%s: %s %s\n", text, cx->failure.field, cx->failure.zh);
    EXPECT_OK(e);
    mark(cx, yes, w, c);
    mark(cx, no, w, &(RowCondition){ CONDITION_NOT, .parts = &c, .count = 1 });
    mark(cx, open, w, &(RowCondition){ CONDITION_UNDECIDED, .parts = &c, .count = 1 });
    for (int i = 0; i < WELLS; i++) {
        RowTruth truth = by_feel(cx, f, w, w->well[i]);
        if (yes[i] != (truth == ROW_YES) || no[i] != (truth == ROW_NO) ||
            open[i] != (truth == ROW_OPEN))
            print_error("row %d: feel %d, sql %d %d %d: %s\n", i + 1, truth, yes[i], no[i], open[i],
                        text);
        EXPECT(yes[i] == (truth == ROW_YES) && no[i] == (truth == ROW_NO));
        EXPECT(open[i] == (truth == ROW_OPEN));
    }
}

STORE_CASE("a condition says the same of every row in FEEL and in SQL, unknowns too")
{
    ConditionWorld w;
    state = 20221130;
    make_world(cx, &w);
    for (int i = 0; i < TEXTS; i++) {
        Buf b = BUF(cx);
        put_text(&b, DEPTH);
        compare_ways(cx, &w, buf_text(&b));
    }
}

CASE("what a table cannot be asked is refused, and its part is named")
{
    static const struct {
        const char *text, *part;
    } TRIES[] = {
        { "停用日期 = null", "null" },
        { "井深 + 1 > 7", "井深 + 1" },
        { "能用 and 停用日期 - 成井日期 > duration(\"P3D\")", "停用日期 - 成井日期" },
        { "出水率 > 3.1", "出水率" },
        { "电话 = \"139\"", "电话" },
        { "类别 = \"湖\"", "\"湖\"" },
        { "类别 > \"泉\"", "\"泉\"" },
        { "井深 > 2.5", "2.5" },
        { "造价 = 0.0000001", "0.0000001" },
        { "月补贴 = 0.001", "0.001" },
        { "starts with(供水组, \"甲\")", "starts with(供水组, \"甲\")" },
        { "if 能用 then true else false", "if 能用 then true else false" },
        { "some x in [1, 2] satisfies x = 井深", "some x in [1, 2] satisfies x = 井深" },
        { "水泵 = 水泵", "水泵" },
        { "成井日期.month = 3", "成井日期.month" },
        { "成井日期.year = 水泵.功率", "水泵.功率" },
        { "成井日期 > date(\"2022-02-30\")", "date(\"2022-02-30\")" },
        { "井深 in [水泵.功率..30]", "[水泵.功率..30]" },
    };
    for (size_t i = 0; i < COUNT(TRIES); i++) {
        const RowFeel *f;
        const RowCondition *c;
        EXPECT_OK(row_feel_compile(cx, &f, TRIES[i].text, &SHAPE));
        if (row_feel_condition(cx, &c, f) != INVALID)
            print_error("taken: %s\n", TRIES[i].text);
        EXPECT(row_feel_condition(cx, &c, f) == INVALID);
        const char *said = arena_format(cx->arena, "“%s”", TRIES[i].part);
        EXPECT_TEXT(arena_text_n(cx->arena, cx->failure.zh, strlen(said)), said);
    }
}

CASE("a condition with an unknown name, or that is no yes or no, does not compile")
{
    const RowFeel *f;
    EXPECT_FAIL(row_feel_compile(cx, &f, "井号 > 1", &SHAPE), INVALID, "1:1");
    EXPECT_FAIL(row_feel_compile(cx, &f, "水泵.颜色 = \"红\"", &SHAPE), INVALID, "1:4");
    EXPECT_FAIL(row_feel_compile(cx, &f, "井深 + 1", &SHAPE), INVALID, "1:1");
    EXPECT(row_feel_compile(cx, &f, "井深 > \"深\"", &SHAPE) == INVALID);
    EXPECT_OK(row_feel_compile(cx, &f, "水泵.功率 > 1", &SHAPE));
    EXPECT(row_feel_reads(f, "pump") && !row_feel_reads(f, "depth"));
}

/* 造价 is in 万元, 月补贴 and 水泵.价格 in 元. */
CASE("values of two units are neither compared nor added, and both are named")
{
    static const char *const WRONG[] = {
        "造价 > 月补贴",
        "造价 >= 水泵.价格",
        "造价 in [月补贴..100]",
        "造价 in (1, 月补贴)",
        "造价 between 月补贴 and 100",
        "造价 + 月补贴 > 100",
        "造价 - -月补贴 > 100",
        "sum([造价, 月补贴]) > 100",
        "max(造价, 月补贴) > 100",
        "(if 能用 then 造价 else 月补贴) > 100",
        "造价 / 月补贴 > 2",
        "造价 * 1000 > 月补贴",
        "round up(造价, 2) = 月补贴",
        "some x in [造价] satisfies 造价 = 月补贴",
        "能用 and not(造价 = 月补贴)",
    };
    static const char *const RIGHT[] = {
        "造价 * 10000 > 月补贴",
        "造价 > 水泵.价格 / 10000",
        "10000 * 造价 in [月补贴..水泵.价格]",
        "月补贴 * 井深 > 水泵.价格",
        "造价 / 井深 > 2",
        "造价 / 造价 > 2",
        "造价 > 3 and 月补贴 > 30",
        "造价 + 2 > 10",
    };
    const RowFeel *f;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        Err e = row_feel_compile(cx, &f, WRONG[i], &SHAPE);
        if (e != INVALID)
            print_error("taken: %s\n", WRONG[i]);
        EXPECT(e == INVALID && strstr(cx->failure.zh, "单位是万元") &&
               strstr(cx->failure.zh, "单位是元"));
    }
    for (size_t i = 0; i < COUNT(RIGHT); i++) {
        Err e = row_feel_compile(cx, &f, RIGHT[i], &SHAPE);
        if (e != OK)
            print_error("%s: %s\n", RIGHT[i], cx->failure.zh);
        EXPECT_OK(e);
    }
}
