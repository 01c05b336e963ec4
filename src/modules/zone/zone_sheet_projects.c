/* Projects, one row each: what is nested in the dossier stands in columns. */
#include "modules/zone/zone_sheet.h"

#include "modules/region/region.h"

#include <assert.h>
#include <string.h>

/* --- one column for each source and level of funds --- */

typedef struct FundSlot {
    const char *source; /* "" = not filled in */
    const char *level;
    const char *key;
    const char *zh;
    const char *en;
    bool usual; /* on every form; the others only where the dossier has such a line */
} FundSlot;

typedef struct Slots {
    FundSlot *at;
    size_t count;
} Slots;

static size_t option_count(const Option *options)
{
    size_t n = 0;
    while (options && options[n].key)
        n++;
    return n;
}

/* A source whose table of funds knows several levels is filled in by level. */
static bool has_levels(const SheetWork *w, const char *source)
{
    const Field *list = field_find(sheet_list_fields(w, "funds"), source);
    const Field *level = list ? field_find(list->fields, "level") : NULL;
    return level && option_count(level->options) > 1;
}

static FundSlot slot_of(Cx *cx, const SheetWork *w, const Option *source, const Option *level)
{
    bool by_level = *source->key && has_levels(w, source->key);
    bool plain = !*level->key && !by_level; /* the level goes without saying */
    FundSlot s = { source->key, level->key, NULL, NULL, NULL, false };
    s.key = arena_format(cx->arena, "%s_%s", source->key, level->key);
    s.zh = plain ? source->zh : arena_format(cx->arena, "%s·%s", source->zh, level->zh);
    s.en = plain ? source->en : arena_format(cx->arena, "%s, %s", source->en, level->en);
    s.usual = *source->key && (by_level ? *level->key : !*level->key);
    return s;
}

static Slots slots_of(Cx *cx, const SheetWork *w)
{
    static const Option NO_SOURCE = { "", "来源未定", "Source open" };
    static const Option NO_LEVEL = { "", "级次未定", "Level open" };
    const Field *funds = field_find(sheet_list_fields(w, "plan/projects"), "funds");
    const Option *sources = field_find(funds->fields, "source")->options;
    const Option *levels = field_find(funds->fields, "level")->options;
    size_t m = option_count(sources), n = option_count(levels);
    Slots out = { NEW_N(cx, FundSlot, (m + 1) * (n + 1)), 0 };
    for (size_t i = 0; i <= m; i++)
        for (size_t k = 0; k <= n; k++)
            out.at[out.count++] =
                slot_of(cx, w, i < m ? &sources[i] : &NO_SOURCE, k < n ? &levels[k] : &NO_LEVEL);
    return out;
}

static bool is_in(const FundSlot *s, const Json *line)
{
    return strcmp(json_text(line, "source", ""), s->source) == 0 &&
           strcmp(json_text(line, "level", ""), s->level) == 0;
}

/* What a list of lines holds in a slot. */
typedef struct Held {
    Money sum;
    size_t known;
    size_t unknown;
} Held;

static void hold(Held *h, const FundSlot *s, const Json *lines)
{
    for (size_t i = 0; !json_missing(lines) && i < lines->count; i++) {
        Money amount;
        if (!is_in(s, lines->items[i]))
            continue;
        if (json_amount(lines->items[i], &amount) && money_add(h->sum, amount, &h->sum))
            h->known++;
        else
            h->unknown++;
    }
}

static const Json *projects_of(const Json *dossier)
{
    return json_at(dossier, "/plan/projects");
}

static Held held_by_all(const FundSlot *s, const Json *dossier)
{
    const Json *projects = projects_of(dossier);
    Held h = { 0 };
    for (size_t i = 0; !json_missing(projects) && i < projects->count; i++)
        hold(&h, s, json_get(projects->items[i], "funds"));
    return h;
}

static Field fund_columns(Cx *cx, const Field *list, const SheetWork *w, SheetColumns which)
{
    Slots slots = slots_of(cx, w);
    Field *columns = NEW_N(cx, Field, slots.count + 1), *to = columns;
    const Field *amount = field_find(list->fields, "amount");
    for (const FundSlot *s = slots.at; s < slots.at + slots.count; s++) {
        Held h = held_by_all(s, w->dossier);
        bool wanted = which == COLUMNS_ALL || (which == COLUMNS_FORM && s->usual);
        if (!wanted && h.known + h.unknown == 0)
            continue;
        *to = *amount;
        to->key = s->key;
        to->zh = s->zh;
        to->en = s->en;
        to++;
    }
    *to = (Field)FIELDS_END;
    Field out = *list;
    out.type = FIELD_OBJECT;
    out.fields = columns;
    return out;
}

