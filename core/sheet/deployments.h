/*
 * Deployments, worst first: the table, the charts, the detail and the JSON of `leeboard
 * deployments`.
 *
 * Signals are worked out here, from the samples that the source keeps (analysis/rate.h): over the
 * last minute, or over the time that there are samples of if that is shorter. What a server does
 * not count is not known, never 0.
 */
#ifndef SHEET_DEPLOYMENTS_H
#define SHEET_DEPLOYMENTS_H

#include "analysis/rate.h"
#include "sheet/chart.h"
#include "sheet/facts.h"
#include "sheet/grid.h"
#include "sheet/json_out.h"

enum { DEPLOYMENT_WINDOW_MS = 60 * 1000 };

/* What the registries say of served models: their sources' heads, with RECORD_MODELS snapshots. */
struct registries {
	const struct sheet_source *sources;
	size_t n;
};

/*
 * The sources' snapshots are RECORD_DEPLOYMENTS ones (or NULL). Rows by state, worst first, then by
 * falling error share, then by name. `registries` may be NULL.
 */
struct grid *deployments_grid(const struct sheet_source *sources, size_t nsources,
			      const struct registries *registries);

/* The array "deployments" in the grid's order. */
void deployments_json(struct json_out *json, const struct grid *grid,
		      const struct registries *registries);

/* The deployment of a row, and its source (may be NULL). */
const struct deployment *deployments_row(const struct grid *grid, size_t row,
					 const struct sheet_source **source);

/* At the newest sample. */
struct rate_signals deployment_signals(const struct deployment *deployment);

/*
 * The state's reason, and where the registry contradicts what is served: "serves 6, champion is 7".
 * Appends nothing when all is well. A served model is linked when exactly one registered model has
 * its name, of those in the registry that the configuration names, if it does.
 */
void deployment_reason(struct buf *out, const struct deployment *deployment,
		       const struct registries *registries);

/* Why it has no signals to draw, in a few words. */
const char *deployment_no_signals(const struct deployment *deployment);

/* Everything about one deployment. */
void deployment_facts(struct facts *facts, const struct deployment *deployment,
		      const struct registries *registries, int64_t now);

/* Three charts over time, of the signals at each sample. Points into itself: do not copy. */
struct deployment_charts {
	struct chart rate, errors, latency;
	struct chart_line rate_line, errors_line, latency_lines[4];
	double *points; /* all x and y */
};

void deployment_charts_init(struct deployment_charts *charts,
			    const struct deployment *deployment);
void deployment_charts_release(struct deployment_charts *charts);

#endif
