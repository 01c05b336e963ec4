/* Reads the cells of an xlsx file: libzip for the archive, xml_scan for its parts.
 *
 * The file is an outsider's: entries, sizes and ratios are asked before anything is inflated, what
 * is inflated is counted again, there are no entities and no deep nesting (xml.h), and everything
 * else that grows is bounded by SheetLimits.
 */
#include "base/decimal.h"
#include "base/xml.h"
#include "sheet/grid.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zip.h>

enum {
    DEEPEST = 64,
    MOST_TABS = 100,
    MOST_STYLES = 65536,
    SMALL = 1 << 20,
    MOST_MERGES = 10000,
    ROWS_OF_EXCEL = 1048576
};

typedef struct Words {
    const char **at;
    size_t count;
    size_t room;
} Words;

typedef struct Tab {
    const char *name;
    const char *id; /* of its relationship */
} Tab;

typedef struct Tabs {
    Tab *at;
    size_t count;
} Tabs;

/* One workbook being read. */
typedef struct Xlsx {
    zip_t *zip;
    GridBook *book;
    size_t inflated;
    bool from_1904;
    Tabs tabs;
    Words strings;     /* shared strings */
    Words date_codes;  /* ids of number formats that are dates, as text */
    bool *date_styles; /* by index of cellXfs */
    size_t style_count;
} Xlsx;

/* The elements that matter when they end. */
typedef enum Tag { OTHER, T, V, RPH, SI, C, ROW, CELL_XFS } Tag;

/* One part being read. */
typedef struct Part {
    Cx *cx;
    Xlsx *x;
    zip_file_t *file;
    Err (*open)(struct Part *p, const Xml *element);
    Err (*close)(struct Part *p, Tag tag);
    Tag tags[DEEPEST];
    int depth;
    Buf text;           /* of the T or V that is open */
    const char *wanted; /* relationships: the id or type looked for */
    const char *found;
    Grid *grid;
    GridRow *row;
    size_t column;
    char type[12]; /* of the cell */
    long style;
    bool has_value;
    size_t merges;
} Part;

static void words_add(Cx *cx, Words *w, const char *word)
{
    if (w->count == w->room) {
        size_t room = w->room ? w->room * 2 : 64;
        w->at = arena_grow(cx->arena, w->at, w->room * sizeof *w->at, room * sizeof *w->at);
        w->room = room;
    }
    w->at[w->count++] = word;
}

static Err broken(Cx *cx)
{
    return fail(cx, INVALID, "", "文件不是完好的 xlsx 工作簿，请用 Excel 或 WPS 另存为 .xlsx",
                "the file is no sound xlsx workbook; save it as .xlsx again");
}

static bool is(const char *name, const char *wanted)
{
    return strcmp(name, wanted) == 0;
}

static bool is_true(const char *value)
{
    return value && (is(value, "1") || is(value, "true"));
}

/* ---- one part ---------------------------------------------------------------------------- */

static Tag tag_of(const char *name)
{
    static const char *const NAMES[] = {
        [T] = "t", [V] = "v",     [RPH] = "rPh",         [SI] = "si",
        [C] = "c", [ROW] = "row", [CELL_XFS] = "cellXfs"
    };
    for (Tag tag = T; tag < (Tag)COUNT(NAMES); tag++)
        if (is(name, NAMES[tag]))
            return tag;
    return OTHER;
}

static bool inside(const Part *p, Tag tag)
{
    for (int i = 0; i < p->depth; i++)
        if (p->tags[i] == tag)
            return true;
    return false;
}

static Err part_more(Cx *cx, void *data, char *buffer, size_t room, size_t *filled)
{
    Part *p = data;
    zip_int64_t n = zip_fread(p->file, buffer, room);
    if (n < 0)
        return broken(cx);
    *filled = (size_t)n;
    p->x->inflated += *filled;
    if (p->x->inflated > p->x->book->limits->inflated)
        return fail(cx, TOO_LARGE, "", "文件展开后太大", "the workbook is too large when inflated");
    return OK;
}

