#include "modules/publication/publication.h"

#include <string.h>

const Option PUBLICATION_KINDS[] = {
    { "list", "拟确定名单公示", "Publication of the proposed list" },
    { "correction", "更正公告", "Correction" },
    { "final", "结果公告", "Final notice" },
    { .key = NULL },
};

const Field publication_fields[] = {
    { "id", FIELD_INT, offsetof(Publication, id), "编号", "Number", .flags = FIELD_READONLY },
    { "batch_id", FIELD_INT, offsetof(Publication, batch_id), "批次", "Batch",
      .flags = FIELD_READONLY },
    { "kind", FIELD_ENUM, offsetof(Publication, kind), "种类", "Kind", .flags = FIELD_REQUIRED,
      .options = PUBLICATION_KINDS },
    { "starts_on", FIELD_DATE, offsetof(Publication, starts_on), "公示开始", "First day",
      .flags = FIELD_REQUIRED },
    { "ends_on", FIELD_DATE, offsetof(Publication, ends_on), "公示结束", "Last day",
      .flags = FIELD_REQUIRED },
    { "content", FIELD_TEXT, offsetof(Publication, content), "内容", "Content",
      .flags = FIELD_READONLY },
    { "hash", FIELD_TEXT, offsetof(Publication, hash), "内容校验值", "Hash",
      .flags = FIELD_READONLY },
    { "published_at", FIELD_INSTANT, offsetof(Publication, published_at), "发布时间",
      "Published at", .flags = FIELD_READONLY },
    { "objections", FIELD_INT, offsetof(Publication, objections), "异议", "Objections",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    FIELDS_END,
};

#define PUBLICATION_SELECT                                                                         \
    "SELECT p.id, p.batch_id, p.kind, p.starts_on, p.ends_on, p.content, p.hash, p.published_at, " \
    "(SELECT count(*) FROM objection o WHERE o.publication_id = p.id) AS objections "              \
    "FROM publication p "

Err publication_get(Cx *cx, Publication *out, int64_t id)
{
    Err e =
        store_row(cx, out, publication_fields, PUBLICATION_SELECT "WHERE p.id = $1", ARGS(I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的公示", "there is no publication %lld",
                    (long long)id);
    return e;
}

Err publication_list(Cx *cx, List *out, int64_t batch_id)
{
    return store_list(cx, out, publication_fields, sizeof(Publication),
                      PUBLICATION_SELECT "WHERE $1 = 0 OR p.batch_id = $1 ORDER BY p.id DESC",
                      ARGS(I(batch_id)));
}

static Err found(Publication *out, Err e)
{
    if (e != NOT_FOUND)
        return e;
    field_clear(out, publication_fields);
    return OK;
}

Err publication_of_list(Cx *cx, Publication *out, int64_t batch_id)
{
    return found(out, store_row(cx, out, publication_fields,
                                PUBLICATION_SELECT "WHERE p.batch_id = $1 AND p.kind = 'list'",
                                ARGS(I(batch_id))));
}

Err publication_successor(Cx *cx, Publication *out, const Publication *p)
{
    Day today = day_of_instant(cx_now(cx));
    return found(out, store_row(cx, out, publication_fields,
                                PUBLICATION_SELECT
                                "WHERE p.batch_id = $1 AND p.id > $2 AND p.kind <> 'list' AND "
                                "p.starts_on <= $3 ORDER BY p.id DESC LIMIT 1",
                                ARGS(I(p->batch_id), I(p->id), I(today))));
}

Err publication_standing(Cx *cx, Publication *out, int64_t batch_id)
{
    Day today = day_of_instant(cx_now(cx));
    return found(out, store_row(cx, out, publication_fields,
                                PUBLICATION_SELECT
                                "WHERE p.batch_id = $1 AND p.kind <> 'final' AND p.starts_on <= $2 "
                                "ORDER BY p.id DESC LIMIT 1",
                                ARGS(I(batch_id), I(today))));
}

Err publication_last_day(Cx *cx, Day *out, const Publication *p)
{
    Publication list;
    *out = p->ends_on;
    if (strcmp(p->kind, "correction") != 0)
        return OK;
    TRY(publication_of_list(cx, &list, p->batch_id));
    *out = list.id != UNSET && list.ends_on > *out ? list.ends_on : *out;
    return OK;
}

Err publication_open(Cx *cx, bool *out, const Publication *p)
{
    Day last, today = day_of_instant(cx_now(cx));
    Publication next;
    TRY(publication_last_day(cx, &last, p));
    TRY(publication_successor(cx, &next, p));
    *out =
        strcmp(p->kind, "final") != 0 && next.id == UNSET && p->starts_on <= today && today <= last;
    return OK;
}

const char *text_public(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    for (const char *p = text; *p;) {
        size_t digits = strspn(p, "0123456789");
        if (digits >= 7) {
            buf_add(&b, "***");
            p += digits;
            continue;
        }
        size_t plain = digits > 0 ? digits : 1;
        buf_add_n(&b, p, plain);
        p += plain;
    }
    return buf_text(&b);
}
