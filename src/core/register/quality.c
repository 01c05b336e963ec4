#include "core/register/quality.h"

#include "core/access/right.h"
#include "core/access/seal.h"
#include "core/process/pack_store.h"
#include "core/register/row_reader.h"
#include "core/request/audit.h"
#include "core/request/core.h"

#include <assert.h>
#include <string.h>

static const char *const EFFECTS[] = { "blocks", "warns", "lists" };
static const char *const ANSWERS[] = { "wrong", "right", "open" }; /* of RowTruth */

/* A row that is being judged. */
typedef struct Judging {
    const Register *r;
    const Pack *pack;
    const void *row;
    int64_t id; /* UNSET: not kept yet */
    RowValues values;
} Judging;

/* --- counted neighbours --- */

static Operand value_of(const Field *f, const void *row)
{
    void *at = (void *)(uintptr_t)row;
    return field_is_text(f) ? (Operand){ .is_text = true, .text = *field_text(f, at) }
                            : (Operand){ .number = *field_int(f, at) };
}

/* False where this row lacks what its neighbours would have in common with it. */
static bool neighbours(Cx *cx, RowCondition *out, const Judging *j, const QualityCount *count)
{
    size_t n = 0, kept = 0;
    while (count->same[2 * n])
        n++;
    const RowCondition **parts = NEW_N(cx, const RowCondition *, n + 2);
    for (size_t i = 0; i < n; i++) {
        const Field *there = field_find(count->of->table.fields, count->same[2 * i]);
        const Field *here = field_find(j->r->table.fields, count->same[2 * i + 1]);
        Operand value = value_of(here, j->row);
        if (value.is_text ? !value.text : value.number == UNSET)
            return false;
        parts[kept++] = condition_compare(cx, there, SIGN_EQ, value);
    }
    if (strcmp(count->of->noun, j->r->noun) == 0 && j->id != UNSET)
        parts[kept++] = condition_compare(cx, field_find(count->of->table.fields, "id"), SIGN_NE,
                                          (Operand){ .number = j->id });
    *out = (RowCondition){ .kind = CONDITION_AND, .parts = parts, .count = kept };
    return true;
}

static Err count_one(Cx *cx, int64_t *out, const Judging *j, const QualityCount *count)
{
    List found;
    const Register *of;
    const RowCondition *own = NULL;
    RowCondition same;
    *out = UNSET;
    if (!neighbours(cx, &same, j, count))
        return OK;
    TRY(register_find(cx, &of, count->of->noun));
    if (count->condition)
        TRY(row_feel_condition(cx, &own, count->condition));
    const RowCondition *parts[] = { &same, own };
    const RowCondition all = { .kind = CONDITION_AND, .parts = parts, .count = own ? 2 : 1 };
    const PageQuery query = { .condition = &all };
    TRY(table_measure(cx, &found, &of->table, range_of(cx, ""), &query, &(Measure){ 0 }));
    *out = ((const Measured *)found.rows)->value;
    return OK;
}

/* --- judging --- */

static const char *label_of(Cx *cx, const Judging *j, const char *key, Lang lang)
{
    const char *slash = strchr(key, '/');
    const char *own = slash ? arena_text_n(cx->arena, key, (size_t)(slash - key)) : key;
    const Field *f = field_find(j->r->table.fields, own);
    const Register *to = slash && f ? pack_register(j->pack, f->link) : NULL;
    const Field *there = to ? field_find(to->table.fields, slash + 1) : NULL;
    if (!f)
        return key; /* a counted neighbour, by its name */
    const char *label = lang == EN ? f->en : f->zh;
    return there ? arena_format(cx->arena, "%s·%s", label, lang == EN ? there->en : there->zh)
                 : label;
}

static const char *labels(Cx *cx, const Judging *j, const char *const *missing, Lang lang)
{
    Buf b = BUF(cx);
    for (; *missing; missing++)
        buf_format(&b, "%s%s", b.length ? (lang == EN ? ", " : "、") : "",
                   label_of(cx, j, *missing, lang));
    return b.length ? buf_text(&b) : NULL;
}