static Err part_open(Cx *cx, void *data, const Xml *element)
{
    (void)cx;
    Part *p = data;
    assert(p->depth < DEEPEST);
    p->tags[p->depth++] = tag_of(element->name);
    return p->open(p, element);
}

static Err part_close(Cx *cx, void *data)
{
    (void)cx;
    Part *p = data;
    Tag tag = p->tags[--p->depth];
    return p->close ? p->close(p, tag) : OK;
}

static Err part_text(Cx *cx, void *data, const char *bytes, size_t length)
{
    (void)cx;
    Part *p = data;
    Tag tag = p->depth ? p->tags[p->depth - 1] : OTHER;
    if ((tag == T || tag == V) && !inside(p, RPH))
        buf_add_n(&p->text, bytes, length);
    return OK;
}

/* A part that is not there is left out: *there says so. */
static Err part_read(Part *p, const char *name, bool *there)
{
    p->file = zip_fopen(p->x->zip, name, ZIP_FL_NOCASE);
    *there = p->file != NULL;
    if (!p->file)
        return OK;
    p->text = BUF(p->cx);
    XmlScan scan = {
        .data = p, .more = part_more, .open = part_open, .close = part_close, .text = part_text
    };
    const XmlLimits limits = { p->x->book->limits->inflated, DEEPEST };
    Err e = xml_scan(p->cx, &scan, &limits);
    zip_fclose(p->file);
    bool syntax = e == INVALID && *p->cx->failure.field;
    return syntax ? broken(p->cx) : e;
}

/* ---- relationships ----------------------------------------------------------------------- */

/* By id, or by the last word of its type. */
static Err relation_open(Part *p, const Xml *element)
{
    if (!is(element->name, "Relationship") || p->found)
        return OK;
    const char *id = xml_attribute(element, "Id");
    const char *type = xml_attribute(element, "Type");
    const char *target = xml_attribute(element, "Target");
    const char *slash = type ? strrchr(type, '/') : NULL;
    if (target && ((id && is(id, p->wanted)) || (slash && is(slash + 1, p->wanted))))
        p->found = arena_text(p->cx->arena, target);
    return OK;
}

/* The path of what `wanted` names among the relationships of folder/source, or NULL. */
static Err relation(Cx *cx, Xlsx *x, const char **path, const char *folder, const char *source,
                    const char *wanted)
{
    bool there;
    Part p = { .cx = cx, .x = x, .open = relation_open, .wanted = wanted };
    const char *name = arena_format(cx->arena, "%s_rels/%s.rels", folder, source);
    TRY(part_read(&p, name, &there));
    *path = NULL;
    if (p.found)
        *path = *p.found == '/' ? p.found + 1 : arena_format(cx->arena, "%s%s", folder, p.found);
    return OK;
}

/* ---- workbook, strings, styles ----------------------------------------------------------- */

static Err workbook_open(Part *p, const Xml *element)
{
    Tabs *tabs = &p->x->tabs;
    if (is(element->name, "workbookPr"))
        p->x->from_1904 = is_true(xml_attribute(element, "date1904"));
    if (!is(element->name, "sheet"))
        return OK;
    const char *state = xml_attribute(element, "state");
    const char *title = xml_attribute(element, "name");
    const char *id = NULL;
    for (size_t i = 0; i < element->attribute_count; i++)
        if (*element->attributes[i].ns && is(element->attributes[i].name, "id"))
            id = element->attributes[i].value;
    if ((state && !is(state, "visible")) || !title || !id)
        return OK;
    if (tabs->count == MOST_TABS)
        return fail(p->cx, TOO_LARGE, "", "工作表太多", "the workbook has too many tabs");
    if (!tabs->at)
        tabs->at = NEW_N(p->cx, Tab, MOST_TABS);
    tabs->at[tabs->count++] =
        (Tab){ arena_text(p->cx->arena, title), arena_text(p->cx->arena, id) };
    return OK;
}

static Err ignore_open(Part *p, const Xml *element)
{
    (void)p, (void)element;
    return OK;
}

