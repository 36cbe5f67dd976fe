/* See tracking.h. */
#include "demo/tracking.h"

#include "base/num.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void make_id(struct dice *dice, char out[TRACKING_ID_SIZE])
{
	for (int i = 0; i < TRACKING_ID_SIZE - 1; i++)
		out[i] = "0123456789abcdef"[dice_below(dice, 16)];
	out[12] = '4'; /* as a random UUID has it */
	out[TRACKING_ID_SIZE - 1] = 0;
}

static void make_name(struct dice *dice, char *out, size_t size)
{
	static const char *const first[] = {"brave", "calm",  "eager", "fair",  "glad",
					    "keen",  "lucid", "merry", "quick", "sly"};
	static const char *const second[] = {"bear", "crane", "dove", "finch", "hare",
					     "lynx", "newt",  "owl",  "raven", "seal"};
	/* one throw a statement: compilers differ in their order within one */
	int number = 10 + dice_below(dice, 90);
	const char *animal = second[dice_below(dice, 10)];

	snprintf(out, size, "%s-%s-%02d", first[dice_below(dice, 10)], animal, number);
}

/* One transaction: begin, what `failed` says, commit; rolled back if anything failed. */
static int finish(struct own *own, bool failed, struct err *err)
{
	struct err ignored;

	if (!failed && own_run(own, "COMMIT", err) == 0)
		return 0;
	own_run(own, "ROLLBACK", &ignored);
	return -1;
}

static int begin(struct own *own, struct err *err)
{
	return own_run(own, "BEGIN IMMEDIATE", err);
}

/* The data of our own runs: drawn, and said to be. */
static int make_dataset(struct tracking *tracking, struct err *err)
{
	make_id(&tracking->dice, tracking->dataset);
	return own_do(tracking->own, err,
		      "INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, "
		      "dataset_source_type, dataset_source, dataset_profile) VALUES (?, ?, "
		      "'churn-drawn', 'seed-1', 'code', '{\"tags\": {\"mlflow.source.name\": "
		      "\"train.py\"}}', '{\"num_rows\": 3000}')",
		      "ti", tracking->dataset, tracking->experiment);
}

int tracking_open(struct tracking *tracking, const char *store, uint64_t seed, const char *commit,
		  struct err *err)
{
	int found;

	*tracking = (struct tracking){0};
	dice_seed(&tracking->dice, seed);
	snprintf(tracking->commit, sizeof tracking->commit, "%s", commit);
	/* nobody misses a demo's last second after a power cut, and a sync for each point is slow */
	if (own_open(&tracking->own, store, err) != 0 ||
	    own_run(tracking->own, "PRAGMA synchronous = OFF", err) != 0)
		return -1;
	found = own_ask_int(tracking->own, &tracking->experiment, err,
			    "SELECT experiment_id FROM experiments WHERE name = ?", "t", DEMO_MODEL);
	if (found == 0)
		err_set(err, ERR_NOT_FOUND, "%s has no experiment %s", store, DEMO_MODEL);
	return found == 1 ? make_dataset(tracking, err) : -1;
}

void tracking_close(struct tracking *tracking)
{
	own_close(tracking->own);
	tracking->own = NULL;
}

int tracking_shift(struct own *own, int64_t ms, struct err *err)
{
	bool failed;

	if (begin(own, err) != 0)
		return -1;
	failed = own_do(own, err,
			"UPDATE experiments SET creation_time = creation_time + ?1, "
			"last_update_time = last_update_time + ?1",
			"i", ms) != 0 ||
		 own_do(own, err,
			"UPDATE runs SET start_time = start_time + ?1, end_time = end_time + ?1, "
			"deleted_time = deleted_time + ?1",
			"i", ms) != 0 ||
		 own_do(own, err, "UPDATE metrics SET timestamp = timestamp + ?1", "i", ms) != 0 ||
		 own_do(own, err, "UPDATE latest_metrics SET timestamp = timestamp + ?1", "i", ms) != 0 ||
		 own_do(own, err,
			"UPDATE registered_models SET creation_time = creation_time + ?1, "
			"last_updated_time = last_updated_time + ?1",
			"i", ms) != 0 ||
		 own_do(own, err,
			"UPDATE model_versions SET creation_time = creation_time + ?1, "
			"last_updated_time = last_updated_time + ?1",
			"i", ms) != 0;
	return finish(own, failed, err);
}

int tracking_rename_commit(struct own *own, const char *old_id, const char *new_id,
			   struct err *err)
{
	return own_do(own, err,
		      "UPDATE tags SET value = ? WHERE key = 'mlflow.source.git.commit' AND value = ?",
		      "tt", new_id, old_id);
}

static int add_param(struct own *own, const char *run, const char *key, const char *value,
		     struct err *err)
{
	return own_do(own, err, "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", "ttt",
		      key, value, run);
}

static int add_number(struct own *own, const char *run, const char *key, double value,
		      struct err *err)
{
	char text[NUM_SIZE];

	return add_param(own, run, key, num_shortest(text, value), err);
}

static int add_params(struct own *own, const char *run, const struct model_settings *settings,
		      struct err *err)
{
	if (add_number(own, run, "lr", settings->lr, err) != 0 ||
	    add_number(own, run, "l2", settings->l2, err) != 0 ||
	    add_number(own, run, "batch", settings->batch, err) != 0 ||
	    add_number(own, run, "seed", settings->seed, err) != 0)
		return -1;
	return add_param(own, run, "scale", settings->scale ? "yes" : "no", err);
}

