/* usage: build/powercut [cuts] [seed]
 *
 * Threads write transactions through the store onto a disk whose power is cut again and again
 * (disk.h). What each cut leaves is opened by the store as after a restart: it must be whole, no
 * transaction may be there in part, and none that store_commit had acknowledged may be missing.
 * A tenth as many cuts with synchronous=OFF must find losses, or the test itself is worthless.
 * Then the disk is full, or fails writes and syncs, at many moments: nobody is told of a success
 * that is none, and the same connections go on as soon as it is mended. Ends with "N passed, N
 * failed".
 */
#include "store/driver.h"
#include "tests/powercut/disk.h"

#include "base/log.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS = 4, CUTS = 300, CUTS_PER_DATABASE = 50, WRITES_BETWEEN = 400, PADDING = 3000 };
enum { FAULTS = 60, FAULT_CALLS = 25, STUCK_US = 10000000, POLL_US = 200 };

static const char SQL[] = "-- version 1: entries\n"
                          "CREATE TABLE entry(id INTEGER PRIMARY KEY, thread INTEGER NOT NULL,\n"
                          " number INTEGER NOT NULL, amount INTEGER NOT NULL, padding BLOB);\n"
                          "CREATE INDEX entry_number ON entry(thread, number);\n";

typedef struct Writer {
    pthread_t thread;
    StorePool *pool;
    int64_t which;
    atomic_llong acknowledged; /* number of the last transaction that store_commit confirmed */
    long long at_cut;          /* the same, when the power went */
} Writer;

static Writer writers[THREADS];
static atomic_bool stop;
static atomic_bool paused; /* while what a cut left is examined */
static atomic_bool faulty; /* errors are expected: the same transaction is tried again */
static atomic_llong commits;

/* Where the work itself fails there is nothing to test. */
static void must(const Cx *cx, Err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "powercut: %s: %s\n", what, cx->failure.en);
    exit(1);
}

/* --- the work --- */

static Err add_entry(Cx *cx, const Writer *w, int64_t number, int64_t amount)
{
    static const char BYTES[PADDING];
    size_t length = (size_t)((number * 7919 + amount) % PADDING + PADDING) % PADDING;
    return store_run(cx,
                     "INSERT INTO entry(thread, number, amount, padding) VALUES($1, $2, $3, $4)",
                     ARGS(I(w->which), I(number), I(amount), arg_blob(BYTES, length)));
}

