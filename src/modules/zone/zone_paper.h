/* The parts of the printed declaration (zone_paper.c: the whole; zone_paper_report.c: the report,
 * in the words of the pack; zone_paper_tables.c: its enclosures). Chinese only, as the document is.
 *
 * The dictionary of a dossier says under "paper" what the report says ("report", with "words" for
 * single fields), which enclosures there are in which order ("annexes") and which fields are not
 * printed ("omit"); docs/add-a-programme.md shows it. A part that no enclosure names gets one of
 * its own, and a field that stands nowhere else is listed: nothing that was filled in is left out
 * without the pack's word.
 */
#ifndef MODULES_ZONE_ZONE_PAPER_H
#define MODULES_ZONE_ZONE_PAPER_H

#include "modules/zone/zone.h"
#include "paper/paper.h"

/* One enclosure: the fields in it, by their pointers, or what the program adds. */
typedef struct Annex {
    const char *title;
    const char **of;   /* "/villages"; ends with NULL */
    const Json *heads; /* other headings of columns by key; NULL = the labels */
} Annex;

typedef struct Print {
    Paper *paper;
    const ZoneView *view;
    const Json *dossier;
    const Field *fields; /* of the dossier */
    const Json *how;     /* "paper" of the dictionary; NULL where it has none */
    const Annex *annexes;
    size_t annex_count;
    Check check;
    const Evidence *evidence;
    size_t evidence_count;
    const char *city; /* names */
    const char *county;
    bool sample;
} Print;

/* Which enclosures there are; the last two are "evidence" and "check". */
void annexes_find(Cx *cx, Print *p);
/* The number of the one that holds the field, from 1; 0 where none does. */
size_t annex_of(const Print *p, const char *pointer);

/* Puts the title, the text and the list of enclosures. */
void print_report(Cx *cx, const Print *p);
/* Puts all enclosures; reads names of divisions from the store. */
Err print_tables(Cx *cx, const Print *p);

/* A value in words: labels of options, 是 and 否, amounts, "2022年11月25日", "未填". */
const char *json_zh(Cx *cx, const Field *f, const Json *j);
/* The same of a member. */
const char *value_zh(Cx *cx, const Field *fields, const Json *object, const char *key);
/* The sum of a list of lines with amounts: "4,000.00"; NULL where one is unknown. */
const char *amounts_zh(Cx *cx, const Json *lines);

/* The same count of a list, 0 where it is not filled in. */
static inline size_t json_count(const Json *list)
{
    return json_missing(list) ? 0 : list->count;
}

#endif
