#include "base/child.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/money.h"
#include "sheet/book.h"
#include "sheet/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    TITLE_ROW = 0,
    CAPTION_ROW = 1,
    HEADING_ROW = 2,
    FIRST_ROW = 3,
    ROWS_MOST = 1048576,
    CELL_ROOM = 32000, /* characters of a cell */
    ROW_LINES = 27,    /* Excel knows no higher row, however long its text */
    A3_WIDTH = 200,    /* characters; a wider table is set for A3 */
    PIECE = 65536,     /* bytes that go to the child at once */
};

static const Money EXACT = 1000000000000000; /* 分: below, it fits in the 15 digits Excel keeps */

struct SheetOut {
    Child *child;
    Buf steps; /* that have not gone yet */
    Lang lang;
    const char *mark;
    Columns columns;
    bool reveal;
    bool begun; /* a tab is under way */
    bool open;  /* it is for the public */
    uint32_t row;
    struct {
        const NumberFormat *format;
        bool bad;
    } kept[LOOKS_MOST - LOOKS]; /* formats of the file that was read: further looks */
    size_t kept_count;
    Cx scratch; /* of one row */
};

/* ---- the workbook ------------------------------------------------------------------------ */

static void steps_send(SheetOut *o)
{
    child_feed(o->child, o->steps.at, o->steps.length);
    o->steps.length = 0;
}

static void step_text(SheetOut *o, BookStep s, const char *text)
{
    s.length = (uint32_t)strlen(text);
    buf_add_n(&o->steps, (const char *)&s, sizeof s);
    buf_add_n(&o->steps, text, s.length);
    if (o->steps.length > PIECE)
        steps_send(o);
}

static void step(SheetOut *o, BookStep s)
{
    step_text(o, s, "");
}

/* streaming: the library keeps no row in memory, but then nothing of a tab can be written twice. */
static Err book_open(Cx *cx, SheetOut **out, const SheetMaker *maker, bool streaming)
{
    SheetOut *o = NEW(cx, SheetOut);
    TRY(child_start(cx, &o->child, maker->program, "sheet"));
    o->steps = BUF(cx);
    buf_char(&o->steps, streaming ? 1 : 0);
    o->lang = cx->lang;
    o->mark = maker->mark;
    o->scratch = *cx;
    o->scratch.arena = arena_like(cx->arena);
    if (o->mark)
        step_text(o, (BookStep){ .kind = STEP_MARK, .look = -1 }, o->mark);
    *out = o;
    return OK;
}

static Err book_close(Cx *cx, SheetOut *o, SheetFile *out)
{
    (void)cx;
    arena_free(o->scratch.arena);
    step(o, (BookStep){ .kind = STEP_END });
    steps_send(o);
    return child_end(o->child, &out->bytes, &out->length, "表格没有做成，请重试",
                     "the workbook could not be made; try again");
}

static void tab_add(SheetOut *o, const char *name)
{
    step_text(o, (BookStep){ .kind = STEP_TAB, .look = -1 }, name);
    o->begun = true;
}

static void text_put(SheetOut *o, uint32_t row, size_t column, const char *text, int look)
{
    step_text(o, (BookStep){ STEP_TEXT, look, row, (uint16_t)column }, text);
}

static void comment_put(SheetOut *o, uint32_t row, size_t column, const char *text, bool wide)
{
    step_text(o, (BookStep){ STEP_COMMENT, -1, row, (uint16_t)column, wide }, text);
}

static void column_set(SheetOut *o, size_t column, double width, int look)
{
    step(o, (BookStep){
                .kind = STEP_COLUMN, .look = look, .column = (uint16_t)column, .number = width });
}

/* Without what a cell may not hold, and so that no program takes it for a formula. */
static const char *safe_text(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    size_t room = CELL_ROOM;
    const char *next = text;
    for (const char *at = text; room-- > 0 && text_next(&next); at = next)
        if ((unsigned char)*at >= ' ' || *at == '\n')
            buf_add_n(&b, at, (size_t)(next - at));
    const char *clean = buf_text(&b);
    return is_formula(cx, clean) ? arena_format(cx->arena, "'%s", clean) : clean;
}

