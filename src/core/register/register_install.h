/* Registers that packs declare, installed: what register_read (policy/register/declared.h) made of
 * the files gets its tables, and grows with later versions of the pack.
 */
#ifndef CORE_REGISTER_REGISTER_INSTALL_H
#define CORE_REGISTER_REGISTER_INSTALL_H

#include "core/register/register.h"
#include "core/request/job.h"
#include "policy/pack/pack.h"

/* Makes or grows the tables of the pack's registers and puts this version in charge of them; in a
 * write transaction. INVALID as register_grows, or where a link names nothing; CONFLICT where a
 * table of the program has the name. */
Err register_install(Cx *cx, const Pack *pack);

/* A field may be added, and an option added; INVALID with the field's name where one goes or
 * changes its type, its unit, its key, its seal or its link, since rows of it are there. */
Err register_grows(Cx *cx, const Register *now, const Register *before);

/* Registers that an older program installed get what this one keeps of each: columns of its own,
 * counts and postings beside the rows, and the runs of rows on their way. */
Err register_keep_all(Cx *cx);
/* And the names of C's nouns their order. */
Err register_order_all(Cx *cx);

/* Once a day a job compares what is kept with a fresh count, tells of a difference and mends it
 * (register_keep.c). */
extern const JobKind REGISTER_JOBS[];
Err register_keep_tidy(Cx *cx);

/* What a link to the noun reads: a module's, or an installed register's. INVALID. */
Err register_link(Cx *cx, TableLink *out, const char *noun);
Reach register_link_sight(Cx *cx, const TableLink *link);

#endif
