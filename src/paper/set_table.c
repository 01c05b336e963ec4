/* Tables: columns as wide as their longest figure, the head on every page, and rows higher than a
 * page, which go on on the next one.
 */
#include "paper/set.h"

#include <assert.h>
#include <math.h>

enum { ROW_WHOLE = 12 }; /* lines of a row that moves to the next page rather than being split */

#define SIZE      11.0
#define PAGE_PART (LINES * LINE / 2) /* a row higher than that is worth smaller type */

/* --- columns --- */

static const char *cell_text(const Json *row, size_t i)
{
    const Json *cells = json_get(row, "cells");
    return cells != NULL && i < cells->count ? cells->items[i]->text : "";
}

/* Widens least to the longest token of the text. No character is wider than the type is high, so
 * that most tokens need not be measured. */
static void measure(PangoLayout *layout, double size, double *least, const char *text)
{
    for (const char *p = text, *end; *p; p = end) {
        end = text_token(p);
        if (end == p) {
            end = g_utf8_next_char(p);
            continue;
        }
        if ((double)g_utf8_strlen(p, end - p) * size <= *least)
            continue;
        pango_layout_set_text(layout, p, (int)(end - p));
        double width = text_width(layout);
        *least = width > *least ? width : *least;
    }
}

static double asked_width(const PaperTable *t, size_t i)
{
    return BLOCK_WIDTH * (double)json_int(t->columns->items[i], "width", 10) / 100;
}

/* The widths without which something would break that must not, and what share of the asked ones
 * every column keeps if it fills it; false where the page is too narrow for them. */
static bool least_widths(const Setter *s, const PaperTable *t, const Json *rows, double share,
                         double *least)
{
    double sum = 0;
    PangoLayout *plain = text_layout(s, SONG, t->size, false);
    PangoLayout *bold = text_layout(s, HEI, t->size, false);
    for (size_t i = 0; i < t->count; i++) {
        least[i] = 2 * t->size;
        measure(bold, t->size, &least[i], json_text(t->columns->items[i], "name", ""));
        for (size_t r = 0; r < rows->count; r++)
            measure(json_bool(rows->items[r], "total", false) ? bold : plain, t->size, &least[i],
                    cell_text(rows->items[r], i));
        least[i] = fmax(least[i], fmin(share * asked_width(t, i), t->longest[i] * t->size));
        least[i] += 2 * TABLE_PAD + 0.5;
        sum += least[i];
    }
    g_object_unref(plain);
    g_object_unref(bold);
    return sum <= BLOCK_WIDTH;
}

/* The widths that were asked for; those too narrow, or with a cell that would be higher than a row
 * that stays whole, are widened at the cost of those that have room. */
static void set_widths(PaperTable *t, const double *least)
{
    double width[COLUMNS_MOST] = { 0 }, over = -BLOCK_WIDTH, room = 0;
    for (size_t i = 0; i < t->count; i++) {
        double flat = fmin(t->longest[i] * t->size / ROW_WHOLE, 0.6 * BLOCK_WIDTH);
        width[i] = fmax(fmax(asked_width(t, i), flat), least[i]);
        over += width[i];
        room += width[i] - least[i];
    }
    t->x[0] = LEFT;
    for (size_t i = 0; i < t->count; i++) {
        double share = over > 0 && room > 0 ? over * (width[i] - least[i]) / room : 0;
        t->x[i + 1] = t->x[i] + width[i] - share;
    }
}

/* How high the highest row becomes, about. */
static double highest(const PaperTable *t)
{
    double most = 0;
    for (size_t i = 0; i < t->count; i++) {
        double width = t->x[i + 1] - t->x[i] - 2 * TABLE_PAD;
        most = fmax(most, ceil(t->longest[i] * t->size / width) * t->pitch);
    }
    return most;
}

static void count_longest(PaperTable *t, const Json *rows)
{
    for (size_t i = 0; i < t->count; i++)
        for (size_t r = 0; r < rows->count; r++)
            t->longest[i] =
                fmax(t->longest[i], (double)g_utf8_strlen(cell_text(rows->items[r], i), -1));
}

/* A long code must not leave the words beside it a column of two characters, nor make pages of one
 * row: the type is made smaller first, down to what is read without effort, and less of the words'
 * width is kept only when that does not do. */
