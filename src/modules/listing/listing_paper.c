/* A published list as an official document (GB/T 9704), for anybody. Chinese only, as the document
 * is. What is published never changes, so it is set once and kept under the hash of its content:
 * a crowd of readers starts one type setter, not one each.
 */
#include "modules/listing/listing.h"

#include "base/file.h"
#include "core/request/core.h"
#include "core/request/export.h"
#include "paper/paper.h"

#include <string.h>

enum { PDF_MOST = 64 * 1024 * 1024 };

/* Raised when the layout changes, so that no older print is given out. */
#define LAYOUT "2"

static void put_sign(Paper *p, const Json *content, Day day)
{
    enum { MOST = 8 };
    const char *names[MOST] = { "" };
    size_t count = 0;
    const Json *list = json_get(content, "organs");
    for (size_t i = 0; list != NULL && i < list->count && count < MOST; i++)
        names[count++] = json_text(list->items[i], "zh", "");
    paper_sign(p, names, count > 0 ? count : 1, paper_day(p->cx, day));
}

static bool is_in(const Json *zone)
{
    return strcmp(json_text(zone, "outcome", ""), "selected") == 0;
}

static const char *number(Cx *cx, int64_t n)
{
    return arena_format(cx->arena, "%lld", (long long)n);
}

static const char *place_of(Cx *cx, const Json *zone)
{
    return arena_format(cx->arena, "%s%s", json_text(zone, "city_name", ""),
                        json_text(zone, "county_name", json_text(zone, "county", "")));
}

static void put_table(Paper *p, const Json *zones)
{
    static const PaperColumn COLUMNS[] = {
        { "名次", 8, 'r' },          { "推进区", 32, 'l' },       { "所在地", 20, 'l' },
        { "行政村（个）", 12, 'r' }, { "衔接资金合计", 14, 'r' }, { "其中省级以上", 14, 'r' },
    };
    Cx *cx = p->cx;
    int64_t count = 0, villages = 0;
    Money transitional = 0, amount = 0;
    paper_table(p, "推进区名单（按评审名次）", "万元", COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < zones->count; i++) {
        const Json *z = zones->items[i];
        if (!is_in(z))
            continue;
        const char *cells[] = { number(cx, json_int(z, "place", 0)),
                                json_text(z, "name", ""),
                                place_of(cx, z),
                                number(cx, json_int(z, "villages", 0)),
                                money_show(cx, json_int(z, "transitional", 0)),
                                money_show(cx, json_int(z, "amount", 0)) };
        paper_row(p, cells, COUNT(cells), false);
        count++;
        villages += json_int(z, "villages", 0);
        transitional += json_int(z, "transitional", 0);
        amount += json_int(z, "amount", 0);
    }
    const char *sums[] = { "",
                           arena_format(cx->arena, "合计 %lld 个", (long long)count),
                           "",
                           number(cx, villages),
                           money_show(cx, transitional),
                           money_show(cx, amount) };
    paper_row(p, sums, COUNT(sums), true);
    paper_table_end(p);
}

static void put_disqualified(Paper *p, const Json *zones)
{
    for (size_t i = 0; i < zones->count; i++) {
        const Json *z = zones->items[i];
        if (!is_in(z))
            paper_text(p, arena_format(p->cx->arena, "%s%s取消资格，依据条款%s：%s。",
                                       place_of(p->cx, z), json_text(z, "name", ""),
                                       clause_cite(p->cx, json_text(z, "clause", ""), ZH),
                                       text_phrase(p->cx, json_text(z, "reason", ""))));
    }
}

/* What this paper says of its list. */
static const char *opening(Cx *cx, const Publication *pub, const Json *content)
{
    const char *document = json_text(content, "document", "有关规定");
    if (strcmp(pub->kind, "correction") == 0)
        return arena_format(cx->arena,
                            "按照%s，经对公示期间收到的意见核实，对%s拟确定名单更正如下，现予公告。"
                            "此前公示的名单以本公告为准。",
                            document, json_text(content, "batch", ""));
    bool final = strcmp(pub->kind, "final") == 0;
    const Json *scored = json_get(content, "weights");
    return arena_format(
        cx->arena, "按照%s，经形式审查、专家评审、%s现场核查和集体研究，%s，现予%s。", document,
        json_get(scored, "defence") ? "视频答辩、" : "",
        final ? "确定以下推进区入选" : "拟确定以下推进区入选", final ? "公告" : "公示");
}

