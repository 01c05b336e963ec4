/* The enclosures of the printed declaration. */
#include "modules/zone/zone_paper.h"

#include "modules/region/region.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS_MOST = 12 };

const char *const ANNEXES[ANNEX_COUNT] = { "行政村情况表", "主导产业情况表",       "项目计划表",
                                           "资金安排表",   "组织领导和群众意见表", "佐证材料清单",
                                           "政策核对结果" };

/* Begins annex number (from 1) with its table. */
static void begin(const Print *p, size_t number, const char *unit, const PaperColumn *columns,
                  size_t count)
{
    char name[32];
    assert(number >= 1 && number <= ANNEX_COUNT);
    snprintf(name, sizeof name, "附件%zu", number);
    paper_annex(p->paper, name, ANNEXES[number - 1]);
    paper_table(p->paper, NULL, unit, columns, count);
}

static size_t count_of(const Json *list)
{
    return json_missing(list) ? 0 : list->count;
}

static const char *number(Cx *cx, size_t i)
{
    return arena_format(cx->arena, "%zu", i + 1);
}

/* A row of values of an object by their keys. */
static void put_values(Cx *cx, const Print *p, const Field *fields, const Json *object, size_t i,
                       const char *const *keys)
{
    const char *cells[COLUMNS_MOST] = { number(cx, i) };
    size_t n = 1;
    for (; *keys; keys++)
        cells[n++] = value_zh(cx, fields, object, *keys);
    paper_row(p->paper, cells, n, false);
}

static const Field *fields_at(const Print *p, const char *key)
{
    return field_find(p->fields, key)->fields;
}

/* --- 1, 2: villages and industries --- */

static Err put_villages(Cx *cx, const Print *p)
{
    static const PaperColumn COLUMNS[] = { { "序号", 8, 'r' },  { "乡镇", 18, 'l' },
                                           { "村", 26, 'l' },   { "代码", 20, 'l' },
                                           { "类型", 16, 'l' }, { "村庄规划", 12, 'l' } };
    const Json *list = json_get(p->dossier, "villages");
    const Field *fields = fields_at(p, "villages");
    begin(p, 1, NULL, COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < count_of(list); i++) {
        const Json *v = list->items[i];
        const char *township, *code = json_text(v, "code", "");
        TRY(region_name(cx, &township,
                        arena_text_n(cx->arena, code, strlen(code) < 9 ? strlen(code) : 9)));
        const char *cells[] = { number(cx, i),
                                township,
                                value_zh(cx, fields, v, "name"),
                                code,
                                value_zh(cx, fields, v, "type"),
                                value_zh(cx, fields, v, "plan") };
        paper_row(p->paper, cells, COUNT(cells), false);
    }
    paper_table_end(p->paper);
    return OK;
}

