#include "modules/publication/page.h"

#include <string.h>

static bool asked(const Request *rq, const char *key, const char *value)
{
    const char *given = request_query(rq, key);
    return given != NULL && strcmp(given, value) == 0;
}

static bool english(const Cx *cx, const Request *rq)
{
    return request_query(rq, "lang") != NULL ? asked(rq, "lang", "en") : cx->lang == EN;
}

const char *request_word(const Cx *cx, const Request *rq, const char *zh, const char *en)
{
    return english(cx, rq) ? en : zh;
}

const char *page_word(const Page *p, const char *zh, const char *en)
{
    return p->en ? en : zh;
}

static const char *shown(const Page *p, const char *path, bool en, bool large, bool contrast)
{
    return arena_format(p->cx->arena, "%s?lang=%s%s%s", path, en ? "en" : "zh",
                        large ? "&size=large" : "", contrast ? "&contrast=high" : "");
}

const char *page_link(const Page *p, const char *path)
{
    return shown(p, path, p->en, p->large, p->contrast);
}

const char *page_day(const Page *p, Day d)
{
    static const char *const MONTHS[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };
    Civil c = civil_from_day(d);
    if (p->en)
        return arena_format(p->cx->arena, "%d %s %d", c.day, MONTHS[c.month - 1], (int)c.year);
    return arena_format(p->cx->arena, "%d 年 %d 月 %d 日", (int)c.year, c.month, c.day);
}

const char *page_period(const Page *p, Day from, Day to)
{
    return arena_format(p->cx->arena, page_word(p, "%s 至 %s（%lld 天）", "%s to %s (%lld days)"),
                        page_day(p, from), page_day(p, to), (long long)(to - from + 1));
}

/* --- the frame --- */

static void put_switch(Page *p, const char *href, const char *text)
{
    html_add(&p->b, "<li><a href=\"%s\">%s</a></li>", href, text);
}

static void put_header(Page *p)
{
    html_add(&p->b,
             "<a class=\"skip\" href=\"#main\">%s</a>\n<header><div class=\"wide\">"
             "<p class=\"name\"><span class=\"seal\" aria-hidden=\"true\">推</span>"
             "<a href=\"%s\">%s</a></p><nav aria-label=\"%s\"><ul>",
             page_word(p, "跳到正文", "Skip to the content"), page_link(p, "/public"),
             page_word(p, "衔接推进区 · 信息公开", "Zones · public information"),
             page_word(p, "显示方式", "Display"));
    put_switch(p, shown(p, p->path, p->en, !p->large, p->contrast),
               p->large ? page_word(p, "标准字", "Normal type")
                        : page_word(p, "大字版", "Large type"));
    put_switch(p, shown(p, p->path, p->en, p->large, !p->contrast),
               p->contrast ? page_word(p, "标准色", "Normal contrast")
                           : page_word(p, "高对比", "High contrast"));
    html_add(&p->b, "<li><a href=\"%s\" lang=\"%s\">%s</a></li>",
             shown(p, p->path, !p->en, p->large, p->contrast), p->en ? "zh-CN" : "en",
             p->en ? "中文" : "English");
    put_switch(p, "/", page_word(p, "登录", "Log in"));
    html_add(&p->b, "</ul></nav></div></header>\n");
}

static void put_trail(Page *p, const char *const *trail)
{
    html_add(&p->b, "<nav class=\"trail wide\" aria-label=\"%s\"><ol>",
             page_word(p, "所在位置", "You are here"));
    for (; trail[0] != NULL; trail += 2)
        if (trail[2] != NULL)
            html_add(&p->b, "<li><a href=\"%s\">%s</a></li>", page_link(p, trail[0]), trail[1]);
        else
            html_add(&p->b, "<li aria-current=\"page\">%s</li>", trail[1]);
    html_add(&p->b, "</ol></nav>\n");
}

void page_begin(Cx *cx, Page *p, const Request *rq, const char *title, const char *const *trail)
{
    *p = (Page){ .cx = cx,
                 .b = BUF(cx),
                 .en = english(cx, rq),
                 .large = asked(rq, "size", "large"),
                 .contrast = asked(rq, "contrast", "high"),
                 .rq = rq,
                 .path = request_path(rq) };
    html_add(&p->b,
             "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
             "<title>%s</title><link rel=\"icon\" href=\"/seal.svg\" type=\"image/svg+xml\">"
             "<link rel=\"stylesheet\" href=\"/public/style.css\"></head>\n"
             "<body class=\"%s %s\">\n",
             p->en ? "en" : "zh-CN", title, p->large ? "large" : "normal",
             p->contrast ? "contrast" : "plain");
    put_header(p);
    put_trail(p, trail);
    html_add(&p->b, "<main id=\"main\" class=\"wide sheet\">\n<h1>%s</h1>\n", title);
}

Err page_end(Page *p, Reply *rp, int status, bool keep)
{
    html_add(&p->b, "</main>\n<footer class=\"wide\"><p>%s</p></footer>\n</body></html>\n",
             page_word(p, "公示内容不含身份证号、电话、银行账号等个人信息。",
                       "What is published holds no identity, phone or account numbers."));
    reply_status(rp, status);
    reply_header(rp, "Content-Security-Policy",
                 "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                 "base-uri 'none'; frame-ancestors 'none'");
    reply_header(rp, "Cache-Control", keep ? "no-cache" : "no-store");
    reply_bytes(rp, "text/html; charset=utf-8", p->b.at, p->b.length);
    return OK;
}

Err page_failure(Cx *cx, const Request *rq, Reply *rp, Err e)
{
    Page p;
    const char *title = e == NOT_FOUND
                            ? request_word(cx, rq, "找不到这个页面", "There is no such page")
                            : request_word(cx, rq, "未能办理", "That did not work");
    const char *const trail[] = { "/public", request_word(cx, rq, "首页", "Home"), "", title,
                                  NULL };
    const char *why = request_word(cx, rq, cx->failure.zh, cx->failure.en);
    page_begin(cx, &p, rq, title, trail);
    html_add(&p.b, "<p role=\"alert\">%s</p>\n<p><a href=\"%s\">%s</a></p>\n", why,
             page_link(&p, "/public"), page_word(&p, "回首页", "Back to the first page"));
    return page_end(&p, rp, err_status(e), false);
}

/* --- tables --- */

void page_table(Page *p, const char *caption, const char *const *columns)
{
    html_add(&p->b,
             "<table role=\"table\"><caption>%s</caption>\n<thead role=\"rowgroup\">"
             "<tr role=\"row\">",
             caption);
    for (; columns[0] != NULL; columns += 2)
        html_add(&p->b, "<th scope=\"col\" role=\"columnheader\" class=\"%s\">%s</th>",
                 columns[1] != NULL ? "number" : "word", columns[0]);
    html_add(&p->b, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
}

void page_cell(Page *p, const char *label, bool number, const char *text, const char *link)
{
    html_add(&p->b, "<td role=\"cell\" class=\"%s\" data-label=\"%s\">", number ? "number" : "word",
             label);
    if (link != NULL)
        html_add(&p->b, "<a href=\"%s\">%s</a></td>", link, text);
    else
        html_add(&p->b, "%s</td>", text);
}

void page_table_end(Page *p)
{
    html_add(&p->b, "</tbody></table>\n");
}
