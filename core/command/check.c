/* leeboard check: the verdict on every monitor and deployment, as rows and as the exit code */
#include "command/monitored.h"

#include "sheet/check.h"
#include "sheet/frame.h"

int command_check(const struct line *line);

static int print_rows(struct context *context, const struct grid *grid)
{
	struct json_out json;

	if (context->line->format != PRINT_JSON)
		return context_print(context, &grid->sheet);
	json_put_open(&json, stdout);
	frame_begin(&json, "check", context->heads, context->n, context->now);
	frame_counts(&json, grid->sheet.total, grid->sheet.n);
	check_json(&json, grid);
	return context_json_end(context, &json);
}

/*
 * The rows' verdict, unless they could not be printed or the user stopped it: of all that the names
 * and the filter leave, however few of them are shown.
 */
static int judge(struct context *context)
{
	const struct words *names = &context->line->words;
	const char *missing;
	struct grid *grid = check_grid(context->heads, context->n, names->items, names->n, &missing);
	int verdict, code;
	struct err err;

	if (missing) {
		grid_free(grid);
		err_set(&err, ERR_NOT_FOUND, "no monitor, feature or deployment \"%s\"", missing);
		context_hint_name(missing, "without a name all are judged", &err);
		return context_say(&err, EXIT_UNKNOWN);
	}
	code = context_filter(context, grid);
	verdict = check_code(grid);
	if (!code && !grid->sheet.n)
		fputs("leeboard: there is nothing to judge\n", stderr);
	if (!code)
		code = context_arrange(context, grid);
	if (!code)
		code = print_rows(context, grid);
	grid_free(grid);
	return code == EXIT_INTERRUPTED || code == EXIT_USAGE ? code : verdict;
}

static void read_deployments(struct context *context)
{
	struct query query = {.kind = RECORD_DEPLOYMENTS};

	for (size_t i = 0; i < context->n; i++)
		if (source_class_of(context->specs[i]->kind)->can & CAN_DEPLOYMENTS)
			context_head(context, i, &query);
}

static int report(struct context *context)
{
	struct monitored monitored;
	int code, verdict = EXIT_OK;

	monitored_init(&monitored);
	code = monitored_find(&monitored, context);
	if (!code) {
		code = monitored_read(&monitored, context);
		read_deployments(context);
		verdict = judge(context);
	}
	monitored_release(&monitored);
	return code ? code : verdict;
}

int command_check(const struct line *line)
{
	struct context context;
	int code = context_open_monitored(&context, line, CAN_EVENTS | CAN_DEPLOYMENTS);

	if (!code)
		code = report(&context);
	context_release(&context);
	return code;
}
