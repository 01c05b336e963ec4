#include "commands/command.h"

#include "modules/selection/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int replay(Cx *cx, int64_t batch_id)
{
    Replay r;
    if (selection_replay(cx, &r, batch_id) != OK)
        return command_failed(cx);
    if (r.zh != NULL) {
        printf("不一致：%s / differs: %s\n", r.zh, r.en);
        return 1;
    }
    printf("一致：抽取 %lld 次、评分表 %lld 份、排名 %lld 个、确定 %lld 次、公示 %lld 次 / equal: "
           "%lld draws, %lld sheets, %lld ranked, %lld determinations, %lld publications\n",
           (long long)r.draws, (long long)r.sheets, (long long)r.zones, (long long)r.determinations,
           (long long)r.publications, (long long)r.draws, (long long)r.sheets, (long long)r.zones,
           (long long)r.determinations, (long long)r.publications);
    return 0;
}

/* argv: selection replay BATCH …; the last word that is no option is the batch's number. */
int command_selection(Cx *cx, int argc, char **argv)
{
    Options o;
    Core *core;
    if (argc < 3 || strcmp(argv[1], "replay") != 0) {
        fputs("usage: tuijin selection replay BATCH [--data DIR] [--store CONNECTION]\n", stderr);
        return 2;
    }
    if (!options_read(&o, argc - 1, argv + 1))
        return 2;
    int64_t batch_id = o.rest == NULL ? 0 : atoll(o.rest);
    if (batch_id <= 0) {
        fputs("tuijin: BATCH is the number of a batch\n", stderr);
        return 2;
    }
    if (options_system(cx, &o) != OK || core_open(cx, &core, &o.config) != OK)
        return command_failed(cx);
    Cx own;
    Arena *arena = arena_new(0);
    int status =
        core_enter(&own, arena, core) == OK ? replay(&own, batch_id) : command_failed(&own);
    if (own.store)
        core_leave(&own);
    arena_free(arena);
    core_close(core);
    return status;
}
