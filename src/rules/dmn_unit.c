/* What is asked of a compiler at work and of what it compiled: problems, models, units. */
#include "rules/dmn_compiler.h"
#include <assert.h>
#include <string.h>

static void list_failure(Compiler *c, DmnProblem **list, size_t *count, size_t *room,
                         const DmnModel *model, int line)
{
    if (*count == *room) {
        size_t size = sizeof(DmnProblem), more = *room ? 2 * *room : 16;
        *list = arena_grow(c->cx->arena, *list, *room * size, more * size);
        *room = more;
    }
    const Failure *f = &c->cx->failure;
    (*list)[(*count)++] = (DmnProblem){ .node = c->unit ? c->unit->node : NULL,
                                        .file = model->file,
                                        .line = line,
                                        .zh = f->zh,
                                        .en = f->en };
}

/* An implied input has its type from a column, which is looked at again with its table. */
static bool is_noted(const Compiler *c, const DmnModel *model, int line)
{
    for (size_t i = 0; i < c->note_count; i++) {
        const DmnProblem *p = &c->notes[i];
        if (p->line == line && strcmp(p->file, model->file) == 0 &&
            strcmp(p->en, c->cx->failure.en) == 0)
            return true;
    }
    return false;
}

void compiler_note(Compiler *c, const DmnModel *model, int line)
{
    if (is_noted(c, model, line))
        return;
    list_failure(c, &c->notes, &c->note_count, &c->note_room, model, line);
}

const Cause *compiler_problem(Compiler *c, const DmnModel *model, int line)
{
    const Failure *f = &c->cx->failure;
    list_failure(c, &c->problems, &c->problem_count, &c->problem_room, model, line);
    Cause *cause = NEW(c->cx, Cause);
    *cause = (Cause){ .zh = f->zh, .en = f->en, .line = (uint32_t)line };
    return cause;
}

size_t compiler_model(const Compiler *c, const DmnModel *model)
{
    size_t i = 0;
    while (c->dmn->models[i] != model)
        i++;
    assert(i < c->dmn->model_count);
    return i;
}

const DmnModel *compiler_import(const Compiler *c, const char *ns)
{
    for (size_t i = 0; i < c->dmn->model_count; i++) {
        if (strcmp(c->dmn->models[i]->ns, ns) == 0)
            return c->dmn->models[i];
    }
    return NULL;
}

const Unit *dmn_unit(const Dmn *dmn, const DmnNode *node)
{
    size_t i = 0;
    while (dmn->models[i] != node->model)
        i++;
    assert(i < dmn->model_count);
    return &dmn->units[dmn->first[i] + (size_t)(node - node->model->nodes)];
}

/* ---- asked by others ------------------------------------------------------------------------ */

const DmnProblem *dmn_problem(const Dmn *dmn, size_t index)
{
    return index < dmn->problem_count ? &dmn->problems[index] : NULL;
}

const DmnProblem *dmn_note(const Dmn *dmn, size_t index)
{
    return index < dmn->note_count ? &dmn->notes[index] : NULL;
}

const DmnModel *dmn_main(const Dmn *dmn)
{
    return dmn->main;
}

const DmnNode *dmn_find(const Dmn *dmn, DmnKind kind, const char *ns, const char *name)
{
    for (size_t i = 0; i < dmn->unit_count; i++) {
        const DmnNode *node = dmn->units[i].node;
        bool here = ns ? strcmp(node->model->ns, ns) == 0 : node->model == dmn->main;
        if (here && node->kind == kind && strcmp(node->name, name) == 0)
            return node;
    }
    return NULL;
}

DmnNodes dmn_information(const Dmn *dmn, const DmnNode *node)
{
    return dmn_unit(dmn, node)->information;
}

DmnNodes dmn_authorities(const Dmn *dmn, const DmnNode *node)
{
    return dmn_unit(dmn, node)->authorities;
}

static bool source_gives(const SlotSource *s, const DmnNode *node)
{
    bool gives = s->unit && s->unit->node == node;
    for (size_t i = 0; i < s->member_count; i++)
        gives = gives || source_gives(&s->members[i], node);
    return gives;
}

bool dmn_reads(const Dmn *dmn, const DmnNode *node, const DmnNode *required)
{
    const Unit *u = dmn_unit(dmn, node);
    for (size_t s = 0; s < u->source_count; s++) {
        if (!source_gives(&u->sources[s], required))
            continue;
        for (size_t i = 0; i < u->expression_count; i++)
            if (u->expressions[i].feel && feel_reads(u->expressions[i].feel, s))
                return true;
    }
    return false;
}

const Type *dmn_type(const Dmn *dmn, const DmnNode *node)
{
    return dmn_unit(dmn, node)->type;
}

size_t dmn_expression_count(const Dmn *dmn, const DmnNode *node)
{
    return dmn_unit(dmn, node)->expression_count;
}

DmnExpression dmn_expression(const Dmn *dmn, const DmnNode *node, size_t index)
{
    const Unit *u = dmn_unit(dmn, node);
    assert(index < u->expression_count);
    return u->expressions[index];
}
