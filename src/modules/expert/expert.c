#include "modules/expert/expert.h"

#include "core/access/right.h"
#include "core/register/register.h"
#include "core/request/audit.h"
#include "modules/region/region.h"
#include "sheet/merge.h"

#include <string.h>

static const Option STATES[] = {
    { "active", "在库", "In the pool" },
    { "stopped", "停用", "Stopped" },
    { .key = NULL },
};

const Option INTEREST_KINDS[] = {
    { "county", "县（市、区）或市", "County or city" },
    { "organ", "单位", "Organ" },
    { "zone", "推进区", "Zone" },
    { .key = NULL },
};

const Field expert_fields[] = {
    { "id", FIELD_INT, offsetof(Expert, id), "编号", "Id", FIELD_READONLY | FIELD_SORT },
    { "version", FIELD_INT, offsetof(Expert, version), "版本", "Version" },
    { "number", FIELD_TEXT, offsetof(Expert, number), "专家号", "Number",
      FIELD_REQUIRED | FIELD_KEY | FIELD_ONCE | FIELD_FILTER | FIELD_SORT, 1, 20,
      .help_zh = "大写字母、数字和短横，定后不改", .help_en = "capitals, digits and -; for good" },
    { "name", FIELD_TEXT, offsetof(Expert, name), "姓名", "Name",
      FIELD_REQUIRED | FIELD_NAME | FIELD_FILTER | FIELD_SORT | FIELD_ORDERED, 1, 40 },
    { "field", FIELD_TEXT, offsetof(Expert, field), "专业领域", "Field",
      FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, 1, 40 },
    { "organ", FIELD_TEXT, offsetof(Expert, organ), "工作单位", "Organ",
      FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT | FIELD_ORDERED, 2, 80,
      .help_zh = "写全称，用于回避", .help_en = "its full name, for avoidance" },
    { "region", FIELD_TEXT, offsetof(Expert, region), "单位所在区划代码", "Division of the organ",
      FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .pattern = "digits:2|4|6|9|12",
      .help_zh = "写到县级，用于回避", .help_en = "down to the county, for avoidance" },
    { "phone", FIELD_TEXT, offsetof(Expert, phone), "手机", "Phone", FIELD_SEALED | FIELD_MASKED,
      .pattern = "digits:11", .place = "expert.phone" },
    { "user_id", FIELD_INT, offsetof(Expert, user_id), "账户编号", "Account id", FIELD_READONLY },
    { "state", FIELD_ENUM, offsetof(Expert, state), "状态", "State", FIELD_FILTER,
      .options = STATES },
    { "account", FIELD_TEXT, offsetof(Expert, account), "账户", "Account", 0, 0, 32,
      .help_zh = "专家级账户；没有账户不参加抽取",
      .help_en = "an account of level expert; without one he is not drawn" },
    { "region_name", FIELD_TEXT, offsetof(Expert, region_name), "单位所在地", "Place of the organ",
      FIELD_READONLY | FIELD_VIRTUAL },
    { "interests", FIELD_INT, offsetof(Expert, interests), "申报利害关系数", "Declared interests",
      FIELD_READONLY | FIELD_VIRTUAL },
    FIELDS_END,
};

const Field interest_fields[] = {
    { "id", FIELD_INT, offsetof(Interest, id), "编号", "Id", FIELD_READONLY },
    { "expert_id", FIELD_INT, offsetof(Interest, expert_id), "专家", "Expert", FIELD_READONLY },
    { "kind", FIELD_ENUM, offsetof(Interest, kind), "对象", "With what", FIELD_REQUIRED,
      .options = INTEREST_KINDS },
    { "code", FIELD_TEXT, offsetof(Interest, code), "区划代码、单位全称或推进区编号",
      "Division code, name of the organ or id of the zone", FIELD_REQUIRED, 1, 80 },
    { "note", FIELD_TEXT, offsetof(Interest, note), "说明", "Note", 0, 0, 200 },
    { "made_at", FIELD_INSTANT, offsetof(Interest, made_at), "申报时间", "Declared at",
      FIELD_READONLY },
    { "made_by", FIELD_INT, offsetof(Interest, made_by), "登记人", "Declared by", FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Interest, version), "版本", "Version", FIELD_READONLY },
    FIELDS_END,
};

