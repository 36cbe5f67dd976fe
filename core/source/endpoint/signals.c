/* What a metrics page says of the models; see signals.h. */
#include "source/endpoint/signals.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"

#include <math.h>
#include <stdlib.h>

#define INFERENCES "/infer|/infer_stream|/generate|/generate_stream"

const struct signal_table signal_tables[] = {
	{
		.server = "mlserver",
		.known = "model_infer_request_success_total",
		.model = "model",
		.requests = {{"model_infer_request_success_total", NULL, NULL},
			     {"model_infer_request_failure_total", NULL, NULL}},
		.errors = {"model_infer_request_failure_total", NULL, NULL},
		.sum = {"model_infer_request_duration_sum", NULL, NULL},
		.count = {"model_infer_request_duration_count", NULL, NULL},
		/* of all requests, our own probes too: only inferences count */
		.histogram = {"rest_server_request_duration_seconds", "path", INFERENCES},
		.unit = 1,
	},
	{
		.server = "kserve",
		.known = "request_predict_seconds",
		.model = "model_name",
		.requests = {{"request_predict_seconds_count", NULL, NULL}, {NULL, NULL, NULL}},
		.errors = {NULL, NULL, NULL},
		.sum = {"request_predict_seconds_sum", NULL, NULL},
		.count = {"request_predict_seconds_count", NULL, NULL},
		.histogram = {"request_predict_seconds", NULL, NULL},
		.histogram_of_model = true,
		.unit = 1,
	},
	{
		.server = "triton",
		.known = "nv_inference_request_success",
		.model = "model",
		.requests = {{"nv_inference_request_success", NULL, NULL},
			     {"nv_inference_request_failure", NULL, NULL}},
		.errors = {"nv_inference_request_failure", NULL, NULL},
		.sum = {"nv_inference_request_duration_us", NULL, NULL},
		.count = {"nv_inference_request_success", NULL, NULL},
		.histogram = {NULL, NULL, NULL},
		.unit = 1e-6,
	},
};

const size_t n_signal_tables = sizeof signal_tables / sizeof *signal_tables;

const struct signal_table *signal_table_of(const struct exposition *page)
{
	for (size_t i = 0; i < n_signal_tables; i++)
		if (exposition_family(page, signal_tables[i].known))
			return &signal_tables[i];
	return NULL;
}

/* ---- which samples ---- */

/* Does text end with one of the words, "|" between them? */
static bool ends_with_any(struct str text, const char *words)
{
	struct str rest = str_of(words);

	while (rest.n) {
		long bar = str_find(rest, '|');
		size_t end = bar < 0 ? rest.n : (size_t)bar;

		if (str_ends(text, str_slice(rest, 0, end)))
			return true;
		rest = str_slice(rest, end + (bar >= 0), rest.n);
	}
	return false;
}

static bool is_meant(const struct exposition_sample *sample, const struct signal_metric *metric)
{
	return !metric->label ||
	       ends_with_any(exposition_label(sample, metric->label), metric->ends);
}

static bool is_of(const struct exposition_sample *sample, const struct signal_metric *metric)
{
	return metric->name && str_equal(sample->name, str_of(metric->name)) &&
	       is_meant(sample, metric);
}

static bool has_family(const struct exposition *page, struct str name)
{
	for (size_t i = 0; i < page->n_families; i++)
		if (str_equal(page->families[i].name, name))
			return true;
	return false;
}

/* Is there such a counter, even if nothing was counted yet? By its own name or its family's. */
static bool is_declared(const struct exposition *page, const struct signal_metric *metric)
{
	struct str name = str_of(metric->name), sum = STR("_sum"), count = STR("_count");

	if (!metric->name)
		return false;
	if (str_ends(name, sum) && has_family(page, str_slice(name, 0, name.n - sum.n)))
		return true;
	if (str_ends(name, count) && has_family(page, str_slice(name, 0, name.n - count.n)))
		return true;
	return has_family(page, name);
}

/* ---- counters ---- */

static void start_row(const struct exposition *page, const struct signal_table *table,
		      struct signal_row *row)
{
	bool requests = is_declared(page, &table->requests[0]);

	row->sample = (struct scrape_sample){
		.requests = requests ? 0 : NAN,
		.errors = is_declared(page, &table->errors) || (table->errors.name && requests)
				  ? 0 : NAN,
		.latency_sum = is_declared(page, &table->sum) ? 0 : NAN,
		.latency_count = is_declared(page, &table->count) ? 0 : NAN,
		.probe = NAN,
	};
	row->scope = isnan(row->sample.latency_sum) ? SCOPE_NONE : SCOPE_MODEL;
	row->bounds = NULL;
	row->nbounds = 0;
}