/* --- the place of a gap: picked by name --- */

typedef struct Places {
    Option *at;
    size_t count;
} Places;

static void place_add(Places *p, const char *code, const char *zh)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->at[i].key, code) == 0)
            return;
    p->at[p->count++] = (Option){ code, zh, zh };
}

static Err township_name(Cx *cx, const char **out, const char *code)
{
    return region_name(cx, out, strlen(code) < 9 ? code : arena_text_n(cx->arena, code, 9));
}

/* A name that two places share says its township too. */
static Err places_part(Cx *cx, Places *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const char *township;
        bool shared = false;
        for (size_t k = 0; k < p->count; k++)
            shared |= k != i && strcmp(p->at[k].zh, p->at[i].zh) == 0;
        TRY(township_name(cx, &township, p->at[i].key));
        if (shared)
            p->at[i].en = arena_format(cx->arena, "%s·%s", township, p->at[i].zh);
    }
    for (size_t i = 0; i < p->count; i++)
        p->at[i].zh = p->at[i].en;
    return OK;
}

/* The villages of the zone, their townships, and what else the dossier names. */
static Err places_of(Cx *cx, const Option **out, const SheetWork *w)
{
    const Json *villages = json_get(w->dossier, "villages"), *projects = projects_of(w->dossier);
    size_t n = json_missing(villages) ? 0 : villages->count;
    size_t m = json_missing(projects) ? 0 : projects->count;
    Places p = { NEW_N(cx, Option, 2 * n + m + 1), 0 };
    for (size_t i = 0; i < n; i++) {
        const char *code = json_text(villages->items[i], "code", "");
        place_add(&p, code, json_text(villages->items[i], "name", code));
    }
    for (size_t i = 0; i < n; i++) {
        const char *name, *code = json_text(villages->items[i], "code", "");
        TRY(township_name(cx, &name, code));
        if (*name && strlen(code) > 9)
            place_add(&p, arena_text_n(cx->arena, code, 9), name);
    }
    for (size_t i = 0; i < m; i++) {
        const char *name, *code = json_text(json_get(projects->items[i], "gap"), "village", NULL);
        if (!code)
            continue;
        TRY(region_name(cx, &name, code));
        place_add(&p, code, *name ? name : code);
    }
    TRY(places_part(cx, &p));
    *out = p.count ? p.at : NULL;
    return OK;
}

static Field *fields_copy(Cx *cx, const Field *fields)
{
    size_t count = 0;
    while (fields[count].type != FIELD_END)
        count++;
    Field *copy = NEW_N(cx, Field, count + 1);
    memcpy(copy, fields, (count + 1) * sizeof(Field));
    return copy;
}

static Err gap_columns(Cx *cx, Field *gap, const SheetWork *w)
{
    const Option *places;
    TRY(places_of(cx, &places, w));
    Field *columns = fields_copy(cx, gap->fields);
    for (Field *f = columns; places && f->type != FIELD_END; f++) {
        if (strcmp(f->key, "village") != 0)
            continue;
        f->type = FIELD_ENUM;
        f->options = places;
        f->pattern = NULL;
        f->help_zh = "推进区内的村或其乡镇，从下拉表中选取";
        f->help_en = "A village of the zone or its township, from the list";
    }
    gap->fields = columns;
    return OK;
}

/* The usual words of a field in the pack's dictionary, or NULL. */
static const Option *usual_words(Cx *cx, const SheetWork *w, const char *const *path)
{
    const Json *level = w->view->pack->dossier.json;
    for (; *path && level; path++) {
        const Json *fields = json_get(level, "fields");
        level = NULL;
        for (size_t i = 0; !json_missing(fields) && i < fields->count && !level; i++)
            if (strcmp(json_text(fields->items[i], "key", ""), *path) == 0)
                level = fields->items[i];
    }
    const Json *words = level ? json_get(level, "words") : NULL;
    if (json_missing(words))
        return NULL;
    Option *out = NEW_N(cx, Option, words->count + 1);
    for (size_t i = 0; i < words->count; i++)
        out[i] =
            (Option){ json_text(words->items[i], "key", ""), json_text(words->items[i], "zh", ""),
                      json_text(words->items[i], "en", "") };
    return out;
}

