/* Video defence (视频答辩): sessions of a batch, each with one slot a zone, in the order that the
 * draw's seed gives. Times of start and end are the server's; the recording is an attachment of the
 * zone (noun "review"). What the panel thinks of it stands in its sheets.
 */
#ifndef MODULES_REVIEW_DEFENCE_H
#define MODULES_REVIEW_DEFENCE_H

#include "core/request/dispatch.h"

typedef struct Session {
    int64_t id;
    int64_t batch_id;
    int64_t starts_at;
    int64_t minutes; /* for each zone */
    const char *place;
    const char *state; /* planned; ordered; done */
    int64_t version;
} Session;

typedef struct Slot {
    int64_t id;
    int64_t session_id;
    int64_t zone_id;
    int64_t position; /* from 1 */
    int64_t planned_at;
    int64_t started_at;
    int64_t ended_at;
    int64_t recording_id;
    const char *note;
    int64_t version;
    const char *name; /* of the zone */
    const char *county_name;
    const char *recording;
    int64_t seconds; /* from start to end; UNSET before */
    int64_t over;    /* seconds over the session's minutes; UNSET where none */
    int64_t minutes;
} Slot;

extern const Field session_fields[];
extern const Field slot_fields[];

/* minutes UNSET = the pack's. INVALID "starts_at" in the past. */
Err session_add(Cx *cx, int64_t *id, const Session *s);
/* NOT_FOUND. */
Err session_get(Cx *cx, Session *out, int64_t id);
/* Gives the zones (none named: all that wait at step defence) their places, by the draw's seed.
 * CONFLICT once ordered or where a zone has a place already, INVALID "/zones/n". */
Err session_order(Cx *cx, int64_t id, const Json *zones);
/* The slots of one's territory. */
Err slot_list(Cx *cx, List *out, int64_t batch_id);
Err slot_get(Cx *cx, Slot *out, int64_t id);
/* One at a time in a session. CONFLICT where that is not the next thing to do, STALE. */
Err slot_start(Cx *cx, int64_t id, int64_t version);
Err slot_end(Cx *cx, int64_t id, int64_t version);
/* Note and recording. INVALID "recording_id" where it is not of this zone. */
Err slot_update(Cx *cx, const Slot *slot);
/* Sessions with their slots, and which zones wait. */
Err defence_put(Cx *cx, JsonOut *o, int64_t batch_id);

#endif
