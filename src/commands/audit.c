#include "commands/system.h"

#include "core/request/audit.h"

static Err verify(Cx *cx, void *data)
{
    return audit_verify(cx, data);
}

int command_audit(Cx *cx, const Options *o)
{
    AuditReport r;
    if (system_run(cx, &o->config, verify, &r) != OK)
        return command_failed(cx);
    if (r.broken == 0) {
        say(cx, "%lld 条审计记录完好", "%lld entries hold", (long long)r.count);
        return 0;
    }
    say(cx, "第 %lld 条审计记录被破坏：%s%.0s", "entry %lld is broken: %.0s%s", (long long)r.broken,
        r.zh, r.en);
    return 1;
}
