#include "core/login.h"

#include "base/digest.h"
#include "core/act.h"
#include "core/core.h"
#include "core/password.h"
#include "core/right.h"
#include "core/seal.h"
#include "core/session.h"
#include "core/setting.h"
#include "core/totp.h"

#include <assert.h>
#include <string.h>

enum { MINUTE_MS = 60000, HOUR_MS = 3600000, TOKEN_BYTES = 32 };

typedef struct Login {
    const char *account, *password, *code; /* as given */
    const char *address;
    User user; /* id 0 = there is no such account */
    const char *hash;
    const char *state;
    const char *totp;  /* the secret; NULL = not enrolled */
    int64_t totp_last; /* the step of the last code */
    int64_t step;      /* of the code given */
    int64_t seen_at;
    int64_t password_at;
    const char *old_session; /* digest of the session that this one takes the place of */
    const char *token;
    int64_t hours; /* that the session lasts at most */
    Request *rq;
    Reply *rp;
    Handler answer;
} Login;

const Field login_fields[] = {
    { "account", FIELD_TEXT, offsetof(Login, account), "账户", "Account", FIELD_REQUIRED, 1, 64 },
    { "password", FIELD_TEXT, offsetof(Login, password), "口令", "Password",
      FIELD_REQUIRED | FIELD_SECRET, 1, 128 },
    { "code", FIELD_TEXT, offsetof(Login, code), "动态口令", "One-time code", FIELD_SECRET,
      .pattern = "digits:6" },
    FIELDS_END,
};

/* --- locks --- */

typedef struct Limit {
    const char *subject;
    int64_t most;     /* failures that lock */
    int64_t failures; /* so far */
    int64_t until;    /* when they are forgotten */
} Limit;

static Err limit_find(Cx *cx, Limit *out, const char *kind, const char *whose, const char *setting)
{
    Rows rows;
    *out = (Limit){ .subject = arena_format(cx->arena, "%s:%s", kind, whose) };
    TRY(setting_int(cx, &out->most, setting));
    TRY(rows_open(cx, &rows, "SELECT failures, until FROM attempt WHERE subject = $1",
                  ARGS(T(out->subject))));
    if (rows.more && rows_int(&rows, 1) > cx_now(cx)) {
        out->failures = rows_int(&rows, 0);
        out->until = rows_int(&rows, 1);
    }
    rows_close(cx, &rows);
    return OK;
}

static Err account_limit(Cx *cx, Limit *out, const char *account)
{
    return limit_find(cx, out, "account", account, "login.failures");
}

static Err address_limit(Cx *cx, Limit *out, const char *address)
{
    return limit_find(cx, out, "address", address, "login.address_failures");
}

static Err limit_check(Cx *cx, const Limit *limit)
{
    if (limit->failures < limit->most)
        return OK;
    int64_t minutes = (limit->until - cx_now(cx) + MINUTE_MS - 1) / MINUTE_MS;
    return fail(cx, LIMITED, "account", "失败次数过多，已锁定，请 %d 分钟后再试",
                "locked after too many failures; try again in %d minutes", (int)minutes);
}

static Err limit_count(Cx *cx, const Limit *limit)
{
    int64_t minutes;
    TRY(setting_int(cx, &minutes, "login.lock_minutes"));
    return store_run(
        cx,
        "INSERT INTO attempt(subject, failures, until) VALUES($1, $2, $3) "
        "ON CONFLICT(subject) DO UPDATE SET failures = excluded.failures, "
        "until = excluded.until",
        ARGS(T(limit->subject), I(limit->failures + 1), I(cx_now(cx) + minutes * MINUTE_MS)));
}

/* The attempt counts as a failure of the account before the password is looked at, so that many at
 * once gain nothing. The address, which a whole office may share, counts true failures only. */
static Err claim(Cx *cx, const char *account, const char *address)
{
    Limit of_account, of_address;
    TRY(address_limit(cx, &of_address, address));
    TRY(limit_check(cx, &of_address));
    TRY(account_limit(cx, &of_account, account));
    TRY(limit_check(cx, &of_account));
    return limit_count(cx, &of_account);
}

