/* A zone (推进区): its dossier, the check beside it, the evidence behind it, and its way through
 * the process of its pack.
 *
 * The dossier is one document of the contract (dossier.md); a save names the version it was made
 * from and is refused (STALE) where somebody saved meanwhile. What lists need (counts, totals,
 * states of the rules) is kept in columns, computed at each save. A zone is bound to the version of
 * the pack that its batch had. All reading is limited to the user's territory in the SQL.
 */
#ifndef MODULES_ZONE_ZONE_H
#define MODULES_ZONE_ZONE_H

#include "base/money.h"
#include "core/process/pack_store.h"
#include "core/process/process.h"
#include "core/request/dispatch.h"
#include "policy/check/check.h"

typedef struct Zone {
    int64_t id;
    const char *name;
    const char *county;
    int64_t batch_id;
    const char *pack;
    int64_t villages; /* counts; UNSET = the list is not filled in */
    int64_t projects;
    Money transitional; /* 分 */
    Money integrated;
    int64_t not_met; /* rules by the groups of the check panel */
    int64_t undetermined;
    int64_t exceptions;
    int64_t hints;
    int64_t met;
    int64_t blocking;
    int64_t sent_at; /* left the county; UNSET = not yet */
    int64_t created_at;
    int64_t created_by;
    int64_t version;
    /* joined */
    const char *batch_name;
    const char *county_name;
    const char *city_name;
    const char *step;
    int64_t since;
    int64_t deadline;
    int64_t returned; /* stands where it was returned to */
    int64_t lacks;    /* of lists: what keeps it where it is; UNSET = its step proves nothing */
} Zone;

extern const Field zone_fields[];
extern const struct Register ZONE_LIST; /* their list */

/* A zone with its pack, process and run: what most work on it needs. */
typedef struct ZoneView {
    Zone zone;
    const Pack *pack;
    const Process *process;
    ProcessRun run;
    May may;
} ZoneView;

Err zone_get(Cx *cx, Zone *out, int64_t id); /* NOT_FOUND outside the territory */
Err zone_view(Cx *cx, ZoneView *out, int64_t id);
/* Opens a zone in the user's county with an empty dossier, at the first step. */
Err zone_add(Cx *cx, int64_t *id, const char *name, const char *county, int64_t batch_id);

typedef struct Dossier {
    int64_t version;
    const char *dossier; /* JSON text */
    int64_t saved_at;
    const char *saved_name;
} Dossier;
extern const Field dossier_fields[]; /* of the row, not of the document */

Err zone_dossier(Cx *cx, Dossier *out, int64_t id);
/* Validates, saves and checks. FORBIDDEN at a step that does not edit, STALE, INVALID with the
 * pointer below /dossier. *version is the new one. */
Err zone_save(Cx *cx, int64_t *version, Check *check, const ZoneView *v, const Json *dossier,
              int64_t from_version);
/* The check of the dossier as saved, against the batch's tables of today. */
Err zone_check(Cx *cx, Check *out, const ZoneView *v);
/* One rule of it, explained; NOT_FOUND "rule" where the pack has none of this id. */
Err zone_explain(Cx *cx, Explanation *out, const ZoneView *v, const char *id);
/* Counts by the groups of the check panel, into the zone's columns. */
void zone_count(Zone *z, const Check *check);
/* Stores those counts and the dossier's totals. */
Err zone_store_summary(Cx *cx, const Zone *z);

/* What must stand behind the yeses of the dossier, and what of it is there. */
typedef struct Evidence {
    const char *item; /* key of the process's attachments */
    const char *zh;
    const char *en;
    const char *rule;
    const char *behind; /* pointer into the dossier */
    int64_t needed;     /* the dossier says yes there */
    int64_t complete;
    int64_t day;
    const char *document;
    int64_t attachment_id;
    const char *attachment;
    int64_t version;
    const char *lack_zh; /* "日期、文号"; "" = complete */
    const char *lack_en;
} Evidence;
extern const Field evidence_fields[];

Err zone_evidence(Cx *cx, List *out, const ZoneView *v);
Err zone_put_evidence(Cx *cx, const ZoneView *v, const Json *list);

/* Takes an act of the process: what the step needs is proved first (CONFLICT names what lacks),
 * then the act is recorded with a snapshot and the next desks get a message. */
Err zone_act(Cx *cx, bool *moved, ZoneView *v, const StepAct *act);
/* Moves a zone as the consequence of another noun's act (core/process/process.h), with its
 * snapshot; reopen: brings it back to an earlier step, also from an end. Rights are the caller's to
 * ask. */
Err zone_pass(Cx *cx, int64_t id, const Pass *pass);
Err zone_reopen(Cx *cx, int64_t id, const Pass *pass);

/* The differences between two states of the dossier, as a JSON list of { pointer, zh, en, before,
 * after, unit, kind }. from and to are snapshots; 0 = the last one that was returned (or the
 * first), and the dossier as saved. */
Err zone_put_diff(Cx *cx, JsonOut *o, const ZoneView *v, int64_t from, int64_t to);
/* The same between two documents. */
void dossier_put_diff(Cx *cx, JsonOut *o, const Field *fields, const Json *before,
                      const Json *after);

extern const Module zone_module;

#endif
