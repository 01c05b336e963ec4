#include "rules/lint.h"

#include "rules/builtin.h"
#include "rules/node.h"

#include <assert.h>
#include <string.h>

typedef struct Linter {
    Cx *cx;
    const Feel *feel;
    const char *const *always;
    Lint *at;
    size_t count, room;
} Linter;

static const char *text_of(const Linter *l, const Node *n)
{
    return arena_text_n(l->cx->arena, l->feel->source + n->span.start, n->span.end - n->span.start);
}

/* zh and en are formats that take both texts, the expression first. */
static void say(Linter *l, const Node *n, bool note, const char *zh, const char *en)
{
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 8;
        l->at = arena_grow(l->cx->arena, l->at, l->room * sizeof *l->at, room * sizeof *l->at);
        l->room = room;
    }
    l->at[l->count++] = (Lint){ note, n->span, zh, en };
}

static void fault(Linter *l, const Node *n, const Node *a, const Node *b)
{
    Arena *arena = l->cx->arena;
    const char *left = type_text(l->cx, a->type), *whole = text_of(l, n);
    const char *right = b ? type_text(l->cx, b->type) : NULL;
    if (right)
        say(l, n, false,
            arena_format(arena, "%s：%s 与 %s 类型不合，结果总是空", whole, left, right),
            arena_format(arena, "%s: %s and %s do not fit, the result is always null", whole, left,
                         right));
    else
        say(l, n, false, arena_format(arena, "%s：%s 类型不合，结果总是空", whole, left),
            arena_format(arena, "%s: %s does not fit, the result is always null", whole, left));
}

/* ---- types ---------------------------------------------------------------------------------- */

static TypeKind kind_of(const Node *n)
{
    TypeKind kind = n && n->type ? n->type->kind : TYPE_ANY;
    return kind == TYPE_NULL ? TYPE_ANY : kind;
}

static bool is_day(TypeKind k)
{
    return k == TYPE_DATE || k == TYPE_DATE_TIME;
}

static bool is_duration(TypeKind k)
{
    return k == TYPE_DAYS || k == TYPE_MONTHS;
}

static bool is_temporal(TypeKind k)
{
    return is_day(k) || is_duration(k) || k == TYPE_TIME;
}

static bool sum_fits(NodeKind op, TypeKind a, TypeKind b)
{
    if (a == TYPE_ANY || b == TYPE_ANY)
        return a != TYPE_BOOLEAN && b != TYPE_BOOLEAN;
    if (a == b && (a == TYPE_NUMBER || (a == TYPE_STRING && op == NODE_ADD)))
        return true;
    return is_temporal(a) && is_temporal(b);
}

static bool product_fits(TypeKind a, TypeKind b)
{
    bool left = a == TYPE_ANY || a == TYPE_NUMBER || is_duration(a);
    return left && (b == TYPE_ANY || b == TYPE_NUMBER || is_duration(b));
}

static bool compares(TypeKind a, TypeKind b, bool ordered)
{
    if (ordered && (a == TYPE_BOOLEAN || b == TYPE_BOOLEAN || a == TYPE_CONTEXT ||
                    b == TYPE_CONTEXT || a == TYPE_LIST || b == TYPE_LIST))
        return false;
    return a == TYPE_ANY || b == TYPE_ANY || a == b || (is_day(a) && is_day(b));
}

static bool is_truth(TypeKind k)
{
    return k == TYPE_ANY || k == TYPE_BOOLEAN;
}

static unsigned kind_bit(TypeKind k)
{
    static const unsigned bits[] = {
        [TYPE_BOOLEAN] = K_BOOLEAN,   [TYPE_NUMBER] = K_NUMBER, [TYPE_STRING] = K_STRING,
        [TYPE_DATE] = K_DATE,         [TYPE_TIME] = K_TIME,     [TYPE_DATE_TIME] = K_MOMENT,
        [TYPE_DAYS] = K_DAYS,         [TYPE_MONTHS] = K_MONTHS, [TYPE_CONTEXT] = K_CONTEXT,
        [TYPE_FUNCTION] = K_FUNCTION,
    };
    return k < COUNT(bits) ? bits[k] : 0;
}

/* Lists, ranges and Any are left alone: they are converted, or known only later. */
static bool argument_fits(const Builtin *b, size_t i, TypeKind k)
{
    unsigned bit = kind_bit(k);
    if (!bit || b->flags & (BUILTIN_VARIADIC | BUILTIN_SPREAD))
        return true;
    for (const Builtin *row = b; row; row = builtin_next(row))
        if (i < builtin_count(row) && row->params[i].kinds & (bit | K_LIST))
            return true;
    return false;
}

