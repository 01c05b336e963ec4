#include "core/request/dispatch.h"

#include "base/budget.h"
#include "base/digest.h"
#include "base/log.h"
#include "core/access/right.h"
#include "core/access/session.h"
#include "core/record/setting.h"
#include "core/request/act.h"
#include "core/request/core.h"

#include <assert.h>
#include <string.h>

/* One request on its way through. */
typedef struct Call {
    Request *rq;
    Reply *rp;
    const Route *route;
    const char *key; /* Idempotency-Key; NULL where none is kept */
    bool stale;      /* the session should be touched */
    bool locks;      /* it runs in a write transaction, and everybody's writes wait for it */
} Call;

/* Of what is not heavy: far more than it takes, and less than anybody waits. */
enum {
    STEPS_MOST = 200000000,
    TIME_MOST_MS = 8000,
    LOCKED_MOST_MS = 4000,
    MILLION = 1000000,
    SECOND_MS = 1000
};

/* Of what guests may send: twice a public form, which says itself what is too long in it. */
static const size_t SMALL_BODY = 128u << 10;

static bool changes(const Route *r)
{
    return r->method != GET && !(r->flags & ROUTE_READ);
}

bool route_is_heavy(const Route *r)
{
    const char *dot = strrchr(r->path, '.');
    return r->flags & ROUTE_HEAVY ||
           (dot != NULL && (strcmp(dot, ".pdf") == 0 || strcmp(dot, ".xlsx") == 0));
}

/* --- guards --- */

/* A browser says where a request comes from; what another site made it send is refused. */
static Err origin_check(Cx *cx, const Request *rq)
{
    const char *site = request_header(rq, "Sec-Fetch-Site");
    const char *origin = request_header(rq, "Origin");
    const char *host = request_header(rq, "Host");
    bool fine = site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    if (fine && origin != NULL) {
        const char *name = strstr(origin, "://");
        fine = name != NULL && host != NULL && strcmp(name + 3, host) == 0;
    }
    if (!fine)
        return fail(cx, FORBIDDEN, "Origin", "请求来自其他网站，已拒绝",
                    "the request comes from another site and is refused");
    return OK;
}

static Err guard(Cx *cx, Call *call)
{
    if (call->route->method != GET)
        TRY(origin_check(cx, call->rq));
    const char *key = request_header(call->rq, "Idempotency-Key");
    if (changes(call->route) && key == NULL && !(call->route->flags & ROUTE_HTML))
        return fail(cx, INVALID, "Idempotency-Key", "写操作缺少请求头 Idempotency-Key",
                    "a write must carry the header Idempotency-Key");
    call->key = changes(call->route) && !(call->route->flags & ROUTE_STREAM) ? key : NULL;
    return OK;
}

/* The right of the route, and what a user must do before anything else. */
static Err right_check(Cx *cx, const Route *route, const Request *rq)
{
    const User *u = cx->user;
    if (*route->right == '\0')
        return OK;
    if (u == NULL)
        return fail(cx, UNAUTHENTICATED, NULL, "请先登录", "log in first");
    if (strcmp(route->right, "self") == 0)
        return OK;
    if (u->must_change)
        return fail(cx, FORBIDDEN, "password", "请先修改口令", "change the password first");
    if (u->must_enrol)
        return fail(cx, FORBIDDEN, "totp", "请先绑定动态口令", "enrol the second factor first");
    if (right_signed_in(route->right))
        return OK;
    const Right *r = right_find(cx, route->right);
    if (r->ask)
        return r->ask(cx, request_param(rq, "noun"), strchr(r->right, '.') + 1);
    if (!right_allows(cx, route->right))
        return fail(cx, FORBIDDEN, NULL, "您没有“%s%.0s”的权限", "you have no right to “%.0s%s”",
                    r->zh, r->en);
    return OK;
}

/* --- the run --- */

static Err budget_widen(Cx *cx)
{
    int64_t seconds, millions;
    TRY(setting_int(cx, &seconds, "run.seconds"));
    TRY(setting_int(cx, &millions, "run.million_steps"));
    budget_renew(cx->budget, millions * MILLION, seconds * SECOND_MS);
    return OK;
}

static Err find_user(Cx *cx, void *data)
{
    Call *call = data;
    cx->user = NULL;
    TRY(session_find(cx, call->rq, &call->stale));
    return right_check(cx, call->route, call->rq);
}

