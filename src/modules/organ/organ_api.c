#include "modules/organ/organ.h"

#include "core/access/right.h"

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List page;
    PageQuery query = request_page(cx, rq, organ_fields);
    TRY(organ_page(cx, &page, &query));
    return reply_page(cx, rp, organ_fields, sizeof(Organ), &page);
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    Organ organ;
    TRY(organ_get(cx, &organ, request_id(rq, "id")));
    return reply_row(cx, rp, organ_fields, &organ);
}

static Err create(Cx *cx, Request *rq, Reply *rp)
{
    Organ organ;
    int64_t id;
    TRY(request_row(cx, &organ, organ_fields, rq));
    TRY(organ_create(cx, &id, &organ));
    return reply_id(cx, rp, id);
}

static Err update(Cx *cx, Request *rq, Reply *rp)
{
    Organ organ;
    TRY(organ_get(cx, &organ, request_id(rq, "id")));
    TRY(request_change(cx, &organ, organ_fields, rq));
    TRY(organ_update(cx, &organ));
    return reply_done(cx, rp);
}

static const Route routes[] = {
    { GET, "/api/organs", "organ.read", list, "查看机构", "List the organs", NULL, organ_fields,
      ROUTE_PAGE },
    { GET, "/api/organs/:id", "organ.read", show, "查看机构", "Show an organ", NULL, organ_fields,
      0 },
    { POST, "/api/organs", "organ.write", create, "新建机构", "Make an organ", organ_fields, NULL,
      0 },
    { PUT, "/api/organs/:id", "organ.write", update, "修改机构", "Change an organ", organ_fields,
      NULL, 0, .body = BODY_CHANGE },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "organ.read", "查看机构", "See organs", STAFF | SYSTEM, ANY_KIND,
      DESKS | SYSTEM_ADMIN | SECURITY_ADMIN },
    { "organ.write", "维护机构", "Keep organs", SYSTEM, ADMINISTRATION, SYSTEM_ADMIN },
    { .right = NULL },
};

extern const char organ_sql[];
const Module organ_module = { .noun = "organ",
                              .schema = organ_sql,
                              .routes = routes,
                              .rights = RIGHTS,
                              .fields = organ_fields,
                              .link = "SELECT id AS key, name AS called, territory FROM organ" };
