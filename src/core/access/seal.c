#include "core/access/seal.h"

#include "base/digest.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CIPHER_BYTES = 16, MAC_BYTES = 32, NONCE_BYTES = 16, SEAL_KEYS = 16, FILE_MAX = 8192 };

typedef struct SealKey {
    int64_t id;
    unsigned char cipher[CIPHER_BYTES];
    unsigned char mac[MAC_BYTES];
} SealKey;

struct Keys {
    unsigned char audit[MAC_BYTES];
    unsigned char token[MAC_BYTES];
    SealKey seal[SEAL_KEYS]; /* the last one seals; all open */
    size_t count;
};

/* The file: a line a key, "NAME ID HEX"; a seal key's HEX is the cipher key, then the mac key. */
static const char *fresh_line(Cx *cx, const char *name, int64_t id, size_t bytes)
{
    return arena_format(cx->arena, "%s %lld %s\n", name, (long long)id, random_hex(cx, bytes));
}

static Err io_failed(Cx *cx, const char *path)
{
    return fail(cx, INTERNAL, "keys", "无法读写密钥文件 %s：%s", "cannot read or write keys %s: %s",
                path, strerror(errno));
}

/* Writes beside, then renames, so that a cut leaves the old file or the new one. Fresh keys are
 * linked instead: of several programs that start at once on one folder the first makes them, and
 * the others read what it made. */
static Err file_write(Cx *cx, const char *path, const char *text, bool fresh)
{
    const char *beside = arena_format(cx->arena, "%s.%s.new", path, random_hex(cx, 8));
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return io_failed(cx, beside);
    size_t length = strlen(text);
    bool done = write(fd, text, length) == (ssize_t)length && fsync(fd) == 0;
    done = close(fd) == 0 && done;
    if (done)
        done = fresh ? link(beside, path) == 0 || errno == EEXIST : rename(beside, path) == 0;
    Err e = done ? OK : io_failed(cx, path);
    unlink(beside);
    return e;
}

static Err file_read(Cx *cx, const char **out, const char *path)
{
    struct stat st;
    char *text = arena_alloc(cx->arena, FILE_MAX + 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return io_failed(cx, path);
    }
    ssize_t length = read(fd, text, FILE_MAX);
    close(fd);
    if (length < 0)
        return io_failed(cx, path);
    if ((st.st_mode & 077) != 0)
        return fail(cx, INVALID, "keys", "密钥文件 %s 权限过宽，应为 0600",
                    "keys %s may be read by others; set its mode to 0600", path);
    *out = text;
    return OK;
}

/* "audit 1 HEX": into bytes of exactly that length. */
static bool hex_read(unsigned char *bytes, size_t length, const char *hex)
{
    size_t got = 0;
    return strlen(hex) == length * 2 &&
           sodium_hex2bin(bytes, length, hex, length * 2, NULL, &got, NULL) == 0 && got == length;
}

static bool line_read(Keys *keys, char *line)
{
    char *rest = line;
    const char *name = strtok_r(line, " ", &rest);
    const char *id = strtok_r(NULL, " ", &rest);
    const char *hex = strtok_r(NULL, " ", &rest);
    if (name == NULL || id == NULL || hex == NULL)
        return false;
    if (strcmp(name, "audit") == 0)
        return hex_read(keys->audit, MAC_BYTES, hex);
    if (strcmp(name, "token") == 0)
        return hex_read(keys->token, MAC_BYTES, hex);
    unsigned char both[CIPHER_BYTES + MAC_BYTES];
    if (strcmp(name, "seal") != 0 || keys->count == SEAL_KEYS || !hex_read(both, sizeof both, hex))
        return false;
    SealKey *k = &keys->seal[keys->count++];
    k->id = strtoll(id, NULL, 10);
    memcpy(k->cipher, both, CIPHER_BYTES);
    memcpy(k->mac, both + CIPHER_BYTES, MAC_BYTES);
    return k->id == (int64_t)keys->count;
}

