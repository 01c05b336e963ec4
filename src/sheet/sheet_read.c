#include "sheet/grid.h"

#include <assert.h>
#include <string.h>

enum { HEADING_ROWS = 30 };

/* Where each column of the table stands in the grid. */
typedef struct Heading {
    size_t row; /* index in the grid; the grid's count where there is no heading line */
    size_t *at; /* per column; NOWHERE */
    size_t found;
    const char *ignored;
} Heading;

#define NOWHERE ((size_t)-1)

typedef struct Reading {
    SheetBook *book;
    SheetLimits limits;
    SheetTable *table;
    const Grid *grid;
    Columns columns;
    Heading heading;
} Reading;

/* ---- headings ---------------------------------------------------------------------------- */

/* The column a heading names: its label in either language or its key; the short label of an
 * object's field where no other has the same. */
static size_t column_named(const Columns *c, const char *folded)
{
    size_t found = NOWHERE;
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < COUNT(c->at[i].names); k++)
            if (strcmp(folded, c->at[i].names[k]) == 0)
                return i;
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(folded, c->at[i].short_zh) == 0 || strcmp(folded, c->at[i].short_en) == 0) {
            if (found != NOWHERE)
                return NOWHERE;
            found = i;
        }
    return found;
}

static bool is_errors_heading(Cx *cx, const char *folded)
{
    return strcmp(folded, label_fold(cx, ERRORS_ZH)) == 0 ||
           strcmp(folded, label_fold(cx, ERRORS_EN)) == 0;
}

static Heading heading_at(Cx *cx, const Columns *c, const Grid *g, size_t row)
{
    Heading h = { .row = row, .at = NEW_N(cx, size_t, c->count) };
    Buf ignored = BUF(cx);
    for (size_t i = 0; i < c->count; i++)
        h.at[i] = NOWHERE;
    for (size_t i = 0; i < g->rows[row].count; i++) {
        Cell cell = g->rows[row].cells[i];
        if (cell.kind != CELL_TEXT)
            continue;
        const char *folded = label_fold(cx, cell.text);
        size_t column = column_named(c, folded);
        if (column != NOWHERE && h.at[column] == NOWHERE) {
            h.at[column] = i;
            h.found++;
        } else if (!is_errors_heading(cx, folded)) {
            buf_format(&ignored, "%s%s", ignored.length ? "、" : "", cell.text);
        }
    }
    h.ignored = buf_text(&ignored);
    return h;
}

/* The line among the first that names most columns; found = 0 where none names half of what a
 * heading would, at least two where there are two. */
static Heading heading_find(Cx *cx, const Columns *c, const Grid *g)
{
    Heading best = { .row = g->count, .at = NULL, .ignored = "" };
    for (size_t row = 0; row < g->count && row < HEADING_ROWS; row++) {
        if (g->rows[row].caption)
            continue;
        Heading h = heading_at(cx, c, g, row);
        if (h.found > best.found)
            best = h;
    }
    if (best.found < (c->count > 1 && g->width > 1 ? 2u : 1u))
        best.found = 0;
    return best;
}

/* ---- faults ------------------------------------------------------------------------------ */

static size_t rank(const SheetBook *book, const SheetFault *f)
{
    size_t i = 0;
    while (i < book->grid_count && strcmp(book->grids[i].name, f->sheet) != 0)
        i++;
    return i;
}

static bool is_behind(const SheetBook *book, const SheetFault *a, const SheetFault *b)
{
    size_t at = rank(book, a), other = rank(book, b);
    return at != other ? at > other : a->row > b->row;
}

void book_fault(Cx *cx, SheetBook *book, size_t most, SheetFault what)
{
    what.zh = cx->failure.zh;
    what.en = cx->failure.en;
    if (book->fault_count++ >= most)
        return;
    if (!book->faults)
        book->faults = NEW_N(cx, SheetFault, most);
    size_t at = book->fault_kept++;
    for (; at > 0 && is_behind(book, &book->faults[at - 1], &what); at--)
        book->faults[at] = book->faults[at - 1];
    book->faults[at] = what;
}

void sheet_fault(Cx *cx, const SheetTable *table, int64_t row, const char *key)
{
    const Reading *r = table->reading;
    SheetFault what = { table->name, row, 0, key, "", NULL, NULL };
    size_t column = 0, line = 0;
    while (column < r->columns.count && strcmp(r->columns.at[column].key, key) != 0)
        column++;
    while (line < r->grid->count && r->grid->rows[line].at != row)
        line++;
    if (column < r->columns.count && r->heading.at[column] != NOWHERE) {
        what.column = (int64_t)r->heading.at[column] + 1;
        if (line < r->grid->count)
            what.value = text_or(grid_cell(&r->grid->rows[line], r->heading.at[column]).text, "");
    }
    book_fault(cx, r->book, r->limits.faults, what);
}

