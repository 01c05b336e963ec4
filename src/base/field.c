#include "base/field.h"

#include "base/date.h"
#include "base/money.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char FIELD_DAMAGED[] = "（数据损坏）";

const Field *field_find(const Field *fields, const char *key)
{
    for (; fields->type != FIELD_END; fields++)
        if (strcmp(fields->key, key) == 0)
            return fields;
    return NULL;
}

const Option *option_find(const Option *options, const char *key)
{
    for (; options->key; options++)
        if (strcmp(options->key, key) == 0)
            return options;
    return NULL;
}

unsigned option_bit(const Option *options, const char *key)
{
    for (unsigned i = 0; key != NULL && options[i].key != NULL; i++)
        if (strcmp(options[i].key, key) == 0)
            return 1u << i;
    return 0;
}

static bool amount_in(const char *unit, const Json *j, int64_t *fen)
{
    int64_t one = money_fen(unit);
    if (j->type == J_TEXT)
        return money_parse_in(j->text, unit, fen);
    if (j->type == J_INT)
        return j->integer >= 0 && j->integer <= MONEY_MAX / one &&
               !__builtin_mul_overflow(j->integer, one, fen);
    if (j->type != J_REAL || j->real < 0 || j->real > (double)(MONEY_MAX / one))
        return false;
    Decimal amount = decimal_abs(decimal_from_double(j->real));
    return decimal_to_int(decimal_mul(amount, decimal_from_int(one)), fen);
}

bool field_amount(const Field *f, const Json *j, int64_t *fen)
{
    assert(f->type == FIELD_MONEY);
    return amount_in(f->unit, j, fen);
}

bool field_money(const Json *j, int64_t *fen)
{
    return amount_in(NULL, j, fen);
}

/* "digits:9|12": digits only, as many as one of the numbers says. */
static bool matches(const char *pattern, const char *text)
{
    if (!pattern)
        return true;
    assert(strncmp(pattern, "digits:", 7) == 0);
    size_t length = strlen(text);
    if (strspn(text, "0123456789") != length)
        return false;
    for (const char *p = pattern + 7; *p;) {
        char *end;
        if (strtoul(p, &end, 10) == length)
            return true;
        p = *end ? end + 1 : end;
    }
    return false;
}

static Err check_text(Cx *cx, const Field *f, const Json *j, const char *at)
{
    if (j->type != J_TEXT)
        return fail(cx, INVALID, at, "应为文字", "must be text");
    if (!matches(f->pattern, j->text))
        return fail(cx, INVALID, at, "“%s”应为 %s 位数字", "“%s” must have %s digits", j->text,
                    f->pattern + strlen("digits:"));
    int64_t length = (int64_t)text_count(j->text);
    if (length < f->min && length == 0)
        return fail(cx, INVALID, at, "不能为空", "must not be empty");
    if (length < f->min)
        return fail(cx, INVALID, at, "只有 %lld 个字，至少 %lld 个",
                    "has %lld characters, at least %lld", (long long)length, (long long)f->min);
    if (f->max && length > f->max)
        return fail(cx, INVALID, at, "有 %lld 个字，最多 %lld 个",
                    "has %lld characters, at most %lld", (long long)length, (long long)f->max);
    return OK;
}

static Err check_option(Cx *cx, const Field *f, const Json *j, const char *at)
{
    if (j->type == J_TEXT && option_find(f->options, j->text))
        return OK;
    Buf names = BUF(cx), keys = BUF(cx);
    for (const Option *o = f->options; o->key; o++) {
        buf_format(&names, "%s%s", o == f->options ? "" : "、", text_or(o->zh, o->key));
        buf_format(&keys, "%s%s", o == f->options ? "" : ", ", o->key);
    }
    return fail(cx, INVALID, at, "应为以下之一：%s%.0s", "must be one of: %.0s%s", buf_text(&names),
                buf_text(&keys));
}

