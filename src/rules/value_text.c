/* The text forms of values: FEEL literals, string(), JSON. */
#include "rules/moment.h"
#include "rules/value.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

/* A literal being written; past its limit only "…" is added. */
typedef struct Literal {
    Buf b;
    size_t limit;
} Literal;

#define BRIEF_BYTES 80

static void put(Cx *cx, Literal *l, const Value *v);

static bool past(const Literal *l)
{
    return l->b.length > l->limit;
}

/* What lies behind the limit is not even written: a message about a long list of long texts is as
 * soon made as any. */
static void put_text(Literal *l, const Text *t)
{
    Buf *b = &l->b;
    buf_char(b, '"');
    for (size_t i = 0; i < t->length && !past(l); i++) {
        char c = t->bytes[i];
        if (c == '"' || c == '\\')
            buf_format(b, "\\%c", c);
        else if (c == '\n')
            buf_add(b, "\\n");
        else if (c == '\t')
            buf_add(b, "\\t");
        else if (c == '\r')
            buf_add(b, "\\r");
        else
            buf_char(b, c);
    }
    buf_char(b, '"');
}

static bool plain_key(const char *key)
{
    for (const char *p = key; *p; p++)
        if (strchr("\"\\:{}[](),", *p))
            return false;
    return *key != 0;
}

static void put_context(Cx *cx, Literal *l, const Context *c)
{
    Buf *b = &l->b;
    buf_char(b, '{');
    for (size_t i = 0; i < c->count && !past(l); i++) {
        const char *key = c->entries[i].key;
        buf_add(b, i ? ", " : "");
        if (plain_key(key))
            buf_add(b, key);
        else
            put_text(l, &(Text){ key, strlen(key) });
        buf_add(b, ": ");
        put(cx, l, &c->entries[i].value);
    }
    buf_char(b, '}');
}

static void put_range(Cx *cx, Literal *l, const Range *r)
{
    assert(r);
    Buf *b = &l->b;
    if (r->negated || (r->unary && r->low_closed && r->high_closed)) {
        buf_add(b, r->negated ? "(!=" : "(=");
        put(cx, l, &r->low);
        buf_char(b, ')');
        return;
    }
    if (r->unary) {
        bool below = value_is_null(&r->low);
        buf_add(b, below ? "(<" : "(>");
        buf_add(b, (below ? r->high_closed : r->low_closed) ? "=" : "");
        put(cx, l, below ? &r->high : &r->low);
        buf_char(b, ')');
        return;
    }
    buf_char(b, r->low_closed ? '[' : '(');
    put(cx, l, &r->low);
    buf_add(b, "..");
    put(cx, l, &r->high);
    buf_char(b, r->high_closed ? ']' : ')');
}

static void put_causes(Literal *l, const char *const *pointers)
{
    for (size_t i = 0; pointers[i] && !past(l); i++)
        buf_format(&l->b, "%s%s", i ? ", " : "", pointers[i]);
}

static void put(Cx *cx, Literal *l, const Value *v)
{
    Buf *b = &l->b;
    switch (v->kind) {
    case VALUE_NULL: buf_add(b, "null"); return;
    case VALUE_UNKNOWN:
        buf_add(b, "unknown(");
        put_causes(l, causes_list(cx, v->causes, NULL));
        buf_char(b, ')');
        return;
    case VALUE_STRING: put_text(l, &v->text); return;
    case VALUE_LIST:
        buf_char(b, '[');
        for (size_t i = 0; i < v->list.count && !past(l); i++) {
            buf_add(b, i ? ", " : "");
            put(cx, l, &v->list.items[i]);
        }
        buf_char(b, ']');
        return;
    case VALUE_CONTEXT: put_context(cx, l, v->context); return;
    case VALUE_RANGE: put_range(cx, l, v->range); return;
    case VALUE_BOOLEAN:
    case VALUE_NUMBER:
    case VALUE_FUNCTION: buf_add(b, value_string(cx, v)); return;
    default: buf_format(b, "@\"%s\"", value_string(cx, v)); return;
    }
}

const char *value_literal(Cx *cx, const Value *v)
{
    Literal l = { BUF(cx), SIZE_MAX };
    put(cx, &l, v);
    return buf_text(&l.b);
}

const char *value_brief(Cx *cx, const Value *v)
{
    Literal l = { BUF(cx), BRIEF_BYTES };
    put(cx, &l, v);
    if (!past(&l))
        return buf_text(&l.b);
    size_t cut = BRIEF_BYTES;
    while (cut > 0 && ((unsigned char)l.b.at[cut] & 0xC0) == 0x80)
        cut--;
    return arena_format(cx->arena, "%.*s…", (int)cut, l.b.at);
}

const char *value_string(Cx *cx, const Value *v)
{
    switch (v->kind) {
    case VALUE_NULL: return NULL;
    case VALUE_BOOLEAN: return v->boolean ? "true" : "false";
    case VALUE_NUMBER: return decimal_text(cx, v->number);
    case VALUE_STRING: return v->text.bytes;
    case VALUE_DATE: return date_text(cx, v->date);
    case VALUE_TIME: return moment_time_text(cx, v->moment);
    case VALUE_DATE_TIME: return moment_text(cx, v->moment);
    case VALUE_DAYS: return days_text(cx, v->days);
    case VALUE_MONTHS: return months_text(cx, v->months);
    case VALUE_FUNCTION:
        return *v->function->name ? arena_format(cx->arena, "function %s", v->function->name)
                                  : "function";
    default: return value_literal(cx, v);
    }
}

void value_json(Cx *cx, JsonOut *o, const char *key, const Value *v)
{
    switch (v->kind) {
    case VALUE_NULL:
    case VALUE_UNKNOWN:
    case VALUE_FUNCTION: json_put_null(o, key); return;
    case VALUE_BOOLEAN: json_put_bool(o, key, v->boolean); return;
    case VALUE_NUMBER: json_put_raw(o, key, decimal_text(cx, v->number)); return;
    case VALUE_LIST:
        json_open(o, key, '[');
        for (size_t i = 0; i < v->list.count; i++)
            value_json(cx, o, NULL, &v->list.items[i]);
        json_close(o, ']');
        return;
    case VALUE_CONTEXT:
        json_open(o, key, '{');
        for (size_t i = 0; i < v->context->count; i++)
            value_json(cx, o, v->context->entries[i].key, &v->context->entries[i].value);
        json_close(o, '}');
        return;
    default: json_put_text(o, key, value_string(cx, v)); return;
    }
}
