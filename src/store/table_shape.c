/* The shape of a table, told from its fields alone: which columns and indexes there are, what
 * stands beside it, and the four dates of dated rows. Asks no database.
 */
#include "store/dated.h"
#include "store/table_parts.h"

#include <assert.h>
#include <string.h>

/* --- which columns and indexes there are --- */

bool table_is_id(const Field *f)
{
    return strcmp(f->key, "id") == 0;
}

bool table_keeps(const Field *f)
{
    return !(f->flags & FIELD_VIRTUAL);
}

static bool is_open(const Field *f)
{
    return table_keeps(f) && !(f->flags & FIELD_SEALED);
}

bool table_searches(const Field *f)
{
    return is_open(f) && f->type == FIELD_TEXT && !f->link &&
           f->flags & (FIELD_FILTER | FIELD_NAME | FIELD_SEARCH);
}

bool table_compares(const Field *f)
{
    return is_open(f) && (f->type != FIELD_TEXT || f->link) && f->flags & FIELD_FILTER;
}

bool table_links(const Field *f)
{
    return table_keeps(f) && f->link && f->type == FIELD_INT;
}

bool table_names(const Field *f)
{
    return table_links(f) || (is_open(f) && f->flags & FIELD_COUNTED);
}

bool table_ranges(const Field *f)
{
    return table_compares(f) && (f->type == FIELD_INT || f->type == FIELD_MONEY ||
                                 f->type == FIELD_DATE || f->type == FIELD_INSTANT);
}

bool table_begins(const Table *t, const char *key)
{
    return t->sort && strcmp(t->sort + (*t->sort == '-'), key) == 0;
}

/* What each is for stands in table_parts.h. By id there is the table's own order, and what lies at
 * one division is found by the division. */
bool table_indexed(const Table *t, const Field *f, TableIndex index)
{
    bool sorts = is_open(f) && f->flags & FIELD_SORT;
    bool place = strcmp(f->key, "territory") == 0, state = strcmp(f->key, "state") == 0;
    switch (index) {
    case BY_VALUE: return !table_is_id(f) && (sorts || place);
    case IN_COUNTY: return !place && (sorts || table_ranges(f));
    case AT_PLACE: return !table_is_id(f) && !place && (table_compares(f) || table_names(f));
    case OF_STATE: return !state && table_begins(t, f->key) && field_find(t->fields, "state");
    default: assert(false && "no such index"); return false;
    }
}

const char *table_index_name(Cx *cx, const Table *t, const Field *f, TableIndex index)
{
    static const char *const WORDS[TABLE_INDEXES] = { "by", "in", "at", "of" };
    return arena_format(cx->arena, "%s_%s_%s", t->name, WORDS[index], f->key);
}

/* --- names beside it --- */

const char *table_counts(Cx *cx, const Table *t)
{
    return arena_format(cx->arena, "_count_%s", t->name);
}

const char *table_grams(Cx *cx, const Table *t)
{
    return arena_format(cx->arena, "_gram_%s", t->name);
}

/* --- dated rows --- */

static const Field *own(const Table *t, const char *key)
{
    const Field *f = field_find(t->fields, key);
    assert(f && "a dated table has its four dates");
    return f;
}

int64_t dated_value(const Table *t, const void *row, const char *key)
{
    return *field_int(own(t, key), (void *)(uintptr_t)row);
}

void dated_set(const Table *t, void *row, const char *key, int64_t i)
{
    *field_int(own(t, key), row) = i;
}

bool dated_fields(const Field *fields)
{
    return field_find(fields, "known_from") && field_find(fields, "valid_from");
}

bool dated_known(const Table *t, const void *row)
{
    return dated_value(t, row, "known_from") != UNSET;
}

bool dated_closed(const Table *t, const void *row)
{
    return dated_value(t, row, "known_to") != UNSET;
}

bool dated_lasts(const Field *f)
{
    return f->flags & FIELD_KEY && !(f->flags & FIELD_VIRTUAL) && strcmp(f->key, "id") != 0 &&
           strcmp(f->key, "valid_from") != 0;
}
