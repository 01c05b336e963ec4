#include "policy/register/row_shape.h"

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
