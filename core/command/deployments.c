/* leeboard deployments */
#include "command/context.h"

#include "base/clock.h"
#include "sheet/deployments.h"
#include "sheet/frame.h"

#include <poll.h>
#include <stdlib.h>

int command_deployments(const struct line *line);

enum { WATCH_MS = 1000 };

/* Would a second sample give a rate? Where there is no page to count on, waiting is for nothing. */
static bool wants_sample(const struct context *context)
{
	for (size_t i = 0; i < context->n; i++) {
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

static void read_all(struct context *context)
{
	struct query query = {.kind = RECORD_DEPLOYMENTS};

	for (size_t i = 0; i < context->n; i++)
		if (context->heads[i].err.code == ERR_NONE)
			context_head(context, i, &query);
}

static int print(struct context *context)
{
	struct grid *grid = deployments_grid(context->heads, context->n, NULL);
	struct json_out json;
	int code = context_arrange(context, grid);

	if (!code && context->line->format == PRINT_JSON) {
		json_put_open(&json, stdout);
		frame_begin(&json, "deployments", context->heads, context->n, context->now);
		frame_counts(&json, grid->sheet.total, grid->sheet.n);
		deployments_json(&json, grid, NULL);
		code = frame_end(&json) ? EXIT_UNKNOWN : context_exit(context);
	} else if (!code) {
		code = context_print(context, &grid->sheet);
	}
	grid_free(grid);
	return code;
}

int command_deployments(const struct line *line)
{
	struct context context;
	int code = context_open(&context, line, CAN_DEPLOYMENTS);

	if (!code) {
		int64_t apart = line->watch > 0 ? (int64_t)(line->watch * 1000) : WATCH_MS;

		read_all(&context);
		if ((line->watch > 0 || wants_sample(&context)) && wait_between(&context, apart))
			read_all(&context);
		code = print(&context);
	}
	context_release(&context);
	return code;
}
