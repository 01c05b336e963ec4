#define PCRE2_CODE_UNIT_WIDTH 8

#include "rules/pattern.h"

#include "base/text.h"

#include <assert.h>
#include <pcre2.h>
#include <string.h>

#define MATCH_STEPS  1000000
#define MATCH_KBYTES 20000

static void *take(PCRE2_SIZE size, void *arena)
{
    return arena_alloc(arena, size);
}

static void leave(void *block, void *arena)
{
    (void)block; /* it goes with the arena */
    (void)arena;
}

typedef struct Pattern {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *limits;
} Pattern;

/* The name characters of XML for \i and \c. */
#define NAME_START "\\p{L}\\p{Nl}_:"
#define NAME_CHAR  NAME_START "\\p{M}\\p{N}\\-.\\x{B7}"

static bool put_class(Cx *cx, Buf *b, const char **at);

/* \p{IsBasicLatin}: the blocks of Unicode that rules may name. */
static bool put_block(Buf *b, const char **at, const char *end, bool inside)
{
    static const struct {
        const char *name, *range;
    } blocks[] = {
        { "BasicLatin", "\\x{0}-\\x{7F}" },
        { "Latin-1Supplement", "\\x{80}-\\x{FF}" },
        { "LatinExtended-A", "\\x{100}-\\x{17F}" },
        { "LatinExtended-B", "\\x{180}-\\x{24F}" },
        { "Greek", "\\x{370}-\\x{3FF}" },
        { "Cyrillic", "\\x{400}-\\x{4FF}" },
        { "GeneralPunctuation", "\\x{2000}-\\x{206F}" },
        { "CJKSymbolsandPunctuation", "\\x{3000}-\\x{303F}" },
        { "Hiragana", "\\x{3040}-\\x{309F}" },
        { "Katakana", "\\x{30A0}-\\x{30FF}" },
        { "CJKUnifiedIdeographsExtensionA", "\\x{3400}-\\x{4DBF}" },
        { "CJKUnifiedIdeographs", "\\x{4E00}-\\x{9FFF}" },
        { "HalfwidthandFullwidthForms", "\\x{FF00}-\\x{FFEF}" },
    };
    bool negated = **at == 'P';
    const char *name = *at + 4;
    size_t length = (size_t)(end - name);
    *at = end + 1;
    for (size_t i = 0; i < COUNT(blocks); i++)
        if (strlen(blocks[i].name) == length && memcmp(blocks[i].name, name, length) == 0) {
            if (inside && negated)
                return false;
            buf_format(b, inside ? "%s%s" : "[%s%s]", negated ? "^" : "", blocks[i].range);
            return true;
        }
    return false;
}

/* Behind a backslash. False where XPath has no such escape. */
static bool put_escape(Buf *b, const char **at, bool inside)
{
    char c = **at;
    static const struct {
        char c;
        const char *in, *out; /* inside a class, outside */
    } names[] = {
        { 'i', NAME_START, "[" NAME_START "]" },
        { 'c', NAME_CHAR, "[" NAME_CHAR "]" },
        { 'I', NULL, "[^" NAME_START "]" },
        { 'C', NULL, "[^" NAME_CHAR "]" },
    };
    for (size_t i = 0; i < COUNT(names); i++)
        if (names[i].c == c) {
            const char *text = inside ? names[i].in : names[i].out;
            (*at)++;
            buf_add(b, text ? text : "");
            return text != NULL;
        }
    if (c == 'p' || c == 'P') {
        const char *end = strchr(*at, '}');
        if ((*at)[1] != '{' || !end)
            return false;
        if (strncmp(*at + 2, "Is", 2) == 0)
            return put_block(b, at, end, inside);
        buf_char(b, '\\');
        buf_add_n(b, *at, (size_t)(end - *at) + 1);
        *at = end + 1;
        return true;
    }
    bool reference = c >= '1' && c <= '9' && !inside;
    if (!c || (!strchr("nrt\\|.?*+(){}-[]^$sSdDwW", c) && !reference && c != '/' && c != '"'))
        return false;
    buf_char(b, '\\');
    buf_char(b, c);
    (*at)++;
    return true;
}

