#include "policy/pack/process_steps.h"

#include "policy/pack/seat.h"
#include "rules/feel.h"

#include <assert.h>
#include <string.h>

/* One process being read; at: its pointer. */
typedef struct ProcessReader {
    Cx *cx;
    Process *process;
    Scope facts;
} ProcessReader;

const Step *process_step(const Process *p, const char *key)
{
    assert(p);
    for (size_t i = 0; key && i < p->count; i++)
        if (strcmp(p->steps[i].key, key) == 0)
            return &p->steps[i];
    return NULL;
}

const End *process_end(const Process *p, const char *key)
{
    assert(p);
    for (size_t i = 0; key && i < p->end_count; i++)
        if (strcmp(p->ends[i].key, key) == 0)
            return &p->ends[i];
    return NULL;
}

const char *process_key(const Process *p, const char *role)
{
    assert(role_find(role));
    for (size_t i = 0; i < p->count; i++)
        if (text_same(p->steps[i].role, role))
            return p->steps[i].key;
    for (size_t i = 0; i < p->end_count; i++)
        if (text_same(p->ends[i].role, role))
            return p->ends[i].key;
    return NULL;
}

const char *process_role(const Process *p, const char *key)
{
    const Step *s = process_step(p, key);
    const End *end = process_end(p, key);
    return s ? s->role : end ? end->role : NULL;
}

