/* What is wrong with a model before any of its expressions is read. */
#include "rules/dmn_compiler.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool compiler_is_feel(Compiler *c, const DmnModel *model, const char *text)
{
    const char *language = dmn_language(model, text);
    if (!language)
        return true;
    (void)fail(c->cx, INVALID, "1:1", "表达式语言是“%s”，只能求值 FEEL",
               "the expression language is “%s”; only FEEL is evaluated", language);
    return false;
}

/* ---- rings ---------------------------------------------------------------------------------- */

/* A walk in depth over what decisions require. A decision that is met again while it is still on
 * the way closes a ring; all on the way from there on are of it. Every ring holds such a pair, so
 * once those found are broken no evaluation goes round, whatever is asked first. The way is kept
 * here and not on the C stack: a model may have ten thousand decisions in a row. */
typedef struct RingWay {
    Unit **at;
    size_t *next; /* of what at[i] requires, the one to follow */
    size_t count;
    unsigned char *seen; /* by unit: 0 not yet, 1 on the way, 2 done */
} RingWay;

static void break_ring(Compiler *c, const RingWay *w, const Unit *back)
{
    Buf names = BUF(c->cx);
    size_t from = 0;
    while (w->at[from] != back)
        from++;
    assert(from < w->count);
    for (size_t i = from; i < w->count; i++)
        buf_format(&names, "%s → ", w->at[i]->node->name);
    buf_add(&names, back->node->name);
    c->unit = w->at[from];
    const Cause *cause = PROBLEM(c, back->node->model, back->node->line, "决策互相依赖成环：%s",
                                 "decisions require each other in a ring: %s", buf_text(&names));
    for (size_t i = from; i < w->count; i++)
        if (!w->at[i]->ring)
            w->at[i]->ring = cause;
}

static void enter(RingWay *w, Unit *u)
{
    w->seen[u->index] = 1;
    w->at[w->count] = u;
    w->next[w->count++] = 0;
}

static void walk_rings(Compiler *c, RingWay *w)
{
    while (w->count > 0) {
        Unit *u = w->at[w->count - 1];
        size_t i = w->next[w->count - 1]++;
        if (i == u->information.count) {
            w->seen[u->index] = 2;
            w->count--;
            continue;
        }
        const Unit *required = dmn_unit(c->dmn, u->information.at[i]);
        if (w->seen[required->index] == 1)
            break_ring(c, w, required);
        else if (w->seen[required->index] == 0)
            enter(w, &c->dmn->units[required->index]);
    }
}

static void check_rings(Compiler *c)
{
    size_t n = c->dmn->unit_count;
    RingWay w = { .at = NEW_N(c->cx, Unit *, n + 1),
                  .next = NEW_N(c->cx, size_t, n + 1),
                  .seen = NEW_N(c->cx, unsigned char, n + 1) };
    for (size_t i = 0; i < n; i++)
        if (w.seen[i] == 0) {
            enter(&w, &c->dmn->units[i]);
            walk_rings(c, &w);
        }
}

/* ---- twins ---------------------------------------------------------------------------------- */

static bool is_logic(const char *element)
{
    static const char *const names[] = {
        "literalExpression",  "decisionTable", "context", "invocation", "list", "relation",
        "functionDefinition", "conditional",   "filter",  "for",        "some", "every"
    };
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(names[i], element) == 0)
            return true;
    return false;
}

static void check_logic(Compiler *c, const DmnNode *node)
{
    size_t found = 0;
    XML_EACH(x, node->xml, node->xml->ns, NULL)
    found += is_logic(x->name);
    if (node->kind == DMN_DECISION && found > 1)
        PROBLEM(c, node->model, node->line, "“%s”有 %zu 个决策逻辑，只能有一个",
                "“%s” has %zu pieces of decision logic, one is allowed", node->name, found);
}

typedef struct Twin {
    const DmnNode *node;
    const char *key;
} Twin;

static int by_key(const void *a, const void *b)
{
    const Twin *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->node > y->node) - (x->node < y->node);
}

/* Neighbours of one key after sorting; a model of thousands of nodes is no reason to go over each
 * pair. */
static void check_twins(Compiler *c, const DmnModel *model, bool ids)
{
    Twin *twins = NEW_N(c->cx, Twin, model->node_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < model->node_count; i++) {
        const DmnNode *node = &model->nodes[i];
        const char *key = ids ? node->id : node->name;
        if (*key && (ids || node->kind == DMN_DECISION))
            twins[n++] = (Twin){ node, key };
    }
    qsort(twins, n, sizeof *twins, by_key);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(twins[i].key, twins[i - 1].key) != 0)
            continue;
        c->unit = &c->dmn->units[dmn_unit(c->dmn, twins[i].node)->index];
        if (ids)
            PROBLEM(c, model, twins[i].node->line, "编号“%s”出现两次", "the id “%s” stands twice",
                    twins[i].key);
        else
            PROBLEM(c, model, twins[i].node->line, "有两个名为“%s”的决策",
                    "there are two decisions of the name “%s”", twins[i].key);
    }
}

void compiler_check(Compiler *c)
{
    check_rings(c);
    for (size_t i = 0; i < c->dmn->model_count; i++) {
        check_twins(c, c->dmn->models[i], true);
        check_twins(c, c->dmn->models[i], false);
    }
    for (size_t i = 0; i < c->dmn->unit_count; i++) {
        c->unit = &c->dmn->units[i];
        check_logic(c, c->unit->node);
    }
    c->unit = NULL;
}
