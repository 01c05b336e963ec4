/* What the desk that returned a zone remarked, and which of it has been answered. */
#include "modules/zone/zone_lack.h"

#include <string.h>

const Field remark_fields[] = {
    { "pointer", FIELD_TEXT, offsetof(Remark, pointer), "位置", "Place" },
    { "remark", FIELD_TEXT, offsetof(Remark, remark), "意见", "Remark" },
    { "zh", FIELD_TEXT, offsetof(Remark, zh), "字段", "Field (Chinese)" },
    { "en", FIELD_TEXT, offsetof(Remark, en), "字段（英文）", "Field (English)" },
    { "answered", FIELD_BOOL, offsetof(Remark, answered), "已改", "Answered" },
    FIELDS_END,
};

static const char PAPER[] = "/evidence/";

static const Evidence *paper_of(const List *papers, const char *pointer)
{
    const Evidence *rows = papers->rows;
    if (strncmp(pointer, PAPER, strlen(PAPER)) != 0)
        return NULL;
    for (size_t i = 0; i < papers->count; i++)
        if (strcmp(rows[i].item, pointer + strlen(PAPER)) == 0)
            return &rows[i];
    return NULL;
}

static Err parse(Cx *cx, const Json **out, const char *text)
{
    return json_parse(cx, out, text, strlen(text), &JSON_LIMITS);
}

/* --- reading --- */

Err zone_read_marks(Cx *cx, const char **out, const ZoneView *v, const char *marks)
{
    List papers;
    Dossier d;
    const Json *list, *dossier;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_evidence(cx, &papers, v));
    TRY(zone_dossier(cx, &d, v->zone.id));
    TRY(parse(cx, &dossier, d.dossier));
    TRY(parse(cx, &list, marks));
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < list->count; i++) {
        PointerPlace place;
        const char *pointer = json_text(list->items[i], "pointer", "");
        const Evidence *paper = paper_of(&papers, pointer);
        if (!paper && !dictionary_place(cx, &place, v->pack->dossier.fields, dossier, pointer))
            return fail(cx, INVALID, arena_format(cx->arena, "/marks/%zu/pointer", i),
                        "“%s”既不是申报材料的字段，也不是附件",
                        "%s is neither a field of the dossier nor a paper", pointer);
        json_open(&o, NULL, '{');
        json_put_text(&o, "pointer", pointer);
        json_put_text(&o, "remark", json_text(list->items[i], "remark", ""));
        if (paper)
            json_put_int(&o, "version", paper->version);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    *out = buf_text(&b);
    return OK;
}

/* --- answered or not --- */

typedef struct Marked {
    const Pack *pack;
    List papers;
    const Json *then; /* the dossier as it was returned */
    const Json *now;
} Marked;

static Err load(Cx *cx, Marked *m, const ZoneView *v)
{
    Dossier d;
    const char *then;
    m->pack = v->pack;
    TRY(zone_evidence(cx, &m->papers, v));
    TRY(zone_dossier(cx, &d, v->zone.id));
    TRY(store_text(cx, &then,
                   "SELECT dossier FROM zone_snapshot WHERE zone_id = $1 AND act = 'back' "
                   "ORDER BY id DESC LIMIT 1",
                   ARGS(I(v->zone.id))));
    TRY(parse(cx, &m->then, then));
    return parse(cx, &m->now, d.dossier);
}

static Remark remark_of(Cx *cx, const Marked *m, const Json *mark)
{
    Remark r = { .pointer = json_text(mark, "pointer", ""),
                 .remark = json_text(mark, "remark", "") };
    const Evidence *paper = paper_of(&m->papers, r.pointer);
    if (paper) {
        r.zh = arena_format(cx->arena, "附件 / %s", paper->zh);
        r.en = arena_format(cx->arena, "Attachments / %s", paper->en);
        r.answered = paper->version != json_int(mark, "version", 0);
        return r;
    }
    Followed f = dossier_follow(cx, m->pack->dossier.fields, m->then, m->now, r.pointer);
    r.pointer = f.pointer;
    r.zh = f.zh;
    r.en = f.en;
    r.answered = f.changed;
    return r;
}

Err zone_remarks(Cx *cx, List *out, const ZoneView *v, const Return *back)
{
    Marked m;
    const Json *marks;
    *out = (List){ 0 };
    if (!back->marks)
        return OK;
    TRY(load(cx, &m, v));
    TRY(parse(cx, &marks, back->marks));
    Remark *rows = NEW_N(cx, Remark, marks->count + 1);
    for (size_t i = 0; i < marks->count; i++)
        rows[i] = remark_of(cx, &m, marks->items[i]);
    *out = (List){ rows, marks->count, (int64_t)marks->count };
    return OK;
}

Err zone_put_returned(Cx *cx, JsonOut *o, const char *key, const ZoneView *v)
{
    List remarks;
    Return back;
    TRY(process_returned(cx, &back, &v->run));
    if (!back.id) {
        json_put_null(o, key);
        return OK;
    }
    const Step *from = process_step(v->process, back.step);
    TRY(zone_remarks(cx, &remarks, v, &back));
    json_open(o, key, '{');
    json_put_text(o, "organ", back.organ);
    json_put_text(o, "user_name", back.user_name);
    json_put_text(o, "seat", back.seat);
    json_put_text(o, "reason", back.reason);
    json_put_text(o, "at", instant_text(cx, back.at));
    json_put_text(o, "zh", from ? from->zh : back.step);
    json_put_text(o, "en", from ? from->en : back.step);
    json_put_bool(o, "standing", back.standing != 0);
    reply_put_rows(cx, o, "marks", remark_fields, sizeof(Remark), &remarks);
    json_close(o, '}');
    return OK;
}
