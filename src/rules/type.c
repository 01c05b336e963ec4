#include "rules/type.h"

#include "base/text.h"
#include "rules/moment.h"

#include <assert.h>
#include <string.h>

/* In the order of TypeKind. */
static const struct {
    const char *name;
    Kind value;
} kinds[] = {
    { "Any", VALUE_NULL },
    { "Null", VALUE_NULL },
    { "boolean", VALUE_BOOLEAN },
    { "number", VALUE_NUMBER },
    { "string", VALUE_STRING },
    { "date", VALUE_DATE },
    { "time", VALUE_TIME },
    { "date and time", VALUE_DATE_TIME },
    { "days and time duration", VALUE_DAYS },
    { "years and months duration", VALUE_MONTHS },
    { "list", VALUE_LIST },
    { "context", VALUE_CONTEXT },
    { "range", VALUE_RANGE },
    { "function", VALUE_FUNCTION },
};

static const Type simple[] = {
    { .kind = TYPE_ANY },    { .kind = TYPE_NULL },      { .kind = TYPE_BOOLEAN },
    { .kind = TYPE_NUMBER }, { .kind = TYPE_STRING },    { .kind = TYPE_DATE },
    { .kind = TYPE_TIME },   { .kind = TYPE_DATE_TIME }, { .kind = TYPE_DAYS },
    { .kind = TYPE_MONTHS }, { .kind = TYPE_LIST },      { .kind = TYPE_CONTEXT },
    { .kind = TYPE_RANGE },  { .kind = TYPE_FUNCTION },
};

const Type *type_simple(TypeKind kind)
{
    assert((size_t)kind < COUNT(simple) && simple[kind].kind == kind);
    return &simple[kind];
}

const Type *type_by_name(const char *name)
{
    static const struct {
        const char *name;
        TypeKind kind;
    } others[] = {
        { "dateTime", TYPE_DATE_TIME },
        { "dayTimeDuration", TYPE_DAYS },
        { "yearMonthDuration", TYPE_MONTHS },
        { "any", TYPE_ANY },
    };
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &simple[i];
    for (size_t i = 0; i < COUNT(others); i++)
        if (strcmp(others[i].name, name) == 0)
            return &simple[others[i].kind];
    return NULL;
}

const Type *type_list(Cx *cx, const Type *of)
{
    Type *t = NEW(cx, Type);
    *t = (Type){ .kind = TYPE_LIST, .of = of };
    return t;
}

const TypeField *type_field(const Type *context, const char *name)
{
    assert(context && name);
    for (size_t i = 0; i < context->count; i++)
        if (strcmp(context->fields[i].name, name) == 0)
            return &context->fields[i];
    return NULL;
}

static void put(Buf *b, const Type *t);

static void put_fields(Buf *b, const Type *t, bool named)
{
    for (size_t i = 0; i < t->count; i++) {
        buf_add(b, i ? ", " : "");
        if (named)
            buf_format(b, "%s: ", t->fields[i].name);
        put(b, t->fields[i].type);
    }
}

static void put(Buf *b, const Type *t)
{
    if (!t) {
        buf_add(b, "Any");
        return;
    }
    buf_add(b, t->name ? t->name : kinds[t->kind].name);
    if (t->name || (!t->of && t->count == 0))
        return;
    buf_char(b, '<');
    put_fields(b, t, t->kind == TYPE_CONTEXT);
    if (t->kind == TYPE_FUNCTION)
        buf_add(b, "> -> ");
    if (t->of || t->kind == TYPE_FUNCTION)
        put(b, t->of);
    if (t->kind != TYPE_FUNCTION)
        buf_char(b, '>');
}

const char *type_text(Cx *cx, const Type *t)
{
    Buf b = BUF(cx);
    put(&b, t);
    return buf_text(&b);
}

static bool is_any(const Type *t)
{
    return !t || t->kind == TYPE_ANY;
}

