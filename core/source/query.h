/*
 * A query: what is asked of a source. Plain data; every text in it is a view that the asker keeps
 * alive until the read has ended (the engine copies a query that it queues).
 */
#ifndef SOURCE_QUERY_H
#define SOURCE_QUERY_H

#include "record/event.h"
#include "record/snapshot.h"

struct build;

struct query {
	enum record_kind kind;

	bool uncounted;                  /* RECORD_EXPERIMENTS: names and tags will do */

	struct column_id column;         /* RECORD_COLUMN: of … */
	struct snapshot *table;          /* … this RECORD_RUNS snapshot */

	const struct str *ids;           /* RECORD_DETAILS: run ids (at most RUN_CHUNK);   */
	size_t nids;                     /* RECORD_COMMITS: commit ids as runs name them   */
	bool aggregates;                 /* RECORD_DETAILS: metrics with their aggregates; */
	                                 /* RECORD_COMMITS: distance to HEAD and files too */
	const struct str *beside;        /* RECORD_COMMITS: paths around which a repository is  */
	size_t nbeside;                  /* looked for too: store, current folder, run's script */

	struct str run, key;             /* RECORD_SERIES */
	size_t most;                     /* RECORD_SERIES: with more points only their number
	                                    is wanted; 0 for all of them */

	struct str filter;               /* RECORD_RUNS of a server: MLflow's grammar, or missing */

	/* Read everything again, even what did not seem to change. */
	bool sweep;

	/* RECORD_DRIFT: the events go to the sink while they are read … */
	const struct event_sink *sink;
	/*
	 * … and `finish` turns what it gathered into the snapshot: called by the source's read()
	 * when all went well. Its ctx and that of `drop` are the sink's.
	 */
	int (*finish)(void *ctx, struct build *build, struct err *err);
	/* Nobody uses the sink any more. On the main thread; may be NULL. */
	void (*drop)(void *ctx);
};

/* Do the two ask for the same (so that one answer serves both)? `sweep` does not count. */
bool query_equal(const struct query *a, const struct query *b);

/*
 * A copy that owns its texts and a reference on its table; free with query_free(). Sink and finish
 * are copied as pointers.
 */
struct query *query_copy(const struct query *query);
void query_free(struct query *query);

#endif
