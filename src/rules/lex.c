#include "rules/parse.h"

#include <assert.h>
#include <string.h>

static const struct {
    uint32_t wide;
    char narrow;
} signs[] = {
    { 0x3000, ' ' }, { 0x00A0, ' ' }, { 0x201C, '"' }, { 0x201D, '"' },
    { 0x00D7, '*' }, { 0x00F7, '/' }, { 0x3010, '[' }, { 0x3011, ']' },
    { 0x2212, '-' }, { 0x300C, '"' }, { 0x300D, '"' },
};

uint32_t lex_wide(const char *at, size_t *length)
{
    const char *p = at;
    uint32_t c = text_next(&p);
    *length = (size_t)(p - at);
    if (c >= 0x3400 && c < 0xFF00) /* Han and Hangul, as most names are */
        return c;
    if (c >= 0xFF01 && c <= 0xFF5E)
        return c - 0xFF01 + '!';
    for (size_t i = 0; i < COUNT(signs) && c > 0x7F; i++)
        if (signs[i].wide == c)
            return (uint32_t)signs[i].narrow;
    return c;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0x1680 || c == 0x180E ||
           (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0xFEFF;
}

bool lex_name_start(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?';
    /* Comparison signs and the ideographic comma and full stop are no part of a name. */
    return !is_blank(c) && c != 0x2264 && c != 0x2265 && c != 0x2260 && c != 0x3001 &&
           c != 0x3002 && c != 0xFFFD;
}

bool lex_name_part(uint32_t c)
{
    return lex_name_start(c) || (c >= '0' && c <= '9');
}

static const char *skip_blanks(const char *at)
{
    size_t n;
    while (is_blank(lex_char(at, &n)))
        at += n;
    return at;
}

void lex_skip(Parser *p)
{
    for (;;) {
        p->at = skip_blanks(p->at);
        if (p->at[0] == '/' && p->at[1] == '/') {
            p->at += strcspn(p->at, "\n");
        } else if (p->at[0] == '/' && p->at[1] == '*') {
            const char *end = strstr(p->at + 2, "*/");
            if (!end) /* is left standing, so that a rule is never cut short in silence */
                return;
            p->at = end + 2;
        } else {
            return;
        }
    }
}

/* The end of the sign at this place, or NULL. */
static const char *sign_end(const char *at, const char *sign)
{
    static const struct {
        uint32_t c;
        const char *sign;
    } joined[] = { { 0x2264, "<=" }, { 0x2265, ">=" }, { 0x2260, "!=" } };
    size_t n;
    uint32_t first = lex_char(at, &n);
    for (size_t i = 0; first >= 0x80 && i < COUNT(joined); i++)
        if (first == joined[i].c)
            return strcmp(sign, joined[i].sign) == 0 ? at + n : NULL;
    for (; *sign; sign++) {
        if (lex_char(at, &n) != (uint32_t)(unsigned char)*sign)
            return NULL;
        at += n;
    }
    return at;
}

bool lex_peek(Parser *p, const char *sign)
{
    lex_skip(p);
    return sign_end(p->at, sign) != NULL;
}

bool lex_sign(Parser *p, const char *sign)
{
    assert(*sign);
    lex_skip(p);
    const char *end = sign_end(p->at, sign);
    if (end)
        p->at = end;
    return end != NULL;
}

bool lex_peek_word(Parser *p, const char *word)
{
    size_t n;
    lex_skip(p);
    const char *end = sign_end(p->at, word);
    return end && !lex_name_part(lex_char(end, &n));
}

bool lex_word(Parser *p, const char *word)
{
    assert(*word);
    if (!lex_peek_word(p, word))
        return false;
    p->at = sign_end(p->at, word);
    return true;
}

/* The end of one part of a name: a run of name characters, or one other character. */
static const char *part_end(const char *at)
{
    size_t n;
    if (!lex_name_part(lex_char(at, &n)))
        return at + n;
    while (lex_name_part(lex_char(at, &n)))
        at += n;
    return at;
}

static bool same_part(const char *a, const char *a_end, const char *b, const char *b_end)
{
    size_t n, m;
    while (a < a_end && b < b_end) {
        if (lex_char(a, &n) != lex_char(b, &m))
            return false;
        a += n;
        b += m;
    }
    return a == a_end && b == b_end;
}

const char *lex_match(const char *at, const char *name)
{
    assert(*name);
    size_t n, m;
    if (lex_char(at, &n) != lex_char(name, &m)) /* most names, at once */
        return NULL;
    while (*name) {
        const char *source_end = part_end(at), *name_end = part_end(name);
        if (!same_part(at, source_end, name, name_end))
            return NULL;
        name = skip_blanks(name_end);
        at = *name ? skip_blanks(source_end) : source_end;
    }
    return at;
}

const char *lex_identifier(Parser *p)
{
    size_t n;
    lex_skip(p);
    if (!lex_name_start(lex_char(p->at, &n)))
        return NULL;
    const char *start = p->at;
    p->at = part_end(start);
    return arena_text_n(p->cx->arena, start, (size_t)(p->at - start));
}

/* stops: signs; behind a first "i" the word "in" stops, too: "for a b in". */
static bool is_stop(const char *at, const char *stops)
{
    size_t n;
    uint32_t c = lex_char(at, &n);
    bool word = *stops == 'i';
    if (c == 0)
        return true;
    if (c < 0x80 && strchr(stops + word, (int)c))
        return true;
    return word && is_blank(c) && sign_end(skip_blanks(at), "in") &&
           !lex_name_part(lex_char(skip_blanks(at) + 2, &n));
}

Err lex_label(Parser *p, const char **out, const char *stops)
{
    Buf b = BUF(p->cx);
    size_t n;
    lex_skip(p);
    const char *start = p->at;
    if (!lex_name_start(lex_char(p->at, &n)))
        return parse_fail(p, start, "这里需要一个名称", "a name is needed here");
    while (!is_stop(p->at, stops)) {
        bool blank = is_blank(lex_char(p->at, &n));
        if (blank) {
            p->at = skip_blanks(p->at);
            if (!is_stop(p->at, stops))
                buf_char(&b, ' ');
        } else {
            uint32_t c = lex_char(p->at, &n);
            if (c < 0x80 && n > 1)
                buf_char(&b, (char)c);
            else
                buf_add_n(&b, p->at, n);
            p->at += n;
        }
    }
    *out = buf_text(&b);
    return OK;
}

bool lex_peek_label(Parser *p)
{
    size_t n;
    lex_skip(p);
    const char *at = p->at;
    if (!lex_name_start(lex_char(at, &n)))
        return false;
    for (;; at += n) {
        uint32_t c = lex_char(at, &n);
        if (c == ':')
            return true;
        if (c == 0 || (c < 0x80 && strchr("()[]{}\",@<>=", (int)c)))
            return false;
    }
}

static bool take_hex(const char **at, int digits, uint32_t *out)
{
    assert(digits > 0 && digits <= 8);
    *out = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        char c = **at;
        uint32_t d = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                     : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                     : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                            : 16;
        if (d == 16)
            return false;
        *out = *out * 16 + d;
    }
    return true;
}

