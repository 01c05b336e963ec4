/* A notice as paper: for the board of a village, and whatever else is posted. In Chinese only. */
#include "modules/notice/notice.h"

#include "core/request/core.h"
#include "paper/paper.h"

#include <string.h>

enum { COLUMNS_MOST = 12 };

static void put_table(Paper *p, const Json *content)
{
    const Json *columns = json_get(content, "columns"), *rows = json_get(content, "rows");
    size_t count = columns->count < COLUMNS_MOST ? columns->count : COLUMNS_MOST;
    PaperColumn heads[COLUMNS_MOST + 1] = { { "序号", 8, 'r' } };
    for (size_t i = 0; i < count; i++) {
        const Json *c = columns->items[i];
        const char *unit = json_text(c, "unit", NULL), *name = json_text(c, "zh", "");
        heads[i + 1] = (PaperColumn){
            unit ? arena_format(p->cx->arena, "%s（%s）", name, unit) : name,
            92 / (int)count,
            json_bool(c, "number", false) ? 'r' : 'l',
        };
    }
    paper_table(p, NULL, NULL, heads, count + 1);
    for (size_t i = 0; i < rows->count; i++) {
        const char *cells[COLUMNS_MOST + 1] = { arena_format(p->cx->arena, "%zu", i + 1) };
        for (size_t k = 0; k < count; k++)
            cells[k + 1] = notice_cell(p->cx, columns->items[k], rows->items[i]->items[k], ZH);
        paper_row(p, cells, count + 1, false);
    }
    paper_table_end(p);
}

static void put_text(Paper *p, const Publication *pub, const Json *content)
{
    Cx *cx = p->cx;
    const char *contact = json_text(content, "contact", NULL);
    paper_text(p,
               arena_format(cx->arena,
                            "现将%s予以公示。公示期为%s至%s，止于最后一天24时。对公示内容有异议的，"
                            "请在公示期内向%s提出%s%s。",
                            json_text(content, "zh", ""), paper_day(cx, pub->starts_on),
                            paper_day(cx, pub->ends_on), pub->organ, contact ? "，联系方式：" : "",
                            contact ? text_phrase(cx, contact) : ""));
    const char *filter = json_text(content, "filter_zh", NULL);
    if (filter)
        paper_text(p, pub->row_count == UNSET
                          ? arena_format(cx->arena, "公示范围：%s。", filter)
                          : arena_format(cx->arena, "公示范围：%s；共%lld条，本次公示%lld条。",
                                         filter, (long long)json_int(content, "of", pub->row_count),
                                         (long long)pub->row_count));
    if (pub->place)
        paper_text(p, arena_format(cx->arena, "张贴地点：%s。", text_phrase(cx, pub->place)));
}

Err notice_paper(Cx *cx, const char **pdf, size_t *length, const Publication *pub)
{
    Paper p;
    const Json *content;
    TRY(json_parse(cx, &content, pub->content, strlen(pub->content), &JSON_LIMITS));
    bool sample = json_bool(content, "sample", false);
    bool withdrawn = pub->withdrawn_at != UNSET;
    paper_begin(cx, &p, pub->title, withdrawn ? "已撤回" : sample ? "样例，非官方文件" : NULL);
    paper_title(&p, pub->title);
    if (withdrawn)
        paper_number(&p, arena_format(cx->arena, "（已于%s撤回，不再有效）",
                                      paper_day(cx, day_of_instant(pub->withdrawn_at))));
    if (sample)
        paper_number(&p, "（样例，非官方文件）");
    put_text(&p, pub, content);
    put_table(&p, content);
    paper_text(&p, arena_format(cx->arena, "内容校验值（SHA-256 前16位）：%.16s", pub->hash));
    paper_sign(&p, &pub->organ, 1, paper_day(cx, pub->starts_on));
    return paper_end(&p, pdf, length, cx->core->config.setter);
}
