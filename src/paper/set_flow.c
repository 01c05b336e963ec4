/* Fills pages with items. The items of the page under way wait in a queue, so that a page may end
 * above some that were already there: where the next does not fit, the page ends above the last
 * one that does not stick. Nothing is drawn before its page is known to be whole.
 */
#include "paper/set.h"

#include <assert.h>
#include <stdio.h>

static const double PAGE = LINES * LINE + 0.5;

/* --- what stands on every page --- */

/* The page's number: 4号, a dash on either side, outside: right on odd pages, left on even ones. */
static void put_number(const Setter *s)
{
    char text[32];
    snprintf(text, sizeof text, "— %d —", s->page);
    PangoLayout *layout = text_layout(s, TITLE, 14, false);
    pango_layout_set_text(layout, text, -1);
    double x = s->page % 2 ? LEFT + BLOCK_WIDTH - text_width(layout) - CHARACTER : LEFT + CHARACTER;
    cairo_move_to(s->cairo, x, TOP + LINES * LINE + 7 * MM);
    pango_cairo_show_layout(s->cairo, layout);
    g_object_unref(layout);
}

static void put_foot(const Setter *s, const char *text, double above)
{
    if (text == NULL)
        return;
    PangoLayout *layout = text_layout(s, HEI, 9, false);
    pango_layout_set_width(layout, (int)(BLOCK_WIDTH * PANGO_SCALE));
    pango_layout_set_height(layout, 0); /* one line, … where it is longer */
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    text_put(layout, text, true);
    cairo_set_source_rgb(s->cairo, 0.45, 0.45, 0.45);
    cairo_move_to(s->cairo, LEFT, PAGE_HEIGHT - above);
    pango_cairo_show_layout(s->cairo, layout);
    cairo_set_source_rgb(s->cairo, 0, 0, 0);
    g_object_unref(layout);
}

/* --- the structure of the file ---
 * An element ends with its page and goes on as another, for what stands on every page belongs to
 * none: cairo would take it into the element that is open. */

static void close_element(Setter *s)
{
    if (s->open != NULL)
        cairo_tag_end(s->cairo, s->open);
    s->open = NULL;
}

static void close_table(Setter *s)
{
    close_element(s);
    if (s->open_table != NULL)
        cairo_tag_end(s->cairo, "Table");
    s->open_table = NULL;
}

static void open_element(Setter *s, const PaperItem *item)
{
    const PaperTable *table = item->row ? item->row->table : NULL;
    if (table != s->open_table) {
        close_table(s);
        if (table != NULL)
            cairo_tag_begin(s->cairo, "Table", NULL);
        s->open_table = table;
    }
    if (item->row || (s->open != NULL && s->open_element == item->element))
        return;
    close_element(s);
    cairo_tag_begin(s->cairo, item->tag, NULL);
    s->open = item->tag;
    s->open_element = item->element;
}

/* --- heights --- */

/* A page that begins inside a table begins with its head. */
static const Row *head_above(const PaperItem *first)
{
    return first->row && !first->row->head ? first->row->table->head : NULL;
}

static bool begins_row(const Setter *s, size_t i)
{
    return i == 0 || s->items[i - 1].row != s->items[i].row;
}

static bool ends_row(const Setter *s, size_t i)
{
    return i + 1 >= s->count || s->items[i + 1].row != s->items[i].row;
}

/* Where item i stands, when the one before it ends at y. */
static double top_of(const Setter *s, size_t i, double y)
{
    const PaperItem *item = &s->items[i];
    if (i == 0) {
        const Row *head = head_above(item);
        y = head != NULL ? row_height(head, head->lines) : 0;
    }
    if (item->row)
        return y + (begins_row(s, i) ? TABLE_PAD : 0);
    if (y <= 0)
        return 0;
    int lines = (int)(y / LINE);
    if (item->on_grid && y - lines * LINE > 0.5)
        y = (lines + 1) * LINE;
    return y + item->before;
}

static double bottom_of(const Setter *s, size_t i, double top)
{
    const PaperItem *item = &s->items[i];
    return top + item->height + (item->row && ends_row(s, i) ? TABLE_PAD : 0);
}

static double height(const Setter *s)
{
    double y = 0;
    for (size_t i = 0; i < s->count; i++)
        y = bottom_of(s, i, top_of(s, i, y));
    return y;
}

/* --- drawing --- */

