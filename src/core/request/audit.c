#include "core/request/audit.h"

#include "base/digest.h"
#include "core/access/right.h"
#include "core/access/seal.h"
#include "core/request/act.h"
#include "core/request/core.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const Field audit_fields[] = {
    { "id", FIELD_INT, offsetof(Audit, id), "编号", "Number", FIELD_READONLY | FIELD_SORT },
    { "at", FIELD_INSTANT, offsetof(Audit, at), "时间", "Time",
      FIELD_READONLY | FIELD_SORT | FIELD_FILTER },
    { "user_id", FIELD_INT, offsetof(Audit, user_id), "用户编号", "User number",
      FIELD_READONLY | FIELD_FILTER },
    { "user", FIELD_TEXT, offsetof(Audit, user), "用户", "User", FIELD_READONLY | FIELD_FILTER },
    { "organ", FIELD_TEXT, offsetof(Audit, organ), "机构", "Organ", FIELD_READONLY | FIELD_FILTER },
    { "address", FIELD_TEXT, offsetof(Audit, address), "地址", "Address",
      FIELD_READONLY | FIELD_FILTER },
    { "act", FIELD_TEXT, offsetof(Audit, act), "操作", "Act", FIELD_READONLY | FIELD_FILTER },
    { "act_en", FIELD_TEXT, offsetof(Audit, act_en), "操作（英文）", "Act (English)",
      FIELD_READONLY },
    { "noun", FIELD_ENUM, offsetof(Audit, noun), "对象", "Object", FIELD_READONLY | FIELD_FILTER },
    { "noun_id", FIELD_INT, offsetof(Audit, noun_id), "对象编号", "Object number",
      FIELD_READONLY | FIELD_FILTER },
    { "before", FIELD_TEXT, offsetof(Audit, before), "变更前", "Before", FIELD_READONLY },
    { "after", FIELD_TEXT, offsetof(Audit, after), "变更后", "After", FIELD_READONLY },
    { "result", FIELD_TEXT, offsetof(Audit, result), "结果", "Result",
      FIELD_READONLY | FIELD_FILTER },
    { "request", FIELD_TEXT, offsetof(Audit, request), "请求号", "Request",
      FIELD_READONLY | FIELD_FILTER },
    FIELDS_END,
};

/* --- notes --- */

static void note_add(Cx *cx, Note note)
{
    if (cx->act == NULL)
        return;
    Note *n = NEW(cx, Note);
    *n = note;
    Note **last = &cx->act->notes;
    while (*last != NULL)
        last = &(*last)->next;
    *last = n;
}

void audit_note(Cx *cx, const char *noun, int64_t id, const char *before, const char *after)
{
    note_add(cx, (Note){ .noun = noun, .id = id, .before = before, .after = after });
}

void audit_act(Cx *cx, const char *noun, int64_t id, const char *zh, const char *en,
               const char *after)
{
    note_add(cx, (Note){ .noun = noun, .id = id, .after = after, .zh = zh, .en = en });
}

void audit_fold(Cx *cx, const char *noun, int64_t id, const char *words)
{
    int64_t count = 0;
    Buf b = BUF(cx), all = BUF(cx);
    JsonOut o = json_out(&b);
    for (const Note *n = cx->act ? cx->act->notes : NULL; n != NULL; n = n->next, count++)
        buf_format(&all, "%s %" PRId64 " %s %s\n", text_or(n->noun, ""), n->id,
                   text_or(n->before, "-"), text_or(n->after, "-"));
    json_open(&o, NULL, '{');
    json_put_text(&o, "内容", words);
    json_put_int(&o, "登记条数", count);
    json_put_text(&o, "摘要", digest(cx, SM3, buf_text(&all), all.length));
    json_close(&o, '}');
    if (cx->act)
        cx->act->notes = NULL;
    audit_note(cx, noun, id, NULL, buf_text(&b));
}

static bool same(const Field *f, const void *a, const void *b)
{
    const char *at = (const char *)a + f->offset;
    const char *bt = (const char *)b + f->offset;
    if (f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_DECIMAL)
        return text_same(*(const char *const *)(const void *)at,
                         *(const char *const *)(const void *)bt);
    return *(const int64_t *)(const void *)at == *(const int64_t *)(const void *)bt;
}

static bool known(const Field *f, const void *row)
{
    void *at = (void *)(uintptr_t)row;
    return field_is_text(f) ? *field_text(f, at) != NULL : *field_int(f, at) != UNSET;
}

