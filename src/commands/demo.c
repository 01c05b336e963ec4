#include "commands/demo.h"

#include "commands/progress.h"
#include "commands/system.h"
#include "core/access/password.h"
#include "core/access/right.h"
#include "core/record/attachment.h"
#include "core/record/setting.h"
#include "core/register/quality_round.h"
#include "modules/batch/batch.h"
#include "modules/expert/expert.h"
#include "modules/organ/organ.h"
#include "modules/region/region.h"
#include "modules/user/user.h"
#include "modules/zone/zone.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* What one step of the making needs; each step is one act with its audit entry. */
typedef struct DemoMaking {
    const Json *demo;
    const Json *zone;
    const char *pack;
    const char *divisions; /* their folder; NULL = the embedded ones */
    const char *hash;      /* of the pack */
    const char *password;  /* hashed once for all accounts */
    int64_t batch_id;
    int64_t zone_id;
    const char *dossier;
    const Json *act;
    const Json *expert;
    Evidence *evidence;
    size_t evidence_count;
} DemoMaking;

static const char *const DESK_SEATS[] = { "handler", "checker", "signer", NULL };
static const char *const KINDS[] = { "rural", "finance", "government", NULL };

static const char *kind_name(const char *level, const char *kind)
{
    if (strcmp(kind, "rural") == 0)
        return "乡村振兴局";
    if (strcmp(kind, "finance") == 0)
        return strcmp(level, "province") == 0 ? "财政厅" : "财政局";
    return "人民政府";
}

static Err make_user(Cx *cx, const DemoMaking *m, int64_t organ_id, const char *account,
                     const char *seat)
{
    int64_t id;
    UserRow row;
    field_clear(&row, user_fields);
    row.account = account;
    row.name = arena_format(cx->arena, "样例%s", option_find(SEATS, seat)->zh);
    row.organ_id = organ_id;
    row.seat = seat;
    return user_make_hashed(cx, &id, &row, m->password, false);
}

typedef struct NewOrgan {
    Organ row;
    int64_t id;
} NewOrgan;

static Err insert_organ(Cx *cx, void *data)
{
    NewOrgan *n = data;
    return organ_create(cx, &n->id, &n->row);
}

static Err make_organ(Cx *cx, const DemoMaking *m, const char *name, const char *level,
                      const char *kind, const char *code, const char *duty,
                      const char *const *seats)
{
    NewOrgan n;
    field_clear(&n.row, organ_fields);
    n.row.name = name;
    n.row.level = level;
    n.row.kind = kind;
    n.row.territory = code;
    n.row.duty = duty;
    if (strcmp(level, "province") == 0 && strcmp(kind, "rural") == 0)
        n.row.contact = json_text(m->demo, "contact", NULL);
    TRY(act_run(cx, "建立样例机构", "Make a sample organ", insert_organ, &n));
    for (; *seats; seats++) {
        const char *account = *code ? arena_format(cx->arena, "%s-%s-%s", code, kind, *seats)
                                    : arena_format(cx->arena, "%s-admin", *seats);
        TRY(make_user(cx, m, n.id, account, *seats));
    }
    return OK;
}

/* Bureaus and government of a division, with all desks. */
static Err make_organs_of(Cx *cx, const DemoMaking *m, const char *level, const char *code)
{
    const char *name;
    bool there;
    TRY(store_exists(cx, &there, "SELECT 1 FROM organ WHERE territory = $1", ARGS(T(code))));
    if (there)
        return OK;
    TRY(region_name(cx, &name, code));
    for (const char *const *kind = KINDS; *kind; kind++)
        TRY(make_organ(cx, m, arena_format(cx->arena, "%s%s", name, kind_name(level, *kind)), level,
                       *kind, code, NULL, DESK_SEATS));
    return OK;
}

/* A list of the description; empty where it has none. */
static const Json *list_of(const DemoMaking *m, const char *key)
{
    static const Json NONE = { .type = J_ARRAY };
    const Json *list = json_get(m->demo, key);
    return list ? list : &NONE;
}

