/* A draft of a pack (草案): what the province would change in a version of it, before it counts.
 *
 * A draft is its base, which is a version in the store and never changes, and the files in which it
 * differs. Invariant: it always loads; what does not compile is not saved. It goes from editing to
 * sent, and from there back or to published, which makes a new version in the store. Whoever
 * publishes is another person than everybody who edited or sent it. Nothing that is decided depends
 * on a draft: batches and zones name versions.
 */
#ifndef MODULES_DRAFT_DRAFT_H
#define MODULES_DRAFT_DRAFT_H

#include "base/date.h"
#include "core/process/pack_store.h"
#include "core/request/dispatch.h"

typedef struct Draft {
    int64_t id;
    const char *name;
    const char *territory;
    const char *base;  /* hash of the version it was made from */
    const char *state; /* a key of DRAFT_STATES */
    const char *hash;  /* of the version it is or would be; NULL before it is sent */
    Day valid_from;    /* UNSET before it is sent */
    const char *reason;
    int64_t author_id;
    const char *author_name;
    int64_t made_at;
    int64_t changed_at;
    int64_t sent_at;
    int64_t sent_by;
    const char *sent_name;
    int64_t sent_organ_id;
    const char *sent_seat;
    int64_t approved_at;
    int64_t approved_by;
    const char *approved_name;
    int64_t version;
    const char *base_label; /* joined */
    const char *pack_zh;
    const char *pack_en;
} Draft;

extern const Field draft_fields[];
extern const Option DRAFT_STATES[]; /* editing, sent, published, dropped */

typedef struct DraftEdit {
    int64_t id;
    int64_t draft_id;
    int64_t at;
    int64_t user_id;
    const char *user_name;
    const char *kind; /* "parameter", "decision", "file", "sent", "back", "published", "dropped" */
    const char *what; /* key, id or path */
    const char *before;
    const char *after;
} DraftEdit;

extern const Field draft_edit_fields[];

/* What the caller may do with it now. */
typedef struct DraftMay {
    bool edit;
    bool send;
    bool back;
    bool approve;
    bool drop;
} DraftMay;

Err draft_get(Cx *cx, Draft *out, int64_t id); /* NOT_FOUND outside the territory */
Err draft_list(Cx *cx, List *out, const PageQuery *query);
Err draft_edits(Cx *cx, List *out, int64_t id); /* oldest first */
Err draft_may(Cx *cx, DraftMay *out, const Draft *draft);
Err draft_add(Cx *cx, int64_t *id, const char *name, const char *pack);

/* The files it is read from; and the draft as a pack, which lives as long as cx->arena. */
Err draft_source(Cx *cx, PackSource *out, const Draft *draft);
Err draft_pack(Cx *cx, const Pack **out, int64_t id);

/* Puts one file in place, or takes it back where it is the base's again, and notes who did it.
 * CONFLICT where it is not being edited, STALE where version moved, INVALID where the draft would
 * not load with it. */
Err draft_put(Cx *cx, Draft *draft, int64_t version, const PackFile *file, const DraftEdit *edit);

/* --- its way: draft_act.c; each is STALE where version moved and CONFLICT in another state --- */

/* What sending and approving need: INVALID with the first finding. Done before their transaction.
 */
Err draft_prove(Cx *cx, const Draft *draft);
/* INVALID where nothing changed, a finding is open or a golden test fails, or the day has passed.
 */
Err draft_send(Cx *cx, Draft *draft, int64_t version, Day valid_from, const char *reason);
Err draft_back(Cx *cx, Draft *draft, int64_t version, const char *reason);
/* FORBIDDEN for whoever edited or sent it. */
Err draft_approve(Cx *cx, Draft *draft, int64_t version);
Err draft_drop(Cx *cx, Draft *draft, int64_t version);

/* Of draft.c, for the above: one file without a word of it, and a change of state with its entry in
 * the history. */
Err draft_keep(Cx *cx, const Pack **out, const Draft *draft, const PackFile *file);
Err draft_move(Cx *cx, Draft *draft, int64_t version, const char *from, const char *to,
               const DraftEdit *edit);
Err draft_is_editor(Cx *cx, bool *out, const Draft *draft, int64_t user_id);

extern const Module draft_module;

#endif
