/* A register: a noun that is kept row by row, said once. From its declaration alone come the table,
 * the list, the acts, the workbooks, the page and the tests; a pack declares it
 * (packs/<id>/registers/<noun>.json), and no line of C or Vue is about it. A noun with logic of its
 * own is declared in C (Module.keeps): its Field table, its select, its rights "noun.read",
 * "noun.write", "noun.reveal", and what its rows must be beside (before, check, after).
 *
 * Every row carries id, version, the code of its division (territory), who made it, when, and how.
 * Where it goes from hand to hand (core/register/flow.h), it also carries its state.
 *
 * Invariants: a row is seen and changed inside the caller's territory only; what is required may
 * lack in a draft and nowhere else; a row is changed at a step that says so and by whose step it
 * is, no other; links name rows that the caller may see.
 *
 * A dated register (store/dated.h) keeps what held from a day to a day, and what was known of it
 * when: a row is known once it is settled, or at once where nobody checks; changing a known row
 * makes another that replaces it, by the same way of checking.
 */
#ifndef CORE_REGISTER_REGISTER_H
#define CORE_REGISTER_REGISTER_H

#include "core/request/dispatch.h"
#include "policy/register/declared.h"
#include "store/dated.h"

/* NOT_FOUND where neither a module keeps the noun (Module.keeps) nor an installed pack declares it.
 * It lives as long as the request. */
Err register_find(Cx *cx, const Register **out, const char *noun);
/* Of all that packs declare; array of Register. */
Err register_all(Cx *cx, List *out);
bool register_allows(const Cx *cx, const Register *r, RegisterVerb verb);
/* What right_check asks for a route's "register.write": FORBIDDEN, NOT_FOUND. */
Err register_right(Cx *cx, const char *noun, const char *verb);
/* The field's options, or those of today; NULL where it is no choice. */
Err register_options(Cx *cx, const Option **out, const Register *r, const Field *f);
/* The codes whose rows the caller may see; and whose he may write. */
Reach register_sight(Cx *cx, const Register *r);
Reach register_reach(Cx *cx);
/* Of the codes of its rows. */
int64_t register_digits(const Register *r);

/* In the transaction under way. INVALID, CONFLICT, FORBIDDEN with the field at fault. */
void *register_row(Cx *cx, const Register *r); /* all unknown */
Err register_get(Cx *cx, const Register *r, void *row, int64_t id);
Err register_create(Cx *cx, const Register *r, int64_t *id, void *row);
/* row: as it should be, with the version that it was made from. *id: where it is then, another row
 * where a dated one was known already. STALE. */
Err register_update(Cx *cx, const Register *r, int64_t *id, void *row);
/* The row as it is now, known to have passed all that it is asked; when it changed is kept. */
Err register_write(Cx *cx, const Register *r, void *row);
/* Texts as a workbook's are read: keys folded, blanks around them gone, blank = unknown. */
void register_clean(Cx *cx, const Register *r, void *row);
/* The fields as a request may give them: what a draft may lack may be emptied in it. */
const Field *register_typed(Cx *cx, const Register *r);
/* A draft that was never sent, and that no row names; CONFLICT of any other. */
Err register_remove(Cx *cx, const Register *r, int64_t id, int64_t version);
/* What create and update ask beforehand, and fills what the row's links are called. */
Err register_prove(Cx *cx, const Register *r, void *row, const void *before);

typedef struct RegisterAct {
    const char *act; /* a key of REGISTER_ACTS */
    int64_t id;
    int64_t version;
    const char *reason;
    const char *to;     /* of back and reject, as StepAct has them */
    const char *clause; /* of reject */
    int64_t user_id;    /* of delegate */
    bool quiet;         /* one of many, of which process_tell_many tells */
} RegisterAct;
/* Those of PROCESS_ACTS, and the words for them of clients from before there were processes.
 * (flow.c)
 */
extern const Option REGISTER_ACTS[];
Err register_act(Cx *cx, const Register *r, const RegisterAct *act);

/* A list as the request filters it; dated rows as they are known now, where it asks for no other
 * moment. (register_api.c) */
PageQuery register_asked(Cx *cx, const Register *r, const Request *rq);

/* --- of the row, by key --- */
const char *register_text(const Register *r, const void *row, const char *key);
int64_t register_int(const Register *r, const void *row, const char *key);
/* What people call it: its NAME field, masked where that is. */
const char *register_called(Cx *cx, const Register *r, const void *row);

/* Handlers of a noun's own paths, beside /api/registers/NOUN: its routes name the noun
 * (Route.noun). */
Err register_list_handler(Cx *cx, Request *rq, Reply *rp);
Err register_show_handler(Cx *cx, Request *rq, Reply *rp);
Err register_create_handler(Cx *cx, Request *rq, Reply *rp);
Err register_update_handler(Cx *cx, Request *rq, Reply *rp);
Err register_export_handler(Cx *cx, Request *rq, Reply *rp);
Err register_check_handler(Cx *cx, Request *rq, Reply *rp);
Err register_prepare_handler(Cx *cx, Request *rq, Reply *rp); /* Route.prepare of the import */
Err register_import_handler(Cx *cx, Request *rq, Reply *rp);

#endif