/* Townships, villages and departments that are named one by one. */
static Err make_named(Cx *cx, const DemoMaking *m)
{
    static const char *const HANDLER_ONLY[] = { "handler", NULL };
    const Json *organs = list_of(m, "organs");
    for (size_t i = 0; i < organs->count; i++) {
        const Json *o = organs->items[i];
        TRY(make_organ(cx, m, json_text(o, "name", ""), json_text(o, "level", ""),
                       json_text(o, "kind", ""), json_text(o, "territory", ""),
                       json_text(o, "duty", NULL), HANDLER_ONLY));
    }
    return make_organ(cx, m, "样例专家库", "expert", "experts", json_text(m->demo, "province", ""),
                      NULL, HANDLER_ONLY);
}

/* A committee, called by its whole path: villages of one name are many. */
static Err make_village(Cx *cx, const DemoMaking *m, const char *town, const Region *village)
{
    static const char *const HANDLER_ONLY[] = { "handler", NULL };
    bool there;
    TRY(store_exists(cx, &there, "SELECT 1 FROM organ WHERE territory = $1",
                     ARGS(T(village->code))));
    return there ? OK
                 : make_organ(cx, m, arena_format(cx->arena, "%s%s", town, village->name),
                              "village", "committee", village->code, NULL, HANDLER_ONLY);
}

/* The townships that a zone lies in, with its villages. */
static Err make_township(Cx *cx, const DemoMaking *m, const char *code, int64_t most)
{
    List villages;
    const char *county, *town;
    bool there;
    TRY(region_name(cx, &county, arena_text_n(cx->arena, code, 6)));
    TRY(region_name(cx, &town, code));
    town = arena_format(cx->arena, "%s%s", county, town);
    TRY(store_exists(cx, &there, "SELECT 1 FROM organ WHERE territory = $1", ARGS(T(code))));
    if (!there)
        TRY(make_organ(cx, m, arena_format(cx->arena, "%s人民政府", town), "township", "government",
                       code, NULL, DESK_SEATS));
    const RegionSearch those = {
        .parent = code, .level = "village", .at = day_of_instant(cx_now(cx)), .size = most
    };
    TRY(region_search(cx, &villages, &those));
    for (size_t i = 0; i < villages.count; i++)
        TRY(make_village(cx, m, town, &((const Region *)villages.rows)[i]));
    return OK;
}

static Err make_townships(Cx *cx, const DemoMaking *m, const Json *zone)
{
    const Json *towns = json_get(zone, "towns");
    for (size_t i = 0; towns && i < towns->count; i++)
        TRY(make_township(cx, m, towns->items[i]->text, json_int(zone, "villages", 0)));
    return OK;
}

static Err make_county(Cx *cx, const DemoMaking *m, const char *county)
{
    TRY(make_organs_of(cx, m, "city", arena_text_n(cx->arena, county, 4)));
    return make_organs_of(cx, m, "county", county);
}

static Err make_organs(Cx *cx, const DemoMaking *m)
{
    static const char *const ADMINS_OF[] = { "system", "security", "audit", NULL };
    const Json *zones = list_of(m, "zones"), *counties = list_of(m, "counties");
    TRY(make_organs_of(cx, m, "province", json_text(m->demo, "province", "")));
    for (size_t i = 0; i < zones->count; i++)
        TRY(make_county(cx, m, json_text(zones->items[i], "county", "")));
    for (size_t i = 0; i < counties->count; i++)
        TRY(make_county(cx, m, counties->items[i]->text));
    TRY(make_named(cx, m));
    for (size_t i = 0; i < zones->count; i++)
        TRY(make_townships(cx, m, zones->items[i]));
    return make_organ(cx, m, "系统管理机构", "system", "administration", "", NULL, ADMINS_OF);
}

static Err add_entry(Cx *cx, const DemoMaking *m, const char *kind, const char *code,
                     const char *value)
{
    int64_t id;
    BatchEntry row;
    field_clear(&row, entry_fields);
    row.batch_id = m->batch_id;
    row.kind = kind;
    row.code = code;
    row.value = value;
    row.document = json_text(m->demo, "document", "");
    return batch_add_entry(cx, &id, &row);
}

