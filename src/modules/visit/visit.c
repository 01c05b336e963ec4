#include "modules/visit/visit.h"

#include "core/access/right.h"
#include "core/record/attachment.h"
#include "core/request/audit.h"
#include "modules/selection/rank.h"

#include <string.h>

static const Option STATES[] = {
    { "planned", "已安排", "Planned" },
    { "done", "已完成", "Done" },
    { .key = NULL },
};

const Field visit_fields[] = {
    { "id", FIELD_INT, offsetof(Visit, id), "编号", "Number", .flags = FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Visit, version), "版本", "Version", .flags = FIELD_REQUIRED },
    { "zone_id", FIELD_INT, offsetof(Visit, zone_id), "推进区", "Zone", .flags = FIELD_READONLY },
    { "day", FIELD_DATE, offsetof(Visit, day), "核查日期", "Day" },
    { "team", FIELD_TEXT, offsetof(Visit, team), "核查组成员", "Team", .max = 200 },
    { "state", FIELD_ENUM, offsetof(Visit, state), "状态", "State", .flags = FIELD_REQUIRED,
      .options = STATES },
    FIELDS_END,
};

#define VISIT_SELECT "SELECT id, version, zone_id, day, team, state FROM site_visit "

Err visit_get(Cx *cx, Visit *out, int64_t id)
{
    return store_row(cx, out, visit_fields, VISIT_SELECT "WHERE id = $1", ARGS(I(id)));
}

static Err find(Cx *cx, Visit *out, int64_t zone_id)
{
    Err e = store_row(cx, out, visit_fields, VISIT_SELECT "WHERE zone_id = $1", ARGS(I(zone_id)));
    if (e != NOT_FOUND)
        return e;
    field_clear(out, visit_fields);
    out->zone_id = zone_id;
    out->version = 0;
    return OK;
}

typedef struct VisitSpot {
    const char *item;
    int64_t points;
    const char *note;
} VisitSpot;

static const Field SPOT[] = {
    { "item", FIELD_TEXT, offsetof(VisitSpot, item), "项目", "Item",
      .flags = FIELD_REQUIRED | FIELD_KEY, .min = 1, .max = 60 },
    { "points", FIELD_INT, offsetof(VisitSpot, points), "得分", "Points" },
    { "note", FIELD_TEXT, offsetof(VisitSpot, note), "说明", "Note", .max = 2000 },
    FIELDS_END,
};

static Err read_findings(Cx *cx, List *out, int64_t visit_id)
{
    return store_list(cx, out, SPOT, sizeof(VisitSpot),
                      "SELECT item, points, note FROM site_finding WHERE visit_id = $1",
                      ARGS(I(visit_id)));
}

static const VisitSpot *finding_of(const List *found, const char *item)
{
    const VisitSpot *rows = found->rows;
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(rows[i].item, item) == 0)
            return &rows[i];
    return NULL;
}

/* Of the checklist, in the pack's order. */
static bool on_site(const RubricItem *item)
{
    return strcmp(item->part, "site") == 0;
}

Err visit_points(Cx *cx, int64_t *out, const Rubric *rubric, int64_t zone_id)
{
    Visit visit;
    List found;
    TRY(find(cx, &visit, zone_id));
    if (visit.id == UNSET || strcmp(visit.state, "done") != 0)
        return fail(cx, CONFLICT, "visit", "推进区 %lld 的现场核查没有完成",
                    "the site visit of zone %lld is not done", (long long)zone_id);
    TRY(read_findings(cx, &found, visit.id));
    *out = 0;
    for (size_t i = 0; i < rubric->item_count; i++) {
        const VisitSpot *f = finding_of(&found, rubric->items[i].key);
        if (on_site(&rubric->items[i]))
            *out += f == NULL || f->points == UNSET ? 0 : f->points;
    }
    return OK;
}

/* --- reading --- */

typedef struct PhotoRow {
    Photo photo;
    const char *name;
} PhotoRow;

