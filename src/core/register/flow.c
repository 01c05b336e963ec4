#include "core/register/flow.h"

#include "core/access/right.h"
#include "core/process/pack_store.h"
#include "core/process/process_words.h"
#include "core/register/register_parts.h"
#include "core/register/row_reader.h"
#include "core/request/audit.h"

#include <assert.h>
#include <string.h>

/* --- where a row stands --- */

Err flow_run(Cx *cx, ProcessRun *out, const Register *r, const void *row)
{
    assert(r->process);
    int64_t id = register_int(r, row, "id"), by = register_int(r, row, "made_by");
    Err e = id == UNSET ? NOT_FOUND : process_run(cx, out, r->noun, id);
    if (e != NOT_FOUND)
        return e;
    *out = (ProcessRun){ .noun = r->noun,
                         .noun_id = id,
                         .territory = register_text(r, row, "territory"),
                         .title = register_called(cx, r, row),
                         .step = text_or(register_text(r, row, "state"), r->process->steps[0].key),
                         .role = "",
                         .round = 1,
                         .since = register_int(r, row, "made_at"),
                         .deadline = UNSET,
                         .started_by = by == UNSET ? 0 : by };
    return OK;
}

static bool is_fact(const Field *f)
{
    return !field_is_text(f) && !(f->flags & FIELD_VIRTUAL) &&
           (f->type == FIELD_DATE || f->type == FIELD_INSTANT || f->type == FIELD_INT);
}

/* A day stands for its last millisecond: a term from it, or up to it, ends when a day does. */
const Fact *flow_facts(Cx *cx, const Register *r, const void *row)
{
    size_t count = 0;
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        count += is_fact(f);
    Fact *facts = NEW_N(cx, Fact, count + 1), *to = facts;
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        if (!is_fact(f))
            continue;
        int64_t value = register_int(r, row, f->key);
        if (value != UNSET && f->type == FIELD_DATE)
            value = instant_of_day(value + 1) - 1;
        *to++ = (Fact){ f->key, value };
    }
    return facts;
}

void flow_stand(const Register *r, void *row, const ProcessRun *run)
{
    *register_text_at(r, row, "state") = run->step;
    if (field_find(r->table.fields, "step_due"))
        *register_int_at(r, row, "step_due") =
            run->deadline == UNSET ? UNSET : day_of_instant(run->deadline);
}

Err flow_follow(Cx *cx, const Register *r, void *row)
{
    ProcessRun run;
    if (!r->process || register_int(r, row, "id") == UNSET)
        return OK;
    Err e = process_run(cx, &run, r->noun, register_int(r, row, "id"));
    if (e != OK)
        return e == NOT_FOUND ? OK : e;
    run.title = register_called(cx, r, row);
    run.territory = register_text(r, row, "territory");
    TRY(process_rename(cx, &run));
    TRY(process_follow(cx, r->process, &run, flow_facts(cx, r, row)));
    flow_stand(r, row, &run);
    return OK;
}

const RowCondition *flow_good(Cx *cx, const Process *p)
{
    static const Field STATE = { .key = "state", .type = FIELD_ENUM };
    const RowCondition *any = NULL;
    for (size_t i = 0; p && i < p->end_count; i++) {
        const Operand key = { .is_text = true, .text = p->ends[i].key };
        if (p->ends[i].good)
            any =
                condition_join(cx, CONDITION_OR, any, condition_compare(cx, &STATE, SIGN_EQ, key));
    }
    return any;
}

/* --- who may --- */

bool flow_concerns(const Cx *cx, const Register *r)
{
    const User *u = cx->user;
    for (size_t i = 0; u && r->process && i < r->process->count; i++) {
        const Step *s = &r->process->steps[i];
        if (actors_have(s->hands.who, u->level, u->organ_kind, u->organ_duty, u->seat) ||
            (s->hands.organ && text_same(s->seat, u->seat)))
            return true;
    }
    return false;
}

static bool same_value(const Field *f, const void *a, const void *b)
{
    void *at = (void *)(uintptr_t)a, *other = (void *)(uintptr_t)b;
    return field_is_text(f) ? text_same(*field_text(f, at), *field_text(f, other))
                            : *field_int(f, at) == *field_int(f, other);
}

/* What a step lets nobody change stays as the step before left it. */
static Err prove_fields(Cx *cx, const Register *r, const Step *s, const void *row,
                        const void *before)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END && s->edit_fields[0]; f++)
        if (!(f->flags & (FIELD_READONLY | FIELD_VIRTUAL)) && strcmp(f->key, "version") != 0 &&
            !word_in(s->edit_fields, f->key) && !same_value(f, row, before))
            return fail(cx, CONFLICT, f->key, "“%s%.0s”这一步不改%s%.0s",
                        "“%.0s%s” changes no %.0s%s", s->zh, s->en, f->zh, f->en);
    return OK;
}

