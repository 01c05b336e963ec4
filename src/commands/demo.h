/* The demo: a marked batch with zones in different states, built on real divisions, and an account
 * for each level and seat. All of it is 样例. It is made through the same functions that requests
 * use, each act in the name of the account that takes it.
 */
#ifndef COMMANDS_DEMO_H
#define COMMANDS_DEMO_H

#include "base/date.h"
#include "core/request/core.h"

/* Fills an empty system from data/demo.json (embedded), as one transaction. pack: the folder (const
 * char *) of the pack that the batch is opened from. Deadlines are reckoned from today. */
Err demo_make(Cx *cx, void *pack);
void demo_print_accounts(const Cx *cx);

/* A zone's sample dossier as JSON text, from its description in data/demo.json. */
Err demo_dossier(Cx *cx, const char **out, const Json *demo, const Json *zone, const List *villages,
                 Day start);
/* Rows of the registers of the demo's pack. */
Err demo_registers(Cx *cx, const Json *demo);
/* The embedded description. */
Err demo_text(Cx *cx, const Json **out);

#endif
