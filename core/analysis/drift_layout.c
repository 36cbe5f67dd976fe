/* Layouts from the reference; see drift_layout.h. */
#include "analysis/drift_layout.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- order statistics ---------------------------------------------------------------------- */

static void swap(double *a, double *b)
{
	double kept = *a;

	*a = *b;
	*b = kept;
}

static double median3(double a, double b, double c)
{
	double low = a < b ? a : b, high = a < b ? b : a;

	return c < low ? low : c > high ? high : c;
}

/* A median of medians of nine values spread over the range: no ordered input makes it slow. */
static double pivot_of(const double *x, size_t n)
{
	size_t step = n / 9;
	double m[3];

	for (int i = 0; i < 3; i++)
		m[i] = median3(x[3 * i * step], x[(3 * i + 1) * step], x[(3 * i + 2) * step]);
	return median3(m[0], m[1], m[2]);
}

static void sort_few(double *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && x[j] < x[j - 1]; j--)
			swap(&x[j], &x[j - 1]);
}

/* Three parts: below, equal, above the pivot. The equal ones are [*from, *to). */
static void part(double *x, size_t n, double pivot, size_t *from, size_t *to)
{
	size_t low = 0, high = n;

	for (size_t i = 0; i < high;) {
		if (x[i] < pivot)
			swap(&x[low++], &x[i++]);
		else if (x[i] > pivot)
			swap(&x[i], &x[--high]);
		else
			i++;
	}
	*from = low;
	*to = high;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * Puts into place the values that a sorted x would have at the given ranks (ascending, relative to
 * `base`). Depth counts the rounds; hostile input that defeats the pivots is sorted outright.
 */
static void select_ranks(double *x, size_t n, size_t base, const size_t *ranks, size_t count,
			 int depth)
{
	size_t from, to, left = 0, right;

	if (!count || n < 2)
		return;
	if (n < 24) {
		sort_few(x, n);
		return;
	}
	if (depth > 60) {
		qsort(x, n, sizeof *x, compare_doubles);
		return;
	}
	part(x, n, pivot_of(x, n), &from, &to);
	while (left < count && ranks[left] < base + from)
		left++;
	right = left;
	while (right < count && ranks[right] < base + to)
		right++;
	select_ranks(x, from, base, ranks, left, depth + 1);
	select_ranks(x + to, n - to, base + to, ranks + right, count - right, depth + 1);
}

/* --- numeric -------------------------------------------------------------------------------- */

/* The value between two neighbours at the share g of the way (2.1, step 2). */
static double between(double x, double y, double g)
{
	double gap = y - x;

	if (x == y)
		return x;
	if (isinf(gap)) /* the two ends of a double's range */
		return x * (1 - g) + y * g;
	return g < 0.5 ? x + gap * g : y - gap * (1 - g);
}

/* Q_0 … Q_10; their positions are whole numbers and tenths, so that an edge on a value is exact. */
static void quantiles(double *values, size_t n, double q[DRIFT_QUANTILES + 1])
{
	size_t ranks[2 * (DRIFT_QUANTILES + 1)];
	size_t count = 0;

	for (unsigned k = 0; k <= DRIFT_QUANTILES; k++) {
		size_t j = k * (n - 1) / DRIFT_QUANTILES;

		ranks[count++] = j;
		ranks[count++] = j + 1 < n ? j + 1 : j;
	}
	/* two quantiles of a short reference may share a rank, or step back by one */
	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j > 0 && ranks[j] < ranks[j - 1]; j--) {
			size_t kept = ranks[j];

			ranks[j] = ranks[j - 1];
			ranks[j - 1] = kept;
		}
	select_ranks(values, n, 0, ranks, count, 0);
	for (unsigned k = 0; k <= DRIFT_QUANTILES; k++) {
		size_t at = k * (n - 1), j = at / DRIFT_QUANTILES, rest = at % DRIFT_QUANTILES;

		q[k] = values[j];
		if (rest)
			q[k] = between(values[j], values[j + 1], (double)rest / DRIFT_QUANTILES);
	}
}

