#include "modules/user/user.h"

#include "core/access/lock.h"
#include "core/access/password.h"
#include "core/access/right.h"
#include "core/access/session.h"
#include "core/record/message.h"
#include "core/register/register.h"
#include "core/request/audit.h"
#include "modules/organ/organ.h"

#include <assert.h>
#include <string.h>

static const Option STATES[] = {
    { "waiting", "待授权", "Waiting for a seat" },
    { "active", "在用", "Active" },
    { "stopped", "停用", "Stopped" },
    { NULL },
};

const Field user_fields[] = {
    { "id", FIELD_INT, offsetof(UserRow, id), "编号", "Number",
      FIELD_READONLY | FIELD_KEY | FIELD_SORT },
    { "version", FIELD_INT, offsetof(UserRow, version), "版本", "Version" },
    { "account", FIELD_TEXT, offsetof(UserRow, account), "账户", "Account",
      FIELD_REQUIRED | FIELD_KEY | FIELD_ONCE | FIELD_FILTER | FIELD_SORT, 3, 32 },
    { "name", FIELD_TEXT, offsetof(UserRow, name), "姓名", "Name",
      FIELD_REQUIRED | FIELD_NAME | FIELD_FILTER | FIELD_SORT | FIELD_ORDERED, 1, 40 },
    { "organ_id", FIELD_INT, offsetof(UserRow, organ_id), "机构", "Organ",
      FIELD_REQUIRED | FIELD_FILTER, 1, .link = "organ" },
    { "seat", FIELD_ENUM, offsetof(UserRow, seat), "岗位", "Seat", FIELD_READONLY | FIELD_FILTER,
      .options = SEATS },
    { "asked", FIELD_ENUM, offsetof(UserRow, asked), "拟任岗位", "Seat asked for", FIELD_FILTER,
      .options = SEATS, .help_zh = "由安全管理员核对后授予；管理员岗位须两名管理员办理",
      .help_en = "the security administrator gives it" },
    { "phone", FIELD_TEXT, offsetof(UserRow, phone), "手机", "Phone", FIELD_SEALED | FIELD_MASKED,
      .pattern = "digits:11", .place = "user.phone" },
    { "state", FIELD_ENUM, offsetof(UserRow, state), "状态", "State", FIELD_FILTER,
      .options = STATES },
    { "must_change", FIELD_BOOL, offsetof(UserRow, must_change), "须改口令",
      "Must change the password", FIELD_READONLY },
    { "seen_at", FIELD_INSTANT, offsetof(UserRow, seen_at), "最近登录或解锁", "Last seen",
      FIELD_READONLY },
    { "made_at", FIELD_INSTANT, offsetof(UserRow, made_at), "建立时间", "Made", FIELD_READONLY },
    { "logged_at", FIELD_INSTANT, offsetof(UserRow, logged_at), "最近登录", "Last log-in",
      FIELD_READONLY | FIELD_VIRTUAL | FIELD_SORT },
    { "guarded", FIELD_BOOL, offsetof(UserRow, guarded), "须两名管理员", "Needs two administrators",
      FIELD_READONLY | FIELD_VIRTUAL },
    { "enrolled", FIELD_BOOL, offsetof(UserRow, enrolled), "已绑定动态口令", "Has a second factor",
      FIELD_READONLY | FIELD_VIRTUAL },
    { "organ", FIELD_TEXT, offsetof(UserRow, organ), "机构", "Organ",
      FIELD_READONLY | FIELD_VIRTUAL | FIELD_FILTER, .of = "organ_id" },
    { "level", FIELD_ENUM, offsetof(UserRow, level), "级别", "Level",
      FIELD_READONLY | FIELD_VIRTUAL | FIELD_FILTER, .options = LEVELS },
    { "kind", FIELD_ENUM, offsetof(UserRow, kind), "机构类别", "Kind of organ",
      FIELD_READONLY | FIELD_VIRTUAL | FIELD_FILTER, .options = ORGAN_KINDS },
    { "territory", FIELD_TEXT, offsetof(UserRow, territory), "辖区代码", "Territory",
      FIELD_READONLY | FIELD_VIRTUAL | FIELD_FILTER },
    FIELDS_END,
};

