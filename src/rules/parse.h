/* The parser's state and what its files offer each other. Internal to rules/: others use feel.h.
 *
 * A parse reads the source once, from left to right, and resolves every name as it meets it.
 */
#ifndef RULES_PARSE_H
#define RULES_PARSE_H

#include "base/text.h"
#include "rules/node.h"

typedef struct Binding {
    const char *name;
    const Type *type;
    uint32_t slot;
    bool input;
    bool item; /* a filter's item: its fields are names, too */
    bool *used;
} Binding;

typedef struct Fn {
    struct Fn *outer;
    Binding *bindings;
    size_t count, room;
    Capture *captures;
    size_t capture_count, capture_room;
    uint32_t locals;
} Fn;

typedef struct Parser {
    Cx *cx;
    const Feel *feel;
    const Scope *scope;
    const char *source;
    const char *at;
    Fn *fn;
    Node *subject;     /* of the tests being parsed */
    bool subject_read; /* "?" was named since this was set to false */
    bool range_end;    /* a "[" may close an interval */
    int depth;
    int work;    /* nodes and attempts, against sources that make the parser go back */
    int retries; /* how often the parser went back */
    bool *reads;
    const char **pool; /* names with blanks or signs that a value may have as fields */
    size_t pool_count, pool_room;
    const Span *marks;
    size_t mark_count;
} Parser;

/* Collects nodes of which nobody knows how many come. */
typedef struct Nodes {
    Node **items;
    size_t count, room;
} Nodes;

#define PARSE_DEPTH   200
#define PARSE_RETRIES 2000 /* nested attempts would double with each level */
#define PARSE_WORK    200000
#define MARK_BYTES    64

/* lex.c: characters, with full-width signs read as ASCII */
uint32_t lex_wide(const char *at, size_t *length);
static inline uint32_t lex_char(const char *at, size_t *length)
{
    if (*at <= 0)
        return lex_wide(at, length);
    *length = 1;
    return (uint32_t)*at;
}
bool lex_name_start(uint32_t c);
bool lex_name_part(uint32_t c);
void lex_marks(Parser *p);
void lex_skip(Parser *p);
bool lex_sign(Parser *p, const char *sign); /* takes it, or false */
bool lex_peek(Parser *p, const char *sign);
bool lex_word(Parser *p, const char *word); /* takes a whole keyword, or false */
bool lex_peek_word(Parser *p, const char *word);
/* The end of `name` in the source at `at`, blanks free; NULL where it does not stand there. */
const char *lex_match(const char *at, const char *name);
/* One word of name characters; NULL where none stands here. */
const char *lex_identifier(Parser *p);
/* Everything before the stop sign or word as one name, blanks made one. */
Err lex_label(Parser *p, const char **out, const char *stops);
bool lex_peek_label(Parser *p); /* "name :" */
Err lex_string(Parser *p, Text *out);
bool lex_number(Parser *p, Decimal *out);
Span lex_span(const Parser *p, const char *start);
Err parse_fail(Parser *p, const char *at, const char *zh, const char *en);

/* scope.c */
void scope_pool(Parser *p, const char *name);
void scope_pool_type(Parser *p, const Type *t, int depth);
Binding *scope_bind(Parser *p, const char *name, const Type *type);
/* A name at this place: a node, or a built-in (NULL node), or neither. */
Err scope_name(Parser *p, Node **out, const struct Builtin **builtin);
/* The name behind a ".", by the type of what stands before it. */
Err scope_field(Parser *p, const char **out, const Type **type, const Type *of);
/* Where a field stands in its type; 0 where it is not known. */
uint32_t scope_field_index(const Type *of, const char *name);
void nodes_add(Parser *p, Nodes *l, Node *n);
Node *node_new(Parser *p, NodeKind kind, const char *start, const Type *type, size_t kids);

/* parse.c, parse_call.c, parse_test.c */
Err parse_expression(Parser *p, Node **out);
Err parse_sum(Parser *p, Node **out); /* binds tighter than comparisons */
Err parse_type(Parser *p, const Type **out);
Err parse_postfix(Parser *p, Node **out);
Err parse_call(Parser *p, Node **out, Node *function, const struct Builtin *builtin,
               const char *start);
Err parse_function(Parser *p, Node **out);
/* Behind the keyword, which stands at start. */
Err parse_loop(Parser *p, Node **out, NodeKind kind, const char *start);
Err parse_in(Parser *p, Node **out, Node *subject);
Err parse_tests(Parser *p, Node **out);
/* "< 10" as a range; *out is NULL where no such sign stands here. */
Err parse_unary_range(Parser *p, Node **out);

#endif
