/*
 * The MLflow database read as a file: encodings, deletion, the registry, what is read again when
 * something changed, and the plan of every statement on both schemas.
 */
#include "test.h"

#include "base/err.h"
#include "db/store.h"
#include "mlflow_schema.h"
#include "record/build.h"
#include "source/io.h"
#include "source/mlflow/file.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A store in a folder of its own, a reader on it, and the io that records plans when asked. */
struct world {
	char dir[64];
	char path[96];
	sqlite3 *db;
	struct mlflow_file *file;
	struct io_world outside;
	struct io io;
	struct buf plans;
	bool record;
	int opened; /* how often the reader opened the store */
};

static struct io_ops ops;

static int open_recording(struct io *io, const char *path, bool views, struct store **store,
			  struct err *err)
{
	struct world *world = (struct world *)((char *)io - offsetof(struct world, io));

	world->opened++;
	if (io_world_ops.open_store(io, path, views, store, err))
		return -1;
	if (world->record)
		store_record_plans(*store, &world->plans);
	return 0;
}

static void run_sql(struct world *world, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(world->db, sql, NULL, NULL, &message))
		fail_msg("%s: %s", sql, message);
}

static void world_init(struct world *world, const char *schema)
{
	*world = (struct world){0};
	snprintf(world->dir, sizeof world->dir, "/tmp/lee-mlflow-XXXXXX");
	assert_non_null(mkdtemp(world->dir));
	snprintf(world->path, sizeof world->path, "%s/mlflow.db", world->dir);
	assert_int_equal(sqlite3_open(world->path, &world->db), 0);
	run_sql(world, schema);
	run_sql(world, "INSERT INTO experiments (experiment_id, name, lifecycle_stage, "
		"creation_time, "
		       "last_update_time) VALUES (0, 'Default', 'active', 10, 20), "
		       "(7, 'churn', 'active', 10, 20), (8, 'old', 'deleted', 10, 500);"
		       "INSERT INTO experiment_tags (key, value, experiment_id) VALUES ('b', '2', "
			"7), "
		       "('a', '1', 7)");
	world->file = mlflow_file_new(world->dir);
	ops = io_world_ops;
	ops.open_store = open_recording;
	io_world_init(&world->outside);
	io_init(&world->io, &ops, &world->outside);
	buf_init(&world->plans, 1 << 20);
}

static void world_release(struct world *world)
{
	mlflow_file_free(world->file);
	sqlite3_close(world->db);
	io_world_release(&world->outside);
	buf_release(&world->plans);
	unlink(world->path);
	assert_int_equal(rmdir(world->dir), 0); /* and nothing else lies there */
}

static void add_run(struct world *world, const char *id, const char *status, const char *stage)
{
	char sql[512];

	snprintf(sql, sizeof sql, "INSERT INTO runs (run_uuid, name, source_type, user_id, "
		"status, start_time, "
		 "end_time, lifecycle_stage, artifact_uri, experiment_id) VALUES ('%s', 'run %s', "
		 "'UNKNOWN', 'ann', '%s', 1000, 2000, '%s', 's3://b/%s', 7)", id, id, status,
			stage, id);
	run_sql(world, sql);
}

static struct snapshot *ask(struct world *world, struct query query, struct snapshot *previous)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(query.kind, previous, &limits);
	struct snapshot *snapshot;
	struct err err;

	if (query.kind == RECORD_COLUMN)
		build_column(build, &query.column, query.table);
	if (mlflow_file_read(world->file, &query, &world->io, build, &err))
		fail_msg("%s", err.message);
	snapshot = build_seal(build, &err);
	assert_non_null(snapshot);
	return snapshot;
}

static struct snapshot *ask_column(struct world *world, struct snapshot *runs,
	enum column_kind kind,
				   enum column_aggregate aggregate, const char *key,
				   struct snapshot *previous)
{
	return ask(world, (struct query){.kind = RECORD_COLUMN, .table = runs,
					 .column = {kind, aggregate, str_of(key)}}, previous);
}

static const char *const schemas[] = {MLFLOW3_SCHEMA, MLFLOW2_SCHEMA};

