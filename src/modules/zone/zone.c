#include "modules/zone/zone.h"

#include "core/access/right.h"
#include "core/register/register.h"
#include "core/request/audit.h"
#include "modules/batch/batch.h"
#include "modules/region/region.h"
#include "modules/zone/zone_lack.h"

#include <assert.h>
#include <string.h>

const Field zone_fields[] = {
    { "id", FIELD_INT, offsetof(Zone, id), "编号", "Number", .flags = FIELD_READONLY | FIELD_SORT },
    { "name", FIELD_TEXT, offsetof(Zone, name), "推进区", "Zone",
      .flags = FIELD_REQUIRED | FIELD_NAME | FIELD_FILTER | FIELD_SORT | FIELD_ORDERED, .min = 1,
      .max = 120 },
    { "county", FIELD_TEXT, offsetof(Zone, county), "县（市、区）", "County",
      .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .pattern = "digits:6",
      .link = "region" },
    { "batch_id", FIELD_INT, offsetof(Zone, batch_id), "批次", "Batch",
      .flags = FIELD_REQUIRED | FIELD_FILTER, .link = "batch" },
    { "pack", FIELD_TEXT, offsetof(Zone, pack), "政策包版本", "Pack version",
      .flags = FIELD_READONLY },
    { "villages", FIELD_INT, offsetof(Zone, villages), "村数", "Villages",
      .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER, .unit = "个" },
    { "projects", FIELD_INT, offsetof(Zone, projects), "项目数", "Projects",
      .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER, .unit = "个" },
    { "transitional", FIELD_MONEY, offsetof(Zone, transitional), "衔接资金", "Transitional funds",
      .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER, .unit = "万元" },
    { "integrated", FIELD_MONEY, offsetof(Zone, integrated), "整合行业资金", "Integrated funds",
      .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER, .unit = "万元" },
    { "not_met", FIELD_INT, offsetof(Zone, not_met), "不符合", "Not met",
      .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER },
    { "undetermined", FIELD_INT, offsetof(Zone, undetermined), "待补", "Undetermined",
      .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER },
    { "exceptions", FIELD_INT, offsetof(Zone, exceptions), "原则例外", "Exceptions",
      .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER },
    { "hints", FIELD_INT, offsetof(Zone, hints), "提示", "Hints", .flags = FIELD_READONLY },
    { "met", FIELD_INT, offsetof(Zone, met), "符合", "Met", .flags = FIELD_READONLY },
    { "blocking", FIELD_INT, offsetof(Zone, blocking), "阻断", "Blocking",
      .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER, .unit = "项" },
    { "sent_at", FIELD_INSTANT, offsetof(Zone, sent_at), "报送时间", "Sent at",
      .flags = FIELD_READONLY | FIELD_FILTER },
    { "created_at", FIELD_INSTANT, offsetof(Zone, created_at), "建立时间", "Created at",
      .flags = FIELD_READONLY | FIELD_SORT },
    { "created_by", FIELD_INT, offsetof(Zone, created_by), "建立人", "Created by",
      .flags = FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Zone, version), "版本", "Version", .flags = FIELD_READONLY },
    { "batch_name", FIELD_TEXT, offsetof(Zone, batch_name), "批次名称", "Batch",
      .flags = FIELD_VIRTUAL, .of = "batch_id" },
    { "county_name", FIELD_TEXT, offsetof(Zone, county_name), "县（市、区）名称", "County",
      .flags = FIELD_VIRTUAL | FIELD_FILTER, .of = "county" },
    { "city_name", FIELD_TEXT, offsetof(Zone, city_name), "市", "City",
      .flags = FIELD_VIRTUAL | FIELD_FILTER },
    { "step", FIELD_ENUM, offsetof(Zone, step), "步骤", "Step",
      .flags = FIELD_VIRTUAL | FIELD_FILTER | FIELD_SORT },
    { "since", FIELD_INSTANT, offsetof(Zone, since), "到达时间", "Since",
      .flags = FIELD_VIRTUAL | FIELD_SORT },
    { "deadline", FIELD_INSTANT, offsetof(Zone, deadline), "期限", "Deadline",
      .flags = FIELD_VIRTUAL | FIELD_FILTER | FIELD_SORT },
    { "returned", FIELD_BOOL, offsetof(Zone, returned), "被退回", "Returned",
      .flags = FIELD_VIRTUAL | FIELD_FILTER | FIELD_SORT },
    { "lacks", FIELD_INT, offsetof(Zone, lacks), "送出前还差", "Lacks", .flags = FIELD_VIRTUAL,
      .unit = "项" },
    FIELDS_END,
};

