/* Reads the cells of an xlsx file: libzip for the archive, xml_scan for its parts.
 *
 * The file is an outsider's: entries, sizes and ratios are asked before anything is inflated, what
 * is inflated is counted again, there are no entities and no deep nesting (xml.h), and everything
 * else that grows is bounded by SheetLimits.
 *
 * Parts are streamed and never held as trees: a tab of a hundred thousand rows is read within the
 * memory of its cells. One Part is one reading; its open and close functions see the elements as
 * they pass. No value is guessed: what cannot be read for sure becomes CELL_BAD or CELL_UNWORKED,
 * and whoever reads the grid refuses it with its place.
 */
#include "base/decimal.h"
#include "base/xml.h"
#include "sheet/grid.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    bool hidden;
} Tab;

typedef struct Tabs {
    Tab *at;
    size_t count;
} Tabs;

/* The formats that the file itself describes. */
typedef struct Formats {
    struct {
        long id;
        const NumberFormat *format;
    } * at;
    size_t count;
    size_t room;
} Formats;

/* One workbook being read. */
typedef struct Xlsx {
    zip_t *zip;
    GridBook *book;
    size_t inflated;
    bool from_1904;
    bool stale; /* the file asks for its formulas to be worked out on opening */
    Tabs tabs;
    Words strings; /* shared strings */
    Formats formats;
    const NumberFormat **styles; /* by index of cellXfs; NULL = as it is */
    size_t style_count;
} Xlsx;

/* The elements that matter when they end. */
typedef enum Tag { OTHER, T, V, F, RPH, SI, C, ROW, CELL_XFS } Tag;

/* One part being read. */
typedef struct XlsxPart {
    Cx *cx;
    Xlsx *x;
    zip_file_t *file;
    Err (*open)(struct XlsxPart *p, const Xml *element);
    Err (*close)(struct XlsxPart *p, Tag tag);
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
    bool has_formula;
    int64_t at;   /* of the row that is open; it is kept once it has a value */
    int64_t last; /* of the row before */
    bool hidden;
    size_t merges;
} XlsxPart;

static void words_add(Cx *cx, Words *w, const char *word)
{
    if (w->count == w->room) {
        size_t room = w->room ? w->room * 2 : 64;
        w->at = arena_grow(cx->arena, w->at, w->room * sizeof *w->at, room * sizeof *w->at);
        w->room = room;
    }
    w->at[w->count++] = word;
}

/* One sentence for all that is wrong inside of the archive: people can do but one thing about it.
 */
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

/* By the local name: strict and transitional workbooks differ in their namespaces, not in these. */
static Tag tag_of(const char *name)
{
    static const char *const NAMES[] = {
        [T] = "t",   [V] = "v", [F] = "f",     [RPH] = "rPh",
        [SI] = "si", [C] = "c", [ROW] = "row", [CELL_XFS] = "cellXfs"
    };
    for (Tag tag = T; tag < (Tag)COUNT(NAMES); tag++)
        if (is(name, NAMES[tag]))
            return tag;
    return OTHER;
}

/* Whether an element of this kind is open around the one at hand. */
static bool inside(const XlsxPart *p, Tag tag)
{
    for (int i = 0; i < p->depth; i++)
        if (p->tags[i] == tag)
            return true;
    return false;
}

/* What the archive's directory says of sizes is an outsider's word, so the bytes are counted as
 * they come. */
static Err part_more(Cx *cx, void *data, char *buffer, size_t room, size_t *filled)
{
    XlsxPart *p = data;
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
    XlsxPart *p = data;
    assert(p->depth < DEEPEST);
    p->tags[p->depth++] = tag_of(element->name);
    return p->open(p, element);
}

static Err part_close(Cx *cx, void *data)
{
    (void)cx;
    XlsxPart *p = data;
    assert(p->depth > 0);
    Tag tag = p->tags[--p->depth];
    return p->close ? p->close(p, tag) : OK;
}

/* Readings of Chinese and Japanese words (rPh) stand beside the text in elements of the same name.
 */
