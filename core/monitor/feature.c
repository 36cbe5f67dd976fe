/* Columns under watch; see feature.h. */
#include "monitor/feature.h"

#include "base/mem.h"

#include <stdlib.h>

enum { PIECE = 4096 }; /* values counted at once */

void feature_init(struct feature *feature, struct str name, struct purse *purse)
{
	*feature = (struct feature){.name = name, .column = -1, .reference_column = -1};
	gather_init(&feature->gather, purse);
	gather_init(&feature->window, purse);
}

/* What makes it ready. */
static void drop_layout(struct feature *feature)
{
	if (!feature->ready)
		return;
	drift_layout_release(&feature->layout);
	map_release(&feature->seen);
	arena_release(&feature->texts);
	free(feature->reference);
	free(feature->values);
	free(feature->categories);
	feature->reference = NULL;
	feature->values = NULL;
	feature->categories = NULL;
	feature->nvalues = feature->ncategories = 0;
	feature->gather.purse->left += feature->spent;
	feature->spent = 0;
	feature->ready = false;
}

void feature_release(struct feature *feature)
{
	drop_layout(feature);
	gather_release(&feature->gather);
	gather_release(&feature->window);
}

void feature_reset(struct feature *feature)
{
	struct purse *purse = feature->gather.purse;

	drop_layout(feature);
	gather_release(&feature->gather);
	gather_init(&feature->gather, purse);
	if (feature->typed)
		gather_type(&feature->gather, feature->type);
	feature->deferred = false;
}

enum event_want feature_want(const struct feature *feature)
{
	if (!feature->ready)
		return gather_want(&feature->gather);
	return feature->type == DRIFT_NUMERIC ? EVENT_NUMBERS : EVENT_TEXTS;
}

/* --- sealing -------------------------------------------------------------------------------- */

static struct drift_counts *new_reference(const struct feature *feature)
{
	struct drift_counts *counts = mem_alloc(drift_counts_size(feature->layout.bins));
	const struct drift_counts *cells = feature->gather.counts;

