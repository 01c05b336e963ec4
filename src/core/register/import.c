#include "core/register/import.h"

#include "base/budget.h"
#include "base/log.h"
#include "core/access/right.h"
#include "core/record/setting.h"
#include "core/register/register_install.h"
#include "core/request/act.h"
#include "core/request/audit.h"
#include "core/request/job.h"

#include <assert.h>
#include <string.h>

enum { ACT_ROWS = 500 };

static const Option STATES[] = {
    { "applying", "正在入库", "Under way" },
    { "held", "待确认", "Waits for a decision" },
    { "done", "已完成", "Done" },
    { "ended", "已确认结束", "Ended" },
    { .key = NULL },
};

const Field import_fields[] = {
    { "id", FIELD_INT, offsetof(Import, id), "编号", "Number", FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Import, version), "版本", "Version", FIELD_READONLY },
    { "noun", FIELD_TEXT, offsetof(Import, noun), "登记簿", "Register", FIELD_READONLY },
    { "territory", FIELD_TEXT, offsetof(Import, territory), "辖区", "Territory", FIELD_READONLY },
    { "file", FIELD_TEXT, offsetof(Import, file), "文件摘要", "Digest of the file",
      FIELD_READONLY },
    { "state", FIELD_ENUM, offsetof(Import, state), "状态", "State", FIELD_READONLY,
      .options = STATES },
    { "total", FIELD_INT, offsetof(Import, total), "应入库行数", "Rows to apply", FIELD_READONLY },
    { "applied", FIELD_INT, offsetof(Import, applied), "已入库行数", "Rows applied",
      FIELD_READONLY },
    { "refused", FIELD_INT, offsetof(Import, refused), "未能入库行数", "Rows refused",
      FIELD_READONLY },
    { "reason_zh", FIELD_TEXT, offsetof(Import, reason_zh), "停下的原因", "Why it stopped",
      FIELD_READONLY },
    { "reason_en", FIELD_TEXT, offsetof(Import, reason_en), "停下的原因（英文）",
      "Why it stopped (English)", FIELD_READONLY },
    { "job_id", FIELD_INT, offsetof(Import, job_id), "任务", "Job", FIELD_READONLY },
    { "made_by", FIELD_INT, offsetof(Import, made_by), "导入人编号", "Begun by", FIELD_READONLY },
    { "made_at", FIELD_INSTANT, offsetof(Import, made_at), "开始时间", "Begun at", FIELD_READONLY },
    { "ended_at", FIELD_INSTANT, offsetof(Import, ended_at), "结束时间", "Ended at",
      FIELD_READONLY },
    FIELDS_END,
};

#define SELECT_IMPORT                                                                              \
    "SELECT id, version, noun, territory, file, state, total, applied, refused, reason_zh, "       \
    "reason_en, job_id, made_by, made_at, ended_at FROM import "

/* Rows that wait hold whatever a sheet may: people's numbers too. */
typedef struct PartRow {
    int64_t id;
    int64_t import_id;
    int64_t first_row;
    int64_t count;
    const char *changes; /* [{"line", "id", "version", "cells"}] */
} PartRow;

static const Field part_fields[] = {
    { "id", FIELD_INT, offsetof(PartRow, id), "编号", "Number" },
    { "import_id", FIELD_INT, offsetof(PartRow, import_id), "导入", "Import" },
    { "first_row", FIELD_INT, offsetof(PartRow, first_row), "起始行", "First row" },
    { "count", FIELD_INT, offsetof(PartRow, count), "行数", "Rows" },
    { "changes", FIELD_TEXT, offsetof(PartRow, changes), "变更", "Changes",
      FIELD_SECRET | FIELD_SEALED, .place = "import_part.changes" },
    FIELDS_END,
};

typedef struct Refusal {
    int64_t id;
    int64_t import_id;
    int64_t line;
    const char *field;
    const char *zh;
    const char *en;
} Refusal;

