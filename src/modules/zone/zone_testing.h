/* A zone for tests of routes: the cast's divisions, an open sample batch, and zone 1 of county
 * 370683, at its first step with an empty dossier. After server_testing_start.
 */
#ifndef MODULES_ZONE_ZONE_TESTING_H
#define MODULES_ZONE_ZONE_TESTING_H

#include "base/cx.h"

void testing_zone(Cx *cx);
/* Saves a whole sample dossier over that version: that of the pack's golden tests. */
void testing_dossier(Cx *cx, int version);

#endif
