/* facts.json of a pack: {"facts": [ … ]}, as core/register/figure.h shows one. All that is wrong is
 * found at once; above all a condition that the database could not be asked.
 */
#include "policy/register/figure_read.h"

#include <string.h>

typedef struct FigureReading {
    Cx *cx;
    Findings *findings;
    const Pack *pack;
    const Json *json;
    Figure *f;
    const Register *r;
} FigureReading;

#define FACTS_FILE    "facts.json"
#define WRONG(q, ...) finding_add((q)->cx, (q)->findings, FACTS_FILE, (q)->f->id, __VA_ARGS__)

const Option FIGURE_KINDS[] = {
    [FIGURE_COUNT] = { "count", "行数", "Count" },
    [FIGURE_SUM] = { "sum", "合计", "Sum" },
    [FIGURE_DISTINCT] = { "distinct", "不同的个数", "Different values" },
    [FIGURE_RATIO] = { "ratio", "比率", "Ratio" },
    { .key = NULL },
};

static const Field *field_named(FigureReading *q, const char *member)
{
    const char *key = json_text(q->json, member, NULL);
    const Field *f = key ? field_find(q->r->table.fields, key) : NULL;
    if (key && !f)
        WRONG(q, "登记簿“%s”没有字段“%s”", "register %s has no field “%s”", q->r->noun, key);
    return f;
}

static void read_of(FigureReading *q)
{
    q->f->of = field_named(q, "of");
    const Field *of = q->f->of;
    bool sum = q->f->kind == FIGURE_SUM, needs = sum || q->f->kind == FIGURE_DISTINCT;
    if (needs != (of != NULL))
        WRONG(q, "合计和不同的个数要写明字段（of），其他不写%s",
              "a sum or a number of different values needs a field (of), others have none%s", "");
    if (of && sum && of->type != FIELD_MONEY && (of->type != FIELD_INT || of->link))
        WRONG(q, "“%s”不是数，不能合计", "“%s” is no number to sum", of->key);
    if (of && of->flags & (FIELD_SEALED | FIELD_VIRTUAL))
        WRONG(q, "“%s”不能统计", "“%s” cannot be counted", of->key);
}

static void read_month(FigureReading *q)
{
    const Field *f = field_named(q, "month");
    if (f && f->type != FIELD_DATE)
        WRONG(q, "“%s”不是日期", "“%s” is no date", f->key);
    q->f->month = f ? f->key : NULL;
    for (f = q->r->table.fields; f->type != FIELD_END; f++)
        if (f->link && strcmp(f->link, "zone") == 0)
            q->f->zone = f->key;
}

/* The figure is told in the unit that its field is kept in; a ratio is one of two figures in one.
 */
static void read_unit(FigureReading *q)
{
    const char *unit = q->f->unit_zh, *of = q->f->of ? q->f->of->unit : NULL;
    bool sum = q->f->kind == FIGURE_SUM, ratio = q->f->kind == FIGURE_RATIO;
    if (sum && of && !text_same(unit, of))
        WRONG(q, "单位是“%s”，而字段“%s”的单位是%s",
              "its unit is “%s”, but the field “%s” is in %s", text_or(unit, ""), q->f->of->key,
              of);
    if (ratio && !text_same(unit, "%"))
        WRONG(q, "比率的单位是 %%，不是“%s”", "a ratio is in %%, not “%s”", text_or(unit, ""));
    if (ratio && q->f->over && q->f->per && !text_same(q->f->over->unit_zh, q->f->per->unit_zh))
        WRONG(q, "比率两个数的单位不同：%s 和 %s",
              "the two figures of a ratio have different units: %s and %s",
              text_or(q->f->over->unit_zh, ""), text_or(q->f->per->unit_zh, ""));
}

/* What the reader left in cx, at its place in the text. */
static void wrong_feel(FigureReading *q)
{
    finding_add(q->cx, q->findings, FACTS_FILE,
                arena_format(q->cx->arena, "%s %s", q->f->id, q->cx->failure.field), "%s%.0s",
                "%.0s%s", q->cx->failure.zh, q->cx->failure.en);
}

