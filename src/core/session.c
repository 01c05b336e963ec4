#include "core/session.h"

#include "core/core.h"
#include "core/login.h"
#include "core/right.h"
#include "core/seal.h"

#include <string.h>

enum { TOUCH_MS = 60000, TOKEN_TEXT = 64 };

static const char *token_digest(Cx *cx, const char *token)
{
    return keys_mac(cx, cx->core->keys, 't', token, strlen(token));
}

Err session_find(Cx *cx, const Request *rq, bool *stale)
{
    *stale = false;
    const char *token = request_cookie(rq, SESSION_COOKIE);
    if (token == NULL || strlen(token) != TOKEN_TEXT)
        return OK;
    int64_t now = cx_now(cx);
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id, u.account, u.name, o.id, o.name, o.level, o.kind, u.seat, "
                  "o.territory, u.must_change, s.must_enrol, s.id, s.seen_at "
                  "FROM session s JOIN \"user\" u ON u.id = s.user_id "
                  "JOIN organ o ON o.id = u.organ_id "
                  "WHERE s.digest = $1 AND s.ends_at > $2 AND s.seen_at + s.idle_ms > $2 "
                  "AND u.state = 'active'",
                  ARGS(T(token_digest(cx, token)), I(now))));
    if (!rows.more)
        return OK;
    User *u = NEW(cx, User);
    *u = (User){ .id = rows_int(&rows, 0),
                 .account = rows_text(cx, &rows, 1),
                 .name = rows_text(cx, &rows, 2),
                 .organ_id = rows_int(&rows, 3),
                 .organ_name = rows_text(cx, &rows, 4),
                 .level = rows_text(cx, &rows, 5),
                 .organ_kind = rows_text(cx, &rows, 6),
                 .seat = rows_text(cx, &rows, 7),
                 .territory = rows_text(cx, &rows, 8),
                 .must_change = rows_int(&rows, 9) == 1,
                 .must_enrol = rows_int(&rows, 10) == 1,
                 .session_id = rows_int(&rows, 11) };
    *stale = rows_int(&rows, 12) + TOUCH_MS < now;
    rows_close(cx, &rows);
    cx->user = u;
    return OK;
}

Err session_touch(Cx *cx)
{
    return store_run(cx, "UPDATE session SET seen_at = $1 WHERE id = $2",
                     ARGS(I(cx_now(cx)), I(cx->user->session_id)));
}

Err session_end_all(Cx *cx, int64_t user_id)
{
    return store_run(cx, "DELETE FROM session WHERE user_id = $1", ARGS(I(user_id)));
}

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
    for (const Right *r = RIGHTS; r->right != NULL; r++)
        if (right_of(u, r->right))
            json_put_text(o, NULL, r->right);
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
    reply_cookie(rp, SESSION_COOKIE, "", 0, cx->core->config.secure || request_secure(rq));
    return reply_done(cx, rp);
}

static Err log_in(Cx *cx, Request *rq, Reply *rp)
{
    return login(cx, rq, rp, me);
}

const Route session_routes[] = {
    { GET, "/api/session", "", me, "当前用户", "Who is signed in", NULL, me_fields, 0 },
    { POST, "/api/session", "", log_in, "登录", "Log in", login_fields, me_fields, ROUTE_STREAM },
    { DELETE, "/api/session", "session", logout, "退出", "Log out", NULL, NULL, 0 },
    { PUT, "/api/session/password", "session", login_password, "修改口令", "Change my password",
      login_password_fields, NULL, ROUTE_STREAM },
    { POST, "/api/session/totp", "session", login_totp_offer, "取得动态口令密钥",
      "Get a secret for one-time codes", NULL, login_totp_fields, ROUTE_READ },
    { PUT, "/api/session/totp", "session", login_totp_enrol, "绑定动态口令", "Enrol one-time codes",
      login_totp_fields, NULL, 0 },
    ROUTES_END,
};
