/* Attachments: files that hang on a record (noun, noun_id) and lie in its territory.
 *
 * Contents stand under DATA/attachments/ab/abcd…, named by their SHA-256, each once however many
 * rows name it, and never change. A file comes in by an upload: begun with its name and size,
 * filled in pieces, each on the disk before it is acknowledged, and finished, which proves size,
 * digest and kind and makes the attachment in one transaction. Whatever moment the program dies
 * at, an upload goes on from what was acknowledged. What a file is, its bytes say, not its name.
 *
 * Reading needs the right, the territory (in the SQL) and the reach of the record's module;
 * writing the same for writing; an upload belongs to who began it. All need cx->user.
 */
#ifndef CORE_RECORD_ATTACHMENT_H
#define CORE_RECORD_ATTACHMENT_H

#include "core/request/dispatch.h"

typedef struct Attachment {
    int64_t id;
    const char *digest; /* SHA-256, hex */
    const char *name;   /* as its owner calls it; no path in it */
    int64_t size;
    const char *type; /* media type, by its bytes */
    const char *noun; /* what it hangs on */
    int64_t noun_id;
    const char *territory; /* division code */
    int64_t created_at;
    int64_t created_by;
    int64_t removed_at;
} Attachment;

extern const Field attachment_fields[];

/* One that is not removed; NOT_FOUND outside the user's territory and reach. */
Err attachment_get(Cx *cx, Attachment *out, int64_t id);
/* Of one record, oldest first. */
Err attachment_list(Cx *cx, List *out, const char *noun, int64_t noun_id);
/* Its content, for reading, at offset 0; the caller closes it or hands it to reply_file. */
Err attachment_open(Cx *cx, int *fd, const Attachment *a);
/* In the transaction under way. The content goes with the next sweep, unless others share it. */
Err attachment_remove(Cx *cx, int64_t id);
/* The header's value: inline for pictures and PDF, the name in UTF-8 with a plain fallback
 * (RFC 6266, RFC 8187). */
const char *attachment_disposition(Cx *cx, const Attachment *a, bool save);

typedef struct Upload {
    int64_t id;
    const char *name;
    int64_t size;
    const char *digest; /* what the sender says it is; NULL = not said */
    const char *noun;
    int64_t noun_id;
    int64_t received; /* acknowledged bytes: where the next piece goes */
    int64_t created_at;
    int64_t created_by;
    int64_t ends_at; /* unfinished, it is removed then; each piece puts it off */
    int64_t attachment_id;
} Upload;

extern const Field upload_fields[];

/* In the transaction under way; name, size, noun and noun_id are given. INVALID, LIMITED where the
 * user has too many open, or as the module's reach. */
Err upload_begin(Cx *cx, Upload *upload);
Err upload_get(Cx *cx, Upload *out, int64_t id);
/* A piece of length bytes, from bytes or, where that is NULL, from the file fd. CONFLICT with field
 * "offset" where offset is not what was received so far. Not inside a transaction. */
Err upload_fill(Cx *cx, Upload *out, int64_t id, int64_t offset, const void *bytes, int fd,
                int64_t length);
/* CONFLICT "received" where pieces are missing; INVALID "digest" or "type". A second time it gives
 * the same attachment. Reads the whole file once. Not inside a transaction. */
Err upload_finish(Cx *cx, Attachment *out, int64_t id);
/* Gives it up, in the transaction under way. */
Err upload_drop(Cx *cx, int64_t id);

/* Removes uploads past their end and contents that no living row names. Not in a transaction. */
Err attachment_sweep(Cx *cx);

/* --- for upload.c --- */

/* DATA/attachments/ab/abcd… and its folders made, and DATA/attachments/uploads/ID. */
Err attachment_path(Cx *cx, const char **out, const char *digest);
Err upload_path(Cx *cx, const char **out, int64_t id);
/* The module's reach of what the noun names; INVALID where nothing can hang on it. */
Err attachment_reach(Cx *cx, const char **territory, const char *noun, int64_t id, bool write);
/* Puts the name that a folder got on the disk. */
Err folder_sync(Cx *cx, const char *path);

#endif
