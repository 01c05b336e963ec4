/* The command line: finds the command's row, reads its words, runs it. */
#include "commands/command.h"

#include <stdio.h>
#include <string.h>

static bool is_one(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

/* No command: the list of those that begin so, else what was not understood and the list of all. */
static int usage(Cx *cx, int argc, char **argv)
{
    Buf b = BUF(cx);
    bool group = argc > 1 && command_is_group(COMMANDS, argv[1]);
    if (argc > 1 && !group)
        warn(cx, "没有命令 %s", "there is no command %s", argv[1]);
    usage_print(cx, &b, COMMANDS, group ? argv[1] : NULL);
    fputs(buf_text(&b), stderr);
    return 2;
}

static int run(Cx *cx, int argc, char **argv)
{
    Options o;
    int words;
    if (argc > 1 && is_one(argv[1], "--help", "-h"))
        argv[1] = "help";
    if (argc > 1 && is_one(argv[1], "--version", "-V"))
        argv[1] = "version";
    const Command *c = command_find(COMMANDS, argc, argv, &words);
    if (!c)
        return usage(cx, argc, argv);
    if (options_read(cx, &o, COMMANDS, c, argc - words, argv + words) != OK)
        return command_failed(cx);
    if (!o.help)
        return c->run(cx, &o);
    Buf b = BUF(cx);
    help_print(cx, &b, c);
    fputs(buf_text(&b), stdout);
    return 0;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    cx.lang = lang_of_locale();
    int status = run(&cx, argc, argv);
    if (fflush(stdout) != 0) {
        warn(&cx, "标准输出写不了", "standard output cannot be written");
        status = status ? status : 1;
    }
    arena_free(arena);
    return status;
}
