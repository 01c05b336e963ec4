/* A copy of the pack in which every step, end, rule and decision is called otherwise. Code that
 * asks by role runs on it as on the pack itself; code that knows a name of the notice does not.
 *
 *     testing_rename();                     first of all in a case
 *     testing_key(cx, "site")               what the copy calls it: "k_site"
 */
#ifndef MODULES_RENAMED_TESTING_H
#define MODULES_RENAMED_TESTING_H

#include "base/cx.h"
#include "policy/pack/pack.h"

PackSource testing_renamed(Cx *cx);
/* From here on testing_pack_add adds the renamed copy, until the case ends. */
void testing_rename(void);
/* The same of a copy whose selection has no defence, which is an optional role. */
void testing_undefended(void);
/* The same of a copy whose dossier has an object part (training) and a table (trainers) of its own,
 * which a rule (X1) and evidence read, and no opinions. */
void testing_own_parts(void);
PackSource testing_own_source(Cx *cx);
Err testing_pack_add(Cx *cx, const char **hash);
const char *testing_key(Cx *cx, const char *key);

#endif