static const char *in(const SheetOut *o, const char *zh, const char *en)
{
    return o->lang == EN && en ? en : zh;
}

static const char *title_of(const SheetOut *o, const Sheet *s)
{
    return in(o, text_or(s->title_zh, s->zh), text_or(s->title_en, s->en));
}

/* A line over the whole width. */
static void line_across(SheetOut *o, uint32_t row, const char *text, Look which)
{
    uint16_t last = o->columns.count > 1 ? (uint16_t)(o->columns.count - 1) : 0;
    step_text(o, (BookStep){ STEP_ACROSS, (int)which, row, 0, last }, text);
}

static Look look_of(const Field *f)
{
    switch (f->type) {
    case FIELD_MONEY: return money_places(f->unit) == 2 ? YUAN : MONEY;
    case FIELD_INT: return COUNT_;
    case FIELD_DATE: return DAY;
    default: return TEXT;
    }
}

static double width_of(const Field *f)
{
    if (f->type == FIELD_BOOL)
        return 8;
    if (f->type == FIELD_TEXT && !f->pattern)
        return f->max && f->max <= 20 ? 14 : 26;
    return f->type == FIELD_LIST ? 22 : 15;
}

/* Lines that a text takes in a column so wide; a Chinese character is two wide. */
static int lines_in(const char *text, double width)
{
    double wide = 0;
    int lines = 1;
    for (const char *next = text; *next;) {
        uint32_t c = text_next(&next);
        wide += c < 0x1100 ? 1 : 2;
        if (c == '\n' || wide > width - 1) {
            lines++;
            wide = c == '\n' ? 0 : 2;
        }
    }
    return lines < ROW_LINES ? lines : ROW_LINES;
}

/* What wraps must be seen: a streamed file has no heights of its own. */
static void height_set(SheetOut *o, uint32_t row, double lines)
{
    if (lines > 1)
        step(o, (BookStep){ .kind = STEP_HEIGHT, .look = -1, .row = row, .number = 15 * lines });
}

static void headings_write(SheetOut *o, bool form)
{
    int lines = 1;
    for (size_t i = 0; i < o->columns.count; i++) {
        const Column *c = &o->columns.at[i];
        bool must = form && c->field->flags & (FIELD_REQUIRED | FIELD_KEY);
        Buf label = BUF(&o->scratch);
        buf_format(&label, "%s%s", must ? "* " : "", in(o, c->zh, c->en));
        if (c->field->unit)
            buf_format(&label, in(o, "（%s）", " (%s)"), c->field->unit);
        text_put(o, HEADING_ROW, i, buf_text(&label), must ? MUST : HEADING);
        int own = lines_in(buf_text(&label), width_of(c->field));
        lines = own > lines ? own : lines;
    }
    height_set(o, HEADING_ROW, lines);
}

/* One unit of all amounts is said once; of several each heading says its own. */
static const char *caption_of(const SheetOut *o)
{
    bool wan = false, yuan = false;
    for (size_t i = 0; i < o->columns.count; i++) {
        const Field *f = o->columns.at[i].field;
        wan |= f->type == FIELD_MONEY && look_of(f) == MONEY;
        yuan |= f->type == FIELD_MONEY && look_of(f) == YUAN;
    }
    if (wan == yuan)
        return "";
    return wan ? in(o, "单位：万元", "Unit: 万元 (10,000 yuan)")
               : in(o, "单位：元", "Unit: 元 (yuan)");
}

