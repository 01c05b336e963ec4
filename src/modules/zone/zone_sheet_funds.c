/* The four lists of funds as one tab, a source beside each line. */
#include "modules/zone/zone_sheet.h"

#include <string.h>

static size_t option_count(const Option *options)
{
    size_t n = 0;
    while (options && options[n].key)
        n++;
    return n;
}

/* The lists are the sources. */
static const Option *sources_of(Cx *cx, const Field *lists)
{
    size_t n = 0;
    while (lists[n].type != FIELD_END)
        n++;
    Option *out = NEW_N(cx, Option, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (Option){ lists[i].key, lists[i].zh, lists[i].en };
    return out;
}

/* The levels of all lists, each once. */
static const Option *levels_of(Cx *cx, const Field *lists)
{
    size_t room = 1, n = 0;
    for (const Field *f = lists; f->type != FIELD_END; f++)
        room += option_count(field_find(f->fields, "level")->options);
    Option *out = NEW_N(cx, Option, room);
    for (const Field *f = lists; f->type != FIELD_END; f++)
        for (const Option *o = field_find(f->fields, "level")->options; o->key; o++)
            if (!option_find(out, o->key))
                out[n++] = *o;
    return out;
}

static Err fund_fields(Cx *cx, const Field **out, const SheetWork *w, SheetColumns which)
{
    (void)which;
    const Field *lists = sheet_list_fields(w, "funds"), *own = lists->fields;
    size_t count = 0;
    while (own[count].type != FIELD_END)
        count++;
    Field *fields = NEW_N(cx, Field, count + 2);
    fields[0] = (Field){ .key = "source",
                         .type = FIELD_ENUM,
                         .offset = NO_OFFSET,
                         .zh = "来源",
                         .en = "Source",
                         .flags = FIELD_REQUIRED,
                         .options = sources_of(cx, lists),
                         .help_zh = "资金的种类",
                         .help_en = "Kind of fund" };
    memcpy(fields + 1, own, (count + 1) * sizeof(Field));
    for (Field *f = fields + 1; f->type != FIELD_END; f++)
        if (strcmp(f->key, "level") == 0)
            f->options = levels_of(cx, lists);
    *out = fields;
    return OK;
}

/* --- out --- */

static Err put_total(Cx *cx, JsonOut *o, const Field *lists, const Json *funds)
{
    Money sum = 0;
    bool known = true;
    for (const Field *f = lists; f->type != FIELD_END; f++) {
        const Json *list = json_get(funds, f->key);
        for (size_t i = 0; !json_missing(list) && i < list->count; i++) {
            Money amount;
            known = known && json_amount(list->items[i], &amount) && money_add(sum, amount, &sum);
        }
    }
    json_open(o, NULL, '{');
    json_put_text(o, "source", cx->lang == EN ? "Total" : "合计");
    json_put_text(o, "amount", known ? money_text(cx, sum) : "?"); /* never a partial sum */
    json_close(o, '}');
    return OK;
}

static Err fund_rows(Cx *cx, JsonOut *o, const SheetWork *w, const Json *dossier, bool total)
{
    const Field *lists = sheet_list_fields(w, "funds");
    const Json *funds = json_get(dossier, "funds");
    for (const Field *f = lists; f->type != FIELD_END; f++) {
        const Json *list = json_missing(funds) ? NULL : json_get(funds, f->key);
        for (size_t i = 0; !json_missing(list) && i < list->count; i++) {
            json_open(o, NULL, '{');
            json_put_text(o, "source", f->key);
            for (size_t k = 0; k < list->items[i]->count; k++)
                json_put(o, list->items[i]->items[k]->key, list->items[i]->items[k]);
            json_close(o, '}');
        }
    }
    return total && !json_missing(funds) ? put_total(cx, o, lists, funds) : OK;
}

/* --- in --- */

/* A line has no number of its own: level, document and department together name it, and of several
 * with the same ones the first is the first. */
static bool same_line(Cx *cx, const Json *a, const Json *b)
{
    static const char *const NAMES[] = { "level", "document", "department" };
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (strcmp(sheet_key(cx, json_text(a, NAMES[i], "")),
                   sheet_key(cx, json_text(b, NAMES[i], ""))) != 0)
            return false;
    return true;
}

typedef struct Lines {
    const Json **at; /* rows of one source that no stored line has taken yet */
    size_t count;
} Lines;

static const Json *line_take(Cx *cx, Lines *lines, const Json *stored)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->at[i] && same_line(cx, lines->at[i], stored)) {
            const Json *found = lines->at[i];
            lines->at[i] = NULL;
            return found;
        }
    return NULL;
}

