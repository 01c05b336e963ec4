#include "policy/pack/role.h"

#include "policy/pack/pack_parts.h"
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
    { "quota.county", ROLE_RULE, OPTIONAL, "县的名额：适用时，条目“名额”是该县的个数",
      "places of a county: where it applies, its entry 名额 is their number" },
    { "quota.city", ROLE_RULE, OPTIONAL, "市的名额：适用时，条目“名额”是全市的个数",
      "places of a whole city, in the same way" },
    { "subsidy", ROLE_DECISION, ALWAYS, "一个推进区的补助资金，万元", "the sum a zone is given" },
    { "least.villages", ROLE_PARAMETER, OPTIONAL, "村数下限", "the least number of villages" },
    { "share.integrated", ROLE_PARAMETER, OPTIONAL, "整合资金占衔接资金的比例",
      "integrated funds as a share of the transitional ones" },
    { "problem", ROLE_REGISTER, OPTIONAL, "问题登记簿：检查发现的问题写在这里",
      "the register of problems: what checks find is written there" },
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
