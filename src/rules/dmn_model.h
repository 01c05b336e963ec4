/* A DMN file as read: its elements, item definitions and boxed expressions, in file order.
 *
 * Reads DMN 1.1 to 1.6 (MODEL namespaces 20151101, 20180521, 20191111, 20211108, 20230324,
 * 20240513). The XML tree stays whole behind the model: what is not understood here (diagrams,
 * extension elements, foreign attributes) is reached through `xml` and written back by xml_write.
 * Nothing is resolved yet; dmn_compile does that.
 */
#ifndef RULES_DMN_MODEL_H
#define RULES_DMN_MODEL_H

#include "base/xml.h"

typedef enum DmnKind { DMN_INPUT, DMN_DECISION, DMN_KNOWLEDGE, DMN_SERVICE, DMN_SOURCE } DmnKind;

typedef enum BoxKind {
    BOX_LITERAL,
    BOX_TABLE,
    BOX_CONTEXT,    /* parts; the last may be without name: the result */
    BOX_ROW,        /* of a relation: as a context whose entries do not see each other */
    BOX_INVOCATION, /* body(parts) */
    BOX_FUNCTION,   /* parameters are parts without box; body */
    BOX_LIST,
    BOX_IF,     /* parts: if, then, else */
    BOX_FILTER, /* parts: in, match */
    BOX_FOR,    /* name in parts[0] return parts[1] */
    BOX_SOME,
    BOX_EVERY,
} BoxKind;

/* A named part of a box: context entry, binding, parameter, element. */
typedef struct DmnPart {
    const char *name; /* NULL where it has none */
    const char *type_ref;
    const struct DmnBox *box;
    int line;
} DmnPart;

typedef struct DmnBox {
    BoxKind kind;
    int line;
    const char *type_ref; /* NULL = any */
    const char *text;     /* of a literal; NULL where the element is empty */
    const char *name;     /* iterator variable */
    const char *language; /* function kind ("FEEL", "Java", "PMML") */
    const DmnPart *parts;
    size_t part_count;
    const struct DmnBox *body;
    const struct DmnTable *table;
    const Xml *xml; /* its element; NULL for the function of a knowledge model */
} DmnBox;

typedef enum HitPolicy {
    HIT_UNIQUE,
    HIT_FIRST,
    HIT_PRIORITY,
    HIT_ANY,
    HIT_COLLECT,
    HIT_RULE_ORDER,
    HIT_OUTPUT_ORDER,
} HitPolicy;

typedef enum Aggregation { AGG_NONE, AGG_SUM, AGG_COUNT, AGG_MIN, AGG_MAX } Aggregation;

typedef struct DmnClause {
    const char *name; /* of an output; label of an input */
    const char *type_ref;
    const char *text;    /* input expression; default entry of an output */
    const char *allowed; /* unary tests, NULL where not given */
    int line;
} DmnClause;

typedef struct DmnRule {
    const char *id;
    const char **tests;  /* one per input */
    const char **values; /* one per output */
    const char *note;    /* first annotation entry */
    int line;
} DmnRule;

typedef struct DmnTable {
    HitPolicy policy;
    Aggregation aggregation;
    const DmnClause *inputs;
    size_t input_count;
    const DmnClause *outputs;
    size_t output_count;
    const DmnRule *rules;
    size_t rule_count;
} DmnTable;

typedef struct DmnItem {
    const char *name;
    const char *type_ref;   /* NULL where components or function is set */
    const char *allowed;    /* unary tests on each value (DMN: allowedValues) */
    const char *constraint; /* unary tests on the whole (DMN 1.5: typeConstraint) */
    bool collection;
    bool function; /* components are the parameters, type_ref the result */
    const struct DmnItem *components;
    size_t component_count;
    int line;
} DmnItem;

typedef struct DmnNode {
    DmnKind kind;
    const char *id;
    const char *name;
    const char *description; /* "" where none */
    const char *type_ref;    /* of its variable; NULL = any */
    const DmnBox *box;       /* decision logic; a knowledge model's function */
    const Xml *xml;          /* extension elements and foreign attributes are found here */
    const struct DmnModel *model;
    int line;
    bool implied; /* an input that only columns of tables name: xml is the first such column */
} DmnNode;

typedef struct DmnImport {
    const char *name;
    const char *ns;
} DmnImport;

typedef struct DmnModel {
    const char *file;
    const char *name;
    const char *ns;
    const char *version; /* "1.5" */
    const Xml *xml;
    const DmnImport *imports;
    size_t import_count;
    const DmnItem *items;
    size_t item_count;
    const DmnNode *nodes;
    size_t node_count;
    struct DmnForeign *foreign; /* what is not FEEL: dmn_language */
} DmnModel;

/* Fails INVALID with field "line:column" or "line" where the file is no DMN model. file is only for
 * messages. */
Err dmn_read(Cx *cx, const DmnModel **out, const char *bytes, size_t length, const char *file);

/* The language of an expression, tests or default entry of the model where it is not FEEL
 * (expressionLanguage of its element, or of definitions); NULL where it is. */
const char *dmn_language(const DmnModel *model, const char *text);

/* The first extension element with this name, or NULL; and a foreign attribute of the element. */
const Xml *dmn_extension(const DmnNode *node, const char *ns, const char *name);
const char *dmn_attribute(const DmnNode *node, const char *ns, const char *name);

#endif
