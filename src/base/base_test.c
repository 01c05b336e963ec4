#include "base/date.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/field.h"
#include "base/han.h"
#include "base/money.h"
#include "base/text.h"
#include "tests/test.h"

static const char *number(Cx *cx, const char *text)
{
    Decimal d;
    EXPECT(decimal_parse(text, &d));
    return decimal_text(cx, d);
}

CASE("decimals are written plainly, without exponent and trailing zeros")
{
    EXPECT_TEXT(number(cx, "0.50"), "0.5");
    EXPECT_TEXT(number(cx, "5e3"), "5000");
    EXPECT_TEXT(number(cx, "-1.250"), "-1.25");
    EXPECT_TEXT(number(cx, "1e-8"), "0.00000001");
    EXPECT_TEXT(number(cx, "-0.0"), "0");
    EXPECT_TEXT(number(cx, "1234567890123456789012345678901234"),
                "1234567890123456789012345678901234");
    Decimal d;
    EXPECT(!decimal_parse("", &d));
    EXPECT(!decimal_parse("NaN", &d));
    EXPECT(!decimal_parse("1 ", &d));
    EXPECT(!decimal_parse("1e", &d));
}

CASE("decimals are ordered as their difference is, whatever their exponents and sizes")
{
    static const char *const TEXTS[] = { "0",
                                         "-0",
                                         "0e9",
                                         "0e-40",
                                         "1",
                                         "1.0",
                                         "1e2",
                                         "100",
                                         "99.99",
                                         "-1",
                                         "-1.00",
                                         "-2e1",
                                         "0.5",
                                         "0.525",
                                         "0.49975",
                                         "1e19",
                                         "1e20",
                                         "1e-19",
                                         "1e-20",
                                         "10000000000000000000",
                                         "18446744073709551615",
                                         "18446744073709551616",
                                         "1844674407370955161.5",
                                         "184467440737095516150e-2",
                                         "9999999999999999999999999999999999",
                                         "-9999999999999999999999999999999999",
                                         "9.999999999999999999999999999999999e6144",
                                         "1e-6176",
                                         "1e6144" };
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        for (size_t k = 0; k < COUNT(TEXTS); k++) {
            Decimal a = { 0 }, b = { 0 };
            EXPECT(decimal_parse(TEXTS[i], &a));
            EXPECT(decimal_parse(TEXTS[k], &b));
            EXPECT_INT(decimal_cmp(a, b), decimal_sign(decimal_sub(a, b)));
        }
}

CASE("decimals are exact where doubles are not")
{
    Decimal a, b, c;
    decimal_parse("0.1", &a);
    decimal_parse("0.2", &b);
    decimal_parse("0.3", &c);
    EXPECT_INT(decimal_cmp(decimal_add(a, b), c), 0);
    EXPECT_TEXT(decimal_text(cx, decimal_from_double(0.1)), "0.1");
    EXPECT_TEXT(decimal_text(cx, decimal_from_double(1999.9999999)), "1999.9999999");
    EXPECT_TEXT(decimal_text(cx, decimal_pow(decimal_from_int(2), decimal_from_int(100))),
                "1267650600228229401496703205376");
    EXPECT(!decimal_finite(decimal_div(a, decimal_from_int(0))));
}

CASE("rounding knows seven modes")
{
    static const struct {
        const char *from;
        int scale;
        Rounding mode;
        const char *to;
    } ROWS[] = {
        { "2.5", 0, HALF_EVEN, "2" },           { "3.5", 0, HALF_EVEN, "4" },
        { "2.5", 0, HALF_AWAY, "3" },           { "-2.5", 0, HALF_AWAY, "-3" },
        { "2.5", 0, HALF_DOWN, "2" },           { "-2.51", 0, HALF_DOWN, "-3" },
        { "-2.1", 0, DOWN_TO_FLOOR, "-3" },     { "-2.9", 0, UP_TO_CEILING, "-2" },
        { "1.121", 2, AWAY_FROM_ZERO, "1.13" }, { "-1.129", 2, TOWARDS_ZERO, "-1.12" },
        { "1234", -2, HALF_EVEN, "1200" },      { "0.0078", 2, HALF_EVEN, "0.01" },
    };
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        Decimal d;
        EXPECT(decimal_parse(ROWS[i].from, &d));
        EXPECT_TEXT(decimal_text(cx, decimal_round(d, ROWS[i].scale, ROWS[i].mode)), ROWS[i].to);
    }
    EXPECT_TEXT(decimal_text(cx, decimal_modulo(decimal_from_int(-12), decimal_from_int(5))), "3");
}

