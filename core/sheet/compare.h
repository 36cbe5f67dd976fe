/* Compared runs: the table of the compare view, and the JSON of `leeboard compare`. */
#ifndef SHEET_COMPARE_H
#define SHEET_COMPARE_H

#include "analysis/compare.h"
#include "sheet/grid.h"
#include "sheet/json_out.h"

struct compare_run {
	struct str source;
	const struct run_detail *detail;
};

/*
 * One row a key, one column a run (headed by its name, or id without one), after "kind" and "key";
 * with two runs a column "delta" too. Best values have TONE_BEST.
 */
struct grid *compare_grid(const struct compare *compare, const struct compare_run *runs);

/* "baseline", "runs", "rows" in the order of the grid, "hidden". */
void compare_json(struct json_out *json, const struct compare *compare,
		  const struct compare_run *runs, const struct grid *grid);

#endif
