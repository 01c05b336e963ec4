/* What every public page of a publication shares. They show publications as they were made and the
 * results of objections; nothing personal.
 */
#ifndef MODULES_PUBLICATION_PUBLIC_H
#define MODULES_PUBLICATION_PUBLIC_H

#include "modules/publication/page.h"
#include "modules/publication/publication.h"

Err public_style(Cx *cx, Request *rq, Reply *rp);
/* One that has begun, and its content. NOT_FOUND. */
Err public_publication(Cx *cx, Publication *out, const Json **content, int64_t id);
/* As a notice is titled: 关于…的公示; in Chinese where there is no request. */
const char *public_long_title(Cx *cx, const Request *rq, const Publication *p, const char *batch);
const char *public_title(const Cx *cx, const Request *rq, const Publication *p);

#endif
