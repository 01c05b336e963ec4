#include "core/access/session.h"

#include "core/access/right.h"
#include "core/access/seal.h"
#include "core/request/core.h"

#include <stdatomic.h>
#include <string.h>

enum { TOUCH_MS = 60000, TOKEN_TEXT = 64, GUESSES = 4096 };

/* Persons by a few bits of their tokens, which are random; a newer one takes the place of another.
 * Tag and person are one word, so that no lock is needed. */
struct Guesses {
    _Atomic uint64_t at[GUESSES]; /* 32 bits of the token, 32 of the user's id */
};

enum { TAG_TEXT = 8, PLACE_TEXT = 4 }; /* hexadecimal digits of the token */

struct Guesses *session_guesses(Arena *arena)
{
    return arena_alloc(arena, sizeof(struct Guesses));
}

static bool is_secure(const Core *core, const Request *rq)
{
    return core->config.secure || request_secure(rq);
}

static const char *cookie_name(const Core *core, const Request *rq)
{
    return is_secure(core, rq) ? "__Host-" SESSION_COOKIE : SESSION_COOKIE;
}

static const char *token_of(const Core *core, const Request *rq)
{
    const char *token = request_cookie(rq, cookie_name(core, rq));
    return token != NULL && strlen(token) == TOKEN_TEXT &&
                   strspn(token, "0123456789abcdef") == TOKEN_TEXT
               ? token
               : NULL;
}

static uint64_t digits(const char *hex, int count)
{
    uint64_t n = 0;
    for (int i = 0; i < count; i++)
        n = n * 16 + (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
    return n;
}

static _Atomic uint64_t *guess_place(const Core *core, const char *token)
{
    return &core->guesses->at[digits(token + TAG_TEXT, PLACE_TEXT) % GUESSES];
}

int64_t session_guess(const Core *core, const Request *rq)
{
    const char *token = token_of(core, rq);
    uint64_t found = token == NULL ? 0 : atomic_load(guess_place(core, token));
    return found != 0 && found >> 32 == digits(token, TAG_TEXT) ? (int64_t)(uint32_t)found : 0;
}

static void guess_keep(const Core *core, const char *token, int64_t person)
{
    atomic_store(guess_place(core, token), digits(token, TAG_TEXT) << 32 | (uint32_t)person);
}

static const char *token_digest(Cx *cx, const char *token)
{
    return keys_mac(cx, cx->core->keys, 't', token, strlen(token));
}

bool session_is_secure(const Cx *cx, const Request *rq)
{
    return is_secure(cx->core, rq);
}

const char *session_cookie(const Cx *cx, const Request *rq)
{
    return cookie_name(cx->core, rq);
}

Err session_find(Cx *cx, const Request *rq, bool *stale)
{
    *stale = false;
    const char *token = token_of(cx->core, rq);
    if (token == NULL)
        return OK;
    int64_t now = cx_now(cx);
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id, u.account, u.name, o.id, o.name, o.level, o.kind, u.seat, "
                  "o.territory, u.must_change, s.must_enrol, s.id, s.seen_at, o.duty "
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
                 .session_id = rows_int(&rows, 11),
                 .organ_duty = rows_text(cx, &rows, 13) };
    *stale = rows_int(&rows, 12) + TOUCH_MS < now;
    rows_close(cx, &rows);
    TRY(user_set_reach(cx, u));
    cx->user = u;
    guess_keep(cx->core, token, u->id);
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
