/* Files that leave the server: spreadsheets and the printed declaration. Each export is on record
 * in the audit log before it goes out.
 */
#ifndef CORE_EXPORT_H
#define CORE_EXPORT_H

#include "core/dispatch.h"

#define TYPE_XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define TYPE_PDF  "application/pdf"

/* A new name in the spool folder, for what must be written as a file. */
const char *export_path(Cx *cx);
/* Replies with the file at path and removes it. */
Err export_file(Cx *cx, Reply *rp, const char *path, const char *name);
Err export_bytes(Cx *cx, Reply *rp, const char *type, const char *name, const char *bytes,
                 size_t length);
/* Puts the export on record, in a transaction of its own: of one row of the noun, or of
 * a list (UNSET). */
Err export_record(Cx *cx, const char *noun, int64_t id, const char *name, int64_t rows);
/* ?lang=en, else as the browser asks. */
void export_language(Cx *cx, const Request *rq);

#endif
