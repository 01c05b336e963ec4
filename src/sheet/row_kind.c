/* Which rows of a table are data. Sums, headings of sections, notes and examples stand among the
 * rows that people fill in; taken as data they would count money twice. None is dropped in silence:
 * the book names each of them with its reason.
 */
#include "sheet/grid.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static const RowKind CAPTION = { "标题", "caption" }, SUM = { "合计行", "sum" },
                     SECTION = { "分组标题", "heading of a section" },
                     NOTE = { "说明或签字", "note or signature" }, EXAMPLE = { "示例", "example" },
                     AGAIN = { "重复的表头", "headings again" };

enum { SUM_ROOM = 60 /* bytes; a longer text is no word for a sum */ };

const char *row_text(const GridRow *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].kind != CELL_BLANK)
            return row->cells[i].text;
    return NULL;
}

static bool ends(const char *text, const char *word)
{
    size_t n = strlen(text), m = strlen(word);
    return n >= m && strcmp(text + n - m, word) == 0;
}

static bool begins_with_one(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strncmp(text, *words, strlen(*words)) == 0)
            return true;
    return false;
}

/* 共计, 合 计：, 本页小计, 全县合计（万元）, Total; not a text in which such a word happens to
 * stand. */
static bool is_sum(Cx *cx, const char *tight)
{
    static const char *const WORDS[] = { "合计", "总计", "小计", "共计", "累计", "总和", "汇总" };
    static const char *const ENGLISH[] = { "total",     "sum",        "subtotal",
                                           "sub-total", "grandtotal", NULL };
    size_t n = strcspn(tight, "([:");
    if (n == 0 || n > SUM_ROOM)
        return false;
    const char *word = arena_text_n(cx->arena, tight, n);
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (ends(word, WORDS[i]))
            return true;
    return begins_with_one(word, ENGLISH) && !strpbrk(word, "0123456789") && n <= 12;
}

/* Bytes of a number in Chinese or, in brackets or before a mark, in digits. */
static size_t ordinal(const char *text)
{
    static const char *const DIGITS[] = { "一", "二", "三", "四", "五", "六",
                                          "七", "八", "九", "十", "〇" };
    size_t n = 0;
    for (size_t i = 0; i < COUNT(DIGITS); i++)
        if (strncmp(text + n, DIGITS[i], 3) == 0) {
            n += 3;
            i = (size_t)-1;
        }
    return n ? n : strspn(text, "0123456789");
}

/* 一、产业发展; （二）基础设施; 3、其他; 第一部分; 其中：. */
static bool is_section(const char *tight)
{
    static const char *const OPENINGS[] = { "其中", NULL };
    bool bracket = *tight == '(', by_digit;
    const char *p = tight + bracket;
    bool part = strncmp(p, "第", 3) == 0;
    p += part ? 3 : 0;
    size_t n = ordinal(p);
    by_digit = isdigit((unsigned char)*p);
    if (n == 0)
        return begins_with_one(tight, OPENINGS);
    p += n;
    if (part)
        return strncmp(p, "部分", 6) == 0 || strncmp(p, "类", 3) == 0 || strncmp(p, "批", 3) == 0;
    if (bracket)
        return *p == ')' && (!by_digit || (unsigned char)p[1] >= 128);
    bool mark = strncmp(p, "、", 3) == 0 && (!by_digit || (unsigned char)p[3] >= 128);
    return mark || (*p == '.' && (unsigned char)p[1] >= 128) ||
           (!by_digit && (*p == '.' || *p == ',' || *p == ':'));
}

/* 填表人：…, 单位（盖章）; not 单位自筹. */
static bool is_signed(const char *tight)
{
    static const char *const WHO[] = { "填表人",   "填报人",   "制表人",   "审核人",   "审批人",
                                       "签批人",   "复核人",   "负责人",   "经办人",   "联系人",
                                       "联系电话", "填表单位", "填报单位", "填表日期", "填报日期",
                                       "填报时间", "单位",     "日期" };
    static const char *const BEHIND[] = { ":", "(签", "(盖", "(章", NULL };
    for (size_t i = 0; i < COUNT(WHO); i++)
        if (strncmp(tight, WHO[i], strlen(WHO[i])) == 0 &&
            begins_with_one(tight + strlen(WHO[i]), BEHIND))
            return true;
    return false;
}