static void runs_are_read(void **state)
{
	const struct run *run;
	struct snapshot *runs;
	struct world world;
	(void)state;

	TABLE_EACH(schema, schemas) {
		world_init(&world, *schema);
		add_run(&world, "a", "FINISHED", "active");
		add_run(&world, "b", "RUNNING", "deleted");
		run_sql(&world, "UPDATE runs SET name = '', user_id = 'unknown', end_time = NULL "
			"WHERE run_uuid = 'b';"
				"INSERT INTO tags (key, value, run_uuid) VALUES "
				"('mlflow.runName', 'from a tag', 'b'),"
				"('mlflow.user', 'bo', 'b')");
		runs = ask(&world, (struct query){.kind = RECORD_RUNS}, NULL);
		assert_int_equal(runs->u.runs.rows, 2);
		run = run_at(&runs->u.runs, 0); /* the newest row first */
		assert_str(run->id, "b");
		assert_str(run->name, "from a tag");
		assert_str(run->user, "bo");
		assert_int_equal(run->state, RUN_RUNNING);
		assert_true(run->deleted);
		assert_true(run->end == TIME_NONE);
		run = run_at(&runs->u.runs, 1);
		assert_str(run->name, "run a");
		assert_str(run->user, "ann");
		assert_str(run->experiment, "7");
		assert_str(run->experiment_name, "churn");
		assert_str(run->native_state, "FINISHED");
		assert_int_equal(run->start, 1000);
		assert_true(str_starts(runs->note, STR("sqlite, schema ")));
		snapshot_unref(runs);
		world_release(&world);
	}
}

static void experiments_are_counted(void **state)
{
	const struct experiment *list;
	struct snapshot *snapshot;
	struct world world;
	(void)state;

	world_init(&world, MLFLOW3_SCHEMA);
	add_run(&world, "a", "FINISHED", "active");
	add_run(&world, "b", "FINISHED", "deleted");
	run_sql(&world, "UPDATE experiments SET workspace = 'team' WHERE experiment_id = 8");
	snapshot = ask(&world, (struct query){.kind = RECORD_EXPERIMENTS}, NULL);
	list = snapshot->u.experiments.experiments;
	assert_int_equal(snapshot->u.experiments.n, 3);
	assert_str(list[1].name, "churn");
	assert_int_equal(list[1].runs, 1);
	assert_int_equal(list[1].last_activity, 2000);
	assert_int_equal(list[1].ntags, 2);
	assert_str(list[1].tags[0].key, "a");
	assert_str(list[2].name, "team/old");
	assert_true(list[2].deleted);
	assert_int_equal(list[2].last_activity, 500);
	assert_int_equal(list[0].ntags, 0);
	snapshot_unref(snapshot);
	world_release(&world);
}

#define HISTORY                                                                                    \
	"INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES " \
	"('m', 3, 30, 'a', 2, 0), ('m', 1.7976931348623157e308, 20, 'a', 1, 0), " \
	"('m', 0, 10, 'a', 1, 1), ('m', 5, 5, 'a', -1, 0), ('m', 4, 40, 'a', 2, 0), " \
	"('m', 1, 40, 'a', 2, 0), ('n', 9, 1, 'a', 0, 0), ('m', -2, 1, 'b', 0, 0);" \
	"INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES " \
	"('m', 4, 40, 2, 0, 'a'), ('n', 0, 1, 0, 1, 'a'), " \
	"('m', -1.7976931348623157e308, 1, 0, 0, 'b');"

static void values_are_decoded(void **state)
{
	static const struct {
		enum column_aggregate aggregate;
		double value;
	} cases[] = {
		{AGGREGATE_LAST, 4}, {AGGREGATE_FIRST, 5}, {AGGREGATE_MIN, 1}, {AGGREGATE_MAX, 5},
		{AGGREGATE_MEAN, 3.25}, {AGGREGATE_COUNT, 4},
	};
	struct snapshot *runs, *column;
	struct world world;
	(void)state;

	TABLE_EACH(schema, schemas) {
		world_init(&world, *schema);
		add_run(&world, "b", "FINISHED", "active");
		add_run(&world, "a", "FINISHED", "active");
		run_sql(&world, HISTORY);
		runs = ask(&world, (struct query){.kind = RECORD_RUNS}, NULL);
		TABLE_EACH(c, cases) {
			column = ask_column(&world, runs, COLUMN_METRIC, c->aggregate, "m", NULL);
			assert_true(column_at(&column->u.column, 0).number == c->value);
			snapshot_unref(column);
		}
		column = ask_column(&world, runs, COLUMN_METRIC, AGGREGATE_LAST, "m", NULL);
		assert_true(column_at(&column->u.column, 1).number == -INFINITY);
		snapshot_unref(column);
		column = ask_column(&world, runs, COLUMN_METRIC, AGGREGATE_LAST, "n", NULL);
		assert_true(isnan(column_at(&column->u.column, 0).number));
		assert_int_equal(column_at(&column->u.column, 1).state, CELL_MISSING);
		snapshot_unref(column);
		snapshot_unref(runs);
		world_release(&world);
	}
}

