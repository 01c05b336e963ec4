#include "rules/dmn.h"
#include "tests/test.h"

#include <string.h>

#define HEAD                                                                                       \
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' xmlns:t='urn:t' name='m' "  \
    "namespace='urn:m'>"
#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"
#define NEEDS(input)                                                                               \
    "<informationRequirement><requiredInput href='#" input "'/></informationRequirement>"
#define CELL(text)  "<inputEntry><text>" text "</text></inputEntry>"
#define VALUE(text) "<outputEntry><text>" text "</text></outputEntry>"

static const DmnModel *given_model(Cx *cx, const char *body)
{
    const DmnModel *model = NULL;
    const char *text = arena_format(cx->arena, "%s%s</definitions>", HEAD, body);
    EXPECT_OK(dmn_read(cx, &model, text, strlen(text), "test.dmn"));
    return model;
}

static const Dmn *given(Cx *cx, const char *body)
{
    const Dmn *dmn = NULL;
    EXPECT_OK(dmn_compile(cx, &dmn, given_model(cx, body), NULL, 0, NULL, 0));
    const DmnProblem *problem = dmn_problem(dmn, 0);
    EXPECT_TEXT(problem ? problem->en : "", "");
    return dmn;
}

/* The decision as a literal, with inputs given as name, literal, …, NULL. */
static const char *decided(Cx *cx, const Dmn *dmn, const char *decision, const char *const *inputs)
{
    Run run = feel_run(cx);
    Value v;
    DmnRun *d = dmn_begin(&run, dmn);
    for (size_t i = 0; inputs && inputs[i]; i += 2) {
        const Feel *feel;
        Value input = value_unknown(cx, arena_format(cx->arena, "/%s", inputs[i]));
        if (strcmp(inputs[i + 1], "unknown") != 0) {
            EXPECT_OK(feel_compile(cx, &feel, inputs[i + 1], &(Scope){ 0 }));
            EXPECT_OK(feel_evaluate(&run, &input, feel, NULL));
        }
        dmn_set(d, dmn_find(dmn, DMN_INPUT, NULL, inputs[i]), &input);
    }
    EXPECT_OK(dmn_decide(d, &v, dmn_find(dmn, DMN_DECISION, NULL, decision)));
    if (value_is_unknown(&v))
        return arena_format(cx->arena, "unknown %s", causes_list(cx, v.causes, NULL)[0]);
    return value_literal(cx, &v);
}

#define DECIDED(decision, ...)                                                                     \
    decided(cx, dmn, decision, (const char *const[]){ __VA_ARGS__, NULL })

CASE("a decision names its clause and keeps the attributes of others")
{
    const Dmn *dmn = given(
        cx, "<decision name='规则' id='d' t:modality='must'>"
            "<extensionElements><t:rule valid='2022'/></extensionElements>"
            "<authorityRequirement><requiredAuthority href='#k'/></authorityRequirement>" LITERAL(
                "1") "</decision><knowledgeSource name='三.4' id='k'/>");
    const DmnNode *node = dmn_find(dmn, DMN_DECISION, NULL, "规则");
    EXPECT_TEXT(dmn_attribute(node, "urn:t", "modality"), "must");
    EXPECT_TEXT(xml_attribute(dmn_extension(node, "urn:t", "rule"), "valid"), "2022");
    EXPECT_INT(dmn_authorities(dmn, node).count, 1);
    EXPECT_TEXT(dmn_authorities(dmn, node).at[0]->name, "三.4");
}

