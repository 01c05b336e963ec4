/* A round for tests of routes: zone 1 with a whole dossier, twelve experts, a panel of five, and
 * the paper round of batch 1 open for a day. Other zones of the batch are added before.
 */
#ifndef MODULES_REVIEW_REVIEW_TESTING_H
#define MODULES_REVIEW_REVIEW_TESTING_H

#include "base/cx.h"

#define TESTING_ROUND_MS 1200000LL

/* Zone 1 with its dossier, at step review; more zones may follow. */
void testing_review(Cx *cx);
/* The panel is drawn and the round opened. */
void testing_round(Cx *cx);
/* The sheet of a zone (0 = any) that its n-th expert has, and his account. */
int64_t testing_sheet(Cx *cx, const char *part, int64_t zone_id, int n, const char **account);
/* Scores every item with that share of its maximum, in percent, and submits: the last status. */
int testing_score(Cx *cx, const char *account, int64_t sheet, int percent);
/* Scores all sheets of the part and seals it. */
void testing_seal(Cx *cx, const char *part);

#endif
