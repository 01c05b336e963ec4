/* The proof of a pack's processes. */
#include "policy/pack/process_steps.h"

#include "policy/pack/seat.h"
#include "rules/feel.h"

#include <assert.h>
#include <string.h>

static const char FILE_NAME[] = "process.json";

/* One process being proved. */
typedef struct ProcessProving {
    Cx *cx;
    Findings *findings;
    const Pack *pack;
    const Process *process;
} ProcessProving;

/* zh and en are formats of two texts: the step or end it is about, and the counter-example. */
#define WRONG(p, key, zh, en, what)                                                                \
    finding_add((p)->cx, (p)->findings, FILE_NAME,                                                 \
                arena_format((p)->cx->arena, "%s/%s", (p)->process->subject, key), zh, en, key,    \
                what)

static size_t index_of(const Process *p, const Step *s)
{
    assert(s >= p->steps && s < p->steps + p->count);
    return (size_t)(s - p->steps);
}

/* --- ways --- */

/* "a → b → c": the way forward from a step, to an end or around to where it was before. *end is
 * NULL where it comes to none. */
static const char *way_on(ProcessProving *p, const Step *from, const End **end)
{
    assert(from);
    Buf way = BUF(p->cx);
    bool *seen = NEW_N(p->cx, bool, p->process->count);
    const Step *s = from;
    buf_add(&way, s->key);
    *end = NULL;
    while (s && !seen[index_of(p->process, s)]) {
        seen[index_of(p->process, s)] = true;
        buf_format(&way, " → %s", text_or(s->forward, "…"));
        *end = process_end(p->process, s->forward);
        s = process_step(p->process, s->forward);
    }
    return buf_text(&way);
}

/* Marks what can be reached from a step by going forward, and by a return: of rows it may lead to a
 * step of its own (已退回). */
static void mark_reached(const Process *p, const Step *s, bool *steps, bool *ends)
{
    while (s && !steps[index_of(p, s)]) {
        steps[index_of(p, s)] = true;
        for (const char *const *e = s->rejects; *e; e++)
            ends[process_end(p, *e) - p->ends] = true;
        for (const char *const *b = s->back; *b; b++)
            mark_reached(p, process_step(p, *b), steps, ends);
        const End *end = process_end(p, s->forward);
        if (end)
            ends[end - p->ends] = true;
        s = process_step(p, s->forward);
    }
}

static void prove_reached(ProcessProving *p)
{
    const Process *q = p->process;
    const End *end;
    bool *steps = NEW_N(p->cx, bool, q->count), *ends = NEW_N(p->cx, bool, q->end_count + 1);
    mark_reached(q, q->steps, steps, ends);
    const char *way = way_on(p, q->steps, &end);
    for (size_t i = 0; i < q->count; i++)
        if (!steps[i])
            WRONG(p, q->steps[i].key, "步骤 %s 到不了：%s", "nothing leads to step %s: %s", way);
    for (size_t i = 0; i < q->end_count; i++)
        if (!ends[i])
            WRONG(p, q->ends[i].key, "结局 %s 到不了：%s", "nothing leads to end %s: %s", way);
}

/* Going on without being rejected must come to an end; in the old form to the last step. */
static void prove_ended(ProcessProving *p, const Step *s)
{
    const End *end;
    const char *way = way_on(p, s, &end);
    if (p->process->end_count > 0 && !end)
        WRONG(p, s->key, "从步骤 %s 走不到结局：%s", "no end is reached from step %s: %s", way);
    if (end && !end->good)
        WRONG(p, s->key, "步骤 %s 一路办下去的结局不是所求：%s",
              "going on from step %s comes to an end that is not good: %s", way);
    for (const char *const *b = s->back; *b; b++)
        if (process_step(p->process, *b) >= s)
            WRONG(p, s->key, "步骤 %s 退回到的 %s 不在它之前",
                  "step %s returns to %s, not before it", *b);
    for (const char *const *e = s->rejects; *e; e++)
        if (process_end(p->process, *e)->good)
            WRONG(p, s->key, "步骤 %s 否决到的 %s 是所求的结局",
                  "step %s rejects to %s, a good end", *e);
}