/* Of what the check reads of the row itself, under a key: values may be of a person, and are told
 * apart by this alone. */
static const char *digest_of(Cx *cx, const Judging *j, const QualityCheck *c)
{
    Buf b = BUF(cx);
    for (const Field *f = j->r->table.fields; f->type != FIELD_END; f++) {
        if (strcmp(f->key, c->field) != 0 && !row_feel_reads(c->right, f->key))
            continue;
        Operand value = value_of(f, j->row);
        buf_format(&b, "%s=%s%lld;", f->key, value.is_text ? text_or(value.text, "-") : "",
                   value.is_text ? 0 : (long long)value.number);
    }
    return keys_mac(cx, cx->core->keys, 't', buf_text(&b), b.length);
}

static Err judge(Cx *cx, QualityResult *out, const Judging *j, const QualityCheck *c)
{
    RowTruth truth;
    RowValues values = j->values;
    const char *const *missing;
    int64_t *counts = NEW_N(cx, int64_t, c->count_count + 1);
    for (size_t i = 0; i < c->count_count; i++)
        TRY(count_one(cx, &counts[i], j, &c->counts[i]));
    values.counts = counts;
    TRY(row_feel_run(cx, &truth, &missing, c->right, &values));
    bool failed = truth == ROW_NO || (truth == ROW_OPEN && c->known);
    *out = (QualityResult){ .id = c->id,
                            .effect = EFFECTS[c->effect],
                            .answer = ANSWERS[truth],
                            .holds = failed && c->effect != QUALITY_LISTS,
                            .zh = c->zh,
                            .en = c->en,
                            .basis = c->basis,
                            .field = c->field,
                            .missing_zh = labels(cx, j, missing, ZH),
                            .missing_en = labels(cx, j, missing, EN),
                            .digest = digest_of(cx, j, c),
                            .reason_at = UNSET };
    return OK;
}

typedef struct KeptReason {
    const char *check_id;
    const char *reason;
    const char *digest; /* NULL: written before there were any */
    const char *by;
    int64_t at;
} KeptReason;

static const Field kept_fields[] = {
    { "check_id", FIELD_TEXT, offsetof(KeptReason, check_id), "检查", "Check" },
    { "reason", FIELD_TEXT, offsetof(KeptReason, reason), "理由", "Reason" },
    { "digest", FIELD_TEXT, offsetof(KeptReason, digest), "所对的内容", "Digest" },
    { "by", FIELD_TEXT, offsetof(KeptReason, by), "何人", "By" },
    { "at", FIELD_INSTANT, offsetof(KeptReason, at), "何时", "At" },
    FIELDS_END,
};

/* A warning that has its reason holds up nothing, while what it was written for is as it was. */
static Err add_reasons(Cx *cx, QualityResult *results, size_t count, const Judging *j)
{
    List kept;
    if (j->id == UNSET)
        return OK;
    TRY(store_list(
        cx, &kept, kept_fields, sizeof(KeptReason),
        "SELECT q.check_id, q.reason, q.digest, u.name AS \"by\", q.made_at AS \"at\" FROM "
        "quality_reason q JOIN \"user\" u ON u.id = q.made_by WHERE q.noun = $1 AND "
        "q.row_id = $2",
        ARGS(T(j->r->noun), I(j->id))));
    const KeptReason *reasons = kept.rows;
    for (size_t i = 0; i < kept.count; i++)
        for (size_t k = 0; k < count; k++)
            if (strcmp(results[k].id, reasons[i].check_id) == 0 &&
                (!reasons[i].digest || text_same(reasons[i].digest, results[k].digest))) {
                results[k].reason = reasons[i].reason;
                results[k].reason_by = reasons[i].by;
                results[k].reason_at = reasons[i].at;
                results[k].holds &= strcmp(results[k].effect, "warns") != 0;
            }
    return OK;
}

/* Of the row's links each is read once, however many checks look into it. */
static Err read_links(Cx *cx, Judging *j)
{
    RowReader reader;
    TRY(row_reader(cx, &reader, j->r, row_shape(cx, j->pack, j->r, NULL)));
    return row_reader_values(cx, &j->values, &reader, j->row);
}

