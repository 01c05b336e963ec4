#include "sheet/grid.h"
#include "sheet/merge.h"

#include <assert.h>
#include <string.h>

enum { HEADING_ROWS = 30, LEVELS = 4 };

/* Where each column of the table stands in the grid. */
typedef struct Heading {
    size_t row; /* index in the grid; the grid's count where there is no heading line */
    const char **texts; /* per column of the grid, all levels: "资金·衔接资金·省级"; NULL = none */
    size_t *at; /* per column; NOWHERE */
    size_t found;
    size_t *twice; /* per column: where it stands again; NOWHERE */
    size_t *above; /* per column: where the level above names it; NULL = no such level */
    const char *ignored;
} Heading;

/* One tab being read. */
typedef struct Reading {
    SheetBook *book;
    const SheetLimits *limits;
    SheetTable *table;
    const Grid *grid;
    SheetTab *tab;
    Columns columns;
    Heading heading;
} Reading;

/* ---- headings ---------------------------------------------------------------------------- */

static Columns columns_in(Cx *cx, const Sheet *s, unsigned without)
{
    Columns c = columns_of(cx, s->fields, without);
    for (size_t i = 0; s->words && i < c.count; i++)
        c.at[i].open = strcmp(c.at[i].key, s->words) == 0;
    return c;
}

static size_t column_also(Cx *cx, const Columns *c, const Sheet *s, const char *folded)
{
    for (const SheetAlso *also = s->also; also && also->key; also++)
        for (size_t i = 0; strcmp(folded, label_fold(cx, also->heading)) == 0 && i < c->count; i++)
            if (strcmp(c->at[i].key, also->key) == 0)
                return i;
    return NOWHERE;
}

/* The column a heading names: its label in either language or its key; the short label of an
 * object's field where no other has the same; what else people call it. */
static size_t column_named(Cx *cx, const Columns *c, const Sheet *s, const char *folded)
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
    return found != NOWHERE ? found : column_also(cx, c, s, folded);
}

static bool is_errors_heading(Cx *cx, const char *folded)
{
    return strcmp(folded, label_fold(cx, ERRORS_ZH)) == 0 ||
           strcmp(folded, label_fold(cx, ERRORS_EN)) == 0;
}

static size_t *nowhere(Cx *cx, size_t count)
{
    size_t *at = NEW_N(cx, size_t, count);
    for (size_t i = 0; i < count; i++)
        at[i] = NOWHERE;
    return at;
}

/* ---- headings of several rows ---- */

/* Whether a heading stands merged over the row and the one above: they are levels of one. */
static bool is_level(const Grid *g, size_t row)
{
    if (row == 0 || g->rows[row].at != g->rows[row - 1].at + 1)
        return false;
    for (size_t i = 0; i < g->rows[row].count; i++) {
        Cell cell = g->rows[row].cells[i], above = grid_cell(&g->rows[row - 1], i);
        if (cell.merged == MERGED_DOWN && cell.kind == CELL_TEXT && above.kind == CELL_TEXT &&
            strcmp(cell.text, above.text) == 0)
            return true;
    }
    return false;
}

/* What stands over a column in one row, also where it is merged over from the left. */
static const char *level_text(const GridRow *row, size_t column)
{
    while (column > 0 && grid_cell(row, column).merged == MERGED_OVER)
        column--;
    Cell cell = grid_cell(row, column);
    return cell.kind == CELL_TEXT ? cell.text : NULL;
}

/* The levels over a cell from the top down to it, each once. */
static size_t levels_of(const Grid *g, size_t row, size_t column, const char *out[LEVELS])
{
    size_t top = row, count = 0;
    assert(g->rows[row].cells[column].kind == CELL_TEXT);
    while (row - top + 1 < LEVELS && is_level(g, top))
        top--;
    for (; top <= row; top++) {
        const char *text = level_text(&g->rows[top], column);
        if (text && (count == 0 || strcmp(out[count - 1], text) != 0))
            out[count++] = text;
    }
    return count;
}

