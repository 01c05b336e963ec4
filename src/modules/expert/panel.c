/* The panel: seated by the draw, changed by recusals, always in the drawn order. */
#include "modules/expert/avoid.h"
#include "modules/expert/draw_inside.h"

#include "core/access/right.h"
#include "core/record/message.h"
#include "core/request/audit.h"

#include <assert.h>
#include <string.h>

static const Option ROLES[] = {
    { "panel", "评审组", "Panel" },
    { "substitute", "候补", "Substitute" },
    { "reserve", "候补之后", "Reserve" },
    { .key = NULL },
};

static const Option STATES[] = {
    { "active", "在岗", "Active" },
    { "recused", "本人回避", "Recused" },
    { "replaced", "省级更换", "Replaced" },
    { .key = NULL },
};

static const Option ZONE_STATES[] = {
    { "assigned", "评分", "Scores" },
    { "avoided", "按规则回避", "Avoids by rule" },
    { "recused", "申报回避", "Recused" },
    { "substituted", "递补评分", "Scores as a substitute" },
    { .key = NULL },
};

const Field panel_fields[] = {
    { "expert_id", FIELD_INT, offsetof(PanelMember, expert_id), "专家", "Expert" },
    { "user_id", FIELD_INT, offsetof(PanelMember, user_id), "账户编号", "Account id" },
    { "position", FIELD_INT, offsetof(PanelMember, position), "抽中顺序", "Drawn position" },
    { "number", FIELD_TEXT, offsetof(PanelMember, number), "专家号", "Number" },
    { "name", FIELD_TEXT, offsetof(PanelMember, name), "姓名", "Name" },
    { "field", FIELD_TEXT, offsetof(PanelMember, field), "专业领域", "Field" },
    { "organ", FIELD_TEXT, offsetof(PanelMember, organ), "工作单位", "Organ" },
    { "role", FIELD_ENUM, offsetof(PanelMember, role), "席位", "Role", .options = ROLES },
    { "state", FIELD_ENUM, offsetof(PanelMember, state), "状态", "State", .options = STATES },
    { "reason", FIELD_TEXT, offsetof(PanelMember, reason), "理由", "Reason" },
    { "zones", FIELD_INT, offsetof(PanelMember, zones), "评分推进区数", "Zones scored" },
    FIELDS_END,
};

const Field panel_zone_fields[] = {
    { "zone_id", FIELD_INT, offsetof(PanelZone, zone_id), "推进区", "Zone" },
    { "expert_id", FIELD_INT, offsetof(PanelZone, expert_id), "专家", "Expert" },
    { "user_id", FIELD_INT, offsetof(PanelZone, user_id), "账户编号", "Account id" },
    { "number", FIELD_TEXT, offsetof(PanelZone, number), "专家号", "Number" },
    { "state", FIELD_ENUM, offsetof(PanelZone, state), "状态", "State", .options = ZONE_STATES },
    { "reason", FIELD_TEXT, offsetof(PanelZone, reason), "理由", "Reason" },
    { "zone", FIELD_TEXT, offsetof(PanelZone, zone), "推进区名称", "Name of the zone" },
    FIELDS_END,
};

const Field expert_seat_fields[] = {
    { "batch_id", FIELD_INT, offsetof(ExpertSeat, batch_id), "批次编号", "Batch id" },
    { "batch", FIELD_TEXT, offsetof(ExpertSeat, batch), "批次", "Batch" },
    { "role", FIELD_ENUM, offsetof(ExpertSeat, role), "席位", "Role", .options = ROLES },
    { "state", FIELD_ENUM, offsetof(ExpertSeat, state), "状态", "State", .options = STATES },
    { "zones", FIELD_INT, offsetof(ExpertSeat, zones), "评分推进区数", "Zones scored" },
    FIELDS_END,
};

/* --- reading --- */

Err expert_seats(Cx *cx, List *out, int64_t expert_id)
{
    return store_list(
        cx, out, expert_seat_fields, sizeof(ExpertSeat),
        "SELECT d.batch_id, b.name AS batch, p.role, p.state, (SELECT count(*) FROM panel_zone z "
        "WHERE z.draw_id = p.draw_id AND z.expert_id = p.expert_id "
        "AND z.state IN ('assigned', 'substituted')) AS zones "
        "FROM panel p JOIN draw d ON d.id = p.draw_id JOIN batch b ON b.id = d.batch_id "
        "WHERE p.expert_id = $1 AND d.state = 'revealed' ORDER BY d.id",
        ARGS(I(expert_id)));
}

