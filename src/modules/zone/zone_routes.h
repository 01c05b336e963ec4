/* Handlers of the zone that stand in files of their own. */
#ifndef MODULES_ZONE_ZONE_ROUTES_H
#define MODULES_ZONE_ZONE_ROUTES_H

#include "core/request/dispatch.h"

Err zone_inbox(Cx *cx, Request *rq, Reply *rp);

Err zone_sheet(Cx *cx, Request *rq, Reply *rp);
Err zone_sheet_check(Cx *cx, Request *rq, Reply *rp);
Err zone_sheet_prepare(Cx *cx, Request *rq, Reply *rp);
Err zone_sheet_import(Cx *cx, Request *rq, Reply *rp);
Err zone_declaration(Cx *cx, Request *rq, Reply *rp);

#endif
