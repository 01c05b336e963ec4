/* The pages for the public: batches, published lists, how they were ranked. */
#include "modules/listing/listing.h"

#include "modules/expert/draw.h"
#include "modules/objection/objection.h"
#include "modules/organ/organ.h"
#include "modules/selection/rank.h"

#include <string.h>

Err listing_find(Cx *cx, Publication *out, const Json **content, int64_t id)
{
    TRY(public_publication(cx, out, content, id));
    if (strcmp(out->subject, "selection") == 0)
        return OK;
    return fail(cx, NOT_FOUND, "id", "编号为 %lld 的公示不是入选名单",
                "publication %lld is no list of a selection", (long long)id);
}

const char *listing_long_title(Cx *cx, const Request *rq, const Publication *p, const char *batch)
{
    bool list = strcmp(p->kind, "list") == 0, final = strcmp(p->kind, "final") == 0;
    const char *zh = list    ? "关于%s拟确定名单的公示"
                     : final ? "关于%s入选名单的公告"
                             : "关于%s拟确定名单的更正公告";
    const char *en = list    ? "%s: publication of the proposed list"
                     : final ? "%s: the zones selected"
                             : "%s: correction of the proposed list";
    return arena_format(cx->arena, rq ? request_word(cx, rq, zh, en) : zh, batch);
}

static const char *title_of(const Page *p, const Publication *pub)
{
    const Option *kind = option_find(PUBLICATION_KINDS, pub->kind);
    return page_word(p, kind->zh, kind->en);
}

static const char *path_of(Cx *cx, const char *format, int64_t id)
{
    return arena_format(cx->arena, "%s%lld", format, (long long)id);
}

/* --- the first page --- */

static Err put_publications(Page *p, const List *list, int64_t batch_id)
{
    Day today = day_of_instant(cx_now(p->cx));
    const Publication *rows = list->rows;
    bool any = false;
    for (size_t i = 0; i < list->count; i++) {
        const Publication *pub = &rows[i];
        const Option *kind = option_find(PUBLICATION_KINDS, pub->kind);
        Standing state;
        if (pub->subject_id != batch_id || pub->starts_on > today || pub->withdrawn_at != UNSET)
            continue;
        TRY(public_stand(&state, p, pub));
        html_add(&p->b, "<li><a href=\"%s\">%s</a> <span class=\"help\">%s · %s</span></li>\n",
                 page_link(p, path_of(p->cx, "/public/publications/", pub->id)),
                 page_word(p, kind->zh, kind->en), page_period(p, pub->starts_on, pub->ends_on),
                 state.words);
        any = true;
    }
    if (!any)
        html_add(&p->b, "<li>%s</li>\n",
                 page_word(p, "还没有公示。名单确定后会在这里公开。",
                           "Nothing is published yet. The list will stand here once it is "
                           "determined."));
    return OK;
}

static Err batches(Cx *cx, List *out)
{
    return store_list(cx, out, batch_fields, sizeof(Batch),
                      "SELECT id, name, year, pack, state, deadline, sample, version FROM batch "
                      "ORDER BY year DESC, id DESC",
                      NO_ARGS);
}

Err listing_home(Page *p)
{
    List all, published;
    Cx *cx = p->cx;
    TRY(batches(cx, &all));
    TRY(publication_list(cx, &published, "selection", 0));
    const Batch *rows = all.rows;
    for (size_t i = 0; i < all.count; i++) {
        html_add(&p->b,
                 "<section><h2><a href=\"%s\">%s</a> <span class=\"help\">%lld</span>%s</h2>"
                 "<ul>\n",
                 page_link(p, path_of(cx, "/public/batches/", rows[i].id)), rows[i].name,
                 (long long)rows[i].year,
                 rows[i].sample == 1 ? page_word(p, "（样例，非官方）", " (sample, not official)")
                                     : "");
        TRY(put_publications(p, &published, rows[i].id));
        html_add(&p->b, "</ul></section>\n");
    }
    if (all.count == 0)
        html_add(&p->b, "<p>%s</p>\n", page_word(p, "还没有批次。", "There is no batch yet."));
    return OK;
}

