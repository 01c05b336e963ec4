/* A determination is proposed as one list and signed as one text: `content` is written when it is
 * proposed, with all that the amounts were told from, and its hash is what the signers send back.
 * So nobody can sign a list other than the one that he read, and years later the text shows what
 * was decided and from which quotas, whatever became of the tables.
 *
 * A list is never edited: a new proposal withdraws the one before and has the next number.
 */
#include "modules/determination/determination.h"

#include "base/digest.h"
#include "core/access/right.h"
#include "core/request/audit.h"
#include "modules/determination/limits.h"

#include <assert.h>
#include <string.h>

const Field determination_fields[] = {
    { "id", FIELD_INT, offsetof(Determination, id), "编号", "Number", .flags = FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Determination, version), "版本", "Version",
      .flags = FIELD_READONLY },
    { "batch_id", FIELD_INT, offsetof(Determination, batch_id), "批次", "Batch",
      .flags = FIELD_READONLY },
    { "number", FIELD_INT, offsetof(Determination, number), "次序", "Order",
      .flags = FIELD_READONLY },
    { "state", FIELD_TEXT, offsetof(Determination, state), "状态", "State",
      .flags = FIELD_READONLY },
    { "hash", FIELD_TEXT, offsetof(Determination, hash), "内容校验值", "Hash",
      .flags = FIELD_READONLY },
    { "content", FIELD_TEXT, offsetof(Determination, content), "内容", "Content",
      .flags = FIELD_READONLY },
    { "made_at", FIELD_INSTANT, offsetof(Determination, made_at), "提出时间", "Made at",
      .flags = FIELD_READONLY },
    FIELDS_END,
};

const Field award_fields[] = {
    { "zone_id", FIELD_INT, offsetof(Award, zone_id), "推进区", "Zone" },
    { "name", FIELD_TEXT, offsetof(Award, name), "名称", "Name" },
    { "county", FIELD_TEXT, offsetof(Award, county), "县代码", "County code" },
    { "county_name", FIELD_TEXT, offsetof(Award, county_name), "县（市、区）", "County" },
    { "city_name", FIELD_TEXT, offsetof(Award, city_name), "市", "City" },
    { "outcome", FIELD_TEXT, offsetof(Award, outcome), "结果", "Outcome" },
    { "place", FIELD_INT, offsetof(Award, place), "名次", "Place" },
    { "amount", FIELD_MONEY, offsetof(Award, amount), "省级以上资金", "Amount", .unit = "万元" },
    { "clause", FIELD_TEXT, offsetof(Award, clause), "条款", "Clause" },
    { "reason", FIELD_TEXT, offsetof(Award, reason), "理由", "Reason" },
    FIELDS_END,
};

#define DETERMINATION_SELECT                                                                       \
    "SELECT id, version, batch_id, number, state, hash, content, made_at FROM determination "

/* At most one is not withdrawn; none is not a failure, it is an empty row with `id` UNSET. */
Err determination_current(Cx *cx, Determination *out, int64_t batch_id)
{
    assert(batch_id > 0);
    Err e = store_row(cx, out, determination_fields,
                      DETERMINATION_SELECT "WHERE batch_id = $1 AND state <> 'withdrawn'",
                      ARGS(I(batch_id)));
    if (e != NOT_FOUND)
        return e;
    field_clear(out, determination_fields);
    return OK;
}

/* By today's names of county and city; what was signed holds codes, which do not change. */
Err determination_zones(Cx *cx, List *out, int64_t determination_id)
{
    assert(determination_id > 0);
    return store_list(cx, out, award_fields, sizeof(Award),
                      "SELECT x.zone_id, z.name, z.county, q.name AS county_name, "
                      "c.name AS city_name, x.outcome, x.place, x.amount, x.clause, x.reason "
                      "FROM determination_zone x JOIN zone z ON z.id = x.zone_id "
                      "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "
                      "LEFT JOIN region c ON c.code = substr(z.county, 1, 4) "
                      "AND c.valid_to IS NULL WHERE x.determination_id = $1 ORDER BY x.place",
                      ARGS(I(determination_id)));
}

/* --- content --- */

/* No names here: a county that is renamed between proposal and signature must not make another
 * text. */
static void put_award(JsonOut *o, const Award *a)
{
    assert(a->zone_id > 0 && a->amount >= 0);
    json_open(o, NULL, '{');
    json_put_int(o, "zone_id", a->zone_id);
    json_put_text(o, "county", a->county);
    json_put_int(o, "place", a->place);
    json_put_text(o, "outcome", a->outcome);
    json_put_int(o, "amount", a->amount);
    json_put_text(o, "clause", a->clause);
    json_put_text(o, "reason", a->reason);
    json_close(o, '}');
}

