#include "core/pack_command.h"

#include "base/file.h"
#include "core/notice.h"
#include "core/pack_prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICE_LIMIT = 4 * 1024 * 1024 };

static int usage(void)
{
    fputs("tuijin pack check DIR [--notes]\n"
          "tuijin pack text DIR NOTICE [--out FILE]\n",
          stderr);
    return 2;
}

static int refuse(const Cx *cx)
{
    fprintf(stderr, "%s\n", cx->lang == EN ? cx->failure.en : cx->failure.zh);
    return 2;
}

static void print_findings(const Findings *f, const char *mark)
{
    for (size_t i = 0; i < f->count; i++)
        printf("%s%s: %s%s%s | %s\n", mark, f->items[i].file, f->items[i].at,
               *f->items[i].at ? ": " : "", f->items[i].zh, f->items[i].en);
}

static int prove(Cx *cx, const char *folder, bool with_notes)
{
    Proof proof;
    if (pack_prove(cx, &proof, &(PackSource){ .folder = folder }) != OK)
        return refuse(cx);
    print_findings(&proof.findings, "");
    if (with_notes)
        print_findings(&proof.notes, "note: ");
    printf("%s: %zu findings, %zu notes, %zu golden cases\n", folder, proof.findings.count,
           proof.notes.count, proof.cases.count);
    return proof.findings.count ? 1 : 0;
}

/* Where serve with its own default looks for it (core/pack_api.c), never inside the pack. */
static const char *default_out(Cx *cx, const Pack *pack)
{
    return arena_format(cx->arena, "data-dir/%s.notice.json", pack->id);
}

static bool is_inside(Cx *cx, const char *path, const char *folder)
{
    const char *slash = strrchr(path, '/');
    const char *parent = slash ? arena_text_n(cx->arena, path, (size_t)(slash - path) + 1) : ".";
    char *real = realpath(parent, NULL), *tree = realpath(folder, NULL);
    bool inside = real && tree && strncmp(real, tree, strlen(tree)) == 0 &&
                  (real[strlen(tree)] == '/' || !real[strlen(tree)]);
    free(real);
    free(tree);
    return inside;
}

static Err attach(Cx *cx, const char *folder, const char *file, const char *out)
{
    const Pack *pack;
    Notice notice;
    const char *bytes;
    size_t length;
    TRY(pack_load(cx, &pack, folder));
    TRY(file_read(cx, &bytes, &length, file, NOTICE_LIMIT));
    TRY(notice_read(cx, &notice, pack, bytes, length));
    out = text_or(out, default_out(cx, pack));
    if (is_inside(cx, out, folder))
        return fail(cx, INVALID, "out", "正式文本不能写进政策包：%s",
                    "the official text must not be written into the pack: %s", out);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    o.pretty = true;
    notice_write(&o, pack, &notice);
    buf_char(&b, '\n');
    TRY(file_write(cx, out, b.at, b.length));
    for (const char *const *id = notice.unknown; *id; id++)
        printf("%s: not a clause of the pack\n", *id);
    printf("%zu texts for %zu clauses: %s\n", notice.count, pack->clause_count, out);
    return OK;
}

int command_pack(Cx *cx, int argc, char **argv)
{
    bool notes = argc == 4 && strcmp(argv[3], "--notes") == 0;
    if ((argc == 3 || notes) && strcmp(argv[1], "check") == 0)
        return prove(cx, argv[2], notes);
    bool with_out = argc == 6 && strcmp(argv[4], "--out") == 0;
    if ((argc != 4 && !with_out) || strcmp(argv[1], "text") != 0)
        return usage();
    return attach(cx, argv[2], argv[3], with_out ? argv[5] : NULL) == OK ? 0 : refuse(cx);
}