static void put_industries(Cx *cx, const Print *p)
{
    static const PaperColumn COLUMNS[] = { { "序号", 10, 'r' },
                                           { "产业", 30, 'l' },
                                           { "符合县级规划", 20, 'l' },
                                           { "链条可延伸", 20, 'l' },
                                           { "市场前景好", 20, 'l' } };
    static const char *const KEYS[] = { "name", "in_county_plan", "chain_extendable",
                                        "market_prospect", NULL };
    const Json *list = json_get(p->dossier, "industries");
    begin(p, 2, NULL, COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < count_of(list); i++)
        put_values(cx, p, fields_at(p, "industries"), list->items[i], i, KEYS);
    paper_table_end(p->paper);
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

static void put_projects(Cx *cx, const Print *p, const Field *fields, const Json *list)
{
    static const PaperColumn COLUMNS[] = { { "编号", 8, 'l' },  { "名称", 16, 'l' },
                                           { "内容", 20, 'l' }, { "领域", 9, 'l' },
                                           { "种类", 9, 'l' },  { "责任部门", 15, 'l' },
                                           { "期限", 11, 'l' }, { "资金", 12, 'r' } };
    static const char *const KEYS[] = {
        "name", "content", "area", "kind", "department", "deadline"
    };
    Sum all = { 0, true, false };
    begin(p, 3, "万元", COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < count_of(list); i++) {
        Sum own = { 0, true, false };
        const Json *funds = json_get(list->items[i], "funds");
        for (size_t k = 0; k < count_of(funds); k++) {
            sum_add(&own, funds->items[k]);
            sum_add(&all, funds->items[k]);
        }
        const char *cells[8] = { json_text(list->items[i], "id", "") };
        for (size_t k = 0; k < COUNT(KEYS); k++)
            cells[k + 1] = value_zh(cx, fields, list->items[i], KEYS[k]);
        cells[6] = json_text(list->items[i], "deadline", cells[6]); /* 2024-06-30: shorter */
        cells[7] = sum_zh(cx, &own);
        paper_row(p->paper, cells, 8, false);
    }
    paper_row(p->paper, (const char *[]){ "合计", "", "", "", "", "", "", sum_zh(cx, &all) }, 8,
              true);
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

static void put_links(Cx *cx, const Print *p, const Field *fields, const Json *list)
{
    static const PaperColumn COLUMNS[] = { { "编号", 8, 'l' },      { "支持方式", 12, 'l' },
                                           { "用地指标", 18, 'l' }, { "联农方式", 18, 'l' },
                                           { "户数", 8, 'r' },      { "脱贫户", 9, 'r' },
                                           { "户均增收", 10, 'r' }, { "所补短板", 17, 'l' } };
    const Field *benefit = field_find(fields, "benefit")->fields;
    const Field *gap = field_find(fields, "gap")->fields;
    paper_table(p->paper, "项目用地、联农带农和短板", "户、万元", COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < count_of(list); i++) {
        const Json *j = list->items[i], *b = json_get(j, "benefit");
        const char *cells[] = { json_text(j, "id", ""),
                                said(cx, fields, j, "mode"),
                                said(cx, fields, j, "land_quota"),
                                said(cx, benefit, b, "mode"),
                                said(cx, benefit, b, "households"),
                                said(cx, benefit, b, "poverty_households"),
                                said(cx, benefit, b, "income"),
                                place_of(cx, gap, j) };
        paper_row(p->paper, cells, COUNT(cells), false);
    }
    paper_table_end(p->paper);
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
    begin(p, 4, "万元", columns, count + 3);
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

/* --- 5, 6, 7: organisation, evidence, check --- */

static const PaperColumn PAIR[] = { { "事项", 40, 'l' }, { "内容", 60, 'l' } };

static void put_object(Cx *cx, const Print *p, const Field *fields, const Json *object)
{
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        const char *label = f->unit ? arena_format(cx->arena, "%s（%s）", f->zh, f->unit) : f->zh;
        paper_row(p->paper, (const char *[]){ label, value_zh(cx, fields, object, f->key) }, 2,
                  false);
    }
}

static void put_organisation(Cx *cx, const Print *p)
{
    begin(p, 5, NULL, PAIR, COUNT(PAIR));
    put_object(cx, p, fields_at(p, "organisation"), json_get(p->dossier, "organisation"));
    put_object(cx, p, fields_at(p, "opinions"), json_get(p->dossier, "opinions"));
    paper_table_end(p->paper);
}

static void put_evidence(Cx *cx, const Print *p)
{
    static const PaperColumn COLUMNS[] = { { "序号", 8, 'r' },  { "材料", 28, 'l' },
                                           { "日期", 14, 'l' }, { "文号", 20, 'l' },
                                           { "附件", 20, 'l' }, { "齐全", 10, 'l' } };
    begin(p, 6, NULL, COLUMNS, COUNT(COLUMNS));
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
    begin(p, 7, NULL, COLUMNS, COUNT(COLUMNS));
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

Err print_tables(Cx *cx, const Print *p)
{
    const Field *projects = field_find(fields_at(p, "plan"), "projects")->fields;
    const Json *list = json_at(p->dossier, "/plan/projects");
    TRY(put_villages(cx, p));
    put_industries(cx, p);
    put_projects(cx, p, projects, list);
    put_links(cx, p, projects, list);
    put_matrix(cx, p);
    put_lines(cx, p);
    put_organisation(cx, p);
    put_evidence(cx, p);
    put_check(cx, p);
    return OK;
}
