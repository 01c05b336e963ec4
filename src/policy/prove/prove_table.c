#include "policy/prove/pack_prove.h"
#include "rules/dmn.h"
#include "rules/moment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A table is tried at sample points: every literal of a column, between each two, and beyond both
 * ends; every listed word and one that is not listed. Column by column, a point keeps the rows that
 * hold so far; where none is left it is a gap, whatever comes behind. A table whose cells hold
 * anything but literals, dates, comparisons, ranges and not() is not analysed, nor is one that is
 * too large: a note says so. */
enum { STEPS_MAX = 1000000, CELLS_MAX = 30000000, ROWS_MAX = 8192 };

/* A set of rows, one bit each. */
typedef uint64_t Word;
#define WORDS(rows) (((rows) + 63) / 64)

typedef struct ProvedColumn {
    Value *samples;
    size_t count, room;
    Word *holds; /* sample by sample, the rows whose test is true there */
    bool words;
    bool numbers;
    bool dates;
    bool truths;
} ProvedColumn;

typedef struct Trial {
    Cx *cx;
    Findings *findings;
    Findings *notes;
    const char *file;
    const char *decision;
    const DmnTable *table;
    ProvedColumn *columns;
    const Feel **tests;     /* rule by rule */
    const size_t **reached; /* a point at which each row holds; NULL where none does */
    bool *first;            /* does the row decide somewhere in a table of first hits? */
    size_t *before;         /* a row that holds earlier where this one holds, from 1 */
    Word *reported;         /* a set for each row: with which others it was */
    bool gap;               /* was one reported? */
    size_t *point;          /* the sample of each column */
    Word *left;             /* before each column, the rows that hold so far */
    size_t steps;
} Trial;

static bool has(const Word *set, size_t i)
{
    return set[i / 64] >> i % 64 & 1;
}

static void put(Word *set, size_t i)
{
    set[i / 64] |= (Word)1 << i % 64;
}

static void sample(Cx *cx, ProvedColumn *c, Value v)
{
    for (size_t i = 0; i < c->count; i++)
        if (value_same(&c->samples[i], &v))
            return;
    if (c->count == c->room) {
        size_t room = c->room ? 2 * c->room : 16;
        c->samples = arena_grow(cx->arena, c->samples, c->room * sizeof v, room * sizeof v);
        c->room = room;
    }
    c->samples[c->count++] = v;
}

/* date("2022-12-10") or @"2022-12-10", with its length; 0 where none stands here. */
static size_t read_date(Cx *cx, ProvedColumn *c, const char *text)
{
    size_t before = *text == '@' ? 2 : strlen("date(\"");
    if (strncmp(text, "@\"", 2) != 0 && strncmp(text, "date(\"", before) != 0)
        return 0;
    size_t length = strcspn(text + before, "\"");
    Value v = feel_date(cx, arena_text_n(cx->arena, text + before, length));
    size_t end = before + length + strlen(*text == '@' ? "\"" : "\")");
    if (v.kind != VALUE_DATE || strlen(text) < end || (*text != '@' && text[end - 1] != ')'))
        return 0;
    c->dates = true;
    sample(cx, c, v);
    return end;
}

