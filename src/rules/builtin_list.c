/* Built-ins that build and search lists (DMN 1.5, 10.3.4.4) and sort them (10.3.4.7). What needs
 * only the place of an item works on lists with unknown members.
 */
#include "rules/builtin.h"
#include "rules/op.h"

#include <assert.h>
#include <string.h>

static Value list_contains(Run *run, const Value *a)
{
    Value any = value_boolean(false);
    if (value_is_unknown(&a[0]))
        return a[0];
    for (size_t i = 0; i < a[0].list.count; i++) {
        Value one = value_equal(run->cx, &a[0].list.items[i], &a[1]);
        if (value_is_true(&one))
            return one;
        if (value_is_unknown(&one))
            any = value_unknown_both(run->cx, &any, &one);
    }
    return any;
}

static Value count(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    (void)run;
    return value_int((int64_t)a->list.count);
}

static Value no_position(Cx *cx, const Value *list, const Value *at)
{
    return value_null_because(cx, "列表有 %zu 项，没有第 %s 项",
                              "the list has %zu items, there is no item %s", list->list.count,
                              value_brief(cx, at));
}

/* A position from 1, or from -1 backwards, as an index; behind: how far past the end it may be. */
static bool position(const Value *list, const Value *at, size_t behind, size_t *index)
{
    int64_t n, items = (int64_t)list->list.count;
    if (!decimal_to_int(at->number, &n) || n == 0 || n > items + (int64_t)behind || -n > items)
        return false;
    *index = (size_t)(n > 0 ? n - 1 : items + n);
    return true;
}

static Value sublist(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST && a[1].kind == VALUE_NUMBER);
    size_t from;
    if (!position(&a[0], &a[1], 0, &from))
        return no_position(run->cx, &a[0], &a[1]);
    int64_t length = (int64_t)(a[0].list.count - from), wanted;
    if (!value_is_null(&a[2])) {
        if (!decimal_to_int(a[2].number, &wanted) || wanted < 0 || wanted > length)
            return no_position(run->cx, &a[0], &a[2]);
        length = wanted;
    }
    return value_list(a[0].list.items + from, (size_t)length);
}

static bool wrong_list(Cx *cx, const Value *v, Value *out)
{
    if (v->kind == VALUE_LIST)
        return false;
    *out = value_is_unknown(v)
               ? *v
               : value_null_because(cx, "%s 不是列表", "%s is no list", value_brief(cx, v));
    return true;
}

/* All arguments come as one list: the list, then what is appended. */
static Value append(Run *run, const Value *a)
{
    const Value *first = &a->list.items[0];
    size_t more = a->list.count - 1;
    Value *items, bad;
    Value single[1] = { *first };
    if (value_is_null(first) || value_is_unknown(first)) {
        wrong_list(run->cx, first, &bad);
        return bad;
    }
    Values base = first->kind == VALUE_LIST ? first->list : (Values){ single, 1 };
    Value out = list_copy(run->cx, &base, base.count + more, &items);
    memcpy(items + base.count, a->list.items + 1, more * sizeof *items);
    out.list.count += more;
    return out;
}

static Value concatenate(Run *run, const Value *a)
{
    size_t all = 0, n = 0;
    Value bad;
    for (size_t i = 0; i < a->list.count; i++) {
        if (value_is_unknown(&a->list.items[i])) {
            list_unknown(run->cx, &a->list, &bad);
            return bad;
        }
        if (value_is_null(&a->list.items[i]) && wrong_list(run->cx, &a->list.items[i], &bad))
            return bad;
        all += a->list.items[i].kind == VALUE_LIST ? a->list.items[i].list.count : 1;
    }
    Value *items = NEW_N(run->cx, Value, all + 1);
    for (size_t i = 0; i < a->list.count; i++) {
        const Value *one = &a->list.items[i];
        if (one->kind != VALUE_LIST)
            items[n++] = *one;
        for (size_t k = 0; one->kind == VALUE_LIST && k < one->list.count; k++)
            items[n++] = one->list.items[k];
    }
    return value_list(items, n);
}

