/* Monitors: windows, references, passes, verdicts; fed from memory in any order. */
#include "test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "monitor/monitor.h"
#include "monitor/replay.h"
#include "record/build.h"
#include "record/drift.h"
#include "sheet/check.h"
#include "sheet/drift.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { HOUR = 3600000, COLUMNS = 4 };

/* --- a store in memory ---------------------------------------------------------------------- */

struct row {
	int64_t time;
	double x;         /* NaN: null */
	const char *plan; /* NULL: null */
	int version;
};

struct table {
	struct row *rows;
	size_t n, cap;
	size_t served; /* how many the sink has had */
	bool begun;
	int passes;
	uint8_t want[COLUMNS];
};

static const struct str names[COLUMNS] = {{"ts", 2}, {"x", 1}, {"plan", 4}, {"model_version", 13}};

static void add(struct table *table, int64_t time, double x, const char *plan)
{
	MEM_GROW(table->rows, table->n, table->cap);
	table->rows[table->n++] = (struct row){time, x, plan, (int)(time / HOUR)};
}

struct arrays {
	uint8_t kind[COLUMNS][EVENT_BATCH];
	double number[COLUMNS][EVENT_BATCH];
	int64_t integer[COLUMNS][EVENT_BATCH];
	struct str text[COLUMNS][EVENT_BATCH];
	int64_t time[EVENT_BATCH];
};

static void fill_row(struct arrays *arrays, size_t at, const struct row *row)
{
	arrays->time[at] = row->time;
	arrays->kind[0][at] = EVENT_INT;
	arrays->kind[1][at] = isnan(row->x) ? EVENT_NULL : EVENT_REAL;
	arrays->number[1][at] = row->x;
	arrays->text[1][at] = STR_NONE;
	arrays->kind[2][at] = row->plan ? EVENT_TEXT : EVENT_NULL;
	arrays->text[2][at] = str_of(row->plan);
	arrays->kind[3][at] = EVENT_INT;
	arrays->integer[3][at] = row->version;
	arrays->number[3][at] = row->version;
}

static void serve(struct table *table, const struct event_sink *sink)
{
	struct arrays *arrays = malloc(sizeof *arrays);
	struct event_column columns[COLUMNS];
	struct err err;

	for (int i = 0; i < COLUMNS; i++)
		columns[i] = (struct event_column){arrays->kind[i], arrays->number[i],
						   arrays->integer[i], arrays->text[i]};
	if (!table->begun) {
		struct event_layout layout = {
			.ncolumns = COLUMNS,
			.names = names,
			.prediction = -1,
			.label = -1,
			.version = 3,
			.id = -1,
			.want = table->want,
		};

		table->begun = true;
		table->served = 0;
		assert_int_equal(sink->begin(sink->ctx, &layout, &err), 0);
	}
	while (table->served < table->n) {
		struct event_batch batch = {0, arrays->time, columns};

		while (batch.n < EVENT_BATCH && table->served < table->n)
			fill_row(arrays, batch.n++, &table->rows[table->served++]);
		assert_int_equal(sink->batch(sink->ctx, &batch, &err), 0);
	}
	free(arrays);
}

/* As the events source does it. */
static void deliver(struct table *table, const struct event_sink *sink)
{
	table->passes = 1;
	serve(table, sink);
	while (sink->again(sink->ctx)) {
		table->begun = false;
		table->passes++;
		assert_true(table->passes < 30);
		serve(table, sink);
	}
}

static int64_t the_time;

static int64_t test_clock(void)
{
	return the_time;
}

static struct snapshot *report(struct monitor *monitor, struct table *table,
			       struct table *reference, struct snapshot *previous)
{
	struct query query = monitor_query(monitor);
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_DRIFT, previous, &limits);
	struct snapshot *snapshot;
	struct err err;

	if (query.sink->first)
		deliver(reference, query.sink->first);
	deliver(table, query.sink);
	assert_int_equal(query.finish(query.sink->ctx, build, &err), 0);
	snapshot = build_seal(build, &err);
	assert_non_null(snapshot);
	return snapshot;
}

static const struct drift_monitor *row_of(const struct snapshot *snapshot, const char *feature)
{
	const struct drift_list *list = snapshot->u.drift;

	for (size_t i = 0; i < list->n; i++)
		if (str_equal(list->monitors[i].feature, str_of(feature)))
			return &list->monitors[i];
	fail_msg("no row for %s", feature);
	return NULL;
}