/* --- actors --- */

/* A user of this level, kind and seat can exist: somewhere, in any province. */
static bool can_be(ProcessProving *p, const char *level, const char *kind, const char *seat)
{
    static const char VILLAGE_CODE[] = "000000000000";
    static const size_t DIGITS[] = { 0, 2, 4, 6, 9, 12 };
    bool possible = false;
    for (size_t i = 0; i < COUNT(DIGITS); i++)
        possible =
            possible || place_check(p->cx, level, kind, VILLAGE_CODE + (12 - DIGITS[i])) == OK;
    return possible && (!seat || seat_check(p->cx, level, seat) == OK);
}

/* Is there a user whom the sets hold? */
static bool anybody(ProcessProving *p, const Actor *a)
{
    bool found = false;
    for (const Option *l = LEVELS; l->key; l++)
        for (const Option *k = ORGAN_KINDS; k->key; k++)
            for (const Option *s = SEATS; s->key; s++)
                found = found ||
                        (a->levels & option_bit(LEVELS, l->key) &&
                         a->kinds & option_bit(ORGAN_KINDS, k->key) &&
                         a->seats & option_bit(SEATS, s->key) && can_be(p, l->key, k->key, s->key));
    return found;
}

static void prove_actors(ProcessProving *p, const Step *s)
{
    for (size_t i = 0; i < s->hands.who.count; i++)
        if (!anybody(p, &s->hands.who.at[i]))
            WRONG(p, s->key, "步骤 %s 没有人能办：%s", "nobody can act at step %s: %s",
                  arena_format(p->cx->arena, "who/%zu", i));
    for (const char *const *o = s->organs; *o; o++)
        if (!can_be(p, s->level, *o, s->seat))
            WRONG(p, s->key, "步骤 %s 没有人能办：%s", "nobody can act at step %s: %s",
                  arena_format(p->cx->arena, "%s · %s · %s", s->level, *o, s->seat));
}

static void prove_copies(ProcessProving *p, const char *key, const CopyTo *copies, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (const char *const *o = copies[i].organs; *o; o++)
            if (!can_be(p, copies[i].level, *o, NULL))
                WRONG(p, key, "%s 抄送的对象不存在：%s", "%s copies nobody: %s",
                      arena_format(p->cx->arena, "%s · %s", copies[i].level, *o));
}

static void prove_mover(ProcessProving *p, const Step *s)
{
    if (!s->by)
        return;
    for (size_t i = 0; i < p->pack->process_count; i++)
        if (strcmp(p->pack->processes[i].subject, s->by) == 0)
            return;
    WRONG(p, s->key, "步骤 %s 由 %s 移动，政策包没有这个流程",
          "step %s is moved by %s, of which the pack has no process", s->by);
}

/* --- needs, guards, words --- */

static bool is_evidence(ProcessProving *p, const char *key)
{
    const Json *items = json_get(p->pack->process, "attachments");
    for (size_t i = 0; items && i < items->count; i++)
        if (strcmp(json_text(items->items[i], "key", ""), key) == 0)
            return true;
    return strcmp(key, "all") == 0;
}

static void prove_needs(ProcessProving *p, const Step *s)
{
    const char *const *const lists[] = { s->needs_attachments, s->needs_minutes };
    for (size_t i = 0; i < COUNT(lists); i++)
        for (const char *const *key = lists[i]; *key; key++)
            if (!is_evidence(p, *key))
                WRONG(p, s->key, "步骤 %s 要的材料 %s 不在清单中",
                      "step %s needs %s, which is not among the attachments", *key);
    if (s->clause && !pack_clause(p->pack, s->clause))
        WRONG(p, s->key, "步骤 %s 的条款 %s 不存在", "the clause of step %s, %s, does not exist",
              s->clause);
}

