#include "commands/system.h"

#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STORE_BYTES = 4096 };

static const char *in(Cx *cx, const char *data, const char *name)
{
    return arena_format(cx->arena, "%s/%s", data, name);
}

const char *system_restoring(Cx *cx, const char *data)
{
    return in(cx, data, "restoring");
}

/* --- the folder --- */

static const char *owner_of(Cx *cx, const struct stat *s)
{
    const struct passwd *p = getpwuid(s->st_uid);
    return p ? arena_text(cx->arena, p->pw_name)
             : arena_format(cx->arena, "#%u", (unsigned)s->st_uid);
}

/* Whether the folder is there and ours to work in. */
static Err folder_check(Cx *cx, bool *there, const char *data)
{
    struct stat s;
    *there = stat(data, &s) == 0;
    if (!*there && errno == ENOENT)
        return OK;
    if (!*there)
        return fail(cx, FORBIDDEN, "data", "打不开数据目录 %s：%s",
                    "the data folder %s cannot be opened: %s", data, strerror(errno));
    if (!S_ISDIR(s.st_mode))
        return fail(cx, INVALID, "data", "%s 不是目录；--data 应为系统的数据目录",
                    "%s is no folder; --data names the data folder of a system", data);
    if (access(data, R_OK | W_OK | X_OK) == 0)
        return OK;
    const char *owner = owner_of(cx, &s);
    return fail(cx, FORBIDDEN, "data",
                "没有数据目录 %s 的权限，它属于 %s；请用 runuser -u %s -- tuijin …",
                "no right to the data folder %s, which is %s's; use runuser -u %s -- tuijin …",
                data, owner, owner);
}

Err system_own(Cx *cx, const char *data)
{
    struct stat s;
    if (geteuid() != 0 || stat(data, &s) != 0 || s.st_uid == 0)
        return OK;
    return fail(
        cx, FORBIDDEN, "data",
        "数据目录 %s 属于 %s，root 写入的文件它读不了；请用 runuser -u %s -- tuijin …",
        "the data folder %s is %s's, who could not read what root writes; use runuser -u %s "
        "-- tuijin …",
        data, owner_of(cx, &s), owner_of(cx, &s));
}

static Err folder_make(Cx *cx, const char *data)
{
    bool there;
    TRY(folder_check(cx, &there, data));
    if (there || mkdir(data, 0700) == 0 || errno == EEXIST)
        return OK;
    return fail(
        cx, FORBIDDEN, "data", "不能建立数据目录 %s：%s；请先建好它的上级目录并给予写权限",
        "the data folder %s cannot be made: %s; make its parent, with the right to write there",
        data, strerror(errno));
}

/* The descriptor is never closed: the lock goes with the process, however that ends. */
Err system_hold(Cx *cx, const char *data)
{
    char pid[24] = "";
    TRY(folder_make(cx, data));
    const char *path = in(cx, data, "lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(cx, FORBIDDEN, "data", "不能写 %s：%s", "%s cannot be written: %s", path,
                    strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        snprintf(pid, sizeof pid, "%d\n", (int)getpid());
        bool told = ftruncate(fd, 0) == 0 && write(fd, pid, strlen(pid)) > 0;
        (void)told; /* the number is for people alone */
        return OK;
    }
    ssize_t length = read(fd, pid, sizeof pid - 1);
    pid[length > 0 ? strcspn(pid, "\n") : 0] = '\0';
    close(fd);
    return fail(cx, CONFLICT, "data",
                "数据目录 %s 正由另一个 tuijin（进程 %s）使用；先停止它，或用 --data 另选目录",
                "the data folder %s is in use by another tuijin, process %s; stop that first, or "
                "choose another --data",
                data, pid);
}

/* --- the database --- */

/* --store, else what the folder remembers; else stays NULL: tuijin.db in the folder. */
static Err store_recall(Cx *cx, CoreConfig *c)
{
    const char *text;
    size_t length;
    const char *path = in(cx, c->data, "store");
    if (c->where || !file_exists(path))
        return OK;
    TRY(file_read(cx, &text, &length, path, STORE_BYTES));
    c->where = arena_text_n(cx->arena, text, strcspn(text, "\n"));
    return OK;
}

