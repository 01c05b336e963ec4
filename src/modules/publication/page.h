/* The frame of a public page: plain HTML without script or inline style, in two languages, large
 * and high-contrast on request, for screen readers and for 390 px.
 *
 * How it is shown travels in the query (lang, size, contrast), so no cookie is needed; page_link
 * carries it on. Markup is written by html_add alone (base/html.h), so all text is escaped.
 */
#ifndef MODULES_PUBLICATION_PAGE_H
#define MODULES_PUBLICATION_PAGE_H

#include "base/date.h"
#include "base/html.h"
#include "http/http.h"

typedef struct Page {
    Cx *cx;
    Buf b;
    bool en;
    bool large;
    bool contrast;
    const Request *rq;
    const char *path; /* of this page, for the links that show it another way */
} Page;

/* Reads how it is shown, and begins: head, header, trail of links ("path", "label", …, NULL; the
 * last one is the page itself), title. */
void page_begin(Cx *cx, Page *p, const Request *rq, const char *title, const char *const *trail);
/* Ends it and makes it the reply; private pages are never kept by anybody. */
Err page_end(Page *p, Reply *rp, int status, bool keep);
/* A page that says what went wrong, from the last failure. */
Err page_failure(Cx *cx, const Request *rq, Reply *rp, Err e);

const char *page_word(const Page *p, const char *zh, const char *en);
/* The language before a page is begun. */
const char *request_word(const Cx *cx, const Request *rq, const char *zh, const char *en);
const char *page_link(const Page *p, const char *path);
const char *page_day(const Page *p, Day d); /* 2022 年 12 月 19 日; 19 December 2022 */
const char *page_period(const Page *p, Day from, Day to);
/* A table's head: caption, then label and "number" or NULL for each column, NULL. */
void page_table(Page *p, const char *caption, const char *const *columns);
/* A cell: label for narrow screens; NULL link = none. */
void page_cell(Page *p, const char *label, bool number, const char *text, const char *link);
void page_table_end(Page *p);

#endif
