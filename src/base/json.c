#include "base/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const Json *json_get(const Json *object, const char *key)
{
    if (!object || object->type != J_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->items[i]->key, key) == 0)
            return object->items[i];
    return NULL;
}

/* Compares key with the pointer token at *p, which ends at '/' or NUL. */
static bool token_is(const char *token, size_t length, const char *key)
{
    size_t i = 0;
    for (; i < length && *key; i++, key++) {
        char c = token[i];
        if (c == '~' && i + 1 < length)
            c = token[++i] == '1' ? '/' : '~';
        if (c != *key)
            return false;
    }
    return i == length && !*key;
}

static const Json *child(const Json *j, const char *token, size_t length)
{
    if (j->type == J_ARRAY) {
        char *end;
        if (length == 0 || token[0] < '0' || token[0] > '9')
            return NULL;
        unsigned long i = strtoul(token, &end, 10);
        return end == token + length && i < j->count ? j->items[i] : NULL;
    }
    if (j->type == J_OBJECT)
        for (size_t i = 0; i < j->count; i++)
            if (token_is(token, length, j->items[i]->key))
                return j->items[i];
    return NULL;
}

const Json *json_at(const Json *root, const char *pointer)
{
    while (root && *pointer == '/') {
        pointer++;
        size_t length = strcspn(pointer, "/");
        root = child(root, pointer, length);
        pointer += length;
    }
    return *pointer ? NULL : root;
}

bool json_missing(const Json *j)
{
    return !j || j->type == J_NULL;
}

const char *json_text(const Json *object, const char *key, const char *otherwise)
{
    const Json *j = json_get(object, key);
    return j && j->type == J_TEXT ? j->text : otherwise;
}

int64_t json_int(const Json *object, const char *key, int64_t otherwise)
{
    const Json *j = json_get(object, key);
    return j && j->type == J_INT ? j->integer : otherwise;
}

bool json_bool(const Json *object, const char *key, bool otherwise)
{
    const Json *j = json_get(object, key);
    return j && j->type == J_BOOL ? j->boolean : otherwise;
}

static bool children_same(const Json *a, const Json *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const Json *twin = a->type == J_ARRAY ? b->items[i] : json_get(b, a->items[i]->key);
        if (!twin || !json_same(a->items[i], twin))
            return false;
    }
    return true;
}

bool json_same(const Json *a, const Json *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case J_NULL: return true;
    case J_BOOL: return a->boolean == b->boolean;
    case J_INT: return a->integer == b->integer;
    case J_REAL: return a->real >= b->real && a->real <= b->real;
    case J_TEXT: return strcmp(a->text, b->text) == 0;
    case J_ARRAY:
    case J_OBJECT: return children_same(a, b);
    }
    return false;
}

const char *json_pointer(Cx *cx, const char *parent, const char *key)
{
    if (!strpbrk(key, "~/")) /* as nearly all are: a check makes one for each value it meets */
        return arena_format(cx->arena, "%s/%s", parent, key);
    Buf b = BUF(cx);
    buf_format(&b, "%s/", parent);
    for (; *key; key++)
        if (*key == '~' || *key == '/')
            buf_add(&b, *key == '~' ? "~0" : "~1");
        else
            buf_char(&b, *key);
    return buf_text(&b);
}

const char *json_pointer_at(Cx *cx, const char *parent, size_t index)
{
    return arena_format(cx->arena, "%s/%zu", parent, index);
}
