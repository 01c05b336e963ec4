/* Built-ins on contexts (DMN 1.5, 10.3.4.10), and "is". */
#include "rules/builtin.h"

#include <assert.h>
#include <string.h>

static Value get_value(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_CONTEXT && a[1].kind == VALUE_STRING);
    const Value *found = context_get(a[0].context, a[1].text.bytes);
    return found ? *found
                 : value_null_because(run->cx, "没有「%s」", "there is no \"%s\"", a[1].text.bytes);
}

static Value get_entries(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_CONTEXT);
    const Context *c = a->context;
    Value *items = c->count ? NEW_N(run->cx, Value, c->count) : NULL;
    for (size_t i = 0; i < c->count; i++) {
        Entry *pair = NEW_N(run->cx, Entry, 2);
        pair[0] = (Entry){ "key", value_text(c->entries[i].key) };
        pair[1] = (Entry){ "value", c->entries[i].value };
        items[i] = value_context(run->cx, pair, 2);
    }
    return value_list(items, c->count);
}

/* A copy with the key set to v. */
static Value put(Cx *cx, const Context *c, const char *key, const Value *v)
{
    Entry *entries = NEW_N(cx, Entry, c->count + 1);
    size_t count = c->count;
    if (count)
        memcpy(entries, c->entries, count * sizeof *entries);
    for (size_t i = 0; i < count; i++)
        if (strcmp(entries[i].key, key) == 0) {
            entries[i].value = *v;
            return value_context(cx, entries, count);
        }
    entries[count] = (Entry){ key, *v };
    return value_context(cx, entries, count + 1);
}

/* The new value may be unknown; where to put it may not. */
static bool place_unknown(Cx *cx, const Value *a, Value *out)
{
    if (!value_is_unknown(&a[0]) && !value_is_unknown(&a[1]))
        return false;
    *out = value_unknown_both(cx, &a[0], &a[1]);
    return true;
}

static Value context_put(Run *run, const Value *a)
{
    Value unknown;
    if (place_unknown(run->cx, a, &unknown))
        return unknown;
    return put(run->cx, a[0].context, a[1].text.bytes, &a[2]);
}

static Value put_path(Cx *cx, const Value *at, const Value *keys, size_t count, const Value *v)
{
    if (at->kind != VALUE_CONTEXT || keys->kind != VALUE_STRING)
        return value_null_because(cx, "%s 中没有路径 %s", "%s has no path %s", value_brief(cx, at),
                                  value_brief(cx, keys));
    if (count == 1)
        return put(cx, at->context, keys->text.bytes, v);
    const Value *inner = context_get(at->context, keys->text.bytes);
    Value missing = value_null();
    Value changed = put_path(cx, inner ? inner : &missing, keys + 1, count - 1, v);
    if (value_is_null(&changed))
        return changed;
    return put(cx, at->context, keys->text.bytes, &changed);
}

static Value context_put_path(Run *run, const Value *a)
{
    Value unknown;
    if (place_unknown(run->cx, a, &unknown))
        return unknown;
    if (a[1].list.count == 0 || a[1].list.count > 64)
        return value_null_because(run->cx, "路径 %s 为空或过长", "the path %s is empty or too long",
                                  value_brief(run->cx, &a[1]));
    return put_path(run->cx, &a[0], a[1].list.items, a[1].list.count, &a[2]);
}

static Value context_merge(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value all = value_context(run->cx, NULL, 0);
    for (size_t i = 0; i < a->list.count; i++) {
        const Value *one = &a->list.items[i];
        if (one->kind != VALUE_CONTEXT)
            return value_null_because(run->cx, "%s 不是上下文", "%s is no context",
                                      value_brief(run->cx, one));
        for (size_t k = 0; k < one->context->count; k++)
            all = put(run->cx, all.context, one->context->entries[k].key,
                      &one->context->entries[k].value);
    }
    return all;
}

/* [{key: "a", value: 1}, …]; a key that stands twice is an error. */
static Value context_of(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value all = value_context(run->cx, NULL, 0);
    for (size_t i = 0; i < a->list.count; i++) {
        const Value *one = &a->list.items[i];
        const Value *key = one->kind == VALUE_CONTEXT ? context_get(one->context, "key") : NULL;
        const Value *v = key ? context_get(one->context, "value") : NULL;
        if (!v || key->kind != VALUE_STRING || context_get(all.context, key->text.bytes))
            return value_null_because(run->cx, "%s 不是新的 {key, value}",
                                      "%s is no new {key, value}", value_brief(run->cx, one));
        all = put(run->cx, all.context, key->text.bytes, v);
    }
    return all;
}

static Value is_same(Run *run, const Value *a)
{
    (void)run;
    return value_boolean(value_same(&a[0], &a[1]));
}

#define CONTEXT                                                                                    \
    {                                                                                              \
        "context", K_CONTEXT                                                                       \
    }
#define VALUE                                                                                      \
    {                                                                                              \
        "value", K_ANY                                                                             \
    }

static const Builtin rows[] = {
    { "get value",
      { { "m", K_CONTEXT }, { "key", K_STRING } },
      get_value,
      TYPE_ANY,
      0,
      "按名取值",
      "value of a key" },
    { "get entries",
      { { "m", K_CONTEXT } },
      get_entries,
      TYPE_LIST,
      0,
      "全部名和值",
      "all keys and values" },
    { "context put",
      { CONTEXT, { "key", K_STRING }, VALUE },
      context_put,
      TYPE_CONTEXT,
      BUILTIN_LENIENT,
      "设一个值",
      "a copy with one value set" },
    { "context put",
      { CONTEXT, { "keys", K_LIST }, VALUE },
      context_put_path,
      TYPE_CONTEXT,
      BUILTIN_LENIENT,
      "按路径设一个值",
      "a copy with one value set below" },
    { "context merge",
      { { "contexts", K_LIST } },
      context_merge,
      TYPE_CONTEXT,
      0,
      "合并",
      "contexts made one" },
    { "context",
      { { "entries", K_LIST } },
      context_of,
      TYPE_CONTEXT,
      0,
      "由名和值得上下文",
      "context from keys and values" },
    { "is",
      { { "value1", K_ANY | K_OPTIONAL }, { "value2", K_ANY | K_OPTIONAL } },
      is_same,
      TYPE_BOOLEAN,
      BUILTIN_DEEP,
      "是否同一个值（时区写法也相同）",
      "are both the same value" },
};

const BuiltinFamily BUILTIN_CONTEXT = { rows, COUNT(rows) };
