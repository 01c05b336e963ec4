#include "modules/region/divisions.h"

#include "base/embed.h"
#include "base/file.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

EMBED(divisions_gz, "build/gen/divisions.gz");
EMBED(former_tsv, "data/shandong/former.tsv");
EMBED(tiles_tsv, "data/shandong/tiles.tsv");

enum { LIST_BYTES = 64 << 20 };

static const char *embedded_list(Cx *cx)
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
    return text;
}

bool divisions_next(Cx *cx, const char **rest, const char *columns[3])
{
    const char *line = *rest;
    size_t length = strcspn(line, "\n");
    if (!*line)
        return false;
    *rest = line + length + (line[length] == '\n');
    length -= length > 0 && line[length - 1] == '\r';
    for (size_t i = 0; i < 3; i++) {
        const char *tab = memchr(line, '\t', length);
        size_t n = tab && i < 2 ? (size_t)(tab - line) : length;
        columns[i] = arena_text_n(cx->arena, line, n);
        line += n + (n < length);
        length -= n + (n < length);
    }
    return true;
}

/* --- proof of a list from elsewhere --- */

static size_t upper_length(size_t length)
{
    switch (length) {
    case 2: return 0;
    case 4: return 2;
    case 6: return 4;
    case 9: return 6;
    case 12: return 9;
    default: return length; /* no division's */
    }
}

/* The codes of the lines before: what stands above a division, and what would stand twice. They
 * come in any order within a level, so a set by open addressing finds them. */
typedef struct Codes {
    const char **at;
    size_t room;
} Codes;

static const char **slot_of(const Codes *c, const char *code)
{
    size_t i = 5381;
    for (const char *p = code; *p; p++)
        i = i * 33 + (unsigned char)*p;
    for (i %= c->room; c->at[i] && strcmp(c->at[i], code) != 0;)
        i = (i + 1) % c->room;
    return &c->at[i];
}

static Err wrong(Cx *cx, const char *file, size_t line, const char *zh, const char *en)
{
    return fail(cx, INVALID, "divisions", "%s 第 %zu 行%s%.0s", "%s, line %zu: %.0s%s", file, line,
                zh, en);
}

static Err prove_line(Cx *cx, Codes *codes, size_t line, const char *const columns[3])
{
    const char *code = columns[0];
    size_t length = strlen(code), upper = upper_length(length);
    if (upper == length || strspn(code, "0123456789") != length)
        return wrong(cx, "divisions.tsv", line, "的代码不是 2、4、6、9 或 12 位数字",
                     "a code has 2, 4, 6, 9 or 12 digits");
    if (text_blank(columns[1]))
        return wrong(cx, "divisions.tsv", line, "没有名称", "the name is missing");
    if (upper && !*slot_of(codes, arena_text_n(cx->arena, code, upper)))
        return wrong(cx, "divisions.tsv", line, "的上级不在前面",
                     "the division above does not stand before it");
    const char **slot = slot_of(codes, code);
    if (*slot)
        return wrong(cx, "divisions.tsv", line, "的代码前面已有", "the code stands twice");
    *slot = code;
    return OK;
}

static size_t lines_of(const char *text)
{
    size_t count = 1;
    for (; (text = strchr(text, '\n')); text++)
        count++;
    return count;
}

static Err prove_list(Cx *cx, const char *text)
{
    const char *columns[3];
    Codes codes = { .room = 2 * lines_of(text) + 1 };
    size_t line = 0, found = 0;
    codes.at = NEW_N(cx, const char *, codes.room);
    while (divisions_next(cx, &text, columns)) {
        line++;
        if (*columns[0] == '#' || (!*columns[0] && !*columns[1]))
            continue;
        TRY(prove_line(cx, &codes, line, columns));
        found++;
    }
    return found ? OK : wrong(cx, "divisions.tsv", 1, "起没有区划", "there is no division");
}

static Err read_one(Cx *cx, const char **out, const char *folder, const char *name)
{
    size_t length;
    const char *path = arena_format(cx->arena, "%s/%s", folder, name);
    *out = "";
    return file_exists(path) ? file_read(cx, out, &length, path, LIST_BYTES) : OK;
}

static const char *embedded_text(Cx *cx, const unsigned char *at, size_t length)
{
    return arena_text_n(cx->arena, (const char *)at, length);
}

Err divisions_read(Cx *cx, Divisions *out, const char *folder)
{
    *out = (Divisions){ .folder = folder };
    if (!folder) {
        out->list = embedded_list(cx);
        out->former = embedded_text(cx, former_tsv, EMBED_LENGTH(former_tsv));
        out->tiles = embedded_text(cx, tiles_tsv, EMBED_LENGTH(tiles_tsv));
        return OK;
    }
    TRY(read_one(cx, &out->list, folder, "divisions.tsv"));
    TRY(read_one(cx, &out->former, folder, "former.tsv"));
    TRY(read_one(cx, &out->tiles, folder, "tiles.tsv"));
    if (!*out->list)
        return fail(cx, NOT_FOUND, "divisions", "%s 中没有 divisions.tsv；--divisions 应为区划目录",
                    "there is no divisions.tsv in %s; --divisions names a folder of divisions",
                    folder);
    return prove_list(cx, out->list);
}
