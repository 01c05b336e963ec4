#include "modules/review/review_inside.h"

#include "base/digest.h"
#include "core/record/message.h"
#include "core/request/audit.h"
#include "modules/batch/batch.h"
#include "modules/expert/expert.h"

#include <stdlib.h>
#include <string.h>

const Field round_fields[] = {
    { "batch_id", FIELD_INT, offsetof(Round, batch_id), "批次", "Batch", .flags = FIELD_READONLY },
    { "part", FIELD_TEXT, offsetof(Round, part), "部分", "Part", .flags = FIELD_READONLY },
    { "opens_at", FIELD_INSTANT, offsetof(Round, opens_at), "开评时间", "Opened at",
      .flags = FIELD_READONLY },
    { "deadline", FIELD_INSTANT, offsetof(Round, deadline), "评分截止", "Deadline",
      .flags = FIELD_REQUIRED },
    { "sealed_at", FIELD_INSTANT, offsetof(Round, sealed_at), "封存时间", "Sealed at",
      .flags = FIELD_READONLY },
    FIELDS_END,
};

Err review_now(Cx *cx, int64_t *out)
{
    int64_t seen;
    TRY(store_int(cx, &seen, "SELECT coalesce(max(at), 0) FROM audit", NO_ARGS));
    *out = seen > cx_now(cx) ? seen : cx_now(cx);
    return OK;
}

Err review_rubric(Cx *cx, const Rubric **out, int64_t batch_id)
{
    Batch b;
    const Pack *pack;
    TRY(batch_get(cx, &b, batch_id));
    TRY(pack_store_get(cx, &pack, b.pack));
    return rubric_read(cx, out, pack->rubric);
}

Err review_part(Cx *cx, const char *part)
{
    if (strcmp(part, "paper") == 0 || strcmp(part, "defence") == 0)
        return OK;
    return fail(cx, NOT_FOUND, "part", "专家不对“%s”评分", "experts score no part %s", part);
}

