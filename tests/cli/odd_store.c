/*
 * Makes a small MLflow store that holds one of everything that is easy to get wrong, for the tests of
 * the command line: odd_store FILE
 */
#include "mlflow_schema.h"

#include <sqlite3.h>
#include <stdio.h>

/* MLflow's files keep NaN as 0 with is_nan, and an infinity as the largest double. */
#define RUN(id, name, state, start, end, stage, experiment)                                        \
	"INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, "  \
	"status, start_time, end_time, source_version, lifecycle_stage, artifact_uri, "            \
	"experiment_id) VALUES ('" id "', " name ", 'LOCAL', 'train.py', '', 'ann', '" state       \
	"', " start ", " end ", '', '" stage "', '/tmp/" id "', " experiment ");"
#define METRIC(id, key, value, step, nan)                                                          \
	"INSERT INTO metrics VALUES ('" key "', " value ", 1700000000000 + " step ", '" id "', "   \
	step ", " nan ");"                                                                         \
	"INSERT OR REPLACE INTO latest_metrics VALUES ('" key "', " value                          \
	", 1700000000000 + " step ", " step ", " nan ", '" id "');"
#define TAG(id, key, value) "INSERT INTO tags VALUES ('" key "', " value ", '" id "');"
#define PARAM(id, key, value) "INSERT INTO params VALUES ('" key "', " value ", '" id "');"

#define A "aaaa0000000000000000000000000001"
#define B "aaaa0000000000000000000000000002"
#define C "cccc0000000000000000000000000003"
#define D "dddd0000000000000000000000000004"
#define E "eeee0000000000000000000000000005"
#define F "ffff0000000000000000000000000006"

static const char contents[] =
	"INSERT INTO experiments VALUES (0, 'Default', '/', 'active', 1, 1, 'default'),"
	" (1, 'churn', '/', 'active', 1700000000000, 1700000000000, 'default'),"
	" (2, 'old', '/', 'deleted', 1600000000000, 1600000000000, 'default');"
	"INSERT INTO experiment_tags VALUES ('team', 'risk', 1),"
	" ('mlflow.experiment.primaryMetric.name', 'ttft', 1),"
	" ('mlflow.experiment.primaryMetric.greaterIsBetter', 'False', 1);"
	RUN(A, "'brave-owl'", "FINISHED", "1700000000000", "1700000252100", "active", "1")
	RUN(B, "'calm-lynx'", "FINISHED", "1700000000000", "1700000100000", "active", "1")
	RUN(C, "'calm-lynx'", "RUNNING", "1700000500000", "NULL", "active", "1")
	RUN(D, "NULL", "FAILED", "NULL", "NULL", "active", "0")
	RUN(E, "'gone'", "KILLED", "1700000600000", "1700000601000", "deleted", "1")
	RUN(F, "char(27) || '[31mred' || char(10) || 'tab' || char(9) || '|,\"' || char(8238)",
	    "SCHEDULED", "1690000000000", "NULL", "active", "1")
	PARAM(A, "lr", "'3e-4'") PARAM(B, "lr", "'1e-3'") PARAM(A, "depth", "'8'")
	PARAM(B, "depth", "'8'") PARAM(A, "only a", "'x'") PARAM(F, "lr", "'<script>'")
	METRIC(A, "val_auc", "0.9", "0", "0") METRIC(A, "val_auc", "0.95", "1", "0")
	METRIC(A, "val_auc", "0.94", "2", "0") METRIC(B, "val_auc", "0.93", "2", "0")
	METRIC(C, "val_auc", "0", "0", "1") METRIC(A, "loss", "0.2", "2", "0")
	METRIC(B, "loss", "1.7976931348623157e308", "2", "0")
	METRIC(A, "ttft", "20", "1", "0") METRIC(B, "ttft", "10", "1", "0")
	METRIC(A, "odd", "1", "1", "0") METRIC(B, "odd", "2", "1", "0")
	METRIC(A, "nan", "0", "1", "1") METRIC(B, "nan", "0", "1", "1")
	METRIC(A, "curve", "1", "0", "0") METRIC(A, "curve", "0", "1", "1")
	METRIC(A, "curve", "-1.7976931348623157e308", "2", "0") METRIC(A, "curve", "3.5", "3", "0")
	TAG(A, "mlflow.runName", "'brave-owl'")
	TAG(A, "mlflow.source.git.commit", "'9f3c1d2000000000000000000000000000000000'")
	TAG(B, "mlflow.parentRunId", "'" A "'") TAG(B, "stage", "'review'")
	"INSERT INTO datasets VALUES ('d1', 1, 'churn', 'a81f', 'local', '{}', '', '');"
	"INSERT INTO inputs VALUES ('i1', 'DATASET', 'd1', 'RUN', '" A "', 0);"
	"INSERT INTO input_tags VALUES ('i1', 'mlflow.data.context', 'training');"
	"INSERT INTO registered_models VALUES ('churn', 1700000000000, 1700000300000, 'who leaves',"
	" 'default'), ('a prompt', 1700000000000, 1700000000000, NULL, 'default');"
	"INSERT INTO registered_model_tags VALUES ('mlflow.prompt.is_prompt', 'true', 'a prompt',"
	" 'default'), ('owner', 'ann', 'churn', 'default');"
	"INSERT INTO model_versions VALUES"
	" ('churn', 1, 1700000000000, 1700000000000, '', 'ann', 'Archived', '/m/1', '" A "', 'READY',"
	"  NULL, NULL, NULL, 'default'),"
	" ('churn', 2, 1700000100000, 1700000100000, 'better', 'ann', 'None', '/m/2', '" B "', 'READY',"
	"  NULL, NULL, NULL, 'default'),"
	" ('churn', 10, 1700000200000, 1700000200000, NULL, 'bo', 'Production', '/m/10', NULL,"
	"  'FAILED_REGISTRATION', 'no space', NULL, NULL, 'default'),"
	" ('a prompt', 1, 1700000000000, 1700000000000, NULL, NULL, 'None', '', NULL, 'READY', NULL,"
	"  NULL, NULL, 'default');"
	"INSERT INTO model_version_tags VALUES ('mlflow.prompt.is_prompt', 'true', 'a prompt', 1,"
	" 'default');"
	"INSERT INTO registered_model_aliases VALUES ('champion', 2, 'churn', 'default');";

int main(int argc, char **argv)
{
	sqlite3 *db;
	char *message = NULL;

	if (argc != 2)
		return 64;
	remove(argv[1]);
	if (sqlite3_open(argv[1], &db) != SQLITE_OK ||
	    sqlite3_exec(db, MLFLOW3_SCHEMA, NULL, NULL, &message) != SQLITE_OK ||
	    sqlite3_exec(db, contents, NULL, NULL, &message) != SQLITE_OK) {
		fprintf(stderr, "odd_store: %s\n", message ? message : sqlite3_errmsg(db));
		return 1;
	}
	return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