	drift_counts_init(counts, feature->layout.bins);
	counts->null = cells->null;
	counts->invalid = cells->invalid;
	counts->pos_inf = cells->pos_inf;
	counts->neg_inf = cells->neg_inf;
	return counts;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorted values stay a fair picture when only every so-many-th is kept. */
static void keep_values(struct feature *feature, size_t most)
{
	struct gather *gather = &feature->gather;
	double *values = gather->values;
	size_t stride = (gather->n + most - 1) / most, n = 0;

	if (!gather->n)
		return;
	qsort(values, gather->n, sizeof *values, compare_doubles);
	for (size_t i = stride / 2; i < gather->n; i += stride)
		values[n++] = values[i];
	feature->values = mem_resize(values, n, sizeof *values);
	feature->nvalues = n;
	feature->stride = stride;
	gather->values = NULL;
}

static void seal_numbers(struct feature *feature, size_t raw)
{
	struct gather *gather = &feature->gather;

	drift_layout_numeric(&feature->layout, gather->values, gather->n);
	feature->reference = new_reference(feature);
	for (size_t at = 0; at < gather->n; at += PIECE)
		drift_counts_values(feature->reference, &feature->layout, gather->values + at,
				    gather->n - at < PIECE ? gather->n - at : PIECE);
	if (raw)
		keep_values(feature, raw);
}

static void seal_texts(struct feature *feature, size_t raw)
{
	struct gather *gather = &feature->gather;

	drift_layout_categorical(&feature->layout, feature->type, gather->categories,
				 gather->ncategories);
	feature->reference = new_reference(feature);
	feature->reference->n = gather->counts->n;
	for (size_t i = 0; i < gather->ncategories; i++) {
		unsigned last = feature->layout.bins - 1;
		unsigned bin = i < last ? (unsigned)i : last;

		feature->reference->bins[bin] += gather->categories[i].count;
		map_put(&gather->index, gather->categories[i].text, bin);
	}
	feature->reference->bins[feature->layout.bins - 1] += gather->uncounted;
	feature->seen_cut = gather->uncounted > 0;
	/* the texts of the map live on in the feature */
	map_release(&feature->seen);
	feature->seen = gather->index;
	feature->texts = gather->texts;
	feature->spent = gather->spent;
	gather->spent = 0;
	map_init(&gather->index);
	arena_init(&gather->texts, 0);
	if (!raw)
		return;
	feature->categories = gather->categories;
	feature->ncategories = gather->ncategories;
	gather->categories = NULL;
}

/* The spellings of true and false become two categories; other texts were invalid cells. */
static void gather_truths(struct gather *gather)
{
	uint64_t count[2] = {0};
	size_t n = gather->ncategories;
	bool truth = false;

	for (size_t i = 0; i < n; i++) {
		struct drift_category *category = &gather->categories[i];

		if (drift_cell_boolean(category->text, &truth) == CELL_VALUE)
			count[truth] += category->count;
		else
			gather->counts->invalid += category->count;
	}
	gather->counts->invalid += gather->uncounted;
	gather->uncounted = 0;
	gather->counts->n = count[0] + count[1];
	map_release(&gather->index);
	map_init(&gather->index);
	gather->ncategories = 0;
	for (int i = 0; i < 2; i++)
		if (count[i])
			gather->categories[gather->ncategories++] = (struct drift_category){
				i ? STR("true") : STR("false"), count[i]};
}

static void find_truth_bins(struct feature *feature)
{
	for (int i = 0; i < 2; i++) {
		struct str word = i ? STR("true") : STR("false");
		uint32_t bin = feature->layout.bins - 1;

		feature->truth_seen[i] = map_get(&feature->seen, word, &bin);
		feature->truth_bin[i] = bin;
	}
}

bool feature_seal(struct feature *feature, size_t raw)
{
	bool good;

	feature->type = gather_decide(&feature->gather, &good);
	if (!good) {
		feature->typed = true;
		return false;
	}
	map_init(&feature->seen);
	arena_init(&feature->texts, 0);
	feature->seen_cut = false;
	if (feature->type == DRIFT_BOOLEAN)
		gather_truths(&feature->gather);
	if (feature->type == DRIFT_NUMERIC)
		seal_numbers(feature, raw);
	else
		seal_texts(feature, raw);
	find_truth_bins(feature);
	feature->noise = drift_noise_of(&feature->layout, feature->reference->bins);
	feature->ready = true;
	gather_release(&feature->gather);
	gather_init(&feature->gather, feature->gather.purse);
	return true;
}

/* --- counting ------------------------------------------------------------------------------- */

static void count_category(const struct feature *feature, struct str text,
			   struct drift_counts *counts)
{
	uint32_t bin = feature->layout.bins - 1;
	bool seen;

	if (str_none(text) || drift_cell_category(text) == CELL_NULL) {
		counts->null++;
		return;
	}
	seen = map_get(&feature->seen, text, &bin);
	drift_counts_category(counts, bin, seen || feature->seen_cut);
}

static void count_truth(const struct feature *feature, struct str text, struct drift_counts *counts)
{
	bool truth = false;
	enum drift_cell cell = str_none(text) ? CELL_NULL : drift_cell_boolean(text, &truth);

	if (cell == CELL_VALUE)
		drift_counts_category(counts, feature->truth_bin[truth], feature->truth_seen[truth]);
	else
		drift_counts_cell(counts, cell);
}

static void count_texts(const struct feature *feature, const struct event_column *column,
			size_t from, size_t to, struct drift_counts *counts)
{
	char number[NUM_SIZE];

	for (size_t i = from; i < to; i++) {
		struct str text = gather_text(column, i, number);

		if (column->kind[i] == EVENT_OTHER)
			counts->invalid++;
		else if (feature->type == DRIFT_BOOLEAN)
			count_truth(feature, text, counts);
		else
			count_category(feature, text, counts);
	}
}

void feature_count(const struct feature *feature, const struct event_column *column, size_t from,
		   size_t to, struct drift_counts *counts)
{
	double values[EVENT_BATCH];

	if (feature->type != DRIFT_NUMERIC) {
		count_texts(feature, column, from, to, counts);
		return;
	}
	drift_counts_values(counts, &feature->layout, values,
			    gather_numbers(column, from, to, values, counts));
}
