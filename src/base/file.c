#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_BLOCK = 64 * 1024 };

static Err cannot(Cx *cx, Err code, const char *path)
{
    return fail(cx, code, "file", "不能打开 %s：%s", "cannot open %s: %s", path, strerror(errno));
}

/* Grows the block by doubling until the end of the file or limit + 1 bytes. */
static Err read_all(Cx *cx, Buf *b, int fd, const char *path, size_t limit)
{
    for (;;) {
        if (b->length + 1 >= b->room) {
            size_t room = b->room ? 2 * b->room : FIRST_BLOCK;
            room = room < limit + 2 ? room : limit + 2;
            b->at = arena_grow(cx->arena, b->at, b->length, room);
            b->room = room;
        }
        ssize_t n = read(fd, b->at + b->length, b->room - b->length - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot(cx, NOT_FOUND, path);
        if (n == 0)
            break;
        b->length += (size_t)n;
        if (b->length > limit)
            return fail(cx, TOO_LARGE, "file", "%s 超过 %zu 字节", "%s is larger than %zu bytes",
                        path, limit);
    }
    b->at[b->length] = '\0';
    return OK;
}

Err file_read(Cx *cx, const char **out, size_t *length, const char *path, size_t limit)
{
    assert(limit > 0);
    bool standard_input = strcmp(path, "-") == 0;
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return cannot(cx, NOT_FOUND, path);
    Buf b = BUF(cx);
    Err e = read_all(cx, &b, fd, path, limit);
    if (!standard_input)
        close(fd);
    *out = b.at;
    *length = b.length;
    return e;
}

static Err put_all(Cx *cx, int fd, const char *path, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot(cx, errno == ENOSPC ? FULL : FORBIDDEN, path);
        bytes += n;
        length -= (size_t)n;
    }
    return OK;
}

Err file_write(Cx *cx, const char *path, const char *bytes, size_t length)
{
    const char *slash = strrchr(path, '/');
    if (slash && slash > path)
        mkdir(arena_text_n(cx->arena, path, (size_t)(slash - path)), 0700);
    const char *beside = arena_format(cx->arena, "%s.%d.new", path, (int)getpid());
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return cannot(cx, FORBIDDEN, path);
    Err e = put_all(cx, fd, path, bytes, length);
    if (e == OK && fsync(fd) != 0)
        e = cannot(cx, FULL, path);
    close(fd);
    if (e == OK && rename(beside, path) != 0)
        e = cannot(cx, FORBIDDEN, path);
    if (e != OK)
        unlink(beside);
    return e;
}

static Err copy_all(Cx *cx, int in, int out, const char *from, const char *to)
{
    char block[FIRST_BLOCK];
    for (;;) {
        ssize_t n = read(in, block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot(cx, NOT_FOUND, from);
        if (n == 0)
            return fsync(out) == 0 ? OK : cannot(cx, FULL, to);
        TRY(put_all(cx, out, to, block, (size_t)n));
    }
}

Err file_copy(Cx *cx, const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return cannot(cx, NOT_FOUND, from);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    Err e = out >= 0 ? copy_all(cx, in, out, from, to)
                     : cannot(cx, errno == EEXIST ? CONFLICT : FORBIDDEN, to);
    close(in);
    if (out >= 0)
        close(out);
    if (out >= 0 && e != OK)
        unlink(to);
    return e;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

Err file_list(Cx *cx, const char ***out, const char *folder, const char *ending)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return cannot(cx, NOT_FOUND, folder);
    const char **names = NULL;
    size_t count = 0, room = 0;
    for (struct dirent *d; (d = readdir(dir));) {
        size_t length = strlen(d->d_name), tail = strlen(ending);
        if (length < tail || strcmp(d->d_name + length - tail, ending) != 0 || d->d_name[0] == '.')
            continue;
        if (count + 1 >= room) {
            size_t more = room ? 2 * room : 16;
            names = arena_grow(cx->arena, names, room * sizeof *names, more * sizeof *names);
            room = more;
        }
        names[count++] = arena_text(cx->arena, d->d_name);
    }
    closedir(dir);
    if (!names)
        names = NEW_N(cx, const char *, 1);
    names[count] = NULL;
    qsort(names, count, sizeof *names, by_text);
    *out = names;
    return OK;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
