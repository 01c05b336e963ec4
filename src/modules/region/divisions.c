#include "modules/region/divisions.h"

#include "base/embed.h"

#include <assert.h>
#include <zlib.h>

EMBED(divisions_gz, "build/gen/divisions.gz");

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
