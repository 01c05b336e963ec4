/* The form for objections, and what became of one. */
#include "modules/objection/objection.h"

#include <stdlib.h>
#include <string.h>

/* What was typed, so that an error loses none of it. */
typedef struct Typed {
    const char *text;
    const char *name;
    const char *contact;
    const char *zone;
} Typed;

static void put_error(Page *p)
{
    const Failure *f = &p->cx->failure;
    const char *at = f->field != NULL && strcmp(f->field, "zone") == 0      ? "zone"
                     : f->field != NULL && strcmp(f->field, "name") == 0    ? "name"
                     : f->field != NULL && strcmp(f->field, "contact") == 0 ? "contact"
                                                                            : "text";
    html_add(&p->b, "<p class=\"error\" role=\"alert\" id=\"wrong\"><a href=\"#%s\">%s</a></p>\n",
             at, page_word(p, f->zh, f->en));
}

static Err put_items(Page *p, const Subject *s, const Json *content, const char *chosen)
{
    List items;
    TRY(s->items(p->cx, &items, content));
    const Item *rows = items.rows;
    html_add(&p->b,
             "<label for=\"zone\">%s</label><select id=\"zone\" name=\"zone\">"
             "<option value=\"\">%s</option>",
             arena_format(p->cx->arena,
                          page_word(p, "针对哪个%s（可不选）", "About which %s (optional)"),
                          page_word(p, s->item_zh, s->item_en)),
             page_word(p, "整个名单", "The whole list"));
    for (size_t i = 0; i < items.count; i++) {
        bool on = *chosen != '\0' && atoll(chosen) == rows[i].id;
        html_add(&p->b,
                 on ? "<option value=\"%lld\" selected>%s</option>"
                    : "<option value=\"%lld\">%s</option>",
                 (long long)rows[i].id, rows[i].label);
    }
    html_add(&p->b, "</select>\n");
    return OK;
}

static void put_field(Page *p, const char *key, const char *label, const char *help,
                      const char *value, int most)
{
    html_add(&p->b,
             "<label for=\"%s\">%s</label><p class=\"help\" id=\"%s-help\">%s</p>"
             "<input id=\"%s\" name=\"%s\" maxlength=\"%lld\" aria-describedby=\"%s-help\" "
             "value=\"%s\">\n",
             key, label, key, help, key, key, (long long)most, key, value);
}

static Err put_form(Page *p, const Publication *pub, const Json *content, const Typed *typed,
                    bool wrong)
{
    const char *path =
        arena_format(p->cx->arena, "/public/publications/%lld/objection", (long long)pub->id);
    html_add(&p->b,
             "<form method=\"post\" action=\"%s\" accept-charset=\"utf-8\">\n"
             "<input type=\"hidden\" name=\"token\" value=\"%s\">\n",
             page_link(p, path), objection_token(p->cx, pub->id));
    TRY(put_items(p, publication_subject(p->cx, pub), content, typed->zone));
    html_add(
        &p->b,
        "<label for=\"text\">%s</label><p class=\"help\" id=\"text-help\">%s</p>"
        "<textarea id=\"text\" name=\"text\" required aria-describedby=\"text-help%s\" "
        "aria-invalid=\"%s\">\n%s</textarea>\n",
        page_word(p, "事由（必填）", "Your reasons (required)"),
        page_word(p, "10 到 2000 个字。请写清楚什么不属实、依据是什么；不要写身份证号、银行账号。",
                  "10 to 2,000 characters. Say what is not true and how you know it; write no "
                  "identity or account numbers."),
        wrong ? " wrong" : "", wrong ? "true" : "false", typed->text);
    put_field(p, "name", page_word(p, "姓名（可不填）", "Name (optional)"),
              page_word(p, "加密保存，不公开。", "Kept encrypted, never published."), typed->name,
              60);
    put_field(p, "contact", page_word(p, "联系方式（可不填）", "Contact (optional)"),
              page_word(p, "只用于核实情况。", "Only to ask you back."), typed->contact, 120);
    html_add(&p->b, "<button type=\"submit\">%s</button></form>\n",
             page_word(p, "提交意见", "Submit"));
    return OK;
}