static const char *levels_join(Cx *cx, const char *const *levels, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_format(cx->arena, "%s%s%s", text, i ? "·" : "", levels[i]);
    return text;
}

/* By as many of its levels as name a column: a group may be part of the name or none of it. */
static size_t column_of_levels(Cx *cx, const Columns *c, const Sheet *s, const char *const *levels,
                               size_t count)
{
    size_t column = NOWHERE;
    for (size_t i = 0; i < count && column == NOWHERE; i++)
        column = column_named(cx, c, s, label_fold(cx, levels_join(cx, levels + i, count - i)));
    return column;
}

static Heading heading_at(Cx *cx, const Columns *c, const Sheet *s, const Grid *g, size_t row)
{
    Heading h = { .row = row,
                  .texts = NEW_N(cx, const char *, g->width + 1),
                  .at = nowhere(cx, c->count),
                  .twice = nowhere(cx, c->count) };
    Buf ignored = BUF(cx);
    for (size_t i = 0; i < g->rows[row].count; i++) {
        const char *levels[LEVELS];
        if (g->rows[row].cells[i].kind != CELL_TEXT)
            continue;
        size_t count = levels_of(g, row, i, levels);
        size_t column = column_of_levels(cx, c, s, levels, count);
        h.texts[i] = levels_join(cx, levels, count);
        if (column != NOWHERE && h.at[column] == NOWHERE) {
            h.at[column] = i;
            h.found++;
        } else if (column != NOWHERE) {
            h.twice[column] = i;
        } else if (!is_errors_heading(cx, label_fold(cx, levels[count - 1]))) {
            buf_format(&ignored, "%s%s", ignored.length ? "、" : "", h.texts[i]);
        }
    }
    h.ignored = buf_text(&ignored);
    return h;
}

/* The line among the first that names most columns; found = 0 where none names half of what a
 * heading would, at least two where there are two. */
