/* How far a long piece of work is: whoever does it tells, outside any statement, who waits for it.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include "base/cx.h"

typedef struct Progress {
    Err (*tell)(Cx *cx, void *data, int64_t done, int64_t total); /* not OK: the work ends */
    void *data;
} Progress;

#endif
