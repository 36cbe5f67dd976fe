/*
 * MLflow's own words, as records have them: what the file reader and the server reader share, so
 * that both give the same records.
 *
 * Facts: run states are the same words in SQL and REST. ±Inf is stored as ±DBL_MAX. Stage "None" is
 * a text. A deleted version keeps its row, in the stage "Deleted_Internal". A prompt is a
 * registered model with a tag. User, parent, commit and script of a run are tags.
 */
#ifndef SOURCE_MLFLOW_WORDS_H
#define SOURCE_MLFLOW_WORDS_H

#include "record/detail.h"
#include "record/model.h"
#include "record/run.h"

#include <stdbool.h>

#define MLFLOW_TAG_CONTEXT "mlflow.data.context" /* of a dataset's use: training, eval, … */
#define MLFLOW_TAG_PROMPT "mlflow.prompt.is_prompt"

/* "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"; anything else is RUN_UNKNOWN. */
enum run_state mlflow_run_state(struct str native);

/* "READY", "PENDING_REGISTRATION", "FAILED_REGISTRATION"; the stage says whether it is deleted. */
enum model_state mlflow_version_state(struct str native, struct str stage);

/* Missing for "None", "" and the stage of deleted versions. */
struct str mlflow_stage(struct str stage);

/* A stored metric value: ±DBL_MAX stands for ±infinity. */
double mlflow_value(double stored);

/* Has the registered model the tag that makes it a prompt? */
bool mlflow_is_prompt(const struct pair *tags, uint32_t n);

/* The value of a tag in any order, or STR_NONE. */
struct str mlflow_tag(const struct pair *tags, uint32_t n, const char *key);

/* A user column says "unknown" for a client that named nobody: the tag then says who, or nobody. */
bool mlflow_is_nobody(struct str user);

/*
 * Fills what the tags say and the rest of the detail does not: run name, user, parent, commit,
 * dirty, script. Empty texts in those fields become missing first. Views of the tags' texts.
 */
void mlflow_read_tags(struct run_detail *detail);

#endif
