/* Names: which one stands at a place of the source, and which slot it means. */
#include "rules/builtin.h"
#include "rules/parse.h"

#include <assert.h>
#include <string.h>

Scope scope_with(Cx *cx, const Scope *scope, const char *name, const Type *type)
{
    assert(name);
    size_t count = scope ? scope->count : 0;
    Name *names = NEW_N(cx, Name, count + 1);
    if (count)
        memcpy(names, scope->names, count * sizeof *names);
    names[count] = (Name){ name, type };
    Scope wider = scope ? *scope : (Scope){ .names = NULL };
    wider.names = names;
    wider.count = count + 1;
    return wider;
}

Node *node_new(Parser *p, NodeKind kind, const char *start, const Type *type, size_t kids)
{
    assert(start >= p->source);
    Node *n = NEW(p->cx, Node);
    n->kind = kind;
    n->type = type;
    n->span = lex_span(p, start);
    n->count = (uint32_t)kids;
    n->kids = kids ? NEW_N(p->cx, Node *, kids) : NULL;
    return n;
}

void nodes_add(Parser *p, Nodes *l, Node *n)
{
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 4;
        l->items =
            arena_grow(p->cx->arena, l->items, l->room * sizeof *l->items, room * sizeof *l->items);
        l->room = room;
    }
    l->items[l->count++] = n;
}

/* Only names of more than one word need the pool: the others are read as identifiers. */
void scope_pool(Parser *p, const char *name)
{
    size_t n;
    const char *at = name;
    while (lex_name_part(lex_char(at, &n)))
        at += n;
    if (*at == 0)
        return;
    for (size_t i = 0; i < p->pool_count; i++)
        if (strcmp(p->pool[i], name) == 0)
            return;
    if (p->pool_count == p->pool_room) {
        size_t room = p->pool_room ? p->pool_room * 2 : 16;
        p->pool = arena_grow(p->cx->arena, p->pool, p->pool_room * sizeof *p->pool,
                             room * sizeof *p->pool);
        p->pool_room = room;
    }
    p->pool[p->pool_count++] = name;
}

void scope_pool_type(Parser *p, const Type *t, int depth)
{
    if (!t || depth > 16)
        return;
    for (size_t i = 0; i < t->count; i++) {
        if (t->kind == TYPE_CONTEXT)
            scope_pool(p, t->fields[i].name);
        scope_pool_type(p, t->fields[i].type, depth + 1);
    }
    scope_pool_type(p, t->of, depth + 1);
}

Binding *scope_bind(Parser *p, const char *name, const Type *type)
{
    assert(name);
    Fn *fn = p->fn;
    if (fn->count == fn->room) {
        size_t room = fn->room ? fn->room * 2 : 8;
        fn->bindings = arena_grow(p->cx->arena, fn->bindings, fn->room * sizeof *fn->bindings,
                                  room * sizeof *fn->bindings);
        fn->room = room;
    }
    Binding *b = &fn->bindings[fn->count++];
    *b = (Binding){ .name = name, .type = type, .slot = fn->locals++ };
    return b;
}

/* What a filter's item may be asked for: its fields where they are known. */
static const Type *context_of(const Type *t)
{
    while (t && t->kind == TYPE_LIST)
        t = t->of;
    return t && t->kind == TYPE_CONTEXT ? t : NULL;
}

uint32_t scope_field_index(const Type *of, const char *name)
{
    const Type *c = context_of(of);
    const TypeField *f = c ? type_field(c, name) : NULL;
    return f ? (uint32_t)(f - c->fields) : 0;
}

typedef struct NameMatch {
    const char *end;
    const char *name;
} NameMatch;

static void longer(NameMatch *best, const char *at, const char *name)
{
    const char *end = name ? lex_match(at, name) : NULL;
    if (end && end > best->end)
        *best = (NameMatch){ end, name };
}

static void match_fields(NameMatch *best, const char *at, const Type *t)
{
    const Type *c = context_of(t);
    for (size_t i = 0; c && i < c->count; i++)
        longer(best, at, c->fields[i].name);
}

static void match_pool(NameMatch *best, Parser *p)
{
    for (size_t i = 0; i < p->pool_count; i++)
        longer(best, p->at, p->pool[i]);
}

static bool open_item(const Binding *b)
{
    const Type *c = b->item ? context_of(b->type) : NULL;
    bool scalar = b->type && b->type->kind != TYPE_ANY && !c;
    return b->item && !scalar && !(c && c->closed);
}