Err expert_panel(Cx *cx, List *out, int64_t batch_id)
{
    return store_list(
        cx, out, panel_fields, sizeof(PanelMember),
        "SELECT p.expert_id, e.user_id, k.position, e.number, e.name, e.field, e.organ, p.role, "
        "p.state, p.reason, (SELECT count(*) FROM panel_zone z WHERE z.draw_id = p.draw_id "
        "AND z.expert_id = p.expert_id AND z.state IN ('assigned', 'substituted')) AS zones "
        "FROM draw d JOIN panel p ON p.draw_id = d.id JOIN expert e ON e.id = p.expert_id "
        "JOIN draw_pick k ON k.draw_id = d.id AND k.expert_id = p.expert_id "
        "WHERE d.batch_id = $1 AND d.state = 'revealed' ORDER BY k.position",
        ARGS(I(batch_id)));
}

#define ZONE_SELECT                                                                                \
    "SELECT z.zone_id, z.expert_id, e.user_id, e.number, z.state, z.reason, q.name AS zone "       \
    "FROM draw d JOIN panel_zone z ON z.draw_id = d.id JOIN zone q ON q.id = z.zone_id "           \
    "JOIN expert e ON e.id = z.expert_id "                                                         \
    "JOIN draw_pick k ON k.draw_id = d.id AND k.expert_id = z.expert_id "                          \
    "WHERE d.batch_id = $1 AND d.state = 'revealed' "

Err expert_panel_zones(Cx *cx, List *out, int64_t batch_id)
{
    return store_list(cx, out, panel_zone_fields, sizeof(PanelZone),
                      ZONE_SELECT "ORDER BY z.zone_id, k.position", ARGS(I(batch_id)));
}

Err expert_assigned(Cx *cx, List *out, int64_t batch_id, int64_t zone_id)
{
    return store_list(cx, out, panel_zone_fields, sizeof(PanelZone),
                      ZONE_SELECT "AND z.state IN ('assigned', 'substituted') "
                                  "AND ($2 = 0 OR z.zone_id = $2) ORDER BY z.zone_id, k.position",
                      ARGS(I(batch_id), I(zone_id)));
}

Err expert_must_score(Cx *cx, int64_t batch_id, int64_t zone_id, int64_t expert_id)
{
    bool scores;
    TRY(store_exists(cx, &scores,
                     "SELECT 1 FROM draw d JOIN panel_zone z ON z.draw_id = d.id "
                     "WHERE d.batch_id = $1 AND d.state = 'revealed' AND z.zone_id = $2 "
                     "AND z.expert_id = $3 AND z.state IN ('assigned', 'substituted')",
                     ARGS(I(batch_id), I(zone_id), I(expert_id))));
    return scores ? OK
                  : fail(cx, FORBIDDEN, "zone_id", "这个推进区不由您评分",
                         "you do not score this zone");
}

/* --- the work under way --- */

typedef struct PanelPlace {
    int64_t expert_id;
    int64_t position;
    const char *number;
    const char *role;
    const char *state; /* on the panel; NULL = not seated */
    const Json *entry; /* of the roster */
} PanelPlace;

static const Field PLACE_FIELDS[] = {
    { "expert_id", FIELD_INT, offsetof(PanelPlace, expert_id), "专家", "Expert" },
    { "position", FIELD_INT, offsetof(PanelPlace, position), "抽中顺序", "Position" },
    { "number", FIELD_TEXT, offsetof(PanelPlace, number), "专家号", "Number" },
    { "role", FIELD_TEXT, offsetof(PanelPlace, role), "席位", "Role" },
    { "state", FIELD_TEXT, offsetof(PanelPlace, state), "状态", "State" },
    FIELDS_END,
};

typedef struct Seating {
    const Draw *draw;
    PanelPlace *places; /* in the drawn order */
    size_t count;
} Seating;

static Err seating_read(Cx *cx, Seating *out, const Draw *d)
{
    List places;
    const Json *roster;
    TRY(json_parse(cx, &roster, d->roster, strlen(d->roster), &JSON_LIMITS));
    TRY(store_list(cx, &places, PLACE_FIELDS, sizeof(PanelPlace),
                   "SELECT k.expert_id, k.position, e.number, k.role, p.state "
                   "FROM draw_pick k JOIN expert e ON e.id = k.expert_id "
                   "LEFT JOIN panel p ON p.draw_id = k.draw_id AND p.expert_id = k.expert_id "
                   "WHERE k.draw_id = $1 ORDER BY k.position",
                   ARGS(I(d->id))));
    *out = (Seating){ d, places.rows, places.count };
    for (size_t i = 0; i < out->count; i++) {
        out->places[i].entry = draw_entry(roster, out->places[i].number);
        assert(out->places[i].entry && "a pick that the roster does not know");
    }
    return OK;
}

static Err sit(Cx *cx, const Draw *d, PanelPlace *p)
{
    if (p->state != NULL)
        return OK;
    p->state = "active";
    return store_run(cx,
                     "INSERT INTO panel(draw_id, expert_id, role, state) "
                     "VALUES($1, $2, $3, 'active')",
                     ARGS(I(d->id), I(p->expert_id), T(p->role)));
}

