#include "core/request/core.h"

#include "core/access/seal.h"
#include "core/access/session.h"
#include "core/process/pack_store.h"
#include "core/request/act.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

/* --- sealed columns --- */

static const char *place_of(Cx *cx, const Field *field, int64_t id)
{
    assert(field->place != NULL && "a sealed field says where it stands");
    return arena_format(cx->arena, "%s:%lld", field->place, (long long)id);
}

static Err seal_field(Cx *cx, const char **out, const Field *field, int64_t id, const char *plain)
{
    return seal_text(cx, out, cx->core->keys, place_of(cx, field, id), plain);
}

static Err open_field(Cx *cx, const char **out, const Field *field, int64_t id, const char *sealed)
{
    return unseal_text(cx, out, cx->core->keys, place_of(cx, field, id), sealed);
}

static const Seal SEAL = { seal_field, open_field };

/* --- opening --- */

const char *core_path(Cx *cx, const Core *core, const char *name)
{
    return arena_format(cx->arena, "%s/%s", core->config.data, name);
}

static Err folder_make(Cx *cx, const char *path)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return fail(cx, INTERNAL, "data", "无法建立目录 %s：%s", "cannot make the folder %s: %s",
                    path, strerror(errno));
    return OK;
}

static Err migrate(Cx *cx, const Core *core)
{
    size_t count = 0;
    const Module *const *modules = core->config.modules;
    while (modules != NULL && modules[count] != NULL)
        count++;
    Schema *schemas = NEW_N(cx, Schema, count + 1);
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (modules[i]->schema != NULL)
            schemas[used++] = (Schema){ modules[i]->noun, modules[i]->schema };
    return store_migrate(cx, schemas, used);
}

/* The database remembers a word of its keys: a lost or foreign key file is told at start, before
 * anything is sealed or chained with the wrong ones. */
static Err keys_check(Cx *cx, const Core *core)
{
    const char *word = keys_mac(cx, core->keys, 't', "tuijin", 6), *kept;
    TRY(store_run(cx,
                  "INSERT INTO setting(key, value) VALUES('keys.word', $1) "
                  "ON CONFLICT(key) DO NOTHING",
                  ARGS(T(word))));
    TRY(store_text(cx, &kept, "SELECT value FROM setting WHERE key = 'keys.word'", NO_ARGS));
    if (strcmp(kept, word) != 0)
        return fail(cx, INVALID, "keys", "密钥文件 %s 不属于这个数据库",
                    "the keys %s are not those of this database", core_path(cx, core, "keys"));
    return OK;
}

static Err start_modules(Cx *cx, const Core *core)
{
    for (const Module *const *m = core->config.modules; m != NULL && *m != NULL; m++)
        if ((*m)->start != NULL)
            TRY((*m)->start(cx));
    return OK;
}

Err core_prepare(Cx *cx, Core *core)
{
    assert(core->pool != NULL && core->arena != NULL);
    if (sodium_init() < 0)
        return fail(cx, INTERNAL, NULL, "无法取得随机数", "there is no source of random numbers");
    Cx lasting = *cx;
    lasting.arena = core->arena;
    lasting.core = core;
    Err e = folder_make(&lasting, core_path(&lasting, core, "spool"));
    if (e == OK)
        e = keys_load(&lasting, &core->keys, core_path(&lasting, core, "keys"));
    if (e == OK) {
        core->guesses = session_guesses(core->arena);
        core->packs = pack_shelf_new(core->arena);
        core->router = router_make(&lasting, core->config.modules);
        store_pool_seal(core->pool, &SEAL);
        e = store_open(&lasting, &lasting.store, core->pool);
    }
    if (e == OK) {
        e = migrate(&lasting, core);
        if (e == OK)
            e = keys_check(&lasting, core);
        if (e == OK)
            e = start_modules(&lasting, core);
        store_close(lasting.store);
    }
    cx->failure = lasting.failure;
    return e;
}

static Err open_inside(Cx *cx, Core *core)
{
    const char *data = core->config.data;
    if (core->config.where == NULL)
        core->config.where = arena_format(core->arena, "file:%s/tuijin.db", data);
    TRY(folder_make(cx, data));
    TRY(store_pool_open(cx, &core->pool, core->config.where));
    return core_prepare(cx, core);
}

Err core_open(Cx *cx, Core **out, const CoreConfig *config)
{
    assert(config->data != NULL);
    signal(SIGPIPE, SIG_IGN); /* a peer or a child that goes is an error of the write, no end */
    Arena *arena = arena_new(0);
    Core *core = arena_alloc(arena, sizeof *core);
    *core = (Core){ .config = *config, .clock = cx->clock, .arena = arena };
    Err e = open_inside(cx, core);
    if (e == OK) {
        *out = core;
        return OK;
    }
    Failure *f = &cx->failure; /* its words may live in the core's arena */
    f->field = arena_text(cx->arena, f->field);
    f->zh = arena_text(cx->arena, f->zh);
    f->en = arena_text(cx->arena, f->en);
    core_close(core);
    return e;
}

void core_close(Core *core)
{
    if (core == NULL)
        return;
    assert(core->server == NULL);
    store_pool_close(core->pool);
    if (core->packs)
        pack_shelf_free(core->packs);
    arena_free(core->arena);
}

Err core_enter(Cx *cx, Arena *arena, const Core *core)
{
    *cx = cx_make(arena);
    cx->clock = core->clock;
    cx->core = core;
    return store_open(cx, &cx->store, core->pool);
}

void core_leave(Cx *cx)
{
    store_close(cx->store);
    cx->store = NULL;
}

/* The tables that all requests share: answers, sessions, attempts, settings, jobs, the log. */
extern const char core_sql[];
const Module core_module = { .noun = "core", .schema = core_sql, .tidy = answer_tidy };