static Heading heading_find(Cx *cx, const Columns *c, const Sheet *s, const Grid *g)
{
    Heading best = { .row = g->count, .at = NULL, .ignored = "" };
    for (size_t row = 0; row < g->count && row < HEADING_ROWS; row++) {
        if (g->rows[row].caption)
            continue;
        Heading h = heading_at(cx, c, s, g, row);
        bool below = best.found && h.found && row == best.row + 1 && is_level(g, row);
        if (below) { /* of the levels of one heading the lowest says most */
            h.above = best.at;
            h.found = h.found > best.found ? h.found : best.found;
        }
        if (below || h.found > best.found)
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

static const char *heading_text(const Reading *r, size_t column)
{
    return r->heading.row < r->grid->count && column < r->grid->width
               ? text_or(r->heading.texts[column], "")
               : "";
}

void sheet_fault(Cx *cx, const SheetRow *row, const char *key)
{
    const Reading *r = row->reading;
    SheetFault what = { r->grid->name, row->at, 0, key, "", "", NULL, NULL };
    size_t column = 0, line = 0;
    while (column < r->columns.count && strcmp(r->columns.at[column].key, key) != 0)
        column++;
    while (line < r->grid->count && r->grid->rows[line].at != row->at)
        line++;
    if (column < r->columns.count && r->heading.at[column] != NOWHERE) {
        what.column = (int64_t)r->heading.at[column] + 1;
        what.heading = heading_text(r, r->heading.at[column]);
        if (line < r->grid->count)
            what.value = text_or(grid_cell(&r->grid->rows[line], r->heading.at[column]).text, "");
    }
    book_fault(cx, r->book, r->limits->faults, what);
}

static void fault(Cx *cx, Reading *r, int64_t row, int64_t column, const Column *c,
                  const char *value)
{
    book_fault(cx, r->book, r->limits->faults,
               (SheetFault){ r->grid->name, row, column, c->key, text_or(value, ""),
                             column > 0 ? heading_text(r, (size_t)column - 1) : c->zh, NULL,
                             NULL });
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
        fault(cx, r, r->tab->heading, 0, c, NULL);
    }
}

/* A heading that is a column and has columns of its own below: which of them is it? */
static void split_columns(Cx *cx, Reading *r)
{
    for (size_t i = 0; i < r->columns.count && r->heading.above; i++) {
        size_t at = r->heading.above[i];
        if (at == NOWHERE || r->heading.at[i] != NOWHERE)
            continue;
        const Column *c = &r->columns.at[i];
        fail(cx, INVALID, c->key, "“%s”下面又分了列，不知取哪一列；请只留一列，不再分",
             "“%s” has columns of its own below it; keep one column and no other below", c->zh);
        fault(cx, r, r->tab->heading, (int64_t)at + 1, c, heading_text(r, at));
    }
}

/* Two columns of one meaning, perhaps in two units: nobody can say which of them counts. */
static void doubled_columns(Cx *cx, Reading *r)
{
    for (size_t i = 0; i < r->columns.count && r->heading.twice; i++) {
        size_t again = r->heading.twice[i];
        if (again == NOWHERE)
            continue;
        const char *text = heading_text(r, again);
        fail(cx, INVALID, r->columns.at[i].key, "“%s”与“%s”是同一项，请只留一列",
             "“%s” and “%s” are the same column; keep one of them", text,
             heading_text(r, r->heading.at[i]));
        fault(cx, r, r->tab->heading, (int64_t)again + 1, &r->columns.at[i], text);
    }
}

/* ---- units ------------------------------------------------------------------------------- */

/* What lines that are no data say of the unit of all amounts: 0 nothing, -1 two things. */
static int64_t unit_of_lines(Cx *cx, const Reading *r)
{
    int64_t unit = 0;
    for (size_t i = 0; i < r->grid->count; i++) {
        const GridRow *row = &r->grid->rows[i];
        bool above = r->heading.row < r->grid->count && i < r->heading.row;
        if (!row_text(row) || i == r->heading.row ||
            (!above && !row_kind(cx, row, &r->columns, r->heading.at)))
            continue;
        for (size_t k = 0; k < row->count; k++) {
            int64_t own = row->cells[k].kind == CELL_TEXT ? line_unit(cx, row->cells[k].text) : 0;
            if (own)
                unit = unit && unit != own ? -1 : own;
        }
    }
    return unit;
}

static int64_t unit_of_field(Cx *cx, const Field *f)
{
    return f->unit ? money_unit(cx, f->unit) : 0;
}

/* The unit in which a column of numbers counts, by its heading, else by the line above. The two at
 * odds are a fault: one of them was forgotten when the other was changed. */
static Err unit_of_column(Cx *cx, Column *c, const char *heading, int64_t line)
{
    int64_t own = heading_unit(cx, heading, c->field), usual = unit_of_field(cx, c->field);
    bool money = c->field->type == FIELD_MONEY;
    if (own < 0 || (!money && own && own != usual))
        return fail(cx, INVALID, c->key, "“%s”的单位不认得，应为%s；请改好表头和数字",
                    "the unit of “%s” is not known here; it must be %s", heading,
                    text_or(c->field->unit, "没有单位的数"));
    if (money && (line < 0 ? own == 0 : own == usual && own != 0 && line != 0 && line != own))
        return fail(cx, INVALID, c->key, "表上写的金额单位与“%s”不一致或不认得，请统一为%s",
                    "the unit that the table names and that of “%s” do not agree; write %s "
                    "throughout",
                    heading, text_or(c->field->unit, "万元"));
    c->yuan = own ? own : money ? line : 0;
    return OK;
}

static bool is_number(const Field *f)
{
    return f->type == FIELD_MONEY || f->type == FIELD_INT || f->type == FIELD_DECIMAL;
}

static void read_units(Cx *cx, Reading *r)
{
    int64_t line = unit_of_lines(cx, r);
    Buf converted = BUF(cx);
    for (size_t i = 0; i < r->columns.count; i++) {
        Column *c = &r->columns.at[i];
        size_t at = r->heading.at[i];
        if (at == NOWHERE || !is_number(c->field))
            continue;
        const char *heading = heading_text(r, at);
        if (unit_of_column(cx, c, *heading ? heading : c->zh, line) != OK)
            fault(cx, r, r->tab->heading, (int64_t)at + 1, c, heading);
        else if (c->yuan && c->yuan != unit_of_field(cx, c->field))
            buf_format(&converted, "%s%s", converted.length ? "、" : "", heading);
    }
    r->tab->units = buf_text(&converted);
}

/* ---- rows -------------------------------------------------------------------------------- */

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
            sheet_key_add(cx, key, value);
    }
    return faults;
}

