/* A disk that can lose its power: an SQLite VFS over the real one. What was written but not yet
 * synced is remembered write by write; a cut leaves of it any part, in any order, torn at sectors,
 * as a disk with a cache may. Files are real ones, so locks and shared memory are SQLite's own.
 *
 * Model: a sync makes durable what was written to that file before it began; a write that is torn
 * harms no byte outside its own range; a file that was made is there, though it may be empty.
 */
#ifndef TESTS_POWERCUT_DISK_H
#define TESTS_POWERCUT_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* Becomes the default VFS. Only files whose path begins with watch are remembered. */
void disk_install(const char *watch);

/* Everything written so far is durable; forgets files that are gone. */
void disk_settle(void);

/* Cuts the power in the middle of the writes-th write from now: puts what a disk may hold then into
 * files of the same names in dir. cut is called at that moment, before anything later happens. */
void disk_arm(int writes, const char *dir, uint64_t seed, void (*cut)(void *data), void *data);
/* Waits for the cut. */
void disk_wait(void);

/* From the calls-th write (with SQLITE_IOERR_FSYNC: sync) on, that many times, the disk answers
 * code. A sync that failed made nothing durable. times == 0 mends it. */
void disk_fail(int calls, int times, int code);
int64_t disk_failures(void);

int64_t disk_syncs(void);

#endif
