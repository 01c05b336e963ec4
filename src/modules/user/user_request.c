#include "modules/user/user_request.h"

#include "core/access/password.h"
#include "core/access/right.h"
#include "core/access/session.h"
#include "core/record/message.h"
#include "core/request/audit.h"

#include <assert.h>
#include <string.h>

#define LASTS_MS (3 * 24 * 3600000LL)

static const Option KINDS[] = {
    { "password", "重置口令", "A new password" },
    { "factor", "重置口令和动态口令", "A new password and second factor" },
    { "seat", "授予管理员或签批岗位", "The seat of an administrator or a signer" },
    { "stop", "停用管理员账户", "Stop an administrator's account" },
    { "restart", "恢复管理员账户", "Restart an administrator's account" },
    { .key = NULL },
};

static const Option STATES[] = {
    { "open", "待确认", "Waiting for a second one" },
    { "done", "已办理", "Done" },
    { "refused", "已拒绝", "Refused" },
    { "withdrawn", "已撤回", "Withdrawn" },
    { "replaced", "已被新的申请代替", "Replaced by a newer one" },
    { .key = NULL },
};

const Field user_request_fields[] = {
    { "id", FIELD_INT, offsetof(UserRequest, id), "编号", "Number", FIELD_READONLY | FIELD_SORT },
    { "version", FIELD_INT, offsetof(UserRequest, version), "版本", "Version", FIELD_READONLY },
    { "user_id", FIELD_INT, offsetof(UserRequest, user_id), "用户编号", "User number",
      FIELD_READONLY | FIELD_FILTER },
    { "user_version", FIELD_INT, offsetof(UserRequest, user_version), "账户版本", "User version",
      FIELD_READONLY },
    { "kind", FIELD_ENUM, offsetof(UserRequest, kind), "事项", "What is asked", FIELD_REQUIRED,
      .options = KINDS },
    { "seat", FIELD_ENUM, offsetof(UserRequest, seat), "岗位", "Seat", .options = SEATS },
    { "half", FIELD_TEXT, offsetof(UserRequest, half), "前半口令", "First half",
      FIELD_SECRET | FIELD_SEALED | FIELD_READONLY, .place = "user_request.half" },
    { "state", FIELD_ENUM, offsetof(UserRequest, state), "状态", "State",
      FIELD_READONLY | FIELD_FILTER, .options = STATES },
    { "reason", FIELD_TEXT, offsetof(UserRequest, reason), "事由", "Reason", FIELD_REQUIRED, 1,
      200 },
    { "asked_by", FIELD_INT, offsetof(UserRequest, asked_by), "申请人编号", "Asked by (number)",
      FIELD_READONLY },
    { "asked_seat", FIELD_ENUM, offsetof(UserRequest, asked_seat), "申请人岗位", "Seat that asked",
      FIELD_READONLY, .options = SEATS },
    { "asked_at", FIELD_INSTANT, offsetof(UserRequest, asked_at), "申请时间", "Asked at",
      FIELD_READONLY },
    { "ends_at", FIELD_INSTANT, offsetof(UserRequest, ends_at), "失效时间", "Ends at",
      FIELD_READONLY },
    { "decided_by", FIELD_INT, offsetof(UserRequest, decided_by), "确认人编号",
      "Decided by (number)", FIELD_READONLY },
    { "decided_at", FIELD_INSTANT, offsetof(UserRequest, decided_at), "确认时间", "Decided at",
      FIELD_READONLY },
    { "account", FIELD_TEXT, offsetof(UserRequest, account), "账户", "Account",
      FIELD_READONLY | FIELD_VIRTUAL },
    { "name", FIELD_TEXT, offsetof(UserRequest, name), "姓名", "Name",
      FIELD_READONLY | FIELD_VIRTUAL },
    { "asker", FIELD_TEXT, offsetof(UserRequest, asker), "申请人", "Asked by",
      FIELD_READONLY | FIELD_VIRTUAL },
    { "decider", FIELD_TEXT, offsetof(UserRequest, decider), "确认人", "Decided by",
      FIELD_READONLY | FIELD_VIRTUAL },
    FIELDS_END,
};

