#include "rules/builtin.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

static const BuiltinFamily *const families[] = {
    &BUILTIN_CONVERT, &BUILTIN_TEXT, &BUILTIN_NUMBER, &BUILTIN_LIST,
    &BUILTIN_SUM,     &BUILTIN_TIME, &BUILTIN_RANGE,  &BUILTIN_CONTEXT,
};

const Builtin *builtin_at(size_t index)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        if (index < families[i]->count)
            return &families[i]->rows[index];
        index -= families[i]->count;
    }
    return NULL;
}

const Builtin *builtin_find(const char *name)
{
    const Builtin *b;
    for (size_t i = 0; (b = builtin_at(i)); i++)
        if (strcmp(b->name, name) == 0)
            return b;
    return NULL;
}

const Builtin *builtin_next(const Builtin *b)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        const Builtin *end = families[i]->rows + families[i]->count;
        if (b >= families[i]->rows && b + 1 < end)
            return strcmp(b[1].name, b->name) == 0 ? b + 1 : NULL;
    }
    return NULL;
}

size_t builtin_count(const Builtin *b)
{
    size_t n = 0;
    while (n < BUILTIN_PARAMS && b->params[n].name)
        n++;
    return n;
}

size_t builtin_required(const Builtin *b)
{
    size_t required = 0;
    for (size_t i = 0; i < builtin_count(b); i++)
        required += !(b->params[i].kinds & K_OPTIONAL);
    return required;
}

bool list_unknown(Cx *cx, const Values *list, Value *out)
{
    bool any = false;
    for (size_t i = 0; i < list->count; i++)
        if (value_is_unknown(&list->items[i])) {
            *out = any ? value_unknown_both(cx, out, &list->items[i]) : list->items[i];
            any = true;
        }
    if (any)
        out->at = NULL;
    return any;
}

Value list_copy(Cx *cx, const Values *list, size_t room, Value **items)
{
    assert(room >= list->count);
    *items = room ? NEW_N(cx, Value, room) : NULL;
    if (list->count)
        memcpy(*items, list->items, list->count * sizeof **items);
    return value_list(*items, list->count);
}

/* Unknown arguments, or lists with unknown members, of a row that does not look at them. */
static bool unknown_arguments(Cx *cx, const Value *arguments, size_t count, bool members_too,
                              Value *out)
{
    Values all = { arguments, count };
    bool any = list_unknown(cx, &all, out);
    for (size_t i = 0; i < count && members_too; i++) {
        Value members;
        if (arguments[i].kind != VALUE_LIST || !list_unknown(cx, &arguments[i].list, &members))
            continue;
        *out = any ? value_unknown_both(cx, out, &members) : members;
        any = true;
    }
    return any;
}

static bool allowed(const BuiltinParam *p, const Value *v)
{
    return value_is_unknown(v) || (p->kinds & K(v->kind)) != 0 ||
           (value_is_null(v) && (p->kinds & K_OPTIONAL));
}

/* FEEL's implicit conversions, towards what the parameter takes. */
static bool convert(Cx *cx, const BuiltinParam *p, Value *v)
{
    if (allowed(p, v))
        return true;
    if (v->kind == VALUE_LIST && v->list.count == 1 && allowed(p, &v->list.items[0])) {
        *v = v->list.items[0];
        return true;
    }
    if ((p->kinds & K_LIST) && !value_is_null(v)) {
        Value *one = NEW(cx, Value);
        one[0] = *v;
        *v = value_list(one, 1);
        return true;
    }
    return false;
}

static bool takes_any(const Builtin *b)
{
    return b->flags & (BUILTIN_VARIADIC | BUILTIN_SPREAD);
}

/* f(1, 2) as f([1, 2]). */
static Value as_list(const Builtin *b, const Value *arguments, size_t given)
{
    bool whole = b->flags & BUILTIN_VARIADIC && given == 1 &&
                 (arguments[0].kind == VALUE_LIST || value_is_unknown(&arguments[0]));
    return whole ? arguments[0] : value_list(arguments, given);
}

static bool fits_row(Cx *cx, const Builtin *b, Value *arguments, size_t given, bool converting)
{
    size_t count = builtin_count(b);
    if (given > count || given < builtin_required(b))
        return false;
    for (size_t i = 0; i < given; i++)
        if (!(converting ? convert(cx, &b->params[i], &arguments[i])
                         : allowed(&b->params[i], &arguments[i])))
            return false;
    return true;
}

bool run_walk_below(Run *run, const Value *v)
{
    int64_t left = run->limits.steps - run->steps;
    int64_t weight = left > 0 ? (int64_t)value_weight(v, (size_t)left) : 0;
    assert(weight >= 0);
    run->steps += weight;
    if (weight >= left)
        run->stopped = true;
    return !run->stopped;
}

