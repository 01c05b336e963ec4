/* An import of more rows than one act takes (the setting import.rows).
 *
 * The whole file is proved first; then what it changes is put aside in parts, sealed, in one short
 * write; then a job applies a part an act, each in a transaction of its own with one entry in the
 * log. A part and the rows that it wrote go and come together, so that an import goes on after a
 * crash where it stopped, and nothing is done twice or left out.
 *
 *     applying --last part--> done | held (rows were refused, or it cannot go on) --end--> ended
 *
 * Invariant: a row that an import wrote says so (import_id), and is hidden from figures, exports
 * and publications until the import is done or somebody ended it. A row that changed since the file
 * was proved is refused and named, never written over. Of one register and territory there is one
 * import at a time.
 */
#ifndef CORE_REGISTER_IMPORT_H
#define CORE_REGISTER_IMPORT_H

#include "core/register/register_intake.h"

typedef struct Import {
    int64_t id;
    int64_t version;
    const char *noun;
    const char *territory; /* of whoever began it */
    const char *file;      /* SM3 */
    const char *state;     /* applying, held, done, ended */
    int64_t total;         /* rows that change */
    int64_t applied;
    int64_t refused;
    const char *reason_zh; /* why it is held, where it is not for refused rows */
    const char *reason_en;
    int64_t job_id;
    int64_t made_by;
    int64_t made_at;
    int64_t ended_at;
} Import;

extern const Field import_fields[];

/* Up to so many rows a file is taken whole or not at all. */
Err import_rows_at_once(Cx *cx, int64_t *most);
/* CONFLICT while an import of the register, in the caller's territory, goes on. */
Err import_prove_free(Cx *cx, const Register *r);
/* In the transaction under way: puts the changes aside and queues the job. UNSET where nothing
 * changes. */
Err import_begin(Cx *cx, int64_t *id, const RegisterIntake *in, const char *file);

/* The rows of a register that no import under way has written; NULL = all. */
Err import_whole(Cx *cx, const RowCondition **out, const char *noun);
/* Adds it to the condition of the query. */
Err import_hide(Cx *cx, PageQuery *query, const Register *r);

#endif
