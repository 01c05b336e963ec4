#include "rules/dmn_compiler.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const TypeGuard *item_guard(Compiler *c, const DmnModel *model, const DmnItem *item);

static const TypeGuard *plain(Compiler *c, const Type *type)
{
    if (!type || type->kind == TYPE_ANY)
        return NULL;
    TypeGuard *g = NEW(c->cx, TypeGuard);
    g->type = type;
    return g;
}

/* ---- looking up a type reference ------------------------------------------------------------ */

static const TypeGuard *model_guard(Compiler *c, const DmnModel *model, size_t index)
{
    ModelTypes *m = &c->models[compiler_model(c, model)];
    const DmnItem *item = &model->items[index];
    if (m->progress[index] == UNIT_COMPILING) {
        PROBLEM(c, model, item->line, "类型 %s 用到了它自己", "the type %s uses itself",
                item->name);
        return NULL;
    }
    if (m->progress[index] == UNIT_NEW) {
        m->progress[index] = UNIT_COMPILING;
        m->guards[index] = item_guard(c, model, item);
        m->progress[index] = UNIT_DONE;
    }
    return m->guards[index];
}

static bool find_item(Compiler *c, const DmnModel *model, const char *name, const TypeGuard **out)
{
    for (size_t i = 0; i < model->item_count; i++) {
        if (strcmp(model->items[i].name, name) == 0) {
            *out = model_guard(c, model, i);
            return true;
        }
    }
    return false;
}

/* "import.tName", and names of a default import (whose name is empty). */
static bool find_imported(Compiler *c, const DmnModel *model, const char *name,
                          const TypeGuard **out)
{
    for (size_t i = 0; i < model->import_count; i++) {
        const DmnImport *import = &model->imports[i];
        const DmnModel *target = compiler_import(c, import->ns);
        size_t n = strlen(import->name);
        if (!target || target == model)
            continue;
        if (n == 0 && find_item(c, target, name, out))
            return true;
        if (n > 0 && strncmp(name, import->name, n) == 0 && name[n] == '.' &&
            find_item(c, target, name + n + 1, out))
            return true;
    }
    return false;
}

const Type *compiler_outside(const Compiler *c, const char *name)
{
    for (size_t i = 0; i < c->type_count; i++) {
        if (strcmp(c->types[i].name, name) == 0)
            return c->types[i].type;
    }
    return NULL;
}

/* The numbers of XML Schema and Java, which files of other makers have for types: FEEL has one. */
static const Type *number_type(Compiler *c, const DmnModel *model, const char *name, int line)
{
    static const char *const names[] = { "integer", "double", "long", "int",
                                         "decimal", "float",  "short" };
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcasecmp(names[i], name) == 0) {
            NOTE(c, model, line, "类型“%s”按 number 读", "the type “%s” is read as number", name);
            return type_simple(TYPE_NUMBER);
        }
    return NULL;
}

const TypeGuard *compiler_guard(Compiler *c, const DmnModel *model, const char *type_ref, int line)
{
    const TypeGuard *found = NULL;
    if (!type_ref || !*type_ref)
        return NULL;
    if (find_item(c, model, type_ref, &found) || find_imported(c, model, type_ref, &found))
        return found;
    const Type *type = compiler_outside(c, type_ref);
    const char *colon = strchr(type_ref, ':'); /* "feel:string", as older tools write */
    if (!type)
        type = type_by_name(type_ref);
    if (!type && colon)
        type = type_by_name(colon + 1);
    if (!type)
        type = number_type(c, model, colon ? colon + 1 : type_ref, line);
    if (!type) {
        Scope scope = { .types = c->types, .type_count = c->type_count };
        if (feel_type(c->cx, &type, type_ref, &scope) != OK)
            PROBLEM(c, model, line, "没有类型“%s”", "there is no type “%s”", type_ref);
    }
    return plain(c, type);
}

/* ---- item definitions ----------------------------------------------------------------------- */

static const Feel *tests_of(Compiler *c, const DmnModel *model, const DmnItem *item,
                            const char *text, const Type *tested)
{
    const Feel *feel = NULL;
    Scope scope = { .types = c->types, .type_count = c->type_count };
    scope = scope_with(c->cx, &scope, "?", tested);
    if (text && (!compiler_is_feel(c, model, text) ||
                 feel_compile_tests(c->cx, &feel, text, &scope) != OK)) {
        compiler_problem(c, model, item->line);
        return NULL;
    }
    return feel;
}

static const Type *function_type(Compiler *c, const DmnModel *model, const DmnItem *item)
{
    Type *t = NEW(c->cx, Type);
    TypeField *fields = NEW_N(c->cx, TypeField, item->component_count + 1);
    t->kind = TYPE_FUNCTION;
    t->of = guard_type(compiler_guard(c, model, item->type_ref, item->line));
    for (size_t i = 0; i < item->component_count; i++) {
        fields[i].name = item->components[i].name;
        fields[i].type = guard_type(item_guard(c, model, &item->components[i]));
    }
    t->fields = fields;
    t->count = item->component_count;
    return t;
}

static void context_guard(Compiler *c, TypeGuard *g, const DmnModel *model, const DmnItem *item)
{
    Type *t = NEW(c->cx, Type);
    TypeField *fields = NEW_N(c->cx, TypeField, item->component_count);
    g->parts = NEW_N(c->cx, const TypeGuard *, item->component_count);
    t->kind = TYPE_CONTEXT;
    for (size_t i = 0; i < item->component_count; i++) {
        g->parts[i] = item_guard(c, model, &item->components[i]);
        g->restricts = g->restricts || (g->parts[i] && g->parts[i]->restricts);
        fields[i].name = item->components[i].name;
        fields[i].type = guard_type(g->parts[i]);
    }
    t->fields = fields;
    t->count = item->component_count;
    g->type = t;
}

