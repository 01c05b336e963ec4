#include "policy/register/condition_parts.h"

#include "base/date.h"
#include "base/money.h"
#include "rules/bind.h"
#include "rules/lint.h"

#include <assert.h>
#include <string.h>

/* --- names --- */

static size_t field_count(const Field *fields)
{
    size_t n = 0;
    while (fields[n].type != FIELD_END)
        n++;
    return n;
}

/* A link as a value of its own says nothing that could be compared: whether there is one, alone. */
static const Type *field_type(Cx *cx, const Field *f)
{
    bool number = f->link && !field_is_text(f);
    return number ? type_simple(TYPE_CONTEXT) : bind_field_type(cx, f);
}

static const Type *linked_type(Cx *cx, const Field *fields)
{
    size_t count = field_count(fields), n = 0;
    TypeField *of = NEW_N(cx, TypeField, count + 1);
    for (size_t i = 0; i < count; i++)
        if (row_field_named(&fields[i]))
            of[n++] = (TypeField){ fields[i].zh, field_type(cx, &fields[i]) };
    Type *t = NEW(cx, Type);
    *t = (Type){ .kind = TYPE_CONTEXT, .closed = true, .fields = of, .count = n };
    return t;
}

static size_t link_of(const RowShape *shape, const Field *f)
{
    size_t i = 0;
    while (shape->links[i].from && strcmp(shape->links[i].from, f->key) != 0)
        i++;
    return i;
}

static size_t counts_of(const RowShape *shape)
{
    size_t n = 0;
    while (shape->counts && shape->counts[n])
        n++;
    return n;
}

typedef struct RowNaming {
    Name *names;
    RowName *meant;
    size_t count;
} RowNaming;

static void name_add(RowNaming *n, const char *name, const Type *type, RowName meant)
{
    n->names[n->count] = (Name){ name, type };
    n->meant[n->count++] = meant;
}

static void name_all(Cx *cx, RowFeel *f)
{
    const RowShape *s = &f->shape;
    size_t fields = field_count(s->fields), counts = counts_of(s);
    RowNaming n = { NEW_N(cx, Name, fields + counts + 1), NEW_N(cx, RowName, fields + counts + 1),
                    0 };
    for (size_t i = 0; i < fields; i++) {
        const Field *field = &s->fields[i];
        if (!row_field_named(field))
            continue;
        const RowLink *link = &s->links[link_of(s, field)];
        if (link->from)
            name_add(&n, field->zh, linked_type(cx, link->fields), (RowName){ field, link, 0 });
        else
            name_add(&n, field->zh, field_type(cx, field), (RowName){ field, NULL, 0 });
    }
    for (size_t i = 0; i < counts; i++)
        name_add(&n, s->counts[i], type_simple(TYPE_NUMBER), (RowName){ NULL, NULL, i + 1 });
    name_add(&n, ROW_PARAMETERS, NULL, (RowName){ NULL, NULL, 0 });
    f->names = n.meant;
    f->scope = (Scope){ .names = n.names, .count = n.count };
}

/* --- compiling --- */

static Err prove_types(Cx *cx, const Feel *feel)
{
    static const char *const KNOWN[] = { ROW_PARAMETERS, NULL };
    Lints lints = feel_lint(cx, feel, KNOWN);
    for (size_t i = 0; i < lints.count; i++)
        if (!lints.at[i].note)
            return fail(
                cx, INVALID,
                arena_format(cx->arena, "%u:%u", lints.at[i].span.line, lints.at[i].span.column),
                "%s%.0s", "%.0s%s", lints.at[i].zh, lints.at[i].en);
    const Type *t = feel_result(feel);
    if (t && t->kind != TYPE_BOOLEAN)
        return fail(cx, INVALID, "1:1", "“%s”的结果不是“是”或“否”", "“%s” gives no yes or no",
                    feel_source(feel));
    return OK;
}

Err row_feel_compile(Cx *cx, const RowFeel **out, const char *text, const RowShape *shape)
{
    RowFeel *f = NEW(cx, RowFeel);
    f->shape = *shape;
    name_all(cx, f);
    TRY(feel_compile(cx, &f->feel, text, &f->scope));
    TRY(prove_types(cx, f->feel));
    TRY(row_feel_units(cx, f));
    *out = f;
    return OK;
}

