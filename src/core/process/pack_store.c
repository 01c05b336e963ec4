#include "core/process/pack_store.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "core/register/register_install.h"
#include "core/request/core.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A version that was loaded, with the arena it lives in. */
typedef struct Loaded {
    struct Loaded *next;
    Arena *arena;
    const Pack *pack;
} Loaded;

struct PackShelf {
    pthread_mutex_t lock;
    Loaded *first;
};

PackShelf *pack_shelf_new(Arena *arena)
{
    PackShelf *shelf = arena_alloc(arena, sizeof *shelf);
    pthread_mutex_init(&shelf->lock, NULL);
    return shelf;
}

void pack_shelf_free(PackShelf *shelf)
{
    for (Loaded *l = shelf->first; l;) {
        Loaded *next = l->next; /* the entry itself lies in the arena that goes */
        arena_free(l->arena);
        l = next;
    }
    pthread_mutex_destroy(&shelf->lock);
}

static const char *folder_of(Cx *cx, const char *name)
{
    return arena_format(cx->arena, "%s/packs/%s", cx->core->config.data, name);
}

static Err disk(Cx *cx, const char *path)
{
    return fail(cx, errno == ENOSPC ? FULL : INTERNAL, NULL, "写不了 %s：%s", "cannot write %s: %s",
                path, strerror(errno));
}

static Err copy_folder(Cx *cx, const char *from, const char *to, int depth)
{
    if (mkdir(to, 0700) != 0 && errno != EEXIST)
        return disk(cx, to);
    DIR *dir = opendir(from);
    if (!dir)
        return fail(cx, NOT_FOUND, NULL, "没有目录 %s", "there is no folder %s", from);
    Err e = OK;
    for (struct dirent *d; e == OK && (d = readdir(dir));) {
        if (d->d_name[0] == '.')
            continue;
        const char *a = arena_format(cx->arena, "%s/%s", from, d->d_name);
        const char *b = arena_format(cx->arena, "%s/%s", to, d->d_name);
        struct stat s;
        if (stat(a, &s) != 0)
            e = disk(cx, a);
        else if (S_ISDIR(s.st_mode) && depth < 3)
            e = copy_folder(cx, a, b, depth + 1);
        else if (S_ISREG(s.st_mode))
            e = file_copy(cx, a, b);
    }
    closedir(dir);
    return e;
}

/* The whole pack under its hash; a folder of that name is whole already. */
static Err write_version(Cx *cx, const PackSource *source, const char *hash)
{
    const char *home = folder_of(cx, ""), *whole = folder_of(cx, hash);
    if (file_exists(whole))
        return OK;
    if (mkdir(home, 0700) != 0 && errno != EEXIST)
        return disk(cx, home);
    const char *beside = folder_of(cx, arena_format(cx->arena, ".%s", random_hex(cx, 8)));
    TRY(copy_folder(cx, source->folder, beside, 0));
    for (size_t i = 0; i < source->file_count; i++) {
        const PackFile *f = &source->files[i];
        TRY(file_write(cx, arena_format(cx->arena, "%s/%s", beside, f->path), f->bytes, f->length));
    }
    if (rename(beside, whole) != 0 && errno != ENOTEMPTY && errno != EEXIST)
        return disk(cx, beside);
    return OK;
}

typedef struct Publishing {
    const PackSource *source;
    const Pack *pack;
    Day from;
} Publishing;

/* The registers get their tables, then the files their folder, then the version its row. */
static Err publish(Cx *cx, const Publishing *p)
{
    const Pack *pack = p->pack;
    TRY(register_install(cx, pack));
    TRY(write_version(cx, p->source, pack->hash));
    log_info("pack", "version %.12s of %s added", pack->hash, pack->id);
    return store_run(cx,
                     "INSERT INTO pack_version(hash, pack, zh, en, document, added_at, label, "
                     "valid_from) VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
                     ARGS(T(pack->hash), T(pack->id), T(pack->zh), T(pack->en), T(pack->document),
                          I(cx_now(cx)), T(json_text(pack->json, "version", NULL)), I(p->from)));
}

/* All of it or nothing, also where the caller has no transaction under way. */
static Err publish_whole(Cx *cx, const Publishing *p)
{
    if (store_in_transaction(cx))
        return publish(cx, p);
    TRY(store_begin(cx, true));
    Err e = publish(cx, p);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

Err pack_store_publish(Cx *cx, const char **hash, const PackSource *source)
{
    Publishing p = { .source = source, .from = UNSET };
    TRY(pack_load_from(cx, &p.pack, source));
    *hash = p.pack->hash;
    if (pack_store_find(cx, *hash) == OK)
        return OK;
    const char *day = json_text(p.pack->json, "valid_from", NULL);
    if (day && !day_parse(day, &p.from))
        return fail(cx, INVALID, "/valid_from", "“%s”不是日期", "“%s” is no day", day);
    return publish_whole(cx, &p);
}

Err pack_store_add(Cx *cx, const char **hash, const char *dir)
{
    return pack_store_publish(cx, hash, &(PackSource){ .folder = dir });
}

const char *pack_store_folder(Cx *cx, const char *hash)
{
    return folder_of(cx, hash);
}

Err pack_store_valid(Cx *cx, const char *hash, Day day)
{
    int64_t from;
    TRY(pack_store_find(cx, hash));
    TRY(store_int(cx, &from, "SELECT valid_from FROM pack_version WHERE hash = $1", ARGS(T(hash))));
    if (from == UNSET || from <= day)
        return OK;
    return fail(cx, CONFLICT, "pack", "政策包版本 %.12s 自 %s 起生效",
                "pack version %.12s is valid from %s", hash, day_text(cx, from));
}

Err pack_store_find(Cx *cx, const char *hash)
{
    bool there;
    TRY(store_exists(cx, &there, "SELECT 1 FROM pack_version WHERE hash = $1", ARGS(T(hash))));
    return there ? OK
                 : fail(cx, NOT_FOUND, "pack", "没有版本为 %.12s 的政策包",
                        "no pack has version %.12s", hash);
}

/* The shelf is locked: two first users load once. */
static Err load(Cx *cx, const Pack **out, PackShelf *shelf, const char *hash)
{
    for (const Loaded *l = shelf->first; l; l = l->next)
        if (strcmp(l->pack->hash, hash) == 0) {
            *out = l->pack;
            return OK;
        }
    const char *folder = folder_of(cx, hash);
    Arena *own = arena_new(0), *callers = cx->arena;
    cx->arena = own;
    Err e = pack_load(cx, out, arena_text(own, folder));
    cx->arena = callers;
    if (e == OK && strcmp((*out)->hash, hash) != 0)
        e = fail(cx, INTERNAL, "pack", "政策包 %.12s 的文件被改动过",
                 "the files of pack %.12s were changed", hash);
    if (e != OK) {
        cx->failure.zh = arena_text(callers, cx->failure.zh);
        cx->failure.en = arena_text(callers, cx->failure.en);
        cx->failure.field = arena_text(callers, cx->failure.field);
        arena_free(own);
        return e;
    }
    Loaded *l = arena_alloc(own, sizeof *l);
    *l = (Loaded){ shelf->first, own, *out };
    shelf->first = l;
    return OK;
}

Err pack_store_get(Cx *cx, const Pack **out, const char *hash)
{
    PackShelf *shelf = cx->core->packs;
    TRY(pack_store_find(cx, hash));
    pthread_mutex_lock(&shelf->lock);
    Err e = load(cx, out, shelf, hash);
    pthread_mutex_unlock(&shelf->lock);
    return e;
}