static const Type *named(Compiler *c, const Type *type, const char *name)
{
    Type *t = NEW(c->cx, Type);
    *t = *(type ? type : type_simple(TYPE_ANY));
    t->name = name;
    return t;
}

/* The guard of one value of the item, its collection aside. */
static TypeGuard *single_guard(Compiler *c, const DmnModel *model, const DmnItem *item)
{
    TypeGuard *g = NEW(c->cx, TypeGuard);
    if (item->function) {
        g->type = function_type(c, model, item);
    } else if (item->component_count > 0) {
        context_guard(c, g, model, item);
    } else {
        const TypeGuard *base = compiler_guard(c, model, item->type_ref, item->line);
        if (base)
            *g = *base;
    }
    return g;
}

static const TypeGuard *item_guard(Compiler *c, const DmnModel *model, const DmnItem *item)
{
    TypeGuard *single = single_guard(c, model, item);
    if (single->restricts && (item->allowed || item->constraint)) {
        /* a definition that narrows another one: the tests of both hold */
        TypeGuard *wider = NEW(c->cx, TypeGuard);
        *wider = *single;
        *single = (TypeGuard){ .type = wider->type, .restricts = true, .wider = wider };
    }
    if (item->allowed) {
        single->allowed = tests_of(c, model, item, item->allowed, single->type);
        single->allowed_text = item->allowed;
        single->restricts = true;
    }
    TypeGuard *g = single;
    if (item->collection) {
        g = NEW(c->cx, TypeGuard);
        g->type = type_list(c->cx, single->type);
        g->of = single;
        g->restricts = single->restricts;
    }
    if (item->constraint) {
        g->constraint = tests_of(c, model, item, item->constraint, g->type);
        g->restricts = true;
    }
    g->type = named(c, g->type, item->name);
    return g;
}

/* ---- the names of all types of a model ------------------------------------------------------ */

static void name_types(Compiler *c, const DmnModel *model)
{
    ModelTypes *m = &c->models[compiler_model(c, model)];
    size_t room = model->item_count + c->type_count;
    for (size_t i = 0; i < model->import_count; i++) {
        const DmnModel *target = compiler_import(c, model->imports[i].ns);
        room += target ? target->item_count : 0;
    }
    m->names = NEW_N(c->cx, Name, room + 1);
    for (size_t i = 0; i < c->type_count; i++)
        m->names[m->name_count++] = c->types[i];
    for (size_t i = 0; i < model->import_count; i++) {
        const DmnImport *import = &model->imports[i];
        const DmnModel *target = compiler_import(c, import->ns);
        for (size_t j = 0; target && j < target->item_count; j++) {
            const char *name = target->items[j].name;
            if (*import->name)
                name = arena_format(c->cx->arena, "%s.%s", import->name, name);
            m->names[m->name_count++] = (Name){ name, guard_type(model_guard(c, target, j)) };
        }
    }
    for (size_t i = 0; i < model->item_count; i++)
        m->names[m->name_count++] =
            (Name){ model->items[i].name, guard_type(model_guard(c, model, i)) };
    assert(m->name_count <= room);
}

void compiler_types(Compiler *c)
{
    for (size_t i = 0; i < c->dmn->model_count; i++) {
        size_t n = c->dmn->models[i]->item_count;
        c->models[i].guards = NEW_N(c->cx, const TypeGuard *, n + 1);
        c->models[i].progress = NEW_N(c->cx, UnitProgress, n + 1);
    }
    for (size_t i = 0; i < c->dmn->model_count; i++)
        name_types(c, c->dmn->models[i]);
}

/* ---- at run time ---------------------------------------------------------------------------- */

static bool passes(Run *run, const Feel *tests, const Value *v)
{
    Value frame[1] = { *v };
    Value result = feel_value(run, tests, frame);
    return value_is_true(&result) || value_is_unknown(&result);
}

static bool allows(Run *run, const TypeGuard *g, const Value *v)
{
    if (!g || !g->restricts || value_is_null(v) || value_is_unknown(v))
        return true;
    if (g->allowed && !passes(run, g->allowed, v))
        return false;
    if (g->constraint && !passes(run, g->constraint, v))
        return false;
    if (g->wider && !allows(run, g->wider, v))
        return false;
    for (size_t i = 0; g->of && v->kind == VALUE_LIST && i < v->list.count; i++) {
        if (!allows(run, g->of, &v->list.items[i]))
            return false;
    }
    for (size_t i = 0; g->parts && v->kind == VALUE_CONTEXT && i < g->type->count; i++) {
        const Value *field = context_get(v->context, g->type->fields[i].name);
        if (field && !allows(run, g->parts[i], field))
            return false;
    }
    return true;
}

Value guard_check(Run *run, const TypeGuard *g, const Value *v)
{
    assert(g && v);
    if (value_is_null(v) || value_is_unknown(v))
        return *v;
    bool trusted = !g->type || g->type->closed;
    Value coerced = trusted ? *v : value_coerce(run->cx, v, g->type);
    if (allows(run, g, &coerced))
        return coerced;
    return value_null_because(run->cx, "%s 不是 %s 允许的值", "%s is not an allowed value of %s",
                              value_brief(run->cx, &coerced), type_text(run->cx, g->type));
}