/* Whose value the log does not hold, only that it changed: a chain that cannot be rewritten must
 * not keep a person's data beyond the person's row (registers.md § 1). */
static bool is_personal(const Field *f)
{
    return f->flags & (FIELD_MASKED | FIELD_SEALED | FIELD_SENSITIVE);
}

/* The marked fields of the row as a JSON object of label → value, choices in words. */
static const char *words(Cx *cx, const Field *marked, size_t count, const void *row)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < count; i++) {
        Field one[2] = { marked[i], FIELDS_END };
        one[0].key = marked[i].zh;
        const char *key =
            one[0].type == FIELD_ENUM ? *field_text(&marked[i], (void *)(uintptr_t)row) : NULL;
        const Option *option = key == NULL ? NULL : option_find(marked[i].options, key);
        if (is_personal(&marked[i]) && !(marked[i].flags & FIELD_SECRET))
            json_put_text(&o, one[0].key, known(&marked[i], row) ? "（内容不记）" : NULL);
        else if (option != NULL)
            json_put_text(&o, one[0].key, option->zh);
        else
            field_write(cx, &o, one, row, false);
    }
    json_close(&o, '}');
    return buf_text(&b);
}

/* What a row is called goes with every entry, so that it says on what without a number. */
static bool is_name(const Field *f)
{
    return f->type == FIELD_TEXT && !(f->flags & (FIELD_MASKED | FIELD_SECRET)) &&
           (strcmp(f->key, "name") == 0 || strcmp(f->key, "account") == 0);
}

void audit_change(Cx *cx, const char *noun, int64_t id, const Field *fields, const void *before,
                  const void *after)
{
    assert(before != NULL || after != NULL);
    size_t count = 0, changed = 0, all = 0;
    while (fields[all].key != NULL)
        all++;
    Field *marked = NEW_N(cx, Field, all + 1);
    for (size_t i = 0; i < all; i++) {
        bool own = !(fields[i].flags & FIELD_VIRTUAL) && strcmp(fields[i].key, "version") != 0;
        bool differs = before == NULL || after == NULL || !same(&fields[i], before, after);
        if (own && (differs || is_name(&fields[i])))
            marked[count++] = fields[i];
        changed += own && differs;
    }
    if (changed > 0)
        audit_note(cx, noun, id, before == NULL ? NULL : words(cx, marked, count, before),
                   after == NULL ? NULL : words(cx, marked, count, after));
}

Err audit_reveal(Cx *cx, const char *noun, int64_t id, const Field *field, const char *reason)
{
    assert(field != NULL && field->flags & FIELD_MASKED);
    if (text_blank(reason) || text_count(reason) < 4)
        return fail(cx, INVALID, "/reason", "请写明查看理由（至少 4 个字）",
                    "say why it is needed (at least 4 characters)");
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "字段", field->zh);
    json_put_text(&o, "理由", reason);
    json_close(&o, '}');
    audit_note(cx, noun, id, NULL, buf_text(&b));
    return OK;
}

/* --- the chain --- */

typedef struct Head {
    int64_t number;    /* of the last entry; 0 = none yet */
    const char *chain; /* its mac */
} Head;

static void add_text(Buf *b, const char *text)
{
    if (text == NULL)
        buf_add(b, "-;");
    else
        buf_format(b, "%zu:%s;", strlen(text), text);
}

static void add_int(Buf *b, int64_t i)
{
    if (i == UNSET)
        buf_add(b, "-;");
    else
        buf_format(b, "%" PRId64 ";", i);
}

/* Each part has its length before it, so that no two entries spell the same bytes. */
static const char *entry_mac(Cx *cx, const Audit *a, const char *chain)
{
    Buf b = BUF(cx);
    const int64_t numbers[] = { a->id, a->at, a->user_id, a->noun_id };
    const char *const texts[] = { a->user,   a->organ, a->address, a->act,     a->act_en, a->noun,
                                  a->before, a->after, a->result,  a->request, chain };
    for (size_t i = 0; i < COUNT(numbers); i++)
        add_int(&b, numbers[i]);
    for (size_t i = 0; i < COUNT(texts); i++)
        add_text(&b, texts[i]);
    return keys_mac(cx, cx->core->keys, 'a', b.at, b.length);
}

/* The head is keyed too: who cuts off the tail of the log cannot write a fitting head. */
static const char *head_mac(Cx *cx, const Head *h)
{
    const char *text = arena_format(cx->arena, "head;%" PRId64 ";%s", h->number, h->chain);
    return keys_mac(cx, cx->core->keys, 'a', text, strlen(text));
}

