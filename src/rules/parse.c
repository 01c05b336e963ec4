/* Expressions, from the loosest binding to the tightest: or, and, comparison, + -, * /, **, minus,
 * instance of, path and filter and call, and what stands alone.
 */
#include "rules/parse.h"
#include "rules/builtin.h"

#include <assert.h>
#include <string.h>

static Err enter(Parser *p)
{
    if (++p->depth > PARSE_DEPTH || ++p->work > PARSE_WORK)
        return parse_fail(p, p->at, "表达式嵌套过深", "the expression is nested too deeply");
    return OK;
}

static Node *binary(Parser *p, NodeKind kind, const char *start, Node *a, Node *b, const Type *type)
{
    assert(a && b);
    Node *n = node_new(p, kind, start, type, 2);
    n->kids[0] = a;
    n->kids[1] = b;
    return n;
}

static const char *start_of(const Parser *p, const Node *n)
{
    assert(n);
    return p->source + n->span.start;
}

static const Type *boolean_type(void)
{
    return type_simple(TYPE_BOOLEAN);
}

static Err parse_range(Parser *p, Node **out, Node *low, bool closed, const char *start)
{
    assert(low);
    bool outer = p->range_end;
    Node *high;
    p->range_end = true;
    TRY(parse_expression(p, &high));
    p->range_end = outer;
    bool high_closed = lex_sign(p, "]");
    if (!high_closed && !lex_sign(p, ")") && !lex_sign(p, "["))
        return parse_fail(p, p->at, "区间没有结束", "the range is not closed");
    *out = binary(p, NODE_RANGE, start, low, high, type_simple(TYPE_RANGE));
    (*out)->low_closed = closed;
    (*out)->high_closed = high_closed;
    return OK;
}

/* An item of a list: an expression or "< 10". */
static Err parse_item(Parser *p, Node **out)
{
    TRY(parse_unary_range(p, out));
    return *out ? OK : parse_expression(p, out);
}

static const Type *common_type(const Type *a, const Type *b)
{
    if (!a || !b)
        return NULL;
    if (type_conforms(b, a))
        return a;
    return type_conforms(a, b) ? b : NULL;
}

static Node *list_node(Parser *p, Node **items, size_t count, const char *start)
{
    assert(items || count == 0);
    Node *n = node_new(p, NODE_LIST, start, NULL, count);
    const Type *of = count ? items[0]->type : NULL;
    for (size_t i = 0; i < count; i++) {
        n->kids[i] = items[i];
        of = common_type(of, items[i]->type);
    }
    n->type = type_list(p->cx, of);
    return n;
}

/* Behind "[": a list or a range. */
static Err parse_bracket(Parser *p, Node **out, const char *start)
{
    Nodes items = { NULL, 0, 0 };
    bool outer = p->range_end;
    p->range_end = false;
    while (!lex_sign(p, "]")) {
        Node *item;
        if (items.count > 0 && !lex_sign(p, ","))
            return parse_fail(p, p->at, "列表中需要「,」或「]」", "\",\" or \"]\" is needed");
        TRY(parse_item(p, &item));
        if (items.count == 0 && lex_sign(p, "..")) {
            TRY(parse_range(p, out, item, true, start));
            p->range_end = outer;
            return OK;
        }
        nodes_add(p, &items, item);
    }
    p->range_end = outer;
    *out = list_node(p, items.items, items.count, start);
    return OK;
}

/* Behind "(": a parenthesis, a range that leaves out its start, or "(< 10)". */
static Err parse_paren(Parser *p, Node **out, const char *start)
{
    bool outer = p->range_end;
    p->range_end = false;
    TRY(parse_item(p, out));
    p->range_end = outer;
    if (lex_sign(p, ".."))
        return parse_range(p, out, *out, false, start);
    if (!lex_sign(p, ")"))
        return parse_fail(p, p->at, "需要「)」", "\")\" is needed");
    (*out)->span = lex_span(p, start);
    return OK;
}

static Err context_key(Parser *p, const char **out)
{
    size_t n;
    lex_skip(p);
    if (lex_char(p->at, &n) == '"') {
        Text text;
        TRY(lex_string(p, &text));
        *out = text.bytes;
    } else {
        TRY(lex_label(p, out, ":,{}"));
    }
    if (!lex_sign(p, ":"))
        return parse_fail(p, p->at, "名称后需要「:」", "\":\" is needed behind the name");
    return OK;
}

