#include "commands/command.h"

#include "core/audit.h"

#include <stdio.h>
#include <string.h>

static int verify(Cx *cx)
{
    AuditReport report;
    if (audit_verify(cx, &report) != OK)
        return command_failed(cx);
    if (report.broken) {
        printf("第 %lld 条审计记录被破坏：%s / entry %lld is broken: %s\n",
               (long long)report.broken, report.zh, (long long)report.broken, report.en);
        return 1;
    }
    printf("%lld 条审计记录完好 / %lld entries hold\n", (long long)report.count,
           (long long)report.count);
    return 0;
}

int command_audit(Cx *cx, int argc, char **argv)
{
    Options o;
    Core *core;
    if (!options_read(&o, argc, argv))
        return 2;
    if (!o.rest || strcmp(o.rest, "verify") != 0) {
        fputs("usage: tuijin audit verify [--data DIR]\n", stderr);
        return 2;
    }
    if (options_system(cx, &o) != OK || core_open(cx, &core, &o.config) != OK)
        return command_failed(cx);
    Cx own;
    Arena *arena = arena_new(0);
    int status = core_enter(&own, arena, core) == OK ? verify(&own) : command_failed(&own);
    if (own.store)
        core_leave(&own);
    arena_free(arena);
    core_close(core);
    return status;
}
