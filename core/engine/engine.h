/*
 * The engine: source threads, the board of current snapshots, refresh and cancel.
 *
 * A pane holds a *watch* for each query it shows. Watches of the same query on the same source share
 * one entry of the board, one snapshot and one read in flight. Reads run on the source's own thread,
 * which also keeps the time of its polls, so that a poll that finds nothing new wakes nobody. What
 * changed is put on a list and engine_fd() becomes readable; engine_collect() swaps the pointers.
 *
 *   key → engine_watch() ──entry──▶ source thread: read ──snapshot──▶ list + fd ──▶ engine_collect()
 *
 * Priorities on a thread: what was asked for first, then polls, then the minute's sweep, then quiet
 * reads. A sweep under way gives way to what is asked for. Snapshots of released watches stay, up to
 * ENGINE_KEEP_BYTES, so that coming back shows them at once.
 *
 * Thread rule: everything here is for the main thread, which waits for no I/O in any of it.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/err.h"
#include "record/snapshot.h"
#include "source/query.h"
#include "source/source.h"

enum {
	ENGINE_SOURCES = 32,            /* threads at most */
	ENGINE_KEEP_BYTES = 32 << 20,   /* of snapshots that nobody watches */
	ENGINE_KEEP = 256,              /* entries that nobody watches */
	ENGINE_STALL = 30 * 1000,       /* ms without progress that end a read */
	ENGINE_GRACE = 5 * 1000,        /* ms after that, or after a cancel, until a thread counts as hung */
};

struct engine;
struct source_spec; /* config/sources.h */
struct watch;

struct engine_source {
	const char *name, *kind, *location; /* the spec's */
	const struct source_class *class;
	const struct source_spec *spec;
	bool hung;                          /* its thread does not come back from a call */
};

/*
 * The specs must outlive the engine; their kinds and names are known (engine/find.h, sources_finish).
 * Fails for more than ENGINE_SOURCES. Opens nothing: each source is opened by its first read, on
 * its thread.
 */
struct engine *engine_new(struct source_spec *const *specs, size_t n, struct err *err);

/* One more source, for what is found later. Its index, or -1 and err. */
int engine_add(struct engine *engine, const struct source_spec *spec, struct err *err);
/* The same, of a class that need not be in the registry. */
int engine_add_class(struct engine *engine, const struct source_class *class,
		     const struct source_spec *spec, struct err *err);

/*
 * Cancels, waits for the threads (a second at most), frees; release the watches before. Works that
 * are not done yet are ended as engine_work() says. Returns how many threads did not come back:
 * they are left behind, each with what it still uses (its source's spec, the ctx of its work).
 */
size_t engine_free(struct engine *engine);

size_t engine_sources(const struct engine *engine);
const struct engine_source *engine_source(const struct engine *engine, size_t i);
bool engine_can(const struct engine *engine, size_t i, enum source_can what);
/* Can any source? */
bool engine_any_can(const struct engine *engine, enum source_can what);

/* ---- watches ---- */

enum watch_mode {
	WATCH_ONCE,  /* read now; again by watch_refresh() only */
	WATCH_LIVE,  /* and polled */
	WATCH_QUIET, /* read once, when the source has nothing else to do: sparklines */
};

struct view {
	/* The best so far, or NULL. Valid until engine_collect() or until the watch is released;
	 * who keeps it takes a reference. Partial with the note "loading" while pages come in. */
	struct snapshot *snapshot;
	bool loading;        /* a read that the user waits for is asked or under way */
	bool late;           /* it should be fresher than it is: live, and no good read for long */
	bool hung;           /* its source's thread does not come back */
	struct err err;      /* the last read's failure; ERR_NONE after a good one */
	int64_t checked;     /* wall clock of the last good read, or TIME_NONE */
	int64_t since;       /* monotonic ms: when `loading` began */
	int64_t done, total; /* progress while loading; total 0 when not known */
	int64_t retry;       /* ms from one try to the next at most, while they fail; 0: none */
	uint64_t version;    /* changes when anything but `checked` does */
};

/*
 * `query` is copied. every: ms between polls of WATCH_LIVE, 0 for the source's own rule (a file
 * every second, every five after a quiet minute, HTTP every five; the spec's `every` wins).
 *
 * A RECORD_COLUMN follows its table: when the RECORD_RUNS entry whose snapshot query->table is has
 * a new one, the column is read for that, starting from the previous column. Until then the view
 * has the column of the older table (rows keep their place; new ones are missing).
 *
 * A query with a sink is never shared and never kept; its `drop` runs in watch_release(),
 * engine_collect() or engine_free(), once no read uses the sink.
 */
struct watch *engine_watch(struct engine *engine, size_t source, const struct query *query,
			   enum watch_mode mode, int64_t every);

/* Valid until the watch is released; the contents change in engine_collect() and engine_tick(). */
const struct view *watch_view(const struct watch *watch);

/* Another mode: a pane that is not seen any more asks for no polls. */
void watch_set(struct watch *watch, enum watch_mode mode, int64_t every);

/* Read again now, everything. */
void watch_refresh(struct watch *watch);

/* Stop the read that is asked or under way, at once; what is shown stays. */
void watch_cancel(struct watch *watch);

void watch_release(struct watch *watch); /* NULL is fine */

/* ---- the main thread's turn ---- */

/* Readable when engine_collect() has something to do. */
int engine_fd(const struct engine *engine);

/* Takes what is done, swaps pointers, runs the `done` of works. Did anything change? */
bool engine_collect(struct engine *engine);

/* When engine_tick() wants to be called, monotonic ms; INT64_MAX: not at all. */
int64_t engine_deadline(const struct engine *engine);

/* Looks at progress, marks what is late or hung. Did any view change? */
bool engine_tick(struct engine *engine, int64_t now);

/* No polls while paused. What was asked for is still read. */
void engine_pause(struct engine *engine, bool paused);

/* ---- the worker ---- */

/*
 * Runs work(ctx) on the one worker thread, in order, and then done(ctx) on the main thread, in
 * engine_collect(). done is called exactly once: also, without work, when the engine is freed before
 * the work began. ctx therefore owns all it needs; what it points back to is cleared in it by
 * whoever goes away first.
 */
void engine_work(struct engine *engine, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx);

/* snapshot_unref(), on the worker if it frees much. NULL is fine. */
void engine_unref(struct engine *engine, struct snapshot *snapshot);

#endif