static Value insert_before(Run *run, const Value *a)
{
    size_t at;
    Value *items;
    if (value_is_unknown(&a[0]) || value_is_unknown(&a[1]))
        return value_unknown_both(run->cx, &a[0], &a[1]);
    if (!position(&a[0], &a[1], 1, &at))
        return no_position(run->cx, &a[0], &a[1]);
    Value out = list_copy(run->cx, &a[0].list, a[0].list.count + 1, &items);
    memmove(items + at + 1, items + at, (a[0].list.count - at) * sizeof *items);
    items[at] = a[2];
    out.list.count++;
    return out;
}

static Value remove_at(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST && a[1].kind == VALUE_NUMBER);
    size_t at;
    Value *items;
    if (!position(&a[0], &a[1], 0, &at))
        return no_position(run->cx, &a[0], &a[1]);
    Value out = list_copy(run->cx, &a[0].list, a[0].list.count, &items);
    memmove(items + at, items + at + 1, (a[0].list.count - at - 1) * sizeof *items);
    out.list.count--;
    return out;
}

static Value replace_at(Run *run, const Value *a)
{
    size_t at;
    Value *items;
    if (value_is_unknown(&a[0]) || value_is_unknown(&a[1]))
        return value_unknown_both(run->cx, &a[0], &a[1]);
    Value whole = value_number(decimal_round(a[1].number, 0, TOWARDS_ZERO));
    if (!position(&a[0], &whole, 0, &at))
        return no_position(run->cx, &a[0], &a[1]);
    Value out = list_copy(run->cx, &a[0].list, a[0].list.count, &items);
    items[at] = a[2];
    return out;
}

static Value not_boolean(Cx *cx, const Value *v)
{
    if (value_is_unknown(v) || (value_is_null(v) && v->cause))
        return *v;
    return value_null_because(cx, "%s 不是真假值", "%s is no boolean", value_brief(cx, v));
}

static Value replace_matching(Run *run, const Value *a)
{
    Value *items;
    if (value_is_unknown(&a[0]) || value_is_unknown(&a[1]))
        return value_unknown_both(run->cx, &a[0], &a[1]);
    Value out = list_copy(run->cx, &a[0].list, a[0].list.count, &items);
    for (size_t i = 0; i < a[0].list.count && !run->stopped; i++) {
        Value pair[2] = { items[i], a[2] };
        Value yes = feel_call(run, &a[1], pair, 2);
        if (yes.kind != VALUE_BOOLEAN)
            return not_boolean(run->cx, &yes);
        if (yes.boolean)
            items[i] = a[2];
    }
    return out;
}

static Value reverse(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value *items = NEW_N(run->cx, Value, a->list.count + 1);
    for (size_t i = 0; i < a->list.count; i++)
        items[i] = a->list.items[a->list.count - 1 - i];
    return value_list(items, a->list.count);
}

static Value index_of(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value *items = NEW_N(run->cx, Value, a[0].list.count + 1);
    size_t n = 0;
    for (size_t i = 0; i < a[0].list.count; i++) {
        Value same = value_equal(run->cx, &a[0].list.items[i], &a[1]);
        if (value_is_true(&same))
            items[n++] = value_int((int64_t)i + 1);
    }
    return value_list(items, n);
}

/* The places of items by their hash: 0 where none stands, else the item's number from 1. */
typedef struct Seen {
    uint32_t *places;
    size_t mask;
} Seen;

/* The place of v's equal among items, or the free one where v belongs. */
static uint32_t *seen_place(Run *run, const Seen *seen, const Value *items, const Value *v,
                            uint64_t hash)
{
    size_t at = hash & seen->mask, tries = 0;
    for (; seen->places[at]; at = (at + 1) & seen->mask, tries++) {
        Value same = value_equal(run->cx, &items[seen->places[at] - 1], v);
        if (value_is_true(&same))
            break;
    }
    run_spend(run, tries * value_weight(v, 1000));
    return &seen->places[at];
}

