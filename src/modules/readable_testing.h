/* What no official should meet in a message: raw limits, leftovers of the other language, doubled
 * punctuation. server_table looks at every refusal with it.
 */
#ifndef MODULES_READABLE_TESTING_H
#define MODULES_READABLE_TESTING_H

/* The first thing wrong with a Chinese text, NULL where it reads well. */
const char *unreadable(const char *zh);

#endif
