/* Saved views: the filters, order and columns of a list under a name, kept for a person and, where
 * he shares it, for those of his organ. A view is what stands behind "?" in the list's address, so
 * that the address alone still says what is seen, and a view that is opened becomes an address.
 *
 * A view shows nothing by itself: whoever opens it asks the list, with his own rights. Its owner
 * alone changes it. What it filters by may be a person's name, so that no log holds it. */
#include "core/access/right.h"
#include "core/register/register.h"
#include "core/request/audit.h"

#include <string.h>

enum { VIEWS_MOST = 50, QUERY_MOST = 2000 };

typedef struct SavedView {
    int64_t id;
    int64_t version;
    const char *noun;
    const char *name;
    const char *query;
    int64_t shared;
    int64_t user_id;
    int64_t organ_id;
    const char *owner;
    int64_t mine;
    int64_t standing; /* the list opens with it */
} SavedView;

static const Field view_fields[] = {
    { "id", FIELD_INT, offsetof(SavedView, id), "编号", "Number", FIELD_READONLY },
    { "version", FIELD_INT, offsetof(SavedView, version), "版本", "Version" },
    { "noun", FIELD_TEXT, offsetof(SavedView, noun), "登记簿", "Register", FIELD_READONLY },
    { "name", FIELD_TEXT, offsetof(SavedView, name), "名称", "Name", FIELD_REQUIRED, 1, 40 },
    { "query", FIELD_TEXT, offsetof(SavedView, query), "筛选、排序和列",
      "Filters, order and columns", FIELD_REQUIRED | FIELD_SENSITIVE, 0, QUERY_MOST },
    { "shared", FIELD_BOOL, offsetof(SavedView, shared), "本机构共用", "Shared in the organ",
      FIELD_REQUIRED },
    { "user_id", FIELD_INT, offsetof(SavedView, user_id), "所有人编号", "Owner's number",
      FIELD_READONLY },
    { "organ_id", FIELD_INT, offsetof(SavedView, organ_id), "机构编号", "Organ's number",
      FIELD_READONLY },
    { "owner", FIELD_TEXT, offsetof(SavedView, owner), "所有人", "Owner", FIELD_READONLY },
    { "mine", FIELD_BOOL, offsetof(SavedView, mine), "自己的", "One's own",
      FIELD_READONLY | FIELD_VIRTUAL },
    { "standing", FIELD_BOOL, offsetof(SavedView, standing), "默认", "Opens the list",
      FIELD_READONLY | FIELD_VIRTUAL },
    FIELDS_END,
};

/* $1 = the user, $2 = his organ, $3 = the noun */
#define VIEW_SELECT                                                                                \
    "SELECT v.id, v.version, v.noun, v.name, v.query, v.shared, v.user_id, v.organ_id, v.owner, "  \
    "CASE WHEN v.user_id = $1 THEN 1 ELSE 0 END AS mine, "                                         \
    "CASE WHEN d.view_id IS NULL THEN 0 ELSE 1 END AS standing "                                   \
    "FROM saved_view v "                                                                           \
    "LEFT JOIN saved_view_default d ON d.view_id = v.id AND d.user_id = $1 AND d.noun = $3 "       \
    "WHERE v.noun = $3 AND (v.user_id = $1 OR (v.shared = 1 AND v.organ_id = $2)) "

static Err view_get(Cx *cx, SavedView *out, const char *noun, int64_t id)
{
    Err e = store_row(cx, out, view_fields, VIEW_SELECT "AND v.id = $4",
                      ARGS(I(cx->user->id), I(cx->user->organ_id), T(noun), I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的常用视图",
                    "there is no saved view %lld", (long long)id);
    return e;
}

static Err view_own(Cx *cx, SavedView *out, const char *noun, int64_t id)
{
    TRY(view_get(cx, out, noun, id));
    if (out->user_id == cx->user->id)
        return OK;
    return fail(cx, FORBIDDEN, "id", "“%s”由 %s 保存，只有本人能改。可以另存一个自己的",
                "“%s” is kept by %s, who alone changes it; save one of your own", out->name,
                out->owner);
}

/* Beside the register's fields, what a list's address may say. */
static bool is_known(const Register *r, const char *key)
{
    static const char *const WORDS[] = { "q",         "sort", "columns", "figure",
                                         "undecided", "on",   "known" };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strcmp(WORDS[i], key) == 0)
            return true;
    return field_find(r->table.fields, key) != NULL;
}

/* "key=value&key=value", so that a view that is opened is an address of this list and no other. */
static Err view_prove(Cx *cx, const char *noun, const char *query)
{
    const Register *r;
    TRY(register_find(cx, &r, noun));
    for (const char *at = query; *at;) {
        size_t length = strcspn(at, "&"), key = strcspn(at, "=&");
        const char *name = arena_text_n(cx->arena, at, key);
        if (key == length || !is_known(r, name))
            return fail(cx, INVALID, "/query", "“%s”不是“%s%.0s”列表的条件",
                        "“%s” is no condition of the list “%.0s%s”", name, r->zh, r->en);
        at += length + (at[length] == '&');
    }
    return OK;
}

