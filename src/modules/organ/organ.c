#include "modules/organ/organ.h"

#include "core/access/right.h"
#include "core/request/audit.h"

#include <string.h>

const Field organ_fields[] = {
    { "id", FIELD_INT, offsetof(Organ, id), "编号", "Number",
      FIELD_READONLY | FIELD_KEY | FIELD_SORT },
    { "version", FIELD_INT, offsetof(Organ, version), "版本", "Version" },
    { "name", FIELD_TEXT, offsetof(Organ, name), "名称", "Name",
      FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, 1, 100 },
    { "level", FIELD_ENUM, offsetof(Organ, level), "级别", "Level", FIELD_REQUIRED | FIELD_FILTER,
      .options = LEVELS },
    { "kind", FIELD_ENUM, offsetof(Organ, kind), "类别", "Kind", FIELD_REQUIRED | FIELD_FILTER,
      .options = ORGAN_KINDS },
    { "territory", FIELD_TEXT, offsetof(Organ, territory), "辖区代码", "Territory",
      FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, 0, 12,
      .help_zh = "省 2 位、市 4 位、县 6 位、"
                 "乡镇 9 位、村 12 位；系统管理机构为空",
      .help_en = "2 digits for the province, then 4, 6, 9, 12; empty for administrations" },
    { "parent_id", FIELD_INT, offsetof(Organ, parent_id), "上级机构编号", "Parent number",
      FIELD_FILTER, 1 },
    { "parent", FIELD_TEXT, offsetof(Organ, parent), "上级机构", "Parent",
      FIELD_READONLY | FIELD_VIRTUAL | FIELD_FILTER },
    { "contact", FIELD_TEXT, offsetof(Organ, contact), "对外联系方式", "Contact for the public",
      .max = 200, .help_zh = "地址和办公电话，在公示页上公开，不写个人手机",
      .help_en = "address and office phone, shown on public pages; no person's phone" },
    FIELDS_END,
};

/* $1 = the caller's territory, '' = all. His own and below, or above him. */
#define SELECT_SEEN                                                                                \
    "SELECT o.id, o.version, o.name, o.level, o.kind, o.territory, o.parent_id, p.name AS "        \
    "parent, "                                                                                     \
    "o.contact "                                                                                   \
    "FROM organ o LEFT JOIN organ p ON p.id = o.parent_id "                                        \
    "WHERE (" WITHIN(                                                                              \
        "o.territory",                                                                             \
        1) " OR "                                                                                  \
           "substr($1, 1, length(o.territory)) = o.territory AND o.level <> 'system')"

static const char *sight(const Cx *cx)
{
    return cx->user == NULL ? "" : cx->user->territory;
}

Err organ_get(Cx *cx, Organ *out, int64_t id)
{
    return store_row(cx, out, organ_fields, SELECT_SEEN " AND o.id = $2",
                     ARGS(T(sight(cx)), I(id)));
}

Err organ_page(Cx *cx, List *out, const PageQuery *query)
{
    return store_page(cx, out, organ_fields, sizeof(Organ), SELECT_SEEN, ARGS(T(sight(cx))), query);
}

Err organ_contacts(Cx *cx, List *out, const char *level)
{
    return store_list(cx, out, organ_fields, sizeof(Organ),
                      "SELECT id, version, name, level, kind, territory, parent_id, '' AS parent, "
                      "contact FROM organ WHERE level = $1 AND contact IS NOT NULL ORDER BY id",
                      ARGS(T(level)));
}

static Err check(Cx *cx, const Organ *o)
{
    TRY(place_check(cx, o->level, o->kind, o->territory));
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

Err organ_create(Cx *cx, int64_t *id, const Organ *organ)
{
    TRY(check(cx, organ));
    TRY(store_insert(cx, id, "organ", organ_fields, organ));
    audit_change(cx, "organ", *id, organ_fields, NULL, organ);
    return OK;
}

/* People keep their seats in it, so it stays what it is; only its name, parent and contact may
 * change. */
Err organ_update(Cx *cx, const Organ *organ)
{
    Organ before;
    TRY(organ_get(cx, &before, organ->id));
    if (!text_same(before.level, organ->level) || !text_same(before.kind, organ->kind) ||
        !text_same(before.territory, organ->territory))
        return fail(cx, CONFLICT, "level", "机构的级别、类别和辖区不能修改，请另建机构",
                    "level, kind and territory of an organ stay; make another one");
    TRY(check(cx, organ));
    TRY(store_update(cx, "organ", organ_fields, organ, organ->id, organ->version));
    audit_change(cx, "organ", organ->id, organ_fields, &before, organ);
    return OK;
}