/* "town:370724113:10" stands for the first ten villages of the township. */
static Err add_town(Cx *cx, const DemoMaking *m, const char *kind, const char *code,
                    const char *value)
{
    List villages;
    char town[10];
    int count;
    if (sscanf(code, "town:%9[0-9]:%d", town, &count) != 2)
        return add_entry(cx, m, kind, code, value);
    TRY(region_search(
        cx, &villages,
        &(RegionSearch){
            .parent = town, .level = "village", .at = day_of_instant(cx_now(cx)), .size = count }));
    for (size_t i = 0; i < villages.count; i++)
        TRY(add_entry(cx, m, kind, ((Region *)villages.rows)[i].code, value));
    return OK;
}

static Err make_batch(Cx *cx, void *data)
{
    DemoMaking *m = data;
    const Json *batch = json_get(m->demo, "batch"), *entries = list_of(m, "entries");
    Day today = day_of_instant(cx_now(cx));
    Batch row;
    TRY(system_mark(cx, SYSTEM_DEMO));
    TRY(pack_store_add(cx, &m->hash, m->pack));
    field_clear(&row, batch_fields);
    row.name = json_text(batch, "name", "");
    row.year = civil_from_day(today).year;
    row.pack = m->hash;
    row.state = "open";
    row.deadline = instant_of_day(today + json_int(batch, "days", 17) + 1) - 1000;
    row.sample = 1;
    TRY(batch_add(cx, &m->batch_id, &row));
    for (size_t i = 0; i < entries->count; i++)
        TRY(add_town(cx, m, json_text(entries->items[i], "kind", ""),
                     json_text(entries->items[i], "code", ""),
                     json_text(entries->items[i], "value", "")));
    return OK;
}

/* --- experts --- */

static Err add_expert(Cx *cx, void *data)
{
    const DemoMaking *m = data;
    const Json *interests = json_get(m->expert, "interests");
    Expert row;
    int64_t id, interest;
    field_clear(&row, expert_fields);
    TRY(field_read(cx, &row, expert_fields, json_get(m->expert, "row"), ""));
    TRY(expert_add(cx, &id, &row));
    for (size_t i = 0; interests && i < interests->count; i++)
        TRY(expert_declare(cx, &interest,
                           &(Interest){ .expert_id = id,
                                        .kind = json_text(interests->items[i], "kind", ""),
                                        .code = json_text(interests->items[i], "code", "") }));
    return OK;
}

static Err make_experts(Cx *cx, DemoMaking *m)
{
    const Json *experts = list_of(m, "experts");
    int64_t organ, id;
    TRY(store_int(cx, &organ, "SELECT id FROM organ WHERE level = 'expert'", NO_ARGS));
    for (size_t i = 0; i < experts->count; i++) {
        UserRow user;
        m->expert = experts->items[i];
        const Json *row = json_get(m->expert, "row");
        field_clear(&user, user_fields);
        user.account = json_text(row, "account", "");
        user.name = json_text(row, "name", "");
        user.organ_id = organ;
        user.seat = "handler";
        TRY(user_make_hashed(cx, &id, &user, m->password, false));
        TRY(act_run(cx, "登记样例专家", "Add a sample expert", add_expert, m));
    }
    return OK;
}

/* The user whose account is "county-who", or, of "city:who", that of the county's city. */
static Err become(Cx *cx, const DemoMaking *m, const char *who)
{
    const char *county = json_text(m->zone, "county", "");
    bool city = strncmp(who, "city:", 5) == 0;
    const char *account =
        arena_format(cx->arena, "%.*s-%s", city ? 4 : 6, county, city ? who + 5 : who);
    return user_become(cx, account);
}

static Err open_zone(Cx *cx, void *data)
{
    DemoMaking *m = data;
    ZoneView v;
    Check check;
    const Json *dossier;
    int64_t version;
    TRY(zone_add(cx, &m->zone_id, json_text(m->zone, "name", ""), json_text(m->zone, "county", ""),
                 m->batch_id));
    TRY(zone_view(cx, &v, m->zone_id));
    TRY(json_parse(cx, &dossier, m->dossier, strlen(m->dossier), &JSON_LIMITS));
    return zone_save(cx, &version, &check, &v, dossier, 1);
}

