#include "modules/visit/visit.h"

static Err reply_visit(Cx *cx, Reply *rp, const SelectionView *v, int64_t zone_id)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(visit_put(cx, &o, v, zone_id));
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_visit(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    int64_t id = request_id(rq, "id");
    TRY(selection_of_zone(cx, &v, id));
    return reply_visit(cx, rp, &v, id);
}

static Err save_visit(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    const Json *body;
    int64_t id = request_id(rq, "id");
    TRY(selection_of_zone(cx, &v, id));
    TRY(request_json(cx, &body, rq));
    TRY(visit_save(cx, &v, id, body));
    return reply_visit(cx, rp, &v, id);
}

static Err add_photo(Cx *cx, Request *rq, Reply *rp)
{
    const Json *body;
    int64_t id;
    TRY(request_json(cx, &body, rq));
    TRY(visit_add_photo(cx, &id, request_id(rq, "id"), body));
    return reply_id(cx, rp, id);
}

static const Route ROUTES[] = {
    { GET, "/api/zones/:id/visit", "selection.read", show_visit, "看现场核查",
      "Show the site visit" },
    { PUT, "/api/zones/:id/visit", "selection.write", save_visit, "保存现场核查",
      "Save the site visit", visit_body },
    { POST, "/api/visits/:id/photos", "selection.write", add_photo, "登记核查照片",
      "Add a photo to a site visit", visit_photo_body },
    ROUTES_END,
};

const Module visit_module = { .noun = "visit", .routes = ROUTES };
