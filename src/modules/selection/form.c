/* The form check (形式审查), exceptions to principles, return to the city. */
#include "modules/selection/selection.h"

#include "core/access/right.h"
#include "core/request/audit.h"

#include <string.h>

/* One zone that has come to the province and may still be decided on. */
static Err find(Cx *cx, Candidate *out, const SelectionView *v, int64_t zone_id)
{
    List found;
    TRY(selection_candidates(cx, &found, v->batch.id, zone_id));
    if (found.count == 0)
        return fail(cx, NOT_FOUND, "id", "编号为 %lld 的推进区没有报到省级",
                    "zone %lld has not come to the province", (long long)zone_id);
    *out = *(const Candidate *)found.rows;
    return OK;
}

Err selection_candidate(Cx *cx, Candidate *out, const SelectionView *v, int64_t zone_id)
{
    TRY(find(cx, out, v, zone_id));
    if (candidate_in(out))
        return OK;
    return fail(cx, CONFLICT, "id", "“%s”已被取消资格", "%s is disqualified already", out->name);
}

/* --- reading --- */

typedef struct FormCheck {
    int64_t zone_id;
    const char *item;
    int64_t ok;
    const char *note;
} FormCheck;

static const Field CHECK_ROW[] = {
    { "zone_id", FIELD_INT, offsetof(FormCheck, zone_id), "推进区", "Zone" },
    { "item", FIELD_TEXT, offsetof(FormCheck, item), "项目", "Item" },
    { "ok", FIELD_BOOL, offsetof(FormCheck, ok), "通过", "Passed" },
    { "note", FIELD_TEXT, offsetof(FormCheck, note), "说明", "Note" },
    FIELDS_END,
};

typedef struct Decision {
    int64_t zone_id;
    const char *rule;
    int64_t granted;
    const char *reason;
    const char *user_name;
    int64_t at;
} Decision;

static const Field DECISION[] = {
    { "zone_id", FIELD_INT, offsetof(Decision, zone_id), "推进区", "Zone" },
    { "rule", FIELD_TEXT, offsetof(Decision, rule), "规则", "Rule" },
    { "granted", FIELD_BOOL, offsetof(Decision, granted), "同意", "Granted" },
    { "reason", FIELD_TEXT, offsetof(Decision, reason), "理由", "Reason" },
    { "user_name", FIELD_TEXT, offsetof(Decision, user_name), "决定人", "Decided by" },
    { "at", FIELD_INSTANT, offsetof(Decision, at), "时间", "At" },
    FIELDS_END,
};

typedef struct Forms {
    List checks;
    List decisions;
} Forms;

static Err read_forms(Cx *cx, Forms *out, int64_t batch_id)
{
    TRY(store_list(cx, &out->checks, CHECK_ROW, sizeof(FormCheck),
                   "SELECT k.zone_id, k.item, k.ok, k.note FROM form_check k "
                   "JOIN zone z ON z.id = k.zone_id WHERE z.batch_id = $1",
                   ARGS(I(batch_id))));
    return store_list(cx, &out->decisions, DECISION, sizeof(Decision),
                      "SELECT e.zone_id, e.rule, e.granted, e.reason, e.user_name, e.at "
                      "FROM exception_decision e JOIN zone z ON z.id = e.zone_id "
                      "WHERE z.batch_id = $1",
                      ARGS(I(batch_id)));
}

static const FormCheck *check_of(const Forms *f, int64_t zone_id, const char *item)
{
    const FormCheck *rows = f->checks.rows;
    for (size_t i = 0; i < f->checks.count; i++)
        if (rows[i].zone_id == zone_id && strcmp(rows[i].item, item) == 0)
            return &rows[i];
    return NULL;
}

static const Decision *decision_of(const Forms *f, int64_t zone_id, const char *rule)
{
    const Decision *rows = f->decisions.rows;
    for (size_t i = 0; i < f->decisions.count; i++)
        if (rows[i].zone_id == zone_id && strcmp(rows[i].rule, rule) == 0)
            return &rows[i];
    return NULL;
}

/* --- writing out --- */

static void put_flag(JsonOut *o, const char *key, int64_t value)
{
    if (value == UNSET)
        json_put_null(o, key);
    else
        json_put_bool(o, key, value != 0);
}

