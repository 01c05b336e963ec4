/* Units of money and of counts, as people write them beside a heading or above a table. */
#include "sheet/grid.h"

#include <string.h>

/* The longest of the words that text begins with is passed over; what it multiplies by. */
static int64_t multiplier(const char **text)
{
    static const struct {
        const char *word;
        int64_t times;
    } WORDS[] = { { "十", 10 },     { "百", 100 },    { "千", 1000 },      { "仟", 1000 },
                  { "万", 10000 },  { "萬", 10000 },  { "亿", 100000000 }, { "10000", 10000 },
                  { "10k", 10000 }, { "1000", 1000 }, { "100", 100 },      { "k", 1000 },
                  { "1", 1 } };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strncmp(*text, WORDS[i].word, strlen(WORDS[i].word)) == 0) {
            *text += strlen(WORDS[i].word);
            return WORDS[i].times;
        }
    return 0;
}

static const char *past(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0 ? text + strlen(word) : text;
}

/* Money of another kind, or a part of it: nothing that 万元 could be made of. */
static bool is_other_money(const char *word)
{
    static const char *const PARTS[] = { "元", "圆", "yuan", "usd", "$", "€", "£", "%", "‰" };
    for (size_t i = 0; i < COUNT(PARTS); i++)
        if (strstr(word, PARTS[i]))
            return true;
    return strcmp(word, "角") == 0 || strcmp(word, "分") == 0 || strcmp(word, "美金") == 0;
}

int64_t money_unit(Cx *cx, const char *text)
{
    const char *word = label_tight(cx, text);
    const char *at = past(past(past(word, "人民币"), "rmb"), "cny");
    int64_t yuan = 1, times, steps = 0;
    while (steps < 4 && (times = multiplier(&at)) != 0) {
        yuan *= times;
        steps++;
    }
    const char *end = past(past(past(at, "元"), "圆"), "yuan");
    bool bare = end == at && steps > 0 && yuan >= 1000 && strchr("0123456789k", *word) == NULL;
    if (!*end && (end > at || bare) && yuan <= 1000000000000)
        return yuan;
    return is_other_money(word) ? -1 : 0;
}

/* One of the words of a bracket. 户 beside 户 is the same; 百户 or 公顷 beside 亩 is not. */
static bool is_other_count(const char *word, const char *unit)
{
    static const char *const KNOWN[] = { "户",   "人",   "人次",   "个",       "次",
                                         "亩",   "公顷", "平方米", "平方公里", "公里",
                                         "千米", "米",   "吨",     "公斤",     "斤" };
    size_t n = strlen(word), m = strlen(unit);
    if (strcmp(word, unit) == 0)
        return false;
    if (m && n > m && strcmp(word + n - m, unit) == 0 && multiplier(&word))
        return true;
    for (size_t i = 0; i < COUNT(KNOWN); i++)
        if (strcmp(word, KNOWN[i]) == 0)
            return true;
    return false;
}

/* Takes the words of text up to a closing bracket, parted by marks; a unit that is another than
 * the one before is a clash. whole: only words that are a unit and nothing else count. */
static const char *units_in(Cx *cx, int64_t *yuan, const char *text, const Field *f, bool whole)
{
    static const char MARKS[] = ")]/;,";
    const char *unit = f ? label_tight(cx, text_or(f->unit, "")) : "";
    while (*text && *text != ')' && *text != ']') {
        size_t n = 0;
        while (text[n] && (!strchr(MARKS, text[n]) || (!whole && text[n] == '/')) &&
               strncmp(text + n, "、", 3) != 0)
            n++;
        const char *word = arena_text_n(cx->arena, text, n);
        bool usual = f && f->type != FIELD_MONEY && *unit && strcmp(word, unit) == 0;
        int64_t own = usual ? 0 : money_unit(cx, word);
        if (f && f->type != FIELD_MONEY && is_other_count(word, unit))
            own = -1;
        if (whole && own < 0 && (n < strlen("元") || strcmp(word + n - strlen("元"), "元") != 0))
            own = 0; /* a name that holds 元, as 元氏县 */
        if (own)
            *yuan = *yuan && *yuan != own ? -1 : own;
        text += n;
        if (strncmp(text, "、", 3) == 0)
            text += 3;
        else if (*text && *text != ')' && *text != ']')
            text++;
    }
    return text;
}

int64_t heading_unit(Cx *cx, const char *heading, const Field *f)
{
    int64_t yuan = 0;
    const char *text = label_tight(cx, heading);
    for (const char *p = text; (p = strpbrk(p, "([")) != NULL;) {
        p = past(past(past(p + 1, "金额"), "单位"), ":");
        p = units_in(cx, &yuan, p, f, false);
    }
    return yuan;
}

int64_t line_unit(Cx *cx, const char *line)
{
    int64_t yuan = 0;
    const char *text = label_tight(cx, line);
    for (const char *p = text; (p = strstr(p, "单位")) != NULL;) {
        p += strlen("单位");
        const char *behind = past(past(past(p, "为"), "是"), ":");
        if (behind > p)
            p = units_in(cx, &yuan, behind, NULL, true);
    }
    for (const char *p = text; !yuan && (p = strchr(p, '(')) != NULL;)
        p = units_in(cx, &yuan, p + 1, NULL, true);
    return yuan;
}
