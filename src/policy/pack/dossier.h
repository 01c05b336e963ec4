/* The shape of a zone's dossier and of a batch's tables: the contract of `check`, as field tables.
 *
 * These tables own keys, types, units, limits and which keys are needed. A pack's dictionary adds
 * labels, help and the options of enumerations, and may add fields of its own behind these;
 * `pack check` fails where the two differ (dictionary.h). Nothing validates against these tables
 * alone: a document is checked with the dictionary of its pack.
 */
#ifndef POLICY_PACK_DOSSIER_H
#define POLICY_PACK_DOSSIER_H

#include "base/field.h"

extern const Field DOSSIER_FIELDS[];
extern const Field BATCH_FIELDS[];

#endif
