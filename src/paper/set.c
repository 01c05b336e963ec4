/* The child of paper.c: sets blocks on the grid of GB/T 9704 with pango and cairo. */
#include "paper/paper.h"

#include <assert.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MM              (72.0 / 25.4)
#define PAGE_WIDTH      (210 * MM)
#define PAGE_HEIGHT     (297 * MM)
#define LEFT            (28 * MM)
#define TOP             (37 * MM)
#define BLOCK_WIDTH     (156 * MM)
#define CHARACTER       15.8  /* 28 of them fill a line */
#define LINE            28.98 /* 22 of them fill a page */
#define TABLE_CHARACTER 11.0
#define TABLE_LINE      16.5
#define TABLE_PAD       3.0

enum { LINES = 22 };

static const char SONG[] = "FangSong,STFangsong,FangSong_GB2312,Noto Serif CJK SC";
static const char HEI[] = "SimHei,Noto Sans CJK SC";
static const char KAI[] = "KaiTi,STKaiti,Noto Serif CJK SC";
static const char TITLE[] = "STZhongsong,Noto Serif CJK SC";

typedef struct Page {
    cairo_t *cairo;
    double y;   /* used from the top of the text block, in points */
    int number; /* of the page begun */
    const char *watermark;
} Page;

static PangoLayout *layout_of(const Page *p, const char *family, double size, bool bold)
{
    PangoLayout *layout = pango_cairo_create_layout(p->cairo);
    pango_context_set_round_glyph_positions(pango_layout_get_context(layout), FALSE);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, family);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    if (bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    return layout;
}

/* The page's number: 4号, a dash on either side, outside: right on odd pages, left on even ones. */
static void put_number(const Page *p)
{
    char text[32];
    int width, height;
    snprintf(text, sizeof text, "— %d —", p->number);
    PangoLayout *layout = layout_of(p, TITLE, 14, false);
    pango_layout_set_text(layout, text, -1);
    pango_layout_get_size(layout, &width, &height);
    double x = p->number % 2 ? LEFT + BLOCK_WIDTH - (double)width / PANGO_SCALE - CHARACTER
                             : LEFT + CHARACTER;
    cairo_move_to(p->cairo, x, TOP + LINES * LINE + 7 * MM);
    pango_cairo_show_layout(p->cairo, layout);
    g_object_unref(layout);
}

static void put_watermark(const Page *p)
{
    if (!p->watermark)
        return;
    PangoLayout *layout = layout_of(p, HEI, 9, false);
    pango_layout_set_text(layout, p->watermark, -1);
    cairo_set_source_rgb(p->cairo, 0.55, 0.55, 0.55);
    cairo_move_to(p->cairo, LEFT, PAGE_HEIGHT - 12 * MM);
    pango_cairo_show_layout(p->cairo, layout);
    cairo_set_source_rgb(p->cairo, 0, 0, 0);
    g_object_unref(layout);
}

static void page_begin(Page *p)
{
    p->number++;
    p->y = 0;
    cairo_set_source_rgb(p->cairo, 0, 0, 0);
    put_number(p);
    put_watermark(p);
}

static void page_next(Page *p)
{
    cairo_show_page(p->cairo);
    page_begin(p);
}

static void make_room(Page *p, double height)
{
    if (p->y > 0 && p->y + height > LINES * LINE + 0.5)
        page_next(p);
}

