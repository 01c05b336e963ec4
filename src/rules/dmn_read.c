#include "rules/dmn_model.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { BOX_DEPTH = 64 };

typedef struct DmnReader {
    Cx *cx;
    const char *ns; /* the MODEL namespace of this file's version */
    DmnModel *model;
    int depth;
} DmnReader;

static const struct {
    const char *ns;
    const char *version;
} VERSIONS[] = {
    { "https://www.omg.org/spec/DMN/20240513/MODEL/", "1.6" },
    { "https://www.omg.org/spec/DMN/20230324/MODEL/", "1.5" },
    { "https://www.omg.org/spec/DMN/20211108/MODEL/", "1.4" },
    { "https://www.omg.org/spec/DMN/20191111/MODEL/", "1.3" },
    { "http://www.omg.org/spec/DMN/20180521/MODEL/", "1.2" },
    { "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "1.1" },
};

static const struct {
    const char *element;
    BoxKind kind;
} BOXES[] = {
    { "literalExpression", BOX_LITERAL },
    { "decisionTable", BOX_TABLE },
    { "context", BOX_CONTEXT },
    { "invocation", BOX_INVOCATION },
    { "functionDefinition", BOX_FUNCTION },
    { "list", BOX_LIST },
    { "relation", BOX_LIST },
    { "conditional", BOX_IF },
    { "filter", BOX_FILTER },
    { "for", BOX_FOR },
    { "some", BOX_SOME },
    { "every", BOX_EVERY },
};

#define REFUSE(r, at, zh, en)                                                                      \
    fail((r)->cx, INVALID, arena_format((r)->cx->arena, "%d", (at)->line),                         \
         "%s 第 %d 行 <%s>：" zh, "%s line %d <%s>: " en, (r)->model->file, (at)->line,            \
         (at)->name)

static const Xml *child(const DmnReader *r, const Xml *parent, const char *name)
{
    return xml_child(parent, r->ns, name);
}

static size_t count(const DmnReader *r, const Xml *parent, const char *name)
{
    size_t n = 0;
    XML_EACH(x, parent, r->ns, name)
    n++;
    return n;
}

/* "feel", "S-FEEL", or one of the addresses that OMG gave FEEL over the versions. */
static bool is_feel(const char *language)
{
    bool address = strncmp(language, "http", 4) == 0 && strstr(language, "omg.org/spec/") &&
                   strstr(language, "FEEL");
    return address || !*language || strcasecmp(language, "feel") == 0 ||
           strcasecmp(language, "s-feel") == 0;
}

/* A text that is not written in FEEL, by the address of the text. */
typedef struct DmnForeign {
    const char *text;
    const char *language;
    struct DmnForeign *next;
} DmnForeign;

/* Keeps by its address what the compiler must not read as FEEL. */
static void note_language(DmnReader *r, const Xml *holder, const char *text)
{
    const char *language = xml_attribute(holder, "expressionLanguage");
    if (!language)
        language = xml_attribute(r->model->xml, "expressionLanguage");
    if (!language || is_feel(language))
        return;
    DmnForeign *foreign = NEW(r->cx, DmnForeign);
    *foreign = (DmnForeign){ text, language, r->model->foreign };
    r->model->foreign = foreign;
}

const char *dmn_language(const DmnModel *model, const char *text)
{
    for (const DmnForeign *f = model->foreign; f; f = f->next)
        if (f->text == text)
            return f->language;
    return NULL;
}

/* The text of <parent><name><text>: of an expression or unary tests. NULL where absent or blank. */
static const char *text_in(DmnReader *r, const Xml *holder)
{
    const Xml *text = holder ? child(r, holder, "text") : NULL;
    if (!text)
        return NULL;
    const char *s = xml_text(r->cx, text);
    if (text_blank(s))
        return NULL;
    note_language(r, holder, s);
    return s;
}

static const char *child_text(DmnReader *r, const Xml *parent, const char *name)
{
    const Xml *x = child(r, parent, name);
    return x ? xml_text(r->cx, x) : NULL;
}

/* White space around names is not part of them, inside it is one blank (FEEL names). */
static const char *clean(DmnReader *r, const char *name)
{
    if (!name)
        return NULL;
    Buf b = BUF(r->cx);
    bool gap = false;
    for (const char *p = name; *p; p++) {
        if (strchr(" \t\r\n", *p)) {
            gap = b.length > 0;
            continue;
        }
        if (gap)
            buf_char(&b, ' ');
        gap = false;
        buf_char(&b, *p);
    }
    return buf_text(&b);
}

static const char *name_of(DmnReader *r, const Xml *x)
{
    return clean(r, xml_attribute(x, "name"));
}

/* ---- boxed expressions ---------------------------------------------------------------------- */

static Err read_box(DmnReader *r, const DmnBox **out, const Xml *x);

static const Xml *expression_in(const DmnReader *r, const Xml *parent)
{
    XML_EACH(x, parent, r->ns, NULL)
    {
        for (size_t i = 0; i < COUNT(BOXES); i++) {
            if (strcmp(x->name, BOXES[i].element) == 0)
                return x;
        }
    }
    return NULL;
}

/* The expression inside parent; *out is NULL where there is none. */
static Err read_inner(DmnReader *r, const DmnBox **out, const Xml *parent)
{
    *out = NULL;
    const Xml *x = parent ? expression_in(r, parent) : NULL;
    return x ? read_box(r, out, x) : OK;
}

static Err read_required(DmnReader *r, DmnPart *part, const Xml *parent, const char *name)
{
    const Xml *holder = child(r, parent, name);
    part->line = parent->line;
    part->type_ref = holder ? xml_attribute(holder, "typeRef") : NULL;
    TRY(read_inner(r, &part->box, holder));
    return part->box ? OK : REFUSE(r, parent, "缺少表达式", "an expression is missing");
}

static Err read_context(DmnReader *r, DmnBox *box, const Xml *x)
{
    DmnPart *parts = NEW_N(r->cx, DmnPart, count(r, x, "contextEntry") + 1);
    XML_EACH(entry, x, r->ns, "contextEntry")
    {
        DmnPart *part = &parts[box->part_count++];
        const Xml *variable = child(r, entry, "variable");
        part->line = entry->line;
        part->name = variable ? name_of(r, variable) : NULL;
        part->type_ref = variable ? xml_attribute(variable, "typeRef") : NULL;
        TRY(read_inner(r, &part->box, entry));
    }
    box->parts = parts;
    return OK;
}

static Err read_invocation(DmnReader *r, DmnBox *box, const Xml *x)
{
    DmnPart *parts = NEW_N(r->cx, DmnPart, count(r, x, "binding") + 1);
    TRY(read_inner(r, &box->body, x));
    if (!box->body)
        return REFUSE(r, x, "没有写明被调用的函数", "the called function is missing");
    XML_EACH(binding, x, r->ns, "binding")
    {
        DmnPart *part = &parts[box->part_count++];
        const Xml *parameter = child(r, binding, "parameter");
        part->line = binding->line;
        part->name = parameter ? name_of(r, parameter) : NULL;
        TRY(read_inner(r, &part->box, binding));
        if (!part->name)
            return REFUSE(r, binding, "参数没有名称", "a parameter has no name");
    }
    box->parts = parts;
    return OK;
}

static Err read_function(DmnReader *r, DmnBox *box, const Xml *x)
{
    DmnPart *parts = NEW_N(r->cx, DmnPart, count(r, x, "formalParameter") + 1);
    const char *kind = xml_attribute(x, "kind");
    box->kind = BOX_FUNCTION;
    box->line = x->line;
    box->type_ref = xml_attribute(x, "typeRef");
    box->language = kind ? kind : "FEEL";
    XML_EACH(parameter, x, r->ns, "formalParameter")
    {
        parts[box->part_count++] = (DmnPart){ .name = name_of(r, parameter),
                                              .type_ref = xml_attribute(parameter, "typeRef"),
                                              .line = parameter->line };
    }
    box->parts = parts;
    return read_inner(r, &box->body, x);
}

static Err read_list(DmnReader *r, DmnBox *box, const Xml *x)
{
    DmnPart *parts = NEW_N(r->cx, DmnPart, count(r, x, NULL) + 1);
    XML_EACH(element, x, r->ns, NULL)
    {
        if (strcmp(element->name, "description") == 0 ||
            strcmp(element->name, "extensionElements") == 0)
            continue;
        parts[box->part_count].line = element->line;
        TRY(read_box(r, &parts[box->part_count++].box, element));
    }
    box->parts = parts;
    return OK;
}

static Err read_row(DmnReader *r, DmnPart *part, const Xml *relation, const Xml *row)
{
    DmnBox *cells = NEW(r->cx, DmnBox);
    cells->kind = BOX_ROW;
    cells->line = row->line;
    DmnPart *parts = NEW_N(r->cx, DmnPart, count(r, relation, "column") + 1);
    const Xml *cell = expression_in(r, row);
    XML_EACH(column, relation, r->ns, "column")
    {
        DmnPart *p = &parts[cells->part_count++];
        p->name = name_of(r, column);
        p->type_ref = xml_attribute(column, "typeRef");
        p->line = row->line;
        if (!cell)
            return REFUSE(r, row, "行的单元格少于列", "the row has fewer cells than columns");
        TRY(read_box(r, &p->box, cell));
        cell = xml_next(cell, r->ns, NULL);
    }
    cells->parts = parts;
    part->box = cells;
    part->line = row->line;
    return OK;
}

static Err read_relation(DmnReader *r, DmnBox *box, const Xml *x)
{
    DmnPart *rows = NEW_N(r->cx, DmnPart, count(r, x, "row") + 1);
    XML_EACH(row, x, r->ns, "row")
    TRY(read_row(r, &rows[box->part_count++], x, row));
    box->parts = rows;
    return OK;
}

static Err read_parts(DmnReader *r, DmnBox *box, const Xml *x, const char *const *names, size_t n)
{
    DmnPart *parts = NEW_N(r->cx, DmnPart, n);
    for (size_t i = 0; i < n; i++)
        TRY(read_required(r, &parts[i], x, names[i]));
    box->parts = parts;
    box->part_count = n;
    box->name = clean(r, xml_attribute(x, "iteratorVariable"));
    return OK;
}

/* ---- decision tables ------------------------------------------------------------------------ */

static bool read_policy(const Xml *x, HitPolicy *out)
{
    static const char *const names[] = { "UNIQUE",  "FIRST",      "PRIORITY",    "ANY",
                                         "COLLECT", "RULE ORDER", "OUTPUT ORDER" };
    const char *text = xml_attribute(x, "hitPolicy");
    *out = HIT_UNIQUE;
    for (size_t i = 0; text && i < COUNT(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (HitPolicy)i;
            return true;
        }
    }
    return text == NULL;
}

static bool read_aggregation(const Xml *x, Aggregation *out)
{
    static const char *const names[] = { "", "SUM", "COUNT", "MIN", "MAX" };
    const char *text = xml_attribute(x, "aggregation");
    *out = AGG_NONE;
    for (size_t i = 1; text && i < COUNT(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (Aggregation)i;
            return true;
        }
    }
    return text == NULL;
}

static void read_clauses(DmnReader *r, DmnTable *t, const Xml *x)
{
    DmnClause *inputs = NEW_N(r->cx, DmnClause, count(r, x, "input") + 1);
    XML_EACH(input, x, r->ns, "input")
    {
        const Xml *expression = child(r, input, "inputExpression");
        DmnClause *c = &inputs[t->input_count++];
        c->line = input->line;
        c->text = text_in(r, expression);
        c->type_ref = expression ? xml_attribute(expression, "typeRef") : NULL;
        c->allowed = text_in(r, child(r, input, "inputValues"));
        c->name = text_or(xml_attribute(input, "label"), c->text);
    }
    DmnClause *outputs = NEW_N(r->cx, DmnClause, count(r, x, "output") + 1);
    XML_EACH(output, x, r->ns, "output")
    {
        DmnClause *c = &outputs[t->output_count++];
        c->line = output->line;
        c->name = name_of(r, output);
        c->type_ref = xml_attribute(output, "typeRef");
        c->text = text_in(r, child(r, output, "defaultOutputEntry"));
        c->allowed = text_in(r, child(r, output, "outputValues"));
    }
    t->inputs = inputs;
    t->outputs = outputs;
}

static Err read_entries(DmnReader *r, const char ***out, const Xml *rule, const char *name,
                        size_t n)
{
    *out = NEW_N(r->cx, const char *, n + 1);
    size_t i = 0;
    XML_EACH(entry, rule, r->ns, name)
    {
        if (i < n)
            (*out)[i] = text_in(r, entry);
        i++;
    }
    if (i != n)
        return REFUSE(r, rule, "规则的单元格数与列数不符",
                      "the rule's cells do not match the columns");
    return OK;
}

static Err read_table(DmnReader *r, DmnBox *box, const Xml *x)
{
    DmnTable *t = NEW(r->cx, DmnTable);
    if (!read_policy(x, &t->policy) || !read_aggregation(x, &t->aggregation))
        return REFUSE(r, x, "未知的命中策略", "unknown hit policy or aggregation");
    read_clauses(r, t, x);
    if (t->output_count == 0)
        return REFUSE(r, x, "决策表没有输出列", "the table has no output");
    DmnRule *rules = NEW_N(r->cx, DmnRule, count(r, x, "rule") + 1);
    XML_EACH(rule, x, r->ns, "rule")
    {
        DmnRule *to = &rules[t->rule_count++];
        to->line = rule->line;
        to->id = xml_attribute(rule, "id");
        to->note = text_in(r, child(r, rule, "annotationEntry"));
        TRY(read_entries(r, &to->tests, rule, "inputEntry", t->input_count));
        TRY(read_entries(r, &to->values, rule, "outputEntry", t->output_count));
    }
    t->rules = rules;
    box->table = t;
    return OK;
}

static Err read_content(DmnReader *r, DmnBox *box, const Xml *x)
{
    static const char *const conditional[] = { "if", "then", "else" };
    static const char *const filter[] = { "in", "match" };
    static const char *const loop[] = { "in", "return" };
    static const char *const quantified[] = { "in", "satisfies" };
    switch (box->kind) {
    case BOX_LITERAL: box->text = text_in(r, x); return OK;
    case BOX_TABLE: return read_table(r, box, x);
    case BOX_CONTEXT: return read_context(r, box, x);
    case BOX_INVOCATION: return read_invocation(r, box, x);
    case BOX_FUNCTION: return read_function(r, box, x);
    case BOX_IF: return read_parts(r, box, x, conditional, 3);
    case BOX_FILTER: return read_parts(r, box, x, filter, 2);
    case BOX_FOR: return read_parts(r, box, x, loop, 2);
    case BOX_SOME:
    case BOX_EVERY: return read_parts(r, box, x, quantified, 2);
    case BOX_LIST:
        return strcmp(x->name, "relation") == 0 ? read_relation(r, box, x) : read_list(r, box, x);
    case BOX_ROW: break; /* made by read_row alone */
    }
    assert(box->kind != BOX_ROW);
    return OK;
}

static Err read_box(DmnReader *r, const DmnBox **out, const Xml *x)
{
    for (size_t i = 0; i < COUNT(BOXES); i++) {
        if (strcmp(x->name, BOXES[i].element) != 0)
            continue;
        if (r->depth == BOX_DEPTH)
            return REFUSE(r, x, "表达式嵌套过深", "expressions are nested too deeply");
        DmnBox *box = NEW(r->cx, DmnBox);
        box->kind = BOXES[i].kind;
        box->line = x->line;
        box->type_ref = xml_attribute(x, "typeRef");
        box->xml = x;
        r->depth++;
        TRY(read_content(r, box, x));
        r->depth--;
        *out = box;
        return OK;
    }
    return REFUSE(r, x, "不是表达式", "is no expression");
}

/* ---- item definitions ----------------------------------------------------------------------- */

static Err read_item(DmnReader *r, DmnItem *item, const Xml *x);

static Err read_components(DmnReader *r, DmnItem *item, const Xml *x, const char *name)
{
    DmnItem *components = NEW_N(r->cx, DmnItem, count(r, x, name) + 1);
    XML_EACH(c, x, r->ns, name)
    TRY(read_item(r, &components[item->component_count++], c));
    item->components = components;
    return OK;
}

static Err read_item(DmnReader *r, DmnItem *item, const Xml *x)
{
    const char *collection = xml_attribute(x, "isCollection");
    item->line = x->line;
    item->name = name_of(r, x);
    item->collection = collection && strcmp(collection, "true") == 0;
    item->type_ref = text_or(clean(r, child_text(r, x, "typeRef")), xml_attribute(x, "typeRef"));
    item->allowed = text_in(r, child(r, x, "allowedValues"));
    item->constraint = text_in(r, child(r, x, "typeConstraint"));
    if (!item->name || !*item->name)
        return REFUSE(r, x, "没有名称", "has no name");
    if (r->depth == BOX_DEPTH)
        return REFUSE(r, x, "类型嵌套过深", "types are nested too deeply");
    r->depth++;
    const Xml *function = child(r, x, "functionItem");
    if (function) {
        item->function = true;
        item->type_ref = xml_attribute(function, "outputTypeRef");
        TRY(read_components(r, item, function, "parameters"));
    } else {
        TRY(read_components(r, item, x, "itemComponent"));
    }
    r->depth--;
    return OK;
}

/* ---- elements ------------------------------------------------------------------------------- */

static bool node_kind(const char *element, DmnKind *out)
{
    static const char *const names[] = { "inputData", "decision", "businessKnowledgeModel",
                                         "decisionService", "knowledgeSource" };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(element, names[i]) == 0) {
            *out = (DmnKind)i;
            return true;
        }
    }
    return false;
}

