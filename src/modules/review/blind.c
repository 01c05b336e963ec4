/* How it works: a text becomes a row of units, letters and digits folded as people read them, each
 * with the bytes that it came from. Patterns and spellings cover stretches of units; then the text
 * is written out, with a chip for every stretch and its own bytes between. So nothing but what is
 * covered changes, and a name that is set with blanks or in full-width signs is found all the same.
 *
 * Spellings lie in a table by their first two units, the longest first: each place of a text costs
 * one look, with thousands of spellings as with ten. Patterns come before
 * spellings, for a number that is more than the code in it must not be left with its rest showing.
 */
#include "modules/review/blind.h"

#include "base/han.h"

#include <assert.h>
#include <string.h>
#include <utf8proc.h>

enum {
    BUCKETS = 4096,
    LEAST = 2,         /* characters of a spelling */
    LETTERS_LEAST = 4, /* where all are Latin letters */
    FILE_LEAST = 3,    /* in the bytes of a file, where two are met by chance */
    CODE_LEAST = 9,
    READ_OUT = 4, /* numerals in a row that are a number read out, 三七〇六 */
    UNITS_OF_ONE = 8
};

/* How things of a kind are told apart: not at all, by 甲乙丙, by A B C. */
typedef enum ChipNaming { ONLY, STEMS, LETTERS } ChipNaming;

static const struct KindName {
    const char *key;
    const char *zh;
    ChipNaming naming;
} KINDS[] = {
    [BLIND_ZONE] = { "zone", "本推进区", ONLY },
    [BLIND_COUNTY] = { "county", "本县", ONLY },
    [BLIND_CITY] = { "city", "本市", ONLY },
    [BLIND_CITIES] = { "city", "市", STEMS },
    [BLIND_COUNTIES] = { "county", "县", STEMS },
    [BLIND_TOWNSHIP] = { "township", "镇", STEMS },
    [BLIND_VILLAGE] = { "village", "村", STEMS },
    [BLIND_ORGAN] = { "organ", "单位", LETTERS },
    [BLIND_PERSON] = { "person", "人员", LETTERS },
    [BLIND_FILE] = { "file", "文件", LETTERS },
    [BLIND_CODE] = { "code", "代码", ONLY },
    [BLIND_DOCUMENT] = { "document", "文号", ONLY },
    [BLIND_PHONE] = { "phone", "电话", ONLY },
    [BLIND_IDENTITY] = { "identity", "证件号", ONLY },
    [BLIND_ADDRESS] = { "address", "网址", ONLY },
    [BLIND_POSITION] = { "position", "坐标", ONLY },
    [BLIND_HIDDEN] = { "hidden", "隐去", ONLY },
};

struct BlindThing {
    BlindKind kind;
    const char *chip; /* NULL until it appears */
    BlindThing *next; /* in the order of appearance */
};

typedef struct Spelling {
    const uint32_t *at;
    size_t count;
    bool alone;
    const char *text; /* as it was given */
    BlindThing *thing;
    struct Spelling *next;
} Spelling;

struct Blind {
    const char *province;
    Spelling *buckets[BUCKETS];
    BlindThing common[COUNT(KINDS)];
    int used[COUNT(KINDS)];
    BlindThing *first;
    BlindThing *last;
};

Blind *blind_new(Cx *cx, const char *province)
{
    assert(strlen(province) == 2);
    Blind *b = NEW(cx, Blind);
    b->province = province;
    for (size_t i = 0; i < COUNT(KINDS); i++)
        b->common[i].kind = (BlindKind)i;
    return b;
}

/* Kinds without names of their own share one thing, so that all of them have one chip. */
BlindThing *blind_thing(Cx *cx, Blind *b, BlindKind kind)
{
    if (KINDS[kind].naming == ONLY)
        return blind_common(b, kind);
    BlindThing *thing = NEW(cx, BlindThing);
    thing->kind = kind;
    return thing;
}

BlindThing *blind_common(Blind *b, BlindKind kind)
{
    assert(KINDS[kind].naming == ONLY);
    return &b->common[kind];
}

/* --- units: what a text says, apart from how it is set --- */

/* from and to: bytes of the text. A pause is code point 0, which no spelling holds. */
typedef struct TextUnit {
    uint32_t c;
    size_t from;
    size_t to;
    const char *chip; /* that covers it */
    size_t span;
} TextUnit;

typedef struct TextUnits {
    TextUnit *at;
    size_t count;
} TextUnits;

