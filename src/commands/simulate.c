/* tuijin simulate: two packs over many dossiers, from files or from a data folder. */
#include "commands/system.h"

#include "base/file.h"
#include "commands/progress.h"
#include "modules/simulation/simulation.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_LIMIT = 1 << 30 };

/* How far it has come. */
typedef struct Task {
    const Options *asked;
    Progress progress;
    Simulation *simulation;
    size_t done;
    size_t total;
    size_t bad;
} Task;

static void tell(Cx *cx, Task *t)
{
    if (t->done < t->total)
        t->progress.tell(cx, t->progress.data, (int64_t)t->done, (int64_t)t->total);
}

static Err add_bytes(Cx *own, Simulation *s, const char *bytes, size_t length)
{
    SimulatedZone subject = { 0 };
    if (length > JSON_LIMITS.bytes)
        return fail(own, TOO_LARGE, "", "超过 8 MB", "over 8 MB");
    TRY(json_parse(own, &subject.dossier, bytes, length, &JSON_LIMITS));
    return simulation_add(own, s, &subject);
}

/* One line for a dossier that cannot be read; the others go on. */
static void refuse(Task *t, const Cx *cx, const char *where)
{
    const Failure *f = &cx->failure;
    fprintf(stderr, "%s: %s%s%s\n", where, f->field, *f->field ? ": " : "",
            cx->lang == EN ? f->en : f->zh);
    t->bad++;
}

static void add_file(Task *t, Cx *own, Simulation *s, const char *path)
{
    const char *bytes;
    size_t length;
    arena_reset(own->arena);
    if (file_read(own, &bytes, &length, path, JSON_LIMITS.bytes) != OK ||
        add_bytes(own, s, bytes, length) != OK)
        refuse(t, own, path);
    t->done++;
    tell(own, t);
}

static Err add_folder(Task *t, Cx *cx, Cx *own, Simulation *s)
{
    const char **names;
    TRY(file_list(cx, &names, t->asked->operands[0], ".json"));
    while (names[t->total])
        t->total++;
    for (size_t i = 0; names[i]; i++)
        add_file(t, own, s, arena_format(cx->arena, "%s/%s", t->asked->operands[0], names[i]));
    return OK;
}

static void add_line(Task *t, Cx *own, Simulation *s, size_t number, const char *line,
                     size_t length)
{
    char where[32];
    arena_reset(own->arena);
    snprintf(where, sizeof where, "%zu", number);
    if (add_bytes(own, s, line, length) != OK)
        refuse(t, own, where);
    t->done++;
    tell(own, t);
}

static Err add_lines(Task *t, Cx *cx, Cx *own, Simulation *s)
{
    const char *bytes;
    size_t length, number = 0;
    TRY(file_read(cx, &bytes, &length, t->asked->operands[0], FILE_LIMIT));
    const char *end = bytes + length;
    for (const char *p = bytes; p < end; p++)
        t->total += *p == '\n' || p + 1 == end;
    for (const char *p = bytes; p < end;) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t width = (size_t)((stop ? stop : end) - p);
        number++;
        if (strspn(p, " \t\r") < width)
            add_line(t, own, s, number, p, width);
        p += width + 1;
    }
    return OK;
}

static Err add_system(Cx *cx, void *data)
{
    Task *t = data;
    List batches;
    const char *batch = t->asked->batch;
    TRY(store_begin(cx, false));
    TRY(store_list(
        cx, &batches,
        (const Field[]) {
            { "id", FIELD_INT, 0, "", "" }, FIELDS_END
        },
        sizeof(int64_t), "SELECT id FROM batch WHERE $1 = '' OR CAST(id AS TEXT) = $1 ORDER BY id",
        ARGS(T(text_or(batch, "")))));
    if (batch && batches.count == 0)
        return fail(cx, NOT_FOUND, "batch", "没有编号为 %s 的批次", "there is no batch %s", batch);
    for (size_t i = 0; i < batches.count; i++)
        TRY(simulation_add_batch(cx, t->simulation, ((int64_t *)batches.rows)[i], T(""),
                                 &t->progress));
    return OK;
}

static Err read_tables(Cx *cx, Simulation *s, const char *path)
{
    const char *bytes;
    size_t length;
    const Json *tables;
    TRY(file_read(cx, &bytes, &length, path, JSON_LIMITS.bytes));
    TRY(json_parse(cx, &tables, bytes, length, &JSON_LIMITS));
    return simulation_tables(cx, s, tables);
}

static Err add_files(Task *t, Cx *cx, Simulation *s, bool folder)
{
    size_t length = strlen(t->asked->operands[0]);
    Cx own = *cx;
    if (t->asked->batch)
        TRY(read_tables(cx, s, t->asked->batch));
    else
        warn(cx, "没有 --batch：批次基础表未知，凡要用到它的规则都判为待补",
             "without --batch the tables of the batch are unknown: rules that need them stay "
             "undetermined");
    own.arena = arena_new(0);
    Err e = OK;
    if (folder)
        e = add_folder(t, cx, &own, s);
    else if (length > 5 && strcmp(t->asked->operands[0] + length - 5, ".json") == 0)
        add_file(t, &own, s, t->asked->operands[0]);
    else
        e = add_lines(t, cx, &own, s);
    arena_free(own.arena);
    return e;
}

static Err run(Task *t, Cx *cx)
{
    const Options *o = t->asked;
    const char *const given[SIDES] = { o->pack, o->against };
    const char *folders[SIDES];
    const Pack *packs[SIDES];
    struct stat st;
    for (int i = 0; i < SIDES; i++) {
        TRY(options_pack(cx, &folders[i], given[i]));
        TRY(pack_load(cx, &packs[i], folders[i]));
    }
    TRY(simulation_begin(cx, &t->simulation, packs[BEFORE], packs[AFTER]));
    bool folder = stat(o->operands[0], &st) == 0 && S_ISDIR(st.st_mode);
    if (!folder || !file_exists(arena_format(cx->arena, "%s/keys", o->operands[0])))
        return add_files(t, cx, t->simulation, folder);
    CoreConfig config = o->config;
    config.data = o->operands[0];
    return system_run(cx, &config, add_system, t);
}

int command_simulate(Cx *cx, const Options *o)
{
    Task t = { .asked = o, .progress = progress_on_terminal(cx, "试算", "trying") };
    if (run(&t, cx) != OK)
        return command_failed(cx);
    Buf b = BUF(cx);
    JsonOut out = json_out(&b);
    bool json = o->format && strcmp(o->format, "json") == 0;
    if (json)
        simulation_write(cx, &out, NULL, t.simulation);
    else
        simulation_print(cx, &b, t.simulation);
    printf(json ? "%s\n" : "%s", buf_text(&b));
    return fflush(stdout) == 0 && t.bad == 0 ? 0 : 2;
}