Err flow_prove_hands(Cx *cx, const Register *r, const void *row)
{
    ProcessRun run;
    May may;
    const Step *s = process_step(r->process, register_text(r, row, "state"));
    if (!s || !s->edits)
        return fail(cx, CONFLICT, "state", "已经报送，退回后才能修改",
                    "it was sent; it can be changed again once it is returned");
    if (!cx->user)
        return OK;
    TRY(flow_run(cx, &run, r, row));
    TRY(process_may(cx, &may, r->process, &run));
    return may.edit
               ? OK
               : fail(cx, FORBIDDEN, "state", "“%s%.0s”不由您办理，您不能修改",
                      "“%.0s%s” is not yours to do, and the row not yours to change", s->zh, s->en);
}

Err flow_prove_change(Cx *cx, const Register *r, const void *row, const void *before)
{
    TRY(flow_prove_hands(cx, r, before));
    return cx->user
               ? prove_fields(cx, r, process_step(r->process, register_text(r, before, "state")),
                              row, before)
               : OK;
}

/* --- acts --- */

const Option REGISTER_ACTS[] = {
    PROCESS_WORDS,
    { "send", "报送", "Send", true },
    { "pass", "通过", "Pass", true },
    { "return", "退回", "Return", true },
    { .key = NULL },
};

/* Where an older word fits: with its writer, with others, or at its end. At a place that it does
 * not fit it stays as it is and is refused: nobody who passes twice sends on what came back. */
static const struct OldWord {
    const char *word, *act;
    bool writer, others, end;
} OLD_WORDS[] = {
    { "send", "forward", true, false, false },
    { "pass", "forward", false, true, false },
    { "return", "back", false, true, false },
    { "return", "reopen", false, false, true },
};

static const char *act_meant(const char *word, const Step *s)
{
    for (const struct OldWord *w = OLD_WORDS; w < OLD_WORDS + COUNT(OLD_WORDS); w++)
        if (strcmp(w->word, word) == 0 && (s ? s->edits ? w->writer : w->others : w->end))
            return w->act;
    return word;
}

/* One act upon a row, as it is being taken. */
typedef struct FlowAct {
    const Register *r;
    const RegisterAct *act;
    void *row;
    ProcessRun run;
    May may;
    const Step *step; /* NULL at an end */
} FlowAct;

static bool is(const FlowAct *t, const char *act)
{
    return strcmp(t->act->act, act) == 0;
}

static bool has_way(const FlowAct *t)
{
    const Step *s = t->step;
    const End *end = process_end(t->r->process, t->run.step);
    return is(t, "forward")  ? s && s->forward
           : is(t, "back")   ? s && s->back[0]
           : is(t, "reject") ? s && s->rejects[0]
           : is(t, "reopen") ? end && end->back[0]
                             : s && option_find(PROCESS_ACTS, t->act->act);
}

static bool is_allowed(const FlowAct *t)
{
    const May *m = &t->may;
    return is(t, "forward")    ? m->forward
           : is(t, "back")     ? m->back
           : is(t, "reject")   ? m->reject
           : is(t, "reopen")   ? m->reopen
           : is(t, "withdraw") ? m->withdraw
           : is(t, "delegate") ? m->delegate
                               : t->run.id != 0; /* of urging the engine says why not */
}

static void act_name(const char **zh, const char **en, const FlowAct *t)
{
    const Option *word = option_find(PROCESS_ACTS, t->act->act);
    bool on = is(t, "forward"), back = is(t, "back");
    *zh = text_or(on && t->step     ? t->step->does_zh
                  : back && t->step ? t->step->returns_zh
                                    : NULL,
                  word ? word->zh : t->act->act);
    *en = text_or(on && t->step     ? t->step->does_en
                  : back && t->step ? t->step->returns_en
                                    : NULL,
                  word ? word->en : t->act->act);
}

static Err prove_hands(Cx *cx, const FlowAct *t)
{
    const char *zh, *en;
    act_name(&zh, &en, t);
    const End *end = process_end(t->r->process, t->run.step);
    if (!has_way(t))
        return fail(cx, CONFLICT, "act", "现在是“%s%.0s”，不能办理这一步",
                    "it is “%.0s%s” now; this act does not fit", t->step ? t->step->zh : end->zh,
                    t->step ? t->step->en : end->en);
    if (is_allowed(t))
        return OK;
    if (is(t, "forward") && t->may.hands)
        return fail(cx, FORBIDDEN, "act", "自己登记或报送的，要由别人审核",
                    "what one entered or sent is for somebody else to pass");
    return fail(cx, FORBIDDEN, "act", "“%s%.0s”不由您办理", "“%.0s%s” is not yours to do", zh, en);
}