enum { READ_BYTES = 4 }; /* of a text, read character by character for the price of one step */

static Value run_row(Run *run, const Builtin *b, const Value *arguments, size_t count)
{
    Value out;
    bool members = !(b->flags & BUILTIN_MEMBERS);
    if (!(b->flags & BUILTIN_LENIENT) &&
        unknown_arguments(run->cx, arguments, count, members, &out))
        return out;
    run->steps += 1;
    for (size_t i = 0; i < count; i++) { /* what a function may walk over counts */
        if (arguments[i].kind == VALUE_LIST)
            run->steps += (int64_t)arguments[i].list.count;
        if (arguments[i].kind == VALUE_STRING)
            run->steps += (int64_t)(arguments[i].text.length / READ_BYTES);
        if (b->flags & BUILTIN_DEEP && !run_walk(run, &arguments[i]))
            return value_null();
    }
    return run_spend(run, 0) ? b->call(run, arguments) : value_null();
}

static Value misfit(Cx *cx, const Builtin *b, const Value *arguments, size_t given)
{
    for (size_t i = 0; i < given; i++) /* a cause is passed on */
        if (value_is_null(&arguments[i]) && arguments[i].cause)
            return arguments[i];
    Buf text = BUF(cx);
    for (size_t i = 0; i < given; i++)
        buf_format(&text, "%s%s", i ? ", " : "", value_brief(cx, &arguments[i]));
    return value_null_because(cx, "%s(%s)：参数不合", "%s(%s): the arguments do not fit", b->name,
                              buf_text(&text));
}

static bool same_names(const Builtin *a, const Builtin *b)
{
    bool same = builtin_count(a) == builtin_count(b);
    for (size_t i = 0; same && i < builtin_count(a); i++)
        same = strcmp(a->params[i].name, b->params[i].name) == 0;
    return same;
}

Value builtin_call(Run *run, const Builtin *b, const Value *arguments, size_t given, bool named)
{
    if (takes_any(b)) {
        Value *copy = NEW_N(run->cx, Value, given);
        memcpy(copy, arguments, given * sizeof *copy);
        Value list = as_list(b, copy, given);
        return run_row(run, b, &list, 1);
    }
    for (int converting = 0; converting < 2; converting++)
        for (const Builtin *row = b; row; row = builtin_next(row)) {
            Value bound[BUILTIN_PARAMS] = { { .kind = VALUE_NULL } };
            if (given > BUILTIN_PARAMS)
                break;
            if (named && !same_names(b, row))
                continue;
            if (given)
                memcpy(bound, arguments, given * sizeof *bound);
            if (fits_row(run->cx, row, bound, given, converting))
                return run_row(run, row, bound, builtin_count(row));
        }
    Value unknown;
    Values all = { arguments, given };
    if (list_unknown(run->cx, &all, &unknown))
        return unknown;
    return misfit(run->cx, b, arguments, given);
}

static Value call_value(Run *run, const Function *self, const Value *arguments, size_t count)
{
    return builtin_call(run, self->data, arguments, count, false);
}

Value builtin_value(Cx *cx, const Builtin *b)
{
    size_t count = builtin_count(b);
    Param *params = NEW_N(cx, Param, count);
    for (size_t i = 0; i < count; i++)
        params[i] = (Param){ b->params[i].name, NULL };
    Function *f = NEW(cx, Function);
    *f = (Function){
        .name = b->name, .params = params, .count = count, .call = call_value, .data = b
    };
    return value_function(f);
}

static const char *kinds_text(Cx *cx, unsigned kinds)
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
    unsigned some = kinds & K_SOME & ~(1u << VALUE_UNKNOWN);
    if (some == (K_SOME & ~(1u << VALUE_UNKNOWN)))
        return "Any";
    Buf b = BUF(cx);
    for (size_t i = VALUE_BOOLEAN; i < COUNT(names); i++)
        if (kinds & 1u << i)
            buf_format(&b, "%s%s", b.length ? " | " : "", names[i]);
    return buf_text(&b);
}

bool feel_builtin(Cx *cx, BuiltinHelp *out, size_t index)
{
    const Builtin *b = builtin_at(index);
    if (!b)
        return false;
    Buf text = BUF(cx);
    for (size_t i = 0; i < builtin_count(b); i++)
        buf_format(&text, "%s%s%s: %s", i ? ", " : "", b->params[i].name,
                   b->params[i].kinds & K_OPTIONAL ? "?" : "", kinds_text(cx, b->params[i].kinds));
    *out = (BuiltinHelp){ b->name, buf_text(&text), b->zh, b->en };
    return true;
}
