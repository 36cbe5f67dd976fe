/* leeboard deployments */
#include "command/context.h"

#include "base/clock.h"
#include "sheet/deployments.h"
#include "sheet/frame.h"

#include <poll.h>

int command_deployments(const struct line *line);

enum { WATCH_MS = 1000 };

/* Would a second sample give a rate? Where there is no page to count on, waiting is for nothing. */
static bool wants_sample(const struct context *context, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		const struct snapshot *snapshot = context->heads[i].snapshot;

		for (size_t d = 0; snapshot && d < snapshot->u.deployments.n; d++) {
			const struct deployment *deployment =
				&snapshot->u.deployments.deployments[d];

			if (!deployment->signal_missing && deployment->nsamples == 1)
				return true;
		}
	}
	return false;
}

/* False when the wait was interrupted, or the command's time would be over. */
static bool wait_between(const struct context *context, int64_t ms)
{
	struct pollfd stop = {.fd = context->stop, .events = POLLIN};

	if (context->deadline && context->deadline - clock_monotonic() <= ms)
		return false;
	return poll(&stop, 1, (int)ms) == 0;
}

/* The first `rows` sources are the endpoints; those behind them are registries. */
static void read_all(struct context *context, size_t rows)
{
	struct query query = {.kind = RECORD_DEPLOYMENTS};

	for (size_t i = 0; i < rows; i++)
		if (context->heads[i].err.code == ERR_NONE)
			context_head(context, i, &query);
}

/* The registries at hand, which what is served is held against. Without them there are rows too. */
static void read_registries(struct context *context, size_t rows)
{
	struct query query = {.kind = RECORD_MODELS};
	bool failed = context->failed;

	for (size_t i = rows; i < context->n; i++)
		context_head(context, i, &query);
	context->failed = failed;
}

static void add_registries(struct context *context)
{
	const struct sources *sources = &context->sources;

	for (size_t i = 0; i < sources->n; i++)
		if (source_class_of(sources->items[i]->kind)->can & CAN_MODELS)
			context_add(context, sources->items[i]);
}

static int print(struct context *context, size_t rows)
{
	struct registries registries = {context->heads + rows, context->n - rows};
	struct grid *grid = deployments_grid(context->heads, rows, &registries);
	struct json_out json;
	int code = context_arrange(context, grid);

	if (!code && context->line->format == PRINT_JSON) {
		json_put_open(&json, stdout);
		frame_begin(&json, "deployments", context->heads, rows, context->now);
		frame_counts(&json, grid->sheet.total, grid->sheet.n);
		deployments_json(&json, grid, &registries);
		code = context_json_end(context, &json);
	} else if (!code) {
		code = context_print(context, &grid->sheet);
	}
	grid_free(grid);
	return code;
}

static int report(struct context *context)
{
	double watch = context->line->watch;
	size_t rows = context->n;

	add_registries(context);
	read_all(context, rows);
	if ((watch > 0 || wants_sample(context, rows)) &&
	    wait_between(context, watch > 0 ? (int64_t)(watch * 1000) : WATCH_MS))
		read_all(context, rows);
	read_registries(context, rows);
	return print(context, rows);
}

int command_deployments(const struct line *line)
{
	struct context context;
	int code = context_open(&context, line, CAN_DEPLOYMENTS);

	if (!code)
		code = report(&context);
	context_release(&context);
	return code;
}
