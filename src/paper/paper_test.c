#include "paper/paper.h"

#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

/* The library is tested through the program itself, as a child sets the type. */
static const char PROGRAM[] = "build/tuijin";

/* What a command of poppler says of the PDF. */
static const char *poppler(Cx *cx, const char *pdf, size_t length, const char *command)
{
    const char *path = arena_format(cx->arena, "%s/paper.pdf", test_dir(cx));
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(pdf, 1, length, f), length);
    fclose(f);
    FILE *p = popen(arena_format(cx->arena, command, path), "r");
    assert_non_null(p);
    char *text = arena_alloc(cx->arena, 1 << 20);
    size_t n = fread(text, 1, (1 << 20) - 1, p);
    text[n] = '\0';
    EXPECT_INT(pclose(p), 0);
    return text;
}

static const char *set(Paper *p, size_t *length)
{
    const char *pdf;
    Cx *cx = p->cx;
    EXPECT_OK(paper_end(p, &pdf, length, PROGRAM));
    return pdf;
}

CASE("a page of running text has 22 lines of 28 characters")
{
    Paper p;
    size_t length;
    Buf b = BUF(cx);
    paper_begin(cx, &p, "样例", NULL);
    for (int i = 0; i < 28 * 22 - 2; i++)
        buf_add(&b, "推");
    paper_text(&p, buf_text(&b));
    const char *pdf = set(&p, &length);
    const char *info = poppler(cx, pdf, length, "pdfinfo %s");
    EXPECT(strstr(info, "Pages:           1\n"));
    EXPECT(strstr(info, "A4"));
    const char *text = poppler(cx, pdf, length, "pdftotext -layout %s -");
    int lines = 0;
    for (const char *at = strstr(text, "推"); at; lines++) {
        int count = 0;
        while (strncmp(at, "推", 3) == 0)
            at += 3, count++;
        EXPECT_INT(count, lines == 0 ? 26 : 28);
        at = strstr(at, "推");
    }
    EXPECT_INT(lines, 22);
    EXPECT(strstr(text, "— 1 —") || strstr(text, "—1—") || strstr(text, "— 1—"));
}

CASE("one character more goes to a second page")
{
    Paper p;
    size_t length;
    Buf b = BUF(cx);
    paper_begin(cx, &p, "样例", NULL);
    for (int i = 0; i < 28 * 22 - 1; i++)
        buf_add(&b, "推");
    paper_text(&p, buf_text(&b));
    const char *pdf = set(&p, &length);
    EXPECT(strstr(poppler(cx, pdf, length, "pdfinfo %s"), "Pages:           2\n"));
}

CASE("fonts are embedded and every character can be copied out, rare ones too")
{
    Paper p;
    size_t length;
    static const PaperColumn COLUMNS[] = { { "村", 40, 'l' }, { "金额", 60, 'r' } };
    paper_begin(cx, &p, "样例", "样例水印");
    paper_title(&p, "关于样例推进区申报的请示");
    paper_to(&p, "样例市乡村振兴局、财政局：");
    paper_heading(&p, 1, "一、基本情况");
    paper_heading(&p, 2, "（一）村庄");
    paper_text(&p, "石元疃村、湾村、沭河、〔2022〕26号。");
    paper_table(&p, "资金", "单位：万元", COLUMNS, COUNT(COLUMNS));
    paper_row(&p, (const char *[]){ "东街村", "1,999.99" }, 2, false);
    paper_row(&p, (const char *[]){ "合计", "1,999.99" }, 2, true);
    paper_table_end(&p);
    paper_sign(&p, (const char *[]){ "样例县人民政府" }, 1, "2022年11月25日");
    const char *pdf = set(&p, &length);
    const char *text = poppler(cx, pdf, length, "pdftotext -layout %s -");
    static const char *const WORDS[] = {
        "关于样例推进区申报的请示", "石元疃村", "沭河", "〔2022〕26号", "1,999.99", "单位：万元",
        "样例县人民政府",           "样例水印"
    };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        EXPECT(strstr(text, WORDS[i]));
    const char *fonts = poppler(cx, pdf, length, "pdffonts %s");
    const char *line = strchr(strchr(fonts, '\n') + 1, '\n') + 1;
    EXPECT(*line);
    for (; *line; line = strchr(line, '\n') + 1)
        EXPECT(strstr(line, " yes ") && strstr(line, "yes "));
}

