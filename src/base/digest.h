/* Digests in hexadecimal: SM3 (GB/T 32905) and SHA-256, plain and keyed. The one place that names
 * an algorithm, so that a certified device can take its place.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/cx.h"

#define DIGEST_BYTES 32

typedef enum DigestKind { SM3, SHA256 } DigestKind;

const char *digest(Cx *cx, DigestKind kind, const void *data, size_t length);
const char *digest_keyed(Cx *cx, DigestKind kind, const void *key, size_t key_length,
                         const void *data, size_t length);

/* For streams: make, add…, end (which frees it and writes 64 hex digits and NUL). */
typedef struct Digest Digest;
Digest *digest_begin(DigestKind kind);
void digest_add(Digest *d, const void *data, size_t length);
void digest_end(Digest *d, char hex[65]);

/* Of a whole file, and its size. NOT_FOUND where it cannot be read. */
Err digest_file(Cx *cx, const char **hex, int64_t *size, DigestKind kind, const char *path);

/* Cryptographically random bytes, and as lower-case hexadecimal text. */
void random_bytes(void *out, size_t length);
const char *random_hex(Cx *cx, size_t bytes);
/* Constant time. */
bool digest_same(const char *a, const char *b);

#endif
