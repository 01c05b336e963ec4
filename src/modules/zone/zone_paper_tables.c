/* The enclosures of the printed declaration: villages, projects and funds as code knows them, each
 * with the columns that the pack adds; every other part by the dictionary alone. */
#include "modules/zone/zone_paper.h"

#include "modules/region/region.h"
#include "policy/pack/dossier.h"

#include <assert.h>
#include <string.h>

enum { COLUMNS_MOST = 12 };

static size_t count_of(const Json *list)
{
    return json_count(list);
}

static const char *number(Cx *cx, size_t i)
{
    return arena_format(cx->arena, "%zu", i + 1);
}

static const Field *fields_at(const Print *p, const char *key)
{
    return field_find(p->fields, key)->fields;
}

/* --- columns of the pack's own --- */

/* A column of a table of rows: a field of the row, or of an object in it. */
typedef struct ShownColumn {
    const Field *field;
    const Field *home; /* the object; NULL = the row itself */
} ShownColumn;

/* How wide a column is beside others. */
static int weight(const Field *f)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_LIST: return 9;
    case FIELD_ENUM: return 8;
    case FIELD_DATE:
    case FIELD_MONEY: return 7;
    default: return 6;
    }
}

static char align(const Field *f)
{
    return f->type == FIELD_MONEY || f->type == FIELD_INT || f->type == FIELD_DECIMAL ? 'r' : 'l';
}

static bool is_one_of(const char *const *keys, const char *key)
{
    while (keys && *keys && strcmp(*keys, key) != 0)
        keys++;
    return keys && *keys;
}

/* The pack prints the field elsewhere, or not at all ("omit"). */
static bool is_omitted(const Print *p, const char *pointer)
{
    const Json *omit = json_get(p->how, "omit");
    for (size_t i = 0; i < count_of(omit); i++)
        if (text_same(omit->items[i]->text, pointer))
            return true;
    return false;
}

/* The fields of rows at a pointer that are not among done, those of objects one by one. */
static size_t columns_of(Cx *cx, ShownColumn **out, const Print *p, const Field *fields,
                         const char *at, const char *const *done)
{
    size_t room = 0, n = 0;
    for (const Field *f = fields; f->type != FIELD_END; f++)
        for (const Field *below = f->fields; room++, below && below->type != FIELD_END; below++)
            continue;
    ShownColumn *all = NEW_N(cx, ShownColumn, room * 2 + 1);
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        const char *pointer = json_pointer(cx, at, f->key);
        if (is_one_of(done, f->key) || dossier_is_table(f) || is_omitted(p, pointer))
            continue;
        if (!f->fields)
            all[n++] = (ShownColumn){ f, NULL };
        for (const Field *below = f->fields; below && below->type != FIELD_END; below++)
            if (!below->fields && !is_omitted(p, json_pointer(cx, pointer, below->key)) &&
                !is_one_of(done, json_pointer(cx, f->key, below->key)))
                all[n++] = (ShownColumn){ below, f };
    }
    *out = all;
    return n;
}

static const char *heading(Cx *cx, const ShownColumn *s, const Json *heads)
{
    const Field *f = s->field;
    const char *zh = json_text(heads, f->key, f->zh);
    if (s->home)
        zh = arena_format(cx->arena, "%s·%s", s->home->zh, zh);
    return f->unit && f->type != FIELD_MONEY ? arena_format(cx->arena, "%s（%s）", zh, f->unit)
                                             : zh;
}

static const char *shown_zh(Cx *cx, const ShownColumn *s, const Json *row)
{
    const Json *home = s->home ? json_get(row, s->home->key) : row;
    return json_zh(cx, s->field, json_missing(home) ? NULL : json_get(home, s->field->key));
}

/* The unit over a table, where all of its amounts have one. */
static const char *unit_of(const ShownColumn *columns, size_t count)
{
    const char *unit = NULL;
    for (size_t i = 0; i < count; i++)
        if (columns[i].field->type == FIELD_MONEY)
            unit = text_or(columns[i].field->unit, "万元");
    return unit;
}

/* Widths of the columns in what is left, by their weights; the last takes what division leaves. */
static void lay(Cx *cx, PaperColumn *to, const ShownColumn *columns, size_t count, int room,
                const Json *heads)
{
    int all = 0, used = 0;
    for (size_t i = 0; i < count; i++)
        all += weight(columns[i].field);
    for (size_t i = 0; i < count; i++) {
        int width = i + 1 == count ? room - used : room * weight(columns[i].field) / all;
        to[i] = (PaperColumn){ heading(cx, &columns[i], heads), width, align(columns[i].field) };
        used += width;
    }
}

