/*
 * Makes a large MLflow store for the bench; FILE is one that MLflow has just made, or is made with
 * those tables of MLflow 3.17.2 that leeboard reads (which MLflow itself would refuse):
 *
 *   make_store FILE [RUNS [METRICS [POINTS [CURVE]]]]
 *
 * RUNS runs (30,000) in five experiments, each with METRICS last metrics (50), 40 parameters and 10
 * tags; POINTS history rows in all (2,000,000) spread over runs and metrics; and one run with a
 * metric "curve" of CURVE points (1,000,000). The same arguments make the same rows.
 */
#include "mlflow_schema.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PARAMS = 40, TAGS = 10, EXPERIMENTS = 5 };

static const int64_t epoch = 1700000000000;

struct maker {
	sqlite3 *db;
	sqlite3_stmt *run, *param, *tag, *metric, *latest;
	uint64_t seed;
	int64_t runs, metrics, points, curve;
	int64_t history; /* points of one metric of one run */
};

static void must(struct maker *maker, int code)
{
	if (code == SQLITE_OK || code == SQLITE_DONE)
		return;
	fprintf(stderr, "make_store: %s\n", sqlite3_errmsg(maker->db));
	exit(1);
}

static double chance(struct maker *maker)
{
	maker->seed = maker->seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(maker->seed >> 11) * 0x1p-53;
}

static sqlite3_stmt *prepare(struct maker *maker, const char *sql)
{
	sqlite3_stmt *statement;

	must(maker, sqlite3_prepare_v2(maker->db, sql, -1, &statement, NULL));
	return statement;
}

