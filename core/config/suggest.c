/* "Did you mean …?"; see suggest.h. */
#include "config/suggest.h"

#include <ctype.h>

static int least(int a, int b)
{
	return a < b ? a : b;
}

int suggest_distance(struct str a, struct str b)
{
	int rows[3][SUGGEST_MAX + 1];
	int *before = rows[0], *last = rows[1], *now = rows[2];

	a = str_slice(a, 0, SUGGEST_MAX);
	b = str_slice(b, 0, SUGGEST_MAX);
	for (size_t j = 0; j <= b.n; j++)
		last[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int *free_row = before, x = tolower((unsigned char)a.s[i - 1]);

		now[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int y = tolower((unsigned char)b.s[j - 1]);

			now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == tolower((unsigned char)b.s[j - 2]) &&
			    y == tolower((unsigned char)a.s[i - 2]))
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = free_row;
	}
	return last[b.n];
}

const char *suggest(struct str word, const char *const *words, size_t n)
{
	int best = 1 + (int)word.n / 3; /* it must be nearer than this */
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		int distance = suggest_distance(word, str_of(words[i]));

		if (distance < best) {
			best = distance;
			nearest = words[i];
		}
	}
	return nearest;
}
