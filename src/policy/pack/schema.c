#include "policy/pack/schema.h"

#include "base/money.h"

#include <string.h>

static void put_field(JsonOut *o, const char *key, const Field *f);

static bool nullable(const Field *f)
{
    return !(f->flags & (FIELD_REQUIRED | FIELD_NOT_NULL));
}

/* "type": "integer", or with "null" beside it. */
static void put_type(JsonOut *o, const Field *f, const char *type)
{
    if (!nullable(f)) {
        json_put_text(o, "type", type);
        return;
    }
    json_open(o, "type", '[');
    json_put_text(o, NULL, type);
    json_put_text(o, NULL, "null");
    json_close(o, ']');
}

/* "digits:9|12" as a regular expression. */
static void put_pattern(JsonOut *o, const char *key, const char *pattern)
{
    Buf b = { .arena = o->buf->arena };
    bool several = strchr(pattern, '|') != NULL;
    buf_add(&b, several ? "^(" : "^");
    for (const char *p = pattern + strlen("digits:"); *p;) {
        size_t n = strcspn(p, "|");
        buf_format(&b, "[0-9]{%.*s}%s", (int)n, p, p[n] ? "|" : "");
        p += n + (p[n] == '|');
    }
    buf_add(&b, several ? ")$" : "$");
    json_put_text(o, key, buf_text(&b));
}

static void put_options(JsonOut *o, const Option *options, bool with_null)
{
    json_open(o, "enum", '[');
    for (; options->key; options++)
        json_put_text(o, NULL, options->key);
    if (with_null)
        json_put_null(o, NULL);
    json_close(o, ']');
}

static void put_text(JsonOut *o, const Field *f)
{
    put_type(o, f, "string");
    if (f->pattern)
        put_pattern(o, "pattern", f->pattern);
    if (f->min)
        json_put_int(o, "minLength", f->min);
    if (f->max)
        json_put_int(o, "maxLength", f->max);
}

/* A number, or exact as text; both in the field's unit. */
static void put_money(JsonOut *o, const Field *f)
{
    json_open(o, "oneOf", '[');
    json_open(o, NULL, '{');
    json_put_text(o, "type", "number");
    json_put_int(o, "minimum", 0);
    json_put_int(o, "maximum", MONEY_MAX / money_fen(f->unit));
    json_close(o, '}');
    json_open(o, NULL, '{');
    json_put_text(o, "type", "string");
    json_put_text(o, "pattern",
                  arena_format(o->buf->arena, "^[0-9]{1,%d}(\\.[0-9]{1,%d})?$",
                               money_digits(f->unit), money_places(f->unit)));
    json_close(o, '}');
    if (nullable(f)) {
        json_open(o, NULL, '{');
        json_put_text(o, "type", "null");
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_members(JsonOut *o, const Field *fields)
{
    json_put_bool(o, "additionalProperties", false);
    json_open(o, "required", '[');
    for (const Field *f = fields; f->type != FIELD_END; f++)
        if (f->flags & (FIELD_REQUIRED | FIELD_PRESENT))
            json_put_text(o, NULL, f->key);
    json_close(o, ']');
    json_open(o, "properties", '{');
    for (const Field *f = fields; f->type != FIELD_END; f++)
        put_field(o, f->key, f);
    json_close(o, '}');
}

/* A map: any key that fits, each with a text or an option. */
static void put_map(JsonOut *o, const Field *f)
{
    if (f->pattern) {
        json_open(o, "propertyNames", '{');
        put_pattern(o, "pattern", f->pattern);
        json_close(o, '}');
    }
    json_open(o, "additionalProperties", '{');
    if (f->options)
        put_options(o, f->options, false);
    else
        json_put_text(o, "type", "string");
    json_close(o, '}');
}

static void put_items(JsonOut *o, const Field *f)
{
    json_open(o, "items", '{');
    if (f->fields) {
        json_put_text(o, "type", "object");
        put_members(o, f->fields);
    } else if (f->options) {
        put_options(o, f->options, false);
    } else {
        json_put_text(o, "type", "string");
        if (f->pattern)
            put_pattern(o, "pattern", f->pattern);
    }
    json_close(o, '}');
}

static void put_int(JsonOut *o, const Field *f)
{
    put_type(o, f, "integer");
    json_put_int(o, "minimum", f->min);
    if (f->max)
        json_put_int(o, "maximum", f->max);
}

static void put_format(JsonOut *o, const Field *f, const char *format)
{
    put_type(o, f, "string");
    json_put_text(o, "format", format);
}

static void put_value(JsonOut *o, const Field *f)
{
    switch (f->type) {
    case FIELD_TEXT: put_text(o, f); break;
    case FIELD_INT: put_int(o, f); break;
    case FIELD_BOOL: put_type(o, f, "boolean"); break;
    case FIELD_MONEY: put_money(o, f); break;
    case FIELD_ENUM: put_options(o, f->options, nullable(f)); break;
    case FIELD_DATE: put_format(o, f, "date"); break;
    case FIELD_INSTANT: put_format(o, f, "date-time"); break;
    case FIELD_DECIMAL: put_type(o, f, "string"); break;
    case FIELD_OBJECT:
        put_type(o, f, "object");
        if (f->fields)
            put_members(o, f->fields);
        else
            put_map(o, f);
        break;
    case FIELD_LIST:
        put_type(o, f, "array");
        put_items(o, f);
        break;
    case FIELD_END: break;
    }
}

static void put_field(JsonOut *o, const char *key, const Field *f)
{
    json_open(o, key, '{');
    json_put_text(o, "title", f->zh);
    put_value(o, f);
    json_close(o, '}');
}

void schema_write(JsonOut *o, const Dictionary *d)
{
    json_open(o, NULL, '{');
    json_put_text(o, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_put_text(o, "title", json_text(d->json, "zh", d->document));
    json_put_text(o, "type", "object");
    put_members(o, d->fields);
    json_close(o, '}');
}
