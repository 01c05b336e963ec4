/* Experts (专家): the province's pool, what each has declared an interest in, and the panel that a
 * draw (draw.h) has seated over a batch.
 *
 * Invariant: an expert scores a zone only where panel_zone says assigned or substituted; who avoids
 * it by rule (same county, same organ, declared interest) or by declaration never does, and the
 * next in the drawn order steps in. A number names one person for good. Phones are sealed in the
 * table and masked on reading; a reveal wants a reason and is on record.
 */
#ifndef MODULES_EXPERT_EXPERT_H
#define MODULES_EXPERT_EXPERT_H

#include "core/request/dispatch.h"

typedef struct Expert {
    int64_t id;
    int64_t version;
    const char *number; /* public, of the draw: "E001" */
    const char *name;
    const char *field;
    const char *organ;  /* where he works, by its full name */
    const char *region; /* division code of it */
    const char *phone;
    int64_t user_id; /* UNSET = no account yet: cannot be drawn */
    const char *state;
    const char *account; /* of the user; on writing names him */
    const char *region_name;
    int64_t interests; /* how many are declared */
} Expert;

extern const Field expert_fields[];
extern const Module expert_module;
extern const struct Register expert_register;

Err expert_get(Cx *cx, Expert *out, int64_t id);
/* CONFLICT "number" or "account" where taken, INVALID "account" where it is no expert's. */
Err expert_add(Cx *cx, int64_t *id, const Expert *row);
/* STALE; CONFLICT where the number changes, or name or account while a draw holds him. */
Err expert_update(Cx *cx, const Expert *row);
Err expert_reveal(Cx *cx, const char **phone, int64_t id, const char *reason);

typedef struct Interest {
    int64_t id;
    int64_t expert_id;
    const char *kind; /* county, organ, zone */
    const char *code;
    const char *note;
    int64_t made_at;
    int64_t made_by;
    int64_t version;
} Interest;

extern const Field interest_fields[];
extern const Option INTEREST_KINDS[];

Err expert_interests(Cx *cx, List *out, int64_t expert_id);
Err expert_declare(Cx *cx, int64_t *id, const Interest *row);
/* What was declared can be taken back by the pool's keeper alone; on record. */
Err expert_withdraw(Cx *cx, int64_t expert_id, int64_t interest_id);

/* --- the panel; "current" is the batch's draw that is not void --- */

typedef struct PanelMember {
    int64_t expert_id;
    int64_t user_id;
    int64_t position; /* in the drawn order, from 1 */
    const char *number;
    const char *name;
    const char *field;
    const char *organ;
    const char *role;  /* panel; substitute; reserve, where those were used up */
    const char *state; /* active, recused (by himself), replaced (by the province) */
    const char *reason;
    int64_t zones; /* that he scores */
} PanelMember;

extern const Field panel_fields[];

typedef struct PanelZone {
    int64_t zone_id;
    int64_t expert_id;
    int64_t user_id;
    const char *number;
    const char *state;  /* assigned and substituted score; avoided and recused do not */
    const char *reason; /* county, organ, interest of an avoided one; else in words */
    const char *zone;   /* its name, for the province alone */
} PanelZone;

extern const Field panel_zone_fields[];

/* Where an expert sits or sat: what his own page shows. */
typedef struct ExpertSeat {
    int64_t batch_id;
    const char *batch;
    const char *role;
    const char *state;
    int64_t zones; /* that he scores */
} ExpertSeat;

extern const Field expert_seat_fields[];

Err expert_seats(Cx *cx, List *out, int64_t expert_id);
/* Who sits or sat, in the drawn order; empty before the draw. */
Err expert_panel(Cx *cx, List *out, int64_t batch_id);
/* PanelZone rows that score, in the drawn order; zone_id 0 = of all zones, by zone. */
Err expert_assigned(Cx *cx, List *out, int64_t batch_id, int64_t zone_id);
/* All PanelZone rows, also who avoids. */
Err expert_panel_zones(Cx *cx, List *out, int64_t batch_id);
/* The expert behind an account; NOT_FOUND where it is nobody's. */
Err expert_of_user(Cx *cx, int64_t *expert_id, int64_t user_id);
/* FORBIDDEN where the expert does not score the zone. */
Err expert_must_score(Cx *cx, int64_t batch_id, int64_t zone_id, int64_t expert_id);

/* Takes the expert off a zone, or wholly (zone_id 0); the next in the drawn order who neither
 * avoids nor recused steps in. Where nobody is left the zone is scored by fewer: a conflict of
 * interest outweighs a full panel. By himself, or by the province in his stead (state replaced).
 * CONFLICT where he does not sit, INVALID without a reason. */
Err expert_recuse(Cx *cx, int64_t batch_id, int64_t expert_id, int64_t zone_id, const char *reason);
/* The review has begun: from now on the draw cannot be made void. CONFLICT without a panel. */
Err expert_panel_use(Cx *cx, int64_t batch_id);

#endif