static Err project_fields(Cx *cx, const Field **out, const SheetWork *w, SheetColumns which)
{
    Field *fields = fields_copy(cx, sheet_list_fields(w, "plan/projects"));
    for (Field *f = fields; f->type != FIELD_END; f++) {
        if (strcmp(f->key, "funds") == 0)
            *f = fund_columns(cx, f, w, which);
        if (strcmp(f->key, "uses") == 0)
            f->options =
                usual_words(cx, w, (const char *const[]){ "plan", "projects", "uses", NULL });
        if (strcmp(f->key, "gap") == 0)
            TRY(gap_columns(cx, f, w));
    }
    *out = fields;
    return OK;
}

/* --- out --- */

static void put_held(Cx *cx, JsonOut *o, const FundSlot *s, const Held *h, bool total)
{
    if (total && h->unknown)
        json_put_text(o, s->key, "?"); /* never a partial sum */
    else if (h->known)
        json_put_text(o, s->key, money_text(cx, h->sum));
}

static void put_total(Cx *cx, JsonOut *o, const Slots *slots, const Json *dossier)
{
    json_open(o, NULL, '{');
    json_put_text(o, "id", cx->lang == EN ? "Total" : "合计");
    json_open(o, "funds", '{');
    for (size_t i = 0; i < slots->count; i++) {
        Held h = held_by_all(&slots->at[i], dossier);
        put_held(cx, o, &slots->at[i], &h, true);
    }
    json_close(o, '}');
    json_close(o, '}');
}

static void put_project(Cx *cx, JsonOut *o, const Slots *slots, const Json *project)
{
    json_open(o, NULL, '{');
    for (size_t k = 0; k < project->count; k++)
        if (strcmp(project->items[k]->key, "funds") != 0)
            json_put(o, project->items[k]->key, project->items[k]);
    json_open(o, "funds", '{');
    for (size_t i = 0; i < slots->count; i++) {
        Held h = { 0 };
        hold(&h, &slots->at[i], json_get(project, "funds"));
        put_held(cx, o, &slots->at[i], &h, false);
    }
    json_close(o, '}');
    json_close(o, '}');
}

static Err project_rows(Cx *cx, JsonOut *o, const SheetWork *w, const Json *dossier, bool total)
{
    Slots slots = slots_of(cx, w);
    const Json *list = projects_of(dossier);
    for (size_t i = 0; !json_missing(list) && i < list->count; i++)
        put_project(cx, o, &slots, list->items[i]);
    if (total && !json_missing(list) && list->count)
        put_total(cx, o, &slots, dossier);
    return OK;
}

/* --- in --- */

/* The amount that was typed for a slot; UNSET where its cell is blank or its column missing. */
static Money typed(const FundSlot *s, const Json *funds, bool *column)
{
    Money amount = UNSET;
    const Json *j = json_get(funds, s->key);
    *column = j != NULL;
    return !json_missing(j) && field_money(j, &amount) ? amount : UNSET;
}

static void put_line(Cx *cx, JsonOut *o, const FundSlot *s, Money amount)
{
    json_open(o, NULL, '{');
    if (*s->source)
        json_put_text(o, "source", s->source);
    if (*s->level)
        json_put_text(o, "level", s->level);
    json_put_text(o, "amount", money_text(cx, amount));
    json_close(o, '}');
}

/* What becomes of the lines of a slot. A sum that was not changed leaves them as they are; so does
 * a missing column; a line whose amount is unknown stays until its cell is filled. */
typedef struct Ruling {
    bool known; /* those with an amount stay */
    bool unknown;
    Money add; /* a line more; UNSET = none */
    bool same; /* nothing changes */
} Ruling;

static Ruling rule(const FundSlot *s, const Json *funds, const Json *stored)
{
    bool column;
    Held h = { 0 };
    Money amount = typed(s, funds, &column);
    hold(&h, s, stored);
    Ruling r = { .add = UNSET };
    r.known = !column || (h.known && amount == h.sum);
    r.unknown = !column || amount == UNSET || r.known;
    if (!r.known)
        r.add = amount;
    r.same = (r.known || !h.known) && (r.unknown || !h.unknown) && r.add == UNSET;
    return r;
}

static void put_slot(Cx *cx, JsonOut *o, const FundSlot *s, const Json *funds, const Json *stored)
{
    Ruling r = rule(s, funds, stored);
    for (size_t i = 0; !json_missing(stored) && i < stored->count; i++) {
        Money own;
        if (is_in(s, stored->items[i]) &&
            (json_amount(stored->items[i], &own) ? r.known : r.unknown))
            json_put(o, NULL, stored->items[i]);
    }
    if (r.add != UNSET)
        put_line(cx, o, s, r.add);
}

