/* Handlers of the recommendation that stand in files of their own. */
#ifndef MODULES_RECOMMENDATION_RECOMMENDATION_ROUTES_H
#define MODULES_RECOMMENDATION_RECOMMENDATION_ROUTES_H

#include "modules/recommendation/recommendation.h"

Err arranged_check(Cx *cx, Request *rq, Reply *rp);
Err arranged_prepare(Cx *cx, Request *rq, Reply *rp);
Err arranged_import(Cx *cx, Request *rq, Reply *rp);
Err arranged_template(Cx *cx, Request *rq, Reply *rp);
extern const Field overlap_fields[];
Err zone_overlaps(Cx *cx, Request *rq, Reply *rp);

Err recommendation_board(Cx *cx, Request *rq, Reply *rp);
Err recommendation_letter(Cx *cx, Request *rq, Reply *rp);

#endif
