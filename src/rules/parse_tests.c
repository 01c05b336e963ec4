/* Unary tests, in a table's cell and behind "in", and the entries to the parser. */
#include "rules/builtin.h"
#include "rules/parse.h"

#include <assert.h>
#include <string.h>

#define SOURCE_BYTES 65536
#define TEST_COUNT   1024

static const struct {
    const char *sign;
    NodeKind kind;
} comparisons[] = { { "<=", NODE_LE }, { ">=", NODE_GE }, { "!=", NODE_NE },
                    { "<", NODE_LT },  { ">", NODE_GT },  { "=", NODE_EQ } };

static bool take_comparison(Parser *p, NodeKind *kind)
{
    for (size_t i = 0; i < COUNT(comparisons); i++)
        if (lex_sign(p, comparisons[i].sign)) {
            *kind = comparisons[i].kind;
            return true;
        }
    return false;
}

Err parse_unary_range(Parser *p, Node **out)
{
    NodeKind kind;
    lex_skip(p);
    const char *start = p->at;
    *out = NULL;
    if (!take_comparison(p, &kind))
        return OK;
    Node *end;
    TRY(parse_sum(p, &end));
    Node *n = node_new(p, NODE_RANGE, start, type_simple(TYPE_RANGE), 2);
    bool low = kind == NODE_GT || kind == NODE_GE || kind == NODE_EQ || kind == NODE_NE;
    bool high = kind == NODE_LT || kind == NODE_LE || kind == NODE_EQ || kind == NODE_NE;
    n->kids[0] = low ? end : NULL;
    n->kids[1] = high ? end : NULL;
    n->low_closed = kind == NODE_GE || kind == NODE_EQ;
    n->high_closed = kind == NODE_LE || kind == NODE_EQ;
    n->slot = 1 + (kind == NODE_NE);
    *out = n;
    return OK;
}

static Node *binary(Parser *p, NodeKind kind, const char *start, Node *a, Node *b)
{
    Node *n = node_new(p, kind, start, type_simple(TYPE_BOOLEAN), 2);
    n->kids[0] = a;
    n->kids[1] = b;
    return n;
}

/* One test of p->subject; whole: the operand may hold comparisons of its own. */
static Err parse_test(Parser *p, Node **out, bool whole)
{
    NodeKind kind;
    lex_skip(p);
    const char *start = p->at;
    Node *subject = p->subject, *operand;
    bool outer = p->subject_read;
    if (take_comparison(p, &kind)) {
        TRY(parse_sum(p, &operand));
        *out = binary(p, kind, start, subject, operand);
        return OK;
    }
    p->subject_read = false;
    TRY(whole ? parse_expression(p, &operand) : parse_sum(p, &operand));
    *out = binary(p, NODE_TEST, start, subject, operand);
    (*out)->flag = p->subject_read && subject->kind == NODE_INPUT;
    p->subject_read |= outer;
    return OK;
}

static Err parse_test_list(Parser *p, Nodes *tests, bool whole)
{
    tests->count = 0;
    do {
        Node *test;
        if (tests->count == TEST_COUNT)
            return parse_fail(p, p->at, "条件过多", "too many tests");
        TRY(parse_test(p, &test, whole));
        nodes_add(p, tests, test);
    } while (lex_sign(p, ","));
    return OK;
}

/* "(a, b)" behind "in". False where the parenthesis is part of an expression. */
static Err parse_in_list(Parser *p, Nodes *tests, bool *taken)
{
    const char *before = p->at;
    int depth = p->depth;
    bool outer = p->range_end;
    *taken = false;
    if (!lex_sign(p, "("))
        return OK;
    p->range_end = false;
    Err e = parse_test_list(p, tests, true);
    p->range_end = outer;
    if (e == OK && lex_sign(p, ")") && (lex_peek(p, "..") || !lex_peek(p, ".")) &&
        (outer || !lex_peek(p, "["))) {
        *taken = true;
        return OK;
    }
    if (++p->retries > PARSE_RETRIES)
        return parse_fail(p, before, "表达式过于复杂", "the expression is too involved");
    p->at = before;
    p->depth = depth;
    p->cx->failure = (Failure){ .code = OK };
    return OK;
}

/* The kind that all tests are constants of, VALUE_NULL where they are not: see eval_truth.c. */
static Kind tests_among(const Nodes *tests)
{
    Kind kind = VALUE_NULL;
    for (size_t i = 0; i < tests->count; i++) {
        const Node *n = tests->items[i], *tested = n->kids[1];
        bool plain = n->kind == NODE_TEST && tested->kind == NODE_CONST &&
                     (tested->value.kind == VALUE_STRING || tested->value.kind == VALUE_NUMBER);
        if (!plain || (i > 0 && tested->value.kind != kind))
            return VALUE_NULL;
        kind = tested->value.kind;
    }
    return kind;
}

Err parse_in(Parser *p, Node **out, Node *subject)
{
    Nodes tests = { NULL, 0, 0 };
    size_t from = p->fn->count;
    bool taken;
    const char *start = p->source + subject->span.start;
    Node *outer = p->subject, *local = node_new(p, NODE_LOCAL, start, subject->type, 0);
    local->slot = scope_bind(p, "", subject->type)->slot;
    p->fn->count = from;
    p->subject = local;
    TRY(parse_in_list(p, &tests, &taken));
    if (!taken) {
        Node *test;
        TRY(parse_test(p, &test, false));
        tests.count = 0;
        nodes_add(p, &tests, test);
    }
    p->subject = outer;
    Node *n = node_new(p, NODE_IN, start, type_simple(TYPE_BOOLEAN), tests.count + 1);
    n->kids[0] = subject;
    memcpy(n->kids + 1, tests.items, tests.count * sizeof *tests.items);
    n->slot = local->slot;
    n->among = tests_among(&tests);
    *out = n;
    return OK;
}

