/* The child of sheet_write.c: the steps of a workbook, done with libxlsxwriter. */
#include "sheet/book.h"

#include "base/child.h"
#include "base/date.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { LIST_ROOM = 255 /* bytes of a drop-down; longer ones go to a hidden tab */ };

#define OPTIONS_TAB "_options"

typedef struct Book {
    Cx *cx; /* of one step */
    Arena *kept;
    lxw_workbook *book;
    lxw_worksheet *tab;
    lxw_worksheet *options; /* the hidden tab of long drop-downs */
    lxw_col_t option_columns;
    lxw_format *looks[LOOKS_MOST];
    size_t look_count;
    const char *mark; /* NULL = none */
} Book;

static lxw_format *look_make(lxw_workbook *book, Look which)
{
    static const char *const NUMBER[LOOKS] = {
        [TEXT] = "@",   [MONEY] = "#,##0.00####", [YUAN] = "#,##0.00",
        [COUNT_] = "0", [DAY] = "yyyy-mm-dd",
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

/* A number goes back with the format that it came with: 007 without it would be 7. */
static bool format_add(Book *b, const BookStep *s, const char *code)
{
    if (b->look_count == LOOKS_MOST)
        return false;
    lxw_format *f = look_make(b->book, s->to ? BAD : SIGNATURE);
    format_set_num_format(f, code);
    b->looks[b->look_count++] = f;
    return true;
}

static void mark_set(Book *b, const char *mark)
{
    lxw_doc_properties properties = { .author = (char *)(uintptr_t)mark,
                                      .comments = (char *)(uintptr_t)mark };
    workbook_set_properties(b->book, &properties);
    b->mark = arena_text(b->kept, mark);
}

/* In a footer & begins a code, and 255 characters are the most. */
static void footer_set(const Book *b)
{
    Buf footer = BUF(b->cx);
    buf_add(&footer, "&L");
    const char *next = b->mark;
    for (const char *at = next; text_next(&next) && footer.length < 240; at = next)
        buf_add_n(&footer, *at == '&' ? "＆" : at, *at == '&' ? 3 : (size_t)(next - at));
    worksheet_set_footer(b->tab, buf_text(&footer));
}

static bool tab_add(Book *b, const char *name)
{
    b->tab = workbook_add_worksheet(b->book, *name ? name : NULL);
    if (b->tab && b->mark)
        footer_set(b);
    return b->tab != NULL;
}

static void layout_set(const Book *b, const BookStep *s)
{
    worksheet_freeze_panes(b->tab, s->row + 1, 0);
    worksheet_repeat_rows(b->tab, s->row, s->row);
    worksheet_set_landscape(b->tab);
    worksheet_set_paper(b->tab, (uint8_t)s->to);
    worksheet_fit_to_pages(b->tab, 1, 0);
}

static void day_put(const Book *b, const BookStep *s, lxw_format *look)
{
    Civil c = civil_from_day((Day)s->number);
    lxw_datetime at = { .year = (int)c.year, .month = c.month, .day = c.day };
    worksheet_write_datetime(b->tab, s->row, s->column, &at, look);
}

static void across_put(const Book *b, const BookStep *s, const char *text, lxw_format *look)
{
    if (s->to > s->column)
        worksheet_merge_range(b->tab, s->row, s->column, s->row, s->to, text, look);
    else
        worksheet_write_string(b->tab, s->row, s->column, text, look);
}

static void comment_put(const Book *b, const BookStep *s, const char *text)
{
    lxw_comment_options wide = { .x_scale = 2, .y_scale = 1.5 };
    worksheet_write_comment_opt(b->tab, s->row, s->column, text, s->to ? &wide : NULL);
}

/* The labels of a drop-down, taken apart in place. */
static char **labels_of(const Book *b, char *text, size_t *count)
{
    size_t n = 0;
    for (const char *p = text; (p = strchr(p, UNIT_MARK)); p++)
        n++;
    char **labels = NEW_N(b->cx, char *, n + 1);
    *count = 0;
    for (char *p = text; (p = strchr(p, UNIT_MARK));) {
        *p++ = '\0';
        labels[(*count)++] = p;
    }
    return labels;
}

/* A drop-down of labels, or of the hidden tab's cells where they are too long for one. Bytes are
 * counted, not characters: Excel allows 255 characters, but libxlsxwriter 1.1.4 joins them
 * in a buffer of as many bytes and aborts where Chinese labels pass it. */
static void list_limit(Book *b, lxw_data_validation *v, char **labels, size_t count)
{
    size_t length = count;
    bool plain = true;
    for (size_t i = 0; i < count; i++) {
        length += strlen(labels[i]);
        plain &= !strpbrk(labels[i], ",\""); /* neither can be escaped */
    }
    v->validate = LXW_VALIDATION_TYPE_LIST;
    v->value_list = (void *)labels; /* of char * before libxlsxwriter 1.2, const since */
    if (plain && length <= LIST_ROOM)
        return;
    if (!b->options) {
        b->options = workbook_add_worksheet(b->book, OPTIONS_TAB);
        worksheet_hide(b->options);
    }
    lxw_col_t column = b->option_columns++;
    for (size_t i = 0; i < count; i++)
        worksheet_write_string(b->options, (lxw_row_t)i, column, labels[i], NULL);
    char first[LXW_MAX_CELL_NAME_LENGTH], last[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell_abs(first, 0, column, true, true);
    lxw_rowcol_to_cell_abs(last, (lxw_row_t)(count - 1), column, true, true);
    v->validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
    v->value_list = NULL;
    v->value_formula = arena_format(b->cx->arena, "=%s!%s:%s", OPTIONS_TAB, first, last);
}

static void limit_put(Book *b, const BookStep *s, char *text)
{
    static const uint8_t TYPES[] = { [LIMIT_INTEGER] = LXW_VALIDATION_TYPE_INTEGER,
                                     [LIMIT_DECIMAL] = LXW_VALIDATION_TYPE_DECIMAL,
                                     [LIMIT_DATE] = LXW_VALIDATION_TYPE_DATE,
                                     [LIMIT_LENGTH] = LXW_VALIDATION_TYPE_LENGTH };
    lxw_data_validation v = { .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
                              .ignore_blank = LXW_VALIDATION_ON,
                              .show_error = LXW_VALIDATION_ON,
                              .minimum_number = s->number,
                              .maximum_number = s->other };
    size_t count;
    char **labels = labels_of(b, text, &count);
    v.error_title = text;
    if (s->to == LIMIT_LIST)
        list_limit(b, &v, labels, count);
    else
        v.validate = TYPES[s->to];
    if (s->to == LIMIT_DATE) {
        v.minimum_datetime = (lxw_datetime){ 1900, 1, 1, 0, 0, 0 };
        v.maximum_datetime = (lxw_datetime){ 2200, 12, 31, 0, 0, 0 };
    }
    worksheet_data_validation_range(b->tab, s->row, s->column, s->row + FORM_ROWS - 1, s->column,
                                    &v);
}

/* What begins a tab or stands before all of them; false where the library refuses it. */
static bool step_around(Book *b, const BookStep *s, const char *text)
{
    switch (s->kind) {
    case STEP_MARK: mark_set(b, text); return true;
    case STEP_FORMAT: return format_add(b, s, text);
    case STEP_TAB: return tab_add(b, text);
    default: return false;
    }
}

static bool step_inside(Book *b, const BookStep *s, char *text)
{
    lxw_format *look = s->look >= 0 ? b->looks[s->look] : NULL;
    switch (s->kind) {
    case STEP_LAYOUT: layout_set(b, s); break;
    case STEP_COLUMN: worksheet_set_column(b->tab, s->column, s->column, s->number, look); break;
    case STEP_HEIGHT: worksheet_set_row(b->tab, s->row, s->number, NULL); break;
    case STEP_TEXT: worksheet_write_string(b->tab, s->row, s->column, text, look); break;
    case STEP_NUMBER: worksheet_write_number(b->tab, s->row, s->column, s->number, look); break;
    case STEP_BOOL: worksheet_write_boolean(b->tab, s->row, s->column, s->number != 0, look); break;
    case STEP_DAY: day_put(b, s, look); break;
    case STEP_BLANK: worksheet_write_blank(b->tab, s->row, s->column, look); break;
    case STEP_ACROSS: across_put(b, s, text, look); break;
    case STEP_COMMENT: comment_put(b, s, text); break;
    case STEP_LIMIT: limit_put(b, s, text); break;
    default: return false;
    }
    return true;
}

/* Until the end is said; false where the input ends before, or a step cannot be done. */
static bool steps_do(Book *b, FILE *in)
{
    BookStep s;
    while (fread(&s, sizeof s, 1, in) == 1) {
        if (s.kind == STEP_END)
            return true;
        char *text = arena_alloc(b->cx->arena, (size_t)s.length + 1);
        if (s.length && fread(text, s.length, 1, in) != 1)
            return false;
        if (s.look >= (int32_t)b->look_count)
            return false;
        if (s.kind <= STEP_TAB ? !step_around(b, &s, text) : !b->tab || !step_inside(b, &s, text))
            return false;
        arena_reset(b->cx->arena);
    }
    return false;
}

/* The library keeps its parts in files and does not look whether they were written: on a full disk
 * it would make a workbook that lacks rows. So they are kept in memory where the machine has a
 * place for that, and else the disk is asked once more at the end. */
static const char *parts_folder(void)
{
    return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

static bool rows_written(const lxw_workbook *book)
{
    lxw_worksheet *tab;
    bool written = true;
    STAILQ_FOREACH(tab, book->worksheets, list_pointers)
    {
        FILE *rows = tab->optimize_tmpfile;
        written = written && (!rows || (fflush(rows) == 0 && !ferror(rows)));
    }
    return written;
}

/* The file itself lies in memory alone. */
static int file_give(int file, int out)
{
    struct stat s;
    if (fstat(file, &s) != 0 || s.st_size == 0)
        return 1;
    void *bytes = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    return bytes == MAP_FAILED ? 1 : child_give(out, bytes, (size_t)s.st_size);
}

static int book_make(Book *b, FILE *in, int out)
{
    uint8_t streaming = getc(in) == 1;
    int file = memfd_create("workbook", 0);
    const char *path = arena_format(b->cx->arena, "/proc/self/fd/%d", file);
    lxw_workbook_options options = { .constant_memory = streaming,
                                     .tmpdir = (char *)(uintptr_t)parts_folder() };
    b->book = file >= 0 ? workbook_new_opt(path, &options) : NULL;
    if (!b->book)
        return 1;
    for (Look which = 0; which < LOOKS; which++)
        b->looks[b->look_count++] = look_make(b->book, which);
    if (!steps_do(b, in))
        return 1;
    errno = 0;
    bool written = rows_written(b->book);
    lxw_error e = workbook_close(b->book);
    if (!written || e != LXW_NO_ERROR || errno == ENOSPC || errno == EDQUOT) {
        fprintf(stderr, "workbook: %s: %s\n", lxw_strerror(e), strerror(errno));
        return errno == ENOSPC || errno == EDQUOT ? CHILD_FULL : 1;
    }
    return file_give(file, out);
}

int sheet_make(int in, int out)
{
    Arena *step = arena_new(0), *kept = arena_new(0);
    Cx cx = cx_make(step);
    Book b = { .cx = &cx, .kept = kept };
    FILE *from = fdopen(in, "rb");
    int status = from ? book_make(&b, from, out) : 1;
    arena_free(step);
    arena_free(kept);
    return status;
}
