/* leeboard models */
#include "command/context.h"

#include "sheet/frame.h"
#include "sheet/models.h"

int command_models(const struct line *line);

static int print_json(struct context *context, const struct models_choice *choice)
{
	struct grid *grid = models_grid(context->heads, context->n, choice);
	struct json_out json;
	int code = context_order(context, grid);

	if (!code) {
		context_limit(context, &grid->sheet);
		json_put_open(&json, stdout);
		frame_begin(&json, "models", context->heads, context->n, context->now);
		frame_counts(&json, grid->sheet.total, grid->sheet.n);
		models_json(&json, grid, choice);
		code = context_json_end(context, &json);
	}
	grid_free(grid);
	return code;
}

static int print_versions(struct context *context, const struct models_choice *choice)
{
	struct grid *grid = versions_grid(context->heads, context->n, choice);
	int code = context_arrange(context, grid);

	if (!code)
		code = context_print(context, &grid->sheet);
	grid_free(grid);
	return code;
}

/* What was named has to be there, unless a source that may have it could not be read. */
static int choose(const struct context *context, struct models_choice *choice)
{
	const char *word = context->line->words.items[0];
	struct err err;

	if (models_choose(context->heads, context->n, str_of(word), choice) || context->failed)
		return EXIT_OK;
	err_set(&err, ERR_NOT_FOUND, "no %s \"%s\"", choice->prompts ? "prompt" : "model", word);
	context_hint_name(word, "one is named MODEL, MODEL/VERSION or MODEL@ALIAS", &err);
	return context_say(&err, EXIT_UNKNOWN);
}

static int report(struct context *context)
{
	const struct line *line = context->line;
	struct query query = {.kind = RECORD_MODELS};
	struct models_choice choice = {.prompts = line->prompts, .deleted = line->deleted,
				       .columns = str_of(line->columns)};
	int code = EXIT_OK;

	for (size_t i = 0; i < context->n; i++)
		context_head(context, i, &query);
	if (line->words.n)
		code = choose(context, &choice);
	if (code)
		return code;
	return line->format == PRINT_JSON ? print_json(context, &choice)
					  : print_versions(context, &choice);
}

int command_models(const struct line *line)
{
	struct context context;
	struct err err;
	int code;

	if (line->words.n > 1) {
		err_set(&err, ERR_USAGE, "models takes one name; sources come with -s");
		return context_say(&err, EXIT_USAGE);
	}
	code = context_open(&context, line, CAN_MODELS);
	if (!code)
		code = report(&context);
	context_release(&context);
	return code;
}
