/* Roles: what the program does at a step, an end, a rule or a decision, whatever the pack calls it.
 *
 * The notice stands in the pack alone: a step key, a rule id or a decision's name is the pack's own
 * and no code asks for one. Code asks for a role; a pack claims each, once. An optional role may
 * stay unclaimed, and the program does without it (a selection without a defence). A process of the
 * old form claims nothing by name: there a step's role is its subject, a point and its key, which
 * is how the roles of steps got their names.
 */
#ifndef POLICY_PACK_ROLE_H
#define POLICY_PACK_ROLE_H

#include "policy/pack/finding.h"

struct Pack;

typedef enum RoleKind {
    ROLE_STEP,
    ROLE_END,
    ROLE_RULE,
    ROLE_DECISION,
    ROLE_PARAMETER,
    ROLE_REGISTER, /* policy/register/problem_role.h */
} RoleKind;

typedef struct Role {
    const char
        *key; /* "selection.site": of a step or an end, the subject stands before the point */
    RoleKind kind;
    bool optional;
    const char *zh; /* what happens there */
    const char *en;
} Role;

extern const Role PACK_ROLES[];         /* all that code knows; ends with a key of NULL */
const Role *role_find(const char *key); /* NULL where there is none */
bool role_of_subject(const Role *role, const char *subject);

/* A role of a rule, decision or parameter: what claims it. */
typedef struct PackClaim {
    const Role *role;
    const char *name;            /* id of the rule or decision, key of the parameter */
    const struct PackRule *rule; /* NULL of the others */
    const struct Parameter *parameter;
    const struct Dmn *dmn; /* of rule and decision */
    const struct DmnNode *node;
} PackClaim;
const PackClaim *pack_claim(const struct Pack *pack, const char *role); /* NULL where unclaimed */

/* Adds a finding for each role that nothing claims though it must be claimed; only where the pack
 * has the process that asks for it. (What is claimed twice, or by what the role is not for, is
 * found when the pack is read.) */
void roles_prove(Cx *cx, Findings *f, const struct Pack *pack);

#endif