/* What is said of a row may quote it. */
static const Field refusal_fields[] = {
    { "id", FIELD_INT, offsetof(Refusal, id), "编号", "Number" },
    { "import_id", FIELD_INT, offsetof(Refusal, import_id), "导入", "Import" },
    { "line", FIELD_INT, offsetof(Refusal, line), "表中行号", "Line of the sheet" },
    { "field", FIELD_TEXT, offsetof(Refusal, field), "字段", "Field" },
    { "zh", FIELD_TEXT, offsetof(Refusal, zh), "原因", "Reason", FIELD_SEALED,
      .place = "import_refusal.zh" },
    { "en", FIELD_TEXT, offsetof(Refusal, en), "原因（英文）", "Reason (English)", FIELD_SEALED,
      .place = "import_refusal.en" },
    FIELDS_END,
};

Err import_rows_at_once(Cx *cx, int64_t *most)
{
    return setting_int(cx, most, "import.rows");
}

/* --- which go on --- */

static Err open_ones(Cx *cx, List *out, const char *noun)
{
    return store_list(cx, out, import_fields, sizeof(Import),
                      SELECT_IMPORT "WHERE noun = $1 AND ended_at IS NULL ORDER BY id LIMIT 50",
                      ARGS(T(noun)));
}

/* One lies in the other. */
static bool overlap(const char *a, const char *b)
{
    size_t n = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    return strncmp(a, b, n) == 0;
}

Err import_prove_free(Cx *cx, const Register *r)
{
    List open;
    TRY(open_ones(cx, &open, r->noun));
    const Import *imports = open.rows;
    for (size_t i = 0; i < open.count; i++) {
        const Import *im = &imports[i];
        if (!overlap(im->territory, cx->user->territory))
            continue;
        bool held = strcmp(im->state, "held") == 0;
        return fail(cx, CONFLICT, "import",
                    "“%s”的上一次导入还没有完（已入库 %lld / 共 %lld）：%s%.0s",
                    "%.0sthe last import is not over (%lld of %lld applied): %.0s%s", r->zh,
                    (long long)im->applied, (long long)im->total,
                    held ? "请先办理停下的导入" : "请等它完成再导入",
                    held ? "first decide on what stopped" : "wait until it is done");
    }
    return OK;
}

Err import_whole(Cx *cx, const RowCondition **out, const char *noun)
{
    static const Field OF = { .key = "import_id", .type = FIELD_INT };
    List open;
    *out = NULL;
    TRY(open_ones(cx, &open, noun));
    const Import *imports = open.rows;
    for (size_t i = 0; i < open.count; i++) {
        RowCondition *none = NEW(cx, RowCondition), *other = NEW(cx, RowCondition);
        *none = (RowCondition){ .kind = CONDITION_UNKNOWN, .left = { .field = &OF } };
        *other = (RowCondition){ .kind = CONDITION_COMPARE,
                                 .sign = SIGN_NE,
                                 .left = { .field = &OF },
                                 .right = { .number = imports[i].id } };
        const RowCondition *one = condition_join(cx, CONDITION_OR, none, other);
        *out = condition_join(cx, CONDITION_AND, *out, one);
    }
    return OK;
}

Err import_hide(Cx *cx, PageQuery *query, const Register *r)
{
    const RowCondition *whole;
    if (!r->pack) /* a noun of the program is taken whole or not at all */
        return OK;
    TRY(import_whole(cx, &whole, r->noun));
    query->condition = condition_join(cx, CONDITION_AND, query->condition, whole);
    return OK;
}

/* --- putting aside --- */

static void put_change(JsonOut *o, const Register *r, const RowChange *c)
{
    json_open(o, NULL, '{');
    json_put_int(o, "line", c->line);
    json_put_int(o, "id", c->before ? register_int(r, c->before, "id") : 0);
    json_put_int(o, "version", c->before ? register_int(r, c->before, "version") : 0);
    if (c->row)
        json_put(o, "cells", c->cells);
    json_close(o, '}');
}

