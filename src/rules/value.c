#include "rules/value.h"

#include "base/text.h"
#include "rules/moment.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Value value_null(void)
{
    return (Value){ .kind = VALUE_NULL };
}

static const char *format_in(Cx *cx, const char *format, va_list args)
{
    char small[256];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    assert(length >= 0);
    char *text = arena_text(cx->arena, small);
    if ((size_t)length >= sizeof small) {
        text = arena_alloc(cx->arena, (size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return text;
}

Value value_null_because(Cx *cx, const char *zh, const char *en, ...)
{
    Cause *cause = NEW(cx, Cause);
    va_list args;
    va_start(args, en);
    cause->zh = format_in(cx, zh, args);
    va_end(args);
    va_start(args, en);
    cause->en = format_in(cx, en, args);
    va_end(args);
    return (Value){ .kind = VALUE_NULL, .cause = cause };
}

Value value_unknown(Cx *cx, const char *pointer)
{
    assert(pointer);
    Causes *causes = NEW(cx, Causes);
    *causes = (Causes){ .pointer = pointer };
    return (Value){ .kind = VALUE_UNKNOWN, .causes = causes };
}

Value value_unknown_both(Cx *cx, const Value *a, const Value *b)
{
    bool left = value_is_unknown(a);
    assert(left || value_is_unknown(b));
    const Causes *causes = left ? a->causes : b->causes;
    if (left && value_is_unknown(b) && a->causes != b->causes) {
        Causes *both = NEW(cx, Causes);
        *both = (Causes){ NULL, a->causes, b->causes };
        causes = both;
    }
    return (Value){ .kind = VALUE_UNKNOWN, .causes = causes };
}

Value value_boolean(bool b)
{
    return (Value){ .kind = VALUE_BOOLEAN, .boolean = b };
}

Value value_number(Decimal d)
{
    return (Value){ .kind = VALUE_NUMBER, .number = d };
}

Value value_int(int64_t i)
{
    return value_number(decimal_from_int(i));
}

Value value_text(const char *text)
{
    assert(text);
    return value_text_n(text, strlen(text));
}

Value value_text_n(const char *text, size_t length)
{
    assert(text);
    return (Value){ .kind = VALUE_STRING, .text = { text, length } };
}

Value value_date(Date d)
{
    return (Value){ .kind = VALUE_DATE, .date = d };
}

Value value_list(const Value *items, size_t count)
{
    assert(items || count == 0);
    return (Value){ .kind = VALUE_LIST, .list = { items, count } };
}

Value value_context(Cx *cx, const Entry *entries, size_t count)
{
    assert(entries || count == 0);
    Context *c = NEW(cx, Context);
    *c = (Context){ entries, count };
    return (Value){ .kind = VALUE_CONTEXT, .context = c };
}

Value value_range(Cx *cx, const Range *range)
{
    assert(range);
    Range *copy = NEW(cx, Range);
    *copy = *range;
    return (Value){ .kind = VALUE_RANGE, .range = copy };
}

Value value_function(const Function *f)
{
    assert(f && f->call);
    return (Value){ .kind = VALUE_FUNCTION, .function = f };
}

const Value *context_get(const Context *c, const char *key)
{
    assert(key);
    for (size_t i = 0; i < c->count; i++)
        if (c->entries[i].key == key || strcmp(c->entries[i].key, key) == 0)
            return &c->entries[i].value;
    return NULL;
}

/* Folds one more pair into an "and" over pairs; false ends it. */
static bool fold_equal(Cx *cx, Value *all, const Value *a, const Value *b)
{
    Value one = value_equal(cx, a, b);
    if (value_is_unknown(&one))
        *all = value_unknown_both(cx, all, &one);
    else if (!value_is_true(&one))
        *all = value_boolean(false);
    return !value_is_false(all);
}

static Value list_equal(Cx *cx, const Values *a, const Values *b)
{
    Value all = value_boolean(a->count == b->count);
    for (size_t i = 0; i < a->count && !value_is_false(&all); i++)
        if (!fold_equal(cx, &all, &a->items[i], &b->items[i]))
            break;
    return all;
}

static Value context_equal(Cx *cx, const Context *a, const Context *b)
{
    Value all = value_boolean(a->count == b->count);
    for (size_t i = 0; i < a->count && !value_is_false(&all); i++) {
        const Value *other = context_get(b, a->entries[i].key);
        if (!other)
            return value_boolean(false);
        if (!fold_equal(cx, &all, &a->entries[i].value, other))
            break;
    }
    return all;
}

static Value range_equal(Cx *cx, const Range *a, const Range *b)
{
    Value all = value_boolean(a->low_closed == b->low_closed && a->high_closed == b->high_closed &&
                              a->negated == b->negated);
    /* What a test says of its one end, (< 10) or (= 10), is no interval of two. */
    if (a->unary != b->unary)
        return value_boolean(false);
    if (!value_is_false(&all) && fold_equal(cx, &all, &a->low, &b->low))
        fold_equal(cx, &all, &a->high, &b->high);
    return all;
}

static const char *kind_text(Kind kind)
{
    static const char *const names[] = {
        "null",
        "unknown",
        "boolean",
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
        "list",
        "context",
        "range",
        "function",
    };
    assert((size_t)kind < COUNT(names));
    return names[kind];
}

Value value_equal(Cx *cx, const Value *a, const Value *b)
{
    if (value_is_unknown(a) || value_is_unknown(b))
        return value_unknown_both(cx, a, b);
    if (value_is_null(a) || value_is_null(b))
        return value_boolean(a->kind == b->kind);
    if (a->kind != b->kind)
        return value_null_because(cx, "%s 与 %s 不能比较", "%s and %s cannot be compared",
                                  kind_text(a->kind), kind_text(b->kind));
    switch (a->kind) {
    case VALUE_BOOLEAN: return value_boolean(a->boolean == b->boolean);
    case VALUE_NUMBER: return value_boolean(decimal_cmp(a->number, b->number) == 0);
    case VALUE_STRING:
        return value_boolean(a->text.length == b->text.length &&
                             memcmp(a->text.bytes, b->text.bytes, a->text.length) == 0);
    case VALUE_LIST: return list_equal(cx, &a->list, &b->list);
    case VALUE_CONTEXT: return context_equal(cx, a->context, b->context);
    case VALUE_RANGE: return range_equal(cx, a->range, b->range);
    case VALUE_FUNCTION: return value_boolean(a->function == b->function);
    case VALUE_TIME:
    case VALUE_DATE_TIME: return value_boolean(moment_equal(a->moment, b->moment));
    default: {
        int order;
        return value_boolean(value_order(a, b, &order) && order == 0);
    }
    }
}

#define WEIGHT_DEPTH 200

static size_t weight_below(const Value *v, size_t most, int depth)
{
    bool list = v->kind == VALUE_LIST, context = v->kind == VALUE_CONTEXT;
    size_t weight = 1, count = list ? v->list.count : context ? v->context->count : 0;
    if (v->kind == VALUE_STRING)
        weight += v->text.length / VALUE_TEXT_STEP;
    if (depth > WEIGHT_DEPTH)
        return most;
    for (size_t i = 0; i < count && weight < most; i++) {
        const Value *part = list ? &v->list.items[i] : &v->context->entries[i].value;
        weight += weight_below(part, most - weight, depth + 1);
    }
    return weight;
}

size_t value_weight(const Value *v, size_t most)
{
    return weight_below(v, most, 0);
}

static uint64_t hash_bytes(const void *bytes, size_t length)
{
    const unsigned char *p = bytes;
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    return h ^ h >> 29;
}

/* Both ends of a long text stand for it: whoever looks up compares the whole anyhow. */
static uint64_t hash_text(const Text *t)
{
    enum { END = 64 };
    if (t->length <= 2 * END)
        return hash_bytes(t->bytes, t->length);
    return hash_bytes(t->bytes, END) ^ hash_bytes(t->bytes + t->length - END, END) * 31;
}

bool value_hash(const Value *v, uint64_t *out)
{
    double rounded;
    int64_t n[2] = { v->kind, 0 };
    switch (v->kind) {
    case VALUE_NULL: break;
    case VALUE_BOOLEAN: n[1] = v->boolean; break;
    case VALUE_DATE: n[1] = date_day(v->date); break;
    case VALUE_MONTHS: n[1] = v->months; break;
    case VALUE_DAYS: n[1] = v->days.seconds; break;
    case VALUE_TIME:
    case VALUE_DATE_TIME: n[1] = moment_seconds(v->moment); break;
    case VALUE_NUMBER: /* 1.0 and 1.00 are one number, and round to one double */
        rounded = decimal_sign(v->number) == 0 ? 0 : decimal_to_double(v->number);
        memcpy(&n[1], &rounded, sizeof rounded);
        break;
    case VALUE_STRING: *out = hash_text(&v->text); return true;
    default: return false;
    }
    *out = hash_bytes(n, sizeof n);
    return true;
}

static bool list_same(const Values *a, const Values *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!value_same(&a->items[i], &b->items[i]))
            return false;
    return true;
}

static bool context_same(const Context *a, const Context *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const Value *other = context_get(b, a->entries[i].key);
        if (!other || !value_same(&a->entries[i].value, other))
            return false;
    }
    return true;
}

static bool causes_same(const Causes *a, const Causes *b)
{
    while (a != b && !a->pointer && !b->pointer) {
        if (!causes_same(a->right, b->right))
            return false;
        a = a->left;
        b = b->left;
    }
    return a == b || (a->pointer && b->pointer && strcmp(a->pointer, b->pointer) == 0);
}

bool value_same(const Value *a, const Value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NULL: return true;
    case VALUE_UNKNOWN: return causes_same(a->causes, b->causes);
    case VALUE_BOOLEAN: return a->boolean == b->boolean;
    case VALUE_STRING:
        return a->text.length == b->text.length &&
               memcmp(a->text.bytes, b->text.bytes, a->text.length) == 0;
    case VALUE_LIST: return list_same(&a->list, &b->list);
    case VALUE_CONTEXT: return context_same(a->context, b->context);
    case VALUE_RANGE:
        return a->range->low_closed == b->range->low_closed &&
               a->range->high_closed == b->range->high_closed &&
               a->range->unary == b->range->unary && a->range->negated == b->range->negated &&
               value_same(&a->range->low, &b->range->low) &&
               value_same(&a->range->high, &b->range->high);
    case VALUE_FUNCTION: return a->function == b->function;
    case VALUE_TIME:
    case VALUE_DATE_TIME: return moment_same(a->moment, b->moment);
    default: {
        int order;
        return value_order(a, b, &order) && order == 0;
    }
    }
}

