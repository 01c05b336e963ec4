#include "core/access/right.h"

#include <assert.h>
#include <string.h>

const Right RIGHTS[] = {
    { "organ.read", "查看机构", "See organs", STAFF | SYSTEM, ANY_KIND,
      DESKS | SYSTEM_ADMIN | SECURITY_ADMIN },
    { "organ.write", "维护机构", "Keep organs", SYSTEM, ADMINISTRATION, SYSTEM_ADMIN },
    { "user.read", "查看用户", "See users", SYSTEM, ADMINISTRATION, SYSTEM_ADMIN | SECURITY_ADMIN },
    { "user.write", "维护用户", "Keep users", SYSTEM, ADMINISTRATION, SYSTEM_ADMIN },
    { "user.reveal", "查看用户手机号", "Reveal a user's phone", SYSTEM, ADMINISTRATION,
      SYSTEM_ADMIN },
    { "user.secure", "解锁账户与重置口令", "Unlock accounts and reset passwords", SYSTEM,
      ADMINISTRATION, SECURITY_ADMIN },
    { "user.ask", "申请两名管理员办理的事项", "Ask for what two administrators do", SYSTEM,
      ADMINISTRATION, SYSTEM_ADMIN | SECURITY_ADMIN },
    { "user.confirm", "确认另一岗位管理员的申请", "Confirm what another administrator asks", SYSTEM,
      ADMINISTRATION, ADMINS },
    { "right.read", "查看权限表", "See the table of rights", SYSTEM, ADMINISTRATION,
      SECURITY_ADMIN | SYSTEM_ADMIN },
    { "audit.read", "查看和导出审计日志", "Read and export the audit log", SYSTEM, ADMINISTRATION,
      AUDIT_ADMIN },
    { "setting.read", "查看设置", "See settings", SYSTEM, ADMINISTRATION,
      SYSTEM_ADMIN | SECURITY_ADMIN },
    { "setting.write", "修改设置", "Change settings", SYSTEM, ADMINISTRATION, SECURITY_ADMIN },
    { "backup.run", "备份", "Back up", SYSTEM, ADMINISTRATION, SYSTEM_ADMIN },

    { "region.read", "查看区划", "See divisions", OFFICES | EXPERT, ANY_KIND, DESKS },
    { "region.write", "维护区划", "Keep divisions", PROVINCE, RURAL, DESKS },
    { "pack.read", "查看政策包", "See policy packs", OFFICES | EXPERT, ANY_KIND, DESKS },
    { "draft.read", "查看政策包草案", "See drafts of packs", PROVINCE, BUREAUS, DESKS },
    { "pack.draft", "起草政策包", "Draft policy packs", PROVINCE, BUREAUS, HANDLER },
    { "pack.publish", "批准发布政策包", "Approve and publish policy packs", PROVINCE, BUREAUS,
      SIGNER },
    { "batch.read", "查看批次", "See batches", OFFICES, ANY_KIND, DESKS },
    { "batch.write", "维护批次与基础表", "Keep batches and their tables", PROVINCE, BUREAUS,
      DESKS },
    { "holiday.read", "查看节假日安排", "See the public holidays", OFFICES | SYSTEM, ANY_KIND,
      DESKS | SYSTEM_ADMIN | SECURITY_ADMIN },
    { "holiday.write", "维护节假日安排", "Keep the public holidays", PROVINCE, BUREAUS, DESKS },
    { "simulation.run", "试算政策包", "Simulate a changed pack", PROVINCE, BUREAUS, DESKS },
    { "check.run", "对照检查", "Check against the policy", OFFICES, ANY_KIND, DESKS },
    { "zone.read", "查看推进区", "See zones", OFFICES, ANY_KIND, DESKS },
    { "zone.create", "新建推进区", "Open a zone", COUNTY, RURAL, HANDLER },
    { "zone.write", "填写推进区申报材料", "Fill in a zone's dossier", COUNTY, BUREAUS | DEPARTMENT,
      HANDLER },
    { "zone.act", "办理推进区流程", "Take a step of a zone's process", STAFF, BUREAUS | GOVERNMENT,
      DESKS },
    { "expert.read", "查看专家库", "See the pool of experts", PROVINCE, BUREAUS, DESKS },
    { "expert.write", "维护专家库", "Keep the pool of experts", PROVINCE, RURAL, DESKS },
    { "expert.reveal", "查看专家手机号", "Reveal an expert's phone", PROVINCE, RURAL, DESKS },
    { "expert.self", "申报利害关系与回避", "Declare interests and recuse oneself", EXPERT, EXPERTS,
      DESKS },
    { "draw.read", "查看专家抽取与评审组", "See draws and panels", PROVINCE, BUREAUS, DESKS },
    { "draw.freeze", "冻结专家名单", "Freeze the pool for a draw", PROVINCE, BUREAUS, DESKS },
    { "draw.act", "承诺、公开、作废抽取", "Commit to, reveal and undo a draw", PROVINCE, BUREAUS,
      SIGNER },
    { "review.score", "评分", "Score", EXPERT, EXPERTS, DESKS },
    { "review.read", "查看评审进度和结果", "See rounds and results", PROVINCE, BUREAUS, DESKS },
    { "review.run", "组织评审和答辩", "Run rounds and defences", PROVINCE, RURAL, DESKS },
    { "review.copy", "放入隐名副本", "Put blind copies", PROVINCE | COUNTY, RURAL, DESKS },
    { "defence.read", "查看答辩安排", "See the defence sessions", STAFF, BUREAUS | GOVERNMENT,
      DESKS },
    { "recommendation.read", "查看市级推荐", "See the cities' recommendations", PROVINCE | CITY,
      BUREAUS | GOVERNMENT, DESKS },
    { "recommendation.audit", "填写市级审核意见", "Write the city's findings", CITY, BUREAUS,
      CHECKER },
    { "recommendation.write", "排序、选择和填写推荐函", "Rank, choose and write the letter", CITY,
      BUREAUS, DESKS },
    { "recommendation.act", "办理市级推荐", "Take a step of a recommendation", CITY, BUREAUS,
      DESKS },
    { "recommendation.reopen", "重开市级推荐", "Reopen a recommendation", PROVINCE, RURAL, SIGNER },
    { "attachment.read", "查看附件", "See attachments", OFFICES, ANY_KIND, DESKS },
    { "attachment.write", "上传附件", "Upload attachments", OFFICES, ANY_KIND, DESKS },
    { "selection.read", "查看竞争立项", "See the selection", PROVINCE, BUREAUS, DESKS },
    { "selection.write", "办理形式审查、核查、综合排序、公示和异议",
      "Keep form check, visits, ranking, publication and objections", PROVINCE, RURAL, DESKS },
    { "selection.decide", "决定例外和取消资格", "Decide on exceptions and disqualification",
      PROVINCE, BUREAUS, DESKS },
    { "selection.act", "办理竞争立项流程", "Take a step of the selection", PROVINCE, BUREAUS,
      DESKS },
    { .right = NULL },
};

const Right *right_find(const char *right)
{
    for (const Right *r = RIGHTS; r->right != NULL; r++)
        if (strcmp(r->right, right) == 0)
            return r;
    return NULL;
}

const char *right_of_register(const char *right)
{
    static const char HEAD[] = "register.";
    return strncmp(right, HEAD, sizeof HEAD - 1) == 0 ? right + sizeof HEAD - 1 : NULL;
}

bool right_signed_in(const char *right)
{
    return strcmp(right, "session") == 0 || strcmp(right, "self") == 0;
}

bool right_of(const User *user, const char *right)
{
    if (*right == '\0')
        return true;
    if (user == NULL)
        return false;
    if (right_signed_in(right) || right_of_register(right))
        return true; /* the register says the rest once its noun is known */
    const Right *r = right_find(right);
    assert(r != NULL);
    return (r->levels & option_bit(LEVELS, user->level)) &&
           (r->kinds & option_bit(ORGAN_KINDS, user->organ_kind)) &&
           (r->seats & option_bit(SEATS, user->seat));
}

bool right_allows(const Cx *cx, const char *right)
{
    return right_of(cx->user, right);
}