static Err address_count(Cx *cx, const char *address)
{
    Limit limit;
    TRY(address_limit(cx, &limit, address));
    return limit_count(cx, &limit);
}

Err session_unlock(Cx *cx, const char *account)
{
    const char *subject = arena_format(cx->arena, "account:%s", account);
    return store_run(cx, "DELETE FROM attempt WHERE subject = $1", ARGS(T(subject)));
}

/* --- log-in --- */

static Err user_read(Cx *cx, Login *in, const Rows *rows)
{
    in->user = (User){ .id = rows_int(rows, 0),
                       .account = rows_text(cx, rows, 1),
                       .name = rows_text(cx, rows, 2),
                       .organ_id = rows_int(rows, 3),
                       .organ_name = rows_text(cx, rows, 4),
                       .level = rows_text(cx, rows, 5),
                       .organ_kind = rows_text(cx, rows, 6),
                       .seat = rows_text(cx, rows, 7),
                       .territory = rows_text(cx, rows, 8),
                       .must_change = rows_int(rows, 9) == 1 };
    in->state = rows_text(cx, rows, 10);
    in->totp_last = rows_int(rows, 12);
    in->seen_at = rows_int(rows, 13);
    const char *sealed = rows_text(cx, rows, 11);
    return sealed == NULL ? OK : unseal_text(cx, &in->totp, cx->core->keys, sealed);
}

static Err user_find(Cx *cx, Login *in)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id, u.account, u.name, o.id, o.name, o.level, o.kind, u.seat, "
                  "o.territory, u.must_change, u.state, u.totp, u.totp_step, u.seen_at "
                  "FROM \"user\" u JOIN organ o ON o.id = u.organ_id WHERE u.account = $1",
                  ARGS(T(in->account))));
    if (!rows.more)
        return OK;
    TRY(user_read(cx, in, &rows));
    rows_close(cx, &rows);
    const char *const *hashes;
    TRY(password_history(cx, &hashes, &in->password_at, in->user.id));
    in->hash = hashes[0];
    return OK;
}

/* A short write transaction without an entry of its own: only counts and reads. */
static Err count_by(Cx *cx, Err (*work)(Cx *cx, Login *in), Login *in)
{
    Err e = BUSY;
    for (int run = 0; e == BUSY && run < 6; run++) {
        TRY(store_begin(cx, true));
        e = work(cx, in);
        if (e == OK)
            e = store_commit(cx);
        else
            store_rollback(cx);
    }
    return e;
}

static Err approach(Cx *cx, Login *in)
{
    TRY(claim(cx, in->account, in->address));
    return user_find(cx, in);
}

static Err count_failure(Cx *cx, Login *in)
{
    return address_count(cx, in->address);
}

static Err refused(Cx *cx, Login *in, Err e)
{
    Failure why = cx->failure;
    bool halfway = strcmp(why.field, "code") == 0 && in->code == NULL; /* the code comes next */
    if (halfway || (e != UNAUTHENTICATED && e != FORBIDDEN))
        return e;
    if (e == UNAUTHENTICATED)
        TRY(count_by(cx, count_failure, in));
    cx->failure = why;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "账户", in->account);
    json_close(&o, '}');
    act_refused(cx, e, buf_text(&b));
    return e;
}

static Err proof_check(Cx *cx, Login *in)
{
    if (!password_fits(in->hash, in->password))
        return fail(cx, UNAUTHENTICATED, "password", "账户或口令不正确",
                    "the account or the password is wrong");
    if (in->totp == NULL)
        return OK;
    if (in->code != NULL)
        in->step = totp_step(in->totp, in->code, cx_now(cx), in->totp_last);
    if (in->step == 0)
        return fail(cx, UNAUTHENTICATED, "code", "请输入当前的动态口令",
                    "give the one-time code of this moment");
    return OK;
}

/* Administration may be limited to addresses that begin in one of some ways. */
static Err address_check(Cx *cx, const Login *in)
{
    const char *allowed;
    TRY(setting_text(cx, &allowed, "admin.addresses"));
    char *rest = arena_text(cx->arena, allowed);
    const char *prefix = strtok_r(rest, " ", &rest);
    if (prefix == NULL || strcmp(in->user.level, "system") != 0)
        return OK;
    for (; prefix != NULL; prefix = strtok_r(NULL, " ", &rest))
        if (strncmp(in->address, prefix, strlen(prefix)) == 0)
            return OK;
    return fail(cx, FORBIDDEN, "address", "管理员不能从地址 %s 登录",
                "administrators may not log in from %s", in->address);
}