/* Of the first line, or where it is negative of all others. */
static double indent_of(PangoLayout *layout, int line)
{
    double indent = (double)pango_layout_get_indent(layout) / PANGO_SCALE;
    if (line == 0)
        return indent > 0 ? indent : 0;
    return indent < 0 ? -indent : 0;
}

static void draw_line(Setter *s, const PaperItem *item, double top)
{
    PangoRectangle logical;
    PangoLayoutLine *line = pango_layout_get_line_readonly(item->layout, item->line);
    pango_layout_line_get_extents(line, NULL, &logical);
    double x = item->x;
    PangoAlignment align = pango_layout_get_alignment(item->layout);
    double room = (double)pango_layout_get_width(item->layout) / PANGO_SCALE -
                  (double)logical.width / PANGO_SCALE;
    if (align != PANGO_ALIGN_LEFT && room > 0)
        x += align == PANGO_ALIGN_CENTER ? room / 2 : room;
    else
        x += indent_of(item->layout, item->line);
    cairo_move_to(s->cairo, x, TOP + top + item->height / 2 + item->size * 0.38);
    pango_cairo_show_layout_line(s->cairo, line);
}

/* Draws the first count items, and forgets them. */
static void draw(Setter *s, size_t count)
{
    double y = 0;
    const Row *head = count > 0 ? head_above(&s->items[0]) : NULL;
    size_t whole = s->count;
    s->count = count; /* the last row may go on on the next page */
    for (size_t i = 0; i < count; i++) {
        PaperItem *item = &s->items[i];
        double top = top_of(s, i, y);
        open_element(s, item);
        if (i == 0 && head != NULL)
            row_draw(s, head, 0, head->lines, 0);
        if (item->layout) {
            draw_line(s, item, top);
            g_object_unref(item->layout);
        } else if (ends_row(s, i)) {
            size_t first = i;
            while (!begins_row(s, first))
                first--;
            int from = s->items[first].line, to = item->line + 1;
            row_draw(s, item->row, from, to,
                     bottom_of(s, i, top) - row_height(item->row, to - from));
            if (to == item->row->lines)
                row_done(item->row);
        }
        y = bottom_of(s, i, top);
    }
    s->count = whole - count;
    for (size_t i = 0; i < s->count; i++)
        s->items[i] = s->items[count + i];
}

/* A page is shown when the next begins, the last when the surface is finished: cairo 1.18 makes an
 * empty page of the end of an element that comes behind the last shown one. */
static void end_page(Setter *s, size_t count)
{
    if (s->page++ > 0)
        cairo_show_page(s->cairo);
    draw(s, count);
    if (s->count > 0 && s->items[0].row != NULL && s->items[0].row->table == s->open_table)
        close_element(s); /* the table goes on */
    else
        close_table(s);
    put_number(s);
    put_foot(s, s->watermark, 12 * MM);
    put_foot(s, s->missing, 17 * MM);
}

/* --- the queue --- */

void flow_add(Setter *s, PaperItem item)
{
    assert(s->count < ITEMS_MOST);
    item.stick = item.stick || s->led;
    s->led = false;
    s->items[s->count++] = item;
    while (s->count > 1 && height(s) > PAGE) {
        size_t end = s->count - 1;
        while (end > 0 && s->items[end].stick)
            end--;
        end_page(s, end > 0 ? end : s->count - 1);
    }
}

void flow_lines(Setter *s, PangoLayout *layout, PaperItem like, bool whole)
{
    int lines = pango_layout_get_line_count(layout);
    like.element = ++s->element;
    like.layout = layout;
    for (int i = 0; i < lines; i++) {
        PaperItem item = like;
        item.layout = g_object_ref(layout);
        item.line = i;
        item.on_grid = i == 0;
        item.before = i == 0 ? like.before : 0;
        item.stick = i == 0 ? like.stick : whole;
        flow_add(s, item);
    }
    g_object_unref(layout);
}

void flow_stick_back(Setter *s, size_t lines)
{
    size_t seen = 0;
    for (size_t i = s->count; i > 0 && seen + 1 < lines; i--, seen++)
        s->items[i - 1].stick = true;
}

void flow_page(Setter *s)
{
    if (s->count > 0)
        end_page(s, s->count);
}

void flow_end(Setter *s)
{
    if (s->count > 0 || s->page == 0)
        end_page(s, s->count);
}
