/* From models to a Dmn: finds imports, hrefs and types, then compiles unit by unit. */
#include "rules/dmn_compiler.h"

#include <assert.h>
#include <string.h>

enum { CHAIN_DEPTH = 200 }; /* of decisions whose types depend on each other */

static void compile_unit(Compiler *c, Unit *u);

static Unit *unit_of(const Compiler *c, const DmnNode *node)
{
    return &c->dmn->units[dmn_unit(c->dmn, node)->index];
}

/* ---- hrefs ---------------------------------------------------------------------------------- */

static const DmnNode *node_by_id(const DmnModel *model, const char *id)
{
    for (size_t i = 0; i < model->node_count; i++) {
        if (strcmp(model->nodes[i].id, id) == 0)
            return &model->nodes[i];
    }
    return NULL;
}

/* "#id" or "namespace#id"; NULL and a problem where nothing stands there. */
static Unit *follow(Compiler *c, const DmnModel *model, const Xml *reference)
{
    const char *href = text_or(xml_attribute(reference, "href"), "");
    const char *hash = strchr(href, '#');
    const DmnModel *target = model;
    if (hash && hash > href) {
        size_t n = (size_t)(hash - href);
        target = compiler_import(c, arena_text_n(c->cx->arena, href, n));
    }
    const DmnNode *node = target ? node_by_id(target, hash ? hash + 1 : href) : NULL;
    if (node)
        return unit_of(c, node);
    PROBLEM(c, model, reference->line, "引用“%s”没有对应的元素", "nothing has the reference “%s”",
            href);
    return NULL;
}

typedef struct DmnUnits {
    Unit **at;
    size_t count;
} DmnUnits;

/* All <requirement><name href> below the node, or all <name href> where requirement is NULL. */
static DmnUnits references(Compiler *c, const DmnNode *node, const char *requirement,
                           const char *name)
{
    size_t n = 0;
    XML_EACH(x, node->xml, node->xml->ns, text_or(requirement, name))
    n++;
    DmnUnits units = { .at = NEW_N(c->cx, Unit *, n + 1) }; /* with room for one more */
    XML_EACH(x, node->xml, node->xml->ns, text_or(requirement, name))
    {
        const Xml *reference = requirement ? xml_child(x, node->xml->ns, name) : x;
        Unit *unit = reference ? follow(c, node->model, reference) : NULL;
        if (unit)
            units.at[units.count++] = unit;
    }
    return units;
}

/* What the columns of a table name without declaring it (dmn_read.c): the decision requires it as
 * if it had said so. */
static void add_implied(Compiler *c, const DmnNode *node, DmnUnits *units)
{
    const DmnModel *model = node->model;
    const DmnTable *table = node->kind == DMN_DECISION && node->box ? node->box->table : NULL;
    if (!table || xml_child(node->xml, node->xml->ns, "informationRequirement"))
        return;
    Unit **at = NEW_N(c->cx, Unit *, units->count + model->node_count + 1);
    memcpy(at, units->at, units->count * sizeof *at);
    units->at = at;
    for (size_t i = 0; i < model->node_count; i++) {
        bool named = false;
        for (size_t k = 0; k < table->input_count; k++)
            named |= text_same(table->inputs[k].text, model->nodes[i].name);
        if (named && model->nodes[i].implied)
            units->at[units->count++] = unit_of(c, &model->nodes[i]);
    }
}

static DmnNodes nodes_of(Compiler *c, const DmnUnits *a, const DmnUnits *b)
{
    const DmnNode **at = NEW_N(c->cx, const DmnNode *, a->count + b->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < a->count; i++)
        at[n++] = a->at[i]->node;
    for (size_t i = 0; i < b->count; i++)
        at[n++] = b->at[i]->node;
    return (DmnNodes){ at, n };
}

/* ---- the scope of a decision or knowledge model --------------------------------------------- */

typedef struct Names {
    SlotSource *sources;
    const Type **types;
    size_t count;
} Names;