static int add_tags(struct tracking *tracking, const char *run, const char *name, struct err *err)
{
	const char *const tags[][2] = {{"mlflow.user", "leeboard-demo"},
				       {"mlflow.source.type", "LOCAL"},
				       {"mlflow.source.name", "train.py"},
				       {"mlflow.source.git.commit", tracking->commit},
				       {"mlflow.runName", name}};

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (own_do(tracking->own, err, "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
			   "ttt", tags[i][0], tags[i][1], run) != 0)
			return -1;
	return 0;
}

static int add_input(struct tracking *tracking, const char *run, struct err *err)
{
	char id[TRACKING_ID_SIZE];

	make_id(&tracking->dice, id);
	if (own_do(tracking->own, err,
		   "INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, "
		   "destination_id) VALUES (?, 'DATASET', ?, 'RUN', ?)",
		   "ttt", id, tracking->dataset, run) != 0)
		return -1;
	return own_do(tracking->own, err,
		      "INSERT INTO input_tags (input_uuid, name, value) VALUES (?, "
		      "'mlflow.data.context', 'training')",
		      "t", id);
}

int tracking_start(struct tracking *tracking, struct tracking_run *run,
		   const struct model_settings *settings, int64_t at, struct err *err)
{
	char name[64], uri[200];
	bool failed;

	*run = (struct tracking_run){.val_auc = NAN};
	make_id(&tracking->dice, run->id);
	make_name(&tracking->dice, name, sizeof name);
	snprintf(uri, sizeof uri, "s3://models.example/" DEMO_MODEL "/%s/artifacts", run->id);
	if (begin(tracking->own, err) != 0)
		return -1;
	failed = own_do(tracking->own, err,
			"INSERT INTO runs (run_uuid, name, source_type, source_name, "
			"entry_point_name, user_id, status, start_time, source_version, "
			"lifecycle_stage, artifact_uri, experiment_id) VALUES (?, ?, 'UNKNOWN', '', "
			"'', 'leeboard-demo', 'RUNNING', ?, '', 'active', ?, ?)",
			"ttiti", run->id, name, at, uri, tracking->experiment) != 0 ||
		 add_tags(tracking, run->id, name, err) != 0 ||
		 add_params(tracking->own, run->id, settings, err) != 0 ||
		 add_input(tracking, run->id, err) != 0;
	return finish(tracking->own, failed, err);
}

/* MLflow stores NaN as 0 with a mark, and an infinity as the largest double. */
static int add_metric(struct own *own, const char *run, const char *key, double value, int step,
		      int64_t at, struct err *err)
{
	int64_t is_nan = isnan(value);
	double stored = is_nan ? 0 : fmax(-DBL_MAX, fmin(DBL_MAX, value));

	if (own_do(own, err,
		   "INSERT OR IGNORE INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
		   "VALUES (?, ?, ?, ?, ?, ?)",
		   "tditii", key, stored, at, run, (int64_t)step, is_nan) != 0)
		return -1;
	return own_do(own, err,
		      "INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan) "
		      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key, run_uuid) DO UPDATE SET "
		      "value = excluded.value, timestamp = excluded.timestamp, "
		      "step = excluded.step, is_nan = excluded.is_nan",
		      "tditii", key, stored, at, run, (int64_t)step, is_nan);
}

int tracking_log(struct tracking *tracking, struct tracking_run *run, int step,
		 const struct model_quality *quality, int64_t at, struct err *err)
{
	struct own *own = tracking->own;
	bool failed;

	if (begin(own, err) != 0)
		return -1;
	failed = add_metric(own, run->id, "val_auc", quality->val_auc, step, at, err) != 0 ||
		 add_metric(own, run->id, "val_loss", quality->val_loss, step, at, err) != 0 ||
		 add_metric(own, run->id, "train_loss", quality->train_loss, step, at, err) != 0;
	run->val_auc = quality->val_auc;
	return finish(own, failed, err);
}

int tracking_end(struct tracking *tracking, const struct tracking_run *run, int64_t at,
		 struct err *err)
{
	return own_do(tracking->own, err,
		      "UPDATE runs SET status = 'FINISHED', end_time = ? WHERE run_uuid = ?", "it", at,
		      run->id);
}

int tracking_register(struct tracking *tracking, const struct tracking_run *run, int64_t at,
		      int64_t *version, struct err *err)
{
	struct own *own = tracking->own;
	char source[200], description[64];
	bool failed;

	snprintf(source, sizeof source, "s3://models.example/" DEMO_MODEL "/%s/model", run->id);
	snprintf(description, sizeof description, "Validation %.4f.", run->val_auc);
	if (begin(own, err) != 0)
		return -1;
	failed = own_ask_int(own, version, err,
			     "SELECT max(version) + 1 FROM model_versions WHERE name = ?", "t",
			     DEMO_MODEL) != 1 ||
		 own_do(own, err,
			"INSERT INTO model_versions (name, version, creation_time, last_updated_time, "
			"description, user_id, current_stage, source, run_id, status, "
			"storage_location) VALUES (?1, ?2, ?3, ?3, ?4, 'leeboard-demo', 'None', ?5, "
			"?6, 'READY', ?5)",
			"tiittt", DEMO_MODEL, *version, at, description, source, run->id) != 0 ||
		 own_do(own, err, "UPDATE registered_models SET last_updated_time = ? WHERE name = ?",
			"it", at, DEMO_MODEL) != 0;
	return finish(own, failed, err);
}

int tracking_alias(struct tracking *tracking, const char *alias, int64_t version,
		   struct err *err)
{
	return own_do(tracking->own, err,
		      "INSERT INTO registered_model_aliases (alias, version, name) VALUES (?, ?, ?) "
		      "ON CONFLICT (workspace, name, alias) DO UPDATE SET version = excluded.version",
		      "tit", alias, version, DEMO_MODEL);
}