static void put_checks(JsonOut *o, const Rubric *rubric, const Forms *f, int64_t zone_id)
{
    json_open(o, "checks", '[');
    for (size_t i = 0; i < rubric->form_count; i++) {
        const FormCheck *c = check_of(f, zone_id, rubric->form[i].key);
        json_open(o, NULL, '{');
        json_put_text(o, "item", rubric->form[i].key);
        put_flag(o, "ok", c == NULL ? UNSET : c->ok);
        json_put_text(o, "note", c == NULL ? NULL : c->note);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_exception(Cx *cx, JsonOut *o, const PackRule *rule, const char *given,
                          const Decision *d)
{
    json_open(o, NULL, '{');
    json_put_text(o, "rule", rule->id);
    json_put_text(o, "zh", rule->zh);
    json_put_text(o, "en", rule->en);
    json_put_text(o, "reason_given", given);
    put_flag(o, "granted", d == NULL ? UNSET : d->granted);
    json_put_text(o, "reason", d == NULL ? NULL : d->reason);
    json_put_text(o, "user_name", d == NULL ? NULL : d->user_name);
    json_put_text(o, "at", d == NULL ? NULL : instant_text(cx, d->at));
    json_close(o, '}');
}

/* Checks the dossier only where an exception is needed: a list asks for few. */
static Err put_exceptions(Cx *cx, JsonOut *o, const Forms *f, const Candidate *c)
{
    json_open(o, "exceptions", '[');
    if (c->exceptions > 0) {
        ZoneView v;
        Check check;
        Dossier d;
        const Json *dossier;
        TRY(zone_view(cx, &v, c->zone_id));
        TRY(zone_check(cx, &check, &v));
        TRY(zone_dossier(cx, &d, c->zone_id));
        TRY(json_parse(cx, &dossier, d.dossier, strlen(d.dossier), &JSON_LIMITS));
        for (size_t i = 0; i < check.count; i++) {
            const PackRule *rule = check.results[i].rule;
            if (check.results[i].needs_exception)
                put_exception(cx, o, rule,
                              json_text(json_get(dossier, "exceptions"), rule->id, NULL),
                              decision_of(f, c->zone_id, rule->id));
        }
    }
    json_close(o, ']');
    return OK;
}

static Err put_row(Cx *cx, JsonOut *o, const SelectionView *v, const Forms *f, const Candidate *c)
{
    int64_t open = (int64_t)v->rubric->form_count - c->form_ok - c->form_bad;
    json_open(o, NULL, '{');
    json_put_int(o, "zone_id", c->zone_id);
    json_put_text(o, "name", c->name);
    json_put_text(o, "county_name", c->county_name);
    json_put_text(o, "city_name", c->city_name);
    json_put_text(o, "step", c->step);
    if (c->rank == UNSET)
        json_put_null(o, "rank");
    else
        json_put_int(o, "rank", c->rank);
    json_put_text(o, "state", c->form_bad > 0 ? "failed" : open > 0 ? "open" : "ok");
    json_put_int(o, "open", open);
    json_put_int(o, "version", c->form_version == UNSET ? 0 : c->form_version);
    put_checks(o, v->rubric, f, c->zone_id);
    TRY(put_exceptions(cx, o, f, c));
    json_close(o, '}');
    return OK;
}

Err form_put(Cx *cx, JsonOut *o, const SelectionView *v)
{
    Forms forms;
    List all;
    TRY(read_forms(cx, &forms, v->batch.id));
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    json_open(o, NULL, '{');
    json_open(o, "items", '[');
    for (size_t i = 0; i < v->rubric->form_count; i++) {
        const RubricCheck *item = &v->rubric->form[i];
        json_open(o, NULL, '{');
        json_put_text(o, "key", item->key);
        json_put_text(o, "zh", item->zh);
        json_put_text(o, "en", item->en);
        json_put_text(o, "clause", item->clause);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_open(o, "rows", '[');
    for (size_t i = 0; i < all.count; i++)
        TRY(put_row(cx, o, v, &forms, (const Candidate *)all.rows + i));
    json_close(o, ']');
    json_put_int(o, "total", (int64_t)all.count);
    json_close(o, '}');
    return OK;
}

Err form_put_zone(Cx *cx, JsonOut *o, const SelectionView *v, int64_t zone_id)
{
    Forms forms;
    Candidate c;
    TRY(find(cx, &c, v, zone_id));
    TRY(read_forms(cx, &forms, v->batch.id));
    return put_row(cx, o, v, &forms, &c);
}

/* --- the form check --- */

static const Field CHECK_ITEM[] = {
    { "item", FIELD_TEXT, offsetof(FormCheck, item), "项目", "Item",
      .flags = FIELD_REQUIRED | FIELD_KEY, .min = 1, .max = 60 },
    { "ok", FIELD_BOOL, offsetof(FormCheck, ok), "通过", "Passed" },
    { "note", FIELD_TEXT, offsetof(FormCheck, note), "说明", "Note", .max = 500 },
    FIELDS_END,
};
const Field form_body[] = {
    { "checks", FIELD_LIST, NO_OFFSET, "审查项目", "Checks", .flags = FIELD_REQUIRED,
      .fields = CHECK_ITEM },
    { "version", FIELD_INT, NO_OFFSET, "版本", "Version", .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err save_sheet(Cx *cx, const Candidate *c, int64_t version)
{
    int64_t had = c->form_version == UNSET ? 0 : c->form_version;
    if (had != version)
        return fail(cx, STALE, "version", "“%s”的形式审查已被他人保存，请刷新",
                    "somebody else has saved the form check of %s; reload", c->name);
    return store_run(cx,
                     "INSERT INTO form_sheet(zone_id, version, saved_at, saved_name) "
                     "VALUES($1, $2, $3, $4) ON CONFLICT(zone_id) DO UPDATE SET "
                     "version = excluded.version, saved_at = excluded.saved_at, "
                     "saved_name = excluded.saved_name",
                     ARGS(I(c->zone_id), I(had + 1), I(cx_now(cx)), T(cx->user->name)));
}

static Err save_check(Cx *cx, const SelectionView *v, int64_t zone_id, const FormCheck *k,
                      const char *at)
{
    bool known = false;
    for (size_t i = 0; i < v->rubric->form_count; i++)
        known |= strcmp(v->rubric->form[i].key, k->item) == 0;
    if (!known)
        return fail(cx, INVALID, json_pointer(cx, at, "item"), "形式审查没有项目“%s”",
                    "the form check has no item \"%s\"", k->item);
    if (k->ok == 0 && text_blank(k->note))
        return fail(cx, INVALID, json_pointer(cx, at, "note"), "不通过的项目请写明问题",
                    "say what is wrong with an item that fails");
    return store_run(cx,
                     "INSERT INTO form_check(zone_id, item, ok, note) VALUES($1, $2, $3, $4) "
                     "ON CONFLICT(zone_id, item) DO UPDATE SET ok = excluded.ok, "
                     "note = excluded.note",
                     ARGS(I(zone_id), T(k->item), I(k->ok), T(k->note)));
}

Err form_save(Cx *cx, const SelectionView *v, int64_t zone_id, const Json *body)
{
    Candidate c;
    TRY(field_check(cx, form_body, body));
    TRY(selection_candidate(cx, &c, v, zone_id));
    TRY(selection_at(cx, v, "selection.form"));
    TRY(save_sheet(cx, &c, json_int(body, "version", 0)));
    const Json *checks = json_get(body, "checks");
    for (size_t i = 0; i < checks->count; i++) {
        FormCheck k;
        const char *at = json_pointer_at(cx, "/checks", i);
        field_clear(&k, CHECK_ITEM);
        TRY(field_read_new(cx, &k, CHECK_ITEM, checks->items[i], at));
        TRY(save_check(cx, v, zone_id, &k, at));
    }
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_put(&o, NULL, checks);
    audit_note(cx, "zone", zone_id, NULL,
               arena_format(cx->arena, "{\"形式审查\":%s}", buf_text(&b)));
    return OK;
}

/* --- exceptions --- */

static Err needs(Cx *cx, int64_t zone_id, const char *rule)
{
    ZoneView v;
    Check check;
    TRY(zone_view(cx, &v, zone_id));
    TRY(zone_check(cx, &check, &v));
    for (size_t i = 0; i < check.count; i++)
        if (check.results[i].needs_exception && strcmp(check.results[i].rule->id, rule) == 0)
            return OK;
    return fail(cx, NOT_FOUND, "rule", "“%s”不需要规则 %s 的例外", "%s needs no exception to %s",
                v.zone.name, rule);
}

Err exception_decide(Cx *cx, const SelectionView *v, int64_t zone_id, const char *rule,
                     bool granted, const char *reason)
{
    Candidate c;
    TRY(selection_candidate(cx, &c, v, zone_id));
    TRY(selection_at(cx, v,
                     "selection.form selection.draw selection.paper selection.defence "
                     "selection.site selection.rank"));
    TRY(needs(cx, zone_id, rule));
    if (text_blank(reason))
        return fail(cx, INVALID, "/reason", "同意或不同意例外都要写明理由",
                    "an exception is granted or refused with a reason");
    TRY(store_run(
        cx,
        "INSERT INTO exception_decision(zone_id, rule, granted, reason, user_name, at) "
        "VALUES($1, $2, $3, $4, $5, $6) ON CONFLICT(zone_id, rule) DO UPDATE SET "
        "granted = excluded.granted, reason = excluded.reason, "
        "user_name = excluded.user_name, at = excluded.at",
        ARGS(I(zone_id), T(rule), I(granted), T(reason), T(cx->user->name), I(cx_now(cx)))));
    Decision now = { zone_id, rule, granted, reason, cx->user->name, cx_now(cx) };
    audit_change(cx, "zone", zone_id, DECISION, NULL, &now);
    return OK;
}

/* --- back to the city --- */

Err zone_return(Cx *cx, const SelectionView *v, int64_t zone_id, const char *reason)
{
    Candidate c;
    TRY(selection_candidate(cx, &c, v, zone_id));
    TRY(selection_at(cx, v, "selection.form"));
    if (text_blank(reason))
        return fail(cx, INVALID, "/reason", "退回请写明理由", "say why it is returned");
    return zone_pass(
        cx, zone_id,
        &(Pass){ .by = "selection", .by_id = v->row.id, .role = "zone.city", .reason = reason });
}