Err round_get(Cx *cx, Round *out, int64_t batch_id, const char *part)
{
    TRY(review_part(cx, part));
    Err e = store_row(cx, out, round_fields,
                      "SELECT batch_id, part, opens_at, deadline, sealed_at FROM review_round "
                      "WHERE batch_id = $1 AND part = $2",
                      ARGS(I(batch_id), T(part)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "part", "这一轮评分还没有开始",
                    "this round has not been opened");
    return e;
}

Err review_sealed(Cx *cx, bool *out, int64_t batch_id, const char *part)
{
    return store_exists(cx, out,
                        "SELECT 1 FROM review_round WHERE batch_id = $1 AND part = $2 "
                        "AND sealed_at IS NOT NULL",
                        ARGS(I(batch_id), T(part)));
}

Err round_unsealed(Cx *cx, const Round *r)
{
    if (r->sealed_at == UNSET)
        return OK;
    return fail(cx, CONFLICT, "sealed", "评分已于 %s 封存，不能再改",
                "the scores were sealed at %s; nothing changes any more",
                instant_text(cx, r->sealed_at));
}

/* --- aliases --- */

/* 24 letters, no I and O, and two digits. */
static const char *random_alias(Cx *cx)
{
    static const char LETTERS[] = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    unsigned char chance[4];
    random_bytes(chance, sizeof chance);
    unsigned n = (unsigned)chance[0] << 16 | (unsigned)chance[1] << 8 | chance[2];
    return arena_format(cx->arena, "%c-%02u", LETTERS[n % (sizeof LETTERS - 1)], n / 256 % 99 + 1);
}

static Err make_alias(Cx *cx, int64_t batch_id, int64_t zone_id)
{
    bool taken;
    const char *alias;
    TRY(store_exists(cx, &taken, "SELECT 1 FROM review_alias WHERE zone_id = $1",
                     ARGS(I(zone_id))));
    if (taken)
        return OK;
    do {
        alias = random_alias(cx);
        TRY(store_exists(cx, &taken,
                         "SELECT 1 FROM review_alias WHERE batch_id = $1 AND alias = $2",
                         ARGS(I(batch_id), T(alias))));
    } while (taken);
    return store_run(cx, "INSERT INTO review_alias(zone_id, batch_id, alias) VALUES($1, $2, $3)",
                     ARGS(I(zone_id), I(batch_id), T(alias)));
}

/* --- sheets of a round --- */

static const Field PAIR[] = {
    { "zone_id", FIELD_INT, offsetof(ExpertPair, zone_id), "推进区", "Zone" },
    { "expert_id", FIELD_INT, offsetof(ExpertPair, expert_id), "专家", "Expert" },
    { "alias", FIELD_TEXT, offsetof(ExpertPair, alias), "代号", "Alias" },
    FIELDS_END,
};

/* The role of the step at which a zone waits for the part. */
const char *review_role(const char *part)
{
    return strcmp(part, "paper") == 0 ? "zone.review" : "zone.defence";
}

Err review_zones(Cx *cx, List *out, int64_t batch_id, const char *part)
{
    return store_list(cx, out, PAIR, sizeof(ExpertPair),
                      "SELECT z.id AS zone_id, a.alias FROM zone z "
                      "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "
                      "LEFT JOIN review_alias a ON a.zone_id = z.id "
                      "WHERE z.batch_id = $1 AND r.role = $2 ORDER BY z.id",
                      ARGS(I(batch_id), T(review_role(part))));
}

static bool stands(const List *zones, int64_t zone_id)
{
    const ExpertPair *rows = zones->rows;
    for (size_t i = 0; i < zones->count; i++)
        if (rows[i].zone_id == zone_id)
            return true;
    return false;
}

static int by_alias(const void *a, const void *b)
{
    const ExpertPair *x = a, *y = b;
    int order = strcmp(x->alias, y->alias);
    return order ? order : (x->expert_id > y->expert_id) - (x->expert_id < y->expert_id);
}

Err review_pairs(Cx *cx, List *out, int64_t batch_id, const char *part)
{
    List zones, assigned;
    TRY(review_zones(cx, &zones, batch_id, part));
    TRY(expert_assigned(cx, &assigned, batch_id, 0));
    const PanelZone *rows = assigned.rows;
    ExpertPair *pairs = NEW_N(cx, ExpertPair, assigned.count + 1);
    *out = (List){ .rows = pairs };
    for (size_t i = 0; i < assigned.count; i++)
        if (stands(&zones, rows[i].zone_id))
            pairs[out->count++] = (ExpertPair){ rows[i].zone_id, rows[i].expert_id, NULL };
    out->total = (int64_t)out->count;
    return OK;
}

/* Sheets of those who came in, in the order of the aliases, which is nobody's; those of who left
 * and had not submitted are recused. */
Err review_make_sheets(Cx *cx, int64_t batch_id, const char *part)
{
    List list;
    TRY(review_pairs(cx, &list, batch_id, part));
    ExpertPair *pairs = list.rows;
    for (size_t i = 0; i < list.count; i++) {
        if (i == 0 || pairs[i - 1].zone_id != pairs[i].zone_id)
            TRY(make_alias(cx, batch_id, pairs[i].zone_id));
        TRY(store_text(cx, &pairs[i].alias, "SELECT alias FROM review_alias WHERE zone_id = $1",
                       ARGS(I(pairs[i].zone_id))));
    }
    qsort(pairs, list.count, sizeof(ExpertPair), by_alias);
    for (size_t i = 0; i < list.count; i++)
        TRY(store_run(
            cx,
            "INSERT INTO review_sheet(batch_id, zone_id, expert_id, part, state, version) "
            "VALUES($1, $2, $3, $4, 'open', 1) "
            "ON CONFLICT (zone_id, expert_id, part) DO NOTHING",
            ARGS(I(batch_id), I(pairs[i].zone_id), I(pairs[i].expert_id), T(part))));
    return store_run(
        cx,
        "UPDATE review_sheet SET state = 'recused', version = version + 1 "
        "WHERE batch_id = $1 AND part = $2 AND state = 'open' AND NOT EXISTS "
        "(SELECT 1 FROM panel_zone p JOIN draw d ON d.id = p.draw_id "
        "WHERE d.batch_id = $1 AND d.state = 'revealed' AND p.zone_id = review_sheet.zone_id "
        "AND p.expert_id = review_sheet.expert_id AND p.state IN ('assigned', 'substituted'))",
        ARGS(I(batch_id), T(part)));
}

/* --- opening and sealing --- */

static void note(Cx *cx, int64_t batch_id, const Round *before, const Round *after)
{
    audit_change(cx, "review", batch_id, round_fields, before, after);
}

static Err put_off(Cx *cx, const Round *before, int64_t deadline)
{
    Round after = *before;
    TRY(round_unsealed(cx, before));
    if (deadline < before->deadline)
        return fail(cx, INVALID, "deadline", "截止时间只能推后，现为 %s",
                    "the deadline can only be put off; it is %s",
                    instant_text(cx, before->deadline));
    after.deadline = deadline;
    note(cx, before->batch_id, before, &after);
    return store_run(cx, "UPDATE review_round SET deadline = $1 WHERE batch_id = $2 AND part = $3",
                     ARGS(I(deadline), I(before->batch_id), T(before->part)));
}

static Err begin(Cx *cx, int64_t batch_id, const char *part, int64_t deadline)
{
    int64_t now;
    TRY(review_now(cx, &now));
    if (deadline <= now)
        return fail(cx, INVALID, "deadline", "截止时间 %s 已经过去", "the deadline %s has passed",
                    instant_text(cx, deadline));
    Round r = { batch_id, part, now, deadline, UNSET };
    TRY(expert_panel_use(cx, batch_id));
    note(cx, batch_id, NULL, &r);
    return store_run(cx,
                     "INSERT INTO review_round(batch_id, part, opens_at, deadline) "
                     "VALUES($1, $2, $3, $4)",
                     ARGS(I(batch_id), T(part), I(now), I(deadline)));
}

/* No zone stands in the words: experts read them. */
static Err tell_experts(Cx *cx, int64_t batch_id, const char *part, int64_t deadline)
{
    List list;
    bool paper = strcmp(part, "paper") == 0;
    const char *until = instant_text(cx, deadline);
    TRY(expert_panel(cx, &list, batch_id));
    const PanelMember *rows = list.rows;
    for (size_t i = 0; i < list.count; i++)
        if (rows[i].zones > 0)
            TRY(message_send(cx, rows[i].user_id, "review", batch_id,
                             arena_format(cx->arena, "%s评分已开始，请于 %s 前提交",
                                          paper ? "专家评审" : "视频答辩", until),
                             arena_format(cx->arena, "Scoring of the %s is open; submit by %s",
                                          paper ? "paper review" : "defence", until)));
    return OK;
}

Err round_open(Cx *cx, int64_t batch_id, const char *part, int64_t deadline)
{
    Round before;
    const Rubric *rubric;
    TRY(review_part(cx, part));
    TRY(review_rubric(cx, &rubric, batch_id));
    if (!rubric_part(rubric, part))
        return fail(cx, NOT_FOUND, "part", "本批的评分没有“%s”", "no scores are given for %s",
                    part);
    Err e = round_get(cx, &before, batch_id, part);
    if (e == OK)
        TRY(put_off(cx, &before, deadline));
    else if (e == NOT_FOUND)
        TRY(begin(cx, batch_id, part, deadline));
    else
        return e;
    TRY(review_make_sheets(cx, batch_id, part));
    return e == OK ? OK : tell_experts(cx, batch_id, part, deadline);
}

Err review_tally(Cx *cx, PartTally *out, int64_t batch_id, const char *part)
{
    const Rubric *rubric;
    List zones;
    *out = (PartTally){ 0 };
    TRY(review_rubric(cx, &rubric, batch_id));
    TRY(review_zones(cx, &zones, batch_id, part));
    TRY(store_int(cx, &out->submitted,
                  "SELECT count(*) FROM review_sheet s JOIN process_run r ON r.noun = 'zone' "
                  "AND r.noun_id = s.zone_id AND r.role = $3 "
                  "WHERE s.batch_id = $1 AND s.part = $2 AND s.state = 'submitted'",
                  ARGS(I(batch_id), T(part), T(review_role(part)))));
    TRY(store_int(cx, &out->lacking,
                  "SELECT count(*) FROM review_sheet s JOIN process_run r ON r.noun = 'zone' "
                  "AND r.noun_id = s.zone_id AND r.role = $3 "
                  "WHERE s.batch_id = $1 AND s.part = $2 AND s.state = 'open'",
                  ARGS(I(batch_id), T(part), T(review_role(part)))));
    TRY(store_int(cx, &out->thin,
                  "SELECT count(*) FROM zone z JOIN process_run r ON r.noun = 'zone' "
                  "AND r.noun_id = z.id AND r.role = $3 WHERE z.batch_id = $1 AND "
                  "(SELECT count(*) FROM review_sheet s WHERE s.zone_id = z.id AND s.part = $2 "
                  "AND s.state = 'submitted') < $4",
                  ARGS(I(batch_id), T(part), T(review_role(part)), I(rubric->least))));
    TRY(store_int(cx, &out->unmade,
                  "SELECT count(*) FROM draw d JOIN panel_zone p ON p.draw_id = d.id "
                  "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = p.zone_id "
                  "AND r.role = $3 WHERE d.batch_id = $1 AND d.state = 'revealed' "
                  "AND p.state IN ('assigned', 'substituted') AND NOT EXISTS "
                  "(SELECT 1 FROM review_sheet s WHERE s.zone_id = p.zone_id "
                  "AND s.expert_id = p.expert_id AND s.part = $2)",
                  ARGS(I(batch_id), T(part), T(review_role(part)))));
    out->zones = (int64_t)zones.count;
    out->lacking += out->unmade;
    out->assigned = out->submitted + out->lacking;
    return OK;
}

Err round_seal(Cx *cx, int64_t batch_id, const char *part)
{
    Round before, after;
    PartTally t;
    int64_t now;
    TRY(round_get(cx, &before, batch_id, part));
    TRY(round_unsealed(cx, &before));
    TRY(review_make_sheets(cx, batch_id, part));
    TRY(review_tally(cx, &t, batch_id, part));
    TRY(review_now(cx, &now));
    if (t.lacking > 0 && now <= before.deadline)
        return fail(cx, CONFLICT, "sheets", "还有 %lld 份评分表没有提交，%s 后才能封存",
                    "%lld sheets are not in; it can be sealed after %s", (long long)t.lacking,
                    instant_text(cx, before.deadline));
    if (t.thin > 0)
        return fail(cx, CONFLICT, "zones", "%lld 个推进区的评分表不够，请推后截止时间",
                    "%lld zones have too few sheets; put the deadline off", (long long)t.thin);
    if (t.zones == 0)
        return fail(cx, CONFLICT, "zones", "没有推进区在这一步", "no zone stands at this step");
    after = before;
    after.sealed_at = now;
    note(cx, batch_id, &before, &after);
    return store_run(cx, "UPDATE review_round SET sealed_at = $1 WHERE batch_id = $2 AND part = $3",
                     ARGS(I(now), I(batch_id), T(part)));
}
