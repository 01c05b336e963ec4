/* The public pages of a selection, for anybody, in plain HTML (page.h). They show publications as
 * they were made and the results of objections; nothing personal.
 */
#ifndef MODULES_SELECTION_PUBLIC_H
#define MODULES_SELECTION_PUBLIC_H

#include "modules/selection/publication.h"

Err public_style(Cx *cx, Request *rq, Reply *rp);
Err public_home(Cx *cx, Request *rq, Reply *rp);
Err public_batch(Cx *cx, Request *rq, Reply *rp);
Err public_list(Cx *cx, Request *rq, Reply *rp);
Err public_ranking(Cx *cx, Request *rq, Reply *rp);
Err public_sheet(Cx *cx, Request *rq, Reply *rp);     /* the list as a workbook */
Err public_paper(Cx *cx, Request *rq, Reply *rp);     /* and as a document */
Err public_form(Cx *cx, Request *rq, Reply *rp);      /* of an objection */
Err public_object(Cx *cx, Request *rq, Reply *rp);    /* takes it; POST */
Err public_objection(Cx *cx, Request *rq, Reply *rp); /* by receipt in the path */
Err public_receipts(Cx *cx, Request *rq, Reply *rp);  /* by receipt in the query */

/* --- for public_form.c, public_sheet.c and public_paper.c --- */

/* One that has begun, and its content. NOT_FOUND. */
Err public_publication(Cx *cx, Publication *out, const Json **content, int64_t id);
/* As a notice is titled: 关于…的公示; in Chinese where there is no request. */
const char *public_long_title(Cx *cx, const Request *rq, const Publication *p, const char *batch);
const char *public_title(const Cx *cx, const Request *rq, const Publication *p);

#endif
