#include "policy/pack/dossier.h"

#include "base/embed.h"

#include <assert.h>
#include <string.h>

/* What the program printed of every pack before packs said it themselves. */
EMBED(paper_former, "data/shandong/paper-former.json");

/* The inside of a row: { TEXT("name") }. */
#define TEXT(k)          .key = k, .type = FIELD_TEXT
#define ENUM(k)          .key = k, .type = FIELD_ENUM
#define WORDS(k)         .key = k, .type = FIELD_LIST
#define AMOUNT(k)        .key = k, .type = FIELD_MONEY, .unit = "万元"
#define OBJECT(k, parts) .key = k, .type = FIELD_OBJECT, .fields = parts
#define LIST(k, parts)   .key = k, .type = FIELD_LIST, .fields = parts
#define CODES(k, digits) .key = k, .type = FIELD_LIST, .pattern = digits
#define NEEDED           .flags = FIELD_REQUIRED
#define IDENTITY         .flags = FIELD_REQUIRED | FIELD_KEY

static const Field VILLAGE[] = { { TEXT("code"), IDENTITY, .pattern = "digits:12" },
                                 { TEXT("name") },
                                 FIELDS_END };

static const Field PROJECT_FUND[] = {
    { ENUM("source") }, { ENUM("level") }, { AMOUNT("amount") }, FIELDS_END
};

static const Field PROJECT[] = { { TEXT("id"), IDENTITY, .min = 1 },
                                 { TEXT("name") },
                                 { LIST("funds", PROJECT_FUND) },
                                 FIELDS_END };

static const Field PLAN[] = { { LIST("projects", PROJECT) }, FIELDS_END };

static const Field FUND_LINE[] = { { ENUM("level") },
                                   { TEXT("document") },
                                   { TEXT("department") },
                                   { AMOUNT("amount"), .flags = FIELD_PRESENT },
                                   FIELDS_END };

static const Field FUNDS[] = { { LIST("transitional", FUND_LINE) },
                               { LIST("integrated", FUND_LINE) },
                               FIELDS_END };

const Field DOSSIER_COMMON[] = { { TEXT("zone"), NEEDED, .min = 1, .max = 120 },
                                 { TEXT("county"), NEEDED, .pattern = "digits:6" },
                                 { LIST("villages", VILLAGE) },
                                 { OBJECT("plan", PLAN) },
                                 { OBJECT("funds", FUNDS) },
                                 { .key = "exceptions", .type = FIELD_OBJECT },
                                 FIELDS_END };

static const Field ARRANGED[] = { { ENUM("programme"), NEEDED },
                                  { CODES("villages", "digits:12"), NEEDED },
                                  FIELDS_END };

static const Field RECOMMENDED[] = { { TEXT("zone"), NEEDED },
                                     { TEXT("county"), NEEDED, .pattern = "digits:6" },
                                     FIELDS_END };

static const Field FORBIDDEN_USE[] = { { WORDS("transitional"), .flags = FIELD_NOT_NULL },
                                       { WORDS("integrated"), .flags = FIELD_NOT_NULL },
                                       { WORDS("collaboration"), .flags = FIELD_NOT_NULL },
                                       { WORDS("social"), .flags = FIELD_NOT_NULL },
                                       { WORDS("other"), .flags = FIELD_NOT_NULL },
                                       FIELDS_END };

const Field BATCH_FIELDS[] = {
    { CODES("key_counties", "digits:6") },
    { CODES("yellow_river_counties", "digits:6") },
    { .key = "region_class", .type = FIELD_OBJECT, .pattern = "digits:4|6" },
    { LIST("arranged_areas", ARRANGED) },
    { LIST("recommended", RECOMMENDED) },
    { OBJECT("forbidden_uses", FORBIDDEN_USE) },
    FIELDS_END
};

/* --- what a pack adds --- */

static const char FILE_NAME[] = "dictionary/dossier.json";

bool dossier_is_table(const Field *f)
{
    return f->type == FIELD_LIST && f->fields;
}

bool dossier_is_own(const Field *f)
{
    bool part = dossier_is_table(f) || (f->type == FIELD_OBJECT && f->fields);
    return part && !field_find(DOSSIER_COMMON, f->key);
}

const Field *dossier_key(const Field *table)
{
    assert(dossier_is_table(table));
    for (const Field *f = table->fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_KEY)
            return f;
    return NULL;
}

typedef struct PartsProof {
    Cx *cx;
    Findings *findings;
    const Json *parts;
} PartsProof;

