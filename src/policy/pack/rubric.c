#include "policy/pack/rubric.h"

#include <string.h>

enum { WHOLE = 10000, MOST = 1000000 };

static Err lacks(Cx *cx, const char *at)
{
    return fail(cx, INVALID, at, "评分标准 %s 缺少或格式不对",
                "the rubric's %s is missing or wrong", at);
}

static Err read_count(Cx *cx, int64_t *out, const Json *json, const char *at, int64_t least)
{
    const Json *j = json_at(json, at);
    if (!j || j->type != J_INT || j->integer < least || j->integer > MOST)
        return lacks(cx, at);
    *out = j->integer;
    return OK;
}

/* "0.95" as parts of a whole; no more digits than that has. */
static Err read_share(Cx *cx, int64_t *out, const Json *json, const char *at, int64_t whole)
{
    Decimal d;
    const Json *j = json_at(json, at);
    if (!j || j->type != J_TEXT || !decimal_parse(j->text, &d) ||
        !decimal_to_int(decimal_mul(d, decimal_from_int(whole)), out) || *out < 0 || *out > whole)
        return lacks(cx, at);
    return OK;
}

static Err read_word(Cx *cx, const char **out, const Json *json, const char *key, const char *at)
{
    *out = json_text(json, key, NULL);
    return text_blank(*out) ? lacks(cx, json_pointer(cx, at, key)) : OK;
}

static Err read_words(Cx *cx, const char *const **out, const Json *list, const char *at)
{
    size_t n = list ? list->count : 0;
    const char **words = NEW_N(cx, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        words[i] = list->items[i]->text;
        if (!words[i])
            return lacks(cx, json_pointer_at(cx, at, i));
    }
    *out = words;
    return OK;
}

static Err read_list(Cx *cx, const Json **out, const Json *json, const char *at)
{
    *out = json_at(json, at);
    if (!*out || (*out)->type != J_ARRAY || (*out)->count == 0)
        return lacks(cx, at);
    return OK;
}

static Err read_parts(Cx *cx, Rubric *r, const Json *json)
{
    const Json *list;
    TRY(read_list(cx, &list, json, "/parts"));
    RubricPart *parts = NEW_N(cx, RubricPart, list->count);
    for (size_t i = 0; i < list->count; i++) {
        const char *at = json_pointer_at(cx, "/parts", i);
        TRY(read_word(cx, &parts[i].key, list->items[i], "key", at));
        TRY(read_word(cx, &parts[i].zh, list->items[i], "zh", at));
        TRY(read_word(cx, &parts[i].en, list->items[i], "en", at));
        TRY(read_count(cx, &parts[i].weight, json, json_pointer(cx, at, "weight"), 1));
    }
    r->parts = parts;
    r->part_count = list->count;
    return OK;
}

static Err read_items(Cx *cx, Rubric *r, const Json *json)
{
    const Json *list;
    int64_t low, high;
    TRY(read_list(cx, &list, json, "/items"));
    TRY(read_share(cx, &low, json, "/extreme/low", WHOLE));
    TRY(read_share(cx, &high, json, "/extreme/high", WHOLE));
    RubricItem *items = NEW_N(cx, RubricItem, list->count);
    for (size_t i = 0; i < list->count; i++) {
        RubricItem *item = &items[i];
        const Json *j = list->items[i];
        const char *at = json_pointer_at(cx, "/items", i);
        TRY(read_word(cx, &item->key, j, "key", at));
        TRY(read_word(cx, &item->part, j, "part", at));
        TRY(read_word(cx, &item->zh, j, "zh", at));
        TRY(read_word(cx, &item->en, j, "en", at));
        TRY(read_word(cx, &item->clause, j, "clause", at));
        TRY(read_count(cx, &item->max, json, json_pointer(cx, at, "max"), 1));
        TRY(read_words(cx, &item->rules, json_get(j, "rules"), json_pointer(cx, at, "rules")));
        item->max *= POINT;
        item->low = item->max * low / WHOLE;
        item->high = (item->max * high + WHOLE - 1) / WHOLE;
    }
    r->items = items;
    r->item_count = list->count;
    return OK;
}

