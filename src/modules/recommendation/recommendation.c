#include "modules/recommendation/recommendation.h"

#include "core/access/right.h"
#include "core/request/audit.h"
#include "modules/region/region.h"

#include <assert.h>
#include <string.h>

const Field recommendation_fields[] = {
    { "id", FIELD_INT, offsetof(Recommendation, id), "编号", "Number", .flags = FIELD_READONLY },
    { "batch_id", FIELD_INT, offsetof(Recommendation, batch_id), "批次", "Batch",
      .flags = FIELD_READONLY },
    { "city", FIELD_TEXT, offsetof(Recommendation, city), "市代码", "City",
      .flags = FIELD_READONLY },
    { "letter_number", FIELD_TEXT, offsetof(Recommendation, letter_number), "推荐函文号",
      "Number of the letter", .max = 60 },
    { "letter_day", FIELD_DATE, offsetof(Recommendation, letter_day), "成文日期",
      "Date of the letter" },
    { "letter_attachment_id", FIELD_INT, offsetof(Recommendation, letter_attachment_id),
      "盖章推荐函", "Stamped letter", .min = 1 },
    { "reported_at", FIELD_INSTANT, offsetof(Recommendation, reported_at), "报省时间",
      "Reported at", .flags = FIELD_READONLY },
    { "late", FIELD_BOOL, offsetof(Recommendation, late), "截止后报送", "Late",
      .flags = FIELD_READONLY },
    { "reopened_at", FIELD_INSTANT, offsetof(Recommendation, reopened_at), "省级重开时间",
      "Reopened at", .flags = FIELD_READONLY },
    { "reopen_reason", FIELD_TEXT, offsetof(Recommendation, reopen_reason), "重开理由",
      "Why it was reopened", .flags = FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Recommendation, version), "版本", "Version" },
    { "city_name", FIELD_TEXT, offsetof(Recommendation, city_name), "市", "City",
      .flags = FIELD_VIRTUAL | FIELD_READONLY },
    { "batch_name", FIELD_TEXT, offsetof(Recommendation, batch_name), "批次名称", "Batch",
      .flags = FIELD_VIRTUAL | FIELD_READONLY },
    { "deadline", FIELD_INSTANT, offsetof(Recommendation, deadline), "报省截止", "Deadline",
      .flags = FIELD_VIRTUAL | FIELD_READONLY },
    FIELDS_END,
};

#define RECOMMENDATION_SELECT                                                                      \
    "SELECT m.id, m.batch_id, m.city, m.letter_number, m.letter_day, m.letter_attachment_id, "     \
    "m.reported_at, m.late, m.reopened_at, m.reopen_reason, m.version, b.name AS batch_name, "     \
    "b.deadline, c.name AS city_name FROM recommendation m JOIN batch b ON b.id = m.batch_id "     \
    "LEFT JOIN region c ON c.code = m.city AND c.valid_to IS NULL "                                \
    "WHERE " WITHIN("m.city", 1) " "

