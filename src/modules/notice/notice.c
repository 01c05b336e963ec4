#include "modules/notice/notice.h"

#include "base/money.h"
#include "core/access/right.h"
#include "core/register/figure.h"
#include "core/register/flow.h"
#include "core/register/import.h"
#include "core/register/register_install.h"
#include "core/request/core.h"
#include "modules/organ/organ.h"
#include "modules/region/region.h"

#include <assert.h>
#include <string.h>

enum { PAGE = 200, FEW = 3, IDENTITY = 18 };

const Field notice_fields[] = {
    { "profile", FIELD_TEXT, offsetof(Notice, profile), "公示方式", "Profile", FIELD_REQUIRED, 2,
      2 },
    { "starts_on", FIELD_DATE, offsetof(Notice, starts_on), "公示开始", "First day",
      FIELD_REQUIRED },
    { "ends_on", FIELD_DATE, offsetof(Notice, ends_on), "公示结束", "Last day", FIELD_REQUIRED },
    { "place", FIELD_TEXT, offsetof(Notice, place), "张贴地点", "Where it hangs", .max = 100 },
    FIELDS_END,
};

/* A content that is being written. */
typedef struct ContentWriting {
    Cx *cx;
    const Register *r;
    const Publish *how;
    PageQuery query;
    JsonOut *o;
    int64_t rows;
    int64_t of; /* as many there are without the filter */
    const char *filter_zh;
    const char *filter_en;
} ContentWriting;

/* --- what is masked, before it is written --- */

/* The surname alone: the stars do not tell how long the name is. */
static const char *cut_name(Cx *cx, const char *name)
{
    size_t first = 1;
    while (((unsigned char)name[first] & 0xc0) == 0x80)
        first++;
    return arena_format(cx->arena, "%.*s**", (int)first, name);
}

static const char *cut_identity(Cx *cx, const char *number)
{
    if (number == FIELD_DAMAGED || strlen(number) < IDENTITY)
        return "******************";
    return arena_format(cx->arena, "%.6s********%.4s", number, number + IDENTITY - 4);
}

static void put_person(const ContentWriting *w, const void *row)
{
    const char *name = w->how->person ? register_text(w->r, row, w->how->person) : NULL;
    const char *number = w->how->identity ? register_text(w->r, row, w->how->identity) : NULL;
    bool board = strcmp(w->how->profile, "VB") == 0;
    if (w->how->person)
        json_put_text(w->o, NULL, text_blank(name) ? NULL : board ? name : cut_name(w->cx, name));
    if (w->how->identity)
        json_put_text(w->o, NULL, text_blank(number) ? NULL : cut_identity(w->cx, number));
}

/* --- columns and cells --- */

static const Field *field_of(const ContentWriting *w, const char *key)
{
    const Field *f = field_find(w->r->table.fields, key);
    assert(f && "the declaration was proved");
    return f;
}

