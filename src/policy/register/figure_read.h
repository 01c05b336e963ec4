/* The figures of a pack as facts.json declares them; core/register/figure.h shows one and works it
 * out.
 */
#ifndef POLICY_REGISTER_FIGURE_READ_H
#define POLICY_REGISTER_FIGURE_READ_H

#include "policy/register/row_shape.h"

typedef enum FigureKind { FIGURE_COUNT, FIGURE_SUM, FIGURE_DISTINCT, FIGURE_RATIO } FigureKind;
extern const Option FIGURE_KINDS[];

typedef struct Figure {
    const char *id;
    FigureKind kind;
    const char *noun;
    const char *zh;
    const char *en;
    const char *unit_zh; /* NULL = none */
    const char *unit_en;
    const char *basis;        /* a clause of the pack */
    const Field *of;          /* of SUM and DISTINCT */
    const RowFeel *condition; /* NULL = all rows */
    bool settled;             /* rows that came to a good end of their process alone */
    const struct Process *process;
    bool dated;                /* rows that are known, not drafts, alone */
    const char *month;         /* key of the date that says which month a row is of; NULL = none */
    const char *zone;          /* key of the link to a zone; NULL = none */
    const struct Figure *over; /* of RATIO: over ÷ per */
    const struct Figure *per;
} Figure;

typedef struct Figures {
    const Figure *at;
    size_t count;
} Figures;

const Figures *figures_read(Cx *cx, Findings *findings, const Pack *pack, const Json *json);

#endif
