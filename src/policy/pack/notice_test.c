#include "policy/pack/notice.h"
#include "tests/test.h"

#define FOLDER "packs/lu-2022-26"

/* Our own words in the outline of a notice: broken lines, blank lines, a form
 * feed, and a contact block that must not survive. */
static const char SAMPLE[] = " 样例〔2022〕1 号 \n\n某某局 某某厅\n\n关于样例\n\n工作的通知 \n \n"
                             "各市某某局：\n\n自 2022 年样例启\n\n动以来，进展明显。现通知如下：\n"
                             "一、总体样例\n1.指导样例。以样例为\n\f 指导。\n2.基本样例\n"
                             "——坚持甲。立足\n\n乙。\n \f——坚持丙。遵循丁。把戊。\n"
                             "3.目标样例。第一句，\n12 月 1.5 亿元。第二\n句。\n"
                             "二、建设样例\n围绕六项。\n1.产业样例。其一。其二。其三。\n"
                             "联系人：\n张三 样例处 0531-12345678\n电子邮箱：a@b.cn\n";

static const char *text_of(const NoticeForm *notice, const char *clause)
{
    for (size_t i = 0; i < notice->count; i++)
        if (strcmp(notice->texts[i].clause, clause) == 0)
            return notice->texts[i].text;
    return "";
}

static NoticeForm read_notice(Cx *cx, const Pack **pack, const char *text)
{
    NoticeForm notice;
    EXPECT_OK(pack_load(cx, pack, FOLDER));
    EXPECT_OK(notice_read(cx, &notice, *pack, text, strlen(text)));
    return notice;
}

CASE("a notice is attached to its clauses by its outline marks")
{
    const Pack *pack;
    NoticeForm n = read_notice(cx, &pack, SAMPLE);
    EXPECT_TEXT(text_of(&n, "题"), "关于样例工作的通知");
    EXPECT_TEXT(text_of(&n, "序"), "自 2022 年样例启动以来，进展明显。现通知如下：");
    EXPECT_TEXT(text_of(&n, "序/s2"), "现通知如下：");
    EXPECT_TEXT(text_of(&n, "一"), "总体样例");
    EXPECT_TEXT(text_of(&n, "一.1"), "指导样例。以样例为指导。");
    EXPECT_TEXT(text_of(&n, "一.2"), "基本样例");
    EXPECT_TEXT(text_of(&n, "一.2.a"), "坚持甲。立足乙。");
    EXPECT_TEXT(text_of(&n, "一.2.b/s1"), "遵循丁。");
    EXPECT_TEXT(text_of(&n, "一.2.b/s2"), "把戊。");
    EXPECT_TEXT(text_of(&n, "一.3/s1"), "第一句，12 月 1.5 亿元。");
    EXPECT_TEXT(text_of(&n, "一.3/s2"), "第二句。");
    EXPECT_TEXT(text_of(&n, "二.0"), "围绕六项。");
    EXPECT_TEXT(text_of(&n, "二.1/s3"), "其三。");
    EXPECT(n.unknown[0] == NULL);
}

CASE("the contact block of a notice is dropped")
{
    const Pack *pack;
    NoticeForm n = read_notice(cx, &pack, SAMPLE);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    notice_write(&o, pack, &n);
    EXPECT(strstr(buf_text(&b), "张三") == NULL);
    EXPECT(strstr(b.at, "0531") == NULL);
    EXPECT(strchr(b.at, '@') == NULL);
    EXPECT(strstr(b.at, "联系") == NULL);
}

CASE("a contact line ends the text even without its heading")
{
    const Pack *pack;
    NoticeForm n = read_notice(cx, &pack, "一、总体\n1.指导。以此。\n李四 13800001111\n二、建设\n");
    EXPECT_TEXT(text_of(&n, "一.1"), "指导。以此。");
    EXPECT_TEXT(text_of(&n, "二"), "");
}

CASE("what is no notice is refused")
{
    const Pack *pack;
    NoticeForm n;
    EXPECT_OK(pack_load(cx, &pack, FOLDER));
    EXPECT_FAIL(notice_read(cx, &n, pack, "没有层次\n", strlen("没有层次\n")), INVALID, "notice");
    EXPECT_FAIL(notice_read(cx, &n, pack, "\xFF\n", 2), INVALID, "notice");
}

CASE("the official notice gives a text to every clause but the contacts, and "
     "nobody's name")
{
    size_t length;
    const Pack *pack;
    const char *path = test_shared(cx, "notice/000_e6b97d082affe8e8.txt");
    if (!path)
        return;
    NoticeForm n = read_notice(cx, &pack, test_read(cx, path, &length));
    for (size_t i = 0; i < pack->clause_count; i++) {
        const char *id = pack->clauses[i].id;
        if (strcmp(id, "末") != 0 && !*text_of(&n, id))
            print_message("no text: %s\n", id);
        EXPECT(strcmp(id, "末") == 0 || *text_of(&n, id));
    }
    EXPECT(n.unknown[0] == NULL);
    for (size_t i = 0; i < n.count; i++) {
        EXPECT(!strchr(n.texts[i].text, '@') && !strchr(n.texts[i].text, '\f'));
        EXPECT(!strstr(n.texts[i].text, "联系人") && !strstr(n.texts[i].text, "0531"));
    }
}
