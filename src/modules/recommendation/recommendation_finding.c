/* The city's audit sheet: what it finds of each rule, beside what the check says. */
#include "modules/recommendation/recommendation.h"

#include "core/access/right.h"
#include "core/request/audit.h"

#include <string.h>

const Option VERDICTS[] = {
    { "agree", "同意", "Agree" },
    { "disagree", "不同意", "Disagree" },
    { "open", "待核", "Open" },
    { .key = NULL },
};

const Field finding_fields[] = {
    { "id", FIELD_INT, offsetof(RuleFinding, id), "编号", "Number", .flags = FIELD_READONLY },
    { "zone_id", FIELD_INT, offsetof(RuleFinding, zone_id), "推进区", "Zone",
      .flags = FIELD_READONLY },
    { "rule", FIELD_TEXT, offsetof(RuleFinding, rule), "规则", "Rule", .flags = FIELD_REQUIRED,
      .min = 1, .max = 20 },
    { "verdict", FIELD_ENUM, offsetof(RuleFinding, verdict), "核对结果", "Verdict",
      .flags = FIELD_REQUIRED, .options = VERDICTS },
    { "finding", FIELD_TEXT, offsetof(RuleFinding, finding), "审核意见", "Finding", .max = 1000 },
    { "user_name", FIELD_TEXT, offsetof(RuleFinding, user_name), "审核人", "By",
      .flags = FIELD_READONLY },
    { "organ", FIELD_TEXT, offsetof(RuleFinding, organ), "机构", "Organ", .flags = FIELD_READONLY },
    { "at", FIELD_INSTANT, offsetof(RuleFinding, at), "时间", "At", .flags = FIELD_READONLY },
    { "version", FIELD_INT, offsetof(RuleFinding, version), "版本", "Version" },
    FIELDS_END,
};

Err finding_list(Cx *cx, List *out, int64_t zone_id)
{
    TRY(store_list(cx, out, finding_fields, sizeof(RuleFinding),
                   "SELECT f.id, f.zone_id, f.rule, f.verdict, f.finding, f.user_name, f.organ, "
                   "f.at, f.version FROM recommendation_finding f JOIN zone z ON z.id = f.zone_id "
                   "WHERE f.zone_id = $1 AND " WITHIN("z.county", 2) " ORDER BY f.rule",
                   ARGS(I(zone_id), user_reach(cx->user))));
    out->total = (int64_t)out->count;
    return OK;
}

static const RuleFinding *stored_of(const List *stored, const char *rule)
{
    const RuleFinding *rows = stored->rows;
    for (size_t i = 0; i < stored->count; i++)
        if (strcmp(rows[i].rule, rule) == 0)
            return &rows[i];
    return NULL;
}

static Err save_one(Cx *cx, const ZoneView *v, const RuleFinding *before, RuleFinding *f,
                    const char *at)
{
    int64_t seen = f->version == UNSET ? 0 : f->version;
    if (!pack_rule(v->pack, f->rule))
        return fail(cx, INVALID, at, "没有规则 %s", "there is no rule %s", f->rule);
    if (strcmp(f->verdict, "disagree") == 0 && text_blank(f->finding))
        return fail(cx, INVALID, json_pointer(cx, at, "finding"), "规则 %s 不同意，请写明审核意见",
                    "write why the city disagrees on rule %s", f->rule);
    if (seen != (before ? before->version : 0))
        return fail(cx, STALE, at, "规则 %s 的意见已被他人改过，请刷新",
                    "the finding on rule %s was changed meanwhile; reload", f->rule);
    TRY(store_run(cx,
                  "INSERT INTO recommendation_finding(zone_id, rule, verdict, finding, user_name, "
                  "organ, at, version) VALUES($1, $2, $3, $4, $5, $6, $7, 1) "
                  "ON CONFLICT (zone_id, rule) DO UPDATE SET verdict = excluded.verdict, "
                  "finding = excluded.finding, user_name = excluded.user_name, "
                  "organ = excluded.organ, at = excluded.at, "
                  "version = recommendation_finding.version + 1",
                  ARGS(I(v->zone.id), T(f->rule), T(f->verdict), T(f->finding), T(cx->user->name),
                       T(cx->user->organ_name), I(cx_now(cx)))));
    RuleFinding after = *f;
    after.user_name = cx->user->name;
    after.organ = cx->user->organ_name;
    after.at = cx_now(cx);
    audit_change(cx, "recommendation_finding", v->zone.id, finding_fields, before, &after);
    return OK;
}

Err finding_save(Cx *cx, const ZoneView *v, const Json *list)
{
    List stored;
    const Step *s = process_step(v->process, v->run.step);
    if (!s || strcmp(s->level, "city") != 0)
        return fail(cx, CONFLICT, NULL, "推进区不在市级审核，不能写审核意见",
                    "the zone is not with the city; findings cannot be written");
    if (list->type != J_ARRAY || list->count > 200)
        return fail(cx, INVALID, "", "应为列表，最多 200 条", "must be a list of at most 200");
    TRY(finding_list(cx, &stored, v->zone.id));
    for (size_t i = 0; i < list->count; i++) {
        RuleFinding f;
        const char *at = json_pointer_at(cx, "", i);
        field_clear(&f, finding_fields);
        TRY(field_read_new(cx, &f, finding_fields, list->items[i], at));
        TRY(save_one(cx, v, stored_of(&stored, f.rule), &f, at));
    }
    return OK;
}