static bool has_binding(const Fn *fn, size_t from, const char *name)
{
    for (size_t i = from; i < fn->count; i++)
        if (strcmp(fn->bindings[i].name, name) == 0)
            return true;
    return false;
}

static const Type *context_type(Parser *p, const Binding *bindings, Node **values, size_t count)
{
    Type *t = NEW(p->cx, Type);
    TypeField *fields = NEW_N(p->cx, TypeField, count);
    for (size_t i = 0; i < count; i++)
        fields[i] = (TypeField){ bindings[i].name, values[i]->type };
    *t = (Type){ .kind = TYPE_CONTEXT, .fields = fields, .count = count };
    return t;
}

/* Behind "{". An entry's name is known in those behind it. */
static Err parse_context(Parser *p, Node **out, const char *start)
{
    Nodes values = { NULL, 0, 0 };
    size_t from = p->fn->count;
    Nodes slots = { NULL, 0, 0 };
    bool outer = p->range_end;
    p->range_end = false;
    while (!lex_sign(p, "}")) {
        const char *key, *at;
        Node *value;
        if (values.count > 0 && !lex_sign(p, ","))
            return parse_fail(p, p->at, "上下文中需要「,」或「}」", "\",\" or \"}\" is needed");
        lex_skip(p);
        at = p->at;
        TRY(context_key(p, &key));
        if (has_binding(p->fn, from, key))
            return parse_fail(p, at, "这个名称出现了两次", "the name stands twice");
        TRY(parse_expression(p, &value));
        scope_pool(p, key);
        Binding *b = scope_bind(p, key, value->type);
        Node *slot = node_new(p, NODE_LOCAL, at, value->type, 0);
        slot->slot = b->slot;
        nodes_add(p, &values, value);
        nodes_add(p, &slots, slot);
    }
    p->range_end = outer;
    size_t count = values.count;
    Node *n = node_new(p, NODE_CONTEXT, start, NULL, count * 2);
    const char **names = NEW_N(p->cx, const char *, count);
    const Binding *bindings = count ? &p->fn->bindings[from] : NULL;
    for (size_t i = 0; i < count; i++) {
        names[i] = bindings[i].name;
        n->kids[i] = values.items[i];
        n->kids[count + i] = slots.items[i];
    }
    n->names = names;
    n->type = context_type(p, bindings, values.items, count);
    p->fn->count = from;
    *out = n;
    return OK;
}

static Node *const_node(Parser *p, const char *start, Value value, const Type *type)
{
    Node *n = node_new(p, NODE_CONST, start, type, 0);
    n->value = value;
    if (value_is_null(&value) && value.cause) { /* of a literal that is no date */
        Cause *cause = NEW(p->cx, Cause);
        *cause = (Cause){ value.cause->zh, value.cause->en, n->span.line, n->span.column };
        n->value.cause = cause;
    }
    return n;
}

static const Type *value_type(const Value *v)
{
    static const TypeKind kinds[] = { [VALUE_DATE] = TYPE_DATE,
                                      [VALUE_TIME] = TYPE_TIME,
                                      [VALUE_DATE_TIME] = TYPE_DATE_TIME,
                                      [VALUE_DAYS] = TYPE_DAYS,
                                      [VALUE_MONTHS] = TYPE_MONTHS };
    return v->kind < COUNT(kinds) && kinds[v->kind] ? type_simple(kinds[v->kind]) : NULL;
}

/* @"2022-12-10": whichever of the four it is. */
static Value at_literal(Cx *cx, const char *text)
{
    const char *body = *text == '-' ? text + 1 : text;
    if (*body == 'P')
        return feel_duration(cx, text);
    if (strchr(text, 'T') && *text != 'T')
        return feel_date_time(cx, text);
    size_t digits = strspn(text, "0123456789");
    return digits == 2 && text[2] == ':' ? feel_time(cx, text) : feel_date(cx, text);
}

