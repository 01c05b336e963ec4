/* What a file is, by its bytes: the kinds that may be attached, one const table. A name counts only
 * in so far as its extension must be one of the kind's, so that nobody is misled by it.
 */
#ifndef CORE_RECORD_FILE_TYPE_H
#define CORE_RECORD_FILE_TYPE_H

#include "base/cx.h"

typedef struct FileType {
    const char *type;       /* media type */
    const char *extensions; /* " jpg jpeg " */
    bool shown;             /* safe to show in the browser; others are saved */
} FileType;

extern const FileType FILE_TYPES[]; /* ends with { NULL } */

/* NULL where the bytes are of no kind in the table or the name has another kind's extension. The
 * file's offset is not kept. */
const FileType *file_type(int fd, const char *name);
/* A document under a password of Office: what is inside cannot be known, nor opened by those who
 * are to read it. */
bool file_locked(int fd);
/* Whether the name has an extension of the table: asked before anything is sent. */
bool file_named(const char *name);
/* "pdf、jpg、…": for people. */
const char *file_kinds(Cx *cx);
const FileType *file_type_find(const char *type);

#endif