CASE("money is read in 万元, kept in 分, and written back exactly")
{
    Money m;
    EXPECT(money_parse("1999.99", &m));
    EXPECT_INT(m, 1999990000);
    EXPECT_TEXT(money_text(cx, m), "1999.99");
    EXPECT_TEXT(money_show(cx, m), "1,999.99");
    EXPECT(money_parse("0.000001", &m));
    EXPECT_INT(m, 1);
    EXPECT_TEXT(money_show(cx, m), "0.000001");
    EXPECT(money_parse("999999999999.999999", &m));
    EXPECT_TEXT(money_show(cx, m), "999,999,999,999.999999");
    EXPECT_TEXT(decimal_text(cx, money_decimal(m)), "999999999999.999999");
    EXPECT(!money_parse("-1", &m));
    EXPECT(!money_parse("1.", &m));
    EXPECT(!money_parse(".5", &m));
    EXPECT(!money_parse("0.0000001", &m));
    EXPECT(!money_parse("1000000000000", &m));
    EXPECT_TEXT(money_show(cx, -1234560000), "-1,234.56");
}

CASE("money of persons is read in 元, to the 分 and no further")
{
    static const char *const REFUSED[] = { "1.005", "-1", "1.", ".5", "1e3", "10000000000000000" };
    static const struct {
        const char *text;
        Money fen;
        const char *shown;
    } READ[] = { { "19.99", 1999, "19.99" },
                 { "1.15", 115, "1.15" },
                 { "4.35", 435, "4.35" },
                 { "1500", 150000, "1,500.00" },
                 { "0.01", 1, "0.01" },
                 { "9999999999999999.99", 999999999999999999, "9,999,999,999,999,999.99" } };
    Money m;
    for (size_t i = 0; i < COUNT(READ); i++) {
        EXPECT(money_parse_in(READ[i].text, "元", &m));
        EXPECT_INT(m, READ[i].fen);
        EXPECT_TEXT(money_text_in(cx, m, "元"), READ[i].text);
        EXPECT_TEXT(money_show_in(cx, m, "元"), READ[i].shown);
        EXPECT_TEXT(decimal_text(cx, money_decimal_in(m, "元")), READ[i].text);
    }
    for (size_t i = 0; i < COUNT(REFUSED); i++)
        EXPECT(!money_parse_in(REFUSED[i], "元", &m));
}

CASE("days are real days, and count both ways over the centuries")
{
    Day d;
    EXPECT(day_parse("1970-01-01", &d));
    EXPECT_INT(d, 0);
    EXPECT(day_parse("2024-02-29", &d));
    EXPECT_TEXT(day_text(cx, d + 1), "2024-03-01");
    EXPECT(!day_parse("2023-02-29", &d));
    EXPECT(!day_parse("2023-2-9", &d));
    EXPECT(!day_parse("1899-12-31", &d));
    for (Day at = -800000; at < 800000; at += 37) {
        Civil c = civil_from_day(at);
        EXPECT(civil_valid(c));
        EXPECT_INT(day_from_civil(c), at);
    }
    EXPECT_INT(day_weekday(0), 4);
    EXPECT_TEXT(instant_text(cx, TEST_NOW), "2022-11-23T10:00:00+08:00");
    int64_t at;
    EXPECT(instant_parse("2022-11-23T02:00:00Z", &at));
    EXPECT_INT(at, TEST_NOW);
}

