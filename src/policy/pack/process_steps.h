/* A process as a pack says it: steps from hand to hand, and the ends a record can come to.
 *
 * process.json holds { "processes": [ { subject, facts, ends, steps } … ] }; one with "rows": true
 * moves the rows of a register (core/register/flow.h): who acts are sets of actors, and what guards
 * and terms read are the row's fields, which the register proves. Packs in force that
 * hold one process at their top, without ends, are read as they are. All of it is read, and every
 * guard compiled, when the pack is loaded; it is never changed afterwards and may be used by many
 * threads at once. Knows neither store nor records: those are core/process/process.h.
 */
#ifndef POLICY_PACK_PROCESS_STEPS_H
#define POLICY_PACK_PROCESS_STEPS_H

#include "policy/pack/finding.h"
#include "policy/pack/pack.h"
#include "policy/pack/role.h"
#include "policy/pack/seat.h"

/* What a guard or a deadline may read, by its Chinese name; the caller of an act supplies it. */
typedef struct FactName {
    const char *name;
    const char *type; /* number, boolean (0 or 1), instant (milliseconds) */
} FactName;
typedef struct Fact {
    const char *name; /* NULL ends a list of facts */
    int64_t number;   /* UNSET = unknown */
} Fact;
/* All that guards and deadlines of a pack can read: a fact that no row here has, nobody gives. */
typedef struct GivenFact {
    const char *subject; /* the noun whose acts give it; NULL ends the list */
    FactName fact;
    const char *zh; /* what it says */
    const char *en;
} GivenFact;
extern const GivenFact GIVEN_FACTS[];

/* FEEL over the facts: only true lets a record go on. zh and en say why not. */
typedef struct Guard {
    const char *zh;
    const char *en;
    const char *text;
    const struct Feel *feel; /* NULL of rows: their register compiles the text */
} Guard;
/* Who acts on rows: of these actors, of those that the register names for the verbs ("write"), or
 * the desk of that seat at the organ that the row names in a field. */
typedef struct Hands {
    Actors who;
    const char *const *verbs;
    const char *organ; /* key of the field; NULL = none */
} Hands;
/* Who is told when a record comes here (抄送). */
typedef struct CopyTo {
    const char *level;
    const char *const *organs;
} CopyTo;
typedef enum Joint {
    JOINT_ONE,  /* one of the organs is enough */
    JOINT_ALL,  /* every organ */
    JOINT_EACH, /* every user that the caller named (process_set_desks) */
} Joint;
/* A term of calendar days or months: from the day of a fact, else from the day the step begins. */
typedef struct CalendarTerm {
    const char *from;     /* the fact that holds the instant; NULL = the step's beginning */
    int64_t days, months; /* one of them; both 0 = no term */
    bool extend;          /* one that ends on a rest day ends on the next working day */
} CalendarTerm;
typedef struct Step {
    const char *key;
    const char *zh;
    const char *en;
    const char *role;  /* a key of PACK_ROLES; NULL = the program does nothing of its own here */
    const char *level; /* a key of LEVELS */
    const char *seat;  /* a key of SEATS */
    Hands hands;       /* of rows, in place of level and organs */
    const char *const *organs;     /* keys of ORGAN_KINDS; all such lists end with NULL */
    const char *const *not_by;     /* whoever sent it on from these does not send it on from here */
    const char *does_zh, *does_en; /* the word for sending it on; NULL = the usual one */
    const char *returns_zh, *returns_en; /* and for returning it */
    const char *const *back;             /* steps it may be returned to */
    const char *const *rejects;          /* ends it may be rejected to */
    const char *forward;                 /* the next step or end; NULL = stays here (old form) */
    const char *clause;
    const char *by;        /* the noun whose act moves it; it has no desk then. NULL = its own */
    const char *deadline;  /* the fact that holds its instant; NULL = none */
    int64_t deadline_days; /* working days at this step; 0 = none */
    CalendarTerm term;
    int64_t remind_days; /* working days before the deadline at which its desks are told */
    Joint joint;
    bool edits;                           /* the record may be changed here */
    const char *const *edit_fields;       /* of rows: these alone; empty = all */
    bool needs_rules;                     /* nothing may block when it goes on */
    const char *const *needs_attachments; /* keys of evidence; "all" = what the dossier claims */
    const char *const *needs_minutes;     /* keys of evidence that are minutes */
    const Guard *guards;
    size_t guard_count;
    const CopyTo *copies;
    size_t copy_count;
    bool later; /* old form: nobody acts here yet */
} Step;
typedef struct End {
    const char *key;
    const char *zh;
    const char *en;
    const char *role;        /* a key of PACK_ROLES; NULL = none */
    bool good;               /* what the record was sent for; else a record is rejected to it */
    Hands hands;             /* of rows: who may take it up again */
    const char *const *back; /* at these steps; empty = nobody may */
    const CopyTo *copies;
    size_t copy_count;
} End;

typedef struct Process {
    const char *subject; /* the noun it moves */
    const char *at;      /* its pointer in process.json, "" in the old form */
    bool rows;           /* of a register */
    const Step *steps;   /* in order; the first is where a record begins */
    size_t count;
    const End *ends;
    size_t end_count;
    const FactName *facts;
    size_t fact_count;
} Process;

/* All processes of process.json. INVALID with the pointer of the fault: unknown level, organ, seat,
 * step, end or fact; a guard that does not compile. */
Err process_read(Cx *cx, const Process **out, size_t *count, const Json *json);
/* CONFLICT where the pack has no process for the subject (an older pack). */
Err process_of(Cx *cx, const Process **out, const Pack *pack, const char *subject);
const Step *process_step(const Process *p, const char *key); /* NULL where there is none */
const End *process_end(const Process *p, const char *key);
/* The key of the step or end that claims the role, the role of such a key; NULL where none. */
const char *process_key(const Process *p, const char *role);
const char *process_role(const Process *p, const char *key);
bool word_in(const char *const *words, const char *word);

/* CONFLICT "guard" with the words of the first guard that is not true of the facts. */
Err process_guard(Cx *cx, const Process *p, const Step *s, const Fact *facts);
/* UNSET where the list has none of this name, or is NULL. */
int64_t fact_of(const Fact *facts, const char *name);
/* The facts themselves; asserts that they are those which GIVEN_FACTS promises of the subject. */
const Fact *facts_given(const char *subject, const Fact *facts);
/* "推荐数、名额": what the subject's acts give; "" where nothing. */
const char *facts_text(Cx *cx, const char *subject);

/* Adds a finding, with a counter-example, for each step that nothing leads to or from which no end
 * is reached, end that nothing leads to, actor that no user can be, return that leads forward,
 * mover, evidence or clause that does not exist, guard that is no yes or no, fact that nobody gives
 * or nothing reads, and text that lacks a language. */
void process_prove(Cx *cx, Findings *f, const Pack *pack);

#endif