static NameMatch match_bound(Parser *p, bool *open)
{
    NameMatch best = { p->at, NULL };
    *open = false;
    for (Fn *fn = p->fn; fn; fn = fn->outer)
        for (size_t i = fn->count; i-- > 0;) {
            const Binding *b = &fn->bindings[i];
            longer(&best, p->at, b->name);
            if (b->item)
                match_fields(&best, p->at, b->type);
            *open |= open_item(b);
        }
    if (*open)
        match_pool(&best, p);
    return best;
}

static Node *binding_node(Parser *p, Fn *fn, size_t index, const char *start);

/* A name of an outer function: its value is kept when the function is made. */
static Node *capture(Parser *p, Fn *fn, Node *outer)
{
    assert(outer->kind == NODE_INPUT || outer->kind == NODE_LOCAL);
    for (size_t i = 0; i < fn->capture_count; i++)
        if (fn->captures[i].outer->kind == outer->kind &&
            fn->captures[i].outer->slot == outer->slot) {
            Node *again = NEW(p->cx, Node);
            *again = *outer;
            again->kind = NODE_LOCAL;
            again->slot = fn->captures[i].slot;
            return again;
        }
    if (fn->capture_count == fn->capture_room) {
        size_t room = fn->capture_room ? fn->capture_room * 2 : 4;
        fn->captures =
            arena_grow(p->cx->arena, fn->captures, fn->capture_room * sizeof *fn->captures,
                       room * sizeof *fn->captures);
        fn->capture_room = room;
    }
    Node *inner = NEW(p->cx, Node);
    *inner = *outer;
    inner->kind = NODE_LOCAL;
    inner->slot = fn->locals++;
    fn->captures[fn->capture_count++] = (Capture){ outer, inner->slot };
    return inner;
}

static Node *lift(Parser *p, Fn *fn, Fn *owner, Node *node)
{
    if (fn == owner)
        return node;
    return capture(p, fn, lift(p, fn->outer, owner, node));
}

static Node *binding_node(Parser *p, Fn *fn, size_t index, const char *start)
{
    assert(index < fn->count);
    const Binding *b = &fn->bindings[index];
    Node *n = node_new(p, b->input ? NODE_INPUT : NODE_LOCAL, start, b->type, 0);
    n->slot = b->slot;
    if (b->input)
        p->reads[b->slot] = true;
    if (b->used)
        *b->used = true;
    if (strcmp(b->name, "?") == 0)
        p->subject_read = true;
    return lift(p, p->fn, fn, n);
}

static Node *field_node(Parser *p, Node *of, const char *name, const Type *type, const char *start)
{
    assert(of && name);
    Node *n = node_new(p, NODE_PATH, start, type, 1);
    n->kids[0] = of;
    n->name = name;
    n->slot = scope_field_index(of->type, name);
    return n;
}

static const TypeField *item_field(const Binding *b, const char *name)
{
    const Type *c = b->item ? context_of(b->type) : NULL;
    return c ? type_field(c, name) : NULL;
}

/* From the innermost binding outward; an item whose fields are not known may have any. */
static Node *resolve(Parser *p, const char *name, const char *start, Fn *fn, size_t from)
{
    for (; fn; fn = fn->outer, from = fn ? fn->count : 0)
        for (size_t i = from; i-- > 0;) {
            const Binding *b = &fn->bindings[i];
            const TypeField *f = item_field(b, name);
            bool same = strcmp(b->name, name) == 0;
            if (f)
                return field_node(p, binding_node(p, fn, i, start), name, f->type, start);
            if (open_item(b)) {
                Node *item = binding_node(p, fn, i, start);
                Node *n = node_new(p, NODE_ITEM, start, NULL, 2);
                n->name = name;
                n->kids[0] = item;
                n->kids[1] = same ? item : resolve(p, name, start, fn, i);
                return n;
            }
            if (same)
                return binding_node(p, fn, i, start);
        }
    return NULL;
}

static const Builtin *match_builtin(NameMatch *best, const char *at)
{
    const Builtin *found = NULL, *b;
    size_t n;
    uint32_t first = lex_char(at, &n);
    if (first < 'a' || first > 'z') /* as every built-in's name begins */
        return NULL;
    for (size_t i = 0; (b = builtin_at(i)); i++) {
        const char *end = (uint32_t)b->name[0] == first ? lex_match(at, b->name) : NULL;
        if (end && end > best->end && (!found || strcmp(b->name, found->name) != 0)) {
            *best = (NameMatch){ end, b->name };
            found = b;
        }
    }
    return found;
}

