/* Whatever a client writes into the address, Range, If-None-Match and Accept-Encoding. */
#include "http/grammar.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new(0);
    const char *text = arena_text_n(arena, (const char *)data, size);
    const char *path = url_decode(arena, text, strlen(text), false);
    if (path && path_sound(path))
        assert(!strstr(path, "/../") && !strchr(path, '\\') && text_valid(path, strlen(path)));
    int64_t from, to;
    for (int64_t length = 0; length < 40; length += 13)
        if (range_parse(text, length, &from, &to) == RANGE_PART)
            assert(0 <= from && from <= to && to < length);
    etag_listed(text, "\"abc\"");
    gzip_accepted(text);
    arena_free(arena);
    return 0;
}
