/* What must be hidden of one zone: its name, the divisions of its county with their former names,
 * aliases and codes, the cities and counties of the province, the organs and people of its county
 * and city, the files that hang on it, and whatever stands in blind fields of its dossier.
 */
#ifndef MODULES_REVIEW_BLIND_ZONE_H
#define MODULES_REVIEW_BLIND_ZONE_H

#include "modules/review/blind.h"
#include "modules/zone/zone.h"

Err blind_of_zone(Cx *cx, Blind **out, const ZoneView *v, const Json *dossier);

/* Puts the document under key: what the dictionary marks as blind is a chip, every other text is
 * masked, and what no dictionary knows is left out. */
void blind_put_document(Cx *cx, JsonOut *o, const char *key, Blind *b, const Field *fields,
                        const Json *document);

#endif
