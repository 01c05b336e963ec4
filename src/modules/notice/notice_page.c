/* What everybody sees of a notice: plain HTML, as all pages for the public (page.h). */
#include "modules/notice/notice.h"

#include "core/register/register.h"
#include "core/register/register_install.h"
#include "modules/objection/objection.h"

#include <string.h>

static const char *path_of(Cx *cx, int64_t id)
{
    return arena_format(cx->arena, "/public/publications/%lld", (long long)id);
}

/* A list that a filter left is never shown as if it were the whole. */
static void put_filter(Page *p, const Publication *pub, const Json *content)
{
    const char *filter = json_text(content, p->en ? "filter_en" : "filter_zh", NULL);
    if (filter)
        html_add(&p->b, "<dt>%s</dt><dd>%s</dd>", page_word(p, "公示范围", "What is listed"),
                 filter);
    if (pub->row_count != UNSET)
        html_add(&p->b, "<dt>%s</dt><dd>%s</dd>", page_word(p, "条数", "Rows"),
                 filter ? arena_format(p->cx->arena,
                                       page_word(p, "%lld 条（共 %lld 条，其余不在公示范围内）",
                                                 "%lld of %lld; the others are not listed"),
                                       (long long)pub->row_count,
                                       (long long)json_int(content, "of", pub->row_count))
                        : arena_format(p->cx->arena, "%lld", (long long)pub->row_count));
}

/* The day of posting is not counted, and the last one counts to its end. */
static const char *period(const Page *p, Day from, Day to)
{
    return arena_format(p->cx->arena,
                        page_word(p, "%s 至 %s 24 时（%lld 天，张贴当天不算）",
                                  "%s to the end of %s (%lld days, the first not counted)"),
                        page_day(p, from), page_day(p, to), (long long)(to - from));
}

static void put_facts(Page *p, const Publication *pub, const Json *content, const Standing *state)
{
    const char *contact = json_text(content, "contact", NULL);
    html_add(&p->b,
             "<div class=\"two\"><div><p class=\"state\">%s</p>\n<dl><dt>%s</dt><dd>%s</dd>"
             "<dt>%s</dt><dd>%s</dd>",
             state->words, page_word(p, "公示期", "Period"), period(p, pub->starts_on, state->last),
             page_word(p, "公示单位", "Published by"), pub->organ);
    put_filter(p, pub, content);
    if (contact)
        html_add(&p->b, "<dt>%s</dt><dd>%s</dd>", page_word(p, "联系方式", "Contact"), contact);
    if (pub->place)
        html_add(&p->b, "<dt>%s</dt><dd>%s</dd>", page_word(p, "张贴地点", "Also posted at"),
                 pub->place);
    html_add(&p->b, "</dl></div>\n");
    public_put_objecting(p, pub, state);
    html_add(&p->b, "</div>\n");
}

static const char *label(const Page *p, const Json *column)
{
    const char *unit = json_text(column, "unit", NULL),
               *name = json_text(column, p->en ? "en" : "zh", "");
    return unit ? arena_format(p->cx->arena, page_word(p, "%s（%s）", "%s (%s)"), name, unit)
                : name;
}

static void put_rows(Page *p, const Json *content)
{
    const Json *columns = json_get(content, "columns"), *rows = json_get(content, "rows");
    const char **heads = NEW_N(p->cx, const char *, 2 * columns->count + 1);
    for (size_t i = 0; i < columns->count; i++) {
        heads[2 * i] = label(p, columns->items[i]);
        heads[2 * i + 1] = json_bool(columns->items[i], "number", false) ? "number" : NULL;
    }
    page_table(p, page_word(p, json_text(content, "zh", ""), json_text(content, "en", "")), heads);
    for (size_t i = 0; i < rows->count; i++) {
        html_add(&p->b, "<tr role=\"row\">");
        for (size_t k = 0; k < columns->count; k++)
            page_cell(
                p, heads[2 * k], heads[2 * k + 1] != NULL,
                notice_cell(p->cx, columns->items[k], rows->items[i]->items[k], p->en ? EN : ZH),
                NULL);
        html_add(&p->b, "</tr>\n");
    }
    page_table_end(p);
}

/* Rows are persons', and stand no longer than they must. */
static void put_list(Page *p, const Publication *pub, const Json *content)
{
    if (pub->withdrawn_at != UNSET)
        return;
    if (pub->ends_on < day_of_instant(cx_now(p->cx)))
        html_add(&p->b, "<p>%s</p>\n",
                 page_word(p, "公示期已满，名单不再显示；内容校验值仍可用来核对当时公示的内容。",
                           "The period is over, and the list is no longer shown; the hash still "
                           "proves what was."));
    else
        put_rows(p, content);
}

Err notice_show(Cx *cx, const Request *rq, Reply *rp, const Publication *pub, const Json *content)
{
    Page p;
    List objections;
    Standing state;
    const char *home = request_word(cx, rq, "首页", "Home");
    const char *title = request_word(cx, rq, pub->title, json_text(content, "en", ""));
    const char *const trail[] = { "/public", home, "", title, NULL };
    page_begin(cx, &p, rq, title, trail);
    if (json_bool(content, "sample", false))
        html_add(&p.b, "<p class=\"sample\"><span>%s</span></p>\n",
                 page_word(&p, "样例，非官方文件", "Sample, not official"));
    TRY(public_stand(&state, &p, pub));
    public_put_withdrawn(&p, pub);
    put_facts(&p, pub, content, &state);
    put_list(&p, pub, content);
    html_add(&p.b, "<p class=\"hash\">%s %s</p>\n",
             page_word(&p, "内容校验值 SHA-256", "SHA-256 of the content"), pub->hash);
    TRY(objection_of(cx, &objections, pub->id));
    TRY(objection_put_results(&p, &objections, page_word(&p, "针对", "About")));
    return page_end(&p, rp, 200, true);
}

