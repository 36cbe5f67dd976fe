/* "Did you mean …?" for a word that is none of those that are known. */
#ifndef CONFIG_SUGGEST_H
#define CONFIG_SUGGEST_H

#include "base/str.h"

#include <stddef.h>

enum { SUGGEST_MAX = 64 };

/*
 * How many letters must be put in, left out, changed or swapped to make one word of the other; case
 * does not count. Words are taken to be at most SUGGEST_MAX bytes long.
 */
int suggest_distance(struct str a, struct str b);

/* The nearest of n words, or NULL when none is near enough to be meant. */
const char *suggest(struct str word, const char *const *words, size_t n);

#endif
