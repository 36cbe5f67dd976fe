/*
 * JSON from strangers: a checked reading on top of cJSON.
 *
 * The body is walked once before cJSON sees it. The walk checks the grammar without recursion,
 * keeps the limits (so that time and memory are bounded before anything is allocated), names the
 * place of an error, and rewrites what cJSON would lose:
 *   - bad UTF-8 and lone surrogates in a string become U+FFFD, and so does U+0000 in a name; in a
 *     value it stays what it is;
 *   - a string past the limit is cut between characters, and counted in `cut`;
 *   - a whole number beyond ±2^53, or one of more than 40 characters, is handed on as the string of
 *     its digits (as protobuf's JSON does with every int64), and json_int and json_number read it;
 *   - where asked for, the bare words NaN, Infinity and -Infinity (Python writes them) are strings.
 * Raw control characters inside strings are let through. Of two equal keys the first wins.
 *
 * Every getter may be given NULL, which is a missing value: a chain of look-ups needs one check.
 * All texts live until json_free().
 */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_MAX_DEPTH = 64 };

struct json_limits {
	size_t bytes;   /* of the body */
	size_t text;    /* of one string, decoded */
	size_t members; /* of one array or object */
	size_t values;  /* of the whole document */
	bool bare_nan;  /* NaN, Infinity, -Infinity are numbers */
};

/* 32 MB of body, 1 MB a string, 200,000 members a container, 1,000,000 values in all. */
extern const struct json_limits json_limits;

enum json_type {
	JSON_MISSING, /* no such key, or NULL was asked */
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json; /* a value; cJSON's own, never looked into */

/*
 * Reads one document. NULL and err when it is none: ERR_FORMAT with line and column, ERR_TOO_BIG
 * with the limit. *cut, if not NULL, gets the number of strings that were cut.
 */
struct json *json_parse(struct str body, const struct json_limits *limits, size_t *cut,
			struct err *err);
void json_free(struct json *root);

enum json_type json_type(const struct json *value);

/* The member of that name (case matters), or NULL. One pass over the members. */
const struct json *json_get(const struct json *object, const char *key);

/* Walks an array or object: `for (item = json_first(list); item; item = json_next(item))`. */
const struct json *json_first(const struct json *container);
const struct json *json_next(const struct json *item);

/* The name of a member of an object; STR_NONE for any other value. */
struct str json_key(const struct json *item);

/* How many members; 0 for what is no container. One pass. */
size_t json_count(const struct json *container);

/* The text of a string, STR_NONE for any other value. */
struct str json_text(const struct json *value);

/* A number, or a string that holds one or "NaN", "Infinity", "-Infinity". */
bool json_number(const struct json *value, double *number);

/* A whole number, exact in 64 bits, or a string that holds one. */
bool json_int(const struct json *value, int64_t *number);

bool json_bool(const struct json *value, bool *truth);

/* Short forms for a member; false or STR_NONE when it is missing or of another type. */
struct str json_get_text(const struct json *object, const char *key);
bool json_get_number(const struct json *object, const char *key, double *number);
bool json_get_int(const struct json *object, const char *key, int64_t *number);
bool json_get_bool(const struct json *object, const char *key, bool *truth);

/* "NaN", "Infinity", "inf", with a sign and in any case: the words that num_parse leaves. */
bool json_special(struct str text, double *number);

#endif
