/* What the rows of commands and options say: usage, help, man page, completion. */
#include "commands/command.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 100, OPTION_COLUMN = 30, COMMAND_COLUMN = 20 };

static const char *in(const Cx *cx, const char *zh, const char *en)
{
    return cx->lang == EN ? en : zh;
}

/* --- usage --- */

static const char *option_usage(Cx *cx, const CommandOption *o, bool needed)
{
    const char *word = o->value ? arena_format(cx->arena, "%s %s", o->name, o->value) : o->name;
    return needed ? word : arena_format(cx->arena, "[%s]", word);
}

static void wrap(Buf *b, size_t *column, size_t indent, const char *word)
{
    size_t width = text_count(word);
    if (*column + 1 + width > WIDTH) {
        buf_format(b, "\n%*s", (int)indent, "");
        *column = indent;
    } else {
        buf_char(b, ' ');
        ++*column;
    }
    buf_add(b, word);
    *column += width;
}

static void command_usage(Cx *cx, Buf *b, const Command *c)
{
    const char *head = arena_format(cx->arena, "tuijin %s", c->name);
    size_t indent = strlen(head) + 2, column = indent;
    bool needed;
    buf_format(b, "  %s", head);
    for (const CommandOption *o = COMMAND_OPTIONS; o->name; o++)
        if (strstr(c->options, o->name) && command_takes(c, o, &needed))
            wrap(b, &column, indent, option_usage(cx, o, needed));
    if (*c->operands)
        wrap(b, &column, indent, c->operands);
    buf_char(b, '\n');
}

static void put_row(Buf *b, const char *word, int column, const char *text)
{
    int pad = column - (int)text_count(word);
    buf_format(b, "  %s%*s %s\n", word, pad > 0 ? pad : 0, "", text);
}

void usage_print(Cx *cx, Buf *b, const Command *all, const char *first)
{
    size_t length = first ? strlen(first) : 0;
    buf_format(b, "%s\n", in(cx, "用法：tuijin 命令 …", "usage: tuijin COMMAND …"));
    for (const Command *c = all; c->name; c++)
        if (!first || (strncmp(c->name, first, length) == 0 && c->name[length] == ' '))
            put_row(b, c->name, COMMAND_COLUMN, in(cx, c->zh, c->en));
    buf_format(
        b, "%s\n",
        in(cx, "各命令的用法：tuijin 命令 --help", "How one is used: tuijin COMMAND --help"));
}

void help_print(Cx *cx, Buf *b, const Command *c)
{
    bool needed;
    buf_format(b, "%s\n\n%s\n", in(cx, c->zh, c->en), in(cx, "用法：", "usage:"));
    command_usage(cx, b, c);
    if (c->more_zh)
        buf_format(b, "\n%s\n", in(cx, c->more_zh, c->more_en));
    buf_char(b, '\n');
    for (const CommandOption *o = COMMAND_OPTIONS; o->name; o++)
        if (command_takes(c, o, &needed))
            put_row(b, option_usage(cx, o, true), OPTION_COLUMN, in(cx, o->zh, o->en));
}

bool command_is_group(const Command *all, const char *word)
{
    size_t length = strlen(word);
    for (const Command *c = all; c->name; c++)
        if (strncmp(c->name, word, length) == 0 && c->name[length] == ' ')
            return true;
    return false;
}

int command_help(Cx *cx, const Options *o)
{
    Buf b = BUF(cx);
    int words, count = (int)o->operand_count;
    char *argv[3] = { "tuijin" };
    for (int i = 0; i < count && i < 2; i++)
        argv[i + 1] = (char *)(uintptr_t)o->operands[i];
    const Command *c = count > 2 ? NULL : command_find(o->all, count + 1, argv, &words);
    if (count == 0)
        usage_print(cx, &b, o->all, NULL);
    else if (c && words == count)
        help_print(cx, &b, c);
    else if (count == 1 && command_is_group(o->all, o->operands[0]))
        usage_print(cx, &b, o->all, o->operands[0]);
    else {
        fail(cx, INVALID, "", "没有命令 %s；全部命令见 tuijin help",
             "there is no command %s; tuijin help lists them", o->operands[0]);
        return command_failed(cx);
    }
    fputs(buf_text(&b), stdout);
    return 0;
}

