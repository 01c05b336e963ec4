#include "sheet/grid.h"

#include "base/budget.h"

#include <stdlib.h>
#include <string.h>

enum { CELL_STEPS = 50 };

const SheetLimits SHEET_LIMITS = {
    .bytes = 8 << 20,
    .entries = 1000,
    .inflated = 256 << 20,
    .ratio = 200,
    .rows = 100000,
    .columns = 256,
    .cells = 2000000,
    .faults = 1000,
};

static Err too_many(Cx *cx, const char *zh, const char *en, size_t limit)
{
    return fail(cx, TOO_LARGE, "", "表格的%s%.0s超过上限 %zu，请分成几份上传",
                "the workbook has too many %.0s%s (over %zu); split it", zh, en, limit);
}

Err grid_over(Cx *cx, const GridBook *book)
{
    return fail(cx, TOO_LARGE, "", "内容超过上限 %zu MB；请删去其中的图片，仍超过的请分成几份上传",
                "over the limit of %zu MB; take the pictures out, or send it in parts",
                book->limits->bytes >> 20);
}

Err grid_row(Cx *cx, GridBook *book, Grid *g, int64_t at, GridRow **out)
{
    if (g->count >= book->limits->rows)
        return too_many(cx, "行", "rows", book->limits->rows);
    if (arena_full(cx->arena))
        return fail(cx, TOO_LARGE, "", "表格太大", "the workbook is too large");
    if (g->count && g->rows[g->count - 1].at >= at)
        return fail(cx, INVALID, "", "第 %lld 行的次序不对", "row %lld is out of order",
                    (long long)at);
    if (g->count == g->room) {
        size_t room = g->room ? g->room * 2 : 64;
        g->rows = arena_grow(cx->arena, g->rows, g->room * sizeof *g->rows, room * sizeof *g->rows);
        g->room = room;
    }
    *out = &g->rows[g->count++];
    **out = (GridRow){ .at = at };
    return OK;
}

Err grid_put(Cx *cx, GridBook *book, Grid *g, GridRow *row, size_t column, Cell cell)
{
    if (column >= book->limits->columns) {
        g->beyond += cell.kind != CELL_BLANK; /* its reader says so */
        return OK;
    }
    if (cell.kind == CELL_TEXT && !text_valid(cell.text, strlen(cell.text)))
        return fail(cx, INVALID, "", "“%s”第 %lld 行有不能使用的字符（U+FDD0 一类），请删去后再传",
                    "in \"%s\", row %lld, stands what is no character, such as U+FDD0; delete it",
                    g->name, (long long)row->at);
    if (++book->cells > book->limits->cells)
        return too_many(cx, "单元格", "cells", book->limits->cells);
    if (!budget_spend(cx->budget, CELL_STEPS))
        return budget_check(cx);
    if (column >= row->room) {
        size_t room = column < 8 ? 8 : column * 2;
        row->cells = arena_grow(cx->arena, row->cells, row->room * sizeof *row->cells,
                                room * sizeof *row->cells);
        row->room = room;
    }
    row->cells[column] = cell;
    if (column >= row->count)
        row->count = column + 1;
    if (row->count > g->width)
        g->width = row->count;
    return OK;
}

Cell grid_cell(const GridRow *row, size_t column)
{
    return column < row->count ? row->cells[column] : (Cell){ .kind = CELL_BLANK };
}

/* _xHHHH_ is how a workbook writes a character that XML cannot hold; UINT32_MAX where
 * text is none. */
static uint32_t escape(const char *text)
{
    if (strncmp(text, "_x", 2) != 0 || strspn(text + 2, "0123456789abcdefABCDEF") != 4 ||
        text[6] != '_')
        return UINT32_MAX;
    return (uint32_t)strtoul(text + 2, NULL, 16);
}

/* One escape at *at, or a pair of them; *at is moved behind what was read. */
static void escape_read(Buf *b, const char **at)
{
    enum { SIZE = 7 };
    uint32_t c = escape(*at), low = c >= 0xD800 && c < 0xDC00 ? escape(*at + SIZE) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
        buf_point(b, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
        *at += 2 * SIZE;
        return;
    }
    if (c >= ' ' && (c < 0xD800 || c >= 0xE000))
        buf_point(b, c);
    else if (c == '\t' || c == '\n' || (c == '\r' && (*at)[SIZE] != '\n'))
        buf_char(b, c == '\t' ? '\t' : '\n');
    *at += SIZE; /* other control characters mean nothing in a cell */
}

const char *text_unescape(Cx *cx, const char *text)
{
    if (!strstr(text, "_x") && !strchr(text, '\r'))
        return arena_text(cx->arena, text);
    Buf b = BUF(cx);
    for (const char *at = text; *at;)
        if (escape(at) != UINT32_MAX)
            escape_read(&b, &at);
        else if (*at == '\r' && at[1] == '\n')
            at++;
        else
            buf_char(&b, *at == '\r' ? '\n' : *at), at++;
    return buf_text(&b);
}

/* The end of a quoted cell's content, or NULL where the cell is not quoted. Excel and WPS quote a
 * cell only where it holds a line end, and double the quotes inside: "一村一品"示范项目 is a text
 * with quotes, and a lone quote must not swallow the rows below. */
static const char *quoted_end(const char *p, const char *end)
{
    bool line = false;
    for (p++; p < end && *p != '\t'; p++) {
        line |= *p == '\n';
        if (*p != '"')
            continue;
        if (p + 1 < end && p[1] == '"')
            p++;
        else
            return line && (p + 1 == end || strchr("\t\r\n", p[1])) ? p : NULL;
    }
    return NULL;
}

static const char *paste_cell(Cx *cx, const char **at, const char *end)
{
    const char *p = *at;
    Buf b = BUF(cx);
    const char *close = p < end && *p == '"' ? quoted_end(p, end) : NULL;
    if (close) {
        for (p++; p < close; p++) {
            buf_char(&b, *p);
            p += *p == '"';
        }
        *at = close + 1;
        return buf_text(&b);
    }
    while (p < end && *p != '\t' && *p != '\n' && *p != '\r')
        p++;
    buf_add_n(&b, *at, (size_t)(p - *at));
    *at = p;
    return buf_text(&b);
}

Err grid_read_text(Cx *cx, GridBook *book, const char *text, size_t length)
{
    if (length > book->limits->bytes)
        return grid_over(cx, book);
    if (!text_valid(text, length) || memchr(text, '\0', length))
        return fail(cx, INVALID, "", "粘贴的内容不是文字", "the pasted block is not text");
    Grid *g = NEW(cx, Grid);
    *book = (GridBook){ g, 1, 0, book->limits };
    g->name = "";
    const char *end = text + length;
    for (int64_t at = 1; text < end; at++) {
        GridRow *row;
        TRY(grid_row(cx, book, g, at, &row));
        for (size_t column = 0;; column++) {
            const char *cell = paste_cell(cx, &text, end);
            CellKind kind = text_blank(cell) ? CELL_BLANK : CELL_TEXT;
            TRY(grid_put(cx, book, g, row, column, (Cell){ .kind = kind, .text = cell }));
            if (text >= end || *text != '\t')
                break;
            text++;
        }
        text += text < end && *text == '\r';
        text += text < end && *text == '\n';
    }
    return OK;
}