static Err form_page(Cx *cx, const Request *rq, Reply *rp, const Typed *typed, Err e)
{
    Page p;
    Publication pub;
    const Json *content;
    Failure failure = cx->failure;
    TRY(public_publication(cx, &pub, &content, request_id(rq, "id")));
    const char *title = request_word(cx, rq, "对名单提交意见", "Object to the list");
    const char *const trail[] = { "/public",
                                  request_word(cx, rq, "首页", "Home"),
                                  arena_format(cx->arena, "/public/publications/%lld",
                                               (long long)pub.id),
                                  public_title(cx, rq, &pub),
                                  "",
                                  title,
                                  NULL };
    bool open;
    Publication next;
    TRY(publication_open(cx, &open, &pub));
    TRY(publication_successor(cx, &next, &pub));
    page_begin(cx, &p, rq, title, trail);
    cx->failure = failure;
    if (e != OK)
        put_error(&p);
    else if (!open)
        html_add(&p.b, "<p role=\"alert\">%s</p>\n",
                 page_word(&p, "现在不在公示期内，不能提交意见。",
                           "The list is not open to objections now."));
    if (!open && next.id != UNSET && strcmp(next.kind, "correction") == 0)
        html_add(
            &p.b, "<p><a href=\"%s\">%s</a></p>\n",
            page_link(&p, arena_format(cx->arena, "/public/publications/%lld", (long long)next.id)),
            page_word(&p, "这份名单已更正，请看更正后的名单",
                      "This list was corrected; see the corrected one"));
    if (open || e != OK)
        TRY(put_form(&p, &pub, content, typed, e != OK));
    return page_end(&p, rp, e == OK ? 200 : err_status(e), false);
}

Err objection_form(Cx *cx, Request *rq, Reply *rp)
{
    const Typed nothing = { "", "", "", "" };
    Err e = form_page(cx, rq, rp, &nothing, OK);
    return e == OK || e == BUSY ? e : page_failure(cx, rq, rp, e);
}

/* --- taking it --- */

typedef struct ObjectionTaking {
    Objection row;
    const char *address;
} ObjectionTaking;

static Err take(Cx *cx, void *data)
{
    ObjectionTaking *t = data;
    return objection_make(cx, &t->row, t->address);
}

static const char *or_null(const char *text)
{
    return text_blank(text) ? NULL : text;
}

static Err read_form(Cx *cx, ObjectionTaking *t, Typed *typed, const Request *rq)
{
    Form form;
    size_t length;
    const char *body = request_body(rq, &length);
    const char *type = request_header(rq, "Content-Type");
    const char form_type[] = "application/x-www-form-urlencoded";
    if (type != NULL && strncmp(type, form_type, sizeof form_type - 1) != 0)
        return fail(cx, INVALID, "form", "请用网页上的表单提交", "please submit the page's form");
    if (length > 64 * 1024)
        return fail(cx, TOO_LARGE, "text", "内容太长，事由最多 2000 个字",
                    "too long: at most 2,000 characters");
    TRY(form_read(cx, &form, body, length));
    *typed = (Typed){ form_get(&form, "text"), form_get(&form, "name"), form_get(&form, "contact"),
                      form_get(&form, "zone") };
    field_clear(&t->row, objection_fields);
    t->row.publication_id = request_id(rq, "id");
    t->row.zone_id = *typed->zone == '\0' ? UNSET : atoll(typed->zone);
    t->row.token = form_get(&form, "token");
    t->row.grounds = typed->text;
    t->row.name = or_null(typed->name);
    t->row.contact = or_null(typed->contact);
    return OK;
}

static Err thanks(Cx *cx, const Request *rq, Reply *rp, const char *receipt)
{
    Page p;
    const char *title = request_word(cx, rq, "意见已收到", "Your objection is received");
    const char *const trail[] = { "/public", request_word(cx, rq, "首页", "Home"), "", title,
                                  NULL };
    page_begin(cx, &p, rq, title, trail);
    html_add(&p.b,
             "<p>%s</p><p class=\"receipt\" role=\"status\">%s</p><p>%s</p>"
             "<p><a href=\"%s\">%s</a></p>\n",
             page_word(&p, "受理编号", "Receipt number"), receipt,
             page_word(&p, "请记下这个编号，它是查询结果的唯一凭据，遗失不能补发。",
                       "Please note this number: it is the only way to the result."),
             page_link(&p, arena_format(cx->arena, "/public/objections/%s", receipt)),
             page_word(&p, "查看办理情况", "See what becomes of it"));
    return page_end(&p, rp, 200, false);
}

/* The handler has its own transaction: what failed is told on the page, with all that was typed. */
static Err in_reading(Cx *cx, const Request *rq, Reply *rp, const Typed *typed, Err e)
{
    Failure failure = cx->failure;
    Err answered = page_failure(cx, rq, rp, e);
    if (store_begin(cx, false) != OK)
        return answered;
    cx->failure = failure;
    if (form_page(cx, rq, rp, typed, e) != OK) {
        cx->failure = failure;
        answered = page_failure(cx, rq, rp, e);
    }
    store_rollback(cx);
    return answered;
}

Err objection_submit(Cx *cx, Request *rq, Reply *rp)
{
    ObjectionTaking t = { .address = request_address(rq) };
    Typed typed = { "", "", "", "" };
    Err e = read_form(cx, &t, &typed, rq);
    if (e == OK)
        e = act_run(cx, NULL, NULL, take, &t);
    if (e == OK)
        return thanks(cx, rq, rp, t.row.receipt);
    return in_reading(cx, rq, rp, &typed, e);
}

