#include "modules/objection/objection.h"

#include "modules/selection/selection_testing.h"
#include "sheet/sheet.h"

#include <string.h>

#define FORM      "/public/publications/1/objection"
#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"
#define WORDS     "这里的村数不属实，请核实"

static void given_list(Cx *cx)
{
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_ok(cx, "province", "POST", "/api/zones/6/disqualify",
               "{\"clause\":\"一.2.a\",\"reason\":\"样例：形象工程，联系 13812345678\"}");
    testing_to_rank(cx);
    testing_to_determine(cx);
    EXPECT_INT(testing_propose(cx, (const int[]){ 8, 7, 5, 4, 0 }).status, 200);
    testing_act(cx, "province-sign", "forward", 200);
    testing_act(cx, "province-fin-sign", "forward", 200);
    testing_published(cx);
}

static const char *token_of(Cx *cx, const char *page)
{
    const char mark[] = "name=\"token\" value=\"";
    const char *at = strstr(page, mark);
    EXPECT(at != NULL);
    at += sizeof mark - 1;
    return arena_text_n(cx->arena, at, strcspn(at, "\""));
}

static const char *fresh_token(Cx *cx)
{
    return token_of(cx, server_ask(cx, "guest", "GET", FORM, NULL).body);
}

static Answer post(Cx *cx, const char *token, const char *rest)
{
    const char *body = arena_format(cx->arena, "token=%s&%s", token, rest);
    return server_send(cx, "POST", FORM, FORM_TYPE, body);
}

static int64_t count(Cx *cx)
{
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM objection", NO_ARGS));
    return n;
}

static bool says(Answer a, const char *text)
{
    return strstr(a.body, text) != NULL;
}

static void expect_page(Answer a, int status)
{
    if (a.status != status)
        print_error("%d: %s\n", a.status, a.body);
    EXPECT_INT(a.status, status);
    if (strstr(a.head, "text/html") == NULL)
        print_error("no page: %s\n%s\n", a.head, a.body);
    EXPECT(strstr(a.head, "text/html; charset=utf-8") != NULL);
    EXPECT(strstr(a.head, "default-src 'none'; style-src 'self'") != NULL);
    EXPECT(text_valid(a.body, a.length));
    EXPECT(!says(a, "<script") && !says(a, " style=") && !says(a, "javascript:"));
    EXPECT(says(a, "<main id=\"main\"") && says(a, "<h1>") && says(a, "<nav aria-label="));
}

/* What is published is everybody's. */
static int64_t files_on_record(Cx *cx)
{
    int64_t count;
    EXPECT_OK(store_int(cx, &count, "SELECT count(*) FROM audit WHERE after LIKE '{\"文件\":%'",
                        NO_ARGS));
    return count;
}

SERVER_CASE("the public reads batches, lists and how places came about, in two languages")
{
    given_list(cx);
    expect_page(server_ask(cx, "guest", "GET", "/public", NULL), 200);
    Answer b = server_ask(cx, "guest", "GET", "/public/batches/1", NULL);
    expect_page(b, 200);
    EXPECT(says(b, "/public/draws/") && says(b, "拟确定名单公示"));
    Answer a = server_ask(cx, "guest", "GET", "/public/publications/1", NULL);
    expect_page(a, 200);
    EXPECT(says(a, "<caption>") && says(a, "scope=\"col\"") && says(a, "scope=\"row\""));
    EXPECT(says(a, "公示中，还剩 7 天") && says(a, "样例，非官方文件"));
    EXPECT(says(a, "3,000.00") && says(a, "样例8区"));
    Answer en =
        server_ask(cx, "guest", "GET", "/public/publications/1?lang=en&contrast=high", NULL);
    expect_page(en, 200);
    EXPECT(says(en, "<html lang=\"en\">") && says(en, "7 days left") && says(en, "contrast"));
    EXPECT(says(en, "/public?lang=en&amp;contrast=high"));
    Answer r = server_ask(cx, "guest", "GET", "/public/publications/1/ranking", NULL);
    expect_page(r, 200);
    EXPECT(says(r, "专家评审 × 60%"));
    expect_page(server_ask(cx, "guest", "GET", "/public/publications/99", NULL), 404);
    expect_page(server_ask(cx, "guest", "GET", "/public/batches/x", NULL), 404);
    EXPECT_INT(server_ask(cx, "guest", "GET", "/public/style.css", NULL).status, 200);
    EXPECT(says(a, "/public/publications/1/list.xlsx"));
    Answer x = server_ask(cx, "guest", "GET", "/public/publications/1/list.xlsx", NULL);
    EXPECT_INT(x.status, 200);
    EXPECT(strstr(x.head, "spreadsheetml.sheet") != NULL && memcmp(x.body, "PK", 2) == 0);
    EXPECT_INT(files_on_record(cx), 0);
    expect_page(server_ask(cx, "guest", "GET", "/public/publications/9/list.xlsx", NULL), 404);
}

