/* Publication (公示): what is shown to everybody, and for how long.
 *
 * A publication is JSON that never changes: the page shows it and nothing else, and its SHA-256
 * stands beside it, so that what was shown stays provable whatever becomes of the rows. What is
 * published, and how it is shown, its subject knows: a module that says so (Module.publishes), the
 * list of a selection first; the rows of registers all have one. A term ends at 24:00 of its last
 * day, and is not moved once it is set; whoever published may withdraw, with the reason.
 * It holds no personal data: long runs of digits in free text are left out.
 */
#ifndef MODULES_PUBLICATION_PUBLICATION_H
#define MODULES_PUBLICATION_PUBLICATION_H

#include "base/date.h"
#include "core/access/right.h"
#include "core/request/dispatch.h"

typedef struct Publication {
    int64_t id;
    const char *subject; /* "selection", or the noun of a register */
    int64_t subject_id;  /* the batch; UNSET of rows of a register */
    const char *kind;    /* list, correction, final */
    Day starts_on;
    Day ends_on;
    const char *content;
    const char *hash;
    int64_t published_at;
    const char *profile; /* a key of PUBLISH_PROFILES; NULL of a selection */
    const char *territory;
    const char *title;
    const char *place; /* where the paper hangs */
    const char *organ;
    const char *user_name;
    int64_t row_count;
    int64_t objections;
    int64_t unanswered;
    int64_t withdrawn_at; /* UNSET = it was not */
    const char *withdrawn_why;
    const char *withdrawn_by; /* the organ */
} Publication;

extern const Field publication_fields[];
extern const Option PUBLICATION_KINDS[];

struct Page;

/* What an objection may be about: an item of the list. */
typedef struct Item {
    int64_t id;
    const char *label;
} Item;

typedef struct Subject {
    const char *noun; /* NULL: whatever no other subject is of */
    /* FORBIDDEN, NOT_FOUND: may the user read what belongs to it, or answer and withdraw? */
    Err (*may)(Cx *cx, const Publication *p, bool write);
    /* Its page, for anybody. */
    Err (*show)(Cx *cx, const Request *rq, Reply *rp, const Publication *p, const Json *content);
    const char *(*title)(Cx *cx, const Publication *p, Lang lang);
    Err (*items)(Cx *cx, List *out, const Json *content); /* array of Item */
    const char *item_zh;                                  /* what one is: 推进区 */
    const char *item_en;
    bool of_zones; /* the id of an item is a zone's */
    /* Its part of the first page. */
    Err (*home)(struct Page *p);
} Subject;

const Subject *publication_subject(const Cx *cx, const Publication *p);
/* Answering its objections, withdrawing it. */
Err publication_may(Cx *cx, const Publication *p, bool write);

Err publication_get(Cx *cx, Publication *out, int64_t id);
/* Newest first; subject_id 0 = of all. */
Err publication_list(Cx *cx, List *out, const char *subject, int64_t subject_id);
/* Of organs below the division and above it, the newest 200. */
Err publication_within(Cx *cx, List *out, const char *subject, const User *user);
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
/* Writes it, with the hash of its content. */
Err publication_add(Cx *cx, Publication *p);
/* CONFLICT a second time, or once its term is over; INVALID without a reason. */
Err publication_withdraw(Cx *cx, Publication *p, const char *reason);

/* --- what guests find of registers (publication_find.c) --- */

typedef struct PublicationFound {
    int64_t id;
    const char *subject;
    const char *profile;
    const char *title;
    const char *organ;
    Day starts_on;
    Day ends_on;
} PublicationFound;
extern const Field publication_found_fields[];

typedef struct PublicationAsk {
    const char *text;    /* part of its title, place, organ or divisions; two characters at least */
    const char *subject; /* the noun of a register; NULL or "" = any */
    const char *after;   /* where the page before ended; NULL = the first */
} PublicationAsk;

/* Of the first word, behind the day and number, begun by a day, with the other words ("" = none).
 */
#define PUBLICATION_HAS(n)                                                                         \
    " AND ($" #n " = '' OR EXISTS (SELECT 1 FROM publication_word x WHERE x.word = $" #n           \
    " AND x.ends_on = w.ends_on AND x.publication_id = w.publication_id))"
#define PUBLICATION_PAGE " ORDER BY w.ends_on, w.publication_id LIMIT 21"
#define PUBLICATION_SEARCH                                                                         \
    "SELECT p.id, p.subject, p.profile, p.title, p.organ, p.starts_on, p.ends_on FROM "            \
    "publication_word w JOIN publication p ON p.id = w.publication_id WHERE w.word = $1 AND "      \
    "(w.ends_on, w.publication_id) > ($2, $3) AND p.starts_on <= $4" PUBLICATION_HAS(5)            \
        PUBLICATION_HAS(6) PUBLICATION_HAS(7)
/* What runs today, soonest to end first, a page of 20; *after: NULL on the last one. INVALID
 * "after". */
Err publication_search(Cx *cx, List *out, const char **after, const PublicationAsk *ask);
/* Its words, once it is there; and takes them away when it is withdrawn. */
Err publication_post(Cx *cx, const Publication *p);
Err publication_unpost(Cx *cx, int64_t id);
/* Gives their words to those on the web that run and have none; Module.start. */
Err publication_start(Cx *cx);
Err publication_tidy(Cx *cx); /* forgets the words of what is over */

/* Text for the public: phone, identity and account numbers left out. */
const char *text_public(Cx *cx, const char *text);

#endif