Err scope_name(Parser *p, Node **out, const Builtin **builtin)
{
    bool open;
    *out = NULL;
    *builtin = NULL;
    lex_skip(p);
    const char *start = p->at;
    NameMatch bound = match_bound(p, &open), best = bound;
    const Builtin *b = match_builtin(&best, start);
    p->at = best.end;
    /* A built-in's name longer than a known one means the built-in only where it is called. */
    if (b && (lex_peek(p, "(") || (!bound.name && !open))) {
        p->at = best.end;
        *builtin = b;
        return OK;
    }
    const char *name = bound.name;
    p->at = name ? bound.end : start;
    if (!name && !(name = lex_identifier(p)))
        return parse_fail(p, start, "这里需要一个值或名称", "a value or a name is needed here");
    *out = resolve(p, name, start, p->fn, p->fn->count);
    if (!*out)
        return parse_fail(p, start, "没有这个名称", "no such name");
    return OK;
}

/* The properties of dates, times, durations and ranges. */
static const struct {
    const char *name;
    unsigned kinds;
    TypeKind type;
} properties[] = {
#define OF(kind) (1u << (kind))
    { "year", OF(TYPE_DATE) | OF(TYPE_DATE_TIME), TYPE_NUMBER },
    { "month", OF(TYPE_DATE) | OF(TYPE_DATE_TIME), TYPE_NUMBER },
    { "day", OF(TYPE_DATE) | OF(TYPE_DATE_TIME), TYPE_NUMBER },
    { "weekday", OF(TYPE_DATE) | OF(TYPE_DATE_TIME), TYPE_NUMBER },
    { "hour", OF(TYPE_TIME) | OF(TYPE_DATE_TIME), TYPE_NUMBER },
    { "minute", OF(TYPE_TIME) | OF(TYPE_DATE_TIME), TYPE_NUMBER },
    { "second", OF(TYPE_TIME) | OF(TYPE_DATE_TIME), TYPE_NUMBER },
    { "time offset", OF(TYPE_TIME) | OF(TYPE_DATE_TIME), TYPE_DAYS },
    { "timezone", OF(TYPE_TIME) | OF(TYPE_DATE_TIME), TYPE_STRING },
    { "years", OF(TYPE_MONTHS), TYPE_NUMBER },
    { "months", OF(TYPE_MONTHS), TYPE_NUMBER },
    { "days", OF(TYPE_DAYS), TYPE_NUMBER },
    { "hours", OF(TYPE_DAYS), TYPE_NUMBER },
    { "minutes", OF(TYPE_DAYS), TYPE_NUMBER },
    { "seconds", OF(TYPE_DAYS), TYPE_NUMBER },
    { "start", OF(TYPE_RANGE), TYPE_ANY },
    { "end", OF(TYPE_RANGE), TYPE_ANY },
    { "start included", OF(TYPE_RANGE), TYPE_BOOLEAN },
    { "end included", OF(TYPE_RANGE), TYPE_BOOLEAN },
#undef OF
};

static const Type *property_type(const char *name, const Type *of)
{
    for (size_t i = 0; of && i < COUNT(properties); i++)
        if ((properties[i].kinds & 1u << of->kind) && strcmp(properties[i].name, name) == 0)
            return properties[i].type == TYPE_ANY ? NULL : type_simple(properties[i].type);
    return NULL;
}

Err scope_field(Parser *p, const char **out, const Type **type, const Type *of)
{
    lex_skip(p);
    const char *start = p->at;
    const Type *c = context_of(of);
    NameMatch best = { start, NULL };
    match_fields(&best, start, of);
    if (!c || !c->closed) {
        match_pool(&best, p);
        for (size_t i = 0; !c && i < COUNT(properties); i++)
            longer(&best, start, properties[i].name);
    }
    *out = best.name;
    if (best.name)
        p->at = best.end;
    /* A longer single word is another name: "start" is not "started". */
    else if (!(*out = lex_identifier(p)))
        return parse_fail(p, start, "点号后需要一个名称", "a name is needed behind the point");
    const TypeField *f = c ? type_field(c, *out) : NULL;
    if (c && c->closed && !f)
        return parse_fail(p, start, "没有这个字段", "no such field");
    *type = f ? f->type : property_type(*out, of);
    if (of && of->kind == TYPE_LIST && *type)
        *type = type_list(p->cx, *type);
    return OK;
}