/* Behind "[", up to and with "]". A subtraction [a-z-[aeiou]] becomes (?![aeiou])[a-z]. */
static bool put_class(Cx *cx, Buf *b, const char **at)
{
    Buf inner = BUF(cx), less = BUF(cx);
    buf_char(&inner, '[');
    if (**at == '^')
        buf_char(&inner, *(*at)++);
    for (bool first = true; **at != ']' || first; first = false) {
        char c = **at;
        if (c == 0)
            return false;
        (*at)++;
        if (c == '\\') {
            if (!put_escape(&inner, at, true))
                return false;
        } else if (c == '-' && **at == '[') {
            (*at)++;
            if (!put_class(cx, &less, at) || **at != ']')
                return false;
        } else if (c == '[') {
            return false;
        } else {
            buf_char(&inner, c);
        }
    }
    (*at)++;
    buf_char(&inner, ']');
    if (less.length)
        buf_format(b, "(?!%s)", buf_text(&less));
    buf_add(b, buf_text(&inner));
    return true;
}

/* Flag x: blanks outside classes are no part of the pattern, wherever they stand. */
static const char *without_blanks(Cx *cx, const char *pattern)
{
    Buf b = BUF(cx);
    int depth = 0;
    for (const char *at = pattern; *at; at++) {
        bool escaped = *at == '\\' && at[1] && !strchr(" \t\r\n", at[1]);
        if (escaped) {
            buf_char(&b, *at++);
        } else {
            depth += (*at == '[') - (*at == ']' && depth > 0);
            if (depth == 0 && strchr(" \t\r\n", *at))
                continue;
        }
        buf_char(&b, *at);
    }
    return buf_text(&b);
}

static bool translate(Cx *cx, Buf *b, const char *pattern)
{
    for (const char *at = pattern; *at;) {
        char c = *at++;
        if (c == '\\') {
            if (!put_escape(b, &at, false))
                return false;
        } else if (c == '[') {
            if (!put_class(cx, b, &at))
                return false;
        } else if (c == '(' && *at == '?' && at[1] != ':') {
            return false;
        } else if (c == '(' && *at == '*') {
            return false;
        } else if ((c == '?' || c == '*' || c == '+' || c == '}') && *at == '+') {
            return false; /* possessive */
        } else {
            buf_char(b, c);
        }
    }
    return true;
}

static bool read_flags(const char *flags, uint32_t *options, bool *blanks, bool *literal)
{
    *options =
        PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    *blanks = *literal = false;
    for (; *flags; flags++)
        switch (*flags) {
        case 's': *options |= PCRE2_DOTALL; break;
        case 'm': *options |= PCRE2_MULTILINE; break;
        case 'i': *options |= PCRE2_CASELESS; break;
        case 'x': *blanks = true; break;
        case 'q': *literal = true; break;
        default: return false;
        }
    return true;
}

static bool pattern_open(Cx *cx, Pattern *p, const char *pattern, const char *flags)
{
    uint32_t options;
    bool blanks, literal;
    Buf b = BUF(cx);
    int error;
    PCRE2_SIZE at;
    if (!read_flags(flags, &options, &blanks, &literal))
        return false;
    if (literal) {
        options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_LITERAL | (options & PCRE2_CASELESS);
        buf_add(&b, pattern);
    } else if (!translate(cx, &b, blanks ? without_blanks(cx, pattern) : pattern)) {
        return false;
    }
    pcre2_general_context *memory = pcre2_general_context_create(take, leave, cx->arena);
    pcre2_compile_context *compile = pcre2_compile_context_create(memory);
    pcre2_set_parens_nest_limit(compile, 100);
    pcre2_set_newline(compile, PCRE2_NEWLINE_LF);
    p->code = pcre2_compile((PCRE2_SPTR)buf_text(&b), b.length, options, &error, &at, compile);
    if (!p->code)
        return false;
    p->match = pcre2_match_data_create_from_pattern(p->code, memory);
    p->limits = pcre2_match_context_create(memory);
    pcre2_set_match_limit(p->limits, MATCH_STEPS);
    pcre2_set_heap_limit(p->limits, MATCH_KBYTES);
    return true;
}

/* 1 found, 0 not found, -1 past a limit. */
static int find(const Pattern *p, const Text *input, size_t from, size_t *start, size_t *end)
{
    int n =
        pcre2_match(p->code, (PCRE2_SPTR)input->bytes, input->length, from, 0, p->match, p->limits);
    if (n == PCRE2_ERROR_NOMATCH)
        return 0;
    if (n < 0)
        return -1;
    const PCRE2_SIZE *pairs = pcre2_get_ovector_pointer(p->match);
    *start = pairs[0];
    *end = pairs[1];
    return 1;
}

static Value bad_pattern(Cx *cx, const char *pattern)
{
    return value_null_because(cx, "不是有效的正则表达式：%s", "no valid regular expression: %s",
                              pattern);
}