/* --- data ----------------------------------------------------------------------------------- */

static uint64_t next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static double uniform(uint64_t *seed)
{
	return (double)(next(seed) >> 11) * 0x1p-53;
}

/* `hours` windows of n events each from hour `from` on; x is shifted from hour `shifted` on. */
static void fill(struct table *table, int from, int hours, size_t n, int shifted, uint64_t *seed)
{
	static const char *const plans[] = {"free", "gold", "team"};

	for (int hour = from; hour < from + hours; hour++)
		for (size_t i = 0; i < n; i++)
			add(table, hour * (int64_t)HOUR + (int64_t)(i * HOUR / n),
			    uniform(seed) + (hour >= shifted ? 0.4 : 0),
			    plans[next(seed) % 3]);
}

static void shuffle(struct table *table, uint64_t *seed)
{
	for (size_t i = table->n; i > 1; i--) {
		size_t j = next(seed) % i;
		struct row kept = table->rows[i - 1];

		table->rows[i - 1] = table->rows[j];
		table->rows[j] = kept;
	}
}

static struct monitor *new_monitor(const struct monitor_spec *spec)
{
	struct monitor *monitor = monitor_new(spec);

	monitor_set_clock(monitor, test_clock);
	return monitor;
}

static void release(struct monitor *monitor, struct table *table, struct snapshot *snapshot)
{
	snapshot_unref(snapshot);
	monitor_free(monitor);
	free(table->rows);
}

/* --- the first windows ---------------------------------------------------------------------- */

static void first_windows_are_the_reference(void **state)
{
	struct table table = {0};
	struct monitor_spec spec;
	struct monitor *monitor;
	struct snapshot *snapshot;
	const struct drift_monitor *x;
	uint64_t seed = 1;
	(void)state;

	monitor_spec_init(&spec);
	monitor = new_monitor(&spec);
	fill(&table, 100, 30, 500, 126, &seed);
	add(&table, 130 * (int64_t)HOUR, 0.5, "free");
	the_time = 130 * (int64_t)HOUR;
	snapshot = report(monitor, &table, NULL, NULL);
	assert_int_equal(table.passes, 1);
	assert_int_equal(snapshot->u.drift->n, 2);
	x = row_of(snapshot, "x");
	assert_int_equal(x->reference.n, 24 * 500);
	assert_int_equal(x->reference.from, 100 * (int64_t)HOUR);
	assert_int_equal(x->reference.to, 124 * (int64_t)HOUR);
	assert_int_equal(x->window.from, 129 * (int64_t)HOUR);
	assert_int_equal(x->window.n, 500);
	assert_int_equal(x->npoints, 6);
	assert_int_equal(x->points[0].state, DRIFT_OK);
	assert_int_equal(x->state, DRIFT_DRIFTED);
	assert_str(x->version, "129");
	assert_string_equal(x->drift_check.state, "drift");
	assert_int_equal(x->drift_check.since, 127 * (int64_t)HOUR);
	assert_string_equal(x->quality_check.state, "bad"); /* 0.4 of them lie past the range */
	assert_int_equal(x->quality_check.since, 126 * (int64_t)HOUR);
	assert_string_equal(row_of(snapshot, "plan")->drift_check.state, "ok");
	assert_true(&snapshot->u.drift->monitors[0] == x);
	release(monitor, &table, snapshot);
}

