/*
 * The engine with sources that block, hang, fail and stream as the test says.
 *
 * Nothing here sleeps: a fake source stops at a gate, the test waits until it is there, does what it
 * wants to see the effect of, and opens the gate.
 */
#include "test.h"

#include "base/clock.h"
#include "base/mem.h"
#include "config/sources.h"
#include "engine/board.h"
#include "engine/engine.h"
#include "engine/read.h"
#include "record/build.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PATIENCE = 60 * 1000, MAX_LOG = 4096 };

enum manner {
	GIVE,      /* `rows` runs named by `version` */
	FAIL,      /* ERR_SERVER */
	FAIL_PART, /* the same after the rows */
	BUSY,      /* ERR_BUSY for the next `times` reads */
	CHANGED,   /* the same with ERR_CHANGED */
	PAGES,     /* a page, the gate, the rest */
	DEAF,      /* waits at the gate and hears no cancel */
};

/* The world of the fakes; one for each test. */
struct stage {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	enum manner manner;
	bool shut;              /* reads wait at the gate */
	int waiting;            /* reads that are there */
	int reads, ends, opens, closes;
	int rows, times;
	enum run_state state;   /* of the runs in the rows' second half */
	size_t wanted;          /* rows of the last column that wanted a value */
	uint64_t previous;      /* generation that the last read started from, 0: none */
	char log[MAX_LOG];      /* a letter for each read: the key of its query, 'r' without */
	int dropped;
};

struct fake {
	struct source source;
	struct stage *stage;
};

static struct stage *the_stage; /* of the test that runs: open() has no other way to it */

static void stage_init(struct stage *stage)
{
	*stage = (struct stage){.rows = 3, .state = RUN_FINISHED};
	pthread_mutex_init(&stage->lock, NULL);
	pthread_cond_init(&stage->moved, NULL);
	the_stage = stage;
}

static void stage_release(struct stage *stage)
{
	pthread_mutex_destroy(&stage->lock);
	pthread_cond_destroy(&stage->moved);
}

#define STAGE_WAIT(stage, condition)                                                               \
	do {                                                                                       \
		pthread_mutex_lock(&(stage)->lock);                                                \
		while (!(condition))                                                               \
			pthread_cond_wait(&(stage)->moved, &(stage)->lock);                        \
		pthread_mutex_unlock(&(stage)->lock);                                              \
	} while (0)

#define STAGE_SET(stage, what)                                                                     \
	do {                                                                                       \
		pthread_mutex_lock(&(stage)->lock);                                                \
		what;                                                                              \
		pthread_cond_broadcast(&(stage)->moved);                                           \
		pthread_mutex_unlock(&(stage)->lock);                                              \
	} while (0)

/* ---- the fake source ---- */

extern const struct source_class fake_class;

static int fake_open(const struct source_spec *spec, struct source **source, struct err *err)
{
	struct fake *fake = mem_zero(1, sizeof *fake);

	(void)err;
	fake->source.class = &fake_class;
	fake->source.spec = spec;
	fake->stage = the_stage;
	STAGE_SET(fake->stage, fake->stage->opens++);
	*source = &fake->source;
	return 0;
}

static void fake_close(struct source *source)
{
	struct fake *fake = (struct fake *)source;

	STAGE_SET(fake->stage, fake->stage->closes++);
	free(fake);
}

static bool stopped(struct io *io, enum manner manner)
{
	struct err err;

	return manner != DEAF && io_check(io, &err);
}

/* Locked. A fake hears a cancel by asking every millisecond. */
static void wait_at_gate(struct stage *stage, struct io *io)
{
	struct timespec time;

	stage->waiting++;
	pthread_cond_broadcast(&stage->moved);
	while (stage->shut && !stopped(io, stage->manner)) {
		clock_gettime(CLOCK_REALTIME, &time);
		time.tv_nsec += 1000000;
		time.tv_sec += time.tv_nsec / 1000000000;
		time.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&stage->moved, &stage->lock, &time);
	}
	stage->waiting--;
}

static void add_runs(const struct stage *stage, struct build *build, int from, int to)
{
	for (int i = from; i < to; i++) {
		char id[16];
		struct run run = {.state = i < stage->rows / 2 ? RUN_FINISHED : stage->state};

		snprintf(id, sizeof id, "run%d", i);
		run.id = run.name = str_of(id);
		run.start = i;
		run.end = TIME_NONE;
		build_run(build, &run, NULL);
	}
}

static void add_column(struct stage *stage, const struct query *query, struct build *build)
{
	stage->wanted = 0;
	for (size_t row = 0; row < query->table->u.runs.rows; row++) {
		if (!build_column_wants(build, row))
			continue;
		build_column_number(build, row, (double)row);
		stage->wanted++;
	}
}

