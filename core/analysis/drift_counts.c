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

/* The mean of values whose sum may leave the range of a double. */
static double scaled_mean(const double *values, size_t n)
{
	double mean = 0;

	for (size_t i = 0; i < n; i++)
		mean += values[i] / (double)n;
	return mean;
}

/* mean += step, keeping what the sum rounds off (Knuth's two-sum). */
static void move_mean(struct drift_counts *counts, double step)
{
	double from = counts->mean, to = from + step, moved = to - from;

	counts->mean = to;
	if (isfinite(to))
		counts->mean_rest += (from - (to - moved)) + (step - moved);
}

/* Joins n values of the given moments to counts that hold counts->n values. */
static void join(struct drift_counts *counts, uint64_t n, double mean, double rest, double m2)
{
	double share = (double)n / (double)(counts->n + n);
	double gap = mean - counts->mean + (rest - counts->mean_rest);

	if (!n)
		return;
	if (!counts->n) {
		counts->mean = mean;
		counts->mean_rest = rest;
		counts->m2 = m2;
		return;
	}
	if (isinf(gap))
		counts->mean = counts->mean * (1 - share) + mean * share;
	else
		move_mean(counts, gap * share);
	counts->m2 += m2 + gap * gap * ((double)counts->n * share);
}

void drift_counts_moments(struct drift_counts *counts, const double *values, size_t n)
{
	double sum = 0, m2 = 0, rest = 0, min = counts->min, max = counts->max, mean;

	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		sum += values[i];
		min = values[i] < min ? values[i] : min;
		max = values[i] > max ? values[i] : max;
	}
	mean = isfinite(sum) ? sum / (double)n : scaled_mean(values, n);
	for (size_t i = 0; i < n; i++) {
		double gap = values[i] - mean;

		m2 += gap * gap;
		rest += gap;
	}
	/* what rounding left in the mean (the corrected two-pass algorithm) */
	rest = isfinite(m2) ? rest / (double)n : 0;
	m2 -= rest * rest * (double)n;
	join(counts, n, mean, rest, m2 > 0 ? m2 : 0);
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
	join(a, b->n, b->mean, b->mean_rest, b->m2);
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
	return counts->n ? counts->mean + counts->mean_rest : NAN;
}

double drift_counts_std(const struct drift_counts *counts)
{
	return counts->n ? sqrt(counts->m2 / (double)counts->n) : NAN;
}