static Err prove_guards(Cx *cx, const FlowAct *t)
{
    size_t at = (size_t)(t->step - t->r->process->steps);
    const Pack *pack;
    RowReader reader;
    RowValues values;
    if (!t->step->guard_count)
        return OK;
    TRY(pack_store_get(cx, &pack, t->r->pack));
    TRY(row_reader(cx, &reader, t->r, row_shape(cx, pack, t->r, NULL)));
    TRY(row_reader_values(cx, &values, &reader, t->row));
    for (size_t i = 0; i < t->step->guard_count; i++) {
        RowTruth truth;
        const char *const *missing;
        const Guard *g = &t->step->guards[i];
        TRY(row_feel_run(cx, &truth, &missing, t->r->guards[at][i], &values));
        if (truth != ROW_YES)
            return fail(cx, CONFLICT, missing[0] ? missing[0] : "guard", "还不能“%s”：%s%.0s%.0s",
                        "%.0s%.0s%s: not yet: %s", text_or(t->step->does_zh, t->step->zh), g->zh,
                        text_or(t->step->does_en, t->step->en), g->en);
    }
    return OK;
}

/* All that may refuse, before anything is written: one row of a batch holds up no other. */
static Err prove_act(Cx *cx, const FlowAct *t)
{
    TRY(prove_hands(cx, t));
    if (register_int(t->r, t->row, "version") != t->act->version)
        return fail(cx, STALE, "version", "他人已保存较新的版本，请比较后再保存",
                    "somebody else saved a newer version; compare and save again");
    if (t->act->reason && text_count(t->act->reason) > 500)
        return fail(cx, INVALID, "reason", "理由不超过 500 字", "at most 500 characters");
    if ((is(t, "back") || is(t, "reopen") || is(t, "reject")) && text_blank(t->act->reason))
        return fail(cx, INVALID, "reason", "请写明退回的理由（500 字以内）",
                    "say why it is returned (at most 500 characters)");
    if (!is(t, "forward"))
        return OK;
    TRY(register_prove_onward(cx, t->r, t->row));
    return prove_guards(cx, t);
}

static Err begin_run(Cx *cx, FlowAct *t)
{
    const Register *r = t->r;
    if (t->run.id)
        return OK;
    TRY(process_start(cx, r->process,
                      &(Start){ .noun = r->noun,
                                .noun_id = t->run.noun_id,
                                .territory = t->run.territory,
                                .title = t->run.title,
                                .step = t->run.step,
                                .facts = flow_facts(cx, r, t->row),
                                .started_by = t->run.started_by }));
    return process_run(cx, &t->run, r->noun, t->run.noun_id);
}

static const char *act_words(Cx *cx, const FlowAct *t)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "名称", register_called(cx, t->r, t->row));
    if (t->act->reason)
        json_put_text(&o, "理由", t->act->reason);
    json_close(&o, '}');
    return buf_text(&b);
}

/* The row follows its run. What came to its good end is known from now on. */
static Err keep(Cx *cx, FlowAct *t)
{
    const Register *r = t->r;
    const End *end = process_end(r->process, t->run.step);
    bool back = is(t, "back") || is(t, "reopen");
    flow_stand(r, t->row, &t->run);
    *register_text_at(r, t->row, "return_reason") = back ? t->act->reason : NULL;
    if (is(t, "forward") && t->step->edits)
        *register_int_at(r, t->row, "sent_by") = cx->user->id;
    TRY(register_write(cx, r, t->row));
    return end && end->good ? register_become_known(cx, r, t->act->id, t->row) : OK;
}

/* What a rejection stands on, where who rejects names no other. */
static const char *flow_clause(const Register *r, const Step *s)
{
    return s && s->clause ? s->clause : r->clause;
}

static Err take(Cx *cx, FlowAct *t)
{
    bool moved;
    const char *zh, *en;
    const RegisterAct *a = t->act;
    act_name(&zh, &en, t);
    TRY(begin_run(cx, t));
    TRY(process_act(cx, &moved, t->r->process, &t->run,
                    &(StepAct){ .act = a->act,
                                .to = a->to,
                                .reason = a->reason,
                                .clause = text_or(a->clause, flow_clause(t->r, t->step)),
                                .user_id = a->user_id,
                                .round = t->run.round,
                                .facts = flow_facts(cx, t->r, t->row),
                                .quiet = a->quiet }));
    if (moved)
        TRY(keep(cx, t));
    audit_act(cx, t->r->noun, a->id, zh, en, act_words(cx, t));
    return OK;
}

