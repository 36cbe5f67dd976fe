/* Counts of a column in a window; see drift_counts.h. */
#include "analysis/drift_counts.h"

#include <math.h>
#include <string.h>

size_t drift_counts_size(unsigned bins)
{
	return sizeof(struct drift_counts) + bins * sizeof(uint64_t);
}

void drift_counts_init(struct drift_counts *counts, unsigned bins)
{
	memset(counts, 0, drift_counts_size(bins));
	counts->min = INFINITY;
	counts->max = -INFINITY;
}

/* Joins n values of the given moments to counts that hold counts->n values. */
static void join(struct drift_counts *counts, uint64_t n, long double mean, long double m2)
{
	long double gap = mean - counts->mean;
	long double share = n ? (long double)n / (long double)(counts->n + n) : 0;

	counts->mean += gap * share;
	counts->m2 += m2 + gap * gap * ((long double)counts->n * share);
}

/* Moments of values whose squares leave the range of a double. */
static long double wide_moments(const double *values, size_t n, long double *m2)
{
	long double sum = 0, squares = 0, mean;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	mean = sum / (long double)n;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	*m2 = squares;
	return mean;
}

/* Two passes, and what rounding left in the mean taken back (the corrected two-pass algorithm). */
static long double moments(const double *values, size_t n, long double *m2)
{
	double sum = 0, squares = 0, rest = 0, mean;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	mean = sum / (double)n;
	for (size_t i = 0; i < n; i++) {
		double gap = values[i] - mean;

		squares += gap * gap;
		rest += gap;
	}
	if (!(squares > 1e-280 && squares < 1e300))
		return wide_moments(values, n, m2);
	rest /= (double)n;
	*m2 = squares - (long double)n * rest * rest;
	return (long double)mean + rest;
}

void drift_counts_moments(struct drift_counts *counts, const double *values, size_t n)
{
	double min = counts->min, max = counts->max;
	long double mean, m2 = 0;

	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		min = values[i] < min ? values[i] : min;
		max = values[i] > max ? values[i] : max;
	}
	mean = moments(values, n, &m2);
	join(counts, n, mean, m2);
	counts->min = min;
	counts->max = max;
	counts->n += n;
}

void drift_counts_values(struct drift_counts *counts, const struct drift_layout *layout,
			 const double *values, size_t n)
{
	uint64_t outside = 0;

	for (size_t i = 0; i < n; i++) {
		counts->bins[drift_layout_bin(layout, values[i])]++;
		outside += (values[i] < layout->low) | (values[i] > layout->high);
	}
	counts->out_of_range += outside;
	drift_counts_moments(counts, values, n);
}

void drift_counts_cell(struct drift_counts *counts, enum drift_cell cell)
{
	counts->null += cell == CELL_NULL;
	counts->invalid += cell == CELL_INVALID;
	counts->pos_inf += cell == CELL_POS_INF;
	counts->neg_inf += cell == CELL_NEG_INF;
}

void drift_counts_merge(struct drift_counts *a, const struct drift_counts *b, unsigned bins)
{
	join(a, b->n, b->mean, b->m2);
	a->min = b->min < a->min ? b->min : a->min;
	a->max = b->max > a->max ? b->max : a->max;
	a->n += b->n;
	a->null += b->null;
	a->invalid += b->invalid;
	a->pos_inf += b->pos_inf;
	a->neg_inf += b->neg_inf;
	a->unseen += b->unseen;
	a->out_of_range += b->out_of_range;
	for (unsigned i = 0; i < bins; i++)
		a->bins[i] += b->bins[i];
}

double drift_counts_mean(const struct drift_counts *counts)
{
	return counts->n ? (double)counts->mean : NAN;
}

double drift_counts_std(const struct drift_counts *counts)
{
	return counts->n ? (double)sqrtl(counts->m2 / (long double)counts->n) : NAN;
}
