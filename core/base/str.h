/*
 * A piece of text that somebody else owns: a pointer and a length.
 *
 * Foreign text may hold any byte, NUL too, so records never carry C strings. A missing text
 * (SQL NULL, an absent key) has s == NULL; an empty one has s != NULL and n == 0.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

struct str {
	const char *s;
	size_t n;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For printf's "%.*s". */
#define STR_ARG(text) (int)(text).n, (text).s ? (text).s : ""

/* A view of a C string; NULL gives STR_NONE. */
struct str str_of(const char *s);

static inline bool str_none(struct str a)
{
	return !a.s;
}

/* Same bytes; a missing text equals only a missing text. */
bool str_equal(struct str a, struct str b);

/* Order by bytes, as memcmp; a missing text sorts before every other. */
int str_compare(struct str a, struct str b);

bool str_starts(struct str text, struct str prefix);
bool str_ends(struct str text, struct str suffix);

/* Index of the first / last byte c, or -1. */
long str_find(struct str text, char c);
long str_find_last(struct str text, char c);

/* Does needle occur in text, ASCII letters compared without case? An empty needle does. */
bool str_contains_fold(struct str text, struct str needle);

/* Bytes [from, to) of text; both are cut to its length. */
struct str str_slice(struct str text, size_t from, size_t to);

/* Without blanks, tabs and line ends at both ends. */
struct str str_trim(struct str text);

#endif