/* --- a batch --- */

static Err put_objections(Page *p, int64_t batch_id)
{
    List list;
    TRY(objection_list(p->cx, &list, "selection", batch_id, NULL, 0));
    return objection_put_results(p, &list, page_word(p, "推进区", "Zone"));
}

static Err put_draws(Page *p, int64_t batch_id)
{
    List draws;
    TRY(draw_list(p->cx, &draws, batch_id));
    const Draw *rows = draws.rows;
    if (draws.count == 0)
        return OK;
    html_add(
        &p->b, "<section><h2>%s</h2><p>%s</p><ul>\n", page_word(p, "抽取专家", "Draw of experts"),
        page_word(p, "名册校验值先公布，两家单位各出一个随机数，任何人都可以用下面的数据重新计算。",
                  "The pool's hash is published first, then each organ reveals a value; with "
                  "these data anybody can repeat the draw."));
    for (size_t i = 0; i < draws.count; i++)
        html_add(&p->b, "<li><a href=\"%s\">%s %lld</a>%s</li>\n",
                 arena_format(p->cx->arena, "/public/draws/%lld.json", (long long)rows[i].id),
                 page_word(p, "抽取记录", "Draw"), (long long)rows[i].number,
                 strcmp(rows[i].state, "void") == 0 ? page_word(p, "（已作废）", " (void)") : "");
    html_add(&p->b, "</ul></section>\n");
    return OK;
}

static Err batch_page(Cx *cx, const Request *rq, Reply *rp)
{
    Page p;
    Batch b;
    List published;
    TRY(batch_get(cx, &b, request_id(rq, "id")));
    TRY(publication_list(cx, &published, "selection", b.id));
    const char *const trail[] = { "/public", request_word(cx, rq, "首页", "Home"), "", b.name,
                                  NULL };
    page_begin(cx, &p, rq, b.name, trail);
    if (b.sample == 1)
        html_add(&p.b, "<p class=\"sample\"><span>%s</span></p>\n",
                 page_word(&p, "样例，非官方文件", "Sample, not official"));
    html_add(&p.b, "<dl><dt>%s</dt><dd>%lld</dd><dt>%s</dt><dd>%s</dd></dl>\n<h2>%s</h2><ul>\n",
             page_word(&p, "年度", "Year"), (long long)b.year,
             page_word(&p, "报省截止", "Deadline"), instant_text(cx, b.deadline),
             page_word(&p, "公示和公告", "Publications"));
    TRY(put_publications(&p, &published, b.id));
    html_add(&p.b, "</ul>\n");
    TRY(put_draws(&p, b.id));
    TRY(put_objections(&p, b.id));
    public_put_look_up(&p);
    return page_end(&p, rp, 200, true);
}

/* --- a publication --- */

/* How to reach who published it: the organs' own of today, or what was published with it. */
static Err put_contacts(Page *p, const Json *content)
{
    List organs;
    const Json *kept = json_get(content, "contacts");
    TRY(organ_contacts(p->cx, &organs, "province"));
    const Organ *rows = organs.rows;
    size_t count = organs.count > 0 ? organs.count : kept != NULL ? kept->count : 0;
    if (count > 0)
        html_add(&p->b, "<dt>%s</dt>", page_word(p, "联系方式", "Contact"));
    for (size_t i = 0; i < count; i++)
        html_add(&p->b, "<dd>%s：%s</dd>",
                 organs.count > 0 ? rows[i].name : json_text(kept->items[i], "organ", ""),
                 organs.count > 0 ? rows[i].contact : json_text(kept->items[i], "contact", ""));
    return OK;
}

/* Above all else on a page that no longer holds. */
static void put_successor(Page *p, const Standing *state)
{
    if (state->next.id == UNSET)
        return;
    html_add(&p->b, "<p class=\"superseded\" role=\"alert\">%s<a href=\"%s\">%s</a></p>\n",
             public_superseded(state)
                 ? page_word(p, "这份名单已更正，不再有效，以更正后的为准：",
                             "This list was corrected and no longer holds. The one that does: ")
                 : page_word(p, "公示已结束，结果见：", "The period is over. The outcome: "),
             page_link(p, path_of(p->cx, "/public/publications/", state->next.id)),
             arena_format(p->cx->arena, "%s（%s）", title_of(p, &state->next),
                          page_day(p, state->next.starts_on)));
}