/* The same for what holds no lock while it runs. */
static Err find_runner(Cx *cx, void *data)
{
    const Call *call = data;
    TRY(find_user(cx, data));
    return route_is_heavy(call->route) ? budget_widen(cx) : OK;
}

/* However much of a failure the handler swallowed. */
static Err limits_check(Cx *cx)
{
    TRY(budget_check(cx));
    if (arena_full(cx->arena))
        return fail(cx, TOO_LARGE, NULL, "请求所需内存超过限制",
                    "the request needs too much memory");
    return OK;
}

/* Inside the transaction: who, may he, was it asked before, the handler, the answer. */
static Err inside(Cx *cx, void *data)
{
    Call *call = data;
    reply_clear(call->rp);
    cx->act->notes = NULL;
    TRY(call->locks ? find_user(cx, call) : find_runner(cx, call));
    if (call->key != NULL)
        TRY(answer_find(cx, call->key, call->rq));
    if (cx->act->repeated) {
        reply_header(call->rp, "Idempotency-Replayed", "true");
        return reply_json(cx, call->rp, cx->act->answer);
    }
    TRY(call->route->handle(cx, call->rq, call->rp));
    TRY(limits_check(cx));
    return call->key == NULL ? OK : answer_keep(cx, call->key, call->rq);
}

/* Work in a read transaction, run again where it was busy. */
static Err run_reading(Cx *cx, Work work, Call *call)
{
    Err e = BUSY;
    for (int i = 0; e == BUSY && i < 6; i++) {
        TRY(store_begin(cx, false));
        e = work(cx, call);
        if (e == OK)
            e = store_commit(cx);
        else
            store_rollback(cx);
    }
    return e;
}

/* The handler manages its own transactions; one that it left open is ended. */
static Err run_stream(Cx *cx, Call *call)
{
    TRY(run_reading(cx, find_runner, call));
    Err e = call->route->handle(cx, call->rq, call->rp);
    if (!store_in_transaction(cx))
        return e != OK ? e : limits_check(cx);
    store_rollback(cx);
    return e != OK ? e : fail(cx, INTERNAL, NULL, "事务未结束", "a transaction was left open");
}

static Err prepare(Cx *cx, void *data)
{
    Call *call = data;
    TRY(find_runner(cx, call));
    TRY(call->route->prepare(cx, call->rq, call->rp));
    return limits_check(cx);
}

static Err record(Cx *cx, void *data)
{
    cx->act->notes = data;
    return OK;
}

/* What was noted outside a write is on record before the answer goes. */
static Err record_notes(Cx *cx)
{
    Note *notes = cx->act->notes;
    return notes == NULL ? OK : act_run(cx, NULL, NULL, record, notes);
}

static Err run(Cx *cx, Call *call)
{
    if (call->route->prepare)
        TRY(run_reading(cx, prepare, call));
    if (call->route->flags & ROUTE_STREAM) {
        TRY(run_stream(cx, call));
        return record_notes(cx);
    }
    call->locks = changes(call->route) || call->route->flags & ROUTE_AUDIT;
    if (!call->locks) {
        TRY(run_reading(cx, inside, call));
        return record_notes(cx);
    }
    /* five thousand rows of an upload are the longest that anybody holds the lock for */
    budget_renew(cx->budget, STEPS_MOST,
                 route_is_heavy(call->route) ? TIME_MOST_MS : LOCKED_MOST_MS);
    return act_run(cx, NULL, NULL, inside, call);
}

static Err not_found(Cx *cx, const Call *call, bool known)
{
    bool found = false;
    const Core *core = cx->core;
    bool page = strncmp(request_path(call->rq), "/api/", 5) != 0;
    if (page && core->config.web != NULL && request_method(call->rq) == GET)
        TRY(core->config.web(cx, call->rq, call->rp, &found));
    if (found)
        return OK;
    if (!known)
        return fail(cx, NOT_FOUND, NULL, "没有这个地址：%s", "there is no such address: %s",
                    request_path(call->rq));
    return fail(cx, INVALID, "method", "这个地址不支持此方法：%s",
                "this address does not know the method: %s", request_path(call->rq));
}

