/* The built front end, gzipped into the program by tools/embed-web; ends with a NULL path. */
#ifndef HTTP_EMBEDDED_H
#define HTTP_EMBEDDED_H

#include <stddef.h>

typedef struct Embedded {
    const char *path; /* "/index.html" */
    const char *type;
    const unsigned char *gzip;
    size_t length;
    const char *etag; /* with its quotes */
} Embedded;

extern const Embedded WEB_FILES[];

#endif
