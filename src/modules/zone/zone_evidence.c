/* What stands behind the yeses of a dossier: date, document number, attachment. */
#include "modules/zone/zone.h"

#include "core/request/audit.h"

#include <string.h>

const Field evidence_fields[] = {
    { "item", FIELD_TEXT, offsetof(Evidence, item), "材料", "Item", .flags = FIELD_REQUIRED },
    { "zh", FIELD_TEXT, offsetof(Evidence, zh), "名称", "Chinese name", .flags = FIELD_VIRTUAL },
    { "en", FIELD_TEXT, offsetof(Evidence, en), "英文名称", "English name",
      .flags = FIELD_VIRTUAL },
    { "rule", FIELD_TEXT, offsetof(Evidence, rule), "规则", "Rule", .flags = FIELD_VIRTUAL },
    { "behind", FIELD_TEXT, offsetof(Evidence, behind), "所证字段", "Proves",
      .flags = FIELD_VIRTUAL },
    { "needed", FIELD_BOOL, offsetof(Evidence, needed), "需要", "Needed", .flags = FIELD_VIRTUAL },
    { "complete", FIELD_BOOL, offsetof(Evidence, complete), "齐全", "Complete",
      .flags = FIELD_VIRTUAL },
    { "day", FIELD_DATE, offsetof(Evidence, day), "日期", "Date" },
    { "document", FIELD_TEXT, offsetof(Evidence, document), "文号", "Document number", .max = 120 },
    { "attachment_id", FIELD_INT, offsetof(Evidence, attachment_id), "附件", "Attachment",
      .min = 1 },
    { "attachment", FIELD_TEXT, offsetof(Evidence, attachment), "附件名", "Attachment name",
      .flags = FIELD_VIRTUAL },
    { "version", FIELD_INT, offsetof(Evidence, version), "版本", "Version" },
    FIELDS_END,
};

/* Filled in, not false, not an empty list. */
static bool says_yes(const Json *dossier, const char *pointer)
{
    const Json *j = json_at(dossier, pointer);
    if (json_missing(j))
        return false;
    if (j->type == J_BOOL)
        return j->boolean;
    return (j->type != J_ARRAY && j->type != J_OBJECT) || j->count > 0;
}

static void say_lack(Cx *cx, Evidence *e, const Json *item)
{
    struct {
        bool lacks;
        const char *zh, *en;
    } parts[] = {
        { e->day == UNSET && json_bool(item, "date", false), "日期", "date" },
        { text_blank(e->document) && json_bool(item, "number", false), "文号", "document number" },
        { e->attachment_id == UNSET, "附件", "attachment" },
    };
    Buf zh = BUF(cx), en = BUF(cx);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].lacks) {
            buf_format(&zh, "%s%s", zh.length ? "、" : "", parts[i].zh);
            buf_format(&en, "%s%s", en.length ? ", " : "", parts[i].en);
        }
    e->lack_zh = buf_text(&zh);
    e->lack_en = buf_text(&en);
}

static void fill(Cx *cx, Evidence *e, const Json *item, const Json *dossier, const Evidence *stored)
{
    *e = (Evidence){ .day = UNSET, .attachment_id = UNSET, .version = 0 };
    if (stored)
        *e = *stored;
    e->item = json_text(item, "key", "");
    e->zh = json_text(item, "zh", "");
    e->en = json_text(item, "en", "");
    e->rule = json_text(item, "rule", "");
    e->behind = json_text(item, "behind", "");
    e->needed = says_yes(dossier, e->behind);
    say_lack(cx, e, item);
    e->complete = !*e->lack_zh;
}