static const DmnImport *import_of(const DmnModel *model, const DmnModel *target)
{
    for (size_t i = 0; i < model->import_count; i++) {
        if (strcmp(model->imports[i].ns, target->ns) == 0)
            return &model->imports[i];
    }
    return NULL;
}

static const Type *unit_type(Compiler *c, Unit *target)
{
    if (!target->type && c->depth < CHAIN_DEPTH)
        compile_unit(c, target);
    return target->type;
}

static void add_member(Compiler *c, Names *names, const char *alias, Unit *target)
{
    assert(*alias);
    size_t i = 0;
    while (i < names->count &&
           (names->sources[i].unit || strcmp(names->sources[i].name, alias) != 0))
        i++;
    SlotSource *s = &names->sources[i];
    Type *old = (Type *)(uintptr_t)names->types[i]; /* ours, made below */
    size_t n = s->member_count;
    SlotSource *members = NEW_N(c->cx, SlotSource, n + 1);
    TypeField *fields = NEW_N(c->cx, TypeField, n + 1);
    for (size_t m = 0; m < n; m++) {
        members[m] = s->members[m];
        fields[m] = old->fields[m];
    }
    members[n] = (SlotSource){ .name = target->node->name, .unit = target };
    fields[n] = (TypeField){ target->node->name, unit_type(c, target) };
    Type *type = NEW(c->cx, Type);
    *type = (Type){ .kind = TYPE_CONTEXT, .fields = fields, .count = n + 1 };
    *s = (SlotSource){ .name = alias, .members = members, .member_count = n + 1 };
    names->types[i] = type;
    if (i == names->count)
        names->count++;
}

static void add_names(Compiler *c, Names *names, const DmnModel *model, const DmnUnits *units)
{
    for (size_t i = 0; i < units->count; i++) {
        Unit *target = units->at[i];
        const DmnModel *home = target->node->model;
        const DmnImport *import = home == model ? NULL : import_of(model, home);
        if (target->node->kind == DMN_SOURCE)
            continue;
        if (home != model && !import) {
            PROBLEM(c, model, target->node->line, "没有导入“%s”", "“%s” is not imported",
                    home->name);
        } else if (import && *import->name) {
            add_member(c, names, import->name, target);
        } else {
            names->sources[names->count] =
                (SlotSource){ .name = target->node->name, .unit = target };
            names->types[names->count++] = unit_type(c, target);
        }
    }
}

static Scope unit_scope(Compiler *c, Unit *u, const DmnUnits *information,
                        const DmnUnits *knowledge)
{
    const DmnModel *model = u->node->model;
    size_t room = information->count + knowledge->count;
    const ModelTypes *types = &c->models[compiler_model(c, model)];
    Names names = { .sources = NEW_N(c->cx, SlotSource, room + 1),
                    .types = NEW_N(c->cx, const Type *, room + 1) };
    add_names(c, &names, model, information);
    add_names(c, &names, model, knowledge);
    Name *list = NEW_N(c->cx, Name, names.count + 1);
    for (size_t i = 0; i < names.count; i++)
        list[i] = (Name){ names.sources[i].name, names.types[i] };
    u->sources = names.sources;
    u->source_count = names.count;
    return (Scope){
        .names = list, .count = names.count, .types = types->names, .type_count = types->name_count
    };
}

/* ---- units ---------------------------------------------------------------------------------- */

static const Type *function_type(Compiler *c, const Function *f)
{
    Type *t = NEW(c->cx, Type);
    TypeField *fields = NEW_N(c->cx, TypeField, f->count + 1);
    for (size_t i = 0; i < f->count; i++)
        fields[i] = (TypeField){ f->params[i].name, f->params[i].type };
    *t = (Type){ .kind = TYPE_FUNCTION, .of = f->result, .fields = fields, .count = f->count };
    return t;
}

