/* The files of a pack, those given with it before those of its folder. */
#include "base/file.h"
#include "policy/pack/pack_parts.h"

#include <stdlib.h>
#include <string.h>

enum { PART_LIMIT = 8 * 1024 * 1024 };

Err pack_file(Cx *cx, const char **out, size_t *length, const PackSource *source, const char *path)
{
    for (size_t i = 0; i < source->file_count; i++)
        if (strcmp(source->files[i].path, path) == 0) {
            *out = source->files[i].bytes;
            *length = source->files[i].length;
            return OK;
        }
    return file_read(cx, out, length, arena_format(cx->arena, "%s/%s", source->folder, path),
                     PART_LIMIT);
}

PackSource pack_source_with(Cx *cx, const PackSource *source, const PackFile *file)
{
    PackFile *files = NEW_N(cx, PackFile, source->file_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < source->file_count; i++)
        if (strcmp(source->files[i].path, file->path) != 0)
            files[n++] = source->files[i];
    files[n++] = *file;
    return (PackSource){ source->folder, files, n };
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The name of a file that stands directly in the folder, or NULL. */
static const char *name_in(const char *path, const char *folder, const char *ending)
{
    size_t length = strlen(folder), tail = strlen(ending), whole = strlen(path);
    if (strncmp(path, folder, length) != 0 || path[length] != '/' || whole < length + 1 + tail)
        return NULL;
    const char *name = path + length + 1;
    return !strchr(name, '/') && strcmp(path + whole - tail, ending) == 0 ? name : NULL;
}

Err pack_names(Cx *cx, const char ***out, const PackSource *source, const char *folder,
               const char *ending)
{
    const char **found;
    size_t own = 0, n = 0;
    TRY(file_list(cx, &found, arena_format(cx->arena, "%s/%s", source->folder, folder), ending));
    while (found[own])
        own++;
    const char **names = NEW_N(cx, const char *, own + source->file_count + 1);
    for (; n < own; n++)
        names[n] = found[n];
    for (size_t i = 0; i < source->file_count; i++) {
        const char *name = name_in(source->files[i].path, folder, ending);
        size_t k = 0;
        while (name && k < n && strcmp(names[k], name) != 0)
            k++;
        if (name && k == n)
            names[n++] = name;
    }
    qsort(names, n, sizeof *names, by_name);
    *out = names;
    return OK;
}

const char *part_bytes(PackReader *r, const char *file, size_t *length)
{
    const char *bytes;
    if (pack_file(r->cx, &bytes, length, &r->pack->source, file) != OK) {
        finding_add(r->cx, r->findings, file, NULL, "读不到这个文件", "the file cannot be read");
        return NULL;
    }
    const char *head = arena_format(r->cx->arena, "%s %zu\n", file, *length);
    digest_add(r->digest, head, strlen(head));
    digest_add(r->digest, bytes, *length);
    return bytes;
}

const char *const *part_words(PackReader *r, const char *text)
{
    size_t room = 1;
    for (const char *p = text; *p; p++)
        room += *p == ' ';
    const char **words = NEW_N(r->cx, const char *, room + 1);
    size_t n = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (length)
            words[n++] = arena_text_n(r->cx->arena, text, length);
        text += length + (text[length] == ' ');
    }
    return words;
}