/* So many changes from *at on; it goes behind them. */
static Err put_part(Cx *cx, const RegisterIntake *in, PartRow *part, size_t *at, int64_t most)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    part->count = 0;
    json_open(&o, NULL, '[');
    for (; *at < in->count && part->count < most; ++*at) {
        if (in->changes[*at].same)
            continue;
        put_change(&o, in->r, &in->changes[*at]);
        part->count++;
    }
    json_close(&o, ']');
    part->changes = buf_text(&b);
    if (part->count == 0)
        return OK;
    return store_insert(cx, &part->id, "import_part", part_fields, part);
}

static Err queue(Cx *cx, int64_t *job, int64_t import)
{
    return job_start(cx, job, "import",
                     arena_format(cx->arena, "{\"import\":%lld}", (long long)import));
}

static Err put_parts(Cx *cx, int64_t import, const RegisterIntake *in)
{
    int64_t most;
    TRY(import_rows_at_once(cx, &most));
    PartRow part = { .import_id = import };
    for (size_t at = 0; at < in->count;) {
        TRY(put_part(cx, in, &part, &at, most < ACT_ROWS ? most : ACT_ROWS));
        part.first_row += part.count;
    }
    return OK;
}

Err import_begin(Cx *cx, int64_t *id, const RegisterIntake *in, const char *file)
{
    Import im = { .noun = in->r->noun,
                  .territory = cx->user->territory,
                  .file = file,
                  .state = "applying",
                  .total = (int64_t)(in->added + in->changed + in->removed),
                  .made_by = cx->user->id,
                  .made_at = cx_now(cx),
                  .ended_at = UNSET };
    *id = UNSET;
    if (im.total == 0)
        return OK;
    TRY(store_insert(cx, id, "import", import_fields, &im));
    TRY(queue(cx, &im.job_id, *id));
    TRY(store_run(cx, "UPDATE import SET job_id = $1 WHERE id = $2", ARGS(I(im.job_id), I(*id))));
    TRY(put_parts(cx, *id, in));
    audit_change(cx, "import", *id, import_fields, NULL, &im);
    return OK;
}

/* --- applying --- */

/* One act of an import. */
typedef struct Applying {
    int64_t id;
    Import import;
    RegisterIntake in;
    int64_t applied, refused; /* of this part */
    bool more;
} Applying;

static Err read_import(Cx *cx, Import *out, int64_t id)
{
    return store_row(cx, out, import_fields, SELECT_IMPORT "WHERE id = $1", ARGS(I(id)));
}

static Err prove_stands(Cx *cx, const Register *r, const void *before, const Json *change)
{
    int64_t id = before ? register_int(r, before, "id") : 0;
    int64_t version = before ? register_int(r, before, "version") : 0;
    if (id == json_int(change, "id", 0) && version == json_int(change, "version", 0))
        return OK;
    return fail(cx, STALE, "version", "核对之后有人改过这一条，没有覆盖",
                "somebody changed this row since the file was checked; it was not written over");
}

static Err apply_row(Cx *cx, Applying *a, const Json *change)
{
    const Register *r = a->in.r;
    RowChange c = { .line = json_int(change, "line", UNSET), .cells = json_get(change, "cells") };
    if (c.cells) {
        TRY(register_intake_row(cx, &a->in, &c));
    } else {
        c.before = register_row(cx, r);
        TRY(register_get(cx, r, c.before, json_int(change, "id", 0)));
    }
    TRY(prove_stands(cx, r, c.before, change));
    return register_intake_keep(cx, &a->in, &c, a->id);
}

static Err keep_refusal(Cx *cx, Applying *a, const Json *change)
{
    int64_t id;
    const Failure *f = &cx->failure;
    const Refusal one = { .import_id = a->id,
                          .line = json_int(change, "line", UNSET),
                          .field = *f->field == '/' ? f->field + 1 : f->field,
                          .zh = f->zh,
                          .en = f->en };
    a->refused++;
    return store_insert(cx, &id, "import_refusal", refusal_fields, &one);
}

