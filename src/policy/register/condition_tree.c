/* From FEEL to a RowCondition. What a node says is followed only where a column can say the same: a
 * constant part is evaluated here, a field becomes an operand, and everything else is refused with
 * its own words. Types are proved on the way, so that no comparison of the tree is between kinds,
 * where FEEL has null and an engine its own idea.
 */
#include "policy/register/condition_parts.h"

#include "base/date.h"
#include "base/money.h"
#include "rules/builtin.h"

#include <assert.h>
#include <string.h>

typedef struct TreeMaking {
    Cx *cx;
    const RowFeel *f;
} TreeMaking;

#define REFUSE(m, n, zh, en)                                                                       \
    fail((m)->cx, INVALID, row_feel_where((m)->cx, n), "“%s”%s%.0s", "“%s” %.0s%s",                \
         row_feel_part((m)->cx, (m)->f, n), zh, en)

/* --- constants --- */

static const RowName *name_of(const TreeMaking *m, const Node *n)
{
    return n->kind == NODE_INPUT ? &m->f->names[n->slot] : NULL;
}

/* Kinds that hold no names of their own, and whose count is that of their kids. */
static bool is_plain_kind(NodeKind kind)
{
    bool sum = kind >= NODE_NEG && kind <= NODE_POW, asks = kind >= NODE_EQ && kind <= NODE_OR;
    return kind == NODE_CONST || kind == NODE_PATH || kind == NODE_LIST || kind == NODE_RANGE ||
           kind == NODE_BUILTIN || kind == NODE_BETWEEN || sum || asks;
}

static bool is_constant(const TreeMaking *m, const Node *n)
{
    const RowName *name = name_of(m, n);
    if (name)
        return !name->field && !name->count; /* 参数 */
    if (!is_plain_kind(n->kind))
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (n->kids[i] && !is_constant(m, n->kids[i]))
            return false;
    return true;
}

/* The part alone, as an expression of its own; only 参数 stands in its frame. */
static Err evaluate(const TreeMaking *m, Value *out, Node *n)
{
    Feel alone = *m->f->feel;
    Value *frame = NEW_N(m->cx, Value, m->f->scope.count + 1);
    Run run = feel_run(m->cx);
    if (m->f->shape.parameters)
        frame[m->f->scope.count - 1] = *m->f->shape.parameters;
    alone.root = n;
    TRY(feel_evaluate(&run, out, &alone, frame));
    if (n->kind == NODE_CONST && value_is_null(out))
        return REFUSE(m, n, "不能与字段比较；要问没有填的，请写 is unknown(字段)",
                      "cannot be compared with a field; ask is unknown(field) for one that is "
                      "not filled in");
    return value_is_null(out) || value_is_unknown(out) ? REFUSE(m, n, "没有值", "has no value")
                                                       : OK;
}

/* --- operands --- */

/* False where the node is no field at all. */
static bool field_operand(const TreeMaking *m, Operand *out, const Node *n)
{
    const RowName *name = name_of(m, n);
    *out = (Operand){ .field = NULL };
    if (name && name->field) {
        out->field = name->field;
        return true;
    }
    name = n->kind == NODE_PATH ? name_of(m, n->kids[0]) : NULL;
    if (!name || !name->link)
        return false;
    out->field = row_linked_field(name->link, n->name);
    out->link = name->link->from;
    out->table = name->link->table;
    return out->field != NULL;
}

static Err need_field(const TreeMaking *m, Operand *out, const Node *n)
{
    if (!field_operand(m, out, n))
        return REFUSE(m, n, "不能由数据库判断：这里只能写字段、常量和它们的比较",
                      "cannot be asked of the database: write fields, constants and comparisons "
                      "of them here");
    if (out->field->flags & FIELD_SEALED)
        return REFUSE(m, n, "是加密的，不能比较", "is sealed and cannot be compared");
    return OK;
}

/* Kept as text, of which the engines cannot tell 3.10 from 3.1. */
static Err need_comparable(const TreeMaking *m, Operand *out, const Node *n)
{
    TRY(need_field(m, out, n));
    const Field *f = out->field;
    if (f->type == FIELD_DECIMAL)
        return REFUSE(m, n, "是小数，数据库不能准确比较；请改用检查（quality.json）",
                      "is a decimal, which the database cannot compare exactly; make it a check "
                      "(quality.json)");
    if (f->link && !field_is_text(f))
        return REFUSE(m, n, "是联系：请写它的字段，或 is unknown(…)",
                      "is a link: name a field of it, or ask is unknown(…)");
    return OK;
}

static bool whole_number(const Field *f, Decimal d, int64_t *out)
{
    if (f->type == FIELD_MONEY)
        d = decimal_mul(d, decimal_from_int(money_fen(f->unit)));
    return decimal_to_int(d, out);
}

