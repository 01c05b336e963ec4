#include "rules/bind.h"

#include "base/date.h"
#include "base/money.h"

#include <assert.h>
#include <string.h>

/* A pointer, "/" and one more token; bound values have thousands, so no format. */
static const char *below(Cx *cx, const char *at, const char *key)
{
    if (strpbrk(key, "~/"))
        return json_pointer(cx, at, key);
    size_t a = strlen(at), k = strlen(key);
    char *out = arena_alloc(cx->arena, a + k + 2);
    memcpy(out, at, a);
    out[a] = '/';
    memcpy(out + a + 1, key, k + 1);
    return out;
}

static const char *below_index(Cx *cx, const char *at, size_t index)
{
    char digits[24];
    char *p = digits + sizeof digits - 1;
    *p = '\0';
    do {
        *--p = (char)('0' + index % 10);
        index /= 10;
    } while (index);
    return below(cx, at, p);
}

static Value bind_object(Cx *cx, const Field *fields, const Json *object, const char *at);

static Value bind_text(const char *text, const Option *options)
{
    if (!options)
        return value_text(text);
    const Option *o = option_find(options, text);
    assert(o);
    return value_text(o->zh);
}

static Value bind_date(const char *text)
{
    Day day = 0;
    bool real = day_parse(text, &day);
    assert(real);
    (void)real;
    Civil c = civil_from_day(day);
    return value_date((Date){ (int32_t)c.year, (uint8_t)c.month, (uint8_t)c.day });
}

static Value bind_list(Cx *cx, const Field *f, const Json *j, const char *at)
{
    Value *items = NEW_N(cx, Value, j->count);
    for (size_t i = 0; i < j->count; i++) {
        const char *own = below_index(cx, at, i);
        items[i] = f->fields ? bind_object(cx, f->fields, j->items[i], own)
                             : bind_text(j->items[i]->text, f->options);
        items[i].at = own;
    }
    return value_list(items, j->count);
}

static Value bind_map(Cx *cx, const Field *f, const Json *j, const char *at)
{
    const bool number = field_map_value(f).type == FIELD_INT;
    Entry *entries = NEW_N(cx, Entry, j->count);
    for (size_t i = 0; i < j->count; i++) {
        const Json *one = j->items[i];
        entries[i] = (Entry){ one->key,
                              number ? value_int(one->integer) : bind_text(one->text, f->options) };
        entries[i].value.at = below(cx, at, j->items[i]->key);
    }
    return value_context(cx, entries, j->count);
}

static Value bind_known(Cx *cx, const Field *f, const Json *j, const char *at)
{
    Money fen = 0;
    switch (f->type) {
    case FIELD_INT: return value_int(j->integer);
    case FIELD_BOOL: return value_boolean(j->boolean);
    case FIELD_MONEY: {
        bool exact = field_amount(f, j, &fen);
        assert(exact);
        (void)exact;
        return value_number(money_decimal_in(fen, f->unit));
    }
    case FIELD_DATE: return bind_date(j->text);
    case FIELD_ENUM: return bind_text(j->text, f->options);
    case FIELD_LIST: return bind_list(cx, f, j, at);
    case FIELD_OBJECT:
        return f->fields ? bind_object(cx, f->fields, j, at) : bind_map(cx, f, j, at);
    case FIELD_DECIMAL: {
        Decimal d = { 0 };
        bool number = decimal_parse(j->text, &d);
        assert(number);
        (void)number;
        return value_number(d);
    }
    case FIELD_TEXT:
    case FIELD_INSTANT: return value_text(j->text);
    case FIELD_END: break;
    }
    assert(!"a field of a document");
    return value_null();
}

static Value bind_value(Cx *cx, const Field *f, const Json *j, const char *at)
{
    Value v;
    if (!json_missing(j))
        v = bind_known(cx, f, j, at);
    else if (f->flags & FIELD_EMPTY)
        v = f->type == FIELD_LIST ? value_list(NULL, 0) : value_context(cx, NULL, 0);
    else
        v = value_unknown(cx, at);
    v.at = at;
    return v;
}

static size_t field_count(const Field *fields)
{
    size_t n = 0;
    while (fields[n].type != FIELD_END)
        n++;
    return n;
}

static Value bind_object(Cx *cx, const Field *fields, const Json *object, const char *at)
{
    size_t n = field_count(fields);
    Entry *entries = NEW_N(cx, Entry, n);
    for (size_t i = 0; i < n; i++) {
        const Json *j = json_get(object, fields[i].key);
        entries[i].key = fields[i].zh;
        entries[i].value = bind_value(cx, &fields[i], j, below(cx, at, fields[i].key));
    }
    return value_context(cx, entries, n);
}

Value bind_document(Cx *cx, const Field *fields, const Json *document, const char *prefix)
{
    return bind_object(cx, fields, document, prefix);
}

const Type *bind_field_type(Cx *cx, const Field *f)
{
    switch (f->type) {
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_DECIMAL: return type_simple(TYPE_NUMBER);
    case FIELD_BOOL: return type_simple(TYPE_BOOLEAN);
    case FIELD_DATE: return type_simple(TYPE_DATE);
    case FIELD_TEXT:
    case FIELD_ENUM:
    case FIELD_INSTANT: return type_simple(TYPE_STRING);
    case FIELD_LIST:
        return type_list(cx, f->fields ? bind_type(cx, f->fields) : type_simple(TYPE_STRING));
    case FIELD_OBJECT: return f->fields ? bind_type(cx, f->fields) : type_simple(TYPE_CONTEXT);
    case FIELD_END: break;
    }
    return NULL;
}

const Type *bind_type(Cx *cx, const Field *fields)
{
    size_t n = field_count(fields);
    TypeField *of = NEW_N(cx, TypeField, n);
    for (size_t i = 0; i < n; i++)
        of[i] = (TypeField){ fields[i].zh, bind_field_type(cx, &fields[i]) };
    Type *type = NEW(cx, Type);
    *type = (Type){ .kind = TYPE_CONTEXT, .closed = true, .fields = of, .count = n };
    return type;
}

Value bind_expected(Cx *cx, const Value *map, const char *key)
{
    if (map->kind != VALUE_CONTEXT || context_get(map->context, key))
        return *map;
    const Context *from = map->context;
    Entry *entries = NEW_N(cx, Entry, from->count + 1);
    if (from->count)
        memcpy(entries, from->entries, from->count * sizeof *entries);
    entries[from->count] = (Entry){ key, value_unknown(cx, below(cx, map->at, key)) };
    Value v = value_context(cx, entries, from->count + 1);
    v.at = map->at;
    return v;
}

Value bind_replace(Cx *cx, const Value *context, const char *key, Value value)
{
    assert(context->kind == VALUE_CONTEXT);
    const Context *from = context->context;
    Entry *entries = NEW_N(cx, Entry, from->count);
    for (size_t i = 0; i < from->count; i++)
        entries[i] =
            strcmp(from->entries[i].key, key) == 0 ? (Entry){ key, value } : from->entries[i];
    Value v = value_context(cx, entries, from->count);
    v.at = context->at;
    return v;
}
