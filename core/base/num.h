/* Numbers as text, in the C locale always: "." is the point, no thousands. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { NUM_SIZE = 32 };

/*
 * A decimal number as drift-recipes part 1 and the filter take it: optional sign, digits with at
 * most one point, optional exponent, the whole text. No hex, no inf, no nan, no blanks. A number
 * beyond a double's range becomes ±infinity, as strtod has it. Exact (nearest double).
 */
bool num_parse(struct str text, double *value);

/* A whole number in 64 bits: optional sign and digits, the whole text. */
bool num_parse_int(struct str text, int64_t *value);

/* The shortest decimal that reads back to the same double; "NaN", "Infinity", "-Infinity". */
const char *num_shortest(char out[NUM_SIZE], double value);

/* At most `digits` significant digits for a person ("0.9412", "1.23e-05"); "NaN", "inf", "-inf". */
const char *num_short(char out[NUM_SIZE], double value, int digits);

/* Four hex digits at s, as in JSON's "\u00e9"; -1 where there are other bytes or end comes first. */
int num_hex4(const char *s, const char *end);

#endif
