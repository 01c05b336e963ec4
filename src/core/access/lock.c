#include "core/access/lock.h"

#include "core/access/right.h"
#include "core/record/setting.h"
#include "core/request/audit.h"

#include <string.h>

enum { MINUTE_MS = 60000, TOLD_EACH = 20 };

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

static bool locks(const Limit *limit)
{
    return limit->failures >= limit->most;
}

static Err limit_check(Cx *cx, const Limit *limit)
{
    if (!locks(limit))
        return OK;
    int64_t minutes = (limit->until - cx_now(cx) + MINUTE_MS - 1) / MINUTE_MS;
    return fail(cx, LIMITED, "account",
                "失败次数过多，已锁定，请 %d 分钟后再试，或请安全管理员解锁",
                "locked after too many failures; try again in %d minutes, or ask the security "
                "administrator",
                (int)minutes);
}

static Err limit_count(Cx *cx, const Limit *limit)
{
    int64_t minutes;
    TRY(setting_int(cx, &minutes, "login.lock_minutes"));
    return store_run(
        cx,
        "INSERT INTO attempt(subject, failures, until) VALUES($1, $2, $3) "
        "ON CONFLICT(subject) DO UPDATE SET failures = excluded.failures, "
        "until = excluded.until, refused = 0",
        ARGS(T(limit->subject), I(limit->failures + 1), I(cx_now(cx) + minutes * MINUTE_MS)));
}

Err lock_claim(Cx *cx, const char *account, const char *address)
{
    Limit of_account, of_address;
    TRY(address_limit(cx, &of_address, address));
    TRY(limit_check(cx, &of_address));
    TRY(account_limit(cx, &of_account, account));
    TRY(limit_check(cx, &of_account));
    return limit_count(cx, &of_account);
}

Err lock_count_address(Cx *cx, const char *address)
{
    Limit limit;
    TRY(address_limit(cx, &limit, address));
    return limit_count(cx, &limit);
}

Err lock_forget(Cx *cx, const char *account)
{
    const char *subject = arena_format(cx->arena, "account:%s", account);
    return store_run(cx, "DELETE FROM attempt WHERE subject = $1", ARGS(T(subject)));
}

Err lock_refuse(Cx *cx, const char **subject, int64_t *count, bool *told, const char *account,
                const char *address)
{
    Limit of_account, of_address;
    TRY(address_limit(cx, &of_address, address));
    TRY(account_limit(cx, &of_account, account));
    const Limit *limit = locks(&of_address) ? &of_address : &of_account;
    *subject = locks(limit) ? limit->subject : NULL;
    *told = false;
    if (*subject == NULL)
        return OK;
    TRY(store_run(cx, "UPDATE attempt SET refused = refused + 1 WHERE subject = $1",
                  ARGS(T(*subject))));
    TRY(store_int(cx, count, "SELECT refused FROM attempt WHERE subject = $1", ARGS(T(*subject))));
    *told = *count <= TOLD_EACH || (*count & (*count - 1)) == 0;
    return OK;
}

const char *lock_words(Cx *cx, const char *subject)
{
    const char *whose = strchr(subject, ':');
    if (whose == NULL)
        return subject;
    return arena_format(cx->arena, "%s %s", *subject == 'a' && subject[1] == 'c' ? "账户" : "地址",
                        whose + 1);
}

/* --- routes --- */

typedef struct Lock {
    const char *subject;
    int64_t failures;
    int64_t refused;
    int64_t until;
} Lock;

static const Field lock_fields[] = {
    { "subject", FIELD_TEXT, offsetof(Lock, subject), "锁定对象", "What is locked", FIELD_REQUIRED,
      1, 200 },
    { "failures", FIELD_INT, offsetof(Lock, failures), "失败次数", "Failures", FIELD_READONLY },
    { "refused", FIELD_INT, offsetof(Lock, refused), "锁定后被拒次数", "Refused since",
      FIELD_READONLY },
    { "until", FIELD_INSTANT, offsetof(Lock, until), "锁定至", "Until", FIELD_READONLY },
    FIELDS_END,
};

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    List all;
    int64_t of_account, of_address;
    TRY(setting_int(cx, &of_account, "login.failures"));
    TRY(setting_int(cx, &of_address, "login.address_failures"));
    TRY(store_list(cx, &all, lock_fields, sizeof(Lock),
                   "SELECT subject, failures, refused, until FROM attempt WHERE until > $1 "
                   "AND failures >= CASE WHEN subject LIKE 'account:%' THEN $2 ELSE $3 END "
                   "ORDER BY subject LIMIT 200",
                   ARGS(I(cx_now(cx)), I(of_account), I(of_address))));
    return reply_page(cx, rp, lock_fields, sizeof(Lock), &all);
}

static Err lift(Cx *cx, Request *rq, Reply *rp)
{
    Lock lock;
    TRY(request_row(cx, &lock, lock_fields, rq));
    TRY(store_run(cx, "DELETE FROM attempt WHERE subject = $1", ARGS(T(lock.subject))));
    if (store_changes(cx) == 0)
        return fail(cx, NOT_FOUND, "subject", "没有锁定 %s", "%s is not locked", lock.subject);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "解除锁定", lock_words(cx, lock.subject));
    json_close(&o, '}');
    audit_note(cx, "lock", UNSET, NULL, buf_text(&b));
    return reply_done(cx, rp);
}

static const Route ROUTES[] = {
    { GET, "/api/locks", "user.secure", list, "查看登录锁定", "List the locks on log-ins", NULL,
      lock_fields, ROUTE_PAGE },
    { POST, "/api/locks/lift", "user.secure", lift, "解除登录锁定", "Lift a lock on log-ins",
      lock_fields, NULL, 0 },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "user.secure", "解锁账户与重置口令", "Unlock accounts and reset passwords", SYSTEM,
      ADMINISTRATION, SECURITY_ADMIN },
    { .right = NULL },
};

static Err tidy(Cx *cx)
{
    return store_run(cx, "DELETE FROM attempt WHERE until < $1", ARGS(I(cx_now(cx))));
}

const Module lock_module = { .noun = "lock", .routes = ROUTES, .rights = RIGHTS, .tidy = tidy };