static const QualityCheck **checks_of(Cx *cx, const Judging *j, size_t *count)
{
    size_t all = j->pack->quality ? j->pack->quality->count : 0;
    const QualityCheck **own = NEW_N(cx, const QualityCheck *, all + 1);
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (strcmp(j->pack->quality->at[i].noun, j->r->noun) == 0)
            own[(*count)++] = &j->pack->quality->at[i];
    return own;
}

Err quality_run(Cx *cx, List *out, const Register *r, const void *row)
{
    size_t count;
    Judging j = { .r = r, .row = row, .id = register_int(r, row, "id") };
    *out = (List){ 0 };
    if (!r->pack) /* a noun of the program */
        return OK;
    TRY(pack_store_get(cx, &j.pack, r->pack));
    const QualityCheck **own = checks_of(cx, &j, &count);
    if (count == 0)
        return OK;
    TRY(read_links(cx, &j));
    QualityResult *results = NEW_N(cx, QualityResult, count);
    for (size_t i = 0; i < count; i++)
        TRY(judge(cx, &results[i], &j, own[i]));
    TRY(add_reasons(cx, results, count, &j));
    *out = (List){ results, count, (int64_t)count };
    return OK;
}

static Err refuse(Cx *cx, const QualityResult *q)
{
    bool blocks = strcmp(q->effect, "blocks") == 0, open = strcmp(q->answer, "open") == 0;
    if (open)
        return fail(cx, INVALID, q->field, "%s 待补%s%.0s：%s%.0s",
                    "%s%.0s cannot be told while %s is missing: %.0s%s", q->id,
                    text_or(q->missing_zh, ""), text_or(q->missing_en, ""), q->zh, q->en);
    if (blocks)
        return fail(cx, INVALID, q->field, "%s %s%.0s", "%s %.0s%s", q->id, q->zh, q->en);
    return fail(cx, CONFLICT, "reason", "%s %s%.0s：请先写明理由",
                "%s %.0s%s: write a reason first", q->id, q->zh, q->en);
}

Err quality_hold(Cx *cx, const Register *r, const void *row, bool act)
{
    List found;
    TRY(quality_run(cx, &found, r, row));
    const QualityResult *results = found.rows;
    for (size_t i = 0; i < found.count; i++) {
        bool blocks = strcmp(results[i].effect, "blocks") == 0;
        bool open = strcmp(results[i].answer, "open") == 0;
        if (results[i].holds && (act || (blocks && !open)))
            return refuse(cx, &results[i]);
    }
    return OK;
}

/* --- routes --- */

#define TEXT(member, zh, en)                                                                       \
    {                                                                                              \
#member, FIELD_TEXT, offsetof(QualityResult, member), zh, en                               \
    }

static const Option EFFECT_OPTIONS[] = { { "blocks", "不符不能办理", "Blocks" },
                                         { "warns", "不符须写理由", "Warns" },
                                         { "lists", "只提示", "Lists" },
                                         { .key = NULL } };
static const Option ANSWER_OPTIONS[] = { { "wrong", "不符", "Wrong" },
                                         { "right", "符合", "Right" },
                                         { "open", "待补", "Open" },
                                         { .key = NULL } };

typedef struct ResultRow {
    QualityResult of;
    int64_t holds;
} ResultRow;

static const Field result_fields[] = {
    TEXT(id, "检查", "Check"),
    { "effect", FIELD_ENUM, offsetof(QualityResult, effect), "效力", "Effect",
      .options = EFFECT_OPTIONS },
    { "answer", FIELD_ENUM, offsetof(QualityResult, answer), "结果", "Answer",
      .options = ANSWER_OPTIONS },
    { "holds", FIELD_BOOL, offsetof(ResultRow, holds), "现在不能办理", "Holds up an act" },
    TEXT(zh, "说明", "Text"),
    TEXT(en, "说明（英文）", "Text (English)"),
    TEXT(basis, "依据", "Basis"),
    TEXT(field, "改哪个字段", "Field that mends it"),
    TEXT(missing_zh, "待补", "Missing"),
    TEXT(missing_en, "待补（英文）", "Missing (English)"),
    TEXT(reason, "理由", "Reason"),
    TEXT(reason_by, "何人写的理由", "Whose reason"),
    { "reason_at", FIELD_INSTANT, offsetof(QualityResult, reason_at), "何时写的理由",
      "Reason given at" },
    FIELDS_END,
};

