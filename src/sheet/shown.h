/* Inside sheet only: what people see of a number: its format in the cell, the unit beside it.
 */
#ifndef SHEET_SHOWN_H
#define SHEET_SHOWN_H

#include "base/field.h"

/* What the format of a cell shows of its number. */
typedef struct NumberFormat {
    const char *code;
    bool general; /* all digits, as they are */
    bool is_date;
    bool is_time;
    bool scaled;     /* another number is shown than kept: %, 0.0,, and 0!.0, */
    bool words;      /* more than the number is shown: 0"号", 000-000, # ?/? */
    size_t pad;      /* digits before the point at least, */
    size_t decimals; /* behind it at least, */
    size_t most;     /* and at most */
    int64_t yuan;    /* what a unit in its words is worth; 0 none, -1 none of ours */
} NumberFormat;

NumberFormat *format_read(Cx *cx, const char *code);
/* Of one that a file names by number alone; NULL: as it is. */
NumberFormat *format_built_in(Cx *cx, long id);
/* plain, a number in plain notation, as the format (may be NULL) shows it; NULL where that is
 * another number or more than a number. */
const char *format_show(Cx *cx, const NumberFormat *f, const char *plain);

/* What a unit of money is worth in 元: 万元 10000. 0 where text is no unit, -1 where it is one that
 * no amount in 万元 can be made of (美元, 元/户). */
int64_t money_unit(Cx *cx, const char *text);
/* The unit in the brackets of a heading over a number of f: 0 none, -1 one that f cannot take. */
int64_t heading_unit(Cx *cx, const char *heading, const Field *f);
/* The unit of money in a line such as "单位：元", "（万元）". */
int64_t line_unit(Cx *cx, const char *line);

#endif
