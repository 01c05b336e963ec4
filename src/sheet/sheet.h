/* Spreadsheets in and out: xlsx files and blocks pasted from Excel, described by Field tables.
 *
 * A Sheet is one tab. Its columns are the scalar fields of the table in order; the fields of an
 * OBJECT follow as "object.field"; a LIST of words is one cell, its words parted by 、; a LIST of
 * objects is no column (give it a Sheet of its own). Rows come and go as the JSON objects of the
 * contract: 万元 as text, days as "YYYY-MM-DD", options by key.
 *
 * Amounts are written as numbers while Excel can hold them exactly (15 digits: up to
 * 999,999,999.999999 万元), as text beyond; read, a number must be a whole count of 分 within the
 * error of one double. Days are real dates of either date system.
 *
 * It reads no formulas (only their last values), of styles only what they show of a number, no old
 * .xls, and it never decides what a row means: that is the caller's.
 */
#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H

#include "base/field.h"

typedef struct SheetAlso { /* another heading that people write over a field's column */
    const char *key;
    const char *heading;
} SheetAlso;

typedef struct Sheet {
    const char *key;
    const char *zh; /* name of the tab */
    const char *en;
    const Field *fields;
    const char *title_zh; /* official title above the table; NULL = the name */
    const char *title_en;
    const SheetAlso *also; /* ends with { NULL }; or NULL */
    bool open;             /* for the public: no line for signatures below */
    const char *words;     /* a list whose options are its usual words; others stand as typed */
} Sheet;

/* ---- in --------------------------------------------------------------------------------- */
typedef struct SheetLimits {
    size_t bytes;    /* of the file */
    size_t entries;  /* in the archive */
    size_t inflated; /* bytes of all entries together */
    size_t ratio;    /* inflated to packed, of an entry over 1 MiB */
    size_t rows;     /* of one tab */
    size_t columns;
    size_t cells;  /* of all tabs */
    size_t faults; /* recorded; the rest is only counted */
} SheetLimits;

extern const SheetLimits SHEET_LIMITS;

/* What is wrong with one cell, in words for the one who typed it. Rows and columns count from 1;
 * column 0 = the whole row, row 0 = the whole tab. */
typedef struct SheetFault {
    const char *sheet; /* name of the tab as in the file */
    int64_t row;
    int64_t column;
    const char *field;   /* "code", "benefit.mode"; "" where none */
    const char *value;   /* as typed */
    const char *heading; /* of the column as in the file; "" where none */
    const char *zh;
    const char *en;
} SheetFault;

/* A blank cell gives null (nothing where the field forbids null); a column that the file lacks
 * gives no key, so that an upload over stored rows leaves it alone. */
typedef struct SheetRow {
    int64_t at;      /* row in the file */
    const char *key; /* its KEY fields, folded and joined by "|"; "" where the table has none */
    const Json *object;
    const struct Reading *reading; /* of its tab, for sheet_fault */
} SheetRow;

typedef struct SheetTable {
    const Sheet *sheet;
    SheetRow *rows; /* of all tabs that are this sheet, without those that have a fault */
    size_t count;
} SheetTable;

/* A row that is no data, and why. */
typedef struct SheetSkip {
    int64_t at;
    const char *text;
    const char *zh, *en;
} SheetSkip;

/* What became of a tab of the file: nothing is left out without a word. */
typedef struct SheetTab {
    const char *name;
    bool hidden, read;   /* a hidden one is never read; another only as one of the sheets */
    int64_t heading;     /* row of the headings; 0 where none */
    size_t rows;         /* of data, those with a fault included */
    size_t hidden_rows;  /* of them */
    const char *ignored; /* columns that no field knows, joined by 、; "" where none */
    const char
        *units; /* columns that were converted to their own unit, joined by 、; "" where none */
    SheetSkip *skips;
    size_t skip_count;
} SheetTab;

typedef struct SheetBook {
    SheetTable *tables; /* those found, in the order of the file */
    size_t count;
    SheetTab *tabs; /* all of the file */
    size_t tab_count;
    SheetFault *faults;
    size_t fault_count, fault_kept; /* all of them; those that are in faults */
    struct Grid *grids;             /* what was read, for sheet_annotate; one for each tab */
    size_t grid_count;
} SheetBook;

/* Reads an xlsx file. Tabs are known by name or else by their headings (label in either language,
 * or key); all that are the same sheet are read, one behind the other. Titles, sums, sections,
 * notes and signatures are passed over and named; blanks of every kind and full-width forms are
 * forgiven. A unit in a heading or above the table converts amounts to the field's. A text merged
 * downward counts for each of its rows; a number that is merged, shown otherwise than kept, or a
 * formula's that was not worked out is a fault, as is all that is wrong in a cell. Fails INVALID
 * where it is no xlsx or holds none of the sheets, TOO_LARGE beyond a limit. */
Err sheet_read(Cx *cx, SheetBook **out, const Sheet *sheets, size_t count, const void *bytes,
               size_t length, const SheetLimits *limits);

/* The same of a block pasted from one. Without a heading line the columns are in order; a first
 * line that looks like headings and is none of ours fails INVALID. */
Err sheet_read_text(Cx *cx, SheetBook **out, const Sheet *sheet, const char *text, size_t length,
                    const SheetLimits *limits);

/* One more fault, in the words of the last fail(): of the row's cell in the column of that key, or
 * of the whole row where the file has none. */
void sheet_fault(Cx *cx, const SheetRow *row, const char *key);

#endif