/* Among items, for what has no hash. */
static bool stands_in(Run *run, const Value *items, size_t count, const Value *v)
{
    Value same = value_null();
    size_t k = 0;
    for (; k < count && !value_is_true(&same); k++)
        if (items[k].kind == v->kind)
            same = value_equal(run->cx, &items[k], v);
    run_spend(run, k * value_weight(v, 1000));
    return value_is_true(&same);
}

static Value distinct(Run *run, const Values *list)
{
    Value *items = NEW_N(run->cx, Value, list->count + 1);
    Seen seen = { .mask = 15 };
    while (seen.mask < 2 * list->count)
        seen.mask = 2 * seen.mask + 1;
    seen.places = NEW_N(run->cx, uint32_t, seen.mask + 1);
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++) {
        const Value *v = &list->items[i];
        uint64_t hash;
        uint32_t *place = value_hash(v, &hash) ? seen_place(run, &seen, items, v, hash) : NULL;
        bool known = place ? *place != 0 : stands_in(run, items, n, v);
        if (run->stopped)
            return value_null();
        if (!known)
            items[n++] = *v;
        if (!known && place)
            *place = (uint32_t)n;
    }
    return value_list(items, n);
}

static Value distinct_values(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    return distinct(run, &a->list);
}

static Value union_of(Run *run, const Value *a)
{
    Value all = concatenate(run, a), unknown;
    if (all.kind != VALUE_LIST)
        return all;
    if (list_unknown(run->cx, &all.list, &unknown))
        return unknown;
    return distinct(run, &all.list);
}

static size_t flat_count(const Values *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++)
        n += list->items[i].kind == VALUE_LIST ? flat_count(&list->items[i].list) : 1;
    return n;
}

static size_t flat_copy(const Values *list, Value *out)
{
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == VALUE_LIST)
            n += flat_copy(&list->items[i].list, out + n);
        else
            out[n++] = list->items[i];
    return n;
}

static Value flatten(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    size_t n = flat_count(&a->list);
    Value *items = NEW_N(run->cx, Value, n + 1);
    run->steps += (int64_t)n;
    if (arena_full(run->cx->arena))
        return value_null();
    return value_list(items, flat_copy(&a->list, items));
}

/* Merges two sorted runs; equal items keep their order. *bad: what the comparison gave instead. */
static bool merge(Run *run, const Value *precedes, Value *items, size_t middle, size_t count,
                  Value *room, Value *bad)
{
    size_t i = 0, j = middle, n = 0;
    while (i < middle && j < count) {
        Value pair[2] = { items[j], items[i] };
        Value yes = feel_call(run, precedes, pair, 2);
        if (yes.kind != VALUE_BOOLEAN || run->stopped) {
            *bad = not_boolean(run->cx, &yes);
            return false;
        }
        room[n++] = yes.boolean ? items[j++] : items[i++];
    }
    while (i < middle)
        room[n++] = items[i++];
    while (j < count)
        room[n++] = items[j++];
    memcpy(items, room, count * sizeof *items);
    return true;
}

static bool merge_sort(Run *run, const Value *precedes, Value *items, size_t count, Value *room,
                       Value *bad)
{
    if (count < 2)
        return true;
    size_t middle = count / 2;
    return merge_sort(run, precedes, items, middle, room, bad) &&
           merge_sort(run, precedes, items + middle, count - middle, room, bad) &&
           merge(run, precedes, items, middle, count, room, bad);
}

static bool sort_natural(Value *items, size_t count, Value *room)
{
    size_t middle = count / 2, i = 0, j = middle, n = 0;
    int order;
    if (count < 2)
        return true;
    if (!sort_natural(items, middle, room) || !sort_natural(items + middle, count - middle, room))
        return false;
    while (i < middle && j < count) {
        if (!value_order(&items[i], &items[j], &order))
            return false;
        room[n++] = order <= 0 ? items[i++] : items[j++];
    }
    while (i < middle)
        room[n++] = items[i++];
    while (j < count)
        room[n++] = items[j++];
    memcpy(items, room, count * sizeof *items);
    return true;
}

