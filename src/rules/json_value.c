/* From any JSON to FEEL values, where no field table says more: objects are contexts, numbers are
 * decimals as they are written, texts stay texts.
 */
#include "rules/json_value.h"

#include <assert.h>

static Value number_of(const Json *j)
{
    Decimal d;
    if (j->type == J_INT)
        return value_int(j->integer);
    return value_number(j->text && decimal_parse(j->text, &d) ? d : decimal_from_double(j->real));
}

static Value context_of(Cx *cx, const Json *j)
{
    Entry *entries = NEW_N(cx, Entry, j->count + 1);
    for (size_t i = 0; i < j->count; i++)
        entries[i] = (Entry){ j->items[i]->key, value_of_json(cx, j->items[i]) };
    return value_context(cx, entries, j->count);
}

static Value list_of(Cx *cx, const Json *j)
{
    Value *items = NEW_N(cx, Value, j->count + 1);
    for (size_t i = 0; i < j->count; i++)
        items[i] = value_of_json(cx, j->items[i]);
    return value_list(items, j->count);
}

Value value_of_json(Cx *cx, const Json *j)
{
    assert(j != NULL);
    switch (j->type) {
    case J_NULL: break;
    case J_BOOL: return value_boolean(j->boolean);
    case J_INT:
    case J_REAL: return number_of(j);
    case J_TEXT: return value_text(j->text);
    case J_ARRAY: return list_of(cx, j);
    case J_OBJECT: return context_of(cx, j);
    }
    return value_null();
}
