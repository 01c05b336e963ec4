/* What is asked of a pack that was read. */
#include "policy/pack/pack_parts.h"
#include "policy/pack/role.h"

#include <assert.h>
#include <string.h>

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

const PackClaim *pack_claim(const Pack *pack, const char *role)
{
    assert(role_find(role));
    for (size_t i = 0; i < pack->claim_count; i++)
        if (strcmp(pack->claims[i].role->key, role) == 0)
            return &pack->claims[i];
    return NULL;
}

const DmnNode *pack_decision(const Pack *p, const char *id, const Dmn **dmn)
{
    for (size_t i = 0; i < p->model_count; i++) {
        const DmnModel *m = p->models[i].dmn ? dmn_main(p->models[i].dmn) : NULL;
        for (size_t k = 0; m && k < m->node_count; k++)
            if (m->nodes[k].kind == DMN_DECISION && text_same(m->nodes[k].id, id)) {
                *dmn = p->models[i].dmn;
                return &m->nodes[k];
            }
    }
    return NULL;
}
