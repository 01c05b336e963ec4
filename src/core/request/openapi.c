#include "core/request/openapi.h"

#include "base/money.h"
#include "core/access/session.h"
#include "core/record/file_type.h"
#include "core/register/register.h"
#include "core/request/core.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static const char *const METHODS[] = { "get", "post", "put", "delete" };

#define INFO                                                                                       \
    "{\"title\":\"Tuijin 推进\",\"version\":\"1\","                                              \
    "\"summary\":\"Money is a text in 万元 or 元, as x-unit says; a write carries an "          \
    "Idempotency-Key, and sends the "                                                              \
    "version that it changes\","                                                                   \
    "\"license\":{\"name\":\"None stated: its owner's to set\","                                   \
    "\"identifier\":\"LicenseRef-none-stated\"}}"

#define SCHEMES                                                                                    \
    "{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"" SESSION_COOKIE               \
    "\",\"description\":\"set by POST /api/session; over HTTPS its name begins with __Host-\"}}"

/* A row that routes speak of, under the name it has in the document. */
typedef struct NamedShape {
    const Field *fields;
    const char *name;
    bool used;  /* by a route */
    bool taken; /* as a body, where a password has its place */
} NamedShape;

typedef struct Shapes {
    NamedShape at[400];
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

static NamedShape *shape_add(Cx *cx, Shapes *s, const Field *fields, const Route *r,
                             const char *ending)
{
    size_t i = 0;
    while (i < s->count && s->at[i].fields != fields)
        i++;
    if (i < s->count) {
        s->at[i].used = true;
        return &s->at[i];
    }
    assert(s->count < COUNT(s->at)); /* a description that leaves something out is none */
    s->at[s->count] =
        (NamedShape){ fields, arena_format(cx->arena, "%s%s", operation(cx, r), ending), true,
                      false };
    return &s->at[s->count++];
}

static void collect_route(Cx *cx, void *data, const Route *r)
{
    if (r->in)
        shape_add(cx, data, r->in, r, "Body")->taken = true;
    if (r->out)
        shape_add(cx, data, r->out, r, "Row");
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
        assert(s->count < COUNT(s->at));
        s->at[s->count++] = (NamedShape){ (*m)->fields, name, false, false };
    }
    each_route(cx, modules, collect_route, s);
}

static bool is_written(const Field *f)
{
    return !(f->flags & (FIELD_READONLY | FIELD_VIRTUAL));
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

static void put_properties(JsonOut *o, const Field *fields, bool taken);

static void put_options(JsonOut *o, const Field *f)
{
    json_open(o, "enum", '[');
    for (const Option *p = f->options; p->key; p++)
        json_put_text(o, NULL, p->key);
    if (may_be_null(f))
        json_put_null(o, NULL);
    json_close(o, ']');
}

static void put_field(JsonOut *o, const Field *f, bool taken)
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
        json_put_text(o, "pattern",
                      money_places(f->unit) == 2 ? "^[0-9]{1,16}(\\.[0-9]{1,2})?$"
                                                 : "^[0-9]{1,12}(\\.[0-9]{1,6})?$");
    if (f->type == FIELD_TEXT && f->max)
        json_put_int(o, "maxLength", f->max);
    if (f->flags & (FIELD_READONLY | FIELD_VIRTUAL))
        json_put_bool(o, "readOnly", true);
    if (f->flags & FIELD_SECRET)
        json_put_bool(o, "writeOnly", true);
    if (f->type == FIELD_ENUM && f->options)
        put_options(o, f);
    if (f->type == FIELD_OBJECT && f->fields)
        put_properties(o, f->fields, taken);
    if (f->type == FIELD_LIST) {
        json_open(o, "items", '{');
        if (f->fields)
            put_properties(o, f->fields, taken);
        json_close(o, '}');
    }
    json_close(o, '}');
}

static void put_properties(JsonOut *o, const Field *fields, bool taken)
{
    json_open(o, "properties", '{');
    for (const Field *f = fields; f->type != FIELD_END; f++)
        if (!(f->flags & FIELD_SECRET) || (taken && is_written(f)))
            put_field(o, f, taken);
    json_close(o, '}');
}

