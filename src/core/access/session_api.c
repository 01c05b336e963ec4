/* The routes of a session: who is signed in, log-in, log-out, one's own sessions. */
#include "core/access/login.h"
#include "core/access/right.h"
#include "core/access/session.h"
#include "core/request/core.h"

/* --- me --- */

static void put_user(Cx *cx, JsonOut *o)
{
    const User *u = cx->user;
    json_put_int(o, "id", u->id);
    json_put_text(o, "account", u->account);
    json_put_text(o, "name", u->name);
    json_put_int(o, "organ_id", u->organ_id);
    json_put_text(o, "organ", u->organ_name);
    json_put_text(o, "level", u->level);
    json_put_text(o, "kind", u->organ_kind);
    json_put_text(o, "seat", u->seat);
    json_put_text(o, "territory", u->territory);
    json_put_bool(o, "must_change", u->must_change);
    json_put_bool(o, "must_enrol", u->must_enrol);
    json_open(o, "rights", '[');
    size_t count;
    const Right *const *rights = right_all(cx, &count);
    for (size_t i = 0; i < count; i++)
        if (right_of(cx, u, rights[i]->right))
            json_put_text(o, NULL, rights[i]->right);
    json_close(o, ']');
}

static Err me(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    int64_t unread = 0;
    json_open(&o, NULL, '{');
    if (cx->user != NULL) {
        put_user(cx, &o);
        TRY(store_int(cx, &unread,
                      "SELECT count(*) FROM message WHERE user_id = $1 AND read_at IS NULL",
                      ARGS(I(cx->user->id))));
    } else {
        json_put_null(&o, "id");
    }
    json_put_int(&o, "unread", unread);
    json_put_bool(&o, "demo", cx->core->config.demo);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static const Field me_fields[] = {
    { "id", FIELD_INT, NO_OFFSET, "编号（未登录为空）", "Number; null for a guest" },
    { "account", FIELD_TEXT, NO_OFFSET, "账户", "Account" },
    { "name", FIELD_TEXT, NO_OFFSET, "姓名", "Name" },
    { "organ_id", FIELD_INT, NO_OFFSET, "机构编号", "Organ number" },
    { "organ", FIELD_TEXT, NO_OFFSET, "机构", "Organ" },
    { "level", FIELD_ENUM, NO_OFFSET, "级别", "Level", .options = LEVELS },
    { "kind", FIELD_ENUM, NO_OFFSET, "机构类别", "Kind of organ", .options = ORGAN_KINDS },
    { "seat", FIELD_ENUM, NO_OFFSET, "岗位", "Seat", .options = SEATS },
    { "territory", FIELD_TEXT, NO_OFFSET, "辖区代码", "Territory" },
    { "must_change", FIELD_BOOL, NO_OFFSET, "须改口令", "Must change the password" },
    { "must_enrol", FIELD_BOOL, NO_OFFSET, "须绑定动态口令", "Must enrol a second factor" },
    { "rights", FIELD_LIST, NO_OFFSET, "权限", "Rights" },
    { "unread", FIELD_INT, NO_OFFSET, "未读消息", "Unread messages" },
    { "demo", FIELD_BOOL, NO_OFFSET, "演示环境", "A demo" },
    FIELDS_END,
};

static Err logout(Cx *cx, Request *rq, Reply *rp)
{
    TRY(store_run(cx, "DELETE FROM session WHERE id = $1", ARGS(I(cx->user->session_id))));
    reply_cookie(rp, session_cookie(cx, rq), "", 0, session_is_secure(cx, rq));
    return reply_done(cx, rp);
}

/* --- one's own sessions --- */

typedef struct Own {
    int64_t id;
    const char *address;
    int64_t made_at;
    int64_t seen_at;
    int64_t ends_at;
    int64_t current;
} Own;

static const Field own_fields[] = {
    { "id", FIELD_INT, offsetof(Own, id), "编号", "Number", FIELD_READONLY | FIELD_SORT },
    { "address", FIELD_TEXT, offsetof(Own, address), "地址", "Address", FIELD_READONLY },
    { "made_at", FIELD_INSTANT, offsetof(Own, made_at), "登录时间", "Logged in", FIELD_READONLY },
    { "seen_at", FIELD_INSTANT, offsetof(Own, seen_at), "最近使用", "Last used", FIELD_READONLY },
    { "ends_at", FIELD_INSTANT, offsetof(Own, ends_at), "最迟结束", "Ends at the latest",
      FIELD_READONLY },
    { "current", FIELD_BOOL, offsetof(Own, current), "当前会话", "This one", FIELD_READONLY },
    FIELDS_END,
};

static Err own_list(Cx *cx, Request *rq, Reply *rp)
{
    List page;
    PageQuery query = request_page(cx, rq, own_fields);
    TRY(store_page(cx, &page, own_fields, sizeof(Own),
                   "SELECT id, address, made_at, seen_at, ends_at, "
                   "CASE WHEN id = $2 THEN 1 ELSE 0 END AS current FROM session "
                   "WHERE user_id = $1 AND ends_at > $3 AND seen_at + idle_ms > $3",
                   ARGS(I(cx->user->id), I(cx->user->session_id), I(cx_now(cx))), &query));
    return reply_page(cx, rp, own_fields, sizeof(Own), &page);
}

static Err own_end(Cx *cx, Request *rq, Reply *rp)
{
    TRY(store_run(cx, "DELETE FROM session WHERE id = $1 AND user_id = $2",
                  ARGS(I(request_id(rq, "id")), I(cx->user->id))));
    if (store_changes(cx) == 0)
        return fail(cx, NOT_FOUND, NULL, "这个会话已经结束", "this session has ended");
    return reply_done(cx, rp);
}

static Err log_in(Cx *cx, Request *rq, Reply *rp)
{
    return login(cx, rq, rp, me);
}

static const Route ROUTES[] = {
    { GET, "/api/session", "", me, "当前用户", "Who is signed in", NULL, me_fields, ROUTE_ENTRY },
    { POST, "/api/session", "", log_in, "登录", "Log in", login_fields, me_fields,
      ROUTE_STREAM | ROUTE_ENTRY },
    { DELETE, "/api/session", "self", logout, "退出", "Log out", NULL, NULL, ROUTE_ENTRY },
    { PUT, "/api/session/password", "self", login_password, "修改口令", "Change my password",
      login_password_fields, NULL, ROUTE_STREAM | ROUTE_ENTRY },
    { POST, "/api/session/totp", "self", login_totp_offer, "取得动态口令密钥",
      "Get a secret for one-time codes", NULL, login_offer_fields, ROUTE_STREAM | ROUTE_ENTRY },
    { PUT, "/api/session/totp", "self", login_totp_enrol, "绑定动态口令", "Enrol one-time codes",
      login_totp_fields, NULL, ROUTE_STREAM | ROUTE_ENTRY },
    { GET, "/api/session/own", "session", own_list, "查看自己的会话", "List my sessions", NULL,
      own_fields, ROUTE_PAGE },
    { DELETE, "/api/session/own/:id", "session", own_end, "结束自己的会话", "End a session of mine",
      NULL, NULL, 0 },
    ROUTES_END,
};

static Err tidy(Cx *cx)
{
    return store_run(cx, "DELETE FROM session WHERE ends_at < $1 OR seen_at + idle_ms < $1",
                     ARGS(I(cx_now(cx))));
}

const Module session_module = { .noun = "session", .routes = ROUTES, .tidy = tidy };
