/* Loops and filters: "for", "some", "every" and what stands in [ ].
 *
 * A loop's variable is one local that takes one value after the other; lists are walked over where
 * they stand, so that an item costs one copy of its 32 bytes and what the body does with it.
 */
#include "rules/eval.h"
#include "rules/moment.h"
#include "rules/op.h"

/* A value list of unknown length; its growth counts as steps. It grows inside the arena, where the
 * last block can be made longer in place, so that most lists are never copied. */
typedef struct Items {
    Value *items;
    size_t count, room;
} Items;

static bool items_add(Run *run, Items *l, const Value *v)
{
    if (!run_spend(run, 1))
        return false;
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 8;
        l->items = arena_grow(run->cx->arena, l->items, l->room * sizeof *l->items,
                              room * sizeof *l->items);
        l->room = room;
        if (arena_full(run->cx->arena)) {
            run->stopped = true;
            return false;
        }
    }
    assert(l->count < l->room);
    l->items[l->count++] = *v;
    return true;
}

/* What a loop walks over: the items of a list, or numbers or days from one end to the other. */
typedef struct Domain {
    const Value *items; /* NULL: counted */
    size_t count;
    int64_t first;
    int step;
    bool dates;
    Value one; /* a single value as a list of one */
} Domain;

/* Both ends far within int64_t: then no sum of an end and a step can overflow. */
static bool range_domain(const Range *r, Domain *d)
{
    int64_t low, high;
    if (r->low.kind == VALUE_NUMBER && r->high.kind == VALUE_NUMBER) {
        if (!decimal_to_int(r->low.number, &low) || !decimal_to_int(r->high.number, &high))
            return false;
    } else if (r->low.kind == VALUE_DATE && r->high.kind == VALUE_DATE) {
        low = date_day(r->low.date);
        high = date_day(r->high.date);
        d->dates = true;
    } else {
        return false;
    }
    if (low > INT64_MAX / 4 || low < INT64_MIN / 4 || high > INT64_MAX / 4 || high < INT64_MIN / 4)
        return false;
    d->step = low <= high ? 1 : -1;
    low += r->low_closed ? 0 : d->step;
    high -= r->high_closed ? 0 : d->step;
    d->first = low;
    int64_t count = (high - low) * d->step + 1;
    d->count = count > 0 ? (size_t)count : 0;
    return true;
}

/* Null or unknown in *bad and false where v cannot be walked over. */
static bool domain_open(Cx *cx, Domain *d, const Value *v, Value *bad)
{
    *d = (Domain){ .items = NULL };
    switch (v->kind) {
    case VALUE_UNKNOWN: *bad = *v; return false;
    case VALUE_LIST:
        d->items = v->list.items;
        d->count = v->list.count;
        return true;
    case VALUE_RANGE:
        if (range_domain(v->range, d))
            return true;
        break;
    case VALUE_NULL: break;
    default:
        d->one = *v;
        d->items = &d->one;
        d->count = 1;
        return true;
    }
    *bad =
        value_is_null(v) && v->cause
            ? *v
            : value_null_because(cx, "不能逐项遍历 %s", "cannot walk over %s", value_brief(cx, v));
    return false;
}

static Value domain_at(const Domain *d, size_t i)
{
    assert(i < d->count);
    if (d->items)
        return d->items[i];
    int64_t at = d->first + d->step * (int64_t)i;
    Date date;
    return d->dates && date_from_day(at, &date) ? value_date(date) : value_int(at);
}

/* Runs the body for every combination of items; loop_walk gives false once that ends early. */
typedef struct Loop {
    Frame *f;
    const Node *n;
    Items out;   /* FOR */
    Truth state; /* SOME, EVERY */
    Value other; /* of the state where it is IS_OTHER; or why the loop could not be walked */
    bool bad;
} Loop;

/* Is the answer of a SOME or EVERY known, whatever follows? */
static bool loop_settled(const Loop *l)
{
    return l->n->kind != NODE_FOR && l->state == (l->n->kind == NODE_SOME ? IS_TRUE : IS_FALSE);
}

static void loop_join(Loop *l, Truth t, const Value *more)
{
    l->state = truth_join(l->f->run->cx, l->n->kind == NODE_SOME, l->state, &l->other, t, more);
}

static bool for_body(Loop *l)
{
    const Node *n = l->n;
    if (n->flag)
        l->f->locals[n->slot] = value_list(l->out.items, l->out.count);
    Value v = eval(l->f, n->kids[n->count]);
    return items_add(l->f->run, &l->out, &v);
}

/* Neither true, false, null nor unknown ends the walk with null, not with "or true", as the
 * conformance cases have it. */
