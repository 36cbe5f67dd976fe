/*
 * What one column of one window adds up to: counts per bin of a layout, and beside them what took
 * no part in the distance (nulls, invalid cells, infinities) and what data quality asks for.
 *
 * Two counts of the same layout add up to the counts of both windows together (drift-recipes 2.6).
 * Mean and squared deviations are gathered a batch at a time in two passes and joined by the rule
 * of Chan, Golub and LeVeque, so that a large mean does not eat the spread. They are kept as long
 * double, so that the squares of a double stay in range.
 *
 * A `struct drift_counts` is followed by its bins: allocate drift_counts_size() bytes for each.
 */
#ifndef ANALYSIS_DRIFT_COUNTS_H
#define ANALYSIS_DRIFT_COUNTS_H

#include "analysis/drift_cell.h"
#include "analysis/drift_layout.h"

#include <stddef.h>
#include <stdint.h>

struct drift_counts {
	uint64_t n; /* values: the sum of the bins */
	uint64_t null, invalid, pos_inf, neg_inf;
	uint64_t unseen;       /* categories that the reference does not have */
	uint64_t out_of_range; /* values outside the reference's range; infinities not included */
	/* numeric columns only; min = +inf, max = -inf without a value */
	double min, max;
	long double mean;
	long double m2; /* sum of squared deviations from the mean */
	uint64_t bins[];
};

/* Bytes of counts with so many bins. */
size_t drift_counts_size(unsigned bins);

void drift_counts_init(struct drift_counts *counts, unsigned bins);

/* n finite values of a numeric column. */
void drift_counts_values(struct drift_counts *counts, const struct drift_layout *layout,
			 const double *values, size_t n);

/* A category, by its bin; `seen`: the reference has it. */
static inline void drift_counts_category(struct drift_counts *counts, unsigned bin, bool seen)
{
	counts->n++;
	counts->unseen += !seen;
	counts->bins[bin]++;
}

/* A cell that is no value. */
void drift_counts_cell(struct drift_counts *counts, enum drift_cell cell);

/* Adds b to a; both have the same layout of so many bins. */
void drift_counts_merge(struct drift_counts *a, const struct drift_counts *b, unsigned bins);

/* Cells of any kind. */
static inline uint64_t drift_counts_rows(const struct drift_counts *counts)
{
	return counts->n + counts->null + counts->invalid + counts->pos_inf + counts->neg_inf;
}

/* Mean and population standard deviation; NaN without a value. */
double drift_counts_mean(const struct drift_counts *counts);
double drift_counts_std(const struct drift_counts *counts);

/* The moments alone, for values that no layout is known for yet. */
void drift_counts_moments(struct drift_counts *counts, const double *values, size_t n);

#endif
