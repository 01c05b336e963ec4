/* A panel for tests of routes, after testing_zone: experts E01 … E12, each signed in for
 * server_ask as "e01" … "e12", and a draw over the zones of batch 1.
 */
#ifndef MODULES_EXPERT_EXPERT_TESTING_H
#define MODULES_EXPERT_EXPERT_TESTING_H

#include "base/cx.h"

/* Adds the experts E01 … count, who work in no county of the cast. */
void testing_experts(Cx *cx, int count);
/* Moves every zone to step "review". */
void testing_review_step(Cx *cx);
/* One more zone of the batch, at step "review"; returns its id. */
int64_t testing_review_zone(Cx *cx, const char *name, const char *county);
/* Values of the two organs, fit to be committed. */
extern const char TESTING_RURAL[], TESTING_FINANCE[];
/* Freezes, commits and reveals through the routes, as the two provincial signers: returns the
 * draw's id. */
int64_t testing_draw(Cx *cx);
/* All of it: 12 experts, zones at review, a panel. Returns the draw's id. */
int64_t testing_panel(Cx *cx);
#endif