static bool quantified_body(Loop *l)
{
    Value other;
    Run *run = l->f->run;
    Truth t = truth(l->f, l->n->kids[l->n->count], &other);
    if (t == IS_OTHER && !value_is_null(&other) && !value_is_unknown(&other)) {
        l->state = IS_OTHER;
        l->other = value_null_because(run->cx, "%s 不是真假值", "%s is no boolean",
                                      value_brief(run->cx, &other));
        return false;
    }
    loop_join(l, t, &other);
    return (!loop_settled(l) || run->trace) && !run->stopped; /* an explanation names every item */
}

/* A domain that cannot be walked over: nothing at all for a settled loop, one open item for a
 * quantified one where it is unknown, and otherwise the end. */
static bool domain_bad(Loop *l, const Value *why)
{
    if (loop_settled(l))
        return true;
    if (l->n->kind != NODE_FOR && !value_is_null(why)) {
        loop_join(l, IS_OTHER, why);
        return true;
    }
    l->bad = true;
    l->other = *why;
    return false;
}

/* One level for each variable, the domain of an inner one may name the outer ones. An item is a
 * step, so that a range of a thousand million numbers ends at the limit and not at the patience of
 * others.
 */
static bool loop_walk(Loop *l, size_t depth)
{
    assert(depth <= l->n->count);
    const Node *n = l->n;
    Domain d;
    Value room, why;
    if (depth == n->count)
        return n->kind == NODE_FOR ? for_body(l) : quantified_body(l);
    const Value *v = operand(l->f, n->kids[depth], &room);
    if (!domain_open(l->f->run->cx, &d, v, &why))
        return domain_bad(l, &why);
    Value *variable = &l->f->locals[n->kids[n->count + 1 + depth]->slot];
    for (size_t i = 0; i < d.count && run_step(l->f->run); i++) {
        *variable = domain_at(&d, i);
        if (!loop_walk(l, depth + 1))
            return false;
    }
    return true;
}

Value eval_loop(Frame *f, const Node *n)
{
    Loop l = { .f = f, .n = n };
    loop_walk(&l, 0);
    return l.bad ? l.other : value_list(l.out.items, l.out.count);
}

Truth loop_truth(Frame *f, const Node *n, Value *other)
{
    Loop l = { .f = f, .n = n, .state = n->kind == NODE_EVERY ? IS_TRUE : IS_FALSE };
    loop_walk(&l, 0);
    if (!l.bad && l.state != IS_OTHER)
        return l.state;
    *other = l.other;
    return IS_OTHER;
}

static Value item_at(Cx *cx, const Value *items, size_t count, const Value *index)
{
    int64_t i;
    if (!decimal_to_int(index->number, &i) || i == 0 || i > (int64_t)count || -i > (int64_t)count)
        return value_null_because(cx, "列表有 %zu 项，没有第 %s 项",
                                  "the list has %zu items, there is no item %s", count,
                                  value_brief(cx, index));
    assert(items != NULL);
    return items[i > 0 ? i - 1 : (int64_t)count + i];
}

/* The result of the predicate for no item at all: a number is an index nonetheless. */
static Value filter_empty(Frame *f, const Node *n)
{
    f->locals[n->slot] = value_null();
    Value v = eval(f, n->kids[1]);
    if (v.kind == VALUE_NUMBER)
        return item_at(f->run->cx, NULL, 0, &v);
    return value_list(NULL, 0);
}

Value eval_filter(Frame *f, const Node *n)
{
    Value room, other, open = value_boolean(true);
    Items out = { NULL, 0, 0 };
    const Value *v = operand(f, n->kids[0], &room);
    if (value_is_unknown(v) || (value_is_null(v) && v->cause))
        return *v;
    bool list = v->kind == VALUE_LIST;
    const Value *items = list ? v->list.items : v;
    size_t count = list ? v->list.count : value_is_null(v) ? 0 : 1;
    if (count == 0)
        return filter_empty(f, n);
    for (size_t i = 0; i < count && !f->run->stopped; i++) {
        f->locals[n->slot] = items[i];
        Truth t = truth(f, n->kids[1], &other);
        if (i == 0 && t == IS_OTHER && other.kind == VALUE_NUMBER)
            return item_at(f->run->cx, items, count, &other);
        if (t == IS_OTHER && value_is_unknown(&other))
            open = value_unknown_both(f->run->cx, &open, &other);
        else if (t == IS_TRUE && !items_add(f->run, &out, &items[i]))
            return value_null();
    }
    return value_is_unknown(&open) ? open : value_list(out.items, out.count);
}