static const Field PHOTO_ROW[] = {
    { "id", FIELD_INT, offsetof(PhotoRow, photo.id), "编号", "Number" },
    { "item", FIELD_TEXT, offsetof(PhotoRow, photo.item), "项目", "Item" },
    { "attachment_id", FIELD_INT, offsetof(PhotoRow, photo.attachment_id), "附件", "Attachment" },
    { "name", FIELD_TEXT, offsetof(PhotoRow, name), "文件", "File" },
    { "longitude", FIELD_INT, offsetof(PhotoRow, photo.longitude), "经度", "Longitude" },
    { "latitude", FIELD_INT, offsetof(PhotoRow, photo.latitude), "纬度", "Latitude" },
    { "accuracy", FIELD_INT, offsetof(PhotoRow, photo.accuracy), "精度", "Accuracy" },
    { "taken_at", FIELD_INSTANT, offsetof(PhotoRow, photo.taken_at), "拍摄时间", "Taken at" },
    FIELDS_END,
};

/* 1e-7 degree as "120.1234567", without trailing zeros. */
static const char *degrees(Cx *cx, int64_t units)
{
    if (units == UNSET)
        return NULL;
    return decimal_text(cx, decimal_div(decimal_from_int(units), decimal_from_int(10000000)));
}

static void put_photo(Cx *cx, JsonOut *o, const PhotoRow *p)
{
    json_open(o, NULL, '{');
    json_put_int(o, "id", p->photo.id);
    json_put_int(o, "attachment_id", p->photo.attachment_id);
    json_put_text(o, "name", p->name);
    json_put_text(o, "longitude", degrees(cx, p->photo.longitude));
    json_put_text(o, "latitude", degrees(cx, p->photo.latitude));
    if (p->photo.accuracy == UNSET)
        json_put_null(o, "accuracy");
    else
        json_put_int(o, "accuracy", p->photo.accuracy);
    json_put_text(o, "taken_at",
                  p->photo.taken_at == UNSET ? NULL : instant_text(cx, p->photo.taken_at));
    json_close(o, '}');
}

static void put_item(Cx *cx, JsonOut *o, const RubricItem *item, const VisitSpot *f,
                     const List *photos)
{
    const PhotoRow *rows = photos->rows;
    json_open(o, NULL, '{');
    json_put_text(o, "key", item->key);
    json_put_text(o, "zh", item->zh);
    json_put_text(o, "en", item->en);
    json_put_int(o, "max", item->max);
    json_put_text(o, "clause", item->clause);
    json_put_text(o, "rule", item->rules[0]);
    if (f == NULL || f->points == UNSET)
        json_put_null(o, "points");
    else
        json_put_int(o, "points", f->points);
    json_put_text(o, "note", f == NULL ? NULL : f->note);
    json_open(o, "photos", '[');
    for (size_t i = 0; i < photos->count; i++)
        if (strcmp(rows[i].photo.item, item->key) == 0)
            put_photo(cx, o, &rows[i]);
    json_close(o, ']');
    json_close(o, '}');
}

/* Roles of the selection in which the sites are visited. */
#define BEFORE_RANKING                                                                             \
    "selection.form selection.draw selection.paper selection.defence selection.site"

static bool writable(Cx *cx, const SelectionView *v, const Visit *visit)
{
    return selection_plays(v, BEFORE_RANKING) && right_allows(cx, "selection.write") &&
           (visit->state == NULL || strcmp(visit->state, "planned") == 0);
}

