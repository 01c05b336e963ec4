#include "core/register/quality_round.h"

#include "base/budget.h"
#include "base/log.h"
#include "core/access/right.h"
#include "core/process/pack_store.h"
#include "core/process/process.h"
#include "core/record/setting.h"
#include "core/register/quality_finding.h"
#include "core/request/act.h"
#include "core/request/audit.h"
#include "core/request/job.h"
#include "policy/register/problem_role.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ACT_ROWS = 500, PAGE_ROWS = 100 };
#define FOUND     "~" /* behind all nouns: what was found before is looked at again */
#define HOUR_MS   3600000LL
#define MARGIN_MS 600000LL /* a change may be written some time after its instant */

static const Option ROUND_KINDS[] = { { "nightly", "每夜：有变动的登记", "Nightly: changed rows" },
                                      { "monthly", "每月：全部登记", "Monthly: all rows" },
                                      { .key = NULL } };
static const Option ROUND_STATES[] = { { "running", "进行中", "Under way" },
                                       { "done", "已完成", "Done" },
                                       { .key = NULL } };

static const Field round_fields[] = {
    { "id", FIELD_INT, offsetof(QualityRound, id), "编号", "Number", FIELD_SORT },
    { "kind", FIELD_ENUM, offsetof(QualityRound, kind), "范围", "Kind", FIELD_FILTER,
      .options = ROUND_KINDS },
    { "state", FIELD_ENUM, offsetof(QualityRound, state), "状态", "State", FIELD_FILTER,
      .options = ROUND_STATES },
    { "noun", FIELD_TEXT, offsetof(QualityRound, noun), "查到的登记簿", "Register it stands in" },
    { "after", FIELD_TEXT, offsetof(QualityRound, after), "查到哪里", "Where in it", FIELD_SECRET },
    { "since", FIELD_INSTANT, offsetof(QualityRound, since), "自何时起的变动", "Changed since" },
    { "acts", FIELD_INT, offsetof(QualityRound, acts), "批数", "Acts" },
    { "seen", FIELD_INT, offsetof(QualityRound, seen), "已查登记", "Rows seen" },
    { "made", FIELD_INT, offsetof(QualityRound, made), "新列问题", "Problems made" },
    { "closed", FIELD_INT, offsetof(QualityRound, closed), "自动销号", "Problems closed" },
    { "refused", FIELD_INT, offsetof(QualityRound, refused), "未能记录", "Not recorded" },
    { "begun_at", FIELD_INSTANT, offsetof(QualityRound, begun_at), "开始时间", "Begun",
      FIELD_SORT },
    { "ended_at", FIELD_INSTANT, offsetof(QualityRound, ended_at), "结束时间", "Ended" },
    FIELDS_END,
};

#define COLUMNS                                                                                    \
    "SELECT id, kind, state, noun, after, since, acts, seen, made, closed, refused, begun_at, "    \
    "ended_at FROM quality_round "

/* --- what one act takes --- */

typedef struct Looked {
    const QualityKeeping *in;
    int64_t id;
} Looked;

typedef struct Going {
    QualityRound now;  /* as it is kept */
    QualityRound next; /* as it is behind the act */
    QualityKeeping *registers;
    size_t register_count;
    Looked *rows;
    size_t count;
} Going;

/* The first whose noun is this one or stands behind it; NULL. */
static const QualityKeeping *from_noun(const Going *g, const char *noun)
{
    for (size_t i = 0; i < g->register_count; i++)
        if (strcmp(g->registers[i].r->noun, noun) >= 0)
            return &g->registers[i];
    return NULL;
}

static Err read_registers(Cx *cx, Going *g)
{
    List found;
    TRY(register_all(cx, &found)); /* by noun */
    const Register *all = found.rows;
    g->registers = NEW_N(cx, QualityKeeping, found.count + 1);
    g->register_count = 0;
    for (size_t i = 0; i < found.count; i++) {
        TRY(quality_finding_keeping(cx, &g->registers[g->register_count], &all[i]));
        g->register_count += g->registers[g->register_count].problems != NULL;
    }
    return OK;
}

static void look_at(Going *g, const QualityKeeping *in, int64_t id)
{
    assert(g->count < ACT_ROWS);
    g->rows[g->count++] = (Looked){ in, id };
}

