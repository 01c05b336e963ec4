/* A DMN file: read, compiled, every decision made without inputs, written back and read again. */
#include "rules/dmn.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decide_all(Cx *cx, const DmnModel *model)
{
    const Dmn *dmn;
    if (dmn_compile(cx, &dmn, model, NULL, 0, NULL, 0) != OK)
        return;
    Run run = feel_run(cx);
    run.limits = (FeelLimits){ .depth = 200, .steps = 100000 };
    DmnRun *d = dmn_begin(&run, dmn);
    for (size_t i = 0; i < model->node_count; i++) {
        Value v;
        Err e = dmn_decide(d, &v, &model->nodes[i]);
        assert(e == OK || e == LIMITED);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new(64 << 20);
    Cx cx = cx_make(arena);
    const DmnModel *model;
    if (dmn_read(&cx, &model, (const char *)data, size, "fuzz.dmn") == OK) {
        decide_all(&cx, model);
        Buf b = BUF(&cx);
        xml_write(&b, model->xml);
        Err again = dmn_read(&cx, &model, buf_text(&b), b.length, "fuzz.dmn");
        assert(again == OK);
    }
    arena_free(arena);
    return 0;
}