static Err parse_literal(Parser *p, Node **out)
{
    size_t n;
    Text text;
    Decimal number;
    lex_skip(p);
    const char *start = p->at;
    uint32_t c = lex_char(start, &n);
    *out = NULL;
    if (c == '"') {
        TRY(lex_string(p, &text));
        Value v = value_text_n(text.bytes, text.length);
        *out = const_node(p, start, v, type_simple(TYPE_STRING));
    } else if (c == '@') {
        p->at += n;
        if (!lex_peek(p, "\""))
            return parse_fail(p, start, "@ 后需要字符串", "a string is needed behind @");
        TRY(lex_string(p, &text));
        Value v = at_literal(p->cx, text.bytes);
        *out = const_node(p, start, v, value_type(&v));
    } else if ((c >= '0' && c <= '9') || c == '.') {
        if (!lex_number(p, &number))
            return parse_fail(p, start, "不是一个数", "this is no number");
        *out = const_node(p, start, value_number(number), type_simple(TYPE_NUMBER));
    }
    return OK;
}

static bool take_constant(Parser *p, Node **out)
{
    lex_skip(p);
    const char *start = p->at;
    if (lex_word(p, "true"))
        *out = const_node(p, start, value_boolean(true), boolean_type());
    else if (lex_word(p, "false"))
        *out = const_node(p, start, value_boolean(false), boolean_type());
    else if (lex_word(p, "null"))
        *out = const_node(p, start, value_null(), type_simple(TYPE_NULL));
    else
        return false;
    return true;
}

static Err parse_if(Parser *p, Node **out, const char *start)
{
    Node *condition, *yes, *no;
    TRY(parse_expression(p, &condition));
    if (!lex_word(p, "then"))
        return parse_fail(p, p->at, "需要 then", "\"then\" is needed");
    TRY(parse_expression(p, &yes));
    if (!lex_word(p, "else"))
        return parse_fail(p, p->at, "需要 else", "\"else\" is needed");
    TRY(parse_expression(p, &no));
    Node *n = node_new(p, NODE_IF, start, common_type(yes->type, no->type), 3);
    n->kids[0] = condition;
    n->kids[1] = yes;
    n->kids[2] = no;
    *out = n;
    return OK;
}

/* A keyword begins it, unless a longer known name does. */
static Err parse_keyword(Parser *p, Node **out)
{
    static const struct {
        const char *word;
        NodeKind kind;
    } loops[] = { { "for", NODE_FOR }, { "some", NODE_SOME }, { "every", NODE_EVERY } };
    lex_skip(p);
    const char *start = p->at;
    *out = NULL;
    if (take_constant(p, out))
        return OK;
    if (lex_word(p, "if"))
        return parse_if(p, out, start);
    for (size_t i = 0; i < COUNT(loops); i++)
        if (lex_word(p, loops[i].word))
            return parse_loop(p, out, loops[i].kind, start);
    if (lex_peek_word(p, "function"))
        return parse_function(p, out);
    return OK;
}

/* Does a known name begin here that is longer than the keyword? */
static bool longer_name(Parser *p)
{
    const char *start = p->at;
    Parser probe = *p;
    Node *node = NULL;
    const Builtin *builtin = NULL;
    const char *word = lex_identifier(&probe) ? probe.at : start;
    probe.at = start;
    bool read = p->subject_read;
    Failure failure = p->cx->failure;
    Fn *fn = p->fn;
    size_t captures = fn->capture_count;
    uint32_t locals = fn->locals;
    bool found = scope_name(&probe, &node, &builtin) == OK && probe.at > word;
    fn->capture_count = captures;
    fn->locals = locals;
    p->subject_read = read;
    p->cx->failure = failure;
    return found;
}

static bool is_keyword(Parser *p)
{
    static const char *const words[] = { "true", "false", "null",  "if",
                                         "for",  "some",  "every", "function" };
    for (size_t i = 0; i < COUNT(words); i++)
        if (lex_peek_word(p, words[i]))
            return true;
    return false;
}