/* Locked. */
static int answer(struct stage *stage, const struct query *query, struct io *io,
		  struct build *build, struct err *err)
{
	if (stopped(io, stage->manner))
		return io_check(io, err);
	if (stage->manner == FAIL)
		return err_set(err, ERR_SERVER, "the server says no");
	if ((stage->manner == BUSY || stage->manner == CHANGED) && stage->times-- > 0)
		return err_set(err, stage->manner == BUSY ? ERR_BUSY : ERR_CHANGED, "not now");
	if (query->kind == RECORD_COLUMN) {
		add_column(stage, query, build);
		return 0;
	}
	if (query->kind == RECORD_SERIES) {
		build_series(build, query->run, query->key);
		build_point(build, 1, 1, 1);
		return 0;
	}
	if (query->kind == RECORD_DEPLOYMENTS) {
		struct deployment served = {.name = STR("churn")};

		served.state = stage->manner == FAIL_PART ? DEPLOYMENT_FAILED : DEPLOYMENT_OK;
		build_deployment(build, &served);
	}
	if (query->kind == RECORD_RUNS) {
		add_runs(stage, build, 0, stage->rows);
		build_runs_whole(build);
	}
	return stage->manner == FAIL_PART ? err_set(err, ERR_NETWORK, "cut off") : 0;
}

static void note_read(struct stage *stage, const struct query *query, const struct build *build)
{
	const struct snapshot *previous = build_previous(build);
	size_t n = strlen(stage->log);

	if (n + 1 < MAX_LOG)
		stage->log[n] = query->key.n ? query->key.s[0] :
				query->kind == RECORD_COLUMN ? 'c' : 'r';
	stage->previous = previous ? previous->generation : 0;
	stage->reads++;
	pthread_cond_broadcast(&stage->moved);
}

static int fake_read(struct source *source, const struct query *query, struct io *io,
		     struct build *build, struct err *err)
{
	struct stage *stage = ((struct fake *)source)->stage;
	int result;

	pthread_mutex_lock(&stage->lock);
	note_read(stage, query, build);
	if (stage->manner == PAGES && io->pages) {
		add_runs(stage, build, 0, 1);
		io->pages(io, build_peek(build));
	}
	wait_at_gate(stage, io);
	result = answer(stage, query, io, build, err);
	stage->ends++;
	pthread_cond_broadcast(&stage->moved);
	pthread_mutex_unlock(&stage->lock);
	return result;
}

const struct source_class fake_class = {
	.kind = "fake",
	.can = CAN_RUNS | CAN_SERIES,
	.open = fake_open,
	.read = fake_read,
	.close = fake_close,
};

static const struct source_spec fake_spec = {.name = "fake", .kind = "fake", .location = "fake.db"};

static struct engine *engine_of_fake(void)
{
	struct err err;
	struct engine *engine = engine_new(NULL, 0, &err);

	assert_non_null(engine);
	assert_int_equal(engine_add_class(engine, &fake_class, &fake_spec, &err), 0);
	return engine;
}

static const struct query runs_query = {.kind = RECORD_RUNS};

static struct query series_query(const char *key)
{
	return (struct query){.kind = RECORD_SERIES, .run = STR("run0"), .key = str_of(key)};
}

/* Waits for the next thing that the engine has to say, and takes it. */
static bool turn(struct engine *engine)
{
	struct pollfd fd = {.fd = engine_fd(engine), .events = POLLIN};

	assert_int_equal(poll(&fd, 1, PATIENCE), 1);
	return engine_collect(engine);
}

static bool is_silent(struct engine *engine)
{
	struct pollfd fd = {.fd = engine_fd(engine), .events = POLLIN};

	return poll(&fd, 1, 0) == 0;
}

#define TURN_UNTIL(engine, condition)                                                              \
	do {                                                                                       \
		while (!(condition))                                                               \
			turn(engine);                                                              \
	} while (0)

/* ---- reading ---- */

static void test_asks_at_once_and_shows_later(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;
	const struct view *view;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	engine = engine_of_fake();
	assert_int_equal(stage.opens, 0);
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	view = watch_view(watch);
	assert_null(view->snapshot);
	assert_true(view->loading);
	STAGE_WAIT(&stage, stage.waiting == 1);
	assert_true(is_silent(engine));
	STAGE_SET(&stage, stage.shut = false);
	assert_true(turn(engine));
	view = watch_view(watch);
	assert_false(view->loading);
	assert_non_null(view->snapshot);
	assert_int_equal(view->snapshot->u.runs.rows, 3);
	assert_true(view->checked != TIME_NONE);
	watch_release(watch);
	assert_int_equal(engine_free(engine), 0);
	assert_int_equal(stage.opens, 1);
	assert_int_equal(stage.closes, 1);
	stage_release(&stage);
}

