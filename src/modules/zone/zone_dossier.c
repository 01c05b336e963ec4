/* Saving and checking a dossier. */
#include "modules/zone/zone.h"

#include "core/access/right.h"
#include "core/request/audit.h"
#include "modules/batch/batch.h"

#include <string.h>

const Field dossier_fields[] = {
    { "version", FIELD_INT, offsetof(Dossier, version), "版本", "Version" },
    { "dossier", FIELD_TEXT, offsetof(Dossier, dossier), "申报材料", "Dossier" },
    { "saved_at", FIELD_INSTANT, offsetof(Dossier, saved_at), "保存时间", "Saved at" },
    { "saved_name", FIELD_TEXT, offsetof(Dossier, saved_name), "保存人", "Saved by" },
    FIELDS_END,
};

Err zone_dossier(Cx *cx, Dossier *out, int64_t id)
{
    return store_row(cx, out, dossier_fields,
                     "SELECT d.version, d.dossier, d.saved_at, d.saved_name FROM zone_dossier d "
                     "JOIN zone z ON z.id = d.zone_id WHERE d.zone_id = $1 "
                     "AND " WITHIN("z.county", 2),
                     ARGS(I(id), user_reach(cx->user)));
}

static Err tables_now(Cx *cx, Tables *out, const ZoneView *v)
{
    const Json *tables;
    TRY(batch_document(cx, &tables, v->zone.batch_id, day_of_instant(cx_now(cx))));
    *out = check_batch(cx, v->pack, tables);
    return OK;
}

static Err check_now(Cx *cx, Check *out, const ZoneView *v, const Json *dossier)
{
    Tables batch;
    TRY(tables_now(cx, &batch, v));
    return check_dossier(cx, out, v->pack, dossier, &batch);
}

static Err dossier_now(Cx *cx, const Json **out, const ZoneView *v)
{
    Dossier d;
    TRY(zone_dossier(cx, &d, v->zone.id));
    return json_parse(cx, out, d.dossier, strlen(d.dossier), &JSON_LIMITS);
}

Err zone_check(Cx *cx, Check *out, const ZoneView *v)
{
    const Json *dossier;
    TRY(dossier_now(cx, &dossier, v));
    return check_now(cx, out, v, dossier);
}

Err zone_explain(Cx *cx, Explanation *out, const ZoneView *v, const char *id)
{
    const Json *dossier;
    Tables batch;
    const PackRule *rule = pack_rule(v->pack, id);
    if (!rule)
        return fail(cx, NOT_FOUND, "rule", "没有规则 %s", "there is no rule %s", id);
    TRY(dossier_now(cx, &dossier, v));
    TRY(tables_now(cx, &batch, v));
    return check_explain(cx, out, v->pack, rule, dossier, &batch);
}

void zone_count(Zone *z, const Check *check)
{
    z->not_met = z->undetermined = z->exceptions = z->hints = z->met = z->blocking = 0;
    for (size_t i = 0; i < check->count; i++) {
        const CheckResult *r = &check->results[i];
        Modality m = r->rule->modality;
        z->blocking += r->blocks;
        if (r->status == MET)
            z->met++;
        else if (r->status == NOT_APPLICABLE)
            continue;
        else if (m == PRIORITY || m == ENCOURAGE)
            z->hints++;
        else if (r->status == UNDETERMINED)
            z->undetermined++;
        else if (m == PRINCIPLE)
            z->exceptions++;
        else
            z->not_met++;
    }
}

/* The sum of a list of amounts; UNSET where the list or one of them is not filled in. */
static Money total(const Json *funds, const char *kind)
{
    const Json *list = json_get(funds, kind);
    Money sum = 0, amount;
    if (json_missing(list))
        return UNSET;
    for (size_t i = 0; i < list->count; i++) {
        const Json *j = json_get(list->items[i], "amount");
        if (json_missing(j) || !field_money(j, &amount) || !money_add(sum, amount, &sum))
            return UNSET;
    }
    return sum;
}

