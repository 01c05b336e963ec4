#include "modules/user/user_paper.h"
#include "modules/user/user_request.h"

#include "core/access/password.h"
#include "core/access/right.h"
#include "core/register/register.h"
#include "core/request/export.h"

#include <string.h>

static Err unlock(Cx *cx, Request *rq, Reply *rp)
{
    TRY(user_unlock(cx, request_id(rq, "id")));
    return reply_done(cx, rp);
}

/* --- one-time passwords: hashed before the transaction, answered once and kept nowhere --- */

typedef struct Issue {
    int64_t id;
    UserRow row;
    const char *password;
    const char *hash;
} Issue;

static const Field issue_fields[] = {
    { "id", FIELD_INT, offsetof(Issue, id), "编号", "Number", FIELD_READONLY },
    { "password", FIELD_TEXT, offsetof(Issue, password), "一次性口令", "One-time password",
      FIELD_READONLY },
    FIELDS_END,
};

static Err issue(Cx *cx, Reply *rp, Issue *i, Work work)
{
    i->password = password_random(cx);
    TRY(password_hash(cx, &i->hash, i->password));
    TRY(act_run(cx, NULL, NULL, work, i));
    return reply_row(cx, rp, issue_fields, i);
}

/* An administrator-to-be gets his password with the seat, in two halves: this one is never told. */
static Err create_work(Cx *cx, void *data)
{
    Issue *i = data;
    UserRow made;
    TRY(user_create(cx, &i->id, &i->row, i->hash));
    TRY(user_get(cx, &made, i->id));
    i->password = strcmp(made.level, "system") == 0 ? NULL : i->password;
    return OK;
}

static Err create(Cx *cx, Request *rq, Reply *rp)
{
    Issue *i = NEW(cx, Issue);
    TRY(request_row(cx, &i->row, user_fields, rq));
    return issue(cx, rp, i, create_work);
}

static Err reset_work(Cx *cx, void *data)
{
    const Issue *i = data;
    return user_reset(cx, i->id, i->hash);
}

static Err reset(Cx *cx, Request *rq, Reply *rp)
{
    Issue *i = NEW(cx, Issue);
    i->id = request_id(rq, "id");
    return issue(cx, rp, i, reset_work);
}

/* --- what two administrators do --- */

typedef struct Half {
    int64_t id;
    const char *password; /* a half of it */
    UserRequest request;
    const char *hash;
} Half;

static const Field half_fields[] = {
    { "id", FIELD_INT, offsetof(Half, id), "编号", "Number", FIELD_READONLY },
    { "half", FIELD_TEXT, offsetof(Half, password), "半段一次性口令",
      "Half of a one-time password; null where none is given", FIELD_READONLY },
    FIELDS_END,
};

static Err ask_work(Cx *cx, void *data)
{
    Half *h = data;
    TRY(user_ask(cx, &h->request));
    h->id = h->request.id;
    h->password = h->request.half;
    return OK;
}

static Err ask(Cx *cx, Request *rq, Reply *rp)
{
    Half *h = NEW(cx, Half);
    TRY(request_row(cx, &h->request, user_request_fields, rq));
    h->request.user_id = request_id(rq, "id");
    TRY(act_run(cx, NULL, NULL, ask_work, h));
    return reply_row(cx, rp, half_fields, h);
}

static Err list_requests(Cx *cx, Request *rq, Reply *rp)
{
    List page;
    PageQuery query = request_page(cx, rq, user_request_fields);
    if (query.sort == NULL)
        query.sort = "id", query.descending = true;
    TRY(user_request_page(cx, &page, &query));
    return reply_page(cx, rp, user_request_fields, sizeof(UserRequest), &page);
}

static Err confirm_work(Cx *cx, void *data)
{
    const Half *h = data;
    return user_confirm(cx, h->id, h->hash);
}

/* The hash takes long, so it is made before the transaction, which looks at everything again. */
static Err confirm(Cx *cx, Request *rq, Reply *rp)
{
    Half *h = NEW(cx, Half);
    h->id = request_id(rq, "id");
    TRY(user_request_get(cx, &h->request, h->id));
    if (h->request.half != NULL) {
        h->password = password_rest(cx, h->request.half);
        TRY(password_hash(cx, &h->hash,
                          arena_format(cx->arena, "%s%s", h->request.half, h->password)));
    }
    TRY(act_run(cx, NULL, NULL, confirm_work, h));
    return reply_row(cx, rp, half_fields, h);
}

