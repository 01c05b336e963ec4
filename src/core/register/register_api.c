/* The routes of all registers: one set, for every noun that a pack declares. */
#include "base/money.h"
#include "core/access/right.h"
#include "core/register/figure.h"
#include "core/register/flow.h"
#include "core/register/register.h"
#include "core/register/register_files.h"
#include "core/register/register_install.h"
#include "core/register/register_sheet.h"
#include "core/request/act.h"
#include "core/request/audit.h"
#include "core/request/export.h"
#include "policy/register/publish.h"

#include <stdlib.h>
#include <string.h>

/* The noun, and the words of the log with its name: “修改登记（贷款）”. */
static Err open_register(Cx *cx, const Register **out, const Request *rq)
{
    TRY(register_find(cx, out, request_param(rq, "noun")));
    const Route *route = cx->act ? cx->act->route : NULL;
    if (!route || route->noun)
        return OK; /* a path of its own has words of its own */
    cx->act->zh = arena_format(cx->arena, "%s（%s）", route->zh, (*out)->zh);
    cx->act->en = arena_format(cx->arena, "%s (%s)", route->en, (*out)->en);
    return OK;
}

/* --- what registers there are, and what one is --- */

static void put_head(JsonOut *o, const Register *r)
{
    json_put_text(o, "noun", r->noun);
    json_put_text(o, "zh", r->zh);
    json_put_text(o, "en", r->en);
    json_put_text(o, "clause", r->clause);
    json_put_text(o, "section", r->section);
}

static Err all(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    List list;
    int64_t total = 0;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(register_all(cx, &list));
    const Register *registers = list.rows;
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < list.count; i++) {
        if (!register_allows(cx, &registers[i], REGISTER_READ))
            continue;
        json_open(&o, NULL, '{');
        put_head(&o, &registers[i]);
        json_close(&o, '}');
        total++;
    }
    json_close(&o, ']');
    json_put_int(&o, "total", total);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static const struct TypeWord {
    FieldType type;
    const char *word;
} TYPE_WORDS[] = {
    { FIELD_TEXT, "text" },   { FIELD_INT, "int" },         { FIELD_BOOL, "bool" },
    { FIELD_MONEY, "money" }, { FIELD_DATE, "date" },       { FIELD_INSTANT, "instant" },
    { FIELD_ENUM, "enum" },   { FIELD_DECIMAL, "decimal" },
};

static const char *type_word(const Field *f)
{
    size_t i = 0;
    while (TYPE_WORDS[i].type != f->type)
        i++;
    return f->link ? "link" : f->flags & FIELD_FILE ? "attachment" : TYPE_WORDS[i].word;
}

static const struct FlagWord {
    unsigned flag;
    const char *word;
} FLAG_WORDS[] = {
    { FIELD_REQUIRED, "required" }, { FIELD_READONLY, "readonly" }, { FIELD_KEY, "unique" },
    { FIELD_MASKED, "masked" },     { FIELD_FILTER, "filter" },     { FIELD_SORT, "sort" },
    { FIELD_VIRTUAL, "virtual" },   { FIELD_NAME, "name" },         { FIELD_RETIRED, "retired" },
    { FIELD_ONCE, "once" },         { FIELD_FILES, "many" },
};