Err zone_evidence(Cx *cx, List *out, const ZoneView *v)
{
    Dossier d;
    List stored;
    const Json *dossier;
    const Json *items = json_get(v->pack->process, "attachments");
    size_t count = items ? items->count : 0;
    TRY(zone_dossier(cx, &d, v->zone.id));
    TRY(json_parse(cx, &dossier, d.dossier, strlen(d.dossier), &JSON_LIMITS));
    TRY(store_list(cx, &stored, evidence_fields, sizeof(Evidence),
                   "SELECT e.item, e.day, e.document, e.attachment_id, e.version, "
                   "a.name AS attachment FROM zone_evidence e "
                   "LEFT JOIN attachment a ON a.id = e.attachment_id AND a.removed_at IS NULL "
                   "WHERE e.zone_id = $1",
                   ARGS(I(v->zone.id))));
    Evidence *rows = NEW_N(cx, Evidence, count);
    for (size_t i = 0; i < count; i++) {
        const Evidence *found = NULL;
        const char *key = json_text(items->items[i], "key", "");
        for (size_t k = 0; k < stored.count; k++)
            if (strcmp(((Evidence *)stored.rows)[k].item, key) == 0)
                found = &((Evidence *)stored.rows)[k];
        fill(cx, &rows[i], items->items[i], dossier, found);
    }
    *out = (List){ rows, count, (int64_t)count };
    return OK;
}

/* The attachment must hang on this very zone. */
static Err check_attachment(Cx *cx, const ZoneView *v, int64_t id)
{
    bool there;
    if (id == UNSET)
        return OK;
    TRY(store_exists(cx, &there,
                     "SELECT 1 FROM attachment WHERE id = $1 AND noun = 'zone' AND noun_id = $2 "
                     "AND removed_at IS NULL",
                     ARGS(I(id), I(v->zone.id))));
    return there ? OK
                 : fail(cx, INVALID, "attachment_id", "附件 %lld 不属于这个推进区",
                        "attachment %lld does not belong to this zone", (long long)id);
}

static Err put_one(Cx *cx, const ZoneView *v, const Evidence *before, const Json *j, const char *at)
{
    Evidence e = *before;
    TRY(field_read(cx, &e, evidence_fields, j, at));
    TRY(check_attachment(cx, v, e.attachment_id));
    if (e.version != before->version)
        return fail(cx, STALE, at, "“%s%.0s”已被他人改过，请刷新",
                    "%.0s%s was changed meanwhile; reload", before->zh, before->en);
    if (e.day == before->day && e.attachment_id == before->attachment_id &&
        text_same(e.document, before->document))
        return OK; /* a version is a change: a remark counts as answered by it */
    TRY(store_run(cx,
                  "INSERT INTO zone_evidence(zone_id, item, day, document, attachment_id, version) "
                  "VALUES($1, $2, $3, $4, $5, 1) ON CONFLICT (zone_id, item) DO UPDATE SET "
                  "day = excluded.day, document = excluded.document, "
                  "attachment_id = excluded.attachment_id, version = zone_evidence.version + 1",
                  ARGS(I(v->zone.id), T(e.item), I(e.day), T(e.document), I(e.attachment_id))));
    audit_change(cx, "zone_evidence", v->zone.id, evidence_fields, before, &e);
    return OK;
}

Err zone_put_evidence(Cx *cx, const ZoneView *v, const Json *list)
{
    List all;
    if (!v->may.edit)
        return fail(cx, FORBIDDEN, NULL, "这一步（%s）不能修改材料",
                    "evidence cannot be changed at this step (%s)", v->run.step);
    if (list->type != J_ARRAY)
        return fail(cx, INVALID, "", "应为列表", "must be a list");
    TRY(zone_evidence(cx, &all, v));
    const Evidence *rows = all.rows;
    for (size_t i = 0; i < list->count; i++) {
        const char *at = json_pointer_at(cx, "", i);
        const char *item = json_text(list->items[i], "item", "");
        size_t k = 0;
        while (k < all.count && strcmp(rows[k].item, item) != 0)
            k++;
        if (k == all.count)
            return fail(cx, INVALID, at, "没有“%s”这种材料", "there is no item %s", item);
        TRY(put_one(cx, v, &rows[k], list->items[i], at));
    }
    return OK;
}
