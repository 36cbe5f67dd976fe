/* One read of one query, with its second tries and its rows so far; see read.h. */
#include "engine/read.h"

#include "base/clock.h"
#include "record/build.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

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
	return snapshot;
}

/* ---- headless ---- */

/* Waits beside the read for the word to stop. */
struct stopper {
	struct io *io;
	int stop, done;
	pthread_t thread;
	bool running;
};

static void *stopper_main(void *ctx)
{
	struct stopper *stopper = ctx;
	struct pollfd fds[2] = {
		{.fd = stopper->stop, .events = POLLIN},
		{.fd = stopper->done, .events = POLLIN},
	};

	while (poll(fds, 2, -1) < 0)
		;
	if (fds[0].revents)
		io_cancel(stopper->io);
	return NULL;
}

static void stopper_start(struct stopper *stopper, struct io *io, int stop)
{
	sigset_t all, before;

	*stopper = (struct stopper){.io = io, .stop = stop, .done = -1};
	if (stop < 0)
		return;
	stopper->done = eventfd(0, EFD_CLOEXEC);
	if (stopper->done < 0)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	stopper->running = !pthread_create(&stopper->thread, NULL, stopper_main, stopper);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void stopper_end(struct stopper *stopper)
{
	if (stopper->running) {
		eventfd_write(stopper->done, 1);
		pthread_join(stopper->thread, NULL);
	}
	if (stopper->done >= 0)
		close(stopper->done);
}

struct snapshot *engine_read(struct source *source, const struct query *query,
			     const struct read_limits *limits, struct snapshot *previous,
			     struct err *err)
{
	struct snapshot *snapshot;
	struct stopper stopper;
	struct io_world world;
	struct io io;

	io_world_init(&world);
	io_init(&io, &io_world_ops, &world);
	io.stall = limits->stall;
	if (limits->timeout)
		io.deadline = clock_monotonic() + limits->timeout;
	stopper_start(&stopper, &io, limits->stop);
	snapshot = read_with(source, query, &io, previous, true, err);
	stopper_end(&stopper);
	io_world_release(&world);
	return snapshot;
}
