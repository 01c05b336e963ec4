#include "sheet/grid.h"

#include <assert.h>
#include <string.h>

const SheetLimits SHEET_LIMITS = {
    .bytes = 32 << 20,
    .entries = 1000,
    .inflated = 256 << 20,
    .ratio = 200,
    .rows = 100000,
    .columns = 256,
    .cells = 2000000,
    .faults = 1000,
};

static Err too_many(Cx *cx, const char *what, size_t limit)
{
    return fail(cx, TOO_LARGE, "", "表格超过上限（%s：%zu），请分开上传",
                "the workbook is over a limit (%s: %zu); split it", what, limit);
}

Err grid_row(Cx *cx, GridBook *book, Grid *g, int64_t at, GridRow **out)
{
    if (g->count >= book->limits->rows)
        return too_many(cx, "rows", book->limits->rows);
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
    if (column >= book->limits->columns)
        return too_many(cx, "columns", book->limits->columns);
    if (++book->cells > book->limits->cells)
        return too_many(cx, "cells", book->limits->cells);
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
    return column < row->count ? row->cells[column] : (Cell){ CELL_BLANK, 0, NULL };
}

/* One field of a pasted line: quoted, with doubled quotes inside, where it holds a tab or a line
 * end; else up to the next of them. */
static const char *paste_cell(Cx *cx, const char **at, const char *end)
{
    const char *p = *at;
    Buf b = BUF(cx);
    if (p < end && *p == '"' && memchr(p + 1, '"', (size_t)(end - p - 1))) {
        for (p++; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++) {
            buf_char(&b, *p);
            p += *p == '"';
        }
        p += p < end;
    }
    const char *plain = p;
    while (p < end && *p != '\t' && *p != '\n' && *p != '\r')
        p++;
    buf_add_n(&b, plain, (size_t)(p - plain));
    *at = p;
    return buf_text(&b);
}

Err grid_read_text(Cx *cx, GridBook *book, const char *text, size_t length)
{
    if (length > book->limits->bytes)
        return fail(cx, TOO_LARGE, "", "粘贴的内容太大", "the pasted block is too large");
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
            TRY(grid_put(cx, book, g, row, column, (Cell){ kind, 0, cell }));
            if (text >= end || *text != '\t')
                break;
            text++;
        }
        text += text < end && *text == '\r';
        text += text < end && *text == '\n';
    }
    return OK;
}
