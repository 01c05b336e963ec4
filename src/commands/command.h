/* The command line, said once: a row for each command (commands.c) and a row for each option
 * (options.c). Parsing, usage, --help, the man page and the completion of bash come from these
 * rows.
 *
 * A command speaks the language of --lang, else of the locale (LC_ALL, LC_MESSAGES, LANG): Chinese
 * where that is Chinese, else English. Its answer goes to standard output; what went wrong, and
 * what to do, is one line on standard error. Exit status: 0 done, 1 the answer is no or it could
 * not be done, 2 wrong use or input.
 */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "core/request/core.h"

#define TUIJIN_VERSION "0.1.0"

typedef struct Options Options;

typedef struct Command {
    const char *name; /* one word, or two: "audit verify" */
    int (*run)(Cx *cx, const Options *o);
    const char *operands; /* as in the usage: "FOLDER", "[RULE]", "DOSSIER…"; "" = none */
    const char *options;  /* "--data --pack!": of COMMAND_OPTIONS; "!" = must be given */
    const char *zh, *en;  /* what it does, in one line */
    const char *more_zh, *more_en; /* what else is worth knowing; NULL = nothing */
} Command;

extern const Command COMMANDS[]; /* ends with { NULL } */

typedef struct CommandOption {
    const char *name;  /* "--data" */
    const char *value; /* "DIR", "json|text" (one of these), "N" (a number); NULL = a flag */
    size_t at;         /* in Options: const char *, int for a number, bool for a flag */
    int min, max;      /* of a number */
    const char *zh, *en;
} CommandOption;

extern const CommandOption COMMAND_OPTIONS[]; /* ends with { NULL } */

struct Options {
    const Command *all; /* the commands that there are */
    const Command *command;
    CoreConfig config;
    const char *pack;
    const char *divisions;
    const char *against;
    const char *batch;
    const char *explain;
    const char *format; /* NULL = the command's own */
    const char *lang;
    const char *keys;
    const char *out;
    const char *decision;
    const char *input;
    bool with_keys;
    bool notes;
    bool help;
    const char **operands; /* ends with NULL; as many as the command wants */
    size_t operand_count;
};

/* The command that argv[1] (and argv[2]) name; NULL = none. words: how many name it. */
const Command *command_find(const Command *all, int argc, char **argv, int *words);
bool command_is_group(const Command *all, const char *word); /* "audit", of "audit verify" */
/* INVALID, with what to do, where a word does not fit the command's rows. Sets cx->lang. */
Err options_read(Cx *cx, Options *out, const Command *all, const Command *command, int argc,
                 char **argv);
/* Whether the command takes it, and must have it. */
bool command_takes(const Command *c, const CommandOption *o, bool *needed);
/* The folder of a pack: as given, else packs/NAME, else the same beside the program and where it is
 * installed (../share/tuijin). NOT_FOUND says where was looked. */
Err options_pack(Cx *cx, const char **out, const char *given);

/* --- tell.c --- */

Lang lang_of_locale(void);
/* To standard output, in the language of cx. */
void say(const Cx *cx, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/* The same to standard error. */
void warn(const Cx *cx, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/* What fail() said, as one line on standard error; the exit status for it. */
int command_failed(const Cx *cx);

/* --- help.c --- */

/* All commands; or those named "first …". */
void usage_print(Cx *cx, Buf *b, const Command *all, const char *first);
void help_print(Cx *cx, Buf *b, const Command *c);
int command_help(Cx *cx, const Options *o);
int command_version(Cx *cx, const Options *o);
int command_man(Cx *cx, const Options *o);
int command_completion(Cx *cx, const Options *o);

/* --- the others --- */

int command_serve(Cx *cx, const Options *o);
int command_init(Cx *cx, const Options *o);
int command_audit(Cx *cx, const Options *o);
int command_keys(Cx *cx, const Options *o);
int command_rescue(Cx *cx, const Options *o);
int command_selection(Cx *cx, const Options *o);
int command_backup(Cx *cx, const Options *o);
int command_restore(Cx *cx, const Options *o);
int command_check(Cx *cx, const Options *o);
int command_simulate(Cx *cx, const Options *o);
int command_pack_check(Cx *cx, const Options *o);
int command_pack_text(Cx *cx, const Options *o);
int command_pack_schema(Cx *cx, const Options *o);
int command_pack_add(Cx *cx, const Options *o);
int command_feel(Cx *cx, const Options *o);
int command_dmn_eval(Cx *cx, const Options *o);
int command_dmn_check(Cx *cx, const Options *o);
int command_openapi(Cx *cx, const Options *o);
int command_types(Cx *cx, const Options *o);
int command_licences(Cx *cx, const Options *o);
int command_paper(Cx *cx, const Options *o);
int command_sheet(Cx *cx, const Options *o);
int command_pdf(Cx *cx, const Options *o);

#endif