/* --- what became of it --- */

static Err status_page(Cx *cx, const Request *rq, Reply *rp, const char *receipt)
{
    Page p;
    Objection o;
    TRY(objection_find(cx, &o, receipt));
    const char *title = request_word(cx, rq, "意见办理情况", "What became of the objection");
    const char *const trail[] = { "/public", request_word(cx, rq, "首页", "Home"), "", title,
                                  NULL };
    bool open = strcmp(o.state, "open") == 0;
    page_begin(cx, &p, rq, title, trail);
    html_add(&p.b,
             "<dl><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s</dd>"
             "<dt>%s</dt><dd>%s</dd></dl>\n",
             page_word(&p, "受理编号", "Receipt"), o.receipt, page_word(&p, "针对", "About"),
             o.zone_name ? o.zone_name : page_word(&p, "整个名单", "The whole list"),
             page_word(&p, "收到时间", "Received"), page_day(&p, day_of_instant(o.at)),
             page_word(&p, "状态", "State"),
             open            ? page_word(&p, "办理中", "Under way")
             : o.upheld == 1 ? page_word(&p, "已答复：异议成立", "Answered: upheld")
                             : page_word(&p, "已答复：异议不成立", "Answered: not upheld"));
    if (!open)
        html_add(&p.b, "<h2>%s</h2><p>%s</p><p class=\"help\">%s</p>\n",
                 page_word(&p, "答复", "Answer"), text_public(cx, o.answer),
                 page_day(&p, day_of_instant(o.answered_at)));
    return page_end(&p, rp, 200, false);
}

Err objection_status(Cx *cx, Request *rq, Reply *rp)
{
    Err e = status_page(cx, rq, rp, request_param(rq, "receipt"));
    return e == OK || e == BUSY ? e : page_failure(cx, rq, rp, e);
}

static Err look_up(Cx *cx, const Request *rq, Reply *rp, const char *receipt, Err e)
{
    Page p;
    Failure failure = cx->failure;
    const char *title = request_word(cx, rq, "用受理编号查结果", "Look up an objection");
    const char *const trail[] = { "/public", request_word(cx, rq, "首页", "Home"), "", title,
                                  NULL };
    page_begin(cx, &p, rq, title, trail);
    if (e != OK)
        html_add(&p.b, "<p class=\"error\" role=\"alert\">%s</p>\n",
                 page_word(&p, failure.zh, failure.en));
    html_add(&p.b,
             "<form method=\"get\" action=\"/public/receipts\">"
             "<label for=\"receipt\">%s</label><input id=\"receipt\" name=\"receipt\" "
             "maxlength=\"40\" autocomplete=\"off\" required value=\"%s\">"
             "<input type=\"hidden\" name=\"lang\" value=\"%s\">"
             "<button type=\"submit\">%s</button></form>\n",
             page_word(&p, "受理编号", "Receipt number"), receipt, p.en ? "en" : "zh",
             page_word(&p, "查询", "Look up"));
    return page_end(&p, rp, e == OK ? 200 : err_status(e), false);
}

Err objection_look_up(Cx *cx, Request *rq, Reply *rp)
{
    const char *given = request_query(rq, "receipt");
    if (given == NULL)
        return look_up(cx, rq, rp, "", OK);
    const char *receipt = text_fold(cx, given);
    Err e = status_page(cx, rq, rp, receipt);
    return e == OK || e == BUSY ? e : look_up(cx, rq, rp, given, e);
}

/* Results of objections: what it was about, whether it was upheld and why; never who. */
Err objection_put_results(Page *p, const List *list, const char *item)
{
    const Objection *rows = list->rows;
    if (list->count == 0)
        return OK;
    const char *at = page_word(p, "收到日期", "Received"), *result = page_word(p, "结果", "Result"),
               *why = page_word(p, "答复", "Answer");
    const char *const columns[] = { item, NULL, at, NULL, result, NULL, why, NULL, NULL };
    page_table(p, page_word(p, "异议处理结果", "Results of objections"), columns);
    for (size_t i = 0; i < list->count; i++) {
        const Objection *o = &rows[i];
        bool open = strcmp(o->state, "open") == 0;
        html_add(&p->b, "<tr role=\"row\">");
        page_cell(p, item, false,
                  o->zone_name ? o->zone_name : page_word(p, "整个名单", "The whole list"), NULL);
        page_cell(p, at, false, page_day(p, day_of_instant(o->at)), NULL);
        page_cell(p, result, false,
                  open             ? page_word(p, "办理中", "Under way")
                  : o->upheld == 1 ? page_word(p, "异议成立", "Upheld")
                                   : page_word(p, "异议不成立", "Not upheld"),
                  NULL);
        page_cell(p, why, false, open ? "—" : text_public(p->cx, o->answer), NULL);
        html_add(&p->b, "</tr>\n");
    }
    page_table_end(p);
    return OK;
}
