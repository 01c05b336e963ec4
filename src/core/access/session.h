/* Who is signed in: log-in, log-out, the password and the second factor.
 *
 * A session is a random token in a cookie, kept only as a keyed digest; it ends after 30 idle
 * minutes, after 12 hours, at log-out, and when its user is stopped. Logging in again under the
 * same cookie name loses no work of the page. Five failures lock the account and the address for
 * 15 minutes; limits are settings. Password hashing never runs inside a transaction here.
 */
#ifndef CORE_ACCESS_SESSION_H
#define CORE_ACCESS_SESSION_H

#include "core/request/dispatch.h"

#define SESSION_COOKIE "tuijin"

/* The cookie's name. Under TLS it is "__Host-…", which a browser takes from this very host alone.
 */
const char *session_cookie(const Cx *cx, const Request *rq);
bool session_is_secure(const Cx *cx, const Request *rq); /* TLS, here or at the gateway */

/* Sets cx->user from the cookie, or leaves it NULL; in the transaction under way. *stale tells that
 * the session should be touched. */
Err session_find(Cx *cx, const Request *rq, bool *stale);
struct Guesses *session_guesses(Arena *arena);
/* Who session_find last saw come with the cookie of this request; 0 where that is not known. Asks
 * no database, and is for bounds alone: it may be a session that has ended. */
int64_t session_guess(const struct Core *core, const Request *rq);
/* Notes that the session was used just now, in a transaction of its own. */
Err session_touch(Cx *cx);
/* Ends all sessions of a user (stopped, password reset), in the transaction under way. */
Err session_end_all(Cx *cx, int64_t user_id);

#endif
