#include "commands/command.h"

#include "core/pack_command.h"
#include "core/pack_prove.h"
#include "core/pack_store.h"

#include <stdio.h>
#include <string.h>

typedef struct Adding {
    const char *folder;
    const char *hash;
} Adding;

static Err add(Cx *cx, void *data)
{
    Adding *a = data;
    return pack_store_add(cx, &a->hash, a->folder);
}

/* A pack with a finding is not added: what is in the store, batches are opened with. */
static Err prove(Cx *cx, const char *folder)
{
    Proof proof;
    TRY(pack_prove(cx, &proof, &(PackSource){ .folder = folder }));
    const Finding *f = proof.findings.items;
    if (proof.findings.count == 0)
        return OK;
    return fail(cx, INVALID, f->file, "政策包有 %zu 处问题（tuijin pack check）；%s：%s%.0s",
                "the pack has %zu findings (tuijin pack check); %s: %.0s%s", proof.findings.count,
                f->at, f->zh, f->en);
}

static int add_to(const Core *core, const char *folder)
{
    Cx own;
    Arena *arena = arena_new(0);
    Adding a = { .folder = folder };
    Err e = core_enter(&own, arena, core);
    if (e == OK)
        e = act_run(&own, "加入政策包版本", "Add a pack version", add, &a);
    int status = e == OK ? 0 : command_failed(&own);
    if (e == OK)
        puts(a.hash);
    if (own.store)
        core_leave(&own);
    arena_free(arena);
    return status;
}

static int command_add(Cx *cx, int argc, char **argv)
{
    Options o;
    Core *core;
    if (!options_read(&o, argc, argv))
        return 2;
    if (!o.rest) {
        fputs("usage: tuijin pack add DIR [--data DIR] [--store CONNECTION]\n", stderr);
        return 2;
    }
    if (prove(cx, o.rest) != OK || options_system(cx, &o) != OK ||
        core_open(cx, &core, &o.config) != OK)
        return command_failed(cx);
    int status = add_to(core, o.rest);
    core_close(core);
    return status;
}

int command_packs(Cx *cx, int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "add") == 0)
        return command_add(cx, argc - 1, argv + 1);
    return command_pack(cx, argc, argv);
}
