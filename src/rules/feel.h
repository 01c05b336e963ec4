/* FEEL: the expression language of DMN 1.5. Compile once against a Scope, evaluate often.
 *
 * A Scope is a list of typed names; a name's slot is its place in the list, and a frame is an array
 * with one Value for each slot. Names are resolved when compiling (longest known name, so that
 * names with blanks and signs work); a name that nobody knows is a failure then, with its place.
 * Full-width signs （），：＞＜＝“” are read as their ASCII forms. A compiled Feel is
 * immutable and may be run by many threads at once, each with its own Run.
 * Evaluation itself never fails for a wrong value, it gives null with a cause; it fails only where
 * a limit is passed.
 */
#ifndef RULES_FEEL_H
#define RULES_FEEL_H

#include "rules/type.h"

typedef struct Feel Feel;

typedef struct Name {
    const char *name;
    const Type *type; /* NULL = Any */
} Name;

typedef struct Scope {
    const Name *names; /* a later name hides an earlier one of the same text */
    size_t count;
    const Name *types; /* item definitions, for "instance of" and parameters */
    size_t type_count;
} Scope;

/* A scope with one more name, in the next slot; the earlier ones keep theirs. */
Scope scope_with(Cx *cx, const Scope *scope, const char *name, const Type *type);

/* Bytes [start, end) of the source; line and column (in characters) of start, from 1. */
typedef struct Span {
    uint32_t start;
    uint32_t end;
    uint32_t line;
    uint32_t column;
} Span;

/* A textual expression. Fails INVALID with field "line:column". */
Err feel_compile(Cx *cx, const Feel **out, const char *text, const Scope *scope);
/* Unary tests of a decision table's cell ("-", "> 3, [5..7]", "not(1, 2)"). The scope must have the
 * name "?": the value to be tested; its slot is set before each run. Gives true, false, null or
 * unknown. */
Err feel_compile_tests(Cx *cx, const Feel **out, const char *text, const Scope *scope);
/* "number", "list<tVillage>", "function<number> -> string", "feel:date". */
Err feel_type(Cx *cx, const Type **out, const char *text, const Scope *scope);

/* What is known of the result without running it; NULL = Any. */
const Type *feel_result(const Feel *f);
const char *feel_source(const Feel *f);
/* Does the expression read the name in this slot? */
bool feel_reads(const Feel *f, size_t slot);
/* True where the text is "-": a cell that tests nothing. */
bool feel_is_any(const Feel *f);

/* Of one evaluation; cx->budget (base/budget.h) limits all evaluations of a run together. */
typedef struct FeelLimits {
    int depth;     /* nested calls and sub-expressions */
    int64_t steps; /* sub-expressions evaluated, items made */
} FeelLimits;

extern const FeelLimits FEEL_LIMITS;

/* What was evaluated: one for each sub-expression that ran, in the order of the source; above them
 * one for each decision, entry and column, with its name. */
typedef struct Trace {
    const char *name;        /* of a decision or entry; NULL for a sub-expression */
    const Feel *feel;        /* whose source the span is in */
    const struct Node *node; /* for explain.h */
    Span span;
    Value value;
    struct Trace *first;
    struct Trace *last;
    struct Trace *next;
} Trace;

/* One piece of evaluation, over one decision or a whole model; on the stack of its caller. */
typedef struct Run {
    Cx *cx;
    FeelLimits limits;
    int depth;
    int64_t steps;
    int64_t look;    /* at so many steps limits and budget are asked again */
    int64_t charged; /* steps that cx->budget has paid */
    bool stopped;    /* a limit was passed: every result since is null */
    Trace *trace;    /* where sub-values are recorded; NULL = nowhere */
    Trace *spare;    /* made ahead */
    int spares;
    const Feel *feel;         /* what is being run */
    struct Pattern *patterns; /* compiled so far: pattern.c's */
} Run;

Run feel_run(Cx *cx);
/* Records sub-values below the returned root until run->trace is set back. */
Trace *feel_trace(Run *run);
/* Begins a named trace below the present one, which is returned for trace_close; NULL and no work
 * where nothing is recorded. */
Trace *trace_open(Run *run, const char *name);
void trace_close(Run *run, Trace *outer, const Value *v);

/* frame: one value for each slot of the scope. Fails LIMITED where a limit is passed. */
Err feel_evaluate(Run *run, Value *out, const Feel *f, const Value *frame);
/* The same inside an evaluation that is under way (a Function's call): a passed limit is kept in
 * run->stopped for the outermost feel_evaluate. */
Value feel_value(Run *run, const Feel *f, const Value *frame);

/* What a condition says, where only that is asked: quicker than a Value. */
typedef enum Truth { IS_FALSE, IS_TRUE, IS_OTHER } Truth;
/* feel_value, which IS_OTHER leaves in *other; *other holds nothing otherwise. */
Truth feel_truth(Run *run, Value *other, const Feel *f, const Value *frame);
/* Calls a function value with arguments by position, converted to the parameters' types and the
 * result to its own; null with its cause where they do not fit. */
Value feel_call(Run *run, const Value *function, const Value *arguments, size_t count);

/* The built-in functions, for help and completion; false behind the last. */
typedef struct BuiltinHelp {
    const char *name;
    const char *params; /* "list: list, position: number, newItem: Any" */
    const char *zh;
    const char *en;
} BuiltinHelp;

bool feel_builtin(Cx *cx, BuiltinHelp *out, size_t index);

/* Parses literals of dates and times as the built-ins do; null with its cause where it is none. */
Value feel_date(Cx *cx, const char *text);
Value feel_time(Cx *cx, const char *text);
Value feel_date_time(Cx *cx, const char *text);
Value feel_duration(Cx *cx, const char *text);

#endif
