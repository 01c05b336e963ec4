#include "core/register/row_reader.h"

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