static Err refuse(Cx *cx, Request *rq, Reply *rp)
{
    TRY(user_refuse(cx, request_id(rq, "id")));
    return reply_done(cx, rp);
}

/* --- passwords on paper --- */

static Err paper_places(Cx *cx, Request *rq, Reply *rp)
{
    List places;
    (void)rq;
    TRY(user_paper_places(cx, &places));
    return reply_page(cx, rp, paper_place_fields, sizeof(PaperPlace), &places);
}

typedef struct Papering {
    PaperAsk ask;
    List users;
    const char *pdf;
    size_t length;
    Reply *rp;
} Papering;

/* The file goes out with the passwords that it says, or neither does. */
static Err papering_work(Cx *cx, void *data)
{
    const Papering *p = data;
    const Export e = { .noun = "user",
                       .id = UNSET,
                       .type = TYPE_PDF,
                       .name = arena_format(cx->arena, "口令清单-%s.pdf", p->ask.territory),
                       .rows = (int64_t)p->users.count };
    TRY(user_paper_issue(cx, &p->users));
    export_bytes(cx, p->rp, &e, p->pdf, p->length);
    return OK;
}

static Err print_paper(Cx *cx, Request *rq, Reply *rp)
{
    Papering *p = NEW(cx, Papering);
    p->rp = rp;
    TRY(request_row(cx, &p->ask, paper_ask_fields, rq));
    TRY(user_paper_prepare(cx, &p->users, &p->ask));
    TRY(user_paper_set(cx, &p->pdf, &p->length, &p->ask, &p->users));
    return act_run(cx, NULL, NULL, papering_work, p);
}

/* --- seat and reveal --- */

typedef struct Grant {
    const char *seat;
} Grant;

static const Field grant_fields[] = {
    { "seat", FIELD_ENUM, offsetof(Grant, seat), "岗位", "Seat", FIELD_REQUIRED, .options = SEATS },
    FIELDS_END,
};

static Err grant(Cx *cx, Request *rq, Reply *rp)
{
    Grant g;
    TRY(request_row(cx, &g, grant_fields, rq));
    TRY(user_grant(cx, request_id(rq, "id"), g.seat));
    return reply_done(cx, rp);
}

typedef struct UserReveal {
    const char *reason;
    const char *phone;
} UserReveal;

static const Field reveal_fields[] = {
    { "reason", FIELD_TEXT, offsetof(UserReveal, reason), "查看理由", "Reason", FIELD_REQUIRED, 1,
      200 },
    { "phone", FIELD_TEXT, offsetof(UserReveal, phone), "手机", "Phone", FIELD_READONLY },
    FIELDS_END,
};

static Err reveal(Cx *cx, Request *rq, Reply *rp)
{
    UserReveal r;
    TRY(request_row(cx, &r, reveal_fields, rq));
    TRY(user_reveal(cx, &r.phone, request_id(rq, "id"), "phone", r.reason));
    return reply_row(cx, rp, reveal_fields, &r);
}

/* --- the table of rights --- */

static const Field right_fields[] = {
    { "right", FIELD_TEXT, NO_OFFSET, "权限", "Right" },
    { "zh", FIELD_TEXT, NO_OFFSET, "名称", "Name (Chinese)" },
    { "en", FIELD_TEXT, NO_OFFSET, "英文名称", "Name" },
    { "levels", FIELD_LIST, NO_OFFSET, "级别", "Levels", .options = LEVELS },
    { "kinds", FIELD_LIST, NO_OFFSET, "机构类别", "Kinds of organ", .options = ORGAN_KINDS },
    { "seats", FIELD_LIST, NO_OFFSET, "岗位", "Seats", .options = SEATS },
    FIELDS_END,
};

static void put_set(JsonOut *o, const char *key, const Option *options, unsigned set)
{
    json_open(o, key, '[');
    for (unsigned i = 0; options[i].key != NULL; i++)
        if (set & 1u << i)
            json_put_text(o, NULL, options[i].key);
    json_close(o, ']');
}

