#include "policy/check/check_message.h"

#include "rules/value.h"

#include <string.h>

enum { NAMED = 2 }; /* so many names are spelt out, the others counted */

/* One template being filled. */
typedef struct Filler {
    Cx *cx;
    const CheckResult *result;
    const Pack *pack;
    const Json *dossier;
    Lang lang;
    Buf *out;
} Filler;

/* The first NAMED of total names. */
static void put_names(Filler *f, const char *const *names, size_t total)
{
    for (size_t i = 0; i < total && i < NAMED; i++) {
        if (i > 0)
            buf_add(f->out, f->lang == ZH ? "、" : ", ");
        buf_add(f->out, names[i]);
    }
    if (total > NAMED && f->lang == ZH)
        buf_format(f->out, "等 %zu 项", total);
    else if (total > NAMED)
        buf_format(f->out, " and %zu more", total - NAMED);
}

static void put_value(Filler *f, const Value *v)
{
    if (v->kind == VALUE_LIST) {
        for (size_t i = 0; i < v->list.count; i++) {
            if (i > 0)
                buf_add(f->out, f->lang == ZH ? "、" : ", ");
            put_value(f, &v->list.items[i]);
        }
    } else if (v->kind == VALUE_NUMBER) {
        buf_add(f->out, decimal_text(f->cx, v->number));
    } else if (v->kind == VALUE_STRING && f->lang == EN) {
        buf_add(f->out, pack_english(f->pack, v->text.bytes));
    } else if (v->kind != VALUE_UNKNOWN && v->kind != VALUE_NULL) {
        buf_add(f->out, text_or(value_string(f->cx, v), ""));
    } else {
        buf_add(f->out, f->lang == ZH ? "未知" : "unknown");
    }
}

static const char *label(const Filler *f, const Field *field)
{
    return f->lang == ZH ? field->zh : field->en;
}

/* What people call the place of a missing fact: 周杨村委会的村庄规划, 常务会议.
 */
static const char *missing_name(Filler *f, const char *pointer)
{
    bool in_batch = strncmp(pointer, "batch:", 6) == 0;
    const Field *fields = in_batch ? f->pack->batch.fields : f->pack->dossier.fields;
    PointerPlace place;
    if (!dictionary_place(f->cx, &place, fields, in_batch ? NULL : f->dossier,
                          in_batch ? pointer + 6 : pointer))
        return pointer;
    const char *item = place.item ? dictionary_item_name(place.list, place.item) : NULL;
    if (!item)
        return label(f, place.field);
    return arena_format(f->cx->arena, f->lang == ZH ? "%s的%s" : "%s: %s", item,
                        label(f, place.field));
}

static size_t count_texts(const char *const *texts)
{
    size_t n = 0;
    while (texts[n])
        n++;
    return n;
}

static void put_missing(Filler *f)
{
    const char *const *missing = f->result->missing;
    const char *names[NAMED] = { NULL };
    size_t total = count_texts(missing);
    for (size_t i = 0; i < total && i < NAMED; i++)
        names[i] = missing_name(f, missing[i]);
    put_names(f, names, total);
}

/* A field of the first item at fault, by its label. */
static bool put_item_field(Filler *f, const char *name)
{
    const PackRule *rule = f->result->rule;
    PointerPlace place;
    if (!rule->items || !f->result->places[0] ||
        !dictionary_place(f->cx, &place, f->pack->dossier.fields, f->dossier,
                          f->result->places[0]) ||
        !place.item)
        return false;
    for (const Field *field = place.list->fields; field->type != FIELD_END; field++) {
        if (strcmp(field->zh, name) != 0)
            continue;
        const char *text = json_text(place.item, field->key, "");
        const Option *o = field->options ? option_find(field->options, text) : NULL;
        buf_add(f->out, !o ? text : f->lang == ZH ? o->zh : o->en);
        return true;
    }
    return false;
}

static void put_name(Filler *f, const char *name)
{
    const Value *v = context_get(f->result->values, name);
    if (strcmp(name, "所在") == 0)
        put_names(f, f->result->names, count_texts(f->result->names));
    else if (strcmp(name, "缺") == 0)
        put_missing(f);
    else if (v)
        put_value(f, v);
    else if (!put_item_field(f, name))
        buf_format(f->out, "{%s}", name);
}

static const char *fill(Cx *cx, const CheckResult *r, const RuleText *message, const Pack *pack,
                        const Json *dossier, Lang lang)
{
    const char *text = text_or(lang == ZH ? message->zh : message->en, "");
    Buf out = BUF(cx);
    Filler f = { cx, r, pack, dossier, lang, &out };
    while (*text) {
        size_t plain = strcspn(text, "{");
        buf_add_n(&out, text, plain);
        text += plain;
        size_t length = strcspn(text, "}");
        if (*text != '{' || text[length] != '}')
            break;
        put_name(&f, arena_text_n(cx->arena, text + 1, length - 1));
        text += length + 1;
    }
    return buf_text(&out);
}

void check_message(Cx *cx, CheckResult *r, const Pack *pack, const Json *dossier)
{
    const RuleText *message = &r->rule->messages[r->status];
    r->zh = fill(cx, r, message, pack, dossier, ZH);
    r->en = fill(cx, r, message, pack, dossier, EN);
}

RuleText check_mend(Cx *cx, const CheckResult *r, const Pack *pack, const Json *dossier)
{
    const RuleText *mend = &r->rule->mends[r->status];
    return (RuleText){ fill(cx, r, mend, pack, dossier, ZH), fill(cx, r, mend, pack, dossier, EN) };
}
