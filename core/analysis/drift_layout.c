/* Layouts from the reference; see drift_layout.h. */
#include "analysis/drift_layout.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 24 }; /* values that are sorted outright */

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
	if (n < FEW) {
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

enum { BUCKETS = 2048, BUCKETS_FROM = 8192 };

/* Values of a long sample in equal steps between its ends; the step of a value never falls. */
struct buckets {
	double low, scale;
	uint32_t start[BUCKETS + 1]; /* values in the buckets before; then: of the kept ones before */
	bool wanted[BUCKETS];
};

static size_t bucket_of(const struct buckets *buckets, double value)
{
	size_t bucket = (size_t)((value - buckets->low) * buckets->scale);

	return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static bool fill_buckets(struct buckets *buckets, const double *values, size_t n)
{
	double low = values[0], high = values[0];

	for (size_t i = 1; i < n; i++) {
		low = values[i] < low ? values[i] : low;
		high = values[i] > high ? values[i] : high;
	}
	*buckets = (struct buckets){.low = low, .scale = BUCKETS / (high - low)};
	if (!isfinite(buckets->scale) || !(buckets->scale > 0) || n > UINT32_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		buckets->start[bucket_of(buckets, values[i]) + 1]++;
	for (size_t i = 1; i <= BUCKETS; i++)
		buckets->start[i] += buckets->start[i - 1];
	return true;
}

/* The bucket of the value with that rank. */
static size_t bucket_at(const struct buckets *buckets, size_t rank)
{
	size_t low = 0, high = BUCKETS;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (buckets->start[middle] <= rank)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Only the values whose buckets hold a rank are looked at closely. */
static void order_by_buckets(struct buckets *buckets, const double *values, size_t n,
			     size_t *ranks, size_t count, double *out)
{
	size_t kept = 0, skipped = 0, at = 0;
	double *list;

	for (size_t i = 0; i < count; i++)
		buckets->wanted[bucket_at(buckets, ranks[i])] = true;
	for (size_t b = 0; b < BUCKETS; b++) {
		size_t in = buckets->start[b + 1] - buckets->start[b];

		for (; at < count && ranks[at] < buckets->start[b + 1]; at++)
			ranks[at] -= skipped;
		kept += buckets->wanted[b] ? in : 0;
		skipped += buckets->wanted[b] ? 0 : in;
	}
	list = mem_alloc(kept * sizeof *list);
	kept = 0;
	for (size_t i = 0; i < n; i++)
		if (buckets->wanted[bucket_of(buckets, values[i])])
			list[kept++] = values[i];
	select_ranks(list, kept, 0, ranks, count, 0);
	for (size_t i = 0; i < count; i++)
		out[i] = list[ranks[i]];
	free(list);
}

/*
 * The values of a sorted sample at some ranks, which are used up; the sample's order may change.
 * From 11 values on the ranks are ascending.
 */
static void order_statistics(double *values, size_t n, size_t *ranks, size_t count, double *out)
{
	struct buckets *buckets = n < BUCKETS_FROM ? NULL : mem_alloc(sizeof *buckets);

	if (buckets && fill_buckets(buckets, values, n)) {
		order_by_buckets(buckets, values, n, ranks, count, out);
		free(buckets);
		return;
	}
	free(buckets);
	if (n < FEW)
		sort_few(values, n);
	else
		select_ranks(values, n, 0, ranks, count, 0);
	for (size_t i = 0; i < count; i++)
		out[i] = values[ranks[i]];
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

/* Q_0 … Q_10; their positions are whole numbers and tenths: an edge on a value is exact. */
static void quantiles(double *values, size_t n, double q[DRIFT_QUANTILES + 1])
{
	size_t ranks[2 * (DRIFT_QUANTILES + 1)];
	double x[2 * (DRIFT_QUANTILES + 1)];
	size_t count = 0;

	for (unsigned k = 0; k <= DRIFT_QUANTILES; k++) {
		size_t j = k * (n - 1) / DRIFT_QUANTILES;

		ranks[count++] = j;
		ranks[count++] = j + 1 < n ? j + 1 : j;
	}
	order_statistics(values, n, ranks, count, x);
	for (unsigned k = 0; k <= DRIFT_QUANTILES; k++) {
		size_t rest = k * (n - 1) % DRIFT_QUANTILES;

		q[k] = x[2 * k];
		if (rest)
			q[k] = between(x[2 * k], x[2 * k + 1], (double)rest / DRIFT_QUANTILES);
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
