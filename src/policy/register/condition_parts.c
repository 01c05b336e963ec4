#include "policy/register/condition_parts.h"

#include <string.h>

bool row_field_named(const Field *f)
{
    static const char *const OWN[] = { "id", "version", "made_by", "sent_by" };
    for (size_t i = 0; i < COUNT(OWN); i++)
        if (strcmp(f->key, OWN[i]) == 0)
            return false;
    return f->type != FIELD_INSTANT && !(f->flags & (FIELD_VIRTUAL | FIELD_SECRET));
}

const Field *row_linked_field(const RowLink *link, const char *label)
{
    for (const Field *f = link->fields; f->type != FIELD_END; f++)
        if (row_field_named(f) && strcmp(f->zh, label) == 0)
            return f;
    return NULL;
}

const char *row_feel_where(Cx *cx, const Node *n)
{
    return arena_format(cx->arena, "%u:%u", n->span.line, n->span.column);
}

const char *row_feel_part(Cx *cx, const RowFeel *f, const Node *n)
{
    const char *source = feel_source(f->feel);
    size_t start = n->span.start, end = n->span.end;
    while (end > start && strchr(" \n\t", source[end - 1]))
        end--;
    return arena_text_n(cx->arena, source + start, end - start);
}