Err register_act(Cx *cx, const Register *r, const RegisterAct *act)
{
    RegisterAct meant = *act;
    FlowAct t = { .r = r, .act = &meant, .row = register_row(cx, r) };
    TRY(register_get(cx, r, t.row, act->id));
    TRY(register_prove_place(cx, r, t.row));
    if (!r->process || (r->dated && dated_known(&r->table, t.row)))
        return fail(cx, CONFLICT, "act", "这一条没有要办理的步骤", "there is no step to take here");
    TRY(flow_run(cx, &t.run, r, t.row));
    TRY(process_may(cx, &t.may, r->process, &t.run));
    t.step = process_step(r->process, t.run.step);
    meant.act = act_meant(act->act, t.step);
    TRY(prove_act(cx, &t));
    return take(cx, &t);
}

/* --- rows from before there were runs --- */

static Err adopt(Cx *cx, const Register *r, void *row)
{
    ProcessRun run;
    TRY(flow_run(cx, &run, r, row));
    if (run.id)
        return OK;
    Start start = { .noun = r->noun,
                    .noun_id = run.noun_id,
                    .territory = run.territory,
                    .title = run.title,
                    .step = run.step,
                    .facts = flow_facts(cx, r, row),
                    .started_by = run.started_by };
    return process_adopt(cx, r->process, &start, register_int(r, row, "sent_by"));
}

Err flow_adopt(Cx *cx, const Register *r)
{
    for (size_t i = 1; r->process && i < r->process->count; i++) {
        const char *const filters[] = { "state", r->process->steps[i].key, NULL };
        PageQuery query = { .size = 200, .filters = filters };
        List page;
        do {
            TRY(table_page(cx, &page, &r->table, range_of(cx, ""), &query));
            for (size_t k = 0; k < page.count; k++)
                TRY(adopt(cx, r, (char *)page.rows + k * r->table.size));
            query.after = page.after;
        } while (query.after);
    }
    return OK;
}

/* --- shown --- */

static void put_word(JsonOut *o, const char *name, const char *zh, const char *en)
{
    json_open(o, name, '{');
    json_put_text(o, "zh", zh);
    json_put_text(o, "en", en);
    json_close(o, '}');
}

static bool is_mine(const Cx *cx, const Hands *h, const char *seat)
{
    const User *u = cx->user;
    return u && (actors_have(h->who, u->level, u->organ_kind, u->organ_duty, u->seat) ||
                 (h->organ && text_same(seat, u->seat)));
}

static void put_step(const Cx *cx, JsonOut *o, const Step *s)
{
    json_open(o, NULL, '{');
    json_put_text(o, "key", s->key);
    json_put_bool(o, "end", false);
    json_put_bool(o, "good", false);
    json_put_bool(o, "mine", is_mine(cx, &s->hands, s->seat));
    json_put_bool(o, "edits", s->edits);
    json_open(o, "fields", '[');
    for (const char *const *f = s->edit_fields; *f; f++)
        json_put_text(o, NULL, *f);
    json_close(o, ']');
    put_word(o, "does", text_or(s->does_zh, "送出"), text_or(s->does_en, "Send on"));
    put_word(o, "returns", text_or(s->returns_zh, "退回"), text_or(s->returns_en, "Return"));
    json_put_bool(o, "forward", s->forward != NULL);
    json_put_bool(o, "back", s->back[0] != NULL);
    json_put_bool(o, "reject", s->rejects[0] != NULL);
    json_close(o, '}');
}

static void put_end(const Cx *cx, JsonOut *o, const End *e)
{
    json_open(o, NULL, '{');
    json_put_text(o, "key", e->key);
    json_put_bool(o, "end", true);
    json_put_bool(o, "good", e->good);
    json_put_bool(o, "mine", e->back[0] && is_mine(cx, &e->hands, NULL));
    json_put_bool(o, "edits", false);
    json_open(o, "fields", '[');
    json_close(o, ']');
    put_word(o, "does", "", "");
    put_word(o, "returns", "退回修改", "Return for change");
    json_put_bool(o, "forward", false);
    json_put_bool(o, "back", e->back[0] != NULL);
    json_put_bool(o, "reject", false);
    json_close(o, '}');
}

void flow_put_steps(Cx *cx, JsonOut *o, const Register *r)
{
    json_open(o, "steps", '[');
    for (size_t i = 0; r->process && i < r->process->count; i++)
        put_step(cx, o, &r->process->steps[i]);
    for (size_t i = 0; r->process && i < r->process->end_count; i++)
        put_end(cx, o, &r->process->ends[i]);
    json_close(o, ']');
}

Err flow_put_row(Cx *cx, JsonOut *o, const Register *r, const void *row)
{
    ProcessRun run;
    May may;
    TRY(flow_run(cx, &run, r, row));
    TRY(process_may(cx, &may, r->process, &run));
    if (r->dated && dated_known(&r->table, row))
        may = (May){ 0 };
    TRY(process_put_may(cx, o, r->process, &run, &may));
    TRY(process_put_flow(cx, o, r->process, &run));
    return process_put_history(cx, o, r->process, &run);
}
