#include "base/digest.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Digest {
    EVP_MD_CTX *context;
};

static const EVP_MD *algorithm(DigestKind kind)
{
    return kind == SM3 ? EVP_sm3() : EVP_sha256();
}

static void to_hex(const unsigned char *bytes, size_t length, char *hex)
{
    static const char DIGITS[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        *hex++ = DIGITS[bytes[i] >> 4];
        *hex++ = DIGITS[bytes[i] & 15];
    }
    *hex = '\0';
}

Digest *digest_begin(DigestKind kind)
{
    Digest *d = memory_needed(malloc(sizeof *d));
    d->context = memory_needed(EVP_MD_CTX_new());
    memory_needed(EVP_DigestInit_ex(d->context, algorithm(kind), NULL) == 1 ? d : NULL);
    return d;
}

void digest_add(Digest *d, const void *data, size_t length)
{
    EVP_DigestUpdate(d->context, data, length);
}

void digest_end(Digest *d, char hex[65])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(d->context, bytes, &length);
    assert(length == DIGEST_BYTES);
    to_hex(bytes, length, hex);
    EVP_MD_CTX_free(d->context);
    free(d);
}

const char *digest(Cx *cx, DigestKind kind, const void *data, size_t length)
{
    char *hex = arena_alloc(cx->arena, 65);
    Digest *d = digest_begin(kind);
    digest_add(d, data, length);
    digest_end(d, hex);
    return hex;
}

Err digest_file(Cx *cx, const char **hex, int64_t *size, DigestKind kind, const char *path)
{
    char block[65536], *out = arena_alloc(cx->arena, 65);
    ssize_t n = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Digest *d = digest_begin(kind);
    *size = 0;
    while (fd >= 0 && ((n = read(fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0) {
            digest_add(d, block, (size_t)n);
            *size += n;
        }
    int error = errno;
    digest_end(d, out);
    if (fd >= 0)
        close(fd);
    *hex = out;
    if (n < 0)
        return fail(cx, NOT_FOUND, "file", "不能读取 %s：%s", "cannot read %s: %s", path,
                    strerror(error));
    return OK;
}

const char *digest_keyed(Cx *cx, DigestKind kind, const void *key, size_t key_length,
                         const void *data, size_t length)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    memory_needed(HMAC(algorithm(kind), key, (int)key_length, data, length, bytes, &n));
    assert(n == DIGEST_BYTES);
    char *hex = arena_alloc(cx->arena, 65);
    to_hex(bytes, n, hex);
    return hex;
}

void random_bytes(void *out, size_t length)
{
    if (RAND_bytes(out, (int)length) != 1)
        abort(); /* without randomness nothing is safe */
}

const char *random_hex(Cx *cx, size_t bytes)
{
    unsigned char *raw = arena_alloc(cx->arena, bytes);
    random_bytes(raw, bytes);
    char *hex = arena_alloc(cx->arena, bytes * 2 + 1);
    to_hex(raw, bytes, hex);
    return hex;
}

bool digest_same(const char *a, const char *b)
{
    size_t n = strlen(a);
    return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}
