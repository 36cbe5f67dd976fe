/* leeboard series */
#include "command/context.h"
#include "command/names.h"

#include "base/mem.h"
#include "sheet/frame.h"
#include "sheet/series.h"

#include <stdlib.h>

int command_series(const struct line *line);

struct report {
	struct context *context;
	struct snapshot **series;
	struct series_part *parts;
	size_t n, cap, parts_cap;
};

static void add_series(struct report *report, const struct named_run *run, struct str key)
{
	struct query query = {.kind = RECORD_SERIES, .run = run->id, .key = key};
	struct snapshot *series = context_read(report->context, run->source, &query, NULL);

	if (!series)
		return;
	MEM_GROW(report->series, report->n, report->cap);
	if (report->n == report->parts_cap) {
		report->parts_cap = report->cap;
		report->parts = mem_resize(report->parts, report->cap, sizeof *report->parts);
	}
	report->parts[report->n] = (struct series_part){
		report->context->heads[run->source].name, &series->u.series};
	report->series[report->n++] = series;
}

/* Every metric that the run has, by name. */
static int add_every(struct report *report, const struct named_run *run)
{
	struct query query = {.kind = RECORD_DETAILS, .ids = &run->id, .nids = 1};
	struct snapshot *details = context_read(report->context, run->source, &query, NULL);

	if (!details || details->u.details.n == 0) {
		snapshot_unref(details);
		return EXIT_UNKNOWN;
	}
	for (uint32_t m = 0; m < details->u.details.details[0].nmetrics; m++)
		add_series(report, run, details->u.details.details[0].metrics[m].key);
	snapshot_unref(details);
	return EXIT_OK;
}

/* A metric that was named has to be one of one of the runs: a misspelt key is no empty curve. */
static int check_metrics(const struct report *report)
{
	const struct words *metrics = &report->context->line->metrics;
	int code = EXIT_OK;

	for (size_t m = 0; m < metrics->n && !report->context->failed; m++) {
		size_t points = 0;
		struct err err;

		for (size_t i = 0; i < report->n; i++)
			if (str_equal(report->parts[i].series->key, str_of(metrics->items[m])))
				points += report->parts[i].series->n;
		if (points)
			continue;
		err_set(&err, ERR_NOT_FOUND, "none of the runs has a metric \"%s\"",
			metrics->items[m]);
		code = context_say(&err, EXIT_UNKNOWN);
	}
	return code;
}

static int read_series(struct report *report)
{
	const struct line *line = report->context->line;
	struct query query = {.kind = RECORD_RUNS};
	int code = EXIT_OK;

	for (size_t i = 0; i < report->context->n; i++)
		context_head(report->context, i, &query);
	for (size_t w = 0; w < line->words.n && !code; w++) {
		struct named_run run;

		code = names_find(report->context, line->words.items[w], &run);
		if (!code && !line->metrics.n)
			code = add_every(report, &run);
		for (size_t m = 0; !code && m < line->metrics.n; m++)
			add_series(report, &run, str_of(line->metrics.items[m]));
	}
	return code ? code : check_metrics(report);
}

/* The table's columns and order; the document has its own. */
static int arrange(const struct report *report, struct series_sheet *sheet)
{
	const struct line *line = report->context->line;
	struct err err;

	if (line->sort && series_sheet_sort(sheet, str_of(line->sort), &err))
		return context_say(&err, EXIT_USAGE);
	if (line->columns && series_sheet_pick(sheet, str_of(line->columns), &err))
		return context_say(&err, EXIT_USAGE);
	return EXIT_OK;
}

static int print_series(struct report *report)
{
	struct context *context = report->context;
	struct series_sheet *sheet =
		series_sheet_new(report->parts, report->n, context->line->points);
	struct json_out json;
	int code = arrange(report, sheet);

	if (!code && context->line->format == PRINT_JSON) {
		json_put_open(&json, stdout);
		frame_begin(&json, "series", context->heads, context->n, context->now);
		frame_counts(&json, report->n, report->n);
		series_json(&json, sheet);
		code = context_json_end(context, &json);
	} else if (!code) {
		code = context_print(context, &sheet->sheet);
	}
	series_sheet_free(sheet);
	return code;
}

int command_series(const struct line *line)
{
	struct context context;
	struct report report = {.context = &context};
	int code;

	if (!line->words.n) {
		fprintf(stderr, "leeboard: series wants a run\n"
				"  leeboard series -s mlflow.db RUN --metric loss\n");
		return EXIT_USAGE;
	}
	code = context_open(&context, line, CAN_SERIES);
	if (!code)
		code = read_series(&report);
	if (!code)
		code = print_series(&report);
	for (size_t i = 0; i < report.n; i++)
		snapshot_unref(report.series[i]);
	free(report.series);
	free(report.parts);
	context_release(&context);
	return code;
}
