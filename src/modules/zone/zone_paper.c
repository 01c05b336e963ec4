/* The printed declaration: the county's report to the city in the layout of GB/T 9704, and all
 * tables of the dossier behind it. It is set outside any transaction, and each print is on record.
 */
#include "modules/zone/zone_paper.h"

#include "core/access/right.h"
#include "core/request/core.h"
#include "core/request/export.h"
#include "modules/batch/batch.h"
#include "modules/zone/zone_routes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char OPEN[] = "未填";

/* --- values in words --- */

static const char *option_zh(const Field *f, const char *key)
{
    const Option *o = f && f->options ? option_find(f->options, key) : NULL;
    return o ? o->zh : key;
}

static const char *amount_zh(Cx *cx, const Json *j)
{
    Money m;
    return !json_missing(j) && field_money(j, &m) ? money_show(cx, m) : "？";
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

const char *value_zh(Cx *cx, const Field *fields, const Json *object, const char *key)
{
    const Field *f = field_find(fields, key);
    const Json *j = json_missing(object) ? NULL : json_get(object, key);
    if (f && f->type == FIELD_MONEY && j)
        return amount_zh(cx, j);
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

/* --- the report --- */

static void text(const Print *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void text(const Print *p, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t length = (size_t)vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *words = arena_alloc(p->paper->cx->arena, length + 1);
    vsnprintf(words, length + 1, format, args);
    va_end(args);
    paper_text(p->paper, words);
}

static size_t count_of(const Json *list)
{
    return json_missing(list) ? 0 : list->count;
}

/* The value in a part of a sentence (one %s), or what the part says where it is open. */
static const char *clause(Cx *cx, const Field *fields, const Json *object, const char *key,
                          const char *format, const char *open)
    __attribute__((format(printf, 5, 0)));

static const char *clause(Cx *cx, const Field *fields, const Json *object, const char *key,
                          const char *format, const char *open)
{
    const Json *j = json_missing(object) ? NULL : json_get(object, key);
    return json_missing(j) ? open
                           : arena_format(cx->arena, format, value_zh(cx, fields, object, key));
}

/* What somebody wrote, as a sentence: with one full stop. */
static void put_said(Cx *cx, const Print *p, const Field *fields, const Json *object,
                     const char *key)
{
    static const char *const ENDS[] = { "。", "！", "？", "；", "." };
    const char *words = clause(cx, fields, object, key, "%s", "尚未填报");
    bool ended = false;
    for (size_t i = 0; i < COUNT(ENDS); i++)
        ended = ended || text_ends(words, ENDS[i]);
    text(p, ended ? "%s" : "%s。", words);
}

/* How a county, a city of that level or a district speaks of itself. */
static const char *own_kind(const Print *p)
{
    return text_ends(p->county, "市") ? "市" : text_ends(p->county, "区") ? "区" : "县";
}

static void put_basics(Cx *cx, const Print *p)
{
    const Field *fields = p->fields;
    const Json *villages = json_get(p->dossier, "villages");
    const Json *contiguous = json_get(p->dossier, "contiguous");
    paper_heading(p->paper, 1, "一、基本情况");
    text(p, "%s位于%s%s，覆盖行政村%zu个（见附件1）。%s。", p->view->zone.name, p->city, p->county,
         count_of(villages),
         json_missing(contiguous) ? "各村是否集中连片尚未填报"
         : contiguous->boolean    ? "各村集中连片"
                                  : "各村未集中连片");
    paper_heading(p->paper, 1, "二、主导产业");
    const Json *industries = json_get(p->dossier, "industries");
    Buf names = BUF(cx);
    for (size_t i = 0; i < count_of(industries); i++)
        buf_format(&names, "%s%s", i ? "、" : "", json_text(industries->items[i], "name", OPEN));
    text(p, "%s；%s。",
         names.length ? arena_format(cx->arena, "主导产业为%s（见附件2）", names.at)
                      : "主导产业尚未填报",
         clause(cx, fields, p->dossier, "joined_with", "结合载体：%s", "结合载体尚未填报"));
}

/* What the county's executive meeting came to. */
static const char *meeting_zh(Cx *cx, const Print *p, const Field *fields, const Json *meeting)
{
    const Json *date = json_missing(meeting) ? NULL : json_get(meeting, "date");
    const Json *approved = json_missing(meeting) ? NULL : json_get(meeting, "approved");
    const char *kind = own_kind(p);
    if (json_missing(date) && json_missing(approved))
        return arena_format(cx->arena, "%s政府常务会议研究情况尚未填报", kind);
    return arena_format(cx->arena, "%s政府常务会议%s研究%s", kind,
                        clause(cx, fields, meeting, "date", "于%s", "（日期未填）"),
                        json_missing(approved) ? "，结论尚未填报"
                        : approved->boolean    ? "同意"
                                               : "，未予同意");
}

static void put_plan(Cx *cx, const Print *p)
{
    const Json *plan = json_get(p->dossier, "plan"), *meeting = json_get(plan, "meeting");
    const Field *fields = field_find(p->fields, "plan")->fields;
    const Field *meets = field_find(fields, "meeting")->fields;
    const char *start = clause(cx, fields, plan, "start", "自%s起", "");
    const char *end = clause(cx, fields, plan, "end", "至%s止", "");
    paper_heading(p->paper, 1, "三、规划和项目");
    text(p, "规划期%s%s，安排项目%zu个（见附件3）。%s。", *start || *end ? start : "尚未填报", end,
         count_of(json_get(plan, "projects")), meeting_zh(cx, p, meets, meeting));
    paper_heading(p->paper, 2, "（一）功能定位");
    put_said(cx, p, fields, plan, "positioning");
    paper_heading(p->paper, 2, "（二）可持续性");
    put_said(cx, p, fields, plan, "sustainability");
}

static const char *sum_of(Cx *cx, const char *what, Money m)
{
    return m == UNSET ? arena_format(cx->arena, "%s尚未填全", what)
                      : arena_format(cx->arena, "%s%s万元", what, money_show(cx, m));
}

static void put_people(Cx *cx, const Print *p)
{
    const Field *organisation = field_find(p->fields, "organisation")->fields;
    const Field *opinions = field_find(p->fields, "opinions")->fields;
    const Json *o = json_get(p->dossier, "organisation"), *q = json_get(p->dossier, "opinions");
    paper_heading(p->paper, 1, "五、组织领导和群众意见");
    text(p, "%s，%s；%s。%s，%s（见附件5）。",
         clause(cx, organisation, o, "party_studied_on", "党委于%s研究部署",
                "党委研究部署日期尚未填报"),
         clause(cx, organisation, o, "government_studied_on", "政府于%s研究部署",
                "政府研究部署日期尚未填报"),
         clause(cx, organisation, o, "stationed_villages", "派驻第一书记或工作队的村%s个",
                "派驻第一书记或工作队的村数尚未填报"),
         clause(cx, opinions, q, "meetings", "召开群众会议%s次", "召开群众会议次数尚未填报"),
         clause(cx, opinions, q, "surveyed", "调查%s人", "调查人数尚未填报"));
}

static void put_rest(Cx *cx, const Print *p)
{
    const Zone *z = &p->view->zone;
    paper_heading(p->paper, 1, "四、资金安排");
    text(p, "安排%s，%s（见附件4）。", sum_of(cx, "衔接资金", z->transitional),
         sum_of(cx, "整合行业资金", z->integrated));
    put_people(cx, p);
    paper_heading(p->paper, 1, "六、政策核对");
    text(p,
         "按%s逐条核对，符合%lld条，不符合%lld条，待补%lld条，原则例外%"
         "lld条（佐证材料见附件6，逐条结果见附件7）。",
         p->view->pack->document, (long long)z->met, (long long)z->not_met,
         (long long)z->undetermined, (long long)z->exceptions);
    paper_text(p->paper, "妥否，请批示。");
}

static void put_report(Cx *cx, const Print *p)
{
    const char *mark = p->sample ? "（样例）" : "";
    const char *county = arena_format(cx->arena, "%s人民政府", p->county);
    paper_title(p->paper, arena_format(cx->arena, "%s\u200B关于申报\u200B%s\u200B的请示%s", county,
                                       p->view->pack->zh, mark));
    if (p->view->zone.sent_at == UNSET)
        paper_number(p->paper, "（草稿，尚未报送）");
    paper_to(p->paper, arena_format(cx->arena, "%s乡村振兴局、财政局：", p->city));
    text(p, "按照%s要求，我%s组织编制了%s申报材料，现将有关情况报告如下。", p->view->pack->document,
         own_kind(p), p->view->zone.name);
    put_basics(cx, p);
    put_plan(cx, p);
    put_rest(cx, p);
    paper_enclosures(p->paper, ANNEXES, ANNEX_COUNT);
    int64_t at = p->view->zone.sent_at == UNSET ? cx_now(cx) : p->view->zone.sent_at;
    paper_sign(p->paper, &county, 1, paper_day(cx, day_of_instant(at)));
}

/* --- the whole --- */

static Err read_print(Cx *cx, Print *p, ZoneView *v, int64_t id)
{
    Batch batch;
    Dossier d;
    List evidence;
    TRY(zone_view(cx, v, id));
    TRY(batch_get(cx, &batch, v->zone.batch_id));
    TRY(zone_dossier(cx, &d, id));
    TRY(json_parse(cx, &p->dossier, d.dossier, strlen(d.dossier), &JSON_LIMITS));
    TRY(zone_check(cx, &p->check, v));
    TRY(zone_evidence(cx, &evidence, v));
    zone_count(&v->zone, &p->check); /* as of today, like the table behind */
    p->view = v;
    p->fields = v->pack->dossier.fields;
    p->sample = batch.sample != 0;
    p->city = text_or(v->zone.city_name, "");
    p->county = text_or(v->zone.county_name, v->zone.county);
    p->evidence = evidence.rows;
    p->evidence_count = evidence.count;
    return OK;
}

Err zone_declaration(Cx *cx, Request *rq, Reply *rp)
{
    Print p;
    ZoneView v;
    Paper paper;
    const char *pdf;
    size_t length;
    TRY(store_begin(cx, false));
    TRY(read_print(cx, &p, &v, request_id(rq, "id")));
    const char *name = arena_format(cx->arena, "%s-申报材料.pdf", v.zone.name);
    const char *mark = p.sample ? "　样例" : "";
    mark = arena_format(cx->arena, "%s%s", export_mark(cx, ZH), mark);
    paper_begin(cx, &paper, name, mark);
    p.paper = &paper;
    put_report(cx, &p);
    TRY(print_tables(cx, &p));
    TRY(store_commit(cx));
    TRY(paper_end(&paper, &pdf, &length, cx->core->config.setter));
    const Export print = {
        .noun = "zone", .id = v.zone.id, .type = TYPE_PDF, .name = name, .rows = UNSET
    };
    export_bytes(cx, rp, &print, pdf, length);
    return OK;
}
