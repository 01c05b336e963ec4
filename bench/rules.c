/* usage: build/bench/rules EXAMPLES [NAME COUNT]
 *
 * The whole check of a dossier, the works of works.json, growth with the size of a table, and what
 * the explanation costs. With NAME ("check", "ratio", "ratio.parsing") and COUNT it does that one
 * piece so often and says nothing, for callgrind. Runs in the root of the tree.
 */
#include "bench/bench.h"

#include "base/file.h"
#include "policy/check/check.h"
#include "rules/dmn.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 8, TABLE_INPUTS = 97 };

/* An expression or a decision with its inputs. A run takes the next input and an empty arena. */
typedef struct Work {
    const char *name;
    const char *text;
    Scope scope;
    const Feel *feel; /* NULL: a model */
    const Dmn *dmn;
    const DmnNode *input;
    const DmnNode *decision;
    Value (*frames)[SLOTS];
    size_t count; /* of frames */
    size_t next;
    bool traced;
    Arena *arena;
} Work;

/* --- the check ----------------------------------------------------------------------------------
 */

typedef struct CheckWork {
    const Pack *pack;
    const char *dossier, *batch;
    size_t dossier_length, batch_length;
    const Tables *tables; /* NULL: the batch is read each time */
    Arena *arena;
} CheckWork;

static void check_once(void *data)
{
    CheckWork *w = data;
    arena_reset(w->arena);
    Cx cx = cx_make(w->arena);
    const Json *dossier;
    Tables tables;
    Check check;
    must(&cx, check_read_dossier(&cx, &dossier, w->pack, w->dossier, w->dossier_length), "dossier");
    if (w->tables)
        tables = *w->tables;
    else
        must(&cx, check_read_batch(&cx, &tables, w->pack, w->batch, w->batch_length), "batch");
    must(&cx, check_dossier(&cx, &check, w->pack, dossier, &tables), "check");
    Buf b = BUF(&cx);
    JsonOut o = json_out(&b);
    check_write(&cx, &o, NULL, &check);
    assert(b.length > 0);
}

static CheckWork given_check(Cx *cx, const char *examples)
{
    CheckWork w = { .arena = arena_new(0) };
    const char *zone = arena_format(cx->arena, "%s/zone-1.json", examples);
    const char *batch = arena_format(cx->arena, "%s/batch.json", examples);
    must(cx, pack_load(cx, &w.pack, "packs/lu-2022-26"), "pack");
    must(cx, file_read(cx, &w.dossier, &w.dossier_length, zone, JSON_LIMITS.bytes), zone);
    must(cx, file_read(cx, &w.batch, &w.batch_length, batch, JSON_LIMITS.bytes), batch);
    return w;
}

/* --- the works ----------------------------------------------------------------------------------
 */

/* JSON of such plain inputs is a FEEL literal as it stands. */
static Value literal(Cx *cx, const Json *j)
{
    Value v;
    const Feel *feel;
    Run run = feel_run(cx);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_put(&o, NULL, j);
    must(cx, feel_compile(cx, &feel, buf_text(&b), &(Scope){ 0 }), "input");
    must(cx, feel_evaluate(&run, &v, feel, NULL), "input");
    return v;
}

static Value (*frames(Cx *cx, size_t count))[SLOTS]
{
    return arena_alloc(cx->arena, count * sizeof(Value[SLOTS]));
}

static void give_inputs(Cx *cx, Work *w, const Json *inputs)
{
    w->count = inputs->count;
    w->frames = frames(cx, w->count);
    for (size_t i = 0; i < w->count; i++) {
        Value v = literal(cx, inputs->items[i]);
        assert(v.kind == VALUE_CONTEXT && v.context->count <= SLOTS);
        Name *names = NEW_N(cx, Name, v.context->count);
        for (size_t k = 0; k < v.context->count; k++) {
            names[k].name = v.context->entries[k].key;
            w->frames[i][k] = v.context->entries[k].value;
        }
        w->scope = (Scope){ .names = names, .count = v.context->count };
    }
}

static void compile_model(Cx *cx, Work *w)
{
    const DmnModel *model;
    must(cx, dmn_read(cx, &model, w->text, strlen(w->text), w->name), w->name);
    must(cx, dmn_compile(cx, &w->dmn, model, NULL, 0, NULL, 0), w->name);
    assert(!dmn_problem(w->dmn, 0));
    w->input = &model->nodes[0];
    w->decision = &model->nodes[1];
}

static void compile(Cx *cx, Work *w, bool model)
{
    if (model)
        compile_model(cx, w);
    else
        must(cx, feel_compile(cx, &w->feel, w->text, &w->scope), w->name);
}

static Value evaluate(Cx *cx, const Work *w, const Value *frame)
{
    Value v;
    Run run = feel_run(cx);
    if (w->traced)
        feel_trace(&run);
    if (w->feel) {
        must(cx, feel_evaluate(&run, &v, w->feel, frame), w->name);
        return v;
    }
    DmnRun *d = dmn_begin(&run, w->dmn);
    dmn_set(d, w->input, frame);
    must(cx, dmn_decide(d, &v, w->decision), w->name);
    return v;
}

static const Value *next_frame(Work *w)
{
    const Value *frame = w->frames[w->next];
    w->next = w->next + 1 == w->count ? 0 : w->next + 1;
    return frame;
}

static void run_prepared(void *data)
{
    Work *w = data;
    arena_reset(w->arena);
    Cx cx = cx_make(w->arena);
    evaluate(&cx, w, next_frame(w));
}

static void run_parsing(void *data)
{
    Work *w = data;
    Work fresh = *w;
    arena_reset(w->arena);
    Cx cx = cx_make(w->arena);
    compile(&cx, &fresh, w->dmn != NULL);
    evaluate(&cx, &fresh, next_frame(w));
}

