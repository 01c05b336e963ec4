/* usage: build/bench/store
 *
 * Transactions of one insert each, every one at full sync, by 1, 4 and 16 threads that each have a
 * connection: how much the group commit shares. And what one bare sync of a file costs here, which
 * is what a commit alone could not be under.
 */
#include "bench/bench.h"

#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 16, SYNCS = 200 };

static const double RUN_S = 2;

static const Schema SCHEMA = { "entry", "-- version 1: entries\n"
                                        "CREATE TABLE entry(id INTEGER PRIMARY KEY,\n"
                                        " thread INTEGER NOT NULL, text TEXT NOT NULL);\n" };

typedef struct Writer {
    pthread_t thread;
    StorePool *pool;
    int64_t which;
    double until;
    long done;
} Writer;

static void *write_on(void *data)
{
    Writer *w = data;
    Cx cx = cx_make(arena_new(0));
    must(&cx, store_open(&cx, &cx.store, w->pool), "open");
    for (; seconds() < w->until; w->done++) {
        must(&cx, store_begin(&cx, true), "begin");
        must(
            &cx,
            store_run(&cx, "INSERT INTO entry(thread, text) VALUES($1, $2)",
                      ARGS(I(w->which), T("样例：一条一百字节上下的记录，如同一笔拨付或一次审批"))),
            "insert");
        must(&cx, store_commit(&cx), "commit");
        arena_reset(cx.arena);
    }
    store_close(cx.store);
    arena_free(cx.arena);
    return NULL;
}

static double inserts_per_second(StorePool *pool, int threads)
{
    Writer writers[THREADS];
    long done = 0;
    double start = seconds();
    for (int i = 0; i < threads; i++) {
        writers[i] = (Writer){ .pool = pool, .which = i, .until = start + RUN_S };
        if (pthread_create(&writers[i].thread, NULL, write_on, &writers[i]) != 0)
            exit(1);
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(writers[i].thread, NULL);
        done += writers[i].done;
    }
    return (double)done / (seconds() - start);
}

static double sync_us(const char *path)
{
    char page[4096] = { 1 };
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    double start = seconds();
    for (int i = 0; i < SYNCS; i++)
        if (pwrite(fd, page, sizeof page, i * (off_t)sizeof page) < 0 || fdatasync(fd) != 0)
            exit(1);
    double used = (seconds() - start) / SYNCS * 1e6;
    close(fd);
    return used;
}

int main(void)
{
    static const int COUNTS[] = { 1, 4, THREADS };
    Cx cx = cx_make(arena_new(0));
    StorePool *pool;
    char folder[] = "build/bench/store-XXXXXX";
    if (!mkdtemp(folder))
        return 1;
    figure("sync.us", sync_us(arena_format(cx.arena, "%s/sync", folder)));
    must(&cx, store_pool_open(&cx, &pool, arena_format(cx.arena, "file:%s/bench.db", folder)),
         "pool");
    must(&cx, store_open(&cx, &cx.store, pool), "open");
    must(&cx, store_migrate(&cx, &SCHEMA, 1), "schema");
    for (size_t i = 0; i < COUNT(COUNTS); i++)
        figure(arena_format(cx.arena, "inserts.%d", COUNTS[i]),
               inserts_per_second(pool, COUNTS[i]));
    store_close(cx.store);
    store_pool_close(pool);
    int gone = system(arena_format(cx.arena, "rm -rf '%s'", folder));
    arena_free(cx.arena);
    return gone;
}
