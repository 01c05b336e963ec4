#include "core/register/quality_finding.h"

#include "core/process/pack_store.h"
#include "core/register/flow.h"
#include "core/register/quality.h"
#include "core/register/register_parts.h"
#include "core/request/audit.h"
#include "policy/register/problem_role.h"

#include <assert.h>
#include <string.h>

/* What is kept of one check and one row, however often it was found. */
typedef struct KeptFinding {
    int64_t id;
    const char *check_id;
    int64_t open; /* 1 = it stood when the row was last looked at */
    int64_t times;
    const char *digest; /* of what the check read then */
    int64_t problem_id; /* of the last time */
} KeptFinding;

static const Field finding_fields[] = {
    { "id", FIELD_INT, offsetof(KeptFinding, id), "编号", "Number" },
    { "check_id", FIELD_TEXT, offsetof(KeptFinding, check_id), "检查", "Check" },
    { "open", FIELD_INT, offsetof(KeptFinding, open), "存在", "Stands" },
    { "times", FIELD_INT, offsetof(KeptFinding, times), "次数", "Times" },
    { "digest", FIELD_TEXT, offsetof(KeptFinding, digest), "所对的内容", "Digest" },
    { "problem_id", FIELD_INT, offsetof(KeptFinding, problem_id), "问题", "Problem" },
    FIELDS_END,
};

/* A row, what its checks say now, and what was kept of it. */
typedef struct Settling {
    const Register *r;
    const Register *problems;
    int64_t id;
    const void *row; /* NULL: it is gone, or nobody relies upon it */
    List results;    /* of QualityResult */
    List kept;       /* of KeptFinding */
    QualityTally *tally;
} Settling;

/* What one check asks to be done. */
typedef enum FindingMove { MOVE_NONE, MOVE_NOTE, MOVE_MAKE, MOVE_CLOSE } FindingMove;

/* --- reading --- */

Err quality_finding_keeping(Cx *cx, QualityKeeping *out, const Register *r)
{
    const Pack *pack;
    *out = (QualityKeeping){ r, NULL };
    if (!r->pack || problem_role(r))
        return OK;
    TRY(pack_store_get(cx, &pack, r->pack));
    const Register *declared = pack->quality ? problem_register(pack) : NULL;
    return declared ? register_find(cx, &out->problems, declared->noun) : OK;
}

/* A draft is its writer's; a dated row counts while it is what is known. */
static bool is_relied_upon(const Register *r, const void *row)
{
    if (r->dated)
        return dated_known(&r->table, row) && !dated_closed(&r->table, row);
    return !register_has_states(r) || register_int(r, row, "sent_by") != UNSET;
}

static Err read_settling(Cx *cx, Settling *s)
{
    void *row = register_row(cx, s->r);
    Err e = table_get(cx, row, &s->r->table, range_of(cx, ""), s->id);
    if (e != OK && e != NOT_FOUND)
        return e;
    if (e == OK && is_relied_upon(s->r, row)) {
        s->row = row;
        TRY(quality_run(cx, &s->results, s->r, row));
    }
    return store_list(cx, &s->kept, finding_fields, sizeof(KeptFinding),
                      "SELECT id, check_id, open, times, digest, problem_id FROM quality_finding "
                      "WHERE noun = $1 AND row_id = $2",
                      ARGS(T(s->r->noun), I(s->id)));
}

static bool fails(const QualityResult *q)
{
    return strcmp(q->answer, "right") != 0;
}

static const KeptFinding *kept_of(const Settling *s, const char *check)
{
    const KeptFinding *kept = s->kept.rows;
    for (size_t i = 0; i < s->kept.count; i++)
        if (strcmp(kept[i].check_id, check) == 0)
            return &kept[i];
    return NULL;
}

static const QualityResult *failing(const Settling *s, const char *check)
{
    const QualityResult *results = s->results.rows;
    for (size_t i = 0; i < s->results.count; i++)
        if (strcmp(results[i].id, check) == 0 && fails(&results[i]))
            return &results[i];
    return NULL;
}

/* NOT_FOUND where somebody removed it. */
static Err read_problem(Cx *cx, void **row, const Settling *s, int64_t id)
{
    *row = register_row(cx, s->problems);
    return table_get(cx, *row, &s->problems->table, range_of(cx, ""), id);
}

