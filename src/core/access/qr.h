/* A QR code as the path of an SVG: one unit a module, no quiet zone (the page leaves it). */
#ifndef CORE_ACCESS_QR_H
#define CORE_ACCESS_QR_H

#include "base/cx.h"

/* size: modules a side. INVALID where the text is too long (about 2,900 bytes). */
Err qr_path(Cx *cx, const char **path, int64_t *size, const char *text);

#endif