static void reply_failure(Cx *cx, Reply *rp, int status)
{
    const Failure *f = &cx->failure;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_open(&o, "error", '{');
    json_put_text(&o, "code", err_key(f->code));
    json_put_text(&o, "field", f->field);
    json_open(&o, "message", '{');
    json_put_text(&o, "zh", f->zh);
    json_put_text(&o, "en", f->en);
    json_close(&o, '}');
    json_put_text(&o, "request", cx->act->number);
    json_close(&o, '}');
    json_close(&o, '}');
    reply_clear(rp);
    reply_status(rp, status);
    if (f->code == BUSY || f->code == DOWN)
        reply_header(rp, "Retry-After", "5");
    reply_bytes(rp, "application/json; charset=utf-8", b.at, b.length);
    if (f->code == INTERNAL || f->code == DOWN || f->code == FULL)
        log_error("request", "%s %s: %s", cx->act->number, err_key(f->code), f->en);
}

static Lang language(const Request *rq)
{
    const char *accept = request_header(rq, "Accept-Language");
    return accept != NULL && strncmp(accept, "en", 2) == 0 ? EN : ZH;
}

/* A right that is missing for a write is on record. */
static void refuse(Cx *cx, const Call *call, Err e)
{
    if (e == FORBIDDEN && changes(call->route) && cx->user != NULL)
        act_refused(cx, e, NULL);
    reply_failure(cx, call->rp, err_status(e));
}

static void serve(Cx *cx, Call *call)
{
    bool known;
    call->route = router_find(cx->core->router, call->rq, &known);
    Err e = OK;
    if (call->route == NULL) {
        e = not_found(cx, call, known);
        if (e != OK)
            reply_failure(cx, call->rp, known ? 405 : err_status(e));
        return;
    }
    cx->act->route = call->route;
    cx->act->zh = call->route->zh;
    cx->act->en = call->route->en;
    if (!changes(call->route)) /* what was sent to be kept is kept, though its sender has gone */
        cx->budget->gone = request_gone(call->rq);
    e = guard(cx, call);
    if (e == OK)
        e = run(cx, call);
    if (e != OK)
        refuse(cx, call, e);
    else if (call->stale && cx->user != NULL && session_touch(cx) != OK)
        log_warn("session", "not touched: %s", cx->failure.en);
}

void dispatch(Cx *cx, Request *rq, Reply *rp)
{
    assert(cx->store != NULL && cx->core != NULL && !store_in_transaction(cx));
    Act act = { .zh = "", .en = "", .address = request_address(rq), .result = "ok" };
    act.number = random_hex(cx, 6);
    Call call = { .rq = rq, .rp = rp };
    Budget budget = budget_make(STEPS_MOST, TIME_MOST_MS);
    budget.stop = request_stop(rq);
    cx->act = &act;
    cx->budget = &budget;
    cx->user = NULL;
    cx->lang = language(rq);
    serve(cx, &call);
    reply_header(rp, "X-Request", act.number);
    cx->act = NULL;
    cx->budget = NULL;
    cx->user = NULL;
}

bool dispatch_admit(Cx *cx, Request *rq, Reply *rp)
{
    bool known;
    Call call = { .rq = rq, .rp = rp, .route = router_find(cx->core->router, rq, &known) };
    assert(call.route != NULL); /* the ticket asks for no other */
    Act act = { .route = call.route,
                .zh = call.route->zh,
                .en = call.route->en,
                .address = request_address(rq),
                .result = "ok" };
    act.number = random_hex(cx, 6);
    cx->act = &act;
    Err e = guard(cx, &call);
    if (e == OK)
        e = run_reading(cx, find_user, &call);
    if (e != OK)
        refuse(cx, &call, e);
    cx->act = NULL;
    cx->user = NULL;
    return e == OK;
}

void dispatch_ticket(const Core *core, const Request *rq, Ticket *out)
{
    const Route *r = router_route(core->router, rq);
    bool open = r == NULL || *r->right == '\0', entry = r == NULL || r->flags & ROUTE_ENTRY;
    *out = (Ticket){ .lane = entry               ? LANE_ENTRY
                             : route_is_heavy(r) ? LANE_HEAVY
                                                 : LANE_COMMON,
                     .person = session_guess(core, rq),
                     .body_limit = open || entry ? SMALL_BODY : 0,
                     .large = r != NULL && r->flags & ROUTE_LARGE };
    out->ask = !open && !entry && out->person == 0;
}