/* What `drift` and `check` print of it. */
static void the_sheets_agree(void **state)
{
	static const char keys[] = "\"monitors\": [\n{\"model\": null,\"version\": \"129\","
				   "\"feature\": \"x\",\"type\": \"numeric\",\"segment\": null,"
				   "\"recipe\": \"leeboard.psi\",\"reference\": {\"what\": "
				   "\"first 24 windows\",\"from\": ";
	struct table table = {0};
	struct monitor_spec spec;
	struct monitor *monitor;
	struct sheet_source source = {.name = STR("p.db"), .kind = "events"};
	struct sheet_cell cell;
	struct grid *grid, *checks;
	const char *missing, *asked[] = {"plan", "nobody"};
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct json_out json;
	uint64_t seed = 1;
	(void)state;

	monitor_spec_init(&spec);
	spec.name = STR("churn");
	monitor = new_monitor(&spec);
	fill(&table, 100, 30, 500, 126, &seed);
	the_time = 131 * (int64_t)HOUR;
	source.snapshot = report(monitor, &table, NULL, NULL);
	grid = drift_grid(&source, 1, true);
	assert_int_equal(grid->sheet.n, 2);
	sheet_cell(&grid->sheet, 0, 0, &cell);
	assert_str(cell.text, "drift");
	sheet_cell(&grid->sheet, 0, grid->sheet.ncolumns - 1, &cell);
	assert_int_equal(cell.nvalues, 6);
	json_put_open(&json, file);
	json_put_object(&json, NULL);
	drift_json(&json, grid, true, true);
	json_put_end(&json);
	json_put_close(&json);
	fclose(file);
	if (!strstr(text, keys))
		fail_msg("%.400s", text);
	checks = check_grid(&source, 1, NULL, 0, &missing);
	assert_int_equal(checks->sheet.n, 4);
	assert_int_equal(check_code(checks), 2);
	grid_free(checks);
	checks = check_grid(&source, 1, asked, 1, &missing);
	assert_int_equal(check_code(checks), 0);
	assert_null(missing);
	grid_free(checks);
	checks = check_grid(&source, 1, asked, 2, &missing);
	assert_string_equal(missing, "nobody");
	grid_free(checks);
	checks = check_grid(NULL, 0, NULL, 0, &missing);
	assert_int_equal(check_code(checks), 3);
	grid_free(checks);
	grid_free(grid);
	free(text);
	release(monitor, &table, (struct snapshot *)source.snapshot);
}

/* Too few windows: unknown, and how many are missing; then they come. */
static void unknown_until_there_are_enough(void **state)
{
	struct table table = {0};
	struct monitor_spec spec;
	struct monitor *monitor;
	struct snapshot *snapshot, *next_one;
	const struct drift_monitor *x;
	uint64_t seed = 1;
	(void)state;

	monitor_spec_init(&spec);
	monitor = new_monitor(&spec);
	fill(&table, 100, 20, 600, 999, &seed);
	the_time = 120 * (int64_t)HOUR;
	snapshot = report(monitor, &table, NULL, NULL);
	x = row_of(snapshot, "x");
	assert_int_equal(x->state, DRIFT_UNKNOWN);
	/* the last one is not complete: no event and no clock is past it */
	assert_str(x->reason, "19 of 25 complete windows needed; 6 are missing");
	fill(&table, 120, 6, 600, 999, &seed);
	the_time = 126 * (int64_t)HOUR;
	next_one = report(monitor, &table, NULL, snapshot);
	x = row_of(next_one, "x");
	assert_int_equal(table.passes, 1);
	assert_int_equal(x->state, DRIFT_OK);
	assert_int_equal(x->window.from, 124 * (int64_t)HOUR);
	snapshot_unref(snapshot);
	release(monitor, &table, next_one);
}

static void assert_same_rows(const struct snapshot *a, const struct snapshot *b)
{
	const struct drift_list *x = a->u.drift, *y = b->u.drift;

	assert_int_equal(x->n, y->n);
	for (size_t i = 0; i < x->n; i++) {
		const struct drift_monitor *p = &x->monitors[i], *q = &y->monitors[i];

		assert_true(str_equal(p->feature, q->feature));
		assert_int_equal(p->state, q->state);
		assert_int_equal(p->reference.n, q->reference.n);
		assert_int_equal(p->window.n, q->window.n);
		assert_int_equal(p->npoints, q->npoints);
		assert_true(p->value == q->value || (isnan(p->value) && isnan(q->value)));
		for (size_t k = 0; k < p->npoints; k++)
			assert_true(p->points[k].value == q->points[k].value);
		for (size_t k = 0; k < p->nbins; k++)
			assert_int_equal(p->bins[k].window, q->bins[k].window);
	}
}

/* The order of events changes the number of passes, never what is said. */
static void order_does_not_matter(void **state)
{
	(void)state;

	for (int kind = 0; kind < 2; kind++) {
		struct table table = {0};
		struct monitor_spec spec;
		struct monitor *ordered, *mixed;
		struct snapshot *a, *b;
		uint64_t seed = 7;

		monitor_spec_init(&spec);
		if (kind) {
			spec.reference = REFERENCE_SPAN;
			spec.from = 105 * (int64_t)HOUR + 1000;
			spec.to = 120 * (int64_t)HOUR + 500;
		}
		ordered = new_monitor(&spec);
		mixed = new_monitor(&spec);
		fill(&table, 100, 30, 60, 127, &seed);
		the_time = 131 * (int64_t)HOUR;
		a = report(ordered, &table, NULL, NULL);
		/* events before the span are counted in a second pass */
		assert_int_equal(table.passes, kind ? 2 : 1);
		shuffle(&table, &seed);
		table.begun = false;
		b = report(mixed, &table, NULL, NULL);
		assert_true(table.passes > 1);
		assert_same_rows(a, b);
		/* windows outside the span, and the two that overlap it */
		assert_int_equal(row_of(a, "x")->npoints, kind ? 30 - 14 : 6);
		snapshot_unref(a);
		monitor_free(ordered);
		release(mixed, &table, b);
	}
}

