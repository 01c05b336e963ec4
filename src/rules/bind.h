/* From a document to FEEL values, by its field table.
 *
 * Keys become the fields' Chinese labels, keys of an enumeration the labels of its options, amounts
 * and integers numbers, days dates. What is absent or null becomes unknown, once, at the outermost
 * place, and keeps its JSON pointer; everything known keeps its pointer in `at`. The document must
 * have passed field_check with the same table.
 */
#ifndef RULES_BIND_H
#define RULES_BIND_H

#include "base/field.h"
#include "rules/type.h"

/* Beside the flags of base/field.h: an absent list or map is a known, empty one. */
enum { FIELD_EMPTY = 1 << 16 };

/* The document as a context; prefix stands before its pointers ("", "batch:"). */
Value bind_document(Cx *cx, const Field *fields, const Json *document, const char *prefix);

/* The closed context type of such values. */
const Type *bind_type(Cx *cx, const Field *fields);
const Type *bind_field_type(Cx *cx, const Field *f);

/* A map with one more key: unknown at its own pointer. Where the map has the key, or is unknown
 * itself, it stays as it is. */
Value bind_expected(Cx *cx, const Value *map, const char *key);

/* The context with another value for one of its keys. */
Value bind_replace(Cx *cx, const Value *context, const char *key, Value value);

#endif
