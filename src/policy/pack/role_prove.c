/* That each role is claimed, and what comes with a claim is there. */
#include "policy/pack/pack_parts.h"
#include "policy/pack/process_steps.h"
#include "policy/pack/role.h"

#include <string.h>

/* Twice or of the wrong kind is refused when the process is read; what is left is to be claimed. */
static void prove_process(Cx *cx, Findings *f, const Process *p)
{
    for (const Role *r = PACK_ROLES; r->key; r++)
        if (r->kind <= ROLE_END && !r->optional && role_of_subject(r, p->subject) &&
            !process_key(p, r->key))
            finding_add(cx, f, "process.json", r->key, "没有步骤或结局担任角色“%s”（%s）%.0s",
                        "no step or end claims the role %s%.0s (%s)", r->key, r->zh, r->en);
}

static bool scores(const Pack *pack, const char *part)
{
    const Json *parts = json_get(pack->rubric, "parts");
    for (size_t i = 0; parts && i < parts->count; i++)
        if (strcmp(json_text(parts->items[i], "key", ""), part) == 0)
            return true;
    return false;
}

/* What has a step has points, and the other way round: scores that nobody could give would keep a
 * selection at its ranking for ever. */
static void prove_scored(Cx *cx, Findings *f, const Pack *pack, const Process *p)
{
    static const char *const SCORED[] = { "selection.paper", "selection.defence",
                                          "selection.site" };
    for (size_t i = 0; i < COUNT(SCORED); i++) {
        const char *part = strchr(SCORED[i], '.') + 1;
        bool has = scores(pack, part);
        if (has != (process_key(p, SCORED[i]) != NULL))
            finding_add(cx, f, "rubric.json", part,
                        has ? "评分的部分“%s”没有步骤" : "步骤“%s”没有评分的部分",
                        has ? "no step gives the scores of %s" : "the step for %s has no scores",
                        part);
    }
}

static bool gives(const PackRule *rule, const char *entry)
{
    const DmnBox *box = rule->decision->box;
    for (size_t i = 0; box && box->kind == BOX_CONTEXT && i < box->part_count; i++)
        if (text_same(box->parts[i].name, entry))
            return true;
    return false;
}

/* Recommending and selecting ask whose places a county's zones use and what one is given. */
static void prove_terms(Cx *cx, Findings *f, const Pack *pack)
{
    const PackClaim *quotas[] = { pack_claim(pack, "quota.county"),
                                  pack_claim(pack, "quota.city") };
    if (!quotas[0] && !quotas[1])
        finding_add(cx, f, "pack.json", "quota", "没有规则担任角色“quota.county”或“quota.city”",
                    "no rule claims the role quota.county or quota.city");
    for (size_t i = 0; i < COUNT(quotas); i++)
        if (quotas[i] && !gives(quotas[i]->rule, "名额"))
            finding_add(cx, f, "pack.json", quotas[i]->name, "担任“%s”的规则没有条目“名额”",
                        "the rule that claims %s has no entry 名额", quotas[i]->role->key);
    for (const Role *r = PACK_ROLES; r->key; r++)
        if (r->kind > ROLE_END && !r->optional && !pack_claim(pack, r->key))
            finding_add(cx, f, "pack.json", r->key, "没有什么担任角色“%s”（%s）%.0s",
                        "nothing claims the role %s%.0s (%s)", r->key, r->zh, r->en);
}

static bool has_process(const Pack *pack, const char *subject)
{
    for (size_t i = 0; i < pack->process_count; i++)
        if (strcmp(pack->processes[i].subject, subject) == 0)
            return true;
    return false;
}

void roles_prove(Cx *cx, Findings *f, const Pack *pack)
{
    if (has_process(pack, "recommendation") || has_process(pack, "selection"))
        prove_terms(cx, f, pack);
    for (size_t i = 0; i < pack->process_count; i++) {
        const Process *p = &pack->processes[i];
        prove_process(cx, f, p);
        if (strcmp(p->subject, "selection") == 0)
            prove_scored(cx, f, pack, p);
    }
}
