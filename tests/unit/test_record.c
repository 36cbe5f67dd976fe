/* The record room: generations that share what did not change, caps, order, look-ups. */
#include "test.h"

#include "base/err.h"
#include "record/build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct build *start(enum record_kind kind, struct snapshot *previous)
{
	struct build_limits limits = build_limits_default();

	return build_new(kind, previous, &limits);
}

static struct snapshot *seal(struct build *build)
{
	struct err err;
	struct snapshot *snapshot = build_seal(build, &err);

	assert_non_null(snapshot);
	return snapshot;
}

static struct run make_run(const char *id, enum run_state state)
{
	return (struct run){.id = str_of(id), .name = str_of(id), .experiment = STR("1"),
			    .state = state, .start = 1000, .end = TIME_NONE};
}

static struct snapshot *runs_of(struct snapshot *previous, int from, int to, enum run_state state)
{
	struct build *build = start(RECORD_RUNS, previous);

	for (int i = from; i < to; i++) {
		char id[16];
		struct run run;

		snprintf(id, sizeof id, "run%d", i);
		run = make_run(id, state);
		build_run(build, &run, NULL);
	}
	return seal(build);
}

static void generations_share_unchanged_chunks(void **state)
{
	struct snapshot *first = runs_of(NULL, 0, 3000, RUN_FINISHED);
	struct snapshot *same = runs_of(first, 0, 3000, RUN_FINISHED);
	struct snapshot *next = runs_of(first, 1500, 1501, RUN_FAILED);
	(void)state;

	assert_int_equal(first->u.runs.rows, 3000);
	assert_int_equal(first->u.runs.nchunks, 3);
	assert_ptr_equal(same, first);
	assert_ptr_not_equal(next, first);
	assert_ptr_equal(next->u.runs.chunks[0], first->u.runs.chunks[0]);
	assert_ptr_not_equal(next->u.runs.chunks[1], first->u.runs.chunks[1]);
	assert_ptr_equal(next->u.runs.chunks[2], first->u.runs.chunks[2]);
	assert_int_equal(run_at(&next->u.runs, 1500)->state, RUN_FAILED);
	assert_int_equal(run_at(&first->u.runs, 1500)->state, RUN_FINISHED);
	assert_int_equal(next->generation, 2);
	assert_int_equal(run_find(&next->u.runs, STR("run2999")), 2999);
	assert_int_equal(run_find(&next->u.runs, STR("nope")), -1);
	snapshot_unref(same);
	snapshot_unref(first);
	assert_str(run_at(&next->u.runs, 2)->id, "run2");
	snapshot_unref(next);
}

static void runs_that_vanish_keep_their_row(void **state)
{
	struct snapshot *first = runs_of(NULL, 0, 5, RUN_FINISHED);
	struct build *build = start(RECORD_RUNS, first);
	struct run run = make_run("run3", RUN_FINISHED);
	struct snapshot *next;
	(void)state;

	build_run(build, &run, NULL);
	build_runs_whole(build);
	next = seal(build);
	assert_int_equal(next->u.runs.rows, 5);
	assert_true(run_at(&next->u.runs, 0)->gone);
	assert_false(run_at(&next->u.runs, 3)->gone);
	assert_int_equal(run_find(&next->u.runs, STR("run0")), -1);
	snapshot_unref(first);
	snapshot_unref(next);
}

static void pages_can_be_looked_at_while_they_come(void **state)
{
	struct build *build = start(RECORD_RUNS, NULL);
	struct run run = make_run("a", RUN_RUNNING);
	struct snapshot *peek, *whole;
	(void)state;

	build_run(build, &run, NULL);
	peek = build_peek(build);
	run = make_run("b", RUN_RUNNING);
	build_run(build, &run, NULL);
	whole = seal(build);
	assert_int_equal(peek->u.runs.rows, 1);
	assert_int_equal(peek->u.runs.chunks[0]->n, 1);
	assert_int_equal(peek->state, SNAPSHOT_PARTIAL);
	assert_int_equal(whole->u.runs.rows, 2);
	snapshot_unref(peek);
	snapshot_unref(whole);
}

static void caps_make_it_partial_and_say_so(void **state)
{
	struct build_limits limits = build_limits_default();
	struct snapshot *snapshot;
	struct build *build;
	struct run run;
	(void)state;

	limits.rows = 2;
	build = build_new(RECORD_RUNS, NULL, &limits);
	run = make_run("a", RUN_FINISHED);
	build_run(build, &run, NULL);
	run = make_run("b", RUN_FINISHED);
	build_run(build, &run, NULL);
	assert_false(build_full(build));
	run = make_run("c", RUN_FINISHED);
	build_run(build, &run, NULL);
	assert_true(build_full(build));
	snapshot = seal(build);
	assert_int_equal(snapshot->u.runs.rows, 2);
	assert_int_equal(snapshot->state, SNAPSHOT_PARTIAL);
	assert_non_null(snapshot->note.s);
	snapshot_unref(snapshot);
}

