/* Words of the command line into Options, by the rows of the command and of the options. */
#include "commands/command.h"

#include "base/file.h"
#include "modules/modules.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT(member) offsetof(Options, member)

const CommandOption COMMAND_OPTIONS[] = {
    { "--data", "DIR", AT(config.data), 0, 0, "数据目录，默认 data-dir",
      "the data folder; data-dir where not given" },
    { "--store", "CONNECTION", AT(config.where), 0, 0,
      "PostgreSQL 数据库，如 \"host=/run/postgresql dbname=tuijin\"；数据目录记住它",
      "a PostgreSQL database, \"host=/run/postgresql dbname=tuijin\"; the data folder remembers "
      "it" },
    { "--pack", "DIR", AT(pack), 0, 0, "政策包目录，默认 packs/lu-2022-26",
      "the folder of the pack; packs/lu-2022-26 where not given" },
    { "--divisions", "DIR", AT(divisions), 0, 0,
      "区划目录（divisions.tsv，可另有 former.tsv、tiles.tsv、demo.json），默认为自带的",
      "the folder of the divisions (divisions.tsv, beside it former.tsv, tiles.tsv, demo.json); "
      "those of data/shandong where not given" },
    { "--against", "DIR", AT(against), 0, 0, "用来比较的另一个政策包",
      "the other pack, to compare with" },
    { "--batch", "FILE|NUMBER", AT(batch), 0, 0,
      "批次基础表的 JSON 文件；对数据目录试算时是批次编号",
      "the batch's tables as a JSON file; over a data folder the number of a batch" },
    { "--format", "json|text", AT(format), 0, 0, "结果的格式", "how the answer is written" },
    { "--explain", "RULE", AT(explain), 0, 0, "只看一条规则，并说明每个条件",
      "one rule alone, with each of its conditions" },
    { "--address", "A", AT(config.address), 0, 0, "监听地址，默认 127.0.0.1",
      "where to listen; 127.0.0.1 where not given" },
    { "--port", "N", AT(config.port), 0, 65535, "端口，默认 8080；0 为任意空闲端口",
      "the port; 8080 where not given, 0 for any free one" },
    { "--workers", "N", AT(config.workers), 1, 256, "处理请求的线程数，默认 8",
      "threads that answer; 8 where not given" },
    { "--secure", NULL, AT(config.secure), 0, 0, "Cookie 只走 TLS；前面有 TLS 网关时必须用",
      "cookies go over TLS only: always, behind a gateway that speaks TLS" },
    { "--behind-gateway", NULL, AT(config.trust_forwarded), 0, 0,
      "相信网关的 X-Forwarded-For 和 X-Forwarded-Proto",
      "believe X-Forwarded-For and X-Forwarded-Proto of the gateway in front" },
    { "--demo", NULL, AT(config.demo), 0, 0, "在空目录中建立带标记的样例",
      "make the marked sample in an empty folder" },
    { "--with-keys", NULL, AT(with_keys), 0, 0, "密钥一并备份", "take the keys into the backup" },
    { "--keys", "FILE", AT(keys), 0, 0, "另存的密钥文件", "the file of keys that was kept apart" },
    { "--decision", "NAME", AT(decision), 0, 0, "求值的决策", "the decision to evaluate" },
    { "--input", "FILE", AT(input), 0, 0, "名称的值：JSON 对象的文件，- 为标准输入",
      "the values of names: a file with a JSON object, - for standard input" },
    { "--notes", NULL, AT(notes), 0, 0, "也列出提示", "list the notes too" },
    { "--out", "FILE", AT(out), 0, 0, "写到这个文件", "write to this file" },
    { "--lang", "zh|en", AT(lang), 0, 0, "语言，默认随系统区域设置",
      "the language; the locale's where not given" },
    { "--help", NULL, AT(help), 0, 0, "用法", "how it is used" },
    { NULL },
};

/* --- rows --- */

