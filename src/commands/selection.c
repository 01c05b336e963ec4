#include "commands/system.h"

#include "modules/flow/replay.h"

#include <ctype.h>
#include <stdlib.h>

typedef struct Replaying {
    int64_t batch_id;
    Replay replay;
} Replaying;

static Err replay(Cx *cx, void *data)
{
    Replaying *t = data;
    return selection_replay(cx, &t->replay, t->batch_id);
}

static Err number_read(Cx *cx, int64_t *out, const char *text)
{
    char *end;
    *out = strtoll(text, &end, 10);
    if (isdigit((unsigned char)*text) && !*end && *out > 0)
        return OK;
    return fail(cx, INVALID, "batch", "批次应为编号，不是“%s”",
                "a batch is named by its number, not \"%s\"", text);
}

int command_selection(Cx *cx, const Options *o)
{
    Replaying t;
    if (number_read(cx, &t.batch_id, o->operands[0]) != OK ||
        system_run(cx, &o->config, replay, &t) != OK)
        return command_failed(cx);
    const Replay *r = &t.replay;
    if (r->zh) {
        say(cx, "不一致：%s%.0s", "differs: %.0s%s", r->zh, r->en);
        return 1;
    }
    say(cx, "一致：抽取 %lld 次、评分表 %lld 份、综合排序 %lld 个、确定 %lld 次、公示 %lld 次",
        "equal: %lld draws, %lld sheets, %lld ranked, %lld determinations, %lld publications",
        (long long)r->draws, (long long)r->sheets, (long long)r->zones,
        (long long)r->determinations, (long long)r->publications);
    return 0;
}