Err parse_tests(Parser *p, Node **out)
{
    Nodes tests = { NULL, 0, 0 };
    lex_skip(p);
    const char *start = p->at;
    bool negated = lex_word(p, "not") && lex_sign(p, "(");
    if (!negated)
        p->at = start;
    TRY(parse_test_list(p, &tests, true));
    if (negated && !lex_sign(p, ")"))
        return parse_fail(p, p->at, "需要「)」", "\")\" is needed");
    /* not(x) and y: an expression after all. */
    if (negated && !(lex_skip(p), *p->at == 0)) {
        p->at = start;
        TRY(parse_test_list(p, &tests, true));
        negated = false;
    }
    Node *n = node_new(p, NODE_TESTS, start, type_simple(TYPE_BOOLEAN), tests.count);
    memcpy(n->kids, tests.items, tests.count * sizeof *tests.items);
    n->flag = negated;
    n->among = tests_among(&tests);
    *out = n;
    return OK;
}

static Err source_check(Cx *cx, const char *text)
{
    size_t length = strlen(text);
    if (length > SOURCE_BYTES)
        return fail(cx, TOO_LARGE, "1:1", "表达式有 %zu 字节，最多 %d",
                    "the expression has %zu bytes, at most %d", length, SOURCE_BYTES);
    if (!text_valid(text, length))
        return fail(cx, INVALID, "1:1", "表达式不是有效的 UTF-8",
                    "the expression is not valid UTF-8");
    return OK;
}

/* A parser over the text whose first slots are the scope's names. */
static Err parser_open(Cx *cx, Parser *p, Fn *fn, Feel *f, const char *text, const Scope *scope)
{
    size_t count = scope ? scope->count : 0;
    TRY(source_check(cx, text));
    f->source = arena_text(cx->arena, text);
    f->inputs = count;
    *fn = (Fn){ .outer = NULL };
    *p = (Parser){
        .cx = cx, .feel = f, .scope = scope, .source = f->source, .at = f->source, .fn = fn
    };
    p->reads = NEW_N(cx, bool, count);
    f->reads = p->reads;
    for (size_t i = 0; i < count; i++) {
        Binding *b = scope_bind(p, scope->names[i].name, scope->names[i].type);
        b->input = true;
        b->slot = (uint32_t)i;
        scope_pool(p, scope->names[i].name);
        scope_pool_type(p, scope->names[i].type, 0);
    }
    for (size_t i = 0; scope && i < scope->type_count; i++)
        scope_pool_type(p, scope->types[i].type, 0);
    fn->locals = 0;
    lex_marks(p);
    return OK;
}

static Err parser_close(Parser *p, Feel *f)
{
    lex_skip(p);
    if (*p->at)
        return parse_fail(p, p->at, "表达式在这里应当结束", "the expression should end here");
    f->locals = p->fn->locals;
    return OK;
}

Err feel_compile(Cx *cx, const Feel **out, const char *text, const Scope *scope)
{
    assert(text);
    Parser p;
    Fn fn;
    Feel *f = NEW(cx, Feel);
    TRY(parser_open(cx, &p, &fn, f, text, scope));
    TRY(parse_expression(&p, &f->root));
    TRY(parser_close(&p, f));
    *out = f;
    return OK;
}

Err feel_compile_tests(Cx *cx, const Feel **out, const char *text, const Scope *scope)
{
    assert(text && scope);
    Parser p;
    Fn fn;
    Feel *f = NEW(cx, Feel);
    size_t at = scope->count;
    while (at > 0 && strcmp(scope->names[at - 1].name, "?") != 0)
        at--;
    assert(at > 0);
    TRY(parser_open(cx, &p, &fn, f, text, scope));
    p.subject = node_new(&p, NODE_INPUT, p.source, scope->names[at - 1].type, 0);
    p.subject->slot = (uint32_t)at - 1;
    p.reads[at - 1] = true;
    lex_skip(&p);
    const char *start = p.at;
    if (lex_sign(&p, "-") && (lex_skip(&p), *p.at == 0)) {
        f->any = true;
        p.reads[at - 1] = false;
        f->root = node_new(&p, NODE_CONST, start, type_simple(TYPE_BOOLEAN), 0);
        f->root->value = value_boolean(true);
    } else {
        p.at = start;
        TRY(parse_tests(&p, &f->root));
    }
    TRY(parser_close(&p, f));
    *out = f;
    return OK;
}

Err feel_type(Cx *cx, const Type **out, const char *text, const Scope *scope)
{
    assert(text);
    Parser p;
    Fn fn;
    Feel *f = NEW(cx, Feel);
    TRY(parser_open(cx, &p, &fn, f, text, scope));
    TRY(parse_type(&p, out));
    return parser_close(&p, f);
}

const Type *feel_result(const Feel *f)
{
    return f->root->type;
}

const char *feel_source(const Feel *f)
{
    return f->source;
}

bool feel_reads(const Feel *f, size_t slot)
{
    assert(slot < f->inputs);
    return f->reads[slot];
}

bool feel_is_any(const Feel *f)
{
    return f->any;
}