static void add_counters(const struct signal_table *table, const struct exposition_sample *sample,
			 struct signal_row *row)
{
	if (is_of(sample, &table->requests[0]) || is_of(sample, &table->requests[1]))
		row->sample.requests += sample->value;
	if (is_of(sample, &table->errors))
		row->sample.errors += sample->value;
	if (is_of(sample, &table->sum))
		row->sample.latency_sum += sample->value * table->unit;
	if (is_of(sample, &table->count))
		row->sample.latency_count += sample->value;
}

/* ---- histograms ---- */

struct bucket {
	double bound, count;
};

static bool read_bound(const struct exposition_sample *sample, double *bound)
{
	struct str text = exposition_label(sample, "le");

	if (str_equal(text, STR("+Inf"))) {
		*bound = INFINITY;
		return true;
	}
	return num_parse(text, bound);
}

static int compare_buckets(const void *a, const void *b)
{
	double x = ((const struct bucket *)a)->bound, y = ((const struct bucket *)b)->bound;

	return x < y ? -1 : x > y;
}

/* Cumulative counts at each bound, of all series together, as `sum by (le)` has it. */
static void put_buckets(struct bucket *list, size_t n, double unit, struct signal_row *row,
			struct arena *arena)
{
	double *bounds = arena_zero(arena, n, sizeof *bounds);
	double *counts = arena_zero(arena, n, sizeof *counts);
	uint32_t used = 0;

	if (!n || !bounds || !counts)
		return;
	qsort(list, n, sizeof *list, compare_buckets);
	for (size_t i = 0; i < n; i++) {
		double bound = list[i].bound * unit;

		if (used && bounds[used - 1] == bound) {
			counts[used - 1] += list[i].count;
		} else {
			bounds[used] = bound;
			counts[used++] = list[i].count;
		}
	}
	if (!isinf(bounds[used - 1]) || used > SIGNAL_BUCKETS)
		return;
	row->bounds = bounds;
	row->nbounds = used;
	row->sample.buckets = counts;
}

/* The histogram of one model, or (model missing) of all of them. */
static void read_histogram(const struct exposition *page, const struct signal_table *table,
			   struct signal_row *row, struct str model, struct arena *arena)
{
	struct str name = str_of(table->histogram.name);
	struct bucket *list = NULL;
	size_t n = 0, cap = 0;
	double sum = 0, count = 0;

	for (size_t i = 0; i < page->n_samples; i++) {
		const struct exposition_sample *sample = &page->samples[i];
		struct str end = str_slice(sample->name, name.n, sample->name.n);
		double bound;

		if (!str_starts(sample->name, name) || !is_meant(sample, &table->histogram) ||
		    (!str_none(model) && !str_equal(exposition_label(sample, table->model), model)))
			continue;
		if (str_equal(end, STR("_bucket")) && read_bound(sample, &bound)) {
			MEM_GROW(list, n, cap);
			list[n++] = (struct bucket){bound, sample->value};
		}
		sum += str_equal(end, STR("_sum")) ? sample->value * table->unit : 0;
		count += str_equal(end, STR("_count")) ? sample->value : 0;
	}
	put_buckets(list, n, table->unit, row, arena);
	free(list);
	if (!row->bounds)
		return;
	row->scope = str_none(model) ? SCOPE_SERVER : SCOPE_MODEL;
	row->sample.latency_sum = sum;
	row->sample.latency_count = count;
}

/* ---- the page ---- */

void signals_read(const struct exposition *page, const struct signal_table *table,
		  struct signal_row *rows, size_t n, struct arena *arena)
{
	struct map by_model;
	uint32_t at;

	map_init(&by_model);
	for (size_t i = 0; i < n; i++) {
		start_row(page, table, &rows[i]);
		map_put(&by_model, rows[i].model, (uint32_t)i);
	}
	for (size_t i = 0; i < page->n_samples; i++) {
		struct str model = exposition_label(&page->samples[i], table->model);

		if (!str_none(model) && map_get(&by_model, model, &at))
			add_counters(table, &page->samples[i], &rows[at]);
	}
	for (size_t i = 0; i < n && table->histogram.name; i++)
		if (table->histogram_of_model)
			read_histogram(page, table, &rows[i], rows[i].model, arena);
		else if (n == 1)
			read_histogram(page, table, &rows[i], STR_NONE, arena);
	map_release(&by_model);
}
