#include "modules/region/divisions.h"

#include "base/embed.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

EMBED(divisions_gz, "build/gen/divisions.gz");

EMBED(former_counties, "data/former-counties.tsv");

const char *county_once(Cx *cx, const char *name)
{
    const char *at = (const char *)former_counties;
    const char *end = at + EMBED_LENGTH(former_counties);
    size_t length = strlen(name);
    for (const char *line = at, *next; length && line < end; line = next) {
        next =
            (const char *)memchr(line, '\n', (size_t)(end - line)) + 1; /* the last one ends too */
        const char *tab = memchr(line, '\t', (size_t)(next - line));
        if ((size_t)(next - tab) == length + 2 && memcmp(tab + 1, name, length) == 0)
            return arena_text_n(cx->arena, line, (size_t)(tab - line));
    }
    return NULL;
}

Err divisions_text(Cx *cx, const char **out)
{
    size_t length = EMBED_LENGTH(divisions_gz);
    /* the last four bytes of gzip say the length, little-endian */
    size_t plain = 0;
    for (int i = 1; i <= 4; i++)
        plain = plain << 8 | divisions_gz[length - (size_t)i];
    char *text = arena_alloc(cx->arena, plain + 1);
    z_stream z = { .next_in = (unsigned char *)(uintptr_t)divisions_gz,
                   .avail_in = (unsigned)length,
                   .next_out = (unsigned char *)text,
                   .avail_out = (unsigned)plain };
    int ok = inflateInit2(&z, 16 + MAX_WBITS);
    assert(ok == Z_OK);
    ok = inflate(&z, Z_FINISH);
    assert(ok == Z_STREAM_END);
    inflateEnd(&z);
    *out = text;
    return OK;
}
