/* A pack: a programme's policy as data, read from a folder and never changed afterwards.
 *
 * packs/<id>/ holds pack.json (identity, parameters), clauses.json (the notice's outline),
 * dictionary/dossier.json and batch.json, rules/<name>.dmn, texts/rules.json (titles and messages),
 * process.json, rubric.json, indicators.json, facts.json, quality.json, registers/<noun>.json and
 * tests/<name>.test. A Pack lives in an arena of its own, is read-only and may be used by many
 * threads at once. Its hash names exactly this content.
 */
#ifndef POLICY_PACK_PACK_H
#define POLICY_PACK_PACK_H

#include "policy/pack/dictionary.h"

/* Of the rules engine; its headers and the store's cannot stand in one file. */
struct Dmn;
struct DmnNode;
struct Value;
struct Register; /* policy/register/declared.h */
struct Figures;
struct Quality;

typedef enum Modality { MUST, PRINCIPLE, PRIORITY, ENCOURAGE } Modality;
const char *modality_key(Modality m); /* "must" */
const char *modality_zh(Modality m);  /* 应 原则上 优先 鼓励 */

typedef enum Status { MET, NOT_MET, UNDETERMINED, NOT_APPLICABLE } Status;
const char *status_key(Status s); /* "not_met" */

typedef struct Clause {
    const char *id;   /* "一.3/s2" */
    const char *kind; /* "statement", "rule", "system" */
    const char *zh;   /* our summary, never the notice's words */
    const char *en;
    const char *const *systems; /* "M2"; ends with NULL */
    int depth;                  /* 0 for the parts */
} Clause;

typedef struct Parameter {
    const char *key;
    const char *zh; /* its name in rules, below 参数 */
    const char *en;
    const char *unit;   /* NULL where none */
    const char *clause; /* id */
    const struct Value *value;
} Parameter;

typedef struct RuleText {
    const char *zh; /* with {names} of values; NULL where none */
    const char *en;
} RuleText;

typedef struct PackRule {
    const char *id; /* "F5" */
    const char *zh; /* title */
    const char *en;
    Modality modality;
    const char *const *clauses; /* the first is the one that decides; ends with NULL */
    const char *const *at;      /* pointers of the fields that mend it; ends with NULL */
    const char *items;          /* pointer of the list it judges item by item; NULL where none */
    const char *field;          /* the key in an item that mends it; NULL where none */
    RuleText messages[4];       /* by Status */
    RuleText mends[4];          /* how to mend what is not met or undetermined; NULL where none */
    const struct Dmn *dmn;
    const struct DmnNode *decision;
} PackRule;

/* What a pack is read from: a folder, and files that stand in place of its own or beside them. */
typedef struct PackFile {
    const char *path; /* inside the pack: "rules/rules.dmn" */
    const char *bytes;
    size_t length;
} PackFile;

typedef struct PackSource {
    const char *folder;
    const PackFile *files; /* of a draft; NULL where none */
    size_t file_count;
} PackSource;

typedef struct Pack {
    PackSource source;
    const char *id;
    const char *zh;
    const char *en;
    const char *document;            /* 鲁乡振发〔2022〕26号 */
    const char *continues;           /* id of the pack whose registers it takes on; NULL = none's */
    const char *hash;                /* SM3 over all files but the tests */
    const Json *json;                /* pack.json */
    const Json *process;             /* and its companions, as written */
    const struct Process *processes; /* policy/pack/process_steps.h */
    size_t process_count;
    const Json *rubric;
    const Json *indicators;
    const Json *texts;
    const Clause *clauses; /* in the order of the notice */
    size_t clause_count;
    const Parameter *parameters;
    size_t parameter_count;
    const struct Value *parameter_values; /* 参数 */
    Dictionary dossier;
    Dictionary batch;
    const struct PackModel *models;
    size_t model_count;
    const PackRule *rules; /* in the order of the files */
    size_t rule_count;
    const struct PackClaim *claims; /* policy/pack/role.h */
    size_t claim_count;
    const struct Register *const *registers; /* in the order of their nouns */
    size_t register_count;
    const struct Figures *figures; /* policy/register/figure_read.h; NULL where there are none */
    const struct Quality *quality; /* policy/register/quality_read.h; NULL where there is none */
} Pack;

/* Fails INVALID with the file as field where anything in it is wrong, NOT_FOUND
 * without a folder. The pack lives as long as cx->arena. */
Err pack_load(Cx *cx, const Pack **out, const char *folder);
Err pack_load_from(Cx *cx, const Pack **out, const PackSource *source);

/* As pack_load_from, and goes on behind faults: they become findings. NULL: too little was read. */
Err pack_read(Cx *cx, const Pack **out, Findings *findings, const PackSource *source);

/* One file; NOT_FOUND, or TOO_LARGE over 8 MiB. */
Err pack_file(Cx *cx, const char **out, size_t *length, const PackSource *source, const char *path);
/* The source with this file in place of its own. */
PackSource pack_source_with(Cx *cx, const PackSource *source, const PackFile *file);
/* Names in one of its folders that end so, sorted; ends with NULL. */
Err pack_names(Cx *cx, const char ***out, const PackSource *source, const char *folder,
               const char *ending);

/* The pack with other values of parameters, {key: value}, each of its kind; its hash is the one
 * without them, the pack itself stays as it is. Fails INVALID with the parameter as field. */
Err pack_with_parameters(Cx *cx, const Pack **out, const Pack *pack, const Json *values);
const Clause *pack_clause(const Pack *pack, const char *id); /* NULL where unknown */
/* As the notice numbers it: "三.4/s1" is 三、4, "一.2.d" is 一、2（4）; in English its id. What
 * people read cites by this alone (and by cite() of the pages). */
const char *clause_cite(Cx *cx, const char *id, Lang lang);
const PackRule *pack_rule(const Pack *pack, const char *id);
const char *pack_english(const Pack *pack, const char *zh); /* "省级": "Province"; else itself */

#endif