/* How many columns stand beside one another before the type would be too small to read. */
static size_t fitting(const ShownColumn *columns, size_t count, int most)
{
    size_t n = 0;
    for (int all = 0; n < count && n < COLUMNS_MOST - 5; n++) {
        all += weight(columns[n].field);
        if (all > most && n > 0)
            break;
    }
    return n;
}

/* Sum of a column; "" where it has no amounts. */
static const char *column_sum(Cx *cx, const ShownColumn *s, const Json *rows)
{
    Money sum = 0, own;
    if (s->field->type != FIELD_MONEY)
        return "";
    for (size_t i = 0; i < count_of(rows); i++) {
        const Json *home = s->home ? json_get(rows->items[i], s->home->key) : rows->items[i];
        const Json *j = json_missing(home) ? NULL : json_get(home, s->field->key);
        if (json_missing(j) || !field_amount(s->field, j, &own) || !money_add(sum, own, &sum))
            return "？"; /* never a partial sum */
    }
    return money_show_in(cx, sum, s->field->unit);
}

/* Columns beside the one that says which row it is: its number or its name. */
static void put_columns(Cx *cx, const Print *p, const char *caption, const PaperColumn *first,
                        const Field *table, const Json *rows, const ShownColumn *columns,
                        size_t count, const Json *heads)
{
    PaperColumn all[COLUMNS_MOST + 1] = { *first };
    const char *unit = unit_of(columns, count);
    assert(count < COLUMNS_MOST);
    lay(cx, all + 1, columns, count, 100 - first->width, heads);
    paper_table(p->paper, caption, unit, all, count + 1);
    for (size_t i = 0; i < count_of(rows); i++) {
        const char *cells[COLUMNS_MOST + 1] = { number(cx, i) };
        if (first->align == 'l')
            cells[0] = text_or(dictionary_item_name(table, rows->items[i]), cells[0]);
        for (size_t k = 0; k < count; k++)
            cells[k + 1] = shown_zh(cx, &columns[k], rows->items[i]);
        paper_row(p->paper, cells, count + 1, false);
    }
    if (unit) {
        const char *cells[COLUMNS_MOST + 1] = { "合计" };
        for (size_t k = 0; k < count; k++)
            cells[k + 1] = column_sum(cx, &columns[k], rows);
        paper_row(p->paper, cells, count + 1, true);
    }
    paper_table_end(p->paper);
}

enum { WIDEST = 56 }; /* weights of one table */

/* Columns for which there was no room, as tables below: each row by its name. */
static void put_rest(Cx *cx, const Print *p, const Field *table, const Json *rows,
                     const ShownColumn *columns, size_t count)
{
    static const PaperColumn NAME = { "名称", 20, 'l' };
    for (size_t n; count > 0; columns += n, count -= n) {
        n = fitting(columns, count, WIDEST);
        put_columns(cx, p, arena_format(cx->arena, "%s（续）", table->zh), &NAME, table, rows,
                    columns, n, NULL);
    }
}

/* What the pack adds to a table that code prints. */
static void put_more(Cx *cx, const Print *p, const Field *table, const char *at, const Json *rows,
                     const char *const *done)
{
    ShownColumn *columns;
    size_t count = columns_of(cx, &columns, p, table->fields, at, done);
    put_rest(cx, p, table, rows, columns, count);
}

/* A table of the pack's own: numbered rows, and what does not fit beside them below. */
static void put_own(Cx *cx, const Print *p, const Field *table, const char *at, const Json *rows,
                    const Json *heads)
{
    static const PaperColumn NUMBER = { "序号", 10, 'r' };
    ShownColumn *columns;
    size_t count = columns_of(cx, &columns, p, table->fields, at, NULL);
    size_t n = fitting(columns, count, WIDEST);
    put_columns(cx, p, NULL, &NUMBER, table, rows, columns, n, heads);
    put_rest(cx, p, table, rows, columns + n, count - n);
}

/* --- villages --- */

