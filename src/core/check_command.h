/* tuijin check --pack DIR [--batch FILE] [--format json|text] DOSSIER… */
#ifndef CORE_CHECK_COMMAND_H
#define CORE_CHECK_COMMAND_H

#include "base/cx.h"

/* Rows of main.c's table. Exit status: 0 may be submitted, 1 may not, 2 bad
 * input or usage. */
int command_check(Cx *cx, int argc, char **argv);

#endif
