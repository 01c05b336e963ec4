/* The index against the scan: a run that records its explanation tries every row, a plain one only
 * those that the index leaves, and both must say the same.
 */
#include "rules/dmn_index.h"
#include "tests/test.h"

enum { TABLES = 300, TRIES = 24, INPUTS = 3, ROWS_MOST = 40 };

/* The same sequence in every run. */
static size_t some(uint64_t *seed, size_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(*seed >> 33) % below;
}

static const char *pick(uint64_t *seed, const char *const *texts, size_t count)
{
    return texts[some(seed, count)];
}

static const char *const VALUES[] = { "1",      "2.50", "2.5",      "-3",   "7",
                                      "\"甲\"", "\"\"", "\"乙乙\"", "\"1\"" };
static const char *const OTHERS[] = { "null",
                                      "true",
                                      "[1, 2]",
                                      "[1..7]",
                                      "unknown",
                                      "date(\"2024-02-29\")",
                                      "{a: 1}",
                                      "\"2\"",
                                      "@\"P1D\"",
                                      "@\"P1M\"",
                                      "date and time(\"2024-02-29T00:00:00\")" };
static const char *const CELLS[] = { "-",
                                     "-",
                                     "&lt; 2.5",
                                     "&lt;= 2.5",
                                     "> 1",
                                     ">= 7",
                                     "= 7",
                                     "!= 7",
                                     "[1..7]",
                                     "(1..7)",
                                     "]2.50..7]",
                                     "[1..2.5)",
                                     "[7..1]",
                                     "not(1, 2.5)",
                                     "not(\"甲\")",
                                     "&lt; \"乙\"",
                                     "[\"1\"..\"甲\"]",
                                     "null",
                                     "true",
                                     "? = 7",
                                     "? > 1",
                                     "[1, 2.5]",
                                     "date(\"2024-02-29\")",
                                     "> date(\"2024-02-28\")",
                                     "&lt; @\"2024-03-01\"",
                                     "date(\"2024-02-30\")",
                                     "@\"P1D\"",
                                     "> @\"PT1H\"",
                                     "&lt; @\"P1Y\"",
                                     "[1..\"甲\"]",
                                     "1, &lt; 7, [2..3]",
                                     "缺" };
static const char *const POLICIES[] = { "FIRST",      "UNIQUE",       "ANY",    "PRIORITY",
                                        "RULE ORDER", "OUTPUT ORDER", "COLLECT" };

static void add_cell(Buf *b, uint64_t *seed)
{
    buf_add(b, "<inputEntry><text>");
    if (some(seed, 3)) {
        buf_add(b, pick(seed, CELLS, COUNT(CELLS)));
    } else {
        buf_add(b, pick(seed, VALUES, COUNT(VALUES)));
        while (some(seed, 2))
            buf_format(b, ", %s", pick(seed, VALUES, COUNT(VALUES)));
    }
    buf_add(b, "</text></inputEntry>");
}

static const Dmn *compiled(Cx *cx, const char *text)
{
    const DmnModel *model;
    const Dmn *dmn = NULL;
    EXPECT_OK(dmn_read(cx, &model, text, strlen(text), "t.dmn"));
    EXPECT_OK(dmn_compile(cx, &dmn, model, NULL, 0, NULL, 0));
    EXPECT_TEXT(dmn_problem(dmn, 0) ? dmn_problem(dmn, 0)->en : "", "");
    return dmn;
}

static void open_table(Buf *b, const char *policy, size_t inputs)
{
    buf_add(b, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' "
               "namespace='n'><inputData name='缺' id='x'/>");
    for (size_t i = 0; i < inputs; i++)
        buf_format(b, "<inputData name='i%zu' id='i%zu'/>", i, i);
    buf_add(b, "<decision name='表' id='d'><informationRequirement><requiredInput href='#x'/>"
               "</informationRequirement>");
    for (size_t i = 0; i < inputs; i++)
        buf_format(
            b, "<informationRequirement><requiredInput href='#i%zu'/></informationRequirement>", i);
    buf_format(b, "<decisionTable hitPolicy='%s'>", policy);
    for (size_t i = 0; i < inputs; i++)
        buf_format(b, "<input><inputExpression><text>i%zu</text></inputExpression></input>", i);
    buf_add(b, "<output name='o'><outputValues><text>3, 1, 2</text></outputValues></output>");
}

static const Dmn *random_table(Cx *cx, uint64_t *seed, size_t inputs)
{
    Buf b = BUF(cx);
    open_table(&b, pick(seed, POLICIES, COUNT(POLICIES)), inputs);
    for (size_t r = 4 + some(seed, ROWS_MOST); r > 0; r--) {
        buf_add(&b, "<rule>");
        for (size_t i = 0; i < inputs; i++)
            add_cell(&b, seed);
        buf_format(&b, "<outputEntry><text>%zu</text></outputEntry></rule>", 1 + some(seed, 3));
    }
    buf_add(&b, "</decisionTable></decision></definitions>");
    return compiled(cx, buf_text(&b));
}

