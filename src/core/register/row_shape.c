#include "core/register/row_shape.h"

#include <string.h>

const Register *pack_register(const Pack *pack, const char *noun)
{
    for (size_t i = 0; i < pack->register_count; i++)
        if (strcmp(pack->registers[i]->noun, noun) == 0)
            return pack->registers[i];
    return NULL;
}

static const Register *linked_register(const Pack *pack, const Field *f)
{
    return f->link && !field_is_text(f) ? pack_register(pack, f->link) : NULL;
}

const RowShape *row_shape(Cx *cx, const Pack *pack, const Register *r, const char *const *counts)
{
    size_t room = 1, n = 0;
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        room++;
    RowLink *links = NEW_N(cx, RowLink, room);
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        const Register *to = linked_register(pack, f);
        if (to)
            links[n++] = (RowLink){ f->key, to->noun, to->table.fields };
    }
    RowShape *s = NEW(cx, RowShape);
    *s = (RowShape){ r->table.fields, links, counts, pack->parameter_values };
    return s;
}

Err row_reader(Cx *cx, RowReader *out, const Register *r, const RowShape *shape)
{
    size_t n = 0;
    while (shape->links[n].from)
        n++;
    const Register **linked = NEW_N(cx, const Register *, n + 1);
    for (size_t i = 0; i < n; i++)
        TRY(register_find(cx, &linked[i], shape->links[i].table));
    *out = (RowReader){ r, shape, linked };
    return OK;
}

Err row_reader_values(Cx *cx, RowValues *out, const RowReader *reader, const void *row)
{
    size_t n = 0;
    while (reader->shape->links[n].from)
        n++;
    const void **linked = NEW_N(cx, const void *, n + 1);
    for (size_t i = 0; i < n; i++) {
        int64_t id = register_int(reader->r, row, reader->shape->links[i].from);
        void *of = register_row(cx, reader->linked[i]);
        Err e = id == UNSET ? NOT_FOUND
                            : table_get(cx, of, &reader->linked[i]->table, range_of(cx, ""), id);
        if (e != OK && e != NOT_FOUND)
            return e;
        linked[i] = e == OK ? of : NULL;
    }
    *out = (RowValues){ .row = row, .linked = linked };
    return OK;
}
