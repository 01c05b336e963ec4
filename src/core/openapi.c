#include "core/openapi.h"

#include "core/core.h"

#include <ctype.h>
#include <string.h>

static const char *const METHODS[] = { "get", "post", "put", "delete" };

/* A row that routes speak of, under the name it has in the document. */
typedef struct Shape {
    const Field *fields;
    const char *name;
} Shape;

typedef struct Shapes {
    Shape at[200];
    size_t count;
} Shapes;

typedef void (*EachRoute)(Cx *cx, void *data, const Route *route);

static void each_of(Cx *cx, const Route *routes, EachRoute each, void *data)
{
    for (const Route *r = routes; r && r->path; r++)
        if (!(r->flags & ROUTE_HTML))
            each(cx, data, r);
}

static void each_route(Cx *cx, const Module *const *modules, EachRoute each, void *data)
{
    for (const Route *const *list = CORE_ROUTES; *list; list++)
        each_of(cx, *list, each, data);
    for (; modules && *modules; modules++)
        each_of(cx, (*modules)->routes, each, data);
}

/* "/api/batches/:id/entries", POST -> "PostBatchesOneEntries": the words of the path, unlike those
 * of any other route. */
static const char *operation(Cx *cx, const Route *r)
{
    Buf b = BUF(cx);
    buf_char(&b, (char)toupper((unsigned char)METHODS[r->method][0]));
    buf_add(&b, METHODS[r->method] + 1);
    const char *p = r->path;
    if (strncmp(p, "/api/", 5) == 0)
        p += 4;
    while (*p) {
        bool parameter = p[1] == ':';
        size_t n = strcspn(p + 1, "/");
        for (size_t i = 0; i < n && !parameter; i++) {
            char c = p[1 + i];
            if (isalnum((unsigned char)c))
                buf_char(&b, i == 0 || !isalnum((unsigned char)p[i])
                                 ? (char)toupper((unsigned char)c)
                                 : c);
        }
        if (parameter)
            buf_add(&b, "One");
        p += 1 + n;
    }
    return buf_text(&b);
}

static const char *shape_name(const Shapes *s, const Field *fields)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->at[i].fields == fields)
            return s->at[i].name;
    return NULL;
}

static void add_shape(Cx *cx, Shapes *s, const Field *fields, const Route *r, const char *ending)
{
    if (!fields || shape_name(s, fields) || s->count == COUNT(s->at))
        return;
    s->at[s->count++] =
        (Shape){ fields, arena_format(cx->arena, "%s%s", operation(cx, r), ending) };
}

static void collect_route(Cx *cx, void *data, const Route *r)
{
    add_shape(cx, data, r->in, r, "Body");
    add_shape(cx, data, r->out, r, "Row");
}

/* Main rows of modules have the noun's own name. */
static void collect(Cx *cx, Shapes *s, const Module *const *modules)
{
    s->count = 0;
    for (const Module *const *m = modules; m && *m; m++) {
        if (!(*m)->fields)
            continue;
        char *name = arena_text(cx->arena, (*m)->noun);
        name[0] = (char)toupper((unsigned char)name[0]);
        s->at[s->count++] = (Shape){ (*m)->fields, name };
    }
    each_route(cx, modules, collect_route, s);
}

static const char *json_type(FieldType type)
{
    switch (type) {
    case FIELD_INT: return "integer";
    case FIELD_BOOL: return "boolean";
    case FIELD_OBJECT: return "object";
    case FIELD_LIST: return "array";
    default: return "string";
    }
}

static bool may_be_null(const Field *f)
{
    return !(f->flags & FIELD_REQUIRED) && strcmp(f->key, "id") != 0 &&
           strcmp(f->key, "version") != 0;
}

static void put_properties(JsonOut *o, const Field *fields);

static void put_options(JsonOut *o, const Field *f)
{
    json_open(o, "enum", '[');
    for (const Option *p = f->options; p->key; p++)
        json_put_text(o, NULL, p->key);
    if (may_be_null(f))
        json_put_null(o, NULL);
    json_close(o, ']');
}