static void check_types(Linter *l, const Node *n)
{
    const Node *a = n->count > 0 ? n->kids[0] : NULL, *b = n->count > 1 ? n->kids[1] : NULL;
    TypeKind x = kind_of(a), y = kind_of(b);
    switch (n->kind) {
    case NODE_ADD:
    case NODE_SUB:
        if (!sum_fits(n->kind, x, y))
            fault(l, n, a, b);
        return;
    case NODE_MUL:
    case NODE_DIV:
    case NODE_POW:
        if (!product_fits(x, y))
            fault(l, n, a, b);
        return;
    case NODE_EQ:
    case NODE_NE:
    case NODE_LT:
    case NODE_LE:
    case NODE_GT:
    case NODE_GE:
        if (!compares(x, y, n->kind != NODE_EQ && n->kind != NODE_NE))
            fault(l, n, a, b);
        return;
    case NODE_AND:
    case NODE_OR:
        if (!is_truth(x) || !is_truth(y))
            fault(l, n, a, b);
        return;
    case NODE_IF:
        if (!is_truth(x))
            fault(l, n, a, NULL);
        return;
    case NODE_SOME:
    case NODE_EVERY:
        if (!is_truth(kind_of(n->kids[n->count])))
            fault(l, n, n->kids[n->count], NULL);
        return;
    case NODE_BUILTIN:
        for (size_t i = 0; i < n->count; i++)
            if (n->kids[i] && !argument_fits(n->builtin, i, kind_of(n->kids[i])))
                fault(l, n, n->kids[i], NULL);
        return;
    default: return;
    }
}

/* ---- absent facts --------------------------------------------------------------------------- */

static size_t kid_count(const Node *n)
{
    switch (n->kind) {
    case NODE_FOR:
    case NODE_SOME:
    case NODE_EVERY: return n->count + 1; /* the variables behind are not read */
    case NODE_CONTEXT: return n->count / 2;
    default: return n->count;
    }
}

static bool is_always(const Linter *l, const Node *n)
{
    const char *name = text_of(l, n);
    for (const char *const *a = l->always; *a; a++)
        if (strcmp(*a, name) == 0)
            return true;
    return false;
}

/* The first fact below n that may be absent and would leave n unknown; NULL where none. */
static const Node *absent(const Linter *l, const Node *n)
{
    if (!n)
        return NULL;
    if (n->kind == NODE_INPUT)
        return is_always(l, n) ? NULL : n;
    if (n->kind == NODE_PATH) {
        const Node *of = n->kids[0];
        while (of->kind == NODE_PATH)
            of = of->kids[0];
        if (of->kind == NODE_INPUT)
            return is_always(l, of) ? NULL : n;
        return of->kind == NODE_LOCAL ? n : absent(l, of);
    }
    if (n->kind == NODE_FUNCTION || n->kind == NODE_LOCAL || n->kind == NODE_CONST ||
        (n->kind == NODE_BUILTIN && strcmp(n->builtin->name, "is unknown") == 0))
        return NULL;
    for (size_t i = 0; i < kid_count(n); i++) {
        const Node *found = absent(l, n->kids[i]);
        if (found)
            return found;
    }
    return NULL;
}

static void note(Linter *l, const Node *n, const Node *fact, const char *zh, const char *en)
{
    if (fact)
        say(l, n, true, arena_format(l->cx->arena, zh, text_of(l, fact)),
            arena_format(l->cx->arena, en, text_of(l, fact)));
}

static void check_absent(Linter *l, const Node *n)
{
    if (n->kind == NODE_IF)
        note(l, n, absent(l, n->kids[0]), "条件可能未知：%s 未填时，整个 if 未知",
             "the condition may be unknown: where %s is absent, the whole if is");
    if (n->kind != NODE_EVERY && n->kind != NODE_SOME)
        return;
    for (size_t i = 0; i < n->count; i++)
        note(l, n, absent(l, n->kids[i]), "列表可能未填：%s 未填时，结果未知",
             "the list may be absent: where %s is, the result is unknown");
}

static void walk(Linter *l, const Node *n)
{
    if (!n)
        return;
    check_types(l, n);
    check_absent(l, n);
    for (size_t i = 0; i < kid_count(n); i++)
        walk(l, n->kids[i]);
    if (n->kind == NODE_FUNCTION)
        walk(l, n->lambda->body);
}

Lints feel_lint(Cx *cx, const Feel *f, const char *const *always)
{
    assert(f && always);
    Linter l = { .cx = cx, .feel = f, .always = always };
    walk(&l, f->root);
    return (Lints){ l.at, l.count };
}
