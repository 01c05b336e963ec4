/* The list of a selection (拟确定名单), as it is published: the list itself, its corrections, the
 * final notice, and what the public sees of each: page, ranking, workbook, document.
 *
 * The content is written once, from the determination that holds, and never again.
 */
#ifndef MODULES_LISTING_LISTING_H
#define MODULES_LISTING_LISTING_H

#include "modules/publication/publication.h"
#include "modules/selection/selection.h"

/* kind, starts_on and ends_on are given. INVALID "ends_on" where it is too short, "starts_on" in
 * the past; CONFLICT "kind" a second list, or a correction without one; CONFLICT "step". */
Err listing_publish(Cx *cx, Publication *out, const SelectionView *v, const char *kind,
                    Day starts_on, Day ends_on);

Err listing_home(Cx *cx, Request *rq, Reply *rp);
Err listing_batch(Cx *cx, Request *rq, Reply *rp);
Err listing_page(Cx *cx, Request *rq, Reply *rp);
Err listing_ranking(Cx *cx, Request *rq, Reply *rp);
Err listing_sheet(Cx *cx, Request *rq, Reply *rp); /* the list as a workbook */
Err listing_paper(Cx *cx, Request *rq, Reply *rp); /* and as a document */

#endif
