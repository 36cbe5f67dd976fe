/* Which way a metric is better; see direction.h. */
#include "analysis/direction.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static enum direction direction_of_word(struct str word)
{
	static const struct {
		const char *word;
		enum direction direction;
	} words[] = {
		{"loss", DIRECTION_LOWER},   {"error", DIRECTION_LOWER},
		{"mse", DIRECTION_LOWER},    {"rmse", DIRECTION_LOWER},
		{"mae", DIRECTION_LOWER},    {"latency", DIRECTION_LOWER},
		{"acc", DIRECTION_HIGHER},   {"accuracy", DIRECTION_HIGHER},
		{"auc", DIRECTION_HIGHER},   {"f1", DIRECTION_HIGHER},
		{"r2", DIRECTION_HIGHER},    {"precision", DIRECTION_HIGHER},
		{"recall", DIRECTION_HIGHER},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].word) == word.n &&
		    strncasecmp(words[i].word, word.s, word.n) == 0)
			return words[i].direction;
	return DIRECTION_UNKNOWN;
}

enum direction direction_of(struct str key, const struct direction_rule *rules, size_t nrules)
{
	enum direction found = DIRECTION_UNKNOWN;

	for (size_t i = 0; i < nrules; i++)
		if (str_equal(rules[i].key, key))
			return rules[i].direction;
	for (size_t from = 0, at = 0; at <= key.n; at++) {
		enum direction word;

		if (at < key.n && isalnum((unsigned char)key.s[at]))
			continue;
		word = direction_of_word(str_slice(key, from, at));
		found = word != DIRECTION_UNKNOWN ? word : found;
		from = at + 1;
	}
	return found;
}
