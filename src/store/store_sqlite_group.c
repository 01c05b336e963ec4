/* One write connection for all threads: turns, shared commits, checkpoints.
 *
 * A COMMIT costs one sync of the disk, whoever waits for it; SQLite has one writer. So the
 * transactions of many threads are savepoints of one, and its COMMIT serves them all: measured, 16
 * threads commit six times as many as one (docs/bench.md). A thread is told of success only after
 * that COMMIT, so what was acknowledged is on the disk, as it would be alone.
 *
 * Each member works on the connection while it holds the turn, then waits for the verdict without
 * it. Who finds nobody behind him commits at once, so a single writer waits for nobody.
 */
#include "store/store_sqlite.h"

#include "base/log.h"

#include <assert.h>
#include <time.h>

enum {
    GROUP_MEMBERS = 256, /* a COMMIT comes at the latest after so many transactions … */
    GROUP_MS = 20,       /* … or so long after the first began */
    CHECKPOINT_PAGES = 1000,
    CHECKPOINT_PAGES_MUST = 16000, /* a WAL so long is worth stopping the writers for */
    CHECKPOINT_WAIT_MS = 200,
};

static int64_t monotonic_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- the turn: first come, first served --- */

/* A mutex would let whoever is quickest in again and again; the queue has every thread write within
 * the number of threads. */
static void turn_take(Group *g, Member *m)
{
    pthread_mutex_lock(&g->mutex);
    assert(!(g->held && pthread_equal(g->holder, pthread_self())) && "would wait for itself");
    m->thread = pthread_self();
    if (!g->held) {
        g->held = true;
        g->holder = m->thread;
    } else {
        m->granted = false;
        m->next = NULL;
        if (g->last != NULL)
            g->last->next = m;
        else
            g->first = m;
        g->last = m;
        while (!m->granted)
            pthread_cond_wait(&m->wake, &g->mutex);
    }
    pthread_mutex_unlock(&g->mutex);
}

/* The turn is handed over while it is held: nobody who comes later can slip in between. */
static void turn_give_locked(Group *g)
{
    Member *next = g->first;
    if (next == NULL) {
        g->held = false;
        return;
    }
    g->first = next->next;
    if (g->first == NULL)
        g->last = NULL;
    g->holder = next->thread;
    next->granted = true;
    pthread_cond_signal(&next->wake);
}

static void turn_give(Group *g)
{
    pthread_mutex_lock(&g->mutex);
    turn_give_locked(g);
    pthread_mutex_unlock(&g->mutex);
}

/* --- the group --- */

/* The group has ended with this code; tells its members. The caller holds the turn. */
static void settle(Group *g, int code)
{
    pthread_mutex_lock(&g->mutex);
    for (Member *m = g->waiting; m != NULL;) {
        Member *next = m->next;
        m->verdict = code;
        m->settled = true;
        pthread_cond_signal(&m->wake);
        m = next;
    }
    g->waiting = NULL;
    g->members = 0;
    g->open = false;
    pthread_mutex_unlock(&g->mutex);
}

/* A COMMIT that fails leaves the transaction open in some cases; it must not be the next one's. */
static void end_group(Group *g)
{
    int rc = link_do(&g->writer, "COMMIT");
    if (!sqlite3_get_autocommit(g->writer.db))
        link_do(&g->writer, "ROLLBACK");
    settle(g, rc);
}

/* SQLite undid the whole transaction by itself (disk full, I/O error). Those who waited did nothing
 * wrong: they may run again, except where there is no room for them either. */
static bool group_lost(Group *g)
{
    if (!g->open || !sqlite3_get_autocommit(g->writer.db))
        return false;
    int why = sqlite3_errcode(g->writer.db);
    settle(g, why == SQLITE_FULL ? SQLITE_FULL : SQLITE_BUSY);
    return true;
}

/* Nobody waits to add to the group, or it has been open long enough. */
static bool is_due(Group *g)
{
    pthread_mutex_lock(&g->mutex);
    bool due =
        g->first == NULL || g->members >= GROUP_MEMBERS || monotonic_ms() - g->since >= GROUP_MS;
    pthread_mutex_unlock(&g->mutex);
    return due;
}

/* IMMEDIATE takes SQLite's lock at once: a check and the insert that rests on it then see the same
 * database. */
int group_begin(Group *g, Member *m)
{
    turn_take(g, m);
    if (!g->open) {
        int rc = link_do(&g->writer, "BEGIN IMMEDIATE");
        if (rc != SQLITE_OK) {
            turn_give(g);
            return rc;
        }
        g->open = true;
        g->since = monotonic_ms();
    }
    int rc = link_do(&g->writer, "SAVEPOINT member");
    if (rc != SQLITE_OK) {
        if (!group_lost(g) && is_due(g))
            end_group(g);
        turn_give(g);
    }
    return rc;
}