static Value literal(Cx *cx, const char *text, const char *pointer)
{
    const Feel *f;
    Value v;
    Run run = feel_run(cx);
    if (strcmp(text, "unknown") == 0)
        return value_unknown(cx, pointer);
    EXPECT_OK(feel_compile(cx, &f, text, &(Scope){ 0 }));
    EXPECT_OK(feel_evaluate(&run, &v, f, NULL));
    return v;
}

/* The answer with why it is null or unknown. */
static const char *answer(Cx *cx, const Dmn *dmn, const Value *inputs, size_t count, bool explained)
{
    Value v, missing = value_unknown(cx, "/缺");
    Run run = feel_run(cx);
    if (explained)
        feel_trace(&run);
    DmnRun *d = dmn_begin(&run, dmn);
    dmn_set(d, dmn_find(dmn, DMN_INPUT, NULL, "缺"), &missing);
    for (size_t i = 0; i < count; i++)
        dmn_set(d, dmn_find(dmn, DMN_INPUT, NULL, arena_format(cx->arena, "i%zu", i)), &inputs[i]);
    EXPECT_OK(dmn_decide(d, &v, dmn_find(dmn, DMN_DECISION, NULL, "表")));
    Buf b = BUF(cx);
    buf_add(&b, value_literal(cx, &v));
    if (value_is_unknown(&v))
        for (const char *const *p = causes_list(cx, v.causes, NULL); *p; p++)
            buf_format(&b, " %s", *p);
    if (value_is_null(&v) && v.cause)
        buf_format(&b, " %s %s %u:%u", v.cause->zh, v.cause->en, v.cause->line, v.cause->column);
    return buf_text(&b);
}

static const CodeTable *table_of(const Dmn *dmn)
{
    return dmn_unit(dmn, dmn_find(dmn, DMN_DECISION, NULL, "表"))->code->table;
}

CASE("whatever the table and its inputs, the index answers as the scan does, to the very cause")
{
    uint64_t seed = 20240229;
    size_t indexed = 0;
    for (size_t n = 0; n < TABLES; n++) {
        size_t inputs = 1 + some(&seed, INPUTS);
        Arena *arena = arena_new(0);
        Cx inner = cx_make(arena);
        const Dmn *dmn = random_table(&inner, &seed, inputs);
        indexed += table_of(dmn)->index != NULL;
        for (size_t t = 0; t < TRIES; t++) {
            Value given[INPUTS];
            for (size_t i = 0; i < inputs; i++)
                given[i] = literal(&inner,
                                   some(&seed, 4) ? pick(&seed, VALUES, COUNT(VALUES))
                                                  : pick(&seed, OTHERS, COUNT(OTHERS)),
                                   arena_format(arena, "/%zu", i));
            EXPECT_TEXT(answer(&inner, dmn, given, inputs, false),
                        answer(&inner, dmn, given, inputs, true));
        }
        arena_free(arena);
    }
    EXPECT(indexed > TABLES / 4);
}

/* How many rows are left to be tried. */
static size_t left(const CodeTable *t, Value v)
{
    IndexWalk walk = index_walk(t, &v, false);
    size_t rule, n = 0;
    while (index_next(&walk, &rule))
        n++;
    return n;
}

/* A table of one input and many rows, whose cells are made from the row's number. */
static const CodeTable *given_rows(Cx *cx, size_t rows, const char *cell)
{
    Buf b = BUF(cx);
    open_table(&b, "FIRST", 1);
    for (size_t r = 0; r < rows; r++) {
        buf_add(&b, "<rule><inputEntry><text>");
        for (const char *c = cell; *c; c++)
            *c == '#' ? buf_format(&b, "%zu", r) : buf_char(&b, *c);
        buf_add(&b, "</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>");
    }
    buf_add(&b, "</decisionTable></decision></definitions>");
    return table_of(compiled(cx, buf_text(&b)));
}

CASE("of a thousand rows of keys or intervals one is left, or none")
{
    const CodeTable *keys = given_rows(cx, 1000, "\"#\"");
    EXPECT_INT(left(keys, value_text("417")), 1);
    EXPECT_INT(left(keys, value_text("0417")), 0);
    EXPECT_INT(left(keys, value_int(417)), 0);
    EXPECT_INT(left(keys, value_null()), 0);
    EXPECT_INT(left(keys, value_unknown(cx, "/键")), 1000);
    EXPECT_INT(left(keys, value_boolean(true)), 1000);
    const CodeTable *steps = given_rows(cx, 1000, "(#..#.5], -#");
    EXPECT_INT(left(steps, literal(cx, "417.5", "")), 1);
    EXPECT_INT(left(steps, literal(cx, "417.6", "")), 0);
    EXPECT_INT(left(steps, value_int(417)), 0);
    EXPECT_INT(left(steps, value_int(-417)), 1);
}

CASE("a short table and one of intervals that lie over each other have no index")
{
    EXPECT(!given_rows(cx, 7, "#")->index);
    EXPECT(given_rows(cx, 8, "#")->index);
    EXPECT(!given_rows(cx, 100, "> #")->index);
    EXPECT(!given_rows(cx, 100, "not(#)")->index);
}
