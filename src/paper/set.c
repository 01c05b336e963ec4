/* The child of paper.c: reads blocks and sets them on the grid of GB/T 9704 with pango and cairo.
 */
#include "paper/paper.h"

#include "base/child.h"
#include "paper/set.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TITLE_SIZE = 22, BODY_LEAST = 2 /* lines of text on the page of the signature */ };

static const char BREAK[] = "\u200B";

typedef struct Style {
    const char *kind;
    const char *tag;
    const char *family;
    double size;
    double pitch;
    int indent; /* characters, of the first line */
    bool centred;
    bool bold;
    bool leads;    /* what follows stays with it */
    double before; /* lines left free above it, but not at the top of a page */
} Style;

static const Style STYLES[] = {
    { "title", "H1", TITLE, TITLE_SIZE, 2 * LINE / 1.5, 0, true, true, true, 1 },
    { "number", "P", SONG, CHARACTER, LINE, 0, true, false, true, 0 },
    { "to", "P", SONG, CHARACTER, LINE, 0, false, false, true, 1 },
    { "heading", "H2", HEI, CHARACTER, LINE, 2, false, false, true, 0 },
    { "subheading", "H3", KAI, CHARACTER, LINE, 2, false, false, true, 0 },
    { "text", "P", SONG, CHARACTER, LINE, 2, false, false, false, 0 },
};

/* --- text --- */

/* A title breaks where its words end (U+200B), into lines of about the same length. */
static void balance(PangoLayout *layout, double width)
{
    int lines = pango_layout_get_line_count(layout);
    for (double least = width * 0.5; lines > 1 && width - least > 1;) {
        double middle = (least + width) / 2;
        pango_layout_set_width(layout, (int)(middle * PANGO_SCALE));
        bool fits = pango_layout_get_line_count(layout) <= lines && text_width(layout) <= middle;
        *(fits ? &width : &least) = middle;
    }
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
}

/* Sets the text without its U+200B; breaks are allowed where they stood, and in what is longer than
 * a line. */
static void put_words(Setter *s, PangoLayout *layout, const char *text)
{
    Buf b = BUF(s->cx);
    PangoAttrList *list = pango_attr_list_new();
    for (const char *p = text; *p;) {
        const char *end = strstr(p, BREAK);
        end = end != NULL ? end : p + strlen(p);
        if ((double)g_utf8_strlen(p, end - p) * TITLE_SIZE <= BLOCK_WIDTH)
            text_keep(list, b.length, b.length + (size_t)(end - p));
        buf_add_n(&b, p, (size_t)(end - p));
        p = *end ? end + strlen(BREAK) : end;
    }
    pango_layout_set_text(layout, buf_text(&b), -1);
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
}

static void put_block(Setter *s, const Style *style, const char *text)
{
    PangoLayout *layout = text_layout(s, style->family, style->size, style->bold);
    double x = LEFT;
    /* a hair more than 28 characters, so that rounding does not break the last one off */
    pango_layout_set_width(layout, (int)((BLOCK_WIDTH + 0.5) * PANGO_SCALE));
    pango_layout_set_indent(layout, (int)(style->indent * style->size * PANGO_SCALE));
    if (style->centred)
        pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    if (style->size != TITLE_SIZE)
        text_put(layout, text, false);
    else {
        put_words(s, layout, text);
        balance(layout, BLOCK_WIDTH);
        x += (BLOCK_WIDTH - (double)pango_layout_get_width(layout) / PANGO_SCALE) / 2;
    }
    flow_lines(s, layout,
               (PaperItem){ .height = style->pitch,
                            .before = style->before * LINE,
                            .tag = style->tag,
                            .x = x,
                            .size = style->size },
               style->leads);
    s->led = style->leads;
}

static void put_line(Setter *s, const char *text, double x, double width, double indent,
                     double before)
{
    PangoLayout *layout = text_layout(s, SONG, CHARACTER, false);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_indent(layout, (int)(indent * PANGO_SCALE));
    text_put(layout, text, false);
    flow_lines(s, layout,
               (PaperItem){ .height = LINE,
                            .before = before,
                            .stick = true,
                            .tag = "P",
                            .x = x,
                            .size = CHARACTER },
               true);
}

/* 附件说明 (7.3.4): a line below the text, two characters in, the names one below the other. */
static void put_enclosures(Setter *s, const Json *block)
{
    const Json *names = json_get(block, "names");
    double label = 3 * CHARACTER, hang = 1.6 * CHARACTER, x = LEFT + 2 * CHARACTER;
    flow_stick_back(s, BODY_LEAST);
    for (size_t i = 0; i < names->count; i++) {
        const char *name =
            names->count == 1 ? names->items[i]->text
                              : arena_format(s->cx->arena, "%zu．%s", i + 1, names->items[i]->text);
        if (i == 0)
            put_line(s, arena_format(s->cx->arena, "附件：%s", name), x,
                     BLOCK_WIDTH - 2 * CHARACTER, -label - hang, LINE);
        else
            put_line(s, name, x + label, BLOCK_WIDTH - 2 * CHARACTER - label, -hang, 0);
    }
}

/* Signature and date (7.3.5), ready for a seal: the date ends four characters from the right, the
 * organs stand above it on its middle, but no nearer to the edge than two. They stay together, and
 * with the end of the text. */