static void fault(Cx *cx, Reading *r, int64_t row, int64_t column, const Column *c,
                  const char *value)
{
    book_fault(cx, r->book, r->limits.faults,
               (SheetFault){ r->grid->name, row, column, c->key, text_or(value, ""), NULL, NULL });
}

/* Must be filled in: so must a key, unless the server gives it. */
static bool is_required(const Column *c)
{
    return c->field->flags & (FIELD_REQUIRED | FIELD_KEY) &&
           !(c->field->flags & (FIELD_READONLY | FIELD_VIRTUAL)) &&
           (!c->parent || c->parent->flags & FIELD_REQUIRED);
}

static void missing_columns(Cx *cx, Reading *r)
{
    for (size_t i = 0; i < r->columns.count; i++) {
        const Column *c = &r->columns.at[i];
        if (r->heading.at[i] != NOWHERE || !is_required(c))
            continue;
        fail(cx, INVALID, c->key, "缺少“%s”（%s）一列", "the column “%s” (%s) is missing", c->zh,
             c->en);
        fault(cx, r, r->table->heading, 0, c, NULL);
    }
}

/* ---- rows -------------------------------------------------------------------------------- */

static const char *first_text(const GridRow *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].kind != CELL_BLANK)
            return row->cells[i].text;
    return NULL;
}

static bool is_signature(const char *text)
{
    return strncmp(text, SIGNATURE_ZH, strlen("制表人")) == 0 ||
           strncmp(text, SIGNATURE_EN, strlen("Prepared by:")) == 0;
}

/* Blank lines, captions, sums and the line for signatures are no data. */
static bool is_data(Cx *cx, const GridRow *row)
{
    static const char *const SUMS[] = { "合计", "总计", "小计", "total", "sum" };
    const char *first = first_text(row);
    if (!first || row->caption)
        return false;
    if (strlen(first) > 64) /* longer than a word for a sum, however it is spaced */
        return !is_signature(first);
    const char *folded = label_fold(cx, first);
    for (size_t i = 0; i < COUNT(SUMS); i++)
        if (strcmp(folded, SUMS[i]) == 0)
            return false;
    return !is_signature(first);
}

/* The object that a column's value goes into: the row's own, or one of its objects, made when the
 * first of its values comes. */
static Json *home(Cx *cx, Json *object, const Column *c)
{
    if (!c->parent)
        return object;
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->items[i]->key, c->parent->key) == 0)
            return object->items[i];
    Json *inner = json_new(cx, J_OBJECT, c->parent->key);
    json_append(cx, object, inner);
    return inner;
}

static void put_value(Cx *cx, Json *object, const Column *c, Json *value)
{
    if (!value && c->field->flags & FIELD_NOT_NULL)
        return;
    json_append(cx, home(cx, object, c), value ? value : json_new(cx, J_NULL, c->field->key));
}

static void key_add(Cx *cx, Buf *key, const Json *value)
{
    if (json_missing(value))
        return;
    buf_format(key, "%s%s", key->length ? "|" : "",
               value->type == J_INT ? arena_format(cx->arena, "%lld", (long long)value->integer)
                                    : value->text);
}

/* One row's object; the number of its faults. */
static size_t read_row(Cx *cx, Reading *r, const GridRow *row, Json *object, Buf *key)
{
    size_t faults = 0;
    for (size_t i = 0; i < r->columns.count; i++) {
        const Column *c = &r->columns.at[i];
        size_t at = r->heading.at[i];
        bool given = !(c->field->flags & (FIELD_READONLY | FIELD_VIRTUAL));
        if (at == NOWHERE || !(given || c->field->flags & FIELD_KEY))
            continue;
        Cell cell = grid_cell(row, at);
        Json *value;
        Err e = cell_value(cx, &value, c, &cell);
        if (e == OK && !value && is_required(c))
            e = fail(cx, INVALID, c->key, "“%s”（%s）必须填写", "“%s” (%s) is required", c->zh,
                     c->en);
        if (e != OK) {
            fault(cx, r, row->at, (int64_t)at + 1, c, cell.text);
            faults++;
            continue;
        }
        if (given)
            put_value(cx, object, c, value);
        if (c->field->flags & FIELD_KEY)
            key_add(cx, key, value);
    }
    return faults;
}

/* A key met before: an open hash over the rows taken. */
typedef struct Seen {
    size_t *slots; /* index + 1 */
    size_t size;
} Seen;

static Seen seen_new(Cx *cx, size_t rows)
{
    Seen seen = { .size = 64 };
    while (seen.size < 2 * rows)
        seen.size *= 2;
    seen.slots = NEW_N(cx, size_t, seen.size);
    return seen;
}