int group_commit(Group *g, Member *m)
{
    assert(g->held && g->open);

    /* A deferred foreign key must fail its own member, not the group at its COMMIT. */
    int open_keys = 0, unused = 0;
    sqlite3_db_status(g->writer.db, SQLITE_DBSTATUS_DEFERRED_FKS, &open_keys, &unused, 0);
    int rc = open_keys != 0 ? SQLITE_CONSTRAINT_FOREIGNKEY : link_do(&g->writer, "RELEASE member");
    if (rc != SQLITE_OK) {
        group_rollback(g, m);
        return rc;
    }
    pthread_mutex_lock(&g->mutex);
    m->settled = false;
    m->next = g->waiting;
    g->waiting = m;
    g->members++;
    pthread_mutex_unlock(&g->mutex);
    if (is_due(g))
        end_group(g);

    /* whoever comes next may add to the group or end it: that wakes this thread with the verdict */
    pthread_mutex_lock(&g->mutex);
    turn_give_locked(g);
    while (!m->settled)
        pthread_cond_wait(&m->wake, &g->mutex);
    pthread_mutex_unlock(&g->mutex);
    return m->verdict;
}

/* Undoes this member's savepoint alone. The group goes on: others in it have done nothing wrong. */
void group_rollback(Group *g, Member *m)
{
    (void)m;
    assert(g->held);

    if (!group_lost(g)) {
        link_do(&g->writer, "ROLLBACK TO member");
        link_do(&g->writer, "RELEASE member");
        if (!group_lost(g) && is_due(g))
            end_group(g);
    }
    turn_give(g);
}

/* --- checkpoints --- */

static int wal_grew(void *data, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    Checkpointer *c = data;
    pthread_mutex_lock(&c->mutex);
    c->pages = pages;
    if (pages >= CHECKPOINT_PAGES)
        pthread_cond_signal(&c->work);
    pthread_mutex_unlock(&c->mutex);
    return SQLITE_OK;
}

/* A passive checkpoint stops nobody. It cannot start the WAL over while somebody always reads, so
 * a very long one is restarted, which stops the writers for a moment. */
static void *checkpoint_loop(void *data)
{
    Checkpointer *c = data;
    pthread_mutex_lock(&c->mutex);
    for (;;) {
        while (!c->stop && c->pages < CHECKPOINT_PAGES)
            pthread_cond_wait(&c->work, &c->mutex);
        if (c->stop)
            break;
        int mode = c->pages < CHECKPOINT_PAGES_MUST ? SQLITE_CHECKPOINT_PASSIVE
                                                    : SQLITE_CHECKPOINT_RESTART;
        c->pages = 0;
        pthread_mutex_unlock(&c->mutex);
        int rc = sqlite3_wal_checkpoint_v2(c->link.db, NULL, mode, NULL, NULL);
        if (rc != SQLITE_OK && rc != SQLITE_BUSY)
            log_warn("store", "checkpoint: %s", sqlite3_errstr(rc));
        pthread_mutex_lock(&c->mutex);
    }
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

static int checkpointer_start(Group *g)
{
    Checkpointer *c = &g->checkpointer;
    int rc = link_open(&c->link, g->path, g->synchronous);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_busy_timeout(c->link.db, CHECKPOINT_WAIT_MS);
    sqlite3_wal_hook(g->writer.db, wal_grew, c);
    pthread_mutex_init(&c->mutex, NULL);
    pthread_cond_init(&c->work, NULL);
    int failed = pthread_create(&c->thread, NULL, checkpoint_loop, c);
    assert(failed == 0);
    return SQLITE_OK;
}

static void checkpointer_stop(Checkpointer *c)
{
    pthread_mutex_lock(&c->mutex);
    c->stop = true;
    pthread_cond_signal(&c->work);
    pthread_mutex_unlock(&c->mutex);
    pthread_join(c->thread, NULL);
    pthread_cond_destroy(&c->work);
    pthread_mutex_destroy(&c->mutex);
    link_close(&c->link);
}

/* --- life --- */

int group_open(Group *g)
{
    pthread_mutex_init(&g->mutex, NULL);
    int rc = link_open(&g->writer, g->path, g->synchronous);
    if (rc == SQLITE_OK)
        rc = checkpointer_start(g);
    if (rc != SQLITE_OK) {
        link_close(&g->checkpointer.link);
        link_close(&g->writer);
        pthread_mutex_destroy(&g->mutex);
    }
    return rc;
}

void group_close(Group *g)
{
    assert(!g->held && g->waiting == NULL && "a connection is still writing");
    checkpointer_stop(&g->checkpointer);
    link_close(&g->writer);
    pthread_mutex_destroy(&g->mutex);
}
