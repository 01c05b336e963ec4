#include "base/json.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8259 and nothing beyond it. Open containers keep their children on one stack and take them
 * into an array of their own when they close, so nothing is grown twice. */
typedef struct JsonReader {
    Cx *cx;
    const char *start;
    const char *at;
    const char *end;
    int depth; /* levels still allowed */
    int limit;
    Json **stack;
    size_t count;
    size_t room;
} JsonReader;

enum { FEW_KEYS = 12, INT_DIGITS = 18 };

const JsonLimits JSON_LIMITS = { 8 * 1024 * 1024, 64 };

static Err read_value(JsonReader *r, Json *j);

/* Fails with line and column, in characters, of a place in the text. */
static Err refuse(JsonReader *r, const char *place, const char *zh, const char *en)
{
    int line = 1, column = 1;
    for (const char *p = r->start; p < place; p++) {
        if (*p == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*p & 0xC0) != 0x80) {
            column++;
        }
    }
    return fail(r->cx, INVALID, arena_format(r->cx->arena, "%d:%d", line, column),
                "不是正确的 JSON：%s%.0s", "not JSON: %.0s%s", zh, en);
}

static Err unexpected(JsonReader *r)
{
    if (r->at >= r->end)
        return refuse(r, r->at, "内容不完整", "it ends too early");
    return refuse(r, r->at, "这里的字符不该出现", "the character is not expected here");
}

