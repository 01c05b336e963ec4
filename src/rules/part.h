/* The plain parts that values are made of: kinds, causes, text, days, times, durations. Their
 * meaning is value.h's; others include that.
 */
#ifndef RULES_PART_H
#define RULES_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum Kind {
    VALUE_NULL,
    VALUE_UNKNOWN,
    VALUE_BOOLEAN,
    VALUE_NUMBER,
    VALUE_STRING,
    VALUE_DATE,
    VALUE_TIME,
    VALUE_DATE_TIME,
    VALUE_DAYS,   /* days and time duration */
    VALUE_MONTHS, /* years and months duration */
    VALUE_LIST,
    VALUE_CONTEXT,
    VALUE_RANGE,
    VALUE_FUNCTION,
} Kind;

/* Why a null is null; both languages. */
typedef struct Cause {
    const char *zh;
    const char *en;
    uint32_t line; /* of the expression that made it; 0 where none */
    uint32_t column;
} Cause;

/* Why an unknown is unknown: one JSON pointer ("/villages/3/plan", "batch:/key_counties"), or two
 * halves, so that a union costs nothing however many facts are missing. causes_list reads it. */
typedef struct Causes {
    const char *pointer; /* NULL where it has halves */
    const struct Causes *left;
    const struct Causes *right;
} Causes;

typedef struct Text {
    const char *bytes; /* UTF-8, NUL-terminated; may hold no NUL itself */
    size_t length;     /* in bytes */
} Text;

enum { VALUE_TEXT_STEP = 64 }; /* bytes of text that weigh one value: compared as fast */

typedef struct Date {
    int32_t year; /* -999,999,999 … 999,999,999; 0 is 1 BC */
    uint8_t month;
    uint8_t day;
} Date;

/* A time of day, with its day where it is a date and time. */
typedef struct Moment {
    Date date; /* all 0 in a time */
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
    bool zoned; /* offset is known */
    uint32_t nano;
    int32_t offset;   /* seconds east of UTC */
    const char *zone; /* "Asia/Shanghai"; NULL where only an offset or nothing was given */
} Moment;

typedef struct Duration {
    int64_t seconds; /* floor */
    int64_t nanos;   /* 0 … 999,999,999 */
} Duration;

#endif
