#include "modules/review/blind.h"

#include "tests/test.h"

static Blind *given_blind(Cx *cx)
{
    Blind *b = blind_new(cx, "37");
    BlindThing *county = blind_common(b, BLIND_COUNTY);
    blind_spell(cx, b, county, "莱州市");
    blind_spell(cx, b, county, "莱州");
    blind_spell(cx, b, county, "370683");
    blind_spell_alone(cx, b, blind_common(b, BLIND_CITY), "3706");
    BlindThing *village = blind_thing(cx, b, BLIND_VILLAGE);
    blind_spell(cx, b, village, "东街村委会");
    blind_spell(cx, b, village, "东街村");
    blind_spell(cx, b, village, "东街");
    blind_spell(cx, b, village, "370683101201");
    BlindThing *organ = blind_thing(cx, b, BLIND_ORGAN);
    blind_spell(cx, b, organ, "样例果业（莱州）有限公司");
    return b;
}

#define EXPECT_BLIND(text, masked) EXPECT_TEXT(blind_text(cx, given_blind(cx), text), masked)

CASE("a name is hidden however it is set, the longest spelling first")
{
    EXPECT_BLIND("在莱州市东街村委会建库", "在⟦本县⟧⟦村 甲⟧建库");
    EXPECT_BLIND("莱 州　市和 莱-州、“东 街”小学", "⟦本县⟧和 ⟦本县⟧、“⟦村 甲⟧”小学");
    EXPECT_BLIND("莱\u200b州", "⟦本县⟧");
    EXPECT_BLIND("莱\n州市、东\r\n街村", "⟦本县⟧、⟦村 甲⟧");
    EXPECT_BLIND("样例果业(莱州)有限公司牵头", "⟦单位 A⟧牵头");
    EXPECT_BLIND("没有名字，只有 120 户", "没有名字，只有 120 户");
    EXPECT_BLIND("蓬莱，州里", "蓬莱，州里");
    EXPECT_BLIND("", "");
}

CASE("a name is hidden in traditional characters, and with figures for its numerals")
{
    EXPECT_BLIND("在萊州、東街村委會，樣例果業（萊州）有限公司", "在⟦本县⟧、⟦村 甲⟧，⟦单位 A⟧");
    Blind *b = given_blind(cx);
    BlindThing *third = blind_thing(cx, b, BLIND_VILLAGE);
    blind_spell(cx, b, third, "后街三村");
    blind_spell(cx, b, third, "七一");
    blind_spell(cx, b, third, "三里");
    EXPECT_TEXT(blind_text(cx, b, "後街3村、后街３村、一、二、三里、3里"),
                "⟦村 甲⟧、⟦村 甲⟧、一、二、⟦村 甲⟧、⟦村 甲⟧");
    EXPECT_TEXT(blind_text(cx, b, "71 户，13里路"), "71 户，13里路");
    const char *what = NULL;
    EXPECT(blind_file_names(cx, b, &what, "%PDF 萊州市", strlen("%PDF 萊州市")));
    EXPECT_TEXT(what, "莱州市");
}

CASE("numbers that are read out in characters have the shape of their figures")
{
    EXPECT_BLIND("代码三七〇六八三一〇一二〇一。", "代码⟦村 甲⟧。");
    EXPECT_BLIND("电话一三八零零一三八〇〇〇", "电话⟦电话⟧");
    EXPECT_BLIND("见莱政发〔二〇二二〕十二号", "见⟦文号⟧");
    EXPECT_BLIND("二〇二二年，三百二十户", "二〇二二年，三百二十户");
}

CASE("codes are hidden, also with digits behind that nobody knows; a common figure stays")
{
    EXPECT_BLIND("代码370683101201。", "代码⟦村 甲⟧。");
    EXPECT_BLIND("代码３７０６８３　101 201", "代码⟦村 甲⟧");
    EXPECT_BLIND("370683999999 和 370683", "⟦代码⟧ 和 ⟦本县⟧");
    EXPECT_BLIND("3706，13706 户，37065", "⟦本市⟧，13706 户，37065");
    EXPECT_BLIND("370124101201", "⟦代码⟧");
}

