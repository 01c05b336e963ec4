/* What the expressions of a pack's decisions say of themselves, and what a decision requires
 * without reading it.
 */
#include "policy/pack/pack_parts.h"
#include "policy/prove/pack_prove.h"
#include "rules/lint.h"

#include <string.h>

/* Names that are never unknown: the parameters, and fields that every dossier must have. */
static const char *const *always_known(Cx *cx, const Pack *pack)
{
    size_t n = 0, count = 0;
    while (pack->dossier.fields[n].type != FIELD_END)
        n++;
    const char **names = NEW_N(cx, const char *, n + 2);
    names[count++] = "参数";
    for (size_t i = 0; i < n; i++)
        if (pack->dossier.fields[i].flags & FIELD_REQUIRED)
            names[count++] = pack->dossier.fields[i].zh;
    return names;
}

static void lint_expressions(Cx *cx, Findings *findings, Findings *notes, const PackModel *m,
                             const DmnNode *decision, const char *const *always)
{
    for (size_t i = 0; i < dmn_expression_count(m->dmn, decision); i++) {
        DmnExpression e = dmn_expression(m->dmn, decision, i);
        Lints lints = e.feel ? feel_lint(cx, e.feel, always) : (Lints){ 0 };
        const char *at = arena_format(cx->arena, "%s%s%s:%d", decision->name, *e.name ? " " : "",
                                      e.name, e.line);
        for (size_t k = 0; k < lints.count; k++) {
            const Lint *lint = &lints.at[k];
            finding_add(cx, lint->note ? notes : findings, m->file, at, "%s%.0s", "%.0s%s",
                        lint->zh, lint->en);
        }
    }
}

static void lint_requirements(Cx *cx, Findings *findings, const PackModel *m,
                              const DmnNode *decision)
{
    DmnNodes required = dmn_information(m->dmn, decision);
    for (size_t i = 0; i < required.count; i++)
        if (!dmn_reads(m->dmn, decision, required.at[i]))
            finding_add(cx, findings, m->file, decision->name, "需要“%s”却没有用到",
                        "“%s” is required and not used", required.at[i]->name);
}

static bool is_required(const PackModel *m, const DmnNode *input)
{
    const DmnModel *main = dmn_main(m->dmn);
    for (size_t i = 0; i < main->node_count; i++) {
        DmnNodes required = dmn_information(m->dmn, &main->nodes[i]);
        for (size_t k = 0; k < required.count; k++)
            if (required.at[k] == input)
                return true;
    }
    return false;
}

static void lint_model(Cx *cx, Findings *findings, Findings *notes, const PackModel *m,
                       const char *const *always)
{
    const DmnModel *main = dmn_main(m->dmn);
    for (size_t i = 0; i < main->node_count; i++) {
        const DmnNode *node = &main->nodes[i];
        if (node->kind == DMN_INPUT && !is_required(m, node))
            finding_add(cx, findings, m->file, node->name, "没有决策用到这个输入",
                        "no decision uses this input");
        if (node->kind == DMN_DECISION || node->kind == DMN_KNOWLEDGE)
            lint_expressions(cx, findings, notes, m, node, always);
        if (node->kind == DMN_DECISION)
            lint_requirements(cx, findings, m, node);
    }
}

void prove_lint(Cx *cx, Findings *findings, Findings *notes, const Pack *pack)
{
    const char *const *always = always_known(cx, pack);
    for (size_t i = 0; i < pack->model_count; i++)
        if (pack->models[i].dmn)
            lint_model(cx, findings, notes, &pack->models[i], always);
}
