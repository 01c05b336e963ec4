/* Calls, function definitions, loops and types. */
#include "rules/builtin.h"
#include "rules/parse.h"

#include <assert.h>
#include <string.h>

#define CALL_ARGUMENTS 64

typedef struct Arguments {
    Node *nodes[CALL_ARGUMENTS];
    const char *names[CALL_ARGUMENTS];
    size_t count;
    bool named;
} Arguments;

static Err parse_arguments(Parser *p, Arguments *a)
{
    bool outer = p->range_end;
    p->range_end = false;
    *a = (Arguments){ .count = 0 };
    a->named = lex_peek_label(p);
    while (!lex_sign(p, ")")) {
        if (a->count > 0 && !lex_sign(p, ","))
            return parse_fail(p, p->at, "参数之间需要「,」", "\",\" is needed between arguments");
        if (a->count == CALL_ARGUMENTS)
            return parse_fail(p, p->at, "参数过多", "too many arguments");
        if (a->named) {
            TRY(lex_label(p, &a->names[a->count], ":,()"));
            if (!lex_sign(p, ":"))
                return parse_fail(p, p->at, "参数名后需要「:」", "\":\" is needed");
        }
        TRY(parse_unary_range(p, &a->nodes[a->count]));
        if (!a->nodes[a->count])
            TRY(parse_expression(p, &a->nodes[a->count]));
        a->count++;
    }
    p->range_end = outer;
    return OK;
}

static bool takes_any(const Builtin *b)
{
    return b->flags & (BUILTIN_VARIADIC | BUILTIN_SPREAD);
}