static void put_right(JsonOut *o, const Right *r)
{
    json_open(o, NULL, '{');
    json_put_text(o, "right", r->right);
    json_put_text(o, "zh", r->zh);
    json_put_text(o, "en", r->en);
    put_set(o, "levels", LEVELS, r->levels);
    put_set(o, "kinds", ORGAN_KINDS, r->kinds);
    put_set(o, "seats", SEATS, r->seats);
    json_close(o, '}');
}

static Err rights(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    size_t count;
    const Right *const *all = right_all(cx, &count);
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < count; i++)
        put_right(&o, all[i]);
    json_close(&o, ']');
    json_put_int(&o, "total", (int64_t)count);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static const Route routes[] = {
    { GET, "/api/users", "user.read", register_list_handler, "查看用户", "List the users",
      .out = user_fields, .flags = ROUTE_PAGE, .noun = "user" },
    { GET, "/api/users/:id", "user.read", register_show_handler, "查看用户", "Show a user",
      .out = user_fields, .noun = "user" },
    { POST, "/api/users", "user.write", create, "新建用户", "Make a user", user_fields,
      issue_fields, ROUTE_STREAM },
    { PUT, "/api/users/:id", "user.write", register_update_handler, "修改用户", "Change a user",
      user_fields, .body = BODY_CHANGE, .noun = "user" },
    { PUT, "/api/users/:id/seat", "user.secure", grant, "授予岗位", "Give a seat", grant_fields,
      NULL, 0 },
    { POST, "/api/users/:id/unlock", "user.secure", unlock, "解锁账户", "Unlock an account", NULL,
      NULL, 0 },
    { POST, "/api/users/:id/reset", "user.secure", reset, "重置口令", "Reset a password", NULL,
      issue_fields, ROUTE_STREAM },
    { GET, "/api/user-papers", "user.secure", paper_places, "查看待印发口令的地方",
      "List the places that wait for passwords", NULL, paper_place_fields, ROUTE_PAGE },
    { POST, "/api/user-papers", "user.secure", print_paper, "印发口令清单",
      "Print one-time passwords", paper_ask_fields, NULL, ROUTE_STREAM | ROUTE_FILE | ROUTE_HEAVY },
    { POST, "/api/users/:id/requests", "user.ask", ask, "申请两名管理员办理",
      "Ask for what two administrators do", user_request_fields, half_fields, ROUTE_STREAM },
    { GET, "/api/user-requests", "user.confirm", list_requests, "查看双人办理申请",
      "List what two administrators do", NULL, user_request_fields, ROUTE_PAGE },
    { POST, "/api/user-requests/:id/confirm", "user.confirm", confirm, "确认双人办理申请",
      "Confirm what another administrator asked", NULL, half_fields, ROUTE_STREAM },
    { POST, "/api/user-requests/:id/refuse", "user.confirm", refuse, "拒绝或撤回双人办理申请",
      "Refuse or withdraw what was asked", NULL, NULL, 0 },
    { POST, "/api/users/:id/reveal", "user.reveal", reveal, "查看个人信息", "Reveal personal data",
      reveal_fields, reveal_fields, ROUTE_READ | ROUTE_AUDIT },
    { GET, "/api/rights", "right.read", rights, "查看权限表", "List the rights", NULL, right_fields,
      ROUTE_PAGE },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "user.read", "查看用户", "See users", SYSTEM, ADMINISTRATION, SYSTEM_ADMIN | SECURITY_ADMIN },
    { "user.write", "维护用户", "Keep users", SYSTEM, ADMINISTRATION, SYSTEM_ADMIN },
    { "user.reveal", "查看用户手机号", "Reveal a user's phone", SYSTEM, ADMINISTRATION,
      SYSTEM_ADMIN },
    { "user.ask", "申请两名管理员办理的事项", "Ask for what two administrators do", SYSTEM,
      ADMINISTRATION, SYSTEM_ADMIN | SECURITY_ADMIN },
    { "user.confirm", "确认另一岗位管理员的申请", "Confirm what another administrator asks", SYSTEM,
      ADMINISTRATION, ADMINS },
    { "right.read", "查看权限表", "See the table of rights", SYSTEM, ADMINISTRATION,
      SECURITY_ADMIN | SYSTEM_ADMIN },
    { .right = NULL },
};

extern const char user_sql[];
const Module user_module = { .noun = "user",
                             .schema = user_sql,
                             .routes = routes,
                             .rights = RIGHTS,
                             .fields = user_fields,
                             .keeps = &user_register };
