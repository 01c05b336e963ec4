#include "base/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

JsonOut json_out(Buf *buf)
{
    return (JsonOut){ .buf = buf, .first = { true } };
}

/* How many bytes stand for themselves. */
static size_t plain_of(const char *text)
{
    size_t n = 0;
    while ((unsigned char)text[n] >= ' ' && text[n] != '"' && text[n] != '\\')
        n++;
    return n;
}

static void escape_char(Buf *b, unsigned char c)
{
    switch (c) {
    case '"': buf_add(b, "\\\""); break;
    case '\\': buf_add(b, "\\\\"); break;
    case '\n': buf_add(b, "\\n"); break;
    case '\r': buf_add(b, "\\r"); break;
    case '\t': buf_add(b, "\\t"); break;
    default: buf_format(b, "\\u%04x", c);
    }
}

/* Most texts are plain, and are written at once. */
static void escape(Buf *b, const char *text)
{
    size_t plain = plain_of(text);
    bool all = text[plain] == '\0';
    char *to = buf_more(b, plain + 1 + all);
    to[0] = '"';
    memcpy(to + 1, text, plain);
    if (all) {
        to[plain + 1] = '"';
        return;
    }
    while (text[plain]) {
        escape_char(b, (unsigned char)text[plain]);
        text += plain + 1;
        plain = plain_of(text);
        buf_add_n(b, text, plain);
    }
    buf_char(b, '"');
}

static void new_line(JsonOut *o)
{
    if (!o->pretty)
        return;
    buf_char(o->buf, '\n');
    for (int i = 0; i < o->depth; i++)
        buf_char(o->buf, ' ');
}

static void lead(JsonOut *o, const char *key)
{
    if (!o->first[o->depth])
        buf_char(o->buf, ',');
    o->first[o->depth] = false;
    if (o->depth > 0)
        new_line(o);
    if (key) {
        escape(o->buf, key);
        buf_add_n(o->buf, ": ", o->pretty ? 2 : 1);
    }
}

void json_open(JsonOut *o, const char *key, char bracket)
{
    assert(bracket == '{' || bracket == '[');
    assert((size_t)o->depth + 1 < COUNT(o->first));
    lead(o, key);
    buf_char(o->buf, bracket);
    o->first[++o->depth] = true;
}

void json_close(JsonOut *o, char bracket)
{
    assert(o->depth > 0 && (bracket == '}' || bracket == ']'));
    bool empty = o->first[o->depth--];
    if (!empty)
        new_line(o);
    buf_char(o->buf, bracket);
}

void json_put_text(JsonOut *o, const char *key, const char *text)
{
    if (!text) {
        json_put_null(o, key);
        return;
    }
    lead(o, key);
    escape(o->buf, text);
}

void json_put_int(JsonOut *o, const char *key, int64_t i)
{
    char digits[20]; /* from the end; the sign apart, so that the least number fits */
    char *at = digits + sizeof digits;
    uint64_t rest = i < 0 ? -(uint64_t)i : (uint64_t)i;
    lead(o, key);
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (i < 0)
        buf_char(o->buf, '-');
    buf_add_n(o->buf, at, (size_t)(digits + sizeof digits - at));
}

void json_put_bool(JsonOut *o, const char *key, bool b)
{
    json_put_raw(o, key, b ? "true" : "false");
}

void json_put_null(JsonOut *o, const char *key)
{
    json_put_raw(o, key, "null");
}

void json_put_raw(JsonOut *o, const char *key, const char *json)
{
    lead(o, key);
    buf_add(o->buf, json);
}

static void put_real(JsonOut *o, const char *key, double d)
{
    lead(o, key);
    size_t start = o->buf->length;
    for (int precision = 15; precision <= 17; precision++) {
        o->buf->length = start;
        buf_format(o->buf, "%.*g", precision, d);
        if (strtod(o->buf->at + start, NULL) == d)
            return;
    }
}

void json_put(JsonOut *o, const char *key, const Json *j)
{
    switch (j->type) {
    case J_NULL: json_put_null(o, key); return;
    case J_BOOL: json_put_bool(o, key, j->boolean); return;
    case J_INT: json_put_int(o, key, j->integer); return;
    case J_REAL: put_real(o, key, j->real); return;
    case J_TEXT: json_put_text(o, key, j->text); return;
    case J_ARRAY:
    case J_OBJECT: break;
    }
    json_open(o, key, j->type == J_ARRAY ? '[' : '{');
    for (size_t i = 0; i < j->count; i++)
        json_put(o, j->type == J_ARRAY ? NULL : j->items[i]->key, j->items[i]);
    json_close(o, j->type == J_ARRAY ? ']' : '}');
}