#define ZONE_FROM                                                                                  \
    "SELECT z.id, z.name, z._order_name, z.county, z.batch_id, z.pack, z.villages, z.projects, "   \
    "z.transitional, "                                                                             \
    "z.integrated, z.not_met, z.undetermined, z.exceptions, z.hints, z.met, z.blocking, "          \
    "z.sent_at, z.created_at, z.created_by, z.version, b.name AS batch_name, "                     \
    "q.name AS county_name, c.name AS city_name, r.step, r.since, r.deadline, "                    \
    "CASE WHEN " RUN_RETURNED " THEN 1 ELSE 0 END AS returned "                                    \
    "FROM zone z JOIN batch b ON b.id = z.batch_id "                                               \
    "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "                                  \
    "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "                              \
    "LEFT JOIN region c ON c.code = substr(z.county, 1, 4) AND c.valid_to IS NULL "
/* $1 = the user's territory */
#define ZONE_SELECT ZONE_FROM "WHERE " WITHIN("z.county", 1) " "

Err zone_get(Cx *cx, Zone *out, int64_t id)
{
    Err e = store_row(cx, out, zone_fields, ZONE_SELECT "AND z.id = $2",
                      ARGS(user_reach(cx->user), I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的推进区，或不在您的辖区",
                    "there is no zone %lld in your territory", (long long)id);
    return e;
}

Err zone_view(Cx *cx, ZoneView *out, int64_t id)
{
    TRY(zone_get(cx, &out->zone, id));
    TRY(pack_store_get(cx, &out->pack, out->zone.pack));
    TRY(process_of(cx, &out->process, out->pack, "zone"));
    TRY(process_run(cx, &out->run, "zone", id));
    return process_may(cx, &out->may, out->process, &out->run);
}

/* Only those that have not left their county wait for something to be proved: a page of a province
 * checks few. */
static Err count_lacks(Cx *cx, Zone *z)
{
    ZoneView v;
    Check check;
    List lacks;
    if (z->sent_at != UNSET)
        return OK;
    TRY(zone_view(cx, &v, z->id));
    if (!zone_must_prove(&v))
        return OK;
    TRY(zone_check(cx, &check, &v));
    TRY(zone_lacks(cx, &lacks, &v, &check));
    z->lacks = lacks_blocking(&lacks);
    return OK;
}

/* Steps and ends of the packs that one's zones keep to, each key once. */
static Err steps_of(Cx *cx, List *steps, const char *hash)
{
    const Pack *pack;
    const Process *p;
    TRY(pack_store_get(cx, &pack, hash));
    TRY(process_of(cx, &p, pack, "zone"));
    Option *old = steps->rows, *all = NEW_N(cx, Option, steps->count + p->count + p->end_count + 1);
    if (steps->count)
        memcpy(all, old, steps->count * sizeof *all);
    for (size_t i = 0; i < p->count; i++)
        if (!option_find(all, p->steps[i].key))
            all[steps->count++] =
                (Option){ .key = p->steps[i].key, .zh = p->steps[i].zh, .en = p->steps[i].en };
    for (size_t i = 0; i < p->end_count; i++)
        if (!option_find(all, p->ends[i].key))
            all[steps->count++] =
                (Option){ .key = p->ends[i].key, .zh = p->ends[i].zh, .en = p->ends[i].en };
    steps->rows = all;
    return OK;
}

static Err step_options(Cx *cx, const Option **out)
{
    static const Field HASH[] = { { "pack", FIELD_TEXT, 0, "", "" }, FIELDS_END };
    List packs, steps = { .rows = NULL };
    TRY(store_list(cx, &packs, HASH, sizeof(const char *),
                   "SELECT DISTINCT pack FROM zone ORDER BY pack", NO_ARGS));
    for (size_t i = 0; i < packs.count; i++)
        TRY(steps_of(cx, &steps, ((const char **)packs.rows)[i]));
    *out = steps.rows;
    return OK;
}

static Err batch_options(Cx *cx, const Option **out)
{
    static const Field WORDS[] = {
        { "key", FIELD_TEXT, offsetof(Option, key), "", "" },
        { "zh", FIELD_TEXT, offsetof(Option, zh), "", "" },
        { "en", FIELD_TEXT, offsetof(Option, en), "", "" },
        FIELDS_END
    };
    List found;
    TRY(store_list(cx, &found, WORDS, sizeof(Option),
                   "SELECT CAST(id AS TEXT) AS key, name AS zh, name AS en FROM batch "
                   "ORDER BY id DESC",
                   NO_ARGS));
    Option *all = NEW_N(cx, Option, found.count + 1);
    for (size_t i = 0; i < found.count; i++)
        all[i] = ((const Option *)found.rows)[i];
    for (size_t i = 0; i < found.count; i++)
        all[i].retired = false;
    *out = all;
    return OK;
}

static Err zone_options(Cx *cx, const Option **out, const char *key)
{
    *out = NULL;
    if (strcmp(key, "step") == 0)
        return step_options(cx, out);
    return strcmp(key, "batch_id") == 0 ? batch_options(cx, out) : OK;
}

static Err show_lacks(Cx *cx, void *row)
{
    return count_lacks(cx, row);
}

static const char *const LIST[] = { "name",         "city_name",  "county",   "step",
                                    "deadline",     "blocking",   "villages", "projects",
                                    "transitional", "integrated", NULL };
const Register ZONE_LIST = {
    .table = { "zone", zone_fields, sizeof(Zone),
               ZONE_FROM "WHERE z.county >= $1 AND z.county < $2", .sum = "transitional" },
    .noun = "zone",
    .zh = "推进区",
    .en = "Zones",
    .list = LIST,
    .sort = "-returned", /* what came back first */
    .sum = "transitional",
    .listed = true,
    .options = zone_options,
    .show = show_lacks,
};

/* {"zone": name, "county": county} */
static const char *empty_dossier(Cx *cx, const char *name, const char *county)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "zone", name);
    json_put_text(&o, "county", county);
    json_close(&o, '}');
    return buf_text(&b);
}

