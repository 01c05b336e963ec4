/* What no administrator does alone: one asks, another of a different seat confirms.
 *
 * Needed for the password and the seat of an administrator or a signer, for anybody's second
 * factor, and for the state of an administrator. The one-time password that comes of it is split:
 * the one who asks is told the first half, the one who confirms the second, and each hands his half
 * over; the first half lies sealed in the row until the request is decided, then nowhere. Nobody
 * asks for himself or confirms what is about himself. A request ends after three days, and when the
 * account has changed since.
 */
#ifndef MODULES_USER_USER_REQUEST_H
#define MODULES_USER_USER_REQUEST_H

#include "modules/user/user.h"

typedef struct UserRequest {
    int64_t id;
    int64_t version;
    int64_t user_id;
    int64_t user_version; /* of the account as it was when asked */
    const char *kind;     /* password, factor, seat, stop, restart */
    const char *seat;     /* of kind seat */
    const char *half;     /* of the one-time password; NULL once decided */
    const char *state;    /* open, done, refused, withdrawn, replaced */
    const char *reason;
    int64_t asked_by;
    const char *asked_seat;
    int64_t asked_at;
    int64_t ends_at;
    int64_t decided_by;
    int64_t decided_at;
    const char *account; /* on reading, of the account, the one who asked and the one who decided */
    const char *name;
    const char *asker;
    const char *decider;
} UserRequest;

extern const Field user_request_fields[];

Err user_request_get(Cx *cx, UserRequest *out, int64_t id);
Err user_request_page(Cx *cx, List *out, const PageQuery *query);
/* user_id, kind, seat and reason are given; the rest is set, half among it (NULL where the kind
 * gives no password). INVALID "kind" or "seat", CONFLICT where it needs no second one. An open
 * request on the same account is replaced. */
Err user_ask(Cx *cx, UserRequest *request);
/* hash: of the whole password, whose first half is request->half as read before. CONFLICT where it
 * is not open, has ended, or the account changed; FORBIDDEN to the one who asked, to another of
 * his seat and to the one whom it is about. */
Err user_confirm(Cx *cx, int64_t id, const char *hash);
/* By another who might confirm it, or withdrawn by the one who asked. */
Err user_refuse(Cx *cx, int64_t id);

#endif