CASE("a context gives its entries in order, later ones see earlier ones")
{
    const Dmn *dmn = given(
        cx, "<inputData name='有' id='i'><variable name='有' typeRef='number'/></inputData>"
            "<decision name='规则' id='d'>" NEEDS(
                "i") "<context>"
                     "<contextEntry><variable name='要求'/>" LITERAL(
                         "10 + 5") "</contextEntry>"
                                   "<contextEntry><variable name='差额'/>" LITERAL(
                                       "要求 - 有") "</contextEntry>"
                                                    "<contextEntry><variable name='符合'/>" LITERAL(
                                                        "差额 &lt;= 0") "</contextEntry>"
                                                                        "</context></decision>");
    EXPECT_TEXT(DECIDED("规则", "有", "12"), "{要求: 15, 差额: 3, 符合: false}");
    EXPECT_TEXT(DECIDED("规则", "有", "\"12\""), "{要求: 15, 差额: null, 符合: null}");
}

static const char *const TABLE =
    "<inputData name='a' id='a'/><inputData name='b' id='b'/>"
    "<decision name='d' id='d'>" NEEDS("a")
        NEEDS("b") "<decisionTable hitPolicy='%s' %s>"
                   "<input><inputExpression><text>a</text></inputExpression></input>"
                   "<input><inputExpression><text>b</text></inputExpression></input>"
                   "<output><outputValues><text>3, 2, 1</text></outputValues></output>"
                   "<rule>" CELL("&lt; 10") CELL("-")
                       VALUE("1") "</rule>"
                                  "<rule>" CELL("&lt; 20") CELL("\"x\"")
                                      VALUE("2") "</rule>"
                                                 "<rule>" CELL("[5..30]") CELL("-")
                                                     VALUE("3") "</rule>"
                                                                "</decisionTable></decision>";

static const Dmn *given_table(Cx *cx, const char *policy, const char *aggregation)
{
    const char *format = arena_text(cx->arena, TABLE);
    Buf b = BUF(cx);
    const char *first = strstr(format, "%s");
    const char *second = strstr(first + 2, "%s");
    buf_add_n(&b, format, (size_t)(first - format));
    buf_add(&b, policy);
    buf_add_n(&b, first + 2, (size_t)(second - first - 2));
    buf_add(&b, aggregation);
    buf_add(&b, second + 2);
    return given(cx, buf_text(&b));
}

