#include "http/multipart.h"

#include "tests/test.h"

static const Part *PARTS;
static size_t COUNTED;

static Err parse(Cx *cx, const char *body)
{
    return multipart_parse(cx, &PARTS, &COUNTED, "multipart/form-data; boundary=\"x y\"", body,
                           strlen(body));
}

CASE("parts are found with names, file names and contents")
{
    EXPECT_OK(parse(cx,
                    "preamble\r\n--x y\r\n"
                    "Content-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--two\r\n--x y\r\n"
                    "content-disposition: form-data; name=b; filename=\"县 %22a\\\"b.pdf\"\r\n"
                    "Content-Type: application/pdf\r\n\r\n\r\n--x y--\r\nepilogue"));
    EXPECT_INT(COUNTED, 2);
    EXPECT_TEXT(PARTS[0].name, "a");
    EXPECT(PARTS[0].filename == NULL);
    EXPECT_INT(PARTS[0].length, 10);
    EXPECT(memcmp(PARTS[0].bytes, "one\r\n--two", 10) == 0);
    EXPECT_TEXT(PARTS[1].filename, "县 \"a\"b.pdf");
    EXPECT_TEXT(PARTS[1].type, "application/pdf");
    EXPECT_INT(PARTS[1].length, 0);
}

CASE("a content that is empty may share its line break")
{
    EXPECT_OK(parse(cx, "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n--x y--"));
    EXPECT_INT(COUNTED, 1);
    EXPECT_INT(PARTS[0].length, 0);
    EXPECT_OK(parse(cx, "--x y--"));
    EXPECT_INT(COUNTED, 0);
}

CASE("no path comes through a file name")
{
    static const char *const NAMES[][2] = {
        { "../../etc/passwd", "passwd" },
        { "C:\\\\a\\\\b.txt", "b.txt" },
        { "/abs.pdf", "abs.pdf" },
        { "a/..", NULL },
        { ".", NULL },
        { "", NULL },
        { "a\tb", "ab" },
    };
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        EXPECT_OK(parse(cx, arena_format(cx->arena,
                                         "--x y\r\nContent-Disposition: form-data; name=f; "
                                         "filename=\"%s\"\r\n\r\n\r\n--x y--",
                                         NAMES[i][0])));
        EXPECT(text_same(PARTS[0].filename, NAMES[i][1]));
    }
}

CASE("what is cut off at any byte is refused")
{
    const char *whole = "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x y--";
    for (size_t n = 0; n < strlen(whole); n++)
        EXPECT_FAIL(parse(cx, arena_text_n(cx->arena, whole, n)), INVALID, "");
    EXPECT_OK(parse(cx, whole));
}

CASE("malformed and oversized forms are refused")
{
    static const char *const BAD[] = {
        "",
        "--x z--",
        "--x yz\r\n\r\n\r\n--x y--",
        "--x y\r\n\r\nno headers\r\n--x y--",
        "--x y\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x y--",
        "--x y\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--x y--",
        "--x y\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--x y--",
        "--x y\r\nno colon\r\n\r\n1\r\n--x y--",
        "--x y\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n--x y--",
    };
    for (size_t i = 0; i < COUNT(BAD); i++)
        EXPECT_FAIL(parse(cx, BAD[i]), INVALID, "");
    Buf many = BUF(cx), wide = BUF(cx);
    for (int i = 0; i <= PART_LIMIT; i++)
        buf_add(&many, "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n");
    buf_add(&many, "--x y--");
    EXPECT_FAIL(parse(cx, buf_text(&many)), INVALID, "");
    buf_add(&wide, "--x y\r\nContent-Disposition: form-data; name=a\r\nX: ");
    for (int i = 0; i < PART_HEADER_LIMIT; i++)
        buf_char(&wide, 'a');
    buf_add(&wide, "\r\n\r\n1\r\n--x y--");
    EXPECT_FAIL(parse(cx, buf_text(&wide)), INVALID, "");
}

CASE("a content type without a usable boundary is refused")
{
    static const char *const TYPES[] = {
        NULL,
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"b",
        "multipart/form-datax; boundary=b",
        "multipart/form-data; boundary="
        "0123456789012345678901234567890123456789012345678901234567890123456789x",
    };
    for (size_t i = 0; i < COUNT(TYPES); i++)
        EXPECT_FAIL(multipart_parse(cx, &PARTS, &COUNTED, TYPES[i], "--b--", 5), INVALID, "");
}
