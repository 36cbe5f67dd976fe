/* Everything about one run; see detail.h. */
#include "record/detail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_pairs(const void *a, const void *b)
{
	return str_compare(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

static int compare_metrics(const void *a, const void *b)
{
	return str_compare(((const struct metric *)a)->key, ((const struct metric *)b)->key);
}

static int compare_datasets(const void *a, const void *b)
{
	const struct dataset_use *left = a, *right = b;
	int order = str_compare(left->name, right->name);

	if (!order)
		order = str_compare(left->digest, right->digest);
	return order ? order : str_compare(left->context, right->context);
}

static void sort(void *items, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	if (n > 1)
		qsort(items, n, size, compare);
}

void detail_sort(struct run_detail *detail)
{
	sort(detail->params, detail->nparams, sizeof *detail->params, compare_pairs);
	sort(detail->tags, detail->ntags, sizeof *detail->tags, compare_pairs);
	sort(detail->metrics, detail->nmetrics, sizeof *detail->metrics, compare_metrics);
	sort(detail->datasets, detail->ndatasets, sizeof *detail->datasets, compare_datasets);
}

static struct str copy_key(struct arena *arena, struct str key, const struct str *like)
{
	return like && str_equal(*like, key) ? *like : arena_str(arena, key);
}

static struct pair *copy_pairs(struct arena *arena, const struct pair *pairs, uint32_t n,
			       const struct pair *like, uint32_t nlike)
{
	struct pair *copy = arena_zero(arena, n, sizeof *copy);

	for (uint32_t i = 0; copy && i < n; i++) {
		copy[i].key = copy_key(arena, pairs[i].key, i < nlike ? &like[i].key : NULL);
		copy[i].value = arena_str(arena, pairs[i].value);
	}
	return copy;
}

static struct metric *copy_metrics(struct arena *arena, const struct run_detail *detail,
				   const struct run_detail *like)
{
	struct metric *copy = arena_zero(arena, detail->nmetrics, sizeof *copy);

	for (uint32_t i = 0; copy && i < detail->nmetrics; i++) {
		const struct str *key =
			like && i < like->nmetrics ? &like->metrics[i].key : NULL;

		copy[i] = detail->metrics[i];
		copy[i].key = copy_key(arena, detail->metrics[i].key, key);
	}
	return copy;
}

static struct dataset_use *copy_datasets(struct arena *arena, const struct run_detail *detail)
{
	struct dataset_use *copy = arena_zero(arena, detail->ndatasets, sizeof *copy);

	for (uint32_t i = 0; copy && i < detail->ndatasets; i++) {
		copy[i].name = arena_str(arena, detail->datasets[i].name);
		copy[i].digest = arena_str(arena, detail->datasets[i].digest);
		copy[i].context = arena_str(arena, detail->datasets[i].context);
	}
	return copy;
}

static void copy_run(struct arena *arena, struct run *run)
{
	run->id = arena_str(arena, run->id);
	run->name = arena_str(arena, run->name);
	run->experiment = arena_str(arena, run->experiment);
	run->experiment_name = arena_str(arena, run->experiment_name);
	run->user = arena_str(arena, run->user);
	run->native_state = arena_str(arena, run->native_state);
}

struct run_detail *detail_copy(struct arena *arena, const struct run_detail *detail,
			       const struct run_detail *like)
{
	static const struct run_detail nothing;
	struct run_detail *copy = arena_alloc(arena, sizeof *copy);

	if (!copy)
		return NULL;
	if (!like)
		like = &nothing;
	*copy = *detail;
	copy_run(arena, &copy->run);
	copy->parent = arena_str(arena, detail->parent);
	copy->commit = arena_str(arena, detail->commit);
	copy->source_file = arena_str(arena, detail->source_file);
	copy->artifact_uri = arena_str(arena, detail->artifact_uri);
	copy->params = copy_pairs(arena, detail->params, detail->nparams, like->params,
				  like->nparams);
	copy->tags = copy_pairs(arena, detail->tags, detail->ntags, like->tags, like->ntags);
	copy->metrics = copy_metrics(arena, detail, like);
	copy->datasets = copy_datasets(arena, detail);
	return arena->over ? NULL : copy;
}

static bool same_pairs(const struct pair *a, const struct pair *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!str_equal(a[i].key, b[i].key) || !str_equal(a[i].value, b[i].value))
			return false;
	return true;
}

static bool same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool same_metrics(const struct metric *a, const struct metric *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!str_equal(a[i].key, b[i].key) || !same_number(a[i].last, b[i].last) ||
		    a[i].last_step != b[i].last_step || a[i].last_time != b[i].last_time ||
		    a[i].has_aggregates != b[i].has_aggregates)
			return false;
	return true;
}

static bool same_datasets(const struct dataset_use *a, const struct dataset_use *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (compare_datasets(&a[i], &b[i]))
			return false;
	return true;
}

bool detail_equal(const struct run_detail *a, const struct run_detail *b)
{
	if (a->nparams != b->nparams || a->ntags != b->ntags || a->nmetrics != b->nmetrics ||
	    a->ndatasets != b->ndatasets || a->dirty != b->dirty)
		return false;
	return str_equal(a->parent, b->parent) && str_equal(a->commit, b->commit) &&
	       str_equal(a->artifact_uri, b->artifact_uri) &&
	       same_pairs(a->params, b->params, a->nparams) &&
	       same_pairs(a->tags, b->tags, a->ntags) &&
	       same_metrics(a->metrics, b->metrics, a->nmetrics) &&
	       same_datasets(a->datasets, b->datasets, a->ndatasets);
}

struct str pair_get(const struct pair *pairs, uint32_t n, struct str key)
{
	struct pair wanted = {.key = key};
	const struct pair *found =
		n ? bsearch(&wanted, pairs, n, sizeof *pairs, compare_pairs) : NULL;

	return found ? found->value : STR_NONE;
}

const struct metric *detail_metric(const struct run_detail *detail, struct str key)
{
	struct metric wanted = {.key = key};

	if (!detail->nmetrics)
		return NULL;
	return bsearch(&wanted, detail->metrics, detail->nmetrics, sizeof wanted, compare_metrics);
}
