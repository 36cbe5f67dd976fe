/* See feeds.h. */
#include "pane/feeds.h"

#include "pane/source_heads.h"

void feeds_init(struct feeds *feeds, struct engine *engine)
{
	*feeds = (struct feeds){.engine = engine};
}

void feeds_release(struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->n; i++)
		watch_release(feeds->watches[i]);
	feeds->n = 0;
}

void feeds_add(struct feeds *feeds, size_t source, const struct query *query)
{
	if (feeds->n == FEEDS_MAX)
		return;
	feeds->sources[feeds->n] = source;
	feeds->watches[feeds->n++] = engine_watch(feeds->engine, source, query, WATCH_LIVE, 0);
}

void feeds_add_all(struct feeds *feeds, enum source_can can, const struct query *query)
{
	for (size_t i = 0; i < engine_sources(feeds->engine); i++)
		if (engine_can(feeds->engine, i, can))
			feeds_add(feeds, i, query);
}

bool feeds_take(struct feeds *feeds)
{
	bool changed = false;

	for (size_t i = 0; i < feeds->n; i++) {
		const struct view *view = watch_view(feeds->watches[i]);

		changed |= view->version != feeds->seen[i];
		feeds->seen[i] = view->version;
		source_head(&feeds->heads[i], engine_source(feeds->engine, feeds->sources[i]),
			    view);
	}
	return changed;
}

bool feeds_busy(const struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->n; i++)
		if (watch_view(feeds->watches[i])->loading)
			return true;
	return false;
}

void feeds_refresh(struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->n; i++)
		watch_refresh(feeds->watches[i]);
}

bool feeds_cancel(struct feeds *feeds)
{
	bool waited = feeds_busy(feeds);

	for (size_t i = 0; i < feeds->n; i++)
		watch_cancel(feeds->watches[i]);
	return waited;
}

const struct snapshot *feeds_snapshot(const struct feeds *feeds, size_t i)
{
	return watch_view(feeds->watches[i])->snapshot;
}

bool feeds_production(const struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->n; i++)
		if (feeds->heads[i].production)
			return true;
	return false;
}

void feeds_status(const struct feeds *feeds, int64_t now, struct buf *out)
{
	const struct view *views[FEEDS_MAX];

	for (size_t i = 0; i < feeds->n; i++)
		views[i] = watch_view(feeds->watches[i]);
	source_status(feeds->heads, views, feeds->n, now, out);
}
