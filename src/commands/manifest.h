/* What a backup consists of: SM3, size and path of each of its files, in the file "manifest", which
 * is written last and ends with its own SM3. A folder without it is an unfinished backup.
 */
#ifndef COMMANDS_MANIFEST_H
#define COMMANDS_MANIFEST_H

#include "base/cx.h"

typedef struct ManifestFile {
    const char *digest;
    int64_t size;
    const char *path; /* below the folder */
} ManifestFile;

typedef struct Manifest {
    const ManifestFile *files; /* sorted by path */
    size_t count;
    int64_t bytes;      /* of all files */
    const char *digest; /* of the manifest: the backup's name for the record */
} Manifest;

/* Lists every file below the folder. */
Err manifest_write(Cx *cx, Manifest *out, const char *folder);
/* Reads the list and every file on it. INVALID, with the path as its field, where one is missing,
 * cut off or changed. */
Err manifest_prove(Cx *cx, Manifest *out, const char *folder);
bool manifest_has(const Manifest *m, const char *path);

#endif
