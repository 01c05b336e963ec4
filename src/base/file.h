/* Whole files in and out, with a limit. For what is larger, open and stream. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/text.h"

/* Reads a file, or standard input where path is "-", into the arena; NUL-terminated. Never reads
 * more than limit + 1 bytes. Fails NOT_FOUND, or TOO_LARGE over the limit. */
Err file_read(Cx *cx, const char **out, size_t *length, const char *path, size_t limit);

/* Writes beside the target and renames, so that a reader sees the old file or the new one. Makes
 * the last folder of the path where it is missing. Fails FULL or FORBIDDEN. */
Err file_write(Cx *cx, const char *path, const char *bytes, size_t length);

/* The plain files of a folder whose name ends so, sorted; ends with NULL. NOT_FOUND without one. */
Err file_list(Cx *cx, const char ***out, const char *folder, const char *ending);

/* Copies a file of any size into a new one that its owner alone may read, and onto the disk. Fails
 * NOT_FOUND, CONFLICT where the target is there, FULL or FORBIDDEN. */
Err file_copy(Cx *cx, const char *from, const char *to);

bool file_exists(const char *path);

#endif
