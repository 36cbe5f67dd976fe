/*
 * Sparklines of the visible rows: one quiet read per run and metric, kept while it may be seen.
 *
 * Read in the background, after everything that was asked for; a curve of more than CURVES_POINTS
 * points is shown as their number.
 */
#ifndef PANE_RUNS_CURVES_H
#define PANE_RUNS_CURVES_H

#include "engine/engine.h"
#include "record/run.h"

enum { CURVES_KEPT = 128, CURVES_POINTS = 50000 };

struct curve {
	size_t source;
	char *run, *key;
	struct watch *watch;
	uint64_t seen;   /* version of the view */
	uint64_t used;   /* stamp of the last time that its row was visible */
	bool live;       /* the run is running: its curve is followed */
};

struct curves {
	struct engine *engine;
	struct curve list[CURVES_KEPT];
	size_t n;
	uint64_t stamp;
};

void curves_init(struct curves *curves, struct engine *engine);
void curves_release(struct curves *curves);

/* Wants the curve of a visible row: starts its read unless it is there. True: it was not wanted. */
bool curves_want(struct curves *curves, size_t source, const struct run *run, struct str key);

/* Did any curve change since the last call? */
bool curves_changed(struct curves *curves);

/* Is there one that has not been read yet? */
bool curves_busy(const struct curves *curves);

/* The curve, or NULL; *points is set where it is too long. */
const struct series *curves_get(const struct curves *curves, size_t source, const struct run *run,
				struct str key, size_t *points);

#endif
