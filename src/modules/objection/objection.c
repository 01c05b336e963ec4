#include "modules/objection/objection.h"

#include "base/digest.h"
#include "core/access/right.h"
#include "core/access/seal.h"
#include "core/record/holiday.h"
#include "core/record/setting.h"
#include "core/request/audit.h"
#include "core/request/core.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 3600000, TOKEN_HOURS = 12, TEXT_LEAST = 10, TEXT_MOST = 2000 };

const Field objection_fields[] = {
    { "id", FIELD_INT, offsetof(Objection, id), "编号", "Number", .flags = FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Objection, version), "版本", "Version" },
    { "publication_id", FIELD_INT, offsetof(Objection, publication_id), "公示", "Publication",
      .flags = FIELD_READONLY },
    { "zone_id", FIELD_INT, offsetof(Objection, zone_id), "推进区编号", "Zone",
      .flags = FIELD_READONLY },
    { "receipt", FIELD_TEXT, offsetof(Objection, receipt), "受理编号", "Receipt",
      .flags = FIELD_READONLY },
    { "token", FIELD_TEXT, offsetof(Objection, token), "表单凭据", "Token",
      .flags = FIELD_READONLY | FIELD_SECRET },
    { "peer", FIELD_TEXT, offsetof(Objection, peer), "来源", "Peer",
      .flags = FIELD_READONLY | FIELD_SECRET },
    { "name", FIELD_TEXT, offsetof(Objection, name), "姓名", "Name",
      .flags = FIELD_READONLY | FIELD_SEALED | FIELD_MASKED, .max = 60, .place = "objection.name" },
    { "contact", FIELD_TEXT, offsetof(Objection, contact), "联系方式", "Contact",
      .flags = FIELD_READONLY | FIELD_SEALED | FIELD_MASKED, .max = 120,
      .place = "objection.contact" },
    { "grounds", FIELD_TEXT, offsetof(Objection, grounds), "事由", "Objection",
      .flags = FIELD_READONLY },
    { "state", FIELD_TEXT, offsetof(Objection, state), "状态", "State", .flags = FIELD_READONLY },
    { "answer", FIELD_TEXT, offsetof(Objection, answer), "答复", "Answer", .flags = FIELD_REQUIRED,
      .min = 1, .max = 4000 },
    { "upheld", FIELD_BOOL, offsetof(Objection, upheld), "成立", "Upheld",
      .flags = FIELD_REQUIRED },
    { "at", FIELD_INSTANT, offsetof(Objection, at), "收到时间", "Received at",
      .flags = FIELD_READONLY },
    { "answered_at", FIELD_INSTANT, offsetof(Objection, answered_at), "答复时间", "Answered at",
      .flags = FIELD_READONLY },
    { "item", FIELD_INT, offsetof(Objection, item), "条目", "Item", .flags = FIELD_READONLY },
    { "about", FIELD_TEXT, offsetof(Objection, about), "针对", "About", .flags = FIELD_READONLY },
    { "noted", FIELD_TEXT, offsetof(Objection, noted), "代为登记", "Noted by",
      .flags = FIELD_READONLY },
    { "zone_name", FIELD_TEXT, offsetof(Objection, zone_name), "推进区", "Zone",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    { "due_at", FIELD_INSTANT, offsetof(Objection, due_at), "应答复时间", "Answer due",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    FIELDS_END,
};

#define OBJECTION_SELECT                                                                           \
    "SELECT o.id, o.version, o.publication_id, o.zone_id, o.receipt, o.token, o.peer, o.name, "    \
    "o.contact, o.grounds, o.state, o.answer, o.upheld, o.at, o.answered_at, o.item, o.about, "    \
    "o.noted, coalesce(z.name, o.about) AS zone_name "                                             \
    "FROM objection o JOIN publication p ON p.id = o.publication_id "                              \
    "LEFT JOIN zone z ON z.id = o.zone_id "

Err objection_find(Cx *cx, Objection *out, const char *receipt)
{
    Err e = store_row(cx, out, objection_fields, OBJECTION_SELECT "WHERE o.receipt = $1",
                      ARGS(T(receipt)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "receipt", "没有这个受理编号，请核对后重新输入",
                    "there is no such receipt number; please check it");
    return e;
}

Err objection_get(Cx *cx, Objection *out, int64_t id)
{
    return store_row(cx, out, objection_fields, OBJECTION_SELECT "WHERE o.id = $1", ARGS(I(id)));
}

Err objection_list(Cx *cx, List *out, const char *subject, int64_t subject_id, const char *state,
                   int64_t days)
{
    TRY(store_list(cx, out, objection_fields, sizeof(Objection),
                   OBJECTION_SELECT "WHERE p.subject = $1 AND p.subject_id = $2 AND "
                                    "($3 = '' OR o.state = $3) ORDER BY o.id DESC",
                   ARGS(T(subject), I(subject_id), T(text_or(state, "")))));
    Objection *rows = out->rows;
    for (size_t i = 0; days > 0 && i < out->count; i++)
        TRY(working_days_after(cx, &rows[i].due_at, rows[i].at, days));
    return OK;
}

Err objection_of(Cx *cx, List *out, int64_t publication_id)
{
    return store_list(cx, out, objection_fields, sizeof(Objection),
                      OBJECTION_SELECT "WHERE o.publication_id = $1 ORDER BY o.id DESC",
                      ARGS(I(publication_id)));
}

/* --- the token: random, instant, mac --- */

static const char *mac_of(Cx *cx, int64_t publication_id, const char *random, int64_t at)
{
    const char *text =
        arena_format(cx->arena, "objection:%" PRId64 ":%s:%" PRId64, publication_id, random, at);
    return keys_mac(cx, cx->core->keys, 't', text, strlen(text));
}

const char *objection_token(Cx *cx, int64_t publication_id)
{
    const char *random = random_hex(cx, 16);
    int64_t at = cx_now(cx);
    return arena_format(cx->arena, "%s.%" PRId64 ".%s", random, at,
                        mac_of(cx, publication_id, random, at));
}

static Err token_check(Cx *cx, const Objection *o)
{
    const char *dot = strchr(o->token, '.');
    const char *last = strrchr(o->token, '.');
    bool ours = false;
    int64_t at = 0;
    if (dot != NULL && last > dot && strlen(o->token) < 200) {
        const char *random = arena_text_n(cx->arena, o->token, (size_t)(dot - o->token));
        at = strtoll(dot + 1, NULL, 10);
        ours = digest_same(mac_of(cx, o->publication_id, random, at), last + 1);
    }
    int64_t now = cx_now(cx);
    if (!ours || at > now || now - at > (int64_t)TOKEN_HOURS * HOUR_MS)
        return fail(cx, INVALID, "token", "这张表单已失效。您填写的内容还在，请再提交一次",
                    "this form has expired. What you wrote is kept; please submit it again");
    return OK;
}

/* --- making --- */

static Err check_length(Cx *cx, const char *key, const char *zh, const char *en, const char *text,
                        int64_t most)
{
    int64_t count = text == NULL ? 0 : (int64_t)text_count(text);
    if (count <= most)
        return OK;
    return fail(cx, INVALID, key, "%s最多 %lld 个字，现有 %lld 个%.0s",
                "%.0sat most %lld characters, not %lld: %s", zh, (long long)most, (long long)count,
                en);
}

static Err check_text(Cx *cx, const Objection *o)
{
    TRY(check_length(cx, "text", "事由", "reasons", o->grounds, TEXT_MOST));
    TRY(check_length(cx, "name", "姓名", "name", o->name, 60));
    TRY(check_length(cx, "contact", "联系方式", "contact", o->contact, 120));
    if (text_blank(o->grounds) || text_count(o->grounds) < TEXT_LEAST)
        return fail(cx, INVALID, "text", "请写明事由，不少于 %d 个字",
                    "please give your reasons, in at least %d characters", TEXT_LEAST);
    return OK;
}

/* zone_id: the item as the form gives it, whatever its subject lists. */
static Err check_item(Cx *cx, Objection *o, const Publication *p)
{
    List items;
    const Json *content;
    const Subject *s = publication_subject(cx, p);
    if (o->zone_id == UNSET)
        return OK;
    TRY(json_parse(cx, &content, p->content, strlen(p->content), &JSON_LIMITS));
    TRY(s->items(cx, &items, content));
    const Item *rows = items.rows;
    for (size_t i = 0; i < items.count; i++) {
        if (rows[i].id != o->zone_id)
            continue;
        if (s->of_zones)
            return OK;
        o->item = o->zone_id;
        o->about = rows[i].label;
        o->zone_id = UNSET;
        return OK;
    }
    return fail(cx, INVALID, "zone", "请选择名单中的%s%.0s", "%.0splease choose a %s of the list",
                s->item_zh, s->item_en);
}

static Err check_rate(Cx *cx, const Objection *o)
{
    int64_t most, count;
    TRY(setting_int(cx, &most, "objection.per_hour"));
    TRY(store_int(cx, &count, "SELECT count(*) FROM objection WHERE peer = $1 AND at > $2",
                  ARGS(T(o->peer), I(cx_now(cx) - HOUR_MS))));
    if (count < most)
        return OK;
    return fail(cx, LIMITED, "address",
                "同一网络地址一小时内最多提交 %lld 条，请稍后再试。您填写的内容还在",
                "at most %lld objections an hour from one address; try again later. What you wrote "
                "is kept",
                (long long)most);
}

/* 80 bits in 16 characters that people can read aloud. */
static const char *new_receipt(Cx *cx)
{
    static const char LETTERS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned char bytes[16];
    char text[20] = "";
    size_t n = 0;
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i > 0 && i % 4 == 0)
            text[n++] = '-';
        text[n++] = LETTERS[bytes[i] % 32];
    }
    return arena_text_n(cx->arena, text, n);
}

