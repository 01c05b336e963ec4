/* Replay: does the record of a selection still give what was published?
 *
 * Recomputes, from what everybody wrote down, the draw, every score and total, the ranking, the
 * determination with its money (by the pack and the tables that were recorded with it), and every
 * publication, and compares each with what is kept. Reads only. The first difference is named; what
 * comes later may follow from it.
 */
#ifndef MODULES_FLOW_REPLAY_H
#define MODULES_FLOW_REPLAY_H

#include "modules/selection/selection.h"

typedef struct Replay {
    int64_t draws; /* how much was compared */
    int64_t sheets;
    int64_t zones;
    int64_t determinations;
    int64_t publications;
    const char *zh; /* the first difference; NULL = equal */
    const char *en;
} Replay;

Err selection_replay(Cx *cx, Replay *out, int64_t batch_id);

#endif