#define SELECT_USER                                                                                \
    "SELECT u.id, u.version, u.account, u.name, u.organ_id, u.seat, u.asked, u.phone, "            \
    "u.state, u.must_change, u.seen_at, u.made_at, u.logged_at, u._order_name, "                   \
    "CASE WHEN u.seat IN " GUARDED_SEATS " THEN 1 ELSE 0 END AS guarded, "                         \
    "CASE WHEN u.totp IS NULL THEN 0 ELSE 1 END AS enrolled, "                                     \
    "o.name AS organ, o.level, o.kind, o.territory "                                               \
    "FROM \"user\" u JOIN organ o ON o.id = u.organ_id WHERE $1 < $2" /* no range of codes */

Err user_get(Cx *cx, UserRow *out, int64_t id)
{
    return register_get(cx, &user_register, out, id);
}

static Err account_check(Cx *cx, const char *account)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    if (strspn(account, LETTERS) != strlen(account))
        return fail(cx, INVALID, "/account", "账户“%s”只能用小写字母、数字和 . _ -",
                    "account %s may have small letters, digits and . _ - only", account);
    return OK;
}

static Err insert(Cx *cx, int64_t *id, const UserRow *row, const char *hash)
{
    TRY(account_check(cx, row->account));
    TRY(store_insert(cx, id, "user", user_fields, row));
    TRY(password_save(cx, *id, hash));
    audit_change(cx, "user", *id, user_fields, NULL, row);
    return OK;
}

