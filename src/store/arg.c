/* What a statement is given. */
#include "store/store.h"

#include <string.h>

Arg arg_int(int64_t i)
{
    if (i == UNSET)
        return (Arg){ .type = ARG_NULL };
    return (Arg){ .type = ARG_INT, .integer = i };
}

Arg arg_text(const char *text)
{
    if (text == NULL)
        return (Arg){ .type = ARG_NULL };
    return (Arg){ .type = ARG_TEXT, .bytes = text, .length = strlen(text) };
}

Arg arg_blob(const void *bytes, size_t length)
{
    if (bytes == NULL)
        return (Arg){ .type = ARG_NULL };
    return (Arg){ .type = ARG_BLOB, .bytes = bytes, .length = length };
}