static void put_period(Paper *p, const Publication *pub, Day last)
{
    Cx *cx = p->cx;
    const char *how = "请在此期间通过信息公开网页提交，写明事由，凭受理编号查询办理结果。";
    if (strcmp(pub->kind, "list") == 0)
        paper_text(p, arena_format(cx->arena, "公示期为%s至%s，共%lld天。对名单有意见的，%s",
                                   paper_day(cx, pub->starts_on), paper_day(cx, last),
                                   (long long)(last - pub->starts_on + 1), how));
    else if (strcmp(pub->kind, "correction") == 0)
        paper_text(p, arena_format(cx->arena, "对更正后的名单有意见的，可于%s至%s提出，%s",
                                   paper_day(cx, pub->starts_on), paper_day(cx, last), how));
}

static void put_contacts(Paper *p, const Json *content)
{
    const Json *list = json_get(content, "contacts");
    for (size_t i = 0; list != NULL && i < list->count; i++)
        paper_text(p, arena_format(p->cx->arena, "%s联系方式：%s。",
                                   json_text(list->items[i], "organ", ""),
                                   text_phrase(p->cx, json_text(list->items[i], "contact", ""))));
}

/* The batch is one word of the title, which does not break in it. */
static const char *title_words(Cx *cx, const char *title, const char *batch)
{
    const char *at = *batch ? strstr(title, batch) : NULL;
    return at == NULL ? title
                      : arena_format(cx->arena, "%.*s\u200B%s\u200B%s", (int)(at - title), title,
                                     batch, at + strlen(batch));
}

static void put_notice(Paper *p, const Publication *pub, Day last, const char *title,
                       const Json *content)
{
    Cx *cx = p->cx;
    const Json *zones = json_get(content, "zones");
    const Json none = { .type = J_ARRAY };
    zones = zones != NULL ? zones : &none;
    paper_title(p, title_words(cx, title, json_text(content, "batch", "")));
    if (json_bool(content, "sample", false))
        paper_number(p, "（样例，非官方文件）");
    paper_text(p, opening(cx, pub, content));
    put_period(p, pub, last);
    put_table(p, zones);
    put_disqualified(p, zones);
    put_contacts(p, content);
    paper_text(p, arena_format(cx->arena, "内容校验值（SHA-256 前16位）：%.16s", pub->hash));
    put_sign(p, content, pub->starts_on);
}

static Err set_list(Cx *cx, const char *path, const Publication *pub, const char *title,
                    const Json *content, const char **pdf, size_t *length)
{
    Paper p;
    Day last;
    TRY(publication_last_day(cx, &last, pub));
    const char *mark = json_bool(content, "sample", false) ? "样例，非官方文件" : NULL;
    paper_begin(cx, &p, title, pub->withdrawn_at != UNSET ? "已撤回" : mark);
    put_notice(&p, pub, last, title, content);
    TRY(paper_end(&p, pdf, length, cx->core->config.setter));
    return file_write(cx, path, *pdf, *length);
}

static Err list(Cx *cx, const Request *rq, Reply *rp)
{
    Publication pub;
    const Json *content;
    const char *pdf;
    size_t length;
    TRY(listing_find(cx, &pub, &content, request_id(rq, "id")));
    const char *title = listing_long_title(cx, NULL, &pub, json_text(content, "batch", ""));
    const char *path = core_path(cx, cx->core,
                                 arena_format(cx->arena, "spool/list-" LAYOUT "-%s%s.pdf", pub.hash,
                                              pub.withdrawn_at != UNSET ? "-withdrawn" : ""));
    Err e = file_read(cx, &pdf, &length, path, PDF_MOST);
    if (e == NOT_FOUND)
        e = set_list(cx, path, &pub, title, content, &pdf, &length);
    TRY(e);
    const Export print = { .type = TYPE_PDF, .name = arena_format(cx->arena, "%s.pdf", title) };
    export_bytes(cx, rp, &print, pdf, length);
    return OK;
}

Err listing_paper(Cx *cx, Request *rq, Reply *rp)
{
    Err e = list(cx, rq, rp);
    return e == OK || e == BUSY ? e : page_failure(cx, rq, rp, e);
}
