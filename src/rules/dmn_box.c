/* Boxed expressions to code: names become slots, texts become Feels. */
#include "rules/dmn_compiler.h"

#include <assert.h>
#include <string.h>

static const TypeGuard *guard_of(Compiler *c, const char *type_ref, int line)
{
    return compiler_guard(c, model_of(c), type_ref, line);
}

/* The declared type before the found one. */
static const Type *known(const TypeGuard *g, const Code *code)
{
    return guard_type(g) || !code ? guard_type(g) : code->result;
}

/* ---- boxes ---------------------------------------------------------------------------------- */

static const Code *part_code(Compiler *c, const DmnPart *part, Scope scope)
{
    return part->box ? compiler_box(c, part->box, scope) : NULL;
}

/* Two entries of one name: whoever reads the name must not have to guess. */
static void refuse_twins(Compiler *c, Code *code, const DmnBox *box)
{
    for (size_t i = 0; i < box->part_count; i++)
        for (size_t k = 0; k < i; k++)
            if (box->parts[i].name && text_same(box->parts[i].name, box->parts[k].name)) {
                code->broken =
                    PROBLEM(c, model_of(c), box->parts[i].line, "上下文有两个名为“%s”的条目",
                            "the context has two entries of the name “%s”", box->parts[i].name);
                return;
            }
}

static const Type *context_type(Compiler *c, const CodePart *parts, size_t count)
{
    Type *t = NEW(c->cx, Type);
    TypeField *fields = NEW_N(c->cx, TypeField, count + 1);
    t->kind = TYPE_CONTEXT;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].name)
            fields[t->count++] = (TypeField){ parts[i].name, known(parts[i].guard, parts[i].code) };
    }
    t->fields = fields;
    return t;
}

static void compile_context(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    CodePart *parts = NEW_N(c->cx, CodePart, box->part_count + 1);
    const CodePart *last = NULL;
    refuse_twins(c, code, box);
    code->slot = scope.count;
    for (size_t i = 0; i < box->part_count; i++) {
        const DmnPart *from = &box->parts[i];
        last = &parts[i];
        parts[i].name = from->name;
        parts[i].guard = guard_of(c, from->type_ref, from->line);
        parts[i].code = part_code(c, from, scope);
        if (box->kind == BOX_CONTEXT && from->name)
            scope = compiler_name(c, &scope, from->name, known(parts[i].guard, parts[i].code));
    }
    code->parts = parts;
    code->part_count = box->part_count;
    bool has_result = last && !last->name;
    code->result =
        has_result ? known(last->guard, last->code) : context_type(c, parts, box->part_count);
}

static void compile_parts(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    CodePart *parts = NEW_N(c->cx, CodePart, box->part_count + 1);
    for (size_t i = 0; i < box->part_count; i++) {
        parts[i].name = box->parts[i].name;
        parts[i].code = part_code(c, &box->parts[i], scope);
    }
    code->parts = parts;
    code->part_count = box->part_count;
}

static void compile_list(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    compile_parts(c, code, box, scope);
    const Type *first = code->part_count ? known(NULL, code->parts[0].code) : NULL;
    bool same = first && first->kind == TYPE_CONTEXT; /* rows of a relation are alike */
    code->result = same ? type_list(c->cx, first) : type_simple(TYPE_LIST);
}

static void compile_invocation(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    code->body = compiler_box(c, box->body, scope);
    compile_parts(c, code, box, scope);
    const Type *callee = code->body->result;
    code->result = callee && callee->kind == TYPE_FUNCTION ? callee->of : NULL;
}

static const Type *function_type(Compiler *c, const Function *f)
{
    Type *t = NEW(c->cx, Type);
    TypeField *fields = NEW_N(c->cx, TypeField, f->count + 1);
    for (size_t i = 0; i < f->count; i++)
        fields[i] = (TypeField){ f->params[i].name, f->params[i].type };
    t->kind = TYPE_FUNCTION;
    t->fields = fields;
    t->count = f->count;
    t->of = f->result;
    return t;
}

