#include "sheet/document.h"
#include "sheet/grid.h"

#include <assert.h>
#include <string.h>

/* Where the list of a tab is in its document. */
typedef struct Spot {
    const Field *object; /* it is in, or NULL */
    const Field *list;
    const Field *inner;    /* the list in its items that the tab is, or NULL: list itself */
    const Field *item_key; /* of inner: what its items are named by */
    const char *owner;     /* of inner: key of the column that says so */
} Spot;

typedef struct TabMaking {
    Sheet *sheets;
    Spot *spots;
    size_t count;
} TabMaking;

static bool is_table(const Field *f)
{
    return f->type == FIELD_LIST && f->fields;
}

static void tab_add(Cx *cx, TabMaking *m, Sheet sheet, Spot spot)
{
    size_t n = m->count++;
    m->sheets = arena_grow(cx->arena, m->sheets, n * sizeof(Sheet), (n + 1) * sizeof(Sheet));
    m->spots = arena_grow(cx->arena, m->spots, n * sizeof(Spot), (n + 1) * sizeof(Spot));
    m->sheets[n] = sheet;
    m->spots[n] = spot;
}

static const Field *key_field(const Field *fields)
{
    for (; fields->type != FIELD_END; fields++)
        if (fields->flags & FIELD_KEY)
            return fields;
    return NULL;
}

/* The inner list's fields behind a column for the item's key. */
static const Field *owned_fields(Cx *cx, const Spot *spot)
{
    size_t n = 0;
    while (spot->inner->fields[n].type != FIELD_END)
        n++;
    Field *fields = NEW_N(cx, Field, n + 2);
    fields[0] = *spot->item_key;
    fields[0].key = spot->owner;
    fields[0].zh = arena_format(cx->arena, "%s·%s", spot->list->zh, spot->item_key->zh);
    fields[0].en = arena_format(cx->arena, "%s: %s", spot->list->en, spot->item_key->en);
    fields[0].flags = FIELD_REQUIRED;
    memcpy(fields + 1, spot->inner->fields, (n + 1) * sizeof(Field));
    return fields;
}

static void list_add(Cx *cx, TabMaking *m, const Field *object, const Field *list)
{
    const char *key = object ? arena_format(cx->arena, "%s.%s", object->key, list->key) : list->key;
    tab_add(cx, m, (Sheet){ key, list->zh, list->en, list->fields }, (Spot){ object, list });
    const Field *item_key = key_field(list->fields);
    for (const Field *f = list->fields; item_key && f->type != FIELD_END; f++) {
        if (!is_table(f))
            continue;
        const char *owner = arena_format(cx->arena, "%s_%s", list->key, item_key->key);
        Spot spot = { object, list, f, item_key, owner };
        tab_add(cx, m,
                (Sheet){ arena_format(cx->arena, "%s.%s", key, f->key),
                         arena_format(cx->arena, "%s·%s", list->zh, f->zh),
                         arena_format(cx->arena, "%s - %s", list->en, f->en),
                         owned_fields(cx, &spot) },
                spot);
    }
}

SheetTabs sheet_tabs(Cx *cx, const Field *document)
{
    TabMaking m = { NULL, NULL, 0 };
    for (const Field *f = document; f->type != FIELD_END; f++) {
        if (is_table(f))
            list_add(cx, &m, NULL, f);
        if (f->type != FIELD_OBJECT || !f->fields)
            continue;
        for (const Field *in = f->fields; in->type != FIELD_END; in++)
            if (is_table(in))
                list_add(cx, &m, f, in);
    }
    return (SheetTabs){ m.sheets, m.count, m.spots };
}

/* ---- JSON with one member changed -------------------------------------------------------- */

static Json *with(Cx *cx, const Json *object, const char *key, const Json *value)
{
    Json *out = json_new(cx, J_OBJECT, object ? object->key : NULL);
    Json *member = json_copy(cx, value);
    member->key = key;
    bool there = false;
    for (size_t i = 0; !json_missing(object) && i < object->count; i++) {
        bool same = strcmp(object->items[i]->key, key) == 0;
        there |= same;
        json_append(cx, out, same ? member : object->items[i]);
    }
    if (!there)
        json_append(cx, out, member);
    return out;
}

static Json *without(Cx *cx, const Json *object, const char *key)
{
    Json *out = json_new(cx, J_OBJECT, NULL);
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->items[i]->key, key) != 0)
            json_append(cx, out, object->items[i]);
    return out;
}

static const Json *member(const Json *object, const Field *f)
{
    return json_missing(object) ? NULL : json_get(object, f->key);
}