static void put_shapes(JsonOut *o, const Shapes *s)
{
    json_open(o, "schemas", '{');
    for (size_t i = 0; i < s->count; i++) {
        if (!s->at[i].used)
            continue;
        json_open(o, s->at[i].name, '{');
        json_put_text(o, "type", "object");
        put_properties(o, s->at[i].fields, s->at[i].taken);
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

#define CURSOR "{\"type\":[\"string\",\"null\"]}"

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
    json_put_raw(o, "more", "{\"type\":\"boolean\"}");
    json_put_raw(o, "after", CURSOR);
    json_put_raw(o, "before", CURSOR);
    json_close(o, '}');
    json_close(o, '}');
}

static bool ends_with(const char *text, const char *ending)
{
    size_t n = strlen(text), m = strlen(ending);
    return n >= m && strcmp(text + n - m, ending) == 0;
}

/* What a route answers with, by its path. */
static const char *media_type(const Route *r)
{
    return ends_with(r->path, ".pdf") ? "application/pdf"
           : ends_with(r->path, ".xlsx")
               ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
               : "application/json";
}

static void put_answer(Cx *cx, JsonOut *o, const Shapes *s, const Route *r)
{
    const char *type = media_type(r);
    json_open(o, "content", '{');
    json_open(o, type, '{');
    if (strcmp(type, "application/json") != 0)
        json_put_raw(o, "schema", "{\"type\":\"string\",\"format\":\"binary\"}");
    else if (r->flags & ROUTE_PAGE)
        put_page(cx, o, s, r->out);
    else
        put_ref(cx, o, "schema", s, r->out);
    json_close(o, '}');
    json_close(o, '}');
}

/* --- what a route takes --- */

static void put_required(JsonOut *o, const Route *r)
{
    bool some = false;
    for (const Field *f = r->in; f->type != FIELD_END; f++) {
        bool needed = r->body == BODY_CHANGE  ? strcmp(f->key, "version") == 0
                      : r->body == BODY_DRAFT ? false
                                              : (f->flags & FIELD_REQUIRED) && is_written(f);
        if (needed && !some)
            json_open(o, "required", '[');
        if (needed)
            json_put_text(o, NULL, f->key);
        some |= needed;
    }
    if (some)
        json_close(o, ']');
}

static void put_row(Cx *cx, JsonOut *o, const char *key, const Shapes *s, const Route *r)
{
    json_open(o, key, '{');
    json_put_text(o, "$ref",
                  arena_format(cx->arena, "#/components/schemas/%s", shape_name(s, r->in)));
    put_required(o, r);
    json_close(o, '}');
}

static void put_json_body(Cx *cx, JsonOut *o, const Shapes *s, const Route *r)
{
    json_open(o, "application/json", '{');
    if (r->body == BODY_SHEET) {
        json_put_raw(o, "schema",
                     "{\"type\":\"object\",\"required\":[\"text\"],\"properties\":"
                     "{\"text\":{\"type\":\"string\"}}}");
    } else if (r->body == BODY_OPEN) {
        json_put_raw(o, "schema", "{\"type\":\"object\"}");
    } else if (r->body == BODY_ROWS) {
        json_open(o, "schema", '{');
        json_put_text(o, "type", "array");
        put_row(cx, o, "items", s, r);
        json_close(o, '}');
    } else {
        put_row(cx, o, "schema", s, r);
    }
    json_close(o, '}');
}

static void put_body(Cx *cx, JsonOut *o, const Shapes *s, const Route *r)
{
    if (!r->in && r->body != BODY_BYTES && r->body != BODY_SHEET && r->body != BODY_OPEN)
        return;
    json_open(o, "requestBody", '{');
    json_put_bool(o, "required", true);
    json_open(o, "content", '{');
    if (r->body == BODY_SHEET)
        json_put_raw(o, "multipart/form-data",
                     "{\"schema\":{\"type\":\"object\",\"required\":[\"file\"],\"properties\":"
                     "{\"file\":{\"type\":\"string\",\"format\":\"binary\"}}}}");
    if (r->body == BODY_BYTES)
        json_put_raw(o, "application/octet-stream", "{}");
    else
        put_json_body(cx, o, s, r);
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

/* A page is asked for by number, and filtered by fields of its rows. */
static void put_page_parameters(JsonOut *o, const Route *r)
{
    put_parameter(o, "page", "query", false, "integer");
    put_parameter(o, "after", "query", false, "string");
    put_parameter(o, "before", "query", false, "string");
    put_parameter(o, "size", "query", false, "integer");
    put_parameter(o, "sort", "query", false, "string");
    for (const Field *f = r->out; f && f->type != FIELD_END; f++)
        if (f->flags & FIELD_FILTER)
            put_parameter(o, f->key, "query", false, "string");
}

/* Any field of the register, and its value or range. */
static const char ANY_FIELD[] =
    "{\"name\":\"fields\",\"in\":\"query\",\"required\":false,\"style\":\"form\",\"explode\":true,"
    "\"schema\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}}";

static void put_parameters(Cx *cx, JsonOut *o, const Route *r)
{
    json_open(o, "parameters", '[');
    for (const char *p = r->path; (p = strchr(p, ':')); p++)
        put_parameter(o, arena_text_n(cx->arena, p + 1, strcspn(p + 1, "/")), "path", true,
                      "string");
    for (const char *q = r->query ? r->query : ""; *q; q += strspn(q, " ")) {
        size_t n = strcspn(q, " ");
        if (*q == '*')
            json_put_raw(o, NULL, ANY_FIELD);
        else
            put_parameter(o, arena_text_n(cx->arena, q, n), "query", false, "string");
        q += n;
    }
    if (r->flags & ROUTE_PAGE)
        put_page_parameters(o, r);
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
    /* what needs a session: who is signed in, not which right he has (x-right) */
    json_put_raw(o, "security", *r->right ? "[{\"session\":[]}]" : "[]");
    put_body(cx, o, s, r);
    json_open(o, "responses", '{');
    json_open(o, "200", '{');
    json_put_text(o, "description", "OK");
    put_answer(cx, o, s, r);
    json_close(o, '}');
    json_open(o, "4XX", '{');
    json_put_text(o, "$ref", "#/components/responses/Error");
    json_close(o, '}');
    json_open(o, "default", '{');
    json_put_text(o, "$ref", "#/components/responses/Error");
    json_close(o, '}');
    json_close(o, '}');
    json_close(o, '}');
}

typedef struct Collected {
    const Route *at[1000];
    size_t count;
} Collected;

static void collect_all(Cx *cx, void *data, const Route *r)
{
    (void)cx;
    Collected *c = data;
    assert(c->count < COUNT(c->at));
    c->at[c->count++] = r;
}

/* The common routes say {noun}; of what they give and take only a register of the pack can tell. So
 * each has the routes of its rows once more, with its own noun in the path and its fields behind.
 */
#define ANY_NOUN "/:noun"

static const Route *route_of_register(Cx *cx, const Route *r, const Register *of)
{
    const char *at = strstr(r->path, ANY_NOUN);
    assert(at != NULL);
    Route *own = NEW(cx, Route);
    *own = *r;
    own->path = arena_format(cx->arena, "%.*s/%s%s", (int)(at - r->path), r->path, of->noun,
                             at + strlen(ANY_NOUN));
    if (r->method == GET) {
        own->out = of->table.fields;
        own->query = r->flags & ROUTE_PAGE && r->query ? "q figure undecided" : r->query;
    } else {
        own->in = of->table.fields;
        /* what is still a draft may lack what is required until it is sent */
        own->body = r->method == POST && !register_has_states(of) ? BODY_ROW
                    : r->method == POST                           ? BODY_DRAFT
                                                                  : BODY_CHANGE;
    }
    return own;
}

static void collect_registers(Cx *cx, Collected *all, Shapes *s, const List *registers)
{
    size_t common = all->count;
    for (size_t i = 0; registers && i < registers->count; i++) {
        const Register *r = (const Register *)registers->rows + i;
        assert(s->count < COUNT(s->at));
        s->at[s->count++] =
            (NamedShape){ r->table.fields, arena_format(cx->arena, "Register_%s", r->noun), true,
                          false };
        for (size_t k = 0; k < common; k++)
            if (all->at[k]->flags & ROUTE_ROWS)
                collect_all(cx, all, route_of_register(cx, all->at[k], r));
    }
}

static void put_paths(Cx *cx, JsonOut *o, const Shapes *s, const Collected *all)
{
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

void openapi_put(Cx *cx, JsonOut *o, const Module *const *modules, const List *registers)
{
    Shapes *shapes = NEW(cx, Shapes);
    Collected *all = NEW(cx, Collected);
    collect(cx, shapes, modules);
    each_route(cx, modules, collect_all, all);
    collect_registers(cx, all, shapes, registers);
    json_open(o, NULL, '{');
    json_put_text(o, "openapi", "3.1.0");
    json_put_raw(o, "info", INFO);
    json_put_raw(o, "servers",
                 "[{\"url\":\"/\",\"description\":\"where this description was read\"}]");
    put_paths(cx, o, shapes, all);
    json_open(o, "components", '{');
    put_shapes(o, shapes);
    put_error(o);
    json_put_raw(o, "securitySchemes", SCHEMES);
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

static void put_typescript(Buf *b, const NamedShape *s)
{
    buf_format(b, "export interface %s {\n", s->name);
    for (const Field *f = s->fields; f->type != FIELD_END; f++) {
        if (f->flags & FIELD_SECRET)
            continue;
        buf_format(b, "  /** %s%s%s%s */\n", f->en, f->unit ? " (" : "", f->unit ? f->unit : "",
                   f->unit ? ")" : "");
        buf_format(b, "  %s: ", f->key);
        if (f->type == FIELD_ENUM && f->options)
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
        if (shapes->at[i].used)
            put_typescript(b, &shapes->at[i]);
    buf_format(b,
               "/** What may be attached, by its extension. */\n"
               "export const FILE_KINDS = '%s'\n",
               file_kinds(cx));
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    List registers;
    TRY(register_all(cx, &registers));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    openapi_put(cx, &o, cx->core->config.modules, &registers);
    return reply_json(cx, rp, buf_text(&b));
}

static const Route ROUTES[] = {
    { GET, "/api/openapi.json", "", show, "看接口说明", "Describe the API" },
    ROUTES_END,
};

const Module openapi_module = { .noun = "openapi", .routes = ROUTES };
