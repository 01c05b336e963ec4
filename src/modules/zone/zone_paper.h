/* The parts of the printed declaration (zone_paper.c: the report; zone_paper_tables.c: its
 * enclosures). Chinese only, as the document is.
 */
#ifndef MODULES_ZONE_ZONE_PAPER_H
#define MODULES_ZONE_ZONE_PAPER_H

#include "modules/zone/zone.h"
#include "paper/paper.h"

typedef struct Print {
    Paper *paper;
    const ZoneView *view;
    const Json *dossier;
    const Field *fields; /* of the dossier */
    Check check;
    const Evidence *evidence;
    size_t evidence_count;
    const char *city; /* names */
    const char *county;
    bool sample;
} Print;

enum { ANNEX_COUNT = 7 };
extern const char *const ANNEXES[ANNEX_COUNT]; /* their titles, in order */

/* Puts all enclosures; reads names of divisions from the store. */
Err print_tables(Cx *cx, const Print *p);

/* A member in words: labels of options, 是 and 否, amounts, "2022年11月25日", "未填". */
const char *value_zh(Cx *cx, const Field *fields, const Json *object, const char *key);

#endif