static Err view_limit(Cx *cx, const char *noun)
{
    int64_t count;
    TRY(store_int(cx, &count, "SELECT count(*) FROM saved_view WHERE user_id = $1 AND noun = $2",
                  ARGS(I(cx->user->id), T(noun))));
    if (count < VIEWS_MOST)
        return OK;
    return fail(cx, CONFLICT, "name", "一本登记簿最多保存 %d 个常用视图，请先删除不用的",
                "at most %d views of one register; remove one first", VIEWS_MOST);
}

static Err name_taken(Cx *cx, Err e, const char *name)
{
    if (e != CONFLICT)
        return e;
    return fail(cx, CONFLICT, "/name", "已有名为“%s”的常用视图，请换一个名称",
                "there is a view “%s” already; choose another name", name);
}

/* --- routes --- */

static const char *noun_of(const Request *rq)
{
    return request_param(rq, "noun");
}

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    TRY(store_list(cx, &found, view_fields, sizeof(SavedView), VIEW_SELECT "ORDER BY v.name, v.id",
                   ARGS(I(cx->user->id), I(cx->user->organ_id), T(noun_of(rq)))));
    return reply_page(cx, rp, view_fields, sizeof(SavedView), &found);
}

static Err create(Cx *cx, Request *rq, Reply *rp)
{
    SavedView v;
    TRY(request_row(cx, &v, view_fields, rq));
    v.noun = noun_of(rq);
    v.user_id = cx->user->id;
    v.organ_id = cx->user->organ_id;
    v.owner = cx->user->name;
    TRY(view_prove(cx, v.noun, v.query));
    TRY(view_limit(cx, v.noun));
    TRY(name_taken(cx, store_insert(cx, &v.id, "saved_view", view_fields, &v), v.name));
    audit_change(cx, "saved_view", v.id, view_fields, NULL, &v);
    return reply_id(cx, rp, v.id);
}

static Err update(Cx *cx, Request *rq, Reply *rp)
{
    SavedView v, before;
    TRY(view_own(cx, &v, noun_of(rq), request_id(rq, "id")));
    before = v;
    TRY(request_change(cx, &v, view_fields, rq));
    TRY(view_prove(cx, v.noun, v.query));
    Err e = store_update(cx, "saved_view", view_fields, &v, v.id, v.version);
    TRY(name_taken(cx, e, v.name));
    audit_change(cx, "saved_view", v.id, view_fields, &before, &v);
    return reply_done(cx, rp);
}

static Err end(Cx *cx, Request *rq, Reply *rp)
{
    SavedView v;
    TRY(view_own(cx, &v, noun_of(rq), request_id(rq, "id")));
    TRY(store_run(cx, "DELETE FROM saved_view_default WHERE view_id = $1", ARGS(I(v.id))));
    TRY(store_run(cx, "DELETE FROM saved_view WHERE id = $1", ARGS(I(v.id))));
    audit_change(cx, "saved_view", v.id, view_fields, &v, NULL);
    return reply_done(cx, rp);
}

static const Field standing_fields[] = {
    { "view_id", FIELD_INT, 0, "默认视图", "View that opens the list",
      .help_zh = "空着表示不用默认视图", .help_en = "none: the list opens as it is declared" },
    FIELDS_END,
};

static Err choose(Cx *cx, Request *rq, Reply *rp)
{
    int64_t id;
    SavedView v = { .id = 0 };
    TRY(request_row(cx, &id, standing_fields, rq));
    if (id != UNSET)
        TRY(view_get(cx, &v, noun_of(rq), id));
    TRY(store_run(cx, "DELETE FROM saved_view_default WHERE user_id = $1 AND noun = $2",
                  ARGS(I(cx->user->id), T(noun_of(rq)))));
    if (id != UNSET)
        TRY(store_run(cx,
                      "INSERT INTO saved_view_default(user_id, noun, view_id) VALUES($1, $2, $3)",
                      ARGS(I(cx->user->id), T(noun_of(rq)), I(id))));
    audit_note(cx, "saved_view", v.id ? v.id : UNSET, NULL, NULL);
    return reply_done(cx, rp);
}

#define AT "/api/registers/:noun/views"

static const Route ROUTES[] = {
    { GET, AT, "register.read", list, "查看常用视图", "List the saved views", .out = view_fields,
      .flags = ROUTE_PAGE },
    { POST, AT, "register.read", create, "保存常用视图", "Save a view", view_fields },
    { POST, AT "/default", "register.read", choose, "选定默认视图",
      "Choose the view that opens the list", standing_fields },
    { PUT, AT "/:id", "register.read", update, "修改常用视图", "Change a saved view", view_fields,
      .body = BODY_CHANGE },
    { DELETE, AT "/:id", "register.read", end, "删除常用视图", "Remove a saved view" },
    ROUTES_END,
};

extern const char saved_view_sql[];

const Module saved_view_module = { .noun = "saved_view",
                                   .schema = saved_view_sql,
                                   .routes = ROUTES };
