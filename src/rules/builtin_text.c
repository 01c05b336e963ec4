/* Built-ins on strings (DMN 1.5, 10.3.4.3). Positions and lengths are in characters. */
#include "rules/builtin.h"
#include "rules/pattern.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>
#include <utf8proc.h>

static const char *char_at(const Text *t, size_t n)
{
    const char *at = t->bytes;
    while (n-- > 0)
        text_next(&at);
    return at;
}

static Value substring(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_NUMBER);
    int64_t start, length = INT64_MAX;
    int64_t count = (int64_t)text_count(a[0].text.bytes);
    bool whole = decimal_to_int(decimal_round(a[1].number, 0, TOWARDS_ZERO), &start);
    if (!value_is_null(&a[2]))
        whole &= decimal_to_int(decimal_round(a[2].number, 0, TOWARDS_ZERO), &length);
    if (!whole || start == 0 || start > count || start < -count || length < 1)
        return value_null_because(run->cx, "%s 没有第 %s 个字符起的这一段",
                                  "%s has no such part from character %s",
                                  value_brief(run->cx, &a[0]), value_brief(run->cx, &a[1]));
    int64_t from = start > 0 ? start - 1 : count + start;
    int64_t to = length > count - from ? count : from + length;
    const char *begin = char_at(&a[0].text, (size_t)from), *end = begin;
    for (int64_t i = from; i < to; i++)
        text_next(&end);
    size_t bytes = (size_t)(end - begin);
    return value_text_n(arena_text_n(run->cx->arena, begin, bytes), bytes);
}

static Value string_length(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING);
    (void)run;
    return value_int((int64_t)text_count(a->text.bytes));
}

/* What one character becomes that is several in the other case: "ß" is "SS". utf8proc knows one for
 * one only. NULL where the character is none of those. */
static const char *special_case(uint32_t c, bool upper)
{
    static const struct {
        uint32_t c;
        const char *upper, *lower;
    } rows[] = {
#define CASING(c, upper, lower) { c, upper, lower },
#include "rules/casing.def"
    };
    size_t low = 0, high = COUNT(rows);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rows[middle].c == c)
            return upper ? rows[middle].upper : rows[middle].lower;
        if (rows[middle].c < c)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static Value mapped(Run *run, const Value *a, bool upper)
{
    Buf b = BUF(run->cx);
    for (const char *at = a->text.bytes; *at;) {
        utf8proc_uint8_t bytes[4];
        uint32_t c = text_next(&at);
        if (c < 0x80) {
            bool turns = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
            buf_char(&b, (char)(turns ? c ^ 0x20 : c));
            continue;
        }
        const char *several = special_case(c, upper);
        if (several) {
            buf_add(&b, several);
            continue;
        }
        utf8proc_int32_t one = (utf8proc_int32_t)c;
        one = upper ? utf8proc_toupper(one) : utf8proc_tolower(one);
        buf_add_n(&b, (const char *)bytes, (size_t)utf8proc_encode_char(one, bytes));
    }
    return value_text_n(buf_text(&b), b.length);
}

static Value upper_case(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING);
    return mapped(run, a, true);
}

static Value lower_case(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING);
    return mapped(run, a, false);
}

static Value substring_before(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_STRING);
    const char *found = strstr(a[0].text.bytes, a[1].text.bytes);
    size_t bytes = found ? (size_t)(found - a[0].text.bytes) : 0;
    return value_text_n(arena_text_n(run->cx->arena, a[0].text.bytes, bytes), bytes);
}

static Value substring_after(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_STRING);
    (void)run;
    const char *found = strstr(a[0].text.bytes, a[1].text.bytes);
    return value_text(found ? found + a[1].text.length : "");
}

static Value contains(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_STRING);
    (void)run;
    return value_boolean(strstr(a[0].text.bytes, a[1].text.bytes) != NULL);
}

static Value starts_with(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_STRING);
    (void)run;
    return value_boolean(strncmp(a[0].text.bytes, a[1].text.bytes, a[1].text.length) == 0);
}

static Value ends_with(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_STRING);
    (void)run;
    size_t whole = a[0].text.length, end = a[1].text.length;
    return value_boolean(end <= whole &&
                         memcmp(a[0].text.bytes + whole - end, a[1].text.bytes, end) == 0);
}

