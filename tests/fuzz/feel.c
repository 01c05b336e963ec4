/* FEEL: the input is an expression, a NUL, and the tests of a cell; whatever compiles is run with
 * and without a trace, in a frame that has every kind of value, an absent fact among them. Both
 * runs must agree, and no source may pass the limits.
 */
#include "rules/feel.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAMES = 8 };

static const Name names[NAMES] = {
    { "n", NULL }, { "文", NULL },    { "村", NULL }, { "人", NULL },
    { "d", NULL }, { "缺 项", NULL }, { "f", NULL },  { "?", NULL },
};

static void fill(Cx *cx, Value *frame)
{
    static Value list[3];
    Entry entries[2] = { { "名", value_text("甲") }, { "岁", value_unknown(cx, "/人/岁") } };
    const Feel *f;
    Run run = feel_run(cx);
    list[0] = value_int(1);
    list[1] = value_unknown(cx, "/村/1");
    list[2] = value_text("3");
    Entry *copy = NEW_N(cx, Entry, 2);
    memcpy(copy, entries, sizeof entries);
    frame[0] = value_int(-7);
    frame[1] = value_text("推进\n区");
    frame[2] = value_list(list, 3);
    frame[3] = value_context(cx, copy, 2);
    frame[4] = feel_date(cx, "2024-02-29");
    frame[5] = value_unknown(cx, "/缺");
    frame[7] = value_int(5);
    Err e = feel_compile(cx, &f, "function(a, b) if a > 0 then a + b else b", &(Scope){ 0 });
    assert(e == OK);
    e = feel_evaluate(&run, &frame[6], f, NULL);
    assert(e == OK);
}

static void run_both(Cx *cx, const Feel *f, const Value *frame)
{
    Value plain, traced;
    Run run = feel_run(cx);
    run.limits = (FeelLimits){ .depth = 400, .steps = 100000 };
    Err e = feel_evaluate(&run, &plain, f, frame);
    assert(e == OK || e == LIMITED);
    if (e != OK)
        return;
    run = feel_run(cx);
    run.limits = (FeelLimits){ .depth = 400, .steps = 400000 };
    feel_trace(&run);
    e = feel_evaluate(&run, &traced, f, frame);
    assert(e == OK || e == LIMITED);
    if (e != OK || strstr(feel_source(f), "now") || strstr(feel_source(f), "today"))
        return;
    const char *a = value_literal(cx, &plain), *b = value_literal(cx, &traced);
    assert(arena_full(cx->arena) || strcmp(a, b) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new(64 << 20);
    Cx cx = cx_make(arena);
    const Scope scope = { .names = names, .count = NAMES };
    Value frame[NAMES];
    const Feel *f;
    const char *text = arena_text_n(arena, (const char *)data, size);
    size_t length = strlen(text);
    fill(&cx, frame);
    if (feel_compile(&cx, &f, text, &scope) == OK)
        run_both(&cx, f, frame);
    if (length < size && feel_compile_tests(&cx, &f, text + length + 1, &scope) == OK)
        run_both(&cx, f, frame);
    arena_free(arena);
    return 0;
}
