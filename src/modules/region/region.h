/* Divisions (区划) with validity dates, aliases and mergers.
 *
 * A division is a code of 2 (province), 4 (city), 6 (county), 9 (township) or 12 (village) digits;
 * its parent is the code's shorter prefix. A code may have had several names, each with the days it
 * was valid: from valid_from (NULL: since before our list) up to but not on valid_to (NULL: still).
 * Villages are matched by county + township + village, since names repeat within counties but XX
 */
#ifndef MODULES_REGION_REGION_H
#define MODULES_REGION_REGION_H

#include "base/date.h"
#include "base/progress.h"
#include "core/request/dispatch.h"

typedef struct Region {
    int64_t id;
    const char *code;
    const char *name;
    const char *level; /* a key of LEVELS */
    const char *parent;
    int64_t functional; /* an area of county rank that is no county: 高新区 … */
    Day valid_from;
    Day valid_to;
    const char *source;
    const char *path;  /* names from the city down, "烟台市 / 莱州市 / 沙河镇" */
    const char *alias; /* the former or other name that was found */
    int64_t version;
} Region;

extern const Field region_fields[];

typedef struct RegionSearch {
    const char
        *text; /* part of the name or of an alias, or the beginning of the code; NULL = all */
    const char *parent; /* code prefix; NULL = everywhere */
    const char *level;  /* NULL = every one */
    Day at;             /* the day it must be valid */
    int64_t size;       /* at most so many; 0 = 50 */
} RegionSearch;

Err region_search(Cx *cx, List *out, const RegionSearch *search);
/* The division valid on that day. NOT_FOUND. */
Err region_get(Cx *cx, Region *out, const char *code, Day at);
/* "" where the code is unknown. */
Err region_name(Cx *cx, const char **out, const char *code);
/* A village by the names people write, or by its code. township may be empty where the village's
 * name is the only one in the county. INVALID with field "village" says what to write instead. */
Err region_match(Cx *cx, Region *out, const char *county, const char *township, const char *village,
                 Day at);

/* A division that the list lacks (库外村), or a new name from a day on. */
Err region_add(Cx *cx, int64_t *id, Region *row);
Err region_add_alias(Cx *cx, const char *code, const char *name, const char *kind,
                     const char *document);
/* from ends on day; its name becomes an alias of into, which must be valid that day. */
Err region_merge(Cx *cx, const char *from, const char *into, Day day, const char *document);

/* Fills the empty tables from a folder of divisions, NULL = the embedded one (divisions.h); does
 * nothing where they are filled. progress may be NULL. */
Err region_load(Cx *cx, const char *folder, const Progress *progress);
/* Posts the names of a list that was filled before parts of them were found by bigrams, and lays
 * the tiles of one that was filled before they were data. */
Err region_start(Cx *cx);

extern const Module region_module;

#endif