static void series_are_ordered_and_continued(void **state)
{
	struct query query = {.kind = RECORD_SERIES, .run = STR("a"), .key = STR("m")};
	struct snapshot *first, *next, *same;
	const struct series *series;
	struct world world;
	(void)state;

	TABLE_EACH(schema, schemas) {
		world_init(&world, *schema);
		run_sql(&world, HISTORY);
		first = ask(&world, query, NULL);
		series = &first->u.series;
		assert_int_equal(series->n, 6);
		assert_int_equal(series_step(series, 0), -1);
		assert_true(isnan(series_value(series, 1)));
		assert_true(series_value(series, 2) == INFINITY);
		assert_true(series_value(series, 3) == 3 && series_value(series, 4) == 1);
		assert_true(series_value(series, 5) == 4);
		assert_int_equal(series->nan, 1);
		assert_int_equal(series->inf, 1);
		run_sql(&world, "INSERT INTO metrics (key, value, timestamp, run_uuid, step, "
			"is_nan) VALUES "
				"('m', 6, 60, 'a', 3, 0), ('n', 6, 60, 'a', 3, 0), ('m', 7, 7, "
				"'a', 0, 0)");
		next = ask(&world, query, first);
		assert_int_equal(next->u.series.n, 8);
		assert_true(series_value(&next->u.series, 7) == 6);
		assert_true(series_value(&next->u.series, 1) == 7);
		same = ask(&world, query, next);
		assert_int_equal(same->u.series.n, 8);
		snapshot_unref(first);
		snapshot_unref(next);
		snapshot_unref(same);
		world_release(&world);
	}
}

static void details_are_whole(void **state)
{
	struct str ids[] = {STR("a"), STR("gone"), STR("b")};
	struct query query = {.kind = RECORD_DETAILS, .ids = ids, .nids = 3, .aggregates = true};
	const struct run_detail *detail;
	const struct metric *metric;
	struct snapshot *snapshot;
	struct world world;
	(void)state;

	TABLE_EACH(schema, schemas) {
		world_init(&world, *schema);
		add_run(&world, "a", "FINISHED", "active");
		add_run(&world, "b", "FAILED", "active");
		run_sql(&world, HISTORY);
		run_sql(&world,
			"INSERT INTO params (key, value, run_uuid) VALUES ('lr', '3e-4', 'a'), "
			"('d', '', 'a');"
			"INSERT INTO tags (key, value, run_uuid) VALUES ('mlflow.parentRunId', "
			"'p', 'a'), "
			"('mlflow.source.git.commit', '9f3c', 'a'), ('mlflow.source.name', "
			"'train.py', 'a');"
			"INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, "
			"dataset_source_type, "
			"dataset_source) VALUES ('u', 7, 'churn', 'a81f', 'x', '');"
			"INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, "
			"destination_id) VALUES ('i', 'DATASET', 'u', 'RUN', 'a');"
			"INSERT INTO input_tags VALUES ('i', 'mlflow.data.context', 'training')");
		snapshot = ask(&world, query, NULL);
		assert_int_equal(snapshot->u.details.n, 2);
		detail = &snapshot->u.details.details[0];
		assert_str(detail->run.id, "a");
		assert_str(detail->parent, "p");
		assert_str(detail->commit, "9f3c");
		assert_int_equal(detail->dirty, -1);
		assert_str(detail->artifact_uri, "s3://b/a");
		assert_int_equal(detail->nparams, 2);
		assert_str(pair_get(detail->params, 2, STR("d")), "");
		assert_int_equal(detail->ndatasets, 1);
		assert_str(detail->datasets[0].context, "training");
		metric = detail_metric(detail, STR("m"));
		assert_true(metric->last == 4 && metric->first == 5 && metric->mean == 3.25);
		assert_int_equal(metric->count, 4);
		assert_int_equal(metric->nan, 1);
		assert_true(isnan(detail_metric(detail, STR("n"))->last));
		assert_int_equal(snapshot->u.details.details[1].nparams, 0);
		snapshot_unref(snapshot);
		world_release(&world);
	}
}