static Err read_form(Cx *cx, Rubric *r, const Json *json)
{
    const Json *list;
    TRY(read_list(cx, &list, json, "/form"));
    RubricCheck *form = NEW_N(cx, RubricCheck, list->count);
    for (size_t i = 0; i < list->count; i++) {
        const char *at = json_pointer_at(cx, "/form", i);
        TRY(read_word(cx, &form[i].key, list->items[i], "key", at));
        TRY(read_word(cx, &form[i].zh, list->items[i], "zh", at));
        TRY(read_word(cx, &form[i].en, list->items[i], "en", at));
        TRY(read_word(cx, &form[i].clause, list->items[i], "clause", at));
    }
    r->form = form;
    r->form_count = list->count;
    return OK;
}

static Err read_panel(Cx *cx, Rubric *r, const Json *json)
{
    const Json *list;
    TRY(read_count(cx, &r->panel_size, json, "/panel/size", 1));
    TRY(read_count(cx, &r->substitutes, json, "/panel/substitutes", 0));
    TRY(read_count(cx, &r->reveal_hours, json, "/panel/reveal_hours", 1));
    TRY(read_list(cx, &list, json, "/panel/fields"));
    Option *fields = NEW_N(cx, Option, list->count + 1);
    for (size_t i = 0; i < list->count; i++) {
        const char *at = json_pointer_at(cx, "/panel/fields", i);
        TRY(read_word(cx, &fields[i].key, list->items[i], "key", at));
        TRY(read_word(cx, &fields[i].zh, list->items[i], "zh", at));
        TRY(read_word(cx, &fields[i].en, list->items[i], "en", at));
    }
    r->fields = fields;
    return OK;
}

static Err read_aggregate(Cx *cx, Rubric *r, const Json *json)
{
    const char *method = json_text(json_get(json, "aggregate"), "method", "");
    r->trimmed = strcmp(method, "trimmed_mean") == 0;
    if (!r->trimmed && strcmp(method, "mean") != 0)
        return lacks(cx, "/aggregate/method");
    if (r->trimmed)
        TRY(read_count(cx, &r->trim, json, "/aggregate/trim", 1));
    TRY(read_count(cx, &r->least, json, "/aggregate/least", 1));
    TRY(read_count(cx, &r->reason_min, json, "/extreme/reason_min", 1));
    TRY(read_share(cx, &r->step, json, "/step", POINT));
    TRY(read_count(cx, &r->off_sheet, json, "/outlier/sheet", 1));
    TRY(read_count(cx, &r->off_expert, json, "/outlier/expert", 1));
    r->off_sheet *= POINT;
    r->off_expert *= POINT;
    return OK;
}

static Err read_figures(Cx *cx, Rubric *r, const Json *json)
{
    TRY(read_share(cx, &r->note_below, json, "/site/note_below", WHOLE));
    if (rubric_part(r, "defence")) {
        TRY(read_count(cx, &r->present, json, "/defence/present", 1));
        TRY(read_count(cx, &r->answer, json, "/defence/answer", 0));
    }
    TRY(read_words(cx, &r->ties, json_at(json, "/ranking/ties"), "/ranking/ties"));
    TRY(read_count(cx, &r->places, json, "/determination/places", 1));
    if (!field_money(json_at(json, "/determination/budget"), &r->budget))
        return lacks(cx, "/determination/budget");
    TRY(read_count(cx, &r->publication_days, json, "/publication/days", 1));
    r->publication_working = json_bool(json_get(json, "publication"), "working", false);
    return read_count(cx, &r->objection_days, json, "/objection/answer_days", 1);
}

Err rubric_read(Cx *cx, const Rubric **out, const Json *json)
{
    Rubric *r = NEW(cx, Rubric);
    if (!json || json->type != J_OBJECT)
        return lacks(cx, "/");
    const Json *sample = json_get(json, "sample");
    r->sample_zh = json_text(sample, "zh", NULL); /* both NULL: an official one */
    r->sample_en = json_text(sample, "en", NULL);
    TRY(read_count(cx, &r->total, json, "/total", 1));
    r->total *= POINT;
    TRY(read_parts(cx, r, json));
    TRY(read_items(cx, r, json));
    TRY(read_form(cx, r, json));
    TRY(read_aggregate(cx, r, json));
    TRY(read_panel(cx, r, json));
    TRY(read_figures(cx, r, json));
    *out = r;
    return OK;
}