CASE("what has the shape of a document number, phone, address or position is hidden")
{
    EXPECT_BLIND("见莱政发〔2022〕12号和样政办［2022］第 3 号", "见⟦文号⟧和⟦文号⟧");
    EXPECT_BLIND("电话 138 0013 8000、0535-2211000", "电话 ⟦电话⟧、⟦电话⟧");
    EXPECT_BLIND("身份证 37068319000101123X", "身份证 ⟦证件号⟧");
    EXPECT_BLIND("网址 www.laizhou.gov.cn，邮箱 a.b@example.com 。", "网址 ⟦网址⟧，邮箱 ⟦网址⟧ 。");
    EXPECT_BLIND("见ＷＷＷ．ｌａｉｚｈｏｕ．ｇｏｖ．ｃｎ或 WWW.LAIZHOU.GOV.CN",
                 "见⟦网址⟧或 ⟦网址⟧");
    EXPECT_BLIND("ａ．ｂ＠ｅｘａｍｐｌｅ．ｃｏｍ，１３８００１３８０００", "⟦网址⟧，⟦电话⟧");
    EXPECT_BLIND("电话 138\n0013\n8000", "电话 ⟦电话⟧");
    EXPECT_BLIND("位于 119.94235,37.17721", "位于 ⟦坐标⟧,⟦坐标⟧");
    EXPECT_BLIND("投资1200.5万元（2022年）", "投资1200.5万元（2022年）");
}

CASE("nobody writes a chip of his own, and one thing has one chip")
{
    EXPECT_BLIND("⟦村 乙⟧与东街、东街村", "〔村 乙〕与⟦村 甲⟧、⟦村 甲⟧");
    Blind *b = given_blind(cx);
    Buf json = BUF(cx);
    JsonOut o = json_out(&json);
    blind_text(cx, b, "东街归莱州");
    json_open(&o, NULL, '{');
    blind_put_chips(&o, b);
    json_close(&o, '}');
    EXPECT_TEXT(buf_text(&json), "{\"chips\":[{\"chip\":\"⟦村 甲⟧\",\"kind\":\"village\"},"
                                 "{\"chip\":\"⟦本县⟧\",\"kind\":\"county\"}]}");
}

CASE("after ten stems and 26 letters chips are numbered")
{
    Blind *b = blind_new(cx, "37");
    const char *last = "";
    for (int i = 0; i < 12; i++) {
        BlindThing *t = blind_thing(cx, b, BLIND_VILLAGE);
        blind_spell(cx, b, t, arena_format(cx->arena, "第%d村", i));
        last = blind_text(cx, b, arena_format(cx->arena, "第%d村", i));
    }
    EXPECT_TEXT(last, "⟦村 12⟧");
}

CASE("the bytes of a file are searched in UTF-8 and both UTF-16")
{
    Blind *b = given_blind(cx);
    const char *what = NULL;
    EXPECT(blind_file_names(cx, b, &what, "%PDF 莱州市", strlen("%PDF 莱州市")));
    EXPECT_TEXT(what, "莱州市");
    EXPECT(blind_file_names(cx, b, &what, "(\x4e\x1c\x88\x57\x67\x51)", 8)); /* 东街村 */
    EXPECT(blind_file_names(cx, b, &what, "xx\x1c\x4e\x57\x88\x51\x67", 8));
    EXPECT(!blind_file_names(cx, b, &what, "(\x4e\x1c\x88\x57)", 6));
    EXPECT(!blind_file_names(cx, b, &what, "0000370683 00000 n", 18));
    EXPECT(!blind_file_names(cx, b, &what, "", 0));
}
