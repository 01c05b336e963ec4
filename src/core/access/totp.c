#include "core/access/totp.h"

#include "base/digest.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

enum { SECRET_BYTES = 20, SECRET_TEXT = 32, STEP_MS = 30000, ROOM = 64 };

static const char BASE32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const char *totp_secret(Cx *cx)
{
    unsigned char bytes[SECRET_TEXT];
    char *text = arena_alloc(cx->arena, SECRET_TEXT + 1);
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < SECRET_TEXT; i++)
        text[i] = BASE32[bytes[i] & 31];
    return text;
}

const char *totp_uri(Cx *cx, const char *secret, const char *account)
{
    return arena_format(cx->arena, "otpauth://totp/Tuijin:%s?secret=%s&issuer=Tuijin", account,
                        secret);
}

static size_t base32_read(unsigned char *out, const char *text)
{
    uint32_t bits = 0;
    int held = 0;
    size_t n = 0;
    for (; *text != '\0' && *text != '='; text++) {
        const char *at = strchr(BASE32, *text);
        if (at == NULL || n == ROOM)
            return 0;
        bits = (bits << 5 | (uint32_t)(at - BASE32)) & 0xFFFF;
        held += 5;
        if (held >= 8) {
            held -= 8;
            out[n++] = (unsigned char)(bits >> held);
        }
    }
    return n;
}

bool totp_code(char out[7], const char *secret, int64_t step)
{
    unsigned char key[ROOM], counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    size_t key_length = base32_read(key, secret);
    if (key_length == 0)
        return false;
    for (int i = 0; i < 8; i++)
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    memory_needed(HMAC(EVP_sha1(), key, (int)key_length, counter, sizeof counter, mac, &length));
    assert(length == SECRET_BYTES);
    size_t at = mac[length - 1] & 15;
    uint32_t value = ((uint32_t)mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 |
                     (uint32_t)mac[at + 2] << 8 | (uint32_t)mac[at + 3];
    snprintf(out, 7, "%06u", value % 1000000);
    return true;
}

int64_t totp_step(const char *secret, const char *code, int64_t now_ms, int64_t last)
{
    for (int64_t step = now_ms / STEP_MS - 1; step <= now_ms / STEP_MS + 1; step++) {
        char right[7];
        if (totp_code(right, secret, step) && digest_same(right, code))
            return step > last ? step : 0;
    }
    return 0;
}