static Err state_check(Cx *cx, const Login *in)
{
    int64_t days;
    TRY(address_check(cx, in));
    TRY(setting_int(cx, &days, "login.dormant_days"));
    if (strcmp(in->state, "active") != 0)
        return fail(cx, FORBIDDEN, "account", "账户已停用", "the account is stopped");
    if (in->seen_at + days * 24 * HOUR_MS < cx_now(cx))
        return fail(cx, FORBIDDEN, "account", "账户超过 %d 天未登录，已锁定，请联系安全管理员",
                    "not used for %d days and locked; ask the security administrator", (int)days);
    return OK;
}

static Err duties_find(Cx *cx, Login *in)
{
    const char *policy, *who;
    int64_t days;
    TRY(setting_text(cx, &policy, "password.policy"));
    TRY(setting_int(cx, &days, "password.days"));
    TRY(setting_text(cx, &who, "login.totp"));
    bool old = in->password_at + days * 24 * HOUR_MS < cx_now(cx);
    bool staff = strcmp(in->user.level, "system") == 0 || strcmp(in->user.level, "province") == 0;
    bool asked = strcmp(who, "all") == 0 || (strcmp(who, "staff") == 0 && staff);
    in->user.must_change |= old && strcmp(policy, "djbh3") == 0;
    in->user.must_enrol = asked && in->totp == NULL;
    return OK;
}

static Err session_insert(Cx *cx, Login *in)
{
    int64_t idle, now = cx_now(cx);
    TRY(setting_int(cx, &idle, "session.idle_minutes"));
    TRY(setting_int(cx, &in->hours, "session.hours"));
    if (in->old_session != NULL)
        TRY(store_run(cx, "DELETE FROM session WHERE digest = $1", ARGS(T(in->old_session))));
    const char *digest = keys_mac(cx, cx->core->keys, 't', in->token, strlen(in->token));
    return store_run(cx,
                     "INSERT INTO session(digest, user_id, address, made_at, seen_at, idle_ms, "
                     "ends_at, must_enrol) VALUES($1, $2, $3, $4, $4, $5, $6, $7)",
                     ARGS(T(digest), I(in->user.id), T(in->address), I(now), I(idle * MINUTE_MS),
                          I(now + in->hours * HOUR_MS), I(in->user.must_enrol)));
}

static Err enter(Cx *cx, void *data)
{
    Login *in = data;
    TRY(duties_find(cx, in));
    TRY(store_run(cx,
                  "UPDATE \"user\" SET seen_at = $1, must_change = $2, totp_step = $3 "
                  "WHERE id = $4 AND (totp_step < $3 OR $3 = 0)",
                  ARGS(I(cx_now(cx)), I(in->user.must_change), I(in->step), I(in->user.id))));
    if (store_changes(cx) == 0)
        return fail(cx, UNAUTHENTICATED, "code", "这个动态口令已用过",
                    "this code was used already");
    TRY(session_insert(cx, in));
    TRY(session_unlock(cx, in->account));
    cx->user = &in->user;
    return in->answer(cx, in->rq, in->rp);
}

Err login(Cx *cx, Request *rq, Reply *rp, Handler answer)
{
    Login *in = NEW(cx, Login);
    TRY(request_row(cx, in, login_fields, rq));
    in->rq = rq;
    in->rp = rp;
    in->answer = answer;
    in->address = request_address(rq);
    const char *old = request_cookie(rq, SESSION_COOKIE);
    if (old != NULL)
        in->old_session = keys_mac(cx, cx->core->keys, 't', old, strlen(old));
    in->token = random_hex(cx, TOKEN_BYTES);

    TRY(count_by(cx, approach, in));
    Err e = proof_check(cx, in);
    if (e == OK)
        e = state_check(cx, in);
    if (e != OK)
        return refused(cx, in, e);
    TRY(act_run(cx, NULL, NULL, enter, in));
    reply_cookie(rp, SESSION_COOKIE, in->token, in->hours * 3600,
                 cx->core->config.secure || request_secure(rq));
    return OK;
}