/* Behind the backslash. */
static bool take_escape(const char **at, Buf *b)
{
    static const char from[] = "ntr\"'\\", to[] = "\n\t\r\"'\\";
    const char *found = **at ? strchr(from, **at) : NULL;
    if (found) {
        buf_char(b, to[found - from]);
        (*at)++;
        return true;
    }
    uint32_t c, low;
    bool wide = **at == 'U';
    if (!wide && **at != 'u')
        return false;
    (*at)++;
    if (!take_hex(at, wide ? 6 : 4, &c))
        return false;
    if (c >= 0xD800 && c <= 0xDBFF && (*at)[0] == '\\' && (*at)[1] == 'u') {
        *at += 2;
        if (!take_hex(at, 4, &low) || low < 0xDC00 || low > 0xDFFF)
            return false;
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return false;
    buf_point(b, c);
    return true;
}

Err lex_string(Parser *p, Text *out)
{
    Buf b = BUF(p->cx);
    size_t n;
    lex_skip(p);
    const char *start = p->at;
    bool plain = *start == '"'; /* then only a plain quote closes it */
    uint32_t quote = lex_char(start, &n);
    assert(quote == '"');
    (void)quote;
    p->at += n;
    for (;;) {
        uint32_t c = lex_char(p->at, &n);
        if (c == 0)
            return parse_fail(p, start, "字符串没有结束的引号", "the string is not closed");
        if (c == '"' && (n == 1) == plain)
            break;
        if (*p->at == '\\') {
            const char *escape = p->at++;
            if (take_escape(&p->at, &b))
                continue;
            p->at = escape; /* an unknown escape stands for itself, as in a pattern "\d" */
            n = 1;
        }
        buf_add_n(&b, p->at, n);
        p->at += n;
    }
    p->at += n;
    *out = (Text){ buf_text(&b), b.length };
    return OK;
}

bool lex_number(Parser *p, Decimal *out)
{
    char digits[512];
    size_t length = 0, n;
    bool point = false, any = false;
    lex_skip(p);
    const char *at = p->at;
    for (;; at += n) {
        uint32_t c = lex_char(at, &n);
        size_t m;
        if (c >= '0' && c <= '9') {
            any = true;
        } else if (c == '.' && !point) {
            uint32_t next = lex_char(at + n, &m);
            if (next < '0' || next > '9')
                break;
            point = true;
        } else {
            break;
        }
        if (length + 1 >= sizeof digits - 12)
            return false;
        digits[length++] = (char)c;
    }
    if (!any)
        return false;
    if (*at == 'e' || *at == 'E') {
        size_t sign = at[1] == '+' || at[1] == '-';
        size_t count = strspn(at + 1 + sign, "0123456789");
        if (count > 0 && count <= 8) {
            memcpy(digits + length, at, 1 + sign + count);
            length += 1 + sign + count;
            at += 1 + sign + count;
        }
    }
    digits[length] = 0;
    p->at = at;
    return decimal_parse(digits, out) && decimal_finite(*out);
}

/* Where every 64th byte stands, so that a position costs no walk over the whole source. */
void lex_marks(Parser *p)
{
    size_t count = strlen(p->source) / MARK_BYTES + 1, n = 0;
    Span *marks = NEW_N(p->cx, Span, count), at = { 0, 0, 1, 1 };
    for (const char *c = p->source; n < count;) {
        if (at.start >= n * MARK_BYTES)
            marks[n++] = at;
        uint32_t next = text_next(&c);
        at.start = (uint32_t)(c - p->source);
        at.column = next == '\n' ? 1 : at.column + 1;
        at.line += next == '\n';
        if (next == 0)
            break;
    }
    p->marks = marks;
    p->mark_count = n;
}

Span lex_span(const Parser *p, const char *start)
{
    assert(start >= p->source);
    size_t offset = (size_t)(start - p->source), mark = offset / MARK_BYTES;
    if (mark >= p->mark_count)
        mark = p->mark_count - 1;
    if (p->marks[mark].start > offset && mark > 0)
        mark--;
    Span s = p->marks[mark];
    for (const char *at = p->source + s.start; at < start;) {
        if (text_next(&at) == '\n') {
            s.line++;
            s.column = 1;
        } else {
            s.column++;
        }
    }
    s.start = (uint32_t)offset;
    s.end = (uint32_t)(p->at - p->source);
    return s;
}

/* Up to 40 bytes of what stands there, cut at a character. */
static const char *excerpt(Parser *p, const char *at)
{
    const char *end = at;
    while (end - at < 40 && *end && *end != '\n')
        text_next(&end);
    return end == at ? "" : arena_text_n(p->cx->arena, at, (size_t)(end - at));
}

Err parse_fail(Parser *p, const char *at, const char *zh, const char *en)
{
    assert(at >= p->source && zh && en);
    Arena *a = p->cx->arena;
    Span s = lex_span(p, at);
    const char *text = excerpt(p, at);
    bool end = !*text;
    return fail(
        p->cx, INVALID, arena_format(a, "%u:%u", s.line, s.column), "%s%.0s", "%.0s%s",
        arena_format(a, end ? "第 %u 行第 %u 列：%s：文本到此为止" : "第 %u 行第 %u 列：%s：「%s」",
                     s.line, s.column, zh, text),
        arena_format(a,
                     end ? "line %u, column %u: %s: the text ends here"
                         : "line %u, column %u: %s: \"%s\"",
                     s.line, s.column, en, text));
}
