/* What public reports on other engines showed of this one: ../shared/faults/rules, line by line.
 * The DMN models there are driven by tests/dmn/all.
 */
#include "base/text.h"
#include "rules/feel.h"
#include "tests/test.h"

#include <stdlib.h>
#include <time.h>

/* The value of a text without names; NULL where it does not compile or ends at a limit. */
static const char *outcome(Cx *cx, const char *text)
{
    const Feel *feel;
    Value v;
    Run run = feel_run(cx);
    if (feel_compile(cx, &feel, text, &(Scope){ 0 }) != OK ||
        feel_evaluate(&run, &v, feel, NULL) != OK)
        return arena_format(cx->arena, "fails: %s", cx->failure.en);
    return value_literal(cx, &v);
}

/* The next line's fields, split at tabs; false at the end. Remarks and blank lines are passed over.
 */
static bool next_row(char **at, char *fields[], size_t count)
{
    while (**at) {
        char *line = *at, *end = strchr(line, '\n');
        *at = end ? end + 1 : line + strlen(line);
        if (end)
            *end = '\0';
        if (!*line || *line == '#')
            continue;
        for (size_t i = 0; i < count; i++) {
            fields[i] = line;
            line += strcspn(line, "\t");
            if (*line)
                *line++ = '\0';
        }
        return true;
    }
    return false;
}

/* Every row: an expression, and another that it equals. */
static void run_rows(Cx *cx, const char *name, size_t least)
{
    const char *path = test_shared(cx, arena_format(cx->arena, "faults/rules/%s", name));
    char *fields[3];
    size_t rows = 0, wrong = 0;
    if (!path)
        return;
    char *at = arena_text(cx->arena, test_read(cx, path, NULL));
    while (next_row(&at, fields, COUNT(fields))) {
        clock_t start = clock();
        const char *got = outcome(cx, fields[0]), *expected = outcome(cx, fields[1]);
        double spent = (double)(clock() - start) / CLOCKS_PER_SEC;
        double allowed = strcmp(name, "slow.tsv") == 0 ? strtod(fields[2], NULL) : 10;
        rows++;
        if (strcmp(got, expected) == 0 && spent < allowed)
            continue;
        print_error("%s: %s\n  gives    %s\n  expected %s\n  in %.1f s\n", name, fields[0], got,
                    expected, spent);
        wrong++;
    }
    EXPECT_INT(wrong, 0);
    EXPECT(rows >= least);
}

CASE("expressions that public reports were about give what they should")
{
    run_rows(cx, "feel.tsv", 20);
}

CASE("expressions that other engines fail at pass here, and go on to")
{
    run_rows(cx, "feel-passing.tsv", 19);
}

CASE("no expression that ran for long does so any more")
{
    run_rows(cx, "slow.tsv", 1);
}

#define LONG_TEXT                                                                                  \
    "replace(replace(replace(replace(\"aaaaaaaaaa\", \"a\", \"aaaaaaaaaa\"), \"a\", "              \
    "\"aaaaaaaaaa\"), \"a\", \"aaaaaaaaaa\"), \"a\", \"aaaaaaaaaa\")"

/* Does the body end at a limit, a million times over a text of 100,000 signs, within the time that
 * so many steps take elsewhere? */
static bool is_charged(Cx *cx, const char *body)
{
    enum { STEPS = 300000 };
    const char *text = arena_format(
        cx->arena, "{s: %s, t: s + \"\", r: every i in 1..1000000 satisfies %s}", LONG_TEXT, body);
    const Feel *feel;
    Value v;
    Run run = feel_run(cx);
    run.limits.steps = STEPS;
    clock_t start = clock();
    EXPECT_OK(feel_compile(cx, &feel, text, &(Scope){ 0 }));
    Err e = feel_evaluate(&run, &v, feel, NULL);
    double spent = (double)(clock() - start) / CLOCKS_PER_SEC;
    if (e == LIMITED && spent < 2)
        return true;
    print_error("%s: %s after %.1f s\n", body, e == OK ? value_literal(cx, &v) : "limited", spent);
    return false;
}