static Err check_int(Cx *cx, const Field *f, const Json *j, const char *at)
{
    long long is = j->type == J_INT ? (long long)j->integer : 0;
    if (j->type != J_INT)
        return fail(cx, INVALID, at, "应为整数，不带小数点和指数",
                    "must be an integer without point or exponent");
    if (!f->max && is < f->min)
        return fail(cx, INVALID, at, "不能小于 %lld，现为 %lld", "must be at least %lld, is %lld",
                    (long long)f->min, is);
    if (f->max && (is < f->min || is > f->max))
        return fail(cx, INVALID, at, "应在 %lld 至 %lld 之间，现为 %lld",
                    "must lie within %lld to %lld, is %lld", (long long)f->min, (long long)f->max,
                    is);
    return OK;
}

static Err check_scalar(Cx *cx, const Field *f, const Json *j, const char *at)
{
    Day day;
    int64_t i;
    Decimal d;
    switch (f->type) {
    case FIELD_TEXT: return check_text(cx, f, j, at);
    case FIELD_ENUM: return check_option(cx, f, j, at);
    case FIELD_INT: return check_int(cx, f, j, at);
    case FIELD_BOOL:
        return j->type == J_BOOL
                   ? OK
                   : fail(cx, INVALID, at, "应为 true 或 false", "must be true or false");
    case FIELD_MONEY:
        return field_amount(f, j, &i)
                   ? OK
                   : fail(cx, INVALID, at, "应为%s金额：至多 %d 位整数、%d 位小数，不带符号",
                          "must be an amount in %s: at most %d digits and %d decimals, no sign",
                          text_or(f->unit, "万元"), money_digits(f->unit), money_places(f->unit));
    case FIELD_DATE:
        return j->type == J_TEXT && day_parse(j->text, &day)
                   ? OK
                   : fail(cx, INVALID, at, "应为真实日期 YYYY-MM-DD（1900–2200 年）",
                          "must be a real day YYYY-MM-DD in 1900–2200");
    case FIELD_INSTANT:
        return j->type == J_TEXT && instant_parse(j->text, &i)
                   ? OK
                   : fail(cx, INVALID, at, "应为时间，如 2022-12-10T23:59:59+08:00",
                          "must be a time such as 2022-12-10T23:59:59+08:00");
    case FIELD_DECIMAL:
        return j->type == J_TEXT && decimal_parse(j->text, &d)
                   ? OK
                   : fail(cx, INVALID, at, "应为十进制数（文字）",
                          "must be a decimal number as text");
    case FIELD_OBJECT:
    case FIELD_LIST:
    case FIELD_END: break;
    }
    assert(false); /* OBJECT and LIST are no scalars */
    return INTERNAL;
}

static Err check_value(Cx *cx, const Field *f, const Json *j, const char *at);

static Err check_object(Cx *cx, const Field *fields, const Json *j, const char *at)
{
    if (j->type != J_OBJECT)
        return fail(cx, INVALID, at, "应为对象", "must be an object");
    for (size_t i = 0; i < j->count; i++) {
        const char *below = json_pointer(cx, at, j->items[i]->key);
        const Field *f = field_find(fields, j->items[i]->key);
        if (!f)
            return fail(cx, INVALID, below, "没有这个字段", "is not a field");
        TRY(check_value(cx, f, j->items[i], below));
    }
    for (const Field *f = fields; f->type != FIELD_END; f++)
        if (f->flags & (FIELD_REQUIRED | FIELD_PRESENT) && !json_get(j, f->key))
            return fail(cx, INVALID, json_pointer(cx, at, f->key), "必须填写", "is required");
    return OK;
}

Field field_map_value(const Field *map)
{
    bool number = text_same(map->of, FIELD_OF_INT);
    return (Field){ .key = map->key,
                    .type = map->options ? FIELD_ENUM
                            : number     ? FIELD_INT
                                         : FIELD_TEXT,
                    .min = map->min,
                    .max = map->max,
                    .options = map->options };
}

static Err check_map(Cx *cx, const Field *f, const Json *j, const char *at)
{
    if (j->type != J_OBJECT)
        return fail(cx, INVALID, at, "应为对象", "must be an object");
    const Field value = field_map_value(f);
    for (size_t i = 0; i < j->count; i++) {
        const char *below = json_pointer(cx, at, j->items[i]->key);
        if (!matches(f->pattern, j->items[i]->key))
            return fail(cx, INVALID, below, "名称应为 %s 位数字", "its name must have %s digits",
                        f->pattern + strlen("digits:"));
        TRY(check_scalar(cx, &value, j->items[i], below));
    }
    return OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp((*(const Json *const *)a)->text, (*(const Json *const *)b)->text);
}

