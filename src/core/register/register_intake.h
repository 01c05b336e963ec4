/* A workbook of a register's rows, read over what stands: which rows it adds, which it changes, and
 * which it removes where the register's declaration says so (absent). It writes nothing until it is
 * told to, a row at a time.
 */
#ifndef CORE_REGISTER_REGISTER_INTAKE_H
#define CORE_REGISTER_REGISTER_INTAKE_H

#include "core/register/register.h"
#include "sheet/sheet.h"

typedef struct RowChange {
    int64_t line;      /* in the file; UNSET where it is in none */
    const Json *cells; /* that are filled in */
    void *row;         /* as it would be; NULL = it goes */
    void *before;      /* NULL = new */
    bool same;         /* nothing changes */
} RowChange;

enum { REGISTER_KNOWN = 256 };

typedef struct RegisterIntake {
    const Register *r;
    const Field *columns; /* of the sheet */
    SheetBook *book;
    RowChange *changes;
    size_t count; /* of changes; those that go stand last */
    size_t added, changed, same, removed;
    Arena *arena;                            /* what lasts as long as the intake is made here */
    struct KnownName *known[REGISTER_KNOWN]; /* names that were looked up already, by their sum */
} RegisterIntake;

RegisterIntake register_intake(Cx *cx, const Register *r);
/* The form's workbook, row by row: what is wrong with one is a fault of the book. CONFLICT where a
 * row would go that left its writer. */
Err register_intake_read(Cx *cx, RegisterIntake *in, const Request *rq);
/* c->cells over the row that stands: sets the other members. INVALID, CONFLICT, FORBIDDEN. */
Err register_intake_row(Cx *cx, RegisterIntake *in, RowChange *c);
/* Writes the change, in the transaction under way. import: the number of the one that it is of;
 * UNSET. Whatever it refuses it refuses before it writes. */
Err register_intake_keep(Cx *cx, const RegisterIntake *in, const RowChange *c, int64_t import);
/* Which rows stood when the file was read, and as what: 12 digits of hex. */
int64_t register_intake_stamp(Cx *cx, const RegisterIntake *in);
/* What it would do, as POST /check answers; import: what goes on with it, UNSET = nothing. */
Err register_intake_reply(Cx *cx, Reply *rp, const RegisterIntake *in, int64_t import);

/* --- of a row, for sheets alone (register.c) --- */

/* Whether a sheet that lacks the row may take it away: CONFLICT once it left its writer. */
Err register_may_go(Cx *cx, const Register *r, const void *row);
Err register_withdraw(Cx *cx, const Register *r, const void *row); /* and does; STALE */
/* CONFLICT where somebody's row anywhere has its key. */
Err register_key_free(Cx *cx, const Register *r, const void *row);

#endif
