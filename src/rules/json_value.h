/* JSON as FEEL has it, without a field table (bind.h is with one). */
#ifndef RULES_JSON_VALUE_H
#define RULES_JSON_VALUE_H

#include "rules/value.h"

/* Depth is json_parse's to limit. Days and durations stay texts; whoever sets them as a typed input
 * reads them by the type. */
Value value_of_json(Cx *cx, const Json *j);

#endif
