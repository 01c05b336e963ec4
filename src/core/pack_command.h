/* tuijin pack check DIR · tuijin pack text DIR NOTICE [--out FILE] */
#ifndef CORE_PACK_COMMAND_H
#define CORE_PACK_COMMAND_H

#include "base/cx.h"

/* A row of main.c's table. check: 0 = proved, 1 = there are findings, 2 = usage or no pack.
 * text: 0 = written, 2 = usage or bad input. */
int command_pack(Cx *cx, int argc, char **argv);

#endif
