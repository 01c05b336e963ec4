#include "core/request/act.h"

#include "base/digest.h"
#include "base/log.h"
#include "core/request/audit.h"

#include <assert.h>
#include <time.h>

enum { RUNS = 6, PAUSE_MS = 4 };

/* Longer each time, and not in step with the others that wait. */
static void pause_before(int run)
{
    unsigned char chance;
    random_bytes(&chance, 1);
    int64_t ms = ((int64_t)PAUSE_MS << run) * (256 + chance) / 256;
    nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/* The work with its entry, in the transaction under way. */
static Err run_inside(Cx *cx, Work work, void *data)
{
    assert(store_in_transaction(cx));
    TRY(audit_lock(cx));
    TRY(work(cx, data));
    if (arena_full(cx->arena))
        return fail(cx, TOO_LARGE, NULL, "请求所需内存超过限制",
                    "the request needs too much memory");
    return cx->act->repeated || cx->act->whole ? OK : audit_write(cx, cx->act);
}

static Err run_once(Cx *cx, Work work, void *data)
{
    cx->act->notes = NULL;
    cx->act->answer = NULL;
    cx->act->repeated = false;
    TRY(store_begin(cx, true));
    Err e = run_inside(cx, work, data);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

static Err run_again(Cx *cx, Work work, void *data)
{
    Err e = run_once(cx, work, data);
    for (int run = 1; e == BUSY && run < RUNS; run++) {
        pause_before(run);
        e = run_once(cx, work, data);
    }
    return e;
}

bool act_is_whole(const Cx *cx)
{
    return cx->act != NULL && cx->act->whole;
}

Err act_whole(Cx *cx, Work work, void *data)
{
    assert(!store_in_transaction(cx) && cx->act == NULL);
    const struct User *user = cx->user;
    Act act = { .result = "ok", .whole = true };
    cx->act = &act;
    Err e = run_again(cx, work, data);
    assert(act.notes == NULL && "every note belongs to an act inside");
    cx->act = NULL;
    cx->user = user;
    return e;
}

Err act_run(Cx *cx, const char *zh, const char *en, Work work, void *data)
{
    bool joins = act_is_whole(cx);
    assert(store_in_transaction(cx) == joins);
    Act *outer = cx->act;
    Act act = { .zh = zh, .en = en, .address = "", .number = "", .result = "ok" };
    if (outer != NULL && !joins) {
        act = *outer;
        act.zh = zh == NULL ? outer->zh : zh;
        act.en = en == NULL ? outer->en : en;
    }
    assert(act.zh != NULL && act.en != NULL);

    cx->act = &act;
    Err e = joins ? run_inside(cx, work, data) : run_again(cx, work, data);
    cx->act = outer;
    if (outer != NULL && !joins) {
        outer->answer = act.answer;
        outer->repeated = act.repeated;
    }
    return e;
}

static Err note_detail(Cx *cx, void *data)
{
    if (data != NULL)
        audit_note(cx, NULL, UNSET, NULL, data);
    return OK;
}

void act_refused(Cx *cx, Err why, const char *detail)
{
    assert(why != OK && cx->act != NULL);
    Failure failure = cx->failure;
    const char *result = cx->act->result;
    char *note = detail == NULL ? NULL : arena_text(cx->arena, detail);
    cx->act->result = err_key(why);
    if (act_run(cx, NULL, NULL, note_detail, note) != OK)
        log_error("audit", "a refused act is not on record: %s", cx->failure.en);
    cx->act->result = result;
    cx->failure = failure;
}
