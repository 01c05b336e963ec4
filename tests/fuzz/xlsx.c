/* libFuzzer: any bytes as a workbook, and as a pasted block. */
#include "sheet/sheet.h"

#include <stddef.h>

static const Option WORDS[] = { { "a", "甲", "A" }, { "b", "乙", "B" }, { NULL } };
static const Field INNER[] = { { "mode", FIELD_TEXT, NO_OFFSET, "方式", "Mode" }, FIELDS_END };
static const Field FIELDS[] = {
    { "code", FIELD_TEXT, NO_OFFSET, "村编码", "Code", FIELD_KEY, .pattern = "digits:12" },
    { "type", FIELD_ENUM, NO_OFFSET, "村庄类型", "Type", .options = WORDS },
    { "plan", FIELD_BOOL, NO_OFFSET, "村庄规划", "Plan" },
    { "amount", FIELD_MONEY, NO_OFFSET, "投入", "Amount", .unit = "万元" },
    { "day", FIELD_DATE, NO_OFFSET, "规划批准日", "Day" },
    { "count", FIELD_INT, NO_OFFSET, "户数", "Count" },
    { "ratio", FIELD_DECIMAL, NO_OFFSET, "比例", "Ratio" },
    { "uses", FIELD_LIST, NO_OFFSET, "用途", "Uses", .options = WORDS },
    { "benefit", FIELD_OBJECT, NO_OFFSET, "利益联结", "Benefit", .fields = INNER },
    FIELDS_END
};
static const Sheet SHEET = { "villages", "村庄", "Villages", FIELDS };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    Arena *arena = arena_new(64 << 20);
    Cx cx = cx_make(arena);
    SheetBook *book;
    SheetMerge merge;
    if (sheet_read(&cx, &book, &SHEET, 1, data, size, NULL) == OK)
        sheet_merge(&cx, &merge, &book->tables[0], NULL);
    if (sheet_read_text(&cx, &book, &SHEET, (const char *)data, size, NULL) == OK)
        sheet_merge(&cx, &merge, &book->tables[0], NULL);
    arena_free(arena);
    return 0;
}