static Err keys_read(Cx *cx, Keys **out, const char *text, const char *path)
{
    Keys *keys = NEW(cx, Keys);
    size_t lines = 0;
    char *rest = arena_text(cx->arena, text);
    for (char *line = strtok_r(rest, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        if (++lines, !line_read(keys, line))
            return fail(cx, INVALID, "keys", "密钥文件 %s 第 %zu 行已损坏",
                        "keys %s: line %zu is damaged", path, lines);
    if (keys->count == 0 || lines != keys->count + 2)
        return fail(cx, INVALID, "keys", "密钥文件 %s 不完整", "keys %s are incomplete", path);
    *out = keys;
    return OK;
}

Err keys_load(Cx *cx, Keys **out, const char *path)
{
    if (access(path, F_OK) != 0) {
        Buf b = BUF(cx);
        buf_add(&b, fresh_line(cx, "audit", 1, MAC_BYTES));
        buf_add(&b, fresh_line(cx, "token", 1, MAC_BYTES));
        buf_add(&b, fresh_line(cx, "seal", 1, CIPHER_BYTES + MAC_BYTES));
        TRY(file_write(cx, path, buf_text(&b), true));
    }
    const char *text;
    TRY(file_read(cx, &text, path));
    return keys_read(cx, out, text, path);
}

Err keys_rotate(Cx *cx, const char *path)
{
    const char *text;
    Keys *keys;
    TRY(file_read(cx, &text, path));
    TRY(keys_read(cx, &keys, text, path));
    if (keys->count == SEAL_KEYS)
        return fail(cx, CONFLICT, "keys", "密钥已达 %d 个，不能再增加",
                    "there are %d keys already; no more fit", SEAL_KEYS);
    int64_t id = (int64_t)keys->count + 1;
    const char *line = fresh_line(cx, "seal", id, CIPHER_BYTES + MAC_BYTES);
    return file_write(cx, path, arena_format(cx->arena, "%s%s", text, line), false);
}

/* SM4-CTR is its own inverse. */
static void cipher(unsigned char *out, const SealKey *k, const unsigned char *nonce,
                   const unsigned char *in, size_t length)
{
    int done = 0;
    EVP_CIPHER_CTX *c = memory_needed(EVP_CIPHER_CTX_new());
    bool fine = EVP_EncryptInit_ex(c, EVP_sm4_ctr(), NULL, k->cipher, nonce) == 1 &&
                EVP_EncryptUpdate(c, out, &done, in, (int)length) == 1;
    memory_needed(fine ? c : NULL);
    assert((size_t)done == length);
    EVP_CIPHER_CTX_free(c);
}

/* place NULL: as values of the first form have it. A place has its length before it, so that no
 * two values spell the same bytes. */
static const char *seal_mac(Cx *cx, const SealKey *k, const char *place, const unsigned char *bytes,
                            size_t length)
{
    Buf b = BUF(cx);
    if (place == NULL)
        buf_format(&b, "s1:%lld:", (long long)k->id);
    else
        buf_format(&b, "s2:%lld:%zu:%s:", (long long)k->id, strlen(place), place);
    buf_add_n(&b, (const char *)bytes, length);
    return digest_keyed(cx, SM3, k->mac, MAC_BYTES, b.at, b.length);
}

Err seal_text(Cx *cx, const char **out, const Keys *keys, const char *place, const char *plain)
{
    assert(place != NULL && plain != NULL && strlen(plain) < INT32_MAX);
    const SealKey *k = &keys->seal[keys->count - 1];
    size_t length = strlen(plain);
    unsigned char *bytes = arena_alloc(cx->arena, NONCE_BYTES + length);
    random_bytes(bytes, NONCE_BYTES);
    cipher(bytes + NONCE_BYTES, k, bytes, (const unsigned char *)plain, length);

    size_t room =
        sodium_base64_encoded_len(NONCE_BYTES + length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(cx->arena, room);
    sodium_bin2base64(text, room, bytes, NONCE_BYTES + length,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    *out = arena_format(cx->arena, "s2:%lld:%s:%s", (long long)k->id, text,
                        seal_mac(cx, k, place, bytes, NONCE_BYTES + length));
    return OK;
}

static Err forged(Cx *cx)
{
    return fail(cx, INTERNAL, "sealed", "加密字段无法解开：内容被改动或密钥不符",
                "a sealed column does not open: it was changed, or the key is another");
}

Err unseal_text(Cx *cx, const char **out, const Keys *keys, const char *place, const char *sealed)
{
    assert(place != NULL);
    char *rest = arena_text(cx->arena, sealed);
    const char *version = strtok_r(rest, ":", &rest);
    const char *id = strtok_r(NULL, ":", &rest);
    const char *text = strtok_r(NULL, ":", &rest);
    const char *mac = strtok_r(NULL, ":", &rest);
    bool first = version != NULL && strcmp(version, "s1") == 0;
    if (mac == NULL || (!first && strcmp(version, "s2") != 0))
        return forged(cx);
    long long number = strtoll(id, NULL, 10);
    if (number < 1 || number > (long long)keys->count)
        return forged(cx);

    const SealKey *k = &keys->seal[number - 1];
    size_t room = strlen(text);
    size_t length = 0;
    unsigned char *bytes = arena_alloc(cx->arena, room);
    if (sodium_base642bin(bytes, room, text, room, NULL, &length, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        length < NONCE_BYTES ||
        !digest_same(seal_mac(cx, k, first ? NULL : place, bytes, length), mac))
        return forged(cx);
    char *plain = arena_alloc(cx->arena, length - NONCE_BYTES + 1);
    cipher((unsigned char *)plain, k, bytes, bytes + NONCE_BYTES, length - NONCE_BYTES);
    *out = plain;
    return OK;
}

const char *keys_mac(Cx *cx, const Keys *keys, char purpose, const void *data, size_t length)
{
    assert(purpose == 'a' || purpose == 't');
    const unsigned char *key = purpose == 'a' ? keys->audit : keys->token;
    return digest_keyed(cx, SM3, key, MAC_BYTES, data, length);
}