static Err parse_primary(Parser *p, Node **out)
{
    const Builtin *builtin;
    lex_skip(p);
    const char *start = p->at;
    TRY(parse_literal(p, out));
    if (*out)
        return OK;
    if (lex_sign(p, "("))
        return parse_paren(p, out, start);
    if (lex_sign(p, "["))
        return parse_bracket(p, out, start);
    if (lex_sign(p, "]")) {
        TRY(parse_expression(p, out));
        if (!lex_sign(p, ".."))
            return parse_fail(p, p->at, "区间需要「..」", "\"..\" is needed in a range");
        return parse_range(p, out, *out, false, start);
    }
    if (lex_sign(p, "{"))
        return parse_context(p, out, start);
    if (is_keyword(p) && !longer_name(p)) {
        TRY(parse_keyword(p, out));
        return OK;
    }
    TRY(scope_name(p, out, &builtin));
    if (*out)
        return OK;
    if (lex_sign(p, "("))
        return parse_call(p, out, NULL, builtin, start);
    *out = const_node(p, start, builtin_value(p->cx, builtin), type_simple(TYPE_FUNCTION));
    return OK;
}

static const Type *filter_type(Parser *p, const Node *list, const Node *predicate)
{
    const Type *of = list->type && list->type->kind == TYPE_LIST ? list->type->of : list->type;
    if (!predicate->type)
        return NULL;
    if (predicate->type->kind == TYPE_NUMBER)
        return of;
    return predicate->type->kind == TYPE_BOOLEAN ? type_list(p->cx, of) : NULL;
}

/* Behind "[". */
static Err parse_filter(Parser *p, Node **out, Node *list)
{
    assert(list);
    Node *predicate;
    size_t from = p->fn->count;
    bool outer = p->range_end;
    const Type *t = list->type;
    Binding *item = scope_bind(p, "item", t && t->kind == TYPE_LIST ? t->of : t);
    item->item = true;
    uint32_t slot = item->slot;
    p->range_end = false;
    Err e = parse_expression(p, &predicate);
    p->range_end = outer;
    p->fn->count = from;
    TRY(e);
    if (!lex_sign(p, "]"))
        return parse_fail(p, p->at, "需要「]」", "\"]\" is needed");
    const char *start = start_of(p, list);
    *out = binary(p, NODE_FILTER, start, list, predicate, filter_type(p, list, predicate));
    (*out)->slot = slot;
    return OK;
}

/* Where an interval may end with "[", a "[" begins a filter only if one can be read. */
static Err try_filter(Parser *p, Node **out, Node *list, bool *taken)
{
    const char *before = p->at;
    int depth = p->depth;
    *taken = true;
    if (!lex_sign(p, "["))
        *taken = false;
    else if (!p->range_end)
        return parse_filter(p, out, list);
    else if (parse_filter(p, out, list) != OK) {
        if (++p->retries > PARSE_RETRIES)
            return parse_fail(p, before, "表达式过于复杂", "the expression is too involved");
        p->at = before;
        p->depth = depth;
        p->cx->failure = (Failure){ .code = OK };
        *taken = false;
    }
    return OK;
}

static Err parse_path(Parser *p, Node **out, Node *of)
{
    assert(of);
    const char *name;
    const Type *type;
    TRY(scope_field(p, &name, &type, of->type));
    Node *n = node_new(p, NODE_PATH, start_of(p, of), type, 1);
    n->kids[0] = of;
    n->name = name;
    n->slot = scope_field_index(of->type, name);
    *out = n;
    return OK;
}

Err parse_postfix(Parser *p, Node **out)
{
    TRY(parse_primary(p, out));
    for (;;) {
        bool taken;
        lex_skip(p);
        if (lex_peek(p, "..")) {
            return OK;
        } else if (lex_sign(p, ".")) {
            TRY(parse_path(p, out, *out));
            continue;
        } else if (lex_sign(p, "(")) {
            TRY(parse_call(p, out, *out, NULL, start_of(p, *out)));
            continue;
        }
        TRY(try_filter(p, out, *out, &taken));
        if (!taken)
            return OK;
    }
}

static Err parse_minus(Parser *p, Node **out)
{
    lex_skip(p);
    const char *start = p->at;
    if (!lex_sign(p, "-"))
        return parse_postfix(p, out);
    TRY(enter(p));
    Node *of;
    TRY(parse_minus(p, &of));
    p->depth--;
    Node *n = node_new(p, NODE_NEG, start, of->type, 1);
    n->kids[0] = of;
    *out = n;
    return OK;
}

/* The grammar has it the other way round but for literals: there -x instance of T could only be
 * null. */
