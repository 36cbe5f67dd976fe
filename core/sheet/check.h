/*
 * Verdicts: what `leeboard check` prints, and the exit code that comes of it.
 *
 * One drift and one quality row per monitor and feature, one row per deployment, the worst first.
 */
#ifndef SHEET_CHECK_H
#define SHEET_CHECK_H

#include "sheet/grid.h"
#include "sheet/json_out.h"

/*
 * The sources' snapshots are RECORD_DRIFT or RECORD_DEPLOYMENTS ones. A source without one, whose
 * read failed, is an unknown row of its own. `names`: only monitors, features or deployments so
 * called (none: all); *missing is set to one that is there nowhere, or NULL.
 */
struct grid *check_grid(const struct sheet_source *sources, size_t nsources,
			const char *const *names, size_t nnames, const char **missing);

/* The array "checks" in the order of the grid. */
void check_json(struct json_out *json, const struct grid *grid);

/* 2 for drift and failed, 3 for stale, unknown and nothing at all, 1 for what is half bad, else 0. */
int check_code(const struct grid *grid);

#endif
