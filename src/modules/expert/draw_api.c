#include "modules/expert/draw_inside.h"
#include "modules/expert/expert_routes.h"

#include "core/access/right.h"
#include "modules/batch/batch.h"

#include <stdlib.h>
#include <string.h>

/* A draw as the province sees it: the public record, and what the acting user may do with it. */
static bool may_commit(const Cx *cx, const Draw *d)
{
    bool rural = strcmp(cx->user->organ_kind, "rural") == 0;
    return right_allows(cx, "draw.act") && strcmp(d->state, "frozen") == 0 &&
           (rural ? d->commit_rural : d->commit_finance) == NULL;
}

static bool may_reveal(const Cx *cx, const Draw *d)
{
    bool rural = strcmp(cx->user->organ_kind, "rural") == 0;
    return right_allows(cx, "draw.act") && strcmp(d->state, "committed") == 0 &&
           (rural ? d->value_rural : d->value_finance) == NULL;
}

static bool may_void(const Cx *cx, const Draw *d)
{
    bool asked = d->void_asked && strcmp(d->void_asked, cx->user->organ_kind) == 0;
    return right_allows(cx, "draw.act") && strcmp(d->state, "void") != 0 && d->used_at == UNSET &&
           !asked;
}

static Err reply_draw(Cx *cx, Reply *rp, int64_t id)
{
    Draw d;
    const char *record;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(draw_get(cx, &d, id));
    TRY(draw_public(cx, &record, id));
    json_open(&o, NULL, '{');
    field_write(cx, &o, draw_fields, &d, false);
    json_open(&o, "may", '{');
    json_put_bool(&o, "commit", may_commit(cx, &d));
    json_put_bool(&o, "reveal", may_reveal(cx, &d));
    json_put_bool(&o, "void", may_void(cx, &d));
    json_put_bool(&o, "disclose",
                  right_allows(cx, "draw.act") && d.used_at != UNSET && d.disclosed_at == UNSET);
    json_close(&o, '}');
    json_put_text(&o, "party", cx->user->organ_kind);
    json_put_raw(&o, "record", record);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

Err draw_list_handler(Cx *cx, Request *rq, Reply *rp)
{
    List list;
    Batch batch;
    TRY(batch_get(cx, &batch, request_id(rq, "id")));
    TRY(draw_list(cx, &list, batch.id));
    return reply_page(cx, rp, draw_fields, sizeof(Draw), &list);
}

Err draw_freeze_handler(Cx *cx, Request *rq, Reply *rp)
{
    int64_t id;
    TRY(draw_freeze(cx, &id, request_id(rq, "id")));
    return reply_id(cx, rp, id);
}

Err draw_show_handler(Cx *cx, Request *rq, Reply *rp)
{
    return reply_draw(cx, rp, request_id(rq, "id"));
}

typedef struct DrawWord {
    const char *word;
} DrawWord;

const Field draw_commit_fields[] = {
    { "commitment", FIELD_TEXT, offsetof(DrawWord, word), "承诺（SHA-256）", "Commitment (SHA-256)",
      FIELD_REQUIRED, 64, 64 },
    FIELDS_END,
};

const Field draw_reveal_fields[] = {
    { "value", FIELD_TEXT, offsetof(DrawWord, word), "公开的数", "Value", FIELD_REQUIRED, 1, 200 },
    FIELDS_END,
};

const Field draw_void_fields[] = {
    { "reason", FIELD_TEXT, offsetof(DrawWord, word), "理由（公开）", "Reason (public)",
      FIELD_REQUIRED, 1, 500 },
    FIELDS_END,
};

static Err take_word(Cx *cx, Request *rq, Reply *rp, const Field *fields,
                     Err (*act)(Cx *cx, int64_t id, const char *word))
{
    DrawWord w;
    int64_t id = request_id(rq, "id");
    TRY(request_row(cx, &w, fields, rq));
    TRY(act(cx, id, w.word));
    return reply_draw(cx, rp, id);
}

Err draw_commit_handler(Cx *cx, Request *rq, Reply *rp)
{
    return take_word(cx, rq, rp, draw_commit_fields, draw_commit);
}

Err draw_reveal_handler(Cx *cx, Request *rq, Reply *rp)
{
    return take_word(cx, rq, rp, draw_reveal_fields, draw_reveal);
}

Err draw_void_handler(Cx *cx, Request *rq, Reply *rp)
{
    return take_word(cx, rq, rp, draw_void_fields, draw_void);
}

Err draw_disclose_handler(Cx *cx, Request *rq, Reply *rp)
{
    int64_t id = request_id(rq, "id");
    TRY(draw_disclose(cx, id));
    return reply_draw(cx, rp, id);
}

/* "7.json" */
Err draw_public_handler(Cx *cx, Request *rq, Reply *rp)
{
    char *end;
    const char *json, *file = request_param(rq, "file");
    int64_t id = strtoll(file, &end, 10);
    if (strcmp(end, ".json") != 0 || id <= 0)
        return fail(cx, NOT_FOUND, "id", "没有这次抽取：%s", "there is no such draw: %s", file);
    TRY(draw_public(cx, &json, id));
    return reply_json(cx, rp, json);
}

/* --- the panel --- */

static Err reply_panel(Cx *cx, Reply *rp, int64_t batch_id)
{
    List members, zones;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(expert_panel(cx, &members, batch_id));
    TRY(expert_panel_zones(cx, &zones, batch_id));
    json_open(&o, NULL, '{');
    reply_put_rows(cx, &o, "members", panel_fields, sizeof(PanelMember), &members);
    reply_put_rows(cx, &o, "zones", panel_zone_fields, sizeof(PanelZone), &zones);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

Err panel_show_handler(Cx *cx, Request *rq, Reply *rp)
{
    Batch batch;
    TRY(batch_get(cx, &batch, request_id(rq, "id")));
    return reply_panel(cx, rp, batch.id);
}

typedef struct Recusal {
    int64_t batch_id;
    int64_t expert_id;
    int64_t zone_id;
    const char *reason;
} Recusal;

const Field recusal_fields[] = {
    { "batch_id", FIELD_INT, offsetof(Recusal, batch_id), "批次", "Batch", 0, 1 },
    { "expert_id", FIELD_INT, offsetof(Recusal, expert_id), "专家", "Expert", 0, 1 },
    { "zone_id", FIELD_INT, offsetof(Recusal, zone_id), "推进区，空为全部", "Zone; none = all", 0,
      1 },
    { "reason", FIELD_TEXT, offsetof(Recusal, reason), "理由", "Reason", FIELD_REQUIRED, 1, 500 },
    FIELDS_END,
};

static int64_t zone_of(const Recusal *r)
{
    return r->zone_id == UNSET ? 0 : r->zone_id;
}

Err panel_recuse_handler(Cx *cx, Request *rq, Reply *rp)
{
    Recusal r;
    int64_t batch_id = request_id(rq, "id");
    TRY(request_row(cx, &r, recusal_fields, rq));
    TRY(expert_recuse(cx, batch_id, r.expert_id, zone_of(&r), r.reason));
    return reply_panel(cx, rp, batch_id);
}

Err panel_recuse_own_handler(Cx *cx, Request *rq, Reply *rp)
{
    Recusal r;
    TRY(request_row(cx, &r, recusal_fields, rq));
    TRY(expert_of_user(cx, &r.expert_id, cx->user->id));
    TRY(expert_recuse(cx, r.batch_id, r.expert_id, zone_of(&r), r.reason));
    return reply_done(cx, rp);
}
