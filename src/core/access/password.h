/* Passwords: argon2id hashes (t = 2, 19 MiB) and the policy that a new one must meet.
 *
 * Hashing takes tens of milliseconds: never inside a transaction, never on an event loop.
 */
#ifndef CORE_ACCESS_PASSWORD_H
#define CORE_ACCESS_PASSWORD_H

#include "base/cx.h"

Err password_hash(Cx *cx, const char **out, const char *plain);
/* From here on a hash takes 8 KiB and no time, or what it should. For tests, which make many. */
void password_testing_light(bool light);
/* hash NULL = no such account; takes as long as with one. */
bool password_fits(const char *hash, const char *plain);

/* INVALID "password" where plain is too short, too simple, easily guessed or names the account.
 * history: hashes of the last ones, NULL at the end, that must not come again. */
Err password_check(Cx *cx, const char *policy, const char *plain, const char *account,
                   const char *const *history);

/* A random one that any policy accepts, to be given once and changed at the first log-in. */
const char *password_random(Cx *cx);
/* The same in two halves, for two people: the second one to any first. */
const char *password_half(Cx *cx);
const char *password_rest(Cx *cx, const char *half);

/* In the transaction under way: the hashes of the last five, NULL at the end; the newest first. */
Err password_history(Cx *cx, const char *const **out, int64_t *made_at, int64_t user_id);
Err password_save(Cx *cx, int64_t user_id, const char *hash);

#endif