static Err insert(Cx *cx, Zone *z)
{
    z->created_at = cx_now(cx);
    z->created_by = cx->user->id;
    TRY(store_insert(cx, &z->id, "zone", zone_fields, z));
    TRY(store_run(cx,
                  "INSERT INTO zone_dossier(zone_id, version, dossier, saved_at, saved_by, "
                  "saved_name) VALUES($1, 1, $2, $3, $4, $5)",
                  ARGS(I(z->id), T(empty_dossier(cx, z->name, z->county)), I(cx_now(cx)),
                       I(cx->user->id), T(cx->user->name))));
    audit_change(cx, "zone", z->id, zone_fields, NULL, z);
    return OK;
}

Err zone_add(Cx *cx, int64_t *id, const char *name, const char *county, int64_t batch_id)
{
    Batch batch;
    Region region;
    const Pack *pack;
    const Process *process;
    if (!range_has(user_range(cx, cx->user), county))
        return fail(cx, FORBIDDEN, "county", "%s 不在您的辖区 %s", "%s is not in your territory %s",
                    county, cx->user->territory);
    TRY(region_get(cx, &region, county, day_of_instant(cx_now(cx))));
    TRY(batch_get(cx, &batch, batch_id));
    if (strcmp(batch.state, "open") != 0)
        return fail(cx, CONFLICT, "batch_id", "批次“%s”已截止", "batch %s is closed", batch.name);
    TRY(pack_store_get(cx, &pack, batch.pack));
    TRY(process_of(cx, &process, pack, "zone"));
    Zone z;
    field_clear(&z, zone_fields);
    z.name = name;
    z.county = county;
    z.batch_id = batch_id;
    z.pack = batch.pack;
    z.not_met = z.undetermined = z.exceptions = z.hints = z.met = z.blocking = 0;
    TRY(insert(cx, &z));
    *id = z.id;
    TRY(process_start(cx, process, &(Start){ "zone", z.id, county, name, NULL }));
    ZoneView v;
    Check check;
    TRY(zone_view(cx, &v, z.id));
    TRY(zone_check(cx, &check, &v));
    zone_count(&v.zone, &check);
    return zone_store_summary(cx, &v.zone);
}
