/* From what people type to the contract's values, and the columns of a Field table. */
#include "base/decimal.h"
#include "base/money.h"
#include "sheet/grid.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- JSON made here ---------------------------------------------------------------------- */

Json *json_new(Cx *cx, JsonType type, const char *key)
{
    Json *j = NEW(cx, Json);
    j->type = type;
    j->key = key;
    return j;
}

Json *json_copy(Cx *cx, const Json *j)
{
    Json *copy = NEW(cx, Json);
    *copy = *j;
    return copy;
}

void json_append(Cx *cx, Json *parent, Json *child)
{
    assert(parent->type == J_ARRAY || parent->type == J_OBJECT);
    size_t n = parent->count;
    if ((n & (n - 1)) == 0) /* room doubles at each power of two */
        parent->items = arena_grow(cx->arena, parent->items, n * sizeof(Json *),
                                   (n ? 2 * n : 1) * sizeof(Json *));
    parent->items[parent->count++] = child;
}

static Json *text_value(Cx *cx, const char *text)
{
    Json *j = json_new(cx, J_TEXT, NULL);
    j->text = text;
    return j;
}

/* ---- columns ----------------------------------------------------------------------------- */

/* zh, en and key of each option, folded once for all the cells to come. */
static const char *const *options_fold(Cx *cx, const Option *options)
{
    size_t n = 0;
    while (options && options[n].key)
        n++;
    const char **labels = NEW_N(cx, const char *, 3 * n);
    for (size_t i = 0; i < n; i++) {
        labels[3 * i] = label_fold(cx, options[i].zh);
        labels[3 * i + 1] = label_fold(cx, text_or(options[i].en, options[i].key));
        labels[3 * i + 2] = label_fold(cx, options[i].key);
    }
    return labels;
}

static void column_add(Cx *cx, Columns *columns, const Field *f, const Field *parent)
{
    size_t n = columns->count++;
    columns->at = arena_grow(cx->arena, columns->at, n * sizeof(Column), (n + 1) * sizeof(Column));
    Column *c = &columns->at[n];
    *c = (Column){ f, parent, f->key, f->zh, f->en };
    if (parent) {
        c->key = arena_format(cx->arena, "%s.%s", parent->key, f->key);
        c->zh = arena_format(cx->arena, "%s·%s", parent->zh, f->zh);
        c->en = arena_format(cx->arena, "%s: %s", parent->en, f->en);
    }
    c->names[0] = label_fold(cx, c->key);
    c->names[1] = label_fold(cx, c->zh);
    c->names[2] = label_fold(cx, c->en);
    c->short_zh = label_fold(cx, f->zh);
    c->short_en = label_fold(cx, f->en);
    c->labels = options_fold(cx, f->options);
}

static bool is_leaf(const Field *f)
{
    return f->type != FIELD_OBJECT && !(f->type == FIELD_LIST && f->fields);
}

Columns columns_of(Cx *cx, const Field *fields, unsigned without)
{
    Columns c = { NULL, 0 };
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (f->flags & without)
            continue;
        if (is_leaf(f))
            column_add(cx, &c, f, NULL);
        if (f->type != FIELD_OBJECT || !f->fields)
            continue;
        for (const Field *in = f->fields; in->type != FIELD_END; in++)
            if (is_leaf(in) && !(in->flags & without))
                column_add(cx, &c, in, f);
    }
    return c;
}

