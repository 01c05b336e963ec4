#include "base/text.h"

#include "base/han.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* U+FDD0..FDEF and the last two of every plane are no characters and never will be (Unicode 23.7).
 * XML, PDF and their readers take some of them and end at others, so none comes in. */
static bool is_noncharacter(uint32_t c)
{
    return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

/* Decodes one well-formed sequence of at most room bytes; returns its length, 0 where it is not.
 * Reads no byte behind the first that does not fit: a NUL ends it. */
static size_t decode(const unsigned char *s, size_t room, uint32_t *out)
{
    if (room == 0)
        return 0;
    unsigned char c = s[0];
    if (c < 0x80) {
        *out = c;
        return 1;
    }
    size_t n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || n > room)
        return 0;
    uint32_t point = c & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        point = point << 6 | (s[i] & 0x3Fu);
    }
    static const uint32_t LEAST[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (point < LEAST[n] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF) ||
        is_noncharacter(point))
        return 0;
    *out = point;
    return n;
}

bool text_valid(const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;
    uint32_t point;
    for (size_t i = 0; i < length;) {
        size_t n = decode(s + i, length - i, &point);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

uint32_t text_next(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    uint32_t point = *s;
    if (point < 0x80) {
        *p += point != 0;
        return point;
    }
    size_t n = decode(s, 4, &point);
    *p += n ? n : 1;
    return n ? point : 0xFFFD;
}

size_t text_count(const char *text)
{
    size_t n = 0;
    while (text_next(&text))
        n++;
    return n;
}

enum { WIDE_FIRST = 0xFF01, WIDE_LAST = 0xFF5E, WIDE_BLANK = 0x3000, WIDER = 0xFEE0 };

uint32_t text_narrow(uint32_t point)
{
    if (point == WIDE_BLANK)
        return ' ';
    return point >= WIDE_FIRST && point <= WIDE_LAST ? point - WIDER : point;
}

static uint32_t widen(uint32_t point)
{
    return point + WIDER >= WIDE_FIRST && point + WIDER <= WIDE_LAST ? point + WIDER : point;
}

static uint32_t widen_sign(uint32_t point)
{
    return point && point < 0x80 && strchr("(),:;!?", (int)point) ? point + WIDER : point;
}

static const char *mapped(Cx *cx, const char *text, uint32_t (*map)(uint32_t))
{
    Buf b = BUF(cx);
    for (uint32_t c; (c = text_next(&text));)
        buf_point(&b, map(c));
    return buf_text(&b);
}

const char *text_narrowed(Cx *cx, const char *text)
{
    return mapped(cx, text, text_narrow);
}

const char *text_widened(Cx *cx, const char *text)
{
    return mapped(cx, text, widen);
}

const char *text_chinese(Cx *cx, const char *text)
{
    return mapped(cx, text, widen_sign);
}

/* A character with an order becomes one of the private planes, which stand behind all others. */
static uint32_t ordered(uint32_t point)
{
    enum { PRIVATE = 0xF0000 };
    uint32_t order = han_order(point);
    return order ? PRIVATE + order
                 : (uint32_t)utf8proc_tolower((utf8proc_int32_t)text_narrow(point));
}

const char *text_sort_key(Cx *cx, const char *text)
{
    return mapped(cx, text, ordered);
}

static bool is_blank(uint32_t c)
{
    return c <= ' ' || c == 0x7F || c == 0x85 || c == 0xA0 || c == 0x1680 || c == 0x3000 ||
           c == 0xFEFF || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F;
}

const char *text_phrase(Cx *cx, const char *text)
{
    static const char *const STOPS[] = { "。", "；", "，", "、", "！", ".", ";", ",", " ", "\n" };
    size_t length = strlen(text);
    for (size_t i = 0; i < COUNT(STOPS); i++) {
        size_t n = strlen(STOPS[i]);
        if (length < n || memcmp(text + length - n, STOPS[i], n) != 0)
            continue;
        length -= n;
        i = SIZE_MAX; /* from the first stop again */
    }
    return arena_text_n(cx->arena, text, length);
}

bool text_blank(const char *text)
{
    uint32_t c;
    while (text && (c = text_next(&text)))
        if (!is_blank(c))
            return false;
    return true;
}

bool text_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool text_ends(const char *text, const char *with)
{
    size_t length = strlen(text), n = strlen(with);
    return length >= n && strcmp(text + length - n, with) == 0;
}

const char *text_or(const char *text, const char *otherwise)
{
    return text ? text : otherwise;
}

/* Most texts are plain ASCII without a blank, and there are many. */
static bool is_folded(const char *text)
{
    while (*text > ' ' && *text < 127)
        text++;
    return *text == '\0';
}

const char *text_fold(Cx *cx, const char *text)
{
    if (is_folded(text))
        return text;
    utf8proc_uint8_t *wide = utf8proc_NFKC((const utf8proc_uint8_t *)text);
    const char *from = wide ? (const char *)wide : text;
    Buf b = BUF(cx);
    bool gap = false;
    for (const char *at = from, *next = at;; at = next) {
        uint32_t c = text_next(&next);
        if (!c)
            break;
        if (is_blank(c)) {
            gap = b.length > 0;
            continue;
        }
        if (gap)
            buf_char(&b, ' ');
        gap = false;
        buf_add_n(&b, at, (size_t)(next - at));
    }
    free(wide);
    return buf_text(&b);
}

/* A text that has grown large in a full arena is forgotten rather than doubled: nobody will use it,
 * for whoever owns the arena fails, and so memory stays within about twice the limit. */
static void make_room(Buf *b, size_t more)
{
    enum { SMALL = 65536 };
    size_t need = b->length + more + 1;
    if (need <= b->room)
        return;
    if (need > SMALL && arena_full(b->arena)) {
        b->length = 0;
        need = more + 1;
        if (need <= b->room)
            return;
    }
    size_t room = b->room && !arena_full(b->arena) ? b->room * 2 : 256;
    if (room < need)
        room = need;
    b->at = arena_grow(b->arena, b->at, b->room, room);
    b->room = room;
}

char *buf_more(Buf *b, size_t length)
{
    make_room(b, length);
    char *at = b->at + b->length;
    b->length += length;
    at[length] = '\0';
    return at;
}

void buf_add_n(Buf *b, const char *bytes, size_t length)
{
    char *to = buf_more(b, length);
    if (length)
        memcpy(to, bytes, length);
}

void buf_add(Buf *b, const char *text)
{
    buf_add_n(b, text, strlen(text));
}

void buf_percent(Buf *b, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.';
        if (plain)
            buf_char(b, *p);
        else
            buf_format(b, "%%%02X", c);
    }
}

void buf_char(Buf *b, char c)
{
    make_room(b, 1);
    b->at[b->length++] = c;
    b->at[b->length] = '\0';
}

void buf_point(Buf *b, uint32_t point)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)point, bytes);
    buf_add_n(b, (const char *)bytes, (size_t)n);
}

void buf_format(Buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    make_room(b, 0);
    int length = vsnprintf(b->at + b->length, b->room - b->length, format, args);
    va_end(args);
    assert(length >= 0);
    if ((size_t)length >= b->room - b->length) {
        make_room(b, (size_t)length);
        vsnprintf(b->at + b->length, (size_t)length + 1, format, again);
    }
    va_end(again);
    b->length += (size_t)length;
}

const char *buf_text(Buf *b)
{
    return b->at ? b->at : "";
}
