/*
 * Feeds: what a pane reads, one live watch for each source that can give it.
 *
 * `heads` is what sheets and status lines are made from; feeds_take() brings it up to date. Thread
 * rule: main thread.
 */
#ifndef PANE_FEEDS_H
#define PANE_FEEDS_H

#include "engine/engine.h"
#include "sheet/sheet.h"

enum { FEEDS_MAX = 64 };

struct feeds {
	struct engine *engine;
	size_t n;
	struct watch *watches[FEEDS_MAX];
	size_t sources[FEEDS_MAX]; /* the engine's number of each */
	uint64_t seen[FEEDS_MAX];  /* version of the view in `heads` */
	struct sheet_source heads[FEEDS_MAX];
};

void feeds_init(struct feeds *feeds, struct engine *engine);
void feeds_release(struct feeds *feeds);

/* One more; beyond FEEDS_MAX none is added. The query as for engine_watch(). */
void feeds_add(struct feeds *feeds, size_t source, const struct query *query);

/* All sources that can give it. */
void feeds_add_all(struct feeds *feeds, enum source_can can, const struct query *query);

/*
 * Brings the heads up to date, at the start of every update(): snapshots in them are valid until the
 * next one. True: one of them shows something else than before.
 */
bool feeds_take(struct feeds *feeds);

/* Is one of them waited for? */
bool feeds_busy(const struct feeds *feeds);

void feeds_refresh(struct feeds *feeds);

/* Stops what is waited for; false when nothing was. */
bool feeds_cancel(struct feeds *feeds);

/* The view's snapshot, or NULL: current whether the pane is on the screen or not. */
const struct snapshot *feeds_snapshot(const struct feeds *feeds, size_t i);

/* Is one of the sources marked as production? */
bool feeds_production(const struct feeds *feeds);

/* The line at the bottom; source_status() tells it. */
void feeds_status(const struct feeds *feeds, int64_t now, struct buf *out);

#endif