static void summarise(Zone *z, const Json *dossier)
{
    const Json *villages = json_get(dossier, "villages");
    const Json *projects = json_at(dossier, "/plan/projects");
    const Json *funds = json_get(dossier, "funds");
    z->name = json_text(dossier, "zone", z->name);
    z->villages = json_missing(villages) ? UNSET : (int64_t)villages->count;
    z->projects = json_missing(projects) ? UNSET : (int64_t)projects->count;
    z->transitional = total(funds, "transitional");
    z->integrated = total(funds, "integrated");
}

Err zone_store_summary(Cx *cx, const Zone *z)
{
    return store_run(cx,
                     "UPDATE zone SET name = $2, villages = $3, projects = $4, transitional = $5, "
                     "integrated = $6, not_met = $7, undetermined = $8, exceptions = $9, "
                     "hints = $10, met = $11, blocking = $12, _order_name = $13 WHERE id = $1",
                     ARGS(I(z->id), T(z->name), I(z->villages), I(z->projects), I(z->transitional),
                          I(z->integrated), I(z->not_met), I(z->undetermined), I(z->exceptions),
                          I(z->hints), I(z->met), I(z->blocking), T(text_sort_key(cx, z->name))));
}

static Err store_villages(Cx *cx, int64_t id, const Json *dossier)
{
    const Json *list = json_get(dossier, "villages");
    TRY(store_run(cx, "DELETE FROM zone_village WHERE zone_id = $1", ARGS(I(id))));
    for (size_t i = 0; !json_missing(list) && i < list->count; i++)
        TRY(store_run(cx, "INSERT INTO zone_village(zone_id, code) VALUES($1, $2)",
                      ARGS(I(id), T(json_text(list->items[i], "code", "")))));
    return OK;
}

static Err refuse_other_county(Cx *cx, const Zone *z, const Json *dossier)
{
    const char *county = json_text(dossier, "county", "");
    if (strcmp(county, z->county) == 0)
        return OK;
    return fail(cx, INVALID, "/county", "县代码 %s 与本推进区的 %s 不符",
                "county %s is not the zone's %s", county, z->county);
}

static Err store_dossier(Cx *cx, int64_t *version, const ZoneView *v, const Json *dossier,
                         int64_t from_version)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_put(&o, NULL, dossier);
    TRY(store_run(cx,
                  "UPDATE zone_dossier SET version = version + 1, dossier = $3, saved_at = $4, "
                  "saved_by = $5, saved_name = $6 WHERE zone_id = $1 AND version = $2",
                  ARGS(I(v->zone.id), I(from_version), T(buf_text(&b)), I(cx_now(cx)),
                       I(cx->user->id), T(cx->user->name))));
    if (store_changes(cx) != 1)
        return fail(cx, STALE, "version", "第 %lld 版之后已有人保存过，请比较后再存",
                    "somebody saved after version %lld; compare before saving",
                    (long long)from_version);
    *version = from_version + 1;
    return OK;
}

Err zone_save(Cx *cx, int64_t *version, Check *check, const ZoneView *v, const Json *dossier,
              int64_t from_version)
{
    Zone z = v->zone;
    Dossier before;
    const Json *old;
    if (!v->may.edit)
        return fail(cx, FORBIDDEN, NULL, "这一步（%s）不能修改申报材料",
                    "the dossier cannot be changed at this step (%s)", v->run.step);
    TRY(field_check(cx, v->pack->dossier.fields, dossier));
    TRY(refuse_other_county(cx, &z, dossier));
    TRY(zone_dossier(cx, &before, z.id));
    TRY(store_dossier(cx, version, v, dossier, from_version));
    TRY(store_villages(cx, z.id, dossier));
    TRY(check_now(cx, check, v, dossier));
    summarise(&z, dossier);
    zone_count(&z, check);
    TRY(zone_store_summary(cx, &z));
    TRY(json_parse(cx, &old, before.dossier, strlen(before.dossier), &JSON_LIMITS));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    dossier_put_diff(cx, &o, v->pack->dossier.fields, old, dossier);
    json_close(&o, '}');
    audit_note(cx, "zone", z.id, NULL, buf_text(&b));
    return OK;
}