/* What the amounts and quotas were told from: the batch's tables go on changing, and those of the
 * day of the proposal are the ones that count. Tables of divisions are recorded, lists of codes and
 * maps by code; of the others (villages by the thousand, who is recommended) no quota depends. */
static void put_tables(JsonOut *o, const Dictionary *batch, const Json *tables)
{
    json_open(o, "tables", '{');
    for (const Field *f = batch->fields; f->type != FIELD_END; f++)
        if (f->pattern && json_get(tables, f->key) != NULL)
            json_put(o, f->key, json_get(tables, f->key));
    json_close(o, '}');
}

/* Keys in one fixed order and amounts as counts of 分: the same facts give the same bytes, for the
 * text is compared and hashed. */
static const char *content_of(Cx *cx, const SelectionView *v, const Limits *l, const Award *awards,
                              size_t count, int64_t number)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "batch", v->batch.id);
    json_put_int(&o, "number", number);
    json_put_int(&o, "places", l->places);
    json_put_int(&o, "budget", l->budget);
    json_put_int(&o, "lapsed_places", l->lapsed_places);
    json_put_int(&o, "lapsed_amount", l->lapsed_amount);
    put_tables(&o, &v->pack->batch, l->tables);
    json_open(&o, "zones", '[');
    for (size_t i = 0; i < count; i++)
        put_award(&o, &awards[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    return buf_text(&b);
}

/* The text as it would be written from the facts of this moment, for whoever asks whether they
 * still are those of the proposal. */
Err determination_content(Cx *cx, const char **out, const SelectionView *v, const Award *awards,
                          size_t count, int64_t number)
{
    List all;
    Limits l;
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    TRY(limits_of(cx, &l, v, &all));
    *out = content_of(cx, v, &l, awards, count, number);
    return OK;
}

/* --- proposing --- */

/* Those that the ranking placed and that are still in, by place, with what each would get. Two at
 * one place both stand there; there are a few hundred zones, so the walk by places needs no sort.
 */
static Err contenders(Cx *cx, Award **out, size_t *count, const Limits *l, const List *all)
{
    const Candidate *rows = all->rows;
    *out = NEW_N(cx, Award, all->count + 1);
    *count = 0;
    for (int64_t place = 1; place <= l->last_place; place++)
        for (size_t i = 0; i < all->count; i++) {
            const Candidate *c = &rows[i];
            if (c->place != place || !candidate_in(c))
                continue;
            assert(*count < all->count);
            Award *a = &(*out)[(*count)++];
            *a = (Award){ .zone_id = c->zone_id,
                          .name = c->name,
                          .county = c->county,
                          .county_name = c->county_name,
                          .city_name = c->city_name,
                          .place = place };
            TRY(limits_amount(cx, &a->amount, &a->clause, l, c->county));
        }
    return OK;
}

/* Who is left out gets nothing, and no clause that would give it. */
static void leave_out(Award *a, const char *reason)
{
    a->outcome = "not_selected";
    a->amount = 0;
    a->clause = NULL;
    a->reason = reason;
}

/* By rank, as far as places, quota and money reach. A suggestion only: it is shown beside the list,
 * and what is proposed is typed and argued by people. */
static void suggest(Cx *cx, Award *awards, size_t count, const Limits *l)
{
    assert(awards || count == 0);
    Limits left = *l;
    for (size_t i = 0; i < count; i++) {
        const char *why = limits_take(cx, &left, &awards[i]);
        if (why == NULL)
            awards[i].outcome = "selected";
        else
            leave_out(&awards[i], why);
    }
}

typedef struct ZoneChoice {
    int64_t zone_id;
    const char *outcome;
    const char *reason;
} ZoneChoice;

static const Option OUTCOMES[] = {
    { "selected", "入选", "Selected" },
    { "not_selected", "未入选", "Not selected" },
    { .key = NULL },
};

static const Field CHOICE[] = {
    { "zone_id", FIELD_INT, offsetof(ZoneChoice, zone_id), "推进区", "Zone",
      .flags = FIELD_REQUIRED },
    { "outcome", FIELD_ENUM, offsetof(ZoneChoice, outcome), "结果", "Outcome",
      .flags = FIELD_REQUIRED, .options = OUTCOMES },
    { "reason", FIELD_TEXT, offsetof(ZoneChoice, reason), "理由", "Reason", .max = 2000 },
    FIELDS_END,
};
const Field determination_proposal[] = {
    { "version", FIELD_INT, NO_OFFSET, "版本", "Version", .flags = FIELD_REQUIRED },
    { "zones", FIELD_LIST, NO_OFFSET, "名单", "Zones", .flags = FIELD_REQUIRED, .fields = CHOICE },
    FIELDS_END,
};

/* By zone and not by position: the page may send the rows in the order that it shows them. */
static Err choice_of(Cx *cx, ZoneChoice *out, const char **at, const Json *zones, const Award *a)
{
    for (size_t i = 0; i < zones->count; i++) {
        if (json_int(zones->items[i], "zone_id", 0) != a->zone_id)
            continue;
        *at = json_pointer_at(cx, "/zones", i);
        field_clear(out, CHOICE);
        return field_read_new(cx, out, CHOICE, zones->items[i], *at);
    }
    return fail(cx, INVALID, "/zones", "名单里没有第 %lld 名“%s”", "the list lacks place %lld, %s",
                (long long)a->place, a->name);
}

/* Whether a place further down is chosen: only then is leaving this one out a departure from the
 * ranking, and owes a reason. */
static bool passed_over(const Json *zones, const Award *awards, size_t count, size_t i)
{
    assert(i < count);
    for (size_t k = i + 1; k < count; k++)
        for (size_t z = 0; z < zones->count; z++)
            if (json_int(zones->items[z], "zone_id", 0) == awards[k].zone_id &&
                strcmp(json_text(zones->items[z], "outcome", ""), "selected") == 0)
                return true;
    return false;
}

/* The list must name every contender once, selected or not: an omission is a decision that nobody
 * wrote down. What is selected is taken off places and money as it goes, by rank, so that the first
 * one that they do not reach is named. */
static Err choose(Cx *cx, Award *awards, size_t count, const Limits *l, const Json *zones)
{
    Limits left = *l;
    if (zones->count != count)
        return fail(cx, INVALID, "/zones",
                    "名单应有 %lld 个推进区（有名次、未取消资格），现有 %lld 个",
                    "the list must hold the %lld zones that have a place, not %lld",
                    (long long)count, (long long)zones->count);
    for (size_t i = 0; i < count; i++) {
        ZoneChoice c;
        const char *at = "";
        TRY(choice_of(cx, &c, &at, zones, &awards[i]));
        if (strcmp(c.outcome, "selected") != 0) {
            if (text_blank(c.reason) && passed_over(zones, awards, count, i))
                return fail(cx, INVALID, json_pointer(cx, at, "reason"),
                            "“%s”名次在前而未入选，请写明理由",
                            "%s is passed over by a lower place: say why", awards[i].name);
            leave_out(&awards[i], c.reason);
            continue;
        }
        awards[i].outcome = "selected";
        awards[i].reason = c.reason;
        TRY(limits_claim(cx, &left, &awards[i]));
    }
    return OK;
}

/* A signature belongs to the list that was there: with one given, the list may not change below it.
 */
static Err unsigned_yet(Cx *cx, const SelectionView *v)
{
    bool some;
    TRY(store_exists(cx, &some,
                     "SELECT 1 FROM process_desk WHERE run_id = $1 AND signed_at IS NOT NULL",
                     ARGS(I(v->run.id))));
    if (some)
        return fail(cx, CONFLICT, "signed", "已有单位签署，不能再改名单；请先撤回或退回",
                    "somebody has signed; withdraw or return it first");
    return OK;
}

/* The rows repeat what the text says, for queries; determination_ready holds the two together
 * before anybody signs. */
static Err insert(Cx *cx, Determination *d, const Award *awards, size_t count)
{
    assert(d->id == UNSET || d->id == 0);
    assert(d->content && d->number > 0);
    d->hash = digest(cx, SHA256, d->content, strlen(d->content));
    d->state = "proposed";
    d->made_at = cx_now(cx);
    TRY(store_insert(cx, &d->id, "determination", determination_fields, d));
    for (size_t i = 0; i < count; i++)
        TRY(store_run(cx,
                      "INSERT INTO determination_zone(determination_id, zone_id, outcome, place, "
                      "amount, clause, reason) VALUES($1, $2, $3, $4, $5, $6, $7)",
                      ARGS(I(d->id), I(awards[i].zone_id), T(awards[i].outcome), I(awards[i].place),
                           I(awards[i].amount), T(awards[i].clause), T(awards[i].reason))));
    audit_note(cx, "determination", d->id, NULL, d->content);
    return OK;
}

/* The version of the selection is raised first, and refuses whoever typed over an older page: two
 * who propose at once cannot both win. */
Err determination_propose(Cx *cx, const SelectionView *v, const Json *body)
{
    List all;
    Limits limits;
    Award *awards;
    size_t count;
    Determination d = { .batch_id = v->batch.id };
    TRY(field_check(cx, determination_proposal, body));
    TRY(selection_at(cx, v, "selection.determine"));
    TRY(unsigned_yet(cx, v));
    Selection row = v->row;
    TRY(store_update(cx, "selection", selection_fields, &row, row.id,
                     json_int(body, "version", 0)));
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    TRY(limits_of(cx, &limits, v, &all));
    TRY(contenders(cx, &awards, &count, &limits, &all));
    TRY(choose(cx, awards, count, &limits, json_get(body, "zones")));
    TRY(determination_withdraw(cx, v->batch.id));
    TRY(store_int(cx, &d.number,
                  "SELECT coalesce(max(number), 0) + 1 FROM determination WHERE batch_id = $1",
                  ARGS(I(v->batch.id))));
    d.content = content_of(cx, v, &limits, awards, count, d.number);
    return insert(cx, &d, awards, count);
}

/* Only one that is still proposed; what was signed is undone by a correction, not from here. */
Err determination_withdraw(Cx *cx, int64_t batch_id)
{
    return store_run(cx,
                     "UPDATE determination SET state = 'withdrawn', version = version + 1 "
                     "WHERE batch_id = $1 AND state = 'proposed'",
                     ARGS(I(batch_id)));
}

/* --- signing --- */

/* Asked before each signature. The hash says that the signer read this list; the text written anew
 * from today's facts says that nothing below the list has moved since. */
Err determination_ready(Cx *cx, Determination *out, const SelectionView *v, const char *hash)
{
    List awards;
    const char *content;
    TRY(determination_current(cx, out, v->batch.id));
    if (out->id == UNSET)
        return fail(cx, CONFLICT, "facts", "还没有提出拟入选名单", "no list has been proposed yet");
    if (hash == NULL || strcmp(hash, out->hash) != 0)
        return fail(cx, STALE, "hash", "名单已重新提出，请看过新的名单再签署",
                    "another list was proposed meanwhile; read it before signing");
    TRY(determination_zones(cx, &awards, out->id));
    TRY(determination_content(cx, &content, v, awards.rows, awards.count, out->number));
    if (strcmp(content, out->content) != 0)
        return fail(
            cx, CONFLICT, "facts",
            "名单提出以后，名额、资金、基础表或参评推进区有变化，请重新提出名单",
            "places, money, tables or zones have changed since the list was proposed; propose "
            "anew");
    return OK;
}

/* Money is planned only by a signed list, one row for each selected zone. */
static Err draft(Cx *cx, const Determination *d)
{
    assert(d->id > 0);
    List awards;
    TRY(determination_zones(cx, &awards, d->id));
    const Award *rows = awards.rows;
    for (size_t i = 0; i < awards.count; i++)
        if (strcmp(rows[i].outcome, "selected") == 0)
            TRY(store_run(cx,
                          "INSERT INTO allotment(batch_id, zone_id, level, amount, clause, "
                          "determination_id, state) VALUES($1, $2, 'province', $3, $4, $5, "
                          "'draft')",
                          ARGS(I(d->batch_id), I(rows[i].zone_id), I(rows[i].amount),
                               T(rows[i].clause), I(d->id))));
    return OK;
}

/* Signed by all: from here on it is held, and its money planned, in the act of the last signature.
 */
Err determination_hold(Cx *cx, const Determination *d)
{
    Determination held = *d;
    held.state = "signed";
    TRY(store_update(cx, "determination", determination_fields, &held, d->id, d->version));
    audit_change(cx, "determination", d->id, determination_fields, d, &held);
    return draft(cx, d);
}

/* --- reading --- */

static void put_awards(Cx *cx, JsonOut *o, const char *key, const Award *awards, size_t count)
{
    json_open(o, key, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, award_fields, &awards[i], false);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* What is left of places and money after this list, for whoever compares it with the next. */
static Err put_one(Cx *cx, JsonOut *o, const Determination *d, const Limits *l)
{
    List awards;
    Limits left = *l;
    TRY(determination_zones(cx, &awards, d->id));
    const Award *rows = awards.rows;
    for (size_t i = 0; i < awards.count; i++)
        if (strcmp(rows[i].outcome, "selected") == 0)
            limits_use(&left, &rows[i]);
    json_open(o, NULL, '{');
    json_put_int(o, "id", d->id);
    json_put_int(o, "number", d->number);
    json_put_text(o, "state", d->state);
    json_put_text(o, "hash", d->hash);
    json_put_text(o, "made_at", instant_text(cx, d->made_at));
    json_put_int(o, "version", d->version);
    json_put_int(o, "places_left", limits_places_left(&left));
    json_put_text(o, "budget_left", money_text(cx, limits_budget_left(&left)));
    put_awards(cx, o, "zones", rows, awards.count);
    json_close(o, '}');
    return OK;
}

/* All lists, the newest first, with the suggestion beside them: the page needs both to show what
 * was proposed against what the ranking alone would give. */
Err determination_put(Cx *cx, JsonOut *o, const SelectionView *v)
{
    List all, list;
    Limits limits;
    Award *awards;
    size_t count;
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    TRY(limits_of(cx, &limits, v, &all));
    TRY(store_list(cx, &list, determination_fields, sizeof(Determination),
                   DETERMINATION_SELECT "WHERE batch_id = $1 ORDER BY number DESC",
                   ARGS(I(v->batch.id))));
    json_open(o, NULL, '{');
    json_open(o, "rows", '[');
    for (size_t i = 0; i < list.count; i++)
        TRY(put_one(cx, o, (const Determination *)list.rows + i, &limits));
    json_close(o, ']');
    json_put_int(o, "total", (int64_t)list.count);
    json_open(o, "lapsed", '{');
    json_put_int(o, "places", limits.lapsed_places);
    json_put_text(o, "amount", money_text(cx, limits.lapsed_amount));
    json_close(o, '}');
    TRY(contenders(cx, &awards, &count, &limits, &all));
    suggest(cx, awards, count, &limits);
    put_awards(cx, o, "suggestion", awards, count);
    json_close(o, '}');
    return OK;
}

/* --- allotments --- */

const Field allotment_fields[] = {
    { "id", FIELD_INT, offsetof(Allotment, id), "编号", "Number", .flags = FIELD_READONLY },
    { "batch_id", FIELD_INT, offsetof(Allotment, batch_id), "批次", "Batch",
      .flags = FIELD_READONLY },
    { "zone_id", FIELD_INT, offsetof(Allotment, zone_id), "推进区", "Zone",
      .flags = FIELD_READONLY },
    { "level", FIELD_TEXT, offsetof(Allotment, level), "级次", "Level", .flags = FIELD_READONLY },
    { "amount", FIELD_MONEY, offsetof(Allotment, amount), "金额", "Amount", .flags = FIELD_READONLY,
      .unit = "万元" },
    { "clause", FIELD_TEXT, offsetof(Allotment, clause), "条款", "Clause",
      .flags = FIELD_READONLY },
    { "determination_id", FIELD_INT, offsetof(Allotment, determination_id), "确定名单",
      "Determination", .flags = FIELD_READONLY },
    { "state", FIELD_TEXT, offsetof(Allotment, state), "状态", "State", .flags = FIELD_READONLY },
    { "reason", FIELD_TEXT, offsetof(Allotment, reason), "理由", "Reason",
      .flags = FIELD_READONLY },
    { "name", FIELD_TEXT, offsetof(Allotment, name), "名称", "Name",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    FIELDS_END,
};

/* Of the user's own territory, in the SQL, like every list. */
Err allotment_list(Cx *cx, List *out, int64_t batch_id)
{
    Arg territory = cx->user == NULL ? T("") : user_reach(cx->user);
    return store_list(cx, out, allotment_fields, sizeof(Allotment),
                      "SELECT a.id, a.batch_id, a.zone_id, a.level, a.amount, a.clause, "
                      "a.determination_id, a.state, a.reason, z.name FROM allotment a "
                      "JOIN zone z ON z.id = a.zone_id "
                      "WHERE " WITHIN("z.county", 1) " AND a.batch_id = $2 "
                                                     "ORDER BY z.county, a.id",
                      ARGS(territory, I(batch_id)));
}

/* Reversed, not deleted: that the money was once planned is part of what happened. Nothing to
 * reverse is no failure and leaves no entry. */
Err allotment_reverse(Cx *cx, int64_t zone_id, const char *reason)
{
    assert(zone_id > 0 && reason);
    TRY(store_run(cx,
                  "UPDATE allotment SET state = 'reversed', reason = $2 "
                  "WHERE zone_id = $1 AND state = 'draft'",
                  ARGS(I(zone_id), T(reason))));
    if (store_changes(cx) > 0)
        audit_note(cx, "zone", zone_id, "{\"资金安排\":\"draft\"}", "{\"资金安排\":\"reversed\"}");
    return OK;
}
