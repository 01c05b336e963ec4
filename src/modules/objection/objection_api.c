#include "modules/objection/objection.h"

#include "core/access/right.h"

/* Of a publication whose objections the user may see, or answer. */
static Err find(Cx *cx, Objection *out, int64_t id)
{
    Publication p;
    TRY(objection_get(cx, out, id));
    TRY(publication_get(cx, &p, out->publication_id));
    return publication_may(cx, &p, true);
}

static Err answer_objection(Cx *cx, Request *rq, Reply *rp)
{
    Objection o, given;
    TRY(find(cx, &o, request_id(rq, "id")));
    TRY(request_row(cx, &given, objection_fields, rq));
    TRY(objection_answer(cx, &o, given.answer, given.upheld == 1, given.version));
    return reply_row(cx, rp, objection_fields, &o);
}

typedef struct ObjectionReveal {
    const char *reason;
    const char *name;
    const char *contact;
} ObjectionReveal;

static const Field REVEAL[] = {
    { "reason", FIELD_TEXT, offsetof(ObjectionReveal, reason), "查看理由", "Reason", FIELD_REQUIRED,
      1, 200 },
    { "name", FIELD_TEXT, offsetof(ObjectionReveal, name), "姓名", "Name", FIELD_READONLY },
    { "contact", FIELD_TEXT, offsetof(ObjectionReveal, contact), "联系方式", "Contact",
      FIELD_READONLY },
    FIELDS_END,
};

static Err reveal_objection(Cx *cx, Request *rq, Reply *rp)
{
    ObjectionReveal r;
    Objection o;
    TRY(request_row(cx, &r, REVEAL, rq));
    TRY(find(cx, &o, request_id(rq, "id")));
    TRY(objection_reveal(cx, &o, request_id(rq, "id"), r.reason));
    r.name = o.name;
    r.contact = o.contact;
    return reply_row(cx, rp, REVEAL, &r);
}

static Err show_objections(Cx *cx, Request *rq, Reply *rp)
{
    List all;
    Publication p;
    TRY(publication_get(cx, &p, request_id(rq, "id")));
    TRY(publication_may(cx, &p, false));
    TRY(objection_of(cx, &all, p.id));
    all.total = (int64_t)all.count;
    return reply_page(cx, rp, objection_fields, sizeof(Objection), &all);
}

static const Field NOTE_BODY[] = {
    { "grounds", FIELD_TEXT, offsetof(Objection, grounds), "事由", "Objection", FIELD_REQUIRED, 10,
      2000 },
    { "zone_id", FIELD_INT, offsetof(Objection, zone_id), "条目", "Item" },
    { "name", FIELD_TEXT, offsetof(Objection, name), "姓名", "Name", .max = 60 },
    { "contact", FIELD_TEXT, offsetof(Objection, contact), "联系方式", "Contact", .max = 120 },
    FIELDS_END,
};

static Err note_objection(Cx *cx, Request *rq, Reply *rp)
{
    Objection o;
    Publication p;
    TRY(publication_get(cx, &p, request_id(rq, "id")));
    TRY(publication_may(cx, &p, true));
    field_clear(&o, objection_fields);
    TRY(request_row(cx, &o, NOTE_BODY, rq));
    o.publication_id = p.id;
    TRY(objection_note(cx, &o));
    return reply_row(cx, rp, objection_fields, &o);
}

static const Route ROUTES[] = {
    { GET, "/api/publications/:id/objections", "objection.read", show_objections, "看公示的异议",
      "List a publication's objections", .out = objection_fields, .flags = ROUTE_PAGE },
    { POST, "/api/publications/:id/objections", "objection.write", note_objection, "登记异议",
      "Note an objection", NOTE_BODY, objection_fields },
    { PUT, "/api/objections/:id", "objection.write", answer_objection, "答复异议",
      "Answer an objection", objection_fields, objection_fields },
    { POST, "/api/objections/:id/reveal", "objection.write", reveal_objection, "查看异议人联系方式",
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

/* Whose objections, the subject of the publication says (Subject.may). */
static const Right RIGHTS[] = {
    { "objection.read", "查看公示的异议", "See objections to what was published", OFFICES, ANY_KIND,
      DESKS },
    { "objection.write", "登记和答复公示的异议", "Note and answer objections", OFFICES, ANY_KIND,
      DESKS },
    { .right = NULL },
};

const Module objection_module = { .noun = "objection", .routes = ROUTES, .rights = RIGHTS };