static void run_it(struct maker *maker, sqlite3_stmt *statement)
{
	must(maker, sqlite3_step(statement));
	must(maker, sqlite3_reset(statement));
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static void add_point(struct maker *maker, const char *id, const char *key, int64_t step,
		      double value)
{
	bind_text(maker->metric, 1, key);
	sqlite3_bind_double(maker->metric, 2, value);
	sqlite3_bind_int64(maker->metric, 3, epoch + step * 1000);
	bind_text(maker->metric, 4, id);
	sqlite3_bind_int64(maker->metric, 5, step);
	run_it(maker, maker->metric);
}

static void add_latest(struct maker *maker, const char *id, const char *key, int64_t step,
		       double value)
{
	bind_text(maker->latest, 1, key);
	sqlite3_bind_double(maker->latest, 2, value);
	sqlite3_bind_int64(maker->latest, 3, epoch + step * 1000);
	sqlite3_bind_int64(maker->latest, 4, step);
	bind_text(maker->latest, 5, id);
	run_it(maker, maker->latest);
}

static void add_metric(struct maker *maker, const char *id, int64_t metric)
{
	double level = chance(maker), value = level;
	int64_t n = maker->history;
	char key[32];

	snprintf(key, sizeof key, "metric_%02lld", (long long)metric);
	if (chance(maker) * (double)maker->runs * (double)maker->metrics <
	    (double)(maker->points - n * maker->runs * maker->metrics))
		n++;
	for (int64_t step = 0; step < n; step++) {
		value = level + chance(maker) / (double)(step + 1);
		add_point(maker, id, key, step, value);
	}
	add_latest(maker, id, key, n ? n - 1 : 0, value);
}

static void add_pairs(struct maker *maker, sqlite3_stmt *statement, const char *id,
	const char *kind,
		      int n)
{
	char key[32], value[32];

	for (int i = 0; i < n; i++) {
		snprintf(key, sizeof key, "%s_%02d", kind, i);
		snprintf(value, sizeof value, "%.4g", chance(maker));
		bind_text(statement, 1, key);
		bind_text(statement, 2, value);
		bind_text(statement, 3, id);
		run_it(maker, statement);
	}
}

static void add_run(struct maker *maker, int64_t number)
{
	char id[40], name[40];

	snprintf(id, sizeof id, "%016llx%016llx",
		 (unsigned long long)((uint64_t)number * 0x9E3779B97F4A7C15u),
		 (unsigned long long)number);
	snprintf(name, sizeof name, "run-%lld", (long long)number);
	bind_text(maker->run, 1, id);
	bind_text(maker->run, 2, name);
	bind_text(maker->run, 3, number % 50 ? "FINISHED" : "FAILED");
	sqlite3_bind_int64(maker->run, 4, epoch + number * 60000);
	sqlite3_bind_int64(maker->run, 5, epoch + number * 60000 + 45000);
	/* two fifths of all runs in the first experiment */
	sqlite3_bind_int64(maker->run, 6, number % 5 < 2 ? 1 : number % 5);
	run_it(maker, maker->run);
	add_pairs(maker, maker->param, id, "param", PARAMS);
	add_pairs(maker, maker->tag, id, "tag", TAGS);
	for (int64_t i = 0; i < maker->metrics; i++)
		add_metric(maker, id, i);
	if (number)
		return;
	for (int64_t step = 0; step < maker->curve; step++)
		add_point(maker, id, "curve", step, chance(maker) + 1.0 / (double)(step + 1));
	add_latest(maker, id, "curve", maker->curve - 1, 0.5);
}

static void prepare_all(struct maker *maker)
{
	maker->run = prepare(maker, "INSERT INTO runs (run_uuid, name, source_type, source_name, "
				    "entry_point_name, user_id, status, start_time, end_time, "
				    "source_version, lifecycle_stage, artifact_uri, experiment_id) "
				    "VALUES (?1, ?2, 'UNKNOWN', '', '', 'ann', ?3, ?4, ?5, '', "
					"'active', "
				    "'mlflow-artifacts:/1/' || ?1 || '/artifacts', ?6)");
	maker->param = prepare(maker, "INSERT INTO params (key, value, run_uuid) VALUES (?1, ?2, "
		"?3)");
	maker->tag = prepare(maker, "INSERT INTO tags (key, value, run_uuid) VALUES (?1, ?2, ?3)");
	maker->metric = prepare(maker, "INSERT INTO metrics (key, value, timestamp, run_uuid, "
		"step, "
				       "is_nan) VALUES (?1, ?2, ?3, ?4, ?5, 0)");
	maker->latest = prepare(maker, "INSERT INTO latest_metrics (key, value, timestamp, step, "
		"is_nan, "
				       "run_uuid) VALUES (?1, ?2, ?3, ?4, 0, ?5)");
}

static void finish(struct maker *maker)
{
	sqlite3_finalize(maker->run);
	sqlite3_finalize(maker->param);
	sqlite3_finalize(maker->tag);
	sqlite3_finalize(maker->metric);
	sqlite3_finalize(maker->latest);
	must(maker, sqlite3_exec(maker->db, "COMMIT", NULL, NULL, NULL));
	must(maker, sqlite3_close(maker->db));
}

int main(int argc, char **argv)
{
	struct maker maker = {.seed = 1, .runs = argc > 2 ? atoll(argv[2]) : 30000,
			      .metrics = argc > 3 ? atoll(argv[3]) : 50,
			      .points = argc > 4 ? atoll(argv[4]) : 2000000,
			      .curve = argc > 5 ? atoll(argv[5]) : 1000000};
	char sql[200];
	bool made;

	if (argc < 2) {
		fprintf(stderr, "usage: make_store FILE [RUNS [METRICS [POINTS [CURVE]]]]\n");
		return 64;
	}
	made = access(argv[1], F_OK) == 0;
	must(&maker, sqlite3_open(argv[1], &maker.db));
	must(&maker, sqlite3_exec(maker.db, "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"
					    "PRAGMA cache_size=-200000; BEGIN", NULL, NULL, NULL));
	if (!made)
		must(&maker, sqlite3_exec(maker.db, MLFLOW3_SCHEMA, NULL, NULL, NULL));
	for (int i = 0; i < EXPERIMENTS; i++) {
		snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO experiments (experiment_id, name, "
			"lifecycle_stage, "
			 "creation_time, last_update_time) VALUES (%d, 'experiment %d', 'active', "
				"%lld, "
			 "%lld)", i, i, (long long)epoch, (long long)epoch);
		must(&maker, sqlite3_exec(maker.db, sql, NULL, NULL, NULL));
	}
	prepare_all(&maker);
	maker.history = maker.points / (maker.runs * maker.metrics);
	for (int64_t i = 0; i < maker.runs; i++)
		add_run(&maker, i);
	finish(&maker);
	return 0;
}