static Err read_node(DmnReader *r, DmnNode *node, const Xml *x)
{
    const Xml *variable = child(r, x, "variable");
    const Xml *logic = child(r, x, "encapsulatedLogic");
    node->id = text_or(xml_attribute(x, "id"), "");
    node->name = name_of(r, x);
    node->description = text_or(child_text(r, x, "description"), "");
    node->type_ref = variable ? xml_attribute(variable, "typeRef") : NULL;
    node->xml = x;
    node->model = r->model;
    node->line = x->line;
    if (!node->name || !*node->name)
        return REFUSE(r, x, "没有名称", "has no name");
    if (node->kind == DMN_DECISION)
        return read_inner(r, &node->box, x);
    if (node->kind == DMN_KNOWLEDGE && logic) {
        DmnBox *function = NEW(r->cx, DmnBox);
        node->box = function;
        return read_function(r, function, logic);
    }
    return OK;
}

/* A letter first, then letters, digits and _; what is not ASCII is a letter here. */
static bool is_lone_name(const char *text)
{
    for (const char *c = text; *c; c++) {
        bool letter = isalpha((unsigned char)*c) || *c == '_' || (unsigned char)*c >= 0x80;
        if (!letter && (c == text || !isdigit((unsigned char)*c)))
            return false;
    }
    return *text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0 &&
           strcmp(text, "null") != 0;
}