/* --- the first page: what runs, found by name and subject --- */

/* What a subject and its list are called, by its declaration. */
static const Register *register_of(const List *registers, const char *noun)
{
    const Register *all = registers->rows;
    for (size_t i = 0; i < registers->count; i++)
        if (strcmp(all[i].noun, noun) == 0)
            return &all[i];
    return NULL;
}

static void put_subjects(Page *p, const List *registers, const char *chosen)
{
    const Register *all = registers->rows;
    html_add(&p->b,
             "<label for=\"subject\">%s</label><select id=\"subject\" name=\"subject\">"
             "<option value=\"\">%s</option>",
             page_word(p, "事项", "Subject"), page_word(p, "全部", "All"));
    for (size_t i = 0; i < registers->count; i++)
        if (all[i].publish)
            html_add(&p->b,
                     text_same(all[i].noun, chosen) ? "<option value=\"%s\" selected>%s</option>"
                                                    : "<option value=\"%s\">%s</option>",
                     all[i].noun, page_word(p, all[i].zh, all[i].en));
    html_add(&p->b, "</select>");
}

static void put_search(Page *p, const List *registers, const PublicationAsk *ask)
{
    html_add(&p->b,
             "<form method=\"get\" action=\"/public\" role=\"search\">"
             "<label for=\"q\">%s</label>"
             "<input id=\"q\" name=\"q\" maxlength=\"40\" autocomplete=\"off\" value=\"%s\">",
             page_word(p, "村、乡镇、县或公示名称（至少两个字）",
                       "Village, township, county or title (two characters at least)"),
             text_or(ask->text, ""));
    put_subjects(p, registers, ask->subject);
    html_add(&p->b, "<input type=\"hidden\" name=\"lang\" value=\"%s\">", p->en ? "en" : "zh");
    if (p->large)
        html_add(&p->b, "<input type=\"hidden\" name=\"size\" value=\"large\">");
    if (p->contrast)
        html_add(&p->b, "<input type=\"hidden\" name=\"contrast\" value=\"high\">");
    html_add(&p->b, "<button type=\"submit\">%s</button></form>\n", page_word(p, "查找", "Find"));
}

static const char *list_title(const Page *p, const Register *r, const PublicationFound *f)
{
    const Publish *how = p->en && r ? publish_find(r, f->profile) : NULL;
    return how ? how->en : f->title;
}

static void put_found(Page *p, const List *registers, const List *list)
{
    const PublicationFound *rows = list->rows;
    html_add(&p->b, "<ul>\n");
    for (size_t i = 0; i < list->count; i++) {
        const Register *r = register_of(registers, rows[i].subject);
        html_add(&p->b, "<li><a href=\"%s\">%s</a> <span class=\"help\">%s · %s · %s</span></li>\n",
                 page_link(p, path_of(p->cx, rows[i].id)), list_title(p, r, &rows[i]),
                 r ? page_word(p, r->zh, r->en) : rows[i].subject, rows[i].organ,
                 period(p, rows[i].starts_on, rows[i].ends_on));
    }
    html_add(&p->b, "</ul>\n");
}

static const char *next_link(Page *p, const PublicationAsk *ask, const char *after)
{
    Buf b = BUF(p->cx);
    buf_format(&b, "%s&after=%s", page_link(p, "/public"), after);
    if (ask->text) {
        buf_add(&b, "&q=");
        buf_percent(&b, ask->text);
    }
    if (ask->subject) {
        buf_add(&b, "&subject=");
        buf_percent(&b, ask->subject);
    }
    return buf_text(&b);
}

/* Soonest to end first, so that nothing ends unseen. */
Err notice_home(Page *p)
{
    List registers, list;
    const char *after;
    PublicationAsk ask = { request_query(p->rq, "q"), request_query(p->rq, "subject"),
                           request_query(p->rq, "after") };
    TRY(register_all(p->cx, &registers));
    TRY(publication_search(p->cx, &list, &after, &ask));
    bool asked = *text_or(ask.text, "") || *text_or(ask.subject, "") || ask.after;
    if (list.count == 0 && !asked)
        return OK;
    html_add(&p->b, "<section aria-labelledby=\"running\"><h2 id=\"running\">%s</h2>\n",
             page_word(p, "正在公示的名单", "Lists open to objections now"));
    put_search(p, &registers, &ask);
    if (list.count == 0)
        html_add(&p->b, "<p role=\"status\">%s</p>\n",
                 page_word(p, "没有找到正在公示的名单，请换一个词，至少两个字。",
                           "No list that runs was found; try another word of two characters."));
    else
        put_found(p, &registers, &list);
    if (after)
        html_add(&p->b, "<p><a href=\"%s\">%s</a></p>\n", next_link(p, &ask, after),
                 page_word(p, "下一页", "Next page"));
    html_add(&p->b, "</section>\n");
    return OK;
}