static size_t *seen_slot(const Seen *seen, const SheetTable *t, const char *key)
{
    uint64_t hash = 14695981039346656037u;
    for (const char *p = key; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    size_t i = (size_t)hash & (seen->size - 1);
    while (seen->slots[i] && strcmp(t->rows[seen->slots[i] - 1].key, key) != 0)
        i = (i + 1) & (seen->size - 1);
    return &seen->slots[i];
}

static bool is_twice(Cx *cx, Reading *r, const GridRow *row, const Seen *seen, const char *key)
{
    size_t *slot = *key ? seen_slot(seen, r->table, key) : NULL;
    if (!slot || !*slot) {
        if (slot)
            *slot = r->table->count + 1;
        return false;
    }
    size_t k = 0;
    while (!(r->columns.at[k].field->flags & FIELD_KEY))
        k++;
    fail(cx, INVALID, r->columns.at[k].key, "“%s”与第 %lld 行重复",
         "“%s” stands in row %lld already", key, (long long)r->table->rows[*slot - 1].at);
    fault(cx, r, row->at, (int64_t)r->heading.at[k] + 1, &r->columns.at[k],
          grid_cell(row, r->heading.at[k]).text);
    return true;
}

static void read_rows(Cx *cx, Reading *r, size_t from)
{
    const Grid *g = r->grid;
    SheetTable *t = r->table;
    Seen seen = seen_new(cx, g->count);
    t->rows = NEW_N(cx, SheetRow, g->count);
    for (size_t i = from; i < g->count && !arena_full(cx->arena); i++) {
        const GridRow *row = &g->rows[i];
        if (!is_data(cx, row))
            continue;
        Json *object = json_new(cx, J_OBJECT, NULL);
        Buf key = BUF(cx);
        if (read_row(cx, r, row, object, &key) || is_twice(cx, r, row, &seen, buf_text(&key)))
            continue;
        t->rows[t->count++] = (SheetRow){ row->at, buf_text(&key), object };
    }
}

static void read_table(Cx *cx, SheetBook *book, const SheetLimits *limits, const Sheet *sheet,
                       const Grid *g, const Columns *columns, const Heading *heading)
{
    SheetTable *t = &book->tables[book->count++];
    *t = (SheetTable){ .sheet = sheet, .name = g->name, .ignored = heading->ignored };
    t->heading = heading->row < g->count ? g->rows[heading->row].at : 0;
    Reading *r = NEW(cx, Reading);
    *r = (Reading){ book, *limits, t, g, *columns, *heading };
    t->reading = r;
    missing_columns(cx, r);
    read_rows(cx, r, heading->row < g->count ? heading->row + 1 : 0);
}

/* ---- the two ways in --------------------------------------------------------------------- */

/* What a tab of the file was found to be. */
typedef struct Match {
    const Sheet *sheet; /* NULL: none of ours */
    Columns columns;
    Heading heading;
} Match;

static bool is_named(Cx *cx, const Grid *g, const Sheet *s)
{
    const char *const names[] = { s->zh, s->en, s->key };
    const char *name = label_fold(cx, g->name);
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(name, label_fold(cx, tab_name(cx, names[i]))) == 0)
            return true;
    return false;
}

static bool heads(Cx *cx, Match *m, const Sheet *s, const Grid *g)
{
    *m = (Match){ .sheet = s, .columns = columns_of(cx, s->fields, FIELD_SECRET) };
    m->heading = heading_find(cx, &m->columns, g);
    return m->heading.found > 0;
}

static void match_by_name(Cx *cx, Match *m, const Sheet *sheets, size_t count, bool *taken,
                          const Grid *g)
{
    for (size_t i = 0; i < count; i++)
        if (!taken[i] && is_named(cx, g, &sheets[i]) && heads(cx, m, &sheets[i], g)) {
            taken[i] = true;
            return;
        }
    m->sheet = NULL;
}

/* The sheet of which the tab heads most columns; none where two are as good, and *unclear then. */
static void match_by_heading(Cx *cx, Match *best, const Sheet *sheets, size_t count, bool *taken,
                             const Grid *g, bool *unclear)
{
    *best = (Match){ .sheet = NULL };
    *unclear = false;
    for (size_t i = 0; i < count; i++) {
        Match m;
        if (!heads(cx, &m, &sheets[i], g) || m.heading.found < best->heading.found)
            continue;
        *unclear = best->sheet && m.heading.found == best->heading.found;
        *best = m;
    }
    if (*unclear || (best->sheet && taken[best->sheet - sheets]))
        best->sheet = NULL;
    if (best->sheet)
        taken[best->sheet - sheets] = true;
}