const RubricPart *rubric_part(const Rubric *r, const char *key)
{
    for (size_t i = 0; i < r->part_count; i++)
        if (strcmp(r->parts[i].key, key) == 0)
            return &r->parts[i];
    return NULL;
}

const RubricItem *rubric_item(const Rubric *r, const char *part, const char *key)
{
    for (size_t i = 0; i < r->item_count; i++)
        if (strcmp(r->items[i].part, part) == 0 && strcmp(r->items[i].key, key) == 0)
            return &r->items[i];
    return NULL;
}

/* --- proof --- */

static void wrong(Cx *cx, Findings *f, const char *at, const char *zh, const char *en)
{
    finding_add(cx, f, "rubric.json", at, "%s%.0s", "%.0s%s", zh, en);
}

static void prove_clause(Cx *cx, Findings *f, const Pack *pack, const char *at, const char *clause)
{
    if (!pack_clause(pack, clause))
        wrong(cx, f, at, "条款不存在", "the clause does not exist");
}

/* The rules of a site visit stand in its checklist alone, so those are not looked up. */
static void prove_item(Cx *cx, Findings *f, const Pack *pack, const Rubric *r,
                       const RubricItem *item)
{
    prove_clause(cx, f, pack, item->key, item->clause);
    if (!rubric_part(r, item->part))
        wrong(cx, f, item->key, "没有这个部分", "there is no such part");
    if (rubric_item(r, item->part, item->key) != item)
        wrong(cx, f, item->key, "评分项重复", "the item stands twice");
    if (item->max % r->step != 0)
        wrong(cx, f, item->key, "满分不是给分单位的倍数", "the maximum is no multiple of the step");
    if (item->low >= item->high)
        wrong(cx, f, item->key, "极端分的上下限相交", "the limits of extreme scores meet");
    for (const char *const *rule = item->rules; *rule; rule++)
        if (strcmp(item->part, "site") != 0 && !pack_rule(pack, *rule))
            wrong(cx, f, item->key, "没有这条规则", "there is no such rule");
}

static void prove_sums(Cx *cx, Findings *f, const Rubric *r)
{
    int64_t weights = 0;
    for (size_t i = 0; i < r->part_count; i++) {
        int64_t maxima = 0;
        for (size_t k = 0; k < r->item_count; k++)
            if (strcmp(r->items[k].part, r->parts[i].key) == 0)
                maxima += r->items[k].max;
        if (maxima != r->total)
            wrong(cx, f, r->parts[i].key, "各项满分之和不等于总分",
                  "the maxima of its items do not make the total");
        if (rubric_part(r, r->parts[i].key) != &r->parts[i])
            wrong(cx, f, r->parts[i].key, "部分重复", "the part stands twice");
        weights += r->parts[i].weight;
    }
    if (weights * POINT != r->total)
        wrong(cx, f, "/parts", "权重之和不等于总分", "the weights do not make the total");
}

void rubric_prove(Cx *cx, Findings *f, const Pack *pack)
{
    const Rubric *r;
    if (rubric_read(cx, &r, pack->rubric) != OK) {
        finding_add_failure(cx, f, "rubric.json");
        return;
    }
    prove_sums(cx, f, r);
    for (size_t i = 0; i < r->item_count; i++)
        prove_item(cx, f, pack, r, &r->items[i]);
    for (size_t i = 0; i < r->form_count; i++)
        prove_clause(cx, f, pack, r->form[i].key, r->form[i].clause);
    if (r->trimmed && r->panel_size <= 2 * r->trim)
        wrong(cx, f, "/aggregate/trim", "去掉的评分表不少于专家人数",
              "as many sheets are left out as there are experts");
    if (r->least > r->panel_size)
        wrong(cx, f, "/aggregate/least", "最少份数多于专家人数",
              "more sheets are wanted than there are experts");
    for (const char *const *tie = r->ties; *tie; tie++)
        if (strcmp(*tie, "lot") != 0 && !rubric_part(r, *tie))
            wrong(cx, f, "/ranking/ties", "没有这个部分", "there is no such part");
}