static bool function_conforms(const Type *a, const Type *b)
{
    if (!b->of && b->count == 0)
        return true;
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) /* parameters the other way round */
        if (!type_conforms(b->fields[i].type, a->fields[i].type))
            return false;
    return type_conforms(a->of, b->of);
}

bool type_conforms(const Type *a, const Type *b)
{
    if (is_any(b) || a == b)
        return true;
    if (is_any(a))
        return false;
    if (a->kind == TYPE_NULL)
        return true;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TYPE_LIST:
    case TYPE_RANGE: return is_any(b->of) || type_conforms(a->of, b->of);
    case TYPE_FUNCTION: return function_conforms(a, b);
    case TYPE_CONTEXT:
        for (size_t i = 0; i < b->count; i++) {
            const TypeField *f = type_field(a, b->fields[i].name);
            if (!f || !type_conforms(f->type, b->fields[i].type))
                return false;
        }
        return true;
    default: return true;
    }
}

/* As a part of something, null belongs everywhere. */
static bool part_has_type(const Value *v, const Type *t)
{
    return value_is_null(v) || value_has_type(v, t);
}

static bool function_has_type(const Function *f, const Type *t)
{
    if (!t->of && t->count == 0)
        return true;
    if (f->count != t->count)
        return false;
    for (size_t i = 0; i < f->count; i++)
        if (!is_any(f->params[i].type) && !type_conforms(t->fields[i].type, f->params[i].type))
            return false;
    return is_any(t->of) || is_any(f->result) || type_conforms(f->result, t->of);
}

static bool range_has_type(const Range *r, const Type *t)
{
    if (is_any(t->of))
        return true;
    if (value_is_null(&r->low) && value_is_null(&r->high))
        return false;
    return part_has_type(&r->low, t->of) && part_has_type(&r->high, t->of);
}

bool value_has_type(const Value *v, const Type *t)
{
    if (value_is_unknown(v))
        return true;
    if (value_is_null(v))
        return t && t->kind == TYPE_NULL;
    if (is_any(t))
        return true;
    if (t->kind == TYPE_NULL || kinds[t->kind].value != v->kind)
        return false;
    switch (t->kind) {
    case TYPE_LIST:
        for (size_t i = 0; i < v->list.count && !is_any(t->of); i++)
            if (!part_has_type(&v->list.items[i], t->of))
                return false;
        return true;
    case TYPE_CONTEXT:
        for (size_t i = 0; i < t->count; i++) {
            const Value *part = context_get(v->context, t->fields[i].name);
            if (!part || !part_has_type(part, t->fields[i].type))
                return false;
        }
        return true;
    case TYPE_RANGE: return range_has_type(v->range, t);
    case TYPE_FUNCTION: return function_has_type(v->function, t);
    default: return true;
    }
}

static Value midnight(Cx *cx, Date d)
{
    Moment *m = NEW(cx, Moment);
    *m = (Moment){ .date = d, .zoned = true };
    return (Value){ .kind = VALUE_DATE_TIME, .moment = m };
}

Value value_coerce(Cx *cx, const Value *v, const Type *t)
{
    if (is_any(t) || value_is_null(v) || value_has_type(v, t))
        return *v;
    if (v->kind == VALUE_DATE && t->kind == TYPE_DATE_TIME)
        return midnight(cx, v->date);
    if (v->kind == VALUE_LIST && v->list.count == 1 && t->kind != TYPE_LIST &&
        value_has_type(&v->list.items[0], t))
        return v->list.items[0];
    if (t->kind == TYPE_LIST && v->kind != VALUE_LIST && value_has_type(v, t->of)) {
        Value *items = NEW(cx, Value);
        items[0] = *v;
        return value_list(items, 1);
    }
    return value_null_because(cx, "%s 不是 %s", "%s is no %s", value_brief(cx, v),
                              type_text(cx, t));
}
