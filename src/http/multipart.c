#include "http/multipart.h"

#include <string.h>
#include <strings.h>

typedef struct PartScan {
    const char *at;
    const char *end;
} PartScan;

#define MALFORMED(cx, zh, en)                                                                      \
    fail(cx, INVALID, NULL, "表单内容有误：" zh, "malformed form data: " en)

/* The value of a parameter ("boundary", "name", "filename") of a header's value, unquoted; NULL
 * where absent or broken. Browsers write a quote inside a file name as %22 or as \". */
static const char *parameter(Cx *cx, const char *value, const char *name)
{
    size_t n = strlen(name);
    const char *p = strchr(value, ';');
    while (p) {
        p++;
        p += strspn(p, " \t");
        bool mine = strncasecmp(p, name, n) == 0 && p[n] == '=';
        p += strcspn(p, "=;");
        if (*p != '=') {
            p = strchr(p, ';');
            continue;
        }
        Buf text = BUF(cx);
        p++;
        if (*p == '"') {
            for (p++; *p && *p != '"'; p++) {
                if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
                    p++;
                buf_char(&text, *p);
            }
            if (*p != '"')
                return NULL;
        } else {
            size_t length = strcspn(p, "; \t");
            buf_add_n(&text, p, length);
            p += length;
        }
        if (mine)
            return buf_text(&text);
        p = strchr(p, ';');
    }
    return NULL;
}

static const char *boundary_of(Cx *cx, const char *content_type)
{
    static const char KIND[] = "multipart/form-data";
    size_t n = sizeof KIND - 1;
    if (!content_type || strncasecmp(content_type, KIND, n) != 0 ||
        !strchr("; \t", content_type[n]))
        return NULL;
    const char *boundary = parameter(cx, content_type, "boundary");
    size_t length = boundary ? strlen(boundary) : 0;
    return length >= 1 && length <= BOUNDARY_LIMIT ? boundary : NULL;
}

/* Only the last segment, whichever system's separators; NULL where nothing is left. */
static const char *base_name(Cx *cx, const char *filename)
{
    const char *base = filename;
    for (const char *p = filename; *p; p++)
        if (*p == '/' || *p == '\\')
            base = p + 1;
    Buf text = BUF(cx);
    for (const char *p = base; *p; p++) {
        bool quote = strncmp(p, "%22", 3) == 0;
        if (quote)
            p += 2;
        if ((unsigned char)*p >= 0x20 && *p != 0x7f)
            buf_char(&text, quote ? '"' : *p);
    }
    const char *name = buf_text(&text);
    bool dots = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    return *name && !dots ? name : NULL;
}

static Err header_read(Cx *cx, Part *part, const char *line, size_t length)
{
    if (memchr(line, '\0', length) || !text_valid(line, length))
        return MALFORMED(cx, "字段头不是 UTF-8", "a part header is not UTF-8");
    const char *text = arena_text_n(cx->arena, line, length);
    const char *colon = strchr(text, ':');
    if (!colon)
        return MALFORMED(cx, "字段头缺冒号", "a part header has no colon");
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t name = (size_t)(colon - text);
    if (name == 12 && strncasecmp(text, "Content-Type", name) == 0)
        part->type = value;
    if (name == 19 && strncasecmp(text, "Content-Disposition", name) == 0) {
        if (strncasecmp(value, "form-data", 9) != 0)
            return MALFORMED(cx, "字段不是 form-data", "a part is not form-data");
        part->name = parameter(cx, value, "name");
        const char *filename = parameter(cx, value, "filename");
        part->filename = filename ? base_name(cx, filename) : NULL;
    }
    return OK;
}

static Err headers_read(Cx *cx, Part *part, PartScan *s)
{
    size_t left = (size_t)(s->end - s->at);
    const char *limit = s->at + (left < PART_HEADER_LIMIT ? left : PART_HEADER_LIMIT);
    for (;;) {
        const char *line = s->at;
        const char *end = memmem(line, (size_t)(limit - line), "\r\n", 2);
        if (!end)
            return MALFORMED(cx, "字段头不完整或过长", "a part's headers are cut off or too long");
        s->at = end + 2;
        if (end == line)
            break;
        TRY(header_read(cx, part, line, (size_t)(end - line)));
    }
    if (text_blank(part->name))
        return MALFORMED(cx, "字段没有名称", "a part has no name");
    return OK;
}

/* Behind a delimiter: "--" ends the form, CRLF (after blanks) begins a part. */
static Err delimiter_end(Cx *cx, PartScan *s, bool *last)
{
    *last = s->end - s->at >= 2 && memcmp(s->at, "--", 2) == 0;
    if (*last)
        return OK;
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
        s->at++;
    if (s->end - s->at < 2 || memcmp(s->at, "\r\n", 2) != 0)
        return MALFORMED(cx, "分隔线有误", "a delimiter line is broken");
    s->at += 2;
    return OK;
}

/* Moves behind the first delimiter, which needs no line break where nothing stands before it. */
static bool first_delimiter(PartScan *s, const char *delimiter, size_t n)
{
    size_t length = (size_t)(s->end - s->at);
    if (length >= n - 2 && memcmp(s->at, delimiter + 2, n - 2) == 0) {
        s->at += n - 2;
        return true;
    }
    const char *found = memmem(s->at, length, delimiter, n);
    s->at = found ? found + n : s->end;
    return found != NULL;
}

static Err part_read(Cx *cx, Part *part, PartScan *s, const char *delimiter, size_t n)
{
    TRY(headers_read(cx, part, s));
    part->bytes = s->at;
    /* An empty content may share its line break with the headers. */
    const char *end = memmem(s->at - 2, (size_t)(s->end - s->at) + 2, delimiter, n);
    if (!end)
        return MALFORMED(cx, "内容不完整", "the body ends inside a part");
    part->length = end > s->at ? (size_t)(end - s->at) : 0;
    s->at = end + n;
    return OK;
}

Err multipart_parse(Cx *cx, const Part **out, size_t *count, const char *content_type,
                    const char *bytes, size_t length)
{
    const char *boundary = boundary_of(cx, content_type);
    if (!boundary)
        return MALFORMED(cx, "缺少分隔符", "not multipart/form-data with a boundary");
    const char *delimiter = arena_format(cx->arena, "\r\n--%s", boundary);
    size_t n = strlen(delimiter);
    Part *parts = NEW_N(cx, Part, PART_LIMIT);
    PartScan s = { bytes, bytes + length };
    *count = 0;
    *out = parts;
    if (!first_delimiter(&s, delimiter, n))
        return MALFORMED(cx, "没有分隔线", "no delimiter in the body");
    for (;;) {
        bool last;
        TRY(delimiter_end(cx, &s, &last));
        if (last)
            return OK;
        if (*count == PART_LIMIT || arena_full(cx->arena))
            return MALFORMED(cx, "字段过多", "too many parts");
        TRY(part_read(cx, &parts[*count], &s, delimiter, n));
        ++*count;
    }
}
