/* The commands of the program, one row each in src/main.c. argv[0] is the command's name; the
 * answer is the exit status: 0 done, 1 the answer is no, 2 wrong use or input.
 */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "core/core.h"

int command_serve(Cx *cx, int argc, char **argv);
int command_init(Cx *cx, int argc, char **argv);
int command_audit(Cx *cx, int argc, char **argv);
int command_selection(Cx *cx, int argc, char **argv);
int command_backup(Cx *cx, int argc, char **argv);
int command_restore(Cx *cx, int argc, char **argv);
/* tuijin pack add DIR; the other words of pack are core/pack_command.h's. */
int command_packs(Cx *cx, int argc, char **argv);
int command_simulate(Cx *cx, int argc, char **argv);
int command_openapi(Cx *cx, int argc, char **argv);
int command_types(Cx *cx, int argc, char **argv);

/* Where a running or resting system is: --data DIR, --store CONNECTION and what serve adds. */
typedef struct Options {
    CoreConfig config;
    const char *pack; /* folder of the pack to begin with */
    const char *rest; /* the last word that is no option */
    const char *keys; /* the key file of a backup without */
    bool with_keys;
} Options;
/* False, with one line on standard error, where an option is unknown or lacks its value. */
bool options_read(Options *out, int argc, char **argv);
/* NOT_FOUND where there is no system: core_open would make one. */
Err options_system(Cx *cx, const Options *o);
/* One line on standard error; the exit status for it. */
int command_failed(const Cx *cx);

#endif
