/*
 * The steps of the workbench on a store, timed within one process, without terminal or start-up:
 *
 *   inside FILE TIMES        one JSON object: step → seconds, the best of TIMES
 *
 * list is what stands before the first sorted screen: all runs with three metric columns. The same
 * functions run in the panes (engine_read, the sheets, chart_reduce).
 */
#include "analysis/compare.h"
#include "base/clock.h"
#include "base/mem.h"
#include "config/sources.h"
#include "engine/read.h"
#include "sheet/chart.h"
#include "sheet/compare.h"
#include "sheet/json_out.h"
#include "sheet/runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { COMPARED = 100, DOTS = 400 };

struct bench {
	struct source_spec spec;
	struct source *source;
	struct snapshot *runs;
	struct runs_view view;
	struct runs_part part;
	struct err err;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void must(int failed, const struct err *err)
{
	if (!failed)
		return;
	fprintf(stderr, "inside: %s %s\n", err->message, err->hint);
	exit(1);
}

static struct snapshot *read_query(struct bench *bench, const struct query *query)
{
	struct read_limits limits = {.stop = -1};
	struct snapshot *snapshot = engine_read(bench->source, query, &limits, NULL, &bench->err);

	must(!snapshot || bench->err.code != ERR_NONE, &bench->err);
	return snapshot;
}

static void open_bench(struct bench *bench, const char *path)
{
	const struct source_class *class = source_class_of("mlflow");

	*bench = (struct bench){.spec = {.name = "bench", .kind = "mlflow", .location = path,
					 .place = path}};
	must(class->open(&bench->spec, &bench->source, &bench->err), &bench->err);
	runs_view_init(&bench->view);
}

/* Runs and the columns of the view, as the pane asks for them. */
static void load(struct bench *bench)
{
	struct query query = {.kind = RECORD_RUNS};

	bench->runs = read_query(bench, &query);
	bench->part = (struct runs_part){
		.source = {.name = STR("bench"), .kind = "mlflow", .snapshot = bench->runs},
		.columns = mem_zero(bench->view.nneeds + 1, sizeof *bench->part.columns),
	};
	for (size_t c = 0; c < bench->view.nneeds; c++) {
		struct query column = {.kind = RECORD_COLUMN, .column = bench->view.needs[c],
				       .table = bench->runs};

		bench->part.columns[c] = read_query(bench, &column);
	}
}

static void close_bench(struct bench *bench)
{
	for (size_t c = 0; bench->part.columns && c < bench->view.nneeds; c++)
		snapshot_unref(bench->part.columns[c]);
	free(bench->part.columns);
	snapshot_unref(bench->runs);
	runs_view_release(&bench->view);
	bench->source->class->close(bench->source);
}

static double show(struct bench *bench)
{
	double start = now();
	struct runs_sheet *sheet = runs_sheet_new(&bench->view, &bench->part, 1);

	start = now() - start;
	runs_sheet_free(sheet);
	return start;
}

/* ---- the steps ---- */

static double time_list(const char *path)
{
	struct bench bench;
	double start = now(), spent;

	open_bench(&bench, path);
	must(runs_view_add_list(&bench.view, STR("name,metrics.metric_00,metrics.metric_01,"
						 "metrics.metric_02"), &bench.err), &bench.err);
	load(&bench);
	show(&bench);
	spent = now() - start;
	close_bench(&bench);
	return spent;
}

/* On a table that is shown already. */
static double time_best(const char *path)
{
	struct bench bench;
	struct query query = {.kind = RECORD_COLUMN,
			      .column = {COLUMN_METRIC, AGGREGATE_MAX, STR("metric_00")}};
	double start, spent;

	open_bench(&bench, path);
	load(&bench);
	query.table = bench.runs;
	start = now();
	snapshot_unref(read_query(&bench, &query));
	spent = now() - start;
	close_bench(&bench);
	return spent;
}

static double time_sort(const char *path)
{
	struct bench bench;
	double spent;

	open_bench(&bench, path);
	runs_view_default(&bench.view);
	must(runs_view_sort(&bench.view, STR("-metrics.metric_00"), &bench.err), &bench.err);
	load(&bench);
	spent = show(&bench);
	close_bench(&bench);
	return spent;
}

static double time_filter(const char *path)
{
	struct bench bench;
	double spent;
	size_t where;

	open_bench(&bench, path);
	runs_view_default(&bench.view);
	must(runs_view_filter(&bench.view, STR("metrics.metric_00 > 0.9 AND params.param_00 > 0.5"),
			      0, &where, &bench.err), &bench.err);
	load(&bench);
	spent = show(&bench);
	close_bench(&bench);
	return spent;
}

/* On a table that is shown already: the details of 100 runs, and what differs. */
static double time_compare(const char *path)
{
	struct bench bench;
	struct str ids[COMPARED];
	const struct run_detail *details[COMPARED];
	struct compare_run runs[COMPARED];
	struct compare_options options = {0};
	struct query query = {.kind = RECORD_DETAILS, .ids = ids, .nids = COMPARED};
	struct compare *compare;
	struct snapshot *snapshot;
	double start, spent;

	open_bench(&bench, path);
	load(&bench);
	for (size_t i = 0; i < COMPARED; i++)
		ids[i] = run_at(&bench.runs->u.runs, i * (bench.runs->u.runs.rows / COMPARED))->id;
	start = now();
	snapshot = read_query(&bench, &query);
	must(snapshot->u.details.n != COMPARED, &bench.err);
	for (size_t i = 0; i < COMPARED; i++) {
		details[i] = &snapshot->u.details.details[i];
		runs[i] = (struct compare_run){STR("bench"), details[i]};
	}
	compare = compare_new(details, COMPARED, &options);
	grid_free(compare_grid(compare, runs));
	spent = now() - start;
	compare_free(compare);
	snapshot_unref(snapshot);
	close_bench(&bench);
	return spent;
}

static void time_curve(const char *path, double *loading, double *drawing)
{
	struct bench bench;
	struct query query = {.kind = RECORD_SERIES, .key = STR("curve")};
	struct chart_line line = {0};
	struct chart chart = {.nlines = 1, .lines = &line};
	struct snapshot *series;
	double start, x_lo, x_hi, y_lo, y_hi;
	struct m4 m4;

	open_bench(&bench, path);
	query.run = STR("00000000000000000000000000000000"); /* make_store's first */
	start = now();
	series = read_query(&bench, &query);
	*loading = now() - start;
	start = now();
	line.series = &series->u.series;
	must(!chart_x_range(&chart, &x_lo, &x_hi) ||
	     !chart_y_range(&chart, x_lo, x_hi, &y_lo, &y_hi), &bench.err);
	chart_reduce(&chart, &line, x_lo, x_hi, DOTS, &m4);
	*drawing = now() - start;
	m4_release(&m4);
	snapshot_unref(series);
	close_bench(&bench);
}

static double best_of(double (*time)(const char *path), const char *path, int times)
{
	double best = time(path);

	for (int i = 1; i < times; i++) {
		double spent = time(path);

		best = spent < best ? spent : best;
	}
	return best;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		double (*time)(const char *path);
	} steps[] = {
		{"list", time_list},     {"best", time_best},       {"sort", time_sort},
		{"filter", time_filter}, {"compare", time_compare},
	};
	int times = argc == 3 ? atoi(argv[2]) : 0;
	double loading = 0, drawing = 0;
	struct json_out json;

	if (times < 1) {
		fprintf(stderr, "usage: inside FILE TIMES\n");
		return 64;
	}
	json_put_open(&json, stdout);
	json_put_object(&json, NULL);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		json_put_number(&json, steps[i].name, best_of(steps[i].time, argv[1], times));
	for (int i = 0; i < times; i++) {
		double load_now, draw_now;

		time_curve(argv[1], &load_now, &draw_now);
		loading = !i || load_now < loading ? load_now : loading;
		drawing = !i || draw_now < drawing ? draw_now : drawing;
	}
	json_put_number(&json, "curve_load", loading);
	json_put_number(&json, "curve_draw", drawing);
	json_put_end(&json);
	return json_put_close(&json) ? 1 : 0;
}
