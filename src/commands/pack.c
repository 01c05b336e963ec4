#include "commands/system.h"

#include "base/file.h"
#include "core/process/pack_store.h"
#include "policy/pack/notice.h"
#include "policy/pack/schema.h"
#include "policy/prove/pack_prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICE_LIMIT = 4 * 1024 * 1024 };

typedef struct Adding {
    const char *folder;
    const char *hash;
} Adding;

static Err add(Cx *cx, void *data)
{
    Adding *a = data;
    return pack_store_add(cx, &a->hash, a->folder);
}

static Err add_on_record(Cx *cx, void *data)
{
    return act_run(cx, "加入政策包版本", "Add a pack version", add, data);
}

/* A pack with a finding is not added: what is in the store, batches are opened with. */
static Err prove_first(Cx *cx, const char *folder)
{
    Proof proof;
    TRY(pack_prove(cx, &proof, &(PackSource){ .folder = folder }));
    const Finding *f = proof.findings.items;
    if (proof.findings.count == 0)
        return OK;
    return fail(cx, INVALID, f->file, "政策包有 %zu 处问题（tuijin pack check）；%s %s：%s%.0s",
                "the pack has %zu findings (tuijin pack check); %s %s: %.0s%s",
                proof.findings.count, f->file, f->at, f->zh, f->en);
}

int command_pack_add(Cx *cx, const Options *o)
{
    Adding a = { 0 };
    if (options_pack(cx, &a.folder, o->operands[0]) != OK || prove_first(cx, a.folder) != OK ||
        system_own(cx, o->config.data) != OK || system_run(cx, &o->config, add_on_record, &a) != OK)
        return command_failed(cx);
    puts(a.hash);
    return 0;
}

/* --- proving --- */

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
        return command_failed(cx);
    print_findings(&proof.findings, "");
    if (with_notes)
        print_findings(&proof.notes, "note: ");
    printf("%s: %zu findings, %zu notes, %zu golden cases\n", folder, proof.findings.count,
           proof.notes.count, proof.cases.count);
    return proof.findings.count ? 1 : 0;
}

/* --- the text of the notice --- */

/* Where serve with its own default looks for it (core/process/pack_api.c), never inside the pack.
 */
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
    NoticeForm notice;
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

int command_pack_check(Cx *cx, const Options *o)
{
    const char *folder;
    if (options_pack(cx, &folder, o->operands[0]) != OK)
        return command_failed(cx);
    return prove(cx, folder, o->notes);
}

int command_pack_text(Cx *cx, const Options *o)
{
    const char *folder;
    bool done = options_pack(cx, &folder, o->operands[0]) == OK &&
                attach(cx, folder, o->operands[1], o->out) == OK;
    return done ? 0 : command_failed(cx);
}

static Err print_schema(Cx *cx, const char *given)
{
    const char *folder;
    const Pack *pack;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    o.pretty = true;
    TRY(options_pack(cx, &folder, given));
    TRY(pack_load(cx, &pack, folder));
    schema_write(&o, &pack->dossier);
    puts(buf_text(&b));
    return OK;
}

int command_pack_schema(Cx *cx, const Options *o)
{
    return print_schema(cx, o->operands[0]) == OK ? 0 : command_failed(cx);
}