static void text_columns_are_read(void **state)
{
	struct snapshot *runs, *column;
	struct world world;
	(void)state;

	world_init(&world, MLFLOW3_SCHEMA);
	add_run(&world, "b", "FINISHED", "active");
	add_run(&world, "a", "FINISHED", "active");
	run_sql(&world, "INSERT INTO params (key, value, run_uuid) VALUES ('lr', '', 'a');"
			"INSERT INTO tags (key, value, run_uuid) VALUES "
			"('mlflow.source.git.commit', '', 'a'), "
			"('mlflow.parentRunId', 'b', 'a'), ('t', char(27) || 'x', 'b');"
			"INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, "
			"dataset_source_type, "
			"dataset_source) VALUES ('u', 7, 'churn', 'a81f', 'x', ''), ('v', 8, "
			"'base', '', 'x', '');"
			"INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, "
			"destination_id) VALUES ('i', 'DATASET', 'u', 'RUN', 'a'), ('j', "
			"'DATASET', 'v', 'RUN', "
			"'a'), ('k', 'RUN_INPUT', 'a', 'MODEL_INPUT', 'm');"
			"INSERT INTO input_tags (input_uuid, name, value) VALUES ('i', "
			"'mlflow.data.context', 'training'), ('i', 'other', 'x')");
	runs = ask(&world, (struct query){.kind = RECORD_RUNS}, NULL);
	column = ask_column(&world, runs, COLUMN_PARAM, 0, "lr", NULL);
	assert_str(column_at(&column->u.column, 0).text, "");
	assert_int_equal(column_at(&column->u.column, 1).state, CELL_MISSING);
	snapshot_unref(column);
	column = ask_column(&world, runs, COLUMN_COMMIT, 0, NULL, NULL);
	assert_int_equal(column_at(&column->u.column, 0).state, CELL_MISSING);
	snapshot_unref(column);
	column = ask_column(&world, runs, COLUMN_PARENT, 0, NULL, NULL);
	assert_str(column_at(&column->u.column, 0).text, "b");
	snapshot_unref(column);
	column = ask_column(&world, runs, COLUMN_TAG, 0, "t", NULL);
	assert_str(column_at(&column->u.column, 1).text, "\x1bx");
	snapshot_unref(column);
	column = ask_column(&world, runs, COLUMN_DATASETS, 0, NULL, NULL);
	assert_str(column_at(&column->u.column, 0).text, "base, churn@a81f");
	snapshot_unref(column);
	column = ask_column(&world, runs, COLUMN_DATASETS, 0, "name", NULL);
	assert_str(column_at(&column->u.column, 0).text, "base\nchurn");
	snapshot_unref(column);
	column = ask_column(&world, runs, COLUMN_DATASETS, 0, "context", NULL);
	assert_str(column_at(&column->u.column, 0).text, "\ntraining");
	assert_int_equal(column_at(&column->u.column, 1).state, CELL_MISSING);
	snapshot_unref(column);
	snapshot_unref(runs);
	world_release(&world);
}

static void keys_are_distinct(void **state)
{
	struct snapshot *keys;
	struct world world;
	(void)state;

	world_init(&world, MLFLOW2_SCHEMA);
	run_sql(&world, HISTORY
		"INSERT INTO params (key, value, run_uuid) VALUES ('z', '', 'a'), ('lr', '', "
		"'a'), ('lr', '', 'b')");
	keys = ask(&world, (struct query){.kind = RECORD_KEYS}, NULL);
	assert_int_equal(keys->u.keys.nmetrics, 2);
	assert_str(keys->u.keys.metrics[0], "m");
	assert_int_equal(keys->u.keys.nparams, 2);
	assert_str(keys->u.keys.params[1], "z");
	assert_int_equal(keys->u.keys.ntags, 0);
	snapshot_unref(keys);
	world_release(&world);
}