CASE("every hit policy decides as the standard says")
{
    static const char *const cases[][3] = {
        { "FIRST", "", "1" },
        { "PRIORITY", "", "3" },
        { "UNIQUE", "", "null" },
        { "ANY", "", "null" },
        { "RULE ORDER", "", "[1, 2, 3]" },
        { "OUTPUT ORDER", "", "[3, 2, 1]" },
        { "COLLECT", "", "[1, 2, 3]" },
        { "COLLECT", "aggregation='SUM'", "6" },
        { "COLLECT", "aggregation='COUNT'", "3" },
        { "COLLECT", "aggregation='MIN'", "1" },
        { "COLLECT", "aggregation='MAX'", "3" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const Dmn *dmn = given_table(cx, cases[i][0], cases[i][1]);
        EXPECT_TEXT(DECIDED("d", "a", "7", "b", "\"x\""), cases[i][2]);
    }
}

CASE("a rule that may match makes a table unknown unless it makes no difference")
{
    const Dmn *dmn = given_table(cx, "FIRST", "");
    EXPECT_TEXT(DECIDED("d", "a", "7", "b", "unknown"), "1");
    EXPECT_TEXT(DECIDED("d", "a", "12", "b", "unknown"), "unknown /b");
    EXPECT_TEXT(DECIDED("d", "a", "25", "b", "unknown"), "3");
    EXPECT_TEXT(DECIDED("d", "a", "unknown", "b", "\"x\""), "unknown /a");
}

CASE("allowed values and types of item definitions hold for inputs and results")
{
    const Dmn *dmn =
        given(cx, "<itemDefinition name='tN'><typeRef>number</typeRef>"
                  "<allowedValues><text>[0..9]</text></allowedValues></itemDefinition>"
                  "<itemDefinition name='tNs' isCollection='true'><typeRef>tN</typeRef>"
                  "</itemDefinition>"
                  "<inputData name='n' id='n'><variable name='n' typeRef='tNs'/>"
                  "</inputData><decision name='d' id='d'>"
                  "<variable name='d' typeRef='tN'/>" NEEDS("n") LITERAL("sum(n)") "</decision>");
    EXPECT_TEXT(DECIDED("d", "n", "[1, 2]"), "3");
    EXPECT_TEXT(DECIDED("d", "n", "[8, 2]"), "null");
    EXPECT_TEXT(DECIDED("d", "n", "[1, 10]"), "null");
    EXPECT_TEXT(DECIDED("d", "n", "[\"1\"]"), "null");
}

CASE("knowledge models and services are functions; a service decides on its arguments alone")
{
    const Dmn *dmn = given(
        cx,
        "<inputData name='n' id='n'/>"
        "<businessKnowledgeModel name='double it' id='k'><encapsulatedLogic>"
        "<formalParameter name='x' typeRef='number'/>" LITERAL(
            "2 * x") "</encapsulatedLogic>"
                     "</businessKnowledgeModel>"
                     "<decision name='inner' id='inner'>" NEEDS("n")
                         LITERAL("n + 1") "</decision>"
                                          "<decisionService name='s' "
                                          "id='s'><outputDecision "
                                          "href='#inner'/><inputData href='#n'/>"
                                          "</decisionService>"
                                          "<decision name='d' id='d'>" NEEDS(
                                              "n") "<informationRequirement><"
                                                   "requiredDecision "
                                                   "href='#inner'/></"
                                                   "informationRequirement>"
                                                   "<knowledgeRequirement><"
                                                   "requiredKnowledge "
                                                   "href='#k'/></"
                                                   "knowledgeRequirement>"
                                                   "<knowledgeRequirement><"
                                                   "requiredKnowledge "
                                                   "href='#s'/></"
                                                   "knowledgeRequirement>" LITERAL(
                                                       "[double it(n), s(100), "
                                                       "inner]") "</decision>"
                                                                 "<decision name='e' "
                                                                 "id='e'>" NEEDS(
                                                                     "n") "<knowledge"
                                                                          "Requiremen"
                                                                          "t><"
                                                                          "requiredKn"
                                                                          "owledge "
                                                                          "href='#k'/"
                                                                          "></"
                                                                          "knowledgeR"
                                                                          "equirement"
                                                                          ">"
                                                                          "<invocatio"
                                                                          "n"
                                                                          ">" LITERAL("double it") "<binding><parameter name='x'/>" LITERAL(
                                                                              "n") "<"
                                                                                   "/"
                                                                                   "b"
                                                                                   "i"
                                                                                   "n"
                                                                                   "d"
                                                                                   "i"
                                                                                   "n"
                                                                                   "g"
                                                                                   ">"
                                                                                   "<"
                                                                                   "/"
                                                                                   "i"
                                                                                   "n"
                                                                                   "v"
                                                                                   "o"
                                                                                   "c"
                                                                                   "a"
                                                                                   "t"
                                                                                   "i"
                                                                                   "o"
                                                                                   "n"
                                                                                   ">"
                                                                                   "<"
                                                                                   "/"
                                                                                   "d"
                                                                                   "e"
                                                                                   "c"
                                                                                   "i"
                                                                                   "s"
                                                                                   "i"
                                                                                   "o"
                                                                                   "n"
                                                                                   ">");
    EXPECT_TEXT(DECIDED("d", "n", "5"), "[10, 101, 6]");
    EXPECT_TEXT(DECIDED("e", "n", "5"), "10");
    EXPECT_TEXT(DECIDED("e", "n", "\"5\""), "null");
}

CASE("iterators and filters weigh unknown as and, or")
{
#define ITERATOR(name, of, body, text)                                                             \
    "<decision name='" name "' id='" name                                                          \
    "'>" NEEDS("n") "<" name " iteratorVariable='x'><in>" LITERAL("n") "</in><" body ">" LITERAL(  \
        text) "</" body "></" name "></decision>"
    const Dmn *dmn = given(
        cx,
        "<inputData name='n' id='n'/>" ITERATOR("some", "n", "satisfies", "x &gt; 2") ITERATOR(
            "every", "n", "satisfies", "x &gt; 2")
            ITERATOR("for", "n", "return", "x * x") "<decision name='filter' id='f'>" NEEDS(
                "n") "<filter><in>" LITERAL("n") "</in><match>" LITERAL("item &gt; 2") "</match></"
                                                                                       "filter></"
                                                                                       "decision>");
    EXPECT_TEXT(DECIDED("some", "n", "[1, 2, 3]"), "true");
    EXPECT_TEXT(DECIDED("every", "n", "[1, 2, 3]"), "false");
    EXPECT_TEXT(DECIDED("for", "n", "[1, 2, 3]"), "[1, 4, 9]");
    EXPECT_TEXT(DECIDED("filter", "n", "[1, 2, 3]"), "[3]");
    EXPECT_TEXT(DECIDED("some", "n", "unknown"), "unknown /n");
    EXPECT_TEXT(DECIDED("filter", "n", "unknown"), "unknown /n");
}

CASE("an expression that is wrong is a problem with its place, and null with this cause")
{
    const Dmn *dmn = NULL;
    const DmnModel *model =
        given_model(cx, "<decision name='d' id='d'>" LITERAL(
                            "1 +") "</decision>"
                                   "\n<decision name='e' id='e'>" LITERAL("2") "</decision>");
    EXPECT_OK(dmn_compile(cx, &dmn, model, NULL, 0, NULL, 0));
    EXPECT(dmn_problem(dmn, 0) != NULL && dmn_problem(dmn, 1) == NULL);
    EXPECT_INT(dmn_problem(dmn, 0)->line, 1);
    EXPECT_TEXT(dmn_problem(dmn, 0)->node->name, "d");
    EXPECT_TEXT(DECIDED("d", NULL), "null");
    EXPECT_TEXT(DECIDED("e", NULL), "2");
}

CASE("a knowledge model that never ends passes the limit of depth and is stopped")
{
    const Dmn *dmn = given(
        cx, "<businessKnowledgeModel name='f' id='f'><encapsulatedLogic>"
            "<formalParameter name='x'/><context><contextEntry><variable name='y'/>" LITERAL(
                "f(x + 1)") "</contextEntry></context></encapsulatedLogic></businessKnowledgeModel>"
                            "<decision name='d' id='d'><knowledgeRequirement>"
                            "<requiredKnowledge href='#f'/></knowledgeRequirement>" LITERAL(
                                "f(1)") "</decision>");
    Run run = feel_run(cx);
    Value v;
    DmnRun *d = dmn_begin(&run, dmn);
    EXPECT_FAIL(dmn_decide(d, &v, dmn_find(dmn, DMN_DECISION, NULL, "d")), LIMITED, "");
}

CASE("what is no DMN model is refused with its line")
{
    const DmnModel *model;
    const char *table = HEAD "<decision name='d'>\n<decisionTable><input/><output/><rule>"
                             "<outputEntry/></rule></decisionTable></decision></definitions>";
    EXPECT_FAIL(dmn_read(cx, &model, "<a/>", 4, "x"), INVALID, "1");
    EXPECT_FAIL(dmn_read(cx, &model, table, strlen(table), "x"), INVALID, "2");
}

CASE("older versions are read, and a model is written back with what is not understood")
{
    const DmnModel *model;
    const char *text =
        "<definitions xmlns=\"http://www.omg.org/spec/DMN/20180521/MODEL/\" "
        "name=\"m\" namespace=\"urn:m\"><t:x xmlns:t=\"urn:t\">1</t:x></definitions>";
    EXPECT_OK(dmn_read(cx, &model, text, strlen(text), "x"));
    EXPECT_TEXT(model->version, "1.2");
    Buf b = BUF(cx);
    xml_write(&b, model->xml);
    EXPECT_TEXT(buf_text(&b), text);
}