static Err store_remember(Cx *cx, const CoreConfig *c)
{
    const char *text;
    size_t length;
    const char *path = in(cx, c->data, "store");
    const char *line = arena_format(cx->arena, "%s\n", text_or(c->where, ""));
    if (!c->where || (file_exists(path) && file_read(cx, &text, &length, path, STORE_BYTES) == OK &&
                      strcmp(text, line) == 0))
        return OK;
    TRY(file_write(cx, path, line, strlen(line)));
    chmod(path, 0600); /* it may hold a password */
    return OK;
}

/* The file of an SQLite database; NULL on PostgreSQL. */
static const char *database_file(Cx *cx, const CoreConfig *c)
{
    if (!c->where)
        return in(cx, c->data, "tuijin.db");
    return strncmp(c->where, "file:", 5) == 0 ? c->where + 5 : NULL;
}

static const char *const MARKS[] = { [SYSTEM_DEMO] = "demo", [SYSTEM_REAL] = "real" };

Err system_mark(Cx *cx, SystemKind kind)
{
    assert(kind == SYSTEM_DEMO || kind == SYSTEM_REAL);
    return store_run(cx, "INSERT INTO setting(key, value) VALUES('system.kind', $1)",
                     ARGS(T(MARKS[kind])));
}

/* Systems older than the mark: init has always called its first account so, and a demo was finished
 * with its zones. */
static Err kind_unmarked(Cx *cx, SystemKind *out)
{
    bool real, finished;
    TRY(store_exists(cx, &real, "SELECT 1 FROM \"user\" WHERE account = 'sysadmin'", NO_ARGS));
    TRY(store_exists(cx, &finished, "SELECT 1 FROM zone LIMIT 1", NO_ARGS));
    *out = real ? SYSTEM_REAL : finished ? SYSTEM_DEMO : SYSTEM_TORN;
    return OK;
}

static Err kind_read(Cx *cx, SystemKind *out)
{
    bool there;
    Rows rows;
    TRY(store_has_schema(cx, &there, "zone"));
    if (there)
        TRY(store_exists(cx, &there, "SELECT 1 FROM \"user\" LIMIT 1", NO_ARGS));
    if (!there)
        return OK;
    TRY(rows_open(cx, &rows, "SELECT value FROM setting WHERE key = 'system.kind'", NO_ARGS));
    if (!rows.more)
        return kind_unmarked(cx, out);
    *out = strcmp(rows_text(cx, &rows, 0), "demo") == 0 ? SYSTEM_DEMO : SYSTEM_REAL;
    rows_close(cx, &rows);
    return OK;
}

static Err database_look(Cx *cx, SystemKind *out, const CoreConfig *c)
{
    StorePool *pool;
    Cx own = *cx;
    TRY(store_pool_open(
        cx, &pool, c->where ? c->where : arena_format(cx->arena, "file:%s/tuijin.db", c->data)));
    Err e = store_open(&own, &own.store, pool);
    if (e == OK) {
        e = kind_read(&own, out);
        store_close(own.store);
    }
    store_pool_close(pool);
    cx->failure = own.failure;
    if (e != DOWN)
        return e;
    return fail(
        cx, DOWN, "store",
        "连不上 --store 所指的 PostgreSQL "
        "数据库（原因见上一行）；请确认它在运行，地址、用户和库名无误",
        "the PostgreSQL database of --store cannot be reached, for the reason above; see that "
        "it runs, and that host, user and dbname are right");
}

static Err keys_lost(Cx *cx, const CoreConfig *c)
{
    return fail(cx, INVALID, "keys",
                "密钥文件 %s/keys 不见了，没有它数据库打不开；请放回另存的那一份",
                "the keys %s/keys are gone, and nothing opens the database without them; put the "
                "copy back that was kept apart",
                c->data);
}

