/* The shape of a zone's dossier and of a batch's tables.
 *
 * Of a dossier only what code reads is common to all packs: the zone and its county, villages,
 * projects, funds, and the reasons of exceptions. A dictionary must have these as they are here;
 * all else is the pack's: it may add fields beside the common ones, and parts of its own at the
 * top: an object part, or a table (a list of rows that one field tells apart). Code finds those by
 * reading the dictionary, and knows no name of them. Nothing validates against these tables alone:
 * a document is checked with the dictionary of its pack.
 */
#ifndef POLICY_PACK_DOSSIER_H
#define POLICY_PACK_DOSSIER_H

#include "policy/pack/dictionary.h"

extern const Field DOSSIER_COMMON[];
extern const Field BATCH_FIELDS[];

bool dossier_is_table(const Field *f); /* a list of objects */
/* Of a field at the top of a dossier: an object or table of the pack's own. */
bool dossier_is_own(const Field *f);
/* What tells the rows of a table apart; NULL in a pack that was never proved. */
const Field *dossier_key(const Field *table);

/* Names that the printed report may use in braces beside fields and words; ends with NULL. */
extern const char *const PAPER_NAMES[];

/* Adds a finding for each common field that is missing or differs (it names it), own field that
 * page, workbook and paper cannot show, part that is not named, name of the paper that is no field,
 * and text that is missing. */
void dossier_prove(Cx *cx, Findings *f, const Dictionary *d);

/* What the printed report says and encloses: "paper" of the dictionary; of one older than that what
 * was printed then; NULL = the plain report. */
Err dossier_paper(Cx *cx, const Json **out, const Dictionary *d);

#endif