static Err option_constant(const TreeMaking *m, Operand *out, const Node *n, const Field *f,
                           const char *label)
{
    out->text = NULL;
    for (const Option *o = f->options; o->key; o++)
        if (strcmp(o->zh, label) == 0) {
            if (out->text)
                return REFUSE(m, n, "是几个选项共有的名称", "is what several options are called");
            out->text = o->key;
        }
    return out->text ? OK : REFUSE(m, n, "不是这个字段的选项", "is no option of the field");
}

/* The value as f's column keeps it. */
static Err constant_operand(const TreeMaking *m, Operand *out, const Node *n, const Field *f,
                            const Value *v)
{
    bool number = f->type == FIELD_INT || f->type == FIELD_MONEY;
    *out = (Operand){ .is_text = field_is_text(f), .number = UNSET };
    if (out->is_text && v->kind == VALUE_STRING) {
        out->text = v->text.bytes;
        if (strlen(v->text.bytes) != v->text.length)
            return REFUSE(m, n, "不是可以比较的文字", "is no text that could be compared");
        return f->options ? option_constant(m, out, n, f, v->text.bytes) : OK;
    }
    if (number && v->kind == VALUE_NUMBER)
        return whole_number(f, v->number, &out->number)
                   ? OK
                   : REFUSE(m, n, "比字段的最小单位还细（整数为 1，金额为 1 分）或者太大",
                            "is finer than what the field keeps (1, or 1 分), or too large");
    if (f->type == FIELD_DATE && v->kind == VALUE_DATE) {
        Civil c = { v->date.year, v->date.month, v->date.day };
        out->number = day_from_civil(c);
        return OK;
    }
    if (f->type == FIELD_BOOL && v->kind == VALUE_BOOLEAN) {
        out->number = v->boolean;
        return OK;
    }
    return REFUSE(m, n, "与字段不是一类", "is not of the field's kind");
}

/* Of one kind and one unit, so that the columns can be compared as they are. */
static bool same_kind(const Field *a, const Field *b)
{
    if (a->type == FIELD_MONEY && b->type == FIELD_MONEY)
        return money_fen(a->unit) == money_fen(b->unit);
    return a->type == b->type && a->options == b->options;
}

/* --- trees --- */

static RowCondition *tree(const TreeMaking *m, ConditionKind kind, size_t parts)
{
    RowCondition *c = NEW(m->cx, RowCondition);
    c->kind = kind;
    c->parts = parts ? NEW_N(m->cx, const RowCondition *, parts) : NULL;
    c->count = parts;
    return c;
}

static void set_part(RowCondition *c, size_t i, const RowCondition *part_of)
{
    ((const RowCondition **)(uintptr_t)c->parts)[i] = part_of;
}

static const RowCondition *comparison(const TreeMaking *m, const Operand *a, Sign sign,
                                      const Operand *b)
{
    RowCondition *c = tree(m, CONDITION_COMPARE, 0);
    c->left = *a;
    c->sign = sign;
    c->right = *b;
    return c;
}

static const RowCondition *constant(const TreeMaking *m, bool truth)
{
    RowCondition *c = tree(m, CONDITION_CONSTANT, 0);
    c->truth = truth;
    return c;
}

static const RowCondition *both(const TreeMaking *m, ConditionKind kind, const RowCondition *a,
                                const RowCondition *b)
{
    RowCondition *c = tree(m, kind, 2);
    set_part(c, 0, a);
    set_part(c, 1, b);
    return c;
}

static Sign mirrored(Sign s)
{
    static const Sign OTHER[] = { SIGN_GT, SIGN_GE, SIGN_EQ, SIGN_NE, SIGN_LE, SIGN_LT };
    return OTHER[s];
}

/* 日期.year is asked as a range of days, which an index serves. */
static const RowCondition *year_tree(const TreeMaking *m, const Operand *date, Sign sign,
                                     int64_t year)
{
    Operand first = { .number = day_from_civil((Civil){ year, 1, 1 }) };
    Operand next = { .number = day_from_civil((Civil){ year + 1, 1, 1 }) };
    switch (sign) {
    case SIGN_LT: return comparison(m, date, SIGN_LT, &first);
    case SIGN_LE: return comparison(m, date, SIGN_LT, &next);
    case SIGN_GE: return comparison(m, date, SIGN_GE, &first);
    case SIGN_GT: return comparison(m, date, SIGN_GE, &next);
    case SIGN_EQ:
        return both(m, CONDITION_AND, comparison(m, date, SIGN_GE, &first),
                    comparison(m, date, SIGN_LT, &next));
    default:
        return both(m, CONDITION_OR, comparison(m, date, SIGN_LT, &first),
                    comparison(m, date, SIGN_GE, &next));
    }
}

