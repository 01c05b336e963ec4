#include "policy/check/check.h"

#include "policy/check/check_message.h"
#include "policy/pack/pack_parts.h"
#include "rules/bind.h"

#include <assert.h>
#include <string.h>

bool check_shows(const char *entry)
{
    return strcmp(entry, APPLIES) != 0 && strcmp(entry, MEETS) != 0 &&
           strcmp(entry, ITEM_WISE) != 0;
}

Err check_read_dossier(Cx *cx, const Json **out, const Pack *pack, const char *bytes, size_t length)
{
    TRY(json_parse(cx, out, bytes, length, &JSON_LIMITS));
    return field_check(cx, pack->dossier.fields, *out);
}

Tables check_batch(Cx *cx, const Pack *pack, const Json *tables)
{
    Value *v = NEW(cx, Value);
    *v = bind_document(cx, pack->batch.fields, tables, "batch:");
    return (Tables){ v };
}

Err check_read_batch(Cx *cx, Tables *out, const Pack *pack, const char *bytes, size_t length)
{
    const Json *tables;
    TRY(json_parse(cx, &tables, bytes, length, &JSON_LIMITS));
    TRY(field_check(cx, pack->batch.fields, tables));
    *out = check_batch(cx, pack, tables);
    return OK;
}

Tables check_no_batch(Cx *cx, const Pack *pack)
{
    static const Json NOTHING = { .type = J_OBJECT };
    return check_batch(cx, pack, &NOTHING);
}

/* One check under way. */
typedef struct CheckWork {
    Cx *cx;
    const Pack *pack;
    const Json *dossier;
    Value document;
    Value tables;
    Run run;
    DmnRun **runs; /* one for each model */
} CheckWork;

/* The tables with what a map must hold for this dossier: its city's region
 * class. */
static Value expected_tables(CheckWork *w, const Tables *batch)
{
    Value tables = *batch->tables;
    const Dictionary *d = &w->pack->batch;
    for (size_t i = 0; i < d->expect_count; i++) {
        const Expect *e = &d->expects[i];
        const char *text = json_text(w->dossier, e->field, "");
        const Value *map = context_get(tables.context, e->map->zh);
        const char *key = arena_format(w->cx->arena, "%.*s", (int)e->digits, text);
        if (!map || (map->kind == VALUE_CONTEXT && context_get(map->context, text)))
            continue;
        tables = bind_replace(w->cx, &tables, e->map->zh, bind_expected(w->cx, map, key));
    }
    return tables;
}

static DmnRun *begin_model(CheckWork *w, const PackModel *m)
{
    DmnRun *d = dmn_begin(&w->run, m->dmn);
    for (size_t i = 0; i < m->input_count; i++) {
        const char *name = m->inputs[i].name;
        const Value *v = context_get(w->document.context, name);
        if (text_same(name, w->pack->batch.name))
            v = &w->tables;
        else if (strcmp(name, "参数") == 0)
            v = w->pack->parameter_values;
        assert(v);
        dmn_set(d, m->inputs[i].node, v);
    }
    return d;
}

static DmnRun *run_of(CheckWork *w, const Dmn *dmn)
{
    for (size_t i = 0; i < w->pack->model_count; i++) {
        if (w->pack->models[i].dmn != dmn)
            continue;
        if (!w->runs[i])
            w->runs[i] = begin_model(w, &w->pack->models[i]);
        return w->runs[i];
    }
    assert(false); /* a rule belongs to a model of its pack */
    return NULL;
}

static Err broken(Cx *cx, const PackRule *rule, const char *entry, const Value *v)
{
    const Cause *cause = v && value_is_null(v) ? v->cause : NULL;
    return fail(cx, INTERNAL, rule->id, "规则 %s 的“%s”没有结果：%s%.0s",
                "rule %s has no result for “%s”: %.0s%s", rule->id, entry,
                cause ? cause->zh : "应为是或否", cause ? cause->en : "must be true or false");
}

static Err judge(Cx *cx, CheckResult *r, const Value *applies, const Value *meets)
{
    if (applies && value_is_unknown(applies)) {
        r->status = UNDETERMINED;
        r->missing = causes_list(cx, applies->causes, NULL);
    } else if (applies && value_is_false(applies)) {
        r->status = NOT_APPLICABLE;
    } else if (applies && !value_is_true(applies)) {
        return broken(cx, r->rule, APPLIES, applies);
    } else if (meets && value_is_unknown(meets)) {
        r->status = UNDETERMINED;
        r->missing = causes_list(cx, meets->causes, NULL);
    } else if (meets && meets->kind == VALUE_BOOLEAN) {
        r->status = meets->boolean ? MET : NOT_MET;
    } else {
        return broken(cx, r->rule, MEETS, meets);
    }
    return OK;
}

static void weigh(const CheckWork *w, CheckResult *r)
{
    bool open = r->status == NOT_MET || r->status == UNDETERMINED;
    if (r->rule->modality == MUST)
        r->blocks = open;
    if (r->rule->modality != PRINCIPLE)
        return;
    const Json *reasons = json_get(w->dossier, "exceptions");
    r->needs_exception = r->status == NOT_MET;
    r->blocks = r->status == UNDETERMINED ||
                (r->needs_exception && text_blank(json_text(reasons, r->rule->id, NULL)));
}

