/* Whether a PDF that others made asks for a password before it opens. What a password only forbids
 * to print or to change opens for everybody, and is no lock.
 */
#ifndef PAPER_PDF_LOCK_H
#define PAPER_PDF_LOCK_H

#include "base/cx.h"

/* The file under path; program as in paper_end. A PDF that is broken, or too large to be looked at
 * in time, counts as open: its reader will say so himself. Fails by the request's budget alone. */
Err pdf_locked(Cx *cx, bool *out, const char *path, const char *program);

/* The child: the path on its standard input, "locked" or "open" on its output; the exit status. */
int pdf_lock_look(int in, int out);

#endif