/* A late event of the reference, and one of a window that was judged. */
static void late_events_count(void **state)
{
	struct table table = {0};
	struct monitor_spec spec;
	struct monitor *monitor;
	struct snapshot *first, *second, *third;
	uint64_t seed = 3;
	(void)state;

	monitor_spec_init(&spec);
	monitor = new_monitor(&spec);
	fill(&table, 100, 28, 100, 999, &seed);
	the_time = 129 * (int64_t)HOUR;
	first = report(monitor, &table, NULL, NULL);
	assert_int_equal(row_of(first, "x")->window.n, 100);
	add(&table, 127 * (int64_t)HOUR + 5, 0.5, "free");
	second = report(monitor, &table, NULL, first);
	assert_int_equal(table.passes, 1);
	assert_int_equal(row_of(second, "x")->window.n, 101);
	add(&table, 101 * (int64_t)HOUR + 5, 0.5, "free");
	third = report(monitor, &table, NULL, second);
	assert_true(table.passes > 1);
	assert_int_equal(row_of(third, "x")->reference.n, 2401);
	assert_int_equal(row_of(third, "x")->window.n, 101);
	snapshot_unref(first);
	snapshot_unref(second);
	release(monitor, &table, third);
}

static void nothing_new_is_the_same_snapshot(void **state)
{
	struct table table = {0};
	struct monitor_spec spec;
	struct monitor *monitor;
	struct snapshot *first, *second, *third;
	uint64_t seed = 3;
	(void)state;

	monitor_spec_init(&spec);
	monitor = new_monitor(&spec);
	fill(&table, 100, 28, 100, 999, &seed);
	the_time = 128 * (int64_t)HOUR;
	first = report(monitor, &table, NULL, NULL);
	second = report(monitor, &table, NULL, first);
	assert_true(first == second);
	/* events of a window that is not complete change nothing that is shown */
	add(&table, 127 * (int64_t)HOUR + HOUR - 1, 0.5, "free");
	third = report(monitor, &table, NULL, second);
	assert_true(third == second);
	snapshot_unref(first);
	snapshot_unref(second);
	release(monitor, &table, third);
}

static void stale_after_two_empty_windows(void **state)
{
	struct table table = {0};
	struct monitor_spec spec;
	struct monitor *monitor;
	struct snapshot *first, *second;
	uint64_t seed = 3;
	(void)state;

	monitor_spec_init(&spec);
	monitor = new_monitor(&spec);
	fill(&table, 100, 28, 300, 999, &seed);
	the_time = 130 * (int64_t)HOUR; /* hour 128 is complete, 129 is not */
	first = report(monitor, &table, NULL, NULL);
	assert_int_equal(row_of(first, "x")->state, DRIFT_OK);
	the_time = 131 * (int64_t)HOUR;
	second = report(monitor, &table, NULL, first);
	assert_int_equal(row_of(second, "x")->state, DRIFT_STALE);
	assert_string_equal(row_of(second, "x")->drift_check.state, "stale");
	assert_int_equal(row_of(second, "x")->window.n, 300);
	snapshot_unref(first);
	release(monitor, &table, second);
}

/* --- another store as reference ------------------------------------------------------------- */

static void a_file_is_the_reference(void **state)
{
	struct table table = {0}, reference = {0};
	struct monitor_spec spec;
	struct monitor *monitor;
	struct snapshot *first, *second;
	uint64_t seed = 5;
	(void)state;

	monitor_spec_init(&spec);
	spec.reference = REFERENCE_FILE;
	spec.reference_at = spec.reference_what = STR("training.csv");
	monitor = new_monitor(&spec);
	fill(&reference, 0, 1, 3000, 99, &seed);
	fill(&table, 100, 3, 400, 102, &seed);
	the_time = 104 * (int64_t)HOUR;
	first = report(monitor, &table, &reference, NULL);
	assert_int_equal(table.passes, 1);
	assert_int_equal(reference.passes, 1);
	assert_int_equal(row_of(first, "x")->npoints, 3);
	assert_int_equal(row_of(first, "x")->state, DRIFT_DRIFTED);
	assert_int_equal(row_of(first, "x")->points[1].state, DRIFT_OK);
	assert_str(row_of(first, "x")->reference.what, "training.csv");
	/* it grows: everything is judged against the new one */
	fill(&reference, 0, 1, 1000, 99, &seed);
	second = report(monitor, &table, &reference, first);
	assert_int_equal(row_of(second, "x")->reference.n, 4000);
	assert_int_equal(row_of(second, "x")->npoints, 3);
	snapshot_unref(first);
	free(reference.rows);
	release(monitor, &table, second);
}

