/* What differs between some runs: their details, read and compared, as a grid. */
#ifndef PANE_RUNS_DIFFERENCES_H
#define PANE_RUNS_DIFFERENCES_H

#include "engine/engine.h"
#include "pane/runs/overlay.h"
#include "sheet/compare.h"

struct differences {
	struct engine *engine;
	size_t n, baseline;
	bool all;
	bool narrow; /* without the column of kinds */
	char *ids[OVERLAY_MAX];
	size_t sources[OVERLAY_MAX];
	struct watch *watches[OVERLAY_MAX];
	uint64_t seen[OVERLAY_MAX];
	struct compare_run runs[OVERLAY_MAX]; /* of the comparison: those that are read */
	size_t places[OVERLAY_MAX];           /* … which of the runs each is */
	struct compare *compare;            /* NULL until details are there */
	struct grid *grid;
	const struct direction_rule *rules;
	size_t nrules;
};

void differences_init(struct differences *differences, struct engine *engine);
void differences_release(struct differences *differences);

/* Compares these runs; the same as before costs nothing. rules outlive it. */
void differences_show(struct differences *differences, const struct overlay_run *runs, size_t n,
		      const struct direction_rule *rules, size_t nrules);

/* Takes in what was read; true when the grid changed. */
bool differences_update(struct differences *differences);

/* Works the grid out again: `all` or `baseline` were changed. */
void differences_redo(struct differences *differences);

bool differences_busy(const struct differences *differences);

#endif