static Err put_facts(Page *p, const Publication *pub, const Json *content, const Standing *state)
{
    const Json *organs = json_get(content, "organs");
    html_add(&p->b,
             "<div class=\"two\"><div><p class=\"state\">%s</p>\n<dl><dt>%s</dt><dd>%s</dd>"
             "<dt>%s</dt><dd>",
             state->words, page_word(p, "公示期", "Period"),
             page_period(p, pub->starts_on, state->last), page_word(p, "公示机关", "Published by"));
    for (size_t i = 0; organs != NULL && i < organs->count; i++)
        html_add(&p->b, "%s%s", i > 0 ? page_word(p, "、", ", ") : "",
                 json_text(organs->items[i], p->en ? "en" : "zh", ""));
    html_add(&p->b, "</dd>");
    TRY(put_contacts(p, content));
    html_add(&p->b, "</dl></div>\n");
    if (strcmp(pub->kind, "final") != 0)
        public_put_objecting(p, pub, state);
    html_add(&p->b, "</div>\n");
    return OK;
}

typedef struct Sums {
    int64_t zones, villages;
    Money transitional, amount;
} Sums;

static void put_zone(Page *p, const char *const *c, const Json *z, Sums *sums)
{
    Cx *cx = p->cx;
    bool in = strcmp(json_text(z, "outcome", ""), "selected") == 0;
    int64_t villages = json_int(z, "villages", 0);
    Money transitional = json_int(z, "transitional", 0), amount = json_int(z, "amount", 0);
    html_add(&p->b, "<tr role=\"row\">");
    page_cell(p, c[0], true, arena_format(cx->arena, "%lld", (long long)json_int(z, "place", 0)),
              NULL);
    page_cell(p, c[2], false,
              in ? json_text(z, "name", "")
                 : arena_format(cx->arena,
                                page_word(p, "%s（取消资格，依据条款 %s：%s）",
                                          "%s (disqualified under clause %s: %s)"),
                                json_text(z, "name", ""),
                                clause_cite(cx, json_text(z, "clause", ""), p->en ? EN : ZH),
                                text_phrase(cx, json_text(z, "reason", ""))),
              NULL);
    page_cell(p, c[4], false,
              arena_format(cx->arena, "%s %s", json_text(z, "city_name", ""),
                           json_text(z, "county_name", json_text(z, "county", ""))),
              NULL);
    page_cell(p, c[6], true, arena_format(cx->arena, "%lld", (long long)villages), NULL);
    page_cell(p, c[8], true, in ? money_show(cx, transitional) : "—", NULL);
    page_cell(p, c[10], true, in ? money_show(cx, amount) : "—", NULL);
    html_add(&p->b, "</tr>\n");
    if (!in)
        return;
    sums->zones++;
    sums->villages += villages;
    sums->transitional += transitional;
    sums->amount += amount;
}

static void put_list(Page *p, const Publication *pub, const Json *content)
{
    const Json *zones = json_get(content, "zones");
    Sums sums = { .zones = 0 };
    const char *const columns[] = { page_word(p, "名次", "Place"),
                                    "number",
                                    page_word(p, "推进区", "Zone"),
                                    NULL,
                                    page_word(p, "所在地", "Where"),
                                    NULL,
                                    page_word(p, "行政村", "Villages"),
                                    "number",
                                    page_word(p, "衔接资金合计", "Transitional funds"),
                                    "number",
                                    page_word(p, "其中省级以上", "From province and above"),
                                    "number",
                                    NULL };
    page_table(p,
               strcmp(pub->kind, "final") == 0
                   ? page_word(p, "入选名单（按评审名次），金额单位：万元",
                               "Selected zones by place; amounts in 10,000 yuan")
                   : page_word(p, "拟确定名单（按评审名次），金额单位：万元",
                               "Proposed list by place; amounts in 10,000 yuan"),
               columns);
    for (size_t i = 0; zones != NULL && i < zones->count; i++)
        put_zone(p, columns, zones->items[i], &sums);
    html_add(&p->b,
             "</tbody>\n<tfoot role=\"rowgroup\"><tr role=\"row\"><th scope=\"row\" "
             "role=\"rowheader\" colspan=\"3\">%s</th>",
             arena_format(p->cx->arena, page_word(p, "合计 %lld 个", "Total: %lld zones"),
                          (long long)sums.zones));
    page_cell(p, columns[6], true, arena_format(p->cx->arena, "%lld", (long long)sums.villages),
              NULL);
    page_cell(p, columns[8], true, money_show(p->cx, sums.transitional), NULL);
    page_cell(p, columns[10], true, money_show(p->cx, sums.amount), NULL);
    html_add(&p->b, "</tr></tfoot></table>\n");
}