static Err put_evidence(Cx *cx, void *data)
{
    DemoMaking *m = data;
    ZoneView v;
    const Json *list;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_view(cx, &v, m->zone_id));
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < m->evidence_count; i++) {
        const Evidence *e = &m->evidence[i];
        json_open(&o, NULL, '{');
        json_put_text(&o, "item", e->item);
        json_put_text(&o, "day", day_text(cx, day_of_instant(cx_now(cx)) - 4));
        json_put_text(&o, "document", arena_format(cx->arena, "样例〔2022〕%zu号", i + 1));
        json_put_int(&o, "attachment_id", e->attachment_id);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    TRY(json_parse(cx, &list, b.at, b.length, &JSON_LIMITS));
    return zone_put_evidence(cx, &v, list);
}

static Err begin_upload(Cx *cx, void *data)
{
    return upload_begin(cx, data);
}

/* A small text file that says what it stands for. */
static Err attach(Cx *cx, const DemoMaking *m, Evidence *e)
{
    Attachment a;
    const char *text = arena_format(cx->arena, "样例附件：%s（%s）。非正式文件。\n", e->zh,
                                    json_text(m->zone, "name", ""));
    Upload u = { .name = arena_format(cx->arena, "样例-%s.txt", e->zh),
                 .size = (int64_t)strlen(text),
                 .noun = "zone",
                 .noun_id = m->zone_id };
    TRY(act_run(cx, "上传样例附件", "Upload a sample attachment", begin_upload, &u));
    TRY(upload_fill(cx, &u, u.id, 0, text, -1, u.size));
    TRY(upload_finish(cx, &a, u.id));
    e->attachment_id = a.id;
    return OK;
}

static Err make_evidence(Cx *cx, DemoMaking *m)
{
    ZoneView v;
    List all = { 0 };
    TRY(zone_view(cx, &v, m->zone_id));
    TRY(zone_evidence(cx, &all, &v));
    m->evidence = all.rows;
    m->evidence_count = all.count;
    for (size_t i = 0; i < all.count; i++)
        TRY(attach(cx, m, &m->evidence[i]));
    return act_run(cx, "登记样例材料", "Record sample evidence", put_evidence, m);
}

static const char *marks_of(Cx *cx, const Json *marks)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    if (!marks)
        return NULL;
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < marks->count; i++) {
        json_open(&o, NULL, '{');
        json_put_text(&o, "pointer", marks->items[i]->items[0]->text);
        json_put_text(&o, "remark", marks->items[i]->items[1]->text);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return buf_text(&b);
}

static Err take_act(Cx *cx, void *data)
{
    DemoMaking *m = data;
    ZoneView v;
    bool moved;
    TRY(zone_view(cx, &v, m->zone_id));
    StepAct act = { .act = json_text(m->act, "act", ""),
                    .to = json_text(m->act, "to", NULL),
                    .reason = json_text(m->act, "reason", NULL),
                    .marks = marks_of(cx, json_get(m->act, "marks")),
                    .round = v.run.round };
    return zone_act(cx, &moved, &v, &act);
}

static Err make_zone(Cx *cx, DemoMaking *m)
{
    List villages;
    const Json *acts = json_get(m->zone, "acts");
    Civil today = civil_from_day(day_of_instant(cx_now(cx)));
    Day start = day_from_civil((Civil){ today.year + 1, 1, 1 });
    TRY(region_search(cx, &villages,
                      &(RegionSearch){ .parent = json_get(m->zone, "towns")->items[0]->text,
                                       .level = "village",
                                       .at = day_of_instant(cx_now(cx)),
                                       .size = json_int(m->zone, "villages", 10) }));
    TRY(demo_dossier(cx, &m->dossier, m->demo, m->zone, &villages, start));
    TRY(become(cx, m, "rural-handler"));
    TRY(act_run(cx, "建立样例推进区", "Make a sample zone", open_zone, m));
    if (json_bool(m->zone, "evidence", false))
        TRY(make_evidence(cx, m));
    for (size_t i = 0; i < acts->count; i++) {
        m->act = acts->items[i];
        TRY(become(cx, m, json_text(m->act, "by", "")));
        TRY(act_run(cx, "办理样例推进区", "Act on a sample zone", take_act, m));
    }
    return OK;
}

