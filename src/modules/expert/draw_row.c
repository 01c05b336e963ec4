/* A draw and its events, as they are kept. */
#include "modules/expert/draw_inside.h"

#include "core/access/right.h"

static const Option STATES[] = {
    { "frozen", "名单已冻结", "Pool frozen" },
    { "committed", "两家已承诺", "Both committed" },
    { "revealed", "已抽取", "Drawn" },
    { "void", "已作废", "Void" },
    { .key = NULL },
};

const Field draw_fields[] = {
    { "id", FIELD_INT, offsetof(Draw, id), "编号", "Id", FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Draw, version), "版本", "Version", FIELD_READONLY },
    { "batch_id", FIELD_INT, offsetof(Draw, batch_id), "批次", "Batch", FIELD_READONLY },
    { "number", FIELD_INT, offsetof(Draw, number), "第几次抽取", "Draw", FIELD_READONLY },
    { "state", FIELD_ENUM, offsetof(Draw, state), "状态", "State", FIELD_READONLY,
      .options = STATES },
    { "pool", FIELD_TEXT, offsetof(Draw, pool), "冻结名单", "Frozen pool", FIELD_SECRET },
    { "pool_hash", FIELD_TEXT, offsetof(Draw, pool_hash), "名单指纹", "Hash of the pool",
      FIELD_READONLY },
    { "roster", FIELD_TEXT, offsetof(Draw, roster), "对照表", "Roster", FIELD_SECRET },
    { "seats", FIELD_INT, offsetof(Draw, seats), "评审组人数", "Seats", FIELD_READONLY },
    { "substitutes", FIELD_INT, offsetof(Draw, substitutes), "候补人数", "Substitutes",
      FIELD_READONLY },
    { "frozen_at", FIELD_INSTANT, offsetof(Draw, frozen_at), "冻结时间", "Frozen at",
      FIELD_READONLY },
    { "commit_rural", FIELD_TEXT, offsetof(Draw, commit_rural), "乡村振兴部门承诺",
      "Commitment (rural)", FIELD_READONLY },
    { "commit_finance", FIELD_TEXT, offsetof(Draw, commit_finance), "财政部门承诺",
      "Commitment (finance)", FIELD_READONLY },
    { "reveal_until", FIELD_INSTANT, offsetof(Draw, reveal_until), "公开期限", "Reveal until",
      FIELD_READONLY },
    { "value_rural", FIELD_TEXT, offsetof(Draw, value_rural), "乡村振兴部门的数", "Value (rural)",
      FIELD_SECRET | FIELD_SEALED, .place = "draw.value_rural" },
    { "value_finance", FIELD_TEXT, offsetof(Draw, value_finance), "财政部门的数", "Value (finance)",
      FIELD_SECRET | FIELD_SEALED, .place = "draw.value_finance" },
    { "seed", FIELD_TEXT, offsetof(Draw, seed), "种子", "Seed", FIELD_READONLY },
    { "made_at", FIELD_INSTANT, offsetof(Draw, made_at), "抽取时间", "Drawn at", FIELD_READONLY },
    { "used_at", FIELD_INSTANT, offsetof(Draw, used_at), "评审开始", "Review began",
      FIELD_READONLY },
    { "disclosed_at", FIELD_INSTANT, offsetof(Draw, disclosed_at), "公开姓名", "Names published",
      FIELD_READONLY },
    { "void_asked", FIELD_ENUM, offsetof(Draw, void_asked), "提出作废", "Asks to undo it",
      FIELD_READONLY, .options = ORGAN_KINDS },
    { "withheld", FIELD_TEXT, offsetof(Draw, withheld), "逾期未公开", "Withheld", FIELD_READONLY },
    { "reason", FIELD_TEXT, offsetof(Draw, reason), "作废理由", "Reason", FIELD_READONLY },
    FIELDS_END,
};

const Field draw_event_fields[] = {
    { "id", FIELD_INT, offsetof(DrawEvent, id), "编号", "Id" },
    { "at", FIELD_INSTANT, offsetof(DrawEvent, at), "时间", "At" },
    { "act", FIELD_TEXT, offsetof(DrawEvent, act), "办理", "Act" },
    { "party", FIELD_TEXT, offsetof(DrawEvent, party), "哪一方", "Party" },
    { "number", FIELD_TEXT, offsetof(DrawEvent, number), "专家号", "Expert" },
    { "zone_id", FIELD_INT, offsetof(DrawEvent, zone_id), "推进区", "Zone" },
    { "reason", FIELD_TEXT, offsetof(DrawEvent, reason), "理由", "Reason" },
    FIELDS_END,
};

#define DRAW_SELECT                                                                                \
    "SELECT id, version, batch_id, number, state, pool, pool_hash, roster, seats, substitutes, "   \
    "frozen_at, commit_rural, commit_finance, reveal_until, value_rural, value_finance, seed, "    \
    "made_at, used_at, disclosed_at, void_asked, withheld, reason FROM draw "

Err draw_get(Cx *cx, Draw *out, int64_t id)
{
    Err e = store_row(cx, out, draw_fields, DRAW_SELECT "WHERE id = $1", ARGS(I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的抽取", "there is no draw %lld",
                    (long long)id);
    return e;
}

Err draw_current(Cx *cx, Draw *out, int64_t batch_id)
{
    Err e = store_row(cx, out, draw_fields, DRAW_SELECT "WHERE batch_id = $1 AND state <> 'void'",
                      ARGS(I(batch_id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "draw", "这个批次还没有抽取专家",
                    "no experts have been drawn for this batch");
    return e;
}

Err draw_list(Cx *cx, List *out, int64_t batch_id)
{
    return store_list(cx, out, draw_fields, sizeof(Draw),
                      DRAW_SELECT "WHERE batch_id = $1 ORDER BY number", ARGS(I(batch_id)));
}

/* --- the record --- */

Err draw_event(Cx *cx, int64_t draw_id, const DrawEvent *e)
{
    return store_run(cx,
                     "INSERT INTO draw_event(draw_id, at, act, party, number, zone_id, reason) "
                     "VALUES($1, $2, $3, $4, $5, $6, $7)",
                     ARGS(I(draw_id), I(cx_now(cx)), T(e->act), T(e->party), T(e->number),
                          I(e->zone_id), T(e->reason)));
}

Err draw_events(Cx *cx, List *out, int64_t draw_id)
{
    return store_list(cx, out, draw_event_fields, sizeof(DrawEvent),
                      "SELECT id, at, act, party, number, zone_id, reason FROM draw_event "
                      "WHERE draw_id = $1 ORDER BY id",
                      ARGS(I(draw_id)));
}
