/* Rows of an upload over a stored list, matched by their keys.
 */
#ifndef SHEET_MERGE_H
#define SHEET_MERGE_H

#include "sheet/sheet.h"

/* A key as it is compared: full-width forms and blanks of every kind folded. */
const char *sheet_key(Cx *cx, const char *text);
/* One value more of a row's key. */
void sheet_key_add(Cx *cx, Buf *key, const Json *value);

/* Rows of a table by key: an open hash of their index + 1, 0 where none. */
typedef struct SheetKeys {
    size_t *slots;
    size_t size;
} SheetKeys;

SheetKeys sheet_keys_new(Cx *cx, size_t rows);
size_t *sheet_keys_slot(const SheetKeys *seen, const SheetTable *t, const char *key);

typedef struct SheetMerge { /* what an upload changed */
    const Json *result;
    size_t added, changed, same;
} SheetMerge;

/* The stored list (NULL or null: none) with the table's rows over it. With KEY fields a row of the
 * same key is overlaid and a new one appended, so a second upload changes nothing; without them
 * the table takes the place of the list. */
void sheet_merge(Cx *cx, SheetMerge *out, const SheetTable *table, const Json *stored);

/* upper's members over lower's, objects member by member. What is unknown in upper makes a known
 * value null and adds nothing, unless the fields want the key there. */
Json *json_overlay(Cx *cx, const Field *fields, const Json *lower, const Json *upper);

#endif