static void test_equal_queries_share_a_read(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *a, *b;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	engine = engine_of_fake();
	a = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	STAGE_WAIT(&stage, stage.waiting == 1);
	b = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	STAGE_SET(&stage, stage.shut = false);
	TURN_UNTIL(engine, !watch_view(a)->loading);
	assert_ptr_equal(watch_view(a), watch_view(b));
	assert_int_equal(stage.reads, 1);
	watch_release(a);
	assert_non_null(watch_view(b)->snapshot);
	watch_release(b);
	engine_free(engine);
	stage_release(&stage);
}

static void test_what_is_asked_for_goes_first(void **state)
{
	struct query q = series_query("quiet"), a = series_query("a"), b = series_query("b");
	struct stage stage;
	struct engine *engine;
	struct watch *watches[4];

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	engine = engine_of_fake();
	watches[0] = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	STAGE_WAIT(&stage, stage.waiting == 1);
	watches[1] = engine_watch(engine, 0, &q, WATCH_QUIET, 0);
	watches[2] = engine_watch(engine, 0, &a, WATCH_ONCE, 0);
	watches[3] = engine_watch(engine, 0, &b, WATCH_ONCE, 0);
	assert_false(watch_view(watches[1])->loading);
	STAGE_SET(&stage, stage.shut = false);
	TURN_UNTIL(engine, watch_view(watches[1])->snapshot);
	assert_string_equal(stage.log, "rabq");
	for (int i = 0; i < 4; i++)
		watch_release(watches[i]);
	engine_free(engine);
	stage_release(&stage);
}

static void test_a_quiet_read_gives_way(void **state)
{
	struct query q = series_query("quiet"), a = series_query("a");
	struct stage stage;
	struct engine *engine;
	struct watch *quiet, *asked;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	engine = engine_of_fake();
	quiet = engine_watch(engine, 0, &q, WATCH_QUIET, 0);
	STAGE_WAIT(&stage, stage.waiting == 1);
	asked = engine_watch(engine, 0, &a, WATCH_ONCE, 0);
	/* the gate is still shut: only a cancel lets the quiet read end */
	STAGE_WAIT(&stage, stage.reads == 2);
	STAGE_SET(&stage, stage.shut = false);
	TURN_UNTIL(engine, watch_view(quiet)->snapshot && watch_view(asked)->snapshot);
	assert_string_equal(stage.log, "qaq");
	assert_int_equal(watch_view(quiet)->err.code, ERR_NONE);
	watch_release(quiet);
	watch_release(asked);
	engine_free(engine);
	stage_release(&stage);
}

