/* Columns for a run table; see columns.h. */
#include "command/columns.h"

#include "base/mem.h"
#include "record/build.h"

#include <stdlib.h>

static void say_no_best(struct str key)
{
	struct err err;

	err_set(&err, ERR_USAGE, "which way %.*s is better is not known, so it has no best",
		STR_ARG(key));
	err_hint(&err, "`metrics:` in the configuration can say higher or lower");
	context_say(&err, EXIT_OK);
}

void columns_resolve(struct context *context, struct runs_view *view)
{
	const struct direction_rule *rules = NULL;
	bool asked = false;
	size_t nrules = 0;

	for (size_t i = 0; i < view->nneeds; i++) {
		struct column_id *need = &view->needs[i];
		enum direction direction;

		if (need->kind != COLUMN_METRIC || need->aggregate != AGGREGATE_BEST)
			continue;
		if (!asked)
			rules = context_directions(context, &nrules);
		asked = true;
		direction = direction_of(need->key, rules, nrules);
		if (direction == DIRECTION_UNKNOWN)
			say_no_best(need->key);
		else
			need->aggregate = direction == DIRECTION_HIGHER ? AGGREGATE_MAX
									: AGGREGATE_MIN;
	}
}

static struct snapshot *read_column(struct context *context, size_t i, const struct column_id *id)
{
	struct query query = {
		.kind = RECORD_COLUMN,
		.column = *id,
		.table = (struct snapshot *)context->heads[i].snapshot,
	};

	struct snapshot *column;

	if (id->aggregate == AGGREGATE_BEST || !query.table)
		return NULL;
	column = context_read(context, i, &query, NULL);
	context_warn(context, i, column);
	return column;
}

/* Does the filter read that column? */
static bool filters_by(const struct runs_view *view, size_t need)
{
	const struct filter_field *fields;
	size_t n = view->filter ? filter_fields(view->filter, &fields) : 0;

	for (size_t i = 0; i < n; i++)
		if (view->field_needs[i] == need)
			return true;
	return false;
}

/*
 * A source that could not give what the filter reads has no rows: nobody knows which of them the
 * filter would have let through.
 */
static void drop_unfiltered(struct context *context, const struct runs_view *view,
			    struct runs_part *part, size_t i)
{
	for (size_t c = 0; c < view->nneeds; c++) {
		if (part->columns[c] || !context->heads[i].snapshot || !filters_by(view, c))
			continue;
		snapshot_unref((struct snapshot *)context->heads[i].snapshot);
		context->heads[i].snapshot = NULL;
	}
}

struct runs_part *columns_read(struct context *context, const struct runs_view *view)
{
	struct runs_part *parts = mem_zero(context->n, sizeof *parts);

	for (size_t i = 0; i < context->n; i++) {
		parts[i].columns = mem_zero(view->nneeds, sizeof *parts[i].columns);
		for (size_t c = 0; c < view->nneeds; c++)
			parts[i].columns[c] = read_column(context, i, &view->needs[c]);
		drop_unfiltered(context, view, &parts[i], i);
		parts[i].source = context->heads[i];
	}
	return parts;
}

void columns_release(struct runs_part *parts, size_t nparts, const struct runs_view *view)
{
	for (size_t i = 0; i < nparts; i++) {
		for (size_t c = 0; c < view->nneeds; c++)
			snapshot_unref(parts[i].columns[c]);
		free(parts[i].columns);
	}
	free(parts);
}