/* Puts the lines of a layout on the grid, one a line, and goes to a new page where it must. */
static void put_lines(Page *p, PangoLayout *layout, double x, double size, double pitch)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    do {
        PangoRectangle logical;
        make_room(p, pitch);
        pango_layout_iter_get_line_extents(iter, NULL, &logical);
        PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
        double baseline = p->y + pitch / 2 + size * 0.38;
        cairo_move_to(p->cairo, x + (double)logical.x / PANGO_SCALE, TOP + baseline);
        pango_cairo_show_layout_line(p->cairo, line);
        p->y += pitch;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

typedef struct Style {
    const char *kind;
    const char *family;
    double size;
    double pitch;
    int indent; /* characters, of the first line */
    int right;  /* characters kept free at the right of what is set to the right; -1 = left */
    bool centred;
    bool bold;
    double before; /* lines left free above it, but not at the top of a page */
} Style;

static const Style STYLES[] = {
    { "title", TITLE, 22, 2 * LINE / 1.5, 0, -1, true, true, 1 },
    { "number", SONG, CHARACTER, LINE, 0, -1, true, false, 0 },
    { "to", SONG, CHARACTER, LINE, 0, -1, false, false, 1 },
    { "heading", HEI, CHARACTER, LINE, 2, -1, false, false, 0 },
    { "subheading", KAI, CHARACTER, LINE, 2, -1, false, false, 0 },
    { "text", SONG, CHARACTER, LINE, 2, -1, false, false, 0 },
    { "organ", SONG, CHARACTER, LINE, 0, 2, false, false, 2 },
    { "date", SONG, CHARACTER, LINE, 0, 4, false, false, 0 },
};

static void put_block(Page *p, const Style *s, const char *text)
{
    double width = BLOCK_WIDTH - (s->right > 0 ? s->right * CHARACTER : 0);
    PangoLayout *layout = layout_of(p, s->family, s->size, s->bold);
    /* a hair more than 28 characters, so that rounding does not break the last one off */
    pango_layout_set_width(layout, (int)((width + 0.5) * PANGO_SCALE));
    pango_layout_set_indent(layout, (int)(s->indent * s->size * PANGO_SCALE));
    if (s->centred)
        pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    if (s->right >= 0)
        pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
    pango_layout_set_text(layout, text, -1);
    if (p->y > 0)
        p->y += s->before * LINE;
    put_lines(p, layout, LEFT, s->size, s->pitch);
    g_object_unref(layout);
}

/* --- tables --- */

typedef struct Table {
    const Json *columns;
    double x[64]; /* left edges, and one more */
    size_t count;
} Table;

static PangoLayout *cell_layout(const Page *p, const Table *t, size_t i, const char *text,
                                bool bold)
{
    PangoLayout *layout = layout_of(p, bold ? HEI : SONG, TABLE_CHARACTER, false);
    double width = t->x[i + 1] - t->x[i] - 2 * TABLE_PAD;
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    if (json_text(t->columns->items[i], "align", "l")[0] == 'r')
        pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

static void hairline(const Page *p, double x0, double y0, double x1, double y1)
{
    cairo_set_line_width(p->cairo, 0.5);
    cairo_move_to(p->cairo, x0, y0);
    cairo_line_to(p->cairo, x1, y1);
    cairo_stroke(p->cairo);
}

static int lines_of(PangoLayout *layout)
{
    return pango_layout_get_line_count(layout);
}

/* Sets one row at the current height; with draw false it only measures. */
static double put_row(Page *p, const Table *t, const char *const *cells, bool bold, bool draw)
{
    PangoLayout *layouts[64];
    int most = 1;
    for (size_t i = 0; i < t->count; i++) {
        layouts[i] = cell_layout(p, t, i, cells[i], bold);
        if (lines_of(layouts[i]) > most)
            most = lines_of(layouts[i]);
    }
    double height = most * TABLE_LINE + 2 * TABLE_PAD, top = p->y;
    for (size_t i = 0; i < t->count; i++) {
        p->y = top + TABLE_PAD;
        if (draw)
            put_lines(p, layouts[i], t->x[i] + TABLE_PAD, TABLE_CHARACTER, TABLE_LINE);
        g_object_unref(layouts[i]);
    }
    p->y = top;
    if (!draw)
        return height;
    for (size_t i = 0; i <= t->count; i++)
        hairline(p, t->x[i], TOP + top, t->x[i], TOP + top + height);
    hairline(p, t->x[0], TOP + top, t->x[t->count], TOP + top);
    hairline(p, t->x[0], TOP + top + height, t->x[t->count], TOP + top + height);
    p->y = top + height;
    return height;
}

static void head_cells(const Table *t, const char **cells)
{
    for (size_t i = 0; i < t->count; i++)
        cells[i] = json_text(t->columns->items[i], "name", "");
}

static void put_caption(Page *p, const Json *block)
{
    const char *unit = json_text(block, "unit", NULL);
    static const Style CAPTION = { "caption", HEI, 14, LINE, 0, -1, true, false, 0.5 };
    static const Style UNIT = { "unit", SONG, TABLE_CHARACTER, TABLE_LINE, 0, 0, false, false, 0 };
    make_room(p, 5 * LINE);
    put_block(p, &CAPTION, json_text(block, "text", ""));
    if (unit)
        put_block(p, &UNIT, unit);
    p->y += 4;
}

static void put_table(Page *p, const Json *block)
{
    const char *cells[64];
    const Json *rows = json_get(block, "rows");
    Table t = { .columns = json_get(block, "columns") };
    t.count = t.columns->count < 60 ? t.columns->count : 60;
    t.x[0] = LEFT;
    for (size_t i = 0; i < t.count; i++)
        t.x[i + 1] =
            t.x[i] + BLOCK_WIDTH * (double)json_int(t.columns->items[i], "width", 10) / 100;
    put_caption(p, block);
    head_cells(&t, cells);
    put_row(p, &t, cells, true, true);
    for (size_t r = 0; r < rows->count; r++) {
        const Json *row = rows->items[r], *texts = json_get(row, "cells");
        bool total = json_bool(row, "total", false);
        for (size_t i = 0; i < t.count; i++)
            cells[i] = i < texts->count ? texts->items[i]->text : "";
        if (p->y + put_row(p, &t, cells, total, false) > LINES * LINE) {
            const char *head[64];
            page_next(p);
            head_cells(&t, head);
            put_row(p, &t, head, true, true);
        }
        put_row(p, &t, cells, total, true);
    }
    p->y += LINE / 2;
}

/* Back to the grid after a table. */
static void align(Page *p)
{
    int lines = (int)(p->y / LINE);
    if (p->y - lines * LINE > 0.5)
        p->y = (lines + 1) * LINE;
}

static void put_any(Page *p, const Json *block)
{
    const char *kind = json_text(block, "kind", "");
    if (strcmp(kind, "table") == 0) {
        put_table(p, block);
        return;
    }
    align(p);
    for (size_t i = 0; i < COUNT(STYLES); i++)
        if (strcmp(STYLES[i].kind, kind) == 0)
            put_block(p, &STYLES[i], json_text(block, "text", ""));
}

static cairo_status_t write_all(void *data, const unsigned char *bytes, unsigned length)
{
    int fd = *(int *)data;
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n <= 0)
            return CAIRO_STATUS_WRITE_ERROR;
        bytes += n;
        length -= (unsigned)n;
    }
    return CAIRO_STATUS_SUCCESS;
}

