#include "core/access/password.h"

#include "base/text.h"
#include "core/access/guess.h"
#include "store/store.h"

#include <assert.h>
#include <ctype.h>
#include <sodium.h>
#include <string.h>

enum { PASSES = 2, MEMORY = 19 * 1024 * 1024, HISTORY = 5, LONGEST = 128, HALF = 8 };

/* About 270 million guesses: beyond what is tried on one account before it is noticed. */
static const double LEAST_BITS = 28;

static size_t memory = MEMORY;

void password_testing_light(bool light)
{
    memory = light ? crypto_pwhash_MEMLIMIT_MIN : MEMORY;
}

Err password_hash(Cx *cx, const char **out, const char *plain)
{
    char *hash = arena_alloc(cx->arena, crypto_pwhash_STRBYTES);
    if (crypto_pwhash_str_alg(hash, plain, strlen(plain), PASSES, memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(cx, BUSY, "password", "内存不足，请稍后再试", "too little memory; try again");
    *out = hash;
    return OK;
}

bool password_fits(const char *hash, const char *plain)
{
    /* of a random text: spends the same time on an account that does not exist */
    static const char NOBODY[] = "$argon2id$v=19$m=19456,t=2,p=1$"
                                 "c29tZXNhbHRzb21lc2FsdA$"
                                 "rPTZ3zvPJ5R1xVnBh1xHkYp0Y8b7o0a1cJ0i6yXo0mE";
    bool fits = crypto_pwhash_str_verify(hash == NULL ? NOBODY : hash, plain, strlen(plain)) == 0;
    return fits && hash != NULL;
}

static int classes(const char *plain)
{
    bool lower = false, upper = false, digit = false, other = false;
    for (const char *p = plain; *p != '\0'; p++) {
        lower |= islower((unsigned char)*p) != 0;
        upper |= isupper((unsigned char)*p) != 0;
        digit |= isdigit((unsigned char)*p) != 0;
        other |= isalnum((unsigned char)*p) == 0;
    }
    return lower + upper + digit + other;
}

static const char *lower(Cx *cx, const char *text)
{
    char *low = arena_text(cx->arena, text);
    for (char *p = low; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return low;
}

Err password_check(Cx *cx, const char *policy, const char *plain, const char *account,
                   const char *const *history)
{
    bool djbh3 = strcmp(policy, "djbh3") == 0;
    int least = djbh3 ? 10 : 12;
    size_t length = text_count(plain);
    if (length < (size_t)least || length > LONGEST)
        return fail(cx, INVALID, "password", "口令应为 %d 至 %d 位",
                    "a password has %d to %d characters", least, LONGEST);
    if (djbh3 && classes(plain) < 3)
        return fail(cx, INVALID, "password", "口令应含大写、小写、数字、符号中的至少三类",
                    "a password needs three of: capitals, small letters, digits, signs");
    if (guess_bits(plain) < LEAST_BITS)
        return fail(cx, INVALID, "password",
                    "口令容易被猜到（常用词、键盘上相连的键、重复、顺序或年份），请换一个",
                    "the password is easily guessed (common words, neighbouring keys, repetitions, "
                    "runs or years); take another one");
    if (*account != '\0' && strstr(lower(cx, plain), lower(cx, account)) != NULL)
        return fail(cx, INVALID, "password", "口令不得包含账户名",
                    "the password must not contain the account");
    for (; djbh3 && *history != NULL; history++)
        if (password_fits(*history, plain))
            return fail(cx, INVALID, "password", "不得与前 %d 次的口令相同",
                        "the password is one of the last %d", HISTORY);
    return OK;
}

const char *password_half(Cx *cx)
{
    static const char LETTERS[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    char *text = arena_alloc(cx->arena, HALF + 1);
    for (int i = 0; i < HALF; i++)
        text[i] = LETTERS[randombytes_uniform(sizeof LETTERS - 1)];
    return text;
}

const char *password_rest(Cx *cx, const char *half)
{
    const char *rest;
    do
        rest = password_half(cx);
    while (classes(arena_format(cx->arena, "%s%s", half, rest)) < 3);
    return rest;
}

const char *password_random(Cx *cx)
{
    const char *half = password_half(cx);
    return arena_format(cx->arena, "%s%s", half, password_rest(cx, half));
}

Err password_history(Cx *cx, const char *const **out, int64_t *made_at, int64_t user_id)
{
    const char **hashes = NEW_N(cx, const char *, HISTORY + 1);
    size_t count = 0;
    Rows rows;
    *made_at = 0;
    TRY(rows_open(cx, &rows,
                  "SELECT hash, made_at FROM password WHERE user_id = $1 ORDER BY id DESC LIMIT 5",
                  ARGS(I(user_id))));
    while (rows.more) {
        assert(count < HISTORY);
        if (count == 0)
            *made_at = rows_int(&rows, 1);
        hashes[count++] = rows_text(cx, &rows, 0);
        TRY(rows_next(cx, &rows));
    }
    *out = hashes;
    return OK;
}

Err password_save(Cx *cx, int64_t user_id, const char *hash)
{
    return store_run(cx, "INSERT INTO password(user_id, hash, made_at) VALUES($1, $2, $3)",
                     ARGS(I(user_id), T(hash), I(cx_now(cx))));
}
