/* Three small grammars of RFC 9110: Range, If-None-Match, Accept-Encoding. */
#include "http/inside.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
