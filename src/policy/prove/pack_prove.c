#include "policy/prove/pack_prove.h"
#include "policy/pack/keys.h"

#include "policy/check/simulation.h"
#include "policy/pack/dossier.h"
#include "policy/pack/pack_parts.h"
#include "policy/pack/process_steps.h"
#include "policy/pack/role.h"
#include "policy/pack/rubric.h"
#include "policy/register/kept_table.h"
#include "rules/dmn_edit.h"

#include <ctype.h>
#include <string.h>

static void add(Cx *cx, Findings *f, const char *file, const char *at, const char *zh,
                const char *en)
{
    finding_add(cx, f, file, at, "%s%.0s", "%.0s%s", zh, en);
}

static void prove_text(Cx *cx, Findings *f, const char *file, const char *at, const char *zh,
                       const char *en)
{
    if (text_blank(zh))
        add(cx, f, file, at, "缺中文", "Chinese is missing");
    if (text_blank(en))
        add(cx, f, file, at, "缺英文", "English is missing");
}

/* A rule that names 一.3 speaks for its sentences 一.3/s1, 一.3/s2 too. */
static bool has_rule(const Pack *pack, const char *id)
{
    size_t item = strcspn(id, "/");
    for (size_t i = 0; i < pack->rule_count; i++)
        for (const char *const *c = pack->rules[i].clauses; *c; c++)
            if (strcmp(*c, id) == 0 || (strlen(*c) == item && strncmp(*c, id, item) == 0))
                return true;
    return false;
}

static bool names_system(const Clause *c)
{
    for (const char *const *s = c->systems; *s; s++)
        if ((*s)[0] != 'M' || !isdigit((unsigned char)(*s)[1]))
            return false;
    return c->systems[0] != NULL;
}

static void prove_clause(Cx *cx, Findings *f, const Pack *pack, const Clause *c)
{
    static const char FILE_NAME[] = "clauses.json";
    if (!*c->id)
        add(cx, f, FILE_NAME, c->zh, "条款没有编号", "the clause has no id");
    if (pack_clause(pack, c->id) != c)
        add(cx, f, FILE_NAME, c->id, "条款编号重复", "the id stands twice");
    prove_text(cx, f, FILE_NAME, c->id, c->zh, c->en);
    if (strcmp(c->kind, "rule") == 0) {
        if (!has_rule(pack, c->id))
            add(cx, f, FILE_NAME, c->id, "条款没有规则，也未标为陈述或制度",
                "no rule names the clause, and it is no statement or system");
    } else if (strcmp(c->kind, "system") == 0) {
        if (!names_system(c))
            add(cx, f, FILE_NAME, c->id, "条款没有写明制度编号（M…）",
                "the clause names no system (M…)");
    } else if (strcmp(c->kind, "statement") != 0) {
        add(cx, f, FILE_NAME, c->id, "类别应为 statement、rule 或 system",
            "the kind must be statement, rule or system");
    }
}

static void prove_parameters(Cx *cx, Findings *f, const Pack *pack)
{
    for (size_t i = 0; i < pack->parameter_count; i++) {
        const Parameter *p = &pack->parameters[i];
        prove_text(cx, f, "pack.json", p->key, p->zh, p->en);
        if (!pack_clause(pack, p->clause))
            add(cx, f, "pack.json", p->key, "参数的条款不存在",
                "the parameter's clause does not exist");
    }
}

/* The figures of the comparison of candidates, each with the rule that judges it. */
static void prove_comparison(Cx *cx, Findings *f, const Pack *pack)
{
    const Json *list = json_get(pack->json, "comparison");
    for (size_t i = 0; list && i < list->count; i++) {
        const char *figure = json_text(list->items[i], "figure", "");
        const char *rule = json_text(list->items[i], "rule", "");
        if (!*figure || !pack_rule(pack, rule))
            add(cx, f, "pack.json", figure, "比较表的规则不存在",
                "the comparison names no rule of the pack");
        for (size_t k = 0; k < i; k++)
            if (strcmp(figure, json_text(list->items[k], "figure", "")) == 0)
                add(cx, f, "pack.json", figure, "比较表的指标重复",
                    "the figure stands twice in the comparison");
    }
}

static void prove_simulation(Cx *cx, Findings *f, const Pack *pack)
{
    Simulation *s;
    if (simulation_begin(cx, &s, pack, pack) != OK)
        finding_add_failure(cx, f, "pack.json");
}

