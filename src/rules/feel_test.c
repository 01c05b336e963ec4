/* Runs tests/feel/NAME.test and the examples of docs/feel.md.
 *
 * A case of a suite is three lines and a blank one: an expression, a context of its names (or "-"),
 * and what it gives, to the last digit. In the context unknown("/pointer") makes an absent fact; an
 * entry "?" makes the expression the unary tests of a cell. What it gives is a literal,
 * "null 1:3 中文 | English" where the cause of the null matters, or "fails 1:3 中文 | English"
 * where the expression does not compile. "#" begins a remark. An example is a line `expression //
 * value` between ```feel and ```.
 */
#include "base/file.h"
#include "rules/feel.h"
#include "tests/test.h"

static Value make_unknown(Run *run, const Function *self, const Value *arguments, size_t count)
{
    (void)self;
    EXPECT(count == 1 && arguments[0].kind == VALUE_STRING);
    return value_unknown(run->cx, arguments[0].text.bytes);
}

static const Context *read_context(Cx *cx, const char *text)
{
    static const Param pointer = { "pointer", NULL };
    static const Function function = { "unknown", &pointer, 1, NULL, make_unknown, NULL };
    const Scope scope = { .names = &(Name){ "unknown", NULL }, .count = 1 };
    const Value frame = value_function(&function);
    const Feel *feel;
    Value v;
    Run run = feel_run(cx);
    EXPECT_OK(feel_compile(cx, &feel, text, &scope));
    EXPECT_OK(feel_evaluate(&run, &v, feel, &frame));
    EXPECT(v.kind == VALUE_CONTEXT);
    return v.context;
}

/* A trace is written where values are made, so a traced run takes none of the short ways that a
 * plain one does: the two must agree. */
static void expect_same_traced(Cx *cx, const Feel *feel, const Value *frame, const Value *plain)
{
    Value traced;
    Run run = feel_run(cx);
    feel_trace(&run);
    EXPECT_OK(feel_evaluate(&run, &traced, feel, frame));
    EXPECT_TEXT(value_literal(cx, &traced), value_literal(cx, plain));
}

/* What the expression gives, in the notation of a suite's third line; with_cause: nulls say why. */
static const char *outcome(Cx *cx, const char *text, const Context *given, bool with_cause)
{
    Name *names = NEW_N(cx, Name, given->count + 1);
    Value *frame = NEW_N(cx, Value, given->count + 1);
    for (size_t i = 0; i < given->count; i++) {
        names[i] = (Name){ given->entries[i].key, NULL };
        frame[i] = given->entries[i].value;
    }
    const Scope scope = { .names = names, .count = given->count };
    const Feel *feel;
    Value v;
    Run run = feel_run(cx);
    Err e = context_get(given, "?") ? feel_compile_tests(cx, &feel, text, &scope)
                                    : feel_compile(cx, &feel, text, &scope);
    if (e != OK)
        return arena_format(cx->arena, "fails %s %s | %s", cx->failure.field, cx->failure.zh,
                            cx->failure.en);
    EXPECT_OK(feel_evaluate(&run, &v, feel, frame));
    expect_same_traced(cx, feel, frame, &v);
    if (!with_cause || !value_is_null(&v) || !v.cause)
        return value_literal(cx, &v);
    return arena_format(cx->arena, "null %u:%u %s | %s", v.cause->line, v.cause->column,
                        v.cause->zh, v.cause->en);
}

static bool same(const char *where, const char *expression, const char *got, const char *expected)
{
    if (strcmp(got, expected) == 0)
        return true;
    print_error("%s: %s\n  gives    %s\n  expected %s\n", where, expression, got, expected);
    return false;
}

/* The next line without its end; NULL at the end of the text. */
static const char *next_line(Cx *cx, const char **at, int *number)
{
    if (!**at)
        return NULL;
    size_t n = strcspn(*at, "\n");
    const char *line = arena_text_n(cx->arena, *at, n);
    *at += n + ((*at)[n] == '\n');
    ++*number;
    return line;
}

static void run_suite(Cx *cx, const char *path, size_t *cases, size_t *wrong)
{
    const char *text = test_read(cx, path, NULL), *line;
    int number = 0;
    while ((line = next_line(cx, &text, &number))) {
        if (!*line || *line == '#')
            continue;
        const char *where = arena_format(cx->arena, "%s:%d", path, number);
        const char *context = next_line(cx, &text, &number);
        const char *expected = next_line(cx, &text, &number);
        if (!context || !expected || !*expected) {
            print_error("%s: a case has three lines\n", where);
            ++*wrong;
            return;
        }
        const Context *given = read_context(cx, strcmp(context, "-") == 0 ? "{}" : context);
        bool with_cause = strncmp(expected, "null ", 5) == 0;
        *wrong += !same(where, line, outcome(cx, line, given, with_cause), expected);
        ++*cases;
    }
}

CASE("the golden suites of FEEL hold to the last digit")
{
    const char **names;
    size_t cases = 0, wrong = 0;
    EXPECT_OK(file_list(cx, &names, "tests/feel", ".test"));
    for (; *names; names++)
        run_suite(cx, arena_format(cx->arena, "tests/feel/%s", *names), &cases, &wrong);
    EXPECT_INT(wrong, 0);
    EXPECT(cases >= 300);
}

CASE("the examples of docs/feel.md give what stands beside them")
{
    const char *text = test_read(cx, "docs/feel.md", NULL), *line;
    const Context *none = read_context(cx, "{}");
    int number = 0;
    size_t wrong = 0, examples = 0;
    bool inside = false;
    while ((line = next_line(cx, &text, &number))) {
        if (strncmp(line, "```", 3) == 0)
            inside = !inside && strcmp(line, "```feel") == 0;
        const char *split = inside ? strstr(line, " // ") : NULL;
        if (!split)
            continue;
        const char *where = arena_format(cx->arena, "docs/feel.md:%d", number);
        const char *expected = split + 4;
        bool with_cause = strncmp(expected, "null ", 5) == 0;
        const char *expression = arena_text_n(cx->arena, line, (size_t)(split - line));
        wrong += !same(where, expression, outcome(cx, expression, none, with_cause), expected);
        examples++;
    }
    EXPECT_INT(wrong, 0);
    EXPECT(examples >= 150);
}

CASE("every built-in stands in docs/feel.md with an example and its help")
{
    const char *text = test_read(cx, "docs/feel.md", NULL);
    BuiltinHelp help;
    size_t missing = 0;
    for (size_t i = 0; feel_builtin(cx, &help, i); i++) {
        const char *row = arena_format(cx->arena, "- `%s`：%s; %s", help.name, help.zh, help.en);
        const char *call = arena_format(cx->arena, "\n%s(", help.name);
        if (strstr(text, row) && strstr(text, call))
            continue;
        print_error("docs/feel.md lacks an example of, or the line\n%s\n", row);
        missing++;
    }
    EXPECT_INT(missing, 0);
}
