#include "commands/system.h"

#include "commands/progress.h"
#include "core/process/pack_store.h"
#include "modules/region/divisions.h"
#include "modules/region/region.h"
#include "modules/user/user.h"

#include <stdio.h>

typedef struct NewSystem {
    const char *pack;
    const char *divisions; /* their folder; NULL = the embedded ones */
    FirstUser first[3];
} NewSystem;

static Err fill(Cx *cx, void *data)
{
    const NewSystem *m = data;
    const char *hash;
    const Progress progress = progress_on_terminal(cx, "载入区划", "loading the divisions");
    TRY(system_mark(cx, SYSTEM_REAL));
    TRY(region_load(cx, m->divisions, &progress));
    return pack_store_add(cx, &hash, m->pack);
}

/* A real system: divisions, the pack, three administrators with one-time passwords. */
static Err set_up(Cx *cx, void *data)
{
    NewSystem *m = data;
    TRY(user_first(cx, m->first));
    return act_run(cx, "初始化系统", "Set the system up", fill, data);
}

static Err make(Cx *cx, void *data)
{
    return act_whole(cx, set_up, data);
}

static Err init(Cx *cx, const Options *o, NewSystem *m)
{
    Core *core;
    const Pack *pack;
    Divisions divisions;
    m->divisions = o->divisions;
    TRY(options_pack(cx, &m->pack, o->pack));
    TRY(pack_load(cx, &pack, m->pack));
    TRY(divisions_read(cx, &divisions, o->divisions));
    TRY(system_hold(cx, o->config.data));
    TRY(system_open_new(cx, &core, &o->config));
    Err e = system_inside(cx, core, make, m);
    core_close(core);
    return e;
}

int command_init(Cx *cx, const Options *o)
{
    NewSystem m;
    if (init(cx, o, &m) != OK)
        return command_failed(cx);
    say(cx, "系统已建立。一次性口令只显示这一次，首次登录时修改：",
        "The system is made. These one-time passwords are shown only now; they are changed at the "
        "first log-in:");
    for (size_t i = 0; i < COUNT(m.first); i++)
        printf("  %-10s %s  %s\n", m.first[i].account, m.first[i].password, m.first[i].zh);
    say(cx,
        "接着：sysadmin 建机构和账户，secadmin 给岗位，之后账户才能登录；服务用 tuijin serve "
        "--data %s",
        "Next: sysadmin makes organs and accounts, secadmin gives each its seat, and only then can "
        "it "
        "log in; serve with tuijin serve --data %s",
        o->config.data);
    if (fflush(stdout) == 0)
        return 0;
    warn(cx, "口令没有显示出来；请删除 %s（和 PostgreSQL 数据库），再运行一次 init",
         "the passwords could not be shown; delete %s (and a PostgreSQL database) and run init "
         "again",
         o->config.data);
    return 1;
}
