/* Workbooks out: forms, exports, and the same data back with its errors marked. They are written by
 * a child (base/child.h), so all here fail as child_end does.
 */
#ifndef SHEET_SHEET_OUT_H
#define SHEET_SHEET_OUT_H

#include "sheet/sheet.h"

typedef struct SheetMaker {
    const char *program; /* "tuijin"; NULL = this one */
    const char *mark; /* who takes it out and when: in its properties, its foot and its last line */
} SheetMaker;

typedef struct SheetFile {
    const char *bytes;
    size_t length;
} SheetFile;

/* An empty form to fill in: title, unit, header with help as comments, drop-downs for options,
 * limits as validation. READONLY, VIRTUAL and SECRET fields are left out. In cx->lang. */
Err sheet_template(Cx *cx, SheetFile *out, const SheetMaker *maker, const Sheet *sheets,
                   size_t count);

/* An export, row after row in memory that does not grow with the rows. SECRET fields never leave;
 * MASKED ones are masked unless reveal. No text begins with = + - @ . */
typedef struct SheetOut SheetOut;

Err sheet_open(Cx *cx, SheetOut **out, const SheetMaker *maker);
/* Begins a tab and ends the one before with the line for signatures. */
void sheet_begin(Cx *cx, SheetOut *out, const Sheet *sheet, bool reveal);
Err sheet_put(Cx *cx, SheetOut *out, const Json *row); /* or a struct that the fields describe: */
Err sheet_put_row(Cx *cx, SheetOut *out, const void *row);
/* Once for each sheet_open, also after a failure. */
Err sheet_close(Cx *cx, SheetOut *o, SheetFile *out);

/* The same data back: faulty cells red and with a comment, a last column of errors. */
Err sheet_annotate(Cx *cx, SheetFile *out, const SheetMaker *maker, const SheetBook *book);

/* The child's work; the exit status. */
int sheet_make(int in, int out);

#endif
