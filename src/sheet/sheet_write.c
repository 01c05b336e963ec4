#include "base/date.h"
#include "base/decimal.h"
#include "base/money.h"
#include "sheet/grid.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum {
    TITLE_ROW = 0,
    CAPTION_ROW = 1,
    HEADING_ROW = 2,
    FIRST_ROW = 3,
    FORM_ROWS = 2000,   /* rows of a form that carry validation */
    LIST_ROOM = 255,    /* bytes of a drop-down; longer ones go to a hidden tab */
    CELL_ROOM = 32000,  /* characters of a cell */
    ROW_LINES = 27,     /* Excel knows no higher row, however long its text */
    FORMATS_KEPT = 64,  /* number formats of a file that go back with it */
    A3_WIDTH = 200,     /* characters; a wider table is set for A3 */
    EXACT = 1000000000, /* 万元: below, 6 decimals fit in the 15 digits that Excel keeps */
};

#define OPTIONS_TAB "_options"

typedef enum Look {
    TITLE,
    CAPTION,
    HEADING,
    MUST,
    TEXT,
    MONEY,
    COUNT_,
    DAY,
    BAD,
    SIGNATURE,
    LOOKS
} Look;

struct SheetOut {
    lxw_workbook *book;
    lxw_worksheet *tab;
    lxw_worksheet *options; /* the hidden tab of long drop-downs */
    lxw_format *looks[LOOKS];
    const char *path;
    Lang lang;
    Columns columns;
    bool reveal;
    bool open; /* the tab under way is for the public */
    lxw_row_t row;
    lxw_col_t option_columns;
    struct {
        const NumberFormat *format;
        bool bad;
        lxw_format *look;
    } kept[FORMATS_KEPT]; /* formats of the file that was read */
    size_t kept_count;
    Cx scratch; /* of one row */
};

/* ---- the workbook ------------------------------------------------------------------------ */

static lxw_format *look(lxw_workbook *book, Look which)
{
    static const char *const NUMBER[LOOKS] = {
        [TEXT] = "@", [MONEY] = "#,##0.00####", [COUNT_] = "0", [DAY] = "yyyy-mm-dd"
    };
    lxw_format *f = workbook_add_format(book);
    bool head = which == HEADING || which == MUST;
    if (NUMBER[which])
        format_set_num_format(f, NUMBER[which]);
    if (which == TITLE)
        format_set_font_size(f, 16);
    if (which == TITLE || head)
        format_set_bold(f), format_set_align(f, LXW_ALIGN_CENTER);
    if (which == CAPTION)
        format_set_align(f, LXW_ALIGN_RIGHT);
    if (head || which == TEXT || which == BAD)
        format_set_text_wrap(f);
    if (head)
        format_set_bg_color(f, 0xDCE6F1);
    if (which == MUST)
        format_set_font_color(f, 0xC00000);
    if (which == BAD)
        format_set_bg_color(f, 0xFFC7CE);
    if (which != TITLE && which != CAPTION && which != SIGNATURE)
        format_set_border(f, LXW_BORDER_THIN);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    return f;
}

static Err unwritten(Cx *cx, lxw_error e)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return fail(cx, FULL, "", "服务器存储空间不足，表格写不出来",
                    "no room on the disk to write the workbook");
    return fail(cx, INTERNAL, "", "表格写不出来：%s", "the workbook cannot be written: %s",
                lxw_strerror(e));
}

static Err book_open(Cx *cx, SheetOut **out, const char *path, bool streaming)
{
    SheetOut *o = NEW(cx, SheetOut);
    const char *slash = strrchr(path, '/');
    lxw_workbook_options options = { .constant_memory = streaming };
    if (slash) /* beside the file, not in /tmp, which may be memory */
        options.tmpdir = arena_text_n(cx->arena, path, (size_t)(slash - path));
    errno = 0;
    o->book = workbook_new_opt(path, &options);
    if (!o->book)
        return unwritten(cx, LXW_ERROR_MEMORY_MALLOC_FAILED);
    for (Look i = 0; i < LOOKS; i++)
        o->looks[i] = look(o->book, i);
    o->path = path;
    o->lang = cx->lang;
    o->scratch = *cx;
    o->scratch.arena = arena_like(cx->arena);
    *out = o;
    return OK;
}