static bool is_declared(const DmnNode *nodes, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(nodes[i].name, name) == 0)
            return true;
    return false;
}

/* Camunda's modeler lets a table stand alone, its inputs being variables of the process. Where a
 * file declares no input data, a column of a table that requires nothing stands for one. A decision
 * that has requirements is left as it is: there a name that nobody declares is a slip. */
static void imply_inputs(DmnReader *r, DmnNode *nodes, const DmnNode *decision)
{
    const DmnTable *table =
        decision->box && decision->box->kind == BOX_TABLE ? decision->box->table : NULL;
    if (!table || count(r, decision->xml, "informationRequirement"))
        return;
    DmnModel *m = r->model;
    size_t i = 0;
    XML_EACH(x, decision->box->xml, r->ns, "input")
    {
        const DmnClause *column = &table->inputs[i++];
        if (!column->text || !is_lone_name(column->text) ||
            is_declared(nodes, m->node_count, column->text))
            continue;
        nodes[m->node_count++] = (DmnNode){ .kind = DMN_INPUT,
                                            .id = "",
                                            .name = column->text,
                                            .description = "",
                                            .type_ref = column->type_ref,
                                            .xml = x,
                                            .model = m,
                                            .line = column->line,
                                            .implied = true };
    }
}

static Err read_nodes(DmnReader *r, const Xml *root)
{
    DmnModel *m = r->model;
    size_t columns = 0, declared = 0;
    DmnNode *read = NEW_N(r->cx, DmnNode, count(r, root, NULL) + 1);
    XML_EACH(x, root, r->ns, NULL)
    {
        DmnNode *node = &read[m->node_count];
        if (!node_kind(x->name, &node->kind))
            continue;
        TRY(read_node(r, node, x));
        m->node_count++;
        columns += node->box && node->box->table ? node->box->table->input_count : 0;
        declared += node->kind == DMN_INPUT;
    }
    size_t written = m->node_count;
    DmnNode *nodes = NEW_N(r->cx, DmnNode, written + columns + 1);
    memcpy(nodes, read, written * sizeof *nodes);
    for (size_t i = 0; i < written && declared == 0; i++)
        imply_inputs(r, nodes, &nodes[i]);
    m->nodes = nodes;
    return OK;
}

