/* The parts of the type setter (the child of paper.c): a document is a list of items as high as a
 * line, which pages are filled with.
 *
 * set.c reads the blocks, set_text.c makes layouts of text, set_table.c rows of tables, set_flow.c
 * turns the pages, set_finish.c adds what cairo does not write. An item that sticks has no page
 * end above it: so headings, heads of tables and signatures are never left alone.
 */
#ifndef PAPER_SET_H
#define PAPER_SET_H

#include "base/json.h"

#include <pango/pangocairo.h>

#define MM          (72.0 / 25.4)
#define PAGE_WIDTH  (210 * MM)
#define PAGE_HEIGHT (297 * MM)
#define LEFT        (28 * MM)
#define TOP         (37 * MM)
#define BLOCK_WIDTH (156 * MM)
#define CHARACTER   15.8  /* 28 of them fill a line */
#define LINE        28.98 /* 22 of them fill a page */
#define TABLE_PAD   3.0

enum { LINES = 22, COLUMNS_MOST = 60, ITEMS_MOST = 256 };

extern const char SONG[], HEI[], KAI[], TITLE[]; /* families, the best first */

typedef struct PaperTable PaperTable;

/* One row of a table: its cells as layouts, which live until its last line is drawn. */
typedef struct Row {
    PaperTable *table;
    PangoLayout *cells[COLUMNS_MOST];
    int lines;
    bool head;
} Row;

struct PaperTable {
    const Json *columns;
    size_t count;
    double size, pitch;           /* of its type */
    double x[COLUMNS_MOST + 1];   /* left edges, and one more */
    double longest[COLUMNS_MOST]; /* characters of a cell */
    bool breaks;                  /* even figures break: nothing else fits */
    Row *head;
};

typedef struct PaperItem {
    double height, before; /* before: left free above it, but not at the top of a page */
    bool stick;            /* no page ends right above it */
    bool on_grid;          /* begins at a line of the page */
    const char *tag;       /* of its element in the file's structure */
    int element;           /* items of one element share it */
    PangoLayout *layout;   /* a line of text: its item owns a reference */
    int line;
    double x, size;
    Row *row; /* or one of the lines of a row */
} PaperItem;

typedef struct Setter {
    Cx *cx;
    cairo_t *cairo;
    const char *watermark, *missing;
    int page, element; /* numbers of the last ones begun */
    PaperItem items[ITEMS_MOST];
    size_t count; /* of the items that the page under way waits for */
    bool led;     /* the next item sticks */
    const char *open;
    int open_element;
    const PaperTable *open_table;
} Setter;

/* --- set_flow.c --- */
void flow_add(Setter *s, PaperItem item);
/* An item for each line of the layout, which is given away. like: height, before, stick, tag, x and
 * size; before and stick are of the first line, whole keeps the others with it. */
void flow_lines(Setter *s, PangoLayout *layout, PaperItem like, bool whole);
void flow_stick_back(Setter *s, size_t lines); /* the last lines stay with what follows */
void flow_page(Setter *s);                     /* what follows begins a page */
void flow_end(Setter *s);                      /* the last page, one at least */

/* --- set_text.c --- */
PangoLayout *text_layout(const Setter *s, const char *family, double size, bool bold);
/* Numbers, dates and codes do not break in it. */
void text_put(PangoLayout *layout, const char *text, bool breaks);
/* The bytes from..to-1 do not break. */
void text_keep(PangoAttrList *list, size_t from, size_t to);
double text_width(PangoLayout *layout); /* of its longest line */
/* The end of the figure, date or code that begins at text; text itself where none does. */
const char *text_token(const char *text);
/* What no font here can draw stands as 〓 in the text that is given back, and is told in found. */
const char *text_printable(const Setter *s, PangoFontset *fonts, Buf *found, const char *text);
PangoFontset *text_fonts(const Setter *s);

/* --- set_table.c --- */
void table_put(Setter *s, const Json *block);

/* --- set_row.c --- */
/* Draws the lines from..to-1 of a row at a height of the text block. */
void row_draw(Setter *s, const Row *row, int from, int to, double y);
double row_height(const Row *row, int lines);
void row_done(Row *row);

/* --- set_finish.c --- */
/* Language, archive's description and colour space, which cairo has no words for. */
Err set_finish(Cx *cx, const char **out, size_t *length, const char *pdf, size_t pdf_length);

#endif
