/* The rows of a table, drawn. */
#include "paper/set.h"

double row_height(const Row *row, int lines)
{
    return lines * row->table->pitch + 2 * TABLE_PAD;
}

void row_done(Row *row)
{
    for (size_t i = 0; !row->head && i < row->table->count; i++)
        g_object_unref(row->cells[i]);
}

static void hairline(const Setter *s, double x0, double y0, double x1, double y1)
{
    cairo_set_line_width(s->cairo, 0.5);
    cairo_move_to(s->cairo, x0, y0);
    cairo_line_to(s->cairo, x1, y1);
    cairo_stroke(s->cairo);
}

static void put_rules(const Setter *s, const PaperTable *t, double top, double bottom)
{
    for (size_t i = 0; i <= t->count; i++)
        hairline(s, t->x[i], top, t->x[i], bottom);
    hairline(s, t->x[0], top, t->x[t->count], top);
    hairline(s, t->x[0], bottom, t->x[t->count], bottom);
}

static void put_cell(const Setter *s, const Row *row, size_t i, int from, int to, double y)
{
    const PaperTable *t = row->table;
    PangoLayout *layout = row->cells[i];
    bool right = pango_layout_get_alignment(layout) == PANGO_ALIGN_RIGHT;
    for (int k = from; k < to && k < pango_layout_get_line_count(layout); k++) {
        PangoRectangle logical;
        PangoLayoutLine *line = pango_layout_get_line_readonly(layout, k);
        pango_layout_line_get_extents(line, NULL, &logical);
        double x = right ? t->x[i + 1] - TABLE_PAD - (double)logical.width / PANGO_SCALE
                         : t->x[i] + TABLE_PAD;
        cairo_move_to(s->cairo, x, y + (k - from + 0.5) * t->pitch + t->size * 0.38);
        pango_cairo_show_layout_line(s->cairo, line);
    }
}

void row_draw(Setter *s, const Row *row, int from, int to, double y)
{
    const char *tag = row->head ? "TH" : "TD";
    double top = TOP + y;
    put_rules(s, row->table, top, top + row_height(row, to - from));
    cairo_tag_begin(s->cairo, "TR", NULL);
    for (size_t i = 0; i < row->table->count; i++) {
        cairo_tag_begin(s->cairo, tag, NULL);
        put_cell(s, row, i, from, to, top + TABLE_PAD);
        cairo_tag_end(s->cairo, tag);
    }
    cairo_tag_end(s->cairo, "TR");
}