/* Two entries that sum to zero; every eighth time the transaction is begun and taken back first. */
static Err add_pair(Cx *cx, const Writer *w, int64_t number)
{
    if (number % 8 == 0) {
        TRY(store_begin(cx, true));
        Err e = add_entry(cx, w, -number, 1);
        store_rollback(cx);
        TRY(e);
    }
    TRY(store_begin(cx, true));
    Err e = add_entry(cx, w, number, number);
    if (e == OK)
        e = add_entry(cx, w, number, -number);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

static void *write_on(void *data)
{
    Writer *w = data;
    Cx cx = cx_make(arena_new(0));
    must(&cx, store_open(&cx, &cx.store, w->pool), "open");
    for (int64_t number = 1; !stop; number++) {
        while (paused)
            usleep(POLL_US);
        Err e = add_pair(&cx, w, number);
        for (; e != OK && faulty && !stop; e = add_pair(&cx, w, number)) {
            arena_reset(cx.arena);
            usleep(POLL_US);
        }
        if (e != OK && stop)
            break;
        must(&cx, e, "write");
        atomic_store(&w->acknowledged, number);
        atomic_fetch_add(&commits, 1);
        arena_reset(cx.arena);
    }
    store_close(cx.store);
    arena_free(cx.arena);
    return NULL;
}

/* The moment of the cut: what was acknowledged before it must be there after it. */
static void note_acknowledged(void *data)
{
    (void)data;
    paused = true;
    for (int i = 0; i < THREADS; i++)
        writers[i].at_cut = atomic_load(&writers[i].acknowledged);
}

/* --- what is left --- */

typedef enum Finding { WHOLE, LOST, BROKEN } Finding;

static Err look(Cx *cx, Finding *out)
{
    const char *verdict;
    int64_t partial, last;
    *out = BROKEN;
    TRY(store_text(cx, &verdict, "PRAGMA integrity_check", NO_ARGS));
    TRY(store_int(cx, &partial,
                  "SELECT count(*) FROM (SELECT thread, number FROM entry GROUP BY thread, number "
                  "HAVING count(*) <> 2 OR sum(amount) <> 0 OR number <= 0)",
                  NO_ARGS));
    if (strcmp(verdict, "ok") != 0 || partial != 0)
        return OK;
    *out = WHOLE;
    for (int i = 0; i < THREADS; i++) {
        int64_t count;
        TRY(store_int(cx, &last, "SELECT coalesce(max(number), 0) FROM entry WHERE thread = $1",
                      ARGS(I(i))));
        TRY(store_int(cx, &count, "SELECT count(DISTINCT number) FROM entry WHERE thread = $1",
                      ARGS(I(i))));
        if (last < writers[i].at_cut || count != last)
            *out = LOST;
    }
    return OK;
}

/* A database that cannot be opened or read is broken. */
static Finding examine(const char *path)
{
    Finding found = BROKEN;
    StorePool *pool;
    Cx cx = cx_make(arena_new(0));
    if (store_pool_open(&cx, &pool, arena_format(cx.arena, "file:%s", path)) == OK) {
        if (store_open(&cx, &cx.store, pool) == OK) {
            if (look(&cx, &found) != OK)
                found = BROKEN;
            store_close(cx.store);
        }
        store_pool_close(pool);
    }
    arena_free(cx.arena);
    return found;
}

/* --- the runs --- */

typedef struct Run {
    const char *dir; /* holds live/ and cut/ */
    const char *synchronous;
    uint64_t seed;
    int found[BROKEN + 1];
} Run;

static StorePool *start(const Run *run, Cx *cx)
{
    StorePool *pool;
    must(cx,
         sqlite_pool_open(cx, &pool, arena_format(cx->arena, "%s/live/p.db", run->dir),
                          run->synchronous),
         "open");
    must(cx, store_open(cx, &cx->store, pool), "open");
    must(cx, store_migrate(cx, &(Schema){ "entry", SQL }, 1), "migrate");
    store_close(cx->store);
    disk_settle();
    stop = false;
    for (int i = 0; i < THREADS; i++) {
        writers[i].pool = pool;
        writers[i].which = i;
        writers[i].acknowledged = 0;
        pthread_create(&writers[i].thread, NULL, write_on, &writers[i]);
    }
    return pool;
}

static void finish(StorePool *pool)
{
    stop = true;
    paused = false;
    for (int i = 0; i < THREADS; i++)
        pthread_join(writers[i].thread, NULL);
    store_pool_close(pool);
}

static void empty(const char *dir, const char *part)
{
    char path[256];
    static const char *const SUFFIXES[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < COUNT(SUFFIXES); i++) {
        snprintf(path, sizeof path, "%s/%s/p.db%s", dir, part, SUFFIXES[i]);
        unlink(path);
    }
}

static void run_database(Run *run, int cuts)
{
    Cx cx = cx_make(arena_new(0));
    const char *dir = arena_format(cx.arena, "%s/cut", run->dir);
    StorePool *pool = start(run, &cx);
    for (int i = 0; i < cuts; i++) {
        run->seed = run->seed * 6364136223846793005ULL + 1442695040888963407ULL;
        disk_arm(1 + (int)((run->seed >> 33) % WRITES_BETWEEN), dir, run->seed | 1,
                 note_acknowledged, NULL);
        paused = false;
        disk_wait();
        run->found[examine(arena_format(cx.arena, "%s/p.db", dir))]++;
        empty(run->dir, "cut");
    }
    finish(pool);
    empty(run->dir, "live");
    disk_settle();
    arena_free(cx.arena);
}

static void run_cuts(Run *run, int cuts)
{
    long long commits_before = commits;
    int64_t syncs_before = disk_syncs();
    for (int left = cuts; left > 0; left -= CUTS_PER_DATABASE)
        run_database(run, left < CUTS_PER_DATABASE ? left : CUTS_PER_DATABASE);
    printf("synchronous=%s: %d cuts, %d whole, %d lost acknowledged commits, %d broken; "
           "%lld commits with %lld syncs\n",
           run->synchronous, cuts, run->found[WHOLE], run->found[LOST], run->found[BROKEN],
           commits - commits_before, (long long)(disk_syncs() - syncs_before));
}

/* --- faults --- */

/* Every thread gets another transaction through. */
static bool all_go_on(void)
{
    long long before[THREADS];
    int64_t waited = 0;
    for (int i = 0; i < THREADS; i++)
        before[i] = atomic_load(&writers[i].acknowledged);
    for (int i = 0; i < THREADS && waited < STUCK_US; waited += POLL_US) {
        if (atomic_load(&writers[i].acknowledged) > before[i])
            i++;
        else
            usleep(POLL_US);
    }
    return waited < STUCK_US;
}

static void run_faults(Run *run)
{
    static const struct {
        int code;
        int times;
    } KINDS[] = { { SQLITE_FULL, 200 }, { SQLITE_IOERR_WRITE, 1 }, { SQLITE_IOERR_FSYNC, 1 } };
    Cx cx = cx_make(arena_new(0));
    int64_t failures_before = disk_failures();
    faulty = true;
    StorePool *pool = start(run, &cx);
    for (int i = 0; i < FAULTS; i++) {
        int64_t before = disk_failures();
        disk_fail(1 + i % FAULT_CALLS, KINDS[i % 3].times, KINDS[i % 3].code);
        while (disk_failures() == before)
            usleep(POLL_US);
        usleep(10 * POLL_US);
        disk_fail(0, 0, SQLITE_OK);
        run->found[all_go_on() ? WHOLE : BROKEN]++;
    }
    finish(pool);
    faulty = false;
    note_acknowledged(NULL);
    run->found[examine(arena_format(cx.arena, "%s/live/p.db", run->dir))]++;
    printf("faults: %d, after which the disk failed %lld times; %d as it should be, %d not\n",
           FAULTS, (long long)(disk_failures() - failures_before), run->found[WHOLE],
           run->found[LOST] + run->found[BROKEN]);
    empty(run->dir, "live");
    disk_settle();
    arena_free(cx.arena);
}

int main(int argc, char **argv)
{
    int cuts = argc > 1 ? atoi(argv[1]) : CUTS;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    static char dir[64];
    snprintf(dir, sizeof dir, "%s/tuijin-powercut-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    char live[80], cut[80];
    if (cuts < 1 || !mkdtemp(dir))
        return 1;
    snprintf(live, sizeof live, "%s/live", dir);
    snprintf(cut, sizeof cut, "%s/cut", dir);
    if (mkdir(live, 0700) != 0 || mkdir(cut, 0700) != 0)
        return 1;
    log_set_level(LOG_WARN_);
    disk_install(live);

    Run full = { .dir = dir, .synchronous = "FULL", .seed = seed };
    run_cuts(&full, cuts);
    log_set_level(LOG_ERROR_ + 1); /* broken files are what the next run is looking for */
    Run off = { .dir = dir, .synchronous = "OFF", .seed = seed };
    run_cuts(&off, (cuts + 9) / 10);
    Run faults = { .dir = dir, .synchronous = "FULL", .seed = seed };
    run_faults(&faults);
    rmdir(live);
    rmdir(cut);
    rmdir(dir);

    int passed = full.found[WHOLE] + faults.found[WHOLE];
    int failed = full.found[LOST] + full.found[BROKEN] + faults.found[LOST] + faults.found[BROKEN];
    bool proven = off.found[LOST] + off.found[BROKEN] > 0;
    if (!proven)
        printf("no loss with synchronous=OFF: the harness cannot see one\n");
    printf("%d passed, %d failed\n", passed + proven, failed + !proven);
    return failed > 0 || !proven;
}