SERVER_CASE("a published list is set as a document once, and every reader gets the same")
{
    given_list(cx);
    EXPECT(says(server_ask(cx, "guest", "GET", "/public/publications/1", NULL),
                "/public/publications/1/list.pdf"));
    Answer first = server_ask(cx, "guest", "GET", "/public/publications/1/list.pdf", NULL);
    EXPECT_INT(first.status, 200);
    EXPECT(strstr(first.head, "application/pdf") != NULL && memcmp(first.body, "%PDF-", 5) == 0);
    Answer again = server_ask(cx, "guest", "GET", "/public/publications/1/list.pdf", NULL);
    EXPECT_INT((int64_t)again.length, (int64_t)first.length);
    EXPECT(memcmp(again.body, first.body, first.length) == 0);
    EXPECT_INT(files_on_record(cx), 0);
    expect_page(server_ask(cx, "guest", "GET", "/public/publications/9/list.pdf", NULL), 404);
}

SERVER_CASE("no page for the public holds a number by which a person could be known")
{
    given_list(cx);
    testing_ok(cx, "province", "POST", "/api/zones/5/disqualify",
               "{\"clause\":\"一.2.a\",\"reason\":\"样例：联系人 13987654321，证件 "
               "37068319900101123X\"}");
    Day today = day_of_instant(cx_now(cx));
    testing_ok(cx, "province", "POST", "/api/batches/1/publications",
               arena_format(cx->arena,
                            "{\"kind\":\"correction\",\"starts_on\":\"%s\",\"ends_on\":\"%s\"}",
                            day_text(cx, today), day_text(cx, today)));
    Answer a = server_ask(cx, "guest", "GET", "/public/publications/2", NULL);
    expect_page(a, 200);
    EXPECT(says(a, "取消资格") && says(a, "联系人 ***"));
    EXPECT(!says(a, "13987654321") && !says(a, "37068319900101123"));
    EXPECT_INT(testing_ok(cx, "province", "GET", "/api/batches/1/allotments", NULL).json->count > 0,
               1);
    int64_t reversed;
    EXPECT_OK(store_int(cx, &reversed,
                        "SELECT count(*) FROM allotment WHERE zone_id = 5 AND state = 'reversed'",
                        NO_ARGS));
    EXPECT_INT(reversed, 1);
}

SERVER_CASE("an objection is received once, followed by its receipt, and answered")
{
    given_list(cx);
    expect_page(server_ask(cx, "guest", "GET", FORM, NULL), 200);
    const char *token = fresh_token(cx);
    Answer one = post(cx, token, "zone=8&name=&contact=13812345678&text=" WORDS);
    expect_page(one, 200);
    Answer two = post(cx, token, "zone=8&name=&contact=&text=" WORDS);
    expect_page(two, 200);
    EXPECT_INT(count(cx), 1);
    const char *receipt;
    EXPECT_OK(store_text(cx, &receipt, "SELECT receipt FROM objection", NO_ARGS));
    EXPECT_INT(strlen(receipt), 19);
    EXPECT(says(one, receipt) && says(two, receipt));
    const char *page = arena_format(cx->arena, "/public/objections/%s", receipt);
    Answer open = server_ask(cx, "guest", "GET", page, NULL);
    expect_page(open, 200);
    EXPECT(says(open, "办理中") && !says(open, "13812345678") && !says(open, "村数"));
    const char *contact;
    EXPECT_OK(store_text(cx, &contact, "SELECT contact FROM objection", NO_ARGS));
    EXPECT(strstr(contact, "13812345678") == NULL);
    Answer list = testing_ok(cx, "province", "GET", "/api/batches/1/objections?state=open", NULL);
    EXPECT_TEXT(json_at(list.json, "/rows/0/contact")->text, "138****5678");
    server_table(
        cx,
        (const Ask[]){
            { "PUT", "/api/objections/1", "{\"answer\":\" \",\"upheld\":true,\"version\":1}",
              "province", 422 },
            { "PUT", "/api/objections/1",
              "{\"answer\":\"样例：属实\",\"upheld\":true,\"version\":1}", "province-fin", 403 },
            { "PUT", "/api/objections/1",
              "{\"answer\":\"样例：属实\",\"upheld\":true,\"version\":1}", "province", 200 },
            { "PUT", "/api/objections/1",
              "{\"answer\":\"样例：再答\",\"upheld\":false,\"version\":2}", "province", 409 },
            { NULL } });
    EXPECT(says(server_ask(cx, "guest", "GET", page, NULL), "异议成立"));
    EXPECT(says(server_ask(cx, "guest", "GET", "/public/batches/1", NULL), "样例：属实"));
    Answer form = server_ask(cx, "guest", "GET",
                             arena_format(cx->arena, "/public/receipts?receipt=%s", receipt), NULL);
    expect_page(form, 200);
    expect_page(server_ask(cx, "guest", "GET", "/public/receipts?receipt=ABCD-1", NULL), 404);
    expect_page(server_ask(cx, "guest", "GET", "/public/receipts", NULL), 200);
}

