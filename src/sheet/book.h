/* Inside sheet only: a workbook on its way through the child that writes it ("tuijin sheet").
 *
 * The steps below are all that is ever done to a workbook. They go to the child one by one, as the
 * bytes of a Step with its text behind, so that memory does not grow with the rows; the child alone
 * knows libxlsxwriter, which has aborted over a long text before. Both ends are the same program.
 */
#ifndef SHEET_BOOK_H
#define SHEET_BOOK_H

#include "sheet/sheet_out.h"

typedef enum Look {
    TITLE,
    CAPTION,
    HEADING,
    MUST,
    TEXT,
    MONEY, /* 万元 */
    YUAN,
    COUNT_,
    DAY,
    BAD,
    SIGNATURE,
    LOOKS /* the formats of a file that was read come behind */
} Look;

typedef enum StepKind {
    STEP_MARK,   /* text: who takes it out and when; for all tabs */
    STEP_FORMAT, /* text: a number format, which is the next look; to: a cell that is bad */
    STEP_TAB,    /* text: its name, "" = any */
    STEP_LAYOUT, /* of a table: row: the headings'; to: the paper */
    STEP_COLUMN, /* its width (number) and look (-1 = none) */
    STEP_HEIGHT, /* of a row (number) */
    STEP_TEXT,
    STEP_NUMBER,
    STEP_BOOL,
    STEP_DAY, /* number: the Day */
    STEP_BLANK,
    STEP_ACROSS,  /* a text over the columns up to to */
    STEP_COMMENT, /* to: a wide one */
    STEP_LIMIT,   /* of a column from row on: to: which; number, other: from and up to; text: the
                   * title of the warning, and of a list each label behind a UNIT_MARK */
    STEP_END
} StepKind;

enum { LIMIT_LIST = 1, LIMIT_INTEGER, LIMIT_DECIMAL, LIMIT_DATE, LIMIT_LENGTH };
enum { UNIT_MARK = 0x1f, LOOKS_MOST = 128, FORM_ROWS = 2000 /* rows that carry validation */ };

typedef struct BookStep {
    int32_t kind;
    int32_t look;
    uint32_t row;
    uint16_t column;
    uint16_t to;
    double number;
    double other;
    uint32_t length; /* of the text behind */
} BookStep;

#endif