static bool is_year(const TreeMaking *m, Operand *date, const Node *n)
{
    return n->kind == NODE_PATH && strcmp(n->name, "year") == 0 &&
           field_operand(m, date, n->kids[0]) && date->field->type == FIELD_DATE;
}

static Err year_compare(const TreeMaking *m, const RowCondition **out, const Operand *date,
                        Sign sign, Node *right)
{
    Value v;
    int64_t year;
    if (!is_constant(m, right))
        return REFUSE(m, right, "不是常量：年份只能与常量比较",
                      "is no constant, and a year is compared with one alone");
    TRY(evaluate(m, &v, right));
    if (v.kind != VALUE_NUMBER || !decimal_to_int(v.number, &year) || year < 1 || year > 9998)
        return REFUSE(m, right, "不是年份", "is no year");
    *out = year_tree(m, date, sign, year);
    return OK;
}

static Err compare_constant(const TreeMaking *m, const RowCondition **out, const Operand *a,
                            Sign sign, const Node *n, const Value *v)
{
    Operand b;
    bool ordered = a->field->type != FIELD_BOOL && !a->field->options;
    if (sign != SIGN_EQ && sign != SIGN_NE && !ordered)
        return REFUSE(m, n, "没有大小，只能问等于或不等于",
                      "has no order; ask whether it is equal or not");
    TRY(constant_operand(m, &b, n, a->field, v));
    *out = comparison(m, a, sign, &b);
    return OK;
}

static Err compare_fields(const TreeMaking *m, const RowCondition **out, const Operand *a,
                          Sign sign, const Node *right)
{
    Operand b;
    TRY(need_comparable(m, &b, right));
    if (!same_kind(a->field, b.field))
        return REFUSE(m, right, "与所比较的字段不是一类，或单位、选项不同",
                      "is of another kind than the field beside it, or of another unit or options");
    if (sign != SIGN_EQ && sign != SIGN_NE && (a->field->type == FIELD_BOOL || a->field->options))
        return REFUSE(m, right, "没有大小，只能问等于或不等于",
                      "has no order; ask whether it is equal or not");
    *out = comparison(m, a, sign, &b);
    return OK;
}

static Err compare(const TreeMaking *m, const RowCondition **out, Node *left, Sign sign,
                   Node *right)
{
    Value v;
    Operand a;
    if (is_constant(m, left)) {
        Node *other = left;
        left = right;
        right = other;
        sign = mirrored(sign);
    }
    if (is_year(m, &a, left))
        return year_compare(m, out, &a, sign, right);
    TRY(need_comparable(m, &a, left));
    if (!is_constant(m, right))
        return compare_fields(m, out, &a, sign, right);
    TRY(evaluate(m, &v, right));
    return compare_constant(m, out, &a, sign, right, &v);
}

/* --- in --- */

static Err value_test(const TreeMaking *m, const RowCondition **out, Node *subject, const Node *n,
                      const Value *v);

/* Both ends as comparisons; an end that is null is open: it was written as "> 5". */
static Err range_test(const TreeMaking *m, const RowCondition **out, Node *subject, const Node *n,
                      const Range *r)
{
    const RowCondition *low = NULL, *high = NULL;
    if (r->negated) {
        TRY(value_test(m, &low, subject, n, &r->low));
        RowCondition *outside = tree(m, CONDITION_NOT, 1);
        set_part(outside, 0, low);
        *out = outside;
        return OK;
    }
    Operand a;
    TRY(need_comparable(m, &a, subject));
    if (!value_is_null(&r->low))
        TRY(compare_constant(m, &low, &a, r->low_closed ? SIGN_GE : SIGN_GT, n, &r->low));
    if (!value_is_null(&r->high))
        TRY(compare_constant(m, &high, &a, r->high_closed ? SIGN_LE : SIGN_LT, n, &r->high));
    if (!low && !high)
        return REFUSE(m, n, "两端都没有值", "has no end");
    *out = !low ? high : !high ? low : both(m, CONDITION_AND, low, high);
    return OK;
}

/* The subject is the value, lies in the range, or is one of the list. */
static Err value_test(const TreeMaking *m, const RowCondition **out, Node *subject, const Node *n,
                      const Value *v)
{
    if (v->kind == VALUE_RANGE)
        return range_test(m, out, subject, n, v->range);
    if (v->kind == VALUE_LIST) {
        RowCondition *any = tree(m, CONDITION_OR, v->list.count);
        for (size_t i = 0; i < v->list.count; i++) {
            const RowCondition *one;
            TRY(value_test(m, &one, subject, n, &v->list.items[i]));
            set_part(any, i, one);
        }
        *out = any;
        return OK;
    }
    Operand a;
    TRY(need_comparable(m, &a, subject));
    return compare_constant(m, out, &a, SIGN_EQ, n, v);
}