Err listing_page(Cx *cx, const Request *rq, Reply *rp, const Publication *pub, const Json *content)
{
    Page p;
    Standing state;
    const char *batch = json_text(content, "batch", "");
    const char *kind = public_title(cx, rq, pub);
    const char *const trail[] = { "/public",
                                  request_word(cx, rq, "首页", "Home"),
                                  path_of(cx, "/public/batches/", pub->subject_id),
                                  batch,
                                  "",
                                  kind,
                                  NULL };
    page_begin(cx, &p, rq, listing_long_title(cx, rq, pub, batch), trail);
    if (json_bool(content, "sample", false))
        html_add(&p.b, "<p class=\"sample\"><span>%s</span></p>\n",
                 page_word(&p, "样例，非官方文件", "Sample, not official"));
    TRY(public_stand(&state, &p, pub));
    public_put_withdrawn(&p, pub);
    put_successor(&p, &state);
    TRY(put_facts(&p, pub, content, &state));
    put_list(&p, pub, content);
    const char *own = path_of(cx, "/public/publications/", pub->id);
    html_add(&p.b, "<p>%s<a href=\"%s\">%s</a>%s<a href=\"%s\">%s</a>%s</p>\n",
             page_word(&p, "名单和金额可以", "List and amounts: "),
             page_link(&p, arena_format(cx->arena, "%s/list.xlsx", own)),
             page_word(&p, "下载表格（xlsx）", "download the table (xlsx)"),
             page_word(&p, "、", ", "), page_link(&p, arena_format(cx->arena, "%s/list.pdf", own)),
             page_word(&p, "下载公文（PDF）", "the document (PDF, in Chinese)"),
             page_word(&p, "。公示内容不含个人信息。", "."));
    html_add(&p.b,
             "<p>%s<a href=\"%s\">%s</a>%s<a href=\"%s\">%s</a>%s</p>\n"
             "<p class=\"hash\">%s %s</p>\n",
             page_word(&p, "名次的计算过程见", "How the places came about: "),
             page_link(&p, arena_format(cx->arena, "%s/ranking", own)),
             page_word(&p, "综合排序说明", "the ranking"),
             page_word(&p, "，抽取专家的随机数可以由任何人", "; anybody can "),
             arena_format(cx->arena, "/public/draws/%lld.json",
                          (long long)json_int(json_get(content, "draw"), "id", 0)),
             page_word(&p, "重新计算核对", "repeat the draw of the experts"),
             page_word(&p, "。", "."),
             page_word(&p, "内容校验值 SHA-256", "SHA-256 of the content"), pub->hash);
    TRY(put_objections(&p, pub->subject_id));
    return page_end(&p, rp, 200, true);
}

/* --- the ranking --- */

static const char *points(Cx *cx, int64_t micro)
{
    return arena_format(cx->arena, "%lld.%06lld", (long long)(micro / MICRO),
                        (long long)(micro % MICRO));
}

/* A part of the ranking; the total last. */
static const struct {
    const char *key;
    const char *zh;
    const char *en;
} SCORES[] = {
    { "paper", "专家评审", "Paper" },
    { "defence", "视频答辩", "Defence" },
    { "site", "现场核查", "Site visit" },
    { "total", "总分", "Total" },
};