/* Every command speaks a language and explains itself. */
static bool is_common(const CommandOption *o)
{
    return strcmp(o->name, "--lang") == 0 || strcmp(o->name, "--help") == 0;
}

bool command_takes(const Command *c, const CommandOption *o, bool *needed)
{
    size_t length = strlen(o->name);
    *needed = false;
    for (const char *at = c->options; (at = strstr(at, o->name)); at += length) {
        if (at[length] && !strchr(" !", at[length]))
            continue;
        *needed = at[length] == '!';
        return true;
    }
    return is_common(o);
}

static bool named(const char *name, int argc, char **argv, int words)
{
    const char *one = argv[1], *two = words == 2 ? argv[2] : NULL;
    size_t length = strlen(one);
    (void)argc;
    if (!two)
        return strcmp(name, one) == 0;
    return strncmp(name, one, length) == 0 && name[length] == ' ' &&
           strcmp(name + length + 1, two) == 0;
}

const Command *command_find(const Command *all, int argc, char **argv, int *words)
{
    for (*words = argc > 2 ? 2 : argc - 1; *words > 0; --*words)
        for (const Command *c = all; c->name; c++)
            if (named(c->name, argc, argv, *words))
                return c;
    return NULL;
}

/* --- words --- */

static Err bad(Cx *cx, const Command *c, const char *zh, const char *en)
{
    return fail(cx, INVALID, "", "%s；用法见 tuijin %s --help%.0s%.0s",
                "%.0s%.0s%s; see tuijin %s --help", zh, c->name, en, c->name);
}

#define BAD(cx, c, zh, en, ...)                                                                    \
    bad(cx, c, arena_format((cx)->arena, zh, __VA_ARGS__),                                         \
        arena_format((cx)->arena, en, __VA_ARGS__))

static Err number_read(Cx *cx, const Command *c, const CommandOption *o, int *out, const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end || n < o->min || n > o->max)
        return BAD(cx, c, "%s 应为 %d 至 %d 的整数，不是“%s”",
                   "%s wants a whole number from %d to %d, not \"%s\"", o->name, o->min, o->max,
                   text);
    *out = (int)n;
    return OK;
}

static bool is_one_of(const char *choices, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = choices; length && (at = strstr(at, word)); at += length)
        if ((at == choices || at[-1] == '|') && (!at[length] || at[length] == '|'))
            return true;
    return false;
}

static Err value_set(Cx *cx, Options *out, const CommandOption *o, const char *value)
{
    void *to = (char *)out + o->at;
    if (!*value)
        return BAD(cx, out->command, "%s 的值是空的", "the value of %s is empty", o->name);
    if (strcmp(o->value, "N") == 0)
        return number_read(cx, out->command, o, to, value);
    if (islower((unsigned char)*o->value) && !is_one_of(o->value, value))
        return BAD(cx, out->command, "%s 应为 %s 之一，不是“%s”", "%s is one of %s, not \"%s\"",
                   o->name, o->value, value);
    *(const char **)to = value;
    return OK;
}

static const CommandOption *option_named(const Command *c, const char *word, size_t length)
{
    bool needed;
    for (const CommandOption *o = COMMAND_OPTIONS; o->name; o++)
        if (strlen(o->name) == length && strncmp(o->name, word, length) == 0 &&
            command_takes(c, o, &needed))
            return o;
    return NULL;
}

/* argv[*i] is an option: "--port 1" or "--port=1". */
static Err option_read(Cx *cx, Options *out, int argc, char **argv, int *i)
{
    const char *word = strcmp(argv[*i], "-h") == 0 ? "--help" : argv[*i];
    size_t length = strcspn(word, "=");
    const CommandOption *o = option_named(out->command, word, length);
    const char *value = word[length] ? word + length + 1 : NULL;
    if (!o)
        return BAD(cx, out->command, "没有选项 %.*s", "there is no option %.*s", (int)length, word);
    if (!o->value && value)
        return BAD(cx, out->command, "%s 不带值", "%s takes no value", o->name);
    if (!o->value) {
        *(bool *)(void *)((char *)out + o->at) = true;
        return OK;
    }
    if (!value && *i + 1 < argc && strncmp(argv[*i + 1], "--", 2) != 0)
        value = argv[++*i];
    if (!value)
        return BAD(cx, out->command, "%s 后面要有 %s", "%s wants %s behind it", o->name, o->value);
    return value_set(cx, out, o, value);
}

