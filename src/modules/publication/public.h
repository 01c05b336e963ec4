/* What every public page of a publication shares. They show publications as they were made and the
 * results of objections; nothing personal.
 */
#ifndef MODULES_PUBLICATION_PUBLIC_H
#define MODULES_PUBLICATION_PUBLIC_H

#include "modules/publication/page.h"
#include "modules/publication/publication.h"

Err public_style(Cx *cx, Request *rq, Reply *rp);
Err public_home(Cx *cx, Request *rq, Reply *rp);
Err public_show(Cx *cx, Request *rq, Reply *rp); /* a publication, as its subject shows it */
/* One that has begun and is no paper for a board, and its content. NOT_FOUND. */
Err public_publication(Cx *cx, Publication *out, const Json **content, int64_t id);
/* What its subject calls it. */
const char *public_title(Cx *cx, const Request *rq, const Publication *p);

/* Where a publication stands today. */
typedef struct Standing {
    bool open;
    Day last;
    Publication next; /* that took its place; id UNSET = none */
    const char *words;
} Standing;
Err public_stand(Standing *out, const Page *p, const Publication *pub);
bool public_superseded(const Standing *s);
/* The box that leads to the form, or says why nothing is taken. */
void public_put_objecting(Page *p, const Publication *pub, const Standing *state);
/* That it was withdrawn, by whom, when and why; nothing where it was not. */
void public_put_withdrawn(Page *p, const Publication *pub);
void public_put_look_up(Page *p);

#endif