static Err tell_seat(Cx *cx, int64_t id, const char *seat, const char *zh, const char *en)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT id FROM \"user\" WHERE state = 'active' AND id <> $1 "
                  "AND seat IN ('system', 'security', 'audit') AND (seat = $2 OR $2 = '') "
                  "ORDER BY id",
                  ARGS(I(id), T(seat))));
    while (rows.more) {
        TRY(message_send(cx, rows_int(&rows, 0), "user", id, zh, en));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

Err user_create(Cx *cx, int64_t *id, UserRow *row, const char *hash)
{
    Organ organ;
    TRY(organ_get(cx, &organ, row->organ_id));
    row->seat = NULL;
    row->state = "waiting";
    row->must_change = 1;
    row->seen_at = row->made_at = cx_now(cx);
    TRY(insert(cx, id, row, hash));
    return tell_seat(
        cx, *id, "security",
        arena_format(cx->arena, "新账户 %s（%s）等您授予岗位", row->account, row->name),
        arena_format(cx->arena, "The new account %s (%s) waits for a seat from you", row->account,
                     row->name));
}

bool seat_is_admin(const char *seat)
{
    return text_same(seat, "system") || text_same(seat, "security") || text_same(seat, "audit");
}

bool seat_is_guarded(const char *seat)
{
    return seat_is_admin(seat) || text_same(seat, "signer");
}

static Err two_needed(Cx *cx, const char *field, const UserRow *row)
{
    return fail(cx, CONFLICT, field,
                "%s 的这项变动须两名管理员办理：请提出申请，由另一岗位的管理员确认",
                "this change of %s needs two administrators: ask for it, and one of another seat "
                "confirms",
                row->account);
}

Err user_not_oneself(Cx *cx, int64_t id)
{
    if (cx->user != NULL && cx->user->id == id)
        return fail(cx, CONFLICT, "id", "不能办理自己的账户", "nobody works on his own account");
    return OK;
}

Err user_save(Cx *cx, const UserRow *before, const UserRow *after)
{
    TRY(store_update(cx, "user", user_fields, after, after->id, after->version));
    audit_change(cx, "user", after->id, user_fields, before, after);
    return OK;
}

/* A new one waits for its seat; its password is printed once it has one. */
static Err fill(Cx *cx, void *row, const void *old)
{
    UserRow *u = row;
    if (old)
        return OK;
    u->seat = NULL;
    u->state = text_or(u->state, "waiting");
    u->must_change = 1;
    u->seen_at = u->made_at = cx_now(cx);
    return OK;
}

static Err check_new(Cx *cx, const UserRow *row)
{
    TRY(account_check(cx, row->account));
    if (!text_same(row->state, "waiting"))
        return fail(cx, CONFLICT, "/state", "新账户“%s”先待授权，授予岗位后才在用",
                    "the new account %s waits for a seat first", row->account);
    return OK;
}

static Err check_moved(Cx *cx, UserRow *after, const UserRow *before)
{
    bool moves = after->organ_id != before->organ_id;
    TRY(user_not_oneself(cx, after->id));
    if (seat_is_admin(before->seat) && (moves || !text_same(after->state, before->state)))
        return two_needed(cx, "/state", before);
    if (moves && text_same(after->state, "active")) {
        after->seat = NULL;
        after->state = "waiting";
    }
    if (text_same(after->state, "active") && after->seat == NULL)
        return fail(cx, CONFLICT, "/state", "账户尚未授予岗位", "the account has no seat yet");
    return OK;
}

static Err check(Cx *cx, void *row, const void *old)
{
    Organ organ;
    UserRow *after = row;
    TRY(organ_get(cx, &organ, after->organ_id));
    if (after->asked && seat_check(cx, organ.level, after->asked) != OK)
        return fail(cx, INVALID, "asked", "%s%.0s", "%.0s%s", cx->failure.zh, cx->failure.en);
    return old ? check_moved(cx, after, old) : check_new(cx, after);
}

/* A sheet of a thousand accounts is one line to whoever gives the seats. */
static Err tell_new(Cx *cx)
{
    bool told;
    static const char ZH_[] = "有新账户等您授予岗位", EN_[] = "New accounts wait for their seats";
    TRY(store_exists(cx, &told,
                     "SELECT 1 FROM \"user\" u JOIN message m ON m.user_id = u.id "
                     "WHERE u.seat = 'security' AND m.read_at IS NULL AND m.noun = 'user' "
                     "AND m.zh = $1",
                     ARGS(T(ZH_))));
    return told ? OK : tell_seat(cx, 0, "security", ZH_, EN_);
}

static Err follow(Cx *cx, const void *row, const void *old)
{
    const UserRow *u = row;
    if (!old)
        return tell_new(cx);
    return text_same(u->state, "active") ? OK : session_end_all(cx, u->id);
}

static const char *const LIST[] = { "account", "name",  "organ_id",  "level", "seat",
                                    "asked",   "state", "logged_at", NULL };
const Register user_register = {
    .table = { "user", user_fields, sizeof(UserRow), SELECT_USER },
    .noun = "user",
    .zh = "用户",
    .en = "Users",
    .list = LIST,
    .sort = "account",
    .shared = true,
    .before = fill,
    .check = check,
    .after = follow,
};

Err user_grant(Cx *cx, int64_t id, const char *seat)
{
    UserRow before;
    TRY(user_not_oneself(cx, id));
    TRY(user_get(cx, &before, id));
    TRY(seat_check(cx, before.level, seat));
    if (text_same(before.state, "stopped"))
        return fail(cx, CONFLICT, "state", "账户已停用", "the account is stopped");
    if (seat_is_guarded(seat))
        return two_needed(cx, "/seat", &before);
    UserRow after = before;
    after.seat = seat;
    after.state = "active";
    TRY(session_end_all(cx, id));
    return user_save(cx, &before, &after);
}

Err user_unlock(Cx *cx, int64_t id)
{
    UserRow before;
    TRY(user_not_oneself(cx, id));
    TRY(user_get(cx, &before, id));
    UserRow after = before;
    after.seen_at = cx_now(cx);
    TRY(lock_forget(cx, before.account));
    return user_save(cx, &before, &after);
}

Err user_renew(Cx *cx, const UserRow *before, UserRow *after, const char *hash, bool factor)
{
    assert(before->id == after->id && hash != NULL);
    after->must_change = 1;
    after->seen_at = cx_now(cx);
    TRY(password_save(cx, before->id, hash));
    TRY(session_end_all(cx, before->id));
    TRY(lock_forget(cx, before->account));
    if (factor)
        TRY(store_run(cx,
                      "UPDATE \"user\" SET totp = NULL, totp_offer = NULL, totp_step = 0 "
                      "WHERE id = $1",
                      ARGS(I(before->id))));
    return user_save(cx, before, after);
}

Err user_reset(Cx *cx, int64_t id, const char *hash)
{
    UserRow before;
    TRY(user_not_oneself(cx, id));
    TRY(user_get(cx, &before, id));
    if (before.guarded)
        return two_needed(cx, "password", &before);
    UserRow after = before;
    return user_renew(cx, &before, &after, hash, false);
}

static Err rescue_note(Cx *cx, const UserRow *row, const char *by)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "本机操作人", by);
    json_close(&o, '}');
    audit_note(cx, "user", row->id, NULL, buf_text(&b));
    return tell_seat(
        cx, row->id, "",
        arena_format(cx->arena, "%s 在服务器本机找回了管理员账户 %s，请核实", by, row->account),
        arena_format(cx->arena,
                     "%s gave the administrator %s his account back at the machine; see "
                     "that it is right",
                     by, row->account));
}

