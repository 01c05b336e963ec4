#include "rules/explain.h"

#include "rules/dmn.h"
#include "tests/test.h"

/* A decision "D" of two entries, 逐项 and 符合, over the inputs n, 村 and 缺. */
static const Trace *traced(Cx *cx, const char *items, const char *meets, Value *out)
{
    static const char *const inputs[] = { "n", "村", "缺" };
    const DmnModel *model;
    const Dmn *dmn;
    Buf b = BUF(cx);
    buf_add(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" "
                "namespace=\"n\">");
    for (size_t i = 0; i < COUNT(inputs); i++)
        buf_format(&b, "<inputData id=\"i%zu\" name=\"%s\"/>", i, inputs[i]);
    buf_add(&b, "<decision id=\"d\" name=\"D\">");
    for (size_t i = 0; i < COUNT(inputs); i++)
        buf_format(&b,
                   "<informationRequirement><requiredInput href=\"#i%zu\"/>"
                   "</informationRequirement>",
                   i);
    buf_format(&b,
               "<context><contextEntry><variable name=\"逐项\"/><literalExpression><text>%s</text>"
               "</literalExpression></contextEntry><contextEntry><variable name=\"符合\"/>"
               "<literalExpression><text>%s</text></literalExpression></contextEntry></context>"
               "</decision></definitions>",
               items, meets);
    EXPECT_OK(dmn_read(cx, &model, buf_text(&b), b.length, "t.dmn"));
    EXPECT_OK(dmn_compile(cx, &dmn, model, NULL, 0, NULL, 0));
    EXPECT(dmn_problem(dmn, 0) == NULL);

    Run run = feel_run(cx);
    DmnRun *d = dmn_begin(&run, dmn);
    Value villages[] = { value_int(30), value_int(5), value_unknown(cx, "/村/2"), value_int(8) };
    for (size_t i = 0; i < COUNT(villages); i++)
        villages[i].at = arena_format(cx->arena, "/村/%zu", i);
    Value *copy = NEW_N(cx, Value, COUNT(villages));
    memcpy(copy, villages, sizeof villages);
    const Value values[] = { value_int(2100), value_list(copy, COUNT(villages)),
                             value_unknown(cx, "/缺") };
    for (size_t i = 0; i < COUNT(inputs); i++)
        dmn_set(d, &model->nodes[i], &values[i]);
    const Trace *root = feel_trace(&run);
    EXPECT_OK(dmn_decide(d, out, &model->nodes[COUNT(inputs)]));
    EXPECT_TEXT(root->first->name, "D");
    return root->first;
}

/* The conditions, one after the other: expression, what it was, had to be, how far, where. */
static const char *why(Cx *cx, const char *items, const char *meets)
{
    Value v;
    Buf b = BUF(cx);
    Conditions all = explain_conditions(cx, traced(cx, items, meets, &v), "符合");
    for (size_t i = 0; i < all.count; i++) {
        const Condition *c = &all.at[i];
        buf_format(&b, "%s[%s] %s %s %s", i ? "; " : "", explain_text(cx, c->at),
                   value_brief(cx, &c->actual), c->sign, value_brief(cx, &c->required));
        if (c->distance.kind == VALUE_NUMBER)
            buf_format(&b, " by %s", decimal_text(cx, c->distance.number));
        if (c->fact)
            buf_format(&b, " at %s", c->fact);
    }
    return buf_text(&b);
}

CASE("every failing condition is named, with actual and required value and the distance")
{
    EXPECT_TEXT(why(cx, "1", "n &gt;= 2500"), "[n >= 2500] 2100 ≥ 2500 by 400");
    EXPECT_TEXT(why(cx, "1", "n &gt;= 2500 and n = 1 and n &gt; 0"),
                "[n >= 2500] 2100 ≥ 2500 by 400; [n = 1] 2100 = 1 by 2099");
    EXPECT_TEXT(why(cx, "1", "n &lt; 3 or n &gt; 5000"),
                "[n < 3] 2100 < 3 by 2097; [n > 5000] 2100 > 5000 by 2900");
    EXPECT_TEXT(why(cx, "1", "not(n = 2100)"), "[n = 2100] 2100 ≠ 2100 by 0");
    EXPECT_TEXT(why(cx, "1", "n in (1, 2)"), "[n in (1, 2)] 2100 in [1, 2]");
    EXPECT_TEXT(why(cx, "1", "if n &gt; 0 then n = 5 else true"), "[n = 5] 2100 = 5 by 2095");
    EXPECT_TEXT(why(cx, "1", "n &gt; 0"), "");
}

