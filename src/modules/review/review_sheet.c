/* A sheet: one expert's scores of one zone in one part. */
#include "modules/review/review_inside.h"

#include "core/access/right.h"
#include "core/request/audit.h"
#include "modules/expert/expert.h"

#include <assert.h>
#include <string.h>

static const Option PARTS[] = {
    { "paper", "专家评审", "Paper review" },
    { "defence", "视频答辩", "Defence" },
    { .key = NULL },
};

static const Option STATES[] = {
    { "open", "评分中", "Open" },
    { "submitted", "已提交", "Submitted" },
    { "recused", "已回避", "Recused" },
    { .key = NULL },
};

const Field review_sheet_fields[] = {
    { "id", FIELD_INT, offsetof(ReviewSheet, id), "编号", "Number" },
    { "part", FIELD_ENUM, offsetof(ReviewSheet, part), "部分", "Part", .options = PARTS },
    { "alias", FIELD_TEXT, offsetof(ReviewSheet, alias), "评审件", "Alias" },
    { "state", FIELD_ENUM, offsetof(ReviewSheet, state), "状态", "State", .options = STATES },
    { "version", FIELD_INT, offsetof(ReviewSheet, version), "版本", "Version" },
    { "filled", FIELD_INT, offsetof(ReviewSheet, filled), "已评项数", "Items scored" },
    { "items", FIELD_INT, offsetof(ReviewSheet, items), "项数", "Items" },
    { "total", FIELD_INT, offsetof(ReviewSheet, total), "合计", "Total", .unit = "0.01 分" },
    { "note", FIELD_TEXT, offsetof(ReviewSheet, note), "总体意见", "Note", .max = 2000 },
    { "submitted_at", FIELD_INSTANT, offsetof(ReviewSheet, submitted_at), "提交时间",
      "Submitted at" },
    { "batch_name", FIELD_TEXT, offsetof(ReviewSheet, batch_name), "批次", "Batch" },
    { "deadline", FIELD_INSTANT, offsetof(ReviewSheet, deadline), "评分截止", "Deadline" },
    { "sealed", FIELD_BOOL, offsetof(ReviewSheet, sealed), "已封存", "Sealed" },
    { "position", FIELD_INT, offsetof(ReviewSheet, position), "答辩顺序", "Order of defence" },
    { "planned_at", FIELD_INSTANT, offsetof(ReviewSheet, planned_at), "预定时间", "Planned at" },
    { "started_at", FIELD_INSTANT, offsetof(ReviewSheet, started_at), "开始时间", "Started at" },
    { "ended_at", FIELD_INSTANT, offsetof(ReviewSheet, ended_at), "结束时间", "Ended at" },
    { "batch_id", FIELD_INT, offsetof(ReviewSheet, batch_id), "批次", "Batch",
      .flags = FIELD_SECRET },
    { "zone_id", FIELD_INT, offsetof(ReviewSheet, zone_id), "推进区", "Zone",
      .flags = FIELD_SECRET },
    { "expert_id", FIELD_INT, offsetof(ReviewSheet, expert_id), "专家", "Expert",
      .flags = FIELD_SECRET },
    FIELDS_END,
};

const Field score_fields[] = {
    { "item", FIELD_TEXT, offsetof(Score, item), "评分项", "Item", .flags = FIELD_REQUIRED },
    { "points", FIELD_INT, offsetof(Score, points), "得分", "Points", .unit = "0.01 分" },
    { "reason", FIELD_TEXT, offsetof(Score, reason), "理由", "Reason", .max = 1000 },
    FIELDS_END,
};

/* $1 = the account of the expert */
#define SHEET_SELECT                                                                               \
    "SELECT s.id, s.part, a.alias, s.state, s.version, s.note, s.submitted_at, "                   \
    "b.name AS batch_name, r.deadline, "                                                           \
    "CASE WHEN r.sealed_at IS NULL THEN 0 ELSE 1 END AS sealed, "                                  \
    "(SELECT count(c.points) FROM review_score c WHERE c.sheet_id = s.id) AS filled, "             \
    "(SELECT CAST(sum(c.points) AS BIGINT) FROM review_score c WHERE c.sheet_id = s.id) "          \
    "AS total, d.position, d.planned_at, d.started_at, d.ended_at, s.batch_id, s.zone_id, "        \
    "s.expert_id FROM review_sheet s JOIN expert e ON e.id = s.expert_id "                         \
    "JOIN batch b ON b.id = s.batch_id JOIN review_alias a ON a.zone_id = s.zone_id "              \
    "JOIN review_round r ON r.batch_id = s.batch_id AND r.part = s.part "                          \
    "LEFT JOIN defence_slot d ON d.zone_id = s.zone_id AND s.part = 'defence' "                    \
    "WHERE e.user_id = $1 "