static bool is_note(const char *tight)
{
    static const char *const WORDS[] = { "注:",      "附注:",  "备注:", "说明:",       "填表说明",
                                         "填报说明", "注1",    "注一",  "preparedby:", "note:",
                                         "notes:",   "单位为", NULL };
    return begins_with_one(tight, WORDS) || is_signed(tight) || strcmp(tight, "注") == 0 ||
           strcmp(tight, "备注") == 0 || strcmp(tight, "说明") == 0;
}

static bool is_example(const char *tight)
{
    static const char *const WORDS[] = { "(示例)", "[示例]", "(例)",   "[例]",       "示例:",
                                         "例:",    "例如:",  "(样例)", "(填写示例)", NULL };
    return begins_with_one(tight, WORDS) || strcmp(tight, "示例") == 0 ||
           strcmp(tight, "填写示例") == 0;
}

static const RowKind *kind_of(Cx *cx, const char *text)
{
    const char *tight = label_tight(cx, key_fold(cx, text));
    return is_sum(cx, tight)   ? &SUM
           : is_example(tight) ? &EXAMPLE
           : is_section(tight) ? &SECTION
           : is_note(tight)    ? &NOTE
                               : NULL;
}

/* Headings that a long table repeats on each page. */
static bool is_heading(Cx *cx, const GridRow *row, const Columns *c, const size_t *heading)
{
    size_t same = 0, filled = 0;
    for (size_t i = 0; i < c->count; i++) {
        Cell cell = { .kind = CELL_BLANK };
        if (heading[i] != NOWHERE)
            cell = grid_cell(row, heading[i]);
        filled += cell.kind != CELL_BLANK;
        if (cell.kind != CELL_TEXT)
            continue;
        const char *folded = label_fold(cx, cell.text);
        for (size_t k = 0; k < COUNT(c->at[i].names); k++)
            if (strcmp(folded, c->at[i].names[k]) == 0) {
                same++;
                break;
            }
    }
    return same >= 2 && same * 2 > filled;
}

static const char *text_at(const GridRow *row, size_t column)
{
    Cell cell = { .kind = CELL_BLANK };
    if (column != NOWHERE)
        cell = grid_cell(row, column);
    return cell.kind == CELL_TEXT ? cell.text : NULL;
}

/* Of the row's own key; NULL where it has none or the first cell is it. */
static const char *key_at(const GridRow *row, const Columns *c, const size_t *heading)
{
    for (size_t i = 0; i < c->count; i++) {
        const char *text = c->at[i].field->flags & FIELD_KEY ? text_at(row, heading[i]) : NULL;
        if (text)
            return text == row_text(row) ? NULL : text;
    }
    return NULL;
}

/* 合计 may stand beside a running number or under the names, where the first cells are blank. */
static const RowKind *sum_inside(Cx *cx, const GridRow *row, const Columns *c,
                                 const size_t *heading)
{
    int looked = 0;
    for (size_t i = 0; i < c->count && looked < 2; i++) {
        const char *text = c->at[i].field->type == FIELD_TEXT ? text_at(row, heading[i]) : NULL;
        if (text && kind_of(cx, text) == &SUM)
            return &SUM;
        looked += text != NULL;
    }
    return NULL;
}

static const RowKind *find_kind(Cx *cx, const GridRow *row, const Columns *c, const size_t *heading)
{
    const char *first = row_text(row), *key = key_at(row, c, heading);
    assert(first);
    if (row->caption)
        return &CAPTION;
    const RowKind *kind = kind_of(cx, first);
    if (key) { /* a row with a key is data, whatever its running number looks like */
        const RowKind *own = kind_of(cx, key);
        kind = own ? own : kind == &SUM || kind == &EXAMPLE ? kind : NULL;
    } else if (!kind) {
        kind = sum_inside(cx, row, c, heading);
    }
    return kind ? kind : is_heading(cx, row, c, heading) ? &AGAIN : NULL;
}

/* What is folded for the comparison goes again: a row is looked at twice, and there may be 50,000.
 */
const RowKind *row_kind(Cx *cx, const GridRow *row, const Columns *c, const size_t *heading)
{
    Cx own = *cx;
    own.arena = arena_like(cx->arena);
    const RowKind *kind = find_kind(&own, row, c, heading);
    arena_free(own.arena);
    return kind;
}
