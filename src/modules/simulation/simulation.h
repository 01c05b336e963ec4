/* What-if over the zones of a batch: the pack in force against a draft, another version or the same
 * pack with other parameters. It reads dossiers as saved last and writes nothing, whatever the
 * draft says; territory is in the SQL.
 */
#ifndef MODULES_SIMULATION_SIMULATION_H
#define MODULES_SIMULATION_SIMULATION_H

#include "base/progress.h"
#include "core/request/dispatch.h"
#include "policy/check/simulation.h"

/* Adds the batch's zones whose county is in the territory (for WITHIN), by county and name, against
 * the batch's tables of today. progress, told after each zone, may be NULL. Fails INVALID, with the
 * zone named, where a dossier is not of the shape that the pack after wants. */
Err simulation_add_batch(Cx *cx, Simulation *s, int64_t batch_id, Arg territory,
                         const Progress *progress);

/* How many zones that would be. */
Err simulation_size(Cx *cx, int64_t *zones, int64_t batch_id, Arg territory);

extern const Module simulation_module;

#endif
