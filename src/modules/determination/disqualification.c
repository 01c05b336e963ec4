#include "modules/determination/disqualification.h"

#include "core/access/right.h"
#include "core/request/audit.h"
#include "modules/determination/determination.h"
#include "modules/determination/ranking.h"

#include <string.h>

const Field disqualification_fields[] = {
    { "zone_id", FIELD_INT, offsetof(Disqualification, zone_id), "推进区", "Zone",
      .flags = FIELD_READONLY },
    { "batch_id", FIELD_INT, offsetof(Disqualification, batch_id), "批次", "Batch",
      .flags = FIELD_READONLY },
    { "clause", FIELD_TEXT, offsetof(Disqualification, clause), "条款", "Clause",
      .flags = FIELD_REQUIRED, .min = 1, .max = 40 },
    { "reason", FIELD_TEXT, offsetof(Disqualification, reason), "理由", "Reason",
      .flags = FIELD_REQUIRED, .min = 1, .max = 2000 },
    { "step", FIELD_TEXT, offsetof(Disqualification, step), "步骤", "Step",
      .flags = FIELD_READONLY },
    { "user_id", FIELD_INT, offsetof(Disqualification, user_id), "决定人编号", "User",
      .flags = FIELD_READONLY },
    { "user_name", FIELD_TEXT, offsetof(Disqualification, user_name), "决定人", "Decided by",
      .flags = FIELD_READONLY },
    { "at", FIELD_INSTANT, offsetof(Disqualification, at), "时间", "At", .flags = FIELD_READONLY },
    FIELDS_END,
};

Err zone_disqualify(Cx *cx, const SelectionView *v, int64_t zone_id, const char *clause,
                    const char *reason)
{
    Candidate c;
    TRY(selection_candidate(cx, &c, v, zone_id));
    if (v->row.id == UNSET)
        return selection_at(cx, v, "");
    if (pack_clause(v->pack, clause) == NULL)
        return fail(cx, INVALID, "/clause", "政策包没有条款“%s”", "the pack has no clause \"%s\"",
                    clause);
    if (text_blank(reason))
        return fail(cx, INVALID, "/reason", "取消资格请写明理由", "say why it is disqualified");
    Disqualification d = { zone_id,     v->batch.id,  clause,         reason,
                           v->run.step, cx->user->id, cx->user->name, cx_now(cx) };
    TRY(store_run(cx,
                  "INSERT INTO disqualification(zone_id, batch_id, clause, reason, step, user_id, "
                  "user_name, at) VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
                  ARGS(I(d.zone_id), I(d.batch_id), T(clause), T(reason), T(d.step), I(d.user_id),
                       T(d.user_name), I(d.at))));
    audit_change(cx, "zone", zone_id, disqualification_fields, NULL, &d);
    TRY(allotment_reverse(cx, zone_id, reason));
    if (selection_plays(v, "selection.rank"))
        TRY(ranking_undo(cx, v));
    const Pass again = {
        .by = "selection", .by_id = v->row.id, .role = "zone.publish", .reason = reason
    };
    if (strcmp(c.role, "zone.selected") == 0)
        TRY(zone_reopen(cx, zone_id, &again));
    return zone_pass(cx, zone_id,
                     &(Pass){ .by = "selection",
                              .by_id = v->row.id,
                              .role = "zone.disqualified",
                              .reason = reason,
                              .clause = clause });
}
