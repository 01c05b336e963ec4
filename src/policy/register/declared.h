/* A register as it is declared, and the reading of a pack's registers/<noun>.json. What is done
 * with its rows stands in core/register/register.h.
 */
#ifndef POLICY_REGISTER_DECLARED_H
#define POLICY_REGISTER_DECLARED_H

#include "policy/pack/pack.h"
#include "policy/pack/seat.h"
#include "store/table.h"

struct Process;
struct RowFeel;

typedef enum RegisterVerb {
    REGISTER_READ,
    REGISTER_WRITE,
    REGISTER_CHECK,
    REGISTER_DECIDE,
    REGISTER_REVEAL,
    REGISTER_PUBLISH,
    REGISTER_VERBS
} RegisterVerb;

typedef struct Register {
    Table table;
    const char *noun; /* of the table, the URL and the audit log */
    const char *zh;
    const char *en;
    const char *role;    /* that it plays (policy/pack/role.h); NULL = none */
    const char *clause;  /* of the notice; NULL = none */
    const char *section; /* of the pages' header; NULL = none */
    const char *place;   /* the level whose codes its rows carry, a key of LEVELS; NULL = any */
    Actors actors[REGISTER_VERBS];
    const struct Publish *publish; /* publish.h; NULL = nothing of it is ever public */
    const char *const *list;       /* keys of the list's columns, ends with NULL */
    const char *sort;              /* "-lent_on" */
    const char *sum;               /* the amount that is summed below the list; NULL = none */
    const char *absent; /* rows of one value of it that a sheet lacks go; NULL = they stay */
    const struct Process *process;              /* of its rows' states; NULL = they have none */
    const struct RowFeel *const *const *guards; /* of each step */
    bool dated;       /* its rows hold from a day to a day (store/dated.h) */
    bool attachments; /* files may be laid beside its rows */
    bool shared;      /* a list that all refer to: read wherever one is */
    const char *pack; /* hash of the version that declares it; NULL = a noun of C */
    /* Of a noun of C, before a row is proved: what its logic fills in. And behind all that the
     * fields ask: what else its rows must be, and what follows from it. INVALID, CONFLICT; old:
     * NULL = a new row. */
    Err (*before)(Cx *cx, void *row, const void *old);
    Err (*check)(Cx *cx, void *row, const void *old);
    /* Once the row is written: what else changes with it. */
    Err (*after)(Cx *cx, const void *row, const void *old);
    /* Of a noun that is listed here and written elsewhere: nobody has another verb than to read. */
    bool listed;
    /* The words of a choice that are known only when it is asked, such as the steps of the packs in
     * force; *out stays NULL where the field has none. */
    Err (*options)(Cx *cx, const Option **out, const char *key);
    /* Of the rows of a page: what is worked out for those alone. */
    Err (*show)(Cx *cx, void *row);
} Register;

/* Lower case, digits and _: what may be a noun, a field or an id. */
bool register_is_name(const char *text);
bool register_has_states(const Register *r);

/* One file of registers/; NULL where it cannot be used. */
const Register *register_read(Cx *cx, Findings *findings, const Pack *pack, const char *file,
                              const Json *json);
/* Once all are read: no row that others name is removed by a sheet. */
void register_prove_removals(Cx *cx, Findings *findings, const Pack *pack);

#endif
