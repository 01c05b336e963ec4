/* What a file is, by its bytes: the kinds that may be attached, one const table. A name counts only
 * in so far as its extension must be one of the kind's, so that nobody is misled by it.
 */
#ifndef CORE_FILE_TYPE_H
#define CORE_FILE_TYPE_H

#include <stdbool.h>

typedef struct FileType {
    const char *type;       /* media type */
    const char *extensions; /* " jpg jpeg " */
    bool shown;             /* safe to show in the browser; others are saved */
} FileType;

extern const FileType FILE_TYPES[]; /* ends with { NULL } */

/* NULL where the bytes are of no kind in the table or the name has another kind's extension. The
 * file's offset is not kept. */
const FileType *file_type(int fd, const char *name);
const FileType *file_type_find(const char *type);

#endif
