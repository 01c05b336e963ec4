#include "modules/user/user.h"

#include "core/password.h"
#include "core/right.h"

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List page;
    PageQuery query = request_page(cx, rq, user_fields);
    TRY(user_page(cx, &page, &query));
    return reply_page(cx, rp, user_fields, sizeof(UserRow), &page);
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    UserRow row;
    TRY(user_get(cx, &row, request_id(rq, "id")));
    return reply_row(cx, rp, user_fields, &row);
}

static Err update(Cx *cx, Request *rq, Reply *rp)
{
    UserRow row;
    TRY(user_get(cx, &row, request_id(rq, "id")));
    TRY(request_change(cx, &row, user_fields, rq));
    TRY(user_update(cx, &row));
    return reply_done(cx, rp);
}

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

static Err create_work(Cx *cx, void *data)
{
    Issue *i = data;
    return user_create(cx, &i->id, &i->row, i->hash);
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

typedef struct Reveal {
    const char *reason;
    const char *phone;
} Reveal;

static const Field reveal_fields[] = {
    { "reason", FIELD_TEXT, offsetof(Reveal, reason), "查看理由", "Reason", FIELD_REQUIRED, 1,
      200 },
    { "phone", FIELD_TEXT, offsetof(Reveal, phone), "手机", "Phone", FIELD_READONLY },
    FIELDS_END,
};

static Err reveal(Cx *cx, Request *rq, Reply *rp)
{
    Reveal r;
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
    int64_t count = 0;
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (const Right *r = RIGHTS; r->right != NULL; r++, count++)
        put_right(&o, r);
    json_close(&o, ']');
    json_put_int(&o, "total", count);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static const Route routes[] = {
    { GET, "/api/users", "user.read", list, "查看用户", "List the users", NULL, user_fields,
      ROUTE_PAGE },
    { GET, "/api/users/:id", "user.read", show, "查看用户", "Show a user", NULL, user_fields, 0 },
    { POST, "/api/users", "user.write", create, "新建用户", "Make a user", user_fields,
      issue_fields, ROUTE_STREAM },
    { PUT, "/api/users/:id", "user.write", update, "修改用户", "Change a user", user_fields, NULL,
      0 },
    { PUT, "/api/users/:id/seat", "user.secure", grant, "授予岗位", "Give a seat", grant_fields,
      NULL, 0 },
    { POST, "/api/users/:id/unlock", "user.secure", unlock, "解锁账户", "Unlock an account", NULL,
      NULL, 0 },
    { POST, "/api/users/:id/reset", "user.secure", reset, "重置口令", "Reset a password", NULL,
      issue_fields, ROUTE_STREAM },
    { POST, "/api/users/:id/reveal", "user.reveal", reveal, "查看个人信息", "Reveal personal data",
      reveal_fields, reveal_fields, ROUTE_READ | ROUTE_AUDIT },
    { GET, "/api/rights", "right.read", rights, "查看权限表", "List the rights", NULL, right_fields,
      ROUTE_PAGE },
    ROUTES_END,
};

extern const char user_sql[];
const Module user_module = {
    .noun = "user", .schema = user_sql, .routes = routes, .fields = user_fields
};
