/* The units of an expression: what is compared, added or chosen between must be in one. A field is
 * read in the unit that its declaration names, so that 贷款金额（万元） > 补贴（元） would be wrong
 * by ten thousand without a word. A constant, and a field without a unit, go with any.
 *
 * A product keeps the unit of its only factor that has one; × 10000 makes 元 of 万元 and ÷ 10000
 * the reverse, which is how a pack converts. What stands in no one unit (a product of two, a
 * quotient) goes with any: nothing is known of it.
 */
#include "policy/register/condition_parts.h"

#include "rules/builtin.h"

#include <assert.h>
#include <string.h>

enum { FEN_APART = 10000 }; /* 元 in 万元 */

/* The unit of a value, and the part of the text that has it; NULL = any. */
typedef struct UnitOf {
    const char *unit;
    const Node *from;
} UnitOf;

typedef struct UnitProof {
    Cx *cx;
    const RowFeel *f;
    UnitOf *locals; /* by slot */
} UnitProof;

static Err unit_of(UnitProof *p, UnitOf *out, const Node *n);

static Err differ(const UnitProof *p, UnitOf a, UnitOf b)
{
    const char *x = row_feel_part(p->cx, p->f, a.from), *y = row_feel_part(p->cx, p->f, b.from);
    return fail(
        p->cx, INVALID, row_feel_where(p->cx, b.from),
        "“%s”的单位是%s，“%s”的单位是%s，不能直接比较或相加减；元和万元之间请先乘以或除以 10000",
        "“%s” is in %s and “%s” in %s: they cannot be compared or added as they are; between "
        "元 and 万元 multiply or divide by 10000 first",
        x, a.unit, y, b.unit);
}

/* All of kids[from … count): one unit, or any. */
static Err agree(UnitProof *p, UnitOf *out, const Node *n, size_t from)
{
    *out = (UnitOf){ NULL, NULL };
    for (size_t i = from; i < n->count; i++) {
        UnitOf one;
        TRY(unit_of(p, &one, n->kids[i]));
        if (out->unit && one.unit && strcmp(out->unit, one.unit) != 0)
            return differ(p, *out, one);
        if (!out->unit)
            *out = one;
    }
    return OK;
}

static UnitOf field_unit(const Field *f, const Node *n)
{
    return f && f->unit ? (UnitOf){ f->unit, n } : (UnitOf){ NULL, NULL };
}

/* 产品.最高额度 */
static const Field *path_field(const UnitProof *p, const Node *n)
{
    const Node *of = n->kids[0];
    const RowLink *link = of->kind == NODE_INPUT ? p->f->names[of->slot].link : NULL;
    return link ? row_linked_field(link, n->name) : NULL;
}

static bool is_ten_thousand(const Node *n)
{
    return n && n->kind == NODE_CONST && n->value.kind == VALUE_NUMBER &&
           decimal_cmp(n->value.number, decimal_from_int(FEN_APART)) == 0;
}

static UnitOf converted(UnitOf u, const char *from, const char *to)
{
    bool fits = u.unit && strcmp(u.unit, from) == 0;
    return fits ? (UnitOf){ to, u.from } : u;
}

static Err product_unit(UnitProof *p, UnitOf *out, const Node *n)
{
    UnitOf a, b;
    TRY(unit_of(p, &a, n->kids[0]));
    TRY(unit_of(p, &b, n->kids[1]));
    *out = a.unit && b.unit ? (UnitOf){ NULL, NULL } : a.unit ? a : b;
    if (is_ten_thousand(n->kids[0]) || is_ten_thousand(n->kids[1]))
        *out = converted(*out, "万元", "元");
    return OK;
}

static bool is_money(UnitOf u)
{
    return u.unit && (strcmp(u.unit, "元") == 0 || strcmp(u.unit, "万元") == 0);
}

static Err quotient_unit(UnitProof *p, UnitOf *out, const Node *n)
{
    UnitOf a, b;
    TRY(unit_of(p, &a, n->kids[0]));
    TRY(unit_of(p, &b, n->kids[1]));
    if (is_money(a) && is_money(b) && strcmp(a.unit, b.unit) != 0)
        return differ(p, a, b);
    *out = b.unit ? (UnitOf){ NULL, NULL } : a;
    if (is_ten_thousand(n->kids[1]))
        *out = converted(*out, "元", "万元");
    return OK;
}

/* Of min, max, sum and their like all arguments are of one unit, and so is the number they give; of
 * another built-in (round, abs) a number is in that of its first. */
static Err builtin_unit(UnitProof *p, UnitOf *out, const Node *n)
{
    UnitOf first = { NULL, NULL };
    bool all = n->builtin->flags & (BUILTIN_VARIADIC | BUILTIN_SPREAD);
    if (all)
        TRY(agree(p, &first, n, 0));
    for (size_t i = 0; !all && i < n->count; i++) {
        UnitOf one;
        TRY(unit_of(p, &one, n->kids[i]));
        if (i == 0)
            first = one;
    }
    bool counts = strcmp(n->builtin->name, "count") == 0;
    *out = n->builtin->result == TYPE_NUMBER && !counts ? first : (UnitOf){ NULL, NULL };
    return OK;
}

/* kids[0], which the tests behind it are of. */
static Err in_unit(UnitProof *p, const Node *n)
{
    UnitOf tests;
    TRY(unit_of(p, &p->locals[n->slot], n->kids[0]));
    return agree(p, &tests, n, 1);
}

static Err each_alone(UnitProof *p, const Node *n, size_t count)
{
    UnitOf one;
    for (size_t i = 0; i < count; i++)
        TRY(unit_of(p, &one, n->kids[i]));
    return OK;
}

static Err unit_of(UnitProof *p, UnitOf *out, const Node *n)
{
    UnitOf none = { NULL, NULL }, same;
    *out = none;
    if (!n)
        return OK;
    switch (n->kind) {
    case NODE_CONST: return OK;
    case NODE_INPUT: *out = field_unit(p->f->names[n->slot].field, n); return OK;
    case NODE_LOCAL: *out = p->locals[n->slot]; return OK;
    case NODE_PATH: *out = field_unit(path_field(p, n), n); return each_alone(p, n, 1);
    case NODE_NEG:
    case NODE_ADD:
    case NODE_SUB:
    case NODE_LIST:
    case NODE_RANGE:
    case NODE_TESTS: return agree(p, out, n, 0);
    case NODE_EQ:
    case NODE_NE:
    case NODE_LT:
    case NODE_LE:
    case NODE_GT:
    case NODE_GE:
    case NODE_BETWEEN:
    case NODE_TEST: return agree(p, &same, n, 0);
    case NODE_IF: TRY(unit_of(p, &same, n->kids[0])); return agree(p, out, n, 1);
    case NODE_IN: return in_unit(p, n);
    case NODE_MUL: return product_unit(p, out, n);
    case NODE_DIV: return quotient_unit(p, out, n);
    case NODE_BUILTIN: return builtin_unit(p, out, n);
    case NODE_FOR:
    case NODE_SOME:
    case NODE_EVERY: return each_alone(p, n, n->count + 1);
    case NODE_CONTEXT: return each_alone(p, n, n->count / 2);
    case NODE_ITEM:
    case NODE_FUNCTION: return OK; /* what it is called with is not known here */
    default: return each_alone(p, n, n->count);
    }
}

Err row_feel_units(Cx *cx, const RowFeel *f)
{
    UnitOf whole;
    UnitProof p = { cx, f, NEW_N(cx, UnitOf, f->feel->inputs + f->feel->locals + 1) };
    return unit_of(&p, &whole, f->feel->root);
}