static Err put_villages(Cx *cx, const Print *p)
{
    static const PaperColumn FIRST[] = {
        { "序号", 8, 'r' }, { "乡镇", 18, 'l' }, { "村", 26, 'l' }, { "代码", 20, 'l' }
    };
    static const char *const DONE[] = { "code", "name", NULL };
    enum { BESIDE = 20 }; /* weights that fit beside those */
    PaperColumn all[COLUMNS_MOST];
    ShownColumn *own;
    const Field *table = field_find(p->fields, "villages");
    const Json *list = json_get(p->dossier, "villages");
    size_t count = columns_of(cx, &own, p, table->fields, "/villages", DONE);
    bool beside = fitting(own, count, BESIDE) == count;
    size_t n = beside ? count : 0;
    memcpy(all, FIRST, sizeof FIRST);
    lay(cx, all + COUNT(FIRST), own, n, 28, NULL);
    paper_table(p->paper, NULL, beside ? unit_of(own, n) : NULL, all, COUNT(FIRST) + n);
    for (size_t i = 0; i < count_of(list); i++) {
        const Json *v = list->items[i];
        const char *township, *code = json_text(v, "code", "");
        TRY(region_name(cx, &township,
                        arena_text_n(cx->arena, code, strlen(code) < 9 ? strlen(code) : 9)));
        const char *cells[COLUMNS_MOST] = { number(cx, i), township,
                                            value_zh(cx, table->fields, v, "name"), code };
        for (size_t k = 0; k < n; k++)
            cells[COUNT(FIRST) + k] = shown_zh(cx, &own[k], v);
        paper_row(p->paper, cells, COUNT(FIRST) + n, false);
    }
    paper_table_end(p->paper);
    if (!beside)
        put_more(cx, p, table, "/villages", list, DONE);
    return OK;
}

/* --- 3: projects --- */

/* A sum that is never partial. */
typedef struct Sum {
    Money amount;
    bool known;
    bool any;
} Sum;

static void sum_add(Sum *s, const Json *line)
{
    Money m;
    const Json *j = json_get(line, "amount");
    s->any = true;
    if (json_missing(j) || !field_money(j, &m) || !money_add(s->amount, m, &s->amount))
        s->known = false;
}

static const char *sum_zh(Cx *cx, const Sum *s)
{
    return !s->any ? "" : s->known ? money_show(cx, s->amount) : "？";
}

/* A column that is there only in packs that have its field. */
typedef struct Usual {
    const char *key, *below; /* "benefit", "mode"; below NULL = the field itself */
    PaperColumn column;
} Usual;

static bool is_there(const Field *fields, const Usual *u)
{
    const Field *f = field_find(fields, u->key);
    return f && (!u->below || (f->fields && field_find(f->fields, u->below)));
}

static void put_projects(Cx *cx, const Print *p, const Field *fields, const Json *list)
{
    static const Usual USUAL[] = {
        { "id", NULL, { "编号", 8, 'l' } },       { "name", NULL, { "名称", 16, 'l' } },
        { "content", NULL, { "内容", 20, 'l' } }, { "area", NULL, { "领域", 9, 'l' } },
        { "kind", NULL, { "种类", 9, 'l' } },     { "department", NULL, { "责任部门", 15, 'l' } },
        { "deadline", NULL, { "期限", 11, 'l' } }
    };
    PaperColumn columns[COUNT(USUAL) + 1];
    const char *keys[COUNT(USUAL)], *cells[COUNT(USUAL) + 1] = { "合计" };
    size_t n = 0;
    Sum all = { 0, true, false };
    for (size_t i = 0; i < COUNT(USUAL); i++)
        if (is_there(fields, &USUAL[i])) {
            keys[n] = USUAL[i].key;
            columns[n++] = USUAL[i].column;
        }
    columns[n] = (PaperColumn){ "资金", 12, 'r' };
    paper_table(p->paper, NULL, "万元", columns, n + 1);
    for (size_t i = 0; i < count_of(list); i++) {
        Sum own = { 0, true, false };
        const Json *row = list->items[i], *funds = json_get(row, "funds");
        for (size_t k = 0; k < count_of(funds); k++) {
            sum_add(&own, funds->items[k]);
            sum_add(&all, funds->items[k]);
        }
        for (size_t k = 0; k < n; k++)
            cells[k] = value_zh(cx, fields, row, keys[k]);
        cells[0] = json_text(row, "id", "");
        if (strcmp(keys[n - 1], "deadline") == 0) /* 2024-06-30: shorter */
            cells[n - 1] = json_text(row, "deadline", cells[n - 1]);
        cells[n] = sum_zh(cx, &own);
        paper_row(p->paper, cells, n + 1, false);
    }
    for (size_t k = 0; k < n; k++)
        cells[k] = k ? "" : "合计";
    cells[n] = sum_zh(cx, &all);
    paper_row(p->paper, cells, n + 1, true);
    paper_table_end(p->paper);
}