static PageQuery query_of(Cx *cx, const Going *g, const Register *r)
{
    PageQuery query = { .size = PAGE_ROWS, .after = g->next.after };
    if (g->now.since == UNSET)
        return query;
    query.sort = "changed_at";
    query.condition = condition_compare(cx, field_find(r->table.fields, "changed_at"), SIGN_GE,
                                        (Operand){ .number = g->now.since });
    return query;
}

static bool has_room(const Going *g)
{
    return g->count + PAGE_ROWS <= ACT_ROWS;
}

static Err look_in(Cx *cx, Going *g, const QualityKeeping *in)
{
    const Register *r = in->r;
    g->next.noun = r->noun;
    do {
        List page;
        PageQuery query = query_of(cx, g, r);
        TRY(table_page(cx, &page, &r->table, range_of(cx, ""), &query));
        for (size_t i = 0; i < page.count; i++)
            look_at(g, in, register_int(r, (char *)page.rows + i * r->table.size, "id"));
        g->next.seen += (int64_t)page.count;
        g->next.after = page.after;
    } while (g->next.after && has_room(g));
    return OK;
}

/* From where the round stands, through as many registers as there is room for. */
static Err look_through(Cx *cx, Going *g, const QualityKeeping *in)
{
    const QualityKeeping *end = g->registers + g->register_count;
    if (in < end && strcmp(in->r->noun, g->now.noun) != 0)
        g->next.after = NULL; /* the register it stood in is gone */
    for (; in < end && has_room(g); in++) {
        TRY(look_in(cx, g, in));
        if (g->next.after)
            return OK;
        g->next.noun = in + 1 < end ? in[1].r->noun : FOUND;
    }
    return OK;
}

/* Rows of a register that is no longer kept stay as they were found. */
static Err look_again(Cx *cx, Going *g)
{
    Rows rows;
    bool begun = strcmp(g->now.noun, FOUND) == 0 && g->now.after;
    int64_t last = begun ? strtoll(g->now.after, NULL, 10) : 0, count = 0;
    TRY(rows_open(cx, &rows,
                  "SELECT id, noun, row_id FROM quality_finding WHERE open = 1 AND id > $1 "
                  "ORDER BY id LIMIT 500",
                  ARGS(I(last))));
    while (rows.more) {
        const char *noun = rows_text(cx, &rows, 1);
        const QualityKeeping *in = from_noun(g, noun);
        last = rows_int(&rows, 0);
        count++;
        if (in && strcmp(in->r->noun, noun) == 0)
            look_at(g, in, rows_int(&rows, 2));
        TRY(rows_next(cx, &rows));
    }
    g->next.noun = FOUND;
    g->next.after = arena_format(cx->arena, "%lld", (long long)last);
    if (count < ACT_ROWS) {
        g->next.state = "done";
        g->next.ended_at = cx_now(cx);
    }
    return OK;
}

/* Judged before anything is locked: an act writes of those alone of which something moves. */
static Err keep_moving(Cx *cx, Going *g)
{
    size_t kept = 0;
    for (size_t i = 0; i < g->count; i++) {
        bool moves;
        TRY(quality_finding_moves(cx, &moves, g->rows[i].in, g->rows[i].id));
        if (moves)
            g->rows[kept++] = g->rows[i];
    }
    g->count = kept;
    return OK;
}

static Err look(Cx *cx, Going *g)
{
    g->next = g->now;
    g->next.acts++;
    g->rows = NEW_N(cx, Looked, ACT_ROWS);
    g->count = 0;
    TRY(read_registers(cx, g));
    const QualityKeeping *in = from_noun(g, g->now.noun);
    TRY(in ? look_through(cx, g, in) : look_again(cx, g));
    return keep_moving(cx, g);
}

/* --- what one act writes --- */

/* What is refused is refused before it is written; one row holds up no other. */
static Err write_row(Cx *cx, const Looked *row, QualityRound *next)
{
    QualityTally tally = { 0, 0 };
    Err e = quality_finding_settle(cx, &tally, row->in, row->id);
    if (e == INVALID || e == FORBIDDEN) {
        log_warn("quality", "%s %lld: %s", row->in->r->noun, (long long)row->id, cx->failure.en);
        next->refused++;
        e = OK;
    }
    next->made += tally.made;
    next->closed += tally.closed;
    return e;
}

