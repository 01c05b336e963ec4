/* The labels and choices of an entry, which stand in it in Chinese, in English: looked for where
 * they came from, the Field tables, first those of the entry's own noun. */
#include "core/audit.h"

#include "core/core.h"

#include <string.h>

/* Labels that the program gives beside those of a table. */
static const Option OWN[] = { { "文件", "文件", "File" },
                              { "行数", "行数", "Rows" },
                              { "字段", "字段", "Field" },
                              { "理由", "理由", "Reason" },
                              { "导出", "导出", "Taken out" },
                              { "本机操作人", "本机操作人", "At the machine" },
                              { NULL } };

static const Field *in_table(const Field *fields, const char *zh)
{
    for (; fields && fields->type != FIELD_END; fields++)
        if (text_same(fields->zh, zh))
            return fields;
    return NULL;
}

static const Field *in_routes(const Route *r, const char *zh)
{
    const Field *found = NULL;
    for (; r && r->path && !found; r++) {
        found = in_table(r->out, zh);
        found = found ? found : in_table(r->in, zh);
    }
    return found;
}

static const Field *in_module(const Module *m, const char *zh)
{
    const Field *found = in_table(m->fields, zh);
    return found ? found : in_routes(m->routes, zh);
}

static const Field *field_of(const Cx *cx, const char *noun, const char *zh)
{
    const Module *const *modules = cx->core->config.modules;
    const Field *found = NULL;
    for (size_t i = 0; modules && modules[i] && !found; i++)
        found = text_same(modules[i]->noun, noun) ? in_module(modules[i], zh) : NULL;
    for (size_t i = 0; CORE_ROUTES[i] && !found; i++)
        found = in_routes(CORE_ROUTES[i], zh);
    for (size_t i = 0; modules && modules[i] && !found; i++)
        found = in_module(modules[i], zh);
    return found;
}

static const char *choice_en(const Field *f, const char *zh)
{
    for (const Option *o = f ? f->options : NULL; o && o->key; o++)
        if (text_same(o->zh, zh))
            return text_or(o->en, zh);
    return zh;
}

static void put_value(JsonOut *o, const char *label, const Field *f, const Json *value)
{
    if (value->type == J_TEXT)
        json_put_text(o, label, choice_en(f, value->text));
    else
        json_put(o, label, value);
}

const char *audit_english(Cx *cx, const char *noun, const char *json)
{
    const Json *entry;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    Cx quiet = *cx; /* an entry that is no object is shown as it is */
    if (!json || json_parse(&quiet, &entry, json, strlen(json), &JSON_LIMITS) != OK ||
        entry->type != J_OBJECT)
        return json;
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < entry->count; i++) {
        const Json *value = entry->items[i];
        const Field *f = field_of(cx, noun, value->key);
        const Option *own = option_find(OWN, value->key);
        put_value(&o, own ? own->en : f && f->en ? f->en : value->key, f, value);
    }
    json_close(&o, '}');
    return buf_text(&b);
}
