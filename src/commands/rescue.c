/* The way back for an administrator whom no other can help: who may touch the machine, may do this,
 * and everybody sees that he did. */
#include "commands/system.h"

#include "core/access/password.h"
#include "modules/user/user.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

typedef struct Rescue {
    const char *account;
    const char *password;
    const char *hash;
    const char *by;
} Rescue;

static const char *who(Cx *cx)
{
    char host[65] = "";
    const struct passwd *p = getpwuid(getuid());
    gethostname(host, sizeof host - 1);
    return arena_format(cx->arena, "%s@%s", p ? p->pw_name : "?", host);
}

static Err work(Cx *cx, void *data)
{
    const Rescue *r = data;
    return user_rescue(cx, r->account, r->hash, r->by);
}

static Err rescue(Cx *cx, void *data)
{
    Rescue *r = data;
    r->by = who(cx);
    TRY(password_hash(cx, &r->hash, r->password));
    return act_run(cx, "在本机找回管理员账户",
                   "Give an administrator his account back at the machine", work, r);
}

int command_rescue(Cx *cx, const Options *o)
{
    Rescue r = { .account = o->operands[0], .password = password_random(cx) };
    if (system_run(cx, &o->config, rescue, &r) != OK)
        return command_failed(cx);
    printf("%s  %s\n", r.account, r.password);
    say(cx, "首次登录须修改口令，并重新绑定动态口令。",
        "At the first log-in the password is changed and a second factor enrolled anew.");
    return 0;
}