static void put_options(JsonOut *o, const Field *f)
{
    static const Option YES[] = { { "true", "是", "Yes" },
                                  { "false", "否", "No" },
                                  { .key = NULL } };
    const Option *options = f->type == FIELD_BOOL ? YES : f->options;
    json_open(o, "options", '[');
    for (; options && options->key; options++) {
        json_open(o, NULL, '{');
        json_put_text(o, "key", options->key);
        json_put_text(o, "zh", options->zh);
        json_put_text(o, "en", options->en);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_column(const ContentWriting *w, const Field *f)
{
    bool number = f->type == FIELD_MONEY || f->type == FIELD_INT || f->type == FIELD_DECIMAL;
    json_open(w->o, NULL, '{');
    json_put_text(w->o, "key", f->key);
    json_put_text(w->o, "zh", f->zh);
    json_put_text(w->o, "en", f->en);
    json_put_text(w->o, "unit", f->unit);
    json_put_bool(w->o, "number", number && !f->link);
    put_options(w->o, f);
    json_close(w->o, '}');
}

static void put_columns(const ContentWriting *w)
{
    static const Field COUNTED = { "count", FIELD_INT, NO_OFFSET, "数量", "Number" };
    json_open(w->o, "columns", '[');
    if (w->how->person)
        put_column(w, field_of(w, w->how->person));
    if (w->how->identity)
        put_column(w, field_of(w, w->how->identity));
    for (size_t i = 0; w->how->fields[i]; i++)
        put_column(w, field_of(w, w->how->fields[i]));
    if (strcmp(w->how->profile, "Z1") == 0)
        put_column(w, &COUNTED);
    json_close(w->o, ']');
}

static const Field *called_of(const Register *r, const Field *link)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (f->of && strcmp(f->of, link->key) == 0)
            return f;
    return link;
}

/* NULL = not known. */
static const char *cell_text(const ContentWriting *w, const Field *field, const void *row)
{
    Cx *cx = w->cx;
    const Field *f = field->link ? called_of(w->r, field) : field;
    void *at = (void *)(uintptr_t)row;
    if (field_is_text(f)) {
        const char *text = *field_text(f, at);
        return text && f->type == FIELD_TEXT ? text_public(cx, text) : text;
    }
    int64_t n = *field_int(f, at);
    if (n == UNSET)
        return NULL;
    switch (f->type) {
    case FIELD_BOOL: return n ? "true" : "false";
    case FIELD_MONEY: return money_text_in(cx, n, f->unit);
    case FIELD_DATE: return day_text(cx, n);
    case FIELD_INSTANT: return instant_text(cx, n);
    default: return arena_format(cx->arena, "%lld", (long long)n);
    }
}

static void put_row(const ContentWriting *w, const void *row)
{
    json_open(w->o, NULL, '[');
    put_person(w, row);
    for (size_t i = 0; w->how->fields[i]; i++)
        json_put_text(w->o, NULL, cell_text(w, field_of(w, w->how->fields[i]), row));
    json_close(w->o, ']');
}

static Err put_list(ContentWriting *w)
{
    PageQuery query = w->query;
    query.size = PAGE;
    query.descending = *w->r->sort == '-';
    query.sort = w->r->sort + query.descending;
    for (List page;; query.after = page.after) {
        TRY(table_page(w->cx, &page, &w->r->table, register_reach(w->cx), &query));
        for (size_t i = 0; i < page.count; i++)
            put_row(w, (const char *)page.rows + i * w->r->table.size);
        if (!page.after)
            return OK;
    }
}

/* --- numbers alone --- */

static void put_count(ContentWriting *w, const char *group, int64_t count)
{
    bool few = count > 0 && count < FEW;
    json_open(w->o, NULL, '[');
    json_put_text(w->o, NULL, group);
    json_put_text(w->o, NULL, few ? "<3" : arena_format(w->cx->arena, "%lld", (long long)count));
    json_close(w->o, ']');
}

/* What nobody has is 0, and is shown: a missing line would say the same of one alone. */
static void put_rest(ContentWriting *w, const Field *f, const List *found)
{
    const Measured *rows = found->rows;
    for (const Option *o = f->options; o && o->key; o++) {
        bool there = false;
        for (size_t i = 0; i < found->count; i++)
            there |= text_same(rows[i].group, o->key);
        if (!there && !o->retired)
            put_count(w, o->key, 0);
    }
}

static int64_t digits_below(const char *territory)
{
    size_t n = strlen(territory);
    return n < 4 ? 4 : n < 6 ? 6 : n < 9 ? 9 : 12;
}

static Err put_numbers(ContentWriting *w)
{
    List found;
    TableLink link;
    const Field *f = field_of(w, w->how->fields[0]);
    Measure m = { .by = f->key };
    if (f->link) {
        TRY(register_link(w->cx, &link, f->link));
        m.called = &link;
    }
    if (strcmp(f->key, "territory") == 0)
        m.digits = digits_below(w->cx->user->territory);
    TRY(table_measure(w->cx, &found, &w->r->table, register_reach(w->cx), &w->query, &m));
    const Measured *rows = found.rows;
    for (size_t i = 0; i < found.count; i++) {
        const char *group = rows[i].group;
        if (f->type == FIELD_BOOL && group)
            group = strcmp(group, "1") == 0 ? "true" : "false";
        put_count(w, f->link ? text_or(rows[i].called, group) : group, rows[i].value);
    }
    put_rest(w, f, &found);
    return OK;
}

/* --- content --- */

static Err put_head(ContentWriting *w, const Publication *p)
{
    Organ organ;
    Cx *cx = w->cx;
    TRY(organ_get(cx, &organ, cx->user->organ_id));
    json_put_text(w->o, "noun", w->r->noun);
    json_put_text(w->o, "zh", w->how->zh);
    json_put_text(w->o, "en", w->how->en);
    json_put_text(w->o, "clause", w->r->clause);
    json_put_text(w->o, "profile", p->profile);
    json_put_text(w->o, "title", p->title);
    json_put_text(w->o, "organ", p->organ);
    json_put_text(w->o, "contact", organ.contact);
    json_put_text(w->o, "place", p->place);
    json_put_text(w->o, "starts_on", day_text(cx, p->starts_on));
    json_put_text(w->o, "ends_on", day_text(cx, p->ends_on));
    json_put_bool(w->o, "sample", cx->core->config.demo);
    return OK;
}

static bool is_numbers(const ContentWriting *w)
{
    return strcmp(w->how->profile, "Z1") == 0;
}

/* Of numbers nothing is said of the whole: two sums would give a hidden cell away. */
static void put_filter(const ContentWriting *w)
{
    if (!w->filter_zh)
        return;
    json_put_text(w->o, "filter_zh", w->filter_zh);
    json_put_text(w->o, "filter_en", w->filter_en);
    if (!is_numbers(w))
        json_put_int(w->o, "of", w->of);
}

static Err write_content(ContentWriting *w, Publication *p)
{
    Buf b = BUF(w->cx);
    w->o = NEW(w->cx, JsonOut);
    *w->o = json_out(&b);
    json_open(w->o, NULL, '{');
    TRY(put_head(w, p));
    put_filter(w);
    put_columns(w);
    json_open(w->o, "rows", '[');
    TRY(is_numbers(w) ? put_numbers(w) : put_list(w));
    json_close(w->o, ']');
    json_close(w->o, '}');
    p->content = buf_text(&b);
    return OK;
}

/* --- publishing --- */

/* The first day is not counted, and the term ends with its last (registers.md § 0). */
static Err check_term(Cx *cx, const Publish *how, const Notice *n)
{
    Day least = n->starts_on + how->days, most = n->starts_on + (how->most ? how->most : 366);
    if (n->starts_on < day_of_instant(cx_now(cx)))
        return fail(cx, INVALID, "/starts_on", "公示开始日 %s 已经过去",
                    "the first day, %s, has passed", day_text(cx, n->starts_on));
    if (n->ends_on < least)
        return fail(cx, INVALID, "/ends_on", "公示不少于 %lld 天（张贴当天不算），最早到 %s",
                    "it must be public for %lld days after the first, until %s at the earliest",
                    (long long)how->days, day_text(cx, least));
    if (n->ends_on > most)
        return fail(cx, INVALID, "/ends_on", "公示最长到 %s", "it is public until %s at the latest",
                    day_text(cx, most));
    return OK;
}

/* What holds today, where the list asks for no other day; whole: without its other filters. */
static PageQuery dated(Cx *cx, const Register *r, PageQuery query, bool whole)
{
    size_t count = 0, n = 0;
    bool day = false;
    while (query.filters && query.filters[count])
        count++;
    const char **filters = NEW_N(cx, const char *, count + 3);
    for (size_t i = 0; i < count; i += 2) {
        bool on = strcmp(query.filters[i], DATED_ON) == 0;
        if (whole && !on && strcmp(query.filters[i], DATED_KNOWN) != 0)
            continue;
        filters[n++] = query.filters[i];
        filters[n++] = query.filters[i + 1];
        day |= on;
    }
    if (r->dated && !day) {
        filters[n++] = DATED_ON;
        filters[n++] = day_text(cx, day_of_instant(cx_now(cx)));
    }
    query.filters = filters;
    return query;
}

/* Settled rows alone, and of no import that is under way. */
static Err settled(Cx *cx, PageQuery *query, const Register *r)
{
    TRY(figure_query(cx, query, r));
    query->condition =
        condition_join(cx, CONDITION_AND, query->condition, flow_good(cx, r->process));
    return import_hide(cx, query, r);
}

static Err count_rows(const ContentWriting *w, int64_t *out, PageQuery query)
{
    List page;
    query = (PageQuery){
        .filters = query.filters, .condition = query.condition, .within = query.within, .size = 1
    };
    TRY(table_page(w->cx, &page, &w->r->table, register_reach(w->cx), &query));
    *out = page.total;
    return OK;
}

/* How many rows there are, and of how many. */
static Err count_all(ContentWriting *w, PageQuery asked)
{
    TRY(count_rows(w, &w->rows, w->query));
    if (w->rows == 0)
        return fail(w->cx, INVALID, "rows", "没有可公示的行：只公示已生效的",
                    "there is nothing to publish: settled rows alone are");
    if (!w->filter_zh || is_numbers(w))
        return OK;
    PageQuery whole = dated(w->cx, w->r, asked, true);
    TRY(settled(w->cx, &whole, w->r));
    return count_rows(w, &w->of, whole);
}

static Err put_facts(Cx *cx, Publication *out, const Register *r, const Publish *how,
                     const Notice *n)
{
    const char *where;
    TRY(region_name(cx, &where, cx->user->territory));
    field_clear(out, publication_fields);
    out->subject = r->noun;
    out->kind = "list";
    out->profile = how->profile;
    out->territory = cx->user->territory;
    out->title = arena_format(cx->arena, "关于%s%s的公示", where, how->zh);
    out->place = n->place;
    out->organ = cx->user->organ_name;
    out->user_name = cx->user->name;
    out->starts_on = n->starts_on;
    out->ends_on = n->ends_on;
    return OK;
}

/* Links are proved with the pack; what a noun of another pack is called may have changed since. */
Err notice_draft(Cx *cx, Publication *out, int64_t *count, const Register *r, const Notice *n,
                 PageQuery query)
{
    const Publish *how = publish_find(r, n->profile);
    if (!how)
        return fail(cx, INVALID, "/profile", "“%s”不能这样公示%.0s",
                    "%.0s%s cannot be published so", r->zh, r->en);
    TRY(check_term(cx, how, n));
    TRY(put_facts(cx, out, r, how, n));
    ContentWriting w = { .cx = cx, .r = r, .how = how };
    TRY(notice_filter(cx, &w.filter_zh, &w.filter_en, r, query.filters));
    w.query = dated(cx, r, query, false);
    TRY(settled(cx, &w.query, r));
    TRY(count_all(&w, query));
    *count = is_numbers(&w) ? UNSET : w.rows;
    out->row_count = *count;
    return *count > NOTICE_ROWS_MOST ? OK : write_content(&w, out);
}

Err notice_publish(Cx *cx, Publication *out, const Register *r, const Notice *n, PageQuery query)
{
    int64_t count;
    TRY(notice_draft(cx, out, &count, r, n, query));
    if (count > NOTICE_ROWS_MOST)
        return fail(cx, INVALID, "rows", "%lld 行，超过 %d 行，请先筛选，分村或分批公示",
                    "%lld rows are more than %d; filter them, and publish by village or in parts",
                    (long long)count, NOTICE_ROWS_MOST);
    return publication_add(cx, out);
}

/* --- reading the content --- */

const char *notice_cell(Cx *cx, const Json *column, const Json *cell, Lang lang)
{
    (void)cx;
    const char *text = cell && cell->type == J_TEXT ? cell->text : NULL;
    const Json *options = json_get(column, "options");
    for (size_t i = 0; text && options && i < options->count; i++)
        if (strcmp(json_text(options->items[i], "key", ""), text) == 0)
            return json_text(options->items[i], lang == EN ? "en" : "zh", text);
    return text_or(text, "—");
}

Err notice_items(Cx *cx, List *out, const Json *content)
{
    const Json *rows = json_get(content, "rows"), *columns = json_get(content, "columns");
    size_t count = rows ? rows->count : 0;
    Item *items = NEW_N(cx, Item, count + 1);
    for (size_t i = 0; i < count; i++)
        items[i] =
            (Item){ (int64_t)i + 1, arena_format(cx->arena, "%zu. %s", i + 1,
                                                 notice_cell(cx, columns->items[0],
                                                             rows->items[i]->items[0], ZH)) };
    *out = (List){ .rows = items, .count = count };
    return OK;
}