static Value sort(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value *items, bad;
    Value out = list_copy(run->cx, &a[0].list, a[0].list.count + 1, &items);
    Value *room = NEW_N(run->cx, Value, a[0].list.count + 1);
    if (value_is_null(&a[1]))
        return sort_natural(items, a[0].list.count, room)
                   ? out
                   : value_null_because(run->cx, "%s 中有不能比较的项",
                                        "%s has items without an order",
                                        value_brief(run->cx, &a[0]));
    return merge_sort(run, &a[1], items, a[0].list.count, room, &bad) ? out : bad;
}

#define LIST                                                                                       \
    {                                                                                              \
        "list", K_LIST                                                                             \
    }
#define POSITION                                                                                   \
    {                                                                                              \
        "position", K_NUMBER                                                                       \
    }
#define NEW_ITEM                                                                                   \
    {                                                                                              \
        "newItem", K_ANY                                                                           \
    }

static const Builtin rows[] = {
    { "list contains",
      { LIST, { "element", K_ANY } },
      list_contains,
      TYPE_BOOLEAN,
      BUILTIN_LENIENT | BUILTIN_DEEP,
      "列表中有没有",
      "is it an item of the list" },
    { "count", { LIST }, count, TYPE_NUMBER, BUILTIN_MEMBERS, "项数", "number of items" },
    { "sublist",
      { LIST, { "start position", K_NUMBER }, { "length", K_NUMBER | K_OPTIONAL } },
      sublist,
      TYPE_LIST,
      BUILTIN_MEMBERS,
      "列表的一段",
      "part of a list" },
    { "append",
      { LIST, { "item", K_ANY } },
      append,
      TYPE_LIST,
      BUILTIN_LENIENT | BUILTIN_SPREAD,
      "加在末尾",
      "items put at the end" },
    { "concatenate",
      { LIST },
      concatenate,
      TYPE_LIST,
      BUILTIN_LENIENT | BUILTIN_SPREAD,
      "列表相连",
      "lists made one" },
    { "insert before",
      { LIST, POSITION, NEW_ITEM },
      insert_before,
      TYPE_LIST,
      BUILTIN_LENIENT,
      "插在前面",
      "an item put before another" },
    { "remove",
      { LIST, POSITION },
      remove_at,
      TYPE_LIST,
      BUILTIN_MEMBERS,
      "去掉一项",
      "an item left out" },
    { "list replace",
      { LIST, POSITION, NEW_ITEM },
      replace_at,
      TYPE_LIST,
      BUILTIN_LENIENT,
      "换一项",
      "an item replaced" },
    { "list replace",
      { LIST, { "match", K_FUNCTION }, NEW_ITEM },
      replace_matching,
      TYPE_LIST,
      BUILTIN_LENIENT,
      "换掉符合的项",
      "matching items replaced" },
    { "reverse", { LIST }, reverse, TYPE_LIST, BUILTIN_MEMBERS, "倒序", "the other way round" },
    { "index of",
      { LIST, { "match", K_ANY } },
      index_of,
      TYPE_LIST,
      BUILTIN_DEEP,
      "在第几项",
      "where it stands" },
    { "union",
      { LIST },
      union_of,
      TYPE_LIST,
      BUILTIN_LENIENT | BUILTIN_SPREAD | BUILTIN_DEEP,
      "相连并去重",
      "lists made one, each item once" },
    { "distinct values",
      { LIST },
      distinct_values,
      TYPE_LIST,
      BUILTIN_DEEP,
      "去重",
      "each item once" },
    { "flatten",
      { LIST },
      flatten,
      TYPE_LIST,
      BUILTIN_MEMBERS | BUILTIN_DEEP,
      "展开列表中的列表",
      "lists inside made flat" },
    { "sort",
      { LIST, { "precedes", K_FUNCTION | K_OPTIONAL } },
      sort,
      TYPE_LIST,
      BUILTIN_DEEP,
      "排序；可给出谁在前",
      "sorted, by a function where one is given" },
};

const BuiltinFamily BUILTIN_LIST = { rows, COUNT(rows) };