static void the_registry_is_put_together(void **state)
{
	const struct model_version *version;
	const struct model *model;
	struct snapshot *models;
	struct world world;
	(void)state;

	TABLE_EACH(schema, schemas) {
		world_init(&world, *schema);
		run_sql(&world,
			"INSERT INTO registered_models (name, creation_time, last_updated_time, "
			"description) VALUES "
			"('churn', 1, 2, ''), ('a prompt', 1, 2, 'd');"
			"INSERT INTO registered_model_tags (key, value, name) VALUES "
			"('mlflow.prompt.is_prompt', "
			"'true', 'a prompt'), ('t', 'v', 'churn');"
			"INSERT INTO model_versions (name, version, creation_time, "
			"last_updated_time, current_stage, "
			"source, run_id, status, user_id) VALUES ('churn', 2, 5, 6, 'Production', "
			"'runs:/a', 'a', "
			"'READY', ''), ('churn', 10, 5, 6, 'None', 'models:/m-1', '', "
			"'PENDING_REGISTRATION', 'ann'), "
			"('churn', 3, 5, 6, 'Deleted_Internal', 'REDACTED-SOURCE-PATH', "
			"'REDACTED-RUN-ID', 'READY', NULL);"
			"INSERT INTO model_version_tags (key, value, name, version) VALUES ('q', "
			"'1', 'churn', 2), "
			"('r', '2', 'churn', 10);"
			"INSERT INTO registered_model_aliases (alias, version, name) VALUES "
			"('champion', 2, 'churn'), "
			"('Champion', 10, 'churn'), ('best', 2, 'churn'), ('dangling', 77, "
			"'churn')");
		models = ask(&world, (struct query){.kind = RECORD_MODELS}, NULL);
		assert_int_equal(models->u.models.n, 2);
		assert_true(model_find(&models->u.models, STR("a prompt"))->prompt);
		model = model_find(&models->u.models, STR("churn"));
		assert_false(model->prompt);
		assert_null(model->description.s);
		assert_str(model->tags[0].value, "v");
		assert_int_equal(model->naliases, 4);
		assert_int_equal(model->nversions, 3);
		version = &model->versions[0];
		assert_str(version->version, "10");
		assert_null(version->stage.s);
		assert_null(version->run.s);
		assert_int_equal(version->state, MODEL_PENDING);
		assert_str(version->tags[0].key, "r");
		assert_str(version->aliases[0], "Champion");
		version = model_version_find(model, STR("3"));
		assert_int_equal(version->state, MODEL_DELETED);
		assert_null(version->uri.s);
		version = model_champion(model, NULL);
		assert_str(version->version, "2");
		assert_str(version->stage, "Production");
		assert_int_equal(version->naliases, 2);
		assert_str(version->aliases[0], "best");
		snapshot_unref(models);
		world_release(&world);
	}
}

/* Waits until the file's time lies behind the clock, so that an equal print means "unchanged". */
static void settle(struct world *world)
{
	struct store_print print;
	struct err err;

	do
		assert_int_equal(store_fingerprint(&print, world->path, &err), 0);
	while (print.racy);
}

static void an_unchanged_store_is_not_opened(void **state)
{
	struct query query = {.kind = RECORD_RUNS};
	struct snapshot *first, *same, *next;
	struct world world;
	(void)state;

	world_init(&world, MLFLOW3_SCHEMA);
	add_run(&world, "a", "RUNNING", "active");
	settle(&world);
	first = ask(&world, query, NULL);
	assert_int_equal(world.opened, 1);
	same = ask(&world, query, first);
	assert_ptr_equal(same, first);
	assert_int_equal(world.opened, 1);
	run_sql(&world, "UPDATE runs SET status = 'FINISHED'");
	add_run(&world, "b", "RUNNING", "active");
	next = ask(&world, query, first);
	assert_int_equal(world.opened, 2);
	assert_int_equal(next->u.runs.rows, 2);
	assert_int_equal(run_at(&next->u.runs, 0)->state, RUN_FINISHED);
	snapshot_unref(first);
	snapshot_unref(same);
	snapshot_unref(next);
	world_release(&world);
}