CASE("text is valid UTF-8 or refused, and folded for matching")
{
    EXPECT(text_valid("推进", 6));
    EXPECT(!text_valid("\xED\xA0\x80", 3));
    EXPECT(!text_valid("\xEF\xBF\xBE", 3));     /* U+FFFE */
    EXPECT(!text_valid("\xEF\xB7\x90", 3));     /* U+FDD0 */
    EXPECT(!text_valid("\xF0\x9F\xBF\xBF", 4)); /* U+1FFFF */
    EXPECT(text_valid("\xEF\xBF\xBD", 3));      /* U+FFFD */
    EXPECT(!text_valid("\xC0\x80", 2));
    EXPECT(!text_valid("\xE6\x8E", 2));
    EXPECT_INT(text_count("推进区"), 3);
    EXPECT_TEXT(text_fold(cx, "　Ａ１ 　 村 "), "A1 村");
    EXPECT(text_blank("　\t "));
    EXPECT(!text_blank(" a"));
}

CASE("JSON is strict: keys once, nothing behind the value, limits on size and depth")
{
    const Json *j;
    JsonLimits small = { 100, 3 };
    EXPECT_OK(json_parse(cx, &j, "{\"a\":[1,2.5,\"x\",null]}", 22, &JSON_LIMITS));
    EXPECT_INT(json_at(j, "/a/0")->integer, 1);
    EXPECT_TEXT(json_at(j, "/a/2")->text, "x");
    EXPECT(!json_at(j, "/a/4"));
    EXPECT_FAIL(json_parse(cx, &j, "{\"a\":1,\"a\":2}", 13, &JSON_LIMITS), INVALID, "1:8");
    EXPECT_FAIL(json_parse(cx, &j, "{} {}", 5, &JSON_LIMITS), INVALID, "1:4");
    EXPECT_FAIL(json_parse(cx, &j, "[[[[1]]]]", 9, &small), INVALID, "");
    EXPECT_FAIL(json_parse(cx, &j, "\xEF\xBB\xBF{}", 5, &JSON_LIMITS), INVALID, "1:1");
    EXPECT_FAIL(json_parse(cx, &j, "[\"\xFF\"]", 5, &JSON_LIMITS), INVALID, "1:3");
}

CASE("JSON is written as it was read")
{
    const char *text = "{\"a\":[1,-2.5,\"\\\"推\\n\"],\"b\":{},\"c\":[true,null]}";
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, text, strlen(text), &JSON_LIMITS));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_put(&o, NULL, j);
    EXPECT_TEXT(buf_text(&b), text);
    EXPECT_TEXT(json_pointer(cx, "/x", "a/b~c"), "/x/a~1b~0c");
}

typedef struct Fund {
    int64_t id;
    const char *code;
    Money amount;
    Day day;
} Fund;

static const Field FUND[] = {
    { "id", FIELD_INT, offsetof(Fund, id), "编号", "Number", .flags = FIELD_READONLY },
    { "code", FIELD_TEXT, offsetof(Fund, code), "代码", "Code", .flags = FIELD_REQUIRED,
      .pattern = "digits:6" },
    { "amount", FIELD_MONEY, offsetof(Fund, amount), "金额", "Amount", .unit = "万元" },
    { "day", FIELD_DATE, offsetof(Fund, day), "日期", "Day" },
    FIELDS_END,
};

static Err read_fund(Cx *cx, Fund *f, const char *text)
{
    const Json *j;
    TRY(json_parse(cx, &j, text, strlen(text), &JSON_LIMITS));
    field_clear(f, FUND);
    return field_read_new(cx, f, FUND, j, "");
}

CASE("a row is read, refused and written by its field table")
{
    Fund f;
    EXPECT_OK(read_fund(cx, &f, "{\"code\":\"370683\",\"amount\":0.1,\"day\":\"2022-12-10\"}"));
    EXPECT_INT(f.amount, 100000);
    EXPECT_FAIL(read_fund(cx, &f, "{\"amount\":\"1\"}"), INVALID, "/code");
    EXPECT_FAIL(read_fund(cx, &f, "{\"code\":\"37\"}"), INVALID, "/code");
    EXPECT_FAIL(read_fund(cx, &f, "{\"code\":\"370683\",\"id\":1}"), INVALID, "/id");
    EXPECT_FAIL(read_fund(cx, &f, "{\"code\":\"370683\",\"x\":1}"), INVALID, "/x");
    EXPECT_FAIL(read_fund(cx, &f, "{\"code\":\"370683\",\"amount\":1999.9999999}"), INVALID,
                "/amount");
    EXPECT_OK(read_fund(cx, &f, "{\"code\":\"370683\",\"amount\":\"2000.00\"}"));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    f.id = 7;
    json_open(&o, NULL, '{');
    field_write(cx, &o, FUND, &f, false);
    json_close(&o, '}');
    EXPECT_TEXT(buf_text(&b), "{\"id\":7,\"code\":\"370683\",\"amount\":\"2000\",\"day\":null}");
}

