/* The first line is the content type, the rest the body. */
#include "http/multipart.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    const char *line = size > 0 ? memchr(bytes, '\n', size) : NULL;
    Arena *arena = arena_new(64 << 20);
    Cx cx = cx_make(arena);
    const Part *parts;
    size_t count;
    if (line && !memchr(bytes, '\0', (size_t)(line - bytes))) {
        const char *type = arena_text_n(arena, bytes, (size_t)(line - bytes));
        const char *body = line + 1;
        const char *end = bytes + size;
        if (multipart_parse(&cx, &parts, &count, type, body, (size_t)(end - body)) == OK)
            for (size_t i = 0; i < count; i++) {
                assert(parts[i].bytes >= body && parts[i].bytes <= end);
                assert(parts[i].length <= (size_t)(end - parts[i].bytes));
                assert(!parts[i].filename || !strpbrk(parts[i].filename, "/\\"));
            }
    }
    arena_free(arena);
    return 0;
}