static Err write_act(Cx *cx, void *data)
{
    Going *g = data;
    QualityRound next = g->next; /* the act may be run again */
    for (size_t i = 0; i < g->count; i++)
        TRY(write_row(cx, &g->rows[i], &next));
    TRY(store_run(cx,
                  "UPDATE quality_round SET state = $3, noun = $4, after = $5, acts = $6, seen = "
                  "$7, made = $8, closed = $9, refused = $10, ended_at = $11 WHERE id = $1 AND "
                  "acts = $2",
                  ARGS(I(next.id), I(g->now.acts), T(next.state), T(next.noun), T(next.after),
                       I(next.acts), I(next.seen), I(next.made), I(next.closed), I(next.refused),
                       I(next.ended_at))));
    return store_changes(cx) == 1
               ? OK
               : fail(cx, STALE, "acts", "这一轮检查已由他人接手", "the round was taken over");
}

/* Where nothing was found there is nothing to put on record. */
static Err write_quietly(Cx *cx, Going *g)
{
    if (act_is_whole(cx))
        return write_act(cx, g);
    TRY(store_begin(cx, true));
    Err e = write_act(cx, g);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

static Err read_round(Cx *cx, QualityRound *out, int64_t id)
{
    return store_row(cx, out, round_fields, COLUMNS "WHERE id = $1", ARGS(I(id)));
}

static Err take_act(Cx *cx, QualityRound *out, int64_t id)
{
    Going g;
    TRY(read_round(cx, &g.now, id));
    *out = g.now;
    if (strcmp(g.now.state, "running") != 0)
        return OK;
    TRY(look(cx, &g));
    TRY(g.count ? act_run(cx, "记录检查发现的问题", "Record what checks found", write_act, &g)
                : write_quietly(cx, &g));
    return read_round(cx, out, id);
}

typedef struct RoundAct {
    QualityRound *round;
    int64_t id;
    Arena *outer;
} RoundAct;

static Err take_act_apart(Cx *cx, void *data)
{
    const RoundAct *a = data;
    QualityRound *round = a->round;
    TRY(take_act(cx, round, a->id));
    round->noun = arena_text(a->outer, round->noun);
    round->kind = round->state = round->after = NULL; /* no text of the act outlives it */
    return OK;
}

/* --- who hears of it --- */

/* Once a round each who has problems at his desk, with their number. */
static Err tell(Cx *cx, void *data)
{
    List all;
    const QualityRound *round = data;
    TRY(register_all(cx, &all));
    const Register *registers = all.rows;
    for (size_t i = 0; i < all.count; i++)
        if (problem_role(&registers[i])) {
            const Option called = { registers[i].noun, registers[i].zh, registers[i].en, false };
            TRY(process_tell_many(cx, registers[i].noun, &called, round->begun_at));
        }
    return OK;
}

/* --- rounds --- */

/* One that was left goes on; else one begins, from when the last but one began. */
static Err begin_round(Cx *cx, int64_t *id, const char *kind)
{
    int64_t since = UNSET;
    Err e = store_int(cx, id,
                      "SELECT id FROM quality_round WHERE state = 'running' ORDER BY id "
                      "LIMIT 1",
                      NO_ARGS);
    if (e != NOT_FOUND)
        return e;
    if (strcmp(kind, "nightly") == 0)
        TRY(store_int(cx, &since, "SELECT max(begun_at) FROM quality_round", NO_ARGS));
    const QualityRound round = { .kind = kind,
                                 .state = "running",
                                 .noun = "",
                                 .since = since == UNSET ? UNSET : since - MARGIN_MS,
                                 .begun_at = cx_now(cx),
                                 .ended_at = UNSET };
    return store_insert(cx, id, "quality_round", round_fields, &round);
}

static Err queue_round(Cx *cx, void *data)
{
    int64_t id, job;
    TRY(begin_round(cx, &id, data));
    return job_start(cx, &job, "quality_round",
                     arena_format(cx->arena, "{\"round\":%lld}", (long long)id));
}

Err quality_round_start(Cx *cx, const char *kind)
{
    TRY(store_begin(cx, true));
    Err e = queue_round(cx, (void *)(uintptr_t)kind);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

Err quality_round_whole(Cx *cx, const char *kind)
{
    int64_t id;
    QualityRound round;
    TRY(begin_round(cx, &id, kind));
    do
        TRY(take_act(cx, &round, id));
    while (strcmp(round.state, "running") == 0);
    return tell(cx, &round);
}

/* By registers, which is what can be told beforehand. */
static int percent(const Going *g, const QualityRound *round)
{
    size_t behind = 0;
    for (size_t i = 0; i < g->register_count; i++)
        behind += strcmp(g->registers[i].r->noun, round->noun) < 0;
    return (int)(behind * 100 / (g->register_count + 1));
}

static Err run(Cx *cx, const char **result, const Job *job)
{
    int64_t most;
    const Json *input;
    Going g = { .count = 0 };
    TRY(json_parse(cx, &input, job->input, strlen(job->input), &JSON_LIMITS));
    int64_t id = json_int(input, "round", 0), first = UNSET;
    TRY(setting_int(cx, &most, "check.rows"));
    TRY(read_registers(cx, &g));
    QualityRound round;
    do {
        TRY(cx_apart(cx, take_act_apart, &(RoundAct){ &round, id, cx->arena }));
        first = first == UNSET ? round.seen : first;
        TRY(job_progress(cx, job, percent(&g, &round)));
        TRY(budget_check(cx));
    } while (round.ended_at == UNSET && round.seen - first < most);
    if (round.ended_at != UNSET && round.made)
        TRY(act_run(cx, "通知有待办问题的人", "Tell who has problems to act on", tell, &round));
    *result = arena_format(cx->arena, "{\"seen\":%lld,\"made\":%lld,\"closed\":%lld}",
                           (long long)round.seen, (long long)round.made, (long long)round.closed);
    return OK;
}

/* --- when --- */

/* One that waits or runs, or was cut off and is taken up again; or one since then. */
static Err had_job(Cx *cx, bool *out, int64_t since)
{
    return store_exists(cx, out,
                        "SELECT 1 FROM job WHERE kind = 'quality_round' AND (made_at > $1 OR "
                        "state IN ('waiting', 'running'))",
                        ARGS(I(since)));
}

/* Once a night, between one and five; where the server did not run then, as soon as it does. */
static Err is_due(Cx *cx, bool *out)
{
    bool recent;
    int64_t now = cx_now(cx), hour = (now + CST_MS) % DAY_MS / HOUR_MS;
    TRY(had_job(cx, &recent, now - (hour >= 1 && hour < 5 ? 20 : 26) * HOUR_MS));
    *out = !recent;
    return OK;
}

/* The first of a month is over all rows. */
static Err kind_due(Cx *cx, const char **out)
{
    bool had;
    Civil today = civil_from_day(day_of_instant(cx_now(cx)));
    Day first = day_from_civil((Civil){ today.year, today.month, 1 });
    TRY(store_exists(cx, &had,
                     "SELECT 1 FROM quality_round WHERE kind = 'monthly' AND begun_at >= $1",
                     ARGS(I(instant_of_day(first)))));
    *out = had ? "nightly" : "monthly";
    return OK;
}

static Err tidy(Cx *cx)
{
    bool due;
    Going g = { .count = 0 };
    const char *kind;
    TRY(is_due(cx, &due));
    if (due)
        TRY(read_registers(cx, &g));
    if (!due || g.register_count == 0)
        return OK;
    TRY(kind_due(cx, &kind));
    return quality_round_start(cx, kind);
}

static const JobKind JOBS[] = { { "quality_round", "检查登记", "Check rows", run },
                                { .kind = NULL } };

/* --- shown --- */

/* Of all divisions: who may see the rounds sees all of them. */
#define ROUND_SELECT COLUMNS "WHERE CAST($1 AS TEXT) <= CAST($2 AS TEXT)"

static const char *const LIST[] = { "begun_at", "kind",   "state",   "noun",     "seen",
                                    "made",     "closed", "refused", "ended_at", NULL };
static const Register ROUNDS = {
    .table = { "quality_round", round_fields, sizeof(QualityRound), ROUND_SELECT },
    .noun = "quality_round",
    .zh = "登记检查",
    .en = "Rounds of checks",
    .list = LIST,
    .sort = "-id",
    .listed = true,
};

static const Right RIGHTS[] = {
    { "quality_round.read", "查看登记检查的进度", "See the rounds of checks", SYSTEM,
      ADMINISTRATION, SYSTEM_ADMIN },
    { .right = NULL },
};

extern const char quality_round_sql[];

const Module quality_round_module = { .noun = "quality_round",
                                      .schema = quality_round_sql,
                                      .rights = RIGHTS,
                                      .keeps = &ROUNDS,
                                      .jobs = JOBS,
                                      .tidy = tidy };
