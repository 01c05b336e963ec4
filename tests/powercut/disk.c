#include "tests/powercut/disk.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, SYNC_US = 100, PATH_MAX_ = 512 };

/* A write that is not synced yet, or with bytes == NULL a cut to the length at. */
typedef struct Op {
    struct Op *next;
    int64_t at;
    int64_t length;
    char *bytes;
} Op;

typedef struct Image {
    char *bytes;
    int64_t size;
    int64_t room;
} Image;

/* What the disk surely holds of a file, and what it may hold. */
typedef struct File {
    struct File *next;
    char path[PATH_MAX_];
    Image durable;
    Op *first;
    Op *last;
} File;

typedef struct Handle {
    sqlite3_file base;
    File *file;
    sqlite3_file *real; /* behind this struct */
} Handle;

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    const char *watch;
    pthread_mutex_t mutex;
    pthread_cond_t was_cut;
    File *files;
    int64_t syncs;
    int64_t failures;
    int fail_calls; /* until the first failure */
    int fail_times; /* 0 = sound */
    int fail_code;
    int writes_left; /* 0 = not armed */
    const char *dir;
    uint64_t random;
    void (*cut)(void *data);
    void *data;
} disk = { .mutex = PTHREAD_MUTEX_INITIALIZER, .was_cut = PTHREAD_COND_INITIALIZER };

/* --- images --- */

static void image_resize(Image *image, int64_t size)
{
    if (size > image->room) {
        image->room = size * 2;
        image->bytes = realloc(image->bytes, (size_t)image->room);
        assert(image->bytes);
    }
    if (size > image->size)
        memset(image->bytes + image->size, 0, (size_t)(size - image->size));
    image->size = size;
}

static void image_put(Image *image, int64_t at, const char *bytes, int64_t length)
{
    if (at + length > image->size)
        image_resize(image, at + length);
    memcpy(image->bytes + at, bytes, (size_t)length);
}

static void image_apply(Image *image, const Op *op)
{
    if (op->bytes)
        image_put(image, op->at, op->bytes, op->length);
    else
        image_resize(image, op->at);
}

static void op_free(Op *op)
{
    free(op->bytes);
    free(op);
}

/* Makes durable what is in the list up to and with last. */
static void file_flush(File *file, const Op *last)
{
    bool done = last == NULL;
    while (!done && file->first) {
        Op *op = file->first;
        done = op == last;
        image_apply(&file->durable, op);
        file->first = op->next;
        op_free(op);
    }
    if (!file->first)
        file->last = NULL;
}

static void file_add(File *file, int64_t at, const void *bytes, int64_t length)
{
    Op *op = calloc(1, sizeof *op);
    assert(op);
    *op = (Op){ .at = at, .length = length };
    if (bytes) {
        op->bytes = malloc((size_t)length);
        assert(op->bytes);
        memcpy(op->bytes, bytes, (size_t)length);
    }
    if (file->last)
        file->last->next = op;
    else
        file->first = op;
    file->last = op;
}

static File *file_find(const char *path)
{
    for (File *f = disk.files; f; f = f->next)
        if (strcmp(f->path, path) == 0)
            return f;
    File *f = calloc(1, sizeof *f);
    assert(f && strlen(path) < sizeof f->path);
    strcpy(f->path, path);
    f->next = disk.files;
    disk.files = f;
    return f;
}

static void file_forget(File **at)
{
    File *f = *at;
    *at = f->next;
    while (f->first) {
        Op *op = f->first;
        f->first = op->next;
        op_free(op);
    }
    free(f->durable.bytes);
    free(f);
}

/* --- the cut --- */

static uint64_t draw(uint64_t below)
{
    disk.random ^= disk.random << 13;
    disk.random ^= disk.random >> 7;
    disk.random ^= disk.random << 17;
    return disk.random % below;
}

/* A write of which only some sectors arrived: a beginning or an end. */
static void apply_torn(Image *image, const Op *op)
{
    int64_t sectors = (op->length + SECTOR - 1) / SECTOR;
    int64_t some = (int64_t)draw((uint64_t)sectors + 1) * SECTOR;
    if (some > op->length)
        some = op->length;
    if (draw(2))
        image_put(image, op->at, op->bytes, some);
    else
        image_put(image, op->at + some, op->bytes + some, op->length - some);
}