static Err check_period(Cx *cx, const Publication *p)
{
    bool open;
    Day last;
    Publication next;
    TRY(publication_open(cx, &open, p));
    if (open)
        return OK;
    TRY(publication_successor(cx, &next, p));
    if (next.id != UNSET && strcmp(next.kind, "correction") == 0)
        return fail(cx, CONFLICT, "period", "这份名单已更正，请对更正后的名单（公告 %lld）提交意见",
                    "this list was corrected; object to the corrected one, publication %lld",
                    (long long)next.id);
    TRY(publication_last_day(cx, &last, p));
    return fail(cx, CONFLICT, "period", "这次公示从 %s 到 %s，现在不在公示期内，不能提交意见",
                "this list is open to objections from %s to %s only", day_text(cx, p->starts_on),
                day_text(cx, last));
}

static Err receive(Cx *cx, Objection *o)
{
    o->receipt = new_receipt(cx);
    o->state = "open";
    o->at = cx_now(cx);
    o->answer = NULL;
    o->upheld = o->answered_at = UNSET;
    TRY(store_insert(cx, &o->id, "objection", objection_fields, o));
    audit_note(cx, "objection", o->id, NULL, "{\"状态\":\"open\"}");
    return OK;
}

Err objection_make(Cx *cx, Objection *o, const char *address)
{
    Publication p;
    Rows rows;
    TRY(publication_get(cx, &p, o->publication_id));
    TRY(rows_open(cx, &rows,
                  "SELECT receipt FROM objection WHERE token = $1 "
                  "AND publication_id = $2",
                  ARGS(T(o->token), I(o->publication_id))));
    if (rows.more) {
        o->receipt = rows_text(cx, &rows, 0);
        rows_close(cx, &rows);
        return OK;
    }
    TRY(check_period(cx, &p));
    TRY(check_text(cx, o));
    TRY(check_item(cx, o, &p));
    TRY(token_check(cx, o));
    o->peer = keys_mac(cx, cx->core->keys, 't', address, strlen(address));
    TRY(check_rate(cx, o));
    return receive(cx, o);
}

