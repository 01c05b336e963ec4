/* The divisions that an installation begins with: files of a folder, or those that are embedded in
 * the program (data/shandong). No province stands in code.
 *
 *     divisions.tsv   code<TAB>name, each behind the one it belongs to; "# …" says where they are
 * from former.tsv      code<TAB>former name, of divisions that were called otherwise; may lack
 *     tiles.tsv       code<TAB>column<TAB>row of each city on the board's sketch; may lack
 *     demo.json       organs, batch, zones of the demo (commands/demo.h); may lack
 */
#ifndef MODULES_REGION_DIVISIONS_H
#define MODULES_REGION_DIVISIONS_H

#include "base/cx.h"

typedef struct Divisions {
    const char *folder; /* NULL = embedded */
    const char *list;   /* lines, each with its end; "" where the file lacks */
    const char *former;
    const char *tiles;
} Divisions;

/* folder: NULL = the embedded ones. NOT_FOUND where it has no divisions.tsv; INVALID with the line
 * that is no division, whose upper one does not stand before it, or that stands twice. */
Err divisions_read(Cx *cx, Divisions *out, const char *folder);

/* The next line's two or three columns; false at the end. "# …" lines are told by columns[0]. */
bool divisions_next(Cx *cx, const char **rest, const char *columns[3]);

#endif
