/* What others made and the program holds, links or wants beside it: each with its licence.
 *
 * The rows are made by tools/licences when the program is built, from the lock file of the pages
 * and data/licences.tsv. Which of the pages' packages end in the built pages is not said: all that
 * they are built from stand here.
 */
#ifndef CORE_RECORD_LICENCE_H
#define CORE_RECORD_LICENCE_H

#include "core/request/dispatch.h"

typedef struct Licence {
    const char *part;    /* a key of LICENCE_PARTS */
    const char *name;    /* "@vue/shared", "SQLite" */
    const char *version; /* of the machine that built the program; "" = not known there */
    const char *licence; /* an SPDX expression */
    const char *home;
    const char *text; /* of the licence, with its copyright; NULL where none came along */
} Licence;

extern const Licence LICENCES[]; /* ends with { NULL } */
extern const Option LICENCE_PARTS[];
void licence_notice(Cx *cx, Buf *b); /* all of them, to be read */
/* The same as a CycloneDX 1.6 bill of materials of the program of that version. */
void licence_bill(Cx *cx, Buf *b, const char *version);

#endif