static void test_pages_show_before_the_end(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	stage.manner = PAGES;
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	TURN_UNTIL(engine, watch_view(watch)->snapshot);
	assert_int_equal(watch_view(watch)->snapshot->u.runs.rows, 1);
	assert_int_equal(watch_view(watch)->snapshot->state, SNAPSHOT_PARTIAL);
	assert_true(watch_view(watch)->loading);
	STAGE_SET(&stage, stage.shut = false);
	TURN_UNTIL(engine, !watch_view(watch)->loading);
	assert_int_equal(watch_view(watch)->snapshot->u.runs.rows, 3);
	assert_int_equal(watch_view(watch)->snapshot->state, SNAPSHOT_OK);
	/* read again: no pages, the whole table stays up */
	watch_refresh(watch);
	TURN_UNTIL(engine, !watch_view(watch)->loading);
	assert_int_equal(watch_view(watch)->snapshot->u.runs.rows, 3);
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

/* ---- cancel, failure, hanging ---- */

static void test_cancel_is_at_once(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	stage.manner = DEAF;
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	STAGE_WAIT(&stage, stage.waiting == 1);
	watch_cancel(watch);
	/* the thread has not even noticed */
	assert_false(watch_view(watch)->loading);
	assert_int_equal(watch_view(watch)->err.code, ERR_CANCELLED);
	watch_refresh(watch);
	assert_true(watch_view(watch)->loading);
	STAGE_SET(&stage, stage.manner = GIVE);
	STAGE_SET(&stage, stage.shut = false);
	TURN_UNTIL(engine, !watch_view(watch)->loading);
	assert_non_null(watch_view(watch)->snapshot);
	assert_int_equal(watch_view(watch)->err.code, ERR_NONE);
	assert_int_equal(stage.reads, 2);
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

static void test_cancel_reaches_the_read(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	STAGE_WAIT(&stage, stage.waiting == 1);
	watch_cancel(watch);
	STAGE_WAIT(&stage, stage.ends == 1); /* though the gate is shut */
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

static void test_failure_leaves_the_old_up(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;
	struct snapshot *old;

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_LIVE, 1);
	TURN_UNTIL(engine, watch_view(watch)->snapshot);
	old = watch_view(watch)->snapshot;
	STAGE_SET(&stage, stage.manner = FAIL);
	TURN_UNTIL(engine, watch_view(watch)->err.code);
	assert_int_equal(watch_view(watch)->err.code, ERR_SERVER);
	assert_ptr_equal(watch_view(watch)->snapshot, old);
	assert_false(watch_view(watch)->loading);
	STAGE_SET(&stage, stage.manner = GIVE);
	TURN_UNTIL(engine, !watch_view(watch)->err.code);
	assert_ptr_equal(watch_view(watch)->snapshot, old);
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

static void test_rows_of_a_failed_first_read_show(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	stage.manner = FAIL_PART;
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	TURN_UNTIL(engine, !watch_view(watch)->loading);
	assert_int_equal(watch_view(watch)->err.code, ERR_NETWORK);
	assert_int_equal(watch_view(watch)->snapshot->u.runs.rows, 3);
	assert_int_equal(watch_view(watch)->snapshot->state, SNAPSHOT_PARTIAL);
	STAGE_SET(&stage, stage.manner = GIVE);
	watch_refresh(watch);
	TURN_UNTIL(engine, !watch_view(watch)->loading);
	assert_int_equal(watch_view(watch)->snapshot->state, SNAPSHOT_OK);
	assert_int_equal(stage.previous, 0); /* it did not build on the part */
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

static void test_deployments_that_fail_are_shown(void **state)
{
	struct query query = {.kind = RECORD_DEPLOYMENTS};
	const struct view *view;
	struct stage stage;
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &query, WATCH_LIVE, 1);
	TURN_UNTIL(engine, watch_view(watch)->snapshot);
	STAGE_SET(&stage, stage.manner = FAIL_PART);
	TURN_UNTIL(engine, watch_view(watch)->err.code);
	view = watch_view(watch);
	assert_int_equal(view->snapshot->u.deployments.deployments[0].state, DEPLOYMENT_FAILED);
	STAGE_SET(&stage, stage.manner = GIVE);
	TURN_UNTIL(engine, !watch_view(watch)->err.code);
	view = watch_view(watch);
	assert_int_equal(view->snapshot->u.deployments.deployments[0].state, DEPLOYMENT_OK);
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

static void test_hung_thread_is_left_behind(void **state)
{
	static struct stage stage; /* the thread may use it longer than this test runs */
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	stage.manner = DEAF;
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	STAGE_WAIT(&stage, stage.waiting == 1);
	assert_false(engine_tick(engine, clock_monotonic()));
	assert_false(watch_view(watch)->hung);
	assert_true(engine_tick(engine, clock_monotonic() + ENGINE_STALL + 2 * ENGINE_GRACE));
	assert_true(watch_view(watch)->hung);
	assert_true(engine_source(engine, 0)->hung);
	watch_release(watch);
	assert_int_equal(engine_free(engine), 1);
	assert_int_equal(stage.closes, 0);
	STAGE_SET(&stage, stage.shut = false);
	STAGE_WAIT(&stage, stage.closes == 1);
}

static void test_a_thread_that_comes_back_is_well(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	stage.manner = DEAF;
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	STAGE_WAIT(&stage, stage.waiting == 1);
	engine_tick(engine, clock_monotonic() + ENGINE_STALL + 2 * ENGINE_GRACE);
	assert_true(watch_view(watch)->hung);
	STAGE_SET(&stage, stage.shut = false);
	TURN_UNTIL(engine, !watch_view(watch)->loading);
	assert_false(watch_view(watch)->hung);
	assert_non_null(watch_view(watch)->snapshot);
	watch_release(watch);
	assert_int_equal(engine_free(engine), 0);
	stage_release(&stage);
}

/* ---- live ---- */

static void test_unchanged_polls_wake_nobody(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;
	int reads;

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_LIVE, 1);
	TURN_UNTIL(engine, watch_view(watch)->snapshot);
	reads = stage.reads;
	STAGE_WAIT(&stage, stage.reads >= reads + 5);
	assert_true(is_silent(engine));
	STAGE_SET(&stage, stage.rows = 4);
	turn(engine);
	assert_int_equal(watch_view(watch)->snapshot->u.runs.rows, 4);
	assert_int_equal(watch_view(watch)->snapshot->generation, 2);
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

static void test_late_when_polls_do_not_end(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_LIVE, 1);
	TURN_UNTIL(engine, watch_view(watch)->snapshot);
	STAGE_SET(&stage, stage.shut = true);
	STAGE_WAIT(&stage, stage.waiting == 1);
	engine_tick(engine, clock_monotonic());
	assert_false(watch_view(watch)->late);
	assert_true(engine_deadline(engine) < INT64_MAX);
	assert_true(engine_tick(engine, clock_monotonic() + 20 * 1000));
	assert_true(watch_view(watch)->late);
	assert_false(watch_view(watch)->loading);
	engine_pause(engine, true);
	assert_true(engine_tick(engine, clock_monotonic() + 20 * 1000));
	assert_false(watch_view(watch)->late);
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

/* How long the tries after `failures` of a kind are apart at most, and that none is later. */
static int64_t wait_after(struct slot *slot, enum err_code code, int failures, int64_t cost,
			  int64_t asked)
{
	struct schedule schedule = {.live = true};
	struct err err;

	err_set(&err, code, "no");
	err.wait_ms = asked;
	for (int i = 0; i < failures; i++) {
		schedule_done(&schedule, slot, 0, cost, false, &err, false);
		assert_in_range(schedule.due - cost, schedule.wait * 2 / 3, schedule.wait);
	}
	return schedule.wait;
}

/* A server that comes back is seen within 15 s; a refused login is no reason to hammer. */
static void test_waits_grow_to_a_bound(void **state)
{
	static const struct {
		enum err_code code;
		int failures;
		double every;
		int64_t cost, wait, asked;
	} cases[] = {
		{ERR_NETWORK, 1, 0, 3, 1000, 0},
		{ERR_NETWORK, 2, 0, 3, 2000, 0},
		{ERR_NETWORK, 4, 0, 3, 8000, 0},
		{ERR_NETWORK, 5, 0, 3, 15000, 0},
		{ERR_NETWORK, 500, 0, 3, 15000, 0},
		{ERR_TIMEOUT, 1, 0, 3000, 10000, 0},
		{ERR_TIMEOUT, 9, 0, 60000, 30000, 0},
		{ERR_NETWORK, 1, 300, 3, 1000, 0},
		{ERR_NETWORK, 50, 300, 3, 300000, 0},
		{ERR_AUTH, 1, 0, 3, 5000, 0},
		{ERR_AUTH, 9, 0, 3, 30000, 0},
		{ERR_RATE, 1, 0, 3, 5000, 0},
		{ERR_RATE, 9, 0, 3, 30000, 0},
		{ERR_AUTH, 9, 300, 3, 300000, 0},
		{ERR_RATE, 1, 0, 3, 90000, 90000},
		{ERR_RATE, 9, 0, 3, 30000, 2000},
		{ERR_SERVER, 1, 0, 3, 3600000, 86400000},
	};
	struct source_spec spec = {.name = "s", .url = true};
	struct engine engine = {.dice = 88172645463325252u};
	struct slot slot = {.engine = &engine, .about = {.class = &fake_class, .spec = &spec}};
	(void)state;

	TABLE_EACH(c, cases) {
		spec.every = c->every;
		assert_int_equal(wait_after(&slot, c->code, c->failures, c->cost, c->asked),
				 c->wait);
	}
}

/* The screen can say when the next try is, and what works for one read is tried for all. */
static void test_a_server_that_is_back_is_asked_for_all(void **state)
{
	struct query a = series_query("a");
	struct stage stage;
	struct engine *engine;
	struct watch *runs, *series;

	(void)state;
	stage_init(&stage);
	stage.manner = BUSY;
	stage.times = 1000;
	engine = engine_of_fake();
	runs = engine_watch(engine, 0, &runs_query, WATCH_LIVE, 60 * 60 * 1000);
	series = engine_watch(engine, 0, &a, WATCH_LIVE, 60 * 60 * 1000);
	TURN_UNTIL(engine, watch_view(runs)->retry && watch_view(series)->retry);
	assert_int_equal(watch_view(runs)->err.code, ERR_BUSY);
	engine_pause(engine, true);
	assert_true(engine_tick(engine, clock_monotonic()));
	assert_int_equal(watch_view(runs)->retry, 0);
	engine_pause(engine, false);
	STAGE_SET(&stage, stage.manner = GIVE);
	watch_refresh(runs);
	TURN_UNTIL(engine, !watch_view(runs)->err.code && !watch_view(series)->err.code);
	assert_int_equal(watch_view(series)->retry, 0);
	watch_release(runs);
	watch_release(series);
	engine_free(engine);
	stage_release(&stage);
}

/* A pane that is not seen any more keeps what it has and asks for nothing. */
static void test_a_hidden_watch_does_not_poll(void **state)
{
	struct query a = series_query("a");
	struct stage stage;
	struct engine *engine;
	struct watch *hidden, *asked;

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	hidden = engine_watch(engine, 0, &runs_query, WATCH_LIVE, 1);
	TURN_UNTIL(engine, watch_view(hidden)->snapshot);
	watch_set(hidden, WATCH_ONCE, 0);
	asked = engine_watch(engine, 0, &a, WATCH_ONCE, 0);
	TURN_UNTIL(engine, watch_view(asked)->snapshot);
	STAGE_SET(&stage, memset(stage.log, 0, sizeof stage.log));
	for (int i = 0; i < 5; i++) {
		watch_refresh(asked);
		TURN_UNTIL(engine, !watch_view(asked)->loading);
	}
	STAGE_SET(&stage, assert_string_equal(stage.log, "aaaaa"));
	assert_non_null(watch_view(hidden)->snapshot);
	watch_set(hidden, WATCH_LIVE, 1);
	STAGE_WAIT(&stage, strchr(stage.log, 'r'));
	watch_release(hidden);
	watch_release(asked);
	engine_free(engine);
	stage_release(&stage);
}

static void test_pause_stops_polls_only(void **state)
{
	struct query a = series_query("a");
	struct stage stage;
	struct engine *engine;
	struct watch *live, *asked;

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	live = engine_watch(engine, 0, &runs_query, WATCH_LIVE, 1);
	TURN_UNTIL(engine, watch_view(live)->snapshot);
	engine_pause(engine, true);
	asked = engine_watch(engine, 0, &a, WATCH_ONCE, 0);
	TURN_UNTIL(engine, watch_view(asked)->snapshot);
	STAGE_SET(&stage, memset(stage.log, 0, sizeof stage.log));
	for (int i = 0; i < 5; i++) {
		watch_refresh(asked);
		TURN_UNTIL(engine, !watch_view(asked)->loading);
	}
	STAGE_SET(&stage, assert_string_equal(stage.log, "aaaaa"));
	engine_pause(engine, false);
	STAGE_WAIT(&stage, strchr(stage.log, 'r'));
	watch_release(live);
	watch_release(asked);
	engine_free(engine);
	stage_release(&stage);
}

/* ---- the board ---- */

static void test_coming_back_shows_at_once(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	TURN_UNTIL(engine, watch_view(watch)->snapshot);
	watch_release(watch);
	STAGE_SET(&stage, stage.shut = true);
	watch = engine_watch(engine, 0, &runs_query, WATCH_ONCE, 0);
	assert_non_null(watch_view(watch)->snapshot);
	assert_false(watch_view(watch)->loading);
	/* and is read again behind the scenes */
	STAGE_SET(&stage, stage.rows = 5);
	STAGE_WAIT(&stage, stage.waiting == 1);
	STAGE_SET(&stage, stage.shut = false);
	turn(engine);
	assert_int_equal(watch_view(watch)->snapshot->u.runs.rows, 5);
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

static void test_only_so_many_are_kept(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *watch;
	struct query query;

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	for (int i = 0; i <= ENGINE_KEEP; i++) {
		char key[16];

		snprintf(key, sizeof key, "k%d", i);
		query = series_query(key);
		watch = engine_watch(engine, 0, &query, WATCH_ONCE, 0);
		TURN_UNTIL(engine, watch_view(watch)->snapshot);
		watch_release(watch);
	}
	query = series_query("k0"); /* the first to go */
	watch = engine_watch(engine, 0, &query, WATCH_ONCE, 0);
	assert_null(watch_view(watch)->snapshot);
	watch_release(watch);
	query = series_query("k2");
	watch = engine_watch(engine, 0, &query, WATCH_ONCE, 0);
	assert_non_null(watch_view(watch)->snapshot);
	watch_release(watch);
	engine_free(engine);
	stage_release(&stage);
}

static struct query column_query(const char *key, struct snapshot *table)
{
	return (struct query){
		.kind = RECORD_COLUMN,
		.column = {.kind = COLUMN_METRIC, .key = str_of(key)},
		.table = table,
	};
}

static void test_a_column_follows_its_table(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct watch *runs, *column, *again;
	struct query query;

	(void)state;
	stage_init(&stage);
	stage.rows = RUN_CHUNK + 2;
	engine = engine_of_fake();
	runs = engine_watch(engine, 0, &runs_query, WATCH_LIVE, 1);
	TURN_UNTIL(engine, watch_view(runs)->snapshot);
	query = column_query("loss", watch_view(runs)->snapshot);
	column = engine_watch(engine, 0, &query, WATCH_ONCE, 0);
	TURN_UNTIL(engine, watch_view(column)->snapshot);
	assert_int_equal(stage.wanted, RUN_CHUNK + 2);
	/* a row more: only the second chunk is asked for */
	STAGE_SET(&stage, stage.rows++);
	TURN_UNTIL(engine, watch_view(column)->snapshot->generation == 2);
	assert_int_equal(stage.wanted, 3);
	assert_true(column_at(&watch_view(column)->snapshot->u.column, RUN_CHUNK + 2).state ==
		    CELL_NUMBER);
	assert_int_equal(watch_view(runs)->snapshot->generation, 2);
	/* whoever asks with the new table gets the same entry */
	query = column_query("loss", watch_view(runs)->snapshot);
	again = engine_watch(engine, 0, &query, WATCH_ONCE, 0);
	assert_ptr_equal(watch_view(again), watch_view(column));
	watch_release(again);
	watch_release(column);
	watch_release(runs);
	engine_free(engine);
	stage_release(&stage);
}

static void test_details_answer_for_the_source(void **state)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_RUNS, NULL, &limits);
	struct run_detail detail = {0};
	struct run run = {.id = STR("run0"), .start = 1, .end = 2};
	struct stage stage;
	struct engine *engine;
	struct watch *column;
	struct snapshot *table;
	struct query query;
	struct err err;

	(void)state;
	stage_init(&stage);
	stage.manner = FAIL;
	build_run(build, &run, &detail);
	table = build_seal(build, &err);
	engine = engine_of_fake();
	query = column_query("loss", table);
	column = engine_watch(engine, 0, &query, WATCH_ONCE, 0);
	TURN_UNTIL(engine, watch_view(column)->snapshot);
	assert_int_equal(stage.reads, 0);
	watch_release(column);
	engine_free(engine);
	snapshot_unref(table);
	stage_release(&stage);
}

static void drop_sink(void *ctx)
{
	struct stage *stage = ctx;

	stage->dropped++;
}

static void test_a_sink_is_given_back_after_the_read(void **state)
{
	struct stage stage;
	struct event_sink sink = {.ctx = &stage};
	struct query query = {.kind = RECORD_RUNS, .sink = &sink, .drop = drop_sink};
	struct engine *engine;
	struct watch *watch;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	stage.manner = DEAF;
	engine = engine_of_fake();
	watch = engine_watch(engine, 0, &query, WATCH_ONCE, 0);
	STAGE_WAIT(&stage, stage.waiting == 1);
	watch_release(watch);
	assert_int_equal(stage.dropped, 0);
	STAGE_SET(&stage, stage.shut = false);
	TURN_UNTIL(engine, stage.dropped == 1);
	engine_free(engine);
	assert_int_equal(stage.dropped, 1);
	stage_release(&stage);
}

/* ---- the worker ---- */

struct job {
	struct stage *stage;
	int worked, done;
	pthread_t thread;
};

static void job_work(void *ctx)
{
	struct job *job = ctx;

	pthread_mutex_lock(&job->stage->lock);
	job->worked++;
	job->thread = pthread_self();
	pthread_cond_broadcast(&job->stage->moved);
	while (job->stage->shut)
		pthread_cond_wait(&job->stage->moved, &job->stage->lock);
	pthread_mutex_unlock(&job->stage->lock);
}

static void job_done(void *ctx)
{
	struct job *job = ctx;

	job->done++;
}

static void test_work_is_done_elsewhere_and_told_here(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct job job = {.stage = &stage};

	(void)state;
	stage_init(&stage);
	engine = engine_of_fake();
	engine_work(engine, job_work, job_done, &job);
	TURN_UNTIL(engine, job.done);
	assert_int_equal(job.worked, 1);
	assert_false(pthread_equal(job.thread, pthread_self()));
	engine_free(engine);
	stage_release(&stage);
}

static void *open_gate(void *ctx)
{
	struct stage *stage = ctx;

	STAGE_SET(stage, stage->shut = false);
	return NULL;
}

static void test_work_not_begun_is_told_too(void **state)
{
	struct stage stage;
	struct engine *engine;
	struct job jobs[2] = {{.stage = &stage}, {.stage = &stage}};
	pthread_t opener;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	engine = engine_of_fake();
	for (int i = 0; i < 2; i++)
		engine_work(engine, job_work, job_done, &jobs[i]);
	STAGE_WAIT(&stage, jobs[0].worked == 1);
	pthread_create(&opener, NULL, open_gate, &stage);
	engine_free(engine);
	pthread_join(opener, NULL);
	assert_int_equal(jobs[0].done, 1);
	assert_int_equal(jobs[1].done, 1);
	stage_release(&stage);
}

/* ---- headless ---- */

static struct snapshot *read_runs(struct stage *stage, enum manner manner, int times, int timeout,
				  struct err *err)
{
	struct fake fake = {{&fake_class, &fake_spec}, stage};
	struct read_limits limits = {.timeout = timeout, .stop = -1};

	stage->manner = manner;
	stage->times = times;
	stage->reads = 0;
	return engine_read(&fake.source, &runs_query, &limits, NULL, err);
}

static void test_headless_tries_again(void **state)
{
	struct stage stage;
	struct snapshot *snapshot;
	struct err err;

	(void)state;
	stage_init(&stage);
	snapshot = read_runs(&stage, BUSY, 4, 0, &err);
	assert_non_null(snapshot);
	assert_int_equal(err.code, ERR_NONE);
	assert_int_equal(stage.reads, 5);
	snapshot_unref(snapshot);
	snapshot = read_runs(&stage, CHANGED, 2, 0, &err);
	assert_non_null(snapshot);
	snapshot_unref(snapshot);
	assert_null(read_runs(&stage, CHANGED, 100, 0, &err));
	assert_int_equal(err.code, ERR_CHANGED);
	assert_null(read_runs(&stage, BUSY, 100000, 120, &err));
	assert_int_equal(err.code, ERR_BUSY);
	stage_release(&stage);
}

static void test_headless_keeps_rows_so_far(void **state)
{
	struct stage stage;
	struct snapshot *snapshot;
	struct err err;

	(void)state;
	stage_init(&stage);
	snapshot = read_runs(&stage, FAIL_PART, 0, 0, &err);
	assert_non_null(snapshot);
	assert_int_equal(err.code, ERR_NETWORK);
	assert_int_equal(snapshot->state, SNAPSHOT_PARTIAL);
	assert_str(snapshot->note, "cut off");
	snapshot_unref(snapshot);
	assert_null(read_runs(&stage, FAIL, 0, 0, &err));
	assert_int_equal(err.code, ERR_SERVER);
	stage_release(&stage);
}

struct interrupt {
	struct stage *stage;
	int fd;
};

static void *interrupt_main(void *ctx)
{
	struct interrupt *interrupt = ctx;

	STAGE_WAIT(interrupt->stage, interrupt->stage->waiting == 1);
	eventfd_write(interrupt->fd, 1);
	return NULL;
}

static void test_headless_stops_when_told(void **state)
{
	struct stage stage;
	struct fake fake = {{&fake_class, &fake_spec}, &stage};
	struct interrupt interrupt = {&stage, eventfd(0, EFD_CLOEXEC)};
	struct read_limits limits = {.stop = interrupt.fd};
	struct err err;
	pthread_t thread;

	(void)state;
	stage_init(&stage);
	stage.shut = true;
	pthread_create(&thread, NULL, interrupt_main, &interrupt);
	assert_null(engine_read(&fake.source, &runs_query, &limits, NULL, &err));
	assert_int_equal(err.code, ERR_CANCELLED);
	pthread_join(thread, NULL);
	close(interrupt.fd);
	stage_release(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asks_at_once_and_shows_later),
		cmocka_unit_test(test_equal_queries_share_a_read),
		cmocka_unit_test(test_what_is_asked_for_goes_first),
		cmocka_unit_test(test_a_quiet_read_gives_way),
		cmocka_unit_test(test_pages_show_before_the_end),
		cmocka_unit_test(test_cancel_is_at_once),
		cmocka_unit_test(test_cancel_reaches_the_read),
		cmocka_unit_test(test_failure_leaves_the_old_up),
		cmocka_unit_test(test_rows_of_a_failed_first_read_show),
		cmocka_unit_test(test_deployments_that_fail_are_shown),
		cmocka_unit_test(test_hung_thread_is_left_behind),
		cmocka_unit_test(test_a_thread_that_comes_back_is_well),
		cmocka_unit_test(test_unchanged_polls_wake_nobody),
		cmocka_unit_test(test_late_when_polls_do_not_end),
		cmocka_unit_test(test_waits_grow_to_a_bound),
		cmocka_unit_test(test_a_server_that_is_back_is_asked_for_all),
		cmocka_unit_test(test_a_hidden_watch_does_not_poll),
		cmocka_unit_test(test_pause_stops_polls_only),
		cmocka_unit_test(test_coming_back_shows_at_once),
		cmocka_unit_test(test_only_so_many_are_kept),
		cmocka_unit_test(test_a_column_follows_its_table),
		cmocka_unit_test(test_details_answer_for_the_source),
		cmocka_unit_test(test_a_sink_is_given_back_after_the_read),
		cmocka_unit_test(test_work_is_done_elsewhere_and_told_here),
		cmocka_unit_test(test_work_not_begun_is_told_too),
		cmocka_unit_test(test_headless_tries_again),
		cmocka_unit_test(test_headless_keeps_rows_so_far),
		cmocka_unit_test(test_headless_stops_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