/* A call with long texts wherever the built-in takes text; NULL where it takes none. */
static const char *call_with_text(Cx *cx, const BuiltinHelp *help)
{
    Buf b = BUF(cx);
    bool takes_text = false;
    const char *params = help->params;
    buf_format(&b, "%s(", help->name);
    for (bool first = true; *params; first = false) {
        const char *type = strstr(params, ": ") + 2;
        size_t length = strcspn(type, ",");
        const char *argument = memmem(type, length, "string", 6)     ? "s"
                               : memmem(type, length, "number", 6)   ? "1"
                               : memmem(type, length, "list", 4)     ? "[s, t, s, t]"
                               : memmem(type, length, "Any", 3)      ? "t"
                               : memmem(type, length, "function", 8) ? "function(x, y) x < y"
                                                                     : "null";
        takes_text |= strcmp(argument, "s") == 0 || strcmp(argument, "[s, t, s, t]") == 0;
        buf_format(&b, "%s%s", first ? "" : ", ", argument);
        params = type + length;
        params += strspn(params, ", ");
    }
    buf_add(&b, ")");
    return takes_text ? buf_text(&b) : NULL;
}

CASE("work on long texts is charged, whichever built-in or operator does it")
{
    static const char *const free_of_text[] = { "get entries", "count", "string" }; /* as it is */
    static const char *const operators[] = {
        "s = t",           "s <= t",    "s between s and t", "s in [s..t]",
        "s in (t, t)",     "[s] = [t]", "s in [t, t]",       "matches(s, \"[b-z]*[0-9]\") != true",
        "(s + t) != null",
    };
    BuiltinHelp help;
    size_t wrong = 0, calls = 0;
    for (size_t i = 0; i < COUNT(operators); i++)
        wrong += !is_charged(cx, operators[i]);
    for (size_t i = 0; feel_builtin(cx, &help, i); i++) {
        const char *call = call_with_text(cx, &help);
        bool looks = true;
        for (size_t n = 0; n < COUNT(free_of_text); n++)
            looks &= strcmp(help.name, free_of_text[n]) != 0;
        if (!call || !looks)
            continue;
        wrong += !is_charged(cx, arena_format(cx->arena, "[%s] != null", call));
        calls++;
    }
    EXPECT_INT(wrong, 0);
    EXPECT(calls >= 30);
}

/* Zones whose clocks change, with one whose rule ended, one of half an hour and two of the south.
 */
static const char *const ZONES[] = { "Asia/Shanghai",       "Europe/Paris",  "America/New_York",
                                     "Australia/Lord_Howe", "Europe/Dublin", "America/Santiago" };

static bool holds(Cx *cx, const char *text)
{
    const char *got = outcome(cx, text);
    if (strcmp(got, "true") == 0)
        return true;
    print_error("%s\n  gives %s\n", text, got);
    return false;
}

CASE("a moment in a zone moves on the line of time, over every change of the clocks")
{
    static const char *const years[] = { "1988", "2023",
                                         "2055" };    /* the last by the footer's rule */
    static const char *const days[] = { "31", "90" }; /* a step, and one over a change */
    size_t wrong = 0;
    for (size_t z = 0; z < COUNT(ZONES); z++)
        for (size_t y = 0; y < COUNT(years); y++)
            for (size_t d = 0; d < COUNT(days); d++)
                wrong += !holds(
                    cx,
                    arena_format(cx->arena,
                                 "every n in 0..40 satisfies "
                                 "{start: @\"%s-01-01T01:30:00@%s\", step: @\"PT53H45M\", "
                                 "x: start + n * step, y: x + @\"P%sD\", "
                                 "ok: y - x = @\"P%sD\" and x + (y - x) = y and y - @\"P%sD\" = x "
                                 "and x - start = n * step and x < x + step "
                                 "and date and time(string(x)) <= x}.ok",
                                 years[y], ZONES[z], days[d], days[d], days[d]));
    EXPECT_INT(wrong, 0);
}

CASE("times of day go by the clock, and months keep its hour or the one behind the gap")
{
    static const char *const rows[] = {
        "@\"23:30:00\" + @\"PT1H\" = @\"00:30:00\"",
        "string(@\"2023-02-26T02:30:00@Europe/Paris\" + @\"P1M\") = "
        "\"2023-03-26T03:30:00@Europe/Paris\"",
        "string(@\"2023-01-31T12:00:00@Europe/Paris\" + @\"P2M\") = "
        "\"2023-03-31T12:00:00@Europe/Paris\"",
        "@\"2023-10-29T02:30:00@Europe/Paris\" = @\"2023-10-29T02:30:00+02:00\"",
        "@\"1986-05-04T02:30:00@Asia/Shanghai\" > @\"1986-05-04T01:59:59@Asia/Shanghai\"",
        "not(@\"10:00:00.5\" = @\"10:00:00.7\" and @\"10:00:00.5\" < @\"10:00:00.7\")",
    };
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT(rows); i++)
        wrong += !holds(cx, rows[i]);
    EXPECT_INT(wrong, 0);
}
