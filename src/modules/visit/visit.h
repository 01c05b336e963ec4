/* Site visits (现场核查): who went to a zone and when, what the pack's checklist found there, with
 * photos that say where they were taken.
 *
 * One visit a zone. While planned it is saved in parts; done, it holds points for every item, and
 * nothing of it changes any more. Photos are attachments that hang on the visit (noun "selection").
 */
#ifndef MODULES_VISIT_VISIT_H
#define MODULES_VISIT_VISIT_H

#include "modules/selection/selection.h"

typedef struct Visit {
    int64_t id; /* UNSET = none yet */
    int64_t version;
    int64_t zone_id;
    Day day;
    const char *team;
    const char *state; /* planned, done */
} Visit;

extern const Field visit_fields[];

Err visit_get(Cx *cx, Visit *out, int64_t id);
Err visit_put(Cx *cx, JsonOut *o, const SelectionView *v, int64_t zone_id);
/* body: { day, team, state, version, findings: [{ item, points, note }] }. CONFLICT once done;
 * INVALID where points are over an item's maximum, or where done lacks something. */
extern const Field visit_body[]; /* what body holds */
Err visit_save(Cx *cx, const SelectionView *v, int64_t zone_id, const Json *body);

typedef struct Photo {
    int64_t id;
    int64_t visit_id;
    const char *item;
    int64_t attachment_id;
    int64_t longitude; /* 1e-7 degree, WGS-84 */
    int64_t latitude;
    int64_t accuracy; /* metres */
    int64_t taken_at;
} Photo;

/* body: { item, attachment_id, longitude, latitude, accuracy, taken_at }; degrees as decimal text.
 * INVALID where the attachment is not this visit's. */
extern const Field visit_photo_body[]; /* what body holds */
Err visit_add_photo(Cx *cx, int64_t *id, int64_t visit_id, const Json *body);

/* Points of all items of a visit that is done, 1/100 分; CONFLICT "visit" before. */
Err visit_points(Cx *cx, int64_t *out, const Rubric *rubric, int64_t zone_id);

#endif
