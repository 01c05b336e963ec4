/* Handlers of the experts that stand in files of their own. */
#ifndef MODULES_EXPERT_EXPERT_ROUTES_H
#define MODULES_EXPERT_EXPERT_ROUTES_H

#include "modules/expert/expert.h"

extern const Field draw_commit_fields[], draw_reveal_fields[], draw_void_fields[];
extern const Field recusal_fields[];

Err draw_list_handler(Cx *cx, Request *rq, Reply *rp);
Err draw_freeze_handler(Cx *cx, Request *rq, Reply *rp);
Err draw_show_handler(Cx *cx, Request *rq, Reply *rp);
Err draw_commit_handler(Cx *cx, Request *rq, Reply *rp);
Err draw_reveal_handler(Cx *cx, Request *rq, Reply *rp);
Err draw_void_handler(Cx *cx, Request *rq, Reply *rp);
Err draw_disclose_handler(Cx *cx, Request *rq, Reply *rp);
Err draw_public_handler(Cx *cx, Request *rq, Reply *rp);
Err panel_show_handler(Cx *cx, Request *rq, Reply *rp);
Err panel_recuse_handler(Cx *cx, Request *rq, Reply *rp);
Err panel_recuse_own_handler(Cx *cx, Request *rq, Reply *rp);

#endif