/* The pack scores the part. */
static bool is_scored(const Json *weights, size_t i)
{
    return i == COUNT(SCORES) - 1 || json_get(weights, SCORES[i].key) != NULL;
}

static void put_rank(Page *p, const char *const *c, const Json *weights, const Json *r)
{
    size_t column = 4;
    html_add(&p->b, "<tr role=\"row\">");
    page_cell(p, c[0], true, arena_format(p->cx->arena, "%lld", (long long)json_int(r, "place", 0)),
              NULL);
    page_cell(p, c[2], false, json_text(r, "name", ""), NULL);
    for (size_t i = 0; i < COUNT(SCORES); i++) {
        if (!is_scored(weights, i))
            continue;
        page_cell(p, c[column], true, points(p->cx, json_int(r, SCORES[i].key, 0)), NULL);
        column += 2;
    }
    html_add(&p->b, "</tr>\n");
}

/* "总分 = 专家评审 × 60% + 现场核查 × 40%" */
static const char *formula(Page *p, const Json *weights)
{
    Buf b = BUF(p->cx);
    const char *plus = page_word(p, "总分 = ", "Total = ");
    for (size_t i = 0; i + 1 < COUNT(SCORES); i++) {
        if (!is_scored(weights, i))
            continue;
        buf_format(&b, "%s%s × %lld%%", plus, page_word(p, SCORES[i].zh, SCORES[i].en),
                   (long long)json_int(weights, SCORES[i].key, 0));
        plus = " + ";
    }
    buf_add(&b, page_word(p, "，保留六位小数，四舍六入五成双。",
                          ", to six decimals, rounded half to even."));
    return buf_text(&b);
}

static const char *const *rank_columns(Page *p, const Json *weights)
{
    const char **columns = NEW_N(p->cx, const char *, 2 * COUNT(SCORES) + 5);
    size_t n = 4;
    columns[0] = page_word(p, "名次", "Place");
    columns[1] = "number";
    columns[2] = page_word(p, "推进区", "Zone");
    for (size_t i = 0; i < COUNT(SCORES); i++) {
        if (!is_scored(weights, i))
            continue;
        columns[n++] = page_word(p, SCORES[i].zh, SCORES[i].en);
        columns[n++] = "number";
    }
    return columns;
}

static Err ranking_page(Cx *cx, const Request *rq, Reply *rp)
{
    Page p;
    Publication pub;
    const Json *content;
    TRY(listing_find(cx, &pub, &content, request_id(rq, "id")));
    const char *title = request_word(cx, rq, "综合排序说明", "The ranking");
    const char *const trail[] = { "/public",
                                  request_word(cx, rq, "首页", "Home"),
                                  path_of(cx, "/public/publications/", pub.id),
                                  public_title(cx, rq, &pub),
                                  "",
                                  title,
                                  NULL };
    page_begin(cx, &p, rq, title, trail);
    const Json *weights = json_get(content, "weights");
    html_add(&p.b, "<p>%s</p>\n", formula(&p, weights));
    const char *const *columns = rank_columns(&p, weights);
    page_table(&p, page_word(&p, "得分（满分 100 分）", "Scores out of 100"), columns);
    const Json *ranking = json_get(content, "ranking");
    for (size_t i = 0; ranking != NULL && i < ranking->count; i++)
        put_rank(&p, columns, weights, ranking->items[i]);
    page_table_end(&p);
    return page_end(&p, rp, 200, true);
}

/* --- routes: a failure becomes a page too --- */

typedef Err (*Show)(Cx *cx, const Request *rq, Reply *rp);

static Err shown_by(Show show, Cx *cx, const Request *rq, Reply *rp)
{
    Err e = show(cx, rq, rp);
    return e == OK || e == BUSY ? e : page_failure(cx, rq, rp, e);
}

Err listing_batch(Cx *cx, Request *rq, Reply *rp)
{
    return shown_by(batch_page, cx, rq, rp);
}

Err listing_ranking(Cx *cx, Request *rq, Reply *rp)
{
    return shown_by(ranking_page, cx, rq, rp);
}
