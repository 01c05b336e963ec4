#include "core/access/login.h"

#include "base/digest.h"
#include "core/access/lock.h"
#include "core/access/password.h"
#include "core/access/qr.h"
#include "core/access/right.h"
#include "core/access/seal.h"
#include "core/access/session.h"
#include "core/access/totp.h"
#include "core/record/setting.h"
#include "core/request/act.h"
#include "core/request/core.h"

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
    int64_t hours;      /* that the session lasts at most */
    const char *locked; /* whose lock refused it */
    int64_t refusals;
    bool told;
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

/* --- log-in --- */

/* Where the secret of a user stands, offered or in use (core/access/seal.h). */
static const char *totp_place(Cx *cx, int64_t user)
{
    return arena_format(cx->arena, "user.totp:%lld", (long long)user);
}

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
    return sealed == NULL
               ? OK
               : unseal_text(cx, &in->totp, cx->core->keys, totp_place(cx, in->user.id), sealed);
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
    TRY(lock_claim(cx, in->account, in->address));
    return user_find(cx, in);
}

static Err count_failure(Cx *cx, Login *in)
{
    return lock_count_address(cx, in->address);
}

static Err forget(Cx *cx, Login *in)
{
    return lock_forget(cx, in->account);
}

static Err count_refusal(Cx *cx, Login *in)
{
    return lock_refuse(cx, &in->locked, &in->refusals, &in->told, in->account, in->address);
}

/* What a lock refused is on record too: else a guesser is seen for five tries and then no more. */
static Err refused_by_lock(Cx *cx, Login *in)
{
    Failure why = cx->failure;
    Err e = count_by(cx, count_refusal, in);
    cx->failure = why;
    if (e != OK || !in->told)
        return LIMITED;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "账户", in->account);
    json_put_text(&o, "锁定", lock_words(cx, in->locked));
    json_put_int(&o, "锁定后第几次", in->refusals);
    json_close(&o, '}');
    act_refused(cx, LIMITED, buf_text(&b));
    return LIMITED;
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
    if (strcmp(in->state, "waiting") == 0)
        return fail(cx, FORBIDDEN, "account", "账户还没有授予岗位，请联系安全管理员",
                    "the account has no seat yet; ask the security administrator");
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
                  "UPDATE \"user\" SET seen_at = $1, logged_at = $1, must_change = $2, "
                  "totp_step = CASE WHEN $3 = 0 THEN totp_step ELSE $3 END WHERE id = $4 AND "
                  "(totp_step < $3 OR $3 = 0)",
                  ARGS(I(cx_now(cx)), I(in->user.must_change), I(in->step), I(in->user.id))));
    if (store_changes(cx) == 0)
        return fail(cx, UNAUTHENTICATED, "code", "这个动态口令已用过",
                    "this code was used already");
    TRY(session_insert(cx, in));
    TRY(lock_forget(cx, in->account));
    TRY(user_set_reach(cx, &in->user));
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
    const char *old = request_cookie(rq, session_cookie(cx, rq));
    if (old != NULL)
        in->old_session = keys_mac(cx, cx->core->keys, 't', old, strlen(old));
    in->token = random_hex(cx, TOKEN_BYTES);

    Err e = count_by(cx, approach, in);
    if (e == LIMITED)
        return refused_by_lock(cx, in);
    if (e == OK)
        e = proof_check(cx, in);
    if (e == OK)
        e = state_check(cx, in);
    if (e != OK)
        return refused(cx, in, e);
    TRY(act_run(cx, NULL, NULL, enter, in));
    reply_cookie(rp, session_cookie(cx, rq), in->token, in->hours * 3600,
                 session_is_secure(cx, rq));
    return OK;
}

/* --- a new password --- */

typedef struct PasswordChange {
    const char *old, *password; /* as given */
    const char *hash;           /* of the new one */
    const char *address;
} PasswordChange;

const Field login_password_fields[] = {
    { "old", FIELD_TEXT, offsetof(PasswordChange, old), "原口令", "Old password",
      FIELD_REQUIRED | FIELD_SECRET, 1, 128 },
    { "password", FIELD_TEXT, offsetof(PasswordChange, password), "新口令", "New password",
      FIELD_REQUIRED | FIELD_SECRET, 1, 128 },
    FIELDS_END,
};

static Err change_save(Cx *cx, void *data)
{
    const PasswordChange *c = data;
    TRY(password_save(cx, cx->user->id, c->hash));
    TRY(store_run(cx, "UPDATE \"user\" SET must_change = 0 WHERE id = $1", ARGS(I(cx->user->id))));
    return store_run(cx, "DELETE FROM session WHERE user_id = $1 AND id <> $2",
                     ARGS(I(cx->user->id), I(cx->user->session_id)));
}

Err login_password(Cx *cx, Request *rq, Reply *rp)
{
    PasswordChange *c = NEW(cx, PasswordChange);
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
    TRY(count_by(cx, forget, &in)); /* whoever knows it is no guesser, whatever the new one is */
    TRY(setting_text(cx, &policy, "password.policy"));
    TRY(password_check(cx, policy, c->password, cx->user->account, history));
    TRY(password_hash(cx, &c->hash, c->password));
    TRY(act_run(cx, NULL, NULL, change_save, c));
    return reply_done(cx, rp);
}

