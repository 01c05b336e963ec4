/* Number formats: what a cell shows of the number it keeps.
 *
 * A value is read from the file, but whoever filled it in saw what its format made of it. Where the
 * two are not the same amount (0!.0,"万元" shows 1005000 as 100.5 万元) the reader must know, or it
 * takes one for the other. A format is read once for each style, not for each cell.
 */
#include "base/decimal.h"
#include "sheet/grid.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One code being read. */
typedef struct FormatReader {
    Cx *cx;
    NumberFormat *out;
    Buf literal; /* what stands as it is since the last digit or the section's begin */
    bool digits; /* of this section */
    bool point;
    bool first; /* the section that says how many digits are shown */
    bool comma; /* right behind a digit: thousands, or a scale where no digit follows */
    bool day, time, month;
} FormatReader;

static bool starts(const char *text, const char *word)
{
    return strncasecmp(text, word, strlen(word)) == 0;
}

/* Words around the digits: the unit among them says what the number is shown as. */
static void literal_end(FormatReader *r)
{
    const char *text = text_fold(r->cx, buf_text(&r->literal));
    int64_t yuan = money_unit(r->cx, text);
    if (yuan)
        r->out->yuan = r->out->yuan && r->out->yuan != yuan ? -1 : yuan;
    if (text[strspn(text, "()+-$¥￥ ")])
        r->out->words = true;
    r->literal = BUF(r->cx);
}

/* Between two digits no word may stand: 0"."0 shows a point that the number has not. */
static void digit(FormatReader *r, char c)
{
    if (r->digits && r->literal.length && !text_blank(buf_text(&r->literal))) {
        r->out->scaled |= strpbrk(buf_text(&r->literal), ".,") != NULL;
        r->out->words = true;
        r->literal = BUF(r->cx);
    } else if (!r->digits) {
        literal_end(r);
    }
    r->digits = true;
    r->comma = false;
    if (!r->first || r->out->general)
        return;
    r->out->pad += !r->point && c == '0';
    r->out->decimals += r->point && c == '0';
    r->out->most += r->point;
}

static void section_end(FormatReader *r)
{
    r->out->scaled |= r->comma;
    literal_end(r);
    r->first = r->first && !r->digits;
    r->digits = r->point = r->comma = false;
}

/* [Red], [>=10000], [$-804], [$￥-804], [h]: only the last two say something. */
static const char *bracket(FormatReader *r, const char *c)
{
    const char *end = strchr(c, ']');
    if (!end)
        return c + strlen(c);
    r->time |= strchr("hHsS", c[1]) != NULL || ((c[1] == 'm' || c[1] == 'M') && c[2] != 'a');
    if (c[1] == '$')
        buf_add_n(&r->literal, c + 2, strcspn(c + 2, "-]"));
    return end + 1;
}

static const char *quoted(FormatReader *r, const char *c)
{
    size_t n = strcspn(c + 1, "\"");
    buf_add_n(&r->literal, c + 1, n);
    return c + 1 + n + (c[1 + n] == '"');
}

/* Words that hold letters which mean something else by themselves. */
static const char *word(FormatReader *r, const char *c)
{
    static const char *const GENERAL[] = { "General", "Standard", "G/通用格式" };
    static const char *const NOON[] = { "AM/PM", "A/P", "上午/下午" };
    for (size_t i = 0; i < COUNT(GENERAL); i++)
        if (starts(c, GENERAL[i])) {
            r->out->general = true;
            digit(r, '#');
            return c + strlen(GENERAL[i]);
        }
    for (size_t i = 0; i < COUNT(NOON); i++)
        if (starts(c, NOON[i])) {
            r->time = true;
            return c + strlen(NOON[i]);
        }
    return NULL;
}