static void put_options(JsonOut *o, const Option *options)
{
    json_open(o, "options", '[');
    for (; options && options->key; options++) {
        json_open(o, NULL, '{');
        json_put_text(o, "key", options->key);
        json_put_text(o, "zh", options->zh);
        json_put_text(o, "en", options->en);
        json_put_bool(o, "retired", options->retired);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* The member that says what a link's row is called. */
static const char *called_key(const Register *r, const Field *link)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (f->of && strcmp(f->of, link->key) == 0)
            return f->key;
    return NULL;
}

static Err put_field(Cx *cx, JsonOut *o, const Register *r, const Field *f)
{
    const Option *options;
    TRY(register_options(cx, &options, r, f));
    json_open(o, NULL, '{');
    json_put_text(o, "key", f->key);
    json_put_text(o, "type", type_word(f));
    json_put_text(o, "zh", f->zh);
    json_put_text(o, "en", f->en);
    json_put_text(o, "help_zh", text_or(f->help_zh, ""));
    json_put_text(o, "help_en", text_or(f->help_en, ""));
    json_put_text(o, "unit", f->unit);
    json_put_text(o, "link", f->link);
    json_put_text(o, "of", f->of);
    json_put_text(o, "called", called_key(r, f));
    json_put_int(o, "min", f->min);
    json_put_int(o, "max", f->max);
    json_put_text(o, "pattern", f->pattern);
    for (size_t i = 0; i < COUNT(FLAG_WORDS); i++)
        json_put_bool(o, FLAG_WORDS[i].word, (f->flags & FLAG_WORDS[i].flag) != 0);
    put_options(o, options);
    json_close(o, '}');
    return OK;
}

static const char *const MAY[REGISTER_VERBS] = { "read",   "write",  "check",
                                                 "decide", "reveal", "publish" };

static Err form(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    TRY(open_register(cx, &r, rq));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    put_head(&o, r);
    json_put_text(&o, "place", r->place);
    json_put_text(&o, "sort", r->sort);
    json_put_text(&o, "sum", r->sum);
    json_open(&o, "list", '[');
    for (size_t i = 0; r->list[i]; i++)
        json_put_text(&o, NULL, r->list[i]);
    json_close(&o, ']');
    json_open(&o, "may", '{');
    for (size_t i = 0; i < REGISTER_VERBS; i++)
        json_put_bool(&o, MAY[i], register_allows(cx, r, (RegisterVerb)i));
    json_close(&o, '}');
    json_put_text(&o, "absent", r->absent);
    json_put_bool(&o, "dated", r->dated);
    json_put_bool(&o, "attachments", r->attachments);
    json_put_bool(&o, "states", register_has_states(r));
    flow_put_steps(cx, &o, r);
    json_open(&o, "publish", '[');
    for (const Publish *p = r->publish; p && p->profile; p++) {
        const Option *profile = option_find(PUBLISH_PROFILES, p->profile);
        json_open(&o, NULL, '{');
        json_put_text(&o, "profile", p->profile);
        json_put_text(&o, "zh", profile->zh);
        json_put_text(&o, "en", profile->en);
        json_put_int(&o, "days", p->days);
        json_put_int(&o, "most", p->most);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_open(&o, "fields", '[');
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (!(f->flags & FIELD_SECRET))
            TRY(put_field(cx, &o, r, f));
    json_close(&o, ']');
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

/* What a field with a link may name, for the page to choose from. */
/* What the row of that key is called, for a page whose address alone names it. */
static Err link_named(Cx *cx, List *out, const TableLink *link, const Field *f, const char *key)
{
    LinkRow *row = NEW(cx, LinkRow);
    *row = (LinkRow){ .key = key };
    *out = (List){ .rows = row, .count = 1, .total = 1 };
    return table_link_called(cx, &row->called, link, register_link_sight(cx, link),
                             field_is_text(f) ? arg_text(key) : arg_int(strtoll(key, NULL, 10)));
}

static Err links(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    TableLink link;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    const char *key = request_param(rq, "field");
    const Field *f = field_find(r->table.fields, key);
    if (!f || !f->link)
        return fail(cx, NOT_FOUND, "field", "“%s”不联系其他登记", "“%s” names no other row", key);
    TRY(register_link(cx, &link, f->link));
    int64_t digits = strcmp(key, "territory") == 0 ? register_digits(r) : 0;
    const char *named = request_query(rq, "key");
    if (named) {
        TRY(link_named(cx, &found, &link, f, named));
        return reply_page(cx, rp, link_row_fields, sizeof(LinkRow), &found);
    }
    TRY(table_link_search(cx, &found, &link, register_link_sight(cx, &link),
                          text_or(request_query(rq, "q"), ""), digits));
    return reply_page(cx, rp, link_row_fields, sizeof(LinkRow), &found);
}

/* --- rows --- */

PageQuery register_asked(Cx *cx, const Register *r, const Request *rq)
{
    PageQuery query = request_page(cx, rq, r->table.fields);
    if (!r->dated || request_query(rq, DATED_KNOWN))
        return query;
    size_t count = 0;
    while (query.filters[count])
        count++;
    const char **filters = NEW_N(cx, const char *, count + 3);
    memcpy(filters, query.filters, count * sizeof *filters);
    filters[count] = DATED_KNOWN;
    filters[count + 1] = KNOWN_OPEN;
    query.filters = filters;
    return query;
}

Err register_list_handler(Cx *cx, Request *rq, Reply *rp)
{
    List page;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    PageQuery query = register_asked(cx, r, rq);
    TRY(figure_query(cx, &query, r));
    TRY(table_page(cx, &page, &r->table, register_sight(cx, r), &query));
    for (size_t i = 0; r->show && i < page.count; i++)
        TRY(r->show(cx, (char *)page.rows + i * r->table.size));
    return reply_page(cx, rp, r->table.fields, r->table.size, &page);
}

/* NULL where nothing is summed. */
static const char *sum_text(Cx *cx, const Register *r, int64_t fen)
{
    return fen == UNSET ? NULL : money_text_in(cx, fen, field_find(r->table.fields, r->sum)->unit);
}

/* The list as it is filtered, but for the state: its tabs say how many there are of each. */
static Err tally(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    PageQuery query = register_asked(cx, r, rq);
    TRY(figure_query(cx, &query, r));
    TRY(table_tally(cx, &found, &r->table, register_sight(cx, r), &query));
    const Tally *tallies = found.rows;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < found.count; i++) {
        json_open(&o, NULL, '{');
        json_put_text(&o, "value", tallies[i].value);
        json_put_int(&o, "count", tallies[i].count);
        json_put_text(&o, "sum", sum_text(cx, r, tallies[i].sum));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_bool(&o, "more", found.more);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

Err register_show_handler(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    TRY(open_register(cx, &r, rq));
    void *row = register_row(cx, r);
    TRY(register_get(cx, r, row, request_id(rq, "id")));
    return reply_row(cx, rp, r->table.fields, row);
}

Err register_create_handler(Cx *cx, Request *rq, Reply *rp)
{
    int64_t id;
    const Json *body;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    void *row = register_row(cx, r);
    TRY(request_json(cx, &body, rq));
    TRY(field_read(cx, row, register_typed(cx, r), body, ""));
    TRY(register_create(cx, r, &id, row));
    return reply_id(cx, rp, id);
}

/* As request_change, whose fields a route knows beforehand. */
static Err read_change(Cx *cx, void *row, const Register *r, Request *rq)
{
    const Json *body;
    TRY(request_json(cx, &body, rq));
    if (body->type == J_OBJECT && json_missing(json_get(body, "version")))
        return fail(cx, INVALID, "/version", "缺少版本号：请给出所改版本",
                    "the version that is changed must be given");
    return field_read(cx, row, register_typed(cx, r), body, "");
}

Err register_update_handler(Cx *cx, Request *rq, Reply *rp)
{
    int64_t id;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    void *row = register_row(cx, r);
    TRY(register_get(cx, r, row, request_id(rq, "id")));
    TRY(read_change(cx, row, r, rq));
    TRY(register_update(cx, r, &id, row));
    return reply_id(cx, rp, id);
}

/* What may be done to the row, and its way so far. */
static Err flow(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    TRY(open_register(cx, &r, rq));
    void *row = register_row(cx, r);
    TRY(register_get(cx, r, row, request_id(rq, "id")));
    if (!r->process)
        return fail(cx, NOT_FOUND, NULL, "这本登记簿的行没有流程",
                    "the rows of this register have no process");
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    TRY(flow_put_row(cx, &o, r, row));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static const Field version_fields[] = {
    { "version", FIELD_INT, 0, "版本", "Version", FIELD_REQUIRED },
    FIELDS_END,
};

static Err remove_draft(Cx *cx, Request *rq, Reply *rp)
{
    int64_t version;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    TRY(request_row(cx, &version, version_fields, rq));
    TRY(register_remove(cx, r, request_id(rq, "id"), version));
    return reply_done(cx, rp);
}

/* --- acts --- */

static const Field act_fields[] = {
    { "act", FIELD_ENUM, offsetof(RegisterAct, act), "操作", "Act", FIELD_REQUIRED,
      .options = REGISTER_ACTS },
    { "version", FIELD_INT, offsetof(RegisterAct, version), "版本", "Version", FIELD_REQUIRED },
    { "reason", FIELD_TEXT, offsetof(RegisterAct, reason), "理由", "Reason", .max = 500 },
    { "to", FIELD_TEXT, offsetof(RegisterAct, to), "去向", "To", .max = 60 },
    { "clause", FIELD_TEXT, offsetof(RegisterAct, clause), "条款", "Clause", .max = 60 },
    { "user_id", FIELD_INT, offsetof(RegisterAct, user_id), "代办人", "Delegate" },
    FIELDS_END,
};

static Err act(Cx *cx, Request *rq, Reply *rp)
{
    RegisterAct a;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    TRY(request_row(cx, &a, act_fields, rq));
    a.quiet = false;
    a.id = request_id(rq, "id");
    TRY(register_act(cx, r, &a));
    return reply_done(cx, rp);
}

enum { BATCH_MOST = 500 };

typedef struct Chosen {
    int64_t id;
    int64_t version;
} Chosen;

static const Field chosen_fields[] = {
    { "id", FIELD_INT, offsetof(Chosen, id), "编号", "Number", FIELD_REQUIRED },
    { "version", FIELD_INT, offsetof(Chosen, version), "版本", "Version", FIELD_REQUIRED },
    FIELDS_END,
};

static const Field batch_fields[] = {
    { "act", FIELD_ENUM, NO_OFFSET, "操作", "Act", FIELD_REQUIRED, .options = REGISTER_ACTS },
    { "reason", FIELD_TEXT, NO_OFFSET, "理由", "Reason", .max = 500 },
    { "rows", FIELD_LIST, NO_OFFSET, "所选的行", "Rows", FIELD_REQUIRED, .fields = chosen_fields },
    FIELDS_END,
};

static void put_result(Cx *cx, JsonOut *o, int64_t id, Err e)
{
    const Failure *f = &cx->failure;
    json_open(o, NULL, '{');
    json_put_int(o, "id", id);
    json_put_text(o, "code", e == OK ? "ok" : err_key(e));
    json_put_text(o, "field", e == OK ? NULL : f->field);
    json_put_text(o, "zh", e == OK ? NULL : f->zh);
    json_put_text(o, "en", e == OK ? NULL : f->en);
    json_close(o, '}');
}

/* One act upon many rows: each has its own result, and one that cannot be done holds up no other.
 * Every refusal is found before its row is written, so that no transaction is doomed by it. */
static Err act_on_rows(Cx *cx, JsonOut *o, const Register *r, RegisterAct a, const Json *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        a.id = json_int(rows->items[i], "id", 0);
        a.version = json_int(rows->items[i], "version", 0);
        Err e = register_act(cx, r, &a);
        if (e != OK && e != INVALID && e != CONFLICT && e != FORBIDDEN && e != NOT_FOUND &&
            e != STALE)
            return e;
        put_result(cx, o, a.id, e);
    }
    return OK;
}

static Err act_on_many(Cx *cx, Request *rq, Reply *rp)
{
    const Json *body;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    TRY(request_json(cx, &body, rq));
    TRY(field_check(cx, batch_fields, body));
    RegisterAct a = { .act = json_text(body, "act", ""),
                      .reason = json_text(body, "reason", NULL),
                      .quiet = true };
    int64_t begun = cx_now(cx);
    const Json *rows = json_get(body, "rows");
    if (rows->count == 0 || rows->count > BATCH_MOST)
        return fail(cx, INVALID, "/rows", "请选择 1 至 %d 行", "choose 1 to %d rows", BATCH_MOST);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    TRY(act_on_rows(cx, &o, r, a, rows));
    TRY(process_tell_many(cx, r->noun, &(Option){ r->noun, r->zh, r->en, false }, begun));
    json_close(&o, ']');
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

/* --- history and reveal --- */

/* All that was ever said of what the row is about, beside what is drafted. */
static Err timeline(Cx *cx, Request *rq, Reply *rp)
{
    List rows;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    void *row = register_row(cx, r);
    TRY(register_get(cx, r, row, request_id(rq, "id")));
    if (!r->dated)
        return fail(cx, NOT_FOUND, NULL, "这本登记簿的行没有起止",
                    "the rows of this register have no dates");
    TRY(dated_rows(cx, &rows, &r->table, register_sight(cx, r), row));
    return reply_page(cx, rp, r->table.fields, r->table.size, &rows);
}

static const Field history_fields[] = {
    { "id", FIELD_INT, offsetof(Audit, id), "编号", "Number" },
    { "at", FIELD_INSTANT, offsetof(Audit, at), "时间", "Time" },
    { "user", FIELD_TEXT, offsetof(Audit, user), "用户", "User" },
    { "organ", FIELD_TEXT, offsetof(Audit, organ), "机构", "Organ" },
    { "act", FIELD_TEXT, offsetof(Audit, act), "操作", "Act" },
    { "act_en", FIELD_TEXT, offsetof(Audit, act_en), "操作（英文）", "Act (English)" },
    { "before", FIELD_TEXT, offsetof(Audit, before), "变更前", "Before" },
    { "after", FIELD_TEXT, offsetof(Audit, after), "变更后", "After" },
    FIELDS_END,
};

static Err history(Cx *cx, Request *rq, Reply *rp)
{
    List entries;
    const Register *r;
    int64_t id = request_id(rq, "id");
    TRY(open_register(cx, &r, rq));
    void *row = register_row(cx, r);
    TRY(register_get(cx, r, row, id));
    int64_t import = r->pack ? register_int(r, row, "import_id") : UNSET;
    TRY(store_list(cx, &entries, history_fields, sizeof(Audit),
                   "SELECT number AS id, at, user_name AS \"user\", organ, act, act_en, before, "
                   "after FROM audit WHERE (noun = $1 AND noun_id = $2) OR number = (SELECT "
                   "min(number) FROM audit WHERE noun = 'import' AND noun_id = $3) "
                   "ORDER BY number DESC LIMIT 200",
                   ARGS(T(r->noun), I(id), I(import))));
    return reply_page(cx, rp, history_fields, sizeof(Audit), &entries);
}

typedef struct RegisterReveal {
    const char *field;
    const char *reason;
    const char *value;
} RegisterReveal;

static const Field reveal_fields[] = {
    { "field", FIELD_TEXT, offsetof(RegisterReveal, field), "字段", "Field", FIELD_REQUIRED, 1,
      40 },
    { "reason", FIELD_TEXT, offsetof(RegisterReveal, reason), "理由", "Reason", FIELD_REQUIRED, 4,
      200 },
    { "value", FIELD_TEXT, offsetof(RegisterReveal, value), "内容", "Value", FIELD_READONLY },
    FIELDS_END,
};

static Err reveal(Cx *cx, Request *rq, Reply *rp)
{
    RegisterReveal v;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    TRY(request_row(cx, &v, reveal_fields, rq));
    void *row = register_row(cx, r);
    TRY(register_get(cx, r, row, request_id(rq, "id")));
    const Field *f = field_find(r->table.fields, v.field);
    if (!f || !(f->flags & FIELD_MASKED) || f->flags & FIELD_VIRTUAL)
        return fail(cx, INVALID, "/field", "“%s”没有遮蔽", "“%s” is not masked", v.field);
    TRY(audit_reveal(cx, r->noun, register_int(r, row, "id"), f, v.reason));
    v.value = register_text(r, row, f->key);
    return reply_row(cx, rp, reveal_fields, &v);
}

/* --- workbooks --- */

Err register_export_handler(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    TRY(open_register(cx, &r, rq));
    return request_query(rq, "template") ? register_template(cx, r, rq, rp)
                                         : register_export(cx, r, rq, rp);
}

static Err template(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    TRY(open_register(cx, &r, rq));
    return register_template(cx, r, rq, rp);
}

Err register_check_handler(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    TRY(open_register(cx, &r, rq));
    return register_sheet_check(cx, r, rq, rp);
}

Err register_prepare_handler(Cx *cx, Request *rq, Reply *rp)
{
    (void)rp;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    return register_sheet_prepare(cx, r, rq);
}

Err register_import_handler(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    TRY(open_register(cx, &r, rq));
    return register_sheet_import(cx, r, rq, rp);
}

#define AT "/api/registers/:noun"

static const Route ROUTES[] = {
    { GET, "/api/registers", "session", all, "查看登记簿", "List the registers" },
    { GET, AT, "register.read", register_list_handler, "查看登记", "List a register's rows",
      .flags = ROUTE_PAGE | ROUTE_ROWS, .query = "q figure undecided *" },
    { GET, AT "/form", "register.read", form, "查看登记簿的式样", "Describe a register" },
    { GET, AT "/links/:field", "register.read", links, "查找可联系的登记", "Find rows to link to",
      .out = link_row_fields, .flags = ROUTE_PAGE, .query = "q key" },
    { GET, AT "/tally", "register.read", tally, "查看登记的数量", "Count a register's rows",
      .query = "q figure undecided *" },
    { GET, AT "/export.xlsx", "register.read", register_export_handler, "导出登记",
      "Export a register", .flags = ROUTE_FILE, .query = "sort columns lang q figure undecided *" },
    { GET, AT "/template.xlsx", "register.write", template, "下载登记模板",
      "Download a register's template", .flags = ROUTE_FILE, .query = "lang" },
    { POST, AT "/check", "register.write", register_check_handler,
      "核对上传的登记（?annotated=1 标注错误）", "Check an upload (?annotated=1)",
      .flags = ROUTE_READ | ROUTE_HEAVY | ROUTE_FILE, .body = BODY_SHEET,
      .query = "annotated lang" },
    { POST, AT "/import", "register.write", register_import_handler, "导入登记", "Import rows",
      .flags = ROUTE_HEAVY, .prepare = register_prepare_handler, .body = BODY_SHEET,
      .query = "lang version remove" },
    { POST, AT "/acts", "register.act", act_on_many, "成批办理登记", "Act on many rows",
      .in = batch_fields },
    { POST, AT, "register.write", register_create_handler, "登记", "Record a row",
      .flags = ROUTE_ROWS, .body = BODY_OPEN },
    { GET, AT "/:id", "register.read", register_show_handler, "查看一条登记", "Show a row",
      .flags = ROUTE_ROWS },
    { PUT, AT "/:id", "register.act", register_update_handler, "修改登记", "Change a row",
      .flags = ROUTE_ROWS, .body = BODY_OPEN },
    { DELETE, AT "/:id", "register.write", remove_draft, "删除草稿", "Remove a draft",
      .in = version_fields },
    { POST, AT "/:id/acts", "register.act", act, "办理登记", "Act on a row", .in = act_fields },
    { GET, AT "/:id/flow", "register.read", flow, "查看一条登记的流程", "Show the way of a row" },
    { GET, AT "/:id/history", "register.read", history, "查看登记的历史", "Show a row's history",
      .out = history_fields, .flags = ROUTE_PAGE },
    { GET, AT "/:id/timeline", "register.read", timeline, "查看起止和更正", "Show a row's timeline",
      .flags = ROUTE_PAGE | ROUTE_ROWS },
    { POST, AT "/:id/reveal", "register.reveal", reveal, "查看个人信息", "Reveal personal data",
      reveal_fields, reveal_fields, ROUTE_READ | ROUTE_AUDIT },
    ROUTES_END,
};

/* Who may what with the rows of a noun, that noun's own declaration says (its actors). */
enum { ANY_LEVEL = OFFICES | EXPERT };
static const Right RIGHTS[] = {
    { "register.read", "查看登记簿", "See a register", ANY_LEVEL, ANY_KIND, DESKS, register_right },
    { "register.write", "填写登记簿", "Enter rows of a register", ANY_LEVEL, ANY_KIND, DESKS,
      register_right },
    { "register.act", "办理登记", "Act on rows of a register", ANY_LEVEL, ANY_KIND, DESKS,
      register_right },
    { "register.reveal", "查看登记中的个人信息", "Reveal personal values", ANY_LEVEL, ANY_KIND,
      DESKS, register_right },
    { .right = NULL },
};

static Err tidy(Cx *cx)
{
    TRY(register_files_tidy(cx));
    return register_keep_tidy(cx);
}

static Err start(Cx *cx)
{
    TRY(register_keep_all(cx));
    return register_order_all(cx);
}

extern const char register_sql[];

const Module register_module = { .noun = "register",
                                 .schema = register_sql,
                                 .routes = ROUTES,
                                 .rights = RIGHTS,
                                 .jobs = REGISTER_JOBS,
                                 .start = start,
                                 .reach_row = register_files_reach,
                                 .spare = register_files_spare,
                                 .tidy = tidy };
