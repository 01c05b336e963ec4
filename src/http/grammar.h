/* The small grammars of RFC 3986 and RFC 9110 that this layer reads itself: pure functions over
 * outside text, each total: whatever does not fit the grammar has a plain answer.
 */
#ifndef HTTP_GRAMMAR_H
#define HTTP_GRAMMAR_H

#include "base/text.h"

/* The length bytes at in with %XX (and + in queries) decoded; NULL where an escape is broken or the
 * result is not UTF-8 text without NUL. */
const char *url_decode(Arena *arena, const char *in, size_t length, bool query);
/* True if "/a/b" is safe: starts with "/", has no "." or ".." segment, "\\" or control. */
bool path_sound(const char *path);

typedef enum RangeKind { RANGE_NONE, RANGE_PART, RANGE_OUTSIDE } RangeKind;
/* One range of "bytes=…"; anything else, several ranges too, is RANGE_NONE: the whole. */
RangeKind range_parse(const char *header, int64_t length, int64_t *from, int64_t *to);
/* True if If-None-Match names the tag (weak comparison) or is "*". */
bool etag_listed(const char *header, const char *etag);
/* True if Accept-Encoding takes gzip. */
bool gzip_accepted(const char *header);

#endif