static bool is_twice(Cx *cx, Reading *r, const GridRow *row, const SheetKeys *seen, const char *key)
{
    size_t *slot = *key ? sheet_keys_slot(seen, r->table, key) : NULL;
    if (!slot || !*slot) {
        if (slot)
            *slot = r->table->count + 1;
        return false;
    }
    size_t k = 0;
    while (!(r->columns.at[k].field->flags & FIELD_KEY))
        k++;
    const SheetRow *first = &r->table->rows[*slot - 1];
    fail(cx, INVALID, r->columns.at[k].key, "“%s”与%s%s%s第 %lld 行重复",
         "“%s” stands in %s%s%s row %lld already", key, first->reading == r ? "" : "“",
         first->reading == r ? "" : first->reading->grid->name, first->reading == r ? "" : "”",
         (long long)first->at);
    fault(cx, r, row->at, (int64_t)r->heading.at[k] + 1, &r->columns.at[k],
          grid_cell(row, r->heading.at[k]).text);
    return true;
}

static void skip(Cx *cx, Reading *r, const GridRow *row, const RowKind *kind)
{
    SheetTab *t = r->tab;
    if (!t->skips)
        t->skips = NEW_N(cx, SheetSkip, r->grid->count);
    t->skips[t->skip_count++] = (SheetSkip){ row->at, row_text(row), kind->zh, kind->en };
}

static void read_one(Cx *cx, Reading *r, const GridRow *row, const SheetKeys *seen)
{
    SheetTable *t = r->table;
    Json *object = json_new(cx, J_OBJECT, NULL);
    Buf key = BUF(cx);
    r->tab->rows++;
    r->tab->hidden_rows += row->hidden;
    if (read_row(cx, r, row, object, &key) || is_twice(cx, r, row, seen, buf_text(&key)))
        return;
    t->rows[t->count++] = (SheetRow){ row->at, buf_text(&key), object, r };
}

static void read_rows(Cx *cx, Reading *r)
{
    static const RowKind TITLE = { "表头以上", "above the headings" };
    const Grid *g = r->grid;
    SheetTable *t = r->table;
    bool headed = r->heading.row < g->count;
    SheetKeys seen = sheet_keys_new(cx, g->count + t->count);
    for (size_t i = 0; i < t->count; i++)
        if (*t->rows[i].key)
            *sheet_keys_slot(&seen, t, t->rows[i].key) = i + 1;
    t->rows = arena_grow(cx->arena, t->rows, t->count * sizeof(SheetRow),
                         (t->count + g->count) * sizeof(SheetRow));
    for (size_t i = 0; i < g->count && !arena_full(cx->arena); i++) {
        const GridRow *row = &g->rows[i];
        if (!row_text(row) || (headed && i == r->heading.row))
            continue;
        const RowKind *kind =
            headed && i < r->heading.row ? &TITLE : row_kind(cx, row, &r->columns, r->heading.at);
        if (kind)
            skip(cx, r, row, kind);
        else
            read_one(cx, r, row, &seen);
    }
}

