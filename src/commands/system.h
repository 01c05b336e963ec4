/* Systems as commands find them: a data folder with its keys, and a database that says what it is.
 *
 * A demo and a real system never meet: the database says "demo" or "real" in a row that is written
 * in the transaction that makes the first accounts, and that transaction makes everything. So a
 * system is there whole or not at all, whatever moment its making was cut at, and the next command
 * of that kind begins anew. Only serve --demo and init make one; every other command wants a system
 * that is there and leaves an empty place empty.
 */
#ifndef COMMANDS_SYSTEM_H
#define COMMANDS_SYSTEM_H

#include "commands/command.h"

typedef enum SystemKind {
    SYSTEM_NONE, /* no accounts yet */
    SYSTEM_DEMO,
    SYSTEM_REAL,
    SYSTEM_TORN, /* accounts of a demo that an older program did not finish */
} SystemKind;

/* What is there, looked at without making or changing anything. Fills in config->where from
 * DATA/store, the file that remembers a --store. INVALID where keys or database are lost or a
 * restore was cut; FORBIDDEN where the folder is somebody else's; DOWN. */
Err system_look(Cx *cx, SystemKind *out, CoreConfig *config);

/* One server or one making at a time holds the data folder, until its process ends. Makes the
 * folder. CONFLICT where another holds it. */
Err system_hold(Cx *cx, const char *data);

/* FORBIDDEN for root in a folder of another user, who could not read what root writes there. */
Err system_own(Cx *cx, const char *data);

/* Opens a system that is there; NOT_FOUND, with what to do, where none is. */
Err system_open(Cx *cx, Core **out, const CoreConfig *config);
/* Opens a place where none is, and remembers its --store, to make one. Hold it first. */
Err system_open_new(Cx *cx, Core **out, const CoreConfig *config);

/* In the transaction that makes the first accounts: what this system is from here on. */
Err system_mark(Cx *cx, SystemKind kind);

/* Runs work in a context inside the core, in the language of cx; the failure is then cx's. */
Err system_inside(Cx *cx, const Core *core, Err (*work)(Cx *cx, void *data), void *data);
/* The same over the system that is at config. */
Err system_run(Cx *cx, const CoreConfig *config, Err (*work)(Cx *cx, void *data), void *data);

/* DATA/restoring stands while a restore is under way. */
const char *system_restoring(Cx *cx, const char *data);

#endif
