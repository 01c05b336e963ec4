#include "modules/expert/draw_inside.h"

#include "base/digest.h"
#include "core/access/right.h"
#include "core/process/pack_store.h"
#include "core/record/message.h"
#include "core/request/audit.h"
#include "modules/batch/batch.h"
#include "policy/pack/rubric.h"

#include <assert.h>
#include <string.h>

/* Keeps the row and what was done to it, by the acting organ. */
static Err save(Cx *cx, const Draw *before, const Draw *after, const char *act, const char *reason)
{
    DrawEvent e = { .act = act, .party = cx->user->organ_kind, .zone_id = UNSET, .reason = reason };
    TRY(store_update(cx, "draw", draw_fields, after, after->id, before->version));
    audit_change(cx, "draw", after->id, draw_fields, before, after);
    return draw_event(cx, after->id, &e);
}

static bool is_rural(const Cx *cx)
{
    assert(strcmp(cx->user->level, "province") == 0);
    return strcmp(cx->user->organ_kind, "rural") == 0;
}

/* The other organ's signers hear that it is their turn. */
static Err tell_other(Cx *cx, const Draw *d, const char *zh, const char *en)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id FROM \"user\" u JOIN organ o ON o.id = u.organ_id "
                  "WHERE o.level = 'province' AND o.kind = $1 AND u.seat = 'signer' "
                  "AND u.state = 'active' ORDER BY u.id",
                  ARGS(T(is_rural(cx) ? "finance" : "rural"))));
    while (rows.more) {
        int64_t user = rows_int(&rows, 0);
        TRY(rows_next(cx, &rows));
        TRY(message_send(cx, user, "draw", d->batch_id, zh, en));
    }
    return OK;
}

/* --- freeze --- */

Err draw_rule(Cx *cx, DrawRule *out, int64_t batch_id)
{
    Batch batch;
    const Pack *pack;
    const Rubric *rubric;
    TRY(batch_get(cx, &batch, batch_id));
    TRY(pack_store_get(cx, &pack, batch.pack));
    TRY(rubric_read(cx, &rubric, pack->rubric));
    *out = (DrawRule){ rubric->panel_size, rubric->substitutes, rubric->reveal_hours };
    return OK;
}

Err draw_freeze(Cx *cx, int64_t *id, int64_t batch_id)
{
    Draw d;
    DrawRule rule;
    bool standing;
    field_clear(&d, draw_fields);
    TRY(draw_rule(cx, &rule, batch_id));
    TRY(store_exists(cx, &standing, "SELECT 1 FROM draw WHERE batch_id = $1 AND state <> 'void'",
                     ARGS(I(batch_id))));
    if (standing)
        return fail(cx, CONFLICT, "draw", "这个批次已有一次抽取；要重抽，须先写明理由作废",
                    "the batch has a draw; a new one wants it void, with a reason");
    TRY(store_int(cx, &d.number, "SELECT count(*) + 1 FROM draw WHERE batch_id = $1",
                  ARGS(I(batch_id))));
    d.batch_id = batch_id;
    d.state = "frozen";
    d.seats = rule.seats;
    d.substitutes = rule.substitutes;
    d.frozen_at = cx_now(cx);
    TRY(draw_pool_make(cx, &d));
    TRY(store_insert(cx, &d.id, "draw", draw_fields, &d));
    audit_change(cx, "draw", d.id, draw_fields, NULL, &d);
    *id = d.id;
    return draw_event(
        cx, d.id, &(DrawEvent){ .act = "freeze", .party = cx->user->organ_kind, .zone_id = UNSET });
}

/* --- commit --- */

/* Whoever repeats a hash repeats a value that somebody knows. */
static Err fresh_check(Cx *cx, const char *hash)
{
    bool known;
    if (strlen(hash) != 64 || !draw_is_hex(hash, 64, 64))
        return fail(cx, INVALID, "/commitment", "承诺应为 64 位小写十六进制数（SHA-256）",
                    "a commitment is 64 lower-case hexadecimal digits (SHA-256)");
    TRY(store_exists(cx, &known,
                     "SELECT 1 FROM draw WHERE commit_rural = $1 OR commit_finance = $1",
                     ARGS(T(hash))));
    return known ? fail(cx, CONFLICT, "/commitment", "这个承诺已用过，请换一个数",
                        "this commitment was used before; take another value")
                 : OK;
}

Err draw_commit(Cx *cx, int64_t id, const char *hash)
{
    Draw before, d;
    DrawRule rule;
    TRY(draw_get(cx, &before, id));
    d = before;
    const char **own = is_rural(cx) ? &d.commit_rural : &d.commit_finance;
    if (strcmp(d.state, "frozen") != 0 || *own != NULL)
        return fail(cx, CONFLICT, "state", "本单位已承诺，或这次抽取已过承诺一步",
                    "your organ has committed, or the draw is past that");
    TRY(fresh_check(cx, hash));
    *own = hash;
    if (d.commit_rural && d.commit_finance) {
        TRY(draw_rule(cx, &rule, d.batch_id));
        d.state = "committed";
        d.reveal_until = cx_now(cx) + rule.reveal_hours * 3600000;
    }
    TRY(save(cx, &before, &d, "commit", NULL));
    bool both = strcmp(d.state, "committed") == 0;
    return tell_other(cx, &d,
                      both ? "专家抽取：两家都已承诺，请公开本单位的数"
                           : "专家抽取：对方已承诺，请提交本单位的承诺",
                      both ? "Draw of experts: both have committed; reveal your value"
                           : "Draw of experts: the other organ has committed; commit yours");
}