static Err strings_close(Part *p, Tag tag)
{
    if (tag != SI)
        return OK;
    words_add(p->cx, &p->x->strings,
              arena_text_n(p->cx->arena, buf_text(&p->text), p->text.length));
    p->text.length = 0;
    return OK;
}

/* A format code with a day or year outside quotes and brackets. */
static bool is_date_code(const char *code)
{
    if (strcasecmp(code, "Standard") == 0) /* General, as some programs name it */
        return false;
    for (const char *c = code; *c; c++) {
        if (*c == '"' || *c == '[') {
            char end = *c == '"' ? '"' : ']';
            while (c[1] && *++c != end)
                ;
        } else if (*c == '\\' && c[1]) {
            c++;
        } else if (strchr("dDyY", *c)) {
            return true;
        }
    }
    return false;
}

/* The built-in formats that are days, Chinese and Japanese ones included. */
static bool is_date_id(long id)
{
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
           (id >= 50 && id <= 54) || id == 57 || id == 58;
}

static Err styles_open(Part *p, const Xml *element)
{
    Xlsx *x = p->x;
    const char *id = xml_attribute(element, "numFmtId");
    if (is(element->name, "numFmt") && id) {
        const char *code = xml_attribute(element, "formatCode");
        if (code && is_date_code(code) && x->date_codes.count < MOST_STYLES)
            words_add(p->cx, &x->date_codes, arena_text(p->cx->arena, id));
    }
    if (!is(element->name, "xf") || !inside(p, CELL_XFS) || x->style_count >= MOST_STYLES)
        return OK;
    bool date = id && is_date_id(strtol(id, NULL, 10));
    for (size_t i = 0; id && i < x->date_codes.count; i++)
        date |= is(id, x->date_codes.at[i]);
    if (!x->date_styles)
        x->date_styles = NEW_N(p->cx, bool, MOST_STYLES);
    x->date_styles[x->style_count++] = date;
    return OK;
}

/* ---- cells ------------------------------------------------------------------------------- */

/* "AB12" → column 27, row 12; false where it is none. */
static bool place_parse(const char *ref, size_t *column, int64_t *row)
{
    size_t c = 0;
    for (; *ref >= 'A' && *ref <= 'Z'; ref++) {
        c = c * 26 + (size_t)(*ref - 'A' + 1);
        if (c > 16384)
            return false;
    }
    char *end;
    *row = strtol(ref, &end, 10);
    *column = c - 1;
    return c > 0 && *row > 0 && *row <= ROWS_OF_EXCEL;
}

/* Days since 1970 of a serial number; the first system's 29 February 1900 never was. */
static Day day_of_serial(const Xlsx *x, double serial)
{
    Day days = (Day)floor(serial);
    if (x->from_1904)
        return days - 24107;
    return days - (days < 60 ? 25568 : 25569);
}

static Cell text_cell(Part *p, CellKind kind)
{
    const char *text = arena_text_n(p->cx->arena, buf_text(&p->text), p->text.length);
    return (Cell){ text_blank(text) ? CELL_BLANK : kind, 0, text };
}

static Cell number_cell(Part *p)
{
    Xlsx *x = p->x;
    char *end;
    const char *text = buf_text(&p->text);
    double d = strtod(text, &end);
    if (end == text || *end || !isfinite(d))
        return text_cell(p, CELL_BAD);
    bool date = p->style >= 0 && (size_t)p->style < x->style_count && x->date_styles[p->style];
    if (date && d >= 0 && d < 3000000) {
        Day day = day_of_serial(x, d);
        return (Cell){ CELL_DATE, (double)day, day_text(p->cx, day) };
    }
    return (Cell){ CELL_NUMBER, d, decimal_text(p->cx, decimal_from_double(d)) };
}

static Cell string_cell(Part *p)
{
    const Words *strings = &p->x->strings;
    char *end;
    unsigned long i = strtoul(buf_text(&p->text), &end, 10);
    if (p->text.length == 0 || *end || i >= strings->count)
        return text_cell(p, CELL_BAD);
    const char *text = strings->at[i];
    return (Cell){ text_blank(text) ? CELL_BLANK : CELL_TEXT, 0, text };
}