/* The library writes streamed rows to files of its own and does not look whether they were taken:
 * on a full disk it would make a workbook that lacks rows. */
static bool rows_written(const SheetOut *o)
{
    lxw_worksheet *tab;
    bool written = true;
    STAILQ_FOREACH(tab, o->book->worksheets, list_pointers)
    {
        FILE *rows = tab->optimize_tmpfile;
        written = written && (!rows || (fflush(rows) == 0 && !ferror(rows)));
    }
    return written;
}

static Err book_close(Cx *cx, SheetOut *o)
{
    arena_free(o->scratch.arena);
    errno = 0;
    bool written = rows_written(o);
    lxw_error e = workbook_close(o->book);
    return written && e == LXW_NO_ERROR ? OK : unwritten(cx, e);
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
static void line_across(SheetOut *o, lxw_row_t row, const char *text, Look which)
{
    if (o->columns.count > 1)
        worksheet_merge_range(o->tab, row, 0, row, (lxw_col_t)(o->columns.count - 1), text,
                              o->looks[which]);
    else
        worksheet_write_string(o->tab, row, 0, text, o->looks[which]);
}

static Look look_of(const Field *f)
{
    switch (f->type) {
    case FIELD_MONEY: return MONEY;
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
static void height_set(SheetOut *o, lxw_row_t row, int lines)
{
    if (lines > 1)
        worksheet_set_row(o->tab, row, 15.0 * lines, NULL);
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
        worksheet_write_string(o->tab, HEADING_ROW, (lxw_col_t)i, buf_text(&label),
                               o->looks[must ? MUST : HEADING]);
        int own = lines_in(buf_text(&label), width_of(c->field));
        lines = own > lines ? own : lines;
    }
    height_set(o, HEADING_ROW, lines);
}

static Err tab_begin(Cx *cx, SheetOut *o, const Sheet *s, bool form)
{
    o->tab = workbook_add_worksheet(o->book, tab_name(cx, in(o, s->zh, s->en)));
    if (!o->tab)
        return unwritten(cx, LXW_ERROR_SHEETNAME_ALREADY_USED);
    bool money = false;
    double width = 0;
    for (size_t i = 0; i < o->columns.count; i++) {
        const Field *f = o->columns.at[i].field;
        money |= f->type == FIELD_MONEY;
        width += width_of(f);
        worksheet_set_column(o->tab, (lxw_col_t)i, (lxw_col_t)i, width_of(f),
                             form ? o->looks[look_of(f)] : NULL);
    }
    worksheet_set_row(o->tab, TITLE_ROW, 28, NULL);
    line_across(o, TITLE_ROW, title_of(o, s), TITLE);
    line_across(o, CAPTION_ROW, money ? in(o, "单位：万元", "Unit: 万元 (10,000 yuan)") : "",
                CAPTION);
    headings_write(o, form);
    worksheet_freeze_panes(o->tab, FIRST_ROW, 0);
    worksheet_repeat_rows(o->tab, HEADING_ROW, HEADING_ROW);
    worksheet_set_landscape(o->tab);
    worksheet_set_paper(o->tab, width > A3_WIDTH ? 8 : 9); /* A3, A4 */
    worksheet_fit_to_pages(o->tab, 1, 0);
    o->row = FIRST_ROW;
    arena_reset(o->scratch.arena);
    return OK;
}

/* ---- forms ------------------------------------------------------------------------------- */

static size_t options_count(const Option *options)
{
    size_t n = 0;
    while (options[n].key)
        n++;
    return n;
}

/* lxw takes its texts as char *, and leaves them alone. */
static char *loose(SheetOut *o, const char *text)
{
    return arena_text(o->scratch.arena, text);
}

/* A drop-down of labels, or of the hidden tab's cells where they are too long for one. Bytes are
 * counted, not characters: Excel allows 255 characters, but libxlsxwriter 1.1.4 joins them
 * in a buffer of as many bytes and aborts where Chinese labels pass it. */
static void list_limit(SheetOut *o, lxw_data_validation *v, const Option *options)
{
    size_t n = options_count(options), length = n;
    if (n == 0)
        return;
    char **labels = NEW_N(&o->scratch, char *, n + 1);
    bool plain = true;
    for (size_t i = 0; i < n; i++) {
        labels[i] = loose(o, in(o, options[i].zh, options[i].en));
        length += strlen(labels[i]);
        plain &= !strpbrk(labels[i], ",\""); /* neither can be escaped */
    }
    v->validate = LXW_VALIDATION_TYPE_LIST;
    v->value_list = (void *)labels; /* of char * before libxlsxwriter 1.2, const since */
    if (plain && length <= LIST_ROOM)
        return;
    if (!o->options) {
        o->options = workbook_add_worksheet(o->book, OPTIONS_TAB);
        worksheet_hide(o->options);
    }
    lxw_col_t column = o->option_columns++;
    for (size_t i = 0; i < n; i++)
        worksheet_write_string(o->options, (lxw_row_t)i, column, labels[i], NULL);
    char first[LXW_MAX_CELL_NAME_LENGTH], last[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell_abs(first, 0, column, true, true);
    lxw_rowcol_to_cell_abs(last, (lxw_row_t)(n - 1), column, true, true);
    v->validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
    v->value_list = NULL;
    v->value_formula = arena_format(o->scratch.arena, "=%s!%s:%s", OPTIONS_TAB, first, last);
}

static void text_limit(lxw_data_validation *v, const Field *f)
{
    if (!f->pattern && !f->max)
        return;
    v->validate = LXW_VALIDATION_TYPE_LENGTH;
    v->minimum_number = (double)f->min;
    v->maximum_number = f->max ? (double)f->max : CELL_ROOM;
    if (!f->pattern)
        return;
    const char *digits = f->pattern + strlen("digits:"); /* "9|12": from the first to the last */
    const char *bar = strrchr(digits, '|');
    v->minimum_number = strtod(digits, NULL);
    v->maximum_number = strtod(bar ? bar + 1 : digits, NULL);
}

/* The limits of a column as Excel can ask for them. */
static void limit_write(SheetOut *o, lxw_col_t column, const Field *f)
{
    static const Option YES_NO[] = { { "true", "是", "yes" }, { "false", "否", "no" }, { NULL } };
    lxw_data_validation v = { .validate = LXW_VALIDATION_TYPE_NONE,
                              .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
                              .ignore_blank = LXW_VALIDATION_ON,
                              .show_error = LXW_VALIDATION_ON };
    v.error_title = loose(o, in(o, "填写有误", "Not accepted"));
    switch (f->type) {
    case FIELD_ENUM: list_limit(o, &v, f->options); break;
    case FIELD_BOOL: list_limit(o, &v, YES_NO); break;
    case FIELD_INT:
        v.validate = LXW_VALIDATION_TYPE_INTEGER;
        v.minimum_number = (double)f->min;
        v.maximum_number = f->max ? (double)f->max : 999999999999.0;
        break;
    case FIELD_MONEY:
        v.validate = LXW_VALIDATION_TYPE_DECIMAL;
        v.maximum_number = 1e12;
        break;
    case FIELD_DATE:
        v.validate = LXW_VALIDATION_TYPE_DATE;
        v.minimum_datetime = (lxw_datetime){ 1900, 1, 1, 0, 0, 0 };
        v.maximum_datetime = (lxw_datetime){ 2200, 12, 31, 0, 0, 0 };
        break;
    case FIELD_TEXT: text_limit(&v, f); break;
    default: break;
    }
    if (v.validate != LXW_VALIDATION_TYPE_NONE)
        worksheet_data_validation_range(o->tab, FIRST_ROW, column, FIRST_ROW + FORM_ROWS - 1,
                                        column, &v);
}

/* What the heading's comment says: the help, and for several words in a cell which ones. */
static void help_write(SheetOut *o, lxw_col_t column, const Field *f)
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
    if (help.length == 0)
        return;
    lxw_comment_options look = { .x_scale = 2, .y_scale = 1.5 };
    worksheet_write_comment_opt(o->tab, HEADING_ROW, column, buf_text(&help), &look);
}

Err sheet_template(Cx *cx, const char *path, const Sheet *sheets, size_t count)
{
    SheetOut *o;
    TRY(book_open(cx, &o, path, false));
    Err e = OK;
    for (size_t i = 0; i < count && e == OK; i++) {
        o->columns =
            columns_of(cx, sheets[i].fields, FIELD_READONLY | FIELD_VIRTUAL | FIELD_SECRET);
        e = tab_begin(cx, o, &sheets[i], true);
        for (size_t c = 0; c < o->columns.count && e == OK; c++) {
            limit_write(o, (lxw_col_t)c, o->columns.at[c].field);
            help_write(o, (lxw_col_t)c, o->columns.at[c].field);
        }
    }
    Err closing = book_close(cx, o);
    return e != OK ? e : closing;
}

/* ---- exports ----------------------------------------------------------------------------- */

Err sheet_open(Cx *cx, SheetOut **out, const char *path)
{
    return book_open(cx, out, path, true);
}

static void sign(SheetOut *o)
{
    if (o->tab && !o->open)
        line_across(o, o->row + 1, in(o, SIGNATURE_ZH, SIGNATURE_EN), SIGNATURE);
}

Err sheet_begin(Cx *cx, SheetOut *o, const Sheet *sheet, bool reveal)
{
    sign(o);
    o->open = sheet->open;
    o->columns = columns_of(cx, sheet->fields, FIELD_SECRET);
    o->reveal = reveal;
    return tab_begin(cx, o, sheet, false);
}

static Cell text_cell(const char *text)
{
    return (Cell){ text ? CELL_TEXT : CELL_BLANK, 0, text };
}

static Cell money_cell(Cx *cx, Money fen)
{
    if (fen < 0 || fen >= EXACT * FEN_PER_WAN)
        return text_cell(money_text(cx, fen));
    return (Cell){ .kind = CELL_NUMBER, .number = (double)fen / (double)FEN_PER_WAN };
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
    case FIELD_MONEY: return money_cell(&o->scratch, i);
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
    if (f->type == FIELD_MONEY && field_money(j, &i))
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

static void day_write(SheetOut *o, lxw_row_t row, lxw_col_t column, Day day, Look which)
{
    Civil c = civil_from_day(day);
    lxw_datetime at = { .year = (int)c.year, .month = c.month, .day = c.day };
    worksheet_write_datetime(o->tab, row, column, &at, o->looks[which]);
}

static void cell_write(SheetOut *o, lxw_row_t row, lxw_col_t column, const Cell *cell, Look which)
{
    lxw_format *format = o->looks[which];
    switch (cell->kind) {
    case CELL_BLANK: worksheet_write_blank(o->tab, row, column, format); break;
    case CELL_NUMBER: worksheet_write_number(o->tab, row, column, cell->number, format); break;
    case CELL_BOOL: worksheet_write_boolean(o->tab, row, column, cell->number != 0, format); break;
    case CELL_DATE: day_write(o, row, column, (Day)cell->number, which); break;
    case CELL_TEXT:
    case CELL_BAD:
    case CELL_UNWORKED:
        worksheet_write_string(o->tab, row, column, safe_text(&o->scratch, cell->text), format);
        break;
    }
}

static Err row_next(Cx *cx, SheetOut *o)
{
    assert(o->tab);
    if (o->row + 3 >= LXW_ROW_MAX)
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
        cell_write(o, o->row, (lxw_col_t)i, &cell, look_of(c->field));
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
        cell_write(o, o->row, (lxw_col_t)i, &cell, look_of(f));
    }
    o->row++;
    return OK;
}

Err sheet_close(Cx *cx, SheetOut *o)
{
    sign(o);
    return book_close(cx, o);
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

/* A number goes back with the format that it came with: 007 without it would be 7. */
static lxw_format *format_kept(SheetOut *o, const NumberFormat *f, bool bad)
{
    for (size_t i = 0; i < o->kept_count; i++)
        if (o->kept[i].format == f && o->kept[i].bad == bad)
            return o->kept[i].look;
    if (o->kept_count == FORMATS_KEPT)
        return NULL;
    lxw_format *made = look(o->book, bad ? BAD : SIGNATURE);
    format_set_num_format(made, f->code);
    o->kept[o->kept_count].format = f;
    o->kept[o->kept_count].bad = bad;
    return o->kept[o->kept_count++].look = made;
}

static void cell_back(SheetOut *o, lxw_row_t row, lxw_col_t column, const Cell *cell, bool bad)
{
    bool kept = cell->kind == CELL_NUMBER && cell->format;
    lxw_format *format = kept ? format_kept(o, cell->format, bad) : NULL;
    if (format)
        worksheet_write_number(o->tab, row, column, cell->number, format);
    else
        cell_write(o, row, column, cell, bad ? BAD : cell->kind == CELL_DATE ? DAY : SIGNATURE);
}

/* One row and the faults [from, to) that it has. */
static void row_back(SheetOut *o, const GridRow *row, size_t errors, const SheetFault *from,
                     const SheetFault *to)
{
    lxw_row_t at = (lxw_row_t)(row->at - 1);
    Buf all = BUF(&o->scratch);
    for (size_t i = 0; i < row->count || i < errors; i++) {
        Cell cell = grid_cell(row, i);
        const SheetFault *bad = from;
        while (bad < to && bad->column != (int64_t)i + 1)
            bad++;
        if (i == errors || (cell.kind == CELL_BLANK && bad == to))
            continue;
        cell_back(o, at, (lxw_col_t)i, &cell, bad < to);
        if (bad < to)
            worksheet_write_comment(o->tab, at, (lxw_col_t)i, words_of(o, bad));
    }
    for (const SheetFault *f = from; f < to; f++)
        buf_format(&all, "%s%s", f == from ? "" : "；", words_of(o, f));
    if (from < to)
        worksheet_write_string(o->tab, at, (lxw_col_t)errors,
                               safe_text(&o->scratch, buf_text(&all)), o->looks[BAD]);
}

Err sheet_annotate(Cx *cx, const char *path, const SheetBook *book)
{
    SheetOut *o;
    TRY(book_open(cx, &o, path, true));
    Err e = OK;
    size_t next = 0;
    for (size_t i = 0; i < book->grid_count && e == OK; i++) {
        const Grid *g = &book->grids[i];
        o->tab = workbook_add_worksheet(o->book, *g->name ? g->name : NULL);
        if (!o->tab) {
            e = unwritten(cx, LXW_ERROR_SHEETNAME_ALREADY_USED);
            break;
        }
        int64_t heading = book->tabs[i].heading;
        size_t errors = errors_column(g, heading);
        for (size_t k = 0; k < g->count; k++) {
            size_t first = next;
            while (next < book->fault_kept && book->faults[next].row <= g->rows[k].at &&
                   strcmp(book->faults[next].sheet, g->name) == 0)
                next++;
            row_back(o, &g->rows[k], errors, book->faults + first, book->faults + next);
            if (g->rows[k].at == heading)
                worksheet_write_string(o->tab, (lxw_row_t)(heading - 1), (lxw_col_t)errors,
                                       in(o, ERRORS_ZH, ERRORS_EN), o->looks[HEADING]);
            arena_reset(o->scratch.arena);
        }
        worksheet_set_column(o->tab, (lxw_col_t)errors, (lxw_col_t)errors, 50, NULL);
    }
    Err closing = book_close(cx, o);
    return e != OK ? e : closing;
}
