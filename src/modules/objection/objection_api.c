#include "modules/objection/objection.h"

static Err answer_objection(Cx *cx, Request *rq, Reply *rp)
{
    Objection o, given;
    TRY(objection_get(cx, &o, request_id(rq, "id")));
    TRY(request_row(cx, &given, objection_fields, rq));
    TRY(objection_answer(cx, &o, given.answer, given.upheld == 1, given.version));
    return reply_row(cx, rp, objection_fields, &o);
}

typedef struct Reveal {
    const char *reason;
    const char *name;
    const char *contact;
} Reveal;

static const Field REVEAL[] = {
    { "reason", FIELD_TEXT, offsetof(Reveal, reason), "查看理由", "Reason", FIELD_REQUIRED, 1,
      200 },
    { "name", FIELD_TEXT, offsetof(Reveal, name), "姓名", "Name", FIELD_READONLY },
    { "contact", FIELD_TEXT, offsetof(Reveal, contact), "联系方式", "Contact", FIELD_READONLY },
    FIELDS_END,
};

static Err reveal_objection(Cx *cx, Request *rq, Reply *rp)
{
    Reveal r;
    Objection o;
    TRY(request_row(cx, &r, REVEAL, rq));
    TRY(objection_reveal(cx, &o, request_id(rq, "id"), r.reason));
    r.name = o.name;
    r.contact = o.contact;
    return reply_row(cx, rp, REVEAL, &r);
}

static const Route ROUTES[] = {
    { PUT, "/api/objections/:id", "selection.write", answer_objection, "答复异议",
      "Answer an objection", objection_fields, objection_fields },
    { POST, "/api/objections/:id/reveal", "selection.write", reveal_objection, "查看异议人联系方式",
      "Reveal who objected", REVEAL, REVEAL, ROUTE_READ | ROUTE_AUDIT },
    { GET, "/public/publications/:id/objection", "", objection_form, "意见表",
      "Form of an objection", .flags = ROUTE_HTML },
    { POST, "/public/publications/:id/objection", "", objection_submit, "提交意见",
      "Submit an objection", .flags = ROUTE_HTML | ROUTE_STREAM },
    { GET, "/public/receipts", "", objection_look_up, "查意见", "Look up an objection",
      .flags = ROUTE_HTML },
    { GET, "/public/objections/:receipt", "", objection_status, "意见办理情况",
      "What became of an objection", .flags = ROUTE_HTML },
    ROUTES_END,
};

const Module objection_module = { .noun = "objection", .routes = ROUTES };
