/* Proving who one is: account and password, the second factor, locks. session_api.c has the routes.
 */
#ifndef CORE_ACCESS_LOGIN_H
#define CORE_ACCESS_LOGIN_H

#include "core/request/dispatch.h"

extern const Field login_fields[];          /* account, password, code */
extern const Field login_password_fields[]; /* old, password */
extern const Field login_totp_fields[];     /* code, old */
extern const Field login_offer_fields[];    /* secret, uri, qr, qr_size */

/* Sets the cookie and cx->user; answer replies, in the same transaction. UNAUTHENTICATED "password"
 * or "code" (a code is needed, or another), LIMITED (locked), FORBIDDEN (stopped, dormant, or an
 * administrator from elsewhere). */
Err login(Cx *cx, Request *rq, Reply *rp, Handler answer);
Err login_password(Cx *cx, Request *rq, Reply *rp);
Err login_totp_offer(Cx *cx, Request *rq, Reply *rp);
Err login_totp_enrol(Cx *cx, Request *rq, Reply *rp);

#endif
