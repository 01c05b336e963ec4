/* Objections (异议): what anybody may say against a published list, without logging in, and what
 * the province answers.
 *
 * A form carries a one-time token that only this server can make, bound to its publication; a token
 * gives one objection, so that a form sent twice is one. The receipt holds 80 random bits and is
 * the only way to it from outside. Name and contact are optional and sealed; the address is kept
 * as a keyed digest, for the limit of objections an hour.
 */
#ifndef MODULES_OBJECTION_OBJECTION_H
#define MODULES_OBJECTION_OBJECTION_H

#include "modules/publication/public.h"

typedef struct Objection {
    int64_t id;
    int64_t version;
    int64_t publication_id;
    int64_t zone_id; /* UNSET = the whole list; given: the item */
    const char *receipt;
    const char *token;
    const char *peer;
    const char *name;
    const char *contact;
    const char *grounds; /* 事由 */
    const char *state;   /* open, answered */
    const char *answer;
    int64_t upheld;
    int64_t at;
    int64_t answered_at;
    int64_t item;          /* of the list, where it lists no zones */
    const char *about;     /* what that is called */
    const char *noted;     /* who took it down for somebody else; NULL = sent by himself */
    const char *zone_name; /* zone or item */
    int64_t due_at;        /* an answer is due, by the pack; set by objection_list */
} Objection;

extern const Field objection_fields[];

/* A token for the publication's form, good for half a day. */
const char *objection_token(Cx *cx, int64_t publication_id);
/* publication_id, zone_id, token, name, contact and grounds are given; address is the peer's. Sets
 * receipt. INVALID with the key of the field, INVALID "token" where it is not ours or too old,
 * CONFLICT "period" outside the period, LIMITED. A second time with one token it gives the first
 * receipt. In the transaction under way. */
Err objection_make(Cx *cx, Objection *o, const char *address);
/* By receipt; NOT_FOUND. */
Err objection_find(Cx *cx, Objection *out, const char *receipt);
/* What was said to an official, by phone or at the board: without token and address. */
Err objection_note(Cx *cx, Objection *o);
/* Of all publications of the subject; state NULL = any; days: working days for an answer. */
Err objection_list(Cx *cx, List *out, const char *subject, int64_t subject_id, const char *state,
                   int64_t days);
Err objection_of(Cx *cx, List *out, int64_t publication_id);
Err objection_get(Cx *cx, Objection *out, int64_t id);
/* With name and contact, to ask back; the reason goes on record. INVALID "/reason". */
Err objection_reveal(Cx *cx, Objection *out, int64_t id, const char *reason);
/* CONFLICT once answered, STALE, INVALID without an answer. */
Err objection_answer(Cx *cx, Objection *o, const char *answer, bool upheld, int64_t version);

/* --- pages for the public --- */

/* What objections were about, whether they were upheld and why; never who. item: its head. */
Err objection_put_results(Page *p, const List *list, const char *item);
Err objection_form(Cx *cx, Request *rq, Reply *rp);
Err objection_submit(Cx *cx, Request *rq, Reply *rp);  /* takes it; POST */
Err objection_status(Cx *cx, Request *rq, Reply *rp);  /* by receipt in the path */
Err objection_look_up(Cx *cx, Request *rq, Reply *rp); /* by receipt in the query */

#endif