/* Fails with the place of the later of two items whose key is the same. */
static Err twice(Cx *cx, const Field *key, const Json *list, const Json *one, const char *at)
{
    size_t i = list->count - 1;
    while (!text_same(json_get(list->items[i], key->key)->text, one->text))
        i--;
    return fail(cx, INVALID, json_pointer(cx, json_pointer_at(cx, at, i), key->key), "%s “%s”重复",
                "%s “%s” stands twice", key->key, one->text);
}

/* The KEY of a list's items must be unique; its values were checked to be text. */
static Err check_unique(Cx *cx, const Field *f, const Json *list, const char *at)
{
    const Field *key = f->fields;
    while (key->type != FIELD_END && !(key->flags & FIELD_KEY))
        key++;
    if (key->type == FIELD_END || list->count < 2)
        return OK;
    const Json **keys = NEW_N(cx, const Json *, list->count);
    for (size_t i = 0; i < list->count; i++)
        keys[i] = json_get(list->items[i], key->key);
    qsort(keys, list->count, sizeof *keys, by_text);
    for (size_t i = 1; i < list->count; i++)
        if (strcmp(keys[i - 1]->text, keys[i]->text) == 0)
            return twice(cx, key, list, keys[i], at);
    return OK;
}

static Err check_list(Cx *cx, const Field *f, const Json *j, const char *at)
{
    if (j->type != J_ARRAY)
        return fail(cx, INVALID, at, "应为列表", "must be a list");
    Field word = { .key = f->key,
                   .type = f->options ? FIELD_ENUM : FIELD_TEXT,
                   .options = f->options,
                   .pattern = f->pattern };
    for (size_t i = 0; i < j->count; i++) {
        const char *below = json_pointer_at(cx, at, i);
        if (f->fields)
            TRY(check_object(cx, f->fields, j->items[i], below));
        else
            TRY(check_scalar(cx, &word, j->items[i], below));
    }
    return f->fields ? check_unique(cx, f, j, at) : OK;
}

static Err check_value(Cx *cx, const Field *f, const Json *j, const char *at)
{
    if (j->type == J_NULL) {
        if (f->flags & (FIELD_REQUIRED | FIELD_NOT_NULL))
            return fail(cx, INVALID, at, "不能为 null", "must not be null");
        return OK;
    }
    if (f->type == FIELD_OBJECT)
        return f->fields ? check_object(cx, f->fields, j, at) : check_map(cx, f, j, at);
    if (f->type == FIELD_LIST)
        return check_list(cx, f, j, at);
    return check_scalar(cx, f, j, at);
}

Err field_check(Cx *cx, const Field *fields, const Json *document)
{
    return check_object(cx, fields, document, "");
}

static void set_value(void *row, const Field *f, const Json *j)
{
    bool known = j->type != J_NULL;
    if (field_is_text(f)) {
        *field_text(f, row) = known ? j->text : NULL;
        return;
    }
    int64_t *value = field_int(f, row);
    *value = UNSET;
    if (!known)
        return;
    switch (f->type) {
    case FIELD_INT: *value = j->integer; break;
    case FIELD_BOOL: *value = j->boolean; break;
    case FIELD_MONEY: field_amount(f, j, value); break;
    case FIELD_DATE: day_parse(j->text, value); break;
    case FIELD_INSTANT: instant_parse(j->text, value); break;
    default: assert(false); /* a document, not a column */
    }
}

/* A form gives back what it was shown: stars are no value, and must not take a value's place. */
static Err check_mask(Cx *cx, bool *kept, const Field *f, const void *row, const Json *j,
                      const char *at)
{
    *kept = false;
    if (!(f->flags & FIELD_MASKED) || j->type != J_TEXT)
        return OK;
    const char *now = *field_text(f, (void *)(uintptr_t)row);
    *kept = now && strcmp(mask_text(cx, now), j->text) == 0;
    if (!*kept && (strchr(j->text, '*') || strcmp(j->text, FIELD_DAMAGED) == 0))
        return fail(cx, INVALID, at, "“%s”是遮蔽后的内容，请填写完整的%s%.0s",
                    "“%s” is masked; give the whole %.0s%s", j->text, f->zh, f->en);
    return OK;
}