static Err read_document(Cx *cx, const Json **out, int in)
{
    static const JsonLimits LIMITS = { 64 * 1024 * 1024, 64 };
    char piece[65536];
    Buf b = BUF(cx);
    ssize_t n;
    while ((n = read(in, piece, sizeof piece)) > 0)
        buf_add_n(&b, piece, (size_t)n);
    return json_parse(cx, out, buf_text(&b), b.length, &LIMITS);
}

int paper_set(int in, int out)
{
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    const Json *document;
    int status = 1;
    if (read_document(&cx, &document, in) == OK) {
        cairo_surface_t *surface =
            cairo_pdf_surface_create_for_stream(write_all, &out, PAGE_WIDTH, PAGE_HEIGHT);
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                       json_text(document, "title", ""));
        Page page = { cairo_create(surface), 0, 0, json_text(document, "watermark", NULL) };
        const Json *blocks = json_get(document, "blocks");
        page_begin(&page);
        for (size_t i = 0; blocks && i < blocks->count; i++)
            put_any(&page, blocks->items[i]);
        cairo_show_page(page.cairo);
        cairo_destroy(page.cairo);
        cairo_surface_finish(surface);
        status = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS ? 0 : 1;
        cairo_surface_destroy(surface);
    }
    arena_free(arena);
    return status;
}
