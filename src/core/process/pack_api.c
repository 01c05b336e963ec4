/* What the pages need of a pack: clauses with their text, dictionary, parameters, rules, steps. */
#include "core/access/right.h"
#include "core/process/pack_store.h"

#include "base/file.h"
#include "core/request/core.h"
#include "policy/pack/process_steps.h"

static void put_words(JsonOut *o, const char *key, const char *const *words)
{
    json_open(o, key, '[');
    for (; words && *words; words++)
        json_put_text(o, NULL, *words);
    json_close(o, ']');
}

/* The official text that "pack text" put into the data folder; NULL where the office has none. */
static const Json *official(Cx *cx, const Pack *p)
{
    size_t length;
    const char *bytes;
    const Json *notice;
    const char *path = core_path(cx, cx->core, arena_format(cx->arena, "%s.notice.json", p->id));
    if (!file_exists(path) || file_read(cx, &bytes, &length, path, 1 << 20) != OK ||
        json_parse(cx, &notice, bytes, length, &JSON_LIMITS) != OK)
        return NULL;
    return json_get(notice, "texts");
}

static void put_clauses(Cx *cx, JsonOut *o, const Pack *p)
{
    const Json *texts = official(cx, p);
    json_open(o, "clauses", '[');
    for (size_t i = 0; i < p->clause_count; i++) {
        const Clause *c = &p->clauses[i];
        json_open(o, NULL, '{');
        json_put_text(o, "id", c->id);
        json_put_text(o, "kind", c->kind);
        json_put_int(o, "depth", c->depth);
        json_put_text(o, "zh", c->zh);
        json_put_text(o, "en", c->en);
        put_words(o, "systems", c->systems);
        json_put_text(o, "text", json_text(texts, c->id, NULL));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_rules(JsonOut *o, const Pack *p)
{
    json_open(o, "rules", '[');
    for (size_t i = 0; i < p->rule_count; i++) {
        const PackRule *r = &p->rules[i];
        json_open(o, NULL, '{');
        json_put_text(o, "id", r->id);
        json_put_text(o, "zh", r->zh);
        json_put_text(o, "en", r->en);
        json_put_text(o, "modality", modality_key(r->modality));
        put_words(o, "clauses", r->clauses);
        put_words(o, "at", r->at);
        json_put_text(o, "items", r->items);
        json_put_text(o, "field", r->field);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* What claims each role, by key or id: pages ask by role, too. */
static void put_roles(JsonOut *o, const Pack *p)
{
    json_open(o, "roles", '{');
    for (size_t i = 0; i < p->process_count; i++)
        for (const Role *r = PACK_ROLES; r->key; r++)
            if (r->kind <= ROLE_END && process_key(&p->processes[i], r->key))
                json_put_text(o, r->key, process_key(&p->processes[i], r->key));
    for (size_t i = 0; i < p->claim_count; i++)
        json_put_text(o, p->claims[i].role->key, p->claims[i].name);
    json_close(o, '}');
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    const Pack *p;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(pack_store_get(cx, &p, request_param(rq, "hash")));
    json_open(&o, NULL, '{');
    json_put_text(&o, "id", p->id);
    json_put_text(&o, "hash", p->hash);
    json_put_text(&o, "zh", p->zh);
    json_put_text(&o, "en", p->en);
    json_put_text(&o, "document", p->document);
    put_clauses(cx, &o, p);
    put_rules(&o, p);
    json_put(&o, "parameters", json_get(p->json, "parameters"));
    const Json *comparison = json_get(p->json, "comparison");
    if (comparison) /* which rule judges a figure of the comparison */
        json_put(&o, "comparison", comparison);
    json_put(&o, "dossier", p->dossier.json);
    json_put(&o, "batch", p->batch.json);
    json_put(&o, "process", p->process);
    put_roles(&o, p);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

typedef struct Version {
    const char *hash;
    const char *pack;
    const char *zh;
    const char *en;
    const char *document;
    const char *label; /* "2": what the pack calls it */
    Day valid_from;    /* UNSET = always */
    int64_t added_at;
} Version;

static const Field VERSION[] = {
    { "hash", FIELD_TEXT, offsetof(Version, hash), "版本", "Version" },
    { "pack", FIELD_TEXT, offsetof(Version, pack), "政策包", "Pack" },
    { "zh", FIELD_TEXT, offsetof(Version, zh), "名称", "Name" },
    { "en", FIELD_TEXT, offsetof(Version, en), "英文名称", "English name" },
    { "document", FIELD_TEXT, offsetof(Version, document), "文号", "Document" },
    { "label", FIELD_TEXT, offsetof(Version, label), "版次", "Label" },
    { "valid_from", FIELD_DATE, offsetof(Version, valid_from), "生效日期", "Valid from" },
    { "added_at", FIELD_INSTANT, offsetof(Version, added_at), "加入时间", "Added at" },
    FIELDS_END,
};

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    List found;
    TRY(store_list(
        cx, &found, VERSION, sizeof(Version),
        "SELECT hash, pack, zh, en, document, label, valid_from, added_at FROM pack_version "
        "ORDER BY added_at DESC, hash",
        NO_ARGS));
    return reply_page(cx, rp, VERSION, sizeof(Version), &found);
}

static const Route ROUTES[] = {
    { GET, "/api/packs", "pack.read", list, "看政策包", "List packs", .out = VERSION },
    { GET, "/api/packs/:hash", "pack.read", show, "看政策包", "Show a pack" },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "pack.read", "查看政策包", "See policy packs", OFFICES | EXPERT, ANY_KIND, DESKS },
    { .right = NULL },
};

extern const char pack_sql[];

const Module pack_module = {
    .noun = "pack", .schema = pack_sql, .routes = ROUTES, .rights = RIGHTS
};
