/* Reads a regular expression of XPath (F&O 3.1, 5.6, over XML Schema's) and writes what PCRE2 means
 * by the same. The two share signs and differ in their meaning, so nothing is passed through: every
 * atom is read by XPath's grammar and written anew, characters by their number. What the grammar
 * does not have is refused, not guessed.
 */
#include "rules/pattern.h"

#include <assert.h>
#include <string.h>

enum { NEST_MAX = 100, REPEAT_MAX = 65535, CHAR_MAX_CODE = 0x10FFFF };

typedef uint32_t CharRange[2];

/* Each list in its order. */
static const CharRange SPACES[] = { { 9, 10 }, { 13, 13 }, { 32, 32 } };
/* XML 1.0: what a name begins with, and what it goes on with. */
static const CharRange NAME_START[] = {
    { ':', ':' },       { 'A', 'Z' },       { '_', '_' },       { 'a', 'z' },
    { 0xC0, 0xD6 },     { 0xD8, 0xF6 },     { 0xF8, 0x2FF },    { 0x370, 0x37D },
    { 0x37F, 0x1FFF },  { 0x200C, 0x200D }, { 0x2070, 0x218F }, { 0x2C00, 0x2FEF },
    { 0x3001, 0xD7FF }, { 0xF900, 0xFDCF }, { 0xFDF0, 0xFFFD }, { 0x10000, 0xEFFFF },
};
static const CharRange NAME_PART[] = {
    { '-', '.' },       { '0', ':' },         { 'A', 'Z' },       { '_', '_' },
    { 'a', 'z' },       { 0xB7, 0xB7 },       { 0xC0, 0xD6 },     { 0xD8, 0xF6 },
    { 0xF8, 0x37D },    { 0x37F, 0x1FFF },    { 0x200C, 0x200D }, { 0x203F, 0x2040 },
    { 0x2070, 0x218F }, { 0x2C00, 0x2FEF },   { 0x3001, 0xD7FF }, { 0xF900, 0xFDCF },
    { 0xFDF0, 0xFFFD }, { 0x10000, 0xEFFFF },
};

typedef struct CodeBlock {
    const char *name;
    CharRange range;
} CodeBlock;

#define BLOCK(name, low, high) { name, { low, high } },
static const CodeBlock BLOCKS[] = {
#include "rules/block.def"
};

typedef struct Regex {
    Cx *cx;
    const char *at;
    PatternText *to;
    Buf closed; /* a sign for each group that began: ')' once it ended */
    int depth;
    bool dot_all;
} Regex;

static bool read_choice(Regex *r);

/* A character by its number means itself to PCRE2, inside a class and outside. */
static void put_char(Buf *b, uint32_t c)
{
    buf_format(b, "\\x{%X}", c);
}

/* Surrogates are no characters, and PCRE2 takes none as an end. */
static void put_range(Buf *b, uint32_t low, uint32_t high)
{
    enum { FIRST = 0xD800, LAST = 0xDFFF };
    low = low >= FIRST && low <= LAST ? LAST + 1 : low;
    high = high >= FIRST && high <= LAST ? FIRST - 1 : high;
    if (low > high)
        return;
    put_char(b, low);
    buf_char(b, '-');
    put_char(b, high);
}

/* The ranges, or all that lies between them, as the inside of a class. */
static void put_ranges(Buf *b, const CharRange *ranges, size_t count, bool negated)
{
    uint32_t next = 0; /* behind the last range */
    for (size_t i = 0; i < count; i++) {
        assert(ranges[i][0] >= next && ranges[i][0] <= ranges[i][1]);
        if (!negated)
            put_range(b, ranges[i][0], ranges[i][1]);
        else if (ranges[i][0] > next)
            put_range(b, next, ranges[i][0] - 1);
        next = ranges[i][1] + 1;
    }
    if (negated)
        put_range(b, next, CHAR_MAX_CODE);
}

/* A block that Unicode added after the list was made is refused: a guess would be silently wrong.
 */
static bool put_block(Buf *b, const char *name, size_t length, bool negated)
{
    for (size_t i = 0; i < COUNT(BLOCKS); i++)
        if (strlen(BLOCKS[i].name) == length && memcmp(BLOCKS[i].name, name, length) == 0) {
            put_ranges(b, &BLOCKS[i].range, 1, negated);
            return true;
        }
    return false;
}

/* General categories alone; PCRE2 knows scripts and classes of its own as well. */
static bool is_category(const char *name, size_t length)
{
    static const char *const kinds[] = { "Lultmo", "Mnce",  "Ndlo", "Pcdseifo",
                                         "Zslp",   "Smcko", "Cfon" };
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i][0] == name[0])
            return length == 1 || (length == 2 && strchr(kinds[i] + 1, name[1]));
    return false;
}

