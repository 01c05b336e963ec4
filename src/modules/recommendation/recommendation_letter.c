/* The letter by which both bureaus of a city recommend its zones to the province (四.3), in the
 * layout of GB/T 9704. Chinese only, as the document is; until the report it says that it is a
 * draft. Each print is on record.
 */
#include "modules/recommendation/recommendation_routes.h"

#include "core/access/right.h"
#include "core/request/core.h"
#include "core/request/export.h"
#include "paper/paper.h"

#include <string.h>

typedef struct LetterText {
    Paper paper;
    RecommendationView view;
    Candidates all;
    const char *city;
} LetterText;

static const char *amount(Cx *cx, Money m)
{
    return m == UNSET ? "？" : money_show(cx, m);
}

static const char *issuers(Cx *cx, const Pack *pack)
{
    Buf b = BUF(cx);
    const Json *list = json_get(pack->json, "issuers");
    for (size_t i = 0; list && i < list->count; i++)
        buf_format(&b, "%s%s", i ? "、" : "", json_text(list->items[i], "zh", ""));
    return buf_text(&b);
}

/* After the report the order stands in the table alone: the zones have gone on. */
static bool listed(const RankCandidate *c)
{
    return c->rank != UNSET;
}

static Err put_table(Cx *cx, LetterText *l)
{
    static const PaperColumn COLUMNS[] = {
        { "名次", 8, 'r' },          { "推进区", 34, 'l' },   { "县（市、区）", 18, 'l' },
        { "行政村（个）", 12, 'r' }, { "衔接资金", 14, 'r' }, { "整合行业资金", 14, 'r' },
    };
    paper_table(&l->paper, "推荐推进区名单", "万元", COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < l->all.count; i++) {
        const RankCandidate *c = &l->all.at[i];
        Zone z;
        if (!listed(c) || !c->chosen)
            continue;
        TRY(zone_get(cx, &z, c->zone_id));
        const char *cells[] = { arena_format(cx->arena, "%lld", (long long)c->rank),
                                c->name,
                                text_or(c->county_name, c->county),
                                z.villages == UNSET
                                    ? "？"
                                    : arena_format(cx->arena, "%lld", (long long)z.villages),
                                amount(cx, z.transitional),
                                amount(cx, z.integrated) };
        paper_row(&l->paper, cells, COUNT(cells), false);
    }
    paper_table_end(&l->paper);
    return OK;
}

static void put_reasons(Cx *cx, LetterText *l)
{
    bool any = false;
    for (size_t i = 0; i < l->all.count; i++) {
        const RankCandidate *c = &l->all.at[i];
        if (!listed(c) || c->chosen || text_blank(c->passed_over_reason))
            continue;
        if (!any)
            paper_heading(&l->paper, 1, "三、未推荐情况说明");
        any = true;
        paper_text(&l->paper, arena_format(cx->arena, "%s%s列第%lld名，未予推荐。理由：%s",
                                           text_or(c->county_name, c->county), c->name,
                                           (long long)c->rank, c->passed_over_reason));
    }
}

static Err put_letter(Cx *cx, LetterText *l)
{
    const Recommendation *r = &l->view.row;
    const char *mark = l->view.batch.sample ? "（样例）" : "";
    const char *const organs[] = { arena_format(cx->arena, "%s乡村振兴局", l->city),
                                   arena_format(cx->arena, "%s财政局", l->city) };
    size_t ranked = 0, chosen = 0;
    for (size_t i = 0; i < l->all.count; i++) {
        ranked += listed(&l->all.at[i]);
        chosen += listed(&l->all.at[i]) && l->all.at[i].chosen;
    }
    paper_title(&l->paper, arena_format(cx->arena, "%s　\u200B%s\u200B关于推荐\u200B%s\u200B的函%s",
                                        organs[0], organs[1], l->view.pack->zh, mark));
    paper_number(&l->paper,
                 r->reported_at == UNSET ? "（草稿，尚未报省）" : text_or(r->letter_number, ""));
    paper_to(&l->paper, arena_format(cx->arena, "%s：", issuers(cx, l->view.pack)));
    paper_text(&l->paper,
               arena_format(cx->arena,
                            "按照%s要求，我市组织审核县（市、区）申报的推进区，择优排序，"
                            "现将推荐名单报告如下。",
                            l->view.pack->document));
    paper_heading(&l->paper, 1, "一、审核和择优情况");
    paper_text(&l->paper,
               arena_format(cx->arena,
                            "全市参加排序的推进区%zu个，经市乡村振兴局、市财政局逐条审核、"
                            "共同研究，推荐%zu个。",
                            ranked, chosen));
    paper_heading(&l->paper, 1, "二、推荐名单");
    TRY(put_table(cx, l));
    put_reasons(cx, l);
    paper_text(&l->paper, "请予审核。");
    Day day = r->letter_day == UNSET ? day_of_instant(cx_now(cx)) : r->letter_day;
    paper_sign(&l->paper, organs, COUNT(organs), paper_day(cx, day));
    return OK;
}

Err recommendation_letter(Cx *cx, Request *rq, Reply *rp)
{
    LetterText l;
    const char *pdf;
    size_t length;
    TRY(store_begin(cx, false));
    TRY(recommendation_view(cx, &l.view, request_id(rq, "id")));
    TRY(candidate_list(cx, &l.all, &l.view));
    l.city = text_or(l.view.row.city_name, l.view.row.city);
    const char *name = arena_format(cx->arena, "%s-推荐函.pdf", l.city);
    const char *mark = l.view.batch.sample ? "　样例" : "";
    mark = arena_format(cx->arena, "%s%s", export_mark(cx, ZH), mark);
    paper_begin(cx, &l.paper, name, mark);
    TRY(put_letter(cx, &l));
    TRY(store_commit(cx));
    TRY(paper_end(&l.paper, &pdf, &length, cx->core->config.setter));
    const Export print = { .noun = "recommendation",
                           .id = l.view.row.id,
                           .type = TYPE_PDF,
                           .name = name,
                           .rows = (int64_t)l.all.count };
    export_bytes(cx, rp, &print, pdf, length);
    return OK;
}