bool word_in(const char *const *words, const char *word)
{
    assert(words && word);
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

Err process_of(Cx *cx, const Process **out, const Pack *pack, const char *subject)
{
    assert(pack && subject);
    for (size_t i = 0; i < pack->process_count; i++)
        if (strcmp(pack->processes[i].subject, subject) == 0) {
            *out = &pack->processes[i];
            return OK;
        }
    return fail(cx, CONFLICT, "pack", "政策包 %s 没有“%s”的流程", "pack %s has no process of a %s",
                pack->id, subject);
}

static size_t items(const Json *list)
{
    return list && list->type == J_ARRAY ? list->count : 0;
}

/* A list of words; one word alone is a list of one. */
static const char *const *words(Cx *cx, const Json *list)
{
    size_t count = items(list);
    const char **all = NEW_N(cx, const char *, count + 2);
    for (size_t i = 0; i < count; i++)
        all[i] = list->items[i]->type == J_TEXT ? list->items[i]->text : "";
    if (list && list->type == J_TEXT)
        all[0] = list->text;
    return all;
}

static size_t read_copies(Cx *cx, const CopyTo **out, const Json *list)
{
    size_t count = items(list);
    CopyTo *all = NEW_N(cx, CopyTo, count + 1);
    for (size_t i = 0; i < count; i++)
        all[i] = (CopyTo){ json_text(list->items[i], "level", ""),
                           words(cx, json_get(list->items[i], "organs")) };
    *out = all;
    return count;
}

static Joint read_joint(const char *word)
{
    return strcmp(word, "all") == 0    ? JOINT_ALL
           : strcmp(word, "each") == 0 ? JOINT_EACH
                                       : JOINT_ONE;
}

static CalendarTerm read_term(const Json *j)
{
    return (CalendarTerm){ json_text(j, "from", NULL), json_int(j, "days", 0),
                           json_int(j, "months", 0), json_bool(j, "extend", false) };
}

/* "write", "check", "decide" are the register's own actors of that verb; all else is an actor. */
static bool is_verb(const char *word)
{
    return word && !strchr(word, '.');
}

static Hands read_hands(Cx *cx, const Json *j)
{
    const Json *list = json_get(j, "who");
    size_t count = items(list), verbs = 0, actors = 0;
    Actor *at = NEW_N(cx, Actor, count + 1);
    const char **words_of = NEW_N(cx, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        if (is_verb(list->items[i]->text))
            words_of[verbs++] = list->items[i]->text;
        else if (!actor_read(&at[actors++], text_or(list->items[i]->text, ".")))
            at[actors - 1] = (Actor){ 0 }; /* refused by check_hands */
    return (Hands){ { at, actors }, words_of, json_text(j, "organ", NULL) };
}

static void read_words(const char **zh, const char **en, const Json *j)
{
    *zh = json_text(j, "zh", NULL);
    *en = json_text(j, "en", NULL);
}

static bool read_edits(const char *const **fields, Cx *cx, const Json *j)
{
    *fields = words(cx, j);
    return j && (j->type == J_ARRAY || (j->type == J_BOOL && j->boolean));
}

static void read_step(Cx *cx, Step *s, const Json *j)
{
    const Json *needs = json_get(j, "needs");
    *s = (Step){
        .key = json_text(j, "key", ""),
        .zh = json_text(j, "zh", ""),
        .en = json_text(j, "en", ""),
        .role = json_text(j, "role", NULL),
        .level = json_text(j, "level", ""),
        .seat = json_text(j, "seat", ""),
        .organs = words(cx, json_get(j, "organs")),
        .back = words(cx, json_get(j, "back")),
        .rejects = words(cx, json_get(j, "reject")),
        .forward = json_text(j, "forward", NULL),
        .clause = json_text(j, "clause", NULL),
        .by = json_text(j, "by", NULL),
        .deadline = json_text(j, "deadline", NULL),
        .deadline_days = json_int(j, "deadline_days", 0),
        .term = read_term(json_get(j, "term")),
        .remind_days = json_int(j, "remind_days", 1),
        .joint = read_joint(json_text(j, "joint", "one")),
        .hands = read_hands(cx, j),
        .not_by = words(cx, json_get(j, "not_by")),
        .needs_rules = strcmp(json_text(needs, "rules", ""), "submittable") == 0,
        .needs_attachments = words(cx, json_get(needs, "attachments")),
        .needs_minutes = words(cx, json_get(needs, "minutes")),
        .later = json_bool(j, "later", false),
    };
    s->edits = read_edits(&s->edit_fields, cx, json_get(j, "edits"));
    read_words(&s->does_zh, &s->does_en, json_get(j, "does"));
    read_words(&s->returns_zh, &s->returns_en, json_get(j, "returns"));
    s->copy_count = read_copies(cx, &s->copies, json_get(j, "cc"));
}

static const Type *fact_type(const char *type)
{
    if (strcmp(type, "instant") == 0)
        return type_simple(TYPE_DATE_TIME);
    if (strcmp(type, "number") == 0 || strcmp(type, "boolean") == 0)
        return type_by_name(type);
    return NULL;
}

static Err read_facts(ProcessReader *r, const Json *list)
{
    size_t count = items(list);
    FactName *facts = NEW_N(r->cx, FactName, count + 1);
    Name *names = NEW_N(r->cx, Name, count + 1);
    for (size_t i = 0; i < count; i++) {
        facts[i] = (FactName){ json_text(list->items[i], "name", ""),
                               json_text(list->items[i], "type", "") };
        names[i] = (Name){ facts[i].name, fact_type(facts[i].type) };
        if (!*facts[i].name || !names[i].type)
            return fail(r->cx, INVALID,
                        arena_format(r->cx->arena, "%s/facts/%zu", r->process->at, i),
                        "事实“%s”的类型“%s”应为 number、boolean 或 instant",
                        "fact %s has type \"%s\", not number, boolean or instant", facts[i].name,
                        facts[i].type);
    }
    r->process->facts = facts;
    r->process->fact_count = count;
    r->facts = (Scope){ .names = names, .count = count };
    return OK;
}

static Err read_guards(ProcessReader *r, Step *s, const Json *list, const char *at)
{
    Cx *cx = r->cx;
    size_t count = items(list);
    Guard *guards = NEW_N(cx, Guard, count + 1);
    for (size_t i = 0; i < count; i++) {
        const Json *j = list->items[i];
        guards[i] = (Guard){ .zh = json_text(j, "zh", ""),
                             .en = json_text(j, "en", ""),
                             .text = json_text(j, "feel", "") };
        if (r->process->rows)
            continue;
        if (feel_compile(cx, &guards[i].feel, json_text(j, "feel", ""), &r->facts) != OK) {
            Failure f = cx->failure;
            return fail(cx, INVALID, arena_format(cx->arena, "%s/guard/%zu", at, i),
                        "步骤 %s 的条件 %s%.0s；可以用的事实：%s",
                        "the guard of step %s: %.0s%s; facts that are given: %s", s->key, f.zh,
                        f.en, facts_text(cx, r->process->subject));
        }
    }
    s->guards = guards;
    s->guard_count = count;
    return OK;
}

static Err check_organs(Cx *cx, const Step *s, const char *level, const char *const *organs,
                        const char *at)
{
    if (!option_find(LEVELS, level))
        return fail(cx, INVALID, at, "步骤 %s 的级别“%s”不存在", "step %s has an unknown level %s",
                    s->key, level);
    for (const char *const *o = organs; *o; o++)
        if (!option_find(ORGAN_KINDS, *o))
            return fail(cx, INVALID, at, "步骤 %s 的机构“%s”不存在",
                        "step %s has an unknown organ %s", s->key, *o);
    return OK;
}

static Err check_hands(Cx *cx, const char *key, const Hands *h, const char *seat, const char *at)
{
    static const char *const VERBS[] = { "write", "check", "decide", NULL };
    for (size_t i = 0; i < h->who.count; i++)
        if (!h->who.at[i].levels)
            return fail(cx, INVALID, at, "步骤 %s 的办理人（who）第 %zu 个应为 级别.机构.岗位",
                        "step %s: its actor %zu is no level.organ.seat", key, i + 1);
    for (const char *const *v = h->verbs; *v; v++)
        if (!word_in(VERBS, *v))
            return fail(cx, INVALID, at, "步骤 %s 的办理人“%s”应为 级别.机构.岗位",
                        "the actor of step %s, %s, is no level.organ.seat", key, *v);
    if (h->organ && !option_find(SEATS, seat))
        return fail(cx, INVALID, at, "步骤 %s 的岗位“%s”不存在", "step %s has an unknown seat %s",
                    key, seat);
    return h->organ || h->who.count || h->verbs[0]
               ? OK
               : fail(cx, INVALID, at, "步骤 %s 没有办理人（who）", "nobody acts at step %s", key);
}

static Err check_actor(Cx *cx, const Step *s, const char *at)
{
    TRY(check_organs(cx, s, s->level, s->organs, at));
    for (size_t i = 0; i < s->copy_count; i++)
        TRY(check_organs(cx, s, s->copies[i].level, s->copies[i].organs, at));
    if (!option_find(SEATS, s->seat))
        return fail(cx, INVALID, at, "步骤 %s 的岗位“%s”不存在", "step %s has an unknown seat %s",
                    s->key, s->seat);
    if (!s->organs[0])
        return fail(cx, INVALID, at, "步骤 %s 没有办理机构", "step %s has no organ that acts",
                    s->key);
    return OK;
}

static bool is_instant(const Process *p, const char *name)
{
    for (size_t i = 0; i < p->fact_count; i++)
        if (strcmp(p->facts[i].name, name) == 0)
            return strcmp(p->facts[i].type, "instant") == 0;
    return p->end_count == 0; /* the old form names a parameter of the batch */
}

/* One step, one deadline: two of them would disagree sooner or later. */
static Err check_deadline(Cx *cx, const Process *p, const Step *s, const char *at)
{
    const CalendarTerm *t = &s->term;
    const char *fact = s->deadline ? s->deadline : t->from;
    if (fact && !p->rows && !is_instant(p, fact))
        return fail(cx, INVALID, at, "步骤 %s 的期限“%s”不是时间",
                    "the deadline of step %s, %s, is no instant", s->key, fact);
    if ((s->deadline != NULL) + (s->deadline_days != 0) + (t->days != 0) + (t->months != 0) > 1 ||
        (t->from && !t->days && !t->months))
        return fail(cx, INVALID, at,
                    "步骤 %s 的期限应只写一种：deadline、deadline_days，或 term 的 days 或 months",
                    "step %s needs one deadline: deadline, deadline_days, or the days or the "
                    "months of its term",
                    s->key);
    return s->deadline_days >= 0 && t->days >= 0 && t->months >= 0
               ? OK
               : fail(cx, INVALID, at, "步骤 %s 的期限小于 0", "a term of step %s is below 0",
                      s->key);
}

static Err check_ways(Cx *cx, const Process *p, const Step *s, const char *at)
{
    if (s->forward ? !process_step(p, s->forward) && !process_end(p, s->forward) : p->end_count > 0)
        return fail(cx, INVALID, at, "步骤 %s 的下一步“%s”不存在",
                    "step %s leads to an unknown step %s", s->key, text_or(s->forward, ""));
    for (const char *const *b = s->not_by; *b; b++)
        if (!process_step(p, *b))
            return fail(cx, INVALID, at, "步骤 %s 的 not_by 中“%s”不存在",
                        "step %s is not for who acted at an unknown step %s", s->key, *b);
    for (const char *const *b = s->back; *b; b++)
        if (!process_step(p, *b))
            return fail(cx, INVALID, at, "步骤 %s 退回到的“%s”不存在",
                        "step %s returns to an unknown step %s", s->key, *b);
    for (const char *const *e = s->rejects; *e; e++)
        if (!process_end(p, *e))
            return fail(cx, INVALID, at, "步骤 %s 否决到的结局“%s”不存在",
                        "step %s rejects to an unknown end %s", s->key, *e);
    return check_deadline(cx, p, s, at);
}

static Err read_ends(ProcessReader *r, End **out, const Json *list)
{
    Cx *cx = r->cx;
    size_t count = items(list);
    End *ends = NEW_N(cx, End, count + 1);
    r->process->ends = *out = ends;
    r->process->end_count = count;
    for (size_t i = 0; i < count; i++) {
        const Json *j = list->items[i];
        ends[i] = (End){ .key = json_text(j, "key", ""),
                         .zh = json_text(j, "zh", ""),
                         .en = json_text(j, "en", ""),
                         .role = json_text(j, "role", NULL),
                         .good = json_bool(j, "good", false) };
        ends[i].copy_count = read_copies(cx, &ends[i].copies, json_get(j, "cc"));
        ends[i].hands = read_hands(cx, j);
        ends[i].back = words(cx, json_get(j, "back"));
        if (!*ends[i].key || process_end(r->process, ends[i].key) != &ends[i])
            return fail(cx, INVALID, arena_format(cx->arena, "%s/ends/%zu", r->process->at, i),
                        "结局“%s”没有名称或重复", "end \"%s\" has no key or stands twice",
                        ends[i].key);
    }
    return OK;
}

/* What the process calls its place in this form: "zone.city" of the step city of a zone. */
static const char *role_by_key(Cx *cx, const Process *p, const char *key, RoleKind kind)
{
    const Role *role = role_find(arena_format(cx->arena, "%s.%s", p->subject, key));
    return role && role->kind == kind ? role->key : NULL;
}

static bool claims_any(const Process *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->steps[i].role)
            return true;
    for (size_t i = 0; i < p->end_count; i++)
        if (p->ends[i].role)
            return true;
    return false;
}

static Err check_role(Cx *cx, const Process *p, const char *key, const char *name, RoleKind kind)
{
    const char *at = arena_format(cx->arena, "%s/%s", p->at, key);
    const Role *role = role_find(name);
    if (!name)
        return OK;
    if (!role || role->kind != kind || !role_of_subject(role, p->subject))
        return fail(cx, INVALID, at, "“%s”担任的角色“%s”不存在，或不是这里的",
                    "%s claims the role %s, which does not exist or is not for it", key, name);
    if (strcmp(process_key(p, name), key) != 0)
        return fail(cx, INVALID, at, "角色“%s”由“%s”和“%s”两处担任",
                    "the role %s is claimed twice, by %s and %s", name, process_key(p, name), key);
    return OK;
}

/* A process written before there were roles claims them by its keys. */
static Err read_roles(Cx *cx, const Process *p, Step *steps, End *ends)
{
    bool named = claims_any(p);
    for (size_t i = 0; i < p->count && !named; i++)
        steps[i].role = role_by_key(cx, p, steps[i].key, ROLE_STEP);
    for (size_t i = 0; i < p->end_count && !named; i++)
        ends[i].role = role_by_key(cx, p, ends[i].key, ROLE_END);
    for (size_t i = 0; i < p->count; i++)
        TRY(check_role(cx, p, steps[i].key, steps[i].role, ROLE_STEP));
    for (size_t i = 0; i < p->end_count; i++)
        TRY(check_role(cx, p, ends[i].key, ends[i].role, ROLE_END));
    return OK;
}

/* An end may be taken up again at a step, by somebody. */
static Err check_ends(Cx *cx, const Process *p)
{
    for (size_t i = 0; i < p->end_count; i++) {
        const End *e = &p->ends[i];
        const char *at = arena_format(cx->arena, "%s/ends/%zu", p->at, i);
        for (const char *const *b = e->back; *b; b++)
            if (!p->rows || !process_step(p, *b))
                return fail(cx, INVALID, at, "结局 %s 退回到的“%s”不存在",
                            "end %s returns to an unknown step %s", e->key, *b);
        if (e->back[0])
            TRY(check_hands(cx, e->key, &e->hands, NULL, at));
    }
    return OK;
}

static Err read_process(ProcessReader *r, const Json *json)
{
    Cx *cx = r->cx;
    Process *p = r->process;
    End *ends;
    const Json *list = json_get(json, "steps");
    const char *steps_at = arena_format(cx->arena, "%s/steps", p->at);
    size_t count = items(list);
    if (count == 0)
        return fail(cx, INVALID, steps_at, "流程没有步骤", "the process has no steps");
    Step *steps = NEW_N(cx, Step, count);
    p->subject = json_text(json, "subject", "zone");
    p->rows = json_bool(json, "rows", false);
    p->steps = steps;
    p->count = count;
    TRY(read_facts(r, json_get(json, "facts")));
    TRY(read_ends(r, &ends, json_get(json, "ends")));
    for (size_t i = 0; i < count; i++)
        read_step(cx, &steps[i], list->items[i]);
    for (size_t i = 0; i < count; i++) {
        const char *at = json_pointer_at(cx, steps_at, i);
        if (process_step(p, steps[i].key) != &steps[i] || process_end(p, steps[i].key))
            return fail(cx, INVALID, at, "步骤 %s 重复", "step %s stands twice", steps[i].key);
        TRY(p->rows ? check_hands(cx, steps[i].key, &steps[i].hands, steps[i].seat, at)
                    : check_actor(cx, &steps[i], at));
        TRY(check_ways(cx, p, &steps[i], at));
        TRY(read_guards(r, &steps[i], json_get(list->items[i], "guard"), at));
    }
    TRY(check_ends(cx, p));
    return read_roles(cx, p, steps, ends);
}

Err process_read(Cx *cx, const Process **out, size_t *count, const Json *json)
{
    const Json *list = json_get(json, "processes");
    size_t n = list ? items(list) : 1;
    Process *all = NEW_N(cx, Process, n + 1);
    for (size_t i = 0; i < n; i++) {
        all[i].at = list ? arena_format(cx->arena, "/processes/%zu", i) : "";
        ProcessReader r = { .cx = cx, .process = &all[i] };
        TRY(read_process(&r, list ? list->items[i] : json));
    }
    *out = all;
    *count = n;
    return OK;
}
