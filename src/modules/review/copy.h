/* Blind copies: what of a zone's evidence experts may see, each made and put there by the county or
 * the province with the names taken out. An original is never shown to an expert.
 *
 * A copy is refused where its bytes still name the zone or hold a picture's position; what stands
 * in compressed pages or in pictures is for the person who made it to have seen.
 */
#ifndef MODULES_REVIEW_COPY_H
#define MODULES_REVIEW_COPY_H

#include "core/record/attachment.h"
#include "modules/review/review.h"

typedef struct Copy {
    const char *item; /* key of the process's attachments */
    const char *zh;
    const char *en;
    int64_t attachment_id; /* UNSET = none yet */
    const char *name;
    const char *original; /* the evidence's own file, if there is one */
} Copy;

extern const Field copy_fields[];

/* CONFLICT where copies cannot be changed any more by this user. */
Err copy_may(Cx *cx, const Zone *zone);
Err copy_list(Cx *cx, List *out, int64_t zone_id);
/* Sets or takes away (UNSET) the copy of an item. INVALID "item", "attachment_id". */
Err copy_put(Cx *cx, int64_t zone_id, const Copy *copy);

/* What an expert sees of them: no name, no digest, no zone. */
typedef struct Shown {
    int64_t n; /* from 1 */
    const char *item;
    const char *zh;
    const char *en;
    const char *type;
    int64_t size;
    int64_t attachment_id; /* for us alone */
} Shown;

extern const Field shown_fields[];

Err copy_shown(Cx *cx, List *out, const ReviewSheet *s);
/* For reading; the attachment's name is "附件1.pdf". NOT_FOUND. */
Err copy_open(Cx *cx, Attachment *out, int *fd, const ReviewSheet *s, int64_t n);

/* The masked dossier with the states of its rules, into the open object. */
Err review_sheet_put_dossier(Cx *cx, JsonOut *o, const ReviewSheet *s);

#endif
