/* The list of a selection (拟确定名单), as it is published: the list itself, its corrections, the
 * final notice, and what the public sees of each: page, ranking, workbook, document.
 *
 * The content is written once, from the determination that holds, and never again.
 */
#ifndef MODULES_LISTING_LISTING_H
#define MODULES_LISTING_LISTING_H

#include "modules/publication/public.h"
#include "modules/selection/selection.h"

/* kind, starts_on and ends_on are given. INVALID "ends_on" where it is too short, "starts_on" in
 * the past; CONFLICT "kind" a second list, or a correction without one; CONFLICT "step". */
Err listing_publish(Cx *cx, Publication *out, const SelectionView *v, const char *kind,
                    Day starts_on, Day ends_on);

/* One that has begun, of a selection. NOT_FOUND. */
Err listing_find(Cx *cx, Publication *out, const Json **content, int64_t id);
/* As a notice is titled: 关于…的公示; in Chinese where there is no request. */
const char *listing_long_title(Cx *cx, const Request *rq, const Publication *p, const char *batch);
Err listing_home(Page *p);
Err listing_batch(Cx *cx, Request *rq, Reply *rp);
Err listing_page(Cx *cx, const Request *rq, Reply *rp, const Publication *pub, const Json *content);
Err listing_ranking(Cx *cx, Request *rq, Reply *rp);
Err listing_sheet(Cx *cx, Request *rq, Reply *rp); /* the list as a workbook */
Err listing_paper(Cx *cx, Request *rq, Reply *rp); /* and as a document */

#endif
