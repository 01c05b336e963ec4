/* The draw (抽取) of a batch's experts, which anybody can repeat and nobody can steer.
 *
 * 1. freeze: the pool with its avoidances is written down once, as canonical JSON, and published
 *    with its SHA-256. What changes in the register afterwards changes nothing in it.
 * 2. commit: each organ (rural, finance) publishes the SHA-256 of a secret value of at least 128
 *    bits, made in the signer's browser.
 * 3. reveal: each gives its value, which must fit. The first one stays sealed until the second is
 *    there, so that nobody decides to withhold his because he knows what comes out.
 * 4. seed = SHA-256(pool_hash ":" rural ":" finance); the order is by SHA-256(seed ":" number);
 *    the first seats are the panel, the next ones substitutes.
 * A draw is undone (void) with a reason only: freely while nobody could know anything, once the
 * time to reveal is over (the record names who withheld), or by both organs together; never after
 * the review began. Every draw of a batch stays on public record. tools/draw.py repeats it.
 */
#ifndef MODULES_EXPERT_DRAW_H
#define MODULES_EXPERT_DRAW_H

#include "core/request/dispatch.h"

typedef struct Draw {
    int64_t id;
    int64_t version;
    int64_t batch_id;
    int64_t number; /* in its batch, from 1 */
    const char *state;
    const char *pool; /* canonical JSON: keys sorted, no blanks, experts by number */
    const char *pool_hash;
    const char *roster; /* JSON: who stands behind the numbers; for the province */
    int64_t seats;
    int64_t substitutes;
    int64_t frozen_at;
    const char *commit_rural;
    const char *commit_finance;
    int64_t reveal_until; /* instant, set by the second commitment */
    const char *value_rural;
    const char *value_finance;
    const char *seed;
    int64_t made_at;
    int64_t used_at;        /* the review began */
    int64_t disclosed_at;   /* the names were published */
    const char *void_asked; /* the organ that asks for it, of a draw that was made */
    const char *withheld;   /* rural, finance or both, where time ran out */
    const char *reason;     /* of the void */
} Draw;

extern const Field draw_fields[];

Err draw_get(Cx *cx, Draw *out, int64_t id);
/* The batch's draw that is not void. NOT_FOUND. */
Err draw_current(Cx *cx, Draw *out, int64_t batch_id);
Err draw_list(Cx *cx, List *out, int64_t batch_id); /* all of them, by number */

/* Takes the zones at step "review" and the active experts with an account who do not avoid all of
 * them. CONFLICT while another draw stands, without zones, or where there are too few experts for
 * seats and substitutes (field "pool") or for the seats over one zone ("zone_id"). */
Err draw_freeze(Cx *cx, int64_t *id, int64_t batch_id);
/* hash: 64 hexadecimal digits, new in the system. CONFLICT a second time. */
Err draw_commit(Cx *cx, int64_t id, const char *hash);
/* INVALID "value" where it is too simple or does not fit the commitment. The second one draws. */
Err draw_reveal(Cx *cx, int64_t id, const char *value);
/* Asks for it, or does it. CONFLICT while it may not be. */
Err draw_void(Cx *cx, int64_t id, const char *reason);
/* Publishes who sat, after the review; the public can prove that numbers and names were bound. */
Err draw_disclose(Cx *cx, int64_t id);

/* What everybody may see, as JSON. */
Err draw_public(Cx *cx, const char **json, int64_t id);

/* Of the current draw; CONFLICT "draw" before it was made. */
Err draw_seed(Cx *cx, const char **seed, int64_t batch_id);
/* Sorts keys by SHA-256(seed ":" label ":" key), "" = without a label: an order that nobody chose.
 */
void draw_order(Cx *cx, const char *seed, const char *label, const char **keys, size_t n);
/* Recomputes hash, commitments, seed, order and first seats from the record. *wrong says what
 * differs (NULL = nothing); CONFLICT "draw" without one that was made. */
Err draw_prove(Cx *cx, const char **wrong, int64_t batch_id);

#endif