static const DmnPart *entry(const PackRule *rule, const char *name)
{
    const DmnBox *box = rule->decision->box;
    for (size_t i = 0; box && box->kind == BOX_CONTEXT && i < box->part_count; i++)
        if (text_same(box->parts[i].name, name))
            return &box->parts[i];
    return NULL;
}

/* One rule being proved. */
typedef struct Rule {
    Cx *cx;
    Findings *findings;
    const Pack *pack;
    const PackRule *rule;
    const char *file;
    const Field *list; /* of rule->items */
} Rule;

static void wrong(Rule *r, const char *zh, const char *en, const char *what)
{
    finding_add(r->cx, r->findings, r->file, r->rule->id, "%s%.0s：%s", "%.0s%s: %s", zh, en, what);
}

static void prove_places(Rule *r)
{
    const Field *fields = r->pack->dossier.fields;
    PointerPlace place;
    for (const char *const *at = r->rule->at; *at; at++)
        if (!dictionary_place(r->cx, &place, fields, NULL, *at))
            wrong(r, "位置不在字典中", "the place is in no dictionary", *at);
    if (!r->rule->items)
        return;
    if (dictionary_place(r->cx, &place, fields, NULL, r->rule->items) && place.field->fields)
        r->list = place.field;
    else
        wrong(r, "不是字典中的列表", "is no list of the dictionary", r->rule->items);
    if (r->list && r->rule->field && !field_find(r->list->fields, r->rule->field))
        wrong(r, "列表没有这个字段", "the list has no such field", r->rule->field);
    if (!entry(r->rule, "逐项"))
        wrong(r, "缺少条目", "the entry is missing", "逐项");
}

static bool fills(const Rule *r, const char *name)
{
    if (strcmp(name, "所在") == 0 || strcmp(name, "缺") == 0 || entry(r->rule, name))
        return true;
    for (const Field *f = r->list ? r->list->fields : NULL; f && f->type != FIELD_END; f++)
        if (strcmp(f->zh, name) == 0)
            return true;
    return false;
}

static void prove_template(Rule *r, const char *text)
{
    for (text = strchr(text_or(text, ""), '{'); text; text = strchr(text + 1, '{')) {
        size_t length = strcspn(text, "}");
        const char *name = arena_text_n(r->cx->arena, text + 1, length - 1);
        if (text[length] != '}' || !fills(r, name))
            wrong(r, "消息中的名称不存在", "a message fills an unknown name", name);
    }
}

static void prove_messages(Rule *r)
{
    prove_text(r->cx, r->findings, "texts/rules.json", r->rule->id, r->rule->zh, r->rule->en);
    for (Status s = MET; s <= NOT_APPLICABLE; s++) {
        const RuleText *m = &r->rule->messages[s];
        if (s == NOT_APPLICABLE && !entry(r->rule, "适用"))
            continue;
        const char *at = arena_format(r->cx->arena, "%s %s", r->rule->id, status_key(s));
        prove_text(r->cx, r->findings, "texts/rules.json", at, m->zh, m->en);
        prove_template(r, m->zh);
        prove_template(r, m->en);
    }
    const RuleText *mend = &r->rule->mends[NOT_MET];
    if (!mend->zh && !mend->en)
        return;
    prove_text(r->cx, r->findings, "texts/rules.json",
               arena_format(r->cx->arena, "%s mend", r->rule->id), mend->zh, mend->en);
    prove_template(r, mend->zh);
    prove_template(r, mend->en);
}

/* What decides must give true or false, as far as types are known. */
static void prove_verdict(Rule *r, const char *name)
{
    const Dmn *dmn = r->rule->dmn;
    for (size_t i = 0; i < dmn_expression_count(dmn, r->rule->decision); i++) {
        DmnExpression e = dmn_expression(dmn, r->rule->decision, i);
        const Type *type = e.feel ? feel_result(e.feel) : NULL;
        if (strcmp(e.name, name) == 0 && type && type->kind != TYPE_ANY &&
            type->kind != TYPE_BOOLEAN)
            wrong(r, "应为是或否", "must give true or false", name);
    }
}

