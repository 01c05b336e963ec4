/* The command line: one row a command. */
#include "commands/command.h"
#include "core/check_command.h"
#include "paper/paper.h"

#include <stdio.h>
#include <string.h>

typedef struct Command {
    const char *name;
    int (*run)(Cx *cx, int argc, char **argv); /* argv[0] is the command's name; exit status */
    const char *usage;
} Command;

static int version(Cx *cx, int argc, char **argv)
{
    (void)cx, (void)argc, (void)argv;
    puts("tuijin 0.1.0");
    return 0;
}

/* The child that sets documents (paper/paper.h): JSON on standard input, PDF on standard output. */
static int paper(Cx *cx, int argc, char **argv)
{
    (void)cx, (void)argc, (void)argv;
    return paper_set(0, 1);
}

static const Command COMMANDS[] = {
    { "paper", paper, "paper < document.json > document.pdf" },
    { "serve", command_serve,
      "serve [--data DIR] [--store CONNECTION] [--address A] [--port N] [--workers N] [--demo] "
      "[--secure] [--behind-gateway]" },
    { "init", command_init, "init [--data DIR] [--store CONNECTION] [--pack DIR]" },
    { "audit", command_audit, "audit verify [--data DIR]" },
    { "selection", command_selection, "selection replay BATCH [--data DIR] [--store CONNECTION]" },
    { "backup", command_backup, "backup FOLDER [--data DIR] [--store CONNECTION] [--with-keys]" },
    { "restore", command_restore,
      "restore BACKUP --data NEWDIR [--store CONNECTION] [--keys FILE]" },
    { "check", command_check,
      "check --pack DIR [--batch FILE] [--format json|text] [--lang zh|en] DOSSIER…" },
    { "simulate", command_simulate,
      "simulate --pack DIR --against DIR [--batch FILE|NUMBER] [--format text|json] [--lang zh|en] "
      "[--store CONNECTION] FOLDER|FILE|DATA" },
    { "pack", command_packs,
      "pack check DIR | pack text DIR NOTICE [--out FILE] | pack add DIR [--data DIR] [--store "
      "CONNECTION]" },
    { "openapi", command_openapi, "openapi" },
    { "types", command_types, "types" },
    { "version", version, "version" },
};

static int usage(void)
{
    fputs("usage:\n", stderr);
    for (size_t i = 0; i < COUNT(COMMANDS); i++)
        fprintf(stderr, "  tuijin %s\n", COMMANDS[i].usage);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return usage();
    for (size_t i = 0; i < COUNT(COMMANDS); i++)
        if (strcmp(COMMANDS[i].name, argv[1]) == 0) {
            Arena *arena = arena_new(0);
            Cx cx = cx_make(arena);
            int status = COMMANDS[i].run(&cx, argc - 1, argv + 1);
            arena_free(arena);
            return status;
        }
    return usage();
}