static void long_texts_are_cut_with_a_warning(void **state)
{
	struct build_limits limits = build_limits_default();
	struct run run = make_run("a-name-that-is-long", RUN_FINISHED);
	struct snapshot *snapshot;
	struct build *build;
	(void)state;

	limits.text = 6;
	build = build_new(RECORD_RUNS, NULL, &limits);
	build_run(build, &run, NULL);
	snapshot = seal(build);
	assert_str(run_at(&snapshot->u.runs, 0)->name, "a-name");
	assert_int_equal(snapshot->nwarnings, 1);
	snapshot_unref(snapshot);
}

static struct snapshot *column_of(struct snapshot *previous, struct snapshot *table, double base,
				  size_t *asked)
{
	struct column_id id = {COLUMN_METRIC, AGGREGATE_LAST, STR("auc")};
	struct build *build = start(RECORD_COLUMN, previous);

	build_column(build, &id, table);
	*asked = 0;
	for (size_t row = 0; row < table->u.runs.rows; row++) {
		if (!build_column_wants(build, row))
			continue;
		(*asked)++;
		build_column_number(build, row, base + (double)row);
	}
	return seal(build);
}

static void columns_ask_again_only_for_what_may_have_changed(void **state)
{
	struct snapshot *table = runs_of(NULL, 0, 2048, RUN_FINISHED);
	struct snapshot *live = runs_of(table, 5, 6, RUN_RUNNING);
	struct snapshot *first, *second, *third;
	size_t asked;
	(void)state;

	first = column_of(NULL, table, 0, &asked);
	assert_int_equal(asked, 2048);
	assert_true(column_at(&first->u.column, 2047).number == 2047);
	second = column_of(first, live, 0, &asked);
	assert_int_equal(asked, 1024); /* the chunk of the changed row */
	assert_ptr_equal(second->u.column.chunks[1], first->u.column.chunks[1]);
	third = column_of(second, live, 0.5, &asked);
	assert_int_equal(asked, 1); /* the running run */
	assert_true(column_at(&third->u.column, 5).number == 5.5);
	assert_true(column_at(&second->u.column, 5).number == 5);
	assert_true(column_at(&third->u.column, 6).number == 6);
	assert_int_equal(column_at(&third->u.column, 99999).state, CELL_MISSING);
	snapshot_unref(first);
	snapshot_unref(second);
	snapshot_unref(third);
	snapshot_unref(table);
	snapshot_unref(live);
}

static void details_answer_columns_without_a_read(void **state)
{
	struct metric metric = {.key = STR("auc"), .last = 0.5};
	struct pair params[] = {{STR("lr"), STR("0.1")}, {STR("depth"), STR("8")}};
	struct run_detail detail = {.params = params, .nparams = 2, .metrics = &metric,
				    .nmetrics = 1, .dirty = -1};
	struct column_id id = {COLUMN_PARAM, AGGREGATE_LAST, STR("depth")};
	struct build *build = start(RECORD_RUNS, NULL);
	struct snapshot *table, *column;
	struct run run = make_run("a", RUN_FINISHED);
	(void)state;

	detail_sort(&detail);
	build_run(build, &run, &detail);
	table = seal(build);
	build = start(RECORD_COLUMN, NULL);
	build_column(build, &id, table);
	assert_true(build_column_fill(build));
	column = seal(build);
	assert_str(column_at(&column->u.column, 0).text, "8");
	snapshot_unref(column);

	id = (struct column_id){COLUMN_METRIC, AGGREGATE_MAX, STR("auc")};
	build = start(RECORD_COLUMN, NULL);
	build_column(build, &id, table);
	assert_false(build_column_fill(build));
	build_free(build);
	snapshot_unref(table);
}

static void series_grow_and_share_blocks(void **state)
{
	struct build *build = start(RECORD_SERIES, NULL);
	struct snapshot *first, *second, *third;
	(void)state;

	build_series(build, STR("r"), STR("k"));
	for (int64_t i = 0; i < 5000; i++)
		build_point(build, i, i * 10, i == 7 ? NAN : (double)i);
	first = seal(build);
	assert_int_equal(first->u.series.n, 5000);
	assert_int_equal(first->u.series.nan, 1);

	build = start(RECORD_SERIES, first);
	build_series(build, STR("r"), STR("k"));
	assert_int_equal(build_series_count(build), 5000);
	build_point(build, 5000, 0, INFINITY);
	second = seal(build);
	assert_int_equal(second->u.series.n, 5001);
	assert_int_equal(second->u.series.inf, 1);
	assert_ptr_equal(second->u.series.blocks[1], first->u.series.blocks[1]);
	assert_int_equal(first->u.series.n, 5000);

	build = start(RECORD_SERIES, second);
	build_series(build, STR("r"), STR("k"));
	build_point(build, 3, 5, 99); /* late */
	third = seal(build);
	assert_int_equal(third->u.series.n, 5002);
	assert_int_equal(series_step(&third->u.series, 3), 3);
	assert_int_equal(series_time(&third->u.series, 3), 5);
	assert_true(series_value(&third->u.series, 5001) == INFINITY);
	assert_int_equal(series_step(&second->u.series, 4), 4);
	snapshot_unref(first);
	snapshot_unref(second);
	snapshot_unref(third);
}