/* All of it, none, a beginning, or any part: what the cache had written back by then. */
static void apply_some(Image *image, const File *file)
{
    uint64_t count = 0, i = 0;
    for (const Op *op = file->first; op; op = op->next)
        count++;
    uint64_t way = draw(4), keep = way == 0 ? count : way == 1 ? 0 : draw(count + 1);
    for (const Op *op = file->first; op; op = op->next, i++) {
        if (way == 3 ? draw(2) : i >= keep)
            continue;
        bool torn = op->bytes && (way == 3 ? draw(4) == 0 : i + 1 == count && draw(2));
        if (torn)
            apply_torn(image, op);
        else
            image_apply(image, op);
    }
}

static void write_image(const File *file)
{
    Image image = { 0 };
    image_put(&image, 0, file->durable.bytes ? file->durable.bytes : "", file->durable.size);
    apply_some(&image, file);

    char path[2 * PATH_MAX_];
    snprintf(path, sizeof path, "%s/%s", disk.dir, strrchr(file->path, '/') + 1);
    FILE *f = fopen(path, "wb");
    assert(f);
    size_t written = fwrite(image.bytes, 1, (size_t)image.size, f);
    assert(written == (size_t)image.size);
    fclose(f);
    free(image.bytes);
}

/* Called with the mutex held, when a write has just been added: it is the one that is cut. */
static void maybe_cut(void)
{
    if (disk.writes_left == 0 || --disk.writes_left > 0)
        return;
    disk.cut(disk.data);
    for (const File *f = disk.files; f; f = f->next)
        write_image(f);
    pthread_cond_signal(&disk.was_cut);
}

/* --- faults --- */

/* Called with the mutex held; of_sync says which calls are asked about. */
static int fault(bool of_sync)
{
    if (disk.fail_times == 0 || of_sync != (disk.fail_code == SQLITE_IOERR_FSYNC))
        return SQLITE_OK;
    if (disk.fail_calls > 1) {
        disk.fail_calls--;
        return SQLITE_OK;
    }
    disk.fail_times--;
    disk.failures++;
    return disk.fail_code;
}

/* --- the files SQLite sees --- */

static sqlite3_file *real_of(sqlite3_file *base)
{
    return ((Handle *)(void *)base)->real;
}

static File *file_of(sqlite3_file *base)
{
    return ((Handle *)(void *)base)->file;
}

static int do_close(sqlite3_file *base)
{
    return real_of(base)->pMethods->xClose(real_of(base));
}

static int do_read(sqlite3_file *base, void *out, int length, sqlite3_int64 at)
{
    return real_of(base)->pMethods->xRead(real_of(base), out, length, at);
}

