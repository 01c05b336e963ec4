/* multipart/form-data (RFC 7578): a pure function over bytes. It copies names, not contents, looks
 * at each byte once, and refuses what is truncated, too many or without a name.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/http.h"

#define PART_LIMIT        64
#define PART_HEADER_LIMIT 4096 /* bytes of one part's headers */
#define BOUNDARY_LIMIT    70   /* RFC 2046 */

/* content_type: the request's header, NULL where absent. Part.bytes point into bytes. A filename
 * loses any path before it. Fails INVALID. */
Err multipart_parse(Cx *cx, const Part **out, size_t *count, const char *content_type,
                    const char *bytes, size_t length);

#endif