static const char *column_letters(Cx *cx, size_t column)
{
    const char *rest = "";
    for (column++; column > 0; column = (column - 1) / 26)
        rest = arena_format(cx->arena, "%c%s", (char)('A' + (column - 1) % 26), rest);
    return rest;
}

/* Columns with values that no heading names belong to what is left out as well. */
static const char *ignored_of(Cx *cx, const Reading *r)
{
    const Grid *g = r->grid;
    Buf b = BUF(cx);
    buf_add(&b, r->heading.ignored);
    for (size_t column = 0; column < g->width; column++) {
        bool known = *heading_text(r, column) != '\0', filled = false;
        for (size_t i = 0; i < r->columns.count && !known; i++)
            known = r->heading.at[i] == column;
        for (size_t i = r->heading.row < g->count ? r->heading.row + 1 : 0;
             i < g->count && !known && !filled; i++)
            filled = grid_cell(&g->rows[i], column).kind != CELL_BLANK;
        if (filled)
            buf_format(&b, "%s%s 列（没有表头）", b.length ? "、" : "", column_letters(cx, column));
    }
    if (g->beyond)
        buf_format(&b, "%s%s 列以后", b.length ? "、" : "",
                   column_letters(cx, r->limits->columns - 1));
    return buf_text(&b);
}

/* The table of the sheet, which several tabs may fill. */
static SheetTable *table_of(SheetBook *book, const Sheet *sheet)
{
    for (size_t i = 0; i < book->count; i++)
        if (book->tables[i].sheet == sheet)
            return &book->tables[i];
    book->tables[book->count] = (SheetTable){ .sheet = sheet };
    return &book->tables[book->count++];
}

static void read_table(Cx *cx, SheetBook *book, const SheetLimits *limits, const Sheet *sheet,
                       size_t at, const Columns *columns, const Heading *heading)
{
    Reading *r = NEW(cx, Reading);
    const Grid *g = &book->grids[at];
    *r = (Reading){ book, limits, table_of(book, sheet), g, &book->tabs[at], *columns, *heading };
    r->tab->read = true;
    r->tab->heading = heading->row < g->count ? g->rows[heading->row].at : 0;
    r->tab->ignored = ignored_of(cx, r);
    missing_columns(cx, r);
    doubled_columns(cx, r);
    split_columns(cx, r);
    read_units(cx, r);
    read_rows(cx, r);
}

/* ---- the two ways in --------------------------------------------------------------------- */

/* What a tab of the file was found to be. */
typedef struct TabMatch {
    const Sheet *sheet; /* NULL: none of ours */
    Columns columns;
    Heading heading;
} TabMatch;

static bool is_named(Cx *cx, const Grid *g, const Sheet *s)
{
    const char *const names[] = { s->zh, s->en, s->key };
    const char *name = label_fold(cx, g->name);
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(name, label_fold(cx, tab_name(cx, names[i]))) == 0)
            return true;
    return false;
}

static bool heads(Cx *cx, TabMatch *m, const Sheet *s, const Grid *g)
{
    *m = (TabMatch){ .sheet = s, .columns = columns_in(cx, s, FIELD_SECRET) };
    m->heading = heading_find(cx, &m->columns, s, g);
    return m->heading.found > 0;
}

static void match_by_name(Cx *cx, TabMatch *m, const Sheet *sheets, size_t count, const Grid *g)
{
    for (size_t i = 0; i < count; i++)
        if (is_named(cx, g, &sheets[i]) && heads(cx, m, &sheets[i], g))
            return;
    m->sheet = NULL;
}

/* The sheet of which the tab heads most columns; none where two are as good, and *unclear then. */
static void match_by_heading(Cx *cx, TabMatch *best, const Sheet *sheets, size_t count,
                             const Grid *g, bool *unclear)
{
    *best = (TabMatch){ .sheet = NULL };
    *unclear = false;
    for (size_t i = 0; i < count; i++) {
        TabMatch m;
        if (!heads(cx, &m, &sheets[i], g) || m.heading.found < best->heading.found)
            continue;
        *unclear = best->sheet && m.heading.found == best->heading.found;
        *best = m;
    }
    if (*unclear)
        best->sheet = NULL;
}