static const Json *list_at(const Spot *spot, const Json *document)
{
    return member(spot->object ? member(document, spot->object) : document, spot->list);
}

/* ---- out --------------------------------------------------------------------------------- */

static Err put_inner(Cx *cx, SheetOut *out, const Spot *spot, const Json *item)
{
    const Json *inner = member(item, spot->inner);
    const Json *key = member(item, spot->item_key);
    for (size_t i = 0; key && !json_missing(inner) && i < inner->count; i++)
        TRY(sheet_put(cx, out, with(cx, inner->items[i], spot->owner, key)));
    return OK;
}

Err sheet_put_document(Cx *cx, SheetOut *out, const SheetTabs *tabs, const Json *document,
                       bool reveal)
{
    for (size_t t = 0; t < tabs->count; t++) {
        const Spot *spot = &tabs->spots[t];
        const Json *list = list_at(spot, document);
        sheet_begin(cx, out, &tabs->sheets[t], reveal);
        for (size_t i = 0; !json_missing(list) && i < list->count; i++)
            TRY(spot->inner ? put_inner(cx, out, spot, list->items[i])
                            : sheet_put(cx, out, list->items[i]));
    }
    return OK;
}

/* ---- in ---------------------------------------------------------------------------------- */

static const char *owner_of(const SheetRow *row, const Spot *spot)
{
    return json_text(row->object, spot->owner, "");
}

/* The items with the inner lists of those that the table names. */
static const Json *list_with_inner(Cx *cx, const SheetTable *t, const Spot *spot, const Json *list,
                                   bool *used, SheetMerge *sum)
{
    const Json none = { .type = J_OBJECT };
    Json *out = json_new(cx, J_ARRAY, NULL);
    for (size_t i = 0; !json_missing(list) && i < list->count; i++) {
        Json *item = list->items[i];
        Json *inner = json_new(cx, J_ARRAY, NULL);
        for (size_t k = 0; k < t->count; k++) {
            if (strcmp(owner_of(&t->rows[k], spot), json_text(item, spot->item_key->key, "")) != 0)
                continue;
            used[k] = true;
            json_append(cx, inner,
                        json_overlay(cx, spot->inner->fields, &none,
                                     without(cx, t->rows[k].object, spot->owner)));
        }
        const Json *old = member(item, spot->inner);
        bool same = inner->count == 0 || (old && json_same(old, inner));
        sum->same += same ? inner->count : 0;
        sum->changed += same ? 0 : inner->count;
        json_append(cx, out, same ? item : with(cx, item, spot->inner->key, inner));
    }
    return out;
}

static void orphan(Cx *cx, const Spot *spot, const SheetRow *row)
{
    const char *owner = owner_of(row, spot);
    fail(cx, INVALID, spot->owner, "“%s”不在表中", "“%s” is not in its table", owner);
    sheet_fault(cx, row, spot->owner);
}

static const Json *table_over(Cx *cx, SheetMerge *sum, const SheetTable *t, const Spot *spot,
                              const Json *document)
{
    SheetMerge m = { .result = NULL };
    const Json *list = list_at(spot, document);
    if (spot->inner) {
        bool *used = NEW_N(cx, bool, t->count);
        m.result = list_with_inner(cx, t, spot, list, used, &m);
        for (size_t k = 0; k < t->count; k++)
            if (!used[k])
                orphan(cx, spot, &t->rows[k]);
    } else {
        sheet_merge(cx, &m, t, list);
    }
    sum->added += m.added;
    sum->changed += m.changed;
    sum->same += m.same;
    if (!spot->object)
        return with(cx, document, spot->list->key, m.result);
    const Json *home = with(cx, member(document, spot->object), spot->list->key, m.result);
    return with(cx, document, spot->object->key, home);
}

void sheet_merge_document(Cx *cx, SheetMerge *out, SheetBook *book, const SheetTabs *tabs,
                          const Json *document)
{
    *out = (SheetMerge){ .result = document };
    for (int inner = 0; inner < 2; inner++) /* the items first, then what belongs to them */
        for (size_t i = 0; i < book->count; i++) {
            const SheetTable *t = &book->tables[i];
            assert(t->sheet >= tabs->sheets && t->sheet < tabs->sheets + tabs->count);
            const Spot *spot = &tabs->spots[t->sheet - tabs->sheets];
            if (t->count > 0 && (spot->inner != NULL) == inner)
                out->result = table_over(cx, out, t, spot, out->result);
        }
}
