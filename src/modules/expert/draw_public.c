/* What everybody may see of a draw, and the proof that the record is what was drawn. */
#include "modules/expert/draw_inside.h"

#include "modules/batch/batch.h"

#include <string.h>

static void put_time(Cx *cx, JsonOut *o, const char *key, int64_t at)
{
    json_put_text(o, key, at == UNSET ? NULL : instant_text(cx, at));
}

/* A value is a secret until the draw is made or undone. */
static void put_commitment(JsonOut *o, const char *party, const Draw *d, const char *hash,
                           const char *value)
{
    bool open = strcmp(d->state, "revealed") == 0 || strcmp(d->state, "void") == 0;
    json_open(o, party, '{');
    json_put_text(o, "sha256", hash);
    json_put_bool(o, "revealed", value != NULL);
    json_put_text(o, "value", open ? value : NULL);
    json_close(o, '}');
}

static Err put_events(Cx *cx, JsonOut *o, const Draw *d)
{
    List list;
    TRY(draw_events(cx, &list, d->id));
    const DrawEvent *e = list.rows;
    json_open(o, "events", '[');
    for (size_t i = 0; i < list.count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, draw_event_fields, &e[i], true);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

/* Every draw of the batch: a redraw cannot be overlooked. */
static Err put_draws(Cx *cx, JsonOut *o, const Draw *d)
{
    List list;
    TRY(draw_list(cx, &list, d->batch_id));
    const Draw *all = list.rows;
    json_open(o, "draws", '[');
    for (size_t i = 0; i < list.count; i++) {
        json_open(o, NULL, '{');
        json_put_int(o, "id", all[i].id);
        json_put_int(o, "number", all[i].number);
        json_put_text(o, "state", all[i].state);
        put_time(cx, o, "frozen_at", all[i].frozen_at);
        json_put_text(o, "withheld", all[i].withheld);
        json_put_text(o, "reason", all[i].reason);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

static Err put_order(Cx *cx, JsonOut *o, const Draw *d)
{
    const char **numbers;
    size_t count;
    if (d->seed == NULL) {
        json_put_null(o, "order");
        return OK;
    }
    TRY(draw_numbers(cx, &numbers, &count, d));
    json_open(o, "order", '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(o, NULL, numbers[i]);
    json_close(o, ']');
    return OK;
}

/* Name and organ of those who sat, with the nonce that binds them to the frozen pool. */
static Err put_names(Cx *cx, JsonOut *o, const Draw *d)
{
    List panel;
    const Json *roster;
    if (d->disclosed_at == UNSET || strcmp(d->state, "revealed") != 0) {
        json_put_null(o, "names");
        return OK;
    }
    TRY(json_parse(cx, &roster, d->roster, strlen(d->roster), &JSON_LIMITS));
    TRY(expert_panel(cx, &panel, d->batch_id));
    json_open(o, "names", '{');
    for (size_t i = 0; i < panel.count; i++) {
        const PanelMember *m = (const PanelMember *)panel.rows + i;
        const Json *entry = draw_entry(roster, m->number);
        json_open(o, m->number, '{');
        json_put_text(o, "name", json_text(entry, "name", ""));
        json_put_text(o, "organ", json_text(entry, "organ", ""));
        json_put_text(o, "nonce", json_text(entry, "nonce", ""));
        json_close(o, '}');
    }
    json_close(o, '}');
    return OK;
}

/* Who scores which zone, and who does not, by number. */
static Err put_zones(Cx *cx, JsonOut *o, const Draw *d)
{
    List list = { 0 };
    if (strcmp(d->state, "revealed") == 0)
        TRY(expert_panel_zones(cx, &list, d->batch_id));
    json_open(o, "zones", '[');
    for (size_t i = 0; i < list.count; i++) {
        const PanelZone *z = (const PanelZone *)list.rows + i;
        json_open(o, NULL, '{');
        json_put_int(o, "zone", z->zone_id);
        json_put_text(o, "number", z->number);
        json_put_text(o, "state", z->state);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

static void put_rule(JsonOut *o)
{
    json_open(o, "rule", '{');
    json_put_text(o, "zh",
                  "名单指纹=SHA-256(pool 的规范 JSON：键排序、无空白)；承诺=SHA-256(数)；"
                  "种子=SHA-256(名单指纹:乡村振兴部门的数:财政部门的数)；"
                  "按 SHA-256(种子:专家号) 从小到大排列，前 seats 人为评审组，其后为候补");
    json_put_text(
        o, "en",
        "pool_hash = SHA-256(pool as canonical JSON: sorted keys, no blanks); commitment = "
        "SHA-256(value); seed = SHA-256(pool_hash:rural:finance); experts by ascending "
        "SHA-256(seed:number), the first seats are the panel, then substitutes");
    json_close(o, '}');
}

Err draw_public(Cx *cx, const char **json, int64_t id)
{
    Draw d;
    Batch batch;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(draw_get(cx, &d, id));
    TRY(batch_get(cx, &batch, d.batch_id));
    json_open(&o, NULL, '{');
    json_put_int(&o, "id", d.id);
    json_put_text(&o, "batch", batch.name);
    json_put_bool(&o, "sample", batch.sample == 1);
    json_put_int(&o, "number", d.number);
    json_put_text(&o, "state", d.state);
    put_rule(&o);
    json_put_raw(&o, "pool", d.pool);
    json_put_text(&o, "pool_hash", d.pool_hash);
    json_open(&o, "commitments", '{');
    put_commitment(&o, "rural", &d, d.commit_rural, d.value_rural);
    put_commitment(&o, "finance", &d, d.commit_finance, d.value_finance);
    json_close(&o, '}');
    put_time(cx, &o, "reveal_until", d.reveal_until);
    json_put_text(&o, "seed", d.seed);
    TRY(put_order(cx, &o, &d));
    TRY(put_zones(cx, &o, &d));
    TRY(put_names(cx, &o, &d));
    json_put_text(&o, "withheld", d.withheld);
    json_put_text(&o, "reason", d.reason);
    TRY(put_events(cx, &o, &d));
    TRY(put_draws(cx, &o, &d));
    json_close(&o, '}');
    *json = buf_text(&b);
    return OK;
}

/* --- the proof --- */

static Err order_wrong(Cx *cx, bool *wrong, const Draw *d)
{
    const char **numbers;
    size_t count, i = 0;
    Rows rows;
    TRY(draw_numbers(cx, &numbers, &count, d));
    *wrong = false;
    TRY(rows_open(cx, &rows,
                  "SELECT e.number, k.role FROM draw_pick k JOIN expert e ON e.id = k.expert_id "
                  "WHERE k.draw_id = $1 ORDER BY k.position",
                  ARGS(I(d->id))));
    for (; rows.more; i++) {
        *wrong |= i >= count || strcmp(rows_text(cx, &rows, 0), numbers[i]) != 0;
        *wrong |= ((int64_t)i < d->seats) != (strcmp(rows_text(cx, &rows, 1), "panel") == 0);
        TRY(rows_next(cx, &rows));
    }
    *wrong |= i != count;
    return OK;
}

/* Over every zone the scorers are the first in the order who have no row that says otherwise, and
 * nobody scores whom the frozen pool keeps away. */
static Err zones_wrong(Cx *cx, bool *wrong, const Draw *d)
{
    const Json *roster;
    Rows rows;
    int64_t zone = 0, next = 1, scorers = 0;
    *wrong = false;
    TRY(json_parse(cx, &roster, d->roster, strlen(d->roster), &JSON_LIMITS));
    TRY(rows_open(cx, &rows,
                  "SELECT z.zone_id, k.position, e.number, z.state FROM panel_zone z "
                  "JOIN draw_pick k ON k.draw_id = z.draw_id AND k.expert_id = z.expert_id "
                  "JOIN expert e ON e.id = z.expert_id WHERE z.draw_id = $1 "
                  "ORDER BY z.zone_id, k.position",
                  ARGS(I(d->id))));
    while (rows.more) {
        const char *state = rows_text(cx, &rows, 3);
        bool scores = strcmp(state, "assigned") == 0 || strcmp(state, "substituted") == 0;
        if (rows_int(&rows, 0) != zone)
            next = 1, scorers = 0;
        zone = rows_int(&rows, 0);
        *wrong |= rows_int(&rows, 1) != next++;
        *wrong |= scores && draw_avoids(draw_entry(roster, rows_text(cx, &rows, 2)), zone) != NULL;
        scorers += scores;
        *wrong |= scorers > d->seats;
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

Err draw_prove(Cx *cx, const char **wrong, int64_t batch_id)
{
    Draw d;
    const char *seed;
    bool order, zones;
    TRY(draw_seed(cx, &seed, batch_id));
    TRY(draw_current(cx, &d, batch_id));
    TRY(order_wrong(cx, &order, &d));
    TRY(zones_wrong(cx, &zones, &d));
    *wrong = NULL;
    if (strcmp(draw_hash(cx, d.pool), d.pool_hash) != 0)
        *wrong = "pool_hash";
    else if (strcmp(draw_hash(cx, d.value_rural), d.commit_rural) != 0 ||
             strcmp(draw_hash(cx, d.value_finance), d.commit_finance) != 0)
        *wrong = "commitment";
    else if (strcmp(draw_seed_of(cx, &d), d.seed) != 0)
        *wrong = "seed";
    else if (order)
        *wrong = "order";
    else if (zones)
        *wrong = "zones";
    return OK;
}
