#include "modules/publication/public.h"

#include "base/embed.h"
#include "core/request/core.h"

#include <string.h>

EMBED(public_css, "src/modules/publication/public.css");

Err public_style(Cx *cx, Request *rq, Reply *rp)
{
    (void)cx, (void)rq;
    reply_header(rp, "Cache-Control", "max-age=3600");
    reply_bytes(rp, "text/css; charset=utf-8", public_css, EMBED_LENGTH(public_css));
    return OK;
}

const char *public_title(Cx *cx, const Request *rq, const Publication *p)
{
    bool en = *request_word(cx, rq, "", "en") != '\0';
    return publication_subject(cx, p)->title(cx, p, en ? EN : ZH);
}

/* Guests see what has begun; what hangs on the board of a village is on no page. */
Err public_publication(Cx *cx, Publication *out, const Json **content, int64_t id)
{
    TRY(publication_get(cx, out, id));
    if (out->starts_on > day_of_instant(cx_now(cx)) || text_same(out->profile, "VB"))
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的公示", "there is no publication %lld",
                    (long long)id);
    return json_parse(cx, content, out->content, strlen(out->content), &JSON_LIMITS);
}

/* --- parts of pages --- */

bool public_superseded(const Standing *s)
{
    return s->next.id != UNSET && strcmp(s->next.kind, "correction") == 0;
}

Err public_stand(Standing *out, const Page *p, const Publication *pub)
{
    TRY(publication_open(p->cx, &out->open, pub));
    TRY(publication_last_day(p->cx, &out->last, pub));
    TRY(publication_successor(p->cx, &out->next, pub));
    int64_t left = out->last - day_of_instant(cx_now(p->cx)) + 1;
    const char *open = page_word(p, "公示中，还剩 %lld 天", "Open to objections, %lld days left");
    if (pub->withdrawn_at != UNSET)
        out->words = page_word(p, "已撤回", "Withdrawn");
    else if (public_superseded(out))
        out->words = page_word(p, "已更正，不再有效", "Corrected, no longer valid");
    else if (strcmp(pub->kind, "final") == 0)
        out->words = page_word(p, "已发布", "Published");
    else if (out->open)
        out->words = arena_format(p->cx->arena, open, (long long)left);
    else
        out->words = page_word(p, "公示期已满", "The period is over");
    return OK;
}

void public_put_objecting(Page *p, const Publication *pub, const Standing *state)
{
    const char *form =
        arena_format(p->cx->arena, "/public/publications/%lld/objection", (long long)pub->id);
    html_add(&p->b, "<section class=\"box\" aria-labelledby=\"say\"><h2 id=\"say\">%s</h2>",
             page_word(p, "对名单有意见？", "Do you object to this list?"));
    if (state->open)
        html_add(&p->b, "<p>%s</p><a class=\"button\" href=\"%s\">%s</a> ",
                 page_word(p, "写明事由即可，不需要登录，提交后给您一个受理编号。",
                           "Give your reasons; no log-in is needed, and you get a receipt number."),
                 page_link(p, form), page_word(p, "提交意见", "Object"));
    else
        html_add(&p->b, "<p>%s</p>",
                 pub->withdrawn_at != UNSET
                     ? page_word(p, "这次公示已撤回，不再收取意见。",
                                 "It was withdrawn, and takes no objections.")
                 : public_superseded(state)
                     ? page_word(p, "这份名单已更正，请对更正后的名单提交意见。",
                                 "This list was corrected; object to the corrected one.")
                     : page_word(p, "公示期已满，不再收取意见。", "The period is over."));
    html_add(&p->b, "<a href=\"%s\">%s</a></section>", page_link(p, "/public/receipts"),
             page_word(p, "用受理编号查结果", "Look up an objection"));
}

void public_put_withdrawn(Page *p, const Publication *pub)
{
    if (pub->withdrawn_at == UNSET)
        return;
    html_add(&p->b, "<p class=\"superseded\" role=\"alert\">%s</p>\n",
             arena_format(p->cx->arena,
                          page_word(p, "这次公示已于%s由%s撤回，理由：%s",
                                    "It was withdrawn on %s by %s: %s"),
                          page_day(p, day_of_instant(pub->withdrawn_at)),
                          text_or(pub->withdrawn_by, "—"), text_public(p->cx, pub->withdrawn_why)));
}

void public_put_look_up(Page *p)
{
    html_add(&p->b,
             "<section aria-labelledby=\"look\"><h2 id=\"look\">%s</h2>\n"
             "<form method=\"get\" action=\"/public/receipts\">"
             "<label for=\"receipt\">%s</label>"
             "<input id=\"receipt\" name=\"receipt\" maxlength=\"40\" autocomplete=\"off\" "
             "required><input type=\"hidden\" name=\"lang\" value=\"%s\">"
             "<button type=\"submit\">%s</button></form></section>\n",
             page_word(p, "用受理编号查结果", "Look up an objection"),
             page_word(p, "受理编号", "Receipt number"), p->en ? "en" : "zh",
             page_word(p, "查询", "Look up"));
}

/* --- the first page --- */

static Err home(Cx *cx, const Request *rq, Reply *rp)
{
    Page p;
    const char *title = request_word(cx, rq, "衔接推进区信息公开", "Public information on zones");
    const char *const trail[] = { "/public", request_word(cx, rq, "首页", "Home"), NULL };
    page_begin(cx, &p, rq, title, trail);
    for (const Module *const *m = cx->core->config.modules; m && *m; m++)
        if ((*m)->publishes && (*m)->publishes->home)
            TRY((*m)->publishes->home(&p));
    public_put_look_up(&p);
    return page_end(&p, rp, 200, true);
}

static Err show(Cx *cx, const Request *rq, Reply *rp)
{
    Publication p;
    const Json *content;
    TRY(public_publication(cx, &p, &content, request_id(rq, "id")));
    return publication_subject(cx, &p)->show(cx, rq, rp, &p, content);
}

/* --- routes: a failure becomes a page too --- */

Err public_home(Cx *cx, Request *rq, Reply *rp)
{
    Err e = home(cx, rq, rp);
    return e == OK || e == BUSY ? e : page_failure(cx, rq, rp, e);
}

Err public_show(Cx *cx, Request *rq, Reply *rp)
{
    Err e = show(cx, rq, rp);
    return e == OK || e == BUSY ? e : page_failure(cx, rq, rp, e);
}