static int sign_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int text_order(const Text *a, const Text *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->bytes, b->bytes, shorter);
    return order ? (order > 0) - (order < 0) : sign_of((int64_t)a->length, (int64_t)b->length);
}

bool value_order(const Value *a, const Value *b, int *order)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NUMBER: *order = decimal_cmp(a->number, b->number); return true;
    case VALUE_STRING: *order = text_order(&a->text, &b->text); return true;
    case VALUE_DATE: *order = date_cmp(a->date, b->date); return true;
    case VALUE_TIME:
    case VALUE_DATE_TIME: return moment_order(a->moment, b->moment, order);
    case VALUE_DAYS:
        *order = sign_of(a->days.seconds, b->days.seconds);
        if (*order == 0)
            *order = sign_of(a->days.nanos, b->days.nanos);
        return true;
    case VALUE_MONTHS: *order = sign_of(a->months, b->months); return true;
    default: return false;
    }
}

/* Is v on the right side of one end? sign: -1 below it, 1 above it. */
static Value on_side(Cx *cx, const Value *v, const Value *end, int sign, bool closed, bool unary)
{
    assert(sign == 1 || sign == -1);
    int order;
    if (value_is_unknown(end))
        return *end;
    if (value_is_null(end) && unary)
        return value_boolean(true);
    if (!value_order(v, end, &order))
        return value_null_because(cx, "%s 与区间的端点 %s 不能比较",
                                  "%s cannot be compared with the end %s of the range",
                                  value_brief(cx, v), value_brief(cx, end));
    return value_boolean(order == sign || (closed && order == 0));
}

Value value_in_range(Cx *cx, const Value *v, const Range *r)
{
    if (value_is_unknown(v))
        return *v;
    if (r->negated) {
        Value equal = value_equal(cx, v, &r->low);
        return equal.kind == VALUE_BOOLEAN ? value_boolean(!equal.boolean) : equal;
    }
    Value low = on_side(cx, v, &r->low, 1, r->low_closed, r->unary);
    Value high = on_side(cx, v, &r->high, -1, r->high_closed, r->unary);
    if (value_is_false(&low) || value_is_false(&high))
        return value_is_null(&low) ? low : value_is_null(&high) ? high : value_boolean(false);
    if (value_is_unknown(&low) || value_is_unknown(&high))
        return value_unknown_both(cx, &low, &high);
    return value_is_null(&low) ? low : high;
}