static void tab_begin(Cx *cx, SheetOut *o, const Sheet *s, bool form)
{
    tab_add(o, tab_name(cx, in(o, s->zh, s->en)));
    double width = 0;
    for (size_t i = 0; i < o->columns.count; i++) {
        const Field *f = o->columns.at[i].field;
        width += width_of(f);
        column_set(o, i, width_of(f), form ? (int)look_of(f) : -1);
    }
    height_set(o, TITLE_ROW, 28.0 / 15);
    line_across(o, TITLE_ROW, title_of(o, s), TITLE);
    line_across(o, CAPTION_ROW, caption_of(o), CAPTION);
    headings_write(o, form);
    step(o, (BookStep){ .kind = STEP_LAYOUT,
                        .look = -1,
                        .row = HEADING_ROW,
                        .to = width > A3_WIDTH ? 8 : 9 }); /* A3, A4 */
    o->row = FIRST_ROW;
    arena_reset(o->scratch.arena);
}

/* ---- forms ------------------------------------------------------------------------------- */

/* The labels of a drop-down behind the title of its warning. */
static void list_limit(SheetOut *o, BookStep *s, Buf *text, const Option *options)
{
    s->to = options && options->key ? LIMIT_LIST : 0;
    for (; options && options->key; options++)
        if (!options->retired)
            buf_format(text, "%c%s", UNIT_MARK, in(o, options->zh, options->en));
}

static void text_limit(BookStep *s, const Field *f)
{
    if (!f->pattern && !f->max)
        return;
    s->to = LIMIT_LENGTH;
    s->number = (double)f->min;
    s->other = f->max ? (double)f->max : CELL_ROOM;
    if (!f->pattern)
        return;
    const char *digits = f->pattern + strlen("digits:"); /* "9|12": from the first to the last */
    const char *bar = strrchr(digits, '|');
    s->number = strtod(digits, NULL);
    s->other = strtod(bar ? bar + 1 : digits, NULL);
}

/* The limits of a column as Excel can ask for them. */
static void limit_write(SheetOut *o, size_t column, const Field *f)
{
    static const Option YES_NO[] = { { "true", "是", "yes" }, { "false", "否", "no" }, { NULL } };
    BookStep s = { STEP_LIMIT, -1, FIRST_ROW, (uint16_t)column };
    Buf text = BUF(&o->scratch);
    buf_add(&text, in(o, "填写有误", "Not accepted"));
    switch (f->type) {
    case FIELD_ENUM: list_limit(o, &s, &text, f->options); break;
    case FIELD_BOOL: list_limit(o, &s, &text, YES_NO); break;
    case FIELD_INT:
        s.to = LIMIT_INTEGER;
        s.number = (double)f->min;
        s.other = f->max ? (double)f->max : 999999999999.0;
        break;
    case FIELD_MONEY:
        s.to = LIMIT_DECIMAL;
        s.other = (double)(MONEY_MAX / money_fen(f->unit));
        break;
    case FIELD_DATE: s.to = LIMIT_DATE; break;
    case FIELD_TEXT: text_limit(&s, f); break;
    default: break;
    }
    if (s.to)
        step_text(o, s, buf_text(&text));
}

/* What the heading's comment says: the help, and for several words in a cell which ones. */
static void help_write(SheetOut *o, size_t column, const Field *f)
{
    Buf help = BUF(&o->scratch);
    const char *own = in(o, f->help_zh, f->help_en);
    buf_add(&help, text_or(own, ""));
    if (f->type == FIELD_LIST) {
        buf_add(&help, help.length ? "\n" : "");
        buf_add(&help, in(o, "多项以顿号分开", "several parted by 、"));
        for (const Option *option = f->options; option && option->key; option++)
            buf_format(&help, "%s%s", option == f->options ? in(o, "：", ": ") : "、",
                       in(o, option->zh, option->en));
    }
    if (help.length)
        comment_put(o, HEADING_ROW, column, buf_text(&help), true);
}