Err recommendation_get(Cx *cx, Recommendation *out, int64_t id)
{
    Err e = store_row(cx, out, recommendation_fields, RECOMMENDATION_SELECT "AND m.id = $2",
                      ARGS(user_reach(cx->user), I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的推荐，或不在您的辖区",
                    "there is no recommendation %lld in your territory", (long long)id);
    return e;
}

Err recommendation_view(Cx *cx, RecommendationView *out, int64_t id)
{
    TRY(recommendation_get(cx, &out->row, id));
    TRY(batch_get(cx, &out->batch, out->row.batch_id));
    TRY(pack_store_get(cx, &out->pack, out->batch.pack));
    TRY(process_of(cx, &out->process, out->pack, "recommendation"));
    TRY(process_run(cx, &out->run, "recommendation", id));
    return process_may(cx, &out->may, out->process, &out->run);
}

static Err add(Cx *cx, int64_t *id, const Batch *batch, const char *city)
{
    const Pack *pack;
    const Process *process;
    const char *name;
    Recommendation row;
    field_clear(&row, recommendation_fields);
    row.batch_id = batch->id;
    row.city = city;
    row.late = 0;
    TRY(region_name(cx, &name, city));
    TRY(pack_store_get(cx, &pack, batch->pack));
    TRY(process_of(cx, &process, pack, "recommendation"));
    TRY(store_insert(cx, id, "recommendation", recommendation_fields, &row));
    audit_change(cx, "recommendation", *id, recommendation_fields, NULL, &row);
    return process_start(
        cx, process,
        &(Start){ .noun = "recommendation",
                  .noun_id = *id,
                  .territory = city,
                  .title = arena_format(cx->arena, "%s：%s推荐名单", batch->name, name),
                  .facts = (const Fact[]){ { "报省截止", batch->deadline }, { .name = NULL } } });
}

Err recommendation_start(Cx *cx, int64_t *id, int64_t batch_id, const char *city)
{
    Batch batch;
    const char *own = cx->user->territory;
    if (strlen(city) != 4 || strcmp(city, own) != 0)
        return fail(cx, FORBIDDEN, "city", "%s 不是您的市 %s", "%s is not your city %s", city, own);
    TRY(batch_get(cx, &batch, batch_id));
    Err e = store_int(cx, id, "SELECT id FROM recommendation WHERE batch_id = $1 AND city = $2",
                      ARGS(I(batch_id), T(city)));
    if (e != NOT_FOUND)
        return e;
    if (strcmp(batch.state, "open") != 0)
        return fail(cx, CONFLICT, "batch_id", "批次“%s”已截止", "batch %s is closed", batch.name);
    return add(cx, id, &batch, city);
}

/* The stamped letter must hang on this very recommendation. */
static Err check_letter(Cx *cx, const Recommendation *row)
{
    bool there;
    if (row->letter_attachment_id == UNSET)
        return OK;
    TRY(store_exists(cx, &there,
                     "SELECT 1 FROM attachment WHERE id = $1 AND noun = 'recommendation' "
                     "AND noun_id = $2 AND removed_at IS NULL",
                     ARGS(I(row->letter_attachment_id), I(row->id))));
    return there ? OK
                 : fail(cx, INVALID, "letter_attachment_id", "附件 %lld 不属于这次推荐",
                        "attachment %lld does not belong to this recommendation",
                        (long long)row->letter_attachment_id);
}

Err recommendation_save(Cx *cx, RecommendationView *v, const Recommendation *row)
{
    if (!v->may.edit && !v->may.forward)
        return fail(cx, CONFLICT, NULL, "这一步（%s）现在不由您修改",
                    "this step (%s) is not at your desk", v->run.step);
    TRY(check_letter(cx, row));
    TRY(store_update(cx, "recommendation", recommendation_fields, row, row->id, row->version));
    audit_change(cx, "recommendation", row->id, recommendation_fields, &v->row, row);
    v->row = *row;
    v->row.version++;
    return OK;
}

static const Field REPORTED[] = {
    { "zone_id", FIELD_INT, offsetof(Reported, zone_id), "推进区", "Zone" },
    { "city", FIELD_TEXT, offsetof(Reported, city), "市", "City" },
    { "rank", FIELD_INT, offsetof(Reported, rank), "名次", "Rank" },
    FIELDS_END,
};

Err recommendation_reported(Cx *cx, List *out, int64_t batch_id)
{
    return store_list(cx, out, REPORTED, sizeof(Reported),
                      "SELECT c.zone_id, m.city, c.rank FROM recommendation m "
                      "JOIN recommendation_zone c ON c.recommendation_id = m.id "
                      "WHERE m.batch_id = $1 AND m.reported_at IS NOT NULL AND c.chosen = 1 "
                      "ORDER BY m.city, c.rank",
                      ARGS(I(batch_id)));
}
