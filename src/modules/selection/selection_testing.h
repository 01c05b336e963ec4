/* A selection for tests of routes, after server_testing_start: batch 1 with eight zones that have
 * come to the province, in six key counties of 3706 and in the open cities 3710 (east) and 3711
 * (west). Zone 3 needs an exception to P1. The higher a zone's number, the better its scores.
 */
#ifndef MODULES_SELECTION_SELECTION_TESTING_H
#define MODULES_SELECTION_SELECTION_TESTING_H

#include "modules/server_testing.h"

enum { TESTING_ZONES = 8 };

void testing_selection(Cx *cx);
/* Steps on, each through the routes; each begins where the one before ends. */
void testing_to_draw(Cx *cx);    /* opened, form check passed, exception granted */
void testing_to_paper(Cx *cx);   /* experts drawn */
void testing_to_defence(Cx *cx); /* paper scored and sealed */
void testing_to_site(Cx *cx);
void testing_to_rank(Cx *cx);      /* all visited */
void testing_to_determine(Cx *cx); /* ranked */
void testing_to_publish(Cx *cx);   /* four places: 8, 7, 6, 5; signed by both */
int64_t testing_published(Cx *cx); /* the list is public for 7 days; its id */

/* An act of the selection, as in the route; expects the status. */
Answer testing_act(Cx *cx, const char *as, const char *act, int status);
/* Proposes that the zones named (their numbers, 0 ends) are selected; gives the answer. */
Answer testing_propose(Cx *cx, const int *zones);
int64_t testing_version(Cx *cx); /* of the selection */
/* Asks and expects 200. */
Answer testing_ok(Cx *cx, const char *as, const char *method, const char *path, const char *body);
/* Moves the clock and keeps the cast signed in. */
void testing_days_later(Cx *cx, int days);

#endif
