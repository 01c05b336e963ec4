/* What changed between two states of a dossier, field by field, in the dictionary's words. */
#include "modules/zone/zone.h"

#include "modules/zone/zone_lack.h"

#include <stdlib.h>
#include <string.h>

typedef struct Diff {
    Cx *cx;
    JsonOut *o;
    const char *zh; /* labels of the way down: "项目 P2 / 截止日期" */
    const char *en;
} Diff;

static void compare(Diff *d, const Field *f, const char *at, const Json *before, const Json *after);

static const char *join(Cx *cx, const char *a, const char *b)
{
    return *a ? arena_format(cx->arena, "%s / %s", a, b) : b;
}

static void put_value(JsonOut *o, const char *key, const Json *j)
{
    if (json_missing(j))
        json_put_null(o, key);
    else
        json_put(o, key, j);
}

static void put(Diff *d, const Field *f, const char *at, const Json *before, const Json *after)
{
    json_open(d->o, NULL, '{');
    json_put_text(d->o, "pointer", at);
    json_put_text(d->o, "zh", d->zh);
    json_put_text(d->o, "en", d->en);
    json_put_text(d->o, "unit", f->unit);
    json_put_text(d->o, "kind",
                  json_missing(before)  ? "added"
                  : json_missing(after) ? "removed"
                                        : "changed");
    put_value(d->o, "before", before);
    put_value(d->o, "after", after);
    json_close(d->o, '}');
}

static void compare_fields(Diff *d, const Field *fields, const char *at, const Json *before,
                           const Json *after)
{
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        Diff below = *d;
        below.zh = join(d->cx, d->zh, f->zh);
        below.en = join(d->cx, d->en, f->en);
        compare(&below, f, json_pointer(d->cx, at, f->key), json_get(before, f->key),
                json_get(after, f->key));
    }
}

static const char *key_of(const Field *fields, const Json *item)
{
    for (const Field *f = fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_KEY)
            return json_text(item, f->key, NULL);
    return NULL;
}

/* The item of the same key, else, in lists without one, of the same place. */
static const Json *twin(const Field *f, const Json *list, const Json *item, size_t i)
{
    const char *key = key_of(f->fields, item);
    if (json_missing(list))
        return NULL;
    if (!key)
        return i < list->count ? list->items[i] : NULL;
    for (size_t k = 0; k < list->count; k++)
        if (text_same(key_of(f->fields, list->items[k]), key))
            return list->items[k];
    return NULL;
}

static void compare_items(Diff *d, const Field *f, const char *at, const Json *before,
                          const Json *after)
{
    Cx *cx = d->cx;
    for (size_t i = 0; !json_missing(after) && i < after->count; i++) {
        const Json *item = after->items[i];
        const char *name = dictionary_item_name(f, item);
        Diff below = *d;
        below.zh = arena_format(cx->arena, "%s %s", d->zh, name ? name : "");
        below.en = arena_format(cx->arena, "%s %s", d->en, name ? name : "");
        const Json *old = twin(f, before, item, i);
        if (old)
            compare_fields(&below, f->fields, json_pointer_at(cx, at, i), old, item);
        else
            put(&below, f, json_pointer_at(cx, at, i), NULL, item);
    }
    for (size_t i = 0; !json_missing(before) && i < before->count; i++) {
        const Json *item = before->items[i];
        if (twin(f, after, item, i))
            continue;
        const char *name = dictionary_item_name(f, item);
        Diff below = *d;
        below.zh = arena_format(cx->arena, "%s %s", d->zh, name ? name : "");
        below.en = arena_format(cx->arena, "%s %s", d->en, name ? name : "");
        put(&below, f, json_pointer_at(cx, at, i), item, NULL);
    }
}

static bool same(const Field *f, const Json *before, const Json *after)
{
    int64_t a, b;
    if (json_missing(before) || json_missing(after))
        return json_missing(before) && json_missing(after);
    if (f->type == FIELD_MONEY && field_money(before, &a) && field_money(after, &b))
        return a == b;
    return json_same(before, after);
}

static void compare(Diff *d, const Field *f, const char *at, const Json *before, const Json *after)
{
    if (same(f, before, after))
        return;
    if (f->type == FIELD_OBJECT && f->fields)
        compare_fields(d, f->fields, at, before, after);
    else if (f->type == FIELD_LIST && f->fields)
        compare_items(d, f, at, before, after);
    else
        put(d, f, at, before, after);
}

/* --- following a field through changed lists --- */

static const Field *field_named(const Field *fields, const char *key, size_t length)
{
    for (const Field *f = fields; f && f->type != FIELD_END; f++)
        if (strlen(f->key) == length && strncmp(f->key, key, length) == 0)
            return f;
    return NULL;
}

static size_t place_in_list(const Json *list, const Json *item)
{
    size_t i = 0;
    while (list->items[i] != item)
        i++;
    return i;
}

/* One step down a pointer, in both documents at once; a row is found again by its key. */
static bool step_down(Followed *w, const Field **fields, const char *token, size_t length)
{
    Cx *cx = w->cx;
    const char *key = arena_text_n(cx->arena, token, length);
    if (!w->row && w->field && w->field->type == FIELD_LIST && w->field->fields) {
        size_t i = strtoul(key, NULL, 10);
        const Json *item =
            !json_missing(w->before) && i < w->before->count ? w->before->items[i] : NULL;
        const Json *now = item ? twin(w->field, w->after, item, i) : NULL;
        const char *name = item ? dictionary_item_name(w->field, item) : NULL;
        if (name) {
            w->zh = arena_format(cx->arena, "%s %s", w->zh, name);
            w->en = arena_format(cx->arena, "%s %s", w->en, name);
        }
        if (now)
            w->pointer = json_pointer_at(cx, w->pointer, place_in_list(w->after, now));
        w->before = item;
        w->after = now;
        w->row = true;
        return now != NULL;
    }
    const Field *f = field_named(*fields, key, length);
    w->pointer = json_pointer(cx, w->pointer, key);
    w->zh = join(cx, w->zh, f ? f->zh : key);
    w->en = join(cx, w->en, f ? f->en : key);
    w->before = json_get(w->before, key);
    w->after = json_get(w->after, key);
    w->field = f;
    w->row = false;
    *fields = f ? f->fields : NULL;
    return true;
}

Followed dossier_follow(Cx *cx, const Field *fields, const Json *before, const Json *after,
                        const char *pointer)
{
    Followed w = { .cx = cx, .before = before, .after = after, .pointer = "", .zh = "", .en = "" };
    while (*pointer == '/') {
        size_t length = strcspn(++pointer, "/");
        if (!step_down(&w, &fields, pointer, length))
            break;
        pointer += length;
    }
    bool bare = json_missing(w.before) || json_missing(w.after) || !w.field;
    if (*pointer) /* the row is gone */
        w.changed = true;
    else if (bare)
        w.changed = json_missing(w.before) != json_missing(w.after) ||
                    (!json_missing(w.before) && !json_same(w.before, w.after));
    else
        w.changed = !same(w.field, w.before, w.after);
    return w;
}

void dossier_put_diff(Cx *cx, JsonOut *o, const Field *fields, const Json *before,
                      const Json *after)
{
    Diff d = { cx, o, "", "" };
    json_open(o, "changes", '[');
    compare_fields(&d, fields, "", before, after);
    json_close(o, ']');
}