static Err mark(Cx *cx, const Draw *d, int64_t zone_id, const PanelPlace *p, const char *state,
                const char *reason)
{
    return store_run(cx,
                     "INSERT INTO panel_zone(draw_id, zone_id, expert_id, state, reason) "
                     "VALUES($1, $2, $3, $4, $5)",
                     ARGS(I(d->id), I(zone_id), I(p->expert_id), T(state), T(reason)));
}

/* What was frozen, and what came up since: neither may judge. */
static Err why_not(Cx *cx, const char **why, const PanelPlace *p, const AvoidZone *zone)
{
    AvoidExpert expert;
    *why = draw_avoids(p->entry, zone->id);
    if (*why != NULL || zone->county == NULL)
        return OK;
    TRY(avoid_expert(cx, &expert, p->expert_id));
    return avoid_rule(cx, why, &expert, zone);
}

/* Who has a row over the zone, by expert; *scorers = how many of them score. */
static Err zone_rows(Cx *cx, const char ***states, int64_t *scorers, const Seating *s,
                     int64_t zone_id)
{
    Rows rows;
    *scorers = 0;
    *states = NEW_N(cx, const char *, s->count + 1);
    memset(*states, 0, sizeof(const char *) * (s->count + 1));
    TRY(rows_open(cx, &rows,
                  "SELECT k.position, z.state FROM panel_zone z JOIN draw_pick k "
                  "ON k.draw_id = z.draw_id AND k.expert_id = z.expert_id "
                  "WHERE z.draw_id = $1 AND z.zone_id = $2",
                  ARGS(I(s->draw->id), I(zone_id))));
    while (rows.more) {
        const char *state = rows_text(cx, &rows, 1);
        (*states)[rows_int(&rows, 0) - 1] = state;
        *scorers += strcmp(state, "assigned") == 0 || strcmp(state, "substituted") == 0;
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

/* One who steps in hears of it. */
static Err tell(Cx *cx, const Draw *d, const PanelPlace *p)
{
    int64_t user;
    TRY(store_int(cx, &user, "SELECT user_id FROM expert WHERE id = $1", ARGS(I(p->expert_id))));
    return message_send(cx, user, "expert", d->batch_id, "您已递补进入专家评审组，请查看评审任务",
                        "You have stepped into the panel; see your sheets");
}

/* Walks the drawn order until the zone has its scorers. Everybody passed has a row that says why,
 * so that the record can be read without us. */
static Err zone_fill(Cx *cx, Seating *s, const AvoidZone *zone, bool fresh)
{
    const Draw *d = s->draw;
    const char **states;
    int64_t scorers;
    TRY(zone_rows(cx, &states, &scorers, s, zone->id));
    for (size_t i = 0; i < s->count && scorers < d->seats; i++) {
        PanelPlace *p = &s->places[i];
        const char *why;
        if (states[i] != NULL)
            continue;
        if (p->state && strcmp(p->state, "active") != 0) {
            TRY(mark(cx, d, zone->id, p, "recused", NULL));
            continue;
        }
        TRY(why_not(cx, &why, p, zone));
        if (why != NULL) {
            TRY(mark(cx, d, zone->id, p, "avoided", why));
            continue;
        }
        bool own = strcmp(p->role, "panel") == 0;
        TRY(sit(cx, d, p));
        TRY(mark(cx, d, zone->id, p, own ? "assigned" : "substituted", NULL));
        if (!fresh)
            TRY(tell(cx, d, p));
        scorers++;
    }
    return OK;
}

/* --- seating --- */

Err draw_numbers(Cx *cx, const char ***out, size_t *count, const Draw *d)
{
    const Json *pool;
    TRY(draw_pool(cx, &pool, d));
    const Json *experts = json_get(pool, "experts");
    const char **numbers = NEW_N(cx, const char *, experts->count + 1);
    for (size_t i = 0; i < experts->count; i++)
        numbers[i] = json_text(experts->items[i], "number", "");
    draw_order(cx, d->seed, "", numbers, experts->count);
    *out = numbers;
    *count = experts->count;
    return OK;
}

static const char *role_at(const Draw *d, size_t i)
{
    int64_t position = (int64_t)i;
    if (position < d->seats)
        return "panel";
    return position < d->seats + d->substitutes ? "substitute" : "reserve";
}

static Err write_order(Cx *cx, const Draw *d)
{
    const char **numbers;
    const Json *roster;
    size_t count;
    TRY(draw_numbers(cx, &numbers, &count, d));
    TRY(json_parse(cx, &roster, d->roster, strlen(d->roster), &JSON_LIMITS));
    for (size_t i = 0; i < count; i++)
        TRY(store_run(cx,
                      "INSERT INTO draw_pick(draw_id, position, expert_id, role) "
                      "VALUES($1, $2, $3, $4)",
                      ARGS(I(d->id), I((int64_t)i + 1),
                           I(json_int(draw_entry(roster, numbers[i]), "expert_id", 0)),
                           T(role_at(d, i)))));
    return OK;
}

Err panel_seat(Cx *cx, const Draw *d)
{
    Seating s;
    const Json *pool;
    TRY(draw_pool(cx, &pool, d));
    TRY(write_order(cx, d));
    TRY(seating_read(cx, &s, d));
    for (size_t i = 0; i < s.count && (int64_t)i < d->seats + d->substitutes; i++)
        TRY(sit(cx, d, &s.places[i]));
    const Json *zones = json_get(pool, "zones");
    for (size_t i = 0; i < zones->count; i++)
        TRY(zone_fill(cx, &s, &(AvoidZone){ .id = zones->items[i]->integer }, true));
    return OK;
}

/* --- recusal --- */

static PanelPlace *place_of(const Seating *s, int64_t expert_id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->places[i].expert_id == expert_id)
            return &s->places[i];
    return NULL;
}

/* The zones that he scores, or the one. */
static Err zones_of(Cx *cx, List *out, const Draw *d, int64_t expert_id, int64_t zone_id)
{
    return store_list(cx, out, panel_zone_fields, sizeof(PanelZone),
                      "SELECT zone_id FROM panel_zone WHERE draw_id = $1 AND expert_id = $2 "
                      "AND state IN ('assigned', 'substituted') AND ($3 = 0 OR zone_id = $3) "
                      "ORDER BY zone_id",
                      ARGS(I(d->id), I(expert_id), I(zone_id)));
}

static Err leave_zone(Cx *cx, Seating *s, int64_t expert_id, int64_t zone_id, const char *reason)
{
    AvoidZone zone;
    TRY(store_run(cx,
                  "UPDATE panel_zone SET state = 'recused', reason = $4 "
                  "WHERE draw_id = $1 AND zone_id = $2 AND expert_id = $3",
                  ARGS(I(s->draw->id), I(zone_id), I(expert_id), T(reason))));
    TRY(avoid_zone(cx, &zone, zone_id));
    return zone_fill(cx, s, &zone, false);
}

static Err leave_panel(Cx *cx, const Draw *d, PanelPlace *p, bool himself, const char *reason)
{
    p->state = himself ? "recused" : "replaced";
    return store_run(cx,
                     "UPDATE panel SET state = $3, reason = $4 WHERE draw_id = $1 "
                     "AND expert_id = $2",
                     ARGS(I(d->id), I(p->expert_id), T(p->state), T(reason)));
}

/* The reason may say what is nobody's business; the public record has the fact alone. */
static Err put_record(Cx *cx, const Draw *d, const PanelPlace *p, bool himself, int64_t zone_id,
                      const char *reason)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "专家号", p->number);
    if (zone_id != 0)
        json_put_int(&o, "推进区", zone_id);
    json_put_text(&o, "理由", reason);
    json_close(&o, '}');
    audit_note(cx, "draw", d->id, NULL, buf_text(&b));
    return draw_event(cx, d->id,
                      &(DrawEvent){ .act = himself ? "recuse" : "replace",
                                    .party = himself ? "expert" : cx->user->organ_kind,
                                    .number = p->number,
                                    .zone_id = zone_id == 0 ? UNSET : zone_id });
}

