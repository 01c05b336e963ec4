#include "base/json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const JsonLimits JSON_LIMITS = { 8 * 1024 * 1024, 64 };

/* Copies jansson's tree into the arena; NULL where it is deeper than depth. */
static Json *copy(Cx *cx, const json_t *from, const char *key, int depth);

static bool copy_array(Cx *cx, Json *j, const json_t *from, int depth)
{
    j->count = json_array_size(from);
    j->items = NEW_N(cx, Json *, j->count);
    for (size_t i = 0; i < j->count; i++)
        if (!(j->items[i] = copy(cx, json_array_get(from, i), NULL, depth)))
            return false;
    return true;
}

static bool copy_object(Cx *cx, Json *j, json_t *from, int depth)
{
    j->count = json_object_size(from);
    j->items = NEW_N(cx, Json *, j->count);
    size_t i = 0;
    for (void *at = json_object_iter(from); at; at = json_object_iter_next(from, at), i++) {
        const char *key = arena_text(cx->arena, json_object_iter_key(at));
        if (!(j->items[i] = copy(cx, json_object_iter_value(at), key, depth)))
            return false;
    }
    return true;
}

static Json *copy(Cx *cx, const json_t *from, const char *key, int depth)
{
    Json *j = NEW(cx, Json);
    j->key = key;
    switch (json_typeof(from)) {
    case JSON_NULL: j->type = J_NULL; return j;
    case JSON_TRUE:
    case JSON_FALSE:
        j->type = J_BOOL;
        j->boolean = json_is_true(from);
        return j;
    case JSON_INTEGER:
        j->type = J_INT;
        j->integer = json_integer_value(from);
        j->real = (double)j->integer;
        return j;
    case JSON_REAL:
        j->type = J_REAL;
        j->real = json_real_value(from);
        return j;
    case JSON_STRING:
        j->type = J_TEXT;
        j->text = arena_text_n(cx->arena, json_string_value(from), json_string_length(from));
        return j;
    case JSON_ARRAY:
        j->type = J_ARRAY;
        return depth > 0 && copy_array(cx, j, from, depth - 1) ? j : NULL;
    case JSON_OBJECT:
        j->type = J_OBJECT;
        return depth > 0 && copy_object(cx, j, (json_t *)(uintptr_t)from, depth - 1) ? j : NULL;
    }
    return NULL;
}

Err json_parse(Cx *cx, const Json **out, const char *bytes, size_t length, const JsonLimits *limits)
{
    if (length > limits->bytes)
        return fail(cx, TOO_LARGE, NULL, "内容超过 %zu 字节", "larger than %zu bytes",
                    limits->bytes);
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        return fail(cx, INVALID, "1:1", "以字节顺序标记（BOM）开头，请存为不带 BOM 的 UTF-8",
                    "begins with a byte order mark; save it as UTF-8 without BOM");
    json_error_t error;
    json_t *tree = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!tree) {
        const char *at = arena_format(cx->arena, "%d:%d", error.line, error.column);
        return fail(cx, INVALID, at, "不是正确的 JSON：%s", "not JSON: %s", error.text);
    }
    *out = copy(cx, tree, NULL, limits->depth);
    json_decref(tree);
    if (!*out)
        return fail(cx, INVALID, "", "嵌套超过 %d 层", "nested more than %d levels deep",
                    limits->depth);
    return OK;
}

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
    Buf b = BUF(cx);
    buf_add(&b, parent);
    buf_char(&b, '/');
    for (; *key; key++) {
        if (*key == '~')
            buf_add(&b, "~0");
        else if (*key == '/')
            buf_add(&b, "~1");
        else
            buf_char(&b, *key);
    }
    return buf_text(&b);
}

const char *json_pointer_at(Cx *cx, const char *parent, size_t index)
{
    return arena_format(cx->arena, "%s/%zu", parent, index);
}