static void fit(const Setter *s, PaperTable *t, const Json *rows)
{
    static const struct {
        double size, share;
    } TRIES[] = { { SIZE, 0.6 }, { 10, 0.6 }, { 9, 0.6 }, { 8, 0.6 },
                  { 8, 0.3 },    { 7, 0.3 },  { 7, 0 },   { 6, 0 } };
    double least[COLUMNS_MOST], low = INFINITY;
    PaperTable best;
    count_longest(t, rows);
    for (size_t k = 0; k < COUNT(TRIES); k++) {
        bool legible = TRIES[k].share >= 0.6;
        if (low < INFINITY && (!legible || low <= PAGE_PART))
            break;
        t->size = TRIES[k].size;
        t->pitch = t->size * 1.5;
        if (!least_widths(s, t, rows, TRIES[k].share, least))
            continue;
        set_widths(t, least);
        if (highest(t) < low)
            best = *t;
        low = fmin(low, highest(t));
    }
    if (low < INFINITY) {
        *t = best;
        return;
    }
    t->breaks = true;
    for (size_t i = 0; i < t->count; i++)
        least[i] = BLOCK_WIDTH / (double)t->count / 2;
    set_widths(t, least);
}

/* --- rows --- */

static PangoLayout *cell_layout(const Setter *s, const PaperTable *t, size_t i, const char *text,
                                bool bold)
{
    PangoLayout *layout = text_layout(s, bold ? HEI : SONG, t->size, false);
    double width = t->x[i + 1] - t->x[i] - 2 * TABLE_PAD;
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE) + 1);
    if (json_text(t->columns->items[i], "align", "l")[0] == 'r')
        pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
    text_put(layout, text, t->breaks);
    return layout;
}

/* A row of a table; NULL = its head. */
static Row *row_make(const Setter *s, PaperTable *t, const Json *from)
{
    Row *row = NEW(s->cx, Row);
    row->table = t;
    row->head = from == NULL;
    row->lines = 1;
    bool bold = row->head || json_bool(from, "total", false);
    for (size_t i = 0; i < t->count; i++) {
        const char *text =
            row->head ? json_text(t->columns->items[i], "name", "") : cell_text(from, i);
        row->cells[i] = cell_layout(s, t, i, text, bold);
        int lines = pango_layout_get_line_count(row->cells[i]);
        row->lines = lines > row->lines ? lines : row->lines;
    }
    return row;
}

/* A long row is split, but leaves two lines on either page. */
static void row_add(Setter *s, Row *row, bool stick)
{
    bool whole = row->lines <= ROW_WHOLE;
    for (int k = 0; k < row->lines; k++) {
        bool edge = k == 1 || k == row->lines - 1;
        flow_add(s, (PaperItem){ .height = row->table->pitch,
                                 .stick = k == 0 ? stick : whole || edge,
                                 .line = k,
                                 .row = row });
    }
}

/* --- the whole --- */

static void put_caption(Setter *s, const char *text)
{
    PangoLayout *layout = text_layout(s, HEI, 14, false);
    pango_layout_set_width(layout, (int)(BLOCK_WIDTH * PANGO_SCALE));
    pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    text_put(layout, text, false);
    flow_lines(s, layout,
               (PaperItem){ .height = LINE, .before = LINE / 2, .tag = "P", .x = LEFT, .size = 14 },
               true);
    s->led = true;
}

static void put_unit(Setter *s, const char *unit)
{
    PangoLayout *layout = text_layout(s, SONG, SIZE, false);
    pango_layout_set_width(layout, (int)(BLOCK_WIDTH * PANGO_SCALE));
    pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
    text_put(layout, arena_format(s->cx->arena, "单位：%s", unit), false);
    flow_lines(s, layout,
               (PaperItem){ .height = SIZE * 1.5 + 4, .tag = "P", .x = LEFT, .size = SIZE }, true);
    s->led = true;
}

void table_put(Setter *s, const Json *block)
{
    const Json *rows = json_get(block, "rows");
    const char *caption = json_text(block, "text", NULL), *unit = json_text(block, "unit", NULL);
    PaperTable *t = NEW(s->cx, PaperTable);
    t->columns = json_get(block, "columns");
    t->count = t->columns->count;
    assert(t->count > 0 && t->count <= COLUMNS_MOST && rows != NULL);
    fit(s, t, rows);
    if (caption != NULL)
        put_caption(s, caption);
    if (unit != NULL)
        put_unit(s, unit);
    t->head = row_make(s, t, NULL);
    row_add(s, t->head, false);
    for (size_t r = 0; r < rows->count; r++) {
        const Json *row = rows->items[r];
        row_add(s, row_make(s, t, row), r == 0 || json_bool(row, "total", false));
    }
}
