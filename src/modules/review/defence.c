#include "modules/review/defence.h"

#include "core/access/right.h"
#include "core/record/attachment.h"
#include "core/request/audit.h"
#include "modules/expert/draw.h"
#include "modules/review/review_inside.h"

#include <string.h>

enum { MINUTE_MS = 60000 };

static const Option SESSION_STATES[] = {
    { "planned", "已安排", "Planned" },
    { "ordered", "已排序", "Ordered" },
    { "done", "已结束", "Done" },
    { .key = NULL },
};

const Field session_fields[] = {
    { "id", FIELD_INT, offsetof(Session, id), "编号", "Number", .flags = FIELD_READONLY },
    { "batch_id", FIELD_INT, offsetof(Session, batch_id), "批次", "Batch",
      .flags = FIELD_READONLY },
    { "starts_at", FIELD_INSTANT, offsetof(Session, starts_at), "开始时间", "Starts at",
      .flags = FIELD_REQUIRED },
    { "minutes", FIELD_INT, offsetof(Session, minutes), "每家时长", "Minutes each", .min = 1,
      .max = 240, .unit = "分钟" },
    { "place", FIELD_TEXT, offsetof(Session, place), "会场", "Place", .flags = FIELD_REQUIRED,
      .min = 1, .max = 120 },
    { "state", FIELD_ENUM, offsetof(Session, state), "状态", "State", .flags = FIELD_READONLY,
      .options = SESSION_STATES },
    { "version", FIELD_INT, offsetof(Session, version), "版本", "Version",
      .flags = FIELD_READONLY },
    FIELDS_END,
};