static const struct {
    NodeKind kind;
    Sign sign;
} SIGNS[] = { { NODE_EQ, SIGN_EQ }, { NODE_NE, SIGN_NE }, { NODE_LT, SIGN_LT },
              { NODE_LE, SIGN_LE }, { NODE_GT, SIGN_GT }, { NODE_GE, SIGN_GE } };

static bool sign_of(NodeKind kind, Sign *out)
{
    for (size_t i = 0; i < COUNT(SIGNS); i++)
        if (SIGNS[i].kind == kind) {
            *out = SIGNS[i].sign;
            return true;
        }
    return false;
}

static Err in_test(const TreeMaking *m, const RowCondition **out, Node *subject, const Node *test)
{
    Sign sign;
    Value v;
    Node *of = test->kids[1];
    if (sign_of(test->kind, &sign))
        return compare(m, out, subject, sign, of);
    if (test->kind != NODE_TEST || test->flag || !is_constant(m, of))
        return REFUSE(m, of, "不是常量：in 后面写常量、区间或列表",
                      "is no constant; write constants, ranges or lists behind in");
    TRY(evaluate(m, &v, of));
    return value_test(m, out, subject, of, &v);
}

/* --- nodes --- */

static Err make(const TreeMaking *m, const RowCondition **out, Node *n);

static Err make_in(const TreeMaking *m, const RowCondition **out, Node *n)
{
    RowCondition *any = tree(m, CONDITION_OR, n->count - 1);
    for (size_t i = 1; i < n->count; i++) {
        const RowCondition *one;
        TRY(in_test(m, &one, n->kids[0], n->kids[i]));
        set_part(any, i - 1, one);
    }
    *out = any;
    return OK;
}

static Err make_joined(const TreeMaking *m, const RowCondition **out, Node *n)
{
    const RowCondition *a, *b;
    TRY(make(m, &a, n->kids[0]));
    TRY(make(m, &b, n->kids[1]));
    *out = both(m, n->kind == NODE_AND ? CONDITION_AND : CONDITION_OR, a, b);
    return OK;
}

static Err make_between(const TreeMaking *m, const RowCondition **out, Node *n)
{
    const RowCondition *low, *high;
    TRY(compare(m, &low, n->kids[0], SIGN_GE, n->kids[1]));
    TRY(compare(m, &high, n->kids[0], SIGN_LE, n->kids[2]));
    *out = both(m, CONDITION_AND, low, high);
    return OK;
}

static Err make_builtin(const TreeMaking *m, const RowCondition **out, Node *n)
{
    RowCondition *c = tree(m, CONDITION_NOT, 1);
    if (strcmp(n->builtin->name, "not") == 0) {
        const RowCondition *of;
        TRY(make(m, &of, n->kids[0]));
        set_part(c, 0, of);
    } else if (strcmp(n->builtin->name, "is unknown") == 0) {
        c = tree(m, CONDITION_UNKNOWN, 0);
        TRY(need_field(m, &c->left, n->kids[0]));
    } else {
        return REFUSE(m, n, "不能由数据库判断：字段只能用 not( ) 和 is unknown( )",
                      "cannot be asked of the database: of fields use not( ) and is unknown( )");
    }
    *out = c;
    return OK;
}

/* A field that is yes or no stands alone. */
static Err make_field(const TreeMaking *m, const RowCondition **out, Node *n)
{
    Operand a;
    Value yes = value_boolean(true);
    TRY(need_comparable(m, &a, n));
    return compare_constant(m, out, &a, SIGN_EQ, n, &yes);
}

static Err make_constant(const TreeMaking *m, const RowCondition **out, Node *n)
{
    Value v;
    TRY(evaluate(m, &v, n));
    if (v.kind != VALUE_BOOLEAN)
        return REFUSE(m, n, "不是“是”或“否”", "is no yes or no");
    *out = constant(m, v.boolean);
    return OK;
}

static Err make(const TreeMaking *m, const RowCondition **out, Node *n)
{
    Sign sign;
    if (is_constant(m, n))
        return make_constant(m, out, n);
    if (sign_of(n->kind, &sign))
        return compare(m, out, n->kids[0], sign, n->kids[1]);
    switch (n->kind) {
    case NODE_AND:
    case NODE_OR: return make_joined(m, out, n);
    case NODE_BETWEEN: return make_between(m, out, n);
    case NODE_IN: return make_in(m, out, n);
    case NODE_BUILTIN: return make_builtin(m, out, n);
    default: return make_field(m, out, n);
    }
}

Err row_feel_condition(Cx *cx, const RowCondition **out, const RowFeel *f)
{
    const TreeMaking m = { cx, f };
    assert(f->feel->root);
    return make(&m, out, f->feel->root);
}