Err user_rescue(Cx *cx, const char *account, const char *hash, const char *by)
{
    int64_t id;
    UserRow before;
    Err e = store_int(cx, &id, "SELECT id FROM \"user\" WHERE account = $1", ARGS(T(account)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "account", "没有账户 %s", "there is no account %s", account);
    TRY(e);
    TRY(user_get(cx, &before, id));
    if (!seat_is_admin(before.seat))
        return fail(cx, INVALID, "account", "%s 不是管理员账户，请由管理员在页面上办理",
                    "%s is no administrator; the administrators help on the pages", account);
    UserRow after = before;
    after.state = "active";
    TRY(user_renew(cx, &before, &after, hash, true));
    return rescue_note(cx, &before, by);
}

Err user_reveal(Cx *cx, const char **out, int64_t id, const char *key, const char *reason)
{
    UserRow row;
    const Field *f = field_find(user_fields, key);
    TRY(user_get(cx, &row, id));
    TRY(audit_reveal(cx, "user", id, f, reason));
    *out = *field_text(f, &row);
    return OK;
}

/* --- accounts made by the program --- */

typedef struct UserMaking {
    int64_t *id;
    UserRow row;
    const char *hash;
} UserMaking;

static Err make(Cx *cx, void *data)
{
    UserMaking *m = data;
    Organ organ;
    TRY(organ_get(cx, &organ, m->row.organ_id));
    TRY(seat_check(cx, organ.level, m->row.seat));
    return insert(cx, m->id, &m->row, m->hash);
}

Err user_make(Cx *cx, int64_t *id, const UserRow *row, const char *password, bool must_change)
{
    const char *hash;
    TRY(password_hash(cx, &hash, password));
    return user_make_hashed(cx, id, row, hash, must_change);
}

Err user_make_hashed(Cx *cx, int64_t *id, const UserRow *row, const char *hash, bool must_change)
{
    UserMaking m = { .id = id, .row = *row, .hash = hash };
    m.row.state = "active";
    m.row.must_change = must_change;
    m.row.seen_at = m.row.made_at = cx_now(cx);
    return act_run(cx, "建立账户", "Make an account", make, &m);
}

static Err first_organ(Cx *cx, void *data)
{
    bool any;
    TRY(store_exists(cx, &any, "SELECT 1 FROM \"user\"", NO_ARGS));
    if (any)
        return fail(cx, CONFLICT, "user", "系统中已有账户", "there are accounts already");
    Organ organ = { .name = "系统管理机构",
                    .level = "system",
                    .kind = "administration",
                    .territory = "",
                    .parent_id = UNSET };
    return organ_create(cx, data, &organ);
}

Err user_become(Cx *cx, const char *account)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id, u.name, o.id, o.name, o.level, o.kind, u.seat, o.territory, o.duty "
                  "FROM \"user\" u JOIN organ o ON o.id = u.organ_id "
                  "WHERE u.account = $1 AND u.state = 'active'",
                  ARGS(T(account))));
    if (!rows.more)
        return fail(cx, NOT_FOUND, "account", "没有在用的账户 %s", "no active account is called %s",
                    account);
    User *u = NEW(cx, User);
    *u = (User){ .id = rows_int(&rows, 0),
                 .account = account,
                 .name = rows_text(cx, &rows, 1),
                 .organ_id = rows_int(&rows, 2),
                 .organ_name = rows_text(cx, &rows, 3),
                 .level = rows_text(cx, &rows, 4),
                 .organ_kind = rows_text(cx, &rows, 5),
                 .seat = rows_text(cx, &rows, 6),
                 .territory = rows_text(cx, &rows, 7),
                 .organ_duty = rows_text(cx, &rows, 8) };
    rows_close(cx, &rows);
    cx->user = u;
    return user_set_reach(cx, u);
}

Err user_first(Cx *cx, FirstUser out[3])
{
    static const char *const ROWS[3][3] = { { "sysadmin", "系统管理员", "system" },
                                            { "secadmin", "安全管理员", "security" },
                                            { "auditadmin", "审计管理员", "audit" } };
    int64_t organ, id;
    TRY(act_run(cx, "初始化", "Set up", first_organ, &organ));
    for (size_t i = 0; i < 3; i++) {
        UserRow row = {
            .account = ROWS[i][0], .name = ROWS[i][1], .seat = ROWS[i][2], .organ_id = organ
        };
        out[i] = (FirstUser){ ROWS[i][0], password_random(cx), ROWS[i][1] };
        TRY(user_make(cx, &id, &row, out[i].password, true));
    }
    return OK;
}