/* Where there is no head there is no entry yet, or all of them were deleted with it. A system with
 * accounts has entries, so the chain of an emptied log goes on from a word that no chain begins
 * with: what is added later does not make it whole. */
static Err head_none(Cx *cx, Head *out)
{
    bool begun;
    TRY(store_exists(cx, &begun,
                     "SELECT 1 FROM password UNION ALL "
                     "SELECT 1 FROM setting WHERE key = 'system.kind'",
                     NO_ARGS));
    *out = (Head){ 0, begun ? "emptied" : "" };
    return OK;
}

static Err head_read(Cx *cx, Head *out, bool *genuine)
{
    Rows rows;
    TRY(rows_open(cx, &rows, "SELECT number, chain, mac FROM audit_head WHERE id = 1", NO_ARGS));
    *genuine = true;
    if (!rows.more)
        return head_none(cx, out);
    *out = (Head){ rows_int(&rows, 0), rows_text(cx, &rows, 1) };
    *genuine = digest_same(head_mac(cx, out), rows_text(cx, &rows, 2));
    rows_close(cx, &rows);
    return OK;
}

static Err head_write(Cx *cx, const Head *h)
{
    return store_run(cx,
                     "INSERT INTO audit_head(id, number, chain, mac) VALUES(1, $1, $2, $3) "
                     "ON CONFLICT(id) DO UPDATE SET number = excluded.number, "
                     "chain = excluded.chain, mac = excluded.mac",
                     ARGS(I(h->number), T(h->chain), T(head_mac(cx, h))));
}

static Err entry_write(Cx *cx, Head *head, const Act *act, const Note *n)
{
    const User *u = cx->user;
    Audit a = {
        .id = head->number + 1,
        .at = cx_now(cx),
        .user_id = u == NULL ? UNSET : u->id,
        .user = u == NULL ? "" : arena_format(cx->arena, "%s %s", u->account, u->name),
        .organ = u == NULL ? "" : u->organ_name,
        .address = act->address,
        .act = n != NULL && n->zh != NULL ? n->zh : act->zh,
        .act_en = n != NULL && n->en != NULL ? n->en : act->en,
        .noun = n == NULL ? NULL : n->noun,
        .noun_id = n == NULL ? UNSET : n->id,
        .before = n == NULL ? NULL : n->before,
        .after = n == NULL ? NULL : n->after,
        .result = act->result,
        .request = act->number,
    };
    const char *mac = entry_mac(cx, &a, head->chain);
    TRY(store_run(cx,
                  "INSERT INTO audit(number, at, user_id, user_name, organ, address, act, act_en, "
                  "noun, noun_id, before, after, result, request, mac) "
                  "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                  ARGS(I(a.id), I(a.at), I(a.user_id), T(a.user), T(a.organ), T(a.address),
                       T(a.act), T(a.act_en), T(a.noun), I(a.noun_id), T(a.before), T(a.after),
                       T(a.result), T(a.request), T(mac))));
    *head = (Head){ a.id, mac };
    return OK;
}

Err audit_lock(Cx *cx)
{
    return store_lock(cx, "audit");
}

Err audit_write(Cx *cx, const Act *act)
{
    Head head;
    bool genuine;
    TRY(head_read(cx, &head, &genuine));
    if (act->notes == NULL)
        TRY(entry_write(cx, &head, act, NULL));
    for (const Note *n = act->notes; n != NULL; n = n->next)
        TRY(entry_write(cx, &head, act, n));
    return head_write(cx, &head);
}

/* --- the verifier --- */

typedef struct ChainWalk {
    int64_t count;  /* entries that hold, so the number of the last */
    char chain[80]; /* its mac */
    AuditReport *report;
} ChainWalk;

static void broken(ChainWalk *w, int64_t id, const char *zh, const char *en)
{
    w->report->broken = id;
    w->report->zh = zh;
    w->report->en = en;
}