static Err read_model(DmnReader *r, const Xml *root)
{
    DmnModel *m = r->model;
    DmnImport *imports = NEW_N(r->cx, DmnImport, count(r, root, "import") + 1);
    XML_EACH(x, root, r->ns, "import")
    {
        imports[m->import_count++] =
            (DmnImport){ .name = text_or(name_of(r, x), ""),
                         .ns = text_or(xml_attribute(x, "namespace"), "") };
    }
    DmnItem *items = NEW_N(r->cx, DmnItem, count(r, root, "itemDefinition") + 1);
    XML_EACH(x, root, r->ns, "itemDefinition")
    TRY(read_item(r, &items[m->item_count++], x));
    m->imports = imports;
    m->items = items;
    return read_nodes(r, root);
}

Err dmn_read(Cx *cx, const DmnModel **out, const char *bytes, size_t length, const char *file)
{
    DmnModel *model = NEW(cx, DmnModel);
    DmnReader r = { .cx = cx, .model = model };
    const Xml *root;
    TRY(xml_parse(cx, &root, bytes, length, NULL));
    model->file = file;
    model->xml = root;
    model->name = text_or(xml_attribute(root, "name"), "");
    model->ns = text_or(xml_attribute(root, "namespace"), "");
    for (size_t i = 0; i < COUNT(VERSIONS); i++) {
        if (strcmp(root->ns, VERSIONS[i].ns) == 0) {
            r.ns = VERSIONS[i].ns;
            model->version = VERSIONS[i].version;
        }
    }
    if (!r.ns || strcmp(root->name, "definitions") != 0)
        return REFUSE(&r, root, "不是 DMN 1.1–1.6 的模型", "is no model of DMN 1.1 to 1.6");
    TRY(read_model(&r, root));
    *out = model;
    return OK;
}

const Xml *dmn_extension(const DmnNode *node, const char *ns, const char *name)
{
    const Xml *holder = xml_child(node->xml, node->xml->ns, "extensionElements");
    return xml_child(holder, ns, name);
}

const char *dmn_attribute(const DmnNode *node, const char *ns, const char *name)
{
    return xml_attribute_ns(node->xml, ns, name);
}