/* A large table is not read whole at every change: what is new, and what had not ended. */
static void only_changes_are_read(void **state)
{
	struct query query = {.kind = RECORD_RUNS}, sweep = {.kind = RECORD_RUNS, .sweep = true};
	struct snapshot *first, *next, *whole;
	struct world world;
	int64_t before;
	(void)state;

	world_init(&world, MLFLOW3_SCHEMA);
	run_sql(&world, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
		"6000) "
			"INSERT INTO runs (run_uuid, name, source_type, status, start_time, "
			"lifecycle_stage, experiment_id) "
			"SELECT printf('%032x', i), 'r' || i, 'UNKNOWN', iif(i % 1000 = 0, "
			"'RUNNING', 'FINISHED'), i, "
			"'active', 7 FROM n");
	first = ask(&world, query, NULL);
	assert_int_equal(first->u.runs.rows, 6000);
	run_sql(&world, "UPDATE runs SET status = 'FAILED' WHERE start_time = 3000;"
			"UPDATE runs SET lifecycle_stage = 'deleted' WHERE start_time = 17");
	add_run(&world, "new", "RUNNING", "active");
	before = world.io.done;
	next = ask(&world, query, first);
	assert_int_equal(next->u.runs.rows, 6001);
	assert_true(world.io.done - before < 1000);
	assert_str(run_at(&next->u.runs, 6000)->id, "new");
	assert_int_equal(run_at(&next->u.runs, 3000)->state, RUN_FAILED);
	assert_false(run_at(&next->u.runs, 6000 - 17)->deleted);
	run_sql(&world, "DELETE FROM runs WHERE start_time = 18");
	whole = ask(&world, sweep, next);
	assert_true(run_at(&whole->u.runs, 6000 - 17)->deleted);
	assert_true(run_at(&whole->u.runs, 6000 - 18)->gone);
	snapshot_unref(first);
	snapshot_unref(next);
	snapshot_unref(whole);
	world_release(&world);
}

static void columns_follow_their_runs(void **state)
{
	struct snapshot *runs, *grown, *column, *next;
	struct world world;
	(void)state;

	world_init(&world, MLFLOW3_SCHEMA);
	add_run(&world, "b", "RUNNING", "active");
	run_sql(&world, HISTORY);
	runs = ask(&world, (struct query){.kind = RECORD_RUNS}, NULL);
	column = ask_column(&world, runs, COLUMN_METRIC, AGGREGATE_MAX, "m", NULL);
	assert_true(column_at(&column->u.column, 0).number == -2);
	run_sql(&world, "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
		"VALUES ('m', 8, 9, 'b', 1, 0)");
	add_run(&world, "a", "FINISHED", "active");
	grown = ask(&world, (struct query){.kind = RECORD_RUNS}, runs);
	next = ask_column(&world, grown, COLUMN_METRIC, AGGREGATE_MAX, "m", column);
	assert_true(column_at(&next->u.column, 0).number == 8);
	assert_true(column_at(&next->u.column, 1).number == 5);
	snapshot_unref(runs);
	snapshot_unref(grown);
	snapshot_unref(column);
	snapshot_unref(next);
	world_release(&world);
}

/* The long curve of a running run is not read again for every point that is added to it. */
static void aggregates_of_running_runs_go_on(void **state)
{
	struct snapshot *runs, *column = NULL;
	struct world world;
	(void)state;

	world_init(&world, MLFLOW3_SCHEMA);
	run_sql(&world, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
		"20) "
			"INSERT INTO runs (run_uuid, status, lifecycle_stage, experiment_id) "
			"SELECT 'r' || i, 'FINISHED', 'active', 7 FROM n;"
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
			"8000) "
			"INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
			"SELECT 'm', i, i, 'live', i, 0 FROM n");
	add_run(&world, "live", "RUNNING", "active");
	runs = ask(&world, (struct query){.kind = RECORD_RUNS}, NULL);
	for (int i = 0; i < 4; i++) {
		struct snapshot *next;

		world.io.done = 0;
		next = ask_column(&world, runs, COLUMN_METRIC, AGGREGATE_MAX, "m", column);
		snapshot_unref(column);
		column = next;
		assert_true(column_at(&column->u.column, 0).number == (i ? 9000 + i : 8000));
		/* the first poll reads the run for itself, the others only its new point */
		assert_int_equal(world.io.done > 0, i < 2);
		run_sql(&world, "INSERT INTO metrics (key, value, timestamp, run_uuid, step, "
			"is_nan) SELECT 'm', "
				"max(9000, max(value)) + 1, 0, 'live', 0, 0 FROM metrics");
	}
	snapshot_unref(column);
	snapshot_unref(runs);
	world_release(&world);
}

static int count_of(const char *text, const char *word)
{
	int n = 0;

	for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
		n++;
	return n;
}

/* Every query, many rows wanted and few: no scan of a table, no sort,
	and the right index each time. */