Err sheet_template(Cx *cx, SheetFile *out, const SheetMaker *maker, const Sheet *sheets,
                   size_t count)
{
    SheetOut *o;
    TRY(book_open(cx, &o, maker, false));
    for (size_t i = 0; i < count; i++) {
        o->columns =
            columns_of(cx, sheets[i].fields, FIELD_READONLY | FIELD_VIRTUAL | FIELD_SECRET);
        tab_begin(cx, o, &sheets[i], true);
        for (size_t c = 0; c < o->columns.count; c++) {
            limit_write(o, c, o->columns.at[c].field);
            help_write(o, c, o->columns.at[c].field);
        }
    }
    return book_close(cx, o, out);
}

/* ---- exports ----------------------------------------------------------------------------- */

Err sheet_open(Cx *cx, SheetOut **out, const SheetMaker *maker)
{
    return book_open(cx, out, maker, true);
}

/* The reader takes both lines for what they are, and no row. */
static void sign(SheetOut *o)
{
    if (!o->begun)
        return;
    if (!o->open)
        line_across(o, ++o->row, in(o, SIGNATURE_ZH, SIGNATURE_EN), SIGNATURE);
    if (o->mark)
        line_across(o, ++o->row,
                    arena_format(o->scratch.arena, in(o, "注：%s", "Note: %s"), o->mark),
                    SIGNATURE);
}

void sheet_begin(Cx *cx, SheetOut *o, const Sheet *sheet, bool reveal)
{
    sign(o);
    o->open = sheet->open;
    o->columns = columns_of(cx, sheet->fields, FIELD_SECRET);
    o->reveal = reveal;
    tab_begin(cx, o, sheet, false);
}

static Cell text_cell(const char *text)
{
    return (Cell){ text ? CELL_TEXT : CELL_BLANK, 0, text };
}

static Cell money_cell(Cx *cx, Money fen, const char *unit)
{
    if (fen < 0 || fen >= EXACT)
        return text_cell(money_text_in(cx, fen, unit));
    return (Cell){ .kind = CELL_NUMBER, .number = (double)fen / (double)money_fen(unit) };
}

static Cell int_cell(Cx *cx, int64_t i)
{
    if (llabs(i) >= 1000000000000000)
        return text_cell(arena_format(cx->arena, "%lld", (long long)i));
    return (Cell){ .kind = CELL_NUMBER, .number = (double)i };
}

static Cell decimal_cell(const char *text)
{
    Decimal d;
    if (!decimal_parse(text, &d))
        return text_cell(text);
    double near = decimal_to_double(d);
    Decimal back = decimal_from_double(near);
    return decimal_cmp(d, back) == 0 && strlen(text) <= 15
               ? (Cell){ .kind = CELL_NUMBER, .number = near }
               : text_cell(text);
}

static Cell word_cell(const SheetOut *o, const Field *f, const char *text)
{
    const Option *option = f->options && text ? option_find(f->options, text) : NULL;
    return text_cell(option ? in(o, option->zh, option->en) : text);
}

static Cell list_cell(SheetOut *o, const Field *f, const Json *list)
{
    Buf b = BUF(&o->scratch);
    for (size_t i = 0; i < list->count; i++)
        buf_format(&b, "%s%s", i ? "、" : "",
                   text_or(word_cell(o, f, list->items[i]->text).text, ""));
    return text_cell(buf_text(&b));
}

static Cell plain_cell(SheetOut *o, const Field *f, const char *text)
{
    if (text && f->flags & FIELD_MASKED && !o->reveal)
        return text_cell(mask_text(&o->scratch, text));
    if (text && f->type == FIELD_DECIMAL)
        return decimal_cell(text);
    return word_cell(o, f, text);
}

static Cell count_cell(SheetOut *o, const Field *f, int64_t i)
{
    switch (f->type) {
    case FIELD_BOOL: return text_cell(i ? in(o, "是", "yes") : in(o, "否", "no"));
    case FIELD_MONEY: return money_cell(&o->scratch, i, f->unit);
    case FIELD_DATE: return (Cell){ .kind = CELL_DATE, .number = (double)i };
    case FIELD_INSTANT: return text_cell(instant_text(&o->scratch, i));
    default: return int_cell(&o->scratch, i);
    }
}