static bool is_refusal(Err e)
{
    return e == INVALID || e == CONFLICT || e == FORBIDDEN || e == STALE || e == NOT_FOUND;
}

static Err apply_changes(Cx *cx, Applying *a, const PartRow *part)
{
    const Json *changes;
    TRY(json_parse(cx, &changes, part->changes, strlen(part->changes), &JSON_LIMITS));
    for (size_t i = 0; i < changes->count; i++) {
        Err e = apply_row(cx, a, changes->items[i]);
        if (is_refusal(e)) {
            TRY(keep_refusal(cx, a, changes->items[i]));
            continue;
        }
        TRY(e);
        a->applied++;
    }
    return OK;
}

static const char *part_words(Cx *cx, const Applying *a, const PartRow *part)
{
    const Import *im = &a->import;
    return arena_format(cx->arena, "导入“%s”第 %lld–%lld 行，已入库 %lld / 共 %lld", a->in.r->zh,
                        (long long)part->first_row + 1, (long long)(part->first_row + part->count),
                        (long long)(im->applied + a->applied), (long long)im->total);
}

/* Behind the last part the rows count everywhere, unless some were refused. */
static Err note_part(Cx *cx, Applying *a)
{
    Import *im = &a->import;
    im->applied += a->applied;
    im->refused += a->refused;
    TRY(store_exists(cx, &a->more, "SELECT 1 FROM import_part WHERE import_id = $1",
                     ARGS(I(a->id))));
    if (!a->more) {
        im->state = im->refused ? "held" : "done";
        im->ended_at = im->refused ? UNSET : cx_now(cx);
    }
    return store_run(cx,
                     "UPDATE import SET version = version + 1, applied = $2, refused = $3, "
                     "state = $4, ended_at = $5 WHERE id = $1",
                     ARGS(I(a->id), I(im->applied), I(im->refused), T(im->state), I(im->ended_at)));
}

static Err apply_part(Cx *cx, void *data)
{
    Applying *a = data;
    const Register *r;
    PartRow part;
    *a = (Applying){ .id = a->id };
    TRY(read_import(cx, &a->import, a->id));
    if (strcmp(a->import.state, "applying") != 0)
        return OK;
    TRY(register_find(cx, &r, a->import.noun));
    TRY(register_right(cx, r->noun, "write"));
    a->in = register_intake(cx, r);
    Err e = store_row(cx, &part, part_fields,
                      "SELECT id, import_id, first_row, count, changes FROM import_part "
                      "WHERE import_id = $1 ORDER BY first_row LIMIT 1",
                      ARGS(I(a->id)));
    if (e == NOT_FOUND)
        return note_part(cx, a);
    TRY(e);
    TRY(apply_changes(cx, a, &part));
    TRY(store_run(cx, "DELETE FROM import_part WHERE id = $1", ARGS(I(part.id))));
    audit_fold(cx, "import", a->id, part_words(cx, a, &part));
    return note_part(cx, a);
}

static Err apply_part_act(Cx *cx, void *data)
{
    return act_run(cx, "导入登记", "Import rows", apply_part, data);
}

typedef struct Holding {
    int64_t id;
    Failure why;
} Holding;

static Err hold(Cx *cx, void *data)
{
    const Holding *h = data;
    audit_act(cx, "import", h->id, "导入停下", "An import stopped", NULL);
    return store_run(cx,
                     "UPDATE import SET version = version + 1, state = 'held', reason_zh = $2, "
                     "reason_en = $3 WHERE id = $1 AND state = 'applying'",
                     ARGS(I(h->id), T(h->why.zh), T(h->why.en)));
}

/* What another attempt may mend is left to it; anything else waits for a person. */
static Err stopped(Cx *cx, int64_t id, Err e)
{
    if (e == BUSY || e == DOWN || e == FULL)
        return e;
    Holding h = { id, cx->failure };
    TRY(act_run(cx, "导入登记", "Import rows", hold, &h));
    cx->failure = h.why;
    return e;
}