static void wrong(PartsProof *p, const char *at, const char *zh, const char *en)
{
    finding_add(p->cx, p->findings, FILE_NAME, at, "%s%.0s", "%.0s%s", zh, en);
}

/* Rows that nothing tells apart could not be brought up to date by a workbook, nor be compared. */
static void prove_table(PartsProof *p, const Field *f, const char *at)
{
    const Field *key = dossier_key(f);
    if (!key || key->type != FIELD_TEXT || !(key->flags & FIELD_REQUIRED))
        wrong(p, at, "表格要有一个文本字段写明 unique 和 required，用来分辨各行",
              "a table needs a text field that is unique and required, to tell its rows apart");
}

/* What the page, the workbook and the paper can show. depth: how far below the dossier. */
static void prove_own(PartsProof *p, const Field *f, const Json *written, const char *at, int depth)
{
    bool map = f->type == FIELD_OBJECT && !f->fields;
    if (map || f->type == FIELD_INSTANT || strcmp(json_text(written, "type", ""), "link") == 0)
        wrong(p, at, "申报材料里没有 link、map 和 instant 这些类型的字段",
              "a dossier has no fields of the types link, map and instant");
    if (dossier_is_table(f) && depth > 0)
        wrong(p, at, "表格只能放在申报材料的最上层", "a table stands at the top of the dossier");
    else if (dossier_is_table(f))
        prove_table(p, f, at);
    const Json *below = json_get(written, "fields");
    for (size_t i = 0; f->fields && f->fields[i].type != FIELD_END; i++)
        prove_own(p, &f->fields[i], below->items[i], json_pointer(p->cx, at, f->fields[i].key),
                  depth + 1);
}

/* The lists of funds are all alike: one that a pack adds is read as the two that are common. */
static const Field *prove_source(PartsProof *p, const Field *f, const char *at)
{
    if (dossier_is_table(f))
        dictionary_prove_shape(p->cx, p->findings, FILE_NAME, f->fields, FUND_LINE, at);
    else
        wrong(p, at, "资金下面只能是表格", "funds holds tables alone");
    return &FUNDS[0];
}

/* Fields of a pack stand beside the common ones at every depth. */
static void prove_beside(PartsProof *p, const Field *fields, const Field *common,
                         const Json *written, const char *at, int depth)
{
    for (size_t i = 0; fields[i].type != FIELD_END; i++) {
        const Field *f = &fields[i], *same = field_find(common, f->key);
        const char *below = json_pointer(p->cx, at, f->key);
        if (common == FUNDS && !same)
            same = prove_source(p, f, below);
        if (!same)
            prove_own(p, f, written->items[i], below, depth);
        else if (f->fields && same->fields)
            prove_beside(p, f->fields, same->fields, json_get(written->items[i], "fields"), below,
                         depth + 1);
    }
}

static const Json *part_find(const PartsProof *p, const char *key)
{
    for (size_t i = 0; i < p->parts->count; i++)
        if (text_same(json_text(p->parts->items[i], "key", NULL), key))
            return p->parts->items[i];
    return NULL;
}

static bool part_used(const Json *fields, const char *key)
{
    for (size_t i = 0; !json_missing(fields) && i < fields->count; i++)
        if (text_same(json_text(fields->items[i], "part", NULL), key) ||
            part_used(json_get(fields->items[i], "fields"), key))
            return true;
    return false;
}

/* Each field stands on a page, and the pages are named. */
static void prove_pages(PartsProof *p, const Json *fields, const char *at)
{
    for (size_t i = 0; !json_missing(fields) && i < fields->count; i++) {
        const Json *f = fields->items[i];
        const char *part = json_text(f, "part", NULL);
        const char *below = json_pointer(p->cx, at, json_text(f, "key", ""));
        if (!part && !*at && strcmp(below, "/exceptions") != 0)
            wrong(p, below, "字段没有写明在哪一部分（part）", "the field names no part");
        if (part && strcmp(below, "/exceptions") != 0 && !part_find(p, part))
            finding_add(p->cx, p->findings, FILE_NAME, below, "没有“%s”这一部分",
                        "there is no part %s", part);
        prove_pages(p, json_get(f, "fields"), below);
    }
}