static void given_correction(Cx *cx)
{
    Day today = day_of_instant(cx_now(cx));
    testing_ok(cx, "province", "POST", "/api/zones/5/disqualify",
               "{\"clause\":\"一.2.a\",\"reason\":\"样例：村庄类型不符。\"}");
    testing_ok(cx, "province", "POST", "/api/batches/1/publications",
               arena_format(cx->arena,
                            "{\"kind\":\"correction\",\"starts_on\":\"%s\",\"ends_on\":\"%s\"}",
                            day_text(cx, today), day_text(cx, today)));
}

SERVER_CASE("a corrected list says so everywhere, and objections go to the one that stands")
{
    static const char NEXT[] = "/public/publications/2";
    given_list(cx);
    const char *old = fresh_token(cx);
    given_correction(cx);
    Answer a = server_ask(cx, "guest", "GET", "/public/publications/1", NULL);
    expect_page(a, 200);
    EXPECT(says(a, "已更正，不再有效") && says(a, NEXT) && !says(a, "公示中"));
    EXPECT(!says(a, FORM "?"));
    a = server_ask(cx, "guest", "GET", FORM, NULL);
    expect_page(a, 200);
    EXPECT(says(a, NEXT) && !says(a, "<textarea"));
    a = post(cx, old, "text=" WORDS);
    expect_page(a, 409);
    EXPECT(says(a, "已更正"));
    static const char *const PAGES[] = { "/public", "/public/batches/1" };
    for (size_t i = 0; i < COUNT(PAGES); i++) {
        a = server_ask(cx, "guest", "GET", PAGES[i], NULL);
        const char *first = strstr(a.body, "公示中");
        EXPECT(says(a, "已更正，不再有效") && first && !strstr(first + 1, "公示中"));
    }
    Answer list = testing_ok(cx, "province", "GET", "/api/batches/1/publications", NULL);
    EXPECT_TEXT(json_at(list.json, "/rows/0/state")->text, "running");
    EXPECT_TEXT(json_at(list.json, "/rows/1/state")->text, "superseded");
    a = server_ask(cx, "guest", "GET", NEXT, NULL);
    EXPECT(says(a, "（取消资格，依据条款 一、2（1）：样例：村庄类型不符）"));
    EXPECT(says(a, "公示中，还剩 7 天")); /* as long as its list had */
    const char *form = "/public/publications/2/objection";
    const char *token = token_of(cx, server_ask(cx, "guest", "GET", form, NULL).body);
    expect_page(server_send(cx, "POST", form, FORM_TYPE,
                            arena_format(cx->arena, "token=%s&text=" WORDS, token)),
                200);
    testing_act(cx, "province", "forward", 409);
    testing_days_later(cx, 7);
    expect_page(server_send(cx, "POST", form, FORM_TYPE,
                            arena_format(cx->arena, "token=%s&text=" WORDS, token)),
                200); /* one form, one objection: the same receipt */
    EXPECT(says(server_ask(cx, "guest", "GET", NEXT, NULL), "公示期已满"));
}