static const char *place_of(Cx *cx, const Field *gap, const Json *project)
{
    const char *name;
    const Json *own = json_get(project, "gap");
    const char *code = json_text(own, "village", NULL);
    if (!code)
        return "";
    if (region_name(cx, &name, code) != OK || !*name)
        name = code;
    return arena_format(cx->arena, "%s：%s", name, value_zh(cx, gap, own, "item"));
}

/* What a project says of itself, and nothing where it is not spoken of. */
static const char *said(Cx *cx, const Field *fields, const Json *object, const char *key)
{
    return json_missing(json_get(object, key)) ? "" : value_zh(cx, fields, object, key);
}

static const char *link_zh(Cx *cx, const Field *fields, const Json *row, const Usual *u)
{
    const Field *home = u->below ? field_find(fields, u->key) : NULL;
    if (strcmp(u->key, "gap") == 0)
        return place_of(cx, home->fields, row);
    return u->below ? said(cx, home->fields, json_get(row, u->key), u->below)
                    : said(cx, fields, row, u->key);
}

static void put_links(Cx *cx, const Print *p, const Field *fields, const Json *list)
{
    static const Usual USUAL[] = { { "mode", NULL, { "支持方式", 12, 'l' } },
                                   { "land_quota", NULL, { "用地指标", 18, 'l' } },
                                   { "benefit", "mode", { "联农方式", 18, 'l' } },
                                   { "benefit", "households", { "户数", 8, 'r' } },
                                   { "benefit", "poverty_households", { "脱贫户", 9, 'r' } },
                                   { "benefit", "income", { "户均增收", 10, 'r' } },
                                   { "gap", "item", { "所补短板", 17, 'l' } } };
    PaperColumn columns[COUNT(USUAL) + 1] = { { "编号", 8, 'l' } };
    const Usual *used[COUNT(USUAL)];
    size_t n = 0;
    for (size_t i = 0; i < COUNT(USUAL); i++)
        if (is_there(fields, &USUAL[i])) {
            used[n] = &USUAL[i];
            columns[++n] = USUAL[i].column;
        }
    if (n == 0)
        return;
    paper_table(p->paper, "项目用地、联农带农和短板", "户、万元", columns, n + 1);
    for (size_t i = 0; i < count_of(list); i++) {
        const char *cells[COUNT(USUAL) + 1] = { json_text(list->items[i], "id", "") };
        for (size_t k = 0; k < n; k++)
            cells[k + 1] = link_zh(cx, fields, list->items[i], used[k]);
        paper_row(p->paper, cells, n + 1, false);
    }
    paper_table_end(p->paper);
}

static void put_plan(Cx *cx, const Print *p)
{
    static const char *const DONE[] = { "id",
                                        "name",
                                        "content",
                                        "area",
                                        "kind",
                                        "department",
                                        "deadline",
                                        "mode",
                                        "land_quota",
                                        "benefit/mode",
                                        "benefit/households",
                                        "benefit/poverty_households",
                                        "benefit/income",
                                        "gap/village",
                                        "gap/item",
                                        "funds",
                                        NULL };

    const Field *table = field_find(fields_at(p, "plan"), "projects");
    const Json *list = json_at(p->dossier, "/plan/projects");
    put_projects(cx, p, table->fields, list);
    put_links(cx, p, table->fields, list);
    put_more(cx, p, table, "/plan/projects", list, DONE);
}

/* --- 4: funds --- */

enum { LEVELS_MOST = 8 };

/* Sums of one source by level, the last of them for lines of no or another level. */
static void add_source(Sum *sums, const Option *levels, size_t count, const Json *lines)
{
    for (size_t i = 0; i < count_of(lines); i++) {
        const char *level = json_text(lines->items[i], "level", "");
        size_t at = 0;
        while (at < count && strcmp(levels[at].key, level) != 0)
            at++;
        sum_add(&sums[at], lines->items[i]);
        sum_add(&sums[count + 1], lines->items[i]);
    }
}