static Cell cell_made(Part *p)
{
    if (is(p->type, "") || is(p->type, "n"))
        return number_cell(p);
    if (is(p->type, "s"))
        return string_cell(p);
    if (is(p->type, "e"))
        return text_cell(p, CELL_BAD);
    if (!is(p->type, "b"))
        return text_cell(p, CELL_TEXT); /* str, inlineStr, d */
    bool yes = is_true(buf_text(&p->text));
    return (Cell){ CELL_BOOL, yes, yes ? "TRUE" : "FALSE" };
}

static Err cell_end(Part *p)
{
    if (!p->row || !p->has_value)
        return OK;
    Cell cell = cell_made(p);
    return cell.kind == CELL_BLANK ? OK
                                   : grid_put(p->cx, p->x->book, p->grid, p->row, p->column, cell);
}

static Err row_begin(Part *p, const Xml *element)
{
    const char *r = xml_attribute(element, "r");
    int64_t last = p->grid->count ? p->grid->rows[p->grid->count - 1].at : 0;
    int64_t at = r ? strtol(r, NULL, 10) : last + 1;
    p->column = (size_t)-1;
    if (at < 1 || at > ROWS_OF_EXCEL)
        return broken(p->cx);
    return grid_row(p->cx, p->x->book, p->grid, at, &p->row);
}

static Err cell_begin(Part *p, const Xml *element)
{
    const char *ref = xml_attribute(element, "r");
    const char *type = xml_attribute(element, "t");
    const char *style = xml_attribute(element, "s");
    int64_t row;
    p->column++;
    if (ref && !place_parse(ref, &p->column, &row))
        return broken(p->cx);
    snprintf(p->type, sizeof p->type, "%s", type ? type : "");
    p->style = style ? strtol(style, NULL, 10) : 0;
    p->text.length = 0;
    p->has_value = false;
    return OK;
}

static GridRow *row_at(Grid *g, int64_t at)
{
    size_t low = 0, high = g->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (g->rows[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < g->count ? &g->rows[low] : NULL;
}

/* A cell merged downward counts for each row; a row with nothing but one merged sideways is a
 * caption. */
static Err merge(Part *p, const char *ref)
{
    Grid *g = p->grid;
    size_t left, right;
    int64_t top, bottom;
    const char *colon = ref ? strchr(ref, ':') : NULL;
    if (!colon || !place_parse(ref, &left, &top) || !place_parse(colon + 1, &right, &bottom))
        return broken(p->cx);
    GridRow *first = row_at(g, top);
    if (!first || first->at != top || ++p->merges > MOST_MERGES)
        return OK;
    Cell cell = grid_cell(first, left);
    if (cell.kind == CELL_BLANK)
        return OK;
    size_t filled = 0;
    for (size_t i = 0; i < first->count; i++)
        filled += first->cells[i].kind != CELL_BLANK;
    first->caption |= right > left && filled == 1;
    for (GridRow *row = first + 1; row < g->rows + g->count && row->at <= bottom; row++) {
        if (grid_cell(row, left).kind != CELL_BLANK)
            break;
        row->caption = first->caption;
        TRY(grid_put(p->cx, p->x->book, g, row, left, cell));
    }
    return OK;
}

static Err tab_open(Part *p, const Xml *element)
{
    if (is(element->name, "row"))
        return row_begin(p, element);
    if (is(element->name, "c"))
        return cell_begin(p, element);
    if (is(element->name, "mergeCell"))
        return merge(p, xml_attribute(element, "ref"));
    return OK;
}

static Err tab_close(Part *p, Tag tag)
{
    if (tag == T || tag == V)
        p->has_value = true;
    else if (tag == C)
        return cell_end(p);
    else if (tag == ROW)
        p->row = NULL;
    return OK;
}

/* ---- the whole file ---------------------------------------------------------------------- */

static Err guard(Cx *cx, zip_t *zip, const SheetLimits *limits)
{
    zip_int64_t entries = zip_get_num_entries(zip, 0);
    if (entries < 0 || (size_t)entries > limits->entries)
        return fail(cx, TOO_LARGE, "", "文件内的部件太多", "the file has too many parts");
    zip_uint64_t total = 0;
    for (zip_int64_t i = 0; i < entries; i++) {
        zip_stat_t s;
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &s) != 0 || !(s.valid & ZIP_STAT_SIZE) ||
            !(s.valid & ZIP_STAT_COMP_SIZE))
            return broken(cx);
        if (s.encryption_method != ZIP_EM_NONE)
            return fail(cx, INVALID, "", "文件有密码，请去掉密码再上传",
                        "the file has a password; remove it and upload again");
        total += s.size;
        if (s.size > limits->inflated || total > limits->inflated ||
            (s.size > SMALL && s.size / limits->ratio > s.comp_size))
            return fail(cx, TOO_LARGE, "", "文件展开后太大",
                        "the workbook is too large when inflated");
    }
    return OK;
}

