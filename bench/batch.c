/* usage: build/bench/batch EXAMPLES
 *
 * Many at once: the pack's village rules over a million rows, and what-if over whole dossiers, with
 * the part of it that reads the dossier before any rule runs. Runs in the root of the tree.
 */
#include "bench/bench.h"

#include "base/file.h"
#include "policy/check/simulation.h"
#include "rules/feel.h"

#include <stdlib.h>
#include <string.h>

/* A million rows are a hundred lists: the growth of one list must not be what is measured. */
enum { ROWS = 1000000, LISTS = 100, LIST_ROWS = ROWS / LISTS, DISTINCT = 1000 };

/* The bodies of V2, V3 and Q5 as they stand in the pack. */
static const struct RowRule {
    const char *name;
    const char *text;
} RULES[] = {
    { "V2", "for v in 村 return v.类型 in (\"集聚提升类\", \"特色保护类\")" },
    { "V3", "for v in 村 return v.村庄规划" },
    { "Q5", "for v in 村 return not(list contains(已安排村, v.代码))" },
};

typedef struct RowWork {
    const Feel *feel;
    Value frame[2]; /* 村, 已安排村 */
    Arena *arena;
} RowWork;

static Value village(Cx *cx, int i)
{
    static const char *const TYPES[] = { "集聚提升类", "特色保护类", "城郊融合类" };
    Entry *entries = NEW_N(cx, Entry, 3);
    entries[0] = (Entry){ "代码", value_text(arena_format(cx->arena, "370683%06d", i)) };
    entries[1] = (Entry){ "类型", value_text(TYPES[i % 3]) };
    entries[2] = (Entry){ "村庄规划", value_boolean(i % 5 != 0) };
    return value_context(cx, entries, 3);
}

static Value villages(Cx *cx)
{
    Value *items = NEW_N(cx, Value, LIST_ROWS);
    for (int i = 0; i < LIST_ROWS; i++)
        items[i] = i < DISTINCT ? village(cx, i) : items[i % DISTINCT];
    return value_list(items, LIST_ROWS);
}

static void run_rows(void *data)
{
    RowWork *w = data;
    for (int i = 0; i < LISTS; i++) {
        Value v;
        arena_reset(w->arena);
        Cx cx = cx_make(w->arena);
        Run run = feel_run(&cx);
        must(&cx, feel_evaluate(&run, &v, w->feel, w->frame), "rows");
    }
}

static void measure_rows(Cx *cx)
{
    static const Name NAMES[] = { { .name = "村" }, { .name = "已安排村" } };
    const Scope scope = { .names = NAMES, .count = COUNT(NAMES) };
    Value *arranged = NEW_N(cx, Value, 10);
    RowWork w = { .arena = arena_new(0) };
    for (int i = 0; i < 10; i++)
        arranged[i] = value_text(arena_format(cx->arena, "370724%06d", i));
    w.frame[0] = villages(cx);
    w.frame[1] = value_list(arranged, 10);
    for (size_t i = 0; i < COUNT(RULES); i++) {
        must(cx, feel_compile(cx, &w.feel, RULES[i].text, &scope), RULES[i].name);
        figure(arena_format(cx->arena, "million.%s", RULES[i].name), cost(run_rows, &w) / ROWS);
    }
}

/* --- what-if ------------------------------------------------------------------------------------
 */

typedef struct WhatIf {
    const Pack *packs[SIDES];
    const char *tables, *dossier;
    size_t tables_length, dossier_length;
    Arena *arena;
    Simulation *simulation;
} WhatIf;

static const Json *read_json(Cx *cx, const char *bytes, size_t length)
{
    const Json *j;
    must(cx, json_parse(cx, &j, bytes, length, &JSON_LIMITS), "json");
    return j;
}

/* What comes before the first rule: bytes to values. */
static void read_once(void *data)
{
    WhatIf *w = data;
    arena_reset(w->arena);
    Cx cx = cx_make(w->arena);
    const Json *j = read_json(&cx, w->dossier, w->dossier_length);
    must(&cx, field_check(&cx, w->packs[BEFORE]->dossier.fields, j), "dossier");
    check_bind(&cx, w->packs[BEFORE], j);
}

static void simulate_once(void *data)
{
    WhatIf *w = data;
    arena_reset(w->arena);
    Cx cx = cx_make(w->arena);
    const SimulatedZone subject = { .dossier = read_json(&cx, w->dossier, w->dossier_length) };
    must(&cx, simulation_add(&cx, w->simulation, &subject), "simulation");
}

static void measure_what_if(Cx *cx, const char *examples)
{
    WhatIf w = { .arena = arena_new(0) };
    const char *zone = arena_format(cx->arena, "%s/zone-1.json", examples);
    const char *batch = arena_format(cx->arena, "%s/batch.json", examples);
    const Json *change = read_json(cx, "{\"integration_ratio\":\"0.6\"}", 27);
    must(cx, pack_load(cx, &w.packs[BEFORE], "packs/lu-2022-26"), "pack");
    must(cx, pack_with_parameters(cx, &w.packs[AFTER], w.packs[BEFORE], change), "parameters");
    must(cx, file_read(cx, &w.dossier, &w.dossier_length, zone, JSON_LIMITS.bytes), zone);
    must(cx, file_read(cx, &w.tables, &w.tables_length, batch, JSON_LIMITS.bytes), batch);
    must(cx, simulation_begin(cx, &w.simulation, w.packs[BEFORE], w.packs[AFTER]), "begin");
    must(cx, simulation_tables(cx, w.simulation, read_json(cx, w.tables, w.tables_length)),
         "tables");
    figure("whatif.dossier", cost(simulate_once, &w));
    figure("whatif.read", cost(read_once, &w));
}

int main(int argc, char **argv)
{
    Cx cx = cx_make(arena_new(0));
    if (argc != 2)
        return 2;
    measure_rows(&cx);
    measure_what_if(&cx, argv[1]);
    return 0;
}