static void plans_are_forced(void **state)
{
	struct snapshot *runs, *grown, *x;
	struct str ids[] = {STR("a")};
	struct world world;
	const char *plans;
	(void)state;

	for (int v = 0; v < 2; v++) {
		world_init(&world, schemas[v]);
		run_sql(&world, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
			"WHERE i < 9500) "
				"INSERT INTO runs (run_uuid, status, lifecycle_stage, "
				"experiment_id) "
				"SELECT printf('%032x', i), 'FINISHED', 'active', 7 FROM n");
		run_sql(&world, HISTORY);
		run_sql(&world, "ANALYZE"); /* statistics must not change anything */
		world.record = true;
		runs = ask(&world, (struct query){.kind = RECORD_RUNS}, NULL);
		x = ask_column(&world, runs, COLUMN_METRIC, AGGREGATE_LAST, "m", NULL);
		snapshot_unref(x);
		x = ask_column(&world, runs, COLUMN_METRIC, AGGREGATE_MAX, "m", NULL);
		add_run(&world, "a", "RUNNING", "active");
		grown = ask(&world, (struct query){.kind = RECORD_RUNS}, runs);
		snapshot_unref(ask_column(&world, grown, COLUMN_METRIC, AGGREGATE_MAX, "m", x));
		snapshot_unref(x);
		x = ask_column(&world, runs, COLUMN_PARAM, 0, "p", NULL);
		snapshot_unref(ask_column(&world, grown, COLUMN_PARAM, 0, "p", x));
		snapshot_unref(x);
		snapshot_unref(ask_column(&world, grown, COLUMN_DATASETS, 0, NULL, NULL));
		snapshot_unref(ask(&world, (struct query){.kind = RECORD_DETAILS, .ids = ids,
			.nids = 1,
							  .aggregates = true}, NULL));
		x = ask(&world, (struct query){.kind = RECORD_SERIES, .run = ids[0],
			.key = STR("m")}, NULL);
		add_run(&world, "c", "RUNNING", "active");
		snapshot_unref(ask(&world, (struct query){.kind = RECORD_SERIES, .run = ids[0],
			.key = STR("m")}, x));
		snapshot_unref(x);
		snapshot_unref(ask(&world, (struct query){.kind = RECORD_KEYS}, NULL));
		snapshot_unref(ask(&world, (struct query){.kind = RECORD_EXPERIMENTS}, NULL));
		snapshot_unref(ask(&world, (struct query){.kind = RECORD_MODELS}, NULL));
		plans = buf_cstr(&world.plans);
		assert_int_equal(count_of(plans, "TEMP B-TREE"), 0);
		assert_int_equal(count_of(plans, "AUTOMATIC"), 0);
		/* the schema's own tables, and two that statistics know to be tiny */
		assert_int_equal(count_of(plans, "SCAN ") - count_of(plans, "SCAN "
			"alembic_version") -
				 count_of(plans, "SCAN experiment_tags") -
				 count_of(plans, "SCAN m") - count_of(plans, "SCAN c") -
				 count_of(plans, "SCAN i"), 0);
		assert_true(count_of(plans, "latest_metrics USING INDEX "
			"sqlite_autoindex_latest_metrics_1 "
				     "(key=? AND run_uuid>?)") == 1);
		assert_true(count_of(plans, "metrics USING COVERING INDEX "
			"sqlite_autoindex_metrics_1 (key=? AND "
				     "(timestamp,step,run_uuid,value,is_nan)>(?,?,?,?,?))") == 1);
		assert_true(count_of(plans, "params USING INDEX sqlite_autoindex_params_1 (key=? "
			"AND run_uuid=?)") == 1);
		assert_int_equal(count_of(plans, "metrics USING INDEX "
			"index_metrics_run_uuid_key_step (run_uuid=? AND key=? "
				 "AND step>?)"), v == 0 ? 2 : 0);
		assert_int_equal(count_of(plans, "metrics USING INDEX index_metrics_run_uuid "
			"(run_uuid=? AND rowid>?)"),
				 v == 0 ? 3 : 5);
		snapshot_unref(runs);
		snapshot_unref(grown);
		world_release(&world);
	}
}