/* --- the second factor --- */

typedef struct Factor {
    const char *code, *old;        /* as given: of the new secret, and of the one before */
    const char *secret, *uri, *qr; /* offered */
    int64_t qr_size;
    const char *sealed;
    int64_t step;
    const char *address;
} Factor;

const Field login_totp_fields[] = {
    { "code", FIELD_TEXT, offsetof(Factor, code), "新的动态口令", "Code of the new second factor",
      FIELD_REQUIRED, .pattern = "digits:6" },
    { "old", FIELD_TEXT, offsetof(Factor, old), "原动态口令",
      "Code of the present one, where there is one", 0, .pattern = "digits:6" },
    FIELDS_END,
};

const Field login_offer_fields[] = {
    { "secret", FIELD_TEXT, offsetof(Factor, secret), "密钥", "Secret", FIELD_READONLY },
    { "uri", FIELD_TEXT, offsetof(Factor, uri), "绑定地址", "Address for the QR code",
      FIELD_READONLY },
    { "qr", FIELD_TEXT, offsetof(Factor, qr), "二维码路径", "The QR code as the path of an SVG",
      FIELD_READONLY },
    { "qr_size", FIELD_INT, offsetof(Factor, qr_size), "二维码边长", "Its side in modules",
      FIELD_READONLY },
    FIELDS_END,
};

static Err offer_save(Cx *cx, void *data)
{
    const Factor *f = data;
    return store_run(cx, "UPDATE \"user\" SET totp_offer = $1 WHERE id = $2",
                     ARGS(T(f->sealed), I(cx->user->id)));
}

/* The secret is the server's own: a browser that chose it could choose one that it knows of others.
 */
Err login_totp_offer(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    Factor *f = NEW(cx, Factor);
    f->secret = totp_secret(cx);
    f->uri = totp_uri(cx, f->secret, cx->user->account);
    TRY(qr_path(cx, &f->qr, &f->qr_size, f->uri));
    TRY(seal_text(cx, &f->sealed, cx->core->keys, totp_place(cx, cx->user->id), f->secret));
    TRY(act_run(cx, NULL, NULL, offer_save, f));
    return reply_row(cx, rp, login_offer_fields, f);
}

static Err offered(Cx *cx, const char **secret)
{
    const char *sealed;
    TRY(store_text(cx, &sealed, "SELECT totp_offer FROM \"user\" WHERE id = $1",
                   ARGS(I(cx->user->id))));
    if (sealed == NULL)
        return fail(cx, CONFLICT, "totp", "请先取得新的密钥", "get a new secret first");
    return unseal_text(cx, secret, cx->core->keys, totp_place(cx, cx->user->id), sealed);
}

/* The present factor proves that it is he who changes it. Guesses at it count as failures. */
static Err old_check(Cx *cx, const Factor *f)
{
    Login in = { .account = cx->user->account, .address = f->address };
    Err e = count_by(cx, approach, &in);
    if (e == LIMITED)
        return refused_by_lock(cx, &in);
    TRY(e);
    if (in.totp != NULL &&
        (f->old == NULL || totp_step(in.totp, f->old, cx_now(cx), in.totp_last) == 0))
        return fail(cx, INVALID, "/old", "请输入原动态口令；丢失时由两名管理员重置",
                    "give the code of the present second factor; where it is lost, two "
                    "administrators reset it");
    return count_by(cx, forget, &in);
}

static Err factor_save(Cx *cx, void *data)
{
    const Factor *f = data;
    TRY(store_run(cx,
                  "UPDATE \"user\" SET totp = totp_offer, totp_offer = NULL, totp_step = $1 "
                  "WHERE id = $2 AND totp_offer IS NOT NULL",
                  ARGS(I(f->step), I(cx->user->id))));
    if (store_changes(cx) == 0)
        return fail(cx, CONFLICT, "totp", "请先取得新的密钥", "get a new secret first");
    TRY(store_run(cx, "DELETE FROM session WHERE user_id = $1 AND id <> $2",
                  ARGS(I(cx->user->id), I(cx->user->session_id))));
    return store_run(cx, "UPDATE session SET must_enrol = 0 WHERE id = $1",
                     ARGS(I(cx->user->session_id)));
}

Err login_totp_enrol(Cx *cx, Request *rq, Reply *rp)
{
    Factor *f = NEW(cx, Factor);
    TRY(request_row(cx, f, login_totp_fields, rq));
    f->address = request_address(rq);
    TRY(old_check(cx, f));
    TRY(offered(cx, &f->secret));
    f->step = totp_step(f->secret, f->code, cx_now(cx), 0);
    if (f->step == 0)
        return fail(cx, INVALID, "/code", "新的动态口令不正确",
                    "the code of the new second factor is wrong");
    TRY(act_run(cx, NULL, NULL, factor_save, f));
    return reply_done(cx, rp);
}