static void put_line(JsonOut *o, const Json *row)
{
    json_open(o, NULL, '{');
    for (size_t k = 0; k < row->count; k++)
        if (strcmp(row->items[k]->key, "source") != 0 && !json_missing(row->items[k]))
            json_put(o, row->items[k]->key, row->items[k]);
    if (json_missing(json_get(row, "amount")))
        json_put_null(o, "amount"); /* the line is there, how much it is stays open */
    json_close(o, '}');
}

/* The stored line with the row's amount, where it has that column. */
static void put_over(Cx *cx, JsonOut *o, SheetUse *out, const Json *stored, const Json *row)
{
    Money before = UNSET, after = UNSET;
    bool column = json_get(row, "amount") != NULL;
    json_amount(stored, &before);
    json_amount(row, &after);
    bool same = !column || before == after;
    out->sum.same += same;
    out->sum.changed += !same;
    json_put(o, NULL, same ? stored : json_with(cx, stored, "amount", json_get(row, "amount")));
}

static Err merge_list(Cx *cx, const Json **list, SheetUse *out, Lines *rows, const Json *stored,
                      bool replace)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '[');
    for (size_t i = 0; !json_missing(stored) && i < stored->count; i++) {
        const Json *row = line_take(cx, rows, stored->items[i]);
        if (row)
            put_over(cx, &o, out, stored->items[i], row);
        else if (replace)
            out->removed++;
        else
            json_put(&o, NULL, stored->items[i]);
    }
    for (size_t i = 0; i < rows->count; i++)
        if (rows->at[i]) {
            put_line(&o, rows->at[i]);
            out->sum.added++;
        }
    json_close(&o, ']');
    return json_again(cx, list, &b);
}

/* The rows of one source; a level that its list does not know is a fault. */
static void lines_of(Cx *cx, Lines *out, const SheetTable *t, const Field *list)
{
    const Option *levels = field_find(list->fields, "level")->options;
    out->count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const Json *row = t->rows[i].object;
        const char *level = json_text(row, "level", NULL);
        if (strcmp(json_text(row, "source", ""), list->key) != 0)
            continue;
        if (level && !option_find(levels, level)) {
            fail(cx, INVALID, "level", "“%s%.0s”没有这个级次", "%.0s%s has no such level", list->zh,
                 list->en);
            sheet_fault(cx, &t->rows[i], "level");
        } else {
            out->at[out->count++] = row;
        }
    }
}

static Err fund_merge(Cx *cx, SheetUse *out, const SheetWork *w, const SheetTable *t, bool replace)
{
    const Json *funds = json_get(w->dossier, "funds");
    Lines lines = { NEW_N(cx, const Json *, t->count + 1), 0 }, *rows = &lines;
    *out = (SheetUse){ .removed = 0 };
    for (const Field *f = sheet_list_fields(w, "funds"); f->type != FIELD_END; f++) {
        const Json *list, *stored = json_missing(funds) ? NULL : json_get(funds, f->key);
        lines_of(cx, rows, t, f);
        if (rows->count == 0 && (!replace || json_missing(stored)))
            continue; /* the file says nothing of this source */
        TRY(merge_list(cx, &list, out, rows, stored, replace));
        funds = json_with(cx, funds, f->key, list);
    }
    out->dossier = funds ? json_with(cx, w->dossier, "funds", funds) : w->dossier;
    return OK;
}

static bool fund_money(Money *out, const Json *dossier)
{
    const Json *funds = json_get(dossier, "funds");
    *out = 0;
    for (size_t i = 0; !json_missing(funds) && i < funds->count; i++)
        if (!json_amounts(funds->items[i], out))
            return false;
    return true;
}

const SheetPart FUND_PART = {
    .key = "funds",
    .zh = "资金",
    .en = "Funds",
    .title_zh = "资金安排表",
    .title_en = "Funds of the zone",
    .fields = fund_fields,
    .rows = fund_rows,
    .merge = fund_merge,
    .money = fund_money,
    .told = { .keys = (const char *const[]){ "source", "level", "document", "department", NULL },
              .names = (const char *const[]){ "source", "level", "document", "department", NULL },
              .money = "amount" },
    .also = (const SheetAlso[]){ { "source", "资金来源" },
                                 { "level", "资金级次" },
                                 { "document", "资金文号" },
                                 { "amount", "资金金额" },
                                 { NULL, NULL } },
};