Err expert_recuse(Cx *cx, int64_t batch_id, int64_t expert_id, int64_t zone_id, const char *reason)
{
    Draw d;
    Seating s;
    List zones;
    bool himself = strcmp(cx->user->level, "expert") == 0;
    if (text_blank(reason))
        return fail(cx, INVALID, "/reason", "请写明回避的理由", "write why");
    TRY(draw_current(cx, &d, batch_id));
    TRY(seating_read(cx, &s, &d));
    PanelPlace *p = place_of(&s, expert_id);
    if (p == NULL || p->state == NULL || strcmp(p->state, "active") != 0)
        return fail(cx, CONFLICT, "expert_id", "这位专家不在评审组中", "the expert does not sit");
    TRY(zones_of(cx, &zones, &d, expert_id, zone_id));
    if (zone_id != 0 && zones.count == 0)
        return fail(cx, CONFLICT, "zone_id", "这个推进区不由这位专家评分",
                    "the expert does not score this zone");
    if (zone_id == 0)
        TRY(leave_panel(cx, &d, p, himself, reason));
    TRY(put_record(cx, &d, p, himself, zone_id, reason));
    for (size_t i = 0; i < zones.count; i++)
        TRY(leave_zone(cx, &s, expert_id, ((PanelZone *)zones.rows)[i].zone_id, reason));
    return OK;
}
