#include "core/process.h"

#include "core/right.h"

#include <assert.h>
#include <string.h>

const Step *process_step(const Process *p, const char *key)
{
    for (size_t i = 0; key && i < p->count; i++)
        if (strcmp(p->steps[i].key, key) == 0)
            return &p->steps[i];
    return NULL;
}

static const char *const *words(Cx *cx, const Json *list)
{
    size_t count = list ? list->count : 0;
    const char **all = NEW_N(cx, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        all[i] = list->items[i]->type == J_TEXT ? list->items[i]->text : "";
    return all;
}

static void read_step(Cx *cx, Step *s, const Json *j)
{
    const Json *needs = json_get(j, "needs");
    *s = (Step){
        .key = json_text(j, "key", ""),
        .zh = json_text(j, "zh", ""),
        .en = json_text(j, "en", ""),
        .level = json_text(j, "level", ""),
        .seat = json_text(j, "seat", ""),
        .organs = words(cx, json_get(j, "organs")),
        .back = words(cx, json_get(j, "back")),
        .forward = json_text(j, "forward", NULL),
        .clause = json_text(j, "clause", NULL),
        .deadline_days = json_int(j, "deadline_days", 0),
        .joint = strcmp(json_text(j, "joint", "one"), "all") == 0,
        .edits = json_bool(j, "edits", false),
        .needs_rules = strcmp(json_text(needs, "rules", ""), "submittable") == 0,
        .needs_attachments = strcmp(json_text(needs, "attachments", ""), "all") == 0,
        .later = json_bool(j, "later", false),
    };
}

static Err check_actor(Cx *cx, const Step *s, const char *at)
{
    if (!option_find(LEVELS, s->level))
        return fail(cx, INVALID, at, "步骤 %s 的级别“%s”不存在", "step %s has an unknown level %s",
                    s->key, s->level);
    if (!option_find(SEATS, s->seat))
        return fail(cx, INVALID, at, "步骤 %s 的岗位“%s”不存在", "step %s has an unknown seat %s",
                    s->key, s->seat);
    if (!s->organs[0])
        return fail(cx, INVALID, at, "步骤 %s 没有办理机构", "step %s has no organ that acts",
                    s->key);
    for (const char *const *o = s->organs; *o; o++)
        if (!option_find(ORGAN_KINDS, *o))
            return fail(cx, INVALID, at, "步骤 %s 的机构“%s”不存在",
                        "step %s has an unknown organ %s", s->key, *o);
    return OK;
}

static Err check_ways(Cx *cx, const Process *p, const Step *s, const char *at)
{
    if (s->forward && !process_step(p, s->forward))
        return fail(cx, INVALID, at, "步骤 %s 的下一步“%s”不存在",
                    "step %s leads to an unknown step %s", s->key, s->forward);
    for (const char *const *b = s->back; *b; b++)
        if (!process_step(p, *b))
            return fail(cx, INVALID, at, "步骤 %s 退回到的“%s”不存在",
                        "step %s returns to an unknown step %s", s->key, *b);
    return OK;
}

Err process_read(Cx *cx, Process **out, const Json *json)
{
    const Json *list = json_get(json, "steps");
    if (!list || list->type != J_ARRAY || list->count == 0)
        return fail(cx, INVALID, "/steps", "流程没有步骤", "the process has no steps");
    Step *steps = NEW_N(cx, Step, list->count);
    Process *p = NEW(cx, Process);
    *p = (Process){ steps, list->count };
    for (size_t i = 0; i < list->count; i++)
        read_step(cx, &steps[i], list->items[i]);
    for (size_t i = 0; i < list->count; i++) {
        const char *at = json_pointer_at(cx, "/steps", i);
        if (process_step(p, steps[i].key) != &steps[i])
            return fail(cx, INVALID, at, "步骤 %s 重复", "step %s stands twice", steps[i].key);
        TRY(check_actor(cx, &steps[i], at));
        TRY(check_ways(cx, p, &steps[i], at));
    }
    *out = p;
    return OK;
}