static bool has_no_width(uint32_t c)
{
    return (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF || c == 0xAD;
}

/* Blank on paper. */
static bool has_no_mark(uint32_t c)
{
    return c <= ' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
           has_no_width(c);
}

const char *key_fold(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    const char *next = text;
    for (const char *at = text; *at; at = next)
        if (!has_no_width(text_next(&next)))
            buf_add_n(&b, at, (size_t)(next - at));
    return text_fold(cx, buf_text(&b));
}

bool is_formula(Cx *cx, const char *text)
{
    const char *first = key_fold(cx, text);
    return *first && strchr("=+-@", *first);
}

const char *tab_name(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    const char *next = text;
    size_t room = 31;
    for (const char *at = text; room-- > 0 && text_next(&next); at = next) {
        bool refused = strchr("[]:*?/\\'", *at) != NULL;
        buf_add_n(&b, refused ? "-" : at, refused ? 1 : (size_t)(next - at));
    }
    return buf_text(&b);
}

/* ---- values ------------------------------------------------------------------------------ */

static const char *trimmed(Cx *cx, const char *text)
{
    const char *end = text, *next = text;
    while (*text && has_no_mark(text_next(&next)))
        text = next;
    end = next = text;
    while (*next)
        if (!has_no_mark(text_next(&next)))
            end = next;
    return arena_text_n(cx->arena, text, (size_t)(end - text));
}

/* The option that was typed, by label in either language or by key; NULL where it is none. */
static const Option *option_typed(Cx *cx, const Column *c, const char *typed)
{
    const Option *options = c->field->options;
    for (const Option *o = options; o->key; o++)
        if (strcmp(typed, o->zh) == 0 || strcmp(typed, o->key) == 0)
            return o;
    const char *folded = label_fold(cx, typed);
    for (size_t i = 0; options[i].key; i++)
        for (size_t k = 3 * i; k < 3 * i + 3; k++)
            if (strcmp(folded, c->labels[k]) == 0)
                return &options[i];
    return NULL;
}

static Err option_value(Cx *cx, Json **out, const Column *c, const char *typed)
{
    const Option *found = option_typed(cx, c, typed);
    if (found || c->open) {
        *out = text_value(cx, found ? found->key : trimmed(cx, typed));
        return OK;
    }
    Buf names = BUF(cx);
    for (const Option *o = c->field->options; o->key; o++)
        buf_format(&names, "%s%s", names.length ? "、" : "", o->zh);
    return fail(cx, INVALID, "", "“%s”不在可选项中：%s", "“%s” is none of the options: %s", typed,
                buf_text(&names));
}

static Err bool_value(Cx *cx, Json **out, const char *typed)
{
    static const char *const YES[] = { "是", "有", "yes", "y", "true", "1", "√", "✓", "✔" };
    static const char *const NO[] = { "否", "无", "no", "n", "false", "0", "×", "x", "✗" };
    const char *folded = label_fold(cx, typed);
    for (size_t i = 0; i < COUNT(YES); i++) {
        bool yes = strcmp(folded, YES[i]) == 0;
        if (!yes && strcmp(folded, NO[i]) != 0)
            continue;
        Json *j = json_new(cx, J_BOOL, NULL);
        j->boolean = yes;
        *out = j;
        return OK;
    }
    return fail(cx, INVALID, "", "“%s”应为“是”或“否”", "“%s” must be yes or no", typed);
}

/* A number as people type it: blanks, thousands commas in their places and the unit are dropped.
 * NULL where it is no number. */
static const char *number_typed(Cx *cx, const char *typed, const char *unit)
{
    const char *folded = text_fold(cx, typed);
    size_t n = strlen(folded);
    if (*unit && n > strlen(unit) && strcmp(folded + n - strlen(unit), unit) == 0)
        n -= strlen(unit);
    char *out = arena_alloc(cx->arena, n + 1);
    size_t length = 0, group = 0;
    bool commas = false, point = false;
    for (size_t i = 0; i < n; i++) {
        char c = folded[i];
        if (c == ' ')
            continue;
        if (c == ',') {
            if (point || length == 0 || (commas ? group != 3 : group > 3 || group == 0))
                return NULL;
            commas = true;
            group = 0;
            continue;
        }
        if (c == '.' && commas && group != 3)
            return NULL;
        point |= c == '.';
        group += !point && c >= '0' && c <= '9';
        out[length++] = c;
    }
    return commas && !point && group != 3 ? NULL : out;
}

static Err int_value(Cx *cx, Json **out, const Field *f, const Cell *cell)
{
    const char *number = number_typed(cx, cell->text, text_or(f->unit, ""));
    Decimal d;
    Json *j = json_new(cx, J_INT, NULL);
    if (!number || !decimal_parse(number, &d) || !decimal_to_int(d, &j->integer))
        return fail(cx, INVALID, "", "“%s”应为整数", "“%s” must be a whole number", cell->text);
    j->real = (double)j->integer;
    *out = j;
    return OK;
}

/* ---- amounts ----------------------------------------------------------------------------- */

enum { YUAN_PER_WAN = 10000 };

/* A number cell is a double: the 分 it stands for must lie within the error of one. */
static bool money_of_double(double d, int64_t yuan, Money *fen)
{
    double exact = d * (double)(yuan * FEN_PER_YUAN);
    if (!(d >= 0 && exact < (double)MONEY_MAX))
        return false;
    *fen = (Money)round(exact);
    return fabs(exact - (double)*fen) <= exact * 4e-16 + 1e-9;
}

/* "￥1,234.5", "100元", "1.5万元": a unit beside the number says more than the heading. */
static bool money_typed(Cx *cx, const char *typed, int64_t yuan, Money *fen)
{
    const char *text = text_fold(cx, typed);
    text += strncmp(text, "¥", 2) == 0 ? 2 : 0;
    size_t n = strspn(text, "0123456789., ");
    if (text[n])
        yuan = money_unit(cx, text + n);
    const char *number = number_typed(cx, arena_text_n(cx->arena, text, n), "");
    Decimal d;
    if (yuan <= 0 || !number || !decimal_parse(number, &d))
        return false;
    d = decimal_div(decimal_mul(d, decimal_from_int(yuan)), decimal_from_int(YUAN_PER_WAN));
    return money_parse(decimal_text(cx, d), fen);
}

static Err no_money(Cx *cx, const Cell *cell, int64_t yuan)
{
    Decimal scale = decimal_from_int(yuan), wan = decimal_from_int(YUAN_PER_WAN);
    const char *unit = yuan == 1 ? "元" : yuan == YUAN_PER_WAN ? "万元" : "列头的单位";
    Money fen;
    if (cell->kind == CELL_NUMBER && cell->number >= 0 && cell->number < 1e12) {
        Decimal d = decimal_div(decimal_mul(decimal_from_double(cell->number), scale), wan);
        d = decimal_round(d, 6, HALF_EVEN);
        if (money_parse(decimal_text(cx, d), &fen))
            return fail(cx, INVALID, "",
                        "“%s”的小数位太多（公式算出的数常常如此），金额只到分；请填写 %s",
                        "“%s” has too many decimals for an amount (formulas often make them); "
                        "write %s",
                        cell->text, decimal_text(cx, decimal_div(decimal_mul(d, wan), scale)));
    }
    return fail(cx, INVALID, "", "“%s”应为金额，单位%s，至多 %d 位小数，不带符号",
                "“%s” must be an amount in %s with at most %d decimals, no sign", cell->text, unit,
                yuan == 1 ? 2 : 6);
}

static Err money_value(Cx *cx, Json **out, const Column *c, const Cell *cell)
{
    Money fen;
    const char *unit = c->field->unit;
    int64_t yuan = c->yuan ? c->yuan : money_fen(unit) / FEN_PER_YUAN;
    bool number = cell->kind == CELL_NUMBER;
    if (number && cell->format && cell->format->yuan)
        yuan = cell->format->yuan; /* shown as "100.5元": no one reads 万元 there */
    if (yuan < 0)
        return fail(cx, INVALID, "", "单元格的格式（%s）不是元或万元，请改为常规格式，按%s填写",
                    "the cell's format (%s) is of no unit that is known; write %s",
                    cell->format->code, text_or(unit, "万元"));
    if (number ? money_of_double(cell->number, yuan, &fen)
               : cell->kind == CELL_TEXT && money_typed(cx, cell->text, yuan, &fen)) {
        *out = text_value(cx, money_text_in(cx, fen, unit));
        return OK;
    }
    return no_money(cx, cell, yuan);
}

/* ---- days, texts, lists ------------------------------------------------------------------ */

/* 2023-01-31, 2023/1/31, 2023.1.31, 2023年1月31日, 20230131, a time behind it or not. */
static bool day_typed(Cx *cx, const char *typed, Day *out)
{
    const char *p = text_fold(cx, typed);
    long part[3] = { 0, 0, 0 };
    size_t digits = strspn(p, "0123456789");
    if (digits == 8) {
        long whole = strtol(p, NULL, 10);
        part[0] = whole / 10000, part[1] = whole / 100 % 100, part[2] = whole % 100;
        p += 8;
    } else {
        static const char *const MARKS[3][2] = { { "年", "-" }, { "月", "-" }, { "日", "" } };
        for (int i = 0; i < 3; i++) {
            if (!isdigit((unsigned char)*p) || strspn(p, "0123456789") > 4)
                return false;
            char *end;
            part[i] = strtol(p, &end, 10);
            p = end;
            if (strncmp(p, MARKS[i][0], strlen(MARKS[i][0])) == 0)
                p += strlen(MARKS[i][0]);
            else if (i < 2 && *p && strchr("-/.", *p))
                p++;
            else if (i < 2)
                return false;
        }
    }
    if (*p && *p != ' ' && *p != 'T')
        return false;
    return day_parse(arena_format(cx->arena, "%04ld-%02ld-%02ld", part[0], part[1], part[2]), out);
}

static Err day_value(Cx *cx, Json **out, const Cell *cell)
{
    Day day = (Day)cell->number;
    if (cell->kind != CELL_DATE && !day_typed(cx, cell->text, &day))
        return fail(cx, INVALID, "", "“%s”应为日期，如 2023-01-31",
                    "“%s” must be a date such as 2023-01-31", cell->text);
    *out = text_value(cx, day_text(cx, day));
    return OK;
}

/* Excel keeps 1-1 as a day, TRUE as a truth and 35% as 0.35: what was typed is lost. */
static Err text_of(Cx *cx, const char **out, const Field *f, const Cell *cell)
{
    *out = cell->text;
    if (cell->kind == CELL_DATE || cell->kind == CELL_BOOL)
        return fail(
            cx, INVALID, "",
            "这一格应为文字，表格软件把它存成了%s（%s），原来填的已看不出；请把单元格设为文本再填",
            "this is a text, but was kept as %s (%s); make the cell text and type it again",
            cell->kind == CELL_DATE ? "日期" : "TRUE/FALSE", cell->text);
    if (cell->kind != CELL_NUMBER)
        return OK;
    if (fabs(cell->number) >= 1e15)
        return fail(cx, INVALID, "", "“%s”被当作数字存放，已丢失末几位；请把单元格设为文本再填",
                    "“%s” was kept as a number and lost digits; make the cell text first",
                    cell->text);
    const char *shown = format_show(cx, cell->format, cell->text);
    if (!shown && !f->pattern)
        return fail(cx, INVALID, "",
                    "单元格显示的与存放的（%s）不同，格式是 %s；请把单元格设为文本再填",
                    "the cell shows something else than it keeps (%s), by its format %s; make it "
                    "text and type it again",
                    cell->text, cell->format->code);
    *out = shown ? shown : cell->text;
    return OK;
}

static const char *without_blanks(Cx *cx, const char *text)
{
    char *tight = arena_alloc(cx->arena, strlen(text) + 1), *to = tight;
    for (; *text; text++)
        if (*text != ' ')
            *to++ = *text;
    return tight;
}

static Err text_from_cell(Cx *cx, Json **out, const Field *f, const Cell *cell)
{
    const char *text;
    TRY(text_of(cx, &text, f, cell));
    if (f->pattern) /* digits: forgive blanks and full-width forms */
        text = without_blanks(cx, key_fold(cx, text));
    else if (f->flags & FIELD_KEY)
        text = key_fold(cx, text);
    else
        text = trimmed(cx, text);
    if (*text == '\'' && is_formula(cx, text + 1))
        text = trimmed(cx, text + 1); /* undo the prefix of our own exports */
    *out = text_value(cx, text);
    return OK;
}

static Err decimal_value(Cx *cx, Json **out, const Field *f, const Cell *cell)
{
    const char *number = number_typed(cx, cell->text, text_or(f->unit, ""));
    Decimal d;
    if (!number || !decimal_parse(number, &d) || !decimal_finite(d))
        return fail(cx, INVALID, "", "“%s”应为数字", "“%s” must be a number", cell->text);
    *out = text_value(cx, decimal_text(cx, d));
    return OK;
}

static Err list_value(Cx *cx, Json **out, const Column *c, const Cell *cell)
{
    static const char *const MARKS[] = { "、", "，", "；", ",", ";", "\n", "\r" };
    const char *text;
    Json *list = json_new(cx, J_ARRAY, NULL);
    TRY(text_of(cx, &text, c->field, cell));
    for (const char *p = text; *p;) {
        const char *end = p + strlen(p);
        size_t mark = 0;
        for (size_t i = 0; i < COUNT(MARKS); i++) {
            const char *found = strstr(p, MARKS[i]);
            if (found && found < end) {
                end = found;
                mark = strlen(MARKS[i]);
            }
        }
        Cell word = { .kind = CELL_TEXT, .text = arena_text_n(cx->arena, p, (size_t)(end - p)) };
        p = end + mark;
        if (text_blank(word.text))
            continue;
        Json *item;
        TRY(c->field->options ? option_value(cx, &item, c, word.text)
                              : text_from_cell(cx, &item, c->field, &word));
        json_append(cx, list, item);
    }
    *out = list;
    return OK;
}

static Err value_read(Cx *cx, Json **out, const Column *c, const Cell *cell)
{
    const Field *f = c->field;
    switch (f->type) {
    case FIELD_TEXT: return text_from_cell(cx, out, f, cell);
    case FIELD_INT: return int_value(cx, out, f, cell);
    case FIELD_BOOL: return bool_value(cx, out, cell->text);
    case FIELD_MONEY: return money_value(cx, out, c, cell);
    case FIELD_DATE: return day_value(cx, out, cell);
    case FIELD_ENUM: return option_value(cx, out, c, cell->text);
    case FIELD_DECIMAL: return decimal_value(cx, out, f, cell);
    case FIELD_LIST: return list_value(cx, out, c, cell);
    case FIELD_INSTANT: *out = text_value(cx, cell->text); return OK;
    case FIELD_OBJECT:
    case FIELD_END: break;
    }
    assert(false); /* no column */
    return INTERNAL;
}

static bool is_number(const Field *f)
{
    return f->type == FIELD_MONEY || f->type == FIELD_INT || f->type == FIELD_DECIMAL;
}

/* Texts that stand for no text: an error, a picture of WPS in the cell. */
static bool is_no_value(const char *text)
{
    static const char *const WORDS[] = { "#N/A",   "#REF!",  "#VALUE!", "#DIV/0!",
                                         "#NAME?", "#NULL!", "#NUM!",   "#SPILL!" };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strcmp(text, WORDS[i]) == 0)
            return true;
    return strstr(text, "DISPIMG(") != NULL && (*text == '=' || *text == '_');
}

