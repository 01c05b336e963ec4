/* What is wrong with a model before its expressions are read, and what stands for it then. */
#include "base/text.h"
#include "rules/dmn.h"
#include "tests/test.h"

#define DECISION(id, needs, rest)                                                                  \
    "<decision name='" id "' id='" id "'><variable name='" id "'/>" needs rest "</decision>"
#define NEEDS(id)                                                                                  \
    "<informationRequirement><requiredDecision href='#" id "'/></informationRequirement>"
#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"
#define FOREIGN(text)                                                                              \
    "<literalExpression expressionLanguage='juel'><text>" text "</text></literalExpression>"

static const Dmn *compiled(Cx *cx, const char *ns, const char *more, const char *body)
{
    const DmnModel *model;
    const Dmn *dmn;
    const char *text = arena_format(
        cx->arena, "<definitions xmlns='%s' name='m' namespace='urn:m'%s>%s</definitions>", ns,
        more, body);
    EXPECT_OK(dmn_read(cx, &model, text, strlen(text), "m.dmn"));
    EXPECT_OK(dmn_compile(cx, &dmn, model, NULL, 0, NULL, 0));
    return dmn;
}

static const char NOW[] = "https://www.omg.org/spec/DMN/20230324/MODEL/";

static const char *decided(Cx *cx, DmnRun *d, const Dmn *dmn, const char *name)
{
    Value v;
    EXPECT_OK(dmn_decide(d, &v, dmn_find(dmn, DMN_DECISION, NULL, name)));
    return value_literal(cx, &v);
}

CASE("a ring of decisions is named, and null in whatever order they are asked")
{
    static const char *const orders[] = { "abcd", "dcba", "bdac", "cabd" };
    const Dmn *dmn =
        compiled(cx, NOW, "",
                 DECISION("a", NEEDS("b"), LITERAL("if b = null then 1 else 2"))
                     DECISION("b", NEEDS("c"), LITERAL("if c = null then 1 else 2"))
                         DECISION("c", NEEDS("a"), LITERAL("if a = null then 1 else 2"))
                             DECISION("d", NEEDS("a"), LITERAL("if a = null then 1 else 2")));
    EXPECT_TEXT(dmn_problem(dmn, 0)->en, "decisions require each other in a ring: a → b → c → a");
    EXPECT(dmn_problem(dmn, 1) == NULL);
    for (size_t i = 0; i < COUNT(orders); i++) {
        Run run = feel_run(cx);
        DmnRun *d = dmn_begin(&run, dmn);
        for (const char *at = orders[i]; *at; at++) {
            const char name[2] = { *at, 0 };
            EXPECT_TEXT(decided(cx, d, dmn, name), *at == 'd' ? "1" : "null");
        }
    }
}

CASE("a row of thousands of decisions is no ring and no depth")
{
    enum { LENGTH = 5000 };
    Buf b = BUF(cx);
    for (int i = 0; i < LENGTH; i++)
        buf_format(&b, DECISION("d%d", NEEDS("d%d"), LITERAL("1")), i, i, i, (i + 1) % LENGTH);
    const Dmn *ring = compiled(cx, NOW, "", buf_text(&b));
    EXPECT(strstr(dmn_problem(ring, 0)->en, "in a ring: d0 → d1 → d2") != NULL);
}

CASE("another language is refused by its name wherever it stands")
{
    static const char *const bodies[] = {
        DECISION("r", "", FOREIGN("1 + 1")),
        DECISION(
            "r", "",
            "<context><contextEntry><variable name='x'/>" FOREIGN("1") "</contextEntry></context>"),
        DECISION("r", "",
                 "<decisionTable><output name='o'/><rule><outputEntry "
                 "expressionLanguage='juel'><text>1</text></outputEntry></rule>"
                 "</decisionTable>"),
        DECISION("r", "",
                 "<decisionTable><input><inputExpression expressionLanguage='juel'><text>1"
                 "</text></inputExpression></input><output name='o'/></decisionTable>"),
        DECISION("r", "",
                 "<decisionTable><input><inputExpression><text>1</text></inputExpression>"
                 "</input><output name='o'/><rule><inputEntry expressionLanguage='juel'>"
                 "<text>1</text></inputEntry><outputEntry><text>1</text></outputEntry>"
                 "</rule></decisionTable>"),
        DECISION("r", "",
                 "<decisionTable><output name='o'><defaultOutputEntry "
                 "expressionLanguage='juel'><text>1</text></defaultOutputEntry></output>"
                 "</decisionTable>"),
        DECISION("r", "",
                 "<decisionTable><output name='o'><outputValues "
                 "expressionLanguage='juel'><text>1</text></outputValues></output>"
                 "</decisionTable>"),
        ("<itemDefinition name='t'><typeRef>number</typeRef><allowedValues "
         "expressionLanguage='juel'><text>1</text></allowedValues></itemDefinition>"),
    };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        const DmnProblem *p = dmn_problem(compiled(cx, NOW, "", bodies[i]), 0);
        EXPECT_TEXT(p ? p->en : "", "the expression language is “juel”; only FEEL is evaluated");
    }
    EXPECT(dmn_problem(compiled(cx, NOW, " expressionLanguage='urn:groovy'",
                                DECISION("r", "", LITERAL("1"))),
                       0) != NULL);
    static const char *const feels[] = { "feel", "S-FEEL", "http://www.omg.org/spec/FEEL/20140401",
                                         "https://www.omg.org/spec/DMN/20230324/FEEL/" };
    for (size_t i = 0; i < COUNT(feels); i++) {
        const char *more = arena_format(cx->arena, " expressionLanguage='%s'", feels[i]);
        EXPECT(dmn_problem(compiled(cx, NOW, more, DECISION("r", "", LITERAL("1"))), 0) == NULL);
    }
}