static void walk_entry(Cx *cx, ChainWalk *w, const Rows *rows)
{
    Audit a = {
        .id = rows_int(rows, 0),
        .at = rows_int(rows, 1),
        .user_id = rows_int(rows, 2),
        .user = rows_text(cx, rows, 3),
        .organ = rows_text(cx, rows, 4),
        .address = rows_text(cx, rows, 5),
        .act = rows_text(cx, rows, 6),
        .act_en = rows_text(cx, rows, 7),
        .noun = rows_text(cx, rows, 8),
        .noun_id = rows_int(rows, 9),
        .before = rows_text(cx, rows, 10),
        .after = rows_text(cx, rows, 11),
        .result = rows_text(cx, rows, 12),
        .request = rows_text(cx, rows, 13),
    };
    const char *mac = rows_text(cx, rows, 14);
    if (a.id != w->count + 1)
        broken(w, w->count + 1, "这条记录缺失", "this entry is missing");
    else if (!digest_same(entry_mac(cx, &a, w->chain), mac))
        broken(w, a.id, "内容或前一条记录被改动", "it or the entry before it was changed");
    else
        w->count = a.id, snprintf(w->chain, sizeof w->chain, "%s", mac);
}

static Err walk_some(Cx *cx, ChainWalk *w, bool *more)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT number, at, user_id, user_name, organ, address, act, act_en, noun, "
                  "noun_id, before, after, result, request, mac FROM audit "
                  "WHERE number > $1 ORDER BY number LIMIT 500",
                  ARGS(I(w->count))));
    *more = rows.more;
    while (rows.more && w->report->broken == 0) {
        walk_entry(cx, w, &rows);
        TRY(rows_next(cx, &rows));
    }
    rows_close(cx, &rows);
    return OK;
}

static Err walk_all(Cx *cx, ChainWalk *w)
{
    for (bool more = true; more && w->report->broken == 0; arena_reset(cx->arena))
        TRY(walk_some(cx, w, &more));
    return OK;
}

static Err verify_inside(Cx *cx, AuditReport *out)
{
    Head head;
    bool genuine;
    TRY(head_read(cx, &head, &genuine));
    ChainWalk w = { .report = out };
    Cx inner = *cx; /* a batch of entries is dropped before the next */
    inner.arena = arena_new(0);
    Err e = walk_all(&inner, &w);
    arena_free(inner.arena);
    if (e != OK)
        return fail(cx, e, NULL, "审计日志无法读取", "the audit log cannot be read");

    out->count = w.count;
    if (out->broken == 0 && !genuine)
        broken(&w, w.count, "链首记录不是本系统所写", "the head of the chain is not genuine");
    else if (out->broken == 0 && (head.number != w.count || strcmp(head.chain, w.chain) != 0))
        broken(&w, w.count + 1, "末尾的记录缺失", "entries are missing at the end");
    return OK;
}

Err audit_verify(Cx *cx, AuditReport *out)
{
    *out = (AuditReport){ 0 };
    if (store_in_transaction(cx))
        return verify_inside(cx, out);
    TRY(store_begin(cx, false));
    Err e = verify_inside(cx, out);
    store_rollback(cx);
    return e;
}

/* --- routes --- */

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List page;
    PageQuery query = request_page(cx, rq, audit_fields);
    if (query.sort == NULL)
        query.sort = "id", query.descending = true;
    TRY(store_page(cx, &page, audit_fields, sizeof(Audit),
                   "SELECT number AS id, at, user_id, user_name AS \"user\", organ, address, act, "
                   "act_en, noun, noun_id, before, after, result, request FROM audit",
                   NO_ARGS, &query));
    return reply_page(cx, rp, audit_fields, sizeof(Audit), &page);
}

static Err verify(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    AuditReport report;
    TRY(audit_verify(cx, &report));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "count", report.count);
    if (report.broken == 0)
        json_put_null(&o, "broken");
    else
        json_put_int(&o, "broken", report.broken);
    json_put_text(&o, "zh", report.zh);
    json_put_text(&o, "en", report.en);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static const Route ROUTES[] = {
    { GET, "/api/audits", "audit.read", list, "查看审计日志", "List the audit log", NULL,
      audit_fields, ROUTE_PAGE },
    { POST, "/api/audits/verify", "audit.read", verify, "核验审计链", "Verify the audit chain",
      NULL, NULL, ROUTE_READ },
    { GET, "/api/audits/export", "audit.read", list, "导出审计日志", "Export the audit log", NULL,
      audit_fields, ROUTE_PAGE | ROUTE_AUDIT },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "audit.read", "查看和导出审计日志", "Read and export the audit log", SYSTEM, ADMINISTRATION,
      AUDIT_ADMIN },
    { .right = NULL },
};

const Module audit_module = { .noun = "audit", .routes = ROUTES, .rights = RIGHTS };