/* What the cell cannot mean, whatever its field. */
static Err cell_sound(Cx *cx, const Column *c, const Cell *cell)
{
    if (cell->kind == CELL_UNWORKED)
        return fail(
            cx, INVALID, "", "公式没有算出的值，请在 Excel 或 WPS 中打开并保存后再上传",
            "the formula has no value yet; open and save the file in a spreadsheet program");
    if (cell->kind == CELL_BAD || (cell->kind == CELL_TEXT && is_no_value(cell->text)))
        return fail(cx, INVALID, "", "单元格里是公式的错误或图片，没有值：%s",
                    "the cell holds a formula's error or a picture, no value: %s", cell->text);
    if (!is_number(c->field))
        return OK;
    if (cell->merged != ALONE)
        return fail(cx, INVALID, "",
                    "“%s”在合并单元格里，看不出各行（列）各是多少；请取消合并，逐格填写",
                    "“%s” is in a merged cell, so that nobody can tell whose the number is; "
                    "unmerge it and fill in each cell",
                    c->zh);
    const NumberFormat *f = cell->kind == CELL_NUMBER ? cell->format : NULL;
    if (f && (f->scaled || f->is_time))
        return fail(cx, INVALID, "",
                    "单元格存放的是 %s，按格式 %s 显示成别的数；请把格式改为常规，填写应有的数",
                    "the cell keeps %s, but its format %s shows another number; make the format "
                    "General and write the number that is meant",
                    cell->text, f->code);
    return OK;
}

Err cell_value(Cx *cx, Json **out, const Column *c, const Cell *cell)
{
    *out = NULL;
    if (cell->kind == CELL_BLANK && !(cell->merged != ALONE && is_number(c->field)))
        return OK;
    TRY(cell_sound(cx, c, cell));
    assert(cell->text);
    Json *value;
    TRY(value_read(cx, &value, c, cell));
    value->key = c->field->key;
    *out = value;
    if (c->field->type != FIELD_TEXT && c->field->type != FIELD_INT &&
        c->field->type != FIELD_LIST && c->field->type != FIELD_INSTANT)
        return OK; /* the reading was the check */
    Field table[] = { *c->field, FIELDS_END };
    if (c->open)
        table[0].options = NULL;
    Json *row = json_new(cx, J_OBJECT, NULL);
    json_append(cx, row, value);
    return field_check(cx, table, row);
}
