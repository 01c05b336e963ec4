/* libFuzzer: any bytes as a workbook, as the first tab of a sound workbook, and as a pasted block.
 */
#include "sheet/merge.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

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

static const char WORKBOOK[] =
    "<workbook xmlns:r=\"r\"><workbookPr date1904=\"1\"/><sheets><sheet name=\"村庄\" r:id=\"a\"/>"
    "</sheets></workbook>";
static const char RELATIONS[] = "<r><Relationship Id=\"a\" Type=\"/worksheet\" Target=\"s.xml\"/>"
                                "<Relationship Id=\"b\" Type=\"/sharedStrings\" Target=\"t.xml\"/>"
                                "<Relationship Id=\"c\" Type=\"/styles\" Target=\"u.xml\"/></r>";
static const char STRINGS[] =
    "<sst><si><t>村编码</t></si><si><t>投入</t></si><si><t>甲</t></si></sst>";
static const char STYLES[] = "<s><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></s>";

static void part_add(zip_t *zip, const char *name, const void *data, size_t size)
{
    zip_file_add(zip, name, zip_source_buffer(zip, data, size, 0), 0);
}

/* An archive in memory, its parts stored as they are. */
static unsigned char *workbook_of(const unsigned char *tab, size_t size, size_t *length)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_source_keep(source);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    part_add(zip, "xl/workbook.xml", WORKBOOK, strlen(WORKBOOK));
    part_add(zip, "xl/_rels/workbook.xml.rels", RELATIONS, strlen(RELATIONS));
    part_add(zip, "xl/t.xml", STRINGS, strlen(STRINGS));
    part_add(zip, "xl/u.xml", STYLES, strlen(STYLES));
    part_add(zip, "xl/s.xml", tab, size);
    for (zip_uint64_t i = 0; i < 5; i++)
        zip_set_file_compression(zip, i, ZIP_CM_STORE, 0);
    if (zip_close(zip) != 0)
        abort();
    zip_stat_t s;
    zip_source_stat(source, &s);
    unsigned char *bytes = malloc(s.size);
    zip_source_open(source);
    *length = (size_t)zip_source_read(source, bytes, s.size);
    zip_source_close(source);
    zip_source_free(source);
    return bytes;
}

static void try_workbook(const void *bytes, size_t size)
{
    Arena *arena = arena_new(64 << 20);
    Cx cx = cx_make(arena);
    SheetBook *book;
    SheetMerge merge;
    if (sheet_read(&cx, &book, &SHEET, 1, bytes, size, NULL) == OK)
        sheet_merge(&cx, &merge, &book->tables[0], NULL);
    arena_free(arena);
}

static void try_text(const void *bytes, size_t size)
{
    Arena *arena = arena_new(64 << 20);
    Cx cx = cx_make(arena);
    SheetBook *book;
    SheetMerge merge;
    if (sheet_read_text(&cx, &book, &SHEET, bytes, size, NULL) == OK)
        sheet_merge(&cx, &merge, &book->tables[0], NULL);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    size_t length;
    unsigned char *bytes = workbook_of(data, size, &length);
    try_workbook(bytes, length);
    free(bytes);
    try_workbook(data, size);
    try_text(data, size);
    return 0;
}
