#include "modules/publication/publication.h"

#include "base/digest.h"
#include "core/access/right.h"
#include "core/request/audit.h"
#include "core/request/core.h"

#include <assert.h>
#include <string.h>

const Option PUBLICATION_KINDS[] = {
    { "list", "拟确定名单公示", "Publication of the proposed list" },
    { "correction", "更正公告", "Correction" },
    { "final", "结果公告", "Final notice" },
    { .key = NULL },
};

const Field publication_fields[] = {
    { "id", FIELD_INT, offsetof(Publication, id), "编号", "Number", .flags = FIELD_READONLY },
    { "subject", FIELD_TEXT, offsetof(Publication, subject), "事项", "Subject",
      .flags = FIELD_READONLY },
    { "subject_id", FIELD_INT, offsetof(Publication, subject_id), "事项编号", "Its number",
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
    { "profile", FIELD_TEXT, offsetof(Publication, profile), "公示方式", "Profile",
      .flags = FIELD_READONLY },
    { "territory", FIELD_TEXT, offsetof(Publication, territory), "区划代码", "Division code",
      .flags = FIELD_READONLY },
    { "title", FIELD_TEXT, offsetof(Publication, title), "标题", "Title", .flags = FIELD_READONLY },
    { "place", FIELD_TEXT, offsetof(Publication, place), "张贴地点", "Where it hangs",
      .flags = FIELD_READONLY },
    { "organ", FIELD_TEXT, offsetof(Publication, organ), "公示单位", "Published by",
      .flags = FIELD_READONLY },
    { "user_name", FIELD_TEXT, offsetof(Publication, user_name), "经办人", "Handled by",
      .flags = FIELD_READONLY },
    { "row_count", FIELD_INT, offsetof(Publication, row_count), "条数", "Rows",
      .flags = FIELD_READONLY },
    { "objections", FIELD_INT, offsetof(Publication, objections), "异议", "Objections",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    { "unanswered", FIELD_INT, offsetof(Publication, unanswered), "未答复异议",
      "Unanswered objections", .flags = FIELD_READONLY | FIELD_VIRTUAL },
    { "withdrawn_at", FIELD_INSTANT, offsetof(Publication, withdrawn_at), "撤回时间",
      "Withdrawn at", .flags = FIELD_READONLY | FIELD_VIRTUAL },
    { "withdrawn_why", FIELD_TEXT, offsetof(Publication, withdrawn_why), "撤回理由",
      "Why it was withdrawn", .flags = FIELD_READONLY | FIELD_VIRTUAL },
    { "withdrawn_by", FIELD_TEXT, offsetof(Publication, withdrawn_by), "撤回单位", "Withdrawn by",
      .flags = FIELD_READONLY | FIELD_VIRTUAL },
    FIELDS_END,
};

#define PUBLICATION_SELECT                                                                         \
    "SELECT p.id, p.subject, p.subject_id, p.kind, p.starts_on, p.ends_on, p.content, p.hash, "    \
    "p.published_at, p.profile, p.territory, p.title, p.place, p.organ, p.user_name, "             \
    "p.row_count, (SELECT count(*) FROM objection o WHERE o.publication_id = p.id) "               \
    "AS objections, (SELECT count(*) FROM objection o WHERE o.publication_id = p.id AND "          \
    "o.state = 'open') AS unanswered, e.at AS withdrawn_at, e.reason AS withdrawn_why, "           \
    "CASE WHEN e.at IS NOT NULL THEN coalesce(e.organ, p.organ) END AS withdrawn_by "              \
    "FROM publication p LEFT JOIN publication_end e ON e.publication_id = p.id "

const Subject *publication_subject(const Cx *cx, const Publication *p)
{
    const Subject *any = NULL;
    for (const Module *const *m = cx->core->config.modules; m && *m; m++) {
        const Subject *s = (*m)->publishes;
        if (s && s->noun && strcmp(s->noun, p->subject) == 0)
            return s;
        any = s && !s->noun ? s : any;
    }
    assert(any && "a publication without a subject");
    return any;
}

Err publication_may(Cx *cx, const Publication *p, bool write)
{
    return publication_subject(cx, p)->may(cx, p, write);
}

Err publication_get(Cx *cx, Publication *out, int64_t id)
{
    Err e =
        store_row(cx, out, publication_fields, PUBLICATION_SELECT "WHERE p.id = $1", ARGS(I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的公示", "there is no publication %lld",
                    (long long)id);
    return e;
}

Err publication_list(Cx *cx, List *out, const char *subject, int64_t subject_id)
{
    return store_list(cx, out, publication_fields, sizeof(Publication),
                      PUBLICATION_SELECT "WHERE p.subject = $1 AND ($2 = 0 OR p.subject_id = $2) "
                                         "ORDER BY p.id DESC",
                      ARGS(T(subject), I(subject_id)));
}

/* A village prints and hangs what its township or county published for it. */
Err publication_within(Cx *cx, List *out, const char *subject, const User *user)
{
    const char *territory = user->territory;
    const char *above[] = { "", "", "", "" };
    const size_t digits[] = { 2, 4, 6, 9 };
    for (size_t i = 0; i < COUNT(digits); i++)
        if (strlen(territory) > digits[i])
            above[i] = arena_text_n(cx->arena, territory, digits[i]);
    return store_list(
        cx, out, publication_fields, sizeof(Publication),
        PUBLICATION_SELECT "WHERE p.subject = $1 AND ((" WITHIN(
            "p.territory", 2) ") "
                              "OR p.territory IN ($3, $4, $5, $6)) "
                              "ORDER BY p.id DESC LIMIT 200",
        ARGS(T(subject), user_reach(user), T(above[0]), T(above[1]), T(above[2]), T(above[3])));
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
    return found(
        out, store_row(cx, out, publication_fields,
                       PUBLICATION_SELECT
                       "WHERE p.subject = 'selection' AND p.subject_id = $1 AND p.kind = 'list'",
                       ARGS(I(batch_id))));
}

Err publication_successor(Cx *cx, Publication *out, const Publication *p)
{
    Day today = day_of_instant(cx_now(cx));
    return found(out, store_row(cx, out, publication_fields,
                                PUBLICATION_SELECT
                                "WHERE p.subject = $4 AND p.subject_id = $1 AND p.id > $2 AND "
                                "p.kind <> 'list' AND p.starts_on <= $3 ORDER BY p.id DESC LIMIT 1",
                                ARGS(I(p->subject_id), I(p->id), I(today), T(p->subject))));
}

Err publication_standing(Cx *cx, Publication *out, int64_t batch_id)
{
    Day today = day_of_instant(cx_now(cx));
    return found(out,
                 store_row(cx, out, publication_fields,
                           PUBLICATION_SELECT "WHERE p.subject = 'selection' AND p.subject_id = $1 "
                                              "AND p.kind <> 'final' AND p.starts_on <= $2 "
                                              "ORDER BY p.id DESC LIMIT 1",
                           ARGS(I(batch_id), I(today))));
}

Err publication_last_day(Cx *cx, Day *out, const Publication *p)
{
    Publication list;
    *out = p->ends_on;
    if (strcmp(p->kind, "correction") != 0)
        return OK;
    TRY(publication_of_list(cx, &list, p->subject_id));
    *out = list.id != UNSET && list.ends_on > *out ? list.ends_on : *out;
    return OK;
}

Err publication_open(Cx *cx, bool *out, const Publication *p)
{
    Day last, today = day_of_instant(cx_now(cx));
    Publication next;
    TRY(publication_last_day(cx, &last, p));
    TRY(publication_successor(cx, &next, p));
    *out = strcmp(p->kind, "final") != 0 && p->withdrawn_at == UNSET && next.id == UNSET &&
           p->starts_on <= today && today <= last;
    return OK;
}

Err publication_add(Cx *cx, Publication *p)
{
    p->published_at = cx_now(cx);
    p->hash = digest(cx, SHA256, p->content, strlen(p->content));
    TRY(store_insert(cx, &p->id, "publication", publication_fields, p));
    audit_note(cx, "publication", p->id, NULL,
               arena_format(cx->arena, "{\"内容校验值\":\"%s\"}", p->hash));
    return publication_post(cx, p);
}

Err publication_withdraw(Cx *cx, Publication *p, const char *reason)
{
    if (p->withdrawn_at != UNSET)
        return fail(cx, CONFLICT, "withdrawn", "这次公示已经撤回", "it is withdrawn already");
    if (p->ends_on < day_of_instant(cx_now(cx)))
        return fail(cx, CONFLICT, "period", "公示期已满，不能再撤回",
                    "its period is over; it can be withdrawn no more");
    if (text_blank(reason))
        return fail(cx, INVALID, "/reason", "撤回请写明理由，理由会公开",
                    "say why it is withdrawn; the reason is public");
    TRY(store_run(
        cx,
        "INSERT INTO publication_end(publication_id, reason, user_name, organ, at) "
        "VALUES($1, $2, $3, $4, $5)",
        ARGS(I(p->id), T(reason), T(cx->user->name), T(cx->user->organ_name), I(cx_now(cx)))));
    p->withdrawn_at = cx_now(cx);
    p->withdrawn_why = reason;
    p->withdrawn_by = cx->user->organ_name;
    audit_change(cx, "publication", p->id, publication_fields, NULL, p);
    return publication_unpost(cx, p->id);
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
