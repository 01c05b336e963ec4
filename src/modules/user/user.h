/* Users: an account of one person, in one organ, on one seat.
 *
 * The system administrator makes accounts (state waiting, without a seat); the security
 * administrator gives the seat, which sets them to work. Moving to another organ takes the seat
 * away again. Nobody works on his own account. What would make one administrator another, or
 * anybody a signer, needs two of them (user_request.h); here it is a CONFLICT. Phones are sealed
 * in the table and masked on reading; a reveal wants a reason and is on record.
 *
 * Accounts also come by sheet, all or none (core/register/register_sheet.h): these have no password
 * until it is printed for them (user_paper.h).
 */
#ifndef MODULES_USER_USER_H
#define MODULES_USER_USER_H

#include "core/request/dispatch.h"

typedef struct UserRow {
    int64_t id;
    int64_t version;
    const char *account;
    const char *name;
    int64_t organ_id;
    const char *seat;  /* NULL while waiting */
    const char *asked; /* the seat that he is to have, for whoever gives it; NULL = not said */
    const char *phone;
    const char *state; /* waiting, active, stopped */
    int64_t must_change;
    int64_t seen_at; /* last log-in or unlocking */
    int64_t made_at;
    int64_t logged_at; /* last log-in; UNSET = never */
    int64_t guarded;   /* an administrator or a signer: his password needs two */
    int64_t enrolled;  /* has a second factor */
    const char *organ; /* on reading, of the organ */
    const char *level;
    const char *kind;
    const char *territory;
} UserRow;

extern const Field user_fields[];
extern const Module user_module;
/* Rows are made and changed as a register's; a new one waits for a seat and has no password yet,
 * and another organ takes the seat away. */
extern const struct Register user_register;

Err user_get(Cx *cx, UserRow *out, int64_t id);
/* hash: of a password to be changed at the first log-in. CONFLICT "account". */
Err user_create(Cx *cx, int64_t *id, UserRow *row, const char *hash);
Err user_grant(Cx *cx, int64_t id, const char *seat); /* one that one alone may give */
/* Takes off a lock by failures and by dormancy. */
Err user_unlock(Cx *cx, int64_t id);
/* A new password (to be changed); the second factor stays. Ends his sessions. */
Err user_reset(Cx *cx, int64_t id, const char *hash);
/* The way back for an administrator, from the machine itself (commands/rescue.c): unlocked, in
 * use, with a new password and no second factor; every other administrator gets a message. by: who
 * sits at the machine. INVALID where the account is no administrator's. */
Err user_rescue(Cx *cx, const char *account, const char *hash, const char *by);
Err user_reveal(Cx *cx, const char **out, int64_t id, const char *key, const char *reason);

/* An account that may work at once: row->seat and the password are given. For the demo and tests;
 * hashes, so not inside a transaction: begins its own. */
Err user_make(Cx *cx, int64_t *id, const UserRow *row, const char *password, bool must_change);

/* The same with a hash made before, so that many sample accounts cost one hashing. */
Err user_make_hashed(Cx *cx, int64_t *id, const UserRow *row, const char *hash, bool must_change);
/* Acts as the account from here on, without a session: for jobs, the demo and tests. */
Err user_become(Cx *cx, const char *account);

/* --- for user_request.c --- */

/* Whose password and seat no administrator alone gives. */
#define GUARDED_SEATS "('system', 'security', 'audit', 'signer')"

bool seat_is_admin(const char *seat);
bool seat_is_guarded(const char *seat); /* an administrator's or a signer's */
Err user_not_oneself(Cx *cx, int64_t id);
Err user_save(Cx *cx, const UserRow *before, const UserRow *after);
/* Saves after with a new password, to be changed; factor: the second one goes too. */
Err user_renew(Cx *cx, const UserRow *before, UserRow *after, const char *hash, bool factor);

/* The three administrators of a new system with one-time passwords, in an organ of their own.
 * CONFLICT where there are users already. */
typedef struct FirstUser {
    const char *account;
    const char *password;
    const char *zh; /* the seat */
} FirstUser;
Err user_first(Cx *cx, FirstUser out[3]);

#endif