/* --- a new password --- */

typedef struct Change {
    const char *old, *password; /* as given */
    const char *hash;           /* of the new one */
    const char *address;
} Change;

const Field login_password_fields[] = {
    { "old", FIELD_TEXT, offsetof(Change, old), "原口令", "Old password",
      FIELD_REQUIRED | FIELD_SECRET, 1, 128 },
    { "password", FIELD_TEXT, offsetof(Change, password), "新口令", "New password",
      FIELD_REQUIRED | FIELD_SECRET, 1, 128 },
    FIELDS_END,
};

static Err change_save(Cx *cx, void *data)
{
    const Change *c = data;
    TRY(password_save(cx, cx->user->id, c->hash));
    TRY(store_run(cx, "UPDATE \"user\" SET must_change = 0 WHERE id = $1", ARGS(I(cx->user->id))));
    TRY(session_unlock(cx, cx->user->account));
    return store_run(cx, "DELETE FROM session WHERE user_id = $1 AND id <> $2",
                     ARGS(I(cx->user->id), I(cx->user->session_id)));
}

Err login_password(Cx *cx, Request *rq, Reply *rp)
{
    Change *c = NEW(cx, Change);
    const char *const *history;
    const char *policy;
    int64_t made_at;
    TRY(request_row(cx, c, login_password_fields, rq));
    c->address = request_address(rq);
    /* guesses at the old password count as failures too */
    Login in = { .account = cx->user->account, .address = c->address };
    TRY(count_by(cx, approach, &in));
    TRY(password_history(cx, &history, &made_at, cx->user->id));
    if (!password_fits(history[0], c->old))
        return fail(cx, INVALID, "old", "原口令不正确", "the old password is wrong");
    TRY(setting_text(cx, &policy, "password.policy"));
    TRY(password_check(cx, policy, c->password, cx->user->account, history));
    TRY(password_hash(cx, &c->hash, c->password));
    TRY(act_run(cx, NULL, NULL, change_save, c));
    return reply_done(cx, rp);
}

/* --- the second factor --- */

typedef struct Factor {
    const char *secret, *code, *uri;
} Factor;

const Field login_totp_fields[] = {
    { "secret", FIELD_TEXT, offsetof(Factor, secret), "密钥", "Secret", FIELD_REQUIRED, 32, 64 },
    { "code", FIELD_TEXT, offsetof(Factor, code), "动态口令", "One-time code", 0,
      .pattern = "digits:6" },
    { "uri", FIELD_TEXT, offsetof(Factor, uri), "绑定地址", "Address for the QR code",
      FIELD_READONLY },
    FIELDS_END,
};

Err login_totp_offer(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    Factor f = { .secret = totp_secret(cx) };
    f.uri = totp_uri(cx, f.secret, cx->user->account);
    return reply_row(cx, rp, login_totp_fields, &f);
}

Err login_totp_enrol(Cx *cx, Request *rq, Reply *rp)
{
    Factor f;
    const char *sealed;
    TRY(request_row(cx, &f, login_totp_fields, rq));
    int64_t step = f.code == NULL ? 0 : totp_step(f.secret, f.code, cx_now(cx), 0);
    if (step == 0)
        return fail(cx, INVALID, "/code", "动态口令不正确", "the one-time code is wrong");
    TRY(seal_text(cx, &sealed, cx->core->keys, f.secret));
    TRY(store_run(cx,
                  "UPDATE \"user\" SET totp = $1, totp_step = $2 WHERE id = $3 AND totp IS NULL",
                  ARGS(T(sealed), I(step), I(cx->user->id))));
    if (store_changes(cx) == 0)
        return fail(cx, CONFLICT, "totp", "已绑定动态口令，更换须由安全管理员重置",
                    "already enrolled; the security administrator must reset it first");
    TRY(store_run(cx, "UPDATE session SET must_enrol = 0 WHERE user_id = $1",
                  ARGS(I(cx->user->id))));
    return reply_done(cx, rp);
}