Err field_read(Cx *cx, void *row, const Field *fields, const Json *object, const char *at)
{
    if (object->type != J_OBJECT)
        return fail(cx, INVALID, at, "应为对象", "must be an object");
    for (size_t i = 0; i < object->count; i++) {
        const Json *j = object->items[i];
        const char *below = json_pointer(cx, at, j->key);
        const Field *f = field_find(fields, j->key);
        if (!f)
            return fail(cx, INVALID, below, "没有这个字段", "is not a field");
        if (f->flags & (FIELD_READONLY | FIELD_VIRTUAL))
            return fail(cx, INVALID, below, "由系统填写，不能改", "is set by the system");
        bool kept;
        TRY(check_mask(cx, &kept, f, row, j, below));
        if (kept)
            continue;
        TRY(check_value(cx, f, j, below));
        set_value(row, f, j);
    }
    return OK;
}

Err field_read_new(Cx *cx, void *row, const Field *fields, const Json *object, const char *at)
{
    TRY(field_read(cx, row, fields, object, at));
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!(f->flags & FIELD_REQUIRED) || f->flags & (FIELD_READONLY | FIELD_VIRTUAL))
            continue;
        if (field_is_text(f) ? !*field_text(f, row) : *field_int(f, row) == UNSET)
            return fail(cx, INVALID, json_pointer(cx, at, f->key), "请填写%s%.0s",
                        "%.0s%s is required", f->zh, f->en);
    }
    return OK;
}

void field_clear(void *row, const Field *fields)
{
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (field_is_text(f))
            *field_text(f, row) = NULL;
        else
            *field_int(f, row) = UNSET;
    }
}

static void write_int(Cx *cx, JsonOut *o, const Field *f, int64_t value)
{
    if (value == UNSET) {
        json_put_null(o, f->key);
        return;
    }
    switch (f->type) {
    case FIELD_BOOL: json_put_bool(o, f->key, value != 0); break;
    case FIELD_MONEY: json_put_text(o, f->key, money_text_in(cx, value, f->unit)); break;
    case FIELD_DATE: json_put_text(o, f->key, day_text(cx, value)); break;
    case FIELD_INSTANT: json_put_text(o, f->key, instant_text(cx, value)); break;
    default: json_put_int(o, f->key, value);
    }
}

void field_write(Cx *cx, JsonOut *o, const Field *fields, const void *row, bool reveal)
{
    void *at = (void *)(uintptr_t)row;
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (f->flags & FIELD_SECRET)
            continue;
        if (!field_is_text(f)) {
            write_int(cx, o, f, *field_int(f, at));
            continue;
        }
        const char *text = *field_text(f, at);
        json_put_text(o, f->key,
                      text && f->flags & FIELD_MASKED && !reveal ? mask_text(cx, text) : text);
    }
}

static size_t leading_digits(const char *text)
{
    return strspn(text, "0123456789");
}

const char *mask_text(Cx *cx, const char *text)
{
    if (text == FIELD_DAMAGED)
        return text;
    size_t length = strlen(text), digits = leading_digits(text);
    bool last_x = digits == 17 && length == 18 && (text[17] == 'X' || text[17] == 'x');
    if ((digits == 18 && length == 18) || last_x)
        return arena_format(cx->arena, "%.3s***********%s", text, text + 14);
    if (digits == 11 && length == 11 && text[0] == '1')
        return arena_format(cx->arena, "%.3s****%s", text, text + 7);
    if (digits == length && length > 4)
        return arena_format(cx->arena, "****%s", text + length - 4);
    const char *rest = text;
    if (!text_next(&rest))
        return text;
    Buf b = BUF(cx);
    buf_add_n(&b, text, (size_t)(rest - text));
    while (text_next(&rest))
        buf_char(&b, '*');
    return buf_text(&b);
}