static void add_cut(struct drift_layout *layout, double cut, bool point)
{
	unsigned edge = layout->bins - 1;

	layout->cut[layout->cuts] = cut;
	layout->point[layout->cuts++] = point;
	if (point)
		layout->edge[edge++] = nextafter(cut, -INFINITY);
	layout->edge[edge++] = cut;
	layout->bins = edge + 1;
}

void drift_layout_numeric(struct drift_layout *layout, double *values, size_t n)
{
	double q[DRIFT_QUANTILES + 1];

	*layout = (struct drift_layout){
		.type = DRIFT_NUMERIC, .bins = 1, .low = INFINITY, .high = -INFINITY};
	for (unsigned i = 0; i < DRIFT_EDGES; i++)
		layout->edge[i] = INFINITY;
	if (!n)
		return;
	quantiles(values, n, q);
	layout->low = q[0];
	layout->high = q[DRIFT_QUANTILES];
	for (unsigned k = 1; k < DRIFT_QUANTILES; k++) {
		if (layout->cuts && layout->cut[layout->cuts - 1] == q[k])
			continue;
		add_cut(layout, q[k], q[k] == q[k - 1] || q[k] == q[k + 1]);
	}
}

/* --- categorical ---------------------------------------------------------------------------- */

static int compare_categories(const void *a, const void *b)
{
	const struct drift_category *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return str_compare(x->text, y->text);
}

/* How many of the sorted categories get a bin: 64 at most, each at least min(20, n/64) times. */
static unsigned common_categories(const struct drift_category *categories, size_t n)
{
	uint64_t total = 0;
	unsigned kept = 0;

	for (size_t i = 0; i < n; i++)
		total += categories[i].count;
	while (kept < n && kept < DRIFT_CATEGORIES &&
	       (categories[kept].count >= 20 || categories[kept].count * 64 >= total))
		kept++;
	return kept;
}

void drift_layout_categorical(struct drift_layout *layout, enum drift_type type,
			      struct drift_category *categories, size_t n)
{
	unsigned kept;
	size_t bytes = 0;
	char *text;

	if (n)
		qsort(categories, n, sizeof *categories, compare_categories);
	kept = common_categories(categories, n);
	*layout = (struct drift_layout){.type = type, .bins = kept + 1};
	map_init(&layout->index);
	for (unsigned i = 0; i < kept; i++)
		bytes += categories[i].text.n;
	layout->text = text = mem_alloc(bytes);
	layout->categories = mem_zero(kept, sizeof *layout->categories);
	for (unsigned i = 0; i < kept; i++) {
		struct str from = categories[i].text;

		if (from.n)
			memcpy(text, from.s, from.n);
		layout->categories[i] = (struct str){text, from.n};
		map_put(&layout->index, layout->categories[i], i);
		text += from.n;
	}
}

void drift_layout_release(struct drift_layout *layout)
{
	if (layout->type != DRIFT_NUMERIC)
		map_release(&layout->index);
	free(layout->categories);
	free(layout->text);
	*layout = (struct drift_layout){0};
}

unsigned drift_layout_category(const struct drift_layout *layout, struct str category)
{
	uint32_t bin;

	return map_get(&layout->index, category, &bin) ? bin : layout->bins - 1;
}

/* --- bins for people ------------------------------------------------------------------------ */

struct drift_bin drift_layout_describe(const struct drift_layout *layout, unsigned bin)
{
	unsigned at = 0;

	if (layout->type != DRIFT_NUMERIC) {
		if (bin + 1 == layout->bins)
			return (struct drift_bin){.kind = BIN_OTHER};
		return (struct drift_bin){.kind = BIN_CATEGORY, .category = layout->categories[bin]};
	}
	for (unsigned i = 0; i < layout->cuts; i++) {
		double cut = layout->cut[i];

		if (layout->point[i] && at++ == bin)
			return (struct drift_bin){.kind = BIN_LT, .at = cut};
		if (at++ == bin)
			return (struct drift_bin){.kind = layout->point[i] ? BIN_EQ : BIN_LE, .at = cut};
	}
	/* a reference without a value has no cut: one bin that holds everything */
	return (struct drift_bin){.kind = BIN_GT,
				  .at = layout->cuts ? layout->cut[layout->cuts - 1] : -INFINITY};
}
