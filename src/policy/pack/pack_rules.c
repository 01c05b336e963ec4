#include "policy/pack/pack_parts.h"
#include "rules/bind.h"

#include <assert.h>
#include <string.h>

/* The names that a rule may use as input, each with its type; the same names are its types. */
static Name *input_types(PackReader *r, size_t *count)
{
    const Pack *p = r->pack;
    size_t n = 0;
    while (p->dossier.fields[n].type != FIELD_END)
        n++;
    Name *names = NEW_N(r->cx, Name, n + 2);
    for (size_t i = 0; i < n; i++)
        names[i] = (Name){ p->dossier.fields[i].zh, bind_field_type(r->cx, &p->dossier.fields[i]) };
    if (p->batch.name)
        names[n++] = (Name){ p->batch.name, bind_type(r->cx, p->batch.fields) };

    TypeField *fields = NEW_N(r->cx, TypeField, p->parameter_count);
    for (size_t i = 0; i < p->parameter_count; i++) {
        TypeKind kind = p->parameters[i].value->kind == VALUE_NUMBER   ? TYPE_NUMBER
                        : p->parameters[i].value->kind == VALUE_STRING ? TYPE_STRING
                                                                       : TYPE_DATE_TIME;
        fields[i] = (TypeField){ p->parameters[i].zh, type_simple(kind) };
    }
    Type *parameters = NEW(r->cx, Type);
    *parameters = (Type){
        .kind = TYPE_CONTEXT, .closed = true, .fields = fields, .count = p->parameter_count
    };
    names[n++] = (Name){ "参数", parameters };
    *count = n;
    return names;
}

static void read_inputs(PackReader *r, PackModel *m, const Name *types, size_t type_count)
{
    const DmnModel *main = dmn_main(m->dmn);
    PackInput *inputs = NEW_N(r->cx, PackInput, main->node_count);
    for (size_t i = 0; i < main->node_count; i++) {
        const DmnNode *node = &main->nodes[i];
        if (node->kind != DMN_INPUT)
            continue;
        bool known = false;
        for (size_t t = 0; t < type_count; t++)
            known = known || strcmp(types[t].name, node->name) == 0;
        if (!known)
            finding_add(r->cx, r->findings, m->file, node->name, "字典里没有这个名称",
                        "no dictionary knows this name");
        inputs[m->input_count++] = (PackInput){ node, node->name };
    }
    m->inputs = inputs;
}

static void read_messages(PackReader *r, PackRule *rule)
{
    const Json *texts = json_get(json_get(r->pack->texts, "rules"), rule->id);
    rule->zh = json_text(texts, "zh", "");
    rule->en = json_text(texts, "en", "");
    for (Status s = MET; s <= NOT_APPLICABLE; s++) {
        const Json *own = json_get(texts, status_key(s));
        const Json *any = json_get(r->pack->texts, status_key(s));
        const Json *message = own ? own : any;
        rule->messages[s] =
            (RuleText){ json_text(message, "zh", NULL), json_text(message, "en", NULL) };
    }
    const Json *mend = json_get(texts, "mend"), *fill = json_get(r->pack->texts, "mend");
    rule->mends[NOT_MET] = (RuleText){ json_text(mend, "zh", NULL), json_text(mend, "en", NULL) };
    rule->mends[UNDETERMINED] =
        (RuleText){ json_text(fill, "zh", NULL), json_text(fill, "en", NULL) };
}

static const char *const *rule_clauses(PackReader *r, const Dmn *dmn, const DmnNode *decision)
{
    DmnNodes sources = dmn_authorities(dmn, decision);
    const char **clauses = NEW_N(r->cx, const char *, sources.count + 1);
    for (size_t i = 0; i < sources.count; i++)
        clauses[i] = sources.at[i]->name;
    return clauses;
}

static void read_rule(PackReader *r, PackRule *rule, const PackModel *m, const DmnNode *decision)
{
    const Xml *policy = dmn_extension(decision, POLICY_NS, "rule");
    *rule = (PackRule){ .id = decision->id,
                        .clauses = rule_clauses(r, m->dmn, decision),
                        .at = part_words(r, text_or(xml_attribute(policy, "at"), "")),
                        .items = xml_attribute(policy, "items"),
                        .field = xml_attribute(policy, "field"),
                        .dmn = m->dmn,
                        .decision = decision };
    const char *modality = xml_attribute(policy, "modality");
    if (!modality_find(&rule->modality, modality))
        finding_add(r->cx, r->findings, m->file, rule->id, "没有“%s”这种强度",
                    "“%s” is no modality", text_or(modality, ""));
    if (!rule->clauses[0])
        finding_add(r->cx, r->findings, m->file, rule->id, "规则没有所依据的条款",
                    "the rule names no clause");
    read_messages(r, rule);
}

static void read_model(PackReader *r, PackModel *m, const char *file, const Name *types,
                       size_t type_count)
{
    const DmnModel *model;
    size_t length;
    m->file = file;
    const char *bytes = part_bytes(r, file, &length);
    if (!bytes)
        return;
    if (dmn_read(r->cx, &model, bytes, length, file) != OK ||
        dmn_compile(r->cx, &m->dmn, model, NULL, 0, types, type_count) != OK) {
        m->dmn = NULL;
        finding_add_failure(r->cx, r->findings, file);
        return;
    }
    const DmnProblem *problem;
    for (size_t i = 0; (problem = dmn_problem(m->dmn, i)); i++) {
        const char *at = arena_format(r->cx->arena, "%s:%d",
                                      problem->node ? problem->node->name : "", problem->line);
        finding_add(r->cx, r->findings, file, at, "%s%.0s", "%.0s%s", problem->zh, problem->en);
    }
    read_inputs(r, m, types, type_count);
}

static size_t count_rules(const PackModel *models, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (models[i].dmn)
            n += dmn_main(models[i].dmn)->node_count;
    return n;
}

void pack_read_rules(PackReader *r)
{
    Pack *p = r->pack;
    const Json *files = json_get(p->json, "rules");
    size_t n = files && files->type == J_ARRAY ? files->count : 0, type_count;
    const Name *types = input_types(r, &type_count);
    PackModel *models = NEW_N(r->cx, PackModel, n);
    for (size_t i = 0; i < n; i++)
        read_model(r, &models[i], text_or(files->items[i]->text, ""), types, type_count);
    p->models = models;
    p->model_count = n;

    PackRule *rules = NEW_N(r->cx, PackRule, count_rules(models, n));
    p->rules = rules;
    for (size_t i = 0; i < n; i++) {
        const DmnModel *main = models[i].dmn ? dmn_main(models[i].dmn) : NULL;
        for (size_t k = 0; main && k < main->node_count; k++)
            if (main->nodes[k].kind == DMN_DECISION &&
                dmn_extension(&main->nodes[k], POLICY_NS, "rule"))
                read_rule(r, &rules[p->rule_count++], &models[i], &main->nodes[k]);
    }
    if (p->rule_count == 0)
        finding_add(r->cx, r->findings, "pack.json", "/rules", "没有规则", "there are no rules");
}
