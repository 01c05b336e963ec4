/* UTF-8 text. Strings are NUL-terminated and valid UTF-8 once text_valid has seen them; lengths
 * for people are in characters (code points), lengths in memory in bytes.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/cx.h"

#include <stdarg.h>

/* True if the bytes are well-formed UTF-8 (no surrogates, no over-long forms). */
bool text_valid(const char *bytes, size_t length);
size_t text_count(const char *text);          /* code points */
bool text_blank(const char *text);            /* empty, NULL or white space only (Unicode) */
bool text_same(const char *a, const char *b); /* NULL equals NULL only */
bool text_ends(const char *text, const char *with);
const char *text_or(const char *text, const char *otherwise);

/* Decodes one code point at *p and moves *p behind it; 0xFFFD for a bad byte; 0 at the end. */
uint32_t text_next(const char **p);

/* Trimmed, full-width forms made half-width, inner runs of blanks made one: for matching and for
 * cells typed by people. NFKC by utf8proc, so 「Ａ　１」 becomes "A 1". */
const char *text_fold(Cx *cx, const char *text);

/* The half-width form of a full-width one, '(' of U+FF08; any other is itself. */
uint32_t text_narrow(uint32_t point);
/* All narrow; all wide; those signs alone that Chinese writes wide: （ ） ， ： ； ！ ？ */
const char *text_narrowed(Cx *cx, const char *text);
const char *text_widened(Cx *cx, const char *text);
const char *text_chinese(Cx *cx, const char *text);

/* What stands for the text where lists are sorted, compared byte by byte: without regard to case or
 * width, Latin before Chinese, Chinese by pinyin (base/han.h). */
const char *text_sort_key(Cx *cx, const char *text);

/* Without the stops at its end, to stand inside a sentence. */
const char *text_phrase(Cx *cx, const char *text);

/* A growing string in the arena. Zero it, or BUF(cx). at is always NUL-terminated once written. */
typedef struct Buf {
    Arena *arena;
    char *at;
    size_t length;
    size_t room;
} Buf;

#define BUF(cx) ((Buf){ (cx)->arena, NULL, 0, 0 })

void buf_add(Buf *b, const char *text);
void buf_add_n(Buf *b, const char *bytes, size_t length);
void buf_char(Buf *b, char c);
void buf_percent(Buf *b, const char *text); /* as a value of an address has it, %E6%9D%91 */
void buf_point(Buf *b, uint32_t point);     /* as UTF-8 */
char *buf_more(Buf *b, size_t length);      /* so many bytes, for the caller to write at once */
void buf_format(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *buf_text(Buf *b); /* "" where nothing was written */

#endif