static Err parse_instance(Parser *p, Node **out)
{
    TRY(parse_minus(p, out));
    while (lex_peek_word(p, "instance")) {
        const Type *target;
        lex_word(p, "instance");
        if (!lex_word(p, "of"))
            return parse_fail(p, p->at, "需要 of", "\"of\" is needed");
        TRY(parse_type(p, &target));
        Node *n = node_new(p, NODE_INSTANCE, start_of(p, *out), boolean_type(), 1);
        n->kids[0] = *out;
        n->target = target;
        *out = n;
    }
    return OK;
}

/* Of two numbers a number; of others what the run will tell. */
static const Type *sum_type(const Node *a, const Node *b)
{
    bool numbers =
        a->type && b->type && a->type->kind == TYPE_NUMBER && b->type->kind == TYPE_NUMBER;
    return numbers ? a->type : NULL;
}

typedef struct BinarySign {
    const char *sign;
    NodeKind kind;
} BinarySign;

/* Left to right over one level of binding. */
static Err parse_level(Parser *p, Node **out, const BinarySign *row, size_t count,
                       Err (*next)(Parser *, Node **))
{
    assert(count > 0);
    TRY(next(p, out));
    for (;;) {
        size_t i = 0;
        while (i < count && !lex_sign(p, row[i].sign))
            i++;
        if (i == count)
            return OK;
        Node *right;
        TRY(next(p, &right));
        *out = binary(p, row[i].kind, start_of(p, *out), *out, right, sum_type(*out, right));
    }
}

static Err parse_power(Parser *p, Node **out)
{
    static const BinarySign row[] = { { "**", NODE_POW } };
    return parse_level(p, out, row, COUNT(row), parse_instance);
}

static Err parse_product(Parser *p, Node **out)
{
    static const BinarySign row[] = { { "*", NODE_MUL }, { "/", NODE_DIV } };
    return parse_level(p, out, row, COUNT(row), parse_power);
}

Err parse_sum(Parser *p, Node **out)
{
    static const BinarySign row[] = { { "+", NODE_ADD }, { "-", NODE_SUB } };
    return parse_level(p, out, row, COUNT(row), parse_product);
}

static Err parse_between(Parser *p, Node **out, Node *of)
{
    assert(of);
    Node *low, *high;
    TRY(parse_sum(p, &low));
    if (!lex_word(p, "and"))
        return parse_fail(p, p->at, "需要 and", "\"and\" is needed");
    TRY(parse_sum(p, &high));
    Node *n = node_new(p, NODE_BETWEEN, start_of(p, of), boolean_type(), 3);
    n->kids[0] = of;
    n->kids[1] = low;
    n->kids[2] = high;
    *out = n;
    return OK;
}

static Err parse_comparison(Parser *p, Node **out)
{
    static const BinarySign row[] = { { "!=", NODE_NE }, { "<=", NODE_LE }, { ">=", NODE_GE },
                                      { "=", NODE_EQ },  { "<", NODE_LT },  { ">", NODE_GT } };
    TRY(parse_sum(p, out));
    for (;;) {
        size_t i = 0;
        if (lex_word(p, "between")) {
            TRY(parse_between(p, out, *out));
            continue;
        }
        if (lex_word(p, "in")) {
            TRY(parse_in(p, out, *out));
            continue;
        }
        while (i < COUNT(row) && !lex_sign(p, row[i].sign))
            i++;
        if (i == COUNT(row))
            return OK;
        Node *right;
        TRY(parse_sum(p, &right));
        *out = binary(p, row[i].kind, start_of(p, *out), *out, right, boolean_type());
    }
}

static Err parse_words(Parser *p, Node **out, const char *word, NodeKind kind,
                       Err (*next)(Parser *, Node **))
{
    TRY(next(p, out));
    while (lex_word(p, word)) {
        Node *right;
        TRY(next(p, &right));
        *out = binary(p, kind, start_of(p, *out), *out, right, boolean_type());
    }
    return OK;
}

static Err parse_and(Parser *p, Node **out)
{
    return parse_words(p, out, "and", NODE_AND, parse_comparison);
}

Err parse_expression(Parser *p, Node **out)
{
    TRY(enter(p));
    TRY(parse_words(p, out, "or", NODE_OR, parse_and));
    p->depth--;
    return OK;
}