static Err run(Cx *cx, const char **result, const Job *job)
{
    const Json *input;
    TRY(json_parse(cx, &input, job->input, strlen(job->input), &JSON_LIMITS));
    Applying a = { .id = json_int(input, "import", 0) };
    do {
        Err e = cx_apart(cx, apply_part_act, &a); /* there may be a hundred */
        if (e != OK)
            return stopped(cx, a.id, e);
        int64_t done = a.import.applied + a.import.refused;
        TRY(job_progress(cx, job, (int)(done * 100 / (a.import.total + !a.import.total))));
        TRY(budget_check(cx));
    } while (a.more);
    *result = arena_format(cx->arena, "{\"applied\":%lld,\"total\":%lld,\"refused\":%lld}",
                           (long long)a.import.applied, (long long)a.import.total,
                           (long long)a.import.refused);
    return OK;
}

/* --- by hand --- */

/* Those of the register in the caller's territory: what goes on first. */
static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List all, mine = { 0 };
    TRY(store_list(cx, &all, import_fields, sizeof(Import),
                   SELECT_IMPORT "WHERE noun = $1 ORDER BY ended_at IS NOT NULL, id DESC LIMIT 100",
                   ARGS(T(request_param(rq, "noun")))));
    Import *imports = mine.rows = all.rows;
    for (size_t i = 0; i < all.count; i++)
        if (overlap(imports[i].territory, cx->user->territory))
            imports[mine.count++] = imports[i];
    mine.total = (int64_t)mine.count;
    return reply_page(cx, rp, import_fields, sizeof(Import), &mine);
}

static Err find(Cx *cx, Import *out, const Request *rq)
{
    Err e = store_row(cx, out, import_fields, SELECT_IMPORT "WHERE id = $1 AND noun = $2",
                      ARGS(I(request_id(rq, "id")), T(request_param(rq, "noun"))));
    if (e == OK && overlap(out->territory, cx->user->territory))
        return OK;
    return e == OK || e == NOT_FOUND
               ? fail(cx, NOT_FOUND, NULL, "没有这次导入", "there is no such import")
               : e;
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    Import im;
    TRY(find(cx, &im, rq));
    return reply_row(cx, rp, import_fields, &im);
}

/* Which rows did not go in, and why: the report of an import. */
static Err refusals(Cx *cx, Request *rq, Reply *rp)
{
    Import im;
    List found;
    TRY(find(cx, &im, rq));
    TRY(store_list(cx, &found, refusal_fields, sizeof(Refusal),
                   "SELECT id, import_id, line, field, zh, en FROM import_refusal WHERE "
                   "import_id = $1 ORDER BY line, id LIMIT 500",
                   ARGS(I(im.id))));
    found.total = im.refused;
    return reply_page(cx, rp, refusal_fields, sizeof(Refusal), &found);
}

static const Option ACTS[] = {
    { "resume", "继续入库", "Go on" },
    { "end", "确认结束", "End it as it is" },
    { .key = NULL },
};

typedef struct ImportAsked {
    const char *act;
    int64_t version;
} ImportAsked;

static const Field act_fields[] = {
    { "act", FIELD_ENUM, offsetof(ImportAsked, act), "操作", "Act", FIELD_REQUIRED,
      .options = ACTS },
    { "version", FIELD_INT, offsetof(ImportAsked, version), "版本", "Version", FIELD_REQUIRED },
    FIELDS_END,
};

static Err moved(Cx *cx)
{
    return fail(cx, STALE, "version", "这次导入的状态刚有变化，请刷新后再办理",
                "the state of this import has just changed; look at it again");
}

static Err set_state(Cx *cx, const Import *im, const char *state, int64_t job, int64_t ended)
{
    TRY(store_run(cx,
                  "UPDATE import SET version = version + 1, state = $2, job_id = $3, ended_at = "
                  "$4, reason_zh = NULL, reason_en = NULL WHERE id = $1 AND version = $5",
                  ARGS(I(im->id), T(state), I(job), I(ended), I(im->version))));
    return store_changes(cx) == 1 ? OK : moved(cx);
}

