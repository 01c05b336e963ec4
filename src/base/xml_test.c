#include "base/xml.h"
#include "tests/test.h"

#include <string.h>

static Err parse(Cx *cx, const Xml **out, const char *text)
{
    return xml_parse(cx, out, text, strlen(text), NULL);
}

CASE("names are resolved to namespaces, lines and attributes are kept")
{
    const Xml *root;
    EXPECT_OK(parse(cx, &root,
                    "<a xmlns='urn:a' xmlns:b='urn:b'>\n"
                    "  <b:c d='1' b:d='2'>文<!-- x -->字</b:c>\n"
                    "</a>"));
    EXPECT_TEXT(root->ns, "urn:a");
    const Xml *c = xml_child(root, "urn:b", "c");
    EXPECT(c != NULL && xml_child(root, "urn:a", "c") == NULL);
    EXPECT_INT(c->line, 2);
    EXPECT_TEXT(c->prefix, "b");
    EXPECT_TEXT(xml_attribute(c, "d"), "1");
    EXPECT_TEXT(xml_attribute_ns(c, "urn:b", "d"), "2");
    EXPECT_TEXT(xml_text(cx, c), "文字");
    EXPECT_TEXT(xml_namespace(c, "b"), "urn:b");
    EXPECT(xml_namespace(c, "z") == NULL);
}

CASE("a tree is written back as it was read")
{
    const char *text = "<a xmlns=\"urn:a\" xmlns:b=\"urn:b\"><b:c x=\"&lt;&quot;&#10;\"/>"
                       "<!-- kept --><d>1 &lt; 2 &amp; 3</d></a>";
    const Xml *root;
    Buf b = BUF(cx);
    EXPECT_OK(parse(cx, &root, text));
    xml_write(&b, root);
    EXPECT_TEXT(buf_text(&b), text);
}

CASE("broken XML is refused with its place")
{
    const Xml *root;
    EXPECT_FAIL(parse(cx, &root, "<a>\n<b></a>"), INVALID, "2:6");
    EXPECT_FAIL(parse(cx, &root, ""), INVALID, "1:1");
    EXPECT_FAIL(parse(cx, &root, "<a>\xff</a>"), INVALID, "1:4");
    EXPECT_FAIL(parse(cx, &root, "<a><b:c/></a>"), INVALID, "1:4");
}

CASE("a document type, and so every entity, is refused")
{
    const Xml *root;
    EXPECT(parse(cx, &root, "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>") == INVALID);
    EXPECT(parse(cx, &root, "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>") == INVALID);
}

CASE("depth and size are limited")
{
    const Xml *root;
    Buf b = BUF(cx);
    for (int i = 0; i < 200; i++)
        buf_add(&b, "<a>");
    EXPECT(xml_parse(cx, &root, buf_text(&b), b.length, NULL) == INVALID);
    XmlLimits small = { .bytes = 10, .depth = 9 };
    EXPECT(xml_parse(cx, &root, "<a>1234567</a>", 14, &small) == TOO_LARGE);
}

CASE("an element knows the bytes it stands in")
{
    static const char TEXT[] = "<a>\n <!-- 注 --><b x='1'>数</b><c\n/><d></d></a>\n";
    const Xml *a;
    EXPECT_OK(xml_parse(cx, &a, TEXT, strlen(TEXT), NULL));
    const Xml *b = xml_child(a, NULL, "b"), *c = xml_child(a, NULL, "c"),
              *d = xml_child(a, NULL, "d");
    const char *const whole[] = { "<b x='1'>数</b>", "<c\n/>", "<d></d>" };
    const char *const inside[] = { "数", "", "" };
    const Xml *const all[] = { b, c, d };
    for (size_t i = 0; i < COUNT(all); i++) {
        XmlSpan s = all[i]->span;
        EXPECT_TEXT(arena_text_n(cx->arena, TEXT + s.start, s.end - s.start), whole[i]);
        EXPECT_TEXT(arena_text_n(cx->arena, TEXT + s.open, s.close - s.open), inside[i]);
    }
    EXPECT_INT(c->span.open, c->span.end);
    EXPECT_INT(d->span.open + strlen("</d>"), d->span.end);
    EXPECT_INT(a->span.start, 0);
    EXPECT_INT(a->span.end, strlen(TEXT) - 1);
}