static SheetBook *book_new(Cx *cx, const GridBook *grids, size_t count)
{
    SheetBook *book = NEW(cx, SheetBook);
    book->tables = NEW_N(cx, SheetTable, count);
    book->grids = grids->grids;
    book->grid_count = book->tab_count = grids->count;
    book->tabs = NEW_N(cx, SheetTab, grids->count);
    for (size_t i = 0; i < grids->count; i++)
        book->tabs[i] = (SheetTab){ .name = grids->grids[i].name,
                                    .hidden = grids->grids[i].hidden,
                                    .ignored = "",
                                    .units = "" };
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
    TabMatch *matches = NEW_N(cx, TabMatch, book->grid_count);
    for (size_t i = 0; i < book->grid_count; i++)
        match_by_name(cx, &matches[i], sheets, count, &book->grids[i]);
    for (size_t i = 0; i < book->grid_count; i++) {
        TabMatch *m = &matches[i];
        const Grid *g = &book->grids[i];
        bool unclear = false;
        if (!m->sheet)
            match_by_heading(cx, m, sheets, count, g, &unclear);
        if (unclear) {
            fail(cx, INVALID, "", "“%s”可能是几张表，请用模板中的表名",
                 "“%s” may be one of "
                 "several tables; name the tab as in the template",
                 g->name);
            book_fault(cx, book, limits->faults,
                       (SheetFault){ g->name, 0, 0, "", "", "", NULL, NULL });
        }
        if (m->sheet)
            read_table(cx, book, limits, m->sheet, i, &m->columns, &m->heading);
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

/* A first line of words that are much like our headings, but are none: read as data it would be
 * laid over the first row, and each column into whatever field stands in its place. */
static Err refuse_headings(Cx *cx, const Columns *c, const Grid *g)
{
    size_t like = 0, filled = 0;
    const GridRow *row = g->count ? &g->rows[0] : NULL;
    for (size_t i = 0; row && i < row->count; i++) {
        if (row->cells[i].kind == CELL_BLANK)
            continue;
        const char *text = label_fold(cx, row->cells[i].text);
        bool found = false;
        for (size_t k = 0; k < c->count && !found; k++)
            found = strlen(c->at[k].short_zh) >= strlen("编号") && strstr(text, c->at[k].short_zh);
        like += found;
        filled++;
    }
    if (like < 2 || like * 2 < filled)
        return OK;
    return fail(cx, INVALID, "", "第 1 行像是表头，却认不出各列；请用模板中的列名，如“%s”“%s”",
                "row 1 looks like headings, but its columns are not known; use those of the "
                "template, such as “%s”, “%s”",
                c->at[0].zh, c->at[c->count > 1].zh);
}

Err sheet_read_text(Cx *cx, SheetBook **out, const Sheet *sheet, const char *text, size_t length,
                    const SheetLimits *limits)
{
    limits = limits ? limits : &SHEET_LIMITS;
    GridBook grids = { .limits = limits };
    TRY(grid_read_text(cx, &grids, text, length));
    SheetBook *book = book_new(cx, &grids, 1);
    const Grid *g = grids.grids;
    Columns columns = columns_in(cx, sheet, FIELD_SECRET);
    Heading heading = heading_find(cx, &columns, sheet, g);
    if (heading.found == 0) {
        columns = columns_in(cx, sheet, FIELD_SECRET | FIELD_READONLY | FIELD_VIRTUAL);
        TRY(refuse_headings(cx, &columns, g));
        heading = (Heading){ .row = g->count, .at = nowhere(cx, columns.count), .ignored = "" };
        for (size_t i = 0; i < columns.count && i < g->width; i++)
            heading.at[i] = i;
    }
    read_table(cx, book, limits, sheet, 0, &columns, &heading);
    *out = book;
    return whole(cx);
}