const Field slot_fields[] = {
    { "id", FIELD_INT, offsetof(Slot, id), "编号", "Number", .flags = FIELD_READONLY },
    { "session_id", FIELD_INT, offsetof(Slot, session_id), "场次", "Session",
      .flags = FIELD_READONLY },
    { "zone_id", FIELD_INT, offsetof(Slot, zone_id), "推进区", "Zone", .flags = FIELD_READONLY },
    { "position", FIELD_INT, offsetof(Slot, position), "顺序", "Position",
      .flags = FIELD_READONLY },
    { "planned_at", FIELD_INSTANT, offsetof(Slot, planned_at), "预定时间", "Planned at",
      .flags = FIELD_READONLY },
    { "started_at", FIELD_INSTANT, offsetof(Slot, started_at), "开始时间", "Started at",
      .flags = FIELD_READONLY },
    { "ended_at", FIELD_INSTANT, offsetof(Slot, ended_at), "结束时间", "Ended at",
      .flags = FIELD_READONLY },
    { "recording_id", FIELD_INT, offsetof(Slot, recording_id), "录像", "Recording", .min = 1 },
    { "note", FIELD_TEXT, offsetof(Slot, note), "记录", "Note", .max = 2000 },
    { "version", FIELD_INT, offsetof(Slot, version), "版本", "Version" },
    { "name", FIELD_TEXT, offsetof(Slot, name), "推进区", "Zone",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    { "county_name", FIELD_TEXT, offsetof(Slot, county_name), "县", "County",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    { "recording", FIELD_TEXT, offsetof(Slot, recording), "录像文件", "Recording",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    { "seconds", FIELD_INT, offsetof(Slot, seconds), "用时", "Seconds",
      .flags = FIELD_READONLY | FIELD_VIRTUAL, .unit = "秒" },
    { "over", FIELD_INT, offsetof(Slot, over), "超时", "Seconds over",
      .flags = FIELD_READONLY | FIELD_VIRTUAL, .unit = "秒" },
    { "minutes", FIELD_INT, offsetof(Slot, minutes), "时长", "Minutes",
      .flags = FIELD_READONLY | FIELD_VIRTUAL, .unit = "分钟" },
    FIELDS_END,
};

/* --- sessions --- */

Err session_get(Cx *cx, Session *out, int64_t id)
{
    Err e = store_row(cx, out, session_fields,
                      "SELECT id, batch_id, starts_at, minutes, place, state, version "
                      "FROM defence_session WHERE id = $1",
                      ARGS(I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有这一场答辩", "there is no such session");
    return e;
}

Err session_add(Cx *cx, int64_t *id, const Session *s)
{
    const Rubric *r;
    Session row = *s;
    TRY(review_rubric(cx, &r, s->batch_id));
    if (s->starts_at <= cx_now(cx))
        return fail(cx, INVALID, "starts_at", "开始时间 %s 已经过去", "%s has passed",
                    instant_text(cx, s->starts_at));
    if (row.minutes == UNSET)
        row.minutes = r->present + r->answer;
    row.state = "planned";
    TRY(store_insert(cx, id, "defence_session", session_fields, &row));
    audit_change(cx, "review", s->batch_id, session_fields, NULL, &row);
    return OK;
}

/* --- slots --- */

/* $1 = the user's territory */
#define SLOT_SELECT                                                                                \
    "SELECT d.id, d.session_id, d.zone_id, d.position, d.planned_at, d.started_at, d.ended_at, "   \
    "d.recording_id, d.note, d.version, z.name, q.name AS county_name, a.name AS recording, "      \
    "s.minutes FROM defence_slot d JOIN defence_session s ON s.id = d.session_id "                 \
    "JOIN zone z ON z.id = d.zone_id "                                                             \
    "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "                              \
    "LEFT JOIN attachment a ON a.id = d.recording_id "                                             \
    "WHERE " WITHIN("z.county", 1) " "

static void measure(Slot *s)
{
    s->seconds = s->over = UNSET;
    if (s->ended_at == UNSET)
        return;
    s->seconds = (s->ended_at - s->started_at) / 1000;
    if (s->seconds > s->minutes * 60)
        s->over = s->seconds - s->minutes * 60;
}

Err slot_list(Cx *cx, List *out, int64_t batch_id)
{
    TRY(store_list(cx, out, slot_fields, sizeof(Slot),
                   SLOT_SELECT "AND s.batch_id = $2 ORDER BY d.session_id, d.position",
                   ARGS(user_reach(cx->user), I(batch_id))));
    Slot *rows = out->rows;
    for (size_t i = 0; i < out->count; i++)
        measure(&rows[i]);
    return OK;
}

Err slot_get(Cx *cx, Slot *out, int64_t id)
{
    Err e = store_row(cx, out, slot_fields, SLOT_SELECT "AND d.id = $2",
                      ARGS(user_reach(cx->user), I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有这个答辩", "there is no such defence");
    TRY(e);
    measure(out);
    return OK;
}

/* Zones that wait for their defence without a place. */
static Err waiting(Cx *cx, List *out, int64_t batch_id)
{
    return store_list(
        cx, out, slot_fields, sizeof(Slot),
        "SELECT z.id AS zone_id, z.name FROM zone z JOIN process_run r "
        "ON r.noun = 'zone' AND r.noun_id = z.id WHERE z.batch_id = $1 "
        "AND r.role = 'zone.defence' AND " WITHIN(
            "z.county", 2) " "
                           "AND NOT EXISTS (SELECT 1 FROM defence_slot d WHERE d.zone_id = z.id) "
                           "ORDER BY z.id",
        ARGS(I(batch_id), user_reach(cx->user)));
}

/* The keys of the zones to be ordered: those named, or all that wait. */
static Err keys_of(Cx *cx, const char ***out, size_t *count, const List *list, const Json *named)
{
    const Slot *rows = list->rows;
    bool all = json_missing(named);
    size_t n = all ? list->count : named->count;
    const char **keys = NEW_N(cx, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        int64_t id = all ? rows[i].zone_id : named->items[i]->integer;
        size_t k = 0;
        while (k < list->count && rows[k].zone_id != id)
            k++;
        keys[i] = arena_format(cx->arena, "%lld", (long long)id);
        for (size_t before = 0; before < i; before++)
            if (strcmp(keys[before], keys[i]) == 0)
                k = list->count;
        if (k == list->count)
            return fail(cx, INVALID, json_pointer_at(cx, "/zones", i),
                        "推进区 %s 不在等待答辩，或已经排定", "zone %s does not wait for a place",
                        keys[i]);
    }
    *out = keys;
    *count = n;
    return OK;
}

Err session_order(Cx *cx, int64_t id, const Json *zones)
{
    Session before;
    List list;
    const char *seed, **keys = NULL;
    size_t count = 0;
    TRY(session_get(cx, &before, id));
    if (strcmp(before.state, "planned") != 0)
        return fail(cx, CONFLICT, "state", "这一场已经排定顺序",
                    "the session has its order already");
    TRY(draw_seed(cx, &seed, before.batch_id));
    TRY(waiting(cx, &list, before.batch_id));
    TRY(keys_of(cx, &keys, &count, &list, zones));
    if (count == 0)
        return fail(cx, CONFLICT, "zones", "没有推进区等待答辩", "no zone waits for a defence");
    draw_order(cx, seed, "defence", keys, count);
    for (size_t i = 0; i < count; i++)
        TRY(store_run(
            cx,
            "INSERT INTO defence_slot(session_id, zone_id, position, planned_at, version) "
            "SELECT $1, z.id, $2, $3, 1 FROM zone z WHERE CAST(z.id AS TEXT) = $4",
            ARGS(I(id), I((int64_t)i + 1),
                 I(before.starts_at + (int64_t)i * before.minutes * MINUTE_MS), T(keys[i]))));
    Session after = before;
    after.state = "ordered";
    TRY(store_update(cx, "defence_session", session_fields, &after, id, before.version));
    audit_change(cx, "review", before.batch_id, session_fields, &before, &after);
    return OK;
}

/* --- time-keeping --- */

static Err store_slot(Cx *cx, const Slot *before, const Slot *after)
{
    TRY(store_update(cx, "defence_slot", slot_fields, after, before->id, before->version));
    audit_change(cx, "review", before->zone_id, slot_fields, before, after);
    return OK;
}

static Err slot_of_version(Cx *cx, Slot *out, int64_t id, int64_t version)
{
    TRY(slot_get(cx, out, id));
    if (out->version != version)
        return fail(cx, STALE, "version", "这个答辩已有新的记录（版本 %lld），请刷新",
                    "the defence has moved on (version %lld); look again", (long long)out->version);
    return OK;
}

Err slot_start(Cx *cx, int64_t id, int64_t version)
{
    Slot before;
    bool busy;
    TRY(slot_of_version(cx, &before, id, version));
    if (before.started_at != UNSET)
        return fail(cx, CONFLICT, "started_at", "答辩已经开始", "the defence has begun already");
    TRY(store_exists(cx, &busy,
                     "SELECT 1 FROM defence_slot WHERE session_id = $1 AND started_at IS NOT NULL "
                     "AND ended_at IS NULL",
                     ARGS(I(before.session_id))));
    if (busy)
        return fail(cx, CONFLICT, "session", "这一场还有答辩没有结束",
                    "another defence of this session has not ended");
    Slot after = before;
    after.started_at = cx_now(cx);
    return store_slot(cx, &before, &after);
}

Err slot_end(Cx *cx, int64_t id, int64_t version)
{
    Slot before;
    bool more;
    TRY(slot_of_version(cx, &before, id, version));
    if (before.started_at == UNSET || before.ended_at != UNSET)
        return fail(cx, CONFLICT, "ended_at", "答辩没有在进行", "the defence is not under way");
    Slot after = before;
    after.ended_at = cx_now(cx) > before.started_at ? cx_now(cx) : before.started_at;
    TRY(store_slot(cx, &before, &after));
    TRY(store_exists(cx, &more,
                     "SELECT 1 FROM defence_slot WHERE session_id = $1 AND ended_at IS NULL",
                     ARGS(I(before.session_id))));
    if (more)
        return OK;
    return store_run(cx,
                     "UPDATE defence_session SET state = 'done', version = version + 1 "
                     "WHERE id = $1",
                     ARGS(I(before.session_id)));
}

Err slot_update(Cx *cx, const Slot *slot)
{
    Slot before;
    TRY(slot_of_version(cx, &before, slot->id, slot->version));
    if (slot->recording_id != UNSET && slot->recording_id != before.recording_id) {
        Attachment a;
        Err e = attachment_get(cx, &a, slot->recording_id);
        if (e == NOT_FOUND ||
            (e == OK && (strcmp(a.noun, "review") != 0 || a.noun_id != before.zone_id)))
            return fail(cx, INVALID, "recording_id", "录像应先上传到这个推进区的评审材料",
                        "the recording must be uploaded for this zone first");
        TRY(e);
    }
    return store_slot(cx, &before, slot);
}

/* --- the whole --- */

static void put_slots(Cx *cx, JsonOut *o, const List *slots, int64_t session_id)
{
    const Slot *rows = slots->rows;
    json_open(o, "slots", '[');
    for (size_t i = 0; i < slots->count; i++) {
        if (rows[i].session_id != session_id)
            continue;
        json_open(o, NULL, '{');
        field_write(cx, o, slot_fields, &rows[i], false);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static Err put_sessions(Cx *cx, JsonOut *o, int64_t batch_id)
{
    List sessions, slots;
    TRY(slot_list(cx, &slots, batch_id));
    TRY(store_list(cx, &sessions, session_fields, sizeof(Session),
                   "SELECT id, batch_id, starts_at, minutes, place, state, version "
                   "FROM defence_session WHERE batch_id = $1 ORDER BY starts_at, id",
                   ARGS(I(batch_id))));
    const Session *rows = sessions.rows;
    json_open(o, "rows", '[');
    for (size_t i = 0; i < sessions.count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, session_fields, &rows[i], false);
        put_slots(cx, o, &slots, rows[i].id);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_put_int(o, "total", (int64_t)sessions.count);
    return OK;
}

Err defence_put(Cx *cx, JsonOut *o, int64_t batch_id)
{
    const Rubric *r;
    List list;
    TRY(review_rubric(cx, &r, batch_id));
    TRY(put_sessions(cx, o, batch_id));
    TRY(waiting(cx, &list, batch_id));
    const Slot *rows = list.rows;
    json_open(o, "may", '{');
    json_put_bool(o, "write", right_allows(cx, "review.run"));
    json_close(o, '}');
    json_open(o, "minutes", '{');
    json_put_int(o, "present", r->present);
    json_put_int(o, "answer", r->answer);
    json_close(o, '}');
    json_open(o, "waiting", '[');
    for (size_t i = 0; i < list.count; i++) {
        json_open(o, NULL, '{');
        json_put_int(o, "zone_id", rows[i].zone_id);
        json_put_text(o, "name", rows[i].name);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}