Err visit_put(Cx *cx, JsonOut *o, const SelectionView *v, int64_t zone_id)
{
    Visit visit;
    Zone zone;
    List found, photos;
    const Rubric *rubric = v->rubric;
    TRY(zone_get(cx, &zone, zone_id));
    TRY(find(cx, &visit, zone_id));
    TRY(read_findings(cx, &found, visit.id));
    TRY(store_list(cx, &photos, PHOTO_ROW, sizeof(PhotoRow),
                   "SELECT p.id, p.item, p.attachment_id, a.name, p.longitude, p.latitude, "
                   "p.accuracy, p.taken_at FROM site_photo p "
                   "JOIN attachment a ON a.id = p.attachment_id AND a.removed_at IS NULL "
                   "WHERE p.visit_id = $1 ORDER BY p.id",
                   ARGS(I(visit.id))));
    json_open(o, NULL, '{');
    if (visit.id == UNSET)
        json_put_null(o, "id");
    else
        json_put_int(o, "id", visit.id);
    json_put_int(o, "zone_id", zone_id);
    json_put_text(o, "zone_name", zone.name);
    json_put_text(o, "county_name", zone.county_name);
    json_put_int(o, "version", visit.version);
    json_put_text(o, "state", text_or(visit.state, "none"));
    json_put_text(o, "day", visit.day == UNSET ? NULL : day_text(cx, visit.day));
    json_put_text(o, "team", visit.team);
    json_open(o, "may", '{');
    json_put_bool(o, "write", writable(cx, v, &visit));
    json_close(o, '}');
    if (visit.state != NULL && strcmp(visit.state, "done") == 0) {
        int64_t points;
        TRY(visit_points(cx, &points, rubric, zone_id));
        json_put_int(o, "score", rank_site(rubric, points));
    } else
        json_put_null(o, "score");
    json_open(o, "items", '[');
    for (size_t i = 0; i < rubric->item_count; i++)
        if (on_site(&rubric->items[i]))
            put_item(cx, o, &rubric->items[i], finding_of(&found, rubric->items[i].key), &photos);
    json_close(o, ']');
    json_close(o, '}');
    return OK;
}

/* --- writing --- */

static Err save_finding(Cx *cx, const Rubric *rubric, int64_t visit_id, const Json *json, size_t i)
{
    VisitSpot f;
    const char *at = json_pointer_at(cx, "/findings", i);
    field_clear(&f, SPOT);
    TRY(field_read_new(cx, &f, SPOT, json, at));
    const RubricItem *item = rubric_item(rubric, "site", f.item);
    if (item == NULL)
        return fail(cx, INVALID, json_pointer(cx, at, "item"), "现场核查没有项目“%s”",
                    "the site visit has no item \"%s\"", f.item);
    if (f.points != UNSET && (f.points < 0 || f.points > item->max))
        return fail(cx, INVALID, json_pointer(cx, at, "points"),
                    "“%s”的得分应在 0 到 %lld 之间（单位 0.01 分），现为 %lld%.0s",
                    "%.0s points must lie between 0 and %lld (1/100), not %lld: %s", item->zh,
                    (long long)item->max, (long long)f.points, item->en);
    return store_run(cx,
                     "INSERT INTO site_finding(visit_id, item, points, note) "
                     "VALUES($1, $2, $3, $4) ON CONFLICT(visit_id, item) DO UPDATE SET "
                     "points = excluded.points, note = excluded.note",
                     ARGS(I(visit_id), T(f.item), I(f.points), T(f.note)));
}

static Err lacks(Cx *cx, const char *field, const char *zh, const char *en)
{
    return fail(cx, INVALID, field, "完成现场核查还缺：%s%.0s",
                "to be done the visit still lacks%.0s: %s", zh, en);
}

/* A visit that is done holds everything. */
static Err prove_done(Cx *cx, const Rubric *rubric, const Visit *visit)
{
    List found;
    if (visit->day == UNSET)
        return lacks(cx, "/day", "核查日期", "the day");
    if (visit->day > day_of_instant(cx_now(cx)))
        return lacks(cx, "/day", "核查日期还没有到", "a day that has come");
    if (text_blank(visit->team))
        return lacks(cx, "/team", "核查组成员", "the team");
    TRY(read_findings(cx, &found, visit->id));
    for (size_t i = 0; i < rubric->item_count; i++) {
        const RubricItem *item = &rubric->items[i];
        if (!on_site(item))
            continue;
        const VisitSpot *f = finding_of(&found, item->key);
        const char *at = json_pointer(cx, "/findings", item->key);
        if (f == NULL || f->points == UNSET)
            return lacks(cx, at, item->zh, item->en);
        bool low = f->points * 10000 < item->max * rubric->note_below;
        if ((low || *item->rules != NULL) && text_blank(f->note))
            return lacks(cx, at, arena_format(cx->arena, "“%s”的说明", item->zh),
                         arena_format(cx->arena, "a note on %s", item->en));
    }
    return OK;
}