CASE("what stands twice, or lacks its name, is a problem")
{
    static const struct {
        const char *body, *says;
    } rows[] = {
        { "<decision name='r' id='a'/><decision name='r' id='b'/>", "two decisions of the name" },
        { "<decision name='r' id='a'/><inputData name='s' id='a'/>", "the id “a” stands twice" },
        { DECISION("r", "", LITERAL("1") LITERAL("2")), "2 pieces of decision logic" },
        { DECISION("r", "", "<decisionTable><output name='x'/><output name='x'/></decisionTable>"),
          "two outputs have the name" },
        { DECISION("r", "", "<decisionTable><output name='x'/><output/></decisionTable>"),
          "output 2 has no name" },
        { DECISION("r", "",
                   "<decisionTable hitPolicy='PRIORITY'><output name='x'/>"
                   "</decisionTable>"),
          "none are listed" },
        { DECISION(
              "r", "",
              "<context><contextEntry><variable name='x'/>" LITERAL(
                  "1") "</contextEntry><contextEntry><variable name='x'/>" LITERAL("2") "</"
                                                                                        "contextEnt"
                                                                                        "ry></"
                                                                                        "context>"),
          "two entries of the name" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const DmnProblem *p = dmn_problem(compiled(cx, NOW, "", rows[i].body), 0);
        EXPECT(p && strstr(p->en, rows[i].says));
    }
}

CASE("every version of DMN is read, and other makers' numbers with a note")
{
    static const char *const versions[][2] = {
        { "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "1.1" },
        { "http://www.omg.org/spec/DMN/20180521/MODEL/", "1.2" },
        { "https://www.omg.org/spec/DMN/20191111/MODEL/", "1.3" },
        { "https://www.omg.org/spec/DMN/20211108/MODEL/", "1.4" },
        { "https://www.omg.org/spec/DMN/20230324/MODEL/", "1.5" },
        { "https://www.omg.org/spec/DMN/20240513/MODEL/", "1.6" },
    };
    for (size_t i = 0; i < COUNT(versions); i++) {
        const Dmn *dmn =
            compiled(cx, versions[i][0], "",
                     "<decision name='r' id='r'><variable name='r' typeRef='Integer'/>" LITERAL(
                         "40 + 2") "</decision>");
        Run run = feel_run(cx);
        EXPECT_TEXT(dmn_main(dmn)->version, versions[i][1]);
        EXPECT(dmn_problem(dmn, 0) == NULL);
        EXPECT_TEXT(dmn_note(dmn, 0)->en, "the type “Integer” is read as number");
        EXPECT_TEXT(decided(cx, dmn_begin(&run, dmn), dmn, "r"), "42");
    }
}

CASE("what is noted of an input that only a table's column names is noted once")
{
    const Dmn *dmn =
        compiled(cx, NOW, "",
                 "<decision name='r' id='r'><variable name='r'/><decisionTable><input>"
                 "<inputExpression typeRef='integer'><text>x</text></inputExpression></input>"
                 "<output name='r'/><rule><inputEntry><text>1</text></inputEntry><outputEntry>"
                 "<text>2</text></outputEntry></rule></decisionTable></decision>");
    EXPECT(dmn_problem(dmn, 0) == NULL);
    EXPECT_TEXT(dmn_note(dmn, 0)->en, "the type “integer” is read as number");
    EXPECT(strstr(dmn_note(dmn, 1)->en, "no input data “x” is declared"));
    EXPECT(dmn_note(dmn, 2) == NULL);
}

CASE("an output is held against its values as an input is, and durations add up")
{
    const Dmn *dmn = compiled(
        cx, NOW, "",
        DECISION("r", "",
                 "<decisionTable><output name='o'><outputValues><text>1, 2</text>"
                 "</outputValues></output><rule><outputEntry><text>3</text></outputEntry>"
                 "</rule></decisionTable>")
            DECISION("s", "",
                     "<decisionTable hitPolicy='COLLECT' aggregation='SUM'><output name='o'/>"
                     "<rule><outputEntry><text>@\"P1D\"</text></outputEntry></rule><rule>"
                     "<outputEntry><text>@\"PT1H\"</text></outputEntry></rule>"
                     "</decisionTable>"));
    Run run = feel_run(cx);
    DmnRun *d = dmn_begin(&run, dmn);
    EXPECT_TEXT(decided(cx, d, dmn, "r"), "null");
    EXPECT_TEXT(decided(cx, d, dmn, "s"), "@\"P1DT1H\"");
}
