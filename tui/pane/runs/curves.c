/* See curves.h. */
#include "pane/runs/curves.h"

#include "base/mem.h"

#include <stdlib.h>

void curves_init(struct curves *curves, struct engine *engine)
{
	*curves = (struct curves){.engine = engine};
}

static void drop(struct curve *curve)
{
	watch_release(curve->watch);
	free(curve->run);
	free(curve->key);
}

void curves_release(struct curves *curves)
{
	for (size_t i = 0; i < curves->n; i++)
		drop(&curves->list[i]);
	curves->n = 0;
}

static struct curve *find(const struct curves *curves, size_t source, const struct run *run,
			  struct str key)
{
	for (size_t i = 0; i < curves->n; i++) {
		const struct curve *curve = &curves->list[i];

		if (curve->source == source && str_equal(str_of(curve->run), run->id) &&
		    str_equal(str_of(curve->key), key))
			return (struct curve *)curve;
	}
	return NULL;
}

/* A place for one more: the one that was not seen for longest gives way. */
static struct curve *make_room(struct curves *curves)
{
	struct curve *oldest = &curves->list[0];

	if (curves->n < CURVES_KEPT)
		return &curves->list[curves->n++];
	for (size_t i = 1; i < curves->n; i++)
		if (curves->list[i].used < oldest->used)
			oldest = &curves->list[i];
	drop(oldest);
	return oldest;
}

/* A curve that is only a number is not worth following. */
static bool too_long(const struct curve *curve)
{
	const struct snapshot *snapshot = curve ? watch_view(curve->watch)->snapshot : NULL;

	return snapshot && snapshot->u.series.beyond;
}

bool curves_want(struct curves *curves, size_t source, const struct run *run, struct str key)
{
	struct curve *curve = find(curves, source, run, key);
	struct query query = {
		.kind = RECORD_SERIES, .run = run->id, .key = key, .most = CURVES_POINTS};
	bool live = run->state == RUN_RUNNING && !too_long(curve), fresh = !curve;

	if (!curve) {
		curve = make_room(curves);
		*curve = (struct curve){.source = source,
					.run = mem_copy(run->id.s, run->id.n),
					.key = mem_copy(key.s, key.n),
					.live = live};
		curve->watch = engine_watch(curves->engine, source, &query,
					    live ? WATCH_LIVE : WATCH_QUIET, 0);
	} else if (curve->live != live) {
		curve->live = live;
		watch_set(curve->watch, live ? WATCH_LIVE : WATCH_QUIET, 0);
	}
	curve->used = ++curves->stamp;
	return fresh;
}

bool curves_changed(struct curves *curves)
{
	bool changed = false;

	for (size_t i = 0; i < curves->n; i++) {
		uint64_t version = watch_view(curves->list[i].watch)->version;

		changed |= version != curves->list[i].seen;
		curves->list[i].seen = version;
	}
	return changed;
}

bool curves_busy(const struct curves *curves)
{
	for (size_t i = 0; i < curves->n; i++) {
		const struct view *view = watch_view(curves->list[i].watch);

		if (!view->snapshot && view->err.code == ERR_NONE)
			return true;
	}
	return false;
}

const struct series *curves_get(const struct curves *curves, size_t source, const struct run *run,
				struct str key, size_t *points)
{
	const struct curve *curve = find(curves, source, run, key);
	const struct snapshot *snapshot = curve ? watch_view(curve->watch)->snapshot : NULL;

	if (!snapshot)
		return NULL;
	*points = (size_t)snapshot->u.series.beyond;
	return *points ? NULL : &snapshot->u.series;
}