static void prove_guards(ProcessProving *p, const Step *s)
{
    for (size_t i = 0; i < s->guard_count; i++) {
        const char *text = s->guards[i].text;
        const Type *type = p->process->rows ? NULL : feel_result(s->guards[i].feel);
        if (type && type->kind != TYPE_ANY && type->kind != TYPE_BOOLEAN)
            WRONG(p, s->key, "步骤 %s 的条件不是是或否：%s",
                  "the guard of step %s gives no yes or no: %s", text);
        if (text_blank(s->guards[i].zh) || text_blank(s->guards[i].en))
            WRONG(p, s->key, "步骤 %s 的条件没有中英文说明：%s",
                  "the guard of step %s lacks its words: %s", text);
    }
}

static bool fact_is_read(const Process *p, size_t fact)
{
    for (size_t i = 0; i < p->count; i++) {
        const Step *s = &p->steps[i];
        if (text_same(s->deadline, p->facts[fact].name) ||
            text_same(s->term.from, p->facts[fact].name))
            return true;
        for (size_t k = 0; k < s->guard_count; k++)
            if (s->guards[k].feel && feel_reads(s->guards[k].feel, fact))
                return true;
    }
    return false;
}

static void prove_words(ProcessProving *p, const char *key, const char *zh, const char *en)
{
    if (text_blank(zh) || text_blank(en))
        WRONG(p, key, "%s 缺中文或英文：“%s”", "%s lacks Chinese or English: \"%s\"",
              text_or(text_blank(zh) ? en : zh, ""));
}

static const GivenFact *fact_given(const char *subject, const char *name)
{
    for (const GivenFact *g = GIVEN_FACTS; g->subject; g++)
        if (strcmp(g->subject, subject) == 0 && strcmp(g->fact.name, name) == 0)
            return g;
    return NULL;
}

static void prove_fact(ProcessProving *p, size_t i)
{
    const FactName *fact = &p->process->facts[i];
    const GivenFact *given = fact_given(p->process->subject, fact->name);
    const char *all = facts_text(p->cx, p->process->subject);
    if (!given)
        WRONG(p, fact->name, "没有人给出事实 %s；这里有的是：%s",
              "nobody gives the fact %s; those that are given here: %s", *all ? all : "-");
    else if (strcmp(given->fact.type, fact->type) != 0)
        WRONG(p, fact->name, "事实 %s 的类型应为 %s", "the fact %s is a %s", given->fact.type);
    if (!fact_is_read(p->process, i))
        WRONG(p, fact->name, "事实 %s 没有条件或期限用到（%s）",
              "no guard or deadline reads fact %s (%s)", fact->type);
}

static void prove_process(ProcessProving *p)
{
    const Process *q = p->process;
    prove_reached(p);
    for (size_t i = 0; i < q->count; i++) {
        const Step *s = &q->steps[i];
        prove_words(p, s->key, s->zh, s->en);
        prove_ended(p, s);
        prove_actors(p, s);
        prove_copies(p, s->key, s->copies, s->copy_count);
        prove_mover(p, s);
        prove_needs(p, s);
        prove_guards(p, s);
    }
    for (size_t i = 0; i < q->end_count; i++) {
        prove_words(p, q->ends[i].key, q->ends[i].zh, q->ends[i].en);
        prove_copies(p, q->ends[i].key, q->ends[i].copies, q->ends[i].copy_count);
    }
    for (size_t i = 0; i < q->fact_count; i++)
        prove_fact(p, i);
}

void process_prove(Cx *cx, Findings *f, const Pack *pack)
{
    for (size_t i = 0; i < pack->process_count; i++) {
        ProcessProving p = { cx, f, pack, &pack->processes[i] };
        for (size_t k = 0; k < i; k++)
            if (strcmp(pack->processes[k].subject, p.process->subject) == 0)
                finding_add(cx, f, FILE_NAME, p.process->subject, "流程 %s 重复",
                            "process %s stands twice", p.process->subject);
        prove_process(&p);
    }
}
