/* The quota of a batch: who may recommend how many, and who holds which place.
 *
 * Whose places a county's zones use, a county's own or those of its whole city, and how many there
 * are, is what the batch's pack says of its tables (policy/check/terms.h). Where the city has them,
 * each of its counties may send as many candidates up, and the city reports no more than that. A
 * zone holds a place of its county from leaving it until it comes back, and where the places are
 * the city's one of those from the report on. Two zones never hold one place.
 */
#ifndef MODULES_BATCH_BATCH_QUOTA_H
#define MODULES_BATCH_BATCH_QUOTA_H

#include "modules/batch/batch.h"
#include "policy/check/terms.h"

/* A batch's pack with the tables of a day, for terms_of of one county after the other. */
typedef struct BatchTables {
    const Pack *pack;
    Tables tables;
} BatchTables;
Err batch_tables(Cx *cx, BatchTables *out, int64_t batch_id, Day at);
/* The terms of one county as of today. */
Err batch_terms(Cx *cx, Terms *out, int64_t batch_id, const char *county);

/* Notes beside each place whose places its county uses by the tables of now (see batch_document.c).
 */
Err batch_places_tell(Cx *cx, int64_t batch_id);
/* Takes the lowest free place of the code; nothing where the zone holds one already. CONFLICT
 * "quota" where none is free. */
Err batch_place_take(Cx *cx, int64_t batch_id, const char *code, int64_t places, int64_t zone_id);
Err batch_place_free(Cx *cx, const char *code, int64_t zone_id);

#endif
