#include "rules/explain.h"

#include "base/text.h"
#include "rules/builtin.h"
#include "rules/node.h"

#include <assert.h>
#include <string.h>

enum { PATH_MAX_STEPS = 32, TREE_DEPTH = 200 };

typedef struct Explainer {
    Cx *cx;
    const Trace *root;
    Conditions out;
    int depth;
} Explainer;

static void collect(Explainer *x, const Trace *t, bool wanted, const char *fact);

const char *explain_text(Cx *cx, const Trace *t)
{
    if (t->name)
        return t->name;
    Buf b = BUF(cx);
    const char *source = feel_source(t->feel);
    for (uint32_t i = t->span.start; i < t->span.end; i++) {
        if (!strchr(" \t\r\n", source[i]))
            buf_char(&b, source[i]);
        else if (i + 1 < t->span.end && !strchr(" \t\r\n", source[i + 1]))
            buf_char(&b, ' ');
    }
    return buf_text(&b);
}

/* The trace of a node right below t; NULL where it did not run, as a constant does not. */
static const Trace *trace_of(const Trace *t, const Node *n)
{
    for (const Trace *k = t->first; k; k = k->next)
        if (k->node == n)
            return k;
    return NULL;
}

/* The last decision or entry of this name. */
static const Trace *named(const Trace *t, const char *name, int depth)
{
    const Trace *found = t->name && strcmp(t->name, name) == 0 ? t : NULL;
    for (const Trace *k = t->first; k && depth < TREE_DEPTH; k = k->next) {
        const Trace *below = named(k, name, depth + 1);
        found = below ? below : found;
    }
    return found;
}

/* Where the value of a name came from; NULL where it was given. */
static const Trace *origin(Explainer *x, const Trace *t)
{
    if (!t->node || t->node->kind != NODE_INPUT)
        return NULL;
    const Trace *found = named(x->root, explain_text(x->cx, t), 0);
    return found && found != t ? found->last : NULL;
}

static void add(Explainer *x, Condition c)
{
    Conditions *out = &x->out;
    if (out->count == out->room) {
        size_t room = out->room ? 2 * out->room : 8;
        out->at = arena_grow(x->cx->arena, out->at, out->room * sizeof c, room * sizeof c);
        out->room = room;
    }
    out->at[out->count++] = c;
}

static Value operand_value(const Trace *t, const Node *n)
{
    const Trace *k = trace_of(t, n);
    return k ? k->value : n->kind == NODE_CONST ? n->value : value_null();
}

static const char *sign_of(NodeKind kind, bool wanted)
{
    assert(kind >= NODE_EQ && kind <= NODE_GE);
    static const char *const signs[][2] = {
        [NODE_EQ] = { "≠", "=" }, [NODE_NE] = { "=", "≠" }, [NODE_LT] = { "≥", "<" },
        [NODE_LE] = { ">", "≤" }, [NODE_GT] = { "≤", ">" }, [NODE_GE] = { "<", "≥" },
    };
    return signs[kind][wanted];
}

static void add_comparison(Explainer *x, const Trace *t, bool wanted, const char *fact)
{
    const Node *n = t->node;
    Condition c = { .at = t,
                    .unknown = value_is_unknown(&t->value),
                    .actual = operand_value(t, n->kids[0]),
                    .sign = sign_of(n->kind, wanted),
                    .required = operand_value(t, n->kids[1]),
                    .distance = value_null() };
    if (c.actual.kind == VALUE_NUMBER && c.required.kind == VALUE_NUMBER) {
        Decimal d = decimal_sub(c.actual.number, c.required.number);
        c.distance = value_number(decimal_abs(d));
    }
    c.fact = c.actual.at ? c.actual.at : fact;
    add(x, c);
}

/* x in (a, b): what it was, and the list of what it could be. */
static void add_membership(Explainer *x, const Trace *t, bool wanted, const char *fact)
{
    assert(t->node->kind == NODE_IN && t->node->count > 0);
    const Node *n = t->node;
    size_t count = n->count - 1;
    Value *allowed = NEW_N(x->cx, Value, count + 1);
    for (size_t i = 0; i < count; i++) {
        const Trace *test = trace_of(t, n->kids[i + 1]);
        bool plain = test && n->kids[i + 1]->kind == NODE_TEST;
        allowed[i] = plain ? operand_value(test, n->kids[i + 1]->kids[1]) : value_null();
    }
    Condition c = { .at = t,
                    .unknown = value_is_unknown(&t->value),
                    .actual = operand_value(t, n->kids[0]),
                    .sign = wanted ? "in" : "not in",
                    .required = count == 1 ? allowed[0] : value_list(allowed, count),
                    .distance = value_null() };
    c.fact = c.actual.at ? c.actual.at : fact;
    add(x, c);
}

