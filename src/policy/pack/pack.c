#include "policy/pack/pack.h"

#include "base/digest.h"
#include "base/file.h"
#include "policy/pack/pack_parts.h"
#include "policy/pack/process_steps.h"
#include "rules/bind.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PART_LIMIT = 8 * 1024 * 1024, CLAUSE_DEPTH = 8 };

const char *status_key(Status s)
{
    static const char *const KEYS[] = { "met", "not_met", "undetermined", "not_applicable" };
    assert((size_t)s < COUNT(KEYS));
    return KEYS[s];
}

static const struct ModalityName {
    const char *key;
    const char *zh;
} MODALITIES[] = {
    [MUST] = { "must", "应" },
    [PRINCIPLE] = { "principle", "原则上" },
    [PRIORITY] = { "priority", "优先" },
    [ENCOURAGE] = { "encourage", "鼓励" },
};

const char *modality_key(Modality m)
{
    return MODALITIES[m].key;
}

const char *modality_zh(Modality m)
{
    return MODALITIES[m].zh;
}

bool modality_find(Modality *out, const char *key)
{
    for (size_t i = 0; key && i < COUNT(MODALITIES); i++)
        if (strcmp(MODALITIES[i].key, key) == 0) {
            *out = (Modality)i;
            return true;
        }
    return false;
}

Err pack_file(Cx *cx, const char **out, size_t *length, const PackSource *source, const char *path)
{
    for (size_t i = 0; i < source->file_count; i++)
        if (strcmp(source->files[i].path, path) == 0) {
            *out = source->files[i].bytes;
            *length = source->files[i].length;
            return OK;
        }
    return file_read(cx, out, length, arena_format(cx->arena, "%s/%s", source->folder, path),
                     PART_LIMIT);
}

PackSource pack_source_with(Cx *cx, const PackSource *source, const PackFile *file)
{
    PackFile *files = NEW_N(cx, PackFile, source->file_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < source->file_count; i++)
        if (strcmp(source->files[i].path, file->path) != 0)
            files[n++] = source->files[i];
    files[n++] = *file;
    return (PackSource){ source->folder, files, n };
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The name of a file that stands directly in the folder, or NULL. */
static const char *name_in(const char *path, const char *folder, const char *ending)
{
    size_t length = strlen(folder), tail = strlen(ending), whole = strlen(path);
    if (strncmp(path, folder, length) != 0 || path[length] != '/' || whole < length + 1 + tail)
        return NULL;
    const char *name = path + length + 1;
    return !strchr(name, '/') && strcmp(path + whole - tail, ending) == 0 ? name : NULL;
}

Err pack_names(Cx *cx, const char ***out, const PackSource *source, const char *folder,
               const char *ending)
{
    const char **found;
    size_t own = 0, n = 0;
    TRY(file_list(cx, &found, arena_format(cx->arena, "%s/%s", source->folder, folder), ending));
    while (found[own])
        own++;
    const char **names = NEW_N(cx, const char *, own + source->file_count + 1);
    for (; n < own; n++)
        names[n] = found[n];
    for (size_t i = 0; i < source->file_count; i++) {
        const char *name = name_in(source->files[i].path, folder, ending);
        size_t k = 0;
        while (name && k < n && strcmp(names[k], name) != 0)
            k++;
        if (name && k == n)
            names[n++] = name;
    }
    qsort(names, n, sizeof *names, by_name);
    *out = names;
    return OK;
}

const char *part_bytes(PackReader *r, const char *file, size_t *length)
{
    const char *bytes;
    if (pack_file(r->cx, &bytes, length, &r->pack->source, file) != OK) {
        finding_add(r->cx, r->findings, file, NULL, "读不到这个文件", "the file cannot be read");
        return NULL;
    }
    const char *head = arena_format(r->cx->arena, "%s %zu\n", file, *length);
    digest_add(r->digest, head, strlen(head));
    digest_add(r->digest, bytes, *length);
    return bytes;
}

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

const char *const *part_words(PackReader *r, const char *text)
{
    size_t room = 1;
    for (const char *p = text; *p; p++)
        room += *p == ' ';
    const char **words = NEW_N(r->cx, const char *, room + 1);
    size_t n = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (length)
            words[n++] = arena_text_n(r->cx->arena, text, length);
        text += length + (text[length] == ' ');
    }
    return words;
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
        const struct Register *one = json ? register_read(r->cx, r->findings, file, json) : NULL;
        if (one)
            registers[r->pack->register_count++] = one;
    }
    r->pack->registers = registers;
    publish_prove_links(r->cx, r->findings, r->pack);
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

const Clause *pack_clause(const Pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->clause_count; i++)
        if (strcmp(pack->clauses[i].id, id) == 0)
            return &pack->clauses[i];
    return NULL;
}

static const char *until_dot(Cx *cx, const char **rest)
{
    size_t n = strcspn(*rest, "./");
    const char *part = arena_text_n(cx->arena, *rest, n);
    *rest += n + ((*rest)[n] == '.');
    return part;
}

const char *clause_cite(Cx *cx, const char *id, Lang lang)
{
    if (lang == EN)
        return id;
    const char *chapter = until_dot(cx, &id), *section = until_dot(cx, &id);
    const char *item = until_dot(cx, &id);
    Buf b = BUF(cx);
    buf_add(&b, chapter);
    if (*section && strcmp(section, "0") != 0)
        buf_format(&b, "、%s", section);
    if (*item >= 'a' && *item <= 'z' && !item[1])
        buf_format(&b, "（%d）", *item - 'a' + 1);
    else if (*item)
        buf_format(&b, "（%s）", item);
    return buf_text(&b);
}

const PackRule *pack_rule(const Pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->rule_count; i++)
        if (strcmp(pack->rules[i].id, id) == 0)
            return &pack->rules[i];
    return NULL;
}

static const char *english(const Field *fields, const char *zh)
{
    for (const Field *f = fields; f && f->type != FIELD_END; f++) {
        for (const Option *o = f->options; o && o->key; o++)
            if (strcmp(o->zh, zh) == 0)
                return o->en;
        const char *below = english(f->fields, zh);
        if (below)
            return below;
    }
    return NULL;
}

const char *pack_english(const Pack *pack, const char *zh)
{
    const char *found = english(pack->dossier.fields, zh);
    if (!found)
        found = english(pack->batch.fields, zh);
    return text_or(found, zh);
}
