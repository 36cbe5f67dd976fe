/*
 * Runs and model versions written into an MLflow store as MLflow itself writes them (3.x, SQLite):
 * the same rows in the same tables, a short transaction for each call of its client.
 */
#ifndef DEMO_TRACKING_H
#define DEMO_TRACKING_H

#include "base/err.h"
#include "db/own.h"
#include "demo/model.h"
#include "repo/repo.h"

#include <stdint.h>

#define DEMO_MODEL "churn-logit" /* the experiment, and the registered model */

enum { TRACKING_ID_SIZE = 33 };

struct tracking {
	struct own *own;
	int64_t experiment;
	struct dice dice; /* ids and names */
	char commit[REPO_ID_SIZE];
	char dataset[TRACKING_ID_SIZE];
};

struct tracking_run {
	char id[TRACKING_ID_SIZE];
	double val_auc; /* the last one */
};

int tracking_open(struct tracking *tracking, const char *store, uint64_t seed, const char *commit,
		  struct err *err);
void tracking_close(struct tracking *tracking);

/*
 * Makes a shipped store look as if its team had worked until now: every time in it moves by `ms`,
 * and the commits that its runs name become those with the new times. Once, on a fresh copy.
 */
int tracking_shift(struct own *own, int64_t ms, struct err *err);
int tracking_rename_commit(struct own *own, const char *old_id, const char *new_id,
			   struct err *err);

/* `at` is ms since the epoch in all of these. */
int tracking_start(struct tracking *tracking, struct tracking_run *run,
		   const struct model_settings *settings, int64_t at, struct err *err);
int tracking_log(struct tracking *tracking, struct tracking_run *run, int step,
		 const struct model_quality *quality, int64_t at, struct err *err);
int tracking_end(struct tracking *tracking, const struct tracking_run *run, int64_t at,
		 struct err *err);

/* The new version's number in *version. */
int tracking_register(struct tracking *tracking, const struct tracking_run *run, int64_t at,
		      int64_t *version, struct err *err);
int tracking_alias(struct tracking *tracking, const char *alias, int64_t version,
		   struct err *err);

#endif
