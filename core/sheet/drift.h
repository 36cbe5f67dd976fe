/*
 * Drift as sheets: the features of all monitors, one monitor in detail, and the JSON of
 * `leeboard drift`.
 *
 * The pane shows the grid, and of the row under the cursor the chart, the bars with the bin table,
 * and the facts; all of them read the same record that the JSON is written from.
 */
#ifndef SHEET_DRIFT_H
#define SHEET_DRIFT_H

#include "record/drift.h"
#include "sheet/bars.h"
#include "sheet/chart.h"
#include "sheet/facts.h"
#include "sheet/grid.h"
#include "sheet/json_out.h"

/*
 * One row per monitor, feature and recipe, worst first. The sources' snapshots are RECORD_DRIFT
 * ones (or NULL); they outlive the grid. `curves`: with the sparkline column, which only the screen
 * shows.
 */
struct grid *drift_grid(const struct sheet_source *sources, size_t nsources, bool curves);

/* The windows of those rows, each row's oldest first: `leeboard drift --history` as a table. */
struct grid *drift_history_grid(const struct sheet_source *sources, size_t nsources);

/* The record of a row. */
const struct drift_monitor *drift_row(const struct grid *grid, size_t row);

/* The array "monitors" in the order of the grid. */
void drift_json(struct json_out *json, const struct grid *grid, bool bins, bool history);

/* Value against time, with the noise floor as a second line and the limit as a level. */
struct drift_chart {
	struct chart chart;
	struct chart_line lines[2];
	struct chart_level level;
	double *x, *value, *floor; /* monitor->npoints each */
};

void drift_chart_init(struct drift_chart *chart, const struct drift_monitor *monitor);
void drift_chart_release(struct drift_chart *chart);

/* Reference and window side by side; labels are clean text. */
struct drift_bars {
	struct bars bars;
	struct bar *list;
	struct arena arena;
};

void drift_bars_init(struct drift_bars *bars, const struct drift_monitor *monitor);
void drift_bars_release(struct drift_bars *bars);

/* The bin table: bin, counts and shares of both sides. */
struct grid *drift_bins_grid(const struct drift_monitor *monitor);

/* Everything else about it: value, floor, limit, n of n needed, both samples, quality. */
void drift_facts(struct facts *facts, const struct drift_monitor *monitor, int64_t now);

/* A state's word and tone; "–" for what is not judged. */
const char *drift_state_text(enum drift_state state);
enum sheet_tone drift_tone(enum drift_state state);

#endif