int command_version(Cx *cx, const Options *o)
{
    (void)cx, (void)o;
    puts("tuijin " TUIJIN_VERSION);
    return 0;
}

/* --- the man page --- */

/* Text for roff: its own marks, and a full stop that would begin a request, lose their meaning. */
static void put_roff(Buf *b, const char *text)
{
    if (*text == '.' || *text == '\'')
        buf_add(b, "\\&");
    for (; *text; text++) {
        if (*text == '\\')
            buf_add(b, "\\e");
        else if (*text == '-')
            buf_add(b, "\\-");
        else if (strncmp(text, "…", strlen("…")) == 0)
            buf_add(b, "..."), text += strlen("…") - 1;
        else
            buf_char(b, *text);
    }
}

static void put_man_option(const Cx *cx, Buf *b, const CommandOption *o)
{
    buf_add(b, ".TP\n\\fB");
    put_roff(b, o->name);
    buf_add(b, "\\fR");
    if (o->value) {
        buf_add(b, " \\fI");
        put_roff(b, o->value);
        buf_add(b, "\\fR");
    }
    buf_char(b, '\n');
    put_roff(b, in(cx, o->zh, o->en));
    buf_char(b, '\n');
}

static void put_man_command(const Cx *cx, Buf *b, const Command *c)
{
    bool needed;
    buf_add(b, ".SS ");
    put_roff(b, c->name);
    buf_char(b, ' ');
    put_roff(b, c->operands);
    buf_char(b, '\n');
    put_roff(b, in(cx, c->zh, c->en));
    buf_add(b, cx->lang == EN ? ".\n" : "。\n");
    if (c->more_zh) {
        put_roff(b, in(cx, c->more_zh, c->more_en));
        buf_char(b, '\n');
    }
    for (const CommandOption *o = COMMAND_OPTIONS; o->name; o++)
        if (strstr(c->options, o->name) && command_takes(c, o, &needed))
            put_man_option(cx, b, o);
}

static void put_man_head(const Cx *cx, Buf *b)
{
    buf_add(b, ".TH TUIJIN 1 \"\" \"tuijin " TUIJIN_VERSION
               "\" \"\"\n.ds AD l\n.ad l\n.SH NAME\ntuijin \\- ");
    put_roff(
        b, in(cx, "按政策通知办理政府项目", "runs a government programme from its policy notice"));
    buf_add(b, "\n.SH SYNOPSIS\n\\fBtuijin\\fR \\fICOMMAND\\fR ...\n.SH DESCRIPTION\n");
    put_roff(b,
             in(cx,
                "说明写到标准输出，错误以一行写到标准错误，语言随区域设置。每个命令都有 --lang 和 "
                "--help。",
                "Answers go to standard output; what went wrong is one line on standard error, in "
                "the language of the locale. Every command takes --lang and --help."));
    buf_add(b, "\n.SH COMMANDS\n");
}

static void put_man_foot(const Cx *cx, Buf *b)
{
    buf_add(b, ".SH EXIT STATUS\n");
    put_roff(b, in(cx, "0 完成；1 答案为否，或未能完成；2 用法或输入有误。",
                   "0 done; 1 the answer is no, or it could not be done; 2 wrong use or input."));
    buf_add(b, "\n.SH FILES\n.TP\n\\fIDATA/keys\\fR\n");
    put_roff(b, in(cx, "密钥：加密字段、审计链、凭证。在别处另存一份。",
                   "The keys of sealed columns, audit chain and tokens. Keep a copy elsewhere."));
    buf_add(b, "\n.TP\n\\fIDATA/tuijin.db\\fR\n");
    put_roff(b, in(cx, "SQLite 数据库。", "The database, where it is SQLite."));
    buf_add(b, "\n.TP\n\\fIDATA/store\\fR\n");
    put_roff(b, in(cx, "PostgreSQL 数据库的地址，由 --store 记下。",
                   "The address of a PostgreSQL database, remembered from --store."));
    buf_char(b, '\n');
}

