/* What the files of the SQLite engine share: connections, and the one write connection with its
 * queue, its group of commits and its checkpoints. Why: docs/decisions/001-sqlite-group-commit.md.
 *
 * Invariant: only the member that holds the turn touches the write connection. A group is open from
 * BEGIN to COMMIT; each of its members is one released savepoint that waits for its verdict.
 */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

#include "store/driver.h"

#include <pthread.h>
#include <sqlite3.h>

/* A connection and its kept statements. */
typedef struct Link {
    sqlite3 *db;
    Cache cache;
} Link;

int link_open(Link *link, const char *path, const char *synchronous);
void link_close(Link *link);
/* Runs a statement without arguments and rows. */
int link_do(Link *link, const char *sql);

/* A Store's part in writing. */
typedef struct Member {
    struct Member *next; /* in the queue, later in the group */
    pthread_t thread;
    pthread_cond_t wake;
    bool granted;
    bool settled;
    int verdict; /* SQLite's code of the shared COMMIT */
} Member;

typedef struct Checkpointer {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t work;
    Link link;
    int pages; /* in the WAL after the last commit */
    bool stop;
} Checkpointer;

typedef struct Group {
    char *path;
    char *synchronous;
    Link writer;
    pthread_mutex_t mutex; /* guards what follows */
    bool held;             /* a member has the turn … */
    pthread_t holder;      /* … in this thread */
    Member *first;         /* the queue for the turn */
    Member *last;
    bool open;       /* BEGIN was done */
    int64_t since;   /* monotonic milliseconds of that BEGIN */
    Member *waiting; /* members that released and wait for the COMMIT */
    size_t members;
    Checkpointer checkpointer;
} Group;

int group_open(Group *group);
void group_close(Group *group);

/* Takes the turn, and begins the member's savepoint. SQLite's code; on failure the turn is gone. */
int group_begin(Group *group, Member *member);
/* Ends the savepoint, gives the turn away, waits until the group is committed: its verdict. */
int group_commit(Group *group, Member *member);
/* Undoes the savepoint and gives the turn away. */
void group_rollback(Group *group, Member *member);

#endif
