/* leeboard experiments */
#include "command/context.h"

#include "sheet/experiments.h"
#include "sheet/frame.h"

int command_experiments(const struct line *line);

static int print_json(struct context *context, const struct grid *grid)
{
	struct json_out json;

	json_put_open(&json, stdout);
	frame_begin(&json, "experiments", context->heads, context->n, context->now);
	frame_counts(&json, grid->sheet.total, grid->sheet.n);
	experiments_json(&json, grid, str_of(context->line->columns));
	return context_json_end(context, &json);
}

int command_experiments(const struct line *line)
{
	struct query query = {.kind = RECORD_EXPERIMENTS};
	struct context context;
	struct grid *grid;
	int code = context_open(&context, line, CAN_RUNS);

	if (!code) {
		for (size_t i = 0; i < context.n; i++)
			context_head(&context, i, &query);
		grid = experiments_grid(context.heads, context.n, line->deleted);
		code = context_arrange(&context, grid);
		if (!code)
			code = line->format == PRINT_JSON ? print_json(&context, grid)
							  : context_print(&context, &grid->sheet);
		grid_free(grid);
	}
	context_release(&context);
	return code;
}