SERVER_CASE("the workbook of a correction adds up to what is left, and has no line for signatures")
{
    static const Field COLUMNS[] = {
        { "name", FIELD_TEXT, NO_OFFSET, "推进区", "Zone" },
        { "amount", FIELD_MONEY, NO_OFFSET, "其中省级以上", "From province and above",
          .unit = "万元" },
        { "outcome", FIELD_TEXT, NO_OFFSET, "结果", "Outcome" },
        FIELDS_END,
    };
    const Sheet sheet = { "list", "名单", "List", COLUMNS };
    SheetBook *book;
    given_list(cx);
    given_correction(cx);
    Answer a = server_ask(cx, "guest", "GET", "/public/publications/2/list.xlsx", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_OK(sheet_read(cx, &book, &sheet, 1, a.body, a.length, NULL));
    EXPECT_INT((int64_t)book->tables->count, 4); /* the sum is passed over */
    int struck = 0;
    for (size_t i = 0; i < book->tables->count; i++) {
        const Json *row = book->tables->rows[i].object;
        bool out = strcmp(json_text(row, "outcome", ""), "取消资格") == 0;
        struck += out;
        EXPECT(json_missing(json_get(row, "amount")) == out);
    }
    EXPECT_INT(struck, 1);
}

SERVER_CASE("who objected is reached with a reason on record, and the organ by its contact")
{
    int64_t organ, entries;
    given_list(cx);
    post(cx, fresh_token(cx), "name=%E6%A0%B7%E4%BE%8B%E7%94%B2&contact=13812345678&text=" WORDS);
    const char *path = "/api/objections/1/reveal";
    server_table(cx,
                 (const Ask[]){ { "POST", path, "{\"reason\":\"电话核实\"}", "guest", 401 },
                                { "POST", path, "{\"reason\":\"电话核实\"}", "province-fin", 403 },
                                { "POST", path, "{\"reason\":\"查\"}", "province", 422 },
                                { "POST", "/api/objections/9/reveal", "{\"reason\":\"电话核实\"}",
                                  "province", 404 },
                                { NULL } });
    Answer a = testing_ok(cx, "province", "POST", path, "{\"reason\":\"电话核实\"}");
    EXPECT_TEXT(json_at(a.json, "/contact")->text, "13812345678");
    EXPECT_TEXT(json_at(a.json, "/name")->text, "样例甲");
    EXPECT_OK(store_int(cx, &entries,
                        "SELECT count(*) FROM audit WHERE noun = 'objection' AND noun_id = 1 "
                        "AND after LIKE '%电话核实%'",
                        NO_ARGS));
    EXPECT_INT(entries, 2); /* name and contact */
    EXPECT_OK(store_int(cx, &organ, "SELECT min(id) FROM organ WHERE level = 'province'", NO_ARGS));
    EXPECT(!says(server_ask(cx, "guest", "GET", "/public/publications/1", NULL), "联系方式"));
    testing_ok(cx, "sysadmin", "PUT", arena_format(cx->arena, "/api/organs/%lld", (long long)organ),
               "{\"version\":1,\"contact\":\"样例路 1 号，0531-00000000\"}");
    EXPECT(says(server_ask(cx, "guest", "GET", "/public/publications/1", NULL),
                "样例路 1 号，0531-00000000"));
    server_sweep(cx, &(Ask){ "POST", path, "{\"reason\":\"再次核实\"}", "province", 200 });
}

SERVER_CASE("what is wrong with an objection is said, and nothing typed is lost")
{
    given_list(cx);
    const char *token = fresh_token(cx);
    Answer a = post(cx, token, "text=%E5%A4%AA%E7%9F%AD&name=%E7%8E%8B%3Cb%3E");
    expect_page(a, 422);
    EXPECT(says(a, "不少于 10 个字") && says(a, "太短</textarea>") && says(a, "王&lt;b&gt;"));
    expect_page(post(cx, "made.up.token", "text=" WORDS), 422);
    expect_page(post(cx, token, "zone=1&text=" WORDS), 422); /* not on the list */
    Buf lots = BUF(cx);
    buf_add(&lots, "text=");
    for (int i = 0; i < 2001; i++)
        buf_add(&lots, "%E4%BD%A0");
    a = post(cx, token, buf_text(&lots));
    expect_page(a, 422);
    EXPECT(says(a, "最多 2000 个字，现有 2001 个"));
    Buf more = BUF(cx);
    for (int i = 0; i < 70000; i++)
        buf_char(&more, 'a');
    expect_page(post(cx, token, buf_text(&more)), 413);
    EXPECT_INT(count(cx), 0);
}

SERVER_CASE("hostile input is shown as the text it is, or refused")
{
    given_list(cx);
    const char *token = fresh_token(cx);
    Answer a = post(cx, token,
                    "text=%3Cscript%3Ealert(1)%3C%2Fscript%3E&name=%22%3E%3Cimg+src%3Dx%3E"
                    "&contact=%3C%2Ftextarea%3E&zone=abc");
    expect_page(a, 422);
    EXPECT(says(a, "&lt;script&gt;alert(1)&lt;/script&gt;") && !says(a, "<img"));
    expect_page(post(cx, token, "text=%FF%FE%80"), 422);
    expect_page(post(cx, token, "text=%00abc"), 422);
    expect_page(post(cx, token, "text=%E4%BD"), 422);
    Answer other = server_send(cx, "POST", FORM, FORM_TYPE "Origin: https://elsewhere.example\r\n",
                               arena_format(cx->arena, "token=%s&text=" WORDS, token));
    EXPECT_INT(other.status, 403);
    Answer json = server_send(cx, "POST", FORM, "Content-Type: application/json\r\n", "{}");
    expect_page(json, 422);
    expect_page(server_ask(cx, "guest", "GET", "/public/objections/%3Cscript%3E", NULL), 404);
    expect_page(
        server_ask(cx, "guest", "GET", "/public/receipts?receipt=%22%3E%3Cscript%3Ealert(1)", NULL),
        404);
    EXPECT_INT(count(cx), 0);
}

SERVER_CASE("objections end with the period, forms with half a day, and an address has its limit")
{
    given_list(cx);
    const char *old = fresh_token(cx);
    server_clock(cx_now(cx) + 13 * 3600000);
    Answer a = post(cx, old, "text=" WORDS);
    expect_page(a, 422);
    EXPECT(says(a, "这张表单已失效"));
    for (int i = 0; i < 5; i++)
        expect_page(post(cx, fresh_token(cx), "text=" WORDS), 200);
    a = post(cx, fresh_token(cx), "text=" WORDS);
    expect_page(a, 429);
    EXPECT(says(a, "核实</textarea>"));
    server_clock(cx_now(cx) + 3600001);
    const char *token = fresh_token(cx);
    expect_page(post(cx, token, "text=" WORDS), 200);
    token = fresh_token(cx);
    testing_days_later(cx, 7);
    a = post(cx, token, "text=" WORDS);
    expect_page(a, 409);
    EXPECT(says(a, "不在公示期内"));
    EXPECT(says(server_ask(cx, "guest", "GET", FORM, NULL), "不能提交意见"));
    EXPECT_INT(count(cx), 6);
}

SERVER_CASE("a list is public for the pack's days at least, and once")
{
    testing_selection(cx);
    testing_to_draw(cx);
    testing_to_paper(cx);
    testing_to_defence(cx);
    testing_to_site(cx);
    testing_to_rank(cx);
    testing_to_determine(cx);
    testing_to_publish(cx);
    Day today = day_of_instant(cx_now(cx));
    const struct {
        const char *kind;
        Day from, to;
        int status;
    } TRIES[] = { { "list", today, today + 5, 422 },     { "list", today - 1, today + 9, 422 },
                  { "correction", today, today, 409 },   { "final", today, today + 9, 409 },
                  { "list", today + 1, today + 7, 200 }, { "list", today + 1, today + 7, 409 } };
    for (size_t i = 0; i < COUNT(TRIES); i++) {
        const char *body =
            arena_format(cx->arena, "{\"kind\":\"%s\",\"starts_on\":\"%s\",\"ends_on\":\"%s\"}",
                         TRIES[i].kind, day_text(cx, TRIES[i].from), day_text(cx, TRIES[i].to));
        Answer a = server_ask(cx, "province", "POST", "/api/batches/1/publications", body);
        if (a.status != TRIES[i].status)
            print_error("%zu: %s\n", i, a.body);
        EXPECT_INT(a.status, TRIES[i].status);
    }
    expect_page(server_ask(cx, "guest", "GET", "/public/publications/1", NULL), 404);
    testing_days_later(cx, 1);
    expect_page(server_ask(cx, "guest", "GET", "/public/publications/1", NULL), 200);
}

SERVER_CASE("no fault leaves an objection half received")
{
    given_list(cx);
    const char *body = arena_format(cx->arena, "token=%s&zone=8&text=" WORDS, fresh_token(cx));
    server_sweep(cx, &(Ask){ "POST", FORM, body, "guest", 200 });
    EXPECT_INT(count(cx), 1);
}