static void other_stores_are_told_apart(void **state)
{
	struct build_limits limits = build_limits_default();
	struct query query = {.kind = RECORD_RUNS};
	struct world world;
	const char *why;
	struct build *build;
	struct err err;
	(void)state;

	world_init(&world, MLFLOW3_SCHEMA);
	assert_false(mlflow_file_probe(world.dir, &why)); /* its file is found, once */
	assert_true(mlflow_file_probe(world.path, &why));
	assert_string_equal(why, "an MLflow store");
	run_sql(&world, "DROP TABLE runs; CREATE TABLE experiment_permissions (id)");
	assert_false(mlflow_file_probe(world.path, &why));
	assert_string_equal(why, "MLflow's database of users, not of runs");
	build = build_new(query.kind, NULL, &limits);
	assert_int_equal(mlflow_file_read(world.file, &query, &world.io, build, &err), -1);
	assert_int_equal(err.code, ERR_FORMAT);
	assert_non_null(strstr(err.message, "database of users"));
	build_free(build);
	assert_false(mlflow_file_probe("/nonexistent", &why));
	world_release(&world);
}

/* Tables whose rows lead a sweep back: each read ends, in words. */
static void no_read_goes_in_circles(void **state)
{
	static const char rows[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
				   "i < 5000) INSERT INTO ";
	static const struct {
		const char *table, *values;
		struct query query;
	} cases[] = {
		{"DROP TABLE experiments; CREATE TABLE experiments (rowid TEXT, experiment_id, name)",
		 "experiments SELECT 'x', i, 'e' FROM n", {.kind = RECORD_EXPERIMENTS}},
		{"DROP TABLE runs; CREATE TABLE runs (rowid TEXT, run_uuid TEXT, experiment_id)",
		 "runs SELECT -i, 'r' || i, 7 FROM n", {.kind = RECORD_RUNS}},
		{"DROP TABLE registered_models; CREATE TABLE registered_models (rowid TEXT, name, "
		 "creation_time, last_updated_time, description)",
		 "registered_models SELECT 'x', i, 1, 1, 'd' FROM n", {.kind = RECORD_MODELS}},
		{"DROP TABLE metrics; CREATE TABLE metrics (key, value, timestamp, run_uuid, step, "
		 "is_nan); CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, key, "
		 "step); CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid)",
		 "metrics SELECT 'm', i, i, 'a', 'x', 0 FROM n",
		 {.kind = RECORD_SERIES, .run = {"a", 1}, .key = {"m", 1}}},
		{"DROP TABLE params; CREATE TABLE params (key TEXT COLLATE NOCASE, value, run_uuid)",
		 "params SELECT char(97 - i % 2 * 31), i, i FROM n", {.kind = RECORD_KEYS}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct build_limits limits = build_limits_default();
		struct build *build = build_new(cases[i].query.kind, NULL, &limits);
		struct world world;
		struct err err;
		char sql[512];

		world_init(&world, MLFLOW3_SCHEMA);
		run_sql(&world, cases[i].table);
		snprintf(sql, sizeof sql, "%s%s", rows, cases[i].values);
		run_sql(&world, sql);
		assert_int_equal(mlflow_file_read(world.file, &cases[i].query, &world.io, build, &err),
				 -1);
		assert_int_equal(err.code, ERR_CORRUPT);
		build_free(build);
		world_release(&world);
	}
}

static void a_cancelled_read_ends(void **state)
{
	struct build_limits limits = build_limits_default();
	struct query query = {.kind = RECORD_RUNS};
	struct build *build = build_new(query.kind, NULL, &limits);
	struct world world;
	struct err err;
	(void)state;

	world_init(&world, MLFLOW3_SCHEMA);
	io_cancel(&world.io);
	assert_int_equal(mlflow_file_read(world.file, &query, &world.io, build, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	build_free(build);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_are_read),
		cmocka_unit_test(experiments_are_counted),
		cmocka_unit_test(values_are_decoded),
		cmocka_unit_test(series_are_ordered_and_continued),
		cmocka_unit_test(details_are_whole),
		cmocka_unit_test(text_columns_are_read),
		cmocka_unit_test(keys_are_distinct),
		cmocka_unit_test(the_registry_is_put_together),
		cmocka_unit_test(an_unchanged_store_is_not_opened),
		cmocka_unit_test(only_changes_are_read),
		cmocka_unit_test(columns_follow_their_runs),
		cmocka_unit_test(aggregates_of_running_runs_go_on),
		cmocka_unit_test(plans_are_forced),
		cmocka_unit_test(other_stores_are_told_apart),
		cmocka_unit_test(no_read_goes_in_circles),
		cmocka_unit_test(a_cancelled_read_ends),
	};

	return cmocka_run_group_tests_name("mlflow file", tests, NULL, NULL);
}
