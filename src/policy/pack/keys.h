/* The keys that each object of a pack's files may have. A key that nobody reads is a slip of the
 * pen ("requierd"), which would leave a field open without a word.
 */
#ifndef POLICY_PACK_KEYS_H
#define POLICY_PACK_KEYS_H

#include "policy/pack/pack.h"

/* Proves every JSON file of the pack but its tests; files that cannot be read are left to the
 * reader. */
void pack_prove_keys(Cx *cx, Findings *findings, const PackSource *source);

/* One file's text. */
void pack_prove_keys_of(Cx *cx, Findings *findings, const char *file, const Json *json);

#endif
