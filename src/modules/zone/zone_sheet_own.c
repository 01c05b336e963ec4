/* What a pack adds to the dossier, as tabs: a table with a column for each field of its rows, and
 * an object as one row with a column for each of its own. The dictionary alone says which. */
#include "modules/zone/zone_sheet.h"

#include "policy/pack/dossier.h"

#include <assert.h>

static Err own_fields(Cx *cx, const Field **out, const SheetWork *w, SheetColumns which)
{
    (void)cx, (void)which;
    assert(w->own && w->own->fields);
    *out = w->own->fields;
    return OK;
}

/* --- a table --- */

static Err table_rows(Cx *cx, JsonOut *o, const SheetWork *w, const Json *dossier, bool total)
{
    (void)cx, (void)total;
    const Json *list = json_get(dossier, w->own->key);
    for (size_t i = 0; !json_missing(list) && i < list->count; i++)
        json_put(o, NULL, list->items[i]);
    return OK;
}

static Err table_merge(Cx *cx, SheetUse *out, const SheetWork *w, const SheetTable *t, bool replace)
{
    Json objects = { .type = J_ARRAY, .items = NEW_N(cx, Json *, t->count + 1) };
    for (size_t i = 0; i < t->count; i++) {
        Json *row = NEW(cx, Json);
        *row = *t->rows[i].object;
        objects.items[objects.count++] = row;
    }
    sheet_lay(cx, out, *t, w->own->fields, &objects, json_get(w->dossier, w->own->key), replace);
    out->dossier = json_with(cx, w->dossier, w->own->key, out->sum.result);
    return OK;
}

/* --- an object --- */

static Err object_rows(Cx *cx, JsonOut *o, const SheetWork *w, const Json *dossier, bool total)
{
    (void)cx, (void)total;
    const Json *object = json_get(dossier, w->own->key);
    if (!json_missing(object))
        json_put(o, NULL, object);
    return OK;
}

/* One row is all that it is: a second one is a fault, for nobody could say which of them holds. */
static Err object_merge(Cx *cx, SheetUse *out, const SheetWork *w, const SheetTable *t,
                        bool replace)
{
    (void)replace;
    const Json none = { .type = J_OBJECT }, *old = json_get(w->dossier, w->own->key);
    *out = (SheetUse){ .dossier = w->dossier };
    for (size_t i = 1; i < t->count; i++) {
        fail(cx, INVALID, "", "“%s%.0s”只填一行", "%.0s%s is filled in on one row", w->own->zh,
             w->own->en);
        sheet_fault(cx, &t->rows[i], "");
    }
    if (t->count == 0)
        return OK;
    const Json *row =
        json_overlay(cx, w->own->fields, json_missing(old) ? &none : old, t->rows[0].object);
    out->sum.added = json_missing(old);
    out->sum.same = !json_missing(old) && json_same(old, row);
    out->sum.changed = !json_missing(old) && !json_same(old, row);
    out->dossier = json_with(cx, w->dossier, w->own->key, row);
    return OK;
}

/* --- which --- */

/* Rows of a table are told apart by its key, and called by a name where they have one. */
static IntakeRows told_of(Cx *cx, const Field *own)
{
    IntakeRows told = { 0 };
    const Field *key = dossier_is_table(own) ? dossier_key(own) : NULL;
    const Field *name = field_find(own->fields, "name");
    const char **keys = NEW_N(cx, const char *, 2), **names = NEW_N(cx, const char *, 3);
    size_t n = 0;
    if (key)
        keys[0] = names[n++] = key->key;
    if (name && name != key)
        names[n++] = name->key;
    told.keys = keys;
    told.names = names;
    for (const Field *f = own->fields; f->type != FIELD_END && !told.money; f++)
        if (f->type == FIELD_MONEY && key)
            told.money = f->key;
    return told;
}

const Field *sheet_own_field(const Pack *pack, const char *key)
{
    const Field *f = field_find(pack->dossier.fields, key);
    return f && dossier_is_own(f) && (!dossier_is_table(f) || dossier_key(f)) ? f : NULL;
}

const SheetPart *sheet_own_part(Cx *cx, const Field *own)
{
    SheetPart *part = NEW(cx, SheetPart);
    bool table = dossier_is_table(own);
    *part = (SheetPart){ .key = own->key,
                         .zh = own->zh,
                         .en = own->en,
                         .title_zh = arena_format(cx->arena, "%s表", own->zh),
                         .title_en = own->en,
                         .fields = own_fields,
                         .rows = table ? table_rows : object_rows,
                         .merge = table ? table_merge : object_merge,
                         .told = told_of(cx, own) };
    return part;
}
