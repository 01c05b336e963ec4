#include "http/grammar.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

const char *url_decode(Arena *arena, const char *in, size_t length, bool query)
{
    char *out = arena_alloc(arena, length + 1);
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        char c = in[i];
        if (c == '+' && query)
            c = ' ';
        if (c == '%') {
            int high = i + 2 < length ? hex_digit(in[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(in[i + 2]) : -1;
            if (low < 0)
                return NULL;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return NULL;
        out[n++] = c;
    }
    out[n] = '\0';
    return text_valid(out, n) ? out : NULL;
}

bool path_sound(const char *path)
{
    if (path[0] != '/')
        return false;
    for (const char *p = path; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '\\')
            return false;
        if (p[0] == '/' && p[1] == '.') {
            const char *end = p[2] == '.' ? p + 3 : p + 2;
            if (*end == '/' || *end == '\0')
                return false;
        }
    }
    return true;
}

/* Digits at *p, moved behind them; false where there are none or too many. */
static bool number(const char **p, int64_t *out)
{
    size_t n = strspn(*p, "0123456789");
    if (n == 0 || n > 18)
        return false;
    *out = strtoll(*p, NULL, 10);
    *p += n;
    return true;
}

RangeKind range_parse(const char *header, int64_t length, int64_t *from, int64_t *to)
{
    if (!header || strncasecmp(header, "bytes=", 6) != 0)
        return RANGE_NONE;
    const char *p = header + 6;
    *from = 0;
    *to = length - 1;
    if (*p == '-') { /* the last n bytes */
        int64_t n;
        p++;
        if (!number(&p, &n) || *p != '\0')
            return RANGE_NONE;
        *from = n < length ? length - n : 0;
        return n > 0 && length > 0 ? RANGE_PART : RANGE_OUTSIDE;
    }
    if (!number(&p, from) || *p++ != '-')
        return RANGE_NONE;
    if (*p != '\0') {
        int64_t last;
        if (!number(&p, &last) || *p != '\0' || last < *from)
            return RANGE_NONE;
        *to = last < length ? last : length - 1;
    }
    return *from < length ? RANGE_PART : RANGE_OUTSIDE;
}

bool etag_listed(const char *header, const char *etag)
{
    if (!header || !etag)
        return false;
    if (strcmp(header, "*") == 0)
        return true;
    size_t n = strlen(etag);
    for (const char *p = strstr(header, etag); p; p = strstr(p + 1, etag)) {
        bool begins = p == header || strchr(", \t/", p[-1]);
        if (begins && (p[n] == '\0' || strchr(", \t", p[n])))
            return true;
    }
    return false;
}

bool gzip_accepted(const char *header)
{
    for (const char *p = header; p && *p;) {
        p += strspn(p, ", \t");
        size_t length = strcspn(p, ",");
        size_t name = strcspn(p, ",; \t");
        bool gzip = (name == 4 && strncasecmp(p, "gzip", 4) == 0) || (name == 1 && *p == '*');
        const char *q = memmem(p, length, "q=", 2);
        bool refused = q && strtod(q + 2, NULL) <= 0.0;
        if (gzip)
            return !refused;
        p += length;
    }
    return false;
}