static void put_field(JsonOut *o, const Field *f)
{
    json_open(o, f->key, '{');
    json_open(o, "type", '[');
    json_put_text(o, NULL, json_type(f->type));
    if (may_be_null(f))
        json_put_text(o, NULL, "null");
    json_close(o, ']');
    json_put_text(o, "title", f->en);
    json_put_text(o, "x-title-zh", f->zh);
    if (f->unit)
        json_put_text(o, "x-unit", f->unit);
    if (f->type == FIELD_DATE)
        json_put_text(o, "format", "date");
    if (f->type == FIELD_INSTANT)
        json_put_text(o, "format", "date-time");
    if (f->type == FIELD_MONEY)
        json_put_text(o, "pattern", "^[0-9]{1,12}(\\.[0-9]{1,6})?$");
    if (f->type == FIELD_TEXT && f->max)
        json_put_int(o, "maxLength", f->max);
    if (f->flags & FIELD_READONLY)
        json_put_bool(o, "readOnly", true);
    if (f->type == FIELD_ENUM)
        put_options(o, f);
    if (f->type == FIELD_OBJECT && f->fields)
        put_properties(o, f->fields);
    if (f->type == FIELD_LIST) {
        json_open(o, "items", '{');
        if (f->fields)
            put_properties(o, f->fields);
        json_close(o, '}');
    }
    json_close(o, '}');
}

static void put_properties(JsonOut *o, const Field *fields)
{
    json_open(o, "properties", '{');
    for (const Field *f = fields; f->type != FIELD_END; f++)
        if (!(f->flags & FIELD_SECRET))
            put_field(o, f);
    json_close(o, '}');
}

static void put_shapes(JsonOut *o, const Shapes *s)
{
    json_open(o, "schemas", '{');
    for (size_t i = 0; i < s->count; i++) {
        json_open(o, s->at[i].name, '{');
        json_put_text(o, "type", "object");
        put_properties(o, s->at[i].fields);
        json_close(o, '}');
    }
    json_close(o, '}');
}

typedef struct Paths {
    JsonOut *o;
    const Shapes *shapes;
} Paths;

/* A row, or whatever the handler says where the route names none. */
static void put_ref(Cx *cx, JsonOut *o, const char *key, const Shapes *s, const Field *fields)
{
    json_open(o, key, '{');
    if (fields)
        json_put_text(o, "$ref",
                      arena_format(cx->arena, "#/components/schemas/%s", shape_name(s, fields)));
    json_close(o, '}');
}

static void put_page(Cx *cx, JsonOut *o, const Shapes *s, const Field *fields)
{
    json_open(o, "schema", '{');
    json_put_text(o, "type", "object");
    json_open(o, "properties", '{');
    json_open(o, "rows", '{');
    json_put_text(o, "type", "array");
    put_ref(cx, o, "items", s, fields);
    json_close(o, '}');
    json_put_raw(o, "total", "{\"type\":\"integer\"}");
    json_close(o, '}');
    json_close(o, '}');
}

static void put_content(Cx *cx, JsonOut *o, const Shapes *s, const Field *fields, bool page)
{
    json_open(o, "content", '{');
    json_open(o, "application/json", '{');
    if (page)
        put_page(cx, o, s, fields);
    else
        put_ref(cx, o, "schema", s, fields);
    json_close(o, '}');
    json_close(o, '}');
}

static void put_parameter(JsonOut *o, const char *name, const char *in, bool required,
                          const char *type)
{
    json_open(o, NULL, '{');
    json_put_text(o, "name", name);
    json_put_text(o, "in", in);
    json_put_bool(o, "required", required);
    json_open(o, "schema", '{');
    json_put_text(o, "type", type);
    json_close(o, '}');
    json_close(o, '}');
}

static void put_parameters(Cx *cx, JsonOut *o, const Route *r)
{
    json_open(o, "parameters", '[');
    for (const char *p = r->path; (p = strchr(p, ':')); p++)
        put_parameter(o, arena_text_n(cx->arena, p + 1, strcspn(p + 1, "/")), "path", true,
                      "string");
    if (r->flags & ROUTE_PAGE) {
        put_parameter(o, "page", "query", false, "integer");
        put_parameter(o, "size", "query", false, "integer");
        put_parameter(o, "sort", "query", false, "string");
    }
    if (r->method != GET && !(r->flags & ROUTE_READ))
        put_parameter(o, "Idempotency-Key", "header", true, "string");
    json_close(o, ']');
}

/* ":id" becomes "{id}". */
static const char *template_of(Cx *cx, const char *path)
{
    Buf b = BUF(cx);
    while (*path) {
        size_t n = strcspn(path, ":");
        buf_add_n(&b, path, n);
        path += n;
        if (!*path)
            break;
        n = strcspn(path, "/");
        buf_format(&b, "{%.*s}", (int)n - 1, path + 1);
        path += n;
    }
    return buf_text(&b);
}