/* {Lu} or {IsBasicLatin} behind \p or \P, as the inside of a class. */
static bool put_property(Regex *r, Buf *b, bool negated)
{
    const char *name = r->at + 1, *end = strchr(r->at, '}');
    if (*r->at != '{' || !end || end == name)
        return false;
    size_t length = (size_t)(end - name);
    r->at = end + 1;
    if (length > 2 && strncmp(name, "Is", 2) == 0)
        return put_block(b, name + 2, length - 2, negated);
    if (!is_category(name, length))
        return false;
    buf_format(b, "\\%c{%.*s}", negated ? 'P' : 'p', (int)length, name);
    return true;
}

/* \d, \w, \s, \i, \c, \p and what they leave out, as the inside of a class; false and nothing read
 * where the escape means one character. */
static bool put_set(Regex *r, Buf *b, bool *bad)
{
    char c = *r->at;
    *bad = false;
    switch (c) {
    case 'd': buf_add(b, "\\p{Nd}"); break;
    case 'D': buf_add(b, "\\P{Nd}"); break;
    case 'w': buf_add(b, "\\p{L}\\p{M}\\p{N}\\p{S}"); break; /* all but the next */
    case 'W': buf_add(b, "\\p{P}\\p{Z}\\p{C}"); break;
    case 's':
    case 'S': put_ranges(b, SPACES, COUNT(SPACES), c == 'S'); break;
    case 'i':
    case 'I': put_ranges(b, NAME_START, COUNT(NAME_START), c == 'I'); break;
    case 'c':
    case 'C': put_ranges(b, NAME_PART, COUNT(NAME_PART), c == 'C'); break;
    case 'p':
    case 'P':
        r->at++;
        *bad = !put_property(r, b, c == 'P');
        return true;
    default: return false;
    }
    r->at++;
    return true;
}

/* Behind a backslash: one character. XPath has no escapes for "/" and the quote, but both are
 * written so often that they are taken. */
static bool read_escaped(Regex *r, uint32_t *out)
{
    static const char *const named = "nrt";
    char c = *r->at;
    const char *found = c ? strchr(named, c) : NULL;
    if (!c || (!found && !strchr("\\|.?*+(){}-[]^$/\"", c)))
        return false;
    r->at++;
    *out = found ? (uint32_t) "\n\r\t"[found - named] : (uint32_t)c;
    return true;
}

/* One character of a class, or a set of them, which is written. */
static bool read_member(Regex *r, Buf *b, bool *set, uint32_t *out)
{
    bool bad;
    *set = false;
    if (*r->at == 0 || *r->at == '[' || *r->at == ']')
        return false;
    if (*r->at != '\\') {
        *out = text_next(&r->at);
        return true;
    }
    r->at++;
    *set = put_set(r, b, &bad);
    return *set ? !bad : read_escaped(r, out);
}

/* a, a-z or \d. A minus that makes no range means itself, wherever it stands. */
static bool read_members(Regex *r, Buf *b)
{
    assert(*r->at != ']' || b->length == 0);
    bool set;
    uint32_t low, high;
    if (!read_member(r, b, &set, &low))
        return false;
    if (set)
        return true;
    high = low;
    if (*r->at == '-' && r->at[1] != ']' && r->at[1] != '[') {
        r->at++;
        if (!read_member(r, b, &set, &high) || set)
            return false;
    }
    put_range(b, low, high);
    return low <= high;
}

/* Behind "[", up to and with "]". What a subtraction [a-z-[aeiou]] takes away is looked for ahead
 * of the class, both in one group, so that a quantifier counts them as one. */
static bool read_class(Regex *r, Buf *b)
{
    assert(r->at[-1] == '[');
    Buf inner = BUF(r->cx), less = BUF(r->cx);
    bool negated = *r->at == '^';
    if (++r->depth > NEST_MAX)
        return false;
    r->at += negated;
    while (*r->at != ']' || !inner.length) {
        if (*r->at == '-' && r->at[1] == '[' && inner.length) {
            r->at += 2;
            if (!read_class(r, &less) || *r->at != ']')
                return false;
            break;
        }
        if (!read_members(r, &inner))
            return false;
    }
    r->at++;
    r->depth--;
    const char *sign = negated ? "^" : "";
    if (less.length)
        buf_format(b, "(?:(?!%s)[%s%s])", buf_text(&less), sign, buf_text(&inner));
    else
        buf_format(b, "[%s%s]", sign, buf_text(&inner));
    return true;
}

/* \1 speaks of a group that has ended; further digits belong to it where so many groups began. */
static bool read_reference(Regex *r)
{
    assert(*r->at >= '1' && *r->at <= '9');
    Buf *closed = &r->closed;
    size_t n = 0;
    do {
        n = n * 10 + (size_t)(*r->at++ - '0');
    } while (*r->at >= '0' && *r->at <= '9' && n * 10 + (size_t)(*r->at - '0') <= closed->length);
    if (n > closed->length || closed->at[n - 1] != ')')
        return false;
    r->to->references = true;
    buf_format(&r->to->text, "\\g{%zu}", n);
    return true;
}

