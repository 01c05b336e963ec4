/* Official documents as PDF in the layout of GB/T 9704-2012: A4, margins 37/26/35/28 mm, a text
 * block of 156 × 225 mm with 22 lines of 28 characters, page numbers outside below.
 *
 * A document is a list of blocks, written down as JSON by the functions here and set by a child
 * process (the same program, "tuijin paper"), so that the setting of type, with its fonts and
 * their memory, never runs inside the server and dies alone. Embedded are the fonts of the machine:
 * FangSong, HeiTi and KaiTi where it has them, else Noto Serif and Sans CJK SC. A character that
 * none of them has is printed as 〓, and the foot of each page names it.
 */
#ifndef PAPER_PAPER_H
#define PAPER_PAPER_H

#include "base/date.h"
#include "base/json.h"

typedef struct Paper {
    Cx *cx;
    Buf buf;
    JsonOut out;
} Paper;

/* title: for the file's own description; watermark: who printed it, NULL = none. */
void paper_begin(Cx *cx, Paper *p, const char *title, const char *watermark);
/* 2号 centred; a long one breaks where U+200B says that a word ends. */
void paper_title(Paper *p, const char *text);
void paper_number(Paper *p, const char *text); /* document number, centred */
void paper_to(Paper *p, const char *text);     /* main addressee, flush left, ends with ： */
void paper_heading(Paper *p, int level, const char *text); /* 1 一、 HeiTi; 2 （一） KaiTi */
void paper_text(Paper *p, const char *text); /* a paragraph, indented by two characters */
/* 附件说明: the names of the annexes below the text. */
void paper_enclosures(Paper *p, const char *const *names, size_t count);
/* Who signs, one organ a line, and the date; never on a page without text above them. */
void paper_sign(Paper *p, const char *const *organs, size_t count, const char *date);
/* Begins a page: number ("附件1") alone at the left, the title on the third line. */
void paper_annex(Paper *p, const char *number, const char *title);

/* A table: caption (NULL = none) and unit over it, widths in hundredths of the text block, numbers
 * to the right ('r'), words to the left ('l'). Figures, dates and codes never break: their column
 * is widened, then the type made smaller. The head is repeated on every page, and a row that is
 * higher than a page goes on on the next. */
typedef struct PaperColumn {
    const char *name;
    int width;
    char align;
} PaperColumn;
void paper_table(Paper *p, const char *caption, const char *unit, const PaperColumn *columns,
                 size_t count);
void paper_row(Paper *p, const char *const *cells, size_t count, bool total);
void paper_table_end(Paper *p);

/* 2022年12月19日, as documents write a day; …19时07分 with the minute. */
const char *paper_day(Cx *cx, Day day);
const char *paper_moment(Cx *cx, int64_t instant);

/* Sets the document; *pdf lies in the arena. program: "tuijin" to run, NULL = this one. Fails
 * INTERNAL where the child dies, gives no PDF, or takes over 30 s. */
Err paper_end(Paper *p, const char **pdf, size_t *length, const char *program);

/* The child's work: JSON from one file, PDF to another. 0 or 1 as exit status. */
int paper_set(int in, int out);

#endif
