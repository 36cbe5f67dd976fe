/* Views of text; see str.h. */
#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct str str_of(const char *s)
{
	return s ? (struct str){s, strlen(s)} : STR_NONE;
}

bool str_equal(struct str a, struct str b)
{
	if (!a.s || !b.s)
		return !a.s && !b.s;
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

int str_compare(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order;

	if (!a.s || !b.s)
		return (a.s != NULL) - (b.s != NULL);
	order = n ? memcmp(a.s, b.s, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str text, struct str prefix)
{
	return text.n >= prefix.n && (prefix.n == 0 || memcmp(text.s, prefix.s, prefix.n) == 0);
}

bool str_ends(struct str text, struct str suffix)
{
	return text.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(text.s + text.n - suffix.n, suffix.s, suffix.n) == 0);
}

long str_find(struct str text, char c)
{
	const char *at = text.n ? memchr(text.s, c, text.n) : NULL;

	return at ? at - text.s : -1;
}

long str_find_last(struct str text, char c)
{
	const char *at = text.n ? memrchr(text.s, c, text.n) : NULL;

	return at ? at - text.s : -1;
}

bool str_contains_fold(struct str text, struct str needle)
{
	if (needle.n == 0)
		return true;
	for (size_t i = 0; i + needle.n <= text.n; i++)
		if (strncasecmp(text.s + i, needle.s, needle.n) == 0)
			return true;
	return false;
}

struct str str_slice(struct str text, size_t from, size_t to)
{
	if (to > text.n)
		to = text.n;
	if (from > to)
		from = to;
	return (struct str){text.s ? text.s + from : NULL, to - from};
}

struct str str_trim(struct str text)
{
	while (text.n && isspace((unsigned char)text.s[0]))
		text.s++, text.n--;
	while (text.n && isspace((unsigned char)text.s[text.n - 1]))
		text.n--;
	return text;
}
