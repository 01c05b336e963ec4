#include "core/record/file_type.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zip.h>

#define HEAD_BYTES  8192
#define OLE_END     0xfffffffaU /* from here on a sector number means something else */
#define OLE_SECTORS 64          /* of the directory, looked at */

/* How the bytes of a kind begin, and what an archive or compound file must hold inside. */
typedef enum FileShape {
    SHAPE_PLAIN,
    SHAPE_PDF,
    SHAPE_ZIP,
    SHAPE_OLE,
    SHAPE_FTYP,
    SHAPE_TEXT
} FileShape;

const FileType FILE_TYPES[] = {
    { "application/pdf", " pdf ", true },
    { "image/jpeg", " jpg jpeg ", true },
    { "image/png", " png ", true },
    { "image/webp", " webp ", true },
    { "image/heic", " heic heif ", false },
    { "image/tiff", " tif tiff ", false }, /* of scanners */
    { "image/tiff", " tif tiff ", false },
    { "image/bmp", " bmp ", false },
    { "image/gif", " gif ", false },
    { "video/mp4", " mp4 m4v mov ", false },
    { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", " docx ", false },
    { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", " xlsx ", false },
    { "application/vnd.openxmlformats-officedocument.presentationml.presentation", " pptx ",
      false },
    { "application/ofd", " ofd ", false },
    { "application/msword", " doc wps ", false },
    { "application/vnd.ms-excel", " xls et ", false },
    { "application/vnd.ms-powerpoint", " ppt dps ", false },
    { "application/zip", " zip ", false },
    { "text/plain", " txt csv ", false },
    { .type = NULL },
};

/* In the order of the table; the first that fits is it. inside: how a member of the archive begins,
 * a stream of the compound file, or the brands of an ISO media file. */
static const struct {
    FileShape shape;
    const char *magic;
    const char *inside;
} SIGNS[] = {
    { SHAPE_PDF, NULL, NULL },
    { SHAPE_PLAIN, "\xff\xd8\xff", NULL },
    { SHAPE_PLAIN, "\x89PNG\r\n\x1a\n", NULL },
    { SHAPE_PLAIN, "RIFF????WEBP", NULL },
    { SHAPE_FTYP, NULL, " heic heix heim heis hevc mif1 msf1 " },
    { SHAPE_PLAIN, "II*", NULL },
    { SHAPE_PLAIN, "MM?*", NULL },
    { SHAPE_PLAIN, "BM", NULL },
    { SHAPE_PLAIN, "GIF8", NULL },
    { SHAPE_FTYP, NULL, " isom iso2 iso4 iso5 iso6 mp41 mp42 avc1 M4V  dash qt   " },
    { SHAPE_ZIP, "PK\x03\x04", "word/document" },
    { SHAPE_ZIP, "PK\x03\x04", "xl/workbook.xml" },
    { SHAPE_ZIP, "PK\x03\x04", "ppt/presentation.xml" },
    { SHAPE_ZIP, "PK\x03\x04", "OFD.xml" },
    { SHAPE_OLE, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "WordDocument" },
    { SHAPE_OLE, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Workbook" },
    { SHAPE_OLE, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "PowerPoint Document" },
    { SHAPE_ZIP, "PK", NULL },
    { SHAPE_TEXT, NULL, NULL },
};

typedef struct FileHead {
    int fd;
    unsigned char head[HEAD_BYTES];
    size_t length;
} FileHead;

/* '?' stands for any byte. */
static bool begins(const FileHead *s, const char *magic)
{
    size_t n = strlen(magic);
    bool same = s->length >= n;
    for (size_t i = 0; i < n && same; i++)
        same = magic[i] == '?' || s->head[i] == (unsigned char)magic[i];
    return same;
}

/* Readers look for a PDF's mark in the first kilobyte: scanners put line ends or a BOM before it.
 */
static bool is_pdf(const FileHead *s)
{
    size_t most = s->length < 1024 ? s->length : 1024;
    for (size_t i = 0; i + 5 <= most; i++)
        if (memcmp(s->head + i, "%PDF-", 5) == 0)
            return true;
        else if (!memchr("\r\n\t \xef\xbb\xbf", s->head[i], 7))
            return false;
    return false;
}

static bool zip_holds(const FileHead *s, const char *member)
{
    int fd = dup(s->fd);
    int error;
    zip_t *zip = fd >= 0 ? zip_fdopen(fd, 0, &error) : NULL;
    if (zip == NULL) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool holds = member == NULL;
    zip_int64_t count = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; !holds && i < count; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
        holds = name && strncmp(name, member, strlen(member)) == 0;
    }
    zip_discard(zip);
    return holds;
}

static size_t little(const unsigned char *p, int bytes)
{
    size_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | p[bytes];
    return value;
}

/* The sector behind this one, by the allocation table, whose first 109 sectors the header names. */
static size_t ole_next(const FileHead *s, size_t shift, size_t sector)
{
    size_t each = ((size_t)1 << shift) / 4;
    unsigned char next[4];
    if (sector / each >= 109)
        return OLE_END;
    size_t table = little(s->head + 76 + sector / each * 4, 4);
    off_t at = (off_t)(((table + 1) << shift) + sector % each * 4);
    return pread(s->fd, next, sizeof next, at) == sizeof next ? little(next, 4) : OLE_END;
}

/* Some programs write WORDDOCUMENT. */
static bool name_same(const unsigned char *entry, const unsigned char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (tolower(entry[i]) != tolower(name[i]))
            return false;
    return true;
}

/* A stream's name stands in UTF-16 in the directory, a chain of sectors that the header begins. */
static bool ole_holds(const FileHead *s, const char *stream)
{
    size_t shift = s->length >= 512 ? little(s->head + 30, 2) : 0;
    if (shift != 9 && shift != 12)
        return false;
    unsigned char name[64] = { 0 };
    size_t length = strlen(stream) * 2;
    for (size_t i = 0; i < length; i += 2)
        name[i] = (unsigned char)stream[i / 2];
    size_t sector = little(s->head + 48, 4);
    for (int i = 0; i < OLE_SECTORS && sector < OLE_END; i++) {
        unsigned char entries[4096];
        ssize_t n = pread(s->fd, entries, (size_t)1 << shift, (off_t)((sector + 1) << shift));
        for (ssize_t at = 0; at + 128 <= n; at += 128)
            if (name_same(entries + at, name, length))
                return true;
        sector = ole_next(s, shift, sector);
    }
    return false;
}

static bool brand_of(const FileHead *s, const char *brands)
{
    if (s->length < 12 || memcmp(s->head + 4, "ftyp", 4) != 0)
        return false;
    char brand[7] = " xxxx ";
    memcpy(brand + 1, s->head + 8, 4);
    return strstr(brands, brand) != NULL;
}

/* Text has no control characters and does not read as a page; its encoding may be UTF-8 or GBK. */
static bool text_like(const FileHead *s)
{
    if (s->length >= 2 &&
        (memcmp(s->head, "\xff\xfe", 2) == 0 || memcmp(s->head, "\xfe\xff", 2) == 0))
        return true; /* UTF-16, by its mark */
    for (size_t i = 0; i < s->length; i++)
        if ((s->head[i] < 0x20 && !memchr("\t\r\n\f", s->head[i], 4)) || s->head[i] == 0x7f)
            return false;
    return s->length > 0 && s->head[0] != '<';
}

static bool fits(const FileHead *s, size_t i)
{
    if (SIGNS[i].magic != NULL && !begins(s, SIGNS[i].magic))
        return false;
    switch (SIGNS[i].shape) {
    case SHAPE_PLAIN: return true;
    case SHAPE_PDF: return is_pdf(s);
    case SHAPE_ZIP: return zip_holds(s, SIGNS[i].inside);
    case SHAPE_OLE: return ole_holds(s, SIGNS[i].inside);
    case SHAPE_FTYP: return brand_of(s, SIGNS[i].inside);
    case SHAPE_TEXT: return text_like(s);
    }
    return false;
}

static bool named_so(const char *name, const FileType *t)
{
    const char *dot = strrchr(name, '.');
    char wanted[16] = " ";
    if (dot == NULL || strlen(dot) > 8)
        return false;
    for (size_t i = 1; dot[i] != '\0'; i++)
        wanted[i] = (char)(dot[i] | 0x20);
    wanted[strlen(dot)] = ' ';
    return strstr(t->extensions, wanted) != NULL;
}

static FileHead sample(int fd)
{
    FileHead s = { .fd = fd };
    ssize_t n = pread(fd, s.head, sizeof s.head, 0);
    s.length = n > 0 ? (size_t)n : 0;
    return s;
}

bool file_locked(int fd)
{
    FileHead s = sample(fd);
    return begins(&s, "\xd0\xcf\x11\xe0") && ole_holds(&s, "EncryptedPackage");
}

bool file_named(const char *name)
{
    for (const FileType *t = FILE_TYPES; t->type != NULL; t++)
        if (named_so(name, t))
            return true;
    return false;
}

const char *file_kinds(Cx *cx)
{
    Buf b = BUF(cx);
    for (const FileType *t = FILE_TYPES; t->type != NULL; t++)
        for (const char *p = t->extensions + 1; *p && (t == FILE_TYPES || t[-1].type != t->type);
             p += strcspn(p, " ") + 1)
            buf_format(&b, "%s%.*s", b.length ? "、" : "", (int)strcspn(p, " "), p);
    return buf_text(&b);
}

const FileType *file_type(int fd, const char *name)
{
    _Static_assert(COUNT(SIGNS) == COUNT(FILE_TYPES) - 1, "one sign for each type");
    FileHead s = sample(fd);
    for (size_t i = 0; i < COUNT(SIGNS); i++)
        if (fits(&s, i))
            return named_so(name, &FILE_TYPES[i]) ? &FILE_TYPES[i] : NULL;
    return NULL;
}

const FileType *file_type_find(const char *type)
{
    for (const FileType *t = FILE_TYPES; t->type != NULL; t++)
        if (strcmp(t->type, type) == 0)
            return t;
    return NULL;
}