static void add_fact(Explainer *x, const Trace *t, bool wanted, const char *fact)
{
    add(x, (Condition){ .at = t,
                        .unknown = value_is_unknown(&t->value),
                        .actual = t->value,
                        .sign = "=",
                        .required = value_boolean(wanted),
                        .distance = value_null(),
                        .fact = t->value.at ? t->value.at : fact });
}

/* The i-th trace of the loop's body. */
static const Trace *body_at(const Trace *loop, size_t i)
{
    assert(loop->node);
    const Node *body = loop->node->kids[loop->node->count];
    for (const Trace *k = loop->first; k; k = k->next)
        if (k->node == body && i-- == 0)
            return k;
    return NULL;
}

static const Trace *for_loop(const Trace *t)
{
    return t && t->node && t->node->kind == NODE_FOR && t->node->count == 1 ? t : NULL;
}

/* Every (some) item at fault, by what it was made of where a loop made it. */
static void collect_items(Explainer *x, const Trace *t, bool wanted)
{
    assert(t->node && t->node->count == 1);
    const Trace *domain = trace_of(t, t->node->kids[0]);
    const Trace *maker = domain ? for_loop(origin(x, domain)) : NULL;
    const Trace *source = maker ? trace_of(maker, maker->node->kids[0]) : domain;
    size_t before = x->out.count, i = 0;
    if (domain && value_is_unknown(&domain->value)) {
        add_fact(x, domain, wanted, NULL);
        return;
    }
    for (const Trace *body; (body = body_at(t, i)); i++) {
        const Trace *made = maker ? body_at(maker, i) : body;
        const Values *items =
            source && source->value.kind == VALUE_LIST ? &source->value.list : NULL;
        const char *fact = items && i < items->count ? items->items[i].at : NULL;
        collect(x, made ? made : body, wanted, fact);
    }
    if (x->out.count == before)
        add_fact(x, t, wanted, NULL);
}

/* What was read below t of the very thing that `fact` names, as a field of a row; NULL where
 * nothing was. */
static const Trace *read_of(const Trace *t, const char *fact, int depth)
{
    size_t length = strlen(fact);
    for (const Trace *k = t->first; k && depth < TREE_DEPTH; k = k->next) {
        const char *at = k->value.at;
        if (at && strncmp(at, fact, length) == 0 && at[length] == '/')
            return k;
        const Trace *below = read_of(k, fact, depth + 1);
        if (below)
            return below;
    }
    return NULL;
}

/* A search that found nothing: what it compared row by row was never required of any of them, so
 * only what was looked for is told. */
static void add_search(Explainer *x, const Trace *t, bool wanted, const char *fact)
{
    assert(t->node && fact);
    const Trace *domain = trace_of(t, t->node->kids[0]);
    const Trace *sought = fact ? read_of(t, fact, 0) : NULL;
    if (!sought || !domain || value_is_unknown(&t->value)) {
        add_fact(x, t, wanted, fact);
        return;
    }
    add(x, (Condition){ .at = t,
                        .actual = sought->value,
                        .sign = wanted ? "exists" : "not exists",
                        .required = value_text(explain_text(x->cx, domain)),
                        .distance = value_null(),
                        .fact = sought->value.at });
}

static bool is_not(const Node *n)
{
    return n->kind == NODE_BUILTIN && strcmp(n->builtin->name, "not") == 0;
}

/* A part that is as wanted, or that did not run, says nothing. */
static void collect_parts(Explainer *x, const Trace *t, bool wanted, const char *fact)
{
    for (const Trace *k = t->first; k; k = k->next)
        collect(x, k, wanted, fact);
}