static int param_index(const Builtin *b, const char *name)
{
    assert(name);
    for (size_t i = 0; i < builtin_count(b); i++)
        if (strcmp(b->params[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool fits(const Builtin *b, const Arguments *a)
{
    if (!a->named)
        return takes_any(b) ? a->count > 0
                            : a->count <= builtin_count(b) && a->count >= builtin_required(b);
    size_t required = 0;
    for (size_t i = 0; i < a->count; i++) {
        int at = param_index(b, a->names[i]);
        if (at < 0)
            return false;
        required += !(b->params[at].kinds & K_OPTIONAL);
    }
    return required == builtin_required(b);
}

static Err builtin_node(Parser *p, Node **out, const Builtin *b, const Arguments *a,
                        const char *start)
{
    assert(b);
    const Builtin *row = b;
    while (row && !fits(row, a))
        row = builtin_next(row);
    if (!row)
        return parse_fail(p, start, "参数的个数或名称不合", "wrong number or names of arguments");
    size_t count = a->named ? builtin_count(row) : a->count;
    Node *n = node_new(p, NODE_BUILTIN, start,
                       row->result == TYPE_ANY ? NULL : type_simple(row->result), count);
    for (size_t i = 0; i < a->count; i++)
        n->kids[a->named ? (size_t)param_index(row, a->names[i]) : i] = a->nodes[i];
    n->builtin = row;
    n->flag = a->named;
    *out = n;
    return OK;
}

Err parse_call(Parser *p, Node **out, Node *function, const Builtin *builtin, const char *start)
{
    assert(function || builtin);
    Arguments a;
    TRY(parse_arguments(p, &a));
    if (builtin)
        return builtin_node(p, out, builtin, &a, start);
    const Type *t = function->type;
    const Type *result = t && t->kind == TYPE_FUNCTION ? t->of : NULL;
    Node *n = node_new(p, NODE_CALL, start, result, a.count + 1);
    n->kids[0] = function;
    if (a.count)
        memcpy(n->kids + 1, a.nodes, a.count * sizeof *a.nodes);
    if (a.named) {
        const char **names = NEW_N(p->cx, const char *, a.count);
        memcpy(names, a.names, a.count * sizeof *names);
        n->names = names;
    }
    *out = n;
    return OK;
}

static Err parse_params(Parser *p, Param *params, size_t *count)
{
    *count = 0;
    if (!lex_sign(p, "("))
        return parse_fail(p, p->at, "需要「(」", "\"(\" is needed");
    while (!lex_sign(p, ")")) {
        if (*count > 0 && !lex_sign(p, ","))
            return parse_fail(p, p->at, "参数之间需要「,」", "\",\" is needed between parameters");
        if (*count == CALL_ARGUMENTS)
            return parse_fail(p, p->at, "参数过多", "too many parameters");
        Param *one = &params[(*count)++];
        *one = (Param){ NULL, NULL };
        TRY(lex_label(p, &one->name, ":,()"));
        if (lex_sign(p, ":"))
            TRY(parse_type(p, &one->type));
    }
    return OK;
}

static Lambda *lambda_new(Parser *p, const Param *params, size_t count)
{
    assert(params || count == 0);
    Lambda *l = NEW(p->cx, Lambda);
    Param *copy = NEW_N(p->cx, Param, count);
    memcpy(copy, params, count * sizeof *copy);
    l->params = copy;
    l->count = count;
    l->feel = p->feel;
    return l;
}

static const Type *function_type(Parser *p, const Lambda *l)
{
    Type *t = NEW(p->cx, Type);
    TypeField *fields = NEW_N(p->cx, TypeField, l->count);
    for (size_t i = 0; i < l->count; i++)
        fields[i] = (TypeField){ l->params[i].name, l->params[i].type };
    *t = (Type){ .kind = TYPE_FUNCTION, .fields = fields, .count = l->count };
    t->of = l->body ? l->body->type : NULL;
    return t;
}

Err parse_function(Parser *p, Node **out)
{
    Param params[CALL_ARGUMENTS];
    size_t count;
    lex_skip(p);
    const char *start = p->at;
    lex_word(p, "function");
    TRY(parse_params(p, params, &count));
    Lambda *l = lambda_new(p, params, count);
    Fn inner = { .outer = p->fn };
    bool range_end = p->range_end;
    p->fn = &inner;
    p->range_end = false;
    for (size_t i = 0; i < count; i++)
        scope_bind(p, params[i].name, params[i].type);
    bool external = lex_word(p, "external");
    Node *body;
    Err e = parse_expression(p, &body);
    p->fn = inner.outer;
    p->range_end = range_end;
    TRY(e);
    l->body = external ? NULL : body;
    l->captures = inner.captures;
    l->capture_count = inner.capture_count;
    l->locals = inner.locals;
    *out = node_new(p, NODE_FUNCTION, start, function_type(p, l), 0);
    (*out)->lambda = l;
    return OK;
}

static const Type *domain_type(const Node *domain)
{
    const Type *t = domain->type;
    if (t && t->kind == TYPE_RANGE)
        return t->of;
    return t && t->kind == TYPE_LIST ? t->of : t;
}

/* "v in domain" or "i in 1..3". */
static Err parse_domain(Parser *p, Node **out)
{
    lex_skip(p);
    const char *start = p->at;
    TRY(parse_expression(p, out));
    if (!lex_sign(p, ".."))
        return OK;
    Node *n = node_new(p, NODE_RANGE, start, NULL, 2);
    Type *t = NEW(p->cx, Type);
    *t = (Type){ .kind = TYPE_RANGE, .of = (*out)->type };
    n->type = t;
    n->kids[0] = *out;
    TRY(parse_expression(p, &n->kids[1]));
    n->low_closed = n->high_closed = n->flag = true;
    *out = n;
    return OK;
}

Err parse_loop(Parser *p, Node **out, NodeKind kind, const char *start)
{
    assert(kind == NODE_FOR || kind == NODE_SOME || kind == NODE_EVERY);
    Node *domains[CALL_ARGUMENTS], *body;
    uint32_t slots[CALL_ARGUMENTS];
    size_t count = 0, from = p->fn->count;
    bool partial = false;
    do {
        const char *name;
        if (count == CALL_ARGUMENTS)
            return parse_fail(p, p->at, "循环变量过多", "too many variables");
        TRY(lex_label(p, &name, "i,(){}[]:="));
        if (!lex_word(p, "in"))
            return parse_fail(p, p->at, "需要 in", "\"in\" is needed");
        TRY(parse_domain(p, &domains[count]));
        slots[count] = scope_bind(p, name, domain_type(domains[count]))->slot;
        count++;
    } while (lex_sign(p, ","));
    if (!lex_word(p, kind == NODE_FOR ? "return" : "satisfies"))
        return parse_fail(p, p->at, "需要 return 或 satisfies",
                          "\"return\" or \"satisfies\" is needed");
    uint32_t partial_slot = 0;
    if (kind == NODE_FOR) {
        Binding *b = scope_bind(p, "partial", NULL);
        b->used = &partial;
        partial_slot = b->slot;
    }
    TRY(parse_expression(p, &body));
    p->fn->count = from;
    const Type *type = kind == NODE_FOR ? type_list(p->cx, body->type) : type_simple(TYPE_BOOLEAN);
    Node *n = node_new(p, kind, start, type, count * 2 + 1);
    for (size_t i = 0; i < count; i++) {
        n->kids[i] = domains[i];
        n->kids[count + 1 + i] = node_new(p, NODE_LOCAL, start, NULL, 0);
        n->kids[count + 1 + i]->slot = slots[i];
    }
    n->kids[count] = body;
    n->count = (uint32_t)count;
    n->slot = partial_slot;
    n->flag = partial;
    *out = n;
    return OK;
}

static Err parse_type_fields(Parser *p, Type *t, bool named)
{
    TypeField fields[CALL_ARGUMENTS] = { { "", NULL } };
    while (!lex_sign(p, ">")) {
        if (t->count > 0 && !lex_sign(p, ","))
            return parse_fail(p, p->at, "需要「,」或「>」", "\",\" or \">\" is needed");
        if (t->count == CALL_ARGUMENTS)
            return parse_fail(p, p->at, "字段过多", "too many fields");
        TypeField *f = &fields[t->count++];
        *f = (TypeField){ "", NULL };
        if (named) {
            TRY(lex_label(p, &f->name, ":,<>"));
            if (!lex_sign(p, ":"))
                return parse_fail(p, p->at, "需要「:」", "\":\" is needed");
        }
        TRY(parse_type(p, &f->type));
    }
    TypeField *copy = NEW_N(p->cx, TypeField, t->count);
    memcpy(copy, fields, t->count * sizeof *copy);
    t->fields = copy;
    return OK;
}

static const Type *named_type(Parser *p)
{
    const char *best = p->at;
    const Type *found = NULL;
    for (size_t i = 0; p->scope && i < p->scope->type_count; i++) {
        const char *end = lex_match(p->at, p->scope->types[i].name);
        if (end && end > best) {
            best = end;
            found = p->scope->types[i].type ? p->scope->types[i].type : type_simple(TYPE_ANY);
        }
    }
    static const char *const names[] = {
        "Any",
        "Null",
        "boolean",
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "dateTime",
        "days and time duration",
        "dayTimeDuration",
        "years and months duration",
        "yearMonthDuration",
        "list",
        "context",
        "range",
        "function",
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *end = lex_match(p->at, names[i]);
        if (end && end > best) {
            best = end;
            found = type_by_name(names[i]);
        }
    }
    p->at = best;
    return found;
}

static Err parse_type_of(Parser *p, Type *t)
{
    if (t->kind == TYPE_CONTEXT)
        return parse_type_fields(p, t, true);
    if (t->kind == TYPE_FUNCTION) {
        TRY(parse_type_fields(p, t, false));
        if (!lex_sign(p, "->"))
            return parse_fail(p, p->at, "需要「->」", "\"->\" is needed");
        return parse_type(p, &t->of);
    }
    TRY(parse_type(p, &t->of));
    if (!lex_sign(p, ">"))
        return parse_fail(p, p->at, "需要「>」", "\">\" is needed");
    return OK;
}

Err parse_type(Parser *p, const Type **out)
{
    if (++p->depth > PARSE_DEPTH)
        return parse_fail(p, p->at, "类型嵌套过深", "the type is nested too deeply");
    if (lex_peek_word(p, "feel") && lex_word(p, "feel"))
        lex_sign(p, ":");
    lex_skip(p);
    const char *start = p->at;
    const Type *base = named_type(p);
    if (!base)
        return parse_fail(p, start, "没有这个类型", "no such type");
    *out = base;
    bool built_in = base == type_simple(base->kind);
    bool open = built_in && (base->kind == TYPE_LIST || base->kind == TYPE_CONTEXT ||
                             base->kind == TYPE_RANGE || base->kind == TYPE_FUNCTION);
    if (open && lex_sign(p, "<")) {
        Type *t = NEW(p->cx, Type);
        *t = *base;
        TRY(parse_type_of(p, t));
        *out = t;
    }
    p->depth--;
    return OK;
}