Err objection_note(Cx *cx, Objection *o)
{
    Publication p;
    TRY(publication_get(cx, &p, o->publication_id));
    TRY(check_period(cx, &p));
    TRY(check_text(cx, o));
    TRY(check_item(cx, o, &p));
    o->token = random_hex(cx, 16);
    o->peer = "";
    o->noted = cx->user->name;
    return receive(cx, o);
}

Err objection_answer(Cx *cx, Objection *o, const char *answer, bool upheld, int64_t version)
{
    Objection before = *o;
    if (strcmp(o->state, "open") != 0)
        return fail(cx, CONFLICT, "state", "这条异议已经答复", "the objection is answered already");
    if (text_blank(answer))
        return fail(cx, INVALID, "/answer", "请写答复", "write the answer");
    o->answer = answer;
    o->upheld = upheld;
    o->state = "answered";
    o->answered_at = cx_now(cx);
    TRY(store_update(cx, "objection", objection_fields, o, o->id, version));
    audit_change(cx, "objection", o->id, objection_fields, &before, o);
    return OK;
}

Err objection_reveal(Cx *cx, Objection *out, int64_t id, const char *reason)
{
    TRY(objection_get(cx, out, id));
    TRY(audit_reveal(cx, "objection", id, field_find(objection_fields, "name"), reason));
    return audit_reveal(cx, "objection", id, field_find(objection_fields, "contact"), reason);
}