static void put_operation(Cx *cx, JsonOut *o, const Shapes *s, const Route *r)
{
    json_open(o, METHODS[r->method], '{');
    json_put_text(o, "operationId", operation(cx, r));
    json_put_text(o, "summary", r->en);
    json_put_text(o, "x-summary-zh", r->zh);
    json_put_text(o, "x-right", *r->right ? r->right : "guest");
    put_parameters(cx, o, r);
    if (r->in) {
        json_open(o, "requestBody", '{');
        put_content(cx, o, s, r->in, false);
        json_close(o, '}');
    }
    json_open(o, "responses", '{');
    json_open(o, "200", '{');
    json_put_text(o, "description", "OK");
    put_content(cx, o, s, r->out, r->flags & ROUTE_PAGE);
    json_close(o, '}');
    json_open(o, "default", '{');
    json_put_text(o, "$ref", "#/components/responses/Error");
    json_close(o, '}');
    json_close(o, '}');
    json_close(o, '}');
}

typedef struct Collected {
    const Route *at[400];
    size_t count;
} Collected;

static void collect_all(Cx *cx, void *data, const Route *r)
{
    (void)cx;
    Collected *c = data;
    if (c->count < COUNT(c->at))
        c->at[c->count++] = r;
}

static void put_paths(Cx *cx, JsonOut *o, const Shapes *s, const Module *const *modules)
{
    Collected *all = NEW(cx, Collected);
    each_route(cx, modules, collect_all, all);
    json_open(o, "paths", '{');
    for (size_t i = 0; i < all->count; i++) {
        size_t first = 0;
        while (strcmp(all->at[first]->path, all->at[i]->path) != 0)
            first++;
        if (first != i)
            continue;
        json_open(o, template_of(cx, all->at[i]->path), '{');
        for (size_t k = i; k < all->count; k++)
            if (strcmp(all->at[k]->path, all->at[i]->path) == 0)
                put_operation(cx, o, s, all->at[k]);
        json_close(o, '}');
    }
    json_close(o, '}');
}

static void put_error(JsonOut *o)
{
    json_put_raw(o, "responses",
                 "{\"Error\":{\"description\":\"error.code is one of the keys of base/cx.h; "
                 "message in both languages\",\"content\":{\"application/json\":{\"schema\":{"
                 "\"type\":\"object\",\"properties\":{\"error\":{\"type\":\"object\","
                 "\"properties\":{\"code\":{\"type\":\"string\"},\"field\":{\"type\":\"string\"},"
                 "\"message\":{\"type\":\"object\",\"properties\":{\"zh\":{\"type\":\"string\"},"
                 "\"en\":{\"type\":\"string\"}}},\"request\":{\"type\":\"string\"}}}}}}}}}");
}

void openapi_put(Cx *cx, JsonOut *o, const Module *const *modules)
{
    Shapes *shapes = NEW(cx, Shapes);
    collect(cx, shapes, modules);
    json_open(o, NULL, '{');
    json_put_text(o, "openapi", "3.1.0");
    json_put_raw(o, "info", "{\"title\":\"Tuijin 推进\",\"version\":\"1\"}");
    put_paths(cx, o, shapes, modules);
    json_open(o, "components", '{');
    put_shapes(o, shapes);
    put_error(o);
    json_close(o, '}');
    json_close(o, '}');
}

static const char *typescript_type(const Field *f)
{
    switch (f->type) {
    case FIELD_INT: return "number";
    case FIELD_BOOL: return "boolean";
    case FIELD_OBJECT: return "Record<string, unknown>";
    case FIELD_LIST: return "unknown[]";
    default: return "string";
    }
}

static void put_typescript(Buf *b, const Shape *s)
{
    buf_format(b, "export interface %s {\n", s->name);
    for (const Field *f = s->fields; f->type != FIELD_END; f++) {
        if (f->flags & FIELD_SECRET)
            continue;
        buf_format(b, "  /** %s%s%s%s */\n", f->en, f->unit ? " (" : "", f->unit ? f->unit : "",
                   f->unit ? ")" : "");
        buf_format(b, "  %s: ", f->key);
        if (f->type == FIELD_ENUM)
            for (const Option *p = f->options; p->key; p++)
                buf_format(b, "%s'%s'", p == f->options ? "" : " | ", p->key);
        else
            buf_add(b, typescript_type(f));
        buf_add(b, may_be_null(f) ? " | null\n" : "\n");
    }
    buf_add(b, "}\n\n");
}

void openapi_types(Cx *cx, Buf *b, const Module *const *modules)
{
    Shapes *shapes = NEW(cx, Shapes);
    collect(cx, shapes, modules);
    buf_add(b, "// Generated by `tuijin types` from the field and route tables.\n\n");
    for (size_t i = 0; i < shapes->count; i++)
        put_typescript(b, &shapes->at[i]);
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    openapi_put(cx, &o, cx->core->config.modules);
    return reply_json(cx, rp, buf_text(&b));
}

const Route openapi_routes[] = {
    { GET, "/api/openapi.json", "", show, "看接口说明", "Describe the API" },
    ROUTES_END,
};