static const char *flags_of(const Value *v)
{
    return value_is_null(v) ? "" : v->text.bytes;
}

static Value matches(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_STRING);
    return pattern_matches(run, &a[0].text, a[1].text.bytes, flags_of(&a[2]));
}

static Value replace(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_STRING && a[2].kind == VALUE_STRING);
    return pattern_replace(run, &a[0].text, a[1].text.bytes, a[2].text.bytes, flags_of(&a[3]));
}

static Value split(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING && a[1].kind == VALUE_STRING);
    return pattern_split(run, &a[0].text, a[1].text.bytes);
}

static Value string_join(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Buf b = BUF(run->cx);
    bool first = true;
    for (size_t i = 0; i < a[0].list.count; i++) {
        const Value *one = &a[0].list.items[i];
        if (value_is_null(one))
            continue;
        if (one->kind != VALUE_STRING)
            return value_null_because(run->cx, "%s 不是文本", "%s is no string",
                                      value_brief(run->cx, one));
        if (!first && !value_is_null(&a[1]))
            buf_add(&b, a[1].text.bytes);
        buf_add_n(&b, one->text.bytes, one->text.length);
        first = false;
    }
    return value_text(buf_text(&b));
}

#define STRING                                                                                     \
    {                                                                                              \
        "string", K_STRING                                                                         \
    }
#define MATCH                                                                                      \
    {                                                                                              \
        "match", K_STRING                                                                          \
    }
#define INPUT                                                                                      \
    {                                                                                              \
        "input", K_STRING                                                                          \
    }
#define FLAGS                                                                                      \
    {                                                                                              \
        "flags", K_STRING | K_OPTIONAL                                                             \
    }

static const Builtin rows[] = {
    { "substring",
      { STRING, { "start position", K_NUMBER }, { "length", K_NUMBER | K_OPTIONAL } },
      substring,
      TYPE_STRING,
      0,
      "从第几个字符起的一段；负数从末尾数起",
      "part from a character on; negative counts from the end" },
    { "string length",
      { STRING },
      string_length,
      TYPE_NUMBER,
      0,
      "字符数",
      "number of characters" },
    { "upper case", { STRING }, upper_case, TYPE_STRING, 0, "大写", "upper case" },
    { "lower case", { STRING }, lower_case, TYPE_STRING, 0, "小写", "lower case" },
    { "substring before",
      { STRING, MATCH },
      substring_before,
      TYPE_STRING,
      0,
      "首次出现之前",
      "what stands before the first match" },
    { "substring after",
      { STRING, MATCH },
      substring_after,
      TYPE_STRING,
      0,
      "首次出现之后",
      "what stands after the first match" },
    { "replace",
      { INPUT, { "pattern", K_STRING }, { "replacement", K_STRING }, FLAGS },
      replace,
      TYPE_STRING,
      0,
      "按正则表达式替换",
      "replaced by a regular expression" },
    { "contains",
      { STRING, MATCH },
      contains,
      TYPE_BOOLEAN,
      0,
      "是否包含",
      "does it contain the text" },
    { "starts with",
      { STRING, MATCH },
      starts_with,
      TYPE_BOOLEAN,
      0,
      "是否以此开头",
      "does it start with the text" },
    { "ends with",
      { STRING, MATCH },
      ends_with,
      TYPE_BOOLEAN,
      0,
      "是否以此结尾",
      "does it end with the text" },
    { "matches",
      { INPUT, { "pattern", K_STRING }, FLAGS },
      matches,
      TYPE_BOOLEAN,
      0,
      "是否符合正则表达式",
      "does it match a regular expression" },
    { "split",
      { STRING, { "delimiter", K_STRING } },
      split,
      TYPE_LIST,
      0,
      "按正则表达式分成列表",
      "split by a regular expression" },
    { "string join",
      { { "list", K_LIST }, { "delimiter", K_STRING | K_OPTIONAL } },
      string_join,
      TYPE_STRING,
      BUILTIN_DEEP,
      "连接成文本",
      "texts joined" },
};

const BuiltinFamily BUILTIN_TEXT = { rows, COUNT(rows) };
