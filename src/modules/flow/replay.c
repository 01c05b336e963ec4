#include "modules/flow/replay.h"

#include "base/digest.h"
#include "modules/determination/limits.h"
#include "modules/determination/ranking.h"
#include "modules/expert/draw.h"
#include "modules/publication/publication.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A replay under way; the first difference stops it. */
typedef struct Checking {
    Cx *cx;
    Replay *out;
    SelectionView v;
} Checking;

static bool differs(const Checking *c)
{
    return c->out->zh != NULL;
}

static const char *formatted(Cx *cx, const char *format, va_list args)
{
    char text[1000];
    vsnprintf(text, sizeof text, format, args);
    return arena_text(cx->arena, text);
}

static void differ(Checking *c, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

static void differ(Checking *c, const char *zh, const char *en, ...)
{
    va_list args, again;
    if (differs(c))
        return;
    va_start(args, en);
    va_copy(again, args);
    c->out->zh = formatted(c->cx, zh, args);
    c->out->en = formatted(c->cx, en, again);
    va_end(again);
    va_end(args);
}

/* --- draw --- */

static Err check_draw(Checking *c)
{
    const char *wrong;
    TRY(draw_prove(c->cx, &wrong, c->v.batch.id));
    c->out->draws++;
    if (wrong != NULL)
        differ(c, "抽取专家：%s", "the draw: %s", wrong);
    return OK;
}

/* --- ranking --- */

static int64_t total_of(const Json *part, int64_t sheet)
{
    const Json *sheets = json_at(part, "/arithmetic/sheets");
    for (size_t i = 0; sheets != NULL && i < sheets->count; i++)
        if (json_int(sheets->items[i], "sheet", 0) == sheet)
            return json_int(sheets->items[i], "total", UNSET);
    return UNSET;
}

/* Names the sheet whose scores add up to something else than they did. */
static void compare_sheets(Checking *c, const Json *now, const Json *then, const char *name)
{
    const Json *sheets = json_at(now, "/arithmetic/sheets");
    const char *part = json_text(now, "part", "");
    for (size_t i = 0; sheets != NULL && i < sheets->count; i++) {
        int64_t sheet = json_int(sheets->items[i], "sheet", 0);
        int64_t total = json_int(sheets->items[i], "total", UNSET), had = total_of(then, sheet);
        c->out->sheets++;
        if (total != had)
            differ(c,
                   "评分表 %lld（专家 %s，“%s”，%s）：各项相加是 %lld，综合排序时是 %lld（单位 "
                   "0.01 分）",
                   "sheet %lld (expert %s, %s, %s): its scores add up to %lld, ranked with %lld "
                   "(1/100)",
                   (long long)sheet, json_text(sheets->items[i], "number", "?"), name, part,
                   (long long)total, (long long)had);
    }
}

static Err compare_arithmetic(Checking *c, const char *now, const RankRow *kept)
{
    const Json *a, *b;
    TRY(json_parse(c->cx, &a, now, strlen(now), &JSON_LIMITS));
    TRY(json_parse(c->cx, &b, kept->arithmetic, strlen(kept->arithmetic), &JSON_LIMITS));
    const Json *parts = json_get(a, "parts"), *had = json_get(b, "parts");
    for (size_t i = 0; had != NULL && i < parts->count && i < had->count; i++)
        compare_sheets(c, parts->items[i], had->items[i], kept->name);
    return OK;
}

static Err compare_rank(Checking *c, const Rank *r, const char *arithmetic, const RankRow *kept)
{
    const int64_t now[] = { r->scores[0], r->scores[1], r->scores[2], r->total, r->place };
    const int64_t then[] = { kept->paper, kept->defence, kept->site, kept->total, kept->place };
    static const char *const CHINESE[] = { "专家评审得分", "视频答辩得分", "现场核查得分", "总分",
                                           "名次" };
    static const char *const ENGLISH[] = { "paper score", "defence score", "site score", "total",
                                           "place" };
    TRY(compare_arithmetic(c, arithmetic, kept));
    for (size_t i = 0; i < COUNT(now); i++)
        if (now[i] != then[i])
            differ(c, "“%s”的%s%.0s：重算是 %lld，综合排序时是 %lld",
                   "%s, %.0s%s: recomputed %lld, ranked with %lld", kept->name, CHINESE[i],
                   ENGLISH[i], (long long)now[i], (long long)then[i]);
    if (strcmp(arithmetic, kept->arithmetic) != 0)
        differ(c, "“%s”的计算过程与综合排序时不同",
               "the reckoning of %s is not the one ranked with", kept->name);
    return OK;
}

static Err check_ranking(Checking *c)
{
    Rank *ranks;
    size_t count;
    List kept;
    TRY(ranking_compute(c->cx, &ranks, &count, &c->v));
    TRY(ranking_rows(c->cx, &kept, c->v.batch.id));
    const RankRow *rows = kept.rows;
    if (count != kept.count)
        differ(c, "应有 %lld 个推进区综合排序，记录里有 %lld 个",
               "%lld zones to rank, %lld on record", (long long)count, (long long)kept.count);
    for (size_t i = 0; i < kept.count && !differs(c); i++) {
        size_t k = 0;
        while (k < count && ranks[k].zone_id != rows[i].zone_id)
            k++;
        c->out->zones++;
        if (k == count)
            differ(c, "“%s”不应在综合排序中", "%s should not be ranked", rows[i].name);
        else
            TRY(compare_rank(c, &ranks[k], rank_arithmetic(c->cx, ranks, count, k, c->v.rubric),
                             &rows[i]));
    }
    return OK;
}

/* --- determination --- */

/* Within the limits that it was determined by, and with the money that they give. */
static void compare_money(Checking *c, const Award *a, Limits *l)
{
    Cx *cx = c->cx;
    Money amount = 0;
    const char *clause;
    Failure before = cx->failure;
    Err e = OK;
    if (strcmp(a->outcome, "selected") == 0) {
        e = limits_amount(cx, &amount, &clause, l, a->county);
        if (e == OK)
            e = limits_claim(cx, l, a);
    }
    if (e != OK)
        differ(c, "%s%.0s", "%.0s%s", cx->failure.zh, cx->failure.en);
    cx->failure = before;
    if (a->amount != amount)
        differ(c, "“%s”的资金：按条款是 %s 万元，确定的是 %s 万元",
               "the money of %s: %s by the clause, %s determined (10k yuan)", a->name,
               money_show(cx, amount), money_show(cx, a->amount));
}

static void compare_place(Checking *c, const Award *a, const List *kept)
{
    const RankRow *rows = kept->rows;
    for (size_t i = 0; i < kept->count; i++)
        if (rows[i].zone_id == a->zone_id && rows[i].place != a->place)
            differ(c, "“%s”确定时是第 %lld 名，综合排序是第 %lld 名",
                   "%s was determined as place %lld, ranked %lld", a->name, (long long)a->place,
                   (long long)rows[i].place);
}

/* The content says what the rows say. */
static Err compare_content(Checking *c, const Determination *d, const List *awards)
{
    const Json *content;
    const Award *rows = awards->rows;
    TRY(json_parse(c->cx, &content, d->content, strlen(d->content), &JSON_LIMITS));
    const Json *zones = json_get(content, "zones");
    if (zones == NULL || zones->count != awards->count)
        differ(c, "第 %lld 次确定名单的内容与记录不同", "determination %lld differs from its rows",
               (long long)d->number);
    for (size_t i = 0; i < awards->count && !differs(c); i++) {
        const Json *z = zones->items[i];
        if (json_int(z, "zone_id", 0) != rows[i].zone_id ||
            json_int(z, "amount", -1) != rows[i].amount ||
            json_int(z, "place", 0) != rows[i].place ||
            strcmp(json_text(z, "outcome", ""), rows[i].outcome) != 0)
            differ(c, "“%s”：签署的内容与记录不同", "%s: what was signed is not on record",
                   rows[i].name);
    }
    return OK;
}

static Err check_allotments(Checking *c, const Determination *d)
{
    Rows rows;
    TRY(rows_open(c->cx, &rows,
                  "SELECT z.name, x.amount, a.amount FROM determination_zone x "
                  "JOIN zone z ON z.id = x.zone_id LEFT JOIN allotment a "
                  "ON a.determination_id = x.determination_id AND a.zone_id = x.zone_id "
                  "WHERE x.determination_id = $1 AND x.outcome = 'selected' ORDER BY x.place",
                  ARGS(I(d->id))));
    while (rows.more) {
        if (rows_int(&rows, 1) != rows_int(&rows, 2))
            differ(c, "“%s”的资金安排与确定的金额不同",
                   "the allotment of %s is not the amount determined", rows_text(c->cx, &rows, 0));
        TRY(rows_next(c->cx, &rows));
    }
    return OK;
}

static Err check_determination(Checking *c, Determination *d)
{
    List awards, kept;
    Limits limits;
    Cx *cx = c->cx;
    TRY(determination_current(cx, d, c->v.batch.id));
    if (d->id == UNSET)
        return OK;
    c->out->determinations++;
    if (strcmp(digest(cx, SHA256, d->content, strlen(d->content)), d->hash) != 0)
        differ(c, "第 %lld 次确定名单的内容与校验值不符",
               "the content of determination %lld does not have its hash", (long long)d->number);
    TRY(limits_recorded(cx, &limits, &c->v, d));
    TRY(determination_zones(cx, &awards, d->id));
    TRY(ranking_rows(cx, &kept, c->v.batch.id));
    TRY(compare_content(c, d, &awards));
    const Award *rows = awards.rows;
    for (size_t i = 0; i < awards.count && !differs(c); i++) {
        compare_place(c, &rows[i], &kept);
        compare_money(c, &rows[i], &limits);
    }
    return strcmp(d->state, "signed") == 0 ? check_allotments(c, d) : OK;
}

/* --- publications --- */

static void compare_published(Checking *c, const Json *content, const Award *a, int64_t number)
{
    const Json *zones = json_get(content, "zones");
    bool found = false;
    for (size_t i = 0; zones != NULL && i < zones->count; i++) {
        const Json *z = zones->items[i];
        if (json_int(z, "zone_id", 0) != a->zone_id)
            continue;
        bool in = strcmp(json_text(z, "outcome", ""), "selected") == 0;
        found = json_int(z, "place", 0) == a->place &&
                json_int(z, "amount", -1) == (in ? a->amount : 0);
    }
    if (!found)
        differ(c, "公示 %lld 里“%s”的名次或金额与确定的不同",
               "publication %lld shows %s with another place or amount", (long long)number,
               a->name);
}

static Err check_publication(Checking *c, const Publication *p, const Determination *d,
                             const List *awards)
{
    const Json *content;
    const Award *rows = awards->rows;
    c->out->publications++;
    if (strcmp(digest(c->cx, SHA256, p->content, strlen(p->content)), p->hash) != 0)
        differ(c, "公示 %lld 的内容与校验值不符", "publication %lld does not have its hash",
               (long long)p->id);
    TRY(json_parse(c->cx, &content, p->content, strlen(p->content), &JSON_LIMITS));
    const char *hash = json_text(json_get(content, "determination"), "hash", "");
    if (d->id == UNSET || strcmp(hash, d->hash) != 0)
        differ(c, "公示 %lld 不是按确定的名单发布的",
               "publication %lld is not of the list that was determined", (long long)p->id);
    for (size_t i = 0; i < awards->count && !differs(c); i++)
        if (strcmp(rows[i].outcome, "selected") == 0)
            compare_published(c, content, &rows[i], p->id);
    return OK;
}

static Err check_publications(Checking *c, const Determination *d)
{
    List list, awards;
    TRY(publication_list(c->cx, &list, "selection", c->v.batch.id));
    TRY(determination_zones(c->cx, &awards, d->id));
    for (size_t i = list.count; i > 0 && !differs(c); i--)
        TRY(check_publication(c, (const Publication *)list.rows + i - 1, d, &awards));
    return OK;
}

Err selection_replay(Cx *cx, Replay *out, int64_t batch_id)
{
    Determination d = { .id = UNSET };
    Checking c = { .cx = cx, .out = out };
    *out = (Replay){ .zh = NULL };
    TRY(selection_view(cx, &c.v, batch_id));
    if (c.v.row.id == UNSET)
        return selection_at(cx, &c.v, "");
    TRY(check_draw(&c));
    if (!differs(&c) && c.v.row.ranked_at != UNSET)
        TRY(check_ranking(&c));
    if (!differs(&c))
        TRY(check_determination(&c, &d));
    if (!differs(&c))
        TRY(check_publications(&c, &d));
    return OK;
}