/* Its rows count from now on, the others do not go in. */
static Err end(Cx *cx, const Import *im)
{
    TRY(set_state(cx, im, "ended", im->job_id, cx_now(cx)));
    return store_run(cx, "DELETE FROM import_part WHERE import_id = $1", ARGS(I(im->id)));
}

static Err resume(Cx *cx, const Import *im)
{
    int64_t job;
    bool waiting;
    TRY(store_exists(cx, &waiting, "SELECT 1 FROM import_part WHERE import_id = $1",
                     ARGS(I(im->id))));
    if (!waiting)
        return fail(cx, CONFLICT, "act", "没有待入库的行了：请确认结束，再另行导入未入库的行",
                    "no row waits: end it, then import the rows that were refused");
    TRY(queue(cx, &job, im->id));
    return set_state(cx, im, "applying", job, UNSET);
}

static Err act(Cx *cx, Request *rq, Reply *rp)
{
    Import im;
    ImportAsked a;
    TRY(find(cx, &im, rq));
    TRY(request_row(cx, &a, act_fields, rq));
    if (!range_has(register_reach(cx), im.territory))
        return fail(cx, FORBIDDEN, "territory", "这次导入不由您的辖区办理",
                    "this import is of a wider territory than yours");
    if (a.version != im.version)
        return moved(cx);
    if (strcmp(im.state, "held") != 0)
        return fail(cx, CONFLICT, "act", "只有停下的导入需要办理",
                    "only an import that stopped needs an act");
    bool ends = strcmp(a.act, "end") == 0;
    TRY(ends ? end(cx, &im) : resume(cx, &im));
    audit_act(cx, "import", im.id, ends ? "确认结束导入" : "继续导入",
              ends ? "End an import" : "Go on with an import", NULL);
    return reply_done(cx, rp);
}

/* --- what was left without a job --- */

static Err queue_again(Cx *cx, const List *lost)
{
    const Import *imports = lost->rows;
    const User *outer = cx->user;
    Err e = OK;
    for (size_t i = 0; e == OK && i < lost->count; i++) {
        User owner = { .id = imports[i].made_by };
        int64_t job;
        cx->user = &owner;
        e = queue(cx, &job, imports[i].id);
        cx->user = outer;
        if (e == OK)
            e = set_state(cx, &imports[i], "applying", job, UNSET);
    }
    return e;
}

/* A job that was cut off too often is given up; its import is not. */
static Err tidy(Cx *cx)
{
    List lost;
    TRY(store_list(cx, &lost, import_fields, sizeof(Import),
                   SELECT_IMPORT "WHERE state = 'applying' AND NOT EXISTS (SELECT 1 FROM job WHERE "
                                 "job.id = import.job_id AND job.state IN ('waiting', 'running'))",
                   NO_ARGS));
    if (lost.count == 0)
        return OK;
    log_warn("import", "%zu imports go on with another job", lost.count);
    TRY(store_begin(cx, true));
    Err e = queue_again(cx, &lost);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

static const JobKind JOBS[] = { { "import", "导入登记", "Import rows", run }, { .kind = NULL } };

#define AT "/api/registers/:noun/imports"

static const Route ROUTES[] = {
    { GET, AT, "register.read", list, "查看导入", "List imports", .out = import_fields,
      .flags = ROUTE_PAGE },
    { GET, AT "/:id", "register.read", show, "查看一次导入", "Show an import",
      .out = import_fields },
    { GET, AT "/:id/refusals", "register.write", refusals, "查看未入库的行",
      "List rows that an import refused", .out = refusal_fields, .flags = ROUTE_PAGE },
    { POST, AT "/:id/acts", "register.write", act, "办理停下的导入",
      "Act on an import that stopped", .in = act_fields },
    ROUTES_END,
};

extern const char import_sql[];

const Module import_module = { .noun = "import",
                               .schema = import_sql,
                               .routes = ROUTES,
                               .fields = import_fields,
                               .jobs = JOBS,
                               .start = tidy,
                               .tidy = tidy };
