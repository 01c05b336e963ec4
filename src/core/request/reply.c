#include "core/request/act.h"

#include "core/access/right.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A misspelt key must not be lost in silence, whatever the handler picks from the body. A question
 * keeps nothing, and that of /api/check is a whole dossier or an object with one. */
static Err keys_check(Cx *cx, const Json *body)
{
    const Route *r = cx->act ? cx->act->route : NULL;
    if (!r || !r->in || r->flags & ROUTE_READ || body->type != J_OBJECT ||
        (r->body != BODY_ROW && r->body != BODY_CHANGE))
        return OK;
    for (size_t i = 0; i < body->count; i++)
        if (!field_find(r->in, body->items[i]->key))
            return fail(cx, INVALID, json_pointer(cx, "", body->items[i]->key), "没有这个字段",
                        "is not a field");
    return OK;
}

Err request_json(Cx *cx, const Json **out, const Request *rq)
{
    size_t length;
    const char *body = request_body(rq, &length);
    TRY(json_parse(cx, out, body, length, &JSON_LIMITS));
    return keys_check(cx, *out);
}

/* The description of the API says that the route takes these fields. */
static bool described(const Cx *cx, const Field *fields)
{
    return cx->act == NULL || cx->act->route == NULL || cx->act->route->in == fields;
}

Err request_row(Cx *cx, void *row, const Field *fields, Request *rq)
{
    const Json *body;
    assert(described(cx, fields));
    TRY(request_json(cx, &body, rq));
    field_clear(row, fields);
    return field_read_new(cx, row, fields, body, "");
}

Err request_change(Cx *cx, void *row, const Field *fields, Request *rq)
{
    const Json *body;
    assert(described(cx, fields));
    TRY(request_json(cx, &body, rq));
    if (body->type == J_OBJECT && json_missing(json_get(body, "version")))
        return fail(cx, INVALID, "/version", "缺少版本号：请给出所改版本",
                    "the version that is changed must be given");
    return field_read(cx, row, fields, body, "");
}

/* Experts judge without knowing whose it is: no BLIND field reaches them, nor may they ask for one.
 */
static bool blinded(const Cx *cx, const Field *f)
{
    return f != NULL && f->flags & FIELD_BLIND && cx->user != NULL &&
           strcmp(cx->user->level, "expert") == 0;
}

static const Field *visible(Cx *cx, const Field *fields)
{
    size_t count = 0, kept = 0;
    bool any = false;
    for (; fields[count].key != NULL; count++)
        any |= blinded(cx, &fields[count]);
    if (!any)
        return fields;
    Field *left = NEW_N(cx, Field, count + 1);
    for (size_t i = 0; i < count; i++)
        if (!blinded(cx, &fields[i]))
            left[kept++] = fields[i];
    left[kept] = fields[count];
    return left;
}

static int64_t number(const char *text)
{
    return text == NULL ? 0 : strtoll(text, NULL, 10);
}

/* Where in the list and how it is shown, and not what is in it. */
static bool is_paging(const char *key)
{
    static const char *const KEYS[] = {
        "page", "size", "sort", "after", "before", "columns", "lang"
    };
    for (size_t i = 0; i < COUNT(KEYS); i++)
        if (strcmp(KEYS[i], key) == 0)
            return true;
    return false;
}

PageQuery request_page(Cx *cx, const Request *rq, const Field *fields)
{
    const char *key, *value;
    size_t count = 0, used = 0;
    while (request_query_at(rq, count, &key, &value))
        count++;
    const char **filters = NEW_N(cx, const char *, 2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        request_query_at(rq, i, &key, &value);
        if (is_paging(key) || blinded(cx, field_find(fields, key)))
            continue;
        filters[used++] = key;
        filters[used++] = value;
    }
    const char *sort = request_query(rq, "sort");
    bool descending = sort != NULL && *sort == '-';
    if (descending)
        sort++;
    if (sort != NULL && blinded(cx, field_find(fields, sort)))
        sort = NULL;
    return (PageQuery){ .sort = sort,
                        .descending = descending,
                        .page = number(request_query(rq, "page")),
                        .size = number(request_query(rq, "size")),
                        .after = request_query(rq, "after"),
                        .before = request_query(rq, "before"),
                        .filters = filters };
}

Err reply_json(Cx *cx, Reply *rp, const char *json)
{
    if (cx->act != NULL)
        cx->act->answer = json;
    reply_bytes(rp, "application/json; charset=utf-8", json, strlen(json));
    return OK;
}

Err reply_row(Cx *cx, Reply *rp, const Field *fields, const void *row)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    field_write(cx, &o, visible(cx, fields), row, false);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

void reply_put_rows(Cx *cx, JsonOut *o, const char *key, const Field *fields, size_t row_size,
                    const List *list)
{
    json_open(o, key, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, fields, (const char *)list->rows + i * row_size, false);
        json_close(o, '}');
    }
    json_close(o, ']');
}

Err reply_page(Cx *cx, Reply *rp, const Field *fields, size_t row_size, const List *list)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    fields = visible(cx, fields);
    json_open(&o, NULL, '{');
    reply_put_rows(cx, &o, "rows", fields, row_size, list);
    json_put_int(&o, "total", list->total);
    json_put_bool(&o, "more", list->more);
    json_put_text(&o, "after", list->after);
    json_put_text(&o, "before", list->before);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

Err reply_id(Cx *cx, Reply *rp, int64_t id)
{
    return reply_json(cx, rp, arena_format(cx->arena, "{\"id\":%" PRId64 "}", id));
}

Err reply_done(Cx *cx, Reply *rp)
{
    return reply_json(cx, rp, "{}");
}
