/* Failures that lock an account or an address for a while.
 *
 * An attempt counts against its account before the password is looked at, so that many at once gain
 * nothing; what proves right is forgotten again. An address, which a whole office may share, counts
 * true failures only. A lock ends by itself, or when the security administrator lifts it.
 */
#ifndef CORE_ACCESS_LOCK_H
#define CORE_ACCESS_LOCK_H

#include "core/request/dispatch.h"

/* In the transaction under way. LIMITED "account" where either is locked. */
Err lock_claim(Cx *cx, const char *account, const char *address);
Err lock_count_address(Cx *cx, const char *address);
Err lock_forget(Cx *cx, const char *account);

/* Counts a refusal by the lock that holds; *subject: whose ("account:…", "address:…"), NULL = none.
 * *told: whether it is to be on record: the first twenty each, then each time that the count has
 * doubled, so that a flood cannot fill the log. */
Err lock_refuse(Cx *cx, const char **subject, int64_t *count, bool *told, const char *account,
                const char *address);
/* "账户 lisi", "地址 10.1.2.3" of a subject. */
const char *lock_words(Cx *cx, const char *subject);

#endif