/* "DIR NOTICE": two; "DOSSIER…": one and more; "[COMMAND…]": any number. */
static void operands_wanted(const char *operands, size_t *least, size_t *most)
{
    *least = *most = 0;
    for (const char *p = operands; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
        *least += *p != '[';
        ++*most;
    }
    if (strstr(operands, "…"))
        *most = SIZE_MAX;
}

static Err operands_check(Cx *cx, const Options *o)
{
    size_t least, most;
    const Command *c = o->command;
    bool needed;
    operands_wanted(c->operands, &least, &most);
    if (o->operand_count > most)
        return BAD(cx, c, "多出了“%s”", "\"%s\" is one word too many", o->operands[most]);
    if (o->operand_count < least)
        return BAD(cx, c, "还缺 %s", "%s is missing", c->operands);
    for (const CommandOption *w = COMMAND_OPTIONS; w->name; w++)
        if (command_takes(c, w, &needed) && needed && w->value &&
            !*(const char *const *)(const void *)((const char *)o + w->at))
            return BAD(cx, c, "还缺 %s %s", "%s %s is missing", w->name, w->value);
    return OK;
}

/* "-1 < x" and "-(a)" are expressions: an option begins with a letter and has no blank in it. */
static bool is_option(const char *word)
{
    bool named = word[0] == '-' && (word[1] == '-' || isalpha((unsigned char)word[1]));
    return named && (word[1] == '-' || !strchr(word, ' '));
}

static Err words_read(Cx *cx, Options *out, int argc, char **argv)
{
    bool options = true;
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0)
            options = false;
        else if (options && is_option(argv[i]))
            TRY(option_read(cx, out, argc, argv, &i));
        else
            out->operands[out->operand_count++] = argv[i];
        if (out->lang)
            cx->lang = strcmp(out->lang, "en") == 0 ? EN : ZH;
    }
    return out->help ? OK : operands_check(cx, out);
}

Err options_read(Cx *cx, Options *out, const Command *all, const Command *command, int argc,
                 char **argv)
{
    *out = (Options){ .all = all,
                      .command = command,
                      .config = { .port = 8080, .modules = MODULES },
                      .operands = NEW_N(cx, const char *, (size_t)argc + 1) };
    TRY(words_read(cx, out, argc, argv));
    if (!out->config.data)
        out->config.data = "data-dir";
    return OK;
}

/* --- packs --- */

/* "packs/NAME" where only a name was given. */
static const char *with_folder(Cx *cx, const char *given)
{
    return strchr(given, '/') ? given : arena_format(cx->arena, "packs/%s", given);
}

static bool is_pack(Cx *cx, const char *folder)
{
    return file_exists(arena_format(cx->arena, "%s/pack.json", folder));
}

Err options_pack(Cx *cx, const char **out, const char *given)
{
    static const char *const PLACES[] = { "..", ".", "../share/tuijin" };
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    given = text_or(given, "packs/lu-2022-26");
    *out = given;
    if (is_pack(cx, given))
        return OK;
    Buf looked = BUF(cx);
    buf_add(&looked, given);
    for (size_t i = 0; *given != '/' && i < COUNT(PLACES); i++) {
        *out = arena_format(cx->arena, "%s/%s/%s", program, PLACES[i], with_folder(cx, given));
        if (is_pack(cx, *out))
            return OK;
        buf_format(&looked, ", %s", *out);
    }
    return fail(cx, NOT_FOUND, "pack",
                "没有政策包“%s”：以下各处没有 pack.json：%s；请写出政策包目录",
                "there is no pack \"%s\": no pack.json in %s; name the folder of a pack", given,
                buf_text(&looked));
}
