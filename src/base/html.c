#include "base/html.h"

#include <assert.h>
#include <string.h>

static void put_escaped(Buf *b, const char *text)
{
    for (const char *p = text; *p;) {
        const char *from = p;
        uint32_t c = text_next(&p);
        switch (c) {
        case '&': buf_add(b, "&amp;"); break;
        case '<': buf_add(b, "&lt;"); break;
        case '>': buf_add(b, "&gt;"); break;
        case '"': buf_add(b, "&quot;"); break;
        case '\'': buf_add(b, "&#39;"); break;
        default:
            if (c == 0xFFFD || c == 0x7F || (c < 0x20 && c != '\n' && c != '\t' && c != '\r'))
                buf_add(b, "\xEF\xBF\xBD");
            else
                buf_add_n(b, from, (size_t)(p - from));
        }
    }
}

void html_add(Buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    for (const char *p = format; *p;) {
        size_t plain = strcspn(p, "%");
        buf_add_n(b, p, plain);
        p += plain;
        if (*p == '\0')
            break;
        if (p[1] == 's') {
            const char *text = va_arg(args, const char *);
            put_escaped(b, text == NULL ? "" : text);
            p += 2;
        } else if (strncmp(p, "%lld", 4) == 0) {
            buf_format(b, "%lld", va_arg(args, long long));
            p += 4;
        } else {
            assert(p[1] == '%');
            buf_char(b, '%');
            p += 2;
        }
    }
    va_end(args);
}

/* --- forms --- */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static Err broken(Cx *cx)
{
    return fail(cx, INVALID, "form", "表单内容不是有效的 UTF-8 文字，请重新填写",
                "the form is not valid UTF-8 text; please fill it in again");
}

static Err decode(Cx *cx, const char **out, const char *at, size_t length)
{
    Buf b = BUF(cx);
    for (size_t i = 0; i < length; i++) {
        char c = at[i] == '+' ? ' ' : at[i];
        if (c == '%') {
            int high = i + 2 < length ? hex(at[i + 1]) : -1;
            int low = i + 2 < length ? hex(at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return broken(cx);
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0')
            return broken(cx);
        buf_char(&b, c);
    }
    *out = buf_text(&b);
    return text_valid(*out, b.length) ? OK : broken(cx);
}

Err form_read(Cx *cx, Form *out, const char *body, size_t length)
{
    *out = (Form){ .count = 0 };
    for (size_t at = 0; at < length;) {
        const char *amp = memchr(body + at, '&', length - at);
        size_t end = amp == NULL ? length : (size_t)(amp - body);
        const char *equals = memchr(body + at, '=', end - at);
        size_t key_end = equals == NULL ? end : (size_t)(equals - body);
        size_t value = equals == NULL ? end : key_end + 1;
        if (out->count == COUNT(out->keys))
            return fail(cx, INVALID, "form", "表单的栏目太多", "the form has too many fields");
        TRY(decode(cx, &out->keys[out->count], body + at, key_end - at));
        TRY(decode(cx, &out->values[out->count], body + value, end - value));
        out->count++;
        at = end + 1;
    }
    return OK;
}

const char *form_get(const Form *form, const char *key)
{
    for (size_t i = 0; i < form->count; i++)
        if (strcmp(form->keys[i], key) == 0)
            return form->values[i];
    return "";
}