static SheetBook *book_new(Cx *cx, const GridBook *grids, size_t count)
{
    SheetBook *book = NEW(cx, SheetBook);
    book->tables = NEW_N(cx, SheetTable, count);
    book->grids = grids->grids;
    book->grid_count = grids->count;
    return book;
}

/* Rows are left unread once the memory is used up: then nothing is. */
static Err whole(Cx *cx)
{
    return arena_full(cx->arena) ? fail(cx, TOO_LARGE, "", "表格太大", "the workbook is too large")
                                 : OK;
}

/* Names first, so that no other tab takes what one is called. */
static void read_tabs(Cx *cx, SheetBook *book, const Sheet *sheets, size_t count,
                      const SheetLimits *limits)
{
    bool *taken = NEW_N(cx, bool, count);
    Match *matches = NEW_N(cx, Match, book->grid_count);
    for (size_t i = 0; i < book->grid_count; i++)
        match_by_name(cx, &matches[i], sheets, count, taken, &book->grids[i]);
    for (size_t i = 0; i < book->grid_count; i++) {
        Match *m = &matches[i];
        const Grid *g = &book->grids[i];
        bool unclear = false;
        if (!m->sheet)
            match_by_heading(cx, m, sheets, count, taken, g, &unclear);
        if (unclear) {
            fail(cx, INVALID, "", "“%s”可能是几张表，请用模板中的表名",
                 "“%s” may be one of "
                 "several tables; name the tab as in the template",
                 g->name);
            book_fault(cx, book, limits->faults, (SheetFault){ g->name, 0, 0, "", "", NULL, NULL });
        }
        if (m->sheet)
            read_table(cx, book, limits, m->sheet, g, &m->columns, &m->heading);
    }
}

Err sheet_read(Cx *cx, SheetBook **out, const Sheet *sheets, size_t count, const void *bytes,
               size_t length, const SheetLimits *limits)
{
    assert(count > 0);
    limits = limits ? limits : &SHEET_LIMITS;
    GridBook grids = { .limits = limits };
    TRY(grid_read_xlsx(cx, &grids, bytes, length));
    SheetBook *book = book_new(cx, &grids, count);
    read_tabs(cx, book, sheets, count, limits);
    if (book->count == 0 && book->fault_count == 0)
        return fail(cx, INVALID, "", "没有找到“%s”（%s）的表头，请用模板填写",
                    "no heading of “%s” (%s) was found; use the template", sheets->zh, sheets->en);
    *out = book;
    return whole(cx);
}

Err sheet_read_text(Cx *cx, SheetBook **out, const Sheet *sheet, const char *text, size_t length,
                    const SheetLimits *limits)
{
    limits = limits ? limits : &SHEET_LIMITS;
    GridBook grids = { .limits = limits };
    TRY(grid_read_text(cx, &grids, text, length));
    SheetBook *book = book_new(cx, &grids, 1);
    const Grid *g = grids.grids;
    Columns columns = columns_of(cx, sheet->fields, FIELD_SECRET);
    Heading heading = heading_find(cx, &columns, g);
    if (heading.found == 0) {
        columns = columns_of(cx, sheet->fields, FIELD_SECRET | FIELD_READONLY | FIELD_VIRTUAL);
        heading =
            (Heading){ .row = g->count, .at = NEW_N(cx, size_t, columns.count), .ignored = "" };
        for (size_t i = 0; i < columns.count; i++)
            heading.at[i] = i < g->width ? i : NOWHERE;
    }
    read_table(cx, book, limits, sheet, g, &columns, &heading);
    *out = book;
    return whole(cx);
}

/* ---- over what is stored ----------------------------------------------------------------- */

static const char *key_of(Cx *cx, const Sheet *sheet, const Json *row)
{
    Buf key = BUF(cx);
    for (const Field *f = sheet->fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_KEY)
            key_add(cx, &key, json_get(row, f->key));
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

static void merge_keyed(Cx *cx, SheetMerge *m, Json *list, const SheetTable *t, const Json *stored)
{
    const Json none = { .type = J_OBJECT };
    bool *used = NEW_N(cx, bool, t->count + 1);
    Seen seen = seen_new(cx, t->count);
    for (size_t i = 0; i < t->count; i++)
        *seen_slot(&seen, t, t->rows[i].key) = i + 1;
    for (size_t i = 0; !json_missing(stored) && i < stored->count; i++) {
        Json *old = stored->items[i];
        size_t slot = *seen_slot(&seen, t, key_of(cx, t->sheet, old));
        if (slot == 0) {
            json_append(cx, list, old);
            continue;
        }
        used[slot - 1] = true;
        merged_add(cx, m, list, old,
                   json_overlay(cx, t->sheet->fields, old, t->rows[slot - 1].object));
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
