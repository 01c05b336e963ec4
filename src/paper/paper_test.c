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
    paper_sign(&p, "样例县人民政府", "2022年11月25日");
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
