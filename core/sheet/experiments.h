/* Experiments of all sources: the table and the JSON of `leeboard experiments`. */
#ifndef SHEET_EXPERIMENTS_H
#define SHEET_EXPERIMENTS_H

#include "sheet/grid.h"
#include "sheet/json_out.h"

/* The sources' snapshots are RECORD_EXPERIMENTS ones (or NULL). */
struct grid *experiments_grid(const struct sheet_source *sources, size_t nsources, bool deleted);

/*
 * The array "experiments", rows in the grid's order; of the tags those that `list`, a --columns list,
 * names (missing: all).
 */
void experiments_json(struct json_out *json, const struct grid *grid, struct str list);

/* The experiment of a row, and its source. */
const struct experiment *experiments_row(const struct grid *grid, size_t row,
					 const struct sheet_source **source);

#endif