static void two_plain_samples(void **state)
{
	struct table table = {0}, reference = {0};
	struct monitor_spec spec;
	struct monitor *monitor;
	struct snapshot *snapshot;
	const struct drift_list *list;
	uint64_t seed = 5;
	(void)state;

	monitor_spec_init(&spec);
	spec.plain = true;
	spec.reference = REFERENCE_FILE;
	spec.reference_at = spec.reference_what = STR("a.csv");
	spec.nrecipes = DRIFT_RECIPES;
	for (int i = 0; i < DRIFT_RECIPES; i++)
		spec.recipes[i] = (enum drift_recipe)i;
	monitor = new_monitor(&spec);
	fill(&reference, 0, 1, 1000, 99, &seed);
	fill(&table, 50, 2, 250, 10, &seed);
	add(&table, TIME_NONE, NAN, NULL);
	snapshot = report(monitor, &table, &reference, NULL);
	list = snapshot->u.drift;
	assert_int_equal(list->n, 9 + 8); /* x has ks and wasserstein, plan chi2_contingency */
	for (size_t i = 0; i < list->n; i++) {
		assert_true(isfinite(list->monitors[i].value));
		assert_int_equal(list->monitors[i].window.rows, 501);
		assert_int_equal(list->monitors[i].window.null, 1);
		assert_int_equal(list->monitors[i].window.from, TIME_NONE);
	}
	assert_int_equal(list->monitors[0].state, DRIFT_DRIFTED);
	free(reference.rows);
	release(monitor, &table, snapshot);
}

/* --- verdicts over time --------------------------------------------------------------------- */

static void verdicts_open_and_close(void **state)
{
	static const struct {
		const char *windows; /* d drift, o ok but near the limit, q quiet, i insufficient */
		bool open;
		int64_t since;
	} cases[] = {
		{"qqqq", false, TIME_NONE},
		{"qdqq", false, TIME_NONE},
		{"qdqd", true, 3},
		{"dd", true, 1},
		{"diiid", true, 4},
		{"ddqq", true, 1},
		{"ddqqq", false, 4},
		{"ddqqoqq", true, 1},
		{"ddqiqiq", false, 6},
		{"ddqqqd", false, 4},
		{"ddqqqdd", true, 6},
		{"", false, TIME_NONE},
	};
	const struct replay_rule rule = {2, 3, 3, 0.1};
	(void)state;

	TABLE_EACH(c, cases) {
		struct replay_window windows[16];
		size_t n = strlen(c->windows);
		struct replay replay;

		for (size_t i = 0; i < n; i++) {
			char w = c->windows[i];

			windows[i] = (struct replay_window){
				(int64_t)i, w == 'd' ? 0.2 : w == 'o' ? 0.09 : 0.01,
				w == 'd' ? DRIFT_DRIFTED
					 : w == 'i' ? DRIFT_INSUFFICIENT : DRIFT_OK};
		}
		replay = replay_run(&rule, windows, n);
		if (replay.open != c->open || replay.since != c->since)
			fail_msg("%s: %d since %ld", c->windows, replay.open, (long)replay.since);
	}
	assert_int_equal(replay_windows(&rule), 24);
	assert_int_equal(replay_windows(&(struct replay_rule){2, 5, 3, 0.1}), 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_windows_are_the_reference),
		cmocka_unit_test(the_sheets_agree),
		cmocka_unit_test(unknown_until_there_are_enough),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(late_events_count),
		cmocka_unit_test(nothing_new_is_the_same_snapshot),
		cmocka_unit_test(stale_after_two_empty_windows),
		cmocka_unit_test(a_file_is_the_reference),
		cmocka_unit_test(two_plain_samples),
		cmocka_unit_test(verdicts_open_and_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
