/*
 * Curves of several runs for one chart: a live read of one metric for each run, as chart lines.
 */
#ifndef PANE_RUNS_OVERLAY_H
#define PANE_RUNS_OVERLAY_H

#include "engine/engine.h"
#include "sheet/chart.h"

enum { OVERLAY_MAX = 100 };

struct overlay_run {
	size_t source; /* of the engine */
	struct str id, name;
};

struct overlay {
	struct engine *engine;
	struct chart chart;
	struct chart_line line[OVERLAY_MAX * 2]; /* raw ones behind smoothed ones come first */
	char *ids[OVERLAY_MAX], *names[OVERLAY_MAX];
	size_t sources[OVERLAY_MAX];
	struct watch *watches[OVERLAY_MAX];
	uint64_t seen[OVERLAY_MAX];
	size_t n;
	char *metric;
};

void overlay_init(struct overlay *overlay, struct engine *engine);
void overlay_release(struct overlay *overlay);

/* Shows these runs' curves of that metric; what is shown already stays as it is. */
void overlay_show(struct overlay *overlay, const struct overlay_run *runs, size_t n, struct str metric);

/* Takes in what was read; true when the chart changed. */
bool overlay_update(struct overlay *overlay);

bool overlay_busy(const struct overlay *overlay);

#endif
