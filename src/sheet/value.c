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

/* text_fold, but plain ASCII as it is: most cells are, and there are many. */
static const char *fold(Cx *cx, const char *text)
{
    for (const char *p = text; *p; p++)
        if (*p <= ' ' || *p >= 127)
            return text_fold(cx, text);
    return text;
}

/* "* 金额（万元）" and "金额 (万元)" are both 金额. */
const char *label_fold(Cx *cx, const char *text)
{
    const char *folded = fold(cx, text);
    char *out = arena_alloc(cx->arena, strlen(folded) + 1);
    size_t n = 0;
    for (const char *p = folded; *p && *p != '('; p++)
        if (*p != ' ' && *p != '*' && *p != '_')
            out[n++] = (char)tolower((unsigned char)*p);
    out[n] = '\0';
    return n ? out : folded;
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

static Err option_value(Cx *cx, Json **out, const Column *c, const char *typed)
{
    const Option *options = c->field->options;
    for (const Option *o = options; o->key; o++)
        if (strcmp(typed, o->zh) == 0 || strcmp(typed, o->key) == 0) {
            *out = text_value(cx, o->key);
            return OK;
        }
    const char *folded = label_fold(cx, typed);
    Buf names = BUF(cx);
    for (size_t i = 0; options[i].key; i++) {
        for (size_t k = 3 * i; k < 3 * i + 3; k++)
            if (strcmp(folded, c->labels[k]) == 0) {
                *out = text_value(cx, options[i].key);
                return OK;
            }
        buf_format(&names, "%s%s", i ? "、" : "", options[i].zh);
    }
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
static const char *number_typed(Cx *cx, const Field *f, const char *typed)
{
    const char *folded = fold(cx, typed);
    size_t n = strlen(folded);
    const char *unit = text_or(f->unit, "");
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
    const char *number = number_typed(cx, f, cell->text);
    Decimal d;
    Json *j = json_new(cx, J_INT, NULL);
    if (!number || !decimal_parse(number, &d) || !decimal_to_int(d, &j->integer))
        return fail(cx, INVALID, "", "“%s”应为整数", "“%s” must be a whole number", cell->text);
    j->real = (double)j->integer;
    *out = j;
    return OK;
}

/* A number cell is a double: the 分 it stands for must lie within the error of one. */
static bool money_of_double(double wan, Money *fen)
{
    if (!(wan >= 0 && wan < 1e12))
        return false;
    double exact = wan * (double)FEN_PER_WAN;
    *fen = (Money)round(exact);
    return fabs(exact - (double)*fen) <= exact * 4e-16 + 1e-9;
}

static Err money_value(Cx *cx, Json **out, const Field *f, const Cell *cell)
{
    Money fen;
    const char *number = cell->kind == CELL_TEXT ? number_typed(cx, f, cell->text) : NULL;
    if (cell->kind == CELL_NUMBER ? !money_of_double(cell->number, &fen)
                                  : !number || !money_parse(number, &fen))
        return fail(cx, INVALID, "", "“%s”应为金额，单位万元，至多 6 位小数，不带符号",
                    "“%s” must be an amount in 万元 with at most 6 decimals, no sign", cell->text);
    *out = text_value(cx, money_text(cx, fen));
    return OK;
}

/* 2023-01-31, 2023/1/31, 2023.1.31, 2023年1月31日, 20230131, a time behind it or not. */
static bool day_typed(Cx *cx, const char *typed, Day *out)
{
    const char *p = fold(cx, typed);
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

static Err text_from_cell(Cx *cx, Json **out, const Field *f, const Cell *cell)
{
    if (cell->kind == CELL_NUMBER && fabs(cell->number) >= 1e15)
        return fail(cx, INVALID, "", "“%s”被当作数字存放，已丢失末几位；请把单元格设为文本再填",
                    "“%s” was kept as a number and lost digits; make the cell text first",
                    cell->text);
    const char *text = cell->text;
    if (f->pattern) { /* digits: forgive blanks and full-width forms */
        text = fold(cx, text);
        char *tight = arena_alloc(cx->arena, strlen(text) + 1);
        for (char *to = tight; *text; text++)
            if (*text != ' ')
                *to++ = *text;
        text = tight;
    } else {
        const char *start = text;
        while (*start == ' ' || *start == '\t')
            start++;
        /* undo the prefix of our own exports */
        text = *start == '\'' && start[1] && strchr("=+-@", start[1]) ? start + 1 : start;
        size_t n = strlen(text);
        while (n && strchr(" \t\r\n", text[n - 1]))
            n--;
        text = arena_text_n(cx->arena, text, n);
    }
    *out = text_value(cx, text);
    return OK;
}

static Err decimal_value(Cx *cx, Json **out, const Field *f, const Cell *cell)
{
    const char *number = number_typed(cx, f, cell->text);
    Decimal d;
    if (!number || !decimal_parse(number, &d) || !decimal_finite(d))
        return fail(cx, INVALID, "", "“%s”应为数字", "“%s” must be a number", cell->text);
    *out = text_value(cx, decimal_text(cx, d));
    return OK;
}

static Err list_value(Cx *cx, Json **out, const Column *c, const Cell *cell)
{
    static const char *const MARKS[] = { "、", "，", "；", ",", ";", "\n", "\r" };
    Json *list = json_new(cx, J_ARRAY, NULL);
    for (const char *p = cell->text; *p;) {
        const char *end = p + strlen(p);
        size_t mark = 0;
        for (size_t i = 0; i < COUNT(MARKS); i++) {
            const char *found = strstr(p, MARKS[i]);
            if (found && found < end) {
                end = found;
                mark = strlen(MARKS[i]);
            }
        }
        Cell word = { CELL_TEXT, 0, arena_text_n(cx->arena, p, (size_t)(end - p)) };
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
    case FIELD_MONEY: return money_value(cx, out, f, cell);
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

Err cell_value(Cx *cx, Json **out, const Column *c, const Cell *cell)
{
    *out = NULL;
    if (cell->kind == CELL_BLANK)
        return OK;
    assert(cell->text);
    if (cell->kind == CELL_BAD)
        return fail(cx, INVALID, "", "单元格的公式出错：%s", "the cell's formula failed: %s",
                    cell->text);
    Json *value;
    TRY(value_read(cx, &value, c, cell));
    value->key = c->field->key;
    *out = value;
    if (c->field->type != FIELD_TEXT && c->field->type != FIELD_INT &&
        c->field->type != FIELD_LIST && c->field->type != FIELD_INSTANT)
        return OK; /* the reading was the check */
    Field table[] = { *c->field, FIELDS_END };
    Json *row = json_new(cx, J_OBJECT, NULL);
    json_append(cx, row, value);
    return field_check(cx, table, row);
}
