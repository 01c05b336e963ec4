/* Golden expressions: one line of FEEL, what it gives. */
#include "base/budget.h"
#include "base/text.h"
#include "rules/feel.h"
#include "tests/test.h"

static const char *given(Cx *cx, const char *text)
{
    static const Name names[] = { { "资金", NULL }, { "村", NULL }, { "缺", NULL } };
    const Scope scope = { .names = names, .count = COUNT(names) };
    const Feel *feel;
    Value v;
    Value villages[] = { value_int(1), value_unknown(cx, "/villages/1"), value_int(3) };
    Entry money[] = { { "衔接 资金", value_int(2000) }, { "行业资金", value_int(999) } };
    Value frame[] = { value_context(cx, money, COUNT(money)), value_list(villages, COUNT(villages)),
                      value_unknown(cx, "/lack") };
    Run run = feel_run(cx);
    EXPECT_OK(feel_compile(cx, &feel, text, &scope));
    EXPECT_OK(feel_evaluate(&run, &v, feel, frame));
    return value_literal(cx, &v);
}

static void golden(Cx *cx, const char *const (*rows)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        EXPECT_TEXT(given(cx, rows[i][0]), rows[i][1]);
}

CASE("numbers are exact to 34 digits")
{
    static const char *const rows[][2] = {
        { "0.1 + 0.2", "0.3" },
        { "1 / 3 * 3", "0.9999999999999999999999999999999999" },
        { "2 ** 100", "1267650600228229401496703205376" },
        { "decimal(2.5, 0)", "2" },
        { "1 / 0", "null" },
        { "modulo(-12, 5)", "3" },
    };
    golden(cx, rows, COUNT(rows));
}

CASE("full-width signs and Chinese names are read")
{
    static const char *const rows[][2] = {
        { "资金．行业资金 ＞＝ 0.5 * 2000", "false" },
        { "资金.行业资金 in （1，999）", "true" },
        { "“甲” + \"乙\"", "\"甲乙\"" },
        { "if 资金.行业资金 > 1 then \"有\" else \"无\"", "\"有\"" },
    };
    golden(cx, rows, COUNT(rows));
}

CASE("unknown is weighed, null stays null")
{
    static const char *const rows[][2] = {
        { "缺 > 1 and false", "false" },
        { "缺 > 1 or true", "true" },
        { "缺 > 1 and true", "unknown(/lack)" },
        { "every x in 村 satisfies x > 2", "false" },
        { "every x in 村 satisfies x > 0", "unknown(/villages/1)" },
        { "some x in 村 satisfies x > 2", "true" },
        { "sum(村)", "unknown(/villages/1)" },
        { "count(村)", "3" },
        { "true = null", "false" },
        { "if 缺 > 1 then 7 else 7", "unknown(/lack)" },
    };
    golden(cx, rows, COUNT(rows));
}

CASE("what the TCK says of times, lists, patterns and named arguments holds")
{
    static const char *const rows[][2] = {
        { "time(\"10:30:00.1\") = time(\"10:30:00.2\")", "true" },
        { "@\"2021-01-01T00:00:00\" - @\"2021-01-02\"", "null" },
        { "@\"2021-01-05\" + @\"P1M\"", "@\"2021-02-05\"" },
        { "@\"2021-01-31\" + @\"P1M\"", "@\"2021-02-28\"" },
        { "list replace([1, 2, 3], -1.5, 4)", "[1, 2, 4]" },
        { "context put(context: {y: {a: 0}}, key: [\"y\", \"a\"], value: 2)", "null" },
        { "context put({y: {a: 0}}, [\"y\", \"a\"], 2)", "{y: {a: 2}}" },
        { "matches(\"hello world\", \"hello\\ sworld\", \"x\")", "true" },
        { "matches(\"文\", \"^\\p{IsCJKUnifiedIdeographs}$\")", "true" },
        { "{}", "{}" },
        { "years and months duration(@\"2014-12-31\", @\"2016-12-31\")", "@\"P2Y\"" },
    };
    golden(cx, rows, COUNT(rows));
}

