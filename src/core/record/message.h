/* In-app messages: a line to a user, with a link to what it is about; unread until opened.
 */
#ifndef CORE_RECORD_MESSAGE_H
#define CORE_RECORD_MESSAGE_H

#include "core/request/dispatch.h"

typedef struct Message {
    int64_t id;
    int64_t user_id;
    const char *noun; /* what it is about, with its id */
    int64_t noun_id;
    const char *zh;
    const char *en;
    int64_t made_at;
    int64_t read_at;
} Message;

extern const Field message_fields[];

/* To one user, in the transaction under way. */
Err message_send(Cx *cx, int64_t user_id, const char *noun, int64_t noun_id, const char *zh,
                 const char *en);

#endif
