/* One read of one query, with its second tries and its rows so far; see read.h. */
#include "engine/read.h"

#include "config/sources.h"
#include "record/build.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	TRIES_CHANGED = 3,
	NAP_MS = 50, /* before the next try */
};

/* ---- one try ---- */

/* Names the column and takes what the table's details say. True: there is nothing left to ask. */
static bool column_answered(struct build *build, const struct query *query)
{
	build_column(build, &query->column, query->table);
	if (query->sweep)
		build_column_stale(build);
	return build_column_fill(build);
}

/* Rows so far are worth something in lists; a column or a drift value made of them would lie. */
static bool has_rows(const struct snapshot *snapshot)
{
	switch (snapshot->kind) {
	case RECORD_EXPERIMENTS:
		return snapshot->u.experiments.n > 0;
	case RECORD_RUNS:
		return snapshot->u.runs.rows > 0;
	case RECORD_DETAILS:
		return snapshot->u.details.n > 0;
	case RECORD_SERIES:
		return snapshot->u.series.n > 0;
	case RECORD_MODELS:
		return snapshot->u.models.n > 0;
	case RECORD_DEPLOYMENTS:
		return snapshot->u.deployments.n > 0;
	case RECORD_COMMITS:
		return snapshot->u.commits.n > 0;
	case RECORD_COLUMN:
	case RECORD_KEYS:
	case RECORD_DRIFT:
		break;
	}
	return false;
}

/*
 * What a failed read had added, or NULL. Rows of a store that changed under the read are none.
 * Deployments of a server that failed are whole: their rows say that it did.
 */
static struct snapshot *rows_so_far(struct build *build, enum record_kind kind,
				    const struct err *err)
{
	struct snapshot *snapshot;
	bool whole = kind == RECORD_DEPLOYMENTS;
	struct err ignored;

	if ((build_previous(build) && !whole) || err->code == ERR_CHANGED ||
	    err->code == ERR_CANCELLED) {
		build_free(build);
		return NULL;
	}
	build_partial(build, "%s", err->message);
	snapshot = build_seal(build, &ignored);
	if (snapshot && has_rows(snapshot))
		return snapshot;
	snapshot_unref(snapshot);
	return NULL;
}

static struct snapshot *read_once(struct source *source, const struct query *query, struct io *io,
				  struct snapshot *previous, struct err *err)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(query->kind, previous, &limits);
	int result;

	err_clear(err);
	if (query->kind == RECORD_SERIES)
		build_series_most(build, query->most);
	if (query->kind == RECORD_COLUMN && column_answered(build, query)) {
		build_keep_head(build);
		return build_seal(build, err);
	}
	result = source->class->read(source, query, io, build, err);
	if (!result)
		return build_seal(build, err);
	if (err->code == ERR_NONE)
		err_set(err, ERR_IO, "the read failed");
	return rows_so_far(build, query->kind, err);
}

/* ---- second tries ---- */

static void nap(void)
{
	struct timespec time = {.tv_nsec = NAP_MS * 1000000L};

	nanosleep(&time, NULL);
}

/* Who did not say what it is, and did not answer either, may be meant as something else. */
static void hint_kind(const struct source_spec *spec, struct err *err)
{
	char hint[sizeof err->hint];

	if (!spec || !spec->guessed || err->code == ERR_NONE || err->code == ERR_CANCELLED)
		return;
	snprintf(hint, sizeof hint, "%s", err->hint);
	err_hint(err, "%s%sa model server is meant by endpoint:%s", hint,
		 !*hint ? "" : hint[strlen(hint) - 1] == '?' ? " " : "; ", spec->location);
}

struct snapshot *read_with(struct source *source, const struct query *query, struct io *io,
			   struct snapshot *previous, bool patient, struct err *err)
{
	struct snapshot *snapshot = NULL;
	struct err busy = {0}, stop;

	if (io_check(io, err))
		return NULL;
	for (int try = 1;; try++) {
		snapshot = read_once(source, query, io, previous, err);
		if (err->code != ERR_BUSY && err->code != ERR_CHANGED)
			break;
		if (err->code == ERR_CHANGED ? try >= TRIES_CHANGED : !patient)
			break;
		if (io_check(io, &stop)) {
			if (stop.code == ERR_CANCELLED)
				*err = stop;
			break;
		}
		busy = *err;
		snapshot_unref(snapshot);
		snapshot = NULL;
		nap();
	}
	/* "locked by a writer" says more than that the time is over */
	if (err->code == ERR_TIMEOUT && busy.code && !snapshot)
		*err = busy;
	hint_kind(source->spec, err);
	return snapshot;
}

/* ---- headless ---- */

struct snapshot *engine_read(struct source *source, const struct query *query,
			     const struct read_limits *limits, struct snapshot *previous,
			     struct err *err)
{
	struct snapshot *snapshot;
	struct outside outside;

	outside_begin(&outside, limits);
	snapshot = read_with(source, query, &outside.io, previous, true, err);
	outside_end(&outside);
	return snapshot;
}
