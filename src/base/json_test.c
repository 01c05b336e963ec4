#include "base/json.h"
#include "tests/test.h"

static Err parsed(Cx *cx, const Json **out, const char *text)
{
    return json_parse(cx, out, text, strlen(text), &JSON_LIMITS);
}

CASE("numbers are exact integers up to 18 digits, else reals, never infinite")
{
    const Json *j;
    EXPECT_OK(parsed(cx, &j, "[-0, 999999999999999999, 1e3, 0.5, 1e400, -123456789012345678901]"));
    EXPECT_INT(j->items[0]->type, J_INT);
    EXPECT(j->items[1]->integer == 999999999999999999);
    EXPECT_INT(j->items[2]->type, J_REAL);
    EXPECT(j->items[3]->real == 0.5);
    EXPECT(j->items[4]->real > 1e308 && j->items[4]->real - j->items[4]->real == 0);
    EXPECT_INT(j->items[5]->type, J_REAL);
}

CASE("text is unescaped, with pairs of surrogates made one character")
{
    const Json *j;
    EXPECT_OK(parsed(cx, &j, " \"a\\n\\u63a8\\ud83d\\ude00\\/\" "));
    EXPECT_TEXT(j->text, "a\n推😀/");
    EXPECT_OK(parsed(cx, &j, "\"\""));
    EXPECT_TEXT(j->text, "");
}

CASE("whatever is not strict JSON is refused with its line and column")
{
    static const struct Row {
        const char *text;
        const char *place;
    } ROWS[] = {
        { "", "1:1" },
        { "[1,]", "1:4" },
        { "{\"a\":1,}", "1:8" },
        { "[01]", "1:2" },
        { "[1.]", "1:2" },
        { "[.5]", "1:2" },
        { "[+1]", "1:2" },
        { "[1e]", "1:2" },
        { "[NaN]", "1:2" },
        { "[tru]", "1:2" },
        { "[\"a\nb\"]", "1:4" },
        { "[\"\\x\"]", "1:3" },
        { "[\"推\\ud83d\"]", "1:4" },
        { "[\"\\u0000\"]", "1:3" },
        { "[\"\\u12\"]", "1:3" },
        { "{\"a\" 1}", "1:6" },
        { "{a:1}", "1:2" },
        { "[1\n 2]", "2:2" },
        { "[1", "1:3" },
        { "\"abc", "1:5" },
        { "[1]]", "1:4" },
        { "'a'", "1:1" },
        { "[1]//", "1:4" },
        { "-", "1:1" },
        { "[\"推\xC0\"]", "1:4" },
        { "{\"a\":1,\n\"b\":2,\"a\":3}", "2:7" },
    };
    const Json *j;
    for (size_t i = 0; i < COUNT(ROWS); i++)
        EXPECT_FAIL(parsed(cx, &j, ROWS[i].text), INVALID, ROWS[i].place);
}

CASE("a key that stands twice is found among many keys too")
{
    const Json *j;
    Buf b = BUF(cx);
    for (int i = 0; i < 5000; i++)
        buf_format(&b, "%c\"k%d\":%d", i ? ',' : '{', i, i);
    const char *good = arena_format(cx->arena, "%s}", b.at);
    const char *bad = arena_format(cx->arena, "%s,\"k7\":0}", b.at);
    EXPECT_OK(parsed(cx, &j, good));
    EXPECT_INT(j->count, 5000);
    EXPECT_FAIL(parsed(cx, &j, bad), INVALID, "1:1");
}

CASE("64 levels are read, 65 and ten thousand are refused")
{
    char text[20001];
    const Json *j;
    for (int depth = 64; depth <= 10000; depth = depth == 64 ? 65 : depth == 65 ? 10000 : 10001) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        if (depth == 64)
            EXPECT_OK(parsed(cx, &j, text));
        else
            EXPECT_FAIL(parsed(cx, &j, text), INVALID, "");
    }
}