static Err is_over(Cx *cx, bool *out, const Settling *s, const KeptFinding *k)
{
    void *row;
    Err e = read_problem(cx, &row, s, k->problem_id);
    if (e != OK && e != NOT_FOUND)
        return e;
    *out = e == NOT_FOUND ||
           process_end(s->problems->process, register_text(s->problems, row, "state"));
    return OK;
}

/* What people have closed is theirs, until the row says something else. */
static Err move_of(Cx *cx, FindingMove *out, const Settling *s, const QualityResult *q,
                   const KeptFinding *k)
{
    bool over;
    *out = MOVE_MAKE;
    if (!k || !k->open)
        return OK;
    *out = MOVE_NONE;
    if (strcmp(k->digest, q->digest) == 0)
        return OK;
    TRY(is_over(cx, &over, s, k));
    *out = over ? MOVE_MAKE : MOVE_NOTE;
    return OK;
}

Err quality_finding_moves(Cx *cx, bool *out, const QualityKeeping *in, int64_t id)
{
    Settling s = { .r = in->r, .problems = in->problems, .id = id };
    TRY(read_settling(cx, &s));
    const QualityResult *results = s.results.rows;
    const KeptFinding *kept = s.kept.rows;
    *out = false;
    for (size_t i = 0; i < s.results.count && !*out; i++) {
        FindingMove move = MOVE_NONE;
        if (fails(&results[i]))
            TRY(move_of(cx, &move, &s, &results[i], kept_of(&s, results[i].id)));
        *out = move != MOVE_NONE;
    }
    for (size_t i = 0; i < s.kept.count && !*out; i++)
        *out = kept[i].open && !failing(&s, kept[i].check_id);
    return OK;
}

/* --- writing --- */

static const char *cut_to(Cx *cx, const char *text, int64_t most)
{
    const char *end = text;
    for (int64_t n = 0; n < most && *end; n++)
        text_next(&end);
    return arena_text_n(cx->arena, text, (size_t)(end - text));
}

/* The texts of the pack, and the number of the row: nothing that the row itself says. */
static void call_problem(Cx *cx, const Settling *s, void *row, const QualityResult *q)
{
    const Field *name = s->problems->table.fields;
    while (!(name->flags & FIELD_NAME))
        name++;
    bool open = strcmp(q->answer, "open") == 0;
    const char *why = open && q->missing_zh
                          ? arena_format(cx->arena, "待补%s，%s", q->missing_zh, "暂不能判断")
                      : open ? arena_format(cx->arena, "待补，暂不能判断：%s", q->zh)
                             : q->zh;
    const char *text = arena_format(cx->arena, "%s %lld：%s", s->r->zh, (long long)s->id, why);
    *field_text(name, row) = cut_to(cx, text, name->max);
}

/* The zone that the row names openly. */
static void place_problem(const Settling *s, void *row)
{
    const Field *to = field_find(s->problems->table.fields, PROBLEM_ZONE);
    *register_text_at(s->problems, row, "territory") = register_text(s->r, s->row, "territory");
    for (const Field *f = s->r->table.fields; to && f->type != FIELD_END; f++)
        if (text_same(f->link, to->link) && f->type == to->type &&
            !(f->flags & (FIELD_MASKED | FIELD_SEALED | FIELD_SENSITIVE)))
            *field_int(to, row) = register_int(s->r, s->row, f->key);
}

/* Found by nobody, it has no draft: it lies where drafts are sent to. Of each alone nobody is told.
 */
static Err lay_problem(Cx *cx, const Register *p, int64_t id)
{
    void *row = register_row(cx, p);
    ProcessRun run;
    TRY(table_get(cx, row, &p->table, range_of(cx, ""), id));
    TRY(process_start(cx, p->process,
                      &(Start){ .noun = p->noun,
                                .noun_id = id,
                                .territory = register_text(p, row, "territory"),
                                .title = register_called(cx, p, row),
                                .step = p->process->steps[0].forward,
                                .facts = flow_facts(cx, p, row) }));
    TRY(flow_run(cx, &run, p, row));
    flow_stand(p, row, &run);
    return register_write(cx, p, row);
}

