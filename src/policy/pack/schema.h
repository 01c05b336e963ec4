/* The JSON Schema (draft 2020-12) of a document of a pack, from its dictionary alone.
 *
 * It accepts and refuses what field_check does as far as a schema can say it; that identities stand
 * once, and that a number has no more decimals than its unit, it cannot.
 */
#ifndef POLICY_PACK_SCHEMA_H
#define POLICY_PACK_SCHEMA_H

#include "policy/pack/dictionary.h"

/* One object: the schema of the whole document. */
void schema_write(JsonOut *o, const Dictionary *d);

#endif