/* A set outside of a class is a class of its own: PCRE2's \w and \s are not XPath's. */
static bool read_escape(Regex *r)
{
    Buf set = BUF(r->cx);
    bool bad;
    uint32_t c;
    if (*r->at >= '1' && *r->at <= '9')
        return read_reference(r);
    if (put_set(r, &set, &bad)) {
        buf_format(&r->to->text, "[%s]", buf_text(&set));
        return !bad;
    }
    if (!read_escaped(r, &c))
        return false;
    put_char(&r->to->text, c);
    return true;
}

/* Which groups have ended is kept as signs in `closed`, for \1 inside of group 1 is no reference
 * in XPath, while PCRE2 takes it for one that fails. */
static bool read_group(Regex *r)
{
    assert(r->at[-1] == '(');
    bool counted = *r->at != '?';
    size_t number = r->closed.length;
    if (!counted && r->at[1] != ':')
        return false;
    r->at += counted ? 0 : 2;
    if (counted)
        buf_char(&r->closed, '(');
    buf_add(&r->to->text, counted ? "(" : "(?:");
    if (!read_choice(r) || *r->at != ')')
        return false;
    r->at++;
    if (counted)
        r->closed.at[number] = ')';
    buf_char(&r->to->text, ')');
    return true;
}

/* The dot of XPath leaves out the carriage return as well, PCRE2's the line feed alone. */
static bool read_atom(Regex *r)
{
    Buf *b = &r->to->text;
    switch (*r->at) {
    case '(': r->at++; return read_group(r);
    case '[': r->at++; return read_class(r, b);
    case '\\': r->at++; return read_escape(r);
    case '.':
        r->at++;
        buf_add(b, r->dot_all ? "." : "[^\\n\\r]");
        return true;
    case '^':
    case '$': buf_format(b, "(?:%c)", *r->at++); return true; /* which may be counted, too */
    case '?':
    case '*':
    case '+':
    case '{':
    case '}':
    case ']': return false;
    default: put_char(b, text_next(&r->at)); return true;
    }
}

/* The bound is PCRE2's own, said here, so that a longer count is refused as no pattern and not as a
 * failure of the library. */
static bool read_count(Regex *r, size_t *out)
{
    if (*r->at < '0' || *r->at > '9')
        return false;
    *out = 0;
    while (*r->at >= '0' && *r->at <= '9' && *out <= REPEAT_MAX)
        *out = *out * 10 + (size_t)(*r->at++ - '0');
    return *out <= REPEAT_MAX;
}

/* {3}, {3,} or {3,5}. PCRE2 goes through a counted item without a call-out for each turn; what they
 * add up to is told, and weighs on every step (pattern.c, aim). */
static bool read_counts(Regex *r)
{
    assert(*r->at == '{');
    const char *start = r->at++;
    size_t low, high;
    if (!read_count(r, &low))
        return false;
    high = low;
    if (*r->at == ',') {
        r->at++;
        if (*r->at != '}' && (!read_count(r, &high) || high < low))
            return false;
    }
    if (*r->at != '}')
        return false;
    r->at++;
    r->to->repeats += high;
    buf_add_n(&r->to->text, start, (size_t)(r->at - start));
    return true;
}

/* XPath has no possessive "a++": a second sign is refused by the next atom. */
static bool read_quantifier(Regex *r)
{
    if (*r->at == '?' || *r->at == '*' || *r->at == '+')
        buf_char(&r->to->text, *r->at++);
    else if (*r->at != '{')
        return true;
    else if (!read_counts(r))
        return false;
    if (*r->at == '?') /* as few as may be */
        buf_char(&r->to->text, *r->at++);
    return true;
}

/* Branches up to the end of the group or the pattern. */
static bool read_choice(Regex *r)
{
    assert(r->depth >= 0 && r->depth <= NEST_MAX);
    if (++r->depth > NEST_MAX)
        return false;
    while (*r->at && *r->at != ')') {
        if (*r->at == '|')
            buf_char(&r->to->text, *r->at++);
        else if (!read_atom(r) || !read_quantifier(r))
            return false;
    }
    r->depth--;
    return true;
}

/* Flag x: blanks outside classes are no part of the pattern, wherever they stand. They are taken
 * out before anything is read, since one may stand between a backslash and what it escapes, or
 * inside of {2, 3}; PCRE2's own flag leaves those in. */
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

/* What is left over behind the last branch is a bracket that nothing opened. */
bool pattern_read(Cx *cx, PatternText *out, const char *pattern, const char *flags)
{
    assert(!strchr(flags, 'q'));
    *out = (PatternText){ .text = BUF(cx) };
    Regex r = { .cx = cx, .to = out, .closed = BUF(cx), .dot_all = strchr(flags, 's') != NULL };
    r.at = strchr(flags, 'x') ? without_blanks(cx, pattern) : pattern;
    return read_choice(&r) && *r.at == 0;
}