static void put_funds(Cx *cx, JsonOut *o, const Slots *slots, const Json *funds, const Json *stored)
{
    bool same = true;
    for (size_t i = 0; i < slots->count; i++)
        same &= rule(&slots->at[i], funds, stored).same;
    if (same)
        return; /* nothing stored and nothing typed is unknown, not none */
    json_open(o, "funds", '[');
    for (size_t i = 0; i < slots->count; i++)
        put_slot(cx, o, &slots->at[i], funds, stored);
    json_close(o, ']');
}

static const Json *project_find(Cx *cx, const Json *list, const char *id)
{
    for (size_t i = 0; !json_missing(list) && i < list->count; i++)
        if (strcmp(sheet_key(cx, json_text(list->items[i], "id", "")), id) == 0)
            return list->items[i];
    return NULL;
}

/* A new project is named by something like a number: words alone are a sum, a section or a note
 * that was not known as one, and would count the money of its rows again. */
static bool is_number_like(const char *id)
{
    static const char *const COUNTED[] = { "一", "二", "三", "四", "五", "六", "七",
                                           "八", "九", "十", "甲", "乙", "丙", "丁",
                                           "戊", "己", "庚", "辛", "壬", "癸" };
    size_t n = strlen(id);
    for (size_t i = 0; i < COUNT(COUNTED); i++)
        if (n >= 3 && strcmp(id + n - 3, COUNTED[i]) == 0)
            return true;
    return strpbrk(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL;
}

static void refuse_words(Cx *cx, const SheetTable *t, const Json *stored)
{
    for (size_t i = 0; i < t->count; i++) {
        const char *id = t->rows[i].key;
        if (is_number_like(id) || project_find(cx, stored, id))
            continue;
        fail(cx, INVALID, "id",
             "“%s”不像项目编号；是合计、分组或说明就删去这一行，是项目就写上编号",
             "“%s” is not like a project's number; delete the row if it is a sum, a heading or a "
             "note, else give it a number",
             id);
        sheet_fault(cx, &t->rows[i], "id");
    }
}

static Err project_merge(Cx *cx, SheetUse *out, const SheetWork *w, const SheetTable *t,
                         bool replace)
{
    const Json *stored = projects_of(w->dossier), *objects;
    Slots slots = slots_of(cx, w);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    refuse_words(cx, t, stored);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < t->count; i++) {
        const Json *row = t->rows[i].object;
        const Json *old = project_find(cx, stored, t->rows[i].key);
        json_open(&o, NULL, '{');
        for (size_t k = 0; k < row->count; k++)
            if (strcmp(row->items[k]->key, "funds") != 0)
                json_put(&o, row->items[k]->key, row->items[k]);
            else
                put_funds(cx, &o, &slots, row->items[k], json_get(old, "funds"));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    TRY(json_again(cx, &objects, &b));
    sheet_lay(cx, out, *t, sheet_list_fields(w, "plan/projects"), objects, stored, replace);
    const Json *plan = json_get(w->dossier, "plan");
    out->dossier =
        json_with(cx, w->dossier, "plan", json_with(cx, plan, "projects", out->sum.result));
    return OK;
}

static bool project_money(Money *out, const Json *dossier)
{
    const Json *list = projects_of(dossier);
    *out = 0;
    for (size_t i = 0; !json_missing(list) && i < list->count; i++)
        if (!json_amounts(json_get(list->items[i], "funds"), out))
            return false;
    return true;
}

const SheetPart PROJECT_PART = {
    .key = "projects",
    .zh = "项目",
    .en = "Projects",
    .title_zh = "项目计划表",
    .title_en = "Projects of the plan",
    .fields = project_fields,
    .rows = project_rows,
    .merge = project_merge,
    .money = project_money,
    .told = { .keys = (const char *const[]){ "id", NULL },
              .names = (const char *const[]){ "id", "name", NULL },
              .money = "funds" },
    .also = (const SheetAlso[]){ { "id", "项目编号" },
                                 { "name", "项目名称" },
                                 { "content", "建设内容" },
                                 { "content", "项目内容" },
                                 { "content", "建设内容及规模" },
                                 { "deadline", "完成时限" },
                                 { "deadline", "完成期限" },
                                 { NULL, NULL } },
    .open = "uses",
};