static Err database_lost(Cx *cx, const CoreConfig *c)
{
    return fail(
        cx, INVALID, "store",
        "%s 中有系统的密钥和政策包，却没有数据库；在 PostgreSQL 中的请写 "
        "--store，丢失的请从备份恢复",
        "%s has the keys and packs of a system but no database; where it is on PostgreSQL say "
        "--store, where it is lost restore a backup",
        c->data);
}

Err system_look(Cx *cx, SystemKind *out, CoreConfig *c)
{
    bool there;
    *out = SYSTEM_NONE;
    TRY(folder_check(cx, &there, c->data));
    if (there && file_exists(system_restoring(cx, c->data)))
        return fail(cx, INVALID, "data", "恢复到 %s 没有完成；请删除这个目录，再恢复一次",
                    "the restore into %s was not finished; delete the folder and restore again",
                    c->data);
    TRY(store_recall(cx, c));
    const char *file = database_file(cx, c);
    bool keys = file_exists(in(cx, c->data, "keys"));
    if (file && !file_exists(file))
        return keys && file_exists(in(cx, c->data, "packs")) ? database_lost(cx, c) : OK;
    TRY(database_look(cx, out, c));
    return *out != SYSTEM_NONE && !keys ? keys_lost(cx, c) : OK;
}

/* --- opening --- */

static Err none_there(Cx *cx, const CoreConfig *c)
{
    return fail(
        cx, NOT_FOUND, "data",
        "%s 中没有系统；请用 --data 指明数据目录（数据库在 PostgreSQL 中的还要 --store），"
        "或用 tuijin init 建立",
        "there is no system at %s; name its folder with --data (and its database with --store "
        "where that is on PostgreSQL), or make one with tuijin init",
        c->data);
}

static Err torn(Cx *cx, const CoreConfig *c)
{
    return fail(
        cx, CONFLICT, "data",
        "%s 中的样例没有建完（旧版本被中断）；请删除这个目录（和数据库），再用 serve --demo",
        "the demo at %s was not finished (an older program was cut); delete the folder (and "
        "the database), then serve --demo again",
        c->data);
}

Err system_open(Cx *cx, Core **out, const CoreConfig *config)
{
    SystemKind kind;
    CoreConfig c = *config;
    TRY(system_look(cx, &kind, &c));
    if (kind == SYSTEM_NONE)
        return none_there(cx, &c);
    if (kind == SYSTEM_TORN)
        return torn(cx, &c);
    TRY(core_open(cx, out, &c));
    Err e = store_remember(cx, &c);
    if (e != OK)
        core_close(*out);
    return e;
}

Err system_open_new(Cx *cx, Core **out, const CoreConfig *config)
{
    SystemKind kind;
    CoreConfig c = *config;
    TRY(system_look(cx, &kind, &c));
    if (kind == SYSTEM_TORN)
        return torn(cx, &c);
    if (kind != SYSTEM_NONE)
        return fail(cx, CONFLICT, "data", "%s 中已经有一个%s系统；请用 --data 另选目录%.0s",
                    "%s holds a %.0s%s system already; choose another --data", c.data,
                    kind == SYSTEM_DEMO ? "样例" : "正式", kind == SYSTEM_DEMO ? "demo" : "real");
    TRY(store_remember(cx, &c));
    return core_open(cx, out, &c);
}

Err system_inside(Cx *cx, const Core *core, Err (*work)(Cx *cx, void *data), void *data)
{
    Cx own;
    Err e = core_enter(&own, cx->arena, core);
    own.lang = cx->lang;
    if (e == OK) {
        e = work(&own, data);
        if (store_in_transaction(&own))
            store_rollback(&own);
        core_leave(&own);
    }
    cx->failure = own.failure;
    return e;
}

Err system_run(Cx *cx, const CoreConfig *config, Err (*work)(Cx *cx, void *data), void *data)
{
    Core *core;
    TRY(system_open(cx, &core, config));
    Err e = system_inside(cx, core, work, data);
    core_close(core);
    return e;
}
