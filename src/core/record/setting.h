/* Settings: every limit and policy that an administrator may change, with its type, default, range
 * and help in one const table. What is not in the database has its default.
 */
#ifndef CORE_RECORD_SETTING_H
#define CORE_RECORD_SETTING_H

#include "core/request/dispatch.h"

typedef struct Setting {
    const char *key;
    FieldType type;       /* INT, ENUM or TEXT (address prefixes) */
    const char *standard; /* the default, as text */
    int64_t min, max;
    const Option *options;
    const char *zh, *en;
    const char *help_zh, *help_en;
} Setting;

extern const Setting SETTINGS[]; /* ends with { NULL } */

Err setting_int(Cx *cx, int64_t *out, const char *key);
Err setting_text(Cx *cx, const char **out, const char *key);
Err setting_set(Cx *cx, const char *key, const char *value); /* INVALID out of its range */

#endif