/* Kept with the system, as the description may lie elsewhere when it is served next. */
static Err keep_accounts(Cx *cx, const DemoMaking *m)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_put(&o, NULL, list_of(m, "accounts"));
    return store_run(cx, "INSERT INTO setting(key, value) VALUES('demo.accounts', $1)",
                     ARGS(T(buf_text(&b))));
}

/* One-time codes would keep everybody who only looks out of the demo. */
static Err lay_ground(Cx *cx, void *data)
{
    const DemoMaking *m = data;
    const Progress progress = progress_on_terminal(cx, "载入区划", "loading the divisions");
    TRY(setting_set(cx, "login.totp", "off"));
    TRY(setting_set(cx, "login.address_failures", "1000"));
    TRY(keep_accounts(cx, m));
    return region_load(cx, m->divisions, &progress);
}

static Err make_zones(Cx *cx, DemoMaking *m)
{
    const Json *zones = list_of(m, "zones");
    const Progress progress = progress_on_terminal(cx, "建立样例推进区", "making sample zones");
    for (size_t i = 0; i < zones->count; i++) {
        m->zone = zones->items[i];
        TRY(make_zone(cx, m));
        TRY(progress.tell(cx, progress.data, (int64_t)i + 1, (int64_t)zones->count));
    }
    return OK;
}

/* Set afresh, as a busy database may have it run again. */
static Err make_all(Cx *cx, void *data)
{
    DemoMaking m = *(const DemoMaking *)data;
    cx->user = NULL;
    TRY(act_run(cx, "载入区划", "Load the divisions", lay_ground, &m));
    TRY(make_organs(cx, &m));
    TRY(user_become(
        cx, arena_format(cx->arena, "%s-rural-handler", json_text(m.demo, "province", ""))));
    TRY(act_run(cx, "建立样例批次", "Make the sample batch", make_batch, &m));
    TRY(make_experts(cx, &m));
    TRY(make_zones(cx, &m));
    TRY(demo_registers(cx, m.demo));
    cx->user = NULL;
    return quality_round_whole(cx, "monthly");
}

Err demo_make(Cx *cx, void *data)
{
    const DemoOf *of = data;
    DemoMaking m = { .pack = of->pack, .divisions = of->divisions };
    TRY(demo_text(cx, &m.demo, of->divisions));
    TRY(password_hash(cx, &m.password, json_text(m.demo, "password", "")));
    return act_whole(cx, make_all, &m);
}

/* A demo that an older program made is the embedded one. */
static Err accounts_of(Cx *cx, const Json **out)
{
    const Json *demo;
    const char *kept;
    Err e = store_text(cx, &kept, "SELECT value FROM setting WHERE key = 'demo.accounts'", NO_ARGS);
    if (e == OK)
        return json_parse(cx, out, kept, strlen(kept), &JSON_LIMITS);
    if (e != NOT_FOUND)
        return e;
    TRY(demo_text(cx, &demo, NULL));
    *out = json_get(demo, "accounts");
    return OK;
}

Err demo_print_accounts(Cx *cx, void *data)
{
    const Json *accounts;
    (void)data;
    TRY(accounts_of(cx, &accounts));
    say(cx, "样例数据，非正式系统；口令公开，不得接入网络。所有账户的口令：Tuijin-2022",
        "Demo data, not official; the password is public, so never let it face a network. Of all "
        "accounts it is Tuijin-2022");
    for (size_t i = 0; i < accounts->count; i++)
        printf("  %-30s %s\n", json_text(accounts->items[i], "account", ""),
               json_text(accounts->items[i], cx->lang == EN ? "en" : "zh", ""));
    say(cx, "  其他县、市：CODE-rural|finance|government-handler|checker|signer",
        "  other counties and cities: CODE-rural|finance|government-handler|checker|signer");
    return OK;
}
