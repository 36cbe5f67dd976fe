/* Histories over REST, and what is worked out from them for details and columns; see rest_own.h. */
#include "source/mlflow/rest_own.h"

#include "base/mem.h"
#include "record/build.h"
#include "source/mlflow/tally.h"

#include <stdlib.h>
#include <string.h>

enum { DETAILS_MAX = 512 << 20 };

/* ---- asking ---- */

int rest_history_page(struct asking *ask, struct str run, struct str key, rest_on_point *each,
		      void *ctx, struct err *err)
{
	struct http_response response;
	struct buf url;
	int result;

	buf_init(&url, 4 * URL_MAX);
	buf_adds(&url, REST_API "metrics/get-history");
	url_add_query(&url, "run_id", run);
	url_add_query(&url, "metric_key", key);
	buf_addf(&url, "&max_results=%d", REST_HISTORY);
	if (ask->next.n)
		url_add_query(&url, "page_token", buf_str(&ask->next));
	result = rest_get(ask, buf_cstr(&url), &response, err);
	buf_release(&url);
	if (result)
		return -1;
	result = decode_points(buf_str(&response.body), each, ctx, &ask->next, err);
	http_response_release(&response);
	return result;
}

int rest_history(struct asking *ask, struct str run, struct str key, rest_on_point *each,
		 void *ctx, struct err *err)
{
	buf_clear(&ask->next);
	do {
		if (rest_history_page(ask, run, key, each, ctx, err) ||
		    io_progress(ask->io, ask->done, 0, err))
			return -1;
	} while (ask->next.n && !build_full(ask->build));
	return 0;
}

/* A history names no run: the one that was asked for is put in. */
struct named {
	struct str run;
	rest_on_point *each;
	void *ctx;
};

static void name_point(void *ctx, const struct rest_point *point)
{
	struct named *named = ctx;
	struct rest_point whole = *point;

	whole.run = named->run;
	named->each(named->ctx, &whole);
}

static int one_by_one(struct asking *ask, struct str key, const struct str *runs, size_t n,
		      rest_on_point *each, void *ctx, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct named named = {runs[i], each, ctx};

		if (rest_history(ask, runs[i], key, name_point, &named, err))
			return -1;
	}
	return 0;
}

static void count_point(void *ctx, const struct rest_point *point)
{
	(void)point;
	++*(size_t *)ctx;
}

static int bulk(struct asking *ask, struct str key, const struct str *runs, size_t n,
		struct http_response *response, struct err *err)
{
	struct buf url;
	int result;

	buf_init(&url, 4 * URL_MAX);
	buf_adds(&url, "/ajax-api/2.0/mlflow/metrics/get-history-bulk");
	for (size_t i = 0; i < n; i++)
		url_add_query(&url, "run_id", runs[i]);
	url_add_query(&url, "metric_key", key);
	buf_addf(&url, "&max_results=%d", REST_BULK_MAX);
	result = rest_get(ask, buf_cstr(&url), response, err);
	buf_release(&url);
	return result;
}

/*
 * One answer for all runs where the server has that, and where it is not so full that points are
 * missing from it; else one by one.
 */
int rest_histories(struct asking *ask, struct str key, const struct str *runs, size_t n,
		   rest_on_point *each, void *ctx, struct err *err)
{
	struct rest *rest = ask->rest;
	struct http_response response;
	size_t points = 0;
	int result;

	if (n < 2 || rest->no_bulk)
		return one_by_one(ask, key, runs, n, each, ctx, err);
	if (bulk(ask, key, runs, n, &response, err)) {
		if (err->native != 404 && err->native != 400 && err->code != ERR_USAGE)
			return -1;
		rest->no_bulk = err->native == 404;
		return one_by_one(ask, key, runs, n, each, ctx, err);
	}
	result = decode_points(buf_str(&response.body), count_point, &points, NULL, err);
	if (!result && points < REST_BULK_MAX)
		result = decode_points(buf_str(&response.body), each, ctx, NULL, err);
	http_response_release(&response);
	if (!result && points >= REST_BULK_MAX)
		return one_by_one(ask, key, runs, n, each, ctx, err);
	return result ? -1 : io_progress(ask->io, ask->done, 0, err);
}

/* ---- aggregates of one metric over many runs ---- */

struct gather {
	struct map by_run;               /* run id → index */
	struct tally *sums;
};

static void gather_point(void *ctx, const struct rest_point *point)
{
	struct gather *gather = ctx;
	uint32_t at;

	if (map_get(&gather->by_run, point->run, &at))
		tally_add(&gather->sums[at], point->step, point->time, point->value);
}

/* sums[i] gets the aggregates of runs[i]; n is at most REST_BATCH. */
static int aggregate(struct asking *ask, struct str key, const struct str *runs, size_t n,
		     struct tally *sums, struct err *err)
{
	struct gather gather = {.sums = sums};
	int result;

	memset(sums, 0, n * sizeof *sums);
	map_init(&gather.by_run);
	for (size_t i = 0; i < n; i++)
		map_put(&gather.by_run, runs[i], (uint32_t)i);
	result = rest_histories(ask, key, runs, n, gather_point, &gather, err);
	map_release(&gather.by_run);
	return result;
}

/* ---- RECORD_COLUMN ---- */