static Value too_much(Cx *cx, const char *pattern)
{
    return value_null_because(cx, "正则表达式耗时过多：%s",
                              "the regular expression takes too long: %s", pattern);
}

Value pattern_matches(Cx *cx, const Text *input, const char *pattern, const char *flags)
{
    Pattern p;
    size_t start, end;
    if (!pattern_open(cx, &p, pattern, flags))
        return bad_pattern(cx, pattern);
    int found = find(&p, input, 0, &start, &end);
    return found < 0 ? too_much(cx, pattern) : value_boolean(found);
}

/* A group that did not take part is empty; $12 is group 12 only where there are so many. */
static const char *put_group(const Pattern *p, Buf *b, const Text *input, const char *digits)
{
    const PCRE2_SIZE *pairs = pcre2_get_ovector_pointer(p->match);
    uint32_t groups = pcre2_get_ovector_count(p->match), n = 0;
    const char *at = digits;
    do {
        n = n * 10 + (uint32_t)(*at++ - '0');
    } while (*at >= '0' && *at <= '9' && n * 10 + (uint32_t)(*at - '0') < groups);
    if (n < groups && pairs[2 * n] != PCRE2_UNSET)
        buf_add_n(b, input->bytes + pairs[2 * n], pairs[2 * n + 1] - pairs[2 * n]);
    return at;
}

/* False where a "$" or "\" stands for nothing. */
static bool put_replacement(const Pattern *p, Buf *b, const Text *input, const char *text,
                            bool literal)
{
    if (literal) {
        buf_add(b, text);
        return true;
    }
    while (*text) {
        char c = *text++;
        if (c == '$') {
            if (*text < '0' || *text > '9')
                return false;
            text = put_group(p, b, input, text);
        } else if (c == '\\') {
            if (*text != '\\' && *text != '$')
                return false;
            buf_char(b, *text++);
        } else {
            buf_char(b, c);
        }
    }
    return true;
}

/* Behind an empty match: one character on, which is kept. */
static size_t step_on(Buf *b, const Text *input, size_t at)
{
    const char *from = input->bytes + at, *to = from;
    if (at < input->length)
        text_next(&to);
    buf_add_n(b, from, (size_t)(to - from));
    return at + (to > from ? (size_t)(to - from) : 1);
}

Value pattern_replace(Cx *cx, const Text *input, const char *pattern, const char *replacement,
                      const char *flags)
{
    Pattern p;
    Buf b = BUF(cx);
    size_t at = 0, start, end;
    int found = 0;
    if (!pattern_open(cx, &p, pattern, flags))
        return bad_pattern(cx, pattern);
    while (at <= input->length && (found = find(&p, input, at, &start, &end)) > 0) {
        buf_add_n(&b, input->bytes + at, start - at);
        if (!put_replacement(&p, &b, input, replacement, strchr(flags, 'q') != NULL))
            return value_null_because(cx, "替换文本无效：%s", "no valid replacement: %s",
                                      replacement);
        at = end > start ? end : step_on(&b, input, end);
        if (arena_full(cx->arena))
            return too_much(cx, pattern);
    }
    if (found < 0)
        return too_much(cx, pattern);
    if (at < input->length)
        buf_add_n(&b, input->bytes + at, input->length - at);
    return value_text_n(buf_text(&b), b.length);
}

Value pattern_split(Cx *cx, const Text *input, const char *delimiter)
{
    Pattern p;
    size_t at = 0, from = 0, start, end, count = 0, room = 16;
    int found = 0;
    Value *items = NEW_N(cx, Value, room);
    if (!pattern_open(cx, &p, delimiter, ""))
        return bad_pattern(cx, delimiter);
    while (from <= input->length && (found = find(&p, input, from, &start, &end)) > 0) {
        if (end == start) { /* an empty match splits nothing */
            Buf skipped = BUF(cx);
            from = step_on(&skipped, input, end);
            continue;
        }
        if (count + 1 == room) {
            items = arena_grow(cx->arena, items, room * sizeof *items, room * 2 * sizeof *items);
            room *= 2;
        }
        if (arena_full(cx->arena))
            return too_much(cx, delimiter);
        const char *part = arena_text_n(cx->arena, input->bytes + at, start - at);
        items[count++] = value_text_n(part, start - at);
        at = from = end;
    }
    if (found < 0)
        return too_much(cx, delimiter);
    items[count++] = value_text(input->bytes + at);
    return value_list(items, count);
}