static bool is_spoken(uint32_t c)
{
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) ||
           (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
}

/* What ends a phrase: no name goes across it, "…县，城…" is not 县城. */
static bool is_pause(uint32_t c)
{
    return c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == 0x3002;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/* A number that is read out becomes its digits, so that codes and phones are known by their shape
 * in characters as in figures. Shorter rows stay: 七一村 is no 71. */
static void read_numbers(TextUnits u)
{
    for (size_t i = 0, end = 0; i<u.count; i = end> i ? end : i + 1) {
        for (end = i; end < u.count && han_digit(u.at[end].c) >= 0; end++)
            if (end > i && u.at[end - 1].to != u.at[end].from)
                break;
        for (size_t k = i; end - i >= READ_OUT && k < end; k++)
            u.at[k].c = (uint32_t)('0' + han_digit(u.at[k].c));
    }
}

/* Compatibility and case folding of one character may give several, each over all of its bytes: a
 * chip can then never begin in the midst of one. */
static TextUnits units_of(Cx *cx, const char *text)
{
    size_t room = strlen(text) + UNITS_OF_ONE, count = 0;
    TextUnit *at = NEW_N(cx, TextUnit, room);
    for (const char *p = text, *next = text;; p = next) {
        uint32_t c = text_next(&next);
        if (!c)
            break;
        utf8proc_int32_t folded[UNITS_OF_ONE * 4];
        int last = UTF8PROC_BOUNDCLASS_START;
        utf8proc_ssize_t n = utf8proc_decompose_char(
            (utf8proc_int32_t)c, folded, (utf8proc_ssize_t)COUNT(folded),
            UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &last);
        if (n > (utf8proc_ssize_t)COUNT(folded))
            n = 0;
        for (utf8proc_ssize_t i = 0; i < n; i++) {
            uint32_t u = han_simplified((uint32_t)folded[i]);
            if (!is_spoken(u) && !is_pause(u))
                continue;
            if (count == room)
                at =
                    arena_grow(cx->arena, at, sizeof(TextUnit) * room, sizeof(TextUnit) * room * 2),
                room *= 2;
            at[count++] = (TextUnit){ is_pause(u) ? 0 : u, (size_t)(p - text),
                                      (size_t)(next - text), NULL, 0 };
        }
    }
    TextUnits units = { at, count };
    read_numbers(units);
    return units;
}

/* --- spellings --- */

static uint32_t as_digit(uint32_t c)
{
    int digit = han_digit(c);
    return digit < 0 ? c : (uint32_t)('0' + digit);
}

/* Two units are what the shortest spelling has. Numerals lie with their digits. */
static size_t bucket(uint32_t a, uint32_t b)
{
    return (as_digit(a) * 2654435761U ^ as_digit(b) * 40503U) % BUCKETS;
}

/* Words of a few Latin letters stand inside others. */
static bool tells(const TextUnits *u)
{
    size_t letters = 0;
    for (size_t i = 0; i < u->count; i++)
        letters += is_letter(u->at[i].c);
    return u->count >= (letters == u->count ? LETTERS_LEAST : LEAST);
}

/* 东街3村 is 东街三村, but 13里 is not 三里, nor 71 the village 七一: a numeral is as good as its
 * digit where it stands alone. */
static bool is_same(const TextUnits *u, size_t i, uint32_t spelled)
{
    if (u->at[i].c == spelled)
        return true;
    const TextUnit *at = &u->at[i];
    bool before = i > 0 && at[-1].to == at->from && han_digit(at[-1].c) >= 0;
    bool behind = i + 1 < u->count && at[1].from == at->to && han_digit(at[1].c) >= 0;
    return han_digit(spelled) >= 0 && han_digit(at->c) == han_digit(spelled) && !before && !behind;
}

static bool is_spelled(const Spelling *s, const TextUnits *u, size_t from)
{
    if (s->count > u->count - from)
        return false;
    for (size_t i = 0; i < s->count; i++)
        if (!is_same(u, from + i, s->at[i]))
            return false;
    return true;
}

/* A pause is nothing inside a name. */
static TextUnits name_units(Cx *cx, const char *name)
{
    TextUnits u = units_of(cx, name);
    size_t count = 0;
    for (size_t i = 0; i < u.count; i++)
        if (u.at[i].c)
            u.at[count++] = u.at[i];
    u.count = count;
    return u;
}

/* Who is spelled first keeps the spelling: the order of learning says whose a shared name is. */
static void spell(Cx *cx, Blind *b, BlindThing *thing, const char *spelling, bool alone)
{
    assert(thing);
    TextUnits u = name_units(cx, spelling);
    size_t count = u.count;
    if (!tells(&u))
        return;
    Spelling **place = &b->buckets[bucket(u.at[0].c, u.at[1].c)];
    while (*place && (*place)->count > count)
        place = &(*place)->next;
    for (const Spelling *s = *place; s && s->count == count; s = s->next)
        if (is_spelled(s, &u, 0))
            return;
    uint32_t *at = NEW_N(cx, uint32_t, count);
    for (size_t i = 0; i < count; i++)
        at[i] = u.at[i].c;
    Spelling *s = NEW(cx, Spelling);
    *s = (Spelling){ at, count, alone, arena_text(cx->arena, spelling), thing, *place };
    *place = s;
}

void blind_spell(Cx *cx, Blind *b, BlindThing *thing, const char *spelling)
{
    spell(cx, b, thing, spelling, false);
}

void blind_spell_alone(Cx *cx, Blind *b, BlindThing *thing, const char *digits)
{
    spell(cx, b, thing, digits, true);
}

/* Whether digits beside the place from..to-1 make another number of it. */
static bool stands_alone(const TextUnits *u, size_t from, size_t to)
{
    const TextUnit *at = u->at;
    bool before = from > 0 && is_digit(at[from - 1].c) && at[from - 1].to == at[from].from;
    bool behind = to < u->count && is_digit(at[to].c) && at[to].from == at[to - 1].to;
    return !before && !behind;
}

/* The first that fits is the longest, by the order of its bucket. */
static const Spelling *spelled_at(const Blind *b, const TextUnits *u, size_t i)
{
    if (i + 1 >= u->count)
        return NULL;
    const Spelling *s = b->buckets[bucket(u->at[i].c, u->at[i + 1].c)];
    for (; s; s = s->next)
        if (is_spelled(s, u, i) && (!s->alone || stands_alone(u, i, i + s->count)))
            return s;
    return NULL;
}

BlindThing *blind_find(Cx *cx, const Blind *b, const char *spelling)
{
    TextUnits u = name_units(cx, spelling);
    const Spelling *s = spelled_at(b, &u, 0);
    return s && s->count == u.count ? s->thing : NULL;
}

/* Letters are given by appearance and not by the order of learning, which follows codes and would
 * tell who knows them which village is which. */
const char *blind_chip(Cx *cx, Blind *b, BlindThing *thing)
{
    static const char *const STEM[] = {
        "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"
    };
    if (thing->chip)
        return thing->chip;
    const struct KindName *kind = &KINDS[thing->kind];
    int n = b->used[thing->kind]++;
    if (kind->naming == ONLY)
        thing->chip = arena_format(cx->arena, "⟦%s⟧", kind->zh);
    else if (kind->naming == STEMS && n < (int)COUNT(STEM))
        thing->chip = arena_format(cx->arena, "⟦%s %s⟧", kind->zh, STEM[n]);
    else if (kind->naming == LETTERS && n < 26)
        thing->chip = arena_format(cx->arena, "⟦%s %c⟧", kind->zh, 'A' + n);
    else
        thing->chip = arena_format(cx->arena, "⟦%s %d⟧", kind->zh, n + 1);
    *(b->last ? &b->last->next : &b->first) = thing;
    b->last = thing;
    return thing->chip;
}

/* --- what is known by its shape --- */

/* A text under the mask: spans of units get a chip, the first to claim a unit keeps it. */
typedef struct MaskedText {
    Cx *cx;
    Blind *blind;
    const char *text;
    TextUnits units;
    size_t spans;
} MaskedText;

static void cover(MaskedText *s, size_t from, size_t to, BlindThing *thing)
{
    assert(from < to && to <= s->units.count);
    const char *chip = blind_chip(s->cx, s->blind, thing);
    s->spans++;
    for (size_t i = from; i < to; i++)
        if (!s->units.at[i].chip)
            s->units.at[i].chip = chip, s->units.at[i].span = s->spans;
}

static void cover_as(MaskedText *s, size_t from, size_t to, BlindKind kind)
{
    cover(s, from, to, blind_common(s->blind, kind));
}

/* NULL behind the end and where a chip is already: nothing is covered twice. */
static const uint32_t *unit(const MaskedText *s, size_t i)
{
    return i < s->units.count && !s->units.at[i].chip ? &s->units.at[i].c : NULL;
}

/* The end of the digits that begin at i; one blank or hyphen may stand between two of them. */
static size_t digits_end(const MaskedText *s, size_t i, bool loose)
{
    size_t end = i;
    while (unit(s, end) && is_digit(*unit(s, end))) {
        if (end > i) {
            const TextUnit *last = &s->units.at[end - 1];
            size_t gap = s->units.at[end].from - last->to;
            char between = s->text[last->to];
            bool joint = between == ' ' || between == '-' || between == '\n';
            if (gap > 1 || (gap == 1 && !(loose && joint)))
                break;
        }
        end++;
    }
    return end;
}

/* The bracket that stands right before or behind a unit: 〔 [ ( 【 and their partners. */
static bool bracket_at(const MaskedText *s, size_t byte, bool closing)
{
    static const char *const OPEN[] = { "〔", "[", "(", "（", "【", "［", "﹝" };
    static const char *const CLOSE[] = { "〕", "]", ")", "）", "】", "］", "﹞" };
    for (size_t i = 0; i < COUNT(OPEN); i++) {
        size_t n = strlen(closing ? CLOSE[i] : OPEN[i]);
        const char *mark = closing ? CLOSE[i] : OPEN[i];
        if (closing ? strncmp(s->text + byte, mark, n) == 0
                    : byte >= n && memcmp(s->text + byte - n, mark, n) == 0)
            return true;
    }
    return false;
}

/* Not the words that lead up to a document: 见莱政发〔2022〕12号 is hidden from 莱 on, and reads
 * on. */
static bool is_of_document(uint32_t c)
{
    static const uint32_t LEADING[] = { 0x89C1 /* 见 */, 0x636E /* 据 */, 0x7167 /* 照 */,
                                        0x6309 /* 按 */, 0x548C /* 和 */, 0x4E0E /* 与 */,
                                        0x53CA /* 及 */, 0x4EE5 /* 以 */, 0x7684 /* 的 */ };
    for (size_t i = 0; i < COUNT(LEADING); i++)
        if (LEADING[i] == c)
            return false;
    return is_han(c);
}

static bool is_ten(uint32_t c)
{
    return c == 0x5341 || c == 0x767E; /* 十, 百 */
}

/* 莱政发〔2022〕12号: the year in brackets, the number behind, the organ's letters before. */
static void cover_document(MaskedText *s, size_t i)
{
    enum { BEFORE = 8 };
    size_t end = digits_end(s, i, false);
    const TextUnit *at = s->units.at;
    if (end - i != 4 || !bracket_at(s, at[i].from, false) || !bracket_at(s, at[end - 1].to, true))
        return;
    if (unit(s, end) && *unit(s, end) == 0x7B2C) /* 第 */
        end++;
    size_t number = digits_end(s, end, false);
    while (unit(s, number) && (han_digit(*unit(s, number)) >= 0 || is_ten(*unit(s, number))))
        number++;
    if (number == end || !unit(s, number) || *unit(s, number) != 0x53F7) /* 号 */
        return;
    size_t from = i;
    for (int k = 0; k < BEFORE && from > 0 && unit(s, from - 1) && is_of_document(at[from - 1].c);
         k++)
        from--;
    cover_as(s, from, number + 1, BLIND_DOCUMENT);
}

/* Phones, identity numbers, codes of divisions, positions: told by how many digits they have, how
 * they begin and what stands behind. Two or three digits, a point and four more are a position; so
 * are degrees. A code is left to the spellings where one fits, which know whose it is. */
static void cover_digits(MaskedText *s, size_t i)
{
    if (i > 0 && is_digit(s->units.at[i - 1].c) && s->units.at[i - 1].to == s->units.at[i].from)
        return;
    size_t end = digits_end(s, i, false), loose = digits_end(s, i, true);
    size_t n = loose - i;
    const TextUnit *at = s->units.at;
    const char *behind = s->text + at[end - 1].to;
    if (strncmp(behind, "°", strlen("°")) == 0 || strncmp(behind, "度", strlen("度")) == 0) {
        if (at[end - 1].to - at[i].from <= 3)
            cover_as(s, i, end, BLIND_POSITION);
    } else if (behind[0] == '.' && end - i >= 2 && end - i <= 3 &&
               digits_end(s, end, false) - end >= 4 && at[end].from == at[end - 1].to + 1) {
        cover_as(s, i, digits_end(s, end, false), BLIND_POSITION);
    } else if (n == 15 || n == 18 || (n == 17 && unit(s, loose) && *unit(s, loose) == 'x')) {
        cover_as(s, i, loose + (n == 17), BLIND_IDENTITY);
    } else if ((n == 11 && at[i].c == '1') || (n >= 10 && n <= 12 && at[i].c == '0')) {
        cover_as(s, i, loose, BLIND_PHONE);
    } else if ((n == 9 || n == 12) && !spelled_at(s->blind, &s->units, i) &&
               at[i].c == (uint32_t)s->blind->province[0] &&
               at[i + 1].c == (uint32_t)s->blind->province[1]) {
        cover_as(s, i, loose, BLIND_CODE);
    }
}

/* The character at p as ASCII, full-width forms too; 0 = another. */
static char ascii_at(const char *p, const char **next)
{
    *next = p;
    uint32_t c = text_next(next);
    c -= c > 0xFF00 && c < 0xFF5F ? 0xFF00 - 0x20 : 0;
    return c < 0x7F ? (char)c : '\0';
}

/* Signs of mail and web addresses; what is not ASCII ends one. */
static bool is_of_address(char c)
{
    return is_letter((unsigned char)c) || is_digit((unsigned char)c) || (c && strchr("@._-:/%", c));
}

/* An address is covered from its first letter on, not again from each later one. */
static bool goes_on_before(const char *text, size_t at)
{
    const char *next;
    if (at == 0)
        return false;
    size_t before = at - 1;
    while (before > 0 && ((unsigned char)text[before] & 0xC0) == 0x80)
        before--;
    return is_of_address(ascii_at(text + before, &next));
}

/* Mail and web addresses: words of ASCII with @, a scheme or a known ending. */
static void cover_address(MaskedText *s, size_t i)
{
    size_t from = s->units.at[i].from, to = from;
    Buf b = BUF(s->cx);
    char c;
    if (goes_on_before(s->text, from))
        return;
    for (const char *next; is_of_address(c = ascii_at(s->text + to, &next));) {
        buf_char(&b, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
        to = (size_t)(next - s->text);
    }
    const char *word = buf_text(&b);
    if (!strchr(word, '@') && !strstr(word, "://") && !strstr(word, "www.") &&
        !strstr(word, ".cn") && !strstr(word, ".com"))
        return;
    size_t end = i;
    while (end < s->units.count && s->units.at[end].from < to)
        end++;
    cover_as(s, i, end, BLIND_ADDRESS);
}

/* A code of the county may go on with the digits of a township or village that nobody knows. */
static void cover_spelling(MaskedText *s, size_t i, const Spelling *found)
{
    size_t end = i + found->count;
    bool code = found->count >= 6;
    for (size_t k = 0; code && k < found->count; k++)
        code = is_digit(found->at[k]);
    while (code && end < s->units.count && is_digit(s->units.at[end].c) &&
           s->units.at[end].from == s->units.at[end - 1].to)
        end++;
    bool more = end > i + found->count;
    cover(s, i, end, more ? blind_common(s->blind, BLIND_CODE) : found->thing);
}

/* Addresses first, for a name or a phone may stand inside of one; document numbers before other
 * digits, for their year would pass for a figure. */
static void cover_all(MaskedText *s)
{
    TextUnits *u = &s->units;
    for (size_t i = 0; i < u->count; i++)
        if (!u->at[i].chip && is_letter(u->at[i].c))
            cover_address(s, i);
    for (size_t i = 0; i < u->count; i++)
        if (!u->at[i].chip && is_digit(u->at[i].c))
            cover_document(s, i);
    for (size_t i = 0; i < u->count; i++)
        if (!u->at[i].chip && is_digit(u->at[i].c))
            cover_digits(s, i);
    for (size_t i = 0; i < u->count; i++) {
        const Spelling *found = u->at[i].chip ? NULL : spelled_at(s->blind, u, i);
        if (found) {
            cover_spelling(s, i, found);
            i += found->count - 1;
        }
    }
}

/* Bytes as they are, but nobody writes a chip of his own: a forged ⟦本县⟧ would be a sign between
 * applicant and expert. */
static void put_plain(Buf *out, const char *from, const char *to)
{
    while (from < to) {
        bool open = strncmp(from, "⟦", 3) == 0, close = strncmp(from, "⟧", 3) == 0;
        if (open || close)
            buf_add(out, open ? "〔" : "〕");
        else
            buf_char(out, *from);
        from += open || close ? 3 : 1;
    }
}

const char *blind_text(Cx *cx, Blind *b, const char *text)
{
    MaskedText s = { cx, b, text, units_of(cx, text), 0 };
    Buf out = BUF(cx);
    size_t byte = 0;
    cover_all(&s);
    const TextUnit *at = s.units.at;
    for (size_t i = 0; i < s.units.count; i++) {
        if (!at[i].chip)
            continue;
        put_plain(&out, text + byte, text + (byte > at[i].from ? byte : at[i].from));
        buf_add(&out, at[i].chip);
        while (i + 1 < s.units.count && at[i + 1].span == at[i].span)
            i++;
        byte = at[i].to;
    }
    put_plain(&out, text + byte, text + strlen(text));
    return buf_text(&out);
}

/* Spellings alone, no patterns: whoever is asked to mend a name must be shown which. */
bool blind_names(Cx *cx, Blind *b, const char **what, const char *text)
{
    TextUnits u = units_of(cx, text);
    for (size_t i = 0; i < u.count; i++) {
        const Spelling *found = spelled_at(b, &u, i);
        if (found) {
            *what = found->text;
            return true;
        }
    }
    return false;
}

/* --- files --- */

typedef enum Coding { UTF8, UTF16_BIG, UTF16_LITTLE, CODINGS } Coding;

/* The code point at at, and where it ends; 0 where there is none. */
static uint32_t raw_point_at(const char *at, const char *end, Coding coding, const char **next)
{
    const unsigned char *p = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    if (coding == UTF8 && left >= 1 && p[0] < 0x80)
        return *next = at + 1, p[0];
    if (coding == UTF8 && left >= 3 && p[0] >> 4 == 14)
        return *next = at + 3, (p[0] & 15U) << 12 | (p[1] & 63U) << 6 | (p[2] & 63U);
    if (coding == UTF8 || left < 2)
        return 0;
    *next = at + 2;
    return coding == UTF16_BIG ? (uint32_t)(p[0] << 8 | p[1]) : (uint32_t)(p[1] << 8 | p[0]);
}

static uint32_t point_at(const char *at, const char *end, Coding coding, const char **next)
{
    return han_simplified(raw_point_at(at, end, coding, next));
}

/* Two characters are met by chance in the bytes of a picture, and short figures more so. */
static bool is_file_spelling(const Spelling *s)
{
    return s->count >= (is_digit(s->at[0]) ? CODE_LEAST : FILE_LEAST);
}

static const Spelling *file_spelled_at(const Blind *b, const char *at, const char *end, Coding c)
{
    const char *next, *behind;
    uint32_t first = point_at(at, end, c, &next);
    uint32_t second = first ? point_at(next, end, c, &next) : 0;
    const Spelling *s = second ? b->buckets[bucket(first, second)] : NULL;
    for (; s; s = s->next) {
        size_t i = 0;
        for (next = at; i < s->count && point_at(next, end, c, &behind) == s->at[i]; i++)
            next = behind;
        if (i == s->count && is_file_spelling(s))
            return s;
    }
    return NULL;
}

/* At every byte in every coding, since nothing says where text begins in a file of unknown kind.
 * What a spelling can begin with is noted first: nearly all places are passed over with one look.
 */
bool blind_file_names(Cx *cx, const Blind *b, const char **what, const char *bytes, size_t length)
{
    const char *end = bytes + length, *next;
    bool *begins = NEW_N(cx, bool, 65536);
    for (size_t i = 0; i < BUCKETS; i++)
        for (const Spelling *s = b->buckets[i]; s; s = s->next)
            if (s->at[0] < 65536)
                begins[s->at[0]] = true;
    for (uint32_t c = 0; (c = han_next_traditional(c)) != 0;)
        begins[c] = begins[han_simplified(c)];
    for (const char *at = bytes; at < end; at++)
        for (Coding c = UTF8; c < CODINGS; c++) {
            uint32_t first = raw_point_at(at, end, c, &next);
            const Spelling *s = first && begins[first] ? file_spelled_at(b, at, end, c) : NULL;
            if (s) {
                *what = s->text;
                return true;
            }
        }
    return false;
}

void blind_put_chips(JsonOut *o, const Blind *b)
{
    json_open(o, "chips", '[');
    for (const BlindThing *t = b->first; t; t = t->next) {
        json_open(o, NULL, '{');
        json_put_text(o, "chip", t->chip);
        json_put_text(o, "kind", KINDS[t->kind].key);
        json_close(o, '}');
    }
    json_close(o, ']');
}
