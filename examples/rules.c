/* The rules engine as a library: an expression, then a decision of a model.
 *
 *     cc rules.c $(pkg-config --cflags --libs tuijin-rules) -o rules && ./rules model.dmn
 */
#include "rules/dmn.h"

#include <stdio.h>
#include <string.h>

static const char MODEL[] =
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m'>"
    "<inputData name='amount' id='a'><variable name='amount' typeRef='number'/></inputData>"
    "<decision name='size' id='s'><informationRequirement><requiredInput href='#a'/>"
    "</informationRequirement><literalExpression><text>if amount &gt; 100 then \"large\" else "
    "\"small\"</text></literalExpression></decision></definitions>";

static Err evaluate(Cx *cx, Value *sum)
{
    const Feel *feel;
    Name x = { "x", NULL };
    Value frame = value_int(2);
    Run run = feel_run(cx);
    TRY(feel_compile(cx, &feel, "x + 0.1", &(Scope){ .names = &x, .count = 1 }));
    return feel_evaluate(&run, sum, feel, &frame);
}

static Err decide(Cx *cx, Value *size)
{
    const DmnModel *model;
    const Dmn *dmn;
    Value amount = value_int(150);
    TRY(dmn_read(cx, &model, MODEL, strlen(MODEL), "example.dmn"));
    TRY(dmn_compile(cx, &dmn, model, NULL, 0, NULL, 0));
    Run run = feel_run(cx);
    DmnRun *d = dmn_begin(&run, dmn);
    dmn_set(d, dmn_find(dmn, DMN_INPUT, NULL, "amount"), &amount);
    return dmn_decide(d, size, dmn_find(dmn, DMN_DECISION, NULL, "size"));
}

int main(void)
{
    Arena *arena = arena_new(64 << 20); /* all that is made lives here, and goes at once */
    Cx cx = cx_make(arena);
    Value sum, size;
    bool good = evaluate(&cx, &sum) == OK && decide(&cx, &size) == OK;
    if (good)
        printf("%s\n%s\n", value_literal(&cx, &sum), value_literal(&cx, &size));
    else
        fprintf(stderr, "%s\n", cx.failure.en);
    arena_free(arena);
    return !good;
}