static Cell json_cell(SheetOut *o, const Field *f, const Json *j)
{
    int64_t i;
    if (json_missing(j))
        return (Cell){ .kind = CELL_BLANK };
    if (j->type == J_ARRAY)
        return list_cell(o, f, j);
    if (f->type == FIELD_MONEY && field_amount(f, j, &i))
        return count_cell(o, f, i);
    if (f->type == FIELD_DATE && j->type == J_TEXT && day_parse(j->text, &i))
        return count_cell(o, f, i);
    if (j->type == J_INT || j->type == J_BOOL)
        return count_cell(o, f, j->type == J_INT ? j->integer : j->boolean);
    return plain_cell(o, f, j->text);
}

static Cell row_cell(SheetOut *o, const Field *f, const void *row)
{
    assert(f->offset != NO_OFFSET);
    const void *at = (const char *)row + f->offset;
    if (f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_DECIMAL)
        return plain_cell(o, f, *(const char *const *)at);
    int64_t i = *(const int64_t *)at;
    if (i == UNSET)
        return (Cell){ .kind = CELL_BLANK };
    return count_cell(o, f, i);
}

static void cell_write(SheetOut *o, uint32_t row, size_t column, const Cell *cell, int look)
{
    BookStep s = { .look = look, .row = row, .column = (uint16_t)column, .number = cell->number };
    switch (cell->kind) {
    case CELL_BLANK: s.kind = STEP_BLANK; break;
    case CELL_NUMBER: s.kind = STEP_NUMBER; break;
    case CELL_BOOL: s.kind = STEP_BOOL; break;
    case CELL_DATE: s.kind = STEP_DAY; break;
    case CELL_TEXT:
    case CELL_BAD:
    case CELL_UNWORKED:
        s.kind = STEP_TEXT;
        step_text(o, s, safe_text(&o->scratch, cell->text));
        return;
    }
    step(o, s);
}

static Err row_next(Cx *cx, SheetOut *o)
{
    assert(o->begun);
    if (o->row + 4 >= ROWS_MOST)
        return fail(cx, TOO_LARGE, "", "超过一张工作表的行数", "more rows than a tab can hold");
    arena_reset(o->scratch.arena);
    return OK;
}

Err sheet_put(Cx *cx, SheetOut *o, const Json *row)
{
    TRY(row_next(cx, o));
    int lines = 1;
    for (size_t i = 0; i < o->columns.count; i++) {
        const Column *c = &o->columns.at[i];
        const Json *home = c->parent ? json_get(row, c->parent->key) : row;
        Cell cell =
            json_cell(o, c->field, json_missing(home) ? NULL : json_get(home, c->field->key));
        cell_write(o, o->row, i, &cell, (int)look_of(c->field));
        int own = cell.kind == CELL_TEXT ? lines_in(cell.text, width_of(c->field)) : 1;
        lines = own > lines ? own : lines;
    }
    height_set(o, o->row, lines);
    o->row++;
    return OK;
}

Err sheet_put_row(Cx *cx, SheetOut *o, const void *row)
{
    TRY(row_next(cx, o));
    for (size_t i = 0; i < o->columns.count; i++) {
        const Field *f = o->columns.at[i].field;
        assert(!o->columns.at[i].parent); /* objects are for documents */
        Cell cell = row_cell(o, f, row);
        cell_write(o, o->row, i, &cell, (int)look_of(f));
    }
    o->row++;
    return OK;
}

Err sheet_close(Cx *cx, SheetOut *o, SheetFile *out)
{
    sign(o);
    return book_close(cx, o, out);
}

/* ---- the same data back, with its errors -------------------------------------------------- */