#define SELECT_REQUEST                                                                             \
    "SELECT r.id, r.version, r.user_id, r.user_version, r.kind, r.seat, r.half, r.state, "         \
    "r.reason, r.asked_by, r.asked_seat, r.asked_at, r.ends_at, r.decided_by, r.decided_at, "      \
    "u.account, u.name, a.name AS asker, d.name AS decider FROM user_request r "                   \
    "JOIN \"user\" u ON u.id = r.user_id JOIN \"user\" a ON a.id = r.asked_by "                    \
    "LEFT JOIN \"user\" d ON d.id = r.decided_by"

Err user_request_get(Cx *cx, UserRequest *out, int64_t id)
{
    return store_row(cx, out, user_request_fields, SELECT_REQUEST " WHERE r.id = $1", ARGS(I(id)));
}

Err user_request_page(Cx *cx, List *out, const PageQuery *query)
{
    return store_page(cx, out, user_request_fields, sizeof(UserRequest), SELECT_REQUEST, NO_ARGS,
                      query);
}

static bool is(const UserRequest *r, const char *kind)
{
    return strcmp(r->kind, kind) == 0;
}

static bool gives_password(const UserRequest *r)
{
    return is(r, "password") || is(r, "factor") || is(r, "seat");
}

/* --- asking --- */

static Err kind_check(Cx *cx, const UserRequest *r, const UserRow *user)
{
    bool stopped = text_same(user->state, "stopped");
    if (is(r, "seat")) {
        TRY(seat_check(cx, user->level, text_or(r->seat, "")));
        if (!seat_is_guarded(r->seat))
            return fail(cx, CONFLICT, "seat",
                        "只有管理员和签批岗位需要两名管理员；此岗位由安全管理员授予",
                        "only an administrator's or a signer's seat needs two; the security "
                        "administrator gives this one");
        return stopped ? fail(cx, CONFLICT, "state", "账户已停用", "the account is stopped") : OK;
    }
    if (is(r, "password") && !user->guarded)
        return fail(cx, CONFLICT, "kind", "%s 的口令由安全管理员单独重置",
                    "the security administrator alone resets %s", user->account);
    if (is(r, "factor") && !user->enrolled)
        return fail(cx, CONFLICT, "kind", "%s 没有绑定动态口令", "%s has no second factor",
                    user->account);
    if ((is(r, "stop") || is(r, "restart")) && !seat_is_admin(user->seat))
        return fail(cx, CONFLICT, "kind", "%s 不是管理员，由系统管理员单独停用和恢复",
                    "%s is no administrator; the system administrator alone stops and restarts it",
                    user->account);
    if (stopped != is(r, "restart"))
        return stopped ? fail(cx, CONFLICT, "state", "账户已停用", "the account is stopped")
                       : fail(cx, CONFLICT, "state", "账户没有停用", "the account is not stopped");
    return OK;
}

