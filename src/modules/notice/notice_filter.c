/* What a published list was filtered by, in words: so that a part of the rows is never shown as if
 * it were all of them. What is personal, or typed at will, is in no words, and so no filter. */
#include "modules/notice/notice.h"

#include "core/register/figure.h"
#include "core/register/register_install.h"
#include "policy/pack/process_steps.h"

#include <stdlib.h>
#include <string.h>

typedef struct FilterWriting {
    Cx *cx;
    const Register *r;
    Buf zh, en;
} FilterWriting;

static void put(FilterWriting *w, const char *zh, const char *en, const char *value_zh,
                const char *value_en)
{
    buf_format(&w->zh, "%s%s：%s", w->zh.length ? "；" : "", zh, value_zh);
    buf_format(&w->en, "%s%s: %s", w->en.length ? "; " : "", en, value_en);
}

/* "from..to", where either may lack. */
static void put_range(FilterWriting *w, const Field *f, const char *value)
{
    Arena *a = w->cx->arena;
    const char *dots = strstr(value, ".."), *unit = text_or(f->unit, "");
    const char *zh = arena_format(a, "%s%s", value, unit), *en = zh;
    if (dots) {
        const char *from = arena_text_n(a, value, (size_t)(dots - value)), *to = dots + 2;
        zh = arena_format(a, "%s%s%s%s", *from ? from : "", *from ? " 起" : "",
                          *to ? arena_format(a, "至 %s", to) : "", unit);
        en = arena_format(a, "%s%s%s%s%s", *from ? "from " : "", from, *to ? " to " : "", to, unit);
    }
    put(w, f->zh, f->en, zh, en);
}

static Err put_link(FilterWriting *w, const Field *f, const char *value)
{
    char *end;
    TableLink link;
    const char *called;
    const Register *linked = NULL;
    if (register_find(w->cx, &linked, f->link) != OK || !linked->pack)
        linked = NULL;
    if (!publish_calls_plainly(f->link, linked))
        return fail(w->cx, INVALID, f->key, "“%s”联系的是人，不能按它筛选后公示%.0s",
                    "%.0s“%s” names a person; no list filtered by it is published", f->zh, f->en);
    TRY(register_link(w->cx, &link, f->link));
    Arg key = arg_text(value);
    if (!field_is_text(f)) {
        long long id = strtoll(value, &end, 10);
        if (end == value || *end)
            return fail(w->cx, INVALID, f->key, "筛选值“%s”不合要求",
                        "“%s” is no value to filter by", value);
        key = arg_int(id);
    }
    TRY(table_link_called(w->cx, &called, &link, register_link_sight(w->cx, &link), key));
    put(w, f->zh, f->en, called, called);
    return OK;
}

static Err put_field(FilterWriting *w, const Field *f, const char *value)
{
    Cx *cx = w->cx;
    const Option *o = f->options ? option_find(f->options, value) : NULL;
    if (publish_is_personal(f) || (f->type == FIELD_TEXT && !f->link))
        return fail(cx, INVALID, f->key, "不能按“%s”筛选后公示%.0s",
                    "%.0sno list filtered by “%s” is published", f->zh, f->en);
    if (f->link)
        return put_link(w, f, value);
    if (f->type == FIELD_BOOL) {
        bool yes = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
        put(w, f->zh, f->en, yes ? "是" : "否", yes ? "yes" : "no");
    } else if (o) {
        put(w, f->zh, f->en, o->zh, o->en);
    } else {
        put_range(w, f, value);
    }
    return OK;
}

/* The one state in which rows are published anyway is no filter. */
static bool says_nothing(const FilterWriting *w, const char *key, const char *value)
{
    size_t good = 0;
    const Process *p = w->r->process;
    for (size_t i = 0; p && i < p->end_count; i++)
        good += p->ends[i].good;
    return !*value || (strcmp(key, DATED_KNOWN) == 0 && strcmp(value, KNOWN_OPEN) == 0) ||
           (strcmp(key, "state") == 0 && good == 1) ||
           (strcmp(key, "territory") == 0 && w->cx->user &&
            text_same(w->cx->user->territory, value));
}

static Err put_one(FilterWriting *w, const char *key, const char *value)
{
    const Figure *f;
    const Field *field = field_find(w->r->table.fields, key);
    if (says_nothing(w, key, value))
        return OK;
    if (field && field->flags & FIELD_FILTER)
        return put_field(w, field, value);
    if (strcmp(key, "q") == 0)
        return fail(w->cx, INVALID, "q", "按词查找出来的列表不能公示：请清除查找的词，改用筛选",
                    "a list found by a word is not published: clear it, and filter instead");
    if (strcmp(key, "figure") == 0 || strcmp(key, "undecided") == 0) {
        TRY(figure_find(w->cx, &f, w->r, value));
        bool counted = strcmp(key, "figure") == 0;
        put(w, counted ? "只列" : "只列待定", counted ? "Only" : "Only undecided", f->zh, f->en);
    } else if (strcmp(key, DATED_ON) == 0) {
        put(w, "当天有效", "Valid on", value, value);
    } else if (strcmp(key, DATED_KNOWN) == 0) {
        put(w, "截至所知", "As known on", value, value);
    }
    return OK; /* what cannot be asked is refused where the list is read */
}

Err notice_filter(Cx *cx, const char **zh, const char **en, const Register *r,
                  const char *const *filters)
{
    FilterWriting w = { .cx = cx, .r = r, .zh = BUF(cx), .en = BUF(cx) };
    for (const char *const *at = filters; at && *at; at += 2)
        TRY(put_one(&w, at[0], at[1]));
    *zh = w.zh.length ? buf_text(&w.zh) : NULL;
    *en = w.en.length ? buf_text(&w.en) : NULL;
    return OK;
}
