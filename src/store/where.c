/* Conditions as SQL, here alone. Names come from field tables and are quoted, values are arguments;
 * a condition of a pack never adds a word of its own. SQL's NULL is FEEL's unknown: `AND`, `OR`,
 * `NOT` and comparisons of both engines have the same three answers, so nothing is added to them.
 */
#include "store/driver.h"

#include "base/text.h"

#include <assert.h>

typedef struct WhereWriting {
    Buf *b;
    Arg *args;
    size_t *count;
    const char *row; /* how the select calls the row */
} WhereWriting;

size_t where_values(const RowCondition *c)
{
    size_t n = c->kind == CONDITION_COMPARE && !c->right.field;
    for (size_t i = 0; i < c->count; i++)
        n += where_values(c->parts[i]);
    return n;
}

static void add_column(const WhereWriting *w, const char *of, const char *key)
{
    buf_name(w->b, of);
    buf_char(w->b, '.');
    buf_name(w->b, key);
}

static void add_operand(const WhereWriting *w, const Operand *o)
{
    if (!o->field) {
        w->args[(*w->count)++] = o->is_text ? arg_text(o->text) : arg_int(o->number);
        buf_format(w->b, "$%zu", *w->count);
    } else if (!o->link) {
        add_column(w, w->row, o->field->key);
    } else {
        buf_add(w->b, "(SELECT ");
        add_column(w, "linked", o->field->key);
        buf_add(w->b, " FROM ");
        buf_name(w->b, o->table);
        buf_add(w->b, " AS linked WHERE linked.id = ");
        add_column(w, w->row, o->link);
        buf_char(w->b, ')');
    }
}

static void add(const WhereWriting *w, const RowCondition *c);

/* An empty "or" is false: no part of it holds; an empty "and" is true. */
static void add_joined(const WhereWriting *w, const RowCondition *c)
{
    bool all = c->kind == CONDITION_AND;
    if (c->count == 0)
        buf_add(w->b, all ? "1 = 1" : "1 = 0");
    for (size_t i = 0; i < c->count; i++) {
        if (i)
            buf_add(w->b, all ? " AND " : " OR ");
        add(w, c->parts[i]);
    }
}

static void add_comparison(const WhereWriting *w, const RowCondition *c)
{
    static const char *const SIGNS[] = { " < ", " <= ", " = ", " <> ", " >= ", " > " };
    assert(c->left.field && (size_t)c->sign < COUNT(SIGNS));
    add_operand(w, &c->left);
    buf_add(w->b, SIGNS[c->sign]);
    add_operand(w, &c->right);
}

static void add(const WhereWriting *w, const RowCondition *c)
{
    buf_char(w->b, '(');
    switch (c->kind) {
    case CONDITION_CONSTANT: buf_add(w->b, c->truth ? "1 = 1" : "1 = 0"); break;
    case CONDITION_AND:
    case CONDITION_OR: add_joined(w, c); break;
    case CONDITION_NOT:
        buf_add(w->b, "NOT ");
        add(w, c->parts[0]);
        break;
    case CONDITION_UNDECIDED:
        add(w, c->parts[0]);
        buf_add(w->b, " IS NULL");
        break;
    case CONDITION_UNKNOWN:
        add_operand(w, &c->left);
        buf_add(w->b, " IS NULL");
        break;
    case CONDITION_COMPARE: add_comparison(w, c); break;
    }
    buf_char(w->b, ')');
}

void where_add(Buf *b, Arg *args, size_t *count, const RowCondition *c, const char *row)
{
    const WhereWriting w = { b, args, count, row };
    add(&w, c);
}

const char *page_pattern(Cx *cx, const char *part)
{
    Buf pattern = BUF(cx);
    buf_char(&pattern, '%');
    for (const char *p = part; *p; p++) {
        if (*p == '%' || *p == '_' || *p == '\\')
            buf_char(&pattern, '\\');
        buf_char(&pattern, *p);
    }
    buf_char(&pattern, '%');
    return buf_text(&pattern);
}
