/* Values of a dossier in words, and the annexes in which they are printed. */
#include "modules/zone/zone_paper.h"

#include "policy/pack/dossier.h"

#include <string.h>

static const char OPEN[] = "未填";

/* --- values in words --- */

static const char *option_zh(const Field *f, const char *key)
{
    const Option *o = f && f->options ? option_find(f->options, key) : NULL;
    return o ? o->zh : key;
}

static const char *amount_zh(Cx *cx, const Field *f, const Json *j)
{
    Money m;
    return !json_missing(j) && field_amount(f, j, &m) ? money_show_in(cx, m, f->unit) : "？";
}

static const char *day_zh(Cx *cx, const char *text)
{
    Day day;
    if (!text || !day_parse(text, &day))
        return OPEN;
    return paper_day(cx, day);
}

static const char *words_zh(Cx *cx, const Field *f, const Json *list)
{
    Buf b = BUF(cx);
    for (size_t i = 0; i < list->count; i++)
        buf_format(&b, "%s%s", i ? "、" : "", option_zh(f, list->items[i]->text));
    return list->count ? buf_text(&b) : "无";
}

const char *json_zh(Cx *cx, const Field *f, const Json *j)
{
    if (f && f->type == FIELD_MONEY && j)
        return amount_zh(cx, f, j);
    if (json_missing(j))
        return OPEN;
    if (j->type == J_BOOL)
        return j->boolean ? "是" : "否";
    if (j->type == J_INT)
        return arena_format(cx->arena, "%lld", (long long)j->integer);
    if (j->type == J_ARRAY)
        return words_zh(cx, f, j);
    if (f && f->type == FIELD_DATE)
        return day_zh(cx, j->text);
    return j->type == J_TEXT ? option_zh(f, j->text) : OPEN;
}

const char *value_zh(Cx *cx, const Field *fields, const Json *object, const char *key)
{
    return json_zh(cx, field_find(fields, key),
                   json_missing(object) ? NULL : json_get(object, key));
}

const char *amounts_zh(Cx *cx, const Json *lines)
{
    Money sum = 0, own;
    for (size_t i = 0; i < json_count(lines); i++) {
        const Json *j = json_get(lines->items[i], "amount");
        if (json_missing(j) || !field_money(j, &own) || !money_add(sum, own, &sum))
            return NULL;
    }
    return money_show(cx, sum);
}

/* --- which enclosures --- */

static bool holds(const Annex *a, const char *pointer)
{
    for (const char *const *of = (const char *const *)a->of; *of; of++)
        if (strcmp(*of, pointer) == 0)
            return true;
    return false;
}

size_t annex_of(const Print *p, const char *pointer)
{
    for (size_t i = 0; i < p->annex_count; i++)
        if (holds(&p->annexes[i], pointer))
            return i + 1;
    return 0;
}

/* A text of the pack speaks of the field: its pointer stands there, as a name or in braces. */
static bool speaks(const Json *j, const char *pointer)
{
    if (json_missing(j))
        return false;
    if (j->key && strcmp(j->key, pointer) == 0)
        return true;
    const char *at = j->type == J_TEXT ? j->text : NULL;
    size_t length = strlen(pointer);
    for (; at && (at = strstr(at, pointer)); at += length)
        if (at[length] == '}' || at[length] == '\0')
            return true;
    for (size_t i = 0; (j->type == J_ARRAY || j->type == J_OBJECT) && i < j->count; i++)
        if (speaks(j->items[i], pointer))
            return true;
    return false;
}

typedef struct Finder {
    Cx *cx;
    Print *print;
    Annex *annexes; /* of print */
    const char **rest;
    size_t rest_count;
} Finder;

static void add(Finder *f, const char *title, const char *const *of, size_t count,
                const Json *heads)
{
    const char **all = NEW_N(f->cx, const char *, count + 1);
    memcpy(all, of, count * sizeof *all);
    f->annexes[f->print->annex_count++] = (Annex){ title, all, heads };
}

static void add_said(Finder *f, const Json *annex)
{
    const Json *of = json_get(annex, "of");
    const char **all = NEW_N(f->cx, const char *, json_count(of) + 1);
    size_t n = 0;
    for (size_t i = 0; i < json_count(of); i++)
        if (of->items[i]->type == J_TEXT)
            all[n++] = of->items[i]->text;
    add(f, json_text(annex, "zh", ""), all, n, json_get(annex, "heads"));
}

/* What no enclosure names: a part gets one of its own, a field that no text speaks of is listed. */
static void look(Finder *f, const Field *fields, const char *at)
{
    for (const Field *one = fields; one->type != FIELD_END; one++) {
        const char *pointer = json_pointer(f->cx, at, one->key);
        bool part = one->fields && (!*at ? strcmp(one->key, "plan") != 0 : dossier_is_table(one));
        if (annex_of(f->print, pointer) || (one->type == FIELD_OBJECT && !one->fields))
            continue;
        if (part)
            add(f, arena_format(f->cx->arena, "%s表", one->zh), &pointer, 1, NULL);
        else if (one->fields)
            look(f, one->fields, pointer);
        else if (!speaks(f->print->how, pointer) && strcmp(pointer, "/zone") != 0 &&
                 strcmp(pointer, "/county") != 0)
            f->rest[f->rest_count++] = pointer;
    }
}

static size_t count_fields(const Field *fields)
{
    size_t n = 0;
    for (const Field *f = fields; f && f->type != FIELD_END; f++)
        n += 1 + count_fields(f->fields);
    return n;
}

void annexes_find(Cx *cx, Print *p)
{
    static const char *const EVIDENCE[] = { "evidence" }, *const CHECK[] = { "check" };
    const Json *said = json_get(p->how, "annexes");
    size_t fields = count_fields(p->fields);
    Finder f = { .cx = cx, .print = p, .annexes = NEW_N(cx, Annex, fields + json_count(said) + 3) };
    f.rest = NEW_N(cx, const char *, fields + 1);
    p->annexes = f.annexes;
    p->annex_count = 0;
    for (size_t i = 0; i < json_count(said); i++)
        add_said(&f, said->items[i]);
    look(&f, p->fields, "");
    if (f.rest_count)
        add(&f, "其他填报事项", f.rest, f.rest_count, NULL);
    add(&f, "佐证材料清单", EVIDENCE, 1, NULL);
    add(&f, "政策核对结果", CHECK, 1, NULL);
}
