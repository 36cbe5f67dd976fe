/* leeboard runs */
#include "command/columns.h"
#include "command/commits.h"
#include "command/context.h"

#include "base/mem.h"
#include "sheet/frame.h"
#include "sheet/runs_json.h"

#include <stdlib.h>

int command_runs(const struct line *line);

struct report {
	struct context *context;
	struct runs_view view;
	struct runs_view keys; /* --columns, for JSON */
	struct commits commits; /* for JSON */
	bool pushed;           /* a server filtered: nobody knows the total */
};

static int make_view(struct report *report)
{
	const struct line *line = report->context->line;
	struct err err;
	size_t where;

	report->view.deleted = line->deleted;
	if (line->columns) {
		if (runs_view_add_list(&report->view, str_of(line->columns), &err) ||
		    runs_view_add_list(&report->keys, str_of(line->columns), &err))
			return context_say(&err, EXIT_USAGE);
	} else {
		runs_view_default(&report->view);
	}
	/* JSON records have a shape of their own: the columns of the table are not needed */
	if (line->format == PRINT_JSON) {
		runs_view_clear_columns(&report->view);
		report->view.nneeds = 0;
	}
	if (line->sort && runs_view_sort(&report->view, str_of(line->sort), &err))
		return context_say(&err, EXIT_USAGE);
	if (line->filter && runs_view_filter(&report->view, str_of(line->filter),
					     report->context->now, &where, &err))
		return context_say(&err, EXIT_USAGE);
	return EXIT_OK;
}

static void read_runs(struct report *report)
{
	struct context *context = report->context;
	struct buf pushed;

	buf_init(&pushed, FILTER_MAX_BYTES);
	if (report->view.filter)
		filter_push(report->view.filter, &pushed);
	for (size_t i = 0; i < context->n; i++) {
		struct query query = {.kind = RECORD_RUNS};
		const struct source_class *class = source_class_of(context->specs[i]->kind);

		if (pushed.n && !pushed.over && (class->can & CAN_FILTER) &&
		    context->specs[i]->url) {
			query.filter = buf_str(&pushed);
			report->pushed = true;
		}
		context_head(context, i, &query);
	}
	buf_release(&pushed);
}

static struct snapshot *read_details(void *ctx, const struct runs_part *part,
				     const struct str *ids, size_t n)
{
	struct report *report = ctx;
	struct query query = {
		.kind = RECORD_DETAILS,
		.ids = ids,
		.nids = n,
		.aggregates = report->context->line->aggregates,
	};

	for (size_t i = 0; i < report->context->n; i++) {
		struct snapshot *details;

		if (!str_equal(part->source.name, report->context->heads[i].name))
			continue;
		details = context_read(report->context, i, &query, NULL);
		context_warn(report->context, i, details);
		return details;
	}
	return NULL;
}

static void learn_commits(void *ctx, const struct run_detail *const *details, size_t n)
{
	struct report *report = ctx;

	commits_learn(&report->commits, details, n);
}

static const struct commit *find_commit(void *ctx, const struct run_detail *detail)
{
	struct report *report = ctx;

	return commits_find(&report->commits, detail);
}

static int print_json(struct report *report, const struct runs_sheet *sheet)
{
	struct context *context = report->context;
	size_t limit = context->line->limit;
	struct runs_json options = {
		.details = read_details,
		.learn = learn_commits,
		.commit = find_commit,
		.ctx = report,
		.aggregates = context->line->aggregates,
		.only = context->line->columns ? &report->keys : NULL,
	};
	struct json_out json;

	json_put_open(&json, stdout);
	frame_begin(&json, "runs", context->heads, context->n, context->now);
	frame_counts(&json, sheet->sheet.total,
		     sheet->sheet.n < limit ? sheet->sheet.n : limit);
	commits_init(&report->commits, context);
	runs_json_write(&json, sheet, limit, &options);
	commits_release(&report->commits);
	return context_json_end(context, &json);
}

static int print_runs(struct report *report)
{
	struct context *context = report->context;
	struct runs_part *parts;
	struct runs_sheet *sheet;
	int code;

	columns_resolve(context, &report->view);
	read_runs(report);
	parts = columns_read(context, &report->view);
	sheet = runs_sheet_new(&report->view, parts, context->n);
	if (report->pushed)
		sheet->sheet.total = SIZE_MAX;
	if (context->line->format == PRINT_JSON) {
		code = print_json(report, sheet);
	} else {
		context_limit(context, &sheet->sheet);
		code = context_print(context, &sheet->sheet);
	}
	runs_sheet_free(sheet);
	columns_release(parts, context->n, &report->view);
	return code;
}

int command_runs(const struct line *line)
{
	struct report *report = mem_zero(1, sizeof *report);
	struct context context;
	int code;

	report->context = &context;
	runs_view_init(&report->view);
	runs_view_init(&report->keys);
	code = context_open(&context, line, CAN_RUNS);
	if (!code)
		code = make_view(report);
	if (!code)
		code = print_runs(report);
	runs_view_release(&report->view);
	runs_view_release(&report->keys);
	context_release(&context);
	free(report);
	return code;
}
