/* What an uploaded workbook is answered with, the same for every list: what is wrong in it, what
 * was left out (tabs, columns, rows), what was read in another unit, and what it would change. It
 * reads and writes no list itself.
 */
#ifndef CORE_REQUEST_INTAKE_H
#define CORE_REQUEST_INTAKE_H

#include "core/request/dispatch.h"
#include "sheet/merge.h"

/* The part "file" of the form that was sent, at most 5,000 rows a tab, or the workbook that
 * Route.prepare kept: reading takes long, and a write keeps everybody's waiting. INVALID. */
Err intake_file(Cx *cx, SheetBook **out, const Sheet *sheet, const Request *rq);
Err intake_file_within(Cx *cx, SheetBook **out, const Sheet *sheet, const Request *rq,
                       const SheetLimits *limits);
/* SM3 of the file that was sent. */
Err intake_digest(Cx *cx, const char **hex, const Request *rq);
void intake_keep(Cx *cx,
                 SheetBook *book); /* as it is now; the sheet lives as long as the request */
/* As it was kept, whatever an attempt before added to its faults; NULL where none was. */
SheetBook *intake_kept(const Cx *cx);
extern const SheetLimits INTAKE_LIMITS;
extern const SheetLimits INTAKE_LARGE; /* of lists that take more rows than one act does */

/* Puts error_count, errors, ignored and tabs into the open object. */
void intake_put_book(Cx *cx, JsonOut *o, const SheetBook *book);

/* How rows are told apart and summed. */
typedef struct IntakeRows {
    const Field *fields;
    const char *const *keys;  /* fields that name a row, ends with NULL; alike ones pair in order */
    const char *const *names; /* fields that people know it by, ends with NULL */
    const char *money;        /* the field whose amounts are summed, an OBJECT's all; or NULL */
    size_t more;              /* changes that are counted and not among the rows given */
} IntakeRows;

/* Puts change_count and changes: rows added, changed (each field before and after) and removed. */
void intake_put_changes(Cx *cx, JsonOut *o, const IntakeRows *r, const Json *before,
                        const Json *after);

/* All or nothing: what is half right would have to be looked for among the rows. INVALID. */
Err intake_refuse(Cx *cx, const SheetBook *book);
/* The same workbook with its errors marked, put on record of the noun (core/request/export.h). */
Err intake_annotated(Cx *cx, Reply *rp, const char *noun, int64_t id, const SheetBook *book);

#endif
