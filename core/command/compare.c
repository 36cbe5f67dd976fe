/* leeboard compare */
#include "command/context.h"
#include "command/names.h"

#include "base/mem.h"
#include "sheet/compare.h"
#include "sheet/frame.h"

#include <stdlib.h>
#include <string.h>

int command_compare(const struct line *line);

struct report {
	struct context *context;
	size_t n, baseline;
	struct named_run *runs;
	struct snapshot **details; /* of each source */
	struct compare_run *columns;
};

static int find_runs(struct report *report)
{
	const struct line *line = report->context->line;
	struct query query = {.kind = RECORD_RUNS};
	struct named_run baseline;
	int code = EXIT_OK;

	for (size_t i = 0; i < report->context->n; i++)
		context_head(report->context, i, &query);
	for (size_t i = 0; i < report->n && !code; i++)
		code = names_find(report->context, line->words.items[i], &report->runs[i]);
	if (code || !line->baseline)
		return code;
	code = names_find(report->context, line->baseline, &baseline);
	for (size_t i = 0; i < report->n && !code; i++) {
		if (report->runs[i].source == baseline.source &&
		    str_equal(report->runs[i].id, baseline.id)) {
			report->baseline = i;
			return EXIT_OK;
		}
	}
	if (!code)
		fprintf(stderr, "leeboard: the baseline is not one of the runs\n");
	return code ? code : EXIT_USAGE;
}

/* The column of each run that the details of a source hold. */
static void take_details(struct report *report, size_t source, const struct snapshot *details)
{
	for (size_t i = 0; i < report->n; i++) {
		for (size_t d = 0; details && d < details->u.details.n; d++) {
			const struct run_detail *detail = &details->u.details.details[d];

			if (report->runs[i].source == source &&
			    str_equal(report->runs[i].id, detail->run.id))
				report->columns[i] = (struct compare_run){
					report->context->heads[source].name, detail};
		}
	}
}

/* All runs of a source at once; NULL when it has none of them. */
static struct snapshot *read_source(struct report *report, size_t source)
{
	struct query query = {.kind = RECORD_DETAILS};
	struct str *ids = mem_alloc(report->n * sizeof *ids);
	struct snapshot *details = NULL;

	for (size_t i = 0; i < report->n; i++)
		if (report->runs[i].source == source)
			ids[query.nids++] = report->runs[i].id;
	query.ids = ids;
	if (query.nids)
		details = context_read(report->context, source, &query, NULL);
	free(ids);
	context_warn(report->context, source, details);
	return details;
}

static bool read_details(struct report *report)
{
	for (size_t source = 0; source < report->context->n; source++) {
		report->details[source] = read_source(report, source);
		take_details(report, source, report->details[source]);
	}
	for (size_t i = 0; i < report->n; i++)
		if (!report->columns[i].detail)
			return false;
	return true;
}

static int print_json(struct report *report, const struct compare *compare)
{
	struct context *context = report->context;
	struct grid *grid = compare_grid(compare, report->columns);
	int code = context_arrange(context, grid);
	struct json_out json;

	if (code) {
		grid_free(grid);
		return code;
	}
	json_put_open(&json, stdout);
	frame_begin(&json, "compare", context->heads, context->n, context->now);
	frame_counts(&json, compare->nrows + compare->hidden, compare->nrows);
	compare_json(&json, compare, report->columns, grid);
	grid_free(grid);
	return context_json_end(context, &json);
}

static int print_table_of(struct report *report, const struct compare *compare)
{
	struct grid *grid = compare_grid(compare, report->columns);
	int code = context_arrange(report->context, grid);

	if (!code)
		code = context_print(report->context, &grid->sheet);
	if (!code && compare->hidden)
		fprintf(stderr, "%zu equal row%s hidden (--all shows them)\n", compare->hidden,
			compare->hidden == 1 ? "" : "s");
	grid_free(grid);
	return code;
}

static int print_compare(struct report *report)
{
	const struct run_detail **details = mem_alloc(report->n * sizeof *details);
	struct compare_options options = {.baseline = report->baseline,
					  .all = report->context->line->all};
	struct compare *compare;
	int code;

	for (size_t i = 0; i < report->n; i++)
		details[i] = report->columns[i].detail;
	options.rules = context_directions(report->context, &options.nrules);
	compare = compare_new(details, report->n, &options);
	if (compare->cut) {
		fprintf(stderr, "leeboard: the comparison is too large: rows are missing\n");
		report->context->failed = true;
	}
	code = report->context->line->format == PRINT_JSON ? print_json(report, compare)
							   : print_table_of(report, compare);
	compare_free(compare);
	free(details);
	return code;
}

int command_compare(const struct line *line)
{
	struct context context;
	struct report report = {.context = &context, .n = line->words.n};
	int code;

	if (report.n < 2) {
		fprintf(stderr, "leeboard: compare wants two runs or more\n"
				"  leeboard compare -s mlflow.db RUN RUN\n");
		return EXIT_USAGE;
	}
	if (report.n > RUN_CHUNK) {
		fprintf(stderr, "leeboard: compare takes at most %d runs\n", RUN_CHUNK);
		return EXIT_USAGE;
	}
	code = context_open(&context, line, CAN_RUNS);
	report.runs = mem_zero(report.n, sizeof *report.runs);
	report.details = mem_zero(context.n, sizeof *report.details);
	report.columns = mem_zero(report.n, sizeof *report.columns);
	if (!code)
		code = find_runs(&report);
	if (!code)
		code = read_details(&report) ? print_compare(&report) : EXIT_UNKNOWN;
	for (size_t i = 0; i < context.n; i++)
		snapshot_unref(report.details[i]);
	free(report.runs);
	free(report.details);
	free(report.columns);
	context_release(&context);
	return code;
}
