/*
 * The aggregates of a metric over its history, point by point, in any order of points.
 *
 * Finite values only; "first" is the finite value with the smallest (step, time, value), whatever
 * the order of arrival. The sum is compensated in long double, so that the mean does not depend on
 * the order in which a store gives its rows.
 */
#ifndef SOURCE_MLFLOW_TALLY_H
#define SOURCE_MLFLOW_TALLY_H

#include "record/detail.h"

#include <stdint.h>

struct tally {
	uint64_t count, nan;
	double first, min, max;
	int64_t first_step, first_time;
	long double sum, rest; /* sum + rest is the exact sum, nearly */
};

/* A zeroed tally has seen nothing. */
void tally_add(struct tally *tally, int64_t step, int64_t time, double value);

/* Fills the aggregates of the metric; without a finite value they are NaN. */
void tally_fill(const struct tally *tally, struct metric *metric);

#endif