const Field visit_body[] = {
    { "day", FIELD_DATE, NO_OFFSET, "核查日期", "Day" },
    { "team", FIELD_TEXT, NO_OFFSET, "核查组成员", "Team", .max = 200 },
    { "state", FIELD_ENUM, NO_OFFSET, "状态", "State", .flags = FIELD_REQUIRED, .options = STATES },
    { "version", FIELD_INT, NO_OFFSET, "版本", "Version", .flags = FIELD_REQUIRED },
    { "findings", FIELD_LIST, NO_OFFSET, "核查结果", "Findings", .fields = SPOT },
    FIELDS_END,
};

static Err store(Cx *cx, Visit *visit, const Json *body)
{
    int64_t version = json_int(body, "version", 0);
    const Json *day = json_get(body, "day");
    Visit before = *visit;
    if (visit->state != NULL && strcmp(visit->state, "done") == 0)
        return fail(cx, CONFLICT, "state", "现场核查已完成，不能再改",
                    "the site visit is done and cannot be changed");
    if (json_missing(day))
        visit->day = UNSET;
    else
        day_parse(day->text, &visit->day);
    visit->team = json_text(body, "team", NULL);
    visit->state = json_text(body, "state", "planned");
    if (visit->id != UNSET)
        TRY(store_update(cx, "site_visit", visit_fields, visit, visit->id, version));
    else if (version != 0)
        return fail(cx, STALE, "version", "这次核查还没有保存过", "the visit was never saved");
    else
        TRY(store_insert(cx, &visit->id, "site_visit", visit_fields, visit));
    audit_change(cx, "zone", visit->zone_id, visit_fields, &before, visit);
    return OK;
}

Err visit_save(Cx *cx, const SelectionView *v, int64_t zone_id, const Json *body)
{
    Visit visit;
    List in;
    TRY(field_check(cx, visit_body, body));
    TRY(selection_candidates(cx, &in, v->batch.id, zone_id));
    if (in.count == 0)
        return fail(cx, NOT_FOUND, "id", "编号为 %lld 的推进区没有报到省级",
                    "zone %lld has not come to the province", (long long)zone_id);
    TRY(selection_at(cx, v, BEFORE_RANKING));
    TRY(find(cx, &visit, zone_id));
    TRY(store(cx, &visit, body));
    const Json *findings = json_get(body, "findings");
    for (size_t i = 0; findings != NULL && i < findings->count; i++)
        TRY(save_finding(cx, v->rubric, visit.id, findings->items[i], i));
    return strcmp(visit.state, "done") == 0 ? prove_done(cx, v->rubric, &visit) : OK;
}

/* --- photos --- */

const Field visit_photo_body[] = {
    { "item", FIELD_TEXT, NO_OFFSET, "项目", "Item", .flags = FIELD_REQUIRED, .min = 1, .max = 60 },
    { "attachment_id", FIELD_INT, NO_OFFSET, "附件", "Attachment", .flags = FIELD_REQUIRED },
    { "longitude", FIELD_DECIMAL, NO_OFFSET, "经度", "Longitude" },
    { "latitude", FIELD_DECIMAL, NO_OFFSET, "纬度", "Latitude" },
    { "accuracy", FIELD_INT, NO_OFFSET, "精度", "Accuracy", .min = 0, .max = 100000, .unit = "米" },
    { "taken_at", FIELD_INSTANT, NO_OFFSET, "拍摄时间", "Taken at" },
    FIELDS_END,
};

