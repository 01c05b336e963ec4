/* The words of a check: messages filled from values, in both languages; used by
 * check.c alone. */
#ifndef POLICY_CHECK_CHECK_MESSAGE_H
#define POLICY_CHECK_CHECK_MESSAGE_H

#include "policy/check/check.h"

/* Entries of a rule's context with a meaning of their own; all others are values to be shown. */
#define APPLIES   "适用"
#define MEETS     "符合"
#define ITEM_WISE "逐项"

/* Sets zh and en. Templates take {entry} of the rule's values, {所在} the items
 * at fault, {缺} what is missing, and {label} of a field of the first item at
 * fault. */
void check_message(Cx *cx, CheckResult *r, const Pack *pack, const Json *dossier);

/* How to mend what is not met or undetermined; empty where the pack does not say. */
RuleText check_mend(Cx *cx, const CheckResult *r, const Pack *pack, const Json *dossier);

/* Is the entry of a rule's context shown, or one that the check itself reads?
 */
bool check_shows(const char *entry);

#endif
