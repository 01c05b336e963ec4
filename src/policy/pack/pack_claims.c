/* The roles that rules, decisions and parameters of a pack claim. */
#include "policy/pack/pack_parts.h"

#include "policy/pack/role.h"
#include "policy/pack/role_former.h"

#include <assert.h>
#include <string.h>

typedef struct Claims {
    PackReader *reader;
    PackClaim *at;
    size_t count;
} Claims;

static bool of_kind(const PackClaim *c)
{
    return c->role->kind == (c->parameter ? ROLE_PARAMETER : c->rule ? ROLE_RULE : ROLE_DECISION);
}

static void claim(Claims *all, const char *file, const char *role, PackClaim c)
{
    Cx *cx = all->reader->cx;
    Findings *f = all->reader->findings;
    c.role = role_find(role);
    if (!c.role || !of_kind(&c)) {
        finding_add(cx, f, file, c.name, "角色“%s”不存在，或不能由它担任",
                    "the role %s does not exist or is not for it", role);
        return;
    }
    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].role == c.role)
            finding_add(cx, f, file, c.name, "角色“%s”已由“%s”担任",
                        "the role %s is claimed by %s already", role, all->at[i].name);
    all->at[all->count++] = c;
}

static PackClaim by_rule(const PackRule *r)
{
    return (PackClaim){ .name = r->id, .rule = r, .dmn = r->dmn, .node = r->decision };
}

static const char *role_in(const DmnNode *node, const char *element)
{
    const Xml *said = dmn_extension(node, POLICY_NS, element);
    return said ? xml_attribute(said, "role") : NULL;
}

static void claim_decisions(Claims *all, const PackModel *m)
{
    const DmnModel *main = m->dmn ? dmn_main(m->dmn) : NULL;
    for (size_t i = 0; main && i < main->node_count; i++) {
        const DmnNode *node = &main->nodes[i];
        const char *role = node->kind == DMN_DECISION ? role_in(node, "decision") : NULL;
        if (role)
            claim(all, m->file, role, (PackClaim){ .name = node->id, .dmn = m->dmn, .node = node });
    }
}

static void claim_parameters(Claims *all, const Pack *p)
{
    const Json *list = json_get(p->json, "parameters");
    for (size_t i = 0; i < p->parameter_count; i++) {
        const char *role = json_text(list->items[i], "role", NULL);
        if (role)
            claim(all, "pack.json", role,
                  (PackClaim){ .name = p->parameters[i].key, .parameter = &p->parameters[i] });
    }
}

/* What bears the name; nothing where the pack has nothing of it. */
static void claim_former(Claims *all, const Pack *p, const FormerRole *former)
{
    PackClaim c = { .name = NULL };
    const PackRule *rule = pack_rule(p, former->name);
    if (rule)
        c = by_rule(rule);
    const Dmn *dmn;
    const DmnNode *node = c.name ? NULL : pack_decision(p, former->name, &dmn);
    if (node)
        c = (PackClaim){ .name = former->name, .dmn = dmn, .node = node };
    for (size_t i = 0; i < p->parameter_count && !c.name; i++)
        if (strcmp(p->parameters[i].key, former->name) == 0)
            c = (PackClaim){ .name = former->name, .parameter = &p->parameters[i] };
    if (c.name)
        claim(all, "pack.json", former->role, c);
}

void pack_read_claims(PackReader *r)
{
    Pack *p = r->pack;
    size_t room = p->rule_count + p->parameter_count;
    for (size_t i = 0; i < p->model_count; i++)
        room += p->models[i].dmn ? dmn_main(p->models[i].dmn)->node_count : 0;
    for (const FormerRole *f = FORMER_ROLES; f->role; f++)
        room++;
    Claims all = { r, NEW_N(r->cx, PackClaim, room), 0 };
    for (size_t i = 0; i < p->rule_count; i++) {
        const char *role = role_in(p->rules[i].decision, "rule");
        if (role)
            claim(&all, p->rules[i].decision->model->file, role, by_rule(&p->rules[i]));
    }
    for (size_t i = 0; i < p->model_count; i++)
        claim_decisions(&all, &p->models[i]);
    claim_parameters(&all, p);
    bool former = all.count == 0;
    for (const FormerRole *f = FORMER_ROLES; former && f->role; f++)
        claim_former(&all, p, f);
    p->claims = all.at;
    p->claim_count = all.count;
}
