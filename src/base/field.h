/* A row is described once. The table of Fields serves the store, JSON both ways, validation, the
 * generated OpenAPI and TypeScript types, import and export templates, and the forms.
 *
 * In a row struct a text or enumeration is a `const char *` (NULL = unknown) and everything else an
 * int64_t (UNSET = unknown): INT and BOOL as they are, MONEY in 分, DATE as Day, INSTANT in
 * milliseconds. A DECIMAL is kept as text. OBJECT and LIST exist only in documents (dossier),
 * never in a row. A pack's dictionary is read into the same structure, with offset NO_OFFSET.
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include "base/json.h"

typedef enum FieldType {
    FIELD_END,
    FIELD_TEXT,
    FIELD_INT,
    FIELD_BOOL,
    FIELD_MONEY,   /* JSON: text in its unit, 万元 or 元; column: 分 */
    FIELD_DATE,    /* JSON: "YYYY-MM-DD"; column: days */
    FIELD_INSTANT, /* JSON: "2022-12-10T23:59:59+08:00"; column: milliseconds */
    FIELD_ENUM,    /* one key of options */
    FIELD_DECIMAL, /* exact number as text */
    FIELD_OBJECT,  /* of fields; without them a map: keys by pattern, values by options or text */
    FIELD_LIST,    /* of objects where fields is set, else of options or text by pattern */
} FieldType;

enum {
    FIELD_REQUIRED = 1,      /* must be given on writing */
    FIELD_READONLY = 2,      /* set by the server; refused on writing */
    FIELD_KEY = 4,           /* identifies the row or list item; unique there */
    FIELD_MASKED = 8,        /* personal: masked on reading unless revealed */
    FIELD_SECRET = 16,       /* never leaves the server (password hash) */
    FIELD_SEALED = 32,       /* encrypted in its column */
    FIELD_FILTER = 64,       /* lists may filter by it */
    FIELD_SORT = 128,        /* lists may sort by it */
    FIELD_VIRTUAL = 256,     /* read from a join, never written to the table */
    FIELD_BLIND = 512,       /* hidden from experts */
    FIELD_PRESENT = 1024,    /* in a document the key must be there, though it may be null */
    FIELD_NOT_NULL = 2048,   /* in a document it may be left out, but not null */
    FIELD_SENSITIVE = 4096,  /* health, income, poverty, answers: never public, nor in any log */
    FIELD_NAME = 8192,       /* what people call the row by */
    FIELD_ONCE = 32768,      /* given when the row is made, and stays */
    FIELD_SEARCH = 16384,    /* lists are found by a part of it */
    FIELD_ORDERED = 1 << 16, /* sorted as text_sort_key says, by a column of its own beside it */
    FIELD_COUNTED = 1 << 17, /* a check counts rows by it: an index finds them in any territory */
    FIELD_FILE = 1 << 21,    /* TEXT: the attachment that hangs on the row, as "name [number]" */
    FIELD_FILES = 1 << 22,   /* with FILE: several, with "; " between */
    FIELD_RETIRED = 1 << 20, /* of a pack: kept and shown, filled in no more */
};

#define UNSET     INT64_MIN
#define NO_OFFSET ((size_t)-1)

typedef struct Option {
    const char *key;
    const char *zh;
    const char *en;
    bool retired; /* kept for rows that have it: taken and shown, offered no more */
} Option;

typedef struct Field {
    const char *key; /* English name: JSON key and column */
    FieldType type;
    size_t offset;  /* offsetof(Row, member) */
    const char *zh; /* label */
    const char *en;
    unsigned flags;
    int64_t min;                /* of the value, or of the length in characters */
    int64_t max;                /* 0 = the type's own limit */
    const char *unit;           /* "万元", "户"; NULL where none */
    const Option *options;      /* ends with { NULL }; of ENUM and of LIST of words */
    const struct Field *fields; /* of OBJECT and LIST, ends with FIELD_END */
    const char *pattern;        /* of TEXT: "digits:6", "digits:9|12"; NULL = any text */
    const char *help_zh;
    const char *help_en;
    const char *place; /* of SEALED: "user.phone", what its values are bound to beside the row */
    const char *link;  /* the noun whose row it names: by number, a division ("region") by code */
    const char *of;    /* of a VIRTUAL one: the field with the link, whose row's name this is; of
                        * an OBJECT without fields (a map): FIELD_OF_INT = its values are numbers */
} Field;
#define FIELD_OF_INT "int"

/* What stands for a sealed value that does not open: shown as it is, never written back. Compare by
 * address. */
extern const char FIELD_DAMAGED[];

#define FIELDS_END                                                                                 \
    {                                                                                              \
        .key = NULL, .type = FIELD_END                                                             \
    }

/* Reads a JSON object into row: refuses unknown keys, READONLY ones and values of another shape. A
 * MASKED value that comes back as it was shown leaves the one that stands; no other with stars is
 * taken.
 * Fails INVALID with the JSON pointer (below at) as field. Absent keys leave the row as it is, so
 * a partial update reads over the stored row. */
Err field_read(Cx *cx, void *row, const Field *fields, const Json *object, const char *at);
/* As field_read, and every REQUIRED field must be known afterwards. */
Err field_read_new(Cx *cx, void *row, const Field *fields, const Json *object, const char *at);
/* Sets all members to unknown. */
void field_clear(void *row, const Field *fields);
/* Puts the members into the open object; SECRET ones never, MASKED ones masked unless reveal. */
void field_write(Cx *cx, JsonOut *o, const Field *fields, const void *row, bool reveal);

/* Checks a whole document (dossier, batch) against nested fields without building a row.
 * Fails INVALID with the pointer of the first fault. */
Err field_check(Cx *cx, const Field *fields, const Json *document);

/* What each value of an OBJECT without fields (a map) is. */
Field field_map_value(const Field *map);

const Field *field_find(const Field *fields, const char *key);
const Option *option_find(const Option *options, const char *key);
/* 1 << its place among them; 0 where it is none. For sets of options. */
unsigned option_bit(const Option *options, const char *key);

static inline int64_t *field_int(const Field *f, void *row)
{
    return (int64_t *)(void *)((char *)row + f->offset);
}

/* A text, an enumeration or a decimal: kept as a `const char *`. */
static inline bool field_is_text(const Field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_DECIMAL;
}

static inline const char **field_text(const Field *f, void *row)
{
    return (const char **)(void *)((char *)row + f->offset);
}

/* An amount as JSON, in the field's unit: a text (money_parse_in), or a number read as its shortest
 * decimal; field_money: in 万元. */
bool field_amount(const Field *f, const Json *j, int64_t *fen);
bool field_money(const Json *j, int64_t *fen);

/* name → surname and stars; ID 370***********1234; phone 138****1234; else last 4. */
const char *mask_text(Cx *cx, const char *text);

#endif
