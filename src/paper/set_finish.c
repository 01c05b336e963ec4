/* What cairo has no words for, put into its PDF by qpdf: the language, the archive's description
 * (XMP, PDF/A-2u) with a colour space for the screen, and which cells are heads of columns.
 * Decision 008 says what of PDF/A and PDF/UA is carried, and what is not.
 */
#include "paper/set.h"

#include <qpdf/qpdf-c.h>
#include <string.h>

/* --- the colour space: sRGB as an ICC profile (ICC.1:2001-04), primaries and one gamma --- */

static void put32(Buf *b, uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_char(b, (char)(v >> shift & 0xFF));
}

static void put_mark(Buf *b, const char *four)
{
    buf_add_n(b, four, 4);
}

static void pad_to(Buf *b, size_t length)
{
    while (b->length < length)
        buf_char(b, '\0');
}

enum { HEAD = 128, TAGS = 9, DATA = HEAD + 4 + 12 * TAGS };

/* One element of a profile: what it is called, and its bytes. Three curves are one. */
typedef struct Element {
    const char *name;
    const char *type;
    uint32_t v[5];
    size_t count, room;
} Element;

static const char PROFILE_NAME[] = "sRGB";
static const Element ELEMENTS[TAGS] = {
    { "desc", "desc", { 0 }, 0, 96 },
    { "cprt", "text", { 0 }, 0, 16 },
    { "wtpt", "XYZ ", { 0xF351, 0x10000, 0x116CC }, 3, 20 },
    { "rXYZ", "XYZ ", { 0x6FA2, 0x38F5, 0x0390 }, 3, 20 },
    { "gXYZ", "XYZ ", { 0x6299, 0xB785, 0x18DA }, 3, 20 },
    { "bXYZ", "XYZ ", { 0x24A0, 0x0F84, 0xB6CF }, 3, 20 },
    { "rTRC", "curv", { 1, 0x02330000 }, 2, 16 },
    { "gTRC", "curv", { 1, 0x02330000 }, 2, 16 },
    { "bTRC", "curv", { 1, 0x02330000 }, 2, 16 },
};

static void put_icc_head(Buf *b, size_t size)
{
    put32(b, (uint32_t)size);
    put32(b, 0);
    put32(b, 0x02100000);
    buf_add(b, "mntrRGB XYZ ");
    put32(b, 2022u << 16 | 1);
    put32(b, 1u << 16);
    put32(b, 0);
    put_mark(b, "acsp");
    pad_to(b, 68);
    put32(b, 0xF6D6);
    put32(b, 0x10000);
    put32(b, 0xD32D);
    pad_to(b, HEAD);
}

static const char *icc(Cx *cx, size_t *length)
{
    Buf b = BUF(cx);
    size_t at = DATA;
    for (size_t i = 0; i < TAGS; i++)
        at += ELEMENTS[i].room;
    put_icc_head(&b, at);
    put32(&b, TAGS);
    at = DATA;
    for (size_t i = 0; i < TAGS; i++) {
        put_mark(&b, ELEMENTS[i].name);
        put32(&b, (uint32_t)at);
        put32(&b, (uint32_t)ELEMENTS[i].room);
        at += ELEMENTS[i].room;
    }
    at = DATA;
    for (size_t i = 0; i < TAGS; i++) {
        const Element *e = &ELEMENTS[i];
        put_mark(&b, e->type);
        put32(&b, 0);
        if (strcmp(e->name, "desc") == 0) {
            put32(&b, sizeof PROFILE_NAME);
            buf_add(&b, PROFILE_NAME);
        } else if (strcmp(e->name, "cprt") == 0)
            buf_add(&b, "CC0");
        for (size_t k = 0; k < e->count; k++)
            put32(&b, e->v[k]);
        pad_to(&b, at += e->room);
    }
    *length = b.length;
    return b.at;
}

/* --- the description --- */

static const char *escaped(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    for (; text != NULL && *text; text++)
        if (*text == '<' || *text == '&')
            buf_add(&b, *text == '<' ? "&lt;" : "&amp;");
        else
            buf_char(&b, *text);
    return buf_text(&b);
}

/* D:20221125190000+08'00 as 2022-11-25T19:00:00+08:00; both must tell the same moment. */
static const char *moment(Cx *cx, const char *d)
{
    size_t n = d != NULL ? strlen(d) : 0;
    if (n < 16)
        return NULL;
    const char *zone =
        d[16] == 'Z' ? "Z" : arena_format(cx->arena, "%.3s:%.2s", d + 16, n >= 22 ? d + 20 : "00");
    return arena_format(cx->arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%s", d + 2, d + 6, d + 8, d + 10,
                        d + 12, d + 14, zone);
}

static const char *xmp(Cx *cx, const char *title, const char *producer, const char *made)
{
    Buf b = BUF(cx);
    buf_format(&b,
               "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
               "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
               "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
               "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
               "xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" "
               "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" "
               "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">"
               "<dc:format>application/pdf</dc:format>"
               "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:title>"
               "<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>",
               escaped(cx, title));
    buf_format(&b, "<pdf:Producer>%s</pdf:Producer>", escaped(cx, producer));
    if (made != NULL)
        buf_format(&b, "<xmp:CreateDate>%s</xmp:CreateDate>", made);
    buf_add(&b, "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"
                "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>");
    return buf_text(&b);
}

