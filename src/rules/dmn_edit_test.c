#include "rules/dmn_edit.h"

#include "base/file.h"
#include "tests/test.h"

#include <string.h>
#include <sys/stat.h>

#define PACK_FILE "packs/lu-2022-26/rules/rules.dmn"

static const char MODEL[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
    "<!-- 样例 -->\r\n"
    "<d:definitions xmlns:d='https://www.omg.org/spec/DMN/20230324/MODEL/'\r\n"
    "  xmlns:di='https://www.omg.org/spec/DMN/20230324/DMNDI/' xmlns:v='urn:vendor'\r\n"
    "  xmlns:dc='http://www.omg.org/spec/DMN/20180521/DC/'\r\n"
    "  id='m' name='m' namespace='urn:m' v:kept='yes'>\r\n"
    "  <d:inputData id='in' name='人数'><d:variable name='人数' "
    "typeRef='number'/></d:inputData>\r\n"
    "  <d:inputData id='more' name='户数'><d:variable name='户数' "
    "typeRef='number'/></d:inputData>\r\n"
    "  <d:decision id='t' name='档次'>\r\n"
    "    <d:extensionElements><v:note  x=\"1\">留 &#20303;</v:note></d:extensionElements>\r\n"
    "    <d:variable name='档次'/>\r\n"
    "    <d:informationRequirement id='r1'><d:requiredInput "
    "href='#in'/></d:informationRequirement>\r\n"
    "    <d:decisionTable hitPolicy='FIRST' id='table'>\r\n"
    "      <d:input id='i1'><d:inputExpression typeRef='number'><d:text>人数</d:text>"
    "</d:inputExpression></d:input>\r\n"
    "      <d:output id='o1'/>\r\n"
    "      <!-- 大的在前 -->\r\n"
    "      <d:rule id='a'><d:inputEntry id='a1'><d:text><![CDATA[>= 100]]></d:text></d:inputEntry>"
    "<d:outputEntry id='a2'><d:text>\"大\"</d:text></d:outputEntry></d:rule>\r\n"
    "      <!-- 其余 -->\r\n"
    "      <d:rule id='b'><d:inputEntry id='b1'><d:text/></d:inputEntry>"
    "<d:outputEntry id='b2'><d:text>\"小\"</d:text></d:outputEntry></d:rule>\r\n"
    "    </d:decisionTable>\r\n"
    "  </d:decision>\r\n"
    "  <d:decision id='c' name='结论'><d:variable name='结论'/>\r\n"
    "    <d:context><d:contextEntry><d:variable name='甲'/>"
    "<d:literalExpression id='l1'><d:text>1</d:text></d:literalExpression></d:contextEntry>\r\n"
    "      <d:contextEntry><d:variable name='乙'/><d:literalExpression id='l2'/></d:contextEntry>"
    "</d:context></d:decision>\r\n"
    "  <di:DMNDI><di:DMNDiagram id='dia'><di:DMNShape id='s' dmnElementRef='t'>"
    "<dc:Bounds x='1' y='2' width='3' height='4'/></di:DMNShape></di:DMNDiagram></di:DMNDI>\r\n"
    "</d:definitions>\r\n";

static const DmnModel *read(Cx *cx, const char *bytes, size_t length)
{
    const DmnModel *m;
    EXPECT_OK(dmn_read(cx, &m, bytes, length, "样例.dmn"));
    return m;
}

static const DmnNode *node(const DmnModel *m, const char *id)
{
    for (size_t i = 0; i < m->node_count; i++)
        if (strcmp(m->nodes[i].id, id) == 0)
            return &m->nodes[i];
    EXPECT(false);
    return NULL;
}

static const char *result(DmnEditor *e)
{
    size_t length;
    const char *text = dmn_edited(e, &length);
    EXPECT_INT(strlen(text), length);
    read(e->cx, text, length);
    return text;
}

/* For tests/dmn, which validates them and opens them elsewhere. */
static void keep(Cx *cx, const char *name, const char *text)
{
    mkdir("build/test", 0755);
    EXPECT_OK(
        file_write(cx, arena_format(cx->arena, "build/test/dmn/%s.dmn", name), text, strlen(text)));
}

/* The text with each `from` as `to`, which alone may differ. */
static const char *with(Cx *cx, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    EXPECT(at);
    return arena_format(cx->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

CASE("what nobody edits keeps every byte")
{
    size_t length;
    const char *pack = test_read(cx, PACK_FILE, &length);
    DmnEditor e = dmn_editor(cx, pack, length);
    const DmnModel *m = read(cx, pack, length);
    size_t tables = 0, texts = 0;
    for (size_t i = 0; i < m->node_count; i++) {
        DmnPieces p = dmn_pieces(cx, &m->nodes[i]);
        for (size_t k = 0; k < p.count; k++)
            if (p.at[k].box->kind == BOX_TABLE) {
                DmnTableText t;
                dmn_table_text(cx, &t, p.at[k].box);
                dmn_edit_table(&e, p.at[k].box, &t);
                tables++;
            } else {
                dmn_edit_text(&e, p.at[k].box, p.at[k].box->text);
                texts++;
            }
    }
    EXPECT(tables >= 1 && texts > 100);
    EXPECT_INT(e.count, 0);
    EXPECT(strcmp(result(&e), pack) == 0);
}

CASE("an expression is replaced in its place, and nothing else")
{
    const DmnModel *m = read(cx, MODEL, strlen(MODEL));
    DmnPieces p = dmn_pieces(cx, node(m, "c"));
    EXPECT_INT(p.count, 2);
    EXPECT_TEXT(p.at[0].name, "甲");
    EXPECT_TEXT(p.at[1].name, "乙");
    DmnEditor e = dmn_editor(cx, MODEL, strlen(MODEL));
    dmn_edit_text(&e, p.at[0].box, "if 1 < 2 then \"是\"\nelse \"&\"");
    dmn_edit_text(&e, p.at[1].box, "甲");
    const char *want = with(cx, MODEL, "<d:text>1</d:text>",
                            "<d:text>if 1 &lt; 2 then \"是\"\nelse \"&amp;\"</d:text>");
    want = with(cx, want, "<d:literalExpression id='l2'/>",
                "<d:literalExpression id='l2'><d:text>甲</d:text></d:literalExpression>");
    EXPECT_TEXT(result(&e), want);
    const DmnNode *again = node(read(cx, want, strlen(want)), "c");
    EXPECT_TEXT(dmn_pieces(cx, again).at[0].box->text, "if 1 < 2 then \"是\"\nelse \"&\"");
}

static DmnTableText table_of(Cx *cx, const DmnModel *m, const DmnBox **box)
{
    DmnTableText t;
    *box = dmn_pieces(cx, node(m, "t")).at[0].box;
    dmn_table_text(cx, &t, *box);
    return t;
}

CASE("rows are added, moved and taken away, each with what belongs to it")
{
    const DmnModel *m = read(cx, MODEL, strlen(MODEL));
    const DmnBox *box;
    DmnTableText t = table_of(cx, m, &box);
    EXPECT_INT(t.row_count, 2);
    EXPECT_TEXT(t.rows[0].cells[0], ">= 100");
    EXPECT_TEXT(t.rows[1].cells[0], "");
    const char *const fresh[] = { "[50..100)", "\"中\"" }, *const last[] = { "-", "\"小\"" };
    t.rows = (const DmnRow[]){ t.rows[0], { DMN_NEW, fresh }, { 1, last } };
    t.row_count = 3;
    DmnEditor e = dmn_editor(cx, MODEL, strlen(MODEL));
    dmn_edit_table(&e, box, &t);
    const char *want = with(cx, MODEL, "\r\n      <!-- 其余 -->",
                            "\r\n      <d:rule><d:inputEntry><d:text>[50..100)</d:text>"
                            "</d:inputEntry><d:outputEntry><d:text>\"中\"</d:text></d:outputEntry>"
                            "</d:rule>\r\n      <!-- 其余 -->");
    want = with(cx, want, "<d:text/>", "<d:text>-</d:text>");
    EXPECT_TEXT(result(&e), want);
    keep(cx, "rows", want);

    t = table_of(cx, m, &box);
    t.rows = (const DmnRow[]){ t.rows[1], t.rows[0] };
    e = dmn_editor(cx, MODEL, strlen(MODEL));
    dmn_edit_table(&e, box, &t);
    const char *turned = result(&e);
    EXPECT(strstr(turned, "id='b'") < strstr(turned, "id='a'"));
    EXPECT(strstr(turned, "大的在前") < strstr(turned, "id='b'"));
    EXPECT(strstr(turned, "<![CDATA[>= 100]]>"));

    t = table_of(cx, m, &box);
    t.row_count = 1;
    e = dmn_editor(cx, MODEL, strlen(MODEL));
    dmn_edit_table(&e, box, &t);
    EXPECT(!strstr(result(&e), "id='b'") && strstr(result(&e), "其余"));
}

CASE("a column of clauses is added, and a column of input")
{
    const DmnModel *m = read(cx, MODEL, strlen(MODEL));
    const DmnBox *box;
    DmnTableText t = table_of(cx, m, &box);
    const DmnColumn columns[] = {
        t.columns[0], { DMN_NEW, "", "户数", "> 0" }, t.columns[1], { DMN_NEW, "条款", "", "" }
    };
    const char *const one[] = { ">= 100", "> 10", "\"大\"", "一.3" };
    const char *const two[] = { "", "-", "\"小\"", "" };
    t = (DmnTableText){
        "ANY", "", columns, 2, 1, 1, (const DmnRow[]){ { 0, one }, { 1, two } }, 2
    };
    DmnEditor e = dmn_editor(cx, MODEL, strlen(MODEL));
    dmn_edit_table(&e, box, &t);
    dmn_edit_require(&e, node(m, "t"), node(m, "more"), true);
    const char *text = result(&e);
    keep(cx, "columns", text);
    EXPECT(strstr(text, "hitPolicy='ANY'") &&
           strstr(text, "<v:note  x=\"1\">留 &#20303;</v:note>"));
    EXPECT(strstr(text, "<d:requiredInput href='#in'/></d:informationRequirement>\r\n    "
                        "<d:informationRequirement><d:requiredInput href=\"#more\"/>"));
    t = table_of(cx, read(cx, text, strlen(text)), &box);
    EXPECT_INT(t.input_count, 2);
    EXPECT_INT(t.note_count, 1);
    EXPECT_TEXT(t.columns[1].text, "户数");
    EXPECT_TEXT(t.columns[1].values, "> 0");
    EXPECT_TEXT(t.columns[3].name, "条款");
    EXPECT_TEXT(t.rows[0].cells[3], "一.3");
    EXPECT_TEXT(t.rows[1].cells[1], "-");
    EXPECT_TEXT(box->table->rules[0].note, "一.3");

    /* and both are taken away again: only what the first edit set anew stays */
    m = read(cx, text, strlen(text));
    t = table_of(cx, m, &box);
    const DmnColumn fewer[] = { t.columns[0], t.columns[2] };
    const char *const first[] = { ">= 100", "\"大\"" }, *const second[] = { "", "\"小\"" };
    t = (DmnTableText){
        "FIRST", "", fewer, 1, 1, 0, (const DmnRow[]){ { 0, first }, { 1, second } }, 2
    };
    e = dmn_editor(cx, text, strlen(text));
    dmn_edit_table(&e, box, &t);
    dmn_edit_require(&e, node(m, "t"), node(m, "more"), false);
    EXPECT_TEXT(result(&e), MODEL);
}

CASE("an attribute is set, changed and taken away")
{
    const DmnModel *m = read(cx, MODEL, strlen(MODEL));
    DmnEditor e = dmn_editor(cx, MODEL, strlen(MODEL));
    const Xml *t = node(m, "t")->xml;
    dmn_edit_attribute(&e, t, "name", "a'b\"<");
    dmn_edit_attribute(&e, node(m, "c")->xml, "label", "新");
    dmn_edit_attribute(&e, node(m, "in")->xml, "name", "");
    size_t length;
    const char *text = dmn_edited(&e, &length);
    EXPECT(strstr(text, "<d:decision id='t' name='a&apos;b&quot;&lt;'>"));
    EXPECT(strstr(text, "<d:decision label=\"新\" id='c' name='结论'>"));
    EXPECT(strstr(text, "<d:inputData id='in'>"));
}

#define SHAPE(id, y)                                                                               \
    "<di:DMNShape id='s_" id "' dmnElementRef='" id "'>"                                           \
    "<dc:Bounds x='10' y='" y "' width='100' height='50'/></di:DMNShape>\r\n    "

/* The same model with a diagram of its three nodes: 户数 and 人数 below the decision. */
static const char *drawn_model(Cx *cx)
{
    const char *shape = strstr(MODEL, "<di:DMNShape"), *end = strstr(MODEL, "</di:DMNDiagram>");
    return arena_format(cx->arena, "%.*s%s%s", (int)(shape - MODEL), MODEL,
                        SHAPE("t", "0") SHAPE("in", "200")
                            SHAPE("more", "200.5") "<di:DMNEdge id='e1' dmnElementRef='r1'/>",
                        end);
}

CASE("the diagram shows what is required: edges come and go with requirements, shapes stay")
{
    const char *text = drawn_model(cx);
    const DmnModel *m = read(cx, text, strlen(text));
    DmnEditor e = dmn_editor(cx, text, strlen(text));
    dmn_edit_require(&e, node(m, "t"), node(m, "more"), true);
    const char *more = result(&e);
    EXPECT(strstr(more, "<d:informationRequirement id=\"requires_t_more\"><d:requiredInput "
                        "href=\"#more\"/>"));
    EXPECT(strstr(more, "<di:DMNEdge dmnElementRef=\"requires_t_more\">"));
    EXPECT(strstr(more, "x=\"60\" y=\"200.5\"/>") && strstr(more, "x=\"60\" y=\"50\"/>"));
    keep(cx, "diagram", more);

    m = read(cx, more, strlen(more));
    e = dmn_editor(cx, more, strlen(more));
    dmn_edit_require(&e, node(m, "t"), node(m, "more"), false);
    EXPECT_TEXT(result(&e), text);

    e = dmn_editor(cx, text, strlen(text));
    m = read(cx, text, strlen(text));
    dmn_edit_require(&e, node(m, "t"), node(m, "in"), false);
    const char *fewer = result(&e);
    EXPECT(!strstr(fewer, "'r1'") && !strstr(fewer, "DMNEdge"));
    EXPECT(strstr(fewer, "id='s_in'") && strstr(fewer, "id='s_t'"));
}