static void put_sums(Cx *cx, const Print *p, const char *name, const Sum *sums, size_t count,
                     bool total)
{
    const char *cells[LEVELS_MOST + 3] = { name };
    for (size_t i = 0; i < count; i++)
        cells[i + 1] = sum_zh(cx, &sums[i]);
    paper_row(p->paper, cells, count + 1, total);
}

static void put_matrix(Cx *cx, const Print *p)
{
    const Field *sources = fields_at(p, "funds");
    const Option *levels = field_find(sources->fields, "level")->options;
    const Json *funds = json_get(p->dossier, "funds");
    size_t count = 0;
    PaperColumn columns[LEVELS_MOST + 3] = { { "来源", 22, 'l' } };
    Sum all[LEVELS_MOST + 2];
    while (count < LEVELS_MOST && levels[count].key)
        count++;
    int width = 78 / (int)(count + 2);
    for (size_t i = 0; i < count; i++)
        columns[i + 1] = (PaperColumn){ levels[i].zh, width, 'r' };
    columns[count + 1] = (PaperColumn){ "其他", width, 'r' };
    columns[count + 2] = (PaperColumn){ "合计", 78 - width * (int)(count + 1), 'r' };
    for (size_t i = 0; i < count + 2; i++)
        all[i] = (Sum){ 0, true, false };
    paper_table(p->paper, NULL, "万元", columns, count + 3);
    for (const Field *f = sources; f->type != FIELD_END; f++) {
        Sum own[LEVELS_MOST + 2];
        for (size_t i = 0; i < count + 2; i++)
            own[i] = (Sum){ 0, true, false };
        add_source(own, levels, count, json_get(funds, f->key));
        add_source(all, levels, count, json_get(funds, f->key));
        put_sums(cx, p, f->zh, own, count + 2, false);
    }
    put_sums(cx, p, "合计", all, count + 2, true);
    paper_table_end(p->paper);
}

static void put_lines(Cx *cx, const Print *p)
{
    static const PaperColumn COLUMNS[] = { { "来源", 22, 'l' },
                                           { "级次", 12, 'l' },
                                           { "文号", 26, 'l' },
                                           { "部门", 22, 'l' },
                                           { "金额", 18, 'r' } };
    const Json *funds = json_get(p->dossier, "funds");
    paper_table(p->paper, "资金明细", "万元", COLUMNS, COUNT(COLUMNS));
    for (const Field *f = fields_at(p, "funds"); f->type != FIELD_END; f++) {
        const Json *lines = json_get(funds, f->key);
        for (size_t i = 0; i < count_of(lines); i++) {
            const Json *j = lines->items[i];
            Sum own = { 0, true, false };
            sum_add(&own, j);
            const char *cells[] = { f->zh, said(cx, f->fields, j, "level"),
                                    said(cx, f->fields, j, "document"),
                                    said(cx, f->fields, j, "department"), sum_zh(cx, &own) };
            paper_row(p->paper, cells, COUNT(cells), false);
        }
    }
    paper_table_end(p->paper);
}

static void put_funds(Cx *cx, const Print *p)
{
    static const char *const DONE[] = { "level", "document", "department", "amount", NULL };
    put_matrix(cx, p);
    put_lines(cx, p);
    for (const Field *f = fields_at(p, "funds"); f->type != FIELD_END; f++)
        put_more(cx, p, f, json_pointer(cx, "/funds", f->key),
                 json_at(p->dossier, json_pointer(cx, "/funds", f->key)), DONE);
}

/* --- objects, evidence, check --- */

static const PaperColumn PAIR[] = { { "事项", 40, 'l' }, { "内容", 60, 'l' } };

static void put_pair(Cx *cx, const Print *p, const ShownColumn *s, const Json *object)
{
    const char *label =
        s->home ? arena_format(cx->arena, "%s·%s", s->home->zh, s->field->zh) : s->field->zh;
    const char *unit = s->field->unit;
    if (unit)
        label = arena_format(cx->arena, "%s（%s）", label, unit);
    paper_row(p->paper, (const char *[]){ label, shown_zh(cx, s, object) }, 2, false);
}

static void put_object(Cx *cx, const Print *p, const Field *object, const char *at)
{
    ShownColumn *all;
    size_t count = columns_of(cx, &all, p, object->fields, at, NULL);
    for (size_t i = 0; i < count; i++)
        put_pair(cx, p, &all[i], json_at(p->dossier, at));
}