static const char *folder_of(Cx *cx, const char *path, const char **file)
{
    const char *slash = strrchr(path, '/');
    *file = slash ? slash + 1 : path;
    return arena_text_n(cx->arena, path, (size_t)(*file - path));
}

static Err read_extra(Cx *cx, Xlsx *x, const char *folder, const char *file, const char *type,
                      Part *p)
{
    const char *path;
    bool there;
    TRY(relation(cx, x, &path, folder, file, type));
    return path ? part_read(p, path, &there) : OK;
}

static Err read_tabs(Cx *cx, Xlsx *x, const char *folder, const char *file)
{
    GridBook *book = x->book;
    book->grids = NEW_N(cx, Grid, x->tabs.count);
    for (size_t i = 0; i < x->tabs.count; i++) {
        const char *path;
        bool there;
        TRY(relation(cx, x, &path, folder, file, x->tabs.at[i].id));
        if (!path)
            return broken(cx);
        Grid *g = &book->grids[book->count];
        *g = (Grid){ .name = x->tabs.at[i].name };
        Part p = { .cx = cx, .x = x, .open = tab_open, .close = tab_close, .grid = g };
        TRY(part_read(&p, path, &there));
        book->count += there;
    }
    return OK;
}

static Err read_zip(Cx *cx, Xlsx *x)
{
    const char *path, *file;
    bool there;
    TRY(guard(cx, x->zip, x->book->limits));
    TRY(relation(cx, x, &path, "", "", "officeDocument"));
    const char *folder = folder_of(cx, path ? path : "xl/workbook.xml", &file);
    Part workbook = { .cx = cx, .x = x, .open = workbook_open };
    TRY(part_read(&workbook, path ? path : "xl/workbook.xml", &there));
    if (!there || x->tabs.count == 0)
        return broken(cx);
    Part strings = { .cx = cx, .x = x, .open = ignore_open, .close = strings_close };
    TRY(read_extra(cx, x, folder, file, "sharedStrings", &strings));
    Part styles = { .cx = cx, .x = x, .open = styles_open };
    TRY(read_extra(cx, x, folder, file, "styles", &styles));
    return read_tabs(cx, x, folder, file);
}

Err grid_read_xlsx(Cx *cx, GridBook *book, const void *bytes, size_t length)
{
    static const unsigned char OLE[] = { 0xD0, 0xCF, 0x11, 0xE0 };
    if (length > book->limits->bytes)
        return fail(cx, TOO_LARGE, "", "文件太大", "the file is too large");
    if (length > sizeof OLE && memcmp(bytes, OLE, sizeof OLE) == 0)
        return fail(cx, INVALID, "", "这是旧版 .xls 或加密的文件，请另存为不带密码的 .xlsx",
                    "this is an old .xls or an encrypted file; save it as .xlsx without password");
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, length, 0, &error);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    zip_error_fini(&error);
    if (!zip) {
        zip_source_free(source);
        return broken(cx);
    }
    Xlsx x = { .zip = zip, .book = book };
    Err e = read_zip(cx, &x);
    zip_discard(zip);
    return e;
}