static Err part_text(Cx *cx, void *data, const char *bytes, size_t length)
{
    (void)cx;
    XlsxPart *p = data;
    Tag tag = p->depth ? p->tags[p->depth - 1] : OTHER;
    if ((tag == T || tag == V) && !inside(p, RPH))
        buf_add_n(&p->text, bytes, length);
    return OK;
}

/* Nothing of what was read before may show through: the next value can be empty. */
static void text_clear(XlsxPart *p)
{
    p->text.length = 0;
    if (p->text.at)
        p->text.at[0] = '\0';
}

static bool same_path(const char *entry, const char *path)
{
    for (; *entry && *path; entry++, path++)
        if (tolower((unsigned char)(*entry == '\\' ? '/' : *entry)) !=
            tolower((unsigned char)*path))
            return false;
    return !*entry && !*path;
}

/* Some programs of Windows write backslashes into the archive; Excel opens that. */
static zip_file_t *entry_open(zip_t *zip, const char *path)
{
    zip_int64_t count = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; i < count; i++) {
        const char *entry = zip_get_name(zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
        if (entry && same_path(entry, path))
            return zip_fopen_index(zip, (zip_uint64_t)i, 0);
    }
    return NULL;
}

/* A part that is not there is left out: *there says so. */
static Err part_read(XlsxPart *p, const char *name, bool *there)
{
    p->file = entry_open(p->x->zip, name);
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

/* By id, or by the last word of its type: the part before it is another URL in strict workbooks. */
static Err relation_open(XlsxPart *p, const Xml *element)
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

/* folder/target without "." and ".."; a target that begins with / stands by itself. It names an
 * entry of the archive and never a file, so a way out of it finds nothing. */
static const char *path_join(Cx *cx, const char *folder, const char *target)
{
    Buf b = BUF(cx);
    if (*target == '/')
        target++;
    else
        buf_add(&b, folder);
    while (*target) {
        size_t n = strcspn(target, "/\\");
        if (n == 2 && strncmp(target, "..", 2) == 0) {
            size_t length = b.length ? b.length - 1 : 0;
            while (length > 0 && b.at[length - 1] != '/')
                length--;
            b.length = length;
        } else if (n > 1 || (n == 1 && *target != '.')) {
            buf_add_n(&b, target, n);
            if (target[n])
                buf_char(&b, '/');
        }
        target += n + (target[n] != '\0');
    }
    return arena_text_n(cx->arena, buf_text(&b), b.length);
}

/* The path of what `wanted` names among the relationships of folder/source, or NULL. */
static Err relation(Cx *cx, Xlsx *x, const char **path, const char *folder, const char *source,
                    const char *wanted)
{
    bool there;
    XlsxPart p = { .cx = cx, .x = x, .open = relation_open, .wanted = wanted };
    const char *name = arena_format(cx->arena, "%s_rels/%s.rels", folder, source);
    TRY(part_read(&p, name, &there));
    *path = NULL;
    if (p.found)
        *path = path_join(cx, folder, p.found);
    return OK;
}

/* ---- workbook, strings, styles ----------------------------------------------------------- */

/* The id of a tab's relationship is the one attribute "id" with a namespace; its number has none.
 */
static Err workbook_open(XlsxPart *p, const Xml *element)
{
    Tabs *tabs = &p->x->tabs;
    if (is(element->name, "workbookPr"))
        p->x->from_1904 = is_true(xml_attribute(element, "date1904"));
    if (is(element->name, "calcPr"))
        p->x->stale = is_true(xml_attribute(element, "fullCalcOnLoad"));
    if (!is(element->name, "sheet"))
        return OK;
    const char *state = xml_attribute(element, "state");
    const char *title = xml_attribute(element, "name");
    const char *id = NULL;
    for (size_t i = 0; i < element->attribute_count; i++)
        if (*element->attributes[i].ns && is(element->attributes[i].name, "id"))
            id = element->attributes[i].value;
    if (!title || !id)
        return OK;
    if (tabs->count == MOST_TABS)
        return fail(p->cx, TOO_LARGE, "", "工作表太多", "the workbook has too many tabs");
    if (!tabs->at)
        tabs->at = NEW_N(p->cx, Tab, MOST_TABS);
    tabs->at[tabs->count++] = (Tab){ arena_text(p->cx->arena, title), arena_text(p->cx->arena, id),
                                     state && !is(state, "visible") };
    return OK;
}

static Err ignore_open(XlsxPart *p, const Xml *element)
{
    (void)p, (void)element;
    return OK;
}

static Err strings_close(XlsxPart *p, Tag tag)
{
    if (tag != SI)
        return OK;
    words_add(p->cx, &p->x->strings, text_unescape(p->cx, buf_text(&p->text)));
    text_clear(p);
    return OK;
}

/* Formats decide what is a date and how a number is shown; past the bound they are unknown, and the
 * number is then a plain one. */
static void format_add(XlsxPart *p, long id, const char *code)
{
    Formats *f = &p->x->formats;
    if (f->count == MOST_STYLES)
        return;
    if (f->count == f->room) {
        size_t room = f->room ? f->room * 2 : 32;
        f->at = arena_grow(p->cx->arena, f->at, f->room * sizeof *f->at, room * sizeof *f->at);
        f->room = room;
    }
    f->at[f->count].id = id;
    f->at[f->count++].format = format_read(p->cx, arena_text(p->cx->arena, code));
}

static const NumberFormat *format_of(XlsxPart *p, long id)
{
    const Formats *f = &p->x->formats;
    for (size_t i = 0; i < f->count; i++)
        if (f->at[i].id == id)
            return f->at[i].format;
    return format_built_in(p->cx, id);
}

/* Only the list of cellXfs is meant by a cell's number of style; cellStyleXfs has elements of the
 * same name before it. */
static Err styles_open(XlsxPart *p, const Xml *element)
{
    Xlsx *x = p->x;
    const char *id = xml_attribute(element, "numFmtId");
    const char *code = xml_attribute(element, "formatCode");
    if (is(element->name, "numFmt") && id && code)
        format_add(p, strtol(id, NULL, 10), code);
    if (!is(element->name, "xf") || !inside(p, CELL_XFS) || x->style_count >= MOST_STYLES)
        return OK;
    if (!x->styles)
        x->styles = NEW_N(p->cx, const NumberFormat *, MOST_STYLES);
    x->styles[x->style_count++] = id ? format_of(p, strtol(id, NULL, 10)) : NULL;
    return OK;
}

/* ---- cells ------------------------------------------------------------------------------- */

/* "AB12" or "$ab$12" → column 27, row 12. Of a range of whole rows or columns ("1:1", "A:A") a
 * half may be missing: it is left as it was. What is behind it, or NULL where it is no place. */
static const char *place_parse(const char *ref, size_t *column, int64_t *row)
{
    size_t c = 0;
    ref += *ref == '$';
    const char *begin = ref;
    for (; isalpha((unsigned char)*ref); ref++) {
        c = c * 26 + (size_t)(toupper((unsigned char)*ref) - 'A' + 1);
        if (c > 16384)
            return NULL;
    }
    if (c)
        *column = c - 1;
    ref += *ref == '$';
    if (isdigit((unsigned char)*ref)) {
        char *end;
        *row = strtol(ref, &end, 10);
        return *row > 0 && *row <= ROWS_OF_EXCEL ? end : NULL;
    }
    return ref > begin ? ref : NULL;
}

/* Days since 1970 of a serial number; the first system's 29 February 1900 never was, but counts, so
 * the days before it are one further on. */
static Day day_of_serial(const Xlsx *x, double serial)
{
    Day days = (Day)floor(serial);
    if (x->from_1904)
        return days - 24107;
    return days - (days < 60 ? 25568 : 25569);
}

/* Blanks alone are nothing: people press the space bar to clear a cell. */
static Cell text_cell(XlsxPart *p, CellKind kind)
{
    const char *text = text_unescape(p->cx, buf_text(&p->text));
    return (Cell){ .kind = text_blank(text) ? CELL_BLANK : kind, .text = text };
}

/* A double in the file is the shortest text that reads back as it: 0.1 is 0.1 and not its
 * neighbour. */
static Cell number_cell(XlsxPart *p)
{
    Xlsx *x = p->x;
    char *end;
    const char *text = buf_text(&p->text);
    double d = strtod(text, &end);
    if (end == text || *end || !isfinite(d))
        return text_cell(p, CELL_BAD);
    const NumberFormat *f =
        p->style >= 0 && (size_t)p->style < x->style_count ? x->styles[p->style] : NULL;
    if (f && f->is_date && d >= 0 && d < 3000000) {
        Day day = day_of_serial(x, d);
        return (Cell){ .kind = CELL_DATE, .number = (double)day, .text = day_text(p->cx, day) };
    }
    return (Cell){ .kind = CELL_NUMBER,
                   .number = d,
                   .text = decimal_text(p->cx, decimal_from_double(d)),
                   .format = f };
}

/* An index past the end is a broken file, but of one cell alone: it is shown as that cell's fault.
 */
static Cell string_cell(XlsxPart *p)
{
    const Words *strings = &p->x->strings;
    char *end;
    unsigned long i = strtoul(buf_text(&p->text), &end, 10);
    if (p->text.length == 0 || *end || i >= strings->count)
        return text_cell(p, CELL_BAD);
    const char *text = strings->at[i];
    return (Cell){ .kind = text_blank(text) ? CELL_BLANK : CELL_TEXT, .text = text };
}

/* A program that writes a formula without working it out leaves no value, or, where it asks for
 * that on opening, a 0: neither is what the cell will show. A text may well come out empty. */
static bool is_unworked(XlsxPart *p)
{
    if (!p->has_formula || is(p->type, "str"))
        return false;
    return p->text.length == 0 || (p->x->stale && is(buf_text(&p->text), "0"));
}

static Cell cell_made(XlsxPart *p)
{
    if (is_unworked(p))
        return (Cell){ .kind = CELL_UNWORKED, .text = "=" };
    if (p->text.length == 0)
        return (Cell){ .kind = CELL_BLANK };
    if (is(p->type, "") || is(p->type, "n"))
        return number_cell(p);
    if (is(p->type, "s"))
        return string_cell(p);
    if (is(p->type, "e"))
        return text_cell(p, CELL_BAD);
    if (!is(p->type, "b"))
        return text_cell(p, CELL_TEXT); /* str, inlineStr, d */
    bool yes = is_true(buf_text(&p->text));
    return (Cell){ .kind = CELL_BOOL, .number = yes, .text = yes ? "TRUE" : "FALSE" };
}

/* Empty cells are not kept: a sheet that was formatted down to its last row has a million of them.
 */
static Err cell_end(XlsxPart *p)
{
    if (!p->at || !(p->has_value || p->has_formula))
        return OK;
    Cell cell = cell_made(p);
    if (cell.kind == CELL_BLANK)
        return OK;
    if (!p->row) {
        TRY(grid_row(p->cx, p->x->book, p->grid, p->at, &p->row));
        p->row->hidden = p->hidden;
    }
    return grid_put(p->cx, p->x->book, p->grid, p->row, p->column, cell);
}

/* The row is made when its first value comes. */
static Err row_begin(XlsxPart *p, const Xml *element)
{
    const char *r = xml_attribute(element, "r");
    p->at = r ? strtol(r, NULL, 10) : p->last + 1;
    p->column = (size_t)-1;
    p->row = NULL;
    p->hidden = is_true(xml_attribute(element, "hidden"));
    if (p->at < 1 || p->at > ROWS_OF_EXCEL)
        return broken(p->cx);
    if (p->at <= p->last)
        return fail(p->cx, INVALID, "", "第 %lld 行的次序不对", "row %lld is out of order",
                    (long long)p->at);
    p->last = p->at;
    return OK;
}

/* A cell without reference is the next one; references may leave cells out, in capitals or not. */
static Err cell_begin(XlsxPart *p, const Xml *element)
{
    const char *ref = xml_attribute(element, "r");
    const char *type = xml_attribute(element, "t");
    const char *style = xml_attribute(element, "s");
    int64_t row = 0;
    p->column++;
    if (ref && (!place_parse(ref, &p->column, &row) || row == 0))
        return broken(p->cx);
    snprintf(p->type, sizeof p->type, "%s", type ? type : "");
    p->style = style ? strtol(style, NULL, 10) : 0;
    text_clear(p);
    p->has_value = p->has_formula = false;
    return OK;
}

/* The first row at this number or behind it, for rows without values are not there. */
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

typedef struct CellRange {
    size_t left, right;
    int64_t top, bottom;
} CellRange;

static bool range_parse(const char *ref, CellRange *out)
{
    *out = (CellRange){ 0, 16383, 1, ROWS_OF_EXCEL };
    const char *colon = ref ? place_parse(ref, &out->left, &out->top) : NULL;
    return colon && *colon == ':' && place_parse(colon + 1, &out->right, &out->bottom);
}

/* A row that holds one value and nothing beside it: a caption, where that is merged over the
 * others. */
static bool is_alone(const GridRow *row)
{
    size_t filled = 0;
    for (size_t i = 0; i < row->count; i++)
        filled += row->cells[i].kind != CELL_BLANK;
    return filled == 1;
}

/* The cells of the row that lie under the merged one. */
static Err merge_row(XlsxPart *p, GridRow *row, const CellRange *r)
{
    for (size_t i = r->left + 1; i <= r->right && i < p->grid->width; i++)
        if (grid_cell(row, i).kind == CELL_BLANK)
            TRY(grid_put(p->cx, p->x->book, p->grid, row, i,
                         (Cell){ .kind = CELL_BLANK, .merged = MERGED_OVER }));
    return OK;
}

/* A cell merged downward is copied into each row, and marked: a name may stand for all of them, an
 * amount may not. A row with nothing but one merged sideways is a caption. */
static Err merge(XlsxPart *p, const char *ref)
{
    Grid *g = p->grid;
    CellRange r;
    if (!range_parse(ref, &r))
        return broken(p->cx);
    GridRow *first = row_at(g, r.top);
    if (!first || first->at != r.top || ++p->merges > MOST_MERGES)
        return OK;
    Cell cell = grid_cell(first, r.left);
    if (cell.kind == CELL_BLANK)
        return OK;
    first->caption |= r.right > r.left && is_alone(first);
    TRY(merge_row(p, first, &r));
    cell.merged = MERGED_DOWN;
    for (GridRow *row = first + 1; row < g->rows + g->count && row->at <= r.bottom; row++) {
        if (grid_cell(row, r.left).kind != CELL_BLANK)
            break;
        row->caption = first->caption;
        TRY(grid_put(p->cx, p->x->book, g, row, r.left, cell));
        TRY(merge_row(p, row, &r));
    }
    return OK;
}

/* Merges stand behind all rows in the file, so they find the rows there. */
static Err tab_open(XlsxPart *p, const Xml *element)
{
    if (is(element->name, "row"))
        return row_begin(p, element);
    if (is(element->name, "c"))
        return cell_begin(p, element);
    if (is(element->name, "mergeCell"))
        return merge(p, xml_attribute(element, "ref"));
    return OK;
}

static Err tab_close(XlsxPart *p, Tag tag)
{
    if (tag == T || tag == V)
        p->has_value = true;
    else if (tag == F)
        p->has_formula = true;
    else if (tag == C)
        return cell_end(p);
    else if (tag == ROW)
        p->at = 0, p->row = NULL;
    return OK;
}

/* ---- the whole file ---------------------------------------------------------------------- */

/* Before anything is inflated: sizes and ratios of the directory. A small part may have any ratio,
 * for an empty sheet of a template is packed to almost nothing. */
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
                      XlsxPart *p)
{
    const char *path;
    bool there;
    TRY(relation(cx, x, &path, folder, file, type));
    return path ? part_read(p, path, &there) : OK;
}