CASE("a table of many rows repeats its head on every page")
{
    Paper p;
    size_t length;
    static const PaperColumn COLUMNS[] = { { "序号甲", 20, 'r' }, { "村名乙", 80, 'l' } };
    paper_begin(cx, &p, "样例", NULL);
    paper_table(&p, "村庄", NULL, COLUMNS, COUNT(COLUMNS));
    for (int i = 0; i < 120; i++)
        paper_row(&p, (const char *[]){ arena_format(cx->arena, "%d", i), "样例村" }, 2, false);
    paper_table_end(&p);
    const char *pdf = set(&p, &length);
    const char *text = poppler(cx, pdf, length, "pdftotext -layout %s -");
    int heads = 0;
    for (const char *at = text; (at = strstr(at, "村名乙")); at++)
        heads++;
    EXPECT(heads >= 4);
    EXPECT(strstr(text, "119"));
}

/* --- whole documents of nasty input --- */

static const char *repeated(Cx *cx, const char *word, int count)
{
    Buf b = BUF(cx);
    for (int i = 0; i < count; i++)
        buf_add(&b, word);
    return buf_text(&b);
}

static int count_of(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

/* The pages' texts, in reading order; NULL behind the last. */
static const char **pages_of(Cx *cx, const char *text)
{
    const char **pages = NEW_N(cx, const char *, (size_t)count_of(text, "\f") + 2);
    for (size_t i = 0; *text; i++) {
        size_t n = strcspn(text, "\f");
        pages[i] = arena_text_n(cx->arena, text, n);
        text += n + (text[n] == '\f');
    }
    return pages;
}

/* No word of the pages lies outside what may be printed on; in points of an A4 page. */
static void expect_inside(const char *boxes)
{
    static const char WORD[] = "<word xMin=\"";
    EXPECT(strstr(boxes, WORD));
    for (const char *at = boxes; (at = strstr(at, WORD)); at++) {
        double left, top, right, bottom;
        EXPECT_INT(sscanf(at, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"", &left,
                          &top, &right, &bottom),
                   4);
        bool inside = left > 79 && right < 522.5 && top > 100 && bottom < 825;
        if (!inside)
            print_error("%.120s\n", at);
        EXPECT(inside);
    }
}

static const char *const CODES[] = { "14,879.90", "123,456,789,012.34", "2028-06-28",
                                     "LZ-2026-SH-0001-XMZC-0001", "〔2022〕26号" };

/* A table whose rows grow to several pages, with figures that are too wide for their columns. */
static void put_nasty_table(Paper *p, const int *lengths, size_t count)
{
    static const PaperColumn COLUMNS[] = { { "编号", 8, 'l' },  { "名称", 16, 'l' },
                                           { "内容", 20, 'l' }, { "领域", 9, 'l' },
                                           { "种类", 9, 'l' },  { "文号", 15, 'l' },
                                           { "期限", 11, 'l' }, { "资金", 12, 'r' } };
    paper_table(p, NULL, "万元", COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < count; i++) {
        const char *words = repeated(p->cx, "渠", lengths[i]);
        paper_row(p,
                  (const char *[]){ i % 4 ? "P12" : CODES[3], "供水管网改造", words, "基础设施",
                                    "新建", CODES[4], CODES[2], CODES[i % 2] },
                  COUNT(COLUMNS), false);
    }
    paper_row(p, (const char *[]){ "合计", "", "", "", "", "", "", CODES[1] }, COUNT(COLUMNS),
              true);
    paper_table_end(p);
}

CASE("rows of any length stay on their pages, and no figure, date or code is broken")
{
    static const int LENGTHS[] = { 1, 30, 230, 260, 2000, 7, 500, 1200, 90, 300, 40, 400 };
    Paper p;
    size_t length;
    int all = 0;
    paper_begin(cx, &p, "样例", "样例水印");
    paper_annex(&p, "附件1", "项目计划表");
    put_nasty_table(&p, LENGTHS, COUNT(LENGTHS));
    paper_text(&p, repeated(cx, "投资123,456,789,012.34万元，编号LZ-2026-SH-0001-XMZC-0001。", 9));
    const char *pdf = set(&p, &length);
    expect_inside(poppler(cx, pdf, length, "pdftotext -bbox %s -"));
    const char *text = poppler(cx, pdf, length, "pdftotext -raw %s -");
    for (size_t i = 0; i < COUNT(LENGTHS); i++)
        all += LENGTHS[i];
    EXPECT_INT(count_of(text, "渠"), all);
    EXPECT_INT(count_of(text, CODES[0]), 6);
    EXPECT_INT(count_of(text, CODES[1]), 6 + 1 + 9);
    EXPECT_INT(count_of(text, CODES[2]), 12);
    EXPECT_INT(count_of(text, CODES[3]), 3 + 9);
    EXPECT_INT(count_of(text, CODES[4]), 12);
    for (const char **page = pages_of(cx, text); *page; page++)
        EXPECT(!strstr(*page, "渠") || strstr(*page, "种类"));
}

CASE("a code longer than a line breaks without a hyphen, and a crowd of wide columns fits")
{
    static const PaperColumn COLUMNS[] = {
        { "甲", 25, 'l' }, { "乙", 15, 'r' }, { "丙", 15, 'r' },
        { "丁", 15, 'r' }, { "戊", 15, 'r' }, { "己", 15, 'r' }
    };
    Paper p;
    size_t length;
    const char *m = CODES[1];
    paper_begin(cx, &p, "样例", NULL);
    paper_text(&p, repeated(cx, "AB-", 60));
    paper_table(&p, "资金", "万元", COLUMNS, COUNT(COLUMNS));
    paper_row(&p, (const char *[]){ "省级", m, m, m, m, m }, COUNT(COLUMNS), false);
    paper_row(&p, (const char *[]){ repeated(cx, "X", 200), m, m, m, m, m }, COUNT(COLUMNS), true);
    paper_table_end(&p);
    const char *pdf = set(&p, &length);
    expect_inside(poppler(cx, pdf, length, "pdftotext -bbox %s -"));
    const char *text = poppler(cx, pdf, length, "pdftotext -raw %s -");
    EXPECT_INT(count_of(text, m), 10);
    EXPECT_INT(count_of(text, "-"), 60);
    EXPECT_INT(count_of(text, "X"), 200);
    EXPECT(!strstr(text, "‐"));
}

/* Whatever stands above: n lines of text, then enclosures, signature and date. */
CASE("signature and date are on one page with text above them, and no heading is left behind")
{
    Paper p;
    size_t length;
    paper_begin(cx, &p, "样例", NULL);
    for (int n = 1; n <= 23; n++) {
        paper_annex(&p, "附件1", "起点");
        paper_text(&p, repeated(cx, "文", 28 * n - 2));
        if (n % 2)
            paper_enclosures(&p, (const char *[]){ "甲表", "乙表" }, 2);
        paper_sign(&p, (const char *[]){ "样例县发展局", "样例县财政局" }, 2, "2022年11月25日");
        paper_annex(&p, "附件2", "起点");
        paper_text(&p, repeated(cx, "文", 28 * n - 2));
        paper_heading(&p, 1, "一、标题");
        paper_heading(&p, 2, "（一）小题");
        paper_text(&p, "紧随其后。");
    }
    const char *pdf = set(&p, &length);
    const char *text = poppler(cx, pdf, length, "pdftotext -raw %s -");
    int signatures = 0;
    for (const char **page = pages_of(cx, text); *page; page++) {
        bool signed_here = strstr(*page, "样例县财政局") != NULL;
        signatures += signed_here;
        EXPECT(signed_here == (strstr(*page, "2022年11月25日") != NULL));
        EXPECT(signed_here == (strstr(*page, "样例县发展局") != NULL));
        EXPECT(!signed_here || strstr(*page, "文文"));
        EXPECT(!strstr(*page, "一、标题") || strstr(*page, "紧随其后"));
        EXPECT(!strstr(*page, "附件1") || strncmp(*page, "附件1", strlen("附件1")) == 0);
    }
    EXPECT_INT(signatures, 23);
}

CASE("the file tells its language, title and structure, in the order of reading")
{
    static const PaperColumn COLUMNS[] = { { "村", 40, 'l' }, { "金额", 60, 'r' } };
    Paper p;
    size_t length;
    paper_begin(cx, &p, "样例<请示>&", NULL);
    paper_title(&p, "样例县人民政府\u200B关于申报\u200B样例推进区\u200B的请示");
    paper_heading(&p, 1, "一、基本情况");
    paper_text(&p, "甲。");
    paper_table(&p, "资金", "万元", COLUMNS, COUNT(COLUMNS));
    paper_row(&p, (const char *[]){ "东街村", "1,999.99" }, 2, false);
    paper_table_end(&p);
    const char *pdf = set(&p, &length);
    const char *info = poppler(cx, pdf, length, "pdfinfo %s");
    EXPECT(strstr(info, "样例<请示>&") && strstr(info, "Tagged:          yes"));
    const char *about = poppler(cx, pdf, length, "pdfinfo -meta %s");
    EXPECT(strstr(about, "<pdfaid:part>2</pdfaid:part>"));
    EXPECT(strstr(about, "样例&lt;请示>&amp;") && strstr(about, "<rdf:li>zh-CN</rdf:li>"));
    EXPECT(strstr(poppler(cx, pdf, length, "strings -n 3 %s"), "/Lang (zh-CN)"));
    const char *tree = poppler(cx, pdf, length, "pdfinfo -struct-text %s");
    static const char *const ORDER[] = { "Document",
                                         "H1",
                                         "\"样例县人民政府关于申报样例推进区的请示\"",
                                         "H2",
                                         "\"一、基本情况\"",
                                         "P (block)",
                                         "\"甲。\"",
                                         "\"资金\"",
                                         "\"单位：万元\"",
                                         "Table",
                                         "TR",
                                         "TH",
                                         "/Scope /Column",
                                         "\"村\"",
                                         "TH",
                                         "\"金额\"",
                                         "TR",
                                         "TD",
                                         "\"东街村\"",
                                         "TD",
                                         "\"1,999.99\"" };
    const char *at = tree;
    for (size_t i = 0; i < COUNT(ORDER) && at; i++) {
        at = strstr(at, ORDER[i]);
        if (!at)
            print_error("%s is not there in\n%s\n", ORDER[i], tree);
    }
    EXPECT(at);
}

CASE("ideographs of every extension are printed, and what no font has is named at the foot")
{
    Paper p;
    size_t length;
    const char *rare = "㙟䶮𠀀𠮷𪜀𫝀𫠠𬭩";
    paper_begin(cx, &p, "样例", NULL);
    paper_text(&p, rare);
    const char *pdf = set(&p, &length);
    const char *text = poppler(cx, pdf, length, "pdftotext -raw %s -");
    EXPECT(strstr(text, rare));
    EXPECT(!strstr(text, "缺字"));
    paper_begin(cx, &p, "样例", NULL);
    paper_text(&p, "前\xF3\xB0\x80\x80中\xF4\x8F\xBF\xBD后\xE2\x80\xAE！");
    pdf = set(&p, &length);
    text = poppler(cx, pdf, length, "pdftotext -raw %s -");
    EXPECT(strstr(text, "前〓中〓后！"));
    EXPECT(strstr(text, "本机字库缺字，以〓代替：U+F0000、U+10FFFD"));
}

CASE("a child that is no type setter is an error, not a hang")
{
    Paper p;
    const char *pdf;
    size_t length;
    paper_begin(cx, &p, "样例", NULL);
    EXPECT_FAIL(paper_end(&p, &pdf, &length, "/bin/false"), INTERNAL, "");
    paper_begin(cx, &p, "样例", NULL);
    EXPECT_FAIL(paper_end(&p, &pdf, &length, "/nonexistent"), INTERNAL, "");
}
