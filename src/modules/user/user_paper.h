/* One-time passwords on paper: the accounts of a place, most often a township's, that came by sheet
 * have none until they are printed here, each with a line to sign for.
 *
 * Who makes an account (the system administrator) never knows its password, and who prints it (the
 * security administrator, who gave the seat) makes none. Administrators and signers are on no such
 * list: their passwords come in two halves (user_request.h).
 *
 * Invariant: a password stands on the paper that goes out and nowhere else; what is lost is printed
 * anew, which makes the earlier one void, and whoever has logged in once is on no list again.
 */
#ifndef MODULES_USER_USER_PAPER_H
#define MODULES_USER_USER_PAPER_H

#include "modules/user/user.h"

/* A division with accounts in use that nobody has logged in to yet. */
typedef struct PaperPlace {
    const char *territory; /* of the township, with its villages; else of the organ itself */
    const char *called;
    int64_t waiting; /* accounts that were never given a password */
    int64_t printed; /* and those that were */
} PaperPlace;
extern const Field paper_place_fields[];
Err user_paper_places(Cx *cx, List *out);

typedef struct PaperAsk {
    const char *territory; /* of a PaperPlace */
    int64_t again;         /* those that were printed, anew, instead of those that wait */
} PaperAsk;
extern const Field paper_ask_fields[];

typedef struct PaperUser {
    int64_t id;
    int64_t version;
    const char *account;
    const char *name;
    const char *organ;
    const char *seat;
    const char *password;
    const char *hash;
} PaperUser;

/* Outside transactions, since hashing takes long: who is on the list, each with a password that is
 * not his yet; at most USER_PAPER_MOST, the rest is the next paper's. CONFLICT where nobody is. */
enum { USER_PAPER_MOST = 100 };
Err user_paper_prepare(Cx *cx, List *users, const PaperAsk *ask);
/* Sets the list, as a PDF. */
Err user_paper_set(Cx *cx, const char **pdf, size_t *length, const PaperAsk *ask,
                   const List *users);
/* In the transaction under way: the passwords are theirs. STALE where one was changed since. */
Err user_paper_issue(Cx *cx, const List *users);

#endif