/* In the order of the workbook; a tab whose part is not in the archive is left out. */
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
        *g = (Grid){ .name = x->tabs.at[i].name, .hidden = x->tabs.at[i].hidden };
        XlsxPart p = { .cx = cx, .x = x, .open = tab_open, .close = tab_close, .grid = g };
        there = true; /* a hidden tab is named, not read */
        if (!g->hidden)
            TRY(part_read(&p, path, &there));
        book->count += there;
    }
    return OK;
}

static bool any_visible(const Tabs *tabs)
{
    for (size_t i = 0; i < tabs->count; i++)
        if (!tabs->at[i].hidden)
            return true;
    return false;
}

/* Other programs' archives, by a part that only they have. */
static Err other_kind(Cx *cx, zip_t *zip)
{
    static const struct {
        const char *part, *zh, *en;
    } KINDS[] = { { "xl/workbook.bin", "xlsb 工作簿", "an xlsb workbook" },
                  { "word/document.xml", "Word 文档", "a Word document" },
                  { "ppt/presentation.xml", "演示文稿", "a presentation" },
                  { "content.xml", "ods 文件", "an OpenDocument file" },
                  { "OFD.xml", "OFD 文件", "an OFD file" } };
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (zip_name_locate(zip, KINDS[i].part, ZIP_FL_NOCASE) >= 0)
            return fail(cx, INVALID, "", "这是%s%.0s，请用 Excel 或 WPS 另存为 .xlsx 再上传",
                        "this is %.0s%s; save it as .xlsx and upload that", KINDS[i].zh,
                        KINDS[i].en);
    return OK;
}

