/* Kept answers: a write asked again with its Idempotency-Key is answered from here. */
#include "core/request/act.h"

#include "base/date.h"
#include "base/digest.h"
#include "core/access/right.h"

#include <string.h>

enum { KEY_MAX = 100, KEPT_DAYS = 7 };

static int64_t owner(const Cx *cx)
{
    return cx->user == NULL ? 0 : cx->user->id;
}

/* What was asked: method, path and body; the key stands for exactly this. */
static const char *asked(Cx *cx, const Request *rq)
{
    size_t length;
    const char *body = request_body(rq, &length);
    Buf b = BUF(cx);
    buf_format(&b, "%d %s\n", (int)request_method(rq), request_path(rq));
    buf_add_n(&b, body, length);
    return digest(cx, SM3, b.at, b.length);
}

Err answer_find(Cx *cx, const char *key, const Request *rq)
{
    if (*key == '\0' || strlen(key) > KEY_MAX)
        return fail(cx, INVALID, "Idempotency-Key", "请求头 Idempotency-Key 应为 1 至 %d 个字符",
                    "the header Idempotency-Key must have 1 to %d characters", KEY_MAX);
    Rows rows;
    TRY(rows_open(cx, &rows, "SELECT digest, body FROM answer WHERE user_id = $1 AND key = $2",
                  ARGS(I(owner(cx)), T(key))));
    if (!rows.more)
        return OK;
    const char *digest_kept = rows_text(cx, &rows, 0);
    const char *body = rows_text(cx, &rows, 1);
    rows_close(cx, &rows);
    if (!digest_same(digest_kept, asked(cx, rq)))
        return fail(cx, CONFLICT, "Idempotency-Key", "这个 Idempotency-Key 已用于另一个请求",
                    "this Idempotency-Key was used for another request");
    cx->act->answer = body;
    cx->act->repeated = true;
    return OK;
}

Err answer_keep(Cx *cx, const char *key, const Request *rq)
{
    const char *body = cx->act->answer == NULL ? "{}" : cx->act->answer;
    return store_run(cx,
                     "INSERT INTO answer(user_id, key, digest, body, made_at) "
                     "VALUES($1, $2, $3, $4, $5)",
                     ARGS(I(owner(cx)), T(key), T(asked(cx, rq)), T(body), I(cx_now(cx))));
}

Err answer_tidy(Cx *cx)
{
    return store_run(cx, "DELETE FROM answer WHERE made_at < $1",
                     ARGS(I(cx_now(cx) - KEPT_DAYS * DAY_MS)));
}
