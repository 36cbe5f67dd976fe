/* Drift as a table and as JSON; see drift.h. The detail views are in drift_detail.c. */
#include "sheet/drift.h"

#include "base/clock.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

static const struct sheet_column columns[] = {
	{STR("state"), STR("state"), "", SHEET_STATE, DIRECTION_UNKNOWN, 8, 14},
	{STR("monitor"), STR("monitor"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 5, 24},
	{STR("model"), STR("model"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 5, 24},
	{STR("version"), STR("version"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 3, 12},
	{STR("feature"), STR("feature"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 32},
	{STR("type"), STR("type"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 7, 11},
	{STR("recipe"), STR("recipe"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 22},
	{STR("value"), STR("value"), "", SHEET_NUMBER, DIRECTION_LOWER, 6, 10},
	{STR("p"), STR("p"), "", SHEET_NUMBER, DIRECTION_UNKNOWN, 6, 10},
	{STR("floor_mean"), STR("noise"), "", SHEET_NUMBER, DIRECTION_UNKNOWN, 6, 10},
	{STR("floor_95"), STR("floor"), "", SHEET_NUMBER, DIRECTION_UNKNOWN, 6, 10},
	{STR("limit"), STR("limit"), "", SHEET_NUMBER, DIRECTION_UNKNOWN, 5, 10},
	{STR("n"), STR("n"), "", SHEET_COUNT, DIRECTION_UNKNOWN, 4, 10},
	{STR("reference_n"), STR("ref n"), "", SHEET_COUNT, DIRECTION_UNKNOWN, 4, 10},
	{STR("from"), STR("from"), "", SHEET_TIME, DIRECTION_UNKNOWN, 4, 20},
	{STR("to"), STR("to"), "", SHEET_TIME, DIRECTION_UNKNOWN, 4, 20},
	{STR("quality"), STR("quality"), "", SHEET_STATE, DIRECTION_UNKNOWN, 5, 8},
	{STR("null_share"), STR("null"), "%", SHEET_SHARE, DIRECTION_LOWER, 5, 7},
	{STR("invalid_share"), STR("invalid"), "%", SHEET_SHARE, DIRECTION_LOWER, 5, 7},
	{STR("unseen_share"), STR("unseen"), "%", SHEET_SHARE, DIRECTION_LOWER, 5, 7},
	{STR("out_of_range_share"), STR("outside"), "%", SHEET_SHARE, DIRECTION_LOWER, 5, 7},
	{STR("reason"), STR("reason"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 10, 60},
	{STR("curve"), STR("curve"), "", SHEET_CURVE, DIRECTION_UNKNOWN, 8, 16},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

/* Places among them that the table of windows has too. */
enum place {
	STATE = 0, MONITOR = 1, MODEL = 2, FEATURE = 4, RECIPE = 6, VALUE = 7, FLOOR_95 = 10,
	LIMIT = 11, N = 12, FROM = 14, TO = 15,
};

const char *drift_state_text(enum drift_state state)
{
	return state == DRIFT_UNJUDGED ? "–" : drift_state_word(state);
}

enum sheet_tone drift_tone(enum drift_state state)
{
	switch (state) {
	case DRIFT_DRIFTED:
		return TONE_BAD;
	case DRIFT_OK:
		return TONE_GOOD;
	case DRIFT_INSUFFICIENT:
	case DRIFT_STALE:
		return TONE_WARNING;
	default:
		return TONE_DIM;
	}
}

/* --- the grid ------------------------------------------------------------------------------- */

static void add_state(struct grid *grid, const struct drift_monitor *monitor)
{
	if (monitor->state == DRIFT_UNJUDGED)
		grid_missing(grid);
	else
		grid_state(grid, drift_state_word(monitor->state), drift_tone(monitor->state));
}

static void add_quality(struct grid *grid, const struct drift_quality *quality)
{
	if (quality->known)
		grid_state(grid, quality->bad ? "bad" : "ok",
			   quality->bad ? TONE_WARNING : TONE_GOOD);
	else
		grid_missing(grid);
	grid_known(grid, quality->null_share);
	grid_known(grid, quality->invalid_share);
	grid_known(grid, quality->unseen_share);
	grid_known(grid, quality->out_of_range_share);
}

static void add_curve(struct grid *grid, const struct drift_monitor *monitor)
{
	double *values = mem_alloc(monitor->npoints * sizeof *values);

	for (size_t i = 0; i < monitor->npoints; i++)
		values[i] = monitor->points[i].value;
	grid_curve(grid, values, monitor->npoints);
	free(values);
}

/* What anchors the row: monitor, feature and recipe. */
static void start_row(struct grid *grid, const struct drift_monitor *monitor)
{
	struct buf id;

	buf_init(&id, 4096);
	buf_add_str(&id, monitor->monitor);
	buf_addc(&id, '\n');
	buf_add_str(&id, monitor->feature);
	buf_addc(&id, '\n');
	buf_add_str(&id, monitor->recipe);
	grid_row(grid, buf_str(&id), monitor);
	buf_release(&id);
}

static void add_row(struct grid *grid, const struct drift_monitor *monitor, bool curves)
{
	start_row(grid, monitor);
	add_state(grid, monitor);
	grid_text(grid, monitor->monitor);
	grid_text(grid, monitor->model);
	grid_text(grid, monitor->version);
	grid_text(grid, monitor->feature);
	grid_words(grid, drift_type_word(monitor->type));
	grid_text(grid, monitor->recipe);
	grid_known(grid, monitor->value);
	grid_known(grid, monitor->p);
	grid_known(grid, monitor->floor_mean);
	grid_known(grid, monitor->floor_95);
	grid_known(grid, monitor->limit);
	grid_count(grid, (int64_t)monitor->window.n);
	grid_count(grid, (int64_t)monitor->reference.n);
	grid_time(grid, monitor->window.from);
	grid_time(grid, monitor->window.to);
	add_quality(grid, &monitor->quality);
	grid_text(grid, monitor->reason);
	if (curves)
		add_curve(grid, monitor);
}

static int compare_rows(const void *a, const void *b)
{
	return drift_monitor_compare(*(const struct drift_monitor *const *)a,
				     *(const struct drift_monitor *const *)b);
}

struct grid *drift_grid(const struct sheet_source *sources, size_t nsources, bool curves)
{
	struct grid *grid = grid_new(columns, COLUMNS - !curves);
	const struct drift_monitor **rows = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < nsources; i++) {
		const struct drift_list *list =
			sources[i].snapshot ? sources[i].snapshot->u.drift : NULL;

		for (size_t k = 0; list && k < list->n; k++) {
			MEM_GROW(rows, n, cap);
			rows[n++] = &list->monitors[k];
		}
	}
	if (n)
		qsort(rows, n, sizeof *rows, compare_rows);
	for (size_t i = 0; i < n; i++)
		add_row(grid, rows[i], curves);
	free(rows);
	return grid;
}

static void add_point(struct grid *grid, const struct drift_monitor *monitor,
		      const struct drift_point *point)
{
	start_row(grid, monitor);
	grid_time(grid, point->from);
	grid_time(grid, point->to);
	if (point->state == DRIFT_UNJUDGED)
		grid_missing(grid);
	else
		grid_state(grid, drift_state_word(point->state), drift_tone(point->state));
	grid_text(grid, monitor->monitor);
	grid_text(grid, monitor->model);
	grid_text(grid, monitor->feature);
	grid_text(grid, monitor->recipe);
	grid_known(grid, point->value);
	grid_known(grid, point->floor_95);
	grid_known(grid, monitor->limit);
	grid_count(grid, (int64_t)point->n);
}

struct grid *drift_history_grid(const struct sheet_source *sources, size_t nsources)
{
	static const enum place history[] = {FROM, TO, STATE, MONITOR, MODEL, FEATURE,
					      RECIPE, VALUE, FLOOR_95, LIMIT, N};
	struct sheet_column picked[sizeof history / sizeof *history];
	struct grid *rows = drift_grid(sources, nsources, false), *grid;

	for (size_t i = 0; i < sizeof history / sizeof *history; i++)
		picked[i] = columns[history[i]];
	grid = grid_new(picked, sizeof history / sizeof *history);
	for (size_t row = 0; row < rows->sheet.n; row++) {
		const struct drift_monitor *monitor = drift_row(rows, row);

		for (size_t i = 0; i < monitor->npoints; i++)
			add_point(grid, monitor, &monitor->points[i]);
	}
	grid_free(rows);
	return grid;
}

const struct drift_monitor *drift_row(const struct grid *grid, size_t row)
{
	return grid_data(grid, row);
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void write_sample(struct json_out *json, const char *key, const struct drift_sample *sample)
{
	json_put_object(json, key);
	json_put_text(json, "what", sample->what);
	json_put_time(json, "from", sample->from);
	json_put_time(json, "to", sample->to);
	json_put_int(json, "rows", (int64_t)sample->rows);
	json_put_int(json, "n", (int64_t)sample->n);
	json_put_int(json, "null", (int64_t)sample->null);
	json_put_int(json, "invalid", (int64_t)sample->invalid);
	json_put_int(json, "pos_inf", (int64_t)sample->pos_inf);
	json_put_int(json, "neg_inf", (int64_t)sample->neg_inf);
	json_put_known(json, "min", sample->min);
	json_put_known(json, "max", sample->max);
	json_put_known(json, "mean", sample->mean);
	json_put_known(json, "std", sample->std);
	json_put_end(json);
}

static void write_quality(struct json_out *json, const struct drift_quality *quality)
{
	json_put_object(json, "quality");
	json_put_word(json, "state", !quality->known ? NULL : quality->bad ? "bad" : "ok");
	json_put_known(json, "null_share", quality->null_share);
	json_put_known(json, "invalid_share", quality->invalid_share);
	json_put_known(json, "unseen_share", quality->unseen_share);
	json_put_known(json, "out_of_range_share", quality->out_of_range_share);
	json_put_end(json);
}

static void write_bins(struct json_out *json, const struct drift_monitor *monitor)
{
	json_put_array(json, "bins");
	for (size_t i = 0; i < monitor->nbins; i++) {
		const struct drift_bin_counts *bin = &monitor->bins[i];

		json_put_object(json, NULL);
		json_put_word(json, "kind", drift_bin_word(bin->kind));
		if (bin->kind == BIN_CATEGORY)
			json_put_text(json, "at", bin->category);
		else if (bin->kind == BIN_OTHER)
			json_put_null(json, "at");
		else
			json_put_number(json, "at", bin->at);
		json_put_int(json, "reference", (int64_t)bin->reference);
		json_put_int(json, "window", (int64_t)bin->window);
		json_put_end(json);
	}
	json_put_end(json);
}

static void write_history(struct json_out *json, const struct drift_monitor *monitor)
{
	json_put_array(json, "history");
	for (size_t i = 0; i < monitor->npoints; i++) {
		const struct drift_point *point = &monitor->points[i];

		json_put_object(json, NULL);
		json_put_time(json, "from", point->from);
		json_put_time(json, "to", point->to);
		json_put_int(json, "n", (int64_t)point->n);
		json_put_known(json, "value", point->value);
		json_put_known(json, "floor_95", point->floor_95);
		json_put_word(json, "state", drift_state_word(point->state));
		json_put_end(json);
	}
	json_put_end(json);
}

static void write_monitor(struct json_out *json, const struct drift_monitor *monitor, bool bins,
			  bool history)
{
	json_put_object(json, NULL);
	json_put_text(json, "model", monitor->model);
	json_put_text(json, "version", monitor->version);
	json_put_text(json, "feature", monitor->feature);
	json_put_word(json, "type", drift_type_word(monitor->type));
	json_put_null(json, "segment");
	json_put_text(json, "recipe", monitor->recipe);
	write_sample(json, "reference", &monitor->reference);
	write_sample(json, "window", &monitor->window);
	json_put_known(json, "value", monitor->value);
	json_put_known(json, "p", monitor->p);
	json_put_known(json, "dof", monitor->dof);
	json_put_known(json, "floor_mean", monitor->floor_mean);
	json_put_known(json, "floor_95", monitor->floor_95);
	json_put_known(json, "limit", monitor->limit);
	json_put_word(json, "state", drift_state_word(monitor->state));
	json_put_word(json, "why", drift_why_word(monitor->why));
	json_put_text(json, "reason", monitor->reason);
	write_quality(json, &monitor->quality);
	if (bins)
		write_bins(json, monitor);
	if (history)
		write_history(json, monitor);
	json_put_end(json);
}

void drift_json(struct json_out *json, const struct grid *grid, bool bins, bool history)
{
	json_put_array(json, "monitors");
	for (size_t i = 0; i < grid->sheet.n; i++)
		write_monitor(json, drift_row(grid, i), bins, history);
	json_put_end(json);
}