bool row_feel_reads(const RowFeel *f, const char *key)
{
    for (size_t i = 0; i < f->scope.count; i++)
        if (f->names[i].field && strcmp(f->names[i].field->key, key) == 0)
            return feel_reads(f->feel, i);
    return false;
}

/* --- running --- */

static Value date_value(Day day)
{
    Civil c = civil_from_day(day);
    return value_date((Date){ (int32_t)c.year, (uint8_t)c.month, (uint8_t)c.day });
}

static Value text_value(const Field *f, const char *text)
{
    Decimal d;
    if (f->type == FIELD_DECIMAL)
        return decimal_parse(text, &d) ? value_number(d) : value_null();
    const Option *o = f->options ? option_find(f->options, text) : NULL;
    return value_text(o ? o->zh : text);
}

static Value number_value(Cx *cx, const Field *f, int64_t n)
{
    if (f->link) /* there is one: nothing else is asked of it */
        return value_context(cx, NULL, 0);
    switch (f->type) {
    case FIELD_BOOL: return value_boolean(n != 0);
    case FIELD_DATE: return date_value(n);
    case FIELD_MONEY: return value_number(money_decimal_in(n, f->unit));
    default: return value_int(n);
    }
}

/* at: what a missing value is called. */
static Value field_value(Cx *cx, const Field *f, const void *row, const char *at)
{
    void *from = (void *)(uintptr_t)row;
    if (field_is_text(f)) {
        const char *text = row ? *field_text(f, from) : NULL;
        return text && text != FIELD_DAMAGED ? text_value(f, text) : value_unknown(cx, at);
    }
    int64_t n = row ? *field_int(f, from) : UNSET;
    return n == UNSET ? value_unknown(cx, at) : number_value(cx, f, n);
}

static Value linked_value(Cx *cx, const RowName *name, const void *row, const void *linked)
{
    void *from = (void *)(uintptr_t)row;
    const Field *fields = name->link->fields;
    if (*field_int(name->field, from) == UNSET)
        return value_unknown(cx, name->field->key);
    size_t count = field_count(fields), n = 0;
    Entry *entries = NEW_N(cx, Entry, count + 1);
    for (size_t i = 0; i < count; i++)
        if (row_field_named(&fields[i]))
            entries[n++] =
                (Entry){ fields[i].zh, field_value(cx, &fields[i], linked,
                                                   arena_format(cx->arena, "%s/%s",
                                                                name->field->key, fields[i].key)) };
    return value_context(cx, entries, n);
}

/* Unknown where the row lacks what its neighbours would share with it. */
static Value count_value(Cx *cx, const RowFeel *f, const RowName *name, const RowValues *values)
{
    int64_t n = values->counts[name->count - 1];
    return n == UNSET ? value_unknown(cx, f->shape.counts[name->count - 1]) : value_int(n);
}

static Value slot_value(Cx *cx, const RowFeel *f, size_t slot, const RowValues *values)
{
    const RowName *name = &f->names[slot];
    if (name->count)
        return count_value(cx, f, name, values);
    if (!name->field)
        return f->shape.parameters ? *f->shape.parameters : value_context(cx, NULL, 0);
    if (name->link)
        return linked_value(cx, name, values->row, values->linked[name->link - f->shape.links]);
    return field_value(cx, name->field, values->row, name->field->key);
}

Err row_feel_run(Cx *cx, RowTruth *out, const char *const **missing, const RowFeel *f,
                 const RowValues *values)
{
    static const char *const NONE[] = { NULL };
    Value v, *frame = NEW_N(cx, Value, f->scope.count + 1);
    Run run = feel_run(cx);
    for (size_t i = 0; i < f->scope.count; i++)
        if (feel_reads(f->feel, i))
            frame[i] = slot_value(cx, f, i, values);
    TRY(feel_evaluate(&run, &v, f->feel, frame));
    *out = v.kind != VALUE_BOOLEAN ? ROW_OPEN : v.boolean ? ROW_YES : ROW_NO;
    *missing = value_is_unknown(&v) ? causes_list(cx, v.causes, NULL) : NONE;
    return OK;
}
