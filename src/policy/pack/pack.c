/* A pack as it is read: every part of it, in their order. */
#include "policy/pack/pack.h"

#include "base/digest.h"
#include "base/file.h"
#include "policy/pack/pack_parts.h"
#include "policy/pack/process_steps.h"
#include "policy/register/figure_read.h"
#include "policy/register/flow_read.h"
#include "policy/register/problem_role.h"
#include "policy/register/publish.h"
#include "policy/register/quality_read.h"
#include "rules/bind.h"

#include <string.h>

enum { CLAUSE_DEPTH = 8 };

static const Json *part_json(PackReader *r, const char *file)
{
    size_t length;
    const Json *json = NULL;
    const char *bytes = part_bytes(r, file, &length);
    if (!bytes)
        return NULL;
    if (json_parse(r->cx, &json, bytes, length, &JSON_LIMITS) != OK) {
        finding_add_failure(r->cx, r->findings, file);
        return NULL;
    }
    return json;
}

static const char *const *json_words(Cx *cx, const Json *list)
{
    size_t n = list && list->type == J_ARRAY ? list->count : 0;
    const char **words = NEW_N(cx, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        words[i] = text_or(list->items[i]->text, "");
    return words;
}

static size_t count_clauses(const Json *list, int depth)
{
    size_t n = 0;
    for (size_t i = 0; list && depth < CLAUSE_DEPTH && i < list->count; i++)
        n += 1 + count_clauses(json_get(list->items[i], "children"), depth + 1);
    return n;
}

static void read_clauses(PackReader *r, Clause *out, const Json *list, int depth)
{
    for (size_t i = 0; list && depth < CLAUSE_DEPTH && i < list->count; i++) {
        const Json *j = list->items[i];
        out[r->pack->clause_count++] =
            (Clause){ .id = json_text(j, "id", ""),
                      .kind = json_text(j, "kind", ""),
                      .zh = json_text(j, "zh", ""),
                      .en = json_text(j, "en", ""),
                      .systems = json_words(r->cx, json_get(j, "systems")),
                      .depth = depth };
        read_clauses(r, out, json_get(j, "children"), depth + 1);
    }
}

/* A figure is a number, text that reads as one is exact, text that reads as an instant is one. */
static Value figure(Cx *cx, const Json *j)
{
    Decimal d;
    if (j && j->type == J_INT)
        return value_int(j->integer);
    if (!j || j->type != J_TEXT)
        return value_null();
    if (decimal_parse(j->text, &d))
        return value_number(d);
    Value instant = feel_date_time(cx, j->text);
    return value_is_null(&instant) ? value_text(j->text) : instant;
}

static void read_parameters(PackReader *r)
{
    const Json *list = json_get(r->pack->json, "parameters");
    size_t n = list && list->type == J_ARRAY ? list->count : 0;
    Parameter *parameters = NEW_N(r->cx, Parameter, n);
    Entry *entries = NEW_N(r->cx, Entry, n);
    Value *values = NEW_N(r->cx, Value, n + 1);
    for (size_t i = 0; i < n; i++) {
        const Json *j = list->items[i];
        parameters[i] = (Parameter){ .key = json_text(j, "key", ""),
                                     .zh = json_text(j, "zh", ""),
                                     .en = json_text(j, "en", ""),
                                     .unit = json_text(j, "unit", NULL),
                                     .clause = json_text(j, "clause", ""),
                                     .value = &values[i] };
        values[i] = figure(r->cx, json_get(j, "value"));
        entries[i] = (Entry){ parameters[i].zh, values[i] };
        if (value_is_null(&values[i]))
            finding_add(r->cx, r->findings, "pack.json", parameters[i].key, "参数没有值",
                        "the parameter has no value");
    }
    r->pack->parameters = parameters;
    r->pack->parameter_count = n;
    values[n] = value_context(r->cx, entries, n);
    r->pack->parameter_values = &values[n];
}

static bool read_dictionary(PackReader *r, Dictionary *out, const char *file)
{
    size_t length;
    const char *bytes = part_bytes(r, file, &length);
    if (!bytes)
        return false;
    if (dictionary_read(r->cx, out, bytes, length) == OK)
        return true;
    finding_add_failure(r->cx, r->findings, file);
    return false;
}

static bool read_parts(PackReader *r)
{
    Pack *p = r->pack;
    p->json = part_json(r, "pack.json");
    const Json *clauses = part_json(r, "clauses.json");
    p->texts = part_json(r, "texts/rules.json");
    p->process = part_json(r, "process.json");
    if (p->process && process_read(r->cx, &p->processes, &p->process_count, p->process) != OK)
        finding_add_failure(r->cx, r->findings, "process.json");
    p->rubric = part_json(r, "rubric.json");
    p->indicators = part_json(r, "indicators.json");
    bool dossier = read_dictionary(r, &p->dossier, "dictionary/dossier.json");
    bool batch = read_dictionary(r, &p->batch, "dictionary/batch.json");
    if (!p->json || !clauses || !dossier || !batch)
        return false;
    p->id = json_text(p->json, "id", "");
    p->zh = json_text(p->json, "zh", "");
    p->en = json_text(p->json, "en", "");
    p->document = json_text(p->json, "document", "");
    p->continues = json_text(p->json, "continues", NULL);
    const Json *list = json_get(clauses, "clauses");
    Clause *out = NEW_N(r->cx, Clause, count_clauses(list, 0));
    p->clauses = out;
    read_clauses(r, out, list, 0);
    read_parameters(r);
    return true;
}

/* A pack need not have any. */
static void read_registers(PackReader *r)
{
    const char **names;
    size_t count = 0;
    if (pack_names(r->cx, &names, &r->pack->source, "registers", ".json") != OK)
        return;
    while (names[count])
        count++;
    const struct Register **registers = NEW_N(r->cx, const struct Register *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *file = arena_format(r->cx->arena, "registers/%s", names[i]);
        const Json *json = part_json(r, file);
        const struct Register *one =
            json ? register_read(r->cx, r->findings, r->pack, file, json) : NULL;
        if (one)
            registers[r->pack->register_count++] = one;
    }
    r->pack->registers = registers;
    publish_prove_links(r->cx, r->findings, r->pack);
    register_prove_removals(r->cx, r->findings, r->pack);
    problem_role_prove_once(r->cx, r->findings, r->pack);
}

/* What a pack may lack; NULL where it does. */
static const Json *optional_json(PackReader *r, const char *file)
{
    const char *bytes;
    size_t length;
    bool there = pack_file(r->cx, &bytes, &length, &r->pack->source, file) != NOT_FOUND;
    return there ? part_json(r, file) : NULL;
}

static void read_facts(PackReader *r)
{
    const Json *facts = optional_json(r, "facts.json"), *quality = optional_json(r, "quality.json");
    flow_prove(r->cx, r->findings, r->pack);
    if (facts)
        r->pack->figures = figures_read(r->cx, r->findings, r->pack, facts);
    if (quality)
        r->pack->quality = quality_read(r->cx, r->findings, r->pack, quality);
}

Err pack_read(Cx *cx, const Pack **out, Findings *findings, const PackSource *source)
{
    *out = NULL;
    if (!file_exists(source->folder))
        return fail(cx, NOT_FOUND, "pack", "没有政策包 %s", "there is no pack %s", source->folder);
    Pack *pack = NEW(cx, Pack);
    pack->source = *source;
    pack->source.folder = arena_text(cx->arena, source->folder);
    PackReader r = { cx, findings, pack, digest_begin(SM3) };
    bool whole = read_parts(&r);
    if (whole) {
        pack_read_rules(&r);
        pack_read_claims(&r);
        read_registers(&r);
        read_facts(&r);
    }
    char *hash = arena_alloc(cx->arena, 65);
    digest_end(r.digest, hash);
    pack->hash = hash;
    if (whole)
        *out = pack;
    return OK;
}

Err pack_load(Cx *cx, const Pack **out, const char *folder)
{
    return pack_load_from(cx, out, &(PackSource){ .folder = folder });
}

Err pack_load_from(Cx *cx, const Pack **out, const PackSource *source)
{
    Findings findings = { 0 };
    TRY(pack_read(cx, out, &findings, source));
    if (findings.count == 0)
        return OK;
    const Finding *f = &findings.items[0];
    return fail(cx, INVALID, f->file, "政策包有误：%s %s：%s%.0s",
                "the pack is broken: %s %s: %.0s%s", f->file, f->at, f->zh, f->en);
}

static Err replace_parameter(Cx *cx, const Pack *pack, Parameter *parameters, const Json *j)
{
    const char *field = arena_format(cx->arena, "parameters/%s", j->key);
    for (size_t i = 0; i < pack->parameter_count; i++) {
        if (strcmp(parameters[i].key, j->key) != 0)
            continue;
        Value *v = NEW(cx, Value);
        *v = figure(cx, j);
        if (v->kind != parameters[i].value->kind)
            return fail(cx, INVALID, field, "“%s”的值与原值不是一类", "not a value as “%s” has",
                        cx->lang == EN ? parameters[i].en : parameters[i].zh);
        parameters[i].value = v;
        return OK;
    }
    return fail(cx, INVALID, field, "没有参数 %s", "there is no parameter %s", j->key);
}

Err pack_with_parameters(Cx *cx, const Pack **out, const Pack *pack, const Json *values)
{
    size_t n = pack->parameter_count;
    Pack *copy = NEW(cx, Pack);
    Parameter *parameters = NEW_N(cx, Parameter, n);
    Entry *entries = NEW_N(cx, Entry, n);
    Value *context = NEW(cx, Value);
    memcpy(parameters, pack->parameters, n * sizeof *parameters);
    for (size_t i = 0; values && i < values->count; i++)
        TRY(replace_parameter(cx, pack, parameters, values->items[i]));
    for (size_t i = 0; i < n; i++)
        entries[i] = (Entry){ parameters[i].zh, *parameters[i].value };
    *context = value_context(cx, entries, n);
    *copy = *pack;
    copy->parameters = parameters;
    copy->parameter_values = context;
    *out = copy;
    return OK;
}