static void read_condition(FigureReading *q)
{
    const RowCondition *proved;
    const char *text = json_text(q->json, "feel", NULL);
    q->f->settled = register_has_states(q->r);
    q->f->process = q->r->process;
    q->f->dated = q->r->dated;
    if (!text)
        return;
    if (row_feel_compile(q->cx, &q->f->condition, text, row_shape(q->cx, q->pack, q->r, NULL)) !=
        OK) {
        wrong_feel(q);
        return;
    }
    if (row_feel_condition(q->cx, &proved, q->f->condition) != OK)
        wrong_feel(q);
    q->f->settled &= !row_feel_reads(q->f->condition, "state");
}

static const Figure *figure_before(const Figures *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->at[i].id, id) == 0)
            return &all->at[i];
    return NULL;
}

static const Figure *part_of(FigureReading *q, const Figures *all, const char *member)
{
    const char *id = json_text(q->json, member, "");
    const Figure *f = figure_before(all, id);
    if (!f || f->kind == FIGURE_RATIO || strcmp(f->noun, q->f->noun) != 0)
        WRONG(q, "比率的“%s”应是前面声明的、同一登记簿的数字，而不是“%s”",
              "“%s” of a ratio is a figure of the same register that stands before it, not “%s”",
              member, id);
    return f;
}

static void read_texts(FigureReading *q)
{
    const Json *unit = json_get(q->json, "unit");
    q->f->zh = json_text(q->json, "zh", "");
    q->f->en = json_text(q->json, "en", "");
    q->f->unit_zh = json_text(unit, "zh", NULL);
    q->f->unit_en = json_text(unit, "en", NULL);
    q->f->basis = json_text(q->json, "basis", "");
    if (text_blank(q->f->zh) || text_blank(q->f->en) || !q->f->unit_zh != !q->f->unit_en)
        WRONG(q, "名称或单位缺一种语言%s", "its name or unit lacks a language%s", "");
    if (!pack_clause(q->pack, q->f->basis))
        WRONG(q, "没有条款“%s”", "there is no clause “%s”", q->f->basis);
    if (!register_is_name(q->f->id))
        WRONG(q, "“%s”不能作编号：小写字母、数字和下划线",
              "“%s” is no id: lower case, digits and _", q->f->id);
}

static bool read_kind(FigureReading *q)
{
    const char *kind = json_text(q->json, "kind", "");
    for (size_t i = 0; FIGURE_KINDS[i].key; i++)
        if (strcmp(FIGURE_KINDS[i].key, kind) == 0) {
            q->f->kind = (FigureKind)i;
            return true;
        }
    WRONG(q, "“%s”不是一种数字：count sum distinct ratio",
          "“%s” is no kind of figure: count sum distinct ratio", kind);
    return false;
}

static bool read_one(FigureReading *q, const Figures *all)
{
    q->f->id = json_text(q->json, "id", "");
    q->f->noun = json_text(q->json, "register", "");
    q->r = pack_register(q->pack, q->f->noun);
    if (figure_before(all, q->f->id))
        WRONG(q, "编号“%s”出现了两次", "the id “%s” stands twice", q->f->id);
    if (!q->r)
        WRONG(q, "没有登记簿“%s”", "there is no register “%s”", q->f->noun);
    if (!q->r || !read_kind(q))
        return false;
    read_texts(q);
    read_month(q);
    read_of(q);
    if (q->f->kind != FIGURE_RATIO) {
        read_unit(q);
        read_condition(q);
        return true;
    }
    q->f->over = part_of(q, all, "over");
    q->f->per = part_of(q, all, "per");
    read_unit(q);
    return q->f->over && q->f->per;
}

const Figures *figures_read(Cx *cx, Findings *findings, const Pack *pack, const Json *json)
{
    const Json *list = json_get(json, "facts");
    size_t count = list && list->type == J_ARRAY ? list->count : 0;
    Figure *figures = NEW_N(cx, Figure, count + 1);
    Figures *all = NEW(cx, Figures);
    *all = (Figures){ figures, 0 };
    for (size_t i = 0; i < count; i++) {
        FigureReading q = { cx, findings, pack, list->items[i], &figures[all->count], NULL };
        *q.f = (Figure){ .id = "" };
        if (read_one(&q, all))
            all->count++;
    }
    return all;
}