CASE("a name that nobody knows and a broken text fail with their place")
{
    const Feel *feel;
    EXPECT_FAIL(feel_compile(cx, &feel, "1 +\n 未知", &(Scope){ 0 }), INVALID, "2:2");
    EXPECT(feel_compile(cx, &feel, "(1", &(Scope){ 0 }) == INVALID);
    EXPECT(feel_compile(cx, &feel, "\"a", &(Scope){ 0 }) == INVALID);
}

/* Nine levels of eight shared items are 134 million to whoever walks over them. */
static Err walk_shared(Cx *cx, const char *last)
{
    Buf b = BUF(cx);
    buf_add(&b, "{a: [1, 1, 1, 1, 1, 1, 1, 1]");
    for (char c = 'b'; c <= 'i'; c++) {
        buf_format(&b, ", %c: [", c);
        for (int i = 0; i < 8; i++)
            buf_format(&b, "%s%c", i ? ", " : "", c - 1);
        buf_char(&b, ']');
    }
    buf_format(&b, ", last: %s}.last", last);
    const Feel *feel;
    Value v;
    Run run = feel_run(cx);
    run.limits.steps = 1000000;
    EXPECT_OK(feel_compile(cx, &feel, buf_text(&b), &(Scope){ 0 }));
    return feel_evaluate(&run, &v, feel, NULL);
}

CASE("what is shared cannot make a walk endless")
{
    static const char *const walks[] = {
        "string(i)",
        "flatten(i)",
        "i = i",
        "i in [i]",
        "is(i, i)",
        "index of([i], i)",
        "union([i], [i])",
        "list contains([i], i)",
        "i instance of list<list<number>>",
        "i",
    };
    for (size_t i = 0; i < COUNT(walks); i++)
        EXPECT_INT(walk_shared(cx, walks[i]), LIMITED);
    EXPECT_INT(walk_shared(cx, "count(i)"), OK);
}

CASE("what is nested too deeply to walk over ends the run")
{
    const Feel *feel;
    Value v;
    Run run = feel_run(cx);
    EXPECT_OK(feel_compile(cx, &feel, "string(for i in 1..5000 return [partial])", &(Scope){ 0 }));
    EXPECT(feel_evaluate(&run, &v, feel, NULL) == LIMITED);
}

CASE("nested attempts of the parser do not double")
{
    const Feel *feel;
    Buf b = BUF(cx);
    for (int i = 0; i < 150; i++)
        buf_add(&b, "1 in (");
    buf_add(&b, "1");
    for (int i = 0; i < 150; i++)
        buf_add(&b, ").x");
    EXPECT(feel_compile(cx, &feel, buf_text(&b), &(Scope){ 0 }) == INVALID);
}

/* Runs text again and again under one budget: how it failed, and after how many runs. */
static Err spent(Cx *cx, Budget *budget, const char *text, int *runs)
{
    const Feel *feel;
    Value v;
    Err e = OK;
    EXPECT_OK(feel_compile(cx, &feel, text, &(Scope){ 0 }));
    cx->budget = budget;
    for (*runs = 0; e == OK && *runs < 10000; ++*runs) {
        Run run = feel_run(cx);
        e = feel_evaluate(&run, &v, feel, NULL);
    }
    cx->budget = NULL;
    return e;
}

CASE("one budget ends many evaluations, each of them within its own limit")
{
    int runs;
    Budget steps = budget_make(100000, 60000);
    EXPECT_INT(spent(cx, &steps, "sum(for i in 1..100 return i)", &runs), LIMITED);
    EXPECT(runs > 100 && runs < 1000);
    EXPECT(strstr(cx->failure.en, "more steps than one run may") != NULL);

    Budget time = budget_make(INT64_MAX, 20);
    int64_t begun = budget_clock();
    EXPECT_INT(spent(cx, &time, "every i in 1..200000 satisfies i > 0", &runs), LIMITED);
    EXPECT(budget_clock() - begun < 5000);

    atomic_bool gone = true;
    Budget stopped = budget_make(INT64_MAX, 60000);
    stopped.gone = &gone;
    EXPECT_INT(spent(cx, &stopped, "count(for i in 1..20000 return i)", &runs), DOWN);
    EXPECT_INT(runs, 1);
}
