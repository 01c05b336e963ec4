/* Publication (公示): what the province makes public about a selection, and for how long.
 *
 * A publication is JSON that never changes: the page shows it and nothing else, and its SHA-256
 * stands beside it. The list (拟确定名单公示) is open to objections for at least the pack's days,
 * first and last day included; a correction tells what has changed since, the final notice closes.
 * It holds no personal data: long runs of digits in free text are left out.
 */
#ifndef MODULES_PUBLICATION_PUBLICATION_H
#define MODULES_PUBLICATION_PUBLICATION_H

#include "base/date.h"
#include "core/request/dispatch.h"

typedef struct Publication {
    int64_t id;
    int64_t batch_id;
    const char *kind; /* list, correction, final */
    Day starts_on;
    Day ends_on;
    const char *content;
    const char *hash;
    int64_t published_at;
    int64_t objections;
} Publication;

extern const Field publication_fields[];
extern const Option PUBLICATION_KINDS[];

Err publication_get(Cx *cx, Publication *out, int64_t id);
/* Newest first; batch_id 0 = of all batches. */
Err publication_list(Cx *cx, List *out, int64_t batch_id);
/* The list of the batch; id UNSET where it is not published yet. */
Err publication_of_list(Cx *cx, Publication *out, int64_t batch_id);
/* What took its place: the newest correction or final notice that has begun; id UNSET = it stands.
 */
Err publication_successor(Cx *cx, Publication *out, const Publication *p);
/* The list or correction of the batch that stands; id UNSET = none has begun. */
Err publication_standing(Cx *cx, Publication *out, int64_t batch_id);
/* The last day of objections to it: a correction leaves the public no fewer days than its list. */
Err publication_last_day(Cx *cx, Day *out, const Publication *p);
/* Whether objections are taken today: it is a list or correction, stands, and has not ended. */
Err publication_open(Cx *cx, bool *out, const Publication *p);
/* Text for the public: phone, identity and account numbers left out. */
const char *text_public(Cx *cx, const char *text);

#endif
