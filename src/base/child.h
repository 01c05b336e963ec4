/* Work that may crash, hang or swallow memory, done by a child: this same program with one command,
 * fed on its standard input, its result taken from its standard output. What goes wrong in it costs
 * the one request that waits for it.
 *
 * It inherits no database and no key; its memory and time are bounded by itself (child_bounds) and
 * by the one who waits, whose budget ends it too. It writes nothing before its input has ended or
 * while it is not read, so whoever feeds it reads as well. Every start is followed by one end.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base/text.h"

typedef struct Child Child;

/* program: "tuijin" to run, NULL = this one. INTERNAL where it cannot be started. */
Err child_start(Cx *cx, Child **out, const char *program, const char *command);
/* More of its input; says nothing where the child is gone, for child_end will. */
void child_feed(Child *c, const void *bytes, size_t length);
/* Ends its input and waits for its result, which lies in the arena. FULL where it says that the
 * disk is, else INTERNAL in the words given: it died, took over 30 s, or gave nothing. */
Err child_end(Child *c, const char **bytes, size_t *length, const char *zh, const char *en);

/* In the child, first: bounds on memory, CPU and files, and an end with its parent. */
void child_bounds(void);
/* Writes the result; the exit status. */
int child_give(int out, const char *bytes, size_t length);
/* The exit status that says that the disk is full. */
enum { CHILD_FULL = 3 };

#endif