static double pick(const struct metric *metric, enum column_aggregate aggregate)
{
	switch (aggregate) {
	case AGGREGATE_FIRST:
		return metric->first;
	case AGGREGATE_MIN:
		return metric->min;
	case AGGREGATE_MAX:
		return metric->max;
	case AGGREGATE_MEAN:
		return metric->mean;
	case AGGREGATE_COUNT:
		return (double)metric->count;
	default:
		return metric->last;
	}
}

/* The values of a batch of rows. */
static int fill_rows(struct asking *ask, const struct query *query, const struct str *runs,
		     const size_t *rows, size_t n, struct err *err)
{
	struct tally sums[REST_BATCH];

	if (aggregate(ask, query->column.key, runs, n, sums, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct metric metric = {0};

		tally_fill(&sums[i], &metric);
		build_column_number(ask->build, rows[i], pick(&metric, query->column.aggregate));
	}
	return 0;
}

/* Only runs that have the metric have a history of it; their details say so. */
static bool has_metric(const struct run_table *table, size_t row, struct str key)
{
	const struct run_detail *detail = run_detail_at(table, row);

	return detail && detail_metric(detail, key);
}

int rest_read_column(struct asking *ask, const struct query *query, struct err *err)
{
	const struct run_table *table = &query->table->u.runs;
	struct str runs[REST_BATCH] = {STR_NONE};
	size_t rows[REST_BATCH], n = 0;

	/* the pages' details have answered for all kinds but aggregates */
	if (query->column.kind != COLUMN_METRIC)
		return 0;
	for (size_t row = 0; row < table->rows; row++) {
		if (!build_column_wants(ask->build, row) || run_at(table, row)->gone)
			continue;
		if (!has_metric(table, row, query->column.key)) {
			build_column_none(ask->build, row);
			continue;
		}
		runs[n] = run_at(table, row)->id;
		rows[n++] = row;
		if (n == REST_BATCH && fill_rows(ask, query, runs, rows, n, err))
			return -1;
		n %= REST_BATCH;
	}
	return n ? fill_rows(ask, query, runs, rows, n, err) : 0;
}

/* ---- RECORD_DETAILS ---- */

struct batch {
	struct asking *ask;
	struct arena arena;
	struct run_detail *details[REST_BATCH];
	size_t n;
};

static void keep_detail(void *ctx, struct run_detail *detail)
{
	struct batch *batch = ctx;
	struct run_detail *copy;
	uint32_t at;

	if (map_get(&batch->ask->rest->by_id, detail->run.experiment, &at))
		detail->run.experiment_name = batch->ask->rest->experiments[at].name;
	copy = batch->n < REST_BATCH ? detail_copy(&batch->arena, detail, NULL) : NULL;
	if (copy)
		batch->details[batch->n++] = copy;
}

/* The metric with that key in each detail of the batch gets its aggregates. */
static int aggregate_key(struct batch *batch, struct str key, struct err *err)
{
	struct tally sums[REST_BATCH];
	struct metric *metrics[REST_BATCH];
	struct str runs[REST_BATCH] = {STR_NONE};
	size_t n = 0;

	for (size_t i = 0; i < batch->n; i++) {
		const struct metric *metric = detail_metric(batch->details[i], key);

		if (!metric)
			continue;
		metrics[n] = &batch->details[i]->metrics[metric - batch->details[i]->metrics];
		runs[n++] = batch->details[i]->run.id;
	}
	if (aggregate(batch->ask, key, runs, n, sums, err))
		return -1;
	for (size_t i = 0; i < n; i++)
		tally_fill(&sums[i], metrics[i]);
	return 0;
}

/* Every key that some run of the batch has, once: those without aggregates yet. */
static int aggregate_batch(struct batch *batch, struct err *err)
{
	for (size_t i = 0; i < batch->n; i++)
		for (uint32_t k = 0; k < batch->details[i]->nmetrics; k++) {
			const struct metric *metric = &batch->details[i]->metrics[k];

			if (!metric->has_aggregates && aggregate_key(batch, metric->key, err))
				return -1;
		}
	return 0;
}

static int read_batch(struct asking *ask, const struct query *query, const struct str *ids,
		      size_t n, struct err *err)
{
	struct batch batch = {.ask = ask};
	int result;

	arena_init(&batch.arena, DETAILS_MAX);
	result = rest_runs_of(ask, ids, n, keep_detail, &batch, err);
	if (!result && batch.arena.over)
		result = err_set(err, ERR_TOO_BIG, "the runs' details are past %d MB",
				 DETAILS_MAX >> 20);
	if (!result && query->aggregates)
		result = aggregate_batch(&batch, err);
	for (size_t i = 0; i < batch.n && !result; i++)
		build_detail(ask->build, batch.details[i]);
	arena_release(&batch.arena);
	return result;
}

int rest_read_details(struct asking *ask, const struct query *query, struct err *err)
{
	if (!ask->rest->n && rest_list_experiments(ask, err))
		return -1;
	for (size_t i = 0; i < query->nids; i += REST_BATCH) {
		size_t left = query->nids - i;

		if (read_batch(ask, query, query->ids + i, left < REST_BATCH ? left : REST_BATCH,
			       err))
			return -1;
	}
	return 0;
}
