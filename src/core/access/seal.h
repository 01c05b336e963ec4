/* Columns that hold ID numbers, phones and bank accounts are sealed: SM4-CTR, then HMAC-SM3 over
 * key id, place, nonce and cipher text (encrypt-then-MAC), as text "s2:KEYID:…base64…". The place
 * ("user.phone:17") is not stored: a value moved to another row or column does not open. Values of
 * the form before ("s1:…", without place) still open, and are written anew with their row. The keys
 * live in a 0600 file outside the database; a new key id may be added, old ones still open.
 */
#ifndef CORE_ACCESS_SEAL_H
#define CORE_ACCESS_SEAL_H

#include "base/cx.h"

typedef struct Keys Keys;

/* Reads the file, or makes it with fresh keys where it is absent. INVALID where others may read it
 * or it is damaged. The keys live in the arena. */
Err keys_load(Cx *cx, Keys **out, const char *path);
Err keys_rotate(Cx *cx, const char *path); /* adds a key id, used from the next start on */

Err seal_text(Cx *cx, const char **out, const Keys *keys, const char *place, const char *plain);
Err unseal_text(Cx *cx, const char **out, const Keys *keys, const char *place,
                const char *sealed); /* INTERNAL "sealed": forged, or of another place */

/* HMAC-SM3 in hex under the key for the audit chain (id 'a') or for look-ups and tokens (id 't').
 */
const char *keys_mac(Cx *cx, const Keys *keys, char purpose, const void *data, size_t length);

#endif
