/* Regular expressions on PCRE2, whose backtracking is charged to the run as it happens.
 *
 * A hostile pattern can backtrack for hours over a short text, and PCRE2's own limit is one of a
 * single attempt: "replace" makes as many attempts as the text has places. So PCRE2 calls back
 * before each item that it tries, and the run pays; a bad pattern ends at the
 * limit of the run, at the deadline of its budget, or when nobody waits any more.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "rules/pattern.h"

#include "rules/builtin.h"

#include <assert.h>
#include <pcre2.h>
#include <string.h>

#define MATCH_STEPS  1000000 /* of one attempt from one place */
#define MATCH_KBYTES 20000

enum {
    LOT = 64,      /* steps of PCRE2 that are charged at once */
    SCAN = 64,     /* bytes looked through for the price of one step */
    KEPT_MAX = 16, /* patterns a run keeps */
};

/* PCRE2 asks for its memory once a pattern: it goes with the arena. */
static void *take(PCRE2_SIZE size, void *arena)
{
    return arena_alloc(arena, size);
}

static void leave(void *block, void *arena)
{
    (void)block;
    (void)arena;
}

typedef struct Pattern {
    const char *text, *flags;
    pcre2_code *code; /* NULL: no valid pattern */
    pcre2_match_data *match;
    pcre2_match_context *limits;
    Run *run;
    size_t repeats;
    bool references;
    bool takes_empty; /* matches "" */
    size_t weight;    /* steps that one of PCRE2's may cost on the input at hand */
    size_t uncharged;
    bool checked; /* the input at hand is well-formed */
    struct Pattern *next;
} Pattern;

/* Called before each item of the pattern that is tried: a backtracking search passes here as often
 * as it backtracks, so that no pattern works without being charged, nor after the run was stopped.
 */
static int charge(pcre2_callout_block *block, void *data)
{
    Pattern *p = data;
    (void)block;
    if (++p->uncharged < LOT)
        return 0;
    p->uncharged = 0;
    return run_spend(p->run, LOT * p->weight) ? 0 : PCRE2_ERROR_CALLOUT;
}

static bool read_flags(const char *flags, uint32_t *options)
{
    *options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
               PCRE2_MATCH_UNSET_BACKREF;
    for (const char *f = flags; *f; f++)
        switch (*f) {
        case 's': *options |= PCRE2_DOTALL; break;
        case 'm': *options |= PCRE2_MULTILINE; break;
        case 'i': *options |= PCRE2_CASELESS; break;
        case 'x':
        case 'q': break;
        default: return false;
        }
    if (strchr(flags, 'q'))
        *options = PCRE2_UTF | PCRE2_LITERAL | (*options & PCRE2_CASELESS);
    else /* callouts count; a possessive repeat would scan in one step what no step pays for */
        *options |= PCRE2_AUTO_CALLOUT | PCRE2_NO_AUTO_POSSESS;
    return true;
}

/* 1 found, 0 not found, -1 past a limit. The input is checked once: PCRE2 would look through all of
 * it at every match. */
static int find(Pattern *p, const Text *input, size_t from, size_t *start, size_t *end)
{
    assert(p->code && p->weight > 0);
    assert(from <= input->length);
    uint32_t options = p->checked ? PCRE2_NO_UTF_CHECK : 0;
    int n = pcre2_match(p->code, (PCRE2_SPTR)input->bytes, input->length, from, options, p->match,
                        p->limits);
    const PCRE2_SIZE *pairs = pcre2_get_ovector_pointer(p->match);
    size_t to = n > 0 ? pairs[1] : input->length;
    size_t scanned = to > from ? (to - from) / SCAN : 0;
    p->checked = true;
    if (!run_spend(p->run, 1 + scanned + p->uncharged * p->weight))
        return -1;
    p->uncharged = 0;
    if (n == PCRE2_ERROR_NOMATCH)
        return 0;
    if (n < 0)
        return -1;
    *start = pairs[0];
    *end = pairs[1];
    return 1;
}

/* A reference compares as much as its group took, a repeat {n} goes n items: both in one step. */
static void aim(Pattern *p, const Text *input)
{
    p->weight = 1 + p->repeats / 16 + (p->references ? input->length / 256 : 0);
    p->uncharged = 0;
    p->checked = false;
}

/* What XPath means by the pattern, written for PCRE2 (pattern_read.c); with the flag "q" the text
 * itself. Whether it takes the empty text is asked once, by the caller, on an empty input. */
static bool compile(Cx *cx, Pattern *p)
{
    assert(!p->code && p->text && p->flags);
    PatternText read = { .text = BUF(cx) };
    uint32_t options;
    int error;
    PCRE2_SIZE at;
    if (!read_flags(p->flags, &options))
        return false;
    if (strchr(p->flags, 'q'))
        buf_add(&read.text, p->text);
    else if (!pattern_read(cx, &read, p->text, p->flags))
        return false;
    p->repeats = read.repeats;
    p->references = read.references;
    pcre2_general_context *memory = pcre2_general_context_create(take, leave, cx->arena);
    pcre2_compile_context *how = pcre2_compile_context_create(memory);
    pcre2_set_newline(how, PCRE2_NEWLINE_LF);
    p->code = pcre2_compile((PCRE2_SPTR)buf_text(&read.text), read.text.length, options, &error,
                            &at, how);
    if (!p->code)
        return false;
    p->match = pcre2_match_data_create_from_pattern(p->code, memory);
    p->limits = pcre2_match_context_create(memory);
    pcre2_set_match_limit(p->limits, MATCH_STEPS);
    pcre2_set_heap_limit(p->limits, MATCH_KBYTES);
    pcre2_set_callout(p->limits, charge, p);
    return true;
}

