/* Inside sheet only: the cells of a tab as read, before any meaning, and the columns of a table.
 */
#ifndef SHEET_GRID_H
#define SHEET_GRID_H

#include "sheet/sheet.h"
#include "sheet/shown.h"

#include "base/date.h"

typedef enum CellKind {
    CELL_BLANK,
    CELL_TEXT,
    CELL_NUMBER,
    CELL_BOOL,
    CELL_DATE,
    CELL_BAD,     /* an error, as #N/A */
    CELL_UNWORKED /* a formula that nobody has worked out */
} CellKind;

/* How a cell is part of a merged one. */
typedef enum Merged {
    ALONE,
    MERGED_DOWN /* a copy */,
    MERGED_OVER /* under its left one */
} Merged;

typedef struct Cell {
    CellKind kind;
    double number;    /* NUMBER, BOOL: 0 or 1, DATE: its Day */
    const char *text; /* as people see it: "371522101200", "2023-01-01"; NULL where blank */
    const NumberFormat *format; /* of a NUMBER; NULL = as it is */
    Merged merged;
} Cell;

typedef struct GridRow {
    int64_t at; /* from 1, ascending */
    Cell *cells;
    size_t count;
    size_t room;
    bool caption; /* nothing but one cell merged over several columns */
    bool hidden;
} GridRow;

/* Rows without any value are not kept: formats dragged down to the end are no rows. */
typedef struct Grid {
    const char *name;
    GridRow *rows;
    size_t count;
    size_t room;
    size_t width;  /* cells of the widest row */
    size_t beyond; /* cells with a value right of the last column that is read; dropped */
    bool hidden;   /* not read at all */
} Grid;

/* What is being read, and how much of it there may still be. */
typedef struct GridBook {
    Grid *grids;
    size_t count;
    size_t cells;
    const SheetLimits *limits;
} GridBook;

Err grid_read_xlsx(Cx *cx, GridBook *book, const void *bytes, size_t length);
Err grid_read_text(Cx *cx, GridBook *book, const char *text, size_t length);

/* More bytes than limits->bytes: TOO_LARGE, with the limit named. */
Err grid_over(Cx *cx, const GridBook *book);
Err grid_row(Cx *cx, GridBook *book, Grid *g, int64_t at, GridRow **out);
Err grid_put(Cx *cx, GridBook *book, Grid *g, GridRow *row, size_t column, Cell cell);
/* A blank cell where there is none. */
Cell grid_cell(const GridRow *row, size_t column);

/* What a string of an xlsx says: _xHHHH_ read as the character it stands for, line ends one \n. */
const char *text_unescape(Cx *cx, const char *text);

/* The leaves of a Field table. */
typedef struct Column {
    const Field *field;
    const Field *parent; /* the OBJECT it is in, or NULL */
    const char *key;     /* "code", "benefit.mode" */
    const char *zh;      /* "方式", under an object "利益联结·方式" */
    const char *en;
    const char *names[3]; /* key, zh and en, folded */
    const char *short_zh; /* the field's own labels, folded */
    const char *short_en;
    const char *const *labels; /* of its options, folded: zh, en and key of each */
    int64_t yuan;              /* what an amount counts where the file says so; else 0: 万元 */
    bool open;                 /* other words than its options stand as they are */
} Column;

typedef struct Columns {
    Column *at;
    size_t count;
} Columns;

/* Without the fields that have one of the flags. */
Columns columns_of(Cx *cx, const Field *fields, unsigned without);
/* A heading or an option's label brought to the form in which they are compared. */
const char *label_fold(Cx *cx, const char *text);
/* Folded, small and without blanks, brackets and all. */
const char *label_tight(Cx *cx, const char *text);
/* A key as it is compared: full-width forms, blanks of every kind and what has no width folded. */
const char *key_fold(Cx *cx, const char *text);
/* Would a program take it for one? Also where it trims blanks or folds wide signs first, as those
 * do that read a workbook saved as text. */
bool is_formula(Cx *cx, const char *text);

/* Makes the contract's value of what was typed. *out is NULL where blank. A fault is INVALID with
 * its words in cx->failure. */
Err cell_value(Cx *cx, Json **out, const Column *c, const Cell *cell);

/* A name as Excel allows it for a tab: at most 31 characters, none of []:*?/ and backslash. */
const char *tab_name(Cx *cx, const char *text);
/* Records cx->failure as a fault of the book, in the order of the tabs and rows. */
void book_fault(Cx *cx, SheetBook *book, size_t most, SheetFault fault);

/* JSON made in the arena. */
Json *json_new(Cx *cx, JsonType type, const char *key);
Json *json_copy(Cx *cx, const Json *j); /* shallow */
void json_append(Cx *cx, Json *parent, Json *child);

/* Why a row below the headings is no data, in both languages; NULL where it is. */
typedef struct RowKind {
    const char *zh;
    const char *en;
} RowKind;

/* heading: per column of c the cell it has. */
const RowKind *row_kind(Cx *cx, const GridRow *row, const Columns *c, const size_t *heading);
const char *row_text(const GridRow *row); /* of its first cell with a value, or NULL */

#define NOWHERE ((size_t)-1)

#define SIGNATURE_ZH "制表人：　　　　审核人：　　　　签批人：　　　　日期：　　　　"
#define SIGNATURE_EN "Prepared by:        Checked by:        Approved by:        Date:        "
#define ERRORS_ZH    "错误说明"
#define ERRORS_EN    "Errors"

#endif
