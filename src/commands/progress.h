/* How far a long piece of work is, for the one who waits: on standard error, first after a second,
 * then twice a second on a terminal and every five seconds into a log.
 */
#ifndef COMMANDS_PROGRESS_H
#define COMMANDS_PROGRESS_H

#include "base/progress.h"

/* zh and en: what is being done. In the arena of cx. */
Progress progress_on_terminal(Cx *cx, const char *zh, const char *en);

#endif
