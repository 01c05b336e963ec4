/* The check of a zone's dossier against a pack: the contract of `tuijin check`.
 *
 * Every rule of the pack is decided once, in the pack's order, into one of four
 * states; what is missing is named by JSON pointer, and the values that decided
 * stand beside a sentence in both languages. Works on one dossier and the
 * batch's tables, without store or clock, so that the command line, HTTP and
 * the pages give one answer.
 */
#ifndef POLICY_CHECK_CHECK_H
#define POLICY_CHECK_CHECK_H

#include "policy/pack/pack.h"

/* The batch's tables as the rules see them; made once, read by many checks. */
typedef struct Tables {
    const struct Value *tables;
} Tables;

typedef struct CheckResult {
    const PackRule *rule;
    Status status;
    bool blocks;                  /* keeps the dossier from going upward */
    bool needs_exception;         /* a principle that is not met */
    const char *const *missing;   /* pointers, none unless undetermined; ends with NULL */
    const struct Context *values; /* of the rule's entries */
    const char *const *places;    /* pointers of what is wrong or missing; end with NULL */
    const char *const *names;     /* of the items at fault; end with NULL */
    const char *zh;
    const char *en;
} CheckResult;

typedef struct Check {
    const char *zone;
    bool submittable;
    const CheckResult *results;
    size_t count;
} Check;

/* Reads and validates: UTF-8, strict JSON, at most 8 MiB and 64 levels, the
 * dictionary's fields. Fails INVALID (or TOO_LARGE) with "line:column" or a
 * JSON pointer as field. */
Err check_read_dossier(Cx *cx, const Json **out, const Pack *pack, const char *bytes,
                       size_t length);
Err check_read_batch(Cx *cx, Tables *out, const Pack *pack, const char *bytes, size_t length);
/* A batch without tables: all of them unknown. */
Tables check_no_batch(Cx *cx, const Pack *pack);
/* The tables as a tree that has passed field_check with the pack's batch
 * dictionary. */
Tables check_batch(Cx *cx, const Pack *pack, const Json *tables);

/* dossier must have been validated. Fails INTERNAL where a rule of the pack
 * itself breaks. */
Err check_dossier(Cx *cx, Check *out, const Pack *pack, const Json *dossier, const Tables *batch);

typedef struct PackDecision {
    const struct Dmn *dmn;
    const struct DmnNode *node;
} PackDecision;

/* What a check may be given and asked for besides: the dossier as values, where another pack of the
 * same dictionary has bound it already (check_bind), and what other decisions say of it. */
typedef struct CheckMore {
    const struct Value *document; /* NULL: bound here */
    const PackDecision *decisions;
    size_t count;
    struct Value *values; /* out: one for each decision */
} CheckMore;
const struct Value *check_bind(Cx *cx, const Pack *pack, const Json *dossier);
/* The decisions of `more` alone, without the rules. */
Err check_values(Cx *cx, const CheckMore *more, const Pack *pack, const Json *dossier,
                 const Tables *batch);
Err check_with(Cx *cx, Check *out, const CheckMore *more, const Pack *pack, const Json *dossier,
               const Tables *batch);

/* One rule with the trace of its evaluation: all that was looked at, with values and places. */
typedef struct Explanation {
    CheckResult result;
    RuleText mend;             /* how to mend it, in the pack's words; "" where it says none */
    const struct Trace *trace; /* of the rule's decision */
} Explanation;

Err check_explain(Cx *cx, Explanation *out, const Pack *pack, const PackRule *rule,
                  const Json *dossier, const Tables *batch);
/* A failing or open condition, in words. */
typedef struct Reason {
    bool unknown;
    const char *expression;
    unsigned line;
    unsigned column;
    const char *actual;
    const char *sign; /* what it had to be beside required: "=", "≥", "in", … */
    const char *required;
    const char *distance; /* of numbers; else NULL */
    const char *at;       /* JSON pointer of the fact meant; NULL where none */
} Reason;
typedef struct Reasons {
    Reason *at;
    size_t count;
} Reasons;
Reasons explanation_reasons(Cx *cx, const Explanation *e);
void reason_write(JsonOut *o, const Reason *r);
void reason_print(Buf *b, const Reason *r, Lang lang);

/* The result, each failing or open condition with what it was, had to be and lacks, the way to
 * each missing fact, and the tree. */
void explanation_write(Cx *cx, JsonOut *o, const char *key, const Explanation *e);
/* The same for people, in cx->lang. */
void explanation_print(Cx *cx, Buf *b, const Explanation *e);

/* The answer of the contract, as one object; key is its name there, NULL at the
 * top or in a list. */
void check_write(Cx *cx, JsonOut *o, const char *key, const Check *check);
/* The same for people, in cx->lang. */
void check_print(Cx *cx, Buf *b, const Check *check);

#endif