#define EXPERT_SELECT                                                                              \
    "SELECT e.id, e.version, e.number, e.name, e._order_name, e._order_organ, e.field, e.organ, "  \
    "e.region, e.phone, e.user_id, "                                                               \
    "e.state, e.account, r.name AS region_name, "                                                  \
    "(SELECT count(*) FROM expert_interest i WHERE i.expert_id = e.id) AS interests "              \
    "FROM expert e "                                                                               \
    "LEFT JOIN region r ON r.code = e.region AND r.valid_to IS NULL "                              \
    "WHERE $1 < $2" /* the province's alone: no range of codes */

Err expert_of_user(Cx *cx, int64_t *expert_id, int64_t user_id)
{
    Err e = store_int(cx, expert_id, "SELECT id FROM expert WHERE user_id = $1", ARGS(I(user_id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "user_id", "这个账户不在专家库中",
                    "this account belongs to no expert of the pool");
    return e;
}

static Err number_check(Cx *cx, const char *number)
{
    static const char SIGNS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    if (strspn(number, SIGNS) != strlen(number))
        return fail(cx, INVALID, "/number", "专家号“%s”只能用大写字母、数字和短横",
                    "number %s may have capitals, digits and - only", number);
    return OK;
}

/* user_id from the account that was written; a blank one takes it away. */
static Err account_find(Cx *cx, Expert *row)
{
    row->user_id = UNSET;
    if (text_blank(row->account)) {
        row->account = NULL;
        return OK;
    }
    Err e = store_int(cx, &row->user_id,
                      "SELECT u.id FROM \"user\" u JOIN organ o ON o.id = u.organ_id "
                      "WHERE u.account = $1 AND u.state = 'active' AND o.level = 'expert'",
                      ARGS(T(row->account)));
    if (e == NOT_FOUND)
        return fail(cx, INVALID, "/account", "“%s”不是在用的专家级账户",
                    "%s is no active account of level expert", row->account);
    TRY(e);
    bool taken;
    TRY(store_exists(cx, &taken, "SELECT 1 FROM expert WHERE user_id = $1 AND id <> $2",
                     ARGS(I(row->user_id), I(row->id == UNSET ? 0 : row->id))));
    return taken ? fail(cx, CONFLICT, "/account", "账户“%s”已是另一位专家的",
                        "account %s is another expert's", row->account)
                 : OK;
}

/* 139 1234 5678, 139-1234-5678 and +86 139… are one number. */
static const char *phone_tight(Cx *cx, const char *typed)
{
    char *tight = arena_text(cx->arena, sheet_key(cx, typed)), *to = tight;
    for (const char *p = tight; *p; p++)
        if (*p != ' ' && *p != '-')
            *to++ = *p;
    *to = '\0';
    return strncmp(tight, "+86", 3) == 0 ? tight + 3 : tight;
}

static Err fill(Cx *cx, void *row, const void *old)
{
    (void)old;
    Expert *e = row;
    e->state = text_or(e->state, "active");
    if (e->phone && e->phone != FIELD_DAMAGED)
        e->phone = phone_tight(cx, e->phone);
    return OK;
}

/* Behind a number that a draw holds stands one person: who would change it afterwards could put
 * anybody on the panel. */
static Err check(Cx *cx, void *row, const void *old)
{
    bool held;
    const Expert *before = old;
    Expert *after = row;
    TRY(number_check(cx, after->number));
    TRY(account_find(cx, after));
    if (!old || (text_same(before->name, after->name) && before->user_id == after->user_id))
        return OK;
    TRY(store_exists(cx, &held,
                     "SELECT 1 FROM draw d WHERE d.state IN ('frozen', 'committed') OR "
                     "(d.state = 'revealed' AND EXISTS(SELECT 1 FROM draw_pick p "
                     "WHERE p.draw_id = d.id AND p.expert_id = $1))",
                     ARGS(I(before->id))));
    return held ? fail(cx, CONFLICT, "/name", "抽取已用到这位专家，姓名和账户不能再改",
                       "a draw holds this expert: name and account stay")
                : OK;
}

static const char *const LIST[] = { "number",  "name",      "field", "organ",
                                    "account", "interests", "state", NULL };
const Register expert_register = {
    .table = { "expert", expert_fields, sizeof(Expert), EXPERT_SELECT },
    .noun = "expert",
    .zh = "评审专家库",
    .en = "Experts",
    .list = LIST,
    .sort = "number",
    .shared = true,
    .before = fill,
    .check = check,
};

Err expert_get(Cx *cx, Expert *out, int64_t id)
{
    Err e = register_get(cx, &expert_register, out, id);
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的专家", "there is no expert %lld",
                    (long long)id);
    return e;
}

Err expert_add(Cx *cx, int64_t *id, const Expert *row)
{
    Expert made = *row;
    made.id = UNSET;
    return register_create(cx, &expert_register, id, &made);
}

Err expert_update(Cx *cx, const Expert *row)
{
    int64_t same;
    Expert after = *row;
    return register_update(cx, &expert_register, &same, &after);
}

Err expert_reveal(Cx *cx, const char **phone, int64_t id, const char *reason)
{
    Expert row;
    TRY(expert_get(cx, &row, id));
    TRY(audit_reveal(cx, "expert", id, field_find(expert_fields, "phone"), reason));
    *phone = row.phone;
    return OK;
}

/* --- interests --- */

#define INTEREST_SELECT                                                                            \
    "SELECT id, expert_id, kind, code, note, made_at, made_by, version FROM expert_interest "

Err expert_interests(Cx *cx, List *out, int64_t expert_id)
{
    return store_list(cx, out, interest_fields, sizeof(Interest),
                      INTEREST_SELECT "WHERE expert_id = $1 ORDER BY id", ARGS(I(expert_id)));
}

static Err interest_check(Cx *cx, const Interest *row)
{
    Region region;
    size_t length = strlen(row->code);
    bool digits = strspn(row->code, "0123456789") == length;
    if (strcmp(row->kind, "organ") == 0)
        return text_count(row->code) < 2
                   ? fail(cx, INVALID, "/code", "请写单位全称", "write the full name of the organ")
                   : OK;
    if (strcmp(row->kind, "county") == 0)
        return digits && (length == 4 || length == 6)
                   ? region_get(cx, &region, row->code, day_of_instant(cx_now(cx)))
                   : fail(cx, INVALID, "/code", "“%s”不是市或县的区划代码",
                          "%s is not the code of a city or county", row->code);
    bool there = false;
    if (digits && length < 10)
        TRY(store_exists(cx, &there, "SELECT 1 FROM zone WHERE CAST(id AS TEXT) = $1",
                         ARGS(T(row->code))));
    return there ? OK
                 : fail(cx, INVALID, "/code", "没有编号为 %s 的推进区", "there is no zone %s",
                        row->code);
}

Err expert_declare(Cx *cx, int64_t *id, const Interest *row)
{
    Expert expert;
    Interest made = *row;
    bool there;
    TRY(expert_get(cx, &expert, row->expert_id));
    TRY(interest_check(cx, row));
    TRY(store_exists(cx, &there,
                     "SELECT 1 FROM expert_interest WHERE expert_id = $1 AND kind = $2 "
                     "AND code = $3",
                     ARGS(I(row->expert_id), T(row->kind), T(row->code))));
    if (there)
        return fail(cx, CONFLICT, "/code", "这一项已经申报", "this one is declared already");
    made.made_at = cx_now(cx);
    made.made_by = cx->user->id;
    TRY(store_insert(cx, id, "expert_interest", interest_fields, &made));
    audit_change(cx, "expert_interest", *id, interest_fields, NULL, &made);
    return OK;
}

Err expert_withdraw(Cx *cx, int64_t expert_id, int64_t interest_id)
{
    Interest row;
    TRY(store_row(cx, &row, interest_fields, INTEREST_SELECT "WHERE id = $1 AND expert_id = $2",
                  ARGS(I(interest_id), I(expert_id))));
    TRY(store_run(cx, "DELETE FROM expert_interest WHERE id = $1", ARGS(I(interest_id))));
    audit_change(cx, "expert_interest", interest_id, interest_fields, &row, NULL);
    return OK;
}
