#include "modules/flow/flow.h"

#include "core/access/right.h"

#include <string.h>

static Err show_selection(Cx *cx, Request *rq, Reply *rp)
{
    return selection_show(cx, rq, rp, selection_put);
}

typedef struct LimitsBody {
    int64_t places;
    Money budget;
    int64_t version;
} LimitsBody;

static const Field LIMITS_BODY[] = {
    { "places", FIELD_INT, offsetof(LimitsBody, places), "名额", "Places", .flags = FIELD_REQUIRED,
      .min = 1, .max = 1000 },
    { "budget", FIELD_MONEY, offsetof(LimitsBody, budget), "资金总额", "Budget",
      .flags = FIELD_REQUIRED, .unit = "万元" },
    { "version", FIELD_INT, offsetof(LimitsBody, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err save_limits(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    LimitsBody b;
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &b, LIMITS_BODY, rq));
    TRY(selection_set_limits(cx, &v, b.places, b.budget, b.version));
    return selection_reply(cx, rp, &v, selection_put);
}

static const Option ACTS[] = {
    { "open", "开始", "Open" },
    { "forward", "进入下一步或签署", "Go on or sign" },
    { "back", "退回", "Return" },
    { "withdraw", "撤回", "Withdraw" },
    { .key = NULL },
};

typedef struct ActBody {
    const char *act;
    const char *to;
    const char *reason;
    const char *hash;
    int64_t round;
} ActBody;

static const Field ACT_BODY[] = {
    { "act", FIELD_ENUM, offsetof(ActBody, act), "办理", "Act", .flags = FIELD_REQUIRED,
      .options = ACTS },
    { "to", FIELD_TEXT, offsetof(ActBody, to), "退回到", "Return to", .max = 40 },
    { "reason", FIELD_TEXT, offsetof(ActBody, reason), "意见", "Reason", .max = 2000 },
    { "hash", FIELD_TEXT, offsetof(ActBody, hash), "名单校验值", "Hash of the list", .max = 64 },
    { "round", FIELD_INT, offsetof(ActBody, round), "轮次", "Round" },
    FIELDS_END,
};

static Err act(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    ActBody b;
    TRY(store_lock(cx, "zone")); /* the zones move with it */
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &b, ACT_BODY, rq));
    if (strcmp(b.act, "open") != 0) {
        StepAct a = { .act = b.act, .to = b.to, .reason = b.reason, .round = b.round };
        TRY(selection_act(cx, &v, &a, b.hash));
    } else if (right_allows(cx, "selection.write"))
        TRY(selection_open(cx, &v));
    else
        return fail(cx, FORBIDDEN, NULL, "竞争立项由省乡村振兴部门开始",
                    "the province's rural bureau opens the selection");
    return selection_reply(cx, rp, &v, selection_put);
}

static const Route ROUTES[] = {
    { GET, "/api/batches/:id/selection", "selection.read", show_selection, "看竞争立项",
      "Show the selection" },
    { PUT, "/api/batches/:id/selection", "selection.write", save_limits, "设定名额和资金总额",
      "Set places and budget", LIMITS_BODY },
    { POST, "/api/batches/:id/selection/acts", "selection.act", act, "办理竞争立项",
      "Act on the selection", ACT_BODY },
    ROUTES_END,
};

const Module flow_module = { .noun = "flow", .routes = ROUTES };
