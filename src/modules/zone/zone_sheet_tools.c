/* What the workbooks of a zone's parts share. */
#include "modules/zone/zone_sheet.h"

#include <assert.h>
#include <string.h>

Err sheet_work(Cx *cx, SheetWork *out, const ZoneView *v)
{
    Dossier d;
    TRY(zone_dossier(cx, &d, v->zone.id));
    *out = (SheetWork){ .view = v, .version = d.version };
    return json_parse(cx, &out->dossier, d.dossier, strlen(d.dossier), &JSON_LIMITS);
}

const Field *sheet_list_fields(const SheetWork *w, const char *path)
{
    const Field *fields = w->view->pack->dossier.fields;
    const char *slash = strchr(path, '/');
    if (slash) {
        fields = field_find(fields, "plan");
        assert(fields != NULL && strncmp(path, "plan/", 5) == 0);
        fields = fields->fields;
        path = slash + 1;
    }
    const Field *list = field_find(fields, path);
    assert(list != NULL && list->fields != NULL); /* pack check proves the common fields */
    return list->fields;
}

const Json *json_with(Cx *cx, const Json *object, const char *key, const Json *value)
{
    size_t count = json_missing(object) ? 0 : object->count;
    Json *out = NEW(cx, Json), *member = NEW(cx, Json);
    bool there = false;
    *out = (Json){ .type = J_OBJECT, .items = NEW_N(cx, Json *, count + 1) };
    *member = *value;
    member->key = key;
    for (size_t i = 0; i < count; i++) {
        bool same = strcmp(object->items[i]->key, key) == 0;
        there |= same;
        out->items[out->count++] = same ? member : object->items[i];
    }
    if (!there)
        out->items[out->count++] = member;
    return out;
}

Err json_again(Cx *cx, const Json **out, Buf *b)
{
    return json_parse(cx, out, buf_text(b), b->length, &JSON_LIMITS);
}

bool json_amount(const Json *line, Money *out)
{
    const Json *j = json_get(line, "amount");
    return !json_missing(j) && field_money(j, out);
}

bool json_amounts(const Json *lines, Money *sum)
{
    for (size_t i = 0; !json_missing(lines) && i < lines->count; i++) {
        Money own;
        if (!json_amount(lines->items[i], &own) || !money_add(*sum, own, sum))
            return false;
    }
    return true;
}

/* Of the stored items those that a row of the table names. */
static const Json *named(Cx *cx, const SheetTable *t, const char *key, const Json *stored)
{
    Json *out = NEW(cx, Json);
    *out = (Json){ .type = J_ARRAY, .items = NEW_N(cx, Json *, stored->count) };
    for (size_t i = 0; i < stored->count; i++)
        for (size_t k = 0; k < t->count; k++)
            if (strcmp(t->rows[k].key, sheet_key(cx, json_text(stored->items[i], key, ""))) == 0) {
                out->items[out->count++] = stored->items[i];
                break;
            }
    return out;
}

static const char *key_of(const Field *fields)
{
    while (!(fields->flags & FIELD_KEY))
        fields++;
    return fields->key;
}

void sheet_lay(Cx *cx, SheetUse *out, SheetTable t, const Field *fields, const Json *objects,
               const Json *stored, bool replace)
{
    const Sheet sheet = { .fields = fields };
    assert(t.count == objects->count);
    for (size_t i = 0; i < t.count; i++)
        t.rows[i].object = objects->items[i];
    t.sheet = &sheet;
    *out = (SheetUse){ .removed = 0 };
    if (replace && !json_missing(stored)) {
        const Json *kept = named(cx, &t, key_of(fields), stored);
        out->removed = stored->count - kept->count;
        stored = kept;
    }
    sheet_merge(cx, &out->sum, &t, stored);
}
