/*
 * Order of rows by several keys: stable, NaN after numbers, missing last, in both directions.
 *
 * Keys are columns of values by row number. The first key is sorted with a radix or a merge sort,
 * later keys only where the ones before are equal, so that a tie-breaking text (an id) costs
 * nothing while there are no ties. 100,000 rows by one number: a few milliseconds.
 */
#ifndef ANALYSIS_ORDER_H
#define ANALYSIS_ORDER_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct order_key {
	const double *numbers;   /* by row; NaN is a value */
	const struct str *texts; /* by row; by bytes; a missing text is missing */
	const uint8_t *missing;  /* by row, not 0: no value; NULL: none is missing */
	bool descending;         /* exactly one of numbers and texts is given */
};

/* Sorts rows[0 … n) (row numbers) in place. */
void order_rows(uint32_t *rows, size_t n, const struct order_key *keys, size_t nkeys);

#endif
