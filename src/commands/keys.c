#include "commands/system.h"

#include "core/access/seal.h"

static Err nothing_more(Cx *cx, void *data)
{
    (void)cx, (void)data;
    return OK;
}

/* The key is on the disk before the entry that speaks of it, and outside the act, which may run
 * twice: an entry without its key would be a lie, a key without an entry only lies unused. */
static Err rotate(Cx *cx, void *data)
{
    TRY(keys_rotate(cx, core_path(cx, cx->core, "keys")));
    return act_run(cx, "增加加密密钥", "Add a key for sealed columns", nothing_more, data);
}

/* A running server would go on with the old key, and could not open what others seal anew. */
int command_keys(Cx *cx, const Options *o)
{
    SystemKind kind;
    Options own = *o;
    if (system_own(cx, own.config.data) != OK || system_look(cx, &kind, &own.config) != OK ||
        (kind != SYSTEM_NONE && system_hold(cx, own.config.data) != OK) ||
        system_run(cx, &own.config, rotate, NULL) != OK)
        return command_failed(cx);
    say(cx, "已增加密钥，从下次启动起使用；请另存 %s/keys，它也能解开以前的内容",
        "a key is added, in use from the next start; keep a copy of %s/keys apart, it opens what "
        "was "
        "sealed before too",
        own.config.data);
    return 0;
}
