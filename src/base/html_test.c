#include "base/html.h"

#include "tests/test.h"

CASE("whatever text is put into a page is escaped, in content and in attributes")
{
    Buf b = BUF(cx);
    html_add(&b, "<p title=\"%s\">%s</p>", "\" onclick='x' <", "<script>alert(1)</script> & 你好");
    EXPECT_TEXT(buf_text(&b), "<p title=\"&quot; onclick=&#39;x&#39; &lt;\">&lt;script&gt;"
                              "alert(1)&lt;/script&gt; &amp; 你好</p>");
}

CASE("numbers, a percent sign and no text at all")
{
    Buf b = BUF(cx);
    const char **none = NEW(cx, const char *);
    html_add(&b, "<b>%lld</b>%%<i>%s</i>", -7LL, *none);
    EXPECT_TEXT(buf_text(&b), "<b>-7</b>%<i></i>");
}

CASE("bytes that are no UTF-8, and control characters, become the replacement character")
{
    Buf b = BUF(cx);
    html_add(&b, "%s",
             "a\xff\xfe"
             "b\x01"
             "c\xed\xa0\x80\nd");
    EXPECT(text_valid(b.at, b.length));
    EXPECT(strstr(b.at, "\xff") == NULL && strchr(b.at, '\x01') == NULL);
    EXPECT(strchr(b.at, '\n') != NULL);
}

CASE("a form is read as a browser without script posts it")
{
    Form f;
    const char *body = "text=%E4%BD%A0%E5%A5%BD+%26+x%3D1&empty=&bare&text=second";
    EXPECT_OK(form_read(cx, &f, body, strlen(body)));
    EXPECT_INT(f.count, 4);
    EXPECT_TEXT(form_get(&f, "text"), "你好 & x=1");
    EXPECT_TEXT(form_get(&f, "empty"), "");
    EXPECT_TEXT(form_get(&f, "bare"), "");
    EXPECT_TEXT(form_get(&f, "nothing"), "");
    EXPECT_OK(form_read(cx, &f, "", 0));
    EXPECT_INT(f.count, 0);
    EXPECT_OK(form_read(cx, &f, "a=%41", 5));
    EXPECT_TEXT(form_get(&f, "a"), "A");
}

CASE("a broken form is refused: escapes cut off, no UTF-8, NUL, too many fields")
{
    static const char *const BAD[] = { "a=%", "a=%4", "a=%zz", "a=%ff%fe", "a=%00", "%c0%af=1" };
    Form f;
    for (size_t i = 0; i < COUNT(BAD); i++)
        EXPECT_FAIL(form_read(cx, &f, BAD[i], strlen(BAD[i])), INVALID, "form");
    EXPECT_FAIL(form_read(cx, &f, "a=\0b", 4), INVALID, "form");
    Buf many = BUF(cx);
    for (int i = 0; i < 40; i++)
        buf_add(&many, "a=1&");
    EXPECT_FAIL(form_read(cx, &f, many.at, many.length), INVALID, "form");
}
