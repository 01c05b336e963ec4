#include "commands/command.h"

#include "base/file.h"
#include "policy/check/check.h"

#include <stdio.h>
#include <string.h>

enum { MAY = 0, MAY_NOT = 1, BAD = 2 };

static bool is_format(const Options *o, const char *format)
{
    return o->format && strcmp(o->format, format) == 0;
}

/* One line, whatever the input holds: control characters are shown as blanks.
 */
static int refuse(const Cx *cx, const char *file)
{
    const Failure *why = &cx->failure;
    const char *at = why->field && strcmp(why->field, "file") != 0 ? why->field : "";
    Buf line = BUF(cx);
    buf_format(&line, "%s: %s%s%s", file, at, *at ? ": " : "", cx->lang == EN ? why->en : why->zh);
    for (char *p = line.at; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    fprintf(stderr, "%s\n", line.at);
    return BAD;
}

static Err read_batch(Cx *cx, Tables *out, const Pack *pack, const char *path)
{
    const char *bytes;
    size_t length;
    TRY(file_read(cx, &bytes, &length, path, JSON_LIMITS.bytes));
    return check_read_batch(cx, out, pack, bytes, length);
}

static Err read_dossier(Cx *cx, const Json **out, const Pack *pack, const char *path)
{
    const char *bytes;
    size_t length;
    TRY(file_read(cx, &bytes, &length, path, JSON_LIMITS.bytes));
    return check_read_dossier(cx, out, pack, bytes, length);
}

static Err check_file(Cx *cx, Check *out, const Pack *pack, const Tables *batch, const char *path)
{
    const Json *dossier;
    TRY(read_dossier(cx, &dossier, pack, path));
    return check_dossier(cx, out, pack, dossier, batch);
}

static Err explain_file(Cx *cx, Explanation *out, const Pack *pack, const Tables *batch,
                        const char *id, const char *path)
{
    const Json *dossier;
    const PackRule *rule = pack_rule(pack, id);
    if (!rule)
        return fail(cx, NOT_FOUND, "rule", "没有规则 %s", "there is no rule %s", id);
    TRY(read_dossier(cx, &dossier, pack, path));
    return check_explain(cx, out, pack, rule, dossier, batch);
}

/* JSON only where it is asked for: an explanation is for people first. */
static int explain_one(Cx *cx, const Pack *pack, const Tables *batch, const Options *options,
                       const char *path)
{
    Explanation e;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    if (explain_file(cx, &e, pack, batch, options->explain, path) != OK)
        return refuse(cx, path);
    if (is_format(options, "json"))
        explanation_write(cx, &o, NULL, &e);
    else
        explanation_print(cx, &b, &e);
    printf(is_format(options, "json") ? "%s\n" : "%s", buf_text(&b));
    return e.result.blocks ? MAY_NOT : MAY;
}

static int check_one(const Cx *outer, const Pack *pack, const Tables *batch, const Options *options,
                     const char *path)
{
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    cx.lang = outer->lang;
    Check check;
    int status;
    if (options->explain) {
        status = explain_one(&cx, pack, batch, options, path);
    } else if (check_file(&cx, &check, pack, batch, path) != OK) {
        status = refuse(&cx, path);
    } else {
        Buf b = BUF(&cx);
        JsonOut o = json_out(&b);
        if (is_format(options, "text"))
            check_print(&cx, &b, &check);
        else
            check_write(&cx, &o, NULL, &check);
        printf(is_format(options, "text") ? "%s" : "%s\n", buf_text(&b));
        status = check.submittable ? MAY : MAY_NOT;
    }
    arena_free(arena);
    return status;
}

int command_check(Cx *cx, const Options *options)
{
    const char *folder;
    const Pack *pack;
    if (options_pack(cx, &folder, options->pack) != OK)
        return command_failed(cx);
    if (pack_load(cx, &pack, folder) != OK)
        return refuse(cx, folder);
    Tables batch = check_no_batch(cx, pack);
    if (options->batch && read_batch(cx, &batch, pack, options->batch) != OK)
        return refuse(cx, options->batch);
    int status = MAY;
    for (size_t i = 0; i < options->operand_count; i++) {
        int one = check_one(cx, pack, &batch, options, options->operands[i]);
        status = one > status ? one : status;
    }
    return fflush(stdout) == 0 ? status : BAD;
}