static void put_sign(Setter *s, const Json *block)
{
    const Json *organs = json_get(block, "organs");
    const char *date = json_text(block, "date", "");
    PangoLayout *layout = text_layout(s, SONG, CHARACTER, false);
    pango_layout_set_text(layout, date, -1);
    double date_width = text_width(layout), widest = 0;
    for (size_t i = 0; i < organs->count; i++) {
        pango_layout_set_text(layout, organs->items[i]->text, -1);
        widest = text_width(layout) > widest ? text_width(layout) : widest;
    }
    double right = LEFT + BLOCK_WIDTH, axis = right - 4 * CHARACTER - date_width / 2;
    if (axis + widest / 2 > right - 2 * CHARACTER)
        axis = right - 2 * CHARACTER - widest / 2;
    if (axis - widest / 2 < LEFT) /* too long for a line */
        axis = LEFT + BLOCK_WIDTH / 2;
    flow_stick_back(s, BODY_LEAST);
    for (size_t i = 0; i < organs->count; i++) {
        pango_layout_set_text(layout, organs->items[i]->text, -1);
        double width = text_width(layout), x = axis - width / 2;
        put_line(s, organs->items[i]->text, x > LEFT ? x : LEFT,
                 width < BLOCK_WIDTH ? width + 1 : BLOCK_WIDTH, 0, i == 0 ? 2 * LINE : 0);
    }
    put_line(s, date, axis - date_width / 2, date_width + 1, 0, 0);
    g_object_unref(layout);
}

/* An annex begins a page: its number alone at the left, its title on the third line (7.3.7). */
static void put_annex(Setter *s, const Json *block)
{
    static const Style NUMBER = { "annex", "H2", HEI, CHARACTER, LINE, 0, false, false, true, 0 };
    static const Style NAME = { "annex", "H2", TITLE, TITLE_SIZE, 2 * LINE / 1.5,
                                0,       true, true,  true,       1 };
    flow_page(s);
    put_block(s, &NUMBER, json_text(block, "number", ""));
    put_block(s, &NAME, json_text(block, "text", ""));
}

static void put_any(Setter *s, const Json *block)
{
    const char *kind = json_text(block, "kind", "");
    if (strcmp(kind, "table") == 0)
        table_put(s, block);
    else if (strcmp(kind, "enclosures") == 0)
        put_enclosures(s, block);
    else if (strcmp(kind, "sign") == 0)
        put_sign(s, block);
    else if (strcmp(kind, "annex") == 0)
        put_annex(s, block);
    for (size_t i = 0; i < COUNT(STYLES); i++)
        if (strcmp(STYLES[i].kind, kind) == 0)
            put_block(s, &STYLES[i], json_text(block, "text", ""));
}

/* --- the whole --- */

typedef struct GlyphScan {
    const Setter *s;
    PangoFontset *fonts;
    Buf found;
} GlyphScan;

/* Every text of the document as it can be printed; what cannot is collected. */
static void scan(GlyphScan *c, Json *j)
{
    if (j->type == J_TEXT)
        j->text = text_printable(c->s, c->fonts, &c->found, j->text);
    for (size_t i = 0; i < j->count; i++)
        scan(c, j->items[i]);
}

static const char *missing(const Setter *s, const Json *blocks)
{
    GlyphScan c = { s, text_fonts(s), BUF(s->cx) };
    for (size_t i = 0; i < blocks->count; i++)
        scan(&c, blocks->items[i]);
    g_object_unref(c.fonts);
    if (c.found.length == 0)
        return NULL;
    return arena_format(s->cx->arena, "本机字库缺字，以〓代替：%s", buf_text(&c.found));
}

static cairo_status_t keep(void *data, const unsigned char *bytes, unsigned length)
{
    buf_add_n(data, (const char *)bytes, length);
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

/* A fault of cairo's stays with its context, which draws nothing more: it must be asked for, or
 * the rest of the document would be missing without a word. */
static Err draw(Cx *cx, Buf *pdf, const Json *document)
{
    const Json *blocks = json_get(document, "blocks");
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(keep, pdf, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                   json_text(document, "title", ""));
    Setter s = { .cx = cx,
                 .cairo = cairo_create(surface),
                 .watermark = json_text(document, "watermark", NULL) };
    if (blocks == NULL)
        return fail(cx, INVALID, "blocks", "没有内容", "there are no blocks");
    s.missing = missing(&s, blocks);
    cairo_tag_begin(s.cairo, "Document", NULL);
    for (size_t i = 0; i < blocks->count; i++)
        put_any(&s, blocks->items[i]);
    flow_end(&s);
    cairo_tag_end(s.cairo, "Document");
    cairo_status_t drawn = cairo_status(s.cairo);
    cairo_destroy(s.cairo);
    cairo_surface_finish(surface);
    cairo_status_t ended = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (drawn == CAIRO_STATUS_SUCCESS && ended == CAIRO_STATUS_SUCCESS)
        return OK;
    return fail(cx, INTERNAL, NULL, "排版失败：%s", "cannot set the document: %s",
                cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : ended));
}

int paper_set(int in, int out)
{
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    const Json *document;
    const char *whole;
    size_t length;
    Buf pdf = BUF(&cx);
    Err e = read_document(&cx, &document, in);
    if (e == OK)
        e = draw(&cx, &pdf, document);
    if (e == OK)
        e = set_finish(&cx, &whole, &length, pdf.at, pdf.length);
    int status = e == OK ? child_give(out, whole, length) : 1;
    if (e != OK)
        fprintf(stderr, "%s\n", cx.failure.en);
    arena_free(arena);
    return status;
}