/* The pattern, as the run has it or compiled; NULL where it is none. A loop asks for the same one
 * at every turn, and a compiled one takes kilobytes of the arena, which never gives them back. */
static Pattern *pattern_open(Run *run, const Text *input, const char *text, const char *flags)
{
    size_t kept = 0;
    Pattern *p = run->patterns;
    for (; p && kept < KEPT_MAX; p = p->next, kept++)
        if (strcmp(p->text, text) == 0 && strcmp(p->flags, flags) == 0)
            break;
    if (!p || kept == KEPT_MAX) {
        size_t start, end;
        p = NEW(run->cx, Pattern);
        *p = (Pattern){ .text = text, .flags = flags, .run = run, .next = run->patterns };
        if (!run_spend(run, LOT + strlen(text)))
            return NULL;
        if (compile(run->cx, p)) {
            aim(p, &(Text){ "", 0 });
            p->takes_empty = find(p, &(Text){ "", 0 }, 0, &start, &end) > 0;
        }
        run->patterns = p;
    }
    if (!p->code)
        return NULL;
    p->run = run;
    aim(p, input);
    return p;
}

static Value bad_pattern(Cx *cx, const char *pattern)
{
    return value_null_because(cx, "不是有效的正则表达式：%s", "no valid regular expression: %s",
                              pattern);
}

static Value takes_empty(Cx *cx, const char *pattern)
{
    return value_null_because(cx, "正则表达式 %s 能匹配空文本，不能用来替换或分割",
                              "the regular expression %s matches the empty text: it can neither "
                              "replace nor split",
                              pattern);
}

static Value too_much(Cx *cx, const char *pattern)
{
    return value_null_because(cx, "正则表达式耗时过多：%s",
                              "the regular expression takes too long: %s", pattern);
}

Value pattern_matches(Run *run, const Text *input, const char *pattern, const char *flags)
{
    size_t start, end;
    Pattern *p = pattern_open(run, input, pattern, flags);
    if (!p)
        return bad_pattern(run->cx, pattern);
    int found = find(p, input, 0, &start, &end);
    return found < 0 ? too_much(run->cx, pattern) : value_boolean(found);
}

/* A group that did not take part is empty; $12 is group 12 only where there are so many. */
static const char *put_group(const Pattern *p, Buf *b, const Text *input, const char *digits)
{
    assert(*digits >= '0' && *digits <= '9');
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
static bool put_replacement(const Pattern *p, Buf *b, const Text *input, const char *text)
{
    if (strchr(p->flags, 'q')) {
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

/* A pattern that takes the empty text would match between any two characters; F&O calls that an
 * error, and it keeps the loop below sure of going on. */
Value pattern_replace(Run *run, const Text *input, const char *pattern, const char *replacement,
                      const char *flags)
{
    Cx *cx = run->cx;
    Buf b = BUF(cx);
    size_t at = 0, start, end;
    int found = 0;
    Pattern *p = pattern_open(run, input, pattern, flags);
    if (!p)
        return bad_pattern(cx, pattern);
    if (p->takes_empty)
        return takes_empty(cx, pattern);
    while (at <= input->length && (found = find(p, input, at, &start, &end)) > 0) {
        assert(end > start); /* or it would match "" */
        buf_add_n(&b, input->bytes + at, start - at);
        if (!put_replacement(p, &b, input, replacement))
            return value_null_because(cx, "替换文本无效：%s", "no valid replacement: %s",
                                      replacement);
        at = end;
    }
    if (found < 0)
        return too_much(cx, pattern);
    buf_add_n(&b, input->bytes + at, input->length - at);
    return value_text_n(buf_text(&b), b.length);
}

Value pattern_split(Run *run, const Text *input, const char *delimiter)
{
    Cx *cx = run->cx;
    size_t at = 0, start, end, count = 0, room = 16;
    int found = 0;
    Value *items = NEW_N(cx, Value, room);
    Pattern *p = pattern_open(run, input, delimiter, "");
    if (!p)
        return bad_pattern(cx, delimiter);
    if (p->takes_empty)
        return takes_empty(cx, delimiter);
    while ((found = find(p, input, at, &start, &end)) > 0) {
        assert(end > start);
        if (count + 1 == room) {
            items = arena_grow(cx->arena, items, room * sizeof *items, room * 2 * sizeof *items);
            room *= 2;
        }
        const char *part = arena_text_n(cx->arena, input->bytes + at, start - at);
        items[count++] = value_text_n(part, start - at);
        at = end;
    }
    if (found < 0)
        return too_much(cx, delimiter);
    assert(count < room && at <= input->length);
    items[count++] = value_text(input->bytes + at);
    return value_list(items, count);
}
