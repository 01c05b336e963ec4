/* What waits at the desks of the acting user, what he did and began, and what he was told of. */
#ifndef CORE_PROCESS_INBOX_H
#define CORE_PROCESS_INBOX_H

#include "core/request/dispatch.h"

extern const Field inbox_fields[];
typedef struct InboxItem {
    const char *noun;
    int64_t noun_id;
    const char *title;
    const char *step;
    const char *step_zh;
    const char *step_en;
    int64_t since;
    int64_t deadline;
    const char *sender; /* organ and name of the last act */
    const char *last_act;
    int64_t last_at;
    const char *reason; /* of the last act */
    int64_t returned;
} InboxItem;
typedef enum InboxBox { INBOX_TODO, INBOX_DONE, INBOX_STARTED, INBOX_COPIED } InboxBox;
Err process_inbox(Cx *cx, List *out, const char *noun, InboxBox box); /* "" = every noun */

#endif