static Err count_items(Cx *cx, ReviewSheet *s)
{
    const Rubric *r;
    TRY(review_rubric(cx, &r, s->batch_id));
    s->items = 0;
    for (size_t i = 0; i < r->item_count; i++)
        s->items += strcmp(r->items[i].part, s->part) == 0;
    return OK;
}

Err review_sheet_list(Cx *cx, List *out)
{
    TRY(store_list(cx, out, review_sheet_fields, sizeof(ReviewSheet),
                   SHEET_SELECT "ORDER BY s.batch_id DESC, s.part DESC, d.position, a.alias",
                   ARGS(I(cx->user->id))));
    ReviewSheet *rows = out->rows;
    for (size_t i = 0; i < out->count; i++)
        TRY(count_items(cx, &rows[i]));
    return OK;
}

Err review_sheet_get(Cx *cx, ReviewSheet *out, int64_t id)
{
    Err e = store_row(cx, out, review_sheet_fields, SHEET_SELECT "AND s.id = $2",
                      ARGS(I(cx->user->id), I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "您没有这份评分表", "you have no such sheet");
    TRY(e);
    return count_items(cx, out);
}

Err review_sheet_scores(Cx *cx, List *out, int64_t id)
{
    return store_list(cx, out, score_fields, sizeof(Score),
                      "SELECT item, points, reason FROM review_score WHERE sheet_id = $1 "
                      "ORDER BY item",
                      ARGS(I(id)));
}

Err review_sheet_open(Cx *cx, const ReviewSheet *s)
{
    if (strcmp(s->state, "recused") == 0)
        return fail(cx, FORBIDDEN, "state", "您已回避，这份评审件不再由您评分",
                    "you are recused and do not score this one");
    return expert_must_score(cx, s->batch_id, s->zone_id, s->expert_id);
}

/* Whether the sheet may be changed now. */
static Err check_change(Cx *cx, const ReviewSheet *s)
{
    Round r;
    int64_t now;
    TRY(review_sheet_open(cx, s));
    if (strcmp(s->state, "open") != 0)
        return fail(cx, CONFLICT, "state", "评分表已提交，不能再改",
                    "the sheet was submitted and does not change any more");
    TRY(round_get(cx, &r, s->batch_id, s->part));
    TRY(round_unsealed(cx, &r));
    TRY(review_now(cx, &now));
    if (now > r.deadline)
        return fail(cx, CONFLICT, "deadline", "评分已于 %s 截止", "scoring ended at %s",
                    instant_text(cx, r.deadline));
    return OK;
}

static Err check_version(Cx *cx, const ReviewSheet *s, int64_t version)
{
    if (version == s->version)
        return OK;
    return fail(cx, STALE, "version", "评分表已有新的保存（版本 %lld），请重新打开",
                "the sheet was saved meanwhile (version %lld); open it again",
                (long long)s->version);
}

static Err touch(Cx *cx, ReviewSheet *s, const char *state, int64_t submitted_at)
{
    TRY(store_run(cx,
                  "UPDATE review_sheet SET state = $1, note = $2, submitted_at = $3, "
                  "version = version + 1 WHERE id = $4 AND version = $5",
                  ARGS(T(state), T(s->note), I(submitted_at), I(s->id), I(s->version))));
    if (store_changes(cx) != 1)
        return check_version(cx, s, -1);
    s->version++;
    s->state = state;
    s->submitted_at = submitted_at;
    return OK;
}

/* --- saving --- */

static Err check_score(Cx *cx, const Rubric *r, const ReviewSheet *s, const Score *score,
                       const char *at)
{
    const RubricItem *item = rubric_item(r, s->part, score->item);
    if (!item)
        return fail(cx, INVALID, json_pointer(cx, at, "item"), "没有评分项“%s”",
                    "there is no item %s", score->item);
    if (score->points == UNSET)
        return OK;
    if (score->points < 0 || score->points > item->max || score->points % r->step != 0)
        return fail(cx, INVALID, json_pointer(cx, at, "points"),
                    "“%s%.0s”应为 0 至 %lld 分，每档 %lld.%02lld 分",
                    "“%.0s%s” takes 0 to %lld points in steps of %lld.%02lld", item->zh, item->en,
                    (long long)(item->max / POINT), (long long)(r->step / POINT),
                    (long long)(r->step % POINT));
    return OK;
}

static Err save_score(Cx *cx, const ReviewSheet *s, const Score *score)
{
    return store_run(cx,
                     "INSERT INTO review_score(sheet_id, item, points, reason) "
                     "VALUES($1, $2, $3, $4) ON CONFLICT (sheet_id, item) "
                     "DO UPDATE SET points = excluded.points, reason = excluded.reason",
                     ARGS(I(s->id), T(score->item), I(score->points), T(score->reason)));
}

typedef struct Saving {
    int64_t version;
    const char *note;
} Saving;

const Field review_saving[] = {
    { "version", FIELD_INT, offsetof(Saving, version), "版本", "Version", .flags = FIELD_REQUIRED },
    { "scores", FIELD_LIST, NO_OFFSET, "得分", "Scores", .fields = score_fields },
    { "note", FIELD_TEXT, offsetof(Saving, note), "总体意见", "Note", .max = 2000 },
    FIELDS_END,
};

/* What was scored stays sealed in the log too: the entry says only that it was saved. */
Err review_sheet_save(Cx *cx, ReviewSheet *s, const Json *body)
{
    const Rubric *r;
    const Json *note = json_get(body, "note"), *scores = json_get(body, "scores");
    TRY(check_change(cx, s));
    TRY(field_check(cx, review_saving, body));
    TRY(check_version(cx, s, json_int(body, "version", 0)));
    TRY(review_rubric(cx, &r, s->batch_id));
    for (size_t i = 0; scores && i < scores->count; i++) {
        Score score;
        const char *at = json_pointer_at(cx, "/scores", i);
        field_clear(&score, score_fields);
        TRY(field_read_new(cx, &score, score_fields, scores->items[i], at));
        TRY(check_score(cx, r, s, &score, at));
        TRY(save_score(cx, s, &score));
    }
    if (note)
        s->note = note->text;
    audit_note(cx, "review", s->id, NULL, NULL);
    return touch(cx, s, "open", UNSET);
}

/* --- submitting --- */

static const Score *score_of(const List *scores, const char *item)
{
    const Score *rows = scores->rows;
    for (size_t i = 0; i < scores->count; i++)
        if (strcmp(rows[i].item, item) == 0)
            return &rows[i];
    return NULL;
}

static bool lacks(const Rubric *r, const RubricItem *item, const Score *score)
{
    if (!score || score->points == UNSET)
        return true;
    bool extreme = score->points <= item->low || score->points >= item->high;
    return extreme &&
           (text_blank(score->reason) || (int64_t)text_count(score->reason) < r->reason_min);
}

const char **review_sheet_lacks(Cx *cx, const Rubric *r, const ReviewSheet *s, const List *scores)
{
    size_t n = 0;
    const char **out = NEW_N(cx, const char *, r->item_count + 1);
    for (size_t i = 0; i < r->item_count; i++) {
        const RubricItem *item = &r->items[i];
        if (strcmp(item->part, s->part) == 0 && lacks(r, item, score_of(scores, item->key)))
            out[n++] = item->key;
    }
    return out;
}

Err review_sheet_submit(Cx *cx, ReviewSheet *s, int64_t version)
{
    const Rubric *r;
    List scores;
    TRY(check_change(cx, s));
    TRY(check_version(cx, s, version));
    TRY(review_rubric(cx, &r, s->batch_id));
    TRY(review_sheet_scores(cx, &scores, s->id));
    const char **lacking = review_sheet_lacks(cx, r, s, &scores);
    if (*lacking) {
        const RubricItem *item = rubric_item(r, s->part, *lacking);
        return fail(cx, CONFLICT, item->key, "“%s%.0s”还没有得分，或极端分没有写够 %lld 字的理由",
                    "“%.0s%s” has no points yet, or an extreme score without a reason of %lld "
                    "characters",
                    item->zh, item->en, (long long)r->reason_min);
    }
    audit_note(cx, "review", s->id, NULL, NULL);
    return touch(cx, s, "submitted", cx_now(cx));
}

/* --- recusal --- */

Err review_panel_changed(Cx *cx, int64_t batch_id)
{
    static const char *const SCORED[] = { "paper", "defence" };
    for (size_t i = 0; i < COUNT(SCORED); i++) {
        Round r;
        Err e = round_get(cx, &r, batch_id, SCORED[i]);
        if (e == OK && r.sealed_at == UNSET)
            TRY(review_make_sheets(cx, batch_id, SCORED[i]));
        else if (e != OK && e != NOT_FOUND)
            return e;
    }
    return OK;
}

Err review_sheet_recuse(Cx *cx, ReviewSheet *s, const char *reason)
{
    TRY(check_change(cx, s));
    TRY(expert_recuse(cx, s->batch_id, s->expert_id, s->zone_id, reason));
    return review_panel_changed(cx, s->batch_id);
}