/* keys and names by turns, NULL behind the last */
static qpdf_oh stream(qpdf_data q, const char *bytes, size_t length, const char *const *keys)
{
    qpdf_oh made = qpdf_oh_new_stream(q), dictionary = qpdf_oh_get_dict(q, made);
    for (; *keys; keys += 2)
        qpdf_oh_replace_key(q, dictionary, keys[0], qpdf_oh_parse(q, keys[1]));
    qpdf_oh_replace_stream_data(q, made, (const unsigned char *)bytes, length, qpdf_oh_new_null(q),
                                qpdf_oh_new_null(q));
    return made;
}

static void describe(Cx *cx, qpdf_data q, qpdf_oh root)
{
    static const char *const RGB[] = { "/N", "3", NULL };
    static const char *const XMP[] = { "/Type", "/Metadata", "/Subtype", "/XML", NULL };
    size_t length;
    const char *profile = icc(cx, &length);
    qpdf_oh intent = qpdf_oh_parse(
        q,
        "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) >>");
    qpdf_oh intents = qpdf_oh_new_array(q);
    qpdf_oh_replace_key(q, intent, "/DestOutputProfile", stream(q, profile, length, RGB));
    qpdf_oh_append_item(q, intents, intent);
    qpdf_oh_replace_key(q, root, "/OutputIntents", intents);
    qpdf_oh info = qpdf_oh_get_key(q, qpdf_get_trailer(q), "/Info");
    const char *title = arena_text(
        cx->arena, qpdf_oh_get_utf8_value(q, qpdf_oh_get_key_if_dict(q, info, "/Title")));
    const char *producer = arena_text(
        cx->arena, qpdf_oh_get_utf8_value(q, qpdf_oh_get_key_if_dict(q, info, "/Producer")));
    const char *made = arena_text(
        cx->arena, qpdf_oh_get_utf8_value(q, qpdf_oh_get_key_if_dict(q, info, "/CreationDate")));
    const char *text = xmp(cx, title, producer, moment(cx, made));
    qpdf_oh_replace_key(q, root, "/Metadata", stream(q, text, strlen(text), XMP));
}

/* --- the structure --- */

/* A reader says a column's head with each of its cells only where the head tells its scope. */
static void put_scopes(qpdf_data q, qpdf_oh node, qpdf_oh scope)
{
    qpdf_oh kids = qpdf_oh_get_key_if_dict(q, node, "/K");
    qpdf_oh kind = qpdf_oh_get_key_if_dict(q, node, "/S");
    if (qpdf_oh_is_name(q, kind) && strcmp(qpdf_oh_get_name(q, kind), "/TH") == 0)
        qpdf_oh_replace_key(q, node, "/A", scope);
    int count = qpdf_oh_is_array(q, kids) ? qpdf_oh_get_array_n_items(q, kids) : 0;
    for (int i = 0; i < count; i++) {
        qpdf_oh kid = qpdf_oh_get_array_item(q, kids, i);
        if (qpdf_oh_is_dictionary(q, kid))
            put_scopes(q, kid, scope);
        qpdf_oh_release(q, kid);
    }
    if (qpdf_oh_is_dictionary(q, kids))
        put_scopes(q, kids, scope);
    qpdf_oh_release(q, kids);
    qpdf_oh_release(q, kind);
}

/* --- the whole --- */

static QPDF_ERROR_CODE change(Cx *cx, qpdf_data q, const char *pdf, unsigned long long length)
{
    QPDF_ERROR_CODE code = qpdf_read_memory(q, "paper", pdf, length, NULL);
    if (code & QPDF_ERRORS)
        return code;
    qpdf_oh root = qpdf_get_root(q);
    qpdf_oh_replace_key(q, root, "/Lang", qpdf_oh_new_string(q, "zh-CN"));
    qpdf_oh_replace_key(q, root, "/ViewerPreferences",
                        qpdf_oh_parse(q, "<< /DisplayDocTitle true >>"));
    describe(cx, q, root);
    qpdf_oh scope =
        qpdf_make_indirect_object(q, qpdf_oh_parse(q, "<< /O /Table /Scope /Column >>"));
    put_scopes(q, qpdf_oh_get_key_if_dict(q, root, "/StructTreeRoot"), scope);
    code = qpdf_init_write_memory(q);
    if (code & QPDF_ERRORS)
        return code;
    qpdf_set_minimum_pdf_version(q, "1.7");
    qpdf_set_deterministic_ID(q, QPDF_TRUE);
    /* the catalogue stays readable as it is: cairo 1.18 packs it into a stream */
    qpdf_set_object_stream_mode(q, qpdf_o_disable);
    return qpdf_write(q);
}

Err set_finish(Cx *cx, const char **out, size_t *length, const char *pdf, size_t pdf_length)
{
    qpdf_data q = qpdf_init();
    qpdf_silence_errors(q);
    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    QPDF_ERROR_CODE code = change(cx, q, pdf, pdf_length);
    Err e = OK;
    if ((code & QPDF_ERRORS) || qpdf_has_error(q))
        e = fail(cx, INTERNAL, NULL, "PDF 未能完成：%s", "cannot finish the PDF: %s",
                 qpdf_get_error_full_text(q, qpdf_get_error(q)));
    else {
        *length = qpdf_get_buffer_length(q);
        *out = arena_alloc(cx->arena, *length);
        memcpy((char *)(uintptr_t)*out, qpdf_get_buffer(q), *length);
    }
    qpdf_cleanup(&q);
    return e;
}