/* A function's body runs on a frame of its own: a copy of the outer slots, then its parameters. */
static void compile_function(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    size_t outer = c->frame;
    Function *shape = NEW(c->cx, Function);
    Param *params = NEW_N(c->cx, Param, box->part_count + 1);
    CodePart *parts = NEW_N(c->cx, CodePart, box->part_count + 1);
    code->slot = c->frame = scope.count;
    for (size_t i = 0; i < box->part_count; i++) {
        const DmnPart *from = &box->parts[i];
        parts[i].name = from->name;
        parts[i].guard = guard_of(c, from->type_ref, from->line);
        params[i] = (Param){ from->name, guard_type(parts[i].guard) };
        scope = compiler_name(c, &scope, from->name, params[i].type);
    }
    code->parts = parts;
    code->part_count = box->part_count;
    if (strcmp(box->language, "FEEL") != 0)
        code->broken = PROBLEM(c, model_of(c), box->line, "不能调用外部 %s 函数",
                               "an external %s function cannot be called", box->language);
    else if (box->body)
        code->body = compiler_box(c, box->body, scope);
    shape->name = "";
    shape->params = params;
    shape->count = box->part_count;
    shape->result = known(code->guard, code->body);
    code->shape = shape;
    code->result = function_type(c, shape);
    code->frame = c->frame;
    c->frame = outer;
}

static void compile_if(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    assert(box->part_count == 3);
    compile_parts(c, code, box, scope);
    const Type *a = code->parts[1].code->result;
    const Type *b = code->parts[2].code->result;
    if (a && b && type_conforms(b, a))
        code->result = a;
}

static const Type *element_type(const Type *list)
{
    return list && list->kind == TYPE_LIST ? list->of : NULL;
}

/* "item" and, where they are known, the fields of the element stand in the match's scope. */
static void compile_filter(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    assert(box->part_count == 2);
    CodePart *parts = NEW_N(c->cx, CodePart, 2);
    code->slot = scope.count;
    parts[0].code = part_code(c, &box->parts[0], scope);
    const Type *element = element_type(parts[0].code->result);
    Scope inner = scope;
    if (element && element->kind == TYPE_CONTEXT) {
        for (size_t i = 0; i < element->count; i++)
            inner = compiler_name(c, &inner, element->fields[i].name, element->fields[i].type);
    }
    inner = compiler_name(c, &inner, "item", element);
    parts[1].code = part_code(c, &box->parts[1], inner);
    code->parts = parts;
    code->part_count = 2;
    code->element = element;
    code->result = parts[0].code->result;
}

static void compile_loop(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    assert(box->part_count == 2);
    CodePart *parts = NEW_N(c->cx, CodePart, 2);
    code->slot = scope.count;
    parts[0].code = part_code(c, &box->parts[0], scope);
    parts[0].guard = guard_of(c, box->parts[0].type_ref, box->line);
    const Type *in = known(parts[0].guard, parts[0].code);
    Scope inner = compiler_name(c, &scope, text_or(box->name, ""), element_type(in));
    if (box->kind == BOX_FOR)
        inner = compiler_name(c, &inner, "partial", type_simple(TYPE_LIST));
    parts[1].code = part_code(c, &box->parts[1], inner);
    code->parts = parts;
    code->part_count = 2;
    code->result =
        box->kind == BOX_FOR ? type_list(c->cx, parts[1].code->result) : type_simple(TYPE_BOOLEAN);
}

static void compile_kind(Compiler *c, Code *code, const DmnBox *box, Scope scope)
{
    switch (box->kind) {
    case BOX_LITERAL:
        code->feel = compiler_feel(c, &scope, NULL, box->text, box->line, &code->broken);
        code->result = code->feel ? feel_result(code->feel) : NULL;
        break;
    case BOX_TABLE:
        code->table = compiler_table(c, box->table, scope, code->guard, &code->broken);
        code->result = code->table->result;
        break;
    case BOX_CONTEXT:
    case BOX_ROW: compile_context(c, code, box, scope); break;
    case BOX_INVOCATION: compile_invocation(c, code, box, scope); break;
    case BOX_FUNCTION: compile_function(c, code, box, scope); break;
    case BOX_LIST: compile_list(c, code, box, scope); break;
    case BOX_IF: compile_if(c, code, box, scope); break;
    case BOX_FILTER: compile_filter(c, code, box, scope); break;
    case BOX_FOR:
    case BOX_SOME:
    case BOX_EVERY: compile_loop(c, code, box, scope); break;
    }
}

const Code *compiler_box(Compiler *c, const DmnBox *box, Scope scope)
{
    assert(box);
    Code *code = NEW(c->cx, Code);
    code->kind = box->kind;
    code->guard = guard_of(c, box->type_ref, box->line);
    compile_kind(c, code, box, scope);
    if (guard_type(code->guard) && box->kind != BOX_FUNCTION)
        code->result = guard_type(code->guard);
    return code;
}
