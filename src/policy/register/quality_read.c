/* quality.json of a pack: {"checks": [ … ]}, as core/register/quality.h shows one; all that is
 * wrong at once. */
#include "policy/register/quality_read.h"

#include <string.h>

typedef struct QualityReading {
    Cx *cx;
    Findings *findings;
    const Pack *pack;
    const Json *json;
    QualityCheck *c;
    const Register *r;
} QualityReading;

#define QUALITY_FILE  "quality.json"
#define WRONG(q, ...) finding_add((q)->cx, (q)->findings, QUALITY_FILE, (q)->c->id, __VA_ARGS__)

static const char *const EFFECTS[] = { "blocks", "warns", "lists" };

static void wrong_feel(QualityReading *q)
{
    finding_add(q->cx, q->findings, QUALITY_FILE,
                arena_format(q->cx->arena, "%s %s", q->c->id, q->cx->failure.field), "%s%.0s",
                "%.0s%s", q->cx->failure.zh, q->cx->failure.en);
}

/* {"there": "here"}: both must be fields of one kind. */
static void read_same(QualityReading *q, QualityCount *count, const Json *same)
{
    size_t n = same && same->type == J_OBJECT ? same->count : 0;
    const char **keys = NEW_N(q->cx, const char *, 2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        keys[2 * i] = same->items[i]->key;
        keys[2 * i + 1] = text_or(same->items[i]->text, "");
        const Field *there = field_find(count->of->table.fields, keys[2 * i]);
        const Field *here = field_find(q->r->table.fields, keys[2 * i + 1]);
        if (!there || !here || there->type != here->type || there->flags & FIELD_SEALED ||
            !text_same(there->unit, here->unit))
            WRONG(q, "“%s”和“%s”不是可以比较的字段", "“%s” and “%s” are no fields to compare",
                  keys[2 * i], keys[2 * i + 1]);
    }
    count->same = keys;
    Field *first = n ? (Field *)(uintptr_t)field_find(count->of->table.fields, keys[0]) : NULL;
    if (first) /* a check runs for each row of a sheet: it must not read the register each time */
        first->flags |= FIELD_COUNTED;
    if (!n)
        WRONG(q, "没有写明按哪些字段计数（same）%s", "it does not say by which fields to count%s",
              "");
}

static void read_count(QualityReading *q, QualityCount *count, const Json *json)
{
    const char *noun = json_text(json, "register", q->c->noun);
    const char *text = json_text(json, "feel", NULL);
    const RowCondition *proved;
    count->of = pack_register(q->pack, noun);
    if (!count->of) {
        WRONG(q, "没有登记簿“%s”", "there is no register “%s”", noun);
        return;
    }
    read_same(q, count, json_get(json, "same"));
    if (text && (row_feel_compile(q->cx, &count->condition, text,
                                  row_shape(q->cx, q->pack, count->of, NULL)) != OK ||
                 row_feel_condition(q->cx, &proved, count->condition) != OK))
        wrong_feel(q);
}

/* The names of its counts, for its text; NULL where there are none. */
static const char *const *read_counts(QualityReading *q)
{
    const Json *list = json_get(q->json, "counts");
    size_t n = list && list->type == J_ARRAY ? list->count : 0;
    QualityCount *counts = NEW_N(q->cx, QualityCount, n + 1);
    const char **names = NEW_N(q->cx, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        read_count(q, &counts[i], list->items[i]);
        names[i] = json_text(list->items[i], "name", "");
        if (text_blank(names[i]))
            WRONG(q, "计数没有名称%s", "a count has no name%s", "");
    }
    q->c->counts = counts;
    q->c->count_count = n;
    return n ? names : NULL;
}

static void read_effect(QualityReading *q)
{
    size_t i = 0;
    const char *effect = json_text(q->json, "effect", "");
    while (i < COUNT(EFFECTS) && strcmp(EFFECTS[i], effect) != 0)
        i++;
    if (i == COUNT(EFFECTS))
        WRONG(q, "“%s”不是一种效力：blocks warns lists", "“%s” is no effect: blocks warns lists",
              effect);
    q->c->effect = (QualityEffect)i;
    q->c->known = json_bool(q->json, "known", false);
}

static void read_texts(QualityReading *q)
{
    q->c->zh = json_text(q->json, "zh", "");
    q->c->en = json_text(q->json, "en", "");
    q->c->basis = json_text(q->json, "basis", "");
    q->c->field = json_text(q->json, "field", "");
    if (text_blank(q->c->zh) || text_blank(q->c->en))
        WRONG(q, "说明缺一种语言%s", "its text lacks a language%s", "");
    if (!pack_clause(q->pack, q->c->basis))
        WRONG(q, "没有条款“%s”", "there is no clause “%s”", q->c->basis);
    if (!field_find(q->r->table.fields, q->c->field))
        WRONG(q, "登记簿“%s”没有字段“%s”", "register %s has no field “%s”", q->c->noun,
              q->c->field);
}

static bool stands_before(const Quality *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->at[i].id, id) == 0)
            return true;
    return false;
}

static bool read_one(QualityReading *q, const Quality *all)
{
    q->c->id = json_text(q->json, "id", "");
    q->c->noun = json_text(q->json, "register", "");
    q->r = pack_register(q->pack, q->c->noun);
    if (text_blank(q->c->id) || stands_before(all, q->c->id))
        WRONG(q, "编号“%s”是空的或出现了两次", "the id “%s” is empty or stands twice", q->c->id);
    if (!q->r) {
        WRONG(q, "没有登记簿“%s”", "there is no register “%s”", q->c->noun);
        return false;
    }
    read_effect(q);
    read_texts(q);
    const char *const *names = read_counts(q);
    if (row_feel_compile(q->cx, &q->c->right, json_text(q->json, "feel", ""),
                         row_shape(q->cx, q->pack, q->r, names)) == OK)
        return true;
    wrong_feel(q);
    return false;
}

const Quality *quality_read(Cx *cx, Findings *findings, const Pack *pack, const Json *json)
{
    const Json *list = json_get(json, "checks");
    size_t count = list && list->type == J_ARRAY ? list->count : 0;
    QualityCheck *checks = NEW_N(cx, QualityCheck, count + 1);
    Quality *all = NEW(cx, Quality);
    *all = (Quality){ checks, 0 };
    for (size_t i = 0; i < count; i++) {
        QualityReading q = { cx, findings, pack, list->items[i], &checks[all->count], NULL };
        *q.c = (QualityCheck){ .id = "" };
        if (read_one(&q, all))
            all->count++;
    }
    return all;
}