static Err make_problem(Cx *cx, int64_t *id, const Settling *s, const QualityResult *q,
                        int64_t times)
{
    const Register *p = s->problems;
    void *row = register_row(cx, p);
    place_problem(s, row);
    call_problem(cx, s, row, q);
    *register_text_at(p, row, PROBLEM_NUMBER) = arena_format(
        cx->arena, "%s-%s-%lld-%lld", q->id, s->r->noun, (long long)s->id, (long long)times);
    *register_text_at(p, row, PROBLEM_SOURCE) = PROBLEM_SYSTEM;
    *register_int_at(p, row, PROBLEM_DAY) = day_of_instant(cx_now(cx));
    *register_text_at(p, row, "check_id") = q->id;
    *register_text_at(p, row, "basis") = q->basis;
    *register_text_at(p, row, "about") = s->r->noun;
    *register_int_at(p, row, "about_id") = s->id;
    *register_text_at(p, row, "origin") = "generated";
    TRY(register_create(cx, p, id, row));
    return lay_problem(cx, p, *id);
}

static Err keep_made(Cx *cx, const Settling *s, const QualityResult *q, const KeptFinding *k)
{
    int64_t problem, times = k ? k->times + 1 : 1;
    TRY(make_problem(cx, &problem, s, q, times));
    s->tally->made++;
    return store_run(cx,
                     "INSERT INTO quality_finding(noun, row_id, check_id, open, times, digest, "
                     "problem, problem_id, seen_at) VALUES($1, $2, $3, 1, $4, $5, $6, $7, $8) ON "
                     "CONFLICT(noun, row_id, check_id) DO UPDATE SET open = 1, times = "
                     "excluded.times, digest = excluded.digest, problem = excluded.problem, "
                     "problem_id = excluded.problem_id, seen_at = excluded.seen_at",
                     ARGS(T(s->r->noun), I(s->id), T(q->id), I(times), T(q->digest),
                          T(s->problems->noun), I(problem), I(cx_now(cx))));
}

static Err bring_to_end(Cx *cx, const Register *p, void *row, const char *end, const char *note)
{
    ProcessRun run;
    TRY(flow_run(cx, &run, p, row));
    if (run.id)
        TRY(process_close(
            cx, p->process, &run,
            &(Pass){ .by = "quality_finding", .by_id = run.noun_id, .to = end, .reason = note }));
    run.step = end;
    run.deadline = UNSET;
    flow_stand(p, row, &run);
    return OK;
}

static Err close_problem(Cx *cx, const Settling *s, const KeptFinding *k)
{
    void *row, *before;
    const Register *p = s->problems;
    const char *note = s->row ? "所查登记已改正，检查通过，系统自动销号"
                              : "所查登记已不在册或已被更正，系统自动销号";
    Err e = read_problem(cx, &row, s, k->problem_id);
    if (e == NOT_FOUND || (e == OK && process_end(p->process, register_text(p, row, "state"))))
        return OK;
    TRY(e);
    TRY(read_problem(cx, &before, s, k->problem_id));
    TRY(bring_to_end(cx, p, row, problem_end(p)->key, note));
    *register_text_at(p, row, "system_note") = note;
    TRY(register_write(cx, p, row));
    audit_change(cx, p->noun, k->problem_id, p->table.fields, before, row);
    s->tally->closed++;
    return OK;
}

static Err keep_closed(Cx *cx, const Settling *s, const KeptFinding *k)
{
    TRY(close_problem(cx, s, k));
    return store_run(cx, "UPDATE quality_finding SET open = 0, seen_at = $2 WHERE id = $1",
                     ARGS(I(k->id), I(cx_now(cx))));
}

static Err keep_one(Cx *cx, const Settling *s, const QualityResult *q)
{
    FindingMove move;
    const KeptFinding *k = kept_of(s, q->id);
    TRY(move_of(cx, &move, s, q, k));
    if (move == MOVE_MAKE)
        return keep_made(cx, s, q, k);
    return move == MOVE_NOTE
               ? store_run(cx, "UPDATE quality_finding SET digest = $2, seen_at = $3 WHERE id = $1",
                           ARGS(I(k->id), T(q->digest), I(cx_now(cx))))
               : OK;
}

Err quality_finding_settle(Cx *cx, QualityTally *tally, const QualityKeeping *in, int64_t id)
{
    assert(in->problems && store_in_transaction(cx));
    Settling s = { .r = in->r, .problems = in->problems, .id = id, .tally = tally };
    TRY(read_settling(cx, &s));
    const QualityResult *results = s.results.rows;
    const KeptFinding *kept = s.kept.rows;
    for (size_t i = 0; i < s.results.count; i++)
        if (fails(&results[i]))
            TRY(keep_one(cx, &s, &results[i]));
    for (size_t i = 0; i < s.kept.count; i++)
        if (kept[i].open && !failing(&s, kept[i].check_id))
            TRY(keep_closed(cx, &s, &kept[i]));
    return OK;
}
