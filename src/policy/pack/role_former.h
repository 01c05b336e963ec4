/* What packs that were written before there were roles call what claims them now.
 *
 * A version in force is kept by its hash and read as it is; it can no longer say which of its rules
 * gives the quota. This is the one place where code knows names of a notice, and nothing is added
 * to it: a pack that claims any role of a rule, decision or parameter is never looked up here.
 */
#ifndef POLICY_PACK_ROLE_FORMER_H
#define POLICY_PACK_ROLE_FORMER_H

typedef struct FormerRole {
    const char *role;
    const char *name; /* id of the rule or decision, key of the parameter */
} FormerRole;

extern const FormerRole FORMER_ROLES[]; /* ends with a role of NULL */

#endif
