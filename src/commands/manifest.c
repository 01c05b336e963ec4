#include "commands/manifest.h"

#include "base/digest.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char HEAD[] = "tuijin backup 1\n";
static const char NAME[] = "manifest";

enum { MANIFEST_BYTES = 256 * 1024 * 1024, DEPTH = 8 };

/* --- writing --- */

typedef struct FolderWalk {
    const char *root;
    ManifestFile *files;
    size_t count, room;
} FolderWalk;

static Err add(Cx *cx, FolderWalk *w, const char *path)
{
    if (w->count == w->room) {
        size_t room = w->room ? 2 * w->room : 64;
        w->files =
            arena_grow(cx->arena, w->files, w->room * sizeof *w->files, room * sizeof *w->files);
        w->room = room;
    }
    ManifestFile *f = &w->files[w->count++];
    f->path = path;
    return digest_file(cx, &f->digest, &f->size, SM3,
                       arena_format(cx->arena, "%s/%s", w->root, path));
}

/* below: "" or "attachments/ab/" */
static Err walk(Cx *cx, FolderWalk *w, const char *below, int depth)
{
    const char *folder = arena_format(cx->arena, "%s/%s", w->root, below);
    DIR *dir = opendir(folder);
    if (!dir || depth == DEPTH)
        return fail(cx, INTERNAL, "folder", "不能读取目录 %s：%s", "cannot read the folder %s: %s",
                    folder, strerror(dir ? ELOOP : errno));
    Err e = OK;
    for (struct dirent *d; e == OK && (d = readdir(dir));) {
        struct stat s;
        const char *path = arena_format(cx->arena, "%s%s", below, d->d_name);
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (strchr(d->d_name, '\n') ||
            lstat(arena_format(cx->arena, "%s/%s", w->root, path), &s) != 0 ||
            !(S_ISDIR(s.st_mode) || S_ISREG(s.st_mode)))
            e = fail(cx, INVALID, path, "%s 不是普通文件", "%s is no plain file", path);
        else if (S_ISDIR(s.st_mode))
            e = walk(cx, w, arena_format(cx->arena, "%s/", path), depth + 1);
        else
            e = add(cx, w, path);
    }
    closedir(dir);
    return e;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const ManifestFile *)a)->path, ((const ManifestFile *)b)->path);
}

Err manifest_write(Cx *cx, Manifest *out, const char *folder)
{
    FolderWalk w = { .root = folder };
    Buf b = BUF(cx);
    TRY(walk(cx, &w, "", 0));
    if (w.count > 0)
        qsort(w.files, w.count, sizeof *w.files, by_path);
    *out = (Manifest){ .files = w.files, .count = w.count };
    buf_add(&b, HEAD);
    for (size_t i = 0; i < w.count; i++) {
        const ManifestFile *f = &w.files[i];
        out->bytes += f->size;
        buf_format(&b, "%s %lld %s\n", f->digest, (long long)f->size, f->path);
    }
    out->digest = digest(cx, SM3, b.at, b.length);
    buf_format(&b, "%s\n", out->digest);
    return file_write(cx, arena_format(cx->arena, "%s/%s", folder, NAME), b.at, b.length);
}

/* --- proving --- */

/* Whether a path stays below the folder that it is laid in. */
static bool path_sound(const char *path)
{
    return *path && *path != '/' && strncmp(path, "../", 3) != 0 && !strstr(path, "/../");
}

static Err prove(Cx *cx, const ManifestFile *f, const char *folder)
{
    const char *found;
    int64_t size;
    struct stat s;
    const char *path = arena_format(cx->arena, "%s/%s", folder, f->path);
    if (lstat(path, &s) != 0)
        return fail(cx, INVALID, f->path, "备份缺少文件 %s", "%s of the backup is missing",
                    f->path);
    if (s.st_size != f->size)
        return fail(cx, INVALID, f->path, "%s 应有 %lld 字节，实有 %lld 字节",
                    "%s: %lld bytes are listed, %lld are there", f->path, (long long)f->size,
                    (long long)s.st_size);
    TRY(digest_file(cx, &found, &size, SM3, path));
    if (strcmp(found, f->digest) != 0)
        return fail(cx, INVALID, f->path, "%s 的内容被改动过", "the content of %s was changed",
                    f->path);
    return OK;
}

/* One line without its end: digest, size, path. */
static bool line_read(ManifestFile *f, char *line)
{
    char *size = strchr(line, ' '), *path = size ? strchr(size + 1, ' ') : NULL;
    if (!path)
        return false;
    *size++ = *path++ = '\0';
    *f = (ManifestFile){ line, strtoll(size, NULL, 10), path };
    return strlen(f->digest) == 64 && path_sound(path);
}

static Err lines_read(Cx *cx, Manifest *out, char *text, size_t length)
{
    size_t room = 0;
    for (size_t i = 0; i < length; i++)
        room += text[i] == '\n';
    ManifestFile *files = NEW_N(cx, ManifestFile, room + 1);
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        if (!line_read(&files[out->count], line))
            return fail(cx, INVALID, NAME, "清单第 %zu 行无法读取",
                        "line %zu of the manifest cannot be read", out->count + 2);
        out->bytes += files[out->count++].size;
    }
    out->files = files;
    return OK;
}

Err manifest_prove(Cx *cx, Manifest *out, const char *folder)
{
    const char *text;
    size_t length;
    *out = (Manifest){ 0 };
    if (file_read(cx, &text, &length, arena_format(cx->arena, "%s/%s", folder, NAME),
                  MANIFEST_BYTES) != OK)
        return fail(cx, INVALID, NAME, "%s 不是完整的备份：没有清单",
                    "%s is no finished backup: it has no manifest", folder);
    size_t body = length < 65 ? 0 : length - 65, head = strlen(HEAD);
    out->digest = digest(cx, SM3, text, body);
    if (body < head || memcmp(text, HEAD, head) != 0 || text[length - 1] != '\n' ||
        memcmp(text + body, out->digest, 64) != 0)
        return fail(cx, INVALID, NAME, "清单不完整或被改动过",
                    "the manifest is cut off or changed");
    TRY(lines_read(cx, out, arena_text_n(cx->arena, text + head, body - head), body - head));
    for (size_t i = 0; i < out->count; i++)
        TRY(prove(cx, &out->files[i], folder));
    return OK;
}

bool manifest_has(const Manifest *m, const char *path)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->files[i].path, path) == 0)
            return true;
    return false;
}
