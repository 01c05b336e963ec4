/* The inside of a pack, for what reads, proves and runs it. */
#ifndef POLICY_PACK_PACK_PARTS_H
#define POLICY_PACK_PACK_PARTS_H

#include "base/digest.h"
#include "policy/pack/pack.h"
#include "rules/dmn.h"

#define POLICY_NS "urn:tuijin:policy"

/* An input of the rules: a field of the dossier, 批次 or 参数. */
typedef struct PackInput {
    const DmnNode *node;
    const char *name;
} PackInput;

typedef struct PackModel {
    const char *file;
    const Dmn *dmn;
    const PackInput *inputs;
    size_t input_count;
} PackModel;

typedef struct PackReader {
    Cx *cx;
    Findings *findings;
    Pack *pack;
    Digest *digest;
} PackReader;

/* A file of the pack, counted into its hash; NULL and a finding where it cannot be read. */
const char *part_bytes(PackReader *r, const char *file, size_t *length);

/* Words between blanks; ends with NULL. */
const char *const *part_words(PackReader *r, const char *text);

bool modality_find(Modality *out, const char *key);

/* Reads and compiles the models, and makes the rules; needs dictionary and parameters. */
void pack_read_rules(PackReader *r);
/* Reads which roles they claim; needs the rules. */
void pack_read_claims(PackReader *r);

/* The decision of this id, and the model it belongs to; NULL where there is none. */
const DmnNode *pack_decision(const Pack *pack, const char *id, const Dmn **dmn);

#endif