static void put_evidence(Cx *cx, const Print *p)
{
    static const PaperColumn COLUMNS[] = { { "序号", 8, 'r' },  { "材料", 28, 'l' },
                                           { "日期", 14, 'l' }, { "文号", 20, 'l' },
                                           { "附件", 20, 'l' }, { "齐全", 10, 'l' } };
    paper_table(p->paper, NULL, NULL, COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < p->evidence_count; i++) {
        const Evidence *e = &p->evidence[i];
        const char *cells[] = { number(cx, i),
                                e->zh,
                                e->day == UNSET ? "" : day_text(cx, e->day),
                                text_or(e->document, ""),
                                text_or(e->attachment, ""),
                                e->complete ? "是"
                                : e->needed ? "否"
                                            : "不需" };
        paper_row(p->paper, cells, COUNT(cells), false);
    }
    paper_table_end(p->paper);
}

static const char *status_zh(Status s)
{
    static const char *const WORDS[] = {
        [MET] = "符合", [NOT_MET] = "不符合", [UNDETERMINED] = "待补", [NOT_APPLICABLE] = "不适用"
    };
    return WORDS[s];
}

static void put_check(Cx *cx, const Print *p)
{
    static const PaperColumn COLUMNS[] = { { "规则", 8, 'l' },      { "条款", 11, 'l' },
                                           { "要求程度", 11, 'l' }, { "事项", 25, 'l' },
                                           { "结果", 10, 'l' },     { "说明", 35, 'l' } };
    const Json *reasons = json_get(p->dossier, "exceptions");
    paper_table(p->paper, NULL, NULL, COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < p->check.count; i++) {
        const CheckResult *r = &p->check.results[i];
        const char *reason = r->needs_exception ? json_text(reasons, r->rule->id, NULL) : NULL;
        const char *says = text_blank(reason)
                               ? text_or(r->zh, "")
                               : arena_format(cx->arena, "%s例外理由：%s", r->zh, reason);
        const char *cells[] = { r->rule->id,
                                clause_cite(cx, r->rule->clauses[0], ZH),
                                modality_zh(r->rule->modality),
                                r->rule->zh,
                                status_zh(r->status),
                                says };
        paper_row(p->paper, cells, COUNT(cells), false);
    }
    paper_table_end(p->paper);
}

/* --- all of them --- */

/* What code knows; false: the dictionary alone does. */
static bool put_common(Cx *cx, const Print *p, const char *of, Err *e)
{
    *e = OK;
    if (strcmp(of, "/villages") == 0)
        *e = put_villages(cx, p);
    else if (strcmp(of, "/plan/projects") == 0)
        put_plan(cx, p);
    else if (strcmp(of, "/funds") == 0)
        put_funds(cx, p);
    else if (strcmp(of, "evidence") == 0)
        put_evidence(cx, p);
    else if (strcmp(of, "check") == 0)
        put_check(cx, p);
    else
        return false;
    return true;
}

/* Objects and single fields that follow one another are one table. */
static void put_one(Cx *cx, const Print *p, const char *of, const Json *heads, bool *pairs)
{
    PointerPlace place;
    if (!dictionary_place(cx, &place, p->fields, p->dossier, of))
        return;
    bool table = dossier_is_table(place.field);
    if (!table && !*pairs)
        paper_table(p->paper, NULL, NULL, PAIR, COUNT(PAIR));
    if (table && *pairs)
        paper_table_end(p->paper);
    *pairs = !table;
    if (table)
        put_own(cx, p, place.field, of, json_at(p->dossier, of), heads);
    else if (place.field->fields)
        put_object(cx, p, place.field, of);
    else
        paper_row(
            p->paper,
            (const char *[]){ place.field->zh, json_zh(cx, place.field, json_at(p->dossier, of)) },
            2, false);
}

static Err put_annex(Cx *cx, const Print *p, size_t i)
{
    const Annex *a = &p->annexes[i];
    bool pairs = false;
    paper_annex(p->paper, arena_format(cx->arena, "附件%zu", i + 1), a->title);
    for (const char *const *of = (const char *const *)a->of; *of; of++) {
        Err e;
        if (!put_common(cx, p, *of, &e))
            put_one(cx, p, *of, a->heads, &pairs);
        TRY(e);
    }
    if (pairs)
        paper_table_end(p->paper);
    return OK;
}

Err print_tables(Cx *cx, const Print *p)
{
    for (size_t i = 0; i < p->annex_count; i++)
        TRY(put_annex(cx, p, i));
    return OK;
}