/* Takes the literals out of a cell; false where it holds anything else. */
static bool read_cell(Cx *cx, ProvedColumn *c, const char *text)
{
    while (*text) {
        Decimal d;
        size_t date = read_date(cx, c, text);
        if (date > 0) {
            text += date;
        } else if (*text == '"') {
            size_t length = strcspn(text + 1, "\"");
            c->words = true;
            sample(cx, c, value_text(arena_text_n(cx->arena, text + 1, length)));
            text += length + 1 + (text[length + 1] == '"');
        } else if (isdigit((unsigned char)*text) ||
                   (*text == '-' && isdigit((unsigned char)text[1]))) {
            size_t length = 1 + strspn(text + 1, "0123456789");
            if (text[length] == '.' && isdigit((unsigned char)text[length + 1]))
                length += 1 + strspn(text + length + 1, "0123456789");
            c->numbers = true;
            if (!decimal_parse(arena_text_n(cx->arena, text, length), &d))
                return false;
            sample(cx, c, value_number(d));
            text += length;
        } else if (strncmp(text, "true", 4) == 0 || strncmp(text, "false", 5) == 0) {
            c->truths = true;
            sample(cx, c, value_boolean(true));
            sample(cx, c, value_boolean(false));
            text += *text == 't' ? 4 : 5;
        } else if (strncmp(text, "not(", 4) == 0) {
            text += 4;
        } else if (strchr("-<>=,.[]() \n\t", *text)) {
            text++;
        } else {
            return false;
        }
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    int order = 0;
    value_order(a, b, &order);
    return order;
}

/* A value between two, or behind the first where the other is NULL. */
static Value between(Value a, const Value *b)
{
    Date day = a.date;
    if (a.kind == VALUE_DATE) {
        date_from_day(date_day(a.date) + 1, &day);
        return value_date(day);
    }
    Decimal one = decimal_from_int(1), two = decimal_from_int(2);
    return value_number(b ? decimal_div(decimal_add(a.number, b->number), two)
                          : decimal_add(a.number, one));
}

static Value below(Value a)
{
    Date day = a.date;
    if (a.kind == VALUE_NUMBER)
        return value_number(decimal_sub(a.number, decimal_from_int(1)));
    date_from_day(date_day(a.date) - 1, &day);
    return value_date(day);
}

/* Between each two figures or days and beyond the ends, so that open and closed ends show. */
static void sample_between(Cx *cx, ProvedColumn *c)
{
    size_t count = c->count;
    Value *sorted = NEW_N(cx, Value, count + 1);
    memcpy(sorted, c->samples, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t i = 0; i < count; i++)
        sample(cx, c, between(sorted[i], i + 1 < count ? &sorted[i + 1] : NULL));
    sample(cx, c, below(sorted[0]));
}

static bool read_column(Trial *t, size_t input)
{
    ProvedColumn *c = &t->columns[input];
    const char *allowed = t->table->inputs[input].allowed;
    bool simple = true;
    for (size_t r = 0; r < t->table->rule_count; r++)
        simple = simple && read_cell(t->cx, c, text_or(t->table->rules[r].tests[input], "-"));
    if (allowed)
        simple = simple && read_cell(t->cx, c, allowed);
    if (!simple || c->words + c->numbers + c->dates + c->truths > 1)
        return false;
    if (c->truths)
        return true;
    if (c->numbers || c->dates)
        sample_between(t->cx, c);
    else if (!allowed || !c->words)
        sample(t->cx, c, value_text("…"));
    return true;
}

static const char *point_text(Trial *t, const size_t *point)
{
    Buf b = BUF(t->cx);
    for (size_t i = 0; i < t->table->input_count; i++)
        buf_format(&b, "%s%s = %s", i ? ", " : "", text_or(t->table->inputs[i].text, "?"),
                   value_literal(t->cx, &t->columns[i].samples[point[i]]));
    return buf_text(&b);
}

static bool holds(Trial *t, size_t rule, size_t input, const Value *v)
{
    const Feel *test = t->tests[rule * t->table->input_count + input];
    Run run = feel_run(t->cx);
    Value verdict;
    return !test || (feel_evaluate(&run, &verdict, test, v) == OK && value_is_true(&verdict));
}

static void hold_column(Trial *t, size_t input)
{
    ProvedColumn *c = &t->columns[input];
    size_t rules = t->table->rule_count;
    c->holds = NEW_N(t->cx, Word, c->count * WORDS(rules) + 1);
    for (size_t s = 0; s < c->count; s++)
        for (size_t r = 0; r < rules; r++)
            if (holds(t, r, input, &c->samples[s]))
                put(c->holds + s * WORDS(rules), r);
}

static const DmnRule *row(const Trial *t, size_t r)
{
    return &t->table->rules[r];
}

static bool same_outputs(const Trial *t, size_t a, size_t b)
{
    for (size_t i = 0; i < t->table->output_count; i++)
        if (!text_same(row(t, a)->values[i], row(t, b)->values[i]))
            return false;
    return true;
}

/* Two rows hold at one point, which the hit policy forbids. */
static void blame_pair(Trial *t, size_t a, size_t b, const size_t *point)
{
    bool unique = t->table->policy == HIT_UNIQUE;
    bool differ = t->table->policy == HIT_ANY && !same_outputs(t, a, b);
    Word *reported = t->reported + a * WORDS(t->table->rule_count);
    if (has(reported, b) || (!unique && !differ))
        return;
    put(reported, b);
    if (unique)
        finding_add(t->cx, t->findings, t->file, t->decision, "第 %zu 行与第 %zu 行重叠：%s",
                    "rows %zu and %zu overlap: %s", a + 1, b + 1, point_text(t, point));
    else
        finding_add(t->cx, t->findings, t->file, t->decision,
                    "第 %zu 行与第 %zu 行同时命中而结果不同：%s",
                    "rows %zu and %zu match with different results: %s", a + 1, b + 1,
                    point_text(t, point));
}

static void blame_gap(Trial *t, const size_t *point)
{
    bool has_default = t->table->output_count > 0 && t->table->outputs[0].text;
    if (t->gap || has_default || t->table->policy == HIT_COLLECT)
        return;
    t->gap = true;
    finding_add(t->cx, t->findings, t->file, t->decision, "决策表有缺口：%s",
                "the table has a gap: %s", point_text(t, point));
}

/* One point and the rows that hold there. */
static void try_point(Trial *t, const Word *rows)
{
    const size_t *point = t->point;
    size_t inputs = t->table->input_count, hits[ROWS_MAX], count = 0;
    for (size_t r = 0; r < t->table->rule_count; r++) {
        if (!has(rows, r))
            continue;
        if (!t->reached[r]) {
            size_t *copy = NEW_N(t->cx, size_t, inputs + 1);
            for (size_t i = 0; i < inputs; i++)
                copy[i] = point[i];
            t->reached[r] = copy;
        }
        if (count == 0)
            t->first[r] = true;
        else if (!t->before[r])
            t->before[r] = hits[0] + 1;
        for (size_t i = 0; i < count; i++)
            blame_pair(t, hits[i], r, point);
        hits[count++] = r;
    }
}

/* What all points together have shown of each row. */
static void judge_rows(Trial *t)
{
    for (size_t r = 0; r < t->table->rule_count; r++) {
        if (!t->reached[r])
            finding_add(t->cx, t->findings, t->file, t->decision,
                        "第 %zu 行永远不会命中：没有取值符合它",
                        "row %zu is unreachable: no input fits it", r + 1);
        else if (t->table->policy == HIT_FIRST && !t->first[r])
            finding_add(t->cx, t->findings, t->file, t->decision,
                        "第 %zu 行被前面的第 %zu 行等盖住，例如：%s",
                        "row %zu is subsumed by row %zu and others before it, as at: %s", r + 1,
                        t->before[r], point_text(t, t->reached[r]));
    }
}

/* The rows of `from` that hold at one sample, into `to`; false where none does. */
static bool narrow(const Trial *t, const Word *from, size_t input, size_t sample, Word *to)
{
    size_t words = WORDS(t->table->rule_count);
    const Word *holds = t->columns[input].holds + sample * words;
    Word any = 0;
    for (size_t w = 0; w < words; w++)
        any |= to[w] = from[w] & holds[w];
    return any != 0;
}

/* All samples of the columns from `input` on, for the rows that hold in those before; false where
 * that takes too long. */
static bool sweep(Trial *t, size_t input)
{
    size_t words = WORDS(t->table->rule_count);
    const Word *rows = t->left + input * words;
    Word *next = t->left + (input + 1) * words;
    if (input == t->table->input_count) {
        try_point(t, rows);
        return true;
    }
    for (size_t s = 0; s < t->columns[input].count; s++) {
        if (++t->steps > STEPS_MAX)
            return false;
        t->point[input] = s;
        memset(t->point + input + 1, 0, (t->table->input_count - input - 1) * sizeof *t->point);
        if (!narrow(t, rows, input, s, next))
            blame_gap(t, t->point);
        else if (!sweep(t, input + 1))
            return false;
    }
    return true;
}

/* False where the table is too large for it. */
static bool try_all(Trial *t)
{
    size_t inputs = t->table->input_count, rules = t->table->rule_count, cells = 0;
    for (size_t i = 0; i < inputs; i++)
        cells += t->columns[i].count * rules;
    if (cells > CELLS_MAX)
        return false;
    for (size_t i = 0; i < inputs; i++)
        hold_column(t, i);
    t->point = NEW_N(t->cx, size_t, inputs + 1);
    t->left = NEW_N(t->cx, Word, (inputs + 1) * WORDS(rules) + 1);
    for (size_t r = 0; r < rules; r++)
        put(t->left, r);
    t->reached = NEW_N(t->cx, const size_t *, rules + 1);
    t->first = NEW_N(t->cx, bool, rules + 1);
    t->before = NEW_N(t->cx, size_t, rules + 1);
    t->reported = NEW_N(t->cx, Word, rules * WORDS(rules) + 1);
    if (!sweep(t, 0))
        return false;
    judge_rows(t);
    return true;
}

static bool compile_tests(Trial *t)
{
    Scope scope = { .names = &(Name){ "?", NULL }, .count = 1 };
    size_t inputs = t->table->input_count;
    t->tests = NEW_N(t->cx, const Feel *, inputs * t->table->rule_count);
    for (size_t r = 0; r < t->table->rule_count; r++)
        for (size_t i = 0; i < inputs; i++) {
            const char *text = t->table->rules[r].tests[i];
            if (!text_blank(text) &&
                feel_compile_tests(t->cx, &t->tests[r * inputs + i], text, &scope) != OK)
                return false;
        }
    return true;
}

static void leave(const Trial *t, const char *zh, const char *en)
{
    finding_add(t->cx, t->notes, t->file, t->decision, "决策表没有分析：%s%.0s",
                "the table is not analysed: %.0s%s", zh, en);
}

static void prove_table(const Trial *outer, const DmnTable *table)
{
    Trial t = *outer;
    t.table = table;
    t.columns = NEW_N(t.cx, ProvedColumn, table->input_count + 1);
    if (table->rule_count > ROWS_MAX) {
        leave(&t, "行数过多", "it has too many rows");
        return;
    }
    for (size_t i = 0; i < table->input_count; i++)
        if (!read_column(&t, i)) {
            leave(&t, "有的格子不只是常量、日期、比较、区间与 not()",
                  "a cell holds more than literals, dates, comparisons, ranges and not()");
            return;
        }
    if (compile_tests(&t) && !try_all(&t))
        leave(&t, "取值的组合过多", "there are too many combinations of values");
}

static void prove_box(const Trial *t, const DmnBox *box)
{
    if (!box)
        return;
    if (box->table)
        prove_table(t, box->table);
    for (size_t i = 0; i < box->part_count; i++)
        prove_box(t, box->parts[i].box);
    prove_box(t, box->body);
}

void prove_tables(Cx *cx, Findings *findings, Findings *notes, const char *file,
                  const DmnNode *decision)
{
    Trial t = { .cx = cx, .findings = findings, .notes = notes, .file = file };
    t.decision = decision->name;
    prove_box(&t, decision->box);
}
