#include "paper/paper.h"

#include "base/child.h"

#include <assert.h>
#include <string.h>

void paper_begin(Cx *cx, Paper *p, const char *title, const char *watermark)
{
    p->cx = cx;
    p->buf = BUF(cx);
    p->out = json_out(&p->buf);
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "title", title);
    json_put_text(&p->out, "watermark", watermark);
    json_open(&p->out, "blocks", '[');
}

static void block(Paper *p, const char *kind, const char *text)
{
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", kind);
    json_put_text(&p->out, "text", text);
    json_close(&p->out, '}');
}

void paper_title(Paper *p, const char *text)
{
    block(p, "title", text);
}

void paper_number(Paper *p, const char *text)
{
    block(p, "number", text);
}

void paper_to(Paper *p, const char *text)
{
    block(p, "to", text);
}

void paper_heading(Paper *p, int level, const char *text)
{
    assert(level == 1 || level == 2);
    block(p, level == 1 ? "heading" : "subheading", text);
}

void paper_text(Paper *p, const char *text)
{
    block(p, "text", text);
}

static void list(Paper *p, const char *key, const char *const *texts, size_t count)
{
    json_open(&p->out, key, '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(&p->out, NULL, texts[i] ? texts[i] : "");
    json_close(&p->out, ']');
}

void paper_enclosures(Paper *p, const char *const *names, size_t count)
{
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", "enclosures");
    list(p, "names", names, count);
    json_close(&p->out, '}');
}

void paper_sign(Paper *p, const char *const *organs, size_t count, const char *date)
{
    assert(count > 0);
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", "sign");
    list(p, "organs", organs, count);
    json_put_text(&p->out, "date", date);
    json_close(&p->out, '}');
}

void paper_annex(Paper *p, const char *number, const char *title)
{
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", "annex");
    json_put_text(&p->out, "number", number);
    json_put_text(&p->out, "text", title);
    json_close(&p->out, '}');
}

void paper_table(Paper *p, const char *caption, const char *unit, const PaperColumn *columns,
                 size_t count)
{
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", "table");
    json_put_text(&p->out, "text", caption);
    json_put_text(&p->out, "unit", unit);
    json_open(&p->out, "columns", '[');
    for (size_t i = 0; i < count; i++) {
        char align[2] = { columns[i].align, '\0' };
        json_open(&p->out, NULL, '{');
        json_put_text(&p->out, "name", columns[i].name);
        json_put_int(&p->out, "width", columns[i].width);
        json_put_text(&p->out, "align", align);
        json_close(&p->out, '}');
    }
    json_close(&p->out, ']');
    json_open(&p->out, "rows", '[');
}

void paper_row(Paper *p, const char *const *cells, size_t count, bool total)
{
    json_open(&p->out, NULL, '{');
    json_put_bool(&p->out, "total", total);
    list(p, "cells", cells, count);
    json_close(&p->out, '}');
}

void paper_table_end(Paper *p)
{
    json_close(&p->out, ']');
    json_close(&p->out, '}');
}

const char *paper_day(Cx *cx, Day day)
{
    Civil c = civil_from_day(day);
    return arena_format(cx->arena, "%lld年%d月%d日", (long long)c.year, c.month, c.day);
}

const char *paper_moment(Cx *cx, int64_t instant)
{
    Day day = day_of_instant(instant);
    int64_t minutes = (instant - instant_of_day(day)) / 60000;
    return arena_format(cx->arena, "%s%02d时%02d分", paper_day(cx, day), (int)(minutes / 60),
                        (int)(minutes % 60));
}

Err paper_end(Paper *p, const char **pdf, size_t *length, const char *program)
{
    static const char SAID_ZH[] = "排版没有完成，请重试";
    static const char SAID_EN[] = "the document could not be set; try again";
    Child *c;
    json_close(&p->out, ']');
    json_close(&p->out, '}');
    TRY(child_start(p->cx, &c, program, "paper"));
    child_feed(c, p->buf.at, p->buf.length);
    TRY(child_end(c, pdf, length, SAID_ZH, SAID_EN));
    return *length >= 5 && memcmp(*pdf, "%PDF-", 5) == 0
               ? OK
               : fail(p->cx, INTERNAL, NULL, "%s%.0s", "%.0s%s", SAID_ZH, SAID_EN);
}