static Err open_row(Cx *cx, const Register **r, void **row, const Request *rq)
{
    TRY(register_find(cx, r, request_param(rq, "noun")));
    *row = register_row(cx, *r);
    return register_get(cx, *r, *row, request_id(rq, "id"));
}

static Err checks(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    void *row;
    List found;
    TRY(open_row(cx, &r, &row, rq));
    TRY(quality_run(cx, &found, r, row));
    ResultRow *rows = NEW_N(cx, ResultRow, found.count + 1);
    for (size_t i = 0; i < found.count; i++) {
        rows[i].of = ((const QualityResult *)found.rows)[i];
        rows[i].holds = rows[i].of.holds;
    }
    found.rows = rows;
    return reply_page(cx, rp, result_fields, sizeof *rows, &found);
}

typedef struct GivenReason {
    const char *check;
    const char *reason;
} GivenReason;

static const Field given_fields[] = {
    { "check", FIELD_TEXT, offsetof(GivenReason, check), "检查", "Check", FIELD_REQUIRED, 1, 40 },
    { "reason", FIELD_TEXT, offsetof(GivenReason, reason), "理由", "Reason", FIELD_REQUIRED, 4,
      500 },
    FIELDS_END,
};

static const QualityResult *warning(const List *found, const char *id)
{
    const QualityResult *results = found->rows;
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(results[i].id, id) == 0 && strcmp(results[i].effect, "warns") == 0 &&
            strcmp(results[i].answer, "right") != 0)
            return &results[i];
    return NULL;
}

/* The log has the check and the row; the words themselves may speak of a person. */
static Err give_reason(Cx *cx, Request *rq, Reply *rp)
{
    GivenReason given;
    const Register *r;
    void *row;
    List found;
    TRY(open_row(cx, &r, &row, rq));
    TRY(request_row(cx, &given, given_fields, rq));
    if (!range_has(register_reach(cx), register_text(r, row, "territory")))
        return fail(cx, FORBIDDEN, "territory", "这一条不在您的辖区",
                    "it is not in your territory");
    TRY(quality_run(cx, &found, r, row));
    const QualityResult *warned = warning(&found, given.check);
    if (!warned)
        return fail(cx, CONFLICT, "/check", "检查“%s”现在没有警告，不需要理由",
                    "check “%s” does not warn now and needs no reason", given.check);
    int64_t id = register_int(r, row, "id");
    TRY(store_run(
        cx,
        "INSERT INTO quality_reason(noun, row_id, check_id, reason, made_by, made_at, digest) "
        "VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT(noun, row_id, check_id) DO UPDATE "
        "SET reason = excluded.reason, made_by = excluded.made_by, made_at = "
        "excluded.made_at, digest = excluded.digest",
        ARGS(T(r->noun), I(id), T(given.check), T(given.reason), I(cx->user->id), I(cx_now(cx)),
             T(warned->digest))));
    audit_act(cx, r->noun, id, "写明警告的理由", "Give a reason for a warning",
              arena_format(cx->arena, "{\"检查\":\"%s\"}", given.check));
    return reply_done(cx, rp);
}

#define AT "/api/registers/:noun/:id"

static const Route ROUTES[] = {
    { GET, AT "/checks", "register.read", checks, "查看登记的检查", "Show a row's checks",
      .out = result_fields, .flags = ROUTE_PAGE },
    { POST, AT "/reasons", "register.act", give_reason, "写明警告的理由",
      "Give a reason for a warning", .in = given_fields },
    ROUTES_END,
};

extern const char quality_sql[];

const Module quality_module = { .noun = "quality", .schema = quality_sql, .routes = ROUTES };
