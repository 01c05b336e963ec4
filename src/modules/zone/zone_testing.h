/* A zone for tests of routes: the cast's divisions, an open sample batch, and zone 1 of county
 * 370683, at its first step with an empty dossier. After server_testing_start.
 */
#ifndef MODULES_ZONE_ZONE_TESTING_H
#define MODULES_ZONE_ZONE_TESTING_H

#include "modules/server_testing.h"

void testing_zone(Cx *cx);
/* Saves a whole sample dossier over that version: that of the pack's golden tests. */
void testing_dossier(Cx *cx, int version);
/* The same without one of its parts. */
void testing_dossier_without(Cx *cx, int version, const char *part);
/* What a command of poppler says of the PDF, whose path stands where the command has @. */
const char *testing_poppler(Cx *cx, const Answer *pdf, const char *command);
const char *testing_pdf_text(Cx *cx, const Answer *pdf);

#endif
