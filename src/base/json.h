/* JSON in and out. In: a strict tree in the arena (UTF-8 without BOM, no key twice, nothing behind
 * the value, integers up to 18 digits exact, other numbers as doubles, limits on size and depth).
 * Out: a streaming writer into a Buf.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/text.h"

typedef enum JsonType { J_NULL, J_BOOL, J_INT, J_REAL, J_TEXT, J_ARRAY, J_OBJECT } JsonType;

typedef struct Json {
    JsonType type;
    bool boolean;
    int64_t integer;     /* J_INT */
    double real;         /* J_REAL; J_INT has it too */
    const char *text;    /* J_TEXT */
    const char *key;     /* its name inside an object, else NULL */
    size_t count;        /* children */
    struct Json **items; /* children in order */
} Json;

typedef struct JsonLimits {
    size_t bytes; /* 8 MiB for a dossier */
    int depth;    /* 64 for a dossier */
} JsonLimits;

extern const JsonLimits JSON_LIMITS;

/* Fails INVALID with field "line:column". bytes need not end in NUL. */
Err json_parse(Cx *cx, const Json **out, const char *bytes, size_t length,
               const JsonLimits *limits);

/* NULL where absent; a JSON null is returned as such. */
const Json *json_get(const Json *object, const char *key);
/* RFC 6901, e.g. "/villages/3/plan"; NULL where absent. */
const Json *json_at(const Json *root, const char *pointer);
bool json_missing(const Json *j); /* absent or null */
/* Small accessors with a default, for trusted files of our own (packs, settings). */
const char *json_text(const Json *object, const char *key, const char *otherwise);
int64_t json_int(const Json *object, const char *key, int64_t otherwise);
bool json_bool(const Json *object, const char *key, bool otherwise);
/* Deep equality; objects without regard to order. */
bool json_same(const Json *a, const Json *b);

/* The writer puts commas itself. Keys are given where the parent is an object, else NULL. */
typedef struct JsonOut {
    Buf *buf;
    int depth;
    bool first[66];
    bool pretty;
} JsonOut;

JsonOut json_out(Buf *buf);
void json_open(JsonOut *o, const char *key, char bracket);         /* '{' or '[' */
void json_close(JsonOut *o, char bracket);                         /* '}' or ']' */
void json_put_text(JsonOut *o, const char *key, const char *text); /* NULL becomes null */
void json_put_int(JsonOut *o, const char *key, int64_t i);
void json_put_bool(JsonOut *o, const char *key, bool b);
void json_put_null(JsonOut *o, const char *key);
void json_put_raw(JsonOut *o, const char *key, const char *json); /* trusted JSON text */
void json_put(JsonOut *o, const char *key, const Json *j);        /* a tree */

/* One escaping for pointers: "~" -> "~0", "/" -> "~1". */
const char *json_pointer(Cx *cx, const char *parent, const char *key);
const char *json_pointer_at(Cx *cx, const char *parent, size_t index);

#endif
