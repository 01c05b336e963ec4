#include "sheet/merge.h"

#include "sheet/grid.h"

#include <assert.h>
#include <string.h>

/* ---- keys -------------------------------------------------------------------------------- */

const char *sheet_key(Cx *cx, const char *text)
{
    return key_fold(cx, text);
}

void sheet_key_add(Cx *cx, Buf *key, const Json *value)
{
    if (json_missing(value))
        return;
    buf_format(key, "%s%s", key->length ? "|" : "",
               value->type == J_INT ? arena_format(cx->arena, "%lld", (long long)value->integer)
                                    : key_fold(cx, value->text));
}

SheetKeys sheet_keys_new(Cx *cx, size_t rows)
{
    SheetKeys seen = { .size = 64 };
    while (seen.size < 2 * rows)
        seen.size *= 2;
    seen.slots = NEW_N(cx, size_t, seen.size);
    return seen;
}

size_t *sheet_keys_slot(const SheetKeys *seen, const SheetTable *t, const char *key)
{
    uint64_t hash = 14695981039346656037u;
    for (const char *p = key; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    size_t i = (size_t)hash & (seen->size - 1);
    while (seen->slots[i] && strcmp(t->rows[seen->slots[i] - 1].key, key) != 0)
        i = (i + 1) & (seen->size - 1);
    return &seen->slots[i];
}

/* ---- over what is stored ----------------------------------------------------------------- */

static const char *key_of(Cx *cx, const Sheet *sheet, const Json *row)
{
    Buf key = BUF(cx);
    for (const Field *f = sheet->fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_KEY)
            sheet_key_add(cx, &key, json_get(row, f->key));
    return buf_text(&key);
}

/* Null, or an object of which nothing is known. */
static bool is_unknown(const Json *j)
{
    if (j->type != J_OBJECT)
        return j->type == J_NULL;
    for (size_t i = 0; i < j->count; i++)
        if (!is_unknown(j->items[i]))
            return false;
    return true;
}

Json *json_overlay(Cx *cx, const Field *fields, const Json *lower, const Json *upper)
{
    Json *out = json_new(cx, J_OBJECT, lower->key);
    for (size_t i = 0; i < lower->count; i++) {
        Json *under = lower->items[i];
        const Json *over = json_get(upper, under->key);
        Json *member = under;
        if (over && over->type == J_OBJECT && under->type == J_OBJECT)
            member = json_overlay(cx, field_find(fields, under->key)->fields, under, over);
        else if (over && !is_unknown(over))
            member = json_copy(cx, over);
        else if (over && under->type != J_NULL)
            member = json_new(cx, J_NULL, under->key);
        json_append(cx, out, member);
    }
    for (size_t i = 0; i < upper->count; i++) {
        Json *over = upper->items[i];
        const Field *f = field_find(fields, over->key);
        if (!json_get(lower, over->key) && (!is_unknown(over) || f->flags & FIELD_PRESENT))
            json_append(cx, out, over);
    }
    return out;
}

static bool has_key(const Field *fields)
{
    for (; fields->type != FIELD_END; fields++)
        if (fields->flags & FIELD_KEY)
            return true;
    return false;
}

static void merged_add(Cx *cx, SheetMerge *m, Json *list, const Json *old, Json *row)
{
    bool same = old && json_same(old, row);
    m->same += same;
    m->changed += old && !same;
    m->added += !old;
    json_append(cx, list, row);
}

/* Row by row in place of the old list. */
static void merge_lines(Cx *cx, SheetMerge *m, Json *list, const SheetTable *t, const Json *stored)
{
    const Json none = { .type = J_OBJECT };
    size_t count = json_missing(stored) ? 0 : stored->count;
    for (size_t i = 0; i < t->count; i++)
        merged_add(cx, m, list, i < count ? stored->items[i] : NULL,
                   json_overlay(cx, t->sheet->fields, &none, t->rows[i].object));
}

/* A key that was matched stays as it is stored: other parts may name the row by it. */
static void keys_keep(const Field *fields, Json *row, const Json *old)
{
    for (size_t i = 0; i < row->count; i++) {
        const Field *f = field_find(fields, row->items[i]->key);
        if (f && f->flags & FIELD_KEY && json_get(old, f->key))
            for (size_t k = 0; k < old->count; k++)
                if (strcmp(old->items[k]->key, f->key) == 0)
                    row->items[i] = old->items[k];
    }
}

static void merge_keyed(Cx *cx, SheetMerge *m, Json *list, const SheetTable *t, const Json *stored)
{
    const Json none = { .type = J_OBJECT };
    bool *used = NEW_N(cx, bool, t->count + 1);
    SheetKeys seen = sheet_keys_new(cx, t->count);
    for (size_t i = 0; i < t->count; i++)
        *sheet_keys_slot(&seen, t, t->rows[i].key) = i + 1;
    for (size_t i = 0; !json_missing(stored) && i < stored->count; i++) {
        Json *old = stored->items[i];
        size_t slot = *sheet_keys_slot(&seen, t, key_of(cx, t->sheet, old));
        if (slot == 0) {
            json_append(cx, list, old);
            continue;
        }
        used[slot - 1] = true;
        Json *row = json_overlay(cx, t->sheet->fields, old, t->rows[slot - 1].object);
        keys_keep(t->sheet->fields, row, old);
        merged_add(cx, m, list, old, row);
    }
    for (size_t i = 0; i < t->count; i++)
        if (!used[i])
            merged_add(cx, m, list, NULL,
                       json_overlay(cx, t->sheet->fields, &none, t->rows[i].object));
}

void sheet_merge(Cx *cx, SheetMerge *out, const SheetTable *table, const Json *stored)
{
    Json *list = json_new(cx, J_ARRAY, NULL);
    *out = (SheetMerge){ .result = list };
    if (has_key(table->sheet->fields))
        merge_keyed(cx, out, list, table, stored);
    else
        merge_lines(cx, out, list, table, stored);
}