/* Strings and styles before tabs, since cells speak of them by number; both may be missing. */
static Err read_zip(Cx *cx, Xlsx *x)
{
    const char *path, *file;
    bool there;
    TRY(guard(cx, x->zip, x->book->limits));
    TRY(other_kind(cx, x->zip));
    TRY(relation(cx, x, &path, "", "", "officeDocument"));
    const char *folder = folder_of(cx, path ? path : "xl/workbook.xml", &file);
    XlsxPart workbook = { .cx = cx, .x = x, .open = workbook_open };
    TRY(part_read(&workbook, path ? path : "xl/workbook.xml", &there));
    if (!there || x->tabs.count == 0)
        return broken(cx);
    if (!any_visible(&x->tabs))
        return fail(cx, INVALID, "", "工作簿里的工作表都是隐藏的，请取消隐藏后再上传",
                    "every tab of the workbook is hidden; show the one to be read");
    XlsxPart strings = { .cx = cx, .x = x, .open = ignore_open, .close = strings_close };
    TRY(read_extra(cx, x, folder, file, "sharedStrings", &strings));
    XlsxPart styles = { .cx = cx, .x = x, .open = styles_open };
    TRY(read_extra(cx, x, folder, file, "styles", &styles));
    return read_tabs(cx, x, folder, file);
}

/* No archive at all: say what it looks like, since "broken" helps nobody who saved a csv. */
static Err no_archive(Cx *cx, const char *bytes, size_t length)
{
    size_t n = length < 4096 ? length : 4096;
    if (n > 2 && memcmp(bytes, "PK", 2) != 0 && !memchr(bytes, '\0', n))
        return fail(cx, INVALID, "",
                    "这是文本文件（csv 或网页），请用 Excel 或 WPS 打开，另存为 .xlsx",
                    "this is a text file (csv or a web page); open it in a spreadsheet program and "
                    "save it as .xlsx");
    return broken(cx);
}

Err grid_read_xlsx(Cx *cx, GridBook *book, const void *bytes, size_t length)
{
    static const unsigned char OLE[] = { 0xD0, 0xCF, 0x11, 0xE0 };
    if (length > book->limits->bytes)
        return grid_over(cx, book);
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
        return no_archive(cx, bytes, length);
    }
    Xlsx x = { .zip = zip, .book = book };
    Err e = read_zip(cx, &x);
    zip_discard(zip);
    return e;
}
