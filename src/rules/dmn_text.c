/* The expressions that stand in a box or a table, compiled, and what is named in their scope. */
#include "rules/dmn_compiler.h"
#include <assert.h>
#include <string.h>

Scope compiler_name(Compiler *c, const Scope *scope, const char *name, const Type *type)
{
    Scope wider = scope_with(c->cx, scope, name, type);
    if (wider.count > c->frame)
        c->frame = wider.count;
    return wider;
}

/* ---- texts ---------------------------------------------------------------------------------- */

static void list_expression(Compiler *c, const char *name, const Feel *feel, int line)
{
    if (c->expression_count == c->expression_room) {
        size_t size = sizeof(DmnExpression);
        size_t room = c->expression_room ? 2 * c->expression_room : 16;
        c->expressions =
            arena_grow(c->cx->arena, c->expressions, c->expression_room * size, room * size);
        c->expression_room = room;
    }
    c->expressions[c->expression_count++] =
        (DmnExpression){ .name = text_or(name, ""), .feel = feel, .line = line };
}

typedef Err (*Compile)(Cx *cx, const Feel **out, const char *text, const Scope *scope);

static const Feel *compile(Compiler *c, Compile how, const Scope *scope, const char *name,
                           const char *text, int line, const Cause **broken)
{
    const Feel *feel = NULL;
    if (!text)
        return NULL;
    if (!compiler_is_feel(c, model_of(c), text) || how(c->cx, &feel, text, scope) != OK) {
        const char *at = c->cx->failure.field;
        const Cause *cause = compiler_problem(c, model_of(c), line);
        c->problems[c->problem_count - 1].text = text;
        c->problems[c->problem_count - 1].at = text_or(at, "");
        *broken = *broken ? *broken : cause;
        return NULL;
    }
    list_expression(c, name, feel, line);
    return feel;
}

const Feel *compiler_feel(Compiler *c, const Scope *scope, const char *name, const char *text,
                          int line, const Cause **broken)
{
    return compile(c, feel_compile, scope, name, text, line, broken);
}

const Feel *compiler_tests(Compiler *c, const Scope *scope, const char *name, const char *text,
                           int line, const Cause **broken)
{
    return compile(c, feel_compile_tests, scope, name, text, line, broken);
}