CASE("personal data are masked")
{
    EXPECT_TEXT(mask_text(cx, "11010519491231002X"), "110***********002X");
    EXPECT_TEXT(mask_text(cx, "13800001234"), "138****1234");
    EXPECT_TEXT(mask_text(cx, "6222020000001234567"), "****4567");
    EXPECT_TEXT(mask_text(cx, "样例名"), "样**");
}

CASE("digests are those of the standards")
{
    EXPECT_TEXT(digest(cx, SM3, "abc", 3),
                "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    EXPECT_TEXT(digest(cx, SHA256, "abc", 3),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT(!digest_same(random_hex(cx, 16), random_hex(cx, 16)));
}

CASE("a failure speaks both languages and names its field")
{
    EXPECT_FAIL(fail(cx, CONFLICT, "amount", "只剩 %d", "%d left", 3), CONFLICT, "amount");
    EXPECT_TEXT(cx->failure.zh, "只剩 3");
    EXPECT_TEXT(cx->failure.en, "3 left");
    EXPECT_INT(err_status(CONFLICT), 409);
}

CASE("a full arena grows no further: what has become long is forgotten, what is short stays whole")
{
    enum { MIB = 1 << 20, PIECE = 4096 };
    const char *piece = arena_alloc(cx->arena, PIECE);
    ArenaPool pool = { .limit = 8 * MIB };
    Arena *one = arena_new_in(&pool, MIB), *other = arena_like(one);
    Cx own = cx_make(one);
    Buf b = BUF(&own), few = BUF(&own);
    for (int i = 0; i < 16384; i++)
        buf_add_n(&b, piece, PIECE);
    EXPECT(arena_full(one) && !arena_full(other));
    EXPECT(arena_used(one) < 4 * MIB);
    for (int i = 0; i < 1000; i++)
        buf_format(&few, "%d,", i % 10);
    EXPECT_INT(strlen(buf_text(&few)), 2000);
    Arena *third = arena_new_in(&pool, 0);
    arena_alloc(third, 9 * MIB);
    EXPECT(arena_full(third));
    arena_free(third);
    arena_free(other);
    arena_free(one);
    EXPECT_INT(pool.used, 0);
}

CASE("every traditional character is found, in order, and simplified once and for all")
{
    int count = 0;
    for (uint32_t c = 0, next; (next = han_next_traditional(c)) != 0; c = next, count++) {
        EXPECT(next > c);
        EXPECT(han_simplified(next) != next);
        EXPECT_INT(han_simplified(han_simplified(next)), han_simplified(next));
    }
    EXPECT(count > 2500);
    EXPECT_INT(han_simplified(0x53F0), 0x53F0); /* 台 */
    EXPECT_INT(han_simplified(0x81FA), 0x53F0); /* 臺 */
    EXPECT_INT(han_simplified('a'), 'a');
    EXPECT(han_order(0x963F) < han_order(0x674E)); /* 阿 李 */
    EXPECT(han_order(0x674E) < han_order(0x5F20)); /* 张 */
    EXPECT(han_order(0x3007) > 0 && han_order('a') == 0 && han_order(0xFF08) == 0);
    EXPECT_INT(han_digit(0x3007), 0); /* 〇 */
    EXPECT_INT(han_digit(0x4E5D), 9); /* 九 */
    EXPECT_INT(han_digit('7'), 7);
    EXPECT_INT(han_digit(0x5341), -1); /* 十 */
}
