#include "policy/pack/role.h"

#include "policy/pack/process_steps.h"

#include <string.h>

#define ALWAYS   false
#define OPTIONAL true
const Role PACK_ROLES[] = {
    { "zone.city", ROLE_STEP, ALWAYS, "市级审核，退回的推进区回到这里",
      "the city audits; what the province returns comes back here" },
    { "zone.province", ROLE_STEP, ALWAYS, "报到省级，待形式审查",
      "at the province, for its form check" },
    { "zone.review", ROLE_STEP, ALWAYS, "待专家评审", "waits for the experts" },
    { "zone.defence", ROLE_STEP, OPTIONAL, "待答辩", "waits for its defence" },
    { "zone.site", ROLE_STEP, ALWAYS, "待现场核查", "waits for its site visit" },
    { "zone.determine", ROLE_STEP, ALWAYS, "待确定名单", "waits for the list" },
    { "zone.publish", ROLE_STEP, ALWAYS, "公示中", "is published" },
    { "zone.selected", ROLE_END, ALWAYS, "入选", "selected" },
    { "zone.not_selected", ROLE_END, ALWAYS, "未入选", "not selected" },
    { "zone.disqualified", ROLE_END, ALWAYS, "取消资格", "disqualified" },
    { "selection.form", ROLE_STEP, ALWAYS, "形式审查", "form check" },
    { "selection.draw", ROLE_STEP, ALWAYS, "抽取专家", "draw of experts" },
    { "selection.paper", ROLE_STEP, ALWAYS, "专家评审", "experts' review" },
    { "selection.defence", ROLE_STEP, OPTIONAL, "答辩", "defence" },
    { "selection.site", ROLE_STEP, ALWAYS, "现场核查", "site visits" },
    { "selection.rank", ROLE_STEP, ALWAYS, "综合排序", "ranking" },
    { "selection.determine", ROLE_STEP, ALWAYS, "确定名单", "determination" },
    { "selection.publish", ROLE_STEP, ALWAYS, "公示", "publication" },
    { "selection.final", ROLE_END, ALWAYS, "结束", "the end" },
    { .key = NULL },
};

const Role *role_find(const char *key)
{
    for (const Role *r = PACK_ROLES; key && r->key; r++)
        if (strcmp(r->key, key) == 0)
            return r;
    return NULL;
}

bool role_of_subject(const Role *role, const char *subject)
{
    size_t length = strlen(subject);
    return strncmp(role->key, subject, length) == 0 && role->key[length] == '.';
}

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

void roles_prove(Cx *cx, Findings *f, const Pack *pack)
{
    for (size_t i = 0; i < pack->process_count; i++) {
        const Process *p = &pack->processes[i];
        prove_process(cx, f, p);
        if (strcmp(p->subject, "selection") == 0)
            prove_scored(cx, f, pack, p);
    }
}
