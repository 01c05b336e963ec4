#include "commands/command.h"

#include "core/pack_store.h"
#include "modules/region/region.h"
#include "modules/user/user.h"

#include <stdio.h>

static Err fill(Cx *cx, void *data)
{
    const char *hash;
    TRY(region_load(cx));
    return pack_store_add(cx, &hash, data);
}

/* A production system: divisions, the pack, three administrators with one-time passwords. */
static Err set_up(Cx *cx, const char *pack)
{
    FirstUser first[3];
    TRY(user_first(cx, first));
    TRY(act_run(cx, "初始化系统", "Set the system up", fill, (void *)(uintptr_t)pack));
    puts("首次登录请立即修改口令 / change these passwords at the first log-in:");
    for (size_t i = 0; i < COUNT(first); i++)
        printf("  %-10s %s  %s\n", first[i].account, first[i].password, first[i].zh);
    return OK;
}

int command_init(Cx *cx, int argc, char **argv)
{
    Options o;
    Core *core;
    if (!options_read(&o, argc, argv))
        return 2;
    if (core_open(cx, &core, &o.config) != OK)
        return command_failed(cx);
    Cx own;
    Arena *arena = arena_new(0);
    Err e = core_enter(&own, arena, core);
    if (e == OK) {
        e = set_up(&own, o.pack);
        core_leave(&own);
    }
    int status = e == OK ? 0 : command_failed(&own);
    arena_free(arena);
    core_close(core);
    return status;
}
