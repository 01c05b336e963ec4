/* What the files of the draw share. */
#ifndef MODULES_EXPERT_DRAW_INSIDE_H
#define MODULES_EXPERT_DRAW_INSIDE_H

#include "modules/expert/draw.h"
#include "modules/expert/expert.h"

/* The pack's figures: rubric.json, "panel". */
typedef struct DrawRule {
    int64_t seats;
    int64_t substitutes;
    int64_t reveal_hours;
} DrawRule;

Err draw_rule(Cx *cx, DrawRule *out, int64_t batch_id);

/* --- hashes (draw_order.c) --- */
const char *draw_hash(Cx *cx, const char *text); /* SHA-256 in hexadecimal */
const char *draw_seed_of(Cx *cx, const Draw *d);
/* What binds a number to a person without naming him. */
const char *draw_identity(Cx *cx, const char *nonce, const char *number, const char *name,
                          const char *organ);
bool draw_is_hex(const char *text, size_t least, size_t most);

/* --- the pool (draw_pool.c) --- */
/* Fills pool, pool_hash and roster; refuses where experts are too few. */
Err draw_pool_make(Cx *cx, Draw *d);
Err draw_pool(Cx *cx, const Json **out, const Draw *d);
/* The roster's entry of a number; NULL where it has none. */
const Json *draw_entry(const Json *roster, const char *number);
/* Why the entry's expert avoids the zone; NULL = he does not. */
const char *draw_avoids(const Json *entry, int64_t zone_id);

/* --- the record (draw.c) --- */
typedef struct DrawEvent {
    int64_t id;
    int64_t at;
    const char *act;
    const char *party; /* rural, finance, expert, province */
    const char *number;
    int64_t zone_id;
    const char *reason;
} DrawEvent;

extern const Field draw_event_fields[];

Err draw_event(Cx *cx, int64_t draw_id, const DrawEvent *e);
Err draw_events(Cx *cx, List *out, int64_t draw_id);

/* --- the panel (panel.c) --- */
/* The numbers of the pool in the seed's order. */
Err draw_numbers(Cx *cx, const char ***out, size_t *count, const Draw *d);
/* Writes down the order, seats the panel and gives it its zones. */
Err panel_seat(Cx *cx, const Draw *d);

#endif