static void prove_rule(Rule *r)
{
    for (const char *const *c = r->rule->clauses; *c; c++)
        if (!pack_clause(r->pack, *c))
            wrong(r, "条款不存在", "the clause does not exist", *c);
    if (!entry(r->rule, "符合"))
        wrong(r, "缺少条目", "the entry is missing", "符合");
    if (pack_rule(r->pack, r->rule->id) != r->rule)
        wrong(r, "规则编号重复", "the id stands twice", r->rule->id);
    prove_verdict(r, "符合");
    prove_verdict(r, "适用");
    prove_places(r);
    prove_messages(r);
}

/* Rows of tables may name the clause they come from, in a column of notes called 条款. */
static void prove_row_clauses(Cx *cx, Findings *f, const Pack *pack, const char *file,
                              const DmnNode *decision)
{
    DmnPieces pieces = dmn_pieces(cx, decision);
    for (size_t i = 0; i < pieces.count; i++) {
        DmnTableText t;
        if (pieces.at[i].box->kind != BOX_TABLE)
            continue;
        dmn_table_text(cx, &t, pieces.at[i].box);
        size_t first = t.input_count + t.output_count;
        for (size_t c = first; c < first + t.note_count; c++)
            for (size_t r = 0; strcmp(t.columns[c].name, "条款") == 0 && r < t.row_count; r++)
                if (*t.rows[r].cells[c] && !pack_clause(pack, t.rows[r].cells[c]))
                    finding_add(
                        cx, f, file, arena_format(cx->arena, "%s %zu", decision->name, r + 1),
                        "条款不存在：%s", "the clause does not exist: %s", t.rows[r].cells[c]);
    }
}

static void prove_rules(Cx *cx, Findings *f, Findings *notes, const Pack *pack)
{
    for (size_t i = 0; i < pack->rule_count; i++) {
        const PackRule *rule = &pack->rules[i];
        Rule r = { cx, f, pack, rule, rule->decision->model->file, NULL };
        prove_rule(&r);
    }
    const Json *texts = json_get(pack->texts, "rules");
    for (size_t i = 0; texts && i < texts->count; i++)
        if (!pack_rule(pack, texts->items[i]->key))
            add(cx, f, "texts/rules.json", texts->items[i]->key, "没有这条规则",
                "there is no such rule");
    for (size_t i = 0; i < pack->model_count; i++) {
        const DmnModel *main = pack->models[i].dmn ? dmn_main(pack->models[i].dmn) : NULL;
        for (size_t k = 0; main && k < main->node_count; k++)
            if (main->nodes[k].kind == DMN_DECISION) {
                prove_tables(cx, f, notes, pack->models[i].file, &main->nodes[k]);
                prove_row_clauses(cx, f, pack, pack->models[i].file, &main->nodes[k]);
            }
    }
}

/* The tables are the pack's own, but for the zones that count as recommended: those the program
 * fills in. Tables of a pack that says of none what keeps it are those of the contract. */
static void prove_batch(Cx *cx, Findings *f, const Pack *pack)
{
    const Field shape[] = { *field_find(BATCH_FIELDS, "recommended"), FIELDS_END };
    const Field *tables = kept_tables_said(pack) ? shape : BATCH_FIELDS;
    dictionary_prove(cx, f, "dictionary/batch.json", &pack->batch, tables);
    kept_tables_prove(cx, f, pack);
}

Err pack_prove_rules(Cx *cx, Proof *proof, const PackSource *source)
{
    const Pack *pack;
    *proof = (Proof){ 0 };
    Findings *f = &proof->findings;
    TRY(pack_read(cx, &pack, f, source));
    pack_prove_keys(cx, f, source);
    proof->pack = pack;
    if (!pack)
        return OK;
    dossier_prove(cx, f, &pack->dossier);
    prove_batch(cx, f, pack);
    for (size_t i = 0; i < pack->clause_count; i++)
        prove_clause(cx, f, pack, &pack->clauses[i]);
    prove_text(cx, f, "pack.json", "/", pack->zh, pack->en);
    prove_parameters(cx, f, pack);
    rubric_prove(cx, f, pack);
    prove_rules(cx, f, &proof->notes, pack);
    prove_simulation(cx, f, pack);
    prove_comparison(cx, f, pack);
    process_prove(cx, f, pack);
    roles_prove(cx, f, pack);
    prove_lint(cx, f, &proof->notes, pack);
    return OK;
}

Err pack_prove(Cx *cx, Proof *proof, const PackSource *source)
{
    TRY(pack_prove_rules(cx, proof, source));
    if (proof->pack && proof->findings.count == 0)
        golden_run(cx, &proof->findings, &proof->cases, proof->pack);
    return OK;
}
