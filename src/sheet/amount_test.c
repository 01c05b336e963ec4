/* Amounts in workbooks, in either unit. */
#include "base/money.h"
#include "sheet/sheet_out.h"
#include "tests/test.h"

#include <string.h>

/* Workbooks are written by the program itself, as a child. */
static const SheetMaker MAKER = { .program = "build/tuijin" };

/* Money of a project and of a person beside each other. */
typedef struct Paid {
    const char *name;
    int64_t project;
    int64_t person;
} Paid;

static const Field PAID[] = {
    { "name", FIELD_TEXT, offsetof(Paid, name), "名称", "Name", FIELD_KEY },
    { "project", FIELD_MONEY, offsetof(Paid, project), "项目资金", "Project", .unit = "万元" },
    { "person", FIELD_MONEY, offsetof(Paid, person), "补助", "Person", .unit = "元" },
    FIELDS_END
};

static const Sheet PAID_SHEET = { "paid", "发放", "Paid", PAID };

/* Of every size: as many digits as the number says. */
static Money some_amount(size_t i)
{
    Money most = 1;
    for (size_t k = 0; k < 1 + i % 18; k++)
        most *= 10;
    return (Money)((uint64_t)i * 0x9e3779b97f4a7c15u >> 2) % most;
}

CASE("what is shown, kept, exported and read again is the same amount in 万元 and in 元")
{
    enum { ROWS = 200 };
    SheetOut *out;
    SheetFile file;
    SheetBook *book = NULL;
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, &PAID_SHEET, false);
    for (size_t i = 0; i < ROWS; i++) {
        Paid p = { arena_format(cx->arena, "样例%zu", i), some_amount(i), some_amount(i) };
        EXPECT_OK(sheet_put_row(cx, out, &p));
    }
    EXPECT_OK(sheet_close(cx, out, &file));
    EXPECT_OK(sheet_read(cx, &book, &PAID_SHEET, 1, file.bytes, file.length, NULL));
    EXPECT_INT(book->fault_count, 0);
    EXPECT_INT(book->tables[0].count, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        Paid p;
        const Json *row = book->tables[0].rows[i].object;
        EXPECT_TEXT(json_text(row, "project", ""), money_text_in(cx, some_amount(i), "万元"));
        EXPECT_TEXT(json_text(row, "person", ""), money_text_in(cx, some_amount(i), "元"));
        EXPECT_OK(field_read(cx, &p, PAID, row, ""));
        EXPECT_INT(p.project, some_amount(i));
        EXPECT_INT(p.person, some_amount(i));
    }
}

CASE("an amount is taken by the unit that stands beside it, and to the 分 alone")
{
    static const struct {
        const char *block, *person; /* NULL = refused */
    } PASTED[] = {
        { "名称\t补助（元）\n甲\t1500.5", "1500.5" }, { "名称\t补助（万元）\n甲\t0.15", "1500" },
        { "名称\t补助\n甲\t1500", "1500" },           { "名称\t补助\n甲\t0.2万元", "2000" },
        { "名称\t补助（元）\n甲\t1.005", NULL },      { "名称\t补助（万元）\n甲\t0.0000005", NULL },
        { "名称\t补助（美元）\n甲\t1", NULL }
    };
    for (size_t i = 0; i < COUNT(PASTED); i++) {
        SheetBook *book = NULL;
        const char *block = PASTED[i].block;
        EXPECT_OK(sheet_read_text(cx, &book, &PAID_SHEET, block, strlen(block), NULL));
        EXPECT_INT(book->fault_count, PASTED[i].person ? 0 : 1);
        if (PASTED[i].person)
            EXPECT_TEXT(json_text(book->tables[0].rows[0].object, "person", ""), PASTED[i].person);
    }
}
