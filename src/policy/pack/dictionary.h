/* A pack's dictionary: the fields of a document with labels, help, units and enumerations, read
 * from JSON into the same Field structure that core nouns use.
 *
 * The Chinese label is also the field's name in rules. Beside the flags of base/field.h a
 * dictionary may say FIELD_EMPTY (rules/bind.h) and what a map is expected to hold.
 */
#ifndef POLICY_PACK_DICTIONARY_H
#define POLICY_PACK_DICTIONARY_H

#include "base/field.h"
#include "policy/pack/finding.h"

/* The map must hold a key for the first digits of another document's field; where it does not,
 * that key is unknown. */
typedef struct Expect {
    const Field *map;
    const char *field; /* key in the dossier */
    size_t digits;
} Expect;

typedef struct Dictionary {
    const char *document; /* "dossier", "batch" */
    const char *name;     /* in rules, of the whole document; NULL where its fields stand alone */
    const Field *fields;
    const Expect *expects;
    size_t expect_count;
    const Json *json; /* as written, for the browser */
} Dictionary;

/* Fails INVALID with the JSON pointer of what cannot be read. Missing texts do not fail. */
Err dictionary_read(Cx *cx, Dictionary *out, const char *bytes, size_t length);

/* A list of fields in the same form, for what keeps rows (core/register/register.h). Fails as
 * above, with pointers below at. */
Err dictionary_fields(Cx *cx, const Field **out, const Json *list, const char *at);

/* Adds a finding for each label that is missing in a language, and for each that stands twice. */
void dictionary_prove_texts(Cx *cx, Findings *f, const char *file, const Field *fields);

/* Adds a finding for each difference from the C table in key, type, unit, limits and need, for
 * each label that is missing in a language, and for each label that stands twice at one place. */
void dictionary_prove(Cx *cx, Findings *f, const char *file, const Dictionary *d,
                      const Field *shape);

/* The differences alone, of fields at that pointer. */
void dictionary_prove_shape(Cx *cx, Findings *f, const char *file, const Field *fields,
                            const Field *shape, const char *at);

/* Where a pointer into the document leads: the last field, and the innermost list item on the way
 * that has a name. False where it leads nowhere. */
typedef struct PointerPlace {
    const Field *field;
    const Field *list;
    const Json *item;
} PointerPlace;
bool dictionary_place(Cx *cx, PointerPlace *out, const Field *fields, const Json *document,
                      const char *pointer);

/* What people call a list item: its name, else its key field, else NULL. */
const char *dictionary_item_name(const Field *list, const Json *item);

#endif