/* The head changed and the rows did not: a new snapshot with the same rows, never an empty one. */
static void another_note_keeps_the_rows(void **state)
{
	struct snapshot *table = runs_of(NULL, 0, 5, RUN_FINISHED), *noted, *column, *again, *kept;
	struct build *build = start(RECORD_RUNS, table);
	struct column_id id = {COLUMN_METRIC, AGGREGATE_LAST, STR("auc")};
	size_t asked;
	(void)state;

	build_note(build, "as of now");
	noted = seal(build);
	assert_ptr_not_equal(noted, table);
	assert_int_equal(noted->u.runs.rows, 5);

	column = column_of(NULL, table, 0, &asked);
	build = start(RECORD_COLUMN, column);
	build_column(build, &id, table);
	build_note(build, "as of now");
	again = seal(build);
	assert_true(column_at(&again->u.column, 4).number == 4);
	build = start(RECORD_COLUMN, again);
	build_column(build, &id, table);
	build_keep_head(build);
	kept = seal(build);
	assert_ptr_equal(kept, again);
	snapshot_unref(table);
	snapshot_unref(noted);
	snapshot_unref(column);
	snapshot_unref(again);
	snapshot_unref(kept);
}

static void long_series_can_be_a_number_only(void **state)
{
	struct build *build = start(RECORD_SERIES, NULL);
	struct snapshot *series;
	(void)state;

	build_series_most(build, 10);
	build_series(build, STR("r"), STR("k"));
	for (int64_t i = 0; i < 25; i++)
		build_point(build, i, i, (double)i);
	series = seal(build);
	assert_int_equal(series->u.series.n, 0);
	assert_int_equal(series->u.series.beyond, 25);
	snapshot_unref(series);
}

static void models_are_sorted_and_find_their_champion(void **state)
{
	struct str alias = STR("champion");
	struct model_version versions[] = {
		{.version = STR("2"), .stage = STR("Production")},
		{.version = STR("1"), .aliases = &alias, .naliases = 1},
	};
	struct alias aliases[] = {{STR("champion"), STR("1")}};
	struct model a = {.name = STR("b"), .versions = versions, .nversions = 2,
			  .aliases = aliases, .naliases = 1};
	struct model b = {.name = STR("a"), .versions = versions, .nversions = 1};
	struct build *build = start(RECORD_MODELS, NULL);
	struct snapshot *snapshot;
	const struct model *model;
	struct str why;
	(void)state;

	build_model(build, &a);
	build_model(build, &b);
	snapshot = seal(build);
	assert_str(snapshot->u.models.models[0].name, "a");
	model = model_find(&snapshot->u.models, STR("b"));
	assert_str(model_champion(model, &why)->version, "1");
	assert_str(why, "champion");
	assert_str(model_champion(&snapshot->u.models.models[0], &why)->version, "2");
	assert_str(why, "Production");
	snapshot_unref(snapshot);
}

static void keys_are_sorted_and_unique(void **state)
{
	struct build *build = start(RECORD_KEYS, NULL);
	struct snapshot *snapshot;
	(void)state;

	build_key(build, COLUMN_METRIC, STR("b"));
	build_key(build, COLUMN_METRIC, STR("a"));
	build_key(build, COLUMN_METRIC, STR("b"));
	build_key(build, COLUMN_TAG, STR("t"));
	snapshot = seal(build);
	assert_int_equal(snapshot->u.keys.nmetrics, 2);
	assert_str(snapshot->u.keys.metrics[0], "a");
	assert_int_equal(snapshot->u.keys.ntags, 1);
	snapshot_unref(snapshot);
}

static void an_unchanged_read_gives_the_old_snapshot_back(void **state)
{
	struct snapshot *first = runs_of(NULL, 0, 3, RUN_FINISHED);
	struct build *build = start(RECORD_RUNS, first);
	struct snapshot *again;
	(void)state;

	build_unchanged(build);
	again = seal(build);
	assert_ptr_equal(first, again);
	snapshot_unref(first);
	snapshot_unref(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generations_share_unchanged_chunks),
		cmocka_unit_test(runs_that_vanish_keep_their_row),
		cmocka_unit_test(pages_can_be_looked_at_while_they_come),
		cmocka_unit_test(caps_make_it_partial_and_say_so),
		cmocka_unit_test(long_texts_are_cut_with_a_warning),
		cmocka_unit_test(columns_ask_again_only_for_what_may_have_changed),
		cmocka_unit_test(details_answer_columns_without_a_read),
		cmocka_unit_test(series_grow_and_share_blocks),
		cmocka_unit_test(another_note_keeps_the_rows),
		cmocka_unit_test(long_series_can_be_a_number_only),
		cmocka_unit_test(models_are_sorted_and_find_their_champion),
		cmocka_unit_test(keys_are_sorted_and_unique),
		cmocka_unit_test(an_unchanged_read_gives_the_old_snapshot_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
