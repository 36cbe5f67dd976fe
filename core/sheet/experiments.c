/* Experiments as a sheet; see experiments.h. */
#include "sheet/experiments.h"

#include "sheet/column_list.h"
#include "sheet/row_ref.h"

static const struct sheet_column columns[] = {
	{STR("source"), STR("source"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 6, 20},
	{STR("id"), STR("id"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 2, 18},
	{STR("name"), STR("name"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 40},
	{STR("state"), STR("state"), "", SHEET_STATE, DIRECTION_UNKNOWN, 8, 10},
	{STR("runs"), STR("runs"), "", SHEET_COUNT, DIRECTION_UNKNOWN, 4, 7},
	{STR("last_activity"), STR("active"), "", SHEET_TIME, DIRECTION_UNKNOWN, 6, 6},
};

static void add_experiment(struct grid *grid, const struct sheet_source *source,
			   const struct experiment *experiment, struct buf *id)
{
	struct row_ref *ref = row_ref_new(grid, source, experiment, NULL);

	if (!ref)
		return;
	buf_clear(id);
	buf_addf(id, "%.*s:%.*s", STR_ARG(source->name), STR_ARG(experiment->id));
	grid_row(grid, buf_str(id), ref);
	grid_text(grid, source->name);
	grid_text(grid, experiment->id);
	grid_text(grid, experiment->name);
	grid_state(grid, experiment->deleted ? "deleted" : "active",
		   experiment->deleted ? TONE_DIM : TONE_PLAIN);
	if (experiment->runs == EXPERIMENT_UNCOUNTED)
		grid_missing(grid);
	else
		grid_count(grid, (int64_t)experiment->runs);
	grid_time(grid, experiment->last_activity);
}

static const struct pair *tags_of(const void *data, uint32_t *n)
{
	const struct experiment *experiment = ((const struct row_ref *)data)->record;

	*n = experiment->ntags;
	return experiment->tags;
}

struct grid *experiments_grid(const struct sheet_source *sources, size_t nsources, bool deleted)
{
	struct grid *grid = grid_new(columns, sizeof columns / sizeof *columns);
	struct buf id;

	buf_init(&id, 1 << 16);
	grid->sheet.sources = sources;
	grid->sheet.nsources = nsources;
	grid->tags = tags_of;
	for (size_t s = 0; s < nsources; s++) {
		const struct experiment_list *list;

		if (!sources[s].snapshot)
			continue;
		list = &sources[s].snapshot->u.experiments;
		for (size_t i = 0; i < list->n; i++)
			if (deleted || !list->experiments[i].deleted)
				add_experiment(grid, &sources[s], &list->experiments[i], &id);
	}
	buf_release(&id);
	return grid;
}

const struct experiment *experiments_row(const struct grid *grid, size_t row,
					 const struct sheet_source **source)
{
	const struct row_ref *ref = grid_data(grid, row);

	if (source)
		*source = ref->source;
	return ref->record;
}

void experiments_json(struct json_out *json, const struct grid *grid, struct str list)
{
	json_put_array(json, "experiments");
	for (size_t row = 0; row < grid->sheet.n; row++) {
		const struct sheet_source *source;
		const struct experiment *experiment = experiments_row(grid, row, &source);

		json_put_object(json, NULL);
		json_put_text(json, "source", source->name);
		json_put_text(json, "id", experiment->id);
		json_put_text(json, "name", experiment->name);
		json_put_word(json, "state", experiment->deleted ? "deleted" : "active");
		if (experiment->runs == EXPERIMENT_UNCOUNTED)
			json_put_null(json, "runs");
		else
			json_put_int(json, "runs", (int64_t)experiment->runs);
		json_put_time(json, "last_activity", experiment->last_activity);
		json_put_object(json, "tags");
		for (uint32_t i = 0; i < experiment->ntags; i++)
			if (column_list_has(list, "tags.", experiment->tags[i].key))
				json_put_key_text(json, experiment->tags[i].key, experiment->tags[i].value);
		json_put_end(json);
		json_put_end(json);
	}
	json_put_end(json);
}
