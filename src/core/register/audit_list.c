/* The audit log as a list: filtered by every column, exported as it is filtered, with the words of
 * its nouns and acts as this program's tables say them. */
#include "core/register/register.h"
#include "core/request/audit.h"
#include "core/request/core.h"

#include <string.h>

/* Of all divisions: who may read the log reads all of it. */
#define AUDIT_SELECT                                                                               \
    "SELECT number AS id, at, user_id, user_name AS \"user\", organ, address, act, act_en, noun, " \
    "noun_id, before, after, result, request FROM audit "                                          \
    "WHERE CAST($1 AS TEXT) <= CAST($2 AS TEXT)"

/* What acts are upon, where it is no register (web/src/modules/audit/noun.test.ts). */
static const Option NOUNS[] = {
    { "user", "用户", "User", false },
    { "import", "登记导入", "Import of rows", false },
    { "register", "登记簿", "Register", false },
    { "user_request", "双人办理申请", "Two-person act", false },
    { "lock", "登录锁定", "Lock on log-ins", false },
    { "organ", "机构", "Organ", false },
    { "setting", "设置", "Setting", false },
    { "backup", "备份", "Backup", false },
    { "batch", "批次", "Batch", false },
    { "batch_entry", "批次基础表", "Table of a batch", false },
    { "holiday", "节假日安排", "Public holiday", false },
    { "region", "区划", "Division", false },
    { "draft", "政策包草案", "Draft of a pack", false },
    { "zone", "推进区", "Zone", false },
    { "zone_evidence", "佐证材料", "Evidence", false },
    { "attachment", "附件", "Attachment", false },
    { "upload", "上传", "Upload", false },
    { "process", "流程提醒", "Reminders", false },
    { "recommendation", "市级推荐", "Recommendation", false },
    { "recommendation_finding", "市级审核意见", "Findings of the city", false },
    { "expert", "专家", "Expert", false },
    { "expert_interest", "专家利害关系", "Interest of an expert", false },
    { "draw", "专家抽取", "Draw of experts", false },
    { "review", "评审", "Review", false },
    { "selection", "竞争立项", "Selection", false },
    { "determination", "立项决定", "Determination", false },
    { "publication", "公示", "Publication", false },
    { "objection", "异议", "Objection", false },
    { "saved_view", "常用视图", "Saved view", false },
};

static Err noun_options(Cx *cx, const Option **out)
{
    List found;
    TRY(register_all(cx, &found));
    const Register *registers = found.rows;
    Option *all = NEW_N(cx, Option, COUNT(NOUNS) + found.count + 1);
    memcpy(all, NOUNS, sizeof NOUNS);
    for (size_t i = 0; i < found.count; i++)
        all[COUNT(NOUNS) + i] =
            (Option){ registers[i].noun, registers[i].zh, registers[i].en, false };
    all[COUNT(NOUNS) + found.count] = (Option){ .key = NULL };
    *out = all;
    return OK;
}

/* Words of acts are what routes are called; those of a register add its name behind. */
static Err act_options(Cx *cx, const Option **out)
{
    size_t count = 0, most = 1;
    const Module *const *modules = cx->core->config.modules;
    for (const Module *const *m = modules; m && *m; m++)
        for (const Route *r = (*m)->routes; r && r->path; r++)
            most++;
    Option *all = NEW_N(cx, Option, most);
    memset(all, 0, most * sizeof *all);
    for (const Module *const *m = modules; m && *m; m++)
        for (const Route *r = (*m)->routes; r && r->path; r++)
            if (r->method != GET && !(r->flags & ROUTE_READ) && !option_find(all, r->zh))
                all[count++] = (Option){ r->zh, r->zh, r->en, false };
    *out = all;
    return OK;
}

static Err audit_options(Cx *cx, const Option **out, const char *key)
{
    *out = NULL;
    if (strcmp(key, "noun") == 0)
        return noun_options(cx, out);
    return strcmp(key, "act") == 0 ? act_options(cx, out) : OK;
}

static const char *const LIST[] = { "at", "user", "act", "noun", "after", "result", NULL };
static const Register AUDITS = {
    .table = { "audit", audit_fields, sizeof(Audit), AUDIT_SELECT },
    .noun = "audit",
    .zh = "审计日志",
    .en = "Audit log",
    .list = LIST,
    .sort = "-id",
    .listed = true,
    .options = audit_options,
};

const Module audit_list_module = { .noun = "audit", .keeps = &AUDITS };
