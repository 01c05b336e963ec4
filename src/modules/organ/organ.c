#include "modules/organ/organ.h"

#include "core/access/right.h"
#include "core/register/register.h"

#include <string.h>

const Field organ_fields[] = {
    { "id", FIELD_INT, offsetof(Organ, id), "编号", "Number",
      FIELD_READONLY | FIELD_KEY | FIELD_SORT },
    { "version", FIELD_INT, offsetof(Organ, version), "版本", "Version" },
    { "name", FIELD_TEXT, offsetof(Organ, name), "名称", "Name",
      FIELD_REQUIRED | FIELD_KEY | FIELD_NAME | FIELD_FILTER | FIELD_SORT | FIELD_ORDERED, 1, 100 },
    { "level", FIELD_ENUM, offsetof(Organ, level), "级别", "Level",
      FIELD_REQUIRED | FIELD_ONCE | FIELD_FILTER, .options = LEVELS },
    { "kind", FIELD_ENUM, offsetof(Organ, kind), "类别", "Kind",
      FIELD_REQUIRED | FIELD_ONCE | FIELD_FILTER, .options = ORGAN_KINDS },
    { "territory", FIELD_TEXT, offsetof(Organ, territory), "辖区代码", "Territory",
      FIELD_REQUIRED | FIELD_KEY | FIELD_ONCE | FIELD_FILTER | FIELD_SORT, 0, 12,
      .help_zh = "省 2 位、市 4 位、县 6 位、"
                 "乡镇 9 位、村 12 位；系统管理机构为空",
      .help_en = "2 digits for the province, then 4, 6, 9, 12; empty for administrations" },
    { "parent_id", FIELD_INT, offsetof(Organ, parent_id), "上级机构", "Parent", FIELD_FILTER, 1,
      .link = "organ" },
    { "parent", FIELD_TEXT, offsetof(Organ, parent), "上级机构", "Parent",
      FIELD_READONLY | FIELD_VIRTUAL | FIELD_FILTER, .of = "parent_id" },
    { "duty", FIELD_ENUM, offsetof(Organ, duty), "职责", "Duty", FIELD_FILTER,
      .options = ORGAN_DUTIES, .help_zh = "只有行业部门填写；登记簿按它找到承办部门",
      .help_en = "of departments alone; registers find who acts by it" },
    { "contact", FIELD_TEXT, offsetof(Organ, contact), "对外联系方式", "Contact for the public",
      .max = 200, .help_zh = "地址和办公电话，在公示页上公开，不写个人手机",
      .help_en = "address and office phone, shown on public pages; no person's phone" },
    FIELDS_END,
};

/* One's own and those below, between $1 and $2, and those above. */
#define SELECT_SEEN                                                                                \
    "SELECT o.id, o.version, o.name, o._order_name, o.level, o.kind, o.territory, o.parent_id, "   \
    "p.name AS "                                                                                   \
    "parent, o.duty, o.contact FROM organ o LEFT JOIN organ p ON p.id = o.parent_id "              \
    "WHERE (o.territory >= $1 AND o.territory < $2 OR "                                            \
    "substr($1, 1, length(o.territory)) = o.territory AND o.level <> 'system')"

/* Administrations have no territory. */
static Err fill(Cx *cx, void *row, const void *old)
{
    (void)cx, (void)old;
    Organ *o = row;
    o->territory = text_or(o->territory, "");
    return OK;
}

static Err check(Cx *cx, void *row, const void *old)
{
    (void)old;
    const Organ *o = row;
    TRY(place_check(cx, o->level, o->kind, o->territory));
    if (o->duty && strcmp(o->kind, "department") != 0)
        return fail(cx, INVALID, "duty", "只有行业部门有职责，“%s”不是行业部门",
                    "only departments have a duty, and “%s” is none", text_or(o->name, ""));
    if (o->parent_id == UNSET)
        return OK;
    Organ parent;
    TRY(organ_get(cx, &parent, o->parent_id));
    if (parent.id == o->id ||
        strncmp(parent.territory, o->territory, strlen(parent.territory)) != 0)
        return fail(cx, INVALID, "parent_id", "“%s”的辖区不包含 %s", "%s does not contain %s",
                    parent.name, o->territory);
    return OK;
}

/* People keep their seats in an organ, so it stays what it is (ONCE); its name, parent and contact
 * may change. */
static const char *const LIST[] = { "name", "level",     "kind",    "territory",
                                    "duty", "parent_id", "contact", NULL };
static const Register ORGANS = {
    .table = { "organ", organ_fields, sizeof(Organ), SELECT_SEEN },
    .noun = "organ",
    .zh = "机构",
    .en = "Organs",
    .list = LIST,
    .sort = "territory",
    .before = fill,
    .check = check,
};

Err organ_get(Cx *cx, Organ *out, int64_t id)
{
    return register_get(cx, &ORGANS, out, id);
}

Err organ_create(Cx *cx, int64_t *id, const Organ *organ)
{
    Organ made = *organ;
    return register_create(cx, &ORGANS, id, &made);
}

Err organ_contacts(Cx *cx, List *out, const char *level)
{
    return store_list(
        cx, out, organ_fields, sizeof(Organ),
        "SELECT id, version, name, level, kind, territory, parent_id, '' AS parent, "
        "duty, contact FROM organ WHERE level = $1 AND contact IS NOT NULL ORDER BY id",
        ARGS(T(level)));
}

static const Route ROUTES[] = {
    { GET, "/api/organs", "organ.read", register_list_handler, "查看机构", "List the organs",
      .out = organ_fields, .flags = ROUTE_PAGE, .noun = "organ" },
    { GET, "/api/organs/:id", "organ.read", register_show_handler, "查看机构", "Show an organ",
      .out = organ_fields, .noun = "organ" },
    { POST, "/api/organs", "organ.write", register_create_handler, "新建机构", "Make an organ",
      organ_fields, .noun = "organ" },
    { PUT, "/api/organs/:id", "organ.write", register_update_handler, "修改机构", "Change an organ",
      organ_fields, .body = BODY_CHANGE, .noun = "organ" },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "organ.read", "查看机构", "See organs", OFFICES | SYSTEM, ANY_KIND,
      DESKS | SYSTEM_ADMIN | SECURITY_ADMIN },
    { "organ.write", "维护机构", "Keep organs", SYSTEM, ADMINISTRATION, SYSTEM_ADMIN },
    { .right = NULL },
};

extern const char organ_sql[];
const Module organ_module = {
    .noun = "organ",
    .schema = organ_sql,
    .routes = ROUTES,
    .rights = RIGHTS,
    .fields = organ_fields,
    .link = "SELECT id AS key, name AS called, territory FROM organ",
    .keeps = &ORGANS,
};