/* --- reveal --- */

/* 32 digits hold 128 bits if they were drawn at random; typed ones show by how few differ. Of
 * random values one in 27 million would be refused. */
static Err value_check(Cx *cx, const char *value, const char *commitment)
{
    enum { DIGITS_LEAST = 32, DIGITS_MOST = 128, KINDS_LEAST = 8 };
    int kinds = 0;
    for (const char *c = "0123456789abcdef"; *c; c++)
        kinds += strchr(value, *c) != NULL;
    if (!draw_is_hex(value, DIGITS_LEAST, DIGITS_MOST) || kinds < KINDS_LEAST)
        return fail(cx, INVALID, "/value",
                    "应为至少 %d 位（128 位二进制）的随机小写十六进制数，不能过于简单",
                    "the value has at least %d random lower-case hexadecimal digits (128 bits)",
                    DIGITS_LEAST);
    if (!digest_same(draw_hash(cx, value), commitment))
        return fail(cx, INVALID, "/value", "这个数与本单位 %.12s… 的承诺不符",
                    "the value does not fit your commitment %.12s…", commitment);
    return OK;
}

Err draw_reveal(Cx *cx, int64_t id, const char *value)
{
    Draw before, d;
    TRY(draw_get(cx, &before, id));
    d = before;
    const char **own = is_rural(cx) ? &d.value_rural : &d.value_finance;
    if (strcmp(d.state, "committed") != 0 || *own != NULL)
        return fail(cx, CONFLICT, "state", "两家都承诺后才能公开，且只公开一次",
                    "a value is revealed once, after both have committed");
    TRY(value_check(cx, value, is_rural(cx) ? d.commit_rural : d.commit_finance));
    *own = value;
    bool both = d.value_rural && d.value_finance;
    if (!both) {
        TRY(save(cx, &before, &d, "reveal", NULL));
        return tell_other(cx, &d, "专家抽取：对方已公开，请公开本单位的数",
                          "Draw of experts: the other organ has revealed; reveal your value");
    }
    d.state = "revealed";
    d.seed = draw_seed_of(cx, &d);
    d.made_at = cx_now(cx);
    TRY(save(cx, &before, &d, "reveal", NULL));
    TRY(draw_event(cx, id, &(DrawEvent){ .act = "draw", .party = "both", .zone_id = UNSET }));
    return panel_seat(cx, &d);
}

/* --- void --- */

static const char *missing(const Draw *d)
{
    if (d->value_rural == NULL && d->value_finance == NULL)
        return "both";
    return d->value_rural == NULL ? "rural" : "finance";
}

/* May one organ undo it alone? While no value was promised nobody knows anything; once the time
 * is over somebody has to. */
static bool void_alone(const Cx *cx, const Draw *d)
{
    if (strcmp(d->state, "frozen") == 0)
        return true;
    return strcmp(d->state, "committed") == 0 && cx_now(cx) > d->reveal_until;
}

Err draw_void(Cx *cx, int64_t id, const char *reason)
{
    Draw before, d;
    const char *party = cx->user->organ_kind;
    TRY(draw_get(cx, &before, id));
    d = before;
    if (text_blank(reason))
        return fail(cx, INVALID, "/reason", "请写明理由，它会公开",
                    "write the reason; it is public");
    if (strcmp(d.state, "void") == 0 || d.used_at != UNSET)
        return fail(cx, CONFLICT, "state", "已作废，或评审已经开始，不能作废",
                    "it is void, or the review has begun");
    if (void_alone(cx, &d) || (d.void_asked && strcmp(d.void_asked, party) != 0)) {
        d.withheld =
            strcmp(d.state, "committed") == 0 && cx_now(cx) > d.reveal_until ? missing(&d) : NULL;
        d.state = "void";
        d.reason = reason;
        return save(cx, &before, &d, "void", reason);
    }
    if (d.void_asked)
        return fail(cx, CONFLICT, "void_asked", "本单位已提出作废，须对方同意",
                    "your organ has asked for it; the other must agree");
    d.void_asked = party;
    TRY(save(cx, &before, &d, "ask_void", reason));
    return tell_other(cx, &d, "专家抽取：对方提出作废，请决定是否同意",
                      "Draw of experts: the other organ asks to undo it");
}

/* --- after the draw --- */

static Err made(Cx *cx, Draw *out, int64_t batch_id)
{
    Err e = draw_current(cx, out, batch_id);
    if (e == NOT_FOUND || (e == OK && strcmp(out->state, "revealed") != 0))
        return fail(cx, CONFLICT, "draw", "这个批次还没有抽取专家",
                    "no experts have been drawn for this batch");
    return e;
}

Err draw_seed(Cx *cx, const char **seed, int64_t batch_id)
{
    Draw d;
    TRY(made(cx, &d, batch_id));
    *seed = d.seed;
    return OK;
}

Err expert_panel_use(Cx *cx, int64_t batch_id)
{
    Draw before, d;
    TRY(made(cx, &before, batch_id));
    if (before.used_at != UNSET)
        return OK;
    d = before;
    d.used_at = cx_now(cx);
    return save(cx, &before, &d, "use", NULL);
}

Err draw_disclose(Cx *cx, int64_t id)
{
    Draw before, d;
    TRY(draw_get(cx, &before, id));
    if (before.used_at == UNSET || before.disclosed_at != UNSET)
        return fail(cx, CONFLICT, "state", "评审开始以后才能公开姓名，且只公开一次",
                    "names are published once, after the review began");
    d = before;
    d.disclosed_at = cx_now(cx);
    return save(cx, &before, &d, "disclose", NULL);
}
