/* One-time codes by RFC 6238: HMAC-SHA-1, 30 seconds, six digits, as all authenticators have it.
 */
#ifndef CORE_ACCESS_TOTP_H
#define CORE_ACCESS_TOTP_H

#include "base/cx.h"

const char *totp_secret(Cx *cx); /* 20 random bytes in base 32 */
/* otpauth://totp/… for a QR code. */
const char *totp_uri(Cx *cx, const char *secret, const char *account);
/* The code of a step (30 s since 1970); false where the secret is no base 32. */
bool totp_code(char out[7], const char *secret, int64_t step);
/* The step of a right code, one step to either side of now allowed; 0 where it is wrong or not
 * newer than last, so that no code serves twice. */
int64_t totp_step(const char *secret, const char *code, int64_t now_ms, int64_t last);

#endif