/* Where the errors go: the column that an earlier answer of ours had, else a new last one. */
static size_t errors_column(const Grid *g, int64_t heading)
{
    for (size_t i = 0; i < g->count; i++)
        for (size_t k = 0; g->rows[i].at == heading && k < g->rows[i].count; k++) {
            const char *text = g->rows[i].cells[k].text;
            if (text && (strcmp(text, ERRORS_ZH) == 0 || strcmp(text, ERRORS_EN) == 0))
                return k;
        }
    return g->width;
}

static const char *words_of(const SheetOut *o, const SheetFault *f)
{
    return in(o, f->zh, f->en);
}

/* A number goes back with the format that it came with; -1 where there are too many. */
static int look_kept(SheetOut *o, const NumberFormat *f, bool bad)
{
    for (size_t i = 0; i < o->kept_count; i++)
        if (o->kept[i].format == f && o->kept[i].bad == bad)
            return (int)(LOOKS + i);
    if (o->kept_count == COUNT(o->kept))
        return -1;
    o->kept[o->kept_count].format = f;
    o->kept[o->kept_count].bad = bad;
    step_text(o, (BookStep){ .kind = STEP_FORMAT, .look = -1, .to = bad }, f->code);
    return (int)(LOOKS + o->kept_count++);
}

static void cell_back(SheetOut *o, uint32_t row, size_t column, const Cell *cell, bool bad)
{
    bool kept = cell->kind == CELL_NUMBER && cell->format;
    int look = kept ? look_kept(o, cell->format, bad) : -1;
    if (look < 0)
        look = bad ? BAD : cell->kind == CELL_DATE ? DAY : SIGNATURE;
    cell_write(o, row, column, cell, look);
}

/* One row and the faults [from, to) that it has. */
static void row_back(SheetOut *o, const GridRow *row, size_t errors, const SheetFault *from,
                     const SheetFault *to)
{
    uint32_t at = (uint32_t)(row->at - 1);
    Buf all = BUF(&o->scratch);
    for (size_t i = 0; i < row->count || i < errors; i++) {
        Cell cell = grid_cell(row, i);
        const SheetFault *bad = from;
        while (bad < to && bad->column != (int64_t)i + 1)
            bad++;
        if (i == errors || (cell.kind == CELL_BLANK && bad == to))
            continue;
        cell_back(o, at, i, &cell, bad < to);
        if (bad < to)
            comment_put(o, at, i, words_of(o, bad), false);
    }
    for (const SheetFault *f = from; f < to; f++)
        buf_format(&all, "%s%s", f == from ? "" : "；", words_of(o, f));
    if (from < to)
        text_put(o, at, errors, safe_text(&o->scratch, buf_text(&all)), BAD);
}

/* From the next fault on, which stand in the order of tabs and rows. */
static void grid_back(SheetOut *o, const SheetBook *book, size_t which, size_t *next)
{
    const Grid *g = &book->grids[which];
    int64_t heading = book->tabs[which].heading;
    size_t errors = errors_column(g, heading);
    tab_add(o, g->name);
    for (size_t k = 0; k < g->count; k++) {
        size_t first = *next;
        while (*next < book->fault_kept && book->faults[*next].row <= g->rows[k].at &&
               strcmp(book->faults[*next].sheet, g->name) == 0)
            ++*next;
        row_back(o, &g->rows[k], errors, book->faults + first, book->faults + *next);
        if (g->rows[k].at == heading)
            text_put(o, (uint32_t)(heading - 1), errors, in(o, ERRORS_ZH, ERRORS_EN), HEADING);
        arena_reset(o->scratch.arena);
    }
    column_set(o, errors, 50, -1);
}

Err sheet_annotate(Cx *cx, SheetFile *out, const SheetMaker *maker, const SheetBook *book)
{
    SheetOut *o;
    size_t next = 0;
    TRY(book_open(cx, &o, maker, true));
    for (size_t i = 0; i < book->grid_count; i++)
        grid_back(o, book, i, &next);
    return book_close(cx, o, out);
}