int command_man(Cx *cx, const Options *o)
{
    Buf b = BUF(cx);
    put_man_head(cx, &b);
    for (const Command *c = o->all; c->name; c++)
        put_man_command(cx, &b, c);
    put_man_foot(cx, &b);
    fputs(buf_text(&b), stdout);
    return 0;
}

/* --- completion --- */

/* The first words, each once; with first, the second words behind it. */
static void put_words(Buf *b, const Command *all, const char *first)
{
    const char *last = "";
    size_t length = first ? strlen(first) : 0;
    for (const Command *c = all; c->name; c++) {
        size_t one = strcspn(c->name, " ");
        if (first && strncmp(c->name, first, length) == 0 && c->name[length] == ' ')
            buf_format(b, "%s ", c->name + length + 1);
        if (!first && strncmp(c->name, last, one + 1) != 0 &&
            !(strncmp(c->name, last, one) == 0 && last[one] == ' '))
            buf_format(b, "%.*s ", (int)one, c->name);
        last = c->name;
    }
}

/* After an option with a value: its words, folders or files. */
static void put_values(Buf *b)
{
    for (const CommandOption *o = COMMAND_OPTIONS; o->name; o++) {
        if (!o->value)
            continue;
        buf_format(b, "    %s)\n", o->name);
        if (strcmp(o->value, "DIR") == 0)
            buf_add(b, "        _tuijin_files -d\n");
        else if (strstr(o->value, "FILE"))
            buf_add(b, "        _tuijin_files -f\n");
        else if (islower((unsigned char)*o->value)) {
            buf_add(b, "        _tuijin_words '");
            for (const char *p = o->value; *p; p++)
                buf_char(b, *p == '|' ? ' ' : *p);
            buf_add(b, "'\n");
        }
        buf_add(b, "        return\n        ;;\n");
    }
}

static void put_command_words(Buf *b, const Command *c)
{
    bool needed;
    buf_format(b, "    '%s%s) words='", c->name, strchr(c->name, ' ') ? "'" : " '*");
    for (const CommandOption *o = COMMAND_OPTIONS; o->name; o++)
        if (command_takes(c, o, &needed))
            buf_format(b, "%s ", o->name);
    buf_add(b, "' ;;\n");
}

static void put_groups(Buf *b, const Command *all)
{
    const char *last = "";
    for (const Command *c = all; c->name; c++) {
        size_t one = strcspn(c->name, " ");
        if (!c->name[one] || strncmp(c->name, last, one + 1) == 0)
            continue;
        char first[32];
        snprintf(first, sizeof first, "%.*s", (int)one, c->name);
        buf_format(b, "    %s) [ \"$COMP_CWORD\" = 2 ] && _tuijin_words '", first);
        put_words(b, all, first);
        buf_add(b, "' && return ;;\n");
        last = c->name;
    }
}

int command_completion(Cx *cx, const Options *o)
{
    Buf b = BUF(cx);
    buf_add(&b, "# bash completion for tuijin, written by \"tuijin completion\"\n"
                "_tuijin_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$word\"); }\n"
                "_tuijin_files() {\n"
                "    compopt -o filenames 2> /dev/null\n"
                "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$word\")\n"
                "}\n"
                "_tuijin() {\n"
                "    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
                "    COMPREPLY=()\n"
                "    case ${COMP_WORDS[COMP_CWORD - 1]} in\n");
    put_values(&b);
    buf_add(&b, "    esac\n    [ \"$COMP_CWORD\" != 1 ] || { _tuijin_words '");
    put_words(&b, o->all, NULL);
    buf_add(&b, "'; return; }\n    case ${COMP_WORDS[1]} in\n");
    put_groups(&b, o->all);
    buf_add(&b, "    esac\n    case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
    for (const Command *c = o->all; c->name; c++)
        put_command_words(&b, c);
    buf_add(&b, "    esac\n"
                "    case $word in -*) _tuijin_words \"$words\" ;; *) _tuijin_files -f ;; esac\n"
                "}\n"
                "complete -F _tuijin tuijin\n");
    fputs(buf_text(&b), stdout);
    return 0;
}
