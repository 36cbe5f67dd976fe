/*
 * MLflow's REST answers as records: bytes in, records out, nothing else.
 *
 * Each decoder reads one page and hands every item to a callback; what it hands out are views that
 * live until the callback returns. `next` (at most REST_TOKEN_MAX) holds the token that this page was
 * asked for with, "" for the first, and gets the one of the page after it, "" on the last. -1: the
 * body is no such answer (ERR_FORMAT) or past a cap (ERR_TOO_BIG); items before the error may have
 * been handed out only when the JSON as a whole was sound.
 *
 * Facts (reference: the protocol of 2.x and 3.x): int64 fields are numbers or texts, versions
 * numbers or texts; empty fields and lists are left out; NaN and infinities are texts, in
 * get-history-bulk bare words; a clamped ±DBL_MAX is ±infinity.
 */
#ifndef SOURCE_MLFLOW_DECODE_REST_H
#define SOURCE_MLFLOW_DECODE_REST_H

#include "base/buf.h"
#include "base/err.h"
#include "record/experiment.h"
#include "record/model.h"
#include "record/run.h"

enum { REST_TOKEN_MAX = 4096 };

/* `runs` is 0 and last_activity the experiment's own times: the answer does not count runs. */
typedef void rest_on_experiment(void *ctx, const struct experiment *experiment);
int decode_experiments(struct str body, rest_on_experiment *each, void *ctx, struct buf *next,
		       struct err *err);

/* Details are sorted; the experiment's name is missing (only its id is in the answer). */
typedef void rest_on_run(void *ctx, struct run_detail *detail);
int decode_runs(struct str body, rest_on_run *each, void *ctx, struct buf *next, struct err *err);

/* runs/get: one run. ERR_FORMAT when there is none in it. */
int decode_run(struct str body, rest_on_run *each, void *ctx, struct err *err);

/* Points of get-history and get-history-bulk; `run` is missing where the answer names none. */
struct rest_point {
	struct str run, key;
	int64_t step, time;
	double value;
};
typedef void rest_on_point(void *ctx, const struct rest_point *point);
int decode_points(struct str body, rest_on_point *each, void *ctx, struct buf *next,
		  struct err *err);

/* Registered models without their versions. */
typedef void rest_on_model(void *ctx, const struct model *model);
int decode_models(struct str body, rest_on_model *each, void *ctx, struct buf *next,
		  struct err *err);

/* Versions without their aliases (those are the model's). */
typedef void rest_on_version(void *ctx, struct str model, const struct model_version *version);
int decode_versions(struct str body, rest_on_version *each, void *ctx, struct buf *next,
		    struct err *err);

#endif
