/* The rules of a draft: decisions as pieces of text and tables, shown, checked and written back.
 * Knows the rules engine and no store (their headers cannot stand in one file).
 *
 * A piece is an expression or a table below a decision, numbered in file order. What a decision
 * requires follows what its expressions read: nobody has to draw arrows.
 */
#ifndef MODULES_DRAFT_DRAFT_RULES_H
#define MODULES_DRAFT_DRAFT_RULES_H

#include "policy/prove/pack_prove.h"

/* All decisions and knowledge models of the pack, into the open list; base: what it was before. */
Err draft_put_rules(Cx *cx, JsonOut *o, const Pack *pack, const Pack *base);
/* The members of one, into the open object. NOT_FOUND. */
Err draft_put_decision(Cx *cx, JsonOut *o, const Pack *pack, const Pack *base, const char *id);

/* The file with [{"index": 0, "text": …} | {"index": 1, "table": …}] written into the decision.
 * INVALID with a pointer where the pieces do not fit it. *before and *after are what changed. */
Err draft_edit_decision(Cx *cx, PackFile *out, const char **before, const char **after,
                        const Pack *pack, const char *id, const Json *pieces);

/* What is wrong in the expressions of one decision, each with its piece and place, into the open
 * list; *count = how many. */
void draft_put_problems(Cx *cx, JsonOut *o, size_t *count, const Pack *pack, const char *id);

/* pack.json with the parameters [{"key": …, "value": text}] set. INVALID where one is unknown or of
 * another kind than before. */
/* What the routes that change a draft take. */
extern const Field draft_pieces_body[], draft_decision_body[], draft_parameters_body[];

Err draft_edit_parameters(Cx *cx, PackFile *out, const char **before, const char **after,
                          const Pack *pack, const Json *parameters);
/* pack.json as it is published: the day and the label of the version. */
Err draft_edit_version(Cx *cx, PackFile *out, const Pack *pack, const char *valid_from,
                       const char *label);

void draft_put_findings(JsonOut *o, const char *key, const Findings *findings);

#endif