/* Whoever may confirm is told, and nobody else. */
static Err tell_others(Cx *cx, const UserRequest *r, const UserRow *user)
{
    Rows rows;
    const char *zh = arena_format(cx->arena, "%s申请：%s（%s），等您确认", cx->user->name,
                                  option_find(KINDS, r->kind)->zh, user->account);
    const char *en = arena_format(cx->arena, "%s asks: %s (%s); waits for you to confirm",
                                  cx->user->name, option_find(KINDS, r->kind)->en, user->account);
    TRY(rows_open(cx, &rows,
                  "SELECT id FROM \"user\" WHERE state = 'active' AND id <> $1 AND id <> $2 "
                  "AND seat IN ('system', 'security', 'audit') AND seat <> $3 ORDER BY id",
                  ARGS(I(r->user_id), I(r->asked_by), T(r->asked_seat))));
    while (rows.more) {
        TRY(message_send(cx, rows_int(&rows, 0), "user_request", r->id, zh, en));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

Err user_ask(Cx *cx, UserRequest *r)
{
    UserRow user;
    assert(r->kind != NULL && r->reason != NULL);
    TRY(user_not_oneself(cx, r->user_id));
    TRY(user_get(cx, &user, r->user_id));
    TRY(kind_check(cx, r, &user));
    if (text_count(r->reason) < 4)
        return fail(cx, INVALID, "/reason", "请写明事由（至少 4 个字）",
                    "say why it is needed (at least 4 characters)");
    TRY(store_run(cx,
                  "UPDATE user_request SET state = 'replaced', half = NULL, version = version + 1 "
                  "WHERE user_id = $1 AND state = 'open'",
                  ARGS(I(r->user_id))));
    r->seat = is(r, "seat") ? r->seat : NULL;
    r->half = gives_password(r) ? password_half(cx) : NULL;
    r->state = "open";
    r->user_version = user.version;
    r->asked_by = cx->user->id;
    r->asked_seat = cx->user->seat;
    r->asked_at = cx_now(cx);
    r->ends_at = r->asked_at + LASTS_MS;
    r->decided_by = r->decided_at = UNSET;
    TRY(store_insert(cx, &r->id, "user_request", user_request_fields, r));
    audit_change(cx, "user_request", r->id, user_request_fields, NULL, r);
    return tell_others(cx, r, &user);
}

/* --- deciding --- */

static Err open_check(Cx *cx, const UserRequest *r)
{
    if (strcmp(r->state, "open") != 0)
        return fail(cx, CONFLICT, "state", "这项申请%s%.0s", "this request: %.0s%s",
                    option_find(STATES, r->state)->zh, option_find(STATES, r->state)->en);
    return OK;
}

/* Another person on another seat, and not the one whom it is about: by then as by now. */
static Err second_check(Cx *cx, const UserRequest *r)
{
    const User *u = cx->user;
    if (u->id == r->asked_by || strcmp(u->seat, r->asked_seat) == 0)
        return fail(cx, FORBIDDEN, "seat", "须由另一岗位的管理员确认",
                    "an administrator of another seat confirms it");
    if (u->id == r->user_id)
        return fail(cx, FORBIDDEN, "user_id", "不能确认关于自己账户的申请",
                    "nobody confirms what is about himself");
    return OK;
}

static Err still_check(Cx *cx, const UserRequest *r, const UserRow *user)
{
    bool stands;
    TRY(store_exists(cx, &stands,
                     "SELECT 1 FROM \"user\" WHERE id = $1 AND seat = $2 AND state = 'active'",
                     ARGS(I(r->asked_by), T(r->asked_seat))));
    if (!stands || r->ends_at < cx_now(cx))
        return fail(cx, CONFLICT, "state", "申请已失效，请重新申请",
                    "the request has ended; ask again");
    if (user->version != r->user_version)
        return fail(cx, CONFLICT, "version", "账户在申请之后有变动，请重新申请",
                    "the account has changed since; ask again");
    return OK;
}

static Err decide(Cx *cx, UserRequest *r, const char *state)
{
    UserRequest before = *r;
    r->state = state;
    r->half = NULL;
    r->decided_by = cx->user->id;
    r->decided_at = cx_now(cx);
    TRY(store_update(cx, "user_request", user_request_fields, r, r->id, r->version));
    audit_change(cx, "user_request", r->id, user_request_fields, &before, r);
    if (r->asked_by == cx->user->id)
        return OK;
    const char *zh = option_find(KINDS, r->kind)->zh, *en = option_find(KINDS, r->kind)->en;
    return message_send(
        cx, r->asked_by, "user_request", r->id,
        arena_format(cx->arena, "%s：%s（%s）", option_find(STATES, state)->zh, zh, r->account),
        arena_format(cx->arena, "%s: %s (%s)", option_find(STATES, state)->en, en, r->account));
}

static Err carry_out(Cx *cx, const UserRequest *r, const UserRow *before, const char *hash)
{
    UserRow after = *before;
    if (is(r, "seat")) {
        after.seat = r->seat;
        after.state = "active";
    }
    if (gives_password(r))
        return user_renew(cx, before, &after, hash, !is(r, "password"));
    after.state = is(r, "stop") ? "stopped" : "active";
    after.seen_at = is(r, "stop") ? before->seen_at : cx_now(cx);
    TRY(session_end_all(cx, before->id));
    return user_save(cx, before, &after);
}

Err user_confirm(Cx *cx, int64_t id, const char *hash)
{
    UserRequest r;
    UserRow user;
    TRY(user_request_get(cx, &r, id));
    TRY(open_check(cx, &r));
    TRY(second_check(cx, &r));
    TRY(user_get(cx, &user, r.user_id));
    TRY(still_check(cx, &r, &user));
    assert(hash != NULL || !gives_password(&r));
    TRY(carry_out(cx, &r, &user, hash));
    return decide(cx, &r, "done");
}

Err user_refuse(Cx *cx, int64_t id)
{
    UserRequest r;
    TRY(user_request_get(cx, &r, id));
    TRY(open_check(cx, &r));
    if (cx->user->id == r.asked_by)
        return decide(cx, &r, "withdrawn");
    TRY(second_check(cx, &r));
    return decide(cx, &r, "refused");
}
