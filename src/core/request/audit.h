/* The audit log: who changed what from what to what, when and from where; in words.
 *
 * Append-only, written in the transaction of the act (no entry, no act) and chained: each entry's
 * mac is the HMAC-SM3, under a key outside the database, of its content and the mac before it.
 * Entries made by hand, changed, moved or removed are found by audit_verify. Personal data stand
 * in it masked, secrets never.
 */
#ifndef CORE_REQUEST_AUDIT_H
#define CORE_REQUEST_AUDIT_H

#include "core/request/dispatch.h"

typedef struct Audit {
    int64_t id;
    int64_t at;
    int64_t user_id;
    const char *user; /* account and name as they were */
    const char *organ;
    const char *address;
    const char *act; /* the route's words, Chinese */
    const char *act_en;
    const char *noun;
    int64_t noun_id;
    const char *before; /* JSON: label → value, of the changed fields only */
    const char *after;
    const char *result;  /* "ok" or the key of an Err */
    const char *request; /* the number quoted to the user */
} Audit;

extern const Field audit_fields[];

/* Notes what the act under way changed; written by dispatch when it commits. before and after are
 * finished JSON objects or NULL. Each note becomes an entry. Nothing where no act is under way. */
void audit_note(Cx *cx, const char *noun, int64_t id, const char *before, const char *after);
/* The same under words of its own: which of the acts that a route can be. */
void audit_act(Cx *cx, const char *noun, int64_t id, const char *zh, const char *en,
               const char *after);
/* The same from two states of a row; before NULL = made anew, after NULL = gone. Only fields that
 * differ are noted and what the row is called, choices in words, masked ones masked, secret ones
 * not at all. */
void audit_change(Cx *cx, const char *noun, int64_t id, const Field *fields, const void *before,
                  const void *after);

/* All that was noted in the act so far becomes one entry of this noun: the words, how many there
 * were, and the SM3 of what each would have said. For acts upon many rows at once. */
void audit_fold(Cx *cx, const char *noun, int64_t id, const char *words);

/* Notes that a masked field is shown in full. INVALID where the reason says nothing. */
Err audit_reveal(Cx *cx, const char *noun, int64_t id, const Field *field, const char *reason);

typedef struct AuditReport {
    int64_t count;  /* entries that hold */
    int64_t broken; /* id of the first that does not; 0 = all hold */
    const char *zh; /* what is wrong with it */
    const char *en;
} AuditReport;
Err audit_verify(Cx *cx, AuditReport *out);

#endif
