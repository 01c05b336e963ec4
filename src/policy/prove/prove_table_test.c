#include "policy/prove/pack_prove.h"
#include "rules/dmn.h"
#include "tests/test.h"

/* What is found in a table of two inputs; a row is "test | test | output", FEEL in XML. */
static const char *found(Cx *cx, const char *policy, const char *const *rows)
{
    const DmnModel *model;
    Findings findings = { 0 }, notes = { 0 };
    Buf b = BUF(cx);
    buf_format(&b,
               "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" "
               "namespace=\"n\"><decision name=\"表\" id=\"d\"><decisionTable hitPolicy=\"%s\">"
               "<input><inputExpression><text>a</text></inputExpression></input>"
               "<input><inputExpression><text>b</text></inputExpression></input>"
               "<output name=\"o\"/>",
               policy);
    for (; *rows; rows++) {
        const char *first = strchr(*rows, '|'), *second = strrchr(*rows, '|');
        buf_format(&b,
                   "<rule><inputEntry><text>%.*s</text></inputEntry><inputEntry><text>%.*s</text>"
                   "</inputEntry><outputEntry><text>%s</text></outputEntry></rule>",
                   (int)(first - *rows), *rows, (int)(second - first - 1), first + 1, second + 1);
    }
    buf_add(&b, "</decisionTable></decision></definitions>");
    EXPECT_OK(dmn_read(cx, &model, buf_text(&b), b.length, "t.dmn"));
    prove_tables(cx, &findings, &notes, "t.dmn", &model->nodes[0]);
    Buf out = BUF(cx);
    for (size_t i = 0; i < findings.count; i++) {
        EXPECT_TEXT(findings.items[i].at, "表");
        buf_format(&out, "%s%s", i ? "; " : "", findings.items[i].en);
    }
    for (size_t i = 0; i < notes.count; i++)
        buf_add(&out, notes.items[i].en);
    return buf_text(&out);
}

#define ROWS(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

CASE("a whole table has no finding")
{
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("&lt; 10|-|1", "[10..20]|-|2", "&gt; 20|-|3")), "");
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("true|\"甲\"|1", "true|not(\"甲\")|2", "false|-|3")), "");
    EXPECT_TEXT(found(cx, "FIRST", ROWS("&gt; 10|-|1", "-|&lt; 5|2", "-|-|3")), "");
    EXPECT_TEXT(found(cx, "COLLECT", ROWS("&gt; 10|-|1", "&gt; 5|-|2")), "");
    EXPECT_TEXT(found(cx, "ANY", ROWS("&gt; 10|-|1", "&gt; 5|-|1", "&lt;= 5|-|2")), "");
}

CASE("a gap is found at the very value that falls into it")
{
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("&lt; 10|-|1", "&gt; 10|-|2")),
                "the table has a gap: a = 10, b = \"…\"");
    EXPECT_TEXT(found(cx, "FIRST", ROWS("true|&lt; 5|1", "true|&gt;= 5|2", "false|&gt; 5|3")),
                "the table has a gap: a = false, b = 5");
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("\"甲\"|-|1", "\"乙\"|-|2")),
                "the table has a gap: a = \"…\", b = \"…\"");
}

CASE("each two rows that overlap are found once")
{
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("&lt;= 10|-|1", "&gt;= 10|-|2")),
                "rows 1 and 2 overlap: a = 10, b = \"…\"");
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("&lt; 5|-|1", "[5..20]|-|2", "&gt;= 20|-|3", "20|-|4")),
                "rows 2 and 3 overlap: a = 20, b = \"…\"; rows 2 and 4 overlap: a = 20, b = \"…\"; "
                "rows 3 and 4 overlap: a = 20, b = \"…\"");
    EXPECT_TEXT(found(cx, "ANY", ROWS("&gt; 10|-|1", "&gt; 5|-|2", "&lt;= 5|-|2")),
                "rows 1 and 2 match with different results: a = 11, b = \"…\"");
}

CASE("a row that nothing reaches, and one that those before it cover, are found")
{
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("not(5)|-|1", "5|-|2")), "");
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("&lt; 5|-|1", "&gt;= 5|-|2", "not(&lt; 9, &gt; 7)|-|3")),
                "row 3 is unreachable: no input fits it");
    EXPECT_TEXT(found(cx, "FIRST", ROWS("&gt; 10|-|1", "&gt; 20|-|2", "-|-|3")),
                "row 2 is subsumed by row 1 and others before it, as at: a = 21, b = \"…\"");
    EXPECT_TEXT(found(cx, "FIRST", ROWS("&gt; 10|-|1", "&lt;= 10|-|2", "15|-|3")),
                "row 3 is subsumed by row 1 and others before it, as at: a = 15, b = \"…\"");
}

CASE("days are tried before, on and behind each that is named")
{
    EXPECT_TEXT(
        found(cx, "UNIQUE", ROWS("&lt; date(\"2022-12-10\")|-|1", ">= @\"2022-12-10\"|-|2")), "");
    EXPECT_TEXT(
        found(cx, "UNIQUE", ROWS("&lt; date(\"2022-12-10\")|-|1", "> date(\"2022-12-10\")|-|2")),
        "the table has a gap: a = @\"2022-12-10\", b = \"…\"");
    EXPECT_TEXT(found(cx, "FIRST",
                      ROWS("&lt; date(\"2022-12-10\")|-|1", ">= date(\"2022-12-01\")|-|2",
                           "date(\"2022-12-05\")|-|3")),
                "row 3 is subsumed by row 1 and others before it, as at: "
                "a = @\"2022-12-05\", b = \"…\"");
}

CASE("a table of a thousand rows is analysed, too")
{
    const char **rows = NEW_N(cx, const char *, 1003);
    for (int i = 0; i < 1000; i++)
        rows[i] = arena_format(cx->arena, "%d|%s|%d", i, i % 2 ? "true" : "-", i);
    rows[1000] = "999|true|1";
    rows[1001] = "&lt; 0, > 999|-|1";
    EXPECT(strstr(found(cx, "UNIQUE", rows), "the table has a gap: a = 1, b = false"));
    EXPECT(strstr(found(cx, "UNIQUE", rows), "rows 1000 and 1001 overlap: a = 999, b = true"));
}

CASE("a table that cannot be tried is said to be left")
{
    EXPECT_TEXT(found(cx, "UNIQUE", ROWS("? > b|-|1")),
                "the table is not analysed: a cell holds more than literals, dates, comparisons, "
                "ranges and not()");
}
