/* Changes in a DMN file, written into its own text.
 *
 * What is not changed keeps its bytes: diagrams, extension elements, comments, layout. A decision
 * is edited by its pieces, the expressions and tables below it in file order. The bytes must be
 * UTF-8 and those that the model was read from. Nothing is checked here: read and compile the
 * result.
 */
#ifndef RULES_DMN_EDIT_H
#define RULES_DMN_EDIT_H

#include "rules/dmn_model.h"

typedef struct DmnPiece {
    const char *name; /* the entries that lead to it: "适用", "甲 / 乙"; "" for all of the logic */
    const DmnBox *box; /* BOX_LITERAL or BOX_TABLE */
} DmnPiece;

typedef struct DmnPieces {
    const DmnPiece *at;
    size_t count;
} DmnPieces;

DmnPieces dmn_pieces(Cx *cx, const DmnNode *node);

/* A table as text; a column or row that was there before says which by from, else DMN_NEW. */
enum { DMN_NEW = -1 };

typedef struct DmnColumn {
    int64_t from;
    const char *name;   /* of an output or note; label of an input */
    const char *text;   /* expression of an input; default of an output */
    const char *values; /* what is allowed: unary tests */
} DmnColumn;

typedef struct DmnRow {
    int64_t from;
    const char *const *cells; /* of the inputs, then outputs, then notes; "" where empty */
} DmnRow;

typedef struct DmnTableText {
    const char *policy;      /* "UNIQUE" */
    const char *aggregation; /* "SUM"; "" where none */
    const DmnColumn *columns;
    size_t input_count;
    size_t output_count;
    size_t note_count; /* annotations; 条款 is one */
    const DmnRow *rows;
    size_t row_count;
} DmnTableText;

void dmn_table_text(Cx *cx, DmnTableText *out, const DmnBox *table);

typedef struct DmnEditor {
    Cx *cx;
    const char *bytes;
    size_t length;
    struct DmnEdit *edits;
    size_t count;
    size_t room;
} DmnEditor;

DmnEditor dmn_editor(Cx *cx, const char *bytes, size_t length);
void dmn_edit_text(DmnEditor *e, const DmnBox *literal, const char *text);
/* Every from must be of the table, each at most once (assert). */
void dmn_edit_table(DmnEditor *e, const DmnBox *table, const DmnTableText *text);
/* Lets node require other: an input, decision or knowledge model of its own file; or no more. */
void dmn_edit_require(DmnEditor *e, const DmnNode *node, const DmnNode *other, bool require);
/* The attribute without namespace of an element. */
void dmn_edit_attribute(DmnEditor *e, const Xml *element, const char *name, const char *value);

/* The file with all changes, in the arena; the same bytes where there are none. */
const char *dmn_edited(const DmnEditor *e, size_t *length);

#endif
