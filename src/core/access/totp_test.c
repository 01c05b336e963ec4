#include "core/access/totp.h"

#include "tests/test.h"

/* RFC 6238, appendix B, SHA-1: the last six of its eight digits. */
#define RFC_SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

CASE("codes are those of RFC 6238")
{
    static const struct {
        int64_t second;
        const char *code;
    } RIGHT[] = {
        { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
        { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
    };
    for (size_t i = 0; i < COUNT(RIGHT); i++) {
        char code[7];
        EXPECT(totp_code(code, RFC_SECRET, RIGHT[i].second / 30));
        EXPECT_TEXT(code, RIGHT[i].code);
    }
}

CASE("a code serves once, and one step late or early")
{
    int64_t at = 1111111111000;
    int64_t step = totp_step(RFC_SECRET, "050471", at, 0);
    EXPECT_INT(step, at / 30000);
    EXPECT_INT(totp_step(RFC_SECRET, "050471", at, step), 0);
    EXPECT_INT(totp_step(RFC_SECRET, "050471", at + 30000, 0), step);
    EXPECT_INT(totp_step(RFC_SECRET, "050471", at + 60000, 0), 0);
    EXPECT_INT(totp_step(RFC_SECRET, "000000", at, 0), 0);
}

CASE("a fresh secret makes codes")
{
    char code[7];
    const char *secret = totp_secret(cx);
    EXPECT_INT(strlen(secret), 32);
    EXPECT(totp_code(code, secret, 1));
    EXPECT(!totp_code(code, "not base 32!", 1));
}
