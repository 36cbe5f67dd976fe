/* See overlay.h. */
#include "pane/runs/overlay.h"

#include "base/mem.h"

#include <stdlib.h>

void overlay_init(struct overlay *overlay, struct engine *engine)
{
	*overlay = (struct overlay){.engine = engine};
	overlay->chart.unit = "";
	overlay->chart.lines = overlay->line;
}

static void drop_all(struct overlay *overlay)
{
	for (size_t i = 0; i < overlay->n; i++) {
		watch_release(overlay->watches[i]);
		free(overlay->ids[i]);
		free(overlay->names[i]);
	}
	overlay->n = overlay->chart.nlines = 0;
}

void overlay_release(struct overlay *overlay)
{
	drop_all(overlay);
	free(overlay->metric);
	overlay->metric = NULL;
}

static bool shown(const struct overlay *overlay, const struct overlay_run *runs, size_t n,
		  struct str metric)
{
	if (n != overlay->n || !str_equal(str_of(overlay->metric), metric))
		return false;
	for (size_t i = 0; i < n; i++)
		if (runs[i].source != overlay->sources[i] ||
		    !str_equal(str_of(overlay->ids[i]), runs[i].id))
			return false;
	return true;
}

/*
 * The line of run i, over the raw one when the chart is smoothed. A line knows its place among the
 * runs, so that colours stay when others come and go behind it.
 */
static void make_lines(struct overlay *overlay)
{
	bool raw = overlay->chart.smoothing > 0;

	overlay->chart.nlines = overlay->n * (raw ? 2 : 1);
	for (size_t i = 0; i < overlay->n; i++) {
		const struct view *view = watch_view(overlay->watches[i]);
		struct chart_line line = {
			.name = str_of(overlay->names[i]),
			.id = str_of(overlay->ids[i]),
			.place = (int)i,
			.series = view->snapshot ? &view->snapshot->u.series : NULL,
			.loading = view->loading,
		};

		overlay->line[raw ? overlay->n + i : i] = line;
		if (raw) {
			line.dim = true;
			overlay->line[i] = line;
		}
	}
}

void overlay_show(struct overlay *overlay, const struct overlay_run *runs, size_t n, struct str metric)
{
	struct watch *old[OVERLAY_MAX];
	size_t nold = overlay->n;

	if (n > OVERLAY_MAX)
		n = OVERLAY_MAX;
	if (shown(overlay, runs, n, metric))
		return;
	/* the old ones go when the new ones stand: what both show is not read again */
	for (size_t i = 0; i < nold; i++) {
		old[i] = overlay->watches[i];
		free(overlay->ids[i]);
		free(overlay->names[i]);
	}
	if (!str_equal(str_of(overlay->metric), metric)) {
		free(overlay->metric);
		overlay->metric = metric.s ? mem_copy(metric.s, metric.n) : NULL;
	}
	overlay->n = metric.s ? n : 0;
	for (size_t i = 0; i < overlay->n; i++) {
		struct query query = {.kind = RECORD_SERIES, .run = runs[i].id, .key = metric};
		struct str name = runs[i].name.n ? runs[i].name : runs[i].id;

		overlay->sources[i] = runs[i].source;
		overlay->ids[i] = mem_copy(runs[i].id.s, runs[i].id.n);
		overlay->names[i] = mem_copy(name.s, name.n);
		overlay->watches[i] =
			engine_watch(overlay->engine, runs[i].source, &query, WATCH_LIVE, 0);
		overlay->seen[i] = 0;
	}
	for (size_t i = 0; i < nold; i++)
		watch_release(old[i]);
	overlay->chart.title = str_of(overlay->metric);
	make_lines(overlay);
}

bool overlay_update(struct overlay *overlay)
{
	bool changed = false;

	for (size_t i = 0; i < overlay->n; i++) {
		uint64_t version = watch_view(overlay->watches[i])->version;

		changed |= version != overlay->seen[i];
		overlay->seen[i] = version;
	}
	/* also without a change: smoothing may have been switched, and it costs nothing */
	make_lines(overlay);
	return changed;
}

bool overlay_busy(const struct overlay *overlay)
{
	for (size_t i = 0; i < overlay->n; i++)
		if (watch_view(overlay->watches[i])->loading)
			return true;
	return false;
}
