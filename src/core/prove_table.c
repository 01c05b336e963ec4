#include "core/pack_prove.h"
#include "rules/dmn.h"

#include <ctype.h>
#include <string.h>

/* A table is tried at sample points: every literal of a column, between each two, and beyond both
 * ends; every listed word and one that is not listed. A table whose cells hold anything but
 * literals, comparisons, ranges and not() is left alone, and so is one with too many points. */
enum { POINTS_MAX = 20000, SAMPLES_MAX = 64, ROWS_MAX = 256 };

typedef struct Column {
    Value samples[SAMPLES_MAX];
    size_t count;
    bool words;
    bool numbers;
    bool truths;
} Column;

typedef struct Trial {
    Cx *cx;
    Findings *findings;
    const char *file;
    const char *decision;
    const DmnTable *table;
    Column *columns;
    const Feel **tests;     /* rule by rule */
    const size_t **reached; /* a point at which each row holds; NULL where none does */
    bool *first;            /* does the row decide somewhere in a table of first hits? */
    size_t *before;         /* a row that holds earlier where this one holds, from 1 */
    bool *reported;         /* pairs of rows */
    bool gap;               /* was one reported? */
} Trial;

static void sample(Column *c, Value v)
{
    for (size_t i = 0; i < c->count; i++)
        if (value_same(&c->samples[i], &v))
            return;
    if (c->count < SAMPLES_MAX)
        c->samples[c->count++] = v;
}

/* Takes the literals out of a cell; false where it holds anything else. */
static bool read_cell(Cx *cx, Column *c, const char *text)
{
    while (*text) {
        Decimal d;
        if (*text == '"') {
            size_t length = strcspn(text + 1, "\"");
            c->words = true;
            sample(c, value_text(arena_text_n(cx->arena, text + 1, length)));
            text += length + 1 + (text[length + 1] == '"');
        } else if (isdigit((unsigned char)*text) ||
                   (*text == '-' && isdigit((unsigned char)text[1]))) {
            size_t length = 1 + strspn(text + 1, "0123456789");
            if (text[length] == '.' && isdigit((unsigned char)text[length + 1]))
                length += 1 + strspn(text + length + 1, "0123456789");
            c->numbers = true;
            if (!decimal_parse(arena_text_n(cx->arena, text, length), &d))
                return false;
            sample(c, value_number(d));
            text += length;
        } else if (strncmp(text, "true", 4) == 0 || strncmp(text, "false", 5) == 0) {
            c->truths = true;
            sample(c, value_boolean(true));
            sample(c, value_boolean(false));
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

/* Between each two figures and beyond the ends, so that open and closed ends show. */
static void sample_between(Column *c)
{
    size_t count = c->count;
    Decimal one = decimal_from_int(1), two = decimal_from_int(2);
    for (size_t i = 0; i < count; i++) {
        Decimal at = c->samples[i].number;
        const Decimal *next = NULL;
        bool least = true;
        for (size_t k = 0; k < count; k++) {
            int order = decimal_cmp(c->samples[k].number, at);
            least = least && order >= 0;
            if (order > 0 && (!next || decimal_cmp(c->samples[k].number, *next) < 0))
                next = &c->samples[k].number;
        }
        sample(c, value_number(next ? decimal_div(decimal_add(at, *next), two)
                                    : decimal_add(at, one)));
        if (least)
            sample(c, value_number(decimal_sub(at, one)));
    }
}

static bool read_column(Trial *t, size_t input)
{
    Column *c = &t->columns[input];
    const char *allowed = t->table->inputs[input].allowed;
    bool simple = true;
    for (size_t r = 0; r < t->table->rule_count; r++)
        simple = simple && read_cell(t->cx, c, text_or(t->table->rules[r].tests[input], "-"));
    if (allowed)
        simple = simple && read_cell(t->cx, c, allowed);
    if (!simple || c->words + c->numbers + c->truths > 1)
        return false;
    if (c->truths)
        return true;
    if (c->numbers)
        sample_between(c);
    else if (!allowed || !c->words)
        sample(c, value_text("…"));
    return c->count < SAMPLES_MAX;
}

static const char *point_text(Trial *t, const size_t *point)
{
    Buf b = BUF(t->cx);
    for (size_t i = 0; i < t->table->input_count; i++)
        buf_format(&b, "%s%s = %s", i ? ", " : "", text_or(t->table->inputs[i].text, "?"),
                   value_literal(t->cx, &t->columns[i].samples[point[i]]));
    return buf_text(&b);
}

static bool matches(Trial *t, size_t rule, const size_t *point)
{
    for (size_t i = 0; i < t->table->input_count; i++) {
        const Feel *test = t->tests[rule * t->table->input_count + i];
        Run run = feel_run(t->cx);
        Value verdict;
        if (test && (feel_evaluate(&run, &verdict, test, &t->columns[i].samples[point[i]]) != OK ||
                     !value_is_true(&verdict)))
            return false;
    }
    return true;
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
    bool *reported = &t->reported[a * t->table->rule_count + b];
    if (*reported || (!unique && !differ))
        return;
    *reported = true;
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

/* One point: which rows hold there. */
static void try_point(Trial *t, const size_t *point)
{
    size_t inputs = t->table->input_count, hits[ROWS_MAX], count = 0;
    for (size_t r = 0; r < t->table->rule_count; r++) {
        if (!matches(t, r, point))
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
    if (count == 0)
        blame_gap(t, point);
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

static void try_all(Trial *t)
{
    size_t inputs = t->table->input_count, rules = t->table->rule_count, points = 1;
    for (size_t i = 0; i < inputs; i++)
        points = points > POINTS_MAX ? points : points * t->columns[i].count;
    if (points > POINTS_MAX || rules > ROWS_MAX)
        return;
    size_t *point = NEW_N(t->cx, size_t, inputs + 1);
    t->reached = NEW_N(t->cx, const size_t *, rules + 1);
    t->first = NEW_N(t->cx, bool, rules + 1);
    t->before = NEW_N(t->cx, size_t, rules + 1);
    t->reported = NEW_N(t->cx, bool, rules *rules + 1);
    for (;;) {
        try_point(t, point);
        size_t i = 0;
        while (i < inputs && ++point[i] == t->columns[i].count)
            point[i++] = 0;
        if (i == inputs)
            break;
    }
    judge_rows(t);
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

static void prove_table(Cx *cx, Findings *f, const char *file, const char *decision,
                        const DmnTable *table)
{
    Trial t = { .cx = cx, .findings = f, .file = file, .decision = decision, .table = table };
    t.columns = NEW_N(cx, Column, table->input_count);
    for (size_t i = 0; i < table->input_count; i++)
        if (!read_column(&t, i))
            return;
    if (compile_tests(&t))
        try_all(&t);
}

static void prove_box(Cx *cx, Findings *f, const char *file, const char *decision,
                      const DmnBox *box)
{
    if (!box)
        return;
    if (box->table)
        prove_table(cx, f, file, decision, box->table);
    for (size_t i = 0; i < box->part_count; i++)
        prove_box(cx, f, file, decision, box->parts[i].box);
    prove_box(cx, f, file, decision, box->body);
}

void prove_tables(Cx *cx, Findings *findings, const char *file, const DmnNode *decision)
{
    prove_box(cx, findings, file, decision->name, decision->box);
}