static void collect(Explainer *x, const Trace *t, bool wanted, const char *fact)
{
    const Node *n = t->node;
    if ((t->value.kind == VALUE_BOOLEAN && t->value.boolean == wanted) || x->depth > TREE_DEPTH)
        return;
    x->depth++;
    const Trace *from = origin(x, t);
    size_t before = x->out.count;
    if (!n)
        collect_parts(x, t, wanted, fact);
    else if (n->kind == NODE_AND || n->kind == NODE_OR)
        collect_parts(x, t, wanted, fact);
    else if (is_not(n))
        collect_parts(x, t, !wanted, fact);
    else if (n->kind == NODE_IF && t->last && t->last->node != n->kids[0])
        collect(x, t->last, wanted, fact);
    else if (n->kind == (wanted ? NODE_SOME : NODE_EVERY) && fact)
        add_search(x, t, wanted, fact);
    else if ((n->kind == NODE_EVERY || n->kind == NODE_SOME) && n->count == 1)
        collect_items(x, t, wanted);
    else if (n->kind >= NODE_EQ && n->kind <= NODE_GE)
        add_comparison(x, t, wanted, fact);
    else if (n->kind == NODE_IN)
        add_membership(x, t, wanted, fact);
    else if (from)
        collect(x, from, wanted, fact);
    if (x->out.count == before)
        add_fact(x, t, wanted, fact);
    x->depth--;
}

Conditions explain_conditions(Cx *cx, const Trace *root, const char *entry)
{
    assert(root && entry);
    Explainer x = { .cx = cx, .root = root };
    const Trace *t = named(root, entry, 0);
    if (t && t->last)
        collect(&x, t->last, true, NULL);
    return x.out;
}

static bool lacks(Cx *cx, const Value *v, const char *pointer)
{
    if (!value_is_unknown(v))
        return false;
    for (const char *const *p = causes_list(cx, v->causes, NULL); *p; p++)
        if (strcmp(*p, pointer) == 0)
            return true;
    return false;
}

/* Fills steps with the way to the deepest trace that lacks the fact; 0 where none does. */
static size_t find_path(Cx *cx, const Trace *t, const char *pointer, const char **steps,
                        size_t depth)
{
    if (depth >= PATH_MAX_STEPS)
        return 0;
    bool here = lacks(cx, &t->value, pointer);
    if (t->name || here)
        steps[depth] = explain_text(cx, t);
    size_t own = depth + (t->name || here);
    for (const Trace *k = t->first; k; k = k->next) {
        size_t found = find_path(cx, k, pointer, steps, own);
        if (found)
            return found;
    }
    return here ? own : 0;
}

const char *const *explain_path(Cx *cx, const Trace *root, const char *pointer)
{
    assert(root && pointer);
    const char **steps = NEW_N(cx, const char *, PATH_MAX_STEPS + 2);
    steps[find_path(cx, root, pointer, steps, 0)] = NULL;
    return steps;
}

static void write(Cx *cx, JsonOut *o, const char *key, const Trace *t, int depth)
{
    json_open(o, key, '{');
    json_put_text(o, t->name ? "name" : "expression", explain_text(cx, t));
    if (!t->name) {
        json_put_int(o, "line", t->span.line);
        json_put_int(o, "column", t->span.column);
        json_put_int(o, "start", t->span.start);
        json_put_int(o, "end", t->span.end);
    }
    json_put_text(o, "value", value_brief(cx, &t->value));
    if (t->value.at)
        json_put_text(o, "at", t->value.at);
    if (t->first && depth < TREE_DEPTH / 4) {
        json_open(o, "parts", '[');
        for (const Trace *k = t->first; k; k = k->next)
            write(cx, o, NULL, k, depth + 1);
        json_close(o, ']');
    }
    json_close(o, '}');
}

void explain_json(Cx *cx, JsonOut *o, const char *key, const Trace *t)
{
    write(cx, o, key, t, 0);
}

static void print(Cx *cx, Buf *b, const Trace *t, int depth)
{
    buf_format(b, "%*s%s = %s", 2 * depth, "", explain_text(cx, t), value_brief(cx, &t->value));
    if (!t->name)
        buf_format(b, "   (%u:%u)", t->span.line, t->span.column);
    buf_char(b, '\n');
    for (const Trace *k = t->first; k && depth < TREE_DEPTH; k = k->next)
        print(cx, b, k, depth + 1);
}

void explain_print(Cx *cx, Buf *b, const Trace *t)
{
    print(cx, b, t, 0);
}