/* A character of the code itself; how many bytes it takes. */
static size_t sign(FormatReader *r, const char *c)
{
    if (strchr("0#?", *c))
        return digit(r, *c), 1;
    if ((*c == 'E' || *c == 'e') && (c[1] == '+' || c[1] == '-'))
        return r->out->general = true, 2; /* 1.39E+10: as exact as without */
    if (strchr("dDyYeEgGbBaA", *c))
        return r->day = true, 1;
    if (strchr("hHsS", *c))
        return r->time = true, 1;
    if (*c == 'm' || *c == 'M')
        return r->month = true, 1;
    if (*c == '.' && r->digits)
        return r->out->scaled |= r->comma, r->point = true, r->comma = false, 1;
    if (*c == ',' && r->digits)
        return r->comma = true, 1;
    if (*c == '%')
        return r->out->scaled = true, 1;
    if (*c == '/' && r->digits)
        return r->out->words = true, 1; /* a fraction */
    const char *next = c;
    text_next(&next);
    buf_add_n(&r->literal, c, (size_t)(next - c));
    return (size_t)(next - c);
}

static const char *step(FormatReader *r, const char *c)
{
    const char *behind = word(r, c), *next = c + 1;
    if (behind)
        return behind;
    switch (*c) {
    case ';': section_end(r); return next;
    case '"': return quoted(r, c);
    case '[': return bracket(r, c);
    case '_':
    case '*': /* the width of a character; a filling */ text_next(&next); return next;
    case '\\':
    case '!': {
        const char *from = next;
        text_next(&next);
        buf_add_n(&r->literal, from, (size_t)(next - from));
        return next;
    }
    default: return c + sign(r, c);
    }
}

NumberFormat *format_read(Cx *cx, const char *code)
{
    NumberFormat *f = NEW(cx, NumberFormat);
    *f = (NumberFormat){ .code = code };
    FormatReader r = { .cx = cx, .out = f, .literal = BUF(cx), .first = true };
    for (const char *c = code; *c;)
        c = step(&r, c);
    section_end(&r);
    f->is_date = r.day || (r.month && !r.time);
    f->is_time = r.time && !f->is_date;
    return f;
}

/* The formats that a file names by number alone; those of Chinese Excel included. */
NumberFormat *format_built_in(Cx *cx, long id)
{
    static const char *const CODES[] = {
        [1] = "0",           [2] = "0.00",     [3] = "#,##0",     [4] = "#,##0.00",
        [9] = "0%",          [10] = "0.00%",   [11] = "0.00E+00", [12] = "# #/#",
        [13] = "# #/#",      [37] = "#,##0_)", [38] = "#,##0_)",  [39] = "#,##0.00_)",
        [40] = "#,##0.00_)", [48] = "##0.0E+0"
    };
    bool day = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
               (id >= 50 && id <= 54) || id == 57 || id == 58;
    bool time = (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) ||
                id == 55 || id == 56;
    if (day || time)
        return format_read(cx, day ? "yyyy-mm-dd" : "h:mm:ss");
    size_t at = id < 0 ? COUNT(CODES) : (size_t)id;
    return at < COUNT(CODES) && CODES[at] ? format_read(cx, CODES[at]) : NULL;
}

/* 7 as 007, 1.1 as 1.10; NULL where the format shows another number than the cell keeps. */
const char *format_show(Cx *cx, const NumberFormat *f, const char *plain)
{
    if (!f || f->general)
        return plain;
    const char *point = strchr(plain, '.');
    size_t whole = point ? (size_t)(point - plain) : strlen(plain);
    size_t behind = point ? strlen(point + 1) : 0;
    bool minus = *plain == '-';
    if (f->scaled || f->words || behind > f->most)
        return NULL;
    Buf b = BUF(cx);
    buf_add_n(&b, plain, minus);
    for (size_t n = whole - minus; n < f->pad; n++)
        buf_char(&b, '0');
    buf_add(&b, plain + minus);
    if (!point && f->decimals)
        buf_char(&b, '.');
    for (size_t n = behind; n < f->decimals; n++)
        buf_char(&b, '0');
    return buf_text(&b);
}
