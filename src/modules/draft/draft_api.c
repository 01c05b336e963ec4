#include "modules/draft/draft.h"

#include "core/access/right.h"

#include "core/request/act.h"
#include "core/request/export.h"
#include "modules/draft/draft_rules.h"
#include "policy/prove/pack_prove.h"

#include <stdlib.h>
#include <string.h>

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    PageQuery query = request_page(cx, rq, draft_fields);
    TRY(draft_list(cx, &found, &query));
    return reply_page(cx, rp, draft_fields, sizeof(Draft), &found);
}

typedef struct NewDraft {
    const char *name;
    const char *pack;
} NewDraft;

static const Field NEW_DRAFT[] = {
    { "name", FIELD_TEXT, offsetof(NewDraft, name), "草案", "Draft", .flags = FIELD_REQUIRED,
      .min = 1, .max = 80 },
    { "pack", FIELD_TEXT, offsetof(NewDraft, pack), "原版本", "Base version",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err reply_draft(Cx *cx, Reply *rp, int64_t id)
{
    Draft draft;
    TRY(draft_get(cx, &draft, id));
    return reply_row(cx, rp, draft_fields, &draft);
}

static Err create(Cx *cx, Request *rq, Reply *rp)
{
    NewDraft n;
    int64_t id;
    TRY(request_row(cx, &n, NEW_DRAFT, rq));
    TRY(draft_add(cx, &id, n.name, n.pack));
    return reply_draft(cx, rp, id);
}

/* --- one draft --- */

/* A draft with its pack and its base: what most work on it needs. */
typedef struct View {
    Draft draft;
    PackSource source;
    const Pack *pack;
    const Pack *base;
} View;

static Err view(Cx *cx, View *v, Request *rq)
{
    TRY(draft_get(cx, &v->draft, request_id(rq, "id")));
    TRY(draft_source(cx, &v->source, &v->draft));
    TRY(pack_load_from(cx, &v->pack, &v->source));
    return pack_store_get(cx, &v->base, v->draft.base);
}

static void put_parameters(JsonOut *o, const View *v)
{
    const Json *own = json_get(v->pack->json, "parameters");
    const Json *old = json_get(v->base->json, "parameters");
    json_open(o, "parameters", '[');
    for (size_t i = 0; i < v->pack->parameter_count; i++) {
        const Parameter *p = &v->pack->parameters[i];
        json_open(o, NULL, '{');
        json_put_text(o, "key", p->key);
        json_put_text(o, "zh", p->zh);
        json_put_text(o, "en", p->en);
        json_put_text(o, "unit", p->unit);
        json_put_text(o, "clause", p->clause);
        json_put(o, "value", json_get(own->items[i], "value"));
        json_put(o, "base", json_get(old->items[i], "value"));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static bool is_over(const View *v, const char *path)
{
    for (size_t i = 0; i < v->source.file_count; i++)
        if (strcmp(v->source.files[i].path, path) == 0)
            return true;
    return false;
}

static void put_file(JsonOut *o, const View *v, const char *path, const char *kind)
{
    json_open(o, NULL, '{');
    json_put_text(o, "path", path);
    json_put_text(o, "kind", kind);
    json_put_bool(o, "changed", is_over(v, path));
    json_close(o, '}');
}

/* The files that may be read and put back one by one. */
static Err put_files(Cx *cx, JsonOut *o, const View *v)
{
    const Json *rules = json_get(v->pack->json, "rules");
    const char **tests;
    json_open(o, "files", '[');
    for (size_t i = 0; i < rules->count; i++)
        put_file(o, v, rules->items[i]->text, "rules");
    put_file(o, v, "texts/rules.json", "texts");
    TRY(pack_names(cx, &tests, &v->source, "tests", ""));
    for (; *tests; tests++)
        put_file(o, v, arena_format(cx->arena, "tests/%s", *tests), "tests");
    json_close(o, ']');
    return OK;
}

static Err put_edits(Cx *cx, JsonOut *o, const Draft *draft)
{
    List edits;
    TRY(draft_edits(cx, &edits, draft->id));
    json_open(o, "edits", '[');
    for (size_t i = 0; i < edits.count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, draft_edit_fields, (const DraftEdit *)edits.rows + i, false);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

static Err put_may(Cx *cx, JsonOut *o, const Draft *draft)
{
    DraftMay may;
    TRY(draft_may(cx, &may, draft));
    json_open(o, "may", '{');
    json_put_bool(o, "edit", may.edit);
    json_put_bool(o, "send", may.send);
    json_put_bool(o, "back", may.back);
    json_put_bool(o, "approve", may.approve);
    json_put_bool(o, "drop", may.drop);
    json_close(o, '}');
    return OK;
}

static void put_clauses(JsonOut *o, const Pack *pack)
{
    json_open(o, "clauses", '[');
    for (size_t i = 0; i < pack->clause_count; i++) {
        json_open(o, NULL, '{');
        json_put_text(o, "id", pack->clauses[i].id);
        json_put_text(o, "zh", pack->clauses[i].zh);
        json_put_text(o, "en", pack->clauses[i].en);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    View v;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(view(cx, &v, rq));
    json_open(&o, NULL, '{');
    field_write(cx, &o, draft_fields, &v.draft, false);
    put_parameters(&o, &v);
    json_open(&o, "rules", '[');
    TRY(draft_put_rules(cx, &o, v.pack, v.base));
    json_close(&o, ']');
    put_clauses(&o, v.pack);
    TRY(put_files(cx, &o, &v));
    TRY(put_edits(cx, &o, &v.draft));
    TRY(put_may(cx, &o, &v.draft));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err body_with_version(Cx *cx, const Json **body, int64_t *version, Request *rq)
{
    TRY(request_json(cx, body, rq));
    *version = json_int(*body, "version", 0);
    if (*version < 1)
        return fail(cx, INVALID, "/version", "缺少版本号：请给出所改版本",
                    "the version that is changed must be given");
    return OK;
}

static Err save_parameters(Cx *cx, Request *rq, Reply *rp)
{
    View v;
    PackFile file;
    const Json *body;
    int64_t version;
    DraftEdit edit = { .kind = "parameter", .what = "pack.json" };
    TRY(body_with_version(cx, &body, &version, rq));
    TRY(view(cx, &v, rq));
    TRY(draft_edit_parameters(cx, &file, &edit.before, &edit.after, v.pack,
                              json_get(body, "parameters")));
    TRY(draft_put(cx, &v.draft, version, &file, &edit));
    return reply_row(cx, rp, draft_fields, &v.draft);
}

static Err reply_decision(Cx *cx, Reply *rp, const View *v, const char *id)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", v->draft.version);
    TRY(draft_put_decision(cx, &o, v->pack, v->base, id));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_decision(Cx *cx, Request *rq, Reply *rp)
{
    View v;
    TRY(view(cx, &v, rq));
    return reply_decision(cx, rp, &v, request_param(rq, "decision"));
}

static Err save_decision(Cx *cx, Request *rq, Reply *rp)
{
    View v;
    PackFile file;
    const Json *body;
    int64_t version;
    const char *id = request_param(rq, "decision");
    DraftEdit edit = { .kind = "decision", .what = id };
    TRY(body_with_version(cx, &body, &version, rq));
    TRY(view(cx, &v, rq));
    TRY(draft_edit_decision(cx, &file, &edit.before, &edit.after, v.pack, id,
                            json_get(body, "pieces")));
    TRY(draft_put(cx, &v.draft, version, &file, &edit));
    TRY(view(cx, &v, rq));
    return reply_decision(cx, rp, &v, id);
}

/* What is wrong with a decision while it is typed; nothing is kept. */
static Err check_decision(Cx *cx, Request *rq, Reply *rp)
{
    View v;
    PackFile file;
    Proof proof;
    const Json *body;
    const char *before, *after, *id = request_param(rq, "decision");
    size_t count;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(request_json(cx, &body, rq));
    TRY(view(cx, &v, rq));
    TRY(draft_edit_decision(cx, &file, &before, &after, v.pack, id, json_get(body, "pieces")));
    PackSource source = pack_source_with(cx, &v.source, &file);
    TRY(pack_prove_rules(cx, &proof, &source));
    json_open(&o, NULL, '{');
    json_open(&o, "problems", '[');
    draft_put_problems(cx, &o, &count, proof.pack, id);
    json_close(&o, ']');
    if (count) /* a pack that cannot be read has findings of no use */
        proof.findings.count = 0;
    draft_put_findings(&o, "findings", &proof.findings);
    json_put_bool(&o, "changed", *after != '\0');
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

/* --- files --- */

/* A name inside the pack that one may read, and put back where write. */
static Err check_path(Cx *cx, const View *v, const char *path, bool write)
{
    const Json *rules = json_get(v->pack->json, "rules");
    size_t length = strlen(text_or(path, ""));
    static const char PLAIN[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    bool fine = length > 0 && length < 100 && strspn(path, PLAIN) == length && *path != '/' &&
                !strstr(path, "..") && !strstr(path, "/.") && *path != '.';
    bool known = false;
    for (size_t i = 0; fine && i < rules->count; i++)
        known = known || text_same(rules->items[i]->text, path);
    known = known || (fine && (strcmp(path, "texts/rules.json") == 0 ||
                               (strncmp(path, "tests/", 6) == 0 && !strchr(path + 6, '/'))));
    known = known || (fine && !write && strcmp(path, "pack.json") == 0);
    return known ? OK
                 : fail(cx, NOT_FOUND, "path", "草案中没有可读写的文件“%s”",
                        "the draft has no file %s to read or write", text_or(path, ""));
}

static Err show_file(Cx *cx, Request *rq, Reply *rp)
{
    View v;
    const char *bytes, *path = request_query(rq, "path");
    size_t length;
    TRY(view(cx, &v, rq));
    TRY(check_path(cx, &v, path, false));
    TRY(pack_file(cx, &bytes, &length, &v.source, path));
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    bool dmn = dot && strcmp(dot, ".dmn") == 0;
    const Export e = { .noun = "draft",
                       .id = v.draft.id,
                       .type = dmn ? "application/xml; charset=utf-8" : "text/plain; charset=utf-8",
                       .name = slash ? slash + 1 : path,
                       .rows = UNSET,
                       .save = true };
    export_bytes(cx, rp, &e, bytes, length);
    return OK;
}

/* XML that says it is written in something else than UTF-8 could not be edited by its bytes. */
static Err check_encoding(Cx *cx, const char *bytes, size_t length)
{
    const char *end = strncmp(bytes, "<?xml", 5) == 0 ? strstr(bytes, "?>") : NULL;
    const char *head = end ? arena_text_n(cx->arena, bytes, (size_t)(end - bytes)) : "";
    const char *says = strstr(head, "encoding");
    bool utf8 = !says || strstr(says, "UTF-8") || strstr(says, "utf-8");
    if (utf8 && strlen(bytes) == length && text_valid(bytes, length))
        return OK;
    return fail(cx, INVALID, "file", "文件应以 UTF-8 编码保存", "the file must be saved as UTF-8");
}

/* What the proof finds in this file, unless it was proved ahead. */
static Err prove_file(Cx *cx, const View *v, const PackFile *file)
{
    Proof proof;
    const Pack *pack;
    PackSource source = pack_source_with(cx, &v->source, file);
    TRY(pack_load_from(cx, &pack, &source));
    if (text_same(cx->act->proved, pack->hash))
        return OK;
    TRY(pack_prove_rules(cx, &proof, &source));
    for (size_t i = 0; i < proof.findings.count; i++) {
        const Finding *f = &proof.findings.items[i];
        if (strcmp(f->file, file->path) == 0)
            return fail(cx, INVALID, f->at, "%s %s：%s%.0s", "%s %s: %.0s%s", f->file, f->at, f->zh,
                        f->en);
    }
    cx->act->proved = pack->hash;
    return OK;
}

static Err read_file(Cx *cx, View *v, PackFile *file, Request *rq)
{
    file->path = request_query(rq, "path");
    file->bytes = request_body(rq, &file->length);
    TRY(view(cx, v, rq));
    TRY(check_path(cx, v, file->path, true));
    file->bytes = arena_text_n(cx->arena, file->bytes, file->length);
    TRY(check_encoding(cx, file->bytes, file->length));
    return prove_file(cx, v, file);
}

static Err prepare_file(Cx *cx, Request *rq, Reply *rp)
{
    (void)rp;
    View v;
    PackFile file;
    return read_file(cx, &v, &file, rq);
}

static Err save_file(Cx *cx, Request *rq, Reply *rp)
{
    View v;
    PackFile file;
    const char *version = request_query(rq, "version");
    TRY(read_file(cx, &v, &file, rq));
    DraftEdit edit = { .kind = "file", .what = file.path };
    TRY(draft_put(cx, &v.draft, version ? atoll(version) : 0, &file, &edit));
    return reply_row(cx, rp, draft_fields, &v.draft);
}

/* --- proof --- */

static void put_cases(JsonOut *o, const Proof *proof)
{
    json_open(o, "cases", '[');
    for (size_t i = 0; i < proof->cases.count; i++) {
        const GoldenCase *c = &proof->cases.at[i];
        Findings own = { .items = proof->findings.items + c->first, .count = c->count };
        json_open(o, NULL, '{');
        json_put_text(o, "file", c->file);
        json_put_int(o, "line", c->line);
        json_put_text(o, "name", c->name);
        json_put_bool(o, "passed", c->count == 0);
        draft_put_findings(o, "differences", &own);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* Findings that belong to no case. */
static void put_other_findings(JsonOut *o, const Proof *proof)
{
    Findings own = { .items = proof->findings.items, .count = proof->findings.count };
    if (proof->cases.count)
        own.count = proof->cases.at[0].first;
    draft_put_findings(o, "findings", &own);
}

static Err run_tests(Cx *cx, Request *rq, Reply *rp)
{
    View v;
    Proof proof;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(view(cx, &v, rq));
    TRY(pack_prove(cx, &proof, &v.source));
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", v.draft.version);
    put_other_findings(&o, &proof);
    draft_put_findings(&o, "notes", &proof.notes);
    put_cases(&o, &proof);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

/* --- its way --- */

typedef struct Sending {
    int64_t version;
    Day valid_from;
    const char *reason;
} Sending;

static const Field SENDING[] = {
    { "version", FIELD_INT, offsetof(Sending, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    { "valid_from", FIELD_DATE, offsetof(Sending, valid_from), "生效日期", "Valid from",
      .flags = FIELD_REQUIRED },
    { "reason", FIELD_TEXT, offsetof(Sending, reason), "说明", "Reason", .flags = FIELD_REQUIRED,
      .min = 1, .max = 1000 },
    FIELDS_END,
};

/* The same without the day. */
static const Field RETURNING[] = {
    { "version", FIELD_INT, offsetof(Sending, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    { "reason", FIELD_TEXT, offsetof(Sending, reason), "意见", "Reason", .flags = FIELD_REQUIRED,
      .min = 1, .max = 1000 },
    FIELDS_END,
};

static const Field ENDING[] = {
    { "version", FIELD_INT, offsetof(Sending, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err prepare_proof(Cx *cx, Request *rq, Reply *rp)
{
    (void)rp;
    Draft draft;
    TRY(draft_get(cx, &draft, request_id(rq, "id")));
    return draft_prove(cx, &draft);
}

static Err send(Cx *cx, Request *rq, Reply *rp)
{
    Draft draft;
    Sending s;
    TRY(request_row(cx, &s, SENDING, rq));
    TRY(draft_get(cx, &draft, request_id(rq, "id")));
    TRY(draft_send(cx, &draft, s.version, s.valid_from, s.reason));
    return reply_row(cx, rp, draft_fields, &draft);
}

static Err back(Cx *cx, Request *rq, Reply *rp)
{
    Draft draft;
    Sending s;
    TRY(request_row(cx, &s, RETURNING, rq));
    TRY(draft_get(cx, &draft, request_id(rq, "id")));
    TRY(draft_back(cx, &draft, s.version, s.reason));
    return reply_row(cx, rp, draft_fields, &draft);
}

static Err approve(Cx *cx, Request *rq, Reply *rp)
{
    Draft draft;
    Sending s;
    TRY(request_row(cx, &s, ENDING, rq));
    TRY(draft_get(cx, &draft, request_id(rq, "id")));
    TRY(draft_approve(cx, &draft, s.version));
    return reply_row(cx, rp, draft_fields, &draft);
}

static Err drop(Cx *cx, Request *rq, Reply *rp)
{
    Draft draft;
    Sending s;
    TRY(request_row(cx, &s, ENDING, rq));
    TRY(draft_get(cx, &draft, request_id(rq, "id")));
    TRY(draft_drop(cx, &draft, s.version));
    return reply_row(cx, rp, draft_fields, &draft);
}

static const Route ROUTES[] = {
    { GET, "/api/drafts", "draft.read", list, "看政策包草案", "List drafts of packs",
      .out = draft_fields, .flags = ROUTE_PAGE },
    { POST, "/api/drafts", "pack.draft", create, "起草政策包", "Begin a draft of a pack", NEW_DRAFT,
      draft_fields },
    { GET, "/api/drafts/:id", "draft.read", show, "看政策包草案", "Show a draft",
      .out = draft_fields },
    { PUT, "/api/drafts/:id/parameters", "pack.draft", save_parameters, "修改草案参数",
      "Change parameters of a draft", draft_parameters_body, draft_fields },
    { GET, "/api/drafts/:id/decisions/:decision", "draft.read", show_decision, "看草案规则",
      "Show a rule of a draft" },
    { PUT, "/api/drafts/:id/decisions/:decision", "pack.draft", save_decision, "修改草案规则",
      "Change a rule of a draft", draft_decision_body, .flags = ROUTE_HEAVY },
    { POST, "/api/drafts/:id/decisions/:decision/check", "draft.read", check_decision,
      "检查草案规则（不保存）", "Check a rule of a draft, keeping nothing", draft_pieces_body,
      .flags = ROUTE_READ | ROUTE_HEAVY },
    { GET, "/api/drafts/:id/file", "draft.read", show_file, "导出草案文件（?path=）",
      "Export a file of a draft (?path=)", .flags = ROUTE_FILE, .query = "path" },
    { PUT, "/api/drafts/:id/file", "pack.draft", save_file, "替换草案文件（?path=&version=）",
      "Replace a file of a draft (?path=&version=)", .out = draft_fields, .flags = ROUTE_HEAVY,
      .prepare = prepare_file, .body = BODY_BYTES, .query = "path version" },
    { POST, "/api/drafts/:id/tests", "draft.read", run_tests, "证明草案并运行测试",
      "Prove a draft and run its tests", .flags = ROUTE_READ | ROUTE_HEAVY },
    { POST, "/api/drafts/:id/send", "pack.draft", send, "送批草案", "Send a draft for approval",
      SENDING, draft_fields, ROUTE_HEAVY, prepare_proof },
    { POST, "/api/drafts/:id/back", "draft.read", back, "退回草案", "Return a draft", RETURNING,
      draft_fields },
    { POST, "/api/drafts/:id/approve", "pack.publish", approve, "批准并发布政策包",
      "Approve a draft and publish it", ENDING, draft_fields, ROUTE_HEAVY, prepare_proof },
    { POST, "/api/drafts/:id/drop", "pack.draft", drop, "放弃草案", "Drop a draft", ENDING,
      draft_fields },
    ROUTES_END,
};

extern const char draft_sql[];

static const Right RIGHTS[] = {
    { "draft.read", "查看政策包草案", "See drafts of packs", PROVINCE, BUREAUS, DESKS },
    { "pack.draft", "起草政策包", "Draft policy packs", PROVINCE, BUREAUS, HANDLER },
    { "pack.publish", "批准发布政策包", "Approve and publish policy packs", PROVINCE, BUREAUS,
      SIGNER },
    { .right = NULL },
};

const Module draft_module = {
    .noun = "draft", .schema = draft_sql, .routes = ROUTES, .rights = RIGHTS, .fields = draft_fields
};
