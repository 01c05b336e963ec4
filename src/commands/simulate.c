/* tuijin simulate: two packs over many dossiers, from files or from a data folder. */
#include "commands/command.h"

#include "base/file.h"
#include "modules/modules.h"
#include "modules/simulation/simulation.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_LIMIT = 1 << 30, PATIENCE_MS = 1000, STEP_MS = 500, CLOCK_STEP = 64 };

/* What the user asked, and how far it has come. */
typedef struct Task {
    const char *packs[SIDES];
    const char *batch; /* FILE of tables; over a data folder the number of one batch */
    const char *store;
    const char *data;
    bool json;
    int64_t begun; /* milliseconds */
    int64_t told;
    size_t done;
    size_t total;
    size_t bad;
} Task;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What takes longer than a second says how far it is. */
static void tell(Task *t)
{
    int64_t now = t->done % CLOCK_STEP ? 0 : now_ms();
    if (now < t->begun + PATIENCE_MS || now < t->told + STEP_MS)
        return;
    t->told = now;
    fprintf(stderr, isatty(2) ? "\r%zu / %zu" : "%zu / %zu\n", t->done, t->total);
}

static Err tell_zone(Cx *cx, void *data, int64_t done, int64_t total)
{
    Task *t = data;
    (void)cx;
    t->done = (size_t)done;
    t->total = (size_t)total;
    tell(t);
    return OK;
}

static Err add_bytes(Cx *own, Simulation *s, const char *bytes, size_t length)
{
    Subject subject = { 0 };
    if (length > JSON_LIMITS.bytes)
        return fail(own, TOO_LARGE, "", "超过 8 MiB", "over 8 MiB");
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
    tell(t);
}

static Err add_folder(Task *t, Cx *cx, Cx *own, Simulation *s)
{
    const char **names;
    TRY(file_list(cx, &names, t->data, ".json"));
    while (names[t->total])
        t->total++;
    for (size_t i = 0; names[i]; i++)
        add_file(t, own, s, arena_format(cx->arena, "%s/%s", t->data, names[i]));
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
    tell(t);
}

static Err add_lines(Task *t, Cx *cx, Cx *own, Simulation *s)
{
    const char *bytes;
    size_t length, number = 0;
    TRY(file_read(cx, &bytes, &length, t->data, FILE_LIMIT));
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

static Err add_system(Task *t, Cx *cx, Simulation *s)
{
    List batches;
    const Progress progress = { tell_zone, t };
    TRY(store_begin(cx, false));
    TRY(store_list(
        cx, &batches,
        (const Field[]) {
            { "id", FIELD_INT, 0, "", "" }, FIELDS_END
        },
        sizeof(int64_t), "SELECT id FROM batch WHERE $1 = '' OR CAST(id AS TEXT) = $1 ORDER BY id",
        ARGS(T(text_or(t->batch, "")))));
    if (t->batch && batches.count == 0)
        return fail(cx, NOT_FOUND, "batch", "没有编号为 %s 的批次", "there is no batch %s",
                    t->batch);
    for (size_t i = 0; i < batches.count; i++)
        TRY(simulation_add_batch(cx, s, ((int64_t *)batches.rows)[i], "", &progress));
    return OK;
}

/* The zones of a data folder, in a store of their own. */
static Err open_system(Task *t, Cx *cx, Simulation *s)
{
    Core *core;
    Cx own;
    CoreConfig config = { .data = t->data, .where = t->store, .modules = MODULES };
    TRY(core_open(cx, &core, &config));
    Err e = core_enter(&own, cx->arena, core);
    own.lang = cx->lang;
    if (e == OK) {
        e = add_system(t, &own, s);
        if (store_in_transaction(&own))
            store_rollback(&own);
        core_leave(&own);
    }
    cx->failure = own.failure;
    core_close(core);
    return e;
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
    size_t length = strlen(t->data);
    Cx own = *cx;
    if (t->batch)
        TRY(read_tables(cx, s, t->batch));
    own.arena = arena_new(0);
    Err e = OK;
    if (folder)
        e = add_folder(t, cx, &own, s);
    else if (length > 5 && strcmp(t->data + length - 5, ".json") == 0)
        add_file(t, &own, s, t->data);
    else
        e = add_lines(t, cx, &own, s);
    arena_free(own.arena);
    return e;
}

static Err run(Task *t, Cx *cx, Simulation **s)
{
    const Pack *packs[SIDES];
    struct stat st;
    for (int i = 0; i < SIDES; i++)
        TRY(pack_load(cx, &packs[i], t->packs[i]));
    TRY(simulation_begin(cx, s, packs[BEFORE], packs[AFTER]));
    bool folder = stat(t->data, &st) == 0 && S_ISDIR(st.st_mode);
    if (folder && file_exists(arena_format(cx->arena, "%s/keys", t->data)))
        return open_system(t, cx, *s);
    return add_files(t, cx, *s, folder);
}

static bool read_words(Task *t, Cx *cx, int argc, char **argv)
{
    const char *format = "text", *lang = "zh";
    const struct {
        const char *name;
        const char **to;
    } VALUES[] = {
        { "--pack", &t->packs[BEFORE] }, { "--against", &t->packs[AFTER] },
        { "--batch", &t->batch },        { "--store", &t->store },
        { "--format", &format },         { "--lang", &lang },
    };
    for (int i = 1; i < argc; i++) {
        size_t k = 0;
        while (k < COUNT(VALUES) && strcmp(VALUES[k].name, argv[i]) != 0)
            k++;
        if (k < COUNT(VALUES) && i + 1 < argc)
            *VALUES[k].to = argv[++i];
        else if (strncmp(argv[i], "--", 2) == 0 || t->data)
            return false;
        else
            t->data = argv[i];
    }
    cx->lang = strcmp(lang, "en") == 0 ? EN : ZH;
    t->json = strcmp(format, "json") == 0;
    return t->packs[BEFORE] && t->packs[AFTER] && t->data &&
           (t->json || strcmp(format, "text") == 0);
}

int command_simulate(Cx *cx, int argc, char **argv)
{
    Simulation *s;
    Task t = { .begun = now_ms() };
    if (!read_words(&t, cx, argc, argv)) {
        fputs("usage: tuijin simulate --pack DIR --against DIR [--batch FILE|NUMBER] "
              "[--format text|json] [--lang zh|en] [--store CONNECTION] FOLDER|FILE|DATA\n",
              stderr);
        return 2;
    }
    Err e = run(&t, cx, &s);
    if (t.told && isatty(2))
        fputc('\n', stderr);
    if (e != OK)
        return command_failed(cx);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    if (t.json)
        simulation_write(cx, &o, NULL, s);
    else
        simulation_print(cx, &b, s);
    printf(t.json ? "%s\n" : "%s", buf_text(&b));
    return fflush(stdout) == 0 && t.bad == 0 ? 0 : 2;
}