/* A variable of a knowledge model or service may name the function's type or its result's. */
static void prepare_function(Compiler *c, Unit *u, const Param *params, size_t count)
{
    assert(u->node->kind == DMN_KNOWLEDGE || u->node->kind == DMN_SERVICE);
    Function *f = NEW(c->cx, Function);
    const Type *declared = guard_type(u->guard);
    if (declared && declared->kind == TYPE_FUNCTION) {
        TypeGuard *result = NEW(c->cx, TypeGuard);
        result->type = declared->of;
        u->guard = result;
    }
    f->name = u->node->name;
    f->params = params;
    f->count = count;
    f->result = guard_type(u->guard);
    f->call = u->node->kind == DMN_SERVICE ? service_call : knowledge_call;
    f->data = u;
    u->function = f;
    u->type = function_type(c, f);
}

static void prepare_knowledge(Compiler *c, Unit *u)
{
    const DmnBox *box = u->node->box;
    if (!box)
        return;
    Param *params = NEW_N(c->cx, Param, box->part_count + 1);
    for (size_t i = 0; i < box->part_count; i++) {
        const DmnPart *p = &box->parts[i];
        const TypeGuard *guard = compiler_guard(c, u->node->model, p->type_ref, p->line);
        params[i] = (Param){ p->name, guard_type(guard) };
    }
    prepare_function(c, u, params, box->part_count);
}

static void prepare_service(Compiler *c, Unit *u)
{
    /* the order of parameters (DMN 1.5, 10.4): input data, then input decisions */
    DmnUnits inputs = references(c, u->node, NULL, "inputData");
    DmnUnits decisions = references(c, u->node, NULL, "inputDecision");
    DmnUnits outputs = references(c, u->node, NULL, "outputDecision");
    Param *params = NEW_N(c->cx, Param, inputs.count + decisions.count + 1);
    u->params = NEW_N(c->cx, const Unit *, inputs.count + decisions.count + 1);
    for (size_t i = 0; i < inputs.count; i++)
        u->params[u->param_count++] = inputs.at[i];
    for (size_t i = 0; i < decisions.count; i++)
        u->params[u->param_count++] = decisions.at[i];
    for (size_t i = 0; i < u->param_count; i++)
        params[i] = (Param){ u->params[i]->node->name, guard_type(u->params[i]->guard) };
    u->outputs = (const Unit **)(void *)outputs.at;
    u->output_count = outputs.count;
    prepare_function(c, u, params, u->param_count);
}

static void prepare(Compiler *c, Unit *u)
{
    c->unit = u;
    if (u->node->kind == DMN_KNOWLEDGE)
        prepare_knowledge(c, u);
    else if (u->node->kind == DMN_SERVICE)
        prepare_service(c, u);
    DmnUnits inputs = references(c, u->node, "informationRequirement", "requiredInput");
    DmnUnits decisions = references(c, u->node, "informationRequirement", "requiredDecision");
    DmnUnits sources = references(c, u->node, "authorityRequirement", "requiredAuthority");
    add_implied(c, u->node, &inputs);
    u->information = nodes_of(c, &inputs, &decisions);
    u->authorities = nodes_of(c, &sources, &(DmnUnits){ 0 });
}

static void compile_logic(Compiler *c, Unit *u)
{
    DmnUnits information = { .at = NEW_N(c->cx, Unit *, u->information.count + 1) };
    for (size_t i = 0; i < u->information.count; i++)
        information.at[information.count++] = unit_of(c, u->information.at[i]);
    DmnUnits knowledge = references(c, u->node, "knowledgeRequirement", "requiredKnowledge");
    if (u->node->kind == DMN_KNOWLEDGE && u->function)
        knowledge.at[knowledge.count++] = u; /* it may call itself */
    Scope scope = unit_scope(c, u, &information, &knowledge);
    if (u->ring) {
        Code *code = NEW(c->cx, Code);
        *code = (Code){ .kind = BOX_LITERAL, .broken = u->ring };
        u->code = code;
        return;
    }
    if (!u->node->box)
        return;
    c->unit = u;
    c->expressions = NULL;
    c->expression_count = c->expression_room = 0;
    c->frame = scope.count;
    u->code = compiler_box(c, u->node->box, scope);
    u->frame = c->frame;
    u->expressions = c->expressions;
    u->expression_count = c->expression_count;
    if (u->node->kind == DMN_DECISION && !u->type)
        u->type = u->code->result;
}

