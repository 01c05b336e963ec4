/* A batch (批次): a call of the programme, opened from a policy pack, with its deadline and tables.
 *
 * The tables (key counties, Yellow River counties, region classes, arranged areas, forbidden uses)
 * are kept by the province, each entry with its document number and validity; one table of entries
 * serves all of them. A batch is bound to one version of its pack, by hash, and never changes it.
 */
#ifndef MODULES_BATCH_BATCH_H
#define MODULES_BATCH_BATCH_H

#include "base/date.h"
#include "core/request/dispatch.h"
#include "policy/pack/pack.h"

typedef struct Batch {
    int64_t id;
    const char *name;
    int64_t year;
    const char *pack;  /* hash of the pack's version, core/process/pack_store.h */
    const char *state; /* a key of BATCH_STATES */
    int64_t deadline;  /* instant: the city's list at the province (D1) */
    int64_t sample;    /* marked as a sample everywhere */
    int64_t version;
} Batch;

extern const Field batch_fields[];
extern const Option BATCH_STATES[]; /* open, closed */

/* What one entry says of code: value is the class (region_class), the programme (arranged_area),
 * the use (forbidden_use, code = source of funds), else "". */
typedef struct BatchEntry {
    int64_t id;
    int64_t batch_id;
    const char *kind; /* a key of ENTRY_KINDS */
    const char *code;
    const char *value;
    const char *document;
    Day valid_from; /* UNSET = always */
    Day valid_to;
    const char *name; /* of the division */
    int64_t version;
} BatchEntry;

extern const Field entry_fields[];
extern const Option ENTRY_KINDS[];

Err batch_get(Cx *cx, Batch *out, int64_t id);
Err batch_list(Cx *cx, List *out, const PageQuery *query);
Err batch_add(Cx *cx, int64_t *id, const Batch *row);
/* A moved deadline moves that of every step that waits for it, of zones and recommendations. */
Err batch_update(Cx *cx, const Batch *row);

Err batch_entries(Cx *cx, List *out, int64_t batch_id, const PageQuery *query);
Err batch_add_entry(Cx *cx, int64_t *id, const BatchEntry *row);
/* Ends an entry on a day; what was decided under it stays. */
Err batch_end_entry(Cx *cx, int64_t id, int64_t version, Day day);

/* The batch's tables as of a day in the contract's JSON (dossier.md), with the zones that count as
 * `recommended`. Shares the arena. */
Err batch_document(Cx *cx, const Json **out, int64_t id, Day at);

/* The table of the pack's dictionary that entries of this kind make; NULL where it has none, or a
 * register keeps it. */
const Field *batch_former_table(const Pack *pack, const char *kind);

extern const Module batch_module;

#endif
