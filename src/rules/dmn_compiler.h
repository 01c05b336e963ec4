/* What the parts of the DMN compiler share; nobody else includes this. */
#ifndef RULES_DMN_COMPILER_H
#define RULES_DMN_COMPILER_H

#include "rules/dmn_code.h"

/* The item definitions of one model, resolved on demand. */
typedef struct ModelTypes {
    const TypeGuard **guards; /* one per item */
    UnitProgress *progress;
    Name *names; /* all that its expressions may name, imported ones with their prefix */
    size_t name_count;
} ModelTypes;

typedef struct Compiler {
    Cx *cx;
    Dmn *dmn;
    const Name *types; /* from outside */
    size_t type_count;
    ModelTypes *models;
    DmnProblem *problems;
    size_t problem_count;
    size_t problem_room;
    DmnProblem *notes;
    size_t note_count;
    size_t note_room;
    /* of the unit at hand */
    Unit *unit;
    DmnExpression *expressions;
    size_t expression_count;
    size_t expression_room;
    size_t frame; /* slots needed so far */
    int depth;
} Compiler;

/* Lists what the last fail() said as a problem of line, and gives it as the cause of nulls. */
const Cause *compiler_problem(Compiler *c, const DmnModel *model, int line);
#define PROBLEM(c, model, line, ...)                                                               \
    ((void)fail((c)->cx, INVALID, NULL, __VA_ARGS__), compiler_problem(c, model, line))

/* Is the text of the model written in FEEL? Where not, that has been said to fail(). */
bool compiler_is_feel(Compiler *c, const DmnModel *model, const char *text);
/* What is wrong with a model before any expression is read: rings of decisions, which are marked
 * broken, names and ids that stand twice, logic that does. After units know what they require. */
void compiler_check(Compiler *c);

/* Lists what the last fail() said as a note: read, if not as it is written. */
void compiler_note(Compiler *c, const DmnModel *model, int line);
#define NOTE(c, model, line, ...)                                                                  \
    ((void)fail((c)->cx, INVALID, NULL, __VA_ARGS__), compiler_note(c, model, line))

/* The model of the unit at hand. */
static inline const DmnModel *model_of(const Compiler *c)
{
    return c->unit->node->model;
}
/* Where is model among dmn->models? */
size_t compiler_model(const Compiler *c, const DmnModel *model);
/* The model that model imports under ns, or NULL. */
const DmnModel *compiler_import(const Compiler *c, const char *ns);

/* Resolves all item definitions of all models. */
void compiler_types(Compiler *c);
/* What type_ref means in model; NULL for Any, for none and for an unknown one (a problem). */
const TypeGuard *compiler_guard(Compiler *c, const DmnModel *model, const char *type_ref, int line);

/* The type of this name from outside, or NULL. */
const Type *compiler_outside(const Compiler *c, const char *name);

/* Compiles a box and everything in it; never fails, what is wrong is in code->broken. */
const Code *compiler_box(Compiler *c, const DmnBox *box, Scope scope);
const CodeTable *compiler_table(Compiler *c, const DmnTable *table, Scope scope,
                                const TypeGuard *guard, const Cause **broken);
/* One expression or one set of tests; NULL and *broken where it is wrong. text may be NULL. */
const Feel *compiler_feel(Compiler *c, const Scope *scope, const char *name, const char *text,
                          int line, const Cause **broken);
const Feel *compiler_tests(Compiler *c, const Scope *scope, const char *name, const char *text,
                           int line, const Cause **broken);
/* A name in the next slot; keeps the size of the frame. */
Scope compiler_name(Compiler *c, const Scope *scope, const char *name, const Type *type);

static inline const Type *guard_type(const TypeGuard *g)
{
    return g ? g->type : NULL;
}

#endif