/* Degrees up to most on both sides, with at most 7 decimals, in 1e-7. */
static Err read_degrees(Cx *cx, int64_t *out, const Json *body, const char *key, int64_t most)
{
    Decimal d;
    const Json *j = json_get(body, key);
    *out = UNSET;
    if (json_missing(j))
        return OK;
    bool fine = j->type == J_TEXT && decimal_parse(j->text, &d) &&
                decimal_to_int(decimal_mul(d, decimal_from_int(10000000)), out) &&
                *out >= -most * 10000000 && *out <= most * 10000000;
    if (!fine)
        return fail(cx, INVALID, json_pointer(cx, "", key),
                    "经纬度应为 ±%lld 以内、最多 7 位小数的度数（WGS-84）",
                    "degrees lie within ±%lld, with at most 7 decimals (WGS-84)", (long long)most);
    return OK;
}

static Err read_position(Cx *cx, Photo *p, const Json *body)
{
    const Json *taken = json_get(body, "taken_at");
    TRY(read_degrees(cx, &p->longitude, body, "longitude", 180));
    TRY(read_degrees(cx, &p->latitude, body, "latitude", 90));
    if ((p->longitude == UNSET) != (p->latitude == UNSET))
        return fail(cx, INVALID, "/latitude", "经度和纬度要同时给出",
                    "longitude and latitude come together");
    p->accuracy = json_int(body, "accuracy", UNSET);
    p->taken_at = UNSET;
    if (!json_missing(taken))
        instant_parse(taken->text, &p->taken_at);
    return OK;
}

static Err own_attachment(Cx *cx, const Photo *p)
{
    bool own;
    TRY(store_exists(cx, &own,
                     "SELECT 1 FROM attachment WHERE id = $1 AND noun = 'selection' "
                     "AND noun_id = $2 AND removed_at IS NULL",
                     ARGS(I(p->attachment_id), I(p->visit_id))));
    if (own)
        return OK;
    return fail(cx, INVALID, "/attachment_id", "附件 %lld 不是这次核查的照片",
                "attachment %lld is no photo of this visit", (long long)p->attachment_id);
}

Err visit_add_photo(Cx *cx, int64_t *id, int64_t visit_id, const Json *body)
{
    Visit visit;
    SelectionView v;
    Photo p = { .visit_id = visit_id };
    TRY(field_check(cx, visit_photo_body, body));
    TRY(visit_get(cx, &visit, visit_id));
    TRY(selection_of_zone(cx, &v, visit.zone_id));
    if (!writable(cx, &v, &visit))
        return fail(cx, CONFLICT, "state", "现场核查已完成，不能再加照片",
                    "the site visit is done; no photo can be added");
    p.item = json_text(body, "item", "");
    if (rubric_item(v.rubric, "site", p.item) == NULL)
        return fail(cx, INVALID, "/item", "现场核查没有项目“%s”",
                    "the site visit has no item \"%s\"", p.item);
    p.attachment_id = json_int(body, "attachment_id", 0);
    TRY(read_position(cx, &p, body));
    TRY(own_attachment(cx, &p));
    TRY(store_run(cx,
                  "INSERT INTO site_photo(visit_id, item, attachment_id, longitude, latitude, "
                  "accuracy, taken_at) VALUES($1, $2, $3, $4, $5, $6, $7)",
                  ARGS(I(visit_id), T(p.item), I(p.attachment_id), I(p.longitude), I(p.latitude),
                       I(p.accuracy), I(p.taken_at))));
    TRY(store_int(cx, id, "SELECT id FROM site_photo WHERE visit_id = $1 AND attachment_id = $2",
                  ARGS(I(visit_id), I(p.attachment_id))));
    audit_note(cx, "zone", visit.zone_id, NULL,
               arena_format(cx->arena, "{\"核查照片\":%lld}", (long long)p.attachment_id));
    return OK;
}