static void compile_unit(Compiler *c, Unit *u)
{
    if (u->progress != UNIT_NEW ||
        (u->node->kind != DMN_DECISION && u->node->kind != DMN_KNOWLEDGE))
        return;
    Compiler outer = *c;
    u->progress = UNIT_COMPILING;
    c->depth++;
    c->unit = u;
    compile_logic(c, u);
    u->progress = UNIT_DONE;
    /* a unit is compiled in the midst of another: what belongs to that one is put back */
    c->unit = outer.unit;
    c->expressions = outer.expressions;
    c->expression_count = outer.expression_count;
    c->expression_room = outer.expression_room;
    c->frame = outer.frame;
    c->depth = outer.depth;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void list_models(Compiler *c, const DmnModel *main, const DmnModel *const *others,
                        size_t count)
{
    Dmn *dmn = c->dmn;
    dmn->main = main;
    dmn->models = NEW_N(c->cx, const DmnModel *, count + 1);
    dmn->first = NEW_N(c->cx, size_t, count + 1);
    dmn->models[dmn->model_count++] = main;
    for (size_t i = 0; i < count; i++) {
        if (others[i] != main)
            dmn->models[dmn->model_count++] = others[i];
    }
    for (size_t i = 0; i < dmn->model_count; i++) {
        dmn->first[i] = dmn->unit_count;
        dmn->unit_count += dmn->models[i]->node_count;
    }
    dmn->units = NEW_N(c->cx, Unit, dmn->unit_count + 1);
    c->models = NEW_N(c->cx, ModelTypes, dmn->model_count);
}

static void declare_units(Compiler *c)
{
    for (size_t i = 0; i < c->dmn->model_count; i++) {
        const DmnModel *model = c->dmn->models[i];
        for (size_t n = 0; n < model->node_count; n++) {
            Unit *u = &c->dmn->units[c->dmn->first[i] + n];
            u->node = &model->nodes[n];
            u->index = c->dmn->first[i] + n;
            u->dmn = c->dmn;
            c->unit = u;
            const char *type_ref = u->node->type_ref;
            if (!type_ref && u->node->kind == DMN_INPUT && compiler_outside(c, u->node->name))
                type_ref = u->node->name;
            u->guard = compiler_guard(c, model, type_ref, u->node->line);
            u->type = guard_type(u->guard);
            if (u->node->implied)
                NOTE(c, model, u->node->line, "没有声明输入数据“%s”：按决策表的输入列读作输入数据",
                     "no input data “%s” is declared: the column of the table is read as one",
                     u->node->name);
        }
    }
}

Err dmn_compile(Cx *cx, const Dmn **out, const DmnModel *main, const DmnModel *const *others,
                size_t other_count, const Name *types, size_t type_count)
{
    Dmn *dmn = NEW(cx, Dmn);
    Compiler c = { .cx = cx, .dmn = dmn, .types = types, .type_count = type_count };
    list_models(&c, main, others, other_count);
    compiler_types(&c);
    declare_units(&c);
    for (size_t i = 0; i < dmn->unit_count; i++)
        prepare(&c, &dmn->units[i]);
    compiler_check(&c);
    for (size_t i = 0; i < dmn->unit_count; i++)
        compile_unit(&c, &dmn->units[i]);
    if (arena_full(cx->arena))
        return fail(cx, TOO_LARGE, NULL, "模型占用内存过多", "the model needs too much memory");
    dmn->problems = c.problems;
    dmn->problem_count = c.problem_count;
    dmn->notes = c.notes;
    dmn->note_count = c.note_count;
    *out = dmn;
    return OK;
}
