/* The lists of a dossier as tabs of a workbook: villages, projects, funds, and what its pack adds.
 *
 * A part says which columns its tab has, puts the dossier's rows into them and lays rows that were
 * read over the dossier's own, by key: what is there is brought up to date, what is new is added,
 * nothing is removed unless asked. What people fill in differs from what the dossier keeps: a
 * village by township and name, a project's funds in one column for each source and level, the
 * four lists of funds in one (docs/decisions/022-one-row-a-project.md). It saves nothing.
 */
#ifndef MODULES_ZONE_ZONE_SHEET_H
#define MODULES_ZONE_ZONE_SHEET_H

#include "core/request/intake.h"
#include "modules/zone/zone.h"
#include "sheet/merge.h"

typedef struct SheetWork {
    const ZoneView *view;
    const Json *dossier;
    int64_t version;  /* of the dossier */
    const Field *own; /* the part of the pack's own that is worked on; NULL = a common one */
} SheetWork;

typedef struct SheetUse {
    const Json *dossier; /* with the rows */
    SheetMerge sum;
    size_t removed;
} SheetUse;

/* Which columns: all that can be read; those of a form; those that hold something. They differ
 * for the funds of projects alone. */
typedef enum SheetColumns { COLUMNS_ALL, COLUMNS_FORM, COLUMNS_HELD } SheetColumns;

typedef struct SheetPart {
    const char *key; /* "villages", also in addresses */
    const char *zh;  /* name of the tab */
    const char *en;
    const char *title_zh;
    const char *title_en;
    Err (*fields)(Cx *cx, const Field **out, const SheetWork *w, SheetColumns which);
    /* Puts the rows of the dossier into an open list; total: and the sum, where there is one. */
    Err (*rows)(Cx *cx, JsonOut *o, const SheetWork *w, const Json *dossier, bool total);
    /* Rows that cannot stand become faults of the table's book. replace: the rows alone remain. */
    Err (*merge)(Cx *cx, SheetUse *out, const SheetWork *w, const SheetTable *t, bool replace);
    /* The sum of its amounts; false where one of them is unknown. NULL: it has none. */
    bool (*money)(Money *out, const Json *dossier);
    IntakeRows told; /* how its rows are told apart; without fields */
    const SheetAlso *also;
    const char *open;
} SheetPart;

const SheetPart *sheet_part(const char *key); /* a common one; NULL where there is none */
/* A part of the pack's own: its field, or NULL, and how it is written and read. */
const Field *sheet_own_field(const Pack *pack, const char *key);
const SheetPart *sheet_own_part(Cx *cx, const Field *own);

/* Reads the dossier as saved; the view must have been read. */
Err sheet_work(Cx *cx, SheetWork *out, const ZoneView *v);

/* --- for the parts --- */

extern const SheetPart VILLAGE_PART, PROJECT_PART, FUND_PART;

/* The fields of a list of the dossier, by "villages" or "plan/projects". */
const Field *sheet_list_fields(const SheetWork *w, const char *path);
/* The object with one member replaced or added; object may be NULL. */
const Json *json_with(Cx *cx, const Json *object, const char *key, const Json *value);
/* Parses what was written here. */
Err json_again(Cx *cx, const Json **out, Buf *b);
/* The table, its rows being the objects of the list in order, laid over stored by the KEY of
 * fields. result is the list. */
void sheet_lay(Cx *cx, SheetUse *out, SheetTable t, const Field *fields, const Json *objects,
               const Json *stored, bool replace);
bool json_amount(const Json *line, Money *out); /* its "amount", where known */
/* Adds the amounts of a list of lines; false where one is unknown. */
bool json_amounts(const Json *lines, Money *sum);

#endif