static const char *item_place(CheckWork *w, const PackRule *rule, size_t index)
{
    const char *place = json_pointer_at(w->cx, rule->items, index);
    return rule->field ? json_pointer(w->cx, place, rule->field) : place;
}

/* The items that fail, by pointer and name. */
static void blame_items(CheckWork *w, CheckResult *r, const Values *verdicts)
{
    const Json *list = json_at(w->dossier, r->rule->items);
    PointerPlace where;
    if (!list || list->count != verdicts->count ||
        !dictionary_place(w->cx, &where, w->pack->dossier.fields, w->dossier, r->rule->items))
        return;
    const char **places = NEW_N(w->cx, const char *, list->count + 1);
    const char **names = NEW_N(w->cx, const char *, list->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!value_is_false(&verdicts->items[i]))
            continue;
        places[n] = item_place(w, r->rule, i);
        names[n] = text_or(dictionary_item_name(where.field, list->items[i]), places[n]);
        n++;
    }
    r->places = places;
    r->names = names;
}

static size_t count_texts(const char *const *texts)
{
    size_t n = 0;
    while (texts[n])
        n++;
    return n;
}

static void locate(CheckWork *w, CheckResult *r)
{
    if (r->status == NOT_MET) {
        const Value *verdicts = context_get(r->values, ITEM_WISE);
        r->places = r->rule->at;
        if (r->rule->items && verdicts && verdicts->kind == VALUE_LIST)
            blame_items(w, r, &verdicts->list);
    } else if (r->status == UNDETERMINED) {
        const char **places = NEW_N(w->cx, const char *, count_texts(r->missing) + 1);
        size_t n = 0;
        for (const char *const *p = r->missing; *p; p++)
            if ((*p)[0] == '/')
                places[n++] = *p;
        r->places = places;
    }
}

static Err decide(CheckWork *w, CheckResult *r, const PackRule *rule)
{
    static const char *const NONE[] = { NULL };
    Value v;
    *r = (CheckResult){ .rule = rule, .missing = NONE, .places = NONE, .names = NONE };
    TRY(dmn_decide(run_of(w, rule->dmn), &v, rule->decision));
    if (v.kind != VALUE_CONTEXT)
        return broken(w->cx, rule, rule->id, &v);
    r->values = v.context;
    TRY(judge(w->cx, r, context_get(v.context, APPLIES), context_get(v.context, MEETS)));
    weigh(w, r);
    locate(w, r);
    check_message(w->cx, r, w->pack, w->dossier);
    return OK;
}

const Value *check_bind(Cx *cx, const Pack *pack, const Json *dossier)
{
    Value *v = NEW(cx, Value);
    *v = bind_document(cx, pack->dossier.fields, dossier, "");
    return v;
}

static CheckWork begin_work(Cx *cx, const Value *document, const Pack *pack, const Json *dossier,
                            const Tables *batch)
{
    CheckWork w = { .cx = cx, .pack = pack, .dossier = dossier, .run = feel_run(cx) };
    w.document = document ? *document : *check_bind(cx, pack, dossier);
    w.tables = expected_tables(&w, batch);
    w.runs = NEW_N(cx, DmnRun *, pack->model_count);
    return w;
}

Err check_explain(Cx *cx, Explanation *out, const Pack *pack, const PackRule *rule,
                  const Json *dossier, const Tables *batch)
{
    CheckWork w = begin_work(cx, NULL, pack, dossier, batch);
    const Trace *root = feel_trace(&w.run);
    TRY(decide(&w, &out->result, rule));
    out->mend = check_mend(cx, &out->result, pack, dossier);
    out->trace = root->first;
    assert(out->trace);
    return OK;
}

static Err decide_more(CheckWork *w, const CheckMore *more)
{
    for (size_t i = 0; i < more->count; i++) {
        const PackDecision *d = &more->decisions[i];
        TRY(dmn_decide(run_of(w, d->dmn), &more->values[i], d->node));
    }
    return OK;
}

Err check_values(Cx *cx, const CheckMore *more, const Pack *pack, const Json *dossier,
                 const Tables *batch)
{
    CheckWork w = begin_work(cx, more->document, pack, dossier, batch);
    return decide_more(&w, more);
}

Err check_with(Cx *cx, Check *out, const CheckMore *more, const Pack *pack, const Json *dossier,
               const Tables *batch)
{
    CheckWork w = begin_work(cx, more->document, pack, dossier, batch);

    CheckResult *results = NEW_N(cx, CheckResult, pack->rule_count);
    *out = (Check){ json_text(dossier, "zone", ""), true, results, pack->rule_count };
    for (size_t i = 0; i < pack->rule_count; i++) {
        TRY(decide(&w, &results[i], &pack->rules[i]));
        out->submittable = out->submittable && !results[i].blocks;
    }
    return decide_more(&w, more);
}

Err check_dossier(Cx *cx, Check *out, const Pack *pack, const Json *dossier, const Tables *batch)
{
    return check_with(cx, out, &(CheckMore){ .document = NULL }, pack, dossier, batch);
}