static void prove_parts(PartsProof *p, const Json *json)
{
    for (size_t i = 0; i < p->parts->count; i++) {
        const Json *part = p->parts->items[i];
        const char *key = json_text(part, "key", "");
        const char *at = json_pointer_at(p->cx, "/parts", i);
        if (!*key || part_find(p, key) != part)
            wrong(p, at, "这一部分没有键名，或与别的重复",
                  "the part has no key, or it stands twice");
        if (strcmp(key, "attachments") == 0 || strcmp(key, "exceptions") == 0)
            wrong(p, at, "附件和例外理由由程序提供",
                  "attachments and exceptions are the program's");
        if (text_blank(json_text(part, "zh", NULL)) || text_blank(json_text(part, "en", NULL)))
            wrong(p, at, "这一部分缺中文或英文名称", "the part lacks its name in a language");
        if (!part_used(json_get(json, "fields"), key))
            wrong(p, at, "没有字段在这一部分", "no field stands in the part");
    }
    prove_pages(p, json_get(json, "fields"), "");
}

/* --- the paper --- */

const char *const PAPER_NAMES[] = { "zone",         "city",       "county", "kind",
                                    "programme",    "document",   "met",    "not_met",
                                    "undetermined", "exceptions", NULL };

static bool is_paper_name(const char *name)
{
    const char *const *one = PAPER_NAMES;
    while (*one && strcmp(*one, name) != 0)
        one++;
    return *one != NULL;
}

static void prove_pointer(PartsProof *p, const Field *fields, const char *pointer)
{
    PointerPlace place;
    if (!dictionary_place(p->cx, &place, fields, NULL, pointer))
        finding_add(p->cx, p->findings, FILE_NAME, "/paper", "“%s”不在字典中",
                    "%s is not in the dictionary", pointer);
}

/* A name in braces: a field, how many rows it has, its enclosure, a word, or the program's own. */
static void prove_name(PartsProof *p, const Field *fields, const Json *words, const char *name)
{
    const char *colon = strchr(name, ':');
    const char *rest = colon ? colon + 1 : name;
    bool own = !*name || is_paper_name(name) || strcmp(name, "annex:evidence") == 0 ||
               strcmp(name, "annex:check") == 0;
    if (*rest == '/' &&
        (!colon || strncmp(name, "count:", 6) == 0 || strncmp(name, "annex:", 6) == 0))
        prove_pointer(p, fields, rest);
    else if (!own && !json_get(words, name))
        finding_add(p->cx, p->findings, FILE_NAME, "/paper", "没有“{%s}”这个名称",
                    "there is no name {%s}", name);
}

static void prove_paper(PartsProof *p, const Field *fields, const Json *words, const Json *j)
{
    if (j->key && *j->key == '/')
        prove_pointer(p, fields, j->key);
    if (j->type == J_TEXT && *j->text == '/')
        prove_pointer(p, fields, j->text);
    for (const char *at = j->type == J_TEXT ? strchr(j->text, '{') : NULL; at;
         at = strchr(at + 1, '{'))
        prove_name(p, fields, words, arena_text_n(p->cx->arena, at + 1, strcspn(at + 1, "}")));
    for (size_t i = 0; (j->type == J_ARRAY || j->type == J_OBJECT) && i < j->count; i++)
        prove_paper(p, fields, words, j->items[i]);
}

void dossier_prove(Cx *cx, Findings *f, const Dictionary *d)
{
    PartsProof p = { cx, f, json_get(d->json, "parts") };
    dictionary_prove(cx, f, FILE_NAME, d, DOSSIER_COMMON);
    const Json *paper = json_get(d->json, "paper");
    if (!json_missing(paper))
        prove_paper(&p, d->fields, json_get(paper, "words"), paper);
    prove_beside(&p, d->fields, DOSSIER_COMMON, json_get(d->json, "fields"), "", 0);
    if (json_missing(p.parts) || p.parts->type != J_ARRAY)
        wrong(&p, "/parts", "缺少各部分的名称和次序（parts）",
              "parts, their names in order, are missing");
    else
        prove_parts(&p, d->json);
}

/* A pack is kept as it came into force, so the words that code had then cannot be added to it. A
 * dictionary that says neither parts nor paper is one of those, if it has all that they speak of.
 */
Err dossier_paper(Cx *cx, const Json **out, const Dictionary *d)
{
    Findings findings = { 0 };
    PartsProof p = { cx, &findings, NULL };
    const Json *former, *own = json_get(d->json, "paper");
    *out = json_missing(own) ? NULL : own;
    if (*out || !json_missing(json_get(d->json, "parts")))
        return OK;
    TRY(json_parse(cx, &former, (const char *)paper_former, EMBED_LENGTH(paper_former),
                   &JSON_LIMITS));
    prove_paper(&p, d->fields, json_get(former, "words"), former);
    *out = findings.count == 0 ? former : NULL;
    return OK;
}