CASE("every item at fault is named, through the entry that judged it")
{
    EXPECT_TEXT(why(cx, "1", "every v in 村 satisfies v &gt; 9"),
                "[v > 9] 5 > 9 by 4 at /村/1; [v > 9] unknown(/村/2) > 9 at /村/2; "
                "[v > 9] 8 > 9 by 1 at /村/3");
    EXPECT_TEXT(why(cx, "for v in 村 return v &gt; 9", "every ok in 逐项 satisfies ok"),
                "[v > 9] 5 > 9 by 4 at /村/1; [v > 9] unknown(/村/2) > 9 at /村/2; "
                "[v > 9] 8 > 9 by 1 at /村/3");
    EXPECT_TEXT(why(cx, "n &gt; 5000", "逐项"), "[n > 5000] 2100 > 5000 by 2900");
}

CASE("a search that finds nothing tells what was sought, not each row that it looked at")
{
    const char *found = "for v in 村 return (some w in 村 satisfies w = v and w &gt; 100)";
    const char *all = why(cx, found, "every ok in 逐项 satisfies ok");
    EXPECT(strstr(all, "[(some w in") != NULL);
    EXPECT(strstr(all, "[w = v]") == NULL && strstr(all, "[w > 100]") == NULL);
}

CASE("a missing fact is named with the way to where it was needed")
{
    Value v;
    const Trace *t = traced(cx, "缺 + 1", "n &gt; 逐项", &v);
    const char *const *path = explain_path(cx, t, "/缺");
    EXPECT_TEXT(path[0], "D");
    EXPECT_TEXT(path[1], "逐项");
    EXPECT_TEXT(path[2], "缺 + 1");
    EXPECT_TEXT(path[3], "缺");
    EXPECT(path[4] == NULL);
    EXPECT(explain_path(cx, t, "/none")[0] == NULL);
}

CASE("the tree is written as JSON and as lines")
{
    Value v;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const Trace *t = traced(cx, "1", "n  &gt;\n 1", &v);
    explain_json(cx, &o, NULL, t);
    EXPECT_TEXT(buf_text(&b), "{\"name\":\"D\",\"value\":\"{逐项: 1, 符合: true}\",\"parts\":["
                              "{\"name\":\"逐项\",\"value\":\"1\"},{\"name\":\"符合\",\"value\":"
                              "\"true\",\"parts\":[{\"expression\":\"n > 1\",\"line\":1,"
                              "\"column\":1,\"start\":0,\"end\":7,\"value\":\"true\",\"parts\":["
                              "{\"expression\":\"n\",\"line\":1,\"column\":1,\"start\":0,\"end\":1,"
                              "\"value\":\"2100\"}]}]}]}");
    Buf lines = BUF(cx);
    explain_print(cx, &lines, t);
    EXPECT_TEXT(buf_text(&lines), "D = {逐项: 1, 符合: true}\n  逐项 = 1\n  符合 = true\n"
                                  "    n > 1 = true   (1:1)\n      n = 2100   (1:1)\n");
}

CASE("what is traced gives what it gives untraced")
{
    static const char *const rows[] = { "every x in [1, null], y in x satisfies false",
                                        "some x in [1, null], y in x satisfies true",
                                        "false and null", "true or null", "[1, 2][item &gt; 1]" };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Value traced_value, plain;
        const Feel *f;
        Run run = feel_run(cx);
        const char *text = i == 4 ? "[1, 2][item > 1]" : rows[i];
        traced(cx, "1", rows[i], &traced_value);
        EXPECT_OK(feel_compile(cx, &f, text, &(Scope){ 0 }));
        EXPECT_OK(feel_evaluate(&run, &plain, f, NULL));
        EXPECT_TEXT(value_literal(cx, context_get(traced_value.context, "符合")),
                    value_literal(cx, &plain));
    }
}
