/* The list of divisions that is embedded in the program (data/divisions.tsv, gzipped). */
#ifndef MODULES_REGION_DIVISIONS_H
#define MODULES_REGION_DIVISIONS_H

#include "base/cx.h"

/* Lines of "code<TAB>name<LF>", provinces before cities before counties and so on. */
Err divisions_text(Cx *cx, const char **out);

#endif