static void skip_blanks(JsonReader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

/* The next sign behind blanks, 0 at the end. */
static char peek(JsonReader *r)
{
    skip_blanks(r);
    return r->at < r->end ? *r->at : '\0';
}

static Err expect(JsonReader *r, char sign)
{
    if (peek(r) != sign || r->at >= r->end)
        return unexpected(r);
    r->at++;
    return OK;
}

static Err read_word(JsonReader *r, Json *j, const char *word, JsonType type, bool boolean)
{
    size_t length = strlen(word);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
        return unexpected(r);
    r->at += length;
    j->type = type;
    j->boolean = boolean;
    return OK;
}

static size_t skip_digits(JsonReader *r)
{
    const char *from = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return (size_t)(r->at - from);
}

/* An integer of up to 18 digits stays exact; a larger one is a real, and none is infinite. */
static Err read_number(JsonReader *r, Json *j)
{
    const char *from = r->at;
    bool whole = true, negative = *r->at == '-';
    r->at += negative;
    bool zero = r->at < r->end && *r->at == '0';
    size_t digits = skip_digits(r);
    if (digits == 0 || (zero && digits > 1))
        return refuse(r, from, "数字写法不对", "the number is malformed");
    if (r->at < r->end && *r->at == '.') {
        whole = false;
        r->at++;
        if (skip_digits(r) == 0)
            return refuse(r, from, "数字写法不对", "the number is malformed");
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        whole = false;
        r->at++;
        r->at += r->at < r->end && (*r->at == '+' || *r->at == '-');
        if (skip_digits(r) == 0)
            return refuse(r, from, "数字写法不对", "the number is malformed");
    }
    const char *text = arena_text_n(r->cx->arena, from, (size_t)(r->at - from));
    j->type = whole && digits <= INT_DIGITS ? J_INT : J_REAL;
    if (j->type == J_INT)
        j->integer = strtoll(text, NULL, 10);
    j->real = j->type == J_INT ? (double)j->integer : strtod(text, NULL);
    if (isinf(j->real))
        j->real = negative ? -DBL_MAX : DBL_MAX;
    return OK;
}

static bool hex4(const JsonReader *r, const char *from, uint32_t *out)
{
    *out = 0;
    if (r->end - from < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = from[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return false;
        *out = *out << 4 | digit;
    }
    return true;
}

/* Behind "\u": one code point, from a surrogate pair where it takes one. NUL has no place in our
 * texts. */
static Err read_code(JsonReader *r, Buf *b)
{
    const char *from = r->at - 2;
    uint32_t c, low;
    if (!hex4(r, r->at, &c))
        return refuse(r, from, "\\u 后应有四位十六进制数", "\\u wants four hexadecimal digits");
    r->at += 4;
    if (c >= 0xD800 && c < 0xDC00 && r->end - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u' &&
        hex4(r, r->at + 2, &low) && low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        r->at += 6;
    }
    size_t length = b->length;
    if (c != 0)
        buf_point(b, c);
    if (c == 0 || !text_valid(b->at + length, b->length - length))
        return refuse(r, from, "不是可用的字符", "it is no usable character");
    return OK;
}

static Err read_escape(JsonReader *r, Buf *b)
{
    static const char NAMES[] = "\"\\/bfnrt", SIGNS[] = "\"\\/\b\f\n\r\t";
    if (r->at + 1 >= r->end)
        return refuse(r, r->end, "内容不完整", "it ends too early");
    char name = r->at[1];
    const char *known = name ? strchr(NAMES, name) : NULL;
    if (!known && name != 'u')
        return refuse(r, r->at, "没有这种转义", "there is no such escape");
    r->at += 2;
    if (!known)
        return read_code(r, b);
    buf_char(b, SIGNS[known - NAMES]);
    return OK;
}

/* Between quotation marks; r->at stands at the first. */
static Err read_text(JsonReader *r, const char **out)
{
    Buf b = BUF(r->cx);
    const char *from = ++r->at;
    for (;;) {
        while (r->at < r->end && *r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= ' ')
            r->at++;
        if (r->at >= r->end)
            return refuse(r, r->at, "内容不完整", "it ends too early");
        if (*r->at == '"' && !b.at) {
            *out = arena_text_n(r->cx->arena, from, (size_t)(r->at++ - from));
            return OK;
        }
        buf_add_n(&b, from, (size_t)(r->at - from));
        if (*r->at == '"') {
            r->at++;
            *out = buf_text(&b);
            return OK;
        }
        if (*r->at != '\\')
            return refuse(r, r->at, "文字里有控制字符", "a text holds a control character");
        TRY(read_escape(r, &b));
        from = r->at;
    }
}

static Json *push(JsonReader *r)
{
    if (r->count == r->room) {
        size_t room = r->room ? 2 * r->room : 64, size = sizeof *r->stack;
        r->stack = arena_grow(r->cx->arena, r->stack, r->room * size, room * size);
        r->room = room;
    }
    Json *j = NEW(r->cx, Json);
    r->stack[r->count++] = j;
    return j;
}

/* Takes the children above base off the stack. */
static void close_container(JsonReader *r, Json *j, size_t base)
{
    j->count = r->count - base;
    j->items = NEW_N(r->cx, Json *, j->count);
    if (j->count)
        memcpy(j->items, r->stack + base, j->count * sizeof *j->items);
    r->count = base;
    r->depth++;
    r->at++;
}

static Err open_container(JsonReader *r, Json *j, JsonType type)
{
    j->type = type;
    r->at++;
    if (r->depth-- == 0)
        return fail(r->cx, INVALID, "", "嵌套超过 %d 层", "nested more than %d levels deep",
                    r->limit);
    return OK;
}

static Err read_array(JsonReader *r, Json *j)
{
    size_t base = r->count;
    TRY(open_container(r, j, J_ARRAY));
    if (peek(r) != ']')
        for (;;) {
            TRY(read_value(r, push(r)));
            if (peek(r) == ']')
                break;
            TRY(expect(r, ','));
        }
    close_container(r, j, base);
    return OK;
}

static int by_key(const void *a, const void *b)
{
    return strcmp((*(const Json *const *)a)->key, (*(const Json *const *)b)->key);
}

/* The key that stands twice among many, or NULL. */
static const char *repeated(JsonReader *r, const Json *j)
{
    Json **sorted = NEW_N(r->cx, Json *, j->count);
    memcpy(sorted, j->items, j->count * sizeof *sorted);
    qsort(sorted, j->count, sizeof *sorted, by_key);
    for (size_t i = 1; i < j->count; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
            return sorted[i]->key;
    return NULL;
}

static Err refuse_key(JsonReader *r, const char *place, const char *key)
{
    return refuse(r, place, arena_format(r->cx->arena, "键“%s”重复", key),
                  arena_format(r->cx->arena, "the key “%s” stands twice", key));
}

static Err read_member(JsonReader *r, size_t base)
{
    const char *key, *place = r->at;
    if (peek(r) != '"')
        return unexpected(r);
    place = r->at;
    TRY(read_text(r, &key));
    for (size_t i = base; i < r->count && r->count - base <= FEW_KEYS; i++)
        if (strcmp(r->stack[i]->key, key) == 0)
            return refuse_key(r, place, key);
    TRY(expect(r, ':'));
    Json *j = push(r);
    j->key = key;
    return read_value(r, j);
}

static Err read_object(JsonReader *r, Json *j)
{
    size_t base = r->count;
    const char *place = r->at;
    TRY(open_container(r, j, J_OBJECT));
    if (peek(r) != '}')
        for (;;) {
            TRY(read_member(r, base));
            if (peek(r) == '}')
                break;
            TRY(expect(r, ','));
        }
    close_container(r, j, base);
    const char *twice = j->count > FEW_KEYS ? repeated(r, j) : NULL;
    return twice ? refuse_key(r, place, twice) : OK;
}

static Err read_value(JsonReader *r, Json *j)
{
    switch (peek(r)) {
    case '{': return read_object(r, j);
    case '[': return read_array(r, j);
    case '"': j->type = J_TEXT; return read_text(r, &j->text);
    case 't': return read_word(r, j, "true", J_BOOL, true);
    case 'f': return read_word(r, j, "false", J_BOOL, false);
    case 'n': return read_word(r, j, "null", J_NULL, false);
    default: break;
    }
    if (r->at < r->end && (*r->at == '-' || (*r->at >= '0' && *r->at <= '9')))
        return read_number(r, j);
    return unexpected(r);
}

/* The first byte that is no UTF-8. */
static const char *bad_byte(const char *bytes, size_t length)
{
    size_t good = 0, bad = length;
    while (bad - good > 1) {
        size_t middle = good + (bad - good) / 2, whole = middle;
        while (whole > good && ((unsigned char)bytes[whole] & 0xC0) == 0x80)
            whole--;
        if (whole == good || !text_valid(bytes + good, whole - good))
            bad = middle;
        else
            good = whole;
    }
    return bytes + good;
}

Err json_parse(Cx *cx, const Json **out, const char *bytes, size_t length, const JsonLimits *limits)
{
    JsonReader r = { cx, bytes, bytes, bytes + length, limits->depth, limits->depth, NULL, 0, 0 };
    if (length > limits->bytes)
        return fail(cx, TOO_LARGE, NULL, "内容超过 %zu 字节", "larger than %zu bytes",
                    limits->bytes);
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        return fail(cx, INVALID, "1:1", "以字节顺序标记（BOM）开头，请存为不带 BOM 的 UTF-8",
                    "begins with a byte order mark; save it as UTF-8 without BOM");
    if (!text_valid(bytes, length))
        return refuse(&r, bad_byte(bytes, length),
                      "不是 UTF-8 的字符，或是 U+FFFE 一类不能使用的字符",
                      "it is not UTF-8, or no character, such as U+FFFE");
    Json *root = NEW(cx, Json);
    TRY(read_value(&r, root));
    skip_blanks(&r);
    if (r.at < r.end)
        return unexpected(&r);
    assert(r.count == 0 && r.depth == limits->depth);
    *out = root;
    return OK;
}