/* --- tables -------------------------------------------------------------------------------------
 */

static void open_model(Buf *b, const char *input, const char *policy)
{
    buf_format(b,
               "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' "
               "namespace='urn:m'><inputData id='i' name='%s'/><decision id='d' name='定额'>"
               "<informationRequirement><requiredInput href='#i'/></informationRequirement>"
               "<decisionTable hitPolicy='%s'><input><inputExpression><text>%s</text>"
               "</inputExpression></input><output/>",
               input, policy, input);
}

static void add_row(Buf *b, const char *key, int64_t sum)
{
    buf_format(b,
               "<rule><inputEntry><text>\"%s\"</text></inputEntry>"
               "<outputEntry><text>%lld</text></outputEntry></rule>",
               key, (long long)sum);
}

static const char *table_of(Cx *cx, const Json *rows)
{
    Buf b = BUF(cx);
    open_model(&b, "区域", "UNIQUE");
    for (size_t i = 0; i < rows->count; i++)
        add_row(&b, rows->items[i]->items[0]->text, rows->items[i]->items[1]->integer);
    buf_add(&b, "</decisionTable></decision></definitions>");
    return buf_text(&b);
}

static Work *given_work(Cx *cx, const Json *j)
{
    Work *w = NEW(cx, Work);
    const Json *rows = json_get(j, "rows");
    w->arena = arena_new(0);
    w->name = json_text(j, "name", NULL);
    w->text = rows ? table_of(cx, rows) : json_text(j, "feel", NULL);
    give_inputs(cx, w, json_get(j, "inputs"));
    compile(cx, w, rows != NULL);
    return w;
}

/* A table with a row for each of the keys "370000" …; the inputs are spread evenly over them. */
static Work *given_table(Cx *cx, int rows)
{
    Work *w = NEW(cx, Work);
    Buf b = BUF(cx);
    open_model(&b, "代码", "FIRST");
    for (int i = 0; i < rows; i++)
        add_row(&b, arena_format(cx->arena, "%d", 370000 + i), i);
    buf_add(&b, "</decisionTable></decision></definitions>");
    w->arena = arena_new(0);
    w->name = arena_format(cx->arena, "rows.%d", rows);
    w->text = buf_text(&b);
    w->count = TABLE_INPUTS;
    w->frames = frames(cx, w->count);
    for (int i = 0; i < TABLE_INPUTS; i++)
        w->frames[i][0] =
            value_text(arena_format(cx->arena, "%d", 370000 + i * rows / TABLE_INPUTS));
    compile(cx, w, true);
    return w;
}

/* --- the figures --------------------------------------------------------------------------------
 */

static const char *name_of(Cx *cx, const Work *w, const char *what)
{
    return arena_format(cx->arena, "%s.%s", w->name, what);
}

/* The answers to all inputs, as one JSON list. */
static void show_answers(Cx *cx, const Work *w)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < w->count; i++) {
        Value v = evaluate(cx, w, w->frames[i]);
        value_json(cx, &o, NULL, &v);
    }
    json_close(&o, ']');
    figure_text(name_of(cx, w, "answers"), buf_text(&b));
}

static void measure_work(Cx *cx, Work *w)
{
    show_answers(cx, w);
    figure(name_of(cx, w, "prepared"), cost(run_prepared, w));
    w->traced = true;
    figure(name_of(cx, w, "explained"), cost(run_prepared, w));
    w->traced = false;
    figure(name_of(cx, w, "parsing"), cost(run_parsing, w));
}

static void measure_check(Cx *cx, CheckWork *w)
{
    Tables tables;
    figure("check.whole", cost(check_once, w));
    must(cx, check_read_batch(cx, &tables, w->pack, w->batch, w->batch_length), "batch");
    w->tables = &tables;
    figure("check.batch_ready", cost(check_once, w));
    w->tables = NULL;
}

static int run_one(void (*run)(void *data), void *data, long count)
{
    for (long i = 0; i < count; i++)
        run(data);
    return 0;
}

int main(int argc, char **argv)
{
    static const int ROWS[] = { 3, 37, 370, 3700 };
    Cx cx = cx_make(arena_new(0));
    const char *bytes;
    size_t length;
    const Json *works;
    if (argc != 2 && argc != 4) {
        fputs("usage: build/bench/rules EXAMPLES [NAME COUNT]\n", stderr);
        return 2;
    }
    must(&cx, file_read(&cx, &bytes, &length, "bench/works.json", JSON_LIMITS.bytes), "works");
    must(&cx, json_parse(&cx, &works, bytes, length, &JSON_LIMITS), "works");
    CheckWork check = given_check(&cx, argv[1]);
    const char *only = argc == 4 ? argv[2] : NULL;
    long count = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    if (only && strcmp(only, "check") == 0)
        return run_one(check_once, &check, count);
    if (!only)
        measure_check(&cx, &check);
    for (size_t i = 0; i < works->count; i++) {
        Work *w = given_work(&cx, works->items[i]);
        if (!only)
            measure_work(&cx, w);
        else if (strcmp(only, w->name) == 0)
            return run_one(run_prepared, w, count);
        else if (strcmp(only, name_of(&cx, w, "parsing")) == 0)
            return run_one(run_parsing, w, count);
        else if ((w->traced = strcmp(only, name_of(&cx, w, "explained")) == 0))
            return run_one(run_prepared, w, count);
    }
    for (size_t i = 0; !only && i < COUNT(ROWS); i++) {
        Work *w = given_table(&cx, ROWS[i]);
        figure(name_of(&cx, w, "prepared"), cost(run_prepared, w));
        figure(name_of(&cx, w, "parsing"), cost(run_parsing, w));
    }
    return only ? 2 : 0;
}