static int do_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 at)
{
    pthread_mutex_lock(&disk.mutex);
    int rc = fault(false);
    if (rc == SQLITE_OK) {
        file_add(file_of(base), at, bytes, length);
        maybe_cut();
        rc = real_of(base)->pMethods->xWrite(real_of(base), bytes, length, at);
    }
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

static int do_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    pthread_mutex_lock(&disk.mutex);
    file_add(file_of(base), size, NULL, 0);
    maybe_cut();
    int rc = real_of(base)->pMethods->xTruncate(real_of(base), size);
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

/* A sync takes its time, in which others go on writing. */
static int do_sync(sqlite3_file *base, int flags)
{
    (void)flags;
    pthread_mutex_lock(&disk.mutex);
    const Op *last = file_of(base)->last;
    int rc = fault(true);
    disk.syncs++;
    pthread_mutex_unlock(&disk.mutex);
    usleep(SYNC_US);
    pthread_mutex_lock(&disk.mutex);
    if (rc == SQLITE_OK)
        file_flush(file_of(base), last);
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

static int do_size(sqlite3_file *base, sqlite3_int64 *size)
{
    return real_of(base)->pMethods->xFileSize(real_of(base), size);
}

static int do_lock(sqlite3_file *base, int lock)
{
    return real_of(base)->pMethods->xLock(real_of(base), lock);
}

static int do_unlock(sqlite3_file *base, int lock)
{
    return real_of(base)->pMethods->xUnlock(real_of(base), lock);
}

static int do_check_lock(sqlite3_file *base, int *out)
{
    return real_of(base)->pMethods->xCheckReservedLock(real_of(base), out);
}

static int do_control(sqlite3_file *base, int op, void *arg)
{
    return real_of(base)->pMethods->xFileControl(real_of(base), op, arg);
}

static int do_sector(sqlite3_file *base)
{
    return real_of(base)->pMethods->xSectorSize(real_of(base));
}

static int do_device(sqlite3_file *base)
{
    return real_of(base)->pMethods->xDeviceCharacteristics(real_of(base));
}

static int do_shm_map(sqlite3_file *base, int page, int size, int extend, void volatile **out)
{
    return real_of(base)->pMethods->xShmMap(real_of(base), page, size, extend, out);
}

static int do_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    return real_of(base)->pMethods->xShmLock(real_of(base), offset, n, flags);
}

static void do_shm_barrier(sqlite3_file *base)
{
    real_of(base)->pMethods->xShmBarrier(real_of(base));
}

static int do_shm_unmap(sqlite3_file *base, int remove)
{
    return real_of(base)->pMethods->xShmUnmap(real_of(base), remove);
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = do_close,
    .xRead = do_read,
    .xWrite = do_write,
    .xTruncate = do_truncate,
    .xSync = do_sync,
    .xFileSize = do_size,
    .xLock = do_lock,
    .xUnlock = do_unlock,
    .xCheckReservedLock = do_check_lock,
    .xFileControl = do_control,
    .xSectorSize = do_sector,
    .xDeviceCharacteristics = do_device,
    .xShmMap = do_shm_map,
    .xShmLock = do_shm_lock,
    .xShmBarrier = do_shm_barrier,
    .xShmUnmap = do_shm_unmap,
};

static bool is_watched(const char *path)
{
    return path && strncmp(path, disk.watch, strlen(disk.watch)) == 0;
}

static int do_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out)
{
    (void)vfs;
    if (!is_watched(path))
        return disk.real->xOpen(disk.real, path, base, flags, out);
    Handle *handle = (Handle *)(void *)base;
    handle->real = (sqlite3_file *)(void *)(handle + 1);
    int rc = disk.real->xOpen(disk.real, path, handle->real, flags, out);
    base->pMethods = rc == SQLITE_OK ? &METHODS : NULL;
    pthread_mutex_lock(&disk.mutex);
    handle->file = file_find(path);
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

static int do_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    if (is_watched(path)) {
        pthread_mutex_lock(&disk.mutex);
        for (File **f = &disk.files; *f; f = &(*f)->next)
            if (strcmp((*f)->path, path) == 0) {
                file_forget(f);
                break;
            }
        pthread_mutex_unlock(&disk.mutex);
    }
    return disk.real->xDelete(disk.real, path, sync);
}

void disk_install(const char *watch)
{
    disk.watch = watch;
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.pNext = NULL;
    disk.vfs.zName = "powercut";
    disk.vfs.szOsFile = disk.real->szOsFile + (int)sizeof(Handle);
    disk.vfs.xOpen = do_open;
    disk.vfs.xDelete = do_delete;
    sqlite3_vfs_register(&disk.vfs, 1);
}

void disk_settle(void)
{
    pthread_mutex_lock(&disk.mutex);
    for (File **f = &disk.files; *f;) {
        file_flush(*f, (*f)->last);
        if (access((*f)->path, F_OK) == 0)
            f = &(*f)->next;
        else
            file_forget(f);
    }
    pthread_mutex_unlock(&disk.mutex);
}

void disk_arm(int writes, const char *dir, uint64_t seed, void (*cut)(void *data), void *data)
{
    assert(writes > 0 && seed != 0);
    pthread_mutex_lock(&disk.mutex);
    disk.dir = dir;
    disk.random = seed;
    disk.cut = cut;
    disk.data = data;
    disk.writes_left = writes;
    pthread_mutex_unlock(&disk.mutex);
}

void disk_wait(void)
{
    pthread_mutex_lock(&disk.mutex);
    while (disk.writes_left > 0)
        pthread_cond_wait(&disk.was_cut, &disk.mutex);
    pthread_mutex_unlock(&disk.mutex);
}

void disk_fail(int calls, int times, int code)
{
    pthread_mutex_lock(&disk.mutex);
    disk.fail_calls = calls;
    disk.fail_times = times;
    disk.fail_code = code;
    pthread_mutex_unlock(&disk.mutex);
}

int64_t disk_failures(void)
{
    pthread_mutex_lock(&disk.mutex);
    int64_t failures = disk.failures;
    pthread_mutex_unlock(&disk.mutex);
    return failures;
}

int64_t disk_syncs(void)
{
    pthread_mutex_lock(&disk.mutex);
    int64_t syncs = disk.syncs;
    pthread_mutex_unlock(&disk.mutex);
    return syncs;
}
