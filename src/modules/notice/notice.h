/* A notice (公示): rows of a register shown to everybody, as the register's declaration allows
 * (policy/register/publish.h), for a term of calendar days.
 *
 *     Z1  numbers only; a cell of 1 or 2 is "<3", and then nothing is summed, or it could be
 * reckoned Z2  a list, a person as 王**        Z3  the same with an identity number as
 * 370683********1234 VB  paper for the village board, the head's full name; on no page of the web
 *
 * What is shown is written once, masked before it is written, and stays as it was whatever becomes
 * of the rows. Settled rows alone are published, of dated rows those that hold today, and none of
 * an import that is under way. On the web the rows stand until the term ends; then title, term and
 * hash remain.
 */
#ifndef MODULES_NOTICE_NOTICE_H
#define MODULES_NOTICE_NOTICE_H

#include "modules/publication/public.h"
#include "policy/register/publish.h"

typedef struct Notice {
    const char *profile;
    Day starts_on;
    Day ends_on;
    const char *place; /* where the paper hangs */
} Notice;

extern const Field notice_fields[];
enum { NOTICE_ROWS_MOST = 2000 };

/* The rows of the caller's territory as the query filters them. INVALID "profile", "starts_on",
 * "ends_on", "rows" where there are none or too many, and the filter whose value is not public. */
Err notice_publish(Cx *cx, Publication *out, const Register *r, const Notice *n, PageQuery query);
/* What that would be, kept nowhere; *count: the rows, of which there may be too many: then content
 * is NULL. UNSET of numbers alone. */
Err notice_draft(Cx *cx, Publication *out, int64_t *count, const Register *r, const Notice *n,
                 PageQuery query);
/* What the filters leave, in words: "类别：岗位"; NULL = all. INVALID: by what no list is filtered
 * that is published (persons, words typed at will). */
Err notice_filter(Cx *cx, const char **zh, const char **en, const Register *r,
                  const char *const *filters);

Err notice_home(Page *p);
Err notice_show(Cx *cx, const Request *rq, Reply *rp, const Publication *pub, const Json *content);
/* As a document to print, with everything that stands in it. */
Err notice_paper(Cx *cx, const char **pdf, size_t *length, const Publication *pub);

/* --- of the content --- */
const char *notice_cell(Cx *cx, const Json *column, const Json *cell, Lang lang);
Err notice_items(Cx *cx, List *out, const Json *content);

#endif
