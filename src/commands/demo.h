/* The demo: a marked batch with zones in different states, built on real divisions, and an account
 * for each level and seat. All of it is 样例. It is made through the same functions that requests
 * use, each act in the name of the account that takes it.
 */
#ifndef COMMANDS_DEMO_H
#define COMMANDS_DEMO_H

#include "base/date.h"
#include "core/request/core.h"

/* What a demo is made of: the pack that its batch is opened from, and the folder whose divisions
 * and demo.json it has (modules/region/divisions.h); NULL = the embedded ones, data/shandong. */
typedef struct DemoOf {
    const char *pack;
    const char *divisions;
} DemoOf;

/* data: a DemoOf. Fills an empty system, as one transaction. Deadlines are reckoned from today. */
Err demo_make(Cx *cx, void *data);
/* Inside the system, data unused. */
Err demo_print_accounts(Cx *cx, void *data);

/* A zone's sample dossier as JSON text, from its description in demo.json. */
Err demo_dossier(Cx *cx, const char **out, const Json *demo, const Json *zone, const List *villages,
                 Day start);
/* Rows of the registers of the demo's pack. */
Err demo_registers(Cx *cx, const Json *demo);
/* The description: of the folder, NULL = the embedded one. */
Err demo_text(Cx *cx, const Json **out, const char *divisions);

#endif
